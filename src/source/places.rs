//! From a place in a text to the bytes it was decoded from, and to its line and column.
//!
//! Nothing here reads a text again from its start for each place. A look-up begins at a place that is known before
//! it. Once such look-ups have read as many bytes as the chunk has, marks are made: from then on a look-up begins at
//! the mark before it, and reads no more than what lies between a few marks.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::LineEnds;
use super::coding::{Coding, Width};
use super::sequence::{REPLACED, Sequences, long};

/// How far marks of lines and columns lie apart, in bytes of text.
const STRIDE: usize = 256;
/// How far marks of characters lie apart, in bytes of text: each finding looks up several places.
const STEP: usize = 64;

/// How far the start of a line is looked for, and a character behind another, without marks, in bytes of text.
const NEAR: usize = 4 * STRIDE;

/// Bytes of a file, and how their text leads back to them.
#[derive(Debug, Default)]
pub struct Raw {
    bytes: Vec<u8>,
    /// How many of them are its own. Some that follow stand behind them: whether a sequence is faulty may
    /// be recognized by a byte that is none of it.
    own: usize,
    width: Option<(Width, Coding)>,
    runs: Runs,
    faults: Faults,
    /// For each [`STEP`] where the character begins in the text that stands there, and then, of
    /// [`Width::Sequences`] where in the bytes, of [`Width::Runs`] which run it is of, of the others how
    /// many units stand before it.
    marks: OnceLock<Vec<(usize, usize)>>,
    /// How many bytes of text were walked over without marks, where a place was far from the known one.
    walked: AtomicUsize,
    /// Lines of the text that were read in a second encoding.
    foreign: Vec<Range<usize>>,
}

/// A place in a text whose place in the bytes is known, the run that it is of, and how many faults begin up to it; 0
/// if that is not known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    pub(super) text: usize,
    pub(super) raw: usize,
    run: usize,
    faults: usize,
}

impl Raw {
    pub(super) fn new(
        (bytes, own): (Vec<u8>, usize),
        coding: Coding,
        (runs, faults): (Runs, Faults),
        foreign: Vec<Range<usize>>,
    ) -> Self {
        let width = Some((coding.width(), coding));
        Self { bytes, own, width, runs, faults, foreign, ..Self::default() }
    }

    /// Where bytes are no text.
    pub(super) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The encoding that the bytes are in.
    pub(super) fn coding(&self) -> Option<Coding> {
        self.width.map(|(_, coding)| coding)
    }

