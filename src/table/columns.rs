//! Tables as those see them who take batches in their own code: columns of our own
//! types, whatever holds them inside.

use polars::prelude::{AnyValue, DataFrame};

use crate::data::{Decimal, Kind, Value};
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
        let (kind, column) = (self.columns[idx].1, &self.frame.columns()[idx]);
        Some((0..self.rows()).map(move |row| value(kind, column.get(row).ok())))
    }

    /// The frame that holds the columns, for parts of this package alone: its type
    /// changes with each version of the crate that it comes from.
    #[doc(hidden)]
    #[must_use]
    pub fn into_frame(self) -> DataFrame {
        self.frame
    }
}

/// A value as our own. The builder of the column has seen to its type.
fn value(kind: Kind, found: Option<AnyValue<'_>>) -> Value<'_> {
    match (kind, found) {
        (_, None | Some(AnyValue::Null)) => Value::Null,
        (Kind::Text, Some(AnyValue::String(text))) => Value::text(text),
        (Kind::Boolean, Some(AnyValue::Boolean(value))) => Value::Boolean(value),
        (Kind::Integer, Some(AnyValue::Int64(number))) => Value::Integer(number),
        (Kind::Float, Some(AnyValue::Float64(number))) => Value::Float(number),
        (Kind::Decimal { scale, .. }, Some(AnyValue::Decimal(number, ..))) => {
            Value::Decimal(Decimal::new(number, scale))
        }
        (Kind::Date, Some(AnyValue::Date(days))) => Value::Date(days),
        (Kind::Time, Some(AnyValue::Time(nanos))) => Value::Time(nanos),
        (Kind::Datetime { utc }, Some(AnyValue::Datetime(micros, ..))) => {
            Value::Datetime { micros, utc }
        }
        // Not null, which would be a wrong cell without a word.
        (kind, Some(other)) => {
            Value::Text(format!("{other:?} in a column of the type {kind}").into())
        }
    }
}
