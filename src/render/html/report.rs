//! The report of a run.

use std::cmp::Reverse;
use std::ops::Range;

use maud::{Markup, html};

use super::changed;
use super::columns::{self, share};
use super::page::{page, plural, quoted, scrolling, short, text, thousands};
use super::svg;
use crate::data::Bytes;
use crate::diagnostic::{Action, Located, Severity, Steps, find};
use crate::render::snippet::first_line;
use crate::render::{View, cut, sanitize};
use crate::report::{Before, CheckReport, RunReport, Status};

/// How many findings of each severity the report is given.
pub const HTML_FINDINGS: usize = 100;
/// How many findings are shown with their lines.
const SNIPPETS: usize = 60;
/// How many checks, inputs and files have a line.
const TOLD: usize = 150;
/// How many bytes a page has for what stands in it, and how many of them are for findings with
/// their fields and lines.
const ROOM: usize = 900_000;
const ROOM_OF_FINDINGS: usize = 200_000;
/// How many fields of a code have a bar.
const FIELDS: usize = 12;
/// How many characters of a line are shown before and behind a finding, and of the finding.
const AROUND: usize = 60;
const INSIDE: usize = 160;

/// The report, as a page of its own: one file that fetches nothing, runs nothing, and stays below
/// a megabyte. It says what changed since a run before.
#[must_use]
pub fn html(view: &View<'_>, before: &Before) -> String {
    let report = view.report();
    let title = format!("{}: {} — recordmill", report.schema.name, report.status);
    let tool = format!("{} {}", report.tool.name, report.tool.version);
    let footer = html! {
        p {
            (tool) ", schema " (text(&report.schema.path)) " (BLAKE3 " (cut(&report.schema.hash, 16)) "), "
            (text(report.started_at.split('.').next().unwrap_or_default())) ", " (report.timings.wall_seconds) " s"
        }
    };
    page(&title, header(view, before), main(view, before), footer)
}

