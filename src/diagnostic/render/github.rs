//! Findings as annotations of a GitHub workflow.
//!
//! The commands are those of
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>.
//! A step shows ten annotations of a kind at most, so the worst ten are told and
//! one notice counts them all. The table for the summary of the step is Markdown.

use std::collections::BTreeMap;

use crate::diagnostic::{Located, Severity, Tally};

/// How many annotations are told one by one.
const ANNOTATIONS: usize = 10;

/// The annotations of a run: the first of its findings, the worst of which come
/// first, then one notice with the headline. `names` are the paths of the sources.
#[must_use]
pub fn github(shown: &[Located], headline: &str, names: &[&str]) -> String {
    let mut out = String::new();
    let worth_telling = |located: &&Located| located.finding.severity > Severity::Info;
    for located in shown.iter().filter(worth_telling).take(ANNOTATIONS) {
        let finding = &located.finding;
        let command = if finding.severity == Severity::Error { "error" } else { "warning" };
        let title = format!("{} {}", finding.code.id, finding.code.name);
        let place = located.source.map(|source| {
            let file = property(names[source.index()]);
            format!("file={file},line={},col={},", located.line, located.column)
        });
        let place = place.unwrap_or_default();
        out.push_str(&format!(
            "::{command} {place}title={}::{}\n",
            property(&title),
            data(&finding.message)
        ));
    }
    out.push_str(&format!("::notice title=recordmill::{}\n", data(headline)));
    out
}

/// The summary of a step: the headline, and a table of findings by code with the
/// place of the first. `names` are the paths of the sources.
#[must_use]
pub fn github_summary(
    shown: &[Located],
    tallies: &BTreeMap<&'static str, Tally>,
    headline: &str,
    names: &[&str],
) -> String {
    let mut out = format!("### recordmill: {headline}\n\n");
    if tallies.is_empty() {
        return out;
    }
    out.push_str("| severity | code | name | count | first at |\n|---|---|---|---:|---|\n");
    let mut tallies: Vec<_> = tallies.iter().collect();
    tallies.sort_by_key(|(code, tally)| (std::cmp::Reverse(tally.severity), **code));
    for (code, tally) in tallies {
        let first = shown.iter().find(|located| located.finding.code.id == *code);
        let name = first.map_or("", |located| located.finding.code.name);
        let place = first.and_then(|located| {
            let file = names[located.source?.index()];
            Some(format!("`{}:{}:{}`", cell(file), located.line, located.column))
        });
        out.push_str(&format!(
            "| {} | {code} | {name} | {} | {} |\n",
            tally.severity,
            tally.count,
            place.unwrap_or_default()
        ));
    }
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

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '`'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
        assert_eq!(cell("a|b`c"), "a\\|b c");
    }
}
