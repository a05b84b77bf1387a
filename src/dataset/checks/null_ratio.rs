//! `null-ratio`: what share of a column is null.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Bounds, End, Figures, Fold, Output, RecordRows, Subject, TableCheck, figure, title_of,
};
use crate::dataset::Measured;
use crate::dataset::place::Locator;
use crate::diagnostic::Code;
use crate::schema::model::ColumnRef;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// What share of the column is null.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table that it looks at.
    pub table: Spanned<String>,
    /// The column whose nulls are counted.
    pub column: Spanned<String>,
}

/// A column whose nulls are counted.
#[derive(Clone, Debug)]
pub struct Check {
    of: ColumnRef,
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::NULL_RATIO;
    const BOUNDS: Bounds = Bounds::Figure(Figures::Shares);
    const FIGURE: &'static str = "share of null";

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

/// How many rows there are, and how many are null.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    rows: u64,
    null: u64,
}

impl Fold for Check {
    type Partial = Counts;
    type State = Counts;

    fn push(&self, partial: &mut Counts, rows: &RecordRows<'_>) {
        rows.each(self.of, |value, _| {
            partial.rows += 1;
            partial.null += u64::from(value.is_null());
        });
    }

    fn merge(&self, state: &mut Counts, partial: Counts, _: &mut Locator<'_>, _: &mut Output<'_>) {
        state.rows += partial.rows;
        state.null += partial.null;
    }

    fn finish(&self, state: &mut Counts, _: &End<'_>, _: &mut Output<'_>) -> Measured {
        let share = (state.rows > 0).then(|| figure(state.null) / figure(state.rows));
        Measured { evaluated: state.rows, figure: share, failed: None }
    }
}

#[cfg(test)]
mod tests {
    use crate::dataset::testing::{Batches, check};

    #[test]
    fn nulls_are_a_share_of_the_rows() {
        let of =
            "check = \"null-ratio\"\ntable = \"book\"\ncolumn = \"pages\"\nerror = { max = 1 }";
        for batches in Batches::SPLITS {
            let dump = "title: a\ntitle: b\npages: 1\ntitle: c\ntitle: d\npages: x\n";
            assert_eq!(check(of, dump, batches).to_string(), "4 rows evaluated: 0.75\n");
            let of = of.replace("book", "tag").replace("pages", "value");
            assert_eq!(check(&of, "title: a\n", batches).to_string(), "0 rows evaluated\n");
        }
    }
}
