//! Which encoding a source is in, and its text.
//!
//! The encoding is decided on the whole source before any of it is used. A byte order mark is taken at
//! its word, and so is a name. Else it is UTF-8 if all of it is; UTF-16 or UTF-32 if its NUL bytes
//! stand where theirs would; UTF-8 again if nearly all of it is, and then the lines that are not are
//! read one by one; and what the candidates that read all of it are weighed to be.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use encoding_rs::{Decoder, DecoderResult, Encoding, ISO_2022_JP, UTF_8};

use super::coding::Stepper;
use super::compression::Behind;
use super::evidence::{self, Sample};
use super::kind::ends_run;
use super::revision::Changed;
use super::sequence::{REPLACED, Sequences};
use super::{Buffer, Coding, Fault, likelihood};
use crate::parallel::{Jobs, in_order};
use crate::stage::{Stage, within};

/// How sure it is which encoding a source is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Certainty {
    /// Another encoding reads it too, and nothing speaks clearly for either.
    Doubtful,
    /// Nothing but this is likely.
    Likely,
    /// A mark or a name says so, or it is clean UTF-8.
    #[default]
    Certain,
}

impl Certainty {
    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Doubtful => "doubtful",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// What was decided about a source, and what was seen on the way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct EncodingDecision {
    /// The encoding.
    pub coding: Coding,
    /// How sure that is.
    pub certainty: Certainty,
    /// The encoding of lines that are no UTF-8, in a source that is UTF-8 otherwise.
    pub second: Option<&'static Encoding>,
    /// The length of the byte order mark in bytes; 0 without one.
    pub bom: usize,
    /// Whether all of it is UTF-8.
    pub utf8: bool,
    /// Whether it is all UTF-8, by the look of it, though another encoding is named for it.
    pub misnamed: bool,
    /// Whether the source holds a NUL byte.
    pub nul: bool,
    /// Whether it holds the byte of a carriage return.
    pub returns: bool,
    /// The length of the source in bytes, as far as it could be read.
    pub len: u64,
    /// Why it ends there, if that is not its end.
    pub broken: Option<Fault>,
}

impl EncodingDecision {
    /// That of a source of which nothing can be read.
    #[must_use]
    pub fn nothing(fault: Fault) -> Self {
        Self {
            coding: Coding::utf8(),
            certainty: Certainty::Certain,
            second: None,
            bom: 0,
            utf8: true,
            misnamed: false,
            nul: false,
            returns: false,
            len: 0,
            broken: Some(fault),
        }
    }

    /// Nothing, if the source can be read to its end.
    ///
    /// # Errors
    ///
    /// Why it cannot.
    pub fn whole(&self) -> io::Result<()> {
        self.broken.as_ref().map_or(Ok(()), |fault| Err(io::Error::other(fault.to_string())))
    }

    /// Whether what stands at the start of a character can be read without what came before. A
    /// source in two encodings is read line by line, and then it is the start of a line.
    #[must_use]
    pub fn begins_anywhere(&self) -> bool {
        self.coding != Coding::Web(ISO_2022_JP)
    }

    /// Whether the text is the bytes of the file, byte for byte.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.coding.is_utf8() && self.utf8
    }
}

/// A decision as it is written down: encodings by their names.
#[derive(Serialize, Deserialize)]
struct Written {
    coding: Coding,
    certainty: Certainty,
    second: Option<Coding>,
    bom: usize,
    utf8: bool,
    misnamed: bool,
    nul: bool,
    returns: bool,
    len: u64,
    broken: Option<Fault>,
}

impl From<EncodingDecision> for Written {
    fn from(decision: EncodingDecision) -> Self {
        let EncodingDecision {
            coding,
            certainty,
            second,
            bom,
            utf8,
            misnamed,
            nul,
            returns,
            len,
            broken,
        } = decision;
        let second = second.map(Coding::Web);
        Self { coding, certainty, second, bom, utf8, misnamed, nul, returns, len, broken }
    }
}

impl From<Written> for EncodingDecision {
    fn from(written: Written) -> Self {
        let Written { coding, certainty, second, bom, utf8, misnamed, nul, returns, len, broken } =
            written;
        let second = second.and_then(|second| match second {
            Coding::Web(encoding) => Some(encoding),
            Coding::Utf32 { .. } => None,
        });
        Self { coding, certainty, second, bom, utf8, misnamed, nul, returns, len, broken }
    }
}

/// What is known of the encoding of a source before it is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The encoding, which is taken at its word.
    pub named: Option<Coding>,
    /// The encodings that it may be in, in order; empty for those that are usual.
    pub candidates: &'a [Coding],
}

/// How much is read at once while deciding, in bytes.
const BLOCK: usize = 256 * 1024;
/// How much is read first: most of many sources have no more.
const FIRST: usize = 16 * 1024;
/// How much of a large source is looked at in one go, in bytes.
const RANGE: u64 = 4 << 20;

/// Reads a source to its end and decides how it is encoded. A source that breaks off is decided on
/// what came before.
///
/// # Errors
///
/// Whatever `open` reports, and a source that gives other bytes when it is opened again.
pub fn decide<R: Read>(
    mut open: impl FnMut() -> io::Result<R>,
    asked: Asked<'_>,
) -> io::Result<EncodingDecision> {
    let mut survey = Survey::default();
    let mut reader = Whole::new(open()?);
    let mut block = vec![0_u8; FIRST];
    loop {
        if survey.len > 0 && !reader.ended {
            block.resize(BLOCK, 0);
        }
        let n = reader.fill(&mut block);
        if n == 0 {
            break;
        }
        survey.look(&block[..n]);
    }
    let broken = match reader.failed.take() {
        Some(error) if ends_run(&error) => return Err(error),
        Some(error) if Behind::in_error(&error).is_some() => Some(Fault::Behind(error.to_string())),
        Some(error) if survey.len == 0 => Some(Fault::Unreadable(error.to_string())),
        error => error.map(|error| Fault::Breaks(error.to_string())),
    };
    if broken.as_ref().is_some_and(Fault::cuts) && survey.utf8.faults == 0 {
        // What came whole ends with the last whole character.
        survey.len -= survey.utf8.carry.len() as u64;
        survey.utf8.carry.clear();
    }
    survey.utf8.finish();
    survey.decide(broken, block, open, asked)
}

/// The same of a source that can be read from any place on, by several threads at once: which is how most
/// large sources are read, for they are UTF-8 throughout. `len` is the length that it should have.
///
/// # Errors
///
/// Those of [`decide`].
pub fn decide_in_ranges<R: Read>(
    open_at: impl Fn(u64) -> io::Result<R> + Sync,
    len: u64,
    threads: usize,
    asked: Asked<'_>,
) -> io::Result<EncodingDecision> {
    if threads > 1
        && len >= 2 * RANGE
        && let Some(survey) = Survey::in_ranges(&open_at, len, RANGE, threads)?
    {
        return survey.decide(None, vec![0_u8; BLOCK], || open_at(0), asked);
    }
    decide(|| open_at(0), asked)
}

/// What a source holds, seen in one pass.
#[derive(Default)]
struct Survey {
    utf8: Utf8Check,
    len: u64,
    nul: bool,
    /// Whether the shifts of ISO-2022-JP occur.
    shifts: bool,
    returns: bool,
    head: Vec<u8>,
    /// The first byte and the last one.
    ends: Option<[u8; 2]>,
}

/// What a shift of ISO-2022-JP to characters of two bytes begins with.
const SHIFT: [u8; 2] = *b"\x1b$";

/// The first byte and the last one.
fn ends_of(piece: &[u8]) -> Option<[u8; 2]> {
    Some([*piece.first()?, *piece.last()?])
}

