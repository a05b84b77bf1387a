//! Adds to a schema file the keys of a dump that it does not know. Its text and comments stay as they are.

use indexmap::{IndexMap, IndexSet};
use serde::Deserialize;

use super::choose::pieces;
use super::form::{Form, Rest, Table};
use super::ladder::Type;
use super::look::{Depth, look};
use super::sample::Sample;
use super::words::Words;
use super::write::{Field, section, tables_of_items};
use super::{choose, declined, names, plan, samples, unexplained};
use crate::error::{Error, ErrorKind, Result};
use crate::grammar::path_dots;
use crate::mill::Mill;
use crate::schema::model::Format;
use crate::schema::{Schema, SchemaSource, parse};
use crate::source::{Input, Spanned, unreadable};

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
    tables: IndexMap<Spanned<String>, WrittenTable>,
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
    kind: Option<String>,
    columns: Spanned<Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
struct WrittenSource {
    #[serde(default)]
    key: WrittenKey,
    #[serde(default)]
    csv: WrittenCsv,
}

#[derive(Debug, Default, Deserialize)]
struct WrittenCsv {
    columns: Option<Vec<Spanned<String>>>,
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
    schema.can_be_run()?;
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
    let (all, ignored): (bool, Vec<&str>) = match &written.source.key.ignored {
        Some(::toml::Value::String(all)) if all == "*" => (true, Vec::new()),
        Some(::toml::Value::String(one)) => (false, vec![one]),
        Some(::toml::Value::Array(keys)) => {
            (false, keys.iter().filter_map(::toml::Value::as_str).collect())
        }
        _ => (false, Vec::new()),
    };
    let same = |key: &str, other: &str| {
        other == key || written.source.key.fold_case && other.eq_ignore_ascii_case(key)
    };
    let is_ignored = |key: &str| ignored.iter().any(|other| same(key, other));
    let has_field = |key: &str| {
        let mut keys =
            written.fields.values().flat_map(|field| field.key.iter().chain(&field.aliases));
        keys.any(|other| same(key, other))
    };
    // What is known is so with all that is below it. Of a line with a number the lines below it have keys of their own.
    let json = chosen.form.is_json();
    let leveled = matches!(&chosen.form, Form::Lines(lines) if lines.rest == Rest::Levels);
    let known = |key: &str| {
        let above = || path_dots(key).map(|dot| &key[..dot]);
        all || is_ignored(key)
            || has_field(key)
            || (json || leveled) && above().any(is_ignored)
            || json && above().any(has_field)
    };
    // Columns that go by their place: what stands where one is known is no other one, whatever a header calls it.
    let columns = match (&written.source.csv.columns, &chosen.form) {
        (Some(own), Form::Csv(table)) => Some((own, new_columns(own, table))),
        _ => None,
    };
    let has_place = |key: &str| match &columns {
        Some((_, Some(new))) => new.iter().any(|(_, name)| *name == key),
        _ => true,
    };
    // The columns of tables, too: those that are computed have names that no field can have beside them.
    let of_tables =
        schema.tables.iter().flat_map(|table| &table.columns).map(|column| &column.name);
    let tables = written.tables.keys().map(|name| &name.value);
    let mut taken: Vec<String> =
        written.fields.keys().chain(tables).chain(of_tables).cloned().collect();
    let mut fields: Vec<Field> = Vec::new();
    for mut field in found.fields {
        if known(&field.key) || !has_place(&field.key) {
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
    let added = fields.iter().map(|field| (field.name.clone(), field.rung.kind.word())).collect();
    let misfit = || {
        Error::new(ErrorKind::Schema, "what is new does not fit into the schema")
            .with_path(&source.name)
            .with_remedy("draft a new one beside it, and take over what is wanted")
    };
    let parsed = |text: String| {
        let source = SchemaSource { name: source.name.clone(), text };
        parse(&source).0.ok_or_else(misfit).map(|schema| (schema, source.text))
    };
    let sections = sections(&source.text, &written, &fields, matches!(chosen.form, Form::Lines(_)));
    let mut edits = vec![sections];
    match &columns {
        Some((_, None)) if !fields.is_empty() => {
            let message = format!(
                "the columns of the inputs are not those of the schema `{}`, which go by their place in `csv.columns`: which of them is `{}`?",
                source.name, fields[0].key
            );
            return Err(Error::new(ErrorKind::Schema, message)
                .with_remedy("add it to `csv.columns` at its place, and a field with this key"));
        }
        Some((own, Some(new))) if !fields.is_empty() => {
            edits.extend(new.iter().map(|(place, name)| match own.get(*place) {
                Some(behind) => (behind.span.start, format!("{}, ", super::toml::string(name))),
                None => (
                    own.last().map_or(0, |last| last.span.end),
                    format!(", {}", super::toml::string(name)),
                ),
            }));
        }
        _ => {}
    }
    let of_records = || written.tables.values().filter(|table| table.rows == "record");
    if fields.is_empty() {
        // There is nothing to ask of the records.
    } else if let Some(table) = of_records().find(|table| table.kind.is_none()) {
        edits.extend(table.with_columns(fields.iter()));
    } else {
        // Where each table has the records of a kind, those that have a key say which tables have its column.
        let (schema, _) = parsed(edited(&source.text, edits.clone()))?;
        let kinds = kinds_of(&fields, &schema, &chosen.form, &samples)?;
        for table in of_records() {
            let own = fields.iter().zip(&kinds).filter(|(_, kinds)| {
                kinds.is_empty() || table.kind.as_ref().is_some_and(|kind| kinds.contains(kind))
            });
            edits.extend(table.with_columns(own.map(|(field, _)| field)));
        }
    }
    let mut tables: Vec<String> = written.tables.keys().map(|name| name.value.clone()).collect();
    edits.push((source.text.len(), tables_of_items(&fields, &mut tables)));
    let (schema, text) = parsed(edited(&source.text, edits))?;
    let unexplained = unexplained(&schema, &chosen.form, &samples)?;
    Ok(Updated { text, added, unexplained })
}

/// A text that goes into a place of another one.
type Edit = (usize, String);

impl WrittenTable {
    /// What makes columns of fields, but for those that have rows.
    fn with_columns<'f>(&self, fields: impl Iterator<Item = &'f Field>) -> Option<Edit> {
        let columns: Vec<String> = fields
            .filter(|field| !field.rung.kind.has_rows())
            .map(|field| super::toml::string(&field.name))
            .collect();
        let columns = (!columns.is_empty()).then(|| columns.join(", "))?;
        Some(match self.columns.value.last() {
            Some(last) => (last.span.end, format!(", {columns}")),
            None => (self.columns.span.start + 1, columns),
        })
    }
}

/// The columns of a dump that a schema does not have among its own, each with the place of the one that stands behind it;
/// nothing if the others are not those of the schema.
fn new_columns<'n>(own: &[Spanned<String>], table: &'n Table) -> Option<Vec<(usize, &'n str)>> {
    let mut place = 0;
    let mut new = Vec::new();
    for name in &table.names {
        // Without a header the first are those that are known.
        if own.get(place).is_some_and(|own| !table.has_header() || own.value == *name) {
            place += 1;
        } else {
            new.push((place, name.as_str()));
        }
    }
    (place == own.len() && place > 0).then_some(new)
}

