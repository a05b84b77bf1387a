//! What must hold beyond single values: checks on tables, files and the run,
//! word lists, hygiene, coverage, and the key of a record.

use std::ops::Range;
use std::path::Path;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::Resolver;
use crate::data::{Kind, Value};
use crate::dataset::checks::{self, Figures};
use crate::diagnostic::{Code, Severity};
use crate::lang::Fault;
use crate::lang::tagged::Tag;
use crate::lang::{Limit, Limits};
use crate::schema::model::{
    Check, CheckKind, ColumnOrigin, ColumnRef, Coverage, Field, HygieneRule, Layout, Table, Words,
};
use crate::schema::raw::{
    RawCheck, RawCheckCommon, RawCoverage, RawHygiene, RawLimit, RawTable, RawThreshold, RawWords,
};
use crate::source::Spanned;

/// What a limit bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bounds {
    /// A figure: `min` and `max`.
    Figure(Figures),
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
        let limits = Limits { warning: limit(warning), error: limit(error) };
        if let (Some(warning), Some(error)) = (&limits.warning, &limits.error)
            && warning.is_beyond(error)
        {
            let message = "`warning` has no effect: what is beyond it is beyond `error` too";
            self.fault(Code::SCHEMA_UNUSED, &warning.span, message).help =
                Some("give `warning` the closer bound, or leave it out".to_owned());
        }
        limits
    }

    fn limit(&mut self, raw: &Spanned<RawLimit>, bounds: Bounds) -> Limit {
        let RawLimit { min, max, count, share } = &raw.value;
        let figure = min.is_some() || max.is_some();
        let failures = count.is_some() || share.is_some();
        let (fits, other, words, others) = match bounds {
            Bounds::Figure(_) => (figure, failures, "`min` or `max`", "`count` or `share`"),
            Bounds::Failures => (failures, figure, "`count` or `share`", "`min` or `max`"),
        };
        if other {
            let message = format!("this limit takes {words}, not {others}");
            self.fault(Code::SCHEMA_VALUE, &raw.span, message);
        } else if !fits {
            self.fault(Code::SCHEMA_MISSING, &raw.span, format!("a limit needs {words}"));
        }
        if let Some(share) = share {
            self.bound_is_met(share, Figures::Shares);
        }
        if let Bounds::Figure(figures) = bounds {
            for bound in min.iter().chain(max) {
                self.bound_is_met(bound, figures);
            }
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

    /// Refuses a bound that no figure ever comes to: beyond it are all of them, or none.
    fn bound_is_met(&mut self, bound: &Spanned<f64>, figures: Figures) {
        let at = bound.value;
        let message = match figures {
            Figures::Shares if !(0.0..=1.0).contains(&at) => {
                format!("a share lies between 0 and 1, not at {at}")
            }
            Figures::Counts if at < 0.0 => format!("a count lies at 0 or above, not at {at}"),
            Figures::Numbers | Figures::Counts if !at.is_finite() => {
                format!("no figure lies at {at}")
            }
            Figures::Numbers | Figures::Counts | Figures::Shares => return,
        };
        let fault = self.fault(Code::SCHEMA_VALUE, &bound.span, message);
        if figures == Figures::Shares && at > 1.0 && at <= 100.0 {
            fault.help = Some(format!("{at} % is {}", at / 100.0));
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
        let mut limits = |name: &str, raw: &Option<Spanned<RawThreshold>>, bounds| {
            raw.as_ref().map_or_else(Limits::default, |raw| {
                let RawThreshold { warning, error } = &raw.value;
                let limits = self.limits(warning.as_ref(), error.as_ref(), bounds);
                if limits.is_empty() {
                    let message = format!("`{name}` needs `warning` or `error`");
                    let fault = self.fault(Code::SCHEMA_MISSING, &raw.span, message);
                    fault.help = Some(match bounds {
                        Bounds::Figure(_) => {
                            format!("write `{name} = {{ error = {{ min = 0.9 }} }}`")
                        }
                        Bounds::Failures => {
                            format!("write `{name} = {{ error = {{ count = 0 }} }}`")
                        }
                    });
                }
                limits
            })
        };
        let (shares, failures) = (Bounds::Figure(Figures::Shares), Bounds::Failures);
        Coverage {
            bytes: limits("bytes", &raw.value.bytes, shares),
            keys: limits("keys", &raw.value.keys, shares),
            rules: limits("rules", &raw.value.rules, failures),
            fields: limits("fields", &raw.value.fields, failures),
            span: Some(raw.span.clone()),
        }
    }

    /// The slots by which the records of each kind are known: those of the `key` of the
    /// first table that has them, else of a check that they are unique, else the name.
    pub(super) fn record_keys(
        &mut self,
        raw: &IndexMap<Spanned<String>, Spanned<RawTable>>,
        fields: &[Field],
        tables: &[Table],
        checks: &[Check],
        kinds: usize,
    ) -> Vec<Vec<usize>> {
        let slot = |table: &Table, column: usize| match table.columns.get(column)?.origin {
            ColumnOrigin::Slot(slot) if table.items_of.is_none() => Some(slot),
            _ => None,
        };
        let places: FxHashMap<&str, usize> =
            tables.iter().enumerate().map(|(idx, table)| (table.name.as_str(), idx)).collect();
        let mut named: Vec<(usize, Vec<usize>)> = Vec::new();
        for (name, written) in raw {
            let Some(first) = written.value.key.first() else { continue };
            // The key of a table that has a fault of its own cannot be judged.
            let Some(&idx) = places.get(name.value.as_str()) else { continue };
            let table = &tables[idx];
            if table.items_of.is_some() {
                self.fault(Code::SCHEMA_VALUE, &first.span, "only a table of records has a key");
                continue;
            }
            let mut slots = Vec::new();
            for name in &written.value.key {
                let Some(column) = table.columns.iter().position(|known| known.name == name.value)
                else {
                    let message = format!("no column is called `{}`", name.value);
                    let fault = Fault::new(Code::SCHEMA_REFERENCE, name.span.clone(), message);
                    let words = table.columns.iter().map(|column| column.name.as_str());
                    self.faults.push(fault.with_words(&name.value, words));
                    continue;
                };
                if let Some(slot) = slot(table, column) {
                    slots.push(slot);
                } else {
                    let message = format!("`{}` is no column of a field", name.value);
                    self.fault(Code::SCHEMA_VALUE, &name.span, message);
                }
            }
            let same = |(other, _): &&(usize, Vec<usize>)| {
                let other = tables[*other].kind;
                other.is_none() || other == table.kind
            };
            if let Some((other, _)) = named.iter().find(same) {
                let other = &tables[*other].name;
                let message = format!("the records have their key from the table `{other}`");
                self.fault(Code::SCHEMA_UNUSED, &first.span, message).help =
                    Some("a record has one key: leave this one out".to_owned());
            }
            named.push((idx, slots));
        }
        let unique = checks.iter().filter_map(|check| match &check.kind {
            CheckKind::Unique(unique) => {
                let (table, columns) = unique.columns();
                let slots = columns.iter().map(|column| slot(&tables[table], *column));
                Some((table, slots.collect::<Option<Vec<_>>>()?))
            }
            _ => None,
        });
        let found: Vec<_> = named.into_iter().chain(unique).collect();
        let layout = Layout::of(fields);
        let name = fields.iter().position(|field| field.kind.names_the_record());
        let name: Vec<_> = name.map(|idx| layout.base[idx]).into_iter().collect();
        let keys: Vec<Vec<usize>> = (0..kinds.max(1))
            .map(|kind| {
                let of_kind = |(table, _): &&(usize, Vec<usize>)| {
                    tables[*table].kind.is_none_or(|known| known == kind)
                };
                found.iter().find(of_kind).map_or_else(|| name.clone(), |(_, slots)| slots.clone())
            })
            .collect();
        if keys.iter().all(Vec::is_empty) {
            let shown = raw.values().flat_map(|table| &table.value.columns);
            for column in shown.filter(|column| column.value == "record_key") {
                let message = "`record_key` is null in every row: no record is known by anything";
                self.fault(Code::SCHEMA_UNUSED, &column.span, message).help =
                    Some("give the table of records a `key`, or leave the column out".to_owned());
            }
        }
        keys
    }

    pub(super) fn checks(
        &mut self,
        raw: &[Spanned<RawCheck>],
        fields: &[Field],
        tables: &[Table],
        words: &[Words],
        schema_path: &str,
    ) -> Vec<Check> {
        let mut checks: Vec<Check> = Vec::new();
        let mut used = vec![false; words.len()];
        for check in raw {
            let RawCheck { tag, common, kind: options } = &check.value;
            let mut scope = Scope {
                fields,
                tables,
                words,
                schema_path,
                used: &mut used,
                span: tag.clone(),
                resolver: self,
            };
            let kind = options.resolve(&mut scope);
            let (word, bounds) = (options.word(), options.bounds());
            let limits = self.limits_of(check, word, bounds);
            let Some(kind) = kind else { continue };
            let name = common.name.as_ref().map(|name| name.value.clone());
            let name = name.unwrap_or_else(|| options.title());
            if checks.iter().any(|other| other.name == name) {
                let span = common.name.as_ref().map_or(&check.span, |name| &name.span);
                self.fault(Code::SCHEMA_VALUE, span, format!("two checks are called `{name}`"))
                    .help = Some(
                    "give one of them another `name`: a baseline tells them apart by it".to_owned(),
                );
            }
            checks.push(Check {
                name,
                kind,
                limits,
                severity: common.severity.as_ref().map(|severity| severity.value),
                help: common.help.clone(),
                span: tag.clone(),
            });
        }
        for (list, used) in words.iter().zip(used) {
            if !used && !self.faults.iter().any(Fault::is_error) {
                let message = format!("no check names the word list `{}`", list.name);
                self.fault(Code::SCHEMA_UNUSED, &list.span, message);
            }
        }
        checks
    }

    /// The limits of a check, and whether they mean something for it.
    fn limits_of(
        &mut self,
        check: &Spanned<RawCheck>,
        word: &str,
        bounds: checks::Bounds,
    ) -> Limits {
        let RawCheckCommon { warning, error, severity, .. } = &check.value.common;
        let given = warning.as_ref().or(error.as_ref());
        let limits = match bounds {
            checks::Bounds::Figure(figures) => {
                self.limits(warning.as_ref(), error.as_ref(), Bounds::Figure(figures))
            }
            checks::Bounds::Failures => {
                self.limits(warning.as_ref(), error.as_ref(), Bounds::Failures)
            }
            checks::Bounds::Own(option) => {
                if let Some(limit) = given {
                    let message = format!("`{word}` has `{option}` as its limit");
                    self.fault(Code::SCHEMA_VALUE, &limit.span, message);
                }
                Limits::default()
            }
        };
        if matches!(bounds, checks::Bounds::Figure(_)) {
            if limits.is_empty() {
                let message = format!("`{word}` needs a limit");
                self.fault(Code::SCHEMA_MISSING, &check.span, message).help = Some(
                    "add `error = { min = …, max = … }`, `warning = { … }`, or both".to_owned(),
                );
            }
            if severity.is_some() {
                let message = format!("`severity` means nothing for `{word}`");
                self.fault(Code::SCHEMA_VALUE, &check.value.tag, message).help =
                    Some("its limits `warning` and `error` say how bad it is".to_owned());
            }
        } else {
            self.severity_has_effect(severity.as_ref(), &limits);
        }
        limits
    }

    /// Tells where a code is given a severity, and the limits of what has it say how bad it is.
    pub(super) fn severity_of_code_has_effect(
        &mut self,
        code: &Code,
        severity: Option<Severity>,
        span: &Range<usize>,
    ) {
        if severity.is_some() && is_judged_by_limits(code) {
            let message = format!("a `severity` has no effect on `{}`", code.name);
            self.fault(Code::SCHEMA_UNUSED, span, message).help =
                Some("the limits `warning` and `error` say how bad it is".to_owned());
        }
    }

    /// Tells where a severity of each failure stands beside the limits that say how bad many are.
    pub(super) fn severity_has_effect(
        &mut self,
        severity: Option<&Spanned<Severity>>,
        limits: &Limits,
    ) {
        if let Some(severity) = severity.filter(|_| !limits.is_empty()) {
            let message = "`severity` has no effect beside `warning` or `error`";
            self.fault(Code::SCHEMA_UNUSED, &severity.span, message).help = Some(
                "with a limit each failure is an info; the limit says how bad many are".to_owned(),
            );
        }
    }
}

/// Whether the findings of a code are as bad as the limit that they are beyond.
fn is_judged_by_limits(code: &Code) -> bool {
    let own = [Code::BYTE_COVERAGE, Code::KEY_COVERAGE, Code::TOO_MANY_FAILURES];
    own.contains(&code) || checks::figure_of(code).is_some()
}

/// What a check sees of the schema while its options are resolved. What it asks
/// for and is not there is a fault.
pub(crate) struct Scope<'s, 'f> {
    resolver: &'s mut Resolver<'f>,
    fields: &'s [Field],
    tables: &'s [Table],
    words: &'s [Words],
    schema_path: &'s str,
    /// Which word lists some check names.
    used: &'s mut [bool],
    /// Where the word of the check stands.
    span: Range<usize>,
}

impl<'s> Scope<'s, '_> {
    /// Adds a fault.
    pub(crate) fn fault(
        &mut self,
        code: &'static Code,
        span: &Range<usize>,
        message: impl Into<String>,
    ) -> &mut Fault {
        self.resolver.fault(code, span, message)
    }

    /// Adds a fault that is complete.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.resolver.faults.push(fault);
    }

    /// Where the word of the check stands.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// A table by its name.
    pub(crate) fn table(&mut self, name: &Spanned<String>) -> Option<usize> {
        let names: Vec<_> = self.tables.iter().map(|table| table.name.clone()).collect();
        Resolver::named(name, &names, "table", self.resolver.faults)
    }

    /// A column of a table by its name.
    pub(crate) fn column(&mut self, table: usize, name: &Spanned<String>) -> Option<usize> {
        let columns = &self.tables[table].columns;
        let names: Vec<_> = columns.iter().map(|column| column.name.clone()).collect();
        let what = format!("column of `{}`", self.tables[table].name);
        Resolver::named(name, &names, &what, self.resolver.faults)
    }

    /// A column by the names of its table and its own.
    pub(crate) fn column_of(
        &mut self,
        table: &Spanned<String>,
        column: &Spanned<String>,
    ) -> Option<ColumnRef> {
        let table = self.table(table)?;
        Some(ColumnRef { table, column: self.column(table, column)? })
    }

    /// A column of numbers.
    pub(crate) fn numbers_of(
        &mut self,
        table: &Spanned<String>,
        column: &Spanned<String>,
    ) -> Option<ColumnRef> {
        let of = self.column_of(table, column)?;
        if !self.kind_of(of).is_number() {
            let message = format!("the column `{}` holds no numbers", column.value);
            self.fault(Code::SCHEMA_VALUE, &column.span, message);
            return None;
        }
        Some(of)
    }

    /// The type of a column.
    pub(crate) fn kind_of(&self, of: ColumnRef) -> Kind {
        self.tables[of.table].columns[of.column].kind
    }

    /// The name of a column.
    pub(crate) fn name_of(&self, of: ColumnRef) -> &'s str {
        let tables: &'s [Table] = self.tables;
        &tables[of.table].columns[of.column].name
    }

    /// A value as one of a column.
    pub(crate) fn value(
        &mut self,
        written: &Spanned<toml::Value>,
        of: ColumnRef,
    ) -> Option<Value<'static>> {
        let column = &self.tables[of.table].columns[of.column];
        self.resolver.value_of(written, (column.kind, column.zone.as_ref()))
    }

    /// A field by its name.
    pub(crate) fn field(&mut self, name: &Spanned<String>) -> Option<usize> {
        self.resolver.field_named(name)
    }

    /// All fields.
    pub(crate) fn fields(&self) -> &'s [Field] {
        self.fields
    }

    /// A word list by its name.
    pub(crate) fn word_list(&mut self, name: &Spanned<String>) -> Option<usize> {
        let names: Vec<_> = self.words.iter().map(|list| list.name.clone()).collect();
        let idx = Resolver::named(name, &names, "word list", self.resolver.faults)?;
        self.used[idx] = true;
        Some(idx)
    }

    /// A path as written, from the folder of the schema file.
    pub(crate) fn path_of(&self, path: &str) -> String {
        beside(self.schema_path, path)
    }
}