fn header(view: &View<'_>, before: &Before) -> Markup {
    let report = view.report();
    let records = &report.balance.records;
    let found = |severity: Severity| report.severities.get(severity.as_str()).copied().unwrap_or(0);
    let bytes = &report.coverage.bytes;
    let keys = &report.coverage.keys;
    let facts = [
        (
            "Records",
            thousands(records.r#in),
            format!("from {}", plural(report.inputs.len() as u64, "input")),
        ),
        ("In the tables", thousands(records.out), share(records.out, records.r#in)),
        ("Set aside", thousands(records.quarantined), "in the quarantine".to_owned()),
        ("Errors", thousands(found(Severity::Error)), String::new()),
        (
            "Warnings",
            thousands(found(Severity::Warning)),
            format!("and {}", plural(found(Severity::Info), "info")),
        ),
        ("Bytes taken", share(bytes.taken, bytes.total), format!("of {}", size(bytes.total))),
        (
            "Keys known",
            share(keys.taken, keys.total),
            format!("of {} entries", thousands(keys.total)),
        ),
    ];
    let status = report.status.as_str();
    html! {
        div .top {
            h1 { (text(&report.schema.name)) }
            @if let Some(description) = &view.schema.description { span .quiet { (short(description, 160)) } }
        }
        div .verdict .(status) {
            p { strong { (verdict(report.status)) } " " (usable(report)) }
            p .small { (found_line(view)) @if let Some(limit) = report.limit { ", no more than " (plural(limit, "record")) " were read" } }
            @if let Some(line) = changed::line(view, before) { p .small { (text(&line)) " " a href="#changed" { "More" } } }
        }
        nav aria-label="Sections" {
            a href="#checks" { "Checks" }
            a href="#changed" { "What changed" }
            a href="#findings" { "Findings" }
            @if report.profile.is_some() { a href="#tables" { "Tables and columns" } }
            a href="#balance" { "Where the bytes went" }
            a href="#inputs" { "Inputs" }
            @if report.coverage.unknown_keys_total > 0 { a href="#unknown" { "Unknown keys" } }
            @if records.quarantined > 0 { a href="#quarantine" { "Quarantine" } }
        }
        dl .facts {
            @for (what, number, more) in facts {
                div { dt { (what) } dd { (number) @if !more.is_empty() { small { (more) } } } }
            }
        }
    }
}

/// How many findings there are, with no line break within a number.
fn found_line(view: &View<'_>) -> String {
    let line = view.found();
    let pieces: Vec<_> = line.split(' ').collect();
    let mut out = String::new();
    for (n, piece) in pieces.iter().enumerate() {
        let within = n > 0 && piece.starts_with(|c: char| c.is_ascii_digit());
        let within = within && pieces[n - 1].ends_with(|c: char| c.is_ascii_digit());
        out.push_str(if n == 0 {
            ""
        } else if within {
            "\u{a0}"
        } else {
            " "
        });
        out.push_str(piece);
    }
    out
}

/// The verdict as a person would say it.
fn verdict(status: Status) -> &'static str {
    match status {
        Status::Pass => "Pass.",
        Status::Warn => "Pass, with warnings.",
        Status::Fail => "Fail.",
        Status::NotEvaluated => "Nothing was checked.",
    }
}

/// Whether the tables can be used.
fn usable(report: &RunReport) -> &'static str {
    match (report.outputs.is_empty(), report.published, report.status) {
        (true, _, Status::Pass | Status::Warn) => "Every check holds; no tables were written.",
        (true, _, _) => "No tables were written.",
        (false, true, Status::Fail) => "The tables are published all the same, as was asked for.",
        (false, true, _) => "The tables are published.",
        (false, false, _) => "The tables are not published; what readers have is as it was.",
    }
}

fn main(view: &View<'_>, before: &Before) -> Markup {
    let report = view.report();
    let before = html! {
        h2 #checks { "Checks" }
        (checks(view))
        (changed::changed(view, before))
        h2 #findings { "Findings" }
        (findings(view))
    };
    let behind = html! {
        h2 #balance { "Where the bytes went" }
        (balance(report))
        h2 #inputs { "Inputs" }
        (inputs(report))
        (unknown(report))
        (quarantine(view))
    };
    // What is left of the room is for columns.
    let room = ROOM.saturating_sub(before.0.len() + behind.0.len());
    html! {
        (before)
        @if let Some(profile) = &report.profile {
            h2 #tables { "Tables and columns" }
            (columns::tables(profile, view.schema, room))
        }
        (behind)
    }
}

pub(super) fn badge(word: &str) -> Markup {
    html! { span .badge .(word) { (word) } }
}

fn checks(view: &View<'_>) -> Markup {
    let (report, failed) = (view.report(), view.not_passed());
    let mut passed: Vec<_> =
        report.checks.iter().filter(|check| check.status == Status::Pass).collect();
    // What the schema asks for is more to those who wrote it.
    passed.sort_by_key(|check| !check.asked);
    html! {
        @if !failed.is_empty() { (check_table(&failed, "Checks that have not passed")) }
        @if !passed.is_empty() {
            details {
                summary {
                    @if failed.is_empty() { "All " }
                    (plural(passed.len() as u64, "check")) " passed"
                }
                div .inner { (check_table(&passed, "Checks that passed")) }
            }
        }
    }
}

fn check_table(checks: &[&CheckReport], what: &str) -> Markup {
    let left = checks.len().saturating_sub(TOLD);
    html! {
        div .checks { (scrolling(what, html! {
            thead { tr { th scope="col" { "Result" } th scope="col" { "Check" } th scope="col" { "Expected" } th scope="col" { "Seen" } } }
            tbody {
                @for check in checks.iter().take(TOLD) {
                    tr {
                        td { (badge(check.word())) }
                        td .wide {
                            (short(&check.name, 120))
                            div .quiet .small {
                                (check.code)
                                @if let Some(subject) = &check.subject { ", " (short(subject, 60)) }
                            }
                        }
                        td { (expected(check)) }
                        td .seen { (seen(check)) }
                    }
                }
            }
        })) }
        @if left > 0 { p .quiet { "… and " (thousands(left as u64)) " more." } }
    }
}

fn expected(check: &CheckReport) -> Markup {
    let limits = [("error", &check.error), ("warning", &check.warning)];
    let limits: Vec<_> =
        limits.into_iter().filter_map(|(word, limit)| Some((word, limit.as_ref()?))).collect();
    html! {
        @if let Some(expected) = &check.expected {
            div { (quoted(expected)) }
        } @else if limits.is_empty() {
            "none"
        }
        @for (word, limit) in limits { div { (text(limit)) ", else " (word) } }
    }
}

fn seen(check: &CheckReport) -> Markup {
    html! {
        @if let Some(reason) = &check.reason {
            (short(reason, 200))
        } @else if check.evaluated == 0 && check.failed == 0 {
            span .quiet { "nothing to look at" }
        } @else if let Some(figure) = check.figure {
            strong { ((figure * 1e6).round() / 1e6) }
            @if check.evaluated > 1 { div .quiet .small { "over " (thousands(check.evaluated)) " " (check.unit) } }
        } @else if check.unit.starts_with("run") {
            (thousands(check.failed))
        } @else {
            strong { (thousands(check.failed)) } span .quiet { " of " (thousands(check.evaluated)) " " (check.unit) }
            @if check.failed > 0 { div .small { (share(check.failed, check.evaluated)) (svg::meter(check.failed, check.evaluated, true)) } }
        }
        @if check.known > 0 { div .quiet .small { (thousands(check.known)) " in the baseline" } }
    }
}

fn findings(view: &View<'_>) -> Markup {
    let outcome = view.outcome;
    let mut tallies: Vec<_> = outcome.tallies.iter().collect();
    tallies.sort_by_key(|(id, tally)| (Reverse(tally.severity), Reverse(tally.count), **id));
    if tallies.is_empty() {
        return html! { p { "Nothing was found." } };
    }
    let most = tallies.iter().map(|(_, tally)| tally.count).max().unwrap_or(1);
    let (mut left, mut bytes) = (SNIPPETS, 0);
    let sections: Vec<_> = tallies
        .iter()
        .map(|(id, tally)| {
            let code = find(id);
            let shown = outcome.shown.iter().filter(|located| located.finding.code.id == **id);
            let is_roomy = bytes < ROOM_OF_FINDINGS;
            let shown: Vec<_> = shown.take(if is_roomy { left } else { 0 }).collect();
            left -= shown.len();
            let section = html! {
                details {
                    summary .code {
                        span {
                            (badge(tally.severity.as_str())) " "
                            span .name { (code.map_or("", |code| code.name)) } " " span .quiet { (*id) }
                        }
                        span .count {
                            strong { (thousands(tally.count)) }
                            (svg::meter(tally.count, most, false))
                        }
                        span .quiet .small {
                            (code.map_or("", |code| code.summary))
                            @if tally.known > 0 { ", " (thousands(tally.known)) " in the baseline" }
                        }
                    }
                    div .inner {
                        @if is_roomy { (fields(view, id, tally.count)) }
                        @for located in shown { (finding(view, located)) }
                        p .small .quiet { code { "recordmill explain " (*id) } " says what it does and why it matters." }
                    }
                }
            };
            bytes += section.0.len();
            section
        })
        .collect();
    html! { @for section in sections { (section) } (worst(view)) }
}

/// The fields that findings of a code are about.
fn fields(view: &View<'_>, id: &str, count: u64) -> Markup {
    let Some(fields) = view.outcome.by_field.get(id) else { return html! {} };
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(name, count)| (Reverse(**count), *name));
    if let [(name, _)] = fields.as_slice()
        && name.is_empty()
    {
        return html! {};
    }
    let rest: u64 = fields.iter().skip(FIELDS).map(|(_, count)| **count).sum();
    html! {
        p .label { "By field" }
        table .tops {
            @for (name, found) in fields.iter().take(FIELDS) {
                tr {
                    td { @if name.is_empty() { span .quiet { "no field" } } @else { (short(name, 60)) } }
                    td .bar { (svg::meter(**found, count, false)) }
                    td .n { (thousands(**found)) }
                }
            }
            @if rest > 0 { tr { td .quiet { "others" } td .bar { (svg::meter(rest, count, false)) } td .n { (thousands(rest)) } } }
        }
    }
}