/// The sections of fields, above the tables.
fn sections(text: &str, written: &Written, fields: &[Field], lines: bool) -> Edit {
    let sections: String = fields.iter().map(|field| section(field, lines)).collect();
    let first = written.tables.keys().map(|name| name.span.start).min();
    let Some(at) = first.and_then(|at| begin_of_section(text, at)) else {
        return (text.len(), format!("\n{sections}"));
    };
    let last = text[..at].lines().next_back().unwrap_or_default();
    (at, if last.trim().is_empty() { sections } else { format!("\n{sections}") })
}

/// Where the section begins whose header has this place, with the comment above it; none if no header is there.
fn begin_of_section(text: &str, place: usize) -> Option<usize> {
    let line_of = |end: usize| text[..end].rfind('\n').map_or(0, |feed| feed + 1);
    let mut begin = line_of(place);
    if !text[begin..].trim_start().starts_with('[') {
        return None;
    }
    while begin > 0 {
        let above = line_of(begin - 1);
        if !text[above..begin].trim_start().starts_with('#') {
            break;
        }
        begin = above;
    }
    Some(begin)
}

/// For each field the kinds of the records that have its key.
fn kinds_of(
    fields: &[Field],
    schema: &Schema,
    form: &Form,
    samples: &[Sample],
) -> Result<Vec<IndexSet<String>>> {
    let mill = Mill::new(schema);
    let place =
        |field: &Field| schema.fields.iter().find(|of| of.name == field.name).map(|of| of.entry);
    let entries: Vec<Option<usize>> = fields.iter().map(place).collect();
    let mut kinds = vec![IndexSet::new(); fields.len()];
    for sample in samples {
        let place = (sample.name.as_str(), sample.stem.as_deref());
        for (text, cut) in pieces(sample, form) {
            look((schema, &mill), Depth::Entries, place.0, place.1, (&text, cut), |looked| {
                let kind = looked.record.kind.and_then(|kind| schema.kinds.get(kind));
                for (entry, kinds) in entries.iter().zip(&mut kinds) {
                    if let Some(kind) = kind
                        && entry.is_some_and(|entry| looked.record.entry(entry).is_some())
                        && !kinds.contains(&kind.name)
                    {
                        kinds.insert(kind.name.clone());
                    }
                }
            })
            .map_err(|error| unreadable(&sample.name, error))?;
        }
    }
    Ok(kinds)
}

/// A text with what goes into it, whose lines end as its own do.
fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    if edits.iter().all(|(_, piece)| piece.trim().is_empty()) {
        return text.to_owned();
    }
    let feed = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = text.to_owned();
    if !out.ends_with('\n') {
        out.push_str(feed);
    }
    // From the end of the file on, so that places before stay what they are.
    edits.sort_by_key(|(at, _)| *at);
    for (at, piece) in edits.into_iter().rev() {
        out.insert_str(at.min(out.len()), &piece.replace('\n', feed));
    }
    out
}
