//! Conditions and queries in a build without the feature `sql`: they are not
//! evaluated, and say so.

use super::{Frame, Frames};
use crate::schema::model::Table;

/// Why SQL cannot be run.
#[expect(clippy::unnecessary_wraps, reason = "the twin of the one that can")]
pub(super) fn missing() -> Option<String> {
    Some("this recordmill was built without SQL".to_owned())
}

fn refused<T>() -> Result<T, String> {
    Err(missing().unwrap_or_default())
}

#[derive(Debug)]
pub(super) struct Condition;

#[expect(clippy::unused_self, reason = "the twin of the condition that is one")]
impl Condition {
    pub(super) fn compile(_: &str) -> Self {
        Self
    }

    pub(super) fn names(&self, _: &str) -> bool {
        false
    }

    #[cfg(feature = "tables")]
    #[expect(clippy::unnecessary_wraps, reason = "the twin of the one that may fail")]
    pub(super) fn try_on(&self, _: &Frame) -> Result<(), String> {
        Ok(())
    }

    pub(super) fn judge(&self, _: &Frame) -> Result<(u64, Vec<usize>), String> {
        refused()
    }
}

#[derive(Debug)]
pub(super) struct Query;

#[derive(Debug)]
pub(super) struct ResultRow {
    pub(super) record_id: Option<String>,
    pub(super) raw: String,
}

#[expect(clippy::unused_self, reason = "the twin of the query that is one")]
impl Query {
    pub(super) fn compile(_: &str, _: &[Table]) -> Self {
        Self
    }

    pub(super) fn select(&self, _: &Frames) -> Vec<Frame> {
        Vec::new()
    }

    pub(super) fn run(&self, _: &[Frame], _: u32) -> Result<Vec<ResultRow>, String> {
        refused()
    }
}

pub(super) fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn height(_: &Frame) -> u64 {
    0
}

pub(super) fn append(_: &mut Vec<Frame>, _: Vec<Frame>) {}

pub(super) fn cells(_: &Frame, _: &[usize], _: usize) -> String {
    String::new()
}
