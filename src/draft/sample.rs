//! Samples of an input: its head, some places, its tail, as text.
//!
//! In: an input. Out: a few pieces of whole lines, decoded, and which bytes of them are no text. A file of any length costs the same; where all of it
//! fits, or all is asked for, there is one piece and nothing is left out.

use std::io::{self, Read};

use super::look::Unexplained;
use crate::diagnostic::Code;
use crate::source::{
    Asked, Buffer, Certainty, Coding, EncodingDecision, Input, InvalidBytes, SourceId, TextReader,
    decide,
};

/// How much of the head of an input is looked at, in bytes.
const HEAD: usize = 1024 * 1024;
/// How much of each other place.
const PLACE: usize = 128 * 1024;
/// How many other places there are, the tail included.
const PLACES: u64 = 9;

/// What is looked at of an input.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// The path of the input.
    pub(super) name: String,
    /// Its file name without the extension.
    pub(super) stem: Option<String>,
    /// Its first lines.
    pub(super) head: String,
    /// Lines from other places, without a first and a last record that may be cut.
    pub(super) places: Vec<String>,
    /// Whether the head is all of it.
    pub(super) whole: bool,
    pub(super) coding: Coding,
    pub(super) certainty: Certainty,
    /// Bytes that are no text.
    pub(super) invalid: Lost,
}

/// Bytes of an input that are no text, in its encoding.
#[derive(Clone, Debug, Default)]
pub(super) struct Lost {
    /// Where they stand, as a run tells of them; the line of what stands behind the head is not known.
    pub(super) places: Option<Unexplained>,
    /// How many bytes of the text stand for them.
    pub(super) bytes: u64,
}

impl Lost {
    /// Adds those of a place behind the head.
    fn add(&mut self, other: Self) {
        self.bytes += other.bytes;
        let Some(mut places) = other.places else { return };
        places.first.0 = 0;
        match &mut self.places {
            Some(known) => known.count += places.count,
            None => self.places = Some(places),
        }
    }
}

impl Sample {
    /// Takes samples of an input, or all of it.
    ///
    /// # Errors
    ///
    /// The input cannot be read, or is no text.
    pub(super) fn new(input: &Input, full: bool) -> io::Result<Self> {
        input.whole()?;
        let mut head = Vec::new();
        let limit = if full { u64::MAX } else { HEAD as u64 + 1 };
        input.open()?.take(limit).read_to_end(&mut head)?;
        let whole = full || head.len() <= HEAD;
        if !whole {
            head.truncate(HEAD);
            cut(&mut head);
        }
        let decision = decide(|| Ok(io::Cursor::new(&head)), Asked::default())?;
        // What is wider than a byte cannot be cut at the byte of a line feed.
        let by_line = decision.coding.is_utf8()
            || matches!(decision.coding, Coding::Web(encoding) if encoding.is_ascii_compatible());
        let mut pieces = Vec::new();
        if !whole && by_line {
            let length = input.stored_len();
            for n in 1..=PLACES {
                let room = length.saturating_sub(PLACE as u64);
                // The last place ends where the input does.
                let offset = if n == PLACES { room } else { room / PLACES * n };
                if offset <= head.len() as u64 {
                    continue;
                }
                let Some(mut piece) = input.window(offset, PLACE)? else { break };
                let Some(first) = memchr::memchr(b'\n', &piece) else { continue };
                piece.drain(..=first);
                if n < PLACES {
                    cut_at_line(&mut piece);
                }
                pieces.push(text_of(&piece, decision.coding, true)?);
            }
        }
        let (head, mut invalid) = text_of(&head, decision.coding, whole)?;
        let places = pieces.into_iter().map(|(text, lost)| {
            invalid.add(lost);
            text
        });
        let places = places.collect();
        Ok(Self {
            name: input.name().to_owned(),
            stem: input.stem().map(str::to_owned),
            head,
            places,
            whole,
            coding: decision.coding,
            certainty: decision.certainty,
            invalid,
        })
    }

    /// The head of an input alone, of so many bytes at most.
    ///
    /// # Errors
    ///
    /// The input cannot be read.
    pub(super) fn head(input: &Input, bytes: usize, named: Option<Coding>) -> io::Result<Self> {
        let mut head = Vec::new();
        input.open()?.take(bytes as u64 + 1).read_to_end(&mut head)?;
        let whole = head.len() <= bytes;
        if !whole {
            cut(&mut head);
        }
        let decision = decide(|| Ok(io::Cursor::new(&head)), Asked { named, candidates: &[] })?;
        let (head, invalid) = text_of(&head, decision.coding, whole)?;
        Ok(Self {
            name: input.name().to_owned(),
            stem: input.stem().map(str::to_owned),
            head,
            places: Vec::new(),
            whole,
            coding: decision.coding,
            certainty: decision.certainty,
            invalid,
        })
    }

    /// A sample that is a text.
    #[cfg(test)]
    pub(super) fn of_text(text: &str) -> Self {
        Self {
            name: "dump.txt".to_owned(),
            stem: Some("dump".to_owned()),
            head: text.to_owned(),
            places: Vec::new(),
            whole: true,
            coding: Coding::utf8(),
            certainty: Certainty::Certain,
            invalid: Lost::default(),
        }
    }
}

