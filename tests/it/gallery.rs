//! The schemas of the gallery over their samples: every table, finding and byte.

use std::fmt::Write as _;

use proptest::prelude::*;
use recordmill::pipeline::{self, Options};
use recordmill::prove::{mutate, prove};
use recordmill::publish::Publish;
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::sink::{Compression, Format, Target};
use recordmill::source::{Input, Limits, resolve};

use crate::support::{each_file, read_table, root, show_table};

/// Runs a schema over a file or folder below the root and shows all that comes out.
fn mill(schema: &Schema, input: &str) -> String {
    let out = tempfile::tempdir().unwrap();
    let input = root().join(input).to_string_lossy().into_owned();
    let mut options = Options::new(resolve(&[input], Limits::default()).unwrap());
    options.target = Some(Target {
        formats: vec![Format::Parquet],
        compression: Compression::None,
        publish: Publish::Always,
        ..Target::new(out.path())
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
    each_file("schemas/gallery", "*.toml", |path| {
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

/// The schemas of the gallery with their samples.
fn gallery() -> Vec<(Schema, Vec<u8>)> {
    let folder = |path: &str| {
        let entries = std::fs::read_dir(root().join(path)).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let schemas = folder("schemas/gallery").into_iter().map(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        parse(&SchemaSource { name: "gallery".to_owned(), text }).0.unwrap()
    });
    let samples = folder("raw/gallery").into_iter().map(|path| std::fs::read(path).unwrap());
    schemas.zip(samples).collect()
}

/// A damage: where, how many bytes go, and what comes in their place.
fn damage() -> impl Strategy<Value = (prop::sample::Index, usize, &'static str)> {
    let pieces = [
        "", "", "\n", "\n ", "\n\n", ": ", "[", "]\n", "#", "+ ", "\u{0}", "甲", "\t", "key: x\n",
        "//\n",
    ];
    (any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(pieces.to_vec()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_to_a_sample_loses_a_byte(damages in prop::collection::vec(damage(), 1..12)) {
        for (schema, mut bytes) in gallery() {
            for (place, gone, piece) in &damages {
                let at = place.index(bytes.len() + 1);
                let end = (at + gone).min(bytes.len());
                bytes.splice(at..end, piece.bytes());
            }
            let options = Options::new(vec![Input::memory("sample", bytes.clone())]);
            let report = pipeline::run(&schema, &options, &()).unwrap().report;
            let balance = report.balance;
            prop_assert_eq!(balance.bytes.total(), balance.bytes_total, "{}: {}", schema.name, String::from_utf8_lossy(&bytes));
            prop_assert_eq!(balance.records.r#in, balance.records.out + balance.records.quarantined);
        }
    }
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
