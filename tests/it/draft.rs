//! Drafts over the dumps of this repository and over dumps made at random: what a draft reads is what the dump holds.

use std::fmt::Write as _;

use proptest::prelude::*;
use recordmill::draft::{Draft, draft};
use recordmill::pipeline::{self, Options};
use recordmill::prove::prove;
use recordmill::report::RunReport;
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::sink::{Compression, Format, Target};
use recordmill::source::{Input, Limits, resolve};

use crate::support::{CliTest, read_table, root, show_table};

fn inputs(path: &str) -> Vec<Input> {
    resolve(&[root().join(path).to_string_lossy().into_owned()], Limits::default()).unwrap()
}

/// A draft as a schema, whose examples hold.
fn schema_of(draft: &Draft) -> Schema {
    let source = SchemaSource { name: "draft".to_owned(), text: draft.text.clone() };
    let (schema, faults) = parse(&source);
    assert!(faults.is_empty(), "{faults:#?}\n{}", draft.text);
    let schema = schema.unwrap();
    let proof = prove(&schema);
    assert!(proof.examples > 0 && proof.faults.is_empty(), "{:#?}\n{}", proof.faults, draft.text);
    schema
}

fn run(schema: &Schema, inputs: Vec<Input>) -> RunReport {
    pipeline::run(schema, &Options::new(inputs), &()).unwrap().report
}

/// The share of the bytes of a run that are keys, values and what stands between.
fn explained(report: &RunReport) -> f64 {
    let bytes = &report.balance.bytes;
    let known = bytes.key + bytes.value + bytes.separator + bytes.ignored + bytes.byte_order_mark;
    f64::from(u32::try_from(known).unwrap()) / f64::from(u32::try_from(bytes.total()).unwrap())
}

/// Each dump with the schema that was made for it, and how many records a draft finds. The dumps hold damage on
/// purpose, of which a draft cannot know that it is none of the form: where it finds others, this says so.
const DUMPS: [(&str, &str, u64, f64); 13] = [
    ("raw/gallery/gedcom.ged", "gedcom", 6, 0.95),
    // One line without a key is no habit.
    ("raw/gallery/key_colon.txt", "key_colon", 1, 0.7),
    ("raw/gallery/key_equals.conf", "key_equals", 3, 0.95),
    ("raw/gallery/medline.nbib", "medline", 3, 0.95),
    // Its head stands before the first block.
    ("raw/gallery/obo.obo", "obo", 5, 0.85),
    ("raw/gallery/rfc822.control", "rfc822", 2, 0.95),
    // What services say of themselves stands between the references, and one value goes on.
    ("raw/gallery/ris.ris", "ris", 3, 0.9),
    ("raw/gallery/uniprot.dat", "uniprot", 3, 0.95),
    ("raw/gallery/vcard.vcf", "vcard", 3, 0.95),
    // The description of the records is a stanza too.
    ("raw/gallery/recutils.rec", "recutils", 4, 0.95),
    ("raw/disease/records", "disease", 4, 0.95),
    ("raw/medicalkg", "medicalkg", 5, 0.95),
    ("raw/net39", "net39", 4, 0.95),
];

