//! Compressed bytes as the bytes they stand for.
//!
//! A codec is recognized by the first bytes, never by an extension. Bytes are
//! decompressed on a thread of their own, so that whoever reads them need not
//! wait. Limits keep a file that expands without end from filling memory, disk
//! or time.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use liblzma::bufread::XzDecoder;
use serde::{Deserialize, Serialize};

/// A form of compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// gzip (RFC 1952), one member or several.
    Gzip,
    /// Zstandard (RFC 8878), one frame or several.
    Zstd,
    /// bzip2, one stream or several.
    Bzip2,
    /// xz, one stream or several.
    Xz,
}

impl Codec {
    /// The codec of bytes that begin so, if they are compressed.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 0x08, ..] => Some(Self::Gzip),
            // A frame, or one that may be skipped before it.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            // A block, or the end of a stream that has none.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0x00, ..] => Some(Self::Xz),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }

    /// The extension that such files have.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Zstd => "zst",
            Self::Bzip2 => "bz2",
            Self::Xz => "xz",
        }
    }

    fn decoder(self, reader: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Gzip => Box::new(Members::<GzDecoder<_>>::new(self, reader)?),
            Self::Zstd => Box::new(Members::<zstd::Decoder<'_, _>>::new(self, reader)?),
            Self::Bzip2 => Box::new(Members::<BzDecoder<_>>::new(self, reader)?),
            Self::Xz => Box::new(Members::<XzDecoder<_>>::new(self, reader)?),
        })
    }

    /// Whether bytes are the beginning of something compressed so, be it that not all of it is there.
    fn begins(self, bytes: &[u8]) -> bool {
        let like = |magic: &[u8]| bytes.iter().zip(magic).all(|(byte, known)| byte == known);
        match self {
            Self::Gzip => like(&[0x1f, 0x8b]),
            Self::Zstd => {
                let skipped = matches!(bytes.first(), Some(0x50..=0x5f));
                like(&[0x28, 0xb5, 0x2f, 0xfd]) || skipped && like(&[bytes[0], 0x2a, 0x4d, 0x18])
            }
            Self::Bzip2 => like(b"BZh"),
            Self::Xz => like(&[0xfd, b'7', b'z', b'X', b'Z', 0x00]),
        }
    }

    /// How many bytes the least member has: its head, its end and, for zstd, a block.
    fn least(self) -> u64 {
        match self {
            Self::Gzip => 18,
            Self::Zstd => 9,
            Self::Bzip2 => 14,
            Self::Xz => 32,
        }
    }
}

/// What decodes one member, frame or stream.
trait Member: Read + Sized {
    fn begin(reader: Buffered) -> io::Result<Self>;

    /// What stands behind it, once it has ended.
    fn rest(self) -> Buffered;
}

type Buffered = BufReader<Box<dyn Read + Send>>;

impl Member for GzDecoder<Buffered> {
    fn begin(reader: Buffered) -> io::Result<Self> {
        Ok(Self::new(reader))
    }

    fn rest(self) -> Buffered {
        self.into_inner()
    }
}

impl Member for zstd::Decoder<'static, Buffered> {
    fn begin(reader: Buffered) -> io::Result<Self> {
        Ok(Self::with_buffer(reader)?.single_frame())
    }

    fn rest(self) -> Buffered {
        self.finish()
    }
}

impl Member for BzDecoder<Buffered> {
    fn begin(reader: Buffered) -> io::Result<Self> {
        Ok(Self::new(reader))
    }

    fn rest(self) -> Buffered {
        self.into_inner()
    }
}

impl Member for XzDecoder<Buffered> {
    fn begin(reader: Buffered) -> io::Result<Self> {
        Ok(Self::new(reader))
    }

    fn rest(self) -> Buffered {
        self.into_inner()
    }
}

/// Members, one behind the other. Padding with zeros behind the last, as tapes and blocks have it, is none
/// of it, and whatever else stands there an error.
struct Members<M> {
    codec: Codec,
    member: Option<M>,
    /// Whether one has ended before it.
    several: bool,
}

impl<M: Member> Members<M> {
    fn new(codec: Codec, reader: Box<dyn Read + Send>) -> io::Result<Self> {
        Ok(Self { codec, member: Some(M::begin(buffered(reader))?), several: false })
    }

    /// Goes on behind a member that has ended.
    fn go_on(&mut self, mut rest: Buffered) -> io::Result<()> {
        loop {
            let bytes = rest.fill_buf()?;
            if bytes.is_empty() {
                return Ok(());
            }
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let more = &bytes[zeros..];
            let (only_zeros, begins) = (more.is_empty(), self.codec.begins(more));
            rest.consume(zeros);
            if only_zeros {
                continue;
            }
            if begins {
                self.several = true;
                self.member = Some(M::begin(rest)?);
                return Ok(());
            }
            let behind = Behind(io::copy(&mut rest.take(MOST_BEHIND + 1), &mut io::sink())?);
            // A member may be damaged where it begins, and have gone on with the text before it, if
            // there are several, or enough bytes for one.
            return Err(if self.several || behind.0 >= self.codec.least() {
                io::Error::other(behind.to_string())
            } else {
                io::Error::other(behind)
            });
        }
    }
}

