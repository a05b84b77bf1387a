//! `integer`: a whole number of 64 bits, read as such.

use schemars::JsonSchema;
use serde::Deserialize;

use super::number::{notation, parse, refused};
use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Spelling, Value};
use crate::grammar::{Notation, Number, NumberFault};
use crate::lang::RawNumber;
use crate::source::Spanned;

/// A whole number from -9223372036854775808 to 9223372036854775807, exact to the last digit. What does not fit is an error.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// How numbers are written: `{ decimal = ",", group = "." }`. `number` of `[source]` by default.
    pub number: Option<Spanned<RawNumber>>,
}

impl Options {
    #[expect(clippy::unnecessary_wraps, reason = "as all types have it")]
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        Some(Box::new(Integer { notation: notation(self.number.as_ref(), scope) }))
    }
}

#[derive(Clone, Debug)]
struct Integer {
    notation: Notation,
}

impl Scalar for Integer {
    fn word(&self) -> &'static str {
        "integer"
    }

    fn kind(&self) -> Kind {
        Kind::Integer
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        self.read_spelled(text, Spelling::Schema)
    }

    fn read_spelled<'r>(&'r self, text: &'r str, spelling: Spelling) -> ScalarReading<'r> {
        reading(text, parse(text, spelling, &self.notation))
    }

    fn number(&self, text: &str, spelling: Spelling) -> Option<Number> {
        parse(text, spelling, &self.notation).ok()
    }

    fn accepted(&self) -> Vec<String> {
        vec!["1".to_owned()]
    }

    fn notation(&self) -> Option<&Notation> {
        Some(&self.notation)
    }
}

/// What a text is that was parsed as a number, or was not.
fn reading(text: &str, number: Result<Number, NumberFault>) -> ScalarReading<'static> {
    match number.and_then(|number| number.to_i64()) {
        Ok(number) => Value::Integer(number).into(),
        Err(fault) => refused("a whole number", text, &fault),
    }
}
