//! The most frequent values: exact counts block by block, of which each block hands on no more
//! than [`KEPT`].
//!
//! Summaries of that kind can be added up, and a count is too low by no more than what was left
//! out (Agarwal and others, "Mergeable summaries", 2012). What is left out depends on where blocks
//! end, so blocks are cut by the inputs alone, as batches of the usual size are; a block that
//! comes in parts is counted exactly until it is whole.

use rustc_hash::FxHashMap;

use crate::report::Frequent;

/// How many values are kept from block to block.
const KEPT: usize = 256;
/// How many are told.
const TOLD: usize = 20;

/// A value: its hash, how often it occurs, and its text.
pub(super) type Counted = (u64, u64, Box<str>);

/// The same as it stands in a map.
type Entry = (u64, (u64, Box<str>));

/// Values of a block, or of a part of one.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) values: Vec<Counted>,
    /// How often one that is not among them occurs at most.
    pub(super) missed: u64,
}

/// The places of the most frequent of so many values, and how often one that is left out occurs
/// at most. `of` tells the count and the hash of each.
pub(super) fn most(count: usize, of: impl Fn(usize) -> (u64, u64)) -> (Vec<usize>, u64) {
    let mut places: Vec<_> = (0..count).collect();
    if count <= KEPT {
        return (places, 0);
    }
    let rank = |place: &usize| {
        let (count, hash) = of(*place);
        (std::cmp::Reverse(count), hash)
    };
    let (_, next, _) = places.select_nth_unstable_by_key(KEPT, rank);
    let missed = of(*next).0;
    places.truncate(KEPT);
    (places, missed)
}

/// The most frequent values of a run.
#[derive(Debug, Default)]
pub(super) struct Top {
    /// Those of the block that is not whole yet, all of them.
    open: FxHashMap<u64, (u64, Box<str>)>,
    whole: FxHashMap<u64, (u64, Box<str>)>,
    missed: u64,
}

impl Top {
    /// Adds a part of the block that is not whole yet.
    pub(super) fn part(&mut self, part: Part) {
        add(&mut self.open, part.values);
    }

    /// Adds a block that is whole.
    pub(super) fn block(&mut self, block: Part) {
        add(&mut self.whole, block.values);
        self.missed += block.missed;
        if self.whole.len() > KEPT {
            let all: Vec<_> = self.whole.drain().collect();
            let (kept, missed) = Self::cut(all);
            self.missed += missed;
            self.whole = kept.into_iter().collect();
        }
    }

    /// Ends the block that came in parts.
    pub(super) fn end(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let (kept, missed) = Self::cut(self.open.drain().collect());
        let values = kept.into_iter().map(|(hash, (count, text))| (hash, count, text));
        self.block(Part { values: values.collect(), missed });
    }

    fn cut(all: Vec<Entry>) -> (Vec<Entry>, u64) {
        let (places, missed) = most(all.len(), |place| (all[place].1.0, all[place].0));
        let mut all: Vec<_> = all.into_iter().map(Some).collect();
        (places.into_iter().filter_map(|place| all[place].take()).collect(), missed)
    }

    /// The most frequent ones, and how much too low their counts may be.
    pub(super) fn finish(mut self) -> (Vec<Frequent>, u64) {
        self.end();
        let mut all: Vec<_> = self.whole.into_iter().collect();
        all.sort_unstable_by(|(a, (m, x)), (b, (n, y))| n.cmp(m).then(x.cmp(y)).then(a.cmp(b)));
        let told = all.into_iter().take(TOLD);
        let told = told.map(|(_, (count, value))| Frequent { value: value.into(), count });
        (told.collect(), self.missed)
    }
}

fn add(to: &mut FxHashMap<u64, (u64, Box<str>)>, values: Vec<Counted>) {
    for (hash, count, text) in values {
        to.entry(hash).or_insert((0, text)).0 += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(values: &[(u64, u64)]) -> Part {
        let (places, missed) = most(values.len(), |place| (values[place].1, values[place].0));
        let value = |place: usize| {
            let (hash, count) = values[place];
            (hash, count, hash.to_string().into_boxed_str())
        };
        Part { values: places.into_iter().map(value).collect(), missed }
    }

    fn all(values: &[(u64, u64)]) -> Part {
        let value = |(hash, count): &(u64, u64)| (*hash, *count, hash.to_string().into_boxed_str());
        Part { values: values.iter().map(value).collect(), missed: 0 }
    }

    #[test]
    fn a_block_comes_to_the_same_in_parts() {
        let values: Vec<_> = (0..900_u64).map(|n| (n * 7919 % 1009, n % 37)).collect();
        let mut whole = Top::default();
        whole.block(part(&values));
        whole.block(part(&values[..700]));
        let whole = whole.finish();
        for size in [1, 100, 899] {
            let mut top = Top::default();
            values.chunks(size).for_each(|values| top.part(all(values)));
            top.end();
            values[..700].chunks(size).for_each(|values| top.part(all(values)));
            assert_eq!(top.finish(), whole, "{size}");
        }
        assert_eq!((whole.0.len(), whole.0[0].count), (TOLD, 72));
    }

    #[test]
    fn a_count_is_too_low_by_no_more_than_is_said() {
        let mut top = Top::default();
        // One value in every block, behind many that occur more often there.
        for block in 1..=4_u64 {
            let mut values: Vec<_> = (0..300).map(|n| (block * 1000 + n, 5)).collect();
            values.push((7, if block == 2 { 9 } else { 4 }));
            top.block(part(&values));
        }
        let (told, missed) = top.finish();
        let found = told.iter().find(|value| value.value == "7").unwrap();
        assert!(found.count < 21 && found.count + missed >= 21, "{} {missed}", found.count);
    }
}
