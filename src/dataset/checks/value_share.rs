//! `value-share`: what share of a column certain values have. Values and bounds
//! are compared as values of the column's own type.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Bounds, End, Figures, Fold, Output, RecordRows, Subject, TableCheck, figure, title_of,
};
use crate::data::Value;
use crate::dataset::Measured;
use crate::dataset::place::Locator;
use crate::diagnostic::Code;
use crate::schema::model::ColumnRef;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// What share of the column certain values have. Either `values` is given, or `lower`, `upper` or both. Null is left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table that it looks at.
    pub table: Spanned<String>,
    /// The column whose values are counted.
    pub column: Spanned<String>,
    /// The values that are counted, each of the type of the column.
    #[serde(default)]
    #[schemars(with = "Vec<serde_json::Value>")]
    pub values: Vec<Spanned<toml::Value>>,
    /// The smallest value that is counted, of the type of the column.
    #[schemars(with = "Option<serde_json::Value>")]
    pub lower: Option<Spanned<toml::Value>>,
    /// The largest value that is counted, of the type of the column.
    #[schemars(with = "Option<serde_json::Value>")]
    pub upper: Option<Spanned<toml::Value>>,
}

/// A column of which certain values are counted.
#[derive(Clone, Debug)]
pub struct Check {
    of: ColumnRef,
    counted: Counted,
}

/// The values that are counted.
#[derive(Clone, Debug)]
enum Counted {
    /// Some.
    Some(Vec<Value<'static>>),
    /// Those between bounds.
    Between { lower: Option<Value<'static>>, upper: Option<Value<'static>> },
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::VALUE_SHARE;
    const BOUNDS: Bounds = Bounds::Figure(Figures::Shares);
    const FIGURE: &'static str = "share of the values";

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        let bounds = [&options.lower, &options.upper];
        let between = bounds.iter().any(|bound| bound.is_some());
        match (between, options.values.first()) {
            (false, None) => {
                let message = "`value-share` needs `values`, or `lower` and `upper`";
                scope.fault(Code::SCHEMA_MISSING, &scope.span(), message);
            }
            (true, Some(value)) => {
                let message = "`value-share` takes `values`, or `lower` and `upper`, not both";
                scope.fault(Code::SCHEMA_VALUE, &value.span, message).help =
                    Some("leave one of them out".to_owned());
            }
            _ => {}
        }
        let of = scope.column_of(&options.table, &options.column)?;
        let kind = scope.kind_of(of);
        if !between {
            let values = options.values.iter();
            let values = values.filter_map(|value| scope.value(value, of)).collect();
            return Some(Self { of, counted: Counted::Some(values) });
        }
        if !kind.is_ordered() {
            let message = format!("the values of the column `{}` have no order", scope.name_of(of));
            scope.fault(Code::SCHEMA_VALUE, &options.column.span, message);
            return None;
        }
        let [lower, upper] =
            bounds.map(|bound| bound.as_ref().and_then(|bound| scope.value(bound, of)));
        if let (Some(low), Some(high), Some(written)) = (&lower, &upper, &options.upper)
            && low.compare(high) == Some(Ordering::Greater)
        {
            let words = |value: &Value<'_>| value.to_text().unwrap_or_default().into_owned();
            let (low, high) = (words(low), words(high));
            let message = format!("nothing is at least {low} and at most {high}");
            scope.fault(Code::SCHEMA_VALUE, &written.span, message);
        }
        Some(Self { of, counted: Counted::Between { lower, upper } })
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

impl Check {
    fn counts(&self, value: &Value<'_>) -> bool {
        let within = |bound: &Option<Value<'static>>, beyond: Ordering| {
            bound
                .as_ref()
                .is_none_or(|bound| value.compare(bound).is_some_and(|ordering| ordering != beyond))
        };
        match &self.counted {
            Counted::Some(values) => values.contains(value),
            Counted::Between { lower, upper } => {
                within(lower, Ordering::Less) && within(upper, Ordering::Greater)
            }
        }
    }
}

/// How many values there are that are not null, and how many are counted.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    values: u64,
    counted: u64,
}

impl Fold for Check {
    type Partial = Counts;
    type State = Counts;

    fn push(&self, partial: &mut Counts, rows: &RecordRows<'_>) {
        rows.each(self.of, |value, _| {
            if !value.is_null() {
                partial.values += 1;
                partial.counted += u64::from(self.counts(value));
            }
        });
    }

    fn merge(&self, state: &mut Counts, partial: Counts, _: &mut Locator<'_>, _: &mut Output<'_>) {
        state.values += partial.values;
        state.counted += partial.counted;
    }

    fn finish(&self, state: &mut Counts, _: &End<'_>, _: &mut Output<'_>) -> Measured {
        let share = (state.values > 0).then(|| figure(state.counted) / figure(state.values));
        Measured { evaluated: state.values, figure: share, failed: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::testing::{Batches, check, faults};

    fn of(column: &str, options: &str) -> String {
        format!(
            "check = \"value-share\"\ntable = \"book\"\ncolumn = \"{column}\"\n{options}\nerror = {{ max = 1 }}"
        )
    }

    #[test]
    fn values_are_those_of_the_column() {
        let dump = "title: a\npages: 12\ntitle: b\npages: 90\ntitle: c\npages: 3\ntitle: d\npages: 7\ntitle: e\n";
        for batches in Batches::SPLITS {
            let share = |options: &str| check(&of("pages", options), dump, batches).to_string();
            assert_eq!(share("values = [90, 7]"), "4 rows evaluated: 0.5\n");
            assert_eq!(share("lower = 4"), "4 rows evaluated: 0.75\n");
            assert_eq!(share("lower = 3\nupper = 7"), "4 rows evaluated: 0.5\n");
            let titles = of("title", "values = [\"a\", \"x\"]");
            assert_eq!(check(&titles, dump, batches).to_string(), "5 rows evaluated: 0.2\n");
        }
    }

    #[test]
    fn neighbours_beyond_the_doubles_are_two() {
        let (low, high) = (9_007_199_254_740_992, 9_007_199_254_740_993);
        let of = ColumnRef { table: 0, column: 0 };
        let lower = Some(Value::Integer(high));
        let between = Check { of, counted: Counted::Between { lower, upper: None } };
        let some = Check { of, counted: Counted::Some(vec![Value::Integer(high)]) };
        for check in [between, some] {
            assert!(check.counts(&Value::Integer(high)));
            assert!(!check.counts(&Value::Integer(low)));
        }
    }

    #[test]
    fn values_of_another_type_are_faults() {
        insta::assert_snapshot!(
            [
                of("pages", "values = [2.5, \"x\", true]"),
                of("pages", "lower = 0.5"),
                of("pages", "lower = 7\nupper = 3"),
                of("title", "lower = 7"),
                of("title", "lower = 7\nvalues = [\"a\"]"),
                of("title", ""),
            ]
            .map(|check| faults(&check))
            .join("\n")
        );
    }
}
