//! Whole sources, cut and parsed: CSV against rows that other programs wrote,
//! JSON against `serde_json`, both with damage and in blocks of any size.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Batch, Batcher, Outside, Part, Plan};
use crate::diagnostic::{Action, Code, Diagnostics};
use crate::schema::model::Repeated;
use crate::schema::{Schema, SchemaSource, parse};
use crate::source::{Asked, Fault, SourceId, decide};

/// What came out of a source.
#[derive(Debug, PartialEq)]
struct Read {
    /// For each record that is not set aside, the text of each field's entries.
    records: Vec<Vec<Vec<String>>>,
    /// The line of each record.
    lines: Vec<u64>,
    /// The numbers of findings, and the line that each is on.
    told: Vec<(&'static str, usize)>,
    /// What stands where those of records are, and what they show.
    shown: Vec<(String, String)>,
    /// The records that are set aside, as they stand.
    rejected: Vec<String>,
    ignored: u64,
}

fn schema(source: &str, keys: &[&str]) -> Schema {
    let mut text = format!("recordmill = 1\nname = \"t\"\n[source]\n{source}\n");
    for (idx, key) in keys.iter().enumerate() {
        let kind = if key.contains("[]") { "list" } else { "text" };
        let key = key.replace("[]", "");
        let _ = writeln!(text, "[fields.f{idx}]\nkey = {key:?}\ntype = \"{kind}\"");
    }
    text.push_str("[tables.t]\nrows = \"record\"\ncolumns = [\"record_id\"]\n");
    let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
    schema.unwrap_or_else(|| panic!("{faults:#?}"))
}

fn read_in(schema: &Schema, text: &str, block: usize, max_record: usize) -> Read {
    let plan = Plan::new(schema);
    let mut batcher = Batcher::new(&plan, max_record, 1 << 12, block);
    let mut cut: Vec<Batch> = Vec::new();
    let mut keep = |batch| {
        cut.push(batch);
        true
    };
    let bytes = text.as_bytes();
    let decision = decide(|| Ok(bytes), Asked::default()).unwrap();
    batcher.source(SourceId(0), "t", decision, bytes, &mut keep).unwrap();
    batcher.finish(&mut keep);
    let mut read = Read {
        records: Vec::new(),
        lines: Vec::new(),
        told: Vec::new(),
        shown: Vec::new(),
        rejected: Vec::new(),
        ignored: 0,
    };
    let mut diagnostics = Diagnostics::new(&schema.policy);
    let (mut total, mut before) = (0, 0);
    for piece in cut.iter().flat_map(|batch| &batch.pieces) {
        let text_here = piece.chunk.text();
        let line_of = |at: u32| {
            let start = before + at as usize;
            1 + text[..start].bytes().filter(|&byte| byte == b'\n').count()
        };
        for note in &piece.notes {
            assert!(text_here.get(note.span.clone()).is_some(), "{note:?}");
            read.told.push((note.code.id, line_of(u32::try_from(note.span.start).unwrap())));
        }
        if matches!(piece.part, Part::Oversize { .. }) {
            total += text_here.len() as u64;
            before += text_here.len();
            read.rejected.push(text_here.to_owned());
            continue;
        }
        let columns = plan.columns(piece.header.as_deref(), None, &mut diagnostics);
        let head = piece.header.as_deref().filter(|_| piece.first).map(super::Header::range);
        total += head.as_ref().map_or(0, |head| head.len() as u64);
        let spans = piece.records.iter().map(|frame| frame.span.range());
        let mut from = 0;
        let end = text_here.len();
        for span in head.into_iter().chain(spans).chain(std::iter::once(end..end)) {
            match plan.outside(piece.format, &text_here[from..span.start]) {
                Outside::Nothing => {}
                Outside::Ignored(ignored) => read.ignored += ignored,
                other => panic!("{other:?}"),
            }
            total += (span.start - from) as u64;
            from = span.end;
        }
        for frame in &piece.records {
            let record =
                plan.parse(piece.format, &columns, text_here, frame.span, &mut diagnostics);
            assert_eq!(record.bytes.total(), frame.span.len() as u64, "{record:?}");
            read.lines.push(frame.line);
            total += record.bytes.total();
            let findings = diagnostics.take();
            let rejected =
                record.unreadable || findings.iter().any(|found| found.action == Action::Reject);
            for found in findings {
                assert!(text_here.get(found.span.range()).is_some(), "{found:?}");
                assert!(found.span.start >= frame.span.start && found.span.end <= frame.span.end);
                read.told.push((found.code.id, line_of(found.span.start)));
                let at = text_here[found.span.range()].to_owned();
                read.shown.push((at, found.raw.unwrap_or_default()));
            }
            if rejected {
                read.rejected.push(text_here[frame.span.range()].to_owned());
                continue;
            }
            let fields = (0..schema.fields.len())
                .map(|field| {
                    let entries = record.entries_of(field);
                    entries.map(|entry| entry.text.as_str().to_owned()).collect()
                })
                .collect();
            read.records.push(fields);
        }
        before += text_here.len();
    }
    assert_eq!(total, text.len() as u64, "every byte is in one class");
    read
}

/// The same in blocks of several sizes, which change nothing.
fn read(schema: &Schema, text: &str) -> Read {
    let whole = read_in(schema, text, 1 << 20, 1 << 20);
    for block in [1, 2, 3, 7, 64] {
        assert_eq!(read_in(schema, text, block, 1 << 20), whole, "blocks of {block} bytes");
    }
    whole
}

fn texts(read: &Read) -> Vec<Vec<&str>> {
    let one = |entries: &Vec<String>| entries.len() <= 1;
    assert!(read.records.iter().flatten().all(one), "{read:?}");
    read.records
        .iter()
        .map(|fields| {
            fields.iter().map(|entries| entries.first().map_or("", String::as_str)).collect()
        })
        .collect()
}

const CSV: &str = "format = \"csv\"";

#[track_caller]
fn check_csv(source: &str, text: &str, expected: &[&[&str]], told: &[(&str, usize)]) {
    let schema = schema(source, &["n", "who", "size"]);
    let read = read(&schema, text);
    assert_eq!(texts(&read), expected, "{text}");
    assert_eq!(read.told, told, "{text}");
}

#[test]
fn one_bad_quote_costs_one_row() {
    // Closed three rows later, with text behind.
    check_csv(
        CSV,
        "n,who,size\n1,ann,3\n2,\"bo,4\n3,cy,5\n4,\"d\"\"i\",6\n5,ed,7\n",
        &[&["1", "ann", "3"], &["3", "cy", "5"], &["4", "d\"i", "6"], &["5", "ed", "7"]],
        &[("R109", 3)],
    );
    // Never closed.
    check_csv(
        CSV,
        "n,who,size\n1,\"ann,3\n2,bo,4\n3,cy,5\n",
        &[&["2", "bo", "4"], &["3", "cy", "5"]],
        &[("R109", 2)],
    );
    // Closed by a quote that should not be there either: every line is a row.
    check_csv(
        CSV,
        "n,who,size\n1,ann,3\n2,\"bo,4\n3,cy,5\n4,di\",6\n5,ed,7\n",
        &[&["1", "ann", "3"], &["3", "cy", "5"], &["4", "di\"", "6"], &["5", "ed", "7"]],
        &[("R109", 3)],
    );
    // A cell of several lines with a quote that is not doubled.
    check_csv(
        CSV,
        "n,who,size\n1,ann,3\n2,\"bo\nsays \"hi\", twice, to\nall\",4\n3,\"c\ny\",5\n",
        &[&["1", "ann", "3"], &["3", "c\ny", "5"]],
        &[("R109", 3)],
    );
    // The first row, and the header.
    check_csv(CSV, "n,who,size\n1,\"ann,3\n2,bo,4\n", &[&["2", "bo", "4"]], &[("R109", 2)]);
}

#[test]
fn rows_that_end_in_a_return_stand_on_lines() {
    let schema = schema(CSV, &["n", "who", "size"]);
    let lines = |text: &str| read(&schema, text).lines;
    assert_eq!(lines("n,who,size\r1,ann,\"3\r4\"\r\r2,bo,4\r\n3,cy,5\n4,di,6"), [2, 5, 6, 7]);
    // What ends the first line tells what a line is.
    assert_eq!(lines("n,who,size\n1,ann,3\r2,bo,4\n3,cy,5\n"), [2, 2, 3]);
}

/// The fields that a header has no column for.
fn absent(source: &str, more: &str, header: &str) -> Vec<String> {
    let text = format!("recordmill = 1\nname = \"t\"\n[source]\n{source}\n{more}");
    let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
    let schema = schema.unwrap_or_else(|| panic!("{faults:#?}"));
    let plan = Plan::new(&schema);
    let head = super::Head { range: 0..header.len(), delimiter: None };
    let mut diagnostics = Diagnostics::new(&schema.policy);
    plan.columns(Some(&super::Header::new(header, head)), Some(header), &mut diagnostics);
    let found = diagnostics.take();
    let found = found.into_iter().filter(|found| found.code == Code::ABSENT_COLUMN);
    found.map(|found| found.field.unwrap()).collect()
}

#[test]
fn a_field_without_a_column_is_told() {
    let fields = "[fields.town]\nkey = \"town\"\naliases = [\"place\"]\ntype = \"text\"\n\
                  [fields.river]\nkey = \"on.river\"\ntype = \"text\"\n\
                  [fields.big]\nfrom = \"river\"\ntype = \"text\"\n\
                  [tables.t]\nrows = \"record\"\ncolumns = [\"town\", \"river\", \"big\"]\n";
    assert_eq!(absent(CSV, fields, "town,on.river"), [""; 0]);
    assert_eq!(absent(CSV, fields, "place,river"), ["river"]);
    let all = "format = \"csv\"\nkey = { ignored = \"*\" }";
    assert_eq!(absent(all, fields, "x,y"), ["town", "river"]);
    // A path is a key of JSON.
    assert_eq!(absent("formats = [\"csv\", \"json-lines\"]", fields, "x"), ["town"]);
    assert_eq!(
        absent("format = \"csv\"\ncsv = { header = false, columns = [\"x\"] }", fields, "town"),
        [""; 0]
    );
    let kinds = "[kinds.man]\nwhen = { key = \"sort\", pattern = '^m' }\n[kinds.mill]\nwhen = { key = \"sort\", pattern = '^w' }\n\
                 [fields.sort]\nkey = \"sort\"\ntype = \"text\"\n\
                 [fields.wheel]\nkey = \"wheel\"\ntype = \"text\"\n\
                 [tables.man]\nrows = \"record\"\nkind = \"man\"\ncolumns = [\"sort\"]\n\
                 [tables.mill]\nrows = \"record\"\nkind = \"mill\"\ncolumns = [\"wheel\"]\n";
    assert_eq!(absent(CSV, kinds, "sort"), [""; 0]);
}

/// What is said of where records begin and end, with the helps.
fn notes(schema: &Schema, text: &str) -> Vec<(String, Option<String>)> {
    let plan = Plan::new(schema);
    let mut batcher = Batcher::new(&plan, 1 << 20, 1 << 12, 1 << 12);
    let mut notes = Vec::new();
    let mut look = |batch: Batch| {
        let found = batch.pieces.iter().flat_map(|piece| &piece.notes);
        notes.extend(found.map(|note| (note.message.clone(), note.help.clone())));
        true
    };
    let decision = decide(|| Ok(text.as_bytes()), Asked::default()).unwrap();
    batcher.source(SourceId(0), "t", decision, text.as_bytes(), &mut look).unwrap();
    batcher.finish(&mut look);
    notes
}

/// The helps on what is found in a source, each once.
fn helps(schema: &Schema, text: &str) -> Vec<String> {
    let plan = Plan::new(schema);
    let mut batcher = Batcher::new(&plan, 1 << 20, 1 << 12, 1 << 12);
    let mut diagnostics = Diagnostics::new(&schema.policy);
    let mut look = |batch: Batch| {
        for piece in &batch.pieces {
            let text = piece.chunk.text();
            let columns = plan.columns(piece.header.as_deref(), Some(text), &mut diagnostics);
            for frame in &piece.records {
                plan.parse(piece.format, &columns, text, frame.span, &mut diagnostics);
            }
        }
        true
    };
    let decision = decide(|| Ok(text.as_bytes()), Asked::default()).unwrap();
    batcher.source(SourceId(0), "t", decision, text.as_bytes(), &mut look).unwrap();
    batcher.finish(&mut look);
    let mut helps: Vec<_> =
        diagnostics.take().into_iter().map(|found| found.help.unwrap_or_default()).collect();
    helps.dedup();
    helps
}

#[test]
fn a_ragged_row_is_told_with_what_may_be_the_cause() {
    let comma = schema(CSV, &["n", "who", "size"]);
    let help = |text: &str| helps(&comma, &format!("n,who,size\n{text}\n"));
    let long = "the header has no column for what stands behind cell 3; a cell that holds `,` stands \
                between two `\"`";
    assert_eq!(help("1,\"a, b\",2,3"), [long]);
    let short = "the row ends before the column `size` of the header: a delimiter is missing, or the \
                 row was cut off or goes on in the next line";
    assert_eq!(help("1,\"a, b\""), [short]);
    assert!(help("1, \"a, b\",2")[0].starts_with("a `\"` opens a cell only where"));
}

#[test]
fn a_file_of_another_form_is_told() {
    let comma = schema(CSV, &["id", "a", "b"]);
    let other = |text: &str, expected: &str| {
        let helps = helps(&comma, text);
        assert!(helps.iter().all(|help| help.contains(expected)), "{text}: {helps:?}");
        // What a column that is absent needs otherwise is not lost over it.
        assert!(helps.iter().any(|help| help.contains("`aliases`")), "{text}: {helps:?}");
    };
    other("id;a;b\n", "`csv.delimiter` is probably `;`");
    other("id\ta\tc\n", "`csv.delimiter` is probably `\\t`");
    other("{\"id\": 1, \"a\": 2}\n", "`format = \"json-lines\"`");
    other("[\n", "`format = \"json\"`");
    other("[{\"id\": 1},\n", "`format = \"json\"`");
    other("[1, 2]\n", "`format = \"json\"`");
    let bracketed = helps(&comma, "[id],[a]\n");
    assert!(!bracketed.concat().contains("looks like"), "{bracketed:?}");
    let none = helps(&comma, "x;y;z\n");
    assert!(!none.concat().contains("probably"), "{none:?}");
    let lines = schema("format = \"json-lines\"", &["id", "a"]);
    let helps = helps(&lines, "id,a\n1,2\n");
    assert!(helps.len() == 1 && helps[0].contains("`format = \"csv\"`"), "{helps:?}");
}

#[test]
fn cells_of_several_lines_stay_quiet() {
    check_csv(
        CSV,
        "n,who,size\n1,\"ann, of\nbath, and, so\non\",3\r\n2,\"\n\",4\n\"3\n\",\"a\n\nb\",\"\"\n",
        &[&["1", "ann, of\nbath, and, so\non", "3"], &["2", "", "4"], &["3", "a\n\nb", ""]],
        &[],
    );
    let two = schema(CSV, &["n", "who"]);
    let kept = read(&two, "n,who\n1,\"dear ann,\nyes, please\nbo\"\n2,\"one\n2 b, x\"\n");
    assert_eq!(texts(&kept), [["1", "dear ann,\nyes, please\nbo"], ["2", "one\n2 b, x"]]);
    assert_eq!(kept.told, []);
}

#[test]
fn a_cell_that_may_hold_rows_is_told() {
    let two = schema(CSV, &["n", "who"]);
    let kept = read(&two, "n,who\nann,\"bath\nbo,rome\"\ncy,oslo\n");
    assert_eq!(texts(&kept), [["ann", "bath\nbo,rome"], ["cy", "oslo"]]);
    assert_eq!(kept.told, [("R121", 2)]);
    check_csv(
        CSV,
        "n,who,size\n1,ann,3\n2,\"bo,4\n3,cy\",6\n",
        &[&["1", "ann", "3"], &["2", "bo,4\n3,cy", "6"]],
        &[("R121", 3)],
    );
}

#[test]
fn rows_in_a_cell_are_told_though_some_are_not_like_others() {
    let told = |text: &str, line: usize| {
        let schema = schema(CSV, &["n", "who", "size"]);
        let read = read(&schema, &format!("n,who,size\n{text}"));
        assert_eq!(read.told, [("R121", line)], "{text}");
    };
    // A word among figures, nothing, a blank line, a blank behind a comma.
    for row in ["21,valve,n/a", "21,valve,-", "", "21, valve,7", "valve"] {
        told(&format!("1,a,3\n2,b,6\n20,\"pipe 5\"\",3\n{row}\n22,bolt,8\n23,pipe 6\",9\n"), 4);
    }
    for row in ["21,valve,n/a", "21,valve,-", "21, valve,7"] {
        told(&format!("1,a,3\n2,b,6\n20,\"pipe 5\"\",3\n{row}\n23,pipe 6\",9\n"), 4);
        told(&format!("1,a,3\n2,b,6\n20,\"pipe\n{row}\n23,pipe 6\",9\n"), 4);
    }
    // No row comes before.
    for row in ["2,valve,7", "2,valve,n/a", "2,valve,7\n3,bolt,8", "2,valve,-\n3,bolt,8"] {
        told(&format!("1,\"pipe\n{row}\n4,pipe 6\",9\n5,nut,1\n"), 2);
        told(&format!("0,nut,5\n1,\"pipe\n{row}\n4,pipe 6\",9\n5,nut,1\n"), 3);
    }
    told("1,\"pipe,3\n2,valve,n/a\n3,bolt,8\n4,pipe 6\",9\n", 2);
    // A figure where all rows so far have words.
    for row in ["6", "2024-01-02"] {
        told(&format!("1,ann,ok\n2,bob,\"late\n3,cid,{row}\"\n5,eve,ok\n"), 3);
        told(&format!("1,ann,ok\n2,bob,\"late\n3,cid,{row}\n4,dan,n/a\"\n5,eve,ok\n"), 3);
        told(&format!("1,abc,\"x\n2,def,{row}\"\n"), 2);
        told(&format!("ann,rome,ok\nbob,bath,\"late\ncid,oslo,{row}\"\neve,lyon,ok\n"), 3);
    }
    told("1,M,5\n2,L,4\n3,\"XL,2\n4,24\",3\n5,S,7\n", 4);
}

#[test]
fn half_of_the_lines_of_a_cell_tell_whatever_their_order() {
    let (words, row) = ("so it goes, on and on\n", "2,b,5\n");
    for before in ["", "0,nut,5\n"] {
        for (prose, rows, found) in [(10, 10, 1), (11, 10, 0)] {
            let (prose, rows) = (words.repeat(prose), row.repeat(rows));
            for inner in [format!("{prose}{rows}"), format!("{rows}{prose}")] {
                let schema = schema(CSV, &["n", "who", "size"]);
                let text = format!("n,who,size\n{before}1,\"a\n{inner}z\",3\n");
                assert_eq!(read(&schema, &text).told.len(), found, "{text}");
            }
        }
    }
}

#[test]
fn prose_and_addresses_in_a_cell_stay_quiet() {
    for cell in [
        "12 High St, Bath\n5, rue de la Paix, Paris\nFrance",
        "dear ann,\nyes, please, and\n3 of them, not 4, or so\nbo",
        "1. wash,\n2. dry, 20 min,\n3. fold",
        "one\n\ntwo, three,four\n\n5",
        "red,blue,green\nup,down,left",
        "wheat\n1,5 kg",
        "wheat, 1,5 kg\nrye, 2,5 kg\n3,4",
    ] {
        for before in ["", "0,nut,5\n"] {
            let schema = schema(CSV, &["n", "who", "size"]);
            let read = read(&schema, &format!("n,who,size\n{before}1,\"{cell}\",3\n2,b,4\n"));
            assert_eq!(read.told, [], "{before}{cell}");
        }
    }
}

#[test]
fn text_behind_a_quote_is_read_as_it_stands() {
    check_csv(
        CSV,
        "n,who,size\n1,\"ann\" b,3\n2,\"a \"b, c\" d\",4\n3,5\" pipe,x \"y\" z\n",
        &[
            &["1", "\"ann\" b", "3"],
            &["2", "\"a \"b, c\" d\"", "4"],
            &["3", "5\" pipe", "x \"y\" z"],
        ],
        &[("R120", 2), ("R120", 3)],
    );
}

#[test]
fn lines_that_are_no_rows() {
    check_csv(
        "format = \"csv\"\ncsv = { comment = '^#', skip-rows = 2, skip-after-header = 1, end = '^END' }",
        "made \"by\" hand\n\n# note\nn,who,size\nid,name,\"c\nm\"\n# x\n1,ann,3\n  \t\nn,who,size\n2,\"b\n# o\",4\nEND\n\nmore\n",
        &[&["1", "ann", "3"], &["2", "b\n# o", "4"]],
        &[("R122", 10), ("R113", 15)],
    );
    check_csv(
        CSV,
        "n,who,size\r1,ann,\"3\r4\"\r2,bo,4",
        &[&["1", "ann", "3\r4"], &["2", "bo", "4"]],
        &[],
    );
    check_csv(CSV, "sep=;\r\nn;who;size\r\n1;a,b;3\r\n", &[&["1", "a,b", "3"]], &[]);
    check_csv(
        CSV,
        "\"n\",\"who\",\"size\"\n1,a,2\n\"n\",\"who\",\"size\"\n",
        &[&["1", "a", "2"]],
        &[("R122", 3)],
    );
}

#[test]
fn rows_of_delimiters_alone_are_told_and_no_records() {
    check_csv(
        CSV,
        "n,who,size\n1,ann,3\n,,\n , ,\t\n,,,,\n\n,,\n2,,\n,bo,\n\"\",,\n,,",
        &[&["1", "ann", "3"], &["2", "", ""], &["", "bo", ""], &["", "", ""]],
        &[("R123", 3), ("R123", 7), ("R123", 11)],
    );
    check_csv(
        "format = \"csv\"\ncsv = { delimiter = \"\\t\", comment = '^\\t\\t$', skip-after-header = 1 }",
        "n\twho\tsize\n\t\t\t\t\n1\tann\t3\n\t\t\r\n\t\t\t\r\n2\tbo\t4\n",
        &[&["1", "ann", "3"], &["2", "bo", "4"]],
        &[("R123", 5)],
    );
    let long = "n,who\n1,ann\n".to_owned() + &", ,\r\n".repeat(230_000) + "2,bo\n";
    let read = read(&schema(CSV, &["n", "who"]), &long);
    assert_eq!(read.records.len(), 2);
    assert!(
        read.told.len() < 4 && read.told.iter().all(|told| told.0 == "R123"),
        "{:?}",
        read.told
    );
}

#[test]
fn a_record_without_the_line_that_ends_it_is_told() {
    let told = |record: &str, key: &str, text: &str| {
        let source = format!("format = \"key-value\"\nrecord = {{ {record} }}\nkey = {{ {key} }}");
        let told = read(&schema(&source, &["TY", "TI"]), text).told;
        let told = told.iter().map(|(code, line)| format!("{code} {line}"));
        told.collect::<Vec<_>>().join(", ")
    };
    let tags = r"by = 'pattern', pattern = '^(?<key>[A-Z]{2})  - ?(?<value>.*)$', ignored = ['ER']";
    let column = "by = 'column', width = 6";
    let declared = "by = 'declared', delimiter = ': '";
    let start_key = |end: &str| format!("by = 'start-key', key = 'TY', end = '{end}'");
    let start_line =
        |end: &str| format!("by = 'start-line', pattern = '^\\[\\w\\]$', end = '{end}'");
    // What is an entry by its key is in each record.
    let ris = start_key("^ER  -");
    for (text, findings) in [
        ("TY  - a\nER  - \nTY  - b\nER  -\n\n", ""),
        ("TY  - a\nER  - \nTY  - b\nER  -", ""),
        ("TY  - a\nER  - \nTY  - b\nTI  - cut", "R124 4"),
        ("TY  - a\nTI  - cut\n", "R124 2"),
        ("TY  - a\nTI  - cut\n\u{1a}", "R124 2"),
        ("TY  - a\nTI  - b\nTY  - c\nER  - \nTY  - d\nTY  - e\nER  - \n", "R124 3"),
        ("\n\n", ""),
    ] {
        assert_eq!(told(&ris, tags, text), findings, "{text}");
    }
    assert_eq!(told(&start_key("^//"), column, "TY    a\n//\nTY    b\n"), "R124 3");
    assert_eq!(told(&start_key("^//"), column, "TY    a\n//\nTY    b\n//\n"), "");
    // Others are missed where most have them.
    let foot = start_key("^-- ");
    for (text, findings) in [
        ("TY: a\n-- \nTY: b\n", "R124 3"),
        ("TY: a\n-- \nTY: b\nTY: c\n-- \n", "R124 4"),
        ("TY: a\nTY: b\nTY: c\n-- \n", ""),
        ("TY: a\nTY: b\n-- \nTY: c\nTY: d\n-- \nTY: e\n", ""),
        ("TY: a\n", ""),
    ] {
        assert_eq!(told(&foot, declared, text), findings, "{text}");
    }
    // Where keys have levels, what ends the file is an entry too.
    let levels = r"by = 'pattern', pattern = '^(?<level>\d) (?<key>[A-Z]+)(?: (?<value>.*))?$'";
    let text = "0 @A@ X\n1 TY a\n0 @B@ X\n1 TY b\n0 TRLR\n";
    assert_eq!(
        told("by = 'start-line', pattern = '^0 @\\w@ X$', end = '^0 TRLR'", levels, text),
        ""
    );
    // A blank line, or one of several, ends none for certain.
    let text = "[a]\nTY: a\n\n[b]\nTY: b\n\n[c]\nTY: c\n[d]\nTY: d\n";
    for end in ["^$", "^\\s*$", "^(?:>>>|Copyright)"] {
        let text =
            if end.contains('>') { text.replace("\n\n", "\n>>>\n") } else { text.to_owned() };
        assert_eq!(told(&start_line(end), declared, &text), "", "{end}");
    }
    let text = text.replace("\n\n", "\n>>>\n");
    assert_eq!(told(&start_line("^>>>"), declared, &text), "R124 9, R124 10");
    assert_eq!(told("by = 'end-line', pattern = '^//$'", declared, "TY: a\n//\nTY: b\n"), "");
}

#[test]
fn rows_of_rulers_are_told_and_no_records() {
    let rows: &[&[&str]] = &[&["1", "ann", "3"]];
    for ruler in ["--,---,----", "-,--,-", "--, ---, ----", "===,===,===", "---", "─,───,────"]
    {
        check_csv(CSV, &format!("n,who,size\n{ruler}\n1,ann,3\n"), rows, &[("R123", 2)]);
        check_csv(CSV, &format!("n,who,size\n{ruler}"), &[], &[("R123", 2)]);
    }
    check_csv(
        "format = \"csv\"\ncsv = { delimiter = \"|\" }",
        "n | who | size\n---|:---:|---\n1|ann|3\n",
        rows,
        &[("R123", 2)],
    );
    check_csv(
        "format = \"csv\"\ncsv = { delimiter = \"\\t\" }",
        "n\twho\tsize\n---\t---\t----\n1\tann\t3\n",
        rows,
        &[("R123", 2)],
    );
    check_csv(
        CSV,
        "n,who,size\n1,ann,3\nn,who,size\n-,---,----\n2,bo,4\n",
        &[rows[0], &["2", "bo", "4"]],
        &[("R122", 3), ("R123", 4)],
    );
    // A dash stands for a value that is missing, and two behind other rows.
    for row in [["-", "-", "-"], ["--", "--", "--"], ["--", "bo", "---"], ["-", "", "-1"]] {
        let text = format!("n,who,size\n1,ann,3\n{}\n", row.join(","));
        check_csv(CSV, &text, &[rows[0], &row], &[]);
    }
    check_csv(CSV, "n,who,size\n-,-,-\n", &[&["-", "-", "-"]], &[]);
    // Signs that are told, as grades are.
    for row in [["---", "+++", "---"], ["--", "++", "--"], ["--", "==", "--"]] {
        check_csv(CSV, &format!("n,who,size\n{}\n", row.join(",")), &[&row], &[]);
    }
    for row in [["---", "---", "---"], ["===", "===", "==="]] {
        let text = format!("n,who,size\n+,-,+\n{}\n", row.join(","));
        check_csv(CSV, &text, &[&["+", "-", "+"], &row], &[]);
    }
    check_csv(CSV, "n\n1\n---\n", &[&["1", "", ""], &["---", "", ""]], &[]);
}

#[test]
fn a_header_that_comes_again_is_told_by_its_cells() {
    let rows: &[&[&str]] = &[&["1", "x", ""], &["2", "y", ""], &["3", "z", ""], &["4", "u", ""]];
    check_csv(
        "format = \"csv\"",
        "n,who\n1,x\n\"n\",\"who\"\n2,y\n n , who \n3,z\n\u{feff}n,who\n\u{feff}4,u\n",
        rows,
        &[("R122", 3), ("R122", 5), ("R003", 7), ("R122", 7), ("R003", 8)],
    );
    check_csv(
        "format = \"csv\"",
        "sep=,\nn,who\n1,x\nsep=,\nn,who\n2,y\n",
        &rows[..2],
        &[("R122", 4), ("R122", 5)],
    );
}

#[test]
fn a_header_that_the_schema_does_not_expect_is_no_record() {
    let source = |columns: &str| {
        format!("format = \"csv\"\ncsv = {{ header = false, columns = {columns} }}")
    };
    check_csv(
        &source("[\"n\", \"who\"]"),
        "n,who\n1,x\n\"n\",\"who\"\n2,who\nn,y\n",
        &[&["1", "x", ""], &["2", "who", ""], &["n", "y", ""]],
        &[("R122", 1), ("R122", 3)],
    );
    // One name alone may be a value.
    check_csv(&source("[\"n\"]"), "n\n1\n", &[&["n", "", ""], &["1", "", ""]], &[]);
}

#[test]
fn a_header_of_the_same_names_is_told_in_any_order_and_case() {
    let (first, last): (&[&str], &[&str]) = (&["1", "x", "2"], &["3", "y", "4"]);
    // One that is the same is no record; another may be one, and is kept as what stands there.
    for (header, kept, message) in [
        ("n,who,size", None, "comes again; it is no record"),
        ("size,who,n", Some(["size", "who", "n"]), "in another order; it is read as a record"),
        (
            "\"who\", n ,\"Size\"",
            Some(["who", "n", "Size"]),
            "in another order; it is read as a record",
        ),
        ("N,Who,SIZE", Some(["N", "Who", "SIZE"]), "in another case; it is read as a record"),
    ] {
        let mut rows = vec![first, last];
        if let Some(cells) = &kept {
            rows.insert(1, cells);
        }
        let rows = &rows[..];
        let text = format!("n,who,size\n1,x,2\n{header}\n3,y,4\n");
        check_csv(CSV, &text, rows, &[("R122", 3)]);
        let schema = schema(CSV, &["n", "who", "size"]);
        let notes = notes(&schema, &text);
        assert!(notes[0].0.ends_with(message), "{notes:?}");
        assert_eq!(notes[0].1.is_some(), kept.is_some(), "{notes:?}");
        let source = "format = \"csv\"\n\
                      csv = { header = false, columns = [\"n\", \"who\", \"size\"] }";
        check_csv(source, &format!("1,x,2\n{header}\n3,y,4\n"), rows, &[("R122", 2)]);
    }
    // One without a name may be the first of another order.
    let source = "format = \"csv\"";
    let unnamed = schema(source, &["n", "who"]);
    let again = read(&unnamed, "n,,who\n1,x,2\n,who,n\n3,y,4\n");
    assert!(again.told.contains(&("R122", 3)), "{:?}", again.told);
    // Letters of any alphabet.
    let letters = schema(CSV, &["größe", "Ärmel"]);
    let again = read(&letters, "größe,Ärmel\n1,2\nÄRMEL,GRÖßE\nÄrmel,2\n");
    assert_eq!(texts(&again), [["1", "2"], ["ÄRMEL", "GRÖßE"], ["Ärmel", "2"]]);
    assert_eq!(again.told, [("R122", 3)]);
    // A row that has not all of the names, and a name alone.
    check_csv(CSV, "n,who\nwho,who\nn,x\n", &[&["who", "who", ""], &["n", "x", ""]], &[]);
    check_csv(CSV, "n\nN\n", &[&["N", "", ""]], &[]);
    // Rows of figures have them in any order.
    let figures = schema("format = \"csv\"", &["1", "2"]);
    let again = read(&figures, "1,2\n2,1\n1,2\n3,4\n");
    assert_eq!(texts(&again), [["2", "1"], ["3", "4"]]);
    assert_eq!(again.told, [("R122", 3)]);
    // What is a comment, or stands behind the header and is no record, is no record in another order either.
    let source = "format = \"csv\"\ncsv = { comment = '^who', skip-after-header = 1 }";
    check_csv(source, "n,who\nN,Who\n1,x\nwho,n\n2,y\n", &[&["1", "x", ""], &["2", "y", ""]], &[]);
    // Names that are empty.
    check_csv(
        CSV,
        ",n,who\n0,1,x\n,n,who\n,,\n1,2,y\n",
        &[&["1", "x", ""], &["2", "y", ""]],
        &[("R122", 3), ("R123", 4), ("R102", 2), ("R102", 5)],
    );
}

#[test]
fn a_header_with_another_name_is_told() {
    let (first, last): (&[&str], &[&str]) = (&["1", "x", "2"], &["3", "y", "4"]);
    for (header, cells, message) in [
        ("n,who,weight", ["n", "who", "weight"], "most of the names of the columns for its cells"),
        ("N,who,\"weight\"", ["N", "who", "weight"], "most of the names of the columns"),
        ("n,name,size", ["n", "name", "size"], "most of the names of the columns for its cells"),
        ("no,who,size", ["no", "who", "size"], "most of the names of the columns for its cells"),
        ("\"no\",\"who\",\"size\"", ["no", "who", "size"], "most of the names of the columns"),
        ("ï»¿n,who,size", ["ï»¿n", "who", "size"], "the names of the columns with other signs"),
        ("_n,Who?,[size]", ["_n", "Who?", "[size]"], "the names of the columns with other signs"),
    ] {
        let text = format!("n,who,size\n1,x,2\n{header}\n3,y,4\n");
        check_csv(CSV, &text, &[first, &cells, last], &[("R122", 3)]);
        let (told, help) = &notes(&schema(CSV, &["n", "who", "size"]), &text)[0];
        assert!(told.contains(message) && help.is_some(), "{told}");
        let source = "format = \"csv\"\n\
                      csv = { header = false, columns = [\"n\", \"who\", \"size\"] }";
        check_csv(source, &text[11..], &[first, &cells, last], &[("R122", 2)]);
        // It ends a row that is damaged.
        let text = format!("n,who,size\n1,x,2\n5,\"z,6\n{header}\n3,y,4\n");
        check_csv(CSV, &text, &[first, &cells, last], &[("R122", 4), ("R109", 3)]);
    }
    let signs = schema(CSV, &["first name", "last_name"]);
    let again = read(&signs, "first name,last_name\na,b\nfirst_name,last name\n-first,b\n");
    assert_eq!(texts(&again), [["a", "b"], ["first_name", "last name"], ["-first", "b"]]);
    assert_eq!(again.told, [("R122", 3)]);
    // A form has the names of its columns for answers, beside a figure; one name of two is a value.
    for row in [["5", "who", "size"], ["n", "who", "5"], ["n", "a", "b"], ["b", "a", "size"]] {
        check_csv(CSV, &format!("n,who,size\n{}\n", row.join(",")), &[&row], &[]);
    }
    check_csv(CSV, "n,who\nn,whom\nm,who\n", &[&["n", "whom", ""], &["m", "who", ""]], &[]);
}

#[test]
fn a_header_in_another_order_says_nothing_of_what_rows_are_like() {
    let schema = schema(CSV, &["n", "who", "size"]);
    let text = "n,who,size\nsize,who,n\n1,a,3\n20,\"pipe 5\"\",3\n21,valve,n/a\n23,pipe 6\",9\n";
    assert_eq!(read(&schema, text).told, [("R122", 2), ("R121", 4)]);
}

#[test]
fn a_blank_line_may_end_a_table() {
    let source = "format = \"csv\"\ncsv = { end = '^$' }";
    check_csv(source, "\nn,who\n1,x\n\nother,table\n2,y\n", &[&["1", "x", ""]], &[("R113", 5)]);
}

#[test]
fn the_end_of_a_dos_file_is_no_text() {
    check_csv(
        "format = \"csv\"",
        "n,who\n1,x\n2,y\n\u{1a}",
        &[&["1", "x", ""], &["2", "y", ""]],
        &[],
    );
    check_csv(
        "format = \"csv\"",
        "n,who\n1,x\n2,y\u{1a}",
        &[&["1", "x", ""], &["2", "y", ""]],
        &[],
    );
    for record in ["by = \"start-key\", key = \"n\"", "by = \"blank-line\"", "by = \"file\""] {
        let source = format!(
            "format = \"key-value\"\nrecord = {{ {record} }}\nkey = {{ by = \"declared\", delimiter = \": \" }}"
        );
        for end in ["\u{1a}", "\n\u{1a}"] {
            let read = read(&schema(&source, &["n", "who"]), &format!("n: 1\nwho: x{end}"));
            assert_eq!(texts(&read), [["1", "x"]], "{record}");
        }
    }
    for end in ["\u{1a}", "\n\u{1a}", "\n\r\n\u{1a}"] {
        let read = read(&schema("format = \"json-lines\"", &["n"]), &format!("{{\"n\": 1}}{end}"));
        assert_eq!((texts(&read), read.told.len()), (vec![vec!["1"]], 0), "{end:?}");
    }
}

#[test]
fn a_record_that_has_ended_stands_where_its_source_breaks_off() {
    let by = |record: &str| {
        format!(
            "format = \"key-value\"\nrecord = {{ {record} }}\nkey = {{ by = \"declared\", delimiter = \": \" }}"
        )
    };
    for (source, text, stands) in [
        (by("by = \"blank-line\""), "n: 1\n\n", true),
        (by("by = \"blank-line\""), "n: 1\n", false),
        (by("by = \"end-line\", pattern = '^//$'"), "n: 1\n//\n", true),
        (by("by = \"start-key\", key = \"n\""), "n: 1\n\n", false),
        ("format = \"json-lines\"".to_owned(), "{\"n\": 1}\n", true),
        ("format = \"json-lines\"".to_owned(), "{\"n\": 1}", false),
    ] {
        let plan = Plan::new(&schema(&source, &["n"]));
        let cut = |fault: Fault| {
            let mut batcher = Batcher::new(&plan, 1 << 20, 1 << 12, 64);
            let mut parts = Vec::new();
            let mut keep = |batch: Batch| {
                parts.extend(batch.pieces.iter().map(|piece| (piece.part, piece.records.len())));
                true
            };
            let mut decision = decide(|| Ok(text.as_bytes()), Asked::default()).unwrap();
            decision.broken = Some(fault);
            batcher.source(SourceId(0), "t", decision, text.as_bytes(), &mut keep).unwrap();
            batcher.finish(&mut keep);
            parts
        };
        let expected = if stands { (Part::Records, 1) } else { (Part::Torn, 0) };
        assert_eq!(cut(Fault::Breaks("no more".to_owned())), [expected], "{source} {text:?}");
        // One that came whole has no other end.
        let whole = cut(Fault::Behind("more".to_owned()));
        assert_eq!(whole, [(Part::Records, 1)], "{source} {text:?}");
    }
}

#[test]
fn a_mark_before_a_line_is_no_part_of_it() {
    let pattern = "by = \"pattern\", pattern = '^(?<key>\\w+): (?<value>.*)$'";
    for (record, key) in [
        ("by = \"start-key\", key = \"n\"", "by = \"declared\", delimiter = \": \""),
        ("by = \"start-key\", key = \"n\"", pattern),
        ("by = \"start-line\", pattern = '^n'", pattern),
        ("by = \"blank-line\"", pattern),
        ("by = \"end-line\", pattern = '^$'", pattern),
    ] {
        let source = format!("format = \"key-value\"\nrecord = {{ {record} }}\nkey = {{ {key} }}");
        let text = "n: 1\nwho: x\n\u{feff}y\n\n\u{feff}n: 2\n\u{feff}who: z\n\u{feff}";
        let read = read(&schema(&source, &["n", "who"]), text);
        assert_eq!(texts(&read), [["1", "x\ny"], ["2", "z"]], "{source}");
        assert_eq!(read.told[..3], [("R003", 3), ("R003", 5), ("R003", 6)], "{source}");
    }
    let text = "{\"n\": 1}\n\u{feff}{\"n\": 2}\n\u{feff} {\"n\": \n";
    let read = read(&schema("format = \"json-lines\"", &["n"]), text);
    assert_eq!(texts(&read), [["1"], ["2"]]);
    assert_eq!(read.told, [("R003", 2), ("R003", 3), ("R109", 3)]);
}

#[test]
fn cells_without_a_value() {
    check_csv(
        "format = \"csv\"\ncsv = { escape = \"\\\\\", null = ['\\N'] }",
        "n,who,size\n1,\\N,\"\\N\"\n2,a\\,b,\"c\\\"\n\"\n3,a\\\nb,\\\\N\n",
        &[&["1", "", "N"], &["2", "a,b", "c\""], &["3", "a\nb", "\\N"]],
        &[],
    );
}

#[test]
fn a_delimiter_may_be_any_text() {
    let columns = "header = false, columns = [\"n\", \"who\", \"size\"]";
    check_csv(
        &format!("format = \"csv\"\ncsv = {{ delimiter = \"::\", quote = \"\", {columns} }}"),
        "1::\"a:b::3\n2::::\n",
        &[&["1", "\"a:b", "3"], &["2", "", ""]],
        &[],
    );
    check_csv(
        &format!("format = \"csv\"\ncsv = {{ delimiter = '\\t', {columns} }}"),
        "1\ta b\t\"3\t4\"\n\t\t\n2\t\t\n",
        &[&["1", "a b", "3\t4"], &["2", "", ""]],
        &[("R123", 2)],
    );
    check_csv(
        &format!("format = \"csv\"\ncsv = {{ delimiter = \"·\", trim = true, {columns} }}"),
        "1· \"a·b\" ·3\n",
        &[&["1", "a·b", "3"]],
        &[],
    );
}

#[test]
fn a_row_that_is_too_long_is_set_aside_at_any_block_size() {
    let schema = schema(CSV, &["n", "who", "size"]);
    let text = format!("n,who,size\n1,a,2\n2,{},3\n3,\"b,4\n4,c,5\n5,\"d\ne\",6\n", "x".repeat(90));
    for block in [1, 5, 64, 4096] {
        let read = read_in(&schema, &text, block, 40);
        assert_eq!(texts(&read), [["1", "a", "2"], ["4", "c", "5"], ["5", "d\ne", "6"]]);
        assert_eq!(read.rejected.concat(), format!("2,{},3\n3,\"b,4\n", "x".repeat(90)));
    }
}

/// Rows as `csv` writes them.
fn written(rows: &[Vec<String>], always: bool) -> String {
    let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
    let mut writer = csv::WriterBuilder::new().quote_style(style).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Rows of a number, a text and a word.
fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let text = "[a-c甲](|[a-c甲,\"\n\r .;']{0,12}[a-c乙\"])";
    prop::collection::vec((0..500_u32, text, "[a-z]{1,3}"), 1..12).prop_map(|rows| {
        rows.into_iter().map(|(n, text, word)| vec![n.to_string(), text, word]).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn rows_come_out_as_they_were_written(rows in rows(), always in any::<bool>()) {
        let schema = schema(CSV, &["n", "who", "size"]);
        let head = vec!["n".to_owned(), "who".to_owned(), "size".to_owned()];
        let all: Vec<_> = std::iter::once(head).chain(rows.iter().cloned()).collect();
        let read = read(&schema, &written(&all, always));
        prop_assert_eq!(texts(&read), rows);
        prop_assert_eq!(&read.rejected, &Vec::<String>::new());
        prop_assert_eq!(&read.told, &Vec::new());
    }

    /// A quote that is lost or too many costs its own row and at most the one
    /// behind it, and is reported.
    #[test]
    fn damage_stays_where_it_is(rows in rows(), row in 0..12_usize, at in 0..40_usize, take in any::<bool>()) {
        let schema = schema(CSV, &["n", "who", "size"]);
        // Lines in cells would make what is lost with a row a matter of taste.
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.replace(['\n', '\r'], " ").trim().to_owned()).collect())
            .collect();
        let lines: Vec<_> = rows.iter().map(|row| written(std::slice::from_ref(row), false)).collect();
        let row = row % rows.len();
        let line = &lines[row];
        let quotes: Vec<_> = line.match_indices('"').map(|(at, _)| at).collect();
        let mut hurt = line.clone();
        if take && !quotes.is_empty() {
            hurt.remove(quotes[at % quotes.len()]);
        } else {
            let places: Vec<_> = line.trim_end().char_indices().map(|(at, _)| at).collect();
            hurt.insert(places[at % places.len()], '"');
        }
        let text: String = lines.iter().enumerate().map(|(idx, line)| if idx == row { &hurt } else { line }.as_str()).collect();
        let read = read(&schema, &format!("n,who,size\n{text}"));
        let found = texts(&read);
        let mut rest = &found[..];
        for (idx, want) in rows.iter().enumerate().filter(|(idx, _)| idx.abs_diff(row) > 1) {
            let place = rest.iter().position(|row| row == want);
            prop_assert!(place.is_some(), "row {idx} of {:?} is lost: {:?}\n{}", rows, found, text);
            rest = &rest[place.unwrap_or(0) + 1..];
        }
        // What is neither read as it was nor told does not happen.
        let same = found.iter().any(|found| *found == rows[row]);
        let read_otherwise = found.len() == rows.len();
        prop_assert!(same || read_otherwise || !read.told.is_empty(), "{text}");
    }
}

const JSON: &str = "format = \"json\"";

#[track_caller]
fn check_json(source: &str, text: &str, expected: &[&[&str]], told: &[(&str, usize)]) {
    let schema = schema(source, &["a", "@key"]);
    let read = read(&schema, text);
    let found: Vec<Vec<&str>> = texts(&read);
    let expected: Vec<Vec<&str>> = expected
        .iter()
        .map(|row| row.iter().copied().chain(std::iter::repeat("")).take(2).collect())
        .collect();
    assert_eq!(found, expected, "{text}");
    assert_eq!(read.told, told, "{text}");
}

#[test]
fn what_stands_between_records_is_told() {
    check_json(JSON, "[{\"a\": 1},\n{\"a\": 2}]\n", &[&["1"], &["2"]], &[]);
    check_json(JSON, "[{\"a\": 1}, {\"a\": 2},\n", &[&["1"], &["2"]], &[("R126", 1)]);
    check_json(
        JSON,
        "[{\"a\": 1},,\n{\"a\": 2}\n{\"a\": 3}}}\n]\n]\n{\"a\": 4}",
        &[&["1"], &["2"], &["3"], &["4"]],
        &[("R125", 1), ("R125", 3), ("R125", 3), ("R125", 5), ("R125", 6)],
    );
    check_json(JSON, "[{\"a\": 1},]", &[&["1"]], &[("R125", 1)]);
    check_json(JSON, "{\"a\": 1}\n{\"a\": 2}\n", &[&["1"], &["2"]], &[("R125", 2)]);
}

#[test]
fn a_damaged_record_does_not_take_the_next() {
    check_json(JSON, "[{\"a\": 1,\n{\"a\": 2}]", &[&["2"]], &[("R109", 1)]);
    check_json(JSON, "[{\"a\": [1},\n{\"a\": 2}]", &[&["2"]], &[("R109", 1)]);
    check_json(JSON, "[{\"a\": \"1},\n{\"a\": 2},\n{\"a\": 3}]", &[&["2"], &["3"]], &[("R109", 1)]);
    check_json(JSON, "[{\"a\": \"x\ny\"},\n{\"a\": 2}]", &[&["2"]], &[("R109", 1)]);
}

#[test]
fn records_stand_where_the_schema_says() {
    let at = |path: &str| format!("format = \"json\"\njson = {{ records = \"{path}\" }}");
    let text =
        "{\"n\": 2, \"d\": {\"x\": [{}], \"rows\": [{\"a\": 1}, {\"a\": 2}], \"y\": \"]\"}}\n";
    check_json(&at("d.rows"), text, &[&["1"], &["2"]], &[]);
    check_json(&at("d"), "{\"d\": {\"a\": 5}}", &[&["5"]], &[]);
    let dotted = "{\"d\": {\"rows\": {\"a\": 1}}, \"d.rows\": {\"a\": 2}}";
    check_json(&at("d.rows"), dotted, &[&["1"]], &[("R103", 1)]);
    check_json(&at(r"d\\.rows"), dotted, &[&["2"]], &[]);
    check_json(
        &at("*"),
        "{\"r\\u00e9\": {\"a\": 1}, \"s\" : {\"a\": 2}}",
        &[&["1", "ré"], &["2", "s"]],
        &[],
    );
    check_json(&at("d.*"), "{\"n\": {\"a\": 0}, \"d\": {\"s\": {\"a\": 2}}}", &[&["2", "s"]], &[]);
    check_json(
        &at("*"),
        "{\"r\": 5, \"s\": {\"a\": 2}",
        &[&["2", "s"]],
        &[("R126", 1), ("R109", 1)],
    );
    check_json(&at("d.items"), text, &[], &[("R127", 1)]);
}

#[test]
fn a_key_that_comes_again_on_the_way_to_records_is_told() {
    let at = |path: &str| format!("format = \"json\"\njson = {{ records = \"{path}\" }}");
    let check = |path: &str, text: &str, rows: &[&[&str]], lines: &[usize]| {
        let told: Vec<_> = lines.iter().map(|line| ("R103", *line)).collect();
        check_json(&at(path), text, rows, &told);
    };
    let rows: &[&[&str]] = &[&["1"], &["2"]];
    check("d.i", r#"{"d": {"i": [{"a": 1}], "i": [{"a": 2}]}}"#, rows, &[1]);
    check("d.i", "{\"d\": {\"i\": [{\"a\": 1}]},\n\"d\": {\"i\": {\"a\": 2}}}", rows, &[2]);
    check("d.i", r#"{"d": {"i": [{"a": 1}, {"a": 2}]}, "d": 5}"#, rows, &[]);
    check("d.i", r#"{"d": 5, "d": NaN, "d": {"i": [{"a": 1}, {"a": 2}]}}"#, rows, &[]);
    check("d.i", r#"{"d": ["i"], "d": {"i": "x", "i": [{"a": 1}, {"a": 2}]}}"#, rows, &[]);
    check("d.i", r#"{"d": null, "d": {"i": null, "i": [{"a": 1}, {"a": 2}]}}"#, rows, &[]);
    check("d.i", r#"{"i": 1, "d": {"d": 1, "i": [{"a": 1}, {"a": 2}]}, "i": 2}"#, rows, &[]);
    let members: &[&[&str]] = &[&["1", "k"], &["2", "k"]];
    check("*", "{\"k\": {\"a\": 1},\n\"k\":\n{\"a\": 2}}", members, &[3]);
    check(
        "d.*",
        "{\"d\": {\"k\": {\"a\": 1}}, \"c\": {\"k\": {\"a\": 1}}, \"d\":\n{\"k\": {\"a\": 2}}}",
        members,
        &[2],
    );
    check(
        "d.*",
        r#"{"d": [1], "d": {"k": {"a": 1}, "l": {"a": 2}}}"#,
        &[&["1", "k"], &["2", "l"]],
        &[],
    );
    // The same key is the same in escapes.
    check("d", "{\"d\": [{\"a\": 1}],\n\"\\u0064\": [{\"a\": 2}]}", rows, &[2]);
    check("é", r#"{"\u00e9": [{"a": 1}, {"a": 2}]}"#, rows, &[]);
    check("*", "{\"k\": {\"a\": 1},\n\"\\u006b\": {\"a\": 2}}", members, &[2]);
    check_json(&at("d"), r#"{"\x64": [{"a": 1}]}"#, &[], &[("R127", 1)]);
    // The first key is known for good, another one among the last of them.
    let of_many = |again: &str| {
        let members: Vec<_> = (0..99).map(|n| format!("\"k{n}\": {{}},\n")).collect();
        let members = members.concat();
        let schema = schema(&at("*"), &["a"]);
        read(&schema, &format!("{{{members}\"{again}\": {{}}}}")).told
    };
    let told = vec![("R103", 100)];
    assert_eq!([of_many("k0"), of_many("k98"), of_many("k36")], [told.clone(), told.clone(), told]);
    assert_eq!([of_many("k35"), of_many("k99")], [vec![], vec![]]);
    // Many are told once more, all in all.
    let text = format!("{{{}\"k\": {{}}}}", "\"k\": {},\n".repeat(30));
    assert_eq!(read(&schema(&at("*"), &["a"]), &text).told.len(), 21);
}

#[test]
fn a_key_with_a_dot_is_told_from_a_path() {
    let lines = "format = \"json-lines\"";
    let text = "{\"a.b\": 1, \"a\": {\"b\": 2}}\n{\"a\": {\"b\": [3, 4]}, \"a.b\": 5}\n{\"a.b\": 6}\n{\"a\": [{\"b\": 7}, {\"b\": 8}]}\n";
    // The schema tells them apart,
    let apart = read(&schema(lines, &[r"a\.b[]", "a.b[]"]), text);
    assert_eq!(apart.records[..2], [[vec!["1"], vec!["2"]], [vec!["5"], vec!["3", "4"]]]);
    assert!(apart.told.is_empty());
    // or one field has both of them, in different records alone.
    let both = read(&schema(lines, &["a.b[]"]), text);
    assert_eq!(both.records, [[vec!["1"]], [vec!["3", "4"]], [vec!["6"]], [vec!["7", "8"]]]);
    assert_eq!(both.told, [("R103", 1), ("R103", 2)]);
    let deep = "{\"a.b\": {\"c\": 1}, \"a\": {\"b.c\": 2, \"b\": {\"c\": 3}}}\n";
    let told = [("R103", 1), ("R103", 1)];
    assert_eq!(read(&schema(lines, &["a.b.c[]"]), deep).told, told);
    assert_eq!(read(&schema(lines, &["a.b.c"]), deep).told, told);
    let apart = read(&schema(lines, &[r"a\.b.c", r"a.b\.c", "a.b.c"]), deep);
    assert_eq!(
        (&apart.records[..], &apart.told[..]),
        (&[["1", "2", "3"].map(|n| vec![n.to_owned()]).to_vec()][..], &[][..])
    );
    // Each key of a field has ways of its own, whatever came between.
    let mut aliases = schema(lines, &["a.b[]"]);
    aliases.fields[0].keys.push("x.y".to_owned());
    aliases.fields[0].repeated = Repeated::List;
    for text in [
        "{\"a.b\": 1, \"a\": {\"b\": 3}, \"x.y\": 2}\n",
        "{\"a.b\": 1, \"x.y\": 2, \"a\": {\"b\": 3}}\n",
    ] {
        let told = read(&aliases, text);
        assert_eq!(
            (told.records, told.told),
            (vec![vec![vec!["1".to_owned(), "2".to_owned()]]], vec![("R103", 1)])
        );
    }
    // A key of nothing is a key: what lies in it does not lie at the top.
    let empty = read(&schema(lines, &["a", ".a"]), "{\"\": {\"a\": 1}}\n");
    assert_eq!((empty.told, &empty.records[0]), (vec![("R102", 1)], &vec![vec![]; 2]));
}

#[test]
fn a_key_with_dots_beside_keys_in_keys_is_told() {
    let source = "format = \"json\"\njson = { records = \"data.items\" }";
    for (text, told) in [
        ("{\"data.items\": [{\"a\": \"a\"}],\n\"data\": {\"items\": [{\"a\": \"b\"}]}}", 2),
        ("{\"data\": {\"items\": [{\"a\": \"b\"}]},\n\"data.items\": [{\"a\": \"a\"}]}", 2),
    ] {
        check_json(source, text, &[&["b"]], &[("R103", told)]);
    }
    let source = "format = \"json\"\njson = { records = \"a.b.c\" }";
    let text = "{\"a\": {\"b\": {\"c\": [{\"a\": \"1\"}]}, \"b.c\": [{\"a\": \"2\"}]},\n\"a.b\": {\"c\": [{\"a\": \"3\"}]}}";
    check_json(source, text, &[&["1"]], &[("R103", 1), ("R103", 2)]);
    let told = |text: &str| {
        let notes = notes(&schema(source, &["a"]), text);
        notes.into_iter().map(|(message, _)| message).collect::<Vec<_>>()
    };
    let message = |key: &str, place: &str| {
        format!(
            "the key `{key}` {place}, and keys in keys lead to `a.b.c` too; what is in the one key is not read"
        )
    };
    let (here, before) = ("stands here", "came before this");
    assert_eq!(told(text), [message("a.b\\.c", here), message("a\\.b", here)]);
    let text = "{\"a.b\": {\"c\": [{\"a\": \"3\"}]}, \"a\": {\"b\": {\"c\": [{\"a\": \"1\"}]}}}";
    assert_eq!(told(text), [message("a\\.b", before)]);
    // A key with the dot that the schema writes as its own, and one that says something else.
    let source = "format = \"json\"\njson = { records = 'a\\.b' }";
    let text = "{\"a\": {\"b\": [{\"a\": \"1\"}]}, \"a.b\": [{\"a\": \"2\"}]}";
    check_json(source, text, &[&["2"]], &[]);
    let source = "format = \"json\"\njson = { records = \"a.b\" }";
    let text = "{\"a\": {\"b\": [{\"a\": \"1\"}]}, \"a.b\": 3, \"a.c\": [1]}";
    check_json(source, text, &[&["1"]], &[]);
    // One alone is the place that is there.
    let schema = schema(source, &["a"]);
    let notes = notes(&schema, "{\"a.b\": [{\"a\": \"2\"}]}");
    assert_eq!(notes[0].1.as_deref(), Some("an array of objects stands at `a\\.b`"));
}

#[test]
fn numbers_that_json_does_not_have_cost_a_value() {
    let schema = schema("format = \"json-lines\"", &["a", "b"]);
    let read = read(
        &schema,
        "{\"a\": NaN, \"b\": \"NaN, Infinity\"}\n{\"a\": 1, \"b\": -Infinity}\n{\"a\": aNaN}\n{\"a\": NaN5}\n",
    );
    assert_eq!(texts(&read), [["", "NaN, Infinity"], ["1", ""]]);
    assert_eq!(read.told, [("R128", 1), ("R128", 2), ("R109", 3), ("R109", 4)]);
}

#[test]
fn lists_of_one_array_are_told_where_they_part() {
    let schema = schema("format = \"json-lines\"", &["i.a[]", "i.b[]"]);
    let read = read(
        &schema,
        "{\"i\": [{\"a\": 1, \"b\": 2}, {\"a\": 3, \"b\": 4}]}\n{\"i\": [{\"b\": 2}, {\"a\": 3, \"b\": null}, null]}\n\
         {\"i\": [{\"b\": 2}, {\"b\": 3}]}\n{\"i\": null}\n",
    );
    assert_eq!(read.told, [("R129", 2)]);
}

#[test]
fn what_says_nothing_is_not_joined() {
    let mut schema = schema("format = \"json-lines\"", &["a"]);
    let field = &mut schema.fields[0];
    (field.repeated, field.join) = (Repeated::Join, Some("+".to_owned()));
    field.sentinels = vec!["-".to_owned(), "n/a".to_owned(), "p+q".to_owned()];
    let text = r#"{"a": ["x", null, "", "y"]}
{"a": [null, "x"], "a": "y"}
{"a": [null, ""]}
{"a": ["", "x"]}
{"a": ["n/a", "-"]}
{"a": ["n\/a", " x ", "-", " ", "y"]}
{"a": "-", "a": ["", "x"]}
{"a": ["p", "q", "r"]}
"#;
    let joined = [["x+y"], ["x+y"], [""], ["x"], ["n/a"], ["x+y"], ["x"], ["p+q+r"]];
    assert_eq!(texts(&read(&schema, text)), joined);
    // Where lines stay lines, a blank one parts them.
    schema.fields[0].join = Some("\n".to_owned());
    let text = "{\"a\": [\"\", \"x\", \"\", \"-\", \"\", \"y\", \"\"]}\n";
    assert_eq!(texts(&read(&schema, text)), [["x\n\n\ny"]]);
    // With more than a line end between them there is none.
    schema.fields[0].join = Some(";\n".to_owned());
    assert_eq!(texts(&read(&schema, text)), [["x;\ny"]]);
}

#[test]
fn repeated_lines_that_say_nothing_are_not_joined() {
    let source = "format = \"key-value\"\nrecord = { by = \"blank-line\" }\nkey = { by = \"declared\", delimiter = \":\" }";
    let mut schema = schema(source, &["a"]);
    let field = &mut schema.fields[0];
    (field.repeated, field.join) = (Repeated::Join, Some("; ".to_owned()));
    field.sentinels = vec!["-".to_owned()];
    let read = read(&schema, "a: -\na: x\na:\na: y\na: -\n\na:\na: -\n\na: \na:\n");
    assert_eq!(texts(&read), [["x; y"], [""], [""]]);
}

#[test]
fn a_list_that_gives_way_is_shown_whole() {
    let mut schema = schema("format = \"json-lines\"", &["p.l[]"]);
    schema.fields[0].repeated = Repeated::Last;
    for (array, at, raw) in [
        (r#"{"l": ["x", "y"]}"#, r#"["x", "y"]"#, r#"["x", "y"]"#),
        (r#"{"l": [ " x ", 5 ]}"#, r#"[ " x ", 5 ]"#, r#"[ " x ", 5 ]"#),
        (r#"{"l": [null, "y"]}"#, r#"[null, "y"]"#, r#"[null, "y"]"#),
        (r#"[{"l": "x"}, {"l": "y"}]"#, r#"x"}, {"l": "y"#, "x, y"),
    ] {
        let read = read(&schema, &format!("{{\"p\": {array}, \"p\": {{\"l\": [\"z\"]}}}}\n"));
        assert_eq!(read.shown, [(at.to_owned(), raw.to_owned())], "{array}");
    }
}

#[test]
fn a_value_that_gives_way_is_told_where_it_stands() {
    let lines = "format = \"key-value\"\nrecord = { by = \"file\" }\nkey = { by = \"declared\", delimiter = \": \" }";
    for (source, text) in [
        (lines, "a: first\na: second\n on\na: third\n"),
        (
            "format = \"json-lines\"",
            "{\"a\": \"first\", \"a\": \"second\\n on\", \"a\": \"third\"}\n",
        ),
        ("format = \"csv\"", "a,a,a\nfirst,\"second\n on\",third\n"),
    ] {
        let mut schema = schema(source, &["a"]);
        schema.fields[0].repeated = Repeated::Last;
        let read = read(&schema, text);
        assert_eq!(texts(&read), [["third"]]);
        let shown: Vec<_> = read.shown.iter().map(|(at, raw)| (&**at, &**raw)).collect();
        let second = if text.contains("\\n") { "second\\n on" } else { "second\n on" };
        assert_eq!(shown, [("first", "first"), (second, "second\n on")], "{text}");
    }
}

/// An empty cell is no value, so that its key does not come again with one.
#[test]
fn an_empty_cell_gives_way_to_another_column_of_its_field() {
    let source = "format = \"csv\"\ncsv.null = [\"NULL\"]";
    for (row, value, told) in [
        ("x,1,", "x", 0),
        (",1,x", "x", 0),
        ("\"\",1,x", "x", 0),
        ("x,1,\"\"", "x", 0),
        ("x,1, ", "x", 0),
        (" ,1,x", "x", 0),
        ("NULL,1,x", "x", 0),
        ("x,1,NULL", "x", 0),
        (",1,", "", 0),
        ("x,1,x", "x", 1),
        ("x,1,y", "", 1),
    ] {
        for repeated in [Repeated::First, Repeated::Last, Repeated::List] {
            let mut schema = schema(source, &["a", "b"]);
            schema.fields[0].repeated = repeated;
            let read = read(&schema, &format!("a,b,a\n{row}\n"));
            let value = match (value, repeated) {
                ("", Repeated::Last) if told > 0 => "y",
                ("", _) if told > 0 => "x",
                (value, _) => value,
            };
            assert_eq!(texts(&read)[0][0], value, "{row} {repeated:?}");
            assert_eq!(read.told, vec![("R103", 2); told], "{row} {repeated:?}");
        }
    }
}

#[test]
fn a_row_of_two_objects_is_told() {
    let of_json = schema("format = \"json-lines\"", &["i.a", "i.b", "i.c.d"]);
    let read_json = read(
        &of_json,
        "{\"i\": [{\"a\": 1}, {\"b\": 2}]}\n{\"i\": [{\"a\": 1, \"b\": 2}, {}, null]}\n\
         {\"i\": {\"a\": 1}, \"i\": {\"b\": 2}}\n{\"i\": null, \"i\": {\"b\": 2}}\n\
         {\"i\": [{\"a\": 1}, {\"b\": 2, \"c\": {\"d\": 3}}]}\n{\"i\": {\"a\": 1, \"c\": {\"d\": 3}}}\n\
         {\"i\": [{\"a\": 1}, {\"b\": [ ]}]}\n",
    );
    assert_eq!(read_json.told, [("R103", 1), ("R103", 3), ("R103", 5)]);
    let deep = schema("format = \"json-lines\"", &["i.c.a", "i.c.b"]);
    let read_deep = read(&deep, "{\"i\": [{\"c\": {\"a\": 1}}, {\"c\": {\"b\": 2}}]}\n");
    assert_eq!(read_deep.told, [("R103", 1)]);
    let mut of_last = schema("format = \"json-lines\"", &["i.a", "i.b"]);
    of_last.fields.iter_mut().for_each(|field| field.repeated = Repeated::Last);
    let read_last = read(
        &of_last,
        "{\"i\": [{\"a\": 1}, {\"a\": 2}, {\"a\": 3, \"b\": 4}]}\n{\"i\": [{\"a\": 1, \"b\": 2}, {\"a\": 3}]}\n\
         {\"i\": [{\"a\": 1, \"b\": 2}, {\"a\": 3, \"b\": 4}]}\n",
    );
    // Of the first and the last two values give way; of the second one, and its row is of two objects.
    assert_eq!(
        read_last.told,
        [("R103", 1), ("R103", 1), ("R103", 2), ("R103", 2), ("R103", 3), ("R103", 3)]
    );
    let source = "format = \"key-value\"\nrecord = { by = \"start-line\", pattern = '^0 .*' }\n\
                  key = { by = \"pattern\", pattern = '^(?<level>\\d+) (?<key>\\w+)(?: (?<value>.*))?$' }";
    let of_lines = schema(source, &["i.a", "i.b"]);
    let read_lines = read(&of_lines, "0 r\n1 i\n2 a 1\n1 i\n2 b 2\n0 r\n1 i\n2 a 1\n2 b 2\n1 i\n");
    assert_eq!(read_lines.told, [("R103", 5)]);
}

#[test]
fn a_key_above_others_that_comes_again_is_told() {
    let schema = schema("format = \"json-lines\"", &["p.c[]", "p.it.n[]", "p.v"]);
    let read_first = read(
        &schema,
        r#"{"p": {"c": ["a", "b"]}, "p": {"c": ["c", "d"]}}
{"p": {"it": [{"n": 1}, {"n": 2}]}, "p": {"it": [{"n": 3}, {"n": 4}, {"n": 5}]}}
{"p": {"it": [{"n": 1}, {"n": 2}], "it": [{"n": 3}, {"n": 4}]}}
{"p": {"c": ["a"]}, "p": {"v": "b"}}
{"p": {"v": "a"}, "p": {"c": ["b"], "it": [{"n": 1}, {"n": 2}]}, "p": {"c": ["c"]}}
{"p": null, "p": {"c": ["a"]}, "p": null}
{"p": [{"c": ["a"]}, {"c": ["b"]}, {"c": ["c"], "c": ["d"]}]}
"#,
    );
    let told = [1, 2, 3, 4, 5, 5, 7];
    assert_eq!(read_first.told, told.map(|line| ("R103", line)));
    let all = |read: &Read| -> Vec<String> {
        read.records.iter().map(|record| record.concat().join(" ")).collect()
    };
    let found = all(&read_first);
    assert_eq!(found, ["a b", "1 2", "1 2", "a b", "b 1 2 a", "a", "a b c"]);
    let mut of_last = schema;
    of_last.fields.iter_mut().for_each(|field| field.repeated = Repeated::Last);
    let dump =
        "{\"p\": {\"it\": [{\"n\": 1}, {\"n\": 2}]}, \"p\": {\"it\": [{\"n\": 3}, {\"n\": 4}]}}\n";
    let read_last = read(&of_last, dump);
    assert_eq!((all(&read_last), read_last.told.len()), (vec!["3 4".to_owned()], 1));
    of_last.fields.iter_mut().for_each(|field| field.repeated = Repeated::List);
    let read_all = read(&of_last, dump);
    assert_eq!((all(&read_all), read_all.told.len()), (vec!["1 2 3 4".to_owned()], 0));
}

#[test]
fn a_key_above_those_of_fields_is_told_with_what_reads_it() {
    let help = |source: &str, key: &str, text: &str| {
        let told = helps(&schema(source, &["id", key]), text);
        assert_eq!(told.len(), 1, "{told:?}");
        told[0].clone()
    };
    let lines = "format = \"json-lines\"";
    let gone = "{\"id\": 1, \"customer\": \"deleted\"}\n";
    let above = help(lines, "customer.id", gone);
    assert!(above.contains("beside `customer.id`") && above.contains("type `json`"), "{above}");
    assert_eq!(
        help(lines, "customer.id.no", "{\"id\": 1, \"customer\": {\"id\": 2}}\n"),
        above.replace(".id`", ".id.no`")
    );
    assert!(help(lines, "customers.id", gone).contains("add a field with this key"));
    assert!(help(lines, "customer\\.id", gone).contains("add a field with this key"));
    // What it advises is no fault, and leaves the others as they are.
    let all = "format = \"json-lines\"\nkey = { ignored = \"*\" }";
    let text = format!("{gone}{{\"id\": 2, \"customer\": {{\"id\": 5}}}}\n");
    let read = read(&schema(all, &["id", "customer.id"]), &text);
    assert_eq!((texts(&read), read.told.len()), (vec![vec!["1", ""], vec!["2", "5"]], 0));
    // A cell of CSV leads to no other.
    assert!(
        help("format = \"csv\"", "customer.id", "id,customer.id,customer\n1,2,3\n")
            .contains("add a field with this key")
    );
}

#[test]
fn half_a_character_in_a_key_is_told() {
    let schema = schema("format = \"json-lines\"", &["a"]);
    let read = read(&schema, "{\"a\": 1, \"\\ud83d\": 2}\n");
    assert_eq!(texts(&read), [["1"]]);
    assert_eq!(read.told, [("R111", 1), ("R102", 1)]);
}

#[test]
fn brackets_may_go_deep() {
    let schema = schema(JSON, &["a"]);
    let deep = |open: &str, close: &str| {
        format!("[{{\"a\": {}1{}}}, {{\"a\": 2}}]", open.repeat(5000), close.repeat(5000))
    };
    let text = deep("[", "]");
    let read_deep = read_in(&schema, &text, 1 << 16, 1 << 20);
    assert_eq!(read_deep.records.len(), 2);
    assert_eq!(read_deep.told, [("R130", 1)]);
}

/// JSON of any kind, with what programs get wrong now and then.
fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("1.50e+3".to_owned()),
        Just("-0".to_owned()),
        Just("01".to_owned()),
        Just(".5".to_owned()),
        "\"([a甲 ,:{}\\[\\]]|\\\\n|\\\\u00e9|\\\\ud83d\\\\ude00|\\\\ud83d|\\\\x){0,5}\"",
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec(inner, 0..3).prop_map(|items| {
                let members: Vec<_> = items
                    .iter()
                    .zip(["\"p\"", "\"q\"", "\"r\""])
                    .map(|(item, key)| format!("{key}:{item}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Cuts rows whole and in small blocks, where a record may be no longer than `limit` bytes.
fn check_rows(schema: &Schema, text: &str, limit: usize) {
    let whole = read_in(schema, text, 1 << 20, limit);
    for block in [1, 3, 17] {
        let parts = read_in(schema, text, block, limit);
        let place = || format!("{text:?} in blocks of {block} bytes, {limit} a record");
        assert_eq!(parts.records, whole.records, "{}", place());
        assert_eq!(parts.lines, whole.lines, "{}", place());
        assert_eq!(parts.rejected.concat(), whole.rejected.concat(), "{}", place());
    }
}

/// Lines as long as a row may be, within a row whose quote nothing closes.
#[test]
fn a_damaged_row_is_as_long_however_it_is_read() {
    let schema = schema(CSV, &["n", "who"]);
    for end in ["\n", "\r", "\r\n"] {
        let text = format!("n,who{end}\"{end}\"\"\"\"aa0甲 甲甲甲{end}1,甲{end}");
        for limit in 8..64 {
            check_rows(&schema, &text, limit);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// A record is read where `serde_json` reads one, and says the same.
    #[test]
    fn json_is_what_serde_json_takes_for_it(value in json_text(), other in json_text()) {
        let schema = schema("format = \"json-lines\"", &["a"]);
        let record = format!("{{\"a\": {value}, \"b\": {other}}}");
        let read = read_in(&schema, &format!("{record}\n"), 1 << 16, 1 << 20);
        let known: Result<&serde_json::value::RawValue, _> = serde_json::from_str(&record);
        prop_assert_eq!(read.records.len(), usize::from(known.is_ok()), "{}", record);
        if let Ok(serde_json::Value::Object(members)) = serde_json::from_str(&record)
            && let Some(serde_json::Value::String(text)) = members.get("a")
        {
            prop_assert_eq!(&read.records[0][0][0], text.trim());
        }
    }

    /// Whatever stands in a file, every byte is counted and blocks change nothing.
    #[test]
    fn json_of_any_shape_is_cut_alike(text in "([\\[\\]{},:\" \n\\\\]|\"a\"|\\{\"a\": 1\\}|[甲x1]){0,40}", way in 0..4_usize) {
        let way = ["", "a", "*", "a.*"][way];
        let source = if way.is_empty() { JSON.to_owned() } else { format!("{JSON}\njson.records = \"{way}\"") };
        read(&schema(&source, &["a"]), &text);
    }

    /// The same for rows.
    #[test]
    fn rows_of_any_shape_are_cut_alike(text in "([,\"\n\r #]|\"\"|\r\n|a|甲|[0-9]|n,who\n){0,60}", escape in any::<bool>(), limit in 8..64_usize) {
        let source = if escape { "format = \"csv\"\ncsv = { escape = \"\\\\\", comment = '^#' }" } else { CSV };
        let schema = schema(source, &["n", "who"]);
        read(&schema, &text);
        check_rows(&schema, &text, limit);
    }
}
