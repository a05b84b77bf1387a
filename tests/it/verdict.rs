//! One verdict: the exit code, `run.json` and every report say the same, whatever
//! the dump, the flags and the baseline.

use proptest::prelude::*;

use crate::support::{CliTest, root};

const SCHEMA: &str = r#"recordmill = 1
name = "shelf"
[source]
format = "key-value"
record = { by = "start-key", key = "title" }
key = { by = "declared", delimiter = ": ", unknown = '^(?<key>[a-z]+): ', examples = { accept = [{ text = "x: y" }] } }
[fields.title]
key = "title"
type = "text"
rules = [{ rule = "not-null", warning = { share = 0.2 }, error = { share = 0.6 } }]
[fields.pages]
key = "pages"
type = "integer"
rules = [{ rule = "maximum", max = 500, severity = "warning", examples = { accept = [{ text = "1" }] } }]
[tables.book]
rows = "record"
columns = ["record_id", "title", "pages"]
[[checks]]
check = "unique"
table = "book"
columns = ["title"]
[[checks]]
check = "row-count"
table = "book"
warning = { min = 3 }
[[checks]]
check = "mean"
table = "book"
column = "pages"
error = { max = 400 }
"#;

/// As of `check dump.txt | true`.
#[test]
fn a_reader_that_is_gone_changes_no_verdict() {
    let test = CliTest::new();
    test.write("shelf.toml", SCHEMA)
        .write("bad.txt", "title: a\npages: many\n")
        .write("good.txt", "title: a\npages: 12\n");
    for (dump, code) in [("bad.txt", 1), ("good.txt", 0)] {
        for report in [&[][..], &["--report", "concise"], &["--report", "json"]] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let out = std::process::Command::new(env!("CARGO_BIN_EXE_recordmill"))
                .args(["check", dump, "-s", "shelf.toml"])
                .args(report)
                .current_dir(test.path(""))
                .stdin(std::process::Stdio::null())
                .stdout(writer)
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&out.stderr);
            assert_eq!(out.status.code(), Some(code), "{dump} {report:?}: {told}");
        }
    }
}

fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("title: a".to_owned()),
        Just("title: b".to_owned()),
        Just("title:".to_owned()),
        Just("pages: 12".to_owned()),
        Just("pages: 900".to_owned()),
        Just("pages: many".to_owned()),
        Just("color: red".to_owned()),
        Just("stray".to_owned()),
    ];
    proptest::collection::vec(line, 0..9).prop_map(|lines| lines.join("\n"))
}

fn flags() -> impl Strategy<Value = Vec<&'static str>> {
    prop_oneof![
        Just(vec![]),
        Just(vec!["--fail-on", "warning"]),
        Just(vec!["--fail-on", "never"]),
        Just(vec!["--error", "unknown-key"]),
        Just(vec!["--allow", "duplicate-value,not-a-number,mean"]),
        Just(vec!["--mask"]),
    ]
}