impl Survey {
    fn look(&mut self, piece: &[u8]) {
        self.join(ends_of(piece));
        self.head.extend_from_slice(&piece[..piece.len().min(evidence::HEAD - self.head.len())]);
        self.len += piece.len() as u64;
        // Most text has none of them.
        if memchr::memchr3(0, b'\r', b'\x1b', piece).is_some() {
            self.nul = self.nul || memchr::memchr(0, piece).is_some();
            self.returns = self.returns || memchr::memchr(b'\r', piece).is_some();
            self.shifts = self.shifts || memchr::memmem::find(piece, &SHIFT).is_some();
        }
        self.utf8.push(piece);
    }

    /// Notes the ends of what stands behind it: a shift may lie across.
    fn join(&mut self, next: Option<[u8; 2]>) {
        let Some([first, last]) = next else { return };
        self.shifts |= self.ends.is_some_and(|[_, end]| [end, first] == SHIFT);
        self.ends = Some([self.ends.map_or(first, |[begin, _]| begin), last]);
    }

    /// That of a source that is UTF-8 throughout and as long as it should be; none of any other.
    fn in_ranges<R: Read>(
        open_at: &(impl Fn(u64) -> io::Result<R> + Sync),
        len: u64,
        range: u64,
        threads: usize,
    ) -> io::Result<Option<Self>> {
        let clean = AtomicBool::new(true);
        let mut whole = Self::default();
        let ranges = |emit: &mut dyn FnMut(Range<u64>) -> bool| {
            for start in (0..len / range).map(|n| n * range) {
                // The last one takes what is left, and whatever came behind it since.
                let end = if len - start < 2 * range { u64::MAX } else { start + range };
                if !clean.load(Ordering::Relaxed) || !emit(start..end) {
                    break;
                }
            }
            Ok(())
        };
        let worker = |work: Jobs<'_, Range<u64>, Option<Part>>| {
            let mut block = vec![0_u8; BLOCK];
            work(&mut |range| Ok(Part::of(open_at, range, &clean, &mut block)));
        };
        let place = |range: &Range<u64>| format!("an input from byte {} on", range.start);
        in_order(threads, ranges, worker, place, |part| {
            if !part.is_some_and(|part| whole.follow(part)) {
                clean.store(false, Ordering::Relaxed);
            }
            Ok(())
        })
        .map_err(io::Error::other)?;
        let is_clean = clean.into_inner() && whole.len == len && whole.utf8.carry.is_empty();
        Ok(is_clean.then_some(whole))
    }

    /// Takes what stands behind it in; whether it is still UTF-8.
    fn follow(&mut self, part: Part) -> bool {
        let Part { begins, survey } = part;
        self.utf8.push(&begins);
        self.join(ends_of(&begins));
        self.join(survey.ends);
        let room = evidence::HEAD - self.head.len();
        self.head.extend(begins.iter().chain(&survey.head).take(room));
        self.len += begins.len() as u64 + survey.len;
        self.nul |= survey.nul;
        self.shifts |= survey.shifts;
        self.returns |= survey.returns;
        let is_whole = self.utf8.faults == 0 && self.utf8.carry.is_empty();
        self.utf8.ascii &= survey.utf8.ascii;
        self.utf8.carry = survey.utf8.carry;
        is_whole && survey.utf8.faults == 0
    }

    /// Decides on what was seen, and on closer looks where that does not tell.
    fn decide<R: Read>(
        self,
        broken: Option<Fault>,
        block: Vec<u8>,
        open: impl FnMut() -> io::Result<R>,
        asked: Asked<'_>,
    ) -> io::Result<EncodingDecision> {
        let Self { utf8, len, nul, shifts, returns, head, .. } = self;
        let marked = mark_of(&head);
        let mut decision = EncodingDecision {
            coding: Coding::utf8(),
            certainty: Certainty::Certain,
            second: None,
            bom: 0,
            utf8: utf8.faults == 0,
            misnamed: false,
            nul,
            returns,
            len,
            broken,
        };
        let mut again = Again { open, len, block, counted: Vec::new() };
        if let Some(coding) = asked.named.or(marked.map(|(coding, _)| coding)) {
            decision.coding = coding;
            decision.bom = marked.filter(|(marked, _)| *marked == coding).map_or(0, |(_, len)| len);
            if asked.named.is_some() && utf8.faults == 0 && !utf8.ascii && likelihood::knows(coding)
            {
                decision.misnamed = evidence::is_misnamed(&again.sample()?, coding);
            }
            return Ok(decision);
        }
        // Characters of several bytes in UTF-8 do not come about by chance.
        let chance = utf8.ascii || utf8.faults > 0;
        if nul
            && chance
            && let Some(coding) = evidence::wide(&head)
        {
            // What is left of a unit at the end is a fault of its own.
            let torn = u64::from(len % coding.unit() != 0);
            let most = len / 1000 + torn;
            if again.faults(coding, most)? <= most {
                return Ok(EncodingDecision { coding, certainty: Certainty::Likely, ..decision });
            }
        }
        // Text with shifts is ASCII and so UTF-8 as well, but for a damaged place.
        let shifting = Coding::Web(ISO_2022_JP);
        let may_be = asked.candidates.is_empty() || asked.candidates.contains(&shifting);
        if shifts && chance && may_be && again.is_shifted()? {
            return Ok(EncodingDecision {
                coding: shifting,
                certainty: Certainty::Likely,
                ..decision
            });
        }
        if utf8.faults == 0 {
            // Characters that such a shift stands before look like words in ASCII.
            if shifts && utf8.ascii && may_be {
                decision.certainty = Certainty::Doubtful;
            }
            return Ok(decision);
        }
        let sample = again.sample()?;
        if sample.is_nearly_utf8() {
            decision.certainty = Certainty::Likely;
            decision.second = match evidence::second(&sample, asked.candidates) {
                Some(Coding::Web(encoding)) if sample.has_lines() => Some(encoding),
                _ => None,
            };
            return Ok(decision);
        }
        if asked.candidates.is_empty()
            && let Some(coding) = sample.strays(len)
        {
            return Ok(EncodingDecision { coding, certainty: Certainty::Doubtful, ..decision });
        }
        let mut faults = |coding: Coding, enough: u64| again.faults_and_end(coding, enough);
        if let Some((coding, certainty)) = evidence::weigh(&sample, asked.candidates, &mut faults)?
        {
            return Ok(EncodingDecision { coding, certainty, ..decision });
        }
        // Text in none of them: the one with fewer faults of UTF-8 and the first candidate.
        let first = evidence::first(asked.candidates);
        let of_utf8 = match utf8.faults {
            MANY.. => again.faults(Coding::utf8(), u64::MAX)?,
            few => few,
        };
        let is_first = of_utf8 > 0 && again.faults(first, of_utf8 - 1)? < of_utf8;
        let coding = if is_first { first } else { Coding::utf8() };
        Ok(EncodingDecision { coding, certainty: Certainty::Doubtful, ..decision })
    }
}

/// A source that is read again for a closer look.
struct Again<F> {
    open: F,
    len: u64,
    block: Vec<u8>,
    /// What was counted in which encoding, and how many were enough: to decode a source takes long, and the same is
    /// asked in several places.
    counted: Vec<(Coding, u64, (u64, u64))>,
}

impl<R: Read, F: FnMut() -> io::Result<R>> Again<F> {
    /// Counts the sequences that are no text in an encoding, until there are more than enough.
    fn faults(&mut self, coding: Coding, enough: u64) -> io::Result<u64> {
        let (faults, of_end) = self.faults_and_end(coding, enough)?;
        Ok(faults + of_end)
    }

    /// The same, and apart from them those of a character that the end cuts.
    fn faults_and_end(&mut self, coding: Coding, enough: u64) -> io::Result<(u64, u64)> {
        // All were counted, or already more than are enough now.
        let tells = |(of, most, (faults, _)): &&(Coding, u64, (u64, u64))| {
            *of == coding && (faults <= most || *faults > enough)
        };
        if let Some((.., found)) = self.counted.iter().find(tells) {
            return Ok(*found);
        }
        let mut reader = (self.open)()?.take(self.len);
        let found = count_faults(&mut reader, coding, enough, &mut self.block)?;
        self.counted.push((coding, enough, found));
        Ok(found)
    }

