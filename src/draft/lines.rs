//! Which lines of a text may be a key and a value, in each way that the language can say.
//!
//! In: the head of a dump. Out: hypotheses of form, each with the keys that it would have. What they are worth is
//! told by the framer and the mill (see `choose`), not here.

use indexmap::IndexMap;
use regex::Regex;
use rustc_hash::FxHashSet;

use super::form::{Form, Framing, KeyBy, Lines, Rest};
use super::levels;
use super::look::share;
use super::words::Words;

/// A form with its keys.
#[derive(Clone, Debug)]
pub(super) struct Hypothesis {
    pub(super) form: Form,
    /// The keys, in the order in which they come first.
    pub(super) keys: Vec<String>,
    /// Which of the ways to part keys from values it is.
    pub(super) way: usize,
}

/// How long a key may be, in characters, and of how many words.
const KEY_CHARS: usize = 40;
const KEY_WORDS: usize = 4;
/// How many keys a form may have.
const KEYS: usize = 400;
/// From which share of the values on what they begin with is of the delimiter.
const SIGNED: f64 = 0.9;
/// From which share of the lines on keys are believed.
const LINES: f64 = 0.3;

/// In fewer records a key may be seen once, where so many lines have keys that are seen again.
const FEW_RECORDS: u64 = 100;
const TIDY: f64 = 0.95;

/// The way keys stand in lines.
enum Split<'w> {
    Sign {
        sign: &'w str,
        tag: bool,
    },
    /// A pattern, and whether keys are indented.
    Groups {
        pattern: &'w Regex,
        indented: bool,
    },
    Blank,
    Width(usize),
}

impl Split<'_> {
    /// The key of a line, and what stands behind it.
    fn key<'t>(&self, line: &'t str) -> Option<(&'t str, &'t str)> {
        let indented = matches!(self, Self::Groups { indented: true, .. });
        if line.starts_with(char::is_whitespace) && !indented || line.is_empty() {
            return None;
        }
        match self {
            Self::Groups { pattern, .. } => {
                let found = pattern.captures(line)?;
                let (key, value) = (found.name("key")?.as_str(), found.name("value")?.as_str());
                (!indented || is_key(key)).then_some((key, value))
            }
            Self::Sign { sign, tag } => {
                let core = sign.trim_end_matches(' ');
                let at = match line.find(sign) {
                    Some(at) => at,
                    // A key without a value ends with the sign.
                    None => line.strip_suffix(core).filter(|_| !core.is_empty())?.len(),
                };
                let key = line[..at].trim_end();
                let sound =
                    if *tag { is_tag(key) && (2..=5).contains(&key.len()) } else { is_key(key) };
                sound.then(|| (key, line.get(at + sign.len()..).unwrap_or_default()))
            }
            Self::Blank => {
                let line = line.trim_end();
                let at = line.find([' ', '\t', '\u{3000}']).unwrap_or(line.len());
                let key = &line[..at];
                let words = key.chars().all(|c| c.is_alphanumeric() || "_-./()（）".contains(c));
                let sound =
                    key.chars().count() <= 20 && words && key.starts_with(char::is_alphabetic);
                sound.then(|| (key, &line[at..]))
            }
            Self::Width(width) => {
                let mut chars = line.char_indices();
                let at = chars.nth(*width).map_or(line.len(), |(at, _)| at);
                let key = line[..at].trim_end();
                let sound = is_tag(key) && (key.len() < *width || at == line.len());
                sound.then(|| (key, &line[at..]))
            }
        }
    }
}

/// Whether a value begins with what parts it from its key: `- x`, `=x`, `> x`, `: x`.
fn is_signed(value: &str) -> bool {
    let value = value.trim_start();
    value.starts_with([':', '=', '>'])
        || ["- ", "-> ", "=> "].iter().any(|sign| value.starts_with(sign))
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_alphabetic() || "_%@$".contains(c))
        && key.chars().count() <= KEY_CHARS
        && key.split_whitespace().count() <= KEY_WORDS
        && key.chars().all(|c| c.is_alphanumeric() || " _-./()（）%@#&$+'*".contains(c))
        && !key.contains("://")
}

