//! Faults of form: unknown keys, wrong types, missing keys, words that the
//! language does not have. All of them in one go, which serde cannot do: it
//! stops at the first.
//!
//! The check walks the spanned TOML tree along the JSON Schema of
//! [`RawSchema`], so the Rust types stay the only definition of the language.

use std::ops::Range;

use serde_json::Value as Json;
use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::raw::RawSchema;
use crate::diagnostic::Code;

/// Reads the file as written, or tells everything that is wrong with its form.
pub(super) fn check(text: &str, faults: &mut Vec<Fault>) -> Option<RawSchema> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        faults.push(Fault::new(Code::SCHEMA_SYNTAX, span, error.message().to_lowercase()));
    }
    if !errors.is_empty() {
        return None;
    }
    let language = super::json_schema();
    let walker = Walker { definitions: &language["$defs"] };
    walker.table(table.get_ref(), table.span(), &language, "the schema", faults);
    if !faults.is_empty() {
        return None;
    }
    match toml::from_str(text) {
        Ok(raw) => Some(raw),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            faults.push(Fault::new(Code::SCHEMA_TYPE, span, error.message().to_owned()));
            None
        }
    }
}

struct Walker<'s> {
    definitions: &'s Json,
}

impl<'s> Walker<'s> {
    /// Follows references and leaves the null of an optional value out.
    fn resolve(&self, schema: &'s Json) -> &'s Json {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
            return self.resolve(&self.definitions[name]);
        }
        if let Some(choices) = schema["anyOf"].as_array()
            && let Some(choice) = choices.iter().find(|choice| choice["type"] != "null")
        {
            return self.resolve(choice);
        }
        schema
    }

    fn table(
        &self,
        table: &DeTable<'_>,
        span: Range<usize>,
        schema: &'s Json,
        place: &str,
        faults: &mut Vec<Fault>,
    ) {
        let none = serde_json::Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        for (key, value) in table {
            let name: &str = key.get_ref();
            if let Some(property) = properties.get(name) {
                self.value(value, property, &format!("`{name}`"), faults);
            } else if schema["additionalProperties"].is_object() {
                self.value(value, &schema["additionalProperties"], &format!("`{name}`"), faults);
            } else if schema["additionalProperties"] == Json::Bool(false) {
                faults.push(
                    Fault::new(
                        Code::SCHEMA_UNKNOWN_KEY,
                        key.span(),
                        format!("unknown key `{name}` in {place}"),
                    )
                    .with_words(name, properties.keys().map(String::as_str)),
                );
            }
        }
        for required in schema["required"].as_array().into_iter().flatten() {
            let Some(required) = required.as_str() else {
                continue;
            };
            if !table.iter().any(|(key, _)| key.get_ref() == required) {
                let message = format!("{place} lacks the key `{required}`");
                let mut fault = Fault::new(Code::SCHEMA_MISSING, span.clone(), message);
                if let Some(text) = properties.get(required).and_then(|p| p["description"].as_str())
                {
                    fault = fault.with_help(format!("`{required}`: {text}"));
                }
                faults.push(fault);
            }
        }
    }

    fn value(
        &self,
        value: &Spanned<DeValue<'_>>,
        schema: &'s Json,
        place: &str,
        faults: &mut Vec<Fault>,
    ) {
        let schema = self.resolve(schema);
        let span = value.span();
        let Some(expected) = expected_type(schema) else {
            return;
        };
        let found = value.get_ref();
        let fits = match expected {
            "object" => found.is_table(),
            "array" => found.is_array(),
            "string" => found.is_str(),
            "boolean" => found.is_bool(),
            "integer" => found.is_integer(),
            "number" => found.is_integer() || found.is_float(),
            _ => true,
        };
        if !fits {
            let message =
                format!("{place} must be {}, found {}", article(expected), found.type_str());
            faults.push(Fault::new(Code::SCHEMA_TYPE, span, message));
            return;
        }
        match found {
            DeValue::Table(table) => self.table(table, span, schema, place, faults),
            DeValue::Array(items) => {
                for item in items {
                    self.value(item, &schema["items"], place, faults);
                }
            }
            DeValue::String(word) => {
                let words = words_of(schema);
                if !words.is_empty() && !words.contains(&&**word) {
                    let message = format!("{place} cannot be `{word}`");
                    faults.push(
                        Fault::new(Code::SCHEMA_VALUE, span, message).with_words(word, words),
                    );
                }
            }
            DeValue::Integer(number) => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
                if parsed.as_ref().map_or(true, |parsed| *parsed < least) {
                    let message = format!("{place} cannot be {}", number.as_str());
                    faults.push(Fault::new(Code::SCHEMA_VALUE, span, message));
                }
            }
            _ => {}
        }
    }
}

/// The type that a schema asks for; none if anything goes.
fn expected_type(schema: &Json) -> Option<&str> {
    match &schema["type"] {
        Json::String(one) => Some(one),
        Json::Array(several) => several.iter().filter_map(Json::as_str).find(|one| *one != "null"),
        _ if schema["oneOf"].is_array() => Some("string"),
        _ => None,
    }
}

/// The words of an enumeration.
fn words_of(schema: &Json) -> Vec<&str> {
    let listed = schema["enum"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let chosen = schema["oneOf"].as_array().into_iter().flatten();
    listed.chain(chosen.filter_map(|choice| choice["const"].as_str())).collect()
}

fn article(kind: &str) -> &'static str {
    match kind {
        "object" => "a table",
        "array" => "an array",
        "string" => "a string",
        "boolean" => "true or false",
        "integer" => "a whole number",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        assert!(check(text, &mut faults).is_none());
        faults
            .iter()
            .map(|fault| {
                format!(
                    "{} {:?} {}",
                    fault.message,
                    &text[fault.span.clone()],
                    fault.help.as_deref().unwrap_or("")
                )
            })
            .collect()
    }

    #[test]
    fn every_fault_is_found_in_one_go() {
        let text = r#"
recordmill = "one"
name = "x"
descripton = "y"
[source]
format = "key-valu"
record = { by = "file" }
key = { by = "declared", widht = 3 }
[fields.a]
type = "text"
requird = true
[tables.a]
rows = "record"
"#;
        insta::assert_snapshot!(messages(text).join("\n"));
    }

    #[test]
    fn several_faults_of_syntax_are_found() {
        assert!(messages("a = \nb = ]\n").len() >= 2);
    }
}
