//! What changed, for a terminal.

use super::{
    CHANGES, change, check_line, code_lines, columns, finding_line, findings_line, headline,
    input_line, more_findings, more_rows, row_name, run_line, run_notes, table_line, table_notes,
    told, values,
};
use crate::diff::model::{Diff, TableDiff};
use crate::render::{Style, sanitize};

/// The report.
#[must_use]
pub fn human(diff: &Diff, style: Style) -> String {
    let mut out = String::new();
    let mut line = |indent: usize, text: &str| {
        out.push_str(&" ".repeat(indent));
        out.push_str(&sanitize(text));
        out.push('\n');
    };
    line(0, &format!("--- {}: {}", diff.folders.old, run_line(&diff.run, |sides| &sides.old)));
    line(0, &format!("+++ {}: {}", diff.folders.new, run_line(&diff.run, |sides| &sides.new)));
    for note in run_notes(&diff.run) {
        line(2, &note);
    }
    let (inputs, more) = told(&diff.run.inputs);
    for input in inputs {
        line(2, &format!("{} {}", input.change.sign(), input_line(input)));
    }
    if let Some(more) = more {
        line(2, &more);
    }
    let (checks, more) = told(&diff.run.checks);
    for check in checks {
        line(2, &format!("~ {}", check_line(check)));
    }
    if let Some(more) = more {
        line(2, &more);
    }
    line(0, "");
    line(0, &format!("findings: {}", findings_line(diff)));
    for code in code_lines(diff) {
        line(2, &code);
    }
    for finding in &diff.findings.shown {
        line(2, &format!("{} {}", finding.change.sign(), finding_line(finding)));
    }
    if let Some(more) = more_findings(diff) {
        line(2, &more);
    }
    for table in diff.tables.iter().filter(|table| !table.is_same()) {
        line(0, "");
        tell(table, &mut line);
    }
    let same: Vec<_> = diff.tables.iter().filter(|table| table.is_same()).collect();
    if !same.is_empty() {
        line(0, "");
        let names: Vec<_> = same
            .iter()
            .map(|table| format!("{} ({})", table.name, super::rows(&table.rows)))
            .collect();
        line(0, &format!("the same: {}", names.join(", ")));
    }
    line(0, "");
    let headline = sanitize(&headline(diff)).into_owned();
    match (style.color, diff.same) {
        (false, _) => out.push_str(&headline),
        (true, true) => out.push_str(&format!("\u{1b}[1;32m{headline}\u{1b}[0m")),
        (true, false) => out.push_str(&format!("\u{1b}[1;33m{headline}\u{1b}[0m")),
    }
    out.push('\n');
    out
}

fn tell(table: &TableDiff, line: &mut impl FnMut(usize, &str)) {
    line(0, &format!("{}: {}", table.name, table_line(table)));
    for note in table_notes(table) {
        line(2, &note);
    }
    let columns = columns(table);
    let width = columns.iter().map(|[name, ..]| name.chars().count()).max().unwrap_or(0);
    let (first, more) = told(&columns);
    for [name, cells, far] in first {
        let far = if far.is_empty() { String::new() } else { format!(", {far}") };
        line(2, &format!("{name:width$}  {cells}{far}"));
    }
    if let Some(more) = more {
        line(2, &more);
    }
    for change in CHANGES {
        for row in table.shown.iter().filter(|row| row.change == change) {
            line(2, &format!("{} {}", change.sign(), row_name(row)));
            let (cells, more) = told(&row.cells);
            for cell in cells {
                let both = values(cell);
                let far = self::change(cell);
                line(6, &format!("{}: {} → {}{far}", cell.column, both.old, both.new));
            }
            if let Some(more) = more {
                line(6, &more);
            }
        }
        if let Some(more) = more_rows(table, change) {
            line(2, &format!("{} {more}", change.sign()));
        }
    }
}
