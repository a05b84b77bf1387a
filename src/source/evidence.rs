//! Which encoding speaks for itself, where neither a mark nor a name does.
//!
//! In: a sample of a source that is no clean UTF-8, from several places of it, and the encodings that it
//! may be in. Out: the one that it most likely is in among those that read all of the source, and how
//! sure that is. That an encoding reads all of it is no proof: GB18030 reads almost anything.

use std::io::{self, Read};
use std::ops::Range;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_8859_5, SHIFT_JIS, UTF_16BE, UTF_16LE,
    WINDOWS_1252,
};
use rustc_hash::FxHashSet;

use super::coding::Width;
use super::encoding::Certainty;
use super::{Coding, likelihood};

/// How much of the head of a source is looked at, in bytes.
pub(super) const HEAD: usize = 64 * 1024;
/// How much of a place of the source is kept in the sample, in bytes.
const PIECE: usize = 16 * 1024;
/// The longest line that is read by itself in another encoding, in bytes.
const LONGEST_LINE: u64 = 1024 * 1024;
/// So many faults tell that a source is no UTF-8, unless much more of it is.
const MANY: u64 = 10_000;
/// So many bytes that are no ASCII make up for what is usual in short texts: chance.
const ENOUGH: usize = 400;

/// A handful of bytes that are no ASCII, each among so many that are.
const HANDFUL: u64 = 8;
const AMONG: u64 = 1024;

/// So many bytes that are no ASCII stand to each fault where a source is damaged, and not in another encoding: some
/// thirty characters.
const INTACT: u64 = 64;

/// The encodings that are weighed where the schema names none.
fn usual() -> [Coding; 6] {
    [GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR, WINDOWS_1252].map(Coding::Web)
}

/// The encodings to choose from beside UTF-8, in order.
fn choice(candidates: &[Coding]) -> Vec<Coding> {
    if candidates.is_empty() {
        return usual().to_vec();
    }
    candidates.iter().copied().filter(|coding| !coding.is_utf8()).collect()
}

/// The encoding to take where no evidence is to be had.
pub(super) fn first(candidates: &[Coding]) -> Coding {
    choice(candidates).first().copied().unwrap_or(Coding::utf8())
}

/// UTF-16 or UTF-32 without a mark, told by where NUL bytes stand: text has none, and in these every
/// character of ASCII has some, always in the same places.
pub(super) fn wide(head: &[u8]) -> Option<Coding> {
    let mut nul = [0_usize; 4];
    let (units, _) = head.as_chunks::<4>();
    for unit in units {
        for (count, byte) in nul.iter_mut().zip(unit) {
            *count += usize::from(*byte == 0);
        }
    }
    let n = units.len();
    // Of UTF-32 one byte is always NUL, the next to it nearly always.
    if n > 1 && nul[3] == n && nul[2] * 10 >= n * 9 && nul[0] * 10 < n {
        return Some(Coding::Utf32 { big_endian: false });
    }
    if n > 1 && nul[0] == n && nul[1] * 10 >= n * 9 && nul[3] * 10 < n {
        return Some(Coding::Utf32 { big_endian: true });
    }
    // Of UTF-16 it is the other half that has none, or next to none. A NUL or two prove nothing.
    let (even, odd) = (nul[0] + nul[2], nul[1] + nul[3]);
    let enough = |nul: usize| nul * 2 >= n || n >= 256 && nul * 5 >= n;
    let shows = |nul: usize, other: usize| nul > 2 && enough(nul) && other * 4 <= nul;
    if shows(odd, even) {
        return Some(Coding::Web(UTF_16LE));
    }
    shows(even, odd).then_some(Coding::Web(UTF_16BE))
}

/// What was seen of a source that is no clean UTF-8.
#[derive(Debug, Default)]
pub(super) struct Sample {
    /// Lines from several places.
    bytes: Vec<u8>,
    /// Lines that are no UTF-8.
    faulty: Vec<u8>,
    /// Characters that are UTF-8 and no ASCII.
    valid: u64,
    /// Sequences that are no UTF-8.
    faults: u64,
    /// Bytes that are no ASCII.
    high: u64,
    /// Whether there may be others, or fewer: not all of it was looked at, or not line by line.
    is_part: bool,
    longest_line: u64,
    scripts: Scripts,
}

/// How many characters of some scripts the text in UTF-8 has.
#[derive(Clone, Copy, Debug, Default)]
struct Scripts {
    han: u64,
    kana: u64,
    hangul: u64,
    latin: u64,
}

impl Scripts {
    fn count(&mut self, text: &str) -> u64 {
        let mut all = 0;
        for char in text.chars().filter(|char| !char.is_ascii()) {
            all += 1;
            match char {
                '\u{4e00}'..='\u{9fff}' => self.han += 1,
                '\u{3040}'..='\u{30ff}' => self.kana += 1,
                '\u{ac00}'..='\u{d7af}' => self.hangul += 1,
                '\u{a0}'..='\u{24f}' => self.latin += 1,
                _ => {}
            }
        }
        all
    }
}

