//! The dictionary as a page, with a picture of how the tables are related.

use maud::{Markup, html};

use super::{
    Relation, examples, field_of, in_fields, is_key, keys_of, must_hold, no_data, own_no_data,
    quantities, readings, relations, rows_of, rule, told,
};
use crate::grammar::Quantity;
use crate::render::html::page::{page, plural, quoted, scrolling, short, text};
use crate::report::Tool;
use crate::schema::Schema;
use crate::schema::model::{Field, Table};

/// The data dictionary of a schema as a page of its own: one file that fetches nothing and runs nothing.
#[must_use]
pub fn dictionary_html(schema: &Schema) -> String {
    let forms: Vec<_> = schema.source.formats.iter().map(|format| format.as_str()).collect();
    let (shared, others) = no_data(schema);
    let fields = told(schema, &shared);
    let has_rules = !fields.is_empty() || !shared.is_empty();
    let header = html! {
        div .top {
            h1 { (text(&schema.name)) }
            @if let Some(description) = &schema.description { span .quiet { (short(description, 300)) } }
        }
        p .quiet {
            (plural(schema.tables.len() as u64, "table")) ", " (plural(schema.fields.len() as u64, "field"))
            ", read from " (forms.join(", "))
        }
        nav aria-label="Sections" {
            a href="#tables" { "Tables" }
            @if has_rules { a href="#rules" { "Rules and examples" } }
            @if !quantities(schema).is_empty() { a href="#quantities" { "Quantities" } }
            @if !schema.checks.is_empty() { a href="#checks" { "Checks on tables" } }
        }
    };
    let amounts = quantities(schema);
    let main = html! {
        (picture(schema))
        h2 #tables { "Tables" }
        @for (n, table) in schema.tables.iter().enumerate() { (one(schema, n, table)) }
        @if has_rules {
            h2 #rules { "Rules and examples" }
            @if !shared.is_empty() { p { "No data " (text(&in_fields(&others))) ": " (texts(&shared)) } }
            @for field in fields { (about(field, &shared)) }
        }
        @if !amounts.is_empty() {
            h2 #quantities { "Quantities" }
            @for (quantity, fields) in &amounts { (amount(quantity, fields)) }
        }
        @if !schema.checks.is_empty() {
            h2 #checks { "Checks on tables" }
            (scrolling("Checks on tables", html! {
                thead { tr { th scope="col" { "Check" } th scope="col" { "About" } th scope="col" { "What must hold" } } }
                tbody { @for check in &schema.checks { tr {
                    td { (text(&check.name)) }
                    td { (text(&check.kind.subject().name(schema).unwrap_or_default())) }
                    td { (quoted(&must_hold(schema, check))) }
                } } }
            }))
        }
    };
    let footer = html! {
        p { (Tool::THIS.name) " " (Tool::THIS.version) ", schema " (text(&schema.path)) }
    };
    page(&format!("{}: data dictionary", schema.name), header, main, footer)
}

fn one(schema: &Schema, n: usize, table: &Table) -> Markup {
    let (rows, of) = rows_of(schema, table);
    html! {
        h3 #{ "table-" (n) } { (text(&table.name)) }
        @if let Some(description) = &table.description { p { (text(description)) } }
        p .quiet { "Holds " (rows) @if let Some(of) = of { " " (text(of)) } "." }
        (scrolling(&format!("columns of {}", table.name), html! {
            thead { tr {
                th scope="col" { "Column" } th scope="col" { "Type" } th scope="col" { "Unit" }
                th scope="col" { "What it holds" } th scope="col" { "From" }
            } }
            tbody {
                @for column in &table.columns {
                    tr {
                        td {
                            span .name { (text(&column.name)) }
                            @if is_key(schema, table, column) { " " span .badge { "key" } }
                        }
                        td { (column.kind) }
                        td { @if let Some(unit) = &column.unit { (text(unit)) } }
                        td .wide {
                            @if let Some(description) = &column.description { (text(description)) }
                            @for tag in &column.tags { " " span .badge { (text(tag)) } }
                        }
                        td .from { @if let Some(field) = field_of(schema, table, column) { @for (n, key) in keys_of(schema, field).enumerate() { @if n > 0 { ", " } (text(key)) } } }
                    }
                }
            }
        }))
    }
}

