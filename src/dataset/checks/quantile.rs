//! `quantile`: the number that so great a share of a column does not exceed. What
//! is kept is each number, 8 bytes or 16.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Bounds, End, Figures, Fold, Output, RecordRows, Subject, TableCheck, title_of};
use crate::dataset::Measured;
use crate::dataset::exact::{self, Numbers};
use crate::dataset::place::Locator;
use crate::diagnostic::Code;
use crate::schema::model::ColumnRef;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// A quantile of the column. Null is left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table that it looks at.
    pub table: Spanned<String>,
    /// The column, which holds numbers.
    pub column: Spanned<String>,
    /// Which quantile, from 0 to 1. 0.5 is the median.
    pub quantile: Spanned<f64>,
}

/// A column of which a quantile is measured.
#[derive(Clone, Debug)]
pub struct Check {
    of: ColumnRef,
    quantile: f64,
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::QUANTILE;
    const BOUNDS: Bounds = Bounds::Figure(Figures::Numbers);
    const FIGURE: &'static str = "quantile";

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        let of = scope.numbers_of(&options.table, &options.column);
        let quantile = &options.quantile;
        if !(0.0..=1.0).contains(&quantile.value) {
            let message = format!("a quantile lies between 0 and 1, not at {}", quantile.value);
            scope.fault(Code::SCHEMA_VALUE, &quantile.span, message);
        }
        Some(Self { of: of?, quantile: quantile.value })
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
    type Partial = Numbers;
    type State = Numbers;

    fn push(&self, partial: &mut Numbers, rows: &RecordRows<'_>) {
        rows.each(self.of, |value, _| {
            if let Some(number) = exact::number(value) {
                partial.push(number);
            }
        });
    }

    fn merge(
        &self,
        state: &mut Numbers,
        partial: Numbers,
        _: &mut Locator<'_>,
        _: &mut Output<'_>,
    ) {
        state.append(partial);
    }

    fn finish(&self, state: &mut Numbers, _: &End<'_>, _: &mut Output<'_>) -> Measured {
        let evaluated = state.len() as u64;
        Measured { evaluated, figure: state.quantile(self.quantile), failed: None }
    }
}

#[cfg(test)]
mod tests {
    use crate::dataset::testing::{Batches, check};

    #[test]
    fn the_median_is_one_of_the_numbers() {
        let of = "check = \"quantile\"\ntable = \"book\"\ncolumn = \"pages\"\nquantile = 0.5\nerror = { min = 1 }";
        let dump = "title: a\npages: 40\ntitle: b\npages: -7\ntitle: c\ntitle: d\npages: 12\n";
        for batches in Batches::SPLITS {
            assert_eq!(check(of, dump, batches).to_string(), "3 rows evaluated: 12\n");
            assert_eq!(check(of, "title: a\n", batches).to_string(), "0 rows evaluated\n");
        }
    }
}
