//! What the findings of a run come to: counts by code, by severity and by
//! criterion, and those that are shown or kept for reports.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use crate::baseline::{Baseline, Standing, Tracker};
use crate::diagnostic::{Code, Denominator, Finding, Located, MaskKey, Severity, Steps, Tally};
use crate::lang::nearest_key;
use crate::report::UnknownKey;
use crate::schema::Schema;
use crate::source::SourceId;
use crate::verdict::Criteria;
use crate::verdict::Evaluation;

/// How many findings of a code are kept to be shown.
pub(crate) const SHOWN_PER_CODE: usize = 3;

/// A finding as it is shown.
fn with_steps(located: &Located, steps: Option<Box<Steps>>) -> Located {
    let mut shown = located.clone();
    shown.finding.steps = shown.finding.steps.or(steps);
    shown
}

/// What is done with the findings of a run.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Findings that were accepted before.
    pub(crate) baseline: Option<Baseline>,
    /// Whether new findings are gathered to be accepted.
    pub(crate) gather: bool,
    /// The day as of which a baseline counts.
    pub(crate) today: Date,
    /// How many findings of each severity are kept for reports of the end.
    pub(crate) kept: usize,
    /// Whether every value is hidden.
    pub(crate) mask: bool,
    /// The secret with which hidden values are told apart.
    pub(crate) mask_key: Option<MaskKey>,
}

/// Counts of findings, and those that are kept.
pub(crate) struct Tallies {
    pub(crate) criteria: Criteria,
    /// What each criterion came to, by its place.
    pub(crate) evaluated: Vec<Evaluation>,
    /// The first failure of each criterion that has limits.
    pub(crate) first: Vec<Option<Box<Located>>>,
    pub(crate) tracker: Option<Tracker>,
    /// What each criterion found to fail last.
    last: Vec<Option<Last>>,
    codes: BTreeMap<&'static str, Tally>,
    by_field: BTreeMap<&'static str, BTreeMap<String, u64>>,
    severities: BTreeMap<Severity, u64>,
    /// Those of which nothing else is kept, by the places of the code and of the field.
    counted: BTreeMap<(usize, Option<usize>, Severity), Many>,
    shown: BTreeMap<&'static str, Vec<Located>>,
    /// New findings by severity, then those that a baseline knows.
    kept: [Vec<Located>; 4],
    most: usize,
    /// Keys that no field knows: how often each occurs, and where first.
    keys: FxHashMap<String, (u64, String)>,
    /// All of them, by their hashes.
    distinct: FxHashSet<u64>,
    unknown: u64,
    masks: (bool, Vec<String>),
    mask_key: Option<MaskKey>,
}

/// How many findings there are of a code and a field.
struct Many {
    code: &'static Code,
    field: Option<String>,
    number: u64,
}

/// The values of a record with failures, or an input or a record with one.
struct Last {
    source: Option<SourceId>,
    record: Option<String>,
    /// By field, each with whether a baseline has accepted all its failures so far.
    /// Objects in objects are values of their own, and failures of both take turns.
    values: Vec<(Option<String>, bool)>,
}

/// What is left in the end.
pub(crate) struct Finished {
    pub(crate) codes: BTreeMap<&'static str, Tally>,
    pub(crate) by_field: BTreeMap<&'static str, BTreeMap<String, u64>>,
    pub(crate) severities: BTreeMap<Severity, u64>,
    pub(crate) shown: Vec<Located>,
    pub(crate) worst: Vec<Located>,
}

/// A finding as it is counted.
struct Judged<'f> {
    code: &'static Code,
    criterion: usize,
    severity: Severity,
    count: u64,
    field: Option<&'f str>,
    source: Option<SourceId>,
    record: Option<&'f str>,
    baselined: bool,
}

impl<'f> Judged<'f> {
    fn of(located: &'f Located) -> Self {
        let finding = &located.finding;
        Self {
            code: finding.code,
            criterion: finding.criterion,
            severity: finding.severity,
            count: finding.count,
            field: finding.field.as_deref(),
            source: located.source,
            record: located.record_id.as_deref(),
            baselined: located.baselined,
        }
    }
}

