//! Room for large texts, to be used again: each batch of a dump needs as much as the one before, and memory
//! that goes back to the system must be made anew, page by page.

use std::ops::{Deref, DerefMut, Range};
use std::sync::{Arc, Mutex, PoisonError};

/// Texts smaller than this have the room that they need, and are not kept.
const SMALL: usize = 64 * 1024;
/// How many texts are kept.
const MOST: usize = 8;

/// How much room is asked for, for so many bytes. Large pieces of one batch and the next are of
/// nearly one length; of one size, each goes where the last was, and the heap does not grow.
#[must_use]
pub(super) fn room_for(length: usize) -> usize {
    if length < SMALL { length } else { length.next_multiple_of(1 << (length.ilog2() - 3)) }
}

/// The room that texts have left.
#[derive(Debug, Default)]
pub struct Rooms(Mutex<Vec<String>>);

impl Rooms {
    /// An empty text with room for so many bytes.
    fn take(&self, length: usize) -> String {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |room: &String| room.capacity() >= length && room.capacity() / 4 <= length;
        match rooms.iter().rposition(fits) {
            Some(at) if length >= SMALL => rooms.swap_remove(at),
            _ => String::with_capacity(room_for(length)),
        }
    }

    fn give(&self, mut room: String) {
        if room.capacity() < SMALL {
            return;
        }
        room.clear();
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() == MOST {
            rooms.remove(0);
        }
        rooms.push(room);
    }
}

/// A text that gives its room back.
#[derive(Debug, Default)]
pub(super) struct Lent {
    text: String,
    rooms: Option<Arc<Rooms>>,
}

impl Lent {
    /// An empty text with room for so many bytes.
    pub(super) fn empty(length: usize, rooms: &Arc<Rooms>) -> Self {
        Self { text: rooms.take(length), rooms: Some(Arc::clone(rooms)) }
    }

    /// A copy of a text.
    pub(super) fn of(text: &str, rooms: &Arc<Rooms>) -> Self {
        let mut lent = Self::empty(text.len(), rooms);
        lent.push_str(text);
        lent
    }
}

impl From<String> for Lent {
    fn from(text: String) -> Self {
        Self { text, rooms: None }
    }
}

impl Deref for Lent {
    type Target = String;

    fn deref(&self) -> &String {
        &self.text
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut String {
        &mut self.text
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(rooms) = &self.rooms {
            rooms.give(std::mem::take(&mut self.text));
        }
    }
}

/// A stretch of a text in which others may have a part.
#[derive(Debug)]
pub(super) struct Stretch {
    whole: Arc<Lent>,
    range: Range<usize>,
}

impl Stretch {
    pub(super) fn of(whole: Arc<Lent>, range: Range<usize>) -> Self {
        Self { whole, range }
    }
}

impl From<Lent> for Stretch {
    fn from(text: Lent) -> Self {
        let range = 0..text.len();
        Self { whole: Arc::new(text), range }
    }
}

impl Deref for Stretch {
    type Target = str;

    fn deref(&self) -> &str {
        &self.whole[self.range.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_text_goes_where_the_last_was_and_a_small_one_keeps_no_room() {
        let rooms = Arc::default();
        let large = "x".repeat(300_000);
        let first = Lent::of(&large, &rooms);
        let place = first.as_ptr();
        drop(first);
        let small = Lent::of("x", &rooms);
        let second = Lent::of(&large[..299_000], &rooms);
        assert_eq!((second.as_ptr(), &second[..]), (place, &large[..299_000]));
        drop((small, second));
        assert_eq!(rooms.0.lock().unwrap().len(), 1);
        let many: Vec<_> = (0..20).map(|_| Lent::of(&large, &rooms)).collect();
        drop(many);
        assert_eq!(rooms.0.lock().unwrap().len(), MOST);
    }
}
