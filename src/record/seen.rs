//! Which records came before: their hashes, of which there is no end.
//!
//! The last ones are held in memory. When they are too many they go, sorted, into a run: a temporary
//! file, of which memory keeps a filter and the first hash of each block. Runs of like length are
//! merged, so there are few, and each hash is written a few times, however long the dump is.
//!
//! The answers are exact: a filter only spares looking into a run for most of what is not there.

use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use rustc_hash::FxHashMap;
use tempfile::SpooledTempFile;

/// How many hashes are held in memory: as many as a table of 2^16 places takes.
const RECENT: usize = (1 << 16) / 8 * 7;
/// How many runs of like length are merged to one.
const FAN: usize = 4;
/// How many entries a block of a run has.
const BLOCK: usize = 256;
/// A hash, and how many records had it before the last one that did.
const ENTRY: usize = 12;
/// How many bytes of a run are read or written at once.
const BUFFER: usize = 64 * 1024;

/// The hashes of all records so far.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Those that came last, each with how many had it before.
    recent: FxHashMap<u64, u32>,
    /// The others, from the oldest on.
    runs: Vec<Run>,
    /// How many are held in memory.
    most: usize,
}

/// Hashes that are sorted, in a file.
#[derive(Debug)]
struct Run {
    file: SpooledTempFile,
    length: usize,
    /// How often hashes in it went through a merge.
    level: u32,
    /// The first hash of each block.
    firsts: Vec<u64>,
    filter: Filter,
}

type Entry = (u64, u32);

impl Default for Seen {
    fn default() -> Self {
        Self::new(RECENT)
    }
}

impl Seen {
    /// None yet, of which so many are held in memory.
    fn new(most: usize) -> Self {
        Self { recent: FxHashMap::default(), runs: Vec::new(), most }
    }

    /// Adds the hash of a record; how many records had it before.
    pub(crate) fn add(&mut self, hash: u64) -> io::Result<u32> {
        if let Some(copies) = self.recent.get_mut(&hash) {
            *copies = copies.saturating_add(1);
            return Ok(*copies);
        }
        let mut copies = 0;
        // What came last counts all that came before.
        for run in self.runs.iter_mut().rev() {
            if let Some(known) = run.find(hash)? {
                copies = known.saturating_add(1);
                break;
            }
        }
        self.know(hash, copies)?;
        Ok(copies)
    }

    /// Takes in that a hash came before, and how many records had it before the last one that did.
    pub(super) fn know(&mut self, hash: u64, copies: u32) -> io::Result<()> {
        self.recent.insert(hash, copies);
        if self.recent.len() >= self.most {
            self.spill()?;
        }
        Ok(())
    }

    /// Moves what is held in memory into a run.
    fn spill(&mut self) -> io::Result<()> {
        let mut entries: Vec<Entry> = self.recent.drain().collect();
        entries.sort_unstable();
        let mut writer = RunWriter::new(entries.len(), 0);
        for entry in entries {
            writer.push(entry)?;
        }
        self.runs.push(writer.finish()?);
        // Runs are shorter the younger they are.
        while let Some(level) = self.runs.last().map(|run| run.level) {
            let first = self.runs.partition_point(|run| run.level > level);
            if self.runs.len() - first < FAN {
                break;
            }
            let merged = merge(self.runs.split_off(first), level + 1)?;
            self.runs.push(merged);
        }
        Ok(())
    }
}

/// Merges runs, which come from the oldest on.
fn merge(runs: Vec<Run>, level: u32) -> io::Result<Run> {
    let length = runs.iter().map(|run| run.length).sum();
    // They let go of their filters before another is made.
    let mut readers = runs.into_iter().map(RunReader::new).collect::<io::Result<Vec<_>>>()?;
    let mut writer = RunWriter::new(length, level);
    while let Some(hash) = readers.iter().filter_map(|reader| Some(reader.next?.0)).min() {
        // The youngest counts all that came before.
        let mut copies = 0;
        for reader in &mut readers {
            if let Some((_, known)) = reader.next.filter(|(next, _)| *next == hash) {
                copies = known;
                reader.advance()?;
            }
        }
        writer.push((hash, copies))?;
    }
    writer.finish()
}

impl Run {
    /// How many records had a hash before the last one that did, if one had.
    fn find(&mut self, hash: u64) -> io::Result<Option<u32>> {
        if !self.filter.may_have(hash) {
            return Ok(None);
        }
        let Some(block) = self.firsts.partition_point(|first| *first <= hash).checked_sub(1) else {
            return Ok(None);
        };
        let mut bytes = [0; BLOCK * ENTRY];
        let here = BLOCK.min(self.length - block * BLOCK);
        let bytes = &mut bytes[..here * ENTRY];
        self.file.seek(SeekFrom::Start((block * BLOCK * ENTRY) as u64))?;
        self.file.read_exact(bytes)?;
        let (mut from, mut to) = (0, here);
        while from < to {
            let middle = usize::midpoint(from, to);
            let (found, copies) = entry(&bytes[middle * ENTRY..]);
            match found.cmp(&hash) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Ok(Some(copies)),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        Ok(None)
    }
}

/// The entry that some bytes begin with.
fn entry(bytes: &[u8]) -> Entry {
    let (mut hash, mut copies) = ([0; 8], [0; 4]);
    hash.copy_from_slice(&bytes[..8]);
    copies.copy_from_slice(&bytes[8..ENTRY]);
    (u64::from_le_bytes(hash), u32::from_le_bytes(copies))
}

struct RunWriter {
    file: BufWriter<SpooledTempFile>,
    length: usize,
    level: u32,
    firsts: Vec<u64>,
    filter: Filter,
}

impl RunWriter {
    /// A run of no more than so many entries.
    fn new(length: usize, level: u32) -> Self {
        let file = BufWriter::with_capacity(BUFFER, SpooledTempFile::new(0));
        let firsts = Vec::with_capacity(length.div_ceil(BLOCK));
        Self { file, length: 0, level, firsts, filter: Filter::new(length) }
    }