fn is_tag(key: &str) -> bool {
    !key.is_empty()
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The forms of lines that a text may have.
pub(super) fn hypotheses(text: &str, words: &Words) -> Vec<Hypothesis> {
    let lines: Vec<&str> =
        text.lines().map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let mut out = Vec::new();
    for (way, delimiter) in words.delimiters.iter().enumerate() {
        let split = Split::Sign { sign: &delimiter.sign, tag: delimiter.tag };
        let core = delimiter.sign.trim_end();
        let by = |keys: &[String]| {
            // One text that stands behind each key is simpler than a pattern.
            let exact = !delimiter.text.is_empty()
                && lines.iter().all(|line| match split.key(line) {
                    Some((key, _)) if keys.iter().any(|known| known == key) => {
                        let rest = &line[key.len()..];
                        rest.starts_with(&delimiter.text)
                            || rest == delimiter.text.trim_end() && core == rest
                    }
                    _ => true,
                });
            if exact {
                KeyBy::Delimiter(delimiter.text.clone())
            } else {
                KeyBy::Pattern(delimiter.pattern.clone())
            }
        };
        of_split(&lines, (&split, way), by, words, &mut out);
    }
    let mut way = words.delimiters.len();
    for shape in &words.shapes {
        way += 1;
        let Ok(pattern) = Regex::new(&shape.pattern) else { continue };
        let split = Split::Groups { pattern: &pattern, indented: shape.indented };
        let blank = |line: &&&str| !line.trim().is_empty() && !is_block(line);
        let of_shape = lines.iter().filter(|line| {
            split.key(line).is_some() && (!shape.indented || line.starts_with([' ', '\t']))
        });
        let (of_shape, all) = (of_shape.count() as u64, lines.iter().filter(blank).count() as u64);
        if share(of_shape, all) < LINES {
            continue;
        }
        let by = |_: &[String]| {
            let example = lines.iter().find(|line| split.key(line).is_some());
            let example = example.map_or_else(String::new, |line| (*line).to_owned());
            KeyBy::Groups(shape.pattern.clone(), example)
        };
        of_split(&lines, (&split, way), by, words, &mut out);
    }
    out.extend(levels::hypothesis(text, words, way + 1));
    way += 2;
    if let Some(width) = width_of(&lines) {
        of_split(&lines, (&Split::Width(width), way), |_| KeyBy::Width(width), words, &mut out);
    }
    of_split(
        &lines,
        (&Split::Blank, way + 1),
        |_| KeyBy::Delimiter(" ".to_owned()),
        words,
        &mut out,
    );
    out
}

/// The column in which values begin behind tags, if there is one.
fn width_of(lines: &[&str]) -> Option<usize> {
    let mut columns: IndexMap<usize, u64> = IndexMap::new();
    let mut signs = 0;
    for line in lines {
        let Some((tag, rest)) = line.split_once(' ') else { continue };
        let value = rest.trim_start_matches(' ');
        if is_tag(tag) && tag.len() <= 8 && !value.is_empty() {
            *columns.entry(line.len() - value.len()).or_default() += 1;
            signs += u64::from(value.starts_with(|c: char| "-:=".contains(c)));
        }
    }
    let all: u64 = columns.values().sum();
    let (width, count) =
        columns.into_iter().max_by_key(|&(width, count)| (count, std::cmp::Reverse(width)))?;
    // What begins each value is no part of it, but of the delimiter.
    (share(count, all) >= 0.8 && share(signs, all) < 0.8).then_some(width)
}

fn of_split(
    lines: &[&str],
    (split, way): (&Split<'_>, usize),
    by: impl Fn(&[String]) -> KeyBy,
    words: &Words,
    out: &mut Vec<Hypothesis>,
) {
    // How often each key comes, and how often without a value.
    let mut found: IndexMap<&str, (u64, u64)> = IndexMap::new();
    let (mut values, mut signs) = (0, 0);
    for line in lines {
        if let Some((key, rest)) = split.key(line) {
            values += u64::from(!rest.trim().is_empty());
            signs += u64::from(is_signed(rest));
            let counts = found.entry(key).or_default();
            counts.0 += 1;
            counts.1 += u64::from(rest.trim().is_empty());
        }
    }
    // What begins each value is no part of it, but of the delimiter.
    if values > 1 && share(signs, values) >= SIGNED {
        return;
    }
    let is_sign = |line: &str| words.comments.iter().any(|sign| line.starts_with(sign.as_str()));
    let whole = lines
        .iter()
        .filter(|line| !line.trim().is_empty() && !line.starts_with(char::is_whitespace))
        .filter(|line| split.key(line).is_some() || !is_sign(line))
        .count();
    let single = found.values().all(|counts| counts.0 == 1);
    let blank = matches!(split, Split::Blank);
    // Words of a language that puts no blanks between them are parted from what follows on purpose.
    let parted = |key: &str| !key.is_ascii() && key.chars().count() <= 8;
    if blank && single {
        found.retain(|key, _| parted(key));
    } else {
        // In few records a key may be seen once, unless there are lines of prose, whose first words look like one.
        let records = found.values().map(|counts| counts.0).max().unwrap_or_default();
        let again: u64 = found.values().map(|counts| counts.0).filter(|count| *count > 1).sum();
        let tidy = records < FEW_RECORDS && share(again, whole as u64) >= TIDY;
        // Of a blank as the delimiter nothing but its coming again speaks for a key.
        let least = match (blank, whole < 200 || tidy) {
            (true, _) => 2.max(whole as u64 / 500),
            (false, true) => 1,
            (false, false) => 2.max(whole as u64 / 5000),
        };
        found.retain(|_, counts| counts.0 >= least);
    }
    let keyed: u64 = found.values().map(|counts| counts.0).sum();
    if found.is_empty() || found.len() > KEYS || share(keyed, whole as u64) < LINES {
        return;
    }
    // One word before a blank or a tab is the first cell of a row.
    let tab = matches!(split, Split::Sign { sign: "\t", .. });
    if (blank || tab) && found.len() < 2 {
        return;
    }
    if blank && if single { found.len() < 3 } else { found.len() as u64 * 3 > keyed } {
        return;
    }
    let keys: Vec<String> = found.keys().map(|&key| key.to_owned()).collect();
    let is_keyed = |line: &str| split.key(line).is_some_and(|(key, _)| found.contains_key(key));
    let comments: Vec<&String> = words
        .comments
        .iter()
        .filter(|sign| {
            let mut begin = lines.iter().filter(|line| line.starts_with(sign.as_str()));
            // Two signs alone end a record; one alone is a blank line of a comment.
            let bare = |line: &str| line.trim() == sign.as_str();
            begin.clone().any(|line| !bare(line))
                && begin.all(|line| !is_keyed(line) && (sign.len() == 1 || !bare(line)))
        })
        .collect();
    let heading = heading(lines, is_keyed, words);
    let comments: Vec<&String> = comments
        .into_iter()
        .filter(|sign| heading.as_ref().is_none_or(|found| !found.first.starts_with(sign.as_str())))
        .collect();
    let is_heading =
        |line: &str| heading.as_ref().is_some_and(|found| found.pattern.is_match(line));
    let is_comment = |line: &str| comments.iter().any(|sign| line.starts_with(sign.as_str()));

    // Where records begin or end.
    let mut framings: Vec<(Framing, Vec<String>)> = Vec::new();
    let blocks: Vec<&str> =
        lines.iter().copied().filter(|line| is_block(line) && !is_keyed(line)).collect();
    if let Some(&first) = blocks.first() {
        let named = blocks.len() == 1 || blocks.iter().any(|line| *line != first);
        let (pattern, key) = if named {
            (words.block.clone(), Some("block".to_owned()))
        } else {
            (format!("^{}$", regex::escape(first)), None)
        };
        framings.push((Framing::StartLine(pattern, key, first.to_owned()), Vec::new()));
    }
    if let Some(found) = &heading {
        let key = if keys.contains(&found.key) { "heading".to_owned() } else { found.key.clone() };
        let key = (!keys.contains(&key)).then_some(key);
        let pattern = found.pattern.as_str().to_owned();
        framings.push((Framing::StartLine(pattern, key, found.first.clone()), Vec::new()));
    }
    let mut ends: IndexMap<&str, u64> = IndexMap::new();
    let mut inner: FxHashSet<&str> = FxHashSet::default();
    for (n, line) in lines.iter().map(|line| line.trim_end()).enumerate() {
        let sign = (1..=10).contains(&line.len()) && !line.contains(char::is_alphanumeric);
        if sign && !is_keyed(line) && !is_comment(line) {
            *ends.entry(line).or_default() += 1;
            let next = lines.get(n + 1).copied().unwrap_or_default();
            if !(next.trim().is_empty() || is_keyed(next) || is_block(next) || is_comment(next)) {
                inner.insert(line);
            }
        }
    }
    ends.retain(|line, _| !inner.contains(line));
    if let Some((line, _)) = ends.iter().max_by_key(|(_, count)| **count) {
        let pattern = format!("^{}\\s*$", regex::escape(line));
        // Where the first line of all is one, such lines stand above records.
        let first = lines.iter().find(|line| !line.trim().is_empty() && !is_comment(line));
        let framing = if first.is_some_and(|first| first.trim_end() == *line) {
            Framing::StartLine(pattern, None, (*line).to_owned())
        } else {
            Framing::EndLine(pattern, (*line).to_owned())
        };
        framings.push((framing, Vec::new()));
    }
    for (key, counts) in &found {
        if counts.0 == counts.1 && (counts.0 > 1 || single) && found.len() > 2 && !blank {
            let line =
                lines.iter().find(|line| split.key(line).is_some_and(|(found, _)| found == *key));
            let line = line.map_or("", |line| line.trim_end());
            let pattern = format!("^{}\\s*$", regex::escape(line));
            framings.push((Framing::EndLine(pattern, line.to_owned()), vec![(*key).to_owned()]));
        }
    }
    if lines.iter().any(|line| line.trim().is_empty()) {
        framings.push((Framing::BlankLine, Vec::new()));
    }
    let mut starts: Vec<&str> =
        lines.iter().find_map(|line| known_key(line, split, &found)).into_iter().collect();
    let mut behind: IndexMap<&str, u64> = IndexMap::new();
    for pair in lines.windows(2) {
        if pair[0].trim().is_empty()
            && let Some(key) = known_key(pair[1], split, &found)
        {
            *behind.entry(key).or_default() += 1;
        }
    }
    let mut behind: Vec<(&str, u64)> = behind.into_iter().collect();
    behind.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (key, _) in behind.into_iter().take(3) {
        if !starts.contains(&key) {
            starts.push(key);
        }
    }
    // A line of a few signs may close what a tag opens.
    let mut closes: IndexMap<&str, u64> = IndexMap::new();
    if let Split::Groups { indented: false, .. } = split {
        for line in lines.iter().map(|line| line.trim_end()) {
            let sign = (1..=3).contains(&line.len()) && !line.contains(char::is_alphanumeric);
            if sign && !is_comment(line) {
                *closes.entry(line).or_default() += 1;
            }
        }
    }
    let close = closes.into_iter().max_by_key(|(_, count)| *count).map(|(line, _)| line);
    let mut framings: Vec<_> =
        framings.into_iter().map(|(framing, ignored)| (framing, ignored, None)).collect();
    // Where headings open what follows, from the first line on, no key does.
    let mut said = lines.iter().filter(|line| !line.trim().is_empty() && !is_comment(line));
    let headed = blocks.len() > 1 && said.next().is_some_and(|line| is_block(line));
    for key in starts.iter().filter(|_| !headed) {
        let framing = Framing::StartKey((*key).to_owned());
        if let Some(line) = close {
            let end = (format!("^{}\\s*$", regex::escape(line)), line.to_owned());
            framings.push((framing.clone(), Vec::new(), Some(end)));
        }
        framings.push((framing, Vec::new(), None));
    }
    framings.push((Framing::File, Vec::new(), None));

    // A line that begins with a key has lost its delimiter, or what follows there is its first word.
    let begins_with_key = |line: &str| {
        let line = line.trim_start();
        let words = line.char_indices().filter(|(_, c)| !(c.is_ascii_alphanumeric() || *c == '_'));
        let mut ends = words.map(|(at, _)| at).chain([line.len()]).take(KEY_CHARS);
        ends.any(|at| found.contains_key(&line[..at]))
    };
    for (framing, ignored, end) in framings {
        let frames = |line: &str| match &framing {
            Framing::StartLine(pattern, ..)
                if heading.as_ref().is_some_and(|found| found.pattern.as_str() == pattern) =>
            {
                is_heading(line)
            }
            Framing::StartLine(_, Some(_), _) => is_block(line),
            Framing::StartLine(_, None, like) | Framing::EndLine(_, like) => {
                line.trim_end() == like
            }
            _ => false,
        };
        let ends = |line: &str| end.as_ref().is_some_and(|(_, end)| line.trim_end() == end);
        let mut goes_on = GoesOn::default();
        for &line in lines {
            if line.trim().is_empty() {
                goes_on.gap(framing == Framing::BlankLine);
            } else if let Some(key) = known_key(line, split, &found) {
                goes_on.key(key);
            } else if frames(line) || ends(line) {
                goes_on.gap(true);
            } else if !is_comment(line) {
                goes_on.other(line, begins_with_key(line) || !blank && split.key(line).is_some());
            }
        }
        let (rest, why) = goes_on.rest(&found, keyed, matches!(split, Split::Width(_)));
        let mut keys = keys.clone();
        keys.retain(|key| !ignored.contains(key));
        if let Framing::StartLine(_, Some(key), _) = &framing {
            keys.insert(0, key.clone());
        }
        let lines = Lines {
            framing,
            key: by(&keys),
            rest,
            goes_on: why,
            comments: comments.iter().map(|sign| (*sign).clone()).collect(),
            ignored,
            end,
            skip: None,
            kinds: Vec::new(),
        };
        out.push(Hypothesis { form: Form::Lines(Box::new(lines)), keys, way });
    }
}

/// A line that comes again above each record, with a figure of its own or with signs around.
struct Heading {
    pattern: Regex,
    /// The key of what differs in it.
    key: String,
    first: String,
}

/// What such lines have in common: the text with its figures left out, or the signs around it.
fn shapes(line: &str) -> [Option<String>; 2] {
    let line = line.trim_end();
    let figures = line.contains(|c: char| c.is_ascii_digit()).then(|| {
        let mut pattern = String::from("^");
        let mut rest = line;
        let mut named = false;
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            pattern.push_str(&regex::escape(&rest[..at]));
            pattern.push_str(if named { "[0-9]+" } else { "(?<value>[0-9]+)" });
            named = true;
            rest = rest[at..].trim_start_matches(|c: char| c.is_ascii_digit());
        }
        format!("{pattern}{}\\s*$", regex::escape(rest))
    });
    let is_sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    let lead = &line[..line.len() - line.trim_start_matches(is_sign).len()];
    let trail = &line[line.trim_end_matches(is_sign).len()..];
    let signs = (lead.chars().count() > 1 && line.len() > lead.len() + trail.len()).then(|| {
        let (lead, trail) = (regex::escape(lead), regex::escape(trail));
        format!("^{lead}\\s*(?<value>.*?[^\\s])\\s*{trail}\\s*$")
    });
    [figures, signs]
}

/// How long a heading may be, in bytes.
const HEADING: usize = 120;

/// The lines that open records above their first key, from the first record on.
fn heading(lines: &[&str], is_keyed: impl Fn(&str) -> bool, words: &Words) -> Option<Heading> {
    let first_key = lines.iter().position(|line| is_keyed(line))?;
    let first = lines[..first_key].iter().rfind(|line| !line.trim().is_empty())?.trim_end();
    let could_be = |line: &str| {
        line.len() <= HEADING
            && line.contains(char::is_alphanumeric)
            && !line.starts_with(char::is_whitespace)
            && !is_block(line)
    };
    if !could_be(first) || words.comments.iter().any(|sign| is_comment_of(first, sign)) {
        return None;
    }
    shapes(first).into_iter().flatten().find_map(|shape| {
        let pattern = Regex::new(&shape).ok()?;
        let (mut all, mut above) = (0_u64, 0_u64);
        let mut values: Vec<&str> = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            let Some(found) = (!is_keyed(line)).then(|| pattern.captures(line)).flatten() else {
                continue;
            };
            all += 1;
            let next = lines[n + 1..].iter().find(|line| !line.trim().is_empty());
            above += u64::from(next.is_some_and(|line| is_keyed(line)));
            let value = found.name("value").map_or("", |value| value.as_str());
            if values.len() < 2 && !values.contains(&value) {
                values.push(value);
            }
        }
        if all < 2 || values.len() < 2 || share(above, all) < 0.9 {
            return None;
        }
        let word = pattern.captures(first).and_then(|found| found.name("value")).map(|value| {
            let around = format!("{} {}", &first[..value.start()], &first[value.end()..]);
            let word: String = around.chars().filter(|c| c.is_alphabetic() || *c == ' ').collect();
            word.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
        });
        let key = word.filter(|word| is_key(word)).unwrap_or_else(|| "heading".to_owned());
        Some(Heading { pattern, key, first: first.to_owned() })
    })
}