    /// Lines of the text that were read in a second encoding.
    #[must_use]
    pub fn foreign(&self) -> &[Range<usize>] {
        &self.foreign
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.own]
    }

    /// Where the character that stands at an offset of the text begins in the bytes.
    pub(super) fn offset_of(&self, text: &str, offset: usize) -> usize {
        let (Some((width, _)), true) = (self.width, offset < text.len()) else {
            return self.own;
        };
        let found = match width {
            Width::Runs => self.in_runs(text, offset),
            Width::Fixed(size) => self.units_before(text, offset, chars) * size,
            Width::Utf16 => self.units_before(text, offset, utf16_units) * 2,
            Width::Sequences(sequences) => self.in_sequences(text, sequences, offset),
        };
        found.min(self.own)
    }

    /// The same, where it is known of another place. What is behind that is found without marks: what is a little
    /// behind it always, what is far as long as making the marks would cost more.
    pub(super) fn known_from(&self, text: &str, known: Known, offset: usize) -> Known {
        let between = text.as_bytes().get(known.text..offset).filter(|_| offset < text.len());
        let is_cheap = |piece: &&[u8]| {
            piece.len() <= NEAR
                || self.marks.get().is_none()
                    && self.walked.fetch_add(piece.len(), Ordering::Relaxed) <= text.len()
        };
        let Some(piece) = between.filter(is_cheap) else {
            return Known { text: offset, raw: self.offset_of(text, offset), run: 0, faults: 0 };
        };
        let (mut run, mut faults) = (known.run, known.faults);
        let raw = match self.width {
            Some((Width::Fixed(size), _)) => known.raw + chars(piece) * size,
            Some((Width::Utf16, _)) => known.raw + utf16_units(piece) * 2,
            Some((Width::Sequences(sequences), _)) => {
                // Where bytes are no text, both places are known: in damaged text one is near.
                let known = (known.text, known.raw);
                let fault;
                (faults, fault) = self.faults.before(faults, offset);
                let from = fault.filter(|fault| fault.0 > known.0).unwrap_or(known);
                walk(sequences, text.as_bytes(), &self.bytes, from, offset)
            }
            Some((Width::Runs, _)) => {
                let runs = &self.runs.0;
                if run == 0 {
                    run = runs.partition_point(|run| run.text as usize <= offset).saturating_sub(1);
                }
                while runs.get(run + 1).is_some_and(|next| next.text as usize <= offset) {
                    run += 1;
                }
                let found;
                (faults, found) = self.runs.raw_among(run..run + 1, (&self.faults, faults), offset);
                found
            }
            None => return Known { text: offset, raw: offset, run: 0, faults: 0 },
        };
        Known { text: offset, raw: raw.min(self.own), run, faults }
    }

    fn units_before(&self, text: &str, offset: usize, count: fn(&[u8]) -> usize) -> usize {
        let marks = self.marks.get_or_init(|| {
            let mut before = 0;
            let count = |(n, piece): (usize, &[u8])| {
                let mark = (n * STEP, before);
                before += count(piece);
                mark
            };
            text.as_bytes().chunks(STEP).enumerate().map(count).collect()
        });
        let (at, before) = marks[offset / STEP];
        before + count(&text.as_bytes()[at..offset])
    }

    fn in_runs(&self, text: &str, offset: usize) -> usize {
        let marks = self.marks.get_or_init(|| {
            let (runs, mut run) = (&self.runs.0, 0);
            let run_at = |at| {
                while runs.get(run + 1).is_some_and(|next| next.text as usize <= at) {
                    run += 1;
                }
                (at, run)
            };
            (0..text.len()).step_by(STEP).map(run_at).collect()
        });
        let stride = offset / STEP;
        let last = marks.get(stride + 1).map_or(self.runs.0.len(), |next| next.1 + 1);
        self.runs.raw_among(marks[stride].1..last, (&self.faults, 0), offset).1
    }

    fn in_sequences(&self, text: &str, sequences: Sequences, offset: usize) -> usize {
        let (text, raw) = (text.as_bytes(), self.bytes.as_slice());
        let marks = self.marks.get_or_init(|| {
            scanned(text.len());
            let (mut marks, mut at) = (Vec::with_capacity(text.len() / STEP + 1), (0, 0));
            while at.0 < text.len() {
                let next = stepped(sequences, text, raw, at);
                while marks.len() * STEP < next.0 {
                    marks.push(at);
                }
                at = next;
            }
            marks
        });
        walk(sequences, text, raw, marks[offset / STEP], offset)
    }
}

/// The offsets in text and bytes behind the character that begins at others.
#[inline]
fn stepped(sequences: Sequences, text: &[u8], raw: &[u8], at: (usize, usize)) -> (usize, usize) {
    let (chars, bytes) = sequences.step(&text[at.0..], raw.get(at.1..).unwrap_or_default());
    (at.0 + chars, at.1 + bytes)
}

/// Where the character at an offset of the text begins in the bytes, found from where another begins.
fn walk(sequences: Sequences, text: &[u8], raw: &[u8], at: (usize, usize), offset: usize) -> usize {
    scanned(offset - at.0);
    match sequences {
        Sequences::Gb18030 => walk_by(sequences, text, raw, at, offset, |lead, next| match next {
            _ if lead == 0x80 => 1,
            b'0'..=b'9' => 4,
            _ => 2,
        }),
        Sequences::ShiftJis => walk_by(sequences, text, raw, at, offset, |lead, _| match lead {
            0x80 | 0xa1..=0xdf => 1,
            _ => 2,
        }),
        Sequences::EucJp => {
            walk_by(sequences, text, raw, at, offset, |lead, _| if lead == 0x8f { 3 } else { 2 })
        }
        Sequences::EucKr => walk_by(sequences, text, raw, at, offset, |_, _| 2),
        // Some of its sequences are two characters.
        Sequences::Big5 => steps_to(sequences, text, raw, at, offset).1,
    }
}

