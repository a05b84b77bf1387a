//! What columns hold, and the page that shows it: figures of a dump that can be counted by hand, masks, bounds.

use serde_json::{Value, json};

use crate::support::{CliTest, texts};

const SCHEMA: &str = r#"recordmill = 1
name = "shelf"
[source]
format = "key-value"
record = { by = "start-key", key = "title" }
key = { by = "pattern", pattern = '^(?<key>[a-z]+):(?: (?<value>.*))?$' }
[fields.title]
key = "title"
type = "text"
rules = [{ rule = "required" }]
[fields.pages]
key = "pages"
type = "integer"
sentinels = ["none"]
[fields.read]
key = "read"
type = "date"
[fields.tags]
key = "tags"
type = "list"
separator = ','
[tables.book]
rows = "record"
columns = ["record_id", "title", "pages", "read", "source_line"]
[tables.tag]
rows = "tags"
columns = ["record_id", "ordinal", "value"]
"#;

const DUMP: &str = "title: Dust\npages: 100\nread: 2024-02-28\ntags: grain,flour\n\
    title: Rain\npages: 300\nread: 2024-03-01\ntags: flour\n\
    title: Dust\npages: none\n\
    title: Wind\npages:\n\
    title: Snow\npages: many\n\
    title: Hail\n";

fn shelf() -> CliTest {
    let test = CliTest::new();
    test.write("dump.txt", DUMP).write("shelf.toml", SCHEMA);
    test
}

