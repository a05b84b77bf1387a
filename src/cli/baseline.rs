//! `baseline`: findings that are accepted, and what stands in the file of them.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::civil::Date;
use recordmill::baseline::{Baseline, Entry};
use recordmill::render::sanitize;
use recordmill::verdict::FailOn;
use recordmill::{Error, ErrorKind};

use super::project::ProjectArg;
use super::run::{Common, Job, fails_on, mill};
use super::summary::Typed;
use super::targets::Targets;
use super::{FOUND, Stop, print, say, tell};

#[derive(Debug, Subcommand)]
pub(super) enum BaselineCommand {
    /// Accept every warning and error of today; entries whose finding is gone are taken out
    Update(Box<UpdateArgs>),
    /// Show what a baseline accepts
    Show(ShowArgs),
}

#[derive(Debug, Args)]
#[command(after_long_help = UPDATE_EXAMPLES)]
pub(super) struct UpdateArgs {
    #[command(flatten)]
    common: Common,
    /// The file, which is made if it does not exist; `recordmill-baseline.json` without it
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// From which severity on the summary says that a check would fail; the exit status is 0 whatever is accepted
    #[arg(long, value_name = "SEVERITY", value_parser = fails_on())]
    fail_on: Option<FailOn>,
    /// Why the new findings are accepted
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The day from which on the new entries count no more, such as 2027-01-31
    #[arg(long, value_name = "DATE", value_parser = day)]
    expires: Option<Date>,
}

const UPDATE_EXAMPLES: &str = "\
Examples:
  recordmill baseline update dumps/ --schema my.toml
  recordmill baseline update dumps/ --reason 'the portal cuts its lists' --expires 2027-01-31
  recordmill check dumps/ --schema my.toml --baseline recordmill-baseline.json

An entry names the rule, the record by its key, the field, the item and a hash of the value, so
records may move and others may come. Entries that are there keep their reasons and dates; one that
has expired and whose finding is still there is accepted anew. No other command writes the file.";

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The file; `recordmill-baseline.json` without it
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    project: ProjectArg,
}

const DEFAULT: &str = "recordmill-baseline.json";

pub(super) fn run(command: BaselineCommand) -> Result<u8, Stop> {
    match command {
        BaselineCommand::Update(args) => update(*args),
        BaselineCommand::Show(args) => {
            let mut settings = args.project.find()?;
            show(&settings.baseline_or(args.file, DEFAULT))
        }
    }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "expected a date such as 2027-01-31".to_owned())
}

fn update(args: UpdateArgs) -> Result<u8, Stop> {
    let mut settings = args.common.project.find()?;
    let path = &settings.baseline_or(args.baseline, DEFAULT);
    let (quiet, typed) = (args.common.quiet, Typed::new(&args.common, false));
    if let Some(expires) = args.expires.filter(|expires| *expires <= today()) {
        let message =
            format!("`--expires {expires}` has passed, so that nothing would be accepted");
        return Err(Error::new(ErrorKind::Option, message)
            .with_remedy("give a day to come: from that day on the new entries count no more")
            .into());
    }
    let check = typed.check(Some(path.as_path()).filter(|_| !settings.gives("baseline")));
    // One that is there must be readable: its reasons would be lost.
    let accepted = if path.exists() { Some((path.clone(), Baseline::read(path)?)) } else { None };
    let targets = Targets { writes: vec![(path.clone(), "the baseline")], ..Targets::default() };
    let fail_on = settings.fail_on(args.fail_on);
    let job = Job { fail_on, accepted, gather: true, targets, ..Job::default() };
    let mut outcome = mill(args.common, settings, job)?;
    if outcome.report.balance.records.r#in == 0 {
        say("error: no record was found, so the baseline stays as it is");
        return Ok(FOUND);
    }
    let Some(tracker) = outcome.tracker.take() else { return Ok(FOUND) };
    let updated =
        tracker.updated(&outcome.report.schema.name, args.reason.as_deref(), args.expires);
    if updated.unnamed > 0 {
        let message = format!(
            "{} cannot be told from others, as their values are hidden; the baseline stays as it is:",
            match updated.unnamed {
                1 => "1 finding".to_owned(),
                unnamed => format!("{unnamed} findings"),
            }
        );
        return Err(Stop::Error(Error::new(ErrorKind::Option, message).with_path(path).with_remedy(
            "give a secret to tell them apart with: `--mask-key FILE`, or `RECORDMILL_MASK_KEY`",
        )));
    }
    write(path, &updated.baseline.to_text(), "baseline")?;
    let renewed = match updated.renewed {
        0 => String::new(),
        renewed => format!(", {renewed} that had expired accepted anew"),
    };
    tell(&format!(
        "`{}` has {}: {} new{renewed}, {} resolved and taken out",
        path.display(),
        entries(updated.baseline.entries.len()),
        updated.added,
        updated.gone.len()
    ));
    if !quiet {
        tell(&format!("next: {check} tells what is new"));
    }
    Ok(0)
}

