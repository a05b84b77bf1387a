//! `distinct-count`: how many distinct values a column has. What is kept is a hash
//! of 64 bits for each.

use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Bounds, End, Figures, Fold, Output, RecordRows, Subject, TableCheck, figure, title_of,
};
use crate::dataset::place::Locator;
use crate::dataset::{Measured, exact};
use crate::diagnostic::Code;
use crate::schema::model::ColumnRef;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// How many distinct values the column has. Null is none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table that it looks at.
    pub table: Spanned<String>,
    /// The column whose values are counted.
    pub column: Spanned<String>,
}

/// A column whose distinct values are counted.
#[derive(Clone, Debug)]
pub struct Check {
    of: ColumnRef,
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::DISTINCT_COUNT;
    const BOUNDS: Bounds = Bounds::Figure(Figures::Counts);
    const FIGURE: &'static str = "number of distinct values";

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        Some(Self { of: scope.column_of(&options.table, &options.column)? })
    }

    fn title(options: &Options) -> String {
        title_of(&options.table, &[&options.column.value])
    }

    fn subject(&self) -> Subject {
        Subject::Column(self.of)
    }

    fn compile(&self, _: &Schema) -> Self {
        self.clone()
    }
}

/// How many values there are that are not null, and the hashes of the distinct ones.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Distinct {
    values: u64,
    hashes: FxHashSet<u64>,
}

impl Fold for Check {
    type Partial = Distinct;
    type State = Distinct;

    fn push(&self, partial: &mut Distinct, rows: &RecordRows<'_>) {
        rows.each(self.of, |value, _| {
            if let Some(hash) = exact::hash(value) {
                partial.values += 1;
                partial.hashes.insert(hash);
            }
        });
    }

    fn merge(
        &self,
        state: &mut Distinct,
        partial: Distinct,
        _: &mut Locator<'_>,
        _: &mut Output<'_>,
    ) {
        state.values += partial.values;
        state.hashes.extend(partial.hashes);
    }

    fn finish(&self, state: &mut Distinct, _: &End<'_>, _: &mut Output<'_>) -> Measured {
        let distinct = (state.values > 0).then(|| figure(state.hashes.len() as u64));
        Measured { evaluated: state.values, figure: distinct, failed: None }
    }
}

#[cfg(test)]
mod tests {
    use crate::dataset::testing::{Batches, check};

    #[test]
    fn neighbours_beyond_the_doubles_are_two() {
        let of =
            "check = \"distinct-count\"\ntable = \"tag\"\ncolumn = \"value\"\nerror = { min = 1 }";
        let dump =
            "title: a\ntags: 9007199254740993 9007199254740992 x\ntitle: b\ntags: x\ntitle: c\n";
        for batches in Batches::SPLITS {
            assert_eq!(check(of, dump, batches).to_string(), "4 rows evaluated: 3\n");
        }
    }
}
