//! Tables that Danish Excel opens as they are: UTF-8 with a mark, semicolons, Danish dates (RFC 4180 with semicolons).

use crate::domain::moment::{Moment, Zone};

/// Tells Excel that the file is UTF-8.
pub const MARK: &str = "\u{feff}";

/// A day and a time.
pub fn date(at: Moment, zone: Zone) -> String {
    at.local(zone).format("%d-%m-%Y %H:%M").to_string()
}

/// A line of a table.
pub fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|text| cell(&text)).collect();
    format!("{}\r\n", cells.join(";"))
}

/// A cell, in quotation marks where it needs them, and never a formula: what a spreadsheet would reckon gets an
/// apostrophe before it (OWASP, "CSV Injection").
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains(['"', ';', '\r', '\n']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_never_reckoned() {
        for (text, written) in [
            ("", ""),
            ("Det går; lidt", "\"Det går; lidt\""),
            ("Hun sagde \"ja\"", "\"Hun sagde \"\"ja\"\"\""),
            ("to\nlinjer", "\"to\nlinjer\""),
            ("=1+1", "'=1+1"),
            ("+45", "'+45"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("=\"a\";b", "\"'=\"\"a\"\";b\""),
            ("1 = 1", "1 = 1"),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
