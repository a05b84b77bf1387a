//! CSV by RFC 4180, written by polars: commas, CR LF, quotes where needed. A
//! null is an empty field, an empty text is `""`. In a table of one column a
//! null is `""` too: a blank line is no row to most readers. Times are texts by
//! ISO 8601.

use polars::prelude::{Column as Series, CsvWriter, DataFrame, SerWriter};

use crate::data::Kind;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::model::Column;
use crate::table::values;

/// The rows of a batch as text, without a header.
pub(super) fn encode(mut frame: DataFrame, columns: &[Column]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
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
    let null = if columns.len() == 1 { "\"\"" } else { "" };
    CsvWriter::new(&mut out)
        .include_header(false)
        .with_null_value(null.into())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::model::ColumnOrigin;

    #[test]
    fn a_null_alone_in_its_row_is_no_blank_line() {
        let column = |name: &str| Column {
            name: name.to_owned(),
            kind: Kind::Text,
            origin: ColumnOrigin::RecordKey,
            description: None,
            unit: None,
            tags: Vec::new(),
            long: false,
            zone: None,
        };
        let series = |name: &str| Series::new(name.into(), vec![Some("a"), None, Some("")]);
        let frame = DataFrame::new_infer_height(vec![series("x")]).unwrap();
        assert_eq!(encode(frame, &[column("x")]).unwrap(), b"a\r\n\"\"\r\n\"\"\r\n");
        let frame = DataFrame::new_infer_height(vec![series("x"), series("y")]).unwrap();
        let two = encode(frame, &[column("x"), column("y")]).unwrap();
        assert_eq!(two, b"a,a\r\n,\r\n\"\",\"\"\r\n");
    }
}
