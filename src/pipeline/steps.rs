//! A value on its way: as it stands in the dump, as it was extracted, and as the
//! cells of the table. Made for values with findings alone.

use std::borrow::Cow;

use crate::data::{Extracted, ItemPlace, Raw, Record, Row};
use crate::diagnostic::{Action, Code, Diagnostics, Steps, on_borders};
use crate::schema::Schema;
use crate::stage::{Stage, within};

/// How many characters of a step are kept.
const KEPT: usize = 120;

/// Adds the steps of their values to the findings of a record that have a field
/// and a code for which they are wanted.
pub(super) fn steps(
    schema: &Schema,
    record: &Record<'_>,
    raw: &Extracted<'_>,
    row: &Row<'_>,
    text: &str,
    wanted: impl Fn(&Code) -> bool,
    diagnostics: &mut Diagnostics<'_>,
) {
    if diagnostics.is_empty() || record.unreadable {
        return;
    }
    let _stage = within(Stage::Findings);
    let layout = &schema.layout;
    let findings = diagnostics.findings_mut().iter_mut();
    for finding in findings.filter(|finding| wanted(finding.code)) {
        let Some(idx) = finding.field.as_deref().and_then(|name| schema.field_idx(name)) else {
            continue;
        };
        let field = &schema.fields[idx];
        let item = finding.ordinal.map(|ordinal| ordinal as usize);
        let rows = &row.items[idx];
        // The cells of the item; one that could not be read has none.
        let found = finding
            .ordinal
            .and_then(|ordinal| rows.find(ItemPlace { parents: &finding.parents, ordinal }));
        let own = if item.is_some() || !finding.parents.is_empty() {
            Some(&text[on_borders(text, finding.span.range())])
        } else {
            let entry = record.entry(schema.fields[idx].entry);
            // The text of an entry that became null stands in the finding alone.
            entry.map(|entry| match (entry.text.as_str(), &finding.raw) {
                ("", Some(raw)) if finding.action == Action::Null => raw,
                (text, _) => text,
            })
        };
        let Some(own) = own else { continue };
        let slots = field.cells.slots();
        let cells = &row.cells[layout.base[idx]..layout.base[idx] + slots.len()];
        let extracted = match (&raw.fields[idx], item) {
            (Raw::Items(range, _), Some(item)) => raw
                .items
                .get(range.start + item)
                .map_or(String::new(), |item| cut(item.text.as_deref().unwrap_or("null"))),
            (Raw::Absent, _) => continue,
            // The last cells of an object have all its bytes.
            (Raw::Nested(_), _) => {
                let object = found.and_then(<[_]>::last).map(|cell| &text[cell.span.range()]);
                cut(object.unwrap_or(own))
            }
            (Raw::Blank(_), _) => "nothing".to_owned(),
            (Raw::Sentinel(text, _), _) => format!("{} (no data)", cut(text)),
            (Raw::Value(text, _), _) => cut(text),
            (Raw::Items(range, _), None) => format!("{} items", range.len()),
            (Raw::Tuples(range, _), None) => format!("{} tuples", range.len()),
            (Raw::Tuples(range, _), Some(item)) => {
                raw.tuples.get(range.start + item).map_or(String::new(), |tuple| cut(tuple.raw))
            }
        };
        let normalized = match item {
            Some(_) => found.map_or_else(
                || "no row".to_owned(),
                |cells| {
                    let names = field.cells.rows().unwrap_or_default();
                    let cells = names.iter().zip(cells);
                    told(cells.map(|(slot, cell)| (slot.column.as_str(), cell.value.to_text())))
                },
            ),
            None if field.is_items() => format!("{} rows", rows.len()),
            None => {
                let cells = slots.iter().zip(cells);
                told(cells.map(|(slot, cell)| (slot.key.as_str(), cell.value.to_text())))
            }
        };
        finding.steps = Some(Box::new(Steps { raw: cut(own), extracted, normalized }));
    }
}

/// Cells with their names. The one value of a field needs none.
fn told<'c>(cells: impl Iterator<Item = (&'c str, Option<Cow<'c, str>>)>) -> String {
    let mut told = String::new();
    for (n, (name, value)) in cells.enumerate() {
        if n > 0 {
            told.push_str(", ");
        }
        if !name.is_empty() {
            told.push_str(name);
            told.push_str(" = ");
        }
        match value {
            Some(value) => push_cut(&mut told, &value),
            None => told.push_str("null"),
        }
    }
    told
}

fn cut(text: &str) -> String {
    let mut kept = String::new();
    push_cut(&mut kept, text);
    kept
}

/// Adds no more of a text than is kept of a step.
fn push_cut(to: &mut String, text: &str) {
    // Most texts are short, and their characters need not be counted.
    let end = if text.len() <= KEPT { None } else { text.char_indices().nth(KEPT) };
    match end {
        Some((end, _)) => {
            to.push_str(&text[..end]);
            to.push('…');
        }
        None => to.push_str(text),
    }
}
