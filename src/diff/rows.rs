//! The rows of a table that both runs have: which are the same, which differ, and how far.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use xxhash_rust::xxh3::xxh3_64;

use super::Options;
use super::model::{CellShown, Change, ColumnDiff, Figures, KnownBy, RowShown, Sides, TableDiff};
use super::output::Output;
use super::pairs::{
    Form, Index, Pairs, RowHash, WITH_RECORD, hash, is_of_both, mix, null_key, of_table, orphan,
    text_of,
};
use super::plan::{Compared, Plan};
use super::reader::TableFile;
use crate::data::{Decimal, Value};
use crate::dataset::exact::{Number, Sum};
use crate::diagnostic::key_in_words;
use crate::error::Result;

/// How many rows that differ are read at a time.
const CHUNK: usize = 4096;
/// How many characters of a cell name a row that has no key.
const NAMED: usize = 40;

/// The records of both runs, by the hashes of their ids: what their items are known by.
#[derive(Debug, Default)]
pub(super) struct Records([Vec<Record>; 2]);

#[derive(Clone, Copy, Debug)]
struct Record {
    id: u64,
    /// The same of two records that are one, and of no others.
    known: u64,
    /// Which table of records, and which row of it.
    place: (u32, u32),
}

impl Records {
    fn add(&mut self, side: usize, table: usize, ids: &[u64], known: &[u64]) {
        let table = u32::try_from(table).unwrap_or(u32::MAX);
        let records = (0..).zip(ids.iter().zip(known)).map(|(row, (id, known))| Record {
            id: *id,
            known: of_table(*known, table),
            place: (table, row),
        });
        self.0[side].extend(records);
    }

    /// From here on records can be found.
    pub(super) fn seal(&mut self) {
        for side in &mut self.0 {
            side.sort_unstable_by_key(|record| (record.id, record.place));
        }
    }

    fn find(&self, side: usize, id: u64) -> Option<&Record> {
        let side = &self.0[side];
        side.get(side.partition_point(|record| record.id < id)).filter(|record| record.id == id)
    }
}

/// A row that differs, on its way to who is told.
#[derive(Debug, Default)]
struct Row {
    place: Sides<Option<u64>>,
    ids: Sides<Option<String>>,
    /// The cells that name it: those of its key, or all.
    naming: Vec<Value<'static>>,
    cells: Vec<CellShown>,
}

/// Compares the rows of a table. `of_records` are the tables of records, in the order in
/// which they are compared.
pub(super) fn compare(
    plan: &Plan,
    of_records: &[&Plan],
    records: &mut Records,
    options: &Options,
    output: Option<&mut Output>,
) -> Result<TableDiff> {
    let (mut null_keys, mut with_records) = (Sides::default(), Sides::default());
    let (nulls, with) = (&mut null_keys, &mut with_records);
    let mut old = index(plan, 0, (records, options.moved), (&mut nulls.old, &mut with.old))?;
    let mut new = index(plan, 1, (records, false), (&mut nulls.new, &mut with.new))?;
    let rows = Sides { old: old.rows.len() as u64, new: new.rows.len() as u64 };
    let mut known = [vec![0; old.ids.len()], vec![0; new.ids.len()]];
    let pairs = Pairs::of(&mut old, &mut new, options.moved, |side, place, by| {
        let slot = usize::try_from(place).ok().and_then(|place| known[side].get_mut(place));
        if let Some(slot) = slot {
            *slot = by;
        }
    });
    (old.rows, new.rows) = (Vec::new(), Vec::new());
    if let Some(table) = of_records.iter().position(|records| records.name == plan.name) {
        records.add(0, table, &old.ids, &known[0]);
        records.add(1, table, &new.ids, &known[1]);
    }
    drop((old, new, known));
    let Sides { old: columns_removed, new: columns_added } = plan.columns_of_one();
    let by_key = !plan.key.is_empty();
    let diff = TableDiff {
        name: plan.name.clone(),
        only: None,
        rows,
        known_by: plan.known_by,
        key: plan.key.iter().map(|column| column.name.clone()).collect(),
        same: pairs.same,
        moved: options.moved.then_some(pairs.moved.len() as u64),
        tolerance_unused: plan.tolerance_unused(),
        repeated_keys: if by_key {
            Sides { old: pairs.repeated[0], new: pairs.repeated[1] }
        } else {
            Sides::default()
        },
        null_keys,
        with_records,
        columns_added,
        columns_removed,
        columns_retyped: plan.retyped(),
        columns_ignored: plan.ignored.clone(),
        ..TableDiff::default()
    };
    let (sums, shown) = (BTreeMap::new(), BTreeMap::new());
    let mut telling = Telling { plan, of_records, records, options, output, diff, sums, shown };
    telling.pairs(pairs)?;
    let diff = telling.diff;
    plan.files.each().into_iter().for_each(TableFile::forget);
    Ok(diff)
}

