//! Tables as those see them who take batches in their own code: columns of our own
//! types, whatever holds them inside.

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::Rows;
use crate::data::{Decimal, Kind, Value};
use crate::error::Result;
use crate::schema::model;

/// A table of a batch: some rows of a table of the schema.
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
    columns: Vec<(String, Kind)>,
    frame: DataFrame,
}

impl Table {
    pub(crate) fn new(table: &model::Table, frame: DataFrame) -> Self {
        let columns = table.columns.iter().map(|column| (column.name.clone(), column.kind));
        Self { name: table.name.clone(), columns: columns.collect(), frame }
    }

    /// The tables of a schema without a row.
    pub(crate) fn none_of(schema: &model::Schema) -> Result<Vec<Self>> {
        let tables = schema.tables.iter();
        tables.map(|table| Ok(Self::new(table, Rows::new(&table.columns).frame()?))).collect()
    }

    /// A table that no schema has.
    pub(crate) fn own(name: &str, columns: &[model::Column], frame: DataFrame) -> Self {
        let columns = columns.iter().map(|column| (column.name.clone(), column.kind));
        Self { name: name.to_owned(), columns: columns.collect(), frame }
    }

    /// The name of the table.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.frame.height()
    }

    /// The columns, by name and type, in the order of the schema.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = (&str, Kind)> {
        self.columns.iter().map(|(name, kind)| (name.as_str(), *kind))
    }

    /// The values of a column, row after row; none if the table has no such column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<impl ExactSizeIterator<Item = Value<'_>>> {
        let idx = self.columns.iter().position(|(known, _)| known == name)?;
        let values = values(self.columns[idx].1, &self.frame.columns()[idx]);
        // The builder made the column of its kind.
        values.ok().map(Vec::into_iter)
    }

    /// The frame that holds the columns, for parts of this package alone: its type
    /// changes with each version of the crate that it comes from.
    #[doc(hidden)]
    #[must_use]
    pub fn into_frame(self) -> DataFrame {
        self.frame
    }
}

/// The values of a column as our own; an error if it is of another kind.
pub(crate) fn values(kind: Kind, column: &Column) -> PolarsResult<Vec<Value<'_>>> {
    fn each<'c, T>(
        cells: impl Iterator<Item = Option<T>>,
        value: impl Fn(T) -> Value<'c>,
    ) -> Vec<Value<'c>> {
        cells.map(|cell| cell.map_or(Value::Null, &value)).collect()
    }
    Ok(match kind {
        Kind::Text => each(column.str()?.iter(), Value::text),
        Kind::Boolean => each(column.bool()?.iter(), Value::Boolean),
        Kind::Integer => each(column.i64()?.iter(), Value::Integer),
        Kind::Float => each(column.f64()?.iter(), Value::Float),
        Kind::Decimal { scale, .. } => each(column.decimal()?.physical().iter(), |number| {
            Value::Decimal(Decimal::new(number, scale))
        }),
        Kind::Date => each(column.date()?.physical().iter(), Value::Date),
        Kind::Time => each(column.as_materialized_series().time()?.physical().iter(), Value::Time),
        Kind::Datetime { utc } => {
            each(column.datetime()?.physical().iter(), |micros| Value::Datetime { micros, utc })
        }
    })
}
