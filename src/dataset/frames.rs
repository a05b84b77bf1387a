//! Cells of data frames as texts: the same that a value of the run has.

use std::borrow::Cow;

use polars::prelude::{AnyValue, TimeUnit};

use crate::data::{Decimal, Value, datetime_text};

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
        AnyValue::Decimal(units, _, scale) => {
            let decimal = u8::try_from(*scale).map(|scale| Decimal::new(*units, scale));
            decimal.map_or_else(|_| value.to_string(), |decimal| decimal.to_string())
        }
        AnyValue::Date(days) => return own(&Value::Date(*days)),
        AnyValue::Time(nanoseconds) => return own(&Value::Time(*nanoseconds)),
        AnyValue::Datetime(units, unit, zone) => datetime(*units, *unit, zone.is_some()),
        AnyValue::DatetimeOwned(units, unit, zone) => datetime(*units, *unit, zone.is_some()),
        other => other.to_string(),
    };
    Some(text)
}

fn own(value: &Value<'_>) -> Option<String> {
    value.to_text().map(Cow::into_owned)
}

/// A date with a time, in units since 1970.
fn datetime(units: i64, unit: TimeUnit, instant: bool) -> String {
    let nanos = match unit {
        TimeUnit::Nanoseconds => 1,
        TimeUnit::Microseconds => 1_000,
        TimeUnit::Milliseconds => 1_000_000,
    };
    datetime_text(i128::from(units) * nanos, instant)
}

#[cfg(test)]
mod tests {
    use polars::prelude::TimeZone;

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
            (AnyValue::Datetime(-1, TimeUnit::Milliseconds, None), "1969-12-31T23:59:59.999"),
            (
                AnyValue::Datetime(1, TimeUnit::Nanoseconds, Some(&TimeZone::UTC)),
                "1970-01-01T00:00:00.000000001Z",
            ),
            (
                AnyValue::Datetime(i64::MIN, TimeUnit::Milliseconds, None),
                "-9223372036854775808000 µs",
            ),
            (AnyValue::String("x"), "x"),
            (AnyValue::Boolean(true), "true"),
        ] {
            assert_eq!(text_of(&value).as_deref(), Some(text));
        }
        assert_eq!(text_of(&AnyValue::Null), None);
    }
}
