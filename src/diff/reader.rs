//! The tables of an output folder, row group by row group, as values of our own.

use std::cell::RefCell;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use polars::prelude::{
    Column, DataFrame, DataType, FileMetadataRef, IdxSize, ParallelStrategy, ParquetReader,
    PolarsResult, SerReader, TimeUnit,
};

use crate::data::{Kind, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{ABOUT, AboutTable};
use crate::table::values;

/// How many row groups, and bytes of them, are kept where single rows are read.
const GROUPS: usize = 64;
const BYTES: usize = 64 << 20;

/// A table in a file.
pub(super) struct TableFile {
    kept: RefCell<Kept<DataFrame>>,
    path: PathBuf,
    file: File,
    metadata: FileMetadataRef,
    /// The first row of each row group, and how many it has.
    groups: Vec<(usize, usize)>,
    /// The columns in their order.
    pub(super) columns: Vec<(String, Kind)>,
    /// What the file says of itself.
    pub(super) about: AboutTable,
}

impl TableFile {
    /// Opens the table of a name in an output folder.
    pub(super) fn open(folder: &Path, name: &str) -> Result<Self> {
        let path = folder.join(format!("{name}.parquet"));
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| unreadable(&path, source);
        #[expect(clippy::disallowed_methods, reason = "the tables of a run are inputs of no other")]
        let file = File::open(&path).map_err(|error| failed(error.into()))?;
        let twin = file.try_clone().map_err(|error| failed(error.into()))?;
        let mut reader = ParquetReader::new(twin);
        let metadata = reader.get_metadata().map_err(|error| failed(error.into()))?.clone();
        let mut groups = Vec::with_capacity(metadata.row_groups.len());
        let mut first = 0;
        for group in &metadata.row_groups {
            groups.push((first, group.num_rows()));
            first += group.num_rows();
        }
        let about = metadata.key_value_metadata().iter().flatten().find(|pair| pair.key == ABOUT);
        // An earlier version says less, another tool nothing.
        let about = about.and_then(|pair| serde_json::from_str(pair.value.as_deref()?).ok());
        let mut table = Self {
            kept: RefCell::default(),
            columns: Vec::new(),
            about: about.unwrap_or_default(),
            path: path.clone(),
            file,
            metadata,
            groups,
        };
        let empty = table.frame((0, 0), None).map_err(|error| failed(error.into()))?;
        for column in empty.columns() {
            let kind = kind_of(column.dtype()).ok_or_else(|| {
                let what = format!("the column `{}` is a {}", column.name(), column.dtype());
                unreadable(&path, what.into())
            })?;
            table.columns.push((column.name().to_string(), kind));
        }
        Ok(table)
    }

    /// How many rows it has.
    pub(super) fn rows(&self) -> u64 {
        self.groups.last().map_or(0, |(first, rows)| (first + rows) as u64)
    }

    /// The type of a column, if there is one of the name.
    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind)
    }

    fn frame(
        &self,
        slice: (usize, usize),
        columns: Option<Vec<String>>,
    ) -> PolarsResult<DataFrame> {
        let mut reader = ParquetReader::new(self.file.try_clone()?);
        reader.set_metadata(self.metadata.clone());
        let reader = reader.with_columns(columns).with_slice(Some(slice));
        reader.read_parallel(ParallelStrategy::Columns).finish()
    }

    /// Looks at some columns of one row group after another: which rows it has, and the
    /// values column by column, in the order of the names.
    pub(super) fn each_group(
        &self,
        columns: &[&str],
        mut look: impl FnMut(Range<usize>, &[Vec<Value<'_>>]) -> Result<()>,
    ) -> Result<()> {
        for (group, (first, rows)) in self.groups.iter().enumerate() {
            self.group(group, columns, |values| look(*first..first + rows, values))?;
        }
        Ok(())
    }

    fn group(
        &self,
        group: usize,
        columns: &[&str],
        look: impl FnOnce(&[Vec<Value<'_>>]) -> Result<()>,
    ) -> Result<()> {
        if columns.is_empty() {
            return look(&[]);
        }
        let frame = self.read(group, columns)?;
        let mut cells = Vec::with_capacity(columns.len());
        for name in columns {
            let column = frame.column(name).map_err(|error| self.failed(error))?;
            cells.push(self.values(name, column)?);
        }
        look(&cells)
    }

    /// Some columns of a row group.
    fn read(&self, group: usize, columns: &[&str]) -> Result<DataFrame> {
        let mut names: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        let (_, rows) = self.groups[group];
        let frame = self.frame(self.groups[group], Some(names));
        let frame = frame.map_err(|error| self.failed(error))?;
        if frame.height() == rows {
            return Ok(frame);
        }
        Err(self.failed(format!("{} rows where {rows} are announced", frame.height())))
    }

    fn values<'c>(&self, name: &str, column: &'c Column) -> Result<Vec<Value<'c>>> {
        let kind = self.kind(name).unwrap_or(Kind::Text);
        values(kind, column).map_err(|error| self.failed(error))
    }

    fn failed(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        unreadable(&self.path, source.into())
    }

    /// Gives up what is kept for [`Self::pick`].
    pub(super) fn forget(&self) {
        *self.kept.borrow_mut() = Kept::default();
    }

    /// The values of some columns in some rows, row by row in the order of `places`.
    pub(super) fn pick(
        &self,
        places: &[u64],
        columns: &[&str],
    ) -> Result<Vec<Vec<Value<'static>>>> {
        let mut picked = vec![Vec::new(); places.len()];
        if columns.is_empty() {
            return Ok(picked);
        }
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_unstable_by_key(|at| places[*at]);
        let mut order = &order[..];
        while let Some(first) = order.first() {
            let place = places[*first];
            let behind = self.groups.partition_point(|(first, _)| *first as u64 <= place);
            let Some(group) = behind.checked_sub(1) else { break };
            let (start, rows) = self.groups[group];
            let (start, end) = (start as u64, (start + rows) as u64);
            let taken = order.partition_point(|at| places[*at] < end);
            let (here, behind) = order.split_at(taken);
            // A row beyond the last group would be a bug; it stays empty.
            let Some(_) = here.first() else { break };
            let frame = self.kept.borrow_mut().get(group, columns, || {
                let frame = self.read(group, columns)?;
                let bytes = frame.estimated_size();
                Ok((frame, bytes))
            })?;
            #[expect(clippy::cast_possible_truncation, reason = "a row of a row group")]
            let rows: Vec<_> = here.iter().map(|at| (places[*at] - start) as IdxSize).collect();
            for name in columns {
                let column = frame.column(name).and_then(|column| column.take_slice(&rows));
                let column = column.map_err(|error| self.failed(error))?;
                for (at, value) in here.iter().zip(self.values(name, &column)?) {
                    picked[*at].push(value.into_owned());
                }
            }
            order = behind;
        }
        Ok(picked)
    }
}

