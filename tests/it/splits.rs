//! A dump in parts: what comes of each by itself, put together, is what comes of the dump, however small the parts are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use recordmill::ErrorKind;
use recordmill::diagnostic::Located;
use recordmill::pipeline::{Batches, Options, Split, batches, plan, read_split};
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::source::{Limits, resolve};

use crate::determinism::{encodings, forms};
use crate::support::root;

/// From a kibibyte to all in one.
const SIZES: [u64; 4] = [1 << 10, 10_000, 64 << 10, u64::MAX];

/// What comes of a dump, but for what is said of it as a whole.
#[derive(Debug, Default, PartialEq)]
struct Milled {
    rows: BTreeMap<String, Vec<String>>,
    findings: Vec<String>,
    /// What is told once for an input and key, and how often it was found.
    folded: BTreeMap<String, u64>,
    /// The bytes that were set aside of each input, and why.
    quarantined: BTreeMap<String, (Vec<u8>, Vec<String>)>,
    records: u64,
}

impl Milled {
    fn take(&mut self, names: &[String], mut batches: Batches, is_whole: bool) {
        for batch in &mut batches {
            let batch = batch.unwrap();
            for table in &batch.tables {
                let columns: Vec<_> = table.columns().map(|(name, _)| name.to_owned()).collect();
                let mut rows = vec![String::new(); table.rows()];
                for column in &columns {
                    for (row, value) in rows.iter_mut().zip(table.column(column).unwrap()) {
                        let _ = write!(row, "{value:?} | ");
                    }
                }
                self.rows.entry(table.name().to_owned()).or_default().extend(rows);
            }
            let file = |located: &Located| names[located.source.unwrap().index()].clone();
            for located in batch.findings {
                let finding = &located.finding;
                if let Some(key) = finding.key.as_deref().filter(|_| located.source.is_some()) {
                    let id = format!("{} {} {key}", file(&located), finding.code.id);
                    *self.folded.entry(id).or_default() += finding.count;
                } else if batch.bytes > 0 || !is_whole {
                    let (line, column, bytes) = (located.line, located.column, &located.bytes);
                    self.findings.push(format!(
                        "{} {line}:{column} {bytes:?} {} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
                        file(&located),
                        finding.code.id,
                        finding.severity,
                        finding.message,
                        located.record_id,
                        finding.field,
                        finding.ordinal,
                        finding.raw,
                        finding.help,
                        located.identity,
                    ));
                }
            }
            for record in batch.quarantined {
                let name = names[record.source.index()].clone();
                let (bytes, why) = self.quarantined.entry(name).or_default();
                bytes.extend(record.bytes);
                why.extend(record.reason);
            }
            self.records += batch.records.r#in;
        }
        batches.finish().unwrap();
        self.findings.sort();
    }
}

fn options(paths: &[String]) -> Options {
    let mut options = Options::new(resolve(paths, Limits::default()).unwrap());
    options.threads = 1;
    options
}

/// Mills files whole, and in parts of every size. Tells how many parts there were of each.
fn check(what: &str, schema: Schema, paths: &[String], sizes: &[u64]) -> (Milled, Vec<usize>) {
    let schema = Arc::new(schema);
    let names: Vec<_> = options(paths).inputs.iter().map(|input| input.name().to_owned()).collect();
    let mut whole = Milled::default();
    whole.take(&names, batches(Arc::clone(&schema), options(paths)), true);
    let mut counts = Vec::new();
    for &size in sizes {
        let mut planned = options(paths);
        planned.block_bytes = 4096;
        let splits = plan(&schema, &planned, size).unwrap().splits;
        let mut parts = Milled::default();
        for split in &splits {
            let written = serde_json::to_string(split).unwrap();
            let split: Split = serde_json::from_str(&written).unwrap();
            assert_eq!(serde_json::to_string(&split).unwrap(), written);
            let names: Vec<_> = split.paths().map(str::to_owned).collect();
            let mut options = Options::new(Vec::new());
            options.threads = 1;
            parts.take(&names, read_split(Arc::clone(&schema), split, options).unwrap(), false);
        }
        let Milled { rows, findings, folded, quarantined, records } = &whole;
        for (table, rows) in rows {
            let pair = rows.iter().zip(&parts.rows[table]).find(|(a, b)| a != b);
            assert!(pair.is_none(), "{what} by {size}, {table}: {pair:#?}");
            assert_eq!(rows.len(), parts.rows[table].len(), "{what} by {size}, {table}");
        }
        let pair = findings.iter().zip(&parts.findings).find(|(a, b)| a != b);
        assert!(pair.is_none(), "{what} by {size}: {pair:#?}");
        assert_eq!(findings.len(), parts.findings.len(), "{what} by {size}");
        assert_eq!(folded, &parts.folded, "{what} by {size}");
        assert_eq!(quarantined, &parts.quarantined, "{what} by {size}");
        assert_eq!(*records, parts.records, "{what} by {size}");
        counts.push(splits.len());
    }
    (whole, counts)
}

