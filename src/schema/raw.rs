//! The schema as written: a mirror of the TOML file, nothing resolved.
//!
//! The doc comments of this file are the reference of the language: the JSON
//! Schema and `docs/schema.md` are made from them.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::tagged::Tagged;
pub use crate::dataset::checks::RawCheckKind;
use crate::diagnostic::{Action, Severity};
use crate::source::Spanned;

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
    /// How the dump is cut into records and the records into entries.
    pub source: Spanned<RawSource>,
    /// Named pieces of regular expressions. `%{name}` in any pattern of the file stands for the piece. A piece may use other pieces, and has no named groups.
    #[serde(default)]
    pub patterns: IndexMap<Spanned<String>, Spanned<String>>,
    /// Texts that stand for "no data" in every field.
    #[serde(default)]
    pub sentinels: Vec<Spanned<String>>,
    /// The fields of a record, in the order in which the dump writes their keys.
    pub fields: IndexMap<Spanned<String>, Spanned<RawField>>,
    /// Kinds of quantities that fields may have.
    #[serde(default)]
    pub quantities: IndexMap<Spanned<String>, Spanned<RawQuantity>>,
    /// Ways to number the sections of a text, for fields of the type `outline`.
    #[serde(default)]
    pub outlines: IndexMap<Spanned<String>, Spanned<RawOutline>>,
    /// The tables that come out.
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
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawSource {
    /// The form of the dump. Either this or `formats` is given.
    pub format: Option<Spanned<RawFormat>>,
    /// The forms that the dump may have: which one it is, is decided for each input by its content, and by its extension where the content may be either.
    #[serde(default)]
    pub formats: Vec<Spanned<RawFormat>>,
    /// `auto` (the default: strict UTF-8 first, else GB18030 if that decodes without a fault) or an encoding by its WHATWG label.
    pub encoding: Option<Spanned<String>>,
    /// Where a record begins, for `key-value`.
    pub record: Option<Spanned<RawFraming>>,
    /// How a key is told from its value, and what is done about keys that are repeated or unknown.
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
    /// The longest record in bytes of UTF-8 text; a longer one goes to the quarantine. 16777216 (16 MiB) by default, 1 GiB at most.
    pub max_record_bytes: Option<Spanned<u64>>,
}

/// The form of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
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

/// A regular expression with the texts that prove it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPattern {
    /// The regular expression.
    pub pattern: Spanned<String>,
    /// Texts that the pattern must match and texts that it must not.
    pub examples: Option<Spanned<RawExamples>>,
}

/// Where the records of a JSON file stand.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawJson {
    /// The keys that lead to the array of records, with dots between: `data.items`. Without it the file itself is the array, or a single record.
    pub records: Option<Spanned<String>>,
}

/// How the rows of a CSV file are written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawCsv {
    /// What stands between cells: one ASCII character, a comma by default.
    pub delimiter: Option<Spanned<String>>,
    /// What stands around a cell that holds delimiters or line ends: one ASCII character, `"` by default; doubled inside a cell it stands for itself. Empty for none.
    pub quote: Option<Spanned<String>>,
    /// Whether the first row names the columns. True by default.
    pub header: Option<bool>,
    /// The keys of the columns in order, for files without a header.
    #[serde(default)]
    pub columns: Vec<Spanned<String>>,
}

/// Where a record begins.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawFraming {
    /// What tells that a record begins.
    pub by: Spanned<RawFramingBy>,
    /// The key that begins a record, for `start-key`. For `start-line`: the key of what the group `value` of the pattern holds, such as the name of a block in brackets.
    pub key: Option<Spanned<String>>,
    /// The regular expression, for `start-line` and `end-line`. It is tried on each line without its line end.
    pub pattern: Option<Spanned<String>>,
    /// Lines that the pattern must match and lines that it must not.
    pub examples: Option<Spanned<RawExamples>>,
    /// Records that are none: those whose first line that is no comment matches, such as headers and stanzas of another kind. Their bytes are counted as ignored.
    pub skip: Option<Spanned<RawPattern>>,
}

/// What tells that a record begins.
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

