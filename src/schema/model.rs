//! The schema resolved: every name is an index, every default is filled in,
//! every pattern has its pieces and is known to compile. Places in the file
//! stay, so that a finding can point at the line that asks for otherwise.

use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::data::Kind;
use crate::diagnostic::{Action, Policy, Severity};
use crate::error::{Error, ErrorKind, Result};
use crate::grammar::{Outline, Quantity};
use crate::lang::{
    Examples, Fault, Limits, Pattern, PatternWithExamples, RawDecode, SchemaFile, SchemaFiles,
};
use crate::rules::Rule;
use crate::source::Coding;
use crate::types::{Cells, FieldType};

pub use crate::dataset::checks::CheckKind;
pub use crate::dataset::checks::match_ratio::MatchRule;

pub use super::raw::{
    RawContinuationBy as ContinuationBy, RawFormat as Format, RawFramingBy as FramingBy,
    RawHygieneRule as HygieneRule, RawKeyBy as KeyBy, RawRepeated as Repeated,
};

/// The longest record in bytes that a schema or an option may ask for: offsets in a chunk have 32 bits.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024 * 1024;

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
    pub files: SchemaFiles,
    /// The BLAKE3 hash of their texts, in hexadecimal.
    pub hash: String,
    /// Whether it only defines what other schemas use. Such a schema has no field and no table, and cannot be run.
    pub is_library: bool,
    /// How the dump is cut.
    pub source: Source,
    /// The kinds of records, in the order in which they are tried; none where all are of one.
    pub kinds: Vec<RecordKind>,
    /// The fields, in the order of the file.
    pub fields: Vec<Field>,
    /// The kinds of quantities.
    pub quantities: Vec<Arc<Quantity>>,
    /// The ways to number sections.
    pub outlines: Vec<Arc<Outline>>,
    /// The tables; those of records are the first.
    pub tables: Vec<Table>,
    /// Which field has which slot.
    pub layout: Layout,
    /// For each field the rules on the characters of its texts.
    pub hygiene: Vec<Vec<HygieneRule>>,
    /// What must hold for tables, files and the run.
    pub checks: Vec<Check>,
    /// The lists of terms.
    pub words: Vec<Words>,
    /// How much of a dump must be known.
    pub coverage: Coverage,
    /// The slots by which the records of each kind are known from dump to dump; one list
    /// where there are no kinds. See [`Schema::key_of`].
    pub keys: Vec<Vec<usize>>,
    /// Severities and actions that differ from the default.
    pub policy: Policy,
}

impl Schema {
    /// Refuses a library, which reads no dump.
    ///
    /// # Errors
    ///
    /// The schema is a library.
    pub fn can_be_run(&self) -> Result<()> {
        if !self.is_library {
            return Ok(());
        }
        let message = format!("the schema `{}` is a library: it reads no dump", self.name);
        let remedy = format!("name it in a schema of your own: `uses = [\"{}\"]`", self.name);
        Err(Error::new(ErrorKind::Schema, message).with_remedy(remedy))
    }

    /// The slots by which a record of a kind is known from dump to dump; none if nothing
    /// says so.
    #[must_use]
    pub fn key_of(&self, kind: Option<usize>) -> &[usize] {
        self.keys.get(kind.unwrap_or(0)).map_or(&[], Vec::as_slice)
    }

    /// Whether the values of some field are hidden in findings and reports.
    #[must_use]
    pub fn hides_values(&self) -> bool {
        self.fields.iter().any(|field| field.mask)
    }

    /// Whether what records are known by from dump to dump is made of hidden values; of all kinds where none is named.
    #[must_use]
    pub fn hides_key(&self, kind: Option<usize>) -> bool {
        match kind {
            Some(kind) => self.key_of(Some(kind)).iter().any(|slot| self.hides_slot(*slot)),
            None => self.keys.iter().flatten().any(|slot| self.hides_slot(*slot)),
        }
    }

    fn hides_slot(&self, slot: usize) -> bool {
        self.layout.field_of(slot).is_some_and(|field| self.fields[field].mask)
    }

