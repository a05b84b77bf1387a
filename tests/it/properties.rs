//! What must hold for any input: no panic, spans on character borders, the same
//! result for any block size and number of threads, every byte accounted for.

use proptest::prelude::*;
use recordmill::diagnostic::Diagnostics;
use recordmill::mill::{Mill, RecordText, Scratch};
use recordmill::pipeline::{self, Options};
use recordmill::publish::Publish;
use recordmill::record::{self, Batcher, Columns};
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::sink::{Compression, Format, Target};
use recordmill::source::{Asked, Input, SourceId, decide};
use recordmill::types::RecordInfo;
use recordmill::verdict::FailOn;

/// Rows of two halves that change places, so that what is read is as long as what was written.
fn turned() -> Schema {
    let text = r#"recordmill = 1
name = "turned"
[source]
format = "csv"
[fields.a]
key = "a"
type = "list"
separator = ';'
replace = [{ pattern = '^(.*);(.*)$', with = '$2;$1' }]
items = { type = "integer" }
[tables.t]
rows = "record"
columns = ["record_id"]
"#;
    parse(&SchemaSource { name: "turned".to_owned(), text: text.to_owned() }).0.unwrap()
}

fn disease() -> Schema {
    parse(&SchemaSource::find("disease").unwrap()).0.unwrap()
}

/// Lines as they occur in dumps, good and bad.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "(简介|治愈率|治疗周期|治疗费用|患病比例|医保疾病|病因|预防) [甲乙一二0-9%～—。，()（元天周月约以上 ]{0,12}",
        2 => "(症状|检查|宜吃) ([甲乙丙]{1,3}(…|\\.\\.\\.)? ?){0,4}",
        2 => "药品 (\\['[甲乙]{1,3}', '\\([甲乙]{1,3}\\)'\\] ?){0,3}",
        1 => "药品 [\\[\\]'\"\\\\,甲 x4]{0,16}",
        1 => "[不明键感染\\s\\u{0}\u{feff}a]{0,8} ?[甲，]{0,4}",
        1 => Just(String::new()),
        1 => Just(" ".to_owned()),
    ]
}

fn dump() -> impl Strategy<Value = String> {
    (prop::collection::vec(line(), 0..24), prop_oneof![Just("\n"), Just("\r\n")], any::<bool>())
        .prop_map(|(lines, end, closed)| {
            let mut text = lines.join(end);
            if closed {
                text.push_str(end);
            }
            text
        })
}

fn run(
    schema: &Schema,
    bytes: &[u8],
    threads: usize,
    block: usize,
    folder: &std::path::Path,
) -> recordmill::report::Outcome {
    let mut options = Options::new(vec![Input::memory("dump.txt", bytes)]);
    options.threads = threads;
    options.block_bytes = block;
    options.fail_on = FailOn::Never;
    options.target = Some(Target {
        formats: vec![Format::Parquet, Format::Csv],
        compression: Compression::default(),
        publish: Publish::Always,
        ..Target::new(folder)
    });
    pipeline::run(schema, &options, &()).unwrap()
}

