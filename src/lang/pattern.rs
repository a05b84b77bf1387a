//! Regular expressions of a schema, and the texts that prove them.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

/// A regular expression of the schema with its pieces put in.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The expression.
    pub text: String,
    /// Where it is written.
    pub span: Range<usize>,
    /// The same, compiled: to compile takes longer than to read the rest of a
    /// schema, so it is done once.
    regex: Regex,
}

/// The sizes that compiled expressions are told apart by; none may be larger than the last.
const SIZES: [usize; 6] = [8 << 10, 64 << 10, 512 << 10, 2 << 20, 5 << 20, 10 << 20];

impl Pattern {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// It is malformed or too large.
    pub(crate) fn new(text: String, span: Range<usize>) -> Result<Self, regex::Error> {
        Ok(Self::sized(text, span)?.0)
    }

    /// Compiles an expression; tells too how large it is at most, in bytes.
    pub(crate) fn sized(text: String, span: Range<usize>) -> Result<(Self, usize), regex::Error> {
        // The crate does not tell the size of an expression, only whether it is in a limit.
        let mut outcome = Err(regex::Error::CompiledTooBig(0));
        for limit in SIZES {
            outcome =
                RegexBuilder::new(&text).size_limit(limit).build().map(|regex| (regex, limit));
            if !matches!(outcome, Err(regex::Error::CompiledTooBig(_))) {
                break;
            }
        }
        let (regex, size) = outcome?;
        Ok((Self { text, span, regex }, size))
    }

    /// What stands in the place of an expression that cannot be used.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the empty expression compiles")]
    pub fn nothing(span: Range<usize>) -> Self {
        Self::new(String::new(), span).expect("the empty expression compiles")
    }

    /// The compiled expression.
    #[must_use]
    pub(crate) fn compile(&self) -> Regex {
        self.regex.clone()
    }
}

/// A pattern and the texts that prove it.
#[derive(Clone, Debug)]
pub struct PatternWithExamples {
    /// The pattern.
    pub pattern: Pattern,
    /// The texts.
    pub examples: Examples,
}

/// Texts to prove a rule with.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// Texts that must be accepted.
    pub accept: Vec<Accept>,
    /// Texts that must be refused, and where they are written.
    pub refuse: Vec<(String, Range<usize>)>,
}

/// A text that must be accepted.
#[derive(Clone, Debug)]
pub struct Accept {
    /// The text.
    pub text: String,
    /// The cells it gives.
    pub gives: Vec<(String, toml::Value)>,
    /// Where it is written.
    pub span: Range<usize>,
}

impl Examples {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accept.is_empty() && self.refuse.is_empty()
    }
}
