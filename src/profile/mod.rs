//! What the columns of tables hold: how many are null, how many differ, which come most often,
//! how numbers and lengths spread.
//!
//! In: the columns of a batch, as a worker has them. Out: a [`Partial`] per batch, folded by the
//! one [`State`] of a run in input order, and a [`ProfileReport`]. What is kept of a column is
//! bounded, whatever the dump. What holds: the batches of a run, however it was cut into them,
//! come to the same.
//!
//! ```text
//! Distinct   hashes up to 1 000, then registers
//! Spread     buckets of ordered values, and of lengths
//! Top        the most frequent values, block by block
//! ```

mod distinct;
mod histogram;
mod spread;
mod top;

use std::borrow::Cow;
use std::cmp::Ordering;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use xxhash_rust::xxh3::xxh3_64;

use crate::data::{Decimal, Kind, Value};
use crate::dataset::exact::{Sum, number};
use crate::report::{ColumnProfile, FieldReport, Figure, NullReport, ProfileReport, TableProfile};
use crate::schema::Schema;
use crate::schema::model::{Column, ColumnOrigin, Computed, Table};
use crate::text::cut;

use distinct::Distinct;
use spread::{Spread, key_of, key_of_whole, number_of, whole_of};
use top::{Part, Top, most};

/// How many characters of a value are kept.
const KEPT: usize = 120;

/// Which columns are looked at, and of which no value is told.
#[derive(Debug)]
pub struct Plan {
    tables: Vec<Vec<ColumnPlan>>,
}

/// A column that is looked at.
#[derive(Clone, Debug)]
pub struct ColumnPlan {
    /// Its place in its table.
    pub column: usize,
    /// Its type.
    pub kind: Kind,
    hidden: bool,
    /// The field that its cells are of, and whether they are its first.
    field: Option<(usize, bool)>,
}

impl Plan {
    /// Plans the profile of a schema's tables. With `mask` every value is hidden.
    #[must_use]
    pub fn new(schema: &Schema, mask: bool) -> Self {
        let plan = |table: &Table, (idx, column): (usize, &Column)| {
            if !matches!(column.origin, ColumnOrigin::Slot(_) | ColumnOrigin::Computed(_)) {
                return None;
            }
            let hidden = mask || schema.hides(table, column);
            // How many items a record has is no value of theirs.
            let counts = matches!(&column.origin, ColumnOrigin::Computed(Computed::Count(_)));
            let field = match (&column.origin, table.items_of) {
                (ColumnOrigin::Slot(slot), None) => {
                    let field = schema.layout.field_of(*slot);
                    field.map(|field| (field, schema.layout.base[field] == *slot))
                }
                _ => None,
            };
            Some(ColumnPlan { column: idx, kind: column.kind, hidden: hidden && !counts, field })
        };
        let tables = schema.tables.iter().map(|table| {
            table.columns.iter().enumerate().filter_map(|column| plan(table, column)).collect()
        });
        Self { tables: tables.collect() }
    }

    /// The columns of a table that are looked at.
    #[must_use]
    pub fn columns(&self, table: usize) -> &[ColumnPlan] {
        &self.tables[table]
    }
}

/// What a block of the inputs holds, or the part of one that is in a batch.
#[derive(Debug, Default)]
pub struct Partial {
    /// Which block.
    pub block: u64,
    /// Whether all of it is here.
    pub whole: bool,
    /// By table: how many rows it has, and what its columns hold.
    pub tables: Vec<(u64, Vec<ColumnPartial>)>,
}

/// What the cells of a column hold, apart from which values are frequent.
#[derive(Debug, Default)]
struct Held {
    null: u64,
    distinct: Distinct,
    bounds: Option<(Value<'static>, Value<'static>)>,
    sum: Sum,
    spread: Spread,
    /// How long texts are: the shortest, the longest, the sum, and how they spread.
    lengths: Option<(u64, u64, u128, Spread)>,
}

