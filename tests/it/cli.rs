//! The command as a user types it.

use polars::prelude::{AnyValue, DataFrame, IpcStreamReader, SerReader};

use crate::support::{CliTest, read_table, root, show_table, texts};

const RECORD: &str =
    "简介 甲病是一种病。 \n治愈率 80% \n症状 头晕 乏力… \n药品 ['乙厂', '丙片', '(丙片)'] \n";

fn check(name: &str, shown: &str) {
    insta::with_settings!({ omit_expression => true, filters => vec![
        (r"recordmill \d+\.\d+\.\d+", "recordmill [version]"),
    ]}, {
        insta::assert_snapshot!(name, shown);
    });
}

#[test]
fn help_pages() {
    let test = CliTest::new();
    for (name, args) in [
        ("help", &["--help"][..]),
        ("help_short", &["-h"]),
        ("help_run", &["run", "--help"]),
        ("help_check", &["check", "--help"]),
        ("help_schema", &["schema", "--help"]),
        ("help_explain", &["explain", "--help"]),
        ("help_schema_check", &["schema", "check", "--help"]),
        ("help_schema_test", &["schema", "test", "--help"]),
        ("help_schema_draft", &["schema", "draft", "--help"]),
        ("help_completions", &["completions", "--help"]),
    ] {
        let ran = test.run(args);
        assert_eq!(ran.code, 0);
        check(name, &ran.stdout);
    }
    assert!(test.run(&["--version"]).stdout.starts_with("recordmill "));
}

#[test]
fn completions_are_scripts() {
    let test = CliTest::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = test.run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(
            ran.stdout.contains("recordmill") && ran.stdout.contains("max-record-bytes"),
            "{shell}"
        );
    }
}

#[test]
fn a_clean_run_tells_tables_and_balance() {
    let test = CliTest::new();
    let ran = test.write("dump.txt", RECORD).run(&[
        "run",
        "dump.txt",
        "-o",
        "out",
        "--format",
        "parquet,csv",
    ]);
    check("run_clean", &ran.show());
    assert_eq!(ran.code, 0);
    assert_eq!(String::from_utf8(test.read("out/symptom.csv")).unwrap().lines().count(), 3);
}

#[test]
fn findings_are_shown_at_their_place() {
    let test = CliTest::new();
    test.write(
        "dump.txt",
        "序言 第一版\n简介 甲病\t\u{202e}是一种病。\n不明键 乙 \n治愈率 120% \n治愈率 90% \n治疗费用 10000-5000元 \n\
         医保疾病 也许 \n症状 头晕 患者起病时多感觉头晕目眩并且伴有全身乏力食欲不振恶心呕吐以及下肢浮肿等多种多样的不适的症状表现 \n\
         药品 ['丙', '丁片', '(丁片)'] ['坏' ['戊', '(己片)'] ['庚'] \n",
    );
    let ran = test.run(&["run", "dump.txt", "-o", "out"]);
    check("run_findings", &ran.show());
    assert_eq!(ran.code, 0, "the disease schema calls none of these an error");
    let strict = test.run(&["run", "dump.txt", "-o", "out", "--fail-on", "warning", "--quiet"]);
    assert_eq!((strict.code, strict.stderr.lines().count()), (1, 1), "{}", strict.stderr);
    assert!(strict.stderr.contains("its tables stand in `out.failed`"), "{}", strict.stderr);
    assert_eq!(test.run_json("out")["status"], "warn", "what stands is not replaced");
    assert_eq!(test.run_json("out.failed")["status"], "fail");
    let findings = test.table("out.failed", "finding");
    assert!(texts(&findings, "raw").contains(&Some("['坏'".to_owned())));
    assert_eq!(
        findings.height() as u64,
        test.run_json("out.failed")["tables"]["finding"]["rows"].as_u64().unwrap()
    );
}

#[test]
fn many_findings_of_a_code_are_capped_and_counted() {
    let test = CliTest::new();
    let dump: String = (0..50).map(|n| format!("简介 甲{n}\n治愈率 705\n")).collect();
    let ran = test.write("dump.txt", dump).run(&["check", "dump.txt"]);
    check("check_capped", &ran.show());
}

#[test]
fn color_follows_the_environment() {
    let test = CliTest::new();
    test.write("dump.txt", "简介 甲\n治愈率 705\n");
    let of = |env: &[(&str, &str)]| {
        test.run_with(&["check", "dump.txt"], env, b"").stdout.contains("\u{1b}[")
    };
    assert!(!of(&[]), "no terminal, no color");
    assert!(of(&[("CLICOLOR_FORCE", "1")]));
    assert!(!of(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), "who wants none has the last word");
    assert!(of(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]), "an empty one says nothing");
    assert!(!of(&[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "1")]));
}

#[test]
fn what_cannot_be_done_is_exit_2_in_one_line_with_a_remedy() {
    let test = CliTest::new();
    test.write("dump.txt", RECORD).write("file", "x").write("empty/.keep", "");
    for (name, args) in [
        ("missing_input", &["run", "nowhere.txt"][..]),
        ("empty_folder", &["run", "empty"]),
        ("no_match", &["run", "*.nothing"]),
        ("output_is_a_file", &["run", "dump.txt", "-o", "file"]),
        ("output_below_a_file", &["run", "dump.txt", "-o", "file/tables"]),
        ("limit_of_none", &["run", "dump.txt", "--limit", "0"]),
        ("unknown_schema", &["run", "dump.txt", "--schema", "desease"]),
        ("unknown_encoding", &["run", "dump.txt", "--encoding", "utf-9"]),
        ("unknown_compression", &["run", "dump.txt", "--compression", "zstd:99"]),
        ("unknown_flag", &["run", "--shema", "x"]),
        ("no_date", &["baseline", "update", "dump.txt", "--expires", "tomorrow"]),
        ("no_table", &["run", "dump.txt", "--table", "diseases", "-o", "-"]),
        ("table_in_a_folder", &["run", "dump.txt", "--table", "disease"]),
        ("no_text", &["run", "dump.txt", "--table", "disease", "-o", "-", "--format", "parquet"]),
        ("two_on_stdout", &["run", "dump.txt", "--table", "drug", "-o", "-", "--report", "json"]),
        ("no_room", &["check", "dump.txt", "--report", "json=/dev/full"]),
    ] {
        let ran = test.run(args);
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
        check(&format!("refused_{name}"), &ran.show());
    }
    assert!(!test.path("output").exists(), "nothing was written before");
}

