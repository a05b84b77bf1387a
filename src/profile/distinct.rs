//! How many distinct values there are: counted up to [`EXACT`], estimated beyond.

use rustc_hash::FxHashSet;

/// How many distinct values are counted one by one.
pub(super) const EXACT: usize = 1000;
/// How many bits of a hash name a register.
const BITS: u32 = 12;
const REGISTERS: usize = 1 << BITS;

/// Hashes of distinct values. The estimate is that of a `HyperLogLog` (Flajolet and others, 2007) with
/// the estimator of Ertl ("New cardinality estimation algorithms for `HyperLogLog` sketches", 2017). It is no crate's, as the
/// registers of batches must be merged, and come to the same in whatever parts, from release to release.
#[derive(Clone, Debug)]
pub(super) enum Distinct {
    /// All of them.
    Exact(FxHashSet<u64>),
    /// Of each register the longest run of zeros, plus one.
    Registers(Box<[u8; REGISTERS]>),
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Exact(FxHashSet::default())
    }
}

impl Distinct {
    /// Distinct values by their hashes, of which so many come.
    pub(super) fn of(hashes: impl Iterator<Item = u64>, count: usize) -> Self {
        if count <= EXACT {
            return Self::Exact(hashes.collect());
        }
        let mut registers = Box::new([0; REGISTERS]);
        set_all(&mut registers, hashes);
        Self::Registers(registers)
    }

    /// Adds those of another.
    pub(super) fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Registers(mine), Self::Registers(theirs)) => {
                for (mine, theirs) in mine.iter_mut().zip(theirs.iter()) {
                    *mine = (*mine).max(*theirs);
                }
            }
            (Self::Registers(mine), Self::Exact(theirs)) => {
                set_all(mine, theirs.into_iter());
            }
            (Self::Exact(mine), Self::Registers(mut theirs)) => {
                set_all(&mut theirs, mine.drain());
                *self = Self::Registers(theirs);
            }
            (Self::Exact(mine), Self::Exact(theirs)) => {
                mine.extend(theirs);
                if mine.len() > EXACT {
                    *self = Self::of(std::mem::take(mine).into_iter(), EXACT + 1);
                }
            }
        }
    }

    /// How many there are, and whether they were counted.
    pub(super) fn count(&self) -> (u64, bool) {
        match self {
            Self::Exact(hashes) => (hashes.len() as u64, true),
            Self::Registers(registers) => (estimate(registers), false),
        }
    }
}

fn set_all(registers: &mut [u8; REGISTERS], hashes: impl Iterator<Item = u64>) {
    for hash in hashes {
        set(registers, hash);
    }
}

fn set(registers: &mut [u8; REGISTERS], hash: u64) {
    let register = usize::try_from(hash >> (64 - BITS)).unwrap_or(0);
    // The bit that is set ends the run where all others are zero.
    let zeros = (hash << BITS | 1 << (BITS - 1)).leading_zeros();
    let run = u8::try_from(zeros + 1).unwrap_or(u8::MAX);
    registers[register] = registers[register].max(run);
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, which is not negative"
)]
fn estimate(registers: &[u8; REGISTERS]) -> u64 {
    const MOST: usize = (64 - BITS) as usize;
    let mut runs = [0_u32; MOST + 2];
    for run in registers {
        runs[usize::from(*run)] += 1;
    }
    let all = REGISTERS as f64;
    let mut sum = all * tau(1.0 - f64::from(runs[MOST + 1]) / all);
    for run in (1..=MOST).rev() {
        sum = 0.5 * (sum + f64::from(runs[run]));
    }
    sum += all * sigma(f64::from(runs[0]) / all);
    (all * all / (2.0 * std::f64::consts::LN_2 * sum)).round() as u64
}

/// What registers without a value add to the sum.
#[expect(clippy::float_cmp, reason = "the series has ended when nothing changes any more")]
fn sigma(mut share: f64) -> f64 {
    if share == 1.0 {
        return f64::INFINITY;
    }
    let (mut weight, mut sum) = (1.0, share);
    loop {
        share *= share;
        let before = sum;
        sum += share * weight;
        weight += weight;
        if sum == before {
            return sum;
        }
    }
}

/// What registers that are full take from it.
#[expect(clippy::float_cmp, reason = "the series has ended when nothing changes any more")]
fn tau(mut share: f64) -> f64 {
    if share == 0.0 || share == 1.0 {
        return 0.0;
    }
    let (mut weight, mut sum) = (1.0, 1.0 - share);
    loop {
        share = share.sqrt();
        let before = sum;
        weight *= 0.5;
        sum -= (1.0 - share).powi(2) * weight;
        if sum == before {
            return sum / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    fn of(numbers: std::ops::Range<u32>) -> Distinct {
        let count = numbers.len();
        Distinct::of(numbers.map(|n| xxh3_64(&n.to_le_bytes())), count)
    }

    #[test]
    fn few_are_counted_and_many_estimated() {
        assert_eq!(of(0..0).count(), (0, true));
        assert_eq!(of(0..1000).count(), (1000, true));
        for count in [1001, 5_000, 12_000, 30_000, 300_000] {
            let (found, exact) = of(0..count).count();
            assert!(
                !exact && found.abs_diff(u64::from(count)) * 20 < u64::from(count),
                "{count} {found}"
            );
        }
    }

    #[test]
    fn parts_come_to_the_same_as_the_whole() {
        let whole = of(0..9_000).count();
        for cut in [1, 900, 4_000] {
            for (a, b) in [(of(0..cut), of(cut..9_000)), (of(cut..9_000), of(0..cut))] {
                let mut parts = a;
                parts.merge(b);
                parts.merge(of(5..cut.max(5)));
                assert_eq!(parts.count(), whole);
            }
        }
    }
}
