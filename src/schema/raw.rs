//! The schema as written: a mirror of the TOML file, nothing resolved.
//!
//! The doc comments of this file are the reference of the language: the JSON
//! Schema and `docs/schema.md` are made from them. What an option is where it is
//! not given stands in a sentence of its own that ends in `by default`.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

pub use crate::dataset::checks::RawCheckKind;
use crate::diagnostic::{Action, Severity};
use crate::lang::tagged::Tagged;
use crate::lang::{RawDecode, RawExamples, RawNumber, RawPattern, RawReplace};
use crate::rules::RawRuleKind;
use crate::source::Spanned;
use crate::types::RawType;

/// A schema file: how a dump is cut into records, which fields they have, which
/// tables come out and what must hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawSchema {
    /// Version of the schema language. This is version 1.
    pub recordmill: Spanned<u32>,
    /// Name of the schema; it stands in run.json and in the metadata of the Parquet files.
    pub name: Spanned<String>,
    /// What the schema is for.
    pub description: Option<String>,
    /// Other schemas, embedded ones by name or files by a path from this file, whose `patterns`, `quantities`, `outlines` and `sentinels` this one may use. What this file defines itself goes first.
    #[serde(default)]
    pub uses: Vec<Spanned<String>>,
    /// Whether the file is a library: what it defines is for the `uses` of other schemas, and it has no `source`, `fields` and `tables`. False by default.
    pub library: Option<Spanned<bool>>,
    /// How the dump is cut into records and the records into entries. Every schema has one but a library.
    pub source: Option<Spanned<RawSource>>,
    /// Named pieces of regular expressions. `%{name}` in any pattern of the file stands for the piece. A piece may use other pieces, and has no named groups.
    #[serde(default)]
    pub patterns: IndexMap<Spanned<String>, Spanned<String>>,
    /// Texts that stand for "no data" in every field, but for those that are words of the field itself: an `enum` or a `boolean`, or a list of them, reads its own words first. Where a field reads numbers, one that is a number stands for that number, however it is written: `-9999` for `-9999.0` too.
    #[serde(default)]
    pub sentinels: Vec<Spanned<String>>,
    /// Kinds of records, where a dump holds several: which records are of a kind, by its name. They are tried in order. A table of records with `kind` has the records of that kind.
    #[serde(default)]
    pub kinds: IndexMap<Spanned<String>, Spanned<RawKind>>,
    /// The fields of a record, in the order in which the dump writes their keys. Every schema has some but a library.
    #[serde(default)]
    pub fields: IndexMap<Spanned<String>, Spanned<RawField>>,
    /// Kinds of quantities that fields may have.
    #[serde(default)]
    pub quantities: IndexMap<Spanned<String>, Spanned<RawQuantity>>,
    /// Ways to number the sections of a text, for fields of the type `outline`.
    #[serde(default)]
    pub outlines: IndexMap<Spanned<String>, Spanned<RawOutline>>,
    /// The tables that come out. Every schema has one but a library.
    #[serde(default)]
    pub tables: IndexMap<Spanned<String>, Spanned<RawTable>>,
    /// Rules on the characters of texts.
    #[serde(default)]
    pub hygiene: Vec<Spanned<RawHygiene>>,
    /// What must hold for whole tables, for files and for the run.
    #[serde(default)]
    pub checks: Vec<Spanned<RawCheck>>,
    /// Lists of terms that a check `reference` may name.
    #[serde(default)]
    pub words: IndexMap<Spanned<String>, Spanned<RawWords>>,
    /// How much of a dump the schema must know.
    pub coverage: Option<Spanned<RawCoverage>>,
    /// Other severities and actions for findings, by code or name.
    #[serde(default)]
    pub findings: IndexMap<Spanned<String>, Spanned<RawFinding>>,
}

