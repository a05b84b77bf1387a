//! Types that hold several values, on records of JSON: what rows come out, and what is
//! told of which.

use std::borrow::Cow;

use crate::data::{Cell, ItemCount, Raw};
use crate::diagnostic::Diagnostics;
use crate::mill::{Mill, RecordText, Scratch};
use crate::record::Columns;
use crate::schema::model::Format;
use crate::schema::{SchemaSource, parse};
use crate::source::Span;
use crate::types::RecordInfo;

/// What came of the field `f`.
struct Seen {
    /// Its rows, or the one of its cells, without the text of a tuple.
    rows: Vec<Vec<String>>,
    /// The numbers of findings, and the row that each is about.
    told: Vec<(&'static str, Option<u32>)>,
    /// The bytes that they stand at.
    places: Vec<String>,
    /// Whether there was a text, and no value could be taken out of it.
    unread: bool,
    /// For each row what it was made of, if that is a tuple.
    tuples: Vec<String>,
    count: ItemCount,
}

impl Seen {
    /// The first cell of each row.
    fn values(&self) -> Vec<&str> {
        self.rows.iter().map(|row| &*row[0]).collect()
    }
}

/// Mills a record of JSON lines; `options` are those of `f`, which reads the key `f`
/// if they do not say otherwise.
fn seen(options: &str, json: &str) -> Seen {
    let key = if options.contains("key =") { "" } else { "key = \"f\"\n" };
    let text = format!(
        "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n[fields.f]\n{key}{options}\n\
         [tables.t]\nrows = \"record\"\ncolumns = [\"record_id\"]\n"
    );
    let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
    let schema = schema.unwrap_or_else(|| panic!("{faults:#?}"));
    let mill = Mill::new(&schema);
    let mut diagnostics = Diagnostics::new(&schema.policy);
    let columns = Columns::default();
    let span = Span::new(0, json.len());
    let place = RecordText { format: Format::JsonLines, columns: &columns, text: json, span };
    let shown = |cells: &[Cell<'_>]| {
        cells
            .iter()
            .map(|cell| cell.value.to_text().map_or("null".to_owned(), Cow::into_owned))
            .collect::<Vec<_>>()
    };
    let (info, scratch) = (RecordInfo::default(), &mut Scratch::default());
    mill.record(&place, &info, scratch, &mut diagnostics, |milled, found| {
        assert_eq!(milled.record.bytes.total(), json.len() as u64, "{json}");
        let slots = milled.cells(mill.layout(), 0);
        let rows = if slots.is_empty() {
            milled.row.items[0].rows().map(shown).collect()
        } else {
            vec![shown(slots)]
        };
        let told = found.since(0).iter().map(|finding| (finding.code.id, finding.ordinal));
        let places = found.since(0).iter().map(|finding| json[finding.span.range()].to_owned());
        let unread = matches!(milled.raw.fields[0], Raw::Unread(_));
        let tuples = milled.raw.tuples.iter().map(|tuple| tuple.raw.to_owned());
        let count = milled.raw.counts[0];
        assert_eq!(
            count.r#in,
            count.out + count.sentinel + count.prompt + count.blank + count.unread,
            "{json}"
        );
        let (told, places, tuples) = (told.collect(), places.collect(), tuples.collect());
        Seen { rows, told, places, unread, tuples, count }
    })
}

#[track_caller]
fn check(options: &str, json: &str, values: &[&str], told: &[&str]) {
    let seen = seen(options, json);
    assert_eq!(seen.values(), values, "{options} {json}");
    let found: Vec<_> = seen.told.iter().map(|(code, _)| *code).collect();
    assert_eq!(found, told, "{options} {json}");
}

#[test]
fn a_list_that_stands_for_no_data_has_no_items() {
    let list = "type = \"list\"\nsentinels = [\"no data\", \"N/A\"]\n";
    check(list, r#"{"f": "no data"}"#, &[], &[]);
    check(list, r#"{"f": "no water"}"#, &["no", "water"], &[]);
    check(&format!("{list}syntax = \"json\""), r#"{"f": "N/A"}"#, &[], &[]);
    check(
        &format!("{list}extract = ['has (.*)', 'all: (?<value>.*)']"),
        r#"{"f": "all: N/A"}"#,
        &[],
        &[],
    );
    check("type = \"list\"\nsyntax = \"json\"", r#"{"f": " "}"#, &[], &[]);
    let elements = seen(list, r#"{"f": ["a", "no data", "", null]}"#);
    assert_eq!(elements.values(), ["a"]);
    let count = elements.count;
    assert_eq!((count.r#in, count.out, count.sentinel, count.blank), (4, 1, 1, 2));
}

#[test]
fn what_is_no_object_is_told_at_its_bytes() {
    let objects = "type = \"objects\"\n[fields.f.members]\na = { type = \"integer\" }\n";
    let seen = seen(objects, r#"{"f": [7, null, "", {"a": 1}, " ", NaN]}"#);
    assert_eq!(seen.values(), ["1"]);
    let told: Vec<_> = seen.told.iter().zip(&seen.places).collect();
    let told: Vec<_> = told.iter().map(|((code, _), place)| format!("{code} {place}")).collect();
    assert_eq!(told, ["R128 NaN", "R201 7", "R201 null", "R201 \"\"", "R201 \" \"", "R201 NaN"]);
    assert_eq!((seen.count.r#in, seen.count.out, seen.count.unread), (6, 1, 5));
}

#[test]
fn a_text_that_nothing_was_taken_out_of_is_not_blank() {
    for kind in
        ["type = \"text\"", "type = \"list\"", "type = \"tuple-list\"\nmembers = { 1 = [\"a\"] }"]
    {
        let seen_of = |json: &str| {
            let seen = seen(&format!("{kind}\nextract = ['x(?<value>.+)']\n"), json);
            (seen.unread, seen.told.iter().map(|(code, _)| *code).collect::<Vec<_>>())
        };
        assert_eq!(seen_of(r#"{"f": "a"}"#), (true, vec!["R203"]), "{kind}");
        assert_eq!(seen_of(r#"{"f": "x['a']"}"#), (false, vec![]), "{kind}");
        assert_eq!(seen_of(r#"{"f": ""}"#), (false, vec![]), "{kind}");
    }
}

#[test]
fn no_notation_changes_a_number_of_json() {
    let comma = "number = { decimal = \",\", group = \".\" }";
    let check = |options: &str, json: &str, values: &[&str]| check(options, json, values, &[]);
    check(&format!("type = \"float\"\n{comma}"), r#"{"f": 52.520}"#, &["52.52"]);
    check(&format!("type = \"float\"\n{comma}"), r#"{"f": "52.520,5"}"#, &["52520.5"]);
    check(&format!("type = \"integer\"\n{comma}"), r#"{"f": 1e3}"#, &["1000"]);
    check(
        &format!("type = \"decimal\"\nprecision = 9\nscale = 3\n{comma}"),
        r#"{"f": 1.234}"#,
        &["1.234"],
    );
    check(
        &format!("type = \"list\"\nitems = {{ type = \"float\", {comma} }}"),
        r#"{"f": [1.234, "1.234"]}"#,
        &["1.234", "1234"],
    );
    check(
        &format!("type = \"objects\"\nmembers = {{ n = {{ type = \"float\", {comma} }} }}"),
        r#"{"f": [{"n": 1.234}, {"n": "1.234"}]}"#,
        &["1.234", "1234"],
    );
}

#[test]
fn no_notation_changes_a_number_outside_of_quotes() {
    let comma = "number = { decimal = \",\", group = \".\" }";
    for kind in ["type = \"float\"", "type = \"decimal\", scale = 3"] {
        let items = format!("type = \"list\"\nitems = {{ {kind}, {comma} }}\nsyntax = ");
        let decimal = |float: &'static str, decimal: &'static str| {
            if kind.contains("decimal") { decimal } else { float }
        };
        let [part, whole] = [decimal("52.52", "52.520"), decimal("52520.5", "52520.500")];
        for (syntax, text) in [
            ("json", r#"[52.520, -5.252e1, \"52.520,5\", \"52,52\"]"#),
            ("python", "[52.520, -5.252e1, '52.520,5', '52,52']"),
            ("python", "(5_2.52, - 52.520, u'52.520,5', '''52,52''')"),
        ] {
            let json = format!(r#"{{"f": "{text}"}}"#);
            let minus = format!("-{part}");
            check(&format!("{items}\"{syntax}\""), &json, &[part, &minus, whole, part], &[]);
        }
        let tuples = format!(
            "type = \"tuple-list\"\nmembers = {{ 2 = [\"n\", \"a\"] }}\ntypes = {{ n = {{ {kind}, {comma} }} }}"
        );
        check(
            &tuples,
            r#"{"f": "[52.520, 'x'] ('52.520,5', 1) (None, 2)"}"#,
            &[part, whole, "null"],
            &[],
        );
        check(&tuples, r#"{"f": [[52.520, "x"], ["52,52", "x"]]}"#, &[part, part], &[]);
        let items = format!(
            "type = \"tuple-list\"\nitem = '(?<n>[0-9.,]+)'\ntypes = {{ n = {{ {kind}, {comma} }} }}"
        );
        check(&items, r#"{"f": [52.520, "52.520,5"]}"#, &[part, whole], &[]);
        check(&items, r#"{"f": 52.520}"#, &[part], &[]);
    }
    let integer = "type = \"list\"\nsyntax = \"python\"\nitems = { type = \"integer\" }";
    check(
        integer,
        r#"{"f": "[1_000, +5, 0x1F, 1e3, 2.0]"}"#,
        &["1000", "5", "31", "1000", "2"],
        &[],
    );
    check(integer, r#"{"f": "[1j, True, 2.5]"}"#, &["null"; 3], &["R302"; 3]);
    let text = "type = \"list\"\nsyntax = \"python\"";
    check(text, r#"{"f": "[1_000, 0x1F]"}"#, &["1_000", "0x1F"], &[]);
    let parted = format!(
        "type = \"tuple-list\"\nmembers = {{ 2 = [\"n\", \"w\"] }}\n\
         overlap = {{ of = \"n\", with = \"w\", head = \"h\", tail = \"t\" }}\n\
         types = {{ n = {{ type = \"float\", {comma} }}, t = {{ type = \"float\", {comma} }} }}"
    );
    let rows = seen(&parted, r#"{"f": "(52.520, 'x') ('52.520', 'x')"}"#).rows;
    let [of, tail] =
        [0, 3].map(|member| rows.iter().map(|row| row[member].as_str()).collect::<Vec<_>>());
    assert_eq!((&of[..], &tail[..]), (&["52.52", "52520"][..], &["52.52", "52520"][..]));
}

#[test]
fn a_quantity_has_the_number_of_json() {
    let of = |number: &str| {
        format!(
            "type = \"quantity\"\nquantity = \"n\"\n[quantities.n]\nunit = \"\"\n{number}\n\
             rules = [{{ name = \"exact\", kind = \"exact\", pattern = '(?<a>-?[0-9.,]+(?:[eE][0-9]+)?)' }}]"
        )
    };
    let least = |options: &str, json: &str| {
        let seen = seen(options, json);
        assert!(seen.told.is_empty(), "{json} {:?}", seen.told);
        seen.rows[0][2].clone()
    };
    let comma = of("number = { decimal = \",\", group = \".\" }");
    for (json, figure) in [
        (r#"{"f": 1.234}"#, "1.234"),
        (r#"{"f": -1.5}"#, "-1.5"),
        (r#"{"f": 1234}"#, "1234"),
        (r#"{"f": "1.234"}"#, "1234"),
        (r#"{"f": "1,5"}"#, "1.5"),
    ] {
        assert_eq!(least(&comma, json), figure, "{json}");
    }
    assert_eq!(least(&of("number = { group = \",\" }"), r#"{"f": 1.234}"#), "1.234");
}

#[test]
fn a_number_that_a_sentinel_is_stands_for_no_data_however_it_is_written() {
    let sentinels = "sentinels = [\"-9999\", \"n/a\", \"1e3\"]";
    let shown = |options: &str, json: &str| {
        let seen = seen(&format!("{options}\n{sentinels}"), json);
        assert!(seen.told.is_empty(), "{options} {json} {:?}", seen.told);
        seen.rows.into_iter().map(|mut row| row.swap_remove(0)).collect::<Vec<_>>()
    };
    for kind in ["type = \"float\"", "type = \"integer\"", "type = \"decimal\"\nscale = 1"] {
        for none in [
            "-9999",
            "\"-9999\"",
            "-9999.0",
            "\"-9999.00\"",
            "\"−9999\"",
            "\"－９９９９\"",
            "-9.999e3",
            "\"n/a\"",
            "1000",
            "\"1000.0\"",
        ] {
            assert_eq!(shown(kind, &format!(r#"{{"f": {none}}}"#)), ["null"], "{kind} {none}");
        }
        for some in ["9999", "-999", "\"-99990\""] {
            assert_ne!(shown(kind, &format!(r#"{{"f": {some}}}"#)), ["null"], "{kind} {some}");
        }
    }
    // What is rounded to it is another number, and a text is the text that it is.
    let rounded =
        seen("type = \"decimal\"\nscale = 0\nsentinels = [\"-9999\"]", r#"{"f": -9999.4}"#);
    assert_eq!(rounded.values(), ["-9999"]);
    assert_eq!(shown("type = \"text\"", r#"{"f": "-9999.0"}"#), ["-9999.0"]);
    let list = "type = \"list\"\nitems = { type = \"float\" }";
    assert_eq!(shown(list, r#"{"f": [1, -9999.0, "-9999.00", 2]}"#), ["1", "2"]);
    let extracted = "type = \"list\"\nseparator = ';'\nitems = { type = \"float\", extract = ['(?<value>.+) m'] }";
    assert_eq!(shown(extracted, r#"{"f": "1 m;-9999.0 m"}"#), ["1", "null"]);
    let tuples = "type = \"tuple-list\"\nmembers = { 2 = [\"n\", \"a\"] }\ntypes = { n = { type = \"float\" } }";
    assert_eq!(
        shown(tuples, r#"{"f": "(-9999.0, 'a') ('-9999.0', 'a') (5, '-9999.0')"}"#),
        ["null", "null", "5"]
    );
    let objects =
        "type = \"objects\"\nmembers = { n = { type = \"float\", sentinels = [\"-1\"] } }";
    let json = r#"{"f": [{"n": -9999.0}, {"n": "-1.0"}, {"n": -1.00}, {"n": 1}]}"#;
    assert_eq!(shown(objects, json), ["null", "null", "null", "1"]);
    let comma = "type = \"float\"\nnumber = { decimal = \",\" }\nsentinels = [\"-99,9\"]";
    check(comma, r#"{"f": "-99,90"}"#, &["null"], &[]);
}

#[test]
fn a_word_of_a_field_goes_before_what_stands_for_no_data_in_all() {
    let read = |options: &str| {
        let text = format!(
            "recordmill = 1\nname = \"t\"\nsentinels = [\"-\", \"?\"]\n[source]\nformat = \"json-lines\"\n\
             [fields.f]\nkey = \"f\"\n{options}\n[tables.t]\nrows = \"record\"\ncolumns = [\"record_id\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        let words = faults.iter().filter(|fault| fault.message.contains("is a word of"));
        let told: Vec<_> = words.map(|fault| fault.code.id).collect();
        (schema.map(|schema| schema.fields[0].sentinels.clone()).unwrap_or_default(), told)
    };
    let both = (vec!["-".to_owned(), "?".to_owned()], vec![]);
    let one = (vec!["?".to_owned()], vec![]);
    assert_eq!(read("type = \"text\""), both);
    assert_eq!(read("type = \"enum\"\nvalues = [\"a\"]"), both);
    assert_eq!(read("type = \"enum\"\nvalues = [\"-\", \"a\"]"), one);
    assert_eq!(read("type = \"enum\"\nvalues = [\"a\"]\nwords = { \"-\" = \"a\" }"), one);
    assert_eq!(read("type = \"boolean\"\ntrue = [\"+\"]\nfalse = [\"-\"]"), one);
    let list = "type = \"list\"\nitems = { type = \"enum\", values = [\"-\"] }";
    assert_eq!(read(list), one);
    // What the field itself says twice is a fault of the schema.
    let twice = read("type = \"enum\"\nvalues = [\"x\", \"a\"]\nsentinels = [\"x\"]");
    assert_eq!(twice.1, ["R908"]);
}

#[test]
fn items_of_json_stand_as_they_are() {
    let list = "type = \"list\"\nitems = { type = \"json\" }\n";
    check(
        list,
        r#"{"f": ["5", 5, "[1]", [1], "x"]}"#,
        &["\"5\"", "5", "\"[1]\"", "[1]", "\"x\""],
        &[],
    );
}

#[test]
fn an_item_has_no_white_space_around_it() {
    let list = "type = \"list\"\nsentinels = [\"N/A\"]\n";
    let json = format!("{list}syntax = \"json\"");
    check(&json, r#"{"f": "[\" a \", \" N/A\", \"\\t b\"]"}"#, &["a", "b"], &[]);
    let python = format!("{list}syntax = \"python\"");
    check(&python, r#"{"f": "[' a ', 'N/A ', None]"}"#, &["a", "null"], &[]);
    check("type = \"text\"\nextract = ['x(?<value>.*)y']", r#"{"f": "x a y"}"#, &["a"], &[]);
}

#[test]
fn an_item_of_which_nothing_is_left_is_blank() {
    let options = "type = \"list\"\nsyntax = \"json\"\ntruncation = '\\.\\.$'\nprompts = ['^see$']\n\
                   items = { type = \"text\", replace = [{ pattern = 'x', with = \" \" }] }";
    let seen = seen(options, r#"{"f": "[\"\", \"x\", \" \", \"..\", \"see\", \"a\"]"}"#);
    assert_eq!(seen.values(), ["a"]);
    assert_eq!((seen.count.blank, seen.count.prompt, seen.count.out), (4, 1, 1));
}

#[test]
fn a_figure_that_extract_would_cut_is_none_of_any_type() {
    let list = |extract: &str| {
        format!("type = \"list\"\nitems = {{ type = \"integer\" }}\nextract = ['{extract}']")
    };
    check(&list(r"(?<value>\d+) EUR"), r#"{"f": "12.50 EUR"}"#, &[], &["R320"]);
    check(&list(r"(?<value>\d+) EUR"), r#"{"f": "12 EUR"}"#, &["12"], &[]);
    check(&list(r"of(?<value>.*)"), r#"{"f": "5of 1 2"}"#, &["1", "2"], &[]);
    let quantity = "type = \"quantity\"\nquantity = \"mass\"\nextract = ['(?<value>(?:about )?\\d+ kg)']\n\
                    [quantities.mass]\nunit = \"kg\"\nunits = { kg = 1 }\n\
                    rules = [{ name = \"exact\", kind = \"exact\", pattern = '(?<a>\\d+) (?<ua>%{unit})' }]";
    check(quantity, r#"{"f": "1,200 kg"}"#, &["null"], &["R320"]);
    check(quantity, r#"{"f": "1,200 kg, about 200 kg"}"#, &["null"], &["R320"]);
    check(quantity, r#"{"f": "5. about 200 kg"}"#, &["about 200 kg"], &[]);
    let time = "type = \"time\"\nformats = ['%H:%M']\nextract = ['(?<value>\\d+:\\d+)']";
    check(time, r#"{"f": "from 10:30 on"}"#, &["10:30:00"], &[]);
    for cut in ["10:30 pm", "下午3:30", "PM 3:30", "10:30+01:00", "10:30Z"] {
        check(time, &format!(r#"{{"f": "{cut}"}}"#), &["null"], &["R320"]);
    }
    let sum = "type = \"decimal\"\nscale = 2\nextract = ['(?<value>[0-9]+\\.[0-9]{2})']";
    check(sum, r#"{"f": "5.00 USD"}"#, &["5.00"], &[]);
    for cut in ["-$5.00", "-EUR 5.00", "5.00 USD-", "(-)$5.00", "minus $5.00"] {
        check(sum, &format!(r#"{{"f": "{cut}"}}"#), &["null"], &["R320"]);
    }
    let tuples = "type = \"tuple-list\"\nseparator = ';'\nitem = '(?<n>\\d+)(?<x>!)?'\n\
                  types = { n = { type = \"integer\" } }\nsentinels = [\"-\"]\n";
    let cut = seen(tuples, r#"{"f": "12; -; 12.50; 7!"}"#);
    assert_eq!(cut.values(), ["12", "null", "7"]);
    assert_eq!(cut.told, [("R320", Some(1))]);
    let texts = tuples.replace("integer", "text");
    check(&texts, r#"{"f": "12.50"}"#, &["12"], &["R201"]);
    let extract = format!("{tuples}extract = ['(?<value>\\d+) EUR']");
    check(&extract, r#"{"f": "12.50 EUR"}"#, &[], &["R320"]);
}

#[test]
fn a_member_that_stands_for_no_data_is_null_whatever_its_type() {
    let tuples = "type = \"tuple-list\"\nmembers = { 2 = [\"a\", \"b\"] }\nsentinels = [\"-\"]\n";
    for types in ["", "types = { a = { type = \"text\" } }"] {
        let options = format!("{tuples}{types}");
        check(
            &options,
            r#"{"f": "('-', 'x') (' - ', 'y') ('z', '-')"}"#,
            &["null", "null", "z"],
            &[],
        );
    }
}

#[test]
fn a_finding_of_a_tuple_tells_its_row() {
    let tuples = "type = \"tuple-list\"\nmembers = { 2 = [\"a\", \"n\"] }\n\
                  types = { n = { type = \"integer\" } }";
    let seen = seen(tuples, r#"{"f": "('x',) ('y','bad')"}"#);
    assert_eq!(seen.told, [("R202", None), ("R302", Some(0))]);
    assert_eq!((&*seen.rows[0][0], &*seen.tuples[0]), ("y", "('y','bad')"));
    assert_eq!((seen.count.out, seen.count.unread), (1, 1));
}

#[test]
fn elements_that_a_path_goes_through_are_items() {
    let list = "type = \"list\"\nkey = \"items.color\"";
    check(
        list,
        r#"{"items": [{"color": "dark blue"}, {"color": "red"}]}"#,
        &["dark blue", "red"],
        &[],
    );
    check(list, r#"{"items": {"color": "dark blue"}}"#, &["dark", "blue"], &[]);
    check(list, r#"{"items": {"color": ["dark blue"]}}"#, &["dark blue"], &[]);
    let deep = "type = \"list\"\nkey = \"a.b.c\"";
    check(deep, r#"{"a": [{"b": {"c": "x y"}}]}"#, &["x y"], &[]);
}

#[test]
fn an_array_in_a_field_of_one_value() {
    for kind in ["text", "integer"] {
        let of = |repeated: &str| format!("type = \"{kind}\"\n{repeated}");
        check(&of(""), r#"{"f": ["5"]}"#, &["5"], &[]);
        check(&of(""), r#"{"f": [5]}"#, &["5"], &[]);
        check(&of(""), r#"{"f": []}"#, &["null"], &[]);
        check(&of(""), r#"{"f": [5, "6", 7]}"#, &["5"], &["R103"]);
        check(&of("repeated = \"last\""), r#"{"f": [5, 6]}"#, &["6"], &["R103"]);
        check(&of("repeated = \"join\"\njoin = \"\""), r#"{"f": [5, 6]}"#, &["56"], &[]);
        check(&of(""), r#"{"f": [[5]]}"#, &["null"], &["R130"]);
        check(&of(""), r#"{"f": [5, {"a": 6}]}"#, &["null"], &["R130"]);
        check(
            &of("key = \"i.f\""),
            r#"{"i": [{"f": [5, 6]}, {"f": 7}]}"#,
            &["5"],
            &["R103", "R103"],
        );
    }
    check("type = \"json\"", r#"{"f": [[5], {"a": 6}]}"#, &[r#"[[5], {"a": 6}]"#], &[]);
    check("type = \"text\"", r#"{"f": {"a": [6]}}"#, &[r#"{"a": [6]}"#], &[]);
}

#[test]
fn a_name_is_not_empty() {
    let name = "type = \"name\"\n\
                infer = [{ from = \"g\", pattern = '^(?<name>.*?)(?: is|$)' }, { from = \"h\", pattern = '^(?<name>.*?):' }]\n\
                [fields.g]\nkey = \"g\"\ntype = \"text\"\n[fields.h]\nkey = \"h\"\ntype = \"text\"";
    check(name, r#"{"g": "Reed is", "h": ": Oak"}"#, &["Reed"], &[]);
    check(name, r#"{"g": "Reed is", "h": "Reed : x"}"#, &["Reed"], &[]);
    check(name, r#"{"h": ": Oak"}"#, &["null"], &["R306"]);
}

/// What is wrong with the values of a schema; `options` stand in `[source]` and behind it.
fn faults(options: &str) -> Vec<String> {
    faults_of("R905", options)
}

/// The same of any code.
fn faults_of(code: &str, options: &str) -> Vec<String> {
    let text = format!(
        "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n{options}\n\
         [tables.t]\nrows = \"record\"\ncolumns = [\"record_id\"]\n"
    );
    let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
    let faults = faults.into_iter().filter(|fault| fault.code.id == code);
    faults.map(|fault| fault.message).collect()
}

#[test]
fn a_value_of_an_enumeration_is_no_word_for_another() {
    let words = |words: &str| {
        faults(&format!(
            "[fields.f]\nkey = \"f\"\ntype = \"enum\"\nvalues = [\"a\", \"b\"]\nwords = {{ {words} }}"
        ))
    };
    assert_eq!(words("a = \"b\""), ["`a` is a value, and a word for `b`"]);
    assert!(words("a = \"a\", c = \"b\"").is_empty());
}

#[test]
fn what_parts_or_decides_takes_something() {
    let said = |options: &str| {
        faults_of("R907", &options.replacen("type", "[fields.f]\nkey = 'f'\ntype", 1))
    };
    for separator in ["|", "", r"\s*", "[;,]?", r"\W*", "[^a-z]*", r"\D*", "[^5]?"] {
        for kind in ["list", "tuple-list"] {
            let options = format!("type = '{kind}'\nitem = '(?<a>.)'\nseparator = '{separator}'");
            let options = if kind == "list" { options.replace("item", "#") } else { options };
            assert_eq!(said(&options), ["the separator matches where nothing stands"], "{options}");
        }
    }
    // An anchor matches at an end, where no item is.
    for separator in
        [r"\||,", r";\s*|\s*$", r"(?:^|;)\s*", r"(?:^|\n)(?:-\s*)?", r"\n|\z", r"(?:,|;)?\s+", "^"]
    {
        let options = format!("type = 'list'\nseparator = '{separator}'");
        assert!(said(&options).is_empty(), "{options}");
    }
    for separator in [".", ".*", ".?"] {
        let options = format!("type = 'list'\nseparator = '{separator}'");
        let message = "the separator takes all of a text, and leaves no items";
        assert_eq!(said(&options), [message], "{options}");
    }
    assert!(said("type = 'flag'\ntrue-pattern = '^'\nfalse-pattern = 'no'").is_empty());
    assert_eq!(
        said("type = 'flag'\ntrue-pattern = 'yes|'\nfalse-pattern = '^$|no'"),
        ["`true-pattern` matches where nothing stands"]
    );
}

#[test]
fn keys_are_compared_as_the_dump_is_read() {
    let keys = |rest: &str| {
        let title = "[fields.title]\nkey = \"Title\"\ntype = \"text\"\n";
        faults(&format!("key = {{ fold-case = true }}\n{title}{rest}"))
    };
    assert_eq!(
        keys("[fields.other]\nkey = \"title\"\ntype = \"text\""),
        ["the key `title` belongs to the field `title` already: with `fold-case` it is `Title`"]
    );
    assert!(keys("aliases = [\"title\"]").is_empty());
    assert!(keys("[kinds.a]\nwhen = { key = \"TITLE\", pattern = 'a' }").is_empty());
}

#[test]
fn a_group_that_takes_no_part_in_the_match_takes_nothing() {
    let text = r"type = 'text'
extract = ['^id=(?<value>\d+)$|^none$', '^all \w+$']
";
    for group in ["value", "q"] {
        let options = format!("{}group = '{group}'\n", text.replace("value", group));
        check(&options, r#"{"f": "id=5"}"#, &["5"], &[]);
        check(&options, r#"{"f": "none"}"#, &["null"], &[]);
        check(&options, r#"{"f": "all x"}"#, &["all x"], &[]);
        check(&options, r#"{"f": "other"}"#, &["null"], &["R203"]);
    }
    let integer = r"type = 'integer'
extract = ['^price:\s*(?<value>\d+)?$']
";
    check(integer, r#"{"f": "price:"}"#, &["null"], &[]);
    let items = r"type = 'list'
items = { type = 'text', extract = ['^id=(?<value>\d+)$|^none$'] }
";
    check(items, r#"{"f": "id=5 none x"}"#, &["5", "null", "null"], &["R203"]);
    let member = r"type = 'objects'
members = { n = { type = 'text', extract = ['^id=(?<q>\d+)$|^none$'], group = 'q' } }
";
    check(member, r#"{"f": [{"n": "id=5"}, {"n": "none"}]}"#, &["5", "null"], &[]);
}

#[test]
fn a_prompt_is_all_of_a_piece() {
    let list = r"type = 'list'
separator = ','
prompts = ['^more:', 'see|see also']
";
    check(list, r#"{"f": "a, more: b, c"}"#, &["a", "more: b", "c"], &["R204"]);
    check(list, r#"{"f": "a, more:, see also, c"}"#, &["a", "c"], &[]);
    let read = list.replace("separator = ','", "syntax = 'python'");
    check(&read, r#"{"f": "['a', ' more: b', 'more: ']"}"#, &["a", "more: b"], &["R204"]);
    let tuples = r"type = 'tuple-list'
separator = ','
prompts = ['^optional:']
item = '^(?<x>[\w: ]+)$'
";
    let json = r#"{"f": "a, optional: b, optional:"}"#;
    check(tuples, json, &["a", "optional: b"], &["R204"]);
}

#[test]
fn what_an_item_has_beside_its_members_is_told() {
    let tuples = r"type = 'tuple-list'
separator = ','
item = '(?<x>\w+) \((?<y>\d+)\)'
";
    check(tuples, r#"{"f": "a (1) b (2), c (3)"}"#, &["a", "c"], &["R201"]);
    check(tuples, r#"{"f": "~ a (1) b"}"#, &["a"], &["R201", "R201"]);
    let numbers = format!("{tuples}types = {{ y = {{ type = 'integer' }} }}");
    check(&numbers, r#"{"f": " a (1) "}"#, &["a"], &[]);
}

#[test]
fn a_mark_without_an_item_cuts_the_list() {
    let list = "type = 'list'\nseparator = ','\n";
    for mark in [r"\.\.\.$", r"\.\.\."] {
        let marked = format!("{list}truncation = '{mark}'\n");
        let cut = |json: &str, rows: &[&str], told: &[&str]| {
            let seen = seen(&marked, json);
            let found: Vec<_> = seen.rows.iter().map(|row| row.join(" ")).collect();
            let codes: Vec<_> = seen.told.iter().map(|(code, _)| *code).collect();
            assert_eq!(
                (found, codes),
                (rows.iter().map(|row| (*row).to_owned()).collect(), told.to_vec()),
                "{json}"
            );
        };
        cut(r#"{"f": "a, b..."}"#, &["a false", "b true"], &[]);
        cut(r#"{"f": "a, b, ..."}"#, &["a false", "b false"], &["R205"]);
        cut(r#"{"f": "..."}"#, &[], &["R205"]);
        cut(r#"{"f": "a...b, c"}"#, &["a...b false", "c false"], &[]);
    }
}

#[test]
fn a_bracket_without_its_other_stays() {
    let tuples = "type = 'tuple-list'\nmembers = { 2 = ['x', 'y'] }\nunwrap = ['x']\n";
    let json = r#"{"f": "('(a', 1) ('a)', 1) ('(a)', 1) ('((a)', 1) ('(a)b(c)', 1)"}"#;
    check(tuples, json, &["(a", "a)", "a", "((a)", "(a)b(c)"], &[]);
}

#[test]
fn blanks_inside_of_brackets_go_with_them() {
    let tuples =
        "type = 'tuple-list'\nmembers = { 2 = ['x', 'y'] }\nunwrap = ['x']\nsentinels = ['none']\n";
    let json =
        r#"{"f": "('( a)', 1) ('(a )', 1) ('(\u3000a\u00a0)', 1) ('(  )', 1) ('( none )', 1)"}"#;
    check(tuples, json, &["a", "a", "a", "null", "null"], &[]);
}
