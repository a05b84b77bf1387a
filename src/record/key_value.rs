//! Records of lines with a key and a value.
//!
//! In: the bytes of one record. Out: its entries, with the bytes of each key
//! and value, and a class for every byte. A value that stands in the dump as it
//! is gets borrowed; only one that is put together from lines is copied.

use std::ops::Range;

use regex::Regex;
use rustc_hash::FxHashMap;

use super::framing::is_key_end;
use super::{Entry, Record, Text};
use crate::diagnostic::{Code, Diagnostics};
use crate::schema::Schema;
use crate::schema::model::{Continuation, ContinuationBy, FieldKind, Framing, KeyBy, Repeated};
use crate::source::Span;

/// The compiled plan of key-value records.
#[derive(Debug)]
pub struct KeyValue {
    keys: FxHashMap<String, usize>,
    /// The same, in the order of the schema.
    declared: Vec<(String, usize)>,
    /// The longest key, in bytes.
    longest: usize,
    by: KeyBy,
    delimiter: String,
    pattern: Option<Regex>,
    width: usize,
    unknown: Option<Regex>,
    /// The line that ends a record, or the one that begins it, where that is no entry.
    end_line: Option<Regex>,
    start_line: bool,
    repeated: Repeated,
    ordered: bool,
    continuation: Continuation,
    /// For each field: its name, and whether its value may run over lines.
    fields: Vec<(String, bool)>,
}

/// What a line is.
enum Line<'t> {
    /// An entry of a field: the field, the bytes of the key and of the value.
    Entry { field: usize, key: Range<usize>, value: Range<usize> },
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
    /// There is no entry yet.
    Nothing,
}

/// The value of an entry while its lines come in.
struct Value {
    field: usize,
    key: Range<usize>,
    /// The bytes of each line.
    lines: Vec<Range<usize>>,
}

