//! `not-null`: the value is there.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Rule, Subject, ValueRule, unfit};
use crate::data::Value;
use crate::diagnostic::Code;
use crate::lang::Resolver;
use crate::source::Spanned;

pub(super) const WANTS_EXAMPLES: bool = false;

/// The value is not null.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {}

impl Options {
    #[expect(clippy::unused_self, reason = "as all rules have it")]
    pub(super) fn resolve(
        &self,
        word: &Spanned<()>,
        subject: &Subject<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Rule> {
        if subject.list.is_some() {
            unfit(word, subject, resolver, "");
            return None;
        }
        Some(Rule::Value(Box::new(NotNull)))
    }
}

#[derive(Clone, Debug)]
struct NotNull;

impl ValueRule for NotNull {
    fn code(&self) -> &'static Code {
        Code::NULL_VALUE
    }

    fn looks_at_null(&self) -> bool {
        true
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        !value.is_null()
    }

    fn expected(&self) -> String {
        "no null".to_owned()
    }

    fn explain(&self, _: &Value<'_>) -> String {
        "is null".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_null_fails() {
        assert!(NotNull.holds(&Value::text("")));
        assert!(!NotNull.holds(&Value::Null));
    }
}
