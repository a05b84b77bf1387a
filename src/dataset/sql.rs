//! Conditions and queries in SQL, run by polars.
//!
//! A condition is evaluated batch by batch over the data frame of its table. A
//! query is run once, at the end, over the columns that its words name, which
//! are kept until then; a `*` keeps them all.

use polars::prelude::{AnyValue, Column, DataFrame, PolarsResult};
use polars_lazy::dsl::Expr;
use polars_lazy::frame::{IntoLazy, LazyFrame};
use polars_sql::{SQLContext, sql_expr};
use rustc_hash::{FxHashMap, FxHashSet};
use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};
use xxhash_rust::xxh3::xxh3_64;

use super::CheckPlan;
use super::fold::{Partial, severe};
use super::place::{Here, Spot, span_of};
use crate::data::Row;
use crate::diagnostic::{Code, Finding, Identity, Located, Policy, hash_of};
use crate::lang::Fault;
use crate::schema::Schema;
use crate::schema::model::{CheckKind, Table};
use crate::source::Span;
use crate::table;
use crate::verdict::Measured;

/// The conditions and queries of a schema.
#[derive(Debug)]
pub(super) struct Plan {
    conditions: Vec<Condition>,
    queries: Vec<Query>,
    /// For each table the columns that queries name; none if no query names the table.
    kept: Vec<Option<KeptColumns>>,
    tables: Vec<String>,
}

/// A condition on the rows of a table.
#[derive(Debug)]
struct Condition {
    check: CheckPlan,
    /// Its place among the checks.
    idx: usize,
    table: usize,
    sql: String,
    /// None if it cannot be read, which a check of the schema tells.
    expr: Option<Expr>,
    /// The columns that it names.
    columns: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Query {
    /// Its place among the checks.
    idx: usize,
    sql: String,
    /// The tables that it names.
    tables: Vec<usize>,
}

#[derive(Clone, Debug)]
struct KeptColumns {
    names: Vec<String>,
}

/// What a batch leaves for conditions and queries.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// What each record is known by, for conditions.
    keys: Vec<((u32, u32), String)>,
    /// The rows of each condition's table: where they stand.
    rows: Vec<Vec<((u32, u32), Span)>>,
    /// How many rows each condition looked at.
    tried: Vec<u64>,
    /// Why a condition could not be evaluated.
    failed: Vec<Option<String>>,
    frames: Vec<Option<DataFrame>>,
    /// Where each record stands, for queries.
    places: Vec<Spot>,
}

/// A row for which a condition does not hold.
#[derive(Debug)]
pub struct Failed {
    check: CheckPlan,
    place: (u32, u32),
    span: Span,
    key: String,
    message: String,
    raw: String,
}

impl Failed {
    /// Which piece of the batch, and which of its records.
    #[must_use]
    pub fn place(&self) -> (u32, u32) {
        self.place
    }

    /// What is found, and what its record is known by.
    #[must_use]
    pub fn finding(self, policy: &Policy) -> (Finding, String) {
        let finding = severe(&self.check, policy, self.message);
        (Finding { span: self.span, raw: Some(self.raw), ..finding }, self.key)
    }
}

impl Plan {
    pub(super) fn new(schema: &Schema, checks: &[CheckPlan]) -> Self {
        let mut plan = Self {
            conditions: Vec::new(),
            queries: Vec::new(),
            kept: vec![None; schema.tables.len()],
            tables: schema.tables.iter().map(|table| table.name.clone()).collect(),
        };
        for (idx, check) in checks.iter().enumerate() {
            match &check.kind {
                CheckKind::Condition { table, sql } => {
                    let named = Named::of(sql);
                    let all = schema.tables[*table].columns.iter().enumerate();
                    let columns = all.filter(|(_, column)| named.has(&column.name));
                    plan.conditions.push(Condition {
                        check: check.clone(),
                        idx,
                        table: *table,
                        sql: sql.clone(),
                        expr: sql_expr(sql).ok(),
                        columns: columns.map(|(idx, _)| idx).collect(),
                    });
                }
                CheckKind::Sql(sql) => {
                    let named = Named::of(sql);
                    let tables = plan.keep(&schema.tables, &named);
                    plan.queries.push(Query { idx, sql: sql.clone(), tables });
                }
                _ => {}
            }
        }
        plan
    }

