//! Parquet files: one row group per batch.
//!
//! A worker makes the bytes of a whole row group and what the footer says of
//! it, as if it stood in a file of its own; the file takes the bytes, moves the
//! offsets and writes one footer at the end. polars' own writer would compress
//! on the thread that writes, and keep what it knows of each page until the end
//! of the file: about 180 KB per batch, so that memory would grow with the dump.
//!
//! Descriptions, units and tags of the schema stand in the metadata of the
//! file under `recordmill`, as JSON ([`AboutTable`]), with the columns by which a row
//! is known from dump to dump; descriptions and units in those of Arrow's fields too,
//! where readers of Arrow look. The format is that of
//! <https://parquet.apache.org/docs/file-format/>.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::str::FromStr;

use indexmap::IndexMap;
use polars::prelude::{
    CompatLevel, DataFrame, DataType, Field, ParquetCompression, PolarsResult, TimeUnit, TimeZone,
};
use polars_parquet::parquet::CowBuffer;
use polars_parquet::parquet::compression::{Compression as PageCompression, CompressionOptions};
use polars_parquet::parquet::error::ParquetError;
use polars_parquet::parquet::page::{CompressedDictPage, Page};
use polars_parquet::parquet::write::{
    DynIter, DynStreamingIterator, FileWriter, WriteOptions as FileOptions, compress,
};
use polars_parquet::read::fallible_streaming_iterator;
use polars_parquet::write::{
    CompressedDataPage, CompressedPage, Encoding, KeyValue, ParquetType, SchemaDescriptor,
    StatisticsOptions, ThriftFileMetadata, Version, WriteOptions, ZstdLevel, array_to_columns,
    schema_to_metadata_key, to_parquet_schema,
};
use serde::{Deserialize, Serialize};
use zstd::bulk::Compressor;

use super::arrow_schema;
use super::footer::{Footer, MAGIC};
use super::shared::Shared;
use crate::data::Kind;
use crate::error::{Error, ErrorKind, Result};
use crate::publish::{Output, StagedFile, failed};
use crate::report::Tool;
use crate::schema::Schema;
use crate::schema::model::{Column, ColumnOrigin, Table};
use crate::source::room_for;

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
    descriptor: SchemaDescriptor,
    types: Vec<ParquetType>,
    columns: Vec<(Encoding, WriteOptions)>,
    compression: Compression,
    /// The footer of a file without rows.
    footer: ThriftFileMetadata,
}

/// A row group as it stands in a file of its own: the first bytes of such a
/// file, its own, and what the footer says of it.
pub(super) struct RowGroup {
    bytes: Vec<u8>,
    footer: ThriftFileMetadata,
}

fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Internal, "cannot encode Parquet").with_source(error)
}

impl ParquetPlan {
    pub(super) fn new(
        schema: &Schema,
        table: &str,
        columns: &[Column],
        compression: Compression,
    ) -> Result<Self> {
        let arrow = arrow_schema(columns, CompatLevel::newest());
        let descriptor = to_parquet_schema(&arrow).map_err(internal)?;
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
                compression: compression.of().into(),
                data_page_size: None,
            };
            // A dictionary pays where values recur; in long texts they do not.
            let encoding = match column.kind {
                Kind::Text if !column.long => Encoding::RleDictionary,
                _ => Encoding::Plain,
            };
            (encoding, written)
        };
        let mut plan = Self {
            types: descriptor.fields().to_vec(),
            columns: columns.iter().map(options).collect(),
            compression,
            footer: empty_footer(&descriptor).map_err(internal)?,
            descriptor,
        };
        let (name, told) = about(schema, table, columns)?;
        let about = KeyValue::new(name, told);
        plan.footer.key_value_metadata = Some(vec![schema_to_metadata_key(&arrow), about]);
        plan.footer.created_by =
            Some(format!("{} version {}", Tool::THIS.name, Tool::THIS.version));
        Ok(plan)
    }

    pub(super) fn encode(&self, frame: &DataFrame, press: &mut PageCompressor) -> Result<RowGroup> {
        let mut pages: Vec<Vec<CompressedPage>> = Vec::with_capacity(self.types.len());
        for batch in frame.iter_chunks(CompatLevel::newest(), false) {
            for ((array, kind), (encoding, options)) in
                batch.columns().iter().zip(&self.types).zip(&self.columns)
            {
                let leaves = array_to_columns(array, kind.clone(), *options, &[*encoding]);
                for leaf in leaves.map_err(internal)? {
                    let page = |page: PolarsResult<Page>| {
                        let page = page.map_err(internal)?;
                        press.page(page, self.compression, options.compression)
                    };
                    pages.push(leaf.map(page).collect::<Result<_>>()?);
                }
            }
        }
        self.group(frame.height() as u64, &pages).map_err(internal)
    }

    /// Lays the pages out as they will stand in the file.
    fn group(&self, rows: u64, pages: &[Vec<CompressedPage>]) -> Result<RowGroup, ParquetError> {
        let sizes = pages.iter().flatten().map(|page| match page {
            CompressedPage::Data(page) => page.compressed_size(),
            CompressedPage::Dict(_) => 0,
        });
        // A header of a page takes some dozens of bytes.
        let room = room_for(sizes.map(|size| size + 128).sum());
        let shared = Shared::with_capacity(room);
        let mut writer = file_writer(shared.clone(), &self.descriptor);
        let columns = pages.iter().map(|column| {
            let pages = column.iter().map(Ok::<_, ParquetError>);
            Ok(DynStreamingIterator::new(fallible_streaming_iterator::convert(pages)))
        });
        writer.write(rows, DynIter::new(columns))?;
        let length = shared.len();
        // The footer of this one group tells where its columns stand.
        writer.end(None)?;
        let (_, footer) = writer.into_inner_and_metadata();
        let mut bytes = shared.take();
        bytes.truncate(length);
        Ok(RowGroup { bytes, footer })
    }
}

