//! What a command writes, held against what it reads: no input is written over, and
//! nothing that it writes or reads beside is taken for an input.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use recordmill::publish::{own_files, sibling_of_failed};
use recordmill::schema::Schema;
use recordmill::source::{Except, FileId, Input};
use recordmill::{Error, ErrorKind, Result};

/// The files and folders of a command, its inputs aside.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// The output folder.
    pub(super) output: Option<PathBuf>,
    /// Files that the command writes, and what each is.
    pub(super) writes: Vec<(PathBuf, &'static str)>,
    /// Files that it reads, and what each is.
    pub(super) reads: Vec<(PathBuf, &'static str)>,
}

/// What files are called that the command reads.
pub(super) type Read = BTreeMap<FileId, String>;

impl Targets {
    /// What no folder and no glob gives as an input.
    pub(super) fn except(&self) -> Except {
        let mut except = Except::default();
        for folder in self.folders() {
            except.add(&folder);
        }
        let own = self.output.as_deref().map(own_files).unwrap_or_default();
        let files = self.writes.iter().chain(&self.reads).map(|(path, _)| path);
        files.chain(&own).for_each(|path| except.add(path));
        except
    }

    /// The output folder, that of its failed runs, and those within.
    fn folders(&self) -> Vec<PathBuf> {
        let output = self.output.iter().cloned();
        let failed = self.output.as_deref().and_then(|folder| sibling_of_failed(folder).ok());
        let inner = self.output.iter().map(|folder| folder.join("quarantine"));
        output.chain(failed).chain(inner).collect()
    }

    /// Refuses an input that the user names and that is the output.
    pub(super) fn check_names(&self, names: &[String]) -> Result<()> {
        let mut own = BTreeMap::new();
        for folder in self.folders() {
            own.extend(id(&folder).map(|id| (id, "the output folder")));
        }
        for file in self.output.as_deref().map(own_files).unwrap_or_default() {
            own.extend(id(&file).map(|id| (id, "of an earlier run into the same folder")));
        }
        for name in names {
            if let Some(what) = id(Path::new(name)).and_then(|id| own.get(&id)) {
                return Err(Error::new(ErrorKind::Option, format!("an input is {what}:"))
                    .with_path(name)
                    .with_remedy("name another folder for the output with `-o`"));
            }
        }
        Ok(())
    }

    /// Refuses to write where an input or another file stands that is read, and where
    /// the run puts files of its own. Gives what is read.
    pub(super) fn check(&self, inputs: &[Input], schema: &Schema) -> Result<Read> {
        let mut read = Read::new();
        for (path, what) in &self.reads {
            read.extend(id(path).map(|id| (id, (*what).to_owned())));
        }
        for input in inputs {
            let name = input.name();
            // A member is read from its archive, whose name ends at one of the marks.
            let ends = name.match_indices('!').map(|(at, _)| at).chain([name.len()]);
            for end in ends {
                let path = &name[..end];
                read.extend(id(Path::new(path)).map(|id| (id, path.to_owned())));
            }
        }
        for (path, what) in &self.writes {
            if let Some(input) = id(path).and_then(|id| read.get(&id)) {
                let message = format!("{what} would be written over what is read, `{input}`:");
                return Err(Error::new(ErrorKind::Option, message)
                    .with_path(path)
                    .with_remedy(format!("name another file for {what}")));
            }
            if self.is_of_the_run(path, schema) {
                let message = format!("{what} would be written over a file of the run:");
                return Err(Error::new(ErrorKind::Option, message)
                    .with_path(path)
                    .with_remedy(format!("name another file for {what}")));
            }
        }
        Ok(read)
    }

    /// Whether a file would stand where the run puts one of its own.
    fn is_of_the_run(&self, path: &Path, schema: &Schema) -> bool {
        let (Some(output), Some(name)) = (&self.output, path.file_name()) else { return false };
        let name = name.to_string_lossy();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        if is_same(folder, &output.join("quarantine")) {
            return true;
        }
        let tables = schema.tables.iter().map(|table| table.name.as_str());
        is_same(folder, output)
            && (name == "run.json"
                || name == "quarantine"
                || name.starts_with(".recordmill")
                || tables.chain([recordmill::sink::FINDING]).any(|table| {
                    name.rsplit_once('.').is_some_and(|(stem, end)| {
                        stem == table
                            && recordmill::sink::Format::ALL
                                .iter()
                                .any(|format| format.extension() == end)
                    })
                }))
    }
}

/// What a path leads to; a file that cannot be looked at is reported where it is opened.
pub(super) fn id(path: &Path) -> Option<FileId> {
    FileId::of(path).ok().flatten()
}

/// Whether two paths lead to one folder, there or not.
fn is_same(a: &Path, b: &Path) -> bool {
    match (id(a), id(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.components().eq(b.components()),
        _ => false,
    }
}
