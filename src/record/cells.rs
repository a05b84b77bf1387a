//! Where the cells of a row end, and what they say.
//!
//! The one implementation of quoting: framing asks it where rows end, the
//! parser where cells do. A quote opens a cell only where the cell begins, as
//! RFC 4180 has it; anywhere else it is text. What stands in quotes ends with a
//! quote that no other follows.

use std::borrow::Cow;
use std::ops::Range;

use crate::data::Text;
use crate::schema::model::Csv;
use crate::source::Span;

/// How the cells of a source are written.
#[derive(Clone, Debug)]
pub(super) struct Dialect {
    delimiter: Vec<u8>,
    quote: Option<u8>,
    escape: Option<u8>,
    trim: bool,
    /// The bytes at which text without quotes may end or go on with an escape.
    special: [bool; 256],
}

/// A cell as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its first byte.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
    pub(super) quoting: Quoting,
    /// Whether nothing in it stands for something else.
    plain: bool,
}

/// What the quotes of a cell are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// It does not begin with one.
    Bare,
    /// What it says stands between two.
    Closed { start: usize, end: usize },
    /// Text stands behind the closing one.
    Behind,
    /// It runs to the end of the text without a closing one.
    Open { start: usize },
}

/// What ends a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A delimiter; the next cell begins here.
    Delimiter(usize),
    /// A line end, which stands here.
    Line(usize),
    /// The end of the text.
    Text,
}

impl Cell {
    /// The bytes of the cell, quotes included.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

impl Default for Dialect {
    /// One without delimiters: that of a scan until it is known how its rows are written.
    fn default() -> Self {
        Self {
            delimiter: Vec::new(),
            quote: None,
            escape: None,
            trim: false,
            special: [false; 256],
        }
    }
}

impl Dialect {
    pub(super) fn new(csv: &Csv) -> Self {
        let delimiter = csv.delimiter.clone().into_bytes();
        let mut special = [false; 256];
        let stops = delimiter.first().copied().into_iter().chain([b'\n', b'\r']).chain(csv.escape);
        for byte in stops {
            special[usize::from(byte)] = true;
        }
        Self { delimiter, quote: csv.quote, escape: csv.escape, trim: csv.trim, special }
    }

    /// The same with another delimiter.
    pub(super) fn with_delimiter(csv: &Csv, delimiter: &str) -> Self {
        Self::new(&Csv { delimiter: delimiter.to_owned(), ..csv.clone() })
    }

    /// How many bytes behind a cell must be known to tell that it ends.
    pub(super) fn lookahead(&self) -> usize {
        self.delimiter.len() + 2
    }

    pub(super) fn delimiter(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.delimiter)
    }

    pub(super) fn delimiter_bytes(&self) -> &[u8] {
        &self.delimiter
    }

    pub(super) fn quote(&self) -> Option<u8> {
        self.quote
    }

    pub(super) fn escapes(&self) -> bool {
        self.escape.is_some()
    }

    /// How many cells a line has, if its delimiters alone tell that: it has no quotes and no escapes.
    pub(super) fn plain_cells(&self, line: &[u8]) -> Option<usize> {
        let &[delimiter] = &*self.delimiter else { return None };
        let quoted = self.quote.is_some_and(|quote| memchr::memchr(quote, line).is_some());
        let plain = !quoted && !self.escapes();
        plain.then(|| 1 + memchr::memchr_iter(delimiter, line).count())
    }

    /// Whether a row has delimiters and no cell that says anything. Most rows are told by one byte.
    pub(super) fn is_empty_row(&self, row: &str) -> bool {
        let may_be = row
            .as_bytes()
            .first()
            .is_some_and(|byte| Some(byte) == self.delimiter.first() || !byte.is_ascii_graphic());
        let delimiter = self.delimiter();
        may_be
            && row.contains(&*delimiter)
            && row.split(&*delimiter).all(|cell| cell.trim().is_empty())
    }

