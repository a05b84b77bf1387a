//! What kind of character each one is, in one look-up.
//!
//! The tables are made once per process, from what `encoding_rs` knows of the
//! old encodings: GB 2312 has the simplified characters, Big5 the traditional
//! ones, and most characters stand in both.

use std::sync::{Arc, LazyLock};

use encoding_rs::{BIG5, GBK};

use super::charset::{CharSet, PLANE};

/// Full-width digits, `０` to `９`.
pub(crate) const WIDE_DIGIT: u32 = 1;
/// Full-width letters.
pub(crate) const WIDE_LETTER: u32 = 1 << 1;
/// Full-width brackets that have a half-width twin.
pub(crate) const WIDE_BRACKET: u32 = 1 << 2;
/// ASCII digits.
pub(crate) const HALF_DIGIT: u32 = 1 << 3;
/// ASCII letters.
pub(crate) const HALF_LETTER: u32 = 1 << 4;
/// ASCII brackets.
pub(crate) const HALF_BRACKET: u32 = 1 << 5;
/// Characters that cannot be seen.
pub(crate) const INVISIBLE: u32 = 1 << 6;
/// Characters that turn the direction of writing.
pub(crate) const BIDIRECTIONAL: u32 = 1 << 7;
/// Characters of a private use area.
pub(crate) const PRIVATE: u32 = 1 << 8;
/// U+FFFD.
pub(crate) const REPLACEMENT: u32 = 1 << 9;
/// Letters of the upper half of Windows-1252.
pub(crate) const LATIN: u32 = 1 << 10;
/// Han characters of GB 2312 that Big5 lacks.
pub(crate) const SIMPLIFIED: u32 = 1 << 11;
/// Han characters of Big5 that GB 2312 lacks: traditional ones and rare ones.
pub(crate) const TRADITIONAL: u32 = 1 << 12;
/// Brackets and quotation marks of any kind.
pub(crate) const BRACKET: u32 = 1 << 13;
/// Characters whose bytes in GBK are the first two of a character of three
/// bytes in UTF-8.
pub(crate) const LEAD: u32 = 1 << 14;
/// Characters whose bytes in GBK are the last of one such character and the first
/// of another.
const MIDDLE: u32 = 1 << 15;
/// Two characters, one behind the other, that may be the start of UTF-8 in GBK.
/// Only a text has this kind.
pub(crate) const PAIR: u32 = 1 << 16;
/// All that tells of something that may be wrong with a text.
pub(crate) const TELLING: u32 = WIDE_DIGIT
    | WIDE_LETTER
    | WIDE_BRACKET
    | INVISIBLE
    | BIDIRECTIONAL
    | PRIVATE
    | REPLACEMENT
    | LATIN
    | TRADITIONAL
    | BRACKET
    | PAIR;

/// For each character its kinds. They fit into half of what they are read as, and
/// the table so into the cache.
static CLASSES: LazyLock<Vec<u16>> = LazyLock::new(classes);

/// For each character its bytes in GBK, or 0.
static GBK_BYTES: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0; PLANE];
    two_bytes(GBK, 0x81..=0xfe, |bytes, c| table[c as usize] = bytes);
    table
});

/// What kinds of characters a text has, as bits.
pub(crate) fn kinds(text: &str) -> u32 {
    let table = CLASSES.as_slice();
    text.chars().fold(0, |kinds, c| kinds | of(table, c))
}

/// A way through a text that stops at some kinds of characters alone.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    /// Where it stops.
    stops: Arc<CharSet>,
    /// Where it goes on stopping once it has seen all of `common`.
    rare: Arc<CharSet>,
    common: u32,
}

impl Filter {
    /// Stops at the characters of these kinds.
    pub(crate) fn new(wanted: u32) -> Self {
        // A pair begins with a character of its own kind.
        let wanted = if wanted & PAIR != 0 { wanted | LEAD } else { wanted };
        let set = |wanted| Arc::new(CharSet::of(&CLASSES, |kind| u32::from(kind) & wanted != 0));
        // Long texts have brackets, and one of each kind tells as much as many.
        let common = wanted & (BRACKET | WIDE_BRACKET);
        Self { stops: set(wanted), rare: set(wanted & !common), common }
    }

    /// Stops at others as well.
    pub(crate) fn with(&self, others: &CharSet) -> Self {
        let with = |set: &CharSet| Arc::new(set.union(others));
        Self { stops: with(&self.stops), rare: with(&self.rare), common: self.common }
    }

    /// The kinds of the characters that it stops at; and whether there is a [`PAIR`].
    #[inline]
    pub(crate) fn kinds(&self, text: &str) -> u32 {
        // Most texts have none.
        match self.stops.find(text, 0) {
            Some(_) => self.kinds_of(text),
            None => 0,
        }
    }

