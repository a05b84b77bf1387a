//! The schema resolved: every name is an index, every default is filled in,
//! every pattern has its pieces and is known to compile. Places in the file
//! stay, so that a finding can point at the line that asks for otherwise.

use std::ops::Range;

use encoding_rs::Encoding;
use regex::Regex;

use crate::diagnostic::{Action, Policy, Severity};
use crate::value::Kind;

pub use crate::dataset::checks::CheckKind;
pub use crate::dataset::checks::match_ratio::MatchRule;

pub use super::raw::{
    RawContinuationBy as ContinuationBy, RawFormat as Format, RawFramingBy as FramingBy,
    RawHygieneRule as HygieneRule, RawKeyBy as KeyBy, RawRepeated as Repeated,
    RawRuleKind as RuleKind,
};

/// A schema that can be run.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The file it was read from.
    pub path: String,
    /// The files it was made from, for snippets: its own, then those it uses.
    pub files: Vec<File>,
    /// The BLAKE3 hash of their texts, in hexadecimal.
    pub hash: String,
    /// How the dump is cut.
    pub source: Source,
    /// The fields, in the order of the file.
    pub fields: Vec<Field>,
    /// The kinds of quantities.
    pub quantities: Vec<Quantity>,
    /// The ways to number sections.
    pub outlines: Vec<Outline>,
    /// The tables; the table of records is the first.
    pub tables: Vec<Table>,
    /// For each field the rules on the characters of its texts.
    pub hygiene: Vec<Vec<HygieneRule>>,
    /// What must hold for tables, files and the run.
    pub checks: Vec<Check>,
    /// The lists of terms.
    pub words: Vec<Words>,
    /// How much of a dump must be known.
    pub coverage: Coverage,
    /// The slots by which a record is known from dump to dump.
    pub key: Vec<usize>,
    /// Severities and actions that differ from the default.
    pub policy: Policy,
}

impl Schema {
    /// The index of a field.
    #[must_use]
    pub fn field_idx(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The file that a span of the schema lies in, and the bytes of it.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> Option<(&File, Range<usize>)> {
        let file = self.files.iter().rev().find(|file| file.start <= span.start)?;
        Some((file, span.start - file.start..span.end.saturating_sub(file.start)))
    }
}

/// A file that a schema was made from. Spans count bytes through all files of a
/// schema, one after another.
#[derive(Clone, Debug)]
pub struct File {
    /// The path.
    pub path: String,
    /// The text.
    pub text: String,
    /// What is added to an offset of the text to make a span.
    pub start: usize,
}

/// A regular expression of the schema with its pieces put in.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The expression.
    pub text: String,
    /// Where it is written.
    pub span: Range<usize>,
    /// The same, compiled: to compile takes longer than to read the rest of a
    /// schema, so it is done once.
    regex: Regex,
}

impl Pattern {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// It is malformed or too large.
    pub fn new(text: String, span: Range<usize>) -> Result<Self, regex::Error> {
        Ok(Self { regex: Regex::new(&text)?, text, span })
    }

    /// What stands in the place of an expression that cannot be used.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the empty expression compiles")]
    pub fn nothing(span: Range<usize>) -> Self {
        Self::new(String::new(), span).expect("the empty expression compiles")
    }

    /// The compiled expression.
    #[must_use]
    pub fn compile(&self) -> Regex {
        self.regex.clone()
    }
}

/// How the dump is cut into records and the records into entries.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where the source is described.
    pub span: Range<usize>,
    /// Where a record begins, or the forms of the dump, are written.
    pub record_span: Range<usize>,
    /// Where keys are described.
    pub key_span: Range<usize>,
    /// The forms that the dump may have; at least one.
    pub formats: Vec<Format>,
    /// The encoding; none to decide it on the whole input.
    pub encoding: Option<&'static Encoding>,
    /// Where a record begins, in key-value text.
    pub framing: Framing,
    /// Records that are none, by their first line.
    pub skip: Option<Proven>,
    /// Lines that say nothing.
    pub comment: Option<Proven>,
    /// The keys that lead to the records of a JSON file.
    pub records: Vec<String>,
    /// How rows are written.
    pub csv: Csv,
    /// How a key is told from its value.
    pub key: KeySyntax,
    /// What a line without a key does.
    pub continuation: Continuation,
    /// The longest record in bytes of text.
    pub max_record_bytes: usize,
}

