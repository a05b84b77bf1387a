//! What changed since a run before: the verdict, how many rows the tables have, checks, findings,
//! columns. Which rows, `diff` tells.

use std::cmp::Reverse;

use maud::{Markup, html};

use super::columns::share;
use super::page::{number, plural, scrolling, short, text, thousands};
use super::report::{badge, size};
use crate::diagnostic::find;
use crate::render::View;
use crate::report::{Before, CheckChange, ColumnChange, SavedRun, checks, columns, new_keys};

/// How many checks, tables, columns and keys are told.
const TOLD: usize = 40;
/// What `run.json` has among the tables beside those of the schema.
const OWN_TABLES: [&str; 2] = ["finding", "profile"];

/// What changed since a run before.
pub(super) fn changed(view: &View<'_>, before: &Before) -> Markup {
    html! {
        h2 #changed { "What changed" }
        @match before {
            Before::Unknown => p .quiet {
                "No run before is known. A run is compared with the one whose output its folder has; "
                code .whole { "--compare FOLDER" } " names another."
            },
            Before::Unread(folder, why) => p {
                "The run before, in " (text(&folder.display().to_string())) ", cannot be read: " (text(why)) "."
            },
            Before::Run(old) => (since(view, old)),
        }
    }
}

/// What the top of the page says of it.
pub(super) fn line(view: &View<'_>, before: &Before) -> Option<String> {
    let Before::Run(old) = before else { return None };
    let new = SavedRun::of(view.report());
    let mut parts = Vec::new();
    let statuses = [&**old, &new].map(|run| run.text("/status"));
    if statuses[0] != statuses[1] {
        parts.push(format!("{} → {}", statuses[0], statuses[1]));
    }
    let records = [&**old, &new].map(|run| run.count("/balance/records/in").unwrap_or(0));
    if records[0] != records[1] {
        parts.push(format!("{} → {}", thousands(records[0]), plural(records[1], "record")));
    }
    let (mut worse, mut better) = (0, 0);
    for check in checks(old, &new) {
        let [old, new] = check.status.map(rank);
        worse += u64::from(old > 0 && new > old);
        better += u64::from(new > 0 && new < old);
    }
    for (count, what) in [(worse, "worse"), (better, "better")] {
        if count > 0 {
            parts.push(format!("{} {what}", plural(count, "check")));
        }
    }
    if parts.is_empty() {
        parts.push("the same verdict, records and checks".to_owned());
    }
    Some(format!("Since the run of {}: {}.", when(old), parts.join(", ")))
}

/// When a run began, to the minute.
fn when(run: &SavedRun) -> String {
    cut_at_minute(run.text("/started_at"))
}

fn cut_at_minute(time: &str) -> String {
    time.get(..16).unwrap_or(time).replacen('T', "\u{a0}", 1)
}

fn since(view: &View<'_>, old: &SavedRun) -> Markup {
    let new = SavedRun::of(view.report());
    let notes = notes(old, &new);
    html! {
        p {
            "Since the run of " (text(&when(old))) " in " (text(&old.folder().display().to_string())) "."
            @for note in notes { " " (note) }
        }
        (figures(view, old, &new))
        (of_checks(old, &new))
        (of_findings(old, &new))
        (of_columns(old, &new))
        (of_keys(old, &new))
        (rows(view, old))
    }
}

/// What is to be known of both runs before they are compared.
fn notes(old: &SavedRun, new: &SavedRun) -> Vec<String> {
    let mut notes = Vec::new();
    if old.text("/schema/hash") != new.text("/schema/hash") {
        notes.push("The schema is another: what changed may come from it.".to_owned());
    }
    if old.text("/tool/version") != new.text("/tool/version") {
        notes.push("So is the version of recordmill.".to_owned());
        if notes.len() == 1 {
            notes = vec!["It is of another version of recordmill.".to_owned()];
        }
    }
    if let Some(limit) = old.json()["limit"].as_u64() {
        notes.push(format!("That run read no more than {} records.", thousands(limit)));
    }
    notes
}

