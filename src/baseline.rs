//! Findings that were accepted before, so that a check fails on new ones alone.
//!
//! The file is JSON with an entry a line, sorted, so that a change of it can be
//! read as a diff. An entry names the rule, the code, the record by its key, the field, the
//! item and a hash of the value, and the source where there is no record; no lines.
//! It accepts what is of its code and no more severe than what was accepted. One of a record, or of the rows of a
//! table, accepts as many as there were; one of a figure, such as a count of rows, what goes no further beyond its limit.
//! Whoever reviews it may add a `reason`, and a date in `expires`
//! from which on it counts no more. Where values are hidden, an entry has a keyed
//! hash instead of the record and the value.
//!
//! Entries of version 2 tell no severity, and count findings of records alone, one that stands for several as one:
//! they go on to accept what they did until the file is written anew.

use std::path::Path;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Denominator, Hidden, Identity, Located, MaskKey, Severity, find};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{FileSystem, unread};

/// The version of the form of the file.
pub const BASELINE_VERSION: u32 = 3;

/// The last version whose entries do not tell sources.
const WITHOUT_SOURCES: u32 = 1;

/// The last version whose entries tell no severity, and do not count rows.
const WITHOUT_SEVERITY: u32 = 2;

/// A finding that was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The rule, by the name of the check that the verdict lists.
    pub rule: String,
    /// The code of the finding.
    pub code: String,
    /// The path of the source, for what concerns no record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The record, by its key or its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The places of the objects around the item, from the outermost in, such as `0.2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parents: Option<String>,
    /// Which item of a list, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// The XXH3 hash of the value, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where values are hidden: the keyed hash of all of it, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hexadecimal")]
    #[schemars(with = "Option<String>")]
    pub hidden: Option<u128>,
    /// The highest severity that it accepts, if that is not any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// How often what it accepts was found in the record or in rows, if that is more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Of the figure of a check, how far it may go beyond its limit: less than 0 where it is too small. Without
    /// it any figure is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<f64>,
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
    /// The entry of a finding; none if its values are hidden without a key, for such
    /// a finding cannot be told from others.
    #[must_use]
    pub fn of(located: &Located) -> Option<Self> {
        let identity = located.identity.clone();
        let hidden = match &identity.hidden {
            None => None,
            Some(Hidden::Keyed(key)) => Some(identity.keyed(key)),
            Some(Hidden::Place(..)) => return None,
        };
        let is_open = hidden.is_none();
        Some(Self {
            rule: identity.rule,
            code: located.finding.code.id.to_owned(),
            source: identity.source,
            record: identity.record.filter(|_| is_open),
            field: identity.field,
            parents: identity.parents,
            item: identity.item,
            value: identity.value.filter(|_| is_open),
            hidden,
            severity: None,
            count: None,
            beyond: None,
            message: located.finding.message.clone(),
            reason: None,
            expires: None,
        })
    }

    /// The hash of what the finding is known by.
    #[must_use]
    pub fn fingerprint(&self) -> u128 {
        if let Some(hidden) = self.hidden {
            return hidden;
        }
        let identity = Identity {
            rule: self.rule.clone(),
            source: self.source.clone(),
            record: self.record.clone(),
            field: self.field.clone(),
            parents: self.parents.clone(),
            item: self.item,
            value: self.value.clone(),
            hidden: None,
        };
        identity.open()
    }

    /// What finds it again: a finding of another code is another one, though it is of the same rule. None if there is
    /// no such code any more.
    fn known_by(&self) -> Option<KnownBy> {
        Some((self.fingerprint(), find(&self.code)?.id))
    }

    /// The highest severity that it accepts.
    fn most_severe(&self) -> Severity {
        self.severity.unwrap_or(Severity::Error)
    }

    /// Whether the entry counts no more.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|expires| expires <= today)
    }

    /// Makes it accept what was found, and no more.
    fn accept(&mut self, found: &Found) {
        self.count = Some(found.times).filter(|times| *times > 1);
        self.severity = found.worst.filter(|worst| *worst < Severity::Error);
        self.beyond = found.beyond;
    }

    /// Whether a finding of a severity, the last of those that were found, is more than it accepts.
    fn is_exceeded(&self, severity: Severity, found: &Found, version: u32) -> bool {
        severity > self.most_severe()
            || found.number(version) > self.count.unwrap_or(1)
            || self.beyond.zip(found.beyond).is_some_and(|(accepted, now)| {
                // What is no error any more stands nearer to the limit of errors, however far from that of warnings.
                is_on_other_side(accepted, now)
                    || (severity == self.most_severe() && now.abs() > accepted.abs())
            })
    }

    fn sort_key(&self) -> impl Ord + '_ {
        let of = (&self.source, &self.record, &self.field, &self.parents, self.item);
        (&self.code, &self.rule, of, &self.value, &self.hidden)
    }
}

