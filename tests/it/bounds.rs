//! Configuration without end or measure: what is refused, and what it costs no more than.

use crate::support::CliTest;

const SCHEMA: &str = r#"recordmill = 1
name = "toll"
[source]
format = "key-value"
record = { by = "start-key", key = "barge" }
key = { by = "declared", delimiter = ": " }
[fields.barge]
key = "barge"
type = "text"
[fields.tons]
key = "tons"
type = "integer"
[tables.toll]
rows = "record"
columns = ["record_id", "barge", "tons"]
"#;

fn harbour() -> CliTest {
    let test = CliTest::new();
    test.write("toll.toml", SCHEMA).write("toll.txt", "barge: Heron\ntons: 40\n");
    test
}

/// Files that never end or that nobody writes to, where the command wants one beside the dump.
#[cfg(unix)]
#[test]
fn what_has_no_end_is_no_schema_baseline_or_secret() {
    let test = harbour();
    let made = std::process::Command::new("mkfifo").arg(test.path("pipe")).status();
    assert!(made.unwrap().success());
    test.write("uses.toml", format!("uses = [\"pipe\"]\n{SCHEMA}"));
    test.write("uses_zero.toml", format!("uses = [\"/dev/zero\"]\n{SCHEMA}"));
    test.write(
        "words.toml",
        format!(
            "{SCHEMA}[words.ports]\nfile = \"ports.txt\"\n[[checks]]\ncheck = \"reference\"\ntable = \"toll\"\ncolumn = \"barge\"\nto = {{ words = \"ports\" }}\n"
        ),
    );
    test.write("ports.txt", "Heron\n");
    let words = ["check", "toll.txt", "--schema", "words.toml"];
    assert_eq!(test.run(&words).code, 0, "{}", test.run(&words).stderr);
    for end in ["pipe", "/dev/zero", "."] {
        for (what, args) in [
            ("the schema", &["check", "toll.txt", "--schema", end][..]),
            ("the schema", &["schema", "check", end]),
            ("the schema", &["explain", "toll.txt:1", "--schema", end]),
            ("the baseline", &["check", "toll.txt", "--schema", "toll.toml", "--baseline", end]),
            ("the baseline", &["baseline", "show", end]),
            ("the secret", &["check", "toll.txt", "--schema", "toll.toml", "--mask-key", end]),
            (
                "the file",
                &[
                    "check",
                    "toll.txt",
                    "--schema",
                    "words.toml",
                    "--words",
                    &format!("ports={end}"),
                ],
            ),
        ] {
            let ran = test.run(args);
            assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
            let wanted = match what {
                "the file" => "error: expected a file, found a".to_owned(),
                _ => format!("error: cannot read {what}"),
            };
            assert!(ran.stderr.starts_with(&wanted), "{args:?}: {}", ran.stderr);
            assert!(ran.stderr.contains("expected a file, found a"), "{args:?}: {}", ran.stderr);
            assert!(ran.stderr.contains("help: name a regular file"), "{args:?}: {}", ran.stderr);
        }
    }
    for schema in ["uses.toml", "uses_zero.toml"] {
        let ran = test.run(&["schema", "check", schema]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("found a pipe or a device"), "{}", ran.stderr);
    }
}

