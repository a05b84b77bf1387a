//! Typed values: the kinds of columns, and what a cell of each holds.
//!
//! A kind is what Parquet and SQL see. Several types of the schema language may
//! share one: words of an enumeration and plain text are both [`Kind::Text`].

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, ToSpan};
use schemars::JsonSchema;
use serde::Serialize;

use crate::source::Span;

/// The type of a column. It comes from the schema and is never inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// True or false.
    Boolean,
    /// A signed integer of 64 bits.
    Integer,
    /// A floating-point number of 64 bits.
    Float,
    /// An exact number of so many digits, `scale` of them behind the point.
    Decimal {
        /// How many digits there are, 38 at most.
        precision: u8,
        /// How many of them stand behind the point.
        scale: u8,
    },
    /// A day of the calendar.
    Date,
    /// A time of day, in nanoseconds.
    Time,
    /// A day and a time of day, in microseconds; an instant if `utc` is set.
    Datetime {
        /// Whether it is an instant, shown in UTC.
        utc: bool,
    },
}

impl Kind {
    /// Whether its values are numbers.
    #[must_use]
    pub fn is_number(self) -> bool {
        match self {
            Self::Integer | Self::Float | Self::Decimal { .. } => true,
            Self::Text | Self::Boolean | Self::Date | Self::Time | Self::Datetime { .. } => false,
        }
    }

