//! Parquet files: row groups of several batches.
//!
//! A worker makes pages of what a batch adds to each column ([`pages`](super::pages)); they wait
//! ([`waiting`](super::waiting)) until they are a row group of a size that readers like
//! ([`group`](super::group)), and one footer is written at the end. polars' own writer would compress on the thread that writes, and keep what
//! it knows of each page until the end of the file, so that memory would grow with the dump.
//!
//! Descriptions, units and tags of the schema stand in the metadata of the
//! file under `recordmill`, as JSON ([`AboutTable`]), with the columns by which a row
//! is known from dump to dump; descriptions and units in those of Arrow's fields too,
//! where readers of Arrow look. The format is that of
//! <https://parquet.apache.org/docs/file-format/>.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use indexmap::IndexMap;
use polars::prelude::{DataType, Field, TimeUnit, TimeZone};
use polars_parquet::parquet::error::ParquetError;
use polars_parquet::parquet::write::{FileWriter, WriteOptions as FileOptions};
use polars_parquet::write::{
    KeyValue, SchemaDescriptor, ThriftFileMetadata, Version, schema_to_metadata_key,
    to_parquet_schema,
};
use polars_parquet_format::CompressionCodec;
use serde::{Deserialize, Serialize};

use super::arrow_schema;
use super::footer::{Footer, MAGIC};
use super::group::{About, Group};
use super::pages::{PageWriter, Piece};
use crate::data::Kind;
use crate::error::{Error, ErrorKind, Result};
use crate::publish::{Output, StagedFile, failed};
use crate::report::Tool;
use crate::schema::Schema;
use crate::schema::model::{Column, ColumnOrigin, Table};
use crate::table::Rows;

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
    fn codec(self) -> CompressionCodec {
        match self {
            Self::Zstd(_) => CompressionCodec::ZSTD,
            Self::Snappy => CompressionCodec::SNAPPY,
            Self::Lz4 => CompressionCodec::LZ4_RAW,
            Self::None => CompressionCodec::UNCOMPRESSED,
        }
    }
}

/// How the columns of a table are encoded.
#[derive(Debug)]
pub(super) struct ParquetPlan {
    columns: Vec<About>,
    pub(super) compression: Compression,
    /// The footer of a file without rows.
    footer: ThriftFileMetadata,
}

pub(super) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Internal, "cannot encode Parquet").with_source(error)
}

impl ParquetPlan {
    pub(super) fn new(
        schema: &Schema,
        table: &str,
        columns: &[Column],
        compression: Compression,
    ) -> Result<Self> {
        let arrow = arrow_schema(columns);
        let descriptor = to_parquet_schema(&arrow).map_err(internal)?;
        let mut footer = empty_footer(&descriptor).map_err(internal)?;
        let about = columns.iter().zip(descriptor.columns()).map(|(column, described)| {
            let physical = described.descriptor.primitive_type.physical_type;
            let (physical, width) = physical.into();
            let width = width.and_then(|width| width.try_into().ok()).unwrap_or_default();
            // Nobody looks for a long text by its first letters.
            let bounds = column.kind != Kind::Text || !column.long;
            About { name: column.name.clone(), physical: (physical, width), bounds }
        });
        let columns_about = about.collect();
        let (name, told) = self::about(schema, table, columns)?;
        let about = KeyValue::new(name, told);
        footer.key_value_metadata = Some(vec![schema_to_metadata_key(&arrow), about]);
        footer.created_by = Some(format!("{} version {}", Tool::THIS.name, Tool::THIS.version));
        Ok(Self { columns: columns_about, compression, footer })
    }

    /// What a batch adds to each column.
    pub(super) fn encode(&self, rows: &Rows, writer: &mut PageWriter) -> Result<Vec<Piece>> {
        let columns = self.columns.iter().zip(rows.columns());
        columns.map(|(about, cells)| writer.piece(cells, about.physical, about.bounds)).collect()
    }
}

