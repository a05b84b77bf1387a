//! A text of the dump that knows its bytes, even where it was put together.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

use crate::source::Span;
use crate::text::trimmed;

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
    /// There is no text, and this is what says so.
    Nothing(Span),
}

/// A piece of a text that was put together.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where it begins in the text.
    at: u32,
    /// What it was read from.
    source: Span,
    /// Whether it stands there as it is, byte for byte. Otherwise, as with an escape,
    /// all of `source` belongs to all of the piece, however long the two are.
    verbatim: bool,
}

impl Piece {
    /// Where the byte `inside` of the piece, which has so many, begins in the chunk.
    fn start_of(&self, inside: usize, length: usize) -> usize {
        let start = self.source.start as usize;
        match (self.verbatim, inside) {
            (true, _) => start + inside.min(length),
            (false, _) if inside >= length => self.source.end as usize,
            (false, _) => start,
        }
    }

    /// Where what stands before the byte `inside` of the piece ends in the chunk.
    fn end_of(&self, inside: usize, length: usize) -> usize {
        let start = self.source.start as usize;
        match (self.verbatim, inside) {
            (true, _) => start + inside.min(length),
            (false, 0) => start,
            (false, _) => self.source.end as usize,
        }
    }
}

impl<'t> Text<'t> {
    /// A text that stands in the chunk at `start`.
    #[must_use]
    pub fn borrowed(text: &'t str, start: usize) -> Self {
        Self { text: Cow::Borrowed(text), map: Map::Linear(Span::new(start, start).start) }
    }

    /// The text of bytes that say nothing, or whose value was taken away.
    #[must_use]
    pub fn nothing(source: Span) -> Self {
        Self { text: Cow::Borrowed(""), map: Map::Nothing(source) }
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
        let whole = Piece { at: 0, source, verbatim: false };
        Self { text: Cow::Owned(text), map: Map::Pieces(vec![whole]) }
    }

    /// Adds a piece that stands at `start` of the chunk.
    pub fn push(&mut self, piece: &str, start: usize) {
        if !piece.is_empty() {
            self.add(piece, Span::new(start, start + piece.len()), true);
        }
    }

    /// Adds a piece that was read from bytes of the chunk and does not stand there.
    pub fn push_as(&mut self, piece: &str, source: Span) {
        self.add(piece, source, false);
    }

    fn add(&mut self, piece: &str, source: Span, verbatim: bool) {
        let at = Span::new(self.text.len(), self.text.len()).start;
        match self.map {
            Map::Linear(start) => {
                let start = start as usize;
                let source = Span::new(start, start + self.text.len());
                let whole = Piece { at: 0, source, verbatim: true };
                self.map = Map::Pieces(if at == 0 { Vec::new() } else { vec![whole] });
            }
            Map::Nothing(_) => self.map = Map::Pieces(Vec::new()),
            Map::Pieces(_) => {}
        }
        self.text.to_mut().push_str(piece);
        if let Map::Pieces(pieces) = &mut self.map {
            pieces.push(Piece { at, source, verbatim });
        }
    }

    /// This text and another, with `between` in the middle.
    #[must_use]
    pub fn joined(mut self, between: &str, other: &Text<'_>) -> Self {
        let end = self.whole().end as usize;
        if !between.is_empty() {
            self.push_as(between, Span::new(end, end));
        }
        self.push_part(other, 0..other.text.len());
        self
    }

    /// Adds a part of another text, with the way back to its bytes.
    fn push_part(&mut self, other: &Text<'_>, range: Range<usize>) {
        let pieces = match &other.map {
            Map::Linear(start) => {
                let start = *start as usize + range.start;
                return self.push(&other.text[range], start);
            }
            Map::Pieces(pieces) => pieces,
            Map::Nothing(_) => return,
        };
        let first = pieces.partition_point(|piece| piece.at as usize <= range.start);
        for idx in first.saturating_sub(1)..pieces.len() {
            let end = pieces.get(idx + 1).map_or(other.text.len(), |next| next.at as usize);
            let (from, to) = ((pieces[idx].at as usize).max(range.start), end.min(range.end));
            if from < to {
                self.add(&other.text[from..to], other.span(from..to), pieces[idx].verbatim);
            } else if from >= range.end {
                break;
            }
        }
    }

