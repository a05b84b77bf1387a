//! From tables to files.
//!
//! In: the tables of batches, in input order. Out: one file per table and
//! format. Workers encode ([`Plan::encode`]); the [`Sink`] only writes, into the
//! staging folder of [`publish`](crate::publish), which puts all of it into place
//! at the end; a run that stops before leaves the target as it was.

mod arrow;
mod bounds;
mod csv;
mod delta;
mod footer;
mod group;
mod index;
mod jsonl;
mod pages;
mod parquet;
mod shared;
mod waiting;
mod words;

pub use arrow::stream as arrow_stream;
pub use parquet::Compression;
pub(crate) use parquet::{ABOUT, AboutTable};

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::{ArrowSchema, CompatLevel, DataFrame, Schema as PolarsSchema, SchemaExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::parallel::in_order;
use crate::publish::{
    Claim, Guard, Output, Placed, Publish, RunJson, Staged, StagedFile, Staging, failed, part_name,
};
use crate::report::Status;
use crate::schema::Schema;
use crate::schema::model::Column;
use crate::source::{FileId, SourceId};
use crate::table::Rows;

use self::arrow::ArrowFile;
use self::pages::{PageWriter, Piece};
use self::parquet::{ParquetFile, ParquetPlan};

/// The form of an output file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// Comma-separated values by RFC 4180.
    Csv,
    /// JSON lines: an object a row.
    Jsonl,
    /// Arrow's IPC.
    Arrow,
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Parquet, Self::Csv, Self::Jsonl, Self::Arrow];

    /// The extension of the files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Arrow => "arrow",
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
    /// The one table that is written; all of them without it.
    pub only: Option<String>,
    /// How Parquet pages are compressed.
    pub compression: Compression,
    /// Which runs are published there.
    pub publish: Publish,
    /// The files that the run reads, and what they are called: none is written over.
    pub inputs: BTreeMap<FileId, String>,
    /// Who may clear away what is staged.
    pub guard: Guard,
}

impl Target {
    /// Parquet tables in a folder, where the run has not failed.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            formats: vec![Format::Parquet],
            only: None,
            compression: Compression::default(),
            publish: Publish::default(),
            inputs: BTreeMap::new(),
            guard: Guard::default(),
        }
    }
}

/// What workers need to encode tables: pure data, shared.
#[derive(Debug)]
pub struct Plan {
    tables: Vec<(String, Vec<Column>)>,
    /// Which of them are written.
    wanted: Vec<bool>,
    parquet: Option<Vec<ParquetPlan>>,
    /// The forms that are text.
    texts: Vec<Format>,
    arrow: bool,
}

/// A table of a batch, ready to be written.
pub struct Encoded {
    rows: usize,
    /// What it adds to each column of Parquet, some rows after others.
    parquet: Vec<Vec<Piece>>,
    /// The rows in each form that is text.
    texts: Vec<Vec<u8>>,
    /// The rows for Arrow, whose files hold them nearly as they are.
    arrow: Vec<DataFrame>,
}

impl Encoded {
    /// Adds rows of the same table.
    pub(crate) fn append(&mut self, next: Self) {
        self.rows += next.rows;
        self.parquet.extend(next.parquet);
        self.arrow.extend(next.arrow);
        for (text, next) in self.texts.iter_mut().zip(next.texts) {
            text.extend(next);
        }
    }
}

/// What a worker keeps from batch to batch to encode tables.
#[derive(Default)]
pub struct Encoder(Option<PageWriter>);

/// How Arrow lays texts out: as `large_utf8`. Many readers cannot yet compare, sort or join views of texts.
const TEXTS: CompatLevel = CompatLevel::oldest();

/// The columns of a table as Arrow has them, each with what the schema says of it where readers
/// look for that.
fn arrow_schema(columns: &[Column]) -> ArrowSchema {
    let mut arrow = columns.iter().map(parquet::field).collect::<PolarsSchema>().to_arrow(TEXTS);
    for (field, column) in arrow.iter_values_mut().zip(columns) {
        let told = [("description", &column.description), ("unit", &column.unit)];
        for (name, text) in told {
            if let Some(text) = text {
                let own = Arc::make_mut(field.metadata.get_or_insert_default());
                own.insert(name.into(), text.as_str().into());
            }
        }
    }
    arrow
}

/// The name of the table of findings.
pub const FINDING: &str = "finding";
/// The name of the table of what columns hold.
pub const PROFILE: &str = "profile";

