//! Where a value stands, as far as a check across batches must remember it.

use std::ops::Range;

use crate::data::Cell;
use crate::diagnostic::{Finding, Identity, Located};
use crate::schema::model::{Column, ColumnOrigin};
use crate::source::{Chunk, SourceId, Span};
use crate::table::RecordRef;

/// The record that a worker is at.
#[derive(Clone, Copy, Debug)]
pub struct Here<'r> {
    /// The text that the record stands in.
    pub chunk: &'r Chunk,
    /// Its bytes there.
    pub span: Span,
    /// What its rows know of it.
    pub record: &'r RecordRef<'r>,
    /// What it is known by from run to run.
    pub key: Option<&'r str>,
    /// Which piece of the batch it stands in, and which of its records it is.
    pub place: (u32, u32),
}

/// A place in the dump.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The source.
    pub source: SourceId,
    /// The line of the first byte, from 1.
    pub line: u64,
    /// The column of the first byte in Unicode scalar values, from 1.
    pub column: u64,
    /// The bytes in the file.
    pub bytes: Range<u64>,
    /// The record.
    pub record_id: String,
    /// What the record is known by.
    pub key: Option<String>,
    /// Which item of a list, from 0.
    pub ordinal: Option<u32>,
}

impl Here<'_> {
    /// The place of a cell of the record; the start of the record for a cell
    /// that stands nowhere.
    pub(super) fn spot(&self, span: Span, ordinal: Option<usize>) -> Spot {
        let start = self.span.start as usize;
        let span = if span == Span::default() { Span::new(start, start) } else { span };
        Spot {
            source: self.record.source,
            line: self.chunk.line(span.start as usize),
            column: self.chunk.column(span.start as usize),
            bytes: self.chunk.file_offset(span.start as usize)
                ..self.chunk.file_offset(span.end as usize),
            record_id: self.record.id.to_owned(),
            key: self.key.map(str::to_owned),
            ordinal: ordinal.and_then(|ordinal| u32::try_from(ordinal).ok()),
        }
    }
}

impl Spot {
    /// A finding at this place. Where it is about a value of several records, the
    /// record is no part of what it is known by.
    pub(super) fn locate(self, mut finding: Finding, rule: &str, of_record: bool) -> Located {
        finding.ordinal = self.ordinal;
        let identity = Identity {
            rule: rule.to_owned(),
            record: if of_record { self.key.or(Some(self.record_id.clone())) } else { None },
            field: finding.field.clone(),
            item: self.ordinal.filter(|_| of_record),
            value: finding.raw.as_deref().map(crate::diagnostic::hash_of),
            ..Identity::default()
        };
        Located {
            record_id: Some(self.record_id),
            identity,
            line: self.line,
            column: self.column,
            bytes: self.bytes,
            ..Located::of_source(finding, Some(self.source))
        }
    }
}

/// The bytes of a column of a row; none for what is worked out.
pub(super) fn span_of(column: &Column, cells: &[Cell<'_>]) -> Span {
    match &column.origin {
        ColumnOrigin::Slot(slot) => cells[*slot].span,
        _ => Span::default(),
    }
}
