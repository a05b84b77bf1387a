//! From buckets to bins for people, and to quantiles.

use super::Ends;
use super::figure_of;
use super::spread::{Spread, whole_of};
use crate::data::Kind;
use crate::report::{Bin, Figure, Histogram, Lengths, Quantiles};

/// How many bins there are at most.
const BINS: i64 = 24;
/// From how many times the smallest value on the largest one makes bins grow.
const FAR: f64 = 1000.0;

/// Quantiles of values that lie between two ends.
pub(super) fn quantiles(spread: &Spread, ends: &Ends<'_>) -> Option<Quantiles> {
    let at = |share| ends.figure(spread.quantile(share, ends.keys));
    (!spread.is_empty()).then(|| Quantiles {
        p05: at(0.05),
        p25: at(0.25),
        p50: at(0.5),
        p75: at(0.75),
        p95: at(0.95),
    })
}

/// The bins of values that lie between two ends.
pub(super) fn histogram(spread: &Spread, ends: &Ends<'_>) -> Option<Histogram> {
    if spread.is_empty() {
        return None;
    }
    let middles = || spread.middles(ends.keys.0, ends.keys.1);
    match ends.kind {
        Kind::Float | Kind::Decimal { .. } => Some(of_numbers(spread, ends)),
        Kind::Integer if is_far(spread, ends) => Some(of_numbers(spread, ends)),
        Kind::Integer => {
            let values = middles().map(|(key, count)| (whole_of(key), count));
            let (min, max) = ends.keys;
            Some(in_steps(values, (whole_of(min), whole_of(max)), integer))
        }
        Kind::Date | Kind::Time | Kind::Datetime { .. } => {
            Some(in_steps(middles(), ends.keys, |key| ends.figure(key)))
        }
        Kind::Text | Kind::Boolean => None,
    }
}

/// What is kept of lengths, for `count` texts.
#[expect(clippy::cast_precision_loss, reason = "a mean for people")]
pub(super) fn lengths((min, max, sum, spread): (u64, u64, u128, Spread), count: u64) -> Lengths {
    let ends = (i128::from(min), i128::from(max));
    let histogram = in_steps(spread.middles(ends.0, ends.1), ends, integer);
    Lengths { min, max, mean: sum as f64 / count.max(1) as f64, histogram }
}

#[expect(clippy::cast_possible_truncation, reason = "it lies between integers of a column")]
fn integer(number: i128) -> Figure {
    Figure::Integer(number as i64)
}

/// Bins of as many whole steps each; of one where that is enough.
fn in_steps(
    values: impl Iterator<Item = (i128, u64)>,
    (min, max): (i128, i128),
    figure: impl Fn(i128) -> Figure,
) -> Histogram {
    // Keys of dates and integers have 64 bits.
    let step = (max - min + 1 + i128::from(BINS) - 1) / i128::from(BINS);
    let place = |value: i128| (value - min) / step;
    let bound = |n: i128| (min + n * step).min(max);
    let bins = (0..=place(max)).map(|n| {
        let to = if step == 1 { bound(n) } else { bound(n + 1) };
        Bin { from: figure(bound(n)), to: figure(to), count: 0 }
    });
    let mut bins: Vec<_> = bins.collect();
    for (value, count) in values {
        if let Some(bin) = usize::try_from(place(value)).ok().and_then(|n| bins.get_mut(n)) {
            bin.count += count;
        }
    }
    Histogram { log: false, bins }
}

