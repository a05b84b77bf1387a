//! Bytes of a piece that are no text, and NUL bytes, in one pass through it: no place is looked for twice.

use std::ops::Range;

use super::Chunk;

/// How far bytes that are no text stand from each other, in bytes, that are one finding.
const NEAR: usize = 256;
/// How much text such a finding is about at most, in bytes.
const TOGETHER: usize = 4096;
/// How many bytes of those that are no text a finding shows.
const SHOWN: usize = 8;

/// Places of a line that are no text and near each other.
#[derive(Clone, Debug)]
pub(crate) struct Invalid {
    /// The text from the first to the last of them.
    pub(crate) text: Range<usize>,
    /// Its bytes in the file.
    #[cfg_attr(not(any(test, feature = "tables")), expect(dead_code, reason = "a run tells them"))]
    pub(crate) bytes: Range<u64>,
    pub(crate) what: What,
}

/// What is said of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct What {
    /// How many bytes they have, and how many places there are.
    count: usize,
    places: usize,
    /// The first of the bytes, and one more if there are more than are shown.
    first: [u8; SHOWN + 1],
}

impl What {
    fn new() -> Self {
        Self { count: 0, places: 0, first: [0; SHOWN + 1] }
    }

    fn add(&mut self, bytes: &[u8]) {
        for (shown, byte) in self.first.iter_mut().skip(self.count).zip(bytes) {
            *shown = *byte;
        }
        self.count += bytes.len();
        self.places += 1;
    }

    /// Writes the message, in the place of another.
    #[cfg(any(test, feature = "tables"))]
    pub(crate) fn message(&self, to: &mut String) {
        to.clear();
        digits(self.count, to);
        to.push_str(if self.count == 1 { " byte" } else { " bytes" });
        match (self.places, self.count) {
            (1, 1) => to.push_str(" that is no text, read as U+FFFD"),
            (1, _) => to.push_str(" that are no text, read as U+FFFD"),
            (places, _) => {
                to.push_str(" in ");
                digits(places, to);
                to.push_str(" places of the line that are no text, each read as U+FFFD");
            }
        }
    }

    /// Writes the first of the bytes, in the place of others.
    pub(crate) fn bytes(&self, to: &mut String) {
        const DIGITS: &str = "0123456789abcdef";
        to.clear();
        for byte in &self.first[..self.count.min(SHOWN)] {
            if !to.is_empty() {
                to.push(' ');
            }
            for half in [byte >> 4, byte & 15].map(usize::from) {
                to.push_str(&DIGITS[half..=half]);
            }
        }
        if self.count > SHOWN {
            to.push_str(" …");
        }
    }
}

/// Writes a number. It is a small one as a rule, and there are many.
#[cfg(any(test, feature = "tables"))]
fn digits(number: usize, to: &mut String) {
    match u8::try_from(number) {
        Ok(digit @ 0..10) => to.push(char::from(b'0' + digit)),
        _ => to.push_str(&number.to_string()),
    }
}

/// Those of a chunk, from its top to its bottom.
pub(crate) struct InvalidBytes<'c> {
    chunk: &'c Chunk,
    /// How many of those that were noted were seen.
    seen: usize,
    next: Option<Run<'c>>,
}

/// Characters one behind the other that stand for bytes which are no text.
struct Run<'c> {
    text: Range<usize>,
    start: u64,
    bytes: &'c [u8],
}

impl<'c> InvalidBytes<'c> {
    pub(crate) fn of(chunk: &'c Chunk) -> Self {
        let mut all = Self { chunk, seen: 0, next: None };
        all.next = all.run();
        all
    }

    fn run(&mut self) -> Option<Run<'c>> {
        let (mut text, mut raw) = self.chunk.fault(self.seen)?;
        self.seen += 1;
        while let Some((next, bytes)) = self.chunk.fault(self.seen)
            && next.start == text.end
            && bytes.start == raw.end
        {
            (text.end, raw.end) = (next.end, bytes.end);
            self.seen += 1;
        }
        let start = self.chunk.position().file + raw.start as u64;
        Some(Run { text, start, bytes: self.chunk.bytes().get(raw).unwrap_or_default() })
    }
}

impl Iterator for InvalidBytes<'_> {
    type Item = Invalid;

    /// Where one is, others are near: those of a line are told together.
    fn next(&mut self) -> Option<Invalid> {
        let mut run = self.next.take()?;
        let (mut text, start, mut what) = (run.text.clone(), run.start, What::new());
        loop {
            text.end = run.text.end;
            let end = run.start + run.bytes.len() as u64;
            what.add(run.bytes);
            self.next = self.run();
            let is_near = |next: &Run<'_>| goes_on(self.chunk.text(), &text, &next.text);
            match self.next.take_if(|next| is_near(next)) {
                Some(next) => run = next,
                None => return Some(Invalid { text, bytes: start..end, what }),
            }
        }
    }
}

