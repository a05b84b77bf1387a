//! The grammars of values: numbers, dates, quantities in prose, literals, numbered
//! sections. Each reads a text whole, or says what is wrong with it.
//!
//! Nothing here knows a schema, a field or a record; plans are compiled once.

mod clock;
mod cut;
mod date;
mod day;
mod encoded;
mod figure;
mod json;
mod literal;
mod number;
mod outline;
mod quantity;
mod range;
mod strftime;
mod tuple;
mod unit;
mod word;

pub use cut::cut_figure;
pub use date::{DatePlan, DatetimePlan, Epoch, FormatFault, Moment, TimeFault, TimePlan};
pub(crate) use date::{known_zone, nearest_zone};
pub use encoded::decode;
pub use figure::longer_figure;
pub(crate) use json::column_of;
pub use json::{
    LONE_SURROGATE, Member, is_json, json_fault, json_kind, json_reason, json_string, not_finite,
    parse_array, parse_object, path_dots, path_keys, path_part, unescape, with_numbers,
    within_quotes,
};
pub use literal::{Element, LiteralFault, Syntax as ListSyntax, parse_list};
pub use number::{Notation, Number, NumberFault, parse_json_number, parse_number};
pub use outline::{MarkerStyle, Outline, OutlinePlan};
pub use quantity::{
    Figures, Quantity, QuantityKind, QuantityPlan, QuantityRule, Reading, RuleMatch, Trouble,
};
pub use tuple::parse_tuples;

use crate::text::short;
