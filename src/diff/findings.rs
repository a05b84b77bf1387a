//! Which findings are new, gone, and there still: by their fingerprints and codes, and where these
//! differ by what they say of a record that is the same.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_128;

use super::Options;
use super::masks::Masks;
use super::model::{Change, CodeDiff, FindingShown, FindingsDiff, Sides};
use super::reader::TableFile;
use super::run::Run;
use crate::data::Value;
use crate::diagnostic::{Severity, find};
use crate::error::Result;
use crate::sink::FINDING;

/// A finding: what it is known by and which code it has, how bad it is, and where it stands in its table.
type Known = ((u128, u32), Option<Severity>, u64);

/// The codes of both sides and their names.
type Codes = Vec<(String, String)>;

/// Compares the findings. Those of what either run hides tell no value, and with `mask` none does.
pub(super) fn compare(
    runs: &Sides<Run>,
    masks: &Sides<Masks>,
    options: &Options,
) -> Result<FindingsDiff> {
    let mut diff = FindingsDiff::default();
    let lacks = |side: &str, what: &str| FindingsDiff {
        not_compared: Some(format!("the {side} run {what}")),
        ..FindingsDiff::default()
    };
    for (side, run) in [("old", &runs.old), ("new", &runs.new)] {
        if !run.has_findings() {
            return Ok(lacks(side, "has no `finding.parquet`"));
        }
    }
    let tables = Sides {
        old: TableFile::open(&runs.old.folder, FINDING)?,
        new: TableFile::open(&runs.new.folder, FINDING)?,
    };
    for (side, table) in [("old", &tables.old), ("new", &tables.new)] {
        if let Some(column) = SHOWN.iter().find(|column| table.kind(column).is_none()) {
            return Ok(lacks(side, &format!("has no column `{column}` in `finding.parquet`")));
        }
    }
    let mut codes = Codes::new();
    let olds = known(&tables.old, &mut codes)?;
    let news = known(&tables.new, &mut codes)?;
    let mut counts = vec![CodeDiff::default(); codes.len()];
    let mut changed = BTreeMap::new();
    let mut both = |(one, other): (Known, Known)| {
        let count = &mut counts[code_of(&other)];
        if one.1 == other.1 {
            count.still += 1;
        } else {
            count.changed += 1;
            changed.insert(other.2, one.1);
        }
    };
    let mut rest = pair(&olds, &news, &mut both);
    // A schema may know records by another key: what is said of a record that is the same is the same finding.
    if !rest.old.is_empty()
        && !rest.new.is_empty()
        && tables.each().iter().all(|table| tells(table))
    {
        let olds = told(&tables.old, &rest.old, false)?;
        let news = told(&tables.new, &rest.new, true)?;
        rest = pair(&olds, &news, &mut both);
    }
    let places = |rest: &[Known]| rest.iter().map(|known| known.2).collect::<Vec<_>>();
    let (gone, new) = (places(&rest.old), places(&rest.new));
    rest.old.iter().for_each(|known| counts[code_of(known)].gone += 1);
    rest.new.iter().for_each(|known| counts[code_of(known)].new += 1);
    let named = codes.into_iter().zip(counts);
    diff.codes = named.map(|((code, name), count)| (code, CodeDiff { name, ..count })).collect();
    for code in diff.codes.values() {
        diff.new += code.new;
        diff.gone += code.gone;
        diff.changed += code.changed;
        diff.still += code.still;
    }
    let with_other_severity = changed.keys().copied().collect();
    for (change, table, mut places) in [
        (Change::Added, &tables.new, new),
        (Change::Changed, &tables.new, with_other_severity),
        (Change::Removed, &tables.old, gone),
    ] {
        places.sort_unstable();
        places.truncate(options.limit);
        for (place, row) in places.iter().zip(table.pick(&places, &SHOWN)?) {
            let mut shown = shown(change, &row);
            if let (Change::Changed, Some(was)) = (change, changed.get(place)) {
                shown.was = Some(was.map_or("unknown", Severity::as_str).to_owned());
            }
            let field = shown.field.as_deref();
            if options.mask || masks.each().into_iter().any(|side| side.hides(field)) {
                let summary = find(&shown.code).map_or("", |code| code.summary);
                summary.clone_into(&mut shown.message);
                (shown.raw, shown.fingerprint) = (None, None);
            }
            diff.shown.push(shown);
        }
    }
    Ok(diff)
}

