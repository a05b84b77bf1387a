//! Files that stand beside the dump: word lists, earlier outputs, schemas,
//! baselines. They are read whole, so what has no end is refused.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

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
        // A pipe would wait for a writer as soon as it is opened.
        let data = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if !data.is_file() {
            let found = if data.is_dir() { "a folder" } else { "a pipe or a device" };
            let error = Error::new(ErrorKind::Input, format!("expected a file, found {found}"));
            return Err(error.with_path(path).with_remedy("name a regular file"));
        }
        let mut bytes = self.bounded(open(path).map_err(|error| unreadable(path, error))?, path)?;
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
    fn bounded(&self, reader: impl Read, path: &str) -> Result<Vec<u8>> {
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

#[expect(clippy::disallowed_methods, reason = "the one place that reads files beside the dump")]
fn open(path: &str) -> io::Result<File> {
    File::open(Path::new(path))
}

fn unreadable(path: &str, error: io::Error) -> Error {
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
