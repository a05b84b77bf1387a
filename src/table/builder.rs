//! Typed columns that cells are added to, without an allocation per cell.

use polars::prelude::{
    BooleanChunkedBuilder, ChunkedBuilder, Column, DataFrame, Float64Type, Int64Type, IntoColumn,
    PolarsResult, PrimitiveChunkedBuilder, StringChunkedBuilder,
};

use crate::data::{Kind, Value};

/// A column under construction.
pub(super) enum ColumnBuilder {
    Text(StringChunkedBuilder),
    Boolean(BooleanChunkedBuilder),
    Integer(PrimitiveChunkedBuilder<Int64Type>),
    Decimal(PrimitiveChunkedBuilder<Float64Type>),
}

impl ColumnBuilder {
    pub(super) fn new(name: &str, kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringChunkedBuilder::new(name.into(), 0)),
            Kind::Boolean => Self::Boolean(BooleanChunkedBuilder::new(name.into(), 0)),
            Kind::Integer => Self::Integer(PrimitiveChunkedBuilder::new(name.into(), 0)),
            Kind::Decimal => Self::Decimal(PrimitiveChunkedBuilder::new(name.into(), 0)),
        }
    }

    /// Adds a value; one of another type would be a bug and becomes null.
    #[inline]
    pub(super) fn value(&mut self, value: &Value<'_>) {
        match (self, value) {
            (Self::Text(builder), Value::Text(text)) => builder.append_value(text),
            (Self::Boolean(builder), Value::Boolean(value)) => builder.append_value(*value),
            (Self::Integer(builder), Value::Integer(number)) => builder.append_value(*number),
            (Self::Decimal(builder), Value::Decimal(number)) => builder.append_value(*number),
            (builder, value) => {
                debug_assert!(value.is_null(), "the schema gives the cell and the column one type");
                builder.null();
            }
        }
    }

    fn null(&mut self) {
        match self {
            Self::Text(builder) => builder.append_null(),
            Self::Boolean(builder) => builder.append_null(),
            Self::Integer(builder) => builder.append_null(),
            Self::Decimal(builder) => builder.append_null(),
        }
    }

    fn finish(self) -> Column {
        match self {
            Self::Text(builder) => builder.finish().into_column(),
            Self::Boolean(builder) => builder.finish().into_column(),
            Self::Integer(builder) => builder.finish().into_column(),
            Self::Decimal(builder) => builder.finish().into_column(),
        }
    }
}

/// Joins columns to a table.
pub(super) fn finish(columns: Vec<ColumnBuilder>) -> PolarsResult<DataFrame> {
    let columns: Vec<_> = columns.into_iter().map(ColumnBuilder::finish).collect();
    DataFrame::new_infer_height(columns)
}