    fn sample(&mut self) -> io::Result<Sample> {
        Sample::of((self.open)()?.take(self.len), &mut self.block)
    }

    /// Whether a source with shifts is ISO-2022-JP, whole or damaged.
    fn is_shifted(&mut self) -> io::Result<bool> {
        if self.faults(Coding::Web(ISO_2022_JP), 0)? == 0 {
            return Ok(true);
        }
        let (mut words, mut stepper) = (Shifted::default(), Stepper::new(ISO_2022_JP));
        let mut reader = Whole::new((self.open)()?.take(self.len));
        loop {
            let n = reader.fill(&mut self.block);
            let mut put = |char: &str, bytes: Range<usize>, faulty: Range<usize>| {
                words.put(char, bytes.len(), !faulty.is_empty());
            };
            if n == 0 {
                stepper.finish(&mut put);
                words.end();
                return reader.failed.map_or(Ok(words.are_most()), Err);
            }
            stepper.feed(&self.block[..n], &mut put);
            if words.faulty > words.whole + MANY {
                return Ok(false);
            }
        }
    }
}

/// Words between the shifts of ISO-2022-JP. That characters of two bytes stand between two shifts and nothing
/// else does not come about by chance; a shift alone may, among the escapes of a terminal.
#[derive(Default)]
struct Shifted {
    /// Words whose characters are all text.
    whole: u64,
    /// Those with a fault, be it one or many: behind a shift that is lost nothing is text. And each fault
    /// that stands in none.
    faulty: u64,
    /// Whether characters have two bytes, and whether one of this word is a fault.
    word: Option<bool>,
}

impl Shifted {
    /// Takes a character, and how many bytes it has with the shifts before it.
    fn put(&mut self, char: &str, bytes: usize, faulty: bool) {
        if faulty {
            match &mut self.word {
                Some(word) => *word = true,
                None => self.faulty += 1,
            }
            return;
        }
        // Half-width katakana have one byte; a shift has three.
        let doubled = !char.is_ascii() && (bytes == 2 || bytes > 4);
        if self.word.is_some() && (!doubled || bytes > 2) {
            self.end();
        }
        if doubled && self.word.is_none() {
            self.word = Some(false);
        }
    }

    /// A word ends.
    fn end(&mut self) {
        match self.word.take() {
            Some(false) => self.whole += 1,
            Some(true) => self.faulty += 1,
            None => {}
        }
    }

    fn are_most(&self) -> bool {
        self.whole > 0 && self.faulty <= self.whole
    }
}

/// What stands in a range of a source.
struct Part {
    /// Bytes of a character that began before it.
    begins: Vec<u8>,
    survey: Survey,
}

impl Part {
    /// Reads a range; none if it cannot be read, or if nobody asks any more.
    fn of<R: Read>(
        open_at: impl Fn(u64) -> io::Result<R>,
        range: Range<u64>,
        wanted: &AtomicBool,
        block: &mut [u8],
    ) -> Option<Self> {
        let _stage = within(Stage::Decide);
        let mut reader = Whole::new(open_at(range.start).ok()?.take(range.end - range.start));
        let mut part = Self { begins: Vec::new(), survey: Survey::default() };
        let mut first = true;
        while wanted.load(Ordering::Relaxed) {
            let n = reader.fill(block);
            if n == 0 {
                return reader.failed.is_none().then_some(part);
            }
            let mut piece = &block[..n];
            if std::mem::take(&mut first) && range.start > 0 {
                let go_on = piece.iter().take(3).take_while(|byte| *byte & 0xc0 == 0x80).count();
                part.begins = piece[..go_on].to_vec();
                piece = &piece[go_on..];
            }
            part.survey.look(piece);
            if part.survey.utf8.faults > 0 {
                return None;
            }
        }
        None
    }
}

/// The encoding that a byte order mark tells, and the length of the mark.
fn mark_of(head: &[u8]) -> Option<(Coding, usize)> {
    match head {
        [0xff, 0xfe, 0, 0, ..] => Some((Coding::Utf32 { big_endian: false }, 4)),
        [0, 0, 0xfe, 0xff, ..] => Some((Coding::Utf32 { big_endian: true }, 4)),
        _ => Encoding::for_bom(head).map(|(encoding, len)| (Coding::Web(encoding), len)),
    }
}

/// Reads whole blocks. What comes before an error is read first.
struct Whole<R> {
    reader: R,
    failed: Option<io::Error>,
    ended: bool,
}

impl<R: Read> Whole<R> {
    fn new(reader: R) -> Self {
        Self { reader, failed: None, ended: false }
    }

    /// Reads until the buffer is full or the source ends, well or not.
    fn fill(&mut self, buffer: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < buffer.len() && self.failed.is_none() && !self.ended {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => self.ended = true,
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.failed = Some(error),
            }
        }
        filled
    }
}

/// Counts faulty sequences of UTF-8 over blocks cut anywhere.
struct Utf8Check {
    /// The bytes of a character that the last block cut.
    carry: Vec<u8>,
    /// Those that were met, up to `enough` and those of the block with that one.
    faults: u64,
    enough: u64,
    /// Whether all of it was ASCII.
    ascii: bool,
}

impl Default for Utf8Check {
    fn default() -> Self {
        Self::until(MANY)
    }
}

/// So many faults tell that a source is no UTF-8. To find each takes longer than
/// to find none.
const MANY: u64 = 10_000;

impl Utf8Check {
    /// One that looks no further once it has met so many.
    fn until(enough: u64) -> Self {
        Self { carry: Vec::new(), faults: 0, enough, ascii: true }
    }

    fn push(&mut self, piece: &[u8]) {
        if self.faults >= self.enough {
            self.carry.clear();
            return;
        }
        self.ascii = self.ascii && piece.is_ascii();
        let mut rest = piece;
        while !self.carry.is_empty() && !rest.is_empty() {
            self.carry.push(rest[0]);
            rest = &rest[1..];
            let carry = std::mem::take(&mut self.carry);
            self.check(&carry);
        }
        self.check(rest);
    }

    fn check(&mut self, piece: &[u8]) {
        let (whole, cut) = at_character(piece);
        if simdutf8::basic::from_utf8(whole).is_ok() {
            self.carry.extend_from_slice(cut);
            return;
        }
        let Err(error) = simdutf8::compat::from_utf8(piece) else { return };
        // Where one fault is there are others: from here on each costs nothing to begin again.
        let mut rest = &piece[error.valid_up_to()..];
        for part in rest.utf8_chunks() {
            let (valid, invalid) = (part.valid().len(), part.invalid());
            rest = &rest[valid + invalid.len()..];
            if invalid.is_empty() {
                continue;
            }
            let cut = std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if rest.is_empty() && cut {
                self.carry = invalid.to_vec();
            } else {
                self.faults += 1;
            }
        }
    }

    /// The source ends.
    fn finish(&mut self) {
        self.faults += u64::from(!self.carry.is_empty());
    }
}

/// Parts a piece of UTF-8 before a character that its end cuts, if it cuts one.
fn at_character(piece: &[u8]) -> (&[u8], &[u8]) {
    let tail = piece.len().saturating_sub(3);
    let lead = piece[tail..].iter().rposition(|byte| byte & 0xc0 == 0xc0);
    let (whole, cut) = piece.split_at(lead.map_or(piece.len(), |lead| tail + lead));
    let is_cut = std::str::from_utf8(cut).is_err_and(|error| error.error_len().is_none());
    if is_cut { (whole, cut) } else { (piece, &[]) }
}

