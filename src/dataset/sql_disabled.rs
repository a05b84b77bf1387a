//! Conditions and queries in a build without the feature `sql`: they are not
//! evaluated, and say so.

use polars::prelude::DataFrame;

use super::fold::Partial;
use super::{CheckPlan, Here};
use crate::data::Row;
use crate::diagnostic::{Finding, Located, Policy};
use crate::lang::Fault;
use crate::schema::Schema;
use crate::schema::model::CheckKind;
use crate::table;
use crate::verdict::Measured;

#[derive(Debug)]
pub(super) struct Plan;

#[derive(Debug, Default)]
pub(super) struct Kept {}

pub(super) struct State;

/// A row for which a condition does not hold; there is none without SQL.
#[derive(Debug)]
pub enum Failed {}

impl Failed {
    /// Which piece of the batch, and which of its records.
    #[must_use]
    pub fn place(&self) -> (u32, u32) {
        match *self {}
    }

    /// What is found, and what its record is known by.
    #[must_use]
    pub fn finding(self, _: &Policy) -> (Finding, String) {
        match self {}
    }
}

impl Plan {
    pub(super) fn new(_: &Schema, _: &[CheckPlan]) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the twin of the plan that has some")]
    pub(super) fn is_empty(&self) -> bool {
        true
    }

    #[expect(clippy::unused_self, reason = "the twin of the plan that has some")]
    pub(super) fn push(&self, _: &mut Partial, _: &table::Plan, _: &Here<'_>, _: &Row<'_>) {}

    #[expect(clippy::unused_self, reason = "the twin of the plan that has some")]
    pub(super) fn look(&self, _: &mut Partial, _: &[DataFrame]) -> Vec<Failed> {
        Vec::new()
    }
}

impl State {
    pub(super) fn new(_: Plan) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the twin of the state that has some")]
    pub(super) fn merge(&mut self, _: Kept) {}

    #[expect(clippy::unused_self, reason = "the twin of the state that has some")]
    pub(super) fn finish(
        &mut self,
        checks: &[CheckPlan],
        _: &Policy,
        _: &mut Vec<Located>,
        measured: &mut [Measured],
    ) {
        for (check, measured) in checks.iter().zip(measured) {
            if matches!(check.kind, CheckKind::Condition { .. } | CheckKind::Sql(_)) {
                measured.failed = Some("this recordmill was built without SQL".to_owned());
            }
        }
    }
}

/// The faults of conditions and queries; without SQL they are not looked at.
#[must_use]
pub fn faults(_: &Schema) -> Vec<Fault> {
    Vec::new()
}
