//! Archives as folders of members.
//!
//! Members are copied to one file without a name, from which each can be read
//! more than once and in any order. Their names are shown, and never used as
//! paths: nothing is written where an archive says.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::{Arc, Mutex, PoisonError};

use encoding_rs::GB18030;

use super::compression::{Exceeded, Limits, Meter};
use super::kind::{Fault, Kind, ends_run};

/// A form of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Archive {
    Tar,
    Zip,
}

/// How many bytes tell whether a file is an archive.
pub(super) const HEAD: usize = 512;

impl Archive {
    /// The form of a file that begins so, if it is an archive.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Some(Self::Zip);
        }
        (head.len() == HEAD && head[..257].iter().any(|byte| *byte != 0) && sums_up(head))
            .then_some(Self::Tar)
    }

    /// Whether a word is that of an archive.
    pub(super) fn is_word(word: &str) -> bool {
        [Self::Tar, Self::Zip].iter().any(|archive| archive.as_str() == word)
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Tar => "tar",
            Self::Zip => "zip",
        }
    }
}

/// Whether the checksum of a tar header is right: the sum of its bytes, with
/// blanks in the place of the sum itself. Old archives have no other mark.
fn sums_up(head: &[u8]) -> bool {
    let written = head[148..156].iter().skip_while(|byte| **byte == b' ');
    let mut digits = written.take_while(|byte| (b'0'..=b'7').contains(*byte)).peekable();
    if digits.peek().is_none() {
        return false;
    }
    let written = digits.fold(0_u64, |sum, digit| sum * 8 + u64::from(digit - b'0'));
    let sum: u64 = head
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { u64::from(b' ') } else { u64::from(*byte) })
        .sum();
    sum == written
}

/// A stretch of a file that several readers share.
#[derive(Clone, Debug)]
pub(super) struct Part {
    file: Arc<Mutex<File>>,
    start: u64,
    end: u64,
    at: u64,
}

impl Part {
    /// All of a file.
    pub(super) fn whole(mut file: File) -> io::Result<Self> {
        let end = file.seek(io::SeekFrom::End(0))?;
        Ok(Self { file: Arc::new(Mutex::new(file)), start: 0, end, at: 0 })
    }

    pub(super) fn len(&self) -> u64 {
        self.end - self.start
    }
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = (self.end - self.start).saturating_sub(self.at);
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(io::SeekFrom::Start(self.start + self.at))?;
        let n = file.read(&mut buffer[..room])?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Part {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let at = match to {
            io::SeekFrom::Start(at) => Some(at),
            io::SeekFrom::End(by) => self.len().checked_add_signed(by),
            io::SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// A member of an archive.
pub(super) struct Member {
    /// Its name, with `/` between its parts.
    pub(super) name: String,
    /// Its bytes.
    pub(super) part: Part,
}

/// What an archive turned out to be.
pub(super) enum Unpacked {
    /// A folder of members.
    Members(Members),
    /// A file of another kind.
    Other(Kind),
}

/// The members of an archive, by name, and what could not be had of it. A fault without a name is
/// that of the archive.
pub(super) struct Members {
    pub(super) members: Vec<Member>,
    pub(super) faults: Vec<(Option<String>, Fault)>,
}

/// Copies members out of an archive.
struct Unpacker<'m> {
    spool: File,
    at: u64,
    meter: &'m mut Meter,
    limits: Limits,
    /// Name, start and end.
    members: Vec<(String, u64, u64)>,
    faults: Vec<(Option<String>, Fault)>,
}

/// Bytes that an archive can be read from.
pub(super) trait Seekable: Read + Seek {}

impl<T: Read + Seek> Seekable for T {}

/// Unpacks a tar archive. `meter` counts what comes out of the input that it
/// stands in, those of other archives in it included; `seen` members were counted
/// before. Members come by name.
pub(super) fn untar(
    reader: impl Read,
    meter: &mut Meter,
    seen: u64,
    limits: Limits,
) -> io::Result<Unpacked> {
    let mut unpacker = Unpacker::new(meter, limits)?;
    let read = Cell::new(0);
    let mut archive = tar::Archive::new(Counted { reader, read: &read });
    // Archives that were written one behind the other are one.
    archive.set_ignore_zeros(true);
    // Where the last member ends.
    let mut end = 0_u64;
    for entry in archive.entries()? {
        let taken = entry.and_then(|entry| {
            // The reader stands where the bytes of the member begin.
            end = read.get() + stored_len(&entry)?.next_multiple_of(BLOCK);
            unpacker.entry(entry, seen)
        });
        if let Err(error) = taken {
            if ends_run(&error) {
                return Err(error);
            }
            // What comes behind cannot be found.
            unpacker.faults.push((None, Fault::Breaks(error.to_string())));
            return Ok(unpacker.finish());
        }
    }
    // What stands behind the last member are zeros, or another error had come.
    if read.get() < end + END_OF_TAR {
        let why = "the two blocks of zeros that end an archive are missing, and maybe members before them";
        unpacker.faults.push((None, Fault::Breaks(why.to_owned())));
    }
    Ok(unpacker.finish())
}

/// A tar archive is written in blocks of so many bytes.
const BLOCK: u64 = 512;
/// How many bytes of zeros end a tar archive.
const END_OF_TAR: u64 = 2 * BLOCK;

/// How many bytes a member has in a tar archive, the holes of a sparse one left out.
fn stored_len(entry: &tar::Entry<'_, impl Read>) -> io::Result<u64> {
    let header = entry.header();
    let stored =
        if header.entry_type().is_gnu_sparse() { header.entry_size()? } else { entry.size() };
    // No file is so long, and the sum of two such lengths is none.
    Ok(stored.min(1 << 62))
}

/// Counts what is read.
struct Counted<'r, R> {
    reader: R,
    read: &'r Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.read.set(self.read.get() + n as u64);
        Ok(n)
    }
}