impl Plan {
    /// Plans the files of a schema; without a target there are none. With `profiles` the table of
    /// what columns hold is one of them, unless the schema has a table of its name.
    ///
    /// # Errors
    ///
    /// Polars refuses a column type, which would be a bug.
    pub fn new(schema: &Schema, target: Option<&Target>, profiles: bool) -> Result<Self> {
        let mut tables: Vec<_> =
            schema.tables.iter().map(|table| (table.name.clone(), table.columns.clone())).collect();
        tables.push((FINDING.to_owned(), crate::table::finding_columns()));
        if profiles && tables.iter().all(|(name, _)| name != PROFILE) {
            tables.push((PROFILE.to_owned(), crate::table::profile_columns()));
        }
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
        let only = target.and_then(|target| target.only.as_ref());
        let wanted = tables.iter().map(|(name, _)| only.is_none_or(|only| only == name));
        let texts = [Format::Csv, Format::Jsonl].into_iter().filter(|format| has(*format));
        let (wanted, texts) = (wanted.collect(), texts.collect());
        Ok(Self { wanted, parquet, texts, arrow: has(Format::Arrow), tables })
    }

    /// The names of all files; `named` makes one of a table and an extension.
    fn files(&self, named: &dyn Fn(&str, &str) -> String) -> Vec<String> {
        let parquet = self.parquet.iter().map(|_| Format::Parquet);
        let arrow = self.arrow.then_some(Format::Arrow);
        let formats: Vec<_> = parquet.chain(self.texts.iter().copied()).chain(arrow).collect();
        let tables = self.tables.iter().zip(&self.wanted).filter(|(_, wanted)| **wanted);
        let files = tables.flat_map(|((name, _), _)| {
            formats.iter().map(move |format| named(name, format.extension()))
        });
        files.collect()
    }

    /// Whether there is anything to be written.
    #[must_use]
    pub fn writes(&self) -> bool {
        !self.texts.is_empty() || self.parquet.is_some() || self.arrow
    }

    /// Whether the table of what columns hold is to be written.
    #[must_use]
    pub fn profiles(&self) -> bool {
        self.tables.last().is_some_and(|(name, _)| name == PROFILE)
    }

    /// Whether the table of findings is written.
    #[must_use]
    pub fn writes_findings(&self) -> bool {
        let mut written = self.tables.iter().zip(&self.wanted);
        self.writes() && written.any(|((name, _), wanted)| *wanted && name == FINDING)
    }

    /// Encodes the tables of a batch, in order; the last may be left out.
    ///
    /// # Errors
    ///
    /// A table cannot be encoded, which would be a bug.
    #[doc(hidden)]
    pub fn encode(&self, tables: &[Rows], encoder: &mut Encoder) -> Result<Vec<Encoded>> {
        tables.iter().enumerate().map(|(idx, rows)| self.table(idx, rows, encoder)).collect()
    }

    /// Encodes rows of one of the tables, by its place among them.
    ///
    /// # Errors
    ///
    /// As [`Self::encode`].
    pub(crate) fn table(&self, idx: usize, rows: &Rows, encoder: &mut Encoder) -> Result<Encoded> {
        let mut table = Encoded {
            rows: rows.height(),
            parquet: Vec::new(),
            texts: Vec::new(),
            arrow: Vec::new(),
        };
        if !self.wanted[idx] {
            return Ok(table);
        }
        if let Some(plan) = self.parquet.as_ref().map(|plans| &plans[idx])
            && rows.height() > 0
        {
            let writer = encoder.0.get_or_insert_with(|| PageWriter::new(plan.compression));
            table.parquet.push(plan.encode(rows, writer)?);
        }
        for format in &self.texts {
            table.texts.push(match format {
                Format::Csv => csv::encode(rows.frame()?, &self.tables[idx].1)?,
                Format::Jsonl => jsonl::encode(rows, &self.tables[idx].1)?,
                // These are no texts.
                Format::Parquet | Format::Arrow => Vec::new(),
            });
        }
        if self.arrow && rows.height() > 0 {
            table.arrow.push(rows.frame()?);
        }
        Ok(table)
    }
}

/// Original bytes of a record that was set aside, and why.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Quarantined {
    /// The source.
    pub(crate) source: SourceId,
    /// The bytes as they stand in the file.
    pub(crate) bytes: Vec<u8>,
    /// Why; a piece that goes on with a record has no reason.
    pub(crate) reason: Option<Reason>,
}

/// Why a record was set aside, and where it stood.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reason {
    pub(crate) line: u64,
    pub(crate) byte_start: u64,
    /// None where nobody knows how long it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
    pub(crate) record_id: Option<String>,
    pub(crate) codes: Vec<Cow<'static, str>>,
}