/// A pattern and the texts that prove it.
#[derive(Clone, Debug)]
pub struct Proven {
    /// The pattern.
    pub pattern: Pattern,
    /// The texts.
    pub examples: Examples,
}

/// How the rows of a CSV file are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csv {
    /// What stands between cells.
    pub delimiter: u8,
    /// What stands around a cell, if anything does.
    pub quote: Option<u8>,
    /// The keys of the columns; none if the first row names them.
    pub columns: Option<Vec<String>>,
}

impl Default for Csv {
    fn default() -> Self {
        Self { delimiter: b',', quote: Some(b'"'), columns: None }
    }
}

/// Where a record begins.
#[derive(Clone, Debug)]
pub enum Framing {
    /// At a line that begins with this key and the delimiter.
    StartKey(String),
    /// At a line that matches.
    StartLine {
        /// The pattern.
        pattern: Pattern,
        /// The key of its group `value`.
        key: Option<String>,
        /// Lines for the pattern.
        examples: Examples,
    },
    /// At the first line after blank ones.
    BlankLine,
    /// After a line that matches.
    EndLine(Pattern, Examples),
    /// With the file.
    File,
}

/// How a key is told from its value.
#[derive(Clone, Debug)]
pub struct KeySyntax {
    /// What makes a line an entry.
    pub by: KeyBy,
    /// What stands between a declared key and its value.
    pub delimiter: String,
    /// The pattern of an entry, for [`KeyBy::Pattern`].
    pub pattern: Option<Pattern>,
    /// The characters of a key, for [`KeyBy::Column`].
    pub width: usize,
    /// What a key looks like that the schema does not know.
    pub unknown: Option<Pattern>,
    /// Keys that are known and not wanted.
    pub ignored: Vec<String>,
    /// Whether ASCII letters of either case are the same in keys.
    pub fold_case: bool,
    /// Whether keys come in the order of the fields.
    pub ordered: bool,
    /// Lines for the pattern.
    pub examples: Examples,
}

/// What a line without a key does.
#[derive(Clone, Debug)]
pub struct Continuation {
    /// Which lines join the value above.
    pub by: ContinuationBy,
    /// What stands between joined lines.
    pub join: String,
    /// What is taken off the start of a joined line.
    pub indent: String,
    /// What stands for a blank line.
    pub blank: Option<String>,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name: a column or a table.
    pub name: String,
    /// Where the field is written.
    pub span: Range<usize>,
    /// The key and its aliases; empty for a field worked out from others.
    pub keys: Vec<String>,
    /// The field whose text this one reads.
    pub from: Option<usize>,
    /// What its key does if it occurs again.
    pub repeated: Repeated,
    /// The type and what belongs to it.
    pub kind: FieldKind,
    /// What it holds.
    pub description: Option<String>,
    /// The unit of a number.
    pub unit: Option<String>,
    /// Semantic tags.
    pub tags: Vec<String>,
    /// Texts that stand for "no data".
    pub sentinels: Vec<String>,
    /// Patterns that find the value in the text.
    pub extract: Vec<Pattern>,
    /// The group that holds it.
    pub group: String,
    /// Whether the values are hidden in findings.
    pub mask: bool,
    /// What must hold.
    pub rules: Vec<Rule>,
    /// Texts that the field accepts and refuses.
    pub examples: Examples,
}

/// The type of a field.
#[derive(Clone, Debug)]
pub enum FieldKind {
    /// Text as it stands.
    Text,
    /// Words for true and for false.
    Boolean {
        /// The words for true.
        yes: Vec<String>,
        /// The words for false.
        no: Vec<String>,
    },
    /// Patterns for true and for false; false is tried first.
    Flag {
        /// The pattern for true.
        yes: Option<Pattern>,
        /// The pattern for false.
        no: Option<Pattern>,
    },
    /// Words and what they mean.
    Enum(Vec<(String, String)>),
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// Items in one text.
    List {
        /// What stands between items; white space if none is given.
        separator: Option<Pattern>,
        /// The mark of an item that was cut off.
        truncation: Option<Pattern>,
        /// Texts between items that are none.
        prompts: Vec<Pattern>,
    },
    /// Tuples.
    TupleList {
        /// How they are written.
        syntax: TupleSyntax,
        /// The names of all members, those that an overlap makes at the end.
        members: Vec<String>,
        /// The members whose outer brackets go.
        unwrap: Vec<usize>,
        /// Pairs of brackets.
        brackets: Vec<(char, char)>,
        /// How one member is parted by another.
        overlap: Option<Overlap>,
        /// Texts between items that are none.
        prompts: Vec<Pattern>,
    },
    /// A quantity, by its index.
    Quantity(usize),
    /// The name of the record.
    Name {
        /// Where it may be read.
        infer: Vec<Infer>,
        /// Fields whose texts vote.
        support: Vec<usize>,
        /// The pattern for the file name.
        file: Option<Pattern>,
    },
    /// The sections of other fields' texts.
    Outline {
        /// The fields.
        texts: Vec<usize>,
        /// How sections are numbered, by its index.
        outline: usize,
    },
}

