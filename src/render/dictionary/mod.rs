//! The data dictionary of a schema: what its tables hold, column by column, what must hold for
//! them, and how they are related.

mod html;
mod markdown;

pub use html::dictionary_html;
pub use markdown::dictionary_markdown;

use crate::lang::{Examples, Limits};
use crate::render::cut;
use crate::schema::Schema;
use crate::schema::model::{
    CheckKind, Column, ColumnOrigin, ColumnRef, Computed, Field, FieldRule, Layout, Table,
};

/// The name of the column that leads from a row to its record.
const RECORD: &str = "record_id";
/// How many examples of a field are shown, and how many characters of each.
const EXAMPLES: usize = 5;
const SHOWN: usize = 80;
/// How many characters of a rule are shown.
const RULE: usize = 200;

/// How two tables are related: the rows of one belong to those of another.
struct Relation<'s> {
    one: &'s str,
    many: &'s str,
    by: String,
}

/// How the tables of a schema are related.
fn relations(schema: &Schema) -> Vec<Relation<'_>> {
    let has_record = |table: &&Table| table.columns.iter().any(|column| column.name == RECORD);
    let records = || schema.tables.iter().filter(|table| table.items_of.is_none());
    let items = schema.tables.iter().filter(|table| table.items_of.is_some()).filter(has_record);
    let mut relations: Vec<_> = items
        .flat_map(|many| {
            let one = records().filter(has_record);
            one.map(move |one| Relation { one: &one.name, many: &many.name, by: RECORD.to_owned() })
        })
        .collect();
    for check in &schema.checks {
        let CheckKind::Reference(reference) = &check.kind else { continue };
        if let Some(to) = reference.to_column() {
            let (of, to) = (column_at(schema, reference.of()), column_at(schema, to));
            let by = format!("{} is in {}", of.1.name, to.1.name);
            relations.push(Relation { one: &to.0.name, many: &of.0.name, by });
        }
    }
    relations
}

fn column_at(schema: &Schema, at: ColumnRef) -> (&Table, &Column) {
    let table = &schema.tables[at.table];
    (table, &table.columns[at.column])
}

/// What the rows of a table are: words, and the name that stands behind them.
fn rows_of<'s>(schema: &'s Schema, table: &Table) -> (&'static str, Option<&'s str>) {
    match (table.items_of, table.kind.and_then(|kind| schema.kinds.get(kind))) {
        (Some(field), _) => {
            ("a row for each item of", keys_of(schema, &schema.fields[field]).next())
        }
        (None, Some(kind)) => ("a row for each record of the kind", Some(&kind.name)),
        (None, None) => ("a row for each record", None),
    }
}

/// What a field is called in the dump; one that is read from another's entry has the keys of that.
fn keys_of<'s>(schema: &'s Schema, field: &'s Field) -> impl Iterator<Item = &'s str> {
    let keys = match field.keys.as_slice() {
        [] => &schema.fields[field.entry].keys,
        _ => &field.keys,
    };
    let name = keys.is_empty().then_some(field.name.as_str());
    keys.iter().map(String::as_str).chain(name)
}

/// The field that a column is made of, if it is of one.
fn field_of<'s>(schema: &'s Schema, table: &Table, column: &Column) -> Option<&'s Field> {
    if let Some(field) = table.items_of {
        let own = matches!(column.origin, ColumnOrigin::Slot(_) | ColumnOrigin::Computed(_));
        return own.then(|| &schema.fields[field]);
    }
    let slot = match &column.origin {
        ColumnOrigin::Slot(slot) => *slot,
        ColumnOrigin::Computed(Computed::Count(field)) => return schema.fields.get(*field),
        ColumnOrigin::Computed(computed) => *computed.reads().first()?,
        ColumnOrigin::RecordId
        | ColumnOrigin::RecordKey
        | ColumnOrigin::SourceFile
        | ColumnOrigin::SourceLine
        | ColumnOrigin::SourceByte
        | ColumnOrigin::SourceBytes
        | ColumnOrigin::Ordinal => return None,
    };
    let layout = Layout::of(&schema.fields);
    let place = layout
        .base
        .iter()
        .zip(&schema.fields)
        .position(|(base, field)| (*base..base + field.cells.slots().len()).contains(&slot));
    schema.fields.get(place?)
}

