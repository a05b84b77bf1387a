//! Where records of lines begin.
//!
//! A record runs on to the next one, or to the line that ends it where the schema
//! tells one. Of a record that goes without that line is told, where it is one that each should have.

use memchr::memmem::{self, Finder};
use serde::{Deserialize, Serialize};

use super::json::GAP;
use super::{Note, RecordBounds, Scan};
use crate::diagnostic::Code;
use crate::lang::{Pattern, Regex};
use crate::record::MARK;
use crate::schema::model::{Framing, KeyBy, Source};

/// How far a scan of lines has come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct LineScan {
    /// Whether the next line that is not blank begins a record, where those do.
    pub(super) armed: bool,
    /// Whether a record is open.
    open: bool,
    /// Where that record begins, or the piece of text that belongs to none.
    from: usize,
    /// Whether that record is longer than allowed.
    long: bool,
    /// Whether the text goes on in a line that was looked at.
    in_line: bool,
    /// How many records ended with the line that ends them, and how many without it.
    ended: u64,
    unended: u64,
    /// Whether it was told that one in the midst of others went without.
    told: bool,
    /// How long records are allowed to be. No more of a line is looked at.
    #[serde(skip)]
    limit: usize,
}

impl LineScan {
    pub(super) fn new(max_record: usize) -> Self {
        Self { armed: true, limit: max_record, ..Self::default() }
    }

    pub(super) fn restore(&mut self, max_record: usize) {
        self.limit = max_record;
    }

    pub(super) fn shift(&mut self, length: usize) {
        self.from = self.from.saturating_sub(length);
    }

    /// A record begins.
    pub(super) fn begin(&mut self, text: &str, at: usize, cuts: &mut Vec<RecordBounds>) {
        self.reach(text, at, cuts);
        (self.open, self.from, self.long) = (true, at, false);
        cuts.push(RecordBounds::at(at));
    }

    /// The record that is open ends before an offset.
    fn close(&mut self, at: usize, cuts: &mut Vec<RecordBounds>) {
        (self.open, self.from) = (false, at);
        if let Some(cut) = cuts.last_mut().filter(|cut| cut.end.is_none()) {
            cut.end = Some(at);
        }
        // That of a record that is too long may be gone.
        if self.long {
            cuts.push(RecordBounds::gap(at));
        }
    }

    /// Parts the text up to an offset where it belongs to no record: before lines, if they are
    /// not too long. Where hangs on the text alone.
    fn reach(&mut self, text: &str, at: usize, cuts: &mut Vec<RecordBounds>) {
        if self.open {
            self.long |= at - self.from > self.limit;
            return;
        }
        let most = self.limit.clamp(16, GAP);
        while at - self.from > most {
            let end = text.floor_char_boundary(self.from + most);
            let feed = memchr::memrchr(b'\n', &text.as_bytes()[self.from..end]);
            self.from = feed.map_or(end, |feed| self.from + feed + 1);
            cuts.push(RecordBounds::gap(self.from));
        }
    }

    /// Ends a look at text.
    pub(super) fn end(&mut self, text: &str, scan: &mut Scan, cuts: &mut Vec<RecordBounds>) {
        self.reach(text, scan.resume, cuts);
        scan.free = if self.open { 0 } else { scan.resume };
    }

    /// The line that is next, without its end, and where the one after it begins; none if it is
    /// not all there. Of a line that is longer than a record may be, so much is given.
    fn next_line<'t>(
        &mut self,
        text: &'t str,
        scan: &mut Scan,
        ended: bool,
    ) -> Option<(&'t str, usize)> {
        if self.in_line {
            let feed = memchr::memchr(b'\n', &text.as_bytes()[scan.resume..]);
            self.in_line = feed.is_none();
            scan.resume = feed.map_or(text.len(), |feed| scan.resume + feed + 1);
        }
        let rest = text.get(scan.resume..).filter(|rest| !rest.is_empty())?;
        let length = match memchr::memchr(b'\n', rest.as_bytes()) {
            Some(feed) => feed + 1,
            None if ended => rest.len(),
            None if rest.len() > self.limit => {
                self.in_line = true;
                rest.len()
            }
            None => return None,
        };
        let line = &rest[..rest.floor_char_boundary(length.min(self.limit))];
        let line = line.strip_prefix(MARK).unwrap_or(line);
        Some((line.trim_end_matches(['\n', '\r']), scan.resume + length))
    }
}

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
        ends: Option<End>,
    },
    BlankLine,
    EndLine(Regex),
    File,
}

