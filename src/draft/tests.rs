//! Drafts as a whole: what comes in, and what schema comes out.

#![expect(
    clippy::disallowed_methods,
    clippy::format_collect,
    reason = "dumps are small, and files of their own"
)]

use super::sample::Sample;
use super::words::Words;
use super::*;
use crate::prove::prove;

fn drafted(text: &str) -> Draft {
    let draft = draft_of(&[Sample::of_text(text)], &Words::new());
    draft.unwrap_or_else(|error| panic!("{error}: {:?}\n{text}", error.remedy()))
}

fn declines(text: &str) -> bool {
    draft_of(&[Sample::of_text(text)], &Words::new()).is_err()
}

/// The types of the fields, in order.
fn types(text: &str) -> Vec<(String, &'static str)> {
    drafted(text).report.fields
}

fn word_of(values: &[&str]) -> &'static str {
    let dump: String = values
        .iter()
        .enumerate()
        .map(|(n, value)| format!("who: ox {n} of them\nx: {value}\n\n"))
        .collect();
    types(&dump)[1].1
}

fn repeated(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect()
}

#[test]
fn stanzas_are_read_with_their_types() {
    let dump = repeated(30, |n| {
        format!(
            "title: ox {n}\nlegs: {}\nborn: 20{:02}-03-{:02}\nfarm: {}\n\n",
            n % 5,
            n % 20 + 1,
            n % 28 + 1,
            if n % 2 == 0 { "yes" } else { "no" }
        )
    });
    let draft = drafted(&dump);
    let words: Vec<_> = draft.report.fields.iter().map(|(name, word)| (&**name, *word)).collect();
    assert_eq!(
        words,
        [("title", "text"), ("legs", "integer"), ("born", "date"), ("farm", "boolean")]
    );
    assert_eq!(draft.report.records, 30);
    assert!(draft.report.explained > 0.999);
    assert_eq!(draft.report.sure, Sure::Quite);
    assert!(draft.text.contains("# all 30 values differ: unique?"), "{}", draft.text);
    assert_eq!(drafted(&dump).text, draft.text, "the same dump gives the same draft");
}

#[test]
fn what_would_lose_something_stays_text() {
    assert_eq!(word_of(&["007", "123", "456"]), "text");
    assert_eq!(word_of(&["1234567890123456789012", "1"]), "text");
    assert_eq!(word_of(&["12345", "23456", "34567", "45678"]), "text");
    assert_eq!(word_of(&["1", "23", "456"]), "integer");
    assert_eq!(word_of(&["-1", "2", "0"]), "integer");
    assert_eq!(word_of(&["0.5", "2", "12.25"]), "float");
}

#[test]
fn signs_and_digits_that_a_number_would_lose_stay() {
    assert_eq!(word_of(&["+4915112345678", "+49151123535979", "+4915123"]), "text");
    assert_eq!(word_of(&["+5", "-3", "0"]), "integer");
    assert_eq!(word_of(&["1.1", "1.9", "1.10"]), "text");
    assert_eq!(word_of(&["1.10", "1.11", "1.12"]), "float");
    assert_eq!(word_of(&["0.12345678901234567", "0.5"]), "text");
    let json = |numbers: [&str; 4]| {
        types(&numbers.map(|number| format!("{{\"a\":{number},\"b\":\"x\"}}\n")).concat())[0].1
    };
    assert_eq!(json(["1", "2.0", "1e3", "12345678901234567890"]), "text");
    assert_eq!(json(["1", "2.0", "1e3", "0.1"]), "float");
    assert_eq!(json(["1", "2.5", "9007199254740993", "3"]), "text");
}

#[test]
fn a_line_above_each_record_begins_it() {
    let ticket =
        |n: usize| format!("Status: open {n}\nOwner: Ann of {n}\nText: a mill\n that turns\n");
    for (line, key) in [
        (&(|n: usize| format!("*** TICKET {n} ***")) as &dyn Fn(usize) -> String, "ticket"),
        (&|n| format!("=== {} ===", ["Ann Oak", "Bo Elm", "Cy Ash", "Di Yew"][n % 4]), "heading"),
        (&|n| format!("# record {n} of 9"), "record_of"),
    ] {
        for blank in ["", "\n"] {
            let dump = repeated(9, |n| format!("{}\n{}{blank}", line(1000 + n), ticket(n)));
            let draft = drafted(&dump);
            assert!(draft.text.contains("by = \"start-line\""), "{}", draft.text);
            assert_eq!(draft.report.records, 9, "{}", draft.text);
            assert_eq!(draft.report.fields[0].0, key, "{}", draft.text);
        }
    }
}

#[test]
fn rows_do_not_lose_their_header() {
    let draft = drafted("id;x\n0;Doe, Jane\n1;Roe, Max\n2;Poe, Ann\n");
    assert!(draft.text.contains("delimiter = \";\"") && !draft.text.contains("skip-rows"));
    for row in ["http://x.org/N?a=1,2;3", "a &amp; bN", "  a, N; \"b\""] {
        let rows = repeated(9, |n| format!("{n};{}\n", row.replace('N', &n.to_string())));
        let draft = drafted(&format!("id;x\n{rows}"));
        assert_eq!(draft.report.sure, Sure::Hardly, "{}", draft.text);
        assert!(draft.report.open[0].contains("`id;x`, which is skipped"), "{}", draft.text);
    }
    let twice = drafted(&format!("a,a,b\n{}", repeated(9, |n| format!("{n},{},x\n", n + 1))));
    let names: Vec<_> = twice.report.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((twice.report.records, names), (9, vec!["a", "a_2", "b"]));
    assert!(twice.report.open[0].contains("`a` again"), "{:?}", twice.report.open);
}

#[test]
fn a_table_of_which_some_rows_are_longer_is_one_and_they_are_told() {
    let dump = |ragged: usize, rows: usize| {
        let body = repeated(rows, |n| {
            let mark = if n * ragged / rows == (n + 1) * ragged / rows { '.' } else { ',' };
            format!("ox {n},{n}{mark}5,{},hill {n}\n", n * 3)
        });
        format!("name,price,legs,farm\n{body}")
    };
    for (ragged, rows) in [(2, 20), (3, 20), (5, 20), (6, 20), (45, 300)] {
        let draft = drafted(&dump(ragged, rows));
        assert!(draft.text.contains("format = \"csv\""), "{}", draft.text);
        let names: Vec<_> = draft.report.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["name", "price", "legs", "farm"]);
        assert_eq!(draft.report.records, rows as u64);
        let told = format!("{ragged} × R110 ragged-row, first `ox ");
        assert!(draft.report.unexplained[0].starts_with(&told), "{:?}", draft.report.unexplained);
        assert_ne!(draft.report.sure, Sure::Quite);
    }
    let error = draft_of(&[Sample::of_text(&dump(8, 20))], &Words::new()).unwrap_err();
    assert!(error.remedy().unwrap().contains("rows of cells with `,`"), "{error:?}");
    let words = |n: usize| {
        format!("ox {n},of the hill{},more\n", if n.is_multiple_of(6) { "," } else { "" })
    };
    assert_eq!(drafted(&format!("who,where,note\n{}", repeated(30, words))).report.records, 30);
    assert!(declines(&format!(
        "Dear Ann, dear Bo\n{}",
        repeated(30, |n| {
            let comma = if n % 4 == 0 { "" } else { "," };
            format!("In year {n} the ox stood in the rain{comma} and nobody came.\n")
        })
    )));
}

#[test]
fn a_word_among_words_is_no_sentinel() {
    let drafted = |values: &[&str]| {
        let dump = repeated(12, |n| format!("who: ox {n} x\nx: {}\n\n", values[n % values.len()]));
        drafted(&dump).text
    };
    assert!(!drafted(&["NA", "DE", "FR", "US"]).contains("sentinels"));
    assert!(drafted(&["NA", "1", "2", "3"]).contains("\nsentinels = [\"NA\"]"));
    assert!(drafted(&["NA", "some", "many", "all"]).contains("\nsentinels = [\"NA\"]"));
    let text = drafted(&["None", "some", "many", "all"]);
    let note = "# a value, or none? then sentinels = [\"None\"]";
    assert!(text.contains(note) && !text.contains("\nsentinels"), "{text}");
}

#[test]
fn what_turns_a_line_round_is_escaped() {
    let text = drafted(&repeated(9, |n| format!("who: ox\u{202e} {n}\nx\u{200f}: {n}\n\n"))).text;
    assert!(!text.contains(['\u{202e}', '\u{200f}']) && text.contains("\\u202E"), "{text}");
}

#[test]
fn numbers_have_their_marks() {
    let dump = repeated(9, |n| format!("who: ox {n} x\nx: 1.{n}00,5\ny: 1{n},234,567\n\n"));
    let text = drafted(&dump).text;
    assert!(text.contains("number = { decimal = \",\", group = \".\" }"), "{text}");
    assert!(text.contains("number = { group = \",\" }"), "{text}");
}

#[test]
fn a_mark_before_three_digits_may_be_either_until_a_value_settles_it() {
    let drafted = |mark: char, more: &str| {
        let value =
            |n: usize| if n == 3 { more.to_owned() } else { format!("{n}{mark}{:03}", n * 3) };
        drafted(&repeated(300, |n| format!("who: ox {n} x\nx: {}\n\n", value(n % 298 + 1)))).text
    };
    for (mark, word) in [('.', "point"), (',', "comma")] {
        for more in ["12", "-1.234", "n/a"] {
            let text = drafted(mark, &more.replace('.', &mark.to_string()));
            let note = format!("# numbers whose {word} may part groups or decimals");
            assert!(text.contains(&note), "{mark} {more}: {text}");
            assert!(text.contains("key = \"x\"\ntype = \"text\""), "{mark} {more}: {text}");
        }
    }
    for more in ["0.123", "1234.567", "1.2", "-0.5"] {
        let text = drafted('.', more);
        assert!(text.contains("type = \"float\"\n") && !text.contains("number ="), "{text}");
        let text = drafted(',', &more.replace('.', ","));
        let marks = "type = \"float\"\nnumber = { decimal = \",\" }";
        assert!(text.contains(marks) || text.contains("decimal = \",\", group = \".\""), "{text}");
    }
    assert!(drafted(',', "1,234,567").contains("type = \"integer\"\nnumber = { group = \",\" }"));
    let grouped = "type = \"integer\"\nnumber = { decimal = \",\", group = \".\" }";
    assert!(drafted('.', "1.234.567").contains(grouped));
    assert_eq!(word_of(&["1.234", "12.345", "123.456", "1.500", "7.890"]), "text");
    assert_eq!(word_of(&["1,234", "5,678"]), "text");
    // What JSON calls a number has no groups.
    let json = repeated(9, |n| format!("{{\"a\": {n}1.234, \"b\": \"x\"}}\n").replace("01", "1"));
    assert_eq!(types(&json)[0].1, "float");
}

