//! Which encoding a source is in, and its text.
//!
//! The encoding is decided on the whole source before any of it is used:
//! strict UTF-8 first; else GB18030 if that decodes without a fault; else the
//! one of the two with fewer faults, whose faulty bytes become U+FFFD. A named
//! encoding is taken at its word.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8};

/// What was decided about a source, and what was seen on the way.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// The length of the byte order mark in bytes; 0 without one.
    pub bom: usize,
    /// Sequences of bytes that are no text in the encoding.
    pub faults: u64,
    /// Of a source that is not UTF-8: how many sequences were no UTF-8. A few
    /// in a long source mean damaged UTF-8 rather than another encoding; where
    /// there are many, not all are counted.
    pub utf8_faults: u64,
    /// In how many bytes they were counted.
    pub utf8_seen: u64,
    /// Whether the source holds a NUL byte.
    pub nul: bool,
    /// The length of the source in bytes.
    pub len: u64,
}

impl Decision {
    /// Whether the text is the bytes of the file, byte for byte.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.encoding == UTF_8 && self.faults == 0
    }

    /// Whether a source that was read in another encoding is nearly all UTF-8.
    /// Text in GB18030 has a fault of UTF-8 in nearly every character.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.encoding == GB18030
            && self.utf8_faults > 0
            && self.utf8_faults.saturating_mul(200) < self.utf8_seen
    }
}

/// How much is read at once while deciding, in bytes.
const BLOCK: usize = 256 * 1024;

/// Reads a source to its end and decides how it is encoded.
///
/// # Errors
///
/// Whatever `open` and the reader it returns report.
pub fn decide<R: Read>(
    mut open: impl FnMut() -> io::Result<R>,
    named: Option<&'static Encoding>,
) -> io::Result<Decision> {
    let mut utf8 = Utf8Check::default();
    let (mut len, mut nul) = (0_u64, false);
    let mut head = [0_u8; 3];
    let mut reader = open()?;
    let mut block = vec![0_u8; BLOCK];
    loop {
        let n = fill(&mut reader, &mut block)?;
        if n == 0 {
            break;
        }
        let piece = &block[..n];
        if len == 0 {
            head[..n.min(3)].copy_from_slice(&piece[..n.min(3)]);
        }
        len += n as u64;
        nul = nul || memchr::memchr(0, piece).is_some();
        utf8.push(piece);
    }
    utf8.finish();
    let marked = Encoding::for_bom(&head);
    let encoding = match (named, marked) {
        (Some(named), _) => named,
        (None, Some((marked, _))) => marked,
        (None, None) if utf8.faults == 0 => UTF_8,
        (None, None) => GB18030,
    };
    let bom = marked.filter(|(marked, _)| *marked == encoding).map_or(0, |(_, length)| length);
    let mut decision = Decision {
        encoding,
        bom,
        faults: 0,
        utf8_faults: utf8.faults,
        utf8_seen: utf8.seen,
        nul,
        len,
    };
    if encoding == UTF_8 {
        decision.faults = utf8.faults;
        return Ok(decision);
    }
    decision.faults = count_faults(&mut open()?, encoding, bom, &mut block)?;
    if named.is_some() || marked.is_some() || decision.faults == 0 {
        return Ok(decision);
    }
    // Text in neither: now all faults count.
    if utf8.faults >= MANY {
        utf8 = Utf8Check { exact: true, ..Utf8Check::default() };
        let mut reader = open()?;
        loop {
            let n = fill(&mut reader, &mut block)?;
            if n == 0 {
                break;
            }
            utf8.push(&block[..n]);
        }
        utf8.finish();
    }
    if decision.faults >= utf8.faults {
        decision.encoding = UTF_8;
        decision.faults = utf8.faults;
    }
    Ok(decision)
}

/// Reads until the buffer is full or the source ends.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Counts faulty sequences of UTF-8 over blocks cut anywhere.
#[derive(Default)]
struct Utf8Check {
    /// The bytes of a character that the last block cut.
    carry: Vec<u8>,
    faults: u64,
    /// How many bytes were looked at.
    seen: u64,
    /// Whether to count on where there are many.
    exact: bool,
}

