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
//! of [`Bytes`].

mod batch;
mod cells;
mod csv;
mod detect;
mod entries;
mod framing;
mod json;
mod key_value;
mod keys;
#[cfg(test)]
mod tests;
mod text;

pub use batch::{BATCH_BYTES, Batch, Batcher, Frame, Framed, Learned, Part};
pub use csv::{Columns, Header};
pub use framing::{Framer, Head, Note};
pub use text::Text;

use std::ops::Range;

use regex::Regex;

use self::csv::Csv;
use self::detect::Detect;
use self::json::Json;
use self::key_value::KeyValue;
use crate::diagnostic::Diagnostics;
use crate::schema::Schema;
use crate::schema::model::Format;
use crate::source::Span;

/// An entry of a record: a key and its value.
#[derive(Clone, Debug)]
pub struct Entry<'t> {
    /// The bytes of the key. Of a CSV cell, whose key stands in the header, none.
    pub key_span: Span,
    /// The value, without white space around it.
    pub text: Text<'t>,
    /// Whether the value is one item of a list, as an element of a JSON array is.
    pub item: bool,
    /// What JSON says that the value is, if the source is JSON.
    pub json: Option<JsonKind>,
    /// The next entry with the same key, where repeated keys make a list.
    pub next: Option<u32>,
}

/// What a value of JSON is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// A string.
    String,
    /// A number, whose text stands as it is written.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`, or what stands in the place of a number that JSON does not have.
    Null,
    /// An object, as its text.
    Object,
    /// An array, as its text.
    Array,
}

/// A record as entries, by key.
#[derive(Debug, Default)]
pub struct Record<'t> {
    /// Its bytes.
    pub span: Span,
    /// The entries in the order of the dump.
    pub entries: Vec<Entry<'t>>,
    /// For each field the place of its first entry.
    pub by_field: Vec<Option<u32>>,
    /// For each field the place of its last entry, if it has one.
    last: Vec<u32>,
    /// Where its bytes went.
    pub bytes: Bytes,
    /// Whether it is damaged so that nothing could be read; a finding says why.
    pub unreadable: bool,
}

impl<'t> Record<'t> {
    /// A record without entries.
    #[must_use]
    pub fn new(span: Span, fields: usize) -> Self {
        Self {
            span,
            entries: Vec::with_capacity(fields),
            by_field: vec![None; fields],
            last: vec![0; fields],
            bytes: Bytes::default(),
            unreadable: false,
        }
    }

    /// A record of one value, for a field of several: what the examples of a
    /// schema are tried on.
    #[must_use]
    pub fn of_value(field: usize, fields: usize, text: &'t str) -> Self {
        let mut record = Self::new(Span::new(0, text.len()), fields);
        record.by_field[field] = Some(0);
        record.entries.push(Entry {
            key_span: Span::default(),
            text: Text::borrowed(text, 0).trimmed(),
            item: false,
            json: None,
            next: None,
        });
        record
    }

    /// The first entry of a field.
    #[must_use]
    pub fn entry(&self, field: usize) -> Option<&Entry<'t>> {
        self.by_field[field].map(|idx| &self.entries[idx as usize])
    }

    /// The entries of a field: one, or several where repeated keys make a list.
    pub fn entries_of(&self, field: usize) -> impl Iterator<Item = &Entry<'t>> {
        std::iter::successors(self.entry(field), |entry| {
            entry.next.map(|idx| &self.entries[idx as usize])
        })
    }
}

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
    comment: Option<Regex>,
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
            comment: source.comment.as_ref().map(|comment| comment.pattern.compile()),
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
        if format != Format::KeyValue || self.skip.is_none() && self.comment.is_none() {
            return false;
        }
        let comment =
            |line: &str| self.comment.as_ref().is_some_and(|comment| comment.is_match(line));
        let first = record.lines().find(|line| !line.trim().is_empty() && !comment(line));
        match first {
            Some(first) => self.skip.as_ref().is_some_and(|skip| skip.is_match(first)),
            None => self.comment.is_some(),
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

    /// Parses the record that has the bytes `span` of `text`.
    pub fn parse<'t>(
        &self,
        format: Format,
        columns: &Columns,
        text: &'t str,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        match format {
            Format::KeyValue => self.key_value.parse(text, span, diagnostics),
            Format::JsonLines | Format::Json => self.json.parse(format, text, span, diagnostics),
            Format::Csv => self.csv.parse(columns, text, span, diagnostics),
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
        let found = start..start + text.trim().len();
        let comment =
            |line: &str| self.comment.as_ref().is_some_and(|comment| comment.is_match(line));
        let mut lines = text[found.clone()].lines().filter(|line| !line.trim().is_empty());
        if found.is_empty() {
            Outside::Nothing
        } else if format == Format::KeyValue && lines.all(comment) {
            Outside::Comments(found)
        } else {
            Outside::Text(found)
        }
    }
}

/// Bytes of decoded text by what they are. The classes of a run sum to the
/// bytes of its inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Bytes {
    /// Keys that the schema knows.
    pub key: u64,
    /// Values, with the line feeds inside them.
    pub value: u64,
    /// Delimiters, line ends, brackets, quotes, white space around values, blank lines.
    pub separator: u64,
    /// Keys that the schema does not want, with their values; comments; records that are none.
    pub ignored: u64,
    /// Keys that the schema does not know, with their values.
    pub unknown_key: u64,
    /// Entries of a repeated key that were not taken.
    pub repeated: u64,
    /// Lines and cells that belong to no key.
    pub stray: u64,
    /// Text before, between and behind the records.
    pub outside: u64,
    /// Records that were set aside.
    pub quarantined: u64,
    /// Byte order marks.
    pub byte_order_mark: u64,
}

impl Bytes {
    /// The sum of all classes.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.key
            + self.value
            + self.separator
            + self.ignored
            + self.unknown_key
            + self.repeated
            + self.stray
            + self.outside
            + self.quarantined
            + self.byte_order_mark
    }

    /// Adds another count, class by class.
    pub fn add(&mut self, other: &Self) {
        self.key += other.key;
        self.value += other.value;
        self.separator += other.separator;
        self.ignored += other.ignored;
        self.unknown_key += other.unknown_key;
        self.repeated += other.repeated;
        self.stray += other.stray;
        self.outside += other.outside;
        self.quarantined += other.quarantined;
        self.byte_order_mark += other.byte_order_mark;
    }

    /// Counts what is in no class yet of `length` bytes as separators.
    fn rest_is_separator(&mut self, length: usize) {
        self.separator += (length as u64).saturating_sub(self.total());
    }
}
