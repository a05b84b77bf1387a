//! `schema draft`, `schema list`, `schema show`, `schema check`, `schema docs`, `schema test`.

use clap::{Args, Subcommand, ValueEnum};
use recordmill::dataset;
use recordmill::diagnostic::Code;
use recordmill::draft::fit::fit;
use recordmill::lang::Fault;
use recordmill::prove::{self, prove};
use recordmill::render;
use recordmill::render::Style;
use recordmill::schema::{self, Schema, SchemaSource};
use recordmill::source::{Coding, Input};
use recordmill::text::cut;

use super::project::ProjectArg;
use super::{FAILED, FOUND, Stop, print, say, style, tell};

#[derive(Debug, Subcommand)]
pub(super) enum SchemaCommand {
    /// Write a schema that reads a dump: form, keys, types, tables, with real values as examples
    #[command(
        after_long_help = "Examples:\n  recordmill schema draft dump.txt -o my.toml\n  recordmill schema draft dumps/ --full > my.toml\n  recordmill schema draft new.txt --update my.toml\n\nWhat holds is written; what is likely stands in comments with what speaks for it. The report goes\nto standard error: how sure it is, what was not understood, how much of the bytes is explained."
    )]
    Draft(super::draft::DraftArgs),
    /// Name the embedded schemas
    #[command(after_long_help = "Example:\n  recordmill schema list")]
    List,
    /// Print a schema: the embedded ones are the tutorial of the language
    #[command(after_long_help = "Example:\n  recordmill schema show disease > my.toml")]
    Show(SchemaArgs),
    /// Tell every fault of a schema, and what is doubtful about it
    #[command(
        after_long_help = "Examples:\n  recordmill schema check my.toml\n  recordmill schema check schemas/*.toml"
    )]
    Check(SchemasArgs),
    /// Print the data dictionary of a schema: tables, columns, types, units, rules, keys, relations, examples
    #[command(
        after_long_help = "Examples:\n  recordmill schema docs my.toml > my.md\n  recordmill schema docs my.toml --format html > my.html"
    )]
    Docs(DocsArgs),
    /// Run the examples of a schema
    #[command(
        after_long_help = "Examples:\n  recordmill schema test my.toml\n  recordmill schema test my.toml --mutate"
    )]
    Test(TestArgs),
}

#[derive(Debug, Args)]
pub(super) struct DocsArgs {
    #[command(flatten)]
    schema: SchemaArgs,
    /// Markdown with a Mermaid diagram, or a page of HTML that fetches nothing
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    format: DocsFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DocsFormat {
    Markdown,
    Html,
}

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    #[command(flatten)]
    schemas: SchemasArgs,
    /// Damage accepted examples too, and show the rules that no damage can trip
    #[arg(long)]
    mutate: bool,
}

#[derive(Debug, Args)]
pub(super) struct SchemasArgs {
    /// Names of embedded schemas, or paths of schema files; without any that of `recordmill.toml`, or `disease`
    #[arg(value_name = "SCHEMA")]
    schemas: Vec<String>,
    #[command(flatten)]
    project: ProjectArg,
}

/// The embedded schema that stands for all of them.
const DEFAULT: &str = "disease";

impl SchemasArgs {
    /// Does something with each; the worst exit code is that of all. One that
    /// cannot be used does not keep the others from being looked at.
    fn each(&self, act: impl Fn(&SchemaSource) -> Result<u8, Stop>) -> Result<u8, Stop> {
        let mut worst = 0;
        let mut schemas = self.schemas.clone();
        if schemas.is_empty() {
            schemas.push(of_project(self.project)?);
        }
        for name in &schemas {
            let code = match SchemaSource::find(name).map_err(Stop::from).and_then(|s| act(&s)) {
                Ok(code) | Err(Stop::Said(code)) => code,
                Err(Stop::Error(error)) if schemas.len() > 1 => {
                    say(&super::describe(&error));
                    FAILED
                }
                Err(stop) => return Err(stop),
            };
            worst = worst.max(code);
        }
        Ok(worst)
    }
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Name of an embedded schema, or path of a schema file; without it that of `recordmill.toml`, or `disease`
    #[arg(value_name = "SCHEMA")]
    schema: Option<String>,
    #[command(flatten)]
    project: ProjectArg,
}

impl SchemaArgs {
    fn source(&self) -> Result<SchemaSource, Stop> {
        let name = match &self.schema {
            Some(name) => name.clone(),
            None => of_project(self.project)?,
        };
        Ok(SchemaSource::find(&name)?)
    }
}

/// The schema of the project, or the one that stands for all.
fn of_project(project: ProjectArg) -> Result<String, Stop> {
    Ok(project.find()?.schema(None).unwrap_or_else(|| DEFAULT.to_owned()))
}

pub(super) fn run(command: &SchemaCommand) -> Result<u8, Stop> {
    match command {
        SchemaCommand::Draft(args) => super::draft::run(args),
        SchemaCommand::List => {
            print(&list())?;
            Ok(0)
        }
        SchemaCommand::Show(args) => {
            print(&args.source()?.text)?;
            Ok(0)
        }
        SchemaCommand::Docs(args) => {
            let schema = load(&args.schema.source()?)?;
            print(&match args.format {
                DocsFormat::Markdown => render::dictionary_markdown(&schema),
                DocsFormat::Html => render::dictionary_html(&schema),
            })?;
            Ok(0)
        }
        SchemaCommand::Check(args) => args.each(|source| Ok(check(source))),
        SchemaCommand::Test(args) => args.schemas.each(|source| {
            let code = test(source)?;
            if args.mutate { Ok(code.max(mutate(source)?)) } else { Ok(code) }
        }),
    }
}

