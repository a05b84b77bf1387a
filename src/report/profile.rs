//! What the columns of a run's tables hold, as data.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::data::Decimal;

/// What the tables of a run hold, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct ProfileReport {
    /// The tables.
    pub tables: IndexMap<String, TableProfile>,
}

/// What a table holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct TableProfile {
    /// How many rows it has.
    pub rows: u64,
    /// Its columns by name. Those that the engine adds (`record_id`, `ordinal`, `source_file` and the like) are left out.
    pub columns: IndexMap<String, ColumnProfile>,
}

/// What a column holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ColumnProfile {
    /// Its type.
    pub r#type: String,
    /// The unit of its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether its values are hidden: then they are counted, and none is told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub masked: bool,
    /// How many cells are null.
    pub null: u64,
    /// Why they are, where the rows are records and the column is that of a field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nulls: Option<NullReport>,
    /// Quantities by kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default)]
    pub kinds: BTreeMap<String, u64>,
    /// How many distinct values there are.
    pub distinct: u64,
    /// Whether that is counted; beyond 1 000 it is an estimate, off by some 2 % at most times.
    pub distinct_exact: bool,
    /// The most frequent values, the most frequent first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub top: Vec<Frequent>,
    /// By how much the counts of the most frequent values may be too low; 0 where they are exact.
    pub top_missed: u64,
    /// The smallest value, of numbers, dates and times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Figure>,
    /// The largest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Figure>,
    /// The mean of numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Values that so great a share of all does not exceed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Quantiles>,
    /// How the numbers, dates or times spread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub histogram: Option<Histogram>,
    /// How long the texts are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lengths: Option<Lengths>,
}

/// Why cells are null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NullReport {
    /// The record has not the key.
    pub absent: u64,
    /// The key has no value.
    pub blank: u64,
    /// The value stands for "no data".
    pub sentinel: u64,
    /// There is a text that gave no value: it could not be read, or has none for this column.
    pub unread: u64,
}

impl NullReport {
    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.absent += other.absent;
        self.blank += other.blank;
        self.sentinel += other.sentinel;
        self.unread += other.unread;
    }
}

/// A value and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Frequent {
    /// The value as text; a long one is cut and ends in `…`.
    pub value: String,
    /// How often it occurs.
    pub count: u64,
}

/// A number, or a date or time in ISO 8601.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Figure {
    /// A whole number.
    Integer(i64),
    /// A number with all its digits.
    Decimal(
        #[serde(serialize_with = "digits")]
        #[schemars(with = "f64")]
        Decimal,
    ),
    /// A number.
    Number(f64),
    /// A date or time.
    Text(String),
}

/// A decimal is a number in JSON too, with the digits that it has.
fn digits<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    let text = RawValue::from_string(number.to_string()).map_err(serde::ser::Error::custom)?;
    text.serialize(serializer)
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Decimal(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// Values of a column by rank. Of a column with many distinct values they are near, not exact.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Quantiles {
    /// A twentieth lies at or below.
    pub p05: Figure,
    /// A quarter lies at or below.
    pub p25: Figure,
    /// The median.
    pub p50: Figure,
    /// Three quarters lie at or below.
    pub p75: Figure,
    /// All but a twentieth lie at or below.
    pub p95: Figure,
}

/// How values spread.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Histogram {
    /// Whether each bin is so many times as wide as the one before, rather than as wide.
    pub log: bool,
    /// The bins from the lowest up, without a gap between.
    pub bins: Vec<Bin>,
}

/// Values between two bounds.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Bin {
    /// The lower bound, which belongs to it.
    pub from: Figure,
    /// The upper bound, which belongs to the next bin unless this is the last.
    pub to: Figure,
    /// How many values lie there.
    pub count: u64,
}

/// The lengths of texts, in Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Lengths {
    /// The shortest.
    pub min: u64,
    /// The longest.
    pub max: u64,
    /// The mean.
    pub mean: f64,
    /// How they spread.
    pub histogram: Histogram,
}