/// How tuples are written.
#[derive(Clone, Debug)]
pub enum TupleSyntax {
    /// As Python list literals. For each known number of members: which member
    /// stands where.
    Literals(Vec<(usize, Vec<usize>)>),
    /// As items of a list.
    Items {
        /// What takes an item apart; its named groups are the members.
        item: Pattern,
        /// What stands between items; white space if none is given.
        separator: Option<Pattern>,
    },
}

/// How a member of a tuple is parted by another; members by their indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The member that is parted.
    pub of: usize,
    /// The member whose start is looked for at its end.
    pub with: usize,
    /// How many characters the tail has at least.
    pub min: usize,
    /// The member for what stands before the tail.
    pub head: usize,
    /// The member for the tail.
    pub tail: usize,
}

/// A way to number the sections of a text.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The name.
    pub name: String,
    /// The styles of markers.
    pub markers: Vec<Marker>,
}

/// A style of markers.
#[derive(Clone, Debug)]
pub struct Marker {
    /// The name.
    pub name: String,
    /// The pattern, with the groups `marker` and `number`.
    pub pattern: Pattern,
    /// Texts to prove it with.
    pub examples: Examples,
    /// Where it is written.
    pub span: Range<usize>,
}

impl FieldKind {
    /// Whether the field makes a table of its own.
    #[must_use]
    pub fn is_items(&self) -> bool {
        matches!(self, Self::List { .. } | Self::TupleList { .. } | Self::Outline { .. })
    }

    /// The word of the language for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Boolean { .. } => "boolean",
            Self::Flag { .. } => "flag",
            Self::Enum(_) => "enum",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::List { .. } => "list",
            Self::TupleList { .. } => "tuple-list",
            Self::Quantity(_) => "quantity",
            Self::Name { .. } => "name",
            Self::Outline { .. } => "outline",
        }
    }
}

/// A text in which the name may be read.
#[derive(Clone, Debug)]
pub struct Infer {
    /// The field whose text it is.
    pub from: usize,
    /// The pattern; its group `name` is the name.
    pub pattern: Pattern,
    /// Texts and the names they give.
    pub examples: Examples,
}

/// Texts to prove a rule with.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// Texts that must be accepted.
    pub accept: Vec<Accept>,
    /// Texts that must be refused, and where they are written.
    pub refuse: Vec<(String, Range<usize>)>,
}

/// A text that must be accepted.
#[derive(Clone, Debug)]
pub struct Accept {
    /// The text.
    pub text: String,
    /// The cells it gives.
    pub gives: Vec<(String, toml::Value)>,
    /// Where it is written.
    pub span: Range<usize>,
}

impl Examples {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accept.is_empty() && self.refuse.is_empty()
    }
}

/// What must hold for a field.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What is checked.
    pub kind: RuleKind,
    /// What the verdict calls it.
    pub name: String,
    /// How many values may fail.
    pub limits: Limits,
    /// The lower bound.
    pub min: Option<f64>,
    /// The upper bound.
    pub max: Option<f64>,
    /// The pattern.
    pub pattern: Option<Pattern>,
    /// The allowed values.
    pub values: Vec<String>,
    /// What it is checked on.
    pub on: RuleTarget,
    /// How bad it is; the code's own severity if none is given.
    pub severity: Option<Severity>,
    /// What happens to the data; the code's own action if none is given.
    pub action: Option<Action>,
    /// What the finding says beside its message.
    pub help: Option<String>,
    /// Texts to prove it with.
    pub examples: Examples,
    /// Where it is written.
    pub span: Range<usize>,
}