/// The hashes of the rows of one run. Counted are those that have a null for a key, and
/// items of records that this run alone has. Where rows that moved are `asked` for, the record of
/// each item is kept.
fn index(
    plan: &Plan,
    side: usize,
    (records, asked): (&Records, bool),
    (nulls, with_records): (&mut u64, &mut u64),
) -> Result<Index> {
    let file = plan.files.each()[side];
    let of_item = matches!(plan.known_by, KnownBy::RecordAndKey | KnownBy::RecordAndCells);
    let has_id = of_item || (plan.is_of_records && file.kind("record_id").is_some());
    let mut names: Vec<&str> =
        plan.key.iter().chain(&plan.columns).map(|column| column.name.as_str()).collect();
    if has_id {
        names.push("record_id");
    }
    let mut index = Index::default();
    index.rows.reserve_exact(usize::try_from(file.rows()).unwrap_or(0));
    file.each_group(&names, |rows, values| {
        let (keys, rest) = values.split_at(plan.key.len());
        let (cells, ids) = rest.split_at(plan.columns.len());
        for row in 0..rows.len() {
            let id = ids.first().map(|ids| {
                let text = ids[row].to_text().unwrap_or(Cow::Borrowed(""));
                xxh3_64(text.as_bytes())
            });
            let (mut seed, mut mark) = (0, 0);
            match id {
                // The items of a record that is in no table belong to it alone.
                Some(id) if of_item => {
                    seed = records.find(side, id).map_or(orphan(id), |record| record.known);
                    if asked {
                        index.records.push(seed);
                    }
                    if !is_of_both(seed) {
                        *with_records += 1;
                        mark = WITH_RECORD;
                    }
                }
                Some(id) => index.ids.push(id),
                None => {}
            }
            let all = |columns: &[Compared], values: &[Vec<Value<'_>>], seed| {
                let both = columns.iter().zip(values);
                both.fold(seed, |seed, (column, of)| hash(&of[row], seed, column.form()))
            };
            let cells = all(&plan.columns, cells, 0);
            let is_null = !of_item && keys.iter().any(|key| key[row].is_null());
            let key = match plan.known_by {
                KnownBy::Key | KnownBy::RecordAndKey if is_null => {
                    *nulls += 1;
                    null_key(mix(all(&plan.key, keys, seed), cells))
                }
                KnownBy::Key | KnownBy::RecordAndKey => all(&plan.key, keys, seed),
                KnownBy::Cells | KnownBy::RecordAndCells => mix(seed, cells),
            };
            index.rows.push(RowHash { key, cells, place: (rows.start + row) as u64 | mark });
        }
        Ok(())
    })?;
    Ok(index)
}

/// Reads the rows that differ, counts how, and tells them.
struct Telling<'t> {
    plan: &'t Plan,
    of_records: &'t [&'t Plan],
    records: &'t Records,
    options: &'t Options,
    output: Option<&'t mut Output>,
    diff: TableDiff,
    /// How far the numbers of each column went.
    sums: BTreeMap<String, Sum>,
    /// How many rows of each kind are shown.
    shown: BTreeMap<Change, usize>,
}

