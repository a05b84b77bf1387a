//! Records that are rows of cells.
//!
//! In: the bytes of one row, and which column is which. Out: its entries. Where
//! cells end and what they say is decided by `cells`, the same that framing asks.
//!
//! A row of one line whose quotes are wrong is read as far as it can be, and
//! reported; one of several lines is damaged, and goes to the quarantine whole.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::cells::{Cell, Dialect, Quoting, Stop, behind_line_end, line_end};
use super::entries::{Fields, RepeatDecision};
use super::framing::Head;
use super::keys::{KeyLookup, Keys};
use crate::data::{Record, Text};
use crate::diagnostic::{Action, Code, Diagnostics};
use crate::grammar::{parse_array, parse_object};
use crate::schema::Schema;
use crate::schema::model;
use crate::source::Span;
use crate::text::{counted, short};

/// What the head of a source says of its rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    /// The row that names the columns.
    text: String,
    /// Its bytes in the first chunk of the source.
    range: Range<usize>,
    /// The delimiter, if the source names it.
    delimiter: Option<String>,
}

impl Header {
    /// What `head` says, whose row lies in a source's first chunk.
    #[must_use]
    pub fn new(text: &str, head: Head) -> Self {
        let Head { range, delimiter } = head;
        Self { text: text[range.clone()].to_owned(), range, delimiter }
    }

    /// The bytes of the row in the first chunk of the source.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }
}

/// Which column belongs to which field, for the rows of one source, and what is known of a text of it.
#[derive(Debug, Default)]
pub struct Columns {
    each: Vec<Column>,
    /// How the cells are written, if the source says it otherwise than the schema.
    dialect: Option<Dialect>,
    /// Whether no character stands in the text that ends lines for some programs alone. False where
    /// nobody has looked.
    pub(super) is_plain: bool,
}

#[derive(Debug)]
struct Column {
    name: String,
    known: KeyLookup,
}

/// The compiled plan of rows.
#[derive(Debug)]
pub(super) struct Csv {
    syntax: model::Csv,
    dialect: Dialect,
    keys: Keys,
    fields: Fields,
    /// The fields whose column each header must name, and the keys of each in words.
    expected: Vec<(usize, String)>,
}

impl Csv {
    pub(super) fn new(schema: &Schema) -> Self {
        Self {
            syntax: schema.source.csv.clone(),
            dialect: Dialect::new(&schema.source.csv),
            keys: Keys::new(schema),
            fields: Fields::new(schema),
            expected: expected(schema),
        }
    }