/// The embedded schemas, one a line: name, forms, what it is for.
fn list() -> String {
    let mut out = String::new();
    for builtin in schema::builtin::BUILTINS {
        let source = SchemaSource { name: builtin.name.to_owned(), text: builtin.text.to_owned() };
        let (forms, about) = match schema::parse(&source).0 {
            Some(schema) if schema.is_library => {
                ("for `uses`".to_owned(), schema.description.unwrap_or_default())
            }
            Some(schema) => {
                let forms = schema.source.formats.iter().map(|format| format.as_str());
                (forms.collect::<Vec<_>>().join(", "), schema.description.unwrap_or_default())
            }
            None => (String::new(), String::new()),
        };
        out.push_str(&format!("{:10}  {forms:10}  {about}\n", builtin.name));
    }
    out
}

/// Damages the examples of a schema: a line per rule on standard output, and
/// the rules that nothing trips as faults.
fn mutate(source: &SchemaSource) -> Result<u8, Stop> {
    let schema = load_any(source)?;
    let trials = prove::mutate(&schema);
    let mut told = String::new();
    let mut faults = Vec::new();
    for trial in &trials {
        if let Some((text, damaged)) = &trial.tripped {
            let (text, damaged) = (short(text), short(damaged));
            told.push_str(&format!(
                "{}: `{text}` is accepted, `{damaged}` is refused\n",
                trial.rule
            ));
            continue;
        }
        let message = format!("nothing trips {}", trial.rule);
        let fault = Fault::new(Code::RULE_NEVER_FAILS, trial.span.clone(), message);
        faults.push(schema.placed(fault.with_help(match trial.tried {
            0 => "it has no accepted example that could be damaged; add one".to_owned(),
            tried => format!("{tried} damaged texts were accepted"),
        })));
    }
    print(&told)?;
    show(&faults.iter().collect::<Vec<_>>(), source, style());
    let rules = count(trials.len(), "rule");
    if faults.is_empty() {
        tell(&format!("each of {rules} of `{}` can fail", source.name));
        return Ok(0);
    }
    tell(&format!("error: {rules} of `{}`, {} never fail", source.name, faults.len()));
    Ok(FOUND)
}

/// No more of a text than a line can carry.
fn short(text: &str) -> String {
    cut(&render::sanitize(text), 48).into_owned()
}

/// The schema that a command names, or else the embedded one that fits its inputs; says
/// whether it is the latter.
pub(super) fn choose(
    named: Option<&str>,
    inputs: &[Input],
    encoding: Option<Coding>,
) -> Result<(Schema, bool), Stop> {
    match named {
        Some(name) => Ok((load(&SchemaSource::find(name)?)?, false)),
        None => Ok((fit(inputs, encoding)?, true)),
    }
}

/// Reads a schema that can be run, or shows every fault that keeps it from that.
fn load(source: &SchemaSource) -> Result<Schema, Stop> {
    let schema = load_any(source)?;
    schema.can_be_run()?;
    Ok(schema)
}

/// Reads a schema or a library, or shows every fault that keeps it from being used.
fn load_any(source: &SchemaSource) -> Result<Schema, Stop> {
    let (schema, faults) = parse(source);
    schema.ok_or_else(|| {
        let errors: Vec<_> = faults.iter().filter(|fault| fault.is_error()).collect();
        show(&errors, source, style());
        tell(&format!("error: the schema `{}` has {}", source.name, count(errors.len(), "fault")));
        Stop::Said(FAILED)
    })
}

/// Reads a schema, its SQL included. There is one if no fault is an error.
fn parse(source: &SchemaSource) -> (Option<Schema>, Vec<Fault>) {
    let (schema, mut faults) = schema::parse(source);
    let own = schema.as_ref().map(dataset::faults).unwrap_or_default();
    let usable = own.is_empty();
    faults.extend(own);
    (schema.filter(|_| usable), faults)
}

fn check(source: &SchemaSource) -> u8 {
    let (schema, faults) = parse(source);
    show(&faults.iter().collect::<Vec<_>>(), source, style());
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    let warnings = count(faults.len() - errors, "warning");
    if let Some(schema) = schema {
        if schema.is_library {
            tell(&format!(
                "`{}` is a library for `uses`: {}, {}, {warnings}",
                source.name,
                count(schema.quantities.len(), "kind") + " of quantities",
                count(schema.outlines.len(), "outline"),
            ));
            return 0;
        }
        tell(&format!(
            "`{}` is a schema: {}, {}, {warnings}",
            source.name,
            count(schema.fields.len(), "field"),
            count(schema.tables.len(), "table")
        ));
        0
    } else {
        tell(&format!(
            "error: the schema `{}` has {}, {warnings}",
            source.name,
            count(errors, "fault")
        ));
        FAILED
    }
}

fn test(source: &SchemaSource) -> Result<u8, Stop> {
    let schema = load_any(source)?;
    let proof = prove(&schema);
    let faults: Vec<_> = proof.faults.into_iter().map(|fault| schema.placed(fault)).collect();
    show(&faults.iter().collect::<Vec<_>>(), source, style());
    let failed = faults.len();
    let examples = count(proof.examples, "example");
    if proof.examples == 0 {
        tell(&format!("error: the schema `{}` has no example, so nothing was tested", source.name));
        return Ok(FOUND);
    }
    if failed == 0 {
        tell(&format!("{examples} of `{}` come out as they must", source.name));
        return Ok(0);
    }
    tell(&format!("error: {examples} of `{}`, {} failed", source.name, count(failed, "check")));
    Ok(FOUND)
}

pub(super) fn show(faults: &[&Fault], source: &SchemaSource, style: Style) {
    for fault in faults {
        say(&render::fault(fault, &source.name, &source.text, style));
        say("");
    }
}

pub(super) fn count(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
