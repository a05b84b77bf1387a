//! A form that a dump may have, and what a schema says of it under `[source]`.

use indexmap::IndexSet;

use super::toml::{comment, literal, string};
use crate::schema::model::Format;

/// The form of a dump.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    Lines(Box<Lines>),
    JsonLines,
    /// The keys that lead to the records, if the document is neither an array nor one record.
    Json(Option<String>),
    Csv(Table),
}

/// Lines of keys and values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lines {
    pub(super) framing: Framing,
    pub(super) key: KeyBy,
    pub(super) rest: Rest,
    /// What comments begin with.
    pub(super) comments: Vec<String>,
    /// Keys that are none of the record's: those that end it.
    pub(super) ignored: Vec<String>,
    /// What speaks for it that lines without a key go on with the value above.
    pub(super) goes_on: Option<String>,
    /// What closes a record that something else opens: a pattern, a line that it takes.
    pub(super) end: Option<(String, String)>,
    /// Records that are none: a pattern for their first line, such a line.
    pub(super) skip: Option<(String, String)>,
    /// Kinds of records; none where all are alike.
    pub(super) kinds: Vec<Kind>,
}

/// A kind of records.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kind {
    /// What it is called in the dump.
    pub(super) tag: String,
    /// A pattern for the line that opens a record of it.
    pub(super) line: String,
    pub(super) keys: IndexSet<String>,
}

/// Where a record begins or ends.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Framing {
    BlankLine,
    StartKey(String),
    /// A pattern, the key of what its group `value` holds, a line that it takes.
    StartLine(String, Option<String>, String),
    /// A pattern, a line that it takes.
    EndLine(String, String),
    File,
}

/// What tells a key from its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum KeyBy {
    Delimiter(String),
    /// A pattern for the delimiter.
    Pattern(String),
    Width(usize),
    /// A pattern with the groups `key` and `value`, a line that it takes.
    Groups(String, String),
}

/// What lines without a key do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Rest {
    /// There are none.
    None,
    /// Those that begin with one of these do.
    Indent(Vec<String>),
    /// Some of those with the number of a level go on with the line above.
    Levels,
    Any,
}

/// Rows of cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    pub(super) delimiter: char,
    /// How many lines are skipped: those above the header or the first row, and a header that names no columns.
    pub(super) skip: usize,
    /// How many lines are neither header nor row.
    pub(super) above: usize,
    /// How many lines at the head of the file a row from elsewhere needs before it, to be read as it is there.
    pub(super) lead: usize,
    /// Whether a line above all others names the delimiter; it is none of those that are skipped.
    pub(super) is_said: bool,
    /// The keys of the columns, if no row names them.
    pub(super) columns: Option<Vec<String>>,
    /// What comments begin with.
    pub(super) comment: Option<char>,
    /// Whether blanks stand between delimiters and quotes.
    pub(super) trim: bool,
    /// Names that the header has more than once, each with what the column is called instead.
    pub(super) twice: Vec<(String, String)>,
    /// Whether the header has several columns without a name.
    pub(super) has_unnamed: bool,
    /// What the columns are called, in their order.
    pub(super) names: Vec<String>,
}

impl Form {
    /// In a few words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::JsonLines => "JSON, an object a line".to_owned(),
            Self::Json(None) => "JSON, an array of objects or one object".to_owned(),
            Self::Json(Some(path)) => format!("JSON, records at `{path}`"),
            Self::Csv(table) => {
                let header = match (&table.columns, table.twice.is_empty()) {
                    (_, false) => "a header with a name twice",
                    (Some(_), true) => "no header",
                    (None, true) => "a header",
                };
                format!("rows of cells with {} between, {header}", describe(table.delimiter))
            }
            Self::Lines(lines) => {
                let framing = match &lines.framing {
                    Framing::BlankLine => "blank lines between records".to_owned(),
                    Framing::StartKey(key) => format!("`{key}` begins a record"),
                    Framing::StartLine(_, _, line) => {
                        format!("a line such as `{line}` begins a record")
                    }
                    Framing::EndLine(_, line) => format!("a line such as `{line}` ends a record"),
                    Framing::File => "each file is a record".to_owned(),
                };
                let key = match &lines.key {
                    KeyBy::Delimiter(text) => format!("with {} behind keys", quoted(text)),
                    KeyBy::Pattern(_) => {
                        "with a delimiter that is written in several ways".to_owned()
                    }
                    KeyBy::Width(width) => format!("with keys of {width} characters"),
                    KeyBy::Groups(..) if lines.rest == Rest::Levels => {
                        "each with the number of its level".to_owned()
                    }
                    KeyBy::Groups(_, line) => {
                        format!("such as `{}`", crate::text::short(line.trim()))
                    }
                };
                format!("lines of keys and values, {key}; {framing}")
            }
        }
    }

    /// Whether a value of JSON says itself what it is.
    pub(super) fn is_json(&self) -> bool {
        matches!(self, Self::JsonLines | Self::Json(_))
    }

    /// What a schema calls it.
    pub(super) fn format(&self) -> Format {
        match self {
            Self::Lines(_) => Format::KeyValue,
            Self::JsonLines => Format::JsonLines,
            Self::Json(_) => Format::Json,
            Self::Csv(_) => Format::Csv,
        }
    }

    /// `[source]` and what is below it.
    pub(super) fn source(&self) -> String {
        let mut out = String::from("[source]\n");
        match self {
            Self::JsonLines => out.push_str("format = \"json-lines\"\n"),
            Self::Json(records) => {
                out.push_str("format = \"json\"\n");
                if let Some(records) = records {
                    out.push_str(&format!("json = {{ records = {} }}\n", string(records)));
                }
            }
            Self::Csv(table) => table.source(&mut out),
            Self::Lines(lines) => lines.source(&mut out),
        }
        out
    }
}

