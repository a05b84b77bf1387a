//! `not-null`: the value is there.

use crate::data::Value;
use crate::diagnostic::Code;
use crate::validate::Check;

#[derive(Debug)]
pub(in crate::validate) struct NotNull;

impl Check for NotNull {
    fn code(&self) -> &'static Code {
        Code::NULL_VALUE
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        !value.is_null()
    }

    fn explain(&self, _: &Value<'_>) -> String {
        "is null".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_null_fails() {
        assert!(NotNull.holds(&Value::text("")));
        assert!(!NotNull.holds(&Value::Null));
    }
}