/// Whether a line is a comment in words, behind a sign that is not one of several.
fn is_comment_of(line: &str, sign: &str) -> bool {
    line.strip_prefix(sign).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphabetic() || c.is_whitespace())
            && !line.contains(|c: char| c.is_ascii_digit())
    })
}

fn known_key<'t>(
    line: &'t str,
    split: &Split<'_>,
    found: &IndexMap<&str, (u64, u64)>,
) -> Option<&'t str> {
    split.key(line).map(|(key, _)| key).filter(|key| found.contains_key(key))
}

fn is_block(line: &str) -> bool {
    let inner = line.trim_end().strip_prefix('[').and_then(|line| line.strip_suffix(']'));
    inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['[', ']']))
}

/// Lines without a key: how many go on with a value, by the key of that. A few in many records are damage.
#[derive(Debug, Default)]
struct GoesOn<'t> {
    /// The key above, and whether a line has gone on with its value as it stands, or indented.
    above: Option<&'t str>,
    run: [bool; 2],
    /// Lines as they stand that look like no entry, and indented ones, by the key above.
    plain: IndexMap<&'t str, Runs>,
    indented: IndexMap<&'t str, Runs>,
    lines: Vec<&'t str>,
}

/// How many values of a key go on, and in how many lines.
#[derive(Clone, Copy, Debug, Default)]
struct Runs {
    values: u64,
    lines: u64,
}