    /// How many signs the longest ruler of a row has, if it consists of rulers alone, as stand under the names of columns
    /// in text that is set out: `---`, `===`, `:---:`. Most rows are told by one character.
    pub(super) fn longest_ruler(&self, row: &str) -> Option<usize> {
        const SIGNS: [char; 8] = ['-', '=', '_', '–', '—', '─', '━', '═'];
        const PARTS: [char; 5] = [' ', '\t', ':', '|', '│'];
        const JOINTS: [char; 2] = ['+', '┼'];
        let delimiter = self.delimiter();
        let (mut rest, mut longest, mut length, mut before) = (row, 0, 0, ' ');
        let mut sign = None;
        while let Some(c) = rest.chars().next() {
            let is_delimiter = rest.starts_with(&*delimiter);
            let is_ruler = !is_delimiter && SIGNS.contains(&c);
            // A joint touches a ruler: `+` alone is a value.
            let is_joint =
                JOINTS.contains(&c) && (SIGNS.contains(&before) || rest.len() == row.len());
            let is_around = is_delimiter || is_joint || PARTS.contains(&c);
            let is_other = is_ruler && *sign.get_or_insert(c) != c;
            if is_other || (!is_ruler && !is_around) {
                return None;
            }
            length = if !is_ruler {
                0
            } else if c == before {
                length + 1
            } else {
                1
            };
            longest = longest.max(length);
            before = c;
            rest = &rest[if is_delimiter { delimiter.len() } else { c.len_utf8() }..];
        }
        Some(longest)
    }

    /// Whether a byte is a blank and no delimiter.
    pub(super) fn is_blank(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t') && self.delimiter.first() != Some(&byte)
    }

    /// The cell that begins at `from`, and what ends it. `breaks` tells whether a
    /// line end outside of quotes does.
    #[inline]
    pub(super) fn cell(&self, bytes: &[u8], from: usize, breaks: bool) -> (Cell, Stop) {
        let Some(open) = self.opening(bytes, from) else {
            return self.bare(bytes, from, breaks);
        };
        let start = open + 1;
        let (close, plain) = self.closing(bytes, start);
        let Some(close) = close else {
            let quoting = Quoting::Open { start };
            return (Cell { start: from, end: bytes.len(), quoting, plain }, Stop::Text);
        };
        let after = self.blanks(bytes, close + 1);
        if let Some(stop) = self.stop_at(bytes, after, breaks) {
            let quoting = Quoting::Closed { start, end: close };
            return (Cell { start: from, end: after, quoting, plain }, stop);
        }
        let (end, _, stop) = self.text_end(bytes, close + 1, breaks);
        (Cell { start: from, end, quoting: Quoting::Behind, plain: true }, stop)
    }

    /// The cell that begins at `from` if quotes are text.
    pub(super) fn bare(&self, bytes: &[u8], from: usize, breaks: bool) -> (Cell, Stop) {
        let (end, plain, stop) = self.text_end(bytes, from, breaks);
        (Cell { start: from, end, quoting: Quoting::Bare, plain }, stop)
    }

    /// The cell that begins at `from` if a quote closes it only where a cell may end.
    pub(super) fn lazy(&self, bytes: &[u8], from: usize) -> (Cell, Stop) {
        let Some(open) = self.opening(bytes, from) else {
            return self.bare(bytes, from, false);
        };
        let mut at = open + 1;
        while let (Some(close), _) = self.closing(bytes, at) {
            let after = self.blanks(bytes, close + 1);
            if let Some(stop) = self.stop_at(bytes, after, false) {
                return (
                    Cell { start: from, end: after, quoting: Quoting::Behind, plain: true },
                    stop,
                );
            }
            at = close + 1;
        }
        self.bare(bytes, from, false)
    }

    /// Whether quotes stand in a cell as text, and one of them alone.
    pub(super) fn has_odd_quote(&self, bytes: &[u8], cell: &Cell) -> bool {
        let bare = cell.quoting == Quoting::Bare && cell.plain;
        let Some(quote) = self.quote.filter(|_| bare) else {
            return false;
        };
        memchr::memchr_iter(quote, &bytes[cell.range()]).count() % 2 == 1
    }

    /// Whether a cell without quotes around it holds two in a row.
    pub(super) fn has_doubled_quote(&self, bytes: &[u8], cell: &Cell) -> bool {
        let quotes = self.quote.map(|quote| [quote; 2]);
        quotes.is_some_and(|quotes| memchr::memmem::find(&bytes[cell.range()], &quotes).is_some())
    }