/// What is left of a finding that is counted, and neither shown nor kept.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) code: &'static Code,
    pub(crate) criterion: usize,
    pub(crate) severity: Severity,
    pub(crate) count: u64,
    /// How many findings there are of it one after another, each of that count.
    pub(crate) number: u64,
    /// The place of the field in the schema.
    pub(crate) field: Option<usize>,
    pub(crate) source: SourceId,
    /// The id of the record.
    pub(crate) record: Option<Arc<str>>,
}

/// Tells of which findings of a batch a run may keep more than the count. What a run keeps of a batch, it would keep
/// of that batch alone.
#[derive(Debug)]
pub(crate) struct Keeper {
    most: usize,
    /// How many of each severity there were.
    kept: [usize; 3],
    /// Criteria with limits, each with whether it has failed.
    failed: Vec<bool>,
    shown: BTreeMap<&'static str, Vec<(Severity, Option<String>)>>,
}

impl Keeper {
    /// One for a batch of a run that keeps so many findings of each severity.
    pub(crate) fn new(most: usize, criteria: &Criteria) -> Self {
        let failed = vec![false; criteria.all().len()];
        Self { most, kept: [0; 3], failed, shown: BTreeMap::new() }
    }

    /// Whether a finding of a code by itself would be one of many, of which nothing but the count is wanted. Of no
    /// text in particular it is so of any.
    pub(crate) fn passes_over(
        &self,
        (code, severity, raw): (&'static Code, Severity, Option<&str>),
        criteria: &Criteria,
    ) -> bool {
        let criterion = code.index();
        let has_failed = self.failed[criterion] || criteria.all()[criterion].limits.is_empty();
        let shown = self.shown.get(code.id).into_iter().flatten();
        let others = shown.map(|(severity, raw)| (*severity, raw.as_deref()));
        has_failed
            && self.kept[severity as usize] >= self.most
            && place_among((severity, raw), others) == Shown::Not
    }

    /// Whether a finding may be kept, or shown, or is the first of its criterion.
    pub(crate) fn wants(&mut self, finding: &Finding, criteria: &Criteria) -> bool {
        let criterion = &criteria.all()[finding.criterion];
        let is_first = criterion.code == finding.code
            && !criterion.limits.is_empty()
            && !std::mem::replace(&mut self.failed[finding.criterion], true);
        let kept = &mut self.kept[finding.severity as usize];
        let is_kept = *kept < self.most;
        *kept += usize::from(is_kept);
        let shown = self.shown.entry(finding.code.id).or_default();
        let others = shown.iter().map(|(severity, raw)| (*severity, raw.as_deref()));
        let place = place_among((finding.severity, finding.raw.as_deref()), others);
        if let Shown::Instead(milder) = place {
            shown.remove(milder);
        }
        if place != Shown::Not {
            shown.push((finding.severity, finding.raw.clone()));
        }
        // How often unknown keys occur is told key by key.
        is_first || is_kept || place != Shown::Not || finding.code == Code::UNKNOWN_KEY
    }
}

/// Whether a finding is shown among others of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Not,
    Added,
    /// In the place of a milder one.
    Instead(usize),
}

/// Where a finding is shown, by its severity and its text, among others of its code that are.
fn place_among<'o>(
    (severity, raw): (Severity, Option<&str>),
    others: impl Iterator<Item = (Severity, Option<&'o str>)>,
) -> Shown {
    let (mut count, mut mildest) = (0, None);
    for (n, (other, text)) in others.enumerate() {
        // One text is shown once: its next place says nothing new.
        if text.is_some() && text == raw && other == severity {
            return Shown::Not;
        }
        count += 1;
        if other < severity && mildest.is_none_or(|(least, _)| other < least) {
            mildest = Some((other, n));
        }
    }
    // Of those of one code the worst are shown; they differ where rules have limits.
    match mildest {
        _ if count < SHOWN_PER_CODE => Shown::Added,
        Some((_, n)) => Shown::Instead(n),
        None => Shown::Not,
    }
}

