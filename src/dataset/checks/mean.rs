//! `mean`: the mean of a column of numbers. The sum is exact, so that it does not
//! depend on how the records came in batches.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Bounds, End, Figures, Fold, Output, RecordRows, Subject, TableCheck, title_of};
use crate::dataset::Measured;
use crate::dataset::exact::{self, Sum};
use crate::dataset::place::Locator;
use crate::diagnostic::Code;
use crate::schema::model::ColumnRef;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// The mean of the column. Null is left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table that it looks at.
    pub table: Spanned<String>,
    /// The column, which holds numbers.
    pub column: Spanned<String>,
}

/// A column whose mean is measured.
#[derive(Clone, Debug)]
pub struct Check {
    of: ColumnRef,
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::MEAN;
    const BOUNDS: Bounds = Bounds::Figure(Figures::Numbers);
    const FIGURE: &'static str = "mean";

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        Some(Self { of: scope.numbers_of(&options.table, &options.column)? })
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

impl Fold for Check {
    type Partial = Sum;
    type State = Sum;

    fn push(&self, partial: &mut Sum, rows: &RecordRows<'_>) {
        rows.each(self.of, |value, _| {
            if let Some(number) = exact::number(value) {
                partial.add(number);
            }
        });
    }

    fn merge(&self, state: &mut Sum, partial: Sum, _: &mut Locator<'_>, _: &mut Output<'_>) {
        state.merge(&partial);
    }

    fn finish(&self, state: &mut Sum, _: &End<'_>, _: &mut Output<'_>) -> Measured {
        Measured { evaluated: state.count(), figure: state.mean(), failed: None }
    }
}

#[cfg(test)]
mod tests {
    use crate::dataset::testing::{Batches, check};

    #[test]
    fn the_mean_is_that_of_the_numbers() {
        let of = "check = \"mean\"\ntable = \"book\"\ncolumn = \"pages\"\nerror = { min = 1 }";
        let dump = "title: a\npages: 9000000000000001\ntitle: b\ntitle: c\npages: -9000000000000001\ntitle: d\npages: 6\n";
        for batches in Batches::SPLITS {
            assert_eq!(check(of, dump, batches).to_string(), "3 rows evaluated: 2\n");
            assert_eq!(check(of, "title: a\n", batches).to_string(), "0 rows evaluated\n");
        }
    }
}
