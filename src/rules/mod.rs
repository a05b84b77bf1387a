//! The rules on values: which options each has, what it looks at, when a value fails,
//! and what is said of it then.
//!
//! A rule is a file of this folder and a line in the list at its end. A rule has a
//! fast look, [`ValueRule::holds`], and a slow one, [`ValueRule::explain`], which is
//! for failures alone. Null is no concern of a rule, save of the one that forbids it.

mod bound;
mod enumeration;
mod item_count;
mod length;

mod maximum;
mod minimum;
mod not_null;
mod pattern;
mod required;

use std::fmt::Debug;

use dyn_clone::DynClone;
use jiff::tz::TimeZone;

use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::lang::Resolver;
use crate::lang::tagged::tagged;
use crate::source::Spanned;

/// What a rule is written for.
#[derive(Clone, Debug)]
pub struct Subject<'s> {
    /// The word of the language for it, such as the type of the field.
    pub word: &'s str,
    /// For a list as a whole what else a rule may be checked on: `item`, or its members.
    pub list: Option<&'s [&'s str]>,
    /// Whether it is the value of a field with a key.
    pub has_key: bool,
    /// The type of the value; a list as a whole has none.
    pub kind: Option<Kind>,
    /// The type of its figures, where that is another: those of a quantity.
    pub figures: Option<Kind>,
    /// The zone of its points in time that are written without an offset.
    pub zone: Option<&'s TimeZone>,
}

/// A rule, resolved.
#[derive(Clone, Debug)]
pub enum Rule {
    /// The record has the key.
    Key,
    /// A list has as many items as it must.
    Count(Box<dyn CountRule>),
    /// A value is as it must be.
    Value(Box<dyn ValueRule>),
    /// The figures of a value are as they must be.
    Figures(Box<dyn ValueRule>),
}

impl Rule {
    /// The code of its findings.
    #[must_use]
    pub fn code(&self) -> &'static Code {
        match self {
            Self::Key => Code::MISSING_KEY,
            Self::Count(_) => Code::ITEM_COUNT,
            Self::Value(rule) | Self::Figures(rule) => rule.code(),
        }
    }

    /// What is expected, in words.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Self::Key => "each record has the key".to_owned(),
            Self::Count(rule) => rule.expected(),
            Self::Value(rule) | Self::Figures(rule) => rule.expected(),
        }
    }
}

/// A rule on how many items a list has.
pub trait CountRule: DynClone + Debug + Send + Sync {
    /// Whether the count is as it must be.
    fn holds(&self, count: usize) -> bool;
    /// What is expected, in words.
    fn expected(&self) -> String;
    /// Why it is not.
    fn explain(&self, count: usize) -> String;
}

dyn_clone::clone_trait_object!(CountRule);

/// A rule on one value.
pub trait ValueRule: DynClone + Debug + Send + Sync {
    /// The code of its findings.
    fn code(&self) -> &'static Code;
    /// Whether it looks at null.
    fn looks_at_null(&self) -> bool {
        false
    }
    /// Whether the value is as it must be; null is, where nothing looks at it.
    fn holds(&self, value: &Value<'_>) -> bool;
    /// What is expected, in words.
    fn expected(&self) -> String;
    /// Why it is not.
    fn explain(&self, value: &Value<'_>) -> String;
}

dyn_clone::clone_trait_object!(ValueRule);

/// Makes the words of the language, and what each resolves to.
macro_rules! rules {
    ($($word:literal => $rule:ident($file:ident)),+ $(,)?) => {
        tagged! {
            /// What must hold for a field. The word of `rule` says which options it has.
            pub enum RawRuleKind: "RawRule" by "rule" {
                $($word => $rule($file::Options)),+
            }
        }

        impl RawRuleKind {
            /// Resolves a rule for what it is written for; none if it has a fault that
            /// leaves nothing of it. `word` is where the word of the rule stands.
            pub fn resolve(
                &self,
                word: &Spanned<()>,
                subject: &Subject<'_>,
                resolver: &mut Resolver<'_>,
            ) -> Option<Rule> {
                match self {
                    $(Self::$rule(options) => options.resolve(word, subject, resolver)),+
                }
            }

            /// Whether examples should show what it accepts and refuses.
            pub fn wants_examples(&self) -> bool {
                match self {
                    $(Self::$rule(_) => $file::WANTS_EXAMPLES),+
                }
            }
        }
    };
}

rules! {
    "required" => Required(required),
    "not-null" => NotNull(not_null),
    "enum" => Enum(enumeration),
    "pattern" => Pattern(pattern),
    "length" => Length(length),
    "minimum" => Minimum(minimum),
    "maximum" => Maximum(maximum),
    "item-count" => ItemCount(item_count),
}

/// Tells that a rule means nothing for what it is written for.
fn unfit(word: &Spanned<()>, subject: &Subject<'_>, resolver: &mut Resolver<'_>, help: &str) {
    let what = if subject.list.is_some() { "a list as a whole" } else { subject.word };
    let message = format!("this rule means nothing for {what}");
    let help = match subject.list {
        None => help.to_owned(),
        Some([]) => "no part of it is a value; `item-count` counts its items".to_owned(),
        Some([part]) => format!("add `on = \"{part}\"`"),
        Some(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| format!("`{part}`")).collect();
            format!("add `on` with the name of a member: {}", parts.join(", "))
        }
    };
    resolver.fault(Code::SCHEMA_VALUE, &word.span, message).help = Some(help);
}

/// Bounds of a count, both of them allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bounds {
    min: Option<u64>,
    max: Option<u64>,
}

impl Bounds {
    fn resolve(
        min: Option<&Spanned<u64>>,
        max: Option<&Spanned<u64>>,
        word: &Spanned<()>,
        resolver: &mut Resolver<'_>,
    ) -> Self {
        let bounds = Self { min: min.map(|min| min.value), max: max.map(|max| max.value) };
        match (bounds.min, max) {
            (None, None) => {
                let message = "this rule needs `min` or `max`";
                resolver.fault(Code::SCHEMA_MISSING, &word.span, message);
            }
            (Some(min), Some(max)) if min > max.value => {
                let message = format!("nothing is at least {min} and at most {}", max.value);
                resolver.fault(Code::SCHEMA_VALUE, &max.span, message);
            }
            (Some(_), _) | (None, Some(_)) => {}
        }
        bounds
    }

    fn hold(self, count: usize) -> bool {
        let count = count as u64;
        self.min.is_none_or(|min| count >= min) && self.max.is_none_or(|max| count <= max)
    }

    /// The same with what is counted: `at most 1 item`.
    fn describe_of(self, noun: &str) -> String {
        let plural = if self.max.or(self.min) == Some(1) { "" } else { "s" };
        format!("{} {noun}{plural}", self.describe())
    }

    fn describe(self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("from {min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => "any number".to_owned(),
        }
    }
}