fn profile(test: &CliTest, flags: &[&str]) -> Value {
    let ran = test.run(
        &[&["run", "dump.txt", "-s", "shelf.toml", "-o", "out", "-q", "--fail-on", "never"], flags]
            .concat(),
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    test.run_json("out")["profile"].take()
}

#[test]
fn figures_are_those_of_the_dump() {
    let test = shelf();
    assert_eq!(profile(&test, &[]), Value::Null);
    assert!(!test.path("out/profile.parquet").exists());
    let held = profile(&test, &["--profile"]);
    let book = &held["book"];
    assert_eq!(book["rows"], 6);
    let names: Vec<_> = book["columns"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["title", "pages", "read"], "those of the engine are left out");
    let pages = &book["columns"]["pages"];
    assert_eq!(pages["null"], 4);
    assert_eq!(pages["nulls"], json!({ "absent": 1, "blank": 1, "sentinel": 1, "unread": 1 }));
    assert_eq!(
        (&pages["min"], &pages["max"], &pages["mean"]),
        (&json!(100), &json!(300), &json!(200.0))
    );
    assert_eq!(pages["quantiles"]["p50"], 100);
    let title = &book["columns"]["title"];
    assert_eq!((&title["distinct"], &title["distinct_exact"]), (&json!(5), &json!(true)));
    assert_eq!(title["top"][0], json!({ "value": "Dust", "count": 2 }));
    assert_eq!(title["lengths"]["mean"], 4.0);
    let read = &book["columns"]["read"];
    assert_eq!((&read["min"], &read["max"]), (&json!("2024-02-28"), &json!("2024-03-01")));
    let bins: Vec<_> = read["histogram"]["bins"].as_array().unwrap().iter().collect();
    assert_eq!(
        bins.iter().map(|bin| bin["count"].as_u64().unwrap()).collect::<Vec<_>>(),
        [1, 0, 1]
    );
    assert_eq!(held["tag"]["columns"]["value"]["top"][0], json!({ "value": "flour", "count": 2 }));
    let table = test.table("out", "profile");
    let columns: Vec<_> = texts(&table, "column").into_iter().flatten().collect();
    assert_eq!(columns, ["title", "pages", "read", "value"]);
    assert_eq!(texts(&table, "max")[1].as_deref(), Some("300"));
}

#[test]
fn a_hidden_value_is_in_no_profile() {
    let told = |test: &CliTest, flags: &[&str]| {
        let profile = profile(test, &[flags, &["--report", "html=page.html"]].concat());
        let table = test.read("out/profile.parquet");
        assert!(!table.windows(4).any(|word| word == b"Dust"));
        profile.to_string() + &String::from_utf8(test.read("page.html")).unwrap()
    };
    let test = shelf();
    let all = told(&test, &["--mask"]);
    for word in ["Dust", "Hail", "flour", "2024-03-01", "many"] {
        assert!(!all.contains(word), "{word}");
    }
    let one = SCHEMA.replace("key = \"title\"\ntype", "key = \"title\"\nmask = true\ntype");
    test.write("shelf.toml", one);
    let one = told(&test, &[]);
    assert!(!one.contains("Dust") && one.contains("2024-03-01") && one.contains("\"masked\":true"));
}

#[test]
fn a_table_of_the_schema_keeps_its_name() {
    let test = shelf();
    test.write("shelf.toml", SCHEMA.replace("[tables.tag]", "[tables.profile]"));
    let refused = test.run(&["run", "dump.txt", "-s", "shelf.toml", "-o", "out", "--profile"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("has a table `profile` of its own"), "{}", refused.stderr);
    let held = profile(&test, &["--report", "html=page.html"]);
    assert_eq!(held["profile"]["rows"], 3);
    assert_eq!(test.table("out", "profile").height(), 3);
}

/// Hundreds of columns with long values, and a finding for each of them.
#[test]
fn a_page_stays_below_a_megabyte() {
    let test = CliTest::new();
    let columns = 400;
    let mut schema = "recordmill = 1\nname = \"wide\"\n[source]\nformat = \"csv\"\n".to_owned();
    let mut names = Vec::new();
    for n in 0..columns {
        let kind = if n % 2 == 0 { "text" } else { "integer" };
        let long = "x".repeat(40);
        schema += &format!("[fields.column_{n}_{long}]\nkey = \"c{n}\"\ntype = \"{kind}\"\n");
        names.push(format!("\"column_{n}_{long}\""));
    }
    schema += &format!("[tables.wide]\nrows = \"record\"\ncolumns = [{}]\n", names.join(", "));
    let mut dump = (0..columns).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",") + "\n";
    for row in 0..25 {
        let cells = (0..columns).map(|n| format!("{}{}", "很长的文字".repeat(30), n * row % 23));
        dump += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    test.write("dump.csv", dump).write("wide.toml", schema);
    let ran =
        test.run(&["check", "dump.csv", "-s", "wide.toml", "-q", "--report", "html=page.html"]);
    assert!(ran.code < 2, "{}", ran.stderr);
    let page = test.read("page.html");
    assert!(page.len() < 1_000_000 && page.len() > 300_000, "{}", page.len());
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("column_0_") && page.contains("column_399_"));
}

/// What a dump holds is text on the page, whatever it holds.
#[test]
fn hostile_text_is_text_on_the_page() {
    let test = shelf();
    let hostile = "</script><script>alert(1)</script>\"><img src=x onerror=alert(1)> \u{202e}dleif\u{202c} \u{1b}[31m";
    test.write(
        "dump.txt",
        format!("title: {hostile}\npages: {hostile}\n{hostile}\ntitle: {hostile}\n"),
    );
    let ran = test.run(&["check", "dump.txt", "-s", "shelf.toml", "-q", "--report", "html"]);
    assert!(ran.code < 2, "{}", ran.stderr);
    let page = ran.stdout;
    assert!(page.contains("&lt;/script&gt;") && page.contains("\\u{202e}dleif"), "{page}");
    for acts in ["<script", "<img", "onerror=alert(1)>", "\u{202e}", "\u{202c}", "\u{1b}"] {
        assert!(!page.contains(acts), "{acts:?}");
    }
    assert!(
        page.contains("default-src 'none'")
            && !page.contains("http://")
            && !page.contains("https://")
    );
}

#[test]
fn a_dictionary_has_what_the_schema_says() {
    let test = CliTest::new();
    let schema = SCHEMA.replace(
        "type = \"integer\"\n",
        "type = \"integer\"\nunit = \"page\"\ndescription = \"pages | leaves\"\n\
         rules = [{ rule = \"maximum\", max = 900, severity = \"error\", examples = { accept = [{ text = \"3\" }], refuse = [\"901\"] } }]\n",
    );
    test.write("shelf.toml", schema);
    let markdown = test.run(&["schema", "docs", "shelf.toml"]);
    assert_eq!((markdown.code, markdown.stderr.as_str()), (0, ""));
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("dictionary_markdown", markdown.stdout);
    });
    let page = test.run(&["schema", "docs", "shelf.toml", "--format", "html"]).stdout;
    for part in [
        "<svg class=\"diagram\"",
        "pages | leaves",
        "900",
        "refused",
        "tag belongs to book by record_id",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"));
}

/// Rules, readings of quantities and checks are told in words, and what all fields share once.
#[test]
fn a_dictionary_tells_what_must_hold_and_how_quantities_are_read() {
    let test = CliTest::new();
    let markdown = test.run(&["schema", "docs", "disease"]).stdout;
    for part in [
        "- maximum: at most 1; else warning; a share is at most 100 %",
        "| `1--3周` | kind = \"range\", min = 7, max = 21, approx = false | range |",
        "max = null",
        "| `4-8%` | left alone | range |",
        "| unique disease.name | disease | no two rows with the same `name`; else warning;",
    ] {
        assert!(markdown.contains(part), "{part} in {markdown}");
    }
    assert_eq!(markdown.matches("`暂无数据`").count(), 1, "{markdown}");
    let page = test.run(&["schema", "docs", "disease", "--format", "html"]).stdout;
    assert!(page.contains("id=\"quantities\"") && page.contains("left alone"), "{page}");
}

