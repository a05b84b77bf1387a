//! `run` and `check`: a dump through the mill.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use recordmill::baseline::Baseline;
use recordmill::dataset::given_words;
use recordmill::diagnostic::{CODES, Code, Located, MaskKey, Severity, find};
use recordmill::lang::nearest;
use recordmill::pipeline::{self, Observer, Options};
use recordmill::publish::{Publish, recover_if_needed};
use recordmill::render::{Notes, View, findings, sanitize, summary};
use recordmill::report::{Before, Outcome, SavedRun};
use recordmill::schema::Schema;
use recordmill::sink::{Compression, FINDING, Format, PROFILE, Target, arrow_stream};
use recordmill::source::{Coding, FileSystem, Input, Limits, resolve_except, unread, whole_path};
use recordmill::verdict::FailOn;
use recordmill::{Error, ErrorKind};
use tempfile::TempDir;

use super::project::{ProjectArg, Settings};
use super::report::{
    ReportArg, Reports, files, has_page, kept, shows_profile, steps, takes_stdout,
};
use super::summary::Typed;
use super::targets::{REPORT, Targets};
use super::{Stop, file_name, print, say, schema, signals, style, style_of, tell};

#[derive(Debug, Args)]
#[command(after_long_help = RUN_EXAMPLES)]
pub(super) struct RunArgs {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    verdict: VerdictArgs,
    /// Folder for the tables, findings, quarantine and run.json; `output` without it
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// The one table to be written to standard output: `--table NAME -o -`
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Read the first N records alone; run.json and the summary say so
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    limit: Option<u64>,
    /// Forms of the tables, separated by commas; `parquet` without it, and `csv` on standard output
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    format: Vec<FormatArg>,
    /// Compression of Parquet pages: zstd, zstd:LEVEL, snappy, lz4, none
    #[arg(long, value_name = "CODEC", default_value = "zstd")]
    compression: Compression,
    /// When the tables go where readers look: if the run has not failed, or always; those of a failed run stand in FOLDER.failed; `passed` without it
    #[arg(long, value_name = "WHEN", value_parser = publishes())]
    publish: Option<Publish>,
}

const RUN_EXAMPLES: &str = "\
Examples:
  recordmill run                                   what recordmill.toml says, or raw/ into output/
  recordmill run dump.txt more/ 'old/*.txt' -o tables
  recordmill run dump.txt --schema my.toml --format parquet,csv
  recordmill run dump.txt --limit 100 --table book -o - --format jsonl
  recordmill run dump.txt --report html=run.html   a page to look at: verdict, findings, what columns hold, what changed
  recordmill run dump.txt -o friday --report html=run.html --compare monday
  recordmill run dump.txt --fail-on never          tables in any case; findings in finding.parquet
  cat dump.txt | recordmill run - -o tables

The folder gets one file per table and format, finding.parquet, quarantine/ with the original bytes
of rejected records, and run.json with counts, hashes and the balance of bytes. All of it replaces
what the run before wrote, or nothing does: a run that fails its checks leaves the folder as it was
and puts its tables into FOLDER.failed, and one that is killed can be stopped anywhere (`recover`).

A file recordmill.toml in this folder, or in the nearest one above that has one, says what no flag
says: inputs, schema, output, format, baseline, reports, fail-on, publish. Its paths begin at its folder.";

#[derive(Debug, Args)]
#[command(after_long_help = CHECK_EXAMPLES)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    verdict: VerdictArgs,
    /// Read the first N records alone
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    limit: Option<u64>,
}

/// What a run is judged by.
#[derive(Debug, Args)]
struct VerdictArgs {
    /// From which severity on findings make the exit status 1; `error` without it
    #[arg(long, value_name = "SEVERITY", value_parser = fails_on())]
    fail_on: Option<FailOn>,

