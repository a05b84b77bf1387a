//! CSV by RFC 4180, written by polars: commas, CR LF, quotes where needed. A
//! null is an empty field, an empty text is `""`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use polars::prelude::{CsvWriter, DataFrame, SerWriter};

use super::failed;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::model::Column;

/// The rows of a batch as text, without a header.
pub(super) fn encode(frame: &DataFrame) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut frame = frame.clone();
    CsvWriter::new(&mut out)
        .include_header(false)
        .with_line_terminator("\r\n".into())
        .n_threads(1)
        .finish(&mut frame)
        .map_err(|error| Error::new(ErrorKind::Internal, "cannot encode CSV").with_source(error))?;
    Ok(out)
}

/// A CSV file under construction.
pub(super) struct CsvFile {
    path: PathBuf,
    writer: BufWriter<File>,
}

impl CsvFile {
    /// Begins the file with its header.
    pub(super) fn create((path, file): (PathBuf, File), columns: &[Column]) -> Result<Self> {
        let mut csv = Self { path, writer: BufWriter::new(file) };
        let mut header =
            ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
        let written = header.write_record(columns.iter().map(|column| &column.name));
        written.map_err(|error| failed(&csv.path, error))?;
        let header = header.into_inner().map_err(|error| failed(&csv.path, error.to_string()))?;
        csv.write(&header)?;
        Ok(csv)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.writer.write_all(bytes).map_err(|error| failed(&self.path, error))
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.writer.flush().map_err(|error| failed(&self.path, error))
    }
}
