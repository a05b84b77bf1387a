//! Findings for programs: one JSON object a line.
//!
//! The form is that of [`FindingLine`]; `schemas/finding.json` is its JSON Schema.
//! A line says everything that is known of a finding but the lines of the dump
//! around it. New keys may come; those that are here stay as they are, or
//! `version` goes up.

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostic::{Action, Located, Severity};

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
    /// The record that it belongs to.
    pub record_id: Option<&'f str>,
    /// The field, by its name in the schema.
    pub field: Option<&'f str>,
    /// Which item of a list, from 0.
    pub ordinal: Option<u32>,
    /// The text that it is about.
    pub raw: Option<&'f str>,
    /// What can be done about it.
    pub help: Option<&'f str>,
}

impl<'f> FindingLine<'f> {
    /// The line of a finding. `file` is the path of its source.
    #[must_use]
    pub fn new(located: &'f Located, file: Option<&'f str>) -> Self {
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
            record_id: located.record_id.as_deref(),
            field: finding.field.as_deref(),
            ordinal: finding.ordinal,
            raw: finding.raw.as_deref(),
            help: finding.help.as_deref(),
        }
    }
}

/// A finding as a line of JSON, without a line feed.
#[must_use]
pub fn jsonl(located: &Located, file: Option<&str>) -> String {
    // Texts and numbers always make JSON.
    serde_json::to_string(&FindingLine::new(located, file)).unwrap_or_default()
}

/// The JSON Schema of a line.
#[must_use]
pub fn finding_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(FindingLine<'_>);
    schema.insert("title".to_owned(), "recordmill finding".into());
    schema.to_value()
}
