//! What publishing asks of a file system, and the one that the system has.
//!
//! Every operation that changes something goes through here, one call each, so that
//! a test can fail it, stop there, or lose what was not synced.

#![expect(clippy::disallowed_methods, reason = "the one place that writes outputs")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::lock::Lock;
use crate::error::Result;

/// What stands at a path. A symbolic link is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    /// A link, a pipe, a device, a socket.
    Other,
}

/// A file under construction.
pub(crate) trait Written: Write + Send {
    /// Waits until the bytes are on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file system.
pub(crate) trait Disk: Send + Sync {
    /// Makes a file that must not be there.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Written>>;
    /// The bytes of a small file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// The length of a file, and its hash in hexadecimal.
    fn hash(&self, path: &Path) -> io::Result<(u64, String)>;
    /// What stands at a path, if anything does.
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>>;
    /// The names in a folder, sorted.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// Whether this user may make and remove names in a folder.
    fn may_change(&self, folder: &Path) -> io::Result<()>;
    /// Makes a folder in one that is there.
    fn make_folder(&self, path: &Path) -> io::Result<()>;
    /// Gives a file or a folder another name; a file that has it gives way.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes a synced copy of a file, on another file system.
    fn copy(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Waits until the names in a folder are on the disk.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Locks a folder; with `make` it is made if it is not there, and the first
    /// result has the folders that were made, the outermost first. No lock where
    /// there is nobody else.
    fn lock(&self, folder: &Path, make: bool) -> Result<(Vec<PathBuf>, Option<Lock>)>;
}

/// The file system of the machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct System;

impl Written for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

impl Disk for System {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Written>> {
        Ok(Box::new(File::create_new(path)?))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn hash(&self, path: &Path) -> io::Result<(u64, String)> {
        let mut hasher = blake3::Hasher::new();
        let bytes = io::copy(&mut File::open(path)?, &mut hasher)?;
        Ok((bytes, hasher.finalize().to_hex().to_string()))
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        match fs::symlink_metadata(path) {
            Ok(data) if data.is_file() => Ok(Some(Kind::File)),
            Ok(data) if data.is_dir() => Ok(Some(Kind::Folder)),
            Ok(_) => Ok(Some(Kind::Other)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            // A name that is no text is none of ours.
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    #[cfg(unix)]
    fn may_change(&self, folder: &Path) -> io::Result<()> {
        use rustix::fs::Access;
        Ok(rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
    }

    #[cfg(not(unix))]
    fn may_change(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut file = File::create_new(to)?;
        io::copy(&mut File::open(from)?, &mut file)?;
        file.sync_all()
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    #[cfg(unix)]
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        match File::open(path)?.sync_all() {
            // Some file systems cannot, and keep names in step by themselves.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
                ) =>
            {
                Ok(())
            }
            synced => synced,
        }
    }

    #[cfg(not(unix))]
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, folder: &Path, make: bool) -> Result<(Vec<PathBuf>, Option<Lock>)> {
        Lock::take(folder, make).map(|(made, lock)| (made, Some(lock)))
    }
}

/// Whether an error says that nothing stands at a path.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Removes a file if it is there.
pub(crate) fn remove_if_there(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match disk.remove_file(path) {
        Err(error) if is_absent(&error) => Ok(()),
        removed => removed,
    }
}

/// Removes a folder and all that stands in it. Links are removed, not followed.
pub(crate) fn remove_tree(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match disk.kind(path)? {
        None => Ok(()),
        Some(Kind::File | Kind::Other) => disk.remove_file(path),
        Some(Kind::Folder) => {
            for name in disk.list(path)? {
                remove_tree(disk, &path.join(name))?;
            }
            disk.remove_folder(path)
        }
    }
}
