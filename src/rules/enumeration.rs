//! `enum`: the value is one of those allowed.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Rule, Subject, ValueRule, unfit};
use crate::data::Value;
use crate::diagnostic::Code;
use crate::lang::{Resolver, nearest};
use crate::source::Spanned;

pub(super) const WANTS_EXAMPLES: bool = true;

/// The value is one of `values`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The values, written as the type of the field has them.
    #[schemars(with = "Vec<serde_json::Value>")]
    pub values: Vec<Spanned<toml::Value>>,
}

impl Options {
    pub(super) fn resolve(
        &self,
        word: &Spanned<()>,
        subject: &Subject<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Rule> {
        let Some(kind) = subject.kind else {
            unfit(word, subject, resolver, "");
            return None;
        };
        if self.values.is_empty() {
            resolver.fault(Code::SCHEMA_MISSING, &word.span, "this rule needs `values`");
        }
        let mut values = Vec::with_capacity(self.values.len());
        for value in &self.values {
            values.push(resolver.value_of(value, (kind, subject.zone))?);
        }
        Some(Rule::Value(Box::new(OneOf { values })))
    }
}

/// How many of the values are named.
const TOLD: usize = 12;

#[derive(Clone, Debug)]
struct OneOf {
    values: Vec<Value<'static>>,
}

impl ValueRule for OneOf {
    fn code(&self) -> &'static Code {
        Code::NOT_IN_SET
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        value.is_null() || self.values.contains(value)
    }

    fn expected(&self) -> String {
        let values = self.values.iter().filter_map(Value::to_text);
        let mut told: Vec<_> = values.take(TOLD).map(|value| format!("`{value}`")).collect();
        if self.values.len() > TOLD {
            told.push(format!("… ({} values)", self.values.len()));
        }
        match &told[..] {
            [one] => one.clone(),
            all => format!("one of {}", all.join(", ")),
        }
    }

    fn explain(&self, value: &Value<'_>) -> String {
        let found = value.to_text().unwrap_or_default();
        let allowed: Vec<_> = self.values.iter().filter_map(Value::to_text).collect();
        match nearest(&found, allowed.iter().map(Cow::as_ref)) {
            Some(near) => format!("is not one of the allowed values; the nearest is `{near}`"),
            None => "is not one of the allowed values".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_values_fail_and_null_does_not() {
        let rule = OneOf { values: vec![Value::text("内科")] };
        assert!(rule.holds(&Value::text("内科")) && rule.holds(&Value::Null));
        assert!(!rule.holds(&Value::text("外科")));
        assert_eq!(
            rule.explain(&Value::text("内科室")),
            "is not one of the allowed values; the nearest is `内科`"
        );
        assert_eq!(rule.expected(), "`内科`");
        let many = OneOf { values: (0..20).map(Value::Integer).collect() };
        assert!(many.expected().starts_with("one of `0`, `1`, "), "{}", many.expected());
        assert!(many.expected().ends_with("`11`, … (20 values)"), "{}", many.expected());
        let numbers = OneOf { values: vec![Value::Integer(1)] };
        assert!(numbers.holds(&Value::Integer(1)) && !numbers.holds(&Value::Integer(2)));
    }
}