/// Whether a figure is too small where one that was accepted is too large, or the other way round.
fn is_on_other_side(accepted: f64, now: f64) -> bool {
    (accepted < 0.0) != (now < 0.0)
}

/// The fingerprint of a finding and its code.
type KnownBy = (u128, &'static str);

/// What a run has found of an entry.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    /// The highest severity; none if nothing was found.
    worst: Option<Severity>,
    /// How many findings of records there were.
    findings: u64,
    /// How often the matter was found in records and rows: a finding may stand for several. Of what is outside of
    /// both, any number is accepted.
    times: u64,
    /// How far the figure of a check goes beyond its limit.
    beyond: Option<f64>,
}

impl Found {
    fn add(&mut self, located: &Located) {
        let Located { finding, identity, .. } = located;
        let is_of_record = identity.record.is_some();
        self.worst = self.worst.max(Some(finding.severity));
        self.findings += u64::from(is_of_record);
        self.beyond = located.beyond.or(self.beyond);
        if is_of_record || finding.code.unit == Denominator::Rows {
            self.times += finding.count;
        }
    }

    /// The number that the count of an entry is held against.
    fn number(&self, version: u32) -> u64 {
        if version <= WITHOUT_SEVERITY { self.findings } else { self.times }
    }
}

/// A hash as 32 digits.
mod hexadecimal {
    use serde::de::{Deserialize, Deserializer, Error, Unexpected};
    use serde::ser::{Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "as serde asks for it")]
    pub(super) fn serialize<S: Serializer>(hash: &Option<u128>, to: S) -> Result<S::Ok, S::Error> {
        hash.map(|hash| format!("{hash:032x}")).serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<u128>, D::Error> {
        let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
        let is_hash = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u128::from_str_radix(&text, 16) {
            Ok(hash) if is_hash => Ok(Some(hash)),
            _ => Err(D::Error::invalid_value(Unexpected::Str(&text), &"a hash of 32 digits")),
        }
    }
}

/// The file as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    schema: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    entries: Vec<Entry>,
}

/// Accepted findings.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The version of the file that they stand in, which says what an entry accepts.
    pub version: u32,
    /// The schema that they were found with.
    pub schema: String,
    /// What tells the key of hidden values from others, where there are some.
    pub key: Option<String>,
    /// The findings.
    pub entries: Vec<Entry>,
}

