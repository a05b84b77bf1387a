//! A run for people: the first findings of each code at their places; and the summary, which has the tables,
//! the checks that have not passed, what the schema does not know, and at its end the verdict with the balance of
//! bytes and what to do next.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::snippet::{Style, finding};
use super::{View, cut, plural, sanitize, thousands};
use crate::diagnostic::{Code, Located, Severity, find};
use crate::publish::Earlier;
use crate::report::RunReport;
use crate::report::Status;

/// How many checks, keys and resolved entries are reported one by one.
const TOLD: usize = 12;
/// How many idle rules and fields are named.
const IDLE: usize = 3;

/// What the summary says that the run does not know.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// Where the tables were written, if any were.
    pub folder: Option<PathBuf>,
    /// How the run came to its schema and its options, a line each.
    pub lines: Vec<String>,
    /// What to do next.
    pub next: Option<String>,
}

/// The first findings of each code.
#[must_use]
pub fn findings(view: &View<'_>, style: Style) -> String {
    let mut out = String::new();
    snippets(view, style, &mut out);
    out
}

/// What the run came to.
#[must_use]
pub fn summary(view: &View<'_>, notes: &Notes, style: Style) -> String {
    let mut out = String::new();
    tables(view.report(), notes.folder.as_deref(), &mut out);
    unpublished(view, &mut out);
    codes(view, &mut out);
    checks(view, &mut out);
    coverage(view.report(), &mut out);
    baseline(view.report(), &mut out);
    if let Some(limit) = view.report().limit {
        out.push_str(&format!("  no more than {} were read\n", plural(limit, "record")));
    }
    for line in &notes.lines {
        out.push_str(&format!("  {}\n", sanitize(line)));
    }
    encodings(view.report(), &mut out);
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    out.push_str(&verdict(view.report(), style));
    if let Some(next) = &notes.next {
        out.push_str(&format!("\nnext: {}", sanitize(next)));
    }
    out
}

fn snippets(view: &View<'_>, style: Style, out: &mut String) {
    let outcome = view.outcome;
    let mut shown: BTreeMap<&str, u64> = BTreeMap::new();
    let mut asked = Vec::new();
    for located in &outcome.shown {
        let code = located.finding.code;
        let tally = &outcome.tallies[code.id];
        if !is_shown(located) {
            continue;
        }
        // A line of the schema that asks for several findings is shown once.
        let asks = (code.id, located.finding.schema_span.clone());
        let schema_span = (!asked.contains(&asks)).then_some(view.schema);
        asked.push(asks);
        out.push_str(&finding(located, view.file(located), schema_span, style));
        out.push('\n');
        let seen = shown.entry(code.id).or_default();
        *seen += 1;
        let others = outcome
            .shown
            .iter()
            .filter(|other| other.finding.code == code && other.finding.severity > Severity::Info);
        if others.count() as u64 == *seen && tally.count > *seen {
            let more = thousands(tally.count - *seen);
            out.push_str(&format!("  … and {more} more {}\n", code.title()));
        }
        out.push('\n');
    }
}

/// What is informative is counted below, and a rule that had nothing to
/// look at stands among the checks.
fn is_shown(located: &Located) -> bool {
    let finding = &located.finding;
    finding.severity > Severity::Info && finding.code != Code::RULE_NOT_EVALUATED
}

fn tables(report: &RunReport, folder: Option<&Path>, out: &mut String) {
    let tables: Vec<_> = report.tables.iter().collect();
    let Some(widest) = tables.iter().map(|(name, _)| name.chars().count()).max() else {
        return;
    };
    for (name, table) in tables {
        let files: Vec<_> = table
            .files
            .iter()
            .map(|file| {
                folder
                    .map_or_else(|| file.clone(), |folder| folder.join(file).display().to_string())
            })
            .collect();
        let line =
            format!("  {name:widest$}  {:>11}  {}", plural(table.rows, "row"), files.join(", "));
        out.push_str(&format!("{}\n", line.trim_end()));
    }
    out.push('\n');
}

