//! From entries to raw cells: which piece of the dump is the value of which
//! field, and which are the items of its list.
//!
//! In: a [`Record`]. Out: an [`Extracted`], one [`Raw`](crate::data::Raw) per field, with spans.
//! Nothing is typed here; a value that cannot be taken apart becomes a finding
//! with its text. How a value is taken out of its entries is a matter of its type.

mod decode;

pub use decode::Plan as DecodePlan;

use crate::data::{Extracted, ItemCount, Record};
use crate::diagnostic::Diagnostics;
use crate::types::FieldPlan;

/// How many items, tuples and members of tuples a record has room for: as many as the last
/// one had, so that they need not move as they become more.
#[derive(Clone, Copy, Debug, Default)]
pub struct Room([usize; 3]);

/// Takes the values of a record.
pub fn extract<'r>(
    fields: &[FieldPlan],
    record: &'r Record<'_>,
    room: &mut Room,
    diagnostics: &mut Diagnostics<'_>,
) -> Extracted<'r> {
    let mut out = Extracted {
        fields: Vec::with_capacity(fields.len()),
        counts: vec![ItemCount::default(); fields.len()],
        origins: vec![None; fields.len()],
        items: Vec::with_capacity(room.0[0]),
        tuples: Vec::with_capacity(room.0[1]),
        members: Vec::with_capacity(room.0[2]),
        kind: record.kind,
    };
    for field in fields {
        let raw = field.reader.extract(field, record, &mut out, diagnostics);
        out.fields.push(raw);
    }
    *room = Room([out.items.len(), out.tuples.len(), out.members.len()]);
    out
}
