//! What a run puts where, what it spares, and what is left where it is stopped. That
//! it can be stopped anywhere is tested in `publish::model`, operation by operation.

use std::collections::BTreeMap;

use crate::support::CliTest;

const SCHEMA: &str = r#"recordmill = 1
name = "shelf"
[source]
format = "key-value"
record = { by = "start-key", key = "title" }
key = { by = "declared", delimiter = ": " }
[fields.title]
key = "title"
type = "text"
rules = [{ rule = "not-null" }]
[fields.pages]
key = "pages"
type = "integer"
rules = [{ rule = "maximum", max = 500, severity = "error" }]
[tables.book]
rows = "record"
columns = ["title", "pages"]
"#;

fn shelf() -> CliTest {
    let test = CliTest::new();
    test.write("shelf.toml", SCHEMA).write("dump.txt", "title: river\npages: 12\n");
    test
}

const RUN: [&str; 7] = ["run", "dump.txt", "-s", "shelf.toml", "-o", "out", "-q"];

/// Every file below a folder and its bytes, the lock aside.
fn files(test: &CliTest, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let Ok(entries) = std::fs::read_dir(test.path(folder)) else { return found };
    for entry in entries {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        if test.path(&path).is_dir() {
            found.insert(format!("{path}/"), Vec::new());
            found.extend(files(test, &path));
        } else if name != ".recordmill.lock" {
            found.insert(path.clone(), test.read(&path));
        }
    }
    found
}

#[test]
fn what_a_run_lists_is_there_with_its_length_and_hash() {
    let test = shelf();
    test.write("dump.txt", "title: river\npages: 12\ntitle: mill\npages: 13\n");
    assert_eq!(test.run(&[&RUN[..], &["--format", "parquet,csv"]].concat()).code, 0);
    let run = test.run_json("out");
    assert_eq!(run["published"], true);
    let listed = run["outputs"].as_array().unwrap();
    for output in listed {
        let bytes = test.read(&format!("out/{}", output["path"].as_str().unwrap()));
        assert_eq!(output["bytes"], bytes.len());
        assert_eq!(output["hash"], blake3::hash(&bytes).to_hex().as_str());
    }
    assert_eq!(listed.len() + 1, files(&test, "out").len());
}

#[test]
fn a_failed_run_leaves_what_stands_and_its_tables_stand_beside() {
    let test = shelf();
    assert_eq!(test.run(&RUN).code, 0);
    let before = files(&test, "out");
    test.write("dump.txt", "title: river\npages: 900\n");
    for _ in 0..2 {
        let ran = test.run(&RUN[..6]);
        assert_eq!(ran.code, 1);
        assert!(ran.stderr.contains("not published"), "{}", ran.stderr);
        assert_eq!(files(&test, "out"), before);
        assert_eq!(test.run_json("out.failed")["published"], false);
        assert_eq!(test.table("out.failed", "book").height(), 1);
    }
    assert_eq!(test.run(&[&RUN[..], &["--publish", "always"]].concat()).code, 1);
    assert_eq!(test.run_json("out")["published"], true);
    assert_eq!(test.run_json("out")["status"], "fail");
    // A first run that fails makes no folder.
    std::fs::remove_dir_all(test.path("out")).unwrap();
    assert_eq!(test.run(&RUN).code, 1);
    assert!(!test.path("out").exists() && test.path("out.failed/run.json").exists());
}

#[test]
fn the_tables_of_a_failed_run_go_once_one_passes() {
    let test = shelf();
    let fail = || {
        test.write("dump.txt", "title: river\npages: 900\n");
        assert_eq!(test.run(&RUN).code, 1);
        test.write("dump.txt", "title: river\npages: 12\n");
        assert!(test.path("out.failed/run.json").exists());
    };
    fail();
    let ran = test.run(&RUN[..6]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("  `out.failed` is removed: "), "{}", ran.stderr);
    assert!(!test.path("out.failed").exists());
    fail();
    test.write("out.failed/book.parquet", "changed by hand");
    let before = files(&test, "out.failed");
    let ran = test.run(&RUN[..6]);
    assert_eq!(ran.code, 0);
    let told = "  `out.failed` is left as it is: somebody has changed `out.failed/book.parquet`\n";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert_eq!(files(&test, "out.failed"), before);
}

