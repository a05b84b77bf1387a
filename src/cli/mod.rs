//! What the user types, and what comes back: arguments to options, one call of
//! the library, an exit code.

mod baseline;
mod completions;
mod diff;
mod draft;
mod explain;
mod generate;
mod man;
mod project;
mod recover;
mod report;
mod run;
mod schema;
mod signals;
mod summary;
mod targets;

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::Path;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind as ClapError};
use clap::{Parser, Subcommand};
use recordmill::render;
use recordmill::render::Style;
use recordmill::source::name_of_path;
use recordmill::{Error, ErrorKind};
use terminal_size::terminal_size_of;

#[cfg(unix)]
use std::os::fd::AsFd as AsStream;
#[cfg(windows)]
use std::os::windows::io::AsHandle as AsStream;

/// Mills dumps of semi-structured records into clean, typed, validated tables
///
/// A schema file says how a dump is cut into records, which fields they have,
/// which tables come out and what must hold. Nothing is lost silently: every
/// finding points at the bytes, rejected records keep theirs, and run.json
/// accounts for every byte.
#[derive(Debug, Parser)]
#[command(name = "recordmill", version, max_term_width = 100, after_long_help = EXAMPLES)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  recordmill run                              mill what recordmill.toml says, or raw/ into output/
  recordmill run dump.txt -o tables           one file
  recordmill run 'dumps/*.txt' --schema my.toml --format parquet,csv
  recordmill run dump.jsonl.gz --schema medicalkg
  recordmill check dump.txt                   findings only, for CI
  recordmill explain dump.txt:120             which rule matched which bytes of a record, and why
  recordmill explain R102                     what a code means, with examples
  recordmill diff last-week output            what changed between two runs
  recordmill baseline update dump.txt         accept the findings of today
  recordmill schema draft dump.txt -o my.toml write a schema for a dump that has none
  recordmill schema check my.toml             every fault of a schema
  recordmill schema test my.toml              run the examples of a schema

Exit status: 0 nothing at or above --fail-on was found, 1 something was (or no record at all),
2 recordmill could not do its job.

Environment: NO_COLOR takes colors away, whatever else is set; CLICOLOR_FORCE gives them where there
is no terminal, unless it is 0; COLUMNS says how wide text is; RECORDMILL_MASK_KEY is the secret of
--mask-key; TMPDIR is where temporary files go; GITHUB_STEP_SUMMARY is the file that --report github
adds its summary to.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Mill dumps into tables
    Run(Box<run::RunArgs>),
    /// Check dumps without writing tables, for CI
    Check(Box<run::CheckArgs>),
    /// Show what became of one record, and why; or what a code means
    Explain(explain::ExplainArgs),
    /// Accept the findings of today, so that a check fails on new ones alone
    #[command(subcommand)]
    Baseline(baseline::BaselineCommand),
    /// Show what changed between two runs: findings, rows, cells
    Diff(Box<diff::DiffArgs>),
    /// Bring what a run that was stopped has begun to its end
    Recover(recover::RecoverArgs),
    /// Draft, show, check and test schema files
    #[command(subcommand)]
    Schema(schema::SchemaCommand),
    /// Print a script that completes commands in a shell
    Completions(completions::CompletionsArgs),
    /// Print or write pages for `man`
    Man(man::ManArgs),
    /// Write the generated files of this repository
    #[command(hide = true)]
    Generate(generate::GenerateArgs),
}

/// The exit code for data that is not as it must be.
const FOUND: u8 = 1;
/// The exit code for a tool that could not do its job.
const FAILED: u8 = 2;

/// Why a command ends early.
enum Stop {
    /// With an error that is still to be shown.
    Error(Error),
    /// Everything has been said.
    Said(u8),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Runs the command that the user typed, and gives its exit code. The first argument is the
/// name by which it was called.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let typed: Vec<_> = args.into_iter().collect();
    let args = match Args::try_parse_from(&typed) {
        Ok(args) => args,
        Err(error) => return refuse(&error, &typed),
    };
    // What polars warns of, such as a cast that it will not do one day, is nothing that a user of this command can change.
    #[cfg(feature = "sql")]
    polars::error::set_warning_function(|_, _| {});
    if let Err(error) = signals::outlive_limits() {
        say(&describe(&error));
        return FAILED;
    }
    let result = match args.command {
        Command::Run(args) => run::run(*args),
        Command::Check(args) => run::check(*args),
        Command::Explain(args) => explain::run(&args),
        Command::Baseline(command) => baseline::run(command),
        Command::Diff(args) => diff::run(*args),
        Command::Recover(args) => recover::run(&args),
        Command::Schema(command) => schema::run(&command),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::Generate(args) => generate::run(&args),
    };
    match result {
        Ok(code) | Err(Stop::Said(code)) => code,
        Err(Stop::Error(error)) => {
            say(&describe(&error));
            FAILED
        }
    }
}

