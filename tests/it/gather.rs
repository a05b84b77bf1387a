//! A run whose splits are milled apart is judged as one: its tables, findings, records set aside, counts and verdict
//! are those of a run in one process.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use polars::prelude::DataFrame;
use recordmill::ErrorKind;
use recordmill::pipeline::{self, Options, Share, Split, gather, mill_split};
use recordmill::publish::Publish;
use recordmill::report::Outcome;
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::sink::Target;
use recordmill::source::{Limits, resolve};

use crate::determinism::{encodings, forms};
use crate::splits::written;
use crate::support::{read_table, root, show_table};

/// What a run comes to.
#[derive(Debug, PartialEq)]
struct Left {
    run: serde_json::Value,
    tables: BTreeMap<String, Vec<String>>,
    shown: Vec<String>,
    quarantine: BTreeMap<String, Vec<u8>>,
}

impl Left {
    fn of(outcome: &Outcome, folder: &Path) -> Self {
        let mut run = serde_json::to_value(&outcome.report).unwrap();
        for varies in ["started_at", "timings", "outputs"] {
            run.as_object_mut().unwrap().remove(varies);
        }
        let mut tables = BTreeMap::new();
        for (name, table) in run["tables"].as_object_mut().unwrap() {
            let files = table.as_object_mut().unwrap().remove("files").unwrap();
            let files = files.as_array().unwrap().iter().map(|file| file.as_str().unwrap());
            let parts =
                files.map(|file| read_table(folder, file.strip_suffix(".parquet").unwrap()));
            let whole = parts.reduce(|mut whole, part| {
                let _: &mut DataFrame = whole.vstack_mut(&part).unwrap();
                whole
            });
            let mut rows: Vec<_> = show_table(&whole.unwrap()).lines().map(str::to_owned).collect();
            if name == "finding" {
                rows[2..].sort_unstable();
            }
            tables.insert(name.clone(), rows);
        }
        let shown = outcome.shown.iter().map(|located| {
            format!(
                "{} {:?}:{}:{} {} {:?}",
                located.finding.code.id,
                located.source,
                located.line,
                located.column,
                located.finding.message,
                located.excerpt,
            )
        });
        let quarantine = outcome.report.outputs.iter().map(|output| output.path.clone());
        let quarantine = quarantine.filter(|path| path.starts_with("quarantine/"));
        Self {
            shown: shown.collect(),
            quarantine: quarantine
                .map(|path| (path.clone(), std::fs::read(folder.join(&path)).unwrap()))
                .collect(),
            tables,
            run,
        }
    }
}

fn options(paths: &[String], folder: &Path) -> Options {
    let mut options = Options::new(resolve(paths, Limits::default()).unwrap());
    options.threads = 1;
    options.target = Some(Target { publish: Publish::Always, ..Target::new(folder) });
    options
}

/// Mills a split as another process would.
fn milled(schema: &Schema, split: &Split, folder: &Path) -> recordmill::Result<Share> {
    let written = serde_json::to_string(split).unwrap();
    let mut options = Options::new(Vec::new());
    options.threads = 1;
    let share = mill_split(schema, serde_json::from_str(&written).unwrap(), options, folder, &())?;
    Ok(serde_json::from_str(&serde_json::to_string(&share).unwrap()).unwrap())
}

fn check(what: &str, schema: Schema, paths: &[String], sizes: &[u64]) -> Left {
    let schema = Arc::new(schema);
    let folder = tempfile::tempdir().unwrap();
    let outcome = pipeline::run(&schema, &options(paths, folder.path()), &()).unwrap();
    let whole = Left::of(&outcome, folder.path());
    for &size in sizes {
        let folder = tempfile::tempdir().unwrap();
        let gathering = gather(Arc::clone(&schema), options(paths, folder.path()), size).unwrap();
        // Whoever is last is first; some do the same twice.
        let splits = gathering.plan().splits.iter().enumerate().rev();
        let shares = splits.map(|(n, split)| {
            if n % 3 == 0 {
                milled(&schema, split, gathering.folder()).unwrap();
            }
            milled(&schema, split, gathering.folder()).unwrap()
        });
        let shares = shares.collect();
        let outcome = gathering.finish(shares, &()).unwrap();
        let parts = Left::of(&outcome, folder.path());
        for (name, rows) in &whole.tables {
            let pair = rows.iter().zip(&parts.tables[name]).find(|(a, b)| a != b);
            assert!(pair.is_none(), "{what} by {size}, {name}: {pair:#?}");
        }
        assert_eq!(format!("{:#}", whole.run), format!("{:#}", parts.run), "{what} by {size}");
        assert!(whole == parts, "{what} by {size}: {:#?} {:#?}", whole.shown, parts.shown);
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        let listed = outcome.report.outputs.iter().filter(|output| !output.path.contains('/'));
        let quarantine = usize::from(!whole.quarantine.is_empty());
        assert_eq!(left.len(), listed.count() + 2 + quarantine, "{left:?}");
    }
    whole
}

#[test]
fn every_form_in_parts_is_judged_as_one() {
    for (name, schema, inputs) in forms() {
        let folder = tempfile::tempdir().unwrap();
        let paths = written(folder.path(), &inputs);
        let whole = check(name, schema, &paths, &[40_000]);
        assert!(whole.tables["finding"].len() > 100, "{name}");
    }
}

#[test]
fn every_encoding_in_parts_is_judged_as_one() {
    for (name, schema, inputs) in encodings() {
        let folder = tempfile::tempdir().unwrap();
        check(name, schema, &written(folder.path(), &inputs), &[5000]);
    }
}

