//! Whether two paths name one file: by the file itself, not by its name.

use std::io;
use std::path::{Path, PathBuf};

/// What a file is known by while it is there. Links, symbolic and hard, and other
/// ways to write a path lead to one and the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(Repr);

#[cfg(unix)]
type Repr = (u64, u64);
#[cfg(not(unix))]
type Repr = std::path::PathBuf;

impl FileId {
    /// The file or folder that a path leads to; none if nothing is there.
    ///
    /// # Errors
    ///
    /// It cannot be looked at.
    pub fn of(path: &Path) -> io::Result<Option<Self>> {
        match repr(path) {
            Ok(repr) => Ok(Some(Self(repr))),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The file that standard input is; none for a pipe or a device, where nothing can be written over.
    #[must_use]
    pub fn of_standard_input() -> Option<Self> {
        #[cfg(unix)]
        {
            let data = standard_input().and_then(|file| file.metadata()).ok()?;
            data.is_file().then(|| Self::of_data(&data))
        }
        #[cfg(not(unix))]
        None
    }

    /// What is open.
    #[cfg(unix)]
    pub(super) fn of_data(data: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self((data.dev(), data.ino()))
    }
}

/// Standard input, to be read and looked at without the room that others read it through.
#[cfg(unix)]
pub(super) fn standard_input() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// Where a path leads, whether or not a file is there: two ways to write one path are one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// To what is there.
    There(FileId),
    /// To what is not there yet, below a folder that is.
    Below(FileId, PathBuf),
    /// To what cannot be looked at.
    Named(PathBuf),
}

/// How many links that lead to nothing yet are followed.
const MOST_LINKS: usize = 40;

impl Place {
    /// The place of a path.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            if let Ok(Some(id)) = FileId::of(&path) {
                return Self::There(id);
            }
            // What is written to a link stands where it leads.
            let Ok(target) = std::fs::read_link(&path) else { break };
            path = path.parent().unwrap_or(Path::new("")).join(target);
        }
        for folder in path.ancestors().skip(1) {
            let there = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            match (FileId::of(there), path.strip_prefix(folder)) {
                (Ok(None), _) => {}
                (Ok(Some(id)), Ok(rest)) => return Self::Below(id, rest.to_owned()),
                _ => break,
            }
        }
        Self::Named(std::path::absolute(&path).unwrap_or(path))
    }
}

#[cfg(unix)]
fn repr(path: &Path) -> io::Result<Repr> {
    use std::os::unix::fs::MetadataExt;
    let data = std::fs::metadata(path)?;
    Ok((data.dev(), data.ino()))
}

#[cfg(not(unix))]
fn repr(path: &Path) -> io::Result<Repr> {
    std::fs::canonicalize(path)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
mod tests {
    use super::*;

    #[test]
    fn another_way_to_a_file_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a"), "").unwrap();
        std::fs::write(path("b"), "").unwrap();
        std::fs::hard_link(path("a"), path("hard")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("a", path("soft")).unwrap();
        let id = |name: &str| FileId::of(&path(name)).unwrap();
        assert_ne!(id("a"), id("b"));
        #[cfg(unix)]
        assert_eq!(id("a"), id("hard"));
        #[cfg(unix)]
        assert_eq!(id("a"), id("soft"));
        assert_eq!(id("a"), id("./a"));
        assert_eq!(id("c"), None);
        assert_eq!(id("a/b"), None);
    }

    /// The test itself, with a file as its standard input, and with none.
    #[cfg(unix)]
    #[test]
    fn standard_input_is_the_file_that_it_is() {
        use std::process::{Command, Stdio};
        const NAME: &str = "source::identity::tests::standard_input_is_the_file_that_it_is";
        const FILE: &str = "RECORDMILL_TEST_STDIN";
        #[expect(clippy::disallowed_methods, reason = "a test tells itself so what to do")]
        if let Some(file) = std::env::var_os(FILE) {
            let (own, file) = (FileId::of_standard_input(), FileId::of(Path::new(&file)).unwrap());
            assert_eq!(own, file);
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "").unwrap();
        let run = |stdin: Stdio, file: &Path| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            let out = command.args(["--exact", NAME]).env(FILE, file).stdin(stdin).output();
            let out = out.unwrap();
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
        };
        run(std::fs::File::open(&path).unwrap().into(), &path);
        run(Stdio::piped(), &folder.path().join("none"));
    }

    #[test]
    fn a_place_is_one_before_anything_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| Place::of(&folder.path().join(name));
        assert_eq!(place("a"), place("./a"));
        assert_eq!(place("b/a"), place("b/./a"));
        assert_ne!(place("a"), place("b"));
        #[cfg(unix)]
        std::os::unix::fs::symlink("a", folder.path().join("soft")).unwrap();
        #[cfg(unix)]
        assert_eq!(place("a"), place("soft"));
        std::fs::write(folder.path().join("a"), "").unwrap();
        assert_eq!(place("a"), place("./a"));
        assert_eq!(Place::of(Path::new("none")), Place::of(Path::new("./none")));
    }
}