/// Compresses pages. A worker keeps one: making the state of the compressor anew
/// for each page costs more than the small pages themselves.
#[derive(Default)]
pub(super) struct PageCompressor {
    zstd: Option<(i32, Compressor<'static>)>,
    scratch: Vec<u8>,
}

impl PageCompressor {
    fn page(
        &mut self,
        page: Page,
        compression: Compression,
        options: CompressionOptions,
    ) -> Result<CompressedPage> {
        let Compression::Zstd(level) = compression else {
            return compress(page, Vec::new(), options).map_err(internal);
        };
        Ok(match page {
            Page::Data(page) => {
                let bytes = self.zstd(level, page.buffer())?;
                CompressedPage::Data(CompressedDataPage::new(
                    page.header().clone(),
                    CowBuffer::Owned(bytes),
                    PageCompression::Zstd,
                    page.buffer().len(),
                    page.descriptor.clone(),
                    page.num_rows().unwrap_or_default(),
                ))
            }
            Page::Dict(page) => {
                let bytes = self.zstd(level, &page.buffer)?;
                CompressedPage::Dict(CompressedDictPage::new(
                    CowBuffer::Owned(bytes),
                    PageCompression::Zstd,
                    page.buffer.len(),
                    page.num_values,
                    page.is_sorted,
                ))
            }
        })
    }

    fn zstd(&mut self, level: i32, bytes: &[u8]) -> Result<Vec<u8>> {
        if self.zstd.as_ref().is_none_or(|(known, _)| *known != level) {
            self.zstd = Some((level, Compressor::new(level).map_err(internal)?));
        }
        let Some((_, zstd)) = &mut self.zstd else {
            return Ok(Vec::new());
        };
        self.scratch.clear();
        self.scratch.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
        zstd.compress_to_buffer(bytes, &mut self.scratch).map_err(internal)?;
        let mut compressed = Vec::with_capacity(room_for(self.scratch.len()));
        compressed.extend_from_slice(&self.scratch);
        Ok(compressed)
    }
}

fn file_writer<W: Write>(writer: W, descriptor: &SchemaDescriptor) -> FileWriter<W> {
    // Without an index of pages: a row group is small enough to be read whole.
    let options = FileOptions { write_statistics: false, version: Version::V1 };
    FileWriter::new(writer, descriptor.clone(), options, None)
}

fn empty_footer(descriptor: &SchemaDescriptor) -> Result<ThriftFileMetadata, ParquetError> {
    let mut writer = file_writer(io::sink(), descriptor);
    writer.end(None)?;
    Ok(writer.into_inner_and_metadata().1)
}

/// What a file of a table says of it, in its metadata under `recordmill`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AboutTable {
    tool: String,
    version: String,
    schema: String,
    schema_hash: String,
    pub(crate) table: String,
    description: Option<String>,
    /// What the rows are: `record`, or the field whose items they are; null for findings.
    pub(crate) rows: Option<String>,
    /// The columns by which a row is known from dump to dump, in a table of items within
    /// its record; empty if nothing says so.
    pub(crate) key: Vec<String>,
    references: Option<BTreeMap<String, String>>,
    pub(crate) columns: IndexMap<String, AboutColumn>,
}

