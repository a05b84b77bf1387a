//! CSV by RFC 4180, written by polars: commas, CR LF, quotes where needed. A
//! null is an empty field, an empty text is `""`. Times are texts by ISO 8601.

use polars::prelude::{Column as Series, CsvWriter, DataFrame, SerWriter};

use crate::data::Kind;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::model::Column;
use crate::table::values;

/// The rows of a batch as text, without a header.
pub(super) fn encode(frame: &DataFrame, columns: &[Column]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut frame = frame.clone();
    // polars has one format for all, and columns have a zone or none.
    for (idx, column) in columns.iter().enumerate() {
        if matches!(column.kind, Kind::Time | Kind::Datetime { .. }) {
            let cells = values(column.kind, &frame.columns()[idx]).map_err(failed)?;
            let texts: Vec<Option<String>> =
                cells.iter().map(|cell| Some(cell.to_text()?.into_owned())).collect();
            let texts = Series::new(column.name.as_str().into(), texts);
            frame.replace_column(idx, texts).map_err(failed)?;
        }
    }
    CsvWriter::new(&mut out)
        .include_header(false)
        .with_line_terminator("\r\n".into())
        .n_threads(1)
        .finish(&mut frame)
        .map_err(failed)?;
    Ok(out)
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Internal, "cannot encode CSV").with_source(error)
}

/// The first line: the names of the columns.
pub(super) fn header(columns: &[Column]) -> Result<Vec<u8>> {
    let mut header =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    let written = header.write_record(columns.iter().map(|column| &column.name));
    written.map_err(failed)?;
    header.into_inner().map_err(|error| failed(error.to_string()))
}
