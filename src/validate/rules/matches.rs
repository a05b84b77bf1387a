//! `pattern`: the text matches a regular expression.

use regex::Regex;

use crate::data::Value;
use crate::diagnostic::Code;
use crate::lang::Pattern;
use crate::validate::Check;

#[derive(Debug)]
pub(in crate::validate) struct Matches {
    regex: Regex,
}

impl Matches {
    pub(in crate::validate) fn new(pattern: &Pattern) -> Self {
        Self { regex: pattern.compile() }
    }
}

impl Check for Matches {
    fn code(&self) -> &'static Code {
        Code::PATTERN_MISMATCH
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        value.as_text().is_none_or(|text| self.regex.is_match(text))
    }

    fn explain(&self, _: &Value<'_>) -> String {
        "does not match its pattern".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_may_match_anywhere() {
        let rule = Matches::new(&Pattern::new("^[甲乙]$".to_owned(), 0..0).unwrap());
        assert!(rule.holds(&Value::text("甲")) && rule.holds(&Value::Null));
        assert!(!rule.holds(&Value::text("甲乙")));
    }
}
