//! One record, many forms: key-value text, JSON lines, JSON and CSV, plain and
//! compressed, give the same cells. And back: what stands in the tables, printed
//! as a dump, gives the same tables.

use std::fmt::Write as _;
use std::path::Path;

use polars::prelude::DataFrame;
use proptest::prelude::*;
use recordmill::pipeline::{self, Options};
use recordmill::publish::Publish;
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::sink::{Compression, Format, Target};
use recordmill::source::{Input, Limits, resolve};
use recordmill::verdict::FailOn;

use crate::support::{read_table, root, show_table, texts};

/// One schema for a dump in any form: the keys are the same in all of them.
const ANY_FORM: &str = r#"
recordmill = 1
name = "any"
uses = ["disease"]
[source]
formats = ["key-value", "json-lines", "json", "csv"]
record = { by = "start-key", key = "intro" }
[source.key]
by = "declared"
[fields.intro]
key = "intro"
type = "text"
[fields.insured]
key = "insured"
type = "boolean"
true = ["是"]
false = ["否"]
[fields.cure_rate]
key = "rate"
type = "quantity"
quantity = "ratio"
[fields.cost]
key = "cost"
type = "quantity"
quantity = "money"
[fields.symptom]
key = "symptom"
type = "list"
truncation = '%{truncation}'
[fields.drug]
key = "drug"
type = "tuple-list"
members = { 3 = ["manufacturer", "product", "generic"], 2 = ["product", "generic"] }
unwrap = ["generic"]
examples.accept = [{ text = "['甲', '(甲)']" }]
[fields.section]
type = "outline"
outline = "numbered"
texts = ["intro"]
[tables.disease]
rows = "record"
columns = ["intro", "insured", "cure_rate", "cost"]
[tables.symptom]
rows = "symptom"
columns = ["ordinal", "value", "truncated"]
[tables.drug]
rows = "drug"
columns = ["ordinal", "manufacturer", "product", "generic"]
[tables.section]
rows = "section"
columns = ["field", "ordinal", "path", "level", "marker", "text"]
"#;

fn any_form() -> Schema {
    let source = SchemaSource { name: "any".to_owned(), text: ANY_FORM.to_owned() };
    let (schema, faults) = parse(&source);
    schema.unwrap_or_else(|| panic!("{faults:#?}"))
}

/// A record as values by key; none where the key is missing.
#[derive(Clone, Debug)]
struct Made {
    values: [Option<String>; 4],
    symptoms: Vec<String>,
    drugs: Vec<(String, String)>,
}

const KEYS: [&str; 4] = ["intro", "insured", "rate", "cost"];

fn made() -> impl Strategy<Value = Made> {
    let quantity = "(约|至少|)[1-9]{1,3}(-[1-9]{1,3}|)(%|‰|元|万元)(以上|左右|)";
    let word = "[甲乙丙丁a-c\"\\\\,]{1,4}";
    (
        // Lines of a text do not begin like a key.
        "[甲乙\"\\\\，。(一)1-3.、①②]{1,12}(\n[甲乙，。1-3、]{1,8}){0,2}",
        prop::option::of(prop_oneof![Just("是"), Just("否"), Just("不详"), Just("也许")]),
        prop::option::of(quantity),
        prop::option::of(quantity),
        prop::collection::vec(word, 0..4),
        prop::collection::vec(("[甲乙a]{1,3}", "[甲乙a(]{0,2}[甲乙]"), 0..3),
    )
        .prop_map(|(intro, insured, rate, cost, symptoms, drugs)| Made {
            values: [Some(intro), insured.map(str::to_owned), rate, cost],
            symptoms,
            drugs,
        })
}

fn literals(drugs: &[(String, String)]) -> String {
    let drugs = drugs.iter().map(|(product, generic)| format!("['{product}', '({generic})']"));
    drugs.collect::<Vec<_>>().join(" ")
}

fn key_value(records: &[Made]) -> String {
    let mut out = String::new();
    for made in records {
        for (key, value) in KEYS.iter().zip(&made.values) {
            if let Some(value) = value {
                let _ = writeln!(out, "{key} {value}");
            }
        }
        let _ =
            writeln!(out, "symptom {}\ndrug {}", made.symptoms.join(" "), literals(&made.drugs));
    }
    out
}