/// The same, where no sequence is two characters: `bytes` is the length of one that is no ASCII and has no
/// fault, by its first two bytes.
#[inline]
fn walk_by(
    sequences: Sequences,
    text: &[u8],
    raw: &[u8],
    mut at: (usize, usize),
    offset: usize,
    bytes: impl Fn(u8, u8) -> usize,
) -> usize {
    let text = &text[..offset];
    loop {
        // ASCII is eight bytes at a time.
        while let Some(eight) = text.get(at.0..).and_then(<[u8]>::first_chunk)
            && u64::from_ne_bytes(*eight) & 0x8080_8080_8080_8080 == 0
        {
            at = (at.0 + eight.len(), at.1 + eight.len());
        }
        let Some(byte) = text.get(at.0) else { break };
        let next = match byte {
            ..0x80 => (1, 1),
            0xef if text[at.0..].starts_with(REPLACED.as_bytes()) => {
                sequences.step(&text[at.0..], raw.get(at.1..).unwrap_or_default())
            }
            _ => match (raw.get(at.1), raw.get(at.1 + 1)) {
                (Some(lead), Some(next)) => (long(*byte), bytes(*lead, *next)),
                // The last byte of all.
                _ => (long(*byte), 1),
            },
        };
        if at.0 + next.0 > offset {
            break;
        }
        at = (at.0 + next.0, at.1 + next.1);
    }
    at.1
}

/// The last place of a character up to an offset of the text, found step by step from where another begins.
fn steps_to(
    sequences: Sequences,
    text: &[u8],
    raw: &[u8],
    mut at: (usize, usize),
    offset: usize,
) -> (usize, usize) {
    while at.0 < offset {
        let next = stepped(sequences, text, raw, at);
        if next.0 > offset {
            break;
        }
        at = next;
    }
    at
}

/// Where a cut of a text falls in its bytes. Both begin at the same character, which decodes on its
/// own.
pub(super) fn cut_in(
    text: &str,
    raw: &[u8],
    coding: Coding,
    (runs, faults): (&Runs, &Faults),
    cut: usize,
) -> usize {
    let before = &text.as_bytes()[..cut];
    match coding.width() {
        Width::Runs => runs.raw_of(faults, cut),
        Width::Fixed(size) => chars(before) * size,
        Width::Utf16 => utf16_units(before) * 2,
        Width::Sequences(sequences) => {
            // The byte of a line feed is nothing else, and each is one line feed of the text.
            let mut from = (0, 0);
            if let Some(feed) = memchr::memrchr(b'\n', before) {
                let feeds = memchr::memchr_iter(b'\n', before).count();
                let raw = memchr::memchr_iter(b'\n', raw).nth(feeds - 1);
                from = (feed + 1, raw.map_or(0, |feed| feed + 1));
            }
            walk(sequences, text.as_bytes(), raw, from, cut)
        }
    }
}

/// Characters that begin in a stretch of UTF-8.
fn chars(bytes: &[u8]) -> usize {
    scanned(bytes.len());
    // In counts of a byte, which are added many at a time.
    let count = |piece: &[u8]| {
        piece.iter().fold(0_u8, |count, byte| count + u8::from(*byte & 0xc0 != 0x80))
    };
    bytes.chunks(usize::from(u8::MAX)).map(|piece| usize::from(count(piece))).sum()
}

/// Units of UTF-16 of the characters that begin in a stretch of UTF-8.
fn utf16_units(bytes: &[u8]) -> usize {
    chars(bytes) + bytes.iter().filter(|byte| **byte >= 0xf0).count()
}

/// Characters, each of the same number of bytes of text and of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    text: u32,
    raw: u32,
    text_unit: u8,
    raw_unit: u16,
}

impl Run {
    /// Of text that stands in the file as it is.
    const PLAIN: Self = Self { text: 0, raw: 0, text_unit: 1, raw_unit: 1 };

    fn is_plain(&self) -> bool {
        (self.text_unit, self.raw_unit) == (1, 1)
    }
}

/// Where the characters of a text came from, run by run: with the faults that lie in runs of text that stands in the file
/// as it is, a complete account.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs(Vec<Run>);

