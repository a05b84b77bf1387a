//! `maximum`: the number is not above a bound.

use super::bound;
use crate::data::Value;
use crate::diagnostic::Code;
use crate::validate::Check;

#[derive(Debug)]
pub(in crate::validate) struct Maximum {
    max: f64,
}

impl Maximum {
    /// Without a bound every number holds.
    pub(in crate::validate) fn new(max: Option<f64>) -> Self {
        Self { max: max.unwrap_or(f64::INFINITY) }
    }
}

impl Check for Maximum {
    fn code(&self) -> &'static Code {
        Code::ABOVE_MAXIMUM
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        value.as_number().is_none_or(|number| number <= self.max)
    }

    fn explain(&self, value: &Value<'_>) -> String {
        let number = value.as_number().unwrap_or_default();
        format!("is {}, expected at most {}", bound(number), bound(self.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_itself_is_allowed() {
        let rule = Maximum::new(Some(1.0));
        assert!(rule.holds(&Value::Decimal(1.0)) && rule.holds(&Value::Null));
        assert!(!rule.holds(&Value::Decimal(1.5)) && !rule.holds(&Value::Integer(2)));
        assert_eq!(rule.explain(&Value::Decimal(1.5)), "is 1.5, expected at most 1");
    }
}
