//! What two runs say of themselves in `run.json`.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Component, Path, PathBuf};

use indexmap::IndexMap;
use serde_json::Value;

use super::model::{Change, CheckDiff, InputDiff, InputSide, RunDiff, Sides};
use super::reader::TableFile;
use crate::error::{Error, ErrorKind, Result};
use crate::publish::sibling_of_failed;
use crate::report::{SavedRun, checks as saved_checks};
use crate::sink::{FINDING, PROFILE};

/// A run, by its output folder.
pub(super) struct Run {
    pub(super) folder: PathBuf,
    saved: SavedRun,
}

impl Run {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let saved = SavedRun::open(folder).map_err(|error| {
            // Nothing stands there where the run has failed.
            let apart =
                sibling_of_failed(folder).ok().filter(|apart| apart.join("run.json").is_file());
            match apart.filter(|_| !folder.exists()) {
                Some(apart) => error.with_remedy(format!(
                    "the run has failed, so that what it wrote stands in `{}`",
                    apart.display()
                )),
                None => error,
            }
        })?;
        Ok(Self { folder: folder.to_owned(), saved })
    }

    fn json(&self) -> &Value {
        self.saved.json()
    }

    /// The names of its tables. Findings are compared apart, and a profile, which is there if the
    /// run had a report with one, is not.
    pub(super) fn tables(&self) -> Result<Vec<String>> {
        let tables = self.json()["tables"].as_object();
        let mut names = Vec::new();
        for (name, table) in tables.into_iter().flatten().filter(|(name, _)| *name != FINDING) {
            let files = table["files"].as_array().map_or(&[][..], Vec::as_slice);
            // A run of one table has the others without files.
            if files.is_empty() {
                continue;
            }
            let part = format!("{name}.part-");
            if files.iter().filter_map(Value::as_str).any(|file| file.starts_with(&part)) {
                let message = format!("the table `{name}` stands in parts, which are not compared");
                return Err(Error::new(ErrorKind::Input, message)
                    .with_path(&self.folder)
                    .with_remedy("name a folder that the command wrote, with a file a table"));
            }
            if !files.iter().any(|file| file.as_str() == Some(&format!("{name}.parquet"))) {
                let message = format!("the table `{name}` is not there as Parquet");
                return Err(Error::new(ErrorKind::Input, message).with_path(&self.folder).with_remedy(
                    "types and keys stand in Parquet alone: run again with `--format parquet`, beside others if you like",
                ));
            }
            if !is_file_name(name) {
                let message = format!("the table `{name}` has no name of a file");
                return Err(Error::new(ErrorKind::Input, message)
                    .with_path(self.folder.join("run.json"))
                    .with_remedy("name the output folder of a run, as it wrote it"));
            }
            self.check(name)?;
            // A schema may have a table of the name, whose file says what its rows are.
            if name == PROFILE && TableFile::open(&self.folder, name)?.about.rows.is_none() {
                continue;
            }
            names.push(name.clone());
        }
        if self.has_findings() {
            self.check(FINDING)?;
        }
        Ok(names)
    }

    /// Refuses a table that has other bytes than the run wrote. Whether it is there is seen
    /// where it is read.
    fn check(&self, table: &str) -> Result<()> {
        let name = format!("{table}.parquet");
        let mut outputs = self.json()["outputs"].as_array().into_iter().flatten();
        let listed = outputs.find(|output| output["path"].as_str() == Some(&name));
        let Some((bytes, hash)) =
            listed.and_then(|output| Some((output["bytes"].as_u64()?, output["hash"].as_str()?)))
        else {
            return Ok(());
        };
        let path = self.folder.join(&name);
        #[expect(clippy::disallowed_methods, reason = "the tables of a run are inputs of no other")]
        let Ok(mut file) = File::open(&path) else { return Ok(()) };
        let failed = |message: String| {
            Error::new(ErrorKind::Input, message)
                .with_path(&path)
                .with_remedy("name the output folder of a run, as it wrote it, or run it anew")
        };
        let mut hasher = blake3::Hasher::new();
        let found = std::io::copy(&mut file, &mut hasher)
            .map_err(|error| failed("cannot read the table".to_owned()).with_source(error))?;
        if found != bytes {
            return Err(failed(format!(
                "the table is not what the run wrote: it has {found} bytes, not {bytes}"
            )));
        }
        if hasher.finalize().to_hex().as_str() != hash {
            return Err(failed("the table is not what the run wrote: its hash differs".to_owned()));
        }
        Ok(())
    }

    /// Whether it has the table of findings.
    pub(super) fn has_findings(&self) -> bool {
        let files = self.json()["tables"][FINDING]["files"].as_array();
        files.into_iter().flatten().any(|file| file.as_str() == Some("finding.parquet"))
    }

    fn text(&self, at: &str) -> String {
        self.saved.text(at).to_owned()
    }

    fn inputs(&self) -> Vec<InputSide> {
        let text = |input: &Value, key: &str| input[key].as_str().unwrap_or_default().to_owned();
        let side = |input: &Value| InputSide {
            path: text(input, "path"),
            bytes: input["bytes"].as_u64().unwrap_or(0),
            hash: text(input, "hash"),
            encoding: text(input, "encoding"),
            records: input["records"].as_u64().unwrap_or(0),
        };
        self.json()["inputs"].as_array().into_iter().flatten().map(side).collect()
    }
}

