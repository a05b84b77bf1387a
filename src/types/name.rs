//! `name`: the name of the record.
//!
//! Where it has no key, its texts begin with it: `肾炎的检查…`, `肾炎病因…`. Each
//! pattern of the schema reads a candidate from one text; every text that begins
//! with a candidate gives it a vote. The candidate with most votes wins, the
//! longest of several.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Cells, FieldPlan, FieldType, KeyUse, Memo, PatternTrial, Reader, RecordInfo, Scope, Slot,
};
use crate::data::{Cell, Extracted, Kind, Raw, Row, Value};
use crate::diagnostic::{Code, Diagnostics};
use crate::lang::{CountedPattern, Examples, Needed, Pattern, RawExamples, Regex, Resolver};
use crate::source::{Span, Spanned};
use crate::text::trimmed;

/// The name of the record, by its key or worked out from how its texts begin. Two
/// columns: the name, and `<field>_source` with `key`, `text` or `file`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// Where the name may be read.
    #[serde(default)]
    pub infer: Vec<Spanned<RawInfer>>,
    /// Fields whose texts give a name a vote if they begin with it, beside those of `infer`.
    #[serde(default)]
    pub support: Vec<Spanned<String>>,
    /// A regular expression with the group `name`, tried on the file name without its extension where no text has the name.
    pub file: Option<Spanned<String>>,
}

/// A text in which the name may be read.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawInfer {
    /// The field whose text it is.
    pub from: Spanned<String>,
    /// A regular expression with the group `name`.
    pub pattern: Spanned<String>,
    /// Texts with the name they give, and texts that give none.
    pub examples: Option<Spanned<RawExamples>>,
}

impl Options {
    #[expect(clippy::unnecessary_wraps, reason = "as all types have it")]
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<NameType> {
        let resolver = &mut *scope.resolver;
        let mut infer = Vec::new();
        for raw in &self.infer {
            let from = resolver.field_named(&raw.value.from);
            let pattern = resolver.pattern(&raw.value.pattern);
            resolver.groups(&pattern, &["name"], &["name"]);
            let examples = Resolver::examples(raw.value.examples.as_ref());
            resolver.wants_examples(&examples, &raw.span, "the place of the name");
            let name = raw.value.from.value.clone();
            infer.extend(from.map(|from| Infer { from, name, pattern, examples }));
        }
        let file = self.file.as_ref().map(|pattern| resolver.pattern(pattern));
        if let Some(pattern) = &file {
            resolver.groups(pattern, &["name"], &["name"]);
        }
        if let Some(text) = self.support.first().filter(|_| self.infer.is_empty()) {
            let message = "`support` has no effect without `infer`";
            resolver.fault(Code::SCHEMA_UNUSED, &text.span, message);
        }
        let mut support = Vec::new();
        for name in &self.support {
            support.extend(resolver.field_named(name));
        }
        Some(NameType { field: scope.name.value.clone(), infer, support, file })
    }
}

/// A text in which the name may be read.
#[derive(Clone, Debug)]
struct Infer {
    /// The field whose text it is, and its name.
    from: usize,
    name: String,
    /// The pattern; its group `name` is the name.
    pattern: Pattern,
    examples: Examples,
}

#[derive(Clone, Debug)]
pub(super) struct NameType {
    field: String,
    infer: Vec<Infer>,
    support: Vec<usize>,
    file: Option<Pattern>,
}

impl FieldType for NameType {
    fn word(&self) -> &'static str {
        "name"
    }

    fn cells(&self) -> Cells {
        let source = Slot {
            key: "source".to_owned(),
            column: "_source".to_owned(),
            description: Some("where {} was read: key, text or file".to_owned()),
            ..Slot::value(Kind::Text)
        };
        Cells::Slots(vec![Slot::value(Kind::Text), source])
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(NamePlan::new(&self.infer, &self.support, self.file.as_ref()))
    }

    fn key(&self) -> KeyUse {
        KeyUse::Optional
    }

    fn names_the_record(&self) -> bool {
        true
    }

    fn reads(&self) -> Vec<usize> {
        self.infer.iter().map(|infer| infer.from).chain(self.support.iter().copied()).collect()
    }

    fn patterns(&self, field: &str) -> Vec<CountedPattern> {
        let patterns = self.infer.iter().zip(1..).map(|(infer, n)| CountedPattern {
            what: format!("pattern {n} of `infer` of `{field}`"),
            span: infer.pattern.span.clone(),
        });
        patterns.collect()
    }

    fn proven(&self) -> Vec<(String, &Pattern, &Examples)> {
        let proven = self.infer.iter().map(|infer| {
            let what = format!("the place in `{}` that `{}` is read from", infer.name, self.field);
            (what, &infer.pattern, &infer.examples)
        });
        proven.collect()
    }

    fn tried(&self) -> Vec<PatternTrial<'_>> {
        let tried = self.infer.iter().map(|infer| PatternTrial {
            what: format!("pattern on `{}`", infer.name),
            pattern: &infer.pattern,
            on: Some(infer.from),
            items: false,
            goes_on: true,
        });
        tried.collect()
    }
}

/// How much of a text a pattern is tried on, in bytes: a name is short.
const WINDOW: usize = 512;

