//! Conditions and queries in SQL, run by polars.
//!
//! Nothing reaches polars that is not what a check may be: an expression over one
//! row, or one `SELECT` over the tables of the run, of bounded size. polars would
//! run a `DROP TABLE` too, and read files; and both it and the parser go down one
//! level of the stack per operator of a chain.

use std::ops::ControlFlow;

use polars::prelude::{AnyValue, Column, DataFrame, PolarsError, PolarsResult};
use polars_lazy::dsl::Expr;
use polars_lazy::frame::IntoLazy;
use polars_sql::{SQLContext, sql_expr};
use rustc_hash::FxHashSet;
use sqlparser::ast::{
    Expr as SqlExpr, ObjectName, Query as SqlQuery, Select, SelectItem, SetExpr, Statement,
    TableFactor, Visit, Visitor,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserOptions};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::{Frame, Frames};
use crate::schema::model::Table;

/// How many operators a condition or a query may have. A chain of so many goes
/// as deep, and fits the stack of a thread.
const OPERATORS: usize = 500;

/// Why SQL cannot be run in this build; it can.
pub(super) fn missing() -> Option<String> {
    None
}

/// An expression over one row.
#[derive(Debug)]
pub(super) struct Condition {
    expr: Result<Expr, String>,
    words: FxHashSet<String>,
}

impl Condition {
    pub(super) fn compile(sql: &str) -> Self {
        Self { expr: expression(sql), words: words_of(sql) }
    }

    /// Whether it may name a column.
    pub(super) fn names(&self, column: &str) -> bool {
        self.words.contains(&column.to_lowercase())
    }

    /// Whether it can be evaluated over a table; else why not.
    pub(super) fn try_on(&self, frame: &Frame) -> Result<(), String> {
        let expr = self.expr.clone()?;
        self.judge(frame)?;
        // Without rows nothing was evaluated.
        held(frame, expr).map(|_| ()).map_err(|error| describe(&error))
    }

    /// For how many rows it is true or false, and those for which it is false.
    pub(super) fn judge(&self, frame: &Frame) -> Result<(u64, Vec<usize>), String> {
        let expr = self.expr.clone()?;
        if frame.height() == 0 {
            return Ok((0, Vec::new()));
        }
        let held = held(frame, expr).map_err(|error| describe(&error))?;
        // A condition on no column is one value for all rows.
        if held.len() < frame.height() {
            return Ok(match held.first().copied().flatten() {
                None => (0, Vec::new()),
                Some(true) => (height(frame), Vec::new()),
                Some(false) => (height(frame), (0..frame.height()).collect()),
            });
        }
        let decided = held.iter().flatten().count() as u64;
        let rows = held.iter().enumerate();
        let failing = rows.filter(|(_, held)| **held == Some(false)).map(|(row, _)| row);
        Ok((decided, failing.collect()))
    }
}

/// Whether an expression holds, row by row.
fn held(frame: &Frame, expr: Expr) -> PolarsResult<Vec<Option<bool>>> {
    let held = frame.clone().lazy().select([expr.alias("held")]).collect()?;
    Ok(held.column("held")?.bool()?.iter().collect())
}

/// What a condition is for polars; else what is wrong with it.
fn expression(sql: &str) -> Result<Expr, String> {
    bounded(sql)?;
    let mut parser = parser(sql)?;
    let item = parser.parse_select_item().map_err(|error| describe(&error))?;
    if parser.peek_token().token != Token::EOF {
        return Err(format!("expected one expression, found `{}` behind it", parser.peek_token()));
    }
    if !matches!(item, SelectItem::UnnamedExpr(_)) {
        return Err("a condition is one expression that is true or false".to_owned());
    }
    let mut looked = ConditionVisitor;
    if let ControlFlow::Break(fault) = item.visit(&mut looked) {
        return Err(fault);
    }
    let expr = sql_expr(sql).map_err(|error| describe(&error))?;
    for part in &expr {
        // What is made of literals, such as the list of `IN`, is no matter of rows.
        let sees_rows = || part.into_iter().any(|part| matches!(part, Expr::Column(_)));
        match part {
            Expr::Len | Expr::Over { .. } => return Err(several_rows("an aggregate or a window")),
            Expr::Agg(_) if sees_rows() => return Err(several_rows("an aggregate")),
            Expr::Sort { .. }
            | Expr::SortBy { .. }
            | Expr::Gather { .. }
            | Expr::Filter { .. }
            | Expr::Slice { .. }
            | Expr::Explode { .. }
                if sees_rows() =>
            {
                return Err(several_rows("a function of several rows"));
            }
            Expr::Selector(_) => return Err("a condition names its columns one by one".to_owned()),
            _ => {}
        }
    }
    Ok(expr)
}

