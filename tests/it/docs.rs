//! Files that are made from the code stand in the repository as the code makes
//! them.

use crate::support::{CliTest, root};

#[test]
fn generated_files_are_in_step() {
    let test = CliTest::new();
    for (file, path) in [
        ("schema-json", "schemas/schema.json"),
        ("schema-md", "docs/schema.md"),
        ("cli-md", "docs/cli.md"),
    ] {
        let made = test.run(&["generate", file]).stdout;
        let stands = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        assert!(
            made == stands,
            "{path} is out of step; run: cargo run -- generate {file} > {path}"
        );
    }
}

#[test]
fn every_embedded_schema_proves_itself_without_a_warning() {
    for name in recordmill::schema::builtin::NAMES {
        let source = recordmill::schema::SchemaSource::find(name).unwrap();
        let (schema, faults) = recordmill::schema::parse(&source);
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        let proof = recordmill::prove::prove(&schema.unwrap());
        assert!(proof.faults.is_empty(), "{name}: {:#?}", proof.faults);
        assert!(proof.examples > 50, "{name} has examples");
    }
}

#[test]
fn every_embedded_schema_follows_the_json_schema() {
    let language = recordmill::schema::json_schema();
    let validator = jsonschema::validator_for(&language).unwrap();
    for name in recordmill::schema::builtin::NAMES {
        let text = recordmill::schema::builtin::text(name).unwrap();
        let value = serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
        let faults: Vec<_> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}
