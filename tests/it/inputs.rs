//! Inputs that are no plain file, break off, or are no text.

use std::io::Write as _;

use polars::prelude::DataType;

use crate::support::{CliTest, Ran};

const SCHEMA: &str = r#"
recordmill = 1
name = "mill"
[source]
format = "key-value"
record = { by = "start-key", key = "title" }
key = { by = "declared", delimiter = ": " }
[fields.title]
type = "text"
key = "title"
rules = [{ rule = "not-null" }]
[tables.mill]
rows = "record"
columns = ["record_id", "title"]
"#;

const ONE: &str = "title: one\n";
const TWO: &str = "title: two\n";

fn test() -> CliTest {
    let test = CliTest::new();
    test.write("mill.toml", SCHEMA).write("a.txt", ONE);
    test
}

/// Runs over inputs and gives the titles, in order, with the codes that were found.
fn run(test: &CliTest, inputs: &[&str]) -> (Vec<String>, Vec<String>, Ran) {
    run_with(test, inputs, &[])
}

fn run_with(test: &CliTest, inputs: &[&str], more: &[&str]) -> (Vec<String>, Vec<String>, Ran) {
    let args =
        [&["run", "--schema", "mill.toml", "-o", "out", "-q", "--publish", "always"], more, inputs]
            .concat();
    let ran = test.run(&args);
    assert!(ran.code < 2, "{inputs:?}: {}", ran.stderr);
    let table = test.table("out", "mill");
    let titles = table.column("title").unwrap().str().unwrap().iter();
    let titles = titles.map(|title| title.unwrap_or("∅").to_owned()).collect();
    let run = test.run_json("out");
    let codes = run["findings"].as_object().unwrap().keys().cloned().collect();
    (titles, codes, ran)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn tar_of(members: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn link(name: &str, target: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Link);
    header.set_size(0);
    header.set_mode(0o644);
    builder.append_link(&mut header, name, target).unwrap();
    builder.into_inner().unwrap()
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_once_and_whole() {
    let test = test();
    let fifo = test.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    let writer = std::thread::spawn(move || {
        let mut pipe = std::fs::OpenOptions::new().write(true).open(fifo).unwrap();
        pipe.write_all(&gzip(TWO.as_bytes())).unwrap();
    });
    let (titles, _, _) = run(&test, &["a.txt", "pipe"]);
    writer.join().unwrap();
    assert_eq!(titles, ["one", "two"]);
    let ran = test.run_with(
        &["check", "--schema", "mill.toml", "-q", "a.txt", "/dev/stdin"],
        &[],
        b"title: \n",
    );
    assert_eq!(ran.code, 1, "the record of the second input has no title: {}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn what_has_no_end_and_folders_as_a_stream_are_refused() {
    let test = test();
    for device in ["/dev/zero", "/dev/random", "/dev/full"] {
        let ran = test.run(&["check", "--schema", "mill.toml", "a.txt", device]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("a device has no end"), "{}", ran.stderr);
    }
    let ran = test.run(&["check", "--schema", "mill.toml", "-q", "/dev/null", "a.txt"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let folder = std::fs::File::open(test.path(".")).unwrap();
    let refused = std::process::Command::new(env!("CARGO_BIN_EXE_recordmill"))
        .args(["check", "-"])
        .current_dir(test.path("."))
        .stdin(folder)
        .output()
        .unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(2) && said.contains("a folder is no text"), "{said}");
}

#[test]
fn an_input_that_breaks_off_is_told_and_the_others_are_read() {
    let test = test();
    let long: String = (0..50_000).map(|n| format!("title: number {}\n", n * 7919)).collect();
    let mut cut = gzip(long.as_bytes());
    cut.truncate(cut.len() / 2);
    test.write("cut.gz", &cut);
    let mut cut = zstd::encode_all(long.as_bytes(), 1).unwrap();
    cut.truncate(cut.len() - 9);
    test.write("cut.zst", &cut).write("cut.zip", b"PK\x03\x04 no archive at all");
    test.write("head.gz", &b"\x1f\x8b\x08\x00"[..]).write("b.txt", TWO);
    for (name, code) in
        [("cut.gz", "R011"), ("cut.zst", "R011"), ("cut.zip", "R010"), ("head.gz", "R010")]
    {
        let (titles, codes, ran) = run(&test, &["a.txt", name, "b.txt"]);
        assert_eq!(ran.code, 1, "{name}");
        assert!(codes.contains(&code.to_owned()), "{name}: {codes:?}");
        assert!(!codes.contains(&"R006".to_owned()), "{name} is no empty source");
        assert_eq!((titles[0].as_str(), titles[titles.len() - 1].as_str()), ("one", "two"));
        // What came whole is there, and the record that was cut is not.
        let whole: Vec<_> = titles[1..titles.len() - 1].iter().zip(0..).collect();
        assert!(whole.iter().all(|(title, n)| **title == format!("number {}", n * 7919)), "{name}");
        if name == "cut.gz" {
            assert!(whole.len() > 100 && whole.len() < 50_000);
            let run = test.run_json("out");
            assert_eq!(run["balance"]["records"]["quarantined"], 1);
            assert!(run["balance"]["bytes"]["quarantined"].as_u64().unwrap() > 0);
        }
    }
}

#[test]
fn padding_and_archives_behind_one_another_are_read() {
    let test = test();
    let padded = [gzip(ONE.as_bytes()), gzip(TWO.as_bytes()), vec![0; 700]].concat();
    test.write("padded.gz", padded);
    assert_eq!(run(&test, &["padded.gz"]).0, ["one", "two"]);
    let (first, second) = (tar_of(&[("x.txt", ONE)]), tar_of(&[("y.txt", TWO)]));
    test.write("two.tar", [first.as_slice(), &second].concat());
    test.write("two.tgz", [gzip(&first), gzip(&second)].concat());
    assert_eq!(run(&test, &["two.tar"]).0, ["one", "two"]);
    assert_eq!(run(&test, &["two.tgz"]).0, ["one", "two"]);
    // A hard link is its file under another name.
    test.write("link.tar", [first.as_slice(), &link("z.txt", "x.txt")].concat());
    assert_eq!(run(&test, &["link.tar"]).0, ["one", "one"]);
    test.write("lost.tar", [first.as_slice(), &link("z.txt", "gone.txt")].concat());
    let (titles, codes, _) = run(&test, &["lost.tar"]);
    assert_eq!(
        (titles.as_slice(), codes.contains(&"R010".to_owned())),
        (&["one".to_owned()][..], true)
    );
    // An archive that breaks off: its whole members stand.
    let mut broken = tar_of(&[("x.txt", ONE), ("y.txt", &TWO.repeat(400))]);
    broken.truncate(2048 + 600);
    test.write("broken.tar", broken);
    let (titles, codes, _) = run(&test, &["broken.tar"]);
    assert_eq!(titles[0], "one");
    assert!(codes.contains(&"R011".to_owned()), "{codes:?}");
    // One that is cut where a member ends.
    test.write("cut.tar", &tar_of(&[("x.txt", ONE), ("y.txt", TWO)])[..1024]);
    let (titles, codes, ran) = run(&test, &["cut.tar"]);
    assert_eq!((titles, codes, ran.code), (vec!["one".to_owned()], vec!["R011".to_owned()], 1));
}

#[test]
fn rows_that_end_in_a_return_have_lines() {
    let test = test();
    test.write(
        "rows.toml",
        "recordmill = 1\nname = \"rows\"\n[source]\nformat = \"csv\"\n\
         [fields.no]\nkey = \"no\"\ntype = \"integer\"\n\
         [fields.name]\nkey = \"name\"\ntype = \"text\"\nrules = [{ rule = \"not-null\" }]\n\
         [tables.rows]\nrows = \"record\"\ncolumns = [\"no\", \"name\", \"source_line\"]\n\
         [[checks]]\ncheck = \"unique\"\ntable = \"rows\"\ncolumns = [\"name\"]\n",
    );
    test.write("rows.csv", "no,name\r1,mill\rx,river\r3,mill\r");
    let args = ["run", "--schema", "rows.toml", "-o", "out", "--publish", "always", "rows.csv"];
    let ran = test.run(&args);
    let table = test.table("out", "rows");
    let lines = table.column("source_line").unwrap().cast(&DataType::Int64).unwrap();
    assert_eq!(lines.i64().unwrap().iter().flatten().collect::<Vec<_>>(), [2, 3, 4]);
    // The excerpt of the check is taken from the file once more.
    insta::assert_snapshot!(ran.stderr);
    let explained = test.run(&["explain", "rows.csv:4", "--schema", "rows.toml"]);
    assert!(explained.stdout.contains("record 3 ("), "{}", explained.stdout);
    assert!(explained.stdout.contains("lines 4-4"), "{}", explained.stdout);
}

#[test]
fn members_of_one_name_are_told() {
    let test = test();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("a.txt", ONE), ("b.txt", TWO)] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    let mut bytes = writer.finish().unwrap().into_inner();
    // The second takes the name of the first, wherever it stands.
    for at in 0..bytes.len() - 5 {
        if &bytes[at..at + 5] == b"b.txt" {
            bytes[at] = b'a';
        }
    }
    test.write("twins.zip", bytes);
    let (titles, codes, ran) = run(&test, &["twins.zip"]);
    assert_eq!(ran.code, 1);
    assert!(titles.len() == 2 || codes.contains(&"R011".to_owned()), "{titles:?} {codes:?}");
}

#[cfg(unix)]
#[test]
fn links_are_followed_once_and_told_where_they_lead_nowhere() {
    let test = test();
    test.write("d/b.txt", TWO);
    std::os::unix::fs::symlink(".", test.path("d/loop")).unwrap();
    for input in ["d", "d/**/*.txt", "d/*.txt"] {
        assert_eq!(run(&test, &[input]).0, ["two"], "{input}");
    }
    std::os::unix::fs::symlink("gone", test.path("d/c.txt")).unwrap();
    for input in ["d", "d/*.txt"] {
        let (titles, codes, ran) = run(&test, &[input]);
        assert_eq!((titles, ran.code), (vec!["two".to_owned()], 1), "{input}");
        assert!(codes.contains(&"R010".to_owned()), "{input}: {codes:?}");
    }
    assert_eq!(test.run(&["check", "--schema", "mill.toml", "none.txt"]).code, 2);
}

/// Nobody has asked for them by name, and a pipe would be waited for.
#[cfg(unix)]
#[test]
fn what_is_no_file_in_a_folder_is_a_finding() {
    let test = test();
    test.write("d/b.txt", TWO);
    let made = std::process::Command::new("mkfifo").arg(test.path("d/pipe.txt")).status();
    assert!(made.unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(test.path("d/socket.txt")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", test.path("d/zero.txt")).unwrap();
    for input in ["d", "d/*.txt"] {
        let (titles, _, ran) = run(&test, &[input]);
        assert_eq!((titles, ran.code), (vec!["two".to_owned()], 1), "{input}");
        assert_eq!(test.run_json("out")["findings"]["R010"], 3, "{input}");
    }
}

#[test]
fn a_file_that_is_no_text_is_one_finding() {
    let test = test();
    test.write("b.txt", b"SQLite format 3\0\x10\0\x01\x01\0 \xff\xfe\x80\0\0\0".repeat(300));
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["[Content_Types].xml", "xl/workbook.xml"] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(b"<x/>").unwrap();
    }
    test.write("c.csv", writer.finish().unwrap().into_inner());
    test.write("d.txt", "<!doctype html><title>404</title>");
    for name in ["b.txt", "c.csv", "d.txt"] {
        let (titles, codes, ran) = run(&test, &["a.txt", name]);
        assert_eq!((titles, codes, ran.code), (vec!["one".to_owned()], vec!["R013".to_owned()], 1));
    }
}

#[test]
fn a_small_limit_costs_no_more_memory_than_the_dump() {
    let test = test();
    let long = format!("title: {}\n", "x".repeat(90));
    test.write("long.txt", format!("{ONE}{}", long.repeat(20_000)));
    let (titles, _, ran) = run_with(&test, &["long.txt"], &["--max-record-bytes", "50"]);
    assert_eq!((titles, ran.code), (vec!["one".to_owned()], 1));
    let balance = &test.run_json("out")["balance"];
    assert_eq!(balance["records"]["quarantined"], 20_000);
    assert_eq!(balance["bytes"]["quarantined"], long.len() * 20_000);
    let ran =
        test.run(&["check", "--schema", "mill.toml", "a.txt", "--max-record-bytes", "5000000000"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("cannot be limited to 5000000000 bytes"), "{}", ran.stderr);
}

#[test]
fn explain_finds_a_copy_in_the_second_file_and_a_mark_in_a_name() {
    let test = test();
    test.write("b!c.txt", ONE);
    let args = ["run", "--schema", "mill.toml", "-o", "out", "-q", "a.txt", "b!c.txt"];
    assert!(test.run(&args).code < 2);
    let table = test.table("out", "mill");
    let id = table.column("record_id").map(|ids| ids.str().unwrap().get(1).unwrap().to_owned());
    let Ok(id) = id else { panic!("the table has ids") };
    assert!(id.ends_with("-2"), "{id}");
    let ran = test.run(&["explain", &format!("b!c.txt#{id}"), "--schema", "mill.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains(&id), "{}", ran.stdout);
    assert_eq!(test.run(&["explain", "b!c.txt:1", "--schema", "mill.toml"]).code, 0);
}