/// Ends the first bytes of an input where no character is torn: behind a line, or of what has wide characters behind
/// a whole one.
fn cut(head: &mut Vec<u8>) {
    // Of characters that are wider than a byte, most have a NUL; in other text it is damage.
    if memchr::memchr_iter(0, head).count() * 8 > head.len() {
        head.truncate(head.len() / 4 * 4);
    } else {
        cut_at_line(head);
    }
}

/// Ends bytes with a whole line, if there is one.
fn cut_at_line(bytes: &mut Vec<u8>) {
    if let Some(last) = memchr::memrchr(b'\n', bytes) {
        bytes.truncate(last + 1);
    }
}

/// The text that bytes are in an encoding, and which of them are none. What is wider than a byte was cut within a
/// line: where the bytes are not whole, the text ends with its last whole line, if there is one.
fn text_of(bytes: &[u8], coding: Coding, whole: bool) -> io::Result<(String, Lost)> {
    let asked = Asked { named: Some(coding), ..Asked::default() };
    let decision: EncodingDecision = decide(|| Ok(io::Cursor::new(bytes)), asked)?;
    let mut buffer = Buffer::new(SourceId(0), &decision);
    let mut reader = TextReader::new(bytes, &decision, 256 * 1024);
    while reader.read(&mut buffer)? {}
    let chunk = buffer.cut(buffer.text().len());
    let text = chunk.text();
    let cut = memchr::memrchr(b'\n', text.as_bytes()).filter(|_| !whole);
    let text = &text[..cut.map_or(text.len(), |last| last + 1)];
    let mut lost = Lost::default();
    let stretches = (0..).map_while(|n| chunk.fault(n).map(|(stretch, _)| stretch));
    let known = stretches.take_while(|stretch| stretch.start < text.len());
    lost.bytes = known.map(|stretch| stretch.len() as u64).sum();
    for invalid in InvalidBytes::of(&chunk).take_while(|found| found.text.start < text.len()) {
        let first = || {
            let mut bytes = String::new();
            invalid.what.bytes(&mut bytes);
            (chunk.line(invalid.text.start), bytes)
        };
        let code = Code::INVALID_BYTES;
        let places =
            lost.places.get_or_insert_with(|| Unexplained { code, count: 0, first: first() });
        places.count += 1;
    }
    Ok((text.to_owned(), lost))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, clippy::format_collect, reason = "a test makes its own files")]
mod tests {
    use super::*;

    #[test]
    fn a_short_input_is_its_own_sample() {
        let sample = Sample::new(&Input::memory("a", "x: 1\nx: 2\n"), false).unwrap();
        assert!(sample.whole && sample.places.is_empty());
        assert_eq!(sample.head, "x: 1\nx: 2\n");
    }

    #[test]
    fn a_long_file_is_sampled_in_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.txt");
        let text: String = (0..400_000).map(|n| format!("{n:07}\n")).collect();
        std::fs::write(&path, &text).unwrap();
        let inputs = [path.to_string_lossy().into_owned()];
        let input = &crate::source::resolve(&inputs, crate::source::Limits::default()).unwrap()[0];
        let sample = Sample::new(input, false).unwrap();
        assert!(!sample.whole && sample.places.len() > 4);
        let lines = sample.places.iter().chain([&sample.head]).flat_map(|piece| piece.lines());
        assert!(lines.into_iter().all(|line| line.len() == 7));
        assert!(sample.places.last().unwrap().ends_with("0399999\n"));
        assert_eq!(Sample::new(input, true).unwrap().head, text);
        // Whatever the length is, the last place ends where the file does.
        for more in 1..10 {
            std::fs::write(&path, format!("{text}{}", "x".repeat(more))).unwrap();
            let inputs = crate::source::resolve(&inputs, crate::source::Limits::default()).unwrap();
            let sample = Sample::new(&inputs[0], false).unwrap();
            assert!(sample.places.last().unwrap().ends_with(&"x".repeat(more)), "{more}");
        }
        // Bytes that are no text are counted in each place, and have a line in the head.
        let mut damaged = text.clone().into_bytes();
        damaged.iter_mut().skip(3 * 8).step_by(40).for_each(|byte| *byte = 0xff);
        std::fs::write(&path, damaged).unwrap();
        let inputs_of = |names| crate::source::resolve(names, crate::source::Limits::default());
        let sample = Sample::new(&inputs_of(&inputs).unwrap()[0], false).unwrap();
        let texts = sample.places.iter().chain([&sample.head]);
        let count = texts.map(|text| text.matches('\u{fffd}').count()).sum::<usize>() as u64;
        let found = sample.invalid.places.unwrap();
        assert_eq!((found.count, sample.invalid.bytes), (count, 3 * count));
        assert_eq!(found.first, (4, "ff".to_owned()));
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(&path, wide).unwrap();
        let inputs = crate::source::resolve(&inputs, crate::source::Limits::default()).unwrap();
        let sample = Sample::new(&inputs[0], false).unwrap();
        assert!(!sample.whole && sample.head.lines().all(|line| line.len() == 7));
    }
}
