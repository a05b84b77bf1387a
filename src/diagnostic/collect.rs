//! The collector that every stage writes its findings to.

use std::ops::Range;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{Action, Code, Finding, Severity};
use crate::source::Span;

/// Severities and actions that a schema or a flag gave to codes.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// By the places of the codes.
    overrides: Vec<Override>,
}

/// What is asked for of a code.
#[derive(Clone, Copy, Debug, Default)]
struct Override {
    severity: Option<Severity>,
    action: Option<Action>,
    /// A severity that goes before whatever a schema says.
    forced: Option<Severity>,
}

impl Policy {
    /// Gives a code another severity or action.
    pub fn set(&mut self, code: &'static Code, severity: Option<Severity>, action: Option<Action>) {
        let of_code = self.of_code_mut(code);
        of_code.severity = severity.or(of_code.severity);
        of_code.action = action.or(of_code.action);
    }

    /// Gives a code a severity that goes before what the schema says of the code
    /// and of its rules.
    pub fn force(&mut self, code: &'static Code, severity: Severity) {
        self.of_code_mut(code).forced = Some(severity);
    }

    fn of_code(&self, code: &Code) -> Override {
        self.overrides.get(code.index()).copied().unwrap_or_default()
    }

    fn of_code_mut(&mut self, code: &Code) -> &mut Override {
        let place = code.index();
        if self.overrides.len() <= place {
            self.overrides.resize(place + 1, Override::default());
        }
        &mut self.overrides[place]
    }

    /// The severity and action in force.
    #[must_use]
    pub fn of(&self, code: &Code) -> (Severity, Action) {
        let Override { severity, action, forced } = self.of_code(code);
        (forced.or(severity).unwrap_or(code.severity), action.unwrap_or(code.action))
    }

    /// The severity that a flag or the schema gives to a code, if one does.
    #[must_use]
    pub fn asked(&self, code: &Code) -> Option<Severity> {
        let Override { severity, forced, .. } = self.of_code(code);
        forced.or(severity)
    }

    /// The severity in force of a finding of a rule that has one of its own.
    #[must_use]
    pub fn of_rule(&self, code: &Code, own: Option<Severity>) -> Severity {
        self.of_code(code).forced.or(own).unwrap_or_else(|| self.of(code).0)
    }
}

/// Collects the findings of one batch, in the order in which they are made, and
/// counts what rules looked at and took.
#[derive(Debug)]
pub struct Diagnostics<'p> {
    policy: &'p Policy,
    findings: Vec<Finding>,
    /// What was reported once: how often it came again, by code and hash of the key.
    again: FxHashMap<(&'static str, u64), u64>,
    /// Whether a record is open, and how many findings of each code it has.
    in_record: bool,
    record: Vec<Seen>,
    /// A finding that nobody will see, for the caller to fill in.
    spare: Finding,
    tried: Vec<u64>,
    matched: Vec<u64>,
}

/// The findings of a code in a record; of a rule on values, those of the rule.
#[derive(Debug)]
struct Seen {
    of: SeenOf,
    count: u64,
    /// Where the one stands that counts those beyond [`MOST_PER_RECORD`].
    rest: Option<usize>,
}

/// What is counted together in a record: a code, and of a rule on values its criterion and the place of its field.
type SeenOf = (&'static Code, Option<(usize, usize)>);

/// What all findings of a rule on values have in common.
#[derive(Debug)]
pub(crate) struct RuleFinding<'r> {
    pub(crate) code: &'static Code,
    /// Its place among the criteria.
    pub(crate) criterion: usize,
    pub(crate) severity: Severity,
    pub(crate) action: Action,
    /// The place of the field in the schema, and its name.
    pub(crate) field: (usize, &'r str),
    pub(crate) schema_span: &'r Range<usize>,
}

impl RuleFinding<'_> {
    fn at(&self, span: Span) -> Finding {
        Finding {
            criterion: self.criterion,
            severity: self.severity,
            action: self.action,
            span,
            field: Some(self.field.1.to_owned()),
            schema_span: Some(self.schema_span.clone()),
            ..Finding::new(self.code, "")
        }
    }
}

