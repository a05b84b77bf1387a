//! What changed between two runs: every edit is told, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use recordmill::diff::{Change, Diff, Options, Sides, TableDiff, diff, html, json, markdown};
use recordmill::pipeline::{self, Options as RunOptions};
use recordmill::publish::Publish;
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::sink::Target;
use recordmill::source::Input;
use recordmill::verdict::FailOn;

use crate::support::{CliTest, root, show_table};

const SCHEMA: &str = r#"recordmill = 1
name = "books"

[source]
format = "key-value"
record = { by = "start-key", key = "title" }
key = { by = "declared", delimiter = ": " }

[fields.title]
key = "title"
type = "text"

[fields.price]
key = "price"
type = "decimal"
scale = 2

[fields.pages]
key = "pages"
type = "integer"
rules = [{ rule = "maximum", max = 900, severity = "error" }]

[fields.tags]
key = "tags"
type = "list"
separator = ';'

[tables.book]
rows = "record"
key = ["title"]
columns = ["record_id", "title", "price", "pages", "source_line"]

[tables.tag]
rows = "tags"
columns = ["record_id", "ordinal", "value"]
"#;

const OLD: &str = "title: Dust\nprice: 12.50\npages: 200\ntags: sand;wind\n\
title: Rain\nprice: 8.00\npages: 950\ntags: water\n\
title: Snow\nprice: 7.00\npages: 10\n";
const NEW: &str = "title: Snow\nprice: 7\npages: 10\n\
title: Dust\nprice: 13.00\ntags: red;sand;wind\n\
title: Reed\nprice: 1.00\npages: 1000\n";

/// A folder with the output of a run of each dump.
fn runs(schema: [&str; 2], dumps: [&str; 2], flags: &[&str]) -> CliTest {
    let test = CliTest::new();
    for ((folder, schema), dump) in ["old", "new"].into_iter().zip(schema).zip(dumps) {
        test.write("books.toml", schema).write(&format!("{folder}.txt"), dump);
        let input = format!("{folder}.txt");
        let args = ["run", &input, "-s", "books.toml", "-o", folder, "-q", "--publish", "always"];
        let ran = test.run(&[&args[..], flags].concat());
        assert!(ran.code < 2, "{}", ran.stderr);
    }
    test
}

/// What is shown, with the days of the runs taken out.
fn shown(text: &str) -> String {
    let moments = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+Z)?").unwrap();
    moments.replace_all(text, "2026-05-01T09:00:00").into_owned()
}

fn compared(test: &CliTest, options: &Options) -> Diff {
    diff(&test.path("old"), &test.path("new"), options).unwrap()
}

fn table<'d>(diff: &'d Diff, name: &str) -> &'d TableDiff {
    diff.tables.iter().find(|table| table.name == name).unwrap()
}

fn counts(table: &TableDiff) -> [u64; 4] {
    [table.same, table.changed, table.added, table.removed]
}