impl Reason {
    /// The reason as JSON, with the name of the source.
    pub(crate) fn to_json(&self, source: &str) -> Result<String> {
        serde_json::to_string(&ReasonOf { source, reason: self }).map_err(internal)
    }
}

fn internal(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Internal, "cannot write why a record was set aside").with_source(error)
}

/// A reason with the name of its source.
#[derive(Serialize)]
struct ReasonOf<'r> {
    source: &'r str,
    #[serde(flatten)]
    reason: &'r Reason,
}

/// The same as it stands in a file, with the place of the bytes in theirs. Its members stand side by side: flattened
/// they would be written by way of a map, which takes twice as long, and a damaged dump has one for each record.
#[derive(Serialize)]
struct ReasonLine<'r> {
    source: &'r str,
    line: u64,
    byte_start: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    record_id: Option<&'r str>,
    codes: &'r [Cow<'static, str>],
    file: &'r str,
    file_byte: u64,
}

/// How many files are ended at a time: what that takes is waiting for the disk.
const ENDING: usize = 8;

/// Writes the files of a run.
pub struct Sink {
    publish: Publish,
    /// By table; none for one that is not written.
    parquet: Vec<Option<ParquetFile>>,
    pages: PageWriter,
    /// By table, in the order of the plan's forms.
    texts: Vec<Vec<StagedFile>>,
    /// By table; none for one that is not written.
    arrow: Vec<Option<ArrowFile>>,
    names: Vec<String>,
    rows: Vec<u64>,
    /// Rows that were written here, and not in parts.
    own: Vec<u64>,
    files: Vec<String>,
    quarantine: Option<Quarantine>,
    /// Files that are whole: of the quarantine, and those of parts.
    ended: Vec<Output>,
    /// By table the files of parts that other processes have written; none where there are no parts.
    parts: Option<Vec<Vec<String>>>,
    /// The last to go: to clear it takes a handle, and with the open files there may be none to be had.
    staging: Staging,
}

/// Rejected records: those of one source after another.
struct Quarantine {
    source: SourceId,
    name: String,
    file: StagedFile,
    length: u64,
    reasons: StagedFile,
    /// Room for a line of the reasons.
    line: Vec<u8>,
}

/// The files of a run, whole and waiting to be put into place.
pub struct Finished {
    staged: Staged,
    publish: Publish,
}

impl Sink {
    /// Opens every file before any work is done.
    ///
    /// # Errors
    ///
    /// The folder or a file in it cannot be made; another run writes there; something
    /// that is none of this schema's, or an input, is in the way.
    pub fn create(plan: &Plan, schema: &Schema, target: &Target) -> Result<Self> {
        let files = plan.files(&|name, extension| format!("{name}.{extension}"));
        let staging = Self::stage(schema, target, &files)?;
        Self::over(plan, schema, (staging, target.publish), (files, None))
    }

    /// Opens the target of a run whose tables come in so many parts from other processes.
    ///
    /// # Errors
    ///
    /// As [`Self::create`].
    pub(crate) fn stage_parts(
        plan: &Plan,
        schema: &Schema,
        target: &Target,
        parts: usize,
    ) -> Result<Staging> {
        let named = |part| plan.files(&|name, extension| part_name(name, part, extension));
        let files: Vec<_> = (0..=parts).flat_map(named).collect();
        Self::stage(schema, target, &files)
    }

    /// The files of such a run. What it writes itself is a part more.
    ///
    /// # Errors
    ///
    /// A file cannot be made.
    pub(crate) fn of_parts(
        plan: &Plan,
        schema: &Schema,
        opened: (Staging, Publish),
        parts: usize,
    ) -> Result<Self> {
        let files = plan.files(&|name, extension| part_name(name, parts, extension));
        Self::over(plan, schema, opened, (files, Some(parts)))
    }

    /// Opens the files of an attempt at a part, in the folder that [`Staging::parts`] gave.
    ///
    /// # Errors
    ///
    /// A file cannot be made there.
    pub(crate) fn of_part(
        plan: &Plan,
        schema: &Schema,
        folder: &Path,
        number: usize,
    ) -> Result<Self> {
        let files = plan.files(&|name, extension| format!("{name}.{extension}"));
        let staging = Staging::of_part(folder, number)?;
        Self::over(plan, schema, (staging, Publish::default()), (files, None))
    }

    fn stage(schema: &Schema, target: &Target, files: &[String]) -> Result<Staging> {
        let claim = Claim { schema: schema.name.clone(), inputs: target.inputs.clone() };
        Staging::open(&target.folder, claim, &target.guard, files.iter().map(String::as_str))
    }

