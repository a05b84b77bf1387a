//! Parts of the language as written that many other parts have.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::source::Spanned;

/// A regular expression with the texts that prove it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPattern {
    /// The regular expression.
    pub pattern: Spanned<String>,
    /// Texts that the pattern must match and texts that it must not.
    pub examples: Option<Spanned<RawExamples>>,
}

/// Texts that must be accepted and texts that must be refused.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawExamples {
    /// Texts that must be accepted.
    #[serde(default)]
    pub accept: Vec<Spanned<RawAccept>>,
    /// Texts that must be refused.
    #[serde(default)]
    pub refuse: Vec<Spanned<String>>,
}

/// A text that must be accepted, and what comes of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawAccept {
    /// The text.
    pub text: String,
    /// The cells that it gives, by column or group: `""` is null. For a list or tuple list, `items` lists the items.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, serde_json::Value>")]
    pub gives: IndexMap<String, toml::Value>,
}

/// How numbers are written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawNumber {
    /// The decimal mark. `.` by default.
    pub decimal: Option<Spanned<String>>,
    /// The signs that part groups of three digits; `",，"` names two. Without any, a grouping sign is reported and the number is not read. None by default.
    pub group: Option<Spanned<String>>,
}

/// What is replaced in a value.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawReplace {
    /// A regular expression. Each match is replaced.
    pub pattern: Spanned<String>,
    /// What stands there instead; `$1` and `${name}` stand for groups of the pattern, `$$` for a dollar sign.
    pub with: Spanned<String>,
}

/// How a value is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawDecode {
    /// `=E6=9D=8E`, with `=` at the end of a line that goes on (RFC 2045).
    QuotedPrintable,
    /// `cml2ZXI=`, with or without the `=` at its end (RFC 4648).
    Base64,
    /// `a%20b` (RFC 3986).
    Percent,
    /// `\n`, `\t`, `\\`, `\,`, `\x41`, `\u674e`: a backslash before a sign of punctuation stands for the sign. `\xe9` is é, and a run such as `\xe4\xb8\xad` that is UTF-8 is read as bytes: 中.
    Backslash,
    /// `\n` and `\N`, `\,`, `\;`, `\:`, `\\`, as texts of vCard and iCalendar have them (RFC 6350, RFC 5545): a backslash before anything else stands for itself.
    Vcard,
    /// `&amp;`, `&eacute;`, `&#233;`, `&#xe9;`; `&#128;` is `€`, as HTML reads it. A reference without its `;` is reported.
    Html,
}

impl RawDecode {
    /// The word of the language for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
            Self::Percent => "percent",
            Self::Backslash => "backslash",
            Self::Vcard => "vcard",
            Self::Html => "html",
        }
    }
}