/// The place of the code of a finding.
fn code_of(((_, code), ..): &Known) -> usize {
    *code as usize
}

/// Pairs findings that are known by the same, both in order; `both` hears of each pair. Gives the others.
fn pair(
    mut olds: &[Known],
    mut news: &[Known],
    mut both: impl FnMut((Known, Known)),
) -> Sides<Vec<Known>> {
    let mut rest = Sides::<Vec<Known>>::default();
    loop {
        match (olds.first(), news.first()) {
            (Some(one), Some(other)) if one.0 == other.0 => {
                both((*one, *other));
                (olds, news) = (&olds[1..], &news[1..]);
            }
            (Some(one), other) if other.is_none_or(|other| one.0 < other.0) => {
                rest.old.push(*one);
                olds = &olds[1..];
            }
            (_, Some(other)) => {
                rest.new.push(*other);
                news = &news[1..];
            }
            (_, None) => return rest,
        }
    }
}

/// What is said of a record, and where in it.
const TOLD: [&str; 6] = ["code", "record_id", "field", "ordinal", "parents", "raw"];

fn tells(table: &TableFile) -> bool {
    TOLD.iter().all(|column| table.kind(column).is_some())
}

/// Findings of a table by what they say of their record, which is known by its text; those that have none are
/// like no other. Also in the order of what they are known by.
fn told(table: &TableFile, known: &[Known], is_new: bool) -> Result<Vec<Known>> {
    let mut known = known.to_vec();
    known.sort_unstable_by_key(|known| known.2);
    let mut next = known.iter_mut().peekable();
    table.each_group(&TOLD, |rows, columns| {
        let (first, end) = (rows.start as u64, rows.end as u64);
        while let Some(known) = next.next_if(|known| known.2 < end) {
            let cell = |column: &Vec<Value<'_>>| {
                column.get(usize::try_from(known.2 - first).ok()?)?.to_text().map(String::from)
            };
            let cells: Vec<_> = columns.iter().map(cell).collect();
            let bytes = match cells.get(1) {
                Some(Some(_)) => format!("{cells:?}"),
                _ => format!("{is_new} {}", known.2),
            };
            known.0.0 = xxh3_128(bytes.as_bytes());
        }
        Ok(())
    })?;
    known.sort_unstable();
    Ok(known)
}

/// The columns that are shown.
const SHOWN: [&str; 8] =
    ["code", "severity", "message", "source_file", "line", "field", "raw", "fingerprint"];

fn shown(change: Change, row: &[Value<'_>]) -> FindingShown {
    let text = |at: usize| row[at].as_text().map(str::to_owned);
    FindingShown {
        change,
        code: text(0).unwrap_or_default(),
        severity: text(1).unwrap_or_default(),
        was: None,
        message: text(2).unwrap_or_default(),
        file: text(3),
        line: match row[4] {
            Value::Integer(line) => u64::try_from(line).ok(),
            _ => None,
        },
        field: text(5),
        raw: text(6),
        fingerprint: text(7),
    }
}

/// The severity of a name.
fn severity_of(name: &str) -> Option<Severity> {
    [Severity::Info, Severity::Warning, Severity::Error]
        .into_iter()
        .find(|known| known.as_str() == name)
}

/// The findings of a table in the order of their fingerprints.
fn known(table: &TableFile, codes: &mut Codes) -> Result<Vec<Known>> {
    let mut places: BTreeMap<String, u32> =
        (0..).zip(codes.iter()).map(|(n, (code, _))| (code.clone(), n)).collect();
    let mut known = Vec::new();
    table.each_group(&["fingerprint", "code", "name", "severity"], |rows, columns| {
        let [fingerprints, of_code, names, severities] = columns else { return Ok(()) };
        for (place, (((print, code), name), severity)) in
            (rows.start as u64..).zip(fingerprints.iter().zip(of_code).zip(names).zip(severities))
        {
            let text = |value: &Value<'_>| value.as_text().unwrap_or_default().to_owned();
            let next = u32::try_from(codes.len()).unwrap_or(u32::MAX);
            let code = *places.entry(text(code)).or_insert_with_key(|code| {
                codes.push((code.clone(), text(name)));
                next
            });
            // Without one, all are alike.
            let print = print.as_text().and_then(|print| u128::from_str_radix(print, 16).ok());
            let severity = severity.as_text().and_then(severity_of);
            known.push(((print.unwrap_or(0), code), severity, place));
        }
        Ok(())
    })?;
    known.sort_unstable();
    Ok(known)
}