    fn over(
        plan: &Plan,
        schema: &Schema,
        (staging, publish): (Staging, Publish),
        (files, part): (Vec<String>, Option<usize>),
    ) -> Result<Self> {
        let compression = plan.parquet.as_ref().and_then(|plans| plans.first());
        let compression = compression.map_or_else(Compression::default, |plan| plan.compression);
        let (mut parquet, mut texts, mut arrow) = (Vec::new(), Vec::new(), Vec::new());
        for (idx, (name, columns)) in plan.tables.iter().enumerate() {
            let file = |format: Format| {
                let extension = format.extension();
                staging.create(&match part {
                    Some(number) => part_name(name, number, extension),
                    None => format!("{name}.{extension}"),
                })
            };
            let plans = plan.parquet.as_ref().filter(|_| plan.wanted[idx]);
            let pages = plans.map(|plans| ParquetFile::create(file(Format::Parquet)?, &plans[idx]));
            parquet.push(pages.transpose()?);
            let mut of_table = Vec::new();
            for format in plan.texts.iter().filter(|_| plan.wanted[idx]) {
                let mut file = file(*format)?;
                if *format == Format::Csv {
                    append(&mut file, &csv::header(columns)?)?;
                }
                of_table.push(file);
            }
            texts.push(of_table);
            let wanted = plan.arrow && plan.wanted[idx];
            let batches = wanted
                .then(|| ArrowFile::create(file(Format::Arrow)?, schema, name, columns))
                .transpose()?;
            arrow.push(batches);
        }
        Ok(Self {
            staging,
            publish,
            parquet,
            pages: PageWriter::new(compression),
            texts,
            arrow,
            names: plan.tables.iter().map(|(name, _)| name.clone()).collect(),
            rows: vec![0; plan.tables.len()],
            own: vec![0; plan.tables.len()],
            files,
            quarantine: None,
            ended: Vec::new(),
            parts: part.map(|_| vec![Vec::new(); plan.tables.len()]),
        })
    }

    /// Makes a file beside those of the tables.
    pub(crate) fn beside(&self, name: &str) -> Result<StagedFile> {
        self.staging.create(name)
    }

    /// The bytes of a file that an attempt at a part has written.
    pub(crate) fn attempted(&self, attempt: &str, file: &Output) -> Result<Vec<u8>> {
        self.staging.attempted(attempt, file)
    }

    /// Takes over the tables of a part: what an attempt has written, and how many rows each has.
    pub(crate) fn adopt(
        &mut self,
        number: usize,
        attempt: &str,
        files: &[Output],
        rows: &[u64],
    ) -> Result<()> {
        let Some(parts) = &mut self.parts else { return Ok(()) };
        for (idx, (name, rows)) in self.names.iter().zip(rows).enumerate() {
            let own = files.iter().filter_map(|file| {
                let extension = file.path.strip_prefix(name.as_str())?.strip_prefix('.')?;
                Some((file, part_name(name, number, extension)))
            });
            // A part without a row says nothing.
            for (file, name) in own.filter(|_| *rows > 0) {
                self.ended.push(self.staging.adopt(attempt, file, &name)?);
                parts[idx].push(name);
            }
            self.rows[idx] += rows;
        }
        Ok(())
    }

    /// Whether a table of this name has a file of its own: beside parts one that has rows, or that is all there is.
    fn keeps(&self, idx: usize) -> bool {
        match self.parts.as_ref().map(|parts| &parts[idx]) {
            Some(parts) => parts.is_empty() || self.own[idx] > 0,
            None => true,
        }
    }

