//! Records of lines with a key and a value.
//!
//! In: the bytes of one record. Out: its entries, with the bytes of each key
//! and value, and a class for every byte. A value that stands in the dump as it
//! is gets borrowed; only one that is put together from lines is copied.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;

use super::entries::{Fate, Fields};
use super::framing::is_key_end;
use super::keys::{Keys, Known};
use crate::data::{Record, Text};
use crate::diagnostic::{Code, Diagnostics};
use crate::schema::Schema;
use crate::schema::model::{Continuation, ContinuationBy, Framing, KeyBy};
use crate::source::Span;

/// The compiled plan of key-value records.
#[derive(Debug)]
pub(super) struct KeyValue {
    keys: Keys,
    /// The longest key, in bytes.
    longest: usize,
    by: KeyBy,
    delimiter: String,
    pattern: Option<Regex>,
    width: usize,
    unknown: Option<Regex>,
    /// The line that ends a record, or the one that begins it, where that is no entry.
    end_line: Option<Regex>,
    start_line: Option<StartLine>,
    comment: Option<Regex>,
    ordered: bool,
    continuation: Continuation,
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
    Unknown(&'t str),
    /// No key.
    Plain,
    /// The line that begins or ends a record, and says nothing else.
    Frame,
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

/// The value of an entry while its lines come in.
struct Value {
    field: usize,
    key: Range<usize>,
    /// The bytes of each line.
    lines: Vec<Range<usize>>,
    /// The bytes of comments that stand among them.
    comments: Vec<Range<usize>>,
    /// Whether it is in base64.
    encoded: bool,
}

impl KeyValue {
    /// Compiles the syntax of a schema.
    pub(super) fn new(schema: &Schema) -> Self {
        let syntax = &schema.source.key;
        Self {
            longest: schema
                .fields
                .iter()
                .flat_map(|field| &field.keys)
                .chain(&syntax.ignored)
                .map(String::len)
                .max()
                .unwrap_or(0),
            keys: Keys::new(schema),
            by: syntax.by,
            delimiter: syntax.delimiter.clone(),
            pattern: syntax.pattern.as_ref().map(crate::lang::Pattern::compile),
            width: syntax.width,
            unknown: syntax.unknown.as_ref().map(crate::lang::Pattern::compile),
            end_line: match &schema.source.framing {
                Framing::EndLine(pattern, _) => Some(pattern.compile()),
                _ => None,
            },
            start_line: match &schema.source.framing {
                Framing::StartLine { pattern, key, .. } => {
                    let keys = Keys::new(schema);
                    let field = key.as_ref().and_then(|key| match keys.find(key) {
                        Known::Field(field) => Some(field),
                        Known::Ignored | Known::No => None,
                    });
                    Some(StartLine { pattern: pattern.compile(), field })
                }
                _ => None,
            },
            comment: schema.source.comment.as_ref().map(|comment| comment.pattern.compile()),
            ordered: syntax.ordered,
            continuation: schema.source.continuation.clone(),
            fields: Fields::new(schema),
            long: schema
                .fields
                .iter()
                .map(|field| field.cells.slots().first().is_some_and(|slot| slot.long))
                .collect(),
        }
    }

    /// Parses the record that has the bytes `span` of `text`.
    pub(super) fn parse<'t>(
        &self,
        text: &'t str,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let mut record = Record::new(span, self.fields.len());
        let mut open = Open::Nothing;
        let mut value: Option<Value> = None;
        let mut at = span.start as usize;
        let end = span.end as usize;
        while at < end {
            let feed = memchr::memchr(b'\n', &text.as_bytes()[at..end]);
            let next = feed.map_or(end, |feed| at + feed + 1);
            let mut stop = feed.map_or(end, |feed| at + feed);
            if stop > at && text.as_bytes()[stop - 1] == b'\r' {
                stop -= 1;
            }
            let line = at..stop;
            let content = &text[line.clone()];
            if self.comment.as_ref().is_some_and(|comment| comment.is_match(content)) {
                record.bytes.ignored += line.len() as u64;
                if let Some(value) = &mut value {
                    value.comments.push(line);
                }
                at = next;
                continue;
            }
            let mut read = self.read(content, at);
            let start = self.start_line.as_ref().filter(|_| at == span.start as usize);
            let frames = match &self.end_line {
                Some(regex) => regex.is_match(content),
                None => start.is_some(),
            };
            if frames && !matches!(read, Line::Entry { .. }) {
                read = start.and_then(|start| start.entry(content, at)).unwrap_or(Line::Frame);
            }
            match read {
                Line::Frame => {
                    self.close(text, value.take(), &mut record, diagnostics);
                    open = Open::Nothing;
                }
                Line::Entry { field, key, value: place, encoded } => {
                    if self.is_text(field, open, &record) {
                        Self::report_key_in_text(text, &line, &key, diagnostics);
                        self.join(text, line, open, &mut value, &mut record, diagnostics);
                    } else {
                        self.close(text, value.take(), &mut record, diagnostics);
                        self.report_order(text, field, &key, &record, diagnostics);
                        let (name, whole) = (&text[key.clone()], Span::new(at, stop));
                        let fate =
                            self.fields.begin(text, field, name, whole, &mut record, diagnostics);
                        if fate == Fate::Taken {
                            open = Open::Entry { field };
                            record.bytes.key += key.len() as u64;
                            value = Some(Value {
                                field,
                                key,
                                lines: vec![place],
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
                Line::Unknown(key) => {
                    self.close(text, value.take(), &mut record, diagnostics);
                    open = Open::Unknown;
                    let whole = Span::new(line.start, line.end);
                    self.keys.report_unknown(key, whole, content, diagnostics);
                    record.bytes.unknown_key += line.len() as u64;
                }
                Line::Plain => {
                    let joined = self.join(text, line, open, &mut value, &mut record, diagnostics);
                    // What goes on with a stray line is stray itself, not the value's above.
                    if !joined {
                        self.close(text, value.take(), &mut record, diagnostics);
                        open = Open::Nothing;
                    }
                }
            }
            at = next;
        }
        self.close(text, value.take(), &mut record, diagnostics);
        record.bytes.rest_is_separator(span.len());
        record
    }

    /// Tells what a line is that begins at `at`.
    fn read<'t>(&self, line: &'t str, at: usize) -> Line<'t> {
        match self.by {
            KeyBy::Declared => {
                let window =
                    line.floor_char_boundary(line.len().min(self.longest + self.delimiter.len()));
                let cut = line[..window].find(self.delimiter.as_str());
                let key = match cut {
                    Some(cut) => &line[..cut],
                    None if line.len() <= self.longest => line,
                    None => "",
                };
                // A key may hold the delimiter itself: then the longer one is meant.
                let found = match self.keys.find(key) {
                    Known::No => self.longer(line),
                    known => Some((key.len(), known)),
                };
                match found {
                    Some((length, Known::Field(field))) => {
                        let value = (length + self.delimiter.len()).min(line.len());
                        return Line::Entry {
                            field,
                            key: at..at + length,
                            value: at + value..at + line.len(),
                            encoded: false,
                        };
                    }
                    Some((_, Known::Ignored)) => return Line::Ignored,
                    _ => {}
                }
                match &self.unknown {
                    Some(regex) => match regex.captures(line).and_then(|groups| groups.name("key"))
                    {
                        Some(key) => Line::Unknown(key.as_str()),
                        None => Line::Plain,
                    },
                    None => Line::Plain,
                }
            }
            KeyBy::Pattern => {
                let groups = self.pattern.as_ref().and_then(|regex| regex.captures(line));
                let plain = groups.as_ref().and_then(|groups| groups.name("value"));
                let value = plain.or_else(|| groups.as_ref()?.name("base64"));
                let Some((key, value)) = groups.as_ref().and_then(|g| g.name("key")).zip(value)
                else {
                    return Line::Plain;
                };
                let place = at + value.start()..at + value.end();
                self.known(key.as_str(), at + key.start(), place, plain.is_none())
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
            Known::Field(field) => Line::Entry { field, key: at..at + key.len(), value, encoded },
            Known::Ignored => Line::Ignored,
            Known::No => Line::Unknown(key),
        }
    }

    /// A declared key that holds the delimiter.
    fn longer(&self, line: &str) -> Option<(usize, Known)> {
        if self.delimiter != " " || !line.starts_with(|c: char| c.is_alphanumeric()) {
            return None;
        }
        self.keys
            .declared()
            .filter(|(key, _)| key.contains(&self.delimiter))
            .filter(|(key, _)| {
                line.strip_prefix(key).is_some_and(|rest| is_key_end(rest, &self.delimiter))
            })
            .map(|(key, field)| (key.len(), field))
            .max()
            .map(|(length, field)| (length, Known::Field(field)))
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

    /// Adds a line without a key to what is open; false if it belongs to nothing.
    fn join(
        &self,
        text: &str,
        line: Range<usize>,
        open: Open,
        value: &mut Option<Value>,
        record: &mut Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> bool {
        let content = &text[line.clone()];
        let length = line.len() as u64;
        if content.trim().is_empty() && self.indent_of(content).is_none() {
            match value {
                Some(value) if self.continuation.by == ContinuationBy::Any => {
                    value.lines.push(line);
                }
                _ => {}
            }
            return true;
        }
        let joins = match self.continuation.by {
            ContinuationBy::Any => true,
            ContinuationBy::Indent => self.indent_of(content).is_some(),
            ContinuationBy::None => content.trim().is_empty(),
        };
        match (open, joins) {
            (Open::Entry { .. }, true) => {
                if let Some(value) = value {
                    value.lines.push(line);
                }
            }
            (Open::Dropped, true) => record.bytes.repeated += length,
            (Open::Unknown, true) => record.bytes.unknown_key += length,
            (Open::Ignored, true) => record.bytes.ignored += length,
            _ if content.trim().is_empty() => {}
            _ => {
                let finding = diagnostics.report(
                    Code::STRAY_LINE,
                    Span::new(line.start, line.end),
                    "the line has no key and joins no value",
                );
                finding.raw = Some(content.to_owned());
                record.bytes.stray += length;
                return false;
            }
        }
        true
    }

    /// How much of a line is its indent, if it has one.
    fn indent_of(&self, line: &str) -> Option<usize> {
        let indent = self.continuation.indent.as_str();
        let bare = indent.trim_end();
        if line.starts_with(indent) {
            Some(indent.len())
        } else {
            (!bare.is_empty() && line == bare).then_some(bare.len())
        }
    }

    /// Ends an entry: its lines become its text.
    fn close<'t>(
        &self,
        text: &'t str,
        value: Option<Value>,
        record: &mut Record<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let Some(Value { field, key, lines, comments, encoded }) = value else {
            return;
        };
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return;
        };
        let (start, end) = (first.start, last.end);
        let feeds = end - start - lines.iter().map(ExactSizeIterator::len).sum::<usize>();
        // Lines joined by the line feeds that part them stand in the dump as they are.
        let plain = lines.len() == 1
            || (self.continuation.join == "\n"
                && self.continuation.indent.is_empty()
                && self.continuation.blank.is_none()
                && feeds == lines.len() - 1);
        let joined = if plain {
            Text::borrowed(&text[start..end], start)
        } else {
            let mut joined = Text::builder();
            for (n, line) in lines.iter().enumerate() {
                let mut from = line.start;
                if n > 0 {
                    joined.push(&self.continuation.join, line.start.saturating_sub(1));
                    from += self.indent_of(&text[line.clone()]).unwrap_or(0);
                    if self.continuation.blank.as_deref() == Some(&text[from..line.end]) {
                        continue;
                    }
                }
                joined.push(&text[from..line.end], from);
            }
            joined
        };
        let mut joined = joined.trimmed();
        if encoded {
            joined = self.decoded(field, joined, diagnostics);
        }
        // A comment in the middle of a value is none of it.
        let covered = joined.whole().range();
        let inside = comments.iter().filter(|comment| covered.contains(&comment.start));
        let inside: u64 = inside.map(|comment| comment.len() as u64).sum();
        self.fields.push(field, Span::new(key.start, key.end), joined, false, record);
        record.bytes.value -= inside;
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