/// How the dump is cut into records and the records into entries.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawSource {
    /// The form of the dump. Either this or `formats` is given.
    pub format: Option<Spanned<RawFormat>>,
    /// The forms that the dump may have: which one it is, is decided for each input by its content, and by its extension where the content may be either.
    #[serde(default)]
    pub formats: Vec<Spanned<RawFormat>>,
    /// An encoding by its WHATWG label, or `auto`: UTF-8 if all of it is, UTF-16 and UTF-32 by their marks and NUL bytes, else what the text speaks for. `auto` by default.
    pub encoding: Option<Spanned<String>>,
    /// The encodings that a dump may be in, in order, by their labels: `["utf-8", "gb18030", "windows-1252"]`. Without it `gb18030`, `big5`, `shift_jis`, `euc-jp`, `euc-kr` and `windows-1252` are weighed, and others that may fit better; a choice that is not clear, and each of the others, is reported.
    #[serde(default)]
    pub encodings: Vec<Spanned<String>>,
    /// Where a record begins, for `key-value`.
    pub record: Option<Spanned<RawFraming>>,
    /// How a key is set apart from its value, and what is done about keys that are repeated or unknown.
    #[serde(default)]
    pub key: Spanned<RawKey>,
    /// What a line without a key does, for `key-value`.
    #[serde(default)]
    pub continuation: Spanned<RawContinuation>,
    /// Lines that say nothing wherever they stand, for `key-value`. A record of nothing else is none.
    pub comment: Option<Spanned<RawPattern>>,
    /// Where the records stand, for `json`.
    pub json: Option<Spanned<RawJson>>,
    /// How rows are written, for `csv`.
    pub csv: Option<Spanned<RawCsv>>,
    /// How numbers are written in all fields, where a field does not say otherwise.
    pub number: Option<Spanned<RawNumber>>,
    /// The longest record in bytes of UTF-8 text; a longer one goes to the quarantine. 1 GiB at most. 16777216 (16 MiB) by default.
    pub max_record_bytes: Option<Spanned<u64>>,
}

/// A kind of records.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawKind {
    /// What the records of this kind are.
    pub description: Option<String>,
    /// What marks that a record is of this kind: `{ line = '^\[Term\]$' }` or `{ key = "type", pattern = '^term$' }`.
    pub when: Spanned<RawWhen>,
}

/// What marks that a record is of a kind. Either `line` is given, or `key` with `pattern`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawWhen {
    /// A regular expression that matches the first line of a record that is no comment, for `key-value`.
    pub line: Option<Spanned<String>>,
    /// A key of the dump, whether a field has it or not; in JSON the keys that lead to the value, with dots between.
    pub key: Option<Spanned<String>>,
    /// A regular expression that matches the value of `key`.
    pub pattern: Option<Spanned<String>>,
}

/// The form of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawFormat {
    /// Lines of a key and a value.
    KeyValue,
    /// A JSON object per line.
    JsonLines,
    /// One JSON array of objects, or one object.
    Json,
    /// Rows of cells with a delimiter between, by RFC 4180.
    Csv,
}

impl RawFormat {
    /// The word of the language for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeyValue => "key-value",
            Self::JsonLines => "json-lines",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

/// Where the records of a JSON file stand.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawJson {
    /// The keys that lead to the array of records, with dots between: `data.items`; a dot of a key itself is written `\.`. Without it the file itself is the array, or a single record. A `*` in the last place, `*` alone or `data.*`, stands for the members of an object: each is a record, and its key is the value of the field with the key `@key`. What else stands in the objects on the way is counted as ignored. A key on the way that comes again in its object is reported, and both are read; so is the key of a record under `*` that was the first one or is among the 63 before it. Example: `json = { records = "data.items" }`.
    pub records: Option<Spanned<String>>,
}

