//! What a run is judged by: every kind of finding that the engine makes by
//! itself, every rule of a field, every check.
//!
//! In: a [`Schema`]. Out: a list whose places are used by the stages: a finding
//! names its criterion, and values that a rule looked at are counted under it.
//! The verdict is worked out from those counts, criterion by criterion.

use std::ops::Range;

use crate::diagnostic::{CODES, Code, Severity};
use crate::lang::Limits;
use crate::schema::model::{Format, HygieneRule, Schema};
use crate::text::cut;

/// How many characters of what is expected are kept.
const EXPECTED: usize = 200;

/// Something that a run gives a verdict on.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// The code of its findings.
    pub code: &'static Code,
    /// What it is called: the name of the code, `field: rule`, or the name of the check.
    pub name: String,
    /// The field or the table that it is about.
    pub subject: Option<String>,
    /// What is expected of each that is looked at, in words; none where it is that nothing is found,
    /// and where the limits bound a figure.
    pub expected: Option<String>,
    /// How many may fail, or where a figure must lie.
    pub limits: Limits,
    /// How bad a failure is, if the schema says so.
    pub severity: Option<Severity>,
    /// Where the schema asks for it.
    pub span: Option<Range<usize>>,
    /// Whether the verdict names it. What this schema cannot find is left out.
    pub listed: bool,
    /// Whether the schema asked for it, rather than the engine.
    pub asked: bool,
}

/// The criteria of a schema: those of the codes by their places among
/// [`CODES`], then the rules of the fields, then the checks.
#[derive(Clone, Debug)]
pub struct Criteria {
    list: Vec<Criterion>,
    /// For each field the place of its first rule.
    rules: Vec<usize>,
    /// The place of the first check.
    checks: usize,
}

impl Criteria {
    /// The criteria of a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let mut list: Vec<_> = CODES.iter().map(|code| of_code(schema, code)).collect();
        let mut rules = Vec::with_capacity(schema.fields.len());
        for field in &schema.fields {
            rules.push(list.len());
            list.extend(field.rules.iter().map(|rule| Criterion {
                code: rule.rule.code(),
                name: format!("{}: {}", field.name, rule.name),
                subject: Some(field.name.clone()),
                expected: Some(cut(&rule.rule.expected(), EXPECTED).into_owned()),
                limits: rule.limits.clone(),
                severity: rule.severity,
                span: Some(rule.span.clone()),
                listed: true,
                asked: true,
            }));
        }
        let checks = list.len();
        list.extend(schema.checks.iter().map(|check| Criterion {
            code: check.kind.code(),
            name: check.name.clone(),
            subject: check.kind.subject().name(schema),
            expected: check.kind.expected(schema).map(|text| cut(&text, EXPECTED).into_owned()),
            limits: check.limits.clone(),
            severity: check.severity,
            span: Some(check.span.clone()),
            listed: true,
            asked: true,
        }));
        Self { list, rules, checks }
    }

    /// All of them, in order.
    #[must_use]
    pub fn all(&self) -> &[Criterion] {
        &self.list
    }

    /// The place of a rule of a field.
    #[must_use]
    pub fn of_rule(&self, field: usize, rule: usize) -> usize {
        self.rules[field] + rule
    }

    /// The place of a check.
    #[must_use]
    pub fn of_check(&self, check: usize) -> usize {
        self.checks + check
    }
}

fn of_code(schema: &Schema, code: &'static Code) -> Criterion {
    let coverage = &schema.coverage;
    let mut hygiene = schema.hygiene.iter().flatten();
    let (listed, asked, limits) = match code {
        code if code == Code::BYTE_COVERAGE => {
            (!coverage.bytes.is_empty(), !coverage.bytes.is_empty(), coverage.bytes.clone())
        }
        code if code == Code::KEY_COVERAGE => {
            (!coverage.keys.is_empty(), !coverage.keys.is_empty(), coverage.keys.clone())
        }
        code if code == Code::RULE_NEVER_MATCHED => {
            (true, !coverage.rules.is_empty(), coverage.rules.clone())
        }
        code if code == Code::FIELD_NEVER_SEEN => {
            (true, !coverage.fields.is_empty(), coverage.fields.clone())
        }
        code if hygiene.any(|rule| code_of_hygiene(*rule) == code) => {
            (true, true, Limits::default())
        }
        code if code == Code::ABSENT_COLUMN => {
            (schema.source.formats.contains(&Format::Csv), false, Limits::default())
        }
        // Those of rules and checks stand under the rule or the check.
        code => {
            let own = code.id < "R400" || code == Code::NO_RECORDS || code == Code::NO_RULES;
            (own, false, Limits::default())
        }
    };
    let span = asked.then(|| coverage.span.clone()).flatten();
    Criterion {
        code,
        name: code.name.to_owned(),
        subject: None,
        expected: None,
        limits,
        severity: None,
        span,
        listed,
        asked,
    }
}

/// The code of a hygiene rule.
#[must_use]
pub fn code_of_hygiene(rule: HygieneRule) -> &'static Code {
    match rule {
        HygieneRule::MixedWidth => Code::MIXED_WIDTH,
        HygieneRule::InvisibleCharacter => Code::INVISIBLE_CHARACTER,
        HygieneRule::BidirectionalControl => Code::BIDIRECTIONAL_CONTROL,
        HygieneRule::PrivateUseCharacter => Code::PRIVATE_USE_CHARACTER,
        HygieneRule::ReplacementCharacter => Code::REPLACEMENT_CHARACTER,
        HygieneRule::Mojibake => Code::MOJIBAKE,
        HygieneRule::MixedHan => Code::MIXED_HAN,
        HygieneRule::UnbalancedBrackets => Code::UNBALANCED_BRACKETS,
    }
}