/// Tables that have lost their `run.json` may be anybody's.
#[test]
fn tables_that_nothing_vouches_for_stay_and_are_named() {
    let test = shelf();
    assert_eq!(test.run(&RUN).code, 0);
    std::fs::remove_file(test.path("out/run.json")).unwrap();
    let before = files(&test, "out");
    let ran = test.run(&RUN);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.stderr,
        "error: `book.parquet` and `finding.parquet` are in the way, and there is no `run.json` that lists them in `out`\n  \
         help: move them away, or name another folder with `-o`; `recordmill recover out` finds nothing to go on with, \
         but if you have the `run.json` you can put it back\n"
    );
    assert_eq!(files(&test, "out"), before);
}

/// A report is no part of what is published, but who asked for one has not got it.
#[cfg(target_os = "linux")]
#[test]
fn a_run_whose_report_cannot_be_written_is_not_published() {
    let test = shelf();
    assert_eq!(test.run(&RUN).code, 0);
    let before = files(&test, ".");
    test.write("dump.txt", "title: mill\npages: 13\n");
    for format in
        ["human", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown"]
    {
        // Two of them have nothing to write where nothing is found.
        let dump = "title: mill\npages: ?\n";
        test.write("dump.txt", dump);
        let report = format!("{format}=/dev/full");
        let args = [&RUN[..], &["--publish", "always", "--report", &report]].concat();
        let ran = test.run(&args);
        assert_eq!(ran.code, 2, "{format}: {}", ran.stderr);
        assert!(ran.stderr.contains("cannot write the report `/dev/full`"), "{}", ran.stderr);
        test.write("dump.txt", "title: river\npages: 12\n");
        assert_eq!(files(&test, "."), before, "{format}");
    }
    // Folders above a new one go with it.
    let args =
        ["run", "dump.txt", "-s", "shelf.toml", "-o", "new/er/out", "--report", "junit=/dev/full"];
    assert_eq!(test.run(&args).code, 2);
    assert_eq!(files(&test, "."), before);
}

#[test]
fn what_others_wrote_is_neither_replaced_nor_removed() {
    let forged = r#"{"tool":{"name":"recordmill"},"schema":{"name":"shelf"},"tables":{"book":{},"finding":{}},
        "outputs":["mine.csv",".bashrc","../up.txt",{"path":".bashrc","bytes":4,"hash":"x"},"book.csv"]}"#;
    let test = shelf();
    for file in [
        "out/mine.csv",
        "out/.bashrc",
        "up.txt",
        "out/.recordmill-mine/a",
        "out/.recordmill-staging-1/a",
    ] {
        test.write(file, "mine");
    }
    test.write("out/book.csv", "listed, but not by its hash").write("out/run.json", forged);
    let before = files(&test, "out");
    assert_eq!(test.run(&RUN).code, 0);
    for (file, bytes) in before.iter().filter(|(file, _)| !file.ends_with("run.json")) {
        assert_eq!(&files(&test, "out")[file], bytes, "{file}");
    }
    assert_eq!(test.read("up.txt"), b"mine");
    // What stands in the way is refused, and nothing is changed.
    let ways: [(&str, &str); 6] = [
        ("run.json", "{\"tool\":{\"name\":\"else\"},\"outputs\":[\"book.parquet\"]}"),
        ("run.json", "no JSON"),
        ("finding.parquet", "of another tool"),
        ("finding.parquet/inner", "a folder"),
        ("run.json/inner", "a folder"),
        ("quarantine", "a file"),
    ];
    for (name, content) in ways {
        let test = shelf();
        let dump = "title: river\npages: 12\npages: 13\n";
        test.write("dump.txt", dump).write(&format!("out/{name}"), content);
        // A record that is rejected asks for the quarantine.
        test.write("shelf.toml", SCHEMA.replace("max = 500,", "max = 1, action = \"reject\","));
        let before = files(&test, "out");
        let ran = test.run(&[&RUN[..], &["--publish", "always"]].concat());
        assert_eq!(ran.code, 2, "{name}: {content}: {}", ran.stderr);
        assert!(ran.stderr.contains("help: "), "{}", ran.stderr);
        assert_eq!(files(&test, "out"), before, "{name}: {content}");
    }
}