    /// Whether of two values one can be said to be the smaller.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        match self {
            Self::Text | Self::Boolean => false,
            Self::Integer
            | Self::Float
            | Self::Decimal { .. }
            | Self::Date
            | Self::Time
            | Self::Datetime { .. } => true,
        }
    }

    /// What a schema has to write for a value of it, in words.
    #[must_use]
    pub fn in_toml(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Boolean => "true or false",
            Self::Integer => "a whole number",
            Self::Float => "a number",
            Self::Decimal { .. } => "a number, or a string with one",
            Self::Date => "a date such as 2025-12-31",
            Self::Time => "a time such as 23:59:00",
            Self::Datetime { utc: true } => "a point in time such as 2025-12-31T23:59:00Z",
            Self::Datetime { utc: false } => "a date and time such as 2025-12-31T23:59:00",
        }
    }

    /// The value that a schema writes, such as the bound of a rule; none if it is
    /// no value of this kind. An instant without an offset is what the clocks of the
    /// `zone` show, or those of UTC where there is none.
    #[must_use]
    pub(crate) fn value_of(
        self,
        written: &toml::Value,
        zone: Option<&TimeZone>,
    ) -> Option<Value<'static>> {
        Some(match (self, written) {
            (Self::Text, toml::Value::String(text)) => Value::Text(Cow::Owned(text.clone())),
            (Self::Boolean, toml::Value::Boolean(value)) => Value::Boolean(*value),
            (Self::Integer, toml::Value::Integer(number)) => Value::Integer(*number),
            #[expect(clippy::cast_precision_loss, reason = "a double is what was asked for")]
            (Self::Float, toml::Value::Integer(number)) => Value::Float(*number as f64),
            (Self::Float, toml::Value::Float(number)) => Value::Float(*number),
            (Self::Decimal { .. }, toml::Value::Integer(number)) => {
                Value::Decimal(Decimal::new(i128::from(*number), 0))
            }
            // The shortest text of a double is what stands in the file.
            (Self::Decimal { .. }, toml::Value::Float(number)) => {
                Value::Decimal(Decimal::parse(&number.to_string())?)
            }
            (Self::Decimal { .. }, toml::Value::String(text)) => {
                Value::Decimal(Decimal::parse(text)?)
            }
            (Self::Date | Self::Time | Self::Datetime { .. }, toml::Value::Datetime(point)) => {
                self.point_in_time(*point, zone)?
            }
            (
                Self::Text
                | Self::Boolean
                | Self::Integer
                | Self::Float
                | Self::Decimal { .. }
                | Self::Date
                | Self::Time
                | Self::Datetime { .. },
                _,
            ) => return None,
        })
    }

    /// Why a point in time that a schema writes is none of this kind, and what to write; none if there is no more to
    /// say than what kind it would have to be.
    #[must_use]
    pub(crate) fn fault_of_point(
        self,
        written: &toml::Value,
        zone: Option<&TimeZone>,
    ) -> Option<(String, String)> {
        let point = *written.as_datetime()?;
        match self {
            Self::Datetime { utc: false } if point.offset.is_some() && point.date.is_some() => {
                let bare = toml::value::Datetime { offset: None, ..point };
                Some((
                    format!("`{point}` has an offset, and the values have no zone"),
                    format!("write `{bare}`, or give the field a `zone`"),
                ))
            }
            Self::Datetime { utc: true } if point.offset.is_none() => {
                let local: DateTime = point.to_string().parse().ok()?;
                let zone = zone?;
                let (before, after, times) = match zone.to_ambiguous_timestamp(local).offset() {
                    AmbiguousOffset::Gap { before, after } => (before, after, "never"),
                    AmbiguousOffset::Fold { before, after } => (before, after, "twice"),
                    AmbiguousOffset::Unambiguous { .. } => return None,
                };
                let name = zone.iana_name().unwrap_or("the zone");
                let with = |offset: Offset| {
                    let minutes = i16::try_from(offset.seconds() / 60).unwrap_or_default();
                    let offset = toml::value::Offset::Custom { minutes };
                    toml::value::Datetime { offset: Some(offset), ..point }
                };
                Some((
                    format!("the clocks of {name} show `{point}` {times}"),
                    format!("write `{}` or `{}`", with(before), with(after)),
                ))
            }
            _ => None,
        }
    }

    /// The value of a date or time of TOML, which is RFC 3339.
    fn point_in_time(
        self,
        point: toml::value::Datetime,
        zone: Option<&TimeZone>,
    ) -> Option<Value<'static>> {
        let text = toml::value::Datetime { offset: None, ..point }.to_string();
        Some(match self {
            // A date has no time of day, and neither has an offset: what is written is another value.
            Self::Date if point.time.is_none() => Value::Date(days_of(text.parse::<Date>().ok()?)),
            Self::Time if point.date.is_none() => Value::Time(nanos_of(text.parse::<Time>().ok()?)),
            Self::Datetime { utc: true } => {
                let local: DateTime = text.parse().ok()?;
                let east = match (point.offset, zone) {
                    (Some(toml::value::Offset::Custom { minutes }), _) => i64::from(minutes) * 60,
                    (None, Some(zone)) => {
                        let instant = zone.to_ambiguous_timestamp(local).unambiguous().ok()?;
                        i64::from(zone.to_offset(instant).seconds())
                    }
                    (Some(toml::value::Offset::Z), _) | (None, None) => 0,
                };
                Value::Datetime { micros: micros_of(local) - east * 1_000_000, utc: true }
            }
            Self::Datetime { utc: false } if point.offset.is_none() => {
                Value::Datetime { micros: micros_of(text.parse().ok()?), utc: false }
            }
            Self::Date | Self::Time | Self::Datetime { utc: false } => return None,
            Self::Text | Self::Boolean | Self::Integer | Self::Float | Self::Decimal { .. } => {
                return None;
            }
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Boolean => f.write_str("boolean"),
            Self::Integer => f.write_str("integer"),
            Self::Float => f.write_str("float"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            Self::Date => f.write_str("date"),
            Self::Time => f.write_str("time"),
            Self::Datetime { utc: true } => f.write_str("datetime in UTC"),
            Self::Datetime { utc: false } => f.write_str("datetime"),
        }
    }
}

/// A value of a cell. Text is borrowed from the dump wherever it can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value<'r> {
    /// No value.
    #[default]
    Null,
    /// UTF-8 text.
    Text(Cow<'r, str>),
    /// True or false.
    Boolean(bool),
    /// A signed integer.
    Integer(i64),
    /// A floating-point number.
    Float(f64),
    /// An exact number.
    Decimal(Decimal),
    /// Days since 1970-01-01.
    Date(i32),
    /// Nanoseconds since midnight.
    Time(i64),
    /// Microseconds since 1970-01-01 00:00:00.
    Datetime {
        /// The microseconds.
        micros: i64,
        /// Whether they count from that instant in UTC, rather than on a clock
        /// whose zone nobody knows.
        utc: bool,
    },
}

