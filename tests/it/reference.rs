//! The reference of the schema language and the cookbook: each of their examples is run and
//! gives what the page says; each option has its place, and stands in an example.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::panic::catch_unwind;
use std::path::PathBuf;

use recordmill::prove::prove;
use recordmill::schema::{SchemaSource, json_schema, parse};
use serde_json::Value as Json;

use crate::support::{CliTest, root};

/// The pages that the reference is put together from, by their paths.
fn pages() -> BTreeMap<PathBuf, String> {
    pages_in("src/schema/reference")
}

fn pages_in(folder: &str) -> BTreeMap<PathBuf, String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let pages: BTreeMap<_, _> =
        paths.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect();
    assert!(!pages.is_empty());
    pages
}

/// An example: a schema, files of which the last is the dump, and what comes out.
struct Example {
    schema: String,
    files: Vec<(String, String)>,
}

/// Goes through a page; hands each example out and puts what comes back in place of what
/// the page says.
fn each_example(page: &str, mut look: impl FnMut(&Example) -> String) -> String {
    let mut out = String::new();
    let mut lines = page.lines().peekable();
    let mut example: Option<Example> = None;
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            match &example {
                Some(found) if line.starts_with('>') => {
                    assert!(!found.files.is_empty(), "no dump stands behind\n{}", found.schema);
                    out.push_str(&look(found));
                    example = None;
                    while lines.peek().is_some_and(|line| line.starts_with('>')) {
                        lines.next();
                    }
                }
                Some(found) => {
                    assert!(
                        line.is_empty(),
                        "{line:?} stands within the example\n{}",
                        found.schema
                    );
                    out.push('\n');
                }
                None => {
                    out.push_str(line);
                    out.push('\n');
                }
            }
            continue;
        };
        let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        let text = block.iter().map(|line| format!("{line}\n")).collect::<String>();
        let _ = write!(out, "{line}\n{text}```\n");
        match (info.split_once(' ').unwrap_or((info, "")), &mut example) {
            (("toml", ""), None) => example = Some(Example { schema: text, files: Vec::new() }),
            ((word, name), Some(example)) => {
                let name = match (name, word) {
                    ("", "text") => "dump.txt".to_owned(),
                    ("", word) => format!("dump.{word}"),
                    (name, _) => name.to_owned(),
                };
                example.files.push((name, text));
            }
            (_, None) => {}
        }
    }
    assert!(example.is_none(), "an example tells nothing of what comes out");
    out
}

/// The schema of an example with what it leaves out.
fn whole(fragment: &str) -> String {
    let parsed: toml::Table =
        toml::from_str(fragment).unwrap_or_else(|e| panic!("{e}\n{fragment}"));
    let mut whole = String::new();
    if !parsed.contains_key("recordmill") {
        whole.push_str("recordmill = 1\nname = \"example\"\n");
    }
    whole.push_str(fragment);
    if !parsed.contains_key("source") {
        whole.push_str(
            "\n[source]\nformat = \"key-value\"\nrecord = { by = \"blank-line\" }\n\
             key = { by = \"declared\", delimiter = \": \" }\n",
        );
    }
    if !parsed.contains_key("tables") {
        let fields = parsed["fields"].as_table().unwrap();
        let has_rows = |field: &toml::Value| {
            let kind = field["type"].as_str().unwrap();
            ["list", "tuple-list", "objects", "outline"].contains(&kind)
        };
        let mut columns: Vec<_> = fields
            .iter()
            .filter(|(_, field)| !has_rows(field))
            .map(|(name, _)| name.as_str())
            .collect();
        // An empty cell alone would be a line without anything.
        if columns.len() < 2 {
            columns.insert(0, "source_line");
        }
        let _ = write!(whole, "\n[tables.record]\nrows = \"record\"\ncolumns = {columns:?}\n");
        for (name, _) in fields.iter().filter(|(_, field)| has_rows(field)) {
            let _ = write!(
                whole,
                "\n[tables.{name}]\nrows = \"{name}\"\ncolumns = [\"ordinal\", \"value\"]\n"
            );
        }
    }
    whole
}