#[test]
fn a_clock_has_two_digits_of_minutes() {
    assert_eq!(word_of(&["4:05", "12:30", "9:10"]), "time");
    assert_eq!(word_of(&["4:05:06", "12:30:00", "9:10:59"]), "time");
    assert_eq!(word_of(&["4:05", "12:30", "25:10", "61:00"]), "text");
    for ratios in [&["1:2", "3:4", "16:9", "2:1", "3:16", "10:1"][..], &["3:16", "10:11", "2:1"]] {
        assert_eq!(word_of(ratios), "text", "{ratios:?}");
    }
    assert_eq!(word_of(&["1:2:3", "2:2:1", "10:20:30"]), "text");
}

#[test]
fn slashes_of_urls_and_paths_part_no_items() {
    let mixed = ["http://a.de/x", "http://b.org/y/z", "/usr/bin/x", "a/b.txt"];
    assert_eq!(word_of(&mixed), "text");
    assert_eq!(word_of(&["/usr/bin/x", "/home/ox", "/srv/mill/of/oxen"]), "text");
    assert_eq!(word_of(&["a/b.txt", "a/b/c.toml", "d.md"]), "text");
    assert_eq!(word_of(&["src/a/", "src/", "src/a/b/"]), "text");
    assert_eq!(word_of(&["example.org/x", "www.a.de/y/z", "b.org"]), "text");
    assert_eq!(word_of(&["http://a.de/x", "https://b.org/y/z", "ftp://c.org/a/b/c?d=e"]), "url");
    assert_eq!(word_of(&["http://a.de/x;http://b.org/y;http://c.org", "http://d.org"]), "list");
    assert_eq!(word_of(&["GO:1", "GO:22", "GO:333"]), "text");
    assert_eq!(word_of(&["oat/hay", "hay/oat/rye", "rye"]), "list");
    let json = repeated(9, |n| format!("{{\"a\": [\"http://a.de/{n}\", \"http://b.de/\"]}}\n"));
    let text = drafted(&json).text;
    assert!(text.contains("items = { type = \"url\" }"), "{text}");
}

#[test]
fn a_date_that_can_be_read_in_two_ways_is_text() {
    assert_eq!(word_of(&["03/04/2020", "05/06/2021"]), "text");
    assert_eq!(word_of(&["03/04/2020", "25/06/2021"]), "date");
    assert_eq!(word_of(&["03/04/2020", "06/25/2021"]), "date");
    assert_eq!(word_of(&["2020-03-04T05:06:07Z", "2021-03-04T05:06:07Z"]), "datetime");
    assert_eq!(word_of(&["05:06", "23:59"]), "time");
}

#[test]
fn lists_are_told_from_sentences() {
    assert_eq!(word_of(&["oat; hay", "hay; oat; rye", "rye"]), "list");
    assert_eq!(
        word_of(&["An ox, a plough, and a field. More of it, later, and so on."; 3]),
        "text"
    );
    assert_eq!(word_of(&["['oat', 'hay']", "['rye']"]), "list");
}