/// How a key is told from its value, and what is done about keys that are repeated or unknown.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawKey {
    /// What makes a line an entry, for `key-value`.
    pub by: Option<Spanned<RawKeyBy>>,
    /// What stands between key and value, for `declared`. A blank by default.
    pub delimiter: Option<Spanned<String>>,
    /// A regular expression with the groups `key` and `value`, for `pattern`. A group `base64` in place of `value` holds a value in that encoding (RFC 4648).
    pub pattern: Option<Spanned<String>>,
    /// How many characters the key takes, for `column`.
    pub width: Option<Spanned<u32>>,
    /// A regular expression with the group `key`, for `declared`: a line that matches has a key that the schema does not know. It is reported, and does not join the value above.
    pub unknown: Option<Spanned<String>>,
    /// What a key does that occurs again. `first` by default.
    pub repeated: Option<RawRepeated>,
    /// Whether keys come in the order of the fields. If so, a declared key that begins a line of a text and comes too early or again is read as text, and reported. False by default.
    pub ordered: Option<bool>,
    /// Keys that are known and not wanted. Nothing is reported; their bytes are counted as ignored. In JSON a key with everything below it.
    #[serde(default)]
    pub ignored: Vec<Spanned<String>>,
    /// Whether `Key` and `key` are one key. Only ASCII letters are compared so. False by default.
    pub fold_case: Option<bool>,
    /// Lines that `pattern` or `unknown` must match and lines that it must not.
    pub examples: Option<Spanned<RawExamples>>,
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
    /// The values are lines of one text, with the `join` of continuation lines between. Nothing is reported.
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
    /// What stands between the joined lines: a line feed by default.
    pub join: Option<Spanned<String>>,
    /// What is taken off the start of a joined line. For `by = "indent"` a line must begin with it, or be all of it but the blanks at its end.
    pub indent: Option<Spanned<String>>,
    /// A line that, without its indent, stands for a blank line.
    pub blank: Option<Spanned<String>>,
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

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawType {
    /// Text as it stands, without the white space around it.
    Text,
    /// True or false by the words of `true` and `false`.
    Boolean,
    /// True or false by the patterns `true-pattern` and `false-pattern`, tried on a text; the false one first.
    Flag,
    /// One of `values`, or what `words` makes of the text.
    Enum,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// Items in one text; they make a table of their own.
    List,
    /// Tuples: Python list literals, or items that a pattern takes apart; they make a table of their own.
    TupleList,
    /// A number with a unit, a bound or a range in prose; five columns.
    Quantity,
    /// The name of the record, by its key or worked out from how its texts begin; two columns.
    Name,
    /// The numbered sections of other fields' texts; they make a table of their own.
    Outline,
}

/// A field: the schema's view of a key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawField {
    /// The type.
    pub r#type: Spanned<RawType>,
    /// The key in the dump: the name of a CSV column; in JSON the keys that lead to the value, with dots between. Arrays on the way are gone through: their elements are items.
    pub key: Option<Spanned<String>>,
    /// Other keys that mean the same.
    #[serde(default)]
    pub aliases: Vec<Spanned<String>>,
    /// Another field whose text this one reads, instead of a key.
    pub from: Option<Spanned<String>>,
    /// What this key does if it occurs again, in place of `repeated` of the source.
    pub repeated: Option<RawRepeated>,
    /// What the field holds; goes into the metadata of the Parquet files.
    pub description: Option<String>,
    /// The unit of a number; goes into the metadata.
    pub unit: Option<String>,
    /// Semantic tags; go into the metadata.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Texts that stand for "no data" in this field, beside those of the schema.
    #[serde(default)]
    pub sentinels: Vec<Spanned<String>>,
    /// Regular expressions, tried in order: the group named by `group` of the first that matches is the value, or all of the match if it has no such group.
    #[serde(default)]
    pub extract: Vec<Spanned<String>>,
    /// The group of `extract` that holds the value. `value` by default.
    pub group: Option<Spanned<String>>,
    /// Words that mean true, for `boolean`.
    #[serde(default)]
    pub r#true: Vec<Spanned<String>>,
    /// Words that mean false, for `boolean`.
    #[serde(default)]
    pub r#false: Vec<Spanned<String>>,
    /// A regular expression that means true, for `flag`.
    pub true_pattern: Option<Spanned<String>>,
    /// A regular expression that means false, for `flag`.
    pub false_pattern: Option<Spanned<String>>,
    /// The values, for `enum`.
    #[serde(default)]
    pub values: Vec<Spanned<String>>,
    /// What words mean, for `enum`.
    #[serde(default)]
    pub words: IndexMap<String, String>,
    /// A regular expression for what stands between items, for `list` and for a `tuple-list` with `item`. White space by default. The elements of a JSON array are items as they are.
    pub separator: Option<Spanned<String>>,
    /// A regular expression for the mark at the end of an item that was cut off, for `list`. The mark is removed.
    pub truncation: Option<Spanned<String>>,
    /// Regular expressions for texts between items that are none, for `list` and for a `tuple-list` with `item`.
    #[serde(default)]
    pub prompts: Vec<Spanned<String>>,
    /// The names of the members of a tuple by how many it has, for a `tuple-list` of Python list literals.
    #[serde(default)]
    pub members: IndexMap<Spanned<String>, Spanned<Vec<String>>>,
    /// A regular expression that takes an item apart, for a `tuple-list` in place of `members`: its named groups are the members, null where they do not take part.
    pub item: Option<Spanned<String>>,
    /// How one member is parted by another, for `tuple-list`.
    pub overlap: Option<Spanned<RawOverlap>>,
    /// Members whose outer brackets go, for `tuple-list`.
    #[serde(default)]
    pub unwrap: Vec<Spanned<String>>,
    /// The pairs of brackets that go, for `tuple-list`. `["()"]` by default.
    pub brackets: Option<Vec<Spanned<String>>>,
    /// The fields whose texts are taken apart, for `outline`.
    #[serde(default)]
    pub texts: Vec<Spanned<String>>,
    /// The way in which sections are numbered, for `outline`.
    pub outline: Option<Spanned<String>>,
    /// The kind of quantity, for `quantity`.
    pub quantity: Option<Spanned<String>>,
    /// Where the name may be read, for `name`.
    #[serde(default)]
    pub infer: Vec<Spanned<RawInfer>>,
    /// Fields whose texts give a name a vote if they begin with it, for `name`, beside those of `infer`.
    #[serde(default)]
    pub support: Vec<Spanned<String>>,
    /// A regular expression with the group `name`, tried on the file name without its extension where no text has the name, for `name`.
    pub file: Option<Spanned<String>>,
    /// Whether the values are hidden in findings and reports. They stand in the tables all the same. False by default.
    pub mask: Option<bool>,
    /// What must hold.
    #[serde(default)]
    pub rules: Vec<Spanned<RawRule>>,
    /// Texts that the field accepts, with the cells they give, and texts that give a finding.
    pub examples: Option<Spanned<RawExamples>>,
}

