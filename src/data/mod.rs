//! The data that passes from stage to stage. No stage is known here.
//!
//! ```text
//! Record, Entry, Text    what a record says, key by key, with the way back to its bytes
//! Raw, Extracted         which piece of it is the value of which field
//! Row, Items, Cell       typed values, each with its bytes
//! ```

mod bytes;
mod entry;
mod raw;
mod reuse;
mod row;
mod text;
mod value;

pub use bytes::Bytes;
pub use entry::{Entry, JsonKind, Record};
pub use raw::{Extracted, Item, ItemCount, Member, Raw, Spelling, Tuple};
pub(crate) use row::Walked;
pub use row::{ItemPlace, Items, Row};
pub use text::Text;
pub use value::{Cell, Decimal, Kind, Value, datetime_text, days_of, micros_of, nanos_of};
