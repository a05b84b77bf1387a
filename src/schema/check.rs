//! Faults of form: unknown keys, wrong types, missing keys, words that the
//! language does not have. All of them in one go, which serde cannot do: it
//! stops at the first.
//!
//! The check walks the spanned TOML tree along the JSON Schema of
//! [`RawSchema`], so the Rust types stay the only definition of the language. On
//! its way it mends the tree: what is unknown or of the wrong type goes, a wrong
//! word gives way to the nearest right one. So a file with faults of form can
//! still be resolved, and its faults of meaning are reported in the same go.
//!
//! Of a table with a [tag](super::tagged) only the options of its word are known.

use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use serde_spanned::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

use super::builtin;
use super::raw::RawSchema;
use super::syntax;
use super::tagged;
use crate::diagnostic::Code;
use crate::lang::{Fault, nearest, nearly};
use crate::types::std_quantity;

/// A file as it was written, or as it was mended.
pub(super) struct Checked {
    /// The schema; none if too little of it is left.
    pub(super) raw: Option<RawSchema>,
    mends: Mends,
}

/// What was done to a file so that the rest of it can be read.
#[derive(Default)]
struct Mends {
    /// The places that were mended.
    mended: Vec<Range<usize>>,
    /// Fields, tables and the like that had to go.
    dropped: Vec<String>,
    /// Those that lost a part.
    maimed: Vec<String>,
}

impl Checked {
    /// Whether a fault of meaning says something of its own, rather than what
    /// follows from a fault of form.
    pub(super) fn tells(&self, fault: &Fault) -> bool {
        let touches =
            |place: &Range<usize>| place.start < fault.span.end && fault.span.start < place.end;
        let mentions = |name: &String| fault.message.contains(&format!("`{name}`"));
        let follows = |place: &String| {
            fault.code == Code::SCHEMA_MISSING && fault.message.contains(place.as_str())
        };
        !(self.mends.mended.iter().any(touches)
            || self.mends.dropped.iter().any(mentions)
            || self.mends.maimed.iter().any(follows))
    }
}

/// Reads the file as written and tells everything that is wrong with its form.
/// `start` is added to every place: several files make one schema, and each has
/// a stretch of its own.
pub(super) fn check(text: &str, start: usize, faults: &mut Vec<Fault>) -> Checked {
    let mut mends = Mends::default();
    let raw = if builtin::BUILTINS.iter().any(|builtin| builtin.text == text) {
        as_written(text, start, faults)
    } else {
        walk(text, start, (super::language(), "the schema"), &mut mends, faults)
    };
    Checked { raw, mends }
}

/// Reads another file in TOML that has a JSON Schema; `place` is what faults call it.
#[cfg(feature = "tables")]
pub(super) fn read<T: DeserializeOwned>(
    text: &str,
    language: &Json,
    place: &str,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    walk(text, 0, (language, place), &mut Mends::default(), faults)
}

/// Reads the text of an embedded schema, whose form a test has checked.
fn as_written(text: &str, start: usize, faults: &mut Vec<Fault>) -> Option<RawSchema> {
    read_table(parse_table(&shifted(text, start), start, faults)?, faults)
}

/// Blanks before a document mean nothing, and shift the places that the parser tells.
fn shifted(text: &str, start: usize) -> String {
    " ".repeat(start) + text
}

fn parse_table<'t>(
    text: &'t str,
    start: usize,
    faults: &mut Vec<Fault>,
) -> Option<Spanned<DeTable<'t>>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    faults.extend(syntax::faults(text, start, &errors));
    errors.is_empty().then_some(table)
}

fn read_table<T: DeserializeOwned>(
    table: Spanned<DeTable<'_>>,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let read = T::deserialize(toml::de::Deserializer::from(table));
    read.map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        faults.push(Fault::new(Code::SCHEMA_TYPE, span, error.message().to_owned()));
    })
    .ok()
}

fn walk<T: DeserializeOwned>(
    text: &str,
    start: usize,
    (language, place): (&Json, &str),
    mends: &mut Mends,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let text = shifted(text, start);
    let table = parse_table(&text, start, faults)?;
    let mut walker = Walker { definitions: &language["$defs"], mends, faults };
    let span = table.span();
    let known = Known { schema: language, place, others: &[], guessed: false };
    let (table, usable) = walker.table(table.into_inner(), &span, &known);
    if !usable {
        return None;
    }
    read_table(Spanned::new(span, table), faults)
}