/// How a member of a tuple is parted in two by another: the longest start of the other with which the member ends is the tail, what stands before it the head.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawOverlap {
    /// The member that is parted.
    pub of: Spanned<String>,
    /// The member whose start is looked for at its end.
    pub with: Spanned<String>,
    /// How many characters the tail has at least. 2 by default.
    pub min: Option<u32>,
    /// The name of the new member for what stands before the tail; null if nothing does, or if there is no tail.
    pub head: Spanned<String>,
    /// The name of the new member for the tail; the whole member if there is no tail.
    pub tail: Spanned<String>,
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

/// A text in which the name may be read.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawInfer {
    /// The field whose text it is.
    pub from: Spanned<String>,
    /// A regular expression with the group `name`.
    pub pattern: Spanned<String>,
    /// Texts with the name they give, and texts that give none.
    pub examples: Option<Spanned<RawExamples>>,
}

/// Texts that must be accepted and texts that must be refused.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawExamples {
    /// Texts that must be accepted.
    #[serde(default)]
    pub accept: Vec<Spanned<RawAccept>>,
    /// Texts that must be refused.
    #[serde(default)]
    pub refuse: Vec<Spanned<String>>,
}

/// A text that must be accepted, and what comes of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawAccept {
    /// The text.
    pub text: String,
    /// The cells that it gives, by column or group: `""` is null. For a list or tuple list, `items` lists the items.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, serde_json::Value>")]
    pub gives: IndexMap<String, toml::Value>,
}

/// What must hold for a field.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawRule {
    /// What is checked.
    pub rule: Spanned<RawRuleKind>,
    /// What the verdict and a baseline call the rule; the word of `rule` if none is given.
    pub name: Option<Spanned<String>>,
    /// The smallest length, number or count that is allowed.
    pub min: Option<Spanned<f64>>,
    /// The largest length, number or count that is allowed.
    pub max: Option<Spanned<f64>>,
    /// The regular expression of `pattern`; it must match somewhere, so anchor it.
    pub pattern: Option<Spanned<String>>,
    /// The values of `enum`.
    #[serde(default)]
    pub values: Vec<Spanned<String>>,
    /// What is checked: `value` (the default), `item` for each item of a list, or the name of a tuple member.
    pub on: Option<Spanned<String>>,
    /// How bad it is if it does not hold.
    pub severity: Option<Severity>,
    /// What happens to the data then.
    pub action: Option<Action>,
    /// How many values may fail (`count` or `share`) before it is a warning. With a limit, each failure alone is only worth knowing.
    pub warning: Option<Spanned<RawLimit>>,
    /// How many values may fail (`count` or `share`) before it is an error.
    pub error: Option<Spanned<RawLimit>>,
    /// What the finding says beside its message.
    pub help: Option<String>,
    /// Texts of the field that the rule accepts and refuses.
    pub examples: Option<Spanned<RawExamples>>,
}