impl Runs {
    /// Notes that the text from `text` on came from the bytes from `raw` on, in units of so many
    /// bytes of each. Runs come in order and without a gap.
    pub(super) fn push(
        &mut self,
        (text, raw): (usize, usize),
        (text_unit, raw_unit): (usize, usize),
    ) {
        #[expect(clippy::cast_possible_truncation, reason = "a buffer is smaller than 4 GiB")]
        let (text, raw) = (text as u32, raw as u32);
        let text_unit = u8::try_from(text_unit).unwrap_or(u8::MAX);
        let raw_unit = u16::try_from(raw_unit).unwrap_or(u16::MAX);
        if self.0.last().is_none_or(|last| (last.text_unit, last.raw_unit) != (text_unit, raw_unit))
        {
            self.0.push(Run { text, raw, text_unit, raw_unit });
        }
    }

    /// Where the character at an offset of the text begins.
    pub(super) fn raw_of(&self, faults: &Faults, offset: usize) -> usize {
        self.raw_among(0..self.0.len(), (faults, 0), offset).1
    }

    /// The same, where it is known among which runs the one is that the character is of, and how many faults begin up
    /// to a place before it. Tells how many begin up to it.
    fn raw_among(
        &self,
        among: Range<usize>,
        (faults, known): (&Faults, usize),
        offset: usize,
    ) -> (usize, usize) {
        let runs = &self.0[among.start.min(self.0.len())..among.end.min(self.0.len())];
        let idx = runs.partition_point(|run| run.text as usize <= offset).saturating_sub(1);
        let run = runs.get(idx).unwrap_or(&Run::PLAIN);
        let start = (run.text as usize, run.raw as usize);
        if run.is_plain() {
            return faults.raw_behind(known, start, offset);
        }
        let units = (offset - start.0) / usize::from(run.text_unit);
        (known, start.1 + units * usize::from(run.raw_unit))
    }