impl<M: Member> Read for Members<M> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let n = member.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            if let Some(member) = self.member.take() {
                self.go_on(member.rest())?;
            }
        }
        Ok(0)
    }
}

/// Up to how many bytes behind the end of compressed data are counted.
const MOST_BEHIND: u64 = 64 * 1024;

/// Bytes that stand behind the end of compressed data, which came whole: they are too few for more of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Behind(u64);

impl Behind {
    /// They, if an error of a reader is that.
    pub(super) fn in_error(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 byte stands behind the end of its compressed data"),
            bytes if bytes > MOST_BEHIND => {
                write!(
                    f,
                    "more than {MOST_BEHIND} bytes stand behind the end of its compressed data"
                )
            }
            bytes => write!(f, "{bytes} bytes stand behind the end of its compressed data"),
        }
    }
}

impl std::error::Error for Behind {}

fn buffered(reader: Box<dyn Read + Send>) -> BufReader<Box<dyn Read + Send>> {
    BufReader::with_capacity(BLOCK, reader)
}

/// How far compressed inputs may expand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// How many times its own length an input may expand to, beyond the first 64 MiB.
    pub expansion: u64,
    /// How many bytes an input may expand to.
    pub bytes: u64,
    /// How many members an archive may have, those of archives in it included.
    pub members: u64,
    /// How many layers of compression and archives there may be.
    pub nesting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { expansion: 1000, bytes: 256 << 30, members: 100_000, nesting: 4 }
    }
}

/// How much an input may expand to before its ratio is looked at, in bytes.
const HARMLESS: u64 = 64 << 20;

/// A limit that an input went beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// See [`Limits::expansion`].
    Expansion(u64),
    /// See [`Limits::bytes`].
    Bytes(u64),
    /// See [`Limits::members`].
    Members(u64),
    /// See [`Limits::nesting`].
    Nesting(usize),
}

impl Exceeded {
    /// What to do about it.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Expansion(_) => "if the file is to be trusted, raise `--max-expansion`",
            Self::Bytes(_) => "if the file is to be trusted, raise `--max-unpacked-bytes`",
            Self::Members(_) => "if the archive is to be trusted, raise `--max-members`",
            Self::Nesting(_) => "unpack the outer layers first",
        }
    }

    /// The limit behind an error of a reader, if one is.
    #[must_use]
    pub fn in_error(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expansion(ratio) => write!(f, "it expands to more than {ratio} times its length"),
            Self::Bytes(bytes) => write!(f, "it expands to more than {bytes} bytes"),
            Self::Members(members) => write!(f, "it has more than {members} members"),
            Self::Nesting(layers) => {
                write!(f, "it has more than {layers} layers of compression and archives")
            }
        }
    }
}

impl std::error::Error for Exceeded {}

impl From<Exceeded> for io::Error {
    fn from(exceeded: Exceeded) -> Self {
        Self::other(exceeded)
    }
}

/// Counts bytes that come out of a compressed input or an archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    limits: Limits,
    /// The length of the compressed input.
    stored: u64,
    /// How many bytes came out of it.
    out: u64,
}

impl Meter {
    pub(super) fn new(limits: Limits, stored: u64) -> Self {
        Self { limits, stored, out: 0 }
    }

    pub(super) fn count(&mut self, bytes: usize) -> Result<(), Exceeded> {
        self.out += bytes as u64;
        if self.out > self.limits.bytes {
            return Err(Exceeded::Bytes(self.limits.bytes));
        }
        if self.out > HARMLESS.max(self.stored.saturating_mul(self.limits.expansion)) {
            return Err(Exceeded::Expansion(self.limits.expansion));
        }
        Ok(())
    }
}

/// Takes layers of compression off, the outermost first, and counts what comes out.
pub(super) fn decompress(
    reader: Box<dyn Read + Send>,
    codecs: &[Codec],
    meter: Meter,
) -> io::Result<Box<dyn Read + Send>> {
    let mut reader = reader;
    for codec in codecs {
        reader = codec.decoder(reader)?;
    }
    Ok(Box::new(Metered { reader, meter }))
}

struct Metered {
    reader: Box<dyn Read + Send>,
    meter: Meter,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.meter.count(n)?;
        Ok(n)
    }
}

/// How much is handed from thread to thread at once, in bytes.
const BLOCK: usize = 256 * 1024;
/// How many blocks may wait.
const WAITING: usize = 4;

