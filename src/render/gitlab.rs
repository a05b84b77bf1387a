//! Findings as a code quality report of GitLab.
//!
//! The form is that of
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>: an
//! array of objects. What a baseline knows is left out, for GitLab compares with
//! the report of the target branch itself; so is what is informative, and
//! what has no place. The worst findings are reported, at most [`MOST_RESULTS`].

use rustc_hash::FxHashMap;
use serde_json::json;

use super::{MOST_RESULTS, View, cut};
use crate::diagnostic::Severity;

/// The report.
#[must_use]
pub fn gitlab(view: &View<'_>) -> String {
    let mut copies: FxHashMap<(&str, u128), u32> = FxHashMap::default();
    let findings = view.new_findings().filter_map(|located| {
        let finding = &located.finding;
        let severity = match finding.severity {
            Severity::Info => return None,
            Severity::Warning => "minor",
            Severity::Error => "major",
        };
        let file = view.file(located)?;
        // Two codes may be found of one rule. Each must be unique in a report, and findings of one value share theirs.
        let (code, print) = (finding.code.id, located.identity.fingerprint());
        let copy = copies.entry((code, print)).or_default();
        *copy += 1;
        let copy = if *copy == 1 { String::new() } else { format!("-{copy}") };
        let print = format!("{code}-{print:032x}{copy}");
        Some(json!({
            "description": format!("{}: {}", finding.code.title(), cut(&finding.message, 500)),
            "check_name": located.identity.rule,
            "fingerprint": print,
            "severity": severity,
            "location": { "path": file, "lines": { "begin": located.line } },
        }))
    });
    let findings: Vec<_> = findings.take(MOST_RESULTS).collect();
    format!("{:#}\n", serde_json::Value::Array(findings))
}
