//! From text to records, and from records to entries with spans.
//!
//! [`Batcher`] cuts sources into [`Batch`]es of whole records; it runs on one
//! thread, in input order. [`Plan::parse`] parses one record into entries; it
//! runs on every worker. What a record looks like depends on the form of its
//! source: lines of keys and values, JSON objects, CSV rows. Behind this stage
//! all are the same.
//!
//! Invariants: a batch is a pure function of the inputs, whatever the size of
//! the blocks they were read in; every byte of a record is counted in one class
//! of [`Bytes`](crate::data::Bytes).

mod batch;
mod cells;
mod csv;
mod detect;
mod entries;
mod framing;
mod json;
mod key_value;
mod keys;
mod lookalike;
mod marks;
mod seen;
#[cfg(test)]
mod tests;

pub use batch::{
    BATCH_BYTES, BATCH_RECORDS, Batch, Batcher, FramedChunk, Lead, Part, RecordFrame,
    SourceSummary, Start, Until,
};
pub use csv::{Columns, Header};
pub use framing::{Framer, Head, Note};
#[cfg(feature = "tables")]
pub(crate) use seen::Seen;

use std::ops::Range;

use self::csv::Csv;
use self::detect::Detect;
use self::json::Json;
use self::key_value::KeyValue;
use self::keys::Keys;
use self::lookalike::has_breaks;
use crate::data::{Entry, JsonKind, Record};
use crate::diagnostic::{Code, Diagnostics};
use crate::lang::Regex;
use crate::schema::Schema;
use crate::schema::model::{Format, Source, When};
use crate::source::Span;

/// A byte order mark in text. At the start of a line it is what is left of a file that others were
/// put before, and no part of the line.
const MARK: char = '\u{feff}';

/// What DOS ends a text with; it is none of it.
const END_OF_FILE: char = '\u{1a}';

/// The compiled plan of the stage.
#[derive(Debug)]
pub struct Plan {
    framers: Vec<(Format, Framer)>,
    detect: Detect,
    key_value: KeyValue,
    json: Json,
    csv: Csv,
    /// The first line of records that are none.
    skip: Option<Regex>,
    comments: Comments,
    keys: Keys,
    kinds: Kinds,
    /// How many fields the schema has.
    fields: usize,
}

impl Plan {
    /// Compiles the stage for a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let source = &schema.source;
        Self {
            framers: source
                .formats
                .iter()
                .map(|&format| (format, Framer::new(source, format)))
                .collect(),
            detect: Detect::new(schema),
            key_value: KeyValue::new(schema),
            json: Json::new(schema),
            csv: Csv::new(schema),
            skip: source.skip.as_ref().map(|skip| skip.pattern.compile()),
            comments: Comments::new(source),
            keys: Keys::new(schema),
            kinds: Kinds::new(schema),
            fields: schema.fields.len(),
        }
    }

    /// How much of a source must be known to tell its form, in bytes of text.
    #[must_use]
    pub fn head_bytes(&self) -> usize {
        if self.framers.len() > 1 { detect::HEAD_BYTES } else { 0 }
    }

    /// The form of a source, by its path and its first bytes.
    #[must_use]
    pub fn format_of(&self, name: &str, head: &str) -> Format {
        self.detect.format_of(name, head)
    }

    /// The framer for sources of a form that the schema allows.
    fn framer(&self, format: Format) -> &Framer {
        let found = self.framers.iter().find(|(known, _)| *known == format);
        &found.unwrap_or(&self.framers[0]).1
    }

    /// Whether a record is none: a header, a stanza of another kind, nothing but
    /// comments.
    #[must_use]
    pub fn skips(&self, format: Format, record: &str) -> bool {
        if format != Format::KeyValue || self.skip.is_none() && self.comments.are_none() {
            return false;
        }
        match self.comments.first_line(record) {
            Some(first) => self.skip.as_ref().is_some_and(|skip| skip.is_match(first)),
            None => !self.comments.are_none(),
        }
    }

    /// Which cells of a source's rows belong to which field. Columns that no
    /// field knows are reported where `text` is the chunk that holds the header.
    pub fn columns(
        &self,
        header: Option<&Header>,
        text: Option<&str>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Columns {
        self.csv.columns(header, text, diagnostics)
    }

    /// Looks through a text once, so that nobody looks through each of its records.
    pub fn look_through(&self, format: Format, text: &str, columns: &mut Columns) {
        columns.is_plain = format == Format::KeyValue && !has_breaks(text);
    }

    /// Parses the record that has the bytes `span` of `text`.
    pub fn parse<'t>(
        &self,
        format: Format,
        columns: &Columns,
        text: &'t str,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        self.parse_in(Record::default(), format, columns, text, span, diagnostics)
    }

    /// The same in the room of another record, which is empty.
    pub(crate) fn parse_in<'t>(
        &self,
        room: Record<'t>,
        format: Format,
        columns: &Columns,
        text: &'t str,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let from = diagnostics.len();
        let record = room.begun(span, self.fields);
        let mut record = match format {
            Format::KeyValue => self.key_value.parse(columns.is_plain, text, record, diagnostics),
            Format::JsonLines | Format::Json => self.json.parse(format, text, record, diagnostics),
            Format::Csv => self.csv.parse(columns, text, record, diagnostics),
        };
        let stands = |field: usize| record.by_field[field].is_some();
        self.keys.help_with(&mut diagnostics.findings_mut()[from..], stands);
        if !record.unreadable {
            let lines = (format == Format::KeyValue).then(|| &text[span.range()]);
            let first = || self.comments.first_line(lines?);
            record.kind = self.kinds.of(&record, first, diagnostics);
            self.kinds.lose(text, &mut record, diagnostics);
        }
        record
    }
}

