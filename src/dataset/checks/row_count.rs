//! `row-count`: how many rows a table has.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Bounds, End, Figures, Fold, Output, RecordRows, Subject, TableCheck, figure, title_of,
};
use crate::dataset::Measured;
use crate::dataset::place::Locator;
use crate::diagnostic::Code;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// How many rows the table has.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table whose rows are counted.
    pub table: Spanned<String>,
}

/// A table whose rows are counted.
#[derive(Clone, Debug)]
pub struct Check {
    table: usize,
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::ROW_COUNT;
    const BOUNDS: Bounds = Bounds::Figure(Figures::Counts);
    const FIGURE: &'static str = "number of rows";

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        Some(Self { table: scope.table(&options.table)? })
    }

    fn title(options: &Options) -> String {
        title_of(&options.table, &[])
    }

    fn subject(&self) -> Subject {
        Subject::Table(self.table)
    }

    fn compile(&self, _: &Schema) -> Self {
        self.clone()
    }
}

impl Fold for Check {
    type Partial = u64;
    type State = u64;

    fn push(&self, partial: &mut u64, rows: &RecordRows<'_>) {
        *partial += rows.count(self.table);
    }

    fn merge(&self, state: &mut u64, partial: u64, _: &mut Locator<'_>, _: &mut Output<'_>) {
        *state += partial;
    }

    fn finish(&self, state: &mut u64, _: &End<'_>, _: &mut Output<'_>) -> Measured {
        // A table without rows is a figure like any other.
        Measured { evaluated: 1, figure: Some(figure(*state)), failed: None }
    }
}

#[cfg(test)]
mod tests {
    use crate::dataset::testing::{Batches, check};

    #[test]
    fn rows_are_counted() {
        let of = "check = \"row-count\"\ntable = \"tag\"\nerror = { min = 1 }";
        for (dump, rows) in [("title: a\n", "0"), ("title: a\ntags: x y\ntitle: b\ntags: z\n", "3")]
        {
            for batches in Batches::SPLITS {
                let found = check(of, dump, batches);
                assert_eq!(found.to_string(), format!("1 rows evaluated: {rows}\n"));
            }
        }
    }
}
