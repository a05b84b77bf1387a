//! Fields: their types and what belongs to them.

use std::ops::Range;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::Resolver;
use crate::diagnostic::Code;
use crate::schema::fault::Fault;
use crate::schema::model::{Field, FieldKind, Infer, Overlap, Repeated, Rule, TupleSyntax};
use crate::schema::raw::{RawField, RawOverlap, RawType};
use crate::source::Spanned;

/// An option of a field: its name, where it is written, and the types that have it.
type FieldOption<'t> = (&'t str, Option<Range<usize>>, &'t [RawType]);

impl Resolver<'_> {
    pub(super) fn field(
        &mut self,
        name: &Spanned<String>,
        raw: &Spanned<RawField>,
        sentinels: &[String],
        repeated: Repeated,
    ) -> Field {
        let field = &raw.value;
        let kind = self.field_kind(name, field);
        self.options_fit(field);
        // What is worked out from the texts of other fields needs no key.
        let is_name = matches!(kind, FieldKind::Name { .. } | FieldKind::Outline { .. });
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
        if let (FieldKind::Outline { .. }, Some(key)) =
            (&kind, field.key.as_ref().or(field.from.as_ref()))
        {
            self.fault(
                Code::SCHEMA_VALUE,
                &key.span,
                "an outline reads the fields of `texts`, and nothing else",
            );
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
        let replace = field
            .replace
            .iter()
            .map(|raw| (self.pattern(&raw.value.pattern), raw.value.with.value.clone()))
            .collect();
        let examples = Self::examples(field.examples.as_ref());
        if !extract.is_empty()
            || matches!(kind, FieldKind::TupleList { .. } | FieldKind::Flag { .. })
        {
            self.wants_examples(&examples, &name.span, &format!("the field `{}`", name.value));
        }
        let mut rules: Vec<Rule> = Vec::with_capacity(field.rules.len());
        for raw in &field.rules {
            let mut rule = self.rule(raw, &kind, field);
            let known = |name: &str| rules.iter().any(|other| other.name == name);
            if known(&rule.name) {
                if raw.value.name.is_some() {
                    let message =
                        format!("two rules of `{}` are called `{}`", name.value, rule.name);
                    self.fault(Code::SCHEMA_VALUE, &raw.span, message);
                }
                // A rule without a name of its own is told apart by a number.
                let numbered = (2..).map(|n| format!("{} {n}", rule.name));
                if let Some(free) = numbered.into_iter().find(|name| !known(name)) {
                    rule.name = free;
                }
            }
            rules.push(rule);
        }
        let keys = field.key.iter().chain(&field.aliases).map(|key| key.value.clone()).collect();
        let own = field.sentinels.iter().map(|text| text.value.clone());
        Field {
            name: name.value.clone(),
            span: name.span.clone(),
            keys,
            from,
            repeated: field.repeated.unwrap_or(repeated),
            join: field.join.as_ref().map(|text| text.value.clone()),
            decode: field.decode.iter().map(|decoder| decoder.value).collect(),
            replace,
            kind,
            description: field.description.clone(),
            unit: field.unit.clone(),
            tags: field.tags.clone(),
            sentinels: sentinels.iter().cloned().chain(own).collect(),
            extract,
            group,
            mask: field.mask.unwrap_or(false),
            rules,
            examples,
        }
    }

    /// Refuses options that mean nothing for the type.
    pub(super) fn options_fit(&mut self, field: &RawField) {
        use RawType::{Boolean, Enum, Flag, List, Name, Outline, Quantity, TupleList};
        let kind = field.r#type.value;
        let first = |texts: &[Spanned<String>]| texts.first().map(|text| text.span.clone());
        let one = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.span.clone());
        let options: [FieldOption<'_>; 19] = [
            ("true", first(&field.r#true), &[Boolean]),
            ("false", first(&field.r#false), &[Boolean]),
            ("true-pattern", one(&field.true_pattern), &[Flag]),
            ("false-pattern", one(&field.false_pattern), &[Flag]),
            ("values", first(&field.values), &[Enum]),
            ("separator", one(&field.separator), &[List, TupleList]),
            ("truncation", one(&field.truncation), &[List]),
            ("prompts", first(&field.prompts), &[List, TupleList]),
            ("members", field.members.keys().next().map(|key| key.span.clone()), &[TupleList]),
            ("item", one(&field.item), &[TupleList]),
            ("overlap", field.overlap.as_ref().map(|overlap| overlap.span.clone()), &[TupleList]),
            ("unwrap", first(&field.unwrap), &[TupleList]),
            ("brackets", field.brackets.as_deref().and_then(first), &[TupleList]),
            ("quantity", one(&field.quantity), &[Quantity]),
            ("infer", field.infer.first().map(|infer| infer.span.clone()), &[Name]),
            ("support", first(&field.support), &[Name]),
            ("file", one(&field.file), &[Name]),
            ("texts", first(&field.texts), &[Outline]),
            ("outline", one(&field.outline), &[Outline]),
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
                Self::named(quantity, &self.quantities, "quantity", self.faults)
                    .map_or(FieldKind::Text, FieldKind::Quantity)
            }
            RawType::Outline => {
                if field.texts.is_empty() {
                    lacks(self, "`texts`");
                }
                let Some(outline) = &field.outline else {
                    lacks(self, "`outline`");
                    return FieldKind::Text;
                };
                let outline = Self::named(outline, &self.outlines, "outline", self.faults);
                let texts = field.texts.iter().filter_map(|name| self.field_named(name)).collect();
                match outline {
                    Some(outline) => FieldKind::Outline { texts, outline },
                    None => FieldKind::Text,
                }
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
        let syntax = match &field.item {
            Some(item) => self.tuple_items(item, field, &mut members),
            None => self.tuple_literals(field, &mut members),
        };
        if members.is_empty() {
            self.fault(
                Code::SCHEMA_MISSING,
                &name.span,
                format!("the field `{}` lacks `members` or `item`", name.value),
            );
        }
        let overlap =
            field.overlap.as_ref().and_then(|overlap| self.overlap(&overlap.value, &mut members));
        let unwrap = field
            .unwrap
            .iter()
            .filter_map(|member| Self::named(member, &members, "member", self.faults))
            .collect();
        let brackets = match &field.brackets {
            Some(pairs) => self.brackets(pairs),
            None => vec![('(', ')')],
        };
        let prompts = field.prompts.iter().map(|pattern| self.pattern(pattern)).collect();
        FieldKind::TupleList { syntax, members, unwrap, brackets, overlap, prompts }
    }

    /// Tuples that a pattern takes apart: its groups are the members.
    fn tuple_items(
        &mut self,
        item: &Spanned<String>,
        field: &RawField,
        members: &mut Vec<String>,
    ) -> TupleSyntax {
        if let Some((arity, _)) = field.members.first() {
            let message = "the members are the groups of `item`; `members` has no effect";
            self.fault(Code::SCHEMA_UNUSED, &arity.span, message);
        }
        let pattern = self.pattern(item);
        members.extend(pattern.compile().capture_names().flatten().map(str::to_owned));
        if members.is_empty() && !pattern.text.is_empty() {
            self.fault(Code::SCHEMA_PATTERN, &pattern.span, "the pattern has no named group")
                .help = Some("write `(?<name>…)` around each member".to_owned());
        }
        let separator = field.separator.as_ref().map(|pattern| self.pattern(pattern));
        TupleSyntax::Items { item: pattern, separator }
    }

    /// The members that an overlap reads and makes.
    fn overlap(&mut self, raw: &RawOverlap, members: &mut Vec<String>) -> Option<Overlap> {
        let of = Self::named(&raw.of, members, "member", self.faults);
        let with = Self::named(&raw.with, members, "member", self.faults);
        let mut make = |name: &Spanned<String>| {
            if members.contains(&name.value) {
                let message = format!("there is a member `{}` already", name.value);
                self.faults.push(Fault::new(Code::SCHEMA_VALUE, name.span.clone(), message));
            }
            members.push(name.value.clone());
            members.len() - 1
        };
        let (head, tail) = (make(&raw.head), make(&raw.tail));
        Some(Overlap { of: of?, with: with?, min: raw.min.unwrap_or(2) as usize, head, tail })
    }

    /// Python list literals, with names for the members by how many there are.
    fn tuple_literals(&mut self, field: &RawField, members: &mut Vec<String>) -> TupleSyntax {
        let mut arities = Vec::new();
        if let Some(separator) = &field.separator {
            let message = "list literals need no separator; `separator` goes with `item`";
            self.fault(Code::SCHEMA_UNUSED, &separator.span, message);
        }
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
        TupleSyntax::Literals(arities)
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
