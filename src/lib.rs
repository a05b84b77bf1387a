//! Mills dumps of semi-structured records into clean, typed, validated tables.
//!
//! A schema file (data, no code) says how a dump is cut into records, which
//! keys a record has, how each value is extracted and normalized, which tables
//! come out and what must hold.
//!
//! # The code in reading order
//!
//! ```text
//! bytes ─source─► chunks ─record─► entries ─extract─► raw cells ─normalize─► typed cells ─validate─► checked cells
//!       └─────────────────────────── mill: one record at a time ──────────────────────────────────┘
//!       ─table─► columns ─dataset─► checked tables ─sink─► Parquet, CSV, JSONL, Arrow ─publish─► a folder      findings at every step
//! ```
//!
//! - [`source`]: bytes and where they stand; encodings, compression, archives.
//! - [`diagnostic`]: findings and their codes.
//! - [`data`]: what the stages hand on: records, raw cells, values, rows.
//! - `text`, `lang`, `grammar`: characters; what the schema language is built of; how numbers, dates, literals,
//!   quantities are written.
//! - `types`, `rules`: a type of field, or a rule on values, is a file.
//! - [`schema`]: the schema as written and resolved.
//! - [`record`]: where records begin, and their entries.
//! - `extract`, `normalize`, `validate`: the stages of a record; `mill` is the one way through them.
//! - `table`, `sink`: columns and files.
//! - [`publish`]: files into a folder, all or none.
//! - `dataset`: what must hold for whole tables, with SQL where the schema has it. A check is a file.
//!   `table`, `sink`, `dataset`, `pipeline` and `diff` are the only parts that know polars; without it
//!   `table` and `dataset` have rows and no columns.
//! - `profile`: what the columns of a run hold.
//! - [`baseline`]: findings that were accepted before.
//! - [`verdict`]: what a run is judged by, and what it came to; [`report`] has it as data, [`render`] as text.
//! - `pipeline`: batches in the order of the inputs, on all cores.
//! - `stage`: what the time of a run goes to, for who measures it.
//! - `project`: what the command takes where no flag says otherwise, `recordmill.toml`.
//! - [`prove`]: runs the examples of a schema, and damages them.
//! - [`explain`]: what became of one record, and why.
//! - [`draft`]: writes a schema for a dump that has none; which embedded one fits.
//! - `diff`: what changed between two runs.
//!
//! # Invariants
//!
//! Bad data is never an error: stages return their output and findings, and the
//! output is always usable. Every cell knows its bytes. The same inputs give
//! byte-identical outputs at any number of threads and any block size. Every
//! byte of the inputs is counted in one class of [`data::Bytes`].
//!
//! Modules that are not among those below on this page are how the work is done:
//! they change with any version. No signature of the others names a type of the
//! crates that read, match or hold data for us.

// The command is written as any other program that uses the library.
#[cfg(feature = "cli")]
extern crate self as recordmill;

pub mod baseline;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod data;
#[doc(hidden)]
pub mod dataset;
pub mod diagnostic;
#[cfg(feature = "tables")]
pub mod diff;
pub mod draft;
pub mod error;
pub mod explain;
#[doc(hidden)]
pub mod extract;
#[doc(hidden)]
pub mod grammar;
#[doc(hidden)]
pub mod lang;
#[doc(hidden)]
pub mod mill;
#[doc(hidden)]
pub mod normalize;
mod parallel;
#[cfg(feature = "tables")]
pub mod pipeline;
#[doc(hidden)]
pub mod profile;
#[cfg(feature = "tables")]
pub mod project;
pub mod prove;
pub mod publish;
pub mod record;
pub mod render;
pub mod report;
#[doc(hidden)]
pub mod rules;
pub mod schema;
#[cfg(feature = "tables")]
pub mod sink;
pub mod source;
#[doc(hidden)]
pub mod stage;
pub mod table;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod types;
#[doc(hidden)]
pub mod validate;
pub mod verdict;

pub use error::{Error, ErrorKind, Result};
