//! The schemas of the gallery over their samples: every table, finding and byte.

use std::fmt::Write as _;

use recordmill::pipeline::{self, Options};
use recordmill::prove::{mutate, prove};
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::sink::{Compression, Format, Target};
use recordmill::source::{Limits, resolve};

use crate::support::{read_table, root, show_table};

/// Runs a schema over a file or folder below the root and shows all that comes out.
fn mill(schema: &Schema, input: &str) -> String {
    let out = tempfile::tempdir().unwrap();
    let input = root().join(input).to_string_lossy().into_owned();
    let mut options = Options::new(resolve(&[input], Limits::default()).unwrap());
    options.target = Some(Target {
        folder: out.path().to_owned(),
        formats: vec![Format::Parquet],
        compression: Compression::None,
    });
    let report = pipeline::run(schema, &options, &()).unwrap().report;
    assert_eq!(report.balance.bytes.total(), report.balance.bytes_total);
    let mut shown = String::new();
    for name in report.tables.keys() {
        let mut table = read_table(out.path(), name);
        if name == "finding" {
            table = table
                .select([
                    "code", "severity", "line", "column", "field", "ordinal", "raw", "message",
                ])
                .unwrap();
        }
        let _ = writeln!(shown, "# {name}\n{}", show_table(&table));
    }
    let bytes = serde_json::to_string(&report.balance.bytes).unwrap();
    let inputs = report.inputs.iter().map(|input| format!("{} {}", input.format, input.encoding));
    let inputs: Vec<_> = inputs.collect();
    let _ = writeln!(shown, "# balance\n{bytes}\n{:?}\n{inputs:?}", report.balance.records);
    shown
}

#[test]
fn every_schema_of_the_gallery_reads_its_sample() {
    insta::glob!("../../schemas/gallery", "*.toml", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = SchemaSource { name: stem.clone(), text };
        let (schema, faults) = parse(&source);
        assert!(faults.is_empty(), "{stem}: {faults:#?}");
        let schema = schema.unwrap();
        let proof = prove(&schema);
        assert!(proof.faults.is_empty(), "{stem}: {:#?}", proof.faults);
        for trial in mutate(&schema) {
            assert!(trial.tripped.is_some(), "{stem}: nothing trips {}", trial.rule);
        }
        let samples = std::fs::read_dir(root().join("raw/gallery")).unwrap().map(Result::unwrap);
        let sample = samples
            .map(|entry| entry.path())
            .find(|sample| sample.file_stem().unwrap().to_str() == Some(&stem))
            .unwrap_or_else(|| panic!("raw/gallery has no sample for {stem}"));
        let sample = format!("raw/gallery/{}", sample.file_name().unwrap().to_str().unwrap());
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!("gallery", mill(&schema, &sample));
        });
    });
}

#[test]
fn the_samples_of_the_other_embedded_schemas_are_as_reviewed() {
    for name in ["medicalkg", "net39"] {
        let schema = parse(&SchemaSource::find(name).unwrap()).0.unwrap();
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(format!("raw_{name}"), mill(&schema, &format!("raw/{name}")));
        });
    }
}
