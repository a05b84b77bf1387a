//! `boolean`: words for true and for false.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::source::Spanned;
use crate::text::short;

/// True or false by the words of `true` and `false`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// Words that mean true. In JSON `true` needs no word.
    #[serde(default)]
    pub r#true: Vec<Spanned<String>>,
    /// Words that mean false. In JSON `false` needs no word.
    #[serde(default)]
    pub r#false: Vec<Spanned<String>>,
}

impl Options {
    #[expect(clippy::unnecessary_wraps, reason = "as all types have it")]
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        let words = |own: &[Spanned<String>], json: &str| {
            let own = own.iter().map(|word| word.value.clone());
            let json = scope.is_json.then(|| json.to_owned());
            own.chain(json).collect::<Vec<_>>()
        };
        let (yes, no) = (words(&self.r#true, "true"), words(&self.r#false, "false"));
        if yes.is_empty() || no.is_empty() {
            scope.lacks("words for `true` and `false`");
        }
        // In JSON the other one may be a word that nobody wrote.
        let both = |word: &&Spanned<String>| yes.contains(&word.value) && no.contains(&word.value);
        if let Some(both) = self.r#true.iter().chain(&self.r#false).find(both) {
            let message = format!("`{}` means both true and false", both.value);
            scope.resolver.fault(Code::SCHEMA_VALUE, &both.span, message);
        }
        let words: Vec<_> = yes.iter().chain(&no).map(|word| format!("`{word}`")).collect();
        let expected = words.join(" or ");
        Some(Box::new(Boolean { yes, no, expected }))
    }
}

#[derive(Clone, Debug)]
struct Boolean {
    yes: Vec<String>,
    no: Vec<String>,
    /// The words of both, for messages.
    expected: String,
}

impl Scalar for Boolean {
    fn word(&self) -> &'static str {
        "boolean"
    }

    fn kind(&self) -> Kind {
        Kind::Boolean
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        let is = |words: &[String]| words.iter().any(|word| word == text);
        if is(&self.yes) {
            return Value::Boolean(true).into();
        }
        if is(&self.no) {
            return Value::Boolean(false).into();
        }
        let message = ["expected ", &self.expected, ", found `", &short(text), "`"].concat();
        ScalarReading::refused(Code::UNKNOWN_WORD, message, None)
    }

    fn accepted(&self) -> Vec<String> {
        self.words()
    }

    fn words(&self) -> Vec<String> {
        self.yes.iter().chain(&self.no).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::{SchemaSource, parse};

    #[test]
    fn a_word_for_both_is_told_where_it_is_written() {
        let told = |format: &str, words: &str| {
            let text = format!(
                "recordmill = 1\nname = \"t\"\n[source]\nformat = \"{format}\"\n[fields.a]\nkey = \"a\"\n\
                 type = \"boolean\"\n{words}\n[tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
            );
            let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text: text.clone() });
            let told = faults
                .iter()
                .map(|fault| format!("{} {}", &text[fault.span.clone()], fault.message));
            told.collect::<Vec<_>>()
        };
        let both = ["\"true\" `true` means both true and false"];
        assert_eq!(told("json", "false = [\"no\", \"true\"]"), both);
        assert_eq!(told("csv", "false = [\"no\", \"true\"]\ntrue = [\"true\"]"), both);
        assert_eq!(told("csv", "false = [\"true\"]\ntrue = [\"no\"]"), [""; 0]);
        assert_eq!(
            told("json", "true = [\"false\"]"),
            ["\"false\" `false` means both true and false"]
        );
        assert_eq!(told("json", "true = [\"true\"]"), [""; 0]);
    }
}