fn empty_footer(descriptor: &SchemaDescriptor) -> Result<ThriftFileMetadata, ParquetError> {
    let options = FileOptions { write_statistics: false, version: Version::V1 };
    let mut writer = FileWriter::new(io::sink(), descriptor.clone(), options, None);
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
    columns: Vec<About>,
    codec: CompressionCodec,
    /// How many bytes stand in the file.
    offset: u64,
    group: Group,
    footer: Footer,
}

impl ParquetFile {
    pub(super) fn create(file: StagedFile, plan: &ParquetPlan) -> Result<Self> {
        let footer = Footer::new(plan.footer.clone());
        let mut file = Self {
            file,
            codec: plan.compression.codec(),
            columns: plan.columns.clone(),
            offset: MAGIC.len() as u64,
            group: Group::new(plan.columns.len()),
            footer,
        };
        file.file.write_all(MAGIC).map_err(|error| failed(file.file.path(), error))?;
        Ok(file)
    }

    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// How many bytes of pages are not in the file yet, about.
    pub(super) fn left(&self) -> usize {
        self.group.bytes()
    }

    /// Adds the rows of a batch.
    pub(super) fn write(&mut self, pieces: Vec<Piece>, writer: &mut PageWriter) -> Result<()> {
        self.group.add(pieces, &self.columns, writer)?;
        if self.group.is_full() { self.end_group(writer) } else { Ok(()) }
    }

    fn end_group(&mut self, writer: &mut PageWriter) -> Result<()> {
        let group = std::mem::replace(&mut self.group, Group::new(self.columns.len()));
        let (file, place) = (&mut self.file, (self.offset, self.footer.count()));
        let offset = &mut self.offset;
        let (group, index) = group.write(&self.columns, self.codec, writer, place, |bytes| {
            *offset += bytes.len() as u64;
            file.write_all(bytes).map_err(|error| failed(file.path(), error))
        })?;
        self.footer.push(group, &index).map_err(|error| failed(self.file.path(), error))
    }

    pub(super) fn finish(mut self, writer: &mut PageWriter) -> Result<Output> {
        if !self.group.is_empty() {
            self.end_group(writer)?;
        }
        let written = self.footer.write(&mut self.file, self.offset);
        written.map_err(|error| failed(self.file.path(), error))?;
        self.file.finish()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use polars::prelude::{DataFrame, ParquetReader, SerReader};
    use polars_parquet::parquet::page::ParquetPageHeader;
    use polars_parquet_format::thrift::protocol::TCompactInputProtocol;
    use polars_parquet_format::{BoundaryOrder, ColumnIndex, Encoding, OffsetIndex, RowGroup};

    use super::*;
    use crate::data::{Decimal, Row, Value};
    use crate::schema::{SchemaSource, parse};
    use crate::source::SourceId;
    use crate::table::RecordRef;

    const SCHEMA: &str = "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\n\
        record = { by = \"file\" }\nkey = { by = \"declared\" }\n\
        [fields.n]\nkey = \"n\"\ntype = \"integer\"\n\
        [tables.t]\nrows = \"record\"\ncolumns = [\"record_id\", \"source_line\"]\n";

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

    const RECORD: RecordRef<'static> = RecordRef {
        id: "",
        key: None,
        file: "dump.txt",
        source: SourceId(0),
        line: 1,
        byte: 0,
        bytes: 0,
    };

    /// What a footer says of a group of so many rows.
    pub(crate) fn group(rows: usize) -> RowGroup {
        let schema = parse(&SchemaSource { name: "t".to_owned(), text: SCHEMA.to_owned() });
        let tables = crate::table::Plan::new(&schema.0.unwrap());
        let mut builder = tables.builder();
        for n in 0..rows {
            let id = format!("id {n}");
            builder.push(&RecordRef { id: &id, ..RECORD }, &Row::default());
        }
        let (plan, mut writer) = (plan(), PageWriter::new(Compression::default()));
        let mut group = Group::new(plan.columns.len());
        let pieces = plan.encode(&builder.finish().unwrap()[0], &mut writer).unwrap();
        group.add(pieces, &plan.columns, &mut writer).unwrap();
        let codec = plan.compression.codec();
        group.write(&plan.columns, codec, &mut writer, (4, 0), |_| Ok(())).unwrap().0
    }