    /// Whether a column of a table shows values that reports hide.
    #[must_use]
    pub fn hides(&self, table: &Table, column: &Column) -> bool {
        if let (Some(field), ColumnOrigin::Slot(_) | ColumnOrigin::Computed(_)) =
            (table.items_of, &column.origin)
        {
            return self.fields[field].mask;
        }
        match &column.origin {
            ColumnOrigin::Slot(slot) => self.hides_slot(*slot),
            ColumnOrigin::Computed(computed) => {
                computed.reads().iter().any(|slot| self.hides_slot(*slot))
            }
            ColumnOrigin::RecordKey => self.hides_key(table.kind),
            ColumnOrigin::RecordId
            | ColumnOrigin::SourceFile
            | ColumnOrigin::SourceLine
            | ColumnOrigin::SourceByte
            | ColumnOrigin::SourceBytes
            | ColumnOrigin::Ordinal => false,
        }
    }

    /// The index of a field.
    #[must_use]
    pub fn field_idx(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The kinds of records that have a scalar field, by the tables that show it;
    /// none if all may have it.
    #[must_use]
    pub fn kinds_of(&self, field: usize) -> Option<Vec<usize>> {
        let first = self.layout.base[field];
        let slots = first..first + self.fields[field].cells.slots().len();
        let shows = |table: &&Table| {
            let shown = |column: &Column| matches!(&column.origin, ColumnOrigin::Slot(slot) if slots.contains(slot));
            table.items_of.is_none() && table.columns.iter().any(shown)
        };
        let kinds: Option<Vec<_>> =
            self.tables.iter().filter(shows).map(|table| table.kind).collect();
        kinds.filter(|kinds| !kinds.is_empty())
    }

    /// The fields with a key of their own that no table has of records of a kind, though one has them of another.
    #[must_use]
    pub fn lost_of(&self, kind: usize) -> Vec<usize> {
        let shown: Vec<_> = (0..self.kinds.len()).map(|kind| self.shown_of(kind)).collect();
        // That a kind has no table at all is told of the schema.
        let of_kind =
            |table: &Table| table.items_of.is_none() && table.kind.is_none_or(|of| of == kind);
        let has_table = self.tables.iter().any(of_kind);
        let is_lost = |field: &usize| {
            has_table
                && !self.fields[*field].keys.is_empty()
                && !shown[kind][*field]
                && shown.iter().any(|of| of[*field])
        };
        (0..self.fields.len()).filter(is_lost).collect()
    }

    /// For each field whether its values in records of a kind are told: by a table, by what is worked out from them, or
    /// by the kind itself.
    fn shown_of(&self, kind: usize) -> Vec<bool> {
        let marks = self.kinds.iter().filter_map(|kind| match &kind.when {
            When::Value(field, _) => Some(*field),
            When::Line(_) => None,
        });
        let keys = self.key_of(Some(kind)).iter().filter_map(|slot| self.layout.field_of(*slot));
        let mut shown: Vec<_> = marks.chain(keys).collect();
        for table in &self.tables {
            if let Some(field) = table.items_of {
                shown.push(field);
            } else if table.kind.is_none_or(|of| of == kind) {
                let fields_of = |column: &Column| self.layout.fields_of(&column.origin);
                shown.extend(table.columns.iter().flat_map(fields_of));
            }
        }
        let mut is_shown = vec![false; self.fields.len()];
        while let Some(field) = shown.pop() {
            if !std::mem::replace(&mut is_shown[field], true) {
                shown.extend(self.fields[field].from);
                shown.extend(self.fields[field].kind.reads());
            }
        }
        is_shown
    }

    /// The tables of records that the rows of a table of items belong to by `record_id`: the one that
    /// has all records, or those that have the records of each kind.
    #[must_use]
    pub fn records_of(&self, table: &Table) -> Vec<&Table> {
        let has_id = |table: &Table| {
            table.columns.iter().any(|column| matches!(column.origin, ColumnOrigin::RecordId))
        };
        if table.items_of.is_none() || !has_id(table) {
            return Vec::new();
        }
        let of_records =
            || self.tables.iter().filter(|table| table.items_of.is_none() && has_id(table));
        match of_records().find(|table| table.kind.is_none()) {
            Some(all) => vec![all],
            None => of_records().collect(),
        }
    }

    /// The line on which a span of the schema begins, from 1, in the file that it lies in.
    #[must_use]
    pub fn line_of(&self, span: &Range<usize>) -> u64 {
        let (file, span) = self.place(span);
        let before = &file.text.as_bytes()[..span.start.min(file.text.len())];
        memchr::memchr_iter(b'\n', before).count() as u64 + 1
    }

    /// The file that a span of the schema lies in, and the bytes of it.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> (&SchemaFile, Range<usize>) {
        self.files.place(span)
    }