    /// Findings that were accepted; only others count for the verdict. `recordmill baseline update` writes the file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  recordmill check dump.txt
  recordmill check dumps/ --schema my.toml --fail-on warning
  recordmill check dumps/ --error unknown-key,R103 --allow ragged-row
  recordmill check dumps/ --quiet --report concise
  recordmill check dumps/ --report sarif=recordmill.sarif --report junit=recordmill.xml
  recordmill check dumps/ --baseline recordmill-baseline.json
  recordmill check dumps/ --schema my.toml --words term=dict/terms.txt";

#[derive(Debug, Args)]
pub(super) struct Common {
    /// Files, folders, globs, archives, or - for standard input; gzip, zstd, bzip2, xz, tar and zip are recognized by their content. `raw/` without any
    #[arg(value_name = "INPUT", value_parser = file_name())]
    pub(super) inputs: Vec<String>,
    /// Name of an embedded schema, or path of a schema file; without it the embedded one that fits the inputs is taken
    #[arg(short, long, value_name = "SCHEMA")]
    pub(super) schema: Option<String>,
    /// Codes or names of findings that are errors, whatever the schema says
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    error: Vec<String>,
    /// Codes or names of findings that are warnings, whatever the schema says
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    warn: Vec<String>,
    /// Codes or names of findings that are informative only, whatever the schema says
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    allow: Vec<String>,
    /// Report as human, concise, json, jsonl, sarif, junit, github, gitlab, markdown or html, to standard output or a file; may be given several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    report: Vec<ReportArg>,
    /// Look at what the columns of the tables hold: nulls, distinct and frequent values, figures, lengths; for run.json, the report json and a table `profile`. On by itself with the report html
    #[arg(long)]
    profile: bool,
    /// Output folder of a run before, which the report html says what changed since; without it the one that the output folder has
    #[arg(long, value_name = "FOLDER")]
    compare: Option<PathBuf>,
    /// How many findings the reports concise, json and jsonl list; their end counts the rest
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    max_findings: u64,
    /// Lowest severity of the findings that the reports concise, json and jsonl list
    #[arg(long, value_name = "SEVERITY", default_value = "info")]
    report_level: LevelArg,
    /// Hide all values in findings, reports and the profile; tables and quarantine have them all the same
    #[arg(long)]
    mask: bool,
    /// File with a secret of 16 bytes or more, with which hidden values are told apart in baselines and fingerprints; `RECORDMILL_MASK_KEY` may hold the secret itself
    #[arg(long, value_name = "FILE")]
    mask_key: Option<PathBuf>,
    /// File for a word list of the schema, one term a line; may be given several times
    #[arg(long, value_name = "NAME=FILE", value_parser = words)]
    words: Vec<(String, String)>,
    /// Encoding of the inputs by its WHATWG label; the schema decides without it
    #[arg(long, value_name = "LABEL")]
    pub(super) encoding: Option<String>,
    /// Longest record in bytes of text, from 1; a longer one goes to the quarantine
    #[arg(long, value_name = "BYTES", value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
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
    /// Number of workers, from 1 to 1024; as many as the machine has cores without it
    #[arg(
        short = 'j',
        long,
        value_name = "N",
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST_THREADS)
    )]
    threads: Option<usize>,
    #[command(flatten)]
    pub(super) project: ProjectArg,
    /// No summary and no progress bar; errors are still shown
    #[arg(short, long)]
    pub(super) quiet: bool,
}

