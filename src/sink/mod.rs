//! From tables to files.
//!
//! In: the tables of batches, in input order. Out: one file per table and
//! format. Workers encode ([`Plan::encode`]); the [`Sink`] only writes.
//! Everything is written into a folder beside the target and moved into place
//! by [`Sink::commit`]; a run that stops before leaves the target as it was.

mod csv;
mod parquet;
mod staging;

pub use parquet::Compression;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use polars::prelude::DataFrame;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::Schema;
use crate::schema::model::Column;
use crate::source::SourceId;

use self::csv::CsvFile;
use self::parquet::{ParquetFile, ParquetPlan, Press, RowGroup};
use self::staging::Staging;

/// The form of an output file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// Comma-separated values by RFC 4180.
    Csv,
}

impl Format {
    /// The extension of the files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
        }
    }
}

/// Where the output goes and in which form.
#[derive(Clone, Debug)]
pub struct Target {
    /// The folder; it is made if it does not exist.
    pub folder: PathBuf,
    /// The forms; each table is written in every one.
    pub formats: Vec<Format>,
    /// How Parquet pages are compressed.
    pub compression: Compression,
}

/// What workers need to encode tables: pure data, shared.
#[derive(Debug)]
pub struct Plan {
    tables: Vec<(String, Vec<Column>)>,
    parquet: Option<Vec<ParquetPlan>>,
    csv: bool,
}

/// A table of a batch, ready to be written.
pub struct Encoded {
    rows: usize,
    parquet: Option<RowGroup>,
    csv: Option<Vec<u8>>,
}

/// What a worker keeps from batch to batch to encode tables.
#[derive(Default)]
pub struct Encoder(Press);

/// The name of the table of findings.
pub const FINDING: &str = "finding";

impl Plan {
    /// Plans the files of a schema; without a target there are none.
    ///
    /// # Errors
    ///
    /// Polars refuses a column type, which would be a bug.
    pub fn new(schema: &Schema, target: Option<&Target>) -> Result<Self> {
        let mut tables: Vec<_> =
            schema.tables.iter().map(|table| (table.name.clone(), table.columns.clone())).collect();
        tables.push((FINDING.to_owned(), crate::table::finding_columns()));
        let has = |format| target.is_some_and(|target| target.formats.contains(&format));
        let parquet = match target.filter(|_| has(Format::Parquet)) {
            None => None,
            Some(target) => Some(
                tables
                    .iter()
                    .map(|(name, columns)| {
                        ParquetPlan::new(schema, name, columns, target.compression)
                    })
                    .collect::<Result<Vec<_>>>()?,
            ),
        };
        Ok(Self { tables, parquet, csv: has(Format::Csv) })
    }

    /// Whether there is anything to be written.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.csv || self.parquet.is_some()
    }

    /// Encodes the tables of a batch; the table of findings is the last.
    ///
    /// # Errors
    ///
    /// A table cannot be encoded, which would be a bug.
    pub fn encode(&self, frames: Vec<DataFrame>, encoder: &mut Encoder) -> Result<Vec<Encoded>> {
        frames
            .into_iter()
            .enumerate()
            .map(|(idx, frame)| {
                Ok(Encoded {
                    rows: frame.height(),
                    csv: if self.csv { Some(csv::encode(&frame)?) } else { None },
                    parquet: match &self.parquet {
                        Some(plans) if frame.height() > 0 => {
                            Some(plans[idx].encode(&frame, &mut encoder.0)?)
                        }
                        _ => None,
                    },
                })
            })
            .collect()
    }
}

/// Original bytes of a record that was set aside, and why.
#[derive(Clone, Debug)]
pub struct Quarantined {
    /// The source.
    pub source: SourceId,
    /// The bytes as they stand in the file.
    pub bytes: Vec<u8>,
    /// The reason as a line of JSON values; a piece that goes on with a record has none.
    pub reason: Option<serde_json::Value>,
}

/// Writes the files of a run.
pub struct Sink {
    staging: Staging,
    parquet: Vec<ParquetFile>,
    csv: Vec<CsvFile>,
    names: Vec<String>,
    rows: Vec<u64>,
    /// For each source with rejected records: the name of its file and its length.
    quarantine: BTreeMap<SourceId, (String, u64)>,
    reasons: Vec<u8>,
    files: Vec<String>,
}

