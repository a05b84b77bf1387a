//! `recordmill.toml`: what it says, and that flags go first.

use crate::support::{CliTest, root};

const DUMP: &str = "简介 甲病是一种病。\n治愈率 120%\n";

fn project(says: &str) -> CliTest {
    let test = CliTest::new();
    test.write("dumps/a.txt", DUMP).write("other.txt", DUMP).write("recordmill.toml", says);
    test
}

#[test]
fn a_project_says_what_no_flag_says() {
    let test = project(
        "inputs = [\"dumps\"]\nschema = \"disease\"\noutput = \"tables\"\nformat = [\"csv\"]\n\
         reports = [\"json=report.json\"]\nfail-on = \"warning\"\npublish = \"always\"\n",
    );
    let ran = test.run(&["run"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(test.path("tables/disease.csv").exists() && test.path("report.json").exists());
    assert_eq!(test.run_json("tables")["inputs"][0]["path"], "dumps/a.txt");
    let keys = "inputs, schema, output, format, reports, fail-on, publish";
    assert!(ran.stderr.contains(keys), "the summary says so: {}", ran.stderr);
    let flags = test.run(&["run", "other.txt", "-o", "out", "--format", "parquet"]);
    assert_eq!(test.run_json("out")["inputs"][0]["path"], "other.txt", "{}", flags.stderr);
    assert!(test.path("out/disease.parquet").exists() && !test.path("out/disease.csv").exists());
    let without = test.run(&["run", "--no-project"]);
    assert!(without.code == 2 && without.stderr.contains("`raw/`"), "{}", without.stderr);
}

#[test]
fn a_project_holds_for_the_folders_below() {
    let test = project("inputs = [\"dumps\", \"../*.txt\"]\nschema = \"disease\"\n");
    test.write("sub/recordmill.toml", std::fs::read(test.path("recordmill.toml")).unwrap());
    std::fs::remove_file(test.path("recordmill.toml")).unwrap();
    test.write("sub/dumps/b.txt", DUMP).write("sub/deep/er/x", "");
    let ran = test.run_in("sub/deep/er", &["run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let inputs = &test.run_json("sub/output")["inputs"];
    assert_eq!(inputs[0]["path"], "../../dumps/b.txt");
    assert_eq!(inputs[1]["path"], "../../../other.txt");
    assert!(ran.stderr.contains("`../../recordmill.toml`"), "{}", ran.stderr);
}

#[test]
fn baselines_checks_and_explanations_follow_the_project() {
    let test = project(
        "inputs = [\"dumps\"]\nschema = \"net39\"\nbaseline = \"known.json\"\nfail-on = \"warning\"\n",
    );
    test.write("dumps/a.txt", "name,cost,colour\n甲,1元,red\n");
    assert_eq!(test.run(&["check", "--no-project", "dumps", "-s", "net39"]).code, 0);
    let missing = test.run(&["check"]);
    assert!(missing.code == 2 && missing.stderr.contains("known.json"), "{}", missing.stderr);
    let updated = test.run(&["baseline", "update", "-q"]);
    assert_eq!(updated.code, 0, "{}", updated.stderr);
    assert!(test.path("known.json").exists());
    assert_eq!(test.run(&["baseline", "show"]).code, 0);
    assert_eq!(test.run(&["check", "-q"]).code, 0);
    let told = test.run(&["explain", "dumps/a.txt:2"]);
    assert!(told.stdout.contains("schema `net39`"), "{}{}", told.stdout, told.stderr);
}

#[test]
fn a_baseline_is_the_same_from_every_folder_of_the_project() {
    let test = project("inputs = [\"dumps\"]\nschema = \"my.toml\"\nbaseline = \"known.json\"\n");
    let schema = "recordmill = 1\nname = \"my\"\n[source]\nformat = \"key-value\"\nrecord = { by = \"start-key\", key = \"title\" }\nkey = { by = \"declared\", delimiter = \": \" }\n[fields.title]\nkey = \"title\"\ntype = \"text\"\nrules = [{ rule = \"not-null\" }]\n[tables.book]\nrows = \"record\"\ncolumns = [\"title\"]\n";
    test.write("my.toml", schema).write("sub/x", "");
    test.write("dumps/a.txt", "before the first\ntitle: a\n");
    let accepted = test.run(&["baseline", "update", "-q", "--reason", "so it is"]);
    assert_eq!(accepted.code, 0, "{}", accepted.stderr);
    let known = test.read("known.json");
    assert!(String::from_utf8_lossy(&known).contains("\"source\":\"dumps/a.txt\""));
    let whole = test.path("dumps");
    let ways = [
        ("", vec![]),
        ("", vec!["./dumps"]),
        ("", vec!["sub/../dumps/a.txt"]),
        ("", vec![whole.to_str().unwrap()]),
        ("sub", vec![]),
        ("sub", vec!["../dumps"]),
        ("sub", vec![whole.to_str().unwrap()]),
        ("dumps", vec!["a.txt"]),
    ];
    for (folder, inputs) in ways {
        for command in [&["check", "-q"][..], &["baseline", "update", "-q"]] {
            let ran = test.run_in(folder, &[command, &inputs].concat());
            assert_eq!(ran.code, 0, "{folder} {inputs:?}: {}{}", ran.stdout, ran.stderr);
            assert_eq!(test.read("known.json"), known, "{folder} {inputs:?}");
        }
    }
}

#[test]
fn every_fault_of_a_project_is_told_at_its_place() {
    let test = project("inptus = []\nfail-on = \"warn\"\nreports = [\"jsn=a\"]\noutput = \"\"\n");
    let ran = test.run(&["run"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.stderr);
    assert_eq!(test.run(&["check", "other.txt", "--no-project"]).code, 0);
}

#[test]
fn the_project_of_this_repository_follows_its_json_schema() {
    let language = serde_json::from_str(&recordmill::project::project_schema()).unwrap();
    let validator = jsonschema::validator_for(&language).unwrap();
    let text = std::fs::read_to_string(root().join("recordmill.toml")).unwrap();
    let value = serde_json::to_value(toml::from_str::<toml::Value>(&text).unwrap()).unwrap();
    assert!(validator.is_valid(&value));
    assert!(!validator.is_valid(&serde_json::json!({ "inptus": [] })));
}
