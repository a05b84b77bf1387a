//! `enum`: the text is one of those allowed.

use rustc_hash::FxHashSet;

use crate::data::Value;
use crate::diagnostic::Code;
use crate::lang::nearest;
use crate::validate::Check;

#[derive(Debug)]
pub(in crate::validate) struct OneOf {
    values: Vec<String>,
    set: FxHashSet<String>,
}

impl OneOf {
    pub(in crate::validate) fn new(values: &[String]) -> Self {
        Self { values: values.to_vec(), set: values.iter().cloned().collect() }
    }
}

impl Check for OneOf {
    fn code(&self) -> &'static Code {
        Code::NOT_IN_SET
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        value.as_text().is_none_or(|text| self.set.contains(text))
    }

    fn explain(&self, value: &Value<'_>) -> String {
        let text = value.as_text().unwrap_or_default();
        match nearest(text, self.values.iter().map(String::as_str)) {
            Some(near) => format!("is not one of the allowed values; the nearest is `{near}`"),
            None => "is not one of the allowed values".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_fail_and_null_does_not() {
        let rule = OneOf::new(&["内科".to_owned()]);
        assert!(rule.holds(&Value::text("内科")) && rule.holds(&Value::Null));
        assert!(!rule.holds(&Value::text("外科")));
        assert_eq!(
            rule.explain(&Value::text("内科室")),
            "is not one of the allowed values; the nearest is `内科`"
        );
    }
}