/// A figure of both runs: what it is, how it was and is, and by how much it changed if it did.
struct Line {
    what: String,
    sides: [Markup; 2],
    change: Option<String>,
}

fn figures(view: &View<'_>, old: &SavedRun, new: &SavedRun) -> Markup {
    let at = |at: &str| [old, new].map(|run| run.count(at).unwrap_or(0));
    let counted = |what: &str, [old, new]: [u64; 2]| Line {
        what: what.to_owned(),
        sides: [html! { (thousands(old)) }, html! { (thousands(new)) }],
        change: change(old, new),
    };
    let statuses = [old, new].map(|run| run.text("/status"));
    let read = at("/balance/bytes_total");
    let [taken, total] = [at("/coverage/bytes/taken"), at("/coverage/bytes/total")];
    let parts = [0, 1].map(|side| share(taken[side], total[side]));
    let is_other = |differ: bool| differ.then(String::new);
    let lines = [
        Line {
            what: "Verdict".to_owned(),
            sides: statuses.map(badge),
            change: is_other(statuses[0] != statuses[1]),
        },
        counted("Records", at("/balance/records/in")),
        counted("Set aside", at("/balance/records/quarantined")),
        counted("Errors", at("/severities/error")),
        counted("Warnings", at("/severities/warning")),
        Line {
            what: "Text".to_owned(),
            sides: read.map(|bytes| html! { (size(bytes)) }),
            change: (read[0] != read[1]).then(|| change_in_percent(read[0], read[1])),
        },
        Line {
            what: "Bytes taken".to_owned(),
            change: is_other(parts[0] != parts[1]),
            sides: parts.map(|part| html! { (part) }),
        },
    ];
    let lines = lines.into_iter().chain(tables(view, old, new));
    let (differ, same): (Vec<_>, Vec<_>) = lines.partition(|line| line.change.is_some());
    let left = differ.len().saturating_sub(TOLD);
    html! {
        @if !differ.is_empty() {
            (scrolling("The run before and this one", html! {
                thead { tr { th scope="col" { "What" } th .n scope="col" { "Before" } th .n scope="col" { "Now" } } }
                tbody { @for line in differ.iter().take(TOLD) {
                    @let [before, now] = &line.sides;
                    tr {
                        td { (short(&line.what, 80)) }
                        td .n { (before) }
                        td .n { (now) (far(line.change.as_deref().unwrap_or_default())) }
                    }
                } }
            }))
            (more(left))
        }
        @if !same.is_empty() {
            p .quiet {
                @if differ.is_empty() { "All of it is the same: " } @else { "The same: " }
                @for (n, line) in same.iter().take(TOLD).enumerate() {
                    @if n > 0 { ", " } (short(&line.what, 80)) " " (line.sides[1])
                }
                (more(same.len().saturating_sub(TOLD)))
            }
        }
    }
}

/// How far something went, below what it is now.
fn far(change: &str) -> Markup {
    html! { @if !change.is_empty() { div .quiet .small { (change) } } }
}

/// How many rows the tables had and have.
fn tables<'r>(
    view: &'r View<'_>,
    old: &'r SavedRun,
    new: &'r SavedRun,
) -> impl Iterator<Item = Line> + use<'r> {
    let rows = |run: &SavedRun, name: &str| run.json()["tables"].get(name)?["rows"].as_u64();
    let of_schema = view.schema.tables.iter().map(|table| table.name.as_str());
    let is_known = |name: &str| view.schema.tables.iter().any(|table| table.name == name);
    let olds = old.json()["tables"].as_object();
    let olds = olds.into_iter().flatten().map(|(name, _)| name.as_str());
    let gone = olds.filter(move |name| !is_known(name) && !OWN_TABLES.contains(name));
    of_schema.chain(gone).map(move |name| {
        let sides = [old, new].map(|run| rows(run, name));
        let change = match sides {
            [Some(old), Some(new)] => change(old, new),
            [None, Some(_)] => Some("new table".to_owned()),
            [_, None] => Some("no longer there".to_owned()),
        };
        let shown = |rows: Option<u64>| html! { @if let Some(rows) = rows { (thousands(rows)) } @else { "–" } };
        Line { what: format!("Rows of {name}"), sides: sides.map(shown), change }
    })
}

