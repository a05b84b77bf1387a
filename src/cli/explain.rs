//! `explain`: what became of one record, and why; or what a code means.

use clap::Args;
use recordmill::diagnostic::{CODES, find as find_code};
use recordmill::explain::{self, Explained, Explanation, FieldTrace, Outcome, Place, Step};
use recordmill::lang::nearest;
use recordmill::render;
use recordmill::render::sanitize;
use recordmill::schema::Schema;
use recordmill::source::resolve_one;
use recordmill::{Error, ErrorKind};

use super::project::ProjectArg;
use super::run::encoding_of;
use super::{FOUND, Stop, file_name, print, say, schema, style_of, tell};

#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// `FILE:LINE` for the record with a line, `FILE#N` for the Nth record, `FILE#ID` for the one with an id; a code or name such as `R102` for what it means
    #[arg(value_name = "PLACE", value_parser = file_name())]
    place: String,
    /// Name of an embedded schema, or path of a schema file; without it the embedded one that fits the file is taken
    #[arg(short, long, value_name = "SCHEMA")]
    schema: Option<String>,
    /// Encoding of the file by its WHATWG label; the schema decides without it
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,
    #[command(flatten)]
    project: ProjectArg,
    /// Show long texts whole
    #[arg(long)]
    full: bool,
}

const EXAMPLES: &str = "\
Examples:
  recordmill explain dump.txt:120               the record that has line 120
  recordmill explain dump.txt#3                 the third record
  recordmill explain dump.txt#b38b7e7ad16b93f2  the record with this record_id
  recordmill explain 'dumps.zip!a.txt:1' --schema my.toml
  recordmill explain R102                       what the code means, with examples
  recordmill explain unknown-key                the same, by its name

Shown are the record as it was cut, each entry with its key, the rule that matched it and its
groups, the rules that were tried before and how far they matched, and the cells that came out.
Values are shown, those of fields with `mask` too.";

pub(super) fn run(args: &ExplainArgs) -> Result<u8, Stop> {
    if let Some(code) = find_code(&args.place) {
        print(render::rule_page(code).trim_end())?;
        print("\n")?;
        return Ok(0);
    }
    let Some((file, place)) = explain::parse_place(&args.place) else {
        let words = CODES.iter().flat_map(|code| [code.name, code.id]);
        let remedy = match nearest(&args.place, words) {
            Some(near) => {
                format!("did you mean the code `{near}`? a place is FILE:LINE, FILE#N or FILE#ID")
            }
            None => "give FILE:LINE, FILE#N or FILE#ID, or a code such as `R102`".to_owned(),
        };
        let message = format!("`{}` is neither a place nor a code", args.place);
        return Err(Error::new(ErrorKind::Option, message).with_remedy(remedy).into());
    };
    let encoding = encoding_of(args.encoding.as_deref())?;
    let named = args.project.find()?.schema(args.schema.clone());
    let input = resolve_one(file)?;
    let (schema, _) = schema::choose(named.as_deref(), std::slice::from_ref(&input), encoding)?;
    let found = match explain::explain(&schema, &input, &place, encoding)? {
        Explained::Record(found) => found,
        Explained::Nothing { records, last_line } => {
            let has = match records {
                0 => "none",
                1 => "1 record",
                _ => &format!("{records} records"),
            };
            tell(&format!(
                "error: `{file}` has no record {place} by the schema `{}`: it has {has}{}",
                schema.name,
                if records > 0 {
                    format!(", the last one to line {last_line}")
                } else {
                    String::new()
                }
            ));
            say(&match records {
                0 => "  help: another schema is named by `--schema`".to_owned(),
                _ => format!(
                    "  help: give `{file}#1` to `{file}#{records}`, a line, or `{file}#ID` with a `record_id` of the tables; \
                     another schema is named by `--schema`"
                ),
            });
            return Ok(FOUND);
        }
    };
    print(&show(&found, &schema, &place, args.full))?;
    Ok(0)
}