fn objects(records: &[Made]) -> Vec<serde_json::Value> {
    let object = |made: &Made| {
        let mut object = serde_json::Map::new();
        for (key, value) in KEYS.iter().zip(&made.values) {
            object.insert((*key).to_owned(), serde_json::json!(value));
        }
        object.insert("symptom".to_owned(), serde_json::json!(made.symptoms));
        let drugs =
            made.drugs.iter().map(|(product, generic)| [product.clone(), format!("({generic})")]);
        object.insert("drug".to_owned(), serde_json::json!(drugs.collect::<Vec<_>>()));
        serde_json::Value::Object(object)
    };
    records.iter().map(object).collect()
}

fn json_lines(records: &[Made]) -> String {
    objects(records).iter().map(|object| format!("{object}\n")).collect()
}

fn json(records: &[Made]) -> String {
    serde_json::to_string_pretty(&objects(records)).unwrap()
}

fn rows(records: &[Made]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(KEYS.iter().copied().chain(["symptom", "drug"])).unwrap();
    for made in records {
        let values = made.values.iter().map(|value| value.clone().unwrap_or_default());
        writer
            .write_record(values.chain([made.symptoms.join(" "), literals(&made.drugs)]))
            .unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Every table that comes of a dump, as text.
fn tables(schema: &Schema, name: &str, text: &str) -> (Vec<String>, &'static str) {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(vec![Input::memory(name, text.as_bytes())]);
    options.fail_on = FailOn::Never;
    options.block_bytes = 32;
    options.target = Some(Target {
        formats: vec![Format::Parquet],
        compression: Compression::None,
        publish: Publish::Always,
        ..Target::new(folder.path())
    });
    let report = pipeline::run(schema, &options, &()).unwrap().report;
    assert_eq!(report.balance.bytes.total(), text.len() as u64, "every byte is in one class");
    let names = ["disease", "symptom", "drug", "section"];
    let shown = names.iter().map(|name| show_table(&read_table(folder.path(), name))).collect();
    (shown, report.inputs[0].format)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_form_gives_the_same_cells(records in prop::collection::vec(made(), 1..4)) {
        let schema = any_form();
        let (expected, form) = tables(&schema, "a.txt", &key_value(&records));
        prop_assert_eq!(form, "key-value");
        let others = [
            ("a.jsonl", json_lines(&records), "json-lines"),
            ("a.json", json(&records), "json"),
            ("a.csv", rows(&records), "csv"),
        ];
        for (name, text, form) in others {
            let (found, told) = tables(&schema, name, &text);
            prop_assert_eq!(told, form);
            prop_assert_eq!(&found, &expected, "{} of {}", form, text);
        }
    }

    #[test]
    fn no_bytes_make_any_form_panic(text in "[\\[\\]{}\":,\\\\a-e0-9\\s\u{0}\u{feff}甲'%{-]{0,120}", form in 0_usize..4) {
        let name = ["a.txt", "a.jsonl", "a.json", "a.csv"][form];
        tables(&any_form(), name, &text.replace('\u{feff}', ""));
        let head = ["intro ", "{\"intro\": \"", "[{\"intro\": \"x\"},", "intro,symptom\n"][form];
        tables(&any_form(), name, &format!("{head}{}", text.replace('\u{feff}', "")));
    }

    #[test]
    fn rows_are_cut_where_the_csv_crate_cuts_them(text in "[ab\",\n ]{1,60}") {
        let text = format!("intro,symptom\n{text}");
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        // A row of nothing but blanks and delimiters is none.
        let blank = |row: &csv::ByteRecord| row.iter().all(|cell| cell.iter().all(|byte| *byte == b' '));
        let quoted_blank = text.contains("\" ") || text.contains(" \"") || text.contains("\"\"");
        let rows: Vec<_> = reader.byte_records().map(Result::unwrap).collect();
        let expected = rows.iter().filter(|row| !blank(row)).count() as u64;
        let in_quotes = rows.iter().flatten().any(|cell| cell.contains(&b'\n'));
        let mut options = Options::new(vec![Input::memory("a.csv", text.as_bytes())]);
        options.block_bytes = 7;
        let report = pipeline::run(&any_form(), &options, &()).unwrap().report;
        // Where quotes are wrong, the crate takes rows for text. A row of several lines that does not fit is taken
        // for that, too.
        let told = |code: &str| report.findings.contains_key(code);
        let damaged = ["R109", "R120", "R121"].into_iter().any(told) || in_quotes && told("R110");
        if damaged {
            prop_assert!(text.contains('"'), "{}", text);
        } else if !quoted_blank {
            prop_assert_eq!(report.balance.records.r#in, expected, "{}", text);
        }
    }

    #[test]
    fn sections_put_together_are_the_text(made in prop::collection::vec(made(), 1..3)) {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(vec![Input::memory("a.jsonl", json_lines(&made).into_bytes())]);
        options.target = Some(Target { formats: vec![Format::Parquet], compression: Compression::None, publish: Publish::Always, ..Target::new(folder.path()) });
        pipeline::run(&any_form(), &options, &()).unwrap();
        let sections = read_table(folder.path(), "section");
        let (markers, pieces) = (texts(&sections, "marker"), texts(&sections, "text"));
        let ordinals = sections.column("ordinal").unwrap();
        let mut whole: Vec<String> = Vec::new();
        for (row, (marker, piece)) in markers.into_iter().zip(pieces).enumerate() {
            if ordinals.get(row).unwrap().try_extract::<i64>().unwrap() == 0 {
                whole.push(String::new());
            }
            let last = whole.last_mut().unwrap();
            last.push_str(&marker.unwrap_or_default());
            last.push_str(&piece.unwrap_or_default());
        }
        let intros: Vec<_> = made.iter().map(|made| made.values[0].clone().unwrap()).collect();
        for text in whole {
            prop_assert!(intros.iter().any(|intro| intro.trim() == text), "{} of {:?}", text, intros);
        }
    }
}

/// The rows of `tests/inputs/csv`, which Python's own module wrote; `write.py`
/// beside them says how.
#[test]
fn rows_that_python_wrote_come_out_as_they_went_in() {
    let folder = root().join("tests/inputs/csv");
    let rows = std::fs::read_to_string(folder.join("rows.json")).unwrap();
    let rows: Vec<Vec<String>> = serde_json::from_str(&rows).unwrap();
    let dialects = [
        ("plain.csv", ""),
        ("always.csv", ""),
        ("feeds.csv", ""),
        ("tabs.csv", "csv = { delimiter = \"\\t\" }"),
        ("bars.csv", "csv = { delimiter = \"|\", quote = \"'\" }"),
        ("escaped.csv", "csv = { escape = \"\\\\\" }"),
    ];
    for (name, syntax) in dialects {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"csv\"\n{syntax}\n\
             [fields.no]\nkey = \"no\"\ntype = \"text\"\n[fields.title]\nkey = \"title\"\ntype = \"text\"\n\
             [fields.note]\nkey = \"note\"\ntype = \"text\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"no\", \"title\", \"note\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        let schema = schema.unwrap_or_else(|| panic!("{faults:#?}"));
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let target = tempfile::tempdir().unwrap();
        let mut options = Options::new(vec![Input::memory(name, bytes)]);
        options.fail_on = FailOn::Never;
        options.target = Some(Target {
            compression: Compression::None,
            publish: Publish::Always,
            ..Target::new(target.path())
        });
        let report = pipeline::run(&schema, &options, &()).unwrap().report;
        let told = ["R109", "R110", "R120", "R121"];
        assert!(told.iter().all(|code| !report.findings.contains_key(*code)), "{name}");
        let table = read_table(target.path(), "t");
        for (column, key) in ["no", "title", "note"].into_iter().enumerate() {
            let found = texts(&table, key);
            // A row of nothing but blanks is no row.
            let filled = rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty()));
            let expected: Vec<_> = filled
                .map(|row| Some(row[column].trim().to_owned()).filter(|text| !text.is_empty()))
                .collect();
            assert_eq!(found, expected, "{key} of {name}");
        }
    }
}

fn run_disease(input: &str, folder: &Path) {
    let schema = parse(&SchemaSource::find("disease").unwrap()).0.unwrap();
    let mut options = Options::new(resolve(&[input.to_owned()], Limits::default()).unwrap());
    options.fail_on = FailOn::Never;
    options.target = Some(Target {
        formats: vec![Format::Parquet],
        compression: Compression::None,
        publish: Publish::Always,
        ..Target::new(folder)
    });
    pipeline::run(&schema, &options, &()).unwrap();
}

/// The items of each record, by its id.
fn items<'t>(ids: &'t [Option<String>], values: &'t [Option<String>], id: &'t str) -> Vec<&'t str> {
    let own = ids.iter().zip(values).filter(|(own, _)| own.as_deref() == Some(id));
    own.map(|(_, value)| value.as_deref().unwrap()).collect()
}

