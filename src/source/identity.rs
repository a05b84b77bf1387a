//! Whether two paths name one file: by the file itself, not by its name.

use std::io;
use std::path::Path;

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
}
