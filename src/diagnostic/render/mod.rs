//! Findings and schema faults as text.
//!
//! One renderer a file; all read the same model.

mod concise;
mod github;
mod human;
mod jsonl;
mod sanitize;

pub use concise::concise;
pub use github::{github, github_summary};
pub use human::{Style, fault, finding};
pub use jsonl::{FINDING_VERSION, FindingLine, finding_schema, jsonl};
pub use sanitize::sanitize;
