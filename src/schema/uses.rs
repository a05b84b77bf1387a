//! What a schema takes from others: patterns, quantities, outlines, sentinels.
//!
//! In: a schema as written. Out: the same with what the schemas of `uses`
//! define, and the files that all of it stands in. What a schema defines itself
//! goes before what it uses, and what is used first before what is used later.

use std::collections::VecDeque;

use super::SchemaSource;
use super::builtin;
use super::check::check;
use super::raw::RawSchema;
use crate::diagnostic::Code;
use crate::lang::{Fault, SchemaFiles, nearest};
use crate::source::{Carried, Spanned};

/// Adds what the used schemas define. A schema that cannot be used is a fault
/// at the word that names it.
pub(super) fn merge(
    raw: &mut RawSchema,
    source: &SchemaSource,
    carried: &Carried,
    faults: &mut Vec<Fault>,
) -> SchemaFiles {
    let mut files = SchemaFiles::new(source.name.clone(), source.text.clone());
    // Who names it, and the word that leads there from this schema.
    let mut left: VecDeque<(SchemaSource, Spanned<String>, Spanned<String>)> =
        raw.uses.iter().map(|name| (source.clone(), name.clone(), name.clone())).collect();
    while let Some((by, name, word)) = left.pop_front() {
        let used = match by.find_used(&name.value, carried) {
            Ok(used) => used,
            Err(error) => {
                let cause = std::error::Error::source(&error)
                    .map_or_else(|| error.to_string(), ToString::to_string);
                let message = format!("the schema `{}` cannot be used: {cause}", name.value);
                let mut fault = Fault::new(Code::SCHEMA_REFERENCE, word.span.clone(), message);
                fault.help = nearest(&name.value, builtin::names())
                    .map(|near| format!("did you mean the embedded schema `{near}`?"));
                faults.push(fault);
                continue;
            }
        };
        if files.iter().any(|file| file.path == used.name) {
            continue;
        }
        let mut own = Vec::new();
        let other = check(&used.text, files.next_start(), &mut own).raw.filter(|_| own.is_empty());
        let Some(other) = other else {
            faults.push(
                Fault::new(
                    Code::SCHEMA_REFERENCE,
                    word.span.clone(),
                    format!("the schema `{}` has faults itself", name.value),
                )
                .with_help(format!("`recordmill schema check {}` tells them", used.name)),
            );
            continue;
        };
        files.push(used.name.clone(), used.text.clone(), word.span.clone());
        for (name, pattern) in other.patterns {
            raw.patterns.entry(name).or_insert(pattern);
        }
        for (name, quantity) in other.quantities {
            raw.quantities.entry(name).or_insert(quantity);
        }
        for (name, outline) in other.outlines {
            raw.outlines.entry(name).or_insert(outline);
        }
        for text in other.sentinels {
            if !raw.sentinels.contains(&text) {
                raw.sentinels.push(text);
            }
        }
        left.extend(other.uses.into_iter().map(|name| (used.clone(), name, word.clone())));
    }
    files
}