#[test]
fn what_other_tools_call_it_is_answered() {
    let test = CliTest::new();
    test.write("dump.txt", RECORD)
        .write("my.csv", "id,name\n1,ox\n2,elk\n")
        .write("book.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    let mut said = String::new();
    for args in [
        &["infer", "dump.txt"][..],
        &["init"],
        &["validate", "dump.txt"],
        &["convert", "dump.txt"],
        &["import"],
        &["profile"],
        &["lint"],
        &["test"],
        &["schema", "validate", "my.toml"],
        &["schema", "infer", "dump.txt"],
        &["dump.txt"],
        &["chekc", "dump.txt"],
        &["run", "https://example.org/a?b=c"],
        &["check", "s3://bucket/a.csv"],
        &["check", "file:///tmp/a.csv"],
        &["run", "dump.txt", "-o", "-"],
        &["run"],
        &["run", "missing.txt"],
        &["run", "my.csv"],
        &["run", "book.xlsx"],
        &["run", "dump.txt", "-f", "csv"],
        &["run", "-i", "dump.txt"],
        &["run", "dump.txt", "--format", "json"],
        &["check", "dump.txt", "--shema", "y"],
        &["validate", "dump.txt", "--shema", "y"],
        &["draft", "my.csv"],
        &["schema", "draft", "my.csv", "--force"],
        &["version"],
        &["list"],
        &["completion", "bash"],
        &["schema", "draft", "book.xlsx"],
    ] {
        let ran = test.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        said.push_str(&format!("$ recordmill {}\n{}", args.join(" "), ran.stderr));
    }
    check("other_names", &said);
    assert!(!test.path("-").exists());
}

#[test]
fn one_table_goes_to_standard_output() {
    let test = CliTest::new();
    test.write("dump.txt", RECORD);
    let args = ["run", "dump.txt", "--table", "symptom", "-o", "-", "-q"];
    let csv = test.run(&args);
    assert_eq!((csv.code, csv.stderr.as_str()), (0, ""));
    assert_eq!(csv.stdout.lines().next(), Some("record_id,ordinal,value,truncated"));
    let lines = test.run(&[&args[..], &["--format", "jsonl"]].concat()).stdout;
    let rows: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows[1]["value"], "乏力");
    assert_eq!((&rows[1]["ordinal"], &rows[1]["truncated"]), (&1.into(), &true.into()));
    let failing = [&args[..6], &["--fail-on", "warning"]].concat();
    let failed = test.run(&failing);
    assert_eq!((failed.code, failed.stdout.as_str()), (1, ""));
    assert!(failed.stderr.contains("nothing is printed, as the run has failed"));
    assert!(!failed.stderr.contains("not published"), "{}", failed.stderr);
    let quiet = test.run(&[&failing[..], &["-q"]].concat());
    assert_eq!((quiet.code, quiet.stderr.lines().count()), (1, 1), "{}", quiet.stderr);
    assert!(quiet.stderr.starts_with("nothing is printed, as the run has failed"));
    assert_eq!(
        test.run(&[&failing[..], &["--publish", "always", "-q"]].concat()).stdout,
        csv.stdout
    );
    let left: Vec<_> = std::fs::read_dir(test.path("")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

/// A stream of Arrow's IPC as a table.
fn read_arrow(stream: &[u8]) -> DataFrame {
    IpcStreamReader::new(std::io::Cursor::new(stream)).finish().unwrap()
}

#[test]
fn arrow_has_the_table_of_parquet() {
    let test = CliTest::new();
    let schema = r#"
recordmill = 1
name = "shelf"
[source]
format = "csv"
[fields]
title = { key = "title", type = "text", rules = [{ rule = "not-null" }] }
pages = { key = "pages", type = "integer" }
weight = { key = "weight", type = "float" }
price = { key = "price", type = "decimal", scale = 2 }
out = { key = "out", type = "date" }
at = { key = "at", type = "time" }
seen = { key = "seen", type = "datetime", zone = "UTC" }
old = { key = "old", type = "boolean", true = ["y"], false = ["n"] }
[tables.book]
rows = "record"
columns = ["record_id", "title", "pages", "weight", "price", "out", "at", "seen", "old"]
"#;
    let dump = "title,pages,weight,price,out,at,seen,old\n\
        水车,312,0.5,12.50,2020-01-02,10:30:00,2020-01-02T03:04:05Z,y\n\
        Dust,,,,,,,\n";
    test.write("shelf.toml", schema).write("a.csv", dump).write("none.csv", "title,pages\n");
    let args = ["run", "a.csv", "-s", "shelf.toml", "-o", "out", "-q", "--format"];
    assert_eq!(test.run(&[&args[..], &["parquet,arrow"]].concat()).code, 0);
    for name in ["book", "finding"] {
        let file = test.read(&format!("out/{name}.arrow"));
        assert!(file.starts_with(b"ARROW1") && file.ends_with(b"ARROW1"));
        // A file is a stream with eight bytes before it and a footer behind.
        assert_eq!(show_table(&read_arrow(&file[8..])), show_table(&test.table("out", name)));
    }
    let printed = ["run", "a.csv", "-s", "shelf.toml", "-q", "--table", "book", "-o", "-"];
    let stream = test.run_bytes(&[&printed[..], &["--format", "arrow"]].concat());
    assert_eq!(show_table(&read_arrow(&stream)), show_table(&test.table("out", "book")));
    assert!(stream.ends_with(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), "the end of a stream");
    // A table without rows has its columns.
    let none = ["run", "none.csv", "-s", "shelf.toml", "-q", "--publish", "always", "--table"];
    let none = test.run_bytes(&[&none[..], &["book", "-o", "-", "--format", "arrow"]].concat());
    assert_eq!((read_arrow(&none).height(), read_arrow(&none).width()), (0, 9));
}

#[test]
fn json_lines_have_the_values_of_the_parquet_table() {
    let test = CliTest::new();
    test.write("dump.txt", RECORD);
    let args = ["run", "dump.txt", "-o", "out", "-q", "--format"];
    assert_eq!(test.run(&[&args[..], &["jsonl,parquet"]].concat()).code, 0);
    let row: serde_json::Value = serde_json::from_slice(&test.read("out/disease.jsonl")).unwrap();
    let table = test.table("out", "disease");
    assert_eq!(row.as_object().unwrap().len(), table.width());
    for (name, value) in row.as_object().unwrap() {
        let cell = table.column(name).unwrap().get(0).unwrap();
        let told = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let cell = cell.get_str().map_or_else(|| cell.to_string(), str::to_owned);
        assert_eq!(told, cell, "{name}");
    }
    assert_eq!(row["cure_rate_min"], 0.8);
    // The next run, which writes no JSON lines, clears them away.
    assert_eq!(test.run(&[&args[..], &["csv"]].concat()).code, 0);
    assert!(!test.path("out/disease.jsonl").exists() && test.path("out/disease.csv").exists());
}

#[test]
fn a_limit_reads_the_first_records_alone() {
    let test = CliTest::new();
    let dump: String = (0..40).map(|n| format!("简介 甲病{n}\n治愈率 {n}%\n")).collect();
    test.write("a.txt", format!("序言\n{dump}")).write("b.txt", &dump).write("c.txt", "x");
    let run = |limit: &str, more: &[&str]| {
        let args = ["run", "a.txt", "b.txt", "c.txt", "-s", "disease", "-o", "out", "-j", "2"];
        let ran = test.run(&[&args[..], &["--limit", limit], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        (ran, test.run_json("out"))
    };
    for (limit, inputs) in [(1, 1), (39, 1), (40, 1), (41, 2), (79, 2)] {
        let (ran, run) = run(&limit.to_string(), &[]);
        assert!(ran.stderr.contains(" were read\n"), "{}", ran.stderr);
        assert_eq!(
            (&run["limit"], &run["balance"]["records"]["in"]),
            (&limit.into(), &limit.into())
        );
        assert_eq!(run["tables"]["disease"]["rows"], limit);
        assert_eq!(run["inputs"].as_array().unwrap().len(), inputs, "{limit}");
        let bytes: u64 = run["balance"]["bytes"]
            .as_object()
            .unwrap()
            .values()
            .map(|n| n.as_u64().unwrap())
            .sum();
        assert_eq!(run["balance"]["bytes_total"], bytes);
        let hash = blake3::hash(&test.read("a.txt")).to_hex().to_string();
        assert_eq!(run["inputs"][0]["hash"], hash.as_str(), "that of the whole file");
        let intros = texts(&test.table("out", "disease"), "intro");
        assert_eq!(intros.last().unwrap().as_deref(), Some(&*format!("甲病{}", (limit - 1) % 40)));
    }
    // Every report says so where it says what the run came to.
    for (report, said) in [
        ("github", ", no more than 2 records read"),
        ("markdown", ", no more than 2 records read"),
        ("html", ", no more than 2\u{a0}records were read"),
        ("junit", "<property name=\"limit\" value=\"2\"/>"),
        ("json", "\"limit\":2,"),
        ("sarif", "\"limit\": 2"),
    ] {
        let check = ["check", "a.txt", "-s", "disease", "-q", "--report", report];
        let limited = test.run(&[&check[..], &["--limit", "2"]].concat()).stdout;
        assert!(limited.contains(said), "{report}: {limited}");
        assert!(!test.run(&check).stdout.contains(said), "{report}");
    }
    // A record that is too long counts as well.
    test.write("a.txt", format!("简介 甲\n病因 {}\n简介 乙\n简介 丙\n", "长".repeat(4000)));
    let args = ["run", "a.txt", "-s", "disease", "-o", "out", "--publish", "always", "-q"];
    test.run(&[&args[..], &["--limit", "2", "--max-record-bytes", "1000"]].concat());
    let records = &test.run_json("out")["balance"]["records"];
    assert_eq!(records, &serde_json::json!({ "in": 2, "out": 1, "quarantined": 1 }));
    assert_eq!(test.run(&["baseline", "update", "a.txt", "--limit", "1"]).code, 2);
}

#[test]
fn flags_that_could_not_mean_anything_are_refused() {
    let test = CliTest::new();
    test.write("a.txt", "简介 甲\n");
    for (args, told) in [
        (&["check", "a.txt", "--max-record-bytes", "0"][..], "--max-record-bytes"),
        (&["check", "a.txt", "--threads", "0"], "--threads"),
        (&["check", "a.txt", "--limit", "0"], "--limit"),
    ] {
        let ran = test.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
}

#[test]
fn reports_have_a_lowest_severity() {
    let test = CliTest::new();
    test.write("dump.txt", "简介 甲\n治愈率 120%\n");
    let of = |level: &str, format: &str| {
        let args = ["check", "dump.txt", "-q", "--report", format, "--report-level", level];
        test.run(&args).stdout
    };
    assert!(of("info", "concise").contains("info R606 "));
    let told = of("warning", "concise");
    assert!(told.contains(" warning R407 ") && !told.contains("info R"), "{told}");
    assert_eq!(of("error", "jsonl"), "");
    assert!(of("error", "json").contains("\"findings_listed\":0"));
}

#[test]
fn pages_for_man_are_made_of_the_help() {
    let test = CliTest::new();
    let page = test.run(&["man"]).stdout;
    assert!(page.contains(".TH recordmill 1") && page.contains("schema"), "{page}");
    assert_eq!(test.run(&["man", "--out", "share/man1"]).code, 0);
    for name in ["recordmill", "recordmill-run", "recordmill-schema-draft"] {
        assert!(test.path(&format!("share/man1/{name}.1")).exists(), "{name}");
    }
    assert!(!test.path("share/man1/recordmill-generate.1").exists());
    test.write("file", "");
    assert_eq!(test.run(&["man", "--out", "file"]).code, 2);
}

#[test]
fn findings_are_the_output_of_a_check_and_not_of_a_run() {
    let test = CliTest::new();
    test.write("dump.txt", "简介 甲\n治愈率 120%\n");
    let checked = test.run(&["check", "dump.txt"]);
    assert!(checked.stdout.starts_with("warning[R407"), "{}", checked.stdout);
    assert!(!checked.stderr.contains("warning[") && checked.stderr.contains("\nnext: "));
    let reported = test.run(&["check", "dump.txt", "--report", "concise"]);
    assert!(!reported.stdout.contains("warning[") && reported.stderr.contains("warning["));
    let ran = test.run(&["run", "dump.txt"]);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("warning["));
    let colored = test.run_with(&["check", "dump.txt"], &[("CLICOLOR_FORCE", "1")], b"");
    assert!(colored.stderr.contains("\u{1b}[1;33mwarn\u{1b}[0m: "), "{}", colored.stderr);
}

#[test]
fn an_error_that_does_not_fail_the_run_is_no_warning() {
    let test = CliTest::new();
    test.write("dump.txt", "简介 甲\n治愈率 120%\n不明键 乙\n");
    let args = ["check", "dump.txt", "-s", "disease", "--error", "R407,R102"];
    let failed = test.run(&args);
    let passed =
        test.run(&[&args[..], &["--fail-on", "never", "--report", "markdown=a.md"]].concat());
    assert_eq!((failed.code, passed.code), (1, 0));
    assert!(failed.stderr.contains("  fail          R102 unknown-key: "), "listed where counted");
    let verdict = passed.stderr.lines().find(|line| line.starts_with("warn: ")).unwrap();
    assert!(verdict.starts_with("warn: 2 errors that `--fail-on never` lets pass"), "{verdict}");
    assert!(passed.stderr.contains("  error         R407 "), "{}", passed.stderr);
    assert!(!passed.stderr.contains("  warn          R407 "), "{}", passed.stderr);
    assert!(String::from_utf8(test.read("a.md")).unwrap().contains("| error | R407 |"));
}

#[test]
fn a_bad_schema_is_exit_2_with_all_faults() {
    let test = CliTest::new();
    let schema = std::fs::read(root().join("tests/inputs/schema/err_meaning.toml")).unwrap();
    test.write("bad.toml", schema).write("dump.txt", RECORD);
    let ran = test.run(&["run", "dump.txt", "--schema", "bad.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.matches("error[").count() > 5, "{}", ran.stderr);
    assert_eq!(test.run(&["schema", "check", "bad.toml"]).code, 2);
}

#[test]
fn schema_commands() {
    let test = CliTest::new();
    assert_eq!(
        test.run(&["schema", "show"]).stdout,
        recordmill::schema::builtin::text("disease").unwrap()
    );
    check("schema_check", &test.run(&["schema", "check"]).show());
    check("schema_test", &test.run(&["schema", "test"]).show());
    let broken = recordmill::schema::builtin::text("disease").unwrap().replace(
        "{ text = \"1--3周\", gives = { kind = \"range\", min = 7,",
        "{ text = \"1--3周\", gives = { kind = \"exact\", min = 8,",
    );
    let ran = test.write("broken.toml", broken).run(&["schema", "test", "broken.toml"]);
    assert_eq!(ran.code, 1);
    check("schema_test_failed", &ran.show());
}

#[test]
fn no_record_is_no_pass() {
    let test = CliTest::new();
    test.write("empty.txt", "").write("other.txt", "nothing of the kind\n");
    for file in ["empty.txt", "other.txt"] {
        let ran = test.run(&["run", file, "-s", "disease", "-o", "out", "--fail-on", "never"]);
        assert_eq!(ran.code, 1);
        check(&format!("no_record_{}", &file[..5]), &ran.show());
        let codes = texts(&test.table("out.failed", "finding"), "code");
        assert!(codes.contains(&Some("R601".to_owned())), "{codes:?}");
        assert_eq!(test.table("out.failed", "disease").height(), 0);
    }
}

#[test]
fn damaged_bytes_of_a_line_are_one_finding() {
    let test = CliTest::new();
    let far = "x".repeat(300);
    let dump = format!("简介 a!b!!c{far}!!!!!!!d!e\n病因 !\u{fffd}!\n");
    let dump: Vec<_> = dump.bytes().map(|byte| if byte == b'!' { 0xff } else { byte }).collect();
    test.write("dump.txt", &dump);
    assert_eq!(test.run(&["run", "dump.txt", "-o", "out", "-q"]).code, 1);
    let findings = test.table("out.failed", "finding");
    let of = |column: &str, row: usize| {
        findings.column(column).unwrap().get(row).unwrap().to_string().replace('"', "")
    };
    let found = (0..findings.height()).filter(|row| of("code", *row) == "R001").map(|row| {
        ["byte_start", "byte_end", "raw", "message"].map(|column| of(column, row)).join(" | ")
    });
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            "8 | 12 | ff ff ff | 3 bytes in 2 places of the line that are no text, each read as U+FFFD",
            "313 | 322 | ff ff ff ff ff ff ff ff | 8 bytes in 2 places of the line that are no text, each read as U+FFFD",
            // The U+FFFD between them stands in the dump.
            "331 | 336 | ff ff | 2 bytes in 2 places of the line that are no text, each read as U+FFFD",
        ]
    );
}

#[test]
fn damaged_bytes_are_findings_and_their_neighbours_stay() {
    let test = CliTest::new();
    test.write("dump.txt", b"\xe7\xae\x80\xe4\xbb\x8b a\0b\n\xe7\x97\x85\xe5\x9b\xa0 x\xff\xfey \n\xe7\xae\x80\xe4\xbb\x8b c\xe7\n");
    let ran = test.run(&["run", "dump.txt", "-o", "out"]);
    check("damaged_bytes", &ran.show());
    assert_eq!(ran.code, 1);
    let table = test.table("out.failed", "disease");
    assert_eq!(texts(&table, "intro"), [Some("a\0b".to_owned()), Some("c\u{fffd}".to_owned())]);
    assert_eq!(texts(&table, "etiology")[0].as_deref(), Some("x\u{fffd}\u{fffd}y"));
    let findings = test.table("out.failed", "finding");
    let places: Vec<_> = (0..findings.height())
        .map(|row| {
            ["code", "byte_start", "byte_end"]
                .map(|column| findings.column(column).unwrap().get(row).unwrap().to_string())
        })
        .filter(|place| place[0].contains("R00"))
        .collect();
    assert_eq!(
        places,
        [["\"R002\"", "8", "9"], ["\"R001\"", "19", "21"], ["\"R001\"", "32", "33"]]
    );
    assert_eq!(test.run_json("out.failed")["inputs"][0]["invalid_sequences"], 3);
}

#[test]
fn standard_input_is_an_input() {
    let test = CliTest::new();
    let ran = test.run_with(&["run", "-", "-o", "out"], &[], RECORD.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(test.run_json("out")["inputs"][0]["path"], "-");
    assert_eq!(test.table("out", "disease").height(), 1);
}

#[test]
fn the_same_input_gives_the_same_bytes_at_any_thread_count() {
    let test = CliTest::new();
    let dump: String = (0..3000)
        .map(|n| {
            RECORD.replace("甲病", &format!("甲病{n}")).replace("80%", &format!("{}%", n % 130))
        })
        .collect();
    let long = format!("{dump}病因 {}\n", "长文。".repeat(400_000));
    test.write("dump.txt", long);
    for threads in ["1", "2", "5"] {
        assert_eq!(test.run(&["run", "dump.txt", "-o", threads, "-j", threads, "-q"]).code, 0);
    }
    for table in ["disease", "drug", "symptom", "finding"] {
        let file = |folder: &str| test.read(&format!("{folder}/{table}.parquet"));
        assert!(file("1") == file("2") && file("1") == file("5"), "{table}");
    }
}

#[test]
fn exact_duplicates_have_ids_of_their_own() {
    let test = CliTest::new();
    test.write("dump.txt", RECORD.repeat(3));
    assert_eq!(test.run(&["run", "dump.txt", "-o", "out", "-q"]).code, 0);
    let ids: Vec<_> =
        texts(&test.table("out", "disease"), "record_id").into_iter().flatten().collect();
    assert_eq!(ids[1], format!("{}-2", ids[0]));
    assert_eq!(ids[2], format!("{}-3", ids[0]));
    assert_eq!(test.run_json("out")["findings"]["R107"], 2);
}

#[test]
fn a_rejected_record_stands_in_the_quarantine_as_it_stood_in_the_dump() {
    let test = CliTest::new();
    let schema = format!(
        "{}\n[findings.unknown-word]\naction = \"reject\"\n",
        recordmill::schema::builtin::text("disease").unwrap()
    );
    let bad = "简介 乙病\r\n医保疾病 也许\r\n并发症 气胸 肺气肿\r\n".replace("乙", "𠮷");
    let dump = format!("简介 甲病\r\n医保疾病 是\r\n{bad}简介 丙病\r\n");
    let raw = encoding_rs::GB18030.encode(&dump).0.into_owned();
    test.write("my.toml", schema).write("dump.txt", &raw);
    let ran = test.run(&["run", "dump.txt", "-o", "out", "--schema", "my.toml", "-q"]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        test.read("out/quarantine/0001-dump.txt"),
        encoding_rs::GB18030.encode(&bad).0.into_owned()
    );
    let reason: serde_json::Value =
        serde_json::from_slice(&test.read("out/quarantine/reasons.jsonl")).unwrap();
    let start = usize::try_from(reason["byte_start"].as_u64().unwrap()).unwrap();
    let length = usize::try_from(reason["bytes"].as_u64().unwrap()).unwrap();
    assert_eq!(&raw[start..start + length], test.read("out/quarantine/0001-dump.txt"));
    assert_eq!(reason["codes"][0], "R301");
    let run = test.run_json("out");
    assert_eq!(
        run["balance"]["records"],
        serde_json::json!({ "in": 3, "out": 2, "quarantined": 1 })
    );
    let items = &run["balance"]["items"]["complication"];
    assert_eq!(
        (&items["in"], &items["out"], &items["quarantined"]),
        (&2.into(), &0.into(), &2.into())
    );
    assert_eq!(run["inputs"][0]["encoding"], "gb18030");
    // A run without rejections clears the quarantine of the one before.
    test.write("dump.txt", RECORD).run(&["run", "dump.txt", "-o", "out", "-q"]);
    assert!(!test.path("out/quarantine").exists());
}

#[test]
fn an_action_of_the_schema_clears_the_value_and_the_finding_keeps_it() {
    let test = CliTest::new();
    let schema = recordmill::schema::builtin::text("disease").unwrap();
    let schema = format!("{schema}\n[findings.figure-not-read]\naction = \"null\"\n");
    test.write("my.toml", schema).write("dump.txt", "简介 甲\n治愈率 705\n简介 乙\n治愈率 120%\n");
    assert_eq!(test.run(&["run", "dump.txt", "-o", "out", "--schema", "my.toml", "-q"]).code, 0);
    let rates = texts(&test.table("out", "disease"), "cure_rate");
    assert_eq!(rates, [None, Some("120%".to_owned())]);
    assert!(texts(&test.table("out", "finding"), "raw").contains(&Some("705".to_owned())));
}

#[test]
fn a_record_longer_than_the_limit_goes_to_the_quarantine_and_its_neighbours_do_not() {
    let test = CliTest::new();
    let long = format!("简介 乙病\n病因 {}\n", "很长的一行".repeat(200_000));
    test.write("dump.txt", format!("简介 甲病\n{long}简介 丙病\n"));
    let ran = test.run(&[
        "run",
        "dump.txt",
        "-s",
        "disease",
        "-o",
        "out",
        "--max-record-bytes",
        "100000",
    ]);
    check("record_too_long", &ran.show());
    assert_eq!(ran.code, 1);
    assert_eq!(test.read("out.failed/quarantine/0001-dump.txt"), long.as_bytes());
    let intros: Vec<_> =
        texts(&test.table("out.failed", "disease"), "intro").into_iter().flatten().collect();
    assert_eq!(intros, ["甲病", "丙病"]);
    let balance = &test.run_json("out.failed")["balance"];
    assert_eq!(balance["bytes"]["quarantined"], long.len());
    assert_eq!(balance["bytes_total"], test.read("dump.txt").len());
}

#[test]
fn a_run_that_cannot_go_on_leaves_the_output_as_it_was() {
    let test = CliTest::new();
    test.write("dump.txt", RECORD).write("out/notes.md", "mine");
    assert_eq!(test.run(&["run", "dump.txt", "-o", "out", "-q"]).code, 0);
    let before = test.read("out/disease.parquet");
    assert_eq!(test.run(&["run", "nowhere.txt", "-o", "out", "-q"]).code, 2);
    assert_eq!(test.read("out/disease.parquet"), before);
    assert_eq!(test.read("out/notes.md"), b"mine", "what is not ours stays");
    let left: Vec<_> = std::fs::read_dir(test.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert_eq!(left, [".recordmill.lock"]);
}

#[test]
fn the_rows_of_every_table_lead_back_to_the_dump() {
    let test = CliTest::new();
    assert_eq!(
        test.run(&["run", &root().join("raw/disease").to_string_lossy(), "-o", "out", "-q"]).code,
        0,
        "the main job of the README"
    );
    let table = read_table(&test.path("out"), "disease");
    for row in 0..table.height() {
        let cell = |column: &str| table.column(column).unwrap().get(row).unwrap().into_static();
        let AnyValue::Int64(start) = cell("source_byte") else { panic!("an offset is a number") };
        let AnyValue::Int64(length) = cell("source_bytes") else { panic!("a length is a number") };
        let file = std::fs::read(cell("source_file").get_str().unwrap()).unwrap();
        let bytes =
            &file[usize::try_from(start).unwrap()..usize::try_from(start + length).unwrap()];
        let record = std::str::from_utf8(bytes)
            .map_or_else(|_| encoding_rs::GB18030.decode(bytes).0.into_owned(), str::to_owned);
        assert!(record.starts_with("简介 "), "{record}");
        assert!(record.contains(cell("intro").get_str().unwrap().lines().next().unwrap()));
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn tarball(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn compression_and_archives_change_no_cell() {
    let test = CliTest::new();
    let other = RECORD.replace("甲病", "乙病");
    let members: [(&str, &[u8]); 2] =
        [("a/one.txt", RECORD.as_bytes()), ("two.txt", other.as_bytes())];
    let nested =
        [("a/one.txt.gz", gzip(RECORD.as_bytes())), ("two.txt", other.clone().into_bytes())];
    let nested: Vec<_> = nested.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    test.write("plain/a/one.txt", RECORD).write("plain/two.txt", &other);
    // Extensions say nothing.
    test.write("packed.tar", tarball(&members));
    test.write("packed.bin", gzip(&tarball(&members)));
    test.write("packed.txt", zipped(&members));
    test.write("nested", zstd::encode_all(tarball(&nested).as_slice(), 1).unwrap());
    let mut intros = Vec::new();
    for input in ["plain", "packed.tar", "packed.bin", "packed.txt", "nested"] {
        let folder = &format!("out_{input}");
        assert_eq!(test.run(&["run", input, "-o", folder, "-q"]).code, 0, "{input}");
        let table = test.table(folder, "disease");
        intros.push((texts(&table, "record_id"), texts(&table, "intro")));
        let run = test.run_json(folder);
        let inputs = run["inputs"].as_array().unwrap();
        let told: Vec<_> = inputs
            .iter()
            .map(|input| format!("{} {}", input["path"], input["compression"]))
            .collect();
        check(&format!("inputs_{}", input.replace('.', "_")), &told.join("\n"));
        assert_eq!(run["balance"]["bytes_total"], (RECORD.len() + other.len()) as u64);
    }
    assert!(intros.iter().all(|found| *found == intros[0]), "{intros:?}");
}

#[test]
fn what_cannot_be_unpacked_is_told_with_the_remedy() {
    let test = CliTest::new();
    let bomb = gzip(&vec![b' '; 70 << 20]);
    test.write("bomb.gz", &bomb);
    test.write("many.tar", tarball(&[("a", b"1"), ("b", b"2"), ("c", b"3")]));
    test.write("deep", gzip(&gzip(&gzip(&gzip(&gzip(b"x"))))));
    // Neither archive goes beyond the limit; both together do.
    let inner = tarball(&[("a", &[b' '; 3000])]);
    test.write("nested.tar", tarball(&[("in.tar", &inner)]));
    test.write("empty.tar", tarball(&[(".hidden", b"1")]));
    let mut said = String::new();
    for args in [
        &["check", "bomb.gz", "-s", "disease", "--max-expansion", "100"][..],
        &["check", "bomb.gz", "-s", "disease", "--max-unpacked-bytes", "1000"],
        &["check", "many.tar", "--max-members", "2"],
        &["check", "deep"],
        &["check", "nested.tar", "--max-unpacked-bytes", "6000"],
        &["check", "empty.tar"],
    ] {
        let ran = test.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        said.push_str(&format!("$ recordmill {}\n{}", args.join(" "), ran.stderr));
    }
    check("cannot_unpack", &said);
}

#[test]
fn a_member_that_names_a_place_outside_writes_nothing_there() {
    let test = CliTest::new();
    let mut header = tar::Header::new_gnu();
    header.set_size(RECORD.len() as u64);
    header.set_mode(0o644);
    header.as_gnu_mut().unwrap().name[..12].copy_from_slice(b"../../up.txt");
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, RECORD.as_bytes()).unwrap();
    test.write("in/evil.tar", builder.into_inner().unwrap());
    let ran = test.run(&["run", "in/evil.tar", "-o", "in/out/tables", "-q"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(test.run_json("in/out/tables")["inputs"][0]["path"], "in/evil.tar!../../up.txt");
    for place in ["up.txt", "in/up.txt", "in/out/up.txt"] {
        assert!(!test.path(place).exists(), "{place}");
    }
}

#[test]
fn rejected_lines_and_rows_stand_in_the_quarantine_as_they_stood() {
    let test = CliTest::new();
    test.write("a.jsonl", "{\"name\": \"甲\", \"desc\": \"乙\"}\n{\"name\": broken}\r\n{\"name\": \"丙\", \"desc\": \"丁\"}\n");
    let ran = test.run(&["run", "a.jsonl", "-o", "out", "-s", "medicalkg"]);
    check("json_damaged", &ran.show());
    assert_eq!(test.read("out.failed/quarantine/0001-a.jsonl"), b"{\"name\": broken}\r\n");
    let gbk = encoding_rs::GB18030.encode("name,symptom\n甲,乙 丙\n丁,\"戊\n").0.into_owned();
    test.write("a.csv", &gbk);
    let ran = test.run(&["run", "a.csv", "-o", "rows", "-s", "net39"]);
    check("csv_damaged", &ran.show());
    assert_eq!(test.read("rows.failed/quarantine/0001-a.csv"), &gbk[gbk.len() - 7..]);
    assert_eq!(test.run_json("rows.failed")["inputs"][0]["encoding"], "gb18030");
}

#[test]
fn a_place_is_explained() {
    let test = CliTest::new();
    test.write("dump.txt", "序言\n简介 甲病是一种病。 \n治愈率 约80%(早期) \n症状 头晕 乏力… \n病因 甲病病因1.感染2.遗传\n药品 ['乙厂', '丙片', '(丙片)'] ['坏' \n治疗周期 长期\n简介 乙\n");
    check("explain_line", &test.run(&["explain", "dump.txt:3"]).show());
    check("explain_nothing", &test.run(&["explain", "dump.txt:1"]).show());
    let by_number = test.run(&["explain", "dump.txt#2"]);
    assert_eq!(by_number.code, 0);
    let id = by_number.stdout.split(['(', ')']).nth(1).unwrap().to_owned();
    assert_eq!(test.run(&["explain", &format!("dump.txt#{id}")]).stdout, by_number.stdout);
    test.write("one.tar", tarball(&[("x.txt", RECORD.as_bytes()), ("y.txt", RECORD.as_bytes())]));
    assert!(
        test.run(&["explain", "one.tar!y.txt:1"]).stdout.starts_with("one.tar!y.txt: record 1")
    );
    assert_eq!(test.run(&["explain", "one.tar:1"]).code, 2);
    check("explain_no_place", &test.run(&["explain", "dump.txt"]).show());
    test.write("a.csv", "name,symptom,drug\n甲,乙 丙... >>,应该如何用药？\n");
    test.write("a.ris", "TY  - JOUR\nTI  - Of oxen\nAU  - Osei, Lena\nER  - \n");
    let fitting = test.run(&["explain", "a.ris:2"]).stdout;
    assert!(fitting.contains("schema `ris`"), "the one that fits, as `run` takes: {fitting}");
    check("explain_row", &test.run(&["explain", "a.csv:2", "-s", "net39"]).show());
    test.write("a.txt", "[cart]\nwheels 2\n\n[ship]\nsails 3\n");
    test.write("a.toml", "recordmill = 1\nname = \"a\"\n[source]\nformat = \"key-value\"\nrecord = { by = \"start-line\", pattern = '^\\[' }\nkey = { by = \"declared\" }\n[kinds.cart]\nwhen = { line = 'cart' }\n[fields.wheels]\nkey = \"wheels\"\ntype = \"integer\"\n[tables.cart]\nrows = \"record\"\nkind = \"cart\"\ncolumns = [\"wheels\"]\n");
    let set_aside = "a run sets the record aside (R141 record-of-no-kind)";
    for (place, kind, is_set_aside) in
        [("a.txt:1", ", kind `cart`\n", false), ("a.txt:5", ", of no kind\n", true)]
    {
        let told = test.run(&["explain", place, "-s", "a.toml"]).stdout;
        assert!(told.contains(kind), "{told}");
        assert_eq!(told.contains(set_aside), is_set_aside, "{told}");
    }
}

#[test]
fn rules_that_cannot_fail_are_shown() {
    let test = CliTest::new();
    check("schema_list", &test.run(&["schema", "list"]).show());
    test.write("my.toml", "recordmill = 1\nname = \"my\"\n[source]\nformat = \"json\"\n[fields.a]\nkey = \"a\"\ntype = \"text\"\nrules = [\n  { rule = \"length\", min = 0, examples = { accept = [{ text = \"x\" }] } },\n  { rule = \"length\", max = 3, examples = { accept = [{ text = \"x\" }] } },\n]\n[tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n");
    let ran = test.run(&["schema", "test", "my.toml", "--mutate"]);
    assert_eq!(ran.code, 1);
    check("schema_mutate", &ran.show());
}

#[test]
fn a_schema_uses_another() {
    let test = CliTest::new();
    test.write("shared/base.toml", "recordmill = 1\nname = \"base\"\nsentinels = [\"none\"]\n[patterns]\nword = '[a-z]+'\n[source]\nformat = \"json\"\n[fields.a]\nkey = \"a\"\ntype = \"text\"\n[tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n");
    let schema = "recordmill = 1\nname = \"my\"\nuses = [\"shared/base.toml\"]\n[source]\nformat = \"json-lines\"\n[fields.a]\nkey = \"a\"\ntype = \"text\"\nrules = [{ rule = \"pattern\", pattern = '^%{word}$', examples = { accept = [{ text = \"x\" }], refuse = [\"9\"] } }]\n[tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n";
    test.write("my.toml", schema).write("a.jsonl", "{\"a\": \"none\"}\n{\"a\": \"x\"}\n");
    assert_eq!(test.run(&["run", "a.jsonl", "-s", "my.toml", "-o", "out", "-q"]).code, 0);
    assert_eq!(texts(&test.table("out", "t"), "a"), [None, Some("x".to_owned())]);
    test.write("lost.toml", schema.replace("base.toml", "bas.toml"));
    test.write("faulty.toml", schema.replace("shared/base.toml", "broken.toml"))
        .write("broken.toml", "recordmill = ");
    let lost = test.run(&["schema", "check", "lost.toml"]);
    let faulty = test.run(&["schema", "check", "faulty.toml"]);
    assert_eq!((lost.code, faulty.code), (2, 2));
    check("schema_uses", &format!("{}{}", lost.stderr, faulty.stderr));
}

#[test]
fn flags_give_findings_their_severity() {
    let test = CliTest::new();
    // Unknown keys are warnings by their code, shares above one by the schema's rule.
    test.write("dump.txt", "简介 甲\n不明键 乙 \n治愈率 120%\n");
    let code = |args: &[&str]| {
        test.run(&[&["check", "dump.txt", "-s", "disease", "-q"], args].concat()).code
    };
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--error", "unknown-key"]), 1);
    assert_eq!(code(&["--error", "R102,R407"]), 1);
    assert_eq!(code(&["--error", "above-maximum"]), 1);
    // A code has two words, and one severity by both.
    assert_eq!(code(&["--error", "above-maximum,R407"]), 1);
    assert_eq!(code(&["--fail-on", "warning"]), 1);
    // A rule had nothing to look at, and one of three keys is unknown: warnings too.
    assert_eq!(code(&["--fail-on", "warning", "--allow", "R102,R407"]), 1);
    let others = "R102,R603,R604,R607";
    assert_eq!(code(&["--fail-on", "warning", "--allow", &format!("{others},R407")]), 0);
    assert_eq!(code(&["--fail-on", "warning", "--allow", others, "--warn", "R407"]), 1);
    let mut said = String::new();
    for args in [
        &["--error", "unknown-kye"][..],
        &["--warn", "R999"],
        &["--error", "R102", "--allow", "unknown-key"],
        &["--allow", "R901"],
    ] {
        let ran = test.run(&[&["check", "dump.txt", "-s", "disease"], args].concat());
        assert_eq!(ran.code, 2);
        said.push_str(&ran.stderr);
    }
    check("severity_flags", &said);
}

/// Findings of every kind of text: CJK, several lines, long, with control and
/// bidirectional characters.
const FINDINGS: &str = "序言\u{202e} 第一版\n第二行\n简介 甲病\t\u{202e}是一种病。\n不明键 乙 \n治愈率 120% \n治愈率 90% \n\
     医保疾病 也许\u{7}也许 \n症状 头晕 患者起病时多感觉头晕目眩并且伴有全身乏力食欲不振恶心呕吐以及下肢浮肿等多种多样的不适的症状表现 \n\
     药品 ['坏' ['戊', '(己片)'] ['庚'] \n";

#[test]
fn every_report_tells_every_finding() {
    let test = CliTest::new();
    test.write("dump.txt", FINDINGS);
    let concise = test.run(&["check", "dump.txt", "-q", "--report", "concise"]);
    check("report_concise", &concise.show());
    let ran = test.run(&[
        "run",
        "dump.txt",
        "-q",
        "-o",
        "out",
        "--report",
        "jsonl",
        "--report",
        "concise=concise.txt",
    ]);
    check("report_jsonl", &ran.show());
    assert_eq!(test.read("concise.txt"), concise.stdout.as_bytes());
    let schema = serde_json::from_str(&recordmill::render::finding_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let rows = test.table("out", "finding").height();
    assert_eq!(ran.stdout.lines().count(), rows, "a line for every row of the table");
    for line in ran.stdout.lines() {
        let finding = serde_json::from_str(line).unwrap();
        let faults: Vec<_> =
            validator.iter_errors(&finding).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{line}: {faults:?}");
    }
    let both = test.run(&["check", "dump.txt", "--report", "jsonl", "--report", "concise"]);
    let nowhere = test.run(&["check", "dump.txt", "--report", "jsonl=no/such/folder"]);
    assert_eq!((both.code, nowhere.code), (2, 2));
    check("report_refused", &format!("{}{}", both.stderr, nowhere.stderr));
    // A run without a record has a finding that stands nowhere.
    let none = test
        .write("none.txt", "x")
        .run(&["check", "none.txt", "-s", "disease", "-q", "--report", "concise"]);
    assert!(none.stdout.ends_with("error R601 no-records: no record was found in the inputs\n"));
}

#[test]
fn github_gets_annotations_and_a_summary() {
    let test = CliTest::new();
    test.write("a,b.txt", format!("{FINDINGS}{}", "简介 x\n治愈率 1%\n治愈率 2%\n".repeat(30)));
    let summary = test.path("summary.md");
    let env = [("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let ran = test.run_with(&["check", "a,b.txt", "-q", "--report", "github"], &env, b"");
    check(
        "report_github",
        &format!("{}{}", ran.stdout, String::from_utf8(test.read("summary.md")).unwrap()),
    );
    let told = ran.stdout.lines().filter(|line| !line.starts_with("::notice")).count();
    assert!(told > 0 && told <= 10, "{told}");
    // Without a file for it there is no summary, and no fault.
    assert_eq!(test.run(&["check", "a,b.txt", "-q", "--report", "github"]).stdout, ran.stdout);
}

/// What gives way to another value, or is of no table, takes away what it was counted as, and nothing else.
#[test]
fn bytes_that_change_their_class_were_counted_in_the_first() {
    let bytes = |schema: &str, dump: &str| {
        let test = CliTest::new();
        test.write("s.toml", schema).write("d", dump);
        let ran = test.run(&["run", "d", "-s", "s.toml", "-o", "out", "--publish", "always", "-q"]);
        assert_ne!(ran.code, 2, "{}", ran.show());
        let bytes = test.run_json("out")["balance"]["bytes"].clone();
        ["key", "value", "repeated", "stray", "unknown_key"]
            .map(|class| bytes[class].as_u64().unwrap())
    };
    let last = "recordmill = 1\nname = \"x\"\n[source]\nformat = \"key-value\"\n\
        record = { by = \"start-line\", pattern = '^\\[(?<value>\\w+)\\]', key = \"id\" }\n\
        key = { by = \"declared\", delimiter = \": \" }\ncontinuation = { by = \"any\" }\ncomment = { pattern = '^#' }\n\
        [fields.id]\nkey = \"id\"\ntype = \"text\"\nrepeated = \"last\"\n[tables.t]\nrows = \"record\"\ncolumns = [\"id\"]\n";
    assert_eq!(bytes(last, "[b] a note\n# none\nx\nid: 2\n"), [2, 1, 6, 6, 0]);
    let kinds = "recordmill = 1\nname = \"x\"\n[source]\nformat = \"key-value\"\nrecord = { by = \"start-key\", key = \"t\" }\n\
        key = { by = \"declared\", delimiter = \": \" }\ncontinuation = { by = \"any\" }\ncomment = { pattern = '^#' }\n\
        [kinds.p]\nwhen = { key = \"t\", pattern = '^p$' }\n[kinds.q]\nwhen = { key = \"t\", pattern = '^q$' }\n\
        [fields.t]\nkey = \"t\"\ntype = \"text\"\n[fields.v]\nkey = \"v\"\ntype = \"text\"\n\
        [tables.p]\nrows = \"record\"\nkind = \"p\"\ncolumns = [\"t\"]\n\
        [tables.q]\nrows = \"record\"\nkind = \"q\"\ncolumns = [\"t\", \"v\"]\n";
    let counted = bytes(kinds, "t: p\nv: b\n# cccccccccc\nd\n");
    assert_eq!(counted, [1, 1, 0, 0, 5]);
}
