//! Every code of the registry is found where its page says so, and is not where
//! its page says not.

use recordmill::diagnostic::{CODES, Code, Denominator, Example};

use crate::support::CliTest;

/// The codes of the findings of an example.
fn codes_of(code: &Code, example: &Example) -> Vec<String> {
    let test = CliTest::new();
    test.write("shelf.toml", example.schema()).write(example.file_name(), example.dump);
    for (name, text) in example.files {
        test.write(name, text);
    }
    if code.unit == Denominator::Schema {
        let args: &[&str] = match code.id {
            "R910" => &["schema", "test", "shelf.toml"],
            "R911" => &["schema", "test", "shelf.toml", "--mutate"],
            _ => &["schema", "check", "shelf.toml"],
        };
        let ran = test.run(args);
        let ids = CODES.iter().filter(|code| ran.stderr.contains(&format!("[{} ", code.id)));
        return ids.map(|code| code.id.to_owned()).collect();
    }
    let ran = test.run(&[
        "check",
        example.file_name(),
        "--schema",
        "shelf.toml",
        "--quiet",
        "--report",
        "jsonl",
    ]);
    assert!(ran.code < 2, "{}: {}", code.id, ran.stderr);
    let line = |line| serde_json::from_str::<serde_json::Value>(line).unwrap();
    ran.stdout.lines().map(|text| line(text)["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_code_is_found_in_its_failing_example_and_not_in_its_passing_one() {
    let mut faults = Vec::new();
    for code in CODES {
        let (fails, passes) = (codes_of(code, &code.fails), codes_of(code, &code.passes));
        if !fails.iter().any(|found| found == code.id) {
            faults.push(format!("{} is not found in what fails, but {fails:?}", code.title()));
        }
        if passes.iter().any(|found| found == code.id) {
            faults.push(format!("{} is found in what passes", code.title()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A code that is renamed, or whose severity changes, shows up in review.
#[test]
fn the_list_of_codes() {
    let lines: String = CODES
        .iter()
        .map(|code| {
            format!(
                "{} {} {} {:?} {:?}\n",
                code.id, code.name, code.severity, code.action, code.unit
            )
        })
        .collect();
    insta::assert_snapshot!(lines);
}

#[test]
fn a_code_is_explained_by_number_and_by_name() {
    let test = CliTest::new();
    let by_number = test.run(&["explain", "r404"]);
    assert_eq!((by_number.code, by_number.stderr.as_str()), (0, ""));
    assert_eq!(by_number.stdout, test.run(&["explain", "pattern-mismatch"]).stdout);
    insta::assert_snapshot!(by_number.stdout);
    let unknown = test.run(&["explain", "pattern-mismach"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("did you mean the code `pattern-mismatch`?"),
        "{}",
        unknown.stderr
    );
}
