//! CSV by RFC 4180, written by polars: commas, CR LF, quotes where needed. A
//! null is an empty field, an empty text is `""`.

use polars::prelude::{CsvWriter, DataFrame, SerWriter};

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

/// The first line: the names of the columns.
pub(super) fn header(columns: &[Column]) -> Result<Vec<u8>> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Internal, "cannot encode CSV").with_source(error)
    };
    let mut header =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    let written = header.write_record(columns.iter().map(|column| &column.name));
    written.map_err(|error| failed(error.into()))?;
    header.into_inner().map_err(|error| failed(error.to_string().into()))
}
