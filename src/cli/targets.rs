//! What a command writes, held against what it reads: no input is written over, and
//! nothing that it writes or reads beside is taken for an input.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use recordmill::diagnostic::CODES;
use recordmill::publish::{own_files, sibling_of_failed};
use recordmill::schema::model::Table;
use recordmill::sink::{FINDING, Format, PROFILE};
use recordmill::source::{Except, FileId, FileSystem, Input, Place, path_of_name};
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

    /// The output folder, and that of its failed runs.
    fn outputs(&self) -> impl Iterator<Item = PathBuf> {
        let failed = self.output.as_deref().and_then(|folder| sibling_of_failed(folder).ok());
        self.output.iter().cloned().chain(failed)
    }

    /// The same, and the folder within.
    fn folders(&self) -> impl Iterator<Item = PathBuf> {
        let inner = self.output.iter().map(|folder| folder.join(QUARANTINE));
        self.outputs().chain(inner)
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
            if let Some(what) = id_of_input(name).and_then(|id| own.get(&id)) {
                return Err(Error::new(ErrorKind::Option, format!("an input is {what}:"))
                    .with_path(name)
                    .with_remedy("name another folder for the output with `-o`"));
            }
        }
        Ok(())
    }

    /// Refuses to write where an input or another file stands that is read, where the
    /// command writes something else, and where the run puts files of its own. What was left out
    /// of the inputs may be written over if a report stands there. Gives what is read.
    pub(super) fn check(
        &self,
        inputs: &[Input],
        except: &Except,
        tables: &[Table],
    ) -> Result<Read> {
        let mut read = Read::new();
        let met: Vec<_> = except.met().iter().filter_map(|path| id(Path::new(path))).collect();
        for (path, what) in &self.reads {
            read.extend(id(path).map(|id| (id, (*what).to_owned())));
        }
        for input in inputs {
            let name = input.name();
            // A member is read from its archive, whose name ends at one of the marks.
            let ends = name.match_indices('!').map(|(at, _)| at).chain([name.len()]);
            for end in ends {
                let path = &name[..end];
                read.extend(id_of_input(path).map(|id| (id, path.to_owned())));
            }
        }
        let mut written = BTreeMap::new();
        for (path, what) in &self.writes {
            let refuse = |message: String| {
                Err(Error::new(ErrorKind::Option, message)
                    .with_path(path)
                    .with_remedy(format!("name another file for {what}")))
            };
            if let Some(input) = id(path).and_then(|id| read.get(&id)) {
                return refuse(format!("{what} would be written over what is read, `{input}`:"));
            }
            let is_met = *what == REPORT && id(path).is_some_and(|id| met.contains(&id));
            if is_met && !is_report(path) {
                return refuse(format!(
                    "{what} would be written over a file of the inputs that is no report:"
                ));
            }
            if let Some(other) = written.insert(Place::of(path), *what) {
                let both = match (other, *what) {
                    (REPORT, REPORT) => "two reports".to_owned(),
                    (other, what) => format!("{other} and {what}"),
                };
                let message = format!("{both} cannot go to one file");
                return Err(Error::new(ErrorKind::Option, message)
                    .with_path(path)
                    .with_remedy("give each a file of its own"));
            }
            if self.is_of_the_run(path, tables) {
                return refuse(format!("{what} would be written over a file of the run:"));
            }
        }
        Ok(read)
    }

    /// Whether a file would stand where the run puts one of its own.
    fn is_of_the_run(&self, path: &Path, tables: &[Table]) -> bool {
        let Some(name) = path.file_name() else { return false };
        let name = name.to_string_lossy();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = Place::of(folder.unwrap_or_else(|| Path::new(".")));
        let is_of = |output: &Path| {
            let ends: Vec<_> = Format::ALL.iter().map(|format| format.extension()).collect();
            let mut names =
                tables.iter().map(|table| table.name.as_str()).chain([FINDING, PROFILE]);
            Place::of(path) == Place::of(output)
                || folder == Place::of(&output.join(QUARANTINE))
                || folder == Place::of(output)
                    && (name == RUN_JSON
                        || name == QUARANTINE
                        || name.starts_with(".recordmill")
                        || name.rsplit_once('.').is_some_and(|(stem, end)| {
                            ends.contains(&end) && names.any(|table| stem == table)
                        }))
        };
        self.outputs().any(|output| is_of(&output))
    }
}

/// What the file of a report is.
pub(super) const REPORT: &str = "the report";
const QUARANTINE: &str = "quarantine";
const RUN_JSON: &str = "run.json";

/// What reports say of the command that made them, each in its form.
const MADE_BY: [&str; 6] = [
    "\"name\":\"recordmill\"",
    "\"name\": \"recordmill\"",
    "<testsuites name=\"recordmill\"",
    "content=\"recordmill\"",
    "# recordmill: ",
    "title=recordmill::",
];

/// Whether a file is a report of an earlier run, or empty: it says who made it, or a code and what the code is called.
fn is_report(path: &Path) -> bool {
    // What cannot be read is not known to be one.
    let Ok(bytes) = FileSystem::default().read(path) else { return false };
    let has = |word: &str| memchr::memmem::find(&bytes, word.as_bytes()).is_some();
    // A report for GitLab without a finding is an empty list.
    matches!(bytes.trim_ascii(), b"" | b"[]")
        || MADE_BY.iter().any(|words| has(words))
        || CODES.iter().any(|code| has(code.id) && has(code.name))
}

/// What a path leads to; a file that cannot be looked at is reported where it is opened.
pub(super) fn id(path: &Path) -> Option<FileId> {
    FileId::of(path).ok().flatten()
}

/// What the name of an input leads to: that of standard input may be a file too.
fn id_of_input(name: &str) -> Option<FileId> {
    if name == "-" {
        FileId::of_standard_input()
    } else {
        path_of_name(name).ok().and_then(|path| id(&path))
    }
}