    /// A fault that was found in the schema as it is used, at its place in the file that it stands in.
    #[must_use]
    pub fn placed(&self, fault: Fault) -> Fault {
        self.files.placed(fault)
    }
}

/// A kind of records.
#[derive(Clone, Debug)]
pub struct RecordKind {
    /// The name.
    pub name: String,
    /// What the records are.
    pub description: Option<String>,
    /// What marks that a record is of this kind.
    pub when: When,
    /// Where that is written.
    pub span: Range<usize>,
}

/// What marks that a record is of a kind.
#[derive(Clone, Debug)]
pub enum When {
    /// Its first line matches.
    Line(Pattern),
    /// The value of a field matches, whose index this is.
    Value(usize, Pattern),
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
    pub encoding: Option<Coding>,
    /// The encodings that it may be in, in order; empty for those that are usual.
    pub encodings: Vec<Coding>,
    /// Where a record begins, in key-value text.
    pub framing: Framing,
    /// The line that ends a record, where not the next one does or the framing says it.
    pub end: Option<Pattern>,
    /// Records that are none, by their first line.
    pub skip: Option<PatternWithExamples>,
    /// Lines that say nothing.
    pub comment: Option<PatternWithExamples>,
    /// The keys that lead to the records of a JSON file.
    pub records: Vec<String>,
    /// Whether the records of a JSON file are the members of the object that the
    /// keys lead to, not the elements of an array.
    pub members: bool,
    /// How rows are written.
    pub csv: Csv,
    /// How a key is set apart from its value.
    pub key: KeySyntax,
    /// What a line without a key does.
    pub continuation: Continuation,
    /// The longest record in bytes of text.
    pub max_record_bytes: usize,
}

/// How the rows of a CSV file are written.
#[derive(Clone, Debug)]
pub struct Csv {
    /// What stands between cells; not empty.
    pub delimiter: String,
    /// What stands around a cell, if anything does.
    pub quote: Option<u8>,
    /// What stands before a character that is text, if anything does.
    pub escape: Option<u8>,
    /// Whether blanks around quotes are none of the cell.
    pub trim: bool,
    /// Lines that are no rows.
    pub comment: Option<Pattern>,
    /// The line that ends the rows.
    pub end: Option<Pattern>,
    /// How many lines stand before the header.
    pub skip_rows: u32,
    /// How many rows behind the header are no records.
    pub skip_after_header: u32,
    /// Cells without quotes that stand for no value.
    pub nulls: Vec<String>,
    /// The keys of the columns; none if the first row names them.
    pub columns: Option<Vec<String>>,
}

impl Default for Csv {
    fn default() -> Self {
        Self {
            delimiter: ",".to_owned(),
            quote: Some(b'"'),
            escape: None,
            trim: false,
            comment: None,
            end: None,
            skip_rows: 0,
            skip_after_header: 0,
            nulls: Vec::new(),
            columns: None,
        }
    }
}

