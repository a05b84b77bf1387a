//! The types of fields: which options each has, how it reads a value, and what
//! cells come of it.
//!
//! A type is a file of this folder. It has the options of the type as they are
//! written (their docs are the reference of the language), how they are resolved,
//! the cells that a value makes, how it is read, and what damages it. The list at
//! the end of this page is the registry: a line there makes a type known to the
//! schema language, its JSON Schema, the stages, `explain`, the examples and the
//! reference.
//!
//! A type that makes one cell of one text is a [`Scalar`]; items of lists and
//! members of tuples may have such a type too. Any other type is a [`FieldType`]
//! with a [`Reader`] of its own.
//!
//! In: options, entries of a record. Out: raw cells and typed cells, findings. No
//! type knows a table, a file or another type, but for the items that it holds.

mod boolean;
mod coded;
mod date;
mod datetime;
mod decimal;
mod enumeration;
mod flag;
mod float;
mod integer;
mod json;
mod list;
mod name;
mod number;
mod objects;
mod outline;
mod plan;
mod quantity;
mod scalar;
mod split;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod tuple_list;
mod url;

pub use coded::Coded;
pub use plan::{FieldPlan, FieldUsage, Memo, RecordInfo, Sentinels};
pub use quantity::QuantityType;
pub(crate) use quantity::{plan_of, std_quantity};
pub use scalar::{Issue, Scalar, ScalarReading};
pub(crate) use url::is_url;

use std::cell::Cell;
use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use dyn_clone::DynClone;
use jiff::tz::TimeZone;

use crate::data::{Extracted, Kind, Raw, Record, Row};
use crate::diagnostic::{Code, Diagnostics};
use crate::grammar::{Notation, Outline, Quantity};
use crate::lang::tagged::tagged;
use crate::lang::{CountedPattern, Examples, Pattern, Resolver};
use crate::source::Spanned;

/// What a type is resolved with: the field that has it and the definitions of the
/// schema that it may name.
#[derive(Debug)]
pub struct Scope<'s, 'f> {
    /// Patterns, names, faults.
    pub resolver: &'s mut Resolver<'f>,
    /// The name of the field, where it is written.
    pub name: &'s Spanned<String>,
    /// The keys of the dump whose value the field reads: its own, or those of the field that it is read from.
    pub keys: Vec<String>,
    /// The kinds of quantities of the schema.
    pub quantities: &'s [Arc<Quantity>],
    /// Its ways to number sections.
    pub outlines: &'s [Arc<Outline>],
    /// How numbers are written where a field does not say otherwise, if the source says so.
    pub number: Option<&'s Notation>,
    /// Whether some type asked for that.
    pub number_used: &'s Cell<bool>,
    /// Whether every value comes from JSON, which has words for true and false.
    pub is_json: bool,
    /// Keys that are known and not wanted; `*` for all that nothing has.
    pub ignored: &'s [String],
    /// Where fields go that a type makes beside its own.
    pub nested: Nested,
}

/// The fields that a type makes beside its own: tables one level deeper.
#[derive(Debug, Default)]
pub struct Nested {
    /// The field that is resolved, by its place.
    pub parent: usize,
    /// The place of the next field.
    pub next: usize,
    /// The fields.
    pub fields: Vec<NestedField>,
}

impl Nested {
    /// The place of another field.
    pub(super) fn claim(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }
}

/// A field that another one fills.
#[derive(Debug)]
pub struct NestedField {
    /// Its place among the fields of the schema.
    pub place: usize,
    /// The field that fills it.
    pub parent: usize,
    /// What tables call it.
    pub name: String,
    /// Where it is written.
    pub span: Range<usize>,
    /// What it holds.
    pub description: Option<String>,
    /// Its type.
    pub kind: Box<dyn FieldType>,
}

impl Scope<'_, '_> {
    /// Tells that the field lacks something that its type needs.
    pub fn lacks(&mut self, what: &str) {
        let message = format!("the field `{}` lacks {what}", self.name.value);
        self.resolver.fault(Code::SCHEMA_MISSING, &self.name.span, message);
    }
}

/// A field type as a schema resolved it.
pub trait FieldType: DynClone + Debug + Send + Sync {
    /// The word of the language for it.
    fn word(&self) -> &'static str;

    /// The cells that a value makes.
    fn cells(&self) -> Cells;

    /// What reads values at run time. `field` is the name of the field.
    fn reader(&self) -> Box<dyn Reader>;

    /// Whether the field is read from its own key, or that of another field. Of
    /// what is worked out from other fields, the key is optional or refused.
    fn key(&self) -> KeyUse {
        KeyUse::Needed
    }

    /// The fields whose texts it reads beside its own.
    fn reads(&self) -> Vec<usize> {
        Vec::new()
    }

