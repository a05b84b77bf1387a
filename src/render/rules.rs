//! The pages of the codes: what `explain CODE` shows, and `docs/rules.md`.

use std::fmt::Write as _;

use super::sanitize;
use crate::diagnostic::{Action, CODES, Code, Example, Form};

/// The page of a code, as Markdown.
#[must_use]
pub fn rule_page(code: &Code) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "## {} `{}`\n", code.id, code.name);
    let action = match code.action {
        Action::Keep => "the data stay",
        Action::Null => "the value becomes null",
        Action::Reject => "the record goes to the quarantine",
    };
    let _ = writeln!(out, "{}. By default: {}, {action}.\n", upper(code.summary), code.severity);
    let _ = writeln!(out, "**What it does.** {}\n", code.what);
    let _ = writeln!(out, "**Why it matters.** {}\n", code.why);
    let _ = writeln!(out, "**What to do.** {}\n", code.remedy);
    example("It is found here:", &code.fails, &mut out);
    example("It is not found here:", &code.passes, &mut out);
    out
}

/// The book of all codes, as Markdown.
#[must_use]
pub fn rules_book() -> String {
    let mut out = String::from(
        "# Rules\n\nEvery finding has a code. Each is here with what it means, why it matters, what to do, a dump \
         that has it and one that has not; `recordmill explain CODE` shows one of them.\n\n\
         A code is never used again for something else. Its severity and action can be changed in the \
         schema (`[findings.NAME]`) and by `--error`, `--warn` and `--allow`.\n\n\
         | code | name | severity | what it means |\n|---|---|---|---|\n",
    );
    for code in CODES {
        let _ = writeln!(
            out,
            "| [{id}](#{anchor}) | {name} | {} | {} |",
            code.severity,
            code.summary.replace('|', "\\|"),
            id = code.id,
            anchor = format_args!("{}-{}", code.id.to_lowercase(), code.name),
            name = code.name,
        );
    }
    let _ = writeln!(
        out,
        "\nThe examples are about a shelf of books. What stands under \"with\" is added to this \
         schema; examples in JSON, CSV or another order of keys have another `[source]`.\n\n\
         ```toml\n{}```\n",
        Example::shelf()
    );
    for code in CODES {
        out.push_str(&rule_page(code));
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn example(title: &str, example: &Example, out: &mut String) {
    let Example { form, schema, dump, files } = example;
    let _ = writeln!(out, "{title}\n");
    let dump = String::from_utf8_lossy(dump);
    if !dump.is_empty() {
        let lines: Vec<_> = dump
            .split_inclusive('\n')
            .map(|line| sanitize(line.trim_end_matches('\n')).into_owned())
            .collect();
        let language = match form {
            Form::JsonLines | Form::Json => "json",
            Form::Csv => "csv",
            _ => "text",
        };
        let _ = writeln!(out, "```{language}\n{}\n```\n", lines.join("\n"));
    }
    let schema = schema.trim();
    if *form == Form::Bare {
        let _ = writeln!(out, "with a schema of one field and no rule.\n");
    } else if schema.is_empty() && dump.is_empty() {
        let _ = writeln!(out, "the schema of the shelf as it is.\n");
    } else if !schema.is_empty() {
        let with = if dump.is_empty() { "" } else { "with\n\n" };
        let _ = writeln!(out, "{with}```toml\n{schema}\n```\n");
    }
    for (name, text) in *files {
        let _ = writeln!(out, "and `{name}`:\n\n```text\n{}\n```\n", text.trim_end());
    }
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
