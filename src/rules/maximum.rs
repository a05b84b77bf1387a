//! `maximum`: the value is not above a bound.

use schemars::JsonSchema;
use serde::Deserialize;

use super::bound::{Bound, Side};
use super::{Rule, Subject};
use crate::lang::Resolver;
use crate::source::Spanned;

pub(super) const WANTS_EXAMPLES: bool = true;

/// The number, the date or the time is at most `max`. For a quantity: both of its figures.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The largest value that is allowed, written as the type of the field has it: `5`, `0.5`, `2025-12-31`.
    #[schemars(with = "serde_json::Value")]
    pub max: Spanned<toml::Value>,
}

impl Options {
    pub(super) fn resolve(
        &self,
        word: &Spanned<()>,
        subject: &Subject<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Rule> {
        Bound::resolve(Side::Maximum, &self.max, word, subject, resolver)
    }
}
