//! `sql`: an SQL query over the tables of a run gives no row.
//!
//! Kept until the end: the columns that the query can see, and for all queries
//! together the place of each record (`RecordPlaces`).

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_64;

use super::{Bounds, End, Fold, Output, Subject, TableCheck};
use crate::dataset::place::{Keys, KnownBy, Locator, Spot};
use crate::dataset::{CheckPlan, Failed, Frame, Frames, Measured, NotMeasured, engine};
use crate::diagnostic::{Code, Finding};
#[cfg(feature = "tables")]
use crate::lang::Fault;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// An SQL query gives no row. It runs once, at the end of the run. The columns that it names are kept in memory until then, or all columns of its tables where it says `*`, `COLUMNS`, `NATURAL` or `USING`; and 40 bytes for each record, with the text of its key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// One `SELECT` over the tables of the run: each row that it gives is a failure, and 100 000 are reported at most. Where a row has a `record_id`, its finding points at the record.
    pub query: Spanned<String>,
}

/// A query that gives no row.
#[derive(Clone, Debug)]
pub struct Check {
    sql: Spanned<String>,
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = engine::Query;
    const CODE: &'static Code = Code::SQL_CHECK;
    const BOUNDS: Bounds = Bounds::Failures;

    fn resolve(options: &Options, _: &mut Scope<'_, '_>) -> Option<Self> {
        Some(Self { sql: options.query.clone() })
    }

    fn title(_: &Options) -> String {
        String::new()
    }

    fn subject(&self) -> Subject {
        Subject::Run
    }

    fn expected(&self, _: &Schema) -> Option<String> {
        Some(format!("no row from `{}`", engine::in_one_line(&self.sql.value)))
    }

    fn compile(&self, schema: &Schema) -> engine::Query {
        engine::Query::compile(&self.sql.value, &schema.tables)
    }

    #[cfg(feature = "tables")]
    fn try_out(&self, schema: &Schema, frames: &Frames) -> Option<Fault> {
        let query = engine::Query::compile(&self.sql.value, &schema.tables);
        let error = query.run(&query.select(frames), 1).err()?;
        let message = "the SQL of the query cannot be run";
        Some(Fault::new(Code::SCHEMA_VALUE, self.sql.span.clone(), message).with_help(error))
    }
}

/// How many rows of a query are told: each is a finding, and all are held at once.
const MOST_ROWS: u32 = 100_000;

/// The tables that a query sees, in its order, with the columns that it sees.
#[derive(Debug, Default)]
pub struct SqlInput(Vec<Frame>);

/// Columns of a whole dump go to no other process: who asks is told which checks those are.
impl Serialize for SqlInput {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom(STAYS))
    }
}

impl<'de> Deserialize<'de> for SqlInput {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom(STAYS))
    }
}

const STAYS: &str = "what a query sees stays in its process";

impl Fold for engine::Query {
    type Partial = SqlInput;
    type State = SqlInput;
    const PLACES: bool = true;
    const FRAMES: bool = true;
    const RECORDS: bool = true;
    const MOVES: bool = false;

    fn look(
        &self,
        _: &CheckPlan,
        partial: &mut SqlInput,
        frames: &Frames,
        _: &Keys,
        _: &mut Vec<Failed>,
    ) {
        *partial = SqlInput(self.select(frames));
    }

    fn merge(
        &self,
        state: &mut SqlInput,
        partial: SqlInput,
        _: &mut Locator<'_>,
        _: &mut Output<'_>,
    ) {
        engine::append(&mut state.0, partial.0);
    }

    fn finish(&self, state: &mut SqlInput, end: &End<'_>, out: &mut Output<'_>) -> Measured {
        let SqlInput(state) = state;
        let evaluated = state.iter().map(engine::height).sum();
        // Without a record there is no row either.
        let rows = if state.is_empty() && engine::missing().is_none() {
            Ok(Vec::new())
        } else {
            self.run(state, MOST_ROWS + 1)
        };
        let mut rows = match rows {
            Ok(rows) => rows,
            Err(error) => {
                let failed = match engine::missing() {
                    Some(missing) => NotMeasured::Stated(missing),
                    None => NotMeasured::Quoted(error),
                };
                return Measured { evaluated, figure: None, failed: Some(failed) };
            }
        };
        let more = rows.len() > MOST_ROWS as usize;
        rows.truncate(MOST_ROWS as usize);
        let places = end.records.find(rows.iter().filter_map(|row| row.record_id.as_deref()));
        let mut rows: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let id = row.record_id.as_deref();
                (id.and_then(|id| places.get(&xxh3_64(id.as_bytes()))), row.raw)
            })
            .collect();
        // A query that groups or joins gives its rows in any order; no two runs have to differ.
        let at = |place: Option<&Spot>| {
            place.map_or((true, None), |spot| (false, Some((spot.source, spot.bytes.start))))
        };
        rows.sort_by(|(one, raw), (other, text)| {
            at(*one).cmp(&at(*other)).then_with(|| raw.cmp(text))
        });
        for (place, raw) in rows {
            let message = if raw.is_empty() {
                "the query found the record".to_owned()
            } else {
                format!("the query found {raw}")
            };
            let finding = Finding { raw: Some(raw), ..out.finding(message) };
            match place {
                Some(spot) => out.report(spot.clone(), finding, KnownBy::Record),
                None => out.report_of_run(finding),
            }
        }
        // How many more there are nobody has counted, so no limit can be held against them.
        let failed = more.then(|| {
            let why = format!("the query gives more than {MOST_ROWS} rows, and no more are told");
            NotMeasured::Stated(why)
        });
        Measured { evaluated, figure: None, failed }
    }
}

