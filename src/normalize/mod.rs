//! From raw cells to typed cells.
//!
//! In: an [`Extracted`] record. Out: a [`Row`]: typed cells by slot, and the
//! rows of its lists. A text that cannot be typed becomes null and a finding
//! that keeps it. How a text is read is a matter of its type.

use crate::data::{Extracted, Row};
use crate::diagnostic::Diagnostics;
use crate::types::{FieldPlan, Memo, RecordInfo};

/// Types the cells of a record, in the room of those of another one. `width` is how many slots a row has.
pub(crate) fn normalize<'r>(
    fields: &'r [FieldPlan],
    (width, room): (usize, Row<'r>),
    raw: &mut Extracted<'r>,
    record: &RecordInfo<'r>,
    memo: &mut Memo,
    diagnostics: &mut Diagnostics<'_>,
) -> Row<'r> {
    let mut row = room.begun(width, fields.len());
    row.kind = raw.kind;
    for field in fields {
        field.reader.normalize(field, raw, record, memo, &mut row, diagnostics);
    }
    row
}
