//! What must hold for the cells of a record.
//!
//! In: the typed cells of a [`Row`]. Out: findings, and cells set to null where
//! the schema says so. What each rule looked at is counted, so that one that looked
//! at nothing has not passed.

mod hygiene;

use std::ops::Range;

use crate::data::{Cell, ItemPlace, Record, Row, Value};
use crate::diagnostic::{Action, Code, Diagnostics, Finding, RuleFinding, Severity};
use crate::rules::{CountRule, Rule, ValueRule};
use crate::schema::Schema;
use crate::schema::model::{FieldRule, RuleTarget};
use crate::source::Span;
use crate::verdict::Criteria;

/// The compiled plan of the stage.
#[derive(Clone, Debug)]
pub struct Plan {
    fields: Vec<FieldPlan>,
    hygiene: hygiene::Plan,
}

#[derive(Clone, Debug)]
struct FieldPlan {
    idx: usize,
    name: String,
    /// The kinds of records that have the field; none for all.
    kinds: Option<Vec<usize>>,
    /// The slots of the field in the row.
    slots: Range<usize>,
    /// Those that hold its figures.
    figures: Range<usize>,
    required: Vec<Policy>,
    counts: Vec<(Box<dyn CountRule>, Policy)>,
    checks: Vec<(Box<dyn ValueRule>, Target, Policy)>,
}

/// Which cells a check looks at.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// A slot of the row.
    Slot(usize),
    /// The figures of the field.
    Figures,
    /// A slot of each item.
    Item(usize),
}

/// What the schema says beside the rule itself.
#[derive(Clone, Debug)]
struct Policy {
    /// The place among the criteria.
    criterion: usize,
    severity: Option<Severity>,
    action: Option<Action>,
    help: Option<String>,
    schema_span: Range<usize>,
}

impl Plan {
    /// Compiles the stage for a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let layout = &schema.layout;
        let criteria = Criteria::new(schema);
        let fields = schema
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| !field.rules.is_empty())
            .map(|(idx, field)| {
                let base = layout.base[idx];
                let figures = field.kind.figures();
                let mut plan = FieldPlan {
                    idx,
                    name: field.name.clone(),
                    kinds: schema.kinds_of(idx),
                    slots: base..base + field.cells.slots().len(),
                    figures: base + figures.start..base + figures.end,
                    required: Vec::new(),
                    counts: Vec::new(),
                    checks: Vec::new(),
                };
                for (n, rule) in field.rules.iter().enumerate() {
                    plan.add(rule, criteria.of_rule(idx, n));
                }
                plan
            })
            .collect();
        Self { fields, hygiene: hygiene::Plan::new(schema) }
    }

    /// A kind of records of which the rules of a field are asked; none where that may be any.
    #[must_use]
    pub fn kind_of(&self, field: usize) -> Option<usize> {
        let at = self.fields.binary_search_by_key(&field, |plan| plan.idx).ok()?;
        self.fields[at].kinds.as_ref()?.first().copied()
    }

    /// Checks a record of `chunk`.
    pub fn run(
        &self,
        chunk: &str,
        record: &Record<'_>,
        row: &mut Row<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let kind = row.kind;
        for field in self.fields.iter().filter(|field| field.is_of(kind)) {
            field.run(record, row, diagnostics);
        }
        self.hygiene.run(chunk, row, diagnostics);
    }
}

impl FieldPlan {
    /// Whether records of a kind have the field; one of no kind has what all have.
    fn is_of(&self, kind: Option<usize>) -> bool {
        match (&self.kinds, kind) {
            (None, _) => true,
            (Some(kinds), Some(kind)) => kinds.contains(&kind),
            (Some(_), None) => false,
        }
    }

    fn add(&mut self, rule: &FieldRule, criterion: usize) {
        let policy = Policy {
            criterion,
            // Where so many may fail, one alone is informative.
            severity: if rule.limits.is_empty() { rule.severity } else { Some(Severity::Info) },
            action: rule.action,
            help: rule.help.clone(),
            schema_span: rule.span.clone(),
        };
        let target = match rule.on {
            RuleTarget::Item => Target::Item(0),
            RuleTarget::Member(member) => Target::Item(member),
            RuleTarget::Value => Target::Slot(self.slots.start),
        };
        match &rule.rule {
            Rule::Key => self.required.push(policy),
            Rule::Count(rule) => self.counts.push((rule.clone(), policy)),
            Rule::Value(rule) => self.checks.push((rule.clone(), target, policy)),
            Rule::Figures(check) if rule.on == RuleTarget::Value => {
                self.checks.push((check.clone(), Target::Figures, policy));
            }
            Rule::Figures(check) => self.checks.push((check.clone(), target, policy)),
        }
    }

