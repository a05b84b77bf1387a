//! The data dictionary of a schema: what its tables hold, column by column, what must hold for
//! them, and how they are related.

mod html;
mod markdown;

pub use html::dictionary_html;
pub use markdown::dictionary_markdown;

use std::sync::Arc;

use crate::grammar::Quantity;
use crate::lang::{Accept, Examples, Limits};
use crate::schema::Schema;
use crate::schema::model::{
    Check, CheckKind, Column, ColumnOrigin, ColumnRef, Field, FieldRule, Table,
};
use crate::text::cut;

/// The name of the column that leads from a row to its record.
const RECORD: &str = "record_id";
/// How many examples of a field are shown, and how many characters of each.
const EXAMPLES: usize = 5;
const SHOWN: usize = 80;
/// How many characters of a rule are shown.
const RULE: usize = 200;
/// How many examples of each rule of a quantity are shown, and how many of them all.
const READINGS: usize = 2;
const ALL_READINGS: usize = 60;

/// How two tables are related: the rows of one belong to those of another.
struct Relation<'s> {
    one: &'s str,
    many: &'s str,
    by: String,
}

/// How the tables of a schema are related.
fn relations(schema: &Schema) -> Vec<Relation<'_>> {
    let of_items = schema.tables.iter().flat_map(|many| {
        let one = schema.records_of(many).into_iter();
        one.map(|one| Relation { one: &one.name, many: &many.name, by: RECORD.to_owned() })
    });
    let mut relations: Vec<_> = of_items.collect();
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
    schema.fields.get(*schema.layout.fields_of(&column.origin).first()?)
}

/// Whether records are known by a column from dump to dump.
fn is_key(schema: &Schema, table: &Table, column: &Column) -> bool {
    let ColumnOrigin::Slot(slot) = column.origin else { return false };
    table.items_of.is_none() && schema.key_of(table.kind).contains(&slot)
}

/// A rule: its name, and what is expected.
fn rule(rule: &FieldRule) -> (&str, String) {
    let mut expected = vec![one_line(&rule.rule.expected())];
    expected.extend(rule.severity.map(|severity| format!("else {severity}")));
    expected.extend(limits(&rule.limits));
    expected.extend(rule.help.clone());
    (&rule.name, expected.join("; "))
}

