//! `schema draft`: a schema for a dump that has none.

use std::path::{Path, PathBuf};

use clap::Args;
use recordmill::draft::{draft, update};
use recordmill::schema::SchemaSource;
use recordmill::source::{Except, Limits, resolve};
use recordmill::{Error, ErrorKind};

use super::baseline::write;
use super::summary::quoted;
use super::targets::Targets;
use super::{Stop, file_name, print, tell};

#[derive(Debug, Args)]
pub(super) struct DraftArgs {
    /// Files, folders, globs, archives, or - for standard input: dumps of one form
    #[arg(value_name = "DUMP", required = true, value_parser = file_name())]
    inputs: Vec<String>,
    /// File for the schema, which is not written over, or - for standard output, which it goes to without it
    #[arg(short, long, value_name = "FILE", conflicts_with = "update")]
    output: Option<PathBuf>,
    /// Read all of the dump, not samples from its head, some places and its tail
    #[arg(long)]
    full: bool,
    /// Add the keys that this schema does not know yet; its text and comments stay as they are
    #[arg(long, value_name = "FILE")]
    update: Option<PathBuf>,
}

/// `recordmill schema draft`.
pub(super) fn run(args: &DraftArgs) -> Result<u8, Stop> {
    let inputs = resolve(&args.inputs, Limits::default())?;
    let output = args.output.as_ref().filter(|path| path.as_path() != Path::new("-"));
    let written = output.into_iter().chain(&args.update).map(|path| (path.clone(), "the schema"));
    Targets { writes: written.collect(), ..Targets::default() }.check(
        &inputs,
        &Except::default(),
        &[],
    )?;
    if let Some(path) = &args.update {
        let source = SchemaSource::find(&path.to_string_lossy())?;
        if source.name.starts_with('<') {
            return Err(Error::new(
                ErrorKind::Option,
                format!("`{}` is an embedded schema", path.display()),
            )
            .with_remedy(format!(
                "`recordmill schema show {} > my.toml` makes a file of it",
                path.display()
            ))
            .into());
        }
        let updated = update(&source, &inputs, args.full)?;
        let unexplained = || {
            updated.unexplained.iter().for_each(|what| tell(&format!("  not explained: {what}")));
        };
        if updated.added.is_empty() {
            let what =
                if updated.unexplained.is_empty() { "knows every key" } else { "has no new key" };
            tell(&format!("`{}` {what}", source.name));
            unexplained();
            return Ok(0);
        }
        write(path, &updated.text, "schema")?;
        for (name, word) in &updated.added {
            tell(&format!("added     {name}: {word}"));
        }
        unexplained();
        return Ok(0);
    }
    // Hours may have gone into a schema that was drafted once.
    if let Some(path) = output.filter(|path| path.is_file()) {
        let message = format!("`{}` is there already", path.display());
        return Err(Error::new(ErrorKind::Option, message)
            .with_remedy(format!(
                "`--update {}` adds the keys that it does not know; or name another file",
                quoted(&path.to_string_lossy())
            ))
            .into());
    }
    let drafted = draft(&inputs, args.full)?;
    match output {
        Some(path) => write(path, &drafted.text, "schema")?,
        None => print(&drafted.text)?,
    }
    drafted.report.lines().iter().for_each(|line| tell(line));
    if let Some(path) = output {
        let shown = quoted(&path.to_string_lossy());
        let inputs: Vec<_> = args.inputs.iter().map(|input| quoted(input)).collect();
        let verb = if drafted.report.has_examples { "test" } else { "check" };
        tell(&format!(
            "written   {}; next: `recordmill schema {verb} {shown}`, `recordmill run {} --schema {shown}`",
            path.display(),
            inputs.join(" ")
        ));
    }
    Ok(0)
}
