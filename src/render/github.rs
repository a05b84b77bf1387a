//! Findings as annotations of a GitHub workflow.
//!
//! The commands are those of
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>.
//! A step shows ten annotations of a kind at most, so the worst ten are reported and
//! one notice counts them all. The table for the summary of the step is Markdown.

use super::View;
use super::markdown::{cell, codes};
use super::sanitize::sanitize;
use crate::diagnostic::{Located, Severity};

/// How many annotations are reported one by one.
pub const ANNOTATIONS: usize = 10;

/// The annotations of a run: the worst of its new findings, then one notice with
/// the headline.
#[must_use]
pub fn github(view: &View<'_>) -> String {
    let mut out = String::new();
    let worth_telling = |located: &&Located| located.finding.severity > Severity::Info;
    for located in view.new_findings().filter(worth_telling).take(ANNOTATIONS) {
        let finding = &located.finding;
        let command = if finding.severity == Severity::Error { "error" } else { "warning" };
        let place = view.file(located).map(|file| {
            format!(
                "file={},line={},col={},",
                property(&sanitize(file)),
                located.line,
                located.column
            )
        });
        out.push_str(&format!(
            "::{command} {}title={}::{}\n",
            place.unwrap_or_default(),
            property(&finding.code.title()),
            data(&sanitize(&finding.message))
        ));
    }
    out.push_str(&format!("::notice title=recordmill::{}\n", data(&view.headline())));
    out
}

/// The summary of a step: the headline, and a table of findings by code with the
/// place of the first.
#[must_use]
pub fn github_summary(view: &View<'_>) -> String {
    let mut out = format!("### recordmill: {}\n\n", cell(&view.headline()));
    codes(view, &mut out);
    out
}

/// A message: what would end the command is escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property: what would end it is escaped too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
    }
}
