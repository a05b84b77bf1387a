//! Runs the examples of a schema: every rule must accept what it claims to
//! accept and refuse what it claims to refuse.
//!
//! An example of a field goes through the stages that a value of the dump goes
//! through; one of a pattern or of a quantity rule is tried on that alone.

mod mutate;

pub use mutate::{Trial, mutate};

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::{Code, Diagnostics, Finding, Severity};
use crate::extract;
use crate::normalize::{self, Figures, Memo, QuantityPlan, Row};
use crate::record::Record;
use crate::schema::Fault;
use crate::schema::model::{
    Examples, Field, FieldKind, Framing, Layout, Pattern, QuantityKind, Schema, slots_of,
};
use crate::source::Span;
use crate::validate;
use crate::value::{Cell, Value};

/// What the examples of a schema came to.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// How many examples there are.
    pub examples: usize,
    /// Those that did not come out as the schema says.
    pub faults: Vec<Fault>,
}

/// Runs every example of a schema.
#[must_use]
pub fn prove(schema: &Schema) -> Proof {
    let mut prover = Prover::new(schema);
    match &schema.source.framing {
        Framing::StartLine { pattern, examples, .. } | Framing::EndLine(pattern, examples) => {
            prover.pattern(pattern, examples);
        }
        _ => {}
    }
    for line in schema.source.skip.iter().chain(&schema.source.comment) {
        prover.pattern(&line.pattern, &line.examples);
    }
    for outline in &schema.outlines {
        for marker in &outline.markers {
            prover.pattern(&marker.pattern, &marker.examples);
        }
    }
    let key = &schema.source.key;
    if let Some(pattern) = key.pattern.as_ref().or(key.unknown.as_ref()) {
        prover.pattern(pattern, &key.examples);
    }
    for (idx, quantity) in schema.quantities.iter().enumerate() {
        for rule in 0..quantity.rules.len() {
            prover.quantity_rule(idx, rule);
        }
    }
    for (idx, field) in schema.fields.iter().enumerate() {
        prover.field(idx, &field.examples);
        for rule in &field.rules {
            prover.field(idx, &rule.examples);
        }
        if let FieldKind::Name { infer, .. } = &field.kind {
            for infer in infer {
                prover.pattern(&infer.pattern, &infer.examples);
            }
        }
    }
    prover.proof
}

struct Prover<'s> {
    schema: &'s Schema,
    extract: extract::Plan,
    normalize: normalize::Plan,
    validate: validate::Plan,
    layout: Layout,
    proof: Proof,
}

impl<'s> Prover<'s> {
    fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            extract: extract::Plan::new(schema),
            normalize: normalize::Plan::new(schema),
            validate: validate::Plan::new(schema),
            layout: Layout::of(&schema.fields),
            proof: Proof::default(),
        }
    }

    fn failed(&mut self, span: &Range<usize>, message: String) {
        self.proof.faults.push(Fault::new(Code::EXAMPLE_FAILED, span.clone(), message));
    }

    /// Tries a pattern: accepted texts match and give the groups they name.
    fn pattern(&mut self, pattern: &Pattern, examples: &Examples) {
        let regex = pattern.compile();
        for accept in &examples.accept {
            self.proof.examples += 1;
            let Some(groups) = regex.captures(&accept.text) else {
                self.failed(&accept.span, format!("the pattern does not match `{}`", accept.text));
                continue;
            };
            for (group, expected) in &accept.gives {
                let found = groups.name(group).map_or("", |found| found.as_str());
                if expected.as_str() != Some(found) {
                    self.failed(
                        &accept.span,
                        format!("the group `{group}` is `{found}`, not {expected}"),
                    );
                }
            }
        }
        for (text, span) in &examples.refuse {
            self.proof.examples += 1;
            if regex.is_match(text) {
                self.failed(span, format!("the pattern matches `{text}`"));
            }
        }
    }

    /// Tries a rule of a quantity: it must be the one that takes the text.
    fn quantity_rule(&mut self, quantity: usize, rule: usize) {
        let spec = &self.schema.quantities[quantity].rules[rule];
        let plan = QuantityPlan::new(&self.schema.quantities[quantity]);
        let skips = spec.kind == QuantityKind::Skip;
        let regex = spec.pattern.compile();
        for accept in &spec.examples.accept {
            self.proof.examples += 1;
            let reading = plan.read(&accept.text);
            // A rule that skips takes no figure; it must match, that is all.
            let taken =
                if skips { regex.is_match(&accept.text) } else { reading.rule == Some(rule) };
            if !taken {
                let other = reading.rule.map_or("no rule", |other| {
                    self.schema.quantities[quantity].rules[other].name.as_str()
                });
                self.failed(
                    &accept.span,
                    format!("`{}` is taken by {other}, not by `{}`", accept.text, spec.name),
                );
            }
            let figures =
                reading.figures.unwrap_or(Figures { min: None, max: None, approx: false });
            for (key, expected) in &accept.gives {
                let found = match key.as_str() {
                    "kind" => Value::text(plan.kind(&reading)),
                    "min" => Value::decimal(figures.min),
                    "max" => Value::decimal(figures.max),
                    "approx" => Value::Boolean(figures.approx),
                    _ => {
                        self.failed(
                            &accept.span,
                            format!(
                                "a quantity gives `kind`, `min`, `max` and `approx`, not `{key}`"
                            ),
                        );
                        continue;
                    }
                };
                if !equal(&found, expected) {
                    self.failed(
                        &accept.span,
                        format!("`{key}` of `{}` is {}, not {expected}", accept.text, show(&found)),
                    );
                }
            }
        }
        for (text, span) in &spec.examples.refuse {
            self.proof.examples += 1;
            let reading = plan.read(text);
            let taken = if skips { regex.is_match(text) } else { reading.rule == Some(rule) };
            if taken {
                self.failed(span, format!("`{text}` is taken by `{}`", spec.name));
            }
        }
    }

    /// Tries a field: an accepted text gives no warning and the cells it names,
    /// a refused one gives a warning or an error.
    fn field(&mut self, idx: usize, examples: &Examples) {
        let schema = self.schema;
        for accept in &examples.accept {
            self.proof.examples += 1;
            let mut complaints = Vec::new();
            self.with_row(idx, Some(&accept.text), |layout, row, findings| {
                complaints.extend(self.complaints(idx, findings));
                compare(&schema.fields[idx], idx, layout, row, &accept.gives, &mut complaints);
            });
            for complaint in complaints {
                self.failed(&accept.span, format!("`{}`: {complaint}", accept.text));
            }
        }
        for (text, span) in &examples.refuse {
            self.proof.examples += 1;
            let mut refused = false;
            self.with_row(idx, Some(text), |_, _, findings| {
                refused = self.complaints(idx, findings).next().is_some();
            });
            if !refused {
                self.failed(span, format!("`{text}` gives no finding"));
            }
        }
    }

    /// What a schema complains of in a field.
    fn complaints<'f>(
        &self,
        idx: usize,
        findings: &'f [Finding],
    ) -> impl Iterator<Item = String> + use<'f> {
        let name = self.schema.fields[idx].name.clone();
        findings
            .iter()
            .filter(move |finding| {
                finding.severity >= Severity::Warning && finding.field.as_ref() == Some(&name)
            })
            .map(|finding| finding.message.clone())
    }

    /// Runs a record with this one value, or with none, through the stages.
    fn with_row(
        &self,
        idx: usize,
        text: Option<&str>,
        look: impl FnOnce(&Layout, &Row<'_>, &[Finding]),
    ) {
        let entry = self.schema.fields[idx].from.unwrap_or(idx);
        let fields = self.schema.fields.len();
        let mut record = match text {
            Some(text) => Record::of_value(entry, fields, text),
            None => Record::new(Span::default(), fields),
        };
        let mut diagnostics = Diagnostics::new(&self.schema.policy);
        self.extract.decode(&mut record, &mut diagnostics);
        let raw = self.extract.run(&record, &mut diagnostics);
        let mut row = self.normalize.run(&raw, None, &mut Memo::default(), &mut diagnostics);
        self.validate.run(&record, &mut row, &mut diagnostics);
        look(&self.layout, &row, diagnostics.since(0));
    }
}

