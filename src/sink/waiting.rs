//! Pages that wait until their row group is whole.
//!
//! A column of a group stands in one piece in the file, and each batch brings some pages of every column. Until
//! then they wait, compressed as they will be written: in memory as long as there is room, which all files of a
//! run share, then in a temporary file. Without a bound they would be the groups of all tables at once, which a
//! short dump never has and a long one has at some time.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use polars_parquet_format::Encoding;
use tempfile::SpooledTempFile;

use super::bounds::{Bounds, Extent};
use super::pages::Page;
use crate::error::{Error, ErrorKind, Result};

/// How many bytes of pages are held in memory: half of what 100 MB of texts become.
const HELD: usize = 24 << 20;

/// How many more bytes of pages may be held in memory.
#[derive(Clone)]
pub(super) struct Room(Arc<AtomicUsize>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(AtomicUsize::new(HELD)))
    }
}

/// What some pages take of it, until this is dropped.
struct Taken {
    room: Room,
    bytes: usize,
}

impl Taken {
    /// Takes so much more, if there is as much.
    fn more(&mut self, bytes: usize) -> bool {
        let less = |free: usize| free.checked_sub(bytes);
        let is_held = self.room.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok();
        self.bytes += if is_held { bytes } else { 0 };
        is_held
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.0.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

/// What the pages of a group take of memory, and those that are in a file.
pub(super) struct Waiting {
    taken: Taken,
    file: SpooledTempFile,
    length: u64,
}

/// The same of a group that is whole.
pub(super) struct Whole {
    waiting: Waiting,
    /// The page that was asked for last.
    page: Vec<u8>,
}

/// A page that waits, and what must be known of it.
pub(super) struct Ticket {
    place: Place,
    /// How long the page would be if it were not compressed.
    pub(super) plain: usize,
    pub(super) encoding: Encoding,
    /// What rows it has.
    pub(super) extent: Extent,
}

/// Where it waits.
enum Place {
    Memory(Vec<u8>),
    File { start: u64, length: usize },
}

impl Waiting {
    /// No page yet.
    pub(super) fn new(room: &Room) -> Self {
        let taken = Taken { room: room.clone(), bytes: 0 };
        // A file as soon as something is written to it.
        Self { taken, file: SpooledTempFile::new(0), length: 0 }
    }

    /// Lets a page wait, whose values lie between these bounds.
    pub(super) fn push(&mut self, page: Page, bounds: Option<Bounds>) -> Result<Ticket> {
        let Page { bytes, plain, encoding, rows, nulls, .. } = page;
        let extent = Extent { rows, nulls, bounds };
        let place = if self.taken.more(bytes.len()) {
            Place::Memory(bytes)
        } else {
            self.file.write_all(&bytes).map_err(failed)?;
            let start = self.length;
            self.length += bytes.len() as u64;
            Place::File { start, length: bytes.len() }
        };
        Ok(Ticket { place, plain, encoding, extent })
    }

    /// All pages are there.
    pub(super) fn whole(self) -> Whole {
        Whole { waiting: self, page: Vec::new() }
    }
}

impl Whole {
    /// The bytes of a page.
    pub(super) fn page<'p>(&'p mut self, page: &'p Ticket) -> Result<&'p [u8]> {
        let (start, length) = match &page.place {
            Place::Memory(bytes) => return Ok(bytes),
            Place::File { start, length } => (*start, *length),
        };
        self.page.resize(length, 0);
        let file = &mut self.waiting.file;
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        file.read_exact(&mut self.page).map_err(failed)?;
        Ok(&self.page)
    }
}

fn failed(error: io::Error) -> Error {
    Error::new(ErrorKind::Output, "row groups do not go into a temporary file")
        .with_remedy("make room in the folder for temporary files")
        .with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_beyond_the_room_of_a_run_are_not_held_in_memory() {
        let room = Room(Arc::new(AtomicUsize::new(700_000)));
        let (mut one, mut other) = (Waiting::new(&room), Waiting::new(&room));
        let page = |n: u8| {
            let bytes = vec![n; 50_000 + usize::from(n)];
            let plain = bytes.len();
            let encoding = Encoding::PLAIN;
            Page { bytes, plain, unfolded: plain, encoding, rows: 1, nulls: 0 }
        };
        let tickets: Vec<_> = (0..40).map(|n| one.push(page(n), None).unwrap()).collect();
        let is_held = |ticket: &Ticket| matches!(ticket.place, Place::Memory(_));
        assert_eq!(tickets.iter().filter(|ticket| is_held(ticket)).count(), 13);
        assert!(!is_held(&other.push(page(1), None).unwrap()));
        let mut whole = one.whole();
        // Columns are written one after another, and their pages came in turn.
        for n in (0..40_u8).step_by(2).chain((1..40).step_by(2)) {
            let bytes = whole.page(&tickets[usize::from(n)]).unwrap();
            assert!(bytes.len() == 50_000 + usize::from(n) && bytes.iter().all(|byte| *byte == n));
        }
        drop(whole);
        assert!(is_held(&other.push(page(1), None).unwrap()));
    }
}
