//! `condition`: an SQL expression that is not false for any row. It is evaluated
//! with each batch, so it sees one row at a time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Bounds, End, Fold, Output, RecordRows, Subject, TableCheck, title_of};
use crate::dataset::place::{Keys, Locator, RowPlace};
use crate::dataset::{CheckPlan, Failed, Frames, Measured, NotMeasured, engine};
use crate::diagnostic::Code;
#[cfg(feature = "tables")]
use crate::lang::Fault;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// An SQL expression is not false for any row. It sees the columns of one row at a time: what looks at several rows, an aggregate or a window, is for `sql`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The table whose rows it looks at.
    pub table: Spanned<String>,
    /// An SQL expression over the columns of the table: a row fails where it is false. A row for which it is null is left out.
    pub condition: Spanned<String>,
}

/// An expression over the rows of a table.
#[derive(Clone, Debug)]
pub struct Check {
    table: usize,
    sql: Spanned<String>,
}

/// The expression, ready to run.
#[derive(Debug)]
pub struct Compiled {
    table: usize,
    sql: String,
    condition: engine::Condition,
    /// The columns that it names.
    columns: Vec<usize>,
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Compiled;
    const CODE: &'static Code = Code::CONDITION_FAILED;
    const BOUNDS: Bounds = Bounds::Failures;

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        Some(Self { table: scope.table(&options.table)?, sql: options.condition.clone() })
    }

    fn title(options: &Options) -> String {
        format!("{} {}", title_of(&options.table, &[]), options.condition.value)
    }

    fn subject(&self) -> Subject {
        Subject::Table(self.table)
    }

    fn expected(&self, _: &Schema) -> Option<String> {
        Some(format!("`{}` is not false", engine::in_one_line(&self.sql.value)))
    }

    fn compile(&self, schema: &Schema) -> Compiled {
        let condition = engine::Condition::compile(&self.sql.value);
        let all = schema.tables[self.table].columns.iter().enumerate();
        let columns = all.filter(|(_, column)| condition.names(&column.name));
        let columns = columns.map(|(idx, _)| idx).collect();
        Compiled {
            table: self.table,
            sql: engine::in_one_line(&self.sql.value),
            condition,
            columns,
        }
    }

    #[cfg(feature = "tables")]
    fn try_out(&self, _: &Schema, frames: &Frames) -> Option<Fault> {
        let error =
            engine::Condition::compile(&self.sql.value).try_on(&frames[self.table]).err()?;
        let message = "the SQL of the condition cannot be run";
        Some(Fault::new(Code::SCHEMA_VALUE, self.sql.span.clone(), message).with_help(error))
    }
}

/// The rows of a batch, and what they came to.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    places: Vec<RowPlace>,
    evaluated: u64,
    failed: Option<String>,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct State {
    evaluated: u64,
    failed: Option<String>,
}

impl Fold for Compiled {
    type Partial = Partial;
    type State = State;
    const PLACES: bool = true;
    const FRAMES: bool = true;

    fn push(&self, partial: &mut Partial, rows: &RecordRows<'_>) {
        partial.places.extend(rows.of(self.table).map(|row| row.place(&self.columns)));
    }

    fn look(
        &self,
        check: &CheckPlan,
        partial: &mut Partial,
        frames: &Frames,
        keys: &Keys,
        failed: &mut Vec<Failed>,
    ) {
        let frame = &frames[self.table];
        let places = std::mem::take(&mut partial.places);
        match self.condition.judge(frame) {
            Ok((decided, rows)) => {
                partial.evaluated += decided;
                failed.extend(rows.into_iter().filter_map(|row| {
                    let raw = engine::cells(frame, &self.columns, row);
                    let message = format!("`{}` is false", self.sql);
                    let message =
                        if raw.is_empty() { message } else { format!("{message}: {raw}") };
                    let place = places.get(row)?.clone();
                    let key = keys.of(place.record()).map(str::to_owned);
                    Some(Failed { check: check.clone(), place, key, message, raw })
                }));
            }
            Err(error) => partial.failed = Some(error),
        }
    }

    fn merge(&self, state: &mut State, partial: Partial, _: &mut Locator<'_>, _: &mut Output<'_>) {
        state.evaluated += partial.evaluated;
        state.failed = state.failed.take().or(partial.failed);
    }

