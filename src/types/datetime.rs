//! `datetime`: a point in time.

use std::sync::Arc;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::date::{formats, refused, unusable};
use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::grammar::{DatetimePlan, Epoch, Notation, known_zone, nearest_zone};
use crate::source::Spanned;
use crate::text::short;

/// A date and a time of day, to the microsecond. With a `zone`, an `epoch`, or offsets
/// in all `formats` the column holds instants, in UTC; else what a clock showed whose
/// zone nobody knows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// How it is written, in the words of strftime (`%Y-%m-%d %H:%M:%S`): the first that reads the whole text is taken. One without a time of day reads midnight. ISO 8601 by default.
    #[serde(default)]
    pub formats: Vec<Spanned<String>>,
    /// The time zone of texts without an offset, and of points in time in rules and checks on the field, by its IANA name such as `Europe/Berlin` or `UTC`. A local time that a zone skipped or had twice is an error.
    pub zone: Option<Spanned<String>>,
    /// The text counts seconds (`s`), milliseconds (`ms`) or microseconds (`us`) since 1970-01-01 in UTC.
    pub epoch: Option<Spanned<String>>,
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        let mut epoch = None;
        if let Some(written) = &self.epoch {
            epoch = Epoch::of(&written.value);
            if epoch.is_none() {
                let message = format!("no unit of `epoch` is called `{}`", written.value);
                scope.resolver.fault(Code::SCHEMA_VALUE, &written.span, message).help =
                    Some("`s`, `ms` or `us`".to_owned());
                return None;
            }
        }
        let zone = self.zone.as_ref().map(|zone| zone.value.as_str());
        let plan = DatetimePlan::new(&formats(&self.formats), zone, epoch);
        let plan = plan
            .map_err(|fault| match &self.zone {
                Some(zone) if fault.format.is_none() => {
                    let help = nearest_zone(&zone.value).map_or_else(
                        || {
                            "a zone has a name such as `Europe/Berlin`, `America/New_York` or `UTC`"
                                .to_owned()
                        },
                        |near| format!("did you mean `{near}`?"),
                    );
                    let told = known_zone(&zone.value).is_none().then_some(help);
                    scope.resolver.fault(Code::SCHEMA_VALUE, &zone.span, fault.to_string()).help =
                        told;
                }
                _ => unusable(&fault, &self.formats, scope),
            })
            .ok()?;
        Some(Box::new(Datetime { plan: Arc::new(plan), notation: Notation::default() }))
    }
}

#[derive(Clone, Debug)]
struct Datetime {
    plan: Arc<DatetimePlan>,
    notation: Notation,
}

impl Scalar for Datetime {
    fn word(&self) -> &'static str {
        "datetime"
    }

    fn kind(&self) -> Kind {
        Kind::Datetime { utc: self.plan.is_instant() }
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        match self.plan.read(text) {
            Ok(moment) => {
                let value = Value::Datetime { micros: moment.micros, utc: self.plan.is_instant() };
                let reading = ScalarReading::from(value);
                if !moment.rounded {
                    return reading;
                }
                let message = format!("`{}` is rounded to a microsecond", short(text));
                reading.with_issue(Code::ROUNDED, message)
            }
            Err(fault) => refused("a date and time", text, &fault),
        }
    }

    fn zone(&self) -> Option<&TimeZone> {
        self.plan.zone()
    }

    fn accepted(&self) -> Vec<String> {
        vec![self.plan.example().to_owned()]
    }

    fn notation(&self) -> Option<&Notation> {
        Some(&self.notation)
    }
}