/// An exact number: an integer with a point so many digits from its end.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    /// The bytes of the integer: one of 128 bits would make every value and cell half as large
    /// again, for where it must stand.
    unscaled: [u8; 16],
    scale: u8,
}

impl Decimal {
    /// The number `unscaled` / 10^`scale`.
    #[must_use]
    pub fn new(unscaled: i128, scale: u8) -> Self {
        Self { unscaled: unscaled.to_ne_bytes(), scale }
    }

    /// Reads plain digits with a point and perhaps an exponent; none if they are
    /// something else, or too many.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // A double is written with some hundred digits at most.
        if text.len() > 400 {
            return None;
        }
        let number: bigdecimal::BigDecimal = text.parse().ok()?;
        let (digits, scale) = number.normalized().into_bigint_and_exponent();
        let unscaled = i128::try_from(digits).ok()?;
        if let Ok(scale) = u8::try_from(scale) {
            return Some(Self::new(unscaled, scale));
        }
        // Zeros behind the digits, as many as fit.
        let zeros = u32::try_from(scale.checked_neg()?).ok()?;
        Some(Self::new(10_i128.checked_pow(zeros)?.checked_mul(unscaled)?, 0))
    }

    /// The integer without the point.
    #[must_use]
    pub fn unscaled(self) -> i128 {
        i128::from_ne_bytes(self.unscaled)
    }

    /// How many digits stand behind the point.
    #[must_use]
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// The nearest double.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The same number as an integer of `scale`; none if it does not fit.
    fn rescaled(self, scale: u8) -> Option<i128> {
        if self.unscaled() == 0 {
            return Some(0);
        }
        let up = scale.checked_sub(self.scale)?;
        10_i128.checked_pow(u32::from(up))?.checked_mul(self.unscaled())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.unscaled() < 0 { "-" } else { "" };
        let scale = usize::from(self.scale);
        let digits = format!("{:0>width$}", self.unscaled().unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        if fraction.is_empty() {
            write!(f, "{sign}{whole}")
        } else {
            write!(f, "{sign}{whole}.{fraction}")
        }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.rescaled(scale), other.rescaled(scale)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // What does not fit with more digits is the larger in size.
            (None, Some(_)) => self.unscaled().signum().cmp(&0),
            (Some(_), None) => 0.cmp(&other.unscaled().signum()),
            // Both are of one scale then, so this does not happen.
            (None, None) => self.unscaled().cmp(&other.unscaled()),
        }
    }
}

/// Days from 1970-01-01 to a date.
#[must_use]
pub fn days_of(day: Date) -> i32 {
    day.since(date(1970, 1, 1)).map_or(0, |span| span.get_days())
}

/// Nanoseconds from midnight to a time.
#[must_use]
pub fn nanos_of(time: Time) -> i64 {
    let seconds =
        i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    seconds * 1_000_000_000 + i64::from(time.subsec_nanosecond())
}

/// Microseconds from 1970-01-01 00:00:00 to a date and time on the same clock.
#[must_use]
pub fn micros_of(point: DateTime) -> i64 {
    i64::from(days_of(point.date())) * 86_400_000_000 + nanos_of(point.time()) / 1000
}

/// A date and time in ISO 8601, so many nanoseconds from 1970-01-01 00:00:00; with a `Z`
/// if they count from that instant.
#[must_use]
pub fn datetime_text(nanos: i128, utc: bool) -> String {
    // On a clock, for jiff has no instants in the last hours of the year 9999.
    let start = DateTime::from_parts(date(1970, 1, 1), Time::midnight());
    let since = SignedDuration::try_from_nanos_i128(nanos);
    match since.and_then(|since| start.checked_add(since).ok()) {
        Some(clock) if utc => format!("{clock}Z"),
        Some(clock) => clock.to_string(),
        None => format!("{} µs", nanos / 1000),
    }
}

fn date_of(days: i32) -> Option<Date> {
    date(1970, 1, 1).checked_add(days.days()).ok()
}