/// Which lines are comments.
#[derive(Debug)]
struct Comments {
    pattern: Option<Regex>,
    /// What lines begin with that go on with the comment above them; nothing if none do.
    folded: Vec<String>,
}

impl Comments {
    fn new(source: &Source) -> Self {
        let continuation = &source.continuation;
        Self {
            pattern: source.comment.as_ref().map(|comment| comment.pattern.compile()),
            folded: if continuation.folds_comments {
                continuation.indents.clone()
            } else {
                Vec::new()
            },
        }
    }

    fn are_none(&self) -> bool {
        self.pattern.is_none()
    }

    /// Whether a line is one, or goes on with one. `inside` is what it was of the
    /// line above.
    fn takes(&self, line: &str, inside: &mut bool) -> bool {
        let Some(pattern) = &self.pattern else { return false };
        let folds = *inside && self.folded.iter().any(|indent| line.starts_with(indent));
        *inside = folds || pattern.is_match(line);
        *inside
    }

    /// The first line that says something.
    fn first_line<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut inside = false;
        let lines = text.lines().map(|line| line.strip_prefix(MARK).unwrap_or(line));
        let mut lines =
            lines.skip_while(|line| self.takes(line, &mut inside) || line.trim().is_empty());
        lines.next()
    }
}

/// A field whose values no table has, in records of a kind.
#[derive(Debug)]
struct Lost {
    field: usize,
    /// What it is called.
    name: String,
    /// Its first key.
    key: String,
    /// The kind.
    kind: String,
    /// Texts that are no value of it.
    sentinels: Vec<String>,
}

impl Lost {
    fn new(schema: &Schema, kind: usize, field: usize) -> Self {
        let of = &schema.fields[field];
        Self {
            field,
            name: of.name.clone(),
            key: of.keys[0].clone(),
            kind: schema.kinds[kind].name.clone(),
            sentinels: of.sentinels.clone(),
        }
    }
}

/// Tells of which kind a record is.
#[derive(Debug)]
struct Kinds {
    /// The field whose value each pattern is tried on; none for the first line.
    tried: Vec<(Option<usize>, Regex)>,
    /// For each kind what no table has of its records.
    lost: Vec<Vec<Lost>>,
    /// Whether no key is wanted that no field has.
    ignores_all: bool,
    names: String,
    span: Range<usize>,
}

impl Kinds {
    fn new(schema: &Schema) -> Self {
        let kinds = schema.kinds.iter().map(|kind| match &kind.when {
            When::Line(pattern) => (None, pattern.compile()),
            When::Value(field, pattern) => (Some(*field), pattern.compile()),
        });
        let names: Vec<_> = schema.kinds.iter().map(|kind| format!("`{}`", kind.name)).collect();
        Self {
            tried: kinds.collect(),
            lost: (0..schema.kinds.len())
                .map(|kind| {
                    let fields = schema.lost_of(kind).into_iter();
                    fields.map(|field| Lost::new(schema, kind, field)).collect()
                })
                .collect(),
            ignores_all: schema.source.key.ignores_all,
            names: names.join(", "),
            span: schema.kinds.first().map_or(0..0, |kind| kind.span.clone()),
        }
    }