pub(crate) fn written(folder: &Path, inputs: &[(String, Vec<u8>)]) -> Vec<String> {
    let write = |(name, bytes): &(String, Vec<u8>)| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    inputs.iter().map(write).collect()
}

#[test]
fn every_form_in_parts_is_as_the_whole() {
    for (name, schema, inputs) in forms() {
        let folder = tempfile::tempdir().unwrap();
        let (whole, counts) = check(name, schema, &written(folder.path(), &inputs), &SIZES);
        assert!(whole.records > 1000 && whole.findings.len() > 100, "{name}");
        assert!(counts[0] > 40 && counts[1] > 5 && counts[3] == 1, "{name}: {counts:?}");
    }
}

#[test]
fn every_encoding_in_parts_is_as_the_whole() {
    for (name, schema, inputs) in encodings() {
        let folder = tempfile::tempdir().unwrap();
        let (_, counts) = check(name, schema, &written(folder.path(), &inputs), &[1 << 10, 5000]);
        // What bytes mean in ISO-2022-JP hangs on all before them.
        assert!(if name == "iso-2022-jp" { counts[0] == 2 } else { counts[0] > 8 }, "{counts:?}");
    }
}

#[test]
fn the_samples_in_parts_are_as_the_whole() {
    let mut dumps: Vec<_> = ["disease", "medicalkg", "net39"]
        .map(|name| (parse(&SchemaSource::find(name).unwrap()).0.unwrap(), format!("raw/{name}")))
        .into();
    for entry in std::fs::read_dir(root().join("raw/gallery")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let schema = root().join(format!("schemas/gallery/{stem}.toml"));
        let source = SchemaSource::find(schema.to_str().unwrap()).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        dumps.push((parse(&source).0.unwrap(), format!("raw/gallery/{name}")));
    }
    for (schema, path) in dumps {
        let path = root().join(path).to_str().unwrap().to_owned();
        check(&path.clone(), schema, &[path], &[256, 1 << 10, u64::MAX]);
    }
}

#[test]
fn a_record_that_comes_again_has_its_number() {
    let (_, schema, _) = forms().remove(4);
    let line = |n: usize| format!("{{\"no\": \"S{}\", \"title\": \"磨坊\"}}\n", n % 37);
    let dump: String = (0..2000).map(line).collect();
    let folder = tempfile::tempdir().unwrap();
    let inputs = [("a".to_owned(), dump.clone().into()), ("b".to_owned(), dump.into())];
    let (whole, _) = check("again", schema, &written(folder.path(), &inputs), &[2000, 50_000]);
    let last = whole.rows["sack"].last().unwrap();
    assert!(last.starts_with("Text(\"") && last.contains("-110\""), "{last}");
}

#[test]
fn one_long_line_of_json_has_the_columns_of_the_whole() {
    let (_, schema, _) = forms().remove(5);
    let record = |n: usize| format!("{{\"no\":\"磨{n}\",\"weight\":\"x{n}\"}}");
    let dump = format!("[{}]", (0..2000).map(record).collect::<Vec<_>>().join(","));
    let folder = tempfile::tempdir().unwrap();
    let paths = written(folder.path(), &[("a.json".to_owned(), dump.into_bytes())]);
    let (whole, counts) = check("one line", schema, &paths, &[1 << 10]);
    assert!(counts[0] > 40 && whole.findings.len() >= 2000);
}

#[test]
fn what_is_compressed_is_a_part_by_itself_and_small_files_go_together() {
    let (_, schema, inputs) = forms().remove(4);
    let folder = tempfile::tempdir().unwrap();
    let mut paths = written(folder.path(), &inputs);
    let packed = folder.path().join("packed.gz");
    let mut gz = flate2::write::GzEncoder::new(
        std::fs::File::create(&packed).unwrap(),
        flate2::Compression::fast(),
    );
    gz.write_all(&inputs[0].1).unwrap();
    gz.finish().unwrap();
    let tarred = folder.path().join("all.tar");
    let mut tar = tar::Builder::new(std::fs::File::create(&tarred).unwrap());
    for path in &paths {
        let name = Path::new(path).file_name().unwrap();
        tar.append_path_with_name(path, name).unwrap();
    }
    tar.finish().unwrap();
    let torn = folder.path().join("torn.gz");
    let bytes = std::fs::read(&packed).unwrap();
    std::fs::write(&torn, &bytes[..bytes.len() / 2]).unwrap();
    paths.extend([&packed, &tarred, &torn].map(|path| path.to_str().unwrap().to_owned()));
    for n in 0..300 {
        let small = (format!("small{n:03}"), format!("{{\"no\": \"T{n}\"}}\n").into_bytes());
        paths.extend(written(folder.path(), &[small]));
    }
    let schema_of = || forms().remove(4).1;
    let (_, counts) = check("packed", schema_of(), &paths, &[10_000, u64::MAX]);
    // All in one, the compressed one, the archive, the torn one, and the small ones.
    assert_eq!(counts[1], 5);
    let splits = plan(&schema, &options(&paths), u64::MAX).unwrap();
    let told: Vec<_> = splits.unsplittable.iter().map(|one| one.path.as_str()).collect();
    let ends = ["packed.gz", "all.tar!json-lines700", "all.tar!json-lines900", "torn.gz"];
    assert_eq!(told.len(), 4);
    assert!(told.iter().zip(ends).all(|(path, end)| path.ends_with(end)), "{told:?}");
    assert!(splits.unsplittable[0].why.contains("gzip"), "{}", splits.unsplittable[0].why);
    assert_eq!(splits.splits[4].paths().count(), 300);
}

