//! The tables of an output folder, row group by row group, as values of our own.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use polars::prelude::{
    DataFrame, DataType, FileMetadataRef, ParallelStrategy, ParquetReader, PolarsResult, SerReader,
    TimeUnit,
};

use crate::data::{Kind, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{ABOUT, AboutTable};
use crate::table::values;

/// A table in a file.
pub(super) struct TableFile {
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
        let failed =
            |source: Box<dyn std::error::Error + Send + Sync>| unreadable(&self.path, source);
        if columns.is_empty() {
            return look(&[]);
        }
        let mut names: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        let frame = self.frame(self.groups[group], Some(names));
        let frame = frame.map_err(|error| failed(error.into()))?;
        let (_, rows) = self.groups[group];
        if frame.height() != rows {
            return Err(failed(
                format!("{} rows where {rows} are announced", frame.height()).into(),
            ));
        }
        let mut cells = Vec::with_capacity(columns.len());
        for name in columns {
            let column = frame.column(name).map_err(|error| failed(error.into()))?;
            let kind = self.kind(name).unwrap_or(Kind::Text);
            cells.push(values(kind, column).map_err(|error| failed(error.into()))?);
        }
        look(&cells)
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
            self.group(group, columns, |values| {
                for at in here {
                    #[expect(clippy::cast_possible_truncation, reason = "a row of a row group")]
                    let row = (places[*at] - start) as usize;
                    picked[*at] = values.iter().map(|v| v[row].clone().into_owned()).collect();
                }
                Ok(())
            })?;
            order = behind;
        }
        Ok(picked)
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