impl<'r> Value<'r> {
    /// Text that stands in the dump.
    #[must_use]
    pub fn text(text: &'r str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A double or null.
    #[must_use]
    pub fn float(number: Option<f64>) -> Self {
        number.map_or(Self::Null, Self::Float)
    }

    /// The value with a text of its own.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Null => Value::Null,
            Self::Boolean(value) => Value::Boolean(value),
            Self::Integer(number) => Value::Integer(number),
            Self::Float(number) => Value::Float(number),
            Self::Decimal(number) => Value::Decimal(number),
            Self::Date(days) => Value::Date(days),
            Self::Time(nanos) => Value::Time(nanos),
            Self::Datetime { micros, utc } => Value::Datetime { micros, utc },
        }
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null
            | Self::Boolean(_)
            | Self::Integer(_)
            | Self::Float(_)
            | Self::Decimal(_)
            | Self::Date(_)
            | Self::Time(_)
            | Self::Datetime { .. } => None,
        }
    }

    /// The value as text; null has none. Dates and times are written as in ISO 8601.
    #[must_use]
    pub fn to_text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null => return None,
            Self::Text(text) => Cow::Borrowed(text),
            Self::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Float(number) => Cow::Owned(text_of(*number)),
            Self::Decimal(number) => Cow::Owned(number.to_string()),
            Self::Date(days) => Cow::Owned(
                date_of(*days).map_or_else(|| format!("{days} days"), |date| date.to_string()),
            ),
            Self::Time(nanos) => Cow::Owned(
                Time::midnight()
                    .checked_add(nanos.nanoseconds())
                    .map_or_else(|_| format!("{nanos} ns"), |time| time.to_string()),
            ),
            Self::Datetime { micros, utc } => {
                Cow::Owned(datetime_text(i128::from(*micros) * 1000, *utc))
            }
        })
    }

    /// The number as the nearest double, if it is one.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a double is what was asked for")]
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Decimal(number) => Some(number.to_f64()),
            Self::Null
            | Self::Text(_)
            | Self::Boolean(_)
            | Self::Date(_)
            | Self::Time(_)
            | Self::Datetime { .. } => None,
        }
    }

    /// How two values of one kind compare; none for null, for values of different
    /// kinds and for those that have no order.
    #[must_use]
    pub fn compare(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(a), Value::Integer(b))
            | (Self::Time(a), Value::Time(b))
            | (Self::Datetime { micros: a, .. }, Value::Datetime { micros: b, .. }) => {
                Some(a.cmp(b))
            }
            (Self::Float(a), Value::Float(b)) => a.partial_cmp(b),
            (Self::Decimal(a), Value::Decimal(b)) => Some(a.cmp(b)),
            (Self::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (
                Self::Null
                | Self::Text(_)
                | Self::Boolean(_)
                | Self::Integer(_)
                | Self::Float(_)
                | Self::Decimal(_)
                | Self::Date(_)
                | Self::Time(_)
                | Self::Datetime { .. },
                _,
            ) => None,
        }
    }

    /// Whether the value is what an example of a schema says: an empty text stands
    /// for null, and doubles may differ in their last digits.
    #[must_use]
    pub(crate) fn is_as_written(&self, written: &toml::Value) -> bool {
        let kind = match self {
            Self::Null => return written.as_str() == Some(""),
            Self::Float(number) => {
                #[expect(clippy::cast_precision_loss, reason = "examples hold small numbers")]
                let expected =
                    written.as_float().or(written.as_integer().map(|number| number as f64));
                return expected.is_some_and(|expected| {
                    (number - expected).abs() <= 1e-12 + 1e-9 * expected.abs()
                });
            }
            Self::Text(_) => Kind::Text,
            Self::Boolean(_) => Kind::Boolean,
            Self::Integer(_) => Kind::Integer,
            Self::Decimal(number) => Kind::Decimal { precision: 38, scale: number.scale() },
            Self::Date(_) => Kind::Date,
            Self::Time(_) => Kind::Time,
            Self::Datetime { utc, .. } => Kind::Datetime { utc: *utc },
        };
        kind.value_of(written, None).is_some_and(|expected| *self == expected)
    }

    /// The value as a person would look at it: text in backticks.
    #[must_use]
    pub fn quoted(&self) -> String {
        match (self, self.to_text()) {
            (Self::Text(_), Some(text)) => format!("`{text}`"),
            (_, Some(text)) => text.into_owned(),
            (_, None) => "null".to_owned(),
        }
    }
}

