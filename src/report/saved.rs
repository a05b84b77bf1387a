//! What a run came to that stands in a folder, as its `run.json` says.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde_json::Value;

use super::{FORMAT_VERSION, RunReport};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{FileSystem, unread};

/// The report of a run, read back.
#[derive(Debug)]
pub struct SavedRun {
    folder: PathBuf,
    json: Value,
}

/// What the page of a run is compared with.
#[derive(Debug, Default)]
pub enum Before {
    /// No run before is known.
    #[default]
    Unknown,
    /// A run before.
    Run(Box<SavedRun>),
    /// There is a folder, and why it cannot be read.
    Unread(PathBuf, String),
}

/// Whether a value is of a kind.
type IsKind = fn(&Value) -> bool;

/// What every report of a run has.
const NEEDED: [(&str, IsKind); 5] = [
    ("/schema/hash", Value::is_string),
    ("/started_at", Value::is_string),
    ("/status", Value::is_string),
    ("/inputs", Value::is_array),
    ("/tables", Value::is_object),
];

impl SavedRun {
    /// Reads what the run came to whose output a folder has.
    ///
    /// # Errors
    ///
    /// The folder is none of a run, or of one of a later version.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("run.json");
        let remedy = "name the output folder of a run: the one that `-o` named";
        let bytes = FileSystem::default().read(&path).map_err(|error| {
            unread(error, ErrorKind::Input, "cannot read the report of the run", remedy)
        })?;
        let failed = |what: &str| {
            Error::new(ErrorKind::Input, what.to_owned()).with_path(&path).with_remedy(remedy)
        };
        let json: Value = serde_json::from_slice(&bytes)
            .map_err(|error| failed("this is no report of a run").with_source(error))?;
        match json["format_version"].as_u64() {
            Some(version) if version <= u64::from(FORMAT_VERSION) => {}
            Some(version) => {
                let message =
                    format!("the report of the run has the form {version}, which is not known");
                return Err(failed(&message)
                    .with_remedy("it was written by a later version of recordmill: use that one"));
            }
            None => return Err(failed("this is no report of a run")),
        }
        let lacks = |(at, is): &(&str, IsKind)| !json.pointer(at).is_some_and(is);
        let lost: Vec<_> =
            NEEDED.iter().filter(|needed| lacks(needed)).map(|(at, _)| &at[1..]).collect();
        if !lost.is_empty() {
            return Err(failed(&format!(
                "this is no whole report of a run: it lacks {}",
                lost.join(", ")
            )));
        }
        Ok(Self { folder: folder.to_owned(), json })
    }

    /// A run that just came to its end, as its `run.json` will say.
    pub(crate) fn of(report: &RunReport) -> Self {
        // Texts and numbers always make JSON.
        let json = serde_json::to_value(report).unwrap_or_default();
        Self { folder: PathBuf::new(), json }
    }

    /// The folder of the run.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The report as it is written.
    pub(crate) fn json(&self) -> &Value {
        &self.json
    }

    /// A text of it, which is empty if it is not there.
    pub(crate) fn text(&self, at: &str) -> &str {
        self.json.pointer(at).and_then(Value::as_str).unwrap_or_default()
    }

    /// A count of it.
    pub(crate) fn count(&self, at: &str) -> Option<u64> {
        self.json.pointer(at)?.as_u64()
    }

    /// Counts by name.
    pub(crate) fn counts(&self, at: &str) -> IndexMap<&str, u64> {
        let counts = self.json.pointer(at).and_then(Value::as_object);
        let all = counts.into_iter().flatten();
        all.filter_map(|(name, count)| Some((name.as_str(), count.as_u64()?))).collect()
    }

    /// The checks by name; those of one name are told apart by their order.
    fn checks(&self) -> IndexMap<(&str, usize), &Value> {
        let checks = self.json["checks"].as_array().map_or(&[][..], Vec::as_slice);
        let mut seen = IndexMap::<&str, usize>::new();
        let key = |check| {
            let name = text_of(check, "name").unwrap_or_default();
            let nth = seen.entry(name).or_default();
            *nth += 1;
            ((name, *nth - 1), check)
        };
        checks.iter().map(key).collect()
    }
}

fn text_of<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value[key].as_str()
}