/// What a rule is checked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleTarget {
    /// The value of the field, or its list as a whole.
    Value,
    /// Each item of a list.
    Item,
    /// A member of each tuple.
    Member(usize),
}

/// A kind of quantity.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// The name.
    pub name: String,
    /// What it measures.
    pub description: Option<String>,
    /// The unit of the columns.
    pub unit: String,
    /// The written units, the longest first, and their factors.
    pub units: Vec<(String, f64)>,
    /// Opening and closing brackets.
    pub brackets: Vec<(char, char)>,
    /// Words that make a figure approximate.
    pub approximate: Option<Pattern>,
    /// A figure of whatever kind.
    pub figure: Option<Pattern>,
    /// How it is written.
    pub rules: Vec<QuantityRule>,
}

/// One way to write a quantity.
#[derive(Clone, Debug)]
pub struct QuantityRule {
    /// The name.
    pub name: String,
    /// What the quantity is.
    pub kind: QuantityKind,
    /// How it is written.
    pub pattern: Pattern,
    /// The factor where no unit is written.
    pub default_factor: Option<f64>,
    /// Texts to prove it with.
    pub examples: Examples,
    /// Where it is written.
    pub span: Range<usize>,
}

/// What a rule makes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuantityKind {
    /// One figure.
    Exact,
    /// Two figures.
    Range,
    /// A figure that the quantity is not below.
    AtLeast,
    /// A figure that the quantity is not above.
    AtMost,
    /// No quantity, though it looks like one.
    Skip,
    /// A text that says something without a figure.
    Word(String),
}

/// A table that comes out.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name; the file is named after it.
    pub name: String,
    /// What it holds.
    pub description: Option<String>,
    /// The field whose items are the rows; none for records.
    pub items_of: Option<usize>,
    /// The columns.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The type.
    pub kind: Kind,
    /// Where its cells come from.
    pub origin: ColumnOrigin,
    /// What it holds.
    pub description: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// Semantic tags.
    pub tags: Vec<String>,
    /// Whether its values are long texts, few of them equal.
    pub long: bool,
}

/// When something is a warning and when an error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Beyond this it is a warning.
    pub warning: Option<Limit>,
    /// Beyond this it is an error.
    pub error: Option<Limit>,
}

impl Limits {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.warning.is_none() && self.error.is_none()
    }
}

/// A bound for a verdict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limit {
    /// The smallest figure that passes.
    pub min: Option<f64>,
    /// The largest figure that passes.
    pub max: Option<f64>,
    /// How many may fail.
    pub count: Option<u64>,
    /// What share may fail.
    pub share: Option<f64>,
    /// Where it is written.
    pub span: Range<usize>,
}

impl Limits {
    /// The severity and the limit that a figure goes beyond, errors first.
    #[must_use]
    pub fn beyond(&self, figure: f64) -> Option<(Severity, &Limit)> {
        self.first(|limit| {
            limit.min.is_some_and(|min| figure < min) || limit.max.is_some_and(|max| figure > max)
        })
    }

    /// The severity and the limit that so many failures go beyond.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share is compared with a bound")]
    pub fn too_many(&self, failed: u64, tried: u64) -> Option<(Severity, &Limit)> {
        let share = if tried == 0 { 0.0 } else { failed as f64 / tried as f64 };
        self.first(|limit| {
            limit.count.is_some_and(|count| failed > count)
                || limit.share.is_some_and(|most| share > most)
        })
    }

    fn first(&self, beyond: impl Fn(&Limit) -> bool) -> Option<(Severity, &Limit)> {
        let both = [(Severity::Error, &self.error), (Severity::Warning, &self.warning)];
        both.into_iter()
            .filter_map(|(severity, limit)| Some((severity, limit.as_ref()?)))
            .find(|(_, limit)| beyond(limit))
    }
}

impl Limit {
    /// The bound in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut words = Vec::new();
        match (self.min, self.max) {
            (Some(min), Some(max)) => words.push(format!("from {min} to {max}")),
            (Some(min), None) => words.push(format!("at least {min}")),
            (None, Some(max)) => words.push(format!("at most {max}")),
            (None, None) => {}
        }
        words.extend(self.count.map(|count| format!("at most {count} failures")));
        words.extend(self.share.map(|share| format!("at most {} % failures", percent(share))));
        words.join(", ")
    }
}

