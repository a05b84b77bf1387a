//! A [`Diff`] for people: what every form of it says in the same words.

mod html;
mod human;
mod json;
mod markdown;

pub use html::html;
pub use human::human;
pub use json::json;
pub use markdown::markdown;

use super::model::{
    CellShown, Change, CheckDiff, CodeDiff, Diff, FindingShown, InputDiff, InputSide, KnownBy,
    RowShown, RunDiff, Sides, TableDiff,
};
use crate::render::{cut, number, plural, thousands};

/// What rows are told for, in this order.
const CHANGES: [Change; 4] = [Change::Changed, Change::Added, Change::Removed, Change::Moved];
/// What stands for null.
const NULL: &str = "∅";
/// How many characters of a value are shown, and how many of them before it differs.
const SHOWN: usize = 60;
const BEFORE: usize = 16;
/// How many inputs, checks, columns, and cells of a row are told one by one.
const TOLD: usize = 50;

/// Whether both are the same, in one line.
fn headline(diff: &Diff) -> String {
    let rows: u64 = diff.tables.iter().map(|table| table.rows.new).sum();
    let tables = plural(diff.tables.len() as u64, "table");
    if diff.same {
        return format!("the same: {} in {tables}", plural(rows, "row"));
    }
    let mut parts = Vec::new();
    let differ = diff.tables.iter().filter(|table| !table.is_same()).count() as u64;
    if differ > 0 {
        let moved =
            diff.tables.iter().filter_map(|table| table.moved).reduce(|all, more| all + more);
        let sum = |of: fn(&TableDiff) -> u64| diff.tables.iter().map(of).sum::<u64>();
        parts.push(format!(
            "{} in {} of {tables}",
            rows_in_words(
                sum(|table| table.changed),
                sum(|table| table.added),
                sum(|table| table.removed),
                moved
            ),
            thousands(differ)
        ));
    }
    if diff.findings.new + diff.findings.gone + diff.findings.changed > 0 {
        parts.push(format!(
            "{} new, {} gone{}",
            plural(diff.findings.new, "finding"),
            thousands(diff.findings.gone),
            other_severity(diff.findings.changed)
        ));
    }
    if !diff.run.status.is_same() {
        parts.push(format!("verdict {} → {}", diff.run.status.old, diff.run.status.new));
    } else if !diff.run.checks.is_empty() {
        let checks = plural(diff.run.checks.len() as u64, "check");
        parts.push(format!("{checks} with another verdict"));
    }
    format!("different: {}", parts.join("; "))
}

fn rows_in_words(changed: u64, added: u64, removed: u64, moved: Option<u64>) -> String {
    let moved = moved.map(|moved| format!(", {} moved", thousands(moved))).unwrap_or_default();
    format!(
        "{} changed, {} added, {} removed{moved}",
        plural(changed, "row"),
        thousands(added),
        thousands(removed)
    )
}

/// What became of a table, in one line.
fn table_line(table: &TableDiff) -> String {
    let rows = rows(&table.rows);
    match table.only {
        Some(Change::Removed) => format!("{rows}; the new run has no such table"),
        Some(_) => format!("{rows}; the old run has no such table"),
        None => format!(
            "{rows}; {}, {} the same",
            rows_in_words(table.changed, table.added, table.removed, table.moved),
            thousands(table.same)
        ),
    }
}

fn rows(rows: &Sides<u64>) -> String {
    if rows.is_same() {
        return plural(rows.new, "row");
    }
    format!("{} → {}", thousands(rows.old), plural(rows.new, "row"))
}

