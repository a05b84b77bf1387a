//! Where records begin.
//!
//! In: text as it comes in, in pieces cut anywhere. Out: the offsets at which
//! records begin, as soon as they are certain.

use memchr::memmem::Finder;
use regex::Regex;

use crate::schema::model::{Framing, Source};

/// Finds the starts of records.
#[derive(Debug)]
pub struct Framer {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    StartKey { finder: Box<Finder<'static>>, delimiter: String },
    StartLine(Regex),
    BlankLine,
    EndLine(Regex),
    File,
}

/// What a scan must remember from one piece of text to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan {
    /// From where in the buffer the next scan goes on.
    pub(super) resume: usize,
    /// Whether the first byte of the buffer begins a line.
    pub(super) at_line_start: bool,
    /// Whether the next line that is not blank begins a record.
    pub(super) armed: bool,
}

impl Scan {
    /// The state at the start of a source.
    pub(super) fn new() -> Self {
        Self { resume: 0, at_line_start: true, armed: true }
    }
}

impl Framer {
    /// Compiles the framing of a schema.
    #[must_use]
    pub fn new(source: &Source) -> Self {
        let kind = match &source.framing {
            Framing::StartKey(key) => Kind::StartKey {
                finder: Box::new(Finder::new(key).into_owned()),
                delimiter: source.key.delimiter.clone(),
            },
            Framing::StartLine(pattern, _) => Kind::StartLine(pattern.compile()),
            Framing::BlankLine => Kind::BlankLine,
            Framing::EndLine(pattern, _) => Kind::EndLine(pattern.compile()),
            Framing::File => Kind::File,
        };
        Self { kind }
    }

    /// Adds the starts of records to `starts`, from where the last scan ended.
    pub(super) fn scan(&self, text: &str, scan: &mut Scan, ended: bool, starts: &mut Vec<usize>) {
        match &self.kind {
            Kind::StartKey { finder, delimiter } => {
                start_keys(finder, delimiter, text, scan, ended, starts);
            }
            Kind::File => {
                if scan.armed && !text.is_empty() {
                    starts.push(0);
                    scan.armed = false;
                }
                scan.resume = text.len();
            }
            Kind::StartLine(regex) => {
                lines(text, scan, ended, |line, _| (regex.is_match(line), false), starts);
            }
            Kind::BlankLine => lines(
                text,
                scan,
                ended,
                |line, armed| {
                    let blank = line.trim().is_empty();
                    (armed && !blank, blank)
                },
                starts,
            ),
            Kind::EndLine(regex) => lines(
                text,
                scan,
                ended,
                |line, armed| {
                    let begins = armed && !line.trim().is_empty();
                    (begins, regex.is_match(line) || armed && !begins)
                },
                starts,
            ),
        }
    }
}

fn start_keys(
    finder: &Finder<'_>,
    delimiter: &str,
    text: &str,
    scan: &mut Scan,
    ended: bool,
    starts: &mut Vec<usize>,
) {
    let bytes = text.as_bytes();
    let key = finder.needle().len();
    while let Some(found) = finder.find(&bytes[scan.resume..]) {
        let at = scan.resume + found;
        let rest = &text[at + key..];
        let line_start = if at == 0 { scan.at_line_start } else { bytes[at - 1] == b'\n' };
        if line_start {
            // The delimiter may not have arrived yet.
            if !ended && rest.len() < delimiter.len().max(2) {
                scan.resume = at;
                return;
            }
            if is_key_end(rest, delimiter) {
                starts.push(at);
            }
        }
        scan.resume = at + key;
    }
    // The last bytes may be the first of a key.
    let tail = if ended { 0 } else { key.saturating_sub(1) };
    scan.resume = scan.resume.max(text.floor_char_boundary(text.len().saturating_sub(tail)));
}

/// Whether a key ends where `rest` begins: at the delimiter or the end of the line.
pub(super) fn is_key_end(rest: &str, delimiter: &str) -> bool {
    rest.is_empty()
        || rest.starts_with(delimiter)
        || rest.starts_with('\n')
        || rest.starts_with("\r\n")
}

/// Calls `judge` with each complete line and whether the scan is armed; it
/// tells whether a record begins there and whether the scan is armed after it.
fn lines(
    text: &str,
    scan: &mut Scan,
    ended: bool,
    judge: impl Fn(&str, bool) -> (bool, bool),
    starts: &mut Vec<usize>,
) {
    while scan.resume < text.len() {
        let rest = &text[scan.resume..];
        let length = match memchr::memchr(b'\n', rest.as_bytes()) {
            Some(feed) => feed + 1,
            None if ended => rest.len(),
            None => return,
        };
        let line = rest[..length].trim_end_matches(['\n', '\r']);
        // The tail of a line that was too long to keep is no line.
        let whole = scan.resume > 0 || scan.at_line_start;
        let (begins, armed) = judge(line, scan.armed);
        if whole {
            if begins {
                starts.push(scan.resume);
            }
            scan.armed = armed;
        }
        scan.resume += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};

    fn framer(record: &str) -> Framer {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\nrecord = {record}\nkey = {{ by = \"declared\" }}\n\
             [fields.a]\ntype = \"text\"\nkey = \"甲\"\n[tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        Framer::new(&schema.unwrap_or_else(|| panic!("{faults:?}")).source)
    }

    /// The starts, fed in pieces of every size.
    fn check(record: &str, text: &str, expected: &[usize]) {
        let framer = framer(record);
        for step in 1..=text.len() {
            let (mut scan, mut starts, mut end) = (Scan::new(), Vec::new(), 0);
            while end < text.len() {
                end = text.ceil_char_boundary(end + step);
                framer.scan(&text[..end], &mut scan, end == text.len(), &mut starts);
            }
            assert_eq!(starts, expected, "pieces of {step} bytes");
        }
    }

    #[test]
    fn a_start_key_begins_a_line_and_is_followed_by_the_delimiter() {
        check(
            r#"{ by = "start-key", key = "甲" }"#,
            "x\n甲 1\n甲乙 2\n 甲 3\n甲\r\n甲",
            &[2, 24, 29],
        );
    }

    #[test]
    fn a_start_line_matches() {
        check(r#"{ by = "start-line", pattern = '^\[' }"#, "x\n[a]\nb\n[c]", &[2, 8]);
    }

    #[test]
    fn a_blank_line_ends_a_record() {
        check(r#"{ by = "blank-line" }"#, "\na\nb\n \n\nc", &[1, 8]);
    }

    #[test]
    fn an_end_line_belongs_to_its_record() {
        check(r#"{ by = "end-line", pattern = '^//$' }"#, "a\n//\n\nb\n//\n", &[0, 6]);
    }
}