/// What is known of a table: its keys, and whose they would be that it does not have.
struct Known<'s, 'p> {
    schema: &'s Json,
    /// What faults call it.
    place: &'p str,
    /// The words of its tag, with the tables that they make; none without a tag.
    others: &'p [(&'s str, &'s Json)],
    /// Whether the word of its tag is missing or wrong: it lacks no key then, and
    /// has none too many that another word would have.
    guessed: bool,
}

struct Walker<'s> {
    definitions: &'s Json,
    mends: &'s mut Mends,
    faults: &'s mut Vec<Fault>,
}

impl<'s> Walker<'s> {
    /// Follows references and leaves the null of an optional value out.
    fn resolve(&self, schema: &'s Json) -> &'s Json {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
            return self.resolve(&self.definitions[name]);
        }
        let choices = schema["anyOf"].as_array();
        match choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null")) {
            Some(choice) => self.resolve(choice),
            None => schema,
        }
    }

    /// Checks and mends a table; tells too whether it has what it needs.
    fn table<'i>(
        &mut self,
        table: DeTable<'i>,
        span: &Range<usize>,
        known: &Known<'s, '_>,
    ) -> (DeTable<'i>, bool) {
        let Known { schema, place, .. } = *known;
        let none = serde_json::Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let others = &schema["additionalProperties"];
        let (mut kept, mut gone) = (DeTable::new(), Vec::new());
        let there: Vec<_> = table.keys().map(|key| key.get_ref().clone().into_owned()).collect();
        for (mut key, value) in table {
            let mut name = key.get_ref().clone().into_owned();
            let property = properties.contains_key(&name).then(|| &schema["properties"][&name]);
            // Keys of one's own choosing have a schema, or may hold anything.
            let free = *others != Json::Bool(false);
            let Some(property) = property.or_else(|| free.then_some(others)) else {
                self.unknown_key(&key, known, properties);
                // What was meant is read as if it stood there, so that all else is checked.
                let meant = nearly(&name, properties.keys().map(String::as_str));
                let meant = meant.filter(|meant| !there.iter().any(|key| key == meant));
                let Some(meant) = meant.map(str::to_owned) else { continue };
                self.mends.mended.push(key.span());
                name.clone_from(&meant);
                key = Spanned::new(key.span(), meant.into());
                // A value that does not fit what nobody wrote says that the guess is wrong.
                // What is wrong within a table is another key or value, which somebody wrote.
                let (told, mended) = (self.faults.len(), self.mends.mended.len());
                let place = value.span();
                let value = self.value(value, &schema["properties"][&name], &format!("`{name}`"));
                if self.faults[told..].iter().any(|fault| fault.span == place) {
                    self.faults.truncate(told);
                    self.mends.mended.truncate(mended);
                    gone.push(name);
                } else if let Some(value) = value {
                    kept.insert(key, value);
                } else {
                    gone.push(name);
                }
                continue;
            };
            let (place, is_array) = (value.span(), value.get_ref().is_array());
            if let Some(value) = self.value(value, property, &format!("`{name}`")) {
                kept.insert(key, value);
            } else {
                let pattern = format!("{name}-pattern");
                if is_array
                    && properties.contains_key(&pattern)
                    && let Some(last) = self.faults.pop_if(|fault| fault.span == place)
                {
                    self.faults.push(last.with_help(format!(
                        "`{pattern}` is a regular expression, which takes several: `[:：]`"
                    )));
                }
                gone.push(name);
            }
        }
        let mut usable = true;
        // Some keys are needed only where another one does not say otherwise.
        let further = if holds(&schema["if"], &kept) { &schema["then"] } else { &schema["else"] };
        let required = [schema, further].into_iter().filter_map(|part| part["required"].as_array());
        for required in required.flatten().filter_map(Json::as_str) {
            if kept.iter().any(|(key, _)| key.get_ref() == required) {
                continue;
            }
            usable = false;
            // One that was there and had to go has a fault of its own, and nobody can say
            // what a word lacks that is not known for sure.
            if known.guessed || gone.iter().any(|name| name == required) {
                continue;
            }
            let message = format!("{place} lacks the key `{required}`");
            let mut fault = Fault::new(Code::SCHEMA_MISSING, span.clone(), message);
            let of_std = std_quantity(place.trim_matches('`')).filter(|name| {
                place == format!("`{name}`") && properties.contains_key("approximate")
            });
            if let Some(quantity) = of_std {
                fault = fault.with_help(format!(
                    "a quantity of this file takes the place of all of the `{quantity}` that `uses = [\"std\"]` brings: give it \
                     another name, and all that it needs"
                ));
            } else if let Some(text) =
                properties.get(required).and_then(|p| p["description"].as_str())
            {
                fault = fault.with_help(format!("`{required}`: {text}"));
            }
            self.faults.push(fault);
        }
        if others.is_object() {
            self.mends.dropped.append(&mut gone);
        } else if !gone.is_empty() {
            self.mends.maimed.push(place.to_owned());
        }
        (kept, usable)
    }

    /// Tells that a table has no such key, and which word of its tag would have it.
    fn unknown_key(
        &mut self,
        key: &Spanned<DeString<'_>>,
        known: &Known<'s, '_>,
        properties: &serde_json::Map<String, Json>,
    ) {
        let name = key.get_ref().as_ref();
        let meant = known.others.iter().filter(|(_, other)| other["properties"][name].is_object());
        let meant: Vec<_> = meant.map(|(word, _)| format!("`{word}`")).collect();
        if known.guessed && !meant.is_empty() {
            return;
        }
        let link = if known.others.is_empty() || known.guessed { "in" } else { "for" };
        let message = format!("unknown key `{name}` {link} {}", known.place);
        let fault = Fault::new(Code::SCHEMA_UNKNOWN_KEY, key.span(), message);
        self.faults.push(if meant.is_empty() {
            // All of them, if none is as near as one that would be read in its place.
            let words = || properties.keys().map(String::as_str);
            fault.with_words(nearly(name, words()).unwrap_or_default(), words())
        } else {
            fault.with_help(format!("`{name}` is meant for {}", meant.join(", ")))
        });
    }

    /// Checks and mends a table by the word of its tag; none if nothing can be made
    /// of it.
    fn tagged<'i>(
        &mut self,
        mut table: DeTable<'i>,
        span: &Range<usize>,
        (members, tag): (&'s [Json], &'s str),
        place: &str,
    ) -> Option<DeTable<'i>> {
        let words = || members.iter().map(|member| tagged::word_of(member, tag));
        let word = table.iter_mut().find(|(key, _)| key.get_ref() == tag).map(|(_, word)| word);
        let (mut right, mut guessed) = (None, true);
        if let Some(word) = word {
            if let Some(found) = word.get_ref().as_str().map(str::to_owned) {
                right = words().find(|known| *known == found);
                guessed = right.is_none();
                if guessed {
                    let message = format!("`{tag}` cannot be `{found}`");
                    let fault = Fault::new(Code::SCHEMA_VALUE, word.span(), message);
                    // An amount has one type, whatever it is an amount of.
                    let of_std = std_quantity(&found)
                        .filter(|_| tag == "type" && words().any(|word| word == "quantity"));
                    self.mend(match of_std {
                        Some(quantity) => fault.with_help(format!(
                            "write `type = \"quantity\"` and `quantity = \"{quantity}\"`, which `uses = [\"std\"]` brings"
                        )),
                        None => fault.with_words(&found, words()),
                    });
                    right = nearest(&found, words());
                    if let Some(right) = right {
                        *word.get_mut() = DeValue::String(right.to_owned().into());
                    }
                }
            } else {
                let message =
                    format!("`{tag}` must be a string, found {}", word.get_ref().type_str());
                self.mend(Fault::new(Code::SCHEMA_TYPE, word.span(), message));
            }
        } else {
            let message = format!("{place} lacks the key `{tag}`");
            let fault = Fault::new(Code::SCHEMA_MISSING, span.clone(), message);
            self.faults.push(fault.with_words("", words()));
        }
        let schema = match right {
            Some(word) => members.iter().find(|member| tagged::word_of(member, tag) == word)?,
            // Without a word, it is that which has most of the keys: values can be checked still.
            None => members.iter().rev().max_by_key(|member| {
                let properties = &member["properties"];
                table.keys().filter(|key| properties[key.get_ref().as_ref()].is_object()).count()
            })?,
        };
        if right.is_none() {
            // What is wrong with the tag is reported already.
            table = table.into_iter().filter(|(key, _)| key.get_ref() != tag).collect();
        }
        let place = match right {
            Some(word) if !guessed => format!("`{tag} = \"{word}\"`"),
            _ => place.to_owned(),
        };
        let others: Vec<_> =
            members.iter().map(|member| (tagged::word_of(member, tag), member)).collect();
        let known = Known { schema, place: &place, others: &others, guessed };
        let (table, usable) = self.table(table, span, &known);
        usable.then_some(table)
    }

    /// Checks and mends a value; none if nothing can be made of it.
    fn value<'i>(
        &mut self,
        value: Spanned<DeValue<'i>>,
        schema: &'s Json,
        place: &str,
    ) -> Option<Spanned<DeValue<'i>>> {
        let schema = self.resolve(schema);
        let span = value.span();
        let expected = expected_types(schema);
        if expected.is_empty() {
            return Some(value);
        }
        let found = value.into_inner();
        let fits = |expected: &&str| match *expected {
            "object" => found.is_table(),
            "array" => found.is_array(),
            "string" => found.is_str(),
            "boolean" => found.is_bool(),
            "integer" => found.is_integer(),
            "number" => found.is_integer() || found.is_float(),
            _ => true,
        };
        // Where a value may have one type or another, it may be a date too, for which JSON
        // Schema has no type.
        let date = expected.len() > 1 && matches!(found, DeValue::Datetime(_));
        if !expected.iter().any(fits) && !date {
            let words: Vec<_> = expected.iter().map(|expected| article(expected)).collect();
            let message =
                format!("{place} must be {}, found {}", words.join(" or "), found.type_str());
            let fault = Fault::new(Code::SCHEMA_TYPE, span, message);
            self.mend(match found.as_str().filter(|_| expected.contains(&"array")) {
                Some(text) => fault.with_help(format!("a list of one text is `[{text:?}]`")),
                None => fault,
            });
            return None;
        }
        let mended = match found {
            DeValue::Table(table) => {
                let table = if let Some(members) = tagged::members(schema) {
                    self.tagged(table, &span, members, place)?
                } else {
                    let known = Known { schema, place, others: &[], guessed: false };
                    let (table, usable) = self.table(table, &span, &known);
                    usable.then_some(table)?
                };
                DeValue::Table(table)
            }
            DeValue::Array(items) => {
                let kept =
                    items.into_iter().filter_map(|item| self.value(item, &schema["items"], place));
                DeValue::Array(kept.collect::<DeArray<'i>>())
            }
            DeValue::String(word) => {
                let words = words_of(schema);
                if words.is_empty() || words.contains(&&*word) {
                    DeValue::String(word)
                } else {
                    let message = format!("{place} cannot be `{word}`");
                    let fault = Fault::new(Code::SCHEMA_VALUE, span.clone(), message);
                    self.mend(fault.with_words(&word, words.iter().copied()));
                    let right = nearest(&word, words.iter().copied()).unwrap_or(words[0]);
                    DeValue::String(right.to_owned().into())
                }
            }
            DeValue::Integer(number) => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                let (least, most) = integers_of(schema);
                if parsed.as_ref().map_or(true, |parsed| !(least..=most).contains(parsed)) {
                    let message = format!("{place} cannot be {}", number.as_str());
                    let fault = Fault::new(Code::SCHEMA_VALUE, span, message);
                    let too_large = parsed.is_ok_and(|parsed| parsed > most);
                    self.mend(if too_large {
                        fault.with_help(format!("{most} at most"))
                    } else {
                        fault
                    });
                    return None;
                }
                DeValue::Integer(number)
            }
            other => other,
        };
        Some(Spanned::new(span, mended))
    }

    /// Tells a fault whose place is mended.
    fn mend(&mut self, fault: Fault) {
        self.mends.mended.push(fault.span.clone());
        self.faults.push(fault);
    }
}