/// How a quantity is read.
fn amount(quantity: &Quantity, fields: &[&str]) -> Markup {
    let (readings, left) = readings(quantity);
    html! {
        h3 { (text(&quantity.name)) @if !quantity.unit.is_empty() { " " span .quiet .small { (text(&quantity.unit)) } } }
        @if let Some(description) = &quantity.description { p { (text(description)) } }
        p .quiet { "Of the fields " (text(&fields.join(", "))) "." }
        @if !readings.is_empty() {
            (scrolling(&format!("examples of {}", quantity.name), html! {
                thead { tr { th scope="col" { "In the dump" } th scope="col" { "Becomes" } th scope="col" { "By the rule" } } }
                tbody { @for [of, gives, rule] in readings { tr {
                    td { code { (text(&of)) } } td { (text(&gives)) } td .quiet { (text(&rule)) }
                } } }
            }))
        }
        @if left > 0 { p .quiet { "… and " (left) " more." } }
    }
}

/// Texts side by side.
fn texts(all: &[&str]) -> Markup {
    html! { @for (n, one) in all.iter().enumerate() { @if n > 0 { ", " } code { (text(one)) } } }
}

fn about(field: &Field, shared: &[&str]) -> Markup {
    let own = own_no_data(field, shared);
    let examples = examples(field);
    html! {
        h3 { (text(&field.name)) " " span .quiet .small { (field.kind.word()) } }
        @if !own.is_empty() { p { "No data: " (texts(&own)) } }
        @if !field.rules.is_empty() {
            ul { @for of in &field.rules {
                @let (name, expected) = rule(of);
                li { span .name { (text(name)) } ": " (quoted(&expected)) }
            } }
        }
        @if !examples.is_empty() {
            (scrolling(&format!("examples of {}", field.name), html! {
                thead { tr { th scope="col" { "In the dump" } th scope="col" { "Becomes" } } }
                tbody { @for (of, gives) in examples { tr { td { code { (text(&of)) } } td { (text(&gives)) } } } }
            }))
        }
    }
}

/// How large a box is, and how far one stands from the next.
const BOX: (usize, usize) = (200, 44);
const DOWN: usize = 56;
/// How far the second row of boxes stands to the right.
const RIGHT: usize = 400;

/// The tables as boxes: those that others belong to on the left, with a line to each of these.
fn picture(schema: &Schema) -> Markup {
    let relations = relations(schema);
    if relations.is_empty() {
        return html! {};
    }
    let is_left = |table: &&Table| table.items_of.is_none();
    let left: Vec<_> = schema.tables.iter().filter(is_left).collect();
    let right: Vec<_> = schema.tables.iter().filter(|table| !is_left(table)).collect();
    let high = left.len().max(right.len()) * DOWN;
    // Each side stands in the middle of the picture.
    let place = |table: &str| {
        let at = |side: &[&Table], x: usize| {
            let n = side.iter().position(|known| known.name == table)?;
            Some((x, n * DOWN + (high - side.len() * DOWN) / 2))
        };
        at(&left, 0).or_else(|| at(&right, RIGHT))
    };
    let line = |relation: &Relation<'_>| {
        let ((x, y), (u, v)) = (place(relation.one)?, place(relation.many)?);
        let (y, v) = (y + BOX.1 / 2, v + BOX.1 / 2);
        Some(match x.cmp(&u) {
            std::cmp::Ordering::Less => {
                let middle = usize::midpoint(x + BOX.0, u);
                format!("M{} {y}C{middle} {y} {middle} {v} {u} {v}", x + BOX.0)
            }
            std::cmp::Ordering::Greater => {
                let middle = usize::midpoint(u + BOX.0, x);
                format!("M{x} {y}C{middle} {y} {middle} {v} {} {v}", u + BOX.0)
            }
            std::cmp::Ordering::Equal => {
                let (side, out) = (x + BOX.0, x + BOX.0 + 60);
                format!("M{side} {y}C{out} {y} {out} {v} {side} {v}")
            }
        })
    };
    let told: Vec<_> = relations
        .iter()
        .map(|relation| format!("{} belongs to {} by {}", relation.many, relation.one, relation.by))
        .collect();
    let wide = RIGHT + BOX.0 + 62;
    html! {
        svg .diagram viewBox={ "-1 -1 " (wide) " " (high) } role="img" aria-label={ "How the tables are related: " (told.join("; ")) } {
            @for path in relations.iter().filter_map(line) { path d=(path) {} }
            @for (side, x) in [(&left, 0), (&right, RIGHT)] {
                @for table in side {
                    @let y = place(&table.name).map_or(0, |(_, y)| y);
                    rect .box x=(x) y=(y) width=(BOX.0) height=(BOX.1) rx="4" {}
                    text x=(x + 12) y=(y + 19) { (crate::render::sanitize(&crate::render::cut(&table.name, 24))) }
                    text .sub x=(x + 12) y=(y + 35) { (plural(table.columns.len() as u64, "column")) }
                }
            }
        }
    }
}