/// The part of a page that says what changed, without tags and the time of the run before.
fn changed(page: &str) -> String {
    let part = page.split("id=\"changed\">").nth(1).unwrap().split("<h2 id=").next().unwrap();
    let mut out = String::new();
    for (n, piece) in part.split('<').enumerate() {
        let (tag, text) = piece.split_once('>').filter(|_| n > 0).unwrap_or(("", piece));
        out.push_str(match tag {
            "/tr" | "/p" | "/h3" | "/h2" => "\n",
            "/td" | "/th" => " |",
            _ => " ",
        });
        out.push_str(text);
    }
    let lines = out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines = lines.map(|line| match line.split_once(" in ") {
        Some((since, rest)) if since.starts_with("Since") => format!("Since the run in {rest}"),
        _ => line,
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A dump whose run has other rows, checks, columns and keys than that of [`DUMP`].
const LATER: &str = "title: Dust\npages: 100\ntags: grain\n\
    title: Rain\npages: 900\ntags: flour\n\
    title: Wind\npages: 5000\ncolour: red\n";

fn bounded() -> CliTest {
    let test = shelf();
    let rule = "sentinels = [\"none\"]\nrules = [{ rule = \"maximum\", max = 2000, severity = \"warning\", examples = { accept = [{ text = \"3\" }], refuse = [\"2001\"] } }]\n";
    test.write("shelf.toml", SCHEMA.replace("sentinels = [\"none\"]\n", rule));
    test.write("later.txt", LATER);
    test
}

#[test]
fn a_page_says_what_changed_since_the_run_before() {
    let test = bounded();
    let run = |dump: &str, flags: &[&str]| {
        let fixed = ["run", dump, "-s", "shelf.toml", "-q", "--report", "html=page.html"];
        let ran = test.run(&[&fixed[..], &["--fail-on", "never"], flags].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        String::from_utf8(test.read("page.html")).unwrap()
    };
    let first = run("dump.txt", &["-o", "out"]);
    assert!(changed(&first).contains("No run before is known"), "{}", changed(&first));
    assert!(first.contains("at most 2000"), "{first}");
    // The folder has the run before; a run into another folder names it.
    let named = run("later.txt", &["-o", "other", "--compare", "out", "-j", "1"]);
    let same = run("later.txt", &["-o", "out", "-j", "3"]);
    let same = changed(&same).replace(" takes the place of", "");
    assert_eq!(changed(&named).replace(" takes the place of", ""), same);
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("what_changed", changed(&named));
    });
    let again = changed(&run("later.txt", &["-o", "out"]));
    assert!(again.contains("All of it is the same") && again.contains("Every check"), "{again}");
}

#[test]
fn a_run_before_that_cannot_be_compared_is_said_to_be_so() {
    let test = bounded();
    let page = ["--report", "html=page.html"];
    let check = |flags: &[&str]| {
        let fixed = ["check", "dump.txt", "-s", "shelf.toml", "-q", "--fail-on", "never"];
        test.run(&[&fixed[..], flags].concat())
    };
    let none = check(&["--compare", "out"]);
    assert!(none.code == 2 && none.stderr.contains("`--compare` has no effect"), "{}", none.stderr);
    let lost = check(&[&page[..], &["--compare", "nowhere"]].concat());
    assert!(
        lost.code == 2 && lost.stderr.contains("cannot read the report of the run"),
        "{}",
        lost.stderr
    );
    // What stands in the output folder keeps no run from its end.
    profile(&test, &[]);
    let report = String::from_utf8(test.read("out/run.json")).unwrap();
    test.write(
        "out/run.json",
        report
            .replace("\"format_version\":3", "\"format_version\":99")
            .replace("\"format_version\": 3", "\"format_version\": 99"),
    );
    let fixed = ["run", "dump.txt", "-s", "shelf.toml", "-o", "out", "-q", "--fail-on", "never"];
    test.run(&[&fixed[..], &page].concat());
    let told = changed(&String::from_utf8(test.read("page.html")).unwrap());
    assert!(told.contains("cannot be read") && told.contains("99"), "{told}");
    // A run without a profile has no columns to compare.
    test.run(&["run", "dump.txt", "-s", "shelf.toml", "-o", "bare", "-q", "--fail-on", "never"]);
    let told = check(&[&page[..], &["--compare", "bare", "--mask"]].concat());
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    let told = changed(&String::from_utf8(test.read("page.html")).unwrap());
    assert!(told.contains("has no profile"), "{told}");
}
