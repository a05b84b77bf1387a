//! What stages count, batch by batch.

use serde::{Deserialize, Serialize};

use crate::data::{Bytes, ItemCount};
use crate::report::{FieldReport, RecordBalance};

/// What a batch, or a run, came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) bytes: Bytes,
    pub(crate) records: RecordBalance,
    /// What each source came to.
    pub(crate) sources: Vec<SourceCounts>,
    pub(crate) fields: Vec<FieldReport>,
    pub(crate) items: Vec<ItemCount>,
    /// Entries whose key a field knows.
    pub(crate) keys: u64,
    /// What each criterion looked at, by its place.
    pub(crate) evaluated: Vec<u64>,
    /// What each taker took, by its place.
    pub(crate) matched: Vec<u64>,
}

/// What of a batch, or of a run, is of one source.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SourceCounts {
    pub(crate) records: u64,
    /// Sequences of bytes that are no text.
    pub(crate) invalid: u64,
}

impl SourceCounts {
    pub(crate) fn add(&mut self, other: Self) {
        self.records += other.records;
        self.invalid += other.invalid;
    }
}

impl Counts {
    pub(crate) fn new(fields: usize, sources: usize) -> Self {
        Self {
            bytes: Bytes::default(),
            records: RecordBalance::default(),
            sources: vec![SourceCounts::default(); sources],
            fields: vec![FieldReport::default(); fields],
            items: vec![ItemCount::default(); fields],
            keys: 0,
            evaluated: Vec::new(),
            matched: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.bytes.add(&other.bytes);
        self.records.r#in += other.records.r#in;
        self.records.out += other.records.out;
        self.records.quarantined += other.records.quarantined;
        for (mine, theirs) in self.sources.iter_mut().zip(&other.sources) {
            mine.add(*theirs);
        }
        for (mine, theirs) in self.fields.iter_mut().zip(&other.fields) {
            mine.add(theirs);
        }
        for (mine, theirs) in self.items.iter_mut().zip(&other.items) {
            mine.add(theirs);
        }
        self.keys += other.keys;
        for (mine, theirs) in
            [(&mut self.evaluated, &other.evaluated), (&mut self.matched, &other.matched)]
        {
            if mine.len() < theirs.len() {
                mine.resize(theirs.len(), 0);
            }
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }
}