/// What the thread hands on.
enum Handed {
    Block(Vec<u8>),
    Failed(io::Error),
    End,
}

/// Reads ahead on a thread of its own, if there can be one.
pub(super) struct Ahead {
    blocks: Receiver<Handed>,
    /// What is read here, as there is no thread.
    here: Option<Box<dyn Read + Send>>,
    block: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Ahead {
    pub(super) fn new(reader: Box<dyn Read + Send>) -> Self {
        Self::on(Builder::new().name("decompress".to_owned()), reader)
    }

    fn on(thread: Builder, reader: Box<dyn Read + Send>) -> Self {
        let (send, blocks) = sync_channel(WAITING);
        // A thread that is not started takes with it what it was given: it is lent the reader once it runs.
        let (handover, lent) = sync_channel::<Box<dyn Read + Send>>(1);
        let started = thread.spawn(move || {
            if let Ok(reader) = lent.recv() {
                hand_on(reader, &send);
            }
        });
        let here = if started.is_ok() {
            let _ = handover.send(reader);
            None
        } else {
            Some(reader)
        };
        Self { blocks, here, block: Vec::new(), at: 0, ended: false }
    }
}

/// Reads to the end, or until nobody listens.
fn hand_on(mut reader: Box<dyn Read + Send>, send: &SyncSender<Handed>) {
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        let read = reader.by_ref().take(BLOCK as u64).read_to_end(&mut block);
        let ended = block.is_empty() && read.is_ok();
        let handed = if ended { Handed::End } else { Handed::Block(block) };
        if send.send(handed).is_err() || ended {
            return;
        }
        if let Err(error) = read {
            let _ = send.send(Handed::Failed(error));
            return;
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(reader) = &mut self.here {
            return reader.read(buffer);
        }
        while self.at == self.block.len() && !self.ended {
            match self.blocks.recv() {
                Ok(Handed::Block(block)) => (self.block, self.at) = (block, 0),
                Ok(Handed::Failed(error)) => return Err(error),
                Ok(Handed::End) => self.ended = true,
                // The thread is gone without having said that this was all.
                Err(_) => return Err(io::Error::other("decompression stopped")),
            }
        }
        let n = buffer.len().min(self.block.len() - self.at);
        buffer[..n].copy_from_slice(&self.block[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Asked, decide};
    use std::io::Write;

    fn packed(codec: Codec, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        match codec {
            Codec::Gzip => {
                let mut writer =
                    flate2::write::GzEncoder::new(&mut out, flate2::Compression::fast());
                writer.write_all(bytes).unwrap();
                writer.finish().unwrap();
            }
            Codec::Zstd => out = zstd::encode_all(bytes, 1).unwrap(),
            Codec::Bzip2 => {
                let mut writer = bzip2::write::BzEncoder::new(&mut out, bzip2::Compression::fast());
                writer.write_all(bytes).unwrap();
                writer.finish().unwrap();
            }
            Codec::Xz => {
                let mut writer = liblzma::write::XzEncoder::new(&mut out, 1);
                writer.write_all(bytes).unwrap();
                writer.finish().unwrap();
            }
        }
        out
    }

    fn unpack(bytes: Vec<u8>, codecs: &[Codec], limits: Limits) -> io::Result<Vec<u8>> {
        let meter = Meter::new(limits, bytes.len() as u64);
        let mut out = Vec::new();
        let reader = decompress(Box::new(io::Cursor::new(bytes)), codecs, meter)?;
        Ahead::new(reader).read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn every_codec_is_told_by_its_first_bytes_and_reads_all_members() {
        for codec in [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz] {
            let mut bytes = packed(codec, "简介 甲\n".as_bytes());
            bytes.extend(packed(codec, "治愈率 80%\n".as_bytes()));
            assert_eq!(Codec::of(&bytes), Some(codec));
            let out = unpack(bytes, &[codec], Limits::default()).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), "简介 甲\n治愈率 80%\n");
            // The first may be empty.
            let bytes = [packed(codec, b""), packed(codec, b"a: 1\n")].concat();
            assert_eq!(Codec::of(&bytes), Some(codec));
            assert_eq!(unpack(bytes, &[codec], Limits::default()).unwrap(), b"a: 1\n");
        }
        assert_eq!(Codec::of("简介 甲".as_bytes()), None);
        assert_eq!(Codec::of(b"BZh is no name"), None);
    }

    #[test]
    fn where_no_thread_can_be_had_it_is_read_all_the_same() {
        let bytes = packed(Codec::Gzip, &b"a: 1\n".repeat(200_000));
        let meter = Meter::new(Limits::default(), bytes.len() as u64);
        let reader = decompress(Box::new(io::Cursor::new(bytes)), &[Codec::Gzip], meter).unwrap();
        // No machine has room for such a stack.
        let mut ahead = Ahead::on(Builder::new().stack_size(1 << 60), reader);
        assert!(ahead.here.is_some());
        let mut out = Vec::new();
        ahead.read_to_end(&mut out).unwrap();
        assert_eq!(out, b"a: 1\n".repeat(200_000));
    }

    #[test]
    fn layers_come_off_from_the_outside() {
        let inner = packed(Codec::Xz, b"a");
        let bytes = packed(Codec::Gzip, &inner);
        assert_eq!(unpack(bytes, &[Codec::Gzip, Codec::Xz], Limits::default()).unwrap(), b"a");
    }

    #[test]
    fn bytes_behind_the_end_are_told_and_zeros_are_none() {
        for codec in [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz] {
            let one = packed(codec, b"id: 1\n");
            let read = |behind: &[u8]| {
                let bytes = [&one, behind].concat();
                let meter = Meter::new(Limits::default(), bytes.len() as u64);
                let reader = decompress(Box::new(io::Cursor::new(bytes)), &[codec], meter).unwrap();
                let mut out = Vec::new();
                let read = Ahead::new(reader).read_to_end(&mut out);
                (out, read.err())
            };
            let (out, none) = read(&[0; 512]);
            assert_eq!((&out[..], none.is_none()), (&b"id: 1\n"[..], true), "{codec:?}");
            let long = vec![b'x'; 1 << 20];
            // As many bytes as a member has may be one whose beginning is damaged.
            let mut damaged = packed(codec, b"");
            damaged[0] = b'x';
            let found = damaged.len();
            for (behind, told, few) in [
                (&b"\ngarbage"[..], "8 bytes stand", true),
                (b"\0\0x", "1 byte stands", true),
                (&damaged, &*format!("{found} bytes stand"), false),
                (&long, "more than 65536 bytes stand", false),
            ] {
                let (out, error) = read(behind);
                assert_eq!(out, b"id: 1\n", "{codec:?}");
                let error = error.unwrap();
                assert_eq!(Behind::in_error(&error).is_some(), few, "{codec:?}");
                let told = format!("{told} behind the end of its compressed data");
                assert_eq!(error.to_string(), told, "{codec:?}");
            }
            // What begins as a member does is one that is cut; of several each may be damaged.
            assert!(Behind::in_error(&read(&one[..5]).1.unwrap()).is_none(), "{codec:?}");
            let (out, error) = read(&[one.as_slice(), b"\ngarbage"].concat());
            assert_eq!(out, b"id: 1\nid: 1\n", "{codec:?}");
            let error = error.unwrap();
            assert!(Behind::in_error(&error).is_none());
            assert!(error.to_string().starts_with("8 bytes stand behind"), "{error}");
        }
    }

    #[test]
    fn what_came_whole_is_not_cut_for_what_stands_behind_it() {
        let fault = |text: &[u8], behind: &[u8]| {
            let bytes = [&packed(Codec::Gzip, text), behind].concat();
            let open = || {
                let meter = Meter::new(Limits::default(), bytes.len() as u64);
                decompress(Box::new(io::Cursor::new(bytes.clone())), &[Codec::Gzip], meter)
            };
            let decision = decide(open, Asked::default()).unwrap();
            (decision.len, decision.broken.map(|fault| (fault.cuts(), fault.to_string())))
        };
        let told = "the source ends here, but 1 byte stands behind the end of its compressed data";
        assert_eq!(fault(b"id: 1\n", b"x"), (6, Some((false, told.to_owned()))));
        assert_eq!(fault(b"", b"x"), (0, Some((false, told.to_owned()))));
        // Half a character at its end is a fault of the text.
        assert_eq!(fault(b"id: \xe7\xa3", b"x").0, 6);
        let (_, cut) = fault(b"id: 1\n", b"\x1f\x8b");
        assert!(cut.unwrap().0);
    }

    #[test]
    fn a_cut_file_is_an_error_and_not_a_short_one() {
        for codec in [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz] {
            let mut bytes = packed(codec, &b"0123456789".repeat(10_000));
            bytes.truncate(bytes.len() - 9);
            assert!(unpack(bytes, &[codec], Limits::default()).is_err(), "{codec:?}");
        }
    }

    #[test]
    fn what_expands_without_end_is_stopped() {
        let bytes = packed(Codec::Zstd, &vec![0; 65 << 20]);
        let error = unpack(bytes.clone(), &[Codec::Zstd], Limits::default()).unwrap_err();
        assert_eq!(Exceeded::in_error(&error), Some(Exceeded::Expansion(1000)));
        let limits = Limits { bytes: 1 << 20, ..Limits::default() };
        let error = unpack(bytes, &[Codec::Zstd], limits).unwrap_err();
        assert_eq!(Exceeded::in_error(&error), Some(Exceeded::Bytes(1 << 20)));
    }
}
