//! `text`: text as it stands.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};

/// Text as it stands, without the white space around it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {}

impl Options {
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as all types have it")]
    pub(super) fn resolve(&self, _: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        Some(Box::new(Text))
    }
}

#[derive(Clone, Debug)]
pub(super) struct Text;

impl Scalar for Text {
    fn word(&self) -> &'static str {
        "text"
    }

    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        Value::text(text).into()
    }

    fn is_plain(&self) -> bool {
        true
    }
}