#[test]
fn tuples_and_quantities_are_told_from_text() {
    let drugs =
        ["['a', 'b', '(c)'] ['d', '(e)']", "['f', '(g)']", "['h', '(i)'] ['j', 'k', '(l)']"];
    assert_eq!(word_of(&drugs), "tuple-list");
    assert_eq!(word_of(&["[('a', 1), ('b', 2)]", "[('c', 3)]"]), "tuple-list");
    assert_eq!(word_of(&["12 kg", "3-5 kg", "about 400 g", "7.5 kg"]), "quantity");
    let dump = repeated(9, |n| {
        format!("who: ox {n} x\nload: {n}2 kg\ncut: ['a', {n}] ['b', 'c', {n}]\n\n")
    });
    let text = drafted(&dump).text;
    for part in [
        "uses = [\"std\"]",
        "quantity = \"mass\"",
        "members = { 2 = [\"member_1\", \"member_2\"], 3 = [",
        "columns = [\"record_id\", \"ordinal\", \"member_1\", \"member_2\", \"member_3\"]",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let taken = dump.replace("who:", "load kind:");
    assert!(drafted(&taken).text.contains("with uses = [\"std\"]?"));
}

#[test]
fn words_for_no_data_are_sentinels() {
    let text = drafted(&repeated(12, |n| {
        format!(
            "who: ox {n} x\nx: {}\n\n",
            if n % 3 == 0 { "N/A".to_owned() } else { n.to_string() }
        )
    }))
    .text;
    assert!(
        text.contains("sentinels = [\"N/A\"]") && text.contains("type = \"integer\""),
        "{text}"
    );
}

#[test]
fn keys_that_come_again_make_lists() {
    let draft = drafted(&repeated(6, |n| format!("who: ox {n} x\nfeed: oat {n}\nfeed: hay\n\n")));
    assert_eq!(draft.report.fields[1], ("feed".to_owned(), "list"));
    assert!(draft.text.contains("repeated = \"list\""));
    assert!(draft.text.contains("[tables.feed]"));
}

#[test]
fn every_way_to_part_records_is_found() {
    let forms = [
        ("no blank line", "key = \"who\"", repeated(9, |n| format!("who=ox {n}\nlegs={n}\n"))),
        ("a line before", "start-line", repeated(9, |n| format!("[Ox]\nwho: ox {n}\nlegs: {n}\n"))),
        (
            "a name before",
            "key = \"block\"",
            repeated(9, |n| format!("[ox {n}]\nlegs={n}\nage={n}\n")),
        ),
        ("a line behind", "end-line", repeated(9, |n| format!("ID   ox {n}\nLE   {n}\n//\n"))),
        ("a tag behind", "ER", repeated(9, |n| format!("TI  - ox {n}\nLE  - {n}\nER  - \n\n"))),
        ("blank lines", "blank-line", repeated(9, |n| format!("名称 甲乙丙{n} \n数量 {n} \n\n"))),
    ];
    for (what, word, dump) in forms {
        let draft = drafted(&dump);
        assert_eq!(draft.report.records, 9, "{what}: {}", draft.text);
        assert!(draft.text.contains(word), "{what}: {}", draft.text);
    }
}

#[test]
fn lines_with_the_number_of_their_level_are_read() {
    let dump = "0 HEAD\n1 CHAR UTF-8\n\
        0 @I1@ INDI\n1 NAME Lena /Osei/\n1 BIRT\n2 DATE 2 OCT 1822\n1 FAMS @F1@\n1 FAMS @F2@\n\
        1 NOTE She kept the mi\n2 CONC ll by the river\n2 CONT and sold flour.\n\
        0 @I2@ INDI\n1 NAME Piet /Osei/\n1 BIRT\n2 DATE 3 OCT 1822\n2 PLAC Riverside\n\
        0 @F1@ FAM\n1 HUSB @I2@\n1 WIFE @I1@\n0 TRLR\n";
    let draft = drafted(dump);
    assert_eq!(draft.report.records, 3, "{}", draft.text);
    assert!(draft.report.explained > 0.999, "{}", draft.text);
    let birth = ("birt_date".to_owned(), "date");
    assert!(draft.report.fields.contains(&birth), "{:?}", draft.report.fields);
    for part in [
        "key = \"BIRT.DATE\"",
        "[kinds.indi]",
        "kind = \"fam\"\ncolumns = [\"record_id\", \"id\", \"husb\", \"wife\", \"source_file\"",
        "HEAD|TRLR",
        "repeated = \"join\"",
        "items = { type = \"text\", extract = ['^@(?<value>[^@]+)@$'] }",
    ] {
        assert!(draft.text.contains(part), "{part}:\n{}", draft.text);
    }
    assert!(declines("0 of them came\n1 was late\n7 were not there, and nobody knew why\n"));
}

#[test]
fn tags_between_signs_and_what_closes_a_record_are_found() {
    let one = |n: usize| {
        format!(
            ":20:STMT{n}\n:25:NL{n}\n:61:25060{n}D1,50\n:86:of ox {n}\n?20more\n:61:25060{n}C2,00\n:86:b\n:62F:C25{n}\n"
        )
    };
    let plain = drafted(&repeated(5, |n| format!("{}-\n", one(n))));
    assert_eq!(plain.report.records, 5, "{}", plain.text);
    assert!(plain.report.fields.contains(&("86".to_owned(), "list")), "{:?}", plain.report.fields);
    let framed = drafted(&repeated(5, |n| format!("{{1:F01}}{{4:\n{}-}}\n", one(n))));
    assert_eq!(framed.report.records, 5, "{}", framed.text);
    assert!(framed.text.contains("end = '^\\-\\}\\s*$'"), "{}", framed.text);
}

#[test]
fn sections_are_records_whatever_stands_above_them() {
    let dump = "; of the mill\nroot = /srv\nuser = miller\n\n[a]\nx = 1\ny = 2\n[b]\nx = 2\ny = 4\n[c]\nx = 3\n";
    let draft = drafted(dump);
    assert_eq!(draft.report.records, 3, "{}", draft.text);
    assert!(draft.text.contains("key = \"block\""), "{}", draft.text);
    let commented = "# of the mill\n#\n# and more\n[Unit]\nWhat=mill\n[Service]\nRun=/bin/mill\n";
    assert!(drafted(commented).report.explained > 0.999, "{}", drafted(commented).text);
    assert!(drafted("[core]\n\tbare = false\n\tmode = 1\n").text.contains("key = \"block\""));
    let git = "[core]\n\tversion = 0\n\tmode = true\n\tbare = false\n\tlog = true\n[remote \"o\"]\n\turl = a\n\tfetch = b\n[branch \"m\"]\n\tremote = o\n\tmerge = c\n";
    assert_eq!(drafted(git).report.records, 3);
    let indented = repeated(4, |n| format!("[ox \"{n}\"]\n\tlegs = {n}\n\tfarm = hill\n"));
    assert_eq!(drafted(&indented).report.records, 4);
    let terms = format!(
        "format: 1.2\nsaved by: an ox\nremark: a long line that says what follows below\n\n{}",
        repeated(3, |n| format!("[Term]\nid: X:{n}\nname: ox {n}\n\n"))
    );
    assert!(drafted(&terms).text.contains("by = \"start-line\""));
}

#[test]
fn json_lines_of_which_some_are_damaged_are_json_lines() {
    let line = |n: usize| format!("{{\"id\": {n}, \"name\": \"ox {n}\"}}\n");
    let dumps = [
        format!("{}{}{}", line(1), &line(2)[..12], repeated(5, line)),
        format!("1, \"name\": \"ox\"}}\n{}", repeated(5, line)),
        format!("{}oops\n{}", line(1), line(2)),
        format!("# of today\n{}", repeated(9, line)),
    ];
    for dump in dumps {
        let draft = drafted(&dump);
        assert!(draft.text.contains("format = \"json-lines\""), "{dump}\n{}", draft.text);
        assert!(draft.text.contains("not-null"), "{}", draft.text);
    }
}

#[test]
fn what_has_another_form_is_named() {
    for (text, word) in [
        ("<?xml version=\"1.0\"?>\n<a>\n<b>1</b>\n<b>2</b>\n</a>\n", "XML"),
        ("@article{ox,\n  title = {Of oxen},\n  year = {2020},\n}\n", "BibTeX"),
        ("[\"a\", \"b\"]\n", "no objects"),
        ("a,b,c\n", "one line"),
        ("It rained.\nNobody came.\n", "prose"),
    ] {
        let error = draft_of(&[Sample::of_text(text)], &Words::new()).unwrap_err();
        assert!(error.remedy().is_some_and(|told| told.contains(word)), "{word}: {error:?}");
    }
}

#[test]
fn one_record_is_enough() {
    for dump in [
        "title: ox\nlegs: 4\nborn: 2020-01-02\n",
        "名称 甲乙丙\n数量 12\n产地 东南山\n",
        "a,b\n1,2\n",
        "{\"a\": 1}",
    ] {
        assert_eq!(drafted(dump).report.records, 1, "{dump}");
    }
}

#[test]
fn line_ends_may_be_mixed() {
    let dump = repeated(20, |n| {
        format!("title: ox {n}\r\nlegs: {}{}\n", n % 4, if n % 2 == 0 { "\r\n\r" } else { "\n" })
    });
    let report = drafted(&dump).report;
    assert_eq!((report.records, report.fields.len()), (20, 2));
}

#[test]
fn rows_of_cells_are_no_keys_and_keys_are_no_rows() {
    let rows = repeated(20, |n| format!("note: {n},x={n},{n}\n"));
    assert!(
        drafted(&rows).text.contains("format = \"csv\"") || drafted(&rows).text.contains("columns"),
        "{rows}"
    );
    let rows =
        format!("title,note,n\n{}", repeated(20, |n| format!("ox {n},\"a: b, c: d\",{n}\n")));
    assert!(drafted(&rows).text.contains("format = \"csv\""));
    let keys = repeated(20, |n| format!("title: ox, {n}\nnote: a, b\n\n"));
    assert!(drafted(&keys).text.contains("format = \"key-value\""));
    let keys = repeated(20, |n| format!("title=ox;{n}\nnote=a;b\n"));
    assert!(drafted(&keys).text.contains("format = \"key-value\""));
}

#[test]
fn prose_is_declined() {
    assert!(declines(
        "It was a long day. The ox stood in the rain, and nobody came.\nAt last somebody did: a child.\nThe rain went on.\n"
    ));
    let words = [
        "the", "ox", "and", "a", "plough", "of", "field", "in", "rain", "stood", "it", "was",
        "long", "nobody",
    ];
    let mut state = 7_usize;
    let mut word = || {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        words[(state >> 16) % words.len()]
    };
    let prose: String = (0..400)
        .map(|_| format!("{} {} {} {} {}.\n", word(), word(), word(), word(), word()))
        .collect();
    assert!(declines(&prose));
    assert!(declines("牛在雨里站着，没有人来。\n后来来了一个孩子，雨还在下。\n"));
    assert!(declines("\n\n"));
}

#[test]
fn json_is_read_wherever_its_records_stand() {
    let draft = drafted(
        "{\"a\": 1, \"b\": {\"c\": \"x\"}, \"d\": [1, 2], \"e\": [{\"f\": 1, \"g\": \"y\"}]}\n{\"a\": 2, \"e\": []}\n",
    );
    let words: Vec<_> = draft.report.fields.iter().map(|(name, word)| (&**name, *word)).collect();
    assert_eq!(words, [("a", "integer"), ("b_c", "text"), ("d", "list"), ("e", "objects")]);
    assert!(
        draft.text.contains("columns = [\"record_id\", \"ordinal\", \"f\", \"g\"]"),
        "{}",
        draft.text
    );
    assert!(drafted("{\"rows\": [{\"a\": 1}, {\"a\": 2}]}").text.contains("records = \"rows\""));
    assert!(drafted("{\"x\": {\"a\": 1}, \"y\": {\"a\": 2}}").text.contains("key = \"@key\""));
    // What JSON calls a string is one, digits or not.
    assert_eq!(types("{\"a\": \"1\"}\n{\"a\": \"2\"}\n")[0].1, "text");
}

#[test]
fn tables_without_a_header_or_behind_a_preamble_are_read() {
    let draft = drafted("made today\n\nname;age\nox;3\nelk;4\n");
    assert!(
        draft.text.contains("skip-rows = 2") && draft.text.contains("delimiter = \";\""),
        "{}",
        draft.text
    );
    assert_eq!(draft.report.records, 2);
    let draft = drafted("1,ox\n2,elk\n3,cow\n");
    assert!(draft.text.contains("header = false"));
    assert_eq!(draft.report.records, 3);
}

#[test]
fn an_update_adds_what_is_new_and_keeps_the_rest() {
    let old = "# my schema\nrecordmill = 1\nname = \"ox\"\n[source]\nformat = \"key-value\"\nrecord = { by = \"blank-line\" }\nkey = { by = \"declared\", delimiter = \": \" }\n\n[fields.who] # the name\nkey = \"title\"\ntype = \"text\"\n\n[tables.ox]\nrows = \"record\"\ncolumns = [\n  \"who\", # first\n]\n";
    let source = SchemaSource { name: "ox.toml".to_owned(), text: old.to_owned() };
    let dump = repeated(9, |n| format!("title: ox {n}\nlegs: {n}\nfeed: oat; hay; rye\n\n"));
    let updated = update(&source, &[Input::memory("dump.txt", dump.clone())], false).unwrap();
    assert_eq!(updated.added, [("legs".to_owned(), "integer"), ("feed".to_owned(), "list")]);
    for kept in
        ["# my schema", "[fields.who] # the name", "\"who\", \"legs\", # first", "[tables.feed]"]
    {
        assert!(updated.text.contains(kept), "{kept}: {}", updated.text);
    }
    let again = SchemaSource { name: "ox.toml".to_owned(), text: updated.text.clone() };
    let again = update(&again, &[Input::memory("dump.txt", dump)], false).unwrap();
    assert!(again.added.is_empty());
    assert_eq!(again.text, updated.text);
}

/// What an update makes of a schema of records between blank lines, or of JSON lines.
fn updated(schema: &str, dump: &str) -> Result<Updated> {
    let source = SchemaSource { name: "ox.toml".to_owned(), text: schema.to_owned() };
    update(&source, &[Input::memory("dump.txt", dump)], false)
}

const HEAD: &str = "recordmill = 1\nname = \"ox\"\n[source]\n";
const STANZAS: &str = "format = \"key-value\"\nrecord = { by = \"blank-line\" }\n";
const DECLARED: &str = "key = { by = \"declared\", delimiter = \": \" }\n";
const WHO: &str = "[fields.who]\nkey = \"who\"\ntype = \"text\"\n";
const TABLE: &str = "[tables.ox]\nrows = \"record\"\ncolumns = [\"who\"]\n";

#[test]
fn an_update_adds_nothing_below_a_key_that_is_known() {
    let dump = repeated(9, |n| {
        format!("{{\"who\": \"ox {n} x\", \"author\": {{\"name\": \"a {n}\"}}, \"legs\": {n}}}\n")
    });
    let field = "[fields.author]\nkey = \"author\"\ntype = \"json\"\n";
    let table = TABLE.replace("\"who\"", "\"who\", \"author\"");
    let json = "format = \"json-lines\"\n";
    let known = updated(&format!("{HEAD}{json}{WHO}{field}{table}"), &dump).unwrap();
    assert_eq!(known.added, [("legs".to_owned(), "integer")]);
    let ignored = "key = { ignored = [\"author\"] }\n";
    let known = updated(&format!("{HEAD}{json}{ignored}{WHO}{TABLE}"), &dump).unwrap();
    assert_eq!(known.added, [("legs".to_owned(), "integer")]);
    let new = updated(&format!("{HEAD}{json}{WHO}{TABLE}"), &dump).unwrap();
    assert_eq!(new.added[0].0, "author_name");
}

#[test]
fn an_update_gives_a_column_to_the_tables_of_the_kinds_that_have_its_key() {
    let dump = |more: &str| {
        format!(
            "0 @I1@ INDI\n1 NAME Lena /Osei/\n1 BIRT\n2 DATE 2 OCT 1822\n{more}\
             0 @I2@ INDI\n1 NAME Piet /Osei/\n1 BIRT\n2 DATE 3 OCT 1822\n{more}\
             0 @F1@ FAM\n1 HUSB @I2@\n1 WIFE @I1@\n{}0 TRLR\n",
            if more.is_empty() { "" } else { "1 CHAN today\n1 MARR here\n" }
        )
    };
    let old = drafted(&dump("")).text;
    let new = updated(&old, &dump("1 SEX F\n1 CHAN today\n2 PLAC Rye\n")).unwrap();
    let names: Vec<_> = new.added.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["sex", "chan", "chan_plac", "marr"]);
    for columns in ["\"sex\", \"chan\", \"chan_plac\"]", "\"source_line\", \"chan\", \"marr\"]"] {
        assert!(new.text.contains(columns), "{columns}: {}", new.text);
    }
    let ignored = old.replace("key = { ", "key = { ignored = [\"CHAN\"], ");
    let new = updated(&ignored, &dump("1 SEX F\n1 CHAN today\n2 PLAC Rye\n")).unwrap();
    let names: Vec<_> = new.added.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["sex", "marr"]);
}

