//! A value as a schema writes it where the type is that of a column.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A text, a number, true or false, a date or a time: the text that it is written
/// as, which the type of the column gives its meaning. A number with more digits
/// than a double holds is written as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawScalar(pub String);

impl<'de> Deserialize<'de> for RawScalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;

        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = RawScalar;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text, a number, a date, true or false")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RawScalar, E> {
                Ok(RawScalar(text.to_owned()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<RawScalar, E> {
                Ok(RawScalar(number.to_string()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<RawScalar, E> {
                // With a point, so that it is no whole number by chance.
                Ok(RawScalar(format!("{number:?}")))
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<RawScalar, E> {
                Ok(RawScalar(value.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawScalar, A::Error> {
                // The parser gives a date as a map of one key.
                match map.next_entry::<Cow<'_, str>, String>()? {
                    Some((_, date)) if date.parse::<toml::value::Datetime>().is_ok() => {
                        Ok(RawScalar(date))
                    }
                    _ => Err(A::Error::custom("expected one value, found a table")),
                }
            }
        }

        deserializer.deserialize_any(ScalarVisitor)
    }
}

impl JsonSchema for RawScalar {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "RawScalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_the_text_that_it_is_written_as() {
        #[derive(Deserialize)]
        struct File {
            a: Vec<RawScalar>,
        }
        let text = "a = [\"x\", 9007199254740993, 0.1, 2.0, true, 2024-02-29, 08:30:00]";
        let file: File = toml::from_str(text).unwrap();
        let written: Vec<_> = file.a.iter().map(|value| value.0.as_str()).collect();
        assert_eq!(
            written,
            ["x", "9007199254740993", "0.1", "2.0", "true", "2024-02-29", "08:30:00"]
        );
        assert!(toml::from_str::<File>("a = [{ b = \"1\", c = 2 }]").is_err());
    }
}
