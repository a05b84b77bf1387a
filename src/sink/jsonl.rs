//! JSON lines: one object a row, with the columns in their order. Numbers are numbers, a decimal with all of its
//! digits; dates and times are texts by ISO 8601; a null is `null`.

use crate::data::Value;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::model::Column;
use crate::table::Rows;

/// The rows of a batch as text.
pub(super) fn encode(rows: &Rows, columns: &[Column]) -> Result<Vec<u8>> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Internal, "cannot encode JSON lines").with_source(error)
    };
    let (mut names, mut cells) = (Vec::new(), Vec::new());
    for (column, held) in columns.iter().zip(rows.columns()) {
        names.push(serde_json::to_vec(&column.name).map_err(|error| failed(error.into()))?);
        cells.push(held.values());
    }
    let mut out = Vec::new();
    for row in 0..rows.height() {
        for (n, (name, column)) in names.iter().zip(&cells).enumerate() {
            out.push(if n == 0 { b'{' } else { b',' });
            out.extend_from_slice(name);
            out.push(b':');
            write(&column[row], &mut out).map_err(|error| failed(error.into()))?;
        }
        out.extend_from_slice(b"}\n");
    }
    Ok(out)
}

fn write(value: &Value<'_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Boolean(value) => serde_json::to_writer(out, value)?,
        Value::Integer(number) => serde_json::to_writer(out, number)?,
        // What JSON has no number for is written as the text of it.
        Value::Float(number) if !number.is_finite() => {
            serde_json::to_writer(out, &number.to_string())?;
        }
        Value::Float(number) => serde_json::to_writer(out, number)?,
        Value::Decimal(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Text(text) => serde_json::to_writer(out, text)?,
        Value::Date(_) | Value::Time(_) | Value::Datetime { .. } => {
            serde_json::to_writer(out, &value.to_text())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Decimal;

    #[test]
    fn a_value_is_what_json_has_for_it() {
        for (value, expected) in [
            (Value::Null, "null"),
            (Value::Boolean(true), "true"),
            (Value::Integer(i64::MIN), "-9223372036854775808"),
            (Value::Float(0.1), "0.1"),
            (Value::Float(90.0), "90.0"),
            (Value::Float(0.0025), "0.0025"),
            (Value::Decimal(Decimal::new(-1250, 2)), "-12.50"),
            (Value::Decimal(Decimal::new(5, 3)), "0.005"),
            (Value::text("a\"\n\u{1}甲"), r#""a\"\n\u0001甲""#),
            (Value::Date(0), "\"1970-01-01\""),
            (Value::Datetime { micros: 0, utc: true }, "\"1970-01-01T00:00:00Z\""),
        ] {
            let mut out = Vec::new();
            write(&value, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
