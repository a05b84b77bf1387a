//! What changed between two runs: the runs as such, their findings, their rows.
//!
//! In: two output folders with Parquet tables. Out: a [`Diff`], and two tables with
//! every row and cell that differs, if somebody wants them. A row is known by the key
//! of its table, never by `record_id`, which changes with each byte; an item by its
//! record and by its place or its value.
//!
//! Kept of the table that is compared: 24 bytes a row, 40 where rows are records, and which
//! differ, of which alone more is read. Where rows that moved are looked for, it is 48 bytes more
//! a row that both have. Kept to the end: 24 bytes a record, for its items. A
//! finding takes 32 bytes. `reader` and `output` alone know polars.

mod findings;
mod masks;
mod model;
mod output;
mod pairs;
mod plan;
mod reader;
mod report;
mod rows;
mod run;

pub use model::{
    CellShown, Change, CheckDiff, CodeDiff, ColumnDiff, DIFF_VERSION, Diff, Figures, FindingShown,
    FindingsDiff, InputDiff, InputSide, KnownBy, RowShown, RunDiff, Sides, TableDiff, json_schema,
};
pub use report::{html, human, json, markdown};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::lang::nearest;
use crate::publish::recover_if_needed;

use masks::Masks;
use output::Output;
use plan::Plan;
use reader::TableFile;
use rows::Records;
use run::Run;

/// How two runs are compared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The columns by which the rows of a table are known, instead of those that the
    /// schema says.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Columns that are not compared.
    pub ignore: Vec<ColumnName>,
    /// How far the numbers of a column may lie apart and be the same.
    pub tolerance: Vec<(ColumnName, f64)>,
    /// Whether rows that stand in another order are looked for. They are a difference then.
    pub moved: bool,
    /// How many rows of each table, and how many findings, are shown of each kind.
    pub limit: usize,
    /// Whether all values are hidden.
    pub mask: bool,
    /// The folder for `rows.parquet` and `cells_changed.parquet`.
    pub output: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keys: BTreeMap::new(),
            ignore: Vec::new(),
            tolerance: Vec::new(),
            moved: false,
            limit: 10,
            mask: false,
            output: None,
        }
    }
}

/// A column of one table, or of all that have one of the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnName {
    /// The table; none for all.
    pub table: Option<String>,
    /// The column.
    pub column: String,
}

impl ColumnName {
    /// Reads `COLUMN` or `TABLE.COLUMN`; none if a part is empty.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (table, column) = match text.split_once('.') {
            Some((table, column)) => (Some(table), column),
            None => (None, text),
        };
        let is_whole = !column.is_empty() && table != Some("");
        is_whole.then(|| Self { table: table.map(str::to_owned), column: column.to_owned() })
    }

    fn is(&self, table: &str, column: &str) -> bool {
        self.table.as_deref().is_none_or(|known| known == table) && self.column == column
    }
}

impl std::fmt::Display for ColumnName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.table {
            Some(table) => write!(f, "{table}.{}", self.column),
            None => f.write_str(&self.column),
        }
    }
}