impl Telling<'_> {
    fn pairs(&mut self, pairs: Pairs) -> Result<()> {
        let Pairs { changed, mut removed, mut added, moved, .. } = pairs;
        for chunk in changed.chunks(CHUNK) {
            self.changed(chunk, &mut removed, &mut added)?;
        }
        // Items that came or went by themselves say more, and come first.
        for places in [&mut removed, &mut added] {
            places.sort_unstable();
            for place in places.iter_mut() {
                *place &= !WITH_RECORD;
            }
        }
        // Those that are told come first, as in a table of changes.
        self.alone(Change::Added, &added)?;
        self.alone(Change::Removed, &removed)?;
        self.moved(&moved)?;
        (self.diff.added, self.diff.removed) = (added.len() as u64, removed.len() as u64);
        // Only columns with something to tell, in the order of the table.
        let mut columns = std::mem::take(&mut self.diff.columns);
        for column in &self.plan.columns {
            if let Some(mut found) = columns.shift_remove(&column.name) {
                if let (Some(figures), Some(sum)) =
                    (&mut found.figures, self.sums.get(&column.name))
                {
                    figures.sum = sum.total();
                    figures.mean = sum.mean().unwrap_or_default();
                }
                self.diff.columns.insert(column.name.clone(), found);
            }
        }
        Ok(())
    }

    /// How many rows more are told of those with a change.
    fn wanted(&self, change: Change) -> usize {
        if self.output.is_some() {
            return usize::MAX;
        }
        let shown = self.shown.get(&change).copied().unwrap_or(0);
        self.options.limit.saturating_sub(shown)
    }

    /// The columns that are read of rows which one run alone has.
    fn naming(&self) -> &[Compared] {
        if self.plan.key.is_empty() { &self.plan.columns } else { &self.plan.key }
    }

    fn changed(
        &mut self,
        places: &[(u64, u64)],
        removed: &mut Vec<u64>,
        added: &mut Vec<u64>,
    ) -> Result<()> {
        let plan = self.plan;
        let names: Vec<&str> =
            plan.key.iter().chain(&plan.columns).map(|column| column.name.as_str()).collect();
        let olds: Vec<u64> = places.iter().map(|(old, _)| *old).collect();
        let news: Vec<u64> = places.iter().map(|(_, new)| *new).collect();
        let old_rows = pick(&plan.files.old, &olds, &names)?;
        let new_rows = pick(&plan.files.new, &news, &names)?;
        let mut wanted = self.wanted(Change::Changed);
        let mut rows = Vec::new();
        for ((old, new), (mut one, mut other)) in
            places.iter().zip(old_rows.into_iter().zip(new_rows))
        {
            let keys = plan.key.len();
            let is_other = |n: &usize| !is_same(&one.0[*n], &other.0[*n], &plan.key[*n]);
            if (0..keys).any(|n| is_other(&n)) {
                // Two keys of one hash.
                removed.push(*old);
                added.push(*new);
                continue;
            }
            let mut cells = Vec::new();
            for (n, column) in plan.columns.iter().enumerate() {
                let sides = Sides { old: &one.0[keys + n], new: &other.0[keys + n] };
                cells.extend(self.cell(column, &sides));
            }
            if cells.is_empty() {
                self.diff.same += 1;
                continue;
            }
            self.diff.changed += 1;
            if wanted > 0 {
                wanted -= 1;
                other.0.truncate(keys);
                rows.push(Row {
                    place: Sides { old: Some(*old), new: Some(*new) },
                    ids: Sides { old: one.1.take(), new: other.1.take() },
                    naming: other.0,
                    cells,
                });
            }
        }
        self.tell(Change::Changed, rows)
    }

    /// What a cell differs in, if it does.
    fn cell(&mut self, column: &Compared, value: &Sides<&Value<'static>>) -> Option<CellShown> {
        if is_same(value.old, value.new, column) {
            return None;
        }
        let far = difference(value.old, value.new);
        let change = far.map(|(_, far)| far);
        let found = self.diff.columns.entry(column.name.clone()).or_default();
        let masked = column.masked;
        found.masked = masked;
        if column.tolerance.is_some_and(|most| is_within(value.old, value.new, most)) {
            found.tolerated += 1;
            return None;
        }
        count(found, value, change.filter(|_| !masked));
        if let Some((far, _)) = far.filter(|_| !masked) {
            self.sums.entry(column.name.clone()).or_default().add(far);
        }
        let text = |value: &&Value<'_>| value.to_text().filter(|_| !masked).map(Cow::into_owned);
        Some(CellShown {
            column: column.name.clone(),
            value: value.map(text),
            masked,
            change: change.filter(|_| !masked),
        })
    }

    /// Tells rows that one run alone has.
    fn alone(&mut self, change: Change, places: &[u64]) -> Result<()> {
        let wanted = self.wanted(change).min(places.len());
        let names: Vec<String> = self.naming().iter().map(|column| column.name.clone()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let is_new = change == Change::Added;
        for chunk in places[..wanted].chunks(CHUNK) {
            let files = &self.plan.files;
            let file = if is_new { &files.new } else { &files.old };
            let read = pick(file, chunk, &names)?;
            let rows = chunk.iter().zip(read).map(|(place, (naming, id))| {
                let sides = |own: Option<u64>, id: Option<String>| {
                    if is_new {
                        (Sides { old: None, new: own }, Sides { old: None, new: id })
                    } else {
                        (Sides { old: own, new: None }, Sides { old: id, new: None })
                    }
                };
                let (place, ids) = sides(Some(*place), id);
                Row { place, ids, naming, cells: Vec::new() }
            });
            let rows = rows.collect();
            self.tell(change, rows)?;
        }
        Ok(())
    }

    /// Tells rows that stand in another order.
    fn moved(&mut self, places: &[(u64, u64)]) -> Result<()> {
        let wanted = self.wanted(Change::Moved).min(places.len());
        let names: Vec<String> = self.naming().iter().map(|column| column.name.clone()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for chunk in places[..wanted].chunks(CHUNK) {
            let news: Vec<u64> = chunk.iter().map(|(_, new)| *new).collect();
            let olds: Vec<u64> = chunk.iter().map(|(old, _)| *old).collect();
            let old = pick(&self.plan.files.old, &olds, &[])?;
            let new = pick(&self.plan.files.new, &news, &names)?;
            let rows = chunk.iter().zip(old.into_iter().zip(new));
            let rows = rows.map(|((was, is), ((_, old), (naming, new)))| Row {
                place: Sides { old: Some(*was), new: Some(*is) },
                ids: Sides { old, new },
                naming,
                cells: Vec::new(),
            });
            self.tell(Change::Moved, rows.collect())?;
        }
        Ok(())
    }

    /// Names rows, writes them, and keeps the first.
    fn tell(&mut self, change: Change, rows: Vec<Row>) -> Result<()> {
        let names = self.names(change, &rows)?;
        for (row, key) in rows.into_iter().zip(names) {
            if let Some(output) = &mut self.output {
                let hidden = Sides::default();
                let ids = if self.plan.hides_ids { &hidden } else { &row.ids };
                output.row(&self.plan.name, key.as_deref(), change, &row.place, ids)?;
                for cell in &row.cells {
                    output.cell(&self.plan.name, key.as_deref(), cell)?;
                }
            }
            let shown = self.shown.entry(change).or_default();
            if *shown < self.options.limit {
                *shown += 1;
                self.diff.shown.push(RowShown { change, key, row: row.place, cells: row.cells });
            }
        }
        Ok(())
    }

    /// What rows are known by, in words; none where that is hidden or null.
    fn names(&self, change: Change, rows: &[Row]) -> Result<Vec<Option<String>>> {
        let of_item = matches!(self.plan.known_by, KnownBy::RecordAndKey | KnownBy::RecordAndCells);
        let records = if of_item {
            self.record_names(change, rows)?
        } else {
            vec![Some(Vec::new()); rows.len()]
        };
        let naming = self.naming();
        let by_cells = self.plan.key.is_empty();
        let named = rows.iter().zip(records).map(|(row, record)| {
            let mut words = record?;
            // A record without a key is none that could be named.
            if !of_item && !by_cells && row.naming.iter().all(Value::is_null) {
                return None;
            }
            for (value, column) in row.naming.iter().zip(naming) {
                words.push(match value.to_text() {
                    _ if column.masked && by_cells => "(hidden)".to_owned(),
                    _ if column.masked => return None,
                    Some(text) if by_cells => cut(&text),
                    Some(text) => text.into_owned(),
                    None => "null".to_owned(),
                });
            }
            // The column `record_key` is such a text itself.
            if let ([_, _, ..], Some("record_key")) =
                (&words[..], naming.first().map(|column| column.name.as_str()))
                && !of_item
                && !by_cells
            {
                let record = std::mem::take(&mut words[0]);
                return Some(record + &key_in_words(&words));
            }
            Some(key_in_words(&words)).filter(|_| !words.is_empty())
        });
        Ok(named.collect())
    }

    /// The keys of the records of items.
    fn record_names(&self, change: Change, rows: &[Row]) -> Result<Vec<Option<Vec<String>>>> {
        let side = usize::from(change != Change::Removed);
        let mut names = vec![None; rows.len()];
        let mut of_table: BTreeMap<u32, Vec<(usize, u64)>> = BTreeMap::new();
        let shown = |id: &String| (!self.plan.hides_ids).then(|| vec![id.clone()]);
        for (n, row) in rows.iter().enumerate() {
            let Some(id) = row.ids.each()[side] else { continue };
            match self.records.find(side, xxh3_64(id.as_bytes())) {
                Some(record) => {
                    of_table.entry(record.place.0).or_default().push((n, record.place.1.into()));
                }
                None => names[n] = shown(id),
            }
        }
        for (table, found) in of_table {
            let Some(plan) = self.of_records.get(table as usize) else { continue };
            if plan.key.iter().any(|column| column.masked) {
                continue;
            }
            let columns: Vec<&str> = plan.key.iter().map(|column| column.name.as_str()).collect();
            let places: Vec<u64> = found.iter().map(|(_, place)| *place).collect();
            let keys = plan.files.each()[side].pick(&places, &columns)?;
            for ((n, _), key) in found.iter().zip(keys) {
                let words: Option<Vec<_>> =
                    key.iter().map(|value| value.to_text().map(Cow::into_owned)).collect();
                // A record that nothing is known by but its bytes is named by its id.
                names[*n] = match words.filter(|words| !words.is_empty()) {
                    Some(words) => Some(words),
                    None => rows[*n].ids.each()[side].as_ref().and_then(shown),
                };
            }
        }
        Ok(names)
    }
}

/// The values of rows, and the ids of their records.
fn pick(
    file: &TableFile,
    places: &[u64],
    names: &[&str],
) -> Result<Vec<(Vec<Value<'static>>, Option<String>)>> {
    let mut names = names.to_vec();
    let has_id = file.kind("record_id").is_some();
    if has_id {
        names.push("record_id");
    }
    let rows = file.pick(places, &names)?;
    let split = |mut row: Vec<Value<'static>>| {
        let id = if has_id { row.pop() } else { None };
        let id = id.and_then(|id| id.to_text().map(Cow::into_owned));
        (row, id)
    };
    Ok(rows.into_iter().map(split).collect())
}

