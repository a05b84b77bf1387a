//! The table of what columns hold.

use super::Rows;
use crate::data::{Kind, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::report::{ColumnProfile, Figure, ProfileReport, Quantiles};
use crate::schema::model::Column;

/// The columns of the table `profile`: name, type and what they hold.
const COLUMNS: [(&str, Kind, &str); 26] = [
    ("table", Kind::Text, "the table"),
    ("column", Kind::Text, "the column of it"),
    ("type", Kind::Text, "the type of the column"),
    ("unit", Kind::Text, "the unit of its numbers"),
    ("rows", Kind::Integer, "rows of the table"),
    ("null", Kind::Integer, "cells that are null"),
    ("null_absent", Kind::Integer, "cells that are null as the record has not the key"),
    ("null_blank", Kind::Integer, "cells that are null as the key has no value"),
    ("null_sentinel", Kind::Integer, "cells that are null as the value stands for no data"),
    ("null_unread", Kind::Integer, "cells that are null as the text gave no value"),
    ("distinct", Kind::Integer, "distinct values"),
    ("distinct_exact", Kind::Boolean, "whether they were counted rather than estimated"),
    ("min", Kind::Text, "the smallest value"),
    ("p05", Kind::Text, "the value that a twentieth does not exceed"),
    ("p25", Kind::Text, "the value that a quarter does not exceed"),
    ("p50", Kind::Text, "the median"),
    ("p75", Kind::Text, "the value that three quarters do not exceed"),
    ("p95", Kind::Text, "the value that all but a twentieth do not exceed"),
    ("max", Kind::Text, "the largest value"),
    ("mean", Kind::Float, "the mean of the numbers"),
    ("length_min", Kind::Integer, "characters of the shortest text"),
    ("length_mean", Kind::Float, "characters of the texts in the mean"),
    ("length_max", Kind::Integer, "characters of the longest text"),
    ("top", Kind::Text, "the most frequent values with their counts, as JSON"),
    (
        "top_missed",
        Kind::Integer,
        "by how much these counts may be too low; 0 where they are exact",
    ),
    ("histogram", Kind::Text, "bins of the numbers, dates or lengths with their counts, as JSON"),
];

/// The columns of the table, for its file.
#[must_use]
pub fn profile_columns() -> Vec<Column> {
    super::columns_of(&COLUMNS)
}

/// A profile as a table: a row for each column.
///
/// # Errors
///
/// A bug in what a column holds.
pub(crate) fn profile_table(report: &ProfileReport) -> Result<Rows> {
    let mut rows = Rows::new(&profile_columns());
    for (table, profile) in &report.tables {
        for (name, column) in &profile.columns {
            let values = values(table, profile.rows, name, column)?;
            rows.row(|column, cells| cells.push(&values[column]));
        }
    }
    rows.checked()
}

fn values<'r>(
    table: &'r str,
    rows: u64,
    name: &'r str,
    column: &'r ColumnProfile,
) -> Result<[Value<'r>; COLUMNS.len()]> {
    let count = |count: u64| Value::Integer(count.cast_signed());
    let why =
        |count: Option<u64>| count.map_or(Value::Null, |count| Value::Integer(count.cast_signed()));
    let nulls = column.nulls;
    let figure = |figure: Option<&Figure>| match figure {
        None => Value::Null,
        Some(figure) => Value::Text(figure.to_string().into()),
    };
    let rank = |of: fn(&Quantiles) -> &Figure| figure(column.quantiles.as_ref().map(of));
    let lengths = column.lengths.as_ref();
    let json =
        |text: Result<String, serde_json::Error>| match text {
            Ok(text) => Ok(Value::Text(text.into())),
            Err(error) => Err(Error::new(ErrorKind::Internal, "cannot write what a column holds")
                .with_source(error)),
        };
    let bins = column.histogram.as_ref().or(lengths.map(|lengths| &lengths.histogram));
    Ok([
        Value::text(table),
        Value::text(name),
        Value::text(&column.r#type),
        column.unit.as_deref().map_or(Value::Null, Value::text),
        count(rows),
        count(column.null),
        why(nulls.map(|nulls| nulls.absent)),
        why(nulls.map(|nulls| nulls.blank)),
        why(nulls.map(|nulls| nulls.sentinel)),
        why(nulls.map(|nulls| nulls.unread)),
        count(column.distinct),
        Value::Boolean(column.distinct_exact),
        figure(column.min.as_ref()),
        rank(|quantiles| &quantiles.p05),
        rank(|quantiles| &quantiles.p25),
        rank(|quantiles| &quantiles.p50),
        rank(|quantiles| &quantiles.p75),
        rank(|quantiles| &quantiles.p95),
        figure(column.max.as_ref()),
        Value::float(column.mean),
        why(lengths.map(|lengths| lengths.min)),
        Value::float(lengths.map(|lengths| lengths.mean)),
        why(lengths.map(|lengths| lengths.max)),
        match column.top.as_slice() {
            [] => Value::Null,
            top => json(serde_json::to_string(top))?,
        },
        count(column.top_missed),
        match bins {
            None => Value::Null,
            Some(bins) => json(serde_json::to_string(&bins.bins))?,
        },
    ])
}
