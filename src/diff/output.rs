//! `rows.parquet` and `cells_changed.parquet`: every row and cell that differs.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use polars::prelude::{
    Column, DataFrame, DataType, Field, ParquetCompression, ParquetWriter, PolarsResult,
    Schema as PolarsSchema,
};

use super::model::{CellShown, Change, Sides};
use crate::error::{Error, ErrorKind, Result};
use crate::publish::failed;

/// How many rows, and bytes of text, wait before they are written.
const ROWS: usize = 8192;
const BYTES: usize = 4 << 20;

/// Both tables while they are written. What has not come to its end is removed.
pub(super) struct Output {
    rows: Table<7>,
    cells: Table<6>,
}

type Texts = Vec<Option<String>>;

/// A table under construction. Its columns are texts, but for some at the end.
struct Table<const N: usize> {
    path: PathBuf,
    part: PathBuf,
    writer: Option<Writer>,
    names: [&'static str; N],
    texts: Vec<Texts>,
    integers: Vec<Vec<Option<i64>>>,
    floats: Vec<Vec<Option<f64>>>,
    bytes: usize,
    is_whole: bool,
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
        Ok(Self {
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

    /// Ends both tables and puts them into place.
    pub(super) fn finish(mut self) -> Result<()> {
        self.rows.end()?;
        self.cells.end()?;
        self.rows.place()?;
        self.cells.place()
    }
}

impl<const N: usize> Table<N> {
    fn create(
        folder: &Path,
        name: &str,
        names: [&'static str; N],
        (texts, integers, floats): (usize, usize, usize),
    ) -> Result<Self> {
        let (path, part) = (folder.join(name), folder.join(format!(".{name}.part")));
        #[expect(clippy::disallowed_methods, reason = "what is written is no output of a run")]
        let file = File::create(&part).map_err(|error| failed(&path, error))?;
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
            is_whole: false,
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
        Ok(())
    }

    fn place(&mut self) -> Result<()> {
        fs::rename(&self.part, &self.path).map_err(|error| failed(&self.path, error))?;
        self.is_whole = true;
        Ok(())
    }
}

impl<const N: usize> Drop for Table<N> {
    fn drop(&mut self) {
        if !self.is_whole {
            let _ = fs::remove_file(&self.part);
        }
    }
}
