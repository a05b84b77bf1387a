//! `decimal`: an exact number with so many decimals.

use schemars::JsonSchema;
use serde::Deserialize;

use super::number::{notation, parse, refused};
use super::{Scalar, ScalarReading, Scope};
use crate::data::{Decimal as Exact, Kind, Spelling, Value};
use crate::diagnostic::Code;
use crate::grammar::{Notation, Number, NumberFault};
use crate::lang::RawNumber;
use crate::source::Spanned;
use crate::text::short;

/// The digits that Parquet has room for.
const MOST_DIGITS: u32 = 38;

/// An exact number with `scale` digits behind the point, such as an amount of money. A
/// number with more decimals is rounded, half to even, and reported.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// How many digits stand behind the point.
    pub scale: Spanned<u32>,
    /// How many digits there are in all, 38 at most. 38 by default.
    pub precision: Option<Spanned<u32>>,
    /// How numbers are written: `{ decimal = ",", group = "." }`. `number` of `[source]` by default.
    pub number: Option<Spanned<RawNumber>>,
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        let written = self.precision.as_ref();
        let (precision, span) = match written {
            Some(precision) => (precision.value, &precision.span),
            None => (MOST_DIGITS, &self.scale.span),
        };
        if !(1..=MOST_DIGITS).contains(&precision) {
            let message = format!("a decimal has from 1 to {MOST_DIGITS} digits, not {precision}");
            scope.resolver.fault(Code::SCHEMA_VALUE, span, message);
            return None;
        }
        if self.scale.value > precision {
            let message = format!(
                "of {precision} digits not {} can stand behind the point",
                self.scale.value
            );
            scope.resolver.fault(Code::SCHEMA_VALUE, &self.scale.span, message);
            return None;
        }
        let (precision, scale) =
            (u8::try_from(precision).ok()?, u8::try_from(self.scale.value).ok()?);
        let notation = notation(self.number.as_ref(), scope);
        Some(Box::new(Decimal { precision, scale, notation }))
    }
}

#[derive(Clone, Debug)]
struct Decimal {
    precision: u8,
    scale: u8,
    notation: Notation,
}

impl Decimal {
    /// What a text is that was parsed as a number, or was not.
    fn reading(&self, text: &str, number: Result<Number, NumberFault>) -> ScalarReading<'static> {
        match number.and_then(|number| number.to_decimal(self.precision, self.scale)) {
            Ok((unscaled, rounded)) => {
                let exact = Exact::new(unscaled, self.scale);
                let reading = ScalarReading::from(Value::Decimal(exact));
                if !rounded {
                    return reading;
                }
                let text = short(text);
                let message =
                    format!("`{text}` has more than {} decimals: rounded to {exact}", self.scale);
                reading.with_issue(Code::ROUNDED, message)
            }
            Err(fault) => refused("a number", text, &fault),
        }
    }
}

impl Scalar for Decimal {
    fn word(&self) -> &'static str {
        "decimal"
    }

    fn kind(&self) -> Kind {
        Kind::Decimal { precision: self.precision, scale: self.scale }
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        self.read_spelled(text, Spelling::Schema)
    }

    fn read_spelled<'r>(&'r self, text: &'r str, spelling: Spelling) -> ScalarReading<'r> {
        self.reading(text, parse(text, spelling, &self.notation))
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
