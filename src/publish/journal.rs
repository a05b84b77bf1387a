//! The list of all moves of a run, and the moves themselves.
//!
//! The journal has its name once it is whole and synced: that is the commit point.
//! [`Journal::roll_forward`] can be stopped anywhere and begun again.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::disk::{Disk, Kind, is_absent, remove_if_there};
use super::owned::{Owned, is_target};
use super::{Output, failed};
use crate::error::{Error, ErrorKind, Result};

/// What vouches for a folder.
pub(crate) const RUN_JSON: &str = "run.json";
/// The folder of rejected records.
pub(super) const QUARANTINE: &str = "quarantine";
/// The folder of the staged files, inside the staging folder.
pub(super) const FILES: &str = "files";
/// The journal, inside the staging folder.
pub(super) const JOURNAL: &str = "journal.json";
/// The journal before it is whole.
pub(super) const UNFINISHED: &str = "journal.unfinished";

/// The version of the form of the journal.
const VERSION: u32 = 1;

/// What is to be done from the commit point on.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    version: u32,
    /// Files that are moved from the staging folder into the target; `run.json`
    /// comes after all of them.
    moves: Vec<String>,
    /// Files of the run before that go, if they still have these bytes.
    removes: Vec<Output>,
    /// The `run.json` of the run before.
    before: Option<Output>,
    /// Whether the run before goes and none comes.
    #[serde(default)]
    withdraws: bool,
}

impl Journal {
    pub(super) fn new(outputs: &[Output], owned: &Owned) -> Self {
        let names: BTreeSet<_> = outputs.iter().map(|output| output.path.as_str()).collect();
        Self {
            version: VERSION,
            removes: owned.outdated(&names),
            moves: names.into_iter().map(str::to_owned).collect(),
            before: owned.run.clone(),
            withdraws: false,
        }
    }

    /// The journal by which a run goes, with all of its files.
    pub(super) fn withdrawal(owned: &Owned) -> Self {
        Self { withdraws: true, ..Self::new(&[], owned) }
    }

    /// The journal of a staging folder, if it has come to its commit point.
    pub(super) fn read(disk: &dyn Disk, staging: &Path) -> Result<Option<Self>> {
        let path = staging.join(JOURNAL);
        let bytes = match disk.read(&path) {
            Ok(bytes) => bytes,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(failed(&path, error)),
        };
        let broken = |error: Box<dyn std::error::Error + Send + Sync>| {
            Error::new(ErrorKind::Output, "cannot read the journal of a run that was stopped")
                .with_path(&path)
                .with_remedy("remove its folder to give that run up, and run once more")
                .with_source(error)
        };
        let journal: Self = serde_json::from_slice(&bytes).map_err(|error| broken(error.into()))?;
        if journal.version != VERSION {
            return Err(broken(format!("version {} is not known", journal.version).into()));
        }
        let removes = journal.removes.iter().map(|output| &output.path);
        match journal.moves.iter().chain(removes).find(|name| !is_target(name)) {
            Some(name) => Err(broken(format!("`{name}` is no name of an output").into())),
            None => Ok(Some(journal)),
        }
    }

    /// Writes the journal. When this is done the run counts, whatever happens.
    pub(super) fn commit(&self, disk: &dyn Disk, target: &Path, staging: &Path) -> Result<()> {
        let path = staging.join(UNFINISHED);
        let write = || {
            let mut file = disk.create(&path)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.sync()?;
            drop(file);
            // What the journal promises must be there before it is.
            let quarantine = staging.join(FILES).join(QUARANTINE);
            if disk.kind(&quarantine)? == Some(Kind::Folder) {
                disk.sync_folder(&quarantine)?;
            }
            disk.sync_folder(&staging.join(FILES))?;
            disk.sync_folder(staging)?;
            disk.sync_folder(target)?;
            disk.rename(&path, &staging.join(JOURNAL))
        };
        write().map_err(|error| failed(target, error))
    }

    /// Moves everything into place, and removes what the run before left.
    pub(super) fn roll_forward(
        &self,
        disk: &dyn Disk,
        target: &Path,
        staging: &Path,
    ) -> Result<()> {
        let go = || -> std::io::Result<()> {
            let files = staging.join(FILES);
            disk.sync_folder(staging)?;
            let is_there = |path: &Path| disk.kind(path).map(|kind| kind.is_some());
            let run = (files.join(RUN_JSON), target.join(RUN_JSON));
            if self.withdraws {
                self.take_down(disk, &run.1)?;
                disk.sync_folder(target)?;
                self.removes(disk, target)?;
            } else if is_there(&run.0)? {
                // From here on nothing vouches for the folder.
                self.take_down(disk, &run.1)?;
                disk.sync_folder(target)?;
                self.moves(disk, target, &files)?;
                self.removes(disk, target)?;
                disk.sync_folder(target)?;
                disk.rename(&run.0, &run.1)?;
            } else if !is_there(&run.1)? {
                return Err(missing(RUN_JSON));
            }
            disk.sync_folder(target)
        };
        go().map_err(|error| {
            let message = if self.withdraws {
                "the tables of a run that had failed are not all removed yet from"
            } else {
                "the tables of the run are whole, but not all are in place yet in"
            };
            Error::new(ErrorKind::Output, message)
                .with_path(target)
                .with_remedy(format!(
                    "`recordmill recover {}` goes on, once the cause is gone",
                    target.display()
                ))
                .with_source(error)
        })
    }

    /// Removes the `run.json` of the run before.
    fn take_down(&self, disk: &dyn Disk, path: &Path) -> std::io::Result<()> {
        if disk.kind(path)?.is_none() {
            return Ok(());
        }
        let (bytes, hash) = disk.hash(path)?;
        match &self.before {
            Some(before) if before.bytes == bytes && before.hash == hash => disk.remove_file(path),
            _ => Err(std::io::Error::other(
                "somebody else has written a `run.json` since the run was stopped; move it away",
            )),
        }
    }

    fn moves(&self, disk: &dyn Disk, target: &Path, files: &Path) -> std::io::Result<()> {
        let (staged, quarantine) = (files.join(QUARANTINE), target.join(QUARANTINE));
        // Where there is none it moves as a whole: to make one there might be no room.
        if disk.kind(&staged)?.is_some() && disk.kind(&quarantine)?.is_none() {
            disk.rename(&staged, &quarantine)?;
            disk.sync_folder(target)?;
        }
        for name in &self.moves {
            let (from, to) = (files.join(name), target.join(name));
            if disk.kind(&from)?.is_some() {
                disk.rename(&from, &to)?;
            } else if disk.kind(&to)?.is_none() {
                return Err(missing(name));
            }
        }
        Ok(())
    }

    fn removes(&self, disk: &dyn Disk, target: &Path) -> std::io::Result<()> {
        for old in &self.removes {
            let path = target.join(&old.path);
            // Others may have put something else in its place.
            if disk.kind(&path)? == Some(Kind::File)
                && disk.hash(&path)? == (old.bytes, old.hash.clone())
            {
                remove_if_there(disk, &path)?;
            }
        }
        let quarantine = target.join(QUARANTINE);
        if disk.kind(&quarantine)? != Some(Kind::Folder) {
            return Ok(());
        }
        if disk.list(&quarantine)?.is_empty() {
            return disk.remove_folder(&quarantine);
        }
        disk.sync_folder(&quarantine)
    }
}

fn missing(name: &str) -> std::io::Error {
    std::io::Error::new(
        std::io::ErrorKind::NotFound,
        format!("`{name}` is neither staged nor in place"),
    )
}
