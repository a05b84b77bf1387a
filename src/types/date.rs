//! `date`: a day of the calendar. Also what the three types of time have in common.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::grammar::{DatePlan, FormatFault, Notation, TimeFault};
use crate::source::Spanned;
use crate::text::short;

/// A day of the calendar. One that does not exist, such as the 31st of February, is
/// null with an error.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// How it is written, in the words of strftime (`%d.%m.%Y`): the first that reads the whole text is taken. ISO 8601 (`2025-12-31`) by default.
    #[serde(default)]
    pub formats: Vec<Spanned<String>>,
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        let plan = DatePlan::new(&formats(&self.formats));
        let plan = plan.map_err(|fault| unusable(&fault, &self.formats, scope)).ok()?;
        Some(Box::new(Date { plan: Arc::new(plan), notation: Notation::default() }))
    }
}

/// The formats as they are written.
pub(super) fn formats(formats: &[Spanned<String>]) -> Vec<String> {
    formats.iter().map(|format| format.value.clone()).collect()
}

/// Tells that formats or options cannot be used.
pub(super) fn unusable(
    fault: &FormatFault,
    formats: &[Spanned<String>],
    scope: &mut Scope<'_, '_>,
) {
    let written = fault.format.and_then(|n| formats.get(n)).or(formats.first());
    let span = written.map_or(&scope.name.span, |format| &format.span);
    scope.resolver.fault(Code::SCHEMA_VALUE, span, fault.to_string());
}

/// A text that is no such point in time.
pub(super) fn refused(expected: &str, text: &str, fault: &TimeFault) -> ScalarReading<'static> {
    let message = format!("expected {expected}, found `{}`: {fault}", short(text));
    ScalarReading::refused(Code::NOT_A_DATE, message, fault.remedy().map(str::to_owned))
}

#[derive(Clone, Debug)]
struct Date {
    plan: Arc<DatePlan>,
    /// A date is a figure too: none may be cut out of a longer one.
    notation: Notation,
}

impl Scalar for Date {
    fn word(&self) -> &'static str {
        "date"
    }

    fn kind(&self) -> Kind {
        Kind::Date
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        match self.plan.read(text) {
            Ok(days) => Value::Date(days).into(),
            Err(fault) => refused("a date", text, &fault),
        }
    }

    fn accepted(&self) -> Vec<String> {
        vec![self.plan.example().to_owned()]
    }

    fn notation(&self) -> Option<&Notation> {
        Some(&self.notation)
    }
}