/// Runs an example with the command, and writes its tables and findings as a quote.
fn run(example: &Example) -> String {
    let test = CliTest::new();
    let schema = whole(&example.schema);
    test.write("schema.toml", &schema);
    for (name, text) in &example.files {
        test.write(name, text);
    }
    let path = test.path("schema.toml").to_string_lossy().into_owned();
    let (parsed, faults) = parse(&SchemaSource { name: path, text: schema.clone() });
    let told: Vec<_> =
        faults.iter().map(|fault| (&fault.message, &schema[fault.span.clone()])).collect();
    assert!(faults.is_empty(), "{told:#?}\n{schema}");
    let proof = prove(&parsed.unwrap());
    assert!(proof.faults.is_empty(), "{:#?}\n{schema}", proof.faults);
    let dump = &example.files.last().unwrap().0;
    let args = ["-s", "schema.toml", "-o", "out", "--format", "csv", "--publish", "always"];
    let ran = test.run(&[&["run", dump][..], &args].concat());
    assert!(ran.code < 2, "{}\n{schema}", ran.stderr);
    let tables: toml::Table = toml::from_str(&schema).unwrap();
    let tables: Vec<_> = tables["tables"].as_table().unwrap().keys().cloned().collect();
    let mut told = String::new();
    for name in &tables {
        if tables.len() > 1 {
            let _ = write!(told, "**{name}**\n\n");
        }
        let rows = rows(&test, name);
        let line = |cells: &[String]| {
            let cells: Vec<_> =
                cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', "<br>")).collect();
            format!("| {} |\n", cells.join(" | ")).replace("|  |", "| |").replace("|  |", "| |")
        };
        told.push_str(&line(&rows[0]));
        let _ = writeln!(told, "|{}", "---|".repeat(rows[0].len()));
        told.extend(rows[1..].iter().map(|row| line(row)));
        told.push('\n');
    }
    told.push_str(&findings(&rows(&test, "finding")));
    let quoted =
        told.trim_end().lines().map(|line| format!("> {line}").trim_end().to_owned() + "\n");
    quoted.collect()
}

/// The findings that are more than an info, one a line.
fn findings(rows: &[Vec<String>]) -> String {
    let place = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
    let mut told = String::new();
    for row in &rows[1..] {
        let cell = |name: &str| row[place(name)].as_str();
        // That an example has no rule says nothing about what it shows.
        if cell("severity") == "info" || cell("name") == "no-rules" {
            continue;
        }
        let at = match (cell("source_file"), cell("line"), cell("column")) {
            ("", ..) => String::new(),
            (file, line, column) => format!("`{file}:{line}:{column}` "),
        };
        let (severity, code, name) = (cell("severity"), cell("code"), cell("name"));
        let _ = writeln!(told, "- {at}{severity} {code} `{name}`: {}", cell("message"));
    }
    told
}

