//! Findings that are reported once for each input and key, with how often: of a
//! key that no field knows, every record has the next.
//!
//! In: findings with a key, batch by batch. Out: one finding for each, where the
//! key stands first, at the end of the run.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_64;

use crate::diagnostic::{Finding, Located};
use crate::source::SourceId;

/// How many are reported one by one in a run; what is left is reported once an input.
const MOST: usize = 10_000;

/// What a finding is reported once for: its input, its code, and the hash of its key.
/// What is left of an input has none.
type Id = (Option<SourceId>, &'static str, Option<u64>);

/// Findings, each with how often it was made.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Folded {
    found: FxHashMap<Id, Located>,
}

/// The same in what is written for another process: each with the hash of its key.
type Written = Vec<(Option<u64>, Located)>;

impl Serialize for Folded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.found.iter().map(|((_, _, key), located)| (key, located)))
    }
}

impl From<Written> for Folded {
    fn from(written: Written) -> Self {
        let found = written
            .into_iter()
            .map(|(key, located)| ((located.source, located.finding.code.id, key), located));
        Self { found: found.collect() }
    }
}

impl Folded {
    /// Gives the sources the numbers that they have in another process.
    pub(super) fn renumber(&mut self, number: &dyn Fn(SourceId) -> SourceId) {
        let found = std::mem::take(&mut self.found).into_iter();
        self.found = found
            .map(|((source, code, key), mut located)| {
                located.source = located.source.map(number);
                ((source.map(number), code, key), located)
            })
            .collect();
    }

    /// What a finding is reported once for; none if it stands for itself.
    pub(super) fn id(finding: &Finding, source: SourceId) -> Option<Id> {
        let key = finding.key.as_ref()?;
        Some((Some(source), finding.code.id, Some(xxh3_64(key.as_bytes()))))
    }

    /// Counts one that is known already; false if it is not.
    pub(super) fn counts(&mut self, id: Id, finding: &Finding) -> bool {
        let Some(known) = self.found.get_mut(&id) else { return false };
        known.finding.count += finding.count;
        known.finding.severity = known.finding.severity.max(finding.severity);
        true
    }

    /// Takes the first one.
    pub(super) fn insert(&mut self, id: Id, located: Located) {
        self.found.insert(id, located);
    }

    /// Counts how often one came again; the first of the piece is known by now.
    pub(super) fn again(&mut self, source: SourceId, (code, key): (&'static str, u64), times: u64) {
        let known = self.found.get_mut(&(Some(source), code, Some(key)));
        debug_assert!(known.is_some(), "what comes again was reported before");
        if let Some(known) = known {
            known.finding.count += times;
        }
    }

    /// Adds those of the next batch.
    pub(super) fn merge(&mut self, next: Self) {
        let mut next: Vec<_> = next.found.into_iter().collect();
        // Which ones are left, when there are too many, is a matter of the input alone.
        next.sort_unstable_by_key(|((source, code, key), located)| {
            (*source, located.bytes.start, *code, *key)
        });
        for (id, located) in next {
            let full = self.found.len() >= MOST;
            if self.counts(id, &located.finding) {
                continue;
            }
            let id = if full { (id.0, id.1, None) } else { id };
            match self.found.entry(id) {
                Entry::Occupied(mut known) => {
                    known.get_mut().finding.count += located.finding.count;
                }
                Entry::Vacant(free) => {
                    let mut located = located;
                    if full {
                        "more keys, which are not reported one by one"
                            .clone_into(&mut located.finding.message);
                        located.finding.key = None;
                    }
                    free.insert(located);
                }
            }
        }
    }

    /// Gives them up, in the order of the inputs.
    pub(super) fn finish(&mut self) -> Vec<Located> {
        let mut found: Vec<_> = std::mem::take(&mut self.found).into_values().collect();
        found.sort_by_key(|located| (located.source, located.bytes.start, located.finding.code.id));
        for located in &mut found {
            let Finding { count, message, .. } = &mut located.finding;
            if *count > 1 && !located.masked {
                message.push_str(&format!(" ({count} times)"));
            }
        }
        found
    }
}
