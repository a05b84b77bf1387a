//! `match-ratio`: what share of the values of a field a rule matches or accepts.
//! The stages count that; the run works the share out at its end.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Bounds, End, Figures, Fold, Output, Subject, TableCheck};
use crate::dataset::Measured;
use crate::dataset::place::Locator;
use crate::diagnostic::Code;
use crate::lang::Fault;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// What share of the values of a field a rule matches or accepts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The field.
    pub field: Spanned<String>,
    /// The rule whose share is measured: the name or kind of one of the field's `rules`, the name of a rule of its quantity, or `extract`.
    pub rule: Spanned<String>,
}

/// A rule of a field.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    field: usize,
    rule: MatchRule,
}

/// The rule whose share is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchRule {
    /// One of the field's rules, by its index.
    Rule(usize),
    /// A pattern of the field's type, such as a rule of its quantity.
    Pattern(usize),
    /// The patterns of `extract`.
    Extract,
}

impl Check {
    /// The field.
    #[must_use]
    pub fn field(&self) -> usize {
        self.field
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> MatchRule {
        self.rule
    }
}

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::MATCH_RATIO;
    const BOUNDS: Bounds = Bounds::Figure(Figures::Shares);
    const FIGURE: &'static str = "share of values that match";

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        let (idx, name) = (scope.field(&options.field)?, &options.rule);
        let field = &scope.fields()[idx];
        if name.value == "extract" && !field.extract.is_empty() {
            return Some(Self { field: idx, rule: MatchRule::Extract });
        }
        if let Some(rule) = field.rules.iter().position(|rule| rule.name == name.value) {
            return Some(Self { field: idx, rule: MatchRule::Rule(rule) });
        }
        let own = field.kind.named_patterns();
        if let Some(rule) = own.iter().position(|own| *own == name.value) {
            return Some(Self { field: idx, rule: MatchRule::Pattern(rule) });
        }
        let message = format!("no rule of `{}` is called `{}`", field.name, name.value);
        let rules = field.rules.iter().map(|rule| rule.name.as_str());
        let words = rules.chain(own.iter().map(String::as_str));
        let words = words.chain((!field.extract.is_empty()).then_some("extract"));
        let fault = Fault::new(Code::SCHEMA_REFERENCE, name.span.clone(), message);
        scope.add(fault.with_words(&name.value, words));
        None
    }

    fn title(options: &Options) -> String {
        format!("{} {}", options.field.value, options.rule.value)
    }

    fn subject(&self) -> Subject {
        Subject::Field(self.field)
    }

    fn compile(&self, _: &Schema) -> Self {
        *self
    }
}

impl Fold for Check {
    type Partial = ();
    type State = ();

    fn merge(&self, (): &mut (), (): (), _: &mut Locator<'_>, _: &mut Output<'_>) {}

    fn finish(&self, (): &mut (), _: &End<'_>, _: &mut Output<'_>) -> Measured {
        Measured::default()
    }
}
