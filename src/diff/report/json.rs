//! What changed, for programs: one JSON document, whose form is that of [`Diff`].

use crate::diff::model::Diff;

/// The report.
#[must_use]
pub fn json(diff: &Diff) -> String {
    // Texts and numbers always make JSON.
    let mut text = serde_json::to_string_pretty(diff).unwrap_or_default();
    text.push('\n');
    text
}
