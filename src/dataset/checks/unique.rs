//! `unique`: no two rows have the same values in some columns.
//!
//! Kept of a batch: the hash of the values of each row, their text, and which row
//! it is. Kept of a run: for each hash the line where it stood first.

use std::ops::Range;

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::{Bounds, End, Fold, Output, RecordRows, Subject, TableCheck, Texts, title_of};
use crate::dataset::Measured;
use crate::dataset::place::{KnownBy, Locator, RowPlace};
use crate::diagnostic::{Code, Finding};
use crate::schema::{Schema, Scope};
use crate::source::{SourceId, Spanned};

/// No two rows have the same values in the columns.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table that it looks at.
    pub table: Spanned<String>,
    /// The columns that it looks at together. A row in which one of them is null is left out.
    pub columns: Vec<Spanned<String>>,
}

/// Columns whose values are unique together.
#[derive(Clone, Debug)]
pub struct Check {
    table: usize,
    columns: Vec<usize>,
}

impl Check {
    /// The table and its columns that are looked at together.
    pub(crate) fn columns(&self) -> (usize, &[usize]) {
        (self.table, &self.columns)
    }
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::DUPLICATE_VALUE;
    const BOUNDS: Bounds = Bounds::Failures;

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        let table = scope.table(&options.table)?;
        if options.columns.is_empty() {
            let message = "`unique` needs `columns`".to_owned();
            scope.fault(Code::SCHEMA_MISSING, &scope.span(), message);
            return None;
        }
        for (n, name) in options.columns.iter().enumerate() {
            if options.columns[..n].iter().any(|other| other.value == name.value) {
                let message = format!("`{}` is among the columns already", name.value);
                scope.fault(Code::SCHEMA_UNUSED, &name.span, message).help =
                    Some("leave it out, or name the column that was meant".to_owned());
            }
        }
        let columns = options.columns.iter().map(|name| scope.column(table, name));
        // Each that is unknown is reported.
        let columns: Vec<_> = columns.collect();
        Some(Self { table, columns: columns.into_iter().collect::<Option<_>>()? })
    }

    fn title(options: &Options) -> String {
        let columns: Vec<_> = options.columns.iter().map(|name| name.value.as_str()).collect();
        title_of(&options.table, &columns)
    }

    fn subject(&self) -> Subject {
        Subject::Table(self.table)
    }

    fn expected(&self, schema: &Schema) -> Option<String> {
        let columns = &schema.tables[self.table].columns;
        let names = self.columns.iter().map(|column| format!("`{}`", columns[*column].name));
        Some(format!("no two rows with the same {}", names.collect::<Vec<_>>().join(", ")))
    }

    fn compile(&self, _: &Schema) -> Self {
        self.clone()
    }
}

/// The rows of a batch, those with a null left out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    values: Vec<Valued>,
    texts: Texts,
}

/// The values of a row.
#[derive(Debug, Serialize, Deserialize)]
struct Valued {
    hash: u64,
    text: Range<usize>,
    place: RowPlace,
    line: u64,
}

/// The rows of a run.
#[derive(Debug, Default)]
pub struct State {
    rows: u64,
    first: FxHashMap<u64, (SourceId, u64)>,
}

impl Fold for Check {
    type Partial = Partial;
    type State = State;
    const PLACES: bool = true;

    fn places(partial: &Partial) -> Vec<&RowPlace> {
        partial.values.iter().map(|valued| &valued.place).collect()
    }

    fn push(&self, partial: &mut Partial, rows: &RecordRows<'_>) {
        let mut lines = rows.lines();
        for row in rows.of(self.table) {
            let (mut hasher, mut null) = (Xxh3::new(), false);
            let start = partial.texts.push("").start;
            for (n, column) in self.columns.iter().enumerate() {
                row.value(*column, |value| match value.to_text() {
                    Some(text) => {
                        hasher.update(&(text.len() as u64).to_le_bytes());
                        hasher.update(text.as_bytes());
                        if n > 0 {
                            partial.texts.push(" · ");
                        }
                        partial.texts.push(&text);
                    }
                    None => null = true,
                });
            }
            if !null {
                let text = start..partial.texts.push("").end;
                let place = row.place(&self.columns);
                let line = lines.line(&place);
                partial.values.push(Valued { hash: hasher.digest(), text, place, line });
            }
        }
    }

    fn merge(
        &self,
        state: &mut State,
        partial: Partial,
        places: &mut Locator<'_>,
        out: &mut Output<'_>,
    ) {
        state.rows += partial.values.len() as u64;
        for Valued { hash, text, place, line } in partial.values {
            let Some(first) = state.first.get(&hash) else {
                state.first.extend(places.source(&place).map(|source| (hash, (source, line))));
                continue;
            };
            let message = format!("the value occurred before, at {}", out.place(*first));
            let raw = Some(partial.texts.get(text).to_owned());
            let finding = Finding { raw, ..out.finding(message) };
            if let Some(spot) = places.spot(&place) {
                out.report(spot, finding, KnownBy::Value);
            }
        }
    }

    fn finish(&self, state: &mut State, _: &End<'_>, _: &mut Output<'_>) -> Measured {
        Measured { evaluated: state.rows, ..Measured::default() }
    }
}

#[cfg(test)]
mod tests {
    use crate::dataset::testing::{Batches, check};

    const CHECK: &str = "check = \"unique\"\ntable = \"book\"\ncolumns = [\"title\", \"pages\"]";

    #[test]
    fn a_value_that_comes_again_is_found_where_it_comes_again() {
        let dump =
            "title: a\npages: 1\ntitle: b\npages: 1\ntitle: a\npages: 1\ntitle: a\ntitle: a\n";
        for batches in Batches::SPLITS {
            let found = check(CHECK, dump, batches);
            assert_eq!(
                found.to_string(),
                "3 rows evaluated\n5:8 R501 `a · 1`: the value occurred before, at dump.txt:1\n",
                "{batches:?}"
            );
        }
    }

    #[test]
    fn rows_with_a_null_are_not_evaluated() {
        for batches in Batches::SPLITS {
            let found = check(CHECK, "title: a\ntitle: b\n", batches);
            assert_eq!(found.to_string(), "0 rows evaluated\n", "{batches:?}");
        }
    }

    #[test]
    fn columns_are_not_run_together() {
        let dump = "title: a · 1\npages: 2\ntitle: a\npages: 12\n";
        assert_eq!(check(CHECK, dump, Batches::One).findings, [""; 0]);
    }
}
