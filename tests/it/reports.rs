//! Every report format over one set of findings: Chinese text, several lines, a
//! very long value, control characters, an unknown key, a check on a table, a rule
//! that had nothing to look at. SARIF, `JUnit` and JSON are held against the schemas
//! that others published.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{CliTest, root};

/// The dump and the schema that all reports are made of.
fn shared() -> CliTest {
    let test = CliTest::new();
    let long = "很长的文字".repeat(60);
    let dump = format!(
        "名称: 磨坊\n页数: 许多\n笔记: 第一行\n  第二行（未完\n借出: 也许\n标签: 河流 \u{202e}水\u{200b}车 ::error::x|y*z*\n\
         名称: 磨坊\n页数: 12\n笔记: {long}\n颜色: 红\n页码: 7\n"
    );
    test.write("书架/dump 1.txt", dump).write("shelf.toml", SCHEMA);
    test
}

const SCHEMA: &str = r#"recordmill = 1
name = "书架"

[source]
format = "key-value"
record = { by = "start-key", key = "名称" }

[source.key]
by = "declared"
delimiter = ": "
unknown = '^(?<key>\p{Han}+): '
examples = { accept = [{ text = "颜色: 红" }], refuse = ["红"] }

[source.continuation]
by = "indent"
indent = "  "

[fields.name]
key = "名称"
type = "text"

[fields.pages]
key = "页数"
type = "integer"

[fields.note]
key = "笔记"
type = "text"
rules = [{ rule = "length", max = 100, severity = "error", examples = { accept = [{ text = "河" }] } }]

[fields.lent]
key = "借出"
type = "boolean"
true = ["是"]
false = ["否"]

[fields.tags]
key = "标签"
type = "list"

[fields.isbn]
key = "书号"
type = "text"
rules = [{ rule = "length", max = 20, examples = { accept = [{ text = "123" }] } }]

[tables.book]
rows = "record"
columns = ["record_id", "name", "pages", "note", "lent", "isbn"]

[tables.tag]
rows = "tags"
columns = ["record_id", "ordinal", "value"]

[[hygiene]]
rules = ["invisible-character", "bidirectional-control", "unbalanced-brackets"]

[[checks]]
check = "unique"
table = "book"
columns = ["name"]

[[checks]]
check = "null-ratio"
table = "book"
column = "pages"
warning = { max = 0.25 }
"#;

fn report(test: &CliTest, format: &str) -> String {
    let file = format!("{format}.out");
    let arg = format!("{format}={file}");
    let args = ["check", "书架/dump 1.txt", "-s", "shelf.toml", "-q", "--report", &arg];
    let ran = test.run(&args);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    String::from_utf8(test.read(&file)).unwrap()
}

/// What a person looks for in SARIF, which says it in 1 900 lines: a line for each rule that was
/// broken and for each result.
fn in_short(sarif: &str) -> String {
    let sarif: serde_json::Value = serde_json::from_str(sarif).unwrap();
    let run = &sarif["runs"][0];
    let (driver, invocation) = (&run["tool"]["driver"], &run["invocations"][0]);
    let mut short = format!(
        "{} {} {}\n{}\n",
        sarif["version"], driver["name"], run["columnKind"], invocation["executionSuccessful"]
    );
    let rules = driver["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        short.push_str(&format!(
            "{} {} {}\n  {}\n  at {} {}\n",
            result["level"],
            result["ruleId"],
            rule["name"],
            result["message"]["text"],
            place["artifactLocation"]["uri"],
            place["region"],
        ));
    }
    short
}

/// A page with an element a line, without its style sheet and what differs from run to run.
fn by_lines(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, _) = rest.split_once("<footer>").unwrap();
    format!("{head}{body}").replace("><", ">\n<") + "\n"
}