impl Default for Baseline {
    fn default() -> Self {
        Self { version: BASELINE_VERSION, schema: String::new(), key: None, entries: Vec::new() }
    }
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
        let text = FileSystem::default().text(path).map_err(|error| {
            let missing = "`recordmill baseline update INPUTS --baseline FILE` writes one from the findings of today";
            unread(error, ErrorKind::Input, "cannot read the baseline", missing)
        })?;
        let remedy = "restore it from version control; or delete it, and `baseline update` writes a new one without the reasons of this one";
        // Some editors put a byte order mark before the text.
        let document: Document =
            serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text))
                .map_err(|error| failed("this is no baseline", remedy, error.into()))?;
        if document.version == 0 || document.version > BASELINE_VERSION {
            let found = format!("version {} is not known", document.version);
            return Err(failed("this is no baseline", remedy, found.into()));
        }
        let Document { version, schema, key, mut entries } = document;
        if version <= WITHOUT_SEVERITY {
            // Sources stood there as they were named; what they are called now has no such mark.
            for source in entries.iter_mut().filter_map(|entry| entry.source.as_mut()) {
                *source = source.trim_start_matches("./").to_owned();
            }
        }
        Ok(Self { version, schema, key, entries })
    }

    /// Checks that the baseline can judge the findings of a run: of its schema, and
    /// with the key of its hidden values. `update` says that it is to be written anew.
    ///
    /// # Errors
    ///
    /// It cannot.
    pub fn fits(
        &self,
        path: &Path,
        schema: &str,
        key: Option<&MaskKey>,
        update: bool,
    ) -> Result<()> {
        let refused = |message: String, remedy: &str| {
            Err(Error::new(ErrorKind::Option, message).with_path(path).with_remedy(remedy))
        };
        if self.version <= WITHOUT_SOURCES && !update {
            return refused(
                "an earlier version wrote the baseline, whose entries do not tell sources:"
                    .to_owned(),
                "`recordmill baseline update INPUTS --baseline FILE` brings it up to date and keeps the reasons",
            );
        }
        if self.schema != schema {
            return refused(
                format!(
                    "findings of the schema `{}` are accepted, and this is `{schema}`, in",
                    self.schema
                ),
                "keep a baseline for each schema",
            );
        }
        let is_hidden = self.entries.iter().any(|entry| entry.hidden.is_some());
        match key {
            None if is_hidden => refused(
                "without their key nothing can be said of the hidden values in".to_owned(),
                "give the secret that they were written with: `--mask-key FILE`, or `RECORDMILL_MASK_KEY`",
            ),
            Some(key) if is_hidden && self.key != Some(key.check()) => refused(
                "with another key were the values hidden in".to_owned(),
                "give the secret that they were written with: `--mask-key FILE`, or `RECORDMILL_MASK_KEY`",
            ),
            _ => Ok(()),
        }
    }

    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        let lines: Vec<_> = entries.iter().map(|entry| format!("    {}", json(*entry))).collect();
        let lines =
            if lines.is_empty() { String::new() } else { format!("\n{}\n  ", lines.join(",\n")) };
        let key = self.key.as_ref().map(|key| format!("  \"key\": {},\n", json(key)));
        let key = key.unwrap_or_default();
        format!(
            "{{\n  \"version\": {BASELINE_VERSION},\n  \"schema\": {},\n{key}  \"entries\": [{lines}]\n}}\n",
            json(&self.schema),
        )
    }
}

/// Entries and texts always make JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A baseline while a run goes through its findings.
#[derive(Debug)]
pub struct Tracker {
    baseline: Baseline,
    index: Known,
    /// What was found of each entry.
    seen: Vec<Found>,
    new: u64,
    known: u64,
    lapsed: u64,
    /// What is new, for a baseline that is written.
    gathered: Option<FxHashMap<KnownBy, (Entry, Found)>>,
    /// New findings that no entry can stand for, as their values are hidden.
    unnamed: u64,
}

/// What a baseline has of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It accepts the finding.
    Known,
    /// It accepts others of its like, as many as there were or as severe as they were, and this goes beyond.
    Beyond,
    /// It has none, or none that counts.
    New,
}

/// Which findings a baseline has an entry for.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The entries by what they are known by.
    places: FxHashMap<KnownBy, usize>,
    /// Which entries count no more.
    expired: Vec<bool>,
    /// The highest severity that each accepts.
    #[cfg_attr(
        not(any(test, feature = "tables")),
        expect(dead_code, reason = "a run asks for it")
    )]
    most_severe: Vec<Severity>,
    /// The key of hidden values.
    key: Option<MaskKey>,
}