    #[inline(never)]
    fn kinds_of(&self, text: &str) -> u32 {
        self.walk(text, |_, _| true, |_, _| ())
    }

    /// The same, and hands on each character that it stops at, with its place. What is none of
    /// [`TELLING`] and of one byte may be passed by: `wanted` is given it and the byte behind it.
    #[inline]
    pub(crate) fn walk(
        &self,
        text: &str,
        wanted: impl Fn(u8, u8) -> bool,
        mut each: impl FnMut(usize, char),
    ) -> u32 {
        let (mut kinds, mut from) = (0, 0);
        let mut stops = &self.stops;
        while let Some(at) = stops.find_wanted(text, from, &wanted) {
            let mut chars = text[at..].chars();
            let Some(c) = chars.next() else { break };
            let found = kind(c);
            kinds |= found;
            if found & LEAD != 0 && chars.next().is_some_and(|c| kind(c) & MIDDLE != 0) {
                kinds |= PAIR;
            }
            if kinds & self.common == self.common {
                stops = &self.rare;
            }
            each(at, c);
            from = at + c.len_utf8();
        }
        kinds
    }
}

/// What kind of character this is, as bits.
pub(crate) fn kind(c: char) -> u32 {
    of(CLASSES.as_slice(), c)
}

fn of(table: &[u16], c: char) -> u32 {
    match table.get(u32::from(c) as usize) {
        Some(kind) => u32::from(*kind),
        None if u32::from(c) >= 0xf_0000 => PRIVATE,
        None if matches!(c, '\u{e0000}'..='\u{e0fff}') => INVISIBLE,
        None => 0,
    }
}

/// The two bytes of a character in GBK.
fn two(c: char) -> Option<[u8; 2]> {
    match GBK_BYTES.get(u32::from(c) as usize) {
        None | Some(0) => None,
        Some(bytes) => Some(bytes.to_be_bytes()),
    }
}

/// The bytes of a character that is none of ASCII in GBK. The euro sign has one,
/// as decoders of the web read it.
pub(crate) fn gbk(c: char) -> Option<impl Iterator<Item = u8>> {
    let (bytes, from) = match c {
        '€' => ([0, 0x80], 1),
        c => (two(c)?, 0),
    };
    Some(bytes.into_iter().skip(from))
}

/// Whether a character is one of the Han characters of GB 2312, the common ones.
pub(crate) fn is_common_han(c: char) -> bool {
    two(c).is_some_and(is_gb2312_han)
}

fn is_gb2312_han([lead, trail]: [u8; 2]) -> bool {
    (0xb0..=0xf7).contains(&lead) && trail >= 0xa1
}

/// Calls `each` with every two bytes that stand for one character of the plane.
fn two_bytes(
    encoding: &'static encoding_rs::Encoding,
    leads: std::ops::RangeInclusive<u8>,
    mut each: impl FnMut(u16, u32),
) {
    const TRAILS: std::ops::RangeInclusive<u8> = 0x40..=0xfe;
    let mut row = Vec::new();
    for lead in leads {
        // All of a lead in one go, a line each: to begin anew takes longer than to decode.
        row.clear();
        TRAILS.for_each(|trail| row.extend([lead, trail, b'\n']));
        let (text, _) = encoding.decode_without_bom_handling(&row);
        for (trail, line) in TRAILS.zip(text.split('\n')) {
            let mut chars = line.chars();
            if let (Some(c), None) = (chars.next(), chars.next())
                && c != '\u{fffd}'
                && (u32::from(c) as usize) < PLANE
            {
                each(u16::from_be_bytes([lead, trail]), u32::from(c));
            }
        }
    }
}

/// A kind of single characters as it stands in the table.
#[expect(clippy::cast_possible_truncation, reason = "all but that of pairs have 16 bits")]
fn bits(kind: u32) -> u16 {
    debug_assert!(kind < PAIR, "a pair is no single character");
    kind as u16
}

