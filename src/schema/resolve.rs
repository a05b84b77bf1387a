//! From the schema as written to the schema that can be run. Every fault of
//! meaning is collected; nothing stops at the first.

use std::ops::Range;

use indexmap::IndexMap;
use regex::Regex;
use rustc_hash::FxHashMap;

use super::SchemaSource;
use super::fault::Fault;
use super::model::{
    Accept, Column, ColumnOrigin, Computed, Continuation, Examples, Field, FieldKind, Format,
    Framing, FramingBy, Infer, KeyBy, KeySyntax, Layout, Pattern, Quantity, QuantityKind,
    QuantityRule, Rule, RuleKind, RuleTarget, Schema, Source, Table, TemplatePart, slots_of,
};
use super::pattern::{Patterns, unusable};
use super::raw::{
    RawComputed, RawExamples, RawField, RawFraming, RawKey, RawQuantity, RawRule, RawSchema,
    RawSource, RawTable, RawType,
};
use crate::diagnostic::{self, CODES, Code, Policy};
use crate::source::{Spanned, label_of};
use crate::value::Kind;

/// The longest record if the schema does not say.
const MAX_RECORD_BYTES: u64 = 16 * 1024 * 1024;
/// The longest record that a schema may ask for: offsets in a chunk have 32 bits.
const MAX_MAX_RECORD_BYTES: u64 = 1024 * 1024 * 1024;

/// Resolves a schema. The result is usable only if no fault is an error.
pub(super) fn resolve(
    raw: RawSchema,
    file: &SchemaSource,
    faults: &mut Vec<Fault>,
) -> Option<Schema> {
    if raw.recordmill.value != 1 {
        faults.push(
            Fault::new(
                Code::SCHEMA_VALUE,
                raw.recordmill.span,
                format!(
                    "version {} of the schema language is not known",
                    raw.recordmill.value
                ),
            )
            .with_help("this recordmill reads version 1"),
        );
        return None;
    }
    let patterns = Patterns::resolve(&raw.patterns, faults);
    let mut resolver = Resolver {
        patterns,
        names: raw.fields.keys().map(|name| name.value.clone()).collect(),
        quantities: raw
            .quantities
            .keys()
            .map(|name| name.value.clone())
            .collect(),
        faults,
    };
    let quantities: Vec<_> = raw
        .quantities
        .iter()
        .map(|(name, quantity)| resolver.quantity(name, &quantity.value))
        .collect();
    let sentinels: Vec<_> = raw
        .sentinels
        .iter()
        .map(|text| text.value.clone())
        .collect();
    let fields: Vec<_> = raw
        .fields
        .iter()
        .map(|(name, field)| resolver.field(name, field, &sentinels))
        .collect();
    resolver.keys_are_distinct(&raw.fields);
    let source = resolver.source(&raw.source.value, &fields);
    let tables = resolver.tables(&raw.tables, &fields, &quantities);
    // What a faulty part would have used cannot be told.
    if !resolver.faults.iter().any(Fault::is_error) {
        resolver.everything_is_used(&fields, &tables, &quantities, &raw);
    }
    let mut policy = Policy::default();
    for (word, finding) in &raw.findings {
        if let Some(code) = diagnostic::find(&word.value) {
            policy.set(code, finding.value.severity, finding.value.action);
        } else {
            resolver.faults.push(
                Fault::new(
                    Code::SCHEMA_REFERENCE,
                    word.span.clone(),
                    format!("no finding is called `{}`", word.value),
                )
                .with_words(
                    &word.value,
                    CODES.iter().flat_map(|code| [code.name, code.id]),
                ),
            );
        }
    }
    Some(Schema {
        name: raw.name.value,
        description: raw.description,
        path: file.name.clone(),
        text: file.text.clone(),
        hash: blake3::hash(file.text.as_bytes()).to_hex().to_string(),
        source: source?,
        fields,
        quantities,
        tables,
        policy,
    })
}

struct Resolver<'f> {
    patterns: Patterns,
    /// The names of the fields; their places are the indices.
    names: Vec<String>,
    quantities: Vec<String>,
    faults: &'f mut Vec<Fault>,
}

