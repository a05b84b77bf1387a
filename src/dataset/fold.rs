//! What each check keeps of a batch, and of a run.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use indexmap::map::Entry;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::place::{Here, Spot, span_of};
use super::sql::{self, Kept};
use super::terms::Terms;
use super::{CheckPlan, target_of};
use crate::data::Row;
use crate::data::Value;
use crate::diagnostic::{Finding, Located, Policy};
use crate::schema::Schema;
use crate::schema::model::{CheckKind, Column, ColumnRef};
use crate::source::SourceId;
use crate::table::{self, RowRef};
use crate::verdict::Measured;

type Map<V> = IndexMap<u64, V, BuildHasherDefault<FxHasher>>;

/// What a batch comes to, check by check.
#[derive(Debug)]
pub struct Partial {
    folds: Vec<Fold>,
    pub(super) kept: Kept,
}

/// What a check keeps of a batch.
#[derive(Debug)]
enum Fold {
    /// How many rows there are, and how many of them are null or are counted.
    Rows { rows: u64, counted: u64 },
    /// Rows that must be unique: the hash of their values, what they are, and where.
    Unique { rows: u64, values: Vec<(u64, String, Spot)> },
    /// Distinct values with their first places, and the values that they may refer to.
    Values { rows: u64, values: Map<Seen>, targets: FxHashSet<u64> },
    /// Distinct values.
    Distinct { rows: u64, values: FxHashSet<u64> },
    /// A sum.
    Sum { sum: f64, count: u64 },
    /// Numbers.
    Numbers(Vec<f64>),
    /// Nothing: what is checked elsewhere.
    Nothing,
}

/// A value that occurs.
#[derive(Debug)]
struct Seen {
    text: String,
    spot: Spot,
    rows: u64,
}

impl Fold {
    fn new(kind: &CheckKind) -> Self {
        match kind {
            CheckKind::RowCount(_) | CheckKind::NullRatio(_) | CheckKind::ValueShare { .. } => {
                Self::Rows { rows: 0, counted: 0 }
            }
            CheckKind::Unique { .. } => Self::Unique { rows: 0, values: Vec::new() },
            CheckKind::Reference { .. } | CheckKind::NearDuplicate(_) => {
                Self::Values { rows: 0, values: Map::default(), targets: FxHashSet::default() }
            }
            CheckKind::DistinctCount(_) => Self::Distinct { rows: 0, values: FxHashSet::default() },
            CheckKind::Mean(_) => Self::Sum { sum: 0.0, count: 0 },
            CheckKind::Quantile(..) => Self::Numbers(Vec::new()),
            CheckKind::Condition { .. }
            | CheckKind::MatchRatio { .. }
            | CheckKind::Freshness(_)
            | CheckKind::Sql(_) => Self::Nothing,
        }
    }
}

impl Partial {
    pub(super) fn new(checks: &[CheckPlan]) -> Self {
        Self {
            folds: checks.iter().map(|check| Fold::new(&check.kind)).collect(),
            kept: Kept::default(),
        }
    }

