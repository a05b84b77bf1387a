//! Files that stand beside the dump: word lists, earlier outputs, schemas,
//! baselines. They are read whole, so what has no end is refused.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::compression::{Codec, Limits, Meter, decompress};
use crate::error::{Error, ErrorKind, Result};

/// Reads files for who may not open any.
pub trait Loader: Sync {
    /// The bytes of a file, without their compression.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is no regular file, or is too large.
    fn load(&self, path: &str) -> Result<Vec<u8>>;
}

/// The files of this machine.
#[derive(Clone, Debug)]
pub struct FileSystem {
    /// How many bytes a file may have, without its compression.
    pub limit: u64,
}

impl Default for FileSystem {
    fn default() -> Self {
        Self { limit: 1 << 30 }
    }
}

impl Loader for FileSystem {
    fn load(&self, path: &str) -> Result<Vec<u8>> {
        let path = Path::new(path);
        let mut bytes = self.read(path)?;
        let limits = Limits::default();
        for _ in 0..limits.nesting {
            let Some(codec) = Codec::of(&bytes) else { break };
            let meter = Meter::new(limits, bytes.len() as u64);
            let reader = decompress(Box::new(io::Cursor::new(bytes)), &[codec], meter);
            bytes = self.bounded(reader.map_err(|error| unreadable(path, error))?, path)?;
        }
        Ok(bytes)
    }
}

impl FileSystem {
    /// The bytes of a file as they are.
    ///
    /// # Errors
    ///
    /// As those of [`Loader::load`].
    pub fn read(&self, path: &Path) -> Result<Vec<u8>> {
        // A pipe would wait for a writer as soon as it is opened.
        let data = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if !data.is_file() {
            let found = if data.is_dir() { "a folder" } else { "a pipe or a device" };
            let error = Error::new(ErrorKind::Input, format!("expected a file, found {found}"));
            return Err(error.with_path(path).with_remedy("name a regular file"));
        }
        self.bounded(open(path).map_err(|error| unreadable(path, error))?, path)
    }

    /// The text of a file that must be UTF-8.
    ///
    /// # Errors
    ///
    /// As those of [`Loader::load`]; or it is no UTF-8.
    pub fn text(&self, path: &Path) -> Result<String> {
        String::from_utf8(self.read(path)?).map_err(|_| {
            Error::new(ErrorKind::Input, "the file is not UTF-8")
                .with_path(path)
                .with_remedy("save it in UTF-8: editors call that its encoding")
        })
    }

    fn bounded(&self, reader: impl Read, path: &Path) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = reader.take(self.limit.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(path, error))?;
        if bytes.len() as u64 > self.limit {
            let message = format!("the file has more than {} bytes", self.limit);
            let error = Error::new(ErrorKind::Input, message);
            return Err(error.with_path(path).with_remedy("name a smaller file"));
        }
        Ok(bytes)
    }
}

/// Files that were read where they stand and came along, by their paths. All others are those of this
/// machine.
#[derive(Clone, Debug, Default)]
pub struct Carried(Arc<BTreeMap<String, Vec<u8>>>);

impl Carried {
    /// Files by their paths, without their compression.
    #[must_use]
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self(Arc::new(files))
    }

    /// The files, by their paths.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.0
    }
}

impl Loader for Carried {
    fn load(&self, path: &str) -> Result<Vec<u8>> {
        match self.0.get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None => FileSystem::default().load(path),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads files beside the dump")]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let remedy = match error.kind() {
        io::ErrorKind::NotFound => "check the path",
        io::ErrorKind::PermissionDenied => "allow this user to read it",
        _ => "check that the file is readable and whole",
    };
    Error::new(ErrorKind::Input, "cannot read the file")
        .with_path(path)
        .with_remedy(remedy)
        .with_source(error)
}

/// Says of a file that could not be loaded what it was wanted for, and what to do where there is none.
#[must_use]
pub fn unread(error: Error, kind: ErrorKind, what: &str, missing: &str) -> Error {
    let cause = std::error::Error::source(&error);
    let is_missing = cause
        .and_then(|cause| cause.downcast_ref::<io::Error>())
        .is_some_and(|cause| cause.kind() == io::ErrorKind::NotFound);
    let why = cause.map_or_else(|| error.message().to_owned(), ToString::to_string);
    let remedy = if is_missing { missing } else { error.remedy().unwrap_or(missing) };
    let told = Error::new(kind, what).with_remedy(remedy).with_source(why);
    match error.path() {
        Some(path) => told.with_path(path),
        None => told,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_is_read_whole_and_no_larger_than_allowed() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"river\nmill\n").unwrap();
        let path = file.path().to_string_lossy().into_owned();
        assert_eq!(FileSystem { limit: 11 }.load(&path).unwrap(), b"river\nmill\n");
        let error = FileSystem { limit: 10 }.load(&path).unwrap_err();
        assert!(error.to_string().contains("more than 10 bytes"), "{error}");
        let error = FileSystem::default().load("no/such/file").unwrap_err();
        assert_eq!(error.to_string(), "cannot read the file `no/such/file`");
    }

    #[test]
    fn a_compressed_file_is_read_without_its_compression() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let text = "river\n".repeat(100);
        file.write_all(&zstd::encode_all(text.as_bytes(), 3).unwrap()).unwrap();
        let path = file.path().to_string_lossy().into_owned();
        assert_eq!(FileSystem::default().load(&path).unwrap(), text.as_bytes());
        assert!(FileSystem { limit: 599 }.load(&path).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_has_no_end_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        let mut paths = vec!["/dev/zero".to_owned(), folder.path().to_string_lossy().into_owned()];
        if made.is_ok_and(|status| status.success()) {
            paths.push(pipe.to_string_lossy().into_owned());
        }
        for path in paths {
            let error = FileSystem::default().load(&path).unwrap_err();
            assert!(error.to_string().starts_with("expected a file, found a"), "{error}");
        }
    }
}