/// How the rows of a CSV file are written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawCsv {
    /// What stands between cells: any text of one line. `"\t"` is a tab. A comma by default. A first line `sep=;`, as spreadsheets write it, goes before what stands here. Example: `delimiter = "::"`.
    pub delimiter: Option<Spanned<String>>,
    /// What stands around a cell that holds delimiters or line ends: one ASCII character; doubled inside a cell it stands for itself. Empty for none: then quotes are text. `"` by default. A quote opens a cell only where the cell begins.
    pub quote: Option<Spanned<String>>,
    /// One ASCII character, in quotes or outside, behind which any character stands for itself: `escape = "\\"` reads `"a \"b\""` as `a "b"`, and `a\,b` as one cell. None by default.
    pub escape: Option<Spanned<String>>,
    /// Whether blanks before and behind the quotes of a cell are none of it, so that `1, "a, b"` has two cells. Otherwise a quote behind a blank is text. False by default. The blanks around what a cell says always go.
    pub trim: Option<Spanned<bool>>,
    /// A regular expression: a line that matches where a row could begin is none. It is counted as ignored. Example: `comment = '^#'`.
    pub comment: Option<Spanned<String>>,
    /// How many lines of the file stand before the header, or before the first row of a file without one. They are counted as ignored. 0 by default.
    pub skip_rows: Option<Spanned<u32>>,
    /// How many rows behind the header are no records, such as one of units. They are counted as ignored. 0 by default.
    pub skip_after_header: Option<Spanned<u32>>,
    /// A regular expression: a line that matches where a row could begin ends the table. It is counted as ignored, and what stands behind it is reported. Examples: `end = '^END'`; `end = '^$'` for the first blank line behind the header.
    pub end: Option<Spanned<String>>,
    /// What a cell without quotes says if it has no value: `null = ['\N']`. The same in quotes is text.
    #[serde(default)]
    pub null: Vec<Spanned<String>>,
    /// Whether the first row names the columns. True by default. Where that row comes again, as in files put together, it is reported and is no record.
    pub header: Option<bool>,
    /// The keys of the columns in order, for files without a header. A row of just these names is a header all the same: it is reported and is no record.
    #[serde(default)]
    pub columns: Vec<Spanned<String>>,
}

/// Where a record begins.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawFraming {
    /// What marks that a record begins.
    pub by: Spanned<RawFramingBy>,
    /// The key that begins a record, for `start-key`; it is found as `source.key` finds keys. For `start-line`: the key of what the group `value` of the pattern holds, such as the name of a block in brackets.
    pub key: Option<Spanned<String>>,
    /// The regular expression, for `start-line` and `end-line`. It is tried on each line without its line end. Words on such a line that it does not match are reported, unless the line is an entry by `source.key`; so are those on the line of `end`. Signs alone are taken for the rest of a ruler.
    pub pattern: Option<Spanned<String>>,
    /// A regular expression for the line that ends a record, for `start-key` and `start-line`: `end = '^ER  -'`. That line still belongs to the record. What stands behind it, up to where the next record begins, belongs to none and is reported; so is a record that goes without it (`R124`).
    pub end: Option<Spanned<String>>,
    /// Lines that the pattern must match and lines that it must not.
    pub examples: Option<Spanned<RawExamples>>,
    /// Records that are none: those whose first line that is no comment matches, such as headers and stanzas of another kind. Their bytes are counted as ignored.
    pub skip: Option<Spanned<RawPattern>>,
}

/// What marks that a record begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawFramingBy {
    /// A line that begins with a given key.
    StartKey,
    /// A line that matches a pattern.
    StartLine,
    /// The first line after blank ones.
    BlankLine,
    /// The line after one that matches a pattern; that one still belongs to the record it ends.
    EndLine,
    /// Each file is one record.
    File,
}

