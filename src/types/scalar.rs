//! Types that make one cell of one text.

use std::fmt::Debug;

use dyn_clone::DynClone;
use jiff::tz::TimeZone;

use super::{Cells, FieldPlan, FieldType, Memo, PatternTrial, Reader, RecordInfo, Slot};
use crate::data::{Cell, Extracted, Kind, Raw, Record, Row, Spelling, Value};
use crate::diagnostic::{Action, Code, Diagnostics};
use crate::grammar::{Notation, Number};
use crate::lang::Pattern;
use crate::source::Span;

/// A type that makes one cell of one text.
pub trait Scalar: DynClone + Debug + Send + Sync {
    /// The word of the language for it.
    fn word(&self) -> &'static str;

    /// The type of its column.
    fn kind(&self) -> Kind;

    /// Reads a text that is neither blank nor a sentinel.
    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r>;

    /// Reads such a text where a language says how its numbers are written. What is a number there is one in no other
    /// way, so what reads numbers reads it by the grammar of that language, and by no notation of the schema.
    fn read_spelled<'r>(&'r self, text: &'r str, spelling: Spelling) -> ScalarReading<'r> {
        let _ = spelling;
        self.read(text)
    }

    /// The number that a text is, before it is made to fit; none for a type of something else.
    fn number(&self, text: &str, spelling: Spelling) -> Option<Number> {
        let _ = (text, spelling);
        None
    }

    /// Texts that it accepts without an example saying so, of which damaged ones
    /// are refused; empty if it refuses no text.
    fn accepted(&self) -> Vec<String> {
        Vec::new()
    }

    /// The words that the schema says it has, for a type of words.
    fn words(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether an example should show what it accepts.
    fn wants_examples(&self) -> bool {
        false
    }

    /// Patterns that decide between values and refuse nothing, each with what it is
    /// called.
    fn deciding(&self) -> Vec<(&'static str, &Pattern)> {
        Vec::new()
    }

    /// How numbers are written, for a type that reads figures: one that is cut out
    /// of a longer one is none.
    fn notation(&self) -> Option<&Notation> {
        None
    }

    /// The zone of texts without an offset, for a type of points in time.
    fn zone(&self) -> Option<&TimeZone> {
        None
    }

    /// Whether it reads a value of JSON with everything below it, as it stands.
    fn is_subtree(&self) -> bool {
        false
    }

    /// Whether a text is its value, whatever it says.
    fn is_plain(&self) -> bool {
        false
    }
}

dyn_clone::clone_trait_object!(Scalar);

/// A value, and what is to be said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalarReading<'r> {
    /// The value.
    pub value: Value<'r>,
    /// What is wrong with it.
    pub issue: Option<Box<Issue>>,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// What kind of finding tells it.
    pub code: &'static Code,
    /// What is the matter.
    pub message: String,
    /// What can be done about it.
    pub help: Option<String>,
}

impl<'r> From<Value<'r>> for ScalarReading<'r> {
    fn from(value: Value<'r>) -> Self {
        Self { value, issue: None }
    }
}

impl ScalarReading<'_> {
    /// A text that could not be read: null, and why.
    #[must_use]
    pub fn refused(code: &'static Code, message: String, help: Option<String>) -> Self {
        Self { value: Value::Null, issue: Some(Box::new(Issue { code, message, help })) }
    }

    /// Adds what is to be said of a value that was read.
    #[must_use]
    pub fn with_issue(mut self, code: &'static Code, message: String) -> Self {
        self.issue = Some(Box::new(Issue { code, message, help: None }));
        self
    }
}

/// A field of a scalar type.
#[derive(Clone, Debug)]
pub(super) struct ScalarType(pub(super) Box<dyn Scalar>);

