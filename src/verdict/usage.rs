//! The patterns of a schema that find something in a text: those that extract,
//! marks, prompts, rules of quantities, markers of outlines.
//!
//! Stages count under these places what each of them matched, so that a run can
//! tell which never did, and what share of the values one matches.

use crate::lang::CountedPattern;
use crate::schema::Schema;
use crate::types::FieldUsage;

/// The patterns of a schema, and for each field where its own begin.
#[derive(Clone, Debug, Default)]
pub struct PatternUsage {
    /// All of them. What only counts texts that were looked at has no entry.
    pub list: Vec<Option<CountedPattern>>,
    /// For each field the places of what it counts.
    pub fields: Vec<FieldUsage>,
}

impl PatternUsage {
    /// The patterns of a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let mut usage = Self::default();
        let list = &mut usage.list;
        for field in &schema.fields {
            let name = &field.name;
            let extract = list.len();
            list.extend(field.extract.iter().zip(1..).map(|(pattern, n)| {
                let what = format!("pattern {n} of `extract` of `{name}`");
                Some(CountedPattern { what, span: pattern.span.clone() })
            }));
            let extracted = list.len();
            list.extend([None, None]);
            let own = list.len();
            list.extend(field.kind.patterns(name).into_iter().map(Some));
            usage.fields.push(FieldUsage { extract, extracted, values: extracted + 1, own });
        }
        usage
    }

    /// The patterns, those that fields share once, with how often each matched.
    #[must_use]
    pub fn tally(&self, matched: &[u64]) -> Vec<(&CountedPattern, u64)> {
        let mut tallies: Vec<(&CountedPattern, u64)> = Vec::new();
        for (place, pattern) in self.list.iter().enumerate() {
            let Some(pattern) = pattern else { continue };
            let count = matched.get(place).copied().unwrap_or(0);
            match tallies.iter_mut().find(|(known, _)| known.span == pattern.span) {
                Some((_, total)) => *total += count,
                None => tallies.push((pattern, count)),
            }
        }
        tallies
    }
}
