//! Records of lines with a key and a value.
//!
//! In: the bytes of one record. Out: its entries, with the bytes of each key
//! and value, and a class for every byte. A value that stands in the dump as it
//! is gets borrowed; only one that is put together from lines is copied.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use rustc_hash::FxHashSet;

use super::entries::{Fields, Origins, RepeatDecision};
use super::keys::{Above, KeyLookup, Keys};
use super::lookalike::{
    Behind, Head, Lookalike, bare, behind_marks, has_breaks, is_break, is_hidden, look_of,
    looks_blank, near_forms,
};
use super::marks::{is_near, is_other_form, kind_of, other_kind};
use super::{Comments, MARK};
use crate::data::{Record, Text};
use crate::diagnostic::{Code, Diagnostics};
use crate::lang::{Pattern, Regex, nearest_key};
use crate::schema::Schema;
use crate::schema::model::{Continuation, ContinuationBy, Framing, KeyBy, When};
use crate::source::Span;
use crate::text::trimmed;

/// The compiled plan of key-value records.
#[derive(Debug)]
pub(super) struct KeyValue {
    keys: Keys,
    /// The longest key, in bytes.
    longest: usize,
    by: KeyBy,
    delimiter: String,
    /// The delimiter, where it is one byte and stands in no key: the first one ends the key.
    short_delimiter: Option<u8>,
    delimiter_finder: memmem::Finder<'static>,
    delimiter_pattern: Option<Regex>,
    /// Whether a key holds the delimiter.
    nests: bool,
    lookalike: Lookalike,
    pattern: Option<Regex>,
    /// Where keys have levels, the paths that lead to known ones.
    above: Option<Above>,
    /// And the names in these paths.
    names: FxHashSet<String>,
    width: usize,
    unknown: Option<Regex>,
    /// The line that ends a record, or the one that begins it, where that is no entry.
    end_line: Option<Regex>,
    start_line: Option<StartLine>,
    /// The keys that begin one.
    start_keys: Vec<String>,
    /// What the former says, in each of its forms.
    end_marks: Vec<String>,
    /// The length of the longest key, where keys are tags without small letters.
    codes: Option<usize>,
    /// Whether a blank line ends it.
    ends_at_blank: bool,
    /// The lines that tell the kind of a record.
    kind_lines: Vec<Regex>,
    comments: Comments,
    ordered: bool,
    continuation: Continuation,
    /// What a line ends in that goes on in the next one.
    after: Option<Regex>,
    fields: Fields,
    /// For each field whether its value may run over lines.
    long: Vec<bool>,
}

/// What a line is.
enum Line<'t> {
    /// An entry of a field: the field, the bytes of the key and of the value,
    /// and whether that is in base64.
    Entry { field: usize, key: Range<usize>, value: Range<usize>, encoded: bool },
    /// A key that is not wanted.
    Ignored,
    /// A key that the schema does not know.
    Unknown(Cow<'t, str>),
    /// A key without a value that others stand below: its bytes.
    Above(Range<usize>),
    /// No key.
    Plain,
    /// The line that begins or ends a record, and says nothing else.
    RecordFrame,
}

/// What stands on the line of a mark, where the mark is not all of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// Text that nobody reads.
    Text,
    /// The same behind a key that is not wanted.
    Unwanted,
}

/// Where the lines after an entry go.
#[derive(Clone, Copy)]
enum Open {
    /// They join the entry.
    Entry { field: usize },
    /// They belong to an entry that is not taken.
    Dropped,
    /// They belong to an unknown key.
    Unknown,
    /// They belong to a key that is not wanted.
    Ignored,
    /// There is no entry yet.
    Nothing,
}

/// The line that begins a record.
#[derive(Debug)]
struct StartLine {
    pattern: Regex,
    /// The field of its group `value`.
    field: Option<usize>,
}

impl StartLine {
    fn entry(&self, line: &str, at: usize) -> Option<Line<'static>> {
        let value = self.pattern.captures(line)?.name("value")?.range();
        let value = at + value.start..at + value.end;
        Some(Line::Entry { field: self.field?, key: at..at, value, encoded: false })
    }
}

/// The longest key with those above it, in bytes, that is looked for.
const LONGEST_PATH: usize = 4096;

/// The keys above a line, where keys have levels.
#[derive(Default)]
struct Path {
    /// Their names, with dots between.
    text: String,
    /// The level of each, where its name begins, and whether it is not wanted,
    /// nor what is below it; and how many there were before it.
    keys: Vec<(u32, usize, bool, usize)>,
    count: usize,
}

impl Path {
    /// Goes to a key; tells whether one above it is not wanted.
    fn enter(&mut self, level: u32, key: &str) -> bool {
        while let Some(&(above, start, ..)) = self.keys.last()
            && above >= level
        {
            self.keys.pop();
            self.text.truncate(start);
        }
        let dropped = self.keys.last().is_some_and(|(_, _, dropped, _)| *dropped);
        self.keys.push((level, self.text.len(), dropped, self.count));
        self.count += 1;
        if !self.text.is_empty() {
            self.text.push('.');
        }
        self.text.push_str(key);
        dropped
    }

    /// Leaves out what is below the key it is at.
    fn drop_below(&mut self) {
        if let Some((_, _, dropped, _)) = self.keys.last_mut() {
            *dropped = true;
        }
    }

    /// The paths it is at that lead to known keys, each with the block of lines that it is.
    fn blocks<'p>(&'p self, above: &'p Above) -> impl Iterator<Item = (usize, usize)> + 'p {
        let ends = self.keys.iter().skip(1).map(|(_, start, ..)| *start).chain([self.text.len()]);
        let keys = self.keys.iter().zip(ends);
        keys.filter_map(|((.., block), end)| Some((above.find(&self.text[..end])?, *block)))
    }
}

/// The value of an entry while its lines come in.
struct Value {
    field: usize,
    key: Range<usize>,
    /// The bytes of its first line, and of those behind it.
    first: Range<usize>,
    more: Vec<Range<usize>>,
    /// The bytes of comments that stand among them.
    comments: Vec<Range<usize>>,
    /// Whether it is in base64.
    encoded: bool,
}

impl KeyValue {
    /// Compiles the syntax of a schema.
    pub(super) fn new(schema: &Schema) -> Self {
        let syntax = &schema.source.key;
        let delimiter_pattern = syntax.delimiter_pattern.as_ref().map(Pattern::compile);
        let all = || schema.fields.iter().flat_map(|field| &field.keys).chain(&syntax.ignored);
        let holds = |key: &String| match &delimiter_pattern {
            Some(pattern) => pattern.is_match(key),
            None => key.contains(&syntax.delimiter),
        };
        let fold = |path: &str| {
            if syntax.fold_case { path.to_ascii_lowercase() } else { path.to_owned() }
        };
        let names = all().filter(|_| syntax.levels).flat_map(|key| key.split('.')).map(fold);
        let names = names.collect();
        let keys = Keys::new(schema);
        let nests = all().any(holds);
        let short_delimiter = match syntax.delimiter.as_bytes() {
            [only] if !nests && delimiter_pattern.is_none() => Some(*only),
            _ => None,
        };
        let pattern = syntax.pattern.as_ref().map(Pattern::compile);
        let end_line = match &schema.source.framing {
            Framing::EndLine(pattern, _) => Some(pattern.compile()),
            _ => schema.source.end.as_ref().map(Pattern::compile),
        };
        let between = pattern.as_ref().map(between);
        let are_codes = !keys.all().any(|key| key.contains(char::is_lowercase));
        Self {
            nests,
            short_delimiter,
            codes: are_codes.then(|| keys.longest()),
            end_marks: end_line
                .as_ref()
                .filter(|end| tells(end))
                .map(Regex::samples)
                .unwrap_or_default(),
            lookalike: Lookalike::new(
                between.as_ref().unwrap_or(&syntax.delimiter),
                delimiter_pattern.clone(),
                schema.source.continuation.indents.iter().all(|indent| !indent.is_empty()),
            ),
            above: syntax.levels.then(|| keys.above()),
            names,
            longest: keys.longest(),
            keys,
            by: syntax.by,
            delimiter: syntax.delimiter.clone(),
            delimiter_finder: memmem::Finder::new(&syntax.delimiter).into_owned(),
            delimiter_pattern,
            pattern,
            width: syntax.width,
            unknown: syntax.unknown.as_ref().map(Pattern::compile),
            end_line,
            start_line: match &schema.source.framing {
                Framing::StartLine { pattern, key, .. } => {
                    let keys = Keys::new(schema);
                    let field = key.as_ref().and_then(|key| match keys.find(key) {
                        KeyLookup::Field(field) => Some(field),
                        KeyLookup::Ignored | KeyLookup::No => None,
                    });
                    Some(StartLine { pattern: pattern.compile(), field })
                }
                _ => None,
            },
            start_keys: match &schema.source.framing {
                Framing::StartKey(keys) => keys.clone(),
                _ => Vec::new(),
            },
            ends_at_blank: matches!(schema.source.framing, Framing::BlankLine),
            kind_lines: schema
                .kinds
                .iter()
                .filter_map(|kind| match &kind.when {
                    When::Line(pattern) => Some(pattern.compile()),
                    When::Value(..) => None,
                })
                .collect(),
            comments: Comments::new(&schema.source),
            ordered: syntax.ordered,
            continuation: schema.source.continuation.clone(),
            after: schema.source.continuation.after.as_ref().map(Pattern::compile),
            fields: Fields::new(schema),
            long: schema
                .fields
                .iter()
                .map(|field| field.cells.slots().first().is_some_and(|slot| slot.long))
                .collect(),
        }
    }