impl Table {
    /// Whether a row names the columns, be it read or skipped.
    pub(super) fn has_header(&self) -> bool {
        self.columns.is_none() || !self.twice.is_empty() || self.has_unnamed
    }

    fn source(&self, out: &mut String) {
        out.push_str("format = \"csv\"\n");
        let mut told = Vec::new();
        if self.delimiter != ',' {
            told.push(format!("delimiter = {}", string(&self.delimiter.to_string())));
        }
        if let Some(sign) = self.comment {
            let pattern = format!("^{}", regex::escape(&sign.to_string()));
            told.push(format!("comment = {}", literal(&pattern)));
        }
        if self.trim {
            told.push("trim = true".to_owned());
        }
        if self.skip > 0 {
            told.push(format!("skip-rows = {}", self.skip));
        }
        if let Some(columns) = &self.columns {
            let columns: Vec<_> = columns.iter().map(|column| string(column)).collect();
            told.push("header = false".to_owned());
            told.push(format!("columns = [{}]", columns.join(", ")));
        }
        if !self.twice.is_empty() {
            out.push_str(&comment(
                "a name comes twice in the header, and a key stands for one column: the header is skipped, and columns go by their place",
            ));
        }
        if self.twice.is_empty() && self.has_unnamed {
            out.push_str(&comment(
                "columns of the header have no name, and a key stands for one column: the header is skipped, and columns go by their place",
            ));
        }
        if !told.is_empty() {
            out.push_str(&format!("csv = {{ {} }}\n", told.join(", ")));
        }
    }
}

impl Lines {
    fn source(&self, out: &mut String) {
        out.push_str("format = \"key-value\"\n");
        let proven = |pattern: &str, line: &str| {
            format!(
                "pattern = {}, examples = {{ accept = [{{ text = {} }}] }}",
                literal(pattern),
                string(line)
            )
        };
        let framing = match &self.framing {
            Framing::BlankLine => "by = \"blank-line\"".to_owned(),
            Framing::StartKey(key) => format!("by = \"start-key\", key = {}", string(key)),
            Framing::StartLine(pattern, key, line) => {
                let key =
                    key.as_ref().map_or_else(String::new, |key| format!(", key = {}", string(key)));
                format!("by = \"start-line\"{key}, {}", proven(pattern, line))
            }
            Framing::EndLine(pattern, line) => {
                format!("by = \"end-line\", {}", proven(pattern, line))
            }
            Framing::File => "by = \"file\"".to_owned(),
        };
        let mut told = vec![framing];
        told.extend(self.end.iter().map(|(pattern, _)| format!("end = {}", literal(pattern))));
        told.extend(
            self.skip
                .iter()
                .map(|(pattern, line)| format!("skip = {{ {} }}", proven(pattern, line))),
        );
        out.push_str(&format!("record = {{ {} }}\n", told.join(", ")));
        let mut key = match &self.key {
            KeyBy::Delimiter(text) => format!("by = \"declared\", delimiter = {}", string(text)),
            KeyBy::Pattern(pattern) => {
                format!("by = \"declared\", delimiter-pattern = {}", literal(pattern))
            }
            KeyBy::Width(width) => format!("by = \"column\", width = {width}"),
            KeyBy::Groups(pattern, line) => {
                format!("by = \"pattern\", {}", proven(pattern, line))
            }
        };
        if !self.ignored.is_empty() {
            let ignored: Vec<_> = self.ignored.iter().map(|key| string(key)).collect();
            key.push_str(&format!(", ignored = [{}]", ignored.join(", ")));
        }
        out.push_str(&format!("key = {{ {key} }}\n"));
        out.extend(self.goes_on.iter().map(|why| comment(why)));
        match &self.rest {
            Rest::None => out.push_str("continuation = { by = \"none\" }\n"),
            Rest::Indent(indents) => {
                let of: Vec<_> = indents.iter().map(|indent| string(indent)).collect();
                let of = match of.as_slice() {
                    [one] => one.clone(),
                    _ => format!("[{}]", of.join(", ")),
                };
                out.push_str(&format!("continuation = {{ by = \"indent\", indent = {of} }}\n"));
            }
            Rest::Levels => {
                let levels: Vec<_> = (1..=9).map(|level| format!("\"{level} \"")).collect();
                let levels = levels.join(", ");
                out.push_str(&format!(
                    "continuation = {{ by = \"indent\", indent = [{levels}] }}\n"
                ));
            }
            Rest::Any => out.push_str("continuation = { by = \"any\" }\n"),
        }
        if let Some(first) = self.comments.first() {
            let signs: Vec<_> = self.comments.iter().map(|sign| regex::escape(sign)).collect();
            let pattern = format!("^(?:{})", signs.join("|"));
            out.push_str(&format!("comment = {{ {} }}\n", proven(&pattern, first)));
        }
    }
}

fn describe(delimiter: char) -> String {
    match delimiter {
        '\t' => "tabs".to_owned(),
        other => format!("`{other}`"),
    }
}

fn quoted(text: &str) -> String {
    match text {
        "\t" => "a tab".to_owned(),
        " " => "a blank".to_owned(),
        other => format!("`{other}`"),
    }
}
