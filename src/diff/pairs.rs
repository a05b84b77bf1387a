//! Which row of one table is which of the other: by the hashes of their keys.
//!
//! Kept of a row: the hash of its key, the hash of its cells, and its place. Rows of
//! one key are paired in order, those first that are the same record or have the same
//! cells.

use std::borrow::Cow;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::data::Value;

/// What is kept of a row: 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowHash {
    /// The hash of its key.
    pub(super) key: u64,
    /// The hash of the cells that are compared.
    pub(super) cells: u64,
    /// Which row it is, from 0; with [`WITH_RECORD`] for an item of a record that this
    /// side alone has.
    pub(super) place: u64,
}

/// Marks the place of an item that came or went with its record: such come last.
pub(super) const WITH_RECORD: u64 = 1 << 63;

/// The rows of a table.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) rows: Vec<RowHash>,
    /// The hash of the id of the record of each row, by its place; empty where rows are no records.
    pub(super) ids: Vec<u64>,
    /// What the record of each item is known by, by the place of the item; empty where nobody asks
    /// for rows that moved, and where rows are no items.
    pub(super) records: Vec<u64>,
}

/// Which rows are which.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    /// How many pairs have the same cells.
    pub(super) same: u64,
    /// The places of pairs that have not, in the order of the old table.
    pub(super) changed: Vec<(u64, u64)>,
    /// The places of rows that only the old table has, in order.
    pub(super) removed: Vec<u64>,
    /// The places of rows that only the new table has, in order.
    pub(super) added: Vec<u64>,
    /// How many rows of each side have the key of a row before them.
    pub(super) repeated: [u64; 2],
    /// The places of the rows that stand in another order, the fewest that account for it, in the
    /// order of the new table. Empty where nobody asks.
    pub(super) moved: Vec<(u64, u64)>,
}

/// What is told apart in a hash.
const NULL_KEY: u64 = 0x6e75_6c6c_206b_6579;
const OLD: u64 = 1;
const NEW: u64 = 2;
const ORPHAN: u64 = 0x6f72_7068_616e_2020;

/// The key of a row that has no whole one, by the hash of all its cells.
pub(super) fn null_key(cells: u64) -> u64 {
    mix(NULL_KEY, cells)
}

/// What the items of a record are known by: records of two tables may have one key.
pub(super) fn of_table(known: u64, table: u32) -> u64 {
    of_both(mix(known, table.into()), is_of_both(known))
}

/// Marks what the items of a record are known by: whether both runs have the record.
fn of_both(known: u64, is_of_both: bool) -> u64 {
    known & !1 | u64::from(is_of_both)
}

/// Whether both runs have the record that something is known by.
pub(super) fn is_of_both(known: u64) -> bool {
    known & 1 == 1
}

/// What the items of a record are known by that is in no table.
pub(super) fn orphan(id: u64) -> u64 {
    of_both(mix(ORPHAN, id), true)
}

/// A hash of two.
pub(super) fn mix(seed: u64, number: u64) -> u64 {
    xxh3_64_with_seed(&number.to_le_bytes(), seed)
}

/// The hash of a value behind those that `seed` stands for. A null is none of the texts,
/// and the two zeros are one number. In a form of texts values of any type are the same where
/// their [texts](text_of) are.
pub(super) fn hash(value: &Value<'_>, seed: u64, form: Form) -> u64 {
    let tagged = |tag: u64, bytes: &[u8]| xxh3_64_with_seed(bytes, seed.rotate_left(7) ^ tag);
    match value {
        Value::Null => tagged(1, &[]),
        other if form != Form::Typed => {
            tagged(2, text_of(other, form).unwrap_or_default().as_bytes())
        }
        Value::Text(text) => tagged(2, text.as_bytes()),
        Value::Boolean(value) => tagged(3, &[u8::from(*value)]),
        Value::Integer(number) => tagged(4, &number.to_le_bytes()),
        Value::Float(number) => {
            let number = if *number == 0.0 { 0.0 } else { *number };
            let number = if number.is_nan() { f64::NAN } else { number };
            tagged(5, &number.to_bits().to_le_bytes())
        }
        Value::Decimal(number) => tagged(6, &number.unscaled().to_le_bytes()),
        Value::Date(days) => tagged(7, &days.to_le_bytes()),
        Value::Time(nanos) => tagged(8, &nanos.to_le_bytes()),
        Value::Datetime { micros, .. } => tagged(9, &micros.to_le_bytes()),
    }
}