/// Counts the sequences that are no text in the encoding, until a block has shown more than enough; and apart from
/// them those of a character that the end cuts.
fn count_faults(
    reader: &mut impl Read,
    coding: Coding,
    enough: u64,
    block: &mut [u8],
) -> io::Result<(u64, u64)> {
    if matches!(coding, Coding::Web(encoding) if encoding.is_single_byte() && reads_any_byte(encoding))
    {
        return Ok((0, 0));
    }
    let mut count = counter(coding, enough);
    let (mut reader, mut before) = (Whole::new(reader), 0);
    loop {
        let n = reader.fill(block);
        let faults = count(&block[..n], n == 0);
        if n == 0 {
            return reader.failed.map_or(Ok((before, faults - before)), Err);
        }
        if faults > enough {
            return Ok((faults, 0));
        }
        before = faults;
    }
}

/// Is told of each block, and whether it is the last one, which is empty. Tells the sum so far.
type Counter = Box<dyn FnMut(&[u8], bool) -> u64>;

/// What counts the sequences that are no text in the encoding, up to more than enough.
fn counter(coding: Coding, enough: u64) -> Counter {
    match coding {
        Coding::Web(encoding) if encoding == UTF_8 => {
            let mut check = Utf8Check::until(enough.saturating_add(1));
            Box::new(move |piece, last| {
                check.push(piece);
                if last {
                    check.finish();
                }
                check.faults
            })
        }
        Coding::Web(encoding) => {
            let sequences = Sequences::of(encoding);
            let mut decoder = encoding.new_decoder_without_bom_handling();
            let (mut out, mut faults) = (Vec::new(), 0);
            Box::new(move |piece, last| {
                let fault = |_, _, count: usize, _| faults += count as u64;
                decode((&mut decoder, sequences), piece, last, &mut out, fault);
                faults
            })
        }
        Coding::Utf32 { .. } => {
            let (mut units, mut text, mut faults) = (Units::default(), String::new(), 0);
            Box::new(move |piece, last| {
                text.clear();
                units.decode(piece, coding, last, &mut text, |_, _, _| faults += 1);
                faults
            })
        }
    }
}

/// Whether every byte is a character of an encoding of single bytes.
fn reads_any_byte(encoding: &'static Encoding) -> bool {
    let all: [u8; 256] = std::array::from_fn(|byte| u8::try_from(byte).unwrap_or_default());
    encoding.decode_without_bom_handling_and_without_replacement(&all).is_some()
}

/// How many bytes behind a fault are faults by themselves: to begin again for each takes longest where all are.
/// `taken` tells how many bytes the decoder has read that are none of the fault.
fn others(sequences: Option<Sequences>, taken: u8, behind: &[u8]) -> usize {
    let Some(sequences) = sequences.filter(|_| taken == 0) else { return 0 };
    behind.iter().take_while(|byte| sequences.begins_nothing(**byte)).count()
}

/// Decodes a piece, in which each fault is U+FFFD, and tells how long its text is in `out`, whose room is used
/// again: it is not cleared for each stretch without a fault. `fault` is told of faults one behind the other where
/// they begin in the text; how many bytes were read when the last one was known, and how many of them are none of
/// it; how many there are; and how many bytes each has.
fn decode(
    (decoder, sequences): (&mut Decoder, Option<Sequences>),
    mut piece: &[u8],
    last: bool,
    out: &mut Vec<u8>,
    mut fault: impl FnMut(usize, (usize, u8), usize, usize),
) -> usize {
    let (mut written, all) = (0, piece.len());
    loop {
        // Enough room for any encoding: what has no fault is read in one go.
        let room = written + piece.len() * 3 + 16;
        if out.len() < room {
            out.resize(room, 0);
        }
        let (result, read, wrote) =
            decoder.decode_to_utf8_without_replacement(piece, &mut out[written..], last);
        (piece, written) = (&piece[read..], written + wrote);
        match result {
            DecoderResult::InputEmpty => return written,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, behind) => {
                fault(written, (all - piece.len(), behind), 1, usize::from(length));
                let others = others(sequences, behind, piece);
                piece = &piece[others..];
                if others > 0 {
                    fault(written + REPLACED.len(), (all - piece.len(), 0), others, 1);
                }
                let faults = 1 + others;
                let end = written + faults * REPLACED.len();
                if out.len() < end {
                    out.resize(end, 0);
                }
                for place in out[written..end].chunks_exact_mut(REPLACED.len()) {
                    place.copy_from_slice(REPLACED.as_bytes());
                }
                written = end;
            }
        }
    }
}

/// Decodes UTF-32 over blocks cut anywhere.
#[derive(Default)]
struct Units {
    carry: Vec<u8>,
}

impl Units {
    /// Appends the text of a piece. `fault` is told where in the text a unit is that is no character, and of how
    /// many bytes, which are the last of as many of the piece.
    fn decode(
        &mut self,
        piece: &[u8],
        coding: Coding,
        last: bool,
        text: &mut String,
        mut fault: impl FnMut(usize, usize, usize),
    ) {
        let read: fn([u8; 4]) -> u32 = match coding {
            Coding::Utf32 { big_endian: true } => u32::from_be_bytes,
            _ => u32::from_le_bytes,
        };
        let mut unit = |bytes: [u8; 4], end: usize| {
            let char = char::from_u32(read(bytes));
            if char.is_none() {
                fault(text.len(), bytes.len(), end);
            }
            text.push(char.unwrap_or(char::REPLACEMENT_CHARACTER));
        };
        let mut rest = piece;
        if !self.carry.is_empty() {
            let missing = (4 - self.carry.len()).min(rest.len());
            self.carry.extend_from_slice(&rest[..missing]);
            rest = &rest[missing..];
            if let Ok(bytes) = <[u8; 4]>::try_from(self.carry.as_slice()) {
                unit(bytes, piece.len() - rest.len());
                self.carry.clear();
            }
        }
        let (units, tail) = rest.as_chunks::<4>();
        let mut end = piece.len() - rest.len();
        for bytes in units {
            end += bytes.len();
            unit(*bytes, end);
        }
        self.carry.extend_from_slice(tail);
        if last && !self.carry.is_empty() {
            fault(text.len(), self.carry.len(), piece.len());
            text.push(char::REPLACEMENT_CHARACTER);
            self.carry.clear();
        }
    }
}

/// Reads a source as text, block by block.
pub struct TextReader<R> {
    reader: Whole<R>,
    block: Vec<u8>,
    mode: Mode,
    scratch: Vec<u8>,
    /// Bytes that the last block left over: a character, or a line, that it cut.
    carry: usize,
    skip: usize,
    ended: bool,
    /// How many bytes were read.
    read: u64,
    /// How many there were when the encoding was decided.
    len: u64,
    /// Whether the source breaks off there.
    broken: bool,
    /// The hash of what was read. It is made here and not while the encoding is
    /// decided, for then nothing else can be done.
    hasher: blake3::Hasher,
}

/// How bytes become text.
enum Mode {
    /// UTF-8; whether it has faults.
    Utf8(bool),
    /// Lines of UTF-8, and lines in another encoding.
    Lines(&'static Encoding),
    /// Any encoding in which the text leads back to its bytes.
    Bulk(Decoder),
    /// One in which it does not.
    Steps(Box<Stepper>),
    /// UTF-32.
    Units(Units, Coding),
}

impl<R: Read> TextReader<R> {
    /// Reads `block` bytes of the source at a time.
    #[must_use]
    pub fn new(reader: R, decision: &EncodingDecision, block: usize) -> Self {
        let mode = match (decision.coding, decision.second) {
            (Coding::Web(encoding), None) if encoding == UTF_8 => Mode::Utf8(!decision.utf8),
            (Coding::Web(encoding), Some(second)) if encoding == UTF_8 => Mode::Lines(second),
            (Coding::Web(encoding), _) if encoding == ISO_2022_JP => {
                Mode::Steps(Box::new(Stepper::new(encoding)))
            }
            (Coding::Web(encoding), _) => Mode::Bulk(encoding.new_decoder_without_bom_handling()),
            (coding @ Coding::Utf32 { .. }, _) => Mode::Units(Units::default(), coding),
        };
        Self {
            reader: Whole::new(reader),
            // A short source needs no more, and a byte to see that it ends. A character has at most
            // four bytes: a smaller block could not hold one.
            block: vec![
                0;
                usize::try_from(decision.len).map_or(block, |len| block.min(len + 1)).max(4)
            ],
            mode,
            scratch: Vec::new(),
            carry: 0,
            skip: decision.bom,
            ended: false,
            read: 0,
            len: decision.len,
            broken: decision.broken.is_some(),
            hasher: blake3::Hasher::new(),
        }
    }

