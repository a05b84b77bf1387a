//! What changed, as Markdown for a comment or a wiki.

use super::{
    TOLD, change, check_line, code_lines, columns, finding_line, findings_line, headline,
    input_line, more, row_name, run_line, run_notes, table_line, table_notes, values,
};
use crate::diff::model::{Change, Diff, TableDiff};
use crate::render::{cell, code, thousands};

/// The report.
#[must_use]
pub fn markdown(diff: &Diff) -> String {
    let mut out = format!("# {}\n\n", cell(&headline(diff)));
    let run = |folder: &str, line: String| format!("`{}`: {}", code(folder), cell(&line));
    out.push_str(&format!(
        "- old: {}\n- new: {}\n",
        run(&diff.folders.old, run_line(&diff.run, |sides| &sides.old)),
        run(&diff.folders.new, run_line(&diff.run, |sides| &sides.new))
    ));
    for note in run_notes(&diff.run) {
        out.push_str(&format!("- {}\n", cell(&note)));
    }
    for input in diff.run.inputs.iter().take(TOLD) {
        out.push_str(&format!("- input {}: {}\n", input.change.as_str(), cell(&input_line(input))));
    }
    for check in diff.run.checks.iter().take(TOLD) {
        out.push_str(&format!("- check {}\n", cell(&check_line(check))));
    }
    out.push_str(&format!("\n## Findings\n\n{}\n", cell(&findings_line(diff))));
    if diff.findings.new + diff.findings.gone > 0 {
        out.push('\n');
    }
    for code in code_lines(diff) {
        out.push_str(&format!("- {}\n", cell(&code)));
    }
    for finding in &diff.findings.shown {
        let word = if finding.change == Change::Added { "new" } else { "gone" };
        out.push_str(&format!("- {word}: {}\n", cell(&finding_line(finding))));
    }
    for table in &diff.tables {
        out.push_str(&format!("\n## {}\n\n{}\n", cell(&table.name), cell(&table_line(table))));
        if !table.is_same() {
            tell(table, &mut out);
        }
    }
    out
}

fn tell(table: &TableDiff, out: &mut String) {
    out.push('\n');
    for note in table_notes(table) {
        out.push_str(&format!("- {}\n", cell(&note)));
    }
    let columns = columns(table);
    if !columns.is_empty() {
        out.push_str("\n| column | differ | how |\n|---|---|---|\n");
        for [name, cells, far] in columns.iter().take(TOLD) {
            out.push_str(&format!("| {} | {} | {} |\n", cell(name), cell(cells), cell(far)));
        }
    }
    if table.shown.is_empty() {
        return;
    }
    out.push_str("\n| | row | column | old | new |\n|---|---|---|---|---|\n");
    for kind in [Change::Changed, Change::Added, Change::Removed] {
        for row in table.shown.iter().filter(|row| row.change == kind) {
            let name = cell(&row_name(row));
            if row.cells.is_empty() {
                out.push_str(&format!("| {} | {name} | | | |\n", kind.as_str()));
            }
            for one in row.cells.iter().take(TOLD) {
                let both = values(one);
                out.push_str(&format!(
                    "| {} | {name} | {} | {} | {}{} |\n",
                    kind.as_str(),
                    cell(&one.column),
                    cell(&both.old),
                    cell(&both.new),
                    change(one)
                ));
            }
        }
        let left = more(table, kind);
        if left > 0 {
            out.push_str(&format!(
                "| {} | … and {} more | | | |\n",
                kind.as_str(),
                thousands(left)
            ));
        }
    }
}
