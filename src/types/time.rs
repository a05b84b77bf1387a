//! `time`: a time of day.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::date::{A_TIME, formats, refused, unusable};
use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::grammar::{Notation, TimePlan};
use crate::source::Spanned;

/// A time of day, to the nanosecond.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// How it is written, in the words of strftime (`%I:%M %p`): the first that reads the whole text is taken. ISO 8601 (`23:59:00`) by default.
    #[serde(default)]
    pub formats: Vec<Spanned<String>>,
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        let plan = TimePlan::new(&formats(&self.formats));
        let plan = plan.map_err(|fault| unusable(&fault, &self.formats, scope)).ok()?;
        Some(Box::new(Time { plan: Arc::new(plan), notation: Notation::default() }))
    }
}

#[derive(Clone, Debug)]
struct Time {
    plan: Arc<TimePlan>,
    notation: Notation,
}

impl Scalar for Time {
    fn word(&self) -> &'static str {
        "time"
    }

    fn kind(&self) -> Kind {
        Kind::Time
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        match self.plan.read(text) {
            Ok(nanos) => Value::Time(nanos).into(),
            Err(fault) => refused(A_TIME, text, &fault),
        }
    }

    fn accepted(&self) -> Vec<String> {
        vec![self.plan.example().to_owned()]
    }

    fn notation(&self) -> Option<&Notation> {
        Some(&self.notation)
    }
}
