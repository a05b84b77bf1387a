//! What must hold for whole tables, across records, batches and files.
//!
//! In: the rows of each batch, as a worker sees them. Out: a [`Partial`] per
//! batch, folded by the one [`State`] of a run in input order, and findings.
//!
//! What is kept between batches is a hash of 64 bits per distinct value where
//! values must be unique, are counted or are compared by form; a number per row
//! for a quantile; the values themselves for a reference, until its target is
//! known; and the columns that a query names. Everything else is a few sums.

mod fold;
mod place;
#[cfg(feature = "sql")]
mod sql;
#[cfg(not(feature = "sql"))]
#[path = "sql_disabled.rs"]
mod sql;
mod terms;

pub use fold::{Partial, State};
pub use place::{Here, Spot};
pub use sql::{Failed, faults};
pub use terms::{Sources, Terms, given_words};

use std::ops::Range;

use polars::prelude::DataFrame;

use crate::data::Row;
use crate::diagnostic::{Code, Finding, Severity};
use crate::schema::Schema;
use crate::schema::model::{CheckKind, ColumnRef, Reference};
use crate::table;
use crate::verdict::Criteria;

/// The compiled plan of the stage.
#[derive(Debug)]
pub struct Plan {
    checks: Vec<CheckPlan>,
    sql: sql::Plan,
}

/// A check and what it says beside its kind.
#[derive(Clone, Debug)]
struct CheckPlan {
    kind: CheckKind,
    name: String,
    criterion: usize,
    code: &'static Code,
    /// How bad each failing row is; the policy decides if none is given.
    severity: Option<Severity>,
    /// The column in words, for findings.
    column: Option<String>,
    help: Option<String>,
    demand: Range<usize>,
}

impl Plan {
    /// Compiles the stage for a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let criteria = Criteria::new(schema);
        let checks = schema.checks.iter().enumerate().map(|(idx, check)| {
            let criterion = criteria.of_check(idx);
            let column = match &check.kind {
                CheckKind::Reference { of, .. }
                | CheckKind::NullRatio(of)
                | CheckKind::DistinctCount(of)
                | CheckKind::Mean(of)
                | CheckKind::Quantile(of, _)
                | CheckKind::ValueShare { of, .. }
                | CheckKind::NearDuplicate(of) => Some(name_of(schema, *of)),
                _ => None,
            };
            CheckPlan {
                kind: check.kind.clone(),
                name: check.name.clone(),
                criterion,
                code: criteria.all()[criterion].code,
                severity: if check.limits.is_empty() {
                    check.severity
                } else {
                    Some(Severity::Info)
                },
                column,
                help: check.help.clone(),
                demand: check.span.clone(),
            }
        });
        let checks: Vec<_> = checks.collect();
        let sql = sql::Plan::new(schema, &checks);
        Self { checks, sql }
    }

    /// Whether there is a check on rows at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty()
    }

    /// Whether any check needs the tables of a batch as data frames.
    #[must_use]
    pub fn needs_tables(&self) -> bool {
        !self.sql.is_empty()
    }

    /// Starts what a batch comes to.
    #[must_use]
    pub fn partial(&self) -> Partial {
        Partial::new(&self.checks)
    }

    /// Adds the rows of a record.
    pub fn push(
        &self,
        partial: &mut Partial,
        tables: &table::Plan,
        terms: &Terms,
        here: &Here<'_>,
        row: &Row<'_>,
    ) {
        for (idx, check) in self.checks.iter().enumerate() {
            partial.push(idx, check, tables, terms, here, row);
        }
        self.sql.push(partial, tables, here, row);
    }

    /// Evaluates conditions over the tables of a batch, and keeps the columns
    /// that queries name.
    pub fn look(&self, partial: &mut Partial, frames: &[DataFrame]) -> Vec<Failed> {
        self.sql.look(partial, frames)
    }
}

impl CheckPlan {
    /// A finding of the check, as bad as the schema says.
    fn finding(&self, message: String) -> Finding {
        Finding {
            criterion: self.criterion,
            field: self.column.clone(),
            help: self.help.clone(),
            demand: Some(self.demand.clone()),
            ..Finding::new(self.code, message)
        }
    }
}

fn name_of(schema: &Schema, of: ColumnRef) -> String {
    let table = &schema.tables[of.table];
    format!("{}.{}", table.name, table.columns[of.column].name)
}

/// The column of the same run that a check refers to.
fn target_of(kind: &CheckKind) -> Option<ColumnRef> {
    match kind {
        CheckKind::Reference { to: Reference::Column(of), .. } => Some(*of),
        _ => None,
    }
}
