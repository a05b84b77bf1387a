//! `maximum`: the value is not above a bound.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Rule, Subject, ValueRule, unfit, written};
use crate::data::Value;
use crate::diagnostic::Code;
use crate::lang::Resolver;
use crate::source::Spanned;

pub(super) const WANTS_EXAMPLES: bool = true;

/// The number, the date or the time is at most `max`. For a quantity: both of its figures.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The largest value that is allowed, written as the type of the field has it: `5`, `0.5`, `2025-12-31`.
    #[schemars(with = "serde_json::Value")]
    pub max: Spanned<toml::Value>,
}

impl Options {
    pub(super) fn resolve(
        &self,
        word: &Spanned<()>,
        subject: &Subject<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Rule> {
        if subject.is_list || !subject.figures.is_ordered() {
            unfit(word, subject, resolver, "`minimum` and `maximum` need numbers, dates or times");
            return None;
        }
        let bound = written(&self.max, subject.figures, resolver)?;
        Some(Rule::Figures(Box::new(Maximum { bound })))
    }
}

#[derive(Clone, Debug)]
struct Maximum {
    bound: Value<'static>,
}

impl ValueRule for Maximum {
    fn code(&self) -> &'static Code {
        Code::ABOVE_MAXIMUM
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        value.is_null()
            || value.compare(&self.bound).is_some_and(|order| order != Ordering::Greater)
    }

    fn explain(&self, value: &Value<'_>) -> String {
        let text = |value: &Value<'_>| value.to_text().unwrap_or_default().into_owned();
        format!("is {}, expected at most {}", text(value), text(&self.bound))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_itself_is_allowed() {
        let rule = Maximum { bound: Value::Float(1.0) };
        assert!(rule.holds(&Value::Float(1.0)) && rule.holds(&Value::Null));
        assert!(!rule.holds(&Value::Float(1.5)));
        assert_eq!(rule.explain(&Value::Float(1.5)), "is 1.5, expected at most 1");
        let date = Maximum { bound: Value::Date(0) };
        assert!(date.holds(&Value::Date(0)) && !date.holds(&Value::Date(1)));
    }
}
