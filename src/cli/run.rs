//! `run` and `check`: a dump through the mill.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use recordmill::diagnostic::Located;
use recordmill::diagnostic::{CODES, Code, Severity, find};
use recordmill::pipeline::{self, Observer, Options};
use recordmill::report::FailOn;
use recordmill::schema::{Schema, SchemaSource, nearest};
use recordmill::sink::{Compression, Format, Target};
use recordmill::source::{Input, Limits, label_of, resolve};
use recordmill::{Error, ErrorKind};

use super::report::{ReportArg, Reports};
use super::{Stop, schema, style, summary};

#[derive(Debug, Args)]
#[command(after_long_help = RUN_EXAMPLES)]
pub(super) struct RunArgs {
    #[command(flatten)]
    common: Common,
    /// Folder for the tables, findings, quarantine and run.json
    #[arg(short, long, value_name = "FOLDER", default_value = "output")]
    output: PathBuf,
    /// Forms of the tables, separated by commas
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', default_value = "parquet")]
    format: Vec<FormatArg>,
    /// Compression of Parquet pages: zstd, zstd:LEVEL, snappy, lz4, none
    #[arg(long, value_name = "CODEC", default_value = "zstd")]
    compression: Compression,
}

const RUN_EXAMPLES: &str = "\
Examples:
  recordmill run                                   raw/ into output/
  recordmill run dump.txt more/ 'old/*.txt' -o tables
  recordmill run dump.txt --schema my.toml --format parquet,csv
  recordmill run dump.txt --fail-on never          tables in any case; findings in finding.parquet
  cat dump.txt | recordmill run - -o tables

The folder gets one file per table and format, finding.parquet, quarantine/ with the original bytes
of rejected records, and run.json with counts, hashes and the balance of bytes. A run that fails or
is killed leaves what was there.";

#[derive(Debug, Args)]
#[command(after_long_help = CHECK_EXAMPLES)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    common: Common,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  recordmill check dump.txt
  recordmill check dumps/ --schema my.toml --fail-on warning
  recordmill check dumps/ --error unknown-key,R103 --allow ragged-row
  recordmill check dumps/ --quiet --report concise
  recordmill check dumps/ --report jsonl=findings.jsonl";

#[derive(Debug, Args)]
struct Common {
    /// Files, folders, globs, archives, or - for standard input; gzip, zstd, bzip2, xz, tar and zip are told by their content
    #[arg(value_name = "INPUT", default_value = "raw/")]
    inputs: Vec<String>,
    /// Name of an embedded schema, or path of a schema file
    #[arg(short, long, value_name = "SCHEMA", default_value = "disease")]
    schema: String,
    /// From which severity on findings make the exit status 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOnArg,
    /// Codes or names of findings that are errors, whatever the schema says
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    error: Vec<String>,
    /// Codes or names of findings that are warnings, whatever the schema says
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    warn: Vec<String>,
    /// Codes or names of findings that are worth knowing and no more, whatever the schema says
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    allow: Vec<String>,
    /// Write the findings as concise, jsonl or github, to standard output or a file; may be given several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    report: Vec<ReportArg>,
    /// Encoding of the inputs by its WHATWG label; the schema decides without it
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,
    /// Longest record in bytes of text; a longer one goes to the quarantine
    #[arg(long, value_name = "BYTES")]
    max_record_bytes: Option<usize>,
    /// How many times its length a compressed input may expand to
    #[arg(long, value_name = "RATIO", default_value_t = Limits::default().expansion)]
    max_expansion: u64,
    /// How many bytes a compressed input or an archive may expand to
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().bytes)]
    max_unpacked_bytes: u64,
    /// How many members archives may have
    #[arg(long, value_name = "N", default_value_t = Limits::default().members)]
    max_members: u64,
    /// Number of workers; as many as the machine has cores without it
    #[arg(short = 'j', long, value_name = "N")]
    threads: Option<usize>,
    /// No summary and no progress bar; errors are still told
    #[arg(short, long)]
    quiet: bool,
}

