//! Files of a run that other processes write, part by part.
//!
//! Each attempt at a part has a staging folder of its own inside that of the run, so that two at once, or one
//! that was killed, get in nobody's way. The run takes over the files of one attempt at each part, and what
//! others have left goes with its staging folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, System};
use super::journal::FILES;
use super::staging::{Staged, Staging, make_in};
use super::{Claim, Guard, Output, failed};
use crate::error::Result;

/// The folder of all attempts, among the staged files.
const PARTS: &str = "parts";

impl Staging {
    /// Makes the folder in which other processes write.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub fn parts(&self) -> Result<PathBuf> {
        let folder = self.folder.join(FILES).join(PARTS);
        let made = self.disk.make_folder(&folder).and_then(|()| std::path::absolute(&folder));
        made.map_err(|error| failed(&self.target, error))
    }

    /// Begins an attempt at a part, in the folder of a run that may be one of another process.
    ///
    /// # Errors
    ///
    /// Its folder cannot be made: the run has ended, or the folder cannot be seen from here.
    pub fn of_part(parts: &Path, number: usize) -> Result<Self> {
        let disk: Arc<dyn Disk> = Arc::new(System);
        let folder = make_in(&*disk, parts, &format!("{number:05}-"));
        let folder = folder.map_err(|error| {
            failed(parts, error).with_remedy(
                "the output folder must be one that all processes see, under the same path",
            )
        })?;
        Ok(Self {
            disk,
            target: parts.to_owned(),
            folder,
            claim: Claim::default(),
            guard: Guard::default(),
            made: Vec::new(),
            lock: None,
            is_handed_over: false,
        })
    }

    /// Takes over a file of an attempt, which will have this name in the target.
    ///
    /// # Errors
    ///
    /// It is not there, or not as long as the attempt has said.
    pub fn adopt(&self, attempt: &str, file: &Output, name: &str) -> Result<Output> {
        let path = self.target.join(name);
        let from = attempted(&self.folder.join(FILES).join(PARTS), attempt, &file.path);
        let look = || {
            let found = fs::symlink_metadata(&from)?.len();
            if found != file.bytes {
                let told = format!("a part has {found} bytes, and {} were written", file.bytes);
                return Err(io::Error::other(told));
            }
            self.disk.rename(&from, &self.folder.join(FILES).join(name))
        };
        look().map_err(|error| failed(&path, error))?;
        Ok(Output { path: name.to_owned(), ..file.clone() })
    }

    /// The bytes of a file of an attempt, which must be those that it has written.
    ///
    /// # Errors
    ///
    /// They are not.
    pub fn attempted(&self, attempt: &str, file: &Output) -> Result<Vec<u8>> {
        let from = attempted(&self.folder.join(FILES).join(PARTS), attempt, &file.path);
        let bytes = self.disk.read(&from).map_err(|error| failed(&from, error))?;
        if blake3::hash(&bytes).to_hex().as_str() != file.hash {
            return Err(failed(&from, "a file of a part is not as it was written"));
        }
        Ok(bytes)
    }
}

impl Staged {
    /// Leaves the files to the run that they are a part of: the name of the attempt, and what it wrote.
    #[must_use]
    pub fn hand_over(mut self) -> (String, Vec<Output>) {
        self.staging.is_handed_over = true;
        let name = self.staging.folder.file_name().unwrap_or_default();
        (name.to_string_lossy().into_owned(), std::mem::take(&mut self.outputs))
    }
}

fn attempted(parts: &Path, attempt: &str, name: &str) -> PathBuf {
    parts.join(attempt).join(FILES).join(name)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        System.list(folder).unwrap()
    }

    #[test]
    fn one_attempt_at_a_part_is_taken_over_and_nothing_is_left_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let claim = Claim { schema: "shelf".to_owned(), ..Claim::default() };
        let staging = Staging::open(&target, claim, &Guard::default(), std::iter::empty()).unwrap();
        let parts = staging.parts().unwrap();
        let attempt = |text: &str, ends: bool| {
            let staging = Staging::of_part(&parts, 7).unwrap();
            let mut file = staging.create("book.parquet").unwrap();
            file.write_all(text.as_bytes()).unwrap();
            if !ends {
                // As a process that is killed: nothing of it is cleared away.
                std::mem::forget((staging, file));
                return None;
            }
            let outputs = vec![file.finish().unwrap()];
            Some(staging.staged(outputs).hand_over())
        };
        assert!(attempt("torn", false).is_none());
        let (_, late) = attempt("second", true).unwrap();
        let (name, outputs) = attempt("third", true).unwrap();
        assert_eq!((names(&parts).len(), late[0].bytes), (3, 6));
        assert_eq!(staging.attempted(&name, &outputs[0]).unwrap(), b"third");
        let longer = Output { bytes: 6, ..outputs[0].clone() };
        let error = staging.adopt(&name, &longer, "book.part-00007.parquet").unwrap_err();
        assert!(error.to_string().contains("cannot write"), "{error}");
        let adopted = staging.adopt(&name, &outputs[0], "book.part-00007.parquet").unwrap();
        let report = br#"{"tool": {"name": "recordmill"}, "schema": {"name": "shelf"}}"#;
        staging.staged(vec![adopted]).place(true, &|file| file.write_all(report)).unwrap();
        assert_eq!(names(&target), [".recordmill.lock", "book.part-00007.parquet", "run.json"]);
        // Whoever is late finds no folder, and makes none.
        let error = Staging::of_part(&parts, 7).err().unwrap();
        assert!(error.remedy().unwrap().contains("all processes see"), "{error:?}");
    }
}
