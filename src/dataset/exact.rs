//! Values as checks compare, count and add them: exactly, each as its type.
//!
//! A type of columns that is added must say here what it is: the matches have no
//! arm for what they do not know.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::data::Value;
use crate::grammar::parse_json_number;

/// A number as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// So many units, of which `10^scale` make one.
    Exact {
        /// How many.
        units: i128,
        /// How many digits stand behind the point.
        scale: u32,
    },
    /// A double.
    Float(f64),
}

/// The number that a value is; none for null and for what is no number.
pub(crate) fn number(value: &Value<'_>) -> Option<Number> {
    match value {
        Value::Integer(number) => Some(Number::Exact { units: i128::from(*number), scale: 0 }),
        Value::Decimal(number) => {
            Some(Number::Exact { units: number.unscaled(), scale: u32::from(number.scale()) })
        }
        Value::Float(number) => Some(Number::Float(*number)),
        Value::Null
        | Value::Text(_)
        | Value::Boolean(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Datetime { .. } => None,
    }
}

/// The hash of a value, by the text that it is written as: exact for every type. Null has none.
pub(crate) fn hash(value: &Value<'_>) -> Option<u64> {
    value.to_text().map(|text| xxh3_64(text.as_bytes()))
}

/// What makes two values the same one, where one refers to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sameness {
    /// The text that they are written as.
    Text,
    /// The number that they are: `1`, `1.0` and `1e0` are one.
    Number,
}

impl Sameness {
    /// The hash of a text, the same for all that are the same; none for what is no number where numbers are compared.
    pub(crate) fn hash(self, text: &str) -> Option<u64> {
        match self {
            Self::Text => Some(xxh3_64(text.as_bytes())),
            Self::Number => plain_number(text).map(|plain| xxh3_64(plain.as_bytes())),
        }
    }
}

/// A number as programs write it, in the one form that has neither an exponent nor zeros at its end.
fn plain_number(text: &str) -> Option<Cow<'_, str>> {
    // Most are whole, and stand so.
    let is_plain =
        matches!(text.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit));
    if is_plain {
        return Some(Cow::Borrowed(text));
    }
    parse_json_number(&as_json(text)).ok().map(|number| Cow::Owned(number.to_string()))
}

/// A number as JSON writes it, of what lists and programs write as well: ` 1`, `+1`, `1.`, `.5`. One with a zero before
/// other digits is as likely a code, which `12` is not the same as where it is `012`.
fn as_json(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = rest.split_at(rest.find(['e', 'E']).unwrap_or(rest.len()));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = mantissa.bytes().any(|byte| byte.is_ascii_digit());
    if !is_number || !all_digits(whole) || !all_digits(decimals) {
        return Cow::Borrowed(text);
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if decimals.is_empty() { "" } else { "." };
    Cow::Owned(format!("{sign}{whole}{point}{decimals}{exponent}"))
}

/// A sum that is the same in whatever order, and in whatever parts, it is added.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sum {
    count: u64,
    units: i128,
    /// How often the units went round.
    carried: i64,
    scale: u32,
    floats: FloatSum,
}

impl Sum {
    /// Adds a number.
    pub(crate) fn add(&mut self, number: Number) {
        self.count += 1;
        match number {
            Number::Exact { units, scale } => {
                // A column has one scale.
                self.scale = scale;
                self.add_units(units, 0);
            }
            Number::Float(number) => self.floats.add(number),
        }
    }

    /// Adds a number so many times.
    pub(crate) fn add_times(&mut self, number: Number, times: u64) {
        match number {
            Number::Exact { units, scale } => {
                self.scale = scale;
                if let Ok(units) = i64::try_from(units) {
                    self.add_units(i128::from(units) * i128::from(times), 0);
                } else {
                    (0..times).for_each(|_| self.add_units(units, 0));
                }
            }
            Number::Float(number) => self.floats.add_times(number, times),
        }
        self.count += times;
    }

    /// Adds another sum of the same column.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.scale = self.scale.max(other.scale);
        self.add_units(other.units, other.carried);
        self.floats.merge(&other.floats);
    }

    fn add_units(&mut self, units: i128, carried: i64) {
        let (sum, round) = self.units.overflowing_add(units);
        self.units = sum;
        self.carried += carried + if round { units.signum() as i64 } else { 0 };
    }

    /// How many numbers were added.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The sum.
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub(crate) fn total(&self) -> f64 {
        let round = 2.0 * -(i128::MIN as f64);
        let exact = (self.units as f64 + self.carried as f64 * round)
            / 10_f64.powi(self.scale.cast_signed());
        exact + self.floats.total()
    }

    /// The mean; none of no number.
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub(crate) fn mean(&self) -> Option<f64> {
        let count = self.count as f64;
        (self.count > 0).then(|| match self.total() {
            total if total.is_finite() => total / count,
            // The mean of doubles is one, be their sum none.
            _ => self.floats.scaled_total() / count / SCALE,
        })
    }
}