/// Whether what is found at a place of a text is told with what stands before it.
fn goes_on(text: &str, told: &Range<usize>, next: &Range<usize>) -> bool {
    let between = &text.as_bytes()[told.end..next.start];
    between.len() <= NEAR
        && next.end - told.start <= TOGETHER
        && memchr::memchr2(b'\n', b'\r', between).is_none()
}

/// NUL bytes of a line that are near each other.
#[cfg(any(test, feature = "tables"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NulBytes {
    /// From the first to the last of them.
    pub(crate) text: Range<usize>,
    pub(crate) count: usize,
    /// How many runs of them there are.
    pub(crate) places: usize,
}

#[cfg(any(test, feature = "tables"))]
impl NulBytes {
    /// Those of a text, from its top to its bottom.
    pub(crate) fn of(text: &str) -> impl Iterator<Item = Self> {
        let mut all = memchr::memchr_iter(0, text.as_bytes()).map(|at| at..at + 1).peekable();
        std::iter::from_fn(move || {
            let mut nul = Self { text: all.next()?, count: 1, places: 1 };
            // A block that was never written is one, however long it is.
            let is_near = |told: &Range<usize>, next: &Range<usize>| {
                next.start == told.end || goes_on(text, told, next)
            };
            while let Some(next) = all.next_if(|next| is_near(&nul.text, next)) {
                nul.count += 1;
                nul.places += usize::from(next.start > nul.text.end);
                nul.text.end = next.end;
            }
            Some(nul)
        })
    }

    pub(crate) fn message(&self) -> String {
        match (self.count, self.places) {
            (1, _) => "1 NUL byte".to_owned(),
            (count, 1) => format!("{count} NUL bytes"),
            (count, places) => format!("{count} NUL bytes in {places} places of the line"),
        }
    }

