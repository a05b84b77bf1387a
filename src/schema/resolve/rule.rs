//! What must hold for a field.

use super::Resolver;
use crate::diagnostic::Code;
use crate::lang::{Fault, tagged::Tag};
use crate::rules::Subject;
use crate::schema::model::{FieldRule, RuleTarget};
use crate::schema::raw::{RawFieldCommon, RawRule};
use crate::source::Spanned;
use crate::types::{Cells, FieldType};

impl Resolver<'_> {
    /// Resolves a rule of a field; none if it has a fault that leaves nothing of it.
    pub(super) fn rule(
        &mut self,
        raw: &Spanned<RawRule>,
        kind: &dyn FieldType,
        cells: &Cells,
        field: &RawFieldCommon,
    ) -> Option<FieldRule> {
        let rule = &raw.value;
        let common = &rule.common;
        let parts = parts(kind, cells);
        let on = self.rule_target(common.on.as_ref(), kind, parts.as_deref())?;
        let (judged, figures) = match (on, cells) {
            // A list is more than its cells.
            (RuleTarget::Value, Cells::Rows(_)) => (None, None),
            (RuleTarget::Value, Cells::Slots(slots)) => {
                (slots.first(), kind.figures().next().and_then(|first| slots.get(first)))
            }
            (RuleTarget::Item, Cells::Slots(slots) | Cells::Rows(slots)) => (slots.first(), None),
            (RuleTarget::Member(member), Cells::Slots(slots) | Cells::Rows(slots)) => {
                (slots.get(member), None)
            }
        };
        let is_value = on == RuleTarget::Value;
        let subject = Subject {
            word: if is_value { kind.word() } else { "this part of it" },
            list: parts.as_deref().filter(|_| is_value),
            has_key: field.key.is_some() && is_value,
            kind: judged.map(|slot| slot.kind),
            figures: figures.or(judged).map(|slot| slot.kind),
            zone: judged.and_then(|slot| slot.zone.as_ref()),
        };
        let word = Spanned::new((), rule.tag.clone());
        let resolved = rule.kind.resolve(&word, &subject, self);
        let examples = Self::examples(common.examples.as_ref());
        if rule.kind.wants_examples() {
            self.wants_examples(&examples, &rule.tag, "the rule");
        }
        let limits = self.limits(
            common.warning.as_ref(),
            common.error.as_ref(),
            super::check::Bounds::Failures,
        );
        self.severity_has_effect(common.severity.as_ref(), &limits);
        if let Some(rule) = &resolved {
            self.null_has_effect(rule.code(), common.action, &raw.value.tag);
        }
        let word = rule.kind.word();
        let name = match (&common.name, &common.on) {
            (Some(name), _) => name.value.clone(),
            (None, Some(target)) if !is_value => format!("{word} {}", target.value),
            (None, _) => word.to_owned(),
        };
        Some(FieldRule {
            rule: resolved?,
            word,
            name,
            limits,
            on,
            severity: common.severity.as_ref().map(|severity| severity.value),
            action: common.action,
            help: common.help.clone(),
            examples,
            span: raw.span.clone(),
        })
    }

    /// What a rule is checked on: `parts` has the parts of a list.
    fn rule_target(
        &mut self,
        on: Option<&Spanned<String>>,
        kind: &dyn FieldType,
        parts: Option<&[&str]>,
    ) -> Option<RuleTarget> {
        let Some(on) = on.filter(|on| on.value != "value") else {
            return Some(RuleTarget::Value);
        };
        if parts.is_none() && on.value == "item" {
            self.fault(Code::SCHEMA_VALUE, &on.span, "only a list has items");
            return None;
        }
        let parts = parts.unwrap_or_default();
        let Some(part) = parts.iter().position(|part| *part == on.value) else {
            let message = format!("no rule is checked on `{}`", on.value);
            let fault = Fault::new(Code::SCHEMA_REFERENCE, on.span.clone(), message);
            let words = std::iter::once("value").chain(parts.iter().copied());
            self.faults.push(fault.with_words(&on.value, words));
            return None;
        };
        let has_members = !kind.members().is_empty();
        Some(if has_members { RuleTarget::Member(part) } else { RuleTarget::Item })
    }
}

/// The parts of a list that rules may be checked on, by name; none for what is no list.
/// Items that have members are no value, and some have nothing else.
fn parts<'k>(kind: &'k dyn FieldType, cells: &Cells) -> Option<Vec<&'k str>> {
    let members = kind.members();
    Some(match cells.rows()? {
        [] => Vec::new(),
        _ if members.is_empty() => vec!["item"],
        _ => members.iter().map(String::as_str).collect(),
    })
}