impl Sample {
    /// Reads a source to its end.
    pub(super) fn of(mut reader: impl Read, block: &mut [u8]) -> io::Result<Self> {
        let mut sample = Self::default();
        let (mut n, mut line, mut carry) = (0_u64, 0_u64, 0);
        loop {
            let mut filled = carry;
            while filled < block.len() {
                match reader.read(&mut block[filled..]) {
                    Ok(0) => break,
                    Ok(read) => filled += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            let ended = filled < block.len();
            // Whole lines are looked at; one longer than the block is cut.
            let whole = match memchr::memrchr(b'\n', &block[..filled]) {
                Some(feed) if !ended => feed + 1,
                _ => {
                    sample.is_part |= !ended;
                    filled
                }
            };
            let piece = &block[..whole];
            for part in piece.split_inclusive(|byte| *byte == b'\n') {
                line += part.len() as u64;
                sample.longest_line = sample.longest_line.max(line);
                if part.ends_with(b"\n") {
                    line = 0;
                }
                sample.look(part);
            }
            // The first block, the second, the fourth, the eighth …
            if n == 0 || n.is_power_of_two() {
                sample.keep(piece, n == 0);
            }
            n += 1;
            block.copy_within(whole..filled, 0);
            carry = filled - whole;
            if ended && carry == 0 {
                return Ok(sample);
            }
        }
    }

    fn look(&mut self, line: &[u8]) {
        if line.is_ascii() {
            return;
        }
        self.high += line.iter().map(|byte| u64::from(!byte.is_ascii())).sum::<u64>();
        let settled = self.faults >= MANY && self.valid < self.faults;
        self.is_part |= settled;
        if settled {
            return;
        }
        // Nearly all lines of a source with a few bad bytes are whole, which is told many bytes at a time.
        if let Ok(text) = simdutf8::basic::from_utf8(line) {
            self.valid += self.scripts.count(text);
            return;
        }
        let mut faults = 0;
        for part in line.utf8_chunks() {
            self.valid += self.scripts.count(part.valid());
            faults += u64::from(!part.invalid().is_empty());
        }
        self.faults += faults;
        if faults > 0 && self.faulty.len() + line.len() <= PIECE {
            self.faulty.extend_from_slice(line);
        }
    }

    /// Keeps lines from the first that is not ASCII on.
    fn keep(&mut self, piece: &[u8], first: bool) {
        let from = Encoding::ascii_valid_up_to(piece);
        let start = memchr::memrchr(b'\n', &piece[..from]).map_or(0, |feed| feed + 1);
        let rest = &piece[start..];
        let end = if rest.len() <= PIECE {
            rest.len()
        } else {
            memchr::memrchr(b'\n', &rest[..PIECE])
                .map_or(if first { PIECE } else { 0 }, |at| at + 1)
        };
        self.bytes.extend_from_slice(&rest[..end]);
    }

    /// Whether nearly all of the source that is not ASCII is UTF-8. Text in another encoding has a
    /// character in ten at most that looks like one of UTF-8.
    pub(super) fn is_nearly_utf8(&self) -> bool {
        self.valid > 0 && self.valid >= 3 * self.faults
    }

    /// What a handful of bytes in much ASCII are, each alone in its word: too few for the look of them to tell a
    /// language. Letters and signs of Western text, in Windows-1252, or else damage in UTF-8.
    pub(super) fn strays(&self, length: u64) -> Option<Coding> {
        let few = self.valid == 0 && self.faults <= HANDFUL && length >= self.faults * AMONG;
        if self.is_part || !few {
            return None;
        }
        let (mut found, mut western) = (0_u64, true);
        for word in self.faulty.split(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()) {
            match word.iter().filter(|byte| !byte.is_ascii()).count() {
                0 => continue,
                1 => found += 1,
                _ => return None,
            }
            let text = WINDOWS_1252.decode_without_bom_handling(word).0;
            western &= text.contains(is_sign_of_print) || is_western_word(&text);
        }
        let coding = if western { Coding::Web(WINDOWS_1252) } else { Coding::utf8() };
        (found == self.faults).then_some(coding)
    }

    /// Whether its lines can be read one by one.
    pub(super) fn has_lines(&self) -> bool {
        self.longest_line <= LONGEST_LINE
    }
}

/// The encoding of the lines that are no UTF-8, in a source that is UTF-8 otherwise: what its other
/// lines are written in tells.
pub(super) fn second(sample: &Sample, candidates: &[Coding]) -> Option<Coding> {
    let Scripts { han, kana, hangul, latin } = sample.scripts;
    let likely: &[&'static Encoding] = if hangul > han.max(latin) {
        &[EUC_KR]
    } else if kana * 5 > han && kana > latin {
        &[SHIFT_JIS, EUC_JP]
    } else if han > latin {
        &[GB18030, BIG5]
    } else {
        &[WINDOWS_1252]
    };
    let mut choice = choice(candidates);
    if candidates.is_empty() {
        choice = likely.iter().map(|encoding| Coding::Web(encoding)).collect();
    }
    choice.into_iter().find(|coding| {
        let Coding::Web(encoding) = coding else { return false };
        let mut lines = sample.faulty.split_inclusive(|byte| *byte == b'\n');
        lines.any(|line| reads_line(encoding, line))
    })
}

/// Whether a line that is no UTF-8 is text in another encoding, rather than damaged.
pub(super) fn reads_line(encoding: &'static Encoding, line: &[u8]) -> bool {
    let (mut valid, mut faults) = (0, 0);
    // Two bytes of another encoding often look like a character of UTF-8, three seldom do.
    let least = if encoding.is_single_byte() { 2 } else { 3 };
    for part in line.utf8_chunks() {
        valid += part.valid().chars().filter(|char| char.len_utf8() >= least).count();
        faults += usize::from(!part.invalid().is_empty());
    }
    // A line of UTF-8 that has lost some bytes still has most of its characters.
    if valid > faults || is_cut(encoding, line) || is_torn(encoding, line) {
        return false;
    }
    encoding
        .decode_without_bom_handling_and_without_replacement(line)
        .is_some_and(|text| encoding != WINDOWS_1252 || is_western(&text))
}

/// Whether a line is UTF-8 but for its last character, which the end of the source cuts: only the last line has no
/// line feed.
fn is_cut(encoding: &'static Encoding, line: &[u8]) -> bool {
    let Err(error) = std::str::from_utf8(line) else { return false };
    let cut = &line[error.valid_up_to()..];
    // The first bytes of letters and signs with marks are themselves letters that hardly end a word.
    let seldom = matches!(cut, [0xc2 | 0xc3] | [0xe2, 0x80..=0x84]);
    !line.ends_with(b"\n") && error.error_len().is_none() && (seldom || !encoding.is_single_byte())
}

/// Whether a line has lost a byte or some of one or more of its characters, each of which stands among whole ones, and
/// makes next to no sense in an encoding of East Asia.
fn is_torn(encoding: &'static Encoding, line: &[u8]) -> bool {
    let (mut valid, mut torn, mut rest) = (0, 0, line);
    while !rest.is_empty() {
        let whole = rest.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        valid += whole.chars().filter(|char| char.len_utf8() > 2).count();
        rest = &rest[whole.len()..];
        let Some((&first, behind)) = rest.split_first() else { break };
        // What is left of a character: its first bytes, or its last ones.
        let lacks = match first {
            0xe0..=0xef => 1,
            0xf0..=0xf4 | 0x80..=0xbf => 2,
            _ => 0,
        };
        let goes_on = behind.iter().take_while(|byte| (0x80..=0xbf).contains(*byte)).count();
        if goes_on > lacks || lacks == 0 && behind.first().is_some_and(|byte| !byte.is_ascii()) {
            return false;
        }
        torn += 1;
        rest = &behind[goes_on..];
    }
    valid > 0 && valid >= torn && likelihood::is_rare(encoding, line)
}

/// Text of a source that is in another encoding, and was read in that of the source all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// Where, in the text.
    pub range: Range<usize>,
    /// What it is.
    pub what: &'static str,
}

/// What of a text in another encoding than UTF-8 was read wrong, by its bytes. All of the source may be
/// [known](is_misnamed) to be UTF-8.
pub(super) fn misread(text: &str, bytes: &[u8], coding: Coding, misnamed: bool) -> Vec<Misread> {
    match (coding, coding.width()) {
        (Coding::Web(encoding), Width::Fixed(1) | Width::Sequences(_)) => {
            let mut found = Vec::new();
            // A line feed is always the byte of one.
            let feeds = |bytes| memchr::memchr_iter(b'\n', bytes).map(|feed| feed + 1);
            let ends = feeds(bytes).chain([bytes.len()]);
            let (mut start, mut ends_of_text) = (0, feeds(text.as_bytes()).chain([text.len()]));
            // How many lines end before the place in the text that was asked for last, and that place.
            let (mut lines, mut at) = (0, 0);
            for (n, end) in ends.enumerate() {
                let raw = &bytes[start..end];
                start = end;
                if !raw.is_ascii() && (misnamed || is_utf8_line(encoding, raw)) {
                    if n > lines {
                        at = ends_of_text.nth(n - lines - 1).unwrap_or(text.len());
                    }
                    let line_end = ends_of_text.next().unwrap_or(text.len());
                    found.push(Misread { range: at..line_end, what: "a line of UTF-8" });
                    (lines, at) = (n + 1, line_end);
                }
            }
            found
        }
        (_, Width::Utf16) => {
            let mut found = bytes_in_utf16(text, bytes);
            found.extend(text.match_indices('\u{fffe}').map(|(at, mark)| Misread {
                range: at..at + mark.len(),
                what: "a byte order mark the other way round, which stands before text in the other order,",
            }));
            found.sort_by_key(|misread| misread.range.start);
            found
        }
        (_, Width::Fixed(_) | Width::Sequences(_) | Width::Runs) => Vec::new(),
    }
}

/// Whether a line of a source in another encoding is UTF-8, which hardly any text looks like by chance.
fn is_utf8_line(encoding: &'static Encoding, line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else { return false };
    if text.starts_with('\u{feff}') {
        return true;
    }
    let count = |least: usize| text.chars().filter(|c| c.len_utf8() >= least).count();
    if !encoding.is_single_byte() {
        // A few characters may look like fewer of UTF-8. All but one of these encodings have
        // bytes from A1 on, as a rule.
        let rare = encoding != SHIFT_JIS && line.iter().any(|byte| (0x80..=0xa0).contains(byte));
        return count(3) >= if rare { 2 } else { 4 };
    }
    // `Ã` ends a word in capitals at most, and a sign may follow it there: but for a blank, no letter
    // follows that. `Â` and a sign are none of a text; `В»` and a blank behind `В` are of a Russian one.
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    let mut told = false;
    while let Some(c) = chars.next().filter(|_| !told) {
        let ends = !chars.peek().is_some_and(char::is_ascii_alphabetic);
        told = match c {
            'À'..='ÿ' => !before.is_ascii_uppercase() || !ends && c != 'à',
            '¡'..='¿' => !before.is_alphabetic() && !matches!(c, '»' | '\u{ad}'),
            '\u{2010}'..='\u{2044}' | '€' | '™' => true,
            _ => false,
        };
        before = c;
    }
    told || count(2) >= 3 || count(3) >= 2 || count(4) > 0
}

/// So many bits speak for UTF-8 where text in another encoding is hardly ever UTF-8 throughout: a million to one.
const CLEARLY_UTF8: u32 = 20;

/// Whether a source that is UTF-8 throughout is in UTF-8, and not in the encoding of East Asia that is named for it: a
/// few characters of these are UTF-8 by chance, about one in seven of two bytes.
pub(super) fn is_misnamed(sample: &Sample, named: Coding) -> bool {
    let Coding::Web(encoding) = named else { return false };
    let (mut bits, mut long) = (0, false);
    let (mut seen, mut alphabets) = (FxHashSet::default(), FxHashSet::default());
    // The sample may end within a character.
    for text in sample.bytes.utf8_chunks().map(|chunk| chunk.valid()) {
        let mut before = ' ';
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let before = std::mem::replace(&mut before, char);
            if char.is_ascii() {
                continue;
            }
            if is_in_its_place(before, char, chars.peek().copied().unwrap_or(' ')) {
                return true;
            }
            // What comes again says nothing new.
            if seen.insert(char) {
                long |= char.len_utf8() > 2;
                bits += match (char.len_utf8(), alphabet_of(char)) {
                    (2, None) => 0,
                    // It is less likely yet that several have their first byte in one alphabet.
                    (2, Some(alphabet)) => {
                        if alphabets.insert(alphabet) {
                            3
                        } else {
                            6
                        }
                    }
                    (3, _) => 6,
                    _ => 12,
                };
            }
        }
    }
    // Characters of three bytes are read as rare ones and halves of others.
    let rare = long && likelihood::is_rare(encoding, &sample.bytes);
    bits + if rare { 14 } else { 0 } >= CLEARLY_UTF8
}