/// Whether two values are the same, any tolerance aside.
fn is_same(old: &Value<'_>, new: &Value<'_>, column: &Compared) -> bool {
    match (old, new) {
        (Value::Float(a), Value::Float(b)) => match a.partial_cmp(b) {
            Some(order) => order.is_eq(),
            None => a.is_nan() && b.is_nan(),
        },
        (old, new) => match column.form() {
            Form::Typed => old == new,
            form => text_of(old, form) == text_of(new, form),
        },
    }
}

/// Whether two numbers lie no further apart than `most`, all three as they are written: a
/// difference of doubles may be none where there is one.
fn is_within(old: &Value<'_>, new: &Value<'_>, most: f64) -> bool {
    let exact = |value: &Value<'_>| -> Option<BigDecimal> {
        value.to_f64()?;
        value.to_text()?.parse().ok()
    };
    match (exact(old), exact(new), exact(&Value::Float(most))) {
        (Some(old), Some(new), Some(most)) => (new - old).abs() <= most,
        // Without a number, or with an infinite one, there is no distance.
        _ => false,
    }
}

/// How far a number went: exact but for doubles, so that a tolerance of 0.01 is one; and the
/// nearest double.
fn difference(old: &Value<'_>, new: &Value<'_>) -> Option<(Number, f64)> {
    let exact = match (old, new) {
        (Value::Integer(old), Value::Integer(new)) => {
            Some((i128::from(*new) - i128::from(*old), 0))
        }
        (Value::Decimal(old), Value::Decimal(new)) if old.scale() == new.scale() => {
            new.unscaled().checked_sub(old.unscaled()).map(|far| (far, old.scale()))
        }
        _ => None,
    };
    if let Some((units, scale)) = exact {
        let number = Number::Exact { units, scale: u32::from(scale) };
        return Some((number, Decimal::new(units, scale).to_f64()));
    }
    let far = new.to_f64()? - old.to_f64()?;
    Some((Number::Float(far), far))
}

