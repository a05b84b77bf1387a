//! What changed, as Markdown for a comment or a wiki.

use super::{
    CHANGES, change, check_line, code_lines, columns, finding_line, finding_word, findings_line,
    has_rows, headline, input_line, more_findings, more_rows, row_name, run_line, run_notes,
    table_line, table_notes, told, values,
};
use crate::diff::model::{Diff, TableDiff};
use crate::render::{cell, code, code_in_line, line};

/// The report.
#[must_use]
pub fn markdown(diff: &Diff) -> String {
    let mut out = format!("# {}\n\n", line(&headline(diff)));
    let run = |folder: &str, told: String| format!("`{}`: {}", code_in_line(folder), line(&told));
    out.push_str(&format!(
        "- old: {}\n- new: {}\n",
        run(&diff.folders.old, run_line(&diff.run, |sides| &sides.old)),
        run(&diff.folders.new, run_line(&diff.run, |sides| &sides.new))
    ));
    for note in run_notes(&diff.run) {
        out.push_str(&format!("- {}\n", line(&note)));
    }
    let (inputs, more) = told(&diff.run.inputs);
    for input in inputs {
        out.push_str(&format!("- input {}: {}\n", input.change.as_str(), line(&input_line(input))));
    }
    if let Some(more) = more {
        out.push_str(&format!("- {more}\n"));
    }
    let (checks, more) = told(&diff.run.checks);
    for check in checks {
        out.push_str(&format!("- check {}\n", line(&check_line(check))));
    }
    if let Some(more) = more {
        out.push_str(&format!("- {more}\n"));
    }
    out.push_str(&format!("\n## Findings\n\n{}\n", line(&findings_line(diff))));
    if diff.findings.new + diff.findings.gone + diff.findings.changed > 0 {
        out.push('\n');
    }
    for code in code_lines(diff) {
        out.push_str(&format!("- {}\n", line(&code)));
    }
    for finding in &diff.findings.shown {
        let word = finding_word(finding);
        out.push_str(&format!("- {word}: {}\n", line(&finding_line(finding))));
    }
    if let Some(more) = more_findings(diff) {
        out.push_str(&format!("- {more}\n"));
    }
    for table in &diff.tables {
        out.push_str(&format!("\n## {}\n\n{}\n", line(&table.name), line(&table_line(table))));
        if !table.is_same() {
            tell(table, &mut out);
        }
    }
    out
}

/// A word, or text out of the dump: between backticks nobody is called by `@`.
fn data(text: &str, is_data: bool) -> String {
    match (is_data, text) {
        (true, "") => String::new(),
        (true, text) => format!("`{}`", code(text)),
        (false, text) => cell(text),
    }
}

fn tell(table: &TableDiff, out: &mut String) {
    out.push('\n');
    for note in table_notes(table) {
        out.push_str(&format!("- {}\n", line(&note)));
    }
    let columns = columns(table);
    if !columns.is_empty() {
        out.push_str("\n| column | differ | how |\n|---|---|---|\n");
        let (first, more) = told(&columns);
        for [name, cells, far] in first {
            out.push_str(&format!("| {} | {} | {} |\n", cell(name), cell(cells), cell(far)));
        }
        if let Some(more) = more {
            out.push_str(&format!("| {more} | | |\n"));
        }
    }
    if !has_rows(table) {
        return;
    }
    out.push_str("\n| | row | column | old | new |\n|---|---|---|---|---|\n");
    for kind in CHANGES {
        for row in table.shown.iter().filter(|row| row.change == kind) {
            let name = data(&row_name(row), row.key.is_some());
            if row.cells.is_empty() {
                out.push_str(&format!("| {} | {name} | | | |\n", kind.as_str()));
            }
            let (cells, more) = told(&row.cells);
            for one in cells {
                let both = values(one);
                out.push_str(&format!(
                    "| {} | {name} | {} | {} | {}{} |\n",
                    kind.as_str(),
                    cell(&one.column),
                    data(&both.old, !one.masked && one.value.old.is_some()),
                    data(&both.new, !one.masked && one.value.new.is_some()),
                    change(one)
                ));
            }
            if let Some(more) = more {
                out.push_str(&format!("| {} | {name} | {more} | | |\n", kind.as_str()));
            }
        }
        if let Some(more) = more_rows(table, kind) {
            out.push_str(&format!("| {} | {more} | | | |\n", kind.as_str()));
        }
    }
}
