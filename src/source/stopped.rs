//! Work that is ended from outside while it reads.

use std::fmt;
use std::io;

use crate::error::{Error, ErrorKind};

/// Nobody wants the rest: no fault of what is read.
#[derive(Clone, Copy, Debug)]
pub struct Stopped;

impl Stopped {
    /// Whether this is behind an error of a reader.
    #[must_use]
    pub fn is_in(error: &io::Error) -> bool {
        error.get_ref().and_then(|cause| cause.downcast_ref::<Self>()).is_some()
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the run was stopped")
    }
}

impl std::error::Error for Stopped {}

impl From<Stopped> for io::Error {
    fn from(stopped: Stopped) -> Self {
        Self::other(stopped)
    }
}

impl From<Stopped> for Error {
    fn from(stopped: Stopped) -> Self {
        Self::new(ErrorKind::Stopped, stopped.to_string())
    }
}