fn rows(test: &CliTest, table: &str) -> Vec<Vec<String>> {
    let csv = test.read(&format!("out/{table}.csv"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&csv[..]);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn examples_give_what_the_pages_say() {
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always");
    let (mut out_of_step, mut failed) = (Vec::new(), Vec::new());
    for (path, page) in pages().into_iter().chain(pages_in("docs/cookbook")) {
        let made = each_example(&page, |example| {
            // All have their turn before the first failure ends the test.
            catch_unwind(|| run(example)).unwrap_or_else(|_| {
                failed.push(example.schema.clone());
                ">\n".to_owned()
            })
        });
        if made == page {
            continue;
        }
        if update && failed.is_empty() {
            std::fs::write(&path, &made).unwrap();
        }
        let lines = made.lines().zip(page.lines());
        let differs = lines.into_iter().find(|(made, stands)| made != stands);
        out_of_step.push(format!("{}: {differs:?}", path.display()));
    }
    assert!(failed.is_empty(), "examples that cannot be run:\n{}", failed.join("\n---\n"));
    assert!(
        update || out_of_step.is_empty(),
        "made, and what stands there (`INSTA_UPDATE=always` writes them anew):\n{}",
        out_of_step.join("\n")
    );
}

/// The words of a table with a tag, with the tag.
fn members(definition: &Json) -> Option<(Vec<(&str, &Json)>, &str)> {
    let members = definition["oneOf"].as_array()?;
    let first = members.first()?["properties"].as_object()?;
    let tag = first.iter().find(|(_, property)| property["const"].is_string())?.0;
    let words = members.iter().map(|m| (m["properties"][tag]["const"].as_str().unwrap(), m));
    Some((words.collect(), tag))
}

/// What an option is called here; those of a word are the same wherever the word may stand.
fn id(name: &str, definition: &Json, word: Option<&str>, key: &str) -> Option<String> {
    let Some((members, tag)) = members(definition) else {
        return Some(format!("{name}.{key}"));
    };
    if key == tag {
        return None;
    }
    let common = members.iter().all(|(_, member)| member["properties"][key].is_object());
    match word {
        Some(word) if !common => Some(format!("{tag}={word}.{key}")),
        _ => Some(format!("{name}.{key}")),
    }
}

/// All definitions of tables, by name.
fn definitions(language: &Json) -> Vec<(&str, &Json)> {
    let definitions = language["$defs"].as_object().unwrap().iter();
    let is_table =
        |definition: &Json| definition["properties"].is_object() || members(definition).is_some();
    let mut all: Vec<_> = definitions
        .filter(|(_, definition)| is_table(definition))
        .map(|(name, definition)| (name.as_str(), definition))
        .collect();
    all.push(("RawSchema", language));
    all
}

/// Every option of the language.
fn options(language: &Json) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (name, definition) in definitions(language) {
        let keys = |part: &Json| -> Vec<String> {
            part["properties"].as_object().unwrap().keys().cloned().collect()
        };
        match members(definition) {
            Some((members, _)) => {
                for (word, member) in members {
                    all.extend(
                        keys(member).iter().filter_map(|key| id(name, definition, Some(word), key)),
                    );
                }
            }
            None => all
                .extend(keys(definition).iter().filter_map(|key| id(name, definition, None, key))),
        }
    }
    all
}

/// Notes the options that a part of a schema has.
fn used(
    value: &toml::Value,
    name: &str,
    schema: &Json,
    language: &Json,
    out: &mut BTreeSet<String>,
) {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
        return used(value, name, &language["$defs"][name], language, out);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let choice = choices.iter().find(|choice| choice["type"] != "null").unwrap();
        return used(value, name, choice, language, out);
    }
    match value {
        toml::Value::Array(items) => {
            for item in items {
                used(item, name, &schema["items"], language, out);
            }
        }
        toml::Value::Table(table) => {
            let word = members(schema).and_then(|(_, tag)| table.get(tag)?.as_str());
            let member = members(schema).and_then(|(members, _)| {
                members
                    .into_iter()
                    .find(|(known, _)| Some(*known) == word)
                    .map(|(_, member)| member)
            });
            let part = member.unwrap_or(schema);
            for (key, value) in table {
                if part["properties"][key].is_object() {
                    out.extend(id(name, schema, word, key));
                    used(value, name, &part["properties"][key], language, out);
                } else {
                    used(value, name, &schema["additionalProperties"], language, out);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_option_stands_in_an_example() {
    let language: Json = serde_json::from_str(&json_schema()).unwrap();
    let mut seen = BTreeSet::new();
    for page in pages().into_values() {
        each_example(&page, |example| {
            let files = example.files.iter().filter(|(name, _)| name.contains(".toml"));
            for text in files.map(|(_, text)| text).chain([&whole(&example.schema)]) {
                let schema = toml::Value::Table(toml::from_str(text).unwrap());
                used(&schema, "RawSchema", &language, &language, &mut seen);
            }
            String::new()
        });
    }
    let all = options(&language);
    let missing: Vec<_> = all.difference(&seen).collect();
    assert!(
        missing.is_empty(),
        "options that no example of src/schema/reference shows: {missing:#?}"
    );
}

#[test]
fn every_option_has_its_place() {
    let language: Json = serde_json::from_str(&json_schema()).unwrap();
    let pages = pages().into_values().collect::<String>();
    let mut missing = Vec::new();
    for (name, definition) in definitions(&language) {
        let placed = |what: &str| pages.contains(&format!("\n<!-- {what} -->\n"));
        let all = placed(&format!("words: {name}"));
        if !all && !placed(&format!("options: {name}")) {
            missing.push(name.to_owned());
        }
        // The words of items and members are those of fields.
        if let Some((members, tag)) = members(definition)
            && !["RawItem", "RawMember"].contains(&name)
        {
            let words = members.iter().map(|(word, _)| format!("{name} {tag}={word}"));
            missing.extend(words.filter(|word| !all && !placed(&format!("options: {word}"))));
        }
    }
    assert!(missing.is_empty(), "the pages of src/schema/reference have no place for {missing:#?}");
}

/// A link of the reference leads to a heading of it.
#[test]
fn links_lead_to_headings() {
    let page = recordmill::schema::reference();
    let headings: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(|line| {
            let bare = |c: &char| c.is_alphanumeric() || ['-', '_', ' '].contains(c);
            let title = line.trim_start_matches('#').trim();
            title.chars().filter(bare).collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect();
    let links = page.split("](#").skip(1).map(|rest| rest.split(')').next().unwrap());
    let lost: BTreeSet<_> = links.filter(|link| !headings.contains(*link)).collect();
    assert!(lost.is_empty(), "{lost:#?}");
}