/// What became of a check from one run to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct CheckChange<'r> {
    pub(crate) name: &'r str,
    pub(crate) code: &'r str,
    /// What each run says of it; none where the run has no such check. So of those below.
    pub(crate) status: [Option<&'r str>; 2],
    pub(crate) failed: [Option<u64>; 2],
    pub(crate) evaluated: [Option<u64>; 2],
    pub(crate) figure: [Option<f64>; 2],
}

/// The checks of two runs, in the order of the second, and those that it lacks behind them.
pub(crate) fn checks<'r>(old: &'r SavedRun, new: &'r SavedRun) -> Vec<CheckChange<'r>> {
    let sides = [old.checks(), new.checks()];
    let gone = sides[0].keys().filter(|name| !sides[1].contains_key(*name));
    let change = |name: &(&'r str, usize)| {
        let both = sides.each_ref().map(|side| side.get(name).copied());
        let text = |key| both.map(|check| check.and_then(|check| text_of(check, key)));
        let count = |key| both.map(|check| check.and_then(|check| check[key].as_u64()));
        let code = text("code");
        CheckChange {
            name: name.0,
            code: code[1].or(code[0]).unwrap_or_default(),
            status: text("status"),
            failed: count("failed"),
            evaluated: count("evaluated"),
            figure: both.map(|check| check.and_then(|check| check["figure"].as_f64())),
        }
    };
    sides[1].keys().chain(gone).map(change).collect()
}

/// What became of a column from one run to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ColumnChange<'r> {
    pub(crate) table: &'r str,
    pub(crate) column: &'r str,
    /// Its type in each run; none where the run has no such column. So of those below.
    pub(crate) kind: [Option<&'r str>; 2],
    /// How many cells are null, of how many.
    pub(crate) null: [Option<(u64, u64)>; 2],
    pub(crate) mean: [Option<f64>; 2],
}

impl ColumnChange<'_> {
    /// How far the share of null went.
    #[expect(clippy::cast_precision_loss, reason = "a share for people")]
    fn null_far(&self) -> f64 {
        let share = |(null, rows): (u64, u64)| null as f64 / rows.max(1) as f64;
        match self.null.map(|null| null.map(share)) {
            [Some(old), Some(new)] => (new - old).abs(),
            _ => 0.0,
        }
    }

    /// How far the mean went, as a share of the larger.
    fn mean_far(&self) -> f64 {
        match self.mean {
            [Some(old), Some(new)] if old.to_bits() != new.to_bits() => {
                let far = (new / 2.0 - old / 2.0).abs() / old.abs().max(new.abs()) * 2.0;
                if far.is_finite() { far } else { 0.0 }
            }
            _ => 0.0,
        }
    }

    /// Whether the share of null is worth telling: from a thousandth more or less on.
    pub(crate) fn is_null_told(&self) -> bool {
        self.null_far() >= 0.001
    }

    /// Whether the mean is: from a hundredth of it on.
    pub(crate) fn is_mean_told(&self) -> bool {
        self.mean_far() >= 0.01
    }

    fn is_told(&self) -> bool {
        self.kind[0] != self.kind[1] || self.is_null_told() || self.is_mean_told()
    }
}

/// The columns that changed from one run to the next, those first that changed most; none where
/// a run has no profile. Columns of a table that one run alone has are left out.
pub(crate) fn columns<'r>(old: &'r SavedRun, new: &'r SavedRun) -> Option<Vec<ColumnChange<'r>>> {
    let [Some(olds), Some(news)] = [old, new].map(|run| run.json["profile"].as_object()) else {
        return None;
    };
    let mut changes = Vec::new();
    for (table, new) in news {
        let Some(old) = olds.get(table) else { continue };
        let rows = [old, new].map(|table| table["rows"].as_u64().unwrap_or(0));
        let sides = [old, new].map(|table| table["columns"].as_object());
        let [Some(old), Some(new)] = sides else { continue };
        let gone = old.keys().filter(|name| !new.contains_key(*name));
        for name in new.keys().chain(gone) {
            let both = [old.get(name), new.get(name)];
            let null = |side: usize| Some((both[side]?["null"].as_u64()?, rows[side]));
            let mean = both.map(|column| column.and_then(|column| column["mean"].as_f64()));
            changes.push(ColumnChange {
                table,
                column: name,
                kind: both.map(|column| column.and_then(|column| text_of(column, "type"))),
                null: [null(0), null(1)],
                // One that a run hides is not told of the other.
                mean: if mean.iter().all(Option::is_some) { mean } else { [None; 2] },
            });
        }
    }
    changes.retain(ColumnChange::is_told);
    changes.sort_by(|a, b| {
        let retyped = |change: &ColumnChange<'_>| change.kind[0] == change.kind[1];
        let far = b.null_far().total_cmp(&a.null_far());
        retyped(a).cmp(&retyped(b)).then(far).then(b.mean_far().total_cmp(&a.mean_far()))
    });
    Some(changes)
}