    /// Keeps what a query names. Returns the tables.
    fn keep(&mut self, tables: &[Table], named: &Named) -> Vec<usize> {
        let mut used = Vec::new();
        for (idx, table) in tables.iter().enumerate().filter(|(_, table)| named.has(&table.name)) {
            used.push(idx);
            let kept = self.kept[idx].get_or_insert_with(|| KeptColumns { names: Vec::new() });
            for (n, column) in table.columns.iter().enumerate() {
                // Without a column there would be no rows to count.
                let wanted = n == 0 || named.everything || named.has(&column.name);
                if wanted && !kept.names.contains(&column.name) {
                    kept.names.push(column.name.clone());
                }
            }
        }
        used
    }

    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.queries.is_empty()
    }

    pub(super) fn push(
        &self,
        partial: &mut Partial,
        tables: &table::Plan,
        here: &Here<'_>,
        row: &Row<'_>,
    ) {
        let kept = &mut partial.kept;
        kept.rows.resize_with(self.conditions.len(), Vec::new);
        if !self.conditions.is_empty() {
            kept.keys.push((here.place, here.key.unwrap_or(here.record.id).to_owned()));
        }
        for (rows, condition) in kept.rows.iter_mut().zip(&self.conditions) {
            for (_, cells) in tables.rows(condition.table, row) {
                let columns = condition.columns.iter();
                let mut spans =
                    columns.map(|column| span_of(tables.column(condition.table, *column), cells));
                let span = spans.find(|span| !span.is_empty());
                let start = Span { start: here.span.start, end: here.span.start };
                rows.push((here.place, span.unwrap_or(start)));
            }
        }
        if !self.queries.is_empty() {
            kept.places.push(here.spot(Span::default(), None));
        }
    }

    pub(super) fn look(&self, partial: &mut Partial, frames: &[DataFrame]) -> Vec<Failed> {
        let kept = &mut partial.kept;
        let mut found = Vec::new();
        kept.tried.resize(self.conditions.len(), 0);
        kept.failed.resize(self.conditions.len(), None);
        kept.rows.resize_with(self.conditions.len(), Vec::new);
        for (n, condition) in self.conditions.iter().enumerate() {
            let frame = &frames[condition.table];
            match condition.failing(frame) {
                Ok(rows) => {
                    kept.tried[n] += frame.height() as u64;
                    for row in rows {
                        let (place, span) = kept.rows[n][row];
                        let known = kept.keys.binary_search_by_key(&place, |(place, _)| *place);
                        let key = known.map(|n| kept.keys[n].1.clone()).unwrap_or_default();
                        found.push(condition.failed(frame, row, (place, span), key));
                    }
                }
                Err(error) => kept.failed[n] = Some(in_one_line(&error.to_string())),
            }
        }
        kept.frames = self
            .kept
            .iter()
            .zip(frames)
            .map(|(kept, frame)| frame.select(&kept.as_ref()?.names).ok())
            .collect();
        found
    }
}

impl Condition {
    /// The rows for which the condition is false.
    fn failing(&self, frame: &DataFrame) -> PolarsResult<Vec<usize>> {
        if frame.height() == 0 {
            return Ok(Vec::new());
        }
        let expr = match &self.expr {
            Some(expr) => expr.clone(),
            None => sql_expr(&self.sql)?,
        };
        let held = frame.clone().lazy().select([expr.alias("held")]).collect()?;
        let held = held.column("held")?;
        let held = held.bool()?;
        // A condition on no column is one value for all rows.
        let one = if held.len() == 1 { held.get(0) } else { None };
        if held.len() < frame.height() {
            return Ok(if one == Some(false) { (0..frame.height()).collect() } else { Vec::new() });
        }
        Ok(held
            .iter()
            .enumerate()
            .filter(|(_, held)| *held == Some(false))
            .map(|(n, _)| n)
            .collect())
    }

