//! Records that are rows of cells.
//!
//! In: the bytes of one row, and which column is which. Out: its entries. The
//! `csv-core` crate tells where each cell ends; quotes are taken off here, for
//! only so every character keeps its bytes.

use std::ops::Range;

use super::entries::{Fate, Fields};
use super::keys::{Keys, Known};
use crate::data::{Record, Text};
use crate::diagnostic::{Code, Diagnostics};
use crate::schema::Schema;
use crate::schema::model;
use crate::source::Span;

/// The row that names the columns of a source.
#[derive(Debug)]
pub struct Header {
    text: String,
    /// Its bytes in the first chunk of the source.
    range: Range<usize>,
}

impl Header {
    /// The row that has the bytes `range` of a source's first chunk.
    #[must_use]
    pub fn new(text: &str, range: Range<usize>) -> Self {
        let row = text[range.clone()].trim_end_matches(['\n', '\r']);
        let range = range.start..range.start + row.len();
        Self { text: row.to_owned(), range }
    }

    /// Its bytes in the first chunk of the source.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }
}

/// Which column belongs to which field, for the rows of one source.
#[derive(Debug, Default)]
pub struct Columns {
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    name: String,
    known: Known,
}

/// The compiled plan of rows.
#[derive(Debug)]
pub(super) struct Csv {
    syntax: model::Csv,
    keys: Keys,
    fields: Fields,
}

impl Csv {
    pub(super) fn new(schema: &Schema) -> Self {
        Self {
            syntax: schema.source.csv.clone(),
            keys: Keys::new(schema),
            fields: Fields::new(schema),
        }
    }

    /// Tells the columns of a source; those that no field knows are reported if
    /// the text that holds the header is given.
    pub(super) fn columns(
        &self,
        header: Option<&Header>,
        text: Option<&str>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Columns {
        if let Some(names) = &self.syntax.columns {
            let column = |name: &String| Column { name: name.clone(), known: self.keys.find(name) };
            return Columns { columns: names.iter().map(column).collect() };
        }
        let Some(header) = header else {
            return Columns::default();
        };
        let mut columns = Vec::new();
        self.cells(&header.text, |cell, _| {
            let name = self.value(&header.text, cell.clone());
            let known = self.keys.find(name.as_str());
            if let Some(text) = text.filter(|_| known == Known::No && !name.as_str().is_empty()) {
                let start = header.range.start;
                let whole = Span::new(start + cell.start, start + cell.end);
                self.keys.report_unknown(name.as_str(), whole, &text[whole.range()], diagnostics);
            }
            columns.push(Column { name: name.as_str().to_owned(), known });
        });
        Columns { columns }
    }

    /// Parses the row that has the bytes `span` of `text`.
    pub(super) fn parse<'t>(
        &self,
        columns: &Columns,
        text: &'t str,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let mut record = Record::new(span, self.fields.len());
        let row = text[span.range()].trim_end_matches(['\n', '\r']);
        let base = span.start as usize;
        let (mut count, mut open) = (0, None);
        self.cells(row, |cell, closed| {
            let place = base + cell.start..base + cell.end;
            if !closed {
                open = Some(place.clone());
            }
            self.cell(columns.columns.get(count), text, place, &mut record, diagnostics);
            count += 1;
        });
        let expected = columns.columns.len();
        if count != expected {
            let finding = diagnostics.report(
                Code::RAGGED_ROW,
                Span::new(base, base + row.len()),
                format!("expected {expected} cells in the row, found {count}"),
            );
            finding.raw = Some(row.to_owned());
        }
        if let Some(place) = open {
            let finding = diagnostics.report(
                Code::RECORD_SYNTAX,
                Span::new(place.start, place.start + 1),
                "the quote is never closed",
            );
            finding.raw = Some(row.to_owned());
        }
        record.bytes.rest_is_separator(span.len());
        record
    }