    /// The text with every match of a pattern replaced; none if nothing matches it. What
    /// stands in the place of a match was read from all of that. One that would be longer
    /// than `most` bytes breaks off where it is.
    #[must_use]
    pub(crate) fn replaced(&self, pattern: &Regex, with: &str, most: usize) -> Option<Self> {
        let (mut out, mut from) = (None, 0);
        for groups in pattern.captures_iter(&self.text) {
            let Some(found) = groups.get(0) else { continue };
            let out = out.get_or_insert_with(|| Self::with_capacity(self.text.len()));
            out.push_part(self, from..found.start());
            let mut piece = String::new();
            groups.expand(with, &mut piece);
            out.push_as(&piece, self.span(found.range()));
            from = found.end();
            if out.text.len() > most {
                break;
            }
        }
        let mut out = out?;
        out.push_part(self, from..self.text.len());
        Some(out)
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
            Map::Nothing(source) => *source,
            Map::Pieces(pieces) => {
                let piece = |before: &dyn Fn(&Piece) -> bool| {
                    let idx = pieces.partition_point(before).saturating_sub(1);
                    let next = pieces.get(idx + 1).map_or(self.text.len(), |next| next.at as usize);
                    pieces.get(idx).map(|piece| (piece, next - piece.at as usize))
                };
                let start = piece(&|piece| piece.at as usize <= range.start);
                let start = start.map_or(0, |(piece, length)| {
                    piece.start_of(range.start - piece.at as usize, length)
                });
                let end = piece(&|piece| (piece.at as usize) < range.end);
                let end = end.map_or(0, |(piece, length)| {
                    piece.end_of(range.end.saturating_sub(piece.at as usize), length)
                });
                Span::new(start, end.max(start))
            }
        }
    }

    /// Whether a range of the text stands in the chunk as it is, without a gap.
    #[must_use]
    pub fn is_verbatim(&self, range: &Range<usize>) -> bool {
        match &self.map {
            Map::Linear(_) => true,
            Map::Nothing(_) => false,
            Map::Pieces(pieces) => {
                let first = pieces.partition_point(|piece| piece.at as usize <= range.start);
                let first = first.saturating_sub(1);
                let piece = pieces.get(first).filter(|piece| piece.verbatim);
                let end = pieces.get(first + 1).map_or(self.text.len(), |next| next.at as usize);
                piece.is_some() && range.end <= end
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
        let Range { start, end } = trimmed(&self.text, 0..self.text.len());
        if (start, end) == (0, self.text.len()) {
            return self;
        }
        match (self.text, self.map) {
            (Cow::Borrowed(text), Map::Linear(at)) => {
                Self::borrowed(&text[start..end], at as usize + start)
            }
            (text, map) => {
                let whole = Self { text, map };
                let mut out = Self::with_capacity(end - start);
                out.push_part(&whole, start..end);
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
    fn what_says_nothing_keeps_its_bytes() {
        let text = Text::nothing(Span::new(3, 7)).trimmed();
        assert_eq!((text.as_str(), text.whole()), ("", Span::new(3, 7)));
        let text = text.joined("", &Text::borrowed("a", 9));
        assert_eq!((text.as_str(), text.whole()), ("a", Span::new(9, 10)));
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

    #[test]
    fn what_is_replaced_has_the_place_of_its_match() {
        let check = |text: &Text<'_>, pattern: &str, with: &str, expected: &[(&str, u32, u32)]| {
            let replaced = text.replaced(&Regex::new(pattern).unwrap(), with, 100).unwrap();
            let words = replaced.as_str().split('|').map(|word| {
                let at = word.as_ptr().addr() - replaced.as_str().as_ptr().addr();
                let span = replaced.span(at..at + word.len());
                (word, span.start, span.end)
            });
            assert_eq!(words.collect::<Vec<_>>(), expected);
        };
        let text = Text::borrowed("甲, 乙;1", 10);
        check(&text, ", |;", "|", &[("甲", 10, 13), ("乙", 15, 18), ("1", 19, 20)]);
        check(&text, "^(.*);(.*)$", "$2|$1", &[("1", 10, 20), ("甲, 乙", 10, 20)]);
        check(&text, "[甲乙;]", "", &[(", 1", 13, 20)]);
        check(&text, "$", "|", &[("甲, 乙;1", 10, 20), ("", 20, 20)]);
        let twice = text.replaced(&Regex::new("甲, ").unwrap(), "x", 100).unwrap();
        check(&twice, ";", "|", &[("x乙", 10, 18), ("1", 19, 20)]);
        assert!(text.replaced(&Regex::new("x").unwrap(), "y", 100).is_none());
        let grown = Text::borrowed("xxxxxxxxxx", 0).replaced(&Regex::new("x").unwrap(), "yyy", 9);
        assert_eq!(grown.unwrap().as_str(), "yyyyyyyyyyyyxxxxxx");
    }

    #[test]
    fn a_piece_that_is_as_long_as_what_it_was_read_from_does_not_stand_there() {
        let text = Text::decoded("1;甲".to_owned(), Span::new(10, 15)).trimmed();
        assert_eq!((text.span(0..1), text.span(2..5)), (Span::new(10, 15), Span::new(10, 15)));
        assert!(!text.is_verbatim(&(0..1)));
        let mut text = Text::builder();
        text.push("甲", 0);
        text.push_as("\n", Span::new(3, 4));
        text.push("乙丙", 9);
        let joined = Text::borrowed("丁", 30).joined(" ", &text);
        assert_eq!(joined.span(11..14), Span::new(12, 15));
        assert!(joined.is_verbatim(&(8..14)) && joined.is_verbatim(&(0..3)));
        assert!(!joined.is_verbatim(&(4..14)) && !joined.is_verbatim(&(7..8)));
    }

    #[test]
    fn white_space_is_taken_off_at_both_ends() {
        let spaces = (0..0x1_0000).filter_map(char::from_u32).filter(|c| c.is_whitespace());
        for space in spaces.map(String::from).chain([String::new(), " \u{3000}".to_owned()]) {
            for inner in ["", "a", "é", "甲", "a甲", "甲乙", "甲\u{2000}乙", "ー", "😀", "\u{7f}"]
            {
                let text = format!("x{space}{inner}{space}y");
                let found = trimmed(&text, 1..text.len() - 1);
                let at = 1 + if inner.is_empty() { 2 } else { 1 } * space.len();
                assert_eq!(found, at..at + inner.len(), "{text:?}");
            }
        }
    }
}
