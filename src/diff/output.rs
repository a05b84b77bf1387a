//! `rows.parquet` and `cells_changed.parquet`: every row and cell that differs.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use polars::prelude::{
    Column, DataFrame, DataType, Field, ParquetCompression, ParquetReader, ParquetWriter,
    PolarsResult, Schema as PolarsSchema, SerReader,
};
use tempfile::NamedTempFile;

use super::model::{CellShown, Change, Sides};
use crate::error::{Error, ErrorKind, Result};
use crate::publish::failed;

/// How many rows, and bytes of text, wait before they are written.
const ROWS: usize = 8192;
const BYTES: usize = 4 << 20;

/// Both tables while they are written, under names of their own: another comparison may write
/// into the same folder. What has not come to its end is removed.
pub(super) struct Output {
    folder: PathBuf,
    rows: Table<7>,
    cells: Table<6>,
}

type Texts = Vec<Option<String>>;

/// A table under construction. Its columns are texts, but for some at the end.
struct Table<const N: usize> {
    path: PathBuf,
    part: NamedTempFile,
    writer: Option<Writer>,
    names: [&'static str; N],
    texts: Vec<Texts>,
    integers: Vec<Vec<Option<i64>>>,
    floats: Vec<Vec<Option<f64>>>,
    bytes: usize,
}

type Writer = polars::io::parquet::write::BatchedWriter<File>;

impl Output {
    /// Starts both tables. The folders of the runs hold none but their own.
    pub(super) fn create(folder: &Path, runs: [&Path; 2]) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        let real = |path: &Path| path.canonicalize().ok();
        if folder.join("run.json").exists()
            || runs.iter().any(|run| real(run).is_some() && real(run) == real(folder))
        {
            let message = "the changes cannot be written into the output folder of a run";
            return Err(Error::new(ErrorKind::Option, message)
                .with_path(folder)
                .with_remedy("name another folder with `-o`"));
        }
        let rows =
            ["table", "key", "change", "old_record_id", "new_record_id", "old_row", "new_row"];
        let cells = ["table", "key", "column", "old", "new", "change"];
        for (name, columns) in [("rows.parquet", &rows[..]), ("cells_changed.parquet", &cells)] {
            let path = folder.join(name);
            if path.symlink_metadata().is_ok() && !has_columns(&path, columns) {
                let message = "the changes cannot be written over a file that is none of changes";
                return Err(Error::new(ErrorKind::Option, message)
                    .with_path(path)
                    .with_remedy("name another folder with `-o`, or remove the file"));
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            rows: Table::create(folder, "rows.parquet", rows, (5, 2, 0))?,
            cells: Table::create(folder, "cells_changed.parquet", cells, (5, 0, 1))?,
        })
    }

    pub(super) fn row(
        &mut self,
        table: &str,
        key: Option<&str>,
        change: Change,
        place: &Sides<Option<u64>>,
        ids: &Sides<Option<String>>,
    ) -> Result<()> {
        let texts =
            [Some(table), key, Some(change.as_str()), ids.old.as_deref(), ids.new.as_deref()];
        let integer = |place: &Option<u64>| place.and_then(|place| i64::try_from(place).ok());
        let Sides { old, new } = place.map(integer);
        self.rows.push(&texts, &[old, new], &[])
    }

    pub(super) fn cell(&mut self, table: &str, key: Option<&str>, cell: &CellShown) -> Result<()> {
        let Sides { old, new } = cell.value.map(Clone::clone);
        let texts = [Some(table), key, Some(&cell.column), old.as_deref(), new.as_deref()];
        self.cells.push(&texts, &[], &[cell.change])
    }

    /// Ends both tables and puts them into place, once both are whole and on the disk. No half
    /// of a table ever has its name; that both are of one comparison holds once this has returned.
    pub(super) fn finish(mut self) -> Result<()> {
        self.rows.end()?;
        self.cells.end()?;
        self.rows.place()?;
        self.cells.place()?;
        sync_folder(&self.folder).map_err(|error| failed(&self.folder, error))
    }
}

/// Whether a file is a table with these columns.
fn has_columns(path: &Path, columns: &[&str]) -> bool {
    #[expect(clippy::disallowed_methods, reason = "what is looked at is no output of a run")]
    let Ok(file) = File::open(path) else { return false };
    let Ok(schema) = ParquetReader::new(file).schema() else { return false };
    schema.iter_names().eq(columns.iter().copied())
}

