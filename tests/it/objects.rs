//! Objects in objects: their rows, what is said of them, and where.

use crate::support::{CliTest, show_table};

const SCHEMA: &str = r#"recordmill = 1
name = "order"
[source]
format = "json-lines"
[fields.id]
key = "id"
type = "name"
[fields.o]
key = "o"
type = "objects"
[fields.o.members.a]
type = "integer"
[fields.o.members.k]
type = "objects"
members = { n = { type = "integer" } }
[tables.order]
rows = "record"
columns = ["id"]
[tables.o]
rows = "o"
columns = ["ordinal", "a"]
[tables.k]
rows = "o.k"
columns = ["parent_ordinal", "ordinal", "parents", "n"]
[[checks]]
check = "unique"
table = "k"
columns = ["n"]
"#;

fn orders(dump: &str, schema: &str) -> CliTest {
    let test = CliTest::new();
    test.write("order.toml", schema).write("dump.jsonl", dump);
    test
}

/// The findings of a run on objects, and the same as they are told.
fn findings(test: &CliTest, flags: &[&str]) -> (Vec<serde_json::Value>, String) {
    let args = ["run", "dump.jsonl", "-s", "order.toml", "-o", "out", "-q"];
    let args = [&args[..], &["--publish", "always", "--report", "jsonl=found"], flags].concat();
    let ran = test.run(&args);
    assert!(ran.code < 2, "{}", ran.stderr);
    let found = String::from_utf8(test.read("found")).unwrap();
    let lines = found.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    (lines.filter(|finding| !finding["field"].is_null()).collect(), found)
}

#[test]
fn a_finding_names_the_object_that_the_table_has() {
    let dump = "{\"id\":\"x\",\"o\":[7,null,{\"a\":\"b\",\"k\":[{\"n\":1},{\"n\":\"b\"}]},{\"k\":[{\"n\":\"x1\"},{\"n\":\"b\"},{\"n\":1}]}]}\n";
    let test = orders(dump, SCHEMA);
    let (found, _) = findings(&test, &[]);
    let told = found.iter().map(|finding| {
        let steps = &finding["steps"];
        let (code, field, message) = (&finding["code"], &finding["field"], &finding["message"]);
        let place = format!("{field} {} {}", finding["parents"], finding["ordinal"]);
        format!("{code} {place}: {message}\n  {} -> {}\n", steps["extracted"], steps["normalized"])
    });
    let mut told = told.collect::<String>();
    for table in ["o", "k", "finding"] {
        told.push_str(&show_table(&test.table("out", table).drop_many(["record_id", "message"])));
    }
    told.push_str(&test.run_json("out")["balance"]["items"].to_string());
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("objects_found", told);
    });
    let mut prints: Vec<_> = found.iter().map(|finding| finding["fingerprint"].as_str()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), found.len(), "no two of them are one");
}

#[test]
fn a_baseline_accepts_one_object_and_not_its_like() {
    let known = "{\"id\":\"x\",\"o\":[{\"k\":[{\"n\":1},{\"n\":\"b\"}]},{\"k\":[]}]}\n";
    let test = orders(known, SCHEMA);
    let with = ["dump.jsonl", "-s", "order.toml", "--baseline", "base.json"];
    assert_eq!(test.run(&[&["baseline", "update"], &with[..]].concat()).code, 0);
    let check = || test.run(&[&["check"], &with[..]].concat()).code;
    assert_eq!(check(), 0);
    let shown = test.run(&["baseline", "show", "base.json"]).stdout;
    assert!(shown.contains("(x, o.k[0.1])"), "{shown}");
    test.write("dump.jsonl", known.replace("\"k\":[]", "\"k\":[{\"n\":2},{\"n\":\"b\"}]"));
    assert_eq!(check(), 1, "the object at the same place in another one is new");
}

/// Findings of objects and of those in them take turns, and are two values that failed.
#[test]
fn what_fails_in_a_record_is_not_more_than_it_has() {
    let object = r#"{"a":"b","k":[{"n":"b"}]}"#;
    let dump = format!("{{\"id\":\"x\",\"o\":[{object},{object},{object}]}}\n");
    let test = orders(&dump, SCHEMA);
    findings(&test, &[]);
    let run = test.run_json("out");
    let checks = run["checks"].as_array().unwrap().iter();
    let mut numbers = checks.filter(|check| check["name"] == "not-a-number");
    let numbers = numbers.next().unwrap();
    assert_eq!((&numbers["failed"], &numbers["evaluated"]), (&2.into(), &3.into()));
    assert_eq!(run["findings"]["R302"], 6);
}

#[test]
fn what_is_hidden_is_so_in_the_objects_in_it_too() {
    let dump = "{\"id\":\"x\",\"o\":[{\"k\":[{\"n\":\"secret\"}]}]}\n";
    let schema = SCHEMA.replace("[fields.o.members.a]", "mask = true\n[fields.o.members.a]");
    let (found, told) = findings(&orders(dump, &schema), &[]);
    // The check of the members had no other value to look at.
    assert_eq!(found.len(), 2, "{told}");
    assert!(told.contains("R302") && told.contains("R607"), "{told}");
    assert!(!told.contains("secret"), "{told}");
}
