//! Findings for programs: one JSON object a line.
//!
//! The form is that of [`FindingLine`]; `schemas/finding.json` is its JSON Schema.
//! A line says everything that is known of a finding but the lines of the dump
//! around it. New keys may come; those that are here stay as they are, or
//! `version` goes up.

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostic::{Action, Located, Severity, Steps};
use crate::schema::Schema;

/// The version of the form.
pub const FINDING_VERSION: u32 = 1;

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingLine<'f> {
    /// The version of this form: 1.
    pub version: u32,
    /// The stable number of its kind, such as `R102`.
    pub code: &'f str,
    /// The name of its kind, such as `unknown-key`.
    pub name: &'f str,
    /// How bad it is.
    pub severity: Severity,
    /// What happened to the data.
    pub action: Action,
    /// What is the matter, in one line.
    pub message: &'f str,
    /// The path of the source; null for a finding about the whole run.
    pub file: Option<&'f str>,
    /// The line of its first byte, from 1.
    pub line: u64,
    /// The column of its first byte in Unicode scalar values, from 1.
    pub column: u64,
    /// The offset of its first byte in the file, without compression.
    pub byte_start: u64,
    /// The offset of the byte after its last.
    pub byte_end: u64,
    /// The record that it belongs to. Null where its values are hidden: it is a hash of all that the record says.
    pub record_id: Option<&'f str>,
    /// The field, by its name in the schema.
    pub field: Option<&'f str>,
    /// Which item of a list, from 0.
    pub ordinal: Option<u32>,
    /// The places of the objects around it, from the outermost in, such as `0.2`; left out where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parents: Option<String>,
    /// The text that it is about.
    pub raw: Option<&'f str>,
    /// What can be done about it.
    pub help: Option<&'f str>,
    /// What may stand in the place of `raw`.
    pub suggestion: Option<&'f str>,
    /// The check that it counts against, by its name in the verdict.
    pub check: &'f str,
    /// How many values or rows it stands for.
    pub count: u64,
    /// The value on its way into the tables.
    pub steps: Option<&'f Steps>,
    /// The place in the schema that asks for otherwise.
    pub expected_by: Option<SchemaPlace<'f>>,
    /// What it is known by from run to run: the hash of the check, the record by its key, the field, the item and the value.
    pub fingerprint: String,
    /// Whether a baseline has accepted it.
    pub known: bool,
    /// Whether its values are hidden.
    pub masked: bool,
}

/// A place in a schema file.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SchemaPlace<'f> {
    /// The path; the name in angle brackets for an embedded schema.
    pub file: &'f str,
    /// The line, from 1.
    pub line: u64,
    /// The column in Unicode scalar values, from 1.
    pub column: u64,
    /// The offset of the first byte.
    pub byte_start: u64,
    /// The offset of the byte after the last.
    pub byte_end: u64,
}

impl<'f> SchemaPlace<'f> {
    /// The place that asks for otherwise than a finding found.
    #[must_use]
    pub fn of(located: &Located, schema: &'f Schema) -> Option<Self> {
        let place = located.finding.schema_span.as_ref()?;
        let (file, span) = schema.place(place);
        let start = file.text.floor_char_boundary(span.start.min(file.text.len()));
        let before = &file.text[..start];
        let line_start = before.rfind('\n').map_or(0, |feed| feed + 1);
        Some(Self {
            file: &file.path,
            line: schema.line_of(place),
            column: before[line_start..].chars().count() as u64 + 1,
            byte_start: span.start as u64,
            byte_end: span.end as u64,
        })
    }
}

impl<'f> FindingLine<'f> {
    /// The line of a finding. `file` is the path of its source.
    #[must_use]
    pub fn new(located: &'f Located, file: Option<&'f str>, schema: &'f Schema) -> Self {
        let finding = &located.finding;
        Self {
            version: FINDING_VERSION,
            code: finding.code.id,
            name: finding.code.name,
            severity: finding.severity,
            action: finding.action,
            message: &finding.message,
            file,
            line: located.line,
            column: located.column,
            byte_start: located.bytes.start,
            byte_end: located.bytes.end,
            record_id: super::shown_record_id(located, schema),
            field: finding.field.as_deref(),
            ordinal: finding.ordinal,
            parents: finding.parents_in_words(),
            raw: finding.raw.as_deref(),
            help: finding.help.as_deref(),
            suggestion: finding.suggestion.as_deref(),
            check: &located.identity.rule,
            count: finding.count,
            steps: finding.steps.as_deref(),
            expected_by: SchemaPlace::of(located, schema),
            fingerprint: format!("{:032x}", located.identity.fingerprint()),
            known: located.baselined,
            masked: located.masked,
        }
    }
}

/// A finding as a line of JSON, without a line feed.
#[must_use]
pub fn jsonl(located: &Located, file: Option<&str>, schema: &Schema) -> String {
    // Texts and numbers always make JSON.
    serde_json::to_string(&FindingLine::new(located, file, schema)).unwrap_or_default()
}

/// The last line of a report that tells no more than some findings.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct CutLine {
    /// The version of this form: 1.
    pub version: u32,
    /// How many findings the lines before tell.
    pub findings_listed: u64,
    /// How many findings there are.
    pub findings_total: u64,
}

/// The last line of a report that tells no more than some findings, without a
/// line feed.
#[must_use]
pub fn jsonl_cut(told: u64, total: u64) -> String {
    let line = CutLine { version: FINDING_VERSION, findings_listed: told, findings_total: total };
    serde_json::to_string(&line).unwrap_or_default()
}

/// A line of a report.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "lines are written one kind at a time")]
enum Line<'f> {
    /// A finding.
    Finding(Box<FindingLine<'f>>),
    /// How many findings there are, where not all are reported.
    Cut(CutLine),
}

/// The JSON Schema of a line.
#[must_use]
pub fn finding_schema() -> String {
    let mut schema = schemars::schema_for!(Line<'_>);
    schema.insert("title".to_owned(), "recordmill finding".into());
    format!("{:#}\n", schema.to_value())
}
