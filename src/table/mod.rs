//! From typed cells to columns.
//!
//! In: rows, one record after another. Out: [`Rows`] per table of the schema for
//! one batch, which make a data frame for those who want one. The types come from the schema; nothing is inferred.

#[cfg(feature = "tables")]
mod columns;
#[cfg(feature = "tables")]
mod finding;
#[cfg(feature = "tables")]
mod profile;
#[cfg(feature = "tables")]
mod rows;

#[cfg(feature = "tables")]
pub use columns::Table;
#[cfg(feature = "tables")]
pub(crate) use columns::values;
#[cfg(feature = "tables")]
pub use finding::finding_columns;
#[cfg(feature = "tables")]
pub(crate) use finding::{Alike, FindingRow, FindingRows, finding_table};
#[cfg(feature = "tables")]
pub use profile::profile_columns;
#[cfg(feature = "tables")]
pub(crate) use profile::profile_table;
#[cfg(feature = "tables")]
pub use rows::Rows;
#[cfg(feature = "tables")]
pub(crate) use rows::{Cells, Runs, Values, words};

use std::borrow::Cow;

#[cfg(feature = "tables")]
use crate::data::Kind;
use crate::data::{Cell, ItemPlace, Items, Row, Value};
use crate::diagnostic::key_in_words;
#[cfg(feature = "tables")]
use crate::error::Result;
use crate::lang::Regex;
use crate::schema::Schema;
use crate::schema::model::{Column, ColumnOrigin, Computed, TemplatePart};
use crate::source::SourceId;

/// What a row knows of its record.
#[derive(Clone, Copy, Debug)]
pub struct RecordRef<'r> {
    /// The id.
    pub id: &'r str,
    /// What it is known by from dump to dump, if the schema says so and none of it is null.
    pub key: Option<&'r str>,
    /// The path of the source.
    pub file: &'r str,
    /// Which source.
    pub source: SourceId,
    /// The line of the first byte, from 1.
    pub line: u64,
    /// The offset of the first byte in the file.
    pub byte: u64,
    /// The length in the file.
    pub bytes: u64,
}

/// The compiled plan of the stage.
#[derive(Debug)]
pub struct Plan {
    tables: Vec<TablePlan>,
    /// The slots by which records are known, for each kind of them.
    keys: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct TablePlan {
    items_of: Option<usize>,
    /// The kind of its records; none for all.
    kind: Option<usize>,
    columns: Vec<Column>,
    /// The patterns of the columns that match.
    matches: Vec<Option<Regex>>,
}

impl Plan {
    /// Compiles the stage for a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let tables = schema
            .tables
            .iter()
            .map(|table| TablePlan {
                items_of: table.items_of,
                kind: table.kind,
                columns: table.columns.clone(),
                matches: table
                    .columns
                    .iter()
                    .map(|column| match &column.origin {
                        ColumnOrigin::Computed(Computed::Match { pattern, .. }) => {
                            Some(pattern.compile())
                        }
                        _ => None,
                    })
                    .collect(),
            })
            .collect();
        Self { tables, keys: schema.keys.clone() }
    }

    /// What a record is known by from dump to dump, if the schema says so and none of it
    /// is null: in findings, in baselines and in its table.
    #[must_use]
    pub fn record_key(&self, row: &Row<'_>) -> Option<String> {
        let slots = self.keys.get(row.kind.unwrap_or(0))?;
        let values: Option<Vec<_>> = slots
            .iter()
            .map(|slot| row.cells[*slot].value.to_text().map(Cow::into_owned))
            .collect();
        values.filter(|values| !values.is_empty()).map(|values| key_in_words(&values))
    }

    /// Starts the tables of a batch.
    #[cfg(feature = "tables")]
    #[must_use]
    pub fn builder(&self) -> Builder<'_> {
        let tables = self.tables.iter().map(|table| Rows::new(&table.columns));
        Builder { plan: self, tables: tables.collect() }
    }

    /// The same, in the room of tables of this plan that are done with.
    #[cfg(feature = "tables")]
    #[must_use]
    pub(crate) fn builder_in(&self, mut used: Vec<Rows>) -> Builder<'_> {
        if used.len() != self.tables.len() {
            return self.builder();
        }
        used.iter_mut().for_each(Rows::clear);
        Builder { plan: self, tables: used }
    }
}

/// The tables of a batch while rows come in.
#[cfg(feature = "tables")]
pub struct Builder<'p> {
    plan: &'p Plan,
    tables: Vec<Rows>,
}

#[cfg(feature = "tables")]
impl Builder<'_> {
    /// Adds the rows of a record to every table.
    pub fn push(&mut self, record: &RecordRef<'_>, row: &Row<'_>) {
        for (table, rows) in self.tables.iter_mut().enumerate() {
            let plan = &self.plan.tables[table];
            let own = || self.plan.rows(table, row);
            let count = own().len();
            if count == 0 {
                continue;
            }
            // A column has the values of all rows at once: what it is made of is looked at once.
            rows.extend(count, |column, cells| match &plan.columns[column].origin {
                ColumnOrigin::RecordId => cells.repeat(record.id, count),
                ColumnOrigin::Ordinal => {
                    cells.number(own().map(|(item, _)| i64::from(item.ordinal)));
                }
                ColumnOrigin::Slot(slot) => cells.extend(own().map(|(_, own)| &own[*slot].value)),
                _ => {
                    for (item, own) in own() {
                        let place = RowRef { record, item, cells: own, row };
                        plan.value(column, &place, |value| cells.push(value));
                    }
                }
            });
        }
    }

    /// How many rows each table has so far.
    #[must_use]
    pub fn rows(&self) -> Vec<usize> {
        self.tables.iter().map(Rows::height).collect()
    }

    /// The finished tables, in the order of the schema.
    ///
    /// # Errors
    ///
    /// A value is of another type than its column, which would be a bug.
    #[doc(hidden)]
    pub fn finish(self) -> Result<Vec<Rows>> {
        self.tables.into_iter().map(Rows::checked).collect()
    }
}