impl Lines {
    pub(super) fn new(source: &Source) -> Self {
        let kind = match &source.framing {
            Framing::StartKey(keys) => {
                let syntax = &source.key;
                let plain = syntax.by == KeyBy::Declared
                    && syntax.delimiter_pattern.is_none()
                    && !syntax.fold_case;
                let delimiter = syntax.delimiter.clone();
                if let [key] = keys.as_slice()
                    && plain
                    && source.end.is_none()
                {
                    let finder = Box::new(Finder::new(key).into_owned());
                    Kind::StartKey { finder, delimiter }
                } else {
                    let start = StartKey { keys: keys.clone(), fold_case: syntax.fold_case };
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
                    Kind::Start { begins, ends: End::of(source) }
                }
            }
            Framing::StartLine { pattern, .. } => {
                Kind::Start { begins: Begins::Line(pattern.compile()), ends: End::of(source) }
            }
            Framing::BlankLine => Kind::BlankLine,
            Framing::EndLine(pattern, _) => Kind::EndLine(pattern.compile()),
            Framing::File => Kind::File,
        };
        Self { kind }
    }

    /// Whether a line tells that a record has ended, and the next line begins another.
    pub(super) fn arms(&self) -> bool {
        matches!(self.kind, Kind::BlankLine | Kind::EndLine(_))
    }