/// What other tools call a command, and what it is here. `DUMP` stands for what was typed behind it.
const OTHER_NAMES: [(&str, &str); 30] = [
    ("infer", DRAFT),
    ("init", DRAFT),
    ("new", DRAFT),
    ("draft", DRAFT),
    ("generate-schema", DRAFT),
    ("sniff", DRAFT),
    ("validate", CHECK),
    ("verify", CHECK),
    ("lint", "`recordmill check DUMP` for data, `recordmill schema check my.toml` for a schema"),
    ("profile", LOOK),
    ("stats", LOOK),
    ("describe", LOOK),
    ("convert", RUN),
    ("import", RUN),
    ("load", RUN),
    ("parse", RUN),
    ("extract", RUN),
    ("build", RUN),
    ("export", RUN),
    ("cat", "`recordmill run DUMP --table NAME -o -`"),
    ("head", "`recordmill run DUMP --limit 10 --table NAME -o -`"),
    ("test", "`recordmill schema test my.toml`"),
    ("why", "`recordmill explain FILE:LINE`, or `recordmill explain CODE`"),
    ("compare", "`recordmill diff OLD NEW`, of two output folders"),
    ("list", "`recordmill schema list` for schemas, `recordmill explain CODE` for a code"),
    ("schemas", "`recordmill schema list`"),
    ("show", "`recordmill schema show NAME`"),
    (
        "update",
        "`recordmill baseline update DUMP`, or `recordmill schema draft DUMP --update my.toml`",
    ),
    ("version", "`recordmill --version`"),
    ("completion", "`recordmill completions bash`"),
];
const DRAFT: &str = "`recordmill schema draft DUMP -o my.toml`";
const CHECK: &str = "`recordmill check DUMP`";
const RUN: &str = "`recordmill run DUMP -o FOLDER --format parquet,csv`";
const LOOK: &str =
    "`recordmill check DUMP` for what is wrong, `recordmill schema draft DUMP` for what there is";

/// What other tools call a flag, and what it is here.
const OTHER_FLAGS: [(&str, &str); 14] = [
    ("-f", FORMAT),
    ("-t", FORMAT),
    ("--to", FORMAT),
    ("--output-format", FORMAT),
    ("--out", "`-o FOLDER`, or `--output FOLDER`"),
    ("-i", INPUT),
    ("--input", INPUT),
    ("--file", INPUT),
    ("--json", "`--report json` for findings, `--format jsonl` for tables"),
    ("-v", EVERY),
    ("--verbose", EVERY),
    ("--strict", "`--fail-on warning`"),
    ("--force", "`--publish always`"),
    (
        "--delimiter",
        "`csv = { delimiter = \";\" }` of `[source]` in the schema; `recordmill schema draft DUMP` finds it out",
    ),
];
/// A draft is never written over a file.
const OF_DRAFTS: (&str, &str) =
    ("--force", "`--update FILE`, which adds to a schema, or `-o` with the name of a new file");
const FORMAT: &str = "`--format parquet,csv,jsonl,arrow`";
const INPUT: &str = "no flag: inputs stand by themselves, as in `recordmill run dump.txt`";
const EVERY: &str = "`--report concise`, which lists every finding";

/// Tells what is wrong with the arguments, or the help that was asked for.
fn refuse(error: &clap::Error, typed: &[OsString]) -> u8 {
    let code = u8::try_from(error.exit_code()).unwrap_or(FAILED);
    let Some((message, remedy)) = other_word(error, typed) else {
        let _ = error.print();
        return code;
    };
    say(&describe(&Error::new(ErrorKind::Option, message).with_remedy(remedy)));
    code
}

