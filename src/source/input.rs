//! From what the user names to a list of files: files, folders, globs and
//! standard input.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// One input of a run. It can be opened more than once and then gives the same bytes.
#[derive(Debug)]
pub struct Input {
    name: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(PathBuf),
    /// Standard input, copied to a file without a name: its encoding is decided
    /// on the whole of it, and memory must not grow with it.
    Spool(File),
    Memory(Vec<u8>),
}

impl Input {
    /// An input that stands in memory.
    #[must_use]
    pub fn memory(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), place: Place::Memory(bytes.into()) }
    }

    /// The path as the user would write it, with `/` between its parts; `-` for
    /// standard input.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file name without its extension, if the input is a file.
    #[must_use]
    pub fn stem(&self) -> Option<&str> {
        match &self.place {
            Place::File(path) => path.file_stem()?.to_str(),
            Place::Spool(_) => None,
            Place::Memory(_) => Path::new(&self.name).file_stem()?.to_str(),
        }
    }

    /// The length in bytes, if it is known beforehand.
    #[must_use]
    pub fn len_hint(&self) -> u64 {
        match &self.place {
            Place::File(path) => path.metadata().map_or(0, |data| data.len()),
            Place::Spool(file) => file.metadata().map_or(0, |data| data.len()),
            Place::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// Opens the input at its first byte.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(match &self.place {
            Place::File(path) => Box::new(open(path)?),
            Place::Spool(file) => {
                let mut file = file.try_clone()?;
                file.rewind()?;
                Box::new(file)
            }
            Place::Memory(bytes) => Box::new(bytes.as_slice()),
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads inputs")]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Finds the inputs that the user named: a file, a folder (every file below it,
/// hidden ones left out), a glob, or `-` for standard input. The order is that
/// of the names given, and by path within a folder or a glob.
///
/// # Errors
///
/// An input that does not exist, a glob or folder without a file, a file that
/// cannot be opened, a glob that is malformed.
pub fn resolve(names: &[String]) -> Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for name in names {
        if name == "-" {
            inputs.push(spool(&mut io::stdin().lock())?);
            continue;
        }
        let path = Path::new(name);
        if path.is_dir() {
            let before = inputs.len();
            walk(path, &mut inputs)?;
            if inputs.len() == before {
                return Err(Error::new(ErrorKind::Input, "no file in the folder")
                    .with_path(path)
                    .with_remedy("name a folder that holds a dump, or a file"));
            }
        } else if path.exists() || !name.contains(['*', '?', '[']) {
            inputs.push(file(path)?);
        } else {
            expand(name, &mut inputs)?;
        }
    }
    Ok(inputs)
}

fn file(path: &Path) -> Result<Input> {
    open(path).map_err(|error| {
        let remedy = match error.kind() {
            io::ErrorKind::NotFound => {
                "check the path; `recordmill run --help` shows the forms an input may have"
            }
            io::ErrorKind::PermissionDenied => "allow this user to read it",
            _ => "check that it is a readable file",
        };
        Error::new(ErrorKind::Input, "cannot read the input")
            .with_path(path)
            .with_remedy(remedy)
            .with_source(error)
    })?;
    let name = path.to_string_lossy().replace('\\', "/");
    Ok(Input { name, place: Place::File(path.to_owned()) })
}

fn walk(folder: &Path, inputs: &mut Vec<Input>) -> Result<()> {
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
    };
    let entries = walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name();
    for entry in entries.into_iter().filter_entry(|entry| !hidden(entry)) {
        let entry = entry.map_err(|error| {
            Error::new(ErrorKind::Input, "cannot list the folder")
                .with_path(folder)
                .with_remedy("allow this user to read it")
                .with_source(error)
        })?;
        if entry.file_type().is_file() {
            inputs.push(file(entry.path())?);
        }
    }
    Ok(())
}

fn expand(pattern: &str, inputs: &mut Vec<Input>) -> Result<()> {
    let paths = glob::glob(pattern).map_err(|error| {
        Error::new(ErrorKind::Option, "malformed glob")
            .with_path(pattern)
            .with_remedy("`*` stands for any part of a name, `**` for any folders, `[ab]` for one of the characters")
            .with_source(error)
    })?;
    let before = inputs.len();
    for path in paths.flatten().filter(|path| path.is_file()) {
        inputs.push(file(&path)?);
    }
    if inputs.len() == before {
        return Err(Error::new(ErrorKind::Input, "no file matches")
            .with_path(pattern)
            .with_remedy("check the pattern, and quote it so that the shell leaves it alone"));
    }
    Ok(())
}

fn spool(reader: &mut impl Read) -> Result<Input> {
    let copy = || -> io::Result<File> {
        let mut file = tempfile::tempfile()?;
        io::copy(reader, &mut file)?;
        Ok(file)
    };
    let mut copy = copy;
    let file = copy().map_err(|error| {
        Error::new(ErrorKind::Input, "cannot read standard input")
            .with_remedy(
                "make room in the folder for temporary files, or name a file instead of `-`",
            )
            .with_source(error)
    })?;
    Ok(Input { name: "-".to_owned(), place: Place::Spool(file) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_can_be_read_twice() {
        let input = spool(&mut "简介 甲".as_bytes()).unwrap();
        for _ in 0..2 {
            let mut text = String::new();
            input.open().unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, "简介 甲");
        }
    }

    #[test]
    fn a_missing_file_says_so() {
        let error = resolve(&["no/such/dump.txt".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "cannot read the input `no/such/dump.txt`");
        assert_eq!(error.kind(), ErrorKind::Input);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn a_folder_is_read_by_name_and_hidden_files_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.txt", ".hidden"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let inputs = resolve(&[folder.path().to_string_lossy().into_owned()]).unwrap();
        let stems: Vec<_> = inputs.iter().filter_map(Input::stem).collect();
        assert_eq!(stems, ["a", "b"]);
    }
}
