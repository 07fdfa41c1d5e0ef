//! From bytes to records (RFC 4180, with what Danish Excel makes of it), each with the line it starts on.

use std::{borrow::Cow, iter::Peekable, str::Chars};

/// The most cells a record may have; the widest sheet has eleven.
const MOST_CELLS: usize = 100;

/// The text in UTF-8 or, when it is not UTF-8, in Windows-1252. A byte order mark is dropped.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// One record, of one or more lines.
pub(super) struct Record {
    /// The line it starts on; the first is 1.
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
    /// What is wrong with its form, and in which cell.
    pub(super) fault: Option<(usize, Fault)>,
}

impl Record {
    pub(super) fn is_blank(&self) -> bool {
        self.fault.is_none() && self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// What can be wrong with the form of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Unclosed,
    AfterQuote,
    TooManyCells,
}

impl Fault {
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Unclosed => "a quotation mark opens here and never closes",
            Self::AfterQuote => "something stands after the closing quotation mark",
            Self::TooManyCells => "the line has far too many cells",
        }
    }
}

/// The records of a text, blank ones left out.
pub(super) fn records(text: &str) -> impl Iterator<Item = Record> {
    let (text, line, separator) = match told_separator(text) {
        Some((separator, rest)) => (rest, 2, separator),
        None => (text, 1, guess_separator(text)),
    };
    Records { rest: text.chars().peekable(), separator, line }.filter(|record| !record.is_blank())
}

/// The separator Excel was told in a first line `sep=;`, and what follows that line.
fn told_separator(text: &str) -> Option<(char, &str)> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim_end_matches(['\r', ';', ',', '"']).trim_start_matches('"') {
        start if !start.eq_ignore_ascii_case("sep=") => None,
        _ if first.contains(';') => Some((';', rest)),
        _ if first.contains(',') => Some((',', rest)),
        _ => None,
    }
}

/// Whichever of semicolon and comma the heading holds more of, outside quotation marks.
fn guess_separator(text: &str) -> char {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let (mut semicolons, mut commas, mut within) = (0_usize, 0_usize, false);
    for c in heading.chars() {
        match c {
            '"' => within = !within,
            ';' if !within => semicolons += 1,
            ',' if !within => commas += 1,
            _ => {}
        }
    }
    if commas > semicolons { ',' } else { ';' }
}

struct Records<'a> {
    rest: Peekable<Chars<'a>>,
    separator: char,
    line: usize,
}

#[derive(PartialEq)]
enum Ends {
    Cell,
    Record,
}

impl Records<'_> {
    /// Whether `c`, just taken, breaks the line. A carriage return takes its line feed with it.
    fn breaks(&mut self, c: char) -> bool {
        if c == '\r' {
            self.rest.next_if_eq(&'\n');
        }
        let breaks = matches!(c, '\r' | '\n');
        self.line += usize::from(breaks);
        breaks
    }

    /// Takes what stands between quotation marks, the first one already taken. False when the text ends before the last.
    fn quoted(&mut self, cell: &mut String) -> bool {
        while let Some(c) = self.rest.next() {
            if c != '"' {
                let breaks = self.breaks(c);
                cell.push(if breaks { '\n' } else { c });
            } else if self.rest.next_if_eq(&'"').is_some() {
                cell.push('"');
            } else {
                return true;
            }
        }
        false
    }

    fn cell(&mut self) -> (String, Option<Fault>, Ends) {
        let mut cell = String::new();
        let mut fault = None;
        let quoted = self.rest.next_if_eq(&'"').is_some();
        if quoted && !self.quoted(&mut cell) {
            return (cell, Some(Fault::Unclosed), Ends::Record);
        }
        while let Some(c) = self.rest.next() {
            if c == self.separator {
                return (cell, fault, Ends::Cell);
            }
            if self.breaks(c) {
                break;
            }
            if quoted && !c.is_whitespace() {
                fault = Some(Fault::AfterQuote);
            }
            cell.push(c);
        }
        (cell, fault, Ends::Record)
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.rest.peek()?;
        let mut record = Record { line: self.line, cells: Vec::new(), fault: None };
        for at in 0.. {
            let (cell, mut fault, ends) = self.cell();
            if at < MOST_CELLS {
                record.cells.push(cell);
            } else if !cell.trim().is_empty() {
                fault = fault.or(Some(Fault::TooManyCells));
            }
            record.fault = record.fault.or_else(|| fault.map(|fault| (at, fault)));
            if ends == Ends::Record {
                break;
            }
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(usize, &[&str])]) {
        let read: Vec<(usize, Vec<String>)> = records(text).map(|record| (record.line, record.cells)).collect();
        let expect: Vec<(usize, Vec<String>)> =
            expect.iter().map(|(line, cells)| (*line, cells.iter().map(|cell| (*cell).to_owned()).collect())).collect();
        assert_eq!(read, expect);
    }

    #[test]
    fn records_keep_the_line_they_start_on() {
        check("a;b\n1;2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("a;b\r\n\r\n;\r\n1;2", &[(1, &["a", "b"]), (4, &["1", "2"])]);
        check("a;b\n\"1\r\n1\";2\n3;4\n", &[(1, &["a", "b"]), (2, &["1\n1", "2"]), (4, &["3", "4"])]);
        check("sep=;\r\na;b\r\n1;2\r\n", &[(2, &["a", "b"]), (3, &["1", "2"])]);
        check("a\rb\rc", &[(1, &["a"]), (2, &["b"]), (3, &["c"])]);
    }

    #[test]
    fn the_separator_is_what_the_heading_holds_most_of() {
        check("a,b\n1;2,3\n", &[(1, &["a", "b"]), (2, &["1;2", "3"])]);
        check("\"a,x,y\";b\n", &[(1, &["a,x,y", "b"])]);
        check("sep=,\na,b\n", &[(2, &["a", "b"])]);
        check("", &[]);
    }

    #[test]
    fn quotation_marks_double_inside_and_must_close() {
        check("a\n\"x \"\"y\"\"\"\n", &[(1, &["a"]), (2, &["x \"y\""])]);
        let faults = |text: &str| -> Vec<_> { records(text).filter_map(|record| record.fault).collect() };
        assert_eq!(faults("a;b\n1;\"x\n3;4\n"), [(1, Fault::Unclosed)]);
        assert_eq!(faults("a;b\n\"1\"x;2\n"), [(0, Fault::AfterQuote)]);
        assert_eq!(faults(&format!("a\n{}x", ";".repeat(200))), [(200, Fault::TooManyCells)]);
        assert_eq!(faults(&format!("a\n1{}", ";".repeat(200))), []);
    }

    #[test]
    fn what_is_not_utf_8_is_windows_1252() {
        assert_eq!(decode("\u{feff}Sørensen".as_bytes()), "Sørensen");
        assert_eq!(decode(b"S\xF8rensen \x80"), "Sørensen €");
    }
}