impl Plan {
    /// Looks at the value of a column of a row, whatever it comes from.
    pub fn value<R>(
        &self,
        table: usize,
        column: usize,
        place: &RowRef<'_>,
        look: impl FnOnce(&Value<'_>) -> R,
    ) -> R {
        self.tables[table].value(column, place, look)
    }

    /// A column of a table.
    #[must_use]
    pub fn column(&self, table: usize, column: usize) -> &Column {
        &self.tables[table].columns[column]
    }

    /// Whether the rows of a table are items of records.
    #[must_use]
    pub fn is_of_items(&self, table: usize) -> bool {
        self.tables[table].items_of.is_some()
    }

    /// The rows that a record has in a table: their places in their lists, and their cells.
    pub fn rows<'r>(
        &self,
        table: usize,
        row: &'r Row<'r>,
    ) -> impl ExactSizeIterator<Item = (ItemPlace<'r>, &'r [Cell<'r>])> {
        let TablePlan { items_of, kind, .. } = &self.tables[table];
        let items = items_of.map(|field| &row.items[field]);
        let of_record = usize::from(kind.is_none() || *kind == row.kind);
        (0..items.map_or(of_record, Items::len)).map(move |n| match items {
            Some(items) => items.placed_at(n),
            None => (ItemPlace::default(), row.cells.as_slice()),
        })
    }
}

/// The columns of a table of the engine, by name, type and what they hold.
#[cfg(feature = "tables")]
fn columns_of(columns: &[(&str, Kind, &str)]) -> Vec<Column> {
    let column = |(name, kind, description): &(&str, Kind, &str)| Column {
        name: (*name).to_owned(),
        kind: *kind,
        // It comes from no record.
        origin: ColumnOrigin::Ordinal,
        description: Some((*description).to_owned()),
        unit: None,
        tags: Vec::new(),
        long: false,
        zone: None,
    };
    columns.iter().map(column).collect()
}

/// A row of a table, before it becomes one of its columns.
#[derive(Clone, Copy, Debug)]
pub struct RowRef<'r> {
    /// Its record.
    pub record: &'r RecordRef<'r>,
    /// Its place in its list.
    pub item: ItemPlace<'r>,
    /// Its cells by slot.
    pub cells: &'r [Cell<'r>],
    /// All of the record's.
    pub row: &'r Row<'r>,
}

impl TablePlan {
    fn value<R>(&self, column: usize, place: &RowRef<'_>, look: impl FnOnce(&Value<'_>) -> R) -> R {
        let RowRef { record, item, cells, row } = *place;
        match &self.columns[column].origin {
            ColumnOrigin::RecordId => look(&Value::text(record.id)),
            ColumnOrigin::RecordKey => look(&record.key.map_or(Value::Null, Value::text)),
            ColumnOrigin::SourceFile => look(&Value::text(record.file)),
            ColumnOrigin::SourceLine => look(&Value::Integer(record.line.cast_signed())),
            ColumnOrigin::SourceByte => look(&Value::Integer(record.byte.cast_signed())),
            ColumnOrigin::SourceBytes => look(&Value::Integer(record.bytes.cast_signed())),
            ColumnOrigin::Ordinal => look(&Value::Integer(i64::from(item.ordinal))),
            ColumnOrigin::Slot(slot) => look(&cells[*slot].value),
            ColumnOrigin::Computed(computed) => {
                look(&compute(computed, self.matches[column].as_ref(), cells, row))
            }
        }
    }
}

fn compute<'c>(
    computed: &'c Computed,
    matches: Option<&Regex>,
    cells: &[Cell<'_>],
    row: &Row<'_>,
) -> Value<'c> {
    match computed {
        Computed::Compare { slots: [a, b], equal, prefix, otherwise } => {
            let word = match (cells[*a].value.as_text(), cells[*b].value.as_text()) {
                (Some(a), Some(b)) if a == b => equal,
                (Some(a), Some(b)) if b.starts_with(a) => prefix,
                _ => otherwise,
            };
            word.as_deref().map_or(Value::Null, Value::text)
        }
        Computed::Template(parts) => {
            let mut text = String::new();
            for part in parts {
                match part {
                    TemplatePart::Text(piece) => text.push_str(piece),
                    TemplatePart::Slot(slot) => match cells[*slot].value.to_text() {
                        Some(piece) => text.push_str(&piece),
                        None => return Value::Null,
                    },
                }
            }
            Value::Text(text.into())
        }
        Computed::Count(field) => Value::Integer(row.items[*field].len().cast_signed() as i64),
        Computed::Match { slot, .. } => {
            let found =
                cells[*slot].value.as_text().zip(matches).map(|(text, regex)| regex.is_match(text));
            found.map_or(Value::Null, Value::Boolean)
        }
    }
}
