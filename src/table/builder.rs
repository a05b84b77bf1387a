//! Typed columns that cells are added to, without an allocation per cell.

use polars::prelude::{
    BooleanChunkedBuilder, ChunkedBuilder, Column, DataFrame, Float64Type, Int32Type, Int64Type,
    Int128Type, IntoColumn, IntoSeries, PrimitiveChunkedBuilder, StringChunkedBuilder, TimeUnit,
    TimeZone,
};

use crate::data::{Kind, Value};
use crate::error::{Error, ErrorKind, Result};

/// A column under construction.
pub(super) struct ColumnBuilder {
    name: String,
    kind: Kind,
    cells: Cells,
    /// The first value that was of another type, which would be a bug.
    misfit: Option<String>,
}

enum Cells {
    Text(StringChunkedBuilder),
    Boolean(BooleanChunkedBuilder),
    Integer(PrimitiveChunkedBuilder<Int64Type>),
    Float(PrimitiveChunkedBuilder<Float64Type>),
    Decimal { builder: PrimitiveChunkedBuilder<Int128Type>, precision: u8, scale: u8 },
    Date(PrimitiveChunkedBuilder<Int32Type>),
    Time(PrimitiveChunkedBuilder<Int64Type>),
    Datetime { builder: PrimitiveChunkedBuilder<Int64Type>, utc: bool },
}

impl ColumnBuilder {
    /// A column with room for so many values.
    pub(super) fn new(name: &str, kind: Kind, room: usize) -> Self {
        Self { name: name.to_owned(), kind, cells: Cells::new(name, kind, room), misfit: None }
    }

    /// Adds a value.
    #[inline]
    pub(super) fn value(&mut self, value: &Value<'_>) {
        if !self.cells.value(value) && self.misfit.is_none() {
            self.misfit = Some(value.quoted());
        }
    }

    fn finish(self) -> Result<Column> {
        match self.misfit {
            None => Ok(self.cells.finish()),
            Some(misfit) => Err(Error::new(
                ErrorKind::Internal,
                format!("{misfit} in the column `{}` of the type {}", self.name, self.kind),
            )),
        }
    }
}

impl Cells {
    fn new(name: &str, kind: Kind, room: usize) -> Self {
        let name = name.into();
        match kind {
            Kind::Text => Self::Text(StringChunkedBuilder::new(name, room)),
            Kind::Boolean => Self::Boolean(BooleanChunkedBuilder::new(name, room)),
            Kind::Integer => Self::Integer(PrimitiveChunkedBuilder::new(name, room)),
            Kind::Float => Self::Float(PrimitiveChunkedBuilder::new(name, room)),
            Kind::Decimal { precision, scale } => Self::Decimal {
                builder: PrimitiveChunkedBuilder::new(name, room),
                precision,
                scale,
            },
            Kind::Date => Self::Date(PrimitiveChunkedBuilder::new(name, room)),
            Kind::Time => Self::Time(PrimitiveChunkedBuilder::new(name, room)),
            Kind::Datetime { utc } => {
                Self::Datetime { builder: PrimitiveChunkedBuilder::new(name, room), utc }
            }
        }
    }

    /// Adds a value; false if it is of another type than the column.
    #[inline]
    fn value(&mut self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Text(builder), Value::Text(text)) => builder.append_value(text),
            (Self::Boolean(builder), Value::Boolean(value)) => builder.append_value(*value),
            (Self::Integer(builder), Value::Integer(number)) => builder.append_value(*number),
            (Self::Float(builder), Value::Float(number)) => builder.append_value(*number),
            (Self::Decimal { builder, scale, .. }, Value::Decimal(number))
                if number.scale() == *scale =>
            {
                builder.append_value(number.unscaled());
            }
            (Self::Date(builder), Value::Date(days)) => builder.append_value(*days),
            (Self::Time(builder), Value::Time(nanos)) => builder.append_value(*nanos),
            (Self::Datetime { builder, utc }, Value::Datetime { micros, utc: own })
                if utc == own =>
            {
                builder.append_value(*micros);
            }
            (builder, value) => {
                builder.null();
                return value.is_null();
            }
        }
        true
    }

    fn null(&mut self) {
        match self {
            Self::Text(builder) => builder.append_null(),
            Self::Boolean(builder) => builder.append_null(),
            Self::Integer(builder) | Self::Time(builder) | Self::Datetime { builder, .. } => {
                builder.append_null();
            }
            Self::Float(builder) => builder.append_null(),
            Self::Decimal { builder, .. } => builder.append_null(),
            Self::Date(builder) => builder.append_null(),
        }
    }

    fn finish(self) -> Column {
        match self {
            Self::Text(builder) => builder.finish().into_column(),
            Self::Boolean(builder) => builder.finish().into_column(),
            Self::Integer(builder) => builder.finish().into_column(),
            Self::Float(builder) => builder.finish().into_column(),
            Self::Decimal { builder, precision, scale } => builder
                .finish()
                .into_decimal_unchecked(usize::from(precision), usize::from(scale))
                .into_series()
                .into_column(),
            Self::Date(builder) => builder.finish().into_date().into_series().into_column(),
            Self::Time(builder) => builder.finish().into_time().into_series().into_column(),
            Self::Datetime { builder, utc } => builder
                .finish()
                .into_datetime(TimeUnit::Microseconds, utc.then_some(TimeZone::UTC))
                .into_series()
                .into_column(),
        }
    }
}

/// Joins columns to a table.
///
/// # Errors
///
/// A value is of another type than its column, or the columns are not of one length:
/// bugs, which must not become cells.
pub(super) fn finish(columns: Vec<ColumnBuilder>) -> Result<DataFrame> {
    let columns = columns.into_iter().map(ColumnBuilder::finish).collect::<Result<Vec<_>>>()?;
    DataFrame::new_infer_height(columns)
        .map_err(|error| Error::new(ErrorKind::Internal, "cannot build a table").with_source(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Decimal;

    #[test]
    fn a_value_of_another_type_is_an_error_and_no_null() {
        for (kind, value) in [
            (Kind::Integer, Value::text("12")),
            (Kind::Text, Value::Integer(12)),
            (Kind::Decimal { precision: 9, scale: 2 }, Value::Decimal(Decimal::new(125, 1))),
            (Kind::Datetime { utc: true }, Value::Datetime { micros: 0, utc: false }),
        ] {
            let mut column = ColumnBuilder::new("pages", kind, 0);
            column.value(&Value::Null);
            column.value(&value);
            let error = finish(vec![column]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Internal);
            assert!(error.to_string().contains("in the column `pages`"), "{error}");
        }
        let mut column = ColumnBuilder::new("pages", Kind::Integer, 1);
        column.value(&Value::Null);
        column.value(&Value::Integer(12));
        assert_eq!(finish(vec![column]).unwrap().height(), 2);
    }
}
