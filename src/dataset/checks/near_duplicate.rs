//! `near-duplicate`: no two values of a column differ in form alone.
//!
//! Kept of a batch: its distinct values. Kept of a run: their hashes, and for each
//! form the value that had it first.

use std::hash::BuildHasherDefault;
use std::ops::Range;

use indexmap::IndexMap;
use indexmap::map::Entry;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Bounds, End, Fold, Output, RecordRows, Subject, TableCheck, Texts, title_of};
use crate::dataset::Measured;
use crate::dataset::place::{KnownBy, Locator, RowPlace};
use crate::diagnostic::{Code, Finding};
use crate::schema::model::ColumnRef;
use crate::schema::{Schema, Scope};
use crate::source::{SourceId, Spanned};

/// No two values of the column differ in width, case, white space, punctuation or form of Chinese characters alone. Case is that of every script: `straße` is `STRASSE`, and `ς` is `Σ`. Signs that carry meaning are no punctuation: those of mathematics, of currencies and of units, `%` and `‰`, `#` behind a letter, and `-` or `~` before a figure where nothing stands that it could join to that (`-5`, and not `10-20`).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table that it looks at.
    pub table: Spanned<String>,
    /// The column whose values it compares. A value without a letter or figure is left out.
    pub column: Spanned<String>,
}

/// A column whose values differ in more than form.
#[derive(Clone, Debug)]
pub struct Check {
    of: ColumnRef,
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::NEAR_DUPLICATE;
    const BOUNDS: Bounds = Bounds::Failures;

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        Some(Self { of: scope.column_of(&options.table, &options.column)? })
    }

    fn title(options: &Options) -> String {
        title_of(&options.table, &[&options.column.value])
    }

    fn subject(&self) -> Subject {
        Subject::Column(self.of)
    }

    fn expected(&self, schema: &Schema) -> Option<String> {
        let column = &schema.tables[self.of.table].columns[self.of.column].name;
        Some(format!("no two values of `{column}` that differ in form alone"))
    }

    fn compile(&self, _: &Schema) -> Self {
        self.clone()
    }
}

/// The distinct values of a batch.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    values: IndexMap<u64, (Range<usize>, RowPlace, u64), BuildHasherDefault<FxHasher>>,
    texts: Texts,
}

/// The distinct values of a run.
#[derive(Debug, Default)]
pub struct State {
    seen: FxHashSet<u64>,
    /// How many of them have a form to compare.
    compared: u64,
    forms: ByNormalizedForm,
}

/// For each form the value that had it first, and where that stood.
type ByNormalizedForm = FxHashMap<u64, (String, SourceId, u64)>;

impl Fold for Check {
    type Partial = Partial;
    type State = State;
    const PLACES: bool = true;

    fn places(partial: &Partial) -> Vec<&RowPlace> {
        partial.values.values().map(|(_, place, _)| place).collect()
    }

    fn push(&self, partial: &mut Partial, rows: &RecordRows<'_>) {
        let mut lines = rows.lines();
        rows.each(self.of, |value, row| {
            let Some(text) = value.to_text() else { return };
            if let Entry::Vacant(free) = partial.values.entry(xxh3_64(text.as_bytes())) {
                let place = row.place(&[self.of.column]);
                let line = lines.line(&place);
                free.insert((partial.texts.push(&text), place, line));
            }
        });
    }

    fn merge(
        &self,
        state: &mut State,
        partial: Partial,
        places: &mut Locator<'_>,
        out: &mut Output<'_>,
    ) {
        for (hash, (text, place, line)) in partial.values {
            if !state.seen.insert(hash) {
                continue;
            }
            let text = partial.texts.get(text);
            let form = crate::text::fold(text);
            if form.is_empty() {
                continue;
            }
            state.compared += 1;
            let hash = xxh3_64(form.as_bytes());
            if let Some((first, source, line)) = state.forms.get(&hash) {
                let message = format!(
                    "the value differs from the one at {} in form alone",
                    out.place((*source, *line))
                );
                let (raw, suggestion) = (Some(text.to_owned()), Some(first.clone()));
                let finding = Finding { raw, suggestion, ..out.finding(message) };
                if let Some(spot) = places.spot(&place) {
                    out.report(spot, finding, KnownBy::Form(&form));
                }
            } else if let Some(source) = places.source(&place) {
                state.forms.insert(hash, (text.to_owned(), source, line));
            }
        }
    }

    fn finish(&self, state: &mut State, _: &End<'_>, _: &mut Output<'_>) -> Measured {
        Measured { evaluated: state.compared, ..Measured::default() }
    }
}

#[cfg(test)]
mod tests {
    use crate::dataset::testing::{Batches, check};

    #[test]
    fn values_that_differ_in_form_are_found_once() {
        let of = "check = \"near-duplicate\"\ntable = \"book\"\ncolumn = \"title\"";
        let dump =
            "title: The Mill\ntitle: a\ntitle: the-mill\ntitle: the-mill\ntitle: --\ntitle: ?\n";
        for batches in Batches::SPLITS {
            assert_eq!(
                check(of, dump, batches).to_string(),
                "3 rows evaluated\n3:8 R515 `the-mill`: the value differs from the one at dump.txt:1 in form alone\n",
                "{batches:?}"
            );
        }
    }
}