/// How many findings of a code, and of each rule on values, a record has one by one; one more counts the others.
/// A record of some megabytes may have a million of them, of a kilobyte each.
const MOST_PER_RECORD: u64 = 1000;

impl<'p> Diagnostics<'p> {
    /// An empty collector under a policy.
    #[must_use]
    pub fn new(policy: &'p Policy) -> Self {
        Self {
            policy,
            findings: Vec::new(),
            again: FxHashMap::default(),
            in_record: false,
            record: Vec::new(),
            spare: Finding::new(Code::UNKNOWN_KEY, ""),
            tried: Vec::new(),
            matched: Vec::new(),
        }
    }

    /// Adds a finding and gives it back to be filled in: its severity and
    /// action are those that the policy has for the code.
    pub fn report(
        &mut self,
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Finding {
        let (severity, action) = self.policy.of(code);
        // Rules have a bound of their own; and one that makes a value null, which its reader has not done already, is
        // needed for each value.
        if code.id < "R400" && (action != Action::Null || code.action == Action::Null) {
            let rest = || Finding { severity, action, span, ..Finding::new(code, "") };
            if self.is_beyond((code, None), rest) {
                self.spare = Finding { severity, action, ..Finding::new(code, "") };
                return &mut self.spare;
            }
        }
        self.findings.push(Finding { severity, action, span, ..Finding::new(code, message) });
        #[expect(clippy::expect_used, reason = "a finding was pushed just now")]
        self.findings.last_mut().expect("a finding was pushed just now")
    }

    /// Adds a finding of a rule on values and gives it back to be filled in with what it says of the value. None
    /// where the record has so many of the rule that it is counted alone.
    pub(crate) fn report_of_rule(
        &mut self,
        rule: &RuleFinding<'_>,
        span: Span,
    ) -> Option<&mut Finding> {
        let of = (rule.code, Some((rule.criterion, rule.field.0)));
        if self.is_beyond(of, || rule.at(span)) {
            return None;
        }
        self.findings.push(rule.at(span));
        self.findings.last_mut()
    }

    /// Counts a finding of a code if the record has had as many as are told one by one, so that nothing has to be
    /// made of it, and tells what its action is.
    pub(crate) fn count_beyond(&mut self, code: &'static Code) -> Option<Action> {
        let seen = self.record.iter().filter(|_| self.in_record);
        let rest = seen.filter(|seen| seen.of == (code, None)).find_map(|seen| seen.rest)?;
        let finding = self.findings.get_mut(rest)?;
        finding.count += 1;
        Some(finding.action)
    }

    /// Counts a finding in the open record, if one is open: whether it is one of those that are counted alone. `rest`
    /// makes the one that counts them.
    fn is_beyond(&mut self, of: SeenOf, rest: impl FnOnce() -> Finding) -> bool {
        if !self.in_record {
            return false;
        }
        // There are few codes, and fewer in a record.
        let place = self.record.iter().position(|seen| seen.of == of);
        let place = place.unwrap_or_else(|| {
            self.record.push(Seen { of, count: 0, rest: None });
            self.record.len() - 1
        });
        let seen = &mut self.record[place];
        seen.count += 1;
        if seen.count <= MOST_PER_RECORD {
            return false;
        }
        if let Some(rest) = seen.rest {
            self.findings[rest].count += 1;
        } else {
            seen.rest = Some(self.findings.len());
            self.findings.push(rest());
        }
        true
    }

    /// Begins a record: of each code, and of each rule on values, it has so many findings one by one, and one more
    /// that counts the others.
    pub(crate) fn open_record(&mut self) {
        self.in_record = true;
        self.record.clear();
    }

    /// Ends a record.
    pub(crate) fn close_record(&mut self) {
        self.in_record = false;
        for seen in &self.record {
            if let Some(finding) = seen.rest.and_then(|rest| self.findings.get_mut(rest)) {
                finding.message = format!("{} more of them in this record", finding.count);
            }
        }
    }

    /// Reports what comes again and again under the same key, such as a key that
    /// no field knows: the first is a finding, the others are counted until
    /// [`Self::take_again`] is called. Where a finding rejects its record, each is one.
    pub fn report_once(
        &mut self,
        code: &'static Code,
        key: &str,
        span: Span,
        message: impl FnOnce() -> String,
    ) -> Option<&mut Finding> {
        let id = (code.id, xxh3_64(key.as_bytes()));
        if let Some(times) = self.again.get_mut(&id) {
            *times += 1;
            return None;
        }
        let before = self.findings.len();
        self.report(code, span, message()).key = Some(key.to_owned());
        // One that a record has too many of stands nowhere: the next one is the first.
        let finding = self.findings.get_mut(before).filter(|found| found.key.is_some())?;
        if finding.action != Action::Reject {
            self.again.insert(id, 0);
        }
        Some(finding)
    }

    /// Takes how often what was reported once came again, by its code and the
    /// XXH3 hash of its key. What comes from now on is reported anew.
    pub fn take_again(&mut self) -> impl Iterator<Item = ((&'static str, u64), u64)> + use<> {
        let mut again: Vec<_> = std::mem::take(&mut self.again).into_iter().collect();
        again.retain(|(_, times)| *times > 0);
        again.sort_unstable();
        again.into_iter()
    }

    /// Counts values that a criterion looked at, by its place among the
    /// [`Criteria`](crate::verdict::Criteria).
    pub fn tried(&mut self, criterion: usize, values: u64) {
        add(&mut self.tried, criterion, values);
    }

    /// Counts what a rule took, by its place among the
    /// [`PatternUsage`](crate::verdict::PatternUsage).
    pub fn matched(&mut self, taker: usize) {
        add(&mut self.matched, taker, 1);
    }

    /// Takes the counts made so far: what criteria looked at, and what rules took.
    pub fn take_counts(&mut self) -> (Vec<u64>, Vec<u64>) {
        (std::mem::take(&mut self.tried), std::mem::take(&mut self.matched))
    }

    /// The policy that the findings are under.
    #[must_use]
    pub fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings from the `from`th on.
    #[must_use]
    pub fn since(&self, from: usize) -> &[Finding] {
        &self.findings[from..]
    }

    /// The findings, to be filled in.
    pub fn findings_mut(&mut self) -> &mut [Finding] {
        &mut self.findings
    }

    /// The findings, to be put in their places and taken out.
    #[cfg(feature = "tables")]
    pub(crate) fn all_mut(&mut self) -> &mut Vec<Finding> {
        &mut self.findings
    }

    /// Takes the findings made so far.
    pub fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }
}

fn add(counts: &mut Vec<u64>, place: usize, number: u64) {
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    counts[place] += number;
}

/// How many findings of a code there were, and how bad the worst was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// How many of them a baseline has accepted.
    pub known: u64,
    /// The highest severity among them.
    pub severity: Severity,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_changes_what_it_names_and_nothing_else() {
        let mut policy = Policy::default();
        policy.set(Code::UNKNOWN_KEY, Some(Severity::Error), None);
        policy.set(Code::UNKNOWN_KEY, None, Some(Action::Reject));
        assert_eq!(policy.of(Code::UNKNOWN_KEY), (Severity::Error, Action::Reject));
        assert_eq!(policy.of(Code::REPEATED_KEY), (Severity::Warning, Action::Keep));
    }