/// Whether a character stands where no Han character, syllable or kana would: a letter with a mark within a word, or a
/// sign at its figure.
fn is_in_its_place(before: char, char: char, after: char) -> bool {
    match char {
        '£' | '§' | '±' => after.is_ascii_digit(),
        '°' => matches!(after, 'C' | 'F'),
        'µ' => after.is_ascii_lowercase(),
        '²' | '³' => before.is_ascii_lowercase(),
        '×' | '÷' => false,
        // `DNA酶` and the like are words, and look like `DNAø`.
        'À'..='ſ' => {
            after.is_ascii_lowercase()
                || before.is_ascii_lowercase() && char.is_lowercase()
                || before.is_ascii_uppercase() && char.is_uppercase()
        }
        _ => char.len_utf8() > 2 && is_sign_of_print(char),
    }
}

/// Which of the alphabets whose letters have two bytes in UTF-8 a letter is of.
fn alphabet_of(char: char) -> Option<u8> {
    Some(match char {
        'À'..='ſ' => 0,
        '\u{370}'..='\u{3ff}' => 1,
        '\u{400}'..='\u{4ff}' => 2,
        '\u{590}'..='\u{5ff}' => 3,
        '\u{600}'..='\u{6ff}' => 4,
        _ => return None,
    })
}

/// So many bytes of ASCII in UTF-16 are no characters of it.
const BYTES: usize = 16;

/// Lines of ASCII, or UTF-8, that were read as UTF-16.
fn bytes_in_utf16(text: &str, bytes: &[u8]) -> Vec<Misread> {
    let (mut found, mut at) = (Vec::new(), 0);
    let mut chars = text.char_indices();
    let mut units = 0;
    let mut place_of = |unit: usize| {
        while units < unit {
            let Some((_, char)) = chars.next() else { break };
            units += char.len_utf16();
        }
        chars.offset()
    };
    for part in bytes.split(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) {
        let start = at;
        at += part.len() + 1;
        if part.len() < BYTES || memchr::memchr(b'\n', part).is_none() {
            continue;
        }
        let valid = part.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
        // One half of the characters of a text has the same few bytes, and no white space among them.
        let both = (0..2).all(|half| {
            let half = || part[..valid].iter().skip(half).step_by(2);
            let letters = half().filter(|byte| byte.is_ascii_alphabetic()).count();
            letters * 4 >= half().count() && half().any(u8::is_ascii_whitespace)
        });
        if valid >= BYTES && both {
            let end = start + valid;
            let range = place_of(start.div_ceil(2))..place_of(end / 2);
            found.push(Misread { range, what: "text in ASCII or UTF-8" });
        }
    }
    found
}

/// Weighs the encodings that read all of a source, or all but a few places of it; none if none does. `faults`
/// counts the sequences that are no text in an encoding, until there are more than so many, and apart from them those
/// of a character that the end cuts.
pub(super) fn weigh(
    sample: &Sample,
    candidates: &[Coding],
    faults: &mut impl FnMut(Coding, u64) -> io::Result<(u64, u64)>,
) -> io::Result<Option<(Coding, Certainty)>> {
    let whole =
        weigh_those(&sample.bytes, candidates, &mut |coding| Ok(faults(coding, 0)? == (0, 0)))?;
    let few = sample.high / INTACT;
    let mut nearly = |coding| Ok(faults(coding, few)?.0 <= few);
    // One that reads any bytes without a fault is not therefore likelier than one in which a few are none.
    for (coding, _) in likelihood::rank(&sample.bytes, &choice(candidates)) {
        if whole.is_some_and(|found| found.coding == coding) {
            break;
        }
        if nearly(coding)? {
            // What damage there is tells nothing of what the rest is.
            let intact = intact(&sample.bytes, coding);
            let found = weigh_those(&intact, candidates, &mut nearly)?;
            let found = found.filter(|found| found.coding == coding);
            return Ok(found
                .filter(|found| whole.is_none() || found.clear)
                .or(whole)
                .map(|found| (found.coding, found.certainty)));
        }
    }
    Ok(whole.map(|found| (found.coding, found.certainty)))
}