#[cfg(all(test, feature = "sql"))]
mod tests {
    use crate::dataset::NotMeasured;
    use crate::dataset::testing::{Batches, check, faults};

    fn of(query: &str) -> String {
        format!("check = \"sql\"\nquery = \"{query}\"")
    }

    #[test]
    fn each_row_points_at_its_record() {
        let dump = "title: a\ntags: x y\ntitle: b\ntitle: c\ntags: x\n";
        let sql = "SELECT b.record_id, b.title, COUNT(*) AS n FROM tag t JOIN book b ON b.record_id = t.record_id GROUP BY b.record_id, b.title HAVING COUNT(*) > 1";
        for batches in Batches::SPLITS {
            assert_eq!(
                check(&of(sql), dump, batches).to_string(),
                "6 rows evaluated\n1:1 R513 `title = a, n = 2`: the query found title = a, n = 2\n",
                "{batches:?}"
            );
            let counted = check(&of("SELECT COUNT(*) AS n FROM book"), dump, batches);
            assert_eq!(
                counted.to_string(),
                "3 rows evaluated\nrun R513 `n = 3`: the query found n = 3\n"
            );
        }
    }

    #[test]
    fn rows_come_by_their_places_and_texts() {
        let dump = "title: b\ntags: x y\ntitle: a\ntags: z\ntitle: c\ntags: x\n";
        let found = |sql: &str| check(&of(sql), dump, Batches::One).to_string();
        for order in ["", " ORDER BY n DESC"] {
            let sql = "SELECT value, COUNT(*) AS n FROM tag GROUP BY value";
            assert_eq!(
                found(&format!("{sql}{order}")),
                "4 rows evaluated\n\
                 run R513 `value = x, n = 2`: the query found value = x, n = 2\n\
                 run R513 `value = y, n = 1`: the query found value = y, n = 1\n\
                 run R513 `value = z, n = 1`: the query found value = z, n = 1\n"
            );
        }
        let titles = found("SELECT record_id, title FROM book ORDER BY title");
        let titles = titles.lines().skip(1).filter_map(|line| line.rsplit(' ').next());
        assert_eq!(titles.collect::<Vec<_>>(), ["b", "a", "c"]);
    }

    #[test]
    fn a_query_that_multiplies_is_told_up_to_a_bound() {
        let dump = "title: a\n".repeat(320);
        let sql = "SELECT a.title FROM book a CROSS JOIN book b";
        let found = check(&of(sql), &dump, Batches::One);
        assert_eq!(found.findings.len(), 100_000);
        let failed = found.measured.failed.unwrap();
        assert_eq!(
            failed,
            NotMeasured::Stated(
                "the query gives more than 100000 rows, and no more are told".to_owned()
            )
        );
    }

    #[test]
    fn every_column_that_a_query_can_see_is_there() {
        let dump = "title: a\npages: 1\ntags: x\ntitle: b\npages: 2\n";
        let found = |sql: &str| check(&of(sql), dump, Batches::One).findings.len();
        for (sql, rows) in [
            ("SELECT COLUMNS('^pages$') FROM book WHERE title = 'a'", 1),
            ("SELECT * FROM book WHERE title = 'a'", 1),
            ("SELECT book.* FROM book", 2),
            ("SELECT title FROM (SELECT * FROM book)", 2),
            ("WITH w AS (SELECT * FROM book) SELECT pages FROM w", 2),
            ("SELECT title FROM book NATURAL JOIN tag", 1),
            ("SELECT title FROM book JOIN tag USING (record_id)", 1),
            ("SELECT title FROM book UNION ALL SELECT value FROM tag", 3),
        ] {
            assert_eq!(found(sql), rows, "{sql}");
        }
    }

    #[test]
    fn what_is_no_query_over_the_tables_is_a_fault() {
        let many =
            format!("SELECT title FROM book WHERE pages = 1{}", " OR pages = 2".repeat(3000));
        let all = [
            "DROP TABLE book",
            "SELECT 1 FROM book; SELECT 2 FROM book",
            "SELECT title FROM book; DROP TABLE book",
            "SELECT * FROM read_csv('book.csv')",
            "SELECT * FROM 'book.csv'",
            "SELECT * FROM boook",
            "SELECT 1",
            "EXPLAIN SELECT * FROM book",
            "SHOW TABLES",
            "CREATE TABLE x AS SELECT * FROM book",
            "DELETE FROM book",
            "SELECT tilte FROM book",
            "SELECT COLUMNS('^nothing$') FROM book",
            "title",
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
}
