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
    /// Piece after piece.
    Pieces(Vec<Piece>),
}

/// A piece of a text that was put together.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where it begins in the text.
    at: u32,
    /// What it was read from. As long as the piece if it stands there as it is;
    /// otherwise, as with an escape, all of it belongs to all of the piece.
    source: Span,
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
        Self::with_capacity(0)
    }

    /// The same, with room for so many bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { text: Cow::Owned(String::with_capacity(capacity)), map: Map::Pieces(Vec::new()) }
    }

    /// A text that was read from bytes of the chunk in some code, as a whole.
    #[must_use]
    pub fn decoded(text: String, source: Span) -> Self {
        Self { text: Cow::Owned(text), map: Map::Pieces(vec![Piece { at: 0, source }]) }
    }

    /// Adds a piece that stands at `start` of the chunk.
    pub fn push(&mut self, piece: &str, start: usize) {
        if !piece.is_empty() {
            self.push_as(piece, Span::new(start, start + piece.len()));
        }
    }

    /// Adds a piece that was read from bytes of the chunk.
    pub fn push_as(&mut self, piece: &str, source: Span) {
        let at = Span::new(self.text.len(), self.text.len()).start;
        if let Map::Linear(start) = self.map {
            let start = start as usize;
            let whole = Piece { at: 0, source: Span::new(start, start + self.text.len()) };
            self.map = Map::Pieces(if at == 0 { Vec::new() } else { vec![whole] });
        }
        self.text.to_mut().push_str(piece);
        if let Map::Pieces(pieces) = &mut self.map {
            pieces.push(Piece { at, source });
        }
    }

    /// This text and another, with `between` in the middle.
    #[must_use]
    pub fn joined(mut self, between: &str, other: &Text<'_>) -> Self {
        let end = self.whole().end as usize;
        if !between.is_empty() {
            self.push_as(between, Span::new(end, end));
        }
        match &other.map {
            Map::Linear(start) => self.push(&other.text, *start as usize),
            Map::Pieces(pieces) => {
                for (piece, end) in pieces.iter().zip(other.piece_ends()) {
                    self.push_as(&other.text[piece.at as usize..end], piece.source);
                }
            }
        }
        self
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text alone.
    #[must_use]
    pub fn into_cow(self) -> Cow<'t, str> {
        self.text
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
                let piece = |before: &dyn Fn(&Piece) -> bool| {
                    let idx = pieces.partition_point(before).saturating_sub(1);
                    let next = pieces.get(idx + 1).map_or(self.text.len(), |next| next.at as usize);
                    pieces.get(idx).map(|piece| (piece, next - piece.at as usize))
                };
                let start = piece(&|piece| piece.at as usize <= range.start).map_or(
                    0,
                    |(piece, length)| {
                        let inside = range.start - piece.at as usize;
                        let plain = piece.source.len() == length;
                        piece.source.start as usize
                            + if plain {
                                inside
                            } else if inside == length {
                                piece.source.len()
                            } else {
                                0
                            }
                    },
                );
                let end =
                    piece(&|piece| (piece.at as usize) < range.end).map_or(0, |(piece, length)| {
                        let inside = range.end.saturating_sub(piece.at as usize);
                        let plain = piece.source.len() == length;
                        piece.source.start as usize
                            + if plain {
                                inside.min(length)
                            } else if inside == 0 {
                                0
                            } else {
                                piece.source.len()
                            }
                    });
                Span::new(start, end.max(start))
            }
        }
    }

    /// Where each piece of the text ends in it.
    fn piece_ends(&self) -> impl Iterator<Item = usize> {
        let pieces = match &self.map {
            Map::Linear(_) => &[][..],
            Map::Pieces(pieces) => pieces,
        };
        pieces.iter().skip(1).map(|piece| piece.at as usize).chain([self.text.len()])
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
                let Map::Pieces(pieces) = &whole.map else {
                    return whole;
                };
                let mut out = Self::with_capacity(end - start);
                for (piece, piece_end) in pieces.iter().zip(whole.piece_ends()) {
                    let (from, to) = ((piece.at as usize).max(start), piece_end.min(end));
                    if from < to {
                        out.push_as(&whole.text[from..to], whole.span(from..to));
                    }
                }
                if start == end {
                    out.push_as(
                        "",
                        Span { start: whole.span(start..end).start, ..whole.span(start..start) },
                    );
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