/// How many distinct unknown keys are counted one by one.
const KEYS: usize = 10_000;
/// How many of them are reported.
const KEYS_TOLD: usize = 100;

impl Last {
    /// A failure of what has none yet.
    fn of(judged: &Judged<'_>) -> Self {
        let mut last = Self { source: None, record: None, values: Vec::new() };
        last.begin(judged);
        last
    }

    /// Forgets what it knows for what fails next.
    fn begin(&mut self, judged: &Judged<'_>) {
        self.source = judged.source;
        match (&mut self.record, judged.record) {
            (Some(known), Some(record)) => record.clone_into(known),
            (known, record) => *known = record.map(str::to_owned),
        }
        // Records after one another mostly fail in the same field.
        self.values.truncate(1);
        match self.values.first_mut() {
            Some((field, accepted)) if field.as_deref() == judged.field => {
                *accepted = judged.baselined;
            }
            _ => {
                self.values.clear();
                self.add(judged);
            }
        }
    }

    /// Adds a value that has not failed before.
    fn add(&mut self, judged: &Judged<'_>) {
        self.values.push((judged.field.map(str::to_owned), judged.baselined));
    }

    /// Whether a finding is about the same input or record, or a value of the same record.
    fn is_of(&self, judged: &Judged<'_>, unit: Denominator) -> bool {
        let source = judged.source.is_some() && self.source == judged.source;
        let record = || judged.record.is_some() && self.record.as_deref() == judged.record;
        match unit {
            Denominator::Inputs => source,
            Denominator::Records | Denominator::Values => source && record(),
            Denominator::Rows
            | Denominator::Bytes
            | Denominator::Keys
            | Denominator::Run
            | Denominator::Schema => false,
        }
    }

    /// What a finding is about, if it has failed before: whether all its failures are
    /// accepted.
    fn failed(&mut self, judged: &Judged<'_>, unit: Denominator) -> Option<&mut bool> {
        let mut values = self.values.iter_mut();
        let failed = match unit {
            Denominator::Values => values.find(|(field, _)| field.as_deref() == judged.field),
            _ => values.next(),
        };
        failed.map(|(_, accepted)| accepted)
    }
}

impl Tallies {
    pub(crate) fn new(schema: &Schema, settings: Settings) -> Self {
        let criteria = Criteria::new(schema);
        let count = criteria.all().len();
        let gathered = || settings.gather.then(Baseline::default);
        let baseline = settings.baseline.or_else(gathered);
        let masked = schema.fields.iter().filter(|field| field.mask);
        Self {
            criteria,
            evaluated: vec![Evaluation::default(); count],
            first: vec![None; count],
            last: std::iter::repeat_with(|| None).take(count).collect(),
            tracker: baseline
                .map(|base| Tracker::new(base, settings.today, settings.gather, settings.mask_key)),
            codes: BTreeMap::new(),
            by_field: BTreeMap::new(),
            severities: BTreeMap::new(),
            counted: BTreeMap::new(),
            shown: BTreeMap::new(),
            kept: Default::default(),
            most: settings.kept,
            keys: FxHashMap::default(),
            distinct: FxHashSet::default(),
            unknown: 0,
            masks: (settings.mask, masked.map(|field| field.name.clone()).collect()),
            mask_key: settings.mask_key,
        }
    }

    /// Whether all values are hidden.
    pub(crate) fn hides_all(&self) -> bool {
        self.masks.0
    }

    /// Whether values of some field are hidden.
    pub(crate) fn hides_some(&self) -> bool {
        self.masks.0 || !self.masks.1.is_empty()
    }

    /// Hides the values of findings that no worker has made, where they are to
    /// be hidden.
    pub(crate) fn mask(&self, findings: &mut [Located], names: &[&str]) {
        if self.hides_some() {
            // A check looks at columns of tables, and may name any.
            for located in findings.iter_mut().filter(|located| !located.masked) {
                let file = located.source.map(|source| names[source.index()]);
                if located.finding.raw.is_some() {
                    located.mask(self.mask_key.as_ref(), file);
                } else if located.identity.record.is_some() {
                    // Its key may be made of hidden values, and its id is made of all.
                    located.hide_record(self.mask_key.as_ref(), file);
                }
            }
        }
    }

