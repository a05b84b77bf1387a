//! One run at a time in a folder.
//!
//! The lock is on the file `.recordmill.lock` in it, which stays: a file that is
//! removed while somebody holds it would let the next run make and lock another.
//! A folder that is removed takes the file with it, so who has the lock looks
//! whether the name still leads to what is locked. The system gives the lock up
//! when a run ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::failed;
use crate::error::{Error, ErrorKind, Result};

/// The name of the file.
pub(super) const LOCK: &str = ".recordmill.lock";

/// How often the file may change under the hands of who wants it.
const TRIES: usize = 100;

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    #[cfg_attr(not(test), expect(dead_code, reason = "it is held, not looked at"))]
    file: File,
}

impl Lock {
    /// Locks a folder. With `make`, the folder is made if it is not there; the first
    /// result has all folders that were made, the outermost first. Where there is no
    /// lock to be had, none of them is left.
    pub(super) fn take(folder: &Path, make: bool) -> Result<(Vec<PathBuf>, Self)> {
        let mut new = Vec::new();
        match Self::take_in(folder, make, &mut new) {
            Ok(lock) => Ok((new, lock)),
            Err(error) => {
                // What somebody else has put there meanwhile keeps its folder.
                let _ = new.iter().rev().try_for_each(std::fs::remove_dir);
                Err(error)
            }
        }
    }

    fn take_in(folder: &Path, make: bool, new: &mut Vec<PathBuf>) -> Result<Self> {
        let path = folder.join(LOCK);
        for turn in 1..=TRIES {
            // Who made a folder may just have removed it.
            let is_gone =
                |error: &io::Error| make && error.kind() == io::ErrorKind::NotFound && turn < TRIES;
            if make {
                match make_folders(folder, new) {
                    Err(error) if is_gone(&error) => continue,
                    done => done.map_err(|error| no_folder(folder, error))?,
                }
            }
            let file = match open(&path) {
                Ok(file) => file,
                Err(error) if is_gone(&error) => continue,
                Err(error) => return Err(refused(&path, error)),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(busy(folder)),
                Err(TryLockError::Error(error)) => {
                    // Nobody can hold what cannot be locked.
                    if !new.is_empty() {
                        let _ = std::fs::remove_file(&path);
                    }
                    return Err(failed(&path, error));
                }
            }
            if leads_to(&path, &file).map_err(|error| failed(&path, error))? {
                return Ok(Self { file });
            }
        }
        Err(busy(folder))
    }
}

/// Makes a folder and those above it that are not there, and adds them.
fn make_folders(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing = |path: &&Path| !path.as_os_str().is_empty() && !path.is_dir();
    let missing: Vec<_> = folder.ancestors().take_while(missing).collect();
    for path in missing.into_iter().rev() {
        match std::fs::create_dir(path) {
            Ok(()) => made.push(path.to_owned()),
            // Somebody else was faster; or its name ends with `..`.
            Err(_) if path.is_dir() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn busy(folder: &Path) -> Error {
    Error::new(ErrorKind::Output, "another run writes to")
        .with_path(folder)
        .with_remedy("wait for it to end, or name another folder with `-o`")
}

/// Why a folder cannot be made.
fn no_folder(folder: &Path, error: io::Error) -> Error {
    // A link is none with a separator behind it.
    let plain: PathBuf = folder.components().collect();
    if let Some(link) = plain.ancestors().find(|path| path.is_symlink() && !path.exists()) {
        return Error::new(
            ErrorKind::Output,
            "the output is a folder, and this link leads nowhere:",
        )
        .with_path(link)
        .with_remedy("make the folder that it leads to, or name another with `-o`");
    }
    match folder.ancestors().find(|path| path.is_file()) {
        Some(file) => Error::new(ErrorKind::Output, "the output is a folder, and this is a file:")
            .with_path(file)
            .with_remedy(
                "name another folder with `-o`; `--table NAME -o -` writes one table to standard output",
            ),
        None => failed(folder, error),
    }
}

fn refused(path: &Path, error: io::Error) -> Error {
    if path.is_symlink() || path.exists() && !path.is_file() {
        return Error::new(ErrorKind::Output, "the lock of the folder is no plain file")
            .with_path(path)
            .with_remedy("remove it if no other tool needs it, or name another folder with `-o`");
    }
    failed(path, error)
}

/// Opens the file, and makes it if it is not there. Nothing is ever written to it;
/// a link is not followed, and a pipe not waited for.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// Whether a name leads to a file that is open.
#[cfg(unix)]
fn leads_to(path: &Path, file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata()?;
    match std::fs::symlink_metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (open.dev(), open.ino())),
        Err(error) if super::disk::is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// An open file cannot be removed there.
#[cfg(not(unix))]
fn leads_to(_: &Path, _: &File) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_and_the_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a/b");
        let (made, first) = Lock::take(&target, true).unwrap();
        assert_eq!(made, [folder.path().join("a"), target.clone()]);
        let second = Lock::take(&target, true).unwrap_err();
        assert!(second.to_string().starts_with("another run writes to"), "{second}");
        drop(first);
        assert!(target.join(LOCK).is_file());
        let (made, _third) = Lock::take(&target, true).unwrap();
        assert!(made.is_empty());
    }

    #[test]
    fn where_there_is_no_lock_no_folder_is_left() {
        let folder = tempfile::tempdir().unwrap();
        // The longest path that a folder may have: that of its lock is too long.
        let mut target = folder.path().join("a");
        while target.as_os_str().len() < 4089 {
            let left = 4089 - target.as_os_str().len();
            target.push("x".repeat(left.min(200)));
        }
        let error = Lock::take(&target, true).unwrap_err();
        assert!(error.to_string().starts_with("cannot write"), "{error}");
        assert!(!folder.path().join("a").exists());
    }

    /// Two that wait for one file, of which the holder removes it: only one may go on.
    #[test]
    #[cfg(unix)]
    fn a_lock_on_a_file_that_has_lost_its_name_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LOCK);
        let early = open(&path).unwrap();
        let (_, first) = Lock::take(folder.path(), true).unwrap();
        std::fs::remove_file(&path).unwrap();
        drop(first);
        assert!(early.try_lock().is_ok(), "it can be locked");
        assert!(!leads_to(&path, &early).unwrap(), "but nobody else would find it");
        let (_, second) = Lock::take(folder.path(), true).unwrap();
        assert!(leads_to(&path, &second.file).unwrap());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_neither_followed_nor_emptied() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "precious").unwrap();
        let target = folder.path().join("out");
        std::fs::create_dir(&target).unwrap();
        for to in [victim.clone(), folder.path().join("absent")] {
            std::os::unix::fs::symlink(&to, target.join(LOCK)).unwrap();
            let error = Lock::take(&target, true).unwrap_err();
            assert!(error.to_string().contains("no plain file"), "{error}");
            std::fs::remove_file(target.join(LOCK)).unwrap();
        }
        assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
        assert!(!folder.path().join("absent").exists());
        // Nor is one in the place of the folder.
        let lost = folder.path().join("lost");
        std::os::unix::fs::symlink(folder.path().join("absent"), &lost).unwrap();
        for target in ["lost", "lost/", "lost/.", "lost/tables"] {
            let error = Lock::take(&folder.path().join(target), true).unwrap_err();
            assert!(error.to_string().contains("leads nowhere: `") && !lost.exists(), "{error}");
        }
        // What the file holds is nobody's business.
        std::fs::write(target.join(LOCK), "kept").unwrap();
        drop(Lock::take(&target, true).unwrap());
        assert_eq!(std::fs::read(target.join(LOCK)).unwrap(), b"kept");
    }
}