/// Compares the runs in two output folders. What a run that was stopped has begun there
/// is brought to its end first.
///
/// # Errors
///
/// A folder is none of a run, or has no Parquet; a table cannot be read or written; an
/// option names a table or a column that is not there.
pub fn diff(old: &Path, new: &Path, options: &Options) -> Result<Diff> {
    for folder in [old, new] {
        recover_if_needed(folder)?;
    }
    let runs = Sides { old: Run::open(old)?, new: Run::open(new)? };
    let names = Sides { old: runs.old.tables()?, new: runs.new.tables()? };
    let mut plans = Vec::new();
    let mut tables = Vec::new();
    let mut masks = Sides::<Masks>::default();
    for name in &names.new {
        let has = names.old.contains(name);
        let open = |run: &Run| TableFile::open(&run.folder, name);
        let new = open(&runs.new)?;
        masks.new.add(&new);
        if has {
            let old = open(&runs.old)?;
            masks.old.add(&old);
            plans.push(Plan::new(name, Sides { old, new })?);
        } else {
            tables.push(alone(name, &new, Change::Added));
        }
    }
    for name in names.old.iter().filter(|name| !names.new.contains(*name)) {
        let old = TableFile::open(&runs.old.folder, name)?;
        masks.old.add(&old);
        tables.push(alone(name, &old, Change::Removed));
    }
    let has_record_ids = plans.iter().any(Plan::has_record_ids);
    // A value of one table makes the ids of all: all tables are in `masks` by now.
    let hides_ids = options.mask || masks.each().into_iter().any(|side| side.hides(None));
    for plan in &mut plans {
        plan.apply(options, has_record_ids)?;
        plan.hides_ids = hides_ids;
    }
    all_are_there(&plans, &tables, options)?;
    let mut output = match &options.output {
        Some(folder) => Some(Output::create(folder, [old, new])?),
        None => None,
    };
    let mut records = Records::default();
    let mut compared = BTreeMap::new();
    // Items are known by their records, which come first.
    let (of_records, of_items): (Vec<_>, Vec<_>) =
        plans.iter().partition(|plan| plan.is_of_records);
    for plan in &of_records {
        let diff = rows::compare(plan, &of_records, &mut records, options, output.as_mut())?;
        compared.insert(plan.name.clone(), diff);
    }
    records.seal();
    for plan in of_items {
        let diff = rows::compare(plan, &of_records, &mut records, options, output.as_mut())?;
        compared.insert(plan.name.clone(), diff);
    }
    let mut in_order: Vec<_> =
        plans.iter().filter_map(|plan| compared.remove(&plan.name)).collect();
    in_order.append(&mut tables);
    let place = |table: &TableDiff| {
        let of = |names: &[String]| names.iter().position(|name| *name == table.name);
        (of(&names.new).unwrap_or(usize::MAX), of(&names.old))
    };
    in_order.sort_by_key(place);
    in_order.iter_mut().for_each(TableDiff::saturate);
    let findings = findings::compare(&runs, &masks, options)?;
    let run = run::compare(&runs);
    if let Some(output) = output {
        output.finish()?;
    }
    let same = in_order.iter().all(TableDiff::is_same)
        && findings.new + findings.gone + findings.changed == 0
        && run.checks.is_empty()
        && run.status.is_same();
    let folders = Sides { old: old.display().to_string(), new: new.display().to_string() };
    Ok(Diff { version: DIFF_VERSION, same, folders, run, findings, tables: in_order })
}

/// A table that one run alone has.
fn alone(name: &str, file: &TableFile, change: Change) -> TableDiff {
    let mut diff = TableDiff { name: name.to_owned(), only: Some(change), ..TableDiff::default() };
    match change {
        Change::Removed => (diff.rows.old, diff.removed) = (file.rows(), file.rows()),
        Change::Added | Change::Changed | Change::Moved => {
            (diff.rows.new, diff.added) = (file.rows(), file.rows());
        }
    }
    diff
}