/// A share in percent, without a tail of digits.
#[must_use]
pub fn percent(share: f64) -> f64 {
    (share * 100_000.0).round() / 1000.0
}

/// What must hold for a table, for the files or for the run.
#[derive(Clone, Debug)]
pub struct Check {
    /// What the verdict calls it.
    pub name: String,
    /// What it looks at.
    pub kind: CheckKind,
    /// When it is a warning and when an error.
    pub limits: Limits,
    /// How bad each failing row is; the code's own severity if none is given.
    pub severity: Option<Severity>,
    /// What the finding says beside its message.
    pub help: Option<String>,
    /// Where it is written.
    pub span: Range<usize>,
}

/// A column of a table, both by their indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnRef {
    /// The table.
    pub table: usize,
    /// The column.
    pub column: usize,
}

/// A list of terms.
#[derive(Clone, Debug)]
pub struct Words {
    /// The name.
    pub name: String,
    /// The path of the file; none until a flag gives one.
    pub file: Option<String>,
    /// Where it is written.
    pub span: Range<usize>,
}

/// How much of a dump must be known.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// The share of bytes that some rule took.
    pub bytes: Limits,
    /// The share of keys that some field knows.
    pub keys: Limits,
    /// How many rules may match nothing.
    pub rules: Limits,
    /// How many fields may never be seen.
    pub fields: Limits,
    /// Where it is written.
    pub span: Option<Range<usize>>,
}

/// Where the cells of a column come from.
#[derive(Clone, Debug)]
pub enum ColumnOrigin {
    /// The id of the record.
    RecordId,
    /// The path of the source.
    SourceFile,
    /// The line of the record's first byte, from 1.
    SourceLine,
    /// The offset of the record's first byte in the file.
    SourceByte,
    /// The length of the record in the file.
    SourceBytes,
    /// The place of the item in its list, from 0.
    Ordinal,
    /// A slot of the record or of the item.
    Slot(usize),
    /// Worked out from other slots.
    Computed(Computed),
}

/// How a column is worked out from slots of the same row.
#[derive(Clone, Debug)]
pub enum Computed {
    /// Compares two slots.
    Compare {
        /// The two slots.
        slots: [usize; 2],
        /// The word for equal ones.
        equal: Option<String>,
        /// The word for a first that the second begins with.
        prefix: Option<String>,
        /// The word for the rest.
        otherwise: Option<String>,
    },
    /// Texts and slots in turn.
    Template(Vec<TemplatePart>),
    /// How many items a list field has.
    Count(usize),
    /// Whether a slot matches.
    Match {
        /// The slot.
        slot: usize,
        /// The expression.
        pattern: Pattern,
    },
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// Text as it stands.
    Text(String),
    /// The value of a slot.
    Slot(usize),
}

/// The slots of a record's row, and which field has which.
#[derive(Clone, Debug)]
pub struct Layout {
    /// For each field its first slot; list fields have none.
    pub base: Vec<usize>,
    /// How many slots a row has.
    pub width: usize,
}

impl Layout {
    /// Lays the slots of scalar fields out one after another.
    #[must_use]
    pub fn of(fields: &[Field]) -> Self {
        let mut width = 0;
        let base = fields
            .iter()
            .map(|field| {
                let first = width;
                width += slots_of(&field.kind).len();
                first
            })
            .collect();
        Self { base, width }
    }
}

/// The suffix and type of each slot of a scalar field. The unit of a quantity
/// stands before `min` and `max`.
#[must_use]
pub fn slots_of(kind: &FieldKind) -> &'static [(&'static str, Kind)] {
    match kind {
        FieldKind::Text | FieldKind::Enum(_) => &[("", Kind::Text)],
        FieldKind::Boolean { .. } | FieldKind::Flag { .. } => &[("", Kind::Boolean)],
        FieldKind::Integer => &[("", Kind::Integer)],
        FieldKind::Decimal => &[("", Kind::Decimal)],
        FieldKind::Quantity(_) => &[
            ("", Kind::Text),
            ("_kind", Kind::Text),
            ("_min", Kind::Decimal),
            ("_max", Kind::Decimal),
            ("_approx", Kind::Boolean),
        ],
        FieldKind::Name { .. } => &[("", Kind::Text), ("_source", Kind::Text)],
        FieldKind::List { .. } | FieldKind::TupleList { .. } | FieldKind::Outline { .. } => &[],
    }
}