    /// The runs of a stretch of the text, as seen from its start, which stands at `raw`.
    pub(super) fn slice(&self, text: Range<usize>, raw: usize) -> Self {
        let first = self.0.partition_point(|run| run.text as usize <= text.start).saturating_sub(1);
        let end = self.0.partition_point(|run| (run.text as usize) < text.end).max(first);
        #[expect(clippy::cast_possible_truncation, reason = "a buffer is smaller than 4 GiB")]
        let (start, raw) = (text.start as u32, raw as u32);
        let shifted = |run: &Run| Run {
            text: run.text.saturating_sub(start),
            raw: run.raw.saturating_sub(raw),
            ..*run
        };
        Self(self.0[first..end].iter().map(shifted).collect())
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Sequences of bytes that are no text, for each of which U+FFFD stands in the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

/// So many of them one behind the other, each of so many bytes.
#[derive(Clone, Copy, Debug)]
struct Fault {
    text: u32,
    raw: u32,
    count: u32,
    each: u32,
}

impl Fault {
    fn text(&self) -> Range<usize> {
        let start = self.text as usize;
        start..start + self.count as usize * REPLACED.len()
    }

    fn raw(&self) -> Range<usize> {
        let start = self.raw as usize;
        start..start + self.count as usize * self.each as usize
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a buffer is smaller than 4 GiB")]
impl Faults {
    /// Notes so many at a place in the text and in the bytes, each of so many bytes. They come in order.
    pub(super) fn push(&mut self, (text, raw): (usize, usize), count: usize, each: usize) {
        if let Some(last) = self.0.last_mut()
            && (last.text().end, last.raw().end, last.each as usize) == (text, raw, each)
        {
            last.count += count as u32;
            return;
        }
        let (text, raw) = (text as u32, raw as u32);
        self.0.push(Fault { text, raw, count: count as u32, each: each as u32 });
    }

    /// How many begin up to a place in the text, of which so many are known to, and the place in the last of them, or
    /// behind it, that is the nearest one before: in the text and in the bytes.
    fn before(&self, known: usize, place: usize) -> (usize, Option<(usize, usize)>) {
        let begins = |fault: &Fault| fault.text as usize <= place;
        let count = match known {
            0 => self.0.partition_point(begins),
            _ => known + self.0[known..].iter().take_while(|fault| begins(fault)).count(),
        };
        let last = count.checked_sub(1).map(|last| &self.0[last]);
        let nearest = last.map(|fault| {
            let (text, raw) = (fault.text(), fault.raw());
            let whole = (place.min(text.end) - text.start) / REPLACED.len();
            (text.start + whole * REPLACED.len(), raw.start + whole * fault.each as usize)
        });
        (count, nearest)
    }

    /// How many begin up to a place in text that stands in the file as it is but for them, of which so many are known to,
    /// and where the place falls in the bytes. `from` is a place before it in both.
    fn raw_behind(&self, known: usize, from: (usize, usize), place: usize) -> (usize, usize) {
        let (count, nearest) = self.before(known, place);
        let (text, raw) = nearest.filter(|nearest| nearest.0 >= from.0).unwrap_or(from);
        // What stands for a fault has one place.
        let within = count.checked_sub(1).is_some_and(|last| self.0[last].text().contains(&place));
        (count, if within { raw } else { raw + place - text })
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|fault| u64::from(fault.count)).sum()
    }

    /// Where the `n`th and those behind it stand in the text and in the bytes.
    pub(super) fn get(&self, n: usize) -> Option<(Range<usize>, Range<usize>)> {
        self.0.get(n).map(|fault| (fault.text(), fault.raw()))
    }

    /// Those of a stretch of the text, as seen from its start, which stands at `raw`.
    pub(super) fn slice(&self, text: Range<usize>, raw: usize) -> Self {
        let first = self.0.partition_point(|fault| fault.text().end <= text.start);
        let end = self.0.partition_point(|fault| (fault.text as usize) < text.end).max(first);
        let cut = |fault: &Fault| {
            let own = fault.text();
            let before = text.start.saturating_sub(own.start) / REPLACED.len();
            let behind = own.end.saturating_sub(text.end) / REPLACED.len();
            Fault {
                text: (own.start.max(text.start) - text.start) as u32,
                raw: (fault.raw as usize + before * fault.each as usize).saturating_sub(raw) as u32,
                count: fault.count.saturating_sub((before + behind) as u32),
                ..*fault
            }
        };
        Self(self.0[first..end].iter().map(cut).collect())
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// How many lines, and characters of the last line, stand before each stretch of a text.
#[derive(Debug, Default)]
pub(super) struct LineMarks {
    pub(super) ends: LineEnds,
    marks: OnceLock<Vec<(u64, u64)>>,
}

impl LineMarks {
    pub(super) fn new(ends: LineEnds) -> Self {
        Self { ends, marks: OnceLock::new() }
    }

    /// How many lines end before an offset, and how many characters stand behind the last of them.
    pub(super) fn before(&self, text: &str, offset: usize) -> (u64, u64) {
        let bytes = text.as_bytes();
        let marks = self.marks.get_or_init(|| {
            let mut marks = vec![(0, 0)];
            for start in (0..bytes.len()).step_by(STRIDE) {
                let end = bytes.len().min(start + STRIDE);
                marks.push(self.advanced(marks[marks.len() - 1], bytes, start..end));
            }
            marks
        });
        let stretch = offset / STRIDE;
        self.advanced(marks[stretch], bytes, stretch * STRIDE..offset)
    }

    /// How many characters stand before an offset on its line.
    pub(super) fn column(&self, text: &str, offset: usize) -> u64 {
        // Most lines are short, and need no marks.
        let near = offset.saturating_sub(NEAR)..offset;
        match self.ends.last(text.as_bytes(), near.clone()) {
            Some(end) => chars(&text.as_bytes()[end + 1..offset]) as u64,
            None if near.start == 0 => chars(&text.as_bytes()[near]) as u64,
            None => self.before(text, offset).1,
        }
    }

    /// The line and column behind a stretch of text.
    fn advanced(
        &self,
        (lines, column): (u64, u64),
        text: &[u8],
        range: Range<usize>,
    ) -> (u64, u64) {
        match self.ends.last(text, range.clone()) {
            Some(end) => {
                let ends = self.ends.count(text, range.start..end);
                (lines + ends + 1, chars(&text[end + 1..range.end]) as u64)
            }
            None => (lines, column + chars(&text[range]) as u64),
        }
    }
}

/// Counts the bytes that look-ups read, so that tests can bound them.
fn scanned(bytes: usize) {
    #[cfg(test)]
    work::add(bytes);
    #[cfg(not(test))]
    let _ = bytes;
}

#[cfg(test)]
pub(super) mod work {
    use std::cell::Cell;

    thread_local! {
        static SCANNED: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn add(bytes: usize) {
        SCANNED.with(|scanned| scanned.set(scanned.get() + bytes));
    }

    /// The bytes read so far on this thread.
    pub(in crate::source) fn scanned() -> usize {
        SCANNED.with(Cell::get)
    }
}
