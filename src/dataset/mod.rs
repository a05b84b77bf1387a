//! What must hold for whole tables, across records, batches and files.
//!
//! In: the rows of each batch, as a worker sees them. Out: a [`Partial`] per
//! batch, folded by the one [`State`] of a run in input order, and findings.
//! What holds: the batches of a run, however it was cut into them, come to the
//! same as all of its records in one batch.
//!
//! Each kind of check is a file of [`checks`], which says what it keeps. Between
//! batches that is a hash of 64 bits per distinct value where values must be
//! unique, are counted or are compared by form; a number per row for a quantile;
//! the values themselves for a reference, until its target is known; the columns
//! that a query sees, and 40 bytes per record. Everything else is a few sums.

pub mod checks;
#[cfg(feature = "sql")]
mod engine;
#[cfg(not(feature = "sql"))]
#[path = "engine_disabled.rs"]
mod engine;
pub(crate) mod exact;
#[cfg(feature = "tables")]
mod frames;
mod place;
mod terms;
#[cfg(test)]
mod testing;

use crate::verdict::{Measured, NotMeasured};
pub use place::{RecordContext, Spot};
pub use terms::{Sources, Terms, carried, given_words};

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::data::Row;
use crate::diagnostic::{Code, Finding, Located, Policy, Severity};
#[cfg(feature = "tables")]
use crate::lang::Fault;
use crate::record::FramedChunk;
use crate::schema::Schema;
use crate::source::{SourceId, Span};
use crate::table;
use crate::verdict::Criteria;
#[cfg(feature = "tables")]
use crate::{error::Result, table::Rows};

use checks::{CheckPartials, CheckStates, Checks, Subject};
use place::{BatchPlaces, RecordPlaces, RowPlace};

/// A table of a batch.
#[cfg(feature = "tables")]
pub type Frame = polars::prelude::DataFrame;
/// A table of a batch; there is none in a build without tables.
#[cfg(not(feature = "tables"))]
#[derive(Debug)]
pub enum Frame {}

/// The tables of a batch, in the order of the schema.
pub type Frames = [Frame];

/// The compiled plan of the stage.
#[derive(Debug)]
pub struct Plan {
    checks: Checks,
    /// Whether there is no check.
    empty: bool,
    frames: bool,
    places: bool,
    records: bool,
}

/// A check and what it says beside its kind.
#[derive(Clone, Debug)]
struct CheckPlan {
    name: String,
    criterion: usize,
    code: &'static Code,
    /// How bad each failing row is; the policy decides if none is given.
    severity: Option<Severity>,
    /// The column in words, for findings.
    column: Option<String>,
    help: Option<String>,
    /// Where the schema asks for it.
    schema_span: Range<usize>,
}

impl Plan {
    /// Compiles the stage for a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let frames = schema.checks.iter().any(|check| check.kind.needs_frames());
        Self {
            checks: Checks::new(schema),
            empty: schema.checks.is_empty(),
            frames: frames && engine::missing().is_none(),
            places: schema.checks.iter().any(|check| check.kind.needs_places()),
            records: schema.checks.iter().any(|check| check.kind.needs_records()),
        }
    }

    /// Whether there is a check at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.empty
    }

    /// Whether any check needs the tables of a batch as data frames.
    #[must_use]
    pub fn needs_tables(&self) -> bool {
        self.frames
    }

    /// Starts what a batch comes to.
    #[must_use]
    pub fn partial(&self) -> Partial {
        Partial { checks: self.checks.partials(), places: BatchPlaces::default() }
    }

    /// Adds the rows of a record.
    pub fn push(
        &self,
        partial: &mut Partial,
        tables: &table::Plan,
        terms: &Terms,
        context: &RecordContext<'_>,
        row: &Row<'_>,
    ) {
        if self.places {
            partial.places.keys.push(context);
        }
        self.checks.push(&mut partial.checks, (tables, terms), context, row);
    }

    /// Looks at the tables of a batch: evaluates conditions, and keeps the columns
    /// that queries see.
    pub fn look(&self, partial: &mut Partial, frames: &Frames) -> Vec<Failed> {
        self.checks.look(&mut partial.checks, frames, &partial.places.keys)
    }

    /// Ends a batch: its texts stay with what it came to, for the places of rows
    /// that turn out to be findings only when batches are merged.
    #[must_use]
    pub fn end(&self, mut partial: Partial, pieces: Vec<FramedChunk>) -> Partial {
        if self.places {
            partial.places.pieces = pieces;
        }
        partial
    }
}