    /// The patterns whose matches are counted, in the order in which the reader
    /// counts them.
    fn patterns(&self, field: &str) -> Vec<CountedPattern> {
        let _ = field;
        Vec::new()
    }

    /// The patterns that have examples of their own, each with what it is called.
    fn proven(&self) -> Vec<(String, &Pattern, &Examples)> {
        Vec::new()
    }

    /// Whether an example should show what the field accepts.
    fn wants_examples(&self) -> bool {
        false
    }

    /// Texts that it accepts without an example saying so, of which damaged ones
    /// are refused; empty if it refuses no text.
    fn accepted(&self) -> Vec<String> {
        Vec::new()
    }

    /// The words that the schema says it has, for a type of words: no text that stands for
    /// "no data" in other fields does in this one if it is one of them.
    fn words(&self) -> Vec<String> {
        Vec::new()
    }

    /// Patterns that decide between values and refuse nothing, each with what it is
    /// called: damage is to make them fail to match.
    fn deciding(&self) -> Vec<(&'static str, &Pattern)> {
        Vec::new()
    }

    /// The slots whose numbers `minimum` and `maximum` judge.
    fn figures(&self) -> Range<usize> {
        0..1
    }

    /// The cells that hold texts of the dump, whose characters may be looked at.
    fn texts(&self) -> Vec<usize> {
        vec![0]
    }

    /// The cell that tells whether the dump cut the text of its row off.
    fn cut_mark(&self) -> Option<usize> {
        None
    }

    /// Whether it reads a value of JSON with everything below it, as it stands.
    fn is_subtree(&self) -> bool {
        false
    }

    /// Whether a record is known by it from dump to dump, where nothing else is said.
    fn names_the_record(&self) -> bool {
        false
    }

    /// The columns by which a row of its table is known within its record.
    fn row_key(&self) -> &'static [&'static str] {
        &["ordinal"]
    }

    /// The slot whose words are counted in the report of a run.
    fn counted(&self) -> Option<usize> {
        None
    }

    /// The rules by name that a check may take the share of, as offsets among
    /// [`patterns`](Self::patterns).
    fn named_patterns(&self) -> Vec<String> {
        Vec::new()
    }

    /// The quantity that it reads, for those who explain how.
    fn quantity(&self) -> Option<&Arc<Quantity>> {
        None
    }

    /// The way to number sections that it reads.
    fn outline(&self) -> Option<&Arc<Outline>> {
        None
    }

    /// The names of the members of a tuple or an object that make its first cells;
    /// empty for what holds neither.
    fn members(&self) -> &[String] {
        &[]
    }

    /// The patterns that were tried on a text, in order, to tell how a value came
    /// about: each with what it is called, and the field whose text it is tried on
    /// if that is another. Trying ends with the first that matches.
    fn tried(&self) -> Vec<PatternTrial<'_>> {
        Vec::new()
    }
}

dyn_clone::clone_trait_object!(FieldType);

/// A pattern that a type tries on the value of a field.
#[derive(Clone, Debug)]
pub struct PatternTrial<'p> {
    /// What it is called.
    pub what: String,
    /// The pattern.
    pub pattern: &'p Pattern,
    /// The field whose text it is tried on, if not the own.
    pub on: Option<usize>,
    /// Whether each item is tried, rather than the value.
    pub items: bool,
    /// Whether those behind it are tried if it matches.
    pub goes_on: bool,
}

/// Whether a field of a type has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// It needs `key` or `from`.
    Needed,
    /// It may have one.
    Optional,
    /// It cannot have one.
    Refused,
}

/// The cells that a value of a field makes.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Cells of the record's row.
    Slots(Vec<Slot>),
    /// Rows of a table of their own, each with these cells.
    Rows(Vec<Slot>),
}

impl Cells {
    /// The cells of the record's row.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        match self {
            Self::Slots(slots) => slots,
            Self::Rows(_) => &[],
        }
    }

    /// The cells of a row of its own table.
    #[must_use]
    pub fn rows(&self) -> Option<&[Slot]> {
        match self {
            Self::Slots(_) => None,
            Self::Rows(slots) => Some(slots),
        }
    }
}

/// A cell that a value makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// What examples call it; empty for the value itself.
    pub key: String,
    /// The column: what is put behind the name of the field, or the name itself in
    /// a table of rows.
    pub column: String,
    /// The type of the column.
    pub kind: Kind,
    /// What it holds, where that is not what the field holds. `{}` stands for that.
    pub description: Option<String>,
    /// The unit, where it is not that of the field.
    pub unit: Option<String>,
    /// Whether its values are long texts, few of them equal.
    pub long: bool,
    /// The zone of texts without an offset, of points in time.
    pub zone: Option<TimeZone>,
}

impl Slot {
    /// The cell of the value itself.
    #[must_use]
    pub fn value(kind: Kind) -> Self {
        Self {
            key: String::new(),
            column: String::new(),
            kind,
            description: None,
            unit: None,
            long: false,
            zone: None,
        }
    }