/// So many faults tell that a source is no UTF-8. To find each takes longer than
/// to find none.
const MANY: u64 = 10_000;

impl Utf8Check {
    fn push(&mut self, piece: &[u8]) {
        if self.faults >= MANY && !self.exact {
            self.carry.clear();
            return;
        }
        self.seen += piece.len() as u64;
        let mut rest = piece;
        while !self.carry.is_empty() && !rest.is_empty() {
            self.carry.push(rest[0]);
            rest = &rest[1..];
            let carry = std::mem::take(&mut self.carry);
            self.check(&carry);
        }
        self.check(rest);
    }

    fn check(&mut self, mut piece: &[u8]) {
        while let Err(error) = simdutf8::compat::from_utf8(piece) {
            let after = &piece[error.valid_up_to()..];
            if let Some(length) = error.error_len() {
                self.faults += 1;
                piece = &after[length..];
            } else {
                self.carry = after.to_vec();
                return;
            }
        }
    }

    fn finish(&mut self) {
        self.faults += u64::from(!self.carry.is_empty());
    }
}

/// Counts the sequences that are no text in the encoding.
fn count_faults(
    reader: &mut impl Read,
    encoding: &'static Encoding,
    bom: usize,
    block: &mut [u8],
) -> io::Result<u64> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = vec![0_u8; block.len() * 3 + 16];
    let mut skip = bom;
    let mut faults = 0;
    loop {
        let n = fill(reader, block)?;
        let mut piece = &block[skip.min(n)..n];
        skip -= skip.min(n);
        loop {
            let (result, read, _) =
                decoder.decode_to_utf8_without_replacement(piece, &mut out, n == 0);
            piece = &piece[read..];
            match result {
                DecoderResult::Malformed(..) => faults += 1,
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
            }
        }
        if n == 0 {
            return Ok(faults);
        }
    }
}

/// Reads a source as text, block by block.
pub struct TextReader<R> {
    reader: R,
    block: Vec<u8>,
    decoder: Option<Decoder>,
    scratch: String,
    /// Bytes of a character that the last block cut; clean UTF-8 only.
    carry: usize,
    skip: usize,
    ended: bool,
    /// The hash of what was read. It is made here and not while the encoding is
    /// decided, for then nothing else can be done.
    hasher: blake3::Hasher,
}

impl<R: Read> TextReader<R> {
    /// Reads `block` bytes of the source at a time.
    #[must_use]
    pub fn new(reader: R, decision: &Decision, block: usize) -> Self {
        let decoder =
            (!decision.is_same()).then(|| decision.encoding.new_decoder_without_bom_handling());
        Self {
            reader,
            // A character has at most four bytes: a smaller block could not hold one.
            block: vec![0; block.max(4)],
            decoder,
            scratch: String::new(),
            carry: 0,
            skip: decision.bom,
            ended: false,
            hasher: blake3::Hasher::new(),
        }
    }

    /// The BLAKE3 hash of all bytes that were read.
    #[must_use]
    pub fn hash(&self) -> blake3::Hash {
        self.hasher.finalize()
    }