/// A finding with the line of the dump and the line of the schema side by side.
fn finding(view: &View<'_>, located: &Located) -> Markup {
    let finding = &located.finding;
    let file = view.file(located).map(|file| format!("{file}:{}:{}", located.line, located.column));
    let asks = finding.schema_span.as_ref().map(|span| view.schema.place(span));
    html! {
        div .finding {
            div { (badge(finding.severity.as_str())) " " (quoted(&cut(&finding.message, 300))) }
            div .sides {
                @if let Some(file) = &file {
                    div .side {
                        div .where { (text(file)) }
                        @if let Some(excerpt) = &located.excerpt {
                            pre { (marked(&excerpt.text, &excerpt.span, excerpt.cut)) }
                        } @else if let Some(raw) = &finding.raw {
                            pre { (short(raw, INSIDE)) }
                        }
                    }
                }
                @if let Some((file, span)) = asks {
                    @let (number, line, span) = first_line(&file.text, span);
                    div .side {
                        div .where { (text(&file.path)) ":" (number) ", asked for by the schema" }
                        pre { (marked(line, &span, false)) }
                    }
                }
            }
            @if let Some(steps) = finding.steps.as_deref() { (way(steps)) }
            @if let Some(help) = &finding.help { p .small { "Help: " (short(help, 300)) } }
            @if let Some(suggestion) = finding.suggestion.as_deref() {
                p .small {
                    @if suggestion.is_empty() { "Leave it out." } @else { "Write " code { (short(suggestion, 120)) } }
                }
            }
        }
    }
}