impl Common {
    /// Gives the findings that the flags name their severities.
    fn force(&self, schema: &mut Schema) -> recordmill::Result<()> {
        let mut seen: Vec<(&'static str, Severity)> = Vec::new();
        let flags = [
            (&self.error, Severity::Error),
            (&self.warn, Severity::Warning),
            (&self.allow, Severity::Info),
        ];
        for (words, severity) in flags {
            for word in words {
                let code = code_of(word)?;
                if seen.iter().any(|(id, other)| *id == code.id && *other != severity) {
                    let message = format!("`{word}` is given two severities");
                    return Err(Error::new(ErrorKind::Option, message)
                        .with_remedy("name it in one of `--error`, `--warn`, `--allow`"));
                }
                seen.push((code.id, severity));
                schema.policy.force(code, severity);
            }
        }
        Ok(())
    }

    /// The secret of hidden values, if there is one.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the secret")]
    fn mask_key(&self) -> recordmill::Result<Option<MaskKey>> {
        let (secret, from) = match &self.mask_key {
            Some(path) => {
                let read = FileSystem { limit: MOST_SECRET }.read(path);
                let secret = read.map_err(|error| {
                    let what = "cannot read the secret of hidden values";
                    unread(error, ErrorKind::Input, what, "check the path")
                })?;
                (secret, format!("`{}`", path.display()))
            }
            // One that is empty is none: what starts a run may have no secret to hand on.
            None => match std::env::var_os(MASK_KEY).filter(|secret| !secret.is_empty()) {
                Some(secret) => (secret.into_encoded_bytes(), format!("`{MASK_KEY}`")),
                None => return Ok(None),
            },
        };
        let Some(key) = MaskKey::new(&secret) else {
            let message = format!("the secret in {from} is shorter than {} bytes", MaskKey::LEAST);
            return Err(Error::new(ErrorKind::Option, message)
                .with_remedy("make one at random: `openssl rand -hex 32`"));
        };
        Ok(Some(key))
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

/// The variable that may hold the secret of hidden values.
const MASK_KEY: &str = "RECORDMILL_MASK_KEY";
/// How many workers there may be: each has memory of its own.
const MOST_THREADS: u64 = 1024;
/// How many bytes its file may have.
const MOST_SECRET: u64 = 64 * 1024;

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    /// Apache Parquet
    Parquet,
    /// CSV by RFC 4180
    Csv,
    /// JSON lines: an object a row
    Jsonl,
    /// Arrow's IPC: files in a folder, a stream on standard output
    Arrow,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LevelArg {
    Info,
    Warning,
    Error,
}

impl From<LevelArg> for Severity {
    fn from(arg: LevelArg) -> Self {
        match arg {
            LevelArg::Info => Self::Info,
            LevelArg::Warning => Self::Warning,
            LevelArg::Error => Self::Error,
        }
    }
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::Parquet => Self::Parquet,
            FormatArg::Csv => Self::Csv,
            FormatArg::Jsonl => Self::Jsonl,
            FormatArg::Arrow => Self::Arrow,
        }
    }
}

fn publishes() -> impl TypedValueParser<Value = Publish> {
    PossibleValuesParser::new(Publish::ALL.map(Publish::as_str)).try_map(|word| word.parse())
}

pub(super) fn fails_on() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(FailOn::ALL.map(FailOn::as_str)).try_map(|word| word.parse())
}

/// `recordmill run`.
pub(super) fn run(args: RunArgs) -> Result<u8, Stop> {
    let mut settings = args.common.project.find()?;
    let mut formats: Vec<_> = args.format.into_iter().map(Format::from).collect();
    formats.sort_unstable();
    formats.dedup();
    let folder = settings.output(args.output);
    // What goes to standard output is written to a folder that nobody sees, and goes on from there
    // if the run is published.
    let printed = to_stdout(&folder, args.table, &formats)?;
    let folder = printed.as_ref().map_or(folder, |printed| printed.folder.path().join("tables"));
    let formats = match &printed {
        Some(printed) => vec![printed.format],
        None => settings.format(formats),
    };
    let target = Target {
        formats,
        compression: args.compression,
        publish: settings.publish(args.publish),
        only: printed.as_ref().map(|printed| printed.table.clone()),
        ..Target::new(folder)
    };
    let fail_on = settings.fail_on(args.verdict.fail_on);
    let (accepted, targets) = args.verdict.read(&mut settings)?;
    signals::watch(&target.guard)?;
    let job = Job {
        target: Some(target),
        printed,
        limit: args.limit,
        fail_on,
        accepted,
        targets,
        ..Job::default()
    };
    Ok(mill(args.common, settings, job)?.report.exit_code)
}

/// `recordmill check`.
pub(super) fn check(args: CheckArgs) -> Result<u8, Stop> {
    let mut settings = args.common.project.find()?;
    let fail_on = settings.fail_on(args.verdict.fail_on);
    let (accepted, targets) = args.verdict.read(&mut settings)?;
    let job = Job { fail_on, accepted, prints: true, limit: args.limit, targets, ..Job::default() };
    Ok(mill(args.common, settings, job)?.report.exit_code)
}

impl VerdictArgs {
    /// Reads the baseline, if there is one.
    fn read(self, settings: &mut Settings) -> recordmill::Result<(Option<Accepted>, Targets)> {
        let path = settings.baseline(self.baseline);
        let reads = path.iter().map(|path| (path.clone(), "the baseline")).collect();
        let read = |path: PathBuf| Baseline::read(&path).map(|baseline| (path, baseline));
        Ok((path.map(read).transpose()?, Targets { reads, ..Targets::default() }))
    }
}

