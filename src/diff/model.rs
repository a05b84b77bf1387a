//! What two runs differ in, as data: the JSON report, and what every other is made from.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

/// The version of the form of the JSON report.
pub const DIFF_VERSION: u32 = 1;

/// A figure or a word of both runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sides<T> {
    /// Of the old run.
    pub old: T,
    /// Of the new run.
    pub new: T,
}

impl<T: PartialEq> Sides<T> {
    /// Whether both are the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.old == self.new
    }
}

impl<T> Sides<T> {
    /// Both sides turned into something else.
    pub(super) fn map<'s, U>(&'s self, of: impl Fn(&'s T) -> U) -> Sides<U> {
        Sides { old: of(&self.old), new: of(&self.new) }
    }

    pub(super) fn each(&self) -> [&T; 2] {
        [&self.old, &self.new]
    }
}

/// What became of something from the old run to the new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Both have it, not alike.
    Changed,
    /// Only the new has it.
    Added,
    /// Only the old has it.
    Removed,
    /// Both have it, in another place.
    Moved,
}

impl Change {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Moved => "moved",
        }
    }

    /// The sign for it.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Self::Changed => '~',
            Self::Added => '+',
            Self::Removed => '-',
            Self::Moved => '>',
        }
    }
}

/// What two runs differ in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Diff {
    /// The version of this form: 1.
    pub version: u32,
    /// Whether the tables, the findings and the verdicts are the same: the exit code is 0 then, and 1 otherwise. What was read, the schema and the balance may differ all the same.
    pub same: bool,
    /// The folders.
    pub folders: Sides<String>,
    /// The runs as such.
    pub run: RunDiff,
    /// The findings.
    pub findings: FindingsDiff,
    /// The tables, in the order of the new run, and those that it lacks behind them.
    pub tables: Vec<TableDiff>,
}

/// What the runs as such differ in.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct RunDiff {
    /// When they began.
    pub started_at: Sides<String>,
    /// The names of the schemas.
    pub schema: Sides<String>,
    /// Their hashes.
    pub schema_hash: Sides<String>,
    /// The versions of recordmill.
    pub tool: Sides<String>,
    /// The verdicts.
    pub status: Sides<String>,
    /// How many records were read at most, where there was a limit.
    pub limit: Sides<Option<u64>>,
    /// The inputs that differ: by path, or by place where both runs have one alone.
    pub inputs: Vec<InputDiff>,
    /// How many inputs are the same.
    pub inputs_same: u64,
    /// The checks whose verdict differs.
    pub checks: Vec<CheckDiff>,
    /// How many have the same.
    pub checks_same: u64,
    /// Records: cut from the inputs (`in`), in the tables (`out`), set aside (`quarantined`).
    pub records: BTreeMap<String, Sides<u64>>,
    /// The bytes of the inputs by what they are, where they differ.
    pub bytes: IndexMap<String, Sides<u64>>,
}

/// An input that one run has, or both have otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct InputDiff {
    /// What became of it.
    pub change: Change,
    /// Of each run; null where it has none.
    pub input: Sides<Option<InputSide>>,
}

/// An input of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InputSide {
    /// The path.
    pub path: String,
    /// The length in bytes.
    pub bytes: u64,
    /// The hash of the bytes.
    pub hash: String,
    /// The encoding.
    pub encoding: String,
    /// How many records were cut from it.
    pub records: u64,
}

/// A check with another verdict.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckDiff {
    /// What it is called.
    pub name: String,
    /// The code of its findings.
    pub code: String,
    /// What each run says of it; null where it has no such check.
    pub status: Sides<Option<String>>,
    /// How many failed.
    pub failed: Sides<Option<u64>>,
    /// The figure that was measured.
    pub figure: Sides<Option<f64>>,
}

/// What became of the findings.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct FindingsDiff {
    /// Why they could not be compared; null where they were.
    pub not_compared: Option<String>,
    /// Those of the new run alone.
    pub new: u64,
    /// Those of the old run alone.
    pub gone: u64,
    /// Those of both that are of another severity now.
    pub changed: u64,
    /// Those of both that are the same.
    pub still: u64,
    /// The same by code.
    pub codes: BTreeMap<String, CodeDiff>,
    /// The first of those that are new, of those that changed, and of those that are gone.
    pub shown: Vec<FindingShown>,
}

/// What became of the findings of a code.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct CodeDiff {
    /// The name of the code.
    pub name: String,
    /// Those of the new run alone.
    pub new: u64,
    /// Those of the old run alone.
    pub gone: u64,
    /// Those of both that are of another severity now.
    pub changed: u64,
    /// Those of both that are the same.
    pub still: u64,
}