impl Resolver<'_> {
    fn fault(
        &mut self,
        code: &'static Code,
        span: &Range<usize>,
        message: impl Into<String>,
    ) -> &mut Fault {
        self.faults.push(Fault::new(code, span.clone(), message));
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }

    fn pattern(&mut self, pattern: &Spanned<String>) -> Pattern {
        self.pattern_with(pattern, &[])
    }

    fn pattern_with(&mut self, pattern: &Spanned<String>, extra: &[(&str, &str)]) -> Pattern {
        let text = self.patterns.expand(pattern, extra, self.faults);
        if let Err(error) = Regex::new(&text) {
            self.faults.push(unusable(&error, &pattern.span));
            return Pattern {
                text: String::new(),
                span: pattern.span.clone(),
            };
        }
        Pattern {
            text,
            span: pattern.span.clone(),
        }
    }

    /// Asks for groups that the code will read.
    fn groups(&mut self, pattern: &Pattern, needed: &[&str], known: &[&str]) {
        let Ok(regex) = Regex::new(&pattern.text) else {
            return;
        };
        let found: Vec<_> = regex.capture_names().flatten().map(str::to_owned).collect();
        for group in needed {
            if !found.iter().any(|found| found == group) {
                self.fault(
                    Code::SCHEMA_PATTERN,
                    &pattern.span,
                    format!("the pattern lacks the group `{group}`"),
                )
                .help = Some(format!("write `(?<{group}>…)` around that part"));
            }
        }
        for group in &found {
            if !known.is_empty() && !known.contains(&group.as_str()) {
                let fault = Fault::new(
                    Code::SCHEMA_PATTERN,
                    pattern.span.clone(),
                    format!("no group is called `{group}` here"),
                );
                self.faults
                    .push(fault.with_words(group, known.iter().copied()));
            }
        }
    }

    fn examples(raw: Option<&Spanned<RawExamples>>) -> Examples {
        let Some(raw) = raw else {
            return Examples::default();
        };
        Examples {
            accept: raw
                .value
                .accept
                .iter()
                .map(|accept| Accept {
                    text: accept.value.text.clone(),
                    gives: accept
                        .value
                        .gives
                        .iter()
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .collect(),
                    span: accept.span.clone(),
                })
                .collect(),
            refuse: raw
                .value
                .refuse
                .iter()
                .map(|text| (text.value.clone(), text.span.clone()))
                .collect(),
        }
    }

    fn wants_examples(&mut self, examples: &Examples, span: &Range<usize>, what: &str) {
        if examples.is_empty() {
            self.fault(Code::SCHEMA_EXAMPLE, span, format!("{what} has no example"))
                .help = Some(
                "add `examples = { accept = [{ text = \"…\" }], refuse = [\"…\"] }`".to_owned(),
            );
        }
    }

    fn field_named(&mut self, name: &Spanned<String>) -> Option<usize> {
        let found = self.names.iter().position(|known| *known == name.value);
        if found.is_none() {
            let fault = Fault::new(
                Code::SCHEMA_REFERENCE,
                name.span.clone(),
                format!("no field is called `{}`", name.value),
            );
            self.faults
                .push(fault.with_words(&name.value, self.names.iter().map(String::as_str)));
        }
        found
    }

    fn source(&mut self, raw: &RawSource, fields: &[Field]) -> Option<Source> {
        let encoding = raw
            .encoding
            .as_ref()
            .filter(|label| label.value != "auto")
            .and_then(|label| {
                let found = label_of(&label.value);
                if found.is_none() {
                    self.fault(
                        Code::SCHEMA_VALUE,
                        &label.span,
                        format!("no encoding is called `{}`", label.value),
                    )
                    .help = Some(
                        "`auto`, or a WHATWG label such as `utf-8`, `gb18030`, `big5`, `shift_jis`"
                            .to_owned(),
                    );
                }
                found
            });
        let limit = raw
            .max_record_bytes
            .as_ref()
            .map_or(MAX_RECORD_BYTES, |limit| limit.value);
        if let Some(written) = &raw.max_record_bytes {
            if limit == 0 || limit > MAX_MAX_RECORD_BYTES {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &written.span,
                    format!("a record cannot be limited to {limit} bytes"),
                )
                .help = Some(format!("from 1 to {MAX_MAX_RECORD_BYTES} bytes"));
            }
        }
        let Format::KeyValue = raw.format.value;
        let continuation = &raw.continuation.value;
        let text = |written: &Option<Spanned<String>>, default: &str| {
            written
                .as_ref()
                .map_or_else(|| default.to_owned(), |text| text.value.clone())
        };
        Some(Source {
            format: raw.format.value,
            encoding,
            framing: self.framing(&raw.record, fields)?,
            key: self.key_syntax(&raw.key),
            continuation: Continuation {
                by: continuation.by.unwrap_or_default(),
                join: text(&continuation.join, "\n"),
                indent: text(&continuation.indent, ""),
                blank: continuation.blank.as_ref().map(|text| text.value.clone()),
            },
            max_record_bytes: usize::try_from(limit.min(MAX_MAX_RECORD_BYTES))
                .unwrap_or(usize::MAX),
        })
    }

    fn framing(&mut self, raw: &Spanned<RawFraming>, fields: &[Field]) -> Option<Framing> {
        let (by, span) = (raw.value.by.value, &raw.span);
        let lacks = |resolver: &mut Self, key: &str| {
            resolver.fault(
                Code::SCHEMA_MISSING,
                span,
                format!("records cut in this way need `{key}`"),
            );
        };
        if by != FramingBy::StartKey {
            if let Some(key) = &raw.value.key {
                self.fault(Code::SCHEMA_UNUSED, &key.span, "`key` has no effect here");
            }
        }
        let with_pattern = matches!(by, FramingBy::StartLine | FramingBy::EndLine);
        if let Some(pattern) = raw.value.pattern.as_ref().filter(|_| !with_pattern) {
            self.fault(
                Code::SCHEMA_UNUSED,
                &pattern.span,
                "`pattern` has no effect here",
            );
        }
        match by {
            FramingBy::StartKey => {
                let Some(key) = &raw.value.key else {
                    lacks(self, "key");
                    return None;
                };
                let known: Vec<_> = fields
                    .iter()
                    .flat_map(|field| &field.keys)
                    .map(String::as_str)
                    .collect();
                if !known.contains(&key.value.as_str()) {
                    let fault = Fault::new(
                        Code::SCHEMA_REFERENCE,
                        key.span.clone(),
                        format!("no field has the key `{}`", key.value),
                    );
                    self.faults.push(fault.with_words(&key.value, known));
                }
                Some(Framing::StartKey(key.value.clone()))
            }
            FramingBy::StartLine | FramingBy::EndLine => {
                let Some(pattern) = &raw.value.pattern else {
                    lacks(self, "pattern");
                    return None;
                };
                let pattern = self.pattern(pattern);
                let examples = Self::examples(raw.value.examples.as_ref());
                self.wants_examples(&examples, &pattern.span, "the pattern that cuts records");
                Some(if by == FramingBy::StartLine {
                    Framing::StartLine(pattern, examples)
                } else {
                    Framing::EndLine(pattern, examples)
                })
            }
            FramingBy::BlankLine => Some(Framing::BlankLine),
            FramingBy::File => Some(Framing::File),
        }
    }

    fn key_syntax(&mut self, raw: &Spanned<RawKey>) -> KeySyntax {
        let key = &raw.value;
        let by = key.by.value;
        let pattern = key.pattern.as_ref().map(|pattern| self.pattern(pattern));
        if let Some(pattern) = &pattern {
            self.groups(pattern, &["key", "value"], &["key", "value"]);
        }
        let unknown = key.unknown.as_ref().map(|pattern| self.pattern(pattern));
        if let Some(pattern) = &unknown {
            self.groups(pattern, &["key"], &["key"]);
        }
        match by {
            KeyBy::Pattern if pattern.is_none() => {
                self.fault(
                    Code::SCHEMA_MISSING,
                    &raw.span,
                    "keys found by pattern need `pattern`",
                );
            }
            KeyBy::Column if key.width.is_none() => {
                self.fault(
                    Code::SCHEMA_MISSING,
                    &raw.span,
                    "keys found by column need `width`",
                );
            }
            _ => {}
        }
        let unused = [
            (
                "pattern",
                key.pattern.as_ref().map(|text| &text.span),
                by == KeyBy::Pattern,
            ),
            (
                "width",
                key.width.as_ref().map(|width| &width.span),
                by == KeyBy::Column,
            ),
            (
                "delimiter",
                key.delimiter.as_ref().map(|text| &text.span),
                by == KeyBy::Declared,
            ),
            (
                "unknown",
                key.unknown.as_ref().map(|text| &text.span),
                by == KeyBy::Declared,
            ),
        ];
        for (name, span, used) in unused {
            if let Some(span) = span.filter(|_| !used) {
                self.fault(
                    Code::SCHEMA_UNUSED,
                    span,
                    format!("`{name}` has no effect here"),
                );
            }
        }
        let examples = Self::examples(key.examples.as_ref());
        if let Some(pattern) = pattern.as_ref().or(unknown.as_ref()) {
            self.wants_examples(&examples, &pattern.span.clone(), "the pattern of keys");
        }
        let delimiter = key
            .delimiter
            .as_ref()
            .map_or_else(|| " ".to_owned(), |text| text.value.clone());
        if delimiter.is_empty() {
            let span = key
                .delimiter
                .as_ref()
                .map_or(&raw.span, |text| &text.span)
                .clone();
            self.fault(Code::SCHEMA_VALUE, &span, "the delimiter cannot be empty");
        }
        KeySyntax {
            by,
            delimiter,
            pattern,
            width: key.width.as_ref().map_or(0, |width| width.value as usize),
            unknown,
            repeated: key.repeated.unwrap_or_default(),
            ordered: key.ordered.unwrap_or_default(),
            examples,
        }
    }

    fn quantity(&mut self, name: &Spanned<String>, raw: &RawQuantity) -> Quantity {
        let mut units: Vec<_> = raw
            .units
            .iter()
            .map(|(word, factor)| (word.clone(), *factor))
            .collect();
        units.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        if units.is_empty() {
            self.fault(
                Code::SCHEMA_MISSING,
                &name.span,
                format!("the quantity `{}` has no unit", name.value),
            );
        }
        let unit = format!(
            "(?:{})",
            units
                .iter()
                .map(|(word, _)| regex::escape(word))
                .collect::<Vec<_>>()
                .join("|")
        );
        let extra = [("unit", unit.as_str())];
        let rules =
            raw.rules
                .iter()
                .map(|rule| {
                    let span = rule.span.clone();
                    let rule = &rule.value;
                    let pattern = self.pattern_with(&rule.pattern, &extra);
                    let kind = match rule.kind.value.as_str() {
                        "exact" => QuantityKind::Exact,
                        "range" => QuantityKind::Range,
                        "at_least" => QuantityKind::AtLeast,
                        "at_most" => QuantityKind::AtMost,
                        "skip" => QuantityKind::Skip,
                        word => QuantityKind::Word(word.to_owned()),
                    };
                    match &kind {
                        QuantityKind::Range => {
                            self.groups(&pattern, &["a", "b"], &["a", "b", "ua", "ub", "half"]);
                        }
                        QuantityKind::Skip | QuantityKind::Word(_) => {}
                        _ => self.groups(&pattern, &["a"], &["a", "b", "ua", "ub", "half"]),
                    }
                    if let QuantityKind::Word(word) = &kind {
                        if ["several", "unknown", "text"].contains(&word.as_str()) {
                            self.fault(
                                Code::SCHEMA_VALUE,
                                &rule.kind.span,
                                format!("a rule cannot have the kind `{word}`"),
                            )
                            .help = Some("that kind is worked out, not written".to_owned());
                        }
                    }
                    let default_factor = rule.default_unit.as_ref().and_then(|unit| {
                        let found = units
                            .iter()
                            .find(|(word, _)| *word == unit.value)
                            .map(|(_, factor)| *factor);
                        if found.is_none() {
                            let fault = Fault::new(
                                Code::SCHEMA_REFERENCE,
                                unit.span.clone(),
                                format!("no unit is written `{}`", unit.value),
                            );
                            self.faults.push(fault.with_words(
                                &unit.value,
                                units.iter().map(|(word, _)| word.as_str()),
                            ));
                        }
                        found
                    });
                    let examples = Self::examples(rule.examples.as_ref());
                    self.wants_examples(
                        &examples,
                        &rule.name.span,
                        &format!("the rule `{}`", rule.name.value),
                    );
                    QuantityRule {
                        name: rule.name.value.clone(),
                        kind,
                        pattern,
                        default_factor,
                        examples,
                        span,
                    }
                })
                .collect();
        Quantity {
            name: name.value.clone(),
            description: raw.description.clone(),
            unit: raw.unit.clone(),
            brackets: self.brackets(&raw.brackets),
            approximate: raw
                .approximate
                .as_ref()
                .map(|pattern| self.pattern(pattern)),
            figure: raw.figure.as_ref().map(|pattern| self.pattern(pattern)),
            units,
            rules,
        }
    }

    fn brackets(&mut self, raw: &[Spanned<String>]) -> Vec<(char, char)> {
        let mut pairs = Vec::new();
        for pair in raw {
            let mut chars = pair.value.chars();
            match (chars.next(), chars.next(), chars.next()) {
                (Some(open), Some(close), None) if open != close => pairs.push((open, close)),
                _ => {
                    self.fault(
                        Code::SCHEMA_VALUE,
                        &pair.span,
                        format!("`{}` is no pair of brackets", pair.value),
                    )
                    .help = Some("write the opening and the closing bracket: `\"()\"`".to_owned());
                }
            }
        }
        pairs
    }

    fn field(
        &mut self,
        name: &Spanned<String>,
        raw: &Spanned<RawField>,
        sentinels: &[String],
    ) -> Field {
        let field = &raw.value;
        let kind = self.field_kind(name, field);
        self.options_fit(field);
        let is_name = matches!(kind, FieldKind::Name { .. });
        let from = field.from.as_ref().and_then(|from| self.field_named(from));
        match (&field.key, &field.from) {
            (None, None) if !is_name => {
                self.fault(
                    Code::SCHEMA_MISSING,
                    &name.span,
                    format!("the field `{}` has neither `key` nor `from`", name.value),
                )
                .help = Some(
                    "`key` is the key in the dump; `from` another field whose text is read"
                        .to_owned(),
                );
            }
            (Some(_), Some(from)) => {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &from.span,
                    "a field has `key` or `from`, not both",
                );
            }
            _ => {}
        }
        let group = field
            .group
            .as_ref()
            .map_or_else(|| "value".to_owned(), |group| group.value.clone());
        let extract: Vec<_> = field
            .extract
            .iter()
            .map(|pattern| self.pattern(pattern))
            .collect();
        if let Some(written) = &field.group {
            if !extract
                .iter()
                .any(|pattern| pattern.text.contains(&format!("<{group}>")))
            {
                self.fault(
                    Code::SCHEMA_REFERENCE,
                    &written.span,
                    format!("no pattern of `extract` has the group `{group}`"),
                );
            }
        }
        let examples = Self::examples(field.examples.as_ref());
        if !extract.is_empty()
            || matches!(kind, FieldKind::TupleList { .. } | FieldKind::Flag { .. })
        {
            self.wants_examples(
                &examples,
                &name.span,
                &format!("the field `{}`", name.value),
            );
        }
        let rules = field
            .rules
            .iter()
            .map(|rule| self.rule(rule, &kind, field))
            .collect();
        let keys = field
            .key
            .iter()
            .chain(&field.aliases)
            .map(|key| key.value.clone())
            .collect();
        let own = field.sentinels.iter().map(|text| text.value.clone());
        Field {
            name: name.value.clone(),
            span: name.span.clone(),
            keys,
            from,
            kind,
            description: field.description.clone(),
            unit: field.unit.clone(),
            tags: field.tags.clone(),
            sentinels: sentinels.iter().cloned().chain(own).collect(),
            extract,
            group,
            rules,
            examples,
        }
    }

    /// Refuses options that mean nothing for the type.
    fn options_fit(&mut self, field: &RawField) {
        use RawType::{Boolean, Enum, Flag, List, Name, Quantity, TupleList};
        let kind = field.r#type.value;
        let first = |texts: &[Spanned<String>]| texts.first().map(|text| text.span.clone());
        let one = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.span.clone());
        let options: [(&str, Option<Range<usize>>, &[RawType]); 15] = [
            ("true", first(&field.r#true), &[Boolean]),
            ("false", first(&field.r#false), &[Boolean]),
            ("true-pattern", one(&field.true_pattern), &[Flag]),
            ("false-pattern", one(&field.false_pattern), &[Flag]),
            ("values", first(&field.values), &[Enum]),
            ("separator", one(&field.separator), &[List]),
            ("truncation", one(&field.truncation), &[List]),
            ("prompts", first(&field.prompts), &[List]),
            (
                "members",
                field.members.keys().next().map(|key| key.span.clone()),
                &[TupleList],
            ),
            ("unwrap", first(&field.unwrap), &[TupleList]),
            (
                "brackets",
                field.brackets.as_deref().and_then(first),
                &[TupleList],
            ),
            ("quantity", one(&field.quantity), &[Quantity]),
            (
                "infer",
                field.infer.first().map(|infer| infer.span.clone()),
                &[Name],
            ),
            ("support", first(&field.support), &[Name]),
            ("file", one(&field.file), &[Name]),
        ];
        for (option, span, kinds) in options {
            if let Some(span) = span.filter(|_| !kinds.contains(&kind)) {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &span,
                    format!("`{option}` means nothing for a field of this type"),
                );
            }
        }
    }

    fn field_kind(&mut self, name: &Spanned<String>, field: &RawField) -> FieldKind {
        let texts = |list: &[Spanned<String>]| {
            list.iter()
                .map(|text| text.value.clone())
                .collect::<Vec<_>>()
        };
        let lacks = |resolver: &mut Self, what: &str| {
            resolver.fault(
                Code::SCHEMA_MISSING,
                &name.span,
                format!("the field `{}` lacks {what}", name.value),
            );
        };
        match field.r#type.value {
            RawType::Text => FieldKind::Text,
            RawType::Integer => FieldKind::Integer,
            RawType::Decimal => FieldKind::Decimal,
            RawType::Boolean => {
                if field.r#true.is_empty() || field.r#false.is_empty() {
                    lacks(self, "words for `true` and `false`");
                }
                FieldKind::Boolean {
                    yes: texts(&field.r#true),
                    no: texts(&field.r#false),
                }
            }
            RawType::Flag => {
                if field.true_pattern.is_none() && field.false_pattern.is_none() {
                    lacks(self, "`true-pattern` or `false-pattern`");
                }
                FieldKind::Flag {
                    yes: field
                        .true_pattern
                        .as_ref()
                        .map(|pattern| self.pattern(pattern)),
                    no: field
                        .false_pattern
                        .as_ref()
                        .map(|pattern| self.pattern(pattern)),
                }
            }
            RawType::Enum => {
                if field.values.is_empty() && field.words.is_empty() {
                    lacks(self, "`values` or `words`");
                }
                let same = texts(&field.values)
                    .into_iter()
                    .map(|value| (value.clone(), value));
                FieldKind::Enum(same.chain(field.words.clone()).collect())
            }
            RawType::List => FieldKind::List {
                separator: field
                    .separator
                    .as_ref()
                    .map(|pattern| self.pattern(pattern)),
                truncation: field
                    .truncation
                    .as_ref()
                    .map(|pattern| self.pattern(pattern)),
                prompts: field
                    .prompts
                    .iter()
                    .map(|pattern| self.pattern(pattern))
                    .collect(),
            },
            RawType::TupleList => self.tuple_list(name, field),
            RawType::Quantity => {
                let Some(quantity) = &field.quantity else {
                    lacks(self, "`quantity`");
                    return FieldKind::Text;
                };
                let Some(idx) = self
                    .quantities
                    .iter()
                    .position(|known| *known == quantity.value)
                else {
                    let fault = Fault::new(
                        Code::SCHEMA_REFERENCE,
                        quantity.span.clone(),
                        format!("no quantity is called `{}`", quantity.value),
                    );
                    let fault = fault
                        .with_words(&quantity.value, self.quantities.iter().map(String::as_str));
                    self.faults.push(fault);
                    return FieldKind::Text;
                };
                FieldKind::Quantity(idx)
            }
            RawType::Name => {
                let mut infer = Vec::new();
                for raw in &field.infer {
                    let from = self.field_named(&raw.value.from);
                    let pattern = self.pattern(&raw.value.pattern);
                    self.groups(&pattern, &["name"], &["name"]);
                    let examples = Self::examples(raw.value.examples.as_ref());
                    self.wants_examples(&examples, &raw.span, "the place of the name");
                    infer.extend(from.map(|from| Infer {
                        from,
                        pattern,
                        examples,
                    }));
                }
                let file = field.file.as_ref().map(|pattern| self.pattern(pattern));
                if let Some(pattern) = &file {
                    self.groups(pattern, &["name"], &["name"]);
                }
                let support = field
                    .support
                    .iter()
                    .filter_map(|name| self.field_named(name))
                    .collect();
                FieldKind::Name {
                    infer,
                    support,
                    file,
                }
            }
        }
    }

    fn tuple_list(&mut self, name: &Spanned<String>, field: &RawField) -> FieldKind {
        let mut members: Vec<String> = Vec::new();
        let mut arities = Vec::new();
        let mut written: Vec<_> = field.members.iter().collect();
        written.sort_by_key(|(_, members)| std::cmp::Reverse(members.value.len()));
        for (arity, names) in written {
            if arity.value.parse() != Ok(names.value.len()) {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &names.span,
                    format!(
                        "a tuple of `{}` cannot have {} members",
                        arity.value,
                        names.value.len()
                    ),
                );
            }
            let places = names
                .value
                .iter()
                .map(|member| {
                    members
                        .iter()
                        .position(|known| known == member)
                        .unwrap_or_else(|| {
                            members.push(member.clone());
                            members.len() - 1
                        })
                })
                .collect();
            arities.push((names.value.len(), places));
        }
        if members.is_empty() {
            self.fault(
                Code::SCHEMA_MISSING,
                &name.span,
                format!("the field `{}` lacks `members`", name.value),
            );
        }
        let mut unwrap = Vec::new();
        for member in &field.unwrap {
            if let Some(idx) = members.iter().position(|known| *known == member.value) {
                unwrap.push(idx);
            } else {
                let fault = Fault::new(
                    Code::SCHEMA_REFERENCE,
                    member.span.clone(),
                    format!("no member is called `{}`", member.value),
                );
                self.faults
                    .push(fault.with_words(&member.value, members.iter().map(String::as_str)));
            }
        }
        let brackets = match &field.brackets {
            Some(pairs) => self.brackets(pairs),
            None => vec![('(', ')')],
        };
        FieldKind::TupleList {
            members,
            arities,
            unwrap,
            brackets,
        }
    }

    fn rule(&mut self, raw: &Spanned<RawRule>, kind: &FieldKind, field: &RawField) -> Rule {
        let rule = &raw.value;
        let span = &raw.span;
        let on = match rule.on.as_ref().map(|on| (on.value.as_str(), &on.span)) {
            None | Some(("value", _)) => RuleTarget::Value,
            Some(("item", on)) => {
                if !matches!(kind, FieldKind::List { .. }) {
                    self.fault(Code::SCHEMA_VALUE, on, "only a list has items");
                }
                RuleTarget::Item
            }
            Some((member, on)) => {
                let members: &[String] = match kind {
                    FieldKind::TupleList { members, .. } => members,
                    _ => &[],
                };
                members
                    .iter()
                    .position(|known| known == member)
                    .map_or_else(
                        || {
                            let fault = Fault::new(
                                Code::SCHEMA_REFERENCE,
                                on.clone(),
                                format!("no rule is checked on `{member}`"),
                            );
                            let words = ["value", "item"]
                                .into_iter()
                                .chain(members.iter().map(String::as_str));
                            self.faults.push(fault.with_words(member, words));
                            RuleTarget::Value
                        },
                        RuleTarget::Member,
                    )
            }
        };
        let whole_list = kind.is_items() && on == RuleTarget::Value;
        let is_text = matches!(
            kind,
            FieldKind::Text | FieldKind::Enum(_) | FieldKind::Name { .. } | FieldKind::Quantity(_)
        ) || on != RuleTarget::Value;
        let is_number = matches!(
            kind,
            FieldKind::Integer | FieldKind::Decimal | FieldKind::Quantity(_)
        );
        let fits = match rule.rule.value {
            RuleKind::Required => on == RuleTarget::Value && field.key.is_some(),
            RuleKind::NotNull => !whole_list,
            RuleKind::Enum | RuleKind::Pattern | RuleKind::Length => is_text && !whole_list,
            RuleKind::Minimum | RuleKind::Maximum => is_number,
            RuleKind::ItemCount => whole_list,
        };
        if !fits {
            let what = if whole_list {
                "a list as a whole"
            } else {
                kind.word()
            };
            self.fault(Code::SCHEMA_VALUE, &rule.rule.span, format!("this rule means nothing for {what}"))
                .help = Some(
                if whole_list { "add `on = \"item\"` or the name of a member" } else { "`required` needs a `key`; `minimum` and `maximum` a number; `item-count` a list" }
                    .to_owned(),
            );
        }
        let (min, max) = (
            rule.min.as_ref().map(|min| min.value),
            rule.max.as_ref().map(|max| max.value),
        );
        let missing = match rule.rule.value {
            RuleKind::Enum if rule.values.is_empty() => Some("values"),
            RuleKind::Pattern if rule.pattern.is_none() => Some("pattern"),
            RuleKind::Length | RuleKind::ItemCount if min.is_none() && max.is_none() => {
                Some("min` or `max")
            }
            RuleKind::Minimum if min.is_none() => Some("min"),
            RuleKind::Maximum if max.is_none() => Some("max"),
            _ => None,
        };
        if let Some(missing) = missing {
            self.fault(
                Code::SCHEMA_MISSING,
                span,
                format!("this rule needs `{missing}`"),
            );
        }
        if let (Some(min), Some(max)) = (min, max) {
            if min > max {
                self.fault(
                    Code::SCHEMA_VALUE,
                    span,
                    format!("nothing is at least {min} and at most {max}"),
                );
            }
        }
        let examples = Self::examples(rule.examples.as_ref());
        if matches!(
            rule.rule.value,
            RuleKind::Pattern
                | RuleKind::Length
                | RuleKind::Minimum
                | RuleKind::Maximum
                | RuleKind::Enum
        ) {
            self.wants_examples(&examples, &rule.rule.span, "the rule");
        }
        Rule {
            kind: rule.rule.value,
            min,
            max,
            pattern: rule.pattern.as_ref().map(|pattern| self.pattern(pattern)),
            values: rule
                .values
                .iter()
                .map(|value| value.value.clone())
                .collect(),
            on,
            severity: rule.severity,
            action: rule.action,
            help: rule.help.clone(),
            examples,
            span: span.clone(),
        }
    }

    fn keys_are_distinct(&mut self, fields: &IndexMap<Spanned<String>, Spanned<RawField>>) {
        let mut seen: FxHashMap<&str, &str> = FxHashMap::default();
        for (name, field) in fields {
            for key in field.value.key.iter().chain(&field.value.aliases) {
                if let Some(other) = seen.insert(&key.value, &name.value) {
                    let message = format!(
                        "the key `{}` belongs to the field `{other}` already",
                        key.value
                    );
                    self.fault(Code::SCHEMA_VALUE, &key.span, message).help =
                        Some("use `from` to read one text into several fields".to_owned());
                }
            }
        }
    }

    fn tables(
        &mut self,
        raw: &IndexMap<Spanned<String>, Spanned<RawTable>>,
        fields: &[Field],
        quantities: &[Quantity],
    ) -> Vec<Table> {
        let layout = Layout::of(fields);
        let mut tables: Vec<Table> = Vec::new();
        for (name, table) in raw {
            if name.value == "finding"
                || name.value.is_empty()
                || !name
                    .value
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
            {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &name.span,
                    format!("no table can be called `{}`", name.value),
                )
                .help = Some(
                    "letters, digits, `_` and `-`; `finding` is the table of findings".to_owned(),
                );
            }
            let items_of = if table.value.rows.value == "record" {
                None
            } else {
                let Some(idx) = self.field_named(&table.value.rows) else {
                    continue;
                };
                if !fields[idx].kind.is_items() {
                    let message = format!("the field `{}` has no items", table.value.rows.value);
                    self.fault(Code::SCHEMA_VALUE, &table.value.rows.span, message);
                    continue;
                }
                Some(idx)
            };
            let available = match items_of {
                None => record_columns(fields, quantities, &layout),
                Some(idx) => item_columns(&fields[idx]),
            };
            let columns = self.columns(&table.value, &available, fields, items_of.is_none());
            tables.push(Table {
                name: name.value.clone(),
                description: table.value.description.clone(),
                items_of,
                columns,
            });
        }
        let records = tables
            .iter()
            .filter(|table| table.items_of.is_none())
            .count();
        if records != 1 {
            let span = raw.keys().next().map_or(0..0, |name| name.span.clone());
            self.fault(
                Code::SCHEMA_VALUE,
                &span,
                format!("expected one table of records, found {records}"),
            )
            .help = Some("`rows = \"record\"` makes a table of records".to_owned());
        }
        tables.sort_by_key(|table| table.items_of.is_some());
        tables
    }

    fn columns(
        &mut self,
        raw: &RawTable,
        available: &[(String, Vec<Column>)],
        fields: &[Field],
        records: bool,
    ) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        let mut used = Vec::new();
        for name in &raw.columns {
            let found = available.iter().find(|(known, _)| *known == name.value);
            let computed = raw.computed.iter().find(|(known, _)| **known == *name);
            if used.contains(&name.value) {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &name.span,
                    format!("the column `{}` is named twice", name.value),
                );
            } else if let Some((_, found)) = found {
                columns.extend(found.iter().cloned());
            } else if let Some((_, computed)) = computed {
                columns.extend(self.computed(name, &computed.value, available, fields, records));
            } else {
                let fault = Fault::new(
                    Code::SCHEMA_REFERENCE,
                    name.span.clone(),
                    format!("no column is called `{}`", name.value),
                );
                let words = available.iter().map(|(known, _)| known.as_str());
                self.faults.push(fault.with_words(
                    &name.value,
                    words.chain(raw.computed.keys().map(|key| key.value.as_str())),
                ));
            }
            used.push(name.value.clone());
        }
        for name in raw
            .computed
            .keys()
            .filter(|name| !used.contains(&name.value))
        {
            self.fault(
                Code::SCHEMA_UNUSED,
                &name.span,
                format!(
                    "the computed column `{}` is in no list of columns",
                    name.value
                ),
            );
        }
        columns
    }

    fn computed(
        &mut self,
        name: &Spanned<String>,
        raw: &RawComputed,
        available: &[(String, Vec<Column>)],
        fields: &[Field],
        records: bool,
    ) -> Option<Column> {
        let slots: Vec<(&str, usize)> = available
            .iter()
            .flat_map(|(_, columns)| columns)
            .filter_map(|column| match column.origin {
                ColumnOrigin::Slot(slot) => Some((column.name.as_str(), slot)),
                _ => None,
            })
            .collect();
        let find = |resolver: &mut Self, column: &str, span: &Range<usize>| {
            let found = slots
                .iter()
                .find(|(known, _)| *known == column)
                .map(|(_, slot)| *slot);
            if found.is_none() {
                let fault = Fault::new(
                    Code::SCHEMA_REFERENCE,
                    span.clone(),
                    format!("no column is called `{column}`"),
                );
                resolver
                    .faults
                    .push(fault.with_words(column, slots.iter().map(|(known, _)| *known)));
            }
            found
        };
        let (computed, kind) = match (
            raw.compare.as_slice(),
            &raw.template,
            &raw.count,
            &raw.r#match,
        ) {
            ([a, b], None, None, None) => {
                let slots = [
                    find(self, &a.value, &a.span)?,
                    find(self, &b.value, &b.span)?,
                ];
                let (equal, prefix, otherwise) =
                    (raw.equal.clone(), raw.prefix.clone(), raw.otherwise.clone());
                (
                    Computed::Compare {
                        slots,
                        equal,
                        prefix,
                        otherwise,
                    },
                    Kind::Text,
                )
            }
            ([], Some(template), None, None) => {
                let mut parts = Vec::new();
                let mut rest = template.value.as_str();
                while let Some(open) = rest.find('{') {
                    let Some(length) = rest[open..].find('}') else {
                        break;
                    };
                    parts.push(TemplatePart::Text(rest[..open].to_owned()));
                    parts.push(TemplatePart::Slot(find(
                        self,
                        &rest[open + 1..open + length],
                        &template.span,
                    )?));
                    rest = &rest[open + length + 1..];
                }
                parts.push(TemplatePart::Text(rest.to_owned()));
                (Computed::Template(parts), Kind::Text)
            }
            ([], None, Some(count), None) if records => {
                let idx = self.field_named(count)?;
                if !fields[idx].kind.is_items() {
                    self.fault(
                        Code::SCHEMA_VALUE,
                        &count.span,
                        format!("the field `{}` has no items", count.value),
                    );
                    return None;
                }
                (Computed::Count(idx), Kind::Integer)
            }
            ([], None, None, Some(column)) => {
                let slot = find(self, &column.value, &column.span)?;
                let Some(pattern) = &raw.pattern else {
                    self.fault(
                        Code::SCHEMA_MISSING,
                        &column.span,
                        "`match` needs `pattern`",
                    );
                    return None;
                };
                (
                    Computed::Match {
                        slot,
                        pattern: self.pattern(pattern).text,
                    },
                    Kind::Boolean,
                )
            }
            _ => {
                self.fault(Code::SCHEMA_VALUE, &name.span, format!("the column `{}` is not worked out in one way", name.value))
                    .help = Some("give one of `compare` (two columns), `template`, `count` (tables of records), `match`".to_owned());
                return None;
            }
        };
        Some(Column {
            name: name.value.clone(),
            kind,
            origin: ColumnOrigin::Computed(computed),
            description: raw.description.clone(),
            unit: None,
            tags: Vec::new(),
            long: false,
        })
    }

    fn everything_is_used(
        &mut self,
        fields: &[Field],
        tables: &[Table],
        quantities: &[Quantity],
        raw: &RawSchema,
    ) {
        let layout = Layout::of(fields);
        for (idx, field) in fields.iter().enumerate() {
            let slots = layout.base[idx]..layout.base[idx] + slots_of(&field.kind).len();
            let read = fields.iter().any(|other| match &other.kind {
                FieldKind::Name { infer, support, .. } => {
                    infer.iter().any(|infer| infer.from == idx) || support.contains(&idx)
                }
                _ => other.from == Some(idx),
            });
            let shown = tables.iter().any(|table| {
                table.items_of == Some(idx)
                    || (table.items_of.is_none()
                        && table.columns.iter().any(|column| matches!(&column.origin, ColumnOrigin::Slot(slot) if slots.contains(slot))))
            });
            if !read && !shown {
                self.fault(
                    Code::SCHEMA_UNUSED,
                    &field.span,
                    format!("the field `{}` is in no table", field.name),
                )
                .help = Some("its values are read and checked, and then dropped".to_owned());
            }
        }
        for (idx, quantity) in quantities.iter().enumerate() {
            if !fields
                .iter()
                .any(|field| matches!(field.kind, FieldKind::Quantity(used) if used == idx))
            {
                let span = raw
                    .quantities
                    .keys()
                    .nth(idx)
                    .map_or(0..0, |name| name.span.clone());
                self.fault(
                    Code::SCHEMA_UNUSED,
                    &span,
                    format!("no field has the quantity `{}`", quantity.name),
                );
            }
        }
    }
}