/// How a key is set apart from its value, and what is done about keys that are repeated or unknown.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawKey {
    /// What makes a line an entry. `key-value` needs it.
    pub by: Option<Spanned<RawKeyBy>>,
    /// What stands between key and value, for `declared`. A blank by default. A line that joins the value above and begins with a few words and this, or with a near form of it (without the blank behind it, with one before it, in full width), is reported, once for each such beginning.
    pub delimiter: Option<Spanned<String>>,
    /// A regular expression for what stands between key and value, for `declared` in place of `delimiter`: `delimiter-pattern = '\s*[:：]\s*'`.
    pub delimiter_pattern: Option<Spanned<String>>,
    /// A regular expression with the groups `key` and `value`, for `pattern`. Where `value` takes no part in a match, the value is empty. A group `base64` in place of `value` holds a value in that encoding (RFC 4648). A group `level` makes keys paths: it holds a number, or the blanks before the key, and a key stands below the last one above it with a lower level. `2 DATE` below `1 BIRT` has the key `BIRT.DATE`. The line that begins a record is above no key, unless it is an entry itself.
    pub pattern: Option<Spanned<String>>,
    /// How many characters the key takes, for `column`: at least one.
    pub width: Option<Spanned<u32>>,
    /// A regular expression with the group `key`, for `declared`: a line that matches has a key that the schema does not know. It is reported, and does not join the value above.
    pub unknown: Option<Spanned<String>>,
    /// What a key does that occurs again, or that has an array of several values where its field has one. `first` by default.
    pub repeated: Option<RawRepeated>,
    /// Whether keys come in the order of the fields. If so, a declared key that begins a line of a text and comes too early or again is read as text, and reported. False by default.
    pub ordered: Option<Spanned<bool>>,
    /// Keys that are known and not wanted: one, an array of them, or `"*"` for all that no field has. Nothing is reported; their bytes are counted as ignored. In JSON, and where keys have levels, a key with everything below it; for what stands in `objects` the keys that lead there, `items.note`. For `declared`, `"*"` takes the lines that begin with a few words and the delimiter.
    #[serde(default)]
    pub ignored: RawTexts,
    /// Whether `Key` and `key` are one key. Only ASCII letters are compared so. False by default.
    pub fold_case: Option<bool>,
    /// Lines that `pattern` or `unknown` must match and lines that it must not.
    pub examples: Option<Spanned<RawExamples>>,
}

/// One text, or an array of texts.
#[derive(Debug)]
pub enum RawTexts {
    /// A text alone.
    One(String),
    /// An array.
    Array(Vec<String>),
}

impl RawTexts {
    /// All of them.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Array(texts) => texts,
        }
    }

    /// Whether it is this text alone.
    #[must_use]
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::One(text) if text == word)
    }
}

impl Default for RawTexts {
    fn default() -> Self {
        Self::Array(Vec::new())
    }
}

impl<'de> Deserialize<'de> for RawTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = RawTexts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or an array of texts")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RawTexts, E> {
                Ok(RawTexts::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawTexts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                Ok(RawTexts::Array(texts))
            }
        }

        deserializer.deserialize_any(Texts)
    }
}

impl JsonSchema for RawTexts {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "RawTexts".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": ["array", "string"], "items": { "type": "string" } })
    }
}

/// What makes a line an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawKeyBy {
    /// It begins with the key of a field, followed by the delimiter or the end of the line.
    Declared,
    /// It matches a pattern.
    Pattern,
    /// Its first characters, up to a width, are not blank.
    Column,
}

/// What a key does that occurs again in a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawRepeated {
    /// The first value stays; the others are reported.
    #[default]
    First,
    /// The last value stays; the others are reported.
    Last,
    /// The values are items of one list. Nothing is reported. Where the field has no items, the first value stays and the others are reported.
    List,
    /// The values are lines of one text, with the `join` of the field or of continuation lines between. Empty ones, JSON null and `sentinels` are not joined; an empty one between two others stays a blank line where `join` is a line end. Nothing is reported.
    Join,
    /// The record is rejected.
    Error,
}