    /// Tells the columns of a source; those that no field knows are reported if
    /// the text that holds the header is given, and so are fields without one.
    pub(super) fn columns(
        &self,
        header: Option<&Header>,
        text: Option<&str>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Columns {
        let named = header.and_then(|header| header.delimiter.as_deref());
        let dialect = named.map(|delimiter| Dialect::with_delimiter(&self.syntax, delimiter));
        if let Some(names) = &self.syntax.columns {
            let column = |name: &String| Column { name: name.clone(), known: self.keys.find(name) };
            let each = names.iter().map(column).collect();
            return Columns { each, dialect, is_plain: false };
        }
        let Some(header) = header.filter(|header| !header.text.is_empty()) else {
            return Columns { dialect, ..Columns::default() };
        };
        let written = dialect.as_ref().unwrap_or(&self.dialect);
        let mut columns = Vec::new();
        let from = diagnostics.len();
        for cell in cells(written, header.text.as_bytes(), 0, Dialect::cell) {
            let name = written.value(&header.text, &cell);
            let known = self.keys.find(name.as_str());
            if let Some(text) = text.filter(|_| known == KeyLookup::No && !name.as_str().is_empty())
            {
                let start = header.range.start;
                let whole = Span::new(start + cell.start, start + cell.end);
                Keys::report_unknown(name.as_str(), whole, &text[whole.range()], diagnostics);
            }
            columns.push(Column { name: name.as_str().to_owned(), known });
        }
        let stands =
            |field| columns.iter().any(|column: &Column| column.known == KeyLookup::Field(field));
        let none = !columns.iter().any(|column| matches!(column.known, KeyLookup::Field(_)));
        let other_form = none.then(|| self.other_form(&header.text, columns.len())).flatten();
        if text.is_some() {
            let absent = self.expected.iter().filter(|(field, _)| !stands(*field));
            for (field, keys) in absent {
                self.report_absent(*field, keys, &header.range, diagnostics);
            }
        }
        if let Some(help) = other_form {
            for finding in &mut diagnostics.findings_mut()[from..] {
                finding.help = Some(match finding.help.take() {
                    Some(of_its_own) => format!("{help}; {of_its_own}"),
                    None => help.clone(),
                });
            }
        }
        self.keys.help_with(&mut diagnostics.findings_mut()[from..], stands);
        Columns { each: columns, dialect, is_plain: false }
    }

    /// Parses a row of `text`, which has no entries yet.
    pub(super) fn parse<'t>(
        &self,
        columns: &Columns,
        text: &'t str,
        mut record: Record<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let span = record.span;
        let dialect = columns.dialect.as_ref().unwrap_or(&self.dialect);
        let row = text[span.range()].trim_end_matches(['\n', '\r']);
        let base = span.start as usize;
        let bytes = &text.as_bytes()[..base + row.len()];
        let expected = columns.each.len();
        let mut found = Vec::with_capacity(expected);
        found.extend(cells(dialect, bytes, base, Dialect::cell));
        let open =
            found.last().filter(|cell| matches!(cell.quoting, Quoting::Open { .. })).copied();
        let behind = found.iter().find(|cell| cell.quoting == Quoting::Behind).copied();
        if let Some(cell) = open.or(behind)
            && line_end(bytes, base).is_some()
        {
            return self.damaged(text, span, row, &cell, diagnostics);
        }
        if behind.is_some() && found.len() != expected {
            // Text that stands behind a quote tells that it closes nothing.
            let lazy: Vec<_> =
                cells(dialect, bytes, base, |dialect, bytes, from, _| dialect.lazy(bytes, from))
                    .collect();
            if lazy.len() == expected {
                found = lazy;
            }
        }
        // Whoever writes quotes around cells writes them around one that holds a quote.
        let quotes = found.iter().any(|cell| matches!(cell.quoting, Quoting::Closed { .. }));
        for (idx, cell) in found.iter().enumerate() {
            let column = columns.each.get(idx);
            if cell.quoting == Quoting::Behind {
                let message = "text stands behind a closing quote; the cell is read as it stands, \
                               quotes included";
                self.report_quote(message, column, text, cell, diagnostics);
            } else if dialect.has_odd_quote(bytes, cell)
                && (quotes || dialect.has_doubled_quote(bytes, cell))
            {
                let message = "a quote stands alone in a cell that has none around it; the cell is \
                               read as it stands";
                self.report_quote(message, column, text, cell, diagnostics);
            }
            self.cell(column, dialect, text, cell, &mut record, diagnostics);
        }
        if found.len() != expected && open.is_none() {
            let help = self.help_ragged(columns, dialect, text, &found);
            let finding = diagnostics.report(
                Code::RAGGED_ROW,
                Span::new(base, base + row.len()),
                format!("expected {} in the row, found {}", counted(expected, "cell"), found.len()),
            );
            finding.raw = Some(row.to_owned());
            finding.help = Some(help);
        }
        if let Some(cell) = open {
            let finding = diagnostics.report(
                Code::RECORD_SYNTAX,
                Span::new(cell.start, cell.start + 1),
                "the quote is never closed",
            );
            finding.raw = Some(row.to_owned());
            // Of a record that is set aside nothing more is said: the cells behind the quote are not empty.
            record.unreadable = finding.action == Action::Reject;
        }
        record.bytes.rest_is_separator(span.len());
        record
    }

