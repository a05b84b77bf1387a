//! `minimum`: the number is not below a bound.

use super::bound;
use crate::data::Value;
use crate::diagnostic::Code;
use crate::validate::Check;

#[derive(Debug)]
pub(in crate::validate) struct Minimum {
    min: f64,
}

impl Minimum {
    /// Without a bound every number holds.
    pub(in crate::validate) fn new(min: Option<f64>) -> Self {
        Self { min: min.unwrap_or(f64::NEG_INFINITY) }
    }
}

impl Check for Minimum {
    fn code(&self) -> &'static Code {
        Code::BELOW_MINIMUM
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        value.as_number().is_none_or(|number| number >= self.min)
    }

    fn explain(&self, value: &Value<'_>) -> String {
        let number = value.as_number().unwrap_or_default();
        format!("is {}, expected at least {}", bound(number), bound(self.min))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_itself_is_allowed() {
        let rule = Minimum::new(Some(1.0));
        assert!(rule.holds(&Value::Decimal(1.0)) && rule.holds(&Value::Null));
        assert!(!rule.holds(&Value::Decimal(0.5)) && !rule.holds(&Value::Integer(0)));
        assert_eq!(rule.explain(&Value::Decimal(0.5)), "is 0.5, expected at least 1");
    }
}