/// Compares cells with what an example says of them.
fn compare(
    field: &Field,
    idx: usize,
    layout: &Layout,
    row: &Row<'_>,
    gives: &[(String, toml::Value)],
    complaints: &mut Vec<String>,
) {
    for (key, expected) in gives {
        if key == "items" && field.kind.is_items() {
            let found: Vec<_> = row.items[idx].rows().collect();
            let expected = expected.as_array().map_or(&[][..], Vec::as_slice);
            if found.len() != expected.len() {
                complaints.push(format!("gives {} items, not {}", found.len(), expected.len()));
                continue;
            }
            for (n, (found, expected)) in found.iter().zip(expected).enumerate() {
                // An item is a text, or a table of the members of a tuple.
                let pairs: Vec<(usize, &toml::Value)> = match (expected, &field.kind) {
                    (toml::Value::Table(members), FieldKind::TupleList { members: names, .. }) => {
                        members
                            .iter()
                            .filter_map(|(name, value)| {
                                Some((names.iter().position(|known| known == name)?, value))
                            })
                            .collect()
                    }
                    (value, _) => vec![(0, value)],
                };
                for (slot, expected) in pairs {
                    let value = &found[slot].value;
                    if !equal(value, expected) {
                        complaints.push(format!("item {n} is {}, not {expected}", show(value)));
                    }
                }
            }
            continue;
        }
        let slots = slots_of(&field.kind);
        let suffix = if *key == field.name || key == "value" {
            Cow::Borrowed("")
        } else {
            Cow::Owned(format!("_{key}"))
        };
        let Some(slot) = slots.iter().position(|(known, _)| *known == suffix) else {
            complaints.push(format!("the field gives no `{key}`"));
            continue;
        };
        let cell: &Cell<'_> = &row.cells[layout.base[idx] + slot];
        if !equal(&cell.value, expected) {
            complaints.push(format!("`{key}` is {}, not {expected}", show(&cell.value)));
        }
    }
}

/// Whether a cell is what an example says; an empty text stands for null.
#[expect(clippy::cast_precision_loss, reason = "examples hold small numbers")]
fn equal(value: &Value<'_>, expected: &toml::Value) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 + 1e-9 * b.abs();
    match (value, expected) {
        (Value::Null, toml::Value::String(text)) => text.is_empty(),
        (Value::Text(a), toml::Value::String(b)) => a == b,
        (Value::Boolean(a), toml::Value::Boolean(b)) => a == b,
        (Value::Integer(a), toml::Value::Integer(b)) => a == b,
        (Value::Decimal(a), toml::Value::Float(b)) => near(*a, *b),
        (Value::Decimal(a), toml::Value::Integer(b)) => near(*a, *b as f64),
        _ => false,
    }
}

fn show(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Text(text) => format!("`{text}`"),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
    }
}