    /// What may be the cause of a row that has fewer or more cells than there are columns.
    fn help_ragged(
        &self,
        columns: &Columns,
        dialect: &Dialect,
        text: &str,
        found: &[Cell],
    ) -> String {
        let (delimiter, quote) = (dialect.delimiter(), dialect.quote().map(char::from));
        let delimiter = delimiter.replace('\t', "\\t");
        let expected = columns.each.len();
        let within = |quote: &char| {
            let mut bare = found.iter().filter(|cell| cell.quoting == Quoting::Bare);
            bare.any(|cell| text[cell.range()].contains(*quote))
        };
        if let Some(quote) = quote.filter(within) {
            return format!(
                "a `{quote}` opens a cell only where the cell begins; `trim = true` lets blanks \
                 stand before it"
            );
        }
        let names = if self.syntax.columns.is_some() { "`csv.columns`" } else { "the header" };
        if found.len() > expected {
            let hold = match quote {
                Some(quote) => {
                    format!("a cell that holds `{delimiter}` stands between two `{quote}`")
                }
                None => format!("`csv.quote` is empty, so that no cell can hold `{delimiter}`"),
            };
            return format!("{names} has no column for what stands behind cell {expected}; {hold}");
        }
        let absent = columns.each.get(found.len()).map_or("", |column| column.name.as_str());
        let absent = short(absent);
        format!(
            "the row ends before the column `{absent}` of {names}: a delimiter is missing, or the row \
             was cut off or goes on in the next line"
        )
    }

    /// A row whose quotes are wrong and hold line ends: where its cells end is
    /// anybody's guess.
    fn damaged<'t>(
        &self,
        text: &'t str,
        span: Span,
        row: &str,
        cell: &Cell,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let mut lines = 1;
        let mut rest = row.as_bytes();
        while let Some(end) = line_end(rest, 0) {
            rest = &rest[behind_line_end(rest, end)..];
            lines += 1;
        }
        let why = if cell.quoting == Quoting::Behind {
            "text stands behind a closing quote"
        } else {
            "the quote is never closed"
        };
        let finding = diagnostics.report(
            Code::RECORD_SYNTAX,
            Span::new(cell.start, text.ceil_char_boundary(cell.start + 1).min(cell.end)),
            format!("{why}; all {lines} lines up to the next row are set aside"),
        );
        finding.raw = Some(row.to_owned());
        let mut damaged = Record::new(span, self.fields.len());
        damaged.bytes.stray = span.len() as u64;
        damaged.unreadable = true;
        damaged
    }

    /// What the header of a source says of its form that names no column of the schema.
    fn other_form(&self, header: &str, columns: usize) -> Option<String> {
        let line = header.trim();
        if line.starts_with('{') && parse_object(line).is_ok() {
            let help =
                "the file looks like one JSON object per line, which is `format = \"json-lines\"`";
            return Some(help.to_owned());
        }
        // A header of names in brackets, as `[id],[name]`, begins with one too.
        let is_array = line.strip_prefix('[').is_some_and(|inner| {
            let inner = inner.trim_start();
            inner.is_empty() || inner.starts_with('{') || parse_array(line).is_ok()
        });
        if is_array || line == "{" {
            return Some("the file looks like JSON, which is `format = \"json\"`".to_owned());
        }
        let known = |delimiter: &str| {
            let dialect = Dialect::with_delimiter(&self.syntax, delimiter);
            let cells: Vec<_> = cells(&dialect, header.as_bytes(), 0, Dialect::cell).collect();
            let known = cells.iter().filter(|cell| {
                let name = dialect.value(header, cell);
                matches!(self.keys.find(name.as_str()), KeyLookup::Field(_))
            });
            (known.count(), cells.len())
        };
        let others =
            [";", ",", "\t", "|"].into_iter().filter(|other| *other != self.syntax.delimiter);
        let found = others.map(|other| (known(other), other)).max_by_key(|((known, _), _)| *known);
        let ((known, cells), delimiter) =
            found.filter(|((known, cells), _)| *known > 0 && *cells > columns)?;
        let shown = delimiter.replace('\t', "\\t");
        Some(format!(
            "`csv.delimiter` is probably `{shown}`: so the header has {}, and the schema knows {known} \
             of them",
            counted(cells, "column"),
        ))
    }

    fn report_absent(
        &self,
        field: usize,
        keys: &str,
        header: &Range<usize>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let finding = diagnostics.report(
            Code::ABSENT_COLUMN,
            Span::new(header.start, header.end),
            format!("the header has no column {keys}"),
        );
        finding.field = Some(self.fields.name(field).to_owned());
        finding.help = Some(
            "if it has the field under another name, add that to the `aliases` of the field"
                .to_owned(),
        );
    }

    fn report_quote(
        &self,
        message: &str,
        column: Option<&Column>,
        text: &str,
        cell: &Cell,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let finding =
            diagnostics.report(Code::TEXT_BEHIND_QUOTE, Span::new(cell.start, cell.end), message);
        finding.raw = Some(text[cell.range()].to_owned());
        if let Some(KeyLookup::Field(field)) = column.map(|column| column.known) {
            finding.field = Some(self.fields.name(field).to_owned());
        }
    }

    fn cell<'t>(
        &self,
        column: Option<&Column>,
        dialect: &Dialect,
        text: &'t str,
        cell: &Cell,
        record: &mut Record<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let (whole, length) = (Span::new(cell.start, cell.end), (cell.end - cell.start) as u64);
        match column.map(|column| (column.known, column.name.as_str())) {
            Some((KeyLookup::Field(field), name)) => {
                let value = if self.is_null(text, cell) {
                    record.bytes.value += length;
                    Text::borrowed(&text[..0], cell.start)
                } else {
                    dialect.value(text, cell)
                };
                if self.fields.is_empty_beside(field, value.as_str(), record) {
                    return;
                }
                let fate = self.fields.begin(text, field, name, whole, record, diagnostics);
                if fate == RepeatDecision::Dropped {
                    record.bytes.repeated += length;
                    return;
                }
                let key = Span::new(cell.start, cell.start);
                self.fields.push(field, key, value, false, record);
            }
            Some((KeyLookup::Ignored, _)) => record.bytes.ignored += length,
            _ if text[cell.range()].trim().is_empty() => {}
            // What the header names was reported there.
            Some((KeyLookup::No, name)) if !name.is_empty() => record.bytes.unknown_key += length,
            Some(_) => {
                let finding = diagnostics.report(
                    Code::UNKNOWN_KEY,
                    whole,
                    "the cell stands in a column without a name",
                );
                finding.raw = Some(text[cell.range()].to_owned());
                record.bytes.unknown_key += length;
            }
            None => record.bytes.stray += length,
        }
    }

    /// Whether a cell without quotes stands for no value.
    fn is_null(&self, text: &str, cell: &Cell) -> bool {
        let nulls = &self.syntax.nulls;
        !nulls.is_empty() && cell.quoting == Quoting::Bare && {
            let cell = text[cell.range()].trim();
            nulls.iter().any(|null| null == cell)
        }
    }
}