/// A value on its way into the tables, if it changes there.
fn way(steps: &Steps) -> Markup {
    let Steps { raw, extracted, normalized } = steps;
    html! {
        @if extracted != raw || normalized != extracted {
            dl .pairs {
                dt { "in the dump" } dd { code { (short(raw, 120)) } }
                @if extracted != raw { dt { "taken as" } dd { code { (short(extracted, 120)) } } }
                @if normalized != extracted { dt { "in the table" } dd { code { (short(normalized, 120)) } } }
            }
        }
    }
}

/// A line with a part of it marked, cut to what is around the mark.
fn marked(line: &str, span: &Range<usize>, is_cut: bool) -> Markup {
    let (Some(before), Some(inside), Some(behind)) =
        (line.get(..span.start), line.get(span.clone()), line.get(span.end..))
    else {
        return short(line, INSIDE);
    };
    let from = before.char_indices().rev().take(AROUND).last().map_or(before.len(), |(at, _)| at);
    html! {
        bdi {
            @if is_cut || from > 0 { "…" }
            (sanitize(&before[from..]))
        }
        @if inside.is_empty() { mark aria-label="here" { "\u{2038}" } } @else { mark { (short(inside, INSIDE)) } }
        (short(behind, AROUND))
    }
}

/// The worst findings in a list.
fn worst(view: &View<'_>) -> Markup {
    let worst: Vec<_> = view
        .new_findings()
        .filter(|located| located.finding.severity > Severity::Info)
        .take(HTML_FINDINGS)
        .collect();
    if worst.is_empty() {
        return html! {};
    }
    html! {
        details {
            summary { "The worst " (plural(worst.len() as u64, "finding")) " one by one" }
            div .inner { (scrolling("The worst findings", html! {
                thead { tr { th scope="col" { "Severity" } th scope="col" { "Place" } th scope="col" { "Field" } th scope="col" { "What" } } }
                tbody {
                    @for located in worst {
                        @let finding = &located.finding;
                        tr {
                            td { (badge(finding.severity.as_str())) }
                            td {
                                @if let Some(file) = view.file(located) { (short(file, 80)) ":" (located.line) ":" (located.column) }
                            }
                            td { @if let Some(field) = &finding.field { (short(field, 60)) } }
                            td .wide {
                                span .quiet { (finding.code.id) " " } (short(&finding.message, 160))
                                @if let Some(raw) = finding.raw.as_deref().filter(|raw| !raw.is_empty()) { div { code { (short(raw, 80)) } } }
                            }
                        }
                    }
                }
            })) }
        }
    }
}