    /// Reads a source whose first bytes are passed over: the reader begins behind so many.
    #[must_use]
    pub fn from(self, offset: u64) -> Self {
        Self { read: offset, skip: 0, ..self }
    }

    /// The BLAKE3 hash of all bytes that were read.
    #[must_use]
    pub fn hash(&self) -> blake3::Hash {
        self.hasher.finalize()
    }

    /// Appends the next block to the buffer. Returns false once the source has ended.
    ///
    /// # Errors
    ///
    /// Whatever the reader reports; and a source that changed since its encoding was decided.
    pub fn read(&mut self, buffer: &mut Buffer) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let _stage = within(Stage::Decode);
        buffer.own(0);
        while self.skip > 0 {
            let n = self.reader.fill(&mut self.block[..self.skip.min(4)]);
            if n == 0 {
                break;
            }
            self.hasher.update(&self.block[..n]);
            self.read += n as u64;
            self.skip -= n;
        }
        let start = self.carry;
        if start == self.block.len() {
            // A line that is longer than the block.
            self.block.resize(start * 2, 0);
        }
        let n = self.fill(start)?;
        let (length, filled) = (buffer.text.len(), start + n);
        let used = match &mut self.mode {
            Mode::Utf8(damaged) => {
                let (piece, damaged) = (&self.block[..filled], *damaged);
                utf8(piece, self.ended, damaged, buffer).ok_or(Changed)?
            }
            Mode::Lines(second) => {
                let lines = if self.ended {
                    filled
                } else {
                    memchr::memrchr(b'\n', &self.block[..filled]).map_or(0, |feed| feed + 1)
                };
                lines_of(&self.block[..lines], second, buffer);
                lines
            }
            Mode::Bulk(decoder) => {
                let sequences = Sequences::of(decoder.encoding());
                let decoder = (decoder, sequences);
                let Buffer { text, raw, faults, .. } = buffer;
                let (block, before, held) = (&self.block[..n], text.len(), raw.len());
                let fault = |at, (read, behind): (usize, u8), count: usize, each: usize| {
                    // It may have begun in the block before.
                    let end = (held + read).checked_sub(usize::from(behind) + count * each);
                    // Or in one whose bytes were given up, with all places in them.
                    if let Some(start) = end {
                        faults.push((before + at, start), count, each);
                    }
                };
                let length = decode(decoder, block, self.ended, &mut self.scratch, fault);
                raw.extend_from_slice(block);
                // A decoder writes UTF-8.
                let text = simdutf8::basic::from_utf8(&self.scratch[..length]);
                buffer.text.push_str(text.map_err(|error| io::Error::other(error.to_string()))?);
                filled
            }
            Mode::Steps(stepper) => {
                steps(stepper, &self.block[..n], self.ended, buffer);
                filled
            }
            Mode::Units(units, coding) => {
                let Buffer { text, raw, faults, .. } = buffer;
                let (piece, held) = (&self.block[..n], raw.len());
                raw.extend_from_slice(piece);
                units.decode(piece, *coding, self.ended, text, |at, length, end| {
                    if let Some(start) = (held + end).checked_sub(length) {
                        faults.push((at, start), 1, length);
                    }
                });
                filled
            }
        };
        self.block.copy_within(used..filled, 0);
        self.carry = filled - used;
        Ok(!self.ended || buffer.text.len() > length)
    }

    /// Reads what is left, of which nothing but its part in the hash is wanted.
    ///
    /// # Errors
    ///
    /// As those of [`TextReader::read`].
    pub fn skip_rest(&mut self) -> io::Result<()> {
        while !self.ended {
            self.fill(0)?;
        }
        Ok(())
    }

    /// Fills the block from a place on. Tells how many bytes came.
    fn fill(&mut self, start: usize) -> io::Result<usize> {
        // What comes behind the place where a source breaks off is no text even if it is read.
        let room = usize::try_from(self.len - self.read.min(self.len)).unwrap_or(usize::MAX);
        let room = if self.broken { room } else { usize::MAX };
        let end = self.block.len().min(start.saturating_add(room));
        let n = self.reader.fill(&mut self.block[start..end]);
        self.ended = n == 0;
        self.read += n as u64;
        let stage = within(Stage::Hash);
        self.hasher.update(&self.block[start..start + n]);
        drop(stage);
        if let Some(error) =
            self.reader.failed.take().filter(|error| !self.broken || ends_run(error))
        {
            return Err(error);
        }
        if self.read > self.len || self.ended && self.read < self.len {
            return Err(Changed.into());
        }
        Ok(n)
    }
}

/// Appends UTF-8, of which a faulty sequence, as the Unicode Standard parts them (3.9, "substitution of
/// maximal subparts"), becomes one U+FFFD. Tells how many bytes it took, less a character that is cut;
/// none for a fault where none can be.
fn utf8(piece: &[u8], ended: bool, damaged: bool, buffer: &mut Buffer) -> Option<usize> {
    if !damaged {
        let (whole, cut) = if ended { (piece, &[][..]) } else { at_character(piece) };
        buffer.text.push_str(simdutf8::basic::from_utf8(whole).ok()?);
        return Some(piece.len() - cut.len());
    }
    if let Ok(text) = simdutf8::basic::from_utf8(piece) {
        plain(text, buffer);
        return Some(piece.len());
    }
    let mut at = 0;
    for part in piece.utf8_chunks() {
        plain(part.valid(), buffer);
        at += part.valid().len();
        let invalid = part.invalid();
        if invalid.is_empty() {
            continue;
        }
        let last = at + invalid.len() == piece.len();
        if last && !ended && std::str::from_utf8(invalid).is_err_and(|e| e.error_len().is_none()) {
            break;
        }
        let place = (buffer.text.len(), buffer.raw.len());
        // It lies in text that stands in the file as it is.
        buffer.runs.push(place, (1, 1));
        buffer.faults.push(place, 1, invalid.len());
        buffer.text.push(char::REPLACEMENT_CHARACTER);
        buffer.raw.extend_from_slice(invalid);
        at += invalid.len();
    }
    Some(at)
}

/// Appends text that stands in the file as it is, and its bytes.
fn plain(text: &str, buffer: &mut Buffer) {
    if !text.is_empty() {
        buffer.runs.push((buffer.text.len(), buffer.raw.len()), (1, 1));
        buffer.text.push_str(text);
        buffer.raw.extend_from_slice(text.as_bytes());
    }
}

/// Appends whole lines: those that are no UTF-8 in the second encoding, if they are text in it.
fn lines_of(piece: &[u8], second: &'static Encoding, buffer: &mut Buffer) {
    let mut rest = piece;
    while let Err(error) = simdutf8::compat::from_utf8(rest) {
        let fault = error.valid_up_to();
        let start = memchr::memrchr(b'\n', &rest[..fault]).map_or(0, |feed| feed + 1);
        let end = memchr::memchr(b'\n', &rest[fault..]).map_or(rest.len(), |feed| fault + feed + 1);
        let (before, line) = (&rest[..start], &rest[start..end]);
        if let Ok(text) = std::str::from_utf8(before) {
            plain(text, buffer);
        }
        if evidence::reads_line(second, line) {
            let from = buffer.text.len();
            steps(&mut Stepper::new(second), line, true, buffer);
            buffer.foreign.push(from..buffer.text.len());
        } else {
            utf8(line, true, true, buffer);
        }
        rest = &rest[end..];
    }
    if let Ok(text) = std::str::from_utf8(rest) {
        plain(text, buffer);
    }
}

