//! Where records of lines begin.
//!
//! A record runs on to the next one.

use memchr::memmem::Finder;
use regex::Regex;

use super::{Cut, Scan};
use crate::schema::model::{Framing, Source};

/// Finds the starts of records of lines.
#[derive(Debug)]
pub(super) struct Lines {
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

impl Lines {
    pub(super) fn new(source: &Source) -> Self {
        let kind = match &source.framing {
            Framing::StartKey(key) => Kind::StartKey {
                finder: Box::new(Finder::new(key).into_owned()),
                delimiter: source.key.delimiter.clone(),
            },
            Framing::StartLine { pattern, .. } => Kind::StartLine(pattern.compile()),
            Framing::BlankLine => Kind::BlankLine,
            Framing::EndLine(pattern, _) => Kind::EndLine(pattern.compile()),
            Framing::File => Kind::File,
        };
        Self { kind }
    }

    /// `armed` tells whether the next line that is not blank begins a record.
    pub(super) fn scan(
        &self,
        text: &str,
        scan: &mut Scan,
        armed: &mut bool,
        ended: bool,
        cuts: &mut Vec<Cut>,
    ) {
        match &self.kind {
            Kind::StartKey { finder, delimiter } => {
                start_keys(finder, delimiter, text, scan, ended, cuts);
            }
            Kind::File => {
                if *armed && !text.is_empty() {
                    cuts.push(Cut::at(0));
                    *armed = false;
                }
                scan.resume = text.len();
            }
            Kind::StartLine(regex) => {
                lines(text, scan, armed, ended, |line, _| (regex.is_match(line), false), cuts);
            }
            Kind::BlankLine => lines(
                text,
                scan,
                armed,
                ended,
                |line, armed| {
                    let blank = line.trim().is_empty();
                    (armed && !blank, blank)
                },
                cuts,
            ),
            Kind::EndLine(regex) => lines(
                text,
                scan,
                armed,
                ended,
                |line, armed| {
                    let begins = armed && !line.trim().is_empty();
                    (begins, regex.is_match(line) || armed && !begins)
                },
                cuts,
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
    cuts: &mut Vec<Cut>,
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
                cuts.push(Cut::at(at));
            }
        }
        scan.resume = at + key;
    }
    // The last bytes may be the first of a key.
    let tail = if ended { 0 } else { key.saturating_sub(1) };
    scan.resume = scan.resume.max(text.floor_char_boundary(text.len().saturating_sub(tail)));
}

/// Whether a key ends where `rest` begins: at the delimiter or the end of the line.
pub(in crate::record) fn is_key_end(rest: &str, delimiter: &str) -> bool {
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
    armed: &mut bool,
    ended: bool,
    judge: impl Fn(&str, bool) -> (bool, bool),
    cuts: &mut Vec<Cut>,
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
        let (begins, after) = judge(line, *armed);
        if whole {
            if begins {
                cuts.push(Cut::at(scan.resume));
            }
            *armed = after;
        }
        scan.resume += length;
    }
}