impl Common {
    /// Gives the findings that the flags name their severities.
    fn force(&self, schema: &mut Schema) -> recordmill::Result<()> {
        let mut seen: Vec<&'static str> = Vec::new();
        let flags = [
            (&self.error, Severity::Error),
            (&self.warn, Severity::Warning),
            (&self.allow, Severity::Info),
        ];
        for (words, severity) in flags {
            for word in words {
                let code = code_of(word)?;
                if seen.contains(&code.id) {
                    let message = format!("`{word}` is given two severities");
                    return Err(Error::new(ErrorKind::Option, message)
                        .with_remedy("name it in one of `--error`, `--warn`, `--allow`"));
                }
                seen.push(code.id);
                schema.policy.force(code, severity);
            }
        }
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits {
            expansion: self.max_expansion,
            bytes: self.max_unpacked_bytes,
            members: self.max_members,
            ..Limits::default()
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    /// Apache Parquet
    Parquet,
    /// CSV by RFC 4180
    Csv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOnArg {
    Error,
    Warning,
    Never,
}

impl From<FailOnArg> for FailOn {
    fn from(arg: FailOnArg) -> Self {
        match arg {
            FailOnArg::Error => Self::Error,
            FailOnArg::Warning => Self::Warning,
            FailOnArg::Never => Self::Never,
        }
    }
}

/// `recordmill run`.
pub(super) fn run(args: &RunArgs) -> Result<u8, Stop> {
    let mut formats: Vec<_> = args
        .format
        .iter()
        .map(|format| match format {
            FormatArg::Parquet => Format::Parquet,
            FormatArg::Csv => Format::Csv,
        })
        .collect();
    formats.sort_unstable();
    formats.dedup();
    let target = Target { folder: args.output.clone(), formats, compression: args.compression };
    mill(&args.common, Some(target))
}

/// `recordmill check`.
pub(super) fn check(args: &CheckArgs) -> Result<u8, Stop> {
    mill(&args.common, None)
}

fn mill(args: &Common, target: Option<Target>) -> Result<u8, Stop> {
    let mut schema: Schema = schema::load(&SchemaSource::find(&args.schema)?)?;
    args.force(&mut schema)?;
    let mut options = Options::new(resolve(&args.inputs, args.limits())?);
    options.target = target;
    options.fail_on = args.fail_on.into();
    options.max_record_bytes = args.max_record_bytes;
    options.encoding = encoding_of(args.encoding.as_deref())?;
    if let Some(threads) = args.threads {
        options.threads = threads.max(1);
    }
    let bar = Bar::new(&options.inputs, args.quiet);
    let reports = Mutex::new(Reports::open(&args.report)?);
    let outcome = pipeline::run(&schema, &options, &Watch { bar: &bar, reports: &reports });
    bar.0.finish_and_clear();
    let outcome = outcome?;
    let names: Vec<_> = options.inputs.iter().map(Input::name).collect();
    let mut reports = reports.into_inner().unwrap_or_else(PoisonError::into_inner);
    reports.finish(&outcome, &names)?;
    if !args.quiet {
        let folder = options.target.as_ref().map(|target| target.folder.as_path());
        summary::show(&outcome, &schema, folder, style());
    }
    Ok(outcome.report.exit_code)
}

/// The finding that a flag names. What is wrong with a schema file is no finding
/// of a run.
fn code_of(word: &str) -> recordmill::Result<&'static Code> {
    let of_run = |code: &&&Code| !code.id.starts_with("R9");
    if let Some(code) = find(word).filter(|code| of_run(&code)) {
        return Ok(code);
    }
    let words = CODES.iter().filter(of_run).flat_map(|code| [code.name, code.id]);
    let remedy = match nearest(word, words) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "findings have codes such as `R102` and names such as `unknown-key`".to_owned(),
    };
    let message = format!("no finding is called `{word}`");
    Err(Error::new(ErrorKind::Option, message).with_remedy(remedy))
}

/// The encoding that a flag names, if it does.
pub(super) fn encoding_of(
    label: Option<&str>,
) -> recordmill::Result<Option<&'static encoding_rs::Encoding>> {
    let Some(label) = label else { return Ok(None) };
    let found = label_of(label).ok_or_else(|| {
        Error::new(ErrorKind::Option, format!("no encoding is called `{label}`"))
            .with_remedy("give a WHATWG label such as `utf-8`, `gb18030`, `big5`, `shift_jis`")
    })?;
    Ok(Some(found))
}

/// A progress bar on a terminal, nothing elsewhere.
struct Bar(ProgressBar);

impl Bar {
    fn new(inputs: &[Input], quiet: bool) -> Self {
        let visible = !quiet && std::io::stderr().is_terminal();
        let target = if visible {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let length = inputs.iter().map(Input::stored_len).sum();
        let bar = ProgressBar::with_draw_target(Some(length), target);
        if let Ok(style) = ProgressStyle::with_template(
            "{bar:32} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left",
        ) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }
}

/// What watches a run: the progress bar and the reports.
struct Watch<'w> {
    bar: &'w Bar,
    reports: &'w Mutex<Reports>,
}

impl Observer for Watch<'_> {
    fn advance(&self, bytes: u64) {
        self.bar.0.inc(bytes);
    }

    fn measured(&self, bytes: u64, stored: u64) {
        self.bar.0.inc_length(bytes.saturating_sub(stored));
        self.bar.0.dec_length(stored.saturating_sub(bytes));
    }

    fn found(&self, located: &Located, file: Option<&str>) -> recordmill::Result<()> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).found(located, file)
    }
}
