//! A text of the dump that knows its bytes, even where it was put together.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::Span;

/// A text and the way back to its bytes. A text that stands in the dump as it
/// is borrows; one put together from lines (another join, an indent taken off)
/// is owned and remembers where each of its pieces came from.
#[derive(Clone, Debug)]
pub struct Text<'t> {
    text: Cow<'t, str>,
    map: Map,
}

#[derive(Clone, Debug)]
enum Map {
    /// The text starts at this byte of the chunk and runs on without a gap.
    Linear(u32),
    /// From an offset of the text on, it stands at an offset of the chunk.
    Pieces(Vec<(u32, u32)>),
}

impl<'t> Text<'t> {
    /// A text that stands in the chunk at `start`.
    #[must_use]
    pub fn borrowed(text: &'t str, start: usize) -> Self {
        Self { text: Cow::Borrowed(text), map: Map::Linear(Span::new(start, start).start) }
    }

    /// An empty text that pieces are added to.
    #[must_use]
    pub fn builder() -> Self {
        Self { text: Cow::Owned(String::new()), map: Map::Pieces(Vec::new()) }
    }

    /// Adds a piece that stands at `start` of the chunk.
    pub fn push(&mut self, piece: &str, start: usize) {
        let at = Span::new(self.text.len(), self.text.len()).start;
        let start = Span::new(start, start).start;
        self.text.to_mut().push_str(piece);
        match &mut self.map {
            Map::Pieces(pieces) => pieces.push((at, start)),
            Map::Linear(first) if at == 0 => self.map = Map::Pieces(vec![(0, (*first).max(start))]),
            Map::Linear(first) => self.map = Map::Pieces(vec![(0, *first), (at, start)]),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the chunk that a range of the text came from.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        match &self.map {
            Map::Linear(start) => {
                let start = *start as usize;
                Span::new(start + range.start, start + range.end)
            }
            Map::Pieces(pieces) => {
                let place = |offset: usize, last: bool| {
                    let before = |&(at, _): &(u32, u32)| {
                        if last { (at as usize) < offset } else { at as usize <= offset }
                    };
                    let idx = pieces.partition_point(before).saturating_sub(1);
                    pieces.get(idx).map_or(0, |&(at, start)| {
                        start as usize + offset.saturating_sub(at as usize)
                    })
                };
                let start = place(range.start, false);
                Span::new(start, place(range.end, true).max(start))
            }
        }
    }

    /// The bytes of the chunk that the whole text came from.
    #[must_use]
    pub fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// The text without white space around it.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        let end = start + self.text.trim().len();
        if (start, end) == (0, self.text.len()) {
            return self;
        }
        match (self.text, self.map) {
            (Cow::Borrowed(text), Map::Linear(at)) => {
                Self::borrowed(&text[start..end], at as usize + start)
            }
            (text, map) => {
                let whole = Self { text, map };
                let mut out = Self::builder();
                let Map::Pieces(pieces) = &whole.map else {
                    return whole;
                };
                let ends =
                    pieces.iter().skip(1).map(|&(at, _)| at as usize).chain([whole.text.len()]);
                for (&(at, place), piece_end) in pieces.iter().zip(ends) {
                    let (from, to) = ((at as usize).max(start), piece_end.min(end));
                    if from < to {
                        out.push(&whole.text[from..to], place as usize + from - at as usize);
                    }
                }
                out
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_lead_back_to_their_bytes() {
        let chunk = "k ab\n  cd\n";
        let mut text = Text::builder();
        text.push("ab", 2);
        text.push(" ", 4);
        text.push("cd", 7);
        assert_eq!(text.as_str(), "ab cd");
        assert_eq!(&chunk[text.span(3..5).range()], "cd");
        assert_eq!(&chunk[text.span(0..2).range()], "ab");
        assert_eq!(&chunk[text.whole().range()], "ab\n  cd");
    }

    #[test]
    fn trimming_keeps_the_place() {
        let text = Text::borrowed(" 甲 ", 10).trimmed();
        assert_eq!((text.as_str(), text.whole()), ("甲", Span::new(11, 14)));
        let mut text = Text::builder();
        text.push("  ", 0);
        text.push("甲 ", 5);
        let text = text.trimmed();
        assert_eq!((text.as_str(), text.whole()), ("甲", Span::new(5, 8)));
    }
}
