//! A piece of a source as text that knows where it stands.

use std::ops::Range;
use std::sync::OnceLock;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::SourceId;

/// Where a chunk begins in its source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Bytes of decoded text before the chunk.
    pub decoded: u64,
    /// Bytes of the file before the chunk, a byte order mark included.
    pub file: u64,
    /// The line of the first byte, counted from 1.
    pub line: u64,
}

/// How the text of a chunk came from the bytes of the file.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The text is the bytes of the file.
    Same,
    /// The text was decoded from these bytes, which decode on their own.
    Decoded {
        /// The bytes as they stand in the file.
        raw: Vec<u8>,
        /// The encoding they are in.
        encoding: &'static Encoding,
    },
}

/// A piece of a source: whole records, or the text before the first.
#[derive(Debug)]
pub struct Chunk {
    source: SourceId,
    text: String,
    position: Position,
    origin: Origin,
    /// `(offset in text, offset in raw)` of each line start, made when first
    /// asked for. Records begin at line starts, so theirs need no search.
    marks: OnceLock<Vec<(usize, usize)>>,
}

impl Chunk {
    /// Joins a text and its place.
    #[must_use]
    pub fn new(source: SourceId, text: String, position: Position, origin: Origin) -> Self {
        Self { source, text, position, origin, marks: OnceLock::new() }
    }

    /// The source that the chunk is a piece of.
    #[must_use]
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the chunk begins.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// Gives back how the text came from the file.
    #[must_use]
    pub fn into_origin(self) -> Origin {
        self.origin
    }

    /// The offset in the file of an offset of the text.
    #[must_use]
    pub fn file_offset(&self, offset: usize) -> u64 {
        match &self.origin {
            Origin::Same => self.position.file + offset as u64,
            Origin::Decoded { raw, encoding } => {
                self.position.file + self.raw_offset(raw, encoding, offset) as u64
            }
        }
    }

    /// The bytes of the file that a range of the text was decoded from.
    #[must_use]
    pub fn original(&self, range: Range<usize>) -> &[u8] {
        match &self.origin {
            Origin::Same => &self.text.as_bytes()[range],
            Origin::Decoded { raw, encoding } => {
                let start = self.raw_offset(raw, encoding, range.start);
                let end = self.raw_offset(raw, encoding, range.end);
                &raw[start..end]
            }
        }
    }

    /// The column of an offset of the text, from 1, in Unicode scalar values.
    #[must_use]
    pub fn column(&self, offset: usize) -> u64 {
        let start = memchr::memrchr(b'\n', &self.text.as_bytes()[..offset]).map_or(0, |at| at + 1);
        self.text[start..offset].chars().count() as u64 + 1
    }

    /// The offset in `raw` of an offset of the text.
    fn raw_offset(&self, raw: &[u8], encoding: &'static Encoding, offset: usize) -> usize {
        if offset >= self.text.len() {
            return raw.len();
        }
        if encoding == UTF_16LE || encoding == UTF_16BE {
            return self.text[..offset].encode_utf16().count() * 2;
        }
        let marks = self.marks.get_or_init(|| line_marks(&self.text, raw));
        let mark = marks.partition_point(|&(text, _)| text <= offset).saturating_sub(1);
        let (text, at) = marks[mark];
        if encoding == UTF_8 {
            return at + raw_offset_in_utf8(&raw[at..], offset - text);
        }
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut buffer = [0_u8; 32];
        let mut read = text;
        for (n, byte) in raw[at..].iter().enumerate() {
            if read >= offset {
                return at + n;
            }
            read += decoder.decode_to_utf8(std::slice::from_ref(byte), &mut buffer, false).2;
        }
        raw.len()
    }
}

/// Counts the lines of a chunk up to offsets that mostly grow, each byte once.
#[derive(Clone, Copy, Debug)]
pub struct LineCounter {
    offset: usize,
    line: u64,
}

impl LineCounter {
    /// Starts at the first byte of the chunk.
    #[must_use]
    pub fn at_start_of(chunk: &Chunk) -> Self {
        Self { offset: 0, line: chunk.position.line }
    }

    /// Starts at an offset whose line is known.
    #[must_use]
    pub fn at(offset: usize, line: u64) -> Self {
        Self { offset, line }
    }

    /// The line of an offset, from 1.
    pub fn line_of(&mut self, chunk: &Chunk, offset: usize) -> u64 {
        if offset < self.offset {
            *self = Self::at_start_of(chunk);
        }
        self.line +=
            memchr::memchr_iter(b'\n', &chunk.text.as_bytes()[self.offset..offset]).count() as u64;
        self.offset = offset;
        self.line
    }
}