#[test]
fn an_update_keeps_a_comment_with_the_table_below_it() {
    let dump = repeated(9, |n| format!("who: ox {n} x\nlegs: {n}\nload: {n} kg\n\n"));
    let text = "description = \"\"\"\n[tables of the house]\n\"\"\"\n";
    let schema =
        format!("{HEAD}{STANZAS}{DECLARED}\n{WHO}{text}\n# All the oxen,\n# a row each.\n{TABLE}");
    let new = updated(&schema, &dump).unwrap();
    assert!(new.text.contains(&format!("\n\n# All the oxen,\n# a row each.\n{}", &TABLE[..10])));
    assert!(new.text.contains(text) && new.text.contains("columns = [\"who\", \"legs\""));
    // Where no header of a table is, what is new stands at the end.
    let inline = "tables.ox = { rows = \"record\", columns = [\"who\"] }\n";
    let new = updated(&format!("{inline}{HEAD}{STANZAS}{DECLARED}{WHO}"), &dump).unwrap();
    assert_eq!(new.added.len(), 2, "{}", new.text);
}

#[test]
fn an_update_ends_its_lines_as_the_file_does() {
    let dump = repeated(9, |n| format!("who: ox {n} x\nlegs: {n}\nfeed: oat; hay; rye\n\n"));
    let schema = format!("{HEAD}{STANZAS}{DECLARED}{WHO}\n{TABLE}").replace('\n', "\r\n");
    let new = updated(&schema, &dump).unwrap();
    assert_eq!(new.added.len(), 2);
    assert_eq!(new.text.matches('\n').count(), new.text.matches("\r\n").count(), "{:?}", new.text);
}

#[test]
fn an_update_takes_no_name_of_a_column() {
    let dump = repeated(9, |n| format!("who: ox {n} x\nlabel: {n}\n\n"));
    let computed = "computed.label = { template = \"{who}!\" }\n";
    let table = TABLE.replace("\"who\"", "\"who\", \"label\"");
    let new = updated(&format!("{HEAD}{STANZAS}{DECLARED}{WHO}{table}{computed}"), &dump).unwrap();
    assert_eq!(new.added, [("label_2".to_owned(), "integer")]);
}

#[test]
fn what_cannot_be_updated_says_why_and_what_wants_no_keys_what_is_not_explained() {
    let dump = repeated(40, |n| {
        let stray = if n == 6 { "and more of it\n" } else { "" };
        format!("who: ox {n} x\nlegs: {n}\n{stray}\n")
    });
    let library = "recordmill = 1\nname = \"ox\"\nlibrary = true\n[patterns]\nx = 'a'\n";
    let error = updated(library, &dump).unwrap_err();
    assert!(error.to_string().contains("is a library"), "{error}");
    let all = "key = { by = \"declared\", delimiter = \": \", ignored = \"*\" }\n";
    let none = "continuation = { by = \"none\" }\n";
    let schema = format!("{HEAD}{STANZAS}{all}{none}{WHO}{TABLE}");
    let new = updated(&schema, &dump).unwrap();
    assert!(new.added.is_empty() && new.text == schema);
    assert!(new.unexplained[0].contains("first `and more of it`"), "{:?}", new.unexplained);
}

#[test]
fn json_has_all_its_keys_whatever_they_are_called_and_wherever_they_stand() {
    let record = |n: usize| {
        let own = format!("\"@id\": {n}, \"a*b\": {n}, \"*\": {n}, \"\": {n}");
        format!(
            "{{{own}, \"o\": {{{own}}}, \"b\\\\\": {{\"c\": 1}}, \"l\": [{{{own}}}, {{{own}}}]}}"
        )
    };
    let graph: Vec<String> = (0..9).map(record).collect();
    for dump in [
        format!("{{\"@context\": \"x\", \"@graph\": [{}]}}", graph.join(", ")),
        graph.join("\n"),
        format!("{{\"x\": {}, \"y\": {}}}", graph[0], graph[1]),
    ] {
        let report = drafted(&dump).report;
        assert!(report.unexplained.is_empty() && report.open.is_empty(), "{report:?}");
        assert_eq!(report.sure, Sure::Quite, "{dump}");
    }
    let lines = |from: usize, to: usize, more: &str| -> String {
        (from..to).map(|n| format!("{{\"id\": {n}{more}}}\n")).collect()
    };
    let mut sample = Sample::of_text(&lines(0, 6000, ""));
    sample.places = vec![lines(7000, 7100, ", \"late\": 1"), lines(8000, 8100, ", \"tags\": [1]")];
    sample.whole = false;
    let fields = draft_of(&[sample], &Words::new()).unwrap().report.fields;
    let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["id", "late", "tags"]);
}

#[test]
fn a_list_may_have_any_name() {
    for key in ["finding", "record", "run", "İs", "ordinal"] {
        let dump = repeated(9, |n| format!("{{\"{key}\": [\"a {n}\", \"b\"], \"x\": {n}}}\n"));
        assert_eq!(drafted(&dump).report.fields[0].1, "list", "{key}");
    }
    let nested =
        "{\"a\": [{\"b\": [{\"c\": 1}, {\"c\": 2}]}], \"a_b\": [\"p\"], \"x\": 1}\n".repeat(3);
    let text = drafted(&nested).text;
    for table in ["[tables.a_b]\nrows = \"a_b\"", "[tables.a_b_2]\nrows = \"a.b\""] {
        assert!(text.contains(table), "{table}: {text}");
    }
    let mut sample = Sample::of_text(&nested);
    sample.stem = Some("a_b".to_owned());
    let text = draft_of(&[sample], &Words::new()).unwrap().text;
    assert!(text.contains("[tables.a_b_3]\nrows = \"record\""), "{text}");
}

#[test]
fn a_header_may_go_over_lines_and_stand_below_one_that_names_the_delimiter() {
    let rows = repeated(60, |n| format!("{n},a {n},{}\n", n + 1));
    let twice = drafted(&format!("a,\"b\nc\",a\n{rows}"));
    assert_eq!(twice.report.sure, Sure::Quite, "{}", twice.text);
    assert_eq!(twice.report.open, ["the column `a` again, which is `a_2` here"]);
    for head in
        ["id,\"long\nname\",x\n", "# of today\nid,name,x\n", "a,\"b\nc\",a\n", "sep=,\nid,name,x\n"]
    {
        let mut sample = Sample::of_text(&format!("{head}{rows}"));
        sample.places = vec![rows.clone(), rows.clone()];
        sample.whole = false;
        let draft = draft_of(&[sample], &Words::new()).unwrap();
        assert!(draft.report.unexplained.is_empty(), "{head}: {:?}", draft.report.unexplained);
        assert!(draft.report.explained > 0.99, "{head}: {}", draft.report.explained);
    }
    let said = drafted(&format!("sep=;\r\n{}", "a;b\r\n1,5;2,5\r\n3,5;4,5\r\n"));
    assert_eq!(said.report.records, 2, "{}", said.text);
    assert!(!said.text.contains("skip-rows"), "{}", said.text);
}

#[test]
fn one_word_among_numbers_of_json_is_told() {
    let dump = |number: &str, other: &str| {
        let one = |n: usize| {
            if n == 250 { other.to_owned() } else { number.replace('N', &n.to_string()) }
        };
        drafted(&repeated(251, |n| format!("{{\"who\": \"ox {n} x\", \"x\": {}}}\n", one(n)))).text
    };
    for (number, other, kind) in [
        ("N", "\"many\"", "integer"),
        ("1000000000000000N", "\"many\"", "integer"),
        ("N.5", "\"many\"", "float"),
        ("N", "1.5", "float"),
    ] {
        let text = dump(number, other);
        assert!(text.contains(&format!("key = \"x\"\ntype = \"{kind}\"")), "{text}");
        let told = text.contains("# 1 other, first `many` in line 251\n");
        assert_eq!(told, other == "\"many\"", "{text}");
    }
}

#[test]
fn what_is_demanded_holds_where_that_can_be() {
    let dump = |other: &str| {
        repeated(251, |n| {
            let x = if n == 200 { "\"many\"".to_owned() } else { n.to_string() };
            format!("{{\"x\": {x}{other}}}\n")
        })
    };
    let rule = "rules = [{ rule = \"not-null\" }]\n";
    let text = drafted(&dump(", \"who\": \"an ox\"")).text;
    assert!(text.contains(&format!("key = \"who\"\ntype = \"text\"\n{rule}")), "{text}");
    assert!(text.contains("# all 251 records have it: rule \"required\"?\n[fields.x]"), "{text}");
    assert_eq!(text.matches(rule).count(), 1, "{text}");
    let alone = drafted(&dump("")).text;
    assert!(alone.contains(&format!("type = \"integer\"\n{rule}")), "{alone}");
}

#[test]
fn exponents_and_two_amounts_are_asked_about() {
    let text = draft_of_values(&["1.5e-3", "2.25E6", "7", "-1e+9"]);
    let note = "# exponents, such as in `1.5e-3`: a code, or type = \"float\"?\n";
    assert!(text.contains(note) && text.contains("key = \"x\"\ntype = \"text\""), "{text}");
    let text = draft_of_values(&["12 kg", "24 kg"]);
    let note = "# type = \"quantity\", quantity = \"mass\", with uses = [\"std\"]?\n";
    assert!(text.contains(note), "{text}");
}

#[test]
fn only_a_column_of_its_own_makes_a_text_of_a_quantity() {
    let dump = |other: &str| {
        drafted(&repeated(9, |n| format!("who: ox {n} x\nload: {n}2 kg\n{other}: {n}\n\n"))).text
    };
    for other in ["load kind", "load kg min", "load approx"] {
        assert!(dump(other).contains("with uses = [\"std\"]?"), "{other}");
    }
    for other in ["load place", "load kg"] {
        assert!(dump(other).contains("type = \"quantity\""), "{other}");
    }
}

#[test]
fn every_draft_is_a_schema_whose_examples_hold() {
    let dumps = [
        repeated(9, |n| format!("a'b: x\"{n}\\\nrecord_id: {n}\nsource line: [{n}]\n\n")),
        "\"a b\",a_b,\"A B\"\n1,2,3\n4,5,6\n".to_owned(),
        "{\"甲\": \"\\u0001\", \"a.b\": 1, \"ordinal\": [true]}\n{\"甲\": null}\n".to_owned(),
    ];
    for dump in dumps {
        let text = drafted(&dump).text;
        let (schema, faults) =
            parse(&SchemaSource { name: "draft".to_owned(), text: text.clone() });
        assert!(faults.is_empty(), "{faults:#?}\n{text}");
        let proof = prove(&schema.unwrap());
        assert!(proof.faults.is_empty(), "{:#?}\n{text}", proof.faults);
    }
}

