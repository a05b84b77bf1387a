//! Examples of findings: a small dump, and what its schema says.
//!
//! All of them are about a shelf of books. [`Example::schema`] puts the schema
//! together: how the dump is cut by its [`Form`], the fields and tables of the
//! shelf, and what the example adds.

/// A dump, and what its schema says beside the shelf's.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// The form of the dump.
    pub form: Form,
    /// What the schema says beside the fields and tables of the shelf.
    pub schema: &'static str,
    /// The dump. Examples of schema files have none.
    pub dump: &'static [u8],
    /// Other files, by name, beside the schema.
    pub files: &'static [(&'static str, &'static str)],
}

/// The form of an example's dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines of keys and values, in any order.
    Lines,
    /// The same with keys in the order of the fields, and lines that join.
    Ordered,
    /// Lines of keys and values, whose records end with a line of their own.
    Ended,
    /// Lines of keys and values by a pattern, with values in base64 behind `::`.
    Pattern,
    /// A JSON object per line.
    JsonLines,
    /// One JSON array of objects.
    Json,
    /// CSV with a header.
    Csv,
    /// Lines of keys and values, for a schema of one field and no rule.
    Bare,
}

impl Example {
    /// An example of lines in any order, with no other files.
    pub(super) const fn of_lines(schema: &'static str, dump: &'static [u8]) -> Self {
        Self { form: Form::Lines, schema, dump, files: &[] }
    }

    /// The whole schema.
    #[must_use]
    pub fn schema(&self) -> String {
        let (source, body) = match self.form {
            Form::Lines => (include_str!("shelf/lines.toml"), SHELF),
            Form::Ordered => (include_str!("shelf/ordered.toml"), SHELF),
            Form::Ended => (include_str!("shelf/ended.toml"), SHELF),
            Form::Pattern => (include_str!("shelf/pattern.toml"), SHELF),
            Form::JsonLines => (include_str!("shelf/json_lines.toml"), SHELF),
            Form::Json => (include_str!("shelf/json.toml"), SHELF),
            Form::Csv => (include_str!("shelf/csv.toml"), SHELF),
            Form::Bare => (include_str!("shelf/lines.toml"), include_str!("shelf/bare.toml")),
        };
        format!("{source}\n{body}\n{}", self.schema)
    }

    /// The schema of the shelf for dumps of lines, which most examples add to.
    #[must_use]
    pub fn shelf() -> String {
        format!("{}\n{SHELF}", include_str!("shelf/lines.toml"))
    }

    /// A name for the file of the dump.
    #[must_use]
    pub fn file_name(&self) -> &'static str {
        match self.form {
            Form::JsonLines => "shelf.jsonl",
            Form::Json => "shelf.json",
            Form::Csv => "shelf.csv",
            _ => "shelf.txt",
        }
    }
}

/// The fields and tables of the shelf.
const SHELF: &str = include_str!("shelf/shelf.toml");
