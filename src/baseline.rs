//! Findings that were accepted before, so that a check fails on new ones alone.
//!
//! The file is JSON with an entry a line, sorted, so that a change of it can be
//! read as a diff. An entry names the rule, the record by its key, the field, the
//! item and a hash of the value; neither lines nor counts. Whoever reviews it may
//! add a `reason`, and a date in `expires` from which on it counts no more.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Identity, Located, Severity};
use crate::error::{Error, ErrorKind, Result};

/// The version of the form of the file.
pub const BASELINE_VERSION: u32 = 1;

/// A finding that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The rule, by the name of the check that the verdict lists.
    pub rule: String,
    /// The code of the finding.
    pub code: String,
    /// The record, by its key or its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Which item of a list, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// The XXH3 hash of the value, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What was the matter, for who reads the file.
    pub message: String,
    /// Why it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The day from which on it counts no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub expires: Option<Date>,
}

impl Entry {
    /// The entry of a finding.
    #[must_use]
    pub fn of(located: &Located) -> Self {
        let Identity { rule, record, field, item, value } = located.identity.clone();
        let code = located.finding.code.id.to_owned();
        let message = located.finding.message.clone();
        Self { rule, code, record, field, item, value, message, reason: None, expires: None }
    }

    /// What the finding is known by.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity {
            rule: self.rule.clone(),
            record: self.record.clone(),
            field: self.field.clone(),
            item: self.item,
            value: self.value.clone(),
        }
    }

    /// Whether the entry counts no more.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|expires| expires <= today)
    }

    fn sort_key(&self) -> impl Ord + '_ {
        (&self.code, &self.rule, &self.record, &self.field, self.item, &self.value)
    }
}

/// The file as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    schema: String,
    entries: Vec<Entry>,
}

/// Accepted findings.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// The schema that they were found with.
    pub schema: String,
    /// The findings.
    pub entries: Vec<Entry>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// The file does not exist, cannot be read, or is no baseline.
    pub fn read(path: &Path) -> Result<Self> {
        let failed =
            |what: &str, remedy: &str, source: Box<dyn std::error::Error + Send + Sync>| {
                Error::new(ErrorKind::Input, what)
                    .with_path(path)
                    .with_remedy(remedy)
                    .with_source(source)
            };
        let text = read(path).map_err(|error| {
            let remedy = "`recordmill baseline update INPUTS --baseline FILE` writes one from the findings of today";
            failed("cannot read the baseline", remedy, error.into())
        })?;
        let remedy = "restore it from version control, or write it anew with `baseline update`";
        let document: Document = serde_json::from_str(&text)
            .map_err(|error| failed("this is no baseline", remedy, error.into()))?;
        if document.version != BASELINE_VERSION {
            let found = format!("version {} is not known", document.version);
            return Err(failed("this is no baseline", remedy, found.into()));
        }
        Ok(Self { schema: document.schema, entries: document.entries })
    }

    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        let lines: Vec<_> = entries.iter().map(|entry| format!("    {}", json(*entry))).collect();
        let lines =
            if lines.is_empty() { String::new() } else { format!("\n{}\n  ", lines.join(",\n")) };
        format!(
            "{{\n  \"version\": {BASELINE_VERSION},\n  \"schema\": {},\n  \"entries\": [{lines}]\n}}\n",
            json(&self.schema),
        )
    }
}

