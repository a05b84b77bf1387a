//! Files and folders that no folder and no glob gives as inputs: what the command
//! itself writes, and what it reads for another reason.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::FileId;

/// Files and folders that are left out where inputs are looked for.
#[derive(Debug, Default)]
pub struct Except {
    ids: BTreeSet<FileId>,
    /// Folders that were looked at, and whether they lie in one that is left out.
    folders: RefCell<BTreeMap<PathBuf, bool>>,
    /// What was met.
    met: RefCell<BTreeSet<String>>,
}

impl Except {
    /// Leaves out a file, or a folder with all that is in it; what is not there
    /// cannot be met.
    pub fn add(&mut self, path: &Path) {
        self.ids.extend(FileId::of(path).ok().flatten());
    }

    /// The paths that were left out, as they were met.
    #[must_use]
    pub fn met(&self) -> Vec<String> {
        self.met.borrow().iter().cloned().collect()
    }

    /// Whether a path that was met is left out.
    pub(super) fn has(&self, path: &Path) -> bool {
        let found = self.is_one(path);
        if found {
            self.met.borrow_mut().insert(path.to_string_lossy().replace('\\', "/"));
        }
        found
    }

    /// The same for a path whose folders were not met one by one.
    pub(super) fn has_within(&self, path: &Path) -> bool {
        path.parent().is_some_and(|folder| self.is_within(folder)) || self.has(path)
    }

    fn is_within(&self, folder: &Path) -> bool {
        if folder.as_os_str().is_empty() {
            return false;
        }
        if let Some(known) = self.folders.borrow().get(folder) {
            return *known;
        }
        let within = folder.parent().is_some_and(|outer| self.is_within(outer)) || self.has(folder);
        self.folders.borrow_mut().insert(folder.to_owned(), within);
        within
    }

    fn is_one(&self, path: &Path) -> bool {
        !self.ids.is_empty()
            && FileId::of(path).ok().flatten().is_some_and(|id| self.ids.contains(&id))
    }
}
