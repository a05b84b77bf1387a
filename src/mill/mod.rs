//! One record through the stages: parse, decode, extract, normalize, the `null` actions,
//! validate. The only place that knows their order.
//!
//! In: a schema, and the text of a record. Out: its entries, raw cells and typed
//! cells, and findings. Nothing here does I/O or knows a table; `pipeline`,
//! `explain` and `prove` all come through here, so that none of them can say
//! something else of a record than another.
//!
//! A [`Mill`] is compiled once. It is cloned for each thread, since a compiled
//! pattern keeps state that threads would wait for; what a thread keeps from record
//! to record is its [`Scratch`].

use std::sync::Arc;

use crate::data::{Cell, Extracted, Record, Row, Value};
use crate::diagnostic::{Action, Diagnostics};
use crate::extract::{DecodePlan, extract};
use crate::normalize::normalize;
use crate::record::{self, Columns};
use crate::schema::Schema;
use crate::schema::model::{Format, Layout};
use crate::source::Span;
use crate::types::{FieldPlan, Memo, RecordInfo};
use crate::validate;
use crate::verdict::PatternUsage;

/// The stages of a schema, compiled.
#[derive(Clone, Debug)]
pub struct Mill {
    record: Arc<record::Plan>,
    decode: DecodePlan,
    fields: Vec<FieldPlan>,
    layout: Layout,
    validate: validate::Plan,
}

/// What a thread keeps from record to record.
#[derive(Debug, Default)]
pub struct Scratch {
    memo: Memo,
}

/// Where the text of a record stands.
#[derive(Clone, Copy, Debug)]
pub struct RecordText<'t> {
    /// The form of its source.
    pub format: Format,
    /// Which column of its source is which, for rows of a table.
    pub columns: &'t Columns,
    /// The text of the chunk that holds it.
    pub text: &'t str,
    /// Its bytes in the chunk.
    pub span: Span,
}

/// A record when it is through.
#[derive(Debug)]
pub struct Milled<'r> {
    /// Its entries.
    pub record: &'r Record<'r>,
    /// Which piece of it is the value of which field.
    pub raw: Extracted<'r>,
    /// The typed cells, as the tables hold them.
    pub row: Row<'r>,
}

impl Mill {
    /// Compiles the stages of a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let layout = Layout::of(&schema.fields);
        let usage = PatternUsage::new(schema);
        let fields = schema.fields.iter().enumerate().map(|(idx, field)| {
            let first = field.extract.first();
            FieldPlan {
                idx,
                name: field.name.clone(),
                entry: field.entry,
                base: layout.base[idx],
                span: field.span.clone(),
                extract_span: first.map_or_else(|| field.span.clone(), |first| first.span.clone()),
                sentinels: field.sentinels.iter().cloned().collect(),
                extract: field.extract.iter().map(crate::lang::Pattern::compile).collect(),
                group: field.group.clone(),
                usage: usage.fields[idx],
                reader: field.kind.reader(),
            }
        });
        Self {
            record: Arc::new(record::Plan::new(schema)),
            decode: DecodePlan::new(schema),
            fields: fields.collect(),
            validate: validate::Plan::new(schema),
            layout,
        }
    }

    /// What cuts sources into records and tells what stands between them.
    #[must_use]
    pub fn framing(&self) -> &record::Plan {
        &self.record
    }

    /// Where the cells of each field stand in a row.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Takes a record through all stages and hands it to `then`, with the findings
    /// about it.
    pub fn record<'p, R>(
        &self,
        text: &RecordText<'_>,
        info: &RecordInfo<'_>,
        scratch: &mut Scratch,
        diagnostics: &mut Diagnostics<'p>,
        then: impl FnOnce(&mut Milled<'_>, &mut Diagnostics<'p>) -> R,
    ) -> R {
        let RecordText { format, columns, text, span } = *text;
        diagnostics.open_record();
        let mut record = self.record.parse(format, columns, text, span, diagnostics);
        self.decode.run(&mut record, diagnostics);
        self.entries(&record, info, scratch, diagnostics, |milled, diagnostics| {
            diagnostics.close_record();
            then(milled, diagnostics)
        })
    }

    /// Takes a record of one value of a field, or of none, through the stages behind
    /// parsing: what the examples of a schema are tried on.
    pub fn value<'p, R>(
        &self,
        field: usize,
        text: Option<&str>,
        scratch: &mut Scratch,
        diagnostics: &mut Diagnostics<'p>,
        then: impl FnOnce(&mut Milled<'_>, &mut Diagnostics<'p>) -> R,
    ) -> R {
        let fields = self.fields.len();
        let mut record = match text {
            Some(text) => Record::of_value(self.fields[field].entry, fields, text),
            None => Record::new(Span::default(), fields),
        };
        record.kind = self.validate.kind_of(field);
        self.decode.run(&mut record, diagnostics);
        self.entries(&record, &RecordInfo::default(), scratch, diagnostics, then)
    }

    fn entries<'p, R>(
        &self,
        record: &Record<'_>,
        info: &RecordInfo<'_>,
        scratch: &mut Scratch,
        diagnostics: &mut Diagnostics<'p>,
        then: impl FnOnce(&mut Milled<'_>, &mut Diagnostics<'p>) -> R,
    ) -> R {
        // Of a record that could not be read there is nothing more to say.
        let mut unsaid = Diagnostics::new(diagnostics.policy());
        let heard = if record.unreadable { &mut unsaid } else { &mut *diagnostics };
        let from = heard.len();
        let mut raw = extract(&self.fields, record, heard);
        let width = self.layout.width;
        let mut row = normalize(&self.fields, width, &mut raw, info, &mut scratch.memo, heard);
        self.nullify(&mut row, heard, from);
        // Rules see what the table would hold, and null what fails them on their own.
        self.validate.run(record, &mut row, heard);
        then(&mut Milled { record, raw, row }, diagnostics)
    }

    /// Sets the cells of fields to null whose findings so far ask for it.
    fn nullify(&self, row: &mut Row<'_>, diagnostics: &Diagnostics<'_>, from: usize) {
        let findings = diagnostics.since(from).iter();
        for finding in findings.filter(|finding| finding.action == Action::Null) {
            let field =
                self.fields.iter().find(|field| Some(&field.name) == finding.field.as_ref());
            let Some(field) = field else { continue };
            let next = self.layout.base.get(field.idx + 1).copied();
            let end = next.unwrap_or(self.layout.width);
            for cell in &mut row.cells[field.base..end] {
                cell.value = Value::Null;
            }
        }
    }
}

impl Milled<'_> {
    /// The cells of a field in the row.
    #[must_use]
    pub fn cells(&self, layout: &Layout, field: usize) -> &[Cell<'_>] {
        let end = layout.base.get(field + 1).copied().unwrap_or(layout.width);
        &self.row.cells[layout.base[field]..end]
    }
}
