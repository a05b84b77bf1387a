//! How bytes stand for text, and a decoder that tells where each character ends.

use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use encoding_rs::{
    Decoder, DecoderResult, Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE,
};

use super::sequence::{REPLACED, Sequences, utf8_len};

/// How the bytes of a source stand for text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// One of the encodings of the web.
    Web(&'static Encoding),
    /// UTF-32, which the web does not have.
    Utf32 {
        /// Whether the most significant byte comes first.
        big_endian: bool,
    },
}

/// How a place in the text leads to one in the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// Each character has so many bytes.
    Fixed(usize),
    /// UTF-16: two bytes, or four beyond the Basic Multilingual Plane.
    Utf16,
    /// Characters have one to four bytes, which text and bytes together tell.
    Sequences(Sequences),
    /// What bytes mean depends on what came before, or the text has a fault: the reader notes
    /// where each run of characters came from.
    Runs,
}

impl Coding {
    /// UTF-8.
    #[must_use]
    pub fn utf8() -> Self {
        Self::Web(UTF_8)
    }

    /// Whether it is UTF-8.
    #[must_use]
    pub fn is_utf8(self) -> bool {
        self == Self::Web(UTF_8)
    }

    /// Its name: that of the WHATWG where it has one.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Web(encoding) => encoding.name(),
            Self::Utf32 { big_endian: false } => "UTF-32LE",
            Self::Utf32 { big_endian: true } => "UTF-32BE",
        }
    }

    /// The coding of a label such as `gb18030`, `utf-8` or `utf-32le`. None for an unknown one, and
    /// for those of encodings that browsers refuse to read.
    #[must_use]
    pub fn of_label(label: &str) -> Option<Self> {
        match label.trim().to_ascii_lowercase().as_str() {
            "utf-32" | "utf-32le" | "utf32" => Some(Self::Utf32 { big_endian: false }),
            "utf-32be" => Some(Self::Utf32 { big_endian: true }),
            label => Encoding::for_label(label.as_bytes())
                .filter(|encoding| *encoding != REPLACEMENT)
                .map(Self::Web),
        }
    }

    /// How many bytes there are to a unit of it.
    pub(super) fn unit(self) -> u64 {
        match self.width() {
            Width::Fixed(unit) => unit as u64,
            Width::Utf16 => 2,
            Width::Sequences(_) | Width::Runs => 1,
        }
    }

    pub(super) fn width(self) -> Width {
        match self {
            Self::Utf32 { .. } => Width::Fixed(4),
            Self::Web(encoding) if encoding == UTF_8 || encoding == ISO_2022_JP => Width::Runs,
            Self::Web(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Width::Utf16,
            Self::Web(encoding) => {
                Sequences::of(encoding).map_or(Width::Fixed(1), Width::Sequences)
            }
        }
    }
}

impl Serialize for Coding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Coding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::of_label(&name).ok_or_else(|| de::Error::custom(format!("no encoding is `{name}`")))
    }
}

/// Decodes piece by piece any encoding but UTF-8, and tells of each character which bytes it was read from.
pub(super) struct Stepper {
    decoder: Decoder,
    width: Width,
    /// Whether characters of [`ISO_2022_JP`] have two bytes, after the shifts so far.
    doubled: bool,
    /// How many bytes were fed.
    fed: usize,
    /// How many bytes the characters so far were read from.
    ended: usize,
    /// Bytes that were fed and are none of those.
    held: Vec<u8>,
    /// The text of a stretch without a fault.
    text: Box<[u8]>,
}

/// How much text is decoded at once.
const ROOM: usize = 4096;

impl Stepper {
    pub(super) fn new(encoding: &'static Encoding) -> Self {
        Self {
            decoder: encoding.new_decoder_without_bom_handling(),
            width: Coding::Web(encoding).width(),
            doubled: false,
            fed: 0,
            ended: 0,
            held: Vec::new(),
            text: vec![0; ROOM].into(),
        }
    }

    /// How many bytes were fed.
    pub(super) fn fed(&self) -> usize {
        self.fed
    }

    /// Feeds the next bytes. `put` takes each character that is certain now, which of all bytes that were fed
    /// it was read from, and which of these are no text. A faulty sequence is U+FFFD.
    pub(super) fn feed(
        &mut self,
        piece: &[u8],
        put: &mut impl FnMut(&str, Range<usize>, Range<usize>),
    ) {
        self.decode(piece, false, put);
    }

    /// Ends the text: what is left of a character is a fault.
    pub(super) fn finish(&mut self, put: &mut impl FnMut(&str, Range<usize>, Range<usize>)) {
        self.decode(&[], true, put);
    }

