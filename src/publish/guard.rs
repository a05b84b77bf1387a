//! What is cleared away where a run is asked to stop in the middle.

use std::mem;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::disk::{Disk, System};
use super::staging::clear;

/// Knows the staging folder of a run. A handler of signals keeps a copy and calls
/// [`Guard::clear_away`].
#[derive(Clone, Debug, Default)]
pub struct Guard(Arc<Mutex<Option<Leftover>>>);

/// What a run leaves if it stops now.
#[derive(Debug)]
pub(super) struct Leftover {
    /// The staging folder.
    pub(super) staging: PathBuf,
    /// The folders that the run has made, the target last.
    pub(super) made: Vec<PathBuf>,
}

impl Guard {
    /// Holds off whoever would clear away: for the time of publishing, and while the
    /// staging folder comes or goes.
    pub(super) fn hold(&self) -> MutexGuard<'_, Option<Leftover>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the staging folder of a run that is under way, and nothing else. A
    /// run that is being published is waited for. The process must end then: the run
    /// waits for ever where it would open or clear its staging folder.
    pub fn clear_away(&self) {
        let mut held = self.hold();
        if let Some(leftover) = held.take() {
            // Workers may still make a file in it; then the next run clears it.
            for _ in 0..2 {
                let _ = clear(&System, &leftover.staging);
            }
            remove_made(&System, &leftover.made);
        }
        // Not given back: else the run would go on without its files.
        mem::forget(held);
    }
}

/// Removes folders that a run has made, the outermost first, and has not published in.
pub(super) fn remove_made(disk: &dyn Disk, made: &[PathBuf]) {
    let Some(target) = made.last() else { return };
    let _ = disk.remove_file(&target.join(super::lock::LOCK));
    // Only an empty folder can be removed.
    let _ = made.iter().rev().try_for_each(|folder| disk.remove_folder(folder));
}