    pub(super) fn push(
        &mut self,
        idx: usize,
        check: &CheckPlan,
        tables: &table::Plan,
        terms: &Terms,
        here: &Here<'_>,
        row: &Row<'_>,
    ) {
        let fold = &mut self.folds[idx];
        match &check.kind {
            CheckKind::RowCount(table) => {
                let Fold::Rows { rows, .. } = fold else { return };
                *rows += tables.rows(*table, row).count() as u64;
            }
            CheckKind::Unique { table, columns } => {
                let Fold::Unique { rows, values } = fold else { return };
                for (ordinal, cells) in tables.rows(*table, row) {
                    let place = RowRef { record: here.record, ordinal, cells, row };
                    *rows += 1;
                    let (mut hasher, mut text, mut null) = (Xxh3::new(), String::new(), false);
                    for (n, column) in columns.iter().enumerate() {
                        tables.value(*table, *column, &place, |value| match value.to_text() {
                            Some(words) => {
                                hasher.update(&(words.len() as u64).to_le_bytes());
                                hasher.update(words.as_bytes());
                                if n > 0 {
                                    text.push_str(" · ");
                                }
                                text.push_str(&words);
                            }
                            None => null = true,
                        });
                    }
                    if null {
                        continue;
                    }
                    let columns = columns.iter().map(|column| tables.column(*table, *column));
                    let span = columns
                        .map(|column| span_of(column, cells))
                        .find(|span| !span.is_empty())
                        .unwrap_or_default();
                    let item = tables.is_of_items(*table).then_some(ordinal);
                    values.push((hasher.digest(), text, here.spot(span, item)));
                }
            }
            CheckKind::Reference { of, .. } | CheckKind::NearDuplicate(of) => {
                let Fold::Values { rows, values, targets } = fold else { return };
                each(tables, *of, here, row, |value, place, column| {
                    let Some(text) = value.to_text() else { return };
                    *rows += 1;
                    let hash = xxh3_64(text.as_bytes());
                    if terms.has(idx, hash) {
                        return;
                    }
                    match values.entry(hash) {
                        Entry::Occupied(mut seen) => seen.get_mut().rows += 1,
                        Entry::Vacant(free) => {
                            let item = tables.is_of_items(of.table).then_some(place.ordinal);
                            let spot = here.spot(span_of(column, place.cells), item);
                            free.insert(Seen { text: text.into_owned(), spot, rows: 1 });
                        }
                    }
                });
                if let Some(target) = target_of(&check.kind) {
                    each(tables, target, here, row, |value, _, _| {
                        if let Some(text) = value.to_text() {
                            targets.insert(xxh3_64(text.as_bytes()));
                        }
                    });
                }
            }
            CheckKind::NullRatio(of) => {
                let Fold::Rows { rows, counted } = fold else { return };
                each(tables, *of, here, row, |value, _, _| {
                    *rows += 1;
                    *counted += u64::from(value.is_null());
                });
            }
            CheckKind::ValueShare { of, values, lower, upper } => {
                let Fold::Rows { rows, counted } = fold else { return };
                each(tables, *of, here, row, |value, _, _| {
                    let Some(words) = value.to_text() else { return };
                    *rows += 1;
                    let between = value.to_f64().is_some_and(|number| {
                        lower.is_none_or(|lower| number >= lower)
                            && upper.is_none_or(|upper| number <= upper)
                    });
                    let counts = if values.is_empty() {
                        between
                    } else {
                        values.iter().any(|known| *known == words)
                    };
                    *counted += u64::from(counts);
                });
            }
            CheckKind::DistinctCount(of) => {
                let Fold::Distinct { rows, values } = fold else { return };
                each(tables, *of, here, row, |value, _, _| {
                    if let Some(text) = value.to_text() {
                        *rows += 1;
                        values.insert(xxh3_64(text.as_bytes()));
                    }
                });
            }
            CheckKind::Mean(of) | CheckKind::Quantile(of, _) => {
                each(tables, *of, here, row, |value, _, _| match (value.to_f64(), &mut *fold) {
                    (Some(number), Fold::Sum { sum, count }) => {
                        *sum += number;
                        *count += 1;
                    }
                    (Some(number), Fold::Numbers(numbers)) => numbers.push(number),
                    _ => {}
                });
            }
            CheckKind::Condition { .. }
            | CheckKind::MatchRatio { .. }
            | CheckKind::Freshness(_)
            | CheckKind::Sql(_) => {}
        }
    }
}

/// Calls `look` with every value of a column that a record has.
fn each(
    tables: &table::Plan,
    of: ColumnRef,
    here: &Here<'_>,
    row: &Row<'_>,
    mut look: impl FnMut(&Value<'_>, &RowRef<'_>, &Column),
) {
    for (ordinal, cells) in tables.rows(of.table, row) {
        let place = RowRef { record: here.record, ordinal, cells, row };
        let column = tables.column(of.table, of.column);
        tables.value(of.table, of.column, &place, |value| look(value, &place, column));
    }
}

/// What a run comes to.
pub struct State<'s> {
    checks: Vec<CheckPlan>,
    folds: Vec<Whole>,
    names: Vec<&'s str>,
    policy: &'s Policy,
    pub(super) sql: sql::State,
}

/// What a check keeps of a run.
enum Whole {
    Rows {
        rows: u64,
        counted: u64,
    },
    /// Where each value stood first.
    Unique {
        rows: u64,
        first: FxHashMap<u64, (SourceId, u64)>,
    },
    Values {
        rows: u64,
        values: Map<Seen>,
        targets: FxHashSet<u64>,
    },
    /// The values by their form: what the first of each is, and where it stands.
    Forms {
        seen: FxHashSet<u64>,
        forms: FxHashMap<u64, (u64, String, SourceId, u64)>,
    },
    Distinct {
        rows: u64,
        values: FxHashSet<u64>,
    },
    Sum {
        sum: f64,
        count: u64,
    },
    Numbers(Vec<f64>),
    Nothing,
}

