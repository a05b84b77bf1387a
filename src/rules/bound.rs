//! What `minimum` and `maximum` have in common: a bound, which is allowed itself.

use std::cmp::Ordering;

use super::{Rule, Subject, ValueRule, unfit};
use crate::data::Value;
use crate::diagnostic::Code;
use crate::lang::Resolver;
use crate::source::Spanned;

/// On which side of the values a bound lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// No value is smaller.
    Minimum,
    /// No value is greater.
    Maximum,
}

/// A bound of values.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    side: Side,
    limit: Value<'static>,
    /// What is expected, in words.
    expected: String,
}

impl Bound {
    pub(super) fn resolve(
        side: Side,
        bound: &Spanned<toml::Value>,
        word: &Spanned<()>,
        subject: &Subject<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Rule> {
        let Some(kind) = subject.figures.filter(|kind| kind.is_ordered()) else {
            unfit(word, subject, resolver, "`minimum` and `maximum` need numbers, dates or times");
            return None;
        };
        let bound = resolver.value_of(bound, (kind, subject.zone))?;
        Some(Rule::Figures(Box::new(Self::new(side, bound))))
    }

    fn new(side: Side, limit: Value<'static>) -> Self {
        let word = match side {
            Side::Minimum => "least",
            Side::Maximum => "most",
        };
        let expected = format!("at {word} {}", limit.to_text().unwrap_or_default());
        Self { side, limit, expected }
    }
}

impl ValueRule for Bound {
    fn code(&self) -> &'static Code {
        match self.side {
            Side::Minimum => Code::BELOW_MINIMUM,
            Side::Maximum => Code::ABOVE_MAXIMUM,
        }
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        let beyond = match self.side {
            Side::Minimum => Ordering::Less,
            Side::Maximum => Ordering::Greater,
        };
        value.is_null() || value.compare(&self.limit).is_some_and(|order| order != beyond)
    }

    fn expected(&self) -> String {
        self.expected.clone()
    }

    fn explain(&self, value: &Value<'_>) -> String {
        ["is ", &value.to_text().unwrap_or_default(), ", expected ", &self.expected].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_itself_is_allowed() {
        let float = |side| Bound::new(side, Value::Float(1.0));
        let date = |side| Bound::new(side, Value::Date(0));
        for (side, within, beyond, message) in [
            (Side::Minimum, 1.5, 0.5, "is 0.5, expected at least 1"),
            (Side::Maximum, 0.5, 1.5, "is 1.5, expected at most 1"),
        ] {
            let rule = float(side);
            for value in [Value::Float(1.0), Value::Float(within), Value::Null] {
                assert!(rule.holds(&value), "{side:?} {value:?}");
            }
            // What has no order is not within.
            for value in [Value::Float(beyond), Value::Float(f64::NAN)] {
                assert!(!rule.holds(&value), "{side:?} {value:?}");
            }
            assert_eq!(rule.explain(&Value::Float(beyond)), message);
            assert!(date(side).holds(&Value::Date(0)));
        }
        assert!(!date(Side::Minimum).holds(&Value::Date(-1)));
        assert!(!date(Side::Maximum).holds(&Value::Date(1)));
    }
}