/// Whether most values would be in the first bin if all were as wide.
fn is_far(spread: &Spread, ends: &Ends<'_>) -> bool {
    let (min, max) = (ends.number(ends.keys.0), ends.number(ends.keys.1));
    #[expect(clippy::cast_precision_loss, reason = "a few bins")]
    let first = min + (max - min) / BINS as f64;
    min > 0.0 && max / min >= FAR && ends.number(spread.quantile(0.5, ends.keys)) < first
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few bins"
)]
fn of_numbers(spread: &Spread, ends: &Ends<'_>) -> Histogram {
    let (min, max) = (ends.number(ends.keys.0), ends.number(ends.keys.1));
    let log = is_far(spread, ends);
    let count = if min < max { BINS } else { 1 };
    // Halves, as the difference of two doubles may be none; and so may their quotient.
    let width = max / 2.0 - min / 2.0;
    let at = |share: f64| {
        if log {
            return min.powf(1.0 - share) * max.powf(share);
        }
        // Twice a half may be none too; in two steps no sum lies beyond the ends.
        let (half, whole) = (width * share, width * share * 2.0);
        if whole.is_finite() { min + whole } else { min + half + half }
    };
    let place = |number: f64| {
        if log {
            (number.ln() - min.ln()) / (max.ln() - min.ln())
        } else {
            (number / 2.0 - min / 2.0) / width
        }
    };
    let bound = |n: i64| match (n, ends.kind) {
        (0, _) => figure_of(&ends.bounds.0),
        (n, _) if n == count => figure_of(&ends.bounds.1),
        // A double that is too large for an integer is its largest.
        (n, Kind::Integer) => Figure::Integer(at(n as f64 / count as f64).round() as i64),
        (n, _) => Figure::Number(at(n as f64 / count as f64)),
    };
    let mut bins: Vec<_> =
        (0..count).map(|n| Bin { from: bound(n), to: bound(n + 1), count: 0 }).collect();
    for (key, times) in spread.middles(ends.keys.0, ends.keys.1) {
        let share = if count == 1 { 0.0 } else { place(ends.number(key)) };
        let bin = ((share * count as f64) as usize).min(bins.len() - 1);
        bins[bin].count += times;
    }
    Histogram { log, bins }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Value;
    use crate::profile::order_of;

    fn counts(histogram: &Histogram) -> Vec<u64> {
        histogram.bins.iter().map(|bin| bin.count).collect()
    }

    #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
    fn of(values: &[f64], kind: Kind) -> Histogram {
        let values = values.iter().map(|number| match kind {
            Kind::Integer => Value::Integer(number.round() as i64),
            _ => Value::Float(*number),
        });
        let mut values: Vec<_> = values.collect();
        values.sort_by(|a, b| a.compare(b).unwrap());
        let bounds = (values[0].clone(), values[values.len() - 1].clone());
        let keys = values.iter().map(|value| (order_of(value).unwrap(), 1));
        histogram(&Spread::of(keys.collect()), &Ends::of(kind, &bounds).unwrap()).unwrap()
    }

    #[test]
    fn few_whole_numbers_have_a_bin_each() {
        let bins = of(&[3.0, 5.0, 5.0], Kind::Integer);
        assert_eq!(counts(&bins), [1, 0, 2]);
        assert_eq!(bins.bins[2].from, Figure::Integer(5));
        assert_eq!(bins.bins[2].to, Figure::Integer(5));
    }

    #[test]
    fn every_value_is_in_a_bin() {
        let values: Vec<_> = (0..1000).map(|n| f64::from(n) * 1.25 - 300.0).collect();
        for kind in [Kind::Float, Kind::Integer] {
            let bins = of(&values, kind);
            assert_eq!(counts(&bins).iter().sum::<u64>(), 1000);
            assert!(bins.bins.len() <= 24 && !bins.log);
        }
        assert_eq!(counts(&of(&[f64::MIN, 0.0, f64::MAX], Kind::Float)).iter().sum::<u64>(), 3);
        assert_eq!(counts(&of(&[2.5, 2.5], Kind::Float)), [2]);
    }

    #[test]
    fn bins_lie_between_doubles_whose_difference_is_none() {
        for (min, max) in [(f64::MIN, f64::MAX), (-1e308, 1e308), (-1.7e308, 1e300)] {
            let bins = of(&[min, 0.0, max], Kind::Float);
            let ends = bins.bins.iter().flat_map(|bin| [&bin.from, &bin.to]);
            let ends = ends.map(|end| match end {
                Figure::Number(number) => *number,
                other => panic!("{other:?} is no double"),
            });
            let ends: Vec<_> = ends.collect();
            assert!(ends.is_sorted() && ends.iter().all(|end| end.is_finite()), "{ends:?}");
            assert_eq!((ends[0], ends[47]), (min, max));
        }
    }

    #[test]
    fn bins_grow_where_values_lie_far_apart() {
        let values: Vec<_> = (0..60).map(|n| 10_f64.powi(n % 6)).collect();
        let bins = of(&values, Kind::Integer);
        assert!(bins.log);
        assert_eq!(counts(&bins).iter().filter(|count| **count > 0).count(), 6);
        let [first, .., last] = bins.bins.as_slice() else { panic!("there are bins") };
        assert_eq!((&first.from, &last.to), (&Figure::Integer(1), &Figure::Integer(100_000)));
    }

    #[test]
    fn bins_grow_between_the_smallest_and_the_largest_doubles() {
        let values: Vec<_> = (-300..=300).map(|n| 10_f64.powi(n)).collect();
        for values in [&values[..], &[f64::from_bits(1), 1e-9, 1e-6, f64::MAX]] {
            let bins = of(values, Kind::Float);
            assert!(bins.log);
            let ends = |bin: &Bin| {
                [&bin.from, &bin.to].map(|end| match end {
                    Figure::Number(number) => *number,
                    other => panic!("{other:?} is no double"),
                })
            };
            let ends: Vec<_> = bins.bins.iter().flat_map(ends).collect();
            assert!(ends.is_sorted() && ends.iter().all(|end| end.is_finite()), "{ends:?}");
            let counts = counts(&bins);
            assert_eq!(counts.iter().sum::<u64>(), values.len() as u64);
            assert!(counts[0] <= 26 && counts[23] <= 26, "{counts:?}");
        }
    }
}
