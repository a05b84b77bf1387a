//! What a run came to, as data.
//!
//! A [`RunReport`] becomes `run.json`. Its verdict decides the exit code and
//! every summary, so that they cannot disagree.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Serialize;

use crate::diagnostic::{Located, Severity, Tally};
use crate::extract::ItemCount;
use crate::record::Bytes;

/// The version of the form of `run.json`.
pub const FORMAT_VERSION: u32 = 1;

/// What the run says of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nothing at or above the limit was found.
    Pass,
    /// Something was, or there was no record at all.
    Fail,
}

impl Status {
    /// The exit code of the command.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
        }
    }
}

/// From which severity on a finding makes the run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Nothing but a run without records.
    Never,
}

impl FailOn {
    /// The verdict on findings by code.
    #[must_use]
    pub fn verdict(self, findings: &BTreeMap<&'static str, Tally>, records: u64) -> Status {
        let limit = match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Never => None,
        };
        let reached =
            findings.values().any(|tally| limit.is_some_and(|limit| tally.severity >= limit));
        if reached || records == 0 { Status::Fail } else { Status::Pass }
    }
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
    /// What went in and what came of it.
    pub balance: Balance,
    /// Where the time went.
    pub timings: Timings,
    /// The files that were written, by their names in the output folder.
    pub outputs: Vec<String>,
}

/// The tool that ran.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FieldReport {
    /// Records with the key.
    pub seen: u64,
    /// Records with the key and no value.
    pub blank: u64,
    /// Records whose value stands for "no data".
    pub sentinel: u64,
    /// Records of the table whose cell is null, or whose list is empty.
    pub null: u64,
    /// Quantities by kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<String, u64>,
}

impl FieldReport {
    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.seen += other.seen;
        self.blank += other.blank;
        self.sentinel += other.sentinel;
        self.null += other.null;
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the run came to.
    pub report: RunReport,
    /// For each code its first findings, with excerpts, in input order.
    pub shown: Vec<Located>,
    /// How many findings there are of each code.
    pub tallies: BTreeMap<&'static str, Tally>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_follows_the_worst_finding() {
        let of = |severity| BTreeMap::from([("R101", Tally { count: 1, severity })]);
        assert_eq!(FailOn::Error.verdict(&of(Severity::Warning), 1), Status::Pass);
        assert_eq!(FailOn::Error.verdict(&of(Severity::Error), 1), Status::Fail);
        assert_eq!(FailOn::Warning.verdict(&of(Severity::Warning), 1), Status::Fail);
        assert_eq!(FailOn::Never.verdict(&of(Severity::Error), 1), Status::Pass);
    }

    #[test]
    fn no_record_is_no_pass() {
        assert_eq!(FailOn::Never.verdict(&BTreeMap::new(), 0), Status::Fail);
    }
}
