//! Regular expressions of a schema, and the texts that prove them.

use std::ops::{Deref, Range};
use std::sync::Arc;

use regex::RegexBuilder;
use regex_automata::nfa::thompson;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use super::{Lazy, size};

/// A regular expression of the schema with its pieces put in.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The expression.
    pub text: String,
    /// Where it is written.
    pub span: Range<usize>,
    regex: Regex,
}

/// A regular expression that is compiled when it is first used.
///
/// Most expressions of a schema meet no text in a run, and to compile one takes longer than to read it. That it can be
/// compiled is known from the start: its syntax and its size. It is compiled once for all clones.
#[derive(Clone, Debug)]
pub struct Regex {
    expression: Arc<Expression>,
    compiled: Lazy<regex::Regex>,
}

#[derive(Debug)]
struct Expression {
    text: String,
    /// The names of its groups, the whole match first.
    groups: Vec<Option<String>>,
}

/// How large the automaton of an expression may be, in bytes: the bound of the crate `regex`.
const MOST: usize = 10 << 20;
/// How deep groups may be nested: an expression of the schema, which may be as deep as the crates have it (250), and what is
/// put around it.
const NESTED: u32 = 260;
/// How large an expression may be at most whose automaton is not made to see how large it is.
const PLAINLY_SMALL: usize = 512 << 10;

impl Regex {
    /// The expression, which need not be compiled for that.
    pub(crate) fn as_str(&self) -> &str {
        &self.expression.text
    }

    /// Whether a group has a name.
    pub(crate) fn has_group(&self, name: &str) -> bool {
        self.expression.groups.iter().flatten().any(|group| group == name)
    }

    /// Reads an expression; tells too how large it is at most, in bytes.
    fn sized(text: &str) -> Result<(Self, usize), regex::Error> {
        let parsed = regex_syntax::parse(text);
        let parsed = parsed.map_err(|error| regex::Error::Syntax(error.to_string()))?;
        let mut groups = vec![None];
        name_groups(&parsed, &mut groups);
        let mut size = size::most(&parsed);
        if size > PLAINLY_SMALL {
            size = compiled_size(&parsed)?;
        }
        let expression = Arc::new(Expression { text: text.to_owned(), groups });
        Ok((Self { expression, compiled: Lazy::default() }, size))
    }
}

impl Deref for Regex {
    type Target = regex::Regex;

    #[inline]
    fn deref(&self) -> &regex::Regex {
        self.compiled.get(|| compile(&self.expression.text))
    }
}

/// Compiles an expression that was read.
#[cold]
#[expect(clippy::expect_used, reason = "what is no expression has been refused")]
fn compile(text: &str) -> regex::Regex {
    let regex = RegexBuilder::new(text).size_limit(usize::MAX).nest_limit(NESTED).build();
    regex.expect("the syntax is right, and there is no limit")
}

/// How large an expression is when it is compiled. Its automaton alone tells, which takes a fraction of the time: one
/// for each direction is most of what the crate makes.
fn compiled_size(parsed: &Hir) -> Result<usize, regex::Error> {
    let config = thompson::Config::new().nfa_size_limit(Some(MOST));
    let automaton = thompson::NFA::compiler().configure(config).build_from_hir(parsed);
    let automaton = automaton.map_err(|error| match error.size_limit() {
        Some(limit) => regex::Error::CompiledTooBig(limit),
        None => regex::Error::Syntax(error.to_string()),
    })?;
    Ok(2 * automaton.memory_usage())
}

/// Adds the names of the groups of a part, by their numbers.
fn name_groups(part: &Hir, names: &mut Vec<Option<String>>) {
    match part.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
        HirKind::Repetition(part) => name_groups(&part.sub, names),
        HirKind::Capture(group) => {
            let place = group.index as usize;
            names.resize(names.len().max(place + 1), None);
            names[place] = group.name.as_deref().map(str::to_owned);
            name_groups(&group.sub, names);
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            for part in parts {
                name_groups(part, names);
            }
        }
    }
}

impl Pattern {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// It is malformed or too large.
    pub(crate) fn new(text: String, span: Range<usize>) -> Result<Self, regex::Error> {
        Ok(Self::sized(text, span)?.0)
    }

    /// Reads an expression; tells too how large it is at most when it is compiled, in bytes.
    pub(crate) fn sized(text: String, span: Range<usize>) -> Result<(Self, usize), regex::Error> {
        let (regex, size) = Regex::sized(&text)?;
        Ok((Self { text, span, regex }, size))
    }

    /// What stands in the place of an expression that cannot be used.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the empty expression compiles")]
    pub fn nothing(span: Range<usize>) -> Self {
        Self::new(String::new(), span).expect("the empty expression compiles")
    }

    /// The same expression at another place.
    pub(super) fn at(&self, span: Range<usize>) -> Self {
        Self { text: self.text.clone(), span, regex: self.regex.clone() }
    }

    /// The expression, to search with.
    #[must_use]
    pub(crate) fn compile(&self) -> Regex {
        self.regex.clone()
    }

    /// The expression where it matches up to the end of a text.
    #[must_use]
    pub(crate) fn at_end(&self) -> Regex {
        self.between("", r"\z")
    }

    /// The expression where it matches all of a text.
    #[must_use]
    pub(crate) fn whole(&self) -> Regex {
        self.between(r"\A", r"\z")
    }

    /// The expression between two others, which have no groups.
    fn between(&self, before: &str, behind: &str) -> Regex {
        let around = |end: &str| format!("{before}(?:{}{end}){behind}", self.text);
        let reads =
            |text: &str| ParserBuilder::new().nest_limit(NESTED).build().parse(text).is_ok();
        // The comment that a verbose expression may end in takes the bracket with it, unless that has a line of its own.
        let text = Some(around("")).filter(|text| reads(text)).unwrap_or_else(|| around("\n"));
        let groups = self.regex.expression.groups.clone();
        Regex { expression: Arc::new(Expression { text, groups }), compiled: Lazy::default() }
    }

    /// Whether it matches between any two characters, where nothing stands that it could ask for.
    pub(crate) fn takes_nothing(&self) -> bool {
        // A letter, a figure, a sign, a blank and one that is none of these: no class has all of them
        // but that of all characters, which takes one. Anchors match at the ends alone.
        ["aa", "甲甲", "55", ";;", "  ", "\u{10fffd}\u{10fffd}"].iter().any(|text| {
            let middle = text.len() / 2;
            self.regex.find_at(text, middle).is_some_and(|found| found.range() == (middle..middle))
        })
    }

    /// The names of its groups by their numbers; the first is the whole match, which has none.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Option<&str>> {
        self.regex.expression.groups.iter().map(Option::as_deref)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_held_against_a_whole_text() {
        let deep = format!("{}b{}", "(?:a|".repeat(120), ")".repeat(120));
        for (text, whole, in_part) in [
            ("a|ab", "ab", "abc"),
            ("(?x) a b # both", "ab", "abc"),
            ("a(?x) b # both", "ab", "abc"),
            ("(?x) a \\# # one", "a#", "a# "),
            (&deep, "b", "bb"),
        ] {
            let pattern = Pattern::new(text.to_owned(), 0..0).unwrap();
            assert!(pattern.whole().is_match(whole), "{text}");
            assert!(!pattern.whole().is_match(in_part), "{text}");
            assert!(pattern.compile().is_match(in_part), "{text}");
        }
        let mark = Pattern::new(r"\.\.|…".to_owned(), 0..0).unwrap().at_end();
        assert_eq!(mark.find("a..b…").map(|found| found.range()), Some(4..7));
        assert!(mark.find("a..b").is_none());
    }
}