fn several_rows(what: &str) -> String {
    format!("a condition sees one row at a time, and this is {what}: use `check = \"sql\"`")
}

/// Functions of several rows that polars does not mark as such, or not in each of its versions.
pub(super) const OF_SEVERAL_ROWS: [&str; 18] = [
    "array_agg",
    "corr",
    "covar",
    "covar_pop",
    "covar_samp",
    "dense_rank",
    "first_value",
    "group_concat",
    "lag",
    "last_value",
    "lead",
    "listagg",
    "quantile_cont",
    "quantile_disc",
    "rank",
    "row_number",
    "string_agg",
    "unnest",
];

/// Looks for what is no condition over one row.
struct ConditionVisitor;

impl Visitor for ConditionVisitor {
    type Break = String;

    fn pre_visit_query(&mut self, _: &SqlQuery) -> ControlFlow<String> {
        ControlFlow::Break(several_rows("a query"))
    }

    fn pre_visit_expr(&mut self, expr: &SqlExpr) -> ControlFlow<String> {
        if let SqlExpr::Function(function) = expr {
            let name = function.name.to_string().to_lowercase();
            if function.over.is_some() {
                return ControlFlow::Break(several_rows("a window"));
            }
            if OF_SEVERAL_ROWS.contains(&name.as_str()) {
                return ControlFlow::Break(several_rows("an aggregate or a window"));
            }
        }
        ControlFlow::Continue(())
    }
}

/// A query over the tables of the run.
#[derive(Debug)]
pub(super) struct Query {
    sql: String,
    /// The tables that it names, by their places and names, with the columns that it
    /// can see; else what is wrong with it.
    tables: Result<Seen, String>,
}

/// A row that a query gave.
#[derive(Debug)]
pub(super) struct ResultRow {
    pub(super) record_id: Option<String>,
    /// The other cells, with the names of their columns.
    pub(super) raw: String,
}

impl Query {
    pub(super) fn compile(sql: &str, tables: &[Table]) -> Self {
        let tables = tables.iter().map(|table| {
            let columns = table.columns.iter().map(|column| column.name.as_str());
            (table.name.as_str(), columns.collect())
        });
        Self { sql: sql.to_owned(), tables: sees(sql, &tables.collect::<Vec<_>>()) }
    }

    /// What the query sees of the tables of a batch.
    pub(super) fn select(&self, frames: &Frames) -> Vec<Frame> {
        let tables = self.tables.iter().flatten();
        // Without those that it does not name it needs less memory; with them it says the same.
        let least = |(idx, _, columns): &(usize, String, Vec<String>)| {
            frames[*idx].select(columns).unwrap_or_else(|_| frames[*idx].clone())
        };
        tables.map(least).collect()
    }