/// The offset in damaged UTF-8 of an offset of its text. Each faulty sequence,
/// as the Unicode Standard parts them (3.9, "substitution of maximal subparts"),
/// stands in the text as one U+FFFD.
fn raw_offset_in_utf8(raw: &[u8], offset: usize) -> usize {
    let (mut text, mut at) = (0, 0);
    for piece in raw.utf8_chunks() {
        let valid = piece.valid().len();
        if offset <= text + valid {
            return at + offset - text;
        }
        text += valid + char::REPLACEMENT_CHARACTER.len_utf8();
        at += valid + piece.invalid().len();
        if offset < text {
            return at - piece.invalid().len();
        }
    }
    at
}

/// Marks line starts. In every encoding of the web that is not UTF-16, the byte
/// of a line feed is nothing else, and each is one line feed of the text, even
/// behind bytes that are no text.
fn line_marks(text: &str, raw: &[u8]) -> Vec<(usize, usize)> {
    let starts = |bytes| memchr::memchr_iter(b'\n', bytes).map(|feed| feed + 1);
    std::iter::once((0, 0)).chain(starts(text.as_bytes()).zip(starts(raw))).collect()
}

/// Where a line that begins at an offset of a text begins in the bytes that the
/// text was decoded from; none if no line begins there, or in UTF-16.
#[must_use]
pub fn line_start_in(
    raw: &[u8],
    encoding: &'static Encoding,
    text: &str,
    offset: usize,
) -> Option<usize> {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return None;
    }
    let before = &text.as_bytes()[..offset];
    if before.last().is_some_and(|last| *last != b'\n') {
        return None;
    }
    match memchr::memchr_iter(b'\n', before).count().checked_sub(1) {
        None => Some(0),
        Some(feeds) => memchr::memchr_iter(b'\n', raw).nth(feeds).map(|feed| feed + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GB18030;

    fn chunk(raw: &[u8], encoding: &'static Encoding) -> Chunk {
        let text = encoding.decode_without_bom_handling(raw).0.into_owned();
        let position = Position { decoded: 0, file: 7, line: 1 };
        Chunk::new(SourceId(0), text, position, Origin::Decoded { raw: raw.to_vec(), encoding })
    }

    #[test]
    fn offsets_of_gb18030_lead_back_to_the_bytes() {
        let line = "治愈率 80% 𠀀\n";
        let text = line.repeat(2000);
        let raw = GB18030.encode(&text).0.into_owned();
        let per_line = raw.len() / 2000;
        let chunk = chunk(&raw, GB18030);
        for n in [0, 1, 999, 1999] {
            let start = n * line.len();
            assert_eq!(chunk.file_offset(start), 7 + (n * per_line) as u64);
            assert_eq!(chunk.original(start..start + 9), &raw[n * per_line..n * per_line + 6]);
        }
        assert_eq!(chunk.file_offset(text.len()), 7 + raw.len() as u64);
    }

    #[test]
    fn replaced_bytes_keep_their_place() {
        let raw = b"a\xffb\n";
        let chunk = chunk(raw, UTF_8);
        assert_eq!(chunk.text(), "a\u{fffd}b\n");
        assert_eq!(chunk.original(1..4), b"\xff");
        assert_eq!(chunk.original(4..5), b"b");
        let chunk = self::chunk(b"a\n\xe7\xae\n\xff\xff", UTF_8);
        assert_eq!(chunk.text(), "a\n\u{fffd}\n\u{fffd}\u{fffd}");
        assert_eq!(chunk.original(2..5), b"\xe7\xae");
        assert_eq!(chunk.original(6..9), b"\xff");
        assert_eq!(chunk.original(6..12), b"\xff\xff");
    }

    #[test]
    fn line_feeds_behind_broken_bytes_are_line_feeds() {
        // Every label of the web, each with a lead byte that a line feed follows.
        for label in ["gb18030", "big5", "euc-jp", "shift_jis", "euc-kr", "windows-1252", "utf-8"] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let raw = b"a\x81\nb\xfe\n\x81\x30\nc\n";
            let text = encoding.decode_without_bom_handling(raw).0.into_owned();
            let marks = line_marks(&text, raw);
            assert_eq!(marks.len(), 5, "{label}");
            for &(at, place) in &marks {
                assert_eq!(line_start_in(raw, encoding, &text, at), Some(place), "{label}");
            }
            assert_eq!(line_start_in(raw, encoding, &text, 1), None);
        }
    }

    #[test]
    fn columns_count_characters() {
        let text = "a\n治愈率 80%".to_owned();
        let at = text.find("80").unwrap();
        let position = Position { decoded: 0, file: 0, line: 5 };
        let chunk = Chunk::new(SourceId(0), text, position, Origin::Same);
        assert_eq!(
            (LineCounter::at_start_of(&chunk).line_of(&chunk, at), chunk.column(at)),
            (6, 5)
        );
        let mut lines = LineCounter::at(2, 6);
        assert_eq!([at, 0, 2].map(|at| lines.line_of(&chunk, at)), [6, 5, 6]);
    }
}
