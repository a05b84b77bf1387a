//! From raw cells to typed cells.
//!
//! In: an [`Extracted`] record. Out: a [`Row`]: typed cells by slot, and the
//! rows of its lists. A text that cannot be typed becomes null and a finding
//! that keeps it. How a text is read is a matter of its type.

use std::iter::repeat_with;

use crate::data::{Cell, Extracted, Items, Row, Walked};
use crate::diagnostic::Diagnostics;
use crate::types::{FieldPlan, Memo, RecordInfo};

/// Types the cells of a record. `width` is how many slots a row has.
pub fn normalize<'r>(
    fields: &'r [FieldPlan],
    width: usize,
    raw: &mut Extracted<'r>,
    record: &RecordInfo<'r>,
    memo: &mut Memo,
    diagnostics: &mut Diagnostics<'_>,
) -> Row<'r> {
    let mut row = Row {
        cells: repeat_with(Cell::default).take(width).collect(),
        items: repeat_with(Items::default).take(fields.len()).collect(),
        kind: raw.kind,
        walked: Walked::default(),
    };
    for field in fields {
        field.reader.normalize(field, raw, record, memo, &mut row, diagnostics);
    }
    row
}