impl Known {
    pub(crate) fn new(baseline: &Baseline, today: Date, key: Option<MaskKey>) -> Self {
        let places = baseline.entries.iter().enumerate();
        Self {
            places: places.filter_map(|(idx, entry)| Some((entry.known_by()?, idx))).collect(),
            expired: baseline.entries.iter().map(|entry| entry.is_expired(today)).collect(),
            most_severe: baseline.entries.iter().map(Entry::most_severe).collect(),
            key,
        }
    }

    /// Whether a finding was accepted before, unless others of its like were found as often.
    #[cfg(any(feature = "tables", test))]
    pub(crate) fn accepts(&self, located: &Located) -> bool {
        let severity = located.finding.severity;
        let entry = self.entry(located);
        entry.is_some_and(|idx| !self.expired[idx] && severity <= self.most_severe[idx])
    }

    /// The entry of a finding. What is informative needs none.
    fn entry(&self, located: &Located) -> Option<usize> {
        if located.finding.severity < Severity::Warning {
            return None;
        }
        let (identity, code) = (&located.identity, located.finding.code.id);
        let keyed = || self.places.get(&(identity.keyed(self.key.as_ref()?), code));
        self.places.get(&(identity.open(), code)).or_else(keyed).copied()
    }
}

impl Tracker {
    /// Starts with a baseline as of a day. With `gather`, new findings become entries.
    /// The key is that of hidden values.
    #[must_use]
    pub fn new(baseline: Baseline, today: Date, gather: bool, key: Option<MaskKey>) -> Self {
        Self {
            index: Known::new(&baseline, today, key),
            seen: vec![Found::default(); baseline.entries.len()],
            new: 0,
            known: 0,
            lapsed: 0,
            gathered: gather.then(FxHashMap::default),
            unnamed: 0,
            baseline,
        }
    }

    /// Whether a finding was accepted before. What is informative needs no
    /// entry.
    pub fn knows(&mut self, located: &Located) -> Standing {
        if located.finding.severity < Severity::Warning {
            return Standing::New;
        }
        if let Some(idx) = self.index.entry(located) {
            let Baseline { entries, version, .. } = &self.baseline;
            self.seen[idx].add(located);
            if self.index.expired[idx] {
                self.lapsed += 1;
            } else if entries[idx].is_exceeded(located.finding.severity, &self.seen[idx], *version)
            {
                self.new += 1;
                return Standing::Beyond;
            } else {
                self.known += 1;
                return Standing::Known;
            }
        }
        self.new += 1;
        if let Some(gathered) = &mut self.gathered {
            match Entry::of(located) {
                Some(entry) => {
                    let known_by = (entry.fingerprint(), located.finding.code.id);
                    let (_, found) = gathered.entry(known_by).or_insert((entry, Found::default()));
                    found.add(located);
                }
                None => self.unnamed += 1,
            }
        }
        Standing::New
    }

