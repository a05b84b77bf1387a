//! `required`: the record has the key.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Rule, Subject, unfit};
use crate::lang::Resolver;
use crate::source::Spanned;

pub(super) const WANTS_EXAMPLES: bool = false;

/// The record has the key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {}

impl Options {
    #[expect(clippy::unused_self, reason = "as all rules have it")]
    pub(super) fn resolve(
        &self,
        word: &Spanned<()>,
        subject: &Subject<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<Rule> {
        if !subject.has_key {
            unfit(word, subject, resolver, "`required` needs a field with a `key`");
            return None;
        }
        Some(Rule::Key)
    }
}