    /// The place of the quote that opens the cell, if one does.
    fn opening(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let quote = self.quote?;
        let at = self.blanks(bytes, from);
        (bytes.get(at) == Some(&quote)).then_some(at)
    }

    /// Goes over blanks if they are trimmed.
    fn blanks(&self, bytes: &[u8], from: usize) -> usize {
        if !self.trim {
            return from;
        }
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|&&byte| self.is_blank(byte)).count()
    }

    /// The place of the quote that closes what begins at `from`, and whether all
    /// before it stands for itself.
    fn closing(&self, bytes: &[u8], from: usize) -> (Option<usize>, bool) {
        let Some(quote) = self.quote else { return (None, true) };
        let (mut at, mut plain) = (from, true);
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let found = match self.escape {
                None => memchr::memchr(quote, rest),
                Some(escape) => memchr::memchr2(quote, escape, rest),
            };
            let Some(found) = found else { return (None, plain) };
            let hit = at + found;
            if bytes[hit] != quote || bytes.get(hit + 1) == Some(&quote) {
                plain = false;
                at = hit + 2;
            } else {
                return (Some(hit), plain);
            }
        }
    }

    /// What ends a cell at `at`, if anything does.
    fn stop_at(&self, bytes: &[u8], at: usize, breaks: bool) -> Option<Stop> {
        let rest = bytes.get(at..).unwrap_or_default();
        match rest.first() {
            None => Some(Stop::Text),
            Some(b'\n' | b'\r') if breaks => Some(Stop::Line(at)),
            Some(_) if rest.starts_with(&self.delimiter) => {
                Some(Stop::Delimiter(at + self.delimiter.len()))
            }
            Some(_) => None,
        }
    }

    /// Where text without quotes that goes on at `from` ends, and whether all of
    /// it stands for itself.
    fn text_end(&self, bytes: &[u8], from: usize, breaks: bool) -> (usize, bool, Stop) {
        let (mut at, mut plain) = (from, true);
        let first = self.delimiter.first().copied().unwrap_or(b'\n');
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let found = match (self.escape, breaks) {
                (Some(_), _) => rest.iter().position(|&byte| self.special[usize::from(byte)]),
                (None, true) => memchr::memchr3(first, b'\n', b'\r', rest),
                (None, false) => memchr::memchr(first, rest),
            };
            let Some(found) = found else { return (bytes.len(), plain, Stop::Text) };
            let hit = at + found;
            if Some(bytes[hit]) == self.escape {
                plain = false;
                at = (hit + 2).min(bytes.len());
            } else if let Some(stop) = self.stop_at(bytes, hit, breaks) {
                return (hit, plain, stop);
            } else {
                at = hit + 1;
            }
        }
    }

    /// What a cell of `text` says: without the quotes around it, and with what
    /// escapes and doubled quotes in it stand for.
    #[inline]
    pub(super) fn value<'t>(&self, text: &'t str, cell: &Cell) -> Text<'t> {
        let (start, end) = match cell.quoting {
            Quoting::Bare | Quoting::Behind => (cell.start, cell.end),
            Quoting::Closed { start, end } => (start, end),
            Quoting::Open { start } => (start, cell.end),
        };
        if cell.plain {
            return Text::borrowed(&text[start..end], start).trimmed();
        }
        let quoted = cell.quoting != Quoting::Bare;
        let bytes = text.as_bytes();
        let mut value = Text::with_capacity(end - start);
        let (mut from, mut at) = (start, start);
        while let Some(found) = self.mark(&bytes[at..end], quoted) {
            // The mark goes, the character behind it stays, all of it: it may be
            // longer than a byte.
            let mark = at + found;
            let next = text[mark + 1..end].chars().next().map_or(0, char::len_utf8);
            value.push(&text[from..mark], from);
            let whole = Span::new(mark, mark + 1 + next);
            let read = if next == 0 { mark..=mark } else { mark + 1..=mark + next };
            value.push_as(&text[read], whole);
            at = mark + 1 + next;
            from = at;
        }
        value.push(&text[from..end], from);
        value.trimmed()
    }

    /// The place of the next mark that stands before what it stands for.
    fn mark(&self, bytes: &[u8], quoted: bool) -> Option<usize> {
        let quote = self.quote.filter(|_| quoted);
        match (quote, self.escape) {
            (Some(quote), Some(escape)) => memchr::memchr2(quote, escape, bytes),
            (Some(mark), None) | (None, Some(mark)) => memchr::memchr(mark, bytes),
            (None, None) => None,
        }
    }
}