#[test]
fn every_format_over_the_shared_findings() {
    let test = shared();
    for format in [
        "human", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown",
        "html",
    ] {
        insta::with_settings!({ omit_expression => true, filters => vec![
            (r#""version": "\d+\.\d+\.\d+""#, r#""version": "[version]""#),
            (r#""semanticVersion": "\d+\.\d+\.\d+""#, r#""semanticVersion": "[version]""#),
            (r#""version":"\d+\.\d+\.\d+""#, r#""version":"[version]""#),
            (r#""hash":"[0-9a-f]{64}""#, r#""hash":"[hash]""#),
        ]}, {
            let made = report(&test, format);
            let shown = match format {
                "sarif" => in_short(&made),
                "html" => by_lines(&made),
                _ => made,
            };
            insta::assert_snapshot!(format!("report_{format}"), shown);
        });
    }
}

#[test]
fn json_follows_its_schema() {
    let test = shared();
    let read = |path: &str| -> serde_json::Value {
        let file = std::fs::read_to_string(root().join(path)).unwrap();
        serde_json::from_str(&file).unwrap()
    };
    let whole = jsonschema::validator_for(&read("schemas/report.json")).unwrap();
    let document = serde_json::from_str(&report(&test, "json")).unwrap();
    let faults: Vec<_> = whole.iter_errors(&document).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let line = jsonschema::validator_for(&read("schemas/finding.json")).unwrap();
    let lines = report(&test, "jsonl");
    let findings = document["findings"].as_array().unwrap();
    assert_eq!(lines.lines().count(), findings.len());
    for (text, finding) in lines.lines().zip(findings) {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert!(line.is_valid(&value), "{text}");
        assert_eq!(&value, finding);
    }
}

/// The folder of a package that cargo has fetched for this build. `cargo metadata` would ask for what other members
/// of the workspace need, and need not be there.
fn package(name: &str) -> PathBuf {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let lock: toml::Table = toml::from_str(&lock).unwrap();
    let packages = lock["package"].as_array().unwrap();
    let found = packages.iter().find(|package| package["name"].as_str() == Some(name)).unwrap();
    let folder = format!("{name}-{}", found["version"].as_str().unwrap());
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).unwrap();
    let registries = std::fs::read_dir(home.join("registry/src")).unwrap();
    let mut folders = registries.map(|registry| registry.unwrap().path().join(&folder));
    folders.find(|folder| folder.is_dir()).unwrap()
}

#[test]
fn sarif_follows_the_schema_of_oasis() {
    let test = shared();
    let schema = std::fs::read_to_string(package("serde-sarif").join("src/schema.json")).unwrap();
    let mut schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    // The published pattern for languages has a bracket too many, which no engine takes.
    for part in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][part]["properties"]["language"];
        assert!(language.as_object_mut().unwrap().remove("pattern").is_some());
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let accepted = test.run(&["baseline", "update", "书架/dump 1.txt", "-s", "shelf.toml", "-q"]);
    assert_eq!(accepted.code, 0, "{}", accepted.stderr);
    let with_baseline = [
        "check",
        "书架/dump 1.txt",
        "-s",
        "shelf.toml",
        "-q",
        "--baseline",
        "recordmill-baseline.json",
        "--report",
        "sarif",
    ];
    for text in [report(&test, "sarif"), test.run(&with_baseline).stdout] {
        let sarif: serde_json::Value = serde_json::from_str(&text).unwrap();
        let faults: Vec<_> = validator.iter_errors(&sarif).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
        let run = &sarif["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            assert!(!uri.as_str().unwrap().contains(' '), "{uri}");
        }
    }
}

/// A region of SARIF leads to the bytes that the finding is about.
#[test]
fn the_bytes_of_a_sarif_region_are_those_of_the_dump() {
    let test = shared();
    let sarif: serde_json::Value = serde_json::from_str(&report(&test, "sarif")).unwrap();
    let dump = test.read("书架/dump 1.txt");
    let mut seen = 0;
    for result in sarif["runs"][0]["results"].as_array().unwrap() {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
        let Some(snippet) = region["snippet"]["text"].as_str() else { continue };
        let bytes = &dump[number("byteOffset")..number("byteOffset") + number("byteLength")];
        let found = std::str::from_utf8(bytes).unwrap();
        assert!(found.starts_with(snippet), "{found:?} {snippet:?}");
        let line = std::str::from_utf8(&dump).unwrap().lines().nth(number("startLine") - 1);
        let from: String = line.unwrap().chars().skip(number("startColumn") - 1).collect();
        assert!(from.starts_with(snippet), "{from:?} {snippet:?}");
        seen += 1;
    }
    assert!(seen > 4);
}

/// Needs `xmllint`, and says so where there is none. With `RECORDMILL_NO_SKIP` in the environment it fails
/// instead, which is how the gate knows that it ran.
#[test]
fn junit_follows_the_schema_of_jenkins() {
    let test = shared();
    let junit = report(&test, "junit");
    assert!(junit.contains("<failure") && junit.contains("<error") && !junit.contains('\u{202e}'));
    let schema = package("junit-report").join("tests/JUnit.xsd");
    let file = test.path("junit.out");
    let checked =
        Command::new("xmllint").arg("--noout").arg("--schema").arg(schema).arg(file).output();
    match checked {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        Err(error) => {
            assert!(std::env::var_os("RECORDMILL_NO_SKIP").is_none(), "no xmllint: {error}");
            // Not `eprintln!`, which the test runner keeps to itself where a test passes.
            let _ = writeln!(
                std::io::stderr(),
                "skipped: JUnit reports are not held against their schema, for xmllint cannot be run \
                 ({error}); Debian has it in libxml2-utils"
            );
        }
    }
}

#[test]
fn a_value_that_json_has_no_number_for_is_shown_with_its_way() {
    let test = CliTest::new();
    let fields =
        "[fields.a]\nkey = \"a\"\ntype = \"float\"\n[fields.l]\nkey = \"l\"\ntype = \"text\"\n";
    test.write("s.toml", format!("recordmill = 1\nname = \"s\"\n[source]\nformat = \"json-lines\"\n{fields}[tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"));
    test.write("dump.jsonl", "{\"a\": NaN, \"l\": [[1]]}\n");
    let told = test.run(&["run", "dump.jsonl", "-s", "s.toml", "--report", "human"]).stdout;
    for note in ["`NaN` was taken as nothing and became null", "`[[1]]` was taken as nothing"] {
        assert!(told.contains(note), "{told}");
    }
}

#[test]
fn two_reports_do_not_share_an_output() {
    let test = shared();
    let run = |reports: &[&str]| {
        let mut args = vec!["check", "书架/dump 1.txt", "-s", "shelf.toml", "-q"];
        for report in reports {
            args.extend(["--report", report]);
        }
        test.run(&args)
    };
    for reports in [&["json", "sarif"][..], &["json=a", "sarif=a"], &["jsn"], &["json="]] {
        let ran = run(reports);
        assert_eq!(ran.code, 2, "{reports:?}");
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(format!("refused_report_{}", reports.join("_").replace('=', "-")), ran.show());
        });
    }
    assert_eq!(run(&["json=nowhere/a"]).code, 2);
}

