//! The dictionary as Markdown, with a Mermaid diagram of how the tables are related.

use super::{
    examples, field_of, in_fields, is_key, keys_of, must_hold, no_data, own_no_data, quantities,
    readings, relations, rows_of, rule, told,
};
use crate::render::markdown::{cell, code};
use crate::schema::Schema;
use crate::schema::model::Table;

/// The data dictionary of a schema as Markdown.
#[must_use]
pub fn dictionary_markdown(schema: &Schema) -> String {
    let mut out = format!("# {}\n\n", cell(&schema.name));
    if let Some(description) = &schema.description {
        out.push_str(&format!("{}.\n\n", cell(description.trim_end_matches('.'))));
    }
    let forms: Vec<_> = schema.source.formats.iter().map(|format| format.as_str()).collect();
    out.push_str(&format!("Read from {}.\n\n", forms.join(", ")));
    diagram(schema, &mut out);
    out.push_str("## Tables\n\n");
    for table in &schema.tables {
        one(schema, table, &mut out);
    }
    fields(schema, &mut out);
    amounts(schema, &mut out);
    checks(schema, &mut out);
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn diagram(schema: &Schema, out: &mut String) {
    let relations = relations(schema);
    if relations.is_empty() {
        return;
    }
    out.push_str("```mermaid\nerDiagram\n");
    for relation in relations {
        out.push_str(&format!(
            "    \"{}\" ||--o{{ \"{}\" : \"{}\"\n",
            name(relation.one),
            name(relation.many),
            name(&relation.by)
        ));
    }
    out.push_str("```\n\n");
}

/// A name between the quotes of a diagram.
fn name(text: &str) -> String {
    crate::render::sanitize(text).replace('"', "'")
}

fn one(schema: &Schema, table: &Table, out: &mut String) {
    out.push_str(&format!("### {}\n\n", cell(&table.name)));
    if let Some(description) = &table.description {
        out.push_str(&format!("{}\n\n", cell(description)));
    }
    let (rows, of) = rows_of(schema, table);
    let of = of.map(|of| format!(" `{}`", code(of))).unwrap_or_default();
    out.push_str(&format!("Holds {rows}{of}.\n\n"));
    out.push_str("| column | type | unit | what it holds | from |\n|---|---|---|---|---|\n");
    for column in &table.columns {
        let field = field_of(schema, table, column);
        let key = if is_key(schema, table, column) { " (key)" } else { "" };
        let tags = if column.tags.is_empty() {
            String::new()
        } else {
            format!(" [{}]", column.tags.join(", "))
        };
        out.push_str(&format!(
            "| `{}`{key} | {} | {} | {}{} | {} |\n",
            code(&column.name),
            column.kind,
            cell(column.unit.as_deref().unwrap_or_default()),
            cell(column.description.as_deref().unwrap_or_default()),
            cell(&tags),
            field.map_or(String::new(), |field| {
                keys_of(schema, field)
                    .map(|key| format!("`{}`", code(key)))
                    .collect::<Vec<_>>()
                    .join(", ")
            }),
        ));
    }
    out.push('\n');
}

fn fields(schema: &Schema, out: &mut String) {
    let mut head = "## Rules and examples\n\n".to_owned();
    let listed = |texts: &[&str]| {
        texts.iter().map(|text| format!("`{}`", code(text))).collect::<Vec<_>>().join(", ")
    };
    let (shared, others) = no_data(schema);
    if !shared.is_empty() {
        out.push_str(&head);
        head = String::new();
        out.push_str(&format!("No data {}: {}\n\n", cell(&in_fields(&others)), listed(&shared)));
    }
    for field in told(schema, &shared) {
        out.push_str(&head);
        head = String::new();
        let word = field.kind.word();
        out.push_str(&format!("### {} ({word})\n\n", cell(&field.name)));
        let own = own_no_data(field, &shared);
        if !own.is_empty() {
            out.push_str(&format!("No data: {}\n\n", listed(&own)));
        }
        for of in &field.rules {
            let (name, expected) = rule(of);
            out.push_str(&format!("- {}: {}\n", cell(name), cell(&expected)));
        }
        if !field.rules.is_empty() {
            out.push('\n');
        }
        let examples = examples(field);
        if !examples.is_empty() {
            out.push_str("| in the dump | becomes |\n|---|---|\n");
            for (text, gives) in examples {
                out.push_str(&format!("| `{}` | {} |\n", code(&text), cell(&gives)));
            }
            out.push('\n');
        }
    }
}

/// How the quantities are read.
fn amounts(schema: &Schema, out: &mut String) {
    let mut head = "## Quantities\n\n";
    for (quantity, fields) in quantities(schema) {
        let (readings, left) = readings(quantity);
        out.push_str(head);
        head = "";
        let unit = Some(&quantity.unit).filter(|unit| !unit.is_empty());
        let unit = unit.map(|unit| format!(" ({})", cell(unit))).unwrap_or_default();
        out.push_str(&format!("### {}{unit}\n\n", cell(&quantity.name)));
        if let Some(description) = &quantity.description {
            out.push_str(&format!("{}\n\n", cell(description)));
        }
        out.push_str(&format!("Of the fields {}.\n\n", cell(&fields.join(", "))));
        if readings.is_empty() {
            continue;
        }
        out.push_str("| in the dump | becomes | by the rule |\n|---|---|---|\n");
        for [text, gives, rule] in readings {
            out.push_str(&format!("| `{}` | {} | {} |\n", code(&text), cell(&gives), cell(&rule)));
        }
        if left > 0 {
            out.push_str(&format!("\n… and {left} more\n"));
        }
        out.push('\n');
    }
}

fn checks(schema: &Schema, out: &mut String) {
    if schema.checks.is_empty() {
        return;
    }
    out.push_str("## Checks on tables\n\n| check | about | what must hold |\n|---|---|---|\n");
    for check in &schema.checks {
        out.push_str(&format!(
            "| {} | {} | {} |\n",
            cell(&check.name),
            cell(&check.kind.subject().name(schema).unwrap_or_default()),
            cell(&must_hold(schema, check))
        ));
    }
    out.push('\n');
}