    /// Columns of every kind and way to be encoded.
    fn columns() -> Vec<Column> {
        let decimal = |precision| Kind::Decimal { precision, scale: 2 };
        let kinds = [
            ("word", Kind::Text),
            ("id", Kind::Text),
            ("text", Kind::Text),
            ("flag", Kind::Boolean),
            ("count", Kind::Integer),
            ("share", Kind::Float),
            ("small", decimal(9)),
            ("medium", decimal(18)),
            ("large", decimal(38)),
            ("day", Kind::Date),
            ("time", Kind::Time),
            ("instant", Kind::Datetime { utc: true }),
        ];
        let column = |(name, kind): (&str, Kind)| Column {
            name: name.to_owned(),
            kind,
            origin: if name == "id" { ColumnOrigin::RecordId } else { ColumnOrigin::Ordinal },
            description: None,
            unit: None,
            tags: Vec::new(),
            long: name == "text",
            zone: None,
        };
        kinds.into_iter().map(column).collect()
    }

    /// Rows with those numbers; `is_null` says of which row and column nothing is known.
    fn batch(numbers: std::ops::Range<i64>, is_null: impl Fn(i64, usize) -> bool) -> Rows {
        let mut rows = Rows::new(&columns());
        for n in numbers {
            let decimal = |number: i128| Value::Decimal(Decimal::new(number, 2));
            let values = [
                Value::Text(format!("word {}", n % 7).into()),
                Value::Text(format!("id {n}").into()),
                Value::Text(format!("{n} ").repeat(400).into()),
                Value::Boolean(n % 3 == 0),
                Value::Integer((n - 5) * n),
                Value::Float(if n % 2 == 0 {
                    -0.0
                } else {
                    f64::from(i32::try_from(n).unwrap()) / 8.0
                }),
                decimal(i128::from(n % 1000) - 500),
                decimal(i128::from(n) * -1_000_000_007),
                decimal(i128::from(n) * 10_i128.pow(30)),
                Value::Date(i32::try_from(n).unwrap() - 700),
                Value::Time(n * 1_000_000),
                Value::Datetime { micros: -n, utc: true },
            ];
            rows.row(|column, cells| {
                cells.push(if is_null(n, column) { &Value::Null } else { &values[column] });
            });
        }
        rows
    }

    /// A file with groups of batches.
    fn file(
        columns: &[Column],
        groups: &[&[Rows]],
        compression: Compression,
    ) -> (Vec<u8>, Vec<RowGroup>) {
        let schema = parse(&SchemaSource { name: "t".to_owned(), text: SCHEMA.to_owned() });
        let plan = ParquetPlan::new(&schema.0.unwrap(), "t", columns, compression).unwrap();
        let mut writer = PageWriter::new(compression);
        let (mut bytes, mut footer) = (MAGIC.to_vec(), Footer::new(plan.footer.clone()));
        let mut written = Vec::new();
        for batches in groups {
            let mut group = Group::new(plan.columns.len());
            for rows in *batches {
                let pieces = plan.encode(rows, &mut writer).unwrap();
                group.add(pieces, &plan.columns, &mut writer).unwrap();
            }
            let place = (bytes.len() as u64, footer.count());
            let take = |page: &[u8]| {
                bytes.extend_from_slice(page);
                Ok(())
            };
            let codec = compression.codec();
            let (group, index) =
                group.write(&plan.columns, codec, &mut writer, place, take).unwrap();
            footer.push(group.clone(), &index).unwrap();
            written.push(group);
        }
        let end = bytes.len() as u64;
        footer.write(&mut bytes, end).unwrap();
        (bytes, written)
    }

