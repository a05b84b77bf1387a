//! All of raw/disease end to end: types, rows, cells and findings of every table.

use polars::prelude::ParquetReader;
use recordmill::pipeline::{self, Options};
use recordmill::publish::Publish;
use recordmill::schema::{SchemaSource, parse};
use recordmill::sink::{Compression, Format, Target};
use recordmill::source::{Limits, resolve};

use crate::support::{CliTest, read_table, root, show_table};

#[test]
fn the_tables_of_raw_are_as_reviewed() {
    let out = tempfile::tempdir().unwrap();
    let (schema, _) = parse(&SchemaSource::find("disease").unwrap());
    let schema = schema.unwrap();
    let raw = root().join("raw/disease");
    let mut options =
        Options::new(resolve(&[raw.to_string_lossy().into_owned()], Limits::default()).unwrap());
    options.target = Some(Target {
        formats: vec![Format::Parquet, Format::Csv],
        compression: Compression::default(),
        publish: Publish::Always,
        ..Target::new(out.path())
    });
    let outcome = pipeline::run(&schema, &options, &()).unwrap();

    for (name, table) in &outcome.report.tables {
        let read = read_table(out.path(), name);
        assert_eq!(
            read.height() as u64,
            table.rows,
            "{name}: what the report says is what stands in the file"
        );
        if name == "finding" {
            continue;
        }
        insta::assert_snapshot!(format!("raw_{name}"), show_table(&read));
    }
    let mut findings = read_table(out.path(), "finding");
    // The path of the clone is in the fingerprints of what stands outside of records.
    for column in ["source_file", "fingerprint"] {
        findings.drop_in_place(column).unwrap();
    }
    insta::assert_snapshot!("raw_finding", show_table(&findings));
    let report = &outcome.report;
    let encodings: Vec<_> = report
        .inputs
        .iter()
        .map(|input| (input.path.rsplit('/').next().unwrap(), input.encoding, input.records))
        .collect();
    insta::assert_debug_snapshot!("raw_inputs", encodings);
    insta::assert_json_snapshot!(
        "raw_balance",
        (&report.balance, &report.findings, &report.fields)
    );
    assert_eq!(outcome.report.exit_code, 0, "the main job of the README succeeds");
}

#[test]
fn csv_and_parquet_hold_the_same_cells() {
    let out = tempfile::tempdir().unwrap();
    let (schema, _) = parse(&SchemaSource::find("disease").unwrap());
    let raw = root().join("raw/disease");
    let mut options =
        Options::new(resolve(&[raw.to_string_lossy().into_owned()], Limits::default()).unwrap());
    options.target = Some(Target {
        formats: vec![Format::Parquet, Format::Csv],
        compression: Compression::None,
        publish: Publish::Always,
        ..Target::new(out.path())
    });
    pipeline::run(&schema.unwrap(), &options, &()).unwrap();
    for name in ["disease", "drug", "symptom", "finding"] {
        let table = read_table(out.path(), name);
        let mut reader = csv::Reader::from_path(out.path().join(format!("{name}.csv"))).unwrap();
        let header: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let names: Vec<_> =
            table.columns().iter().map(|column| column.name().to_string()).collect();
        assert_eq!(header, names);
        let mut rows = 0;
        for (row, record) in reader.records().map(Result::unwrap).enumerate() {
            rows += 1;
            for (column, cell) in table.columns().iter().zip(&record) {
                let value = column.get(row).unwrap();
                let expected = match &value {
                    polars::prelude::AnyValue::Null => String::new(),
                    polars::prelude::AnyValue::Float64(number) => {
                        assert!((cell.parse::<f64>().unwrap() - number).abs() < 1e-15);
                        continue;
                    }
                    value => value.get_str().map_or_else(|| value.to_string(), str::to_owned),
                };
                assert_eq!(cell, expected, "{name} row {row} {}", column.name());
            }
        }
        assert_eq!(rows, table.height());
    }
}

/// What the schema says of a column stands where readers of Arrow look, and in the file.
#[test]
fn descriptions_and_units_stand_in_the_fields() {
    let test = CliTest::new();
    test.write("dump.txt", "简介 甲\n治疗费用 市三甲医院约（1000-8000元）\n");
    assert_eq!(test.run(&["run", "dump.txt", "-s", "disease", "-o", "out", "-q"]).code, 0);
    let mut units = 0;
    for table in ["disease", "drug", "finding"] {
        let file = std::fs::File::open(test.path(&format!("out/{table}.parquet"))).unwrap();
        let mut reader = polars::io::SerReader::new(file);
        let reader: &mut ParquetReader<_> = &mut reader;
        let about = reader.get_metadata().unwrap().key_value_metadata().clone().unwrap();
        let about = about.iter().find(|pair| pair.key == "recordmill").unwrap().value.as_deref();
        let about: serde_json::Value = serde_json::from_str(about.unwrap()).unwrap();
        for (name, field) in reader.schema().unwrap().iter() {
            let told = |key: &str| {
                field.metadata.as_ref().and_then(|own| own.get(key)).map(ToString::to_string)
            };
            let column = &about["columns"][name.as_str()];
            for key in ["description", "unit"] {
                assert_eq!(told(key).as_deref(), column[key].as_str(), "{table}.{name} {key}");
            }
            assert!(told("description").is_some(), "{table}.{name}");
            units += usize::from(told("unit").is_some());
        }
    }
    assert!(units > 0);
}