/// A baseline and its file.
pub(super) type Accepted = (PathBuf, Baseline);

/// A table on its way to standard output.
pub(super) struct Printed {
    table: String,
    format: Format,
    folder: TempDir,
}

/// What goes to standard output, if that is where the output goes.
fn to_stdout(
    output: &Path,
    table: Option<String>,
    formats: &[Format],
) -> recordmill::Result<Option<Printed>> {
    let refuse =
        |what: &str, remedy: &str| Err(Error::new(ErrorKind::Option, what).with_remedy(remedy));
    match (output == Path::new("-"), table) {
        (false, None) => Ok(None),
        (false, Some(_)) => refuse(
            "`--table` names what goes to standard output",
            "add `-o -`; a folder always gets every table",
        ),
        (true, None) => refuse(
            "standard output has room for one table",
            "name the table: `--table NAME -o -`; a folder called `-` is `./-`",
        ),
        (true, Some(table)) => {
            let format = match formats {
                [] => Format::Csv,
                [one] if *one != Format::Parquet => *one,
                _ => {
                    return refuse(
                        "standard output takes one form, and not Parquet",
                        "give `--format csv`, `jsonl` or `arrow`, or a folder",
                    );
                }
            };
            let folder = tempfile::tempdir().map_err(|error| {
                Error::new(ErrorKind::Output, "cannot make a temporary folder")
                    .with_remedy("make room in the folder for temporary files")
                    .with_source(error)
            })?;
            Ok(Some(Printed { table, format, folder }))
        }
    }
}

