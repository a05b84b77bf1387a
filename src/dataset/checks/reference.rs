//! `reference`: each value of a column occurs in another column of the run, in a
//! word list, or in an earlier output.
//!
//! Kept of a batch and of a run: each distinct value that is not among the terms
//! known before the run, where it stood first and how often it occurs; and the
//! hashes of the column of the same run that it leads to.

use std::hash::BuildHasherDefault;
use std::ops::Range;

use indexmap::IndexMap;
use indexmap::map::Entry;
use rustc_hash::{FxHashSet, FxHasher};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Bounds, End, Fold, Output, RecordRows, Subject, TableCheck, Texts, title_of};
use crate::dataset::exact::Sameness;
use crate::dataset::place::{KnownBy, Locator, RowPlace, Spot};
use crate::dataset::{Measured, NotMeasured};
use crate::diagnostic::{Code, Finding};
use crate::schema::model::ColumnRef;
use crate::schema::raw::RawReference;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

type Map<V> = IndexMap<u64, V, BuildHasherDefault<FxHasher>>;

/// Each value of the column occurs in another column, in a word list, or in an earlier output. Where the column holds
/// numbers, they are the same however programs and lists write them there: `1`, `+1`, `1.`, `1.0` and `1e0`. No number
/// there is what has a zero before other digits, such as the code `012`, and what has signs between them, such as `1,000`.
/// The nearest term is named for the first 5000 values that a word list or an earlier output lacks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table that it looks at.
    pub table: Spanned<String>,
    /// The column whose values it looks at.
    pub column: Spanned<String>,
    /// Where each value must occur.
    pub to: Spanned<RawReference>,
}

/// A column whose values occur elsewhere.
#[derive(Clone, Debug)]
pub struct Check {
    of: ColumnRef,
    to: Target,
    sameness: Sameness,
}

/// Where the values of a column must occur.
#[derive(Clone, Debug)]
pub enum Target {
    /// In a column of the same run.
    Column(ColumnRef),
    /// In a word list, by its index.
    Words(usize),
    /// In a column of a file.
    Output {
        /// The path.
        path: String,
        /// The column.
        column: String,
    },
}

impl Check {
    /// The column whose values they are.
    #[must_use]
    pub fn of(&self) -> ColumnRef {
        self.of
    }

    /// The column in which the values must occur, if that is one of the same run.
    #[must_use]
    pub fn to_column(&self) -> Option<ColumnRef> {
        match self.to {
            Target::Column(column) => Some(column),
            Target::Words(_) | Target::Output { .. } => None,
        }
    }

    /// Where the values must occur.
    #[must_use]
    pub fn to(&self) -> &Target {
        &self.to
    }

    /// What makes one of the values there the same.
    pub(crate) fn sameness(&self) -> Sameness {
        self.sameness
    }
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::DANGLING_REFERENCE;
    const BOUNDS: Bounds = Bounds::Failures;

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        let of = scope.column_of(&options.table, &options.column);
        let to = match &options.to.value {
            RawReference { words: Some(words), table: None, output: None, column: None } => {
                scope.word_list(words).map(Target::Words)
            }
            RawReference {
                words: None,
                table: Some(table),
                output: None,
                column: Some(column),
            } => scope.column_of(table, column).map(Target::Column),
            RawReference { words: None, table: None, output: Some(path), column: Some(column) } => {
                let path = scope.path_of(&path.value);
                Some(Target::Output { path, column: column.value.clone() })
            }
            _ => {
                let message =
                    "a reference leads to `words`, or to `column` with `table` or `output`";
                scope.fault(Code::SCHEMA_VALUE, &options.to.span, message);
                None
            }
        };
        let of = of?;
        if matches!(to, Some(Target::Column(to)) if to == of) {
            let message = "the column refers to itself, so each value is there";
            scope.fault(Code::SCHEMA_UNUSED, &options.to.span, message).help =
                Some("name the column that has the values, or leave the check out".to_owned());
        }
        let is_number = scope.kind_of(of).is_number();
        let sameness = if is_number { Sameness::Number } else { Sameness::Text };
        Some(Self { of, to: to?, sameness })
    }

    fn title(options: &Options) -> String {
        title_of(&options.table, &[&options.column.value])
    }

    fn subject(&self) -> Subject {
        Subject::Column(self.of)
    }

    fn expected(&self, schema: &Schema) -> Option<String> {
        let name = |of: ColumnRef| {
            let table = &schema.tables[of.table];
            (table.name.as_str(), table.columns[of.column].name.as_str())
        };
        let (_, of) = name(self.of);
        Some(match &self.to {
            Target::Column(to) => {
                let (table, column) = name(*to);
                format!("each `{of}` is in `{table}.{column}`")
            }
            Target::Words(list) => {
                format!("each `{of}` is in the word list `{}`", schema.words[*list].name)
            }
            Target::Output { path, column } => format!("each `{of}` is in `{column}` of `{path}`"),
        })
    }

    fn compile(&self, _: &Schema) -> Self {
        self.clone()
    }
}