/// A finding of one run alone, or of another severity in each.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FindingShown {
    /// `added` for one that is new, `removed` for one that is gone, `changed` for one of another severity.
    pub change: Change,
    /// The code.
    pub code: String,
    /// How bad it is.
    pub severity: String,
    /// How bad it was in the old run, where that changed.
    pub was: Option<String>,
    /// What is the matter.
    pub message: String,
    /// The path of the source.
    pub file: Option<String>,
    /// The line of its first byte, from 1.
    pub line: Option<u64>,
    /// The field.
    pub field: Option<String>,
    /// The text that it is about.
    pub raw: Option<String>,
    /// What it is known by; null where values are hidden, for it is made of them.
    pub fingerprint: Option<String>,
}

/// What became of the rows of a table.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct TableDiff {
    /// Its name.
    pub name: String,
    /// Whether one run alone has it.
    pub only: Option<Change>,
    /// How many rows there are.
    pub rows: Sides<u64>,
    /// What a row is known by.
    pub known_by: KnownBy,
    /// The columns of the key; empty where rows are compared as wholes.
    pub key: Vec<String>,
    /// How many rows are the same.
    pub same: u64,
    /// How many have other cells.
    pub changed: u64,
    /// How many only the new run has.
    pub added: u64,
    /// How many only the old run has.
    pub removed: u64,
    /// How many of those that both have stand in another order, the fewest that account for it, of items within their record; null where nobody asked. They count as the same, or as changed, too.
    pub moved: Option<u64>,
    /// Of items: how many came with records that only the new run has (`new`), and went with those that only the old has (`old`).
    pub with_records: Sides<u64>,
    /// How many have the key of a row before them. They were paired in order.
    pub repeated_keys: Sides<u64>,
    /// How many have no whole key, since some of it is null. They are known by all of their cells.
    pub null_keys: Sides<u64>,
    /// Columns that only the new run has.
    pub columns_added: Vec<String>,
    /// Columns that only the old run has.
    pub columns_removed: Vec<String>,
    /// Columns of another type. Their values were compared as texts.
    pub columns_retyped: BTreeMap<String, Sides<String>>,
    /// Columns that were not compared: those that say where a record stands, and those that were asked for.
    pub columns_ignored: Vec<String>,
    /// Columns with a tolerance that has no effect, since rows have no key: such rows come and go, and none is changed.
    pub tolerance_unused: Vec<String>,
    /// The columns in which cells differ.
    pub columns: IndexMap<String, ColumnDiff>,
    /// The first rows of each kind.
    pub shown: Vec<RowShown>,
}

/// What a row is known by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KnownBy {
    /// The columns of its key.
    Key,
    /// Its record, and the columns of its key within that.
    RecordAndKey,
    /// Its record and all of its cells.
    RecordAndCells,
    /// All of its cells.
    #[default]
    Cells,
}

/// How the cells of a column differ, over the rows that both runs have.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ColumnDiff {
    /// How many differ.
    pub cells: u64,
    /// How many of them were null.
    pub were_null: u64,
    /// How many of them are null now.
    pub are_null: u64,
    /// How many differ by no more than the tolerance; they count as the same.
    pub tolerated: u64,
    /// How far numbers went, new less old. Null where there are none, where one is NaN, and where values are hidden.
    pub figures: Option<Figures>,
    /// Whether its values are hidden.
    pub masked: bool,
}

/// How far numbers went. What no double can hold is the largest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Figures {
    /// How many pairs of numbers there are.
    pub count: u64,
    /// The sum of the differences.
    pub sum: f64,
    /// Their mean.
    pub mean: f64,
    /// The largest in size.
    pub max: f64,
}

/// A row that differs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RowShown {
    /// What became of it.
    pub change: Change,
    /// What it is known by; null if that is hidden or null.
    pub key: Option<String>,
    /// Which row of the table it is, from 0.
    pub row: Sides<Option<u64>>,
    /// The cells that differ.
    pub cells: Vec<CellShown>,
}

/// A cell that differs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CellShown {
    /// The column.
    pub column: String,
    /// Its value as text; null for null, and where values are hidden.
    pub value: Sides<Option<String>>,
    /// Whether its values are hidden.
    pub masked: bool,
    /// How far a number went.
    pub change: Option<f64>,
}

/// The JSON Schema of the JSON report.
#[must_use]
pub fn json_schema() -> String {
    let mut schema = schemars::schema_for!(Diff);
    schema.insert("title".to_owned(), "recordmill diff".into());
    format!("{:#}\n", schema.to_value())
}
