//! Bytes of a piece that are no text, in one pass through it: no place is looked for twice.

use std::ops::Range;

use memchr::memmem::Finder;

use super::worker::plural;
use crate::source::{ByteCursor, Chunk};

/// How far bytes that are no text stand from each other, in bytes, that are one finding.
const NEAR: usize = 256;
/// How much text such a finding is about at most, in bytes.
const TOGETHER: usize = 4096;
/// How many bytes of those that are no text a finding shows.
const SHOWN: usize = 8;

/// What stands in a text for bytes that are none.
const REPLACED: &str = "\u{fffd}";

/// Places of a line that are no text and near each other.
#[derive(Clone, Debug)]
pub(super) struct Invalid {
    /// The text from the first to the last of them.
    pub(super) text: Range<usize>,
    /// Its bytes in the file.
    pub(super) bytes: Range<u64>,
    pub(super) what: What,
}

/// What is said of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct What {
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

    /// The message.
    pub(super) fn message(&self) -> String {
        let what = plural(self.count, "byte");
        if self.places == 1 {
            let is = if self.count == 1 { "is" } else { "are" };
            format!("{what} that {is} no text, read as U+FFFD")
        } else {
            let places = self.places;
            format!("{what} in {places} places of the line that are no text, each read as U+FFFD")
        }
    }

    /// The first of the bytes.
    pub(super) fn bytes(&self) -> String {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
        let mut words = String::with_capacity(3 * SHOWN + 3);
        for byte in &self.first[..self.count.min(SHOWN)] {
            if !words.is_empty() {
                words.push(' ');
            }
            words.extend([digit(byte >> 4), digit(byte & 15)]);
        }
        if self.count > SHOWN {
            words.push_str(" …");
        }
        words
    }
}

/// Those of a chunk, from its top to its bottom.
pub(super) struct InvalidBytes<'c> {
    chunk: &'c Chunk,
    finder: Finder<'static>,
    cursor: ByteCursor,
    /// How far the text was looked through.
    done: usize,
    next: Option<Run<'c>>,
}

/// Characters one behind the other that stand for bytes which are no text.
struct Run<'c> {
    text: Range<usize>,
    start: u64,
    bytes: &'c [u8],
}

impl<'c> InvalidBytes<'c> {
    pub(super) fn of(chunk: &'c Chunk) -> Self {
        let finder = Finder::new(REPLACED);
        let mut all = Self { chunk, finder, cursor: ByteCursor::default(), done: 0, next: None };
        all.next = all.run();
        all
    }

    fn run(&mut self) -> Option<Run<'c>> {
        let text = self.chunk.text().as_bytes();
        loop {
            let start = self.done + self.finder.find(&text[self.done..])?;
            let (runs, _) = text[start..].as_chunks::<{ REPLACED.len() }>();
            let runs = runs.iter().take_while(|one| *one == REPLACED.as_bytes()).count();
            let run = start..start + runs * REPLACED.len();
            self.done = run.end;
            let place = self.cursor.file_offset(self.chunk, run.start);
            let bytes = self.cursor.original(self.chunk, run.clone());
            // The dump may hold U+FFFD itself.
            if *bytes != text[run.clone()] {
                return Some(Run { text: run, start: place, bytes });
            }
        }
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
            let is_near = |next: &Run<'_>| {
                let between = &self.chunk.text().as_bytes()[text.end..next.text.start];
                between.len() <= NEAR
                    && next.text.end - text.start <= TOGETHER
                    && memchr::memchr2(b'\n', b'\r', between).is_none()
            };
            match self.next.take_if(|next| is_near(next)) {
                Some(next) => run = next,
                None => return Some(Invalid { text, bytes: start..end, what }),
            }
        }
    }
}