/// How the values of a column are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are, since both runs have one type.
    Typed,
    /// As texts.
    Text,
    /// As texts, those of numbers as numbers, since one run has numbers.
    Number,
}

/// The text by which values of two types are compared: a number has no zeros at its end, and where it is compared
/// with numbers the text of one has none either.
pub(super) fn text_of<'v>(value: &'v Value<'_>, form: Form) -> Option<Cow<'v, str>> {
    let text = value.to_text()?;
    let is_number = match value {
        Value::Decimal(_) => text.contains('.'),
        Value::Text(_) => form == Form::Number && has_decimals(&text),
        _ => false,
    };
    if !is_number {
        return Some(text);
    }
    let short = text.trim_end_matches('0').trim_end_matches('.').to_owned();
    Some(Cow::Owned(short))
}

/// Whether a text is digits, a point and digits, as tables write a number with decimals.
fn has_decimals(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.strip_prefix('-').unwrap_or(text).split_once('.');
    parts.is_some_and(|(whole, decimals)| is_digits(whole) && is_digits(decimals))
}

impl Pairs {
    /// Pairs the rows of two tables, and finds those that `moved`. `record` hears of each row of either side what its
    /// items are known by: the same of two rows that are paired, and of no others.
    pub(super) fn of(
        old: &mut Index,
        new: &mut Index,
        moved: bool,
        mut record: impl FnMut(usize, u64, u64),
    ) -> Self {
        for rows in [&mut old.rows, &mut new.rows] {
            rows.sort_unstable_by_key(|row| (row.key, row.place));
        }
        let mut pairs = Self::default();
        let mut both = Vec::new();
        let (mut a, mut b) = (0, 0);
        while a < old.rows.len() || b < new.rows.len() {
            let keys = [old.rows.get(a), new.rows.get(b)].into_iter().flatten().map(|row| row.key);
            let Some(key) = keys.min() else { break };
            let run = |rows: &[RowHash], from: usize| -> Range<usize> {
                from..from + rows[from..].iter().take_while(|row| row.key == key).count()
            };
            let (olds, news) = (run(&old.rows, a), run(&new.rows, b));
            (a, b) = (olds.end, news.end);
            for (side, rows) in [&olds, &news].into_iter().enumerate() {
                pairs.repeated[side] += rows.len().saturating_sub(1) as u64;
            }
            let mut number = 0;
            let mut pair = |pairs: &mut Self, one: &RowHash, other: &RowHash| {
                if one.cells == other.cells {
                    pairs.same += 1;
                } else {
                    pairs.changed.push((one.place, other.place));
                }
                let known = of_both(mix(key, number), true);
                number += 1;
                if moved {
                    both.push((one.place, other.place));
                }
                record(0, one.place, known);
                record(1, other.place, known);
            };
            let (mut left, mut right);
            if let ([one], [other]) = (&old.rows[olds.clone()], &new.rows[news.clone()]) {
                pair(&mut pairs, one, other);
                continue;
            }
            (left, right) = (old.rows[olds].to_vec(), new.rows[news].to_vec());
            if !left.is_empty() && !right.is_empty() {
                let id = |index: &Index, row: &RowHash| {
                    usize::try_from(row.place).ok().and_then(|at| index.ids.get(at)).copied()
                };
                if !old.ids.is_empty() && !new.ids.is_empty() {
                    let ids = (|row: &RowHash| id(old, row), |row: &RowHash| id(new, row));
                    alike(&mut left, &mut right, ids, |a, b| pair(&mut pairs, a, b));
                }
                let cells = (|row: &RowHash| row.cells, |row: &RowHash| row.cells);
                alike(&mut left, &mut right, cells, |a, b| pair(&mut pairs, a, b));
                let both = left.len().min(right.len());
                for (one, other) in left.drain(..both).zip(right.drain(..both)) {
                    pair(&mut pairs, &one, &other);
                }
            }
            for (n, row) in (0..).zip(&left) {
                pairs.removed.push(row.place);
                record(0, row.place, of_both(mix(key ^ OLD, n), false));
            }
            for (n, row) in (0..).zip(&right) {
                pairs.added.push(row.place);
                record(1, row.place, of_both(mix(key ^ NEW, n), false));
            }
        }
        pairs.changed.sort_unstable();
        pairs.removed.sort_unstable();
        pairs.added.sort_unstable();
        pairs.moved = out_of_order(both, &old.records);
        pairs
    }
}

