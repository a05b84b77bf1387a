//! What is to be said once every batch is there: figures against their limits,
//! failures against theirs, coverage, and what was never looked at.

use std::borrow::Cow;
use std::time::SystemTime;

use super::{Counts, Measured, NotMeasured, Tallies};
use super::{Criteria, Criterion, PatternUsage};
use crate::dataset::checks::Subject;
use crate::diagnostic::{Code, Denominator, Finding, Identity, Located, Severity};
use crate::lang::CountedPattern;
use crate::lang::{Limits, percent};
use crate::report::{CoverageReport, Share};
use crate::schema::Schema;
use crate::schema::model::{CheckKind, MatchRule};
use crate::source::SourceId;
use crate::verdict::Evaluation;

/// An input, by its name.
#[derive(Clone, Debug)]
pub(crate) struct InputTime<'r> {
    pub(crate) name: &'r str,
    /// The time of its last change, where that is asked for and known.
    pub(crate) changed: Option<Changed<'r>>,
}

/// When an input was changed, and what it is called in what a finding about that is known by.
#[derive(Clone, Debug)]
pub(crate) struct Changed<'r> {
    pub(crate) at: SystemTime,
    pub(crate) known_as: Cow<'r, str>,
}

/// What a run came to when every batch is there.
pub(crate) struct EndOfRun<'r> {
    pub(crate) schema: &'r Schema,
    pub(crate) inputs: &'r [InputTime<'r>],
    pub(crate) counts: &'r Counts,
    pub(crate) tallies: &'r mut Tallies,
    /// What each check of the schema measured, in order.
    pub(crate) measured: Vec<Measured>,
    /// What the figure of a check is called, by its code.
    pub(crate) figure_of: fn(&Code) -> Option<&'static str>,
    /// Whether tables are written, and are what the run is for.
    pub(crate) writes: bool,
}

/// What is reported at the end of a run.
pub(crate) struct Conclusion {
    pub(crate) findings: Vec<Located>,
    pub(crate) coverage: CoverageReport,
}

/// Judges what the batches of a run came to together.
pub(crate) fn conclude(run: EndOfRun<'_>) -> Conclusion {
    let EndOfRun { schema, inputs, counts, tallies, measured, figure_of, writes } = run;
    let records = counts.records.r#in;
    let criteria = tallies.criteria.clone();
    let mut end = End { schema, criteria: &criteria, findings: Vec::new(), figure_of };
    let usage = PatternUsage::new(schema);
    let rules = usage.tally(&counts.matched);
    let coverage = coverage(schema, &rules, counts, tallies);
    looked_at(schema, inputs.len(), counts, tallies, &rules, &coverage);
    let (hides_all, hides_some) = (tallies.hides_all(), tallies.hides_some());
    for (idx, measured) in measured.into_iter().enumerate() {
        let evaluated = &mut tallies.evaluated[criteria.of_check(idx)];
        evaluated.evaluated = evaluated.evaluated.max(measured.evaluated);
        evaluated.figure = measured.figure;
        evaluated.is_hidden = hides_figure(schema, &schema.checks[idx].kind, hides_all);
        evaluated.reason = measured.failed.map(|failed| match failed {
            NotMeasured::Quoted(_) if hides_some => HIDDEN_REFUSAL.to_owned(),
            NotMeasured::Quoted(why) | NotMeasured::Stated(why) => why,
        });
    }
    end.freshness(inputs, tallies);
    match_ratios(schema, &usage, counts, tallies);
    if records == 0 {
        // Where an error says of each input why it has none, another would add nothing.
        let causes =
            [Code::UNREADABLE_INPUT, Code::BROKEN_INPUT, Code::NOT_TEXT, Code::RECORDS_NOT_FOUND];
        let explained: u64 = causes.iter().map(|code| tallies.evaluated[code.index()].failed).sum();
        if inputs.is_empty() || explained < inputs.len() as u64 {
            end.tell(
                Code::NO_RECORDS,
                "no record was found in the inputs",
                Some("check that the inputs are what the schema's `[source]` describes"),
            );
        }
        return Conclusion { findings: end.findings, coverage };
    }
    end.coverage(&rules, &coverage);
    for (place, (criterion, evaluated)) in criteria.all().iter().zip(&tallies.evaluated).enumerate()
    {
        end.judge(place, criterion, evaluated, tallies.first[place].as_deref());
    }
    if !criteria.all().iter().any(|criterion| criterion.asked) {
        end.tell(
            Code::NO_RULES,
            "the schema has no rule, so nothing was checked",
            Some("add `rules` to a field, or `[[checks]]`; `--allow no-rules` if the tables are all that is wanted"),
        );
        let told = end.findings.last_mut();
        if let Some(told) = told.filter(|_| writes && schema.policy.asked(Code::NO_RULES).is_none())
        {
            told.finding.severity = Severity::Warning;
        }
    }
    Conclusion { findings: end.findings, coverage }
}