fn count(found: &mut ColumnDiff, value: &Sides<&Value<'_>>, change: Option<f64>) {
    found.cells += 1;
    found.were_null += u64::from(value.old.is_null());
    found.are_null += u64::from(value.new.is_null());
    let Some(far) = change else { return };
    let figures = found.figures.get_or_insert(Figures::default());
    figures.count += 1;
    figures.max = figures.max.max(far.abs());
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(NAMED) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_held_against_numbers_as_they_are_written() {
        let decimal = |text| Value::Decimal(Decimal::parse(text).unwrap());
        let large = 9_007_199_254_740_992;
        let apart = [
            (decimal("9007199254740993.00"), decimal("9007199254740992.001"), 0.5),
            (decimal("9007199254740993"), Value::Float(9_007_199_254_740_992.0), 0.0),
            (Value::Float(9_007_199_254_740_992.0), Value::Integer(large + 1), 0.9),
            (Value::Float(0.3), decimal("0.41"), 0.1),
            (Value::Null, Value::Integer(1), 5.0),
            (Value::Float(f64::MIN), Value::Float(f64::MAX), f64::MAX),
            (Value::text("1"), Value::text("2"), 5.0),
        ];
        for (old, new, most) in apart {
            assert!(!is_within(&old, &new, most), "{old:?} {new:?}");
        }
        let near = [
            (Value::Float(0.3), Value::Float(0.4), 0.1),
            (decimal("0.30"), Value::Float(0.4), 0.1),
            (Value::Float(9_007_199_254_740_992.0), Value::Integer(large + 1), 1.0),
        ];
        for (old, new, most) in near {
            assert!(is_within(&old, &new, most), "{old:?} {new:?}");
        }
    }
}