/// Unpacks a zip archive; see [`untar`].
pub(super) fn unzip(
    reader: impl Seekable,
    meter: &mut Meter,
    seen: u64,
    limits: Limits,
) -> io::Result<Unpacked> {
    let mut reader = reader;
    let end = EndOfZip::of(&mut reader)?;
    let mut unpacker = Unpacker::new(meter, limits)?;
    let mut archive = end.open(&mut reader)?;
    if let Some(kind) = Kind::of_members(archive.file_names()) {
        return Ok(Unpacked::Other(kind));
    }
    let twins = end.entries.and_then(|entries| entries.checked_sub(archive.len() as u64));
    let twins = twins.filter(|twins| *twins > 0);
    if let Some(hidden) = twins {
        let members = same_names(hidden);
        let why = format!("{members} and cannot be told from them");
        unpacker.faults.push((None, Fault::SameNames(why)));
    }
    // Whose bytes are known.
    let mut places = Vec::with_capacity(archive.len() + 3);
    let mut last_listed = archive.central_directory_start();
    for idx in 0..archive.len() {
        let (name, is_file, is_link, encrypted) = {
            let member = archive.by_index_raw(idx)?;
            let stored = member.compressed_size();
            places.push(Stretch {
                start: member.header_start(),
                end: member.data_start().saturating_add(stored),
                trailer: Some(Trailer { crc: member.crc32(), stored, size: member.size() }),
            });
            last_listed = last_listed.max(member.central_header_start());
            let name = name_of(member.name_raw());
            (name, member.is_file(), member.is_symlink(), member.encrypted())
        };
        if is_hidden(&name) || !(is_file || is_link) {
            continue;
        }
        if is_link || encrypted {
            unpacker.leave_out(
                name,
                seen,
                if is_link { LINK } else { "the member is encrypted" },
            )?;
            continue;
        }
        let mut member = match archive.by_index(idx).map_err(io::Error::from) {
            Err(error) if ends_run(&error) => return Err(error),
            Err(error) => {
                unpacker.leave_out(name, seen, error.to_string())?;
                continue;
            }
            Ok(member) => member,
        };
        match unpacker.take(name.clone(), seen, &mut member) {
            Err(error) if ends_run(&error) => return Err(error),
            // There was room for it.
            Err(error) => {
                unpacker.faults.push((Some(name), Fault::Unreadable(error.to_string())));
            }
            Ok(()) => {}
        }
    }
    let (start, list) = (archive.offset(), archive.central_directory_start());
    drop(archive);
    // No bytes stand behind the start of the archive before there is a stretch that does.
    places.push(Stretch { start, end: start, trailer: None });
    let listed = places.len() > 1;
    let end_of_list = if listed { end_of_entry(&mut reader, last_listed)? } else { list };
    // What stands behind an end that is not found is told of below.
    let end_of_list = if end.at.is_some() { end_of_list } else { u64::MAX };
    places.push(Stretch { start: list, end: end_of_list, trailer: None });
    places.extend(end.at.map(|at| Stretch { start: at, end: u64::MAX, trailer: None }));
    let strays = Strays::of(&mut reader, places, start)?;
    unpacker.faults.extend(strays.told(twins.is_some()).map(|why| (None, Fault::Breaks(why))));
    if let Some(behind) = end.behind {
        unpacker.faults.push((None, Fault::Breaks(behind)));
    }
    Ok(unpacker.finish())
}

/// Bytes of a zip archive that are known to be something.
struct Stretch {
    start: u64,
    end: u64,
    /// What may stand behind them.
    trailer: Option<Trailer>,
}

/// What a member may have behind its bytes: its checksum and how long it is, which nobody knew when it began.
#[derive(Clone, Copy)]
struct Trailer {
    crc: u32,
    stored: u64,
    size: u64,
}

impl Trailer {
    /// How long it is at most.
    const MOST: u64 = 24;

    /// How many of the bytes are it.
    fn length(self, bytes: &[u8]) -> usize {
        let marked = if bytes.starts_with(b"PK\x07\x08") { 4 } else { 0 };
        let Some(lengths) = bytes[marked..].strip_prefix(&self.crc.to_le_bytes()) else { return 0 };
        let both = |stored: &[u8], size: &[u8]| {
            lengths.strip_prefix(stored).is_some_and(|rest| rest.starts_with(size))
        };
        let (stored, size) = (self.stored.to_le_bytes(), self.size.to_le_bytes());
        if both(&stored, &size) {
            marked + 4 + 16
        } else if both(&stored[..4], &size[..4]) {
            marked + 4 + 8
        } else {
            0
        }
    }
}

