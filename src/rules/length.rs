//! `length`: how many characters a text has.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Bounds, Rule, Subject, ValueRule, unfit};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::lang::Resolver;
use crate::source::Spanned;
use crate::text::counted;

pub(super) const WANTS_EXAMPLES: bool = true;

/// The text has from `min` to `max` characters.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The fewest characters.
    pub min: Option<Spanned<u64>>,
    /// The most characters.
    pub max: Option<Spanned<u64>>,
}

impl Options {
    pub(super) fn resolve(
        &self,
        word: &Spanned<()>,
        subject: &Subject<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Rule> {
        if subject.kind != Some(Kind::Text) {
            unfit(word, subject, resolver, "`length` needs a text");
            return None;
        }
        let bounds = Bounds::resolve(self.min.as_ref(), self.max.as_ref(), word, resolver);
        Some(Rule::Value(Box::new(Length(bounds))))
    }
}

#[derive(Clone, Debug)]
struct Length(Bounds);

impl ValueRule for Length {
    fn code(&self) -> &'static Code {
        Code::LENGTH_OUT_OF_BOUNDS
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        let Some(text) = value.as_text() else {
            return true;
        };
        // A text has no more characters than bytes, and no fewer than a quarter of them.
        let most = Bounds { min: None, max: self.0.max };
        let least = Bounds { min: self.0.min, max: None };
        if most.hold(text.len()) && least.hold(text.len().div_ceil(4)) {
            return true;
        }
        self.0.hold(text.chars().count())
    }

    fn expected(&self) -> String {
        self.0.describe_of("character")
    }

    fn explain(&self, value: &Value<'_>) -> String {
        let count = value.as_text().map_or(0, |text| text.chars().count());
        format!("has {}, expected {}", counted(count, "character"), self.0.describe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_count_not_bytes() {
        let rule = Length(Bounds { min: Some(2), max: Some(3) });
        for (text, holds) in
            [("甲", false), ("甲乙", true), ("甲乙丙", true), ("甲乙丙丁", false), ("ab", true)]
        {
            assert_eq!(rule.holds(&Value::text(text)), holds, "{text}");
        }
        assert_eq!(rule.explain(&Value::text("甲")), "has 1 character, expected from 2 to 3");
    }
}
