//! `flag`: patterns for true and for false.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::lang::{Pattern, Regex};
use crate::source::Spanned;

/// True or false by the patterns `true-pattern` and `false-pattern`, tried on a
/// text; the false one first. Where only one is given, a text that does not match it
/// means the other; where both are, a text that matches neither says nothing, and is null.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// A regular expression that means true.
    pub true_pattern: Option<Spanned<String>>,
    /// A regular expression that means false. It goes first: a text that says no often holds the words of one that says yes.
    pub false_pattern: Option<Spanned<String>>,
}

impl Options {
    #[expect(clippy::unnecessary_wraps, reason = "as all types have it")]
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        if self.true_pattern.is_none() && self.false_pattern.is_none() {
            scope.lacks("`true-pattern` or `false-pattern`");
        }
        let mut compile = |pattern: &Option<Spanned<String>>, what| {
            let pattern = scope.resolver.taking(pattern.as_ref()?, what);
            Some((pattern.compile(), pattern))
        };
        let yes = compile(&self.true_pattern, "`true-pattern`");
        let no = compile(&self.false_pattern, "`false-pattern`");
        Some(Box::new(Flag { yes, no }))
    }
}

#[derive(Clone, Debug)]
struct Flag {
    yes: Option<(Regex, Pattern)>,
    no: Option<(Regex, Pattern)>,
}

impl Scalar for Flag {
    fn word(&self) -> &'static str {
        "flag"
    }

    fn kind(&self) -> Kind {
        Kind::Boolean
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        let value = match (&self.yes, &self.no) {
            (_, Some((no, _))) if no.is_match(text) => Some(false),
            (Some((yes, _)), no) => match (yes.is_match(text), no) {
                (true, _) => Some(true),
                (false, None) => Some(false),
                (false, Some(_)) => None,
            },
            (None, Some(_)) => Some(true),
            (None, None) => None,
        };
        value.map_or(Value::Null, Value::Boolean).into()
    }

    fn wants_examples(&self) -> bool {
        true
    }

    fn deciding(&self) -> Vec<(&'static str, &Pattern)> {
        let no = self.no.iter().map(|(_, pattern)| ("`false-pattern`", pattern));
        no.chain(self.yes.iter().map(|(_, pattern)| ("`true-pattern`", pattern))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_knows_true_false_and_neither() {
        let pattern = |text: &str| {
            let pattern = Pattern::new(text.to_owned(), 0..0).unwrap();
            Some((pattern.compile(), pattern))
        };
        let value =
            |flag: &Flag, text: &str| flag.read(text).value.clone().to_text().map(String::from);
        let flag = Flag { yes: pattern("传染"), no: pattern("无传染|不传染") };
        assert_eq!(value(&flag, "无传染性").as_deref(), Some("false"));
        assert_eq!(value(&flag, "传染性强").as_deref(), Some("true"));
        assert_eq!(value(&flag, "其他"), None);
        let only = Flag { yes: pattern("甲"), no: None };
        assert_eq!(value(&only, "乙").as_deref(), Some("false"));
    }
}
