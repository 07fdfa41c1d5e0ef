//! A sheet: its columns found by their headings, its rows, and the way one row's cells are read.

use std::collections::HashMap;

use super::{
    bad_line::{BadLines, clean, quoted},
    cell::{self, Reason},
    records::{Record, decode, records},
};

/// The most rows a sheet may have.
const MOST_ROWS: usize = 100_000;

/// A column of a sheet.
pub(super) struct Column {
    /// Its heading in Danish.
    name: &'static str,
    /// What else it may be called, in small letters and with spaces.
    also: &'static [&'static str],
    required: bool,
    /// Whether a report may repeat what stands in it.
    shown: bool,
}

impl Column {
    /// A column whose cells a report may repeat: numbers, dates, fixed words.
    pub(super) const fn open(name: &'static str, also: &'static [&'static str]) -> Self {
        Self { name, also, required: false, shown: true }
    }

    /// A column whose cells no report repeats: names, free text, telephone numbers, addresses.
    pub(super) const fn private(name: &'static str, also: &'static [&'static str]) -> Self {
        Self { name, also, required: false, shown: false }
    }

    /// Its heading must be there and no cell may be empty.
    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    fn is_called(&self, heading: &str) -> bool {
        let heading = cell::plain(heading);
        self.name == heading || self.also.contains(&heading.as_str())
    }
}

/// One file, read as far as headings and cells.
pub(super) struct Sheet {
    file: &'static str,
    headings: Vec<Heading>,
    rows: Vec<Record>,
    /// Whether every row could be told apart.
    whole: bool,
}

struct Heading {
    /// As it stands in the file.
    written: String,
    /// The name of the column it means.
    means: Option<&'static str>,
}

impl Sheet {
    pub(super) fn read(file: &'static str, bytes: &[u8], columns: &[&'static Column], bad: &mut BadLines) -> Self {
        let mut sheet = Self { file, headings: Vec::new(), rows: Vec::new(), whole: true };
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            bad.add(file, 1, "", "the file is UTF-16: save it as \"CSV UTF-8\"");
            sheet.whole = false;
            return sheet;
        }
        let text = decode(bytes);
        let mut records = records(&text);
        match records.next() {
            Some(heading) => sheet.read_headings(&heading, columns, bad),
            None => sheet.miss(1, columns, bad),
        }
        for record in records {
            if sheet.rows.len() == MOST_ROWS {
                bad.add(file, record.line, "", format!("the file has more than {MOST_ROWS} rows"));
                sheet.whole = false;
                break;
            }
            sheet.read_row(record, bad);
        }
        sheet
    }

    fn read_headings(&mut self, record: &Record, columns: &[&'static Column], bad: &mut BadLines) {
        let line = record.line;
        if let Some((_, fault)) = record.fault {
            bad.add(self.file, line, "", fault.reason());
            self.whole = false;
        }
        for written in &record.cells {
            let means = columns.iter().find(|column| column.is_called(written)).map(|column| column.name);
            if means.is_some() && self.headings.iter().any(|heading| heading.means == means) {
                bad.add(self.file, line, &clean(written), "the column stands here twice");
            }
            self.headings.push(Heading { written: clean(written), means });
        }
        // A first line without a single heading is a row, whose cells are nobody's business here.
        if self.headings.iter().any(|heading| heading.means.is_some()) {
            for heading in self.headings.iter().filter(|heading| heading.means.is_none() && !heading.written.is_empty())
            {
                bad.add(self.file, line, &heading.written, "there is no such column");
            }
        }
        self.miss(line, columns, bad);
    }

    fn miss(&self, line: usize, columns: &[&'static Column], bad: &mut BadLines) {
        for column in columns.iter().filter(|column| column.required && !self.has(column)) {
            bad.add(self.file, line, column.name, "the column is missing");
        }
    }

    fn read_row(&mut self, record: Record, bad: &mut BadLines) {
        if let Some((at, fault)) = record.fault {
            let column = self.headings.get(at).map_or("", |heading| heading.written.as_str());
            bad.add(self.file, record.line, column, fault.reason());
            self.whole = false;
            return;
        }
        let is_headed = |at: usize| self.headings.get(at).is_some_and(|heading| !heading.written.is_empty());
        let stray = record.cells.iter().enumerate().find(|(at, cell)| !cell.trim().is_empty() && !is_headed(*at));
        if let Some((at, _)) = stray {
            bad.add(self.file, record.line, "", format!("cell {} stands under no heading", at + 1));
        }
        self.rows.push(record);
    }

    /// Its name.
    pub(super) const fn file(&self) -> &'static str {
        self.file
    }

    /// Whether what is not among its numbers is really not there.
    pub(super) fn is_whole(&self, number: &Column) -> bool {
        self.whole && self.has(number)
    }

    /// Whether the file has that column.
    pub(super) fn has(&self, column: &Column) -> bool {
        self.position(column).is_some()
    }

    fn position(&self, column: &Column) -> Option<usize> {
        self.headings.iter().position(|heading| heading.means == Some(column.name))
    }

    /// Every row, ready to be read.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|record| Row { sheet: self, record })
    }