    /// What to do about them, where the first of them is the byte `at` of the source.
    pub(crate) fn help(&self, at: u64) -> String {
        // Letters of ASCII in UTF-16 have a NUL beside each. A few in turn may be chance.
        if self.count < 4 || self.places < self.count || self.text.len() != 2 * self.count - 1 {
            return "NUL bytes stay in the text; they often stand for a lost block of the file"
                .to_owned();
        }
        let label = if at.is_multiple_of(2) { "utf-16be" } else { "utf-16le" };
        format!(
            "every second byte here is NUL, as in UTF-16: if all of the source is, write \
             `encoding = \"{label}\"` in the schema, or `--encoding {label}`"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Asked, Buffer, Coding, SourceId, TextReader, decide};

    fn told(raw: &[u8], label: &str) -> Vec<(String, Range<u64>, String, String)> {
        let asked = Asked { named: Coding::of_label(label), candidates: &[] };
        let decision = decide(|| Ok(raw), asked).unwrap();
        // However it is read and cut, the same is told.
        let cut = |at: &[usize], block| {
            let mut reader = TextReader::new(raw, &decision, block);
            let mut buffer = Buffer::new(SourceId(0), &decision);
            while reader.read(&mut buffer).unwrap() {}
            let ends: Vec<_> = at.iter().copied().chain([buffer.text().len()]).collect();
            let mut gone = 0;
            let chunks = ends.into_iter().map(|end| {
                let chunk = buffer.cut(end - gone);
                gone += buffer.compact();
                chunk
            });
            chunks.collect::<Vec<_>>()
        };
        let whole = cut(&[], 16).remove(0);
        let noted = |chunk: &Chunk| {
            let places = (0..).map_while(|n| chunk.fault(n));
            let places = places.flat_map(|(text, bytes)| {
                let count = text.len() / "\u{fffd}".len();
                assert_eq!(&chunk.text()[text], "\u{fffd}".repeat(count));
                let each = bytes.len() / count;
                (0..count).map(move |n| bytes.start + n * each..bytes.start + (n + 1) * each)
            });
            let file = chunk.position().file;
            let at = |place: usize| file + place as u64;
            places.map(|bytes| at(bytes.start)..at(bytes.end)).collect::<Vec<_>>()
        };
        let expected = noted(&whole);
        for (to, _) in whole.text().char_indices() {
            for block in [5, 16] {
                let parts = cut(&[to], block);
                assert_eq!(
                    parts.iter().flat_map(noted).collect::<Vec<_>>(),
                    expected,
                    "{label} {to}"
                );
            }
        }
        let (mut message, mut bytes) = (String::new(), String::new());
        let all = InvalidBytes::of(&whole).map(|invalid| {
            invalid.what.message(&mut message);
            invalid.what.bytes(&mut bytes);
            (whole.text()[invalid.text].to_owned(), invalid.bytes, message.clone(), bytes.clone())
        });
        all.collect()
    }

    #[test]
    fn a_replacement_character_of_the_dump_is_text_beside_what_is_none() {
        let utf32 = |chars: &[u32]| chars.iter().flat_map(|c| c.to_le_bytes()).collect::<Vec<_>>();
        for (label, raw, expected) in [
            ("utf-8", b"\xef\xbf\xbd\xff\xef\xbf\xbda".to_vec(), Some((3..4, "ff"))),
            ("gb18030", b"a\x84\x31\xa4\x37b\n".to_vec(), None),
            ("gb18030", b"a\x84\x31\xa4\x37\xffb\n".to_vec(), Some((5..6, "ff"))),
            ("utf-16le", b"\xfd\xff\x00\xd8a\x00".to_vec(), Some((2..4, "00 d8"))),
            ("utf-32le", utf32(&[0xfffd, 0x61]), None),
            ("utf-32le", utf32(&[0xfffd, 0x11_0000, 0xfffd]), Some((4..8, "00 00 11 00"))),
            // The shift before it is none of it.
            ("iso-2022-jp", b"a\x1b$B\xff\x1b(Bb".to_vec(), Some((4..5, "ff"))),
        ] {
            let found: Vec<_> = told(&raw, label).into_iter().map(|one| (one.1, one.3)).collect();
            let expected = expected.map(|(bytes, raw)| (bytes, raw.to_owned()));
            assert_eq!(found, Vec::from_iter(expected), "{label} {raw:x?}");
        }
    }

    #[test]
    fn what_is_no_text_on_a_line_is_told_together_and_has_its_bytes() {
        let one = |text: &str, bytes, message: &str, raw: &str| {
            (text.to_owned(), bytes, message.to_owned(), raw.to_owned())
        };
        let raw = b"a\xff\xe7\xa3b\nc\xfed\xef\xbf\xbd\n\xef\xbf\xbd\n";
        let expected = [
            one("\u{fffd}\u{fffd}", 1..4, "3 bytes that are no text, read as U+FFFD", "ff e7 a3"),
            one("\u{fffd}", 7..8, "1 byte that is no text, read as U+FFFD", "fe"),
        ];
        assert_eq!(told(raw, "utf-8"), expected);
        let raw = [&b"\xff"[..], &b"a\xff".repeat(10), b"\n"].concat();
        for label in ["utf-8", "gb18030", "euc-jp"] {
            let [found] = &told(&raw, label)[..] else { panic!("{label}") };
            assert_eq!((found.0.len(), found.1.clone()), (10 + 33, 0..21), "{label}");
            let message = "11 bytes in 11 places of the line that are no text, each read as U+FFFD";
            assert_eq!(
                (found.2.as_str(), found.3.as_str()),
                (message, "ff ff ff ff ff ff ff ff …")
            );
        }
        for label in [
            "utf-8",
            "gb18030",
            "big5",
            "shift_jis",
            "euc-jp",
            "euc-kr",
            "utf-16le",
            "utf-32be",
            "iso-2022-jp",
        ] {
            let mut state = 7_u32;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                b"\xff\xff\x81\x30\xef\xbf\xbd\xa4\x84\x31\xa4\x37\xd8\n a"
                    [(state >> 16) as usize % 16]
            };
            for length in (0..120).step_by(3) {
                told(&(0..length).map(|_| next()).collect::<Vec<_>>(), label);
            }
        }
        let far = [&b"\xff"[..], &b"a".repeat(257), b"\xff\xff"].concat();
        let places: Vec<_> = told(&far, "gb18030").into_iter().map(|found| found.1).collect();
        assert_eq!(places, [0..1, 258..260]);
    }

    #[test]
    fn nul_bytes_of_a_line_are_told_together() {
        let told = |text: &str| {
            NulBytes::of(text).map(|nul| (nul.text.clone(), nul.message())).collect::<Vec<_>>()
        };
        assert_eq!(told("plain"), []);
        assert_eq!(told("a\0b"), [(1..2, "1 NUL byte".to_owned())]);
        assert_eq!(
            told("a\0\0b\n\0c\0"),
            [
                (1..3, "2 NUL bytes".to_owned()),
                (5..8, "2 NUL bytes in 2 places of the line".to_owned()),
            ]
        );
        let far = format!("\0{}\0", "x".repeat(NEAR + 1));
        assert_eq!(told(&far).len(), 2);
        assert_eq!(told(&"\0".repeat(2 * TOGETHER)).len(), 1);
        assert_eq!(told(&"\0a".repeat(TOGETHER)).len(), 2);
        let help = |text: &str| {
            let nul = NulBytes::of(text).next().unwrap();
            nul.help(nul.text.start as u64)
        };
        assert!(help("a\0b\0c\0d\0").contains("`--encoding utf-16le`"));
        assert!(help("\0a\0b\0c\0d").contains("`--encoding utf-16be`"));
        for other in ["a\0b", "a\0b\0c\0d", "a\0\0\0\0b", "\0a\0bb\0c\0", "\0a\0\0\0c"] {
            assert!(help(other).contains("a lost block"), "{other:?}");
        }
    }
}