    /// Appends the tables of a batch.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn write(&mut self, tables: Vec<Encoded>) -> Result<()> {
        for (idx, table) in tables.into_iter().enumerate() {
            self.rows[idx] += table.rows as u64;
            self.own[idx] += table.rows as u64;
            if let Some(file) = &mut self.parquet[idx] {
                for pieces in table.parquet {
                    file.write(pieces, &mut self.pages)?;
                }
            }
            for (bytes, file) in table.texts.iter().zip(&mut self.texts[idx]) {
                append(file, bytes)?;
            }
            if let Some(file) = &mut self.arrow[idx] {
                for frame in table.arrow {
                    file.write(frame)?;
                }
            }
        }
        Ok(())
    }

    /// Sets a record aside. `source_name` is the path of its source; records come
    /// source by source.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(crate) fn quarantine(&mut self, record: Quarantined, source_name: &str) -> Result<()> {
        // It is not moved for each record: the hash of a file is some kilobytes.
        let is_open = self.quarantine.as_ref().is_some_and(|open| open.source == record.source);
        if !is_open {
            let name =
                format!("quarantine/{:04}-{}", record.source.index() + 1, file_name(source_name));
            let (reasons, line) = match self.quarantine.take() {
                Some(Quarantine { file, reasons, line, .. }) => {
                    self.ended.push(file.finish()?);
                    (reasons, line)
                }
                None => (self.staging.create(REASONS)?, Vec::new()),
            };
            let (source, file) = (record.source, self.staging.create(&name)?);
            self.quarantine = Some(Quarantine { source, name, file, length: 0, reasons, line });
        }
        let Some(open) = &mut self.quarantine else { return Ok(()) };
        open.file.write_all(&record.bytes).map_err(|error| failed(open.file.path(), error))?;
        if let Some(reason) = &record.reason {
            let line = ReasonLine {
                source: source_name,
                line: reason.line,
                byte_start: reason.byte_start,
                bytes: reason.bytes,
                record_id: reason.record_id.as_deref(),
                codes: &reason.codes,
                file: &open.name,
                file_byte: open.length,
            };
            open.line.clear();
            serde_json::to_writer(&mut open.line, &line).map_err(internal)?;
            open.line.push(b'\n');
            let written = open.reasons.write_all(&open.line);
            written.map_err(|error| failed(open.reasons.path(), error))?;
        }
        open.length += record.bytes.len() as u64;
        Ok(())
    }

    /// The rows and files of each table so far.
    #[must_use]
    pub fn tables(&self) -> Vec<(String, u64, Vec<String>)> {
        let of = |idx: usize, name: &str| {
            let stem = format!("{name}.");
            let parts = self.parts.iter().flat_map(|parts| &parts[idx]);
            let own = self.files.iter().filter(|file| self.keeps(idx) && file.starts_with(&stem));
            parts.chain(own).cloned().collect()
        };
        let tables = self.names.iter().zip(&self.rows).enumerate();
        tables.map(|(idx, (name, rows))| (name.clone(), *rows, of(idx, name))).collect()
    }

    /// Ends every file: all of them are whole and on the disk.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn finish(mut self) -> Result<Finished> {
        let kept: Vec<_> = (0..self.names.len()).map(|idx| self.keeps(idx)).collect();
        let mut outputs = self.ended;
        // What is left of each table is written, and waited for until it is on the disk, side by side.
        let compression = self.pages.compression();
        let files = self.parquet.drain(..).zip(&kept).filter(|(_, kept)| **kept);
        let mut files: Vec<_> = files.filter_map(|(file, _)| file).collect();
        // What takes longest is begun first, for all wait for the last.
        files.sort_by_key(|file| Reverse(file.left()));
        in_order(
            ENDING.min(files.len()),
            |emit| {
                let _ = files.into_iter().all(emit);
                Ok(())
            },
            |end| {
                let mut pages = PageWriter::new(compression);
                end(&mut |file: ParquetFile| file.finish(&mut pages));
            },
            |file| format!("`{}`", file.path().display()),
            |output| {
                outputs.push(output);
                Ok(())
            },
        )?;
        for (files, kept) in self.texts.drain(..).zip(&kept) {
            for file in files.into_iter().filter(|_| *kept) {
                outputs.push(file.finish()?);
            }
        }
        for (file, kept) in self.arrow.drain(..).zip(&kept) {
            outputs.extend(file.filter(|_| *kept).map(ArrowFile::finish).transpose()?);
        }
        if let Some(Quarantine { file, reasons, .. }) = self.quarantine.take() {
            outputs.push(file.finish()?);
            outputs.push(reasons.finish()?);
        }
        Ok(Finished { staged: self.staging.staged(outputs), publish: self.publish })
    }
}

impl Finished {
    /// Leaves the files of an attempt at a part to the run: what the attempt is called, and the files.
    #[must_use]
    pub(crate) fn hand_over(self) -> (String, Vec<Output>) {
        self.staged.hand_over()
    }

    /// Every file that will be put into place, `run.json` left out.
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        self.staged.outputs()
    }

    /// Whether a run with this verdict is published.
    #[must_use]
    pub fn publishes(&self, status: Status) -> bool {
        self.publish == Publish::Always || status != Status::Fail
    }

    /// Puts the files into place: into the target where the run is published, else
    /// beside it. `run.json` comes last.
    ///
    /// # Errors
    ///
    /// A file cannot be written or moved.
    pub fn place(self, publish: bool, run_json: RunJson<'_>) -> Result<Placed> {
        self.staged.place(publish, run_json)
    }
}

fn append(file: &mut StagedFile, bytes: &[u8]) -> Result<()> {
    file.write_all(bytes).map_err(|error| failed(file.path(), error))
}

const REASONS: &str = "quarantine/reasons.jsonl";

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