    fn read(bytes: &[u8]) -> DataFrame {
        ParquetReader::new(io::Cursor::new(bytes)).finish().unwrap()
    }

    fn joined(batches: &[&[Rows]]) -> DataFrame {
        let mut frames = batches.iter().copied().flatten().map(|rows| rows.frame().unwrap());
        let first = frames.next().unwrap();
        frames.fold(first, |all, frame| all.vstack(&frame).unwrap())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let first = [
            batch(0..1, |_, _| true),
            batch(1..900, |_, _| false),
            batch(900..3000, |n, column| (n + i64::try_from(column).unwrap()) % 5 == 0),
            batch(3000..3100, |_, column| column % 2 == 0),
        ];
        let second = [batch(5000..5010, |_, _| true)];
        for compression in
            [Compression::default(), Compression::Snappy, Compression::Lz4, Compression::None]
        {
            let groups: [&[Rows]; 2] = [&first, &second];
            let (bytes, written) = file(&columns(), &groups, compression);
            assert!(read(&bytes).equals_missing(&joined(&groups)), "{compression:?}");
            let rows: Vec<_> = written.iter().map(|group| group.num_rows).collect();
            assert_eq!(rows, [3100, 10]);
        }
    }

    #[test]
    fn readers_are_told_between_what_values_lie() {
        let batches = [batch(1..900, |n, _| n == 3), batch(900..1000, |_, _| false)];
        let (_, groups) = file(&columns(), &[&batches], Compression::None);
        let told = |name: &str| {
            let at = columns().iter().position(|column| column.name == name).unwrap();
            let told = groups[0].columns[at].meta_data.clone().unwrap().statistics.unwrap();
            assert_eq!(told.null_count, Some(1));
            (told.min_value.unwrap_or_default(), told.max_value.unwrap_or_default())
        };
        assert_eq!(told("word"), (b"word 0".to_vec(), b"word 6".to_vec()));
        assert_eq!(told("id"), (b"id 1".to_vec(), b"id 999".to_vec()));
        assert_eq!(told("text"), (Vec::new(), Vec::new()));
        assert_eq!(told("flag"), (vec![0], vec![1]));
        let bytes = i64::to_le_bytes;
        assert_eq!(told("count"), (bytes(-6).to_vec(), bytes(994 * 999).to_vec()));
        assert_eq!(
            told("share"),
            ((-0.0_f64).to_le_bytes().to_vec(), (999.0_f64 / 8.0).to_le_bytes().to_vec())
        );
        assert_eq!(
            told("small"),
            ((-499_i32).to_le_bytes().to_vec(), 499_i32.to_le_bytes().to_vec())
        );
        let large = |n: i128| (n * 10_i128.pow(30)).to_be_bytes().to_vec();
        assert_eq!(told("large"), (large(1), large(999)));
    }

    /// What a file says at its end.
    fn end(bytes: &[u8]) -> ThriftFileMetadata {
        let [.., a, b, c, d, _, _, _, _] = bytes else { panic!() };
        let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        let behind = bytes.len() - MAGIC.len() - size_of::<u32>();
        let mut protocol = TCompactInputProtocol::new(&bytes[behind - length..behind], usize::MAX);
        ThriftFileMetadata::read_from_in_protocol(&mut protocol).unwrap()
    }

    /// What stands at a place that the end of a file tells.
    fn at(bytes: &[u8], start: Option<i64>, length: Option<i32>) -> TCompactInputProtocol<&[u8]> {
        let start = usize::try_from(start.unwrap()).unwrap();
        let end = start + usize::try_from(length.unwrap()).unwrap();
        TCompactInputProtocol::new(&bytes[start..end], usize::MAX)
    }