/// What is told of a condition or a query that cannot be worked out, where the words of the engine may quote what is
/// hidden.
const HIDDEN_REFUSAL: &str = "its SQL cannot be worked out for some value; which and why is not told, since it may be one that is hidden";

/// Whether the figure of a check is one of the values of a column that reports hide, or follows from a few.
fn hides_figure(schema: &Schema, check: &CheckKind, hides_all: bool) -> bool {
    let (CheckKind::Mean(_) | CheckKind::Quantile(_), Subject::Column(of)) =
        (check, check.subject())
    else {
        return false;
    };
    let table = &schema.tables[of.table];
    hides_all || schema.hides(table, &table.columns[of.column])
}

/// Sums up what each criterion looked at.
fn looked_at(
    schema: &Schema,
    inputs: usize,
    counts: &Counts,
    tally: &mut Tallies,
    rules: &[(&CountedPattern, u64)],
    coverage: &CoverageReport,
) {
    let records = counts.records.r#in;
    let values: u64 = counts.fields.iter().map(|field| field.seen).sum();
    let keyed = schema.fields.iter().filter(|field| !field.keys.is_empty()).count() as u64;
    for (place, criterion) in tally.criteria.all().iter().enumerate() {
        let own = counts.evaluated.get(place).copied().unwrap_or(0);
        let code = criterion.code;
        tally.evaluated[place].evaluated = if place != code.index() || criterion.asked {
            own
        } else {
            match code.unit {
                Denominator::Inputs => inputs as u64,
                Denominator::Records => records,
                Denominator::Values | Denominator::Rows => values,
                Denominator::Bytes | Denominator::Keys | Denominator::Run | Denominator::Schema => {
                    1
                }
            }
        };
    }
    let figures = [
        (Code::BYTE_COVERAGE, coverage.bytes.total, coverage.bytes.share),
        (Code::KEY_COVERAGE, coverage.keys.total, coverage.keys.share),
        (Code::UNKNOWN_KEY, coverage.keys.total, None),
        (Code::RULE_NEVER_MATCHED, (rules.len() as u64).max(1), None),
        (Code::FIELD_NEVER_SEEN, keyed, None),
        (Code::ABSENT_COLUMN, keyed * (inputs as u64), None),
    ];
    let lines = Code::LOOKS_LIKE_ENTRY.index();
    tally.evaluated[lines].evaluated = coverage.keys.total + tally.evaluated[lines].failed;
    for (code, evaluated, figure) in figures {
        tally.evaluated[code.index()].evaluated = evaluated;
        tally.evaluated[code.index()].figure = figure;
    }
}