#[test]
fn inputs_that_cannot_be_read_are_told_as_in_the_whole() {
    let (_, schema, inputs) = forms().remove(4);
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), &inputs);
    std::fs::write(folder.path().join("page.txt"), "<!DOCTYPE html><html></html>").unwrap();
    std::fs::write(folder.path().join("empty.txt"), "").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.path().join("gone")).unwrap();
    let (whole, _) =
        check("faulty", schema, &[folder.path().to_str().unwrap().to_owned()], &[10_000, u64::MAX]);
    let told = |words: &str| whole.findings.iter().any(|finding| finding.contains(words));
    assert!(told("is no text but a web page") && told("the source is empty"));
    assert!(!cfg!(unix) || told("cannot be read"));
}

#[test]
fn a_limit_holds_for_all_parts_together() {
    let (_, schema, inputs) = forms().remove(2);
    let folder = tempfile::tempdir().unwrap();
    let mut planned = options(&written(folder.path(), &inputs));
    planned.limit = Some(1000);
    let schema = Arc::new(schema);
    let mut records = 0;
    for split in plan(&schema, &planned, 4000).unwrap().splits {
        let batches = read_split(Arc::clone(&schema), split, Options::new(Vec::new())).unwrap();
        records += batches.map(|batch| batch.unwrap().records.r#in).sum::<u64>();
    }
    assert_eq!(records, 1000);
}

#[test]
fn a_split_is_small_and_read_as_it_was_planned() {
    let (_, schema, inputs) = forms().remove(2);
    let folder = tempfile::tempdir().unwrap();
    let paths = written(folder.path(), &inputs);
    let splits = plan(&schema, &options(&paths), 10_000).unwrap().splits;
    let sizes: Vec<_> =
        splits.iter().map(|split| serde_json::to_string(split).unwrap().len()).collect();
    assert!(sizes.iter().all(|size| *size < 2000), "{sizes:?}");
    let read = |schema: &Schema, split: &Split| {
        let schema = Arc::new(schema.clone());
        read_split(schema, split.clone(), Options::new(Vec::new())).err().unwrap()
    };
    let (_, other, _) = forms().remove(3);
    let error = read(&other, &splits[0]);
    assert_eq!((error.kind(), error.remedy().is_some()), (ErrorKind::Option, true));
    let file = std::fs::OpenOptions::new().append(true).open(&paths[0]);
    file.unwrap().write_all(b"more").unwrap();
    let error = read(&schema, &splits[0]);
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(error.to_string().starts_with("the input changed since the plan was made"), "{error}");
}

#[test]
fn an_edit_of_the_same_length_is_told() {
    for (name, schema, inputs) in forms().into_iter().chain(encodings()) {
        let folder = tempfile::tempdir().unwrap();
        let paths = written(folder.path(), &inputs);
        let schema = Arc::new(schema);
        let splits = plan(&schema, &options(&paths), 4000).unwrap().splits;
        for (path, (_, bytes)) in paths.iter().zip(&inputs) {
            let mut bytes = bytes.clone();
            bytes.rotate_left(1);
            std::fs::write(path, bytes).unwrap();
        }
        for split in splits {
            let mut options = Options::new(Vec::new());
            options.threads = 1;
            let read = read_split(Arc::clone(&schema), split, options).and_then(Batches::finish);
            let error = read.err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Input, "{name}: {error:?}");
        }
    }
}

#[test]
fn what_has_no_path_cannot_be_split() {
    let (_, schema, _) = forms().remove(2);
    let inputs = vec![recordmill::source::Input::memory("-", b"no\n1\n")];
    let error = plan(&schema, &Options::new(inputs), 1 << 20).unwrap_err();
    assert_eq!((error.kind(), error.remedy().is_some()), (ErrorKind::Option, true));
}