/// What a line without a key does.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawContinuation {
    /// Which lines join the value above. `any` by default.
    pub by: Option<RawContinuationBy>,
    /// What stands between the joined lines. A line feed by default.
    pub join: Option<Spanned<String>>,
    /// What is taken off the start of a joined line: a text, or an array of texts, of which the longest that stands there is meant: `indent = [" ", "\t"]`. For `by = "indent"` a line must begin with one, or be all of it but the blanks at its end.
    pub indent: Option<Spanned<RawTexts>>,
    /// A regular expression for a line that goes on in the next one, for `by = "indent"` and `by = "none"`: behind it a line without a key joins the value, whatever it begins with. What it matches stays in the value; `replace` takes it off. Example: `after = '\\$'` for a backslash at the end of a line.
    pub after: Option<Spanned<String>>,
    /// A line that, without its indent, stands for a blank line.
    pub blank: Option<Spanned<String>>,
    /// Whether a line that begins with the indent and stands behind a comment belongs to the comment, for `by = "indent"`. Otherwise it joins the value above the comment. False by default.
    pub folds_comments: Option<Spanned<bool>>,
}

/// Which lines join the value above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawContinuationBy {
    /// Every line without a key.
    #[default]
    Any,
    /// Those that begin with the indent; others are reported.
    Indent,
    /// None; all are reported.
    None,
}

/// A field: the schema's view of a key.
pub type RawField = Tagged<RawFieldCommon, RawType>;

/// The options of a field of any type.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawFieldCommon {
    /// The key in the dump: the name of a CSV column; in JSON the keys that lead to the value, with dots between, and a dot of a key itself as `\.`. Arrays on the way are gone through: their elements are items.
    pub key: Option<Spanned<String>>,
    /// Other keys that mean the same. Where the key begins a record, they do too.
    #[serde(default)]
    pub aliases: Vec<Spanned<String>>,
    /// Another field whose text this one reads, instead of a key: the text behind `decode` and `replace` of that field, before its `extract`.
    pub from: Option<Spanned<String>>,
    /// What this key does if it occurs again, or has an array of several values, in place of `repeated` of the source.
    pub repeated: Option<Spanned<RawRepeated>>,
    /// What stands between the lines of a value, and between the values of a key that is repeated with `repeated = "join"`, in place of `join` of continuation lines.
    pub join: Option<Spanned<String>>,
    /// How the value is encoded: the decoders are applied in order, before anything else looks at the value. One that does not fit leaves the value as it stands, and that is reported.
    #[serde(default)]
    pub decode: Vec<Spanned<RawDecode>>,
    /// What is replaced in the value, in order, after `decode` and before `extract`: `replace = [{ pattern = '\s+', with = "" }]`.
    #[serde(default)]
    pub replace: Vec<Spanned<RawReplace>>,
    /// What the field holds; goes into the metadata of the Parquet files.
    pub description: Option<String>,
    /// The unit of a number; goes into the metadata.
    pub unit: Option<Spanned<String>>,
    /// Semantic tags; go into the metadata.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Texts that stand for "no data" in this field, beside those of the schema. Where it reads numbers, one that is a number stands for that number, however it is written: `-9999` for `-9999.0` too.
    #[serde(default)]
    pub sentinels: Vec<Spanned<String>>,
    /// Regular expressions, tried in order: the group named by `group` of the first that matches is the value, or all of the match if the pattern has no such group. Where it has one that takes no part in the match, the value is null. For a list they are tried before it is split. What a type that reads figures (numbers, quantities, dates) would cut out of a longer figure is not taken, but reported. A text that none matches is reported too; what the schema knows to be no value it says so of, and no finding does: a last pattern such as `^(?<value>)`, or an alternative without the group (`|^none$`), makes null of it.
    #[serde(default)]
    pub extract: Vec<Spanned<String>>,
    /// The group of `extract` that holds the value. `value` by default.
    pub group: Option<Spanned<String>>,
    /// Whether the values are hidden in findings and reports. They stand in the tables all the same. By default true if a field that this one reads (`from`, `infer`, `support`, `texts`) has hidden values; else false.
    pub mask: Option<bool>,
    /// What must hold.
    #[serde(default)]
    pub rules: Vec<Spanned<RawRule>>,
    /// Texts that the field accepts, with the cells they give, and texts that give a finding.
    pub examples: Option<Spanned<RawExamples>>,
}