    /// Parses a record of `text`, which has no entries yet. Whether the text is known to hold no
    /// character that ends lines for some programs alone, who calls says.
    pub(super) fn parse<'t>(
        &self,
        is_plain: bool,
        text: &'t str,
        mut record: Record<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let span = record.span;
        let mut open = Open::Nothing;
        let mut value: Option<Value> = None;
        let mut path = Path::default();
        let mut origins = Origins::default();
        // Where among the keys of fields the next one is looked for first.
        let mut expected = 0;
        let mut in_comment = false;
        let mut above = "";
        let mut at = span.start as usize;
        let end = span.end as usize;
        // Lines of a dump that has no line feed at all are reported with it.
        let returns = memchr::memchr(b'\r', &text.as_bytes()[at..end]).is_some()
            && memchr::memchr(b'\n', text.as_bytes()).is_some();
        let breaks = !is_plain && has_breaks(&text[at..end]);
        while at < end {
            let begins = at == span.start as usize;
            let feed = memchr::memchr(b'\n', &text.as_bytes()[at..end]);
            let next = feed.map_or(end, |feed| at + feed + 1);
            let mut stop = feed.map_or(end, |feed| at + feed);
            if stop > at && text.as_bytes()[stop - 1] == b'\r' {
                stop -= 1;
            }
            if text[at..stop].starts_with(MARK) {
                let mark = at..at + MARK.len_utf8();
                diagnostics.report(
                    Code::BYTE_ORDER_MARK,
                    Span::new(mark.start, mark.end),
                    "a byte order mark stands at the start of a line, and is left out",
                );
                at = mark.end;
                record.bytes.ignored += mark.len() as u64;
                if let Some(value) = &mut value {
                    value.comments.push(mark);
                }
            }
            let line = at..stop;
            let content = &text[line.clone()];
            if returns {
                self.report_returns(content, at, diagnostics);
            }
            if self.comments.takes(content, &mut in_comment) {
                record.bytes.ignored += line.len() as u64;
                if let Some(value) = &mut value {
                    value.comments.push(line);
                }
                at = next;
                continue;
            }
            if breaks {
                self.report_breaks(content, at, diagnostics);
            }
            if self.ends_at_blank && !matches!(open, Open::Nothing) && looks_blank(content) {
                Self::report_near_blank(content, at, diagnostics);
            }
            let above = std::mem::replace(&mut above, content);
            let goes_on = || self.after.as_ref().is_some_and(|regex| regex.is_match(above));
            let start = self.start_line.as_ref().filter(|_| begins);
            let frames = start.is_some()
                || self.end_line.as_ref().is_some_and(|regex| regex.is_match(content));
            let named = start.and_then(|start| start.entry(content, at));
            let mut beside = named.is_some().then_some(Beside::Text);
            let read = named.unwrap_or_else(|| {
                let read = self.read(content, at, expected, &mut path);
                if !frames || matches!(read, Line::Entry { .. }) {
                    return read;
                }
                beside = self.beside(content, &read);
                // What begins a record and is no entry is above no key.
                path = Path::default();
                Line::RecordFrame
            });
            match read {
                Line::RecordFrame => {
                    self.close(text, value.take(), &mut record, diagnostics);
                    open = Open::Nothing;
                }
                Line::Entry { field, key, value: place, encoded } => {
                    if self.is_text(field, open, &record) {
                        Self::report_key_in_text(text, &line, &key, diagnostics);
                        let line = (line, goes_on());
                        self.join(text, line, open, &mut value, &mut record, diagnostics);
                    } else {
                        self.close(text, value.take(), &mut record, diagnostics);
                        self.report_order(text, field, &key, &record, diagnostics);
                        let (name, whole) = (&text[key.clone()], Span::new(at, stop));
                        let fate =
                            self.fields.begin(text, field, name, whole, &mut record, diagnostics);
                        if fate == RepeatDecision::Taken {
                            open = Open::Entry { field };
                            expected = self.keys.behind(field);
                            if let Some(above) = &self.above {
                                let blocks = path.blocks(above);
                                self.fields.take_from((field, whole), blocks, &mut origins);
                            }
                            record.bytes.key += key.len() as u64;
                            value = Some(Value {
                                field,
                                key,
                                first: place,
                                more: Vec::new(),
                                comments: Vec::new(),
                                encoded,
                            });
                        } else {
                            open = Open::Dropped;
                            record.bytes.repeated += (stop - at) as u64;
                        }
                    }
                }
                Line::Ignored => {
                    self.close(text, value.take(), &mut record, diagnostics);
                    open = Open::Ignored;
                    record.bytes.ignored += line.len() as u64;
                }
                Line::Above(key) => {
                    self.close(text, value.take(), &mut record, diagnostics);
                    open = Open::Nothing;
                    record.bytes.key += key.len() as u64;
                }
                Line::Unknown(key) => {
                    self.close(text, value.take(), &mut record, diagnostics);
                    open = Open::Unknown;
                    let whole = Span::new(line.start, line.end);
                    Keys::report_unknown(&key, whole, content, diagnostics);
                    record.bytes.unknown_key += line.len() as u64;
                }
                Line::Plain => {
                    let line = (line, goes_on());
                    let joined = self.join(text, line, open, &mut value, &mut record, diagnostics);
                    // What goes on with a stray line is stray itself, not the value's above.
                    if !joined {
                        self.close(text, value.take(), &mut record, diagnostics);
                        open = Open::Nothing;
                    }
                }
            }
            if let Some(beside) = beside {
                for piece in self.beside_marks(content, start) {
                    let piece = at + piece.start..at + piece.end;
                    if beside == Beside::Unwanted {
                        record.bytes.ignored += piece.len() as u64;
                    } else {
                        Self::report_beside(text, &piece, diagnostics);
                        record.bytes.stray += piece.len() as u64;
                    }
                    // It may stand among the lines of the value that the line begins.
                    if let Some(value) = &mut value {
                        value.comments.push(piece);
                    }
                }
            }
            at = next;
        }
        self.close(text, value.take(), &mut record, diagnostics);
        if let Some(above) = &self.above {
            self.fields.report_origins(text, &origins, above, &record, diagnostics);
        }
        record.bytes.rest_is_separator(span.len());
        record
    }

    /// What stands on a line beside the pattern that begins or ends a record, where the line is
    /// no entry.
    fn beside(&self, line: &str, read: &Line<'_>) -> Option<Beside> {
        match read {
            // Its key is known, and has no value.
            Line::Above(_) => None,
            Line::Ignored if self.entry_key(line).is_some() || self.is_key_of(line) => {
                Some(Beside::Unwanted)
            }
            // That any key is unwanted says nothing of words behind a mark.
            Line::Unknown(_)
            | Line::Ignored
            | Line::Plain
            | Line::RecordFrame
            | Line::Entry { .. } => Some(Beside::Text),
        }
    }

    /// Whether the key of a line stands in the mark that begins or ends a record.
    fn is_key_of(&self, line: &str) -> bool {
        let groups = |regex: &Regex| Some(regex.captures(line)?.name("key")?.range());
        let key = match self.by {
            KeyBy::Declared => None,
            KeyBy::Pattern => self.pattern.as_ref().and_then(groups),
            KeyBy::Column => {
                let cut = line.char_indices().nth(self.width).map_or(line.len(), |(cut, _)| cut);
                Some(trimmed(line, 0..cut))
            }
        };
        let mark = self.frames(line).and_then(|mark| mark.find(line));
        let Some((key, mark)) = key.zip(mark) else { return false };
        mark.start() <= key.start && key.end <= mark.end()
    }

    /// The pieces of a line that no pattern of a line that begins or ends a record matches, without
    /// blanks around them. Signs alone are the rest of a ruler, a delimiter, a bracket.
    fn beside_marks(&self, line: &str, start: Option<&StartLine>) -> Vec<Range<usize>> {
        let whole = trimmed(line, 0..line.len());
        let kinds = self.kind_lines.iter().filter(|_| start.is_some());
        let patterns = start.map(|start| &start.pattern).into_iter().chain(&self.end_line);
        let mut marks = Vec::new();
        for pattern in patterns.chain(kinds) {
            let Some(mark) = pattern.find(line) else { continue };
            if mark.start() <= whole.start && whole.end <= mark.end() {
                return Vec::new();
            }
            marks.push(mark.range());
        }
        marks.sort_unstable_by_key(|mark| mark.start);
        marks.push(line.len()..line.len());
        let mut pieces = Vec::new();
        let mut from = 0;
        for mark in marks {
            if mark.start > from {
                let piece = trimmed(line, from..mark.start);
                if line[piece.clone()].contains(char::is_alphanumeric) {
                    pieces.push(piece);
                }
            }
            from = from.max(mark.end);
        }
        pieces
    }

    /// Reports text on the line that begins or ends a record.
    fn report_beside(text: &str, piece: &Range<usize>, diagnostics: &mut Diagnostics<'_>) {
        let finding = diagnostics.report(
            Code::STRAY_LINE,
            Span::new(piece.start, piece.end),
            "text on the line that begins or ends the record belongs to no key",
        );
        finding.raw = Some(text[piece.clone()].to_owned());
        finding.help = Some(
            "a pattern that matches all of the line, as by `.*$` at its end, says that nothing is lost"
                .to_owned(),
        );
    }

    /// Tells what a line is that begins at `at`, and mostly with the `expected`th of the keys of
    /// fields or one soon behind it.
    fn read<'t>(&self, line: &'t str, at: usize, expected: usize, path: &mut Path) -> Line<'t> {
        match self.by {
            KeyBy::Declared => {
                let expected = self
                    .short_delimiter
                    .and_then(|delimiter| self.keys.expected(expected, line.as_bytes(), delimiter));
                if let Some((key, field)) = expected {
                    let value = at + key + 1..at + line.len();
                    return Line::Entry { field, key: at..at + key, value, encoded: false };
                }
                match self.declared(line) {
                    Some((key, value, KeyLookup::Field(field))) => {
                        return Line::Entry {
                            field,
                            key: at..at + key,
                            value: at + value..at + line.len(),
                            encoded: false,
                        };
                    }
                    Some((_, _, KeyLookup::Ignored)) => return Line::Ignored,
                    _ => {}
                }
                let unknown = self.unknown.as_ref().and_then(|regex| regex.captures(line));
                match unknown.and_then(|groups| groups.name("key")) {
                    Some(_) if self.keys.ignores_all() => Line::Ignored,
                    Some(key) => Line::Unknown(key.as_str().into()),
                    None if self.keys.ignores_all()
                        && self
                            .lookalike
                            .head(line, &self.keys)
                            .is_some_and(|head| head.behind == Behind::Delimiter) =>
                    {
                        Line::Ignored
                    }
                    None => Line::Plain,
                }
            }
            KeyBy::Pattern => {
                let Some(groups) = self.pattern.as_ref().and_then(|regex| regex.captures(line))
                else {
                    return Line::Plain;
                };
                let Some(key) = groups.name("key") else {
                    return Line::Plain;
                };
                let plain = groups.name("value");
                let encoded = plain.or_else(|| groups.name("base64"));
                // A value that takes no part in the match is an empty one.
                let value = encoded.map_or(line.len()..line.len(), |value| value.range());
                let place = at + value.start..at + value.end;
                let encoded = plain.is_none() && encoded.is_some();
                let (key, start) = (key.as_str(), at + key.start());
                match &self.above {
                    None => self.known(key, start, place, encoded),
                    Some(above) => {
                        let level = groups.name("level").map_or("", |level| level.as_str());
                        self.below(above, (level, key), start, place, encoded, path)
                    }
                }
            }
            KeyBy::Column => {
                let cut = line.char_indices().nth(self.width).map_or(line.len(), |(cut, _)| cut);
                let key = line[..cut].trim();
                if key.is_empty() {
                    return Line::Plain;
                }
                let start = line.len() - line.trim_start().len();
                self.known(key, at + start, at + cut..at + line.len(), false)
            }
        }
    }

    fn known<'t>(&self, key: &'t str, at: usize, value: Range<usize>, encoded: bool) -> Line<'t> {
        match self.keys.find(key) {
            KeyLookup::Field(field) => {
                Line::Entry { field, key: at..at + key.len(), value, encoded }
            }
            KeyLookup::Ignored => Line::Ignored,
            KeyLookup::No => Line::Unknown(key.into()),
        }
    }

    /// What a key is that stands below others.
    fn below(
        &self,
        above: &Above,
        (level, key): (&str, &str),
        at: usize,
        value: Range<usize>,
        encoded: bool,
        path: &mut Path,
    ) -> Line<'static> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a line has fewer than 2^32 characters"
        )]
        let level = level.trim().parse().unwrap_or_else(|_| level.chars().count() as u32);
        if path.enter(level, key) {
            return Line::Ignored;
        }
        // No field has such a key, and to look for each would read all above it each time.
        if path.text.len() > LONGEST_PATH && !self.keys.ignores_all() {
            let shown = path.text.floor_char_boundary(LONGEST_PATH);
            return Line::Unknown(format!("{}…", &path.text[..shown]).into());
        }
        let leads = || above.find(&path.text).is_some();
        match self.keys.listed(&path.text) {
            KeyLookup::Field(field) => {
                Line::Entry { field, key: at..at + key.len(), value, encoded }
            }
            KeyLookup::Ignored => {
                path.drop_below();
                Line::Ignored
            }
            KeyLookup::No if value.is_empty() && leads() => Line::Above(at..at + key.len()),
            KeyLookup::No if self.keys.ignores_all() => Line::Ignored,
            KeyLookup::No => Line::Unknown(path.text.clone().into()),
        }
    }

    /// A key that the schema lists at the start of a line: where it ends, where
    /// its value begins, and what it is. A key may hold the delimiter itself: the
    /// longest that is listed is meant.
    fn declared(&self, line: &str) -> Option<(usize, usize, KeyLookup)> {
        if line.len() <= self.longest {
            let known = self.keys.listed(line);
            if known != KeyLookup::No {
                return Some((line.len(), line.len(), known));
            }
        }
        let mut found = None;
        // Tells whether a longer key may follow.
        let look = |start: usize, end: usize, found: &mut Option<_>| {
            if start > self.longest {
                return false;
            }
            let known = self.keys.listed(&line[..start]);
            if known != KeyLookup::No {
                *found = Some((start, end, known));
            }
            self.nests
        };
        if let Some(pattern) = &self.delimiter_pattern {
            for cut in pattern.find_iter(line) {
                if !look(cut.start(), cut.end(), &mut found) {
                    break;
                }
            }
            return found;
        }
        let delimiter = self.delimiter.as_bytes();
        let window = &line.as_bytes()[..line.len().min(self.longest + delimiter.len())];
        let next = |rest: &[u8]| match delimiter {
            // A key is too short for a search that is made for long texts.
            [only] => rest.iter().position(|byte| byte == only),
            _ => self.delimiter_finder.find(rest),
        };
        let mut from = 0;
        while let Some(cut) = window.get(from..).and_then(next) {
            let cut = from + cut;
            if !look(cut, cut + delimiter.len(), &mut found) {
                break;
            }
            from = cut + delimiter.len().max(1);
        }
        if found.is_none() {
            // Blanks at the end of a line are easily lost, those of the delimiter too.
            let bare = self.delimiter.trim_end();
            if let Some(key) = line.strip_suffix(bare).filter(|_| bare.len() < delimiter.len()) {
                look(key.len(), line.len(), &mut found);
            }
        }
        found
    }

    /// Whether a line with a declared key is text of the value above: keys come
    /// in order, the value may run over lines, and the key comes too early or again.
    fn is_text(&self, field: usize, open: Open, record: &Record<'_>) -> bool {
        let Open::Entry { field: above } = open else {
            return false;
        };
        self.ordered && self.long[above] && (field <= above || record.by_field[field].is_some())
    }

    /// Reports a key that comes after one that the schema lists later.
    fn report_order(
        &self,
        text: &str,
        field: usize,
        key: &Range<usize>,
        record: &Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        if !self.ordered || record.by_field[field].is_some() {
            return;
        }
        let later = record.by_field[field + 1..].iter().position(Option::is_some);
        if let Some(later) = later {
            let other = self.fields.name(field + 1 + later);
            let finding = diagnostics.report(
                Code::KEY_OUT_OF_ORDER,
                Span::new(key.start, key.end),
                format!("the key `{}` comes after that of `{other}`", &text[key.clone()]),
            );
            finding.field = Some(self.fields.name(field).to_owned());
        }
    }

    /// Adds a line without a key to what is open, be it that the line above goes on in it;
    /// false if it belongs to nothing.
    fn join(
        &self,
        text: &str,
        (line, goes_on): (Range<usize>, bool),
        open: Open,
        value: &mut Option<Value>,
        record: &mut Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> bool {
        let content = &text[line.clone()];
        let length = line.len() as u64;
        let blank = content.trim().is_empty();
        if blank && self.indent_of(content).is_none() {
            match value {
                Some(value) if self.continuation.by == ContinuationBy::Any => {
                    value.more.push(line);
                }
                _ => {}
            }
            return true;
        }
        let joins = match self.continuation.by {
            ContinuationBy::Any => true,
            ContinuationBy::Indent => goes_on || self.indent_of(content).is_some(),
            ContinuationBy::None => goes_on || blank,
        };
        if joins && !goes_on && !blank && !matches!(open, Open::Nothing) {
            self.report_lookalike(text, &line, record, diagnostics);
        }
        match (open, joins) {
            (Open::Entry { .. }, true) => {
                if let Some(value) = value {
                    value.more.push(line);
                }
            }
            (Open::Dropped, true) => record.bytes.repeated += length,
            (Open::Unknown, true) => record.bytes.unknown_key += length,
            (Open::Ignored, true) => record.bytes.ignored += length,
            _ if blank => {}
            _ => {
                let finding = diagnostics.report(
                    Code::STRAY_LINE,
                    Span::new(line.start, line.end),
                    "the line has no key and joins no value",
                );
                finding.raw = Some(content.to_owned());
                finding.help = self.help_stray(content);
                record.bytes.stray += length;
                return false;
            }
        }
        true
    }

    /// What to do about a line that begins like an entry with a known key: `Pirce: 5`, or `price: 5` for `Price: 5`.
    fn help_stray(&self, line: &str) -> Option<String> {
        if self.by != KeyBy::Declared {
            return None;
        }
        let end = match &self.delimiter_pattern {
            Some(pattern) => pattern.find(line)?.start(),
            None => self.delimiter_finder.find(line.as_bytes())?,
        };
        let head = line[..end].trim();
        let other_case = self.keys.all().find(|key| *key != head && key.eq_ignore_ascii_case(head));
        if let Some(key) = other_case {
            return Some(format!(
                "it has the key `{key}` in other letters: `key = {{ fold-case = true }}` reads both"
            ));
        }
        let near = nearest_key(head, self.keys.declared().map(|(key, _)| key))?;
        Some(format!("if `{head}` means `{near}`, add it to the `aliases` of that field"))
    }

    /// How much of a line is its indent, if it has one.
    fn indent_of(&self, line: &str) -> Option<usize> {
        let indents = || self.continuation.indents.iter().map(String::as_str);
        let indent = indents().find(|indent| line.starts_with(indent));
        let bare = || indents().map(str::trim_end).find(|bare| !bare.is_empty() && line == *bare);
        indent.or_else(bare).map(str::len)
    }

    /// Ends an entry: its lines become its text.
    fn close<'t>(
        &self,
        text: &'t str,
        value: Option<Value>,
        record: &mut Record<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let Some(Value { field, key, first, mut more, comments, encoded }) = value else {
            return;
        };
        // Blank lines behind a value are none of it, whatever joins its lines.
        while more.last().is_some_and(|line| text[line.clone()].trim().is_empty()) {
            more.pop();
        }
        let join = self.fields.join(field);
        let (start, end) = (first.start, more.last().unwrap_or(&first).end);
        let lines = || std::iter::once(&first).chain(&more);
        // Lines joined by the line feeds that part them stand in the dump as they are.
        let plain = more.is_empty()
            || (join == "\n"
                && self.continuation.indents.iter().all(String::is_empty)
                && self.continuation.blank.is_none()
                && end - start - lines().map(ExactSizeIterator::len).sum::<usize>() == more.len());
        let mut joined = if plain {
            let kept = trimmed(text, start..end);
            Text::borrowed(&text[kept.clone()], kept.start)
        } else {
            let mut joined = Text::builder();
            for (n, line) in lines().enumerate() {
                let mut from = line.start;
                let mut piece = &text[from..line.end];
                if n > 0 {
                    from += self.indent_of(piece).unwrap_or(0);
                    piece = &text[from..line.end];
                    if self.continuation.blank.as_deref() == Some(piece) {
                        piece = "";
                    }
                    // A blank line parts lines where they stay lines; where they become
                    // one, there is nothing to be joined.
                    let parts = join.contains('\n') && !joined.as_str().is_empty();
                    if piece.trim().is_empty() && !parts {
                        continue;
                    }
                    if !joined.as_str().is_empty() {
                        joined.push_as(join, Span::new(line.start.saturating_sub(1), line.start));
                    }
                }
                joined.push(piece, from);
            }
            joined.trimmed()
        };
        if encoded {
            joined = self.decoded(field, joined, diagnostics);
        }
        // A comment in the middle of a value is none of it.
        let covered = joined.whole().range();
        let inside = comments.iter().filter(|comment| covered.contains(&comment.start));
        let inside: usize =
            inside.map(|comment| comment.end.min(covered.end) - comment.start).sum();
        self.fields.push_around((field, Span::new(key.start, key.end)), joined, inside, record);
    }

    /// Takes a value out of base64; one that is none stays as it stands.
    fn decoded<'t>(
        &self,
        field: usize,
        value: Text<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Text<'t> {
        let bytes = STANDARD.decode(value.as_str());
        let reason = match bytes.map(String::from_utf8) {
            Ok(Ok(text)) => return Text::decoded(text, value.whole()),
            Ok(Err(_)) => "the value in base64 is no text in UTF-8".to_owned(),
            Err(error) => {
                let cause = error.to_string().to_lowercase();
                format!("the value is no base64: {}", cause.trim_end_matches('.'))
            }
        };
        let finding = diagnostics.report(Code::ENCODED_VALUE, value.whole(), reason);
        finding.field = Some(self.fields.name(field).to_owned());
        finding.raw = Some(value.as_str().to_owned());
        value
    }

    /// Reports a line that joins a value and looks like an entry.
    fn report_lookalike(
        &self,
        text: &str,
        place: &Range<usize>,
        record: &Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let (line, at) = (&text[place.clone()], place.start);
        let head = self.lookalike.head(line, &self.keys).filter(|_| self.by == KeyBy::Declared);
        let Some(Head { text: head, behind }) = head else {
            if self.continuation.by == ContinuationBy::Any {
                let first = &text[record.span.range()];
                let first = first.strip_prefix(MARK).unwrap_or(first).lines().next();
                self.report_near_miss(line, at, first.unwrap_or(""), diagnostics);
            }
            return;
        };
        // A record that has the key has lost no delimiter: the word begins a line of prose.
        if behind == Behind::Blank
            && let KeyLookup::Field(field) = self.keys.listed(head)
            && record.by_field[field].is_some()
        {
            return;
        }
        let indent = &line[..line.len() - bare(line).len()];
        let start = at + head.as_ptr().addr() - line.as_ptr().addr();
        let span = Span::new(start, start + head.len());
        // Of a key without its delimiter, which may be prose, and of one with it each is told.
        let (key, without) = match behind {
            Behind::Blank => (Cow::Owned(format!("{head} ")), " and no delimiter"),
            Behind::Delimiter | Behind::NearForm | Behind::Marked => (Cow::Borrowed(head), ""),
        };
        let message = || {
            format!(
                "a line that begins like an entry, with `{head}`{without}, joins the value above"
            )
        };
        let Some(finding) = diagnostics.report_once(Code::LOOKS_LIKE_ENTRY, &key, span, message)
        else {
            return;
        };
        finding.raw = Some(line.to_owned());
        finding.help = Some(if indent.contains(is_hidden) {
            "characters that are not seen stand before the key: take them out of the dump"
                .to_owned()
        } else if behind == Behind::Marked {
            HELP_MARKED.to_owned()
        } else if !indent.is_empty() && self.continuation.by == ContinuationBy::Indent {
            "the key of an entry begins its line, and `source.continuation` says that lines set in like this one go on \
             with the value above: if it is an entry, take the indent out of the dump"
                .to_owned()
        } else if !indent.is_empty() {
            format!(
                "the key of an entry begins its line; `continuation = {{ by = \"indent\", indent = {indent:?} }}` says that a line like this one goes on with the value above"
            )
        } else if behind == Behind::Delimiter && self.keys.listed(head) == KeyLookup::No {
            "add a field with this key, list it in `source.key.ignored`, or tell by `source.key.unknown` what keys look like".to_owned()
        } else if behind == Behind::Blank {
            "no delimiter stands behind the key: mend the dump if it was lost there".to_owned()
        } else {
            format!(
                "the delimiter of the schema is `{}`; `delimiter-pattern` reads it in every form",
                self.delimiter
            )
        });
    }

    /// Reports a line that would be blank, and end the record, but for what is not seen in it.
    fn report_near_blank(line: &str, at: usize, diagnostics: &mut Diagnostics<'_>) {
        let message = || {
            "a line that looks like a blank line, which ends a record, does not end this one"
                .to_owned()
        };
        let span = Span::new(at, at + line.len());
        let Some(finding) = diagnostics.report_once(Code::LOOKS_LIKE_ENTRY, "", span, message)
        else {
            return;
        };
        finding.raw = Some(line.to_owned());
        finding.help = Some(
            "characters that are not seen stand in the line: take them out of the dump, lest two \
             records are read as one"
                .to_owned(),
        );
    }

    /// Reports a line that joins a value and is one that the schema knows but for what is not seen
    /// in it, or but for blanks around a sign; or that has nearly the form of one that begins or ends a
    /// record, the `first` of which stands above; or that would be an entry if its key were one.
    fn report_near_miss(
        &self,
        line: &str,
        at: usize,
        first: &str,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let framed = self.start_line.is_some() || self.end_line.is_some();
        let look = match self.by {
            // A key that is declared is short.
            KeyBy::Declared if !framed => {
                let head = &line[..line.floor_char_boundary(self.longest + 16)];
                if !head.contains(is_hidden) {
                    return;
                }
                look_of(line)
            }
            _ => look_of(line),
        };
        // Where a pattern matches any text, an indent tells other lines from it.
        let near = |frame: &&Regex| {
            !frame.is_match(line) && (!line.starts_with(char::is_whitespace) || tells(frame))
        };
        let (key, what, help) = if let Some(frame) = self.frames(&look).filter(near) {
            let what = format!("`{look}`, which begins or ends a record");
            let help = "let the pattern of the line that begins or ends a record allow for white \
                        space around it, such as by `\\s*`, or mend the dump";
            (frame.as_str().to_owned(), what, help)
        } else if let Some(key) = self.near_key(line, &look) {
            let what = format!("an entry, with `{key}`");
            let help = "blanks, or characters that are not seen, tell it from an entry: let \
                        `source.key` allow for them, or mend the dump";
            (key, what, help)
        } else if let Some(key) = self.marked_key(&look) {
            let what = format!("an entry, with `{key}`");
            (key.to_owned(), what, HELP_MARKED)
        } else if let Some(key) = self.changed_key(line).filter(|key| {
            // Prose has `Note:` and `**Note**` where keys are small.
            !self.keys.is_in_other_case(key)
        }) {
            let what = format!("an entry, with `{key}`");
            let help = "the pattern of `source.key` does not match it: if it is an entry, let the pattern take what \
                        stands around its key, or mend the dump";
            (key.to_owned(), what, help)
        } else if let Some(mark) = self.near_mark(line, first) {
            let what = format!("`{mark}`, which begins or ends a record");
            let help = "it has other signs, or more or fewer of them: let the pattern of the line that begins or ends a \
                        record take it, or mend the dump, lest two records are read as one";
            (mark, what, help)
        } else if let Some(head) = self.other_head(line, first) {
            let what = format!("the head of a record of another kind, `{head}`");
            let help = "let the pattern of the line that begins a record take it, and `skip` those that are not wanted, \
                        lest what stands below it is read as part of the record above";
            (kind_of(head), what, help)
        } else if !is_set_in(line) && self.is_other_form(&look, first) {
            let what = format!("the head of a record, `{look}`");
            let help = "the pattern of the line that begins a record does not match it: let the pattern take such heads, \
                        or mend the dump, lest two records are read as one";
            (kind_of(&look), what, help)
        } else if let Some(head) = self.unfit_head(line) {
            let what = format!("an entry, with `{head}`");
            let help = "the pattern of `source.key` does not match it: if it is an entry, let the pattern take such keys";
            (head.to_owned(), what, help)
        } else {
            return;
        };
        let start = at + line.len() - bare(line).len();
        let message = || format!("a line that looks like {what}, joins the value above");
        let span = Span::new(start, at + line.trim_end().len());
        if let Some(finding) = diagnostics.report_once(Code::LOOKS_LIKE_ENTRY, &key, span, message)
        {
            finding.raw = Some(line.to_owned());
            finding.help = Some(help.to_owned());
        }
    }

    /// The line that begins or ends a record which a line has nearly the form of.
    fn near_mark(&self, line: &str, first: &str) -> Option<String> {
        let start = self.start_mark(first);
        let mut marks = self.end_marks.iter().map(String::as_str).chain(start);
        marks.find(|mark| is_near(mark, line)).map(str::to_owned)
    }

    /// The head of a record of another kind that a line has.
    fn other_head<'l>(&self, line: &'l str, first: &str) -> Option<&'l str> {
        other_kind(self.start_mark(first)?, line)
    }

    /// The first line of a text before all records that begins one but for blanks, what is not seen, or the form of its
    /// delimiter.
    pub(super) fn lost_start(&self, text: &str) -> Option<Range<usize>> {
        let lines = text.lines().filter(|line| self.nearly_begins(line));
        let line = lines.map(str::trim).next()?;
        let from = line.as_ptr().addr() - text.as_ptr().addr();
        Some(from..from + line.len())
    }

    fn nearly_begins(&self, line: &str) -> bool {
        let look = look_of(line);
        let start = self.start_line.as_ref().map(|start| &start.pattern);
        let is_start =
            |key: &str| self.start_keys.iter().any(|start| start.eq_ignore_ascii_case(key));
        let key = || match self.by {
            KeyBy::Declared => self.lookalike.head(line, &self.keys).map(|head| head.text),
            KeyBy::Pattern | KeyBy::Column => None,
        };
        let near =
            || self.near_key(line, &look).or_else(|| self.changed_key(line).map(str::to_owned));
        start.is_some_and(|start| tells(start) && start.is_match(&look))
            || !self.start_keys.is_empty()
                && (key().is_some_and(is_start) || near().as_deref().is_some_and(is_start))
    }

    /// Whether a line that looks like this is the head of a record in another form.
    fn is_other_form(&self, look: &str, first: &str) -> bool {
        let begins = |line: &str| {
            let start = self.start_line.as_ref();
            start.is_some_and(|start| start.pattern.is_match(line))
        };
        self.start_mark(first).is_some_and(|head| is_other_form(head, look, begins))
    }

    /// The known key of a line that has it with other signs than the pattern of keys takes.
    fn changed_key<'l>(&self, line: &'l str) -> Option<&'l str> {
        let by_pattern = self.by == KeyBy::Pattern;
        by_pattern.then(|| self.lookalike.changed_known(line, &self.keys))?
    }

    /// What of the line that begins a record says so, where any text does not.
    fn start_mark<'l>(&self, first: &'l str) -> Option<&'l str> {
        let start = self.start_line.as_ref().filter(|start| tells(&start.pattern))?;
        start.pattern.find(first).map(|mark| mark.as_str())
    }

    /// The words before the delimiter of a line that the pattern of keys does not match.
    fn unfit_head<'l>(&self, line: &'l str) -> Option<&'l str> {
        let pattern = self.pattern.as_ref().filter(|_| self.by == KeyBy::Pattern)?;
        self.lookalike.unfit(line, &self.keys, self.codes).filter(|_| !pattern.is_match(line))
    }

    /// The known key of a line that is nearly an entry and looks like this.
    fn near_key(&self, line: &str, look: &str) -> Option<String> {
        if look != line
            && let Some(key) = self.entry_key(look)
        {
            return Some(key.to_owned());
        }
        if self.by != KeyBy::Pattern {
            return None;
        }
        let mut forms = near_forms(look, |key| key.len() <= self.longest && self.knows(key));
        forms.find(|(key, form)| self.entry_key(form) == Some(key)).map(|(key, _)| key.to_owned())
    }

    /// The known key of a line that is an entry behind the marks that it begins with.
    fn marked_key<'l>(&self, look: &'l str) -> Option<&'l str> {
        if self.by != KeyBy::Pattern {
            return None;
        }
        let rest = behind_marks(look)?;
        let groups = self.pattern.as_ref()?.captures(rest)?;
        let key = groups.name("key")?;
        let value = groups.name("value").or_else(|| groups.name("base64"));
        let between = rest.get(key.end()..value.map_or(rest.len(), |value| value.start()))?;
        // Prose stands behind marks as well: it begins with letters that are keys, has blanks behind
        // its words, and a dash between blanks.
        let parts =
            between.chars().any(|c| !c.is_alphanumeric() && (c == '\t' || !c.is_whitespace()));
        (parts && between != " - " && self.knows(key.as_str())).then_some(key.as_str())
    }

    /// The key of a line that is an entry with a known one.
    fn entry_key<'t>(&self, line: &'t str) -> Option<&'t str> {
        let key = match self.by {
            KeyBy::Declared => return self.declared(line).map(|(key, _, _)| &line[..key]),
            KeyBy::Pattern => self.pattern.as_ref()?.captures(line)?.name("key")?.as_str(),
            KeyBy::Column => {
                let cut = line.char_indices().nth(self.width).map_or(line.len(), |(cut, _)| cut);
                line[..cut].trim()
            }
        };
        self.knows(key).then_some(key)
    }

    /// Whether a key is known, or one of those that lead to a known one.
    fn knows(&self, key: &str) -> bool {
        self.keys.listed(key) != KeyLookup::No
            || self.names.contains(key)
            || self.names.contains(&key.to_ascii_lowercase())
    }

    /// What says that a line begins or ends a record.
    fn frames(&self, line: &str) -> Option<&Regex> {
        let start = self.start_line.as_ref().map(|start| &start.pattern);
        start.into_iter().chain(&self.end_line).find(|regex| regex.is_match(line))
    }

    /// Reports a carriage return within a line, behind which another line begins.
    fn report_returns(&self, line: &str, at: usize, diagnostics: &mut Diagnostics<'_>) {
        let mut from = 0;
        while let Some(found) = memchr::memchr(b'\r', &line.as_bytes()[from..]) {
            let place = from + found;
            from = place + 1;
            let rest = &line[from..];
            let next = &rest[..memchr::memchr(b'\r', rest.as_bytes()).unwrap_or(rest.len())];
            if !next.is_empty()
                && (self.entry_key(next).is_some() || self.frames(next).is_some_and(tells))
            {
                let finding = diagnostics.report(
                    Code::LONE_CARRIAGE_RETURN,
                    Span::new(at + place, at + from),
                    "a carriage return alone stands between two lines, which are read as one",
                );
                finding.raw = Some(line.to_owned());
                finding.help = Some(
                    "turn carriage returns into line feeds first, such as with `tr '\\r' '\\n'`"
                        .to_owned(),
                );
                return;
            }
        }
    }

    /// Reports characters within a line that end lines for some programs, where entries stand behind
    /// them.
    fn report_breaks(&self, line: &str, at: usize, diagnostics: &mut Diagnostics<'_>) {
        // What stands behind those that the line begins with is its own beginning.
        let mut from = line.len() - bare(line).len();
        while let Some(found) = line[from..].find(is_break) {
            let rest = &line[from + found..];
            let Some(sign) = rest.chars().next() else { return };
            from += found + sign.len_utf8();
            let end = line[from..].find(is_break).map_or(line.len(), |next| from + next);
            let next = &line[from..end];
            let key = self.entry_key(next).or_else(|| self.entry_key(bare(next)));
            let Some(key) = key.filter(|key| key.len() < next.trim().len()) else { continue };
            let sign = format!("U+{:04X}", u32::from(sign));
            let message = || {
                format!(
                    "`{key}` begins an entry behind {sign}, which ends no line: it is read as text"
                )
            };
            let (once, span) = (format!("{sign} {key}"), Span::new(at + from, at + end));
            let finding = diagnostics.report_once(Code::LOOKS_LIKE_ENTRY, &once, span, message);
            if let Some(finding) = finding {
                finding.raw = Some(next.to_owned());
                finding.help = Some(
                    "turn such characters into line feeds first, if they end lines".to_owned(),
                );
            }
        }
    }

    fn report_key_in_text(
        text: &str,
        line: &Range<usize>,
        key: &Range<usize>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let finding = diagnostics.report(
            Code::KEY_IN_TEXT,
            Span::new(key.start, key.end),
            format!(
                "the line begins with the key `{}` out of its order, and was read as text",
                &text[key.clone()]
            ),
        );
        finding.raw = Some(text[line.clone()].to_owned());
        finding.help =
            Some("`ordered = false` in the schema takes every such line as a key".to_owned());
    }
}

