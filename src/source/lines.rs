//! What ends a line.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use memchr::{memchr, memchr_iter, memchr2, memchr2_iter, memrchr, memrchr2};

/// What ends a line of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineEnds {
    /// A line feed, be it behind a carriage return.
    #[default]
    Feed,
    /// A carriage return too, where no line feed is behind it.
    Return,
}

impl LineEnds {
    /// What ends the first line of a text, if that is there and certain; `ended` tells that no more text comes.
    pub(crate) fn of(text: &[u8], from: usize, ended: bool) -> Option<Self> {
        let at = from + memchr2(b'\n', b'\r', &text[from..])?;
        match (text[at], text.get(at + 1)) {
            (b'\r', None) if !ended => None,
            (b'\r', next) if next != Some(&b'\n') => Some(Self::Return),
            _ => Some(Self::Feed),
        }
    }

    /// How many lines end in a stretch of a text.
    pub(crate) fn count(self, text: &[u8], range: Range<usize>) -> u64 {
        let piece = &text[range.clone()];
        let count = match self {
            Self::Feed => memchr_iter(b'\n', piece).count(),
            Self::Return => memchr2_iter(b'\n', b'\r', piece)
                .filter(|at| is_end(text, range.start + at))
                .count(),
        };
        count as u64
    }

    /// The byte that ends the line which an offset stands on; none if the last line does not end.
    pub(crate) fn next(self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        let found = match self {
            Self::Feed => memchr(b'\n', rest),
            Self::Return => memchr2_iter(b'\n', b'\r', rest).find(|at| is_end(text, from + at)),
        };
        found.map(|at| from + at)
    }

    /// The last byte that ends a line in a stretch of a text.
    pub(crate) fn last(self, text: &[u8], range: Range<usize>) -> Option<usize> {
        let piece = &text[range.clone()];
        let found = match self {
            Self::Feed => memrchr(b'\n', piece),
            Self::Return => match memrchr2(b'\n', b'\r', piece) {
                // The line feed behind it ends the line, and is none of the stretch.
                Some(at) if !is_end(text, range.start + at) => memrchr2(b'\n', b'\r', &piece[..at]),
                found => found,
            },
        };
        found.map(|at| range.start + at)
    }
}

/// Whether the byte of a line end is its last.
fn is_end(text: &[u8], at: usize) -> bool {
    text[at] == b'\n' || text.get(at + 1) != Some(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_before_a_feed_ends_nothing() {
        let text = b"a\rb\r\nc\n\rd\r";
        let ends: Vec<_> =
            (0..text.len()).filter(|at| LineEnds::Return.count(text, *at..at + 1) == 1).collect();
        assert_eq!(ends, [1, 4, 6, 7, 9]);
        for from in 0..=text.len() {
            let (next, last) =
                (ends.iter().find(|at| **at >= from), ends.iter().rfind(|at| **at < from));
            assert_eq!(LineEnds::Return.next(text, from), next.copied(), "{from}");
            assert_eq!(LineEnds::Return.last(text, 0..from), last.copied(), "{from}");
            let feeds = text[..from].split(|byte| *byte == b'\n').count() as u64 - 1;
            assert_eq!(LineEnds::Feed.count(text, 0..from), feeds);
        }
    }

    #[test]
    fn the_first_line_tells() {
        let of = |text: &str, ended| LineEnds::of(text.as_bytes(), 0, ended);
        assert_eq!(of("a,b\r1,2\n", false), Some(LineEnds::Return));
        assert_eq!(of("a,b\r\n1,2\r", false), Some(LineEnds::Feed));
        assert_eq!(of("a,b\n1,2\r", false), Some(LineEnds::Feed));
        assert_eq!([of("a,b\r", false), of("a,b", true)], [None, None]);
        assert_eq!(of("a,b\r", true), Some(LineEnds::Return));
    }
}
