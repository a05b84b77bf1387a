//! Schema files with faults: every one of them is told in one go, with its
//! place and the nearest valid word.

use recordmill::diagnostic::render::{self, Style};
use recordmill::schema::{SchemaSource, parse};

use crate::support::each_file;

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
