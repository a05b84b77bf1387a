//! `float`: a floating-point number of 64 bits.

use schemars::JsonSchema;
use serde::Deserialize;

use super::number::{notation, parse, refused};
use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Spelling, Value};
use crate::grammar::{Notation, Number, NumberFault};
use crate::lang::RawNumber;
use crate::source::Spanned;

/// A floating-point number of 64 bits: the one nearest to what is written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// How numbers are written: `{ decimal = ",", group = "." }`. `number` of `[source]` by default.
    pub number: Option<Spanned<RawNumber>>,
}

impl Options {
    #[expect(clippy::unnecessary_wraps, reason = "as all types have it")]
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        Some(Box::new(Float { notation: notation(self.number.as_ref(), scope) }))
    }
}

#[derive(Clone, Debug)]
struct Float {
    notation: Notation,
}

impl Scalar for Float {
    fn word(&self) -> &'static str {
        "float"
    }

    fn kind(&self) -> Kind {
        Kind::Float
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
    match number.and_then(|number| number.to_f64()) {
        Ok(number) => Value::Float(number).into(),
        Err(fault) => refused("a number", text, &fault),
    }
}
