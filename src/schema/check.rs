//! Faults of form: unknown keys, wrong types, missing keys, words that the
//! language does not have. All of them in one go, which serde cannot do: it
//! stops at the first.
//!
//! The check walks the spanned TOML tree along the JSON Schema of
//! [`RawSchema`], so the Rust types stay the only definition of the language. On
//! its way it mends the tree: what is unknown or of the wrong type goes, a wrong
//! word gives way to the nearest right one. So a file with faults of form can
//! still be resolved, and its faults of meaning are told in the same go.

use std::ops::Range;

use serde::Deserialize;
use serde_json::Value as Json;
use serde_spanned::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::fault::{Fault, nearest};
use super::raw::RawSchema;
use crate::diagnostic::Code;

/// A file as it was written, or as it was mended.
pub(super) struct Checked {
    /// The schema; none if too little of it is left.
    pub(super) raw: Option<RawSchema>,
    /// The places that were mended.
    mended: Vec<Range<usize>>,
    /// Fields, tables and the like that had to go.
    dropped: Vec<String>,
    /// Those that lost a part.
    maimed: Vec<String>,
}

impl Checked {
    /// Whether a fault of meaning says something of its own, rather than what
    /// follows from a fault of form.
    pub(super) fn tells(&self, fault: &Fault) -> bool {
        let touches =
            |place: &Range<usize>| place.start < fault.span.end && fault.span.start < place.end;
        let mentions = |name: &String| fault.message.contains(&format!("`{name}`"));
        let follows = |place: &String| {
            fault.code == Code::SCHEMA_MISSING && fault.message.contains(place.as_str())
        };
        !(self.mended.iter().any(touches)
            || self.dropped.iter().any(mentions)
            || self.maimed.iter().any(follows))
    }
}

/// Reads the file as written and tells everything that is wrong with its form.
/// `start` is added to every place: several files make one schema, and each has
/// a stretch of its own.
pub(super) fn check(text: &str, start: usize, faults: &mut Vec<Fault>) -> Checked {
    let mut checked =
        Checked { raw: None, mended: Vec::new(), dropped: Vec::new(), maimed: Vec::new() };
    // Blanks before a document mean nothing, and shift the places that the parser tells.
    let text = format!("{:start$}{text}", "");
    let (table, errors) = DeTable::parse_recoverable(&text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        faults.push(Fault::new(Code::SCHEMA_SYNTAX, span, error.message().to_lowercase()));
    }
    if !errors.is_empty() {
        return checked;
    }
    let language = super::json_schema();
    let mut walker = Walker { definitions: &language["$defs"], checked: &mut checked, faults };
    let span = table.span();
    let (table, usable) = walker.table(table.into_inner(), &span, &language, "the schema");
    if !usable {
        return checked;
    }
    match RawSchema::deserialize(toml::de::Deserializer::from(Spanned::new(span, table))) {
        Ok(raw) => checked.raw = Some(raw),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            faults.push(Fault::new(Code::SCHEMA_TYPE, span, error.message().to_owned()));
        }
    }
    checked
}

struct Walker<'s> {
    definitions: &'s Json,
    checked: &'s mut Checked,
    faults: &'s mut Vec<Fault>,
}