/// The words of a text that have no fault in an encoding of East Asia. In all of these what is less than a digit is
/// ASCII, and no half of a character.
fn intact(bytes: &[u8], coding: Coding) -> Vec<u8> {
    let Coding::Web(encoding) = coding else { return bytes.to_vec() };
    let reads = |word: &&[u8]| {
        word.is_ascii()
            || encoding.decode_without_bom_handling_and_without_replacement(word).is_some()
    };
    bytes.split_inclusive(|byte| *byte < b'0').filter(reads).collect::<Vec<_>>().concat()
}

/// What some bytes most likely are.
#[derive(Clone, Copy)]
struct Weighed {
    coding: Coding,
    certainty: Certainty,
    /// Whether the text tells it, in an encoding of East Asia.
    clear: bool,
}

/// Weighs the encodings that read all of a source as far as it matters; none if none does.
fn weigh_those(
    bytes: &[u8],
    candidates: &[Coding],
    reads: &mut impl FnMut(Coding) -> io::Result<bool>,
) -> io::Result<Option<Weighed>> {
    let found = |coding, certainty, clear| Some(Weighed { coding, certainty, clear });
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = |of: Option<&[u8]>| {
        let found = detector.guess(of, Utf8Detection::Deny);
        Coding::Web(if found == GBK { GB18030 } else { found })
    };
    let (best, abroad) = (guess(None), guess(Some(b"de")));
    let count = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if !candidates.is_empty() {
        let mut fits = Vec::new();
        for coding in choice(candidates) {
            if reads(coding)? {
                fits.push(coding);
            }
        }
        let eastern = if likelihood::knows(best) {
            likeliest(bytes, &fits, &mut |_| Ok(true))?
        } else {
            None
        };
        let clear = eastern.is_some_and(|(_, clear)| clear);
        let likely = eastern.or_else(|| fits.contains(&best).then_some((best, true)));
        return Ok(match (fits.as_slice(), likely) {
            ([], _) => None,
            // Who names the candidates knows where the source comes from.
            ([only], _) => found(*only, Certainty::Certain, clear),
            (_, Some((coding, true))) => found(coding, Certainty::Likely, clear),
            (_, Some((coding, false))) => found(coding, Certainty::Doubtful, false),
            ([first, ..], None) => found(*first, Certainty::Doubtful, false),
        });
    }
    let western = Coding::Web(WINDOWS_1252);
    if best != western && are_signs(bytes) {
        return Ok(found(western, Certainty::Doubtful, false));
    }
    let (chinese, is_chinese) = (Coding::Web(GB18030), is_chinese(bytes));
    // Nobody writes ISO-8859-5; a few Han characters look like it.
    let eastern = likelihood::knows(best) || best == Coding::Web(ISO_8859_5) && is_chinese;
    let likeliest = if eastern { likeliest(bytes, &usual(), reads)? } else { None };
    let weighed = if let Some((coding, clear)) = likeliest {
        let sure = if coding == chinese {
            is_chinese || best == chinese && abroad == best
        } else {
            count >= ENOUGH && abroad == best && coding == best
        };
        let certainty = if clear && sure { Certainty::Likely } else { Certainty::Doubtful };
        found(coding, certainty, clear)
    } else if best == Coding::Web(WINDOWS_1252) {
        let text = WINDOWS_1252.decode_without_bom_handling(bytes).0;
        let sure = count >= ENOUGH && guess(Some(b"cn")) == best && guess(Some(b"tr")) == best;
        let certainty = if sure { Certainty::Likely } else { Certainty::Doubtful };
        is_western(&text).then_some(best).and_then(|best| found(best, certainty, false))
    } else if reads(best)? {
        // What is not among the usual encodings is reported, however likely.
        let sure = count >= ENOUGH && abroad == best && usual().contains(&best);
        found(best, if sure { Certainty::Likely } else { Certainty::Doubtful }, false)
    } else {
        None
    };
    if weighed.is_some() {
        return Ok(weighed);
    }
    for coding in usual() {
        // The last reads anything, and so proves nothing.
        if coding != Coding::Web(WINDOWS_1252) && count >= 4 && reads(coding)? {
            return Ok(found(coding, Certainty::Doubtful, false));
        }
    }
    Ok(None)
}

/// The encoding of East Asia among `choice` that bytes cost least in of those that read all of the source, and
/// whether no other that reads it costs nearly as little.
fn likeliest(
    bytes: &[u8],
    choice: &[Coding],
    reads: &mut impl FnMut(Coding) -> io::Result<bool>,
) -> io::Result<Option<(Coding, bool)>> {
    let mut found: Option<(Coding, u64)> = None;
    for (coding, cost) in likelihood::rank(bytes, choice) {
        if found.is_some_and(|(_, least)| cost >= least + likelihood::CLEAR) {
            break;
        }
        if reads(coding)? {
            match found {
                Some((best, _)) => return Ok(Some((best, false))),
                None => found = Some((coding, cost)),
            }
        }
    }
    Ok(found.map(|(coding, _)| (coding, true)))
}

/// Whether bytes are Han characters that are in daily use: in GB 2312 they are the first 3755, by
/// their pronunciation. Korean syllables have the places of the first half of these.
fn is_chinese(bytes: &[u8]) -> bool {
    let (mut daily, mut second_half, mut other, mut rest) = (0_usize, 0_usize, 0_usize, bytes);
    while let Some((&lead, behind)) = rest.split_first() {
        rest = behind;
        if lead.is_ascii() {
            continue;
        }
        match behind.first() {
            Some(0xa1..=0xfe) => {
                match lead {
                    0xb0..=0xd7 => {
                        daily += 1;
                        second_half += usize::from(lead > 0xc8);
                    }
                    // Punctuation and full-width forms.
                    0xa1 | 0xa3 => {}
                    _ => other += 1,
                }
                rest = &behind[1..];
            }
            _ => other += 1,
        }
    }
    second_half > 0 && other * 20 <= daily
}

/// Whether the characters of a text that are no ASCII are such as Western texts have: letters within
/// words, and the signs of print.
fn is_western(text: &str) -> bool {
    let (mut likely, mut unlikely) = (0_usize, 0_usize);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if !char.is_ascii() {
            let after = chars.peek().copied().unwrap_or(' ');
            let letter = matches!(char, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='þ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Œ' | 'œ' | 'Ÿ');
            let within = |char: char| char.is_ascii_alphabetic();
            let fits = if letter {
                within(before)
                    || within(after)
                    || matches!(
                        char,
                        'à' | 'é' | 'è' | 'ó' | 'À' | 'É' | 'Å' | 'å' | 'Ö' | 'ö' | 'Ü'
                    )
            } else {
                is_sign_of_print(char)
            };
            if fits {
                likely += 1;
            } else {
                unlikely += 1;
            }
        }
        before = char;
    }
    likely > 0 && unlikely * 10 <= likely
}

