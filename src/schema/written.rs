//! How a part of a schema file is written, for those who show it.
//!
//! In: a file and the place of a rule. Out: its members in one pair of braces, be it
//! written so or as a table with a header of its own, without the examples, which stand
//! elsewhere.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a rule says of itself; the text at its place if that is no table.
#[must_use]
pub fn rule_as_written(file: &str, place: Range<usize>) -> String {
    let Some(text) = file.get(place.clone()) else { return String::new() };
    let (document, is_inline) = if text.starts_with('[') {
        // A table goes on to the next header.
        let behind = &file[place.end..];
        let end = behind.find("\n[").unwrap_or(behind.len());
        (behind[..end].to_owned(), false)
    } else {
        (format!("rule = {text}"), true)
    };
    let (table, errors) = DeTable::parse_recoverable(&document);
    let mut rule = table.get_ref();
    if is_inline {
        match rule.values().next().map(Spanned::get_ref) {
            Some(DeValue::Table(inner)) => rule = inner,
            _ => return text.to_owned(),
        }
    }
    if !errors.is_empty() {
        return text.to_owned();
    }
    let mut members: Vec<_> = rule
        .iter()
        .filter(|(key, _)| key.get_ref() != "examples")
        .map(|(key, value)| key.span().start..end_of(value))
        .collect();
    members.sort_by_key(|member| member.start);
    let members: Vec<_> = members.into_iter().map(|member| &document[member]).collect();
    format!("{{ {} }}", members.join(", "))
}

/// Where a value ends; that of a key with dots is only known by what is in it.
fn end_of(value: &Spanned<DeValue<'_>>) -> usize {
    let inner = match value.get_ref() {
        DeValue::Table(table) => table.values().map(end_of).max(),
        _ => None,
    };
    value.span().end.max(inner.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_shown_without_its_examples() {
        for (rule, shown) in [
            (
                r#"{ rule = "m", examples = { accept = [{ text = "}" }], refuse = ['{'] }, max = 9 }"#,
                r#"{ rule = "m", max = 9 }"#,
            ),
            (r#"{ examples = { refuse = ["\"}"] }, rule = "m" }"#, r#"{ rule = "m" }"#),
            (
                r#"{ rule = "m", warning.share = 0.1, examples.refuse = ["}"] }"#,
                r#"{ rule = "m", warning.share = 0.1 }"#,
            ),
            (r#"{ rule = "m", examples = { } }"#, r#"{ rule = "m" }"#),
            (r#"{ rule = "m" }"#, r#"{ rule = "m" }"#),
            ("{ max = 1, examples = { x", "{ max = 1, examples = { x"),
        ] {
            assert_eq!(rule_as_written(rule, 0..rule.len()), shown);
        }
    }

    #[test]
    fn a_rule_with_a_header_of_its_own_has_the_members_below_it() {
        let header = "[[fields.n.rules]]";
        let file = format!(
            "{header}\nrule = \"maximum\" # of pages\nmax = 9\nexamples.accept = [{{ text = \"1\" }}]\n\
             examples.refuse = [\"10\"]\n\n[tables.t]\nrows = \"record\"\n"
        );
        let shown = rule_as_written(&file, 0..header.len());
        assert_eq!(shown, "{ rule = \"maximum\", max = 9 }");
    }
}