    fn cell<'t>(
        &self,
        column: Option<&Column>,
        text: &'t str,
        cell: Range<usize>,
        record: &mut Record<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let whole = Span::new(cell.start, cell.end);
        let blank = text[cell.clone()].trim().is_empty();
        match column.map(|column| (column.known, column.name.as_str())) {
            Some((Known::Field(field), name)) => {
                let fate = self.fields.begin(text, field, name, whole, record, diagnostics);
                if fate == Fate::Dropped {
                    record.bytes.repeated += cell.len() as u64;
                    return;
                }
                let key = Span::new(cell.start, cell.start);
                let value = self.value(text, cell);
                self.fields.push(field, key, value, false, record);
            }
            Some((Known::Ignored, _)) => record.bytes.ignored += cell.len() as u64,
            _ if blank => {}
            // What the header names was reported there.
            Some((Known::No, name)) if !name.is_empty() => {
                record.bytes.unknown_key += cell.len() as u64;
            }
            Some(_) => {
                let finding = diagnostics.report(
                    Code::UNKNOWN_KEY,
                    whole,
                    "the cell stands in a column without a name",
                );
                finding.raw = Some(text[cell.clone()].to_owned());
                record.bytes.unknown_key += cell.len() as u64;
            }
            None => record.bytes.stray += cell.len() as u64,
        }
    }

    /// Calls `each` with the bytes of every cell, quotes included, and whether
    /// its quotes are closed.
    fn cells(&self, row: &str, mut each: impl FnMut(Range<usize>, bool)) {
        let bytes = row.as_bytes();
        let mut start = 0;
        loop {
            // A cell that does not begin with a quote holds none that means anything.
            let end = if bytes.get(start).copied() == self.syntax.quote && start < bytes.len() {
                self.quoted_end(&bytes[start..]).map(|length| start + length)
            } else {
                memchr::memchr(self.syntax.delimiter, &bytes[start..]).map(|found| start + found)
            };
            match end {
                Some(end) => each(start..end, true),
                None => return each(start..bytes.len(), self.is_closed(&row[start..])),
            }
            start = end.map_or(bytes.len(), |end| end + 1);
        }
    }

    /// The length of the cell in quotes that a row goes on with; none if it goes
    /// on to the end of the row.
    fn quoted_end(&self, rest: &[u8]) -> Option<usize> {
        let mut reader = csv_core::ReaderBuilder::new()
            .delimiter(self.syntax.delimiter)
            .quote(self.syntax.quote.unwrap_or(b'"'))
            // A row comes without its line feed, and those inside stand in quotes.
            .terminator(csv_core::Terminator::Any(b'\n'))
            .build();
        let mut scratch = [0_u8; 4096];
        let mut at = 0;
        loop {
            let (result, read, _) = reader.read_field(&rest[at..], &mut scratch);
            at += read;
            match result {
                csv_core::ReadFieldResult::OutputFull => {}
                csv_core::ReadFieldResult::Field { record_end: false } => return Some(at - 1),
                // The end of the row, which the reader takes for a pause.
                _ => return None,
            }
        }
    }

    /// Whether the quotes of a cell that ends with the row are closed: by one that
    /// no other follows.
    fn is_closed(&self, cell: &str) -> bool {
        let quote = self.syntax.quote.map(char::from).filter(|&quote| cell.starts_with(quote));
        let Some(quote) = quote else { return true };
        let mut inner = &cell[1..];
        while let Some((_, rest)) = inner.split_once(quote) {
            match rest.strip_prefix(quote) {
                Some(rest) => inner = rest,
                None => return true,
            }
        }
        false
    }

    /// What a cell says: without quotes around it, and with one for each two in it.
    fn value<'t>(&self, text: &'t str, cell: Range<usize>) -> Text<'t> {
        let raw = &text[cell.clone()];
        let quote = self.syntax.quote.map(char::from).filter(|&quote| raw.starts_with(quote));
        let Some(quote) = quote else {
            return Text::borrowed(raw, cell.start).trimmed();
        };
        let from = cell.start + 1;
        let inner = &raw[1..];
        let mut marks = inner.match_indices(quote).map(|(at, _)| at);
        let first = marks.next();
        match first {
            // Nothing but the closing quote at the end, or none at all.
            None => return Text::borrowed(inner, from).trimmed(),
            Some(first) if first + 1 == inner.len() => {
                return Text::borrowed(&inner[..first], from).trimmed();
            }
            Some(_) => {}
        }
        let mut value = Text::with_capacity(inner.len());
        let (mut at, mut next) = (0, first);
        let mut quoted = true;
        while let Some(mark) = next {
            value.push(&inner[at..mark], from + at);
            let doubled = inner[mark + 1..].starts_with(quote);
            if quoted && doubled {
                value.push_as(&inner[mark..=mark], Span::new(from + mark, from + mark + 2));
                at = mark + 2;
            } else if quoted {
                // Closed: what follows up to the delimiter is text as it stands.
                quoted = false;
                at = mark + 1;
            } else {
                value.push(&inner[mark..=mark], from + mark);
                at = mark + 1;
            }
            next = inner[at..].find(quote).map(|found| at + found);
        }
        value.push(&inner[at..], from + at);
        value.trimmed()
    }
}