/// What bytes are, their number, and the class of their color: first those that were taken.
fn classes(bytes: &Bytes) -> [(&'static str, u64, &'static str); 10] {
    [
        ("values", bytes.value, "c1"),
        ("keys", bytes.key, "c2"),
        ("separators and blanks", bytes.separator, "c3"),
        ("left out on purpose", bytes.ignored, "c4"),
        ("byte order marks", bytes.byte_order_mark, "c4"),
        ("keys that no field knows", bytes.unknown_key, "c5"),
        ("repeated keys", bytes.repeated, "c6"),
        ("of no key", bytes.stray, "c7"),
        ("outside of records", bytes.outside, "c8"),
        ("set aside", bytes.quarantined, "c9"),
    ]
}

fn balance(report: &RunReport) -> Markup {
    let balance = &report.balance;
    let classes = classes(&balance.bytes);
    let parts = classes.map(|(_, bytes, class)| (bytes, class));
    html! {
        p .quiet { "Every byte of the inputs is in one class: " (size(balance.bytes_total)) " of text." }
        (svg::stack(&parts, "the bytes of the inputs by what they are"))
        ul .legend {
            @for (what, bytes, class) in classes.into_iter().filter(|(_, bytes, _)| *bytes > 0) {
                li {
                    svg viewBox="0 0 10 10" aria-hidden="true" { rect width="10" height="10" class=(class) {} }
                    span { (what) }
                    span .n { (size(bytes)) " " span .quiet { (share(bytes, balance.bytes_total)) } }
                }
            }
        }
    }
}

/// Bytes for people.
pub(super) fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a size for people")]
    let number = bytes as f64;
    match number {
        number if number < 1e3 => plural(bytes, "byte"),
        number if number < 1e6 => format!("{:.1}\u{a0}kB", number / 1e3),
        number if number < 1e9 => format!("{:.1}\u{a0}MB", number / 1e6),
        number => format!("{:.2}\u{a0}GB", number / 1e9),
    }
}

fn inputs(report: &RunReport) -> Markup {
    let left = report.inputs.len().saturating_sub(TOLD);
    html! {
        (scrolling("Inputs", html! {
            thead { tr {
                th scope="col" { "Input" } th .n scope="col" { "Records" } th .n scope="col" { "Size" }
                th scope="col" { "Form" } th scope="col" { "Encoding" }
            } }
            tbody {
                @for input in report.inputs.iter().take(TOLD) {
                    tr {
                        td .wide { (short(&input.path, 120)) }
                        td .n { (thousands(input.records)) }
                        td .n { (size(input.bytes)) }
                        td { (input.format) @if let Some(compression) = &input.compression { ", " (text(compression)) } }
                        td {
                            (input.encoding)
                            @if input.encoding_certainty != "certain" { ", " (input.encoding_certainty) }
                            @if input.invalid_sequences > 0 { ", " (plural(input.invalid_sequences, "invalid sequence")) }
                        }
                    }
                }
            }
        }))
        @if left > 0 { p .quiet { "… and " (thousands(left as u64)) " more." } }
    }
}

