//! `pattern`: the text matches a regular expression.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Rule, Subject, ValueRule, unfit};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::lang::{Regex, Resolver};
use crate::source::Spanned;

pub(super) const WANTS_EXAMPLES: bool = true;

/// The text matches `pattern`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The regular expression; it must match somewhere, so anchor it.
    pub pattern: Spanned<String>,
}

impl Options {
    pub(super) fn resolve(
        &self,
        word: &Spanned<()>,
        subject: &Subject<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Rule> {
        if subject.kind != Some(Kind::Text) {
            unfit(word, subject, resolver, "`pattern` needs a text");
            return None;
        }
        let pattern = resolver.pattern(&self.pattern);
        let written = self.pattern.value.clone();
        Some(Rule::Value(Box::new(Matches { regex: pattern.compile(), written })))
    }
}

#[derive(Clone, Debug)]
struct Matches {
    regex: Regex,
    /// As the schema has it, with the names of its pieces.
    written: String,
}

impl ValueRule for Matches {
    fn code(&self) -> &'static Code {
        Code::PATTERN_MISMATCH
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        value.as_text().is_none_or(|text| self.regex.is_match(text))
    }

    fn expected(&self) -> String {
        format!("matches `{}`", self.written)
    }

    fn explain(&self, _: &Value<'_>) -> String {
        "does not match its pattern".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Pattern;

    #[test]
    fn the_pattern_may_match_anywhere() {
        let pattern = Pattern::new("^[甲乙]$".to_owned(), 0..0).unwrap();
        let rule = Matches { regex: pattern.compile(), written: "^%{x}$".to_owned() };
        assert_eq!(rule.expected(), "matches `^%{x}$`");
        assert!(rule.holds(&Value::text("甲")) && rule.holds(&Value::Null));
        assert!(!rule.holds(&Value::text("甲乙")));
    }
}