#[test]
fn a_schema_and_a_secret_have_a_largest_length() {
    let test = harbour();
    test.write("large.toml", format!("{SCHEMA}#{}\n", "x".repeat(17 << 20)));
    test.write("key", "k".repeat(65 * 1024));
    let ran = test.run(&["schema", "check", "large.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("more than 16777216 bytes"), "{}", ran.stderr);
    let ran = test.run(&["check", "toll.txt", "--schema", "toll.toml", "--mask-key", "key"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("more than 65536 bytes"), "{}", ran.stderr);
}

#[test]
fn pieces_that_double_each_other_are_a_fault_at_their_line() {
    let test = harbour();
    let pieces: String =
        (1..64).map(|n| format!("p{n} = \"%{{p{0}}}%{{p{0}}}\"\n", n - 1)).collect();
    test.write("double.toml", format!("{SCHEMA}[patterns]\np0 = \"ab\"\n{pieces}"));
    let ran = test.run(&["schema", "check", "double.toml"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stdout.contains("more than 1048576 bytes")
            || ran.stderr.contains("more than 1048576 bytes"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
}

/// A place is known by its own line of the schema, wherever that stands.
#[test]
fn a_fault_far_down_a_schema_is_shown_with_its_line() {
    let test = harbour();
    let fields: String =
        (0..5000).map(|n| format!("[fields.f{n}]\nkey = \"f{n}\"\ntype = \"text\"\n")).collect();
    test.write("wide.toml", format!("{SCHEMA}{fields}"));
    let ran = test.run(&["schema", "check", "wide.toml"]);
    assert_eq!(ran.code, 0, "{}", &ran.stderr[..500.min(ran.stderr.len())]);
    let line = SCHEMA.lines().count() + 4999 * 3 + 1;
    let shown = format!("--> wide.toml:{line}:9\n");
    assert!(ran.stderr.contains(&shown), "no {shown}");
    assert!(ran.stderr.contains(&format!("{line} | [fields.f4999]\n")));
    assert!(ran.stderr.contains("5002 fields, 1 table, 5000 warnings"));
}

/// Each record may have a finding, and findings are held until their batch is written.
#[test]
fn a_batch_has_a_bounded_number_of_records() {
    use std::sync::Arc;

    use recordmill::pipeline::{Options, batches};
    use recordmill::record::BATCH_RECORDS;
    use recordmill::schema::{SchemaSource, parse};
    use recordmill::source::Input;

    let source = SchemaSource { name: "toll.toml".to_owned(), text: SCHEMA.to_owned() };
    let schema = Arc::new(parse(&source).0.unwrap());
    let records = 2 * BATCH_RECORDS + 10;
    let dump = "barge: a\ntons: x\n".repeat(records);
    for block in [100_000, 1 << 20] {
        let mut options = Options::new(vec![Input::memory("toll.txt", dump.as_bytes())]);
        options.block_bytes = block;
        options.threads = 2;
        let batches = batches(Arc::clone(&schema), options);
        // What is found at the end of a run comes in a batch without records.
        let sizes = batches.map(|batch| batch.unwrap().records.r#in).filter(|size| *size > 0);
        let sizes: Vec<_> = sizes.collect();
        let full = BATCH_RECORDS as u64;
        assert_eq!(sizes, [full, full, 10], "in blocks of {block} bytes");
    }
}

#[test]
fn no_more_workers_are_started_than_a_machine_can_have() {
    let ran = harbour().run(&["check", "toll.txt", "--schema", "toll.toml", "-j", "100000"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("100000 is not in 1..=1024"), "{}", ran.stderr);
}

/// The commands that write one file are no worse off than a run.
#[cfg(unix)]
#[test]
fn no_command_dies_of_a_limit_of_the_length_of_files() {
    let test = harbour();
    let dump: String =
        (0..200).map(|n| format!("barge: Heron {n}\ntons: many\nk{n}: x\n")).collect();
    test.write("long.txt", dump).write("empty.txt", "");
    let check = ["check", "long.txt", "-s", "toll.toml", "-q", "--report", "json=r.json"];
    let update =
        ["baseline", "update", "long.txt", "-s", "toll.toml", "-q", "--baseline", "b.json"];
    let draft = ["schema", "draft", "long.txt", "-o", "new.toml"];
    for args in [&check[..], &update, &draft] {
        let out = std::process::Command::new("sh")
            .args(["-c", "ulimit -f 1; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_recordmill")])
            .args(args)
            .current_dir(test.path(""))
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {told}");
        assert!(told.contains("error: cannot write the "), "{args:?}: {told}");
    }
    assert!(!test.path("new.toml").exists());
    assert!(!test.path("b.json").exists());
}

/// A limit of the length of files ends as a full disk does: told, and with nothing left.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_is_an_error_and_no_death() {
    let test = harbour();
    let dump: String = (0..2000).map(|n| format!("barge: Heron {n}\ntons: {n}\n")).collect();
    test.write("long.txt", dump);
    let out = std::process::Command::new("sh")
        .args(["-c", "ulimit -f 1; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_recordmill")])
        .args(["run", "long.txt", "--schema", "toll.toml", "-o", "out", "--publish", "always"])
        .current_dir(test.path(""))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{told}");
    assert!(told.contains("error: cannot write `out/"), "{told}");
    let left: Vec<_> = std::fs::read_dir(test.path("out"))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name != ".recordmill.lock")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Memory that the system refuses ends a process at once, as a kill does: what was published stays as it was, and the next
/// run clears what was left.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_gets_no_memory_changes_nothing_that_was_published() {
    let test = harbour();
    let run = ["run", "toll.txt", "-s", "toll.toml", "-o", "out", "-q"];
    assert_eq!(test.run(&run).code, 0);
    let published = || {
        let named = ["toll.parquet", "finding.parquet", "run.json"];
        named.map(|name| std::fs::read(test.path("out").join(name)).unwrap())
    };
    let before = published();
    let dump: String = (0..20_000).map(|n| format!("barge: Heron {n}\ntons: {n}\n")).collect();
    test.write("toll.txt", dump);
    let limits = (0..12).map(|n| 40_000_u64 << n);
    let ends: Vec<_> = limits
        .map(|limit| {
            let line = format!("ulimit -v {limit}; exec \"$@\"");
            let out = std::process::Command::new("sh")
                .args(["-c", &line, "sh", env!("CARGO_BIN_EXE_recordmill")])
                .args(run)
                .current_dir(test.path(""))
                .stdin(std::process::Stdio::null())
                .output()
                .unwrap();
            let is_whole = out.status.success();
            assert_eq!(published() == before, !is_whole, "{limit}: {:?}", out.status);
            is_whole
        })
        .take_while(|is_whole| !is_whole)
        .collect();
    assert!(!ends.is_empty() && ends.len() < 12, "{ends:?}");
    let left = std::fs::read_dir(test.path("out")).unwrap();
    let mut left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(left.all(|name| !name.starts_with(".recordmill-staging")));
}

/// The run itself may fail at any of them; nothing that it has staged stays.
#[cfg(unix)]
#[test]
fn a_run_that_may_open_few_files_leaves_nothing() {
    let test = harbour();
    let (mut is_whole, mut is_staged) = (false, false);
    for most in 6..32 {
        let line = format!("ulimit -n {most}; exec \"$@\"");
        let out = std::process::Command::new("sh")
            .args(["-c", &line, "sh", env!("CARGO_BIN_EXE_recordmill")])
            .args(["run", "toll.txt", "-s", "toll.toml", "-o", "out", "-q"])
            .current_dir(test.path(""))
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&out.stderr);
        assert!(matches!(out.status.code(), Some(0 | 2)), "{most}: {:?} {told}", out.status);
        is_whole |= out.status.success();
        is_staged |= told.contains("cannot write `out");
        let staged = std::fs::read_dir(test.path("out")).into_iter().flatten().any(|entry| {
            entry.unwrap().file_name().to_string_lossy().starts_with(".recordmill-staging")
        });
        assert!(!staged, "{most}: {told}");
        // Each begins with no folder, as there is more to be made then.
        let _ = std::fs::remove_dir_all(test.path("out"));
    }
    assert!(is_whole && is_staged, "no limit of all is met where files are staged, or all are");
}
