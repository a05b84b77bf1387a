//! A run for programs: one JSON document with the findings and the verdict.
//!
//! The form is that of [`JsonReport`]; `schemas/report.json` is its JSON Schema.
//! Findings come first and one a line, so that the document can be written while
//! the run goes on; the verdict and the counts close it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::View;
use super::jsonl::FindingLine;
use crate::baseline::BaselineReport;
use crate::report::Status;
use crate::report::{CheckReport, CoverageReport, ProfileReport, SchemaReport, Tool};

/// The version of the form.
pub const JSON_VERSION: u32 = 1;

/// A run: its findings, and the verdict.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JsonReport<'r> {
    /// The version of this form: 1.
    pub version: u32,
    /// The findings in the order of the inputs, those of checks across records behind them.
    pub findings: Vec<FindingLine<'r>>,
    /// How many are reported.
    pub findings_listed: u64,
    /// How many there are.
    pub findings_total: u64,
    /// The tool.
    pub tool: Tool,
    /// The schema.
    pub schema: &'r SchemaReport,
    /// The verdict on the run.
    pub status: Status,
    /// The exit code that follows from it.
    pub exit_code: u8,
    /// How many records were looked at.
    pub records: u64,
    /// How many were looked at at most, from the first on; left out where there was no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// What the run says of each check.
    pub checks: &'r [CheckReport],
    /// How many findings there are of each code.
    pub counts: &'r BTreeMap<&'static str, u64>,
    /// How many findings there are of each severity.
    pub severities: &'r BTreeMap<&'static str, u64>,
    /// How much of the dump the schema knows.
    pub coverage: &'r CoverageReport,
    /// What the columns of the tables hold, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<&'r ProfileReport>,
    /// What became of a baseline; null without one.
    pub baseline: Option<&'r BaselineReport>,
}

/// The start of the document, up to the first finding. Findings follow as lines of
/// JSON with a comma and a line feed between.
#[must_use]
pub fn json_start() -> String {
    format!("{{\"version\":{JSON_VERSION},\"findings\":[\n")
}

/// The end of the document, from behind the last finding. So many are `told`.
#[must_use]
pub fn json_end(view: &View<'_>, told: u64) -> String {
    let report = view.report();
    let whole = JsonReport {
        version: JSON_VERSION,
        findings: Vec::new(),
        findings_listed: told,
        findings_total: report.findings.values().sum(),
        tool: report.tool.clone(),
        schema: &report.schema,
        status: report.status,
        exit_code: report.exit_code,
        records: report.balance.records.r#in,
        limit: report.limit,
        checks: &report.checks,
        counts: &report.findings,
        severities: &report.severities,
        coverage: &report.coverage,
        profile: report.profile.as_ref(),
        baseline: report.baseline.as_ref(),
    };
    // Texts and numbers always make JSON, whose first keys have been written.
    let text = serde_json::to_string(&whole).unwrap_or_default();
    let start = format!("{{\"version\":{JSON_VERSION},\"findings\":[");
    format!("\n{}\n", text.strip_prefix(&start).unwrap_or(&text))
}

/// The JSON Schema of the document.
#[must_use]
pub fn json_schema() -> String {
    let mut schema = schemars::schema_for!(JsonReport<'_>);
    schema.insert("title".to_owned(), "recordmill report".into());
    format!("{:#}\n", schema.to_value())
}