/// Appends text character by character, and notes where each came from.
fn steps(stepper: &mut Stepper, piece: &[u8], last: bool, buffer: &mut Buffer) {
    let Buffer { text, raw, runs, faults, .. } = buffer;
    // A character may have begun in the block before: offsets count from the first byte of all.
    let (held, fed) = (raw.len(), stepper.fed());
    raw.extend_from_slice(piece);
    let mut put = |char: &str, bytes: Range<usize>, faulty: Range<usize>| {
        // Bytes that were given up have no place.
        let place = |start: usize| Some((text.len(), (held + start).checked_sub(fed)?));
        if let Some(place) = place(bytes.start) {
            runs.push(place, (char.len(), bytes.len()));
        }
        if let Some(place) = place(faulty.start).filter(|_| !faulty.is_empty()) {
            faults.push(place, 1, faulty.len());
        }
        text.push_str(char);
    };
    stepper.feed(piece, &mut put);
    if last {
        stepper.finish(&mut put);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::source::{ByteCursor, Chunk, SourceId, Stopped, unreadable};
    use encoding_rs::{GB18030, WINDOWS_1252};

    fn asked(named: Coding) -> Asked<'static> {
        Asked { named: Some(named), candidates: &[] }
    }

    /// What was decided, and all of the source as one chunk.
    fn read_as(raw: &[u8], block: usize, asked: Asked<'_>) -> (EncodingDecision, Chunk) {
        let decision = decide(|| Ok(raw), asked).unwrap();
        let mut reader = TextReader::new(raw, &decision, block);
        let mut buffer = Buffer::new(SourceId(0), &decision);
        while reader.read(&mut buffer).unwrap() {}
        let end = buffer.text().len();
        (decision, buffer.cut(end))
    }

    fn read(raw: &[u8], block: usize) -> (EncodingDecision, Chunk) {
        read_as(raw, block, Asked::default())
    }

    #[test]
    fn a_run_that_is_stopped_is_no_fault_of_its_input() {
        struct Stops;
        impl Read for Stops {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(Stopped.into())
            }
        }
        for head in [&b""[..], b"text"] {
            let error = decide(|| Ok(head.chain(Stops)), Asked::default()).unwrap_err();
            assert_eq!(unreadable("a", error).kind(), ErrorKind::Stopped);
        }
    }

    #[test]
    fn utf8_comes_first_and_any_block_gives_the_same() {
        let raw = "\u{feff}磨坊 甲\r\n水位 80%".as_bytes();
        for block in 1..9 {
            let (decision, chunk) = read(raw, block);
            assert_eq!((decision.coding, decision.bom), (Coding::utf8(), 3));
            assert_eq!(chunk.text(), "磨坊 甲\r\n水位 80%", "block {block}");
            assert_eq!(chunk.file_offset(0), 3);
        }
    }

    #[test]
    fn chinese_is_read_without_a_doubt() {
        let text = "磨坊 甲\n河边的水位 80%，大约\n";
        let raw = GB18030.encode(text).0;
        for block in 4..9 {
            let (decision, chunk) = read(&raw, block);
            assert_eq!((decision.coding, chunk.faults()), (Coding::Web(GB18030), 0));
            assert_eq!(decision.certainty, Certainty::Likely);
            assert_eq!(chunk.text(), text);
            assert_eq!(chunk.original(0..text.len()), &*raw);
        }
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        let raw = b"\xe7\xae\x80\xe4\xbb\x8b\xe7\xae\x80 \xff\n \xe4\xbb\x8b\xe7\xae\x80\xe4\xbb\x8b a\xe7\xae\n";
        for block in 4..9 {
            let (decision, chunk) = read(raw, block);
            assert_eq!((decision.coding, chunk.faults()), (Coding::utf8(), 2));
            assert_eq!(chunk.text(), "简介简 \u{fffd}\n 介简介 a\u{fffd}\n");
            let (bad, after) = (10..13, chunk.text().len() - 4);
            assert_eq!(chunk.original(bad), b"\xff");
            assert_eq!(chunk.original(after..after + 4), b"\xe7\xae\n");
        }
    }

    #[test]
    fn lines_in_another_encoding_are_read_in_it() {
        let lines = ["磨坊在河的那一边", "水车转得很慢", "面粉是白的"];
        let mut raw = lines.join("\n").into_bytes();
        raw.push(b'\n');
        raw.extend_from_slice(&GB18030.encode("新的磨石\n").0);
        raw.extend_from_slice("旧的 \n".as_bytes());
        raw.extend_from_slice(b"\xe7\xa3\xa8\xe5\x9d\x8a\xe7\xa3\xa8\xe5 \n");
        for block in [4, 7, 64, 4096] {
            let (decision, chunk) = read(&raw, block);
            assert_eq!((decision.coding, decision.second), (Coding::utf8(), Some(GB18030)));
            let expected = format!("{}\n新的磨石\n旧的 \n磨坊磨\u{fffd} \n", lines.join("\n"));
            assert_eq!(chunk.text(), expected, "block {block}");
            let [line] = chunk.foreign() else { panic!("one line") };
            assert_eq!(&chunk.text()[line.clone()], "新的磨石\n");
            assert_eq!(chunk.original(line.clone()), &*GB18030.encode("新的磨石\n").0);
            let end = chunk.text().len();
            assert_eq!(chunk.original(end - 5..end), b"\xe5 \n");
        }
    }

    #[test]
    fn damage_leaves_iso_2022_jp_what_it_is() {
        let jp = Coding::Web(ISO_2022_JP);
        for (raw, text) in [
            (&b"t: x\x1b$B4A;z\x1b(B\nn: 1\nt: y\x1b$B4A;"[..], "t: x漢字\nn: 1\nt: y漢\u{fffd}"),
            (
                b"t: x\x1b$B4A;z\x1b(B\nt: y\x1b$B4A;z\n\x1b(Bn: 2\n",
                "t: x漢字\nt: y漢字\u{fffd}n: 2\n",
            ),
            (b"t: x\x1b$B4A;z\x1b(B\nn: 1\xff\n", "t: x漢字\nn: 1\u{fffd}\n"),
            (b"t: \x1b(I1\x1b(B \x1b$@4A;z\x1b(B\nn: \x1b[0m\n", "t: ｱ 漢字\nn: \u{fffd}[0m\n"),
        ] {
            for block in [4, 7, 64] {
                let (decision, chunk) = read(raw, block);
                assert_eq!((decision.coding, chunk.text()), (jp, text));
                assert_eq!(chunk.faults(), 1, "{text}");
            }
        }
        // A shift that is lost makes much of no text, in one word.
        let line = b"title: x\x1b$B4A;z\x1b(B\nn: 1\n";
        let lost = [&line[..], b"title: x\x1b$B4A;z\nnumber: 1 2 3 4\n", line].concat();
        assert_eq!(read(&lost, 64).0.coding, jp);
    }

    #[test]
    fn a_shift_among_ascii_is_a_doubt() {
        for raw in [
            &b"a \x1b$B 4A;z not a word\n"[..],
            b"\x1b[31mred\x1b[0m \x1b$x\n",
            b"t: y\x1b$B4A;",
            b"\x1b$)C\x0e0!\x0f\n",
        ] {
            let (decision, chunk) = read(raw, 64);
            assert_eq!(
                (decision.coding, decision.certainty),
                (Coding::utf8(), Certainty::Doubtful)
            );
            assert_eq!(chunk.text().as_bytes(), raw);
        }
        // Who names the candidates without it says that it is none.
        let candidates = ["utf-8", "gb18030"].map(|label| Coding::of_label(label).unwrap());
        let asked = Asked { named: None, candidates: &candidates };
        assert_eq!(read_as(b"a \x1b$x\n", 64, asked).0.certainty, Certainty::Certain);
        // Colors have none, and what is UTF-8 beyond ASCII is no ISO-2022-JP.
        for raw in [&b"\x1b[31mred\x1b(B\x1b[m\n"[..], "é \x1b$B4A;z\x1b(B".as_bytes()] {
            assert_eq!(read(raw, 64).0.certainty, Certainty::Certain);
        }
    }

    #[test]
    fn wide_encodings_need_no_mark() {
        let text = "id,name\n1,one\n2,Żółw 𠀀\n";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let le32: Vec<u8> = text.chars().flat_map(|char| (char as u32).to_le_bytes()).collect();
        let be32: Vec<u8> = text.chars().flat_map(|char| (char as u32).to_be_bytes()).collect();
        for (name, raw) in
            [("UTF-16LE", &le), ("UTF-16BE", &be), ("UTF-32LE", &le32), ("UTF-32BE", &be32)]
        {
            for block in [4, 5, 7, 4096] {
                let (decision, chunk) = read(raw, block);
                assert_eq!((decision.coding.name(), chunk.text()), (name, text));
                let at = text.find('Ż').unwrap();
                let unit = if name.starts_with("UTF-32") { 4 } else { 2 };
                let before = text[..at].chars().count() * unit;
                assert_eq!(chunk.original(at..text.len()), &raw[before..], "{name}");
            }
        }
        let (decision, chunk) = read(&[&[0xff, 0xfe, 0, 0][..], &le32].concat(), 9);
        assert_eq!((decision.coding.name(), decision.bom), ("UTF-32LE", 4));
        assert_eq!((chunk.text(), chunk.file_offset(1)), (text, 8));
        // The file may end within a unit.
        for (name, raw) in [("UTF-16LE", &le), ("UTF-16BE", &be), ("UTF-32LE", &le32)] {
            let (decision, chunk) = read(&[raw, &b"A"[..]].concat(), 64);
            assert_eq!((decision.coding.name(), chunk.faults()), (name, 1));
            assert_eq!(chunk.text(), format!("{text}\u{fffd}"));
            assert_eq!(chunk.original(text.len()..chunk.text().len()), b"A", "{name}");
        }
        // A text with a block of NUL bytes is none of these.
        let (decision, _) = read(format!("id: 1\n{}\nid: 2\n", "\0".repeat(50)).as_bytes(), 64);
        assert_eq!(decision.coding, Coding::utf8());
    }

    #[test]
    fn a_source_that_breaks_off_is_read_up_to_there() {
        struct Breaks<'r>(&'r [u8]);
        impl Read for Breaks<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                match self.0.read(buffer)? {
                    0 => Err(io::Error::other("no more")),
                    n => Ok(n),
                }
            }
        }
        let raw = "磨坊\n水".as_bytes();
        let decision = decide(|| Ok(Breaks(&raw[..raw.len() - 1])), Asked::default()).unwrap();
        assert_eq!((decision.len, decision.utf8), (7, true));
        assert_eq!(decision.broken, Some(Fault::Breaks("no more".to_owned())));
        let mut reader = TextReader::new(Breaks(&raw[..raw.len() - 1]), &decision, 4);
        let mut buffer = Buffer::new(SourceId(0), &decision);
        while reader.read(&mut buffer).unwrap() {}
        assert_eq!(buffer.text(), "磨坊\n");
    }

    #[test]
    fn a_source_that_changes_is_an_error() {
        let decision = decide(|| Ok(&b"one\ntwo\n"[..]), Asked::default()).unwrap();
        for now in [&b"one\n"[..], b"one\ntwo\nthree\n", b"one\n\xff\xff\xff\n"] {
            let mut reader = TextReader::new(now, &decision, 64);
            let mut buffer = Buffer::new(SourceId(0), &decision);
            let mut all = || -> io::Result<()> {
                while reader.read(&mut buffer)? {}
                Ok(())
            };
            assert_eq!(all().unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }

    #[test]
    fn all_faults_are_counted() {
        let broken = b"\xff ".repeat(30_000);
        let (decision, chunk) = read(&broken, 4096);
        assert_eq!((decision.coding, chunk.faults()), (Coding::utf8(), 30_000));
        assert_eq!(decision.certainty, Certainty::Doubtful);
    }

    #[test]
    fn what_a_source_holds_is_seen_wherever_it_stands() {
        for (at, byte) in [(0, b'\r'), (FIRST, b'\r'), (FIRST + BLOCK, b'\0'), (FIRST - 1, b'\0')] {
            let mut bytes = vec![b'x'; FIRST + BLOCK + 1];
            bytes[at] = byte;
            let decision = decide(|| Ok(&bytes[..]), Asked::default()).unwrap();
            assert_eq!((decision.nul, decision.returns), (byte == 0, byte == b'\r'), "{at}");
            assert_eq!(decision.len, bytes.len() as u64);
        }
    }

    #[test]
    fn an_empty_source_is_utf8() {
        let (decision, chunk) = read(b"", 4);
        assert_eq!((decision.coding, decision.len, chunk.text()), (Coding::utf8(), 0, ""));
    }

    #[test]
    fn who_names_the_candidates_decides() {
        let western = WINDOWS_1252.encode("1,Müller\n2,Löwe – 5 €\n").0;
        let candidates = [Coding::utf8(), Coding::Web(WINDOWS_1252)];
        let (decision, chunk) =
            read_as(&western, 64, Asked { named: None, candidates: &candidates });
        assert_eq!(decision.certainty, Certainty::Certain);
        assert_eq!(chunk.text(), "1,Müller\n2,Löwe – 5 €\n");
    }

    proptest::proptest! {
        #[test]
        fn ranges_tell_what_one_pass_does(
            text in "[a-z \r\n\0]{0,4}([甲é𠀀a\n]{0,40}|[\u{1b}$a]{0,16})",
            range in 4..30_u64,
            bad in proptest::option::of(proptest::prelude::any::<proptest::sample::Index>()),
            more in 0..2_usize,
        ) {
            // Longer than a range.
            let mut raw = format!("{text}{}", "x".repeat(30)).into_bytes();
            if let Some(bad) = bad {
                raw.insert(bad.index(raw.len() + 1), b'\xff');
            }
            let len = (raw.len() - more) as u64;
            let open_at = |at: u64| Ok(&raw[usize::try_from(at).unwrap()..]);
            let survey = Survey::in_ranges(&open_at, len, range, 2).unwrap();
            proptest::prop_assert_eq!(survey.is_some(), bad.is_none() && more == 0);
            if let Some(survey) = survey {
                let shifts = survey.shifts;
                let seen = survey.decide(None, vec![0; BLOCK], || open_at(0), Asked::default()).unwrap();
                let whole = decide(|| open_at(0), Asked::default()).unwrap();
                proptest::prop_assert_eq!(format!("{seen:?}"), format!("{whole:?}"));
                let has_shift = raw.windows(SHIFT.len()).any(|pair| pair == SHIFT);
                proptest::prop_assert_eq!(shifts, has_shift);
            }
        }
    }

    const ENCODINGS: [&str; 14] = [
        "utf-8",
        "gb18030",
        "gbk",
        "big5",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "iso-2022-jp",
        "utf-16le",
        "utf-16be",
        "windows-1252",
        "windows-1251",
        "koi8-r",
        "windows-874",
    ];

    #[test]
    fn what_a_fault_gave_back_has_its_own_bytes() {
        let raw = b"\xb7\xbb\x82\x00\xcf\x35\xb7\xbba";
        let (_, chunk) = read_as(raw, 4, asked(Coding::Web(GB18030)));
        let text = "坊\u{fffd}\0\u{fffd}5坊a";
        assert_eq!(chunk.text(), text);
        let places: Vec<_> = text.char_indices().map(|(at, _)| chunk.file_offset(at)).collect();
        assert_eq!(places, [0, 2, 3, 4, 5, 6, 8]);
    }

    /// The bytes of a text that a shift stands before, taken apart by hand.
    #[test]
    fn iso_2022_jp_leads_back_to_its_bytes() {
        let raw = b"a\x1b$B$\"\n$$\x1b(Bb\n\x1b$B$&\x1b(Bc";
        let named = asked(Coding::of_label("iso-2022-jp").unwrap());
        for block in 4..12 {
            let (_, chunk) = read_as(raw, block, named);
            let text = chunk.text().to_owned();
            assert!(text.starts_with("aあ"), "{text}");
            let at = text.find("う").unwrap();
            assert_eq!(chunk.original(at..at + 3), b"\x1b$B$&");
            assert_eq!(chunk.original(text.len() - 1..text.len()), b"\x1b(Bc");
            assert_eq!(chunk.original(0..text.len()), raw);
        }
    }

    /// Looking up every place of a source reads it a few times over, not once per place.
    #[test]
    fn places_are_found_in_linear_work() {
        use crate::source::places::work::scanned;
        let record = "k: 磨坊 abc\n";
        let long = "磨坊;abc;水;".repeat(1000);
        for label in ENCODINGS {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            for (what, text) in [("records", record.repeat(1000)), ("a long line", long.clone())] {
                let encoded: Vec<u8> = match label {
                    "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                    "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                    _ => encoding.encode(&text).0.into_owned(),
                };
                // Bytes that are no text, at the start or all over.
                let raws = [
                    [b"\xff\xff", encoded.as_slice()].concat(),
                    encoded.chunks(10).flat_map(|piece| [piece, b"\xff\xff"].concat()).collect(),
                ];
                for raw in raws {
                    let (_, chunk) = read_as(&raw, 4096, asked(Coding::Web(encoding)));
                    let before = scanned();
                    let mut places = 0;
                    for (at, _) in chunk.text().char_indices().step_by(3) {
                        let _ = (chunk.file_offset(at), chunk.column(at), chunk.line(at));
                        places += 1;
                    }
                    // Backwards as well: findings come in any order.
                    for (at, _) in chunk.text().char_indices().rev().step_by(7) {
                        let _ = (chunk.file_offset(at), chunk.column(at));
                        places += 1;
                    }
                    // From one place to another, with and without a way back.
                    let mut cursor = ByteCursor::default();
                    for (at, _) in chunk.text().char_indices().step_by(3) {
                        let _ =
                            (cursor.file_offset(&chunk, at), cursor.original(&chunk, at / 2..at));
                        let _ = cursor.file_offset(&chunk, at);
                        places += 4;
                    }
                    let work = scanned() - before;
                    let bound = 4 * raw.len() + places * 1024;
                    assert!(work < bound, "{label}, {what}: {work} bytes for {places} places");
                }
            }
        }
    }

    /// Who goes forward in long steps needs no marks; who comes from the start again and again does not read so.
    #[test]
    fn a_cursor_that_goes_forward_reads_a_text_once() {
        use crate::source::places::work::scanned;
        let text = "磨坊 abc 甲乙\n".repeat(5000);
        for label in ENCODINGS.iter().filter(|label| !label.starts_with("utf-16")) {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let raw = [b"\xff", encoding.encode(&text).0.as_ref()].concat();
            let (_, chunk) = read_as(&raw, 4096, asked(Coding::Web(encoding)));
            let length = chunk.text().len();
            let starts = || (0..length).filter(|at| chunk.text().is_char_boundary(*at));
            let (before, mut cursor) = (scanned(), ByteCursor::default());
            for at in starts().step_by(2000) {
                cursor.file_offset(&chunk, at);
            }
            let work = scanned() - before;
            assert!(work <= length, "{label}: {work} bytes of {length}");
            let (before, mut places) = (scanned(), 0);
            for at in starts().step_by(100) {
                ByteCursor::default().file_offset(&chunk, at);
                places += 1;
            }
            let work = scanned() - before;
            assert!(work <= 4 * length + places * 1024, "{label}: {work} bytes, {places} places");
        }
    }

    #[test]
    fn what_reads_any_byte_has_no_fault_and_what_does_not_is_counted() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        for (label, faults) in [("windows-1252", 0), ("koi8-r", 0), ("windows-874", 8)] {
            let coding = Coding::of_label(label).unwrap();
            let (_, chunk) = read_as(&all, 64, asked(coding));
            assert_eq!(chunk.faults(), faults, "{label}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { ..Default::default() })]
        /// Every character of a text leads back to its bytes, and all bytes are those of the text.
        #[test]
        fn places_are_those_of_a_slow_decoder(
            text in "[a-z0-9 \n]{0,6}([甲乙磨坊水あアー가나éüЖя€𠀀]|[a-z\n]){0,60}",
            which in 0..ENCODINGS.len(),
            damage in proptest::collection::vec((proptest::prelude::any::<proptest::sample::Index>(), proptest::prelude::any::<u8>()), 0..4),
            block in 4..40_usize,
            cuts in proptest::collection::vec(proptest::prelude::any::<proptest::sample::Index>(), 0..4),
        ) {
            let encoding = Encoding::for_label(ENCODINGS[which].as_bytes()).unwrap();
            let mut raw: Vec<u8> = match ENCODINGS[which] {
                "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                _ => encoding.encode(&text).0.into_owned(),
            };
            for (at, byte) in &damage {
                if !raw.is_empty() {
                    let at = at.index(raw.len());
                    raw[at] = *byte;
                }
            }
            let whole = encoding.decode_without_bom_handling(&raw).0.into_owned();
            let decision = decide(|| Ok(raw.as_slice()), asked(Coding::Web(encoding))).unwrap();
            let bom = decision.bom;
            proptest::prop_assume!(bom == 0);
            let mut reader = TextReader::new(raw.as_slice(), &decision, block);
            let mut buffer = Buffer::new(SourceId(0), &decision);
            while reader.read(&mut buffer).unwrap() {}
            proptest::prop_assert_eq!(buffer.text(), whole.as_str());
            // Cut anywhere.
            let mut ends: Vec<_> = cuts.iter().map(|at| whole.floor_char_boundary(at.index(whole.len() + 1))).collect();
            ends.sort_unstable();
            ends.push(whole.len());
            let chunks: Vec<_> = ends.iter().map(|end| buffer.cut(*end)).collect();
            let (mut at, mut file) = (0, 0);
            for chunk in &chunks {
                proptest::prop_assert_eq!(chunk.position().file, file as u64);
                let all = chunk.original(0..chunk.text().len());
                let (mut ahead, mut anyhow) = (ByteCursor::default(), ByteCursor::default());
                proptest::prop_assert_eq!(all, &raw[file..file + all.len()]);
                for (offset, char) in chunk.text().char_indices() {
                    // What begins there decodes to the rest of the text, and to this character alone.
                    let (start, end) = (chunk.file_offset(offset), chunk.file_offset(offset + char.len_utf8()));
                    proptest::prop_assert_eq!(ahead.file_offset(chunk, offset), start);
                    for (offset, place) in [(offset + char.len_utf8(), end), (offset, start), (offset, start)] {
                        proptest::prop_assert_eq!(anyhow.file_offset(chunk, offset), place);
                    }
                    let [start, end] = [start, end].map(|at| usize::try_from(at).unwrap());
                    if ENCODINGS[which] != "iso-2022-jp" {
                        let rest = encoding.decode_without_bom_handling(&raw[start..]).0;
                        proptest::prop_assert_eq!(rest.as_ref(), &whole[at + offset..]);
                    }
                    let own = encoding.decode_without_bom_handling(&raw[start..end]).0;
                    if char != '\u{fffd}' && (damage.is_empty() && ENCODINGS[which] != "iso-2022-jp") {
                        proptest::prop_assert_eq!(own.chars().collect::<Vec<_>>(), vec![char]);
                    }
                    // Nothing of a shift is left over, and none is reported twice.
                    let replaced = char == char::REPLACEMENT_CHARACTER;
                    proptest::prop_assert!(start < end || replaced);
                    proptest::prop_assert_eq!(start - file, chunk.original(0..offset).len());
                }
                at += chunk.text().len();
                file += all.len();
            }
            proptest::prop_assert_eq!((at, file), (whole.len(), raw.len()));
        }
    }
}
