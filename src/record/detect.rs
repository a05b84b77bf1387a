//! Which of the forms that a schema allows a source has.
//!
//! The content decides: what a source begins with, and whether its first line
//! is whole JSON or names known columns. The extension decides where the content
//! may be either.

use std::path::Path;

use serde::de::IgnoredAny;

use crate::schema::Schema;
use crate::schema::model::Format;

/// How much of a source is looked at, in bytes of text.
pub(super) const HEAD_BYTES: usize = 64 * 1024;

/// What the forms are told by.
#[derive(Debug)]
pub(super) struct Detect {
    formats: Vec<Format>,
    keys: Vec<String>,
    delimiter: char,
    columns: Option<usize>,
}

impl Detect {
    pub(super) fn new(schema: &Schema) -> Self {
        let csv = &schema.source.csv;
        Self {
            formats: schema.source.formats.clone(),
            keys: schema.fields.iter().flat_map(|field| field.keys.clone()).collect(),
            delimiter: char::from(csv.delimiter),
            columns: csv.columns.as_ref().map(Vec::len),
        }
    }

    pub(super) fn format_of(&self, name: &str, head: &str) -> Format {
        let likely = self.formats.iter().copied().filter(|&format| self.may_be(format, head));
        let likely: Vec<_> = likely.collect();
        if let [only] = likely[..] {
            return only;
        }
        let named = by_extension(name).filter(|format| self.formats.contains(format));
        named
            .filter(|format| likely.is_empty() || likely.contains(format))
            .or(likely.first().copied())
            .unwrap_or(self.formats[0])
    }

    /// Whether a source that begins so may have a form.
    fn may_be(&self, format: Format, head: &str) -> bool {
        let text = head.trim_start();
        let line = text.lines().next().unwrap_or_default();
        // The first line may be longer than what is looked at.
        let whole = line.len() < text.len() || head.len() < HEAD_BYTES;
        let object = text.starts_with('{');
        let one_line = object && (!whole || serde_json::from_str::<IgnoredAny>(line).is_ok());
        // A block in brackets is no array: nothing of JSON stands in them.
        let array = text.strip_prefix('[').is_some_and(|inner| {
            inner.trim_start().starts_with(['{', '[', ']', '"']) || inner.trim().is_empty()
        });
        match format {
            Format::JsonLines => one_line,
            Format::Json => array || object && (!one_line || is_one(text)),
            Format::Csv => !object && !array && self.is_row(line),
            Format::KeyValue => !object && !array && !self.is_row(line),
        }
    }

    /// Whether a line is a row: one that names a column of the schema, or one
    /// with as many cells as there are columns.
    fn is_row(&self, line: &str) -> bool {
        if !self.formats.contains(&Format::Csv) {
            return false;
        }
        let mut cells = line.split(self.delimiter).map(|cell| cell.trim().trim_matches('"'));
        match self.columns {
            Some(columns) => cells.count() == columns,
            None => cells.any(|cell| self.keys.iter().any(|key| key == cell)),
        }
    }
}

/// Whether an object in one line is all there is.
fn is_one(text: &str) -> bool {
    text.lines().nth(1).is_none() && text.len() < HEAD_BYTES
}

/// The form that the extension of a file stands for.
fn by_extension(name: &str) -> Option<Format> {
    // A compressed file keeps the extension of its content before its own.
    let path = Path::new(name);
    let of = |path: &Path| match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" => Some(Format::JsonLines),
        "json" => Some(Format::Json),
        "csv" | "tsv" => Some(Format::Csv),
        "txt" | "text" => Some(Format::KeyValue),
        _ => None,
    };
    of(path).or_else(|| of(Path::new(path.file_stem()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Format::{Csv, Json, JsonLines, KeyValue};

    fn check(name: &str, head: &str, expected: Format) {
        let detect = Detect {
            formats: vec![KeyValue, JsonLines, Json, Csv],
            keys: vec!["a".to_owned()],
            delimiter: ',',
            columns: None,
        };
        assert_eq!(detect.format_of(name, head), expected, "{name} {head}");
    }

    #[test]
    fn the_content_tells_the_form() {
        check("x", "{\"a\": 1}\n{\"a\": 2}\n", JsonLines);
        check("x.json", "{\"a\": 1}\n{\"a\": 2}\n", JsonLines);
        check("x", " [\n{\"a\": 1}]", Json);
        check("x", "{\n\"a\": 1}", Json);
        check("x", "b,\"a\"\n1,2", Csv);
        check("x.csv", "a 1\nb 2\n", KeyValue);
        check("x", "[block]\na 1\n", KeyValue);
    }

    #[test]
    fn the_extension_tells_where_the_content_may_be_either() {
        check("x.json", "{\"a\": 1}\n", Json);
        check("x.jsonl", "{\"a\": 1}\n", JsonLines);
        check("x.jsonl.gz", "{\"a\": 1}\n", JsonLines);
    }
}
