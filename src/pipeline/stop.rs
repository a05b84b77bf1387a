//! A run that is ended early, from another thread.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Result;
use crate::source::Stopped;
use crate::stage::{Stage, within};

/// Ends a run early. Clones end the same run.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends the run: it reads no more, writes nothing, and gives an error of the kind
    /// [`Stopped`](crate::ErrorKind::Stopped).
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was ended.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.is_stopped() {
            return Err(Stopped.into());
        }
        Ok(())
    }

    /// A reader that reads no more once the run was ended.
    pub(super) fn guard<'r>(&self, reader: impl Read + Send + 'r) -> Box<dyn Read + Send + 'r> {
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