    fn failed(
        &self,
        frame: &DataFrame,
        row: usize,
        (place, span): ((u32, u32), Span),
        key: String,
    ) -> Failed {
        let columns = frame.columns();
        let named: Vec<_> = self.columns.iter().map(|idx| &columns[*idx]).collect();
        let raw = in_words(&named, row);
        let message = format!("`{}` is false", in_one_line(&self.sql));
        let message = if raw.is_empty() { message } else { format!("{message}: {raw}") };
        Failed { check: self.check.clone(), place, span, key, message, raw }
    }
}

/// Cells of a row with the names of their columns.
fn in_words(columns: &[&Column], row: usize) -> String {
    let cells = columns.iter().map(|column| {
        let value = column.get(row).map_or_else(|_| "?".to_owned(), |value| cell(&value));
        format!("{} = {value}", column.name())
    });
    cells.collect::<Vec<_>>().join(", ")
}

/// How many characters of a cell a message can carry.
const CARRIED: usize = 60;

fn cell(value: &AnyValue<'_>) -> String {
    if value.is_null() {
        return "null".to_owned();
    }
    let text = value.get_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(CARRIED) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a piece of SQL.
struct Named {
    words: FxHashSet<String>,
    /// Whether it asks for all columns.
    everything: bool,
}

impl Named {
    fn of(sql: &str) -> Self {
        let mut named = Self { words: FxHashSet::default(), everything: false };
        let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize().unwrap_or_default();
        let mut before: Option<&Token> = None;
        for token in tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))) {
            match token {
                Token::Word(word) => {
                    named.words.insert(word.value.to_lowercase());
                }
                Token::Mul => {
                    named.everything |= match before {
                        Some(Token::Word(word)) => ["select", "all", "distinct"]
                            .contains(&word.value.to_lowercase().as_str()),
                        Some(Token::Comma | Token::Period) => true,
                        _ => false,
                    };
                }
                _ => {}
            }
            before = Some(token);
        }
        named
    }

    fn has(&self, name: &str) -> bool {
        self.words.contains(&name.to_lowercase())
    }
}

/// What a run leaves for conditions and queries.
pub(super) struct State {
    plan: Plan,
    tried: Vec<u64>,
    failed: Vec<Option<String>>,
    frames: Vec<Option<DataFrame>>,
    /// Where each record stands, by the hash of its id.
    places: FxHashMap<u64, Spot>,
}

impl State {
    pub(super) fn new(plan: Plan) -> Self {
        Self {
            tried: vec![0; plan.conditions.len()],
            failed: vec![None; plan.conditions.len()],
            frames: vec![None; plan.tables.len()],
            places: FxHashMap::default(),
            plan,
        }
    }

    pub(super) fn merge(&mut self, kept: Kept) {
        for (mine, theirs) in self.tried.iter_mut().zip(kept.tried) {
            *mine += theirs;
        }
        for (mine, theirs) in self.failed.iter_mut().zip(kept.failed) {
            *mine = mine.take().or(theirs);
        }
        for (mine, theirs) in self.frames.iter_mut().zip(kept.frames) {
            match (mine, theirs) {
                (Some(mine), Some(theirs)) => {
                    // Both were made by one plan and have the same columns.
                    let _ = mine.vstack_mut(&theirs);
                }
                (mine @ None, theirs) => *mine = theirs,
                _ => {}
            }
        }
        for place in kept.places {
            self.places.insert(xxh3_64(place.record_id.as_bytes()), place);
        }
    }

    pub(super) fn finish(
        &mut self,
        checks: &[CheckPlan],
        policy: &Policy,
        found: &mut Vec<Located>,
        measured: &mut [Measured],
    ) {
        for (n, condition) in self.plan.conditions.iter().enumerate() {
            measured[condition.idx].tried = self.tried[n];
            measured[condition.idx].failed = self.failed[n].take();
        }
        for query in &self.plan.queries {
            let heights = query.tables.iter().filter_map(|idx| self.frames[*idx].as_ref());
            measured[query.idx].tried = heights.map(|frame| frame.height() as u64).sum();
            match self.run(query) {
                Ok(rows) => {
                    let check = &checks[query.idx];
                    let places = &mut self.places;
                    found.extend(
                        (0..rows.height()).map(|row| locate(check, policy, &rows, row, places)),
                    );
                }
                Err(error) => measured[query.idx].failed = Some(in_one_line(&error.to_string())),
            }
        }
    }