/// The values of a batch.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    values: u64,
    unknown: Map<(Range<usize>, RowPlace, u64)>,
    texts: Texts,
    targets: FxHashSet<u64>,
}

/// The values of a run.
#[derive(Debug, Default)]
pub struct State {
    values: u64,
    unknown: Map<FirstOccurrence>,
    targets: FxHashSet<u64>,
}

/// A value, where it stood first, and how often it occurs.
#[derive(Debug)]
struct FirstOccurrence {
    text: String,
    spot: Spot,
    count: u64,
}

/// For how many values the nearest term is looked for. So many slips of the pen nobody mends one by one, and looking takes
/// longer than all the rest.
const NEAREST: usize = 5000;

impl Fold for Check {
    type Partial = Partial;
    type State = State;
    const PLACES: bool = true;

    fn places(partial: &Partial) -> Vec<&RowPlace> {
        partial.unknown.values().map(|(_, place, _)| place).collect()
    }

    fn push(&self, partial: &mut Partial, rows: &RecordRows<'_>) {
        rows.each(self.of, |value, row| {
            let Some(text) = value.to_text() else { return };
            partial.values += 1;
            // A double may be what no number is.
            let hash = self.sameness.hash(&text).unwrap_or_else(|| xxh3_64(text.as_bytes()));
            if rows.is_term(hash) {
                return;
            }
            match partial.unknown.entry(hash) {
                Entry::Occupied(mut known) => known.get_mut().2 += 1,
                Entry::Vacant(free) => {
                    free.insert((partial.texts.push(&text), row.place(&[self.of.column]), 1));
                }
            }
        });
        if let Target::Column(target) = self.to {
            rows.each(target, |value, _| {
                partial.targets.extend(value.to_text().and_then(|text| self.sameness.hash(&text)));
            });
        }
    }

    fn merge(
        &self,
        state: &mut State,
        partial: Partial,
        places: &mut Locator<'_>,
        _: &mut Output<'_>,
    ) {
        state.values += partial.values;
        state.targets.extend(partial.targets);
        for (hash, (text, place, count)) in partial.unknown {
            if state.targets.contains(&hash) {
                continue;
            }
            match state.unknown.entry(hash) {
                Entry::Occupied(mut known) => known.get_mut().count += count,
                Entry::Vacant(free) => {
                    let text = partial.texts.get(text).to_owned();
                    let spot = places.spot(&place);
                    spot.map(|spot| free.insert(FirstOccurrence { text, spot, count }));
                }
            }
        }
    }

    fn finish(&self, state: &mut State, end: &End<'_>, out: &mut Output<'_>) -> Measured {
        if let Some(missing) = end.terms.missing(end.check) {
            let failed = Some(NotMeasured::Stated(missing.to_owned()));
            return Measured { failed, ..Measured::default() };
        }
        let mut told = 0;
        for (hash, FirstOccurrence { text, spot, count }) in std::mem::take(&mut state.unknown) {
            if state.targets.contains(&hash) {
                continue;
            }
            let rows = if count == 1 { String::new() } else { format!(" ({count} rows)") };
            let message = format!("the value is not in {}{rows}", end.terms.what(end.check));
            let finding = out.finding(message);
            told += 1;
            let near = || (told <= NEAREST).then(|| end.terms.nearest(end.check, &text)).flatten();
            let help = finding
                .help
                .clone()
                .or_else(|| near().map(|near| format!("the nearest term is `{near}`")));
            out.report(
                spot,
                Finding { raw: Some(text.clone()), count, help, ..finding },
                KnownBy::Value,
            );
        }
        Measured { evaluated: state.values, ..Measured::default() }
    }
}

#[cfg(test)]
mod tests {
    use crate::dataset::testing::{Batches, check};

    const CHECK: &str = "check = \"reference\"\ntable = \"tag\"\ncolumn = \"value\"\nto = { table = \"book\", column = \"title\" }";

    #[test]
    fn a_target_may_come_before_or_behind() {
        let dump = "title: a\ntags: b c c\ntitle: b\ntags: a d\ntitle: e\ntags: c\n";
        for batches in Batches::SPLITS {
            assert_eq!(
                check(CHECK, dump, batches).to_string(),
                "6 rows evaluated\n\
                 2:9 R502 `c`: the value is not in `book.title` (3 rows)\n\
                 4:9 R502 `d`: the value is not in `book.title`\n",
                "{batches:?}"
            );
        }
    }

    #[test]
    fn a_column_of_numbers_may_lead_to_one_of_texts() {
        let of = "check = \"reference\"\ntable = \"book\"\ncolumn = \"pages\"\nto = { table = \"tag\", column = \"value\" }";
        let dump = "title: a\npages: 12\ntags: 12 012\ntitle: b\npages: 13\n";
        assert_eq!(
            check(of, dump, Batches::One).to_string(),
            "2 rows evaluated\n5:8 R502 `13`: the value is not in `tag.value`\n"
        );
    }
}
