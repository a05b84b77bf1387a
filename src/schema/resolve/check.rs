//! What must hold beyond single values: checks on tables, files and the run,
//! word lists, hygiene, coverage, and the key of a record.

use std::ops::Range;
use std::path::Path;

use indexmap::IndexMap;
use jiff::{SignedDuration, Span as TimeSpan, SpanRelativeTo};

use super::Resolver;
use crate::diagnostic::Code;
use crate::lang::Fault;
use crate::lang::{Limit, Limits};
use crate::schema::model::{
    Check, CheckKind, ColumnOrigin, ColumnRef, Coverage, Field, HygieneRule, Layout, MatchRule,
    Reference, Table, Words,
};
use crate::schema::raw::{
    RawCheck, RawCheckKind, RawCoverage, RawHygiene, RawLimit, RawReference, RawTable,
    RawThreshold, RawWords,
};
use crate::source::Spanned;

/// An option of a check: its name, where it is written, which kinds have it, and
/// whether they need it.
type CheckOption<'k> = (&'static str, Option<Range<usize>>, &'k [RawCheckKind], bool);

/// What a limit bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bounds {
    /// A figure: `min` and `max`.
    Figure,
    /// Failures among many: `count` and `share`.
    Failures,
}

impl Resolver<'_> {
    pub(super) fn limits(
        &mut self,
        warning: Option<&Spanned<RawLimit>>,
        error: Option<&Spanned<RawLimit>>,
        bounds: Bounds,
    ) -> Limits {
        let mut limit = |raw: Option<&Spanned<RawLimit>>| raw.map(|raw| self.limit(raw, bounds));
        Limits { warning: limit(warning), error: limit(error) }
    }

    fn limit(&mut self, raw: &Spanned<RawLimit>, bounds: Bounds) -> Limit {
        let RawLimit { min, max, count, share } = &raw.value;
        let figure = min.is_some() || max.is_some();
        let failures = count.is_some() || share.is_some();
        let (fits, other, words, others) = match bounds {
            Bounds::Figure => (figure, failures, "`min` or `max`", "`count` or `share`"),
            Bounds::Failures => (failures, figure, "`count` or `share`", "`min` or `max`"),
        };
        if other {
            let message = format!("this limit takes {words}, not {others}");
            self.fault(Code::SCHEMA_VALUE, &raw.span, message);
        } else if !fits {
            self.fault(Code::SCHEMA_MISSING, &raw.span, format!("a limit needs {words}"));
        }
        if let Some(share) = share
            && !(0.0..=1.0).contains(&share.value)
        {
            let message = format!("a share lies between 0 and 1, not at {}", share.value);
            self.fault(Code::SCHEMA_VALUE, &share.span, message);
        }
        if let (Some(min), Some(max)) = (min, max)
            && min.value > max.value
        {
            let message = format!("nothing is at least {} and at most {}", min.value, max.value);
            self.fault(Code::SCHEMA_VALUE, &raw.span, message);
        }
        Limit {
            min: min.as_ref().map(|min| min.value),
            max: max.as_ref().map(|max| max.value),
            count: count.as_ref().map(|count| count.value),
            share: share.as_ref().map(|share| share.value),
            span: raw.span.clone(),
        }
    }

    pub(super) fn words(
        raw: &IndexMap<Spanned<String>, Spanned<RawWords>>,
        schema_path: &str,
    ) -> Vec<Words> {
        raw.iter()
            .map(|(name, words)| Words {
                name: name.value.clone(),
                file: words.value.file.as_ref().map(|file| beside(schema_path, &file.value)),
                span: words.value.file.as_ref().map_or(&name.span, |file| &file.span).clone(),
            })
            .collect()
    }

    /// For each field the rules on the characters of its texts.
    pub(super) fn hygiene(
        &mut self,
        raw: &[Spanned<RawHygiene>],
        fields: &[Field],
    ) -> Vec<Vec<HygieneRule>> {
        let mut out = vec![Vec::new(); fields.len()];
        for group in raw {
            let group = &group.value;
            let mut named = |names: &[Spanned<String>]| -> Vec<usize> {
                names.iter().filter_map(|name| self.field_named(name)).collect()
            };
            let (fields_named, except) = (named(&group.fields), named(&group.except));
            for (name, idx) in group.except.iter().zip(&except) {
                if !group.fields.is_empty() && !fields_named.contains(idx) {
                    let message =
                        format!("`{}` is left out already: `fields` lacks it", name.value);
                    self.fault(Code::SCHEMA_UNUSED, &name.span, message);
                }
            }
            for (idx, field) in fields.iter().enumerate() {
                let has_text = !field.kind.texts().is_empty() && !field.keys.is_empty();
                let wanted =
                    if group.fields.is_empty() { has_text } else { fields_named.contains(&idx) };
                if !wanted || except.contains(&idx) {
                    continue;
                }
                if !has_text {
                    let name = group.fields.iter().find(|name| name.value == field.name);
                    if let Some(name) = name {
                        let message = format!("`{}` has no text of its own", field.name);
                        self.fault(Code::SCHEMA_VALUE, &name.span, message);
                    }
                    continue;
                }
                for rule in &group.rules {
                    if !out[idx].contains(&rule.value) {
                        out[idx].push(rule.value);
                    }
                }
            }
        }
        out
    }

    pub(super) fn coverage(&mut self, raw: Option<&Spanned<RawCoverage>>) -> Coverage {
        let Some(raw) = raw else { return Coverage::default() };
        let mut limits = |raw: &Option<Spanned<RawThreshold>>, bounds| {
            raw.as_ref().map_or_else(Limits::default, |raw| {
                let RawThreshold { warning, error } = &raw.value;
                self.limits(warning.as_ref(), error.as_ref(), bounds)
            })
        };
        Coverage {
            bytes: limits(&raw.value.bytes, Bounds::Figure),
            keys: limits(&raw.value.keys, Bounds::Figure),
            rules: limits(&raw.value.rules, Bounds::Failures),
            fields: limits(&raw.value.fields, Bounds::Failures),
            span: Some(raw.span.clone()),
        }
    }

    /// The slots by which a record is known.
    pub(super) fn record_key(
        &mut self,
        raw: &IndexMap<Spanned<String>, Spanned<RawTable>>,
        fields: &[Field],
        tables: &[Table],
    ) -> Vec<usize> {
        let mut slots = Vec::new();
        let mut named = false;
        for (written, table) in raw {
            let records = table.value.rows.value == "record";
            for name in &table.value.key {
                named = true;
                if !records {
                    self.fault(Code::SCHEMA_VALUE, &name.span, "only a table of records has a key");
                    continue;
                }
                let table = tables.iter().find(|table| table.name == written.value);
                let Some(columns) = table.map(|table| &table.columns) else { continue };
                let Some(column) = columns.iter().find(|column| column.name == name.value) else {
                    let message = format!("no column is called `{}`", name.value);
                    let fault = Fault::new(Code::SCHEMA_REFERENCE, name.span.clone(), message);
                    let words = columns.iter().map(|column| column.name.as_str());
                    self.faults.push(fault.with_words(&name.value, words));
                    continue;
                };
                if let ColumnOrigin::Slot(slot) = column.origin {
                    // Tables of several kinds may name one column.
                    if !slots.contains(&slot) {
                        slots.push(slot);
                    }
                } else {
                    let message = format!("`{}` is no column of a field", name.value);
                    self.fault(Code::SCHEMA_VALUE, &name.span, message);
                }
            }
        }
        if !named {
            let layout = Layout::of(fields);
            let name = fields.iter().position(|field| field.kind.names_the_record());
            slots.extend(name.map(|idx| layout.base[idx]));
        }
        slots
    }

    pub(super) fn checks(
        &mut self,
        raw: &[Spanned<RawCheck>],
        fields: &[Field],
        tables: &[Table],
        words: &[Words],
        schema_path: &str,
    ) -> Vec<Check> {
        let parts = Parts { fields, tables, words, schema_path };
        let mut checks: Vec<Check> = Vec::new();
        for check in raw {
            self.check_options_fit(check);
            let Some(kind) = self.check_kind(check, &parts) else { continue };
            let per_row = matches!(
                kind,
                CheckKind::Unique { .. }
                    | CheckKind::Reference { .. }
                    | CheckKind::Condition { .. }
                    | CheckKind::Sql(_)
                    | CheckKind::NearDuplicate(_)
            );
            let RawCheck { warning, error, severity, help, .. } = &check.value;
            let bounds = if per_row { Bounds::Failures } else { Bounds::Figure };
            if let (CheckKind::Freshness(_), Some(limit)) =
                (&kind, warning.as_ref().or(error.as_ref()))
            {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &limit.span,
                    "`freshness` has `max-age` as its limit",
                );
            }
            let limits = self.limits(warning.as_ref(), error.as_ref(), bounds);
            if !per_row && limits.is_empty() && !matches!(kind, CheckKind::Freshness(_)) {
                let message = format!("`{}` needs a limit", check.value.check.value.as_str());
                self.fault(Code::SCHEMA_MISSING, &check.span, message).help = Some(
                    "add `error = { min = …, max = … }`, `warning = { … }`, or both".to_owned(),
                );
            }
            let name = match &check.value.name {
                Some(name) => name.value.clone(),
                None => name_of(&check.value),
            };
            if checks.iter().any(|other| other.name == name) {
                let span = check.value.name.as_ref().map_or(&check.span, |name| &name.span);
                self.fault(Code::SCHEMA_VALUE, span, format!("two checks are called `{name}`"))
                    .help = Some(
                    "give one of them another `name`: a baseline tells them apart by it".to_owned(),
                );
            }
            checks.push(Check {
                name,
                kind,
                limits,
                severity: *severity,
                help: help.clone(),
                span: check.value.check.span.clone(),
            });
        }
        for (list, name) in words.iter().zip(0..) {
            let used = checks.iter().any(|check| {
                matches!(&check.kind, CheckKind::Reference { to: Reference::Words(idx), .. } if *idx == name)
            });
            if !used && !self.faults.iter().any(Fault::is_error) {
                let message = format!("no check names the word list `{}`", list.name);
                self.fault(Code::SCHEMA_UNUSED, &list.span, message);
            }
        }
        checks
    }

    /// Refuses options that mean nothing for the kind of check.
    fn check_options_fit(&mut self, check: &Spanned<RawCheck>) {
        use RawCheckKind::{
            Condition, DistinctCount, Freshness, MatchRatio, Mean, NearDuplicate, NullRatio,
            Quantile, Reference, RowCount, Sql, Unique, ValueShare,
        };
        let raw = &check.value;
        let kind = raw.check.value;
        let one_column: &[RawCheckKind] =
            &[Reference, NullRatio, DistinctCount, Mean, Quantile, ValueShare, NearDuplicate];
        let tables: &[RawCheckKind] = &[
            Unique,
            Reference,
            Condition,
            RowCount,
            NullRatio,
            DistinctCount,
            Mean,
            Quantile,
            ValueShare,
            NearDuplicate,
        ];
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.span.clone());
        let number = |number: &Option<Spanned<f64>>| number.as_ref().map(|n| n.span.clone());
        let options: [CheckOption<'_>; 13] = [
            ("table", text(&raw.table), tables, true),
            ("column", text(&raw.column), one_column, true),
            ("columns", raw.columns.first().map(|name| name.span.clone()), &[Unique], true),
            ("to", raw.to.as_ref().map(|to| to.span.clone()), &[Reference], true),
            ("condition", text(&raw.condition), &[Condition], true),
            ("query", text(&raw.query), &[Sql], true),
            ("field", text(&raw.field), &[MatchRatio], true),
            ("rule", text(&raw.rule), &[MatchRatio], true),
            ("quantile", number(&raw.quantile), &[Quantile], true),
            ("values", raw.values.first().map(|text| text.span.clone()), &[ValueShare], false),
            ("lower", number(&raw.lower), &[ValueShare], false),
            ("upper", number(&raw.upper), &[ValueShare], false),
            ("max-age", text(&raw.max_age), &[Freshness], true),
        ];
        for (name, span, kinds, needed) in options {
            match span {
                Some(span) if !kinds.contains(&kind) => {
                    let message = format!("`{name}` means nothing for `{}`", kind.as_str());
                    self.fault(Code::SCHEMA_VALUE, &span, message);
                }
                None if needed && kinds.contains(&kind) => {
                    let message = format!("`{}` needs `{name}`", kind.as_str());
                    self.fault(Code::SCHEMA_MISSING, &raw.check.span, message);
                }
                _ => {}
            }
        }
        if kind == ValueShare {
            let bounds = raw.lower.is_some() || raw.upper.is_some();
            if bounds != raw.values.is_empty() {
                let message = "`value-share` needs `values`, or `lower` and `upper`";
                self.fault(Code::SCHEMA_MISSING, &raw.check.span, message);
            }
        }
    }

    fn check_kind(&mut self, check: &Spanned<RawCheck>, parts: &Parts<'_>) -> Option<CheckKind> {
        let raw = &check.value;
        Some(match raw.check.value {
            RawCheckKind::Unique => {
                let table = self.table_of(raw, parts)?;
                let columns: Vec<_> = raw
                    .columns
                    .iter()
                    .filter_map(|name| self.column_of(table, name, parts))
                    .collect();
                if columns.len() < raw.columns.len() {
                    return None;
                }
                CheckKind::Unique { table, columns }
            }
            RawCheckKind::Reference => {
                let of = self.one_column(raw, parts)?;
                let to = self.reference(raw.to.as_ref()?, parts)?;
                CheckKind::Reference { of, to }
            }
            RawCheckKind::Condition => CheckKind::Condition {
                table: self.table_of(raw, parts)?,
                sql: raw.condition.as_ref()?.value.clone(),
            },
            RawCheckKind::RowCount => CheckKind::RowCount(self.table_of(raw, parts)?),
            RawCheckKind::NullRatio => CheckKind::NullRatio(self.one_column(raw, parts)?),
            RawCheckKind::DistinctCount => CheckKind::DistinctCount(self.one_column(raw, parts)?),
            RawCheckKind::MatchRatio => {
                let name = raw.field.as_ref()?;
                let field = self.field_named(name)?;
                let rule = self.match_rule(raw.rule.as_ref()?, &parts.fields[field])?;
                CheckKind::MatchRatio { field, rule }
            }
            RawCheckKind::Mean => CheckKind::Mean(self.numbers(raw, parts)?),
            RawCheckKind::Quantile => {
                let of = self.numbers(raw, parts)?;
                let quantile = raw.quantile.as_ref()?;
                if !(0.0..=1.0).contains(&quantile.value) {
                    let message =
                        format!("a quantile lies between 0 and 1, not at {}", quantile.value);
                    self.fault(Code::SCHEMA_VALUE, &quantile.span, message);
                }
                CheckKind::Quantile(of, quantile.value)
            }
            RawCheckKind::ValueShare => CheckKind::ValueShare {
                of: if raw.values.is_empty() {
                    self.numbers(raw, parts)?
                } else {
                    self.one_column(raw, parts)?
                },
                values: raw.values.iter().map(|value| value.value.clone()).collect(),
                lower: raw.lower.as_ref().map(|bound| bound.value),
                upper: raw.upper.as_ref().map(|bound| bound.value),
            },
            RawCheckKind::Freshness => {
                let text = raw.max_age.as_ref()?;
                let Some(seconds) = seconds_of(&text.value) else {
                    let message = format!("`{}` is no length of time", text.value);
                    self.fault(Code::SCHEMA_VALUE, &text.span, message).help =
                        Some("write `7 days`, `36 h`, `2 weeks`".to_owned());
                    return None;
                };
                CheckKind::Freshness(seconds)
            }
            RawCheckKind::Sql => CheckKind::Sql(raw.query.as_ref()?.value.clone()),
            RawCheckKind::NearDuplicate => CheckKind::NearDuplicate(self.one_column(raw, parts)?),
        })
    }

    fn table_of(&mut self, raw: &RawCheck, parts: &Parts<'_>) -> Option<usize> {
        self.table_named(raw.table.as_ref()?, parts)
    }

    fn table_named(&mut self, name: &Spanned<String>, parts: &Parts<'_>) -> Option<usize> {
        let names: Vec<_> = parts.tables.iter().map(|table| table.name.clone()).collect();
        Self::named(name, &names, "table", self.faults)
    }

    fn column_of(
        &mut self,
        table: usize,
        name: &Spanned<String>,
        parts: &Parts<'_>,
    ) -> Option<usize> {
        let columns = &parts.tables[table].columns;
        let names: Vec<_> = columns.iter().map(|column| column.name.clone()).collect();
        let what = format!("column of `{}`", parts.tables[table].name);
        Self::named(name, &names, &what, self.faults)
    }

    fn one_column(&mut self, raw: &RawCheck, parts: &Parts<'_>) -> Option<ColumnRef> {
        let table = self.table_of(raw, parts)?;
        let column = self.column_of(table, raw.column.as_ref()?, parts)?;
        Some(ColumnRef { table, column })
    }

    /// A column of numbers.
    fn numbers(&mut self, raw: &RawCheck, parts: &Parts<'_>) -> Option<ColumnRef> {
        let of = self.one_column(raw, parts)?;
        let column = &parts.tables[of.table].columns[of.column];
        if !column.kind.is_number() {
            let span = &raw.column.as_ref()?.span;
            let message = format!("the column `{}` holds no numbers", column.name);
            self.fault(Code::SCHEMA_VALUE, span, message);
            return None;
        }
        Some(of)
    }

    fn reference(&mut self, raw: &Spanned<RawReference>, parts: &Parts<'_>) -> Option<Reference> {
        match &raw.value {
            RawReference { words: Some(words), table: None, output: None, column: None } => {
                let names: Vec<_> = parts.words.iter().map(|list| list.name.clone()).collect();
                Self::named(words, &names, "word list", self.faults).map(Reference::Words)
            }
            RawReference {
                words: None,
                table: Some(table),
                output: None,
                column: Some(column),
            } => {
                let table = self.table_named(table, parts)?;
                let column = self.column_of(table, column, parts)?;
                Some(Reference::Column(ColumnRef { table, column }))
            }
            RawReference { words: None, table: None, output: Some(path), column: Some(column) } => {
                Some(Reference::Output {
                    path: beside(parts.schema_path, &path.value),
                    column: column.value.clone(),
                })
            }
            _ => {
                let message =
                    "a reference leads to `words`, or to `column` with `table` or `output`";
                self.fault(Code::SCHEMA_VALUE, &raw.span, message);
                None
            }
        }
    }

    fn match_rule(&mut self, name: &Spanned<String>, field: &Field) -> Option<MatchRule> {
        if name.value == "extract" && !field.extract.is_empty() {
            return Some(MatchRule::Extract);
        }
        if let Some(idx) = field.rules.iter().position(|rule| rule.name == name.value) {
            return Some(MatchRule::Rule(idx));
        }
        let own = field.kind.named_patterns();
        if let Some(rule) = own.iter().position(|rule| *rule == name.value) {
            return Some(MatchRule::Pattern(rule));
        }
        let message = format!("no rule of `{}` is called `{}`", field.name, name.value);
        let fault = Fault::new(Code::SCHEMA_REFERENCE, name.span.clone(), message);
        let rules = field.rules.iter().map(|rule| rule.name.as_str());
        let words = rules.chain(own.iter().map(String::as_str));
        let extract = (!field.extract.is_empty()).then_some("extract");
        self.faults.push(fault.with_words(&name.value, words.chain(extract)));
        None
    }
}