/// Prints the tables of the schema `disease` as the dump that they may have come from.
fn print_dump(folder: &Path) -> String {
    let schema = parse(&SchemaSource::find("disease").unwrap()).0.unwrap();
    let records = read_table(folder, "disease");
    let ids = texts(&records, "record_id");
    let mut out = String::new();
    for (row, id) in ids.iter().flatten().enumerate() {
        for field in schema.fields.iter().filter(|field| !field.keys.is_empty()) {
            let key = &field.keys[0];
            let value = if field.name == "drug" {
                let drugs = read_table(folder, "drug");
                Some(items(&texts(&drugs, "record_id"), &texts(&drugs, "raw"), id).join(" "))
            } else if field.is_items() {
                let table = read_table(folder, &field.name);
                let (owners, values) = (texts(&table, "record_id"), texts(&table, "value"));
                let cut = table.column("truncated").unwrap().bool().unwrap();
                let marked: Vec<_> = values
                    .iter()
                    .zip(cut.iter())
                    .map(|(value, cut)| {
                        value.as_ref().map(|value| {
                            format!("{value}{}", if cut == Some(true) { "…" } else { "" })
                        })
                    })
                    .collect();
                Some(items(&owners, &marked, id).join(" "))
            } else {
                match records.column(&field.name).unwrap().get(row).unwrap() {
                    polars::prelude::AnyValue::Null => None,
                    polars::prelude::AnyValue::Boolean(value) => {
                        Some(if value { "是" } else { "否" }.to_owned())
                    }
                    value => value.get_str().map(str::to_owned),
                }
            };
            if let Some(value) = value {
                let _ = writeln!(out, "{key} {value}");
            }
        }
    }
    out
}

