//! What is cleared away where a run is asked to stop in the middle.

use std::io;
use std::mem;
use std::path::{Path, PathBuf};
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
            clear_all(&System, &leftover.staging);
            remove_made(&System, &leftover.made);
        }
        // Not given back: else the run would go on without its files.
        mem::forget(held);
    }
}

/// Removes a staging folder in which others still make files: as often as one came in between. None comes once its
/// folder is gone.
fn clear_all(disk: &dyn Disk, staging: &Path) {
    // It was filled once more, or what stood there is gone.
    let changed = |error: io::Error| {
        matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound)
    };
    while clear(disk, staging).is_err_and(changed) {}
}

/// Removes folders that a run has made, the outermost first, and has not published in.
pub(super) fn remove_made(disk: &dyn Disk, made: &[PathBuf]) {
    let Some(target) = made.last() else { return };
    let _ = disk.remove_file(&target.join(super::lock::LOCK));
    // Only an empty folder can be removed.
    let _ = made.iter().rev().try_for_each(|folder| disk.remove_folder(folder));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Others make files in it while it is cleared away, until there is no folder for more.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn a_folder_that_is_still_filled_is_cleared_away() {
        let target = tempfile::tempdir().unwrap();
        let staging = target.path().join("staging");
        let files = staging.join(super::super::journal::FILES);
        std::fs::create_dir_all(&files).unwrap();
        let (made, many) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for n in 0..10_000 {
                    if std::fs::File::create(files.join(n.to_string())).is_err() {
                        break;
                    }
                    if n == 500 {
                        made.send(()).unwrap();
                    }
                }
            });
            many.recv().unwrap();
            clear_all(&System, &staging);
        });
        assert!(!staging.exists());
    }
}