    /// The kind of a record; one of no kind is reported.
    fn of<'l>(
        &self,
        record: &Record<'_>,
        first: impl Fn() -> Option<&'l str>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<usize> {
        if self.tried.is_empty() {
            return None;
        }
        let line = first();
        let found = self.tried.iter().position(|(field, regex)| {
            let text = match field {
                Some(field) => record.entry(*field).map(|entry| entry.text.as_str()),
                None => line,
            };
            text.is_some_and(|text| regex.is_match(text))
        });
        if found.is_none() {
            let finding = diagnostics.report(
                Code::RECORD_OF_NO_KIND,
                Span { start: record.span.start, end: record.span.start },
                format!("the record is of no kind, expected {}", self.names),
            );
            finding.raw = line.map(str::to_owned);
            finding.schema_span = Some(self.span.clone());
        }
        found
    }

    /// Reports values that no table has of records of this kind: to those their fields are unknown.
    fn lose(&self, text: &str, record: &mut Record<'_>, diagnostics: &mut Diagnostics<'_>) {
        for lost in record.kind.map_or(&[][..], |kind| &self.lost[kind]) {
            let mut next = record.by_field[lost.field];
            // Elements of an array have one key.
            let mut last = None;
            while let Some(idx) = next {
                let Entry { key_span, text: value, json, counted, next: following, .. } =
                    &record.entries[idx as usize];
                next = *following;
                let said = value.as_str();
                if said.is_empty()
                    || *json == Some(JsonKind::Null)
                    || lost.sentinels.iter().any(|sentinel| sentinel == said)
                {
                    continue;
                }
                let (key, value, counted) = (*key_span, value.whole(), u64::from(*counted));
                let own = if last == Some(key) { 0 } else { key.len() as u64 };
                last = Some(key);
                record.bytes.key -= own;
                record.bytes.value -= counted;
                let moved = own + counted;
                record.lost += 1;
                if self.ignores_all {
                    record.bytes.ignored += moved;
                    continue;
                }
                record.bytes.unknown_key += moved;
                let start = if key.is_empty() { value.start } else { key.start.min(value.start) };
                let whole = Span { start, end: value.end.max(key.end) };
                let Lost { name, key, kind, .. } = lost;
                let named = format!("{key} ({kind})");
                let message = || format!("no table has `{key}` of records of the kind `{kind}`");
                let code = Code::UNKNOWN_KEY;
                if let Some(finding) = diagnostics.report_once(code, &named, whole, message) {
                    finding.raw = Some(text[whole.range()].to_owned());
                    finding.field = Some(name.clone());
                    finding.help = Some(format!(
                        "add `{name}` to the `columns` of a table with `kind = \"{kind}\"`"
                    ));
                }
            }
        }
    }
}

/// What stands in a stretch that belongs to no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Nothing but white space.
    Nothing,
    /// Comments.
    Comments(Range<usize>),
    /// So many bytes that the form and the schema allow between records: lines of
    /// CSV that are no rows, members of JSON objects on the way to the records.
    Ignored(u64),
    /// Text.
    Text(Range<usize>),
}

impl Plan {
    /// Tells what stands in a stretch that belongs to no record.
    #[must_use]
    pub fn outside(&self, format: Format, text: &str) -> Outside {
        match format {
            // What does not belong there was found in framing.
            Format::Json => return Outside::Ignored(framing::ignored_json(text)),
            Format::Csv => return Outside::Ignored(framing::ignored_rows(text)),
            Format::KeyValue | Format::JsonLines => {}
        }
        let start = text.len() - text.trim_start().len();
        let found = text[start..].trim_end();
        let found = found.strip_suffix(END_OF_FILE).unwrap_or(found).trim_end();
        let found = start..start + found.len();
        if found.is_empty() {
            Outside::Nothing
        } else if format == Format::KeyValue
            && self.comments.first_line(&text[found.clone()]).is_none()
        {
            Outside::Comments(found)
        } else {
            Outside::Text(found)
        }
    }

    /// Where in text before the first record a line stands that nearly begins one.
    #[must_use]
    pub fn lost_start(&self, format: Format, text: &str) -> Option<Range<usize>> {
        (format == Format::KeyValue).then(|| self.key_value.lost_start(text))?
    }
}
