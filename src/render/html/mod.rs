//! Pages for people who look rather than read: the report of a run.
//!
//! A page is one file. It fetches nothing and runs nothing, which its content security policy says
//! too, and can be read on a screen of any width, in the dark and on paper.

mod changed;
mod columns;
pub(crate) mod page;
mod report;
mod svg;

pub use report::{HTML_FINDINGS, html};