#[test]
fn every_report_tells_the_same() {
    let test = runs([SCHEMA; 2], [OLD, NEW], &[]);
    let ran = test.run(&["diff", "old", "new"]);
    insta::assert_snapshot!("diff_human", shown(&ran.show()));
    // The style is that of every page.
    let style = regex::Regex::new("(?s)<style>.*</style>").unwrap();
    for format in ["markdown", "json", "html"] {
        let ran = test.run(&["diff", "old", "new", "--report", format]);
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
        let told = style.replace(&ran.stdout, "<style></style>");
        insta::assert_snapshot!(format!("diff_{format}"), shown(&told));
    }
    let schema = serde_json::from_str(&recordmill::diff::json_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let ran = test.run(&["diff", "old", "new", "--report", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let faults: Vec<_> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    // Whatever hears first: what is told does not depend on how often it is asked.
    let again = test.run(&["diff", "old", "new", "--report", "json"]);
    assert_eq!(ran.stdout, again.stdout);
}

#[test]
fn every_row_and_cell_that_differs_stands_in_tables() {
    let test = runs([SCHEMA; 2], [OLD, NEW], &[]);
    let args = ["diff", "old", "new", "-o", "changes", "--limit", "0", "--report", "json=d.json"];
    let ran = test.run(&args);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (1, "", ""));
    insta::assert_snapshot!("diff_rows", show_table(&test.table("changes", "rows")));
    insta::assert_snapshot!("diff_cells", show_table(&test.table("changes", "cells_changed")));
    let names: Vec<_> = std::fs::read_dir(test.path("changes")).unwrap().collect();
    assert_eq!(names.len(), 2);
    // A folder of a run keeps its own tables.
    let ran = test.run(&["diff", "old", "new", "-o", "new"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("output folder of a run"), "{}", ran.stderr);
}

#[test]
fn rows_that_moved_are_told_where_that_is_asked_for() {
    let test = runs([SCHEMA; 2], [OLD, NEW], &[]);
    let mut asked = Options::default();
    asked.moved = true;
    let found = compared(&test, &asked);
    let book = table(&found, "book");
    // Of the two that both have, one has to move.
    assert_eq!((book.moved, table(&found, "tag").moved), (Some(1), Some(0)));
    let moved = book.shown.iter().find(|row| row.change == Change::Moved).unwrap();
    assert_eq!(moved.key.as_deref(), Some("Dust"));
    assert_eq!((moved.row.old, moved.row.new), (Some(0), Some(1)));
    for text in [markdown(&found), html(&found)] {
        assert!(text.contains("1 moved") && text.contains("row 0 → 1"), "{text}");
    }
    let usual = compared(&test, &Options::default());
    assert_eq!(table(&usual, "book").moved, None);
    assert!(!markdown(&usual).contains(" moved"));
    // Order alone is a difference where it is asked for.
    let turned = ["title: A\n\ntitle: B\n\ntitle: C\n", "title: C\n\ntitle: A\n\ntitle: B\n"];
    let test = runs([SCHEMA; 2], turned, &[]);
    assert!(compared(&test, &Options::default()).same);
    let found = compared(&test, &asked);
    assert!(!found.same);
    assert_eq!(counts(table(&found, "book")), [3, 0, 0, 0]);
    let tables = test.run(&["diff", "old", "new", "--moved", "-q", "-o", "changes"]);
    assert_eq!((tables.code, tables.stdout.as_str()), (1, ""));
    let rows = test.table("changes", "rows");
    assert!(show_table(&rows).contains("moved"), "{}", show_table(&rows));
}

#[test]
fn a_tolerance_says_where_it_has_no_effect() {
    let other = SCHEMA.to_owned() + "\n[tables.prices]\nrows = \"record\"\ncolumns = [\"price\"]\n";
    let test = runs([&other; 2], [OLD, NEW], &[]);
    let price = (recordmill::diff::ColumnName::parse("price").unwrap(), 0.5);
    let mut options = Options::default();
    options.tolerance = vec![price];
    let found = compared(&test, &options);
    assert_eq!(table(&found, "prices").tolerance_unused, ["price"]);
    assert!(table(&found, "book").tolerance_unused.is_empty());
    assert!(
        markdown(&found).contains("the tolerance of price has no effect"),
        "{}",
        markdown(&found)
    );
}

#[test]
fn nothing_is_printed_where_that_is_asked_for() {
    let test = runs([SCHEMA; 2], [OLD, NEW], &[]);
    let quiet = test.run(&["diff", "old", "new", "--quiet"]);
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (1, "", ""));
    // A report that is asked for comes all the same.
    let asked = test.run(&["diff", "old", "new", "-q", "--report", "json"]);
    assert!(asked.code == 1 && asked.stdout.starts_with('{'), "{}", asked.stdout);
}

#[test]
fn the_exit_status_says_whether_they_are_the_same() {
    let test = runs([SCHEMA; 2], [OLD, OLD], &[]);
    let ran = test.run(&["diff", "old", "new"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.ends_with("the same: 6 rows in 2 tables\n"), "{}", ran.stdout);
    let refused: [(&[&str], &str); 15] = [
        (&["old", "nowhere"], "cannot read the report of the run"),
        (&["old", "new", "--key", "bok=title"], "did you mean `book`?"),
        (&["old", "new", "--key", "book=titel"], "the columns are record_id, title"),
        (&["old", "new", "--ignore", "prise"], "did you mean `price`?"),
        (&["old", "new", "--ignore", "tag.price"], "which neither run has"),
        (&["old", "new", "--tolerance", "book.title=1"], "is for numbers that are compared"),
        (&["old", "new", "--tolerance", "value=1"], "not for `value`"),
        (&["old", "new", "--report", "json", "--report", "html"], "both go to standard output"),
        (&["old", "new", "--tolerance", "price=-1"], "from 0 on"),
        (&["old", "new", "--tolerance", "price=1", "--tolerance", "price=2"], "`price` twice"),
        (&["old", "new", "--report", "json=old/run.json"], "written over what is read"),
        (
            &["old", "new", "--report", "json=./new/../new/book.parquet"],
            "written over what is read",
        ),
        (&["old", "new", "--report", "json=a", "--report", "html=./a"], "two reports cannot go"),
        (&["old", "new", "-o", "c", "--report", "json=c/rows.parquet"], "cannot go to one file"),
        (&["old"], "required"),
    ];
    let before = [test.read("old/run.json"), test.read("new/book.parquet")];
    for (args, told) in refused {
        let ran = test.run(&[&["diff"], args].concat());
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.stderr.contains(told), "{args:?}: {}", ran.stderr);
    }
    assert_eq!([test.read("old/run.json"), test.read("new/book.parquet")], before);
    // A profile is there if the run had such a report, and is no table of the dump.
    let report = ["run", "old.txt", "-s", "books.toml", "-o", "new", "-q", "--publish", "always"];
    test.run(&[&report[..], &["--report", "html=page.html"]].concat());
    assert!(test.path("new/profile.parquet").exists());
    assert_eq!(test.run(&["diff", "old", "new"]).code, 0);
    let csv = runs([SCHEMA; 2], [OLD, OLD], &["--format", "csv"]);
    let ran = csv.run(&["diff", "old", "new"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("`--format parquet`"), "{}", ran.stderr);
    csv.write("old/run.json", "{\"format_version\": 99}");
    assert!(csv.run(&["diff", "old", "new"]).stderr.contains("a later version"));
    csv.write("old/run.json", "[1]");
    assert!(csv.run(&["diff", "old", "new"]).stderr.contains("no report of a run"));
}

#[test]
fn a_damaged_table_is_an_error_that_names_it() {
    let test = runs([SCHEMA; 2], [OLD, NEW], &[]);
    let report = String::from_utf8(test.read("new/run.json")).unwrap();
    let whole = test.read("new/book.parquet");
    let mut other = whole.clone();
    other[9] ^= 1;
    let cases = [
        (&whole[..whole.len() / 2], "is not what the run wrote: it has "),
        (&other, "is not what the run wrote: its hash differs"),
    ];
    for (bytes, told) in cases {
        test.write("new/book.parquet", bytes);
        let ran = test.run(&["diff", "old", "new"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    // A report that does not say what it wrote.
    test.write("new/run.json", report.replace("\"outputs\"", "\"others\""));
    for bytes in [&whole[..whole.len() / 2], b"no parquet"] {
        test.write("new/book.parquet", bytes);
        let ran = test.run(&["diff", "old", "new"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("cannot read the table `new/book.parquet`"), "{}", ran.stderr);
    }
    let outside = report
        .replace("\"book\"", "\"../old/book\"")
        .replace("\"book.parquet", "\"../old/book.parquet");
    let cases = [
        (outside.as_str(), "the table `../old/book` has no name of a file"),
        ("{\"format_version\": 1}", "it lacks schema/hash, started_at, status, inputs, tables"),
    ];
    for (report, told) in cases {
        test.write("new/run.json", report);
        let ran = test.run(&["diff", "old", "new"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
}

#[test]
fn a_tolerance_and_columns_that_are_left_out() {
    let test = runs([SCHEMA; 2], [OLD, NEW], &[]);
    let mut options = Options::default();
    options.tolerance = vec![(recordmill::diff::ColumnName::parse("price").unwrap(), 0.5)];
    let found = compared(&test, &options);
    let book = table(&found, "book");
    // The pages of Dust are null in the new dump.
    assert_eq!(counts(book), [1, 1, 1, 1]);
    assert_eq!((book.columns["price"].cells, book.columns["price"].tolerated), (0, 1));
    options.ignore = vec![recordmill::diff::ColumnName::parse("book.pages").unwrap()];
    assert_eq!(counts(table(&compared(&test, &options), "book")), [2, 0, 1, 1]);
    // That of one table holds there, wherever it stands.
    let wide = (recordmill::diff::ColumnName::parse("price").unwrap(), 0.0);
    options.tolerance.insert(0, wide);
    options.tolerance[1].0.table = Some("book".to_owned());
    assert_eq!(counts(table(&compared(&test, &options), "book")), [2, 0, 1, 1]);
    options.tolerance.remove(0);
    options.tolerance[0].1 = 0.49;
    assert_eq!(counts(table(&compared(&test, &options), "book")), [1, 1, 1, 1]);
}

#[test]
fn sums_of_differences_are_exact() {
    let dump = |cents: u32| -> String {
        ('A'..='J').map(|title| format!("title: {title}\nprice: 1.{cents}\n")).collect()
    };
    let test = runs([SCHEMA; 2], [&dump(20), &dump(30)], &[]);
    let found = compared(&test, &Options::default());
    let figures = table(&found, "book").columns["price"].figures.unwrap();
    assert_eq!((figures.count, figures.sum, figures.mean, figures.max), (10, 1.0, 0.1, 0.1));
}

/// As a run leaves it that is stopped behind its commit point: nothing is in place yet.
#[test]
fn a_run_that_was_stopped_while_it_was_published_is_compared_as_a_whole() {
    let test = runs([SCHEMA; 2], [OLD, NEW], &[]);
    let whole = json(&compared(&test, &Options::default()));
    let staging = test.path("new/.recordmill-staging-1");
    std::fs::create_dir_all(staging.join("files")).unwrap();
    let mut moves = Vec::new();
    for entry in std::fs::read_dir(test.path("new")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with(".recordmill") {
            let from = test.path("new").join(&name);
            std::fs::rename(from, staging.join("files").join(&name)).unwrap();
            // The report comes behind all that are listed.
            moves.extend(Some(name).filter(|name| name != "run.json"));
        }
    }
    let journal = serde_json::json!({"version": 1, "moves": moves, "removes": [], "before": null});
    test.write("new/.recordmill-staging-1/recordmill-staging.txt", "");
    test.write("new/.recordmill-staging-1/journal.json", journal.to_string());
    // What is not in place yet is not written over either.
    let ran = test.run(&["diff", "old", "new", "--report", "json=new/run.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("written over what is read"), "{}", ran.stderr);
    assert!(!staging.exists());
    assert_eq!(json(&compared(&test, &Options::default())), whole);
}

#[test]
fn a_tolerance_that_can_do_nothing_is_refused() {
    let schema = SCHEMA.replace("key = [\"title\"]\n", "");
    let test = runs([&schema; 2], [OLD, NEW], &[]);
    let ran = test.run(&["diff", "old", "new", "--tolerance", "price=1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("rows that have a key"), "{}", ran.stderr);
    let args = ["diff", "old", "new", "--tolerance", "price=1", "--key", "book=title"];
    assert_eq!(test.run(&args).code, 1);
    let as_text = SCHEMA.replace("type = \"decimal\"\nscale = 2", "type = \"text\"");
    let test = runs([&as_text, SCHEMA], [OLD, NEW], &[]);
    let ran = test.run(&["diff", "old", "new", "--tolerance", "price=1"]);
    assert!(ran.code == 2 && ran.stderr.contains("numbers in one run alone"), "{}", ran.stderr);
}

#[test]
fn a_text_that_became_the_number_that_it_writes_is_the_same() {
    let as_text = SCHEMA.replace("type = \"decimal\"\nscale = 2", "type = \"text\"");
    let fine = SCHEMA.replace("scale = 2", "scale = 3");
    let schemas = [as_text.as_str(), SCHEMA, &fine];
    for (old, new) in schemas.iter().flat_map(|old| schemas.map(|new| (*old, new))) {
        let test = runs([old, new], [OLD, OLD], &[]);
        assert_eq!(counts(table(&compared(&test, &Options::default()), "book"))[1..], [0, 0, 0]);
        // As a key too.
        let mut options = Options::default();
        options.keys.insert("book".to_owned(), vec!["price".to_owned()]);
        assert_eq!(counts(table(&compared(&test, &options), "book"))[1..], [0, 0, 0]);
    }
}

#[test]
fn findings_of_two_codes_are_not_one() {
    let check = "[[checks]]\ncheck = \"condition\"\nname = \"few\"\ntable = \"tag\"\ncondition = \"value <> 'x'\"\nwarning = { share = 0.4 }\n";
    let schema = format!("{SCHEMA}\n{check}");
    let test = runs([&schema; 2], ["title: a\n", "title: a\ntags: x\n"], &[]);
    let found = compared(&test, &Options::default()).findings;
    assert_eq!((found.codes["R607"].gone, found.codes["R504"].new), (1, 1));
    assert_eq!(found.changed, 0);
}

#[test]
fn a_finding_is_there_still_where_records_are_known_by_another_key() {
    let unkeyed = SCHEMA.replace("key = [\"title\"]\n", "");
    let test = runs([&unkeyed, SCHEMA], [OLD, OLD], &[]);
    let found = compared(&test, &Options::default()).findings;
    assert_eq!((found.new, found.gone, found.changed, found.still), (0, 0, 0, 1));
    // Another value in a record that is another one.
    let test = runs([&unkeyed, SCHEMA], [OLD, &OLD.replace("950", "951")], &[]);
    let found = compared(&test, &Options::default()).findings;
    assert_eq!((found.new, found.gone, found.still), (1, 1, 0));
}

#[test]
fn a_finding_of_another_severity_is_told() {
    let mild = SCHEMA.replace("severity = \"error\"", "severity = \"warning\"");
    let test = runs([&mild, SCHEMA], [OLD, OLD], &[]);
    let found = compared(&test, &Options::default());
    assert_eq!((found.same, found.findings.changed, found.findings.new), (false, 1, 0));
    assert_eq!(found.findings.shown[0].was.as_deref(), Some("warning"));
    let told = test.run(&["diff", "old", "new"]).stdout;
    assert!(told.contains("0 new, 0 gone, 1 of another severity, 0 still there"), "{told}");
    assert!(told.contains("  ~ warning → error R407"), "{told}");
    for text in [markdown(&found), html(&found)] {
        assert!(text.contains("changed") && text.contains("warning → error R407"), "{text}");
    }
}

#[test]
fn hidden_values_stay_hidden() {
    let masked = SCHEMA.replace("[fields.tags]", "mask = true\n[fields.tags]").replace(
        "[fields.title]\nkey = \"title\"\ntype = \"text\"",
        "[fields.title]\nkey = \"title\"\ntype = \"text\"\nmask = true",
    );
    let test = runs([&masked, SCHEMA], [OLD, NEW], &["--mask"]);
    let mut options = Options::default();
    options.output = Some(test.path("changes"));
    let found = compared(&test, &options);
    let told = [json(&found), markdown(&found), html(&found)].concat();
    for secret in ["Dust", "Reed", "Rain", "\"200\"", ">200<"] {
        assert!(!told.contains(secret), "{secret}");
    }
    // The price is no secret, and neither is which row it is.
    assert!(told.contains("13.00") && told.contains("(old row 0, new row 1)"), "{told}");
    let rows = show_table(&test.table("changes", "rows"));
    let cells = show_table(&test.table("changes", "cells_changed"));
    assert!(
        !rows.contains("Dust") && !cells.contains("Dust") && !cells.contains("| 200 |"),
        "{cells}"
    );
    // An id is a hash of all that its record says: one may try what that is.
    let is_id = |word: &str| word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(show_table(&test.table("new", "book")).split_whitespace().any(is_id));
    assert!(!rows.split_whitespace().any(is_id), "{rows}");
    options.mask = true;
    let open = runs([SCHEMA; 2], [OLD, NEW], &[]);
    assert!(json(&compared(&open, &Options::default())).contains("is 1000"));
    let told = json(&compared(&open, &options));
    assert!(!told.contains("\"13.00\"") && !told.contains("is 1000"), "{told}");
    assert!(told.contains("\"fingerprint\": null"), "{told}");
    // All of it is there nevertheless.
    assert_eq!(counts(table(&found, "book")), [1, 1, 1, 1]);
}

/// The schemas of two dumps need not hide the same.
#[test]
fn what_one_run_hides_is_hidden_in_the_findings_of_the_other() {
    let masked = SCHEMA.replace("key = \"pages\"\n", "key = \"pages\"\nmask = true\n");
    for schemas in [[&masked, SCHEMA], [SCHEMA, &masked]] {
        let found = compared(&runs(schemas, [OLD, NEW], &[]), &Options::default());
        assert!(!found.findings.shown.is_empty());
        let told = json(&found);
        assert!(!told.contains("is 950") && !told.contains("is 1000"), "{told}");
        assert!(found.findings.shown.iter().all(|one| one.raw.is_none()), "{told}");
    }
}

#[test]
fn what_one_run_hides_is_not_told_by_the_profile_of_the_other() {
    let masked = SCHEMA.replace("key = \"pages\"\n", "key = \"pages\"\nmask = true\n");
    for schemas in [[&masked, SCHEMA], [SCHEMA, &masked]] {
        let test = runs(schemas, [OLD, NEW], &["--profile"]);
        assert!(test.path("new/profile.parquet").exists());
        let found = compared(&test, &Options::default());
        assert!(found.tables.iter().all(|table| table.name != "profile"));
        assert!(!json(&found).contains("\"1000\""), "{}", json(&found));
    }
}

#[test]
fn items_without_an_id_of_a_record_are_known_by_its_key() {
    let columns = "\"record_id\", \"title\"";
    let with_key = |columns: &str| SCHEMA.replace("\"record_id\", \"ordinal\", \"value\"", columns);
    let no_id = with_key("\"record_key\", \"value\"");
    let id_of_none = with_key("\"record_id\", \"record_key\", \"ordinal\", \"value\"")
        .replace(columns, "\"title\"");
    let old = "title: A\ntags: x\ntitle: B\ntags: y\n";
    let new = "title: A\nprice: 1\ntags: y\ntitle: B\ntags: x;y\n";
    for schema in [no_id, id_of_none] {
        let found = compared(&runs([&schema; 2], [old, new], &[]), &Options::default());
        let tag = table(&found, "tag");
        assert_eq!(
            (counts(tag), &tag.key[..]),
            ([1, 0, 2, 1], &["record_key", "value"].map(str::to_owned)[..])
        );
        let names: Vec<_> = tag.shown.iter().map(|row| row.key.as_deref().unwrap()).collect();
        assert_eq!(names, ["A · y", "B · x", "A · x"]);
    }
    let two = with_key("\"record_key\", \"value\"")
        .replace("key = [\"title\"]", "key = [\"title\", \"pages\"]");
    let [old, new] = ["x", "y"].map(|tag| format!("title: A\npages: 1\ntags: {tag}\n"));
    let found = compared(&runs([&two; 2], [&old, &new], &[]), &Options::default());
    assert_eq!(table(&found, "tag").shown[0].key.as_deref(), Some("A · 1 · y"));
}

#[test]
fn rows_of_one_key_and_of_none_are_paired_in_order() {
    let old =
        "title: A\npages: 1\ntags: x\ntitle: A\npages: 2\nprice: 1\npages: 3\ntitle: -\npages: 4\n";
    let new = "title: A\npages: 5\ntitle: A\npages: 1\ntags: x;y\ntitle: -\npages: 6\ntitle: A\n";
    let schema = SCHEMA.replacen("name = \"books\"", "name = \"books\"\nsentinels = [\"-\"]", 1);
    let test = runs([&schema; 2], [old, new], &[]);
    let found = compared(&test, &Options::default());
    let book = table(&found, "book");
    assert_eq!(counts(book), [1, 1, 2, 1]);
    assert_eq!((book.repeated_keys.old, book.repeated_keys.new), (1, 2));
    assert_eq!((book.null_keys.old, book.null_keys.new), (1, 1));
    // The items follow their record, whichever of a key it is.
    assert_eq!(counts(table(&found, "tag")), [1, 0, 1, 0]);
}

#[test]
fn rows_with_a_null_in_their_key_are_known_by_all_of_their_cells() {
    let schema = r#"recordmill = 1
name = "t"
[source]
format = "csv"
[fields.a]
key = "a"
type = "text"
[fields.b]
key = "b"
type = "text"
[tables.t]
rows = "record"
key = ["a", "b"]
columns = ["a", "b"]
"#;
    let known = schema.replace("[\"a\", \"b\"]\n", "[\"a\", \"b\", \"record_key\"]\n");
    let known = known.replacen(", \"record_key\"", "", 1);
    for (schema, named) in [(schema, Some("null · NEW")), (&known, None)] {
        let test = runs([schema; 2], ["a,b\n,old\n,x\n", "a,b\n,NEW\n,x\n"], &[]);
        let found = compared(&test, &Options::default());
        assert_eq!(counts(table(&found, "t")), [1, 0, 1, 1], "{schema}");
        assert_eq!(table(&found, "t").shown[0].key.as_deref(), named);
        // A null stands where it stands.
        let test = runs([schema; 2], ["a,b\n,q\n", "a,b\nq,\n"], &[]);
        assert_eq!(counts(table(&compared(&test, &Options::default()), "t")), [0, 0, 1, 1]);
    }
}

#[test]
fn without_a_key_rows_are_known_by_all_of_their_cells() {
    let schema = SCHEMA.replace("key = [\"title\"]\n", "");
    let test = runs([&schema; 2], [OLD, NEW], &[]);
    let found = compared(&test, &Options::default());
    assert_eq!(counts(table(&found, "book")), [1, 0, 2, 2]);
    assert_eq!(counts(table(&found, "tag")), [0, 0, 3, 3]);
    let mut options = Options::default();
    options.keys = [("book".to_owned(), vec!["title".to_owned()])].into();
    let found = compared(&test, &options);
    assert_eq!(counts(table(&found, "book")), [1, 1, 1, 1]);
    assert_eq!(counts(table(&found, "tag")), [2, 0, 1, 1]);
    // An item by its place, if somebody wants that.
    options.keys.insert("tag".to_owned(), vec!["ordinal".to_owned()]);
    assert_eq!(counts(table(&compared(&test, &options), "tag")), [0, 2, 1, 1]);
}

#[test]
fn tables_and_columns_of_one_run_alone_are_told() {
    let other = SCHEMA
        .replace(
            "\"pages\", \"source_line\"]",
            "\"source_line\", \"long\"]\ncomputed.long = { match = \"title\", pattern = '....' }",
        )
        .replace("scale = 2", "scale = 3")
        .replace("[tables.tag]", "[tables.word]");
    let test = runs([SCHEMA, &other], [OLD, OLD], &[]);
    let found = compared(&test, &Options::default());
    let book = table(&found, "book");
    assert_eq!(
        (&book.columns_added[..], &book.columns_removed[..]),
        (&["long".to_owned()][..], &["pages".to_owned()][..])
    );
    // Of another scale, 12.50 and 12.500 are the same.
    assert_eq!(book.columns_retyped["price"].new, "decimal(38, 3)");
    assert_eq!(counts(book), [3, 0, 0, 0]);
    let only: Vec<_> = found.tables.iter().map(|table| (table.name.as_str(), table.only)).collect();
    assert_eq!(
        only,
        [("book", None), ("word", Some(Change::Added)), ("tag", Some(Change::Removed))]
    );
    assert!(!found.same && !found.run.schema_hash.is_same());
}

#[test]
fn objects_in_objects_are_known_by_their_path() {
    let schema = r#"recordmill = 1
name = "order"
[source]
format = "json-lines"
[fields.id]
key = "id"
type = "name"
[fields.o]
key = "o"
type = "objects"
[fields.o.members.a]
type = "integer"
[fields.o.members.k]
type = "objects"
members = { n = { type = "integer" } }
[tables.order]
rows = "record"
columns = ["record_id", "record_key"]
[tables.o]
rows = "o"
columns = ["record_id", "ordinal", "a"]
[tables.k]
rows = "o.k"
columns = ["record_id", "parent_ordinal", "ordinal", "n"]
"#;
    let old = r#"{"id":"x","o":[{"a":1,"k":[{"n":1},{"n":2}]},{"a":2,"k":[{"n":1}]}]}"#;
    let new = r#"{"id":"x","o":[{"a":1,"k":[{"n":1},{"n":3}]},{"a":2,"k":[{"n":1},{"n":1}]}]}"#;
    let test = runs([schema; 2], [&format!("{old}\n"), &format!("{new}\n")], &[]);
    let found = compared(&test, &Options::default());
    assert_eq!(counts(table(&found, "order")), [1, 0, 0, 0]);
    assert_eq!(counts(table(&found, "o")), [2, 0, 0, 0]);
    let inner = table(&found, "k");
    assert_eq!(counts(inner), [2, 1, 1, 0]);
    let names: Vec<_> = inner.shown.iter().map(|row| row.key.as_deref().unwrap()).collect();
    assert_eq!(names, ["x · 0 · 1", "x · 1 · 1"]);
}

#[test]
fn items_that_came_with_their_record_are_counted_apart_and_come_last() {
    let old = "title: A\ntags: x\ntitle: B\ntags: y\n";
    let new = "title: C\ntags: p;q\ntitle: A\ntags: x;z\n";
    let test = runs([SCHEMA; 2], [old, new], &[]);
    let found = compared(&test, &Options::default());
    let tags = table(&found, "tag");
    assert_eq!((counts(tags), &tags.with_records), ([1, 0, 3, 1], &Sides { old: 1, new: 2 }));
    let names: Vec<_> = tags.shown.iter().map(|row| row.key.as_deref().unwrap()).collect();
    assert_eq!(names, ["A · z", "C · p", "C · q", "B · y"]);
}

#[test]
fn every_kind_of_value_is_compared() {
    let fields = [
        ("word", "type = \"text\"", "\"a\"", "\"b\""),
        ("yes", "type = \"boolean\"", "true", "false"),
        ("whole", "type = \"integer\"", "9007199254740993", "9007199254740992"),
        ("part", "type = \"float\"", "0.5", "0.25"),
        ("exact", "type = \"decimal\"\nscale = 3", "1.001", "1.002"),
        ("day", "type = \"date\"", "\"2026-05-01\"", "\"2026-05-02\""),
        ("hour", "type = \"time\"", "\"10:00:00\"", "\"10:00:01\""),
        ("clock", "type = \"datetime\"", "\"2026-05-01T10:00:00\"", "\"2026-05-01T10:00:01\""),
        ("zone", "type = \"datetime\"\nzone = \"UTC\"", "\"2026-05-01T10:00:00Z\"", "null"),
    ];
    let mut schema = String::from(
        "recordmill = 1\nname = \"all\"\n[source]\nformat = \"json-lines\"\n\
         [fields.id]\nkey = \"id\"\ntype = \"name\"\n",
    );
    let (mut old, mut new) = (String::from("{\"id\":1"), String::from("{\"id\":1"));
    let mut columns = String::from("\"record_key\"");
    for (name, kind, before, after) in fields {
        schema.push_str(&format!("[fields.{name}]\nkey = \"{name}\"\n{kind}\n"));
        old.push_str(&format!(",\"{name}\":{before}"));
        new.push_str(&format!(",\"{name}\":{after}"));
        columns.push_str(&format!(", \"{name}\""));
    }
    schema.push_str(&format!("[tables.all]\nrows = \"record\"\ncolumns = [{columns}]\n"));
    let test = runs([&schema; 2], [&format!("{old}}}\n"), &format!("{new}}}\n")], &[]);
    let found = compared(&test, &Options::default());
    let [row] = &table(&found, "all").shown[..] else { panic!("{found:?}") };
    let cells: Vec<_> = row
        .cells
        .iter()
        .map(|cell| (cell.column.as_str(), cell.value.new.as_deref(), cell.change))
        .collect();
    assert_eq!(
        cells,
        [
            ("word", Some("b"), None),
            ("yes", Some("false"), None),
            ("whole", Some("9007199254740992"), Some(-1.0)),
            ("part", Some("0.25"), Some(-0.25)),
            ("exact", Some("1.002"), Some(0.001)),
            ("day", Some("2026-05-02"), None),
            ("hour", Some("10:00:01"), None),
            ("clock", Some("2026-05-01T10:00:01"), None),
            ("zone", None, None),
        ]
    );
    assert_eq!(row.cells[8].value.old.as_deref(), Some("2026-05-01T10:00:00Z"));
}

#[test]
fn records_of_several_kinds_have_their_items() {
    let schema = r#"recordmill = 1
name = "stock"
[source]
format = "json-lines"
[kinds.book]
when = { key = "isbn", pattern = '.' }
[kinds.disc]
when = { key = "ean", pattern = '.' }
[fields.isbn]
key = "isbn"
type = "text"
[fields.ean]
key = "ean"
type = "text"
[fields.price]
key = "price"
type = "integer"
[fields.tags]
key = "tags"
type = "list"
[tables.book]
rows = "record"
kind = "book"
key = ["isbn"]
columns = ["record_id", "isbn", "price"]
[tables.disc]
rows = "record"
kind = "disc"
key = ["ean"]
columns = ["record_id", "record_key", "ean", "price"]
[tables.tag]
rows = "tags"
columns = ["record_id", "value"]
"#;
    let old = "{\"isbn\":\"7\",\"price\":1,\"tags\":[\"a\",\"b\"]}\n{\"ean\":\"7\",\"price\":1,\"tags\":[\"a\"]}\n";
    let new = "{\"ean\":\"7\",\"price\":3,\"tags\":[\"c\",\"a\"]}\n{\"isbn\":\"7\",\"price\":1,\"tags\":[\"a\"]}\n";
    let test = runs([schema; 2], [old, new], &[]);
    let found = compared(&test, &Options::default());
    assert_eq!(counts(table(&found, "book")), [1, 0, 0, 0]);
    assert_eq!(counts(table(&found, "disc")), [0, 1, 0, 0]);
    assert_eq!(counts(table(&found, "tag")), [2, 0, 1, 1]);
    // What moves from one kind to the other is another item, though both have one key.
    let [old, new] = [["a", "b"], ["b", "a"]].map(|[book, disc]| {
        format!(
            "{{\"isbn\":\"7\",\"tags\":[\"{book}\"]}}\n{{\"ean\":\"7\",\"tags\":[\"{disc}\"]}}\n"
        )
    });
    let found = compared(&runs([schema; 2], [&old, &new], &[]), &Options::default());
    assert_eq!(counts(table(&found, "tag")), [0, 0, 2, 2]);
}

#[test]
fn findings_stand_in_their_table_as_reports_tell_them() {
    let test = runs([SCHEMA; 2], [OLD, NEW], &[]);
    let baseline = ["baseline", "update", "old.txt", "-s", "books.toml", "--baseline", "b.json"];
    assert_eq!(test.run(&baseline).code, 0);
    let ran = test.run(&[
        "run",
        "old.txt",
        "new.txt",
        "-s",
        "books.toml",
        "-o",
        "both",
        "-q",
        "--publish",
        "always",
        "--baseline",
        "b.json",
        "--report",
        "jsonl=found.jsonl",
    ]);
    assert!(ran.code < 2, "{}", ran.stderr);
    let found = test.table("both", "finding");
    let told = String::from_utf8(test.read("found.jsonl")).unwrap();
    let cell = |name: &str, row: usize| {
        let value = found.column(name).unwrap().get(row).unwrap();
        value.get_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    let word =
        |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    assert!(found.height() > 1);
    for (row, line) in told.lines().enumerate() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        for (column, key) in [
            ("fingerprint", &line["fingerprint"]),
            ("baseline", &line["known"]),
            ("action", &line["action"]),
            ("suggestion", &line["suggestion"]),
            ("extracted", &line["steps"]["extracted"]),
            ("normalized", &line["steps"]["normalized"]),
            ("schema_line", &line["expected_by"]["line"]),
        ] {
            assert_eq!(cell(column, row), word(key), "{column} of {line}");
        }
    }
    assert_eq!([0, 1].map(|row| cell("baseline", row)), ["true", "false"]);
}

#[test]
fn hostile_text_is_text_on_the_page() {
    let old = "title: </script><img src=x onerror=alert(1)>\nprice: 1\n";
    let new =
        "title: </script><img src=x onerror=alert(1)>\nprice: 2\ntags: \u{202e}evil;\u{1b}[31m\n";
    let test = runs([SCHEMA; 2], [old, new], &[]);
    let found = compared(&test, &Options::default());
    let page = html(&found);
    assert!(page.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"), "{page}");
    assert!(!page.contains("<img") && !page.contains("<script"), "{page}");
    assert!(page.contains("default-src 'none'") && !page.contains("http://"), "{page}");
    for text in [page, markdown(&found)] {
        assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
    }
}

#[test]
fn differences_that_no_double_holds_are_still_as_the_schema_says() {
    let schema = SCHEMA.replace("type = \"decimal\"\nscale = 2", "type = \"float\"");
    let [old, new] = ["1e308", "-1e308"].map(|price| format!("title: A\nprice: {price}\n"));
    let test = runs([&schema; 2], [&old, &new], &[]);
    let found = compared(&test, &Options::default());
    let sum = table(&found, "book").columns["price"].figures.unwrap().sum;
    assert_eq!(sum.to_bits(), f64::MIN.to_bits());
    let report: serde_json::Value = serde_json::from_str(&json(&found)).unwrap();
    let rules = serde_json::from_str(&recordmill::diff::json_schema()).unwrap();
    assert!(jsonschema::is_valid(&rules, &report), "{report}");
}

#[test]
fn keys_and_values_are_no_markdown() {
    let old = "title: `@me` *a*\nprice: 1\n";
    let test = runs([SCHEMA; 2], [old, &old.replace('1', "2")], &[]);
    let told = markdown(&compared(&test, &Options::default()));
    assert!(told.contains("| changed | `'@me' *a*` | price | `1.00` | `2.00` (+1) |"), "{told}");
}

#[test]
fn a_file_that_is_none_of_changes_is_not_written_over() {
    let test = runs([SCHEMA; 2], [OLD, NEW], &[]);
    let foreign = test.read("new/book.parquet");
    for bytes in [&foreign[..], b"text"] {
        for name in ["changes/rows.parquet", "changes/cells_changed.parquet"] {
            test.write(name, bytes);
            let ran = test.run(&["diff", "old", "new", "-o", "changes"]);
            assert_eq!((ran.code, test.read(name)), (2, bytes.to_vec()));
            assert!(ran.stderr.contains("none of changes"), "{}", ran.stderr);
            std::fs::remove_file(test.path(name)).unwrap();
        }
    }
    // Those of an earlier comparison are.
    for _ in 0..2 {
        assert_eq!(test.run(&["diff", "old", "new", "-o", "changes"]).code, 1);
    }
}

/// Every shown command of the page gives what stands there.
#[test]
fn the_page_on_diff_shows_what_comes_out() {
    let path = root().join("docs/diff.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let block = |words: &str, language: &str| {
        let behind = page.split_once(words).unwrap_or_else(|| panic!("the page lacks {words:?}")).1;
        let inside = behind.split_once(&format!("```{language}\n")).unwrap().1;
        inside.split_once("```").unwrap().0.to_owned()
    };
    let test = CliTest::new();
    test.write("books.toml", block("The schema `books.toml`", "toml"));
    test.write("monday.txt", block("The dump `monday.txt`", "text"));
    test.write("friday.txt", block("The dump `friday.txt`", "text"));
    let (mut made, mut rest) = (String::new(), page.as_str());
    while let Some((before, behind)) = rest.split_once("```console\n") {
        let (block, behind) = behind.split_once("\n```").unwrap();
        made.push_str(&format!("{before}```console\n"));
        for command in block.lines().filter_map(|line| line.strip_prefix("$ recordmill ")) {
            let ran = test.run(&command.split_whitespace().collect::<Vec<_>>());
            let told = shown(&(ran.stdout + &ran.stderr));
            made.push_str(&format!("$ recordmill {command}\n{told}"));
            made.truncate(made.trim_end().len());
            made.push('\n');
        }
        made.push_str("```");
        rest = behind;
    }
    made.push_str(rest);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::write(&path, &made).unwrap();
    } else {
        assert_eq!(made, page, "docs/diff.md is out of step: INSTA_UPDATE=always fills it in");
    }
}

fn schema() -> Schema {
    parse(&SchemaSource { name: "books".to_owned(), text: SCHEMA.to_owned() }).0.unwrap()
}

/// Runs a dump, in row groups of a record or two.
fn run(schema: &Schema, dump: &str, folder: &Path) {
    let mut options = RunOptions::new(vec![Input::memory("dump.txt", dump)]);
    options.threads = 1;
    options.batch_bytes = 40;
    options.fail_on = FailOn::Never;
    options.target = Some(Target { publish: Publish::Always, ..Target::new(folder) });
    pipeline::run(schema, &options, &()).unwrap();
}

/// A book: its price in cents, and its tags.
type Book = (i64, BTreeSet<String>);

fn dump(books: impl IntoIterator<Item = (String, Book)>) -> String {
    let book = |(title, (price, tags)): (String, Book)| {
        let tags: Vec<_> = tags.into_iter().collect();
        let tags =
            if tags.is_empty() { String::new() } else { format!("tags: {}\n", tags.join(";")) };
        format!("title: {title}\nprice: {}.{:02}\n{tags}", price / 100, price % 100)
    };
    books.into_iter().map(book).collect()
}

fn books() -> impl Strategy<Value = BTreeMap<String, Book>> {
    let tags = prop::collection::btree_set("[a-d]", 0..4);
    prop::collection::btree_map("[A-H]", (0_i64..400, tags), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_edits_that_were_made_are_those_that_are_told(old in books(), new in books()) {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        run(&schema(), &dump(old.clone()), &a);
        run(&schema(), &dump(new.clone().into_iter().rev()), &b);
        let found = diff(&a, &b, &Options::default()).unwrap();
        let book = table(&found, "book");
        let both: Vec<_> = old.iter().filter_map(|(title, book)| Some((book, new.get(title)?))).collect();
        let changed = both.iter().filter(|(old, new)| old.0 != new.0).count();
        prop_assert_eq!(counts(book), [both.len() - changed, changed, new.len() - both.len(), old.len() - both.len()].map(|n| n as u64));
        let cents: i64 = both.iter().map(|(old, new)| new.0 - old.0).sum();
        let sum = book.columns.get("price").and_then(|column| column.figures).map_or(0.0, |figures| figures.sum);
        prop_assert_eq!(format!("{:.0}", sum * 100.0).replace("-0", "0"), cents.to_string());
        let all = |books: &BTreeMap<String, Book>| -> BTreeSet<(String, String)> {
            books.iter().flat_map(|(title, (_, tags))| tags.iter().map(|tag| (title.clone(), tag.clone()))).collect()
        };
        let (olds, news) = (all(&old), all(&new));
        let same = olds.intersection(&news).count();
        prop_assert_eq!(counts(table(&found, "tag")), [same, 0, news.len() - same, olds.len() - same].map(|n| n as u64));
        let told: BTreeSet<_> = table(&found, "tag").shown.iter().map(|row| row.key.clone().unwrap()).collect();
        for (title, tag) in olds.symmetric_difference(&news).take(5).filter(|_| told.len() < 10) {
            let name = format!("{title} · {tag}");
            prop_assert!(told.contains(&name), "{} in {:?}", name, told);
        }
        // The other way round everything is the other way round.
        let back = diff(&b, &a, &Options::default()).unwrap();
        for (one, other) in found.tables.iter().zip(&back.tables) {
            let [same, changed, added, removed] = counts(one);
            prop_assert_eq!([same, changed, removed, added], counts(other));
            for (name, column) in &one.columns {
                let mirror = &other.columns[name];
                prop_assert_eq!((column.cells, column.were_null), (mirror.cells, mirror.are_null));
                let sum = |column: &recordmill::diff::ColumnDiff| column.figures.map_or(0.0, |figures| figures.sum);
                prop_assert!((sum(column) + sum(mirror)).abs() < 1e-9);
            }
        }
        prop_assert_eq!(found.findings.new, back.findings.gone);
        prop_assert!(diff(&a, &a, &Options::default()).unwrap().same);
        prop_assert_eq!(found.same, old == new);
    }

    #[test]
    fn rows_of_one_key_lose_nothing(old in prop::collection::vec(("[AB]", 0_i64..3), 0..9), new in prop::collection::vec(("[AB]", 0_i64..3), 0..9)) {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        let as_dump = |rows: &[(String, i64)]| dump(rows.iter().map(|(title, price)| (title.clone(), (*price, BTreeSet::new()))));
        run(&schema(), &as_dump(&old), &a);
        run(&schema(), &as_dump(&new), &b);
        let found = diff(&a, &b, &Options::default()).unwrap();
        let count = |rows: &[(String, i64)], is: &dyn Fn(&(String, i64)) -> bool| rows.iter().filter(|row| is(row)).count() as u64;
        let (mut same, mut paired) = (0, 0);
        for title in ["A", "B"] {
            let of = |row: &(String, i64)| row.0 == title;
            paired += count(&old, &of).min(count(&new, &of));
            for price in 0..3 {
                let is = |row: &(String, i64)| row.0 == title && row.1 == price;
                same += count(&old, &is).min(count(&new, &is));
            }
        }
        let expected = [same, paired - same, new.len() as u64 - paired, old.len() as u64 - paired];
        prop_assert_eq!(counts(table(&found, "book")), expected);
    }
}