/// Says where the tables of a run stand that is not published, and what became of
/// those of an earlier one.
fn unpublished(view: &View<'_>, out: &mut String) {
    let Some(placed) = &view.outcome.placed else { return };
    if !placed.published {
        out.push_str(&format!(
            "  not published, as the run has failed: its tables stand in `{}`, and what readers have is as it was\n  (`--publish always` publishes in any case)\n\n",
            sanitize(&placed.folder.display().to_string())
        ));
    }
    let (folder, what) = match &placed.earlier {
        Earlier::None => return,
        Earlier::Removed(folder) => {
            (folder, "is removed: it had the tables of an earlier run, which had failed".to_owned())
        }
        Earlier::Kept(folder, why) => (folder, format!("is left as it is: {}", sanitize(why))),
    };
    out.push_str(&format!("  `{}` {what}\n\n", sanitize(&folder.display().to_string())));
}

fn codes(view: &View<'_>, out: &mut String) {
    for (id, tally) in &view.outcome.tallies {
        let name = find(id).map_or("", |code| code.name);
        let first = view.outcome.shown.iter().find(|located| located.finding.code.id == *id);
        let place = first.and_then(|located| {
            let file = sanitize(view.file(located)?);
            Some(format!("  first at {file}:{}:{}", located.line, located.column))
        });
        out.push_str(&format!(
            "  {:>9} {:7} {id} {name}{}{}\n",
            thousands(tally.count),
            tally.severity,
            place.unwrap_or_default(),
            match tally.known {
                0 => String::new(),
                known => format!(", {} in the baseline", thousands(known)),
            }
        ));
    }
    if !view.outcome.tallies.is_empty() {
        out.push('\n');
    }
}

/// The checks of the schema that have not passed, and those of the others that have failed; what else the
/// engine finds by itself stands among the codes.
fn checks(view: &View<'_>, out: &mut String) {
    let mut checks = view.not_passed();
    // Without a record, none has anything to look at.
    let any = view.report().balance.records.r#in > 0;
    checks.retain(|check| {
        let idle = check.status == Status::NotEvaluated;
        let own = idle || find(&check.name).is_none();
        check.asked && own && (any || !idle) || check.status == Status::Fail
    });
    // Whatever failed is listed.
    let failed = checks.iter().filter(|check| check.status == Status::Fail).count();
    let told = failed.max(TOLD);
    for check in checks.iter().take(told) {
        out.push_str(&format!(
            "  {:13} {} {}: {}\n",
            check.word(),
            check.code,
            sanitize(&check.name),
            sanitize(&check.describe())
        ));
    }
    if checks.len() > told {
        out.push_str(&format!("  … and {} more checks\n", checks.len() - told));
    }
    if !checks.is_empty() {
        out.push('\n');
    }
}

fn coverage(report: &RunReport, out: &mut String) {
    let coverage = &report.coverage;
    // Without a record nothing was matched, and that is not the rules' fault.
    if report.balance.records.r#in == 0 {
        return;
    }
    let idle = [
        (&coverage.rules_never_matched, "rule", "matched nothing", Code::RULE_NEVER_MATCHED),
        (&coverage.fields_never_seen, "field", "never seen", Code::FIELD_NEVER_SEEN),
    ];
    for (names, noun, what, code) in idle.into_iter().filter(|(names, ..)| !names.is_empty()) {
        out.push_str(&format!(
            "  {} {what}: {}{}\n",
            plural(names.len() as u64, noun),
            names[..names.len().min(IDLE)].join(", "),
            if names.len() > IDLE {
                format!(", … (`--warn {}` lists each)", code.name)
            } else {
                String::new()
            }
        ));
    }
    if !coverage.rules_never_matched.is_empty() || !coverage.fields_never_seen.is_empty() {
        out.push('\n');
    }
    if coverage.unknown_keys_total == 0 {
        return;
    }
    let keys = plural(coverage.unknown_keys_total, "key");
    out.push_str(&format!("  {keys} that no field knows:\n"));
    for key in coverage.unknown_keys.iter().take(TOLD) {
        let near = key.nearest.as_ref().map(|near| format!(", perhaps `{near}`"));
        out.push_str(&format!(
            "  {:>9} `{}`, first at {}{}\n",
            thousands(key.count),
            cut(&sanitize(&key.key), 40),
            sanitize(&key.first),
            near.unwrap_or_default()
        ));
    }
    out.push('\n');
}

/// What the inputs are read as, where that is not plain UTF-8, and how sure it is.
fn encodings(report: &RunReport, out: &mut String) {
    let mut inputs: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for input in &report.inputs {
        *inputs.entry((input.encoding, input.encoding_certainty)).or_default() += 1;
    }
    inputs.remove(&("UTF-8", "certain"));
    for ((encoding, certainty), count) in &inputs {
        out.push_str(&format!(
            "  {} read as {encoding}, which is {certainty}\n",
            plural(*count, "input")
        ));
    }
}