impl FieldType for ScalarType {
    fn word(&self) -> &'static str {
        self.0.word()
    }

    fn cells(&self) -> Cells {
        let kind = self.0.kind();
        Cells::Slots(vec![Slot { long: kind == Kind::Text, ..Slot::of(&*self.0) }])
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(ScalarReader(self.0.clone()))
    }

    fn wants_examples(&self) -> bool {
        self.0.wants_examples()
    }

    fn accepted(&self) -> Vec<String> {
        self.0.accepted()
    }

    fn words(&self) -> Vec<String> {
        self.0.words()
    }

    fn deciding(&self) -> Vec<(&'static str, &Pattern)> {
        self.0.deciding()
    }

    fn texts(&self) -> Vec<usize> {
        if is_text(&*self.0) { vec![0] } else { Vec::new() }
    }

    fn is_subtree(&self) -> bool {
        self.0.is_subtree()
    }

    fn tried(&self) -> Vec<PatternTrial<'_>> {
        let deciding = self.0.deciding().into_iter();
        let tried = deciding.map(|(what, pattern)| PatternTrial {
            what: what.to_owned(),
            pattern,
            on: None,
            items: false,
            goes_on: false,
        });
        tried.collect()
    }
}

#[derive(Clone, Debug)]
struct ScalarReader(Box<dyn Scalar>);

impl Reader for ScalarReader {
    fn extract<'r>(
        &self,
        field: &FieldPlan,
        record: &'r Record<'_>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        let raw = field.value(record, out, diagnostics);
        let spelling = out.spelling(field.idx);
        match raw {
            Raw::Value(text, span) if field.sentinels.has_number(text, &*self.0, spelling) => {
                Raw::Sentinel(text, span)
            }
            raw => raw,
        }
    }

    fn normalize<'r>(
        &'r self,
        field: &'r FieldPlan,
        raw: &mut Extracted<'r>,
        _: &RecordInfo<'r>,
        _: &mut Memo,
        row: &mut Row<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let value = &raw.fields[field.idx];
        let span = value.span().unwrap_or_default();
        row.cells[field.base] = match value {
            Raw::Value(text, _) => {
                let place = (span, None, raw.spelling(field.idx));
                Cell::new(read(&*self.0, field, text, place, diagnostics), span)
            }
            Raw::Absent
            | Raw::Blank(_)
            | Raw::Unread(_)
            | Raw::Sentinel(..)
            | Raw::Items(..)
            | Raw::Tuples(..)
            | Raw::Nested(_) => Cell::new(Value::Null, span),
        };
    }

    fn notation(&self) -> Option<&Notation> {
        self.0.notation()
    }
}

/// Whether the values are texts of the dump. The words of a list are the schema's own.
pub(super) fn is_text(scalar: &dyn Scalar) -> bool {
    scalar.kind() == Kind::Text && scalar.accepted().is_empty()
}

/// Reports what is wrong with a text of a field.
pub(super) fn tell(
    field: &FieldPlan,
    code: &'static Code,
    span: Span,
    raw: &str,
    message: String,
    diagnostics: &mut Diagnostics<'_>,
) {
    if diagnostics.count_beyond(code).is_some() {
        return;
    }
    let finding = diagnostics.report(code, span, message);
    finding.field = Some(field.name.clone());
    finding.raw = Some(raw.to_owned());
    finding.schema_span = Some(field.span.clone());
}

/// Reads the text of a value, an item or a member, and reports what is wrong with it.
/// It is null where the finding asks for that.
pub(super) fn read<'r>(
    scalar: &'r dyn Scalar,
    field: &FieldPlan,
    text: &'r str,
    (span, ordinal, spelling): (Span, Option<usize>, Spelling),
    diagnostics: &mut Diagnostics<'_>,
) -> Value<'r> {
    let ScalarReading { value, issue } = scalar.read_spelled(text, spelling);
    if let Some(issue) = issue {
        if let Some(action) = diagnostics.count_beyond(issue.code) {
            return if action == Action::Null { Value::Null } else { value };
        }
        let finding = diagnostics.report(issue.code, span, issue.message);
        finding.field = Some(field.name.clone());
        finding.raw = Some(text.to_owned());
        finding.help = issue.help;
        finding.ordinal = ordinal.and_then(|ordinal| u32::try_from(ordinal).ok());
        finding.schema_span = Some(field.span.clone());
        if finding.action == Action::Null {
            return Value::Null;
        }
    }
    value
}