#[test]
fn keys_that_stand_far_behind_or_in_another_input_are_found() {
    let common =
        repeated(9000, |n| format!("title: ox {n} of the herd on the hill\nlegs: {n}\n\n"));
    let dump = format!("{common}{}", repeated(5, |n| format!("title: elk {n}\nhorns: {n}\n\n")));
    let names = |draft: &Draft| {
        draft.report.fields.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&drafted(&dump)), ["title", "legs", "horns"]);
    let two = [Sample::of_text(&common), Sample::of_text("title: elk\nhorns: 2\n")];
    // One of twenty thousand lines may be a word in a text.
    let one = [
        Sample::of_text("title: ox\nlegs: 4\nfarm: hill\n"),
        Sample::of_text("title: elk\nhorns: 2\n"),
    ];
    assert_eq!(names(&draft_of(&one, &Words::new()).unwrap()), ["title", "legs", "farm", "horns"]);
    assert!(draft_of(&two, &Words::new()).is_ok());
}

/// Three hundred records of four keys, with one line put in the place of another or before it.
fn damaged(delimiter: &str, blank: &str, keys: [&str; 4], line: &str, replaces: bool) -> String {
    repeated(300, |n| {
        let one = |key: &&str| {
            format!("{key}{delimiter}{} {n}\n", if n % 2 == 0 { "牛栏" } else { "麦田" })
        };
        let mut lines: Vec<String> = keys.iter().map(one).collect();
        if n == 100 {
            lines.splice(2..2 + usize::from(replaces), [format!("{line}\n")]);
        }
        lines.concat() + blank
    })
}

#[test]
fn a_damaged_line_among_many_records_goes_on_with_no_value() {
    let (plain, han) = (["title", "owner", "farm", "note"], ["名称", "简介", "产地", "价格"]);
    for (dump, line) in [
        (damaged(": ", "\n", plain, "farm of hill", true), "farm of hill"),
        (damaged(": ", "\n", plain, "frm: of hill", true), "frm: of hill"),
        (damaged(": ", "\n", plain, "what belongs nowhere", false), "what belongs nowhere"),
        (damaged(": ", "\n", plain, "  frm of hill", true), "frm of hill"),
        (damaged("=", "", plain, "farm of hill", true), "farm of hill"),
        (damaged("\t", "\n", plain, "farm of hill", true), "farm of hill"),
        (damaged("：", "\n", han, "产地东山", true), "产地东山"),
        (damaged(" ", "\n", han, "产地东山", true), "产地东山"),
        (damaged(" ", "\n", han, "产X 东山", true), "产X 东山"),
    ] {
        let draft = drafted(&dump);
        assert!(draft.text.contains("continuation = { by = \"none\" }"), "{line}: {}", draft.text);
        assert!(draft.report.explained < 1.0, "{line}: {}", draft.report.explained);
        let line_of = 1 + dump.lines().position(|other| other.trim() == line).unwrap();
        let told = format!("1 × R106 stray-line, first `{line}` in line {line_of}");
        assert_eq!(draft.report.unexplained, std::slice::from_ref(&told));
        assert!(draft.text.contains(&format!("# Not explained: {told}.")), "{}", draft.text);
        assert!(!draft.report.lines().concat().contains("100.0 %"));
    }
}

#[test]
fn values_that_go_on_as_a_habit_are_read_whole_and_a_comment_says_so() {
    let dump = |every: usize| {
        repeated(300, |n| {
            let more = if n % every == 0 { "and of the hill\n" } else { "" };
            format!("title: ox {n}\nnote: by the river\n{more}farm: hill\n\n")
        })
    };
    for every in [1, 5, 20] {
        let draft = drafted(&dump(every));
        let why = format!("# {} of 300 values of `note` go on", 300 / every);
        let at = draft.text.find(&why).unwrap_or_else(|| panic!("{why}: {}", draft.text));
        assert!(draft.text[at..].lines().nth(1).unwrap().contains("by = \"any\""));
        assert!(draft.report.unexplained.is_empty());
    }
    let few = drafted(&dump(100));
    assert!(few.report.unexplained[0].starts_with("3 × R106"), "{:?}", few.report.unexplained);
    let indented = drafted(&dump(20).replace("\nand of", "\n  and of")).text;
    assert!(indented.contains("by = \"indent\", indent = \"  \""), "{indented}");
}

#[test]
fn a_key_that_few_of_many_records_have_is_told() {
    let dump = |records| {
        repeated(records, |n| {
            let key = if n == 7 { "lgs" } else { "legs" };
            format!("who: ox {n} x\n{key}: {n}\n\n")
        })
    };
    let told = "`lgs`, in 1 of 30 records: a key, or one that is misspelt?";
    assert_eq!(drafted(&dump(30)).report.open, [told]);
    assert!(drafted(&dump(9)).report.open.is_empty());
}

#[test]
fn money_is_a_quantity_however_many_amounts_differ() {
    let dump = repeated(21_000, |n| format!("who: ox\nprice: {}.{:02} 元\n\n", n / 100, n % 100));
    assert_eq!(types(&dump)[1], ("price".to_owned(), "quantity"));
}

#[test]
fn a_key_that_seldom_comes_again_has_the_type_of_its_values() {
    let dump = |every: usize| {
        repeated(300, |n| {
            let again = if n % every == 0 { "legs: 3\n" } else { "" };
            format!("who: ox {n} x\nlegs: {}\n{again}\n", n % 90)
        })
    };
    let seldom = drafted(&dump(100));
    assert_eq!(seldom.report.fields[1].1, "integer");
    assert!(seldom.text.contains("# 3 of 300 records have it more than once"), "{}", seldom.text);
    assert!(
        seldom.report.unexplained[0].starts_with("3 × R103"),
        "{:?}",
        seldom.report.unexplained
    );
    let often = drafted(&dump(10));
    assert_eq!(often.report.fields[1].1, "list");
    assert!(often.text.contains("items = { type = \"integer\" }"), "{}", often.text);
}

#[test]
fn a_sample_demands_what_all_of_the_dump_would() {
    let dump = repeated(25_000, |n| {
        format!(
            "title: ox {n} of the mill\nborn: 20{:02}-{:02}-{:02}\n\n",
            n % 25,
            n % 12 + 1,
            n % 28 + 1
        )
    });
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("long.txt", dump.clone().into_bytes()),
        ("wide.txt", dump.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let path = [path.to_string_lossy().into_owned()];
        let inputs = crate::source::resolve(&path, crate::source::Limits::default()).unwrap();
        let draft = draft(&inputs, false).unwrap();
        assert!(!draft.report.whole);
        assert!(draft.text.contains("rules = [{ rule = \"not-null\" }]"), "{}", draft.text);
        assert!(!draft.text.contains(" other"), "{}", draft.text);
        assert!(draft.report.unexplained.is_empty(), "{:?}", draft.report.unexplained);
    }
}

#[test]
fn what_is_not_explained_is_named_by_its_kind_with_a_place() {
    let dump =
        format!("made today\n{}", repeated(60, |n| format!("[Ox]\nwho: ox {n}\nlegs: {n}\n")));
    let draft = drafted(&dump);
    assert_eq!(
        draft.report.unexplained,
        ["1 × R101 text-before-record, first `made today` in line 1"]
    );
    let rows =
        format!("id,who,x\n{}7,ox\n8,ox,1,2\n", repeated(60, |n| format!("{n},ox {n},{n}\n")));
    assert_eq!(drafted(&rows).report.unexplained, ["2 × R110 ragged-row, first `7,ox` in line 62"]);
    let tabbed = repeated(9, |n| format!("who: ox {n} x\nfeed: oat\n hay\n\trye\n\n"));
    assert!(
        drafted(&tabbed).text.contains("indent = [\" \", \"\\t\"]"),
        "{}",
        drafted(&tabbed).text
    );
}

#[test]
fn a_nul_is_damage_and_many_are_no_text() {
    let dump = repeated(9, |n| format!("who: ox {n} x\nlegs: {n}\n\n"));
    let damaged =
        draft(&[Input::memory("a.txt", dump.replacen("x 5 x", "x\u{0}5 x", 1))], false).unwrap();
    assert_eq!(damaged.report.open, ["a NUL byte in line 16 of a.txt"]);
    assert_eq!(damaged.report.records, 9);
    let error = draft(&[Input::memory("a.txt", dump.replace(" x", "\0x"))], false).unwrap_err();
    assert!(format!("{error:?}").contains("the first in line 1"), "{error:?}");
}

#[test]
fn bytes_that_are_no_text_are_not_explained() {
    let dump =
        repeated(40, |n| format!("名称: 第{n}头牛\n产地: 东山西面的大牧场里\n数量: {n}\n\n"));
    let (encoded, _, _) = encoding_rs::GB18030.encode(&dump);
    let (farm, _, _) = encoding_rs::GB18030.encode("牧场");
    let places: Vec<_> = memchr::memmem::find_iter(&encoded, &*farm).skip(4).step_by(20).collect();
    let mut damaged = encoded.to_vec();
    for at in places {
        damaged[at..at + 2].copy_from_slice(b"\xff\xff");
    }
    let of = |bytes: &[u8]| draft(&[Input::memory("a.txt", bytes)], false).unwrap().report;
    let (sound, damaged) = (of(&encoded), of(&damaged));
    assert_eq!((sound.explained, sound.unexplained.len()), (1.0, 0));
    assert!((0.99..1.0).contains(&damaged.explained), "{}", damaged.explained);
    assert_eq!(damaged.unexplained, ["2 × R001 invalid-bytes, first `ff ff` in line 18"]);
    assert!(!damaged.lines().concat().contains("100.0 %"));
}

#[test]
fn inputs_without_text_are_named() {
    let error = |names: &[&str]| {
        let inputs: Vec<_> = names.iter().map(|name| Input::memory(*name, "\n")).collect();
        draft(&inputs, false).unwrap_err().to_string()
    };
    assert!(error(&["a.txt"]).ends_with("no text in `a.txt`"));
    assert!(error(&["a.txt", "b.txt"]).ends_with("no text in `a.txt`, nor in `b.txt`"));
}

/// The draft of a field with these values, over and over.
fn draft_of_values(values: &[&str]) -> String {
    let times = 60_usize.div_ceil(values.len()) * values.len();
    drafted(&repeated(times, |n| format!("who: ox {n} x\nx: {}\n\n", values[n % values.len()])))
        .text
}

#[test]
fn a_list_is_not_called_as_the_rows_of_records_are() {
    let text = repeated(9, |n| format!("{{\"id\": {n}, \"record\": [\"a{n}\", \"b{n}\"]}}\n"));
    assert!(drafted(&text).text.contains("[tables.own_record]\nrows = \"own_record\"\n"));
}

