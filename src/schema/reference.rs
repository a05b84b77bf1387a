//! `docs/schema.md`: the reference of the language.
//!
//! In: the pages of `reference/`, which teach, and the JSON Schema of the language,
//! which is made of its types. Out: one Markdown file. A line of a page that is a
//! directive gives way to what the code says:
//!
//! ```text
//! <!-- options: RawCsv -->               a table of all options
//! <!-- options: RawField -->             of a table with a tag: those that any word has
//! <!-- options: RawField type=date -->   what a word is for, and the options of its own
//! <!-- words: RawCheck -->               each word under a heading of its own
//! <!-- grammar: number -->               what is read, from `src/grammar/`
//! ```
//!
//! An example is a block of TOML, a block or several with the dump, and a quote with
//! what comes out. `tests/it/reference.rs` runs them all, and tells which option is in
//! no table and which in no example.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::lang::tagged::{members, word_of};

/// The pages in reading order.
const PAGES: &[&str] = &[
    include_str!("reference/start.md"),
    include_str!("reference/forms.md"),
    include_str!("reference/fields.md"),
    include_str!("reference/types.md"),
    include_str!("reference/rules.md"),
    include_str!("reference/tables.md"),
    include_str!("reference/checks.md"),
    include_str!("reference/grammar.md"),
];

/// The grammars that are written down beside the code that reads them.
const GRAMMARS: &[(&str, &str)] = &[
    ("date", include_str!("../grammar/date.md")),
    ("figure", include_str!("../grammar/figure.md")),
    ("literal", include_str!("../grammar/literal.md")),
    ("number", include_str!("../grammar/number.md")),
    ("quantity", include_str!("../grammar/quantity.md")),
];

/// The reference as Markdown.
#[must_use]
pub fn reference() -> String {
    let language = super::language();
    let mut out = String::new();
    for line in PAGES.iter().flat_map(|page| page.lines()) {
        let directive = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"));
        match directive.and_then(|directive| directive.split_once(": ")) {
            Some(("options", what)) => options(what, language, &mut out),
            Some(("words", name)) => words(name, language, &mut out),
            Some(("grammar", name)) => {
                let found = GRAMMARS.iter().find(|(known, _)| *known == name);
                out.push_str(found.map_or("", |(_, text)| text));
            }
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// The definition of a table of the language; the language itself for `RawSchema`.
fn definition<'s>(name: &str, language: &'s Json) -> &'s Json {
    if name == "RawSchema" { language } else { &language["$defs"][name] }
}

/// The options of a table, or those of a word of its tag.
fn options(what: &str, language: &Json, out: &mut String) {
    let (name, word) = match what.split_once(' ') {
        Some((name, word)) => (name, word.split_once('=').map(|(_, word)| word)),
        None => (what, None),
    };
    let definition = definition(name, language);
    let Some((members, tag)) = members(definition) else {
        return table(definition, &|_| true, language, out);
    };
    let common = |key: &str| key != tag && is_common(members, key);
    match word.map(|word| members.iter().find(|member| word_of(member, tag) == word)) {
        None => table(&members[0], &common, language, out),
        Some(Some(member)) => {
            let _ = writeln!(out, "{}", about(member));
            if members.len() > 1 {
                own(member, tag, members, language, out);
            }
        }
        // A test tells of a word that the language does not have.
        Some(None) => {}
    }
}

/// Each word of a tag, with what it is for and its options. A table without a tag has
/// its options only.
fn words(name: &str, language: &Json, out: &mut String) {
    let definition = definition(name, language);
    let Some((members, tag)) = members(definition) else {
        return table(definition, &|_| true, language, out);
    };
    table(&members[0], &|key| key != tag && is_common(members, key), language, out);
    for member in members {
        let _ = write!(out, "\n#### `{tag} = \"{}\"`\n\n{}\n", word_of(member, tag), about(member));
        own(member, tag, members, language, out);
    }
}

/// The options that one word has and others have not.
fn own(member: &Json, tag: &str, members: &[Json], language: &Json, out: &mut String) {
    let own = |key: &str| key != tag && !is_common(members, key);
    if member["properties"].as_object().into_iter().flatten().any(|(key, _)| own(key)) {
        out.push('\n');
        table(member, &own, language, out);
    }
}

/// Whether every word of a tag has an option.
fn is_common(members: &[Json], key: &str) -> bool {
    members.iter().all(|member| {
        let property = &member["properties"][key];
        property.is_object() && *property == members[0]["properties"][key]
    })
}

fn about(definition: &Json) -> String {
    definition["description"].as_str().unwrap_or_default().replace('\n', " ")
}

/// A table of options: those that are needed first, then as the types have them.
fn table(definition: &Json, wanted: &dyn Fn(&str) -> bool, language: &Json, out: &mut String) {
    let names = |part: &Json| -> Vec<String> {
        let names = part["required"].as_array().into_iter().flatten().filter_map(Json::as_str);
        names.map(str::to_owned).collect()
    };
    let required = [names(definition), names(&definition["else"])].concat();
    let _ = write!(out, "| option | type | default | meaning |\n|---|---|---|---|\n");
    for (key, property) in definition["properties"].as_object().into_iter().flatten() {
        if !wanted(key) {
            continue;
        }
        let about = about(property);
        let (default, meaning) = without_default(&about);
        let default = if required.contains(key) { "**required**" } else { default };
        let words = meanings(property, language);
        let _ = writeln!(
            out,
            "| `{key}` | {} | {default} | {meaning}{words} |",
            kind(property, language).replace('|', "\\|")
        );
    }
}

/// What an option is where it is not given, and the rest of what is said of it. The
/// docs of an option tell it in a sentence of its own: `A comma by default.`
fn without_default(about: &str) -> (&str, String) {
    let mut rest = Vec::new();
    let mut default = "";
    for sentence in about.split_inclusive(". ") {
        let bare = sentence.trim_end().trim_end_matches('.');
        match bare.strip_suffix(" by default") {
            Some(told) if default.is_empty() => default = told,
            _ => rest.push(sentence.trim_end()),
        }
    }
    (default, rest.join(" "))
}

fn target<'s>(property: &'s Json, language: &'s Json) -> Option<(&'s str, &'s Json)> {
    let reference = property["$ref"].as_str().or_else(|| {
        property["anyOf"].as_array()?.iter().find_map(|choice| choice["$ref"].as_str())
    })?;
    let name = reference.strip_prefix("#/$defs/")?;
    Some((name, &language["$defs"][name]))
}

