//! Parquet files: one row group per batch.
//!
//! Pages are encoded and compressed by the workers; the file only takes them.
//! Descriptions, units and tags of the schema stand in the metadata of the
//! file under `recordmill`, as JSON.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::str::FromStr;

use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    CompatLevel, DataFrame, DataType, Field, KeyValueMetadata, ParquetCompression, ParquetWriter,
    PolarsError, Schema as PolarsSchema, SchemaExt,
};
use polars_parquet::write::{
    CompressedPage, Compressor, Encoding, ParquetType, StatisticsOptions, Version, WriteOptions,
    ZstdLevel, array_to_columns, to_parquet_schema,
};
use serde_json::json;

use super::failed;
use crate::error::{Error, ErrorKind, Result};
use crate::report::Tool;
use crate::schema::Schema;
use crate::schema::model::Column;
use crate::value::Kind;

/// How pages are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Zstandard at a level from 1 to 22.
    Zstd(i32),
    /// Snappy.
    Snappy,
    /// LZ4, raw blocks.
    Lz4,
    /// None.
    None,
}

impl Default for Compression {
    fn default() -> Self {
        Self::Zstd(DEFAULT_LEVEL)
    }
}

/// The level if none is given.
const DEFAULT_LEVEL: i32 = 1;

impl FromStr for Compression {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, level) = match text.split_once(':') {
            Some((name, level)) => (name, Some(level)),
            None => (text, None),
        };
        match (name, level) {
            ("zstd", None) => Ok(Self::default()),
            ("zstd", Some(level)) => match level.parse() {
                Ok(level @ 1..=22) => Ok(Self::Zstd(level)),
                _ => Err(format!("the level of zstd is from 1 to 22, not `{level}`")),
            },
            ("snappy", None) => Ok(Self::Snappy),
            ("lz4", None) => Ok(Self::Lz4),
            ("none", None) => Ok(Self::None),
            _ => Err(format!("`{text}` is none of `zstd`, `zstd:LEVEL`, `snappy`, `lz4`, `none`")),
        }
    }
}

impl Compression {
    fn of(self) -> ParquetCompression {
        match self {
            Self::Zstd(level) => ParquetCompression::Zstd(ZstdLevel::try_new(level).ok()),
            Self::Snappy => ParquetCompression::Snappy,
            Self::Lz4 => ParquetCompression::Lz4Raw,
            Self::None => ParquetCompression::Uncompressed,
        }
    }
}

/// How the columns of a table are encoded.
#[derive(Debug)]
pub(super) struct ParquetPlan {
    schema: PolarsSchema,
    types: Vec<ParquetType>,
    columns: Vec<(Encoding, WriteOptions)>,
    compression: ParquetCompression,
    metadata: KeyValueMetadata,
}

/// The pages of a batch of rows.
pub(super) struct RowGroup {
    rows: u64,
    columns: Vec<Vec<CompressedPage>>,
}

fn internal(error: PolarsError) -> Error {
    Error::new(ErrorKind::Internal, "cannot encode Parquet").with_source(error)
}

impl ParquetPlan {
    pub(super) fn new(
        schema: &Schema,
        table: &str,
        columns: &[Column],
        compression: Compression,
    ) -> Result<Self> {
        let fields = columns
            .iter()
            .map(|column| Field::new(column.name.as_str().into(), data_type(column.kind)));
        let polars_schema: PolarsSchema = fields.collect();
        let arrow = polars_schema.to_arrow(CompatLevel::newest());
        let types = to_parquet_schema(&arrow).map_err(internal)?.fields().to_vec();
        let compression = compression.of();
        let options = |column: &Column| {
            // Bounds of texts help nobody find a row, and long ones would stand
            // whole in every footer.
            let bounds = column.kind != Kind::Text;
            let statistics = StatisticsOptions {
                min_value: bounds,
                max_value: bounds,
                distinct_count: false,
                ..StatisticsOptions::default()
            };
            let written = WriteOptions {
                statistics,
                version: Version::V1,
                compression: compression.into(),
                data_page_size: None,
            };
            // A dictionary pays where values recur; in long texts they do not.
            let encoding = match column.kind {
                Kind::Text if !column.long => Encoding::RleDictionary,
                _ => Encoding::Plain,
            };
            (encoding, written)
        };
        Ok(Self {
            schema: polars_schema,
            types,
            columns: columns.iter().map(options).collect(),
            compression,
            metadata: KeyValueMetadata::from_static(vec![(
                "recordmill".to_owned(),
                describe(schema, table, columns),
            )]),
        })
    }