/// Bytes of a zip archive that are nothing that it names. Zeros are padding.
#[derive(Default)]
struct Strays {
    /// How many stand before it.
    before: u64,
    /// How many stand in it.
    within: u64,
    /// Whether the header of a member is among those.
    unlisted: bool,
}

impl Strays {
    /// Those of an archive that begins at `start`.
    fn of(reader: &mut impl Seekable, mut known: Vec<Stretch>, start: u64) -> io::Result<Self> {
        known.sort_unstable_by_key(|stretch| (stretch.start, stretch.end));
        let (mut strays, mut end, mut trailer) = (Self::default(), 0, None::<Trailer>);
        for stretch in known {
            if stretch.start > end {
                let mut head = Vec::new();
                reader.seek(io::SeekFrom::Start(end))?;
                let most = (2 * Trailer::MOST).min(stretch.start - end);
                reader.by_ref().take(most).read_to_end(&mut head)?;
                let length = trailer.map_or(0, |trailer| trailer.length(&head));
                let from = end + length as u64;
                if is_padding(reader, from, stretch.start)? {
                    // Nothing is lost.
                } else if end < start {
                    strays.before += stretch.start - from;
                } else {
                    strays.within += stretch.start - from;
                    let head = &head[length..];
                    strays.unlisted |= memchr::memmem::find(head, b"PK\x03\x04").is_some();
                }
            }
            if stretch.end >= end {
                (end, trailer) = (stretch.end, stretch.trailer);
            }
        }
        Ok(strays)
    }

    /// What is to be said of them. Where members have the names of others, it is known what stands `within`.
    fn told(&self, within: bool) -> impl Iterator<Item = String> {
        let before = match self.before {
            0 => None,
            1 => Some("a byte stands before its beginning".to_owned()),
            more => Some(format!("{more} bytes stand before its beginning")),
        };
        let within = match self.within {
            0 => None,
            _ if within => None,
            _ if self.unlisted => {
                Some("it holds a member that its list of members does not name".to_owned())
            }
            1 => Some("a byte of it belongs to no member".to_owned()),
            more => Some(format!("{more} bytes of it belong to no member")),
        };
        before.into_iter().chain(within)
    }
}

/// Whether the bytes of a stretch are zeros.
fn is_padding(reader: &mut impl Seekable, from: u64, to: u64) -> io::Result<bool> {
    reader.seek(io::SeekFrom::Start(from))?;
    let mut left = reader.by_ref().take(to.saturating_sub(from));
    let mut block = vec![0; 8 * 1024];
    loop {
        match left.read(&mut block)? {
            0 => return Ok(true),
            n if block[..n].iter().any(|byte| *byte != 0) => return Ok(false),
            _ => {}
        }
    }
}

/// Where an entry of the list of members ends.
fn end_of_entry(reader: &mut impl Seekable, start: u64) -> io::Result<u64> {
    let mut entry = [0; 46];
    reader.seek(io::SeekFrom::Start(start))?;
    reader.read_exact(&mut entry)?;
    // Its name, what is added, and its comment.
    let lengths = [28, 30, 32].map(|at| little_endian(&entry, at, 2));
    Ok(start + entry.len() as u64 + lengths.iter().sum::<u64>())
}

