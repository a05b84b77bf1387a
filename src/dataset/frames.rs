//! Cells of data frames as texts: the same that a value of the run has.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};
use polars::prelude::{AnyValue, TimeUnit};

/// The text of a cell; null has none.
pub(super) fn text_of(value: &AnyValue<'_>) -> Option<String> {
    let text = match value {
        AnyValue::Null => return None,
        AnyValue::Boolean(value) => value.to_string(),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::UInt8(number) => number.to_string(),
        AnyValue::UInt16(number) => number.to_string(),
        AnyValue::UInt32(number) => number.to_string(),
        AnyValue::UInt64(number) => number.to_string(),
        AnyValue::Int8(number) => number.to_string(),
        AnyValue::Int16(number) => number.to_string(),
        AnyValue::Int32(number) => number.to_string(),
        AnyValue::Int64(number) => number.to_string(),
        AnyValue::Float32(number) => number.to_string(),
        // polars shows fewer digits than there are.
        AnyValue::Float64(number) => number.to_string(),
        AnyValue::Decimal(units, _, scale) => decimal(*units, *scale),
        AnyValue::Date(days) => {
            let date = Date::constant(1970, 1, 1)
                .checked_add(SignedDuration::from_hours(i64::from(*days) * 24));
            date.map_or_else(|_| value.to_string(), |date| date.to_string())
        }
        AnyValue::Time(nanoseconds) => {
            let time = Time::midnight().checked_add(SignedDuration::from_nanos(*nanoseconds));
            time.map_or_else(|_| value.to_string(), |time| time.to_string())
        }
        AnyValue::Datetime(units, unit, zone) => {
            datetime(*units, *unit, zone.is_some()).unwrap_or_else(|| value.to_string())
        }
        AnyValue::DatetimeOwned(units, unit, zone) => {
            datetime(*units, *unit, zone.is_some()).unwrap_or_else(|| value.to_string())
        }
        other => other.to_string(),
    };
    Some(text)
}

/// So many units, of which `10^scale` make one.
fn decimal(units: i128, scale: usize) -> String {
    let digits = format!("{:0width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, behind) = digits.split_at(digits.len() - scale);
    let sign = if units < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{behind}") }
}

/// A date with a time, in ISO 8601; with a `Z` if it is an instant.
fn datetime(units: i64, unit: TimeUnit, instant: bool) -> Option<String> {
    let time = match unit {
        TimeUnit::Nanoseconds => SignedDuration::from_nanos(units),
        TimeUnit::Microseconds => SignedDuration::from_micros(units),
        TimeUnit::Milliseconds => SignedDuration::from_millis(units),
    };
    if instant {
        return Timestamp::UNIX_EPOCH.checked_add(time).ok().map(|time| time.to_string());
    }
    let start: DateTime = Date::constant(1970, 1, 1).into();
    start.checked_add(time).ok().map(|time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_shown_as_they_are() {
        for (value, text) in [
            (AnyValue::Float64(0.1 + 0.2), "0.30000000000000004"),
            (AnyValue::Int64(9_007_199_254_740_993), "9007199254740993"),
            (AnyValue::Decimal(-5, 10, 2), "-0.05"),
            (AnyValue::Decimal(1250, 10, 2), "12.50"),
            (AnyValue::Decimal(7, 10, 0), "7"),
            (AnyValue::Date(19_782), "2024-02-29"),
            (AnyValue::Date(-1), "1969-12-31"),
            (AnyValue::Time(3_600_000_000_000), "01:00:00"),
            (AnyValue::Datetime(0, TimeUnit::Microseconds, None), "1970-01-01T00:00:00"),
            (AnyValue::String("x"), "x"),
            (AnyValue::Boolean(true), "true"),
        ] {
            assert_eq!(text_of(&value).as_deref(), Some(text));
        }
        assert_eq!(text_of(&AnyValue::Null), None);
    }
}