#[test]
fn dumps_are_read_without_the_schemas_made_for_them() {
    let mut told = String::new();
    for (path, name, records, least) in DUMPS {
        let draft = draft(&inputs(path), false).unwrap();
        let schema = schema_of(&draft);
        let made = parse(&SchemaSource::find(name).unwrap()).0.unwrap();
        assert!(
            schema.source.formats.iter().all(|format| made.source.formats.contains(format)),
            "{path}: {}",
            draft.text
        );
        assert_eq!(draft.report.records, records, "{path}: {}", draft.text);
        let report = run(&schema, inputs(path));
        assert_eq!(report.balance.records.r#in, records, "{path}");
        assert!(explained(&report) >= least, "{path}: {}", explained(&report));
        // Keys that the schema made for the dump has, and that the dump has.
        let used = run(&made, inputs(path));
        let seen = |field: &&recordmill::schema::model::Field| {
            used.tables.keys().next().is_some()
                && used.fields.get(&field.name).is_some_and(|field| field.seen > 0)
        };
        let keys: Vec<_> =
            made.fields.iter().filter(seen).filter(|field| !field.keys.is_empty()).collect();
        let known = keys.iter().filter(|field| {
            field.keys.iter().any(|key| schema.fields.iter().any(|other| other.keys.contains(key)))
        });
        let known = known.count();
        assert!(known * 10 >= keys.len() * 9, "{path}: {known} of {} keys", keys.len());
        let _ = writeln!(told, "{path}\n{}\n", draft.report.lines().join("\n"));
    }
    insta::assert_snapshot!("drafts_of_dumps", told);
}

/// A value of each kind: how it is written, by a number.
fn written(kind: usize, n: u32) -> String {
    let words = ["oat", "hay", "rye", "barley", "clover", "straw"];
    let word = |n: u32| words[n as usize % words.len()];
    match kind {
        0 => (i64::from(n % 2000) - 700).to_string(),
        1 => format!("{:07}", n % 10_000_000),
        2 => format!("{}.{:02}", n % 300, n % 100),
        3 => format!("20{:02}-{:02}-{:02}", n % 30, n % 12 + 1, n % 28 + 1),
        4 => if n.is_multiple_of(2) { "yes" } else { "no" }.to_owned(),
        5 => (0..=n % 4).map(|m| word(n / 3 + m)).collect::<Vec<_>>().join("; "),
        _ => format!("{} {} {} and the {}.", word(n), word(n / 7), word(n / 5), word(n / 11)),
    }
}

fn type_of(kind: usize) -> &'static str {
    ["integer", "text", "float", "date", "boolean", "list", "text"][kind]
}

/// The tables of a run, as text. The place of a record depends on the form of the dump alone.
fn tables(schema: &Schema, dump: &str) -> String {
    let out = tempfile::tempdir().unwrap();
    let mut options = Options::new(vec![Input::memory("dump.txt", dump)]);
    options.target = Some(Target {
        formats: vec![Format::Parquet],
        compression: Compression::None,
        publish: recordmill::publish::Publish::Always,
        ..Target::new(out.path())
    });
    let report = pipeline::run(schema, &options, &()).unwrap().report;
    let mut shown = String::new();
    for name in report.tables.keys().filter(|name| *name != "finding") {
        let _ = writeln!(shown, "# {name}\n{}", show_table(&read_table(out.path(), name)));
    }
    shown
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_draft_gives_the_tables_of_the_schema_that_the_dump_was_made_with(
        kinds in prop::collection::vec(0_usize..7, 2..6),
        numbers in prop::collection::vec(any::<u32>(), 40..80),
        form in 0_usize..3,
    ) {
        let (delimiter, behind) = [(": ", "\n"), ("=", ""), (": ", "//\n")][form];
        let mut dump = String::new();
        for (n, number) in numbers.iter().enumerate() {
            let _ = writeln!(dump, "title{delimiter}ox {n} of {}", written(6, *number));
            for (m, kind) in kinds.iter().enumerate() {
                let value = written(*kind, number.rotate_left(u32::try_from(m * 5).unwrap()));
                let _ = writeln!(dump, "key {m}{delimiter}{value}");
            }
            dump.push_str(behind);
        }
        let drafted = draft(&[Input::memory("dump.txt", dump.clone())], false).unwrap();
        let schema = schema_of(&drafted);
        // The schema that the dump was made with, with the names and the order of the draft.
        let framing = [
            "by = \"blank-line\"", "by = \"start-key\", key = \"title\"", "by = \"end-line\", pattern = '^//'"
        ][form];
        let mut made = format!("recordmill = 1\nname = \"dump\"\n[source]\nformat = \"key-value\"\nrecord = {{ {framing} }}\nkey = {{ by = \"declared\", delimiter = \"{delimiter}\" }}\n[fields.title]\nkey = \"title\"\ntype = \"text\"\n");
        let (mut columns, mut lists) = (String::new(), String::new());
        for (m, kind) in kinds.iter().enumerate() {
            let more = match kind {
                4 => "true = [\"yes\"]\nfalse = [\"no\"]\n",
                5 => "separator = '\\s*;\\s*'\n",
                _ => "",
            };
            // What few values show may be another type, too.
            let kind = drafted.report.fields.iter().find(|(name, _)| *name == format!("key_{m}")).map_or("", |(_, word)| word);
            prop_assert!(kind == type_of(kinds[m]) || numbers.len() < 40, "key {m} is {kind}, not {}:\n{}", type_of(kinds[m]), drafted.text);
            let _ = write!(made, "[fields.key_{m}]\nkey = \"key {m}\"\ntype = \"{kind}\"\n{more}");
            if kind == "list" {
                let _ = write!(lists, "[tables.key_{m}]\nrows = \"key_{m}\"\ncolumns = [\"record_id\", \"ordinal\", \"value\"]\n");
            } else {
                let _ = write!(columns, "\"key_{m}\", ");
            }
        }
        let _ = write!(made, "[tables.dump]\nrows = \"record\"\ncolumns = [\"record_id\", \"title\", {columns}\"source_file\", \"source_line\"]\n{lists}");
        let (made, faults) = parse(&SchemaSource { name: "made".to_owned(), text: made });
        let made = made.unwrap_or_else(|| panic!("{faults:#?}"));
        prop_assert_eq!(tables(&schema, &dump), tables(&made, &dump), "{}", drafted.text);
    }
}

