//! What the types of numbers have in common: how numbers are written, and what is
//! said of a text that is none.

use std::fmt::Write as _;
use std::ops::Range;

use super::{ScalarReading, Scope};
use crate::data::Spelling;
use crate::grammar::{Notation, Number, NumberFault, parse_json_number, parse_number};
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

/// Reads a number as it is written there: in the notation of the schema, or by the grammar of the language that it is a
/// literal of.
pub(super) fn parse(
    text: &str,
    spelling: Spelling,
    notation: &Notation,
) -> Result<Number, NumberFault> {
    match spelling {
        Spelling::Schema => parse_number(text, notation),
        Spelling::JsonNumber => parse_json_number(text),
        Spelling::PythonNumber => parse_python_number(text),
    }
}

/// Reads a number of Python, of which a parser of literals has seen that it is one: with underscores between its digits,
/// blanks behind its sign, or in base 2, 8 or 16. A complex one is no number of any column.
fn parse_python_number(text: &str) -> Result<Number, NumberFault> {
    let bare: String = text.chars().filter(|c| *c != '_' && !c.is_whitespace()).collect();
    let digits = bare.trim_start_matches(['+', '-']);
    let based = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find_map(|(prefix, base)| {
        let head = digits.get(..2).filter(|head| head.eq_ignore_ascii_case(prefix))?;
        Some((&digits[head.len()..], base))
    });
    let Some((digits, radix)) = based else {
        return parse_number(&bare, &Notation::default());
    };
    let number = i128::from_str_radix(digits, radix)
        .map_err(|_| NumberFault::OutOfRange("a whole number of 128 bits"))?;
    Ok(Number::new(if bare.starts_with('-') { -number } else { number }, 0))
}

/// Who says how an element of a literal is written: the language, of a number outside of quotes. Its place in the text
/// has no quotes.
pub(super) fn spelling_of(text: &str, element: &Range<usize>, language: Spelling) -> Spelling {
    let (before, from) = text.split_at(element.start);
    let is_number = from.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    if is_number && !before.ends_with(['\'', '"']) { language } else { Spelling::Schema }
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
    fn a_number_of_a_language_is_read_by_its_grammar() {
        use Spelling::{JsonNumber, PythonNumber, Schema};
        let german = Notation { decimal: ',', group: vec!['.'] };
        let read = |text: &str, spelling| {
            parse(text, spelling, &german).ok().map(|number| number.to_string())
        };
        for (text, of_schema, of_json, of_python) in [
            ("52.520", Some("52520"), Some("52.52"), Some("52.52")),
            ("1.5e3", None, Some("1500"), Some("1500")),
            ("1.5E+3", None, Some("1500"), Some("1500")),
            ("52,520", Some("52.52"), None, None),
            ("5.", None, None, Some("5")),
            (".5", None, None, Some("0.5")),
            ("+5", Some("5"), None, Some("5")),
            ("- 5", None, None, Some("-5")),
            ("1_000", None, None, Some("1000")),
            ("0xFF", None, None, Some("255")),
            ("-0b1_01", None, None, Some("-5")),
            ("0o17", None, None, Some("15")),
            ("0", Some("0"), Some("0"), Some("0")),
            ("2j", None, None, None),
            ("1+2j", None, None, None),
        ] {
            let found = [Schema, JsonNumber, PythonNumber].map(|spelling| read(text, spelling));
            let found = found.each_ref().map(Option::as_deref);
            assert_eq!(found, [of_schema, of_json, of_python], "{text}");
        }
    }

    #[test]
    fn what_stands_in_quotes_is_a_text() {
        let spelling = |text: &str, element: &str| {
            let start = text.find(element).unwrap();
            spelling_of(text, &(start..start + element.len()), Spelling::PythonNumber)
        };
        for text in ["[1.5, 'a']", "('a', 1.5)", "['a',1.5]", "((1.5),)", "{1.5}"] {
            assert_eq!(spelling(text, "1.5"), Spelling::PythonNumber, "{text}");
        }
        for text in ["['1.5']", "[\"1.5\"]", "['''1.5''']", "[r'1.5', 'a']"] {
            assert_eq!(spelling(text, "1.5"), Spelling::Schema, "{text}");
        }
        assert_eq!(spelling("[-.5]", "-.5"), Spelling::PythonNumber);
        assert_eq!(spelling("[True]", "True"), Spelling::Schema);
        assert_eq!(spelling("[[1.5]]", "[1.5]"), Spelling::Schema);
    }

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