    /// Runs the query over what it sees, and gives the first rows of what comes out.
    pub(super) fn run(&self, frames: &[Frame], most: u32) -> Result<Vec<ResultRow>, String> {
        let tables = self.tables.as_ref().map_err(Clone::clone)?;
        let mut context = SQLContext::new();
        for ((_, name, _), frame) in tables.iter().zip(frames) {
            context.register(name, frame.clone().lazy());
        }
        let rows = context.execute(&self.sql).and_then(|rows| rows.limit(most).collect());
        let rows = rows.map_err(|error| describe(&error))?;
        if rows.width() == 0 {
            return Err("the query gives no column, so it can find no row".to_owned());
        }
        let (ids, others): (Vec<_>, Vec<_>) =
            rows.columns().iter().partition(|column| column.name().as_str() == "record_id");
        let id_of = |row| {
            let value = ids.first()?.get(row).ok()?;
            value.get_str().map(str::to_owned)
        };
        Ok((0..rows.height())
            .map(|row| ResultRow { record_id: id_of(row), raw: shown(&others, row) })
            .collect())
    }
}

/// Tables by their places and names, with the columns that a query can see.
type Seen = Vec<(usize, String, Vec<String>)>;

/// The tables and columns that a query can see, of tables by their names with the
/// names of their columns; else what is wrong with it.
fn sees(sql: &str, tables: &[(&str, Vec<&str>)]) -> Result<Seen, String> {
    bounded(sql)?;
    let mut parser = parser(sql)?;
    let statements = parser.parse_statements().map_err(|error| describe(&error))?;
    let [Statement::Query(query)] = &statements[..] else {
        let found = statements.iter().find(|other| !matches!(other, Statement::Query(_)));
        return Err(match (found, statements.len()) {
            (None, 0) => "there is no SQL".to_owned(),
            (None, count) => format!("a check takes one `SELECT`, found {count}"),
            (Some(other), _) => {
                let text = other.to_string();
                let word = text.split_whitespace().next().unwrap_or_default();
                format!("a check takes one `SELECT`, found `{word}`")
            }
        });
    };
    let mut seen = QueryVisitor::default();
    if let ControlFlow::Break(fault) = query.visit(&mut seen) {
        return Err(fault);
    }
    let words = words_of(sql);
    // These see columns that they do not name.
    let everything = seen.everything || words.contains("columns");
    let is_table = |name: &str| tables.iter().any(|(table, _)| table.eq_ignore_ascii_case(name));
    for name in &seen.relations {
        if !is_table(name) && !seen.given.contains(&name.to_lowercase()) {
            return Err(format!("no table of the schema is called `{name}`"));
        }
    }
    let named = tables.iter().enumerate().filter(|(_, (table, _))| {
        seen.relations.iter().any(|name| table.eq_ignore_ascii_case(name))
    });
    let used = named.map(|(idx, (table, columns))| {
        let columns = columns.iter().enumerate().filter(|(n, column)| {
            // Without a column there would be no rows to count.
            *n == 0 || everything || words.contains(&column.to_lowercase())
        });
        let columns = columns.map(|(_, column)| (*column).to_owned()).collect();
        (idx, (*table).to_owned(), columns)
    });
    let used: Vec<_> = used.collect();
    if used.is_empty() {
        return Err("it names no table of the schema".to_owned());
    }
    Ok(used)
}

/// What a query names, and whether it sees more than that.
#[derive(Default)]
struct QueryVisitor {
    relations: Vec<String>,
    /// The names that the query gives to queries in itself.
    given: FxHashSet<String>,
    everything: bool,
}

/// Refuses what is no `SELECT`.
fn only_selects(body: &SetExpr) -> ControlFlow<String> {
    match body {
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => ControlFlow::Continue(()),
        SetExpr::SetOperation { left, right, .. } => {
            only_selects(left)?;
            only_selects(right)
        }
        SetExpr::Table(_) => {
            ControlFlow::Break("write `SELECT … FROM` in place of `TABLE`".to_owned())
        }
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
            ControlFlow::Break("a check takes one `SELECT`, and changes nothing".to_owned())
        }
    }
}

impl Visitor for QueryVisitor {
    type Break = String;