#[test]
fn a_report_stays_as_it_was_where_a_run_is_refused() {
    let test = shared();
    let formats =
        ["human", "concise", "json", "jsonl", "sarif", "junit", "gitlab", "markdown", "html"];
    let reports = formats.map(|format| format!("--report={format}=old.{format}"));
    let run = |target: &str, code| {
        let run = ["run", "-s", "shelf.toml", "书架/dump 1.txt", "--publish=always", "-o", target];
        let args: Vec<_> = run.into_iter().chain(reports.iter().map(String::as_str)).collect();
        let ran = test.run(&args);
        assert_eq!(ran.code, code, "{}", ran.show());
    };
    let old = "the report of yesterday, which is longer\n".repeat(2000);
    for format in formats {
        test.write(&format!("old.{format}"), &old);
    }
    // What stands there is nobody's that a run may replace.
    test.write("taken/book.parquet", "mine");
    run("taken", 2);
    for format in formats {
        assert!(test.read(&format!("old.{format}")) == old.as_bytes(), "{format}");
    }
    run("free", 1);
    for format in formats {
        let report = String::from_utf8_lossy(&test.read(&format!("old.{format}"))).into_owned();
        assert!(!report.contains("yesterday"), "{format}: {report}");
    }
}

#[test]
fn masked_values_are_in_no_report() {
    let test = shared();
    let secret = ["许多", "也许", "第二行", "很长的", "红", "水车", "磨坊"];
    let masked = |schema: &str, flags: &[&str]| {
        test.write("masked.toml", schema);
        let mut out = String::new();
        for format in
            ["human", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"]
        {
            let mut args =
                vec!["check", "书架/dump 1.txt", "-s", "masked.toml", "--report", format];
            args.extend(flags);
            let ran = test.run(&args);
            out.push_str(&ran.stdout);
            out.push_str(&ran.stderr);
        }
        out
    };
    let open = masked(SCHEMA, &[]);
    for word in secret {
        // A word with a mark inside is reported with the mark escaped.
        assert!(word == "水车" || open.contains(word), "{word}");
    }
    let all = masked(SCHEMA, &["--mask"]);
    for word in secret {
        assert!(!all.contains(word), "{word}");
    }
    let note = "key = \"笔记\"\n";
    let one = masked(&SCHEMA.replace(note, &format!("{note}mask = true\n")), &[]);
    assert!(!one.contains("第二行") && !one.contains("很长的") && one.contains("许多"));
}

/// Where every finding is told they are kept until their batch ends. Where none is, each is a row at once, and the first
/// rows are encoded before the last ones come.
#[test]
fn the_table_of_findings_is_one_whether_they_are_told_or_not() {
    let test = CliTest::new();
    let record = |n| format!("名称: 书{n}\n页数: 许多\n笔记: 未完（{n}\n借出: 也许\n");
    test.write("shelf.toml", SCHEMA).write("dump.txt", (0..6000).map(record).collect::<String>());
    for masked in [&[][..], &["--mask"]] {
        for (folder, told) in [("rows", &[][..]), ("told", &["--report", "jsonl=all.jsonl"])] {
            let args = ["run", "dump.txt", "-s", "shelf.toml", "-q", "--fail-on", "never", "-o"];
            let args = [&args[..], &[folder, "--format", "parquet", "--format", "jsonl"]].concat();
            let ran = test.run(&[&args[..], masked, told].concat());
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        }
        let [rows, told] = ["rows", "told"].map(|folder| test.table(folder, "finding"));
        assert!(rows.height() > 16 * 1024 && rows.equals_missing(&told), "{rows} {told}");
        assert_eq!(test.read("rows/finding.jsonl"), test.read("told/finding.jsonl"));
    }
}

/// A name of a file may hold anything; archives bring such names along.
#[cfg(unix)]
/// Bytes that are no text become rows together where nobody asks for more of them, with findings of values between
/// others, and a U+FFFD of the dump beside them.
#[test]
fn bytes_that_are_no_text_have_the_rows_that_they_have_one_by_one() {
    let test = CliTest::new();
    test.write("shelf.toml", SCHEMA);
    let mut dump = Vec::new();
    for n in 0..3_000_u32 {
        let value: &[u8] = match n % 7 {
            0 => b"many\xff",
            1 => b"1\xe7\xa3 \xff",
            _ => b"12",
        };
        dump.extend_from_slice(format!("名称: 磨坊 {n}\n页数: ").as_bytes());
        dump.extend_from_slice(value);
        dump.extend_from_slice("\n笔记: \u{fffd}".as_bytes());
        dump.extend_from_slice(&b"\xff\n"[usize::from(n % 3 == 0)..]);
    }
    test.write("dump.txt", dump);
    for threads in ["1", "2"] {
        let run = ["run", "dump.txt", "-s", "shelf.toml", "-q", "--format", "jsonl"];
        let run =
            [&run[..], &["--encoding", "utf-8", "--publish", "always", "-j", threads]].concat();
        test.run(&[&run[..], &["-o", "few"]].concat());
        test.run(&[&run[..], &["-o", "all", "--report", "jsonl=all.jsonl"]].concat());
        let rows = ["few", "all"].map(|folder| test.read(&format!("{folder}/finding.jsonl")));
        assert!(rows[0].split(|byte| *byte == b'\n').count() > 3_500);
        assert!(rows[0] == rows[1], "{threads}");
    }
}

#[test]
fn a_name_cannot_act_on_a_terminal_or_a_workflow() {
    let test = shared();
    let name = "a\u{1b}[31m\n::error::x.txt";
    test.write(name, "名称: 磨坊\n颜色: 红\n借出: 也许\n");
    for format in ["human", "concise", "github", "markdown", "html"] {
        let ran = test.run(&["check", name, "-s", "shelf.toml", "--report", format]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("R301"), "{}", ran.stdout);
        let out = ran.stdout + &ran.stderr;
        assert!(!out.contains('\u{1b}'), "{format}: {out}");
        assert!(!out.lines().any(|line| line.starts_with("::error::x")), "{format}: {out}");
    }
    let drafted = test.run(&["schema", "draft", name, "-o", "drafted.toml"]);
    assert_eq!(drafted.code, 0, "{}", drafted.stderr);
    let acts = |out: &str| out.contains('\u{1b}') || out.contains("\n::error");
    assert!(!acts(&drafted.stderr), "{}", drafted.stderr);
    let missing = test.run(&["check", "b\u{1b}\n::error::x.txt", "-s", "shelf.toml"]);
    assert_eq!(missing.code, 2);
    assert!(!missing.stderr.contains('\u{1b}') && !missing.stderr.contains("\n::error"));
}
