//! What the types of numbers have in common: how numbers are written, and what is
//! said of a text that is none.

use std::fmt::Write as _;

use super::{ScalarReading, Scope};
use crate::grammar::{Notation, NumberFault};
use crate::lang::RawNumber;
use crate::source::Spanned;
use crate::text::short;

/// How numbers of a field are written.
pub(super) fn notation(number: Option<&Spanned<RawNumber>>, scope: &mut Scope<'_, '_>) -> Notation {
    if let Some(number) = number {
        return Notation::resolve(&number.value, scope.resolver);
    }
    scope.number_used.set(true);
    scope.number.cloned().unwrap_or_default()
}

/// A text that is no such number.
pub(super) fn refused(expected: &str, text: &str, fault: &NumberFault) -> ScalarReading<'static> {
    let found = short(text);
    // A column in which nothing is a number has many of them.
    let mut message = String::with_capacity(expected.len() + found.len() + 64);
    for part in ["expected ", expected, ", found `", &*found, "`: "] {
        message.push_str(part);
    }
    let _ = write!(message, "{fault}");
    let help = fault.remedy().or_else(|| remedy_beside(text).filter(|_| is_beside(fault)));
    ScalarReading::refused(fault.code(), message, help)
}

/// Whether a fault is that of something beside the figure.
fn is_beside(fault: &NumberFault) -> bool {
    matches!(fault, NumberFault::Unexpected(..))
}

/// What the schema could say of a figure with a sign that stands in another place, or with a unit: `(12.50)`, `12.50-`,
/// `12.50 €`.
fn remedy_beside(text: &str) -> Option<String> {
    let text = text.trim();
    let of_figure =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' ' | '\u{a0}' | '\u{202f}');
    let is_figure = |text: &str| {
        let bare = text.trim();
        bare.starts_with(|c: char| c.is_ascii_digit()) && bare.chars().all(of_figure)
    };
    let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if inside.is_some_and(is_figure) {
        return Some(
            r"if brackets are a minus: `replace = [{ pattern = '^\((.*)\)$', with = '-$1' }]`"
                .to_owned(),
        );
    }
    if text.strip_suffix('-').is_some_and(is_figure) {
        return Some(
            r"if the minus behind it is its sign: `replace = [{ pattern = '^(.*?)\s*-$', with = '-$1' }]`"
                .to_owned(),
        );
    }
    // A word before a figure or behind it, and nothing else.
    let sign = |c: char| matches!(c, '-' | '+');
    let is_unit = |unit: &str| {
        let unit = unit.trim();
        // A mark alone is none: `5?`, `~5`.
        let of_unit = |c: char| c.is_alphabetic() || !c.is_ascii() || matches!(c, '$' | '%');
        unit.contains(of_unit)
            && unit.chars().count() <= LONGEST_UNIT
            && !unit.contains(char::is_numeric)
    };
    let (before, rest) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
    let end = rest.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (figure, behind) = rest.split_at(end);
    let before = before.trim_start_matches(sign).trim_end_matches(sign);
    let one = is_unit(before) != is_unit(behind) && (before.is_empty() || behind.is_empty());
    (one && figure.chars().all(of_figure)).then(|| {
        "the type `quantity` reads a number with its unit, an amount with its currency by `quantity = \"money\"` of \
         `uses = [\"std\"]`; `extract = ['[-+0-9.,]+']` leaves it out"
            .to_owned()
    })
}

/// No unit beside a figure has more letters.
const LONGEST_UNIT: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_with_something_beside_it_is_told_with_what_reads_it() {
        let told = |text: &str| remedy_beside(text).unwrap_or_default();
        for text in ["(12,50)", "( 1.234 )"] {
            assert!(told(text).contains(r"'^\((.*)\)$', with = '-$1'"), "{text}");
        }
        for text in ["12,50-", "12.50 -"] {
            assert!(told(text).contains(r"'^(.*?)\s*-$', with = '-$1'"), "{text}");
        }
        for text in ["12,50 €", "€ 12,50", "-5 kg", "US$5"] {
            assert!(told(text).contains("`quantity = \"money\"`"), "{text}");
        }
        for text in
            ["n/a", "(net)", "5 kg 3", "A-5 b", "2024-01-02", "12 of 15", "-", "()", "5?", "<5"]
        {
            assert_eq!(told(text), "", "{text}");
        }
    }
}