#[test]
fn a_folder_holds_the_tables_of_one_schema() {
    let test = shelf();
    assert_eq!(test.run(&RUN).code, 0);
    let before = files(&test, "out");
    test.write(
        "other.toml",
        SCHEMA.replace("\"shelf\"", "\"other\"").replace("tables.book", "tables.volume"),
    );
    let other = ["run", "dump.txt", "-s", "other.toml", "-o", "out", "-q"];
    let ran = test.run(&other);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("`shelf`") && ran.stderr.contains("`-o`"), "{}", ran.stderr);
    assert_eq!(files(&test, "out"), before);
}

#[test]
fn files_of_the_run_before_go_if_nobody_has_changed_them() {
    let test = shelf();
    let csv = [&RUN[..], &["--format", "parquet,csv"]].concat();
    assert_eq!(test.run(&csv).code, 0);
    test.write("out/finding.csv", "changed by hand");
    assert_eq!(test.run(&RUN).code, 0);
    assert!(!test.path("out/book.csv").exists());
    assert_eq!(test.read("out/finding.csv"), b"changed by hand");
    // It is in nobody's list now, so it is not replaced.
    assert_eq!(test.run(&csv).code, 2);
    // A list of an earlier version, without hashes, is one of ours.
    std::fs::remove_file(test.path("out/finding.csv")).unwrap();
    let mut run = test.run_json("out");
    run["outputs"] = serde_json::json!(["book.parquet", "finding.parquet"]);
    test.write("out/run.json", run.to_string());
    assert_eq!(test.run(&RUN).code, 0);
}