fn column(name: &str, kind: Kind, origin: ColumnOrigin, description: &str) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        origin,
        description: Some(description.to_owned()),
        unit: None,
        tags: Vec::new(),
        long: false,
    }
}

/// The columns that a table of records can have, by the word that names them.
fn record_columns(
    fields: &[Field],
    quantities: &[Quantity],
    layout: &Layout,
) -> Vec<(String, Vec<Column>)> {
    let mut columns = vec![
        column(
            "record_id",
            Kind::Text,
            ColumnOrigin::RecordId,
            "id of the record, made from its bytes",
        ),
        column(
            "source_file",
            Kind::Text,
            ColumnOrigin::SourceFile,
            "path of the input",
        ),
        column(
            "source_line",
            Kind::Integer,
            ColumnOrigin::SourceLine,
            "line of the record's first byte, from 1",
        ),
        column(
            "source_byte",
            Kind::Integer,
            ColumnOrigin::SourceByte,
            "offset of the record's first byte in the file",
        ),
        column(
            "source_bytes",
            Kind::Integer,
            ColumnOrigin::SourceBytes,
            "length of the record in the file, in bytes",
        ),
    ]
    .into_iter()
    .map(|column| (column.name.clone(), vec![column]))
    .collect::<Vec<_>>();
    for (idx, field) in fields.iter().enumerate() {
        let slots = slots_of(&field.kind);
        if slots.is_empty() {
            continue;
        }
        let quantity = match field.kind {
            FieldKind::Quantity(quantity) => quantities.get(quantity),
            _ => None,
        };
        let made = slots.iter().enumerate().map(|(n, (suffix, kind))| {
            let figure = matches!(*suffix, "_min" | "_max");
            let unit = quantity
                .filter(|_| figure)
                .map(|quantity| quantity.unit.clone())
                .filter(|unit| !unit.is_empty());
            let name = match &unit {
                Some(unit) => format!("{}_{unit}{suffix}", field.name),
                None => format!("{}{suffix}", field.name),
            };
            Column {
                name,
                kind: *kind,
                origin: ColumnOrigin::Slot(layout.base[idx] + n),
                description: describe(field, suffix),
                unit: unit.or_else(|| {
                    field
                        .unit
                        .clone()
                        .filter(|_| matches!(kind, Kind::Integer | Kind::Decimal))
                }),
                tags: field.tags.clone(),
                long: matches!(field.kind, FieldKind::Text),
            }
        });
        columns.push((field.name.clone(), made.collect()));
    }
    columns
}