/// By how much a count changed, if it did: of few how many, of more what share.
fn change(old: u64, new: u64) -> Option<String> {
    if old == new {
        return None;
    }
    let sign = if new > old { '+' } else { '−' };
    Some(match old {
        0..100 => format!("{sign}{}", thousands(old.abs_diff(new))),
        _ => change_in_percent(old, new),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn change_in_percent(old: u64, new: u64) -> String {
    let sign = if new > old { '+' } else { '−' };
    let far = old.abs_diff(new);
    if far / 10 > old {
        return format!("{}\u{a0}×", number(new as f64 / old.max(1) as f64));
    }
    format!("{sign}{}", share(far, old))
}

/// How bad what is said of a check is.
fn rank(status: Option<&str>) -> u8 {
    match status {
        Some("fail") => 4,
        Some("not-evaluated") => 3,
        Some("warn") => 2,
        Some("pass") => 1,
        _ => 0,
    }
}

fn of_checks(old: &SavedRun, new: &SavedRun) -> Markup {
    let all = checks(old, new);
    let differs = |check: &&CheckChange<'_>| {
        check.status[0] != check.status[1]
            || check.failed[0] != check.failed[1]
            || check.figure.map(|figure| figure.map(f64::to_bits))[0]
                != check.figure.map(|figure| figure.map(f64::to_bits))[1]
    };
    let mut told: Vec<_> = all.iter().filter(differs).collect();
    if told.is_empty() {
        return html! { p .quiet { "Every check came to the same." } };
    }
    // What became worse comes first, and what became better before what only counts otherwise.
    told.sort_by_key(|check| {
        let [old, new] = check.status.map(rank);
        (Reverse(new.saturating_sub(old)), Reverse(old.saturating_sub(new)), Reverse(new))
    });
    let side = |check: &CheckChange<'_>, side: usize| {
        let seen = match (check.figure[side], check.failed[side], check.evaluated[side]) {
            (Some(figure), ..) => number(figure),
            (None, Some(failed), Some(evaluated)) if evaluated > 0 => {
                format!("{} of {}", thousands(failed), thousands(evaluated))
            }
            (None, Some(failed), _) => thousands(failed),
            (None, None, _) => String::new(),
        };
        html! {
            @if let Some(status) = check.status[side] { (badge(status)) " " span .small { (seen) } }
            @else { span .quiet { "not there" } }
        }
    };
    let left = told.len().saturating_sub(TOLD);
    html! {
        h3 { "Checks" }
        (scrolling("Checks that came to something else", html! {
            thead { tr { th scope="col" { "Check" } th scope="col" { "Before" } th scope="col" { "Now" } } }
            tbody { @for check in told.iter().take(TOLD) { tr {
                td .wide { (short(check.name, 120)) " " span .quiet .small { (text(check.code)) } }
                td { (side(check, 0)) } td { (side(check, 1)) }
            } } }
        }))
        (more(left))
    }
}

fn of_findings(old: &SavedRun, new: &SavedRun) -> Markup {
    let sides = [old, new].map(|run| run.counts("/findings"));
    let mut ids: Vec<_> = sides.iter().flat_map(|side| side.keys().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let count = |side: usize, id: &str| sides[side].get(id).copied().unwrap_or(0);
    ids.retain(|id| count(0, id) != count(1, id));
    if ids.is_empty() {
        return html! {};
    }
    ids.sort_by_key(|id| Reverse(count(1, id).saturating_sub(count(0, id))));
    html! {
        h3 { "Findings" }
        (scrolling("Findings of which there are more or fewer", html! {
            thead { tr { th scope="col" { "What" } th .n scope="col" { "Before" } th .n scope="col" { "Now" } } }
            tbody { @for id in ids { tr {
                td { (find(id).map_or("", |code| code.name)) " " span .quiet .small { (text(id)) } }
                td .n { (thousands(count(0, id))) }
                td .n { (thousands(count(1, id))) (far(&change(count(0, id), count(1, id)).unwrap_or_default())) }
            } } }
        }))
    }
}

fn of_columns(old: &SavedRun, new: &SavedRun) -> Markup {
    let Some(told) = columns(old, new) else {
        return html! { p .quiet {
            "The run before has no profile, so that its columns are not compared: "
            code .whole { "--report html" } " and " code .whole { "--profile" } " keep one."
        } };
    };
    if told.is_empty() {
        return html! { p .quiet { "No column has another type, another share of null or another mean." } };
    }
    // Only what changed is told of each.
    let both = |old: String, new: String| format!("{old} → {new}");
    let null = |change: &ColumnChange<'_>| match change.null {
        [Some(old), Some(new)] if change.is_null_told() => both(in_percent(old), in_percent(new)),
        _ => String::new(),
    };
    let mean = |change: &ColumnChange<'_>| match change.mean {
        [Some(old), Some(new)] if change.is_mean_told() => both(number(old), number(new)),
        _ => String::new(),
    };
    let note = |change: &ColumnChange<'_>| match change.kind {
        [None, _] => "new column".to_owned(),
        [_, None] => "no longer there".to_owned(),
        [Some(old), Some(new)] if old != new => format!("was {old}, is {new}"),
        _ => String::new(),
    };
    let left = told.len().saturating_sub(TOLD);
    html! {
        h3 { "Columns" }
        (scrolling("Columns that changed", html! {
            thead { tr { th scope="col" { "Column" } th .n scope="col" { "Null" } th .n scope="col" { "Mean" } } }
            tbody { @for change in told.iter().take(TOLD) { tr {
                td .wide {
                    span .quiet { (short(change.table, 60)) "." } (short(change.column, 60))
                    @let note = note(change);
                    @if !note.is_empty() { div .quiet .small { (text(&note)) } }
                }
                td .n { (null(change)) } td .n { (mean(change)) }
            } } }
        }))
        (more(left))
    }
}

