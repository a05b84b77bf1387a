//! Work that is ended from outside while it reads.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, ErrorKind, Result};
use crate::stage::{Stage, within};

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

/// Ends work early, from another thread. Clones end the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends it: it reads no more, writes nothing, and gives an error of the kind
    /// [`Stopped`](crate::ErrorKind::Stopped).
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was ended.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Nothing, while it goes on.
    ///
    /// # Errors
    ///
    /// It was ended.
    pub fn check(&self) -> Result<()> {
        if self.is_stopped() {
            return Err(Stopped.into());
        }
        Ok(())
    }

    /// A reader that reads no more once it was ended.
    pub(crate) fn guard<'r>(&self, reader: impl Read + Send + 'r) -> Box<dyn Read + Send + 'r> {
        Box::new(Guarded { reader, stop: self.clone() })
    }
}

struct Guarded<R> {
    reader: R,
    stop: Stop,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_stopped() {
            return Err(Stopped.into());
        }
        let _stage = within(Stage::Read);
        self.reader.read(buffer)
    }
}