    fn pre_visit_query(&mut self, query: &SqlQuery) -> ControlFlow<String> {
        for given in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.given.insert(given.alias.name.value.to_lowercase());
        }
        only_selects(&query.body)
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<String> {
        if select.into.is_some() {
            return ControlFlow::Break(
                "a check takes one `SELECT`, and writes no table".to_owned(),
            );
        }
        self.everything |= select.projection.iter().any(|item| {
            matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..))
        });
        let joins = select.from.iter().flat_map(|table| &table.joins);
        for join in joins {
            // Each way to join that has a constraint shows it in its text.
            let operator = format!("{:?}", join.join_operator);
            self.everything |= operator.contains("Natural") || operator.contains("Using(");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<String> {
        let parts: Vec<_> =
            relation.0.iter().filter_map(|part| Some(part.as_ident()?.value.clone())).collect();
        self.relations.push(parts.join("."));
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<String> {
        match factor {
            TableFactor::Table { args: None, .. }
            | TableFactor::Derived { .. }
            | TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            TableFactor::Table { name, args: Some(_), .. } => ControlFlow::Break(format!(
                "`{name}` is a function that makes a table; a check reads the tables of the run"
            )),
            _ => {
                ControlFlow::Break("a check reads the tables of the run, and no others".to_owned())
            }
        }
    }
}

/// Refuses what goes too deep.
fn bounded(sql: &str) -> Result<(), String> {
    let tokens = tokens(sql)?;
    let count = tokens.iter().filter(|token| is_operator(token)).count();
    if count > OPERATORS {
        return Err(format!("it has {count} operators, and may have {OPERATORS} at most"));
    }
    Ok(())
}

fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => {
            word.quote_style.is_none()
                && OPERATOR_WORDS.contains(&word.value.to_uppercase().as_str())
        }
        Token::EOF
        | Token::Number(..)
        | Token::Char(_)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::Comma
        | Token::Period
        | Token::Whitespace(_)
        | Token::LParen
        | Token::RParen
        | Token::SemiColon => false,
        _ => true,
    }
}

/// Words that make a chain.
const OPERATOR_WORDS: [&str; 13] = [
    "SELECT",
    "AND",
    "OR",
    "XOR",
    "NOT",
    "IS",
    "LIKE",
    "WHEN",
    "JOIN",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "COLLATE",
];

fn tokens(sql: &str) -> Result<Vec<Token>, String> {
    Tokenizer::new(&GenericDialect {}, sql).tokenize().map_err(|error| describe(&error))
}

/// The words of a piece of SQL, in lower case.
fn words_of(sql: &str) -> FxHashSet<String> {
    let tokens = tokens(sql).unwrap_or_default();
    let words = tokens.into_iter().filter_map(|token| match token {
        Token::Word(word) => Some(word.value.to_lowercase()),
        _ => None,
    });
    words.collect()
}

/// The parser, as polars sets it up.
fn parser(sql: &str) -> Result<Parser<'_>, String> {
    let options = ParserOptions { trailing_commas: true, ..ParserOptions::default() };
    let parser = Parser::new(&GenericDialect {}).with_options(options);
    parser.try_with_sql(sql).map_err(|error| describe(&error))
}

/// An error in one line, and what to write in the place of what the engine has not. Behind a blank line polars shows
/// its plan, which is not what a schema says.
fn describe(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let what = text.find("Resolved plan").map_or(text.as_str(), |plan| &text[..plan]);
    let what = without_trees(&in_one_line(what));
    match REMEDIES.iter().find(|(words, _)| words.iter().all(|word| what.contains(word))) {
        Some((_, remedy)) => format!("{what}; {remedy}"),
        None => what,
    }
}

/// What to write where an error has all of some words.
const REMEDIES: [(&[&str], &str); 6] = [
    (
        &["HAVING clause not valid outside of GROUP BY"],
        "write `SELECT * FROM (SELECT COUNT(*) AS n FROM …) AS c WHERE n > 1`",
    ),
    (&["subquery comparisons"], MOST_OF_A_TABLE),
    (&["expression `Exists`"], "write `… WHERE key IN (SELECT key FROM …)`, or join the tables"),
    (&["comparison between", "'UTC'"], IN_UTC),
    (&["expression `AtTimeZone`"], IN_UTC),
    (
        &["cannot compare 'date/datetime/time' to a string value"],
        "write `DATE '2024-06-30'`, `TIME '22:00:00'` or `TIMESTAMP '2024-06-30 22:00:00'`",
    ),
];