/// What a pattern of keys has behind the key.
fn between(pattern: &Regex) -> String {
    let samples = pattern.samples();
    let between = samples.iter().filter_map(|sample| {
        let groups = pattern.captures(sample)?;
        let value = groups.name("value").or_else(|| groups.name("base64"));
        let value = value.map_or(sample.len(), |value| value.start());
        sample.get(groups.name("key")?.end()..value).map(str::to_owned)
    });
    between.filter(|between| !between.is_empty()).min_by_key(String::len).unwrap_or_default()
}

/// What to do about an entry behind marks.
const HELP_MARKED: &str = "the marks before it, such as those of lists, quotes or emphasis, tell it from an entry: if it \
                           is one, take them out of the dump";

/// Whether a line stands further in than a blank tells.
fn is_set_in(line: &str) -> bool {
    line.starts_with(['\t', '\u{3000}']) || line.starts_with("  ")
}

/// Beginnings of lines that any text has.
const ANY_TEXT: [&str; 9] = ["Abc def", "a", "A", "甲", "1", "1. a", "- a", "* a", "# a"];

/// Whether a line that matches a pattern is told from any other text by that.
fn tells(pattern: &Regex) -> bool {
    !ANY_TEXT.iter().any(|text| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lang::Examples;
    use crate::record::{Columns, Plan};
    use crate::schema::model::Format;
    use crate::schema::{SchemaSource, parse};

    /// The schema of a source with the fields `title`, `pages`, `in use` and `tags`.
    fn schema(source: &str, more: &str) -> Schema {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\nrecord = {{ by = \"file\" }}\n{source}\n\
             [fields.title]\ntype = \"text\"\nkey = \"title\"\n{more}\n\
             [fields.pages]\ntype = \"integer\"\nkey = \"pages\"\n\
             [fields.used]\ntype = \"text\"\nkey = \"in use\"\n\
             [fields.date]\ntype = \"text\"\nkey = \"print.date\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"title\", \"pages\", \"used\", \"date\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        schema.unwrap_or_else(|| panic!("{faults:?}"))
    }

    proptest! {
        #[test]
        fn a_key_that_is_expected_is_the_one_that_would_be_found(line in "[abcAB =]{0,5}=?[ab=]{0,2}", from in 0..5_usize) {
            for key in ["", "fold-case = true\n"] {
                let source = format!("key = {{ by = \"declared\", delimiter = \"=\", ignored = [\"c\"], {} }}", key.trim());
                let source = source.replace(",  }", " }");
                let field = |name: &str, key: &str| format!("[fields.{name}]\ntype = \"text\"\nkey = \"{key}\"\n");
                let more = [field("one", "a"), field("two", "ab"), field("three", "b a")].concat();
                let plan = KeyValue::new(&schema(&source, &more));
                let delimiter = plan.short_delimiter.unwrap();
                if let Some((key, field)) = plan.keys.expected(from, line.as_bytes(), delimiter) {
                    prop_assert_eq!(plan.declared(&line), Some((key, key + 1, KeyLookup::Field(field))));
                }
            }
        }
    }

    /// Parses a record: its values by field, and the findings with their text.
    fn read(schema: &Schema, text: &str) -> (Vec<String>, Vec<String>) {
        let mut diagnostics = Diagnostics::new(&schema.policy);
        let columns = Columns::default();
        let span = Span::new(0, text.len());
        let record =
            Plan::new(schema).parse(Format::KeyValue, &columns, text, span, &mut diagnostics);
        assert_eq!(record.bytes.total(), text.len() as u64, "{text}");
        let values = schema.fields.iter().enumerate().filter_map(|(idx, field)| {
            let value = &record.entry(idx)?.text;
            assert!(value.whole().end as usize <= text.len());
            Some(format!("{} = {}", field.name, value.as_str()))
        });
        let findings = diagnostics.since(0).iter().map(|finding| {
            assert!(finding.span.end as usize <= text.len());
            format!("{} {}", finding.code.id, &text[finding.span.range()])
        });
        (values.collect(), findings.collect())
    }

    fn check(source: &str, text: &str, values: &[&str], findings: &[&str]) {
        let found = read(&schema(source, ""), text);
        assert_eq!(
            (found.0.as_slice(), found.1.as_slice()),
            (&strings(values)[..], &strings(findings)[..]),
            "{text}"
        );
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_delimiter_may_be_a_pattern() {
        let source = "key = { by = \"declared\", delimiter-pattern = '\\s*[:：]\\s*' }";
        check(
            source,
            "title: Mill\npages:3\nin use ： yes\n",
            &["title = Mill", "pages = 3", "used = yes"],
            &[],
        );
        check(
            source,
            "title\nthe mill: closed\n",
            &["title = the mill: closed"],
            &["R140 the mill"],
        );
    }

    #[test]
    fn lines_that_look_like_entries_are_told_once_each() {
        let source = "key = { by = \"declared\", delimiter = \": \" }";
        check(
            source,
            "title: Mill\nisbn: 1\npages:3\nisbn: 2\n12:30 and on\n",
            &["title = Mill\nisbn: 1\npages:3\nisbn: 2\n12:30 and on"],
            &["R140 isbn", "R140 pages"],
        );
        // What joins a value that is not wanted is lost as well.
        let source = "key = { by = \"declared\", delimiter = \": \", ignored = \"isbn\" }";
        check(source, "title: Mill\nisbn: 1\npages :3\n", &["title = Mill"], &["R140 pages"]);
    }

    #[test]
    fn entries_behind_marks_are_told() {
        let source = "key = { by = \"declared\", delimiter = \": \" }";
        check(
            source,
            "title: Mill\n- pages: 4\n- word: no key\n  **in use:** yes\n\"print.date\": 1850\n",
            &["title = Mill\n- pages: 4\n- word: no key\n  **in use:** yes\n\"print.date\": 1850"],
            &["R140 pages", "R140 in use", "R140 print.date"],
        );
        let source = "key = { by = \"pattern\", pattern = '^(?<key>\\w+): (?<value>.*)$' }\ncontinuation = { by = \"any\" }";
        check(
            source,
            "title: Mill\n- pages: 4\n- word: no key\n",
            &["title = Mill\n- pages: 4\n- word: no key"],
            &["R140 - pages: 4"],
        );
        // Prose has letters that are keys, and dashes.
        let lines = |pattern: &str, lines: &str, findings: &[&str]| {
            let source = format!(
                "key = {{ by = \"pattern\", pattern = '{pattern}' }}\ncontinuation = {{ by = \"any\" }}"
            );
            let more = "[fields.d]\ntype = \"text\"\nkey = \"D\"\n[fields.ab]\ntype = \"text\"\nkey = \"AB\"\n";
            let told = read(&schema(&source, more), lines).1;
            assert_eq!(told, strings(findings), "{lines}");
        };
        lines("^(?<key>[A-Z])(?<value>.*)$", "D5\n\"Dear sir\"\n- Dates\n- D 5\n", &[]);
        lines("^(?<key>[DTP])(?<value>.*)$", "D5\n\"Dear sir\"\n- Dates\n", &[]);
        lines("^(?<key>\\w+) +(?<value>.*)$", "title x\n- title of it\n", &[]);
        let medline = "^(?<key>[A-Z]{2,4}) *- (?<value>.*)$";
        lines(medline, "AB  - x\n- AB - is blood type\n", &[]);
        lines(medline, "AB  - x\n- AB  - y\n", &["R140 - AB  - y"]);
        lines(medline, "AB  - x\n> AB- y\n", &["R140 > AB- y"]);
    }

    #[test]
    fn lines_that_are_set_in_may_be_entries() {
        let source = "key = { by = \"declared\", delimiter = \": \" }";
        check(
            source,
            "title: Mill\n  isbn: 1\n  pages: 3\n  by the river\n",
            &["title = Mill\n  isbn: 1\n  pages: 3\n  by the river"],
            &["R140 isbn", "R140 pages"],
        );
        let source = "key = { by = \"declared\", delimiter = \": \" }\ncontinuation = { by = \"indent\", indent = \"  \" }";
        check(
            source,
            "title: Mill\n  isbn: 1\n  pages: 3\n",
            &["title = Mill\nisbn: 1\npages: 3"],
            &["R140 pages"],
        );
        check(
            source,
            "title: Mill\n  - pages: 3\n  **in use:** yes\n",
            &["title = Mill\n- pages: 3\n**in use:** yes"],
            &[],
        );
        // What the schema says is not advised.
        let told = |source: &str| {
            let schema = schema(source, "");
            let (mut diagnostics, text) =
                (Diagnostics::new(&schema.policy), "title: a\n  pages: 3\n");
            let span = Span::new(0, text.len());
            Plan::new(&schema).parse(
                Format::KeyValue,
                &Columns::default(),
                text,
                span,
                &mut diagnostics,
            );
            let advises = |help: &String| help.contains("by = \"indent\"");
            diagnostics
                .since(0)
                .iter()
                .map(|told| told.help.as_ref().is_some_and(advises))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(source), [false]);
        assert_eq!(told("key = { by = \"declared\", delimiter = \": \" }"), [true]);
        // Where no other key is wanted, it is the value's all the same.
        let source = "key = { by = \"declared\", delimiter = \": \", ignored = \"*\" }";
        check(source, "title: Mill\n  isbn: 1\n", &["title = Mill\n  isbn: 1"], &["R140 isbn"]);
    }

    #[test]
    fn a_delimiter_may_lack_its_blank_at_the_end_of_a_line() {
        let source = "key = { by = \"declared\", delimiter = \": \" }";
        check(source, "title:\npages: 3\n", &["title = ", "pages = 3"], &[]);
    }

    #[test]
    fn every_key_may_be_unwanted() {
        let source = "key = { by = \"declared\", delimiter = \": \", ignored = \"*\" }";
        check(
            source,
            "title: Mill\nisbn: 1\nwithout a key\npages: 3\n",
            &["title = Mill", "pages = 3"],
            &[],
        );
        let source =
            "key = { by = \"pattern\", pattern = '^(?<key>\\w+):(?<value>.*)$', ignored = \"*\" }";
        check(source, "isbn:1\ntitle:Mill\n", &["title = Mill"], &[]);
    }

    #[test]
    fn the_longest_declared_key_is_meant() {
        let source = "key = { by = \"declared\", ignored = [\"in\"] }";
        check(source, "in use yes\ntitle a\nin between\n", &["title = a", "used = yes"], &[]);
    }

    #[test]
    fn a_value_that_takes_no_part_is_empty() {
        let source = "key = { by = \"pattern\", pattern = '^(?<key>[a-z]+)(?:=(?<value>.*)|-(?<base64>.*))?$' }";
        check(source, "title\npages=3\n", &["title = ", "pages = 3"], &[]);
        check(source, "title-cml2ZXI=\npages\n", &["title = river", "pages = "], &[]);
    }

    #[test]
    fn blank_lines_behind_a_value_are_none_of_it() {
        let source =
            "key = { by = \"declared\" }\ncontinuation = { by = \"any\", join = \" and \" }";
        check(source, "title a\n\nb\n\n\npages 5\n\n", &["title = a and b", "pages = 5"], &[]);
        check(source, "title\n\nb\n", &["title = b"], &[]);
        let source = "key = { by = \"declared\" }";
        check(source, "title a\n\nb\n \n\n", &["title = a\n\nb"], &[]);
    }

    #[test]
    fn a_field_has_a_join_of_its_own() {
        let schema = schema(
            "key = { by = \"declared\", repeated = \"join\" }\ncontinuation = { by = \"any\", join = \" \" }",
            "join = \"; \"",
        );
        let (values, _) = read(&schema, "title a\nb\nin use x\ny\ntitle c\nin use z\n");
        assert_eq!(values, ["title = a; b; c", "used = x y z"]);
    }

    #[test]
    fn keys_as_deep_as_a_dump_is_long_are_one_key() {
        let source = "key = { by = \"pattern\", pattern = '^(?<level>\\d+) (?<key>\\w+)(?: (?<value>.*))?$' }";
        let lines: Vec<_> = (1..3000).map(|n| format!("{n} key x\n")).collect();
        let text = lines.concat();
        let (_, findings) = read(&schema(source, ""), &text);
        assert!(findings.len() < 1100, "{}", findings.len());
    }

    #[test]
    fn levels_make_keys_paths() {
        let source = "key = { by = \"pattern\", pattern = '^(?<level> *)(?<key>\\w+):(?: (?<value>.*))?$', ignored = [\"owner\"] }";
        check(
            source,
            "title: a\nprint:\n  date: b\n  place: c\nowner: d\n  date: e\n    title: f\npages: 3\nprint: x\n",
            &["title = a", "pages = 3", "date = b"],
            &["R102   place: c", "R102 print: x"],
        );
        let source = "key = { by = \"pattern\", pattern = '^(?<level>\\d+) (?<key>\\w+)(?: (?<value>.*))?$' }";
        check(
            source,
            "1 print\n2 date b\n2 x\n3 date c\n1 title a\n",
            &["title = a", "date = b"],
            &["R102 2 x", "R102 3 date c"],
        );
    }

    #[test]
    fn the_line_that_begins_a_record_may_be_an_entry_where_keys_have_levels() {
        let read_from = |pattern: &str, text: &str| {
            let source = "key = { by = \"pattern\", pattern = '^(?<level> *)(?<key>[a-z]+):(?: (?<value>.*))?$' }";
            let mut schema = schema(source, "");
            schema.source.framing = Framing::StartLine {
                pattern: Pattern::new(pattern.to_owned(), 0..0).unwrap(),
                key: Some("pages".to_owned()),
                examples: Examples::default(),
            };
            read(&schema, text)
        };
        let (values, findings) = read_from("^title", "title: a\npages: 3\nprint:\n  date: b\n");
        assert_eq!(values, ["title = a", "pages = 3", "date = b"]);
        assert_eq!(findings.len(), 0);
        // It has a place among the levels, which a line that is no entry has not.
        let (values, _) = read_from("^print", "print:\n  title: a\n  pages: 3\n");
        assert_eq!(values, ["title = a", "pages = 3"]);
        let (values, _) = read_from("^title", "title: a\n  pages: 3\n");
        assert_eq!(values, ["title = a"]);
        let (values, _) = read_from("^title: (?<value>[0-9]+)", "title: 3\n  title: a\n");
        assert_eq!(values, ["title = a", "pages = 3"]);
    }

    #[test]
    fn a_line_that_begins_like_an_entry_is_told_with_the_key_it_may_mean() {
        let told = |source: &str, line: &str| {
            let schema = schema(source, "");
            let text = format!("title: a\n{line}\n");
            let mut diagnostics = Diagnostics::new(&schema.policy);
            let span = Span::new(0, text.len());
            Plan::new(&schema).parse(
                Format::KeyValue,
                &Columns::default(),
                &text,
                span,
                &mut diagnostics,
            );
            let findings = diagnostics.since(0);
            assert_eq!(findings.len(), 1, "{findings:?}");
            assert_eq!(findings[0].code, Code::STRAY_LINE);
            findings[0].help.clone().unwrap_or_default()
        };
        let colon =
            "key = { by = \"declared\", delimiter = \": \" }\ncontinuation = { by = \"none\" }";
        let alias = "if `pagse` means `pages`, add it to the `aliases` of that field";
        assert_eq!(told(colon, "pagse: 3"), alias);
        let case =
            "it has the key `pages` in other letters: `key = { fold-case = true }` reads both";
        assert_eq!(told(colon, "Pages: 3"), case);
        assert_eq!(told(colon, "PAGES: 3: 4"), case);
        for line in ["weight: 3", "pagse 3", ": 3", "some text"] {
            assert_eq!(told(colon, line), "", "{line}");
        }
    }

    #[test]
    fn lines_may_go_on_behind_one_indent_or_another() {
        let source = "key = { by = \"declared\" }\n\
                      continuation = { by = \"indent\", indent = [\"+\", \"\\t\", \"+ \"] }";
        check(
            source,
            "title a\n+ b\n+c\n\td\n+\ne\npages 3\n",
            &["title = a\nb\nc\nd", "pages = 3"],
            &["R106 e"],
        );
    }

    #[test]
    fn a_line_may_say_that_the_next_one_goes_on_with_it() {
        let source = "key = { by = \"declared\" }\n\
                      continuation = { by = \"none\", after = '=$' }";
        check(
            source,
            "title a=\nb =\nc\nd\npages 3=\nother=\n\ntitle b=\n",
            &["title = a=\nb =\nc", "pages = 3=\nother="],
            &["R106 d", "R103 title b="],
        );
        let source = source.replace("\"none\"", "\"indent\", indent = \" \"");
        check(&source, "title a=\nb\n c=\n d\n", &["title = a=\nb\nc=\nd"], &[]);
    }

    #[test]
    fn a_line_that_is_nearly_an_entry_by_pattern_is_told() {
        let source = "key = { by = \"pattern\", pattern = '^(?<key>\\w+): (?<value>.*)$' }";
        for line in
            ["pages:3", "pages : 3", "pages： 3", " pages: 3", "\u{200b}pages: 3", "pages\t:3"]
        {
            let told = format!("R140 {}", bare(line));
            let value = format!("title = a\n{line}");
            check(source, &format!("title: a\n{line}\n"), &[&value], &[&told]);
        }
        let prose = "title: a\nby the river\n12:30\npages::x\nnotes : x\n  set in\n";
        check(source, prose, &[&format!("title = {}", prose[7..].trim_end())], &[]);
        let source = "key = { by = \"pattern\", pattern = '^(?<key>\\w+)  -(?: (?<value>.*))?$' }";
        check(
            source,
            "title  - a\npages - 3\ntitle  -b\n",
            &["title = a\npages - 3\ntitle  -b"],
            &["R140 pages - 3", "R140 title  -b"],
        );
        let source = "key = { by = \"pattern\", pattern = '^(?<level>\\d+) (?<key>\\w+)(?: (?<value>.*))?$' }";
        check(
            source,
            "1 title a\n 1 print\n2 date\tb\n",
            &["title = a\n 1 print\n2 date\tb"],
            &["R140 1 print", "R140 2 date\tb"],
        );
    }

    #[test]
    fn a_known_key_in_another_form_than_the_pattern_of_keys_takes_is_told() {
        let told = |pattern: &str, line: &str| {
            let more = "[fields.author]\ntype = \"text\"\nkey = \"author\"\n[fields.ci]\ntype = \"text\"\nkey = \"CI\"\n";
            let source = format!("key = {{ by = \"pattern\", pattern = '{pattern}' }}");
            let text = format!("title: a\n{line}\nb\n");
            read(&schema(&source, more), &text).1.join(", ")
        };
        let words = r"^(?<key>\w+): (?<value>.*)$";
        for line in [
            "\"author\": \"B\"",
            "\"other\": \"B\"",
            "@author: B",
            "[author]: B",
            "2. author: B",
            "（一）author：B",
            "◎author：B",
            "author=B",
            "author∶B",
            "author[0]: B",
            "【author】B",
            "Date/Time: x",
            "No.: 5",
            "Tel.: 5",
        ] {
            assert_eq!(told(words, line), format!("R140 {line}"), "{line}");
        }
        for line in [
            "author B",
            "Author:B",
            "AUTHOR = B",
            "**Author:** by the river",
            "    # Author: by the river",
            "author by the river",
            "Author of it: B",
            "author://x",
            "@other: B",
            "[other]: B",
            "2. other: B",
            "other=B",
            "CI=95%",
            "and/or: x",
            "e.g.: x",
            "z.B.: x",
            "usw.: x",
            "a/B: x",
            "It stopped.: x",
        ] {
            assert_eq!(told(words, line), "", "{line}");
        }
        // A delimiter that stands in words is none that tells.
        let dash = "^(?<key>[a-z]+)( - )(?<value>.*)$";
        let source = format!("key = {{ by = \"pattern\", pattern = '{dash}' }}");
        assert_eq!(read(&schema(&source, ""), "title - a\npages: 3\n").1, [""; 0]);
    }

    #[test]
    fn a_declared_key_behind_what_is_not_seen_is_told() {
        let source = "key = { by = \"declared\", delimiter = \": \" }";
        check(
            source,
            "title: a\n\u{200b}pages: 3\n\u{200e}in use: x\nti\u{ad}tle: b\n\u{200b}by the river\n",
            &[
                "title = a\n\u{200b}pages: 3\n\u{200e}in use: x\nti\u{ad}tle: b\n\u{200b}by the river",
            ],
            &["R140 pages", "R140 in use", "R140 ti\u{ad}tle: b"],
        );
        let source = "key = { by = \"declared\" }";
        check(
            source,
            "title a\n\u{200b}pages 3\n",
            &["title = a\n\u{200b}pages 3"],
            &["R140 pages 3"],
        );
    }

    #[test]
    fn a_line_that_nearly_begins_or_ends_a_record_is_told() {
        let mut schema = schema("key = { by = \"declared\" }", "");
        schema.source.end = Some(Pattern::new("^END$".to_owned(), 0..0).unwrap());
        let (values, findings) = read(&schema, "title a\nEND \nthe END\n\u{200b}END\n");
        assert_eq!(values, ["title = a\nEND \nthe END\n\u{200b}END"]);
        assert_eq!(findings, ["R140 END"]);
        schema.source.end = None;
        for (pattern, told) in [(r"^\[\w+\]$", &["R140 [b]"][..]), (r"^\S.*", &[])] {
            schema.source.framing = Framing::StartLine {
                pattern: Pattern::new(pattern.to_owned(), 0..0).unwrap(),
                key: None,
                examples: Examples::default(),
            };
            let (_, findings) = read(&schema, "[a]\ntitle a\n [b]\n x\n[c] \n");
            assert_eq!(findings, told, "{pattern}");
        }
    }

    #[test]
    fn a_line_before_all_records_that_nearly_begins_one_is_found() {
        let found = |pattern: &str, text: &'static str| {
            let mut schema = schema("key = { by = \"declared\", delimiter = \": \" }", "");
            schema.source.framing = Framing::StartLine {
                pattern: Pattern::new(pattern.to_owned(), 0..0).unwrap(),
                key: None,
                examples: Examples::default(),
            };
            KeyValue::new(&schema).lost_start(text).map(|place| &text[place])
        };
        assert_eq!(found(r"^\[Term\]$", "version: 1\n\n[Term] \nid: 1\n"), Some("[Term]"));
        assert_eq!(found(r"^\[Term\]$", "a\n\t[Term]\n"), Some("[Term]"));
        assert_eq!(found(r"^\[Term\]$", "version: 1\n[see] it\n"), None);
        // Any text would begin a record.
        assert_eq!(found(r"^\S.*$", " a\n"), None);
    }

    #[test]
    fn a_mark_with_other_signs_is_told() {
        let framed = |framing: Framing, text: &str| {
            let mut schema = schema("key = { by = \"declared\", delimiter = \": \" }", "");
            schema.source.framing = framing;
            read(&schema, text).1.join(", ")
        };
        let ended = |pattern: &str, text: &str| {
            let pattern = Pattern::new(pattern.to_owned(), 0..0).unwrap();
            framed(Framing::EndLine(pattern, Examples::default()), text)
        };
        let started = |pattern: &str, text: &str| {
            let pattern = Pattern::new(pattern.to_owned(), 0..0).unwrap();
            framed(Framing::StartLine { pattern, key: None, examples: Examples::default() }, text)
        };
        for (pattern, line, told) in [
            ("^---$", "----", "R140 ----"),
            ("^---$", "- - -", "R140 - - -"),
            ("^---$", "--", "R140 --"),
            ("^-{3,}$", "- - -", "R140 - - -"),
            ("^//", "/ /", "R140 / /"),
            ("^(?:---|\\*\\*\\*)$", "****", "R140 ****"),
            ("^-- end --$", "--- End ---", "R140 --- End ---"),
            ("^---$", "-", ""),
            ("^---$", "...", ""),
            ("^---$", "====", ""),
            ("^---$", "-- by the river", ""),
            ("^---$", "| --- | --- |", ""),
            ("^//", "/usr/bin", ""),
            ("^END$", "the end", ""),
            ("^\\s*$", "--", ""),
        ] {
            assert_eq!(ended(pattern, &format!("title: a\n{line}\nb\n")), told, "{pattern} {line}");
        }
        assert_eq!(ended("^---$", "title: a\n----\nb\n----\n- - -\n"), "R140 ----");
        for (pattern, head, line, told) in [
            ("^=== \\d+ ===$", "=== 1 ===", "== 2 ==", "R140 == 2 =="),
            ("^---$", "---", "----", "R140 ----"),
            ("^\\[Term\\]$", "[Term]", "[Typedef]", "R140 [Typedef]"),
            ("^\\[Term\\]$", "[Term]", "[term]", "R140 [term]"),
            ("^0 (?<value>@\\w+@) INDI$", "0 @I1@ INDI", "0 @N1@ NOTE", "R140 0 @N1@ NOTE"),
            (r"^\[\w+\]$", "[web]", "[web-2]", "R140 [web-2]"),
            (r"^\[\w+\]$", "[web]", "【b】", "R140 【b】"),
            (r"^#\d+$", "#1", "#2.", "R140 #2."),
            (r"^第\d+条$", "第1条", " 第二条", "R140 第二条"),
            (r"^\d+$", "1", "2.", ""),
            (r"^\S.*$", "#1", " #2.", ""),
            (r"^\[\w+\]$", "[web]", "    [file NAME]  # what it is", ""),
            ("^\\[Term\\]$", "[Term]", "[see] it", ""),
            ("^\\[Term\\]$", "[Term]", "(see)", ""),
            ("^Chapter \\d+$", "Chapter 1", "by river", ""),
            ("^=== \\d+ ===$", "=== 1 ===", "a == b", ""),
        ] {
            let text = format!("{head}\ntitle: a\n{line}\nb\n");
            assert_eq!(started(pattern, &text), told, "{pattern} {line}");
        }
        // One finding for each form.
        let text = "0 @I1@ INDI\ntitle: a\n0 @N1@ NOTE\n0 @N2@ NOTE\n0 @F1@ FAM\n";
        let told = started("^0 @\\w+@ INDI$", text);
        assert_eq!(told, "R140 0 @N1@ NOTE, R140 0 @F1@ FAM");
    }

    #[test]
    fn a_line_whose_key_has_no_form_of_the_pattern_is_told() {
        let told = |pattern: &str, more: &str, lines: &str| {
            let source = format!("key = {{ by = \"pattern\", pattern = '{pattern}' }}");
            read(&schema(&source, more), lines).1.join(", ")
        };
        let words = r"^(?<key>\w+): (?<value>.*)$";
        for (line, findings) in [
            ("E-Mail: y", "R140 E-Mail: y"),
            ("Price (EUR): 5", "R140 Price (EUR): 5"),
            ("Price (in EUR):", "R140 Price (in EUR):"),
            ("pre\u{301}-nom: y", "R140 pre\u{301}-nom: y"),
            ("B-x: 2", "R140 B-x: 2"),
            ("First print:", ""),
            ("First Print: x", ""),
            ("the tiitle: x", ""),
            ("ti tel: x", "R140 ti tel: x"),
            ("Step (1): x", ""),
            ("and/or: x", ""),
            ("vor-: x", ""),
            ("12:30 is when it stops", ""),
            ("by the river", ""),
            ("see http://example.org", ""),
            ("the mill stood still for a year: no water came", ""),
            ("It stopped. Why: no water", ""),
            ("- word: no key", ""),
            ("(a): first", ""),
            ("std::vec", ""),
            ("Price :5", ""),
        ] {
            let text = format!("title: a\n{line}\nb\n");
            assert_eq!(told(words, "", &text), findings, "{line}");
        }
        // What a narrow pattern does not take is text more often than a key.
        let field = |key: &str| format!("[fields.x]\ntype = \"text\"\nkey = \"{key}\"\n");
        let told_of = |key: &str, pattern: &str, lines: &str| {
            // No other key is known.
            let source = format!("key = {{ by = \"pattern\", pattern = '{pattern}' }}");
            let mut schema = schema(&source, &field(key));
            schema.fields.retain(|field| field.name == "x");
            read(&schema, lines).1.join(", ")
        };
        let narrow = r"^(?<key>[A-Z][a-z]+):\s*(?<value>.*)$";
        for (line, findings) in [
            ("She said: no", ""),
            ("e.g.: x", ""),
            ("z.B.: x", ""),
            ("i.e: x", ""),
            ("the mill stood still: no water came", ""),
            ("5 kg: x", ""),
            ("Step 1: x", ""),
            ("Table 1: x", ""),
            ("1) Note: x", ""),
            ("12 Jan: x", ""),
            ("Mo-Fr: 9-17 Uhr", ""),
            ("lun-ven: 9-17", ""),
            ("First print: x", ""),
            ("Step One Of 2: x", ""),
            ("First Print: x", "R140 First Print: x"),
            ("FIRST PRINT: x", ""),
            ("E-Mail: y", "R140 E-Mail: y"),
            ("lower: x", "R140 lower: x"),
            ("ISBN: 3", "R140 ISBN: 3"),
            ("created_at: x", "R140 created_at: x"),
            ("contact.name: x", "R140 contact.name: x"),
            ("Price (EUR): 5", "R140 Price (EUR): 5"),
        ] {
            let text = format!("Title: a\n{line}\nb\n");
            assert_eq!(told_of("Title", narrow, &text), findings, "{line}");
        }
        let wide = r"^(?<key>\p{Han}{2,6})：(?<value>.*)$";
        for (line, findings) in [
            ("注：x", ""),
            ("答：x", ""),
            ("如：x", ""),
            ("例：x", ""),
            ("备注2：x", "R140 备注2：x"),
        ] {
            let text = format!("标题：a\n{line}\nb\n");
            assert_eq!(told_of("标题", wide, &text), findings, "{line}");
        }
        let figures = r"^(?<key>\w+): (?<value>\d+)$";
        assert_eq!(told(figures, "", "pages: 3\nisbn: 1-3\n"), "R140 isbn: 1-3");
        let tags = r"^(?<key>[A-Z][A-Z0-9])  - ?(?<value>.*)$";
        let tagged = |line: &str| told_of("TI", tags, &format!("TI  - a\n{line}\nb\n"));
        for (line, findings) in [
            ("DOI - 10.1", "R140 DOI - 10.1"),
            ("DOI - http://x", "R140 DOI - http://x"),
            ("DOI  - x", "R140 DOI  - x"),
            ("T2- x", "R140 T2- x"),
            ("DOI - a name of things", ""),
            ("DNA - the acid of life", ""),
            ("UK - a land", ""),
            ("IT - Systeme", ""),
            ("EU - USA", ""),
            ("WHO - what", ""),
            ("US- based", ""),
            ("US- 50 of them", ""),
            ("Mill - by the river", ""),
            ("the mill - by the river", ""),
            ("X - the unknown", ""),
            ("WATER - and fire", ""),
            ("A-B - a road", ""),
            ("COVID-19 came", ""),
            ("T2-x", ""),
        ] {
            assert_eq!(tagged(line), findings, "{line}");
        }
        let capitals = "^(?<key>[A-Z]+)=(?<value>.*)$";
        let more = field("B");
        assert_eq!(told(capitals, &more, "B=1\nB-x=2\nlower=4\n"), "R140 B-x=2, R140 lower=4");
        assert_eq!(told(capitals, &more, "B=1\na == b\nx => y\n\"a=b\"\n"), "");
        let blank = r"^(?<level>\d+) (?<key>[A-Z]+)(?: (?<value>.*))?$";
        assert_eq!(told(blank, "", "1 A\nby the river\n1 a: b\n"), "R102 1 A");
    }

    #[test]
    fn a_line_that_is_blank_but_for_what_is_not_seen_is_told() {
        let key = |by: &str| format!("key = {{ {by} }}");
        let mut framed = schema(&key("by = \"declared\", delimiter = \": \""), "");
        for sign in
            ["\u{200b}", " \u{2060}", "\u{ad} ", "\u{200e}", "\u{2800}", "\u{3164}", "\u{1a}", "\0"]
        {
            let text = format!("title: a\n{sign}\npages: 3\n{sign}\n");
            // The file is the record.
            assert_eq!(read(&framed, &text).1, Vec::<String>::new(), "{sign:?}");
            framed.source.framing = Framing::BlankLine;
            let (_, findings) = read(&framed, &text);
            assert_eq!(findings, [format!("R140 {sign}")], "{sign:?}");
            framed.source.framing = Framing::File;
        }
        framed.source.framing = Framing::BlankLine;
        assert_eq!(read(&framed, "title: a\n\u{200b}b\n \u{301}\n").1, Vec::<String>::new());
        // Before the first entry it is stray; where no key is wanted, it is lost.
        assert_eq!(read(&framed, "\u{200b}\ntitle: a\n").1, ["R106 \u{200b}"]);
        let mut unwanted = schema(&key("by = \"column\", width = 6, ignored = \"*\""), "");
        unwanted.source.framing = Framing::BlankLine;
        let (_, findings) = read(&unwanted, "title a\n\u{200b}\npages 3\n");
        assert_eq!(findings, ["R140 \u{200b}"]);
    }

    #[test]
    fn a_declared_key_without_its_delimiter_is_told() {
        let declared = |more: &str| format!("key = {{ by = \"declared\", {more} }}");
        let colon = declared("delimiter = \": \"");
        check(
            &colon,
            "title: a\npages 5\nin use\tx y\nin userland\nPages 5\n  pages 6\npages 7\n",
            &["title = a\npages 5\nin use\tx y\nin userland\nPages 5\n  pages 6\npages 7"],
            &["R140 pages", "R140 in use"],
        );
        check(
            &declared("delimiter = \": \", fold-case = true"),
            "title: a\nPAGES\u{3000}5\nPAGES \n",
            &["title = a\nPAGES\u{3000}5\nPAGES"],
            &["R140 PAGES"],
        );
        check(
            &declared("delimiter-pattern = '\\s*[:：]\\s*'"),
            "title: a\npages 5\n",
            &["title = a\npages 5"],
            &["R140 pages"],
        );
        // A record that has the key has not lost it.
        check(&colon, "pages: 1\ntitle: a\npages 5\n", &["title = a\npages 5", "pages = 1"], &[]);
        // A near form of the delimiter is told beside it.
        check(
            &colon,
            "title: a\npages 5\npages：6\n",
            &["title = a\npages 5\npages：6"],
            &["R140 pages", "R140 pages"],
        );
        // Where an indent says what goes on, nothing is lost unseen.
        let indent = format!("{colon}\ncontinuation = {{ by = \"indent\", indent = \"  \" }}");
        check(&indent, "title: a\n  pages 5\n", &["title = a\npages 5"], &[]);
        check(&indent, "title: a\npages 5\n", &["title = a"], &["R106 pages 5"]);
    }

    #[test]
    fn a_carriage_return_between_two_entries_is_told() {
        let source = "key = { by = \"declared\", delimiter = \": \" }";
        check(
            source,
            "title: a\rpages: 3\nin use: b\rc\r\n",
            &["title = a\rpages: 3", "used = b\rc"],
            &["R014 \r"],
        );
    }

    #[test]
    fn an_entry_behind_what_ends_lines_elsewhere_is_told() {
        let source = "key = { by = \"declared\", delimiter = \": \" }";
        let text = "title: a\u{85}pages: 3\u{2028}title: b\u{2029} in use: c\u{b}title: d\n";
        check(
            source,
            text,
            &[&format!("title = {}", text[7..].trim_end())],
            &["R140 pages: 3", "R140 title: b", "R140  in use: c", "R140 title: d"],
        );
        let text = "title: a\u{c}page two: b\u{1c}pages\u{1d}other: c\u{1e}\npages: 3\u{2028}\n";
        let value = "title = a\u{c}page two: b\u{1c}pages\u{1d}other: c\u{1e}";
        check(source, text, &[value, "pages = 3"], &[]);
        let source = "key = { by = \"pattern\", pattern = '^(?<key>\\w+)=(?<value>.*)$' }";
        let text = "title=a\u{2028}pages=3\u{2028}x=y\n";
        check(source, text, &["title = a\u{2028}pages=3\u{2028}x=y"], &["R140 pages=3"]);
        let ignored = "key = { by = \"column\", width = 6, ignored = \"*\" }";
        check(ignored, "other a\u{c}title b\n", &[], &["R140 title b"]);
    }

    #[test]
    fn comments_may_go_on() {
        let source = "key = { by = \"pattern\", pattern = '^(?<key>\\w+): (?<value>.*)$' }\ncomment = { pattern = '^#' }\n\
                      continuation = { by = \"indent\", indent = \" \", join = \"\", folds-comments = true }";
        check(
            source,
            "title: a\n# pages:\n 3\n b\npages: 4\n c\n",
            &["title = a", "pages = 4c"],
            &[],
        );
        let tabs = source.replace("indent = \" \"", "indent = [\" \", \"\\t\"]");
        check(&tabs, "title: a\n# pages:\n\t3\n b\n", &["title = a"], &[]);
        let source = source.replace(", folds-comments = true", "");
        check(&source, "title: a\n# x\n b\n", &["title = ab"], &[]);
    }

    #[test]
    fn text_beside_a_mark_is_told() {
        let with = |source: &str, start: Option<(&str, Option<&str>)>, end: &str, text: &str| {
            let mut schema = schema(source, "");
            schema.source.end = Some(Pattern::new(end.to_owned(), 0..0).unwrap());
            if let Some((pattern, key)) = start {
                schema.source.framing = Framing::StartLine {
                    pattern: Pattern::new(pattern.to_owned(), 0..0).unwrap(),
                    key: key.map(str::to_owned),
                    examples: Examples::default(),
                };
            }
            let (values, findings) = read(&schema, text);
            format!("{} | {}", values.join(", "), findings.join(", "))
        };
        let plain = "key = { by = \"declared\", delimiter = \": \" }";
        let end = |text| with(plain, None, "^//", text);
        assert_eq!(end("title: a\n// pages: 3\n"), "title = a | R106 pages: 3");
        for signs in ["//// \t", "// *** //", "//\u{200b}", "//\u{feff}", "//=="] {
            let text = format!("title: a\n{signs}\n");
            assert_eq!(with(plain, None, "^//", &text), "title = a | ");
        }
        let named = Some((r"^\[(?<value>\w+)\]", Some("title")));
        assert_eq!(
            with(plain, named, "^end", "[a] pages: 3\nb\nend of it\n"),
            "title = a\nb | R106 pages: 3, R106 of it"
        );
        assert_eq!(
            with(plain, Some(("^== ", None)), "^--$", "== no 7 title: a\npages: 3\n--\n"),
            "pages = 3 | R106 no 7 title: a"
        );
        let pattern = |ignored| {
            let source = "key = { by = \"pattern\", pattern = '^(?<key>[A-Z]+)  -(?<value>.*)$', ";
            let source = format!("{source}ignored = {ignored} }}");
            with(&source, None, "^ER", "ER  - \n") + &with(&source, None, "^ER", "ER  - x\n")
        };
        assert_eq!(pattern("[]"), " |  | R106 - x");
        assert_eq!(pattern("[\"ER\"]"), " |  | ");
        let any = "key = { by = \"declared\", delimiter = \": \", ignored = \"*\" }";
        assert_eq!(with(any, None, "^END", "END pages: 3\n"), " | R106 pages: 3");
        assert_eq!(pattern("\"*\""), " |  | ");
        let column = "key = { by = \"column\", width = 8, ignored = \"*\" }";
        assert_eq!(with(column, None, "^//", "// pages: 3\n"), " | R106 pages: 3");
    }

    #[test]
    fn an_end_line_closes_the_value() {
        let schema = schema("key = { by = \"declared\" }", "");
        let mut schema = schema;
        schema.source.end = Some(Pattern::new("^end$".to_owned(), 0..0).unwrap());
        let (values, findings) = read(&schema, "title a\nend\n");
        assert_eq!((values, findings.len()), (strings(&["title = a"]), 0));
    }
}