/// Row groups that were read, the last that was used at the end. Rows are looked for in the
/// order of one run and may stand in any other of the second: then each pass goes through all of
/// its groups, so those used last give way and the first stay.
struct Kept<T> {
    columns: Vec<String>,
    groups: Vec<(usize, T, usize)>,
    bytes: usize,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { columns: Vec::new(), groups: Vec::new(), bytes: 0 }
    }
}

impl<T: Clone> Kept<T> {
    /// A row group as it was read before, or as `read` gives it with how many bytes it has.
    fn get(
        &mut self,
        group: usize,
        columns: &[&str],
        read: impl FnOnce() -> Result<(T, usize)>,
    ) -> Result<T> {
        if self.columns != columns {
            let columns = columns.iter().map(|&name| name.to_owned()).collect();
            *self = Self { columns, ..Self::default() };
        }
        if let Some(at) = self.groups.iter().position(|(known, ..)| *known == group) {
            self.groups[at..].rotate_left(1);
            return Ok(self.groups[self.groups.len() - 1].1.clone());
        }
        let (frame, bytes) = read()?;
        while self.groups.len() >= GROUPS || self.bytes + bytes > BYTES {
            let Some((.., freed)) = self.groups.pop() else { return Ok(frame) };
            self.bytes -= freed;
        }
        self.bytes += bytes;
        self.groups.push((group, frame.clone(), bytes));
        Ok(frame)
    }
}

/// What a column of a type holds; none for a type that recordmill writes nowhere.
fn kind_of(kind: &DataType) -> Option<Kind> {
    Some(match kind {
        DataType::String => Kind::Text,
        DataType::Boolean => Kind::Boolean,
        DataType::Int64 => Kind::Integer,
        DataType::Float64 => Kind::Float,
        DataType::Decimal(precision, scale) => Kind::Decimal {
            precision: u8::try_from(*precision).ok()?,
            scale: u8::try_from(*scale).ok()?,
        },
        DataType::Date => Kind::Date,
        DataType::Time => Kind::Time,
        DataType::Datetime(TimeUnit::Microseconds, zone) => Kind::Datetime { utc: zone.is_some() },
        _ => return None,
    })
}

fn unreadable(path: &Path, source: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::new(ErrorKind::Input, "cannot read the table")
        .with_path(path)
        .with_remedy(
            "name the output folder of a run, as it wrote it; run it anew if it is damaged",
        )
        .with_source(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_groups_are_read_again_only_where_they_do_not_fit() {
        let reads = |passes: usize, groups: usize, bytes: usize| {
            let (mut kept, mut reads) = (Kept::default(), 0);
            for group in (0..passes).flat_map(|_| 0..groups) {
                let got = kept.get(group, &["title"], || {
                    reads += 1;
                    Ok((group, bytes))
                });
                assert_eq!(got.unwrap(), group);
                assert!(kept.bytes <= BYTES && kept.groups.len() <= GROUPS);
            }
            reads
        };
        assert_eq!(reads(10, GROUPS, 1), GROUPS);
        assert_eq!(reads(3, 2, BYTES + 1), 6);
        // Of twice as many as fit, half are still there in the next pass.
        assert!(reads(11, 2 * GROUPS, 1) <= GROUPS * (2 + 10 * 5 / 4));
        assert!(reads(11, 8, BYTES / 4) <= 8 + 10 * 5);
    }
}