/// Whether all bytes that are no ASCII are signs of Windows-1252 where signs stand, beside figures and blanks: letters
/// of another encoding stand within words, and halves of characters of two bytes beside each other.
fn are_signs(bytes: &[u8]) -> bool {
    let text = WINDOWS_1252.decode_without_bom_handling(bytes).0;
    let mut found = false;
    for line in text.split('\n') {
        for (at, sign) in line.char_indices().filter(|(_, char)| !char.is_ascii()) {
            if !is_sign_of_print(sign)
                || !is_sign_here(&line[..at], sign, &line[at + sign.len_utf8()..])
            {
                return false;
            }
            found = true;
        }
    }
    found
}

/// Whether a sign is one by what stands before it and behind it in its line.
fn is_sign_here(before: &str, sign: char, behind: &str) -> bool {
    let letters = |text: &str| text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = before.len() - before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
    // What may be the second half of a character of two bytes is no neighbour; a digit or a blank never is.
    let ends = |text: &str| text.chars().next().is_none_or(|c| c < '@');
    let begins =
        before.chars().next_back().is_none_or(|c| c.is_ascii() && !c.is_ascii_alphabetic());
    match sign {
        _ if begins && ends(behind) => true,
        // 5 µm, 20 °C
        'µ' => {
            begins
                && letters(behind) <= 3
                && before.trim_end().ends_with(|c: char| c.is_ascii_digit())
        }
        '°' => {
            begins
                && matches!(behind.as_bytes(), [b'C' | b'F', rest @ ..] if !rest.first().is_some_and(u8::is_ascii_alphanumeric))
        }
        // m², km²
        '²' | '³' => {
            let unit = &before[before.len() - word..];
            ends(behind) && matches!(unit, "m" | "mm" | "cm" | "dm" | "km")
        }
        // Quotes around a piece of the line.
        '«' => begins && behind.split_once('»').is_some_and(|(quoted, _)| quoted.is_ascii()),
        '»' => {
            ends(behind) && before.rsplit_once('«').is_some_and(|(_, quoted)| quoted.is_ascii())
        }
        _ => false,
    }
}

/// The signs that Western texts have beside letters.
fn is_sign_of_print(char: char) -> bool {
    matches!(
        char,
        '\u{a0}'
            | '¡'
            | '¢'
            | '£'
            | '¥'
            | '§'
            | '©'
            | 'ª'
            | '«'
            | '®'
            | '°'
            | '±'
            | '²'
            | '³'
            | '´'
            | 'µ'
            | '·'
            | 'º'
            | '»'
            | '¼'
            | '½'
            | '¾'
            | '¿'
            | '€'
            | '‘'
            | '’'
            | '“'
            | '”'
            | '„'
            | '‚'
            | '•'
            | '–'
            | '—'
            | '…'
            | '™'
            | '‰'
            | '†'
    )
}

/// The letters with marks of Western languages; those of Icelandic are as often something else.
const WESTERN_LETTERS: &str = "àáâãäåæçèéêëìíîïñòóôõöøùúûüßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜ";