/// The day in UTC, as entries expire.
fn today() -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Writes a file, so that no half of it is ever there. A link goes on to lead where it does, and what is no file, such as
/// a pipe or `/dev/null`, is written to and not replaced.
pub(super) fn write(path: &Path, text: &str, what: &str) -> recordmill::Result<()> {
    let written = match fs::metadata(path) {
        Ok(found) if found.is_file() => fs::canonicalize(path).and_then(|file| place(&file, text)),
        Ok(found) if !found.is_dir() => fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut to| to.write_all(text.as_bytes())),
        _ => place(path, text),
    };
    written.map_err(|error| {
        Error::new(ErrorKind::Output, format!("cannot write the {what}"))
            .with_path(path)
            .with_remedy("name a file in a folder that exists and that this user may write to")
            .with_source(error)
    })
}

/// Writes beside a file and moves into its place.
fn place(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    readable(file.as_file())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Gives a file the rights of any other: a temporary one is its owner's alone.
#[cfg(unix)]
fn readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

fn show(path: &Path) -> Result<u8, Stop> {
    let baseline = Baseline::read(path)?;
    let today = today();
    let expired = baseline.entries.iter().filter(|entry| entry.is_expired(today)).count();
    let reasons = baseline.entries.iter().filter(|entry| entry.reason.is_some()).count();
    let mut out = format!(
        "{} of the schema `{}`, {reasons} with a reason, {expired} expired\n",
        entries(baseline.entries.len()),
        baseline.schema
    );
    for entry in &baseline.entries {
        out.push_str(&line(entry, entry.is_expired(today)));
    }
    print(&out)?;
    Ok(0)
}

fn line(entry: &Entry, expired: bool) -> String {
    let item = entry.item.map(|item| item.to_string());
    let places: Vec<_> = entry.parents.iter().chain(&item).map(String::as_str).collect();
    let item = if places.is_empty() { String::new() } else { format!("[{}]", places.join(".")) };
    let field = entry.field.as_deref().unwrap_or_default();
    let of = entry.record.as_deref().or(entry.source.as_deref()).unwrap_or_default();
    let of = [of, &format!("{field}{item}")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let mut line = format!("{} {}", entry.code, entry.rule);
    if !of.is_empty() {
        line.push_str(&format!(" ({of})"));
    }
    line.push_str(&format!(": {}", entry.message));
    if let Some(count) = entry.count {
        line.push_str(&format!(" ({count} times)"));
    }
    if let Some(reason) = &entry.reason {
        line.push_str(&format!(" -- {reason}"));
    }
    if let Some(expires) = entry.expires {
        line.push_str(&format!(" ({} {expires})", if expired { "expired" } else { "until" }));
    }
    format!("{}\n", sanitize(&line))
}

fn entries(number: usize) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}
