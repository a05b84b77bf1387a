//! Fields: their types and what belongs to them.

use std::ops::Range;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::Resolver;
use crate::diagnostic::Code;
use crate::schema::fault::Fault;
use crate::schema::model::{Field, FieldKind, Infer};
use crate::schema::raw::{RawField, RawType};
use crate::source::Spanned;

/// An option of a field: its name, where it is written, and the types that have it.
type FieldOption<'t> = (&'t str, Option<Range<usize>>, &'t [RawType]);

impl Resolver<'_> {
    pub(super) fn field(
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
                self.fault(Code::SCHEMA_VALUE, &from.span, "a field has `key` or `from`, not both");
            }
            _ => {}
        }
        let group =
            field.group.as_ref().map_or_else(|| "value".to_owned(), |group| group.value.clone());
        let extract: Vec<_> = field.extract.iter().map(|pattern| self.pattern(pattern)).collect();
        if let Some(written) = &field.group
            && !extract.iter().any(|pattern| pattern.text.contains(&format!("<{group}>")))
        {
            self.fault(
                Code::SCHEMA_REFERENCE,
                &written.span,
                format!("no pattern of `extract` has the group `{group}`"),
            );
        }
        let examples = Self::examples(field.examples.as_ref());
        if !extract.is_empty()
            || matches!(kind, FieldKind::TupleList { .. } | FieldKind::Flag { .. })
        {
            self.wants_examples(&examples, &name.span, &format!("the field `{}`", name.value));
        }
        let rules = field.rules.iter().map(|rule| self.rule(rule, &kind, field)).collect();
        let keys = field.key.iter().chain(&field.aliases).map(|key| key.value.clone()).collect();
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
    pub(super) fn options_fit(&mut self, field: &RawField) {
        use RawType::{Boolean, Enum, Flag, List, Name, Quantity, TupleList};
        let kind = field.r#type.value;
        let first = |texts: &[Spanned<String>]| texts.first().map(|text| text.span.clone());
        let one = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.span.clone());
        let options: [FieldOption<'_>; 15] = [
            ("true", first(&field.r#true), &[Boolean]),
            ("false", first(&field.r#false), &[Boolean]),
            ("true-pattern", one(&field.true_pattern), &[Flag]),
            ("false-pattern", one(&field.false_pattern), &[Flag]),
            ("values", first(&field.values), &[Enum]),
            ("separator", one(&field.separator), &[List]),
            ("truncation", one(&field.truncation), &[List]),
            ("prompts", first(&field.prompts), &[List]),
            ("members", field.members.keys().next().map(|key| key.span.clone()), &[TupleList]),
            ("unwrap", first(&field.unwrap), &[TupleList]),
            ("brackets", field.brackets.as_deref().and_then(first), &[TupleList]),
            ("quantity", one(&field.quantity), &[Quantity]),
            ("infer", field.infer.first().map(|infer| infer.span.clone()), &[Name]),
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

    pub(super) fn field_kind(&mut self, name: &Spanned<String>, field: &RawField) -> FieldKind {
        let texts = |list: &[Spanned<String>]| {
            list.iter().map(|text| text.value.clone()).collect::<Vec<_>>()
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
                FieldKind::Boolean { yes: texts(&field.r#true), no: texts(&field.r#false) }
            }
            RawType::Flag => {
                if field.true_pattern.is_none() && field.false_pattern.is_none() {
                    lacks(self, "`true-pattern` or `false-pattern`");
                }
                FieldKind::Flag {
                    yes: field.true_pattern.as_ref().map(|pattern| self.pattern(pattern)),
                    no: field.false_pattern.as_ref().map(|pattern| self.pattern(pattern)),
                }
            }
            RawType::Enum => {
                if field.values.is_empty() && field.words.is_empty() {
                    lacks(self, "`values` or `words`");
                }
                let same = texts(&field.values).into_iter().map(|value| (value.clone(), value));
                FieldKind::Enum(same.chain(field.words.clone()).collect())
            }
            RawType::List => FieldKind::List {
                separator: field.separator.as_ref().map(|pattern| self.pattern(pattern)),
                truncation: field.truncation.as_ref().map(|pattern| self.pattern(pattern)),
                prompts: field.prompts.iter().map(|pattern| self.pattern(pattern)).collect(),
            },
            RawType::TupleList => self.tuple_list(name, field),
            RawType::Quantity => {
                let Some(quantity) = &field.quantity else {
                    lacks(self, "`quantity`");
                    return FieldKind::Text;
                };
                let Some(idx) = self.quantities.iter().position(|known| *known == quantity.value)
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
                    infer.extend(from.map(|from| Infer { from, pattern, examples }));
                }
                let file = field.file.as_ref().map(|pattern| self.pattern(pattern));
                if let Some(pattern) = &file {
                    self.groups(pattern, &["name"], &["name"]);
                }
                let support =
                    field.support.iter().filter_map(|name| self.field_named(name)).collect();
                FieldKind::Name { infer, support, file }
            }
        }
    }

    pub(super) fn tuple_list(&mut self, name: &Spanned<String>, field: &RawField) -> FieldKind {
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
                    members.iter().position(|known| known == member).unwrap_or_else(|| {
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
        FieldKind::TupleList { members, arities, unwrap, brackets }
    }

    pub(super) fn keys_are_distinct(
        &mut self,
        fields: &IndexMap<Spanned<String>, Spanned<RawField>>,
    ) {
        let mut seen: FxHashMap<&str, &str> = FxHashMap::default();
        for (name, field) in fields {
            for key in field.value.key.iter().chain(&field.value.aliases) {
                if let Some(other) = seen.insert(&key.value, &name.value) {
                    let message =
                        format!("the key `{}` belongs to the field `{other}` already", key.value);
                    self.fault(Code::SCHEMA_VALUE, &key.span, message).help =
                        Some("use `from` to read one text into several fields".to_owned());
                }
            }
        }
    }
}