    pub(super) fn scan(
        &self,
        text: &str,
        scan: &mut Scan,
        state: &mut LineScan,
        ended: bool,
        cuts: &mut Vec<RecordBounds>,
    ) {
        match &self.kind {
            Kind::StartKey { finder, delimiter } => {
                start_keys(finder, delimiter, text, scan, state, ended, cuts);
            }
            Kind::File => {
                if state.armed && !text.is_empty() {
                    state.begin(text, 0, cuts);
                    state.armed = false;
                }
                scan.resume = text.len();
            }
            Kind::Start { begins, ends } => {
                bounded(text, scan, state, ended, begins, ends.as_ref(), cuts);
            }
            Kind::BlankLine => lines(
                text,
                scan,
                state,
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
                state,
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

/// The line that ends a record.
#[derive(Debug)]
struct End {
    pattern: Regex,
    due: Due,
}

/// Which records should have the line that ends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// Each: it is an entry, by its key one of those that a record has.
    Always,
    /// Each if most have it: it may be the foot of a page, or of the file.
    Mostly,
    /// None: it may be a blank line, or one of several, such as the notices behind the answer of a server.
    Never,
}

impl End {
    fn of(source: &Source) -> Option<Self> {
        let pattern = source.end.as_ref()?.compile();
        let due = match pattern.samples().as_slice() {
            [mark] if !mark.trim().is_empty() && !pattern.is_match("") => {
                let syntax = &source.key;
                let listed = || syntax.ignored.iter().any(|key| mark.starts_with(key.as_str()));
                let is_entry = match syntax.by {
                    KeyBy::Declared => listed(),
                    KeyBy::Pattern => {
                        listed()
                            || syntax
                                .pattern
                                .as_ref()
                                .is_some_and(|key| key.compile().is_match(mark))
                    }
                    KeyBy::Column => true,
                };
                // The line behind all records stands above their keys.
                if is_entry && !syntax.levels { Due::Always } else { Due::Mostly }
            }
            _ => Due::Never,
        };
        Some(Self { pattern, due })
    }

    /// Whether a record that goes without it is told of, after those before it.
    fn is_missed(&self, state: &LineScan) -> bool {
        match self.due {
            Due::Always => true,
            Due::Mostly => state.ended > state.unended,
            Due::Never => false,
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

/// The keys that begin a record.
#[derive(Clone, Debug)]
struct StartKey {
    keys: Vec<String>,
    fold_case: bool,
}

impl StartKey {
    fn is(&self, found: &str) -> bool {
        let same = |key: &String| found == key || self.fold_case && found.eq_ignore_ascii_case(key);
        self.keys.iter().any(same)
    }

    /// Whether a line may hold one of the keys at all.
    fn may_be_in(&self, line: &str) -> bool {
        let line = line.as_bytes();
        self.keys.iter().map(String::as_bytes).any(|key| {
            if self.fold_case {
                line.windows(key.len().max(1)).any(|part| part.eq_ignore_ascii_case(key))
            } else {
                memmem::find(line, key).is_some()
            }
        })
    }

    /// Whether a line begins with a key behind which `ends` holds for the rest.
    fn begins(&self, line: &str, ends: impl Fn(&str) -> bool) -> bool {
        self.keys.iter().any(|key| {
            line.get(key.len()..).is_some_and(|rest| self.is(&line[..key.len()]) && ends(rest))
        })
    }
}

impl Begins {
    fn holds(&self, line: &str) -> bool {
        match self {
            Self::Line(regex) => regex.is_match(line),
            Self::Declared(start, delimiter) => {
                start.begins(line, |rest| is_key_end(rest, delimiter))
            }
            Self::Parted(start, delimiter) => start.begins(line, |rest| {
                let end = line.len() - rest.len();
                let found = delimiter.find_at(line, end);
                rest.is_empty() || found.is_some_and(|found| found.start() == end)
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
/// that ends it.
fn bounded(
    text: &str,
    scan: &mut Scan,
    state: &mut LineScan,
    ended: bool,
    begins: &Begins,
    ends: Option<&End>,
    cuts: &mut Vec<RecordBounds>,
) {
    while let Some((line, next)) = state.next_line(text, scan, ended) {
        if begins.holds(line) {
            if let Some(ends) = ends.filter(|_| state.open) {
                if !state.told && ends.is_missed(state) {
                    state.told = true;
                    let line = line.trim_end();
                    let from = line.as_ptr().addr() - text.as_ptr().addr();
                    scan.notes.push(Note {
                        span: from..from + line.len(),
                        code: Code::RECORD_NOT_ENDED,
                        message: "a record begins, and the one above has not ended with the line that ends records"
                            .to_owned(),
                        help: Some(
                            "look whether the end of the record above is missing; of others that go without it in this \
                             file nothing is told"
                                .to_owned(),
                        ),
                    });
                }
                state.unended += 1;
            }
            state.begin(text, scan.resume, cuts);
        }
        // A line that is too long ends none: where it ends itself may not be known.
        let is_end = |ends: &End| next - scan.resume <= state.limit && ends.pattern.is_match(line);
        let closes = state.open && ends.is_some_and(is_end);
        scan.resume = next;
        state.reach(text, next, cuts);
        if closes {
            state.ended += 1;
            state.close(next, cuts);
        }
    }
    if ended && state.open && ends.is_some_and(|ends| ends.is_missed(state)) {
        let last = text.floor_char_boundary(text.trim_end().len().saturating_sub(1));
        scan.notes.push(Note {
            span: last..text.ceil_char_boundary(last + 1),
            code: Code::RECORD_NOT_ENDED,
            message: "the file ends before the line that ends its last record".to_owned(),
            help: Some(
                "the file may be cut off there: look whether more of the record, and others behind it, are missing"
                    .to_owned(),
            ),
        });
    }
}

fn start_keys(
    finder: &Finder<'_>,
    delimiter: &str,
    text: &str,
    scan: &mut Scan,
    state: &mut LineScan,
    ended: bool,
    cuts: &mut Vec<RecordBounds>,
) {
    let bytes = text.as_bytes();
    let key = finder.needle().len();
    while let Some(found) = finder.find(&bytes[scan.resume..]) {
        let at = scan.resume + found;
        let rest = &text[at + key..];
        // A line may begin with a mark, and a record then does too.
        let marked = text[..at].ends_with(MARK);
        let line = if marked { at - MARK.len_utf8() } else { at };
        let line_start = if line == 0 { scan.at_line_start } else { bytes[line - 1] == b'\n' };
        if line_start {
            // The delimiter may not have arrived yet.
            if !ended && rest.len() < delimiter.len() + 2 {
                scan.resume = at;
                return;
            }
            if is_key_end(rest, delimiter) {
                state.begin(text, line.max(state.from), cuts);
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

/// Calls `judge` with each line and whether the scan is armed; it
/// tells whether a record begins there and whether the scan is armed after it.
fn lines(
    text: &str,
    scan: &mut Scan,
    state: &mut LineScan,
    ended: bool,
    judge: impl Fn(&str, bool) -> (bool, bool),
    cuts: &mut Vec<RecordBounds>,
) {
    while let Some((line, next)) = state.next_line(text, scan, ended) {
        let (begins, after) = judge(line, state.armed);
        if begins {
            state.begin(text, scan.resume, cuts);
        }
        state.armed = after;
        scan.resume = next;
    }
}