    pub(super) fn encode(&self, frame: DataFrame) -> Result<RowGroup> {
        let mut pages = Vec::with_capacity(self.types.len());
        for batch in frame.iter_chunks(CompatLevel::newest(), false) {
            for ((array, kind), (encoding, options)) in
                batch.columns().iter().zip(&self.types).zip(&self.columns)
            {
                let leaves = array_to_columns(array, kind.clone(), *options, &[*encoding])
                    .map_err(internal)?;
                for leaf in leaves {
                    let leaf = leaf.map(|page| {
                        page.map_err(|error| {
                            polars_parquet::read::ParquetError::FeatureNotSupported(
                                error.to_string(),
                            )
                        })
                    });
                    let column = Compressor::new(leaf, options.compression, Vec::new())
                        .collect::<Result<_, _>>();
                    pages.push(column.map_err(|error| {
                        Error::new(ErrorKind::Internal, "cannot compress Parquet")
                            .with_source(error)
                    })?);
                }
            }
        }
        Ok(RowGroup { rows: frame.height() as u64, columns: pages })
    }
}

/// What the schema says of a table, for the metadata of its file.
fn describe(schema: &Schema, table: &str, columns: &[Column]) -> String {
    let description = schema
        .tables
        .iter()
        .find(|known| known.name == table)
        .and_then(|known| known.description.clone());
    let records = schema.tables.first().map(|table| table.name.clone());
    let columns: serde_json::Map<_, _> = columns
        .iter()
        .map(|column| {
            let mut about = serde_json::Map::new();
            if let Some(text) = &column.description {
                about.insert("description".to_owned(), json!(text));
            }
            if let Some(unit) = &column.unit {
                about.insert("unit".to_owned(), json!(unit));
            }
            if !column.tags.is_empty() {
                about.insert("tags".to_owned(), json!(column.tags));
            }
            (column.name.clone(), about.into())
        })
        .collect();
    let references = records
        .filter(|records| records != table)
        .map(|records| json!({ "record_id": format!("{records}.record_id") }));
    json!({
        "tool": Tool::THIS.name,
        "version": Tool::THIS.version,
        "schema": schema.name,
        "schema_hash": schema.hash,
        "table": table,
        "description": description,
        "references": references,
        "columns": columns,
    })
    .to_string()
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::String,
        Kind::Boolean => DataType::Boolean,
        Kind::Integer => DataType::Int64,
        Kind::Decimal => DataType::Float64,
    }
}

/// A Parquet file under construction.
pub(super) struct ParquetFile {
    path: PathBuf,
    writer: BatchedWriter<BufWriter<File>>,
}

impl ParquetFile {
    pub(super) fn create((path, file): (PathBuf, File), plan: &ParquetPlan) -> Result<Self> {
        let writer = ParquetWriter::new(BufWriter::new(file))
            .with_compression(plan.compression)
            .with_key_value_metadata(Some(plan.metadata.clone()))
            .batched(&plan.schema)
            .map_err(|error| failed(&path, error))?;
        Ok(Self { path, writer })
    }

    pub(super) fn write(&mut self, group: &RowGroup) -> Result<()> {
        self.writer
            .write_row_group(group.rows, &group.columns)
            .map_err(|error| failed(&self.path, error))
    }

    pub(super) fn finish(self) -> Result<()> {
        self.writer.finish().map(|_| ()).map_err(|error| failed(&self.path, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_is_read_with_its_level() {
        assert_eq!("zstd".parse(), Ok(Compression::Zstd(DEFAULT_LEVEL)));
        assert_eq!("zstd:9".parse(), Ok(Compression::Zstd(9)));
        assert_eq!("none".parse(), Ok(Compression::None));
        assert!("zstd:99".parse::<Compression>().unwrap_err().contains("from 1 to 22"));
        assert!("gzip".parse::<Compression>().unwrap_err().contains("`snappy`"));
    }
}