    fn run(&self, query: &Query) -> PolarsResult<DataFrame> {
        let mut context = SQLContext::new();
        for idx in &query.tables {
            if let Some(frame) = &self.frames[*idx] {
                context.register(&self.plan.tables[*idx], frame.clone().lazy());
            }
        }
        if query.tables.iter().all(|idx| self.frames[*idx].is_none()) {
            return Ok(DataFrame::empty());
        }
        context.execute(&query.sql)?.collect()
    }
}

/// The finding of a row that a query gave.
fn locate(
    check: &CheckPlan,
    policy: &Policy,
    rows: &DataFrame,
    row: usize,
    places: &FxHashMap<u64, Spot>,
) -> Located {
    let (ids, others): (Vec<_>, Vec<_>) =
        rows.columns().iter().partition(|column| column.name().as_str() == "record_id");
    let raw = in_words(&others, row);
    let id = ids.first().and_then(|column| {
        column.get(row).ok().and_then(|value| value.get_str().map(str::to_owned))
    });
    let message = if raw.is_empty() {
        "the query found the record".to_owned()
    } else {
        format!("the query found {raw}")
    };
    let finding = Finding { raw: Some(raw), ..severe(check, policy, message) };
    if let Some(spot) = id.and_then(|id| places.get(&xxh3_64(id.as_bytes()))) {
        return spot.clone().locate(finding, &check.name, true);
    }
    let identity = Identity {
        rule: check.name.clone(),
        value: finding.raw.as_deref().map(hash_of),
        ..Identity::default()
    };
    Located { identity, ..Located::of_source(finding, None) }
}

/// What is wrong with the conditions and queries of a schema, found out on
/// tables without rows.
#[must_use]
pub fn faults(schema: &Schema) -> Vec<Fault> {
    let plan = super::Plan::new(schema).sql;
    if plan.is_empty() {
        return Vec::new();
    }
    let tables = table::Plan::new(schema);
    let Ok(frames) = tables.builder().finish() else { return Vec::new() };
    let mut faults = Vec::new();
    let mut fault = |idx: usize, error: &str| {
        let mut fault = Fault::new(
            Code::SCHEMA_VALUE,
            schema.checks[idx].span.clone(),
            format!("the SQL of `{}` cannot be run", schema.checks[idx].name),
        );
        fault.help = Some(in_one_line(error));
        faults.push(fault);
    };
    for condition in &plan.conditions {
        let frame = frames[condition.table].clone();
        let held = sql_expr(&condition.sql)
            .and_then(|expr| frame.lazy().select([expr.alias("held")]).collect())
            .and_then(|held| held.column("held")?.bool().map(|_| ()));
        if let Err(error) = held {
            fault(condition.idx, &error.to_string());
        }
    }
    for query in &plan.queries {
        let mut context = SQLContext::new();
        for (name, frame) in plan.tables.iter().zip(&frames) {
            context.register(name, frame.clone().lazy());
        }
        if let Err(error) = context.execute(&query.sql).and_then(LazyFrame::collect) {
            fault(query.idx, &error.to_string());
        } else if query.tables.is_empty() {
            fault(query.idx, "it names no table of the schema");
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_query_tell_what_it_needs() {
        let named = Named::of("SELECT a, COUNT(*) FROM t WHERE b * 2 > 3 -- c\n GROUP BY a");
        assert!(named.has("A") && named.has("t") && named.has("b") && !named.has("c"));
        assert!(!named.everything);
        for sql in ["SELECT * FROM t", "SELECT t.* FROM t", "SELECT a, * FROM t"] {
            assert!(Named::of(sql).everything, "{sql}");
        }
    }
}