/// From which double on numbers are added apart: of those below, `u64::MAX` have a sum.
const LARGE: f64 = f64::from_bits((1023 + 900) << 52);
/// What these are taken times, which loses nothing, so that they have a sum as well: 2^-128.
const SCALE: f64 = f64::from_bits((1023 - 128) << 52);

/// A sum of doubles without any loss, whatever stands between the smallest and the largest of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct FloatSum {
    small: Expansion,
    /// The sum of those that are large, in another scale.
    large: Expansion,
    /// The sum of what is not finite.
    #[serde(with = "as_bits")]
    special: f64,
}

impl FloatSum {
    fn add(&mut self, number: f64) {
        if let Some((sum, number)) = self.sum_for(number) {
            sum.add(number);
        }
    }

    fn add_times(&mut self, number: f64, times: u64) {
        if let Some((sum, number)) = self.sum_for(number) {
            // Times a power of two it is exact.
            let bits = (0..64).filter(|bit| times >> bit & 1 == 1);
            bits.for_each(|bit| sum.add(number * 2_f64.powi(bit)));
        }
    }

    /// Where a number is added, and as what; none if it is not finite.
    fn sum_for(&mut self, number: f64) -> Option<(&mut Expansion, f64)> {
        if !number.is_finite() {
            self.special += number;
            None
        } else if number.abs() < LARGE {
            Some((&mut self.small, number))
        } else {
            Some((&mut self.large, number * SCALE))
        }
    }

    fn merge(&mut self, other: &Self) {
        self.special += other.special;
        for (mine, theirs) in [(&mut self.small, &other.small), (&mut self.large, &other.large)] {
            theirs.0.iter().for_each(|part| mine.add(*part));
        }
    }

    /// The double that is nearest to the sum; infinite where it lies beyond all doubles.
    fn total(&self) -> f64 {
        if self.special != 0.0 {
            return self.special;
        }
        if self.large.0.is_empty() {
            return self.small.total();
        }
        let scaled = self.scaled_total();
        let is_beyond = |part: &f64| !(part / SCALE).is_finite();
        // A part may be beyond all doubles where the sum is none yet, at the very end of what they can hold.
        if is_beyond(&scaled) || self.large.0.iter().any(is_beyond) {
            return scaled / SCALE;
        }
        // The smallest first, so that sums on the way are as small as may be.
        let mut whole = self.small.clone();
        self.large.0.iter().for_each(|part| whole.add(part / SCALE));
        whole.total()
    }

    /// The sum, taken times the scale of what is large. What is too small for that is nothing
    /// beside it.
    fn scaled_total(&self) -> f64 {
        if self.special != 0.0 {
            return self.special;
        }
        let mut whole = self.large.clone();
        self.small.0.iter().for_each(|part| whole.add(part * SCALE));
        whole.total()
    }
}

/// Numbers that do not overlap, the smallest first, whose sum has lost nothing (Shewchuk,
/// "Adaptive Precision Floating-Point Arithmetic", 1997).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Expansion(#[serde(with = "as_bits")] Vec<f64>);

impl Expansion {
    /// Adds a number; what it comes to is a double.
    fn add(&mut self, number: f64) {
        let Self(parts) = self;
        let mut sum = number;
        let mut kept = 0;
        for n in 0..parts.len() {
            let mut part = parts[n];
            if sum.abs() < part.abs() {
                (sum, part) = (part, sum);
            }
            let high = sum + part;
            let low = part - (high - sum);
            if low != 0.0 {
                parts[kept] = low;
                kept += 1;
            }
            sum = high;
        }
        parts.truncate(kept);
        parts.push(sum);
    }

    /// The double that is nearest to the sum.
    fn total(&self) -> f64 {
        let mut parts = self.0.iter().rev().copied();
        let mut high = parts.next().unwrap_or(0.0);
        let mut low = 0.0;
        for part in parts.by_ref() {
            let sum = high;
            high = sum + part;
            low = part - (high - sum);
            if low != 0.0 {
                break;
            }
        }
        // Half-way cases are decided by what is left.
        if let Some(rest) = parts.next()
            && ((low < 0.0 && rest < 0.0) || (low > 0.0 && rest > 0.0))
        {
            let double = low * 2.0;
            let sum = high + double;
            #[expect(clippy::float_cmp, reason = "whether anything was lost at all")]
            if double == sum - high {
                high = sum;
            }
        }
        high
    }
}