/// The least and the most that a whole number may be. Of the larger types the JSON Schema
/// has no bounds, but says which one it is.
fn integers_of(schema: &Json) -> (i64, i64) {
    let most = match schema["format"].as_str() {
        Some("uint32") => i64::from(u32::MAX),
        Some("int32") => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    (
        schema["minimum"].as_i64().unwrap_or(i64::MIN),
        schema["maximum"].as_i64().unwrap_or(most).min(most),
    )
}

/// Whether a table has the keys of a condition, with the values that it names.
fn holds(condition: &Json, table: &DeTable<'_>) -> bool {
    condition["required"].as_array().into_iter().flatten().filter_map(Json::as_str).all(|name| {
        let value = table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value);
        let wanted = &condition["properties"][name]["const"];
        value.is_some_and(|value| match value.get_ref() {
            DeValue::Boolean(found) => wanted == found,
            DeValue::String(found) => wanted == found.as_ref(),
            _ => false,
        })
    })
}

/// The types that a schema asks for, one of which a value has; none if anything
/// goes.
fn expected_types(schema: &Json) -> Vec<&str> {
    match &schema["type"] {
        Json::String(one) => vec![one],
        Json::Array(several) => {
            several.iter().filter_map(Json::as_str).filter(|one| *one != "null").collect()
        }
        _ if schema["oneOf"].is_array() => vec!["string"],
        _ => Vec::new(),
    }
}

