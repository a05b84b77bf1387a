//! Typed cells of a record, by slot and by list.

use super::Cell;

/// The typed cells of a record.
#[derive(Clone, Debug, Default)]
pub struct Row<'r> {
    /// The cells by slot; see [`Layout`](crate::schema::model::Layout).
    pub cells: Vec<Cell<'r>>,
    /// For each field the rows of its items; empty for scalar fields.
    pub items: Vec<Items<'r>>,
    /// The kind of the record, where the schema has kinds.
    pub kind: Option<usize>,
}

/// The rows of a list.
#[derive(Clone, Debug, Default)]
pub struct Items<'r> {
    /// How many cells a row has.
    pub width: usize,
    /// The cells, row after row.
    pub cells: Vec<Cell<'r>>,
}

impl<'r> Items<'r> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &[Cell<'r>]> {
        self.cells.chunks_exact(self.width.max(1))
    }
}