/// A share in which a tenth of a point can be seen.
#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn in_percent((part, whole): (u64, u64)) -> String {
    format!("{:.1}\u{a0}%", part as f64 * 100.0 / whole.max(1) as f64)
}

fn of_keys(old: &SavedRun, new: &SavedRun) -> Markup {
    let keys = new_keys(old, new);
    let left = keys.len().saturating_sub(TOLD);
    html! {
        @if !keys.is_empty() {
            h3 { "Keys that no field knows, and that were not there" }
            p { @for (n, key) in keys.iter().take(TOLD).enumerate() { @if n > 0 { ", " } code { (short(key, 60)) } } }
            (more(left))
        }
    }
}

/// How to learn which rows changed.
fn rows(view: &View<'_>, old: &SavedRun) -> Markup {
    let report = view.report();
    if report.outputs.is_empty() {
        return html! {};
    }
    html! {
        p .quiet .small {
            "Which rows changed, " code .whole { "recordmill diff" } " tells of two folders"
            @if report.published { "; what is published here takes the place of what the folder had, so keep a copy of it" }
            ". " @if !report.published { "This run stands beside " (text(&old.folder().display().to_string())) "." }
        }
    }
}

fn more(left: usize) -> Markup {
    html! { @if left > 0 { p .quiet { "… and " (thousands(left as u64)) " more." } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_how_far_it_went() {
        let shown = [(3, 3), (0, 4), (99, 9), (100, 104), (2000, 1000), (100, 100_000)];
        let shown = shown.map(|(old, new)| change(old, new).unwrap_or_default());
        let shown = shown.map(|text| text.replace('\u{a0}', " "));
        assert_eq!(shown, ["", "+4", "−90", "+4.0 %", "−50 %", "1 000 ×"]);
        assert_eq!(cut_at_minute("2026-05-01T09:00:00.5"), "2026-05-01\u{a0}09:00");
    }
}