    /// What the baseline came to.
    #[must_use]
    pub fn report(&self) -> BaselineReport {
        let entries = self.baseline.entries.iter().zip(&self.seen);
        let resolved = entries.filter(|(_, found)| found.worst.is_none());
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
        let mut widened = 0;
        let Baseline { version, entries, .. } = self.baseline;
        for ((mut entry, found), expired) in
            entries.into_iter().zip(self.seen).zip(self.index.expired)
        {
            let Some(worst) = found.worst else {
                gone.push(entry);
                continue;
            };
            let is_exceeded = entry.is_exceeded(worst, &found, version);
            entry.accept(&found);
            if expired {
                entry.known_by().map(|known_by| gathered.remove(&known_by));
                renewed += 1;
                kept.push(Entry {
                    expires,
                    reason: reason.map(str::to_owned).or(entry.reason),
                    ..entry
                });
            } else {
                if is_exceeded {
                    widened += 1;
                    entry.reason = reason.map(str::to_owned).or(entry.reason);
                }
                kept.push(entry);
            }
        }
        let added = gathered.len() + widened;
        kept.extend(gathered.into_values().map(|(mut entry, found)| {
            entry.accept(&found);
            Entry { reason: reason.map(str::to_owned), expires, ..entry }
        }));
        kept.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        let is_hidden = kept.iter().any(|entry| entry.hidden.is_some());
        let key = self.index.key.filter(|_| is_hidden).map(|key| key.check());
        Updated {
            baseline: Baseline {
                schema: schema.to_owned(),
                key,
                entries: kept,
                ..Baseline::default()
            },
            unnamed: self.unnamed,
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
    /// How many findings could not be accepted, as their values are hidden without a key.
    pub unnamed: u64,
    /// How many entries are new, or accept more or worse findings.
    pub added: usize,
    /// How many had expired and are accepted anew.
    pub renewed: usize,
    /// Entries whose finding is gone.
    pub gone: Vec<Entry>,
}

/// How many resolved entries are reported one by one.
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
    use std::io::Write as _;

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

    fn knows(tracker: &mut Tracker, finding: &Located) -> bool {
        tracker.knows(finding) == Standing::Known
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn an_update_keeps_reasons_drops_what_is_gone_and_adds_what_is_new() {
        let today = day("2026-05-01");
        let mut tracker = Tracker::new(Baseline::default(), today, true, None);
        assert!(!knows(&mut tracker, &located("a")) && !knows(&mut tracker, &located("b")));
        let first = tracker.updated("shelf", Some("old"), None).baseline;
        let text = first.to_text();
        assert_eq!(text.lines().count(), 8, "{text}");
        let again: Baseline = {
            let document: Document = serde_json::from_str(&text).unwrap();
            Baseline { schema: document.schema, entries: document.entries, ..Baseline::default() }
        };
        assert_eq!(again.entries, first.entries);
        let mut tracker = Tracker::new(again, today, true, None);
        assert!(knows(&mut tracker, &located("b")) && !knows(&mut tracker, &located("c")));
        let report = tracker.report();
        assert_eq!((report.known, report.new, report.resolved_total), (1, 1, 1));
        let Updated { baseline, added, gone, .. } = tracker.updated("shelf", None, None);
        assert_eq!((added, gone.len(), baseline.entries.len()), (1, 1, 2));
        let reasons: Vec<_> = baseline.entries.iter().map(|entry| entry.reason.clone()).collect();
        assert_eq!(reasons, [Some("old".to_owned()), None]);
    }

    #[test]
    fn an_entry_of_a_record_accepts_as_many_findings_as_there_were() {
        let key = MaskKey::new(b"a secret of some length");
        let of_record = |key: Option<&MaskKey>| {
            let mut located = located("99");
            located.identity.record = Some("a".to_owned());
            if key.is_some() {
                located.mask(key, Some("dump.txt"));
            }
            located
        };
        let today = day("2026-05-01");
        for key in [None, key] {
            let (finding, mut baseline) = (of_record(key.as_ref()), Baseline::default());
            // More than there were are new, and fewer are what there was; then more are new again.
            for (found, new, count) in
                [(1, 1, None), (3, 2, Some(3)), (2, 0, Some(2)), (3, 1, Some(3))]
            {
                let mut tracker = Tracker::new(baseline, today, true, key);
                let known = (0..found).filter(|_| knows(&mut tracker, &finding)).count();
                assert_eq!((known, tracker.report().new), (found - new, new as u64));
                let updated = tracker.updated("shelf", Some("so it is"), None);
                assert_eq!(updated.added, usize::from(new > 0));
                baseline = updated.baseline;
                assert_eq!(baseline.entries.len(), 1);
                assert_eq!(baseline.entries[0].count, count);
            }
        }
    }

    /// The baseline of one update after another, each of these findings: what each knew of them.
    fn updates(mut baseline: Baseline, runs: &[&[Located]]) -> (Vec<Vec<bool>>, Baseline) {
        let mut all = Vec::new();
        for run in runs {
            let mut tracker = Tracker::new(baseline, day("2026-05-01"), true, None);
            all.push(run.iter().map(|finding| knows(&mut tracker, finding)).collect());
            baseline = tracker.updated("shelf", Some("so it is"), None).baseline;
        }
        (all, baseline)
    }

    fn of_rule(code: &'static Code, severity: Severity) -> Located {
        let finding = Finding { severity, ..Finding::new(code, "m") };
        let identity = Identity { rule: "row-count book".to_owned(), ..Identity::default() };
        Located { identity, ..Located::of_source(finding, None) }
    }

    #[test]
    fn an_entry_accepts_nothing_worse_than_there_was() {
        let of = |severity| of_rule(Code::ROW_COUNT, severity);
        let (mild, bad) = (&of(Severity::Warning), &of(Severity::Error));
        let accepted =
            |first: &Located| updates(Baseline::default(), &[std::slice::from_ref(first)]).1;
        for (first, then, known) in
            [(mild, mild, true), (mild, bad, false), (bad, bad, true), (bad, mild, true)]
        {
            let baseline = accepted(first);
            let index = Known::new(&baseline, day("2026-05-01"), None);
            assert_eq!(index.accepts(then), known);
            let (knew, after) = updates(baseline, &[std::slice::from_ref(then); 2]);
            assert_eq!(knew, [[known], [true]]);
            assert_eq!(after.entries.len(), 1);
            assert_eq!(after.entries[0].most_severe(), then.finding.severity);
        }
        // One that is worse does not stand in the way of those that are not.
        let (knew, _) = updates(accepted(mild), &[&[mild.clone(), bad.clone(), mild.clone()]]);
        assert_eq!(knew, [[true, false, true]]);
        assert!(accepted(mild).to_text().contains("\"severity\":\"warning\""));
        assert!(!accepted(bad).to_text().contains("severity"));
    }

    #[test]
    fn an_entry_accepts_no_finding_of_another_code() {
        let (idle, figure) = (
            of_rule(Code::RULE_NOT_EVALUATED, Severity::Warning),
            of_rule(Code::TOO_MANY_FAILURES, Severity::Warning),
        );
        for (one, other) in [(&idle, &figure), (&figure, &idle)] {
            let (_, baseline) = updates(Baseline::default(), &[std::slice::from_ref(one)]);
            let (knew, after) = updates(baseline, &[&[other.clone(), one.clone()]]);
            assert_eq!((knew, after.entries.len()), (vec![vec![false, true]], 2));
            let (knew, _) = updates(after, &[&[other.clone(), one.clone()]]);
            assert_eq!(knew, [[true, true]]);
        }
    }

    #[test]
    fn a_finding_that_stands_for_several_is_accepted_as_often() {
        let of_rows = |count| {
            let mut located = of_rule(Code::DANGLING_REFERENCE, Severity::Error);
            located.finding.count = count;
            located
        };
        let of_record = |count| {
            let mut located = of_rows(count);
            located.finding.code = Code::ABOVE_MAXIMUM;
            located.identity.record = Some("a".to_owned());
            located
        };
        let (one, more, fewer) = (3, 4, 2);
        for of in [&of_rows as &dyn Fn(u64) -> Located, &of_record] {
            let (knew, baseline) = updates(
                Baseline::default(),
                &[&[of(one)], &[of(one)], &[of(more)], &[of(more)], &[of(fewer)]],
            );
            assert_eq!(knew, [[false], [true], [false], [true], [true]]);
            assert_eq!(baseline.entries[0].count, Some(fewer));
        }
        // What is outside of both may come in any number.
        let of_source = |count| {
            let mut located = located("x");
            located.finding.count = count;
            located
        };
        let (knew, _) = updates(Baseline::default(), &[&[of_source(one)], &[of_source(more)]]);
        assert_eq!(knew, [[false], [true]]);
    }

    #[test]
    fn a_figure_is_accepted_as_far_as_it_was_beyond_its_limit() {
        let figure = |beyond| {
            let located = of_rule(Code::ROW_COUNT, Severity::Error);
            Located { beyond: Some(beyond), ..located }
        };
        for (accepted, now, knows) in [
            (-1.0, -1.0, true),
            (-2.0, -1.0, true),
            (-1.0, -2.0, false),
            (-1.0, 1.0, false),
            (0.1 + 0.2, 0.1 + 0.2, true),
            (0.3, 0.31, false),
            (0.3, -0.1, false),
        ] {
            let (knew, baseline) =
                updates(Baseline::default(), &[&[figure(accepted)], &[figure(now)]]);
            assert_eq!(knew, [[false], [knows]], "{accepted} {now}");
            // It is written anew as it is today.
            assert_eq!(baseline.entries.len(), 1);
            assert_eq!(baseline.entries[0].beyond, Some(now));
            let text = baseline.to_text();
            assert_eq!(read(&text).unwrap().entries[0].beyond, Some(now), "{text}");
        }
        // A warning is no worse than an error, however far from its own limit; but it is on the other side.
        for (now, knows) in [(-9.0, true), (9.0, false)] {
            let mut mild = figure(now);
            mild.finding.severity = Severity::Warning;
            let (knew, _) = updates(Baseline::default(), &[&[figure(-1.0)], &[mild]]);
            assert_eq!(knew, [[false], [knows]], "{now}");
        }
        // One that was written without it goes on to accept any.
        let entry = Entry { beyond: None, ..Entry::of(&figure(1.0)).unwrap() };
        let before = Baseline { entries: vec![entry], ..Baseline::default() };
        assert_eq!(updates(before, &[&[figure(-9.0)]]).0, [[true]]);
    }

    #[test]
    fn entries_of_version_2_accept_what_they_did_until_they_are_written_anew() {
        let of_rows = |severity, count| {
            let mut located = of_rule(Code::DANGLING_REFERENCE, severity);
            located.finding.count = count;
            located
        };
        let entry = Entry::of(&of_rows(Severity::Warning, 1)).unwrap();
        let old = Baseline { version: 2, entries: vec![entry], ..Baseline::default() };
        let today = &[of_rows(Severity::Error, 3)][..];
        let worse = &[of_rows(Severity::Error, 4)][..];
        let (knew, baseline) = updates(old, &[today, worse]);
        assert_eq!((knew, baseline.version), (vec![vec![true], vec![false]], BASELINE_VERSION));
    }

    fn read(text: &str) -> Result<Baseline> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Baseline::read(file.path())
    }

    #[test]
    fn a_source_of_version_2_has_lost_its_mark() {
        for (version, source) in [(2, "a.txt"), (BASELINE_VERSION, "./a.txt")] {
            let entry =
                "{\"rule\":\"r\",\"code\":\"R101\",\"source\":\"./a.txt\",\"message\":\"m\"}";
            let text = format!("{{\"version\":{version},\"schema\":\"s\",\"entries\":[{entry}]}}");
            assert_eq!(read(&text).unwrap().entries[0].source.as_deref(), Some(source));
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_baseline() {
        let text = Baseline { schema: "shelf".to_owned(), ..Baseline::default() }.to_text();
        assert_eq!(read(&format!("\u{feff}{text}")).unwrap().schema, "shelf");
        assert_eq!(read(&text).unwrap().schema, "shelf");
    }

    #[test]
    fn a_hash_that_is_none_is_no_baseline() {
        let read = |hidden: &str| {
            let entry = format!(
                "{{\"rule\":\"r\",\"code\":\"R102\",\"hidden\":{hidden},\"message\":\"m\"}}"
            );
            read(&format!("{{\"version\":2,\"schema\":\"s\",\"entries\":[{entry}]}}"))
        };
        let hash = "00f0e1d2c3b4a5968778695a4b3c2d1e";
        let baseline = read(&format!("\"{hash}\"")).unwrap();
        assert!(baseline.to_text().contains(hash));
        for hidden in ["\"\"", "\"f0\"", "\"+0f0e1d2c3b4a5968778695a4b3c2d1e\"", "5"] {
            assert_eq!(read(hidden).unwrap_err().kind(), ErrorKind::Input, "{hidden}");
        }
        assert_eq!(read("null").unwrap().entries[0].hidden, None);
    }

    #[test]
    fn an_entry_counts_until_its_day() {
        let mut entry = Entry::of(&located("a")).unwrap();
        entry.expires = Some(day("2026-05-02"));
        let baseline = Baseline { entries: vec![entry], ..Baseline::default() };
        let known = |today| {
            knows(&mut Tracker::new(baseline.clone(), day(today), false, None), &located("a"))
        };
        assert!(known("2026-05-01"));
        assert!(!known("2026-05-02"));
    }

    #[test]
    fn hidden_values_are_known_by_who_has_the_key() {
        let key = MaskKey::new(b"a secret of some length");
        let other = MaskKey::new(b"another secret, also long");
        let hide = |value: &str, key: Option<&MaskKey>| {
            let mut located = located(value);
            located.mask(key, Some("dump.txt"));
            located
        };
        let today = day("2026-05-01");
        // Without a key nothing can be accepted.
        let mut tracker = Tracker::new(Baseline::default(), today, true, None);
        tracker.knows(&hide("13800138000", None));
        let updated = tracker.updated("shelf", None, None);
        assert_eq!((updated.unnamed, updated.added), (1, 0));
        // With one it can, and the file does not tell the value.
        let mut tracker = Tracker::new(Baseline::default(), today, true, key);
        tracker.knows(&hide("13800138000", key.as_ref()));
        let baseline = tracker.updated("shelf", None, None).baseline;
        let text = baseline.to_text();
        let plain = format!("{:032x}", located("13800138000").identity.open());
        let short = crate::diagnostic::hash_of("13800138000");
        assert!(!text.contains(&plain) && !text.contains(&short), "{text}");
        assert!(text.contains("\"hidden\"") && text.contains("\"key\""), "{text}");
        let known = |finding: &Located, key| {
            knows(&mut Tracker::new(baseline.clone(), today, false, key), finding)
        };
        assert!(known(&hide("13800138000", key.as_ref()), key));
        assert!(known(&located("13800138000"), key), "an open run knows it too");
        assert!(!known(&located("13800138001"), key));
        assert!(!known(&located("13800138000"), other));
        let fits = |key| baseline.fits(Path::new("b"), "shelf", key, false).is_ok();
        assert!(fits(key.as_ref()) && !fits(other.as_ref()) && !fits(None));
        assert!(baseline.fits(Path::new("b"), "other", key.as_ref(), false).is_err());
        // What an open run has accepted, one that hides values knows.
        let mut tracker = Tracker::new(Baseline::default(), today, true, None);
        tracker.knows(&located("a"));
        let baseline = tracker.updated("shelf", None, None).baseline;
        assert!(knows(&mut Tracker::new(baseline, today, false, None), &hide("a", None)));
    }

    #[test]
    fn a_finding_outside_of_records_is_known_in_its_source_alone() {
        let of = |source: &str| {
            let mut located = located("x");
            located.identity.source = Some(source.to_owned());
            located
        };
        let today = day("2026-05-01");
        let mut tracker = Tracker::new(Baseline::default(), today, true, None);
        tracker.knows(&of("a.txt"));
        let baseline = tracker.updated("shelf", None, None).baseline;
        let mut tracker = Tracker::new(baseline, today, false, None);
        assert!(knows(&mut tracker, &of("a.txt")) && !knows(&mut tracker, &of("b.txt")));
        assert!(knows(&mut tracker, &of("a.txt")), "however often it stands there");
    }
}