    /// The cell of a value of a scalar type.
    #[must_use]
    pub fn of(scalar: &dyn Scalar) -> Self {
        Self { zone: scalar.zone().cloned(), ..Self::value(scalar.kind()) }
    }

    /// A cell of a row with a value of a scalar type, by the name of its column.
    #[must_use]
    pub fn named_of(column: &str, scalar: &dyn Scalar, description: &str) -> Self {
        Self { zone: scalar.zone().cloned(), ..Self::named(column, scalar.kind(), description) }
    }

    /// A cell of a row, by the name of its column.
    #[must_use]
    pub fn named(column: &str, kind: Kind, description: &str) -> Self {
        Self {
            key: column.to_owned(),
            column: column.to_owned(),
            description: Some(description.to_owned()),
            ..Self::value(kind)
        }
    }
}

/// What reads the values of a field at run time. It is cloned for each worker: a
/// compiled pattern keeps state that threads would wait for.
pub trait Reader: DynClone + Debug + Send + Sync {
    /// Takes the raw cells of a field out of its entries. A text as it stands, but
    /// for sentinels and the patterns of `extract`, if a type does not say otherwise.
    fn extract<'r>(
        &self,
        field: &FieldPlan,
        record: &'r Record<'_>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        field.value(record, out, diagnostics)
    }

    /// Turns the raw cells into typed ones: the slots of the field in the row, or
    /// its rows. What makes rows of parts of an item counts them.
    fn normalize<'r>(
        &'r self,
        field: &'r FieldPlan,
        raw: &mut Extracted<'r>,
        record: &RecordInfo<'r>,
        memo: &mut Memo,
        row: &mut Row<'r>,
        diagnostics: &mut Diagnostics<'_>,
    );

    /// How numbers are written, for a type that reads figures: one that is cut out
    /// of a longer one is none.
    fn notation(&self) -> Option<&Notation> {
        None
    }
}

dyn_clone::clone_trait_object!(Reader);

/// Makes the words of the language, and what each resolves to.
macro_rules! field_types {
    (
        scalars { $($word:literal => $scalar:ident($file:ident)),+ $(,)? }
        others { $($other_word:literal => $other:ident($other_file:ident)),+ $(,)? }
    ) => {
        tagged! {
            /// A field: the schema's view of a key. Its `type` says which options it has.
            pub enum RawType: "RawField" by "type" {
                $($word => $scalar($file::Options),)+
                $($other_word => $other($other_file::Options)),+
            }
        }

        tagged! {
            /// The type of an item of a list or of a member of a tuple, with its options.
            pub enum RawScalar: "RawItem" by "type" {
                $($word => $scalar($file::Options)),+
            }
        }

        tagged! {
            /// The type of a member of an object, with its options.
            pub enum RawMember: "RawMember" by "type" {
                $($word => $scalar($file::Options),)+
                "objects" => Objects(objects::Options)
            }
        }

        impl RawMember {
            /// Resolves the type of a member that makes one cell.
            fn resolve_scalar(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
                match self {
                    $(Self::$scalar(options) => options.resolve(scope),)+
                    Self::Objects(_) => None,
                }
            }
        }

        impl RawType {
            /// Resolves the type of a field; none if it has a fault that leaves nothing
            /// of it.
            pub fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn FieldType>> {
                match self {
                    $(Self::$scalar(options) => {
                        Some(Box::new(scalar::ScalarType(options.resolve(scope)?)))
                    })+
                    $(Self::$other(options) => Some(Box::new(options.resolve(scope)?)),)+
                }
            }
        }

        impl RawScalar {
            /// Resolves the type of an item or a member.
            pub fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
                match self {
                    $(Self::$scalar(options) => options.resolve(scope),)+
                }
            }
        }
    };
}

field_types! {
    // One cell of one text; items and members may have these types too.
    scalars {
        "text" => Text(text),
        "boolean" => Boolean(boolean),
        "flag" => Flag(flag),
        "enum" => Enum(enumeration),
        "integer" => Integer(integer),
        "float" => Float(float),
        "decimal" => Decimal(decimal),
        "date" => Date(date),
        "time" => Time(time),
        "datetime" => Datetime(datetime),
        "json" => Json(json),
        "url" => Url(url),
    }
    others {
        "list" => List(list),
        "tuple-list" => TupleList(tuple_list),
        "objects" => Objects(objects),
        "quantity" => Quantity(quantity),
        "name" => Name(name),
        "outline" => Outline(outline),
    }
}

/// The type of text as it stands. It stands in for one that could not be resolved,
/// too: the schema has a fault then, and is never run.
#[must_use]
pub fn plain_text() -> Box<dyn FieldType> {
    Box::new(scalar::ScalarType(Box::new(text::Text)))
}