/// What a line that goes on with the one above is marked by.
const MARKS: [char; 3] = [' ', '\t', '+'];
/// Among so few lines with a key three others tell that values go on, be it one that does.
const SMALL: u64 = 200;

impl<'t> GoesOn<'t> {
    fn key(&mut self, key: &'t str) {
        (self.above, self.run) = (Some(key), [false; 2]);
    }

    /// A blank line, or one that ends a record.
    fn gap(&mut self, ends: bool) {
        self.above = self.above.filter(|_| !ends);
    }

    fn other(&mut self, line: &'t str, is_doubtful: bool) {
        self.lines.push(line);
        let indented = line.starts_with(MARKS);
        let Some(above) = self.above.filter(|_| !is_doubtful) else { return };
        let of = if indented { &mut self.indented } else { &mut self.plain };
        let runs = of.entry(above).or_default();
        runs.values += u64::from(!std::mem::replace(&mut self.run[usize::from(indented)], true));
        runs.lines += 1;
    }

    /// What such lines do, and what speaks for it if that is lenient: of some key so many values go on that it is
    /// a habit.
    fn rest(
        &self,
        found: &IndexMap<&str, (u64, u64)>,
        keyed: u64,
        columns: bool,
    ) -> (Rest, Option<String>) {
        let all = |key: &str| found.get(key).map_or(0, |counts| counts.0);
        let runs: u64 = self.plain.values().map(|runs| runs.values).sum();
        let habit = self.plain.iter().find(|(key, of)| {
            let often = of.values * 20 >= all(key);
            // Damage comes behind any key.
            let alone =
                of.values * 100 >= all(key) && of.values * 10 >= runs * 9 && found.len() > 1;
            often && (of.values >= 3 || of.lines >= 3 && keyed < SMALL) || alone && of.values >= 10
        });
        let marked = columns
            || self.indented.iter().any(|(key, of)| {
                of.values * 20 >= all(key) || of.values > 1 && of.values * 100 >= all(key)
            });
        let indents = Some(self.indents()).filter(|indents| marked && !indents.is_empty());
        let count = self.lines.iter().filter(|line| line.starts_with(MARKS)).count() as u64;
        match (indents, habit) {
            (Some(indents), habit)
                if columns || habit.is_none() || share(count, self.lines.len() as u64) >= 0.9 =>
            {
                (Rest::Indent(indents), None)
            }
            (_, Some((key, of))) => {
                let all = all(key);
                let why = format!(
                    "{} of {all} values of `{key}` go on in lines without a key; where any may, so does a line whose key is damaged",
                    of.values
                );
                (Rest::Any, Some(why))
            }
            _ => (Rest::None, None),
        }
    }

    /// What indented lines begin with: all of them the same, or each with one of some marks.
    fn indents(&self) -> Vec<String> {
        let mut common: Option<&str> = None;
        let mut marks: Vec<String> = Vec::new();
        for line in self.lines.iter().filter(|line| line.starts_with(MARKS)) {
            let indent = &line[..line.len() - line.trim_start_matches(MARKS).len()];
            if line.trim_end() == "+" {
                continue;
            }
            let mark = &indent[..1];
            if !marks.iter().any(|known| known == mark) {
                marks.push(mark.to_owned());
            }
            let shared = common.map_or(indent, |common| {
                let same = common.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
                &indent[..same]
            });
            common = Some(shared);
        }
        match common {
            Some(common) if !common.is_empty() => vec![common.to_owned()],
            _ => marks,
        }
    }
}