fn classes() -> Vec<u16> {
    let mut table = vec![0_u16; PLANE];
    let mut set = |from: char, to: char, kind: u32| {
        for c in u32::from(from)..=u32::from(to) {
            table[c as usize] |= bits(kind);
        }
    };
    for (from, to, kind) in [
        ('０', '９', WIDE_DIGIT),
        ('Ａ', 'Ｚ', WIDE_LETTER),
        ('ａ', 'ｚ', WIDE_LETTER),
        ('0', '9', HALF_DIGIT),
        ('A', 'Z', HALF_LETTER),
        ('a', 'z', HALF_LETTER),
        // NUL bytes are findings of their own.
        ('\u{1}', '\u{8}', INVISIBLE),
        ('\u{b}', '\u{c}', INVISIBLE),
        ('\u{e}', '\u{1f}', INVISIBLE),
        ('\u{7f}', '\u{9f}', INVISIBLE),
        ('\u{ad}', '\u{ad}', INVISIBLE),
        ('\u{34f}', '\u{34f}', INVISIBLE),
        ('\u{115f}', '\u{1160}', INVISIBLE),
        ('\u{180e}', '\u{180e}', INVISIBLE),
        ('\u{200b}', '\u{200d}', INVISIBLE),
        ('\u{2060}', '\u{2064}', INVISIBLE),
        ('\u{206a}', '\u{206f}', INVISIBLE),
        ('\u{3164}', '\u{3164}', INVISIBLE),
        ('\u{feff}', '\u{feff}', INVISIBLE),
        ('\u{ffa0}', '\u{ffa0}', INVISIBLE),
        ('\u{fff9}', '\u{fffb}', INVISIBLE),
        ('\u{61c}', '\u{61c}', BIDIRECTIONAL),
        ('\u{200e}', '\u{200f}', BIDIRECTIONAL),
        ('\u{202a}', '\u{202e}', BIDIRECTIONAL),
        ('\u{2066}', '\u{2069}', BIDIRECTIONAL),
        ('\u{e000}', '\u{f8ff}', PRIVATE),
        ('\u{fffd}', '\u{fffd}', REPLACEMENT),
        ('À', 'Ö', LATIN),
        ('Ø', 'ö', LATIN),
        ('ø', 'ÿ', LATIN),
        ('ª', 'ª', LATIN),
        ('µ', 'µ', LATIN),
        ('º', 'º', LATIN),
        ('€', '€', MIDDLE),
    ] {
        set(from, to, kind);
    }
    for (open, close) in super::brackets::PAIRS {
        for c in [*open, *close] {
            set(c, c, BRACKET);
        }
    }
    for (wide, half) in super::brackets::WIDTHS {
        set(*wide, *wide, WIDE_BRACKET);
        set(*half, *half, HALF_BRACKET);
    }
    let mut big5 = vec![false; PLANE];
    // Level 1 and level 2 of Big5; what lies around them are extensions.
    two_bytes(BIG5, 0xa4..=0xf9, |_, c| big5[c as usize] = true);
    let mut gb2312 = vec![false; PLANE];
    two_bytes(GBK, 0x81..=0xfe, |bytes, c| {
        let [lead, trail] = bytes.to_be_bytes();
        gb2312[c as usize] |= is_gb2312_han([lead, trail]);
        if matches!(lead, 0xe3..=0xe9 | 0xef) && (0x80..=0xbf).contains(&trail) {
            table[c as usize] |= bits(LEAD);
        }
        if (0x80..=0xbf).contains(&lead) && matches!(trail, 0xe3..=0xe9 | 0xef) {
            table[c as usize] |= bits(MIDDLE);
        }
    });
    for c in 0x4e00..=0x9fff {
        table[c] |= match (gb2312[c], big5[c]) {
            (true, false) => bits(SIMPLIFIED),
            (false, true) => bits(TRADITIONAL),
            _ => 0,
        };
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_told_apart() {
        for (c, expected) in [
            ('书', SIMPLIFIED),
            ('書', TRADITIONAL),
            ('后', 0),
            ('著', 0),
            ('乾', 0),
            ('一', 0),
            ('１', WIDE_DIGIT),
            ('a', HALF_LETTER),
            ('（', WIDE_BRACKET | BRACKET),
            ('《', BRACKET),
            ('\u{200b}', INVISIBLE),
            ('\u{202e}', BIDIRECTIONAL),
            ('é', LATIN),
            ('×', 0),
            ('€', MIDDLE),
            ('\n', 0),
            ('\0', 0),
            ('😀', 0),
            ('\u{10ffff}', PRIVATE),
        ] {
            assert_eq!(kind(c), expected, "{c:?}");
        }
        assert_eq!(kinds("磨坊 Ａb"), WIDE_LETTER | HALF_LETTER | kind('磨') | kind('坊'));
        assert_eq!(
            Filter::new(INVISIBLE).kinds("磨\u{200b}坊\u{ad}Ａ\u{f0000}"),
            INVISIBLE | PRIVATE
        );
        assert_eq!(two('磨'), Some([0xc4, 0xa5]));
        assert_eq!(gbk('€').unwrap().collect::<Vec<_>>(), [0x80]);
        assert!(is_common_han('磨') && !is_common_han('喆'));
    }
}