/// What a rule checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawRuleKind {
    /// The record has the key.
    Required,
    /// The value is not null.
    NotNull,
    /// The value is one of `values`.
    Enum,
    /// The text matches `pattern`.
    Pattern,
    /// The text has from `min` to `max` characters.
    Length,
    /// The number is at least `min`. For a quantity: both of its figures.
    Minimum,
    /// The number is at most `max`. For a quantity: both of its figures.
    Maximum,
    /// The list has from `min` to `max` items.
    ItemCount,
}

impl RawRuleKind {
    /// The word of the language for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::NotNull => "not-null",
            Self::Enum => "enum",
            Self::Pattern => "pattern",
            Self::Length => "length",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::ItemCount => "item-count",
        }
    }
}

/// A kind of quantity: its units and how it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawQuantity {
    /// What it measures.
    pub description: Option<String>,
    /// The unit of the columns; it stands in their names (`cost_cny_min`). Empty for a plain number.
    pub unit: String,
    /// How many of the column's unit a written unit is. `%{unit}` in the rules stands for any of them, the longest first.
    pub units: IndexMap<String, f64>,
    /// Pairs of brackets. What stands in brackets is looked at only where there is no figure outside.
    #[serde(default)]
    pub brackets: Vec<Spanned<String>>,
    /// A regular expression for words that make a figure approximate.
    pub approximate: Option<Spanned<String>>,
    /// A regular expression for a figure of whatever kind: a text without a quantity that holds one is reported.
    pub figure: Option<Spanned<String>>,
    /// How the quantity is written. At each place of the text the first rule that matches is taken.
    pub rules: Vec<Spanned<RawQuantityRule>>,
}

/// One way to write a quantity.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawQuantityRule {
    /// Name of the rule; `explain` and the tests show it.
    pub name: Spanned<String>,
    /// What the quantity is: `exact`, `range`, `at_least`, `at_most`; `skip` for a text that looks like a quantity and is none; any other word for a text that says something without a figure.
    pub kind: Spanned<String>,
    /// A regular expression. The groups `a` and `b` hold figures, `ua` and `ub` their units. A figure without a unit takes that of the other. A group `half` that matches adds one half to `a`.
    pub pattern: Spanned<String>,
    /// The unit where none is written.
    pub default_unit: Option<Spanned<String>>,
    /// Texts that the rule takes, with what they give (`kind`, `min`, `max`, `approx`), and texts that it does not take.
    pub examples: Option<Spanned<RawExamples>>,
}

/// A table that comes out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTable {
    /// What the rows are: `record`, or the field whose items they are.
    pub rows: Spanned<String>,
    /// What the table holds; goes into the metadata of the Parquet file.
    pub description: Option<String>,
    /// The columns in order. In a table of records: fields, computed columns, and `record_id`, `source_file`, `source_line`, `source_byte`, `source_bytes`. In a table of items: `record_id`, `ordinal`, `value`, `truncated`, computed columns; for tuples their members and `raw`; for outlines `field`, `path`, `level`, `marker`, `text`.
    pub columns: Vec<Spanned<String>>,
    /// The columns by which a record is known from dump to dump, in a table of records. A baseline names records by them, and by `record_id` where one of them is null. The field of the type `name` by default.
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
    /// Two columns to compare: the result is `equal` if they are, `prefix` if the first is how the second begins, else `otherwise`.
    #[serde(default)]
    pub compare: Vec<Spanned<String>>,
    /// The word for two equal columns.
    pub equal: Option<String>,
    /// The word for a first column with which the second begins.
    pub prefix: Option<String>,
    /// The word for everything else.
    pub otherwise: Option<String>,
    /// A text in which `{column}` stands for the column; null if one of them is.
    pub template: Option<Spanned<String>>,
    /// The list field whose items are counted; for tables of records.
    pub count: Option<Spanned<String>>,
    /// The column that `pattern` is tried on: true if it matches.
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
    /// The fields whose texts, items and members are looked at. All that have a key by default.
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
    /// The smallest figure that passes, for checks that measure one.
    pub min: Option<Spanned<f64>>,
    /// The largest figure that passes, for checks that measure one.
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
    pub severity: Option<Severity>,
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
    /// The share of bytes that some rule took, from 0 to 1: `min` in its limits.
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