    #[test]
    fn a_record_has_so_many_findings_and_one_that_counts_the_others() {
        let policy = Policy::default();
        let mut diagnostics = Diagnostics::new(&policy);
        for _ in 0..2 {
            diagnostics.open_record();
            for n in 0..2500 {
                let finding = diagnostics.report(Code::NOT_A_NUMBER, Span::new(n, n + 1), "bad");
                finding.raw = Some("x".to_owned());
            }
            diagnostics.report(Code::NOT_A_DATE, Span::default(), "bad");
            diagnostics.close_record();
        }
        let found = diagnostics.take();
        assert_eq!(found.len(), 2 * 1002);
        let more = &found[1000];
        assert_eq!((more.count, more.span), (1500, Span::new(1000, 1001)));
        assert_eq!(more.message, "1500 more of them in this record");
        assert_eq!(found.iter().map(|finding| finding.count).sum::<u64>(), 2 * 2501);
        // One that was not reported by itself is not known to be so.
        for _ in 0..2 {
            diagnostics.open_record();
            for n in 0..1500 {
                diagnostics.report_once(
                    Code::UNKNOWN_KEY,
                    &n.to_string(),
                    Span::default(),
                    String::new,
                );
            }
            diagnostics.close_record();
        }
        let counted: u64 = diagnostics.take().iter().map(|finding| finding.count).sum();
        let again: u64 = diagnostics.take_again().map(|(_, times)| times).sum();
        assert_eq!((counted, again), (2000, 1000));
        // Between records each is one.
        for _ in 0..2500 {
            diagnostics.report(Code::NOT_A_NUMBER, Span::default(), "bad");
        }
        assert_eq!(diagnostics.len(), 2500);
    }