/// A number of up to eight bytes; what is not there are zeros.
fn little_endian(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes.iter().skip(at).take(length);
    bytes.rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// What the end of a zip archive says.
struct EndOfZip {
    /// Where it stands, if it was found.
    at: Option<u64>,
    /// Where the archive begins, if that can be: its list of members stands before the end, and the end says how far
    /// from its beginning.
    start: Option<u64>,
    /// How many members it has; none if that stands elsewhere.
    entries: Option<u64>,
    /// What is to be said of bytes behind it, if there are any.
    behind: Option<String>,
}

impl EndOfZip {
    fn of(reader: &mut impl Seekable) -> io::Result<Self> {
        const END: usize = 22;
        const SIGNATURE: &[u8] = b"PK\x05\x06";
        let length = reader.seek(io::SeekFrom::End(0))?;
        let tail = length.min(END as u64 + u64::from(u16::MAX));
        reader.seek(io::SeekFrom::Start(length - tail))?;
        let mut bytes = Vec::new();
        reader.by_ref().take(tail).read_to_end(&mut bytes)?;
        // The last whose comment ends within the file, as readers take it.
        let end = memchr::memmem::rfind_iter(&bytes, SIGNATURE).find_map(|at| {
            let fields = bytes.get(at..at + END)?;
            let comment = usize::try_from(little_endian(fields, 20, 2)).ok()?;
            let behind = bytes.get(at + END + comment..)?;
            Some((length - tail + at as u64, fields, behind))
        });
        let Some((at, fields, behind)) = end else {
            let behind = Some(format!("more than {tail} bytes stand behind its end"));
            return Ok(Self { at: None, start: None, entries: None, behind });
        };
        // Padding with zeros, as blocks have it, is nothing.
        let behind = behind.iter().any(|byte| *byte != 0).then(|| match behind.len() {
            1 => "a byte stands behind its end".to_owned(),
            more => format!("{more} bytes stand behind its end"),
        });
        let (mut at, mut entries) = (at, little_endian(fields, 10, 2));
        let (mut size, mut offset) = (little_endian(fields, 12, 4), little_endian(fields, 16, 4));
        // What does not fit these fields stands elsewhere.
        let larger = Self::larger(reader, at)?;
        if let Some((place, fields)) = larger {
            at = place;
            entries = little_endian(&fields, 32, 8);
            (size, offset) = (little_endian(&fields, 40, 8), little_endian(&fields, 48, 8));
        }
        // An entry of the list has 46 bytes and its name.
        let fits = |entries: &u64| entries.checked_mul(46).is_some_and(|least| least <= size);
        let entries =
            Some(entries).filter(|entries| larger.is_some() || *entries < 0xffff).filter(fits);
        let start = at.checked_sub(size).and_then(|list| list.checked_sub(offset));
        Ok(Self { at: Some(at), start, entries, behind })
    }

    /// The end of a large archive, which stands before the other, and what it says.
    fn larger(reader: &mut impl Seekable, end: u64) -> io::Result<Option<(u64, [u8; 56])>> {
        const LOCATOR: u64 = 20;
        let Some(locator) = end.checked_sub(LOCATOR) else { return Ok(None) };
        let mut fields = [0; 56];
        reader.seek(io::SeekFrom::Start(locator))?;
        reader.read_exact(&mut fields[..20])?;
        if !fields.starts_with(b"PK\x06\x07") {
            return Ok(None);
        }
        // Before it; or if what it says is longer, where it is told to stand in an archive with nothing before it.
        let told = little_endian(&fields, 8, 8);
        for at in [locator.checked_sub(fields.len() as u64), Some(told)].into_iter().flatten() {
            if at.saturating_add(fields.len() as u64) > locator {
                continue;
            }
            reader.seek(io::SeekFrom::Start(at))?;
            reader.read_exact(&mut fields)?;
            let behind = little_endian(&fields, 4, 8).saturating_add(at + 12);
            if fields.starts_with(b"PK\x06\x06") && behind == locator {
                return Ok(Some((at, fields)));
            }
        }
        Ok(None)
    }

    /// Opens the archive. One that stands behind another is not found by the place of its list alone: there the other
    /// may have its own.
    fn open<R: Seekable>(&self, mut reader: R) -> io::Result<zip::ZipArchive<R>> {
        let mut config = zip::read::Config::default();
        if let Some(start) = self.start.filter(|start| *start > 0) {
            let archive_offset = zip::read::ArchiveOffset::Known(start);
            let known = zip::read::Config { archive_offset };
            if zip::ZipArchive::with_config(known, &mut reader).is_ok() {
                config = known;
            }
        }
        Ok(zip::ZipArchive::with_config(config, reader)?)
    }
}

impl<'m> Unpacker<'m> {
    fn new(meter: &'m mut Meter, limits: Limits) -> io::Result<Self> {
        let spool = tempfile::tempfile()?;
        Ok(Self { spool, at: 0, meter, limits, members: Vec::new(), faults: Vec::new() })
    }

    /// Copies an entry of a tar archive, if it is a file and not hidden.
    fn entry(&mut self, mut entry: tar::Entry<'_, impl Read>, seen: u64) -> io::Result<()> {
        let kind = entry.header().entry_type();
        let name = name_of(&entry.path_bytes());
        if is_hidden(&name) {
            return Ok(());
        }
        if kind.is_hard_link() {
            let target = entry.link_name_bytes().map(|target| name_of(&target));
            let found = self.members.iter().rfind(|(name, ..)| Some(name) == target.as_ref());
            if let Some(&(_, start, end)) = found {
                self.make_room(seen)?;
                self.members.push((name, start, end));
                return Ok(());
            }
            let why = if target.is_some_and(|target| is_hidden(&target)) {
                "it is a link to a hidden member, and those are left out; pack the file itself"
            } else {
                "it is a link to a member that is not in the archive"
            };
            return self.leave_out(name, seen, why);
        }
        if kind.is_symlink() {
            return self.leave_out(name, seen, LINK);
        }
        if kind.is_fifo() || kind.is_character_special() || kind.is_block_special() {
            return self.leave_out(name, seen, "expected a file, found a pipe or a device");
        }
        if !(kind.is_file() || kind.is_gnu_sparse() || kind.is_contiguous()) {
            return Ok(());
        }
        // In this form the map of its holes stands among the bytes of the member.
        let mapped = match entry.pax_extensions()? {
            Some(mut extensions) => extensions.any(|extension| {
                extension.is_ok_and(|extension| extension.key_bytes().starts_with(b"GNU.sparse."))
            }),
            None => false,
        };
        if mapped {
            let why = "it is sparse in a form that is not read; pack it without `--sparse`";
            return self.leave_out(name, seen, why);
        }
        self.take(name, seen, &mut entry)
    }

    /// Copies a member.
    fn take(&mut self, name: String, seen: u64, reader: &mut impl Read) -> io::Result<()> {
        self.make_room(seen)?;
        let start = self.at;
        let mut block = vec![0; 64 * 1024];
        loop {
            let n = match reader.read(&mut block) {
                // What came whole stands.
                Err(error) if self.at > start && !ends_run(&error) => {
                    self.members.push((name, start, self.at));
                    return Err(error);
                }
                read => read?,
            };
            if n == 0 {
                break;
            }
            self.meter.count(n)?;
            self.spool.write_all(&block[..n])?;
            self.at += n as u64;
        }
        self.members.push((name, start, self.at));
        Ok(())
    }

    /// Tells why nothing is read of a member. It counts as one that is read does: each is an input of its own.
    fn leave_out(&mut self, name: String, seen: u64, why: impl Into<String>) -> io::Result<()> {
        self.make_room(seen)?;
        self.faults.push((Some(name), Fault::Unreadable(why.into())));
        Ok(())
    }

    /// There may be one more member. Hidden ones do not count.
    fn make_room(&self, seen: u64) -> io::Result<()> {
        if seen + (self.members.len() + self.faults.len()) as u64 >= self.limits.members {
            return Err(Exceeded::Members(self.limits.members).into());
        }
        Ok(())
    }

    fn finish(mut self) -> Unpacked {
        self.members.sort();
        let twins = self.members.windows(2).filter(|pair| pair[0].0 == pair[1].0).count();
        if twins > 0 {
            let members = same_names(twins as u64);
            let why = format!(
                "{members}; all are read, and whoever unpacks it has the last of each name"
            );
            self.faults.push((None, Fault::SameNames(why)));
        }
        let file = Arc::new(Mutex::new(self.spool));
        let member = |(name, start, end)| Member {
            name,
            part: Part { file: Arc::clone(&file), start, end, at: 0 },
        };
        let members = self.members.into_iter().map(member).collect();
        Unpacked::Members(Members { members, faults: self.faults })
    }
}

/// Why a symbolic link has no bytes.
const LINK: &str = "it is a link, and links in archives are not followed; pack the file itself";

/// Whether a member is hidden, as files in folders are: its name or that of a folder of it begins with a dot.
fn is_hidden(name: &str) -> bool {
    let hidden = |part: &str| part.starts_with('.') && part != "." && part != "..";
    name.split('/').any(hidden)
}

/// How many members have the names of others, in words.
fn same_names(count: u64) -> String {
    if count == 1 {
        "1 member has the name of another".to_owned()
    } else {
        format!("{count} members have the names of others")
    }
}

/// The name of a member: UTF-8, or what archivers on Chinese systems write.
fn name_of(bytes: &[u8]) -> String {
    let name = match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    };
    name.replace('\\', "/").trim_start_matches("./").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tarball(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn read(member: &Member) -> String {
        let mut text = String::new();
        member.part.clone().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn members_come_by_name_and_hidden_ones_not_at_all() {
        let bytes =
            tarball(&[("b/x.txt", b"1"), ("a.txt", b"22"), (".hidden", b"3"), ("b/.c/y", b"4")]);
        assert_eq!(Archive::of(&bytes[..HEAD]), Some(Archive::Tar));
        let limits = Limits::default();
        let meter = || Meter::new(limits, bytes.len() as u64);
        let unpacked = untar(bytes.as_slice(), &mut meter(), 0, limits).unwrap();
        let Unpacked::Members(Members { members, faults }) = unpacked else { panic!("members") };
        assert!(faults.is_empty());
        let found: Vec<_> =
            members.iter().map(|member| (member.name.as_str(), read(member))).collect();
        assert_eq!(found, [("a.txt", "22".to_owned()), ("b/x.txt", "1".to_owned())]);
        let limits = Limits { members: 1, ..Limits::default() };
        let error = untar(bytes.as_slice(), &mut meter(), 0, limits).map(|_| ()).unwrap_err();
        assert_eq!(Exceeded::in_error(&error), Some(Exceeded::Members(1)));
    }

    /// A sparse member of GNU's form: pieces of 512 bytes, each behind a hole of as many.
    fn sparse(name: &str, pieces: &[[u8; 512]]) -> Vec<u8> {
        let octal = |number: usize| format!("{number:011o}\0");
        let real = pieces.len() * 1024;
        let entries: Vec<_> = (0..pieces.len())
            .map(|idx| format!("{}{}", octal(idx * 1024 + 512), octal(512)).into_bytes())
            .collect();
        let mut head = [0; 512];
        head[..name.len()].copy_from_slice(name.as_bytes());
        head[124..136].copy_from_slice(octal(pieces.len() * 512).as_bytes());
        head[148..156].copy_from_slice(b"        ");
        head[156] = b'S';
        head[257..265].copy_from_slice(b"ustar  \0");
        let (own, more) = entries.split_at(entries.len().min(4));
        head[386..386 + own.len() * 24].copy_from_slice(&own.concat());
        head[482] = u8::from(!more.is_empty());
        head[483..495].copy_from_slice(octal(real).as_bytes());
        let sum: usize = head.iter().map(|byte| usize::from(*byte)).sum();
        head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let mut bytes = head.to_vec();
        for (idx, entries) in more.chunks(21).enumerate() {
            let mut block = [0; 512];
            block[..entries.len() * 24].copy_from_slice(&entries.concat());
            block[504] = u8::from((idx + 1) * 21 < more.len());
            bytes.extend(block);
        }
        bytes.extend(pieces.concat());
        bytes
    }

    #[test]
    fn a_sparse_member_has_zeros_for_its_holes() {
        let behind = tarball(&[("b.txt", b"2")]);
        // As many pieces as have room in the head, behind it, and in two blocks behind it.
        for count in [1, 4, 5, 25, 26] {
            let pieces: Vec<_> = (b'A'..).take(count).map(|letter| [letter; 512]).collect();
            let whole: String = pieces
                .iter()
                .map(|piece| "\0".repeat(512) + &char::from(piece[0]).to_string().repeat(512))
                .collect();
            let bytes = [sparse("a.txt", &pieces), behind.clone()].concat();
            assert_eq!(Archive::of(&bytes[..HEAD]), Some(Archive::Tar));
            assert_eq!(untarred(&bytes), format!("a.txt={whole}\nb.txt=2"), "{count} pieces");
            // The end of the archive is looked for behind what is stored, not behind what it stands for.
            let alone = [sparse("a.txt", &pieces), vec![0; 1024]].concat();
            assert_eq!(untarred(&alone), format!("a.txt={whole}"), "{count} pieces");
            let told = untarred(&alone[..alone.len() - 1024]);
            assert!(told.contains("the two blocks of zeros"), "{count} pieces: {told}");
        }
        // A map that does not fit what is stored.
        let mut bad = sparse("a.txt", &[[b'A'; 512]]);
        bad[483..495].copy_from_slice(b"00000000001\0");
        let sum: usize = bad[..512]
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { usize::from(*byte) })
            .sum();
        bad[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let told = untarred(&[bad, vec![0; 1024]].concat());
        assert!(told.starts_with("the source breaks off here: "), "{told}");
    }

    #[test]
    fn a_sparse_member_of_the_pax_form_is_told() {
        let mut builder = tar::Builder::new(Vec::new());
        let forms: [&[(&str, &[u8])]; 2] = [
            &[
                ("GNU.sparse.major", b"1"),
                ("GNU.sparse.minor", b"0"),
                ("GNU.sparse.realsize", b"1025"),
            ],
            &[
                ("GNU.sparse.size", b"1025"),
                ("GNU.sparse.numblocks", b"1"),
                ("GNU.sparse.map", b"1024,1"),
            ],
        ];
        for (name, form) in ["a.txt", "b.txt"].iter().zip(forms) {
            builder.append_pax_extensions(form.iter().copied()).unwrap();
            let mut header = tar::Header::new_ustar();
            let map = format!("{:\0<512}x", "1\n1024\n1\n");
            header.set_size(map.len() as u64);
            builder.append_data(&mut header, name, map.as_bytes()).unwrap();
        }
        let mut header = tar::Header::new_ustar();
        header.set_size(1);
        builder.append_data(&mut header, "c.txt", &b"3"[..]).unwrap();
        let why = "the source cannot be read: it is sparse in a form that is not read; pack it without `--sparse`";
        let told = format!("c.txt=3\na.txt: {why}\nb.txt: {why}");
        assert_eq!(untarred(&builder.into_inner().unwrap()), told);
    }

    fn faults(unpacked: io::Result<Unpacked>) -> String {
        let Unpacked::Members(Members { faults, .. }) = unpacked.unwrap() else {
            panic!("members")
        };
        let faults: Vec<_> = faults.iter().map(|(_, fault)| fault.to_string()).collect();
        faults.join("\n")
    }

    #[test]
    fn a_tar_archive_ends_with_two_blocks_of_zeros() {
        let check = |bytes: &[u8], is_whole: bool| {
            let mut meter = Meter::new(Limits::default(), bytes.len() as u64);
            let found = faults(untar(bytes, &mut meter, 0, Limits::default()));
            assert_eq!(found.is_empty(), is_whole, "{} bytes: {found}", bytes.len());
        };
        let two = tarball(&[("a.txt", b"1"), ("b.txt", &[0; 2000])]);
        assert_eq!(two.len(), 1024 + 512 + 2048 + 1024);
        check(&two, true);
        // Behind a member, be it that its own bytes are zeros; within the end.
        for cut in [1024, 3584, 4096, 4600] {
            check(&two[..cut], false);
        }
        let padded = [two.as_slice(), &[0; 8192]].concat();
        check(&padded, true);
        let other = tarball(&[("c.txt", b"1"), ("d.txt", &[0; 2000])]);
        check(&[padded.as_slice(), &other].concat(), true);
        check(&[padded.as_slice(), &other[..1024]].concat(), false);
    }

    /// The members of a tar archive, and what is told of it.
    fn untarred(bytes: &[u8]) -> String {
        let mut meter = Meter::new(Limits::default(), bytes.len() as u64);
        let unpacked = untar(bytes, &mut meter, 0, Limits::default()).unwrap();
        let Unpacked::Members(Members { members, faults }) = unpacked else { panic!("members") };
        let members = members.iter().map(|member| format!("{}={}", member.name, read(member)));
        let faults = faults.iter().map(|(name, fault)| match name {
            Some(name) => format!("{name}: {fault}"),
            None => fault.to_string(),
        });
        members.chain(faults).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn members_of_a_tar_archive_with_one_name_are_told() {
        let twins = tarball(&[("a", b"1"), ("b", b"2"), ("./a", b"3"), (".h", b"4"), (".h", b"5")]);
        let told = "the source is an archive in which 1 member has the name of another; all are read, and \
                    whoever unpacks it has the last of each name";
        assert_eq!(untarred(&twins), format!("a=1\na=3\nb=2\n{told}"));
    }

    #[test]
    fn what_is_no_file_in_an_archive_is_told() {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, kind) in [
            ("link", tar::EntryType::Symlink),
            ("pipe", tar::EntryType::Fifo),
            ("device", tar::EntryType::Char),
            (".hidden", tar::EntryType::Symlink),
            (".pipe", tar::EntryType::Fifo),
            ("folder/", tar::EntryType::Directory),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(0);
            if kind.is_symlink() {
                builder.append_link(&mut header, name, "a.txt").unwrap();
            } else {
                builder.append_data(&mut header, name, io::empty()).unwrap();
            }
        }
        let link = format!("link: the source cannot be read: {LINK}");
        let told = ["pipe", "device"].map(|name| {
            format!("{name}: the source cannot be read: expected a file, found a pipe or a device")
        });
        assert_eq!(
            untarred(&builder.into_inner().unwrap()),
            [link.as_str(), &told[0], &told[1]].join("\n")
        );
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        writer.add_directory("folder", options).unwrap();
        writer.add_symlink("link", "a.txt", options).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        assert_eq!(zipped(&bytes), format!("the source cannot be read: {LINK}"));
    }

    #[test]
    fn hidden_members_are_left_out_whatever_they_are_and_others_count() {
        let tar_of = |links: &[(&str, &str)]| {
            let mut builder = tar::Builder::new(Vec::new());
            for (name, target) in [(".h", None), ("a", None)]
                .into_iter()
                .chain(links.iter().map(|(name, target)| (*name, Some(*target))))
            {
                let mut header = tar::Header::new_gnu();
                if let Some(target) = target {
                    header.set_entry_type(tar::EntryType::Link);
                    header.set_size(0);
                    builder.append_link(&mut header, name, target).unwrap();
                } else {
                    header.set_size(1);
                    builder.append_data(&mut header, name, &b"1"[..]).unwrap();
                }
            }
            builder.into_inner().unwrap()
        };
        let (cannot, pack) =
            ("the source cannot be read: it is a link to a", "pack the file itself");
        let hidden = format!("{cannot} hidden member, and those are left out; {pack}");
        let gone = format!("{cannot} member that is not in the archive");
        for (links, found) in [
            (&[("d/.b", "a"), ("c", "a")][..], "a=1\nc=1".to_owned()),
            (&[(".b", "gone"), ("c", ".h")], format!("a=1\nc: {hidden}")),
            (&[("c", "gone")], format!("a=1\nc: {gone}")),
        ] {
            assert_eq!(untarred(&tar_of(links)), found);
        }
        // What nothing is read of is an input as well.
        let bytes = tar_of(&[("b", "gone"), ("c", "gone"), (".d", "gone")]);
        let within = |members| {
            let limits = Limits { members, ..Limits::default() };
            let mut meter = Meter::new(limits, bytes.len() as u64);
            untar(bytes.as_slice(), &mut meter, 0, limits).is_ok()
        };
        assert_eq!([2, 3].map(within), [false, true]);
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for name in ["__MACOSX/._a", "a", "b"] {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(b"1").unwrap();
        }
        let mut bytes = writer.finish().unwrap().into_inner();
        assert_eq!(zipped(&bytes), "a=1 b=1");
        // All but `b` are marked as encrypted.
        let list: Vec<_> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
        let heads: Vec<_> = memchr::memmem::find_iter(&bytes, b"PK\x03\x04").collect();
        for idx in 0..2 {
            bytes[list[idx] + 8] |= 1;
            bytes[heads[idx] + 6] |= 1;
        }
        assert_eq!(zipped(&bytes), "b=1 the source cannot be read: the member is encrypted");
        for (members, fits) in [(1, false), (2, true)] {
            let limits = Limits { members, ..Limits::default() };
            let mut meter = Meter::new(limits, bytes.len() as u64);
            let unpacked = unzip(io::Cursor::new(&bytes), &mut meter, 0, limits);
            assert_eq!(unpacked.is_ok(), fits, "{members} members");
        }
    }

    #[test]
    fn a_zip_archive_is_its_list_and_what_that_names() {
        let write = |members: &[(&str, &str)]| {
            let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
            for (name, text) in members {
                writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
                writer.write_all(text.as_bytes()).unwrap();
            }
            writer.set_comment("all of it");
            writer.finish().unwrap().into_inner()
        };
        let found = |bytes: &[u8]| {
            let mut meter = Meter::new(Limits::default(), bytes.len() as u64);
            faults(unzip(io::Cursor::new(bytes), &mut meter, 0, Limits::default()))
        };
        let two = write(&[("a.txt", "1"), ("b.txt", "2")]);
        assert_eq!(found(&two), "");
        assert_eq!(found(&[two.as_slice(), &[0; 100]].concat()), "");
        let behind = "the source breaks off here: 27 bytes stand behind its end";
        assert_eq!(found(&[two.as_slice(), &[b'x'; 27]].concat()), behind);
        let behind = "the source breaks off here: more than 65557 bytes stand behind its end";
        assert_eq!(found(&[two.as_slice(), &vec![b'x'; 1 << 17]].concat()), behind);
        // A member that is there before those that are listed, among them and behind them.
        let (one, list) = (write(&[("a.txt", "1")]), b"PK\x01\x02");
        let at = |bytes: &[u8], what: &[u8]| memchr::memmem::find(bytes, what).unwrap();
        let member = &one[..at(&one, list)];
        let second = member.len();
        let unlisted =
            "the source breaks off here: it holds a member that its list of members does not name";
        let moved = |bytes: &[u8], from: usize| {
            // The list, and which members it names, stand so much further on.
            let mut bytes = [&bytes[..from], member, &bytes[from..]].concat();
            let by = u32::try_from(member.len()).unwrap();
            let mut shift = |place: usize, least: usize| {
                let field = &mut bytes[place..place + 4];
                let old = u32::from_le_bytes(field.try_into().unwrap());
                if old as usize >= least {
                    field.copy_from_slice(&(old + by).to_le_bytes());
                }
            };
            let (mut entry, end) =
                (at(&two, list) + member.len(), at(&two, b"PK\x05\x06") + member.len());
            for _ in 0..2 {
                shift(entry + 42, from);
                entry += 46 + 5;
            }
            shift(end + 16, 0);
            bytes
        };
        for from in [0, second, at(&two, list)] {
            assert_eq!(found(&moved(&two, from)), unlisted, "at {from}");
        }
    }

    /// Its members, and what is told of it.
    fn zipped(bytes: &[u8]) -> String {
        let mut meter = Meter::new(Limits::default(), bytes.len() as u64);
        let unpacked = unzip(io::Cursor::new(bytes), &mut meter, 0, Limits::default()).unwrap();
        let Unpacked::Members(Members { members, faults }) = unpacked else { panic!("members") };
        let members = members.iter().map(|member| format!("{}={}", member.name, read(member)));
        let faults = faults.iter().map(|(_, fault)| fault.to_string());
        members.chain(faults).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_zip_archive_behind_bytes_begins_where_its_end_says() {
        let write = |names: &str, large: bool| {
            let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
            let stored = zip::CompressionMethod::Stored;
            let options = zip::write::SimpleFileOptions::default().compression_method(stored);
            for name in names.chars() {
                writer.start_file(name, options).unwrap();
                write!(writer, "{name}").unwrap();
            }
            if large {
                writer.set_zip64_comment(Some("") as Option<&str>);
            }
            writer.finish().unwrap().into_inner()
        };
        for (first, second) in [("a", "b"), ("a", "bc"), ("ab", "c"), ("a", ""), ("", "b")] {
            for large in [false, true] {
                let (first, second_bytes) = (write(first, large), write(second, large));
                let members = second.chars().map(|name| format!("{name}={name} "));
                let members = members.collect::<Vec<_>>().concat();
                let told = format!(
                    "{members}the source breaks off here: {} bytes stand before its beginning",
                    first.len()
                );
                let both = [first.as_slice(), &second_bytes].concat();
                assert_eq!(zipped(&both), told, "large: {large}");
            }
        }
    }

    #[test]
    fn bytes_of_no_member_are_told_and_trailers_are_none() {
        let mut stream = zip::ZipWriter::new_stream(Vec::new());
        for (name, text) in [("a", "11"), ("b", ""), ("c", "3")] {
            stream.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
        }
        let whole = stream.finish().unwrap().into_inner();
        assert_eq!(zipped(&whole), "a=11 b= c=3");
        assert_eq!(memchr::memmem::find_iter(&whole, b"PK\x07\x08").count(), 3);
        // Before the list of members, and behind it.
        let list = memchr::memmem::find(&whole, b"PK\x01\x02").unwrap();
        let end = memchr::memmem::find(&whole, b"PK\x05\x06").unwrap();
        for (at, by) in [(list, 5_u8), (end, 0)] {
            for (stray, told) in [
                (&b"extra"[..], " the source breaks off here: 5 bytes of it belong to no member"),
                (&[0; 5], ""),
            ] {
                let mut bytes = [&whole[..at], stray, &whole[at..]].concat();
                bytes[end + 5 + 16] += by;
                assert_eq!(zipped(&bytes), format!("a=11 b= c=3{told}"));
            }
        }
    }

    #[test]
    fn text_is_no_archive() {
        assert_eq!(Archive::of(&[b'a'; HEAD]), None);
        assert_eq!(Archive::of(&[0; HEAD]), None);
        assert_eq!(Archive::of(b"PK"), None);
    }

    #[test]
    fn names_are_read_as_they_were_meant() {
        assert_eq!(name_of("./记录/甲.txt".as_bytes()), "记录/甲.txt");
        assert_eq!(name_of(&GB18030.encode("记录\\甲.txt").0), "记录/甲.txt");
    }
}