/// What is to be known of how a table was compared, a line each.
fn table_notes(table: &TableDiff) -> Vec<String> {
    let mut notes = Vec::new();
    if table.only.is_some() {
        return notes;
    }
    let key = table.key.join(", ");
    notes.push(match table.known_by {
        KnownBy::Key => format!("a row is known by {key}"),
        KnownBy::RecordAndKey => format!("a row is known by its record and {key}"),
        KnownBy::RecordAndCells => {
            "rows have no key within their record: each is known by all of its cells".to_owned()
        }
        KnownBy::Cells => format!(
            "rows have no key that both runs have: each is known by all of its cells (`--key {}=COLUMN` gives one)",
            table.name
        ),
    });
    if table.with_records.old + table.with_records.new > 0 {
        let Sides { old, new } = table.with_records.map(|count| thousands(*count));
        notes.push(format!(
            "with records that came or went: {new} of those added, {old} of those removed"
        ));
    }
    let both = |sides: &Sides<u64>| {
        let Sides { old, new } = sides.map(|count| thousands(*count));
        format!("{old} in the old run, {new} in the new")
    };
    if table.repeated_keys.old + table.repeated_keys.new > 0 {
        let repeated = both(&table.repeated_keys);
        notes.push(format!("rows with the key of one before, paired in order: {repeated}"));
    }
    if table.null_keys.old + table.null_keys.new > 0 {
        notes.push(format!(
            "rows with a null in their key, known by all of their cells: {}",
            both(&table.null_keys)
        ));
    }
    if !table.tolerance_unused.is_empty() {
        notes.push(format!(
            "without a key no row is changed, so the tolerance of {} has no effect",
            table.tolerance_unused.join(", ")
        ));
    }
    for (columns, what) in [
        (&table.columns_added, "columns of the new run alone"),
        (&table.columns_removed, "columns of the old run alone"),
    ] {
        if !columns.is_empty() {
            notes.push(format!("{what}: {}", columns.join(", ")));
        }
    }
    for (column, kinds) in &table.columns_retyped {
        notes.push(format!(
            "the column {column} was {} and is {}: compared as text",
            kinds.old, kinds.new
        ));
    }
    notes
}

/// The columns in which cells differ, a line each: name, how many, and how far.
fn columns(table: &TableDiff) -> Vec<[String; 3]> {
    let differ = table.columns.iter().map(|(name, column)| {
        let mut far = Vec::new();
        if let Some(figures) = column.figures {
            far.push(format!(
                "sum {}, mean {}, at most {}",
                signed(figures.sum),
                signed(figures.mean),
                number(figures.max)
            ));
        }
        for (count, what) in [(column.were_null, "from null"), (column.are_null, "to null")] {
            if count > 0 {
                far.push(format!("{} {what}", thousands(count)));
            }
        }
        if column.tolerated > 0 {
            far.push(format!("{} within the tolerance", thousands(column.tolerated)));
        }
        if column.masked {
            far.push("values hidden".to_owned());
        }
        [name.clone(), plural(column.cells, "cell"), far.join(", ")]
    });
    differ.collect()
}

/// Those that are told one by one, and what is said of the others.
fn told<T>(all: &[T]) -> (&[T], Option<String>) {
    let first = &all[..all.len().min(TOLD)];
    (first, and_more((all.len() - first.len()) as u64))
}

fn and_more(left: u64) -> Option<String> {
    (left > 0).then(|| format!("… and {} more", thousands(left)))
}

/// What is said of the findings that are not shown.
fn more_findings(diff: &Diff) -> Option<String> {
    let findings = &diff.findings;
    let all = findings.new + findings.gone + findings.changed;
    and_more(all.saturating_sub(findings.shown.len() as u64))
}

/// Whether there are rows to tell. A table that one run alone has is told as a whole.
fn has_rows(table: &TableDiff) -> bool {
    table.only.is_none()
        && table.changed + table.added + table.removed + table.moved.unwrap_or(0) > 0
}

/// What is said of the rows of a change that are not shown.
fn more_rows(table: &TableDiff, change: Change) -> Option<String> {
    let all = match change {
        Change::Changed => table.changed,
        Change::Added => table.added,
        Change::Removed => table.removed,
        Change::Moved => table.moved.unwrap_or(0),
    };
    let shown = table.shown.iter().filter(|row| row.change == change).count() as u64;
    if has_rows(table) { and_more(all.saturating_sub(shown)) } else { None }
}