#[test]
fn tables_printed_as_a_dump_give_the_same_tables() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run_disease(&root().join("raw/disease").to_string_lossy(), first.path());
    let dump = first.path().join("again.txt");
    std::fs::write(&dump, print_dump(first.path())).unwrap();
    run_disease(&dump.to_string_lossy(), second.path());
    let schema = parse(&SchemaSource::find("disease").unwrap()).0.unwrap();
    // Where a record stood, and a name that only its file had, are not in the text.
    let strip = |mut table: DataFrame| {
        for column in [
            "record_id",
            "record_key",
            "name",
            "name_source",
            "source_file",
            "source_line",
            "source_byte",
            "source_bytes",
        ] {
            let _ = table.drop_in_place(column);
        }
        show_table(&table)
    };
    for table in &schema.tables {
        let (before, after) =
            (read_table(first.path(), &table.name), read_table(second.path(), &table.name));
        assert!(before.height() > 0, "{} has rows", table.name);
        assert_eq!(strip(before), strip(after), "{}", table.name);
    }
}

#[test]
fn arrays_however_deep_are_no_trouble() {
    let schema = ANY_FORM.replace("key = \"symptom\"", "key = \"a.b\"");
    let source = SchemaSource { name: "deep".to_owned(), text: schema };
    let schema = parse(&source).0.unwrap();
    let deep =
        format!("{{\"a\": {}{}, \"intro\": \"x\"}}\n", "[".repeat(200_000), "]".repeat(200_000));
    let options = Options::new(vec![Input::memory("a.jsonl", deep.clone().into_bytes())]);
    let report = pipeline::run(&schema, &options, &()).unwrap().report;
    assert_eq!(report.balance.bytes.total(), deep.len() as u64);
    assert_eq!(report.balance.records.out, 1);
}