    #[test]
    fn a_record_has_so_many_findings_of_a_rule_and_one_that_counts_the_others() {
        let policy = Policy::default();
        let mut diagnostics = Diagnostics::new(&policy);
        let rule = |criterion| RuleFinding {
            code: Code::ABOVE_MAXIMUM,
            criterion,
            severity: Severity::Error,
            action: Action::Null,
            field: (3, "pages"),
            schema_span: &(7..9),
        };
        diagnostics.open_record();
        for n in 0..2500 {
            let told = diagnostics.report_of_rule(&rule(900), Span::new(n, n + 1));
            assert_eq!(told.is_some(), n < 1000);
        }
        assert!(diagnostics.report_of_rule(&rule(901), Span::default()).is_some());
        diagnostics.close_record();
        let found = diagnostics.take();
        assert_eq!(found.len(), 1002);
        let more = &found[1000];
        assert_eq!((more.count, more.span, more.criterion), (1500, Span::new(1000, 1001), 900));
        assert_eq!((more.severity, more.action), (Severity::Error, Action::Null));
        assert_eq!((more.field.as_deref(), more.schema_span.clone()), (Some("pages"), Some(7..9)));
        assert_eq!(more.message, "1500 more of them in this record");
    }

    #[test]
    fn what_a_record_has_too_many_of_is_counted_and_not_made() {
        let policy = Policy::default();
        let mut diagnostics = Diagnostics::new(&policy);
        for _ in 0..2 {
            diagnostics.open_record();
            let mut made = 0;
            for _ in 0..2500 {
                let Some(action) = diagnostics.count_beyond(Code::NOT_A_NUMBER) else {
                    diagnostics.report(Code::NOT_A_NUMBER, Span::default(), "bad");
                    made += 1;
                    continue;
                };
                assert_eq!(action, Code::NOT_A_NUMBER.action);
            }
            assert_eq!(made, 1001);
            diagnostics.close_record();
            // Between records each is one.
            assert_eq!(diagnostics.count_beyond(Code::NOT_A_NUMBER), None);
        }
        let found = diagnostics.take();
        assert_eq!(found.iter().map(|finding| finding.count).sum::<u64>(), 2 * 2500);
    }

    #[test]
    fn a_forced_severity_goes_before_all_others() {
        let mut policy = Policy::default();
        policy.set(Code::ABOVE_MAXIMUM, Some(Severity::Warning), Some(Action::Null));
        let own = Some(Severity::Info);
        assert_eq!(policy.of_rule(Code::ABOVE_MAXIMUM, own), Severity::Info);
        assert_eq!(policy.of_rule(Code::ABOVE_MAXIMUM, None), Severity::Warning);
        policy.force(Code::ABOVE_MAXIMUM, Severity::Error);
        assert_eq!(policy.of_rule(Code::ABOVE_MAXIMUM, own), Severity::Error);
        assert_eq!(policy.of(Code::ABOVE_MAXIMUM), (Severity::Error, Action::Null));
    }
}
