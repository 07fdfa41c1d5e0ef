//! What is wrong, and where.

use std::fmt;

/// One thing wrong in one file. It never repeats a name, free text, a telephone number or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The file.
    pub file: &'static str,
    /// The line its record starts on, the first line of the file being 1.
    pub line: usize,
    /// The column as its heading names it; empty when the whole line is meant.
    pub column: String,
    /// What is wrong, in words.
    pub reason: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file, self.line)?;
        if self.column.is_empty() {
            write!(f, ": {}", self.reason)
        } else {
            write!(f, ", column \"{}\": {}", self.column, self.reason)
        }
    }
}

/// Every bad line of an import, file by file and from the top. Written one to a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadLines(Vec<BadLine>);

impl BadLines {
    pub(super) fn add(&mut self, file: &'static str, line: usize, column: &str, reason: impl Into<String>) {
        self.0.push(BadLine { file, line, column: column.to_owned(), reason: reason.into() });
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bad lines.
    pub fn iter(&self) -> impl Iterator<Item = &BadLine> {
        self.0.iter()
    }

    /// Puts them in the order of `files`, then of lines.
    pub(super) fn sort(&mut self, files: &[&str]) {
        self.0.sort_by_key(|bad| (files.iter().position(|file| *file == bad.file), bad.line));
    }
}

impl fmt::Display for BadLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, bad) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            bad.fmt(f)?;
        }
        Ok(())
    }
}

/// Something from a sheet, safe to print on a terminal and not long.
pub(super) fn clean(text: &str) -> String {
    const MOST: usize = 40;
    let unseen = |c: char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut letters = text.trim().chars();
    let mut clean: String =
        letters.by_ref().take(MOST).map(|c| if unseen(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if letters.next().is_some() {
        clean.push('…');
    }
    clean
}

/// As [`clean`], between quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", clean(text))
}
