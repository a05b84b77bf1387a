//! From entries to raw cells: which piece of the dump is the value of which
//! field, and which are the items of its list.
//!
//! In: a [`Record`]. Out: an [`Extracted`], one [`Raw`](crate::data::Raw) per field, with spans.
//! Nothing is typed here; a value that cannot be taken apart becomes a finding
//! with its text. How a value is taken out of its entries is a matter of its type.

mod decode;

pub use decode::Plan as DecodePlan;

use crate::data::{Extracted, Record};
use crate::diagnostic::Diagnostics;
use crate::types::FieldPlan;

/// Takes the values of a record, in the room of those of another one.
pub(crate) fn extract<'r>(
    fields: &[FieldPlan],
    record: &'r Record<'_>,
    room: Extracted<'r>,
    diagnostics: &mut Diagnostics<'_>,
) -> Extracted<'r> {
    let mut out = room.begun(fields.len());
    out.kind = record.kind;
    for field in fields {
        let raw = field.reader.extract(field, record, &mut out, diagnostics);
        out.fields.push(raw);
    }
    out
}