    fn finish(&self, state: &mut State, _: &End<'_>, _: &mut Output<'_>) -> Measured {
        let refused = state.failed.take().map(NotMeasured::Quoted);
        let failed = refused.or_else(|| engine::missing().map(NotMeasured::Stated));
        Measured { evaluated: state.evaluated, figure: None, failed }
    }
}

#[cfg(all(test, feature = "sql"))]
mod tests {
    use crate::dataset::engine;
    use crate::dataset::testing::{Batches, check, faults};

    fn of(condition: &str) -> String {
        format!("check = \"condition\"\ntable = \"book\"\ncondition = \"{condition}\"")
    }

    #[test]
    fn rows_fail_where_it_is_false_and_not_where_it_is_null() {
        let dump = "title: a\npages: 1\ntitle: b\ntitle: c\npages: 3\n";
        for batches in Batches::SPLITS {
            assert_eq!(
                check(&of("pages < 2"), dump, batches).to_string(),
                "2 rows evaluated\n5:8 R503 `pages = 3`: `pages < 2` is false: pages = 3\n",
                "{batches:?}"
            );
            for (sql, evaluated) in [("1 = 1", 3), ("1 = NULL", 0), ("pages + NULL < 2", 0)] {
                let found = check(&of(sql), dump, batches).to_string();
                assert_eq!(found, format!("{evaluated} rows evaluated\n"), "{sql}");
            }
        }
    }

    #[test]
    fn whole_numbers_and_doubles_are_compared_as_the_reference_says() {
        let dump = "title: a\npages: 9007199254740993\n";
        let double = "CAST(9007199254740992 AS DOUBLE)";
        let holds = |sql: &str| check(&of(sql), dump, Batches::One).findings.is_empty();
        assert!(holds(&format!("pages = {double}")));
        assert!(!holds(&format!("pages = {double} AND pages = CAST({double} AS BIGINT)")));
        assert!(!holds("pages = 9007199254740992"));
    }

    #[test]
    fn what_is_no_expression_over_one_row_is_a_fault() {
        for sql in ["pages < 2", "pages BETWEEN 1 AND 9 OR title LIKE '%a' OR pages IN (1, 2)"] {
            assert_eq!(faults(&of(sql)), "", "{sql}");
        }
        let many = format!("pages = 1{}", " OR pages = 2".repeat(3000));
        let all = [
            "COUNT(pages) > 1",
            "pages > AVG(pages)",
            "CORR(pages, pages) > 0",
            "SUM(pages) OVER () > 1",
            "pages",
            "pgaes < 2",
            "pages < 2, pages < 3",
            "pages < 2; DROP TABLE book",
            "COLUMNS('p') < 2",
            "* < 2",
            "pages IN (SELECT pages FROM book)",
            "SELECT 1",
            "",
            &many,
        ];
        let found = all.map(|sql| {
            let shown = if sql.len() > 100 { "(many)" } else { sql };
            format!("{shown}\n{}", faults(&of(sql)))
        });
        assert!(found.iter().all(|found| found.lines().count() > 1), "{found:?}");
        insta::assert_snapshot!(found.concat());
    }

    #[test]
    fn no_function_of_several_rows_is_taken_for_one_of_a_row() {
        // All that polars has, whether it marks them as such or the list of the engine names them.
        let functions = [
            "array_agg",
            "avg",
            "corr",
            "count",
            "covar",
            "covar_pop",
            "covar_samp",
            "dense_rank",
            "first",
            "first_value",
            "group_concat",
            "lag",
            "last",
            "last_value",
            "lead",
            "listagg",
            "max",
            "median",
            "min",
            "quantile_cont",
            "quantile_disc",
            "rank",
            "row_number",
            "stddev",
            "stdev",
            "string_agg",
            "sum",
            "total",
            "unnest",
            "var",
            "variance",
        ];
        for name in engine::OF_SEVERAL_ROWS {
            assert!(functions.contains(&name), "{name} is not tried");
        }
        for name in functions {
            for name in [name.to_owned(), name.to_uppercase()] {
                let sql = format!("pages < {name}(pages)");
                let found = faults(&of(&sql));
                assert!(found.contains("one row at a time"), "{sql}: {found}");
            }
        }
    }
}
