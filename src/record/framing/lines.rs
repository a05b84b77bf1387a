//! Where records of lines begin.
//!
//! A record runs on to the next one, or to the line that ends it where the schema
//! tells one.

use memchr::memmem::{self, Finder};
use regex::Regex;

use super::{RecordBounds, Scan};
use crate::lang::Pattern;
use crate::schema::model::{Framing, KeyBy, Source};

/// Finds the starts of records of lines.
#[derive(Debug)]
pub(super) struct Lines {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A key and a delimiter, which need no look at each line.
    StartKey {
        finder: Box<Finder<'static>>,
        delimiter: String,
    },
    /// A line that begins a record, and one that ends it.
    Start {
        begins: Begins,
        ends: Option<Regex>,
    },
    BlankLine,
    EndLine(Regex),
    File,
}

impl Lines {
    pub(super) fn new(source: &Source) -> Self {
        let kind = match &source.framing {
            Framing::StartKey(key) => {
                let syntax = &source.key;
                let plain = syntax.by == KeyBy::Declared
                    && syntax.delimiter_pattern.is_none()
                    && !syntax.fold_case;
                let delimiter = syntax.delimiter.clone();
                if plain && source.end.is_none() {
                    let finder = Box::new(Finder::new(key).into_owned());
                    Kind::StartKey { finder, delimiter }
                } else {
                    let start = StartKey { key: key.clone(), fold_case: syntax.fold_case };
                    let begins = match syntax.by {
                        KeyBy::Declared => match &syntax.delimiter_pattern {
                            Some(pattern) => Begins::Parted(start, pattern.compile()),
                            None => Begins::Declared(start, delimiter),
                        },
                        KeyBy::Pattern => {
                            let pattern = syntax.pattern.as_ref().map(Pattern::compile);
                            pattern.map_or_else(
                                || Begins::Declared(start.clone(), delimiter),
                                |pattern| Begins::Pattern(start.clone(), pattern),
                            )
                        }
                        KeyBy::Column => Begins::Column(start, syntax.width),
                    };
                    Kind::Start { begins, ends: source.end.as_ref().map(Pattern::compile) }
                }
            }
            Framing::StartLine { pattern, .. } => Kind::Start {
                begins: Begins::Line(pattern.compile()),
                ends: source.end.as_ref().map(Pattern::compile),
            },
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
        cuts: &mut Vec<RecordBounds>,
    ) {
        match &self.kind {
            Kind::StartKey { finder, delimiter } => {
                start_keys(finder, delimiter, text, scan, ended, cuts);
            }
            Kind::File => {
                if *armed && !text.is_empty() {
                    cuts.push(RecordBounds::at(0));
                    *armed = false;
                }
                scan.resume = text.len();
            }
            Kind::Start { begins, ends } => {
                bounded(text, scan, armed, ended, begins, ends.as_ref(), cuts);
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

/// What tells that a line begins a record.
#[derive(Debug)]
enum Begins {
    /// It matches.
    Line(Regex),
    /// It has the key before this delimiter,
    Declared(StartKey, String),
    /// before a delimiter that matches,
    Parted(StartKey, Regex),
    /// where a pattern finds keys,
    Pattern(StartKey, Regex),
    /// or in its first characters.
    Column(StartKey, usize),
}

/// The key that begins a record.
#[derive(Clone, Debug)]
struct StartKey {
    key: String,
    fold_case: bool,
}

impl StartKey {
    fn is(&self, found: &str) -> bool {
        found == self.key || self.fold_case && found.eq_ignore_ascii_case(&self.key)
    }

    /// Whether a line may hold the key at all.
    fn may_be_in(&self, line: &str) -> bool {
        let (line, key) = (line.as_bytes(), self.key.as_bytes());
        if self.fold_case {
            line.windows(key.len().max(1)).any(|part| part.eq_ignore_ascii_case(key))
        } else {
            memmem::find(line, key).is_some()
        }
    }
}

impl Begins {
    fn holds(&self, line: &str) -> bool {
        let behind = |start: &StartKey| {
            let rest = line.get(start.key.len()..)?;
            start.is(&line[..start.key.len()]).then_some(rest)
        };
        match self {
            Self::Line(regex) => regex.is_match(line),
            Self::Declared(start, delimiter) => {
                behind(start).is_some_and(|rest| is_key_end(rest, delimiter))
            }
            Self::Parted(start, delimiter) => behind(start).is_some_and(|rest| {
                let found = delimiter.find_at(line, start.key.len());
                rest.is_empty() || found.is_some_and(|found| found.start() == start.key.len())
            }),
            Self::Pattern(start, regex) => {
                let key =
                    |line| regex.captures(line)?.name("key").map(|key| start.is(key.as_str()));
                start.may_be_in(line) && key(line) == Some(true)
            }
            Self::Column(start, width) => {
                let cut = line.char_indices().nth(*width).map_or(line.len(), |(cut, _)| cut);
                start.is(line[..cut].trim())
            }
        }
    }
}

/// Finds records that run from a line that begins one to the next, or to one
/// that ends it. `armed` tells whether no record is open.
fn bounded(
    text: &str,
    scan: &mut Scan,
    armed: &mut bool,
    ended: bool,
    begins: &Begins,
    ends: Option<&Regex>,
    cuts: &mut Vec<RecordBounds>,
) {
    while let Some((line, next)) = next_line(text, scan.resume, ended) {
        // The tail of a line that was too long to keep is no line.
        if scan.resume > 0 || scan.at_line_start {
            if begins.holds(line) {
                cuts.push(RecordBounds::at(scan.resume));
                *armed = false;
            }
            if !*armed && ends.is_some_and(|ends| ends.is_match(line)) {
                *armed = true;
                // That of a record that is too long is not kept; it ends with the next.
                if let Some(cut) = cuts.last_mut().filter(|cut| cut.end.is_none()) {
                    cut.end = Some(next);
                }
            }
        }
        scan.resume = next;
    }
}

/// The line that begins at an offset, without its end, and where the next one
/// begins; none if it is not all there.
fn next_line(text: &str, at: usize, ended: bool) -> Option<(&str, usize)> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let length = match memchr::memchr(b'\n', rest.as_bytes()) {
        Some(feed) => feed + 1,
        None if ended => rest.len(),
        None => return None,
    };
    Some((rest[..length].trim_end_matches(['\n', '\r']), at + length))
}

fn start_keys(
    finder: &Finder<'_>,
    delimiter: &str,
    text: &str,
    scan: &mut Scan,
    ended: bool,
    cuts: &mut Vec<RecordBounds>,
) {
    let bytes = text.as_bytes();
    let key = finder.needle().len();
    while let Some(found) = finder.find(&bytes[scan.resume..]) {
        let at = scan.resume + found;
        let rest = &text[at + key..];
        let line_start = if at == 0 { scan.at_line_start } else { bytes[at - 1] == b'\n' };
        if line_start {
            // The delimiter may not have arrived yet.
            if !ended && rest.len() < delimiter.len() + 2 {
                scan.resume = at;
                return;
            }
            if is_key_end(rest, delimiter) {
                cuts.push(RecordBounds::at(at));
            }
        }
        scan.resume = at + key;
    }
    // The last bytes may be the first of a key.
    let tail = if ended { 0 } else { key.saturating_sub(1) };
    scan.resume = scan.resume.max(text.floor_char_boundary(text.len().saturating_sub(tail)));
}

/// Whether a key ends where `rest` begins: at the delimiter, which may lack the
/// blanks behind it at the end of a line, or at the end of the line.
fn is_key_end(rest: &str, delimiter: &str) -> bool {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with('\n') || rest.starts_with("\r\n");
    let bare = delimiter.trim_end();
    rest.starts_with(delimiter)
        || ends(rest)
        || bare.len() < delimiter.len() && rest.strip_prefix(bare).is_some_and(ends)
}

/// Calls `judge` with each complete line and whether the scan is armed; it
/// tells whether a record begins there and whether the scan is armed after it.
fn lines(
    text: &str,
    scan: &mut Scan,
    armed: &mut bool,
    ended: bool,
    judge: impl Fn(&str, bool) -> (bool, bool),
    cuts: &mut Vec<RecordBounds>,
) {
    while let Some((line, next)) = next_line(text, scan.resume, ended) {
        // The tail of a line that was too long to keep is no line.
        let whole = scan.resume > 0 || scan.at_line_start;
        let (begins, after) = judge(line, *armed);
        if whole {
            if begins {
                cuts.push(RecordBounds::at(scan.resume));
            }
            *armed = after;
        }
        scan.resume = next;
    }
}