/// What a part of a column holds.
#[derive(Debug, Default)]
pub struct ColumnPartial {
    held: Held,
    top: Part,
}

/// Room to count in, which is used again from column to column.
#[derive(Debug, Default)]
pub struct Scratch {
    /// By the hash of a value: how often it occurs, and where first.
    counts: IndexMap<u64, (u32, u32), FxBuildHasher>,
}

/// The hash of a value; null has none. A column has one type, so the bytes alone tell values apart.
fn hash_of(value: &Value<'_>) -> Option<u64> {
    Some(match value {
        Value::Null => return None,
        Value::Text(text) => xxh3_64(text.as_bytes()),
        Value::Boolean(value) => xxh3_64(&[u8::from(*value)]),
        Value::Integer(number) | Value::Time(number) | Value::Datetime { micros: number, .. } => {
            xxh3_64(&number.to_le_bytes())
        }
        Value::Float(number) => xxh3_64(&(number + 0.0).to_bits().to_le_bytes()),
        Value::Decimal(number) => xxh3_64(&number.unscaled().to_le_bytes()),
        Value::Date(days) => xxh3_64(&days.to_le_bytes()),
    })
}

/// A value as an integer that is ordered as it is; none for what has no order.
fn order_of(value: &Value<'_>) -> Option<i128> {
    match value {
        Value::Null | Value::Text(_) | Value::Boolean(_) => None,
        Value::Integer(number) => Some(key_of_whole(i128::from(*number))),
        Value::Float(number) => number.is_finite().then(|| key_of(*number)),
        Value::Decimal(number) => Some(key_of_whole(number.unscaled())),
        Value::Date(days) => Some(i128::from(*days)),
        Value::Time(number) | Value::Datetime { micros: number, .. } => Some(i128::from(*number)),
    }
}

/// What stands at a place of the order of a kind.
#[expect(clippy::cast_possible_truncation, reason = "it was made of a value of the kind")]
fn figure_at(kind: Kind, key: i128) -> Figure {
    let text = |value: Value<'_>| Figure::Text(value.to_text().unwrap_or_default().into_owned());
    match kind {
        Kind::Integer => Figure::Integer(whole_of(key) as i64),
        Kind::Float => Figure::Number(number_of(key)),
        Kind::Decimal { scale, .. } => Figure::Decimal(Decimal::new(whole_of(key), scale)),
        Kind::Date => text(Value::Date(key as i32)),
        Kind::Time => text(Value::Time(key as i64)),
        Kind::Datetime { utc } => text(Value::Datetime { micros: key as i64, utc }),
        Kind::Text | Kind::Boolean => Figure::Integer(key as i64),
    }
}

/// The values between which those of a column lie.
struct Ends<'h> {
    kind: Kind,
    bounds: &'h (Value<'static>, Value<'static>),
    /// Where they stand in the order of the kind.
    keys: (i128, i128),
}

impl<'h> Ends<'h> {
    /// The ends of a column; none if its values have no order.
    fn of(kind: Kind, bounds: &'h (Value<'static>, Value<'static>)) -> Option<Self> {
        let keys = (order_of(&bounds.0)?, order_of(&bounds.1)?);
        Some(Self { kind, bounds, keys })
    }

    /// What stands at a place. Digits may be lost on the way to it, so at the place of a bound
    /// stands the bound itself.
    fn figure(&self, key: i128) -> Figure {
        match key {
            key if key == self.keys.0 => figure_of(&self.bounds.0),
            key if key == self.keys.1 => figure_of(&self.bounds.1),
            key => figure_at(self.kind, key),
        }
    }

    /// The nearest double of what stands at a place.
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    fn number(&self, key: i128) -> f64 {
        match self.kind {
            Kind::Integer => whole_of(key) as f64,
            Kind::Decimal { scale, .. } => Decimal::new(whole_of(key), scale).to_f64(),
            Kind::Float => number_of(key),
            Kind::Date | Kind::Time | Kind::Datetime { .. } | Kind::Text | Kind::Boolean => {
                key as f64
            }
        }
    }
}