    /// Appends the next block to `text`, and to `raw` the bytes that it was
    /// decoded from if the two differ. Returns false once the source has ended.
    ///
    /// # Errors
    ///
    /// Whatever the reader reports; and a source that changed under the reader.
    pub fn read(&mut self, text: &mut String, raw: &mut Vec<u8>) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        while self.skip > 0 {
            let n = fill(&mut self.reader, &mut self.block[..self.skip.min(4)])?;
            if n == 0 {
                break;
            }
            self.hasher.update(&self.block[..n]);
            self.skip -= n;
        }
        let start = self.carry;
        let n = fill(&mut self.reader, &mut self.block[start..])?;
        self.ended = n == 0;
        self.hasher.update(&self.block[start..start + n]);
        if let Some(decoder) = &mut self.decoder {
            raw.extend_from_slice(&self.block[..n]);
            self.scratch.clear();
            self.scratch.reserve(n * 3 + 16);
            // Enough room for any encoding: the whole block is read in one go.
            let _ = decoder.decode_to_string(&self.block[..n], &mut self.scratch, self.ended);
            text.push_str(&self.scratch);
            return Ok(!self.ended || !self.scratch.is_empty());
        }
        let filled = start + n;
        let valid = match simdutf8::compat::from_utf8(&self.block[..filled]) {
            Ok(piece) => {
                text.push_str(piece);
                filled
            }
            Err(error) if error.error_len().is_none() && !self.ended => {
                let valid = error.valid_up_to();
                if let Ok(piece) = simdutf8::basic::from_utf8(&self.block[..valid]) {
                    text.push_str(piece);
                }
                valid
            }
            Err(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the file changed while it was read",
                ));
            }
        };
        self.block.copy_within(valid..filled, 0);
        self.carry = filled - valid;
        Ok(!self.ended)
    }
}

/// The encoding of a WHATWG label such as `gb18030` or `utf-8`; none for an
/// unknown label.
#[must_use]
pub fn label_of(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &[u8], block: usize) -> (Decision, String, Vec<u8>) {
        let decision = decide(|| Ok(raw), None).unwrap();
        let mut reader = TextReader::new(raw, &decision, block);
        let (mut text, mut bytes) = (String::new(), Vec::new());
        while reader.read(&mut text, &mut bytes).unwrap() {}
        (decision, text, bytes)
    }

    #[test]
    fn utf8_comes_first_and_any_block_gives_the_same() {
        let raw = "\u{feff}简介 甲\r\n治愈率 80%".as_bytes();
        for block in 1..9 {
            let (decision, text, _) = read(raw, block);
            assert_eq!((decision.encoding, decision.bom), (UTF_8, 3));
            assert_eq!(text, "简介 甲\r\n治愈率 80%", "block {block}");
        }
    }

    #[test]
    fn gb18030_is_taken_when_it_has_no_fault() {
        let raw = GB18030.encode("简介 甲\n治愈率 80%，约\n").0;
        for block in 4..9 {
            let (decision, text, bytes) = read(&raw, block);
            assert_eq!((decision.encoding, decision.faults), (GB18030, 0));
            assert_eq!(text, "简介 甲\n治愈率 80%，约\n");
            assert_eq!(bytes, &*raw);
        }
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        let raw = b"\xe7\xae\x80\xe4\xbb\x8b \xff\n a\xe7\xae\n";
        let (decision, text, _) = read(raw, 4);
        assert_eq!((decision.encoding, decision.faults), (UTF_8, 2));
        assert_eq!(text, "简介 \u{fffd}\n a\u{fffd}\n");
    }

    #[test]
    fn many_faults_are_counted_only_where_they_matter() {
        let text = GB18030.encode(&"治愈率 80%\n".repeat(40_000)).0.into_owned();
        let decision = decide(|| Ok(text.as_slice()), None).unwrap();
        assert_eq!((decision.encoding, decision.faults), (GB18030, 0));
        assert!(decision.utf8_seen < decision.len && !decision.is_doubtful());
        // Clean for long, then damaged: doubtful however much is wrong at the end.
        let mut mixed = "治愈率 80%\n".repeat(400_000).into_bytes();
        mixed.extend(&text);
        let decision = decide(|| Ok(mixed.as_slice()), None).unwrap();
        assert!(decision.encoding == UTF_8 || decision.is_doubtful());
        // In neither encoding: the one with fewer faults, all of them counted.
        let broken = b"\xff ".repeat(30_000);
        let decision = decide(|| Ok(broken.as_slice()), None).unwrap();
        assert_eq!((decision.encoding, decision.faults), (UTF_8, 30_000));
    }

    #[test]
    fn an_empty_source_is_utf8() {
        let (decision, text, _) = read(b"", 4);
        assert_eq!((decision.encoding, decision.len, text.as_str()), (UTF_8, 0, ""));
    }
}