fn show(found: &Explanation, schema: &Schema, place: &Place, full: bool) -> String {
    let mut out = String::new();
    let style = style_of(&std::io::stdout());
    let (first, last) = found.lines;
    let kind = match &found.record_kind {
        Some(kind) => format!(", kind `{kind}`"),
        None if schema.kinds.is_empty() || found.skipped => String::new(),
        None => ", of no kind".to_owned(),
    };
    out.push_str(&format!(
        "{}: record {} ({}), lines {first}-{last}, bytes {}-{}, {}, {}, schema `{}`{kind}\n\n",
        found.source,
        found.nth,
        found.id,
        found.bytes.start,
        found.bytes.end,
        found.format.as_str(),
        found.encoding.name(),
        schema.name,
    ));
    for (line, number) in found.text.lines().zip(first..) {
        let mark = if *place == Place::Line(number) { '>' } else { ' ' };
        out.push_str(&format!("{mark}{number:>6} | {}\n", short(line, full)));
    }
    if found.skipped {
        out.push_str("\nthe schema skips it: its first line matches `source.record.skip`, or it is all comment\n");
    }
    let rejected: Vec<_> = found.rejected_for().iter().map(|code| code.title()).collect();
    if !rejected.is_empty() {
        out.push_str(&format!(
            "\na run sets the record aside ({}): it goes into `quarantine`, and no cell or row of it into a table\n",
            rejected.join(", ")
        ));
    }
    for field in &found.fields {
        let keys = schema.field_idx(&field.name).map(|idx| schema.fields[idx].keys.join(" or "));
        show_field(field, &keys.unwrap_or_default(), full, &mut out);
    }
    if !found.absent.is_empty() {
        out.push_str(&format!("\nwithout an entry: {}\n", found.absent.join(", ")));
    }
    for finding in &found.findings {
        out.push('\n');
        out.push_str(&render::finding(finding, Some(&found.source), Some(schema), style));
        out.push('\n');
    }
    out
}

fn show_field(field: &FieldTrace, column: &str, full: bool, out: &mut String) {
    out.push_str(&format!("\n{} ({})\n", field.name, field.kind));
    for entry in &field.entries {
        // The key of a cell stands in the header.
        let key = if entry.key.is_empty() { column } else { &entry.key };
        let (line, bytes) = (entry.line, &entry.bytes);
        let value = short(&entry.value, full);
        out.push_str(&format!(
            "  entry  {key}, line {line}, bytes {}-{}: {value}\n",
            bytes.start, bytes.end
        ));
    }
    for Step { what, outcome } in &field.steps {
        let told = match outcome {
            Outcome::Matched(text, groups) => {
                let groups =
                    groups.iter().map(|(name, text)| format!("{name} = {}", short(text, full)));
                let groups: Vec<_> = groups.collect();
                let with = if groups.is_empty() {
                    String::new()
                } else {
                    format!("  [{}]", groups.join(", "))
                };
                format!("matched `{}`{with}", short(text, full))
            }
            Outcome::Failed(Some(reached)) => {
                format!("no match; got as far as `{}`", short(reached, full))
            }
            Outcome::Failed(None) => "no match; not even a start".to_owned(),
            Outcome::Reported(message) => message.clone(),
        };
        out.push_str(&format!("  {what}: {told}\n"));
    }
    for (column, value) in &field.cells {
        out.push_str(&format!("  cell   {column} = {}\n", short(value, full)));
    }
    for (place, row) in &field.rows {
        let cells: Vec<_> =
            row.iter().map(|(name, value)| format!("{name} = {}", short(value, full))).collect();
        out.push_str(&format!("  row {place}  {}\n", cells.join(", ")));
    }
}

/// How many characters of a text are shown.
const SHOWN: usize = 72;

fn short(text: &str, full: bool) -> String {
    let text = text.replace('\n', "⏎");
    let text = sanitize(&text);
    match text.char_indices().nth(SHOWN).filter(|_| !full) {
        Some((cut, _)) => format!("{}… ({} characters)", &text[..cut], text.chars().count()),
        None => text.into_owned(),
    }
}