/// The pairs that stand in another order, the fewest that account for it: those that are not in
/// the longest run of pairs that have kept theirs. Items are looked at record by record, so that
/// those of a record that moved have not.
fn out_of_order(mut both: Vec<(u64, u64)>, records: &[u64]) -> Vec<(u64, u64)> {
    both.sort_unstable();
    let record =
        |(old, _): &(u64, u64)| usize::try_from(*old).ok().and_then(|at| records.get(at)).copied();
    let mut moved = Vec::new();
    for rows in both.chunk_by(|a, b| record(a) == record(b)) {
        if rows.is_sorted_by_key(|(_, new)| *new) {
            continue;
        }
        // By length, the row that ends a run of it and stands first; and for each row the one before it.
        let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
        for (at, (_, new)) in rows.iter().enumerate() {
            let length = ends.partition_point(|end| rows[*end].1 < *new);
            before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
            if length == ends.len() {
                ends.push(at);
            } else {
                ends[length] = at;
            }
        }
        let mut kept = vec![false; rows.len()];
        let mut next = ends.last().copied();
        while let Some(at) = next {
            kept[at] = true;
            next = before[at];
        }
        moved.extend(rows.iter().zip(kept).filter(|(_, kept)| !kept).map(|(row, _)| *row));
    }
    moved.sort_unstable_by_key(|(_, new)| *new);
    moved
}