/// The fields whose column each header must name, and the keys of each in words. What only some kinds of
/// records have may be missing, and so may what is a path into JSON where other forms are read too.
fn expected(schema: &Schema) -> Vec<(usize, String)> {
    let is_of_all = |idx: usize, field: &model::Field| {
        schema.kinds.is_empty() || !field.is_items() && schema.kinds_of(idx).is_none()
    };
    let is_column = |key: &String| schema.source.formats.len() == 1 || !key.contains(['.', '@']);
    let fields = schema
        .fields
        .iter()
        .enumerate()
        .filter(|(idx, field)| field.keys.iter().any(is_column) && is_of_all(*idx, field));
    fields.map(|(idx, field)| (idx, format!("`{}`", field.keys.join("` or `")))).collect()
}

/// The cells of a row that runs from `base` to the end of `bytes`, as `next` cuts them.
fn cells<'b>(
    dialect: &'b Dialect,
    bytes: &'b [u8],
    base: usize,
    next: impl Fn(&Dialect, &[u8], usize, bool) -> (Cell, Stop) + 'b,
) -> impl Iterator<Item = Cell> + 'b {
    let mut from = Some(base);
    std::iter::from_fn(move || {
        let (cell, stop) = next(dialect, bytes, from?, false);
        from = match stop {
            Stop::Delimiter(next) => Some(next),
            Stop::Line(_) | Stop::Text => None,
        };
        Some(cell)
    })
}
