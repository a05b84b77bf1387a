//! The room of lists, kept from record to record.
//!
//! What is made of a record borrows from it, so that no list of it outlives the record; the memory of one may.

/// How large the room of a list may be that is kept, in bytes: a record of some megabytes has lists of a million, and
/// others do not. A record has some lists for each field.
const MOST: usize = 64 * 1024;

/// An empty list in the room of another one, for elements that borrow from something else.
pub(super) fn emptied<A, B>(mut list: Vec<A>) -> Vec<B> {
    // Most lists of most records have none.
    if list.capacity() == 0 || list.capacity() * size_of::<A>() > MOST {
        return Vec::new();
    }
    list.clear();
    // What is collected from a list stands in its room if the elements are as large: not promised, and a test tells
    // if it ends.
    list.into_iter().filter_map(|_| None).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_kept_unless_it_is_large() {
        let (text, other) = ("甲".to_owned(), "乙".to_owned());
        let mut list: Vec<&str> = Vec::with_capacity(7);
        list.push(&text);
        let list: Vec<&str> = emptied(list);
        assert_eq!((list.len(), list.capacity()), (0, 7));
        let list: Vec<&str> = emptied(vec![other.as_str(); MOST / size_of::<&str>() + 1]);
        assert_eq!(list.capacity(), 0);
    }
}