/// Takes the rows out of both lists that are alike in something, in order.
fn alike<K: Ord>(
    left: &mut Vec<RowHash>,
    right: &mut Vec<RowHash>,
    (of_left, of_right): (impl Fn(&RowHash) -> K, impl Fn(&RowHash) -> K),
    mut pair: impl FnMut(&RowHash, &RowHash),
) {
    left.sort_by_cached_key(|row| (of_left(row), row.place));
    right.sort_by_cached_key(|row| (of_right(row), row.place));
    let (mut kept_left, mut kept_right) = (Vec::new(), Vec::new());
    let (mut a, mut b) = (0, 0);
    while a < left.len() && b < right.len() {
        match of_left(&left[a]).cmp(&of_right(&right[b])) {
            std::cmp::Ordering::Less => {
                kept_left.push(left[a]);
                a += 1;
            }
            std::cmp::Ordering::Greater => {
                kept_right.push(right[b]);
                b += 1;
            }
            std::cmp::Ordering::Equal => {
                pair(&left[a], &right[b]);
                (a, b) = (a + 1, b + 1);
            }
        }
    }
    kept_left.extend_from_slice(&left[a..]);
    kept_right.extend_from_slice(&right[b..]);
    kept_left.sort_unstable_by_key(|row| row.place);
    kept_right.sort_unstable_by_key(|row| row.place);
    (*left, *right) = (kept_left, kept_right);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Decimal;

    fn index(rows: &[(u64, u64)]) -> Index {
        let rows = (0..).zip(rows).map(|(place, (key, cells))| RowHash {
            key: *key,
            cells: *cells,
            place,
        });
        Index { rows: rows.collect(), ..Index::default() }
    }

    fn pairs(old: &[(u64, u64)], new: &[(u64, u64)]) -> Pairs {
        Pairs::of(&mut index(old), &mut index(new), false, |_, _, _| {})
    }

    #[test]
    fn rows_of_one_key_are_paired_by_their_cells_and_then_in_order() {
        let found = pairs(&[(7, 1), (7, 2), (7, 3), (9, 1)], &[(7, 3), (7, 4), (8, 1), (9, 5)]);
        assert_eq!(found.same, 1);
        assert_eq!(found.changed, [(0, 1), (3, 3)]);
        assert_eq!((found.removed, found.added, found.repeated), (vec![1], vec![2], [2, 1]));
    }

    #[test]
    fn the_same_record_comes_before_the_same_cells() {
        let (mut old, mut new) = (index(&[(7, 1), (7, 1)]), index(&[(7, 2), (7, 1)]));
        (old.ids, new.ids) = (vec![10, 11], vec![10, 12]);
        let found = Pairs::of(&mut old, &mut new, false, |_, _, _| {});
        assert_eq!((found.changed, found.same), (vec![(0, 0)], 1));
    }

    #[test]
    fn what_items_are_known_by_is_the_same_of_a_pair_and_of_nothing_else() {
        let mut known = std::collections::BTreeMap::new();
        let (mut old, mut new) = (index(&[(7, 1), (7, 2), (8, 1)]), index(&[(7, 2), (9, 1)]));
        Pairs::of(&mut old, &mut new, false, |side, place, of| {
            known.insert((side, place), of);
        });
        assert_eq!(known[&(0, 1)], known[&(1, 0)]);
        let both: Vec<_> = known.values().filter(|known| is_of_both(**known)).collect();
        assert_eq!(both, [&known[&(0, 1)], &known[&(1, 0)]]);
        let mut all: Vec<_> = known.into_values().collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 4);
    }

    #[test]
    fn as_few_rows_moved_as_can_be_and_items_within_their_record() {
        let moved = |news: &[u64], records: &[u64]| {
            let both = (0..).zip(news.iter().copied()).collect();
            let moved = out_of_order(both, records);
            moved.into_iter().map(|(old, _)| old).collect::<Vec<_>>()
        };
        assert_eq!(moved(&[0, 1, 2, 3], &[]), [0_u64; 0]);
        assert_eq!(moved(&[3, 0, 1, 2], &[]), [0]);
        assert_eq!(moved(&[1, 2, 3, 0], &[]), [3]);
        assert_eq!(moved(&[2, 1, 0], &[]).len(), 2);
        // Two records changed places, and the items of one.
        assert_eq!(moved(&[2, 3, 1, 0], &[7, 7, 8, 8]), [2]);
    }

    #[test]
    fn null_is_no_text_and_both_zeros_are_one() {
        use Form::{Number, Text, Typed};
        for form in [Typed, Text, Number] {
            assert_ne!(hash(&Value::Null, 0, form), hash(&Value::text(""), 0, form));
        }
        assert_eq!(hash(&Value::Float(0.0), 0, Typed), hash(&Value::Float(-0.0), 0, Typed));
        assert_eq!(hash(&Value::Integer(12), 0, Text), hash(&Value::text("12"), 0, Text));
        assert_ne!(hash(&Value::Integer(12), 0, Typed), hash(&Value::text("12"), 0, Typed));
        let [short, long] =
            [(125, 1), (12500, 3)].map(|(n, scale)| Value::Decimal(Decimal::new(n, scale)));
        assert_eq!(hash(&short, 0, Number), hash(&long, 0, Number));
        assert_eq!(hash(&Value::Float(12.5), 0, Number), hash(&long, 0, Number));
    }

    #[test]
    fn a_text_is_the_number_that_it_writes() {
        let decimal = |text: &str| Value::Decimal(Decimal::parse(text).unwrap());
        let same = |text: &str, other: &Value<'_>, form| {
            let text = Value::text(text);
            let is_same = text_of(&text, form) == text_of(other, form);
            assert_eq!(hash(&text, 0, form) == hash(other, 0, form), is_same);
            is_same
        };
        for (text, number) in [
            ("12.50", decimal("12.50")),
            ("12.50", decimal("12.500")),
            ("12.5", decimal("12.50")),
            ("8.00", decimal("8.00")),
            ("8", decimal("8.00")),
            ("-0.10", decimal("-0.1")),
            ("12.50", Value::Float(12.5)),
            ("7", Value::Integer(7)),
        ] {
            assert!(same(text, &number, Form::Number), "{text}");
        }
        for text in ["12.51", "12,50", " 12.50", "12.50 EUR", "1.2.50", "012.50", "+12.50", ""] {
            assert!(!same(text, &decimal("12.50"), Form::Number), "{text}");
        }
        // Of no number zeros at the end are as good as none.
        assert!(!same("1.10", &Value::text("1.1"), Form::Text));
        assert!(!same("12.50", &Value::text("12.5"), Form::Typed));
    }
}