/// How much of the dump the schema knows.
fn coverage(
    schema: &Schema,
    rules: &[(&CountedPattern, u64)],
    counts: &Counts,
    tallies: &Tallies,
) -> CoverageReport {
    let bytes = &counts.bytes;
    let taken = bytes.key + bytes.value;
    let left = bytes.unknown_key + bytes.repeated + bytes.stray + bytes.outside + bytes.quarantined;
    let (unknown_keys, unknown_keys_total) = tallies.unknown_keys(schema);
    let idle =
        rules.iter().filter(|(_, matched)| *matched == 0).map(|(pattern, _)| pattern.what.clone());
    let fields = schema.fields.iter().zip(&counts.fields);
    let unseen = fields.filter(|(field, counts)| !field.keys.is_empty() && counts.seen == 0);
    CoverageReport {
        bytes: Share::new(taken, taken + left),
        keys: Share::new(counts.keys, counts.keys + tallies.unknown()),
        unknown_keys,
        unknown_keys_total,
        rules_never_matched: idle.collect(),
        fields_never_seen: unseen.map(|(field, _)| field.name.clone()).collect(),
    }
}

/// Works out what share of the values the rules of checks `match-ratio` take.
fn match_ratios(schema: &Schema, usage: &PatternUsage, counts: &Counts, tally: &mut Tallies) {
    let matched = |place: usize| counts.matched.get(place).copied().unwrap_or(0);
    for (idx, check) in schema.checks.iter().enumerate() {
        let CheckKind::MatchRatio(of) = &check.kind else { continue };
        let field = of.field();
        let (accepted, evaluated) = match of.rule() {
            MatchRule::Rule(rule) => {
                let rule = &tally.evaluated[tally.criteria.of_rule(field, rule)];
                (rule.evaluated.saturating_sub(rule.failed), rule.evaluated)
            }
            MatchRule::Pattern(rule) => {
                (matched(usage.fields[field].own + rule), matched(usage.fields[field].values))
            }
            MatchRule::Extract => {
                let patterns = schema.fields[field].extract.len();
                let first = usage.fields[field].extract;
                (
                    (first..first + patterns).map(matched).sum(),
                    matched(usage.fields[field].extracted),
                )
            }
        };
        let place = tally.criteria.of_check(idx);
        tally.evaluated[place].evaluated = evaluated;
        tally.evaluated[place].figure = Share::new(accepted, evaluated).share;
    }
}

/// A part of the schema that nothing came to.
struct Idle {
    what: String,
    message: String,
    span: std::ops::Range<usize>,
}

/// How many such parts are reported where all are reported in one finding.
const IDLE_TOLD: usize = 5;

/// The findings of the end of a run.
struct End<'s> {
    schema: &'s Schema,
    criteria: &'s Criteria,
    findings: Vec<Located>,
    figure_of: fn(&Code) -> Option<&'static str>,
}

