//! What a run that was stopped has left, brought to its end.

use std::path::Path;

use super::disk::{Disk, System};
use super::failed;
use super::journal::{JOURNAL, Journal};
use super::staging::{clear, is_staging};
use crate::error::{Error, ErrorKind, Result};

/// What was to be done in a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Runs that had come to their commit point: their tables are in place now.
    pub published: usize,
    /// Runs that had not: what they staged is gone, and the folder as it was.
    pub cleared: usize,
}

/// Ends what a run that was stopped has begun in a folder: it is published if it had
/// come to its commit point, and cleared away if it had not.
///
/// # Errors
///
/// There is no such folder; a run is under way in it; a file cannot be moved.
pub fn recover(folder: &Path) -> Result<Recovered> {
    if !folder.is_dir() {
        return Err(Error::new(ErrorKind::Input, "there is no folder")
            .with_path(folder)
            .with_remedy("name the output folder of a run"));
    }
    recover_on(&System, folder)
}

pub(super) fn recover_on(disk: &dyn Disk, folder: &Path) -> Result<Recovered> {
    if leftovers(disk, folder)?.is_empty() {
        return Ok(Recovered::default());
    }
    let (_, _lock) = disk.lock(folder, false)?;
    settle(disk, folder)
}

/// As [`recover`], where a run was stopped behind its commit point; a folder that is
/// not there, or that a run is just staging for, is left alone. For commands that
/// read a folder.
///
/// # Errors
///
/// A run is just being published; a file cannot be moved.
pub fn recover_if_needed(folder: &Path) -> Result<Recovered> {
    let committed = |name: &String| folder.join(name).join(JOURNAL).exists();
    if !folder.is_dir() || !leftovers(&System, folder)?.iter().any(committed) {
        return Ok(Recovered::default());
    }
    recover(folder)
}

/// The staging folders in a folder.
pub(super) fn leftovers(disk: &dyn Disk, folder: &Path) -> Result<Vec<String>> {
    let names = disk.list(folder).map_err(|error| {
        Error::new(ErrorKind::Output, "cannot list the folder")
            .with_path(folder)
            .with_remedy("check that it can be read, or name another folder")
            .with_source(error)
    })?;
    let mut found = Vec::new();
    for name in names {
        let staging = is_staging(disk, folder, &name).map_err(|error| failed(folder, error))?;
        found.extend(staging.then_some(name));
    }
    Ok(found)
}

/// As [`recover`], for who has the lock.
pub(super) fn settle(disk: &dyn Disk, folder: &Path) -> Result<Recovered> {
    let mut recovered = Recovered::default();
    for name in leftovers(disk, folder)? {
        let staging = folder.join(name);
        match Journal::read(disk, &staging)? {
            Some(journal) => {
                journal.roll_forward(disk, folder, &staging)?;
                recovered.published += 1;
            }
            None => recovered.cleared += 1,
        }
        clear(disk, &staging).map_err(|error| failed(&staging, error))?;
    }
    Ok(recovered)
}