/// A path from the folder of a schema file; an embedded schema has none.
fn beside(schema_path: &str, path: &str) -> String {
    match Path::new(schema_path).parent().filter(|_| !schema_path.starts_with('<')) {
        Some(folder) => folder.join(path).to_string_lossy().replace('\\', "/"),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Schema, SchemaSource, parse};

    /// A schema of two fields with more behind it, and what is said of it.
    fn parsed(columns: &str, more: &str) -> (Option<Schema>, Vec<String>) {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n\
             [fields.isbn]\nkey = \"isbn\"\ntype = \"text\"\n\
             [fields.title]\nkey = \"title\"\ntype = \"name\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [{columns}]\n{more}"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        (schema, faults.into_iter().map(|fault| fault.message).collect())
    }

    #[test]
    fn a_record_is_known_by_its_key_else_what_is_unique_else_its_name() {
        let columns = "\"record_key\", \"isbn\", \"title\"";
        let unique = "[[checks]]\ncheck = \"unique\"\ntable = \"t\"\ncolumns = [\"isbn\"]\n";
        let keys = |more: &str| parsed(columns, more).0.unwrap().keys;
        assert_eq!(keys(""), [[1]]);
        assert_eq!(keys(unique), [[0]]);
        assert_eq!(keys(&format!("key = [\"title\", \"isbn\"]\n{unique}")), [[1, 0]]);
    }

    #[test]
    fn a_key_that_no_record_goes_by_is_told() {
        let told = |columns: &str, more: &str, message: &str| {
            let (_, faults) = parsed(columns, more);
            assert!(faults.iter().any(|fault| fault == message), "{faults:?}");
        };
        let again = "key = [\"isbn\"]\n[tables.u]\nrows = \"record\"\ncolumns = [\"title\"]\nkey = [\"title\"]\n";
        told("\"isbn\"", again, "the records have their key from the table `t`");
        told("\"isbn\", \"title\"", "key = [\"isb\"]\n", "no column is called `isb`");
        let id = "key = [\"record_id\"]\n";
        told("\"record_id\", \"title\"", id, "`record_id` is no column of a field");
    }

    #[test]
    fn a_limit_that_no_figure_meets_is_told() {
        let told = |more: &str| parsed("\"isbn\", \"title\"", more).1;
        let check = |word: &str, limit: &str| {
            let of = if word == "row-count" { "" } else { "column = \"isbn\"\n" };
            told(&format!(
                "[[checks]]\ncheck = \"{word}\"\ntable = \"t\"\n{of}error = {{ {limit} }}\n"
            ))
        };
        assert_eq!(check("null-ratio", "max = 10"), ["a share lies between 0 and 1, not at 10"]);
        assert_eq!(check("null-ratio", "max = nan"), ["a share lies between 0 and 1, not at NaN"]);
        assert_eq!(check("row-count", "min = nan"), ["no figure lies at NaN"]);
        assert_eq!(check("row-count", "max = inf"), ["no figure lies at inf"]);
        assert_eq!(check("distinct-count", "min = -1"), ["a count lies at 0 or above, not at -1"]);
        assert_eq!(check("distinct-count", "min = 0, max = 5e9"), [""; 0]);
        assert_eq!(check("null-ratio", "min = 0, max = 1"), [""; 0]);
        assert_eq!(
            told("[coverage]\nbytes = {}\nkeys = { error = { min = 95 } }\n"),
            ["`bytes` needs `warning` or `error`", "a share lies between 0 and 1, not at 95"]
        );
    }

    #[test]
    fn what_has_no_effect_beside_something_else_is_told() {
        let told = |more: &str| {
            let text = format!(
                "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n\
                 [fields.a]\nkey = \"a\"\ntype = \"integer\"\n\
                 [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n{more}"
            );
            let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
            let told = faults.iter().map(|fault| {
                assert_eq!(fault.code, Code::SCHEMA_UNUSED, "{fault:?}");
                assert!(fault.help.is_some(), "{fault:?}");
                fault.message.clone()
            });
            told.collect::<Vec<_>>()
        };
        let check = |word: &str, options: &str| {
            told(&format!("[[checks]]\ncheck = \"{word}\"\ntable = \"t\"\n{options}\n"))
        };
        let severity = ["`severity` has no effect beside `warning` or `error`"];
        let unique = "columns = [\"a\"]\nseverity = \"info\"";
        assert_eq!(check("unique", &format!("{unique}\nerror = {{ count = 1 }}")), severity);
        assert_eq!(check("unique", unique), [""; 0]);
        let itself = "column = \"a\"\nto = { table = \"t\", column = \"a\" }";
        let refers = ["the column refers to itself, so each value is there"];
        assert_eq!(check("reference", itself), refers);
        let again = ["`a` is among the columns already"];
        assert_eq!(check("unique", "columns = [\"a\", \"a\"]"), again);
        let looser = ["`warning` has no effect: what is beyond it is beyond `error` too"];
        let rows = |limits: &str| check("row-count", limits);
        assert_eq!(rows("warning = { min = 5 }\nerror = { min = 10 }"), looser);
        assert_eq!(rows("warning = { max = 9 }\nerror = { min = 1, max = 9 }"), looser);
        assert_eq!(rows("warning = { min = 5, max = 9 }\nerror = { min = 10 }"), [""; 0]);
        assert_eq!(rows("warning = { min = 10 }\nerror = { min = 5 }"), [""; 0]);
        assert_eq!(rows("warning = { min = 1 }\nerror = { max = 9 }"), [""; 0]);
        let unique = |limits: &str| check("unique", &format!("columns = [\"a\"]\n{limits}"));
        assert_eq!(unique("warning = { count = 9 }\nerror = { count = 3 }"), looser);
        assert_eq!(unique("warning = { share = 0.1 }\nerror = { count = 3 }"), [""; 0]);
        assert_eq!(unique("warning = { count = 0 }\nerror = { share = 0.1 }"), [""; 0]);
        let limited = "[[checks]]\ncheck = \"row-count\"\ntable = \"t\"\nerror = { min = 1 }\n";
        let finding =
            |word: &str| told(&format!("{limited}[findings.{word}]\nseverity = \"info\"\n"));
        assert_eq!(finding("row-count"), ["a `severity` has no effect on `row-count`"]);
        assert_eq!(
            finding("too-many-failures"),
            ["a `severity` has no effect on `too-many-failures`"]
        );
        assert_eq!(finding("duplicate-value"), [""; 0]);
    }

    #[test]
    fn why_a_point_in_time_is_no_bound_is_told() {
        let bound = |field: &str, value: &str| {
            let text = format!(
                "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n\
                 [fields.n]\nkey = \"n\"\ntype = \"datetime\"\nformats = [\"%Y-%m-%d %H:%M\"]\n{field}\n\
                 [tables.t]\nrows = \"record\"\ncolumns = [\"n\"]\n\
                 [[checks]]\ncheck = \"value-share\"\ntable = \"t\"\ncolumn = \"n\"\nlower = {value}\n\
                 error = {{ min = 0.5 }}\n"
            );
            let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
            let told =
                faults.into_iter().map(|fault| (fault.message, fault.help.unwrap_or_default()));
            told.collect::<Vec<_>>()
        };
        let told = |message: &str, help: &str| vec![(message.to_owned(), help.to_owned())];
        let berlin = "zone = \"Europe/Berlin\"";
        assert_eq!(
            bound("", "2024-06-30T22:00:01Z"),
            told(
                "`2024-06-30T22:00:01Z` has an offset, and the values have no zone",
                "write `2024-06-30T22:00:01`, or give the field a `zone`"
            )
        );
        assert_eq!(
            bound(berlin, "2024-10-27T02:30:00"),
            told(
                "the clocks of Europe/Berlin show `2024-10-27T02:30:00` twice",
                "write `2024-10-27T02:30:00+02:00` or `2024-10-27T02:30:00+01:00`"
            )
        );
        assert_eq!(
            bound(berlin, "2024-03-31T02:30:00")[0].0,
            "the clocks of Europe/Berlin show `2024-03-31T02:30:00` never"
        );
        assert_eq!(bound("", "2024-06-30T22:00:01"), []);
        assert_eq!(bound(berlin, "2024-10-27T03:30:00"), []);
        assert_eq!(bound("", "5")[0].1, "");
    }

    #[test]
    fn a_bound_of_values_is_a_number() {
        let bound = |value: &str| {
            let field = format!(
                "[fields.n]\nkey = \"n\"\ntype = \"float\"\n\
                 rules = [{{ rule = \"minimum\", min = {value}, examples.accept = [{{ text = \"7\" }}] }}]\n"
            );
            let (_, told) = parsed("\"isbn\", \"title\", \"n\"", &field);
            told
        };
        assert_eq!(bound("-1.5"), [""; 0]);
        assert_eq!(bound("nan"), ["expected a number, found `nan`"]);
        assert_eq!(bound("-inf"), ["expected a number, found `-inf`"]);
    }

    #[test]
    fn records_of_each_kind_have_a_key_of_their_own() {
        let more = "kind = \"a\"\nkey = [\"isbn\"]\n\
             [tables.u]\nrows = \"record\"\nkind = \"b\"\ncolumns = [\"title\"]\n\
             [kinds.a]\nwhen = { key = \"isbn\", pattern = '^1' }\n\
             [kinds.b]\nwhen = { key = \"isbn\", pattern = '^2' }\n";
        let (schema, faults) = parsed("\"isbn\", \"title\"", more);
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        assert_eq!((schema.key_of(Some(0)), schema.key_of(Some(1))), (&[0][..], &[1][..]));
    }

    #[test]
    fn no_field_is_called_like_the_column_of_the_key() {
        let field = "[fields.record_key]\nkey = \"k\"\ntype = \"text\"\n";
        let (_, faults) = parsed("\"isbn\", \"title\", \"record_key\"", field);
        let told = "`record_key` is a column that recordmill makes itself".to_owned();
        assert!(faults.contains(&told), "{faults:?}");
    }

    #[test]
    fn a_path_goes_from_the_folder_of_the_schema() {
        assert_eq!(beside("schemas/my.toml", "words.txt"), "schemas/words.txt");
        assert_eq!(beside("my.toml", "words.txt"), "words.txt");
        assert_eq!(beside("<disease>", "words.txt"), "words.txt");
    }
}