    fn decode(
        &mut self,
        mut rest: &[u8],
        last: bool,
        put: &mut impl FnMut(&str, Range<usize>, Range<usize>),
    ) {
        self.held.extend_from_slice(rest);
        let mut done = 0;
        loop {
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(rest, &mut self.text, last);
            self.fed += read;
            rest = &rest[read..];
            let mut text = std::str::from_utf8(&self.text[..written]).unwrap_or_default();
            while !text.is_empty() {
                let (chars, bytes) =
                    step(self.width, &mut self.doubled, text.as_bytes(), from(&self.held, done));
                let (char, behind) = text.split_at_checked(chars).unwrap_or((text, ""));
                let end = self.ended + bytes;
                put(char, self.ended..end, end..end);
                (text, done, self.ended) = (behind, done + bytes, end);
            }
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(faulty, behind) => {
                    // Bytes behind the fault were taken already, and are read again.
                    let end = self.fed - usize::from(behind);
                    // A shift before it is none of the fault.
                    let faulty = end.saturating_sub(usize::from(faulty)).max(self.ended);
                    put(REPLACED, self.ended..end, faulty..end);
                    let len = end - self.ended;
                    for at in done..done + len {
                        // A shift that another follows is a part of the fault, and so is one before it.
                        self.doubled = shift(from(&self.held, at)).unwrap_or(self.doubled);
                    }
                    (done, self.ended) = (done + len, end);
                }
            }
        }
        self.held.drain(..done.min(self.held.len()));
    }
}

/// What stands behind an offset; nothing behind the end.
fn from(bytes: &[u8], offset: usize) -> &[u8] {
    bytes.get(offset..).unwrap_or_default()
}

/// How many bytes the first character of a text has, and how many of those that it was decoded from,
/// without a fault.
fn step(width: Width, doubled: &mut bool, text: &[u8], raw: &[u8]) -> (usize, usize) {
    let chars = utf8_len(text);
    let bytes = match width {
        Width::Sequences(sequences) => return sequences.step(text, raw),
        Width::Fixed(size) => size,
        Width::Utf16 => 2 + 2 * usize::from(chars == 4),
        // ISO-2022-JP: shifts belong to the character behind them.
        Width::Runs => {
            let mut shifts = 0;
            while let Some(to) = shift(&raw[shifts..]) {
                *doubled = to;
                shifts += SHIFT;
            }
            shifts + if *doubled { 2 } else { 1 }
        }
    };
    (chars, bytes)
}

/// How many bytes a shift of ISO-2022-JP has.
const SHIFT: usize = 3;

