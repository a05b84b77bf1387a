//! Adds to a schema file the keys of a dump that it does not know. Its text and comments stay as they are.

use indexmap::IndexMap;
use serde::Deserialize;

use super::form::Form;
use super::ladder::Type;
use super::words::Words;
use super::write::{Field, rows, section};
use super::{choose, declined, names, plan, samples, unexplained};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::model::Format;
use crate::schema::{SchemaSource, parse};
use crate::source::{Input, Spanned};

/// A schema file with what was added.
#[derive(Clone, Debug)]
pub struct Updated {
    /// The text.
    pub text: String,
    /// The fields that were added, each with the word for its type.
    pub added: Vec<(String, &'static str)>,
    /// What the schema still does not explain, each kind with a count and one place: a key that is seen once in many
    /// records may be damage, and is not added.
    pub unexplained: Vec<String>,
}

/// What is needed of the file as it is written.
#[derive(Debug, Deserialize)]
struct Written {
    #[serde(default)]
    fields: IndexMap<String, WrittenField>,
    #[serde(default)]
    tables: IndexMap<String, WrittenTable>,
    source: WrittenSource,
}

#[derive(Debug, Deserialize)]
struct WrittenField {
    key: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct WrittenTable {
    rows: String,
    columns: Spanned<Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
struct WrittenSource {
    #[serde(default)]
    key: WrittenKey,
}

#[derive(Debug, Default, Deserialize)]
struct WrittenKey {
    ignored: Option<::toml::Value>,
    #[serde(default, rename = "fold-case")]
    fold_case: bool,
}

/// Adds what is new in inputs to the schema file `source`.
///
/// # Errors
///
/// The file is no schema; an input cannot be read, or no form explains it.
pub fn update(source: &SchemaSource, inputs: &[Input], full: bool) -> Result<Updated> {
    let faulty = || {
        Error::new(ErrorKind::Schema, "only a sound schema can be updated")
            .with_path(&source.name)
            .with_remedy(format!("`recordmill schema check {}` tells what is wrong", source.name))
    };
    let schema = parse(source).0.ok_or_else(faulty)?;
    let written: Written = ::toml::from_str(&source.text).map_err(|_| faulty())?;
    let words = Words::new();
    let samples = samples(inputs, full)?;
    let chosen = choose::choose(&samples, &words).map_err(|tried| declined(&samples, &tried))?;
    // JSON in lines has the keys that JSON in a document has.
    let family = |format: Format| match format {
        Format::JsonLines => Format::Json,
        other => other,
    };
    let form = family(chosen.form.format());
    if !schema.source.formats.iter().any(|format| family(*format) == form) {
        let read: Vec<_> = schema.source.formats.iter().map(|format| format.as_str()).collect();
        let message = format!(
            "the schema `{}` reads {}, and the inputs are {}",
            source.name,
            read.join(", "),
            chosen.form.words()
        );
        return Err(Error::new(ErrorKind::Schema, message).with_remedy(
            "draft a schema of its own for them: `recordmill schema draft DUMP -o FILE`",
        ));
    }
    let whole = samples.iter().all(|sample| sample.whole);
    let found = plan(&chosen, &samples, &words, whole);
    let ignored: Vec<&str> = match &written.source.key.ignored {
        Some(::toml::Value::String(all)) if all == "*" => {
            return Ok(Updated {
                text: source.text.clone(),
                added: Vec::new(),
                unexplained: Vec::new(),
            });
        }
        Some(::toml::Value::String(one)) => vec![one],
        Some(::toml::Value::Array(keys)) => keys.iter().filter_map(::toml::Value::as_str).collect(),
        _ => Vec::new(),
    };
    let known = |key: &str| {
        let same = |other: &str| {
            other == key || written.source.key.fold_case && other.eq_ignore_ascii_case(key)
        };
        ignored.iter().any(|other| same(other))
            || written
                .fields
                .values()
                .any(|field| field.key.iter().chain(&field.aliases).any(|other| same(other)))
    };
    let mut taken: Vec<String> =
        written.fields.keys().chain(written.tables.keys()).cloned().collect();
    let mut fields: Vec<Field> = Vec::new();
    for mut field in found.fields {
        if known(&field.key) {
            continue;
        }
        let names: Vec<&str> = taken.iter().map(String::as_str).collect();
        field.name = names::field(&field.key, field.rung.kind.has_rows(), &names);
        field.demanded = false;
        if matches!(field.rung.kind, Type::Quantity(..)) {
            field.unmeasured();
        }
        taken.push(field.name.clone());
        fields.push(field);
    }
    let text = insert(&source.text, &written, &fields, matches!(chosen.form, Form::Lines(_)));
    let added = fields.iter().map(|field| (field.name.clone(), field.rung.kind.word())).collect();
    let updated = SchemaSource { name: source.name.clone(), text };
    let Some(schema) = parse(&updated).0 else {
        return Err(Error::new(ErrorKind::Schema, "what is new does not fit into the schema")
            .with_path(&source.name)
            .with_remedy("draft a new one beside it, and take over what is wanted"));
    };
    let unexplained = unexplained(&schema, &chosen.form, &samples)?;
    Ok(Updated { text: updated.text, added, unexplained })
}

fn insert(text: &str, written: &Written, fields: &[Field], lines: bool) -> String {
    if fields.is_empty() {
        return text.to_owned();
    }
    // From the end of the file on, so that places before stay what they are.
    let mut edits: Vec<(usize, String)> = Vec::new();
    let sections: String = fields.iter().map(|field| section(field, lines)).collect();
    let mut at = 0;
    let mut tables = None;
    for line in text.split_inclusive('\n') {
        if line.starts_with("[tables") {
            tables.get_or_insert(at);
        }
        at += line.len();
    }
    match tables {
        Some(at) => edits.push((at, sections)),
        None => edits.push((text.len(), format!("\n{sections}"))),
    }
    let columns: Vec<String> = fields
        .iter()
        .filter(|field| !field.rung.kind.has_rows())
        .map(|field| super::toml::string(&field.name))
        .collect();
    if let Some(table) = written.tables.values().find(|table| table.rows == "record")
        && !columns.is_empty()
    {
        match table.columns.value.last() {
            Some(last) => edits.push((last.span.end, format!(", {}", columns.join(", ")))),
            None => edits.push((table.columns.span.start + 1, columns.join(", "))),
        }
    }
    let own: String = fields.iter().map(|field| rows(&field.name, &field.rung.kind)).collect();
    if !own.is_empty() {
        edits.push((text.len(), own));
    }
    let mut out = text.to_owned();
    if !out.ends_with('\n') {
        out.push('\n');
    }
    edits.sort_by_key(|(at, _)| *at);
    for (at, piece) in edits.into_iter().rev() {
        out.insert_str(at.min(out.len()), &piece);
    }
    out
}