/// What must hold for a field.
pub type RawRule = Tagged<RawRuleCommon, RawRuleKind>;

/// The options of a rule of any kind.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawRuleCommon {
    /// What the verdict and a baseline call the rule; the word of `rule` if none is given.
    pub name: Option<Spanned<String>>,
    /// What is checked: `value`, `item` for each item of a list, or the name of a tuple member. `value` by default.
    pub on: Option<Spanned<String>>,
    /// How bad it is if it does not hold. Not with `warning` or `error`, which say how bad it is if many do not.
    pub severity: Option<Spanned<Severity>>,
    /// What happens to the data then.
    pub action: Option<Action>,
    /// How many values may fail (`count` or `share`) before it is a warning. With a limit, each failure alone is informative.
    pub warning: Option<Spanned<RawLimit>>,
    /// How many values may fail (`count` or `share`) before it is an error.
    pub error: Option<Spanned<RawLimit>>,
    /// What the finding says beside its message.
    pub help: Option<String>,
    /// Texts of the field that the rule accepts and refuses.
    pub examples: Option<Spanned<RawExamples>>,
}

/// A way to number the sections of a text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawOutline {
    /// What it numbers.
    pub description: Option<String>,
    /// The styles of markers. At each place of the text the first that matches is taken.
    pub markers: Vec<Spanned<RawMarker>>,
}

/// A style of markers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawMarker {
    /// Name of the style.
    pub name: Spanned<String>,
    /// A regular expression with the groups `marker`, all of the marker, and `number` in it: digits, Han numerals, one circled or bracketed number, a Roman numeral in one character, or a letter. What the pattern matches around the marker must be there and stays text; before it that is one character at most. A marker counts if its number is one more than that of the marker before it in its style, or the first.
    pub pattern: Spanned<String>,
    /// Texts with a marker (`gives = { marker = "…" }`), and texts without.
    pub examples: Option<Spanned<RawExamples>>,
}

/// A kind of quantity: its units and how it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawQuantity {
    /// What it measures.
    pub description: Option<String>,
    /// The unit of the columns; it stands in their names (`cost_cny_min`). Empty for a plain number: without `units`, its figures need none.
    pub unit: String,
    /// How many of the column's unit a written unit is. `%{unit}` in the rules stands for any of them, the longest first. Only a plain number may go without.
    #[serde(default)]
    pub units: IndexMap<String, Spanned<f64>>,
    /// How its figures are written.
    pub number: Option<RawNumber>,
    /// What figures make that stand side by side: `sum` adds them where their units fall (`1 h 35 min`). Several figures for different cases by default.
    pub combine: Option<RawCombine>,
    /// A regular expression for what may stand between figures that are added. Blanks alone by default.
    pub joint: Option<Spanned<String>>,
    /// Whether there is a column `_unit` with the unit as it is written. It is null where figures have different ones, which are reported if `unit` is empty, as they cannot be converted. False by default.
    pub unit_column: Option<bool>,
    /// Pairs of brackets. What stands in brackets is looked at only where there is no figure outside, or where a rule takes it together with the figure before: `30 min (max)`.
    #[serde(default)]
    pub brackets: Vec<Spanned<String>>,
    /// A regular expression for words that make a figure approximate. `%{unit}` stands for any of the units.
    pub approximate: Option<Spanned<String>>,
    /// A regular expression for a figure of whatever kind: one that no rule takes is reported, beside a quantity that was read too. `%{unit}` stands for any of the units. With an empty text none is reported. What the quantities of `std` have, any digit and any numeral before a unit, by default.
    pub figure: Option<Spanned<String>>,
    /// How the quantity is written. At each place of the text the first rule that matches is taken.
    pub rules: Vec<Spanned<RawQuantityRule>>,
}