    fn run(&self, record: &Record<'_>, row: &mut Row<'_>, diagnostics: &mut Diagnostics<'_>) {
        let start = Span { start: record.span.start, end: record.span.start };
        for policy in &self.required {
            diagnostics.tried(policy.criterion, 1);
        }
        if record.entry(self.idx).is_none() {
            for policy in &self.required {
                let place = (start, None);
                self.report(Code::MISSING_KEY, place, policy, diagnostics, |finding| {
                    finding.message = format!("the record lacks `{}`", self.name);
                });
            }
        }
        for (rule, policy) in &self.counts {
            let count = row.items[self.idx].len();
            diagnostics.tried(policy.criterion, 1);
            if !rule.holds(count) {
                let span = record.entry(self.idx).map_or(start, |entry| entry.text.whole());
                let place = (span, None);
                self.report(Code::ITEM_COUNT, place, policy, diagnostics, |finding| {
                    finding.message = format!("`{}` has {}", self.name, rule.explain(count));
                });
            }
        }
        for (check, target, policy) in &self.checks {
            match *target {
                Target::Slot(slot) => {
                    let cell = &mut row.cells[slot];
                    if self.check(&**check, cell, None, start, policy, diagnostics) == Action::Null
                    {
                        for cell in &mut row.cells[self.slots.clone()] {
                            cell.value = Value::Null;
                        }
                    }
                }
                Target::Figures => {
                    let slots = self.figures.clone();
                    // One figure stands in both cells and is judged once.
                    let first = row.cells[slots.start].value.clone();
                    let same = slots.clone().all(|slot| row.cells[slot].value == first);
                    for slot in if same { slots.start..slots.start + 1 } else { slots.clone() } {
                        let cell = &row.cells[slot];
                        let action = self.check(&**check, cell, None, start, policy, diagnostics);
                        if action != Action::Null {
                            continue;
                        }
                        for slot in if same { slots.clone() } else { slot..slot + 1 } {
                            row.cells[slot].value = Value::Null;
                        }
                    }
                }
                Target::Item(slot) => {
                    for (place, cells) in row.items[self.idx].placed_mut() {
                        let action = self.check(
                            &**check,
                            &cells[slot],
                            Some(place),
                            start,
                            policy,
                            diagnostics,
                        );
                        if action == Action::Null {
                            cells[slot].value = Value::Null;
                        }
                    }
                }
            }
        }
    }

    /// Checks a cell and tells what must happen to it.
    fn check(
        &self,
        check: &dyn ValueRule,
        cell: &Cell<'_>,
        item: Option<ItemPlace<'_>>,
        start: Span,
        policy: &Policy,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Action {
        // Null is nothing to look at, save for the rule that forbids it.
        if !cell.value.is_null() || check.looks_at_null() {
            diagnostics.tried(policy.criterion, 1);
        }
        if check.holds(&cell.value) {
            return Action::Keep;
        }
        let span = if cell.span == Span::default() { start } else { cell.span };
        self.report(check.code(), (span, item), policy, diagnostics, |finding| {
            let why = check.explain(&cell.value);
            finding.message = match item {
                Some(ItemPlace { ordinal, .. }) => {
                    format!("item {ordinal} of `{}` {why}", self.name)
                }
                None => ["`", &self.name, "` ", &why].concat(),
            };
            finding.raw = cell.value.to_text().map(std::borrow::Cow::into_owned);
        })
    }

    /// Reports what fails a rule, and tells what must happen to it. `say` fills in what is the matter, unless it is
    /// one of so many that it is counted alone.
    fn report(
        &self,
        code: &'static Code,
        (span, item): (Span, Option<ItemPlace<'_>>),
        policy: &Policy,
        diagnostics: &mut Diagnostics<'_>,
        say: impl FnOnce(&mut Finding),
    ) -> Action {
        let severity = diagnostics.policy().of_rule(code, policy.severity);
        let action = policy.action.unwrap_or_else(|| diagnostics.policy().of(code).1);
        let rule = RuleFinding {
            code,
            criterion: policy.criterion,
            severity,
            action,
            field: (self.idx, &self.name),
            schema_span: &policy.schema_span,
        };
        if let Some(finding) = diagnostics.report_of_rule(&rule, span) {
            finding.ordinal = item.map(|item| item.ordinal);
            finding.parents = item.map_or_else(Vec::new, |item| item.parents.to_vec());
            finding.help.clone_from(&policy.help);
            say(finding);
        }
        action
    }
}