/// The type of an option. That of a table leads to where its options are described.
fn kind(property: &Json, language: &Json) -> String {
    if let Some((name, definition)) = target(property, language) {
        let is_table = definition["properties"].is_object() || members(definition).is_some();
        return if is_table {
            let title = title(name);
            format!("[{title}](#{})", title.replace(' ', "-"))
        } else {
            "word".to_owned()
        };
    }
    let types: Vec<_> = match &property["type"] {
        Json::String(word) => vec![word.as_str()],
        Json::Array(words) => {
            words.iter().filter_map(Json::as_str).filter(|word| *word != "null").collect()
        }
        _ => Vec::new(),
    };
    let mut said: Vec<_> = types
        .into_iter()
        .map(|word| match word {
            "array" => format!("array of {}s", kind(&property["items"], language)),
            "object" => format!("table of {}s", kind(&property["additionalProperties"], language)),
            "string" => "text".to_owned(),
            "integer" => "whole number".to_owned(),
            word => word.to_owned(),
        })
        .collect();
    said.reverse();
    if said.is_empty() { "value".to_owned() } else { said.join(" or ") }
}

/// The words that an option may have, with what they mean.
fn meanings(property: &Json, language: &Json) -> String {
    let inner = if property["items"].is_object() { &property["items"] } else { property };
    let Some((_, definition)) = target(inner, language) else {
        return String::new();
    };
    let listed = definition["enum"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let mut words: Vec<_> = listed.map(|word| format!("`{word}`")).collect();
    for choice in definition["oneOf"].as_array().into_iter().flatten() {
        let Some(word) = choice["const"].as_str() else {
            continue;
        };
        words.push(format!("<br>`{word}`: {}", about(choice)));
    }
    match words.first() {
        None => String::new(),
        Some(first) if first.starts_with('<') => words.concat(),
        Some(_) => format!(" One of {}.", words.join(", ")),
    }
}

/// The heading under which the options of a table stand.
fn title(name: &str) -> &str {
    match name {
        "RawFraming" => "where a record begins",
        "RawKey" => "what is a key",
        "RawContinuation" => "lines without a key",
        "RawJson" => "json and json lines",
        "RawCsv" => "csv",
        "RawSource" => "the source",
        "RawField" => "fields",
        "RawItem" => "typed items",
        "RawMember" => "members of objects",
        "RawOverlap" => "members parted by others",
        "RawInfer" => "names that are inferred",
        "RawNumber" => "how numbers are written",
        "RawReplace" => "from the text to the value",
        "RawPattern" | "RawExamples" | "RawAccept" => "patterns and examples",
        "RawRule" => "rules",
        "RawQuantity" | "RawQuantityRule" => "kinds of quantities",
        "RawOutline" | "RawMarker" => "outlines",
        "RawKind" | "RawWhen" => "kinds of records",
        "RawTable" => "tables",
        "RawComputed" => "computed columns",
        "RawFinding" => "findings",
        "RawHygiene" => "hygiene",
        "RawCheck" | "RawReference" => "checks",
        "RawWords" => "word lists",
        "RawLimit" | "RawThreshold" => "limits",
        "RawCoverage" => "coverage",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_a_sentence_of_its_own() {
        let check = |about: &str, default: &str, rest: &str| {
            assert_eq!(without_default(about), (default, rest.to_owned()));
        };
        check("Whether so. False by default. And more.", "False", "Whether so. And more.");
        check("The mark. `.` by default.", "`.`", "The mark.");
        check("No word of it", "", "No word of it");
    }

    #[test]
    fn directives_name_what_there_is() {
        let language = super::super::language();
        for line in PAGES.iter().flat_map(|page| page.lines()) {
            let Some((kind, what)) = line
                .strip_prefix("<!-- ")
                .and_then(|line| line.strip_suffix(" -->")?.split_once(": "))
            else {
                continue;
            };
            let found = match kind {
                "options" | "words" => {
                    let (name, word) = what.split_once(' ').unwrap_or((what, ""));
                    let definition = definition(name, language);
                    let known = |word: &str| match members(definition) {
                        Some((members, tag)) => members
                            .iter()
                            .any(|member| word == format!("{tag}={}", word_of(member, tag))),
                        None => false,
                    };
                    definition.is_object() && (word.is_empty() || known(word))
                }
                "grammar" => GRAMMARS.iter().any(|(known, _)| *known == what),
                _ => false,
            };
            assert!(found, "{line}");
        }
    }
}