/// Whether each character of a word that is no ASCII can be nothing but a letter of it.
fn is_western_word(word: &str) -> bool {
    let mut before = ' ';
    word.chars().count() > 2
        && word.chars().all(|char| {
            let before = std::mem::replace(&mut before, char);
            let turns = char.is_uppercase() && before.is_lowercase();
            char.is_ascii_alphabetic() || WESTERN_LETTERS.contains(char) && !turns
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Asked, Buffer, EncodingDecision, SourceId, TextReader, decide};

    const CHINESE: &[&str] = &[
        "磨坊",
        "河边的老磨坊",
        "名称: 水车\n地点: 河的左岸\n",
        "name,place\n水车,河边\n石磨,院子\n",
        "这座磨坊建于一百二十年前，用水车带动两盘石磨，每天能磨三百斤面粉。",
        "甲乙丙丁",
        "官家",
        "目乔",
        "公园 街道",
        "面粉",
    ];
    const TRADITIONAL: &[&str] = &[
        "水車與磨坊",
        "這座磨坊建於一百二十年前，用水車帶動兩盤石磨，每天能磨三百斤麵粉。",
        "名稱: 水車\n地點: 河的左岸\n",
        "臺灣的稻米",
        "水車",
        "麵粉",
        "河邊 磨坊",
    ];
    const JAPANESE: &[&str] = &[
        "水車小屋",
        "この水車小屋は百二十年前に建てられ、二つの石臼を動かしています。",
        "名前,場所\n水車,川のほとり\n",
        "コムギとライムギ",
        "りんご",
        "水車",
        "東京都",
        "小麦 大麦",
    ];
    /// Katakana of half the width, which ISO-2022-JP has no bytes for.
    const HALF_WIDTH: &[&str] = &["ｺﾑｷﾞ", "ﾗｲﾑｷﾞ ﾄ ｺﾑｷﾞ"];
    const KOREAN: &[&str] = &[
        "물레방아",
        "이 물레방아는 백이십 년 전에 세워졌고 하루에 밀가루 삼백 근을 빻습니다.",
        "이름,장소\n방아,강가\n",
        "밀 보리",
        "커피",
        "바소무토",
        "맷돌",
        "밀가루",
        "서울 부산",
    ];
    const WESTERN: &[&str] = &[
        "Mühle",
        "id,name\n1,Mühle am Fluß\n2,Getreide für Brötchen\n",
        "Le vieux moulin à eau a été bâti près de la rivière, où l’on moud le blé.",
        "El molino de la señora Núñez está al otro lado del río.",
        "25 °C – 5 €",
        "Vandmøllen på øen",
        "café",
    ];
    const POLISH: &[&str] =
        &["Młyn nad rzeką", "Żyto i pszenica są mielone każdego dnia w młynie."];
    const RUSSIAN: &[&str] =
        &["мельница", "Эта мельница стоит на берегу реки уже сто двадцать лет.", "имя: жёрнов\n"];
    const GREEK: &[&str] = &["Ο παλιός μύλος στέκεται δίπλα στο ποτάμι."];

    fn read(raw: &[u8], asked: Asked<'_>) -> (EncodingDecision, String) {
        let decision = decide(|| Ok(raw), asked).unwrap();
        let mut reader = TextReader::new(raw, &decision, 64);
        let mut buffer = Buffer::new(SourceId(0), &decision);
        while reader.read(&mut buffer).unwrap() {}
        (decision, buffer.text().to_owned())
    }

    fn is_damaged(decision: &EncodingDecision) -> bool {
        decision.coding.is_utf8() && !decision.utf8
    }

    /// No text is read as another one without a word.
    #[test]
    fn what_is_read_wrong_is_told() {
        let table: &[(&[&str], &[&[&str]])] = &[
            (&["gb18030"], &[CHINESE]),
            (&["big5"], &[TRADITIONAL]),
            (&["shift_jis", "euc-jp", "iso-2022-jp"], &[JAPANESE]),
            (&["shift_jis", "euc-jp"], &[HALF_WIDTH]),
            (&["euc-kr"], &[KOREAN]),
            (&["windows-1252"], &[WESTERN]),
            (&["windows-1250", "iso-8859-2"], &[POLISH]),
            (&["windows-1251", "koi8-u", "ibm866"], &[RUSSIAN]),
            (&["windows-1253"], &[GREEK]),
            (&["utf-8"], &[CHINESE, WESTERN, RUSSIAN, JAPANESE]),
        ];
        let (mut count, mut wrong, mut quiet) = (0, Vec::new(), 0);
        for (labels, texts) in table {
            for (label, text) in labels.iter().flat_map(|label| {
                texts.iter().flat_map(|texts| texts.iter()).map(move |text| (*label, *text))
            }) {
                let encoding = Encoding::for_label(label.as_bytes()).unwrap();
                for text in [text.to_owned(), format!("{text}\n").repeat(40)] {
                    let (raw, _, unmapped) = encoding.encode(&text);
                    if unmapped {
                        continue;
                    }
                    count += 1;
                    let (decision, read) = read(&raw, Asked::default());
                    let told = decision.certainty == Certainty::Doubtful || is_damaged(&decision);
                    quiet += u32::from(!told);
                    if read != text && !told {
                        wrong.push(format!("{label} as {}: {read:.40}", decision.coding.name()));
                    }
                }
            }
        }
        assert!(count >= 60, "{count} texts");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(quiet >= count / 3, "{quiet} of {count} are read without a word");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { ..Default::default() })]
        /// Whatever common characters a text has, be it two or twenty.
        #[test]
        fn common_characters_are_read_right_or_told(
            which in 0..5_usize,
            picked in proptest::collection::vec(proptest::prelude::any::<proptest::sample::Index>(), 2..20),
        ) {
            let common: [(&'static Encoding, &str); 5] = [
                (EUC_KR, "이다의는에을가고한를은지하로아사기어리도인있나자대시그라서일수해커피소무토바밀물방차맛집길꽃논밭돌강산말글책눈비달별"),
                (GB18030, "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年水车河边石磨"),
                (BIG5, "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年水車河邊石磨"),
                (SHIFT_JIS, "のにはをたがでてとしれさあるいなもこコムギライ日一国人年大十二本中長出三時行見月分後前生五間上水車川石"),
                (EUC_JP, "のにはをたがでてとしれさあるいなもこコムギライ日一国人年大十二本中長出三時行見月分後前生五間上水車川石"),
            ];
            let (encoding, common) = common[which];
            let chars: Vec<_> = common.chars().collect();
            let text: String = picked.iter().map(|at| chars[at.index(chars.len())]).collect();
            // What is clean UTF-8 by chance is taken for that.
            proptest::prop_assume!(std::str::from_utf8(&encoding.encode(&text).0).is_err());
            for text in [format!("{text}\n"), format!("a: {text}\n"), format!("{text}\n").repeat(30)] {
                let (decision, read) = read(&encoding.encode(&text).0, Asked::default());
                let told = decision.certainty == Certainty::Doubtful || is_damaged(&decision);
                proptest::prop_assert!(read == text || told, "{text} as {}", decision.coding.name());
            }
        }
    }

    /// Records of many characters, each with others.
    fn records(common: &str, n: usize) -> String {
        let chars: Vec<_> = common.chars().collect();
        let mut seed = 1_usize;
        let mut next = || {
            seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12345) % (1 << 31);
            chars[(seed >> 8) % chars.len()]
        };
        let mut word = |n: usize| (0..n).map(|_| next()).collect::<String>();
        (0..n)
            .map(|n| format!("title: {} {}\nn: {n}\n", word(3 + n % 4), word(2 + n % 3)))
            .collect::<Vec<_>>()
            .concat()
    }

    const COMMON: [(&str, &str); 5] = [
        (
            "big5",
            "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年水車河邊石磨標題測試文",
        ),
        (
            "shift_jis",
            "のにはをたがでてとしれさあるいなもこコムギライ日一国人年大十二本中長出三時行見月分後前生五間上水車川石",
        ),
        (
            "euc-jp",
            "のにはをたがでてとしれさあるいなもこコムギライ日一国人年大十二本中長出三時行見月分後前生五間上水車川石",
        ),
        (
            "euc-kr",
            "이다의는에을가고한를은지하로아사기어리도인있나자대시그라서일수해커피소무토바밀물방차맛집길꽃논밭돌강산말글책눈비달별",
        ),
        (
            "gb18030",
            "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年水车河边石磨",
        ),
    ];

    /// That GB18030 reads almost anything makes nothing of another encoding Chinese.
    #[test]
    fn a_damaged_place_does_not_make_it_another_encoding() {
        let mut wrong = Vec::new();
        for (label, common) in COMMON {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            for n in [20, 1000] {
                let raw = encoding.encode(&records(common, n)).0.into_owned();
                assert!(
                    encoding.decode_without_bom_handling_and_without_replacement(&raw).is_some()
                );
                let high: Vec<_> = (0..raw.len()).filter(|at| !raw[*at].is_ascii()).collect();
                let middle = high[high.len() / 2];
                let line = raw[..middle].iter().rposition(|byte| *byte == b' ').unwrap() + 1;
                let mut damaged: Vec<(String, Vec<u8>)> = Vec::new();
                for byte in [0xff, 0xfe, 0xa0, 0x80] {
                    for at in [line, middle, line + 2] {
                        let raw = [&raw[..at], &[byte], &raw[at..]].concat();
                        damaged.push((format!("{byte:x} at {at}"), raw));
                    }
                }
                let lead = raw[..raw.len() - 5].iter().rposition(|byte| *byte == b' ').unwrap();
                damaged.push(("cut".to_owned(), raw[..=lead + 1].to_vec()));
                for (what, raw) in damaged {
                    let (decision, text) = read(&raw, Asked::default());
                    let is_told = text.contains('\u{fffd}')
                        || encoding
                            .decode_without_bom_handling_and_without_replacement(&raw)
                            .is_some();
                    if decision.coding != Coding::Web(encoding) || !is_told {
                        wrong.push(format!("{label}, {n}, {what}: {}", decision.coding.name()));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// To decode a source takes longest of all that is done to decide: what one encoding makes of it is known once
    /// it has been read to its end, and until then twice at most.
    #[test]
    fn a_damaged_source_is_not_read_again_for_what_is_known() {
        for (label, common) in COMMON {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let mut raw = encoding.encode(&records(common, 1000)).0.into_owned();
            let feed =
                raw.len() / 2 + raw[raw.len() / 2..].iter().position(|b| *b == b'\n').unwrap();
            raw.insert(feed, 0xff);
            let mut opens = 0;
            let open = || {
                opens += 1;
                Ok(raw.as_slice())
            };
            let decision = decide(open, Asked::default()).unwrap();
            assert_eq!(decision.coding, Coding::Web(encoding));
            assert!(opens <= 8, "{label}: {opens}");
        }
    }

    #[test]
    fn damage_in_what_comes_again_and_again_is_told() {
        let text = (0..1000).map(|n| format!("title: 標題測試中文{n}\nn: {n}\n"));
        let text = text.collect::<Vec<_>>().concat();
        let mut raw = BIG5.encode(&text).0.into_owned();
        let middle = raw.len() / 2;
        raw.insert(middle + raw[middle..].iter().position(|byte| !byte.is_ascii()).unwrap(), 0x80);
        let (decision, text) = read(&raw, Asked::default());
        assert_eq!(decision.coding.name(), "Big5");
        assert!(text.contains('\u{fffd}'));
        // Named candidates are weighed alike.
        let candidates = ["utf-8", "gb18030", "big5", "windows-1252"]
            .map(|label| Coding::of_label(label).unwrap());
        let asked = Asked { named: None, candidates: &candidates };
        assert_eq!(read(&raw, asked).0.coding.name(), "Big5");
    }

    #[test]
    fn chinese_needs_no_word() {
        for text in CHINESE {
            let (decision, read) = read(&GB18030.encode(text).0, Asked::default());
            let told = decision.certainty == Certainty::Doubtful;
            assert!(read == *text || told, "{text}");
            assert!(!told || text.chars().count() < 16, "{text} as {}", decision.coding.name());
        }
    }

    #[test]
    fn candidates_are_weighed_in_their_order() {
        let candidates =
            ["utf-8", "gb18030", "windows-1252"].map(|label| Coding::of_label(label).unwrap());
        let asked = Asked { named: None, candidates: &candidates };
        for text in [CHINESE[4], WESTERN[1], WESTERN[2]] {
            let encoding = if text == CHINESE[4] { GB18030 } else { WINDOWS_1252 };
            let (decision, read) = read(&encoding.encode(text).0, asked);
            assert_eq!(read, text);
            assert!(decision.certainty > Certainty::Doubtful, "{text}");
        }
    }

    /// What is told of lines in an encoding, behind which a line in UTF-8 may stand.
    fn misread_of(label: &str, lines: &[&str], behind: &str) -> Vec<String> {
        let coding = Coding::of_label(label).unwrap();
        let Coding::Web(encoding) = coding else { panic!("{label}") };
        let head = lines.join("\n") + "\n";
        let mut raw = match label {
            "utf-16le" => head.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => head.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => encoding.encode(&head).0.into_owned(),
        };
        raw.extend_from_slice(behind.as_bytes());
        let text = encoding.decode_without_bom_handling(&raw).0;
        let from = text.len() - encoding.decode_without_bom_handling(behind.as_bytes()).0.len();
        let found = misread(&text, &raw, coding, false);
        assert!(
            found.iter().all(|found| found.range.start >= from),
            "{label} {lines:?}: {found:?}"
        );
        found.into_iter().map(|found| text[found.range].to_owned()).collect()
    }

    #[test]
    fn lines_of_utf8_in_another_encoding_are_told() {
        for (label, line) in [
            ("gb18030", "n: 头晕胸闷\n"),
            ("gb18030", "n: 肺炎\n"),
            ("gbk", "\u{feff}n: 1\n"),
            ("big5", "水車小屋和磨坊\n"),
            ("shift_jis", "この水車小屋\n"),
            ("euc-kr", "물레방아\n"),
            ("windows-1252", "t: Zoë\n"),
            ("windows-1252", "Übung\n"),
            ("windows-1252", "it’s\n"),
            ("windows-1252", "t: Müller\n"),
            ("windows-1252", "MÜHLE\n"),
            ("windows-1252", "5 €\n"),
            ("windows-1252", "20 °C\n"),
            ("windows-1252", "© 1921\n"),
            ("windows-1251", "5 €\n"),
            ("windows-1251", "мельница\n"),
        ] {
            assert_eq!(misread_of(label, &["n: 1"], line).len(), 1, "{label} {line}");
        }
        let behind = "t: c\nn: d\nt: e\nn: f\n";
        for label in ["utf-16le", "utf-16be"] {
            assert_eq!(misread_of(label, &["t: a", "n: b"], behind).len(), 1, "{label}");
        }
        let swapped = misread("a\u{fffe}b", b"a\0\xfe\xffb\0", Coding::Web(UTF_16LE), false);
        assert_eq!(swapped[0].range, 1..4);
    }

    #[test]
    fn text_in_its_own_encoding_stays_quiet() {
        let western = [
            "Spaß“ und groß“",
            "MANHÃ”",
            "« café\u{a0}»",
            "IRMÃ\u{a0}MARIA",
            "5 €, 20 °C",
            "ÜBUNG…",
            "à … ou é…”",
        ];
        let kana = ["そうですか…」と《上》は※いった、ありがとう…」", "「はい…《それ》は※すこし…」"];
        let han = ["上……不过他们还是走了《上海》……一下", "链接", "联通", "磨坊上……的"];
        for (labels, texts) in [
            (&["windows-1252"][..], &[WESTERN, &western][..]),
            (&["gb18030", "gbk", "utf-16le", "utf-16be"], &[CHINESE, &han]),
            (&["big5", "utf-16le"], &[TRADITIONAL]),
            (&["shift_jis", "euc-jp", "utf-16le", "utf-16be"], &[JAPANESE, HALF_WIDTH, &kana]),
            (&["euc-kr", "utf-16le"], &[KOREAN]),
            (&["windows-1251", "koi8-u", "utf-16be"], &[RUSSIAN]),
            (&["windows-1251"], &[&["«В»", "В\u{a0}1921", "№ 5", "5 °C"]]),
            (&["windows-1250"], &[POLISH]),
        ] {
            for label in labels {
                for texts in texts {
                    assert_eq!(misread_of(label, texts, ""), [""; 0], "{label}");
                }
            }
        }
        // Every two common characters of Chinese, and some three.
        let common: Vec<char> = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年水车河边石磨联通链接脉硬化头晕胸闷肺炎高血压患者应当按时服药".chars().collect();
        let mut lines = Vec::new();
        for (n, a) in common.iter().enumerate() {
            for (m, b) in common.iter().enumerate() {
                lines.push(format!("{a}{b}"));
                lines.push(format!("{a}{b}{}", common[(n * 7 + m * 13) % common.len()]));
            }
        }
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        assert_eq!(misread_of("gb18030", &lines, ""), [""; 0]);
    }

    const NAMED: [&str; 6] = ["shift_jis", "gb18030", "gbk", "big5", "euc-jp", "euc-kr"];

    /// Whether a source is known to be UTF-8 that another encoding is named for.
    fn is_told(raw: &[u8], label: &str) -> bool {
        let named = Coding::of_label(label);
        decide(|| Ok(raw), Asked { named, candidates: &[] }).unwrap().misnamed
    }

    #[test]
    fn utf8_that_another_encoding_is_named_for_is_told() {
        for text in [
            "1,日本\n2,café\n",
            "1,日本\n",
            "café",
            "Élan, Übung",
            "MÜHLE",
            "id,price\n1,£5\n",
            "20 °C",
            "5 µm",
            "10 m²",
            "it’s",
            "5 €",
            "мельница",
            "река и лес",
            "μύλος",
            "טחנה",
            "طاحونة",
            "물레방아",
            "水車小屋",
            "😀",
            "a 😀 b",
        ] {
            for label in NAMED {
                assert!(is_told(text.as_bytes(), label), "{label} {text}");
            }
        }
        for label in NAMED.into_iter().chain(["windows-1252", "utf-16le", "utf-8"]) {
            assert!(!is_told(b"id,name\n1,cafe\n", label), "{label}");
        }
        assert!(!is_told("café".as_bytes(), "utf-8"));
    }

    /// A source may well be two characters that are UTF-8 by chance.
    #[test]
    fn text_that_is_utf8_by_chance_stays_quiet() {
        let mut count = 0;
        for label in NAMED {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            // All characters of two bytes, the half-width ones of Shift_JIS in pairs.
            let chars: Vec<String> = (0xc2..=0xdf_u8)
                .flat_map(|lead| (0x80..=0xbf_u8).map(move |trail| [lead, trail]))
                .filter_map(|raw| {
                    let text =
                        encoding.decode_without_bom_handling_and_without_replacement(&raw)?;
                    Some(text.into_owned())
                })
                .collect();
            for (n, a) in chars.iter().enumerate() {
                let b = &chars[(n * 7 + 13) % chars.len()];
                for text in [
                    format!("n: {a}{b}\n"),
                    a.clone(),
                    format!("5{a}{b} A\n3{a}"),
                    format!("DNA{a}"),
                    format!("n: {a}\n").repeat(40),
                ] {
                    let raw = encoding.encode(&text).0;
                    if std::str::from_utf8(&raw).is_ok() {
                        count += 1;
                        // `É`, `²` and the like stand so in UTF-8, too.
                        let both = text.starts_with("DNA") && is_told(&raw, label);
                        assert!(both || !is_told(&raw, label), "{label} {text}");
                    }
                }
            }
        }
        assert!(count > 10_000, "{count}");
    }

    #[test]
    fn a_handful_of_bytes_in_much_ascii_is_damage_or_western() {
        let line = b"the mill by the river\n";
        let of = |words: &[&[u8]]| {
            let mut raw = Vec::new();
            for word in words {
                raw.extend(
                    std::iter::once(*word).chain([b" ".as_slice()]).collect::<Vec<_>>().concat(),
                );
                raw.extend(line.repeat(60));
            }
            let (decision, text) = read(&raw, Asked::default());
            assert_eq!(decision.certainty, Certainty::Doubtful);
            (decision.coding.name(), text.matches(char::REPLACEMENT_CHARACTER).count())
        };
        assert_eq!(of(&[b"o\xff", b"\xfe", b"\xd0x"]), ("UTF-8", 3));
        assert_eq!(of(&[b"\xe9", b"4\xe92", b"a\x81"]), ("UTF-8", 3));
        assert_eq!(of(&[b"lo\xe7", b"lo\xfe", b"riv\xd0r"]), ("UTF-8", 3));
        assert_eq!(of(&[b"caf\xe9"]), ("windows-1252", 0));
        assert_eq!(of(&[b"na\xefve", b"Andr\xe9", b"25 \xb0C"]), ("windows-1252", 0));
        // More than one in a word, or than a handful, is a language.
        let (raw, ..) = encoding_rs::WINDOWS_1251.encode("мельница");
        assert_eq!(of(&[&raw]), ("windows-1251", 0));
    }

    #[test]
    fn signs_alone_are_western_and_doubtful() {
        for text in [
            "id,price\n1,£5\n",
            "id,price\n1,£5\n2,£6\n3,£7\n4,£8\n",
            "id,price\n1,£5\n2,£6\n3,5 µm ± 2\n",
            "±",
            "a\n±\n",
            "10 µg/m³",
            "5 µm",
            "5µm\n",
            "«oui»",
            "«oui, c'est bien»\n",
            "20 °C\n",
            "3 m² - 4 km²\n",
            "5 ½ lb",
            "§ 5, 10 ¢",
            "a – b",
            "5 € … 6 €",
        ] {
            let (decision, found) = read(&WINDOWS_1252.encode(text).0, Asked::default());
            assert_eq!(
                (decision.coding.name(), decision.certainty, found.as_str()),
                ("windows-1252", Certainty::Doubtful, text)
            );
        }
        // Letters of other encodings are none of these signs, nor are characters of two bytes.
        for (label, texts) in [
            ("iso-8859-2", &["był", "Ławka", "są", "ľad", "mąka", "5 ľudí", "že ťa"][..]),
            ("windows-1250", &["był", "są", "już", "łany"]),
            ("windows-1251", &["№ 5", "їжак"]),
            ("big5", &["功", "5功", "我們", "一"]),
            ("gb18030", &["一", "5楼", "丂"]),
            ("shift_jis", &["ソ", "表5", "ｱｲ"]),
            ("euc-kr", &["가", "5층"]),
        ] {
            for text in texts {
                let encoding = Encoding::for_label(label.as_bytes()).unwrap();
                assert!(!are_signs(&encoding.encode(text).0), "{label} {text}");
            }
        }
    }

    #[test]
    fn a_damaged_line_is_no_line_in_another_encoding() {
        let line = "磨坊在河的那一边".as_bytes();
        assert!(!reads_line(GB18030, &line[1..]));
        assert!(reads_line(GB18030, &GB18030.encode("新的磨石").0));
        assert!(reads_line(WINDOWS_1252, b"M\xfchle") && !reads_line(WINDOWS_1252, b"a \xff\x81"));
        // Cut within the last character.
        for text in ["標題", "title: 標題", "題", "n: 標題標"] {
            for cut in 1..3 {
                assert!(!reads_line(GB18030, &text.as_bytes()[..text.len() - cut]), "{text} {cut}");
            }
        }
        assert!(!reads_line(WINDOWS_1252, &"Zoë".as_bytes()[..3]));
        assert!(reads_line(WINDOWS_1252, b"caf\xe9"));
        // A byte lost, wherever.
        for text in ["title: 標題\n", "標題測試\n", "n: 標題 測試 水車\n"] {
            for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
                let mut line = text.as_bytes().to_vec();
                line.remove(at);
                for encoding in [GB18030, BIG5] {
                    assert!(!reads_line(encoding, &line), "{text} without {byte:x} at {at}");
                }
            }
        }
    }

    /// Hardly any two common characters make one of UTF-8 and a piece of another.
    #[test]
    fn a_short_line_in_another_encoding_is_read_in_it() {
        for (label, common) in COMMON {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let chars: Vec<char> = common.chars().collect();
            let (mut all, mut lost) = (0, Vec::new());
            for (a, b) in chars.iter().flat_map(|a| chars.iter().map(move |b| (a, b))) {
                for line in [format!("n: {a}{b}\n"), format!("{a}{b}{a}\n"), format!("{a}{b}")] {
                    let raw = encoding.encode(&line).0;
                    if std::str::from_utf8(&raw).is_err() {
                        all += 1;
                        if !reads_line(encoding, &raw) {
                            lost.push(line);
                        }
                    }
                }
            }
            assert!(lost.len() * 1000 <= all, "{label}: {} of {all}, {lost:?}", lost.len());
        }
    }
}
