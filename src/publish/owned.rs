//! What of a folder is ours: what the `run.json` of the run before lists.
//!
//! A name is only taken for ours if a table or the quarantine could have it, so a
//! `run.json` from elsewhere cannot point at anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::disk::{Disk, Kind, System};
use super::journal::{QUARANTINE, RUN_JSON};
use super::{Output, failed};
use crate::error::{Error, ErrorKind, Result};
use crate::source::FileId;

/// The ends of the names of tables.
const EXTENSIONS: [&str; 4] = ["parquet", "csv", "jsonl", "arrow"];

/// The files of the run before in a folder.
#[derive(Clone, Debug, Default)]
pub(super) struct Owned {
    /// By name; without length and hash where an earlier version wrote the list.
    files: BTreeMap<String, Option<Output>>,
    /// The `run.json` that lists them.
    pub(super) run: Option<Output>,
    /// Whether it says that the run was not published, as it had failed.
    pub(super) has_failed: bool,
}

/// What a run claims of its target.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// The schema: a folder holds the tables of one.
    pub schema: String,
    /// The files that the run reads, and what they are called.
    pub inputs: BTreeMap<FileId, String>,
}

impl Owned {
    /// Reads what is ours in a folder. A `run.json` that is none of ours is an error;
    /// so is one of another schema, if one is named.
    pub(super) fn read(disk: &dyn Disk, folder: &Path, schema: Option<&str>) -> Result<Self> {
        let path = folder.join(RUN_JSON);
        match disk.kind(&path).map_err(|error| failed(&path, error))? {
            None => return Ok(Self::default()),
            Some(Kind::File) => {}
            Some(_) => return Err(in_the_way(folder, &[RUN_JSON], true)),
        }
        let bytes = disk.read(&path).map_err(|error| failed(&path, error))?;
        let run: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if run["tool"]["name"] != env!("CARGO_PKG_NAME") {
            return Err(Error::new(ErrorKind::Output, "no run of recordmill wrote")
                .with_path(&path)
                .with_remedy("move it away, or name another folder with `-o`"));
        }
        let of = run["schema"]["name"].as_str().unwrap_or_default();
        if let Some(schema) = schema.filter(|schema| *schema != of) {
            let message = format!("the tables of the schema `{of}` stand in");
            return Err(Error::new(ErrorKind::Output, message).with_path(folder).with_remedy(
                format!(
                    "name another folder with `-o` for those of `{schema}`, or remove this one"
                ),
            ));
        }
        let tables: BTreeSet<_> = run["tables"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        let mut files = BTreeMap::new();
        for listed in run["outputs"].as_array().into_iter().flatten() {
            let output: Option<Output> = serde_json::from_value(listed.clone()).ok();
            let name = output.as_ref().map(|output| output.path.as_str()).or(listed.as_str());
            if let Some(name) = name.filter(|name| is_own(name, &tables)) {
                files.insert(name.to_owned(), output.clone());
            }
        }
        let has_failed = run["published"] == false;
        let run = Output {
            path: RUN_JSON.to_owned(),
            bytes: bytes.len() as u64,
            hash: blake3::hash(&bytes).to_hex().to_string(),
        };
        Ok(Self { files, run: Some(run), has_failed })
    }

    /// The first file that is there and has not the bytes that are listed.
    pub(super) fn changed(&self, disk: &dyn Disk, folder: &Path) -> Result<Option<PathBuf>> {
        for (name, output) in &self.files {
            let path = folder.join(name);
            let look = || -> std::io::Result<bool> {
                let (kind, output) = (disk.kind(&path)?, output.as_ref());
                let listed = output.map(|output| (output.bytes, output.hash.clone()));
                Ok(match kind {
                    None => false,
                    Some(Kind::File) => listed != Some(disk.hash(&path)?),
                    Some(_) => true,
                })
            };
            if look().map_err(|error| failed(&path, error))? {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// Those that a run does not write again and that can be known by their bytes.
    pub(super) fn outdated(&self, names: &BTreeSet<&str>) -> Vec<Output> {
        let gone = self.files.iter().filter(|(name, _)| !names.contains(name.as_str()));
        gone.filter_map(|(_, output)| output.clone()).collect()
    }
}

/// Whether a table or the quarantine of a run may have a name.
fn is_own(name: &str, tables: &BTreeSet<&str>) -> bool {
    if let Some(inner) = name.strip_prefix(QUARANTINE).and_then(|rest| rest.strip_prefix('/')) {
        let numbered = inner.split_once('-').is_some_and(|(number, rest)| {
            number.len() >= 4
                && number.bytes().all(|byte| byte.is_ascii_digit())
                && !rest.is_empty()
        });
        return (numbered || inner == "reasons.jsonl") && is_plain(inner);
    }
    is_plain(name)
        && name.rsplit_once('.').is_some_and(|(table, extension)| {
            let whole = table.rsplit_once(".part-").filter(|(_, number)| is_number(number));
            tables.contains(whole.map_or(table, |(table, _)| table))
                && EXTENSIONS.contains(&extension)
        })
}

/// Whether a text is the number of a part.
fn is_number(text: &str) -> bool {
    text.len() >= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What the file of a part of a table is called.
#[cfg(feature = "tables")]
pub(crate) fn part_name(table: &str, number: usize, extension: &str) -> String {
    format!("{table}.part-{number:05}.{extension}")
}

/// Whether a name stays in its folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

/// Whether a journal may move a file to a name.
pub(super) fn is_target(name: &str) -> bool {
    is_plain(name.strip_prefix(QUARANTINE).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name))
}

impl Claim {
    /// Checks that a run may put files into a folder, before any is moved.
    /// With `one_schema` the run before must be one of the same schema.
    pub(super) fn check<'n>(
        &self,
        disk: &dyn Disk,
        folder: &Path,
        names: impl Iterator<Item = &'n str>,
        one_schema: bool,
    ) -> Result<Owned> {
        let owned = Owned::read(disk, folder, one_schema.then_some(&self.schema))?;
        let mut quarantine = false;
        let mut in_way = Vec::new();
        for name in names.chain([RUN_JSON]) {
            let path = folder.join(name);
            quarantine |= name.starts_with(QUARANTINE);
            match disk.kind(&path).map_err(|error| failed(&path, error))? {
                None => continue,
                Some(Kind::File) if name == RUN_JSON || owned.files.contains_key(name) => {}
                Some(_) => {
                    in_way.push(name);
                    continue;
                }
            }
            self.spare(&path)?;
        }
        let mut folders = vec![folder.to_owned()];
        let inner = folder.join(QUARANTINE);
        if quarantine {
            match disk.kind(&inner).map_err(|error| failed(&inner, error))? {
                None => {}
                Some(Kind::Folder) => folders.push(inner),
                Some(_) => in_way.push(QUARANTINE),
            }
        }
        if !in_way.is_empty() {
            return Err(in_the_way(folder, &in_way, owned.run.is_some()));
        }
        for folder in folders {
            disk.may_change(&folder).map_err(|error| failed(&folder, error))?;
        }
        Ok(owned)
    }

    /// Refuses to write where a file stands that the run reads.
    fn spare(&self, path: &Path) -> Result<()> {
        if self.inputs.is_empty() {
            return Ok(());
        }
        let id = FileId::of(path).map_err(|error| failed(path, error))?;
        match id.and_then(|id| self.inputs.get(&id)) {
            None => Ok(()),
            Some(input) => {
                let message = format!("the run reads `{input}`, and would write its output to");
                Err(Error::new(ErrorKind::Output, message)
                    .with_path(path)
                    .with_remedy("name another folder with `-o`"))
            }
        }
    }
}

/// How many names an error has.
const NAMED: usize = 5;

/// The error of names in a folder that no run of ours wrote, as far as is known; `vouched`
/// says whether there is a `run.json` at all.
fn in_the_way(folder: &Path, in_way: &[&str], vouched: bool) -> Error {
    let mut named: Vec<_> = in_way.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    if in_way.len() > NAMED {
        named.push(format!("{} more", in_way.len() - NAMED));
    }
    let (them, stand) = if in_way.len() == 1 { ("it", "is") } else { ("them", "are") };
    let named = match named.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => named.concat(),
    };
    let away = format!("move {them} away, or name another folder with `-o`");
    let (message, remedy) = if vouched {
        (format!("{named} {stand} in the way, and no run of recordmill wrote {them}, in"), away)
    } else {
        let recover =
            format!("`recordmill recover {}` finds nothing to go on with", folder.display());
        let remedy =
            format!("{away}; {recover}, but if you have the `run.json` you can put it back");
        (
            format!("{named} {stand} in the way, and there is no `run.json` that lists {them} in"),
            remedy,
        )
    };
    Error::new(ErrorKind::Output, message).with_path(folder).with_remedy(remedy)
}

/// The files in a folder that a run before wrote, its `run.json` among them; none if
/// no run of ours did.
#[must_use]
pub fn own_files(folder: &Path) -> Vec<PathBuf> {
    let owned = Owned::read(&System, folder, None).unwrap_or_default();
    let run = owned.run.map(|run| run.path);
    owned.files.into_keys().chain(run).map(|name| folder.join(name)).collect()
}

/// Where the tables of a run stand that has failed: `<folder>.failed`.
///
/// # Errors
///
/// The folder has no name, as `/` has none.
pub fn sibling_of_failed(folder: &Path) -> Result<PathBuf> {
    let whole = match folder.file_name() {
        Some(_) => folder.to_owned(),
        // `.` and `..` have their names elsewhere.
        None => std::fs::canonicalize(folder).map_err(|error| failed(folder, error))?,
    };
    let Some(name) = whole.file_name() else {
        return Err(Error::new(ErrorKind::Output, "the folder has no name")
            .with_path(folder)
            .with_remedy("name a folder below it with `-o`"));
    };
    let mut name = name.to_owned();
    name.push(".failed");
    Ok(whole.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_a_run_could_have_made_are_ours() {
        let tables = BTreeSet::from(["book", "finding"]);
        for (name, own) in [
            ("book.parquet", true),
            ("book.part-00012.parquet", true),
            ("book.part-1.parquet", false),
            ("author.part-00012.parquet", false),
            ("finding.csv", true),
            ("author.csv", false),
            ("book.txt", false),
            (".bashrc", false),
            ("../book.csv", false),
            ("/etc/book.csv", false),
            ("quarantine/0001-dump.txt", true),
            ("quarantine/12345-dump.txt", true),
            ("quarantine/reasons.jsonl", true),
            ("quarantine/mine.txt", false),
            ("quarantine/../book.csv", false),
            ("quarantine/0001-../../x", false),
            ("run.json", false),
            ("", false),
        ] {
            assert_eq!(is_own(name, &tables), own, "{name}");
        }
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let of = |names: &[&str], vouched| in_the_way(Path::new("out"), names, vouched).to_string();
        assert_eq!(
            of(&["a.csv"], true),
            "`a.csv` is in the way, and no run of recordmill wrote it, in `out`"
        );
        assert_eq!(
            of(&["a", "b", "c", "d", "e", "f", "g"], false),
            "`a`, `b`, `c`, `d`, `e` and 2 more are in the way, and there is no `run.json` that lists them in `out`"
        );
    }

    #[test]
    fn the_folder_of_a_failed_run_stands_beside_the_target() {
        let of = |folder: &str| sibling_of_failed(Path::new(folder)).unwrap();
        assert_eq!(of("out"), Path::new("out.failed"));
        assert_eq!(of("a/out/"), Path::new("a/out.failed"));
        assert_eq!(of("a.b"), Path::new("a.b.failed"));
        let here = std::fs::canonicalize(".").unwrap();
        let name = format!("{}.failed", here.file_name().unwrap().to_str().unwrap());
        assert_eq!(of("."), here.with_file_name(name));
        assert!(sibling_of_failed(Path::new("/")).is_err());
    }
}
