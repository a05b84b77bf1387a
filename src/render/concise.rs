//! Findings for `grep` and editors: one a line, its place first.
//!
//! ```text
//! dump.txt:3:1: warning R102 unknown-key: no field has the key `x`
//! ```
//!
//! Lines and columns count from 1, columns in Unicode scalar values. A finding
//! about the whole run has no place. What a baseline knows is marked so.

use super::sanitize::sanitize;
use crate::diagnostic::Located;

/// A finding as a line, without a line feed. `file` is the path of its source.
#[must_use]
pub fn concise(located: &Located, file: Option<&str>) -> String {
    let finding = &located.finding;
    let place = match file {
        Some(file) => format!("{}:{}:{}: ", sanitize(file), located.line, located.column),
        None => String::new(),
    };
    let known = if located.baselined { " (in the baseline)" } else { "" };
    format!(
        "{place}{} {}: {}{known}",
        finding.severity,
        finding.code.title(),
        sanitize(&finding.message).replace('\n', " ")
    )
}

/// The last line of a report that tells no more than some findings.
#[must_use]
pub fn concise_cut(told: u64, total: u64) -> String {
    format!("… and {} more findings of {total}; `--max-findings` shows more", total - told)
}
