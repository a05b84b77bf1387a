//! How the dump is cut: forms, framing, keys, continuation lines.

use std::cmp::Reverse;

use super::Resolver;
use crate::diagnostic::Code;
use crate::grammar::path_keys;
use crate::lang::{Fault, Pattern};
use crate::schema::model::{
    self, Continuation, ContinuationBy, Csv, Field, Format, Framing, FramingBy, KeyBy, KeySyntax,
    Source,
};
use crate::schema::raw::{
    RawContinuation, RawCsv, RawFraming, RawJson, RawKey, RawSource, RawTexts,
};
use crate::source::{Coding, Spanned};

/// The longest record if the schema does not say.
const MAX_RECORD_BYTES: u64 = 16 * 1024 * 1024;
/// The longest record that a schema may ask for.
const MAX_MAX_RECORD_BYTES: u64 = model::MAX_RECORD_BYTES as u64;

impl Resolver<'_> {
    /// The encoding of a label.
    fn coding(&mut self, label: &Spanned<String>) -> Option<Coding> {
        let found = Coding::of_label(&label.value);
        if found.is_none() {
            self.fault(
                Code::SCHEMA_VALUE,
                &label.span,
                format!("no encoding that can be read is called `{}`", label.value),
            )
            .help = Some(
                "a WHATWG label such as `utf-8`, `gb18030`, `big5`, `shift_jis`, `windows-1252`"
                    .to_owned(),
            );
        }
        found
    }

    pub(super) fn source(&mut self, raw: &Spanned<RawSource>, fields: &[Field]) -> Option<Source> {
        let (span, raw) = (&raw.span, &raw.value);
        let named = raw.encoding.as_ref().filter(|label| label.value != "auto");
        let encoding = named.and_then(|label| self.coding(label));
        let encodings: Vec<_> =
            raw.encodings.iter().filter_map(|label| self.coding(label)).collect();
        if let (Some(_), Some(several)) = (named, raw.encodings.first()) {
            let message = "`encodings` has no effect where `encoding` names one";
            self.fault(Code::SCHEMA_UNUSED, &several.span, message);
        }
        let limit = raw.max_record_bytes.as_ref().map_or(MAX_RECORD_BYTES, |limit| limit.value);
        if let Some(written) = &raw.max_record_bytes
            && (limit == 0 || limit > MAX_MAX_RECORD_BYTES)
        {
            self.fault(
                Code::SCHEMA_VALUE,
                &written.span,
                format!("a record cannot be limited to {limit} bytes"),
            )
            .help = Some(format!("from 1 to {MAX_MAX_RECORD_BYTES} bytes"));
        }
        let formats: Vec<_> =
            raw.format.iter().chain(&raw.formats).map(|format| format.value).collect();
        match (&raw.format, raw.formats.first()) {
            (None, None) => {
                self.fault(Code::SCHEMA_MISSING, span, "`source` lacks the key `format`").help =
                    Some("or `formats`, if the dump may have one of several forms".to_owned());
                return None;
            }
            (Some(_), Some(several)) => {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &several.span,
                    "a source has `format` or `formats`, not both",
                );
            }
            _ => {}
        }
        let has = |format| formats.contains(&format);
        let lines = has(Format::KeyValue);
        let unused = [
            ("record", raw.record.as_ref().map(|part| &part.span), lines),
            ("comment", raw.comment.as_ref().map(|part| &part.span), lines),
            ("json", raw.json.as_ref().map(|part| &part.span), has(Format::Json)),
            ("csv", raw.csv.as_ref().map(|part| &part.span), has(Format::Csv)),
            ("continuation", Some(&raw.continuation.span).filter(|span| !span.is_empty()), lines),
        ];
        for (name, span) in
            unused.into_iter().filter_map(|(n, s, used)| Some((n, s.filter(|_| !used)?)))
        {
            let message = format!("`{name}` has no effect on a dump of this form");
            self.fault(Code::SCHEMA_UNUSED, span, message);
        }
        let (framing, skip) = match &raw.record {
            Some(record) if lines => (
                self.framing(record, fields)?,
                record
                    .value
                    .skip
                    .as_ref()
                    .map(|skip| self.proven(&skip.value, "the pattern of `skip`")),
            ),
            None if lines => {
                let message = "key-value text needs `record`, which tells where one begins";
                self.fault(Code::SCHEMA_MISSING, span, message);
                return None;
            }
            _ => (Framing::File, None),
        };
        let end = raw.record.as_ref().filter(|_| lines).and_then(|record| self.end(&record.value));
        let continuation = &raw.continuation.value;
        if lines {
            self.lines_go_on(&raw.continuation);
        }
        self.comments_fold(continuation, raw.comment.is_some());
        let text = |written: &Option<Spanned<String>>, default: &str| {
            written.as_ref().map_or_else(|| default.to_owned(), |text| text.value.clone())
        };
        let (records, members) = self.records(raw.json.as_ref());
        let formats_span = raw.format.iter().chain(&raw.formats).map(|format| &format.span).next();
        Some(Source {
            span: span.clone(),
            record_span: raw
                .record
                .as_ref()
                .map(|record| &record.span)
                .or(raw.json.as_ref().map(|json| &json.span))
                .or(formats_span)
                .unwrap_or(span)
                .clone(),
            key_span: if raw.key.span.is_empty() { span.clone() } else { raw.key.span.clone() },
            encoding,
            encodings,
            framing,
            end,
            skip,
            comment: raw
                .comment
                .as_ref()
                .map(|comment| self.proven(&comment.value, "the pattern of `comment`")),
            records,
            members,
            csv: raw.csv.as_ref().map_or_else(Csv::default, |csv| self.csv(csv)),
            key: self.key_syntax(&raw.key, lines),
            formats,
            continuation: Continuation {
                by: continuation.by.unwrap_or_default(),
                join: text(&continuation.join, "\n"),
                indents: Self::indents(continuation.indent.as_ref()),
                after: continuation.after.as_ref().map(|after| self.pattern(after)),
                blank: continuation.blank.as_ref().map(|text| text.value.clone()),
                folds_comments: continuation
                    .folds_comments
                    .as_ref()
                    .is_some_and(|folds| folds.value),
            },
            max_record_bytes: usize::try_from(limit.min(MAX_MAX_RECORD_BYTES))
                .unwrap_or(usize::MAX),
        })
    }

    /// The keys that lead to the records of a JSON file, and whether these are the
    /// members of an object.
    fn records(&mut self, raw: Option<&Spanned<RawJson>>) -> (Vec<String>, bool) {
        let Some(path) = raw.and_then(|json| json.value.records.as_ref()) else {
            return (Vec::new(), false);
        };
        let mut keys = path_keys(&path.value);
        let members = keys.pop_if(|key| key == "*").is_some();
        if keys.iter().any(|key| key.is_empty() || key == "*") {
            let message = format!("`{}` leads to no records", path.value);
            self.fault(Code::SCHEMA_VALUE, &path.span, message).help = Some(
                "keys with dots between, such as `data.items`; a `*` in the last place stands for \
                 the members of an object"
                    .to_owned(),
            );
        }
        (keys, members)
    }

    fn csv(&mut self, raw: &Spanned<RawCsv>) -> Csv {
        let csv = &raw.value;
        let mut one = |written: &Option<Spanned<String>>, default: Option<u8>| {
            let Some(text) = written else { return default };
            match text.value.as_bytes() {
                [] => None,
                &[byte] if byte.is_ascii() && byte != b'\n' && byte != b'\r' => Some(byte),
                _ => {
                    let message = format!("{:?} is not one ASCII character", text.value);
                    self.fault(Code::SCHEMA_VALUE, &text.span, message);
                    default
                }
            }
        };
        let quote = one(&csv.quote, Some(b'"'));
        let escape = one(&csv.escape, None);
        let delimiter = match csv.delimiter.as_ref().map(|text| text.value.as_str()) {
            None => ",",
            Some("\\t") => "\t",
            Some(text) => text,
        };
        let written = csv.delimiter.as_ref().map_or(&raw.span, |text| &text.span);
        if delimiter.is_empty() || delimiter.contains(['\n', '\r']) {
            let message = "a delimiter has at least one character and no line end";
            self.fault(Code::SCHEMA_VALUE, written, message);
        }
        for (name, byte) in [("quote", quote), ("escape", escape)] {
            if byte.is_some_and(|byte| delimiter.as_bytes().contains(&byte)) {
                let message = format!("the delimiter holds the {name}");
                self.fault(Code::SCHEMA_VALUE, written, message);
            }
        }
        if let Some(text) = csv.escape.as_ref().filter(|_| escape.is_some() && escape == quote) {
            let message = "quote and escape are the same: a quote is doubled without an `escape`";
            self.fault(Code::SCHEMA_VALUE, &text.span, message);
        }
        let trim = csv.trim.as_ref().is_some_and(|trim| trim.value);
        if trim && quote.is_none() {
            let message = "without quotes there are no blanks around them; `trim` has no effect";
            let span = csv.trim.as_ref().map_or(&raw.span, |trim| &trim.span);
            self.fault(Code::SCHEMA_UNUSED, span, message);
        }
        let named = csv.header.unwrap_or(true);
        match csv.columns.first() {
            Some(first) if named => {
                let message = "the first row names the columns; `columns` has no effect";
                self.fault(Code::SCHEMA_UNUSED, &first.span, message).help =
                    Some("`header = false` for files without such a row".to_owned());
            }
            None if !named => {
                let message = "a file without a header needs `columns`, the keys in order";
                self.fault(Code::SCHEMA_MISSING, &raw.span, message);
            }
            _ => {}
        }
        if let Some(rows) = csv.skip_after_header.as_ref().filter(|_| !named) {
            let message = "a file without a header has no rows behind it";
            self.fault(Code::SCHEMA_UNUSED, &rows.span, message).help =
                Some("`skip-rows` skips lines before the first row".to_owned());
        }
        let number = |written: &Option<Spanned<u32>>| written.as_ref().map_or(0, |n| n.value);
        Csv {
            delimiter: delimiter.to_owned(),
            quote,
            escape,
            trim,
            comment: csv
                .comment
                .as_ref()
                .map(|pattern| self.taking(pattern, "the pattern of `comment`")),
            end: csv.end.as_ref().map(|pattern| self.pattern(pattern)),
            skip_rows: number(&csv.skip_rows),
            skip_after_header: number(&csv.skip_after_header),
            nulls: csv.null.iter().map(|text| text.value.clone()).collect(),
            columns: (!named)
                .then(|| csv.columns.iter().map(|column| column.value.clone()).collect()),
        }
    }

    pub(super) fn framing(
        &mut self,
        raw: &Spanned<RawFraming>,
        fields: &[Field],
    ) -> Option<Framing> {
        let (by, span) = (raw.value.by.value, &raw.span);
        let lacks = |resolver: &mut Self, key: &str| {
            resolver.fault(
                Code::SCHEMA_MISSING,
                span,
                format!("records cut in this way need `{key}`"),
            );
        };
        if !matches!(by, FramingBy::StartKey | FramingBy::StartLine)
            && let Some(key) = &raw.value.key
        {
            self.fault(Code::SCHEMA_UNUSED, &key.span, "`key` has no effect here");
        }
        let with_pattern = matches!(by, FramingBy::StartLine | FramingBy::EndLine);
        if let Some(pattern) = raw.value.pattern.as_ref().filter(|_| !with_pattern) {
            self.fault(Code::SCHEMA_UNUSED, &pattern.span, "`pattern` has no effect here");
        }
        if let Some(examples) = raw.value.examples.as_ref().filter(|_| !with_pattern) {
            let message = "`examples` has no effect: no pattern cuts the records";
            self.fault(Code::SCHEMA_UNUSED, &examples.span, message);
        }
        match by {
            FramingBy::StartKey => {
                let Some(key) = &raw.value.key else {
                    lacks(self, "key");
                    return None;
                };
                self.is_key(key, fields);
                // Whatever the key of a field is called, it begins a record.
                let field = fields.iter().find(|field| field.keys.contains(&key.value));
                let keys =
                    field.map_or_else(|| vec![key.value.clone()], |field| field.keys.clone());
                Some(Framing::StartKey(keys))
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
                    let key = raw.value.key.as_ref();
                    if let Some(key) = key {
                        self.is_key(key, fields);
                        self.groups(&pattern, &["value"], &["value"]);
                    }
                    Framing::StartLine { pattern, key: key.map(|key| key.value.clone()), examples }
                } else {
                    Framing::EndLine(pattern, examples)
                })
            }
            FramingBy::BlankLine => Some(Framing::BlankLine),
            FramingBy::File => Some(Framing::File),
        }
    }

    /// The line that ends a record.
    fn end(&mut self, raw: &RawFraming) -> Option<Pattern> {
        let end = raw.end.as_ref()?;
        if !matches!(raw.by.value, FramingBy::StartKey | FramingBy::StartLine) {
            self.fault(Code::SCHEMA_UNUSED, &end.span, "`end` has no effect here").help =
                Some("it goes with `start-key` and `start-line`".to_owned());
            return None;
        }
        Some(self.pattern(end))
    }

    /// Reports what continuation lines are given without effect.
    fn lines_go_on(&mut self, raw: &Spanned<RawContinuation>) {
        let lines = &raw.value;
        let none = |indent: &Spanned<RawTexts>| indent.value.texts().is_empty();
        if lines.by == Some(ContinuationBy::Indent) && lines.indent.as_ref().is_none_or(none) {
            let message = "continuation lines by `indent` need `indent`, what they begin with";
            self.fault(Code::SCHEMA_MISSING, &raw.span, message);
        }
        let span = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.span.clone());
        let written = [
            ("join", span(&lines.join)),
            ("indent", lines.indent.as_ref().map(|texts| texts.span.clone())),
            ("blank", span(&lines.blank)),
        ];
        let none_joins = lines.by == Some(ContinuationBy::None) && lines.after.is_none();
        for (name, span) in written {
            if let Some(span) = span.filter(|_| none_joins) {
                let message = format!("`{name}` has no effect where no line joins the one above");
                self.fault(Code::SCHEMA_UNUSED, &span, message);
            }
        }
        if let Some(after) = &lines.after
            && lines.by.unwrap_or_default() == ContinuationBy::Any
        {
            let message =
                "`after` has no effect where every line without a key joins the one above";
            self.fault(Code::SCHEMA_UNUSED, &after.span, message).help =
                Some("it goes with `by = \"indent\"` and `by = \"none\"`".to_owned());
        }
    }

    /// What is taken off joined lines, the longest first; the empty text for nothing.
    fn indents(raw: Option<&Spanned<RawTexts>>) -> Vec<String> {
        let mut indents = raw.map_or_else(Vec::new, |raw| raw.value.texts().to_vec());
        indents.sort_by_key(|indent| Reverse(indent.len()));
        if indents.is_empty() {
            indents.push(String::new());
        }
        indents
    }

    /// Refuses comments that go on where no line goes on, or where there are none.
    fn comments_fold(&mut self, raw: &RawContinuation, comments: bool) {
        let indented = raw.by == Some(ContinuationBy::Indent)
            && Self::indents(raw.indent.as_ref()).iter().all(|indent| !indent.is_empty());
        if let Some(folds) = raw.folds_comments.as_ref().filter(|folds| folds.value)
            && !(comments && indented)
        {
            let message = "`folds-comments` needs a `comment`, and continuation lines by `indent`";
            self.fault(Code::SCHEMA_UNUSED, &folds.span, message);
        }
    }

    /// Asks for a key that a field has.
    fn is_key(&mut self, key: &Spanned<String>, fields: &[Field]) {
        let known: Vec<_> =
            fields.iter().flat_map(|field| &field.keys).map(String::as_str).collect();
        if !known.contains(&key.value.as_str()) {
            let message = format!("no field has the key `{}`", key.value);
            let fault = Fault::new(Code::SCHEMA_REFERENCE, key.span.clone(), message);
            self.faults.push(fault.with_words(&key.value, known));
        }
    }

    pub(super) fn key_syntax(&mut self, raw: &Spanned<RawKey>, lines: bool) -> KeySyntax {
        let key = &raw.value;
        if lines && key.by.is_none() {
            let message = "key-value text needs `key.by`, which tells a key from its value";
            self.fault(Code::SCHEMA_MISSING, &raw.span, message);
        }
        let by = key.by.as_ref().map_or(KeyBy::Declared, |by| by.value);
        let pattern = key.pattern.as_ref().map(|pattern| self.pattern(pattern));
        let mut levels = false;
        if let Some(pattern) = &pattern {
            self.groups(pattern, &["key", "value"], &["key", "value", "base64", "level"]);
            levels = pattern.groups().flatten().any(|name| name == "level");
        }
        let delimiter_pattern = key
            .delimiter_pattern
            .as_ref()
            .map(|pattern| self.taking(pattern, "the pattern of the delimiter"));
        if let (Some(_), Some(delimiter)) = (&delimiter_pattern, &key.delimiter) {
            let message = "`delimiter-pattern` tells the delimiter; `delimiter` has no effect";
            self.fault(Code::SCHEMA_UNUSED, &delimiter.span, message);
        }
        let unknown = key.unknown.as_ref().map(|pattern| self.pattern(pattern));
        if let Some(pattern) = &unknown {
            self.groups(pattern, &["key"], &["key"]);
        }
        match by {
            KeyBy::Pattern if pattern.is_none() => {
                self.fault(Code::SCHEMA_MISSING, &raw.span, "keys found by pattern need `pattern`");
            }
            KeyBy::Column if key.width.is_none() => {
                self.fault(Code::SCHEMA_MISSING, &raw.span, "keys found by column need `width`");
            }
            _ => {}
        }
        if let Some(width) = key.width.as_ref().filter(|width| width.value == 0) {
            let message = "a key takes at least one character";
            self.fault(Code::SCHEMA_VALUE, &width.span, message);
        }
        let unused = [
            ("by", key.by.as_ref().map(|by| &by.span), lines),
            ("ordered", key.ordered.as_ref().map(|ordered| &ordered.span), lines),
            ("pattern", key.pattern.as_ref().map(|text| &text.span), by == KeyBy::Pattern),
            ("width", key.width.as_ref().map(|width| &width.span), by == KeyBy::Column),
            ("delimiter", key.delimiter.as_ref().map(|text| &text.span), by == KeyBy::Declared),
            ("unknown", key.unknown.as_ref().map(|text| &text.span), by == KeyBy::Declared),
            (
                "delimiter-pattern",
                key.delimiter_pattern.as_ref().map(|text| &text.span),
                by == KeyBy::Declared,
            ),
            (
                "examples",
                key.examples.as_ref().map(|examples| &examples.span),
                pattern.is_some() || unknown.is_some(),
            ),
        ];
        for (name, span, used) in unused {
            if let Some(span) = span.filter(|_| !(used && lines)) {
                let message = if lines {
                    format!("`{name}` has no effect here")
                } else {
                    format!(
                        "`{name}` of `key` has no effect: only key-value text finds keys in lines"
                    )
                };
                self.fault(Code::SCHEMA_UNUSED, span, message);
            }
        }
        let examples = Self::examples(key.examples.as_ref());
        if let Some(pattern) = pattern.as_ref().or(unknown.as_ref()) {
            self.wants_examples(&examples, &pattern.span.clone(), "the pattern of keys");
        }
        let delimiter =
            key.delimiter.as_ref().map_or_else(|| " ".to_owned(), |text| text.value.clone());
        if delimiter.is_empty() {
            let span = key.delimiter.as_ref().map_or(&raw.span, |text| &text.span).clone();
            self.fault(Code::SCHEMA_VALUE, &span, "the delimiter cannot be empty");
        }
        let ignores_all = key.ignored.is("*");
        KeySyntax {
            by,
            delimiter,
            delimiter_pattern,
            pattern,
            levels,
            width: key.width.as_ref().map_or(0, |width| width.value as usize),
            unknown,
            ignored: if ignores_all { Vec::new() } else { key.ignored.texts().to_vec() },
            ignores_all,
            fold_case: key.fold_case.unwrap_or_default(),
            ordered: key.ordered.as_ref().is_some_and(|ordered| ordered.value),
            examples,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::{SchemaSource, parse};

    /// What is said of a source of lines, each with the place that it is about.
    fn told(source: &str) -> Vec<String> {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\n{source}\n\
             [fields.a]\nkey = \"a\"\ntype = \"text\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
        );
        let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text: text.clone() });
        let told =
            faults.iter().map(|fault| format!("{}: {}", &text[fault.span.clone()], fault.message));
        told.collect()
    }

    #[test]
    fn comments_that_cannot_go_on_are_told_where_that_is_asked_for() {
        let lines = |continuation: &str| {
            told(&format!(
                "record = {{ by = \"file\" }}\nkey = {{ by = \"declared\" }}\n\
                 continuation = {{ {continuation} }}"
            ))
        };
        let message =
            "true: `folds-comments` needs a `comment`, and continuation lines by `indent`";
        assert_eq!(lines("folds-comments = true"), [message]);
        assert_eq!(lines("by = \"any\", join = \" \", folds-comments = true"), [message]);
        assert_eq!(lines("folds-comments = false"), [""; 0]);
    }

    #[test]
    fn a_key_has_a_width() {
        let wide = |width: &str| {
            told(&format!(
                "record = {{ by = \"file\" }}\nkey = {{ by = \"column\", width = {width} }}"
            ))
        };
        assert_eq!(wide("0"), ["0: a key takes at least one character"]);
        assert_eq!(wide("1"), [""; 0]);
    }
}
