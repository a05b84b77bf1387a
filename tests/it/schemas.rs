//! Schema files with faults: every one of them is told in one go, with its
//! place and the nearest valid word.

use recordmill::render;
use recordmill::render::Style;
use recordmill::schema::{SchemaSource, parse};

use crate::support::{CliTest, each_file};

/// Shows what is said of each file; `usable` tells whether it is a schema all the same.
fn check(files: &str, usable: bool) {
    each_file("tests/inputs", files, |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let source = SchemaSource { name: "schema.toml".to_owned(), text };
        let (schema, faults) = parse(&source);
        assert_eq!(schema.is_some(), usable, "{}: {faults:#?}", path.display());
        let style = Style { color: false, width: 100 };
        let shown: Vec<_> = faults
            .iter()
            .map(|fault| render::fault(fault, &source.name, &source.text, style))
            .collect();
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!("faults", shown.join("\n\n"));
        });
    });
}

#[test]
fn faults_are_told_with_place_and_remedy() {
    check("schema/err_*.toml", false);
}

#[test]
fn doubts_do_not_keep_a_schema_from_being_used() {
    check("schema/warn_*.toml", true);
}

/// Whether commands that read a dump refuse a library, and those that look at a schema take it.
#[test]
fn a_library_is_proven_and_reads_no_dump() {
    let test = CliTest::new();
    test.write("dump.txt", "mass: 3 kg\n");
    for command in [&["run"][..], &["check"], &["explain"]] {
        let place = if command == ["explain"] { "dump.txt:1" } else { "dump.txt" };
        let ran = test.run(&[command, &[place, "-s", "std"]].concat());
        assert_eq!(ran.code, 2, "{command:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("the schema `std` is a library"), "{}", ran.stderr);
        assert!(ran.stderr.contains("uses = [\"std\"]"), "{}", ran.stderr);
    }
    let checked = test.run(&["schema", "check", "std"]);
    assert_eq!((checked.code, checked.stderr.lines().count()), (0, 1), "{}", checked.stderr);
    let tested = test.run(&["schema", "test", "--mutate", "std"]);
    assert_eq!(tested.code, 0, "{}", tested.stderr);
    let listed = test.run(&["schema", "list"]).stdout;
    assert!(listed.lines().any(|line| line.starts_with("std ") && line.contains("for `uses`")));
}
