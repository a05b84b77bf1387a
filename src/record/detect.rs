//! Which of the forms that a schema allows a source has.
//!
//! The content decides: what a source begins with, whether its lines are whole
//! JSON, whether its first row names known columns. The extension decides where
//! the content may be either.

use std::path::Path;

use serde::de::IgnoredAny;

use super::cells::{Dialect, Stop};
use super::framing::{is_blank, named_delimiter};
use crate::lang::Regex;
use crate::schema::Schema;
use crate::schema::model::{Csv, Format};

/// How much of a source is looked at, in bytes of text.
pub(super) const HEAD_BYTES: usize = 64 * 1024;
/// How many lines are looked at.
const LINES: usize = 16;

/// What the forms are recognized by.
#[derive(Debug)]
pub(super) struct Detect {
    formats: Vec<Format>,
    keys: Vec<String>,
    fold_case: bool,
    csv: Csv,
    comment: Option<Regex>,
}

impl Detect {
    pub(super) fn new(schema: &Schema) -> Self {
        let source = &schema.source;
        let known = schema.fields.iter().flat_map(|field| field.keys.clone());
        Self {
            formats: source.formats.clone(),
            keys: known.chain(source.key.ignored.iter().cloned()).collect(),
            fold_case: source.key.fold_case,
            csv: source.csv.clone(),
            comment: source.csv.comment.as_ref().map(crate::lang::Pattern::compile),
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
        let one_line = object && (!whole || is_object(line) || goes_on_by_line(text));
        // A block in brackets is no array: nothing of JSON stands in them.
        let array = text.strip_prefix('[').is_some_and(|inner| {
            inner.trim_start().starts_with(['{', '[', ']', '"']) || inner.trim().is_empty()
        });
        match format {
            Format::JsonLines => one_line,
            Format::Json => array || object && (!one_line || is_one(text)),
            Format::Csv => !object && !array && self.has_rows(head),
            Format::KeyValue => !object && !array && !self.has_rows(head),
        }
    }

    /// Whether a source begins with rows: one that names a column of the schema,
    /// or some with as many cells as there are columns.
    fn has_rows(&self, head: &str) -> bool {
        if !self.formats.contains(&Format::Csv) {
            return false;
        }
        let first = head.split(['\n', '\r']).next().unwrap_or_default();
        let named = named_delimiter(&self.csv, first);
        let dialect = match &named {
            Some(delimiter) => Dialect::with_delimiter(&self.csv, delimiter),
            None => Dialect::new(&self.csv),
        };
        let is_comment = |line: &str| self.comment.as_ref().is_some_and(|re| re.is_match(line));
        let mut rows = head
            .split(['\n', '\r'])
            .skip(usize::from(named.is_some()))
            .filter(|line| !is_blank(&dialect, line) && !is_comment(line));
        // Lines before the header may be blank; one more that is looked at does no harm.
        let skipped = head.split_inclusive('\n').take(self.csv.skip_rows as usize);
        let skipped = skipped.filter(|line| !line.trim().is_empty() && !is_comment(line)).count();
        if skipped > 0 {
            rows.nth(skipped - 1);
        }
        let Some(columns) = self.csv.columns.as_ref().map(Vec::len) else {
            return rows.next().is_some_and(|row| self.names_columns(&dialect, row));
        };
        let counts: Vec<_> = rows.take(LINES).map(|row| cells(&dialect, row).len()).collect();
        let right = counts.iter().filter(|count| **count == columns).count();
        counts.first() == Some(&columns) && 2 * right > counts.len()
    }

    /// Whether a row names a column of the schema.
    fn names_columns(&self, dialect: &Dialect, row: &str) -> bool {
        cells(dialect, row).iter().any(|cell| {
            self.keys
                .iter()
                .any(|key| key == cell || self.fold_case && key.eq_ignore_ascii_case(cell))
        })
    }
}

/// What the cells of a row say.
fn cells(dialect: &Dialect, row: &str) -> Vec<String> {
    let (mut from, mut cells) = (Some(0), Vec::new());
    while let Some(at) = from {
        let (cell, stop) = dialect.cell(row.as_bytes(), at, true);
        cells.push(dialect.value(row, &cell).as_str().to_owned());
        from = match stop {
            Stop::Delimiter(next) => Some(next),
            Stop::Line(_) | Stop::Text => None,
        };
    }
    cells
}

/// Whether a line is a JSON object, whole.
fn is_object(line: &str) -> bool {
    line.starts_with('{') && serde_json::from_str::<IgnoredAny>(line).is_ok()
}

/// Whether a source whose first line is a damaged object has whole ones behind
/// it, each beginning its line: an object that runs over lines has them indented.
fn goes_on_by_line(text: &str) -> bool {
    text.lines().skip(1).take(LINES).any(is_object)
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
    use Format::{Json, JsonLines, KeyValue};

    fn check(name: &str, head: &str, expected: Format) {
        let detect = Detect {
            formats: vec![KeyValue, JsonLines, Json, Format::Csv],
            keys: vec!["a".to_owned()],
            fold_case: false,
            csv: Csv::default(),
            comment: None,
        };
        assert_eq!(detect.format_of(name, head), expected, "{name} {head}");
    }

    #[test]
    fn the_content_tells_the_form() {
        check("x", "{\"a\": 1}\n{\"a\": 2}\n", JsonLines);
        check("x.json", "{\"a\": 1}\n{\"a\": 2}\n", JsonLines);
        check("x", " [\n{\"a\": 1}]", Json);
        check("x", "{\n\"a\": 1}", Json);
        check("x", "b,\"a\"\n1,2", Format::Csv);
        check("x.csv", "a 1\nb 2\n", KeyValue);
        check("x", "[block]\na 1\n", KeyValue);
        check("x", "sep=;\nb;a\n1;2\n", Format::Csv);
        check("x", "\n\"b, c\",\"a\"\r\n1,2\r\n", Format::Csv);
        check("x", "{\"a\": 1\n{\"a\": 2}\n", JsonLines);
        check("x", "{\"a\":\n {\"b\": 2}\n}\n", Json);
    }

    #[test]
    fn the_extension_tells_where_the_content_may_be_either() {
        check("x.json", "{\"a\": 1}\n", Json);
        check("x.jsonl", "{\"a\": 1}\n", JsonLines);
        check("x.jsonl.gz", "{\"a\": 1}\n", JsonLines);
    }
}