/// The numbers of a column, to be ordered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Numbers {
    /// Units that fit, and those that do not: most take half the room.
    small: Vec<i64>,
    large: Vec<i128>,
    scale: u32,
    #[serde(with = "as_bits")]
    floats: Vec<f64>,
}

impl Numbers {
    /// Adds a number.
    pub(crate) fn push(&mut self, number: Number) {
        match number {
            Number::Exact { units, scale } => {
                self.scale = scale;
                match i64::try_from(units) {
                    Ok(units) => self.small.push(units),
                    Err(_) => self.large.push(units),
                }
            }
            Number::Float(number) => self.floats.push(number),
        }
    }

    /// Adds others of the same column.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.scale = self.scale.max(other.scale);
        self.small.append(&mut other.small);
        self.large.append(&mut other.large);
        self.floats.append(&mut other.floats);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.small.len() + self.large.len() + self.floats.len()
    }

    /// The quantile that is nearest by rank: the smallest number that is not below
    /// so great a share of them.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank lies among the numbers, and the nearest double is what is asked for"
    )]
    pub(crate) fn quantile(&mut self, quantile: f64) -> Option<f64> {
        let rank = ((quantile * self.len() as f64).ceil() as usize).saturating_sub(1);
        if !self.floats.is_empty() {
            let rank = rank.min(self.floats.len() - 1);
            return Some(*self.floats.select_nth_unstable_by(rank, f64::total_cmp).1);
        }
        let unit = 10_f64.powi(self.scale.cast_signed());
        // Those that do not fit stand before or behind all that do.
        let (mut below, mut above): (Vec<i128>, Vec<i128>) =
            std::mem::take(&mut self.large).into_iter().partition(|units| *units < 0);
        let at = |units: &mut [i128], rank: usize| *units.select_nth_unstable(rank).1 as f64 / unit;
        let (first, second) = (below.len(), below.len() + self.small.len());
        if rank < first {
            Some(at(&mut below, rank))
        } else if rank < second {
            Some(*self.small.select_nth_unstable(rank - first).1 as f64 / unit)
        } else if rank - second < above.len() {
            Some(at(&mut above, rank - second))
        } else {
            None
        }
    }
}

/// Doubles as they are: JSON has none that is not finite.
mod as_bits {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// A double, or some.
    pub(super) trait Doubles: Sized {
        type Bits: Serialize + for<'de> Deserialize<'de>;
        fn bits(&self) -> Self::Bits;
        fn of(bits: Self::Bits) -> Self;
    }

    impl Doubles for f64 {
        type Bits = u64;

        fn bits(&self) -> u64 {
            self.to_bits()
        }

        fn of(bits: u64) -> Self {
            Self::from_bits(bits)
        }
    }

    impl Doubles for Vec<f64> {
        type Bits = Vec<u64>;

        fn bits(&self) -> Vec<u64> {
            self.iter().map(Doubles::bits).collect()
        }

        fn of(bits: Vec<u64>) -> Self {
            bits.into_iter().map(f64::from_bits).collect()
        }
    }

    pub(super) fn serialize<T: Doubles, S: Serializer>(
        doubles: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        doubles.bits().serialize(serializer)
    }