fn describe(field: &Field, suffix: &str) -> Option<String> {
    let of = field.description.as_deref().unwrap_or(&field.name);
    Some(match suffix {
        "_kind" => format!(
            "what the text says of {of}: exact, range, at_least, at_most, several, unknown, text or a word of the schema"
        ),
        "_min" => format!("smallest figure of {of}"),
        "_max" => format!("largest figure of {of}"),
        "_approx" => format!("whether the figures of {of} are approximate"),
        "_source" => format!("where {of} was read: key, text or file"),
        _ => return field.description.clone(),
    })
}

/// The columns that a table of items can have.
fn item_columns(field: &Field) -> Vec<(String, Vec<Column>)> {
    let slot = |name: &str, kind, n, description: &str| {
        column(name, kind, ColumnOrigin::Slot(n), description)
    };
    let mut columns = vec![
        column(
            "record_id",
            Kind::Text,
            ColumnOrigin::RecordId,
            "id of the record",
        ),
        column(
            "ordinal",
            Kind::Integer,
            ColumnOrigin::Ordinal,
            "place of the item in its list, from 0",
        ),
    ];
    match &field.kind {
        FieldKind::TupleList { members, .. } => {
            for (n, member) in members.iter().enumerate() {
                columns.push(slot(
                    member,
                    Kind::Text,
                    n,
                    &format!("member `{member}` of the tuple"),
                ));
            }
            columns.push(slot(
                "raw",
                Kind::Text,
                members.len(),
                "the tuple as it stands in the dump",
            ));
        }
        _ => {
            columns.push(slot(
                "value",
                Kind::Text,
                0,
                field.description.as_deref().unwrap_or("the item"),
            ));
            columns.push(slot(
                "truncated",
                Kind::Boolean,
                1,
                "whether the dump cut the item off",
            ));
        }
    }
    columns
        .into_iter()
        .map(|column| (column.name.clone(), vec![column]))
        .collect()
}
