//! Files that must not change while they are read.
//!
//! A source is read more than once: to decide how it is encoded, then for its text. What is read of two
//! versions of a file is neither.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::time::SystemTime;

/// What tells one version of an open file from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Revision {
    len: u64,
    modified: Option<SystemTime>,
    /// The device and the number of the file: another may have its name by now.
    #[cfg(unix)]
    id: (u64, u64),
}

impl Revision {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let data = file.metadata()?;
        Ok(Self {
            len: data.len(),
            modified: data.modified().ok(),
            #[cfg(unix)]
            id: (data.dev(), data.ino()),
        })
    }

    /// Nothing, if a file is still what it was.
    pub(super) fn check(self, file: &File) -> io::Result<()> {
        Self::of(file)?.must_be(self)
    }

    /// Nothing, if it is the same as another.
    pub(super) fn must_be(self, other: Self) -> io::Result<()> {
        if self == other { Ok(()) } else { Err(Changed.into()) }
    }
}

/// A file that is not what it was when it was first read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changed;

impl Changed {
    /// Whether this is behind an error of a reader.
    pub(crate) fn is_in(error: &io::Error) -> bool {
        error.get_ref().and_then(|cause| cause.downcast_ref::<Self>()).is_some()
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the file changed while it was read")
    }
}

impl std::error::Error for Changed {}

impl From<Changed> for io::Error {
    fn from(changed: Changed) -> Self {
        Self::new(io::ErrorKind::InvalidData, changed)
    }
}

/// An open file, which is an error at its end if it has changed by then.
#[derive(Debug)]
pub(super) struct Unchanged {
    file: File,
    revision: Revision,
}

impl Unchanged {
    pub(super) fn new(file: File, revision: Revision) -> Self {
        Self { file, revision }
    }
}

impl Read for Unchanged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        if n == 0 && !buffer.is_empty() {
            self.revision.check(&self.file)?;
        }
        Ok(n)
    }
}