/// What checks refer to.
struct Parts<'p> {
    fields: &'p [Field],
    tables: &'p [Table],
    words: &'p [Words],
    schema_path: &'p str,
}

/// The name of a check that has none: its kind and what it looks at.
fn name_of(check: &RawCheck) -> String {
    let columns = check.column.iter().chain(&check.columns).map(|name| name.value.as_str());
    let columns: Vec<_> = columns.collect();
    let table = check.table.as_ref().map(|table| table.value.as_str());
    let mut name = check.check.value.as_str().to_owned();
    if let Some(table) = table {
        name.push_str(&format!(" {table}"));
    }
    if !columns.is_empty() {
        name.push_str(&format!(".{}", columns.join("+")));
    }
    if let (Some(field), Some(rule)) = (&check.field, &check.rule) {
        name.push_str(&format!(" {} {}", field.value, rule.value));
    }
    if let Some(sql) = check.condition.as_ref() {
        name.push_str(&format!(" {}", sql.value));
    }
    name
}

/// A path from the folder of a schema file; an embedded schema has none.
fn beside(schema_path: &str, path: &str) -> String {
    match Path::new(schema_path).parent().filter(|_| !schema_path.starts_with('<')) {
        Some(folder) => folder.join(path).to_string_lossy().replace('\\', "/"),
        None => path.to_owned(),
    }
}

/// A length of time in seconds; days have 24 hours, weeks seven days.
fn seconds_of(text: &str) -> Option<i64> {
    let span: TimeSpan = text.parse().ok()?;
    let length: SignedDuration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (length.as_secs() >= 0).then(|| length.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        for (text, seconds) in [
            ("7 days", Some(604_800)),
            ("36 h", Some(129_600)),
            ("2 weeks", Some(1_209_600)),
            ("0 s", Some(0)),
            ("-1 day", None),
            ("soon", None),
        ] {
            assert_eq!(seconds_of(text), seconds, "{text}");
        }
    }

    #[test]
    fn a_path_goes_from_the_folder_of_the_schema() {
        assert_eq!(beside("schemas/my.toml", "words.txt"), "schemas/words.txt");
        assert_eq!(beside("my.toml", "words.txt"), "words.txt");
        assert_eq!(beside("<disease>", "words.txt"), "words.txt");
    }
}
