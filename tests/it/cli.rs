//! The command as a user types it.

use polars::prelude::AnyValue;

use crate::support::{CliTest, read_table, root, texts};

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
        ("help_schema_check", &["schema", "check", "--help"]),
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
    assert_eq!((strict.code, strict.stderr.as_str()), (1, ""));
    assert_eq!(test.run_json("out")["status"], "fail");
    let findings = test.table("out", "finding");
    assert!(texts(&findings, "raw").contains(&Some("['坏'".to_owned())));
    assert_eq!(
        findings.height() as u64,
        test.run_json("out")["tables"]["finding"]["rows"].as_u64().unwrap()
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
        test.run_with(&["check", "dump.txt"], env, b"").stderr.contains("\u{1b}[")
    };
    assert!(!of(&[]), "no terminal, no color");
    assert!(of(&[("CLICOLOR_FORCE", "1")]));
    assert!(of(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), "force wins");
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
        ("unknown_schema", &["run", "dump.txt", "--schema", "desease"]),
        ("unknown_encoding", &["run", "dump.txt", "--encoding", "utf-9"]),
        ("unknown_compression", &["run", "dump.txt", "--compression", "zstd:99"]),
        ("unknown_flag", &["run", "--shema", "x"]),
    ] {
        let ran = test.run(args);
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
        check(&format!("refused_{name}"), &ran.show());
    }
    assert!(!test.path("output").exists(), "nothing was written before");
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
        let ran = test.run(&["run", file, "-o", "out", "--fail-on", "never"]);
        assert_eq!(ran.code, 1);
        check(&format!("no_record_{}", &file[..5]), &ran.show());
        let codes = texts(&test.table("out", "finding"), "code");
        assert!(codes.contains(&Some("R601".to_owned())), "{codes:?}");
        assert_eq!(test.table("out", "disease").height(), 0);
    }
}

#[test]
fn damaged_bytes_are_findings_and_their_neighbours_stay() {
    let test = CliTest::new();
    test.write("dump.txt", b"\xe7\xae\x80\xe4\xbb\x8b a\0b\n\xe7\x97\x85\xe5\x9b\xa0 x\xff\xfey \n\xe7\xae\x80\xe4\xbb\x8b c\xe7\n");
    let ran = test.run(&["run", "dump.txt", "-o", "out"]);
    check("damaged_bytes", &ran.show());
    assert_eq!(ran.code, 1);
    let table = test.table("out", "disease");
    assert_eq!(texts(&table, "intro"), [Some("a\0b".to_owned()), Some("c\u{fffd}".to_owned())]);
    assert_eq!(texts(&table, "etiology")[0].as_deref(), Some("x\u{fffd}\u{fffd}y"));
    let findings = test.table("out", "finding");
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
    assert_eq!(test.run_json("out")["inputs"][0]["invalid_sequences"], 3);
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
    let bad = "简介 乙病\r\n医保疾病 也许\r\n".replace("乙", "𠮷");
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
    let ran = test.run(&["run", "dump.txt", "-o", "out", "--max-record-bytes", "100000"]);
    check("record_too_long", &ran.show());
    assert_eq!(ran.code, 1);
    assert_eq!(test.read("out/quarantine/0001-dump.txt"), long.as_bytes());
    let intros: Vec<_> =
        texts(&test.table("out", "disease"), "intro").into_iter().flatten().collect();
    assert_eq!(intros, ["甲病", "丙病"]);
    let balance = &test.run_json("out")["balance"];
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
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_rows_of_every_table_lead_back_to_the_dump() {
    let test = CliTest::new();
    assert_eq!(
        test.run(&["run", &root().join("raw").to_string_lossy(), "-o", "out", "-q"]).code,
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