/// What a file says of a column.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AboutColumn {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    /// Whether reports hide its values.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) mask: bool,
}

/// The key of the metadata.
pub(crate) const ABOUT: &str = "recordmill";

/// What the schema says of a table, for the metadata of its file: its key, and JSON.
pub(super) fn about(schema: &Schema, table: &str, columns: &[Column]) -> Result<(String, String)> {
    let text = serde_json::to_string(&describe(schema, table, columns)).map_err(|error| {
        Error::new(ErrorKind::Internal, "cannot write what a table is").with_source(error)
    })?;
    Ok((ABOUT.to_owned(), text))
}

fn describe(schema: &Schema, name: &str, columns: &[Column]) -> AboutTable {
    let table = schema.tables.iter().find(|known| known.name == name);
    // Rows that belong to one of several tables refer to none of them.
    let records = match table.map(|table| schema.records_of(table)).as_deref() {
        Some([records]) => Some(records.name.as_str()),
        _ => None,
    };
    AboutTable {
        tool: Tool::THIS.name.to_owned(),
        version: Tool::THIS.version.to_owned(),
        schema: schema.name.clone(),
        schema_hash: schema.hash.clone(),
        table: name.to_owned(),
        description: table.and_then(|table| table.description.clone()),
        rows: table.map(|table| match table.items_of {
            None => "record".to_owned(),
            Some(field) => schema.fields[field].name.clone(),
        }),
        key: table.map_or_else(Vec::new, |table| key_columns(schema, table)),
        references: records
            .map(|records| [("record_id".to_owned(), format!("{records}.record_id"))].into()),
        columns: columns
            .iter()
            .map(|column| {
                let about = AboutColumn {
                    description: column.description.clone(),
                    unit: column.unit.clone(),
                    tags: column.tags.clone(),
                    mask: table.is_some_and(|table| schema.hides(table, column)),
                };
                (column.name.clone(), about)
            })
            .collect(),
    }
}

/// The columns by which a row of a table is known, if the table has them all.
fn key_columns(schema: &Schema, table: &Table) -> Vec<String> {
    let named = |name: &str| table.columns.iter().any(|column| column.name == name);
    let Some(field) = table.items_of else {
        if table.columns.iter().any(|column| matches!(column.origin, ColumnOrigin::RecordKey)) {
            return vec!["record_key".to_owned()];
        }
        let slots = schema.key_of(table.kind);
        // Where there are kinds, the records of this table may have several keys.
        let is_one = table.kind.is_some() || schema.keys.len() == 1;
        let of_slot = |slot: &usize| {
            let is_it = |column: &&Column| matches!(column.origin, ColumnOrigin::Slot(shown) if shown == *slot);
            table.columns.iter().find(is_it).map(|column| column.name.clone())
        };
        let columns: Option<Vec<_>> = slots.iter().filter(|_| is_one).map(of_slot).collect();
        return columns.unwrap_or_default();
    };
    let columns = schema.fields[field].kind.row_key().iter().map(|name| match *name {
        // The object around is enough where that is the only one.
        "parents" if !named("parents") => "parent_ordinal".to_owned(),
        name => name.to_owned(),
    });
    let columns: Vec<_> = columns.collect();
    if columns.iter().all(|name| named(name)) { columns } else { Vec::new() }
}

/// A column with its type.
pub(super) fn field(column: &Column) -> Field {
    Field::new(column.name.as_str().into(), data_type(column.kind))
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::String,
        Kind::Boolean => DataType::Boolean,
        Kind::Integer => DataType::Int64,
        Kind::Float => DataType::Float64,
        Kind::Decimal { precision, scale } => {
            DataType::Decimal(usize::from(precision), usize::from(scale))
        }
        Kind::Date => DataType::Date,
        Kind::Time => DataType::Time,
        Kind::Datetime { utc } => {
            DataType::Datetime(TimeUnit::Microseconds, utc.then_some(TimeZone::UTC))
        }
    }
}

/// A Parquet file under construction.
pub(super) struct ParquetFile {
    file: StagedFile,
    /// How many bytes stand in the file.
    offset: u64,
    footer: Footer,
}