/// Every table of a folder, as bytes.
fn tables(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut tables: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension().is_some_and(|extension| extension == "parquet" || extension == "csv")
        })
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
        })
        .collect();
    tables.sort();
    tables
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_block_size_and_thread_count_gives_the_same_files(text in dump(), block in 1_usize..64) {
        let schema = disease();
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = run(&schema, text.as_bytes(), 1, 1 << 16, one.path());
        let second = run(&schema, text.as_bytes(), 3, block, two.path());
        prop_assert_eq!(tables(one.path()), tables(two.path()));
        prop_assert_eq!(first.report.balance.bytes, second.report.balance.bytes);
    }

    #[test]
    fn every_byte_is_in_one_class(text in dump()) {
        let folder = tempfile::tempdir().unwrap();
        let outcome = run(&disease(), text.as_bytes(), 2, 32, folder.path());
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        prop_assert_eq!(outcome.report.balance.bytes.total(), text.len() as u64);
        prop_assert_eq!(outcome.report.balance.bytes.byte_order_mark, mark);
        prop_assert_eq!(outcome.report.balance.bytes_total, text.len() as u64);
        let records = outcome.report.balance.records;
        prop_assert_eq!(records.r#in, records.out + records.quarantined);
        for (field, items) in &outcome.report.balance.items {
            prop_assert_eq!(items.r#in, items.out + items.sentinel + items.prompt + items.blank + items.unread + items.quarantined, "{}", field);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let folder = tempfile::tempdir().unwrap();
        let mut dump = "简介 甲\n症状 ".as_bytes().to_vec();
        dump.extend(&bytes);
        let outcome = run(&disease(), &dump, 1, 16, folder.path());
        prop_assert!(outcome.report.balance.bytes.total() == outcome.report.balance.bytes_total);
        // And as the whole dump.
        run(&disease(), &bytes, 1, 16, folder.path());
    }

    #[test]
    fn a_replacement_of_equal_length_does_not_make_it_panic(rows in prop::collection::vec("[甲é1]{1,3};[12乙]{1,3}", 1..8)) {
        let folder = tempfile::tempdir().unwrap();
        let outcome = run(&turned(), format!("a\n{}\n", rows.join("\n")).as_bytes(), 1, 64, folder.path());
        prop_assert_eq!(outcome.report.balance.records.out, rows.len() as u64);
    }

    #[test]
    fn no_schema_text_makes_it_panic(cut in 0_usize..30_000, insert in "[\\[\\]{}=\"'a-z0-9.%\n]{0,6}") {
        let text = recordmill::schema::builtin::text("disease").unwrap();
        let at = text.floor_char_boundary(cut.min(text.len()));
        let broken = format!("{}{insert}{}", &text[..at], &text[at..]);
        let (schema, faults) = parse(&SchemaSource { name: "x".to_owned(), text: broken.clone() });
        prop_assert!(schema.is_some() || !faults.is_empty());
        for fault in &faults {
            prop_assert!(fault.span.end <= broken.len());
        }
    }

    #[test]
    fn spans_lie_on_character_borders_inside_the_source(text in dump()) {
        let schema = disease();
        let mill = Mill::new(&schema);
        let mut batcher = Batcher::new(mill.framing(), 1 << 20, 1 << 20, 7);
        let mut batches = Vec::new();
        let mut keep = |batch| { batches.push(batch); true };
        let decision = decide(|| Ok(text.as_bytes()), Asked::default()).unwrap();
        batcher.source(SourceId(0), "x", decision, text.as_bytes(), &mut keep).unwrap();
        batcher.finish(&mut keep);
        for piece in batches.iter().flat_map(|batch| &batch.pieces) {
            let chunk = piece.chunk.text();
            for frame in &piece.records {
                let mut diagnostics = Diagnostics::new(&schema.policy);
                let columns = Columns::default();
                let place = RecordText { format: piece.format, columns: &columns, text: chunk, span: frame.span };
                let (info, scratch) = (RecordInfo::default(), &mut Scratch::default());
                mill.record(&place, &info, scratch, &mut diagnostics, |milled, diagnostics| {
                let (record, row) = (milled.record, &milled.row);
                prop_assert_eq!(record.bytes.total(), frame.span.len() as u64);
                let cells = row.cells.iter().chain(row.items.iter().flat_map(|items| &items.cells)).map(|cell| cell.span);
                for span in cells.chain(diagnostics.since(0).iter().map(|finding| finding.span)) {
                    prop_assert!(chunk.get(span.range()).is_some(), "{:?} in {:?}", span, chunk);
                }
                // A cell of text is the text at its bytes.
                for items in &row.items {
                    for cells in items.rows().filter(|cells| cells.len() == 2) {
                        let text = cells[0].value.as_text().unwrap();
                        prop_assert!(chunk[cells[0].span.range()].starts_with(text));
                    }
                }
                Ok(())
                })?;
            }
        }
    }

    #[test]
    fn a_printed_record_parses_to_what_was_printed(values in prop::collection::vec("[甲乙a1，。]{1,8}( [甲乙a1]{1,4})?", 5)) {
        let schema = disease();
        let keys = ["简介", "易感人群", "传染方式", "病因", "预防"];
        let print = |values: &[String]| -> String {
            keys.iter().zip(values).map(|(key, value)| format!("{key} {value} \n")).collect()
        };
        let parse_back = |text: &str| -> Vec<String> {
            let parser = record::Plan::new(&schema);
            let mut diagnostics = Diagnostics::new(&schema.policy);
            let span = recordmill::source::Span::new(0, text.len());
            let form = schema.source.formats[0];
            let record = parser.parse(form, &Columns::default(), text, span, &mut diagnostics);
            keys.iter()
                .map(|key| schema.fields.iter().position(|field| field.keys.first().is_some_and(|known| known == key)).unwrap())
                .map(|field| record.entry(field).unwrap().text.as_str().to_owned())
                .collect()
        };
        let once = parse_back(&print(&values));
        prop_assert_eq!(&once, &values);
        prop_assert_eq!(parse_back(&print(&once)), once);
    }
}