impl Sink {
    /// Opens every file before any work is done.
    ///
    /// # Errors
    ///
    /// The folder or a file in it cannot be made; another run writes there.
    pub fn create(plan: &Plan, target: &Target) -> Result<Self> {
        let staging = Staging::new(&target.folder)?;
        let (mut parquet, mut csv, mut files) = (Vec::new(), Vec::new(), Vec::new());
        for (idx, (name, columns)) in plan.tables.iter().enumerate() {
            if let Some(plans) = &plan.parquet {
                let file = format!("{name}.{}", Format::Parquet.extension());
                parquet.push(ParquetFile::create(staging.create(&file)?, &plans[idx])?);
                files.push(file);
            }
            if plan.csv {
                let file = format!("{name}.{}", Format::Csv.extension());
                csv.push(CsvFile::create(staging.create(&file)?, columns)?);
                files.push(file);
            }
        }
        Ok(Self {
            staging,
            parquet,
            csv,
            names: plan.tables.iter().map(|(name, _)| name.clone()).collect(),
            rows: vec![0; plan.tables.len()],
            quarantine: BTreeMap::new(),
            reasons: Vec::new(),
            files,
        })
    }

    /// Appends the tables of a batch.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn write(&mut self, tables: Vec<Encoded>) -> Result<()> {
        for (idx, table) in tables.into_iter().enumerate() {
            self.rows[idx] += table.rows as u64;
            if let Some(group) = table.parquet {
                self.parquet[idx].write(group)?;
            }
            if let Some(bytes) = table.csv {
                self.csv[idx].write(&bytes)?;
            }
        }
        Ok(())
    }

    /// Sets a record aside. `source_name` is the path of its source.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn quarantine(&mut self, record: Quarantined, source_name: &str) -> Result<()> {
        let (file, length) = self.quarantine.entry(record.source).or_insert_with(|| {
            (format!("quarantine/{:04}-{}", record.source.index() + 1, file_name(source_name)), 0)
        });
        self.staging.append(file, &record.bytes)?;
        if let Some(mut reason) = record.reason {
            reason["file"] = file.as_str().into();
            reason["file_byte"] = (*length).into();
            self.reasons.extend_from_slice(reason.to_string().as_bytes());
            self.reasons.push(b'\n');
        }
        *length += record.bytes.len() as u64;
        Ok(())
    }

    /// The rows and files of each table so far.
    #[must_use]
    pub fn tables(&self) -> Vec<(String, u64, Vec<String>)> {
        let of = |name: &str| {
            let stem = format!("{name}.");
            self.files.iter().filter(|file| file.starts_with(&stem)).cloned().collect()
        };
        self.names
            .iter()
            .zip(&self.rows)
            .map(|(name, rows)| (name.clone(), *rows, of(name)))
            .collect()
    }

    /// Every file that the commit will put in place, `run.json` left out.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let quarantine = self.quarantine.values().map(|(file, _)| file.clone());
        let reasons = (!self.quarantine.is_empty()).then(|| REASONS.to_owned());
        self.files.iter().cloned().chain(quarantine).chain(reasons).collect()
    }

    /// Ends every file and moves all of them into place, `run.json` last.
    ///
    /// # Errors
    ///
    /// A file cannot be written or moved.
    pub fn commit(mut self, run_json: &[u8]) -> Result<()> {
        for file in self.parquet.drain(..) {
            file.finish()?;
        }
        for file in self.csv.drain(..) {
            file.finish()?;
        }
        let mut files = self.files();
        if !self.quarantine.is_empty() {
            self.staging.append(REASONS, &self.reasons)?;
        }
        self.staging.append(RUN_JSON, run_json)?;
        files.push(RUN_JSON.to_owned());
        self.staging.commit(&files)
    }
}

const REASONS: &str = "quarantine/reasons.jsonl";
const RUN_JSON: &str = "run.json";

/// A name for a file in the quarantine. The path of a source is never used as
/// a path: only letters, digits and a few signs of its last part stay.
fn file_name(source: &str) -> String {
    let last =
        Path::new(source).file_name().map_or_else(|| "stdin".into(), |name| name.to_string_lossy());
    let kept: String = last
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' })
        .take(60)
        .collect();
    if kept.trim_matches(['.', '-']).is_empty() { "stdin".to_owned() } else { kept }
}

/// An error about an output file.
fn failed(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Output, "cannot write")
        .with_path(path)
        .with_remedy(
            "check that the folder can be written and the disk has room, or name another with `-o`",
        )
        .with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarantine_file_never_leaves_its_folder() {
        for (source, expected) in [
            ("../../etc/passwd", "passwd"),
            ("-", "stdin"),
            ("a/..", "stdin"),
            ("甲 乙?.txt", "甲_乙_.txt"),
        ] {
            assert_eq!(file_name(source), expected, "{source}");
        }
    }
}
