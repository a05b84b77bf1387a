//! How many bytes each character has in the encodings that have one to four.
//!
//! Where text and bytes are both at hand, no decoder is needed to walk through them: the first bytes of a
//! sequence tell its length, and U+FFFD in the text tells that it is faulty. What a faulty one takes is what
//! the Encoding Standard says: a byte of ASCII behind a lead is read again, any other is lost with it.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS};

/// An encoding whose characters have one to four bytes. A line feed is always the byte of one, and each
/// character decodes on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sequences {
    /// GB18030, and GBK, which is read as that.
    Gb18030,
    Big5,
    ShiftJis,
    EucJp,
    EucKr,
}

/// U+FFFD in UTF-8.
pub(super) const REPLACED: &str = "\u{fffd}";

impl Sequences {
    /// Those of an encoding; none if it is another kind.
    pub(super) fn of(encoding: &'static Encoding) -> Option<Self> {
        let known = [
            (GB18030, Self::Gb18030),
            (GBK, Self::Gb18030),
            (BIG5, Self::Big5),
            (SHIFT_JIS, Self::ShiftJis),
            (EUC_JP, Self::EucJp),
            (EUC_KR, Self::EucKr),
        ];
        known.into_iter().find(|(other, _)| *other == encoding).map(|(_, found)| found)
    }

    /// How many bytes of a text, and of what it was decoded from, the first character of both has.
    #[inline]
    pub(super) fn step(self, text: &[u8], raw: &[u8]) -> (usize, usize) {
        let Some(lead) = raw.first().filter(|lead| !lead.is_ascii()) else { return (1, 1) };
        let next = raw.get(1).copied();
        if text.starts_with(REPLACED.as_bytes()) {
            return (REPLACED.len(), self.faulty(*lead, next, raw));
        }
        let chars = utf8_len(text);
        match (self, lead, next) {
            // The four that are two characters, of two bytes of UTF-8 each.
            (Self::Big5, 0x88, Some(0x62 | 0x64 | 0xa3 | 0xa5)) => (4, 2),
            (Self::Gb18030, 0x80, _) | (Self::ShiftJis, 0x80 | 0xa1..=0xdf, _) => (chars, 1),
            (Self::Gb18030, _, Some(b'0'..=b'9')) => (chars, 4),
            (Self::EucJp, 0x8f, _) => (chars, 3),
            _ => (chars, 2),
        }
    }

    /// Whether a byte begins a sequence of several.
    fn leads(self, byte: u8) -> bool {
        match self {
            Self::Gb18030 | Self::Big5 | Self::EucKr => matches!(byte, 0x81..=0xfe),
            Self::ShiftJis => matches!(byte, 0x81..=0x9f | 0xe0..=0xfc),
            Self::EucJp => matches!(byte, 0x8e | 0x8f | 0xa1..=0xfe),
        }
    }

    /// Whether no character begins with a byte: where one could begin, it is a fault by itself.
    pub(super) fn begins_nothing(self, byte: u8) -> bool {
        let alone = match self {
            Self::Gb18030 => byte == 0x80,
            Self::ShiftJis => matches!(byte, 0x80 | 0xa1..=0xdf),
            Self::Big5 | Self::EucJp | Self::EucKr => false,
        };
        !byte.is_ascii() && !alone && !self.leads(byte)
    }

    /// How many bytes are read as one U+FFFD.
    fn faulty(self, lead: u8, next: Option<u8>, raw: &[u8]) -> usize {
        match (self, next) {
            _ if !self.leads(lead) => 1,
            (Self::Gb18030, Some(b'0'..=b'9')) => match (raw.get(2), raw.get(3)) {
                (Some(0x81..=0xfe), Some(b'0'..=b'9')) => 4,
                // The end of the source makes one fault of what is left.
                (None, _) | (Some(0x81..=0xfe), None) => raw.len(),
                _ => 1,
            },
            (Self::EucJp, Some(0xa1..=0xfe)) if lead == 0x8f => {
                2 + usize::from(raw.get(2).is_some_and(|byte| !byte.is_ascii()))
            }
            (_, next) => 1 + usize::from(next.is_some_and(|byte| !byte.is_ascii())),
        }
    }
}

/// How long the first character of a text is.
#[inline]
pub(super) fn utf8_len(text: &[u8]) -> usize {
    text.first().map_or(1, |lead| long(*lead))
}

/// How long a character is in UTF-8, by its first byte.
#[inline]
pub(super) fn long(lead: u8) -> usize {
    match lead {
        ..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    }
}