fn unknown(report: &RunReport) -> Markup {
    let coverage = &report.coverage;
    let idle = [
        ("Fields that no record has", &coverage.fields_never_seen),
        ("Rules that matched nothing", &coverage.rules_never_matched),
    ];
    let most = coverage.unknown_keys.first().map_or(1, |key| key.count);
    let left = coverage.unknown_keys_total.saturating_sub(coverage.unknown_keys.len() as u64);
    html! {
        @if !coverage.unknown_keys.is_empty() {
            h2 #unknown { "Keys that no field knows" }
            (scrolling("Keys that no field knows", html! {
                thead { tr { th scope="col" { "Key" } th .n scope="col" { "Times" } th scope="col" { "Of the most" } th scope="col" { "First at" } th scope="col" { "Perhaps" } } }
                tbody {
                    @for key in &coverage.unknown_keys {
                        tr {
                            td { (short(&key.key, 60)) }
                            td .n { (thousands(key.count)) }
                            td { (svg::meter(key.count, most, false)) }
                            td { (short(&key.first, 100)) }
                            td { @if let Some(near) = &key.nearest { (short(near, 60)) } }
                        }
                    }
                }
            }))
            @if left > 0 { p .quiet { "… and " (thousands(left)) " more." } }
        }
        @if idle.iter().any(|(_, names)| !names.is_empty()) {
            h2 { "Parts of the schema that nothing came to" }
            @for (what, names) in idle.into_iter().filter(|(_, names)| !names.is_empty()) {
                details {
                    summary { (what) ": " (thousands(names.len() as u64)) }
                    div .inner { ul { @for name in names.iter().take(TOLD) { li { (quoted(&cut(name, 100))) } } } }
                }
            }
        }
    }
}

fn quarantine(view: &View<'_>) -> Markup {
    let report = view.report();
    let aside = report.balance.records.quarantined;
    if aside == 0 {
        return html! {};
    }
    let files = report.outputs.iter().filter(|output| output.path.starts_with("quarantine/"));
    let files: Vec<_> = files.collect();
    let why = view.outcome.worst.iter().filter(|located| located.finding.action == Action::Reject);
    let why: Vec<_> = why.take(20).collect();
    html! {
        h2 #quarantine { "Quarantine" }
        p { (plural(aside, "record")) ", " (size(report.balance.bytes.quarantined)) " of text, in their original bytes." }
        @if !why.is_empty() {
            ul { @for located in why {
                li {
                    @if let Some(file) = view.file(located) { (short(file, 80)) ":" (located.line) ": " }
                    (short(&located.finding.message, 160))
                }
            } }
        }
        @if !files.is_empty() {
            (scrolling("Files of the quarantine", html! {
                thead { tr { th scope="col" { "File" } th .n scope="col" { "Size" } } }
                tbody { @for file in files.iter().take(TOLD) { tr { td { (short(&file.path, 120)) } td .n { (size(file.bytes)) } } } }
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stays_on_its_characters_and_a_line_is_cut_around_it() {
        let line = format!("{}<b>\u{202e}甲</b>{}", "长".repeat(100), "短".repeat(100));
        let start = line.find('甲').unwrap();
        let shown = marked(&line, &(start..start + 3), false).into_string();
        assert!(shown.starts_with("<bdi>…长"), "{shown}");
        assert!(shown.contains("&lt;b&gt;\\u{202e}</bdi><mark><bdi>甲</bdi></mark>"), "{shown}");
        assert!(shown.ends_with("短…</bdi>") && !shown.contains('\u{202e}'), "{shown}");
        // A span that is none of the line's shows the line.
        assert!(marked("甲", &(1..2), false).into_string().contains('甲'));
        assert!(marked("甲", &(3..3), false).into_string().contains("here"));
    }

    #[test]
    fn every_class_of_bytes_is_drawn() {
        let bytes = Bytes {
            key: 1,
            value: 2,
            separator: 3,
            ignored: 4,
            unknown_key: 5,
            repeated: 6,
            stray: 7,
            outside: 8,
            quarantined: 9,
            byte_order_mark: 10,
        };
        let drawn: u64 = classes(&bytes).iter().map(|(_, bytes, _)| bytes).sum();
        assert_eq!(drawn, bytes.total());
    }
}