/// What must hold for a check.
fn must_hold(schema: &Schema, check: &Check) -> String {
    let mut expected: Vec<_> =
        check.kind.expected(schema).iter().map(|text| one_line(text)).collect();
    expected.extend(check.severity.map(|severity| format!("else {severity}")));
    expected.extend(limits(&check.limits));
    expected.extend(check.help.clone());
    expected.join("; ")
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
    let accepted = all.iter().flat_map(|examples| &examples.accept);
    let accepted = accepted.map(|example| (example.text.clone(), gives(example)));
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

/// What a text gives that is accepted.
fn gives(example: &Accept) -> String {
    let cells = example.gives.iter().map(|(column, value)| {
        let value = match one_line(&value.to_string()) {
            // As TOML has an empty text, which an example gives for null.
            text if text == "\"\"" => "null".to_owned(),
            text => text,
        };
        match column.as_str() {
            "value" | "" => value,
            column => format!("{column} = {value}"),
        }
    });
    let cells: Vec<_> = cells.collect();
    if cells.is_empty() { "accepted".to_owned() } else { cells.join(", ") }
}

/// The quantities that fields hold, each once, with the names of these fields.
fn quantities(schema: &Schema) -> Vec<(&Quantity, Vec<&str>)> {
    let mut all: Vec<(&Arc<Quantity>, Vec<&str>)> = Vec::new();
    for field in &schema.fields {
        let Some(quantity) = field.kind.quantity() else { continue };
        match all.iter_mut().find(|(known, _)| known.name == quantity.name) {
            Some((_, fields)) => fields.push(&field.name),
            None => all.push((quantity, vec![&field.name])),
        }
    }
    all.into_iter().map(|(quantity, fields)| (&**quantity, fields)).collect()
}

/// How a quantity is read: a text, what it gives, and the rule by which; and how many examples
/// are left out. One text that the rule leaves alone stands behind those that it reads.
fn readings(quantity: &Quantity) -> (Vec<[String; 3]>, usize) {
    let mut all = Vec::new();
    for rule in &quantity.rules {
        let text = |text: &str| cut(text, SHOWN).into_owned();
        let read = rule.examples.accept.iter().take(READINGS);
        all.extend(read.map(|example| [text(&example.text), gives(example), rule.name.clone()]));
        let refused = rule.examples.refuse.first();
        let left = |(of, _): &(String, _)| [text(of), "left alone".to_owned(), rule.name.clone()];
        all.extend(refused.map(left));
    }
    let left = all.len().saturating_sub(ALL_READINGS);
    all.truncate(ALL_READINGS);
    (all, left)
}

/// The texts that stand for no data in all fields that know any, and the fields that know none.
/// They are said once, unless there is but one such field.
fn no_data(schema: &Schema) -> (Vec<&str>, Vec<&str>) {
    let (knowing, others): (Vec<&Field>, Vec<&Field>) =
        schema.fields.iter().partition(|field| !field.sentinels.is_empty());
    let [first, rest @ ..] = &knowing[..] else { return (Vec::new(), Vec::new()) };
    if rest.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let all = |text: &&String| rest.iter().all(|field| field.sentinels.contains(text));
    let shared = first.sentinels.iter().filter(all).map(String::as_str);
    (shared.collect(), others.into_iter().map(|field| field.name.as_str()).collect())
}

/// Of what fields texts stand for no data that do so in all but some.
fn in_fields(others: &[&str]) -> String {
    match others {
        [] => "in every field".to_owned(),
        few if few.len() <= EXAMPLES => format!("in every field but {}", few.join(", ")),
        many => format!("in every field but {} of them", many.len()),
    }
}

/// The texts that stand for no data in a field, those left out that all have.
fn own_no_data<'f>(field: &'f Field, shared: &[&str]) -> Vec<&'f str> {
    let own = field.sentinels.iter().map(String::as_str);
    own.filter(|text| !shared.contains(text)).collect()
}

/// The fields that have more to say than their columns do.
fn told<'s>(schema: &'s Schema, shared: &[&str]) -> Vec<&'s Field> {
    let fields = schema.fields.iter().filter(|field| {
        !field.rules.is_empty()
            || !own_no_data(field, shared).is_empty()
            || !examples(field).is_empty()
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::SchemaSource;

    #[test]
    fn rows_of_items_belong_to_the_records_of_each_kind() {
        let text = "recordmill = 1\nname = \"t\"\n\
            source = { format = \"key-value\", record = { by = \"file\" }, key = { by = \"declared\" } }\n\
            kinds.a = { when = { line = \"^n\" } }\nkinds.b = { when = { line = \"^l\" } }\n\
            fields.n = { key = \"n\", type = \"integer\" }\n\
            fields.l = { key = \"l\", type = \"list\", separator = \",\" }\n\
            tables.l = { rows = \"l\", columns = [\"record_id\", \"value\"] }\n\
            tables.a = { rows = \"record\", kind = \"a\", columns = [\"record_id\", \"n\"] }\n\
            tables.b = { rows = \"record\", kind = \"b\", columns = [\"record_id\", \"n\"] }\n";
        let all = "tables.all = { rows = \"record\", columns = [\"record_id\", \"n\"] }\n";
        for (text, expected) in
            [(text.to_owned(), &["a", "b"][..]), (format!("{text}{all}"), &["all"])]
        {
            let source = SchemaSource { name: "t".to_owned(), text };
            let (schema, faults) = crate::schema::parse(&source);
            let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
            let markdown = dictionary_markdown(&schema);
            for table in ["a", "b", "all"] {
                let line = format!("\"{table}\" ||--o{{ \"l\" : \"record_id\"");
                assert_eq!(markdown.contains(&line), expected.contains(&table), "{markdown}");
            }
            assert!(
                markdown.contains("Holds a row for each record of the kind `b`."),
                "{markdown}"
            );
        }
    }
}