#[test]
fn the_samples_in_parts_are_judged_as_one() {
    for name in ["disease", "medicalkg", "net39"] {
        let schema = parse(&SchemaSource::find(name).unwrap()).0.unwrap();
        let path = root().join("raw").join(name).to_str().unwrap().to_owned();
        check(name, schema, &[path], &[2000]);
    }
}

const CHECKS: &str = r#"
[words.known]
file = "words.txt"
[[checks]]
check = "reference"
table = "grain"
column = "value"
to = { words = "known" }
[[checks]]
check = "near-duplicate"
table = "grain"
column = "value"
[[checks]]
check = "mean"
table = "sack"
column = "weight"
warning = { min = 80 }
[[checks]]
check = "null-ratio"
table = "sack"
column = "weight"
warning = { max = 0.001 }
[[checks]]
check = "condition"
table = "sack"
condition = "weight < 60"
[[checks]]
check = "freshness"
max-age = "3 days"
"#;

fn shelf(folder: &Path, more: &str) -> recordmill::schema::Schema {
    std::fs::write(folder.join("words.txt"), "oats\nbarley\n").unwrap();
    let text = crate::determinism::text("format = \"json-lines\"") + CHECKS + more;
    let name = folder.join("shelf.toml").to_str().unwrap().to_owned();
    let (schema, faults) = parse(&SchemaSource { name, text });
    schema.unwrap_or_else(|| panic!("{faults:#?}"))
}

fn dump(folder: &Path, records: usize) -> String {
    let grains = ["oats", "Oats", "rye", "ｒye", "spelt", "barley", "corn"];
    let line = |n: usize| {
        let (grains, weight) = (format!("{};{}", grains[n % 7], grains[n % 5]), n * 37 % 90);
        format!("{{\"no\": \"S{}\", \"grains\": \"{grains}\", \"weight\": {weight}}}\n", n % 997)
    };
    let path = folder.join("dump.jsonl");
    std::fs::write(&path, (0..records).map(line).collect::<String>()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn every_kind_of_check_is_folded_as_in_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let whole = check("checks", shelf(folder.path(), ""), &[dump(folder.path(), 2000)], &[7000]);
    let checks = whole.run["checks"].as_array().unwrap().iter();
    let failing = checks.filter(|check| check["asked"] == true && check["failed"] != 0);
    assert!(failing.count() >= 5, "{:#}", whole.run["checks"]);
}

#[test]
fn a_check_that_sees_all_rows_at_once_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let query =
        "[[checks]]\nname = \"no sack\"\ncheck = \"sql\"\nquery = \"SELECT no FROM sack\"\n";
    let schema = Arc::new(shelf(folder.path(), query));
    let out = folder.path().join("out");
    let options = options(&[dump(folder.path(), 10)], &out);
    let error = gather(schema, options, 1 << 20).err().unwrap();
    assert_eq!((error.kind(), error.remedy().is_some()), (ErrorKind::Option, true));
    assert_eq!(
        error.to_string(),
        "the check `no sack` sees all rows at once, and no process of many has them"
    );
    assert!(!out.exists());
}

#[test]
fn what_is_not_whole_is_not_published() {
    let folder = tempfile::tempdir().unwrap();
    let schema = Arc::new(shelf(folder.path(), ""));
    let paths = [dump(folder.path(), 500)];
    let out = folder.path().join("out");
    let begin = || gather(Arc::clone(&schema), options(&paths, &out), 7000).unwrap();
    let all = |gathering: &pipeline::Gathering| -> Vec<Share> {
        let splits = gathering.plan().splits.iter();
        splits.map(|split| milled(&schema, split, gathering.folder()).unwrap()).collect()
    };
    let gathering = begin();
    // Another run does not come between.
    let error = gather(Arc::clone(&schema), options(&paths, &out), 7000).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Output, "{error}");
    let mut shares = all(&gathering);
    assert!(shares.len() > 3);
    shares.pop();
    let error = gathering.finish(shares, &()).unwrap_err();
    assert!(error.to_string().contains("each must be there"), "{error}");
    assert!(!out.exists());
    // A part that is not as it was written.
    let gathering = begin();
    let shares = all(&gathering);
    for attempt in std::fs::read_dir(gathering.folder()).unwrap() {
        let file = attempt.unwrap().path().join("files/sack.parquet");
        std::fs::OpenOptions::new().append(true).open(file).unwrap().write_all(b"more").unwrap();
    }
    let error = gathering.finish(shares, &()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Output, "{error}");
    assert!(!out.exists());
    // Parts, then fewer parts, then a run in one process: each replaces what was before.
    let names = || {
        let names = std::fs::read_dir(&out).unwrap();
        let mut names: Vec<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.starts_with("sack."));
        names.sort_unstable();
        names
    };
    let gathering = begin();
    let shares = all(&gathering);
    let count = shares.len();
    gathering.finish(shares, &()).unwrap();
    assert_eq!(names().len(), count);
    let gathering = gather(Arc::clone(&schema), options(&paths, &out), u64::MAX).unwrap();
    let shares = all(&gathering);
    gathering.finish(shares, &()).unwrap();
    assert_eq!(names(), ["sack.part-00000.parquet"]);
    let error = recordmill::diff::diff(&out, &out, &recordmill::diff::Options::default()).err();
    assert!(error.unwrap().to_string().contains("stands in parts"));
    pipeline::run(&schema, &options(&paths, &out), &()).unwrap();
    assert_eq!(names(), ["sack.parquet"]);
}