impl<'s> State<'s> {
    /// Starts a run. `names` are the paths of the sources.
    #[must_use]
    pub fn new(schema: &'s Schema, names: &[&'s str]) -> Self {
        let super::Plan { checks, sql } = super::Plan::new(schema);
        let folds = checks
            .iter()
            .map(|check| match (&check.kind, Fold::new(&check.kind)) {
                (CheckKind::NearDuplicate(_), _) => {
                    Whole::Forms { seen: FxHashSet::default(), forms: FxHashMap::default() }
                }
                (_, Fold::Rows { .. }) => Whole::Rows { rows: 0, counted: 0 },
                (_, Fold::Unique { .. }) => Whole::Unique { rows: 0, first: FxHashMap::default() },
                (_, Fold::Values { .. }) => {
                    Whole::Values { rows: 0, values: Map::default(), targets: FxHashSet::default() }
                }
                (_, Fold::Distinct { .. }) => {
                    Whole::Distinct { rows: 0, values: FxHashSet::default() }
                }
                (_, Fold::Sum { .. }) => Whole::Sum { sum: 0.0, count: 0 },
                (_, Fold::Numbers(_)) => Whole::Numbers(Vec::new()),
                (_, Fold::Nothing) => Whole::Nothing,
            })
            .collect();
        let sql = sql::State::new(sql);
        Self { checks, folds, names: names.to_vec(), policy: &schema.policy, sql }
    }

    /// Adds a batch, in input order. Returns what is found by then.
    pub fn merge(&mut self, partial: Partial) -> Vec<Located> {
        let Partial { folds, kept } = partial;
        let mut found = Vec::new();
        for ((check, whole), fold) in self.checks.iter().zip(&mut self.folds).zip(folds) {
            match (whole, fold) {
                (Whole::Rows { rows, counted }, Fold::Rows { rows: r, counted: c }) => {
                    *rows += r;
                    *counted += c;
                }
                (Whole::Unique { rows, first }, Fold::Unique { rows: r, values }) => {
                    *rows += r;
                    for (hash, text, spot) in values {
                        match first.get(&hash) {
                            None => {
                                first.insert(hash, (spot.source, spot.line));
                            }
                            Some((source, line)) => {
                                let file = self.names[source.index()];
                                let message =
                                    format!("the value occurred before, at {file}:{line}");
                                let finding = severe(check, self.policy, message);
                                let finding = Finding { raw: Some(text), ..finding };
                                found.push(spot.locate(finding, &check.name, true));
                            }
                        }
                    }
                }
                (
                    Whole::Values { rows, values, targets },
                    Fold::Values { rows: r, values: new, targets: more },
                ) => {
                    *rows += r;
                    targets.extend(more);
                    for (hash, seen) in new {
                        match values.entry(hash) {
                            Entry::Occupied(mut known) => known.get_mut().rows += seen.rows,
                            Entry::Vacant(free) => {
                                free.insert(seen);
                            }
                        }
                    }
                }
                (Whole::Forms { seen, forms }, Fold::Values { values, .. }) => {
                    for (hash, Seen { text, spot, .. }) in values {
                        if !seen.insert(hash) {
                            continue;
                        }
                        let form = crate::text::fold(&text);
                        if form.is_empty() {
                            continue;
                        }
                        let form = xxh3_64(form.as_bytes());
                        if let Some((_, first, source, line)) = forms.get(&form) {
                            let file = self.names[source.index()];
                            let message = format!(
                                "the value differs from the one at {file}:{line} in form alone"
                            );
                            let finding = severe(check, self.policy, message);
                            let suggestion = Some(first.clone());
                            let finding = Finding { raw: Some(text), suggestion, ..finding };
                            found.push(spot.locate(finding, &check.name, false));
                        } else {
                            forms.insert(form, (hash, text, spot.source, spot.line));
                        }
                    }
                }
                (Whole::Distinct { rows, values }, Fold::Distinct { rows: r, values: new }) => {
                    *rows += r;
                    values.extend(new);
                }
                (Whole::Sum { sum, count }, Fold::Sum { sum: s, count: c }) => {
                    *sum += s;
                    *count += c;
                }
                (Whole::Numbers(numbers), Fold::Numbers(more)) => numbers.extend(more),
                _ => {}
            }
        }
        self.sql.merge(kept);
        found
    }

    /// What is found once all batches are there, and what each check came to.
    /// Figures are measured here, and judged by who knows their limits.
    pub fn finish(&mut self, terms: &Terms) -> (Vec<Located>, Vec<Measured>) {
        let mut found = Vec::new();
        let mut measured = Vec::with_capacity(self.checks.len());
        for (idx, check) in self.checks.iter().enumerate() {
            let mut one = Measured::default();
            match &mut self.folds[idx] {
                Whole::Rows { rows, counted } => {
                    one.tried = *rows;
                    one.figure = if matches!(check.kind, CheckKind::RowCount(_)) {
                        // A table without rows is a figure like any other.
                        one.tried = 1;
                        Some(precise(*rows))
                    } else {
                        (*rows > 0).then(|| precise(*counted) / precise(*rows))
                    };
                }
                Whole::Unique { rows, .. } => one.tried = *rows,
                Whole::Values { rows, values, targets } => {
                    one.tried = *rows;
                    one.failed = terms.missing(idx).map(str::to_owned);
                    if one.failed.is_some() {
                        one.tried = 0;
                    } else {
                        for (hash, Seen { text, spot, rows }) in std::mem::take(values) {
                            if targets.contains(&hash) {
                                continue;
                            }
                            found.push(dangling(
                                check,
                                self.policy,
                                terms,
                                idx,
                                (text, spot, rows),
                            ));
                        }
                    }
                }
                Whole::Forms { seen, .. } => one.tried = seen.len() as u64,
                Whole::Distinct { rows, values } => {
                    one.tried = *rows;
                    one.figure = (*rows > 0).then_some(precise(values.len() as u64));
                }
                Whole::Sum { sum, count } => {
                    one.tried = *count;
                    one.figure = (*count > 0).then(|| *sum / precise(*count));
                }
                Whole::Numbers(numbers) => {
                    one.tried = numbers.len() as u64;
                    if let CheckKind::Quantile(_, quantile) = check.kind {
                        one.figure = quantile_of(numbers, quantile);
                    }
                }
                Whole::Nothing => {}
            }
            measured.push(one);
        }
        self.sql.finish(&self.checks, self.policy, &mut found, &mut measured);
        (found, measured)
    }
}