#[test]
fn the_command_drafts_checks_tests_and_runs() {
    let test = CliTest::new();
    let dump: String =
        (0..20).map(|n| format!("title: ox {n}\nborn: 2020-01-{:02}\n\n", n + 1)).collect();
    test.write("oxen.txt", &dump);
    let drafted = test.run(&["schema", "draft", "oxen.txt", "-o", "oxen.toml"]);
    assert_eq!(drafted.code, 0, "{}", drafted.stderr);
    assert!(
        drafted.stdout.is_empty() && drafted.stderr.contains("explained 100.0 %"),
        "{}",
        drafted.stderr
    );
    for args in [
        &["schema", "check", "oxen.toml"][..],
        &["schema", "test", "oxen.toml"],
        &["check", "oxen.txt", "--schema", "oxen.toml"],
        &["run", "oxen.txt", "--schema", "oxen.toml", "-o", "out"],
    ] {
        let ran = test.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
    }
    assert_eq!(test.table("out", "oxen").height(), 20);
    // Without a file, the schema goes to standard output and the report beside it.
    let shown = test.run(&["schema", "draft", "oxen.txt"]);
    assert_eq!(shown.stdout.as_bytes(), test.read("oxen.toml"));
    let dashed = test.run(&["schema", "draft", "oxen.txt", "-o", "-"]);
    assert_eq!((dashed.code, &dashed.stdout), (0, &shown.stdout), "{}", dashed.stderr);
    assert!(!test.path("-").exists() && !dashed.stderr.contains("written"), "{}", dashed.stderr);
    // From standard input, too.
    let piped = test.run_with(&["schema", "draft", "-"], &[], dump.as_bytes());
    assert_eq!(piped.code, 0, "{}", piped.stderr);
    test.write("more.txt", dump.replace("\n\n", "\nlegs: 4\n\n"));
    let updated = test.run(&["schema", "draft", "more.txt", "--update", "oxen.toml"]);
    assert_eq!((updated.code, &*updated.stderr), (0, "added     legs: integer\n"));
    assert_eq!(test.run(&["check", "more.txt", "--schema", "oxen.toml", "-q"]).code, 0);
}

