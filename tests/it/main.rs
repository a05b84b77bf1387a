//! The integration tests, in one binary: each further one would link polars
//! again.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::format_collect,
    reason = "a test that cannot go on fails, and makes its own files"
)]

// What has no end or no measure: devices, pipes, patterns, fields.
mod bounds;
// What a check is given: baselines, word lists, masks, limits.
mod checks;
// The page on CI, and the files for CI systems.
mod ci;
// The command as a user types it: exit codes, what is said, what is written.
mod cli;
// The same bytes and findings, however the work is cut and shared.
mod determinism;
// What changed between two runs.
mod diff;
// Schemas drafted from dumps, and dumps whose schema nobody named.
mod draft;
// Files of the repository that are made from the code.
mod docs;
// One record in every form, and from tables back to a dump.
mod forms;
// The schemas of the gallery over their samples.
mod gallery;
// Parts that other processes have milled, judged as one run.
mod gather;
// Inputs that are no plain file, break off, or are no text.
mod inputs;
// Objects in objects: rows, findings and their places.
mod objects;
// The pages that people read: what they show is what comes out.
mod pages;
// What columns hold, and pages to look at.
mod profile;
// What must hold for any input.
mod project;
mod properties;
// What a run puts where, and what it spares.
mod publish;
// The examples of the reference of the language, and that every option has one.
mod reference;
// Every report over one shared set of findings, and the schemas of others.
mod reports;
// Every code of the registry: its page, and a dump in which it is found.
mod rules;
// All of raw/disease end to end.
mod samples;
// Schema files with faults, and what is said of them.
mod schemas;
// A dump in parts, each milled by itself.
mod splits;
// Stage by stage over small files.
mod stages;
// A temporary folder, and the command in it.
mod support;
// Conventions of the source code.
mod tidy;
// One verdict, told everywhere alike.
mod verdict;
// Which room may know which, and what the library hands out.
mod walls;