impl ParquetFile {
    pub(super) fn create(file: StagedFile, plan: &ParquetPlan) -> Result<Self> {
        let footer = Footer::new(plan.footer.clone()).map_err(internal)?;
        let mut file = Self { file, offset: 0, footer };
        file.append(MAGIC)?;
        Ok(file)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.offset += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|error| failed(self.file.path(), error))
    }

    pub(super) fn write(&mut self, mut group: RowGroup) -> Result<()> {
        // In a file of its own the group stands behind the first bytes.
        let shift = (self.offset - MAGIC.len() as u64).cast_signed();
        self.append(group.bytes.get(MAGIC.len()..).unwrap_or_default())?;
        for (n, described) in (self.footer.count()..).zip(&mut group.footer.row_groups) {
            described.file_offset = described.file_offset.map(|offset| offset + shift);
            described.ordinal = n.try_into().ok();
            for column in &mut described.columns {
                // These stood behind the groups, where nothing stands now.
                column.offset_index_offset = None;
                column.offset_index_length = None;
                if let Some(about) = &mut column.meta_data {
                    column.file_offset += shift;
                    about.data_page_offset += shift;
                    about.dictionary_page_offset =
                        about.dictionary_page_offset.map(|offset| offset + shift);
                    // Every reader looks it up in the pages themselves.
                    about.encoding_stats = None;
                }
            }
        }
        self.footer.push(group.footer).map_err(|error| failed(self.file.path(), error))
    }

    pub(super) fn finish(mut self) -> Result<Output> {
        let written = self.footer.write(&mut self.file);
        written.map_err(|error| failed(self.file.path(), error))?;
        self.file.finish()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};

    const SCHEMA: &str = "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\n\
        record = { by = \"file\" }\nkey = { by = \"declared\" }\n\
        [fields.n]\nkey = \"n\"\ntype = \"integer\"\n\
        [tables.t]\nrows = \"record\"\ncolumns = [\"record_id\", \"n\"]\n";

    fn plan() -> ParquetPlan {
        let source = SchemaSource { name: "t".to_owned(), text: SCHEMA.to_owned() };
        let schema = parse(&source).0.unwrap();
        let columns = &schema.tables[0].columns;
        ParquetPlan::new(&schema, "t", columns, Compression::default()).unwrap()
    }

    /// The footer of a file without rows.
    pub(crate) fn footer() -> ThriftFileMetadata {
        plan().footer
    }

    /// The footer of a file with one group of so many rows.
    pub(crate) fn group(rows: usize) -> ThriftFileMetadata {
        let ids = (0..rows).map(|n| format!("id {n}")).collect::<Vec<_>>();
        let numbers: Vec<_> = (0_i64..).take(rows).collect();
        let frame = polars::prelude::df!("record_id" => ids, "n" => numbers).unwrap();
        plan().encode(&frame, &mut PageCompressor::default()).unwrap().footer
    }

    #[test]
    fn rows_of_items_refer_to_the_table_that_has_all_records_and_others_to_none() {
        let source = "recordmill = 1\nname = \"t\"\n\
            source = { format = \"key-value\", record = { by = \"file\" }, key = { by = \"declared\" } }\n\
            kinds = { a = { when = { line = \"^n\" } }, b = { when = { line = \"^l\" } } }\n\
            fields.n = { key = \"n\", type = \"integer\" }\n\
            fields.l = { key = \"l\", type = \"list\", separator = \",\" }\n\
            tables.a = { rows = \"record\", kind = \"a\", columns = [\"record_id\", \"n\"] }\n\
            tables.b = { rows = \"record\", kind = \"b\", columns = [\"record_id\", \"n\"] }\n\
            tables.l = { rows = \"l\", columns = [\"record_id\", \"value\"] }\n";
        let all = "tables.all = { rows = \"record\", columns = [\"record_id\", \"n\"] }\n";
        for (text, of_items) in [(source.to_owned(), None), (format!("{source}{all}"), Some("all"))]
        {
            let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
            let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
            let refers = |table: &str| {
                let references = describe(&schema, table, &[]).references;
                references.map(|mut references| references.remove("record_id").unwrap())
            };
            assert_eq!(refers("l"), of_items.map(|table| format!("{table}.record_id")));
            assert!(["a", "b", "profile", "finding"].map(refers).iter().all(Option::is_none));
        }
    }

    #[test]
    fn compression_is_read_with_its_level() {
        assert_eq!("zstd".parse(), Ok(Compression::Zstd(DEFAULT_LEVEL)));
        assert_eq!("zstd:9".parse(), Ok(Compression::Zstd(9)));
        assert_eq!("none".parse(), Ok(Compression::None));
        assert!("zstd:99".parse::<Compression>().unwrap_err().contains("from 1 to 22"));
        assert!("gzip".parse::<Compression>().unwrap_err().contains("`snappy`"));
    }
}