#[test]
fn signs_of_elements_and_surnames_are_no_sentinels() {
    for (values, word) in [
        (&["Na", "K", "Cl", "Fe"][..], "Na"),
        (&["Null", "Smith", "Doe", "Roe"], "Null"),
        (&["NULL", "SMITH", "DOE", "ROE"], "NULL"),
        (&["nan", "mum", "dad", "aunt"], "nan"),
    ] {
        let text = draft_of_values(values);
        let note = format!("# a value, or none? then sentinels = [\"{word}\"]");
        assert!(text.contains(&note) && !text.contains("\nsentinels"), "{text}");
    }
    for (values, word) in [
        (&["NULL", "smith", "doe", "roe"][..], "NULL"),
        (&["NaN", "1.5", "2.25", "3"], "NaN"),
        (&["na", "1", "2", "3"], "na"),
        (&["N/A", "some", "many", "all"], "N/A"),
    ] {
        let text = draft_of_values(values);
        assert!(text.contains(&format!("\nsentinels = [\"{word}\"]")), "{text}");
    }
}

#[test]
fn a_zero_that_a_number_loses_is_asked_about() {
    let text = draft_of_values(&["1.2", "1.10", "2.0", "3.4"]);
    assert!(text.contains("# the last zero of `1.10` goes"), "{text}");
    for values in [
        &["1.10", "2.50", "3.00"][..],
        &["1.0", "2.5", "3.25"],
        &["1.5", "2", "3.25"],
        &["1.2", "2.0", "3"],
        &["9.99", "12.50", "8.5"],
    ] {
        assert!(!draft_of_values(values).contains("last zero"), "{values:?}");
    }
}

#[test]
fn a_mark_of_amounts_that_may_be_either_is_told() {
    let asks = |values: &[&str]| {
        let text = draft_of_values(values);
        assert!(text.contains("type = \"quantity\""), "{text}");
        text.contains("parts")
    };
    assert!(asks(&["1,170 kg", "2,500 kg", "900 kg"]));
    assert!(asks(&["1.170 €", "2.500 €", "9.345 €"]));
    assert!(!asks(&["1,170 kg", "2,500.5 kg", "900 kg"]));
    assert!(!asks(&["1,170,000 kg", "2,500 kg", "900 kg"]));
    assert!(!asks(&["0.170 kg", "2.500 kg", "9.125 kg"]));
    assert!(!asks(&["1.5 kg", "2.500 kg", "9 kg"]));
}

#[test]
fn comments_before_a_header_with_a_name_twice_are_lines_to_skip() {
    let rows = repeated(12, |n| format!("{n},{},x{n}\n", n * 2));
    let draft = drafted(&format!("# made\nid,id,name\n{rows}"));
    assert_eq!(draft.report.records, 12, "{}", draft.text);
    assert!(draft.text.contains("skip-rows = 2"), "{}", draft.text);
}

#[test]
fn months_and_days_of_the_calendar_are_no_time_of_so_many() {
    for values in [&["4-5月", "5月", "12月25日", "6-7月"][..], &["3月", "11月", "8月上旬", "1月"]]
    {
        let text = draft_of_values(values);
        assert!(!text.contains("\nquantity = \"period\""), "{text}");
        assert!(text.contains("key = \"x\"\ntype = \"text\""), "{text}");
    }
    assert!(draft_of_values(&["3个月", "30天", "2周", "1年"]).contains("\nquantity = \"period\""));
    assert!(draft_of_values(&["36月", "24月", "3年"]).contains("\nquantity = \"period\""));
}

#[test]
fn most_of_the_values_are_told_whatever_their_marks_are() {
    let nearly = |one: &dyn Fn(usize) -> String, other: &str| {
        let value = |n: usize| if n == 20 { other.to_owned() } else { one(n) };
        drafted(&repeated(60, |n| format!("who: ox {n} x\nx: {}\n\n", value(n)))).text
    };
    let text = nearly(&|n| format!("1.{},18", 100 + n), "auf Anfrage");
    let note = "# type = \"float\", number = { decimal = \",\", group = \".\" }? 1 other, first `auf Anfrage` in line 62";
    assert!(text.contains(note), "{text}");
    let text = nearly(&|n| format!("{},{:03}", n + 1, n), "on demand");
    let note =
        "# numbers whose comma may part groups or decimals: say which with `number`; 1 other";
    assert!(text.contains(note), "{text}");
    let text = nearly(&|n| format!("{:05}", n * 37), "unknown to us");
    let note =
        "# digits with leading zeros, such as `00000`: a code; 1 other, first `unknown to us`";
    assert!(text.contains(note) && !text.contains("integer"), "{text}");
    let list = &["1,2", "3,4", "5,6,7", "8", "2,9", "3,8", "4,7", "5,1", "6,2", "7,4"];
    assert!(!draft_of_values(list).contains("decimal"), "{}", draft_of_values(list));
}

#[test]
fn quantities_may_have_a_decimal_comma() {
    let dump = repeated(60, |n| {
        format!("who: ox {n} x\nload: {},{} kg\ncost: {}.200,{:02} €\n\n", n + 1, 25 + n, n + 1, n)
    });
    let text = drafted(&dump).text;
    for name in ["mass", "money"] {
        let told = format!("quantity = \"{name}\"\nnumber = {{ decimal = \",\", group = \".\" }}");
        assert!(text.contains(&told), "{name}: {text}");
    }
}

#[test]
fn strings_that_are_figures_have_sentinels_too() {
    let of = |value: &str| {
        let dump = repeated(50, |n| {
            let value =
                if n % 9 == 4 { "n/a".to_owned() } else { value.replace('N', &n.to_string()) };
            format!("{{\"a\": {n}, \"x\": \"{value}\"}}\n")
        });
        drafted(&dump).text
    };
    for value in ["N.50", "00N", "0N/04/2020"] {
        let text = of(value);
        assert!(text.contains("type = \"text\"\nsentinels = [\"n/a\"]"), "{value}: {text}");
    }
}

#[test]
fn dates_among_few_values_are_told_and_so_are_two_formats() {
    let text = draft_of_values(&["01.03.2024", "15.12.2023", "sofort"]);
    let note = "# type = \"date\", formats = [\"%d.%m.%Y\"]? 20 others, first `sofort`";
    assert!(text.contains(note), "{text}");
    let text = draft_of_values(&["01.03.2024", "2023-12-15"]);
    let note = "# type = \"date\", formats = [\"%Y-%m-%d\", \"%d.%m.%Y\"]?\n";
    assert!(text.contains(note), "{text}");
    let text = draft_of_values(&["03.04.22", "28.05.23", "01.12.19"]);
    let note = "# two digits of a year, such as `03.04.22`, tell no century: type = \"date\", formats = [\"%d.%m.%y\"]?";
    assert!(text.contains(note), "{text}");
    // Versions look like them where no part is too large, and are not asked about without one.
    assert!(!draft_of_values(&["10.15.123", "10.16.0", "9.0.1"]).contains("century"));
}

#[test]
fn words_that_may_mean_yes_and_no_are_asked_about() {
    for (values, note) in [
        (&["有", "无"][..], "type = \"boolean\", true = [\"有\"], false = [\"无\"]?"),
        (&["有", "无", "不详"], "type = \"boolean\", true = [\"有\"], false = [\"无\"]?"),
        (&["J", "N"], "type = \"boolean\", true = [\"J\"], false = [\"N\"]?"),
    ] {
        let text = draft_of_values(values);
        assert!(text.contains(note) && text.contains("key = \"x\"\ntype = \"text\""), "{text}");
        assert_eq!(text.contains("\nsentinels = [\"不详\"]"), values.len() == 3, "{text}");
    }
}

#[test]
fn one_value_that_is_no_number_takes_nothing_from_the_others() {
    let dump = |of: &dyn Fn(usize) -> String| {
        repeated(50, |n| format!("{{\"id\": {n}, \"x\": {}}}\n", of(n)))
    };
    let nan = |n: usize| if n == 20 { "NaN".to_owned() } else { format!("{n}.5") };
    let objects =
        drafted(&dump(&|n| format!("[{{\"a\": {}, \"b\": \"c {n}\"}}, {{\"a\": 2.5}}]", nan(n))));
    assert_eq!(objects.report.fields[1], ("x".to_owned(), "objects"));
    let note = "# 1 of 50: `a`: `NaN` is no number that JSON has, and is read as null";
    assert!(objects.text.contains(note), "{}", objects.text);
    assert!(objects.report.open.is_empty(), "{:?}", objects.report.open);
    assert_eq!(drafted(&dump(&nan)).report.fields[1].1, "float");
    assert_eq!(drafted(&dump(&|n| format!("[{}, 1.5]", nan(n)))).report.fields[1].1, "list");
}

#[test]
fn json_that_only_a_lenient_reader_takes_is_json() {
    for value in ["\"a\\ud800b\"", "1e400", "NaN"] {
        let draft = drafted(&repeated(30, |n| {
            format!("{{\"id\": {n}, \"x\": {value}, \"y\": \"z {n}\"}}\n")
        }));
        assert!(draft.text.contains("format = \"json-lines\""), "{value}: {}", draft.text);
        assert_eq!(draft.report.records, 30, "{value}");
    }
}

#[test]
fn what_is_now_this_and_now_that_is_told_by_kind_count_and_place() {
    let dump = |of: &dyn Fn(usize) -> String| {
        repeated(50, |n| format!("{{\"id\": {n}, \"x\": {}}}\n", of(n)))
    };
    let one = drafted(&dump(&|n| {
        let object = format!("{{\"a\": {n}, \"b\": \"c {n}\"}}");
        if n == 20 { object } else { format!("[{object}, {object}]") }
    }));
    assert_eq!(one.report.fields[1].1, "objects", "{}", one.text);
    assert!(one.report.open.is_empty() && one.report.unexplained.is_empty(), "{}", one.text);
    let mixed = drafted(&dump(&|n| if n == 20 { "{\"a\": 1}".to_owned() } else { n.to_string() }));
    let told = "`x` holds 49 numbers and 1 object in line 21; it is kept as JSON";
    assert_eq!(mixed.report.open, [told]);
    let within = drafted(&dump(&|n| format!("[{n}, {{\"a\": 1}}]")));
    let told = "`x` holds lists of 50 values and 50 objects; it is kept as JSON";
    assert_eq!(within.report.open, [told]);
    for value in ["[[1, 2], [3, 4]]", "{}"] {
        let draft = drafted(&dump(&|_| value.to_owned()));
        assert_eq!(draft.report.fields[1].1, "json", "{value}");
        assert!(draft.report.open.is_empty(), "{:?}", draft.report.open);
    }
}

