//! Kinds of quantities: units, brackets, rules.

use super::Resolver;
use crate::diagnostic::Code;
use crate::grammar::{Notation, Quantity, QuantityKind, QuantityRule};
use crate::lang::Fault;
use crate::schema::raw::{RawCombine, RawQuantity};
use crate::source::Spanned;

/// What a rule that takes figures may have groups for.
const GROUPS: [&str; 6] = ["a", "b", "ua", "ub", "half", "scale"];

impl Resolver<'_> {
    /// Resolves a kind of quantity. `source` is how the source writes numbers, if it says
    /// so; `shared`, whether the quantity comes from another schema.
    pub(super) fn quantity(
        &mut self,
        name: &Spanned<String>,
        raw: &RawQuantity,
        source: Option<&Notation>,
        shared: bool,
    ) -> Quantity {
        let mut units: Vec<_> =
            raw.units.iter().map(|(word, factor)| (word.clone(), factor.value)).collect();
        for (word, factor) in &raw.units {
            if !(factor.value > 0.0 && factor.value.is_finite()) {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &factor.span,
                    format!("`{word}` cannot be {} of the column's unit", factor.value),
                )
                .help = Some("write how many of the column's unit it is: `\"h\" = 60`".to_owned());
            }
        }
        units.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        if units.is_empty() {
            self.fault(
                Code::SCHEMA_MISSING,
                &name.span,
                format!("the quantity `{}` has no unit", name.value),
            );
        }
        let unit = format!(
            "(?:{})",
            units.iter().map(|(word, _)| regex::escape(word)).collect::<Vec<_>>().join("|")
        );
        let extra = [("unit", unit.as_str())];
        let rules =
            raw.rules
                .iter()
                .map(|rule| {
                    let span = rule.span.clone();
                    let rule = &rule.value;
                    let pattern = self.pattern_with(&rule.pattern, &extra);
                    let kind = match rule.kind.value.as_str() {
                        "exact" => QuantityKind::Exact,
                        "range" => QuantityKind::Range,
                        "at_least" => QuantityKind::AtLeast,
                        "at_most" => QuantityKind::AtMost,
                        "skip" => QuantityKind::Skip,
                        word => QuantityKind::Word(word.to_owned()),
                    };
                    match &kind {
                        QuantityKind::Range => {
                            self.groups(&pattern, &["a", "b"], &GROUPS);
                        }
                        QuantityKind::Skip | QuantityKind::Word(_) => {}
                        _ => self.groups(&pattern, &["a"], &GROUPS),
                    }
                    if let QuantityKind::Word(word) = &kind
                        && ["several", "unknown", "text"].contains(&word.as_str())
                    {
                        self.fault(
                            Code::SCHEMA_VALUE,
                            &rule.kind.span,
                            format!("a rule cannot have the kind `{word}`"),
                        )
                        .help = Some("that kind is worked out, not written".to_owned());
                    }
                    if let (Some(unit), QuantityKind::Skip | QuantityKind::Word(_)) =
                        (&rule.default_unit, &kind)
                    {
                        let message = "`default-unit` has no effect on a rule that takes no figure";
                        self.fault(Code::SCHEMA_UNUSED, &unit.span, message);
                    }
                    let default_factor = rule.default_unit.as_ref().and_then(|unit| {
                        let found = units
                            .iter()
                            .find(|(word, _)| *word == unit.value)
                            .map(|(_, factor)| *factor);
                        if found.is_none() {
                            let fault = Fault::new(
                                Code::SCHEMA_REFERENCE,
                                unit.span.clone(),
                                format!("no unit is written `{}`", unit.value),
                            );
                            self.faults.push(fault.with_words(
                                &unit.value,
                                units.iter().map(|(word, _)| word.as_str()),
                            ));
                        }
                        found
                    });
                    let examples = Self::examples(rule.examples.as_ref());
                    self.wants_examples(
                        &examples,
                        &rule.name.span,
                        &format!("the rule `{}`", rule.name.value),
                    );
                    QuantityRule {
                        name: rule.name.value.clone(),
                        kind,
                        pattern,
                        default_factor,
                        examples,
                        span,
                    }
                })
                .collect();
        if let Some(joint) = raw.joint.as_ref().filter(|_| raw.combine.is_none()) {
            let message = "`joint` has no effect: the quantity adds no figures";
            self.fault(Code::SCHEMA_UNUSED, &joint.span, message).help =
                Some("add `combine = \"sum\"`".to_owned());
        }
        let number = match &raw.number {
            Some(raw) => Some(Notation::resolve(raw, self)),
            None => source.filter(|_| !shared).cloned(),
        };
        Quantity {
            name: name.value.clone(),
            description: raw.description.clone(),
            unit: raw.unit.clone(),
            brackets: self.brackets(&raw.brackets),
            approximate: raw.approximate.as_ref().map(|pattern| self.pattern_with(pattern, &extra)),
            figure: raw.figure.as_ref().map(|pattern| self.pattern_with(pattern, &extra)),
            number: number.unwrap_or_default(),
            number_yields: shared || raw.number.is_none(),
            joint: raw.joint.as_ref().map(|pattern| self.pattern(pattern)),
            sum: raw.combine == Some(RawCombine::Sum),
            unit_column: raw.unit_column.unwrap_or_default(),
            units,
            rules,
        }
    }
}
