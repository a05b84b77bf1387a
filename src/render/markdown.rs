//! A run as Markdown, for a comment on a pull request or a wiki: the verdict, the
//! checks that have not passed, the findings by code, and the worst of them.

use super::{View, cut, plural, sanitize};
use crate::diagnostic::{Severity, find};

/// How many findings are reported one by one.
pub const MARKDOWN_FINDINGS: usize = 20;
/// How many checks and keys are reported one by one.
const TOLD: usize = 50;

/// The report.
#[must_use]
pub fn markdown(view: &View<'_>) -> String {
    let report = view.report();
    let mut out = format!("# recordmill: {}\n\n", line(&view.headline()));
    let inputs = plural(report.inputs.len() as u64, "input");
    out.push_str(&format!(
        "Schema `{}`, {inputs}, {} of {} bytes taken.\n\n",
        line(&report.schema.name),
        report.coverage.bytes.taken,
        report.coverage.bytes.total
    ));
    let checks = view.not_passed();
    if !checks.is_empty() {
        out.push_str("## Checks that have not passed\n\n| status | code | check | expected | result |\n|---|---|---|---|---|\n");
        for check in checks.iter().take(TOLD) {
            out.push_str(&format!(
                "| {} | {} | {} | {} | {} |\n",
                check.word(),
                check.code,
                cell(&check.name),
                cell(check.expected.as_deref().unwrap_or_default()),
                cell(&check.describe())
            ));
        }
        if checks.len() > TOLD {
            out.push_str(&format!("\n… and {} more\n", checks.len() - TOLD));
        }
        out.push('\n');
    }
    if !view.outcome.tallies.is_empty() {
        out.push_str("## Findings\n\n");
        codes(view, &mut out);
        out.push('\n');
    }
    worst(view, &mut out);
    keys(view, &mut out);
    if let Some(baseline) = report.baseline.as_ref().filter(|base| base.resolved_total > 0) {
        out.push_str(&format!(
            "## Resolved\n\n{} of the baseline that no finding has any more:\n\n",
            if baseline.resolved_total == 1 {
                "1 entry".to_owned()
            } else {
                format!("{} entries", baseline.resolved_total)
            }
        ));
        for entry in baseline.resolved.iter().take(TOLD) {
            let record = entry.record.as_deref().unwrap_or("-");
            out.push_str(&format!("- {} {}: {}\n", entry.code, line(record), line(&entry.message)));
        }
        out.push('\n');
    }
    out
}

fn worst(view: &View<'_>, out: &mut String) {
    let worst = view.new_findings().filter(|located| located.finding.severity > Severity::Info);
    let worst: Vec<_> = worst.take(MARKDOWN_FINDINGS).collect();
    if worst.is_empty() {
        return;
    }
    out.push_str("## The worst\n\n");
    for located in worst {
        let finding = &located.finding;
        let place = view
            .file(located)
            .map(|file| format!(" `{}:{}:{}`", code_in_line(file), located.line, located.column));
        out.push_str(&format!(
            "- **{}** {}{}: {}",
            finding.severity,
            finding.code.title(),
            place.unwrap_or_default(),
            line(&finding.message)
        ));
        if let Some(raw) = finding.raw.as_deref().filter(|raw| !raw.is_empty()) {
            out.push_str(&format!(" — `{}`", code_in_line(&cut(raw, 60))));
        }
        if let Some(suggestion) = finding.suggestion.as_deref().filter(|text| !text.is_empty()) {
            out.push_str(&format!(", better `{}`", code_in_line(&cut(suggestion, 60))));
        }
        out.push('\n');
    }
    out.push('\n');
}

fn keys(view: &View<'_>, out: &mut String) {
    let coverage = &view.report().coverage;
    if coverage.unknown_keys_total == 0 {
        return;
    }
    out.push_str(
        "## Keys that no field knows\n\n| key | count | first at | nearest |\n|---|---:|---|---|\n",
    );
    for key in coverage.unknown_keys.iter().take(TOLD) {
        out.push_str(&format!(
            "| `{}` | {} | `{}` | {} |\n",
            code(&cut(&key.key, 40)),
            key.count,
            code(&key.first),
            key.nearest.as_ref().map_or(String::new(), |near| format!("`{}`", code(near)))
        ));
    }
    out.push('\n');
}

/// A table of the findings by code, the worst first, with the place of the first.
pub(super) fn codes(view: &View<'_>, out: &mut String) {
    let tallies = &view.outcome.tallies;
    if tallies.is_empty() {
        return;
    }
    out.push_str("| severity | code | name | count | first at |\n|---|---|---|---:|---|\n");
    let mut tallies: Vec<_> = tallies.iter().collect();
    tallies.sort_by_key(|(id, tally)| (std::cmp::Reverse(tally.severity), **id));
    for (id, tally) in tallies {
        let first = view.outcome.shown.iter().find(|located| located.finding.code.id == *id);
        let place = first.and_then(|located| {
            let file = view.file(located)?;
            Some(format!("`{}:{}:{}`", code(file), located.line, located.column))
        });
        let name = find(id).map_or("", |code| code.name);
        out.push_str(&format!(
            "| {} | {id} | {name} | {} | {} |\n",
            tally.severity,
            tally.count,
            place.unwrap_or_default()
        ));
    }
}

/// Text in a cell of a table: what Markdown or HTML would read as theirs is escaped. Between backticks they read nothing,
/// and would show what escapes it, but for the bar, which ends a cell there too.
pub(crate) fn cell(text: &str) -> String {
    escaped(text, "\\|")
}

/// The same outside of tables, where a bar is nothing.
pub(crate) fn line(text: &str) -> String {
    escaped(text, "|")
}

fn escaped(text: &str, bar: &str) -> String {
    let text = sanitize(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    // Two of them beside each other, as around a text that has one, are paired in another way.
    while !text.contains("``")
        && let Some((before, behind)) = rest.split_once('`')
        && let Some((code, behind)) = behind.split_once('`')
    {
        prose(before, &mut out);
        out.extend(["`", &code.replace('|', bar), "`"]);
        rest = behind;
    }
    prose(rest, &mut out);
    out
}

/// Adds text that stands outside of backticks.
fn prose(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '[' | ']' | '\\' | '#' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\t' => out.push(' '),
            c => out.push(c),
        }
    }
}

/// Text between backticks in a cell of a table.
pub(crate) fn code(text: &str) -> String {
    code_in_line(text).replace('|', "\\|")
}

/// The same outside of tables.
pub(crate) fn code_in_line(text: &str) -> String {
    sanitize(text).replace('`', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markdown_would_read_is_escaped() {
        assert_eq!(cell("a|b*c*\n<i>"), "a\\|b\\*c\\*⏎&lt;i&gt;");
        assert_eq!(code("a`b|c\u{202e}"), "a'b\\|c\\u{202e}");
        assert_eq!(code_in_line("a`b|c"), "a'b|c");
        assert_eq!(line("a|b*"), "a\\|b\\*");
    }

    #[test]
    fn what_stands_between_backticks_is_shown_as_it_is() {
        let text = "`n < 3|4_*` is not <false>: `[` or ` &";
        assert_eq!(line(text), "`n < 3|4_*` is not &lt;false&gt;: `[` or ` &amp;");
        assert_eq!(cell("`a|b` | c"), "`a\\|b` \\| c");
        assert_eq!(line("`<i>`` and `<b>`"), "`&lt;i&gt;`` and `&lt;b&gt;`");
    }
}