fn baseline(report: &RunReport, out: &mut String) {
    let Some(baseline) = &report.baseline else { return };
    out.push_str(&format!(
        "  baseline: {} known, {} new",
        plural(baseline.known, "finding"),
        thousands(baseline.new)
    ));
    if baseline.expired > 0 {
        out.push_str(&format!(" ({} of them with an expired entry)", thousands(baseline.expired)));
    }
    if baseline.resolved_total > 0 {
        let entries = if baseline.resolved_total == 1 { "entry is" } else { "entries are" };
        out.push_str(&format!(", {} {entries} resolved:\n", thousands(baseline.resolved_total)));
        for entry in baseline.resolved.iter().take(TOLD) {
            let of = entry.record.as_deref().or(entry.source.as_deref());
            let of = of.into_iter().chain(entry.field.as_deref());
            let of = of.collect::<Vec<_>>().join(", ");
            let message = sanitize(&entry.message);
            let of = if of.is_empty() { of } else { format!(" {}", sanitize(&of)) };
            out.push_str(&format!("    {}{of}: {}", entry.code, cut(&message, 80)));
            out.push('\n');
        }
    }
    out.push_str(if out.ends_with('\n') { "\n" } else { "\n\n" });
}

/// The verdict and where every byte and record went, in one line.
fn verdict(report: &RunReport, style: Style) -> String {
    let balance = &report.balance;
    let bytes = &balance.bytes;
    let set_aside = bytes.unknown_key + bytes.repeated + bytes.stray + bytes.outside;
    let mut told = Vec::new();
    for severity in [Severity::Error, Severity::Warning] {
        let count = report.severities.get(severity.as_str()).copied().unwrap_or(0);
        let passes = severity == Severity::Error
            && report.status == Status::Warn
            && report.checks.iter().any(|check| check.worst == Some(severity));
        let passes = if passes { " that `--fail-on never` lets pass" } else { "" };
        if count > 0 {
            told.push(format!("{}{passes}", plural(count, severity.as_str())));
        }
    }
    let known = report.baseline.as_ref().map_or(0, |baseline| baseline.known);
    let known = match known {
        0 => String::new(),
        known => format!(" ({} in the baseline)", thousands(known)),
    };
    let link = if told.is_empty() { "" } else { " in " };
    let mut parts = vec![format!(
        "{}{known}{link}{} of {}",
        told.join(", "),
        plural(balance.records.r#in, "record"),
        plural(report.inputs.len() as u64, "input")
    )];
    if balance.records.quarantined > 0 {
        parts.push(format!("{} in quarantine", thousands(balance.records.quarantined)));
    }
    let ignored = match bytes.ignored {
        0 => String::new(),
        ignored => format!(" + {} ignored", thousands(ignored)),
    };
    parts.push(format!(
        "{} bytes = {} keys + {} values + {} separators{ignored} + {} set aside + {} quarantined",
        thousands(balance.bytes_total),
        thousands(bytes.key),
        thousands(bytes.value),
        thousands(bytes.separator + bytes.byte_order_mark),
        thousands(set_aside),
        thousands(bytes.quarantined)
    ));
    parts.push(format!(
        "passed: {} and {}",
        passed(report, true, "check of the schema", "checks of the schema"),
        passed(report, false, "that is built in", "that are built in")
    ));
    let word = report.status.as_str();
    let word = if style.color {
        let color = match report.status {
            Status::Pass => 32,
            Status::Warn | Status::NotEvaluated => 33,
            Status::Fail => 31,
        };
        format!("\u{1b}[1;{color}m{word}\u{1b}[0m")
    } else {
        word.to_owned()
    };
    format!("{word}: {}", parts.join(", "))
}

/// How many of the checks that the schema asks for, or of the others, have passed.
fn passed(report: &RunReport, asked: bool, one: &str, many: &str) -> String {
    let all = report.checks.iter().filter(|check| check.asked == asked);
    let (mut passed, mut count) = (0_u64, 0_u64);
    for check in all {
        count += 1;
        passed += u64::from(check.status == Status::Pass);
    }
    format!("{passed} of {count} {}", if count == 1 { one } else { many })
}