    fn push(&mut self, (hash, copies): Entry) -> io::Result<()> {
        if self.length.is_multiple_of(BLOCK) {
            self.firsts.push(hash);
        }
        self.length += 1;
        self.filter.insert(hash);
        self.file.write_all(&hash.to_le_bytes())?;
        self.file.write_all(&copies.to_le_bytes())
    }

    fn finish(self) -> io::Result<Run> {
        let Self { file, length, level, firsts, filter } = self;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Run { file, length, level, firsts, filter })
    }
}

struct RunReader {
    file: BufReader<SpooledTempFile>,
    left: usize,
    next: Option<Entry>,
}

impl RunReader {
    fn new(mut run: Run) -> io::Result<Self> {
        run.file.rewind()?;
        let file = BufReader::with_capacity(BUFFER, run.file);
        let mut reader = Self { file, left: run.length, next: None };
        reader.advance()?;
        Ok(reader)
    }

    fn advance(&mut self) -> io::Result<()> {
        self.next = None;
        if let Some(left) = self.left.checked_sub(1) {
            let mut bytes = [0; ENTRY];
            self.file.read_exact(&mut bytes)?;
            self.left = left;
            self.next = Some(entry(&bytes));
        }
        Ok(())
    }
}

/// A Bloom filter, by hand as those of crates hash anew what are hashes here. The bits of a hash stand together: 10 bits a hash, of which one in a hundred of
/// those that are not there is taken for one that is.
///
/// It lies in blocks of one size, so that the filter of merged runs takes the room that theirs had.
#[derive(Debug)]
struct Filter {
    blocks: Vec<Box<[Line]>>,
    lines: usize,
}

/// Where all bits of a hash stand.
type Line = [u64; 8];
/// How many lines a block of a filter has: that of a run that was held in memory is one of 70 KiB.
const LINES: usize = RECENT * 10 / 512;

impl Filter {
    fn new(length: usize) -> Self {
        let lines = (length * 10).div_ceil(512).max(1);
        let blocks = lines.div_ceil(LINES);
        let blocks = (0..blocks).map(|_| vec![[0; 8]; LINES].into_boxed_slice()).collect();
        Self { blocks, lines }
    }

    fn insert(&mut self, hash: u64) {
        let (line, bits) = self.place(hash);
        for bit in bits {
            self.blocks[line / LINES][line % LINES][bit / 64] |= 1 << (bit % 64);
        }
    }

    fn may_have(&self, hash: u64) -> bool {
        let (line, mut bits) = self.place(hash);
        let line = &self.blocks[line / LINES][line % LINES];
        bits.all(|bit| line[bit / 64] >> (bit % 64) & 1 != 0)
    }

    /// The line of a hash, and its bits in there.
    #[expect(clippy::cast_possible_truncation, reason = "the high half is less than the length")]
    fn place(&self, hash: u64) -> (usize, impl Iterator<Item = usize> + use<>) {
        let line = (u128::from(hash) * self.lines as u128) >> 64;
        // The line is a matter of the first bits of the hash, these of all.
        let mixed = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (line as usize, (0..6).map(move |n| (mixed >> (n * 9 + 10) & 511) as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hashes that look like any, some of them more than once.
    fn hashes(count: u64, distinct: u64) -> impl Iterator<Item = u64> {
        let mixed = |n: u64| (n ^ n >> 31).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (0..count).map(move |n| mixed(mixed(mixed(n) % distinct)).rotate_left(17))
    }

    #[test]
    fn what_is_spilled_is_counted_as_in_memory() {
        for (count, distinct) in [(20_000, u64::MAX), (20_000, 9_000), (20_000, 30)] {
            let (mut spilled, mut held) = (Seen::new(64), Seen::default());
            for hash in hashes(count, distinct).chain([0, u64::MAX, 0, u64::MAX]) {
                assert_eq!(spilled.add(hash).unwrap(), held.add(hash).unwrap(), "{hash:x}");
            }
            assert!(held.runs.is_empty() && spilled.runs.len() < 5 * FAN);
            assert!(spilled.runs.is_sorted_by_key(|run| std::cmp::Reverse(run.level)));
        }
    }

    #[test]
    fn a_filter_passes_few_that_are_not_there() {
        let mut filter = Filter::new(10_000);
        hashes(10_000, u64::MAX).for_each(|hash| filter.insert(hash));
        let passed = hashes(20_000, u64::MAX).filter(|hash| filter.may_have(*hash)).count();
        assert!((10_000..10_300).contains(&passed), "{passed}");
    }
}
