//! What a run came to, as data.
//!
//! A [`RunReport`] becomes `run.json`. Its verdict decides the exit code and
//! every summary, so that they cannot disagree.

mod profile;
mod saved;

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::baseline::{BaselineReport, Tracker};
use crate::data::Bytes;
use crate::data::ItemCount;
use crate::diagnostic::{Located, Severity, Tally};
use crate::publish::{Output, Placed};

pub use profile::{
    Bin, ColumnProfile, Figure, Frequent, Histogram, Lengths, NullReport, ProfileReport, Quantiles,
    TableProfile,
};
pub use saved::{Before, SavedRun};
pub(crate) use saved::{CheckChange, ColumnChange, checks, columns, new_keys};

/// The version of the form of `run.json`.
pub const FORMAT_VERSION: u32 = 3;

/// What is said of the data: of one check, and of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It was looked at, and is as it must be.
    Pass,
    /// There are warnings, or something could not be looked at.
    Warn,
    /// Something at or above the limit was found, or there was no record at all.
    Fail,
    /// Nothing was looked at.
    NotEvaluated,
}

impl Status {
    /// The exit code of the command.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Pass | Self::Warn => 0,
            Self::Fail | Self::NotEvaluated => 1,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::NotEvaluated => "not-evaluated",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a run says of one check: the one value that the exit code, `run.json`
/// and every report are made from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckReport {
    /// The code of its findings.
    pub code: &'static str,
    /// What it is called.
    pub name: String,
    /// The field or the table that it is about.
    pub subject: Option<String>,
    /// What is expected of each, in words; null where it is that nothing is found, and where the limits bound a figure.
    pub expected: Option<String>,
    /// What the run says of it.
    pub status: Status,
    /// What it looks at: inputs, records, values, rows, or the run.
    pub unit: &'static str,
    /// How many of them it looked at.
    pub evaluated: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many of the failures a baseline has accepted.
    pub known: u64,
    /// The highest severity of its findings that no baseline has accepted.
    pub worst: Option<Severity>,
    /// Whether the schema asks for it; the others are built in.
    pub asked: bool,
    /// The figure that it measured.
    pub figure: Option<f64>,
    /// Beyond what it is a warning, in words.
    pub warning: Option<String>,
    /// Beyond what it is an error, in words.
    pub error: Option<String>,
    /// Why it was not evaluated.
    pub reason: Option<String>,
}

/// How much of the dump the schema knows.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct CoverageReport {
    /// Bytes of keys and values that were taken, and that were not.
    pub bytes: Share,
    /// Entries whose key a field knows, and all entries.
    pub keys: Share,
    /// Keys that no field knows, the most frequent first.
    pub unknown_keys: Vec<UnknownKey>,
    /// How many distinct ones there are.
    pub unknown_keys_total: u64,
    /// Rules that took nothing.
    pub rules_never_matched: Vec<String>,
    /// Fields with a key that no record has.
    pub fields_never_seen: Vec<String>,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Share {
    /// The part.
    pub taken: u64,
    /// The whole.
    pub total: u64,
    /// The part by the whole; null if there is none.
    pub share: Option<f64>,
}

impl Share {
    /// A part of a whole.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share for people and limits")]
    pub fn new(taken: u64, total: u64) -> Self {
        Self { taken, total, share: (total > 0).then(|| taken as f64 / total as f64) }
    }
}

/// A key that no field knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnknownKey {
    /// The key.
    pub key: String,
    /// How often it occurs.
    pub count: u64,
    /// Where it occurs first: file, line and column.
    pub first: String,
    /// The nearest key that a field has.
    pub nearest: Option<String>,
}

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// The version of this form.
    pub format_version: u32,
    /// The tool.
    pub tool: Tool,
    /// The schema.
    pub schema: SchemaReport,
    /// When the run began.
    pub started_at: String,
    /// The verdict.
    pub status: Status,
    /// The exit code that follows from it.
    pub exit_code: u8,
    /// What the run says of each check.
    pub checks: Vec<CheckReport>,
    /// The inputs in order.
    pub inputs: Vec<InputReport>,
    /// The tables by name.
    pub tables: IndexMap<String, TableReport>,
    /// The fields by name.
    pub fields: IndexMap<String, FieldReport>,
    /// How many findings there are of each code.
    pub findings: BTreeMap<&'static str, u64>,
    /// How many findings there are of each severity.
    pub severities: BTreeMap<&'static str, u64>,
    /// How much of the dump the schema knows.
    pub coverage: CoverageReport,
    /// What the columns of the tables hold, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileReport>,
    /// How many records were read at most, from the first on; all without it. What is counted is then what was read, and inputs behind are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// What became of a baseline, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineReport>,
    /// What went in and what came of it.
    pub balance: Balance,
    /// Where the time went.
    pub timings: Timings,
    /// Whether the tables stand where readers look; else they stand beside.
    pub published: bool,
    /// The files that were written, `run.json` aside.
    pub outputs: Vec<Output>,
}

