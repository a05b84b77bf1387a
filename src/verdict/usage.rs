//! The rules of a schema that take something of a text: patterns that extract,
//! marks, prompts, rules of quantities, markers of outlines.
//!
//! Stages count under these places what each of them took, so that a run can
//! tell which never matched, and what share of the values one takes.

use std::ops::Range;

use crate::schema::model::{FieldKind, Schema};

/// A rule that takes something.
#[derive(Clone, Debug)]
pub struct Taker {
    /// What it is: ``rule `range` of the quantity `duration` ``.
    pub what: String,
    /// Where it is written. What several fields share has several takers of one span.
    pub span: Range<usize>,
}

/// The takers of a schema, and for each field where its own begin.
#[derive(Clone, Debug, Default)]
pub struct Takers {
    /// All of them. What is none, and only counts texts that were looked at, has
    /// no entry.
    pub list: Vec<Option<Taker>>,
    /// For each field its first pattern of `extract`.
    pub extract: Vec<usize>,
    /// For each field the texts that `extract` was tried on.
    pub extracted: Vec<usize>,
    /// For each field its first prompt.
    pub prompts: Vec<usize>,
    /// For each field its mark of truncation.
    pub truncation: Vec<usize>,
    /// For each field its first pattern of `infer`.
    pub infer: Vec<usize>,
    /// For each field the first rule of its quantity, or the first marker of its outline.
    pub read: Vec<usize>,
    /// For each field the texts that its quantity was read in.
    pub values: Vec<usize>,
}

impl Takers {
    /// The takers of a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let mut takers = Self::default();
        let mut list: Vec<Option<Taker>> = Vec::new();
        for field in &schema.fields {
            let name = &field.name;
            takers.extract.push(list.len());
            list.extend(field.extract.iter().zip(1..).map(|(pattern, n)| {
                let what = format!("pattern {n} of `extract` of `{name}`");
                Some(Taker { what, span: pattern.span.clone() })
            }));
            takers.extracted.push(list.len());
            takers.values.push(list.len() + 1);
            list.extend([None, None]);
            takers.prompts.push(list.len());
            if let FieldKind::List { prompts, .. } | FieldKind::TupleList { prompts, .. } =
                &field.kind
            {
                list.extend(prompts.iter().zip(1..).map(|(pattern, n)| {
                    let what = format!("prompt {n} of `{name}`");
                    Some(Taker { what, span: pattern.span.clone() })
                }));
            }
            takers.truncation.push(list.len());
            if let FieldKind::List { truncation: Some(mark), .. } = &field.kind {
                let what = format!("the mark of truncation of `{name}`");
                list.push(Some(Taker { what, span: mark.span.clone() }));
            }
            takers.infer.push(list.len());
            if let FieldKind::Name { infer, .. } = &field.kind {
                list.extend(infer.iter().zip(1..).map(|(infer, n)| {
                    let what = format!("pattern {n} of `infer` of `{name}`");
                    Some(Taker { what, span: infer.pattern.span.clone() })
                }));
            }
            takers.read.push(list.len());
            match field.kind {
                FieldKind::Quantity(idx) => {
                    let quantity = &schema.quantities[idx];
                    list.extend(quantity.rules.iter().map(|rule| {
                        let what =
                            format!("rule `{}` of the quantity `{}`", rule.name, quantity.name);
                        Some(Taker { what, span: rule.span.clone() })
                    }));
                }
                FieldKind::Outline { outline, .. } => {
                    let outline = &schema.outlines[outline];
                    list.extend(outline.markers.iter().map(|marker| {
                        let what =
                            format!("marker `{}` of the outline `{}`", marker.name, outline.name);
                        Some(Taker { what, span: marker.span.clone() })
                    }));
                }
                _ => {}
            }
        }
        takers.list = list;
        takers
    }

    /// The rules, those that fields share once, with how much each took.
    #[must_use]
    pub fn tally(&self, took: &[u64]) -> Vec<(&Taker, u64)> {
        let mut tallies: Vec<(&Taker, u64)> = Vec::new();
        for (place, taker) in self.list.iter().enumerate() {
            let Some(taker) = taker else { continue };
            let count = took.get(place).copied().unwrap_or(0);
            match tallies.iter_mut().find(|(known, _)| known.span == taker.span) {
                Some((_, total)) => *total += count,
                None => tallies.push((taker, count)),
            }
        }
        tallies
    }
}