/// A value and the bytes of the chunk it came from. A value that was worked
/// out, not read, has the span of what it was worked out from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell<'r> {
    /// The value.
    pub value: Value<'r>,
    /// Its bytes.
    pub span: Span,
}

impl<'r> Cell<'r> {
    /// Joins a value and its place.
    #[must_use]
    pub fn new(value: Value<'r>, span: Span) -> Self {
        Self { value, span }
    }
}

/// A double as `Display` writes it: in the fewest digits that lead back to it. Most have few.
#[expect(
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it must be the same double, and the whole numbers are below 1e15"
)]
fn text_of(number: f64) -> String {
    let mut power = 1.0;
    for places in 0..=4 {
        // No two decimals of up to 15 digits have the same nearest double.
        let whole = (number * power).round();
        if whole.abs() < 1e15 && whole / power == number {
            let mut rest = whole.abs() as u64;
            // Zero may have a sign.
            if rest == 0 {
                break;
            }
            let (mut digits, mut at) = ([0; 24], 24);
            while rest > 0 || 24 - at <= places {
                if places > 0 && 24 - at == places {
                    at -= 1;
                    digits[at] = b'.';
                }
                at -= 1;
                digits[at] = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            if whole < 0.0 {
                at -= 1;
                digits[at] = b'-';
            }
            return std::str::from_utf8(&digits[at..]).unwrap_or_default().to_owned();
        }
        power *= 10.0;
    }
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn a_double_is_written_in_the_fewest_digits() {
        let few =
            [0.0, -0.0, 1.0, -1.0, 1.2, 1.5, 0.1, 0.05, 0.0001, 0.00001, 100.0, 99.99, 1e14, 1e15];
        let odd = [0.1 + 0.2, 1.0 / 3.0, 1e300, 5e-324, f64::NAN, f64::INFINITY, 0.3e-7];
        let mut state = 1_u64;
        let random = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = u32::try_from((state >> 20) % 10_000_000).unwrap();
            let places = i32::try_from((state >> 60) % 7).unwrap();
            [f64::from(number) / 10_f64.powi(places), f64::from_bits(state)]
        });
        for number in few.into_iter().chain(odd).chain(random.take(20_000).flatten()) {
            assert_eq!(text_of(number), number.to_string());
            assert_eq!(text_of(-number), (-number).to_string());
        }
    }

    #[test]
    fn a_cell_is_small() {
        assert_eq!((size_of::<Value<'_>>(), size_of::<Cell<'_>>()), (32, 40));
    }

    #[test]
    fn decimals_are_exact_and_compare_across_scales() {
        assert_eq!(decimal("0.10").to_string(), "0.1");
        assert_eq!(Decimal::new(-5, 2).to_string(), "-0.05");
        assert_eq!(Decimal::new(10, 2), decimal("0.1"));
        assert!(decimal("1e30") > Decimal::new(1, 20));
        assert!(Decimal::new(i128::MIN, 0) < Decimal::new(-1, 38));
        assert!(Decimal::parse("1e80").is_none() && Decimal::parse("x").is_none());
        assert_eq!(decimal("0.1").to_f64().to_bits(), 0.1_f64.to_bits());
    }

    #[test]
    fn a_decimal_without_end_is_refused_at_once() {
        for text in ["1e300000000", "-1e999999999999", "1e-300000000", "1e39", &"9".repeat(39)] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse(&"0".repeat(1_000_000)), None);
        assert_eq!(decimal("1e38").unscaled(), 10_i128.pow(38));
        assert_eq!(decimal("0e300000000"), Decimal::new(0, 0));
    }

    #[test]
    fn what_is_next_to_nothing_is_not_nothing() {
        let (nothing, little) = (Decimal::new(0, 0), decimal("1e-39"));
        assert!(nothing < little && little < decimal("1e-38") && Decimal::new(-1, 60) < nothing);
        assert_eq!(nothing, Decimal::new(0, 60));
    }

    #[test]
    fn a_decimal_as_a_double() {
        assert_eq!(decimal("0.1").to_f64().to_bits(), 0.1_f64.to_bits());
    }

    #[test]
    fn values_are_written_as_in_iso_8601() {
        let text = |value: Value<'static>| value.to_text().unwrap().into_owned();
        assert_eq!(text(Value::Date(20_453)), "2025-12-31");
        assert_eq!(text(Value::Date(-1)), "1969-12-31");
        assert_eq!(text(Value::Time(1_500_000_000)), "00:00:01.5");
        assert_eq!(text(Value::Datetime { micros: 0, utc: true }), "1970-01-01T00:00:00Z");
        assert_eq!(text(Value::Datetime { micros: -1, utc: false }), "1969-12-31T23:59:59.999999");
        let last = Value::Datetime { micros: 253_402_300_799_999_999, utc: true };
        assert_eq!(text(last), "9999-12-31T23:59:59.999999Z");
        assert_eq!(datetime_text(i128::MAX, true), format!("{} µs", i128::MAX / 1000));
    }

    #[test]
    fn a_schema_writes_values_of_every_kind() {
        let value = |kind: Kind, toml: &str| {
            let table: toml::Table = toml::from_str(&format!("v = {toml}")).unwrap();
            kind.value_of(&table["v"], None)
        };
        let local = Kind::Datetime { utc: false };
        // What the kind has no room for is no part of its value.
        for (kind, written) in [
            (Kind::Date, "2025-12-31T12:00:00"),
            (Kind::Time, "2025-12-31T12:00:00"),
            (local, "2025-12-31T12:00:00+08:00"),
            (local, "2025-12-31T12:00:00Z"),
        ] {
            assert_eq!(value(kind, written), None, "{kind} {written}");
        }
        let midnight = Some(Value::Datetime { micros: 86_400_000_000, utc: false });
        assert_eq!(value(local, "1970-01-02"), midnight);
        let in_zone = |toml: &str| {
            let table: toml::Table = toml::from_str(&format!("v = {toml}")).unwrap();
            let zone = TimeZone::get("Europe/Berlin").unwrap();
            let value = Kind::Datetime { utc: true }.value_of(&table["v"], Some(&zone))?;
            value.to_text().map(Cow::into_owned)
        };
        for (written, instant) in [
            ("2024-01-05T10:00:00", Some("2024-01-05T09:00:00Z")),
            ("2024-07-05T10:00:00.5", Some("2024-07-05T08:00:00.5Z")),
            ("2024-07-05", Some("2024-07-04T22:00:00Z")),
            ("2024-07-05T10:00:00Z", Some("2024-07-05T10:00:00Z")),
            ("2024-07-05T10:00:00-05:00", Some("2024-07-05T15:00:00Z")),
            // The clocks of the zone skipped it, or showed it twice.
            ("2024-03-31T02:30:00", None),
            ("2024-10-27T02:30:00", None),
        ] {
            assert_eq!(in_zone(written).as_deref(), instant, "{written}");
        }
        assert_eq!(value(Kind::Date, "2000-01-01"), Some(Value::Date(10_957)));
        assert_eq!(value(Kind::Time, "00:00:01"), Some(Value::Time(1_000_000_000)));
        let utc = Kind::Datetime { utc: true };
        let instant = Some(Value::Datetime { micros: 3_600_000_000, utc: true });
        assert_eq!(value(utc, "1970-01-01T02:00:00+01:00"), instant);
        assert_eq!(value(utc, "1970-01-01T01:00:00"), instant);
        let last = Some(Value::Datetime { micros: 253_402_300_799_000_000, utc: true });
        assert_eq!(value(utc, "9999-12-31T23:59:59Z"), last);
        let scale = Kind::Decimal { precision: 38, scale: 2 };
        assert_eq!(value(scale, "0.1"), Some(Value::Decimal(Decimal::new(1, 1))));
        assert_eq!(value(Kind::Integer, "1.5"), None);
        assert_eq!(value(Kind::Date, "5"), None);
    }
}