/// The tool that ran.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Tool {
    /// This tool.
    pub const THIS: Self =
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

/// The schema of a run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SchemaReport {
    /// Its name.
    pub name: String,
    /// The file.
    pub path: String,
    /// The BLAKE3 hash of the file.
    pub hash: String,
}

/// An input of a run.
#[derive(Clone, Debug, Serialize)]
pub struct InputReport {
    /// The path.
    pub path: String,
    /// The length in bytes, without compression.
    pub bytes: u64,
    /// The length in bytes as it is stored.
    pub stored_bytes: u64,
    /// The BLAKE3 hash of the bytes, without compression.
    pub hash: String,
    /// The form: key-value, json-lines, json or csv.
    pub format: &'static str,
    /// The encoding, by its WHATWG name.
    pub encoding: &'static str,
    /// How sure that is: `certain` where a mark or a name says so or all of it is UTF-8, `likely`, or
    /// `doubtful`, which is a finding.
    pub encoding_certainty: &'static str,
    /// Sequences of bytes that are no text in the encoding.
    pub invalid_sequences: u64,
    /// What the bytes stand in and how they are compressed, from the outside in
    /// with `/` between, such as `gzip/tar`; none for a plain file.
    pub compression: Option<String>,
    /// How many records were cut from it.
    pub records: u64,
}

/// A table of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TableReport {
    /// How many rows it has.
    pub rows: u64,
    /// The files that hold it.
    pub files: Vec<String>,
}

/// What the records had for a field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldReport {
    /// Records with the key.
    pub seen: u64,
    /// Records with the key and no value.
    pub blank: u64,
    /// Records whose value stands for "no data".
    pub sentinel: u64,
    /// Records of the table whose cell is null, or whose list is empty.
    pub null: u64,
    /// Why they are null.
    pub nulls: NullReport,
    /// Quantities by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<String, u64>,
}

impl FieldReport {
    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.seen += other.seen;
        self.blank += other.blank;
        self.sentinel += other.sentinel;
        self.null += other.null;
        self.nulls.add(&other.nulls);
        for (kind, count) in &other.kinds {
            *self.kinds.entry(kind.clone()).or_default() += count;
        }
    }
}

/// What went in and what came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Balance {
    /// Bytes of decoded text of all inputs.
    pub bytes_total: u64,
    /// The same bytes by what they are.
    pub bytes: Bytes,
    /// Records.
    pub records: RecordBalance,
    /// The items of each list field.
    pub items: IndexMap<String, ItemCount>,
}

/// Records that went in, into the tables, and into the quarantine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordBalance {
    /// Cut from the inputs.
    pub r#in: u64,
    /// In the tables.
    pub out: u64,
    /// In the quarantine.
    pub quarantined: u64,
}

/// Where the time went, in seconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Timings {
    /// From the first byte to the last file.
    pub wall_seconds: f64,
    /// Bytes of the inputs per second of wall time, in millions.
    pub megabytes_per_second: f64,
}

/// The result of a run: the report, and the findings to show.
#[derive(Debug)]
pub struct Outcome {
    /// What the run came to.
    pub report: RunReport,
    /// For each code its first findings, with excerpts, the worst codes first.
    pub shown: Vec<Located>,
    /// The worst findings that no baseline has accepted, in input order among
    /// those of one severity; no more than were asked for.
    pub worst: Vec<Located>,
    /// How many findings there are of each code.
    pub tallies: BTreeMap<&'static str, Tally>,
    /// How many of them are about each field; those about none stand under an empty name.
    pub by_field: BTreeMap<&'static str, BTreeMap<String, u64>>,
    /// The baseline, after the run went through its findings.
    pub tracker: Option<Tracker>,
    /// Where the files of the run stand, if there are any.
    pub placed: Option<Placed>,
}