/// Keys that no field knows and that the run before had not; none where it has more of them than
/// it names.
pub(crate) fn new_keys<'r>(old: &'r SavedRun, new: &'r SavedRun) -> Vec<&'r str> {
    let keys = |run: &'r SavedRun| {
        let keys = run.json["coverage"]["unknown_keys"].as_array().map_or(&[][..], Vec::as_slice);
        keys.iter().filter_map(|key| text_of(key, "key")).collect::<Vec<_>>()
    };
    let known = keys(old);
    if old.json["coverage"]["unknown_keys_total"].as_u64() != Some(known.len() as u64) {
        return Vec::new();
    }
    keys(new).into_iter().filter(|key| !known.contains(key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(json: Value) -> SavedRun {
        SavedRun { folder: PathBuf::new(), json }
    }

    fn profile(nulls: u64, mean: f64, kind: &str) -> SavedRun {
        let column = |nulls: u64, mean: f64, kind: &str| json!({ "type": kind, "null": nulls, "mean": mean });
        let columns = json!({
            "steady": column(0, 1.0, "float"),
            "null": column(nulls, 1.0, "float"),
            "mean": column(0, mean, "float"),
            "kind": column(0, 1.0, kind),
        });
        run(json!({ "profile": { "t": { "rows": 1000, "columns": columns } } }))
    }

    #[test]
    fn columns_are_told_that_changed_and_no_others() {
        let (old, new) = (profile(10, 2.0, "integer"), profile(30, 2.5, "float"));
        let told = columns(&old, &new).unwrap();
        let names: Vec<_> = told.iter().map(|change| change.column).collect();
        assert_eq!(names, ["kind", "null", "mean"]);
        assert_eq!(told[1].null, [Some((10, 1000)), Some((30, 1000))]);
        assert_eq!(columns(&old, &old), Some(Vec::new()));
        assert_eq!(columns(&run(json!({})), &new), None);
        // What has no distance is none.
        let infinite = profile(10, f64::MAX, "integer");
        assert_eq!(columns(&old, &infinite).unwrap().len(), 1);
    }

    #[test]
    fn checks_of_one_name_are_told_apart() {
        let check = |name: &str, status: &str, failed: u64| json!({ "name": name, "code": "R407", "status": status, "failed": failed });
        let old = run(
            json!({ "checks": [check("a", "pass", 0), check("a", "warn", 2), check("b", "pass", 0)] }),
        );
        let new = run(json!({ "checks": [check("a", "pass", 0), check("a", "fail", 3)] }));
        let told = checks(&old, &new);
        let status: Vec<_> = told.iter().map(|check| (check.name, check.status)).collect();
        assert_eq!(
            status,
            [
                ("a", [Some("pass"), Some("pass")]),
                ("a", [Some("warn"), Some("fail")]),
                ("b", [Some("pass"), None]),
            ]
        );
        assert_eq!(told[1].failed, [Some(2), Some(3)]);
    }

    #[test]
    fn keys_are_new_only_where_all_of_the_old_are_known() {
        let of = |keys: &[&str], total: u64| {
            let keys: Vec<_> = keys.iter().map(|key| json!({ "key": key })).collect();
            run(json!({ "coverage": { "unknown_keys": keys, "unknown_keys_total": total } }))
        };
        let new = of(&["a", "b"], 2);
        assert_eq!(new_keys(&of(&["a"], 1), &new), ["b"]);
        assert!(new_keys(&of(&["a"], 101), &new).is_empty());
    }
}