#[test]
fn an_entry_that_joins_the_value_above_is_told() {
    let dump = repeated(40, |n| {
        let sign = if n == 6 { ":" } else { "：" };
        format!("name：n {n}\nsize{sign}{n}\nnote：text {n}\nmore of it\n\n")
    });
    let draft = drafted(&dump);
    let told = "1 × R140 looks-like-entry, first `size:6` in line 32";
    assert_eq!(draft.report.unexplained, [told], "{}", draft.text);
}

#[test]
fn a_key_that_is_seen_once_is_one_whatever_its_neighbors_are() {
    let dump = |keys: &[&str], records: usize| {
        repeated(records, |n| {
            let own: String = keys.iter().map(|key| format!("{key}: a; b {n}\n")).collect();
            let colour = if n == 19 { "colour: red\n" } else { "" };
            format!("id: P-{n}\ntitle: T {n}\n{own}{colour}\n")
        })
    };
    for keys in [&["pages"][..], &["tags", "pages"], &["a", "b", "c", "d", "e", "f"]] {
        let draft = drafted(&dump(keys, 60));
        assert!(draft.report.fields.contains(&("colour".to_owned(), "text")), "{}", draft.text);
        let told =
            "Not understood: `colour`, in 1 of 60 records: a key, or one that is misspelt?\n";
        assert!(draft.text.contains(told), "{}", draft.text);
    }
    let many = drafted(&dump(&["pages"], 300));
    assert!(many.report.unexplained[0].contains("first `colour: red`"), "{}", many.text);
    let source = SchemaSource { name: "ox.toml".to_owned(), text: many.text };
    let inputs = [Input::memory("dump.txt", dump(&["pages", "tags"], 300))];
    let updated = update(&source, &inputs, false).unwrap();
    assert_eq!(updated.added, [("tags".to_owned(), "text")]);
    assert!(updated.unexplained[0].contains("first `colour: red`"), "{:?}", updated.unexplained);
}

#[test]
fn of_two_forms_no_draft_is_sure() {
    let one = repeated(60, |n| format!("title: ox {n} x\nlegs: {n}\nfarm: hill\n\n"));
    let other = repeated(40, |n| format!("[{n}]\nname={n}\nhorns = x{n}\n"));
    let mut samples = [Sample::of_text(&one), Sample::of_text(&other)];
    samples[1].name = "other.txt".to_owned();
    let draft = draft_of(&samples, &Words::new()).unwrap();
    assert_eq!(draft.report.sure, Sure::Hardly, "{}", draft.report.explained);
    let told = "`other.txt`, which has another form: draft a schema of its own";
    assert!(draft.report.open.iter().any(|open| open == told), "{:?}", draft.report.open);
}

#[test]
fn columns_that_go_by_their_place_are_told() {
    let rows = repeated(9, |n| format!("{n},{},x\n", n + 1));
    let text = drafted(&format!("a,a,b\n{rows}")).text;
    let note = "# a name comes twice in the header, and a key stands for one column";
    let at = text.find(note).unwrap_or_else(|| panic!("{text}"));
    assert!(text[at..].contains("\ncsv = { skip-rows = 1"), "{text}");
    assert!(!drafted(&format!("a,b,c\n{rows}")).text.contains("place"));
}

#[test]
fn commas_of_figures_part_no_items() {
    let dump = |of: &dyn Fn(usize) -> String, more: &[&str]| {
        let more: String = more.iter().map(|more| format!("id: 1\nx: {more}\n\n")).collect();
        repeated(60, |n| format!("id: {n}\nx: {}\n\n", of(n))) + &more
    };
    let ranges = ["1,840.12 - 2,760.18 EUR", "on request", "on request"];
    let text = drafted(&dump(&|n| format!("{},434.05 EUR", n + 2), &ranges)).text;
    let note = "# type = \"quantity\", quantity = \"money\", with uses = [\"std\"]? 2 others, first `on request` in line ";
    assert!(text.contains(note) && !text.contains("separator"), "{text}");
    let ranges = ["8,90 - 12,50", "auf Anfrage", "8,90 - 12,50"];
    let text = drafted(&dump(&|n| format!("{n},50"), &ranges)).text;
    let note = "# type = \"float\", number = { decimal = \",\"";
    assert!(text.contains(note) && !text.contains("separator"), "{text}");
    let price = "Name: ox\nPrice: 1,840.12 - 2,760.18 EUR\n";
    assert!(!drafted(price).text.contains("separator"));
    let lists: [fn(usize) -> String; 3] = [
        |n| format!("{n},{}{}", n + 1, if n % 3 == 0 { ",7" } else { "" }),
        |n| format!("ox {n}, elk{}, 1,5 m", if n % 3 == 0 { ", hen" } else { "" }),
        |n| format!("1,2-diol {n}, water{}, tar", if n % 3 == 0 { ", salt" } else { "" }),
    ];
    for list in lists {
        let text = drafted(&dump(&list, &[])).text;
        assert!(text.contains("separator = '\\s*,\\s*'"), "{text}");
    }
}

#[test]
fn a_column_without_a_name_is_read_by_an_empty_key() {
    let rows = repeated(40, |n| format!("{n},ox {n},{}\n", n + 1));
    for header in [",a,b", "a,,b"] {
        let draft = drafted(&format!("{header}\n{rows}"));
        assert_eq!(draft.report.fields.len(), 3, "{}", draft.text);
        assert!(draft.report.unexplained.is_empty(), "{:?}", draft.report.unexplained);
        assert!(draft.text.contains("\nkey = \"\"\ntype = "), "{}", draft.text);
    }
    let two = drafted(&format!(",a,\n{rows}"));
    assert!(two.report.unexplained.is_empty(), "{:?}", two.report.unexplained);
    assert!(two.text.contains("# columns of the header have no name"), "{}", two.text);
}

#[test]
fn one_odd_value_among_others_of_a_type_is_told() {
    let json = |records: usize, usual: &dyn Fn(usize) -> String, odd: &str| {
        let value = |n: usize| if n == 8 { odd.to_owned() } else { usual(n) };
        drafted(&repeated(records, |n| format!("{{\"id\": {n}, \"x\": {}}}\n", value(n))))
    };
    let booleans = |n: usize| n.is_multiple_of(2).to_string();
    let held = json(400, &booleans, "\"yes\"");
    assert_eq!(held.report.fields[1].1, "boolean", "{}", held.text);
    assert!(held.text.contains("# 1 other, first `yes` in line 9"), "{}", held.text);
    let most = json(60, &booleans, "\"yes\"");
    assert_eq!(most.report.fields[1].1, "text", "{}", most.text);
    let note = "# type = \"boolean\"? 1 other, first `yes` in line 9";
    assert!(most.text.contains(note), "{}", most.text);
    let numbers = json(400, &|n| (n * 7).to_string(), "2.5");
    assert_eq!(numbers.report.fields[1].1, "float", "{}", numbers.text);
    let note = "# type = \"integer\"? 1 other, first `2.5` in line 9";
    assert!(numbers.text.contains(note), "{}", numbers.text);
    let moment = |n: usize| format!("\"2024-03-{:02}T10:{:02}:00\"", n % 28 + 1, n);
    let moments = json(41, &moment, "\"heute\"");
    assert_eq!(moments.report.fields[1].1, "text", "{}", moments.text);
    assert!(moments.text.contains("# type = \"datetime\""), "{}", moments.text);
    assert!(moments.text.contains("? 1 other, first `heute` in line 9"), "{}", moments.text);
}

#[test]
fn one_text_among_objects_takes_nothing_from_them() {
    let dump = |records: usize| {
        repeated(records, |n| match n {
            8 => "{\"id\": 8, \"customer\": \"deleted\"}\n".to_owned(),
            _ => format!("{{\"id\": {n}, \"customer\": {{\"name\": \"ox {n}\", \"no\": {n}}}}}\n"),
        })
    };
    let many = drafted(&dump(249));
    let fields: Vec<_> = many.report.fields.iter().map(|(name, word)| (&**name, *word)).collect();
    let own = [("id", "integer"), ("customer_name", "text"), ("customer_no", "integer")];
    assert_eq!(fields, own, "{}", many.text);
    let told = &many.report.unexplained;
    assert!(
        told.len() == 1 && told[0].contains("customer") && told[0].contains("line 9"),
        "{told:?}"
    );
    let few = drafted(&dump(60));
    let told = "`customer` holds 59 objects and 1 string in line 9; it is kept as JSON";
    assert_eq!(few.report.open, [told], "{}", few.text);
}

#[test]
fn a_new_column_goes_to_its_place_among_those_of_the_schema() {
    let schema = "recordmill = 1\nname = \"ox\"\n[source]\nformat = \"csv\"\ncsv = { SKIPheader = false, columns = [\"a\", \"b\"] }\n\
                  [fields.a]\nkey = \"a\"\ntype = \"integer\"\n[fields.b]\nkey = \"b\"\ntype = \"text\"\n\
                  [tables.ox]\nrows = \"record\"\ncolumns = [\"record_id\", \"a\", \"b\"]\n";
    for (skip, dump, columns) in [
        ("", repeated(30, |n| format!("{n},ox {n},{n}.5\n")), "[\"a\", \"b\", \"column_3\"]"),
        (
            "skip-rows = 1, ",
            "a,b,c,d\n".to_owned() + &repeated(30, |n| format!("{n},ox {n},{n}.5,{n}\n")),
            "[\"a\", \"b\", \"c\", \"d\"]",
        ),
        (
            "skip-rows = 1, ",
            "c,a,d,b\n".to_owned() + &repeated(30, |n| format!("{n}.5,{n},{n},ox {n}\n")),
            "[\"c\", \"a\", \"d\", \"b\"]",
        ),
    ] {
        let text = schema.replace("SKIP", skip);
        let source = SchemaSource { name: "ox.toml".to_owned(), text };
        let updated = update(&source, &[Input::memory("dump.csv", dump)], false).unwrap();
        assert!(updated.text.contains(&format!("columns = {columns} }}")), "{}", updated.text);
        assert_eq!(updated.added[0].1, "float", "{}", updated.text);
        assert!(updated.unexplained.is_empty(), "{:?}", updated.unexplained);
    }
    let renamed = "x,y,z\n".to_owned() + &repeated(30, |n| format!("{n},ox {n},{n}.5\n"));
    let text = schema.replace("SKIP", "skip-rows = 1, ");
    let source = SchemaSource { name: "ox.toml".to_owned(), text };
    let error = update(&source, &[Input::memory("dump.csv", renamed)], false).unwrap_err();
    assert!(error.to_string().contains("go by their place"), "{error}");
}

