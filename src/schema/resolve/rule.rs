//! What must hold for a field.

use super::Resolver;
use crate::diagnostic::Code;
use crate::lang::Fault;
use crate::schema::model::{FieldKind, Rule, RuleKind, RuleTarget};
use crate::schema::raw::{RawField, RawRule};
use crate::source::Spanned;

impl Resolver<'_> {
    pub(super) fn rule(
        &mut self,
        raw: &Spanned<RawRule>,
        kind: &FieldKind,
        field: &RawField,
    ) -> Rule {
        let rule = &raw.value;
        let span = &raw.span;
        let on = match rule.on.as_ref().map(|on| (on.value.as_str(), &on.span)) {
            None | Some(("value", _)) => RuleTarget::Value,
            Some(("item", on)) => {
                if !matches!(kind, FieldKind::List { .. }) {
                    self.fault(Code::SCHEMA_VALUE, on, "only a list has items");
                }
                RuleTarget::Item
            }
            Some((member, on)) => {
                let members: &[String] = match kind {
                    FieldKind::TupleList { members, .. } => members,
                    _ => &[],
                };
                members.iter().position(|known| known == member).map_or_else(
                    || {
                        let fault = Fault::new(
                            Code::SCHEMA_REFERENCE,
                            on.clone(),
                            format!("no rule is checked on `{member}`"),
                        );
                        let words =
                            ["value", "item"].into_iter().chain(members.iter().map(String::as_str));
                        self.faults.push(fault.with_words(member, words));
                        RuleTarget::Value
                    },
                    RuleTarget::Member,
                )
            }
        };
        let whole_list = kind.is_items() && on == RuleTarget::Value;
        let is_text = matches!(
            kind,
            FieldKind::Text | FieldKind::Enum(_) | FieldKind::Name { .. } | FieldKind::Quantity(_)
        ) || on != RuleTarget::Value;
        let is_number =
            matches!(kind, FieldKind::Integer | FieldKind::Decimal | FieldKind::Quantity(_));
        let fits = match rule.rule.value {
            RuleKind::Required => on == RuleTarget::Value && field.key.is_some(),
            RuleKind::NotNull => !whole_list,
            RuleKind::Enum | RuleKind::Pattern | RuleKind::Length => is_text && !whole_list,
            RuleKind::Minimum | RuleKind::Maximum => is_number,
            RuleKind::ItemCount => whole_list,
        };
        if !fits {
            let what = if whole_list { "a list as a whole" } else { kind.word() };
            self.fault(Code::SCHEMA_VALUE, &rule.rule.span, format!("this rule means nothing for {what}"))
                .help = Some(
                if whole_list { "add `on = \"item\"` or the name of a member" } else { "`required` needs a `key`; `minimum` and `maximum` a number; `item-count` a list" }
                    .to_owned(),
            );
        }
        let (min, max) =
            (rule.min.as_ref().map(|min| min.value), rule.max.as_ref().map(|max| max.value));
        let missing = match rule.rule.value {
            RuleKind::Enum if rule.values.is_empty() => Some("values"),
            RuleKind::Pattern if rule.pattern.is_none() => Some("pattern"),
            RuleKind::Length | RuleKind::ItemCount if min.is_none() && max.is_none() => {
                Some("min` or `max")
            }
            RuleKind::Minimum if min.is_none() => Some("min"),
            RuleKind::Maximum if max.is_none() => Some("max"),
            _ => None,
        };
        if let Some(missing) = missing {
            self.fault(Code::SCHEMA_MISSING, span, format!("this rule needs `{missing}`"));
        }
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            self.fault(
                Code::SCHEMA_VALUE,
                span,
                format!("nothing is at least {min} and at most {max}"),
            );
        }
        let examples = Self::examples(rule.examples.as_ref());
        if matches!(
            rule.rule.value,
            RuleKind::Pattern
                | RuleKind::Length
                | RuleKind::Minimum
                | RuleKind::Maximum
                | RuleKind::Enum
        ) {
            self.wants_examples(&examples, &rule.rule.span, "the rule");
        }
        let limits =
            self.limits(rule.warning.as_ref(), rule.error.as_ref(), super::check::Bounds::Failures);
        let name = match (&rule.name, &on) {
            (Some(name), _) => name.value.clone(),
            (None, RuleTarget::Value) => rule.rule.value.as_str().to_owned(),
            (None, _) => format!(
                "{} {}",
                rule.rule.value.as_str(),
                rule.on.as_ref().map_or("", |on| on.value.as_str())
            ),
        };
        Rule {
            kind: rule.rule.value,
            name,
            limits,
            min,
            max,
            pattern: rule.pattern.as_ref().map(|pattern| self.pattern(pattern)),
            values: rule.values.iter().map(|value| value.value.clone()).collect(),
            on,
            severity: rule.severity,
            action: rule.action,
            help: rule.help.clone(),
            examples,
            span: span.clone(),
        }
    }
}