/// What is told of a word that is another's, and what it is here.
fn other_word(error: &clap::Error, typed: &[OsString]) -> Option<(String, String)> {
    if let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg)
        && error.kind() == ClapError::UnknownArgument
    {
        let drafts =
            typed.iter().skip(1).map_while(|arg| arg.to_str()).take(2).eq(["schema", "draft"]);
        let (_, here) = match flag.as_str() {
            "--force" if drafts => &OF_DRAFTS,
            flag => OTHER_FLAGS.iter().find(|(name, _)| *name == flag)?,
        };
        return Some((format!("no flag is called `{flag}`"), format!("here it is {here}")));
    }
    if let (Some(ContextValue::String(flag)), Some(ContextValue::String(value))) =
        (error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidValue))
        && (error.kind(), value.as_str()) == (ClapError::ValueValidation, "0")
        && flag.starts_with("--limit ")
    {
        let message = "`--limit` takes a number of records from 1 on, and not `0`";
        return Some((message.to_owned(), "leave it out to read all records".to_owned()));
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let args: Vec<_> = typed.iter().skip(1).map(|arg| arg.to_string_lossy()).collect();
    let of_schemas = args.first().is_some_and(|first| first == "schema");
    let here = match word.as_str() {
        "validate" | "verify" | "lint" if of_schemas => Some("`recordmill schema check my.toml`"),
        word => OTHER_NAMES.iter().find(|(name, _)| *name == word).map(|(_, here)| *here),
    };
    // What stands behind the word, up to the first flag.
    let behind = args.iter().skip_while(|arg| **arg != **word).skip(1);
    let dumps: Vec<_> =
        behind.take_while(|arg| !arg.starts_with('-')).map(|arg| summary::quoted(arg)).collect();
    let message = format!("no command is called `{word}`");
    let remedy = match here {
        Some(here) if dumps.is_empty() => format!("here it is {here}"),
        Some(here) => format!("here it is {}", here.replace("DUMP", &dumps.join(" "))),
        None if Path::new(word).exists() || word.contains(['.', '/', '*']) => {
            format!("a dump is milled by `recordmill run {}`", summary::quoted(word))
        }
        None => return None,
    };
    Some((message, remedy))
}

/// An error in one line with its causes, and the remedy in another.
fn describe(error: &Error) -> String {
    let mut text = format!("error: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    // Names of members come from the archive, and may hold anything.
    let mut text = render::sanitize(&text.replace('\n', " ")).into_owned();
    if let Some(remedy) = error.remedy() {
        text.push_str(&format!("\n  help: {}", render::sanitize(remedy)));
    }
    text
}

/// The name of an input, whatever bytes it is made of.
fn file_name() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().map(name_of_path)
}

/// Writes to standard error; that nobody listens is no reason to stop.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// As [`say`], a line with names, keys or values in it: what would act on a terminal is
/// shown as its code point.
fn tell(line: &str) {
    say(&render::sanitize(line));
}

/// Writes to standard output. A reader that has seen enough is no failure, and changes nothing of what the command
/// comes to.
fn print(text: &str) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Stop::Error(
            Error::new(ErrorKind::Output, "cannot write to standard output")
                .with_remedy("check where it leads, and that there is room")
                .with_source(error),
        )),
    }
}

/// How standard error shows text.
fn style() -> Style {
    style_of(&std::io::stderr())
}

/// How a stream shows text: colors by `NO_COLOR`, `CLICOLOR_FORCE` and whether it is a
/// terminal, in this order; as wide as `COLUMNS` says, or the terminal is.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the environment")]
fn style_of(stream: &(impl IsTerminal + AsStream)) -> Style {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = set("CLICOLOR_FORCE")
        && std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let color = !set("NO_COLOR") && (forced || stream.is_terminal());
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = asked.or_else(|| terminal_size_of(stream).map(|(width, _)| width.0.into()));
    Style { color, width: width.unwrap_or(100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        <Args as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn an_error_is_told_with_cause_and_remedy() {
        let error = Error::new(ErrorKind::Input, "cannot read the input")
            .with_path("x")
            .with_remedy("check the path")
            .with_source(std::io::Error::other("no such\nfile"));
        assert_eq!(
            describe(&error),
            "error: cannot read the input `x`: no such file\n  help: check the path"
        );
    }
}
