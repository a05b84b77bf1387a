//! `length`: how many characters a text has.

use super::{bounds, within};
use crate::data::Value;
use crate::diagnostic::Code;
use crate::validate::Check;

#[derive(Debug)]
pub(in crate::validate) struct Length {
    min: Option<f64>,
    max: Option<f64>,
}

impl Length {
    pub(in crate::validate) fn new(min: Option<f64>, max: Option<f64>) -> Self {
        Self { min, max }
    }
}

impl Check for Length {
    fn code(&self) -> &'static Code {
        Code::LENGTH_OUT_OF_BOUNDS
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        let Some(text) = value.as_text() else {
            return true;
        };
        // A text has no more characters than bytes, and no fewer than a quarter of them.
        let (most, least) = (text.len(), text.len().div_ceil(4));
        if within(most, None, self.max) && within(least, self.min, None) {
            return true;
        }
        within(text.chars().count(), self.min, self.max)
    }

    fn explain(&self, value: &Value<'_>) -> String {
        let count = value.as_text().map_or(0, |text| text.chars().count());
        format!("has {count} characters, expected {}", bounds(self.min, self.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_count_not_bytes() {
        let rule = Length::new(Some(2.0), Some(3.0));
        for (text, holds) in
            [("甲", false), ("甲乙", true), ("甲乙丙", true), ("甲乙丙丁", false), ("ab", true)]
        {
            assert_eq!(rule.holds(&Value::text(text)), holds, "{text}");
        }
        assert_eq!(rule.explain(&Value::text("甲")), "has 1 characters, expected from 2 to 3");
    }
}
