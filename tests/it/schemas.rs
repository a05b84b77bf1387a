//! Schema files with faults: every one of them is told in one go, with its
//! place and the nearest valid word.

use recordmill::diagnostic::render::{self, Style};
use recordmill::schema::{SchemaSource, parse};

#[test]
fn faults_are_told_with_place_and_remedy() {
    insta::glob!("../inputs", "schema/err_*.toml", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let source = SchemaSource { name: "schema.toml".to_owned(), text };
        let (schema, faults) = parse(&source);
        assert!(schema.is_none(), "{} cannot be used", path.display());
        let style = Style { color: false, width: 100 };
        let shown: Vec<_> = faults
            .iter()
            .map(|fault| render::fault(fault, &source.name, &source.text, style))
            .collect();
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(shown.join("\n\n"));
        });
    });
}

#[test]
fn doubts_do_not_keep_a_schema_from_being_used() {
    insta::glob!("../inputs", "schema/warn_*.toml", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let source = SchemaSource { name: "schema.toml".to_owned(), text };
        let (schema, faults) = parse(&source);
        assert!(schema.is_some(), "{}: {faults:#?}", path.display());
        let style = Style { color: false, width: 100 };
        let shown: Vec<_> = faults
            .iter()
            .map(|fault| render::fault(fault, &source.name, &source.text, style))
            .collect();
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(shown.join("\n\n"));
        });
    });
}