#[derive(Clone, Debug)]
struct NamePlan {
    /// The fields whose texts are tried, each with its pattern and what that needs.
    infer: Vec<(usize, Regex, Option<Needed>)>,
    voters: Vec<usize>,
    file: Option<Regex>,
}

/// A name and where it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name<'r> {
    text: &'r str,
    span: Span,
    source: &'static str,
}

/// What was found, and a text that says otherwise.
#[derive(Debug, Default)]
struct Found<'r> {
    name: Option<Name<'r>>,
    disputed: Option<(&'r str, (&'r str, Span))>,
}

impl Reader for NamePlan {
    fn normalize<'r>(
        &'r self,
        field: &'r FieldPlan,
        raw: &mut Extracted<'r>,
        record: &RecordInfo<'r>,
        memo: &mut Memo,
        row: &mut Row<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let first = field.usage.own;
        let own = &raw.fields[field.idx];
        let mut found = self.find(raw, own, |pattern| diagnostics.matched(first + pattern));
        if found.name.is_none() {
            found.name = record.stem.and_then(|stem| self.in_file(field.idx, stem, memo));
        }
        if let Some((winner, loser)) = found.disputed {
            let finding = diagnostics.report(
                Code::NAME_DISPUTED,
                loser.1,
                format!("the text begins with `{}`, others with `{winner}`", loser.0),
            );
            finding.field = Some(field.name.clone());
            finding.raw = Some(loser.0.to_owned());
        }
        if let Some(name) = found.name {
            row.cells[field.base] = Cell::new(Value::text(name.text), name.span);
            row.cells[field.base + 1] = Cell::new(Value::text(name.source), name.span);
        } else if raw.fields.iter().any(Raw::is_present) {
            let place = raw.fields.iter().find_map(Raw::span).unwrap_or_default();
            let finding = diagnostics.report(
                Code::NAME_NOT_FOUND,
                Span { start: place.start, end: place.start },
                "neither a key nor the texts of the record give its name",
            );
            finding.field = Some(field.name.clone());
            finding.schema_span = Some(field.span.clone());
        }
    }
}

impl NamePlan {
    fn new(infer: &[Infer], support: &[usize], file: Option<&Pattern>) -> Self {
        let mut voters: Vec<_> =
            infer.iter().map(|infer| infer.from).chain(support.iter().copied()).collect();
        voters.sort_unstable();
        voters.dedup();
        let tried =
            |infer: &Infer| (infer.from, infer.pattern.compile(), Needed::of(&infer.pattern.text));
        Self { infer: infer.iter().map(tried).collect(), voters, file: file.map(Pattern::compile) }
    }

    fn find<'r>(
        &self,
        raw: &Extracted<'r>,
        own: &Raw<'r>,
        mut matched: impl FnMut(usize),
    ) -> Found<'r> {
        if let Raw::Value(text, span) = own {
            return Found { name: Some(Name { text, span: *span, source: "key" }), disputed: None };
        }
        let mut candidates: Vec<(&'r str, Span)> = Vec::new();
        for (n, (from, regex, needed)) in self.infer.iter().enumerate() {
            let Raw::Value(text, _) = &raw.fields[*from] else {
                continue;
            };
            let text: &'r str = text;
            let head = &text[..text.floor_char_boundary(text.len().min(WINDOW))];
            if needed.as_ref().is_some_and(|needed| !needed.stands_in(head)) {
                continue;
            }
            let Some(found) = regex.captures(head).and_then(|groups| groups.name("name")) else {
                continue;
            };
            matched(n);
            let found = trimmed(text, found.range());
            // An empty name begins every text.
            if !found.is_empty() {
                candidates.push((&text[found.clone()], raw.span_in(*from, found)));
            }
        }
        let votes = |name: &str| {
            self.voters
                .iter()
                .filter(|&&voter| matches!(raw.fields[voter], Raw::Value(text, _) if text.starts_with(name)))
                .count()
        };
        // Votes and length of the best candidate so far, and which it is.
        let mut best: Option<(usize, usize, usize)> = None;
        for (idx, (name, _)) in candidates.iter().enumerate() {
            let (support, length) = (votes(name), name.len());
            if best.is_none_or(|(known, longest, _)| (support, length) > (known, longest)) {
                best = Some((support, length, idx));
            }
        }
        if let Some((_, _, idx)) = best {
            let (text, span) = candidates[idx];
            // A candidate disagrees if its text does not even begin with the winner.
            let loser = candidates
                .iter()
                .find(|(name, _)| !name.starts_with(text) && !text.starts_with(name));
            return Found {
                name: Some(Name { text, span, source: "text" }),
                disputed: loser.map(|loser| (text, *loser)),
            };
        }
        Found::default()
    }

    /// The name in the name of a file.
    fn in_file<'r>(&self, field: usize, stem: &'r str, memo: &mut Memo) -> Option<Name<'r>> {
        let file = self.file.as_ref()?;
        if memo.in_files.len() <= field {
            memo.in_files.resize_with(field + 1, Default::default);
        }
        let (known, place) = &mut memo.in_files[field];
        if **known != *stem {
            let found = file.captures(stem).and_then(|groups| groups.name("name"));
            *place = found.map(|found| trimmed(stem, found.range()));
            *known = stem.into();
        }
        let text = place.clone().filter(|place| !place.is_empty()).map(|place| &stem[place])?;
        Some(Name { text, span: Span::default(), source: "file" })
    }
}