fn figure_of(value: &Value<'_>) -> Figure {
    match value {
        Value::Integer(number) => Figure::Integer(*number),
        Value::Float(number) => Figure::Number(*number),
        Value::Decimal(number) => Figure::Decimal(*number),
        Value::Null
        | Value::Text(_)
        | Value::Boolean(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Datetime { .. } => Figure::Text(value.to_text().unwrap_or_default().into_owned()),
    }
}

/// A value as text, and no more of it than is told.
fn shown(value: &Value<'_>) -> Box<str> {
    cut(&value.to_text().unwrap_or(Cow::Borrowed("")), KEPT).into()
}

impl ColumnPlan {
    /// What some cells of the column hold. `whole` says that they are all of their block.
    #[must_use]
    pub fn look(&self, cells: &[Value<'_>], whole: bool, scratch: &mut Scratch) -> ColumnPartial {
        let counts = &mut scratch.counts;
        counts.clear();
        let mut null = 0;
        for (place, value) in (0_u32..).zip(cells) {
            match hash_of(value) {
                None => null += 1,
                Some(hash) => counts.entry(hash).or_insert((0, place)).0 += 1,
            }
        }
        let mut held = Held {
            null,
            distinct: Distinct::of(counts.keys().copied(), counts.len()),
            ..Held::default()
        };
        let values = || {
            let values = counts.values();
            values.map(|(count, first)| (&cells[*first as usize], u64::from(*count)))
        };
        if self.kind == Kind::Text {
            held.lengths = lengths(values());
        }
        if self.hidden {
            return ColumnPartial { held, top: Part::default() };
        }
        if self.kind.is_ordered() {
            for (value, count) in values() {
                held.bound(value);
                if let Some(number) = number(value) {
                    held.sum.add_times(number, count);
                }
            }
            let spread = values().filter_map(|(value, count)| Some((order_of(value)?, count)));
            held.spread = Spread::of(spread.collect());
        }
        let counted = |place: usize| {
            let (hash, (count, first)) = counts.get_index(place)?;
            Some((*hash, u64::from(*count), shown(&cells[*first as usize])))
        };
        let rank = |place: usize| {
            let found = counts.get_index(place);
            found.map_or((0, 0), |(hash, (count, _))| (u64::from(*count), *hash))
        };
        let (places, missed) =
            if whole { most(counts.len(), rank) } else { ((0..counts.len()).collect(), 0) };
        let values = places.into_iter().filter_map(counted).collect();
        ColumnPartial { held, top: Part { values, missed } }
    }
}

/// How many lengths have a count of their own.
const SHORT: usize = 256;

fn lengths<'v>(
    texts: impl Iterator<Item = (&'v Value<'v>, u64)>,
) -> Option<(u64, u64, u128, Spread)> {
    let mut short = [0; SHORT];
    let mut all = Vec::new();
    let (mut min, mut max, mut sum) = (u64::MAX, 0, 0);
    for (value, count) in texts {
        let length = value.as_text().map_or(0, |text| text.chars().count());
        match short.get_mut(length) {
            Some(known) => *known += count,
            None => all.push((length as i128, count)),
        }
        let length = length as u64;
        (min, max) = (min.min(length), max.max(length));
        sum += u128::from(length) * u128::from(count);
    }
    all.extend((0..).zip(short).filter(|(_, count)| *count > 0));
    (!all.is_empty()).then(|| (min, max, sum, Spread::of(all)))
}

impl Held {
    fn bound(&mut self, value: &Value<'_>) {
        let Some((min, max)) = &mut self.bounds else {
            // What cannot be compared with itself is no number.
            if value.compare(value).is_some() {
                self.bounds = Some((value.clone().into_owned(), value.clone().into_owned()));
            }
            return;
        };
        if value.compare(min) == Some(Ordering::Less) {
            *min = value.clone().into_owned();
        }
        if value.compare(max) == Some(Ordering::Greater) {
            *max = value.clone().into_owned();
        }
    }

    fn merge(&mut self, other: Self) {
        self.null += other.null;
        self.distinct.merge(other.distinct);
        for value in other.bounds.iter().flat_map(|(min, max)| [min, max]) {
            self.bound(value);
        }
        self.sum.merge(&other.sum);
        self.spread.merge(other.spread);
        match (&mut self.lengths, other.lengths) {
            (_, None) => {}
            (mine @ None, theirs) => *mine = theirs,
            (Some(mine), Some((min, max, sum, spread))) => {
                mine.0 = mine.0.min(min);
                mine.1 = mine.1.max(max);
                mine.2 += sum;
                mine.3.merge(spread);
            }
        }
    }
}

/// What a run holds.
#[derive(Debug, Default)]
pub struct State {
    tables: Vec<(u64, Vec<(Held, Top)>)>,
    /// The block that is not whole yet.
    open: Option<u64>,
}

impl State {
    /// Adds a block or a part of one, in input order.
    pub fn merge(&mut self, partial: Partial) {
        let Partial { block, whole, tables } = partial;
        if self.tables.is_empty() {
            let empty = tables.iter().map(|(_, columns)| {
                (0, columns.iter().map(|_| (Held::default(), Top::default())).collect())
            });
            self.tables = empty.collect();
        }
        let ended = self.open.is_some_and(|open| open != block);
        self.open = (!whole).then_some(block);
        for ((rows, mine), (more, theirs)) in self.tables.iter_mut().zip(tables) {
            *rows += more;
            for ((held, top), partial) in mine.iter_mut().zip(theirs) {
                held.merge(partial.held);
                if ended {
                    top.end();
                }
                if whole {
                    top.block(partial.top);
                } else {
                    top.part(partial.top);
                }
            }
        }
    }

    /// What the run holds. `fields` say why cells of theirs are null.
    #[must_use]
    pub fn finish(self, plan: &Plan, schema: &Schema, fields: &[FieldReport]) -> ProfileReport {
        let mut states = self.tables.into_iter();
        let tables = schema.tables.iter().zip(&plan.tables).map(|(table, columns)| {
            let (rows, held) = states.next().unwrap_or_default();
            let mut held = held.into_iter();
            let columns = columns.iter().map(|plan| {
                let column = &table.columns[plan.column];
                let (held, top) = held.next().unwrap_or_default();
                (column.name.clone(), profile(plan, column, (held, top), fields, rows))
            });
            (table.name.clone(), TableProfile { rows, columns: columns.collect() })
        });
        ProfileReport { tables: tables.collect() }
    }
}

fn profile(
    plan: &ColumnPlan,
    column: &Column,
    (held, top): (Held, Top),
    fields: &[FieldReport],
    rows: u64,
) -> ColumnProfile {
    let (distinct, distinct_exact) = held.distinct.count();
    let (top, top_missed) = top.finish();
    let ends = held.bounds.as_ref().and_then(|bounds| Ends::of(plan.kind, bounds));
    let ends = ends.as_ref();
    let field = plan.field.map(|(field, is_first)| (&fields[field], is_first));
    ColumnProfile {
        r#type: column.kind.to_string(),
        unit: column.unit.clone(),
        masked: plan.hidden,
        null: held.null,
        nulls: field.and_then(|(field, _)| nulls(field, held.null)),
        kinds: field
            .filter(|(_, is_first)| *is_first)
            .map_or_else(Default::default, |(field, _)| field.kinds.clone()),
        // An estimate knows nothing of how many there are at most.
        distinct: distinct.min(rows - held.null),
        distinct_exact,
        top,
        top_missed,
        min: held.bounds.as_ref().map(|(min, _)| figure_of(min)),
        max: held.bounds.as_ref().map(|(_, max)| figure_of(max)),
        mean: held.sum.mean().filter(|mean| mean.is_finite()),
        quantiles: ends.and_then(|ends| histogram::quantiles(&held.spread, ends)),
        histogram: ends.and_then(|ends| histogram::histogram(&held.spread, ends)),
        lengths: held.lengths.map(|lengths| histogram::lengths(lengths, rows - held.null)),
    }
}

/// Why cells are null. One that is not the first of its field is also null where there is a text
/// that has nothing for it. Those that have a value where the field has none nobody can tell of.
fn nulls(field: &FieldReport, null: u64) -> Option<NullReport> {
    let NullReport { absent, blank, sentinel, .. } = field.nulls;
    let unread = null.checked_sub(absent + blank + sentinel)?;
    (null > 0).then_some(NullReport { absent, blank, sentinel, unread })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest value, the median, the largest one, and the ends of all bins.
    fn figures(kind: Kind, values: &[Value<'static>]) -> Vec<Figure> {
        let plan = ColumnPlan { column: 0, kind, hidden: false, field: None };
        let held = plan.look(values, true, &mut Scratch::default()).held;
        let bounds = held.bounds.as_ref().unwrap();
        let ends = Ends::of(kind, bounds).unwrap();
        let median = histogram::quantiles(&held.spread, &ends).unwrap().p50;
        let bins = histogram::histogram(&held.spread, &ends).unwrap().bins;
        let bins = bins.into_iter().flat_map(|bin| [bin.from, bin.to]);
        [figure_of(&bounds.0), median, figure_of(&bounds.1)].into_iter().chain(bins).collect()
    }

    #[test]
    fn a_column_tells_why_it_is_null_where_the_first_of_its_field_is_not() {
        let mut field = FieldReport::default();
        let told = |field: &FieldReport, null| {
            nulls(field, null).map(|told| (told.absent, told.sentinel, told.unread))
        };
        assert_eq!((told(&field, 0), told(&field, 2)), (None, Some((0, 0, 2))));
        (field.nulls.absent, field.nulls.sentinel) = (1, 1);
        // Of the kinds of quantities fewer are null than of their texts.
        assert_eq!((told(&field, 0), told(&field, 5)), (None, Some((1, 1, 3))));
    }

    #[test]
    fn no_figure_lies_beyond_the_values() {
        for number in [9_007_199_254_740_993, i64::MAX, i64::MIN + 1] {
            let told = figures(Kind::Integer, &[Value::Integer(number), Value::Integer(number)]);
            assert_eq!(told, vec![Figure::Integer(number); 5]);
        }
        let kind = Kind::Decimal { precision: 38, scale: 3 };
        let number = Decimal::new(123_456_789_012_345_678_901, 3);
        let told = figures(kind, &[Value::Decimal(number)]);
        assert_eq!(told, vec![Figure::Decimal(number); 5]);
    }

    #[test]
    fn figures_are_exact_beyond_what_a_double_holds() {
        let large = 1_i64 << 53;
        let values: Vec<_> = (1..=3).map(|n| Value::Integer(large + n)).collect();
        let told = figures(Kind::Integer, &values);
        assert_eq!(told[..3], [1, 2, 3].map(|n| Figure::Integer(large + n)));
        let kind = Kind::Decimal { precision: 38, scale: 2 };
        let decimal = |n| Decimal::new(i128::from(large) * 1000 + n, 2);
        let told = figures(kind, &[1, 2, 3].map(|n| Value::Decimal(decimal(n))));
        assert_eq!(told[..3], [1, 2, 3].map(|n| Figure::Decimal(decimal(n))));
        // In JSON they are numbers with their digits.
        let json = serde_json::to_string(&Figure::Decimal(Decimal::new(1250, 2))).unwrap();
        assert_eq!(json, "12.50");
        // So are values that lie far apart.
        let told = figures(Kind::Integer, &[Value::Integer(i64::MIN), Value::Integer(i64::MAX)]);
        assert_eq!((&told[0], &told[2]), (&Figure::Integer(i64::MIN), &Figure::Integer(i64::MAX)));
    }
}
