//! `float`: a floating-point number of 64 bits.

use schemars::JsonSchema;
use serde::Deserialize;

use super::number::{notation, refused};
use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::grammar::{Notation, Number, NumberFault, parse_json_number, parse_number};
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
        reading(text, parse_number(text, &self.notation))
    }

    fn read_json_number<'r>(&'r self, token: &'r str) -> ScalarReading<'r> {
        reading(token, parse_json_number(token))
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
