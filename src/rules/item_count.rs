//! `item-count`: how many items a list has.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Bounds, CountRule, Rule, Subject};
use crate::diagnostic::Code;
use crate::lang::Resolver;
use crate::source::Spanned;
use crate::text::counted;

pub(super) const WANTS_EXAMPLES: bool = false;

/// The list has from `min` to `max` items. One that is null, empty or not there has none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The fewest items.
    pub min: Option<Spanned<u64>>,
    /// The most items.
    pub max: Option<Spanned<u64>>,
}

impl Options {
    pub(super) fn resolve(
        &self,
        word: &Spanned<()>,
        subject: &Subject<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Rule> {
        if subject.list.is_none() {
            let message = format!("this rule means nothing for {}", subject.word);
            resolver.fault(Code::SCHEMA_VALUE, &word.span, message).help =
                Some("`item-count` needs a list".to_owned());
            return None;
        }
        let bounds = Bounds::resolve(self.min.as_ref(), self.max.as_ref(), word, resolver);
        Some(Rule::Count(Box::new(ItemCount(bounds))))
    }
}

#[derive(Clone, Debug)]
struct ItemCount(Bounds);

impl CountRule for ItemCount {
    fn holds(&self, count: usize) -> bool {
        self.0.hold(count)
    }

    fn expected(&self) -> String {
        self.0.describe_of("item")
    }

    fn explain(&self, count: usize) -> String {
        format!("{}, expected {}", counted(count, "item"), self.0.describe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bounds_count() {
        let rule = ItemCount(Bounds { min: Some(1), max: Some(2) });
        assert_eq!([0, 1, 2, 3].map(|count| rule.holds(count)), [false, true, true, false]);
        assert_eq!(rule.explain(3), "3 items, expected from 1 to 2");
    }
}
