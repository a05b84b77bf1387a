//! What changed, as a page: one file that asks for nothing from anywhere, runs no script,
//! and shows text of a dump as text.

use maud::{DOCTYPE, Markup, html as page};

use super::{
    TOLD, change, check_line, code_lines, columns, finding_line, findings_line, headline,
    input_line, more, row_name, run_line, run_notes, table_line, table_notes, values,
};
use crate::diff::model::{Change, Diff, TableDiff};
use crate::render::{sanitize, thousands};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c1c1c;--paper:#fff;--faint:#5c5c5c;--line:#d4d4d4;\
--added:#0a6b2d;--removed:#a3180f;--changed:#7a4a00}\
@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#161616;--faint:#a8a8a8;--line:#3d3d3d;\
--added:#6fd08c;--removed:#ff9a8f;--changed:#f0b866}}\
body{font:16px/1.5 system-ui,\"Noto Sans\",\"Noto Sans CJK SC\",sans-serif;color:var(--ink);\
background:var(--paper);max-width:72rem;margin:0 auto;padding:1rem}\
h1{font-size:1.5rem}h2{font-size:1.2rem;border-top:1px solid var(--line);padding-top:1rem;margin-top:2rem}\
.wide{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0}\
th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);\
overflow-wrap:anywhere;min-width:4rem}\
a{color:inherit}.notes{color:var(--faint)}.added{color:var(--added)}.removed{color:var(--removed)}.changed{color:var(--changed)}\
@media print{body{max-width:none}.wide{overflow:visible}}";

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The report.
#[must_use]
pub fn html(diff: &Diff) -> String {
    let title = headline(diff);
    let run = &diff.run;
    let page = page! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { "recordmill diff: " (sanitize(&title)) }
                // Nothing of a dump stands in it.
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (text(&title)) }
                    div class="wide" tabindex="0" role="region" aria-label="The runs" {
                        table {
                            thead { tr { th scope="col" { "Run" } th scope="col" { "Folder" } th scope="col" { "What it was" } } }
                            tbody {
                                tr { th scope="row" { "old" } td { (text(&diff.folders.old)) } td { (text(&run_line(run, |sides| &sides.old))) } }
                                tr { th scope="row" { "new" } td { (text(&diff.folders.new)) } td { (text(&run_line(run, |sides| &sides.new))) } }
                            }
                        }
                    }
                    (list(&run_notes(run)))
                    @if !run.inputs.is_empty() {
                        h2 { "Inputs" }
                        ul { @for input in run.inputs.iter().take(TOLD) {
                            li class=(input.change.as_str()) { (input.change.as_str()) ": " (text(&input_line(input))) }
                        } }
                    }
                    @if !run.checks.is_empty() {
                        h2 { "Checks with another verdict" }
                        ul { @for check in run.checks.iter().take(TOLD) { li { (text(&check_line(check))) } } }
                    }
                    h2 { "Findings" }
                    p { (text(&findings_line(diff))) }
                    (list(&code_lines(diff)))
                    @if !diff.findings.shown.is_empty() {
                        ul { @for finding in &diff.findings.shown {
                            li class=(finding.change.as_str()) {
                                @if finding.change == Change::Added { "new: " } @else { "gone: " }
                                (text(&finding_line(finding)))
                            }
                        } }
                    }
                    h2 { "Tables" }
                    (overview(diff))
                    @for (n, table) in diff.tables.iter().enumerate() { (of_table(n, table)) }
                }
            }
        }
    };
    let mut out = page.into_string();
    out.push('\n');
    out
}

/// A text of a dump: what would act is shown as its code point, and what runs from right to
/// left turns nothing around it.
fn text(text: &str) -> Markup {
    page! { bdi { (sanitize(text)) } }
}

fn list(lines: &[String]) -> Markup {
    page! {
        @if !lines.is_empty() {
            ul class="notes" { @for line in lines { li { (text(line)) } } }
        }
    }
}

/// What became of each table, with a link to more.
fn overview(diff: &Diff) -> Markup {
    page! {
        div class="wide" tabindex="0" role="region" aria-label="What became of each table" {
            table {
                thead { tr { @for head in ["Table", "Rows", "Changed", "Added", "Removed", "The same"] { th scope="col" { (head) } } } }
                tbody { @for (n, table) in diff.tables.iter().enumerate() {
                    tr {
                        th scope="row" { a href={ "#table-" (n) } { (text(&table.name)) } }
                        td { (super::rows(&table.rows)) }
                        @for count in [table.changed, table.added, table.removed, table.same] { td { (thousands(count)) } }
                    }
                } }
            }
        }
    }
}

fn of_table(n: usize, table: &TableDiff) -> Markup {
    let columns = columns(table);
    page! {
        h2 id={ "table-" (n) } { (text(&table.name)) }
        p { (text(&table_line(table))) }
        @if !table.is_same() {
            (list(&table_notes(table)))
            @if !columns.is_empty() {
                div class="wide" tabindex="0" role="region" aria-label={ "Columns of " (sanitize(&table.name)) } {
                    table {
                        thead { tr { th scope="col" { "Column" } th scope="col" { "Differ" } th scope="col" { "How" } } }
                        tbody { @for [name, cells, far] in columns.iter().take(TOLD) {
                            tr { th scope="row" { (text(name)) } td { (cells) } td { (text(far)) } }
                        } }
                    }
                }
            }
            @if !table.shown.is_empty() {
                div class="wide" tabindex="0" role="region" aria-label={ "Rows of " (sanitize(&table.name)) } {
                    table {
                        thead { tr {
                            th scope="col" { "Change" } th scope="col" { "Row" } th scope="col" { "Column" }
                            th scope="col" { "Old" } th scope="col" { "New" }
                        } }
                        tbody {
                            @for kind in [Change::Changed, Change::Added, Change::Removed] {
                                (rows(table, kind))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn rows(table: &TableDiff, kind: Change) -> Markup {
    let left = more(table, kind);
    page! {
        @for row in table.shown.iter().filter(|row| row.change == kind) {
            @if row.cells.is_empty() {
                tr { td class=(kind.as_str()) { (kind.as_str()) } td { (text(&row_name(row))) } td {} td {} td {} }
            }
            @for (n, cell) in row.cells.iter().take(TOLD).enumerate() {
                @let both = values(cell);
                tr {
                    td class=(kind.as_str()) { @if n == 0 { (kind.as_str()) } }
                    td { @if n == 0 { (text(&row_name(row))) } }
                    td { (text(&cell.column)) }
                    td { (text(&both.old)) }
                    td { (text(&both.new)) (change(cell)) }
                }
            }
        }
        @if left > 0 {
            tr { td class=(kind.as_str()) { (kind.as_str()) } td { "… and " (thousands(left)) " more" } td {} td {} td {} }
        }
    }
}