const MOST_OF_A_TABLE: &str =
    "write `SELECT … FROM … CROSS JOIN (SELECT MAX(x) AS most FROM …) AS m WHERE x > most`";

const IN_UTC: &str = "a field with a `zone` holds points in time in UTC, which `CAST(x AS TIMESTAMP) >= TIMESTAMP '2024-06-30 22:00:00'` compares with one in UTC";

/// What stands in a tree of the parser that was printed as it is, and in no text for people.
const IN_A_TREE: &str = "span: Span(Location(";

/// A text in which each tree of the parser is no more than its first word. One that tells what was found and was cut
/// off in the middle says nothing.
fn without_trees(text: &str) -> String {
    let mut left = text;
    if let Some(found) = text.find("; found: ")
        && text[found..].contains(IN_A_TREE)
    {
        left = &text[..found];
    }
    let mut out = String::new();
    while left.contains(IN_A_TREE) {
        let Some((before, word, behind)) = first_tree(left) else { break };
        out.push_str(&format!("{before}`{word}`"));
        left = behind;
    }
    out + left
}

/// The first tree of the parser in a text: what stands before it, its first word, and what stands behind it.
fn first_tree(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find(|c: char| c.is_ascii_uppercase()) {
        let start = from + at;
        let word = text[start..].split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let behind = &text[start + word.len()..];
        let brackets = behind.strip_prefix(' ').unwrap_or(behind);
        if brackets.starts_with(['(', '{']) {
            let end = bracketed(brackets);
            if brackets[..end].contains(IN_A_TREE) {
                return Some((&text[..start], word, &brackets[end..]));
            }
        }
        from = start + word.len();
    }
    None
}

/// Where the brackets end with which a text begins; at its end where nothing closes them.
fn bracketed(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + c.len_utf8();
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Text on one line.
pub(super) fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many rows a table has.
pub(super) fn height(frame: &Frame) -> u64 {
    frame.height() as u64
}

/// Adds the rows of the tables of a batch.
pub(super) fn append(mine: &mut Vec<Frame>, theirs: Vec<Frame>) {
    if mine.is_empty() {
        *mine = theirs;
        return;
    }
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        // Both were made by one plan and have the same columns.
        let _: Result<&mut DataFrame, PolarsError> = mine.vstack_mut(&theirs);
    }
}

/// Some cells of a row with the names of their columns.
pub(super) fn cells(frame: &Frame, columns: &[usize], row: usize) -> String {
    let all = frame.columns();
    shown(&columns.iter().map(|idx| &all[*idx]).collect::<Vec<_>>(), row)
}

fn shown(columns: &[&Column], row: usize) -> String {
    let cells = columns.iter().map(|column| {
        let value = column.get(row).map_or_else(|_| "?".to_owned(), |value| cell(&value));
        format!("{} = {value}", column.name())
    });
    cells.collect::<Vec<_>>().join(", ")
}

/// How many characters of a cell a message can carry.
const CARRIED: usize = 60;

fn cell(value: &AnyValue<'_>) -> String {
    let Some(text) = super::frames::text_of(value) else { return "null".to_owned() };
    crate::text::cut(&text, CARRIED).into_owned()
}

#[cfg(test)]
mod tests {
    use polars::prelude::{DataType, TimeUnit};

    use super::*;

    #[test]
    fn the_words_of_a_query_tell_what_it_needs() {
        let words = words_of("SELECT a, COUNT(*) FROM t WHERE \"b c\" * 2 > 3 -- d\n GROUP BY A");
        for (word, named) in [("a", true), ("t", true), ("b c", true), ("d", false)] {
            assert_eq!(words.contains(word), named, "{word}");
        }
    }