/// Where a record begins.
#[derive(Clone, Debug)]
pub enum Framing {
    /// At a line that begins with one of these keys, which mean the same, and the delimiter.
    StartKey(Vec<String>),
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

/// How a key is set apart from its value.
#[derive(Clone, Debug)]
pub struct KeySyntax {
    /// What makes a line an entry.
    pub by: KeyBy,
    /// What stands between a declared key and its value.
    pub delimiter: String,
    /// The pattern for it, which goes before the text.
    pub delimiter_pattern: Option<Pattern>,
    /// The pattern of an entry, for [`KeyBy::Pattern`].
    pub pattern: Option<Pattern>,
    /// Whether the pattern tells levels, so that keys are paths.
    pub levels: bool,
    /// The characters of a key, for [`KeyBy::Column`].
    pub width: usize,
    /// What a key looks like that the schema does not know.
    pub unknown: Option<Pattern>,
    /// Keys that are known and not wanted.
    pub ignored: Vec<String>,
    /// Whether no key is wanted that no field has.
    pub ignores_all: bool,
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
    /// What is taken off the start of a joined line: the first of these that stands there.
    pub indents: Vec<String>,
    /// What a line matches that goes on in the next one.
    pub after: Option<Pattern>,
    /// What stands for a blank line.
    pub blank: Option<String>,
    /// Whether lines with the indent behind a comment belong to the comment.
    pub folds_comments: bool,
}

impl Field {
    /// Whether the field makes a table of its own.
    #[must_use]
    pub fn is_items(&self) -> bool {
        self.cells.rows().is_some()
    }
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
    /// The field whose entry is read: itself, or the one at the end of the chain of
    /// `from`.
    pub entry: usize,
    /// What stands between its lines; none where continuation lines say it.
    pub join: Option<String>,
    /// How its value is encoded, in the order in which it is decoded.
    pub decode: Vec<RawDecode>,
    /// What is replaced in it then, and by what.
    pub replace: Vec<(Pattern, String)>,
    /// The type and what belongs to it.
    pub kind: Box<dyn FieldType>,
    /// The cells that a value makes.
    pub cells: Cells,
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
    pub rules: Vec<FieldRule>,
    /// Texts that the field accepts and refuses.
    pub examples: Examples,
}

/// What must hold for a field.
#[derive(Clone, Debug)]
pub struct FieldRule {
    /// What is checked.
    pub rule: Rule,
    /// The word of the language for it.
    pub word: &'static str,
    /// What the verdict calls it.
    pub name: String,
    /// How many values may fail.
    pub limits: Limits,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleTarget {
    /// The value of the field, or its list as a whole.
    Value,
    /// Each item of a list.
    Item,
    /// A member of each tuple.
    Member(usize),
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
    /// The kind of its records, by its index; none for all.
    pub kind: Option<usize>,
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
    /// The zone of texts without an offset, of points in time.
    pub zone: Option<TimeZone>,
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
    /// The share of bytes that some rule matched.
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
    /// What the record is known by from dump to dump.
    RecordKey,
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

impl Computed {
    /// The slots that it is worked out from.
    #[must_use]
    pub fn reads(&self) -> Vec<usize> {
        match self {
            Self::Compare { slots, .. } => slots.to_vec(),
            Self::Template(parts) => {
                let slot = |part: &TemplatePart| match part {
                    TemplatePart::Slot(slot) => Some(*slot),
                    TemplatePart::Text(_) => None,
                };
                parts.iter().filter_map(slot).collect()
            }
            Self::Count(_) => Vec::new(),
            Self::Match { slot, .. } => vec![*slot],
        }
    }
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
                width += field.cells.slots().len();
                first
            })
            .collect();
        Self { base, width }
    }

    /// The field that has a slot.
    #[must_use]
    pub fn field_of(&self, slot: usize) -> Option<usize> {
        // Fields without slots begin where the next one does.
        let behind = self.base.partition_point(|first| *first <= slot);
        behind.checked_sub(1).filter(|_| slot < self.width)
    }

    /// The fields that a column of a table of records is made of, in the order in which it names them.
    #[must_use]
    pub fn fields_of(&self, origin: &ColumnOrigin) -> Vec<usize> {
        match origin {
            ColumnOrigin::Slot(slot) => self.field_of(*slot).into_iter().collect(),
            ColumnOrigin::Computed(Computed::Count(field)) => vec![*field],
            ColumnOrigin::Computed(computed) => {
                computed.reads().into_iter().filter_map(|slot| self.field_of(slot)).collect()
            }
            ColumnOrigin::RecordId
            | ColumnOrigin::RecordKey
            | ColumnOrigin::SourceFile
            | ColumnOrigin::SourceLine
            | ColumnOrigin::SourceByte
            | ColumnOrigin::SourceBytes
            | ColumnOrigin::Ordinal => Vec::new(),
        }
    }
}