/// Refuses options that name what is not there: a mistyped one would hide nothing, or all.
fn all_are_there(plans: &[Plan], alone: &[TableDiff], options: &Options) -> Result<()> {
    let unknown = |flag: &str, kind: &str, name: &str, known: &[&str]| {
        let message = format!("`--{flag}` names the {kind} `{name}`, which neither run has");
        let near = nearest(name, known.iter().copied());
        let listed = || format!("there are {}", known.join(", "));
        let remedy = near.map_or_else(listed, |near| format!("did you mean `{near}`?"));
        Err(Error::new(ErrorKind::Option, message).with_remedy(remedy))
    };
    let mut tables: Vec<_> = plans.iter().map(|plan| plan.name.as_str()).collect();
    tables.extend(alone.iter().map(|table| table.name.as_str()));
    for table in options.keys.keys() {
        if !tables.contains(&table.as_str()) {
            return unknown("key", "table", table, &tables);
        }
    }
    let ignored = options.ignore.iter().map(|name| ("ignore", name));
    let named = ignored.chain(options.tolerance.iter().map(|(name, _)| ("tolerance", name)));
    for (flag, name) in named {
        if let Some(table) = &name.table
            && !tables.contains(&table.as_str())
        {
            return unknown(flag, "table", table, &tables);
        }
        let of_table = |plan: &&Plan| name.table.as_ref().is_none_or(|table| plan.name == *table);
        let mut columns: Vec<_> =
            plans.iter().filter(of_table).flat_map(Plan::every_column).collect();
        columns.sort_unstable();
        columns.dedup();
        // The columns of a table that one run alone has are not looked at.
        let is_alone =
            name.table.as_ref().is_some_and(|name| alone.iter().any(|table| table.name == *name));
        if !is_alone && !columns.contains(&name.column.as_str()) {
            return unknown(flag, "column", &name.column, &columns);
        }
        let takes = |plan: &Plan| {
            // Without a key no row is changed.
            let mut compared =
                plan.columns.iter().filter(|column| !plan.key.is_empty() && column.is_number());
            compared.any(|column| name.is(&plan.name, &column.name))
        };
        if flag == "tolerance" && !is_alone && !plans.iter().any(takes) {
            let message =
                format!("`--tolerance` is for numbers that are compared, not for `{name}`");
            let is_retyped = plans.iter().flat_map(|plan| {
                let columns = plan.columns.iter().filter(|column| column.is_number_of_one());
                columns.map(|column| name.is(&plan.name, &column.name))
            });
            let remedy = if is_retyped.into_iter().any(|is_named| is_named) {
                "it has numbers in one run alone; `--ignore` leaves a column out"
            } else {
                "it needs rows that have a key without it, which `--key` gives; `--ignore` leaves a column out"
            };
            return Err(Error::new(ErrorKind::Option, message).with_remedy(remedy));
        }
    }
    Ok(())
}

impl TableDiff {
    /// Whether both runs have the table, with the same rows and columns.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let columns = self.columns_added.len() + self.columns_removed.len();
        self.only.is_none()
            && self.changed + self.added + self.removed + self.moved.unwrap_or(0) == 0
            && columns + self.columns_retyped.len() == 0
    }

    /// Makes figures that JSON can write: what is too large is the largest double.
    fn saturate(&mut self) {
        let within = |number: f64| number.clamp(f64::MIN, f64::MAX);
        for column in self.columns.values_mut() {
            let figures = column.figures.map(|Figures { count, sum, mean, max }| Figures {
                count,
                sum: within(sum),
                mean: within(mean),
                max: within(max),
            });
            column.figures = figures.filter(|figures| !(figures.sum + figures.mean).is_nan());
        }
        for cell in self.shown.iter_mut().flat_map(|row| &mut row.cells) {
            cell.change = cell.change.map(within).filter(|change| !change.is_nan());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_may_be_that_of_one_table() {
        let name = ColumnName::parse("book.price").unwrap();
        assert!(name.is("book", "price") && !name.is("tag", "price"));
        assert!(ColumnName::parse("price").unwrap().is("tag", "price"));
        assert_eq!(ColumnName::parse("book."), None);
        assert_eq!(ColumnName::parse(".price"), None);
    }

    #[test]
    fn what_is_too_large_for_a_double_is_written_as_the_largest() {
        let mut table = TableDiff::default();
        let figures = |sum| Figures { count: 1, sum, mean: -f64::INFINITY, max: f64::INFINITY };
        for (name, sum) in [("a", f64::NEG_INFINITY), ("b", f64::NAN)] {
            let figures = Some(figures(sum));
            let column = ColumnDiff { figures, ..ColumnDiff::default() };
            table.columns.insert(name.to_owned(), column);
        }
        table.saturate();
        let figures = table.columns["a"].figures.unwrap();
        let shown = [figures.sum, figures.mean, figures.max].map(f64::to_bits);
        assert_eq!(shown, [f64::MIN, f64::MIN, f64::MAX].map(f64::to_bits));
        assert_eq!(table.columns["b"].figures, None);
    }
}
