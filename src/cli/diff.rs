//! `diff`: what changed between two runs.

use std::path::PathBuf;

use clap::Args;
use recordmill::diff::{self, ColumnName, Diff, Options, diff};
use recordmill::publish::{own_files, recover_if_needed};
use recordmill::render::Style;
use recordmill::source::Except;
use recordmill::{Error, ErrorKind};

use super::report::{Form, ReportArg, check_stdout, files, write};
use super::targets::{REPORT, Targets};
use super::{FOUND, Stop, print, style_of};

#[derive(Debug, Args)]
#[command(after_long_help = ABOUT)]
pub(super) struct DiffArgs {
    /// Output folder of the run before
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// Output folder of the run that it is compared with
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Columns by which the rows of a table are known, instead of those that its schema says; in a table
    /// of items within their record
    #[arg(long, value_name = "TABLE=COLUMN,…", value_parser = key)]
    key: Vec<(String, Vec<String>)>,
    /// Leave a column out, of one table or of all
    #[arg(long, value_name = "[TABLE.]COLUMN", value_parser = column)]
    ignore: Vec<ColumnName>,
    /// Take numbers of a column for the same that lie no further apart
    #[arg(long, value_name = "[TABLE.]COLUMN=NUMBER", value_parser = tolerance)]
    tolerance: Vec<(ColumnName, f64)>,
    /// Tell rows that both runs have in another order too, of items within their record; they are a
    /// difference then
    #[arg(long)]
    moved: bool,
    /// Form of the report, and the file it goes to: human, json, markdown, html; human without it. Can be
    /// given several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    report: Vec<ReportArg<Format>>,
    /// Folder for `rows.parquet` and `cells_changed.parquet`: every row and cell that differs
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Show so many rows of each table, and so many findings, that changed, came and went
    #[arg(long, value_name = "N", default_value_t = Options::default().limit)]
    limit: usize,
    /// Hide all values; those of fields with `mask` in the schema are hidden in any case
    #[arg(long)]
    mask: bool,
    /// No report but those that `--report` asks for: the exit status says whether the runs differ
    #[arg(short, long)]
    quiet: bool,
}

const ABOUT: &str = "\
Compares the runs as such, their findings, and the rows of their tables. A row is known by the key of its
table (`key` in the schema, else a check `unique`, else the name of the record), never by `record_id`,
which changes with each byte of the record; an item of a list by its record and its value, any other item
by its record and its place.

Examples:
  recordmill diff last-week output
  recordmill diff last-week output --quiet || echo different
  recordmill diff last-week output --ignore updated_at --tolerance price=0.01
  recordmill diff last-week output --key book=isbn --report html=changes.html -o changes

Exit status: 0 the tables, the findings and the verdicts are the same, 1 they differ, 2 they could not be
compared.";

#[derive(Clone, Copy, Debug)]
enum Format {
    Human,
    Json,
    Markdown,
    Html,
}

impl Form for Format {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("human", Self::Human),
        ("json", Self::Json),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
    ];
}

fn key(text: &str) -> Result<(String, Vec<String>), String> {
    let (table, columns) = text
        .split_once('=')
        .filter(|(table, _)| !table.is_empty())
        .ok_or("a table and its columns, such as `book=title,year`")?;
    let columns: Vec<_> = columns.split(',').map(|column| column.trim().to_owned()).collect();
    if columns.iter().any(String::is_empty) {
        return Err("a column has no name".to_owned());
    }
    Ok((table.to_owned(), columns))
}

fn column(text: &str) -> Result<ColumnName, String> {
    ColumnName::parse(text).ok_or_else(|| "a column, such as `price` or `book.price`".to_owned())
}

fn tolerance(text: &str) -> Result<(ColumnName, f64), String> {
    let (name, most) = text.split_once('=').ok_or("a column and a number, such as `price=0.01`")?;
    let most: f64 = most.parse().map_err(|_| format!("`{most}` is no number"))?;
    if !most.is_finite() || most < 0.0 {
        return Err("a tolerance is a number from 0 on".to_owned());
    }
    Ok((column(name)?, most))
}

/// `recordmill diff`.
pub(super) fn run(mut args: DiffArgs) -> Result<u8, Stop> {
    if args.report.is_empty() && !args.quiet {
        args.report.push(ReportArg { format: Format::Human, file: None });
    }
    check_stdout(&args.report, "json=diff.json")?;
    check_targets(&args)?;
    let mut options = Options::default();
    for (table, columns) in args.key {
        if options.keys.insert(table.clone(), columns).is_some() {
            let message = format!("`--key` names the table `{table}` twice");
            return Err(Error::new(ErrorKind::Option, message)
                .with_remedy(format!("give its columns at once: `--key {table}=a,b`"))
                .into());
        }
    }
    for (n, (name, _)) in args.tolerance.iter().enumerate() {
        if args.tolerance[..n].iter().any(|(other, _)| other == name) {
            let message = format!("`--tolerance` names `{name}` twice");
            return Err(Error::new(ErrorKind::Option, message)
                .with_remedy("give one number for a column")
                .into());
        }
    }
    options.ignore = args.ignore;
    options.tolerance = args.tolerance;
    options.moved = args.moved;
    options.limit = args.limit;
    options.mask = args.mask;
    options.output = args.output;
    let found = diff(&args.old, &args.new, &options)?;
    for report in &args.report {
        match &report.file {
            Some(path) => {
                write(path, &text(report.format, &found, Style { color: false, width: 100 }))?;
            }
            None => print(&text(report.format, &found, style_of(&std::io::stdout())))?,
        }
    }
    Ok(if found.same { 0 } else { FOUND })
}

fn text(format: Format, found: &Diff, style: Style) -> String {
    match format {
        Format::Human => diff::human(found, style),
        Format::Json => diff::json(found),
        Format::Markdown => diff::markdown(found),
        Format::Html => diff::html(found),
    }
}

/// Refuses to write over what is read, or two things into one file.
fn check_targets(args: &DiffArgs) -> recordmill::Result<()> {
    let reports = files(&args.report).map(|path| (path.to_owned(), REPORT));
    let tables =
        [("rows.parquet", "the table of rows"), ("cells_changed.parquet", "that of cells")];
    let tables =
        args.output.iter().flat_map(|folder| tables.map(|(name, what)| (folder.join(name), what)));
    let writes: Vec<_> = tables.chain(reports).collect();
    for (folder, what) in [(&args.old, "the old run"), (&args.new, "the new run")] {
        // What a stopped run has yet to put into place is of it, too.
        recover_if_needed(folder)?;
        let reads = own_files(folder).into_iter().map(|path| (path, what)).collect();
        let output = Some(folder.clone());
        Targets { output, writes: writes.clone(), reads }.check(&[], &Except::default(), &[])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tolerances_are_read() {
        assert_eq!(
            key("book=title, year"),
            Ok(("book".to_owned(), vec!["title".to_owned(), "year".to_owned()]))
        );
        assert!(key("book=").is_err() && key("=title").is_err() && key("book").is_err());
        assert!((tolerance("book.price=0.01").unwrap().1 - 0.01).abs() < 1e-12);
        for wrong in ["price", "price=much", "price=-1", "=1", "price=NaN"] {
            assert!(tolerance(wrong).is_err(), "{wrong}");
        }
        assert!("htm".parse::<ReportArg<Format>>().unwrap_err().contains("did you mean `html`"));
    }
}