    #[test]
    fn readers_are_told_where_pages_stand_and_between_what_their_values_lie() {
        let first =
            [batch(0..500, |_, _| true), batch(500..2000, |n, column| column > 4 && n % 5 == 0)];
        let second = [batch(2000..2100, |n, _| n % 2 == 0), batch(2100..2900, |_, _| false)];
        let single = [batch(2900..2910, |_, _| false)];
        let groups: [&[Rows]; 3] = [&first, &single, &second];
        let (bytes, _) = file(&columns(), &groups, Compression::default());
        assert!(read(&bytes).equals_missing(&joined(&groups)));
        let whole = end(&bytes);
        let [of_first, of_single, of_second] = &whole.row_groups[..] else { panic!() };
        // Readers want the places of all columns of a file or of none.
        assert!(of_single.columns.iter().all(|column| column.offset_index_offset.is_some()));
        let (alone, _) = file(&columns(), &[&single], Compression::default());
        let none = end(&alone);
        assert!(
            none.row_groups[0].columns.iter().all(|column| column.offset_index_offset.is_none())
        );
        assert!(read(&alone).equals_missing(&joined(&[&single])));
        for group in [of_first, of_second] {
            for (column, about) in group.columns.iter().zip(columns()) {
                let name = &about.name;
                let mut places = at(&bytes, column.offset_index_offset, column.offset_index_length);
                let places =
                    OffsetIndex::read_from_in_protocol(&mut places).unwrap().page_locations;
                let meta = column.meta_data.as_ref().unwrap();
                assert_eq!(places[0].offset, meta.data_page_offset, "{name}");
                let mut rows = 0;
                for place in &places {
                    assert_eq!(place.first_row_index, rows, "{name}");
                    let mut page = at(&bytes, Some(place.offset), Some(place.compressed_page_size));
                    let header = ParquetPageHeader::read_from_in_protocol(&mut page).unwrap();
                    assert!(header.compressed_page_size < place.compressed_page_size, "{name}");
                    rows += i64::from(header.data_page_header.unwrap().num_values);
                }
                assert_eq!(rows, group.num_rows, "{name}");
                assert_eq!(column.column_index_offset.is_some(), name != "text");
                if name == "text" {
                    continue;
                }
                let mut values = at(&bytes, column.column_index_offset, column.column_index_length);
                let values = ColumnIndex::read_from_in_protocol(&mut values).unwrap();
                assert_eq!(values.min_values.len(), places.len(), "{name}");
                let told = meta.statistics.as_ref().unwrap();
                let nulls: i64 = values.null_counts.iter().flatten().sum();
                assert_eq!(Some(nulls), told.null_count, "{name}");
                let with = || (0..places.len()).filter(|page| !values.null_pages[*page]);
                assert!(
                    with().any(|page| Some(&values.min_values[page]) == told.min_value.as_ref())
                );
                assert!(
                    with().any(|page| Some(&values.max_values[page]) == told.max_value.as_ref())
                );
            }
        }
        let index = |column: usize| {
            let column = &of_first.columns[column];
            let mut index = at(&bytes, column.column_index_offset, column.column_index_length);
            ColumnIndex::read_from_in_protocol(&mut index).unwrap()
        };
        // Words wait for others; numbers have a page a batch.
        assert_eq!((index(0).null_pages, index(4).null_pages), (vec![false], vec![true, false]));
        assert_eq!(index(9).boundary_order, BoundaryOrder::ASCENDING);
        let column = &of_second.columns[7];
        let mut falling = at(&bytes, column.column_index_offset, column.column_index_length);
        let falling = ColumnIndex::read_from_in_protocol(&mut falling).unwrap();
        assert_eq!(falling.boundary_order, BoundaryOrder::UNORDERED);
    }