    pub(super) fn deserialize<'de, T: Doubles, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        T::Bits::deserialize(deserializer).map(T::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_one_however_lists_write_them() {
        let is = |text: &str| plain_number(text).map(Cow::into_owned);
        for text in ["1", "+1", " 1", "1.", "1.0", "+1.00", "1e0", "10E-1"] {
            assert_eq!(is(text).as_deref(), Some("1"), "{text}");
        }
        assert_eq!(is("-.50"), is("-0.5"));
        assert_eq!(is("-0"), is("0"));
        for text in ["", "+", ".", "01", "1,000", "1 000", "--1", "+-1", "1e", "0x1", "1_0", "NaN"]
        {
            assert_eq!(is(text), None, "{text}");
        }
    }

    fn sum_of(numbers: &[f64]) -> f64 {
        let mut sum = FloatSum::default();
        for number in numbers {
            sum.add(*number);
        }
        sum.total()
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the sums are exact")]
    fn sums_of_doubles_lose_nothing() {
        assert_eq!(sum_of(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum_of(&[0.1; 10]), 1.0);
        assert_eq!(sum_of(&[]), 0.0);
        assert_eq!(sum_of(&[1e308, 1e308]), f64::INFINITY);
        assert!(sum_of(&[f64::NAN, 1.0]).is_nan());
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the sums and means are exact")]
    fn doubles_have_a_mean_though_they_have_no_sum() {
        let mean_of = |numbers: &[f64]| {
            let (mut each, mut parts) = (Sum::default(), Sum::default());
            for number in numbers {
                each.add(Number::Float(*number));
                let mut part = Sum::default();
                part.add_times(Number::Float(*number), 1);
                parts.merge(&part);
            }
            assert_eq!(each.mean(), parts.mean());
            each.mean().unwrap()
        };
        assert_eq!(mean_of(&[1e308, 1e308, -1e308, -1e308]), 0.0);
        assert_eq!(mean_of(&[1e308, 1e308, 1e308]), 1e308);
        assert_eq!(mean_of(&[f64::MAX; 7]), f64::MAX);
        assert_eq!(mean_of(&[f64::MIN, f64::MIN, 1.0]), f64::MIN / 3.0 * 2.0);
        assert_eq!(mean_of(&[1e308, 1e308, 6.0, -1e308, -1e308, 1e-320]), 1.0);
        assert_eq!(sum_of(&[1e300, 1.0, 1e308, -1e300, -1e308]), 1.0);
        let mut many = Sum::default();
        many.add_times(Number::Float(f64::MAX), u64::MAX);
        assert_eq!(many.mean(), Some(f64::MAX));
    }

    #[test]
    fn sums_are_the_same_in_any_parts() {
        let numbers: Vec<f64> = (1..400).map(|n| (f64::from(n) * 0.1).sin() * 1e7).collect();
        let mut whole = Sum::default();
        for number in &numbers {
            whole.add(Number::Float(*number));
        }
        for size in [1, 2, 7, 100] {
            let mut parts = Sum::default();
            for part in numbers.chunks(size).rev() {
                let mut sum = Sum::default();
                for number in part {
                    sum.add(Number::Float(*number));
                }
                parts.merge(&sum);
            }
            assert_eq!(parts.mean().map(f64::to_bits), whole.mean().map(f64::to_bits), "{size}");
        }
    }

    #[test]
    fn a_number_may_be_added_many_times_at_once() {
        let large = Number::Exact { units: i128::from(i64::MAX) * 3, scale: 1 };
        for number in [Number::Float(0.1), Number::Exact { units: 7, scale: 1 }, large] {
            let (mut once, mut each) = (Sum::default(), Sum::default());
            once.add_times(number, 1001);
            (0..1001).for_each(|_| each.add(number));
            assert_eq!(once.mean().map(f64::to_bits), each.mean().map(f64::to_bits));
            assert_eq!(once.count(), 1001);
        }
    }

    #[test]
    fn sums_of_units_do_not_overflow() {
        let mut sum = Sum::default();
        for _ in 0..4 {
            sum.add(Number::Exact { units: i128::MAX, scale: 2 });
        }
        let mean = sum.mean().unwrap();
        assert!((mean / 1.701_411_834_604_692_3e36 - 1.0).abs() < 1e-12, "{mean}");
        let mut sum = Sum::default();
        let long = 9_007_199_254_740_993_i128;
        for units in [long, -long, 3] {
            sum.add(Number::Exact { units, scale: 0 });
        }
        assert_eq!(sum.mean(), Some(1.0));
    }

    #[test]
    fn a_quantile_is_one_of_the_numbers() {
        let quantiles = [(0.0, 1.0), (0.25, 1.0), (0.5, 2.0), (0.75, 3.0), (1.0, 4.0)];
        for (quantile, expected) in quantiles {
            let mut floats = Numbers::default();
            let mut whole = Numbers::default();
            for n in [3_i32, 1, 2, 4] {
                floats.push(Number::Float(f64::from(n)));
                whole.push(Number::Exact { units: i128::from(n), scale: 0 });
            }
            assert_eq!(floats.quantile(quantile), Some(expected), "{quantile}");
            assert_eq!(whole.quantile(quantile), Some(expected), "{quantile}");
        }
        assert_eq!(Numbers::default().quantile(0.5), None);
        let mut mixed = Numbers::default();
        for units in [i128::MIN, 5, i128::MAX] {
            mixed.push(Number::Exact { units, scale: 0 });
        }
        assert_eq!(mixed.clone().quantile(0.5), Some(5.0));
        assert!(mixed.clone().quantile(0.0).unwrap() < -1e38);
        assert!(mixed.quantile(1.0).unwrap() > 1e38);
    }
}
