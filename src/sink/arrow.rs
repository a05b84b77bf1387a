//! Arrow's IPC: a record batch for each batch of records.
//!
//! A file is the first bytes, then all of a stream, then a footer that tells where its batches stand
//! (<https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format>); so one writer makes both forms. Texts are
//! `large_utf8`, which every reader has. Nothing is compressed: a file can be mapped into memory as it stands.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use polars::prelude::DataFrame;
use polars_arrow::io::ipc::write::{FileWriter, WriteOptions};

use super::parquet::about;
use super::shared::Shared;
use super::{TEXTS, arrow_schema};
use crate::error::{Error, ErrorKind, Result};
use crate::publish::{Output, StagedFile, failed};
use crate::schema::Schema;
use crate::schema::model::Column;

/// The first bytes of every file, and the last without the two that fill up.
const MAGIC: &[u8] = b"ARROW1\0\0";
const END: usize = MAGIC.len() - 2;

fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Internal, "cannot encode Arrow").with_source(error)
}

/// An Arrow file under construction.
pub(super) struct ArrowFile {
    file: StagedFile,
    encoded: Shared,
    writer: FileWriter<Shared>,
}

impl ArrowFile {
    pub(super) fn create(
        file: StagedFile,
        schema: &Schema,
        table: &str,
        columns: &[Column],
    ) -> Result<Self> {
        let arrow = Arc::new(arrow_schema(columns));
        let encoded = Shared::default();
        let options = WriteOptions { compression: None };
        let mut writer = FileWriter::new(encoded.clone(), arrow, None, options);
        let (name, told) = about(schema, table, columns)?;
        writer.set_custom_schema_metadata(Arc::new([(name.into(), told.into())].into()));
        writer.start().map_err(internal)?;
        let mut file = Self { file, encoded, writer };
        file.drain()?;
        Ok(file)
    }

    fn drain(&mut self) -> Result<()> {
        let bytes = self.encoded.take();
        self.file.write_all(&bytes).map_err(|error| failed(self.file.path(), error))
    }

    pub(super) fn write(&mut self, mut frame: DataFrame) -> Result<()> {
        frame.rechunk_mut();
        for batch in frame.iter_chunks(TEXTS, false) {
            self.writer.write(&batch, None).map_err(internal)?;
        }
        self.drain()
    }

    pub(super) fn finish(mut self) -> Result<Output> {
        self.writer.finish().map_err(internal)?;
        self.drain()?;
        self.file.finish()
    }
}

/// The stream that a file holds.
///
/// # Errors
///
/// The file cannot be read, or is none of Arrow's.
pub fn stream(mut file: impl Read + Seek) -> io::Result<impl Read> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "no Arrow file");
    let length = file.seek(SeekFrom::End(0))?;
    let tail = (size_of::<u32>() + END) as u64;
    file.seek(SeekFrom::Start(length.checked_sub(tail).ok_or_else(broken)?))?;
    let mut footer = [0; size_of::<u32>()];
    file.read_exact(&mut footer)?;
    let head = MAGIC.len() as u64;
    let behind = u64::from(u32::from_le_bytes(footer)) + tail + head;
    let length = length.checked_sub(behind).ok_or_else(broken)?;
    file.seek(SeekFrom::Start(head))?;
    Ok(file.take(length))
}
