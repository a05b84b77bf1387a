//! The tables of a run that had failed, once a run is published beside them: they are
//! of no use then, and would be taken for what is new.
//!
//! They go by a journal, as they came, so that whoever is stopped leaves them whole or
//! lets the next command end it.

use std::path::{Path, PathBuf};

use super::disk::{Disk, Kind};
use super::failed;
use super::guard::remove_made;
use super::journal::{Journal, RUN_JSON};
use super::owned::{Owned, sibling_of_failed};
use super::recover::{leftovers, settle};
use super::staging::{clear, make};
use crate::error::{Error, ErrorKind, Result};

/// What became of the tables of an earlier run that had failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Earlier {
    /// There were none.
    #[default]
    None,
    /// They were removed from this folder.
    Removed(PathBuf),
    /// They are left in this folder, and why.
    Kept(PathBuf, String),
}

/// Removes the tables of a run of a schema that stand beside a target, if there are any
/// and they are as that run wrote them.
pub(super) fn withdraw(disk: &dyn Disk, target: &Path, schema: &str) -> Earlier {
    // Beside a folder without a name nothing can stand.
    let Ok(folder) = sibling_of_failed(target) else { return Earlier::None };
    match withdrawn(disk, &folder, schema) {
        Ok(true) => Earlier::Removed(folder),
        Ok(false) => Earlier::None,
        Err(error) => {
            let why = match std::error::Error::source(&error) {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            };
            Earlier::Kept(folder, why)
        }
    }
}

fn withdrawn(disk: &dyn Disk, folder: &Path, schema: &str) -> Result<bool> {
    let kind = |path: &Path| disk.kind(path).map_err(|error| failed(path, error));
    if kind(folder)? != Some(Kind::Folder)
        || kind(&folder.join(RUN_JSON))?.is_none() && leftovers(disk, folder)?.is_empty()
    {
        return Ok(false);
    }
    let (_, _lock) = disk.lock(folder, false)?;
    settle(disk, folder)?;
    let owned = Owned::read(disk, folder, Some(schema))?;
    if owned.run.is_some() {
        if !owned.has_failed {
            // It is the target of other runs.
            return Ok(false);
        }
        if let Some(path) = owned.changed(disk, folder)? {
            let message = "somebody has changed";
            return Err(Error::new(ErrorKind::Output, message).with_path(&path));
        }
        let staging = make(disk, folder).map_err(|error| failed(folder, error))?;
        let journal = Journal::withdrawal(&owned);
        if let Err(error) = journal.commit(disk, folder, &staging) {
            let _ = clear(disk, &staging);
            return Err(error);
        }
        journal.roll_forward(disk, folder, &staging)?;
        clear(disk, &staging).map_err(|error| failed(&staging, error))?;
    }
    remove_made(disk, &[folder.to_owned()]);
    Ok(true)
}
