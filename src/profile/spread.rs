//! How ordered values spread: buckets that are as narrow as their number allows.
//!
//! A value is an integer that is ordered as the value is; the values of a bucket have the same
//! leading bits. There are no more than [`MOST`] buckets: when there would be, each takes in its
//! neighbor. So how wide they are is a matter of the values alone, in whatever order and in
//! whatever parts they come, and up to [`MOST`] distinct values are kept exactly. Doubles lie
//! within a small share of themselves whatever their size, as their leading bits say it; so do
//! integers, whose order begins with how large they are.

/// How many buckets there are at most.
pub(super) const MOST: usize = 1024;

/// Counts of values by their leading bits.
#[derive(Clone, Debug, Default)]
pub(super) struct Spread {
    /// How many bits are left out.
    shift: u32,
    /// The bits that are left, and the count, in order.
    buckets: Vec<(i128, u64)>,
}

/// How many bits of a whole number stand behind how many it has. Of up to 36 digits none is lost.
const DIGITS: u32 = 120;

/// A whole number as an integer that is ordered as it is, and begins with its size.
pub(super) fn key_of_whole(number: i128) -> i128 {
    let size = number.unsigned_abs().min(i128::MAX.unsigned_abs()).cast_signed();
    let Some(bits) = size.checked_ilog2() else { return 0 };
    let digits = size ^ 1 << bits;
    let digits = if bits <= DIGITS { digits << (DIGITS - bits) } else { digits >> (bits - DIGITS) };
    (i128::from(bits + 1) << DIGITS | digits) * number.signum()
}

/// The whole number of an integer that [`key_of_whole`] makes, or of one between two of them.
pub(super) fn whole_of(key: i128) -> i128 {
    let size = key.unsigned_abs();
    let Some(bits) = u32::try_from(size >> DIGITS).ok().and_then(|bits| bits.checked_sub(1)) else {
        return 0;
    };
    let digits = size & ((1 << DIGITS) - 1);
    let bits = bits.min(126);
    let digits = if bits <= DIGITS { digits >> (DIGITS - bits) } else { digits << (bits - DIGITS) };
    (1 << bits | digits).cast_signed() * key.signum()
}

/// A double as an integer that is ordered as it is.
pub(super) fn key_of(number: f64) -> i128 {
    // Both zeros are one.
    let bits = (number + 0.0).to_bits().cast_signed();
    (if bits < 0 { bits ^ i64::MAX } else { bits }).into()
}

/// The double of an integer that [`key_of`] makes.
#[expect(clippy::cast_possible_truncation, reason = "it was made of the bits of a double")]
pub(super) fn number_of(key: i128) -> f64 {
    let key = key as i64;
    f64::from_bits((if key < 0 { key ^ i64::MAX } else { key }).cast_unsigned())
}

impl Spread {
    /// Values, each with how often it occurs, in any order and more than once.
    pub(super) fn of(mut values: Vec<(i128, u64)>) -> Self {
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
        let mut differ = [0_usize; 128];
        for pair in self.buckets.windows(2) {
            differ[(pair[0].0 ^ pair[1].0).cast_unsigned().ilog2() as usize] += 1;
        }
        let (mut bits, mut left) = (0, self.buckets.len());
        while left > MOST && bits < 127 {
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
    pub(super) fn middles(&self, min: i128, max: i128) -> impl Iterator<Item = (i128, u64)> {
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
    pub(super) fn quantile(&self, share: f64, (min, max): (i128, i128)) -> i128 {
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
    fn whole_numbers_keep_their_order_and_their_digits_as_keys() {
        let mut numbers = vec![0_i128, 1, 2, 3, 4, 1000, (1 << 53) + 1, (1 << 53) + 2];
        numbers.extend([i128::from(i64::MAX) - 1, i64::MAX.into(), 10_i128.pow(36) - 1]);
        let negative: Vec<_> = numbers.iter().rev().map(|number| -number).collect();
        numbers.splice(..0, negative);
        let keys: Vec<_> = numbers.iter().map(|number| key_of_whole(*number)).collect();
        assert!(keys.is_sorted());
        let back: Vec<_> = keys.iter().map(|key| whole_of(*key)).collect();
        assert_eq!(back, numbers);
        // Of more digits the last are lost, and no bound is an accident.
        let most = whole_of(key_of_whole(i128::MAX));
        assert!(i128::MAX - most < 1 << 7, "{most}");
        assert_eq!(key_of_whole(i128::MIN), -key_of_whole(i128::MAX));
    }

    #[test]
    fn buckets_are_the_same_in_whatever_order_and_parts() {
        let values: Vec<i128> =
            (0..5000_i128).map(|n| (n * n * 7919) % 1_000_003 - 500_000).collect();
        let of = |values: &[i128]| Spread::of(values.iter().map(|value| (*value, 1)).collect());
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
