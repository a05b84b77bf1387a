//! Pages that wait until their row group is whole.
//!
//! A column of a group stands in one piece in the file, and each batch brings some pages of every column. Until
//! then they lie in a temporary file where they are many, compressed as they will be written: in memory they
//! would be the groups of all tables at once, which a short dump never has and a long one has at some time.

use std::io::{self, Read, Seek, SeekFrom, Write};

use polars_parquet_format::Encoding;
use tempfile::SpooledTempFile;

use super::bounds::{Bounds, Extent};
use super::pages::Page;
use crate::error::{Error, ErrorKind, Result};

/// How many bytes of pages are held in memory.
const HELD: usize = 1 << 20;

/// The pages of a group.
pub(super) struct Waiting {
    file: SpooledTempFile,
    length: u64,
}

/// The pages of a group that is whole.
pub(super) struct Whole {
    file: SpooledTempFile,
    /// The page that was asked for last.
    page: Vec<u8>,
}

/// Where a page waits, and what must be known of it.
pub(super) struct Ticket {
    start: u64,
    length: usize,
    /// How long the page would be if it were not compressed.
    pub(super) plain: usize,
    pub(super) encoding: Encoding,
    /// What rows it has.
    pub(super) extent: Extent,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { file: SpooledTempFile::new(HELD), length: 0 }
    }
}

impl Waiting {
    /// Puts a page behind the others, whose values lie between these bounds.
    pub(super) fn push(&mut self, page: &Page, bounds: Option<Bounds>) -> Result<Ticket> {
        let (start, length) = (self.length, page.bytes.len());
        self.file.write_all(&page.bytes).map_err(failed)?;
        self.length += length as u64;
        let extent = Extent { rows: page.rows, nulls: page.nulls, bounds };
        Ok(Ticket { start, length, plain: page.plain, encoding: page.encoding, extent })
    }

    /// All pages are there.
    pub(super) fn whole(self) -> Whole {
        Whole { file: self.file, page: Vec::new() }
    }
}

impl Whole {
    /// The bytes of a page.
    pub(super) fn page(&mut self, page: &Ticket) -> Result<&[u8]> {
        self.page.resize(page.length, 0);
        self.file.seek(SeekFrom::Start(page.start)).map_err(failed)?;
        self.file.read_exact(&mut self.page).map_err(failed)?;
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
    fn pages_beyond_the_first_few_are_not_held_in_memory() {
        let (mut waiting, mut tickets) = (Waiting::default(), Vec::new());
        for n in 0..40_u8 {
            let bytes = vec![n; 50_000 + usize::from(n)];
            let (plain, encoding) = (bytes.len(), Encoding::PLAIN);
            let page = Page { bytes, plain, unfolded: plain, encoding, rows: 1, nulls: 0 };
            tickets.push(waiting.push(&page, None).unwrap());
        }
        assert!(waiting.file.is_rolled());
        let mut whole = waiting.whole();
        // Columns are written one after another, and their pages came in turn.
        for n in (0..40_u8).step_by(2).chain((1..40).step_by(2)) {
            let bytes = whole.page(&tickets[usize::from(n)]).unwrap();
            assert!(bytes.len() == 50_000 + usize::from(n) && bytes.iter().all(|byte| *byte == n));
        }
    }
}