/// Where the line that ends at `at` is followed by the next.
pub(super) fn behind_line_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).unwrap_or_default() {
        [b'\r', b'\n', ..] => at + 2,
        [] => at,
        _ => at + 1,
    }
}

/// The place of the next line end: a line feed, or a carriage return.
pub(super) fn line_end(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memchr2(b'\n', b'\r', &bytes[from..]).map(|found| from + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(delimiter: &str, escape: Option<u8>, trim: bool) -> Dialect {
        let delimiter = delimiter.to_owned();
        Dialect::new(&Csv { delimiter, escape, trim, ..Csv::default() })
    }

    fn cells(dialect: &Dialect, row: &str) -> Vec<String> {
        let (mut from, mut cells) = (0, Vec::new());
        loop {
            let (cell, stop) = dialect.cell(row.as_bytes(), from, true);
            cells.push(dialect.value(row, &cell).as_str().to_owned());
            match stop {
                Stop::Delimiter(next) => from = next,
                _ => return cells,
            }
        }
    }

    #[test]
    fn cells_end_at_delimiters_outside_of_quotes() {
        let comma = dialect(",", None, false);
        assert_eq!(cells(&comma, "a,\"b,\"\"c\"\"\",d\ne"), ["a", "b,\"c\"", "d"]);
        assert_eq!(cells(&comma, "a\"b\",\"x\"y,"), ["a\"b\"", "\"x\"y", ""]);
        assert_eq!(cells(&comma, " \"a,b\""), ["\"a", "b\""]);
        assert_eq!(cells(&dialect("::", None, false), "a:b::\"c::d\"::"), ["a:b", "c::d", ""]);
        assert_eq!(cells(&dialect("｜", None, false), "甲｜｜\"乙｜\""), ["甲", "", "乙｜"]);
    }

    #[test]
    fn escapes_stand_before_what_is_text() {
        let escaped = dialect(",", Some(b'\\'), false);
        assert_eq!(cells(&escaped, r#"a\,b,"c\"d\\",\N,"\甲","#), ["a,b", "c\"d\\", "N", "甲", ""]);
        assert_eq!(cells(&escaped, "a\\\nb,c"), ["a\nb", "c"]);
    }

    #[test]
    fn cells_of_a_plain_line_are_counted_by_its_delimiters() {
        let comma = dialect(",", None, false);
        for line in ["", "a", "a,b", " ,,x ", "a, b,c"] {
            assert_eq!(
                comma.plain_cells(line.as_bytes()),
                Some(cells(&comma, line).len()),
                "{line}"
            );
        }
        assert_eq!(comma.plain_cells(b"a,\"b,c\""), None);
        assert_eq!(dialect(",", Some(b'\\'), false).plain_cells(b"a\\,b"), None);
        assert_eq!(dialect("::", None, false).plain_cells(b"a:::b"), None);
    }

    #[test]
    fn blanks_around_quotes_go_where_they_are_trimmed() {
        let trimmed = dialect(",", None, true);
        assert_eq!(cells(&trimmed, "1, \"Ann, A\" , x"), ["1", "Ann, A", "x"]);
        assert_eq!(cells(&dialect("\t", None, true), "1\t\"a\"\t \"b\tc\""), ["1", "a", "b\tc"]);
    }

    #[test]
    fn a_value_leads_back_to_its_bytes() {
        let row = "x,\"a\"\"b\"";
        let dialect = dialect(",", None, false);
        let (cell, _) = dialect.cell(row.as_bytes(), 2, true);
        let value = dialect.value(row, &cell);
        assert_eq!(value.span(1..2), Span::new(4, 6));
        assert_eq!(value.span(2..3), Span::new(6, 7));
    }
}
