//! What a run came to, for people: findings with their places, tables, and the
//! balance in one line.

use std::collections::BTreeMap;
use std::path::Path;

use recordmill::diagnostic::render::{self, Style};
use recordmill::diagnostic::{self, Severity};
use recordmill::report::{Outcome, Status};
use recordmill::schema::Schema;

use super::say;
use super::schema::count;

/// Shows the outcome on standard error.
pub(super) fn show(outcome: &Outcome, schema: &Schema, folder: Option<&Path>, style: Style) {
    say(&text(outcome, schema, folder, style));
}

fn text(outcome: &Outcome, schema: &Schema, folder: Option<&Path>, style: Style) -> String {
    let mut out = String::new();
    let mut shown: BTreeMap<&str, u64> = BTreeMap::new();
    for located in &outcome.shown {
        let code = located.finding.code;
        let tally = &outcome.tallies[code.id];
        // What is only worth knowing is counted below, not shown.
        if located.finding.severity == Severity::Info {
            continue;
        }
        let file = located.source.map(|source| outcome.report.inputs[source.index()].path.as_str());
        // The line of the schema is the same for all of a code as a rule: once will do.
        let demand = (!shown.contains_key(code.id)).then_some(schema);
        out.push_str(&render::finding(located, file, demand, style));
        out.push('\n');
        let seen = shown.entry(code.id).or_default();
        *seen += 1;
        let is_last =
            outcome.shown.iter().filter(|other| other.finding.code == code).count() as u64 == *seen;
        if is_last && tally.count > *seen {
            out.push_str(&format!(
                "  … and {} more {} {}\n",
                thousands(tally.count - *seen),
                code.id,
                code.name
            ));
        }
        out.push('\n');
    }
    tables(outcome, folder, &mut out);
    findings(outcome, &mut out);
    out.push_str(&balance(outcome));
    out
}

fn tables(outcome: &Outcome, folder: Option<&Path>, out: &mut String) {
    let tables: Vec<_> = outcome.report.tables.iter().collect();
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
        out.push_str(&format!(
            "  {name:widest$}  {:>11}  {}\n",
            rows(table.rows),
            files.join(", ")
        ));
    }
    out.push('\n');
}

fn findings(outcome: &Outcome, out: &mut String) {
    for (id, tally) in &outcome.tallies {
        let name = diagnostic::find(id).map_or("", |code| code.name);
        let first = outcome.shown.iter().find(|located| located.finding.code.id == *id);
        let place = first.and_then(|located| {
            let file = &outcome.report.inputs[located.source?.index()].path;
            Some(format!("  first at {file}:{}:{}", located.line, located.column))
        });
        out.push_str(&format!(
            "  {:>9} {:7} {id} {name}{}\n",
            thousands(tally.count),
            tally.severity,
            place.unwrap_or_default()
        ));
    }
    if !outcome.tallies.is_empty() {
        out.push('\n');
    }
}

/// The verdict and where every byte and record went, in one line.
fn balance(outcome: &Outcome) -> String {
    let report = &outcome.report;
    let balance = &report.balance;
    let bytes = &balance.bytes;
    let set_aside = bytes.unknown_key + bytes.repeated + bytes.stray + bytes.outside;
    let word = match report.status {
        Status::Pass => "pass",
        Status::Fail => "fail",
    };
    let mut parts = vec![format!(
        "{} of {}",
        count_u64(balance.records.r#in, "record"),
        count(report.inputs.len(), "input")
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
    format!("{word}: {}", parts.join(", "))
}

fn rows(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{} rows", thousands(rows)) }
}

fn count_u64(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", thousands(number)) }
}

/// A number with a blank between groups of three digits.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1 000", "1 234 567"]);
    }
}
