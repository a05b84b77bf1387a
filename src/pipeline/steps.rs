//! A value on its way: as it stands in the dump, as it was extracted, and as the
//! cells of the table. Made for values with findings alone.

use std::borrow::Cow;

use crate::data::{Extracted, ItemPlace, Raw, Record, Row};
use crate::diagnostic::{Action, Code, Finding, Steps, on_borders};
use crate::schema::Schema;
use crate::stage::{Stage, within};
use crate::text::counted;

/// How many characters of a step are kept.
const KEPT: usize = 120;

/// The steps of the values of a record, of each finding of it that has some. Few are kept longer than
/// the record, so that all stand in one text.
#[derive(Debug, Default)]
pub(super) struct Way {
    text: String,
    /// By the places of the findings: where the first step begins, and where each ends.
    of: Vec<Option<[usize; 4]>>,
}

impl Way {
    /// Forgets all of them, and keeps the room.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.of.clear();
    }

    /// What a finding has: the value as it stands in the dump, as it was extracted, and as its cells.
    pub(super) fn get(&self, finding: usize) -> Option<[&str; 3]> {
        let [start, raw, extracted, normalized] = (*self.of.get(finding)?)?;
        let part = |from, to| self.text.get(from..to).unwrap_or_default();
        Some([part(start, raw), part(raw, extracted), part(extracted, normalized)])
    }
}

/// The three steps of a value, kept.
pub(super) fn kept([raw, extracted, normalized]: [&str; 3]) -> Steps {
    Steps {
        raw: raw.to_owned(),
        extracted: extracted.to_owned(),
        normalized: normalized.to_owned(),
    }
}

/// Tells the steps of their values of the findings of a record that have a field
/// and a code for which they are wanted.
pub(super) fn steps(
    schema: &Schema,
    record: &Record<'_>,
    raw: &Extracted<'_>,
    row: &Row<'_>,
    text: &str,
    wanted: impl Fn(&Code) -> bool,
    (findings, way): (&[Finding], &mut Way),
) {
    way.clear();
    if findings.is_empty() || record.unreadable {
        return;
    }
    let _stage = within(Stage::Findings);
    let layout = &schema.layout;
    for (n, finding) in findings.iter().enumerate().filter(|(_, finding)| wanted(finding.code)) {
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
            let no_value = [Code::NOT_FINITE, Code::NESTED_ARRAY].contains(&finding.code);
            entry.map(|entry| match (entry.text.as_str(), &finding.raw) {
                ("", Some(raw)) if no_value || finding.action == Action::Null => raw,
                (text, _) => text,
            })
        };
        let Some(own) = own else { continue };
        let slots = field.cells.slots();
        let cells = &row.cells[layout.base[idx]..layout.base[idx] + slots.len()];
        if matches!(raw.fields[idx], Raw::Absent) {
            continue;
        }
        let told = &mut way.text;
        let start = told.len();
        push_cut(told, own);
        let own_end = told.len();
        match (&raw.fields[idx], item) {
            (Raw::Items(range, _), Some(item)) => {
                if let Some(item) = raw.items.get(range.start + item) {
                    push_cut(told, item.text.as_deref().unwrap_or("null"));
                }
            }
            (Raw::Absent, _) => {}
            // The last cells of an object have all its bytes.
            (Raw::Nested(_), _) => {
                let object = found.and_then(<[_]>::last).map(|cell| &text[cell.span.range()]);
                push_cut(told, object.unwrap_or(own));
            }
            (Raw::Blank(_) | Raw::Unread(_), _) => told.push_str("nothing"),
            (Raw::Sentinel(text, _), _) => {
                push_cut(told, text);
                told.push_str(" (no data)");
            }
            (Raw::Value(text, _), _) => push_cut(told, text),
            (Raw::Items(range, _), None) => told.push_str(&counted(range.len(), "item")),
            (Raw::Tuples(range, _), None) => told.push_str(&counted(range.len(), "tuple")),
            (Raw::Tuples(range, _), Some(item)) => {
                if let Some(tuple) = raw.tuples.get(range.start + item) {
                    push_cut(told, tuple.raw);
                }
            }
        }
        let extracted_end = told.len();
        match (item, found) {
            (Some(_), None) => told.push_str("no row"),
            (Some(_), Some(cells)) => {
                let cells = field.cells.rows().unwrap_or_default().iter().zip(cells);
                tell(told, cells.map(|(slot, cell)| (slot.column.as_str(), cell.value.to_text())));
            }
            (None, _) if field.is_items() => told.push_str(&counted(rows.len(), "row")),
            (None, _) => {
                let cells = slots.iter().zip(cells);
                tell(told, cells.map(|(slot, cell)| (slot.key.as_str(), cell.value.to_text())));
            }
        }
        way.of.resize(n, None);
        way.of.push(Some([start, own_end, extracted_end, way.text.len()]));
    }
}

/// Adds cells with their names. The one value of a field needs none.
fn tell<'c>(told: &mut String, cells: impl Iterator<Item = (&'c str, Option<Cow<'c, str>>)>) {
    for (n, (name, value)) in cells.enumerate() {
        if n > 0 {
            told.push_str(", ");
        }
        if !name.is_empty() {
            told.push_str(name);
            told.push_str(" = ");
        }
        match value {
            Some(value) => push_cut(told, &value),
            None => told.push_str("null"),
        }
    }
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