impl<'s> Walker<'s> {
    /// Follows references and leaves the null of an optional value out.
    fn resolve(&self, schema: &'s Json) -> &'s Json {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
            return self.resolve(&self.definitions[name]);
        }
        let choices = schema["anyOf"].as_array();
        match choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null")) {
            Some(choice) => self.resolve(choice),
            None => schema,
        }
    }

    /// Checks and mends a table; tells too whether it has what it needs.
    fn table<'i>(
        &mut self,
        table: DeTable<'i>,
        span: &Range<usize>,
        schema: &'s Json,
        place: &str,
    ) -> (DeTable<'i>, bool) {
        let none = serde_json::Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let others = &schema["additionalProperties"];
        let (mut kept, mut gone) = (DeTable::new(), Vec::new());
        for (key, value) in table {
            let name = key.get_ref().clone().into_owned();
            let known = properties.contains_key(&name).then(|| &schema["properties"][&name]);
            // Keys of one's own choosing have a schema, or may hold anything.
            let free = *others != Json::Bool(false);
            let Some(known) = known.or_else(|| free.then_some(others)) else {
                let message = format!("unknown key `{name}` in {place}");
                let fault = Fault::new(Code::SCHEMA_UNKNOWN_KEY, key.span(), message);
                self.faults.push(fault.with_words(&name, properties.keys().map(String::as_str)));
                continue;
            };
            if let Some(value) = self.value(value, known, &format!("`{name}`")) {
                kept.insert(key, value);
            } else {
                gone.push(name);
            }
        }
        let mut usable = true;
        for required in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str)
        {
            if kept.iter().any(|(key, _)| key.get_ref() == required) {
                continue;
            }
            usable = false;
            // One that was there and had to go has a fault of its own.
            if gone.iter().any(|name| name == required) {
                continue;
            }
            let message = format!("{place} lacks the key `{required}`");
            let mut fault = Fault::new(Code::SCHEMA_MISSING, span.clone(), message);
            if let Some(text) = properties.get(required).and_then(|p| p["description"].as_str()) {
                fault = fault.with_help(format!("`{required}`: {text}"));
            }
            self.faults.push(fault);
        }
        if others.is_object() {
            self.checked.dropped.append(&mut gone);
        } else if !gone.is_empty() {
            self.checked.maimed.push(place.to_owned());
        }
        (kept, usable)
    }

    /// Checks and mends a value; none if nothing can be made of it.
    fn value<'i>(
        &mut self,
        value: Spanned<DeValue<'i>>,
        schema: &'s Json,
        place: &str,
    ) -> Option<Spanned<DeValue<'i>>> {
        let schema = self.resolve(schema);
        let span = value.span();
        let expected = expected_types(schema);
        if expected.is_empty() {
            return Some(value);
        }
        let found = value.into_inner();
        let fits = |expected: &&str| match *expected {
            "object" => found.is_table(),
            "array" => found.is_array(),
            "string" => found.is_str(),
            "boolean" => found.is_bool(),
            "integer" => found.is_integer(),
            "number" => found.is_integer() || found.is_float(),
            _ => true,
        };
        if !expected.iter().any(fits) {
            let expected = expected.into_iter().map(article).collect::<Vec<_>>().join(" or ");
            let message = format!("{place} must be {expected}, found {}", found.type_str());
            self.mend(Fault::new(Code::SCHEMA_TYPE, span, message));
            return None;
        }
        let mended = match found {
            DeValue::Table(table) => {
                let (table, usable) = self.table(table, &span, schema, place);
                if !usable {
                    return None;
                }
                DeValue::Table(table)
            }
            DeValue::Array(items) => {
                let kept =
                    items.into_iter().filter_map(|item| self.value(item, &schema["items"], place));
                DeValue::Array(kept.collect::<DeArray<'i>>())
            }
            DeValue::String(word) => {
                let words = words_of(schema);
                if words.is_empty() || words.contains(&&*word) {
                    DeValue::String(word)
                } else {
                    let message = format!("{place} cannot be `{word}`");
                    let fault = Fault::new(Code::SCHEMA_VALUE, span.clone(), message);
                    self.mend(fault.with_words(&word, words.iter().copied()));
                    let right = nearest(&word, words.iter().copied()).unwrap_or(words[0]);
                    DeValue::String(right.to_owned().into())
                }
            }
            DeValue::Integer(number) => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
                if parsed.as_ref().map_or(true, |parsed| *parsed < least) {
                    let message = format!("{place} cannot be {}", number.as_str());
                    self.mend(Fault::new(Code::SCHEMA_VALUE, span, message));
                    return None;
                }
                DeValue::Integer(number)
            }
            other => other,
        };
        Some(Spanned::new(span, mended))
    }

    /// Tells a fault whose place is mended.
    fn mend(&mut self, fault: Fault) {
        self.checked.mended.push(fault.span.clone());
        self.faults.push(fault);
    }
}

/// The types that a schema asks for; none if anything goes.
fn expected_types(schema: &Json) -> Vec<&str> {
    match &schema["type"] {
        Json::String(one) => vec![one],
        Json::Array(several) => {
            several.iter().filter_map(Json::as_str).filter(|one| *one != "null").collect()
        }
        _ if schema["oneOf"].is_array() => vec!["string"],
        _ => Vec::new(),
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
        check(text, 0, &mut faults);
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
