//! From typed cells to columns.
//!
//! In: rows, one record after another. Out: a polars [`DataFrame`] per table of
//! the schema for one batch. The types come from the schema; nothing is inferred.

mod builder;
mod finding;

pub use finding::{finding_columns, finding_table};

use polars::prelude::{DataFrame, PolarsResult};
use regex::Regex;

use crate::normalize::Row;
use crate::schema::Schema;
use crate::schema::model::{Column, ColumnOrigin, Computed, TemplatePart};
use crate::source::SourceId;
use crate::value::{Cell, Value};

use builder::ColumnBuilder;

/// What a row knows of its record.
#[derive(Clone, Copy, Debug)]
pub struct RecordRef<'r> {
    /// The id.
    pub id: &'r str,
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
}

#[derive(Debug)]
struct TablePlan {
    items_of: Option<usize>,
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
        Self { tables }
    }

    /// Starts the tables of a batch.
    #[must_use]
    pub fn builder(&self) -> Builder<'_> {
        let columns = self
            .tables
            .iter()
            .map(|table| {
                table
                    .columns
                    .iter()
                    .map(|column| ColumnBuilder::new(&column.name, column.kind))
                    .collect()
            })
            .collect();
        Builder { plan: self, columns }
    }
}

/// The tables of a batch while rows come in.
pub struct Builder<'p> {
    plan: &'p Plan,
    columns: Vec<Vec<ColumnBuilder>>,
}

impl Builder<'_> {
    /// Adds the rows of a record to every table.
    pub fn push(&mut self, record: &RecordRef<'_>, row: &Row<'_>) {
        for (table, columns) in self.plan.tables.iter().zip(&mut self.columns) {
            match table.items_of {
                None => table.push(record, 0, &row.cells, row, columns),
                Some(field) => {
                    for (ordinal, cells) in row.items[field].rows().enumerate() {
                        table.push(record, ordinal, cells, row, columns);
                    }
                }
            }
        }
    }

    /// The finished tables, in the order of the schema.
    ///
    /// # Errors
    ///
    /// Polars refuses the columns, which would be a bug.
    pub fn finish(self) -> PolarsResult<Vec<DataFrame>> {
        self.columns.into_iter().map(builder::finish).collect()
    }
}

impl TablePlan {
    fn push(
        &self,
        record: &RecordRef<'_>,
        ordinal: usize,
        cells: &[Cell<'_>],
        row: &Row<'_>,
        columns: &mut [ColumnBuilder],
    ) {
        for ((column, matches), builder) in self.columns.iter().zip(&self.matches).zip(columns) {
            match &column.origin {
                ColumnOrigin::RecordId => builder.text(Some(record.id)),
                ColumnOrigin::SourceFile => builder.text(Some(record.file)),
                ColumnOrigin::SourceLine => builder.integer(record.line.cast_signed()),
                ColumnOrigin::SourceByte => builder.integer(record.byte.cast_signed()),
                ColumnOrigin::SourceBytes => builder.integer(record.bytes.cast_signed()),
                ColumnOrigin::Ordinal => builder.integer(ordinal.cast_signed() as i64),
                ColumnOrigin::Slot(slot) => builder.value(&cells[*slot].value),
                ColumnOrigin::Computed(computed) => {
                    compute(computed, matches.as_ref(), cells, row, builder);
                }
            }
        }
    }
}

fn compute(
    computed: &Computed,
    matches: Option<&Regex>,
    cells: &[Cell<'_>],
    row: &Row<'_>,
    builder: &mut ColumnBuilder,
) {
    match computed {
        Computed::Compare { slots: [a, b], equal, prefix, otherwise } => {
            let word = match (cells[*a].value.as_text(), cells[*b].value.as_text()) {
                (Some(a), Some(b)) if a == b => equal,
                (Some(a), Some(b)) if b.starts_with(a) => prefix,
                _ => otherwise,
            };
            builder.text(word.as_deref());
        }
        Computed::Template(parts) => {
            let mut text = String::new();
            for part in parts {
                match part {
                    TemplatePart::Text(piece) => text.push_str(piece),
                    TemplatePart::Slot(slot) => match &cells[*slot].value {
                        Value::Null => return builder.text(None),
                        Value::Text(piece) => text.push_str(piece),
                        Value::Boolean(value) => {
                            text.push_str(if *value { "true" } else { "false" });
                        }
                        Value::Integer(number) => text.push_str(&number.to_string()),
                        Value::Decimal(number) => text.push_str(&number.to_string()),
                    },
                }
            }
            builder.text(Some(&text));
        }
        Computed::Count(field) => builder.integer(row.items[*field].len().cast_signed() as i64),
        Computed::Match { slot, .. } => {
            let found =
                cells[*slot].value.as_text().zip(matches).map(|(text, regex)| regex.is_match(text));
            builder.value(&found.map_or(Value::Null, Value::Boolean));
        }
    }
}
