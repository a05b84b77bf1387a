//! How bytes stand for text, and a decoder that tells where each character ends.

use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use encoding_rs::{
    Decoder, DecoderResult, Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE,
};

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
    /// Characters have one to four bytes, and a line feed is always the byte of one: what begins
    /// behind it decodes on its own.
    Lines,
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
            Width::Lines | Width::Runs => 1,
        }
    }

    pub(super) fn width(self) -> Width {
        match self {
            Self::Utf32 { .. } => Width::Fixed(4),
            Self::Web(encoding) if encoding == UTF_8 || encoding == ISO_2022_JP => Width::Runs,
            Self::Web(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Width::Utf16,
            Self::Web(encoding) if encoding.is_single_byte() => Width::Fixed(1),
            Self::Web(_) => Width::Lines,
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

/// Decodes byte by byte, and tells of each character which bytes it was read from.
pub(super) struct Stepper {
    decoder: Decoder,
    /// How many bytes were fed.
    fed: usize,
    /// How many bytes the characters so far were read from.
    ended: usize,
}

/// U+FFFD in UTF-8.
const REPLACED: &str = "\u{fffd}";

impl Stepper {
    pub(super) fn new(encoding: &'static Encoding) -> Self {
        Self { decoder: encoding.new_decoder_without_bom_handling(), fed: 0, ended: 0 }
    }

    /// How many bytes were fed.
    pub(super) fn fed(&self) -> usize {
        self.fed
    }

    /// Feeds the next byte. `put` takes each character that is certain now, and which of all bytes that
    /// were fed it was read from. A faulty sequence is U+FFFD.
    pub(super) fn feed(&mut self, byte: u8, put: &mut impl FnMut(&str, Range<usize>)) {
        self.decode(std::slice::from_ref(&byte), false, put);
    }

    /// Ends the text: what is left of a character is a fault.
    pub(super) fn finish(&mut self, put: &mut impl FnMut(&str, Range<usize>)) {
        self.decode(&[], true, put);
    }

    fn decode(&mut self, mut rest: &[u8], last: bool, put: &mut impl FnMut(&str, Range<usize>)) {
        let mut room = [0_u8; 32];
        let out = std::str::from_utf8_mut(&mut room).unwrap_or_default();
        let mut tell = |text: &str, ended: &mut usize, end: usize| {
            put(text, *ended..end);
            *ended = end;
        };
        loop {
            let (result, read, written) =
                self.decoder.decode_to_str_without_replacement(rest, out, last);
            self.fed += read;
            rest = &rest[read..];
            if written > 0 {
                tell(&out[..written], &mut self.ended, self.fed);
            }
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(_, behind) => {
                    // Bytes behind the fault were taken already, and are read again.
                    let end = self.fed - usize::from(behind);
                    tell(REPLACED, &mut self.ended, end);
                    if behind > 0 {
                        let (_, _, written) =
                            self.decoder.decode_to_str_without_replacement(&[], out, false);
                        if written > 0 {
                            tell(&out[..written], &mut self.ended, end + 1);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{GB18030, SHIFT_JIS};

    fn steps(encoding: &'static Encoding, raw: &[u8]) -> Vec<(String, usize)> {
        let (mut stepper, mut out) = (Stepper::new(encoding), Vec::new());
        let mut put = |text: &str, bytes: Range<usize>| out.push((text.to_owned(), bytes.end));
        for byte in raw {
            stepper.feed(*byte, &mut put);
        }
        stepper.finish(&mut put);
        out
    }

    fn check(encoding: &'static Encoding, raw: &[u8], expected: &[(&str, usize)]) {
        let found = steps(encoding, raw);
        let found: Vec<_> = found.iter().map(|(text, end)| (text.as_str(), *end)).collect();
        assert_eq!(found, expected);
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