#[test]
fn a_blank_parts_words_of_languages_without_blanks_alone() {
    for values in [
        &["Петрова Анна", "Ростов на Дону", "Иванов Иван Петрович"][..],
        &["서울 강남구", "서울 강남구 역삼동", "부산 해운대구"],
        &["Ωραία Μέρα Ήλιος", "Καλή Θάλασσα", "Ένα Δύο Τρία"],
        &["شارع النيل الكبير", "القاهرة الجديدة", "مدينة نصر"],
        &["đường số một", "phố đã cũ", "ở đây đó"],
    ] {
        assert_eq!(word_of(values), "text", "{values:?}");
    }
    assert_eq!(word_of(&["咳嗽 发热 头痛", "咳嗽 胸痛", "维生素B 发热 乏力"]), "list");
    assert_eq!(word_of(&["あめ ゆき かぜ", "あめ くも"]), "list");
}

#[test]
fn one_value_with_two_commas_makes_no_list_of_names() {
    let names = |last: &str| {
        let people = ["Ann", "Bo", "Carla"];
        let rows =
            repeated(59, |n| format!("{n};{}, {}\n", ["Smith", "Bell"][n % 2], people[n % 3]));
        types(&format!("id;author\n{rows}60;{last}\n"))[1].1
    };
    assert_eq!(names("King, Martin, III"), "text");
    for values in [
        &["Paris, France", "Rome, Italy", "Bonn, Germany", "Austin, Texas, USA"][..],
        &["Asthma", "Arthritis, Rheumatoid", "Leukemia, Myeloid, Acute", "Influenza"],
        &["quartz (mirror, pepper, salt)", "mint (fresh, dried)", "salt (fine, dry, grey)"],
        &["benzene", "1,2-dichloroethane", "1,1,1-trichloroethane", "toluene"],
    ] {
        let dump = repeated(40, |n| format!("{n};{}\n", values[n % values.len()]));
        assert_eq!(types(&format!("id;x\n{dump}"))[1].1, "text", "{values:?}");
    }
    assert_eq!(word_of(&["red, green", "red, blue", "red, green, blue", "blue"]), "list");
    let text = draft_of_values(&["oil, salt (fine, dry), oat", "oat, rye", "rye, oil, oat"]);
    let note =
        "# `,` stands inside of items, too, which are cut there: `oil, salt (fine, dry), oat`";
    assert!(text.contains(note) && text.contains("type = \"list\""), "{text}");
}

#[test]
fn a_semicolon_that_ends_a_reference_parts_no_items() {
    for values in [
        &["Health &amp; Beauty", "Toys", "Arts &amp; Crafts &amp; Sewing"][..],
        &["a&#38;b", "c&#x26;d&#x26;e", "f"],
    ] {
        let text = draft_of_values(values);
        assert!(text.contains("is of HTML: decode = [\"html\"]?"), "{text}");
        assert!(text.contains("key = \"x\"\ntype = \"text\""), "{text}");
    }
}

#[test]
fn digits_in_groups_that_may_be_a_code_stay_text() {
    for (values, note) in [
        (&["+48 777 931 914", "+48 601 234 567", "+48 500 100 200"][..], "a plus that"),
        (&["601 234 567", "777 931 914", "500 100 200"], "all have 3 groups of digits"),
        (&["89 747 926", "91 100 200", "77 123 456"], "all have 3 groups of digits"),
        (&["0601 234 567", "777 931 914"], ""),
        (&["010.234.567", "777.931.914"], ""),
        (&["01,5", "12,5", "3,25"], "digits with leading zeros, such as `01,5`"),
        (&["192.168.100.100", "192.168.100.101", "192.168.100.102"], "all have 4 groups"),
        (&["1.103.169", "2.110.200", "1.999.100"], "all have 3 groups of digits"),
        (&["110 001", "560 034", "400 050"], "all have 2 groups of digits"),
    ] {
        let text = draft_of_values(values);
        assert!(text.contains(note) && text.contains("key = \"x\"\ntype = \"text\""), "{text}");
    }
    assert_eq!(word_of(&["1 234", "12 345 678", "512"]), "integer");
    assert_eq!(word_of(&["1 234", "3 682", "7 100"]), "integer");
    assert_eq!(word_of(&["1.234.567", "12.345", "512"]), "integer");
    assert_eq!(word_of(&["1,234,567", "2,345,678", "9,999,999"]), "integer");
    let codes = ["850,239", "123", "456,789,120", "333", "412,777", "901", "118,119", "654"];
    assert!(draft_of_values(&codes).contains("# groups of three digits, such as `850,239`"));
}

#[test]
fn groups_of_two_digits_are_told_and_part_no_items() {
    let text = draft_of_values(&["1,00,000.00", "12,34,567.50", "5,000.00", "750.00"]);
    let note = "# digits in groups of two, such as `1,00,000.00`";
    assert!(text.contains(note) && text.contains("key = \"x\"\ntype = \"text\""), "{text}");
}

#[test]
fn a_minus_beside_a_plus_is_a_value() {
    for values in [&["+", "-", "."][..], &["+", "-", "++"], &["++", "--", "+", "0"]] {
        assert!(!draft_of_values(values).contains("\nsentinels"), "{values:?}");
    }
    assert!(draft_of_values(&["-", "oat", "hay"]).contains("\nsentinels = [\"-\"]"));
}

#[test]
fn lengths_of_tracks_and_decades_are_text() {
    let text = draft_of_values(&["4:59", "3:07", "5:30"]);
    assert!(text.contains("# no hour has two digits, such as `4:59`"), "{text}");
    assert!(text.contains("key = \"x\"\ntype = \"text\""), "{text}");
    let text = draft_of_values(&["1970s", "1980s", "1990s"]);
    assert!(text.contains("# `1970s` may be ten years"), "{text}");
    assert_eq!(word_of(&["30s", "45s", "1200s"]), "quantity");
}

#[test]
fn a_header_may_have_years_and_numbers() {
    for (header, row) in [
        ("country,2019,2020,2021", "Land N,48N3,91N2,7N77"),
        ("place,Lat,Long,1/22/20,1/23/20", "Land N,-4N.5,1N.25,1,32"),
        (",2019,2020", "RN,8N,6N"),
        ("region,code,2020", "Land N,4N,77N"),
        ("station,00,06,12,18", "SN,1N,3,5,2N"),
        ("drug,0.1,0.5,1.0", "dN,12,3N,63"),
        ("geo\\time\t2019\t2020", "AN\t8N.8\t63.8"),
    ] {
        let rows = repeated(12, |n| format!("{}\n", row.replace('N', &(n % 7).to_string())));
        let draft = drafted(&format!("{header}\n{rows}"));
        assert_eq!(draft.report.records, 12, "{}", draft.text);
        assert!(draft.report.form.ends_with("a header"), "{}", draft.text);
    }
    for rows in ["ox,1,2,3\nelk,2,3,4\ncow,5,6,7\n", "ox,NA,5\nelk,3,6\ncow,4,1\nhen,7,7\n"] {
        assert!(drafted(rows).report.form.ends_with("no header"), "{rows}");
    }
    let lone = drafted(&format!("country,2019\n{}", repeated(12, |n| format!("Land {n},4{n}\n"))));
    assert_ne!(lone.report.sure, Sure::Quite);
    assert!(lone.report.open[0].contains("does it name the columns?"), "{:?}", lone.report.open);
}

#[test]
fn a_first_row_that_is_written_as_those_below_it_is_no_header() {
    for row in ["wheelN@x.org,Harbor River", "A-0N,ox", "name: stone N, qty: N0, price: N.5"] {
        let rows = repeated(20, |n| format!("{}\n", row.replace('N', &n.to_string())));
        assert_eq!(drafted(&rows).report.records, 20, "{row}");
    }
    let named = format!("q1,email\n{}", repeated(9, |n| format!("ox {n},ox{n}@x.org\n")));
    assert_eq!(drafted(&named).report.records, 9);
}

#[test]
fn one_record_whose_keys_come_once_is_less_than_rows() {
    let draft = drafted(&format!("code\tname\n{}", repeated(40, |n| format!("A{n}\tland {n}\n"))));
    assert_eq!((draft.report.records, draft.report.fields.len()), (40, 2), "{}", draft.text);
    let few = drafted(&format!("code\tname\n{}", repeated(9, |n| format!("A{n}\tland {n}\n"))));
    assert_ne!(few.report.sure, Sure::Quite, "{}", few.text);
    let fixed = repeated(40, |n| format!("A{n:03}   {}     {n}.5\n", n + 10));
    assert!(declines(&format!("id     qty    price\n{fixed}")));
}

#[test]
fn a_line_of_signs_that_is_the_first_begins_a_record() {
    for sign in ["-----", "***"] {
        let rows = repeated(20, |n| format!("{sign}\nname: item {n}\nqty: {n}\n"));
        let draft = drafted(&rows);
        assert_eq!(draft.report.records, 20, "{}", draft.text);
        assert!(draft.text.contains("by = \"start-line\""), "{}", draft.text);
    }
    let behind = repeated(20, |n| format!("name: item {n}\nqty: {n}\n-----\n"));
    assert_eq!(drafted(&behind).report.records, 20);
}

#[test]
fn what_each_value_begins_with_is_of_the_delimiter() {
    for sign in [" - ", " -> ", " := ", " :: ", " => ", "->", "::"] {
        let dump = repeated(20, |n| {
            format!("name{sign}item {n}\nqty{sign}{n}\nkind{sign}{}\n\n", ["raw", "dried"][n % 2])
        });
        let draft = drafted(&dump);
        assert_eq!(draft.report.records, 20, "{sign}: {}", draft.text);
        assert_eq!(draft.report.fields[1].1, "integer", "{sign}: {}", draft.text);
        assert_eq!(draft.report.fields[0].0, "name", "{sign}: {}", draft.text);
    }
}

#[test]
fn blanks_before_quotes_are_none_of_the_cells() {
    for row in ["\"AN\", \"harbor lantern\", \"8N\"", "AN, \"needle, river\", 8N"] {
        let rows = repeated(20, |n| format!("{}\n", row.replace('N', &n.to_string())));
        let draft = drafted(&format!("id, title, qty\n{rows}"));
        assert!(draft.text.contains("trim = true"), "{}", draft.text);
        assert_eq!((draft.report.records, draft.report.fields[2].1), (20, "integer"));
        assert!(!draft.text.contains("\\\"harbor"), "{}", draft.text);
    }
}