fn json(test: &CliTest, file: &str) -> serde_json::Value {
    serde_json::from_slice(&test.read(file)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn every_output_tells_one_verdict(dump in lines(), flags in flags(), accepted in any::<bool>()) {
        let test = CliTest::new();
        test.write("shelf.toml", SCHEMA).write("dump.txt", &dump);
        let mut args = vec!["run", "dump.txt", "-s", "shelf.toml", "-o", "out"];
        args.extend(&flags);
        if accepted {
            let update = ["baseline", "update", "dump.txt", "-s", "shelf.toml", "-q"];
            let updated = test.run(&update).code;
            // A dump without a record leaves no baseline.
            if updated == 0 {
                args.extend(["--baseline", "recordmill-baseline.json"]);
            }
        }
        for report in ["json=json", "sarif=sarif", "junit=junit", "markdown=markdown", "github=github", "human=human"] {
            args.extend(["--report", report]);
        }
        let ran = test.run(&args);
        // The tables of a run that has failed stand beside the target.
        let (other, folder) = if test.path("out").exists() { ("out.failed", "out") } else { ("out", "out.failed") };
        prop_assert!(!test.path(other).exists());
        let run = json(&test, &format!("{folder}/run.json"));
        let status = run["status"].as_str().unwrap();
        prop_assert_eq!(folder == "out", status != "fail");
        prop_assert_eq!(&run["published"], status != "fail");
        let expected = match status {
            "pass" | "warn" => 0,
            "fail" | "not-evaluated" => 1,
            other => panic!("{other}"),
        };
        prop_assert_eq!(ran.code, expected);
        prop_assert_eq!(&run["exit_code"], expected);
        // Every report has the status of run.json.
        let document = json(&test, "json");
        prop_assert_eq!(document["status"].as_str(), Some(status));
        prop_assert_eq!(&document["exit_code"], expected);
        prop_assert_eq!(&document["checks"], &run["checks"]);
        let sarif = json(&test, "sarif");
        prop_assert_eq!(sarif["runs"][0]["properties"]["status"].as_str(), Some(status));
        prop_assert_eq!(&sarif["runs"][0]["invocations"][0]["exitCode"], expected);
        let text = |file: &str| String::from_utf8(test.read(file)).unwrap();
        let property = format!("name=\"status\" value=\"{status}\"");
        prop_assert!(text("junit").contains(&property));
        let title = format!("# recordmill: {status},");
        prop_assert!(text("markdown").starts_with(&title));
        let notice = format!("::notice title=recordmill::{status},");
        prop_assert!(text("github").contains(&notice));
        for told in [text("human"), ran.stderr.clone()] {
            // Behind the verdict there is no more than what to do next.
            let mut lines = told.trim_end().lines().rev();
            let last = lines.find(|line| !line.starts_with("next: ")).unwrap();
            prop_assert!(last.starts_with(&format!("{status}: ")), "{}", last);
        }
        // The verdict follows from the checks, and their counts from the findings.
        let checks = run["checks"].as_array().unwrap();
        let any = |status: &str| checks.iter().any(|check| check["status"] == status);
        match status {
            "pass" => prop_assert!(checks.iter().all(|check| check["status"] == "pass")),
            "warn" => prop_assert!(!any("fail") && (any("warn") || any("not-evaluated"))),
            "fail" => prop_assert!(any("fail")),
            _ => prop_assert!(any("not-evaluated")),
        }
        for check in checks {
            let number = |name: &str| check[name].as_u64().unwrap();
            if check["status"] == "pass" {
                prop_assert!(number("evaluated") > 0, "{}", check);
            }
            prop_assert!(number("known") <= number("failed"), "{}", check);
            if ["record", "records", "value", "values"].contains(&check["unit"].as_str().unwrap())
                && number("evaluated") > 0
                && check["figure"].is_null()
            {
                prop_assert!(number("failed") <= number("evaluated"), "{}", check);
            }
        }
        let failures = text("junit").matches("<failure").count();
        let errors = text("junit").matches("<error").count();
        let count = |status: &str| checks.iter().filter(|check| check["status"] == status).count();
        prop_assert_eq!((failures, errors), (count("fail"), count("not-evaluated")));
        let total: u64 = run["findings"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        prop_assert_eq!(document["findings"].as_array().unwrap().len() as u64, total);
        prop_assert_eq!(&run["tables"]["finding"]["rows"], total);
    }
}

#[test]
fn a_schema_without_rules_has_not_passed() {
    let test = CliTest::new();
    let bare = std::fs::read_to_string(root().join("src/diagnostic/code/shelf/lines.toml"))
        .unwrap()
        + &std::fs::read_to_string(root().join("src/diagnostic/code/shelf/bare.toml")).unwrap();
    test.write("bare.toml", bare).write("dump.txt", "title: a\n");
    let run = |flags: &[&str]| {
        let ran =
            test.run(&[&["run", "dump.txt", "-s", "bare.toml", "-o", "out", "-q"], flags].concat());
        (ran.code, test.run_json("out")["status"].as_str().unwrap().to_owned())
    };
    // The tables are there; that nothing was checked is one line.
    assert_eq!(run(&[]), (0, "warn".to_owned()));
    assert_eq!(run(&["--fail-on", "warning"]), (0, "warn".to_owned()));
    assert_eq!(run(&["--error", "no-rules"]), (1, "not-evaluated".to_owned()));
    let check =
        |flags: &[&str]| test.run(&[&["check", "dump.txt", "-s", "bare.toml"], flags].concat());
    let checked = check(&["--fail-on", "never"]);
    assert_eq!(checked.code, 1);
    assert!(checked.stderr.contains("not-evaluated: "), "{}", checked.stderr);
    let told = test.run(&["run", "dump.txt", "-s", "bare.toml", "-o", "out"]).stderr;
    assert_eq!(told.matches("nothing was checked").count(), 1, "{told}");
    assert_eq!(run(&["--allow", "no-rules"]), (0, "pass".to_owned()));
}