#[test]
fn long_text_behind_a_record_does_not_take_it_along() {
    let schema = ANY_FORM.replace("[source.key]", "json.records = \"items\"\n[source.key]");
    let schema = parse(&SchemaSource { name: "gap".to_owned(), text: schema }).0.unwrap();
    let text =
        format!("{{\"items\":\n[{{\"intro\": \"x\"}}], \"blob\": \"{}\"}}", "y".repeat(9000));
    for block in [64, 4096, 1 << 20] {
        let mut options = Options::new(vec![Input::memory("a.json", text.clone().into_bytes())]);
        options.max_record_bytes = Some(1000);
        options.block_bytes = block;
        let report = pipeline::run(&schema, &options, &()).unwrap().report;
        assert_eq!(report.balance.records.out, 1, "blocks of {block}");
        assert_eq!(report.balance.bytes.total(), text.len() as u64);
    }
}

#[test]
fn a_quote_behind_a_closed_one_is_text() {
    for (row, rejected) in [("\"a\"b\"c", 0), ("\"a\"\"", 1), ("\"a\"\"b\"", 0), ("\"a", 1)] {
        let text = format!("intro\n{row}");
        let options = Options::new(vec![Input::memory("a.csv", text.into_bytes())]);
        let report = pipeline::run(&any_form(), &options, &()).unwrap().report;
        assert_eq!(report.balance.records.quarantined, rejected, "{row}");
    }
}

/// Two kinds of records, told by a key that no field has.
const TWO_KINDS: &str = r#"
recordmill = 1
name = "walk"
[source]
formats = ["key-value", "json-lines", "csv"]
record = { by = "blank-line" }
key = { by = "declared", delimiter = ": " }
[kinds.person]
when = { key = "kind", pattern = '^person$' }
[kinds.place]
when = { key = "kind", pattern = '^place$' }
[fields.name]
key = "name"
type = "text"
rules = [{ rule = "required" }]
[fields.born]
key = "born"
type = "integer"
rules = [{ rule = "required", action = "reject" }]
[fields.country]
key = "country"
type = "text"
[fields.tags]
key = "tags"
type = "list"
[tables.person]
rows = "record"
kind = "person"
columns = ["name", "born"]
[tables.place]
rows = "record"
kind = "place"
columns = ["name", "country"]
[tables.tag]
rows = "tags"
columns = ["value"]
"#;

#[test]
fn records_of_a_kind_go_to_its_tables_whatever_their_form() {
    let source = SchemaSource { name: "walk".to_owned(), text: TWO_KINDS.to_owned() };
    let (schema, faults) = parse(&source);
    assert!(faults.is_empty(), "{faults:#?}");
    let schema = schema.unwrap();
    let lines = "kind: person\nname: Lena\nborn: 1902\ntags: a b\n\nkind: place\nname: Salt Haven\ncountry: none\ntags: c\n\n\
                 kind: boat\nname: Two\ntags: d\n\nkind: person\nname: Piet\n";
    let json = "{\"kind\":\"person\",\"name\":\"Lena\",\"born\":1902,\"tags\":[\"a\",\"b\"]}\n\
                {\"kind\":\"place\",\"name\":\"Salt Haven\",\"country\":\"none\",\"tags\":[\"c\"]}\n\
                {\"kind\":\"boat\",\"name\":\"Two\",\"tags\":[\"d\"]}\n{\"kind\":\"person\",\"name\":\"Piet\"}\n";
    let rows = "kind,name,born,country,tags\nperson,Lena,1902,,a b\nplace,Salt Haven,,none,c\nboat,Two,,,d\n";
    for (name, text, findings) in [
        ("walk.txt", lines, &["R141", "R401"][..]),
        ("walk.jsonl", json, &["R141", "R401"]),
        ("walk.csv", rows, &["R141"]),
    ] {
        let out = tempfile::tempdir().unwrap();
        let mut options = Options::new(vec![Input::memory(name, text.as_bytes())]);
        options.target = Some(Target {
            formats: vec![Format::Parquet],
            compression: Compression::None,
            publish: Publish::Always,
            ..Target::new(out.path())
        });
        let report = pipeline::run(&schema, &options, &()).unwrap().report;
        assert_eq!(report.balance.bytes.total(), text.len() as u64);
        let shown: Vec<_> = ["person", "place", "tag"]
            .map(|table| show_table(&read_table(out.path(), table)))
            .into();
        let expected = [
            "name:str born:i64 \n1 rows\nLena | 1902\n",
            "name:str country:str \n1 rows\nSalt Haven | none\n",
            "value:str \n3 rows\na\nb\nc\n",
        ];
        assert_eq!(shown, expected, "{name}");
        for code in findings {
            assert_eq!(report.findings.get(code), Some(&1), "{name} {code}");
        }
    }
}