/// Whether records are known by a column from dump to dump.
fn is_key(schema: &Schema, table: &Table, column: &Column) -> bool {
    let ColumnOrigin::Slot(slot) = column.origin else { return false };
    table.items_of.is_none() && schema.key_of(table.kind).contains(&slot)
}

/// A rule: its word, how it stands in the schema without its examples, and what follows.
fn rule(schema: &Schema, rule: &FieldRule) -> (String, String) {
    let written = schema.place(&rule.span).and_then(|(file, span)| file.text.get(span));
    let written = written.map(|text| one_line(&without_examples(text))).unwrap_or_default();
    let mut follows = Vec::new();
    follows.extend(rule.severity.map(|severity| severity.to_string()));
    follows.extend(limits(&rule.limits));
    follows.extend(rule.help.clone());
    (written, follows.join("; "))
}

/// A rule as it stands in one line of the schema, without its examples, which are shown apart.
fn without_examples(text: &str) -> String {
    const EXAMPLES: &str = ", examples = {";
    let Some(start) = text.find(EXAMPLES) else { return text.to_owned() };
    let (mut depth, mut quote) = (1, None);
    for (at, c) in text[start + EXAMPLES.len()..].char_indices() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('{', None) => depth += 1,
            ('}', None) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return format!("{}{}", &text[..start], &text[start + EXAMPLES.len() + at + 1..]);
        }
    }
    text.to_owned()
}

/// White space in runs is one blank, and a long text is cut.
fn one_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&text, RULE).into_owned()
}

fn limits(limits: &Limits) -> Vec<String> {
    let both = [("error", &limits.error), ("warning", &limits.warning)];
    let both = both.into_iter().filter_map(|(word, limit)| Some((word, limit.as_ref()?)));
    both.map(|(word, limit)| format!("{word} unless {}", limit.describe())).collect()
}

/// What a field takes and what it refuses: the text, and what comes of it.
fn examples(of: &Field) -> Vec<(String, String)> {
    let of_rules = of.rules.iter().map(|rule| &rule.examples);
    let all: Vec<&Examples> = std::iter::once(&of.examples).chain(of_rules).collect();
    let accepted = all.iter().flat_map(|examples| &examples.accept).map(|example| {
        let gives = example.gives.iter().map(|(column, value)| match column.as_str() {
            "value" | "" => one_line(&value.to_string()),
            column => format!("{column} = {}", one_line(&value.to_string())),
        });
        let gives: Vec<_> = gives.collect();
        let gives = if gives.is_empty() { "accepted".to_owned() } else { gives.join(", ") };
        (example.text.clone(), gives)
    });
    let refused = all.iter().flat_map(|examples| &examples.refuse);
    let refused = refused.map(|(text, _)| (text.clone(), "refused".to_owned()));
    let (accepted, refused): (Vec<_>, Vec<_>) =
        (accepted.take(EXAMPLES).collect(), refused.take(EXAMPLES).collect());
    accepted
        .into_iter()
        .chain(refused)
        .map(|(text, gives)| (cut(&text, SHOWN).into_owned(), cut(&gives, SHOWN).into_owned()))
        .collect()
}

/// The fields that have more to say than their columns do.
fn told(schema: &Schema) -> impl Iterator<Item = &Field> {
    schema.fields.iter().filter(|field| {
        !field.rules.is_empty() || !field.sentinels.is_empty() || !examples(field).is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_shown_without_its_examples() {
        let shown = without_examples;
        let rule =
            "{ rule = \"m\", examples = { accept = [{ text = \"}\" }], refuse = ['{'] }, max = 9 }";
        assert_eq!(shown(rule), "{ rule = \"m\", max = 9 }");
        assert_eq!(shown("{ rule = \"m\" }"), "{ rule = \"m\" }");
        assert_eq!(shown("{ max = 1, examples = { x"), "{ max = 1, examples = { x");
    }
}