    #[test]
    fn a_dictionary_has_an_end_and_what_does_not_fit_stands_for_itself() {
        let batches: Vec<_> = (0..4_i64)
            .map(|part| {
                let mut rows = Rows::new(&columns()[..1]);
                for n in (0..8000).step_by(2).flat_map(|n| [n, n + 1, n, n + 1]) {
                    let text = format!("{part} {n} {}", "x".repeat(40));
                    rows.row(|_, cells| cells.push(&Value::text(&text)));
                }
                rows
            })
            .collect();
        let (bytes, groups) = file(&columns()[..1], &[&batches], Compression::default());
        let encodings = &groups[0].columns[0].meta_data.as_ref().unwrap().encodings;
        assert!(
            [Encoding::PLAIN, Encoding::RLE_DICTIONARY].iter().all(|one| encodings.contains(one))
        );
        assert!(read(&bytes).equals(&joined(&[&batches])));
    }

    #[test]
    fn the_id_of_a_record_is_written_once_for_all_its_rows() {
        let long = "x".repeat(300_000);
        let ids = [("a", 900), (long.as_str(), 11), ("甲", 1), ("", 40), ("甲", 300)];
        for nulls in [0, 3] {
            let mut rows = Rows::new(&columns()[1..2]);
            for (id, times) in ids {
                rows.extend(times, |_, cells| cells.repeat(id, times));
                (0..nulls).for_each(|_| rows.row(|_, cells| cells.push(&Value::Null)));
            }
            let batches = [rows];
            let (bytes, groups) = file(&columns()[1..2], &[&batches], Compression::None);
            let about = groups[0].columns[0].meta_data.as_ref().unwrap();
            assert_eq!(about.encodings, [Encoding::RLE, Encoding::DELTA_BYTE_ARRAY]);
            // A page has as many as would fill it: three begin with the long one.
            assert!((3 * 300_000..4 * 300_000).contains(&bytes.len()), "{}", bytes.len());
            assert!(read(&bytes).equals_missing(&joined(&[&batches])));
        }
    }

    #[test]
    fn values_that_recur_late_in_a_batch_have_a_dictionary() {
        let mut rows = Rows::new(&columns()[..1]);
        // Of each 8 rows 7 are new until there are 700.
        for n in 0..8000_i64 {
            let word = if n % 8 == 7 { n / 2 } else { n };
            rows.row(|_, cells| cells.push(&Value::Text(format!("word {}", word % 700).into())));
        }
        let batches = [rows];
        let (bytes, groups) = file(&columns()[..1], &[&batches], Compression::default());
        let about = groups[0].columns[0].meta_data.as_ref().unwrap();
        assert!(about.encodings.contains(&Encoding::RLE_DICTIONARY));
        assert!(read(&bytes).equals(&joined(&[&batches])));
    }

    #[test]
    fn no_page_with_the_dictionary_follows_one_without() {
        let texts = |texts: &mut dyn Iterator<Item = Value<'static>>| {
            let mut rows = Rows::new(&columns()[..1]);
            texts.for_each(|text| rows.row(|_, cells| cells.push(&text)));
            rows
        };
        let ids = || texts(&mut (0..600).map(|n| Value::Text(format!("id {n}").into())));
        let words = || texts(&mut (0..600).map(|n| Value::Text(format!("word {}", n % 5).into())));
        let nulls = || texts(&mut (0..600).map(|_| Value::Null));
        for (batches, has_dictionary) in [
            (vec![nulls(), words(), nulls(), ids(), words(), nulls()], true),
            (vec![nulls(), ids(), words(), nulls(), words()], false),
            (vec![nulls(), nulls()], false),
        ] {
            let (bytes, groups) = file(&columns()[..1], &[&batches], Compression::default());
            let about = groups[0].columns[0].meta_data.as_ref().unwrap();
            assert_eq!(about.encodings.contains(&Encoding::RLE_DICTIONARY), has_dictionary);
            assert_eq!(about.dictionary_page_offset.is_some(), has_dictionary);
            assert!(read(&bytes).equals_missing(&joined(&[&batches])));
        }
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
