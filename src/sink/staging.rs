//! Files are written beside their target and moved into place at the end.
//!
//! The folder `.recordmill-…` inside the output folder holds them until then;
//! so the move stays on one file system. A lock keeps two runs apart; what a
//! killed run left behind is cleared by the next.

#![expect(clippy::disallowed_methods, reason = "the one place that writes outputs")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::failed;
use crate::error::{Error, ErrorKind, Result};

const PREFIX: &str = ".recordmill-";
const LOCK: &str = ".recordmill.lock";

pub(super) struct Staging {
    target: PathBuf,
    folder: TempDir,
    /// Held until the run ends; the system gives it up if the run is killed.
    _lock: File,
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Whether the run succeeded or not, nothing of it stays but its files.
        let _ = fs::remove_file(self.target.join(LOCK));
    }
}

impl Staging {
    pub(super) fn new(target: &Path) -> Result<Self> {
        fs::create_dir_all(target).map_err(|error| failed(target, error))?;
        let lock_path = target.join(LOCK);
        let lock = File::create(&lock_path).map_err(|error| failed(target, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(ErrorKind::Output, "another run writes to")
                    .with_path(target)
                    .with_remedy("wait for it to end, or name another folder with `-o`"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&lock_path, error)),
        }
        for entry in fs::read_dir(target).map_err(|error| failed(target, error))?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(PREFIX) {
                // Only a killed run leaves one; that it cannot be removed harms nothing.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(target)
            .map_err(|error| failed(target, error))?;
        Ok(Self { target: target.to_owned(), folder, _lock: lock })
    }

    pub(super) fn create(&self, name: &str) -> Result<(PathBuf, File)> {
        let path = self.folder.path().join(name);
        let file = File::create(&path).map_err(|error| failed(&self.target, error))?;
        Ok((path, file))
    }

    pub(super) fn append(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.folder.path().join(name);
        let write = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            OpenOptions::new().create(true).append(true).open(&path)?.write_all(bytes)
        };
        write().map_err(|error| failed(&self.target.join(name), error))
    }

    /// Moves the files into place, and removes those that the run before wrote
    /// and this one did not. The last file of the list comes last.
    pub(super) fn commit(self, files: &[String]) -> Result<()> {
        for old in self.old_files() {
            if !files.contains(&old) {
                let _ = fs::remove_file(self.target.join(&old));
            }
        }
        let (last, others) = files.split_at(files.len().saturating_sub(1));
        // A large file that gives way to a new one takes the system a while to free.
        std::thread::scope(|scope| {
            let movers: Vec<_> = (0..MOVERS)
                .map(|first| {
                    let some = others.iter().skip(first).step_by(MOVERS);
                    let (staging, target) = (self.folder.path(), self.target.as_path());
                    scope.spawn(move || -> Result<()> {
                        some.into_iter().try_for_each(|file| move_into_place(staging, target, file))
                    })
                })
                .collect();
            for mover in movers {
                let stopped = |_| Error::new(ErrorKind::Internal, "a file was not moved");
                mover.join().map_err(stopped)??;
            }
            Ok::<_, Error>(())
        })?;
        for file in last {
            move_into_place(self.folder.path(), &self.target, file)?;
        }
        let _ = fs::remove_dir(self.target.join("quarantine"));
        Ok(())
    }

    /// The files of the run before, as its `run.json` lists them; paths that
    /// lead out of the folder are left out.
    fn old_files(&self) -> Vec<String> {
        let text = fs::read_to_string(self.target.join("run.json")).unwrap_or_default();
        let run: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let listed =
            run["outputs"].as_array().into_iter().flatten().filter_map(|file| file.as_str());
        let plain = |file: &&str| {
            let inner = file.strip_prefix("quarantine/").unwrap_or(file);
            !inner.is_empty() && !inner.contains(['/', '\\']) && inner != ".."
        };
        listed.filter(plain).map(str::to_owned).collect()
    }
}

/// How many files are moved at once.
const MOVERS: usize = 4;

fn move_into_place(staging: &Path, target: &Path, file: &str) -> Result<()> {
    let to = target.join(file);
    let moved = || {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::rename(staging.join(file), &to)
    };
    moved().map_err(|error| failed(&to, error))
}