#[test]
fn no_input_is_written_over() {
    let test = shelf();
    test.write("book.csv", "title,pages\nriver,1\n")
        .write("data/book.csv", "title,pages\nriver,1\n");
    let schema = SCHEMA.replace("format = \"key-value\"\nrecord = { by = \"start-key\", key = \"title\" }\nkey = { by = \"declared\", delimiter = \": \" }", "format = \"csv\"");
    test.write("csv.toml", &schema);
    std::os::unix::fs::symlink("book.csv", test.path("linked.csv")).unwrap();
    let before = files(&test, ".");
    for args in [
        &["run", "book.csv", "-o", ".", "--format", "csv"][..],
        &["run", "linked.csv", "-o", ".", "--format", "csv"],
        &["run", "data/book.csv", "-o", "data", "--format", "csv"],
        &["run", "data", "-o", "data"],
        &["check", "book.csv", "--report", "json=./book.csv"],
        &["check", "book.csv", "--report", "json=linked.csv"],
        &["check", "linked.csv", "--report", "jsonl=book.csv"],
        &["check", "book.csv", "--report", "json=csv.toml"],
        &["baseline", "update", "book.csv", "--baseline", "linked.csv"],
        // Nothing that is written is written over by the same command.
        &["baseline", "update", "book.csv", "--baseline", "b.json", "--report", "jsonl=./b.json"],
        &["check", "book.csv", "--report", "jsonl=r.json", "--report", "json=data/../r.json"],
        &["run", "book.csv", "-o", "none", "--report", "json=./none"],
        &["run", "book.csv", "-o", "none", "--report", "json=none.failed/run.json"],
    ] {
        let ran = test.run(&[args, &["-s", "csv.toml", "-q"]].concat());
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert_eq!(files(&test, "."), before, "{args:?}");
    }
    let drafted = test.run(&["schema", "draft", "book.csv", "-o", "linked.csv"]);
    assert_eq!((drafted.code, files(&test, ".") == before), (2, true), "{}", drafted.stderr);
    assert_eq!(test.run(&RUN).code, 0);
    for report in ["out/run.json", "out/book.csv", "./out/finding.parquet", "out/quarantine"] {
        let report = format!("json={report}");
        let ran = test.run(&[&RUN[..], &["--report", &report]].concat());
        assert_eq!(ran.code, 2, "{report}: {}", ran.stderr);
    }
    assert_eq!(test.run_json("out")["published"], true);
    assert_eq!(test.run(&[&RUN[..], &["--report", "json=out/report.json"]].concat()).code, 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_standard_input_is_not_written_over() {
    let test = shelf();
    let schema = SCHEMA.replace("format = \"key-value\"\nrecord = { by = \"start-key\", key = \"title\" }\nkey = { by = \"declared\", delimiter = \": \" }", "format = \"csv\"");
    test.write("csv.toml", &schema).write("data/book.csv", "title,pages\nriver,1\n");
    let command = |file: &str, args: &[&str]| {
        let out = std::process::Command::new(env!("CARGO_BIN_EXE_recordmill"))
            .args(args)
            .args(["-s", "csv.toml", "-q"])
            .current_dir(test.path(""))
            .stdin(std::fs::File::open(test.path(file)).unwrap())
            .output()
            .unwrap();
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    // A file of a run before may be replaced, where it is not read.
    for _ in 0..2 {
        let (code, told) = command("data/book.csv", &["run", "-", "-o", "out", "--format", "csv"]);
        assert_eq!(code, Some(0), "{told}");
    }
    let before = files(&test, ".");
    for (file, args) in [
        ("out/book.csv", &["run", "-", "-o", "out", "--format", "csv"][..]),
        ("data/book.csv", &["run", "-", "-o", "data", "--format", "csv"]),
        ("data/book.csv", &["check", "-", "--report", "json=data/book.csv"]),
    ] {
        let (code, told) = command(file, args);
        assert_eq!((code, files(&test, ".") == before), (Some(2), true), "{args:?}: {told}");
    }
}

#[test]
fn what_a_command_writes_is_no_input_of_the_next() {
    let test = CliTest::new();
    test.write("in/a.txt", "title: river\n").write("in/shelf.toml", SCHEMA);
    let schema = ["-s", "in/shelf.toml"];
    for folder in ["in", "./in/", "in/../in"] {
        for round in 0..2 {
            let args = [
                "run",
                folder,
                "-o",
                "in/output",
                "--report",
                "jsonl=in/found.jsonl",
                "--publish",
                "always",
            ];
            let ran = test.run(&[&args[..], &schema].concat());
            let inputs = test.run_json("in/output")["inputs"].as_array().unwrap().len();
            assert_eq!(inputs, 1, "{folder}, {round}: {}", ran.stderr);
            assert_eq!(ran.stderr.matches("left out of the inputs").count(), 1, "{}", ran.stderr);
        }
    }
    let args = ["run", "in/**/*", "-o", "in/output", "-q", "--publish", "always"];
    assert!(test.run(&[&args[..], &schema].concat()).code < 2);
    let inputs = &test.run_json("in/output")["inputs"];
    let paths: Vec<_> = inputs.as_array().unwrap().iter().map(|input| &input["path"]).collect();
    assert_eq!(paths, ["in/a.txt", "in/found.jsonl"], "a report of another command is a file");
    let named = test.run(&[&["run", "in/output", "-o", "in/output"][..], &schema].concat());
    assert_eq!(named.code, 2, "{}", named.stderr);
    let named =
        test.run(&[&["run", "in/output/book.parquet", "-o", "in/output"][..], &schema].concat());
    assert_eq!(named.code, 2, "{}", named.stderr);
}

#[test]
fn a_dump_in_a_folder_of_inputs_is_no_place_for_a_report() {
    let test = CliTest::new();
    test.write("in/a.txt", "title: river\n")
        .write("in/b.txt", "title: lake\n")
        .write("shelf.toml", SCHEMA);
    let check = |format: &str, file: &str| {
        let report = format!("{format}={file}");
        test.run(&["check", "in", "-s", "shelf.toml", "-q", "--report", &report])
    };
    for file in ["in/b.txt", "in/../in/b.txt"] {
        let ran = check("json", file);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("a file of the inputs that is no report"), "{}", ran.stderr);
    }
    assert_eq!(test.read("in/b.txt"), b"title: lake\n");
    // A report of every kind gives way to the next one.
    for format in [
        "human", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown",
        "html",
    ] {
        let file = format!("in/report.{format}");
        for _ in 0..2 {
            let ran = check(format, &file);
            assert!(ran.code < 2, "{format}: {}", ran.stderr);
        }
        std::fs::remove_file(test.path(&file)).unwrap();
    }
}

#[test]
fn the_second_of_two_runs_is_told_and_the_first_goes_on() {
    let test = shelf();
    assert_eq!(test.run(&RUN).code, 0);
    let before = files(&test, "out");
    let lock = std::fs::File::open(test.path("out/.recordmill.lock")).unwrap();
    lock.lock().unwrap();
    for _ in 0..2 {
        let ran = test.run(&RUN);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("another run writes to `out`"), "{}", ran.stderr);
    }
    assert_eq!(files(&test, "out"), before);
    drop(lock);
    assert_eq!(test.run(&RUN).code, 0);
}

/// A run that waits in the middle, since nobody reads its report to the end.
#[cfg(unix)]
struct Waiting {
    child: std::process::Child,
    /// Keeps the pipe open, and unread.
    _pipe: std::fs::File,
}

#[cfg(unix)]
impl Waiting {
    fn start(test: &CliTest) -> Self {
        Self::start_by(test, "exec \"$@\"")
    }

    /// Starts it by a line of the shell.
    fn start_by(test: &CliTest, line: &str) -> Self {
        use std::io::Read;
        use std::process::{Command, Stdio};
        let pipe = test.path("pipe");
        if !pipe.exists() {
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        }
        let mut dump = "title: river\n".to_owned();
        (0..5_000).for_each(|n| dump.push_str(&format!("title: mill {n}\npages: many\n")));
        test.write("long.txt", dump);
        let child = Command::new("sh")
            .args(["-c", line, "sh", env!("CARGO_BIN_EXE_recordmill")])
            .args(["run", "long.txt", "-s", "shelf.toml", "-o", "out", "--report", "jsonl=pipe"])
            .current_dir(test.path(""))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut pipe = std::fs::File::open(pipe).unwrap();
        // A finding comes when the run is in the middle, and more of them than fit the pipe.
        pipe.read_exact(&mut [0]).unwrap();
        Self { child, _pipe: pipe }
    }

    fn send(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends a signal, and gives the exit code, or the signal that ended it.
    fn end(mut self, signal: &str) -> (Option<i32>, Option<i32>) {
        use std::os::unix::process::ExitStatusExt;
        self.send(signal);
        let status = self.child.wait().unwrap();
        (status.code(), status.signal())
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_told_to_stop_leaves_nothing() {
    let test = shelf();
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        assert_eq!(Waiting::start(&test).end(signal), (Some(code), None));
        assert!(!test.path("out").exists(), "{signal}");
    }
    assert_eq!(test.run(&RUN).code, 0);
    let before = files(&test, "out");
    assert_eq!(Waiting::start(&test).end("-TERM"), (Some(143), None));
    assert_eq!(files(&test, "out"), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_is_gone_stops_a_run_unless_it_is_told_to_go_on() {
    let test = shelf();
    // The tests themselves may have been told to go on.
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    if u64::from_str_radix(ignored.trim(), 16).unwrap() & 1 == 0 {
        assert_eq!(Waiting::start(&test).end("-HUP"), (Some(129), None));
        assert!(!test.path("out").exists());
    }
    let goes_on = Waiting::start_by(&test, "trap '' HUP; exec \"$@\"");
    goes_on.send("-HUP");
    assert_eq!(goes_on.end("-TERM"), (Some(143), None));
}

#[cfg(unix)]
#[test]
fn what_a_killed_run_leaves_is_cleared_by_the_next_or_by_recover() {
    let test = shelf();
    assert_eq!(test.run(&RUN).code, 0);
    let before = files(&test, "out");
    for recover in [true, false] {
        assert_eq!(Waiting::start(&test).end("-KILL"), (None, Some(9)));
        let left = files(&test, "out");
        assert!(left.keys().any(|name| name.contains(".recordmill-staging-1/files/")), "{left:?}");
        if recover {
            let ran = test.run(&["recover", "out"]);
            assert_eq!(ran.code, 0);
            assert!(ran.stderr.contains("is as it was"), "{}", ran.stderr);
            assert_eq!(files(&test, "out"), before);
        } else {
            assert_eq!(test.run(&RUN).code, 0);
            assert_eq!(files(&test, "out").len(), before.len());
        }
    }
    let ran = test.run(&["recover", "out"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "`out` needs no recovery\n"));
    assert_eq!(test.run(&["recover", "nowhere"]).code, 2);
}

/// While a run has its staging folder, nobody else recovers it.
#[cfg(unix)]
#[test]
fn a_run_under_way_is_not_recovered() {
    let test = shelf();
    assert_eq!(test.run(&RUN).code, 0);
    let waiting = Waiting::start(&test);
    let ran = test.run(&["recover", "out"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("another run writes to"), "{}", ran.stderr);
    assert!(test.path("out/.recordmill-staging-1").exists());
    assert_eq!(waiting.end("-TERM"), (Some(143), None));
}

#[test]
fn a_finding_outside_of_records_is_accepted_in_its_file_alone() {
    let test = shelf();
    test.write("a.txt", b"\xff\ntitle: river\n").write("b.txt", b"\xff\ntitle: mill\n");
    let args = [
        "-s",
        "shelf.toml",
        "-q",
        "--fail-on",
        "warning",
        "--allow",
        "rule-not-evaluated,field-never-seen",
    ];
    let run = |command: &[&str]| test.run(&[command, &args].concat());
    assert_eq!(run(&["baseline", "update", "a.txt"]).code, 0);
    let check = |file| run(&["check", file, "--baseline", "recordmill-baseline.json"]).code;
    assert_eq!(check("a.txt"), 0);
    assert_eq!(check("b.txt"), 1);
}

#[test]
fn a_baseline_of_an_earlier_version_or_another_schema_is_told() {
    let test = shelf();
    test.write("dump.txt", "title: river\npages: 900\n");
    let base = ["-s", "shelf.toml", "-q"];
    let run = |command: &[&str]| test.run(&[command, &base].concat());
    assert_eq!(run(&["baseline", "update", "dump.txt", "--reason", "as printed"]).code, 0);
    let written = String::from_utf8(test.read("recordmill-baseline.json")).unwrap();
    let check = || run(&["check", "dump.txt", "--baseline", "recordmill-baseline.json"]);
    assert_eq!(check().code, 0);
    test.write("recordmill-baseline.json", written.replace("\"shelf\"", "\"other\""));
    assert_eq!(check().code, 2);
    test.write("recordmill-baseline.json", written.replace("\"version\": 3", "\"version\": 1"));
    let ran = check();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("baseline update"), "{}", ran.stderr);
    assert_eq!(run(&["baseline", "update", "dump.txt"]).code, 0);
    let updated = String::from_utf8(test.read("recordmill-baseline.json")).unwrap();
    assert_eq!(updated, written, "reasons are kept");
}