impl End<'_> {
    /// Adds a finding about the run as a whole.
    fn add(&mut self, finding: Finding, rule: &str) {
        self.add_beyond(finding, rule, None);
    }

    /// The same about a figure, by how much it goes beyond its limit.
    fn add_beyond(&mut self, finding: Finding, rule: &str, beyond: Option<f64>) {
        let identity = Identity { rule: rule.to_owned(), ..Identity::default() };
        self.findings.push(Located { identity, beyond, ..Located::of_source(finding, None) });
    }

    /// A finding of the engine itself.
    fn tell(&mut self, code: &'static Code, message: &str, help: Option<&str>) {
        let (severity, action) = self.schema.policy.of(code);
        let finding = Finding {
            severity,
            action,
            help: help.map(str::to_owned),
            ..Finding::new(code, message)
        };
        self.add(finding, code.name);
    }

    /// A finding about a criterion, of its own code or of another.
    fn about(
        &self,
        place: usize,
        code: &'static Code,
        severity: Option<Severity>,
        message: String,
    ) -> Finding {
        let criterion = &self.criteria.all()[place];
        Finding {
            criterion: place,
            severity: self.schema.policy.of_rule(code, severity),
            schema_span: criterion.span.clone(),
            field: criterion.subject.clone(),
            ..Finding::new(code, message)
        }
    }

    fn freshness(&mut self, inputs: &[InputTime<'_>], tallies: &mut Tallies) {
        let now = SystemTime::now();
        for (idx, check) in self.schema.checks.iter().enumerate() {
            let CheckKind::Freshness(freshness) = &check.kind else { continue };
            let place = self.criteria.of_check(idx);
            let (mut evaluated, mut timeless) = (0, Vec::new());
            for (n, input) in (0..).zip(inputs) {
                let Some(changed) = &input.changed else {
                    timeless.push(input.name);
                    continue;
                };
                evaluated += 1;
                let Some(message) = freshness.fault_of(changed.at, now) else { continue };
                let finding = self.about(place, Code::STALE_INPUT, check.severity, message);
                let finding = Finding { help: check.help.clone(), ..finding };
                let identity = Identity {
                    rule: check.name.clone(),
                    source: Some(changed.known_as.to_string()),
                    ..Identity::default()
                };
                let located = Located::of_source(finding, Some(SourceId(n)));
                self.findings.push(Located { identity, ..located });
            }
            let result = &mut tallies.evaluated[place];
            result.evaluated = evaluated;
            if let Some(first) = timeless.first() {
                let count = timeless.len();
                result.reason = Some(format!(
                    "{count} of {} inputs have no time of their last change, such as `{first}`",
                    inputs.len()
                ));
            }
        }
    }

    fn coverage(&mut self, rules: &[(&CountedPattern, u64)], coverage: &CoverageReport) {
        let schema = self.schema;
        let idle = rules.iter().filter(|(_, matched)| *matched == 0);
        let idle = idle.map(|(pattern, _)| Idle {
            what: pattern.what.clone(),
            message: format!("{} matched nothing", pattern.what),
            span: pattern.span.clone(),
        });
        self.idle(Code::RULE_NEVER_MATCHED, &schema.coverage.rules, idle.collect());
        let unseen = coverage.fields_never_seen.iter().filter_map(|name| {
            let field = &schema.fields[schema.field_idx(name)?];
            let keys = field.keys.join("` or `");
            Some(Idle {
                what: format!("`{name}`"),
                message: format!("no record has the key `{keys}` of `{name}`"),
                span: field.span.clone(),
            })
        });
        let unseen = unseen.collect();
        self.idle(Code::FIELD_NEVER_SEEN, &schema.coverage.fields, unseen);
    }

    /// Findings about parts of the schema that nothing came to: each by itself
    /// where it matters, and one for all where it is informative.
    fn idle(&mut self, code: &'static Code, limits: &Limits, idle: Vec<Idle>) {
        let Some(first) = idle.first() else { return };
        // Where so many may be idle, one alone is informative.
        let own = (!limits.is_empty()).then_some(Severity::Info);
        let severity = self.schema.policy.of_rule(code, own);
        if severity > Severity::Info {
            for Idle { what, message, span } in idle {
                let finding =
                    Finding { severity, schema_span: Some(span), ..Finding::new(code, message) };
                let value = Some(crate::diagnostic::hash_of(&what));
                let identity =
                    Identity { rule: code.name.to_owned(), value, ..Identity::default() };
                self.findings.push(Located { identity, ..Located::of_source(finding, None) });
            }
            return;
        }
        let names: Vec<_> = idle.iter().take(IDLE_TOLD).map(|idle| idle.what.as_str()).collect();
        let more = match idle.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (count, names) = (idle.len() as u64, names.join(", "));
        let (was, word) = if count == 1 { ("was", "") } else { ("were", "s") };
        let message = if code == Code::RULE_NEVER_MATCHED {
            format!("{count} rule{word} matched nothing: {names}{more}")
        } else {
            format!("{count} field{word} {was} never seen: {names}{more}")
        };
        let schema_span = Some(first.span.clone());
        let finding = Finding { count, severity, schema_span, ..Finding::new(code, message) };
        self.add(finding, code.name);
    }

    /// Judges what a criterion came to.
    fn judge(
        &mut self,
        place: usize,
        criterion: &Criterion,
        evaluated: &Evaluation,
        first: Option<&Located>,
    ) {
        let name = &criterion.name;
        if let Some(reason) = &evaluated.reason {
            let message = format!("`{name}` could not be evaluated: {reason}");
            let finding = self.about(place, Code::CHECK_FAILED_TO_RUN, None, message);
            self.add(finding, name);
            return;
        }
        if evaluated.evaluated == 0 {
            if criterion.asked && criterion.listed {
                let message = format!("`{name}` had nothing to look at");
                let finding = self.about(place, Code::RULE_NOT_EVALUATED, None, message);
                self.add(finding, name);
            }
            return;
        }
        if let Some(figure) = evaluated.figure {
            let hides = evaluated.is_hidden;
            if let Some((severity, limit)) = criterion.limits.beyond(figure) {
                let unit = match criterion.code.unit {
                    Denominator::Run => Denominator::Values,
                    unit => unit,
                };
                let evaluated = match evaluated.evaluated {
                    0 | 1 => String::new(),
                    evaluated => format!(" of {evaluated} {}", unit.word(evaluated)),
                };
                let what = self.what(criterion.code);
                // It would be one of the values, or follow from them.
                let is = if hides { "hidden".to_owned() } else { shown(figure).to_string() };
                let expected = limit.describe();
                let message = format!("the {what} is {is}{evaluated}, expected {expected}");
                let finding = Finding {
                    schema_span: Some(limit.span.clone()),
                    ..self.about(place, criterion.code, Some(severity), message)
                };
                // What is kept of it tells the figure.
                let beyond = limit.excess(figure).filter(|_| !hides);
                self.add_beyond(finding, name, beyond);
            }
            return;
        }
        self.too_many(place, criterion, evaluated, &criterion.limits, first);
    }

    fn too_many(
        &mut self,
        place: usize,
        criterion: &Criterion,
        evaluated: &Evaluation,
        limits: &Limits,
        first: Option<&Located>,
    ) {
        let failed = match criterion.code {
            // Those of this end have not been counted yet.
            code if code == Code::RULE_NEVER_MATCHED || code == Code::FIELD_NEVER_SEEN => {
                let own = self.findings.iter().filter(|located| located.finding.code == code);
                own.map(|located| located.finding.count).sum()
            }
            _ => evaluated.failed,
        };
        let Some((severity, limit)) = limits.too_many(failed, evaluated.evaluated) else { return };
        let share = Share::new(failed, evaluated.evaluated).share.unwrap_or_default();
        let message = format!(
            "{failed} of {} {} ({} %) fail `{}`, expected {}",
            evaluated.evaluated,
            criterion.code.unit.word(evaluated.evaluated),
            percent(share),
            criterion.name,
            limit.describe()
        );
        let finding = Finding {
            schema_span: Some(limit.span.clone()),
            ..self.about(place, Code::TOO_MANY_FAILURES, Some(severity), message)
        };
        let identity = Identity { rule: criterion.name.clone(), ..Identity::default() };
        let beyond = limit.excess_of_failures(failed, evaluated.evaluated);
        let located = match first {
            // The first failure is where to look.
            Some(first) => {
                let finding = Finding { field: first.finding.field.clone(), ..finding };
                Located { finding, baselined: false, ..first.clone() }
            }
            None => Located::of_source(finding, None),
        };
        self.findings.push(Located { identity, beyond, ..located });
    }

    /// What a criterion measures, in words.
    fn what(&self, code: &Code) -> &'static str {
        match code {
            code if code == Code::BYTE_COVERAGE => "share of bytes that were taken",
            code if code == Code::KEY_COVERAGE => "share of keys that are known",
            code => (self.figure_of)(code).unwrap_or("figure"),
        }
    }
}

/// A figure without a tail of digits.
fn shown(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}
