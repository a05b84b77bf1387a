//! Findings and schema faults as text.
//!
//! One renderer a file; all read the same model.

mod human;
mod sanitize;

pub use human::{Style, fault, finding};
pub use sanitize::sanitize;
