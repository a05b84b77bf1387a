//! `schema show`, `schema check`, `schema test`.

use clap::{Args, Subcommand};
use recordmill::diagnostic::render::{self, Style};
use recordmill::prove::prove;
use recordmill::schema::{self, Fault, Schema, SchemaSource};

use super::{FAILED, FOUND, Stop, print, say, style};

#[derive(Debug, Subcommand)]
pub(super) enum SchemaCommand {
    /// Print a schema: the embedded ones are the tutorial of the language
    #[command(after_long_help = "Example:\n  recordmill schema show disease > my.toml")]
    Show(SchemaArgs),
    /// Tell every fault of a schema, and what is doubtful about it
    #[command(after_long_help = "Example:\n  recordmill schema check my.toml")]
    Check(SchemaArgs),
    /// Run the examples of a schema
    #[command(after_long_help = "Example:\n  recordmill schema test my.toml")]
    Test(SchemaArgs),
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Name of an embedded schema, or path of a schema file
    #[arg(value_name = "SCHEMA", default_value = "disease")]
    schema: String,
}

pub(super) fn run(command: &SchemaCommand) -> Result<u8, Stop> {
    match command {
        SchemaCommand::Show(args) => {
            print(&SchemaSource::find(&args.schema)?.text)?;
            Ok(0)
        }
        SchemaCommand::Check(args) => Ok(check(&SchemaSource::find(&args.schema)?)),
        SchemaCommand::Test(args) => test(&SchemaSource::find(&args.schema)?),
    }
}

/// Reads a schema, or shows every fault that keeps it from being used.
pub(super) fn load(source: &SchemaSource) -> Result<Schema, Stop> {
    let (schema, faults) = schema::parse(source);
    schema.ok_or_else(|| {
        let errors: Vec<_> = faults.iter().filter(|fault| fault.is_error()).collect();
        show(&errors, source, style());
        say(&format!("error: the schema `{}` has {}", source.name, count(errors.len(), "fault")));
        Stop::Said(FAILED)
    })
}

fn check(source: &SchemaSource) -> u8 {
    let (schema, faults) = schema::parse(source);
    show(&faults.iter().collect::<Vec<_>>(), source, style());
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    let warnings = count(faults.len() - errors, "warning");
    if let Some(schema) = schema {
        say(&format!(
            "`{}` is a schema: {}, {}, {warnings}",
            source.name,
            count(schema.fields.len(), "field"),
            count(schema.tables.len(), "table")
        ));
        0
    } else {
        say(&format!(
            "error: the schema `{}` has {}, {warnings}",
            source.name,
            count(errors, "fault")
        ));
        FAILED
    }
}

fn test(source: &SchemaSource) -> Result<u8, Stop> {
    let schema = load(source)?;
    let proof = prove(&schema);
    show(&proof.faults.iter().collect::<Vec<_>>(), source, style());
    let failed = proof.faults.len();
    let examples = count(proof.examples, "example");
    if proof.examples == 0 {
        say(&format!("error: the schema `{}` has no example, so nothing was tested", source.name));
        return Ok(FOUND);
    }
    if failed == 0 {
        say(&format!("{examples} of `{}` come out as they must", source.name));
        return Ok(0);
    }
    say(&format!("error: {examples} of `{}`, {} failed", source.name, count(failed, "check")));
    Ok(FOUND)
}

fn show(faults: &[&Fault], source: &SchemaSource, style: Style) {
    for fault in faults {
        say(&render::fault(fault, &source.name, &source.text, style));
        say("");
    }
}

pub(super) fn count(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