    #[test]
    fn errors_show_no_tree_and_say_what_to_write() {
        let run = |sql: &str| {
            let tables = sees(sql, &[("t", vec!["k", "a", "ts"])]);
            let query = Query { sql: sql.to_owned(), tables };
            let frame = polars::df!("k" => ["x"], "a" => [1_i64], "ts" => [0_i64]).unwrap();
            let zone = Some(polars::prelude::TimeZone::UTC);
            let kind = DataType::Datetime(TimeUnit::Microseconds, zone);
            let instants = frame.column("ts").unwrap().cast(&kind).unwrap();
            let mut frame = frame;
            frame.with_column(instants).unwrap();
            query.run(&query.select(&[frame]), 10).err().unwrap_or_default()
        };
        let told = [
            "SELECT k FROM t HAVING COUNT(*) > 1",
            "SELECT k FROM t WHERE EXISTS (SELECT 1 FROM t WHERE k = '} (')",
            "SELECT k FROM t WHERE a > (SELECT MAX(a) FROM t)",
            "SELECT k FROM t WHERE k SIMILAR TO 'a'",
            "SELECT k FROM t GROUP BY ROLLUP(k)",
            "SELECT k FROM t WHERE (k).x = 1",
            "SELECT k FROM t WHERE ts >= TIMESTAMP '2024-01-01 00:00:00'",
            "SELECT k FROM t WHERE ts AT TIME ZONE 'UTC' >= TIMESTAMP '2024-01-01 00:00:00'",
        ];
        insta::assert_snapshot!(told.map(|sql| format!("{sql}\n  {}\n", run(sql))).concat());
        for sql in [
            "SELECT * FROM (SELECT COUNT(*) AS n FROM t) AS c WHERE n > 1",
            "SELECT k FROM t CROSS JOIN (SELECT MAX(a) AS most FROM t) AS m WHERE a > most",
            "SELECT k FROM t WHERE k IN (SELECT k FROM t)",
            "SELECT k FROM t WHERE CAST(ts AS TIMESTAMP) >= TIMESTAMP '2024-01-01 00:00:00'",
        ] {
            assert_eq!(run(sql), "", "{sql}");
        }
    }

    #[test]
    fn as_many_operators_as_are_allowed_fit_the_stack() {
        let frame = polars::df!("a" => [true, false]).unwrap();
        let chain = |count: usize| format!("a{}", " OR a".repeat(count));
        for sql in [chain(OPERATORS), format!("{}a", "NOT ".repeat(40))] {
            let condition = Condition::compile(&sql);
            assert!(condition.judge(&frame).is_ok(), "{:?}", condition.judge(&frame));
        }
        assert!(Condition::compile(&chain(OPERATORS + 1)).judge(&frame).is_err());
    }

    #[test]
    fn a_query_of_as_many_operators_as_are_allowed_fits_the_stack() {
        let (mut with, mut joins) = (String::new(), String::new());
        for n in 1..OPERATORS - 1 {
            with.push_str(&format!(", t{n} AS (SELECT a FROM t{})", n - 1));
        }
        for n in 0..OPERATORS / 4 - 1 {
            joins.push_str(&format!(" JOIN t AS u{n} ON t.a = u{n}.a"));
        }
        for sql in [
            format!("SELECT a FROM t WHERE a{}", " OR a".repeat(OPERATORS - 1)),
            format!("SELECT a FROM t{}", " UNION ALL SELECT a FROM t".repeat(OPERATORS / 2 - 1)),
            format!("SELECT t.a FROM t{joins}"),
            format!("WITH t0 AS (SELECT a FROM t){with} SELECT a FROM t{}", OPERATORS - 2),
        ] {
            let tables = sees(&sql, &[("t", vec!["a"])]);
            let query = Query { sql: sql.clone(), tables };
            let frame = polars::df!("a" => [true]).unwrap();
            let rows = query.run(&query.select(&[frame]), 1000);
            assert!(rows.is_ok(), "{} {rows:?}", &sql[..60]);
        }
    }
}
