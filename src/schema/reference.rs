//! `docs/schema.md`: the reference of the language, made from its types.

use std::fmt::Write as _;

use serde_json::Value as Json;

/// The reference as Markdown.
#[must_use]
pub fn reference() -> String {
    let language = super::json_schema();
    let mut out = String::from(INTRODUCTION);
    section("The file", &language, &language, &mut out);
    for (name, definition) in language["$defs"].as_object().into_iter().flatten() {
        if definition["properties"].is_object() {
            section(title(name), definition, &language, &mut out);
        }
    }
    out.push_str(FINDINGS);
    for code in crate::diagnostic::CODES {
        let _ = writeln!(
            out,
            "| `{}` | `{}` | {} | {} |",
            code.id, code.name, code.severity, code.summary
        );
    }
    out
}

fn section(name: &str, definition: &Json, language: &Json, out: &mut String) {
    let about = definition["description"].as_str().unwrap_or_default().replace('\n', " ");
    let _ = write!(out, "\n## {name}\n\n{about}\n\n| key | type | meaning |\n|---|---|---|\n");
    let required: Vec<_> =
        definition["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    for (key, property) in definition["properties"].as_object().into_iter().flatten() {
        let meaning = property["description"].as_str().unwrap_or_default().replace('\n', " ");
        let must = if required.contains(&key.as_str()) { " **Required.**" } else { "" };
        let words = words(property, language);
        let _ =
            writeln!(out, "| `{key}` | {} | {meaning}{must}{words} |", kind(property, language));
    }
}

fn target<'s>(property: &'s Json, language: &'s Json) -> Option<(&'s str, &'s Json)> {
    let reference = property["$ref"].as_str().or_else(|| {
        property["anyOf"].as_array()?.iter().find_map(|choice| choice["$ref"].as_str())
    })?;
    let name = reference.strip_prefix("#/$defs/")?;
    Some((name, &language["$defs"][name]))
}

fn kind(property: &Json, language: &Json) -> String {
    if let Some((name, definition)) = target(property, language) {
        return if definition["properties"].is_object() {
            format!("[{}](#{})", title(name), title(name).to_lowercase().replace(' ', "-"))
        } else {
            "word".to_owned()
        };
    }
    let word = match &property["type"] {
        Json::String(word) => word.as_str(),
        Json::Array(words) => {
            words.iter().filter_map(Json::as_str).find(|word| *word != "null").unwrap_or("any")
        }
        _ => "any",
    };
    match word {
        "array" => format!("array of {}", kind(&property["items"], language)),
        "object" => format!("table of {}", kind(&property["additionalProperties"], language)),
        word => word.to_owned(),
    }
}

/// The words that a key may have, with what they mean.
fn words(property: &Json, language: &Json) -> String {
    let Some((_, definition)) = target(property, language) else {
        return String::new();
    };
    let listed = definition["enum"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let mut words: Vec<_> = listed.map(|word| format!("`{word}`")).collect();
    for choice in definition["oneOf"].as_array().into_iter().flatten() {
        let Some(word) = choice["const"].as_str() else {
            continue;
        };
        let about = choice["description"].as_str().unwrap_or_default().trim_end_matches('.');
        words.push(format!("`{word}` ({about})"));
    }
    if words.is_empty() { String::new() } else { format!(" One of: {}.", words.join(", ")) }
}

fn title(name: &str) -> &str {
    match name {
        "RawSource" => "Source",
        "RawFraming" => "Record",
        "RawKey" => "Key",
        "RawContinuation" => "Continuation",
        "RawField" => "Field",
        "RawInfer" => "Infer",
        "RawExamples" => "Examples",
        "RawAccept" => "Accept",
        "RawRule" => "Rule",
        "RawQuantity" => "Quantity",
        "RawQuantityRule" => "Quantity rule",
        "RawTable" => "Table",
        "RawComputed" => "Computed",
        "RawFinding" => "Finding",
        other => other,
    }
}

const INTRODUCTION: &str = "\
# The schema language

Made from the types of the language: `recordmill generate schema-md > docs/schema.md`. The embedded
schema is its tutorial: `recordmill schema show disease`. An editor that knows TOML completes and
checks a schema with `#:schema schemas/schema.json` in its first line.

A schema is a TOML file. `recordmill schema check FILE` tells every fault of it in one go;
`recordmill schema test FILE` runs its examples.

## The smallest schema

```toml
recordmill = 1
name = \"book\"

[source]
format = \"key-value\"
record = { by = \"start-key\", key = \"title\" }
key = { by = \"declared\", delimiter = \": \" }

[fields.title]
key = \"title\"
type = \"text\"

[tables.book]
rows = \"record\"
columns = [\"record_id\", \"title\", \"source_line\"]
```

It reads `title: Mill` and writes one row per line that begins with `title: `.

## What happens to a value

1. The record is cut from the dump, its lines become entries: a key and a value without the white
   space around it.
2. `extract` picks the value out of the text; `sentinels` and blank values become null.
3. The type makes a cell of it. A text that cannot be read as its type becomes null and a finding
   that keeps the text; a quantity keeps its text in a column of its own.
4. The rules check the cell. A rule that fails is a finding; its `action` says whether the value
   stays (`keep`), becomes null (`null`), or the record goes to the quarantine (`reject`).

## Patterns

Regular expressions are those of the Rust crate `regex`: linear time on any input, no look-around,
no back-references. `%{name}` stands for a piece of `[patterns]`; in the rules of a quantity
`%{unit}` stands for any of its units.

## Quantities

A quantity makes five columns: the text as it stands, `_kind`, `_min` and `_max` with the unit
before them (`cost_cny_min`), and `_approx`. Figures outside brackets decide; what stands in
brackets is looked at only where there is no figure outside. Of the rules that match at a place the
first in the file is taken, then reading goes on behind it. Several different figures make the kind
`several`, from the smallest to the largest. A blank value, a sentinel and a missing key are
`unknown`; a text without a figure is `text`, or the kind of the first rule for a word that matches.

## Names

A `name` field without a key is worked out: each `infer` pattern is tried on the first 512 bytes of
its field's text and gives a candidate; each text of `infer` and `support` that begins with a
candidate gives it a vote; the one with most votes is the name, the longest of several.
";

const FINDINGS: &str = "
## Findings

`[findings]` changes the severity and action of any of these, by number or name:
`[findings.unknown-key]` and below it `severity = \"error\"`. The codes `R9xx` are faults of a schema
file and cannot be changed.

| code | name | severity | meaning |
|---|---|---|---|
";
