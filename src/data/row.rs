//! Typed cells of a record, by slot and by list.

use std::cmp::Ordering;

use super::Cell;
use super::reuse::emptied;

/// The typed cells of a record.
#[derive(Clone, Debug, Default)]
pub struct Row<'r> {
    /// The cells by slot; see [`Layout`](crate::schema::model::Layout).
    pub cells: Vec<Cell<'r>>,
    /// For each field the rows of its items; empty for scalar fields.
    pub items: Vec<Items<'r>>,
    /// The kind of the record, where the schema has kinds.
    pub kind: Option<usize>,
    /// What a reader saw of its texts that others look for too.
    pub(crate) walked: Walked<'r>,
}

/// Texts that were walked through, each with what kinds of characters it has: nobody need
/// read it again to know.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walked<'r>(Vec<(&'r str, u32)>);

impl Row<'_> {
    /// So many slots and fields that have nothing yet, in the room of this one, which is empty.
    pub(crate) fn begun(mut self, width: usize, fields: usize) -> Self {
        self.cells.resize_with(width, Cell::default);
        self.items.resize_with(fields, Items::default);
        self
    }

    /// Its room.
    pub(crate) fn emptied(self) -> Row<'static> {
        Row {
            cells: emptied(self.cells),
            items: self.items.into_iter().map(Items::emptied).collect(),
            kind: None,
            walked: Walked(emptied(self.walked.0)),
        }
    }
}

impl<'r> Walked<'r> {
    /// Notes what a text has.
    pub(crate) fn note(&mut self, text: &'r str, kinds: u32) {
        self.0.push((text, kinds));
    }

    /// What a text has that was walked through: this one, not one like it.
    pub(crate) fn kinds(&self, text: &str) -> Option<u32> {
        let found = self.0.iter().find(|(known, _)| std::ptr::eq(*known, text));
        found.map(|(_, kinds)| *kinds)
    }
}

/// The rows of a list.
#[derive(Clone, Debug, Default)]
pub struct Items<'r> {
    /// How many cells a row has.
    pub width: usize,
    /// The cells, row after row.
    pub cells: Vec<Cell<'r>>,
    /// Where the rows stand, if that is told: for each the places of the objects around
    /// it, and its own. Otherwise they are numbered, and each has cells.
    places: Vec<u32>,
    /// How many places a row has.
    depth: usize,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemPlace<'i> {
    /// The places of the objects around it, from the outermost in.
    pub parents: &'i [u32],
    /// Its place in its array, from 0.
    pub ordinal: u32,
}

impl<'r> Items<'r> {
    /// No rows yet, of so many cells.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Their room.
    fn emptied(self) -> Items<'static> {
        Items { width: 0, cells: emptied(self.cells), places: emptied(self.places), depth: 0 }
    }

    /// Adds the row of an object. `place` has the places of the objects around it, and
    /// its own at the end; rows come in the order of their places.
    pub fn push_at(&mut self, place: &[u32], cells: impl IntoIterator<Item = Cell<'r>>) {
        self.depth = place.len();
        self.places.extend_from_slice(place);
        self.cells.extend(cells);
        self.cells.resize(self.width * self.len(), Cell::default());
    }

    /// How many rows there are. Objects may have rows without cells.
    #[must_use]
    pub fn len(&self) -> usize {
        let placed = self.places.len().checked_div(self.depth);
        placed.unwrap_or_else(|| self.cells.len() / self.width.max(1))
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.places.is_empty()
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &[Cell<'r>]> {
        (0..self.len()).map(|row| self.row(row))
    }

    /// The rows with their places.
    pub fn placed(&self) -> impl Iterator<Item = (ItemPlace<'_>, &[Cell<'r>])> {
        (0..self.len()).map(|row| self.placed_at(row))
    }

    /// The `row`th row with its place.
    pub(crate) fn placed_at(&self, row: usize) -> (ItemPlace<'_>, &[Cell<'r>]) {
        (place_of(&self.places, self.depth, row), self.row(row))
    }

    /// The rows with their places, to be changed.
    pub fn placed_mut(&mut self) -> impl Iterator<Item = (ItemPlace<'_>, &mut [Cell<'r>])> {
        let rows = self.len();
        let (width, depth, places) = (self.width, self.depth, self.places.as_slice());
        let mut rest = self.cells.as_mut_slice();
        (0..rows).map(move |row| {
            let (cells, behind) = std::mem::take(&mut rest).split_at_mut(width);
            rest = behind;
            (place_of(places, depth, row), cells)
        })
    }

    /// The row at a place, if there is one.
    #[must_use]
    pub fn find(&self, place: ItemPlace<'_>) -> Option<&[Cell<'r>]> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            match place_of(&self.places, self.depth, middle).cmp(&place) {
                Ordering::Less => from = middle + 1,
                Ordering::Equal => return Some(self.row(middle)),
                Ordering::Greater => to = middle,
            }
        }
        None
    }

    fn row(&self, row: usize) -> &[Cell<'r>] {
        &self.cells[row * self.width..(row + 1) * self.width]
    }
}

/// Where the `row`th row stands, of rows that have `depth` places each.
fn place_of(places: &[u32], depth: usize, row: usize) -> ItemPlace<'_> {
    let own = &places[row * depth..(row + 1) * depth];
    match own.split_last() {
        Some((&ordinal, parents)) => ItemPlace { parents, ordinal },
        None => ItemPlace { parents: &[], ordinal: u32::try_from(row).unwrap_or(u32::MAX) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Value;
    use crate::source::Span;

    #[test]
    fn rows_of_a_list_are_numbered_and_those_of_objects_keep_their_places() {
        let cell = |number| Cell::new(Value::Integer(number), Span::default());
        let mut list = Items::new(2);
        list.cells.extend([1, 2, 3, 4].map(cell));
        let ordinals: Vec<_> =
            list.placed().map(|(place, cells)| (place.ordinal, cells.len())).collect();
        assert_eq!(ordinals, [(0, 2), (1, 2)]);
        let mut objects = Items::new(1);
        for (n, place) in (0..).zip([[0, 1], [2, 0], [2, 3]]) {
            objects.push_at(&place, [cell(n)]);
        }
        let at = |ordinal, parents| objects.find(ItemPlace { parents, ordinal });
        assert_eq!(at(3, &[2]).unwrap()[0].value, Value::Integer(2));
        assert_eq!(
            (at(1, &[2]), at(0, &[]), list.find(ItemPlace { parents: &[], ordinal: 2 })),
            (None, None, None)
        );
        let mut bare = Items::new(0);
        bare.push_at(&[4], []);
        assert_eq!((bare.len(), bare.rows().count(), bare.placed_mut().count()), (1, 1, 1));
    }
}