/// Whether characters have two bytes behind a shift, where one stands.
fn shift(raw: &[u8]) -> Option<bool> {
    match raw {
        [0x1b, b'$', b'@' | b'B', ..] => Some(true),
        [0x1b, b'(', b'B' | b'J' | b'I', ..] => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{GB18030, SHIFT_JIS};
    use proptest::strategy::Strategy as _;

    fn steps(encoding: &'static Encoding, raw: &[u8], piece: usize) -> Vec<(String, usize)> {
        let (mut stepper, mut out) = (Stepper::new(encoding), Vec::new());
        let mut put = |text: &str, bytes: Range<usize>, _: Range<usize>| {
            out.push((text.to_owned(), bytes.end));
        };
        for byte in raw.chunks(piece) {
            stepper.feed(byte, &mut put);
        }
        stepper.finish(&mut put);
        out
    }

    /// What a decoder that is given one byte after the other tells: slow, and it knows no lengths.
    fn byte_by_byte(encoding: &'static Encoding, raw: &[u8]) -> Vec<(String, usize)> {
        let (mut decoder, mut fed, mut out) =
            (encoding.new_decoder_without_bom_handling(), 0, Vec::new());
        for n in 0..=raw.len() {
            let mut rest = raw.get(n..n + 1).unwrap_or_default();
            loop {
                let mut room = [0; 32];
                let (result, read, written) =
                    decoder.decode_to_utf8_without_replacement(rest, &mut room, n == raw.len());
                (fed, rest) = (fed + read, &rest[read..]);
                if written > 0 {
                    out.push((str::from_utf8(&room[..written]).unwrap().to_owned(), fed));
                }
                match result {
                    DecoderResult::InputEmpty => break,
                    DecoderResult::OutputFull => {}
                    DecoderResult::Malformed(_, behind) => {
                        let end = fed - usize::from(behind);
                        out.push((REPLACED.to_owned(), end));
                        if behind > 0 {
                            let (_, _, written) =
                                decoder.decode_to_utf8_without_replacement(&[], &mut room, false);
                            if written > 0 {
                                out.push((
                                    str::from_utf8(&room[..written]).unwrap().to_owned(),
                                    end + 1,
                                ));
                            }
                        }
                    }
                }
            }
        }
        out
    }

    const STEPPED: [&str; 8] =
        ["gb18030", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-2022-jp", "windows-1252"];

    /// Every pair of bytes, before each kind of byte that may change what it means.
    #[test]
    fn every_pair_of_bytes_has_the_length_that_a_decoder_gives_it() {
        for label in STEPPED {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            for behind in [&b"a"[..], b"0a", b"\x810", b"\xa1"] {
                for lead in (0x80..=u8::MAX).chain([0x1b]) {
                    let pairs = (0..=u8::MAX).map(|byte| [&[lead, byte], behind, b"\n"].concat());
                    let raw: Vec<u8> = pairs.flatten().collect();
                    let expected = byte_by_byte(encoding, &raw);
                    assert_eq!(steps(encoding, &raw, raw.len()), expected, "{label} {lead:x}");
                    walked(encoding, &raw, &expected);
                }
            }
        }
    }

    #[test]
    fn what_begins_nothing_is_a_fault_by_itself_whatever_follows() {
        for encoding in STEPPED.map(|label| Encoding::for_label(label.as_bytes()).unwrap()) {
            let Some(sequences) = Sequences::of(encoding) else { continue };
            for byte in 0..=u8::MAX {
                let alone = [b'a', b'0', 0xa1].into_iter().all(|next| {
                    byte_by_byte(encoding, &[byte, next])[0] == (REPLACED.to_owned(), 1)
                });
                assert!(alone || !sequences.begins_nothing(byte), "{} {byte:x}", encoding.name());
                let never = byte == 0xff || encoding == SHIFT_JIS && byte == 0xa0;
                assert!(!never || sequences.begins_nothing(byte));
            }
        }
    }

    /// A walk through text and bytes comes to the same places.
    fn walked(encoding: &'static Encoding, raw: &[u8], expected: &[(String, usize)]) {
        let Some(sequences) = Sequences::of(encoding) else { return };
        let text: String = expected.iter().map(|(text, _)| text.as_str()).collect();
        let mut at = (0, 0);
        for (text_of, end) in expected {
            let (chars, bytes) = sequences.step(&text.as_bytes()[at.0..], &raw[at.1..]);
            at = (at.0 + chars, at.1 + bytes);
            assert_eq!((chars, at.1), (text_of.len(), *end), "{} {raw:x?}", encoding.name());
        }
    }

    proptest::proptest! {
        /// Whatever the bytes and the pieces that they come in.
        #[test]
        fn steps_are_those_of_single_bytes(
            which in 0..STEPPED.len(),
            raw in proptest::collection::vec(proptest::prop_oneof![
                proptest::prelude::any::<u8>().prop_map(|byte| vec![byte]),
                proptest::sample::select(vec![
                    b"\x1b$B".to_vec(), b"\x1b(B".to_vec(), b"\x1b(I".to_vec(), b"\x1b(J".to_vec(), b"\x1b$@".to_vec(),
                    b"\x24\x22".to_vec(), b"\x84\x31\xa4\x37".to_vec(), b"\x81\x30".to_vec(), b"\x8f\xa2".to_vec(), b"\x88\x62".to_vec(),
                    b"\x1b".to_vec(), b"\x1b$".to_vec(), b"a".to_vec(), b"\n".to_vec(),
                ]),
            ], 0..40),
            piece in 1..12_usize,
        ) {
            let encoding = Encoding::for_label(STEPPED[which].as_bytes()).unwrap();
            let raw = raw.concat();
            let expected = byte_by_byte(encoding, &raw);
            proptest::prop_assert_eq!(steps(encoding, &raw, piece), expected.as_slice());
            walked(encoding, &raw, &expected);
        }
    }

    fn check(encoding: &'static Encoding, raw: &[u8], expected: &[(&str, usize)]) {
        for piece in 1..=raw.len() {
            let found = steps(encoding, raw, piece);
            let found: Vec<_> = found.iter().map(|(text, end)| (text.as_str(), *end)).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_fault_ends_where_the_next_character_begins() {
        check(GB18030, b"a\x81 b", &[("a", 1), ("\u{fffd}", 2), (" ", 3), ("b", 4)]);
        // Four bytes that fail at the last: the second is read again as itself.
        check(GB18030, b"\x81\x30\x81 ", &[("\u{fffd}", 1), ("0", 2), ("\u{fffd}", 3), (" ", 4)]);
        check(SHIFT_JIS, b"\x82\xa0\x81", &[("あ", 2), ("\u{fffd}", 3)]);
    }

    #[test]
    fn a_shift_belongs_to_the_character_behind_it() {
        check(ISO_2022_JP, b"a\x1b$B$\"$$\x1b(Bb", &[("a", 1), ("あ", 6), ("い", 8), ("b", 12)]);
    }

    #[test]
    fn labels_of_what_is_not_read_are_none() {
        for label in ["iso-2022-kr", "hz-gb-2312", "replacement", "utf-9"] {
            assert_eq!(Coding::of_label(label), None, "{label}");
        }
        assert_eq!(Coding::of_label(" GBK ").map(Coding::name), Some("GBK"));
        assert_eq!(Coding::of_label("utf-32be").map(Coding::name), Some("UTF-32BE"));
    }
}