/// The words of an enumeration.
fn words_of(schema: &Json) -> Vec<&str> {
    let listed = schema["enum"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let chosen = schema["oneOf"].as_array().into_iter().flatten();
    listed.chain(chosen.filter_map(|choice| choice["const"].as_str())).collect()
}

fn article(kind: &str) -> &'static str {
    match kind {
        "object" => "a table",
        "array" => "an array",
        "string" => "a string",
        "boolean" => "true or false",
        "integer" => "a whole number",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::schema::SchemaSource;

    fn messages(text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        check(text, 0, &mut faults);
        faults
            .iter()
            .map(|fault| {
                format!(
                    "{} {:?} {}",
                    fault.message,
                    &text[fault.span.clone()],
                    fault.help.as_deref().unwrap_or("")
                )
            })
            .collect()
    }

    #[test]
    fn embedded_schemas_have_no_fault_of_form() {
        for builtin in builtin::BUILTINS {
            let (mut mends, mut faults) = (Mends::default(), Vec::new());
            let language = (super::super::language(), "the schema");
            let raw = walk::<RawSchema>(builtin.text, 0, language, &mut mends, &mut faults);
            assert!(raw.is_some() && faults.is_empty(), "{}: {faults:?}", builtin.name);
        }
    }

    #[test]
    fn every_fault_is_found_in_one_go() {
        let text = r#"
recordmill = "one"
name = "x"
descripton = "y"
[source]
format = "key-valu"
record = { by = "file" }
key = { by = "declared", widht = 3 }
[fields.a]
type = "text"
requird = true
[tables.a]
rows = "record"
"#;
        insta::assert_snapshot!(messages(text).join("\n"));
    }

    #[test]
    fn a_whole_number_fits_its_type() {
        let told = |width: &str| {
            messages(&format!(
                "recordmill = 1\nname = \"x\"\n[source]\nformat = \"key-value\"\n\
                 record = {{ by = \"file\" }}\nkey = {{ by = \"column\", width = {width} }}\n\
                 [fields.a]\nkey = \"a\"\ntype = \"text\"\n[tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
            ))
        };
        assert_eq!(told("4294967295"), [""; 0]);
        for width in ["4294967296", "5000000000"] {
            let faults = told(width);
            assert_eq!(faults.len(), 1, "{faults:?}");
            let message = format!("`width` cannot be {width}");
            assert!(faults[0].contains(&message), "{faults:?}");
            assert!(faults[0].contains("4294967295 at most"), "{faults:?}");
        }
    }

    #[test]
    fn a_value_is_not_checked_under_a_key_that_nobody_wrote() {
        let text = |options: &str| {
            format!(
                "recordmill = 1\nname = \"x\"\n[source]\nformat = \"csv\"\n[fields.a]\nkey = \"a\"\n{options}\n\
                 [tables.a]\nrows = \"record\"\ncolumns = [\"record_id\"]\n"
            )
        };
        let list = "type = \"list\"\nseparator = ','\nseperator = \";\"";
        assert_eq!(
            messages(&text(list)),
            [
                "unknown key `seperator` for `type = \"list\"` \"seperator\" did you mean `separator`?"
            ]
        );
        let typo = messages(&text("type = \"list\"\npater = 3"));
        assert_eq!(typo.len(), 1, "{typo:?}");
        assert!(typo[0].starts_with("unknown key `pater`") && !typo[0].contains("did you mean"));
        let wrong = messages(&text("type = \"text\"\nrequird = 3"));
        assert!(wrong.len() == 1 && wrong[0].contains("unknown key `requird`"), "{wrong:?}");
    }

    #[test]
    fn an_amount_is_pointed_to_its_quantity() {
        let help = |uses: &str, options: &str| {
            let text = format!(
                "recordmill = 1\nname = \"x\"\n{uses}\n[source]\nformat = \"csv\"\n[fields.a]\nkey = \"a\"\n\
                 {options}\n[tables.a]\nrows = \"record\"\ncolumns = [\"a\"]\n"
            );
            let source = SchemaSource { name: "x".to_owned(), text };
            let faults = crate::schema::parse(&source).1;
            faults.into_iter().find_map(|fault| fault.help).unwrap_or_default()
        };
        let of_type = "write `type = \"quantity\"` and `quantity = \"percentage\"`, which `uses = [\"std\"]` brings";
        assert_eq!(help("", "type = \"ratio\""), of_type);
        assert_eq!(help("", "type = \"intger\""), "did you mean `integer`?");
        let ratio = "type = \"quantity\"\nquantity = \"ratio\"";
        let of_name = "`uses = [\"std\"]` brings the quantity `percentage`";
        assert_eq!(help("uses = [\"std\"]", ratio), of_name);
        assert_eq!(help("", ratio), of_name);
    }

    /// What every shape has.
    #[derive(Debug, Deserialize, schemars::JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Common {
        /// What it is called.
        name: Option<String>,
    }

    /// All points at one distance from another.
    #[derive(Debug, Deserialize, schemars::JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Circle {
        /// The distance.
        radius: f64,
    }

    /// Four sides, two and two of one length.
    #[derive(Debug, Deserialize, schemars::JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Oblong {
        /// The long side.
        long: f64,
        /// The short side.
        short: f64,
        /// Anything that is one value.
        #[schemars(with = "Option<serde_json::Value>")]
        note: Option<toml::Value>,
        /// What is cut out of it.
        #[serde(default)]
        holes: Vec<tagged::Tagged<Common, Shape>>,
    }

    tagged::tagged! {
        /// A shape.
        enum Shape: "TestShape" by "shape" {
            "circle" => Circle(Circle),
            "oblong" => Oblong(Oblong),
        }
    }

    /// The faults of `shape = …`, and what is left of it.
    fn faults_of_shape(shape: &str) -> String {
        #[derive(Deserialize, schemars::JsonSchema)]
        struct Shapes {
            shape: Option<tagged::Tagged<Common, Shape>>,
        }
        let text = format!("shape = {shape}");
        let language = schemars::schema_for!(Shapes).to_value();
        let (mut mends, mut faults) = (Mends::default(), Vec::new());
        let mut walker =
            Walker { definitions: &language["$defs"], mends: &mut mends, faults: &mut faults };
        let table = DeTable::parse(&text).unwrap();
        let span = table.span();
        let known = Known { schema: &language, place: "the file", others: &[], guessed: false };
        let (table, _) = walker.table(table.into_inner(), &span, &known);
        let table = toml::de::Deserializer::from(Spanned::new(span, table));
        // Whatever was wrong, what is left can be read.
        let left = Shapes::deserialize(table).unwrap().shape;
        let mut shown = format!("{shape}\n");
        for fault in &faults {
            let help = fault.help.as_deref().unwrap_or_default();
            shown.push_str(&format!("  {}: {} {help}\n", &text[fault.span.clone()], fault.message));
        }
        let left = left.map_or("nothing".to_owned(), |shape| {
            let name = shape.common.name.unwrap_or_default();
            match shape.kind {
                Shape::Circle(Circle { radius }) => format!("circle {radius} {name}"),
                Shape::Oblong(Oblong { long, short, note, holes }) => {
                    let (holes, note) = (holes.len(), note.map(|note| note.to_string()));
                    format!("oblong {long} × {short} with {holes} holes, {note:?} {name}")
                }
            }
        });
        shown + &format!("  left: {left}\n")
    }

    #[test]
    fn a_table_has_the_keys_of_its_word() {
        let shapes = [
            "{ shape = \"circle\", radius = 1, name = \"n\" }",
            "{ shape = \"circle\", radius = 1, short = 2, raduis = 3 }",
            "{ shape = \"circle\", radius = \"1\" }",
            "{ shape = \"circel\", radius = 1, nam = \"n\" }",
            "{ shape = \"blob\", long = \"1\", radius = 1, nam = \"n\" }",
            "{ shape = 7, name = 7 }",
            "{ long = 1, short = true }",
            "{ shape = \"oblong\", long = 1, short = 1, note = 2024-02-29 }",
            "{ shape = \"oblong\", long = 1, short = 1, holes = [{ shape = \"circle\" }, { shape = \"circle\", radius = 1, long = 2 }] }",
        ];
        insta::assert_snapshot!(shapes.map(faults_of_shape).concat());
    }

    #[test]
    fn several_faults_of_syntax_are_found() {
        assert!(messages("a = \nb = ]\n").len() >= 2);
    }
}