/// Whether a name is that of a file, and leads to no other folder.
fn is_file_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let first = parts.next();
    parts.next().is_none()
        && matches!(first, Some(Component::Normal(part)) if part == name)
        && !name.contains(['/', '\\', ':', '\0'])
}

/// What two runs differ in, their rows and findings aside.
pub(super) fn compare(runs: &Sides<Run>) -> RunDiff {
    let text = |at: &str| runs.map(|run| run.text(at));
    let mut diff = RunDiff {
        started_at: text("/started_at"),
        schema: text("/schema/name"),
        schema_hash: text("/schema/hash"),
        tool: text("/tool/version"),
        status: text("/status"),
        limit: runs.map(|run| run.json()["limit"].as_u64()),
        ..RunDiff::default()
    };
    inputs(&runs.map(Run::inputs), &mut diff);
    checks(runs, &mut diff);
    let both = |at: &str| {
        let old = runs.old.saved.counts(at);
        let new = runs.new.saved.counts(at);
        let count = |name: &str| Sides {
            old: old.get(name).copied().unwrap_or(0),
            new: new.get(name).copied().unwrap_or(0),
        };
        let names = old.keys().chain(new.keys());
        names.map(|name| ((*name).to_owned(), count(name))).collect::<IndexMap<_, _>>()
    };
    diff.records = both("/balance/records").into_iter().collect();
    diff.bytes = both("/balance/bytes");
    diff.bytes.retain(|_, sides| !sides.is_same());
    diff
}

fn inputs(sides: &Sides<Vec<InputSide>>, diff: &mut RunDiff) {
    let push = |diff: &mut RunDiff, old: Option<&InputSide>, new: Option<&InputSide>| {
        let change = match (old, new) {
            (Some(old), Some(new)) if old == new => {
                diff.inputs_same += 1;
                return;
            }
            (Some(_), Some(_)) => Change::Changed,
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
        };
        diff.inputs
            .push(InputDiff { change, input: Sides { old: old.cloned(), new: new.cloned() } });
    };
    // The dump of last week has another name than that of today.
    if let ([old], [new]) = (&sides.old[..], &sides.new[..]) {
        return push(diff, Some(old), Some(new));
    }
    let [olds, news] = sides.each().map(|inputs| numbered(inputs, |input| &input.path));
    for (name, new) in &news {
        push(diff, olds.get(name).copied(), Some(new));
    }
    for (_, old) in olds.iter().filter(|(name, _)| !news.contains_key(*name)) {
        push(diff, Some(old), None);
    }
}

/// Those of one name are told apart by their order.
fn numbered<T>(all: &[T], name: impl Fn(&T) -> &str) -> IndexMap<(String, usize), &T> {
    let mut seen = BTreeMap::<&str, usize>::new();
    let key = |one| {
        let nth = seen.entry(name(one)).or_default();
        *nth += 1;
        ((name(one).to_owned(), *nth - 1), one)
    };
    all.iter().map(key).collect()
}

fn checks(runs: &Sides<Run>, diff: &mut RunDiff) {
    let sides = |[old, new]: [Option<&str>; 2]| Sides {
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
    };
    for check in saved_checks(&runs.old.saved, &runs.new.saved) {
        let status = sides(check.status);
        if status.is_same() {
            diff.checks_same += 1;
            continue;
        }
        let ([old, new], figure) = (check.failed, check.figure);
        diff.checks.push(CheckDiff {
            name: check.name.to_owned(),
            code: check.code.to_owned(),
            status,
            failed: Sides { old, new },
            figure: Sides { old: figure[0], new: figure[1] },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_a_file_of_its_folder() {
        assert!(["book", "a b", "..book"].into_iter().all(is_file_name));
        let others = ["", ".", "..", "../ok/book", "a/b", "/book", "a\\b", "c:book", "book/"];
        assert!(!others.into_iter().any(is_file_name));
    }

    #[test]
    fn inputs_of_one_path_are_told_apart() {
        let input = |bytes| InputSide {
            path: "a.txt".to_owned(),
            bytes,
            hash: String::new(),
            encoding: String::new(),
            records: 0,
        };
        let mut diff = RunDiff::default();
        inputs(&Sides { old: vec![input(1)], new: vec![input(1), input(2)] }, &mut diff);
        assert_eq!(diff.inputs_same, 1);
        inputs(
            &Sides { old: vec![input(1), input(2), input(3)], new: vec![input(4), input(2)] },
            &mut diff,
        );
        let changes: Vec<_> = diff.inputs.iter().map(|input| input.change).collect();
        assert_eq!(changes, [Change::Added, Change::Changed, Change::Removed]);
    }
}