    /// Tells whether a baseline knows a finding, and counts it. Returns whether the baseline knows others of its like,
    /// and it is one too many.
    pub(crate) fn judge(&mut self, located: &mut Located) -> bool {
        let standing = self.tracker.as_mut().map(|tracker| tracker.knows(located));
        located.baselined = standing == Some(Standing::Known);
        let judged = Judged::of(located);
        self.count((judged.code, judged.severity, judged.field), (1, judged.baselined));
        self.evaluate(&judged);
        let criterion = &self.criteria.all()[located.finding.criterion];
        let first = &mut self.first[located.finding.criterion];
        let is_failure = criterion.code == located.finding.code;
        if is_failure && first.is_none() && !criterion.limits.is_empty() {
            *first = Some(Box::new(located.clone()));
        }
        standing == Some(Standing::Beyond)
    }

    /// Counts a finding of which nothing else is kept; `schema` is that of the run.
    pub(crate) fn judge_counted(&mut self, counted: &Counted, schema: &Schema) {
        debug_assert!(self.tracker.is_none(), "a baseline is asked for each finding");
        let field = counted.field.map(|field| schema.fields[field].name.as_str());
        let place = (counted.code.index(), counted.field, counted.severity);
        let many = self.counted.entry(place).or_insert_with(|| Many {
            code: counted.code,
            field: field.map(str::to_owned),
            number: 0,
        });
        many.number += counted.number;
        let judged = Judged {
            code: counted.code,
            criterion: counted.criterion,
            severity: counted.severity,
            count: counted.count,
            field,
            source: Some(counted.source),
            record: counted.record.as_deref(),
            baselined: false,
        };
        self.evaluate(&judged);
        // Those behind the first are all told from it, or none is.
        let others = (counted.number - 1) * counted.count;
        if others > 0 {
            self.evaluate(&Judged { count: others, ..judged });
        }
    }