impl CheckPlan {
    fn new(schema: &Schema, criteria: &Criteria, idx: usize) -> Self {
        let check = &schema.checks[idx];
        let criterion = criteria.of_check(idx);
        let column = match check.kind.subject() {
            Subject::Column(of) => {
                let table = &schema.tables[of.table];
                Some(format!("{}.{}", table.name, table.columns[of.column].name))
            }
            Subject::Table(_) | Subject::Field(_) | Subject::Run => None,
        };
        Self {
            name: check.name.clone(),
            criterion,
            code: criteria.all()[criterion].code,
            // With a limit, the limit says how bad all failures together are.
            severity: if check.limits.is_empty() { check.severity } else { Some(Severity::Info) },
            column,
            help: check.help.clone(),
            schema_span: check.span.clone(),
        }
    }

    /// A finding of the check, as bad as the schema says.
    fn finding(&self, policy: &Policy, message: String) -> Finding {
        let (_, action) = policy.of(self.code);
        Finding {
            criterion: self.criterion,
            severity: policy.of_rule(self.code, self.severity),
            action,
            field: self.column.clone(),
            help: self.help.clone(),
            schema_span: Some(self.schema_span.clone()),
            ..Finding::new(self.code, message)
        }
    }
}

/// A row of a batch for which a condition does not hold.
#[derive(Debug)]
pub struct Failed {
    check: CheckPlan,
    place: RowPlace,
    key: Option<String>,
    message: String,
    raw: String,
}

impl Failed {
    /// Which piece of the batch, and which of its records.
    #[must_use]
    pub fn place(&self) -> (u32, u32) {
        self.place.record()
    }

    /// What is found, and what its record is known by if that is not its id. A row
    /// that stands nowhere is at the `start` of its record.
    #[must_use]
    pub fn finding(self, policy: &Policy, start: u32) -> (Finding, Option<String>) {
        let finding = self.check.finding(policy, self.message);
        let span = if self.place.span() == Span::default() {
            Span { start, end: start }
        } else {
            self.place.span()
        };
        (Finding { span, raw: Some(self.raw), ..finding }, self.key)
    }
}

/// What a batch comes to, check by check.
#[derive(Debug, Serialize, Deserialize)]
pub struct Partial {
    checks: CheckPartials,
    places: BatchPlaces,
}

impl Partial {
    /// Looks up all places that merging may ask for, and lets go of the texts: what is left can be
    /// written down and merged in another process.
    pub fn settle(&mut self) {
        self.places.settle(&self.checks.places());
    }

    /// Gives its sources the numbers that they have where it is merged.
    pub fn renumber(&mut self, number: &dyn Fn(SourceId) -> SourceId) {
        self.places.renumber(number);
    }
}

/// The checks of a schema that must see all rows in one process, by their names.
#[must_use]
pub fn bound_to_one_process(schema: &Schema) -> Vec<&str> {
    let checks = schema.checks.iter().filter(|check| !check.kind.moves());
    checks.map(|check| check.name.as_str()).collect()
}

/// What a run comes to.
pub struct State<'s> {
    plan: Plan,
    checks: CheckStates,
    /// The paths of the sources.
    names: Vec<&'s str>,
    policy: &'s Policy,
    /// Where each record stands, if a query may ask.
    records: RecordPlaces,
}

impl<'s> State<'s> {
    /// Starts a run. `names` are the paths of the sources.
    #[must_use]
    pub fn new(schema: &'s Schema, names: &[&'s str]) -> Self {
        let plan = Plan::new(schema);
        let checks = plan.checks.states();
        let (names, policy) = (names.to_vec(), &schema.policy);
        Self { plan, checks, names, policy, records: RecordPlaces::default() }
    }

    /// Adds a batch, in input order. Returns what is found by then.
    pub fn merge(&mut self, partial: Partial) -> Vec<Located> {
        let Partial { checks, places } = partial;
        if self.plan.records {
            self.records.extend(&places);
        }
        let run = (self.policy, &self.names[..]);
        self.plan.checks.merge(&mut self.checks, checks, &places, run)
    }

    /// What is found once all batches are there, and what each check came to.
    /// Figures are measured here, and judged by who knows their limits.
    pub fn finish(&mut self, terms: &Terms) -> (Vec<Located>, Vec<Measured>) {
        let run = (self.policy, &self.names[..]);
        self.plan.checks.finish(&mut self.checks, (terms, &self.records), run)
    }
}

/// What is wrong with the conditions and queries of a schema, found out on tables
/// without rows.
#[cfg(feature = "tables")]
#[must_use]
pub fn faults(schema: &Schema) -> Vec<Fault> {
    if !schema.checks.iter().any(|check| check.kind.needs_frames()) {
        return Vec::new();
    }
    let tables = table::Plan::new(schema).builder().finish();
    let frames =
        tables.and_then(|tables| tables.iter().map(Rows::frame).collect::<Result<Vec<_>>>());
    let checks = schema.checks.iter();
    match frames {
        Ok(frames) => checks.filter_map(|check| check.kind.try_out(schema, &frames)).collect(),
        Err(error) => checks
            .map(|check| Fault::new(Code::SCHEMA_VALUE, check.span.clone(), error.to_string()))
            .collect(),
    }
}
