//! How ordered values spread: buckets that are as narrow as their number allows.
//!
//! A value is an integer that is ordered as the value is; the values of a bucket have the same
//! leading bits. There are no more than [`MOST`] buckets: when there would be, each takes in its
//! neighbor. So how wide they are is a matter of the values alone, in whatever order and in
//! whatever parts they come, and up to [`MOST`] distinct values are kept exactly. Doubles lie
//! within a small share of themselves whatever their size, as their leading bits say it.

/// How many buckets there are at most.
pub(super) const MOST: usize = 1024;

/// Counts of values by their leading bits.
#[derive(Clone, Debug, Default)]
pub(super) struct Spread {
    /// How many bits are left out.
    shift: u32,
    /// The bits that are left, and the count, in order.
    buckets: Vec<(i64, u64)>,
}

/// A double as an integer that is ordered as it is.
pub(super) fn key_of(number: f64) -> i64 {
    // Both zeros are one.
    let bits = (number + 0.0).to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// The double of an integer that [`key_of`] makes.
pub(super) fn number_of(key: i64) -> f64 {
    f64::from_bits((if key < 0 { key ^ i64::MAX } else { key }).cast_unsigned())
}

impl Spread {
    /// Values, each with how often it occurs, in any order and more than once.
    pub(super) fn of(mut values: Vec<(i64, u64)>) -> Self {
        values.sort_unstable_by_key(|(key, _)| *key);
        let mut spread = Self { shift: 0, buckets: values };
        spread.join(0);
        spread.bound();
        spread
    }

    /// Adds those of another.
    pub(super) fn merge(&mut self, mut other: Self) {
        let shift = self.shift.max(other.shift);
        self.join(shift - self.shift);
        other.join(shift - other.shift);
        self.buckets.append(&mut other.buckets);
        // Two runs that are in order: a stable sort merges them.
        self.buckets.sort_by_key(|(key, _)| *key);
        self.join(0);
        self.bound();
    }

    /// Leaves out more bits, and joins what is the same then.
    fn join(&mut self, bits: u32) {
        self.shift += bits;
        self.buckets.iter_mut().for_each(|(key, _)| *key >>= bits);
        self.buckets.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
    }

    /// Leaves out as few bits as the number of buckets allows.
    fn bound(&mut self) {
        if self.buckets.len() <= MOST {
            return;
        }
        // Two neighbors become one when the bit is left out by which they differ first.
        let mut differ = [0_usize; 64];
        for pair in self.buckets.windows(2) {
            differ[(pair[0].0 ^ pair[1].0).cast_unsigned().ilog2() as usize] += 1;
        }
        let (mut bits, mut left) = (0, self.buckets.len());
        while left > MOST && bits < 63 {
            left -= differ[bits as usize];
            bits += 1;
        }
        self.join(bits);
    }

    /// Whether there is no value.
    pub(super) fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// The buckets from the lowest up: the value in the middle of each, and its count. None lies
    /// outside of the bounds.
    pub(super) fn middles(&self, min: i64, max: i64) -> impl Iterator<Item = (i64, u64)> {
        let half = if self.shift == 0 { 0 } else { 1 << (self.shift - 1) };
        self.buckets.iter().map(move |(key, count)| {
            ((key << self.shift).saturating_add(half).clamp(min, max), *count)
        })
    }

    /// The value that so great a share does not exceed, which is nearest by rank.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank lies among the values"
    )]
    pub(super) fn quantile(&self, share: f64, (min, max): (i64, i64)) -> i64 {
        let all: u64 = self.buckets.iter().map(|(_, count)| count).sum();
        let rank = ((share * all as f64).ceil() as u64).max(1);
        let mut seen = 0;
        for (middle, count) in self.middles(min, max) {
            seen += count;
            if seen >= rank {
                return middle;
            }
        }
        max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_keep_their_order_as_keys() {
        let numbers = [f64::MIN, -1.5, -1.0, -1e-300, 0.0, 1e-300, 1.0, 1.5, 2.0, f64::MAX];
        assert!(numbers.map(key_of).is_sorted());
        assert_eq!(key_of(-0.0), key_of(0.0));
        for number in numbers {
            assert_eq!(number_of(key_of(number)).to_bits(), number.to_bits());
        }
    }

    #[test]
    fn buckets_are_the_same_in_whatever_order_and_parts() {
        let values: Vec<i64> =
            (0..5000_i64).map(|n| (n * n * 7919) % 1_000_003 - 500_000).collect();
        let of = |values: &[i64]| Spread::of(values.iter().map(|value| (*value, 1)).collect());
        let whole = of(&values);
        assert!(whole.buckets.len() <= MOST && whole.shift > 0);
        for size in [1, 700, 4999] {
            let mut parts = Spread::default();
            values.chunks(size).rev().for_each(|part| parts.merge(of(part)));
            assert_eq!((parts.shift, &parts.buckets), (whole.shift, &whole.buckets), "{size}");
        }
    }

    #[test]
    fn quantiles_are_exact_of_few_values_and_near_of_many() {
        let spread = Spread::of(vec![(9, 1), (2, 1), (1, 1), (2, 1)]);
        let quantile = |share| spread.quantile(share, (1, 9));
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0].map(quantile), [1, 1, 2, 2, 9]);
        let many = Spread::of((1..=100_000).map(|n| (key_of(f64::from(n)), 1)).collect());
        let median = number_of(many.quantile(0.5, (key_of(1.0), key_of(1e5))));
        assert!((median / 50_000.0 - 1.0).abs() < 0.02, "{median}");
    }
}
