//! Typed cells.

use std::borrow::Cow;

use crate::source::Span;

/// The type of a column. It comes from the schema and is never inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// True or false.
    Boolean,
    /// A signed integer of 64 bits.
    Integer,
    /// A floating-point number of 64 bits.
    Decimal,
}

/// A value of a cell. Text is borrowed from the dump wherever it can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value<'r> {
    /// No value.
    #[default]
    Null,
    /// UTF-8 text.
    Text(Cow<'r, str>),
    /// True or false.
    Boolean(bool),
    /// A signed integer.
    Integer(i64),
    /// A number.
    Decimal(f64),
}

impl<'r> Value<'r> {
    /// Text that stands in the dump.
    #[must_use]
    pub fn text(text: &'r str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A number or null.
    #[must_use]
    pub fn decimal(number: Option<f64>) -> Self {
        number.map_or(Self::Null, Self::Decimal)
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as text; null has none.
    #[must_use]
    pub fn in_words(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null => return None,
            Self::Text(text) => Cow::Borrowed(text),
            Self::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Decimal(number) => Cow::Owned(number.to_string()),
        })
    }

    /// The number, if it is one.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "bounds are compared, not computed with")]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Decimal(number) => Some(*number),
            _ => None,
        }
    }
}

/// A value and the bytes of the chunk it came from. A value that was worked
/// out, not read, has the span of what it was worked out from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell<'r> {
    /// The value.
    pub value: Value<'r>,
    /// Its bytes.
    pub span: Span,
}

impl<'r> Cell<'r> {
    /// Joins a value and its place.
    #[must_use]
    pub fn new(value: Value<'r>, span: Span) -> Self {
        Self { value, span }
    }
}
