//! Runs the examples of a schema: every rule must accept what it claims to
//! accept and refuse what it claims to refuse.
//!
//! An example of a field goes through the stages that a value of the dump goes
//! through; one of a pattern or of a quantity rule is tried on that alone.

mod mutate;

pub use mutate::{Trial, mutate};

use std::fmt::Write;
use std::ops::Range;

use crate::data::Row;
use crate::data::{Cell, Value};
use crate::diagnostic::{Code, Diagnostics, Finding, Severity};
use crate::grammar::{Figures, QuantityKind, QuantityPlan, Trouble};
use crate::lang::Fault;
use crate::lang::{Examples, Pattern};
use crate::mill::{Mill, Scratch};
use crate::schema::model::{Field, Framing, Layout, Schema};
use crate::text::counted;

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
    let mut prover = ExampleRunner::new(schema);
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
        let plan = QuantityPlan::new(quantity);
        for rule in 0..quantity.rules.len() {
            prover.quantity_rule(&plan, idx, rule);
        }
    }
    prover.fields();
    prover.proof
}

/// Runs the examples of fields alone, and leaves out those that quantities have, which may be a schema's that it uses.
pub(crate) fn prove_fields(schema: &Schema) -> Proof {
    let mut prover = ExampleRunner::new(schema);
    prover.fields();
    prover.proof
}

struct ExampleRunner<'s> {
    schema: &'s Schema,
    mill: Mill,
    proof: Proof,
}

impl<'s> ExampleRunner<'s> {
    fn new(schema: &'s Schema) -> Self {
        Self { schema, mill: Mill::new(schema), proof: Proof::default() }
    }

    fn fields(&mut self) {
        for (idx, field) in self.schema.fields.iter().enumerate() {
            self.field(idx, &field.examples);
            for rule in &field.rules {
                self.field(idx, &rule.examples);
            }
            for (_, pattern, examples) in field.kind.proven() {
                self.pattern(pattern, examples);
            }
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
    fn quantity_rule(&mut self, plan: &QuantityPlan, quantity: usize, rule: usize) {
        let spec = &self.schema.quantities[quantity].rules[rule];
        let skips = spec.kind == QuantityKind::Skip;
        let regex = spec.pattern.compile();
        for accept in &spec.examples.accept {
            self.proof.examples += 1;
            let reading = plan.read(&accept.text);
            // A rule that skips takes no figure; it must match, that is all, if over a bracket.
            let taken = if skips {
                regex.is_match(&accept.text) || reading.matched.contains(&rule)
            } else {
                reading.rule == Some(rule)
            };
            if !taken {
                let other = reading.rule.map_or("no rule", |other| {
                    self.schema.quantities[quantity].rules[other].name.as_str()
                });
                let mut message =
                    format!("`{}` is taken by {other}, not by `{}`", accept.text, spec.name);
                let trouble = reading.trouble.as_ref().filter(|it| **it != Trouble::NotTaken);
                if let Some(trouble) = trouble {
                    let (_, reason) = plan.tell(trouble, plan.name(), &accept.text);
                    let _ = write!(message, ": {reason}");
                }
                self.failed(&accept.span, message);
            }
            let figures =
                reading.figures.unwrap_or(Figures { min: None, max: None, approx: false });
            for (key, expected) in &accept.gives {
                let found = match key.as_str() {
                    "kind" => Value::text(plan.kind(&reading)),
                    "min" => Value::float(figures.min),
                    "max" => Value::float(figures.max),
                    "approx" => Value::Boolean(figures.approx),
                    "unit" => reading.unit.as_deref().map_or(Value::Null, Value::text),
                    _ => {
                        self.failed(
                            &accept.span,
                            format!(
                                "a quantity gives `kind`, `min`, `max`, `approx` and `unit`, not `{key}`"
                            ),
                        );
                        continue;
                    }
                };
                if !found.is_as_written(expected) {
                    self.failed(
                        &accept.span,
                        format!(
                            "`{key}` of `{}` is {}, not {expected}",
                            accept.text,
                            found.quoted()
                        ),
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
        let mut diagnostics = Diagnostics::new(&self.schema.policy);
        let layout = self.mill.layout();
        let scratch = &mut Scratch::default();
        self.mill.value(idx, text, scratch, &mut diagnostics, |milled, diagnostics| {
            look(layout, &milled.row, diagnostics.since(0));
        });
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
        if key == "items" && field.is_items() {
            let found: Vec<_> = row.items[idx].rows().collect();
            let expected = expected.as_array().map_or(&[][..], Vec::as_slice);
            if found.len() != expected.len() {
                complaints.push(format!(
                    "gives {}, not {}",
                    counted(found.len(), "item"),
                    expected.len()
                ));
                continue;
            }
            for (n, (found, expected)) in found.iter().zip(expected).enumerate() {
                // An item is a text, or a table of the members of a tuple.
                let mut pairs: Vec<(usize, &toml::Value)> = Vec::new();
                if let toml::Value::Table(members) = expected {
                    let slots = field.cells.rows().unwrap_or_default();
                    for (name, value) in members {
                        match slots.iter().position(|slot| slot.column == *name) {
                            Some(slot) => pairs.push((slot, value)),
                            None => complaints.push(format!("an item has no `{name}`")),
                        }
                    }
                } else {
                    pairs.push((0, expected));
                }
                for (slot, expected) in pairs {
                    let value = &found[slot].value;
                    if !value.is_as_written(expected) {
                        complaints.push(format!("item {n} is {}, not {expected}", value.quoted()));
                    }
                }
            }
            continue;
        }
        let own = if *key == field.name || key == "value" { "" } else { key.as_str() };
        let Some(slot) = field.cells.slots().iter().position(|slot| slot.key == own) else {
            complaints.push(format!("the field gives no `{key}`"));
            continue;
        };
        let cell: &Cell<'_> = &row.cells[layout.base[idx] + slot];
        if !cell.value.is_as_written(expected) {
            complaints.push(format!("`{key}` is {}, not {expected}", cell.value.quoted()));
        }
    }
}
