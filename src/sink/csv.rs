//! CSV by RFC 4180, written by polars: commas, CR LF, quotes where needed. A
//! null is an empty field, an empty text is `""`.

use std::io::Write;

use polars::prelude::{CsvWriter, DataFrame, SerWriter};

use crate::error::{Error, ErrorKind, Result};
use crate::publish::{Output, StagedFile, failed};
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
    file: StagedFile,
}

impl CsvFile {
    /// Begins the file with its header.
    pub(super) fn create(file: StagedFile, columns: &[Column]) -> Result<Self> {
        let mut csv = Self { file };
        let mut header =
            ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
        let written = header.write_record(columns.iter().map(|column| &column.name));
        written.map_err(|error| failed(csv.file.path(), error))?;
        let header =
            header.into_inner().map_err(|error| failed(csv.file.path(), error.to_string()))?;
        csv.write(&header)?;
        Ok(csv)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| failed(self.file.path(), error))
    }

    pub(super) fn finish(self) -> Result<Output> {
        self.file.finish()
    }
}