/// What figures make that stand side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawCombine {
    /// Their sum.
    Sum,
}

/// One way to write a quantity.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawQuantityRule {
    /// Name of the rule; `explain` and the tests show it.
    pub name: Spanned<String>,
    /// What the quantity is: `exact`, `range`, `at_least`, `at_most`; `skip` for a text that looks like a quantity and is none; any other word for a text that says something without a figure, whose pattern has none of the groups below.
    pub kind: Spanned<String>,
    /// A regular expression. The groups `a` and `b` hold figures, `ua` and `ub` their units. A figure without a unit takes that of the other. A group `half` that matches adds one half to the figure before it. A group `scale` holds a Han unit of counting, such as `万`, that multiplies `a` and `b`. A group `unread` of a rule that skips holds a figure that is one of the quantity all the same: it is reported beside one that was read.
    pub pattern: Spanned<String>,
    /// The unit where none is written. Without it, a figure that has no unit is reported.
    pub default_unit: Option<Spanned<String>>,
    /// Texts that the rule takes, with what they give (`kind`, `min`, `max`, `approx`, `unit`), and texts that it does not take.
    pub examples: Option<Spanned<RawExamples>>,
}

/// A table that comes out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTable {
    /// What the rows are: `record`, or the field whose items they are, which is called otherwise.
    pub rows: Spanned<String>,
    /// The kind of records that it has, for a table of records: one of `kinds`. Without it, the table has all.
    pub kind: Option<Spanned<String>>,
    /// What the table holds; goes into the metadata of the Parquet file.
    pub description: Option<String>,
    /// The columns in order. In a table of records: fields, computed columns, and `record_id`, `record_key` (what the record is known by from dump to dump), `source_file`, `source_line`, `source_byte`, `source_bytes`. In a table of items: `record_id`, `record_key`, `ordinal`, `value`, `truncated`, computed columns; for tuples their members and `raw`; for outlines `field`, `path`, `level`, `marker`, `text`.
    pub columns: Vec<Spanned<String>>,
    /// The columns by which a record is known from dump to dump, in a table of records. A baseline and `diff` name records by them, and the column `record_key` has them as one text; a baseline names a record by `record_id` where one of them is null. The columns of a check `unique` by default, or else the field of the type `name`.
    #[serde(default)]
    pub key: Vec<Spanned<String>>,
    /// Columns worked out from others.
    #[serde(default)]
    pub computed: IndexMap<Spanned<String>, Spanned<RawComputed>>,
}

/// A column worked out from others of its table. Exactly one of `compare`, `template`, `count` and `match` is given.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawComputed {
    /// What the column holds.
    pub description: Option<String>,
    /// Two columns of texts to compare: the result is `equal` if they are, `prefix` if the first is how the second begins, else `otherwise`. At least one of these words is given; null stands for the others.
    #[serde(default)]
    pub compare: Vec<Spanned<String>>,
    /// The word for two equal columns.
    pub equal: Option<Spanned<String>>,
    /// The word for a first column with which the second begins.
    pub prefix: Option<Spanned<String>>,
    /// The word for everything else, where one of them is null as well.
    pub otherwise: Option<Spanned<String>>,
    /// A text in which `{column}` stands for the column, and `{{` for `{`; null if one of them is.
    pub template: Option<Spanned<String>>,
    /// The list field whose items are counted; for tables of records.
    pub count: Option<Spanned<String>>,
    /// The column of texts that `pattern` is tried on: true if it matches.
    pub r#match: Option<Spanned<String>>,
    /// The regular expression of `match`.
    pub pattern: Option<Spanned<String>>,
}

/// Another severity or action for a finding.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawFinding {
    /// How bad it is.
    pub severity: Option<Severity>,
    /// What happens to the data.
    pub action: Option<Action>,
}