impl KeyValue {
    /// Compiles the syntax of a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let declared: Vec<_> = schema
            .fields
            .iter()
            .enumerate()
            .flat_map(|(idx, field)| field.keys.iter().map(move |key| (key.clone(), idx)))
            .collect();
        let syntax = &schema.source.key;
        Self {
            longest: schema
                .fields
                .iter()
                .flat_map(|field| &field.keys)
                .map(String::len)
                .max()
                .unwrap_or(0),
            keys: declared.iter().cloned().collect(),
            declared,
            by: syntax.by,
            delimiter: syntax.delimiter.clone(),
            pattern: syntax.pattern.as_ref().map(crate::schema::model::Pattern::compile),
            width: syntax.width,
            unknown: syntax.unknown.as_ref().map(crate::schema::model::Pattern::compile),
            end_line: match &schema.source.framing {
                Framing::EndLine(pattern, _) => Some(pattern.compile()),
                _ => None,
            },
            start_line: matches!(schema.source.framing, Framing::StartLine(..)),
            repeated: syntax.repeated,
            ordered: syntax.ordered,
            continuation: schema.source.continuation.clone(),
            fields: schema
                .fields
                .iter()
                .map(|field| (field.name.clone(), matches!(field.kind, FieldKind::Text)))
                .collect(),
        }
    }

    /// Parses the record that has the bytes `span` of `text`.
    pub fn parse<'t>(
        &self,
        text: &'t str,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let mut record = Record {
            span,
            by_field: vec![None; self.fields.len()],
            entries: Vec::with_capacity(self.fields.len()),
            ..Record::default()
        };
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
            // Line ends are separators, save those inside a value, which `close` makes good.
            record.bytes.separator += (next - stop) as u64;
            let content = &text[line.clone()];
            let mut read = self.read(content, at);
            let frames = match &self.end_line {
                Some(regex) => regex.is_match(content),
                None => self.start_line && at == span.start as usize,
            };
            if frames && !matches!(read, Line::Entry { .. }) {
                read = Line::Frame;
            }
            match read {
                Line::Frame => {
                    self.close(text, value.take(), &mut record);
                    open = Open::Nothing;
                    record.bytes.separator += content.len() as u64;
                }
                Line::Entry { field, key, value: place } => {
                    if self.is_text(field, open, &record) {
                        Self::report_key_in_text(text, &line, &key, diagnostics);
                        self.join(text, line, open, &mut value, &mut record, diagnostics);
                    } else {
                        self.close(text, value.take(), &mut record);
                        open =
                            self.begin(text, field, key.clone(), &line, &mut record, diagnostics);
                        if let Open::Entry { .. } = open {
                            // What a pattern left out before the key and after the value.
                            record.bytes.separator += (key.start - at + stop - place.end) as u64;
                            value = Some(Value { field, key, lines: vec![place] });
                        } else {
                            record.bytes.repeated += (stop - at) as u64;
                        }
                    }
                }
                Line::Unknown(key) => {
                    self.close(text, value.take(), &mut record);
                    open = Open::Unknown;
                    self.report_unknown(text, line.clone(), key, diagnostics);
                    record.bytes.unknown_key += line.len() as u64;
                }
                Line::Plain => self.join(text, line, open, &mut value, &mut record, diagnostics),
            }
            at = next;
        }
        self.close(text, value.take(), &mut record);
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
                let found = self
                    .keys
                    .get(key)
                    .map(|&field| (key.len(), field))
                    .or_else(|| self.longer(line));
                if let Some((length, field)) = found {
                    let value = (length + self.delimiter.len()).min(line.len());
                    return Line::Entry {
                        field,
                        key: at..at + length,
                        value: at + value..at + line.len(),
                    };
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
                let Some((key, value)) =
                    groups.and_then(|g| Some((g.name("key")?, g.name("value")?)))
                else {
                    return Line::Plain;
                };
                self.known(key.as_str(), at + key.start(), at + value.start()..at + value.end())
            }
            KeyBy::Column => {
                let cut = line.char_indices().nth(self.width).map_or(line.len(), |(cut, _)| cut);
                let key = line[..cut].trim();
                if key.is_empty() {
                    return Line::Plain;
                }
                let start = line.len() - line.trim_start().len();
                self.known(key, at + start, at + cut..at + line.len())
            }
        }
    }

    fn known<'t>(&self, key: &'t str, at: usize, value: Range<usize>) -> Line<'t> {
        match self.keys.get(key) {
            Some(&field) => Line::Entry { field, key: at..at + key.len(), value },
            None => Line::Unknown(key),
        }
    }

    /// A declared key that holds the delimiter.
    fn longer(&self, line: &str) -> Option<(usize, usize)> {
        if self.delimiter != " " || !line.starts_with(|c: char| c.is_alphanumeric()) {
            return None;
        }
        self.declared
            .iter()
            .filter(|(key, _)| key.contains(&self.delimiter))
            .filter(|(key, _)| {
                line.strip_prefix(key.as_str())
                    .is_some_and(|rest| is_key_end(rest, &self.delimiter))
            })
            .map(|&(ref key, field)| (key.len(), field))
            .max()
    }

    /// Whether a line with a declared key is text of the value above: keys come
    /// in order, the value may run over lines, and the key comes too early or again.
    fn is_text(&self, field: usize, open: Open, record: &Record<'_>) -> bool {
        let Open::Entry { field: above } = open else {
            return false;
        };
        self.ordered && self.fields[above].1 && (field <= above || record.by_field[field].is_some())
    }

    /// Begins an entry, unless it repeats one that stays.
    fn begin(
        &self,
        text: &str,
        field: usize,
        key: Range<usize>,
        line: &Range<usize>,
        record: &mut Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Open {
        if let Some(first) = record.by_field[field] {
            let name = &text[key.clone()];
            let kept = match self.repeated {
                Repeated::List => return Open::Entry { field },
                Repeated::Last => "the last value is taken",
                Repeated::First => "the first value is taken",
                Repeated::Error => "the record is rejected",
            };
            let finding = diagnostics.report(
                Code::REPEATED_KEY,
                Span::new(line.start, line.end),
                format!("the key `{name}` occurs again; {kept}"),
            );
            finding.field = Some(self.fields[field].0.clone());
            match self.repeated {
                Repeated::Last => {
                    // The value that gives way is shown; the line that takes its place is in the table.
                    let old = record.entries[first as usize].clone();
                    finding.raw = Some(old.text.as_str().to_owned());
                    let bytes = old.key_span.len() + old.text.whole().len();
                    record.bytes.repeated += bytes as u64;
                    record.bytes.key -= old.key_span.len() as u64;
                    record.bytes.value -= old.text.whole().len() as u64;
                    record.by_field[field] = None;
                    return Open::Entry { field };
                }
                Repeated::Error => finding.action = crate::diagnostic::Action::Reject,
                Repeated::First | Repeated::List => {}
            }
            finding.raw = Some(text[line.clone()].to_owned());
            return Open::Dropped;
        }
        if self.ordered {
            let later = record.by_field[field + 1..].iter().position(Option::is_some);
            if let Some(later) = later {
                let other = &self.fields[field + 1 + later].0;
                let finding = diagnostics.report(
                    Code::KEY_OUT_OF_ORDER,
                    Span::new(key.start, key.end),
                    format!("the key `{}` comes after that of `{other}`", &text[key.clone()]),
                );
                finding.field = Some(self.fields[field].0.clone());
            }
        }
        Open::Entry { field }
    }

    /// Adds a line without a key to what is open.
    fn join(
        &self,
        text: &str,
        line: Range<usize>,
        open: Open,
        value: &mut Option<Value>,
        record: &mut Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let content = &text[line.clone()];
        let length = line.len() as u64;
        if content.trim().is_empty() && !content.starts_with(self.continuation.indent.as_str()) {
            match value {
                Some(value) if self.continuation.by == ContinuationBy::Any => {
                    value.lines.push(line);
                }
                _ => record.bytes.separator += length,
            }
            return;
        }
        let joins = match self.continuation.by {
            ContinuationBy::Any => true,
            ContinuationBy::Indent => content.starts_with(self.continuation.indent.as_str()),
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
            _ if content.trim().is_empty() => record.bytes.separator += length,
            _ => {
                let finding = diagnostics.report(
                    Code::STRAY_LINE,
                    Span::new(line.start, line.end),
                    "the line has no key and joins no value",
                );
                finding.raw = Some(content.to_owned());
                record.bytes.stray += length;
            }
        }
    }

    /// Ends an entry: its lines become its text.
    fn close<'t>(&self, text: &'t str, value: Option<Value>, record: &mut Record<'t>) {
        let Some(Value { field, key, lines }) = value else {
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
                    if text[line.clone()].starts_with(self.continuation.indent.as_str()) {
                        from += self.continuation.indent.len();
                    }
                    if self.continuation.blank.as_deref() == Some(&text[from..line.end]) {
                        continue;
                    }
                }
                joined.push(&text[from..line.end], from);
            }
            joined
        };
        let joined = joined.trimmed();
        let covered = joined.whole();
        // Of the bytes between the key and the last line's end, those of the
        // text are the value; the line feeds within were counted as separators.
        record.bytes.key += key.len() as u64;
        record.bytes.value += covered.len() as u64;
        record.bytes.separator += (end - key.end - covered.len()) as u64;
        record.bytes.separator -= feeds as u64;
        #[expect(clippy::cast_possible_truncation, reason = "a record has fewer than 2^32 entries")]
        let idx = record.entries.len() as u32;
        record.entries.push(Entry {
            key_span: Span::new(key.start, key.end),
            text: joined,
            next: None,
        });
        match record.by_field[field] {
            None => record.by_field[field] = Some(idx),
            Some(mut chain) => {
                while let Some(next) = record.entries[chain as usize].next {
                    chain = next;
                }
                record.entries[chain as usize].next = Some(idx);
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

    fn report_unknown(
        &self,
        text: &str,
        line: Range<usize>,
        key: &str,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let finding = diagnostics.report(
            Code::UNKNOWN_KEY,
            Span::new(line.start, line.end),
            format!("no field has the key `{key}`"),
        );
        finding.raw = Some(text[line].to_owned());
        let near = crate::schema::nearest(key, self.declared.iter().map(|(key, _)| key.as_str()));
        finding.help = Some(match near {
            Some(near) => format!("if it means `{near}`, add it to the `aliases` of that field"),
            None => "add a field with this key to the schema".to_owned(),
        });
    }
}
