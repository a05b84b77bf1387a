//! What changed, as a page.

use maud::{Markup, html as page_of};

use super::{
    CHANGES, change, check_line, code_lines, columns, finding_line, finding_word, findings_line,
    has_rows, headline, input_line, more_findings, more_rows, row_name, run_line, run_notes,
    table_line, table_notes, told, values,
};
use crate::diff::model::{Change, Diff, TableDiff};
use crate::render::page::{page, scrolling, text, thousands};
use crate::render::sanitize;
use crate::report::Tool;

/// The report, as a page of its own: one file that fetches nothing and runs nothing.
#[must_use]
pub fn html(diff: &Diff) -> String {
    let title = headline(diff);
    let color = if diff.same { "pass" } else { "warn" };
    let header = page_of! {
        div .top { h1 { (text(&diff.run.schema.new)) } span .quiet { "what changed between two runs" } }
        div .verdict .(color) { p { strong { (text(&title)) } } }
        nav aria-label="Sections" {
            a href="#runs" { "Runs" }
            a href="#findings" { "Findings" }
            a href="#tables" { "Tables" }
        }
    };
    let footer = page_of! { p { (Tool::THIS.name) " " (Tool::THIS.version) } };
    page(&format!("{title} — recordmill diff"), header, main(diff), footer)
}

fn main(diff: &Diff) -> Markup {
    let run = &diff.run;
    let (inputs, more_inputs) = told(&run.inputs);
    let (checks, more_checks) = told(&run.checks);
    page_of! {
        h2 #runs { "Runs" }
        (scrolling("The runs", page_of! {
            thead { tr { th scope="col" { "Run" } th scope="col" { "Folder" } th scope="col" { "What it was" } } }
            tbody {
                tr { th scope="row" { "old" } td { (text(&diff.folders.old)) } td { (text(&run_line(run, |sides| &sides.old))) } }
                tr { th scope="row" { "new" } td { (text(&diff.folders.new)) } td { (text(&run_line(run, |sides| &sides.new))) } }
            }
        }))
        (list(&run_notes(run)))
        @if !inputs.is_empty() {
            h3 { "Inputs" }
            ul {
                @for input in inputs { li { (badge(input.change, input.change.as_str())) " " (text(&input_line(input))) } }
                @if let Some(more) = more_inputs { li { (more) } }
            }
        }
        @if !checks.is_empty() {
            h3 { "Checks with another verdict" }
            ul {
                @for check in checks { li { (text(&check_line(check))) } }
                @if let Some(more) = more_checks { li { (more) } }
            }
        }
        h2 #findings { "Findings" }
        p { (text(&findings_line(diff))) }
        (list(&code_lines(diff)))
        @let more = more_findings(diff);
        @if !diff.findings.shown.is_empty() || more.is_some() {
            ul {
                @for finding in &diff.findings.shown {
                    @let word = finding_word(finding);
                    li { (badge(finding.change, word)) " " (text(&finding_line(finding))) }
                }
                @if let Some(more) = more { li { (more) } }
            }
        }
        h2 #tables { "Tables" }
        (overview(diff))
        @for (n, table) in diff.tables.iter().enumerate() { (of_table(n, table)) }
    }
}

/// A word in the color of what became of something.
fn badge(change: Change, word: &str) -> Markup {
    let color = match change {
        Change::Changed | Change::Moved => "warn",
        Change::Added => "pass",
        Change::Removed => "fail",
    };
    page_of! { span .badge .(color) { (word) } }
}

fn list(lines: &[String]) -> Markup {
    page_of! {
        @if !lines.is_empty() {
            ul .quiet { @for line in lines { li { (text(line)) } } }
        }
    }
}

/// What became of each table, with a link to more.
fn overview(diff: &Diff) -> Markup {
    let moved = diff.tables.iter().any(|table| table.moved.is_some());
    scrolling(
        "What became of each table",
        page_of! {
            thead { tr {
                th scope="col" { "Table" } th scope="col" { "Rows" }
                @for head in ["Changed", "Added", "Removed", "The same"] { th .n scope="col" { (head) } }
                @if moved { th .n scope="col" { "Moved" } }
            } }
            tbody { @for (n, table) in diff.tables.iter().enumerate() {
                tr {
                    th scope="row" { a href={ "#table-" (n) } { (text(&table.name)) } }
                    td { (super::rows(&table.rows)) }
                    @for count in [table.changed, table.added, table.removed, table.same] { td .n { (thousands(count)) } }
                    @if moved { td .n { @if let Some(moved) = table.moved { (thousands(moved)) } } }
                }
            } }
        },
    )
}

fn of_table(n: usize, table: &TableDiff) -> Markup {
    let columns = columns(table);
    let (first, more) = told(&columns);
    page_of! {
        h3 id={ "table-" (n) } { (text(&table.name)) }
        p { (text(&table_line(table))) }
        @if !table.is_same() {
            (list(&table_notes(table)))
            @if !first.is_empty() {
                (scrolling(&format!("Columns of {}", sanitize(&table.name)), page_of! {
                    thead { tr { th scope="col" { "Column" } th scope="col" { "Differ" } th scope="col" { "How" } } }
                    tbody {
                        @for [name, cells, far] in first {
                            tr { th scope="row" { (text(name)) } td { (cells) } td { (text(far)) } }
                        }
                        @if let Some(more) = more { tr { td colspan="3" { (more) } } }
                    }
                }))
            }
            @if has_rows(table) {
                (scrolling(&format!("Rows of {}", sanitize(&table.name)), page_of! {
                    thead { tr { @for head in ["Change", "Row", "Column", "Old", "New"] { th scope="col" { (head) } } } }
                    tbody { @for kind in CHANGES { (rows(table, kind)) } }
                }))
            }
        }
    }
}

fn rows(table: &TableDiff, kind: Change) -> Markup {
    page_of! {
        @for row in table.shown.iter().filter(|row| row.change == kind) {
            @let (cells, more) = told(&row.cells);
            @if cells.is_empty() {
                tr { td { (badge(kind, kind.as_str())) } td { (text(&row_name(row))) } td {} td {} td {} }
            }
            @for (n, cell) in cells.iter().enumerate() {
                @let both = values(cell);
                tr {
                    td { @if n == 0 { (badge(kind, kind.as_str())) } }
                    td { @if n == 0 { (text(&row_name(row))) } }
                    td { (text(&cell.column)) }
                    td { (text(&both.old)) }
                    td { (text(&both.new)) (change(cell)) }
                }
            }
            @if let Some(more) = more { tr { td {} td {} td colspan="3" { (more) } } }
        }
        @if let Some(more) = more_rows(table, kind) {
            tr { td { (badge(kind, kind.as_str())) } td colspan="4" { (more) } }
        }
    }
}
