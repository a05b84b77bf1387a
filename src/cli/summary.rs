//! What the command says at the end of a run beside what it came to: how it came to its schema, and what to do next.

use std::borrow::Cow;
use std::path::Path;

use recordmill::diagnostic::{Located, Severity};
use recordmill::report::{Outcome, Status};

use super::run::Common;

/// A run as its user typed it.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// The inputs, each as a shell takes it.
    pub(super) inputs: String,
    /// The flags that say how a record is read, each with a blank before it.
    pub(super) flags: String,
    /// Whether tables are written.
    pub(super) writes: bool,
}

impl Typed {
    pub(super) fn new(args: &Common, writes: bool) -> Self {
        let inputs: Vec<_> =
            args.inputs.iter().map(|input| format!(" {}", quoted(&operand(input)))).collect();
        let flag = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| format!(" --{name} {}", quoted(value))).unwrap_or_default()
        };
        let mut flags = flag("schema", &args.schema) + &flag("encoding", &args.encoding);
        if args.project.no_project {
            flags.push_str(" --no-project");
        }
        Self { inputs: inputs.concat(), flags, writes }
    }

    /// The command that tells the findings which a baseline does not accept.
    pub(super) fn check(&self, baseline: Option<&Path>) -> String {
        let Self { inputs, flags, .. } = self;
        let baseline =
            baseline.map(|path| format!(" --baseline {}", quoted(&path.to_string_lossy())));
        format!("`recordmill check{inputs}{flags}{}`", baseline.unwrap_or_default())
    }

    /// What to do next; nothing where that is not known.
    pub(super) fn next(&self, outcome: &Outcome, names: &[&str]) -> Option<String> {
        let Self { inputs, flags, .. } = self;
        let report = &outcome.report;
        let place = |located: &Located| {
            let name = names.get(located.source?.index()).filter(|name| **name != "-")?;
            Some(quoted(&operand(&format!("{name}:{}", located.line))))
        };
        if report.balance.records.r#in == 0 {
            return Some(format!(
                "if the inputs are what they should be, `recordmill schema draft{inputs} -o my.toml` writes a schema that reads them"
            ));
        }
        if report.status == Status::NotEvaluated {
            return Some(
                "give the schema `rules` and `[[checks]]`: nothing can fail without them"
                    .to_owned(),
            );
        }
        if report.status == Status::Pass {
            return match (names.first(), self.writes) {
                (_, false) => Some(format!("`recordmill run{inputs}{flags}` writes the tables")),
                (Some(name), true) if *name != "-" => Some(format!(
                    "`recordmill explain {}{flags}` shows where the cells of a record come from",
                    quoted(&operand(&format!("{name}#1")))
                )),
                _ => None,
            };
        }
        // The first of the worst, and rather one that stands in a record.
        let weight = |located: &&Located| (located.finding.severity, located.record_id.is_some());
        let told = outcome
            .shown
            .iter()
            .filter(|located| !located.baselined && located.finding.severity > Severity::Info);
        let most = told.clone().map(|located| weight(&located)).max()?;
        let worst = told.clone().find(|located| weight(located) == most)?;
        let code = worst.finding.code.id;
        Some(match place(worst).filter(|_| worst.record_id.is_some()) {
            Some(place) => format!(
                "`recordmill explain {place}{flags}` shows how the record was read, `recordmill explain {code}` what the code means"
            ),
            None => format!("`recordmill explain {code}` says what the code means and what to do"),
        })
    }
}

/// The name of an input as a command takes it, which would take one that begins with a dash for a flag.
fn operand(input: &str) -> Cow<'_, str> {
    if input.len() > 1 && input.starts_with('-') {
        format!("./{input}").into()
    } else {
        input.into()
    }
}

/// A text as a shell takes it for one word.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+#~".contains(c);
    if !text.is_empty() && !text.starts_with(['#', '~']) && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_no_flag() {
        for (input, expected) in [("-x", "./-x"), ("-", "-"), ("a-x", "a-x"), ("", "")] {
            assert_eq!(operand(input), expected);
        }
    }

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_for_something_else() {
        for (text, expected) in [
            ("a/b-1.txt", "a/b-1.txt"),
            ("dump.txt#3", "dump.txt#3"),
            ("a b", "'a b'"),
            ("*.txt", "'*.txt'"),
            ("it's", "'it'\\''s'"),
            ("", "''"),
            ("x!y", "'x!y'"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }
}