impl Printed {
    /// Checks that a schema has the table.
    fn check(&self, schema: &Schema) -> recordmill::Result<()> {
        let names = || schema.tables.iter().map(|table| table.name.as_str()).chain([FINDING]);
        if names().any(|name| name == self.table) {
            return Ok(());
        }
        let remedy = match nearest(&self.table, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("the schema `{}` has no table `{}`", schema.name, self.table);
        Err(Error::new(ErrorKind::Option, message).with_remedy(remedy))
    }

    /// Prints the table of a run that is published, and takes its traces out of the outcome.
    fn print(&self, outcome: &mut Outcome) -> Result<Option<String>, Stop> {
        let placed = outcome.placed.take();
        for (name, table) in &mut outcome.report.tables {
            table.files.clear();
            if *name == self.table && outcome.report.published {
                table.files.push("standard output".to_owned());
            }
        }
        let Some(placed) = placed.filter(|placed| placed.published) else {
            let note =
                "nothing is printed, as the run has failed (`--publish always` prints in any case)";
            return Ok(Some(note.to_owned()));
        };
        let name = format!("{}.{}", self.table, self.format.extension());
        let failed = |error| {
            Stop::Error(
                Error::new(ErrorKind::Output, "cannot write the table to standard output")
                    .with_remedy("check where standard output leads, and that there is room")
                    .with_source(error),
            )
        };
        #[expect(clippy::disallowed_methods, reason = "a file of the run just made")]
        let mut file = std::fs::File::open(placed.folder.join(name)).map_err(failed)?;
        let mut out = std::io::stdout().lock();
        let copied = match self.format {
            Format::Arrow => arrow_stream(file).and_then(|mut s| std::io::copy(&mut s, &mut out)),
            Format::Parquet | Format::Csv | Format::Jsonl => std::io::copy(&mut file, &mut out),
        };
        match copied.and_then(|_| out.flush()) {
            Ok(()) => Ok(None),
            // A reader that has seen enough is no failure.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }
}

/// What a command does with what it mills.
#[derive(Default)]
pub(super) struct Job {
    /// Where the tables go; none to check only.
    pub(super) target: Option<Target>,
    /// The table that goes on to standard output.
    pub(super) printed: Option<Printed>,
    /// How many records are read.
    pub(super) limit: Option<u64>,
    /// From which severity on the run fails.
    pub(super) fail_on: FailOn,
    /// The findings that were accepted.
    pub(super) accepted: Option<Accepted>,
    /// Whether new findings are gathered for a baseline.
    pub(super) gather: bool,
    /// Whether findings are what the command is for: they go to standard output then.
    pub(super) prints: bool,
    /// The files that the command reads and writes beside those that its flags name.
    pub(super) targets: Targets,
}

/// Runs the mill.
pub(super) fn mill(mut args: Common, mut settings: Settings, job: Job) -> Result<Outcome, Stop> {
    let Job { target, printed, limit, fail_on, accepted, gather, prints, mut targets } = job;
    let typed = Typed::new(&args, target.is_some());
    args.inputs = settings.inputs(args.inputs)?;
    args.schema = settings.schema(args.schema);
    args.report = settings.reports(args.report);
    targets.output = target.as_ref().map(|target| target.folder.clone());
    if printed.is_some() && takes_stdout(&args.report) {
        let message = "a report and a table cannot both go to standard output";
        return Err(Error::new(ErrorKind::Option, message)
            .with_remedy("give the report a file: `--report jsonl=findings.jsonl`")
            .into());
    }
    targets.writes.extend(files(&args.report).map(|path| (path.to_owned(), REPORT)));
    targets.reads.extend(args.schema.iter().map(|path| (path.into(), "the schema")));
    targets.reads.extend(args.mask_key.iter().map(|path| (path.clone(), "the secret")));
    targets.reads.extend(args.words.iter().map(|(_, file)| (file.into(), "a word list")));
    targets.check_names(&args.inputs)?;
    let except = targets.except();
    let mut options = Options::new(resolve_except(&args.inputs, args.limits(), &except)?);
    options.encoding = encoding_of(args.encoding.as_deref())?;
    let (mut schema, fitting) =
        schema::choose(args.schema.as_deref(), &options.inputs, options.encoding)?;
    if let Some(printed) = &printed {
        printed.check(&schema)?;
    }
    let taken = schema.tables.iter().any(|table| table.name == PROFILE);
    if args.profile && target.is_some() && taken {
        let message = format!("the schema `{}` has a table `{PROFILE}` of its own", schema.name);
        return Err(Error::new(ErrorKind::Option, message)
            .with_remedy("`check --profile --report json` has what the columns hold; so has `run --report html`")
            .into());
    }
    if args.profile && target.is_none() && !shows_profile(&args.report) {
        return Err(Error::new(ErrorKind::Option, "`--profile` has no effect: nothing shows it")
            .with_remedy("add `--report json` or `--report html=FILE`")
            .into());
    }
    let folder = target.as_ref().filter(|_| printed.is_none()).map(|target| &*target.folder);
    let before = before(args.compare.as_deref(), folder, &args.report)?;
    args.force(&mut schema)?;
    given_words(&mut schema, &args.words)?;
    let read = targets.check(&options.inputs, &except, &schema.tables)?;
    if !args.quiet && !except.met().is_empty() {
        let met: Vec<_> = except.met().iter().map(|path| format!("`{path}`")).collect();
        say(&sanitize(&format!(
            "left out of the inputs, as the command uses it: {}",
            met.join(", ")
        )));
    }
    options.target = target.map(|target| Target { inputs: read, ..target });
    options.fail_on = fail_on;
    options.max_record_bytes = args.max_record_bytes;
    options.mask = args.mask;
    options.mask_key = args.mask_key()?;
    if let Some((path, baseline)) = &accepted {
        baseline.fits(path, &schema.name, options.mask_key.as_ref(), gather)?;
    }
    options.base = whole_path(settings.folder());
    options.baseline = accepted.map(|(_, baseline)| baseline);
    options.gather = gather;
    options.limit = limit;
    options.kept = kept(&args.report);
    options.steps = steps(&args.report);
    options.profile = args.profile || has_page(&args.report);
    if let Some(threads) = args.threads {
        options.threads = threads;
    }
    let told = (args.max_findings, args.report_level.into());
    let bar = Bar::new(&options.inputs, args.quiet);
    let names: Vec<_> = options.inputs.iter().map(Input::name).collect();
    let reports = Mutex::new(Reports::open(&args.report, &schema, told, before)?);
    let watch = Watch { bar: &bar, reports: &reports, schema: &schema, names: &names };
    let outcome = pipeline::run(&schema, &options, &watch);
    bar.0.finish_and_clear();
    let mut outcome = outcome?;
    let unprinted = match &printed {
        Some(printed) => printed.print(&mut outcome)?,
        None => None,
    };
    let view = View { outcome: &outcome, schema: &schema, names: &names };
    if args.quiet {
        let apart = outcome.placed.as_ref().filter(|placed| !placed.published).map(|placed| {
            format!(
                "nothing is replaced, as the run has failed: its tables stand in `{}` (`--publish always` publishes in any case)",
                placed.folder.display()
            )
        });
        // Who reads tables would take those of the run before, or none, for the ones of this.
        for note in unprinted.into_iter().chain(apart) {
            tell(&note);
        }
    } else {
        if prints && !takes_stdout(&args.report) {
            print(&findings(&view, style_of(&std::io::stdout())))?;
        } else if let Some(told) = findings(&view, style()).strip_suffix('\n') {
            say(told);
        }
        let used = settings.used().map(|used| format!("the project file is used, {used}"));
        let fits = fitting.then(|| format!("no schema was named: `{}` fits", schema.name));
        let notes = Notes {
            folder: outcome.placed.as_ref().map(|placed| placed.folder.clone()),
            lines: used.into_iter().chain(fits).chain(unprinted).collect(),
            next: if gather { None } else { typed.next(&outcome, &names) },
        };
        say(&summary(&view, &notes, style()));
    }
    Ok(outcome)
}

/// The run before that a page is compared with: the one that is asked for, or the one whose output
/// the folder has.
fn before(
    asked: Option<&Path>,
    output: Option<&Path>,
    reports: &[ReportArg],
) -> recordmill::Result<Before> {
    if !has_page(reports) {
        return match asked {
            None => Ok(Before::Unknown),
            Some(_) => {
                Err(Error::new(ErrorKind::Option, "`--compare` has no effect: nothing shows it")
                    .with_remedy("add `--report html=FILE`"))
            }
        };
    }
    let open = |folder: &Path| {
        recover_if_needed(folder)?;
        SavedRun::open(folder).map(|run| Before::Run(Box::new(run)))
    };
    match (asked, output) {
        (Some(folder), _) => open(folder),
        // What is no run, or one that cannot be read, keeps nobody from the next.
        (None, Some(folder)) if folder.join("run.json").is_file() => Ok(open(folder)
            .unwrap_or_else(|error| Before::Unread(folder.to_owned(), error.to_string()))),
        (None, _) => Ok(Before::Unknown),
    }
}

/// A word list and its file.
fn words(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => {
            Ok((name.to_owned(), file.to_owned()))
        }
        _ => Err("expected NAME=FILE, such as `term=dict/terms.txt`".to_owned()),
    }
}

/// The finding that a flag names. What is wrong with a schema file is no finding
/// of a run.
fn code_of(word: &str) -> recordmill::Result<&'static Code> {
    let of_run = |code: &&&Code| code.is_of_run();
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
pub(super) fn encoding_of(label: Option<&str>) -> recordmill::Result<Option<Coding>> {
    let Some(label) = label else { return Ok(None) };
    let found = Coding::of_label(label).ok_or_else(|| {
        Error::new(ErrorKind::Option, format!("no encoding is called `{label}`"))
            .with_remedy("give a WHATWG label such as `utf-8`, `gb18030`, `big5`, `shift_jis`")
    })?;
    Ok(Some(found))
}

/// How many columns the progress bar has with all that it tells.
const WHOLE_BAR: usize = 80;

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
        // Where nobody sees it, the lengths of very many files are not asked for.
        let length = if visible { inputs.iter().map(Input::stored_len).sum() } else { 0 };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        // What is wider than the terminal stands on two lines, of which the first stays.
        let template = if style().width >= WHOLE_BAR {
            "{bar:32} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left"
        } else {
            "{wide_bar} {bytes}/{total_bytes} {eta}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        // It ticks on a thread of its own, and panics where there can be none.
        if visible && std::thread::Builder::new().spawn(|| ()).is_ok() {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self(bar)
    }
}

/// What watches a run: the progress bar and the reports.
struct Watch<'w, 's> {
    bar: &'w Bar,
    reports: &'w Mutex<Reports<'s>>,
    schema: &'s Schema,
    names: &'w [&'w str],
}

impl Observer for Watch<'_, '_> {
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

    fn hears_all(&self) -> bool {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).hear_all()
    }

    fn ending(&self, outcome: &Outcome) -> recordmill::Result<()> {
        self.bar.0.finish_and_clear();
        let view = View { outcome, schema: self.schema, names: self.names };
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).finish(&view)
    }
}
