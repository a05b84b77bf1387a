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
mod csv;
mod detect;
mod entries;
mod framing;
mod json;
mod key_value;
mod keys;

pub use batch::{BATCH_BYTES, Batch, Batcher, Frame, Framed, Learned, Part};
pub use csv::{Columns, Header};
pub use framing::Framer;

use std::ops::Range;

use regex::Regex;

use self::csv::Csv;
use self::detect::Detect;
use self::json::Json;
use self::key_value::KeyValue;
use crate::data::Record;
use crate::diagnostic::Diagnostics;
use crate::schema::Schema;
use crate::schema::model::Format;
use crate::source::Span;

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
            Format::JsonLines | Format::Json => self.json.parse(text, span, diagnostics),
            Format::Csv => self.csv.parse(columns, text, span, diagnostics),
        }
    }
}

/// What stands in a stretch that belongs to no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Nothing but white space and, in JSON, the brackets and commas that hold
    /// records together.
    Nothing,
    /// Comments.
    Comments(Range<usize>),
    /// Text.
    Text(Range<usize>),
}

impl Plan {
    /// Tells what stands in a stretch that belongs to no record.
    #[must_use]
    pub fn outside(&self, format: Format, text: &str) -> Outside {
        let found = outside(format, text);
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

fn outside(format: Format, text: &str) -> Range<usize> {
    let structure = |c: char| {
        c.is_whitespace()
            || format == Format::Json && matches!(c, '[' | ']' | '{' | '}' | ',' | ':')
    };
    let start = text.len() - text.trim_start_matches(structure).len();
    start..start + text[start..].trim_end_matches(structure).len()
}