    /// Tells what is wrong in a column of a line. Of a cell, `reason` may hold what stands in an open column only.
    pub(super) fn refuse(&self, bad: &mut BadLines, line: usize, column: &Column, reason: impl Into<String>) {
        let written = self.position(column).and_then(|at| self.headings.get(at));
        bad.add(self.file, line, written.map_or(column.name, |heading| heading.written.as_str()), reason);
    }
}

/// One row of a sheet.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    sheet: &'a Sheet,
    record: &'a Record,
}

impl<'a> Row<'a> {
    /// The line it starts on.
    pub(super) const fn line(self) -> usize {
        self.record.line
    }

    /// What stands in a cell, trimmed and perhaps empty. None when it cannot be text or there is no such column.
    fn text(self, column: &Column, bad: &mut BadLines) -> Option<&'a str> {
        let text = self.record.cells.get(self.sheet.position(column)?).map_or("", |cell| cell.trim());
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            self.refuse(bad, column, "the text holds a control character");
            return None;
        }
        Some(text)
    }

    /// Whether nothing stands in a cell, or there is no such column.
    pub(super) fn is_blank(self, column: &Column) -> bool {
        let cell = self.sheet.position(column).and_then(|at| self.record.cells.get(at));
        cell.is_none_or(|cell| cell.trim().is_empty())
    }

    /// Tells what is wrong in one of its cells, as [`Sheet::refuse`].
    pub(super) fn refuse(self, bad: &mut BadLines, column: &Column, reason: impl Into<String>) {
        self.sheet.refuse(bad, self.line(), column, reason);
    }

    fn parse<T, E: Into<Reason>>(
        self,
        column: &Column,
        text: &str,
        bad: &mut BadLines,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(text)
            .map_err(|why| {
                let subject = if column.shown { quoted(text) } else { "the text".to_owned() };
                self.refuse(bad, column, format!("{subject} {}", why.into()));
            })
            .ok()
    }

    /// Reads a cell that may be empty. None is an empty cell, or one already told to be bad.
    pub(super) fn optional<T, E: Into<Reason>>(
        self,
        column: &Column,
        bad: &mut BadLines,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match self.text(column, bad)? {
            "" => None,
            text => self.parse(column, text, bad, parse),
        }
    }

    /// Reads a cell that may not be empty. None is a bad one, already told.
    pub(super) fn required<T, E: Into<Reason>>(
        self,
        column: &Column,
        bad: &mut BadLines,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match self.text(column, bad)? {
            "" => {
                self.refuse(bad, column, "the cell is empty");
                None
            }
            text => self.parse(column, text, bad, parse),
        }
    }

    /// Reads the number of the row's own thing, which stands in its file once. `seen` holds the lines of those before.
    pub(super) fn own_number(
        self,
        column: &Column,
        bad: &mut BadLines,
        seen: &mut HashMap<String, usize>,
    ) -> Option<String> {
        let number = self.required(column, bad, cell::number)?;
        if let Some(earlier) = seen.get(&number) {
            self.refuse(bad, column, format!("{} stands on line {earlier} already", quoted(&number)));
            return None;
        }
        seen.insert(number.clone(), self.line());
        Some(number)
    }

    /// A number that stands for something else, as written; whoever looks it up tells when it stands for nothing.
    pub(super) fn reference(self, column: &Column, bad: &mut BadLines) -> Option<String> {
        self.text(column, bad).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// As [`Row::reference`], where the cell may not be empty.
    pub(super) fn required_reference(self, column: &Column, bad: &mut BadLines) -> Option<String> {
        self.required(column, bad, |text| Ok::<_, Reason>(text.to_owned()))
    }

    /// Numbers with spaces, commas, semicolons, `+` or `&` between them, each once.
    pub(super) fn references(self, column: &Column, bad: &mut BadLines) -> Vec<String> {
        let mut numbers: Vec<String> = Vec::new();
        for number in self.text(column, bad).unwrap_or_default().split([' ', '\u{a0}', '\n', '\t', ',', ';', '+', '&'])
        {
            if !number.is_empty() && !numbers.iter().any(|before| before == number) {
                numbers.push(number.to_owned());
            }
        }
        numbers
    }
}