    /// Counts so many findings of a code, a severity and a field, and whether a baseline has accepted them.
    fn count(
        &mut self,
        (code, severity, field): (&'static Code, Severity, Option<&str>),
        (number, baselined): (u64, bool),
    ) {
        let tally = self.codes.entry(code.id).or_insert(Tally { count: 0, known: 0, severity });
        tally.count += number;
        tally.known += if baselined { number } else { 0 };
        tally.severity = tally.severity.max(severity);
        *self.severities.entry(severity).or_default() += number;
        let (fields, field) = (self.by_field.entry(code.id).or_default(), field.unwrap_or(""));
        match fields.get_mut(field) {
            Some(count) => *count += number,
            None => drop(fields.insert(field.to_owned(), number)),
        }
    }

    /// Counts what a finding means for what the run is judged by.
    fn evaluate(&mut self, judged: &Judged<'_>) {
        let (code, severity) = (judged.code, judged.severity);
        let evaluated = &mut self.evaluated[judged.criterion];
        let criterion = &self.criteria.all()[judged.criterion];
        // A finding of another code is about the rule, not a failure of it.
        if criterion.code == code {
            let last = &mut self.last[judged.criterion];
            let same =
                last.as_mut().filter(|last| !criterion.asked && last.is_of(judged, code.unit));
            // What fails twice is one of those that were looked at.
            if let Some(accepted) = same.and_then(|last| last.failed(judged, code.unit)) {
                evaluated.baselined -= u64::from(*accepted && !judged.baselined);
                *accepted &= judged.baselined;
            } else {
                evaluated.failed += judged.count;
                evaluated.baselined += if judged.baselined { judged.count } else { 0 };
                match last {
                    // Each counts by itself.
                    _ if criterion.asked => {}
                    Some(last) if last.is_of(judged, code.unit) => last.add(judged),
                    Some(last) => last.begin(judged),
                    None => *last = Some(Last::of(judged)),
                }
            }
        }
        if !judged.baselined {
            evaluated.worst = evaluated.worst.max(Some(severity));
        }
    }

    /// Keeps a finding if it is to be shown or reported at the end. Where it is shown, it has these steps beside
    /// its own.
    pub(crate) fn keep(&mut self, located: Located, steps: Option<Box<Steps>>, file: Option<&str>) {
        let unknown = located.finding.code == Code::UNKNOWN_KEY;
        if unknown {
            self.unknown += located.finding.count;
        }
        if let Some(key) = located.finding.key.as_ref().filter(|_| unknown) {
            self.distinct.insert(xxh3_64(key.as_bytes()));
            if let Some((count, _)) = self.keys.get_mut(key) {
                *count += located.finding.count;
            } else if self.keys.len() < KEYS {
                let first = format!("{}:{}:{}", file.unwrap_or("-"), located.line, located.column);
                self.keys.insert(key.clone(), (located.finding.count, first));
            }
        }
        let severity = located.finding.severity;
        if !located.baselined {
            let shown = self.shown.entry(located.finding.code.id).or_default();
            let raw = located.finding.raw.as_deref();
            let others = shown.iter();
            let others = others.map(|other| (other.finding.severity, other.finding.raw.as_deref()));
            match place_among((severity, raw), others) {
                Shown::Not => {}
                Shown::Added => shown.push(with_steps(&located, steps)),
                Shown::Instead(milder) => {
                    shown.remove(milder);
                    shown.push(with_steps(&located, steps));
                }
            }
        }
        let kept = match severity {
            _ if located.baselined => 3,
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Info => 2,
        };
        if self.kept[kept].len() < self.most {
            self.kept[kept].push(located);
        }
    }

    /// Entries whose key no field knows.
    pub(crate) fn unknown(&self) -> u64 {
        self.unknown
    }

    /// The keys that no field knows, the most frequent first, and how many there are.
    pub(crate) fn unknown_keys(&self, schema: &Schema) -> (Vec<UnknownKey>, u64) {
        let mut keys: Vec<_> = self.keys.iter().collect();
        keys.sort_by_key(|(key, (count, _))| (std::cmp::Reverse(*count), *key));
        let known = || schema.fields.iter().flat_map(|field| &field.keys).map(String::as_str);
        let told = keys.into_iter().take(KEYS_TOLD).map(|(key, (count, first))| UnknownKey {
            key: key.clone(),
            count: *count,
            first: first.clone(),
            nearest: nearest_key(key, known()).map(str::to_owned),
        });
        (told.collect(), self.distinct.len() as u64)
    }

    /// Gives up what was counted and kept.
    pub(crate) fn finish(&mut self) -> Finished {
        for ((_, _, severity), many) in std::mem::take(&mut self.counted) {
            self.count((many.code, severity, many.field.as_deref()), (many.number, false));
        }
        let mut shown: Vec<_> = std::mem::take(&mut self.shown).into_values().flatten().collect();
        shown.sort_by_key(|located| {
            (std::cmp::Reverse(located.finding.severity), located.finding.code.id)
        });
        Finished {
            codes: std::mem::take(&mut self.codes),
            by_field: std::mem::take(&mut self.by_field),
            severities: std::mem::take(&mut self.severities),
            shown,
            worst: std::mem::take(&mut self.kept).into_iter().flatten().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};

    fn tallies() -> Tallies {
        let (schema, faults) = parse(&SchemaSource::find("disease").unwrap());
        let settings = Settings {
            baseline: None,
            gather: false,
            today: Date::constant(2026, 5, 1),
            kept: 2,
            mask: false,
            mask_key: None,
        };
        Tallies::new(&schema.unwrap_or_else(|| panic!("{faults:?}")), settings)
    }

    fn located(record: &str, raw: &str, severity: Severity) -> Located {
        let finding = Finding {
            severity,
            raw: Some(raw.to_owned()),
            ..Finding::new(Code::REPEATED_KEY, "m")
        };
        let located = Located::of_source(finding, Some(SourceId(0)));
        Located { record_id: Some(record.to_owned()), ..located }
    }

    #[test]
    fn a_record_that_fails_twice_is_one_that_failed() {
        let mut tallies = tallies();
        let criterion = Code::REPEATED_KEY.index();
        for record in ["a", "a", "b"] {
            tallies.judge(&mut located(record, "x", Severity::Warning));
        }
        let evaluated = &tallies.evaluated[criterion];
        let expected = match Code::REPEATED_KEY.unit {
            Denominator::Records => 2,
            _ => 3,
        };
        assert_eq!((evaluated.failed, evaluated.baselined), (expected, 0));
        assert_eq!(evaluated.worst, Some(Severity::Warning));
        assert_eq!(tallies.codes["R103"].count, 3);
    }

    #[test]
    fn many_at_once_count_as_one_after_another() {
        let (schema, _) = parse(&SchemaSource::find("disease").unwrap());
        let schema = schema.unwrap();
        for code in [Code::INVALID_BYTES, Code::NUL_BYTE, Code::REPEATED_KEY] {
            let counted = |number| Counted {
                code,
                criterion: code.index(),
                severity: Severity::Warning,
                count: 2,
                number,
                field: None,
                source: SourceId(0),
                record: None,
            };
            let (mut one_by_one, mut at_once) = (tallies(), tallies());
            for _ in 0..5 {
                one_by_one.judge_counted(&counted(1), &schema);
            }
            at_once.judge_counted(&counted(5), &schema);
            for mut tallies in [one_by_one, at_once] {
                let expected = if code.unit == Denominator::Inputs { 2 } else { 10 };
                assert_eq!(tallies.evaluated[code.index()].failed, expected, "{}", code.id);
                assert_eq!(tallies.finish().codes[code.id].count, 5);
            }
        }
    }

    #[test]
    fn what_a_batch_does_not_keep_no_run_would() {
        let severities = [Severity::Info, Severity::Warning, Severity::Error];
        let mut state = 7_u32;
        let mut next = |below: u16| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes().map(u16::from)[0] % below
        };
        for _ in 0..300 {
            let (mut whole, mut parted) = (tallies(), tallies());
            for _ in 0..4 {
                let mut keeper = Keeper::new(parted.most, &parted.criteria);
                for _ in 0..next(9) {
                    let raw = next(4).to_string();
                    let located = located("a", &raw, severities[usize::from(next(3))]);
                    let severity = located.finding.severity;
                    let passes_over = |keeper: &Keeper, raw| {
                        let one = (Code::REPEATED_KEY, severity, raw);
                        keeper.passes_over(one, &parted.criteria)
                    };
                    let (of_any, of_this) =
                        (passes_over(&keeper, None), passes_over(&keeper, Some(raw.as_str())));
                    assert!(of_this || !of_any);
                    let is_wanted = keeper.wants(&located.finding, &parted.criteria);
                    assert!(!of_this || !is_wanted);
                    if is_wanted {
                        parted.keep(located.clone(), None, None);
                    }
                    whole.keep(located, None, None);
                }
            }
            let kept = |tallies: &mut Tallies| {
                let finished = tallies.finish();
                let kept = finished.shown.into_iter().chain(finished.worst);
                kept.map(|one| (one.finding.severity, one.finding.raw)).collect::<Vec<_>>()
            };
            assert_eq!(kept(&mut whole), kept(&mut parted));
        }
    }

    #[test]
    fn the_worst_of_a_code_are_shown_and_each_text_once() {
        let mut tallies = tallies();
        for (raw, severity) in [
            ("one", Severity::Info),
            ("one", Severity::Info),
            ("two", Severity::Info),
            ("three", Severity::Info),
            ("four", Severity::Error),
            ("five", Severity::Info),
        ] {
            tallies.keep(located("a", raw, severity), None, None);
        }
        let shown = tallies.shown["R103"].iter();
        let shown: Vec<_> = shown.map(|located| located.finding.raw.as_deref().unwrap()).collect();
        assert_eq!(shown, ["two", "three", "four"]);
        // Two of each severity are kept for the reports.
        assert_eq!(tallies.kept.each_ref().map(Vec::len), [1, 0, 2, 0]);
    }
}
