//! `json`: a part of a JSON document as it stands.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::grammar::json_fault;
use crate::text::short;

/// JSON as text, whatever it holds: an object, an array or a single value, in JSON
/// sources with everything below it. In other sources the text of the value must be JSON.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {}

impl Options {
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as all types have it")]
    pub(super) fn resolve(&self, _: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        Some(Box::new(Json))
    }
}

#[derive(Clone, Debug)]
struct Json;

impl Scalar for Json {
    fn word(&self) -> &'static str {
        "json"
    }

    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        match json_fault(text) {
            None => Value::text(text).into(),
            Some(fault) => {
                let message = format!("expected JSON, found `{}`: {fault}", short(text));
                ScalarReading::refused(Code::NOT_JSON, message, None)
            }
        }
    }

    fn accepted(&self) -> Vec<String> {
        vec!["[1]".to_owned()]
    }

    fn is_subtree(&self) -> bool {
        true
    }
}