/// A finding of a check under a policy.
pub(super) fn severe(check: &CheckPlan, policy: &Policy, message: String) -> Finding {
    let (_, action) = policy.of(check.code);
    Finding {
        severity: policy.of_rule(check.code, check.severity),
        action,
        ..check.finding(message)
    }
}

fn dangling(
    check: &CheckPlan,
    policy: &Policy,
    terms: &Terms,
    idx: usize,
    (text, spot, rows): (String, Spot, u64),
) -> Located {
    let near = terms.nearest(idx, &text);
    let rows_told = if rows == 1 { String::new() } else { format!(" ({rows} rows)") };
    let message = format!("the value is not in {}{rows_told}", terms.what(idx));
    let finding = severe(check, policy, message);
    let help = near.as_ref().map(|near| format!("the nearest term is `{near}`"));
    let finding =
        Finding { raw: Some(text), count: rows, help: finding.help.clone().or(help), ..finding };
    spot.locate(finding, &check.name, false)
}

/// The quantile that is nearest by rank: the smallest number that is not below
/// so great a share of them.
fn quantile_of(numbers: &mut [f64], quantile: f64) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank lies among the numbers"
    )]
    let rank = (quantile * precise(numbers.len() as u64)).ceil() as usize;
    numbers.get(rank.saturating_sub(1)).copied()
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 rows")]
fn precise(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_numbers() {
        let mut numbers = [3.0, 1.0, 2.0, 4.0];
        for (quantile, expected) in [(0.0, 1.0), (0.25, 1.0), (0.5, 2.0), (0.75, 3.0), (1.0, 4.0)] {
            assert_eq!(quantile_of(&mut numbers, quantile), Some(expected), "{quantile}");
        }
        assert_eq!(quantile_of(&mut [], 0.5), None);
    }
}