#[test]
fn a_value_that_no_table_of_its_kind_has_is_told() {
    let lines = "kind: place\nname: a\nborn: 1700\n\nkind: place\nname: b\nborn: 1800\n\nkind: person\nname: c\nborn: 1\n";
    let json = "{\"kind\":\"place\",\"name\":\"a\",\"born\":1700}\n{\"kind\":\"place\",\"name\":\"b\",\"born\":1800}\n\
                {\"kind\":\"place\",\"name\":\"d\",\"born\":null}\n{\"kind\":\"person\",\"name\":\"c\",\"born\":1}\n";
    let rows = "kind,name,born\nplace,a,1700\nplace,b,1800\nplace,d,\nperson,c,1\n";
    let run = |text: &str, dump: (&str, &str)| {
        let (schema, faults) =
            parse(&SchemaSource { name: "walk".to_owned(), text: text.to_owned() });
        assert!(faults.is_empty(), "{faults:#?}");
        let options = Options::new(vec![Input::memory(dump.0, dump.1.as_bytes())]);
        pipeline::run(&schema.unwrap(), &options, &()).unwrap().report
    };
    for dump in [("walk.txt", lines), ("walk.jsonl", json), ("walk.csv", rows)] {
        let report = run(TWO_KINDS, dump);
        let (bytes, coverage) = (&report.balance.bytes, &report.coverage);
        assert_eq!(bytes.total(), dump.1.len() as u64);
        assert!((8..20).contains(&bytes.unknown_key), "{bytes:?}");
        assert_eq!(coverage.keys.total - coverage.keys.taken, 2, "{}", dump.0);
        let [key] = &coverage.unknown_keys[..] else { panic!("{:?}", coverage.unknown_keys) };
        assert_eq!((key.key.as_str(), key.count), ("born (place)", 2));
        // One who wants no other keys wants none of these, and who shows the field misses none.
        let ignored = TWO_KINDS.replace("\": \" }", "\": \", ignored = \"*\" }");
        let shown = TWO_KINDS.replace("\"country\"]", "\"country\", \"born\"]");
        for text in [ignored.as_str(), &shown] {
            assert_eq!(run(text, dump).findings.get("R102"), None, "{text}");
        }
    }
}

#[test]
fn that_a_kind_has_no_table_is_told_of_the_schema_and_not_of_each_value() {
    let table =
        "[tables.place]\nrows = \"record\"\nkind = \"place\"\ncolumns = [\"name\", \"country\"]\n";
    assert!(TWO_KINDS.contains(table));
    let text = TWO_KINDS.replace(table, "");
    let (schema, faults) = parse(&SchemaSource { name: "walk".to_owned(), text });
    let told = faults.iter().filter(|fault| fault.message.contains("no table has the records"));
    assert_eq!(told.count(), 1, "{faults:#?}");
    let dump = Input::memory("walk.txt", b"kind: place\nname: a\nborn: 1700\n");
    let report = pipeline::run(&schema.unwrap(), &Options::new(vec![dump]), &()).unwrap().report;
    assert_eq!(report.findings.get("R102"), None, "{:?}", report.findings);
}
