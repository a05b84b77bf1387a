//! `enum`: words of a list.

use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::lang::nearest;
use crate::source::Spanned;
use crate::text::short;

/// One of `values`, or what `words` makes of the text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The values.
    #[serde(default)]
    pub values: Vec<Spanned<String>>,
    /// What other words mean.
    #[serde(default)]
    pub words: IndexMap<Spanned<String>, String>,
}

impl Options {
    #[expect(clippy::unnecessary_wraps, reason = "as all types have it")]
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        if self.values.is_empty() && self.words.is_empty() {
            scope.lacks("`values` or `words`");
        }
        for (word, meaning) in &self.words {
            let is_value = self.values.iter().any(|value| value.value == word.value);
            if is_value && word.value != *meaning {
                let message = format!("`{}` is a value, and a word for `{meaning}`", word.value);
                scope.resolver.fault(Code::SCHEMA_VALUE, &word.span, message);
            }
        }
        let same = self.values.iter().map(|value| (value.value.clone(), value.value.clone()));
        let words = self.words.iter().map(|(word, meaning)| (word.value.clone(), meaning.clone()));
        let order: Vec<_> = same.chain(words).collect();
        let field = scope.name.value.clone();
        Some(Box::new(Enumeration { field, meanings: order.iter().cloned().collect(), order }))
    }
}

#[derive(Clone, Debug)]
struct Enumeration {
    field: String,
    order: Vec<(String, String)>,
    meanings: FxHashMap<String, String>,
}

impl Scalar for Enumeration {
    fn word(&self) -> &'static str {
        "enum"
    }

    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        if let Some(meaning) = self.meanings.get(text) {
            return Value::text(meaning).into();
        }
        let message = format!("`{}` is none of the words of `{}`", short(text), self.field);
        let near = nearest(text, self.order.iter().map(|(word, _)| word.as_str()));
        let help = near.map(|near| format!("the nearest is `{near}`"));
        ScalarReading::refused(Code::UNKNOWN_WORD, message, help)
    }

    fn accepted(&self) -> Vec<String> {
        self.words()
    }

    fn words(&self) -> Vec<String> {
        self.order.iter().map(|(word, _)| word.clone()).collect()
    }
}