/// Rules on the characters of texts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawHygiene {
    /// What is looked for.
    pub rules: Vec<Spanned<RawHygieneRule>>,
    /// The fields whose texts, items and members are looked at; those of the types `enum`, `json` and `url` are not. All others that have a key by default.
    #[serde(default)]
    pub fields: Vec<Spanned<String>>,
    /// Fields that are left out.
    #[serde(default)]
    pub except: Vec<Spanned<String>>,
}

/// What a hygiene rule looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawHygieneRule {
    /// Full-width and half-width digits, letters or brackets in one text.
    MixedWidth,
    /// Zero-width spaces and joiners, soft hyphens, control characters.
    InvisibleCharacter,
    /// Marks that turn the direction of writing.
    BidirectionalControl,
    /// Characters of a private use area.
    PrivateUseCharacter,
    /// U+FFFD.
    ReplacementCharacter,
    /// GBK read as Latin-1, and UTF-8 read as GBK.
    Mojibake,
    /// Simplified and traditional Chinese characters in one text.
    MixedHan,
    /// Brackets without their partner.
    UnbalancedBrackets,
}

/// A bound for a verdict.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawLimit {
    /// The smallest figure that passes, for checks that measure one. A share lies between 0 and 1.
    pub min: Option<Spanned<f64>>,
    /// The largest figure that passes, for checks that measure one. A share lies between 0 and 1.
    pub max: Option<Spanned<f64>>,
    /// How many values or rows may fail, for rules and checks that look at each.
    pub count: Option<Spanned<u64>>,
    /// What share of them may fail, from 0 to 1.
    pub share: Option<Spanned<f64>>,
}

/// What must hold for a whole table, for the files or for the run.
pub type RawCheck = Tagged<RawCheckCommon, RawCheckKind>;

/// What every check has, whatever it looks at.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawCheckCommon {
    /// What the verdict and a baseline call it. Made of the kind, the table and the columns by default.
    pub name: Option<Spanned<String>>,
    /// When it is a warning: outside of `min` and `max` for what measures a figure, beyond `count` or `share` of failures for what looks at each row.
    pub warning: Option<Spanned<RawLimit>>,
    /// When it is an error, likewise.
    pub error: Option<Spanned<RawLimit>>,
    /// How bad each failing row is, for what looks at each row and has no limit; for `freshness` each file.
    pub severity: Option<Spanned<Severity>>,
    /// What the finding says beside its message.
    pub help: Option<String>,
}

/// Where the values of a column must occur. Either `words` alone, or `column` with `table` or `output`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawReference {
    /// A table of the same run.
    pub table: Option<Spanned<String>>,
    /// A file of an earlier output, Parquet or CSV, by its path from this schema file.
    pub output: Option<Spanned<String>>,
    /// The column there.
    pub column: Option<Spanned<String>>,
    /// A word list of the schema.
    pub words: Option<Spanned<String>>,
}

/// A list of terms, one a line.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawWords {
    /// The file, by its path from this schema file. Without it, `--words NAME=FILE` gives one.
    pub file: Option<Spanned<String>>,
    /// What the terms are.
    pub description: Option<String>,
}

/// How much of a dump the schema must know.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawCoverage {
    /// The share of bytes that some rule matched, from 0 to 1: `min` in its limits.
    pub bytes: Option<Spanned<RawThreshold>>,
    /// The share of keys that some field knows, from 0 to 1: `min` in its limits.
    pub keys: Option<Spanned<RawThreshold>>,
    /// How many rules may match nothing: `count` or `share` in its limits.
    pub rules: Option<Spanned<RawThreshold>>,
    /// How many fields may never be seen: `count` or `share` in its limits.
    pub fields: Option<Spanned<RawThreshold>>,
}

/// When something is a warning and when an error.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawThreshold {
    /// When it is a warning.
    pub warning: Option<Spanned<RawLimit>>,
    /// When it is an error.
    pub error: Option<Spanned<RawLimit>>,
}