/// Entries and texts always make JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads baselines")]
fn read(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

/// A baseline while a run goes through its findings.
#[derive(Debug)]
pub struct Tracker {
    baseline: Baseline,
    /// The entries by what they are known by.
    places: FxHashMap<u128, usize>,
    seen: Vec<bool>,
    expired: Vec<bool>,
    new: u64,
    known: u64,
    lapsed: u64,
    /// What is new, for a baseline that is written.
    gathered: Option<BTreeMap<u128, Entry>>,
}

impl Tracker {
    /// Starts with a baseline as of a day. With `gather`, new findings become entries.
    #[must_use]
    pub fn new(baseline: Baseline, today: Date, gather: bool) -> Self {
        let places = baseline.entries.iter().enumerate();
        Self {
            places: places.map(|(idx, entry)| (entry.identity().fingerprint(), idx)).collect(),
            seen: vec![false; baseline.entries.len()],
            expired: baseline.entries.iter().map(|entry| entry.is_expired(today)).collect(),
            new: 0,
            known: 0,
            lapsed: 0,
            gathered: gather.then(BTreeMap::new),
            baseline,
        }
    }

    /// Whether a finding was accepted before. What is only worth knowing needs no
    /// entry.
    pub fn knows(&mut self, located: &Located) -> bool {
        if located.finding.severity < Severity::Warning {
            return false;
        }
        let print = located.identity.fingerprint();
        if let Some(&idx) = self.places.get(&print) {
            self.seen[idx] = true;
            if !self.expired[idx] {
                self.known += 1;
                return true;
            }
            self.lapsed += 1;
        }
        self.new += 1;
        if let Some(gathered) = &mut self.gathered {
            gathered.entry(print).or_insert_with(|| Entry::of(located));
        }
        false
    }

    /// What the baseline came to.
    #[must_use]
    pub fn report(&self) -> BaselineReport {
        let resolved = self.baseline.entries.iter().zip(&self.seen).filter(|(_, seen)| !**seen);
        let resolved: Vec<_> = resolved.map(|(entry, _)| entry).collect();
        BaselineReport {
            entries: self.baseline.entries.len() as u64,
            known: self.known,
            new: self.new,
            expired: self.lapsed,
            resolved_total: resolved.len() as u64,
            resolved: resolved.into_iter().take(RESOLVED_TOLD).cloned().collect(),
        }
    }

    /// The baseline of the findings of this run: entries that were seen keep their
    /// reasons, those that were not are gone, and new findings are added.
    #[must_use]
    pub fn updated(self, schema: &str, reason: Option<&str>, expires: Option<Date>) -> Updated {
        let mut gathered = self.gathered.unwrap_or_default();
        let (mut kept, mut gone, mut renewed) = (Vec::new(), Vec::new(), 0);
        for ((entry, seen), expired) in
            self.baseline.entries.into_iter().zip(self.seen).zip(self.expired)
        {
            if !seen {
                gone.push(entry);
            } else if expired {
                gathered.remove(&entry.identity().fingerprint());
                renewed += 1;
                kept.push(Entry {
                    expires,
                    reason: reason.map(str::to_owned).or(entry.reason),
                    ..entry
                });
            } else {
                kept.push(entry);
            }
        }
        let added = gathered.len();
        kept.extend(gathered.into_values().map(|entry| Entry {
            reason: reason.map(str::to_owned),
            expires,
            ..entry
        }));
        Updated {
            baseline: Baseline { schema: schema.to_owned(), entries: kept },
            added,
            renewed,
            gone,
        }
    }
}

/// A baseline after an update.
#[derive(Debug)]
pub struct Updated {
    /// What is to be written.
    pub baseline: Baseline,
    /// How many entries are new.
    pub added: usize,
    /// How many had expired and are accepted anew.
    pub renewed: usize,
    /// Entries whose finding is gone.
    pub gone: Vec<Entry>,
}

/// How many resolved entries are told one by one.
pub const RESOLVED_TOLD: usize = 100;

/// What a baseline came to in a run.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct BaselineReport {
    /// How many entries it has.
    pub entries: u64,
    /// Findings that are in it.
    pub known: u64,
    /// Findings, warnings and errors, that are not.
    pub new: u64,
    /// Those of the new ones that are in it, but whose entry has expired.
    pub expired: u64,
    /// How many entries no finding has any more.
    pub resolved_total: u64,
    /// The first of them.
    pub resolved: Vec<Entry>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Finding};

    fn located(value: &str) -> Located {
        let finding = Finding::new(Code::UNKNOWN_KEY, format!("about {value}"));
        let identity = Identity {
            rule: "unknown-key".to_owned(),
            value: Some(value.to_owned()),
            ..Identity::default()
        };
        Located { identity, ..Located::of_source(finding, None) }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn an_update_keeps_reasons_drops_what_is_gone_and_adds_what_is_new() {
        let today = day("2026-05-01");
        let mut tracker = Tracker::new(Baseline::default(), today, true);
        assert!(!tracker.knows(&located("a")) && !tracker.knows(&located("b")));
        let first = tracker.updated("shelf", Some("old"), None).baseline;
        let text = first.to_text();
        assert_eq!(text.lines().count(), 8, "{text}");
        let again: Baseline = {
            let document: Document = serde_json::from_str(&text).unwrap();
            Baseline { schema: document.schema, entries: document.entries }
        };
        assert_eq!(again.entries, first.entries);
        let mut tracker = Tracker::new(again, today, true);
        assert!(tracker.knows(&located("b")) && !tracker.knows(&located("c")));
        let report = tracker.report();
        assert_eq!((report.known, report.new, report.resolved_total), (1, 1, 1));
        let Updated { baseline, added, gone, .. } = tracker.updated("shelf", None, None);
        assert_eq!((added, gone.len(), baseline.entries.len()), (1, 1, 2));
        let reasons: Vec<_> = baseline.entries.iter().map(|entry| entry.reason.clone()).collect();
        assert_eq!(reasons, [Some("old".to_owned()), None]);
    }

    #[test]
    fn an_entry_counts_until_its_day() {
        let mut entry = Entry::of(&located("a"));
        entry.expires = Some(day("2026-05-02"));
        let baseline = Baseline { schema: String::new(), entries: vec![entry] };
        let knows = |today| Tracker::new(baseline.clone(), day(today), false).knows(&located("a"));
        assert!(knows("2026-05-01"));
        assert!(!knows("2026-05-02"));
    }
}