/// What a row is called.
fn row_name(row: &RowShown) -> String {
    if let Some(key) = &row.key {
        let key = cut(key, SHOWN);
        return match (row.change, row.row.old, row.row.new) {
            (Change::Moved, Some(old), Some(new)) => format!("{key} (row {old} → {new})"),
            _ => key.into_owned(),
        };
    }
    let place = |side: &str, place: Option<u64>| place.map(|row| format!("{side} row {row}"));
    let places = [place("old", row.row.old), place("new", row.row.new)];
    format!("({})", places.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Both values of a cell, as much of them as tells the difference.
fn values(cell: &CellShown) -> Sides<String> {
    if cell.masked {
        return Sides { old: "(hidden)".to_owned(), new: "(hidden)".to_owned() };
    }
    let Sides { old: Some(old), new: Some(new) } = &cell.value else {
        return cell.value.map(|text| match text {
            Some(text) => cut(text, SHOWN).into_owned(),
            None => NULL.to_owned(),
        });
    };
    let same = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    let longest = old.chars().count().max(new.chars().count());
    let from = if longest > SHOWN { same.saturating_sub(BEFORE) } else { 0 };
    let window = |text: &String| {
        let rest: String = text.chars().skip(from).collect();
        let mark = if from > 0 { "…" } else { "" };
        format!("{mark}{}", cut(&rest, SHOWN))
    };
    cell.value.map(|text| text.as_ref().map_or_else(|| NULL.to_owned(), window))
}

/// How far a number went, for behind its values.
fn change(cell: &CellShown) -> String {
    cell.change.map(|far| format!(" ({})", signed(far))).unwrap_or_default()
}

fn signed(far: f64) -> String {
    let sign = if far > 0.0 { "+" } else { "" };
    format!("{sign}{}", number(far))
}

/// What a run is, in one line.
fn run_line(run: &RunDiff, side: fn(&Sides<String>) -> &String) -> String {
    let hash: String = side(&run.schema_hash).chars().take(8).collect();
    format!(
        "{}, schema {} ({hash}), {}",
        side(&run.started_at).split('.').next().unwrap_or_default(),
        side(&run.schema),
        side(&run.status)
    )
}

/// What differs between the runs as such, a line each.
fn run_notes(run: &RunDiff) -> Vec<String> {
    let mut notes = Vec::new();
    if !run.schema_hash.is_same() {
        notes.push("the schemas differ: a difference may come from them".to_owned());
    }
    if !run.tool.is_same() {
        let Sides { old, new } = &run.tool;
        notes.push(format!("the runs are of two versions of recordmill, {old} and {new}"));
    }
    for (side, limit) in [("old", run.limit.old), ("new", run.limit.new)] {
        if let Some(limit) = limit {
            let records = plural(limit, "record");
            notes.push(format!("the {side} run read no more than {records}"));
        }
    }
    if let Some(out) = run.records.get("out").filter(|out| !out.is_same()) {
        notes.push(format!("{} → {} in the tables", thousands(out.old), plural(out.new, "record")));
    }
    if let Some(aside) = run.records.get("quarantined").filter(|aside| !aside.is_same()) {
        let (old, new) = (thousands(aside.old), plural(aside.new, "record"));
        notes.push(format!("{old} → {new} in quarantine"));
    }
    let class = |(class, bytes): (&String, &Sides<u64>)| {
        format!("{} {} → {}", class.replace('_', " "), thousands(bytes.old), thousands(bytes.new))
    };
    let bytes: Vec<_> = run.bytes.iter().map(class).collect();
    if !bytes.is_empty() {
        notes.push(format!("bytes of the inputs: {}", bytes.join(", ")));
    }
    notes
}

/// What became of an input.
fn input_line(input: &InputDiff) -> String {
    let words = |input: &InputSide| {
        let (bytes, records) = (plural(input.bytes, "byte"), plural(input.records, "record"));
        format!("{}: {bytes}, {records}, {}", input.path, input.encoding)
    };
    match (&input.input.old, &input.input.new) {
        (Some(old), Some(new)) => format!("{} → {}", words(old), words(new)),
        (Some(one), None) | (None, Some(one)) => words(one),
        (None, None) => String::new(),
    }
}

/// A check with another verdict.
fn check_line(check: &CheckDiff) -> String {
    let word = |status: &Option<String>| status.as_deref().unwrap_or("not there").to_owned();
    let Sides { old, new } = check.status.map(word);
    let failed = match (check.failed.old, check.failed.new) {
        (Some(old), Some(new)) if old != new => {
            format!(", {} → {} failed", thousands(old), thousands(new))
        }
        _ => String::new(),
    };
    let figure = match (check.figure.old, check.figure.new) {
        (Some(old), Some(new)) if old.to_bits() != new.to_bits() => {
            format!(", {} → {}", number(old), number(new))
        }
        _ => String::new(),
    };
    format!("{}: {old} → {new}{failed}{figure}", check.name)
}

/// What became of the findings, in one line.
fn findings_line(diff: &Diff) -> String {
    let findings = &diff.findings;
    if let Some(why) = &findings.not_compared {
        return format!("not compared: {why}");
    }
    let [new, gone, still] = [findings.new, findings.gone, findings.still].map(thousands);
    let changed = other_severity(findings.changed);
    format!("{new} new, {gone} gone{changed}, {still} still there")
}

/// What is said of findings whose severity changed.
fn other_severity(count: u64) -> String {
    if count == 0 { String::new() } else { format!(", {} of another severity", thousands(count)) }
}

/// What became of a finding, in a word.
fn finding_word(finding: &FindingShown) -> &'static str {
    match finding.change {
        Change::Added => "new",
        Change::Removed => "gone",
        Change::Changed | Change::Moved => "changed",
    }
}

/// What became of the findings of each code of which some came or went.
fn code_lines(diff: &Diff) -> Vec<String> {
    let differ =
        diff.findings.codes.iter().filter(|(_, code)| code.new + code.gone + code.changed > 0);
    let line = |(id, code): (&String, &CodeDiff)| {
        let [new, gone, still] = [code.new, code.gone, code.still].map(thousands);
        let changed = other_severity(code.changed);
        format!("{id} {}: {new} new, {gone} gone{changed}, {still} still there", code.name)
    };
    differ.map(line).collect()
}

/// A finding of one run alone.
fn finding_line(finding: &FindingShown) -> String {
    let place = match (&finding.file, finding.line) {
        (Some(file), Some(line)) => format!(" {file}:{line}"),
        (Some(file), None) => format!(" {file}"),
        _ => String::new(),
    };
    let field = finding.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
    let was = finding.was.as_ref().map(|was| format!("{was} → ")).unwrap_or_default();
    let (severity, code) = (&finding.severity, &finding.code);
    format!("{was}{severity} {code}{place}{field}: {}", cut(&finding.message, 120))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::model::{ColumnDiff, FindingsDiff};
    use crate::render::Style;

    fn cell(old: Option<&str>, new: Option<&str>) -> CellShown {
        CellShown {
            column: "title".to_owned(),
            value: Sides { old: old.map(str::to_owned), new: new.map(str::to_owned) },
            masked: false,
            change: None,
        }
    }

    #[test]
    fn long_values_are_shown_where_they_differ() {
        let long = "word ".repeat(40);
        let Sides { old, new } =
            values(&cell(Some(&format!("{long}old end")), Some(&format!("{long}new end"))));
        assert_eq!(old, "… word word word old end");
        assert_eq!(new, "… word word word new end");
        assert_eq!(values(&cell(None, Some("x"))).old, NULL);
        let hidden = CellShown { masked: true, ..cell(Some("secret"), Some("other")) };
        assert_eq!(values(&hidden).old, "(hidden)");
    }

    #[test]
    fn every_report_says_how_many_it_does_not_tell() {
        let mut diff = Diff {
            version: 1,
            same: false,
            folders: Sides::default(),
            run: RunDiff::default(),
            findings: FindingsDiff { new: 7, ..FindingsDiff::default() },
            tables: Vec::new(),
        };
        let input = InputDiff { change: Change::Added, input: Sides::default() };
        diff.run.inputs = vec![input; TOLD + 1];
        let check = CheckDiff {
            name: "unique".to_owned(),
            code: String::new(),
            status: Sides::default(),
            failed: Sides::default(),
            figure: Sides::default(),
        };
        diff.run.checks = vec![check; TOLD + 2];
        let columns = (0..TOLD + 3)
            .map(|n| (n.to_string(), ColumnDiff { cells: 1, ..ColumnDiff::default() }));
        let row = RowShown {
            change: Change::Changed,
            key: Some("a".to_owned()),
            row: Sides::default(),
            cells: vec![cell(Some("x"), Some("y")); TOLD + 4],
        };
        let table = TableDiff { changed: 6, shown: vec![row], ..TableDiff::default() };
        diff.tables.push(TableDiff { columns: columns.collect(), ..table });
        let told = [human(&diff, Style::default()), markdown(&diff), html(&diff)];
        for text in told {
            for left in [1, 2, 3, 4, 5, 7] {
                let count = text.matches(&format!("… and {left} more")).count();
                assert_eq!(count, 1, "{left} in {text}");
            }
        }
    }

    #[test]
    fn a_difference_has_its_sign() {
        assert_eq!([2.0, -2.0, 0.0].map(signed), ["+2", "-2", "0"]);
    }
}
