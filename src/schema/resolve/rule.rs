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
        let on = self.rule_target(common.on.as_ref(), kind, cells)?;
        let slots = match cells {
            Cells::Slots(slots) | Cells::Rows(slots) => slots,
        };
        let judged = match on {
            RuleTarget::Value | RuleTarget::Item => &slots[0],
            RuleTarget::Member(member) => &slots[member],
        };
        let subject = Subject {
            word: if on == RuleTarget::Value { kind.word() } else { "this part of it" },
            is_list: cells.rows().is_some() && on == RuleTarget::Value,
            has_key: field.key.is_some() && on == RuleTarget::Value,
            kind: judged.kind,
            figures: match (on, kind.figures().next()) {
                (RuleTarget::Value, Some(first)) if cells.rows().is_none() => slots[first].kind,
                _ => judged.kind,
            },
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
        if let Some(severity) = common.severity.as_ref().filter(|_| !limits.is_empty()) {
            let message = "`severity` has no effect beside `warning` or `error`";
            self.fault(Code::SCHEMA_UNUSED, &severity.span, message).help = Some(
                "with a limit each failure is an info; the limit says how bad many are".to_owned(),
            );
        }
        let word = rule.kind.word();
        let name = match (&common.name, &common.on) {
            (Some(name), _) => name.value.clone(),
            (None, Some(target)) if on != RuleTarget::Value => format!("{word} {}", target.value),
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

    /// What a rule is checked on.
    fn rule_target(
        &mut self,
        on: Option<&Spanned<String>>,
        kind: &dyn FieldType,
        cells: &Cells,
    ) -> Option<RuleTarget> {
        let Some(on) = on.filter(|on| on.value != "value") else {
            return Some(RuleTarget::Value);
        };
        let members = kind.members();
        if on.value == "item" && members.is_empty() {
            if cells.rows().is_none() {
                self.fault(Code::SCHEMA_VALUE, &on.span, "only a list has items");
                return None;
            }
            return Some(RuleTarget::Item);
        }
        let found = members.iter().position(|known| *known == on.value);
        if found.is_none() {
            let message = format!("no rule is checked on `{}`", on.value);
            let fault = Fault::new(Code::SCHEMA_REFERENCE, on.span.clone(), message);
            let words = ["value", "item"].into_iter().chain(members.iter().map(String::as_str));
            self.faults.push(fault.with_words(&on.value, words));
        }
        found.map(RuleTarget::Member)
    }
}