impl<const N: usize> Table<N> {
    fn create(
        folder: &Path,
        name: &str,
        names: [&'static str; N],
        (texts, integers, floats): (usize, usize, usize),
    ) -> Result<Self> {
        let path = folder.join(name);
        let part = part(folder, name).map_err(|error| failed(&path, error))?;
        let file = part.as_file().try_clone().map_err(|error| failed(&path, error))?;
        let types = std::iter::repeat_n(DataType::String, texts)
            .chain(std::iter::repeat_n(DataType::Int64, integers))
            .chain(std::iter::repeat_n(DataType::Float64, floats));
        let fields = names.iter().zip(types).map(|(name, kind)| Field::new((*name).into(), kind));
        let schema: PolarsSchema = fields.collect();
        let writer = ParquetWriter::new(file)
            .with_compression(ParquetCompression::Zstd(None))
            .set_parallel(false)
            .batched(&schema)
            .map_err(|error| failed(&path, error))?;
        Ok(Self {
            path,
            part,
            writer: Some(writer),
            names,
            texts: vec![Vec::new(); texts],
            integers: vec![Vec::new(); integers],
            floats: vec![Vec::new(); floats],
            bytes: 0,
        })
    }

    fn push(
        &mut self,
        texts: &[Option<&str>],
        integers: &[Option<i64>],
        floats: &[Option<f64>],
    ) -> Result<()> {
        for (column, text) in self.texts.iter_mut().zip(texts) {
            self.bytes += text.map_or(0, str::len);
            column.push(text.map(str::to_owned));
        }
        for (column, number) in self.integers.iter_mut().zip(integers) {
            column.push(*number);
        }
        for (column, number) in self.floats.iter_mut().zip(floats) {
            column.push(*number);
        }
        let rows = self.texts.first().map_or(0, Vec::len);
        if rows >= ROWS || self.bytes >= BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.write().map_err(|error| failed(&self.path, error))
    }

    fn write(&mut self) -> PolarsResult<()> {
        let mut columns = Vec::with_capacity(N);
        let mut names = self.names.iter();
        let mut name = || names.next().copied().unwrap_or_default().into();
        columns.extend(self.texts.iter_mut().map(|of| Column::new(name(), std::mem::take(of))));
        columns.extend(self.integers.iter_mut().map(|of| Column::new(name(), std::mem::take(of))));
        columns.extend(self.floats.iter_mut().map(|of| Column::new(name(), std::mem::take(of))));
        self.bytes = 0;
        let frame = DataFrame::new_infer_height(columns)?;
        match &mut self.writer {
            Some(writer) if frame.height() > 0 => writer.write_batch(&frame),
            _ => Ok(()),
        }
    }

    fn end(&mut self) -> Result<()> {
        self.flush()?;
        if let Some(writer) = self.writer.take() {
            writer.finish().map_err(|error| failed(&self.path, error))?;
        }
        self.part.as_file().sync_all().map_err(|error| failed(&self.path, error))
    }

    fn place(self) -> Result<()> {
        self.part.persist(&self.path).map_err(|error| failed(&self.path, error.error))?;
        Ok(())
    }
}

/// A file beside its place, with the rights of any other: by default it would be its owner's alone.
fn part(folder: &Path, name: &str) -> io::Result<NamedTempFile> {
    let prefix = format!(".{name}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Makes the names in a folder last.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "what is written is no output of a run")]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_comparisons_into_one_folder_leave_whole_tables() {
        let folder = tempfile::tempdir().unwrap();
        let create =
            || Output::create(folder.path(), [Path::new("old"), Path::new("new")]).unwrap();
        let names = || {
            let entries = fs::read_dir(folder.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort_unstable();
            names
        };
        let (mut one, other) = (create(), create());
        one.row("book", Some("a"), Change::Added, &Sides::default(), &Sides::default()).unwrap();
        one.finish().unwrap();
        let first = fs::metadata(folder.path().join("rows.parquet")).unwrap().len();
        // What has not come to its end leaves nothing, and takes nothing away.
        drop(other);
        assert_eq!(names(), ["cells_changed.parquet", "rows.parquet"]);
        assert_eq!(fs::metadata(folder.path().join("rows.parquet")).unwrap().len(), first);
        create().finish().unwrap();
        assert!(fs::metadata(folder.path().join("rows.parquet")).unwrap().len() < first);
        assert_eq!(names(), ["cells_changed.parquet", "rows.parquet"]);
    }
}