/// A temporary file that moves into the place of `/dev/null` would be in it for every program of the machine.
#[test]
#[cfg(unix)]
fn a_schema_is_written_to_a_pipe_and_takes_the_place_of_none() {
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    use std::process::{Command, Stdio};
    let test = CliTest::new();
    test.write("oxen.txt", "name: Tess\nage: 4\n\nname: Bo\nage: 12\n\nname: Roe\nage: 7\n");
    let pipe = test.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut reader = Command::new("cat").arg(&pipe).stdout(Stdio::piped()).spawn().unwrap();
    let ran = test.run(&["schema", "draft", "oxen.txt", "-o", "pipe"]);
    let is_pipe = pipe.symlink_metadata().unwrap().file_type().is_fifo();
    if !is_pipe {
        reader.kill().unwrap();
    }
    assert!(is_pipe && ran.code == 0, "{}", ran.show());
    let read = reader.wait_with_output().unwrap().stdout;
    assert_eq!(String::from_utf8(read).unwrap(), test.run(&["schema", "draft", "oxen.txt"]).stdout);
    // A link leads to the same file as before.
    test.run(&["schema", "draft", "oxen.txt", "-o", "oxen.toml"]);
    symlink("oxen.toml", test.path("link.toml")).unwrap();
    test.write("more.txt", "name: Tess\nage: 4\nhue: red\n\nname: Bo\nage: 12\nhue: dun\n");
    let ran = test.run(&["schema", "draft", "more.txt", "--update", "link.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.show());
    assert!(test.path("link.toml").is_symlink());
    assert!(String::from_utf8(test.read("oxen.toml")).unwrap().contains("[fields.hue]"));
}

#[test]
fn what_is_no_dump_is_declined() {
    let test = CliTest::new();
    test.write("prose.txt", "It rained all day.\nNobody came to the field, and the ox stood there alone.\nThen it stopped.\n")
        .write("image.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
        .write("empty.txt", "");
    for file in ["prose.txt", "image.png", "empty.txt", "nowhere.txt"] {
        let ran = test.run(&["schema", "draft", file, "-o", "my.toml"]);
        assert_eq!(ran.code, 2, "{file}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
    assert!(!test.path("my.toml").exists());
}

#[test]
fn a_draft_is_not_written_over_a_schema() {
    let test = CliTest::new();
    test.write("oxen.txt", "name: Buck\nlegs: 4\n\nname: Bess\nlegs: 4\n").write("my.toml", "mine");
    let ran = test.run(&["schema", "draft", "oxen.txt", "-o", "my.toml"]);
    assert_eq!((ran.code, &test.read("my.toml")[..]), (2, &b"mine"[..]));
    assert!(ran.stderr.contains("`--update my.toml`"), "{}", ran.stderr);
}

#[test]
fn a_schema_takes_no_keys_of_another_form() {
    let test = CliTest::new();
    test.write("a.csv", "id,name\n1,ox\n2,elk\n")
        .write("b.txt", "legs: 4\nsex: m\n\nlegs: 3\nsex: f\n");
    test.run(&["schema", "draft", "a.csv", "-o", "a.toml"]);
    let before = test.read("a.toml");
    let ran = test.run(&["schema", "draft", "b.txt", "--update", "a.toml"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("the schema `a.toml` reads csv"), "{}", ran.stderr);
    assert_eq!(test.read("a.toml"), before);
}

#[test]
fn a_draft_without_examples_is_checked_and_not_tested() {
    let test = CliTest::new();
    test.write("a.jsonl", "{\"a\":[{\"b\":1}]}\n{\"a\":[{\"b\":2}]}\n");
    let ran = test.run(&["schema", "draft", "a.jsonl", "-o", "a.toml"]);
    assert!(ran.stderr.contains("next: `recordmill schema check a.toml`"), "{}", ran.stderr);
}

#[test]
fn a_dump_whose_schema_nobody_named_is_milled_by_one_that_fits_or_not_at_all() {
    let test = CliTest::new();
    let disease = root().join("raw/disease").to_string_lossy().into_owned();
    let ran = test.run(&["run", &disease, "-o", "out", "--fail-on", "never"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("`disease` fits"), "{}", ran.stderr);
    assert!(test.table("out", "disease").height() > 10);
    test.write("my.csv", "id,name\n1,ox\n2,elk\n");
    for verb in ["run", "check"] {
        let ran = test.run(&[verb, "my.csv"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("recordmill schema draft my.csv -o my.toml"), "{}", ran.stderr);
    }
    test.write("empty.txt", "");
    for verb in ["run", "check"] {
        let ran = test.run(&[verb, "empty.txt"]);
        assert_eq!(ran.code, 2, "zero records are no pass");
        assert!(ran.stderr.contains("`empty.txt` holds no text"), "{}", ran.stderr);
        assert!(ran.stderr.contains("`--schema`"), "{}", ran.stderr);
    }
    assert!(!test.path("output").exists(), "nothing is milled");
}
