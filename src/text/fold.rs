//! What is left of a text when its form is left out of account.

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

use super::chars;
use super::han::simplified;

/// A text without what differs in form alone: Unicode compatibility forms (NFKC,
/// which has width in it), case, white space, punctuation, and traditional
/// against simplified characters. Signs that carry meaning stay. Empty where there
/// is neither a letter nor a figure.
#[must_use]
pub fn fold(text: &str) -> String {
    // These are their own forms, next to each other too.
    let is_plain = |c: char| c.is_ascii() || ('\u{4e00}'..='\u{9fa5}').contains(&c);
    let mut folded = if text.chars().all(is_plain) {
        without_punctuation(text.chars().map(|c| c.to_ascii_lowercase()), text.len())
    } else {
        // Folding can take a composed character apart, as with `ΐ`.
        without_punctuation(text.nfkc().flat_map(without_case).nfkc(), text.len())
    };
    // Only a text that may have one is looked up.
    if chars::kinds(&folded) & chars::TRADITIONAL != 0
        && let Some(simple) = simplified(&folded)
    {
        folded = simple;
    }
    folded
}

/// A character in the form that all its cases have in common: `ß` and `ẞ` are `ss`, as in `STRASSE`; `ς`, `σ` and
/// `Σ` are one.
fn without_case(c: char) -> impl Iterator<Item = char> {
    // `I` is the large form of `i` everywhere but in Turkish, where `ı` is a letter of its own.
    let upper = |c: char| (c != 'ı').then(|| c.to_uppercase());
    let upper_or_self = move |c: char| {
        let uppered = upper(c);
        let own = uppered.is_none().then_some(c);
        uppered.into_iter().flatten().chain(own)
    };
    c.to_lowercase().flat_map(upper_or_self).flat_map(char::to_lowercase)
}

/// What a character is for the meaning of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It is part of it: a letter, a figure, or a sign such as `<`, `%`, `€`, `°`.
    Part,
    /// A dash or a tilde: a sign of what it stands at, or a hyphen and a range.
    Dash,
    /// `#`: part of a name behind a letter, as in `C#`, else the word `number`.
    Hash,
    /// White space and punctuation.
    Form,
}

impl Role {
    fn of(c: char) -> Self {
        match c {
            // All dashes are one, and a bar is drawn between values.
            '-' | '~' | '\u{2010}'..='\u{2015}' | '−' => Self::Dash,
            '#' => Self::Hash,
            '|' | '¦' | '®' | '©' | '℗' => Self::Form,
            '+' | '<' | '=' | '>' | '$' | '%' | '^' => Self::Part,
            _ if c.is_ascii() => {
                if c.is_ascii_alphanumeric() {
                    Self::Part
                } else {
                    Self::Form
                }
            }
            '‰' | '‱' | '٪' | '′' => Self::Part,
            _ if c.is_alphanumeric() || is_symbol(c) => Self::Part,
            _ => Self::Form,
        }
    }
}

/// Mathematical signs, currencies and other symbols.
fn is_symbol(c: char) -> bool {
    use GeneralCategory::{CurrencySymbol, MathSymbol, OtherSymbol};
    matches!(get_general_category(c), MathSymbol | CurrencySymbol | OtherSymbol)
}

/// Characters without white space and punctuation, in a text with room for so many bytes.
fn without_punctuation(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut folded = String::with_capacity(room);
    let (mut parted, mut told) = (false, false);
    let mut chars = chars.peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        let behind = chars.peek().copied();
        let is_part = match Role::of(c) {
            Role::Part => true,
            Role::Dash => is_sign(before, behind),
            Role::Hash => {
                before.is_some_and(char::is_alphabetic)
                    && !behind.is_some_and(char::is_alphanumeric)
            }
            Role::Form => false,
        };
        before = Some(c);
        if !is_part {
            parted = true;
            continue;
        }
        // What stands between two digits makes another number of them.
        if parted && c.is_ascii_digit() && folded.ends_with(|c: char| c.is_ascii_digit()) {
            folded.push('.');
        }
        told |= c.is_alphanumeric();
        folded.push(if c != '~' && Role::of(c) == Role::Dash { '-' } else { c });
        parted = false;
    }
    if told { folded } else { String::new() }
}

/// Whether a dash is a sign: right before a figure and behind nothing that it could join to that, as in `-5`, `-.5` and
/// `-$5`, or by itself in brackets, as in `Rh(-)`.
fn is_sign(before: Option<char>, behind: Option<char>) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, ')' | ']' | '}' | '%' | '°');
    let Some(behind) = behind else { return false };
    let is_figure = behind.is_numeric() || matches!(behind, '.' | ',') || is_currency(behind);
    is_figure && !before.is_some_and(joins)
        || matches!((before, behind), (Some('('), ')') | (Some('['), ']'))
}

/// The signs of currencies that stand before a figure most often.
fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_is_left_out_and_nothing_else() {
        assert_eq!(fold("Ａ 型-腎炎（Ⅱ）"), fold("a型肾炎II"));
        assert_ne!(fold("甲型"), fold("乙型"));
        assert_ne!(fold("甲1"), fold("甲2"));
        assert_ne!(fold("甲1.5"), fold("甲15"));
        assert_ne!(fold("Rh+"), fold("Rh"));
        assert_eq!(fold("The Mill"), fold("the-mill"));
    }

    #[test]
    fn cases_are_one_in_every_script() {
        for (one, other) in [
            ("ΟΔΟΣ", "οδος"),
            ("Σας", "ΣΑΣ"),
            ("STRASSE", "straße"),
            ("ẞ", "ß"),
            ("ΐ", "Ϊ́"),
            ("ΑΙ", "ᾳ"),
            ("Ǆ", "ǅ"),
            ("МОСКВА", "Москва"),
            ("ՄԵԾ", "մեծ"),
            ("ﬁne", "FINE"),
            ("ſ", "S"),
            ("Ⴀ", "ⴀ"),
            ("İzmir", "izmir"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("kır"), fold("kir"));
    }

    #[test]
    fn signs_that_carry_meaning_stay() {
        for (one, other) in [
            ("<5", "5"),
            ("-5", "5"),
            ("−5", "5"),
            ("－5", "5"),
            ("-.5", ".5"),
            ("-$5", "$5"),
            ("pH -5", "pH 5"),
            ("±5", "5"),
            ("5°", "5"),
            ("5%", "5‰"),
            ("$5", "€5"),
            ("C#", "C"),
            ("≤5", "5"),
            ("~5", "5"),
            ("10%", "10"),
            ("+5", "5"),
            ("C++", "C"),
            ("1.5", "15"),
            ("10^2", "10.2"),
            ("5′", "5″"),
            ("♂1", "♀1"),
            ("HBsAg(-)", "HBsAg"),
            ("A≠B", "A=B"),
        ] {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
        for (one, other) in [
            ("-5", "−5"),
            ("～5", "~5"),
            ("5％", "5 %"),
            ("10-20", "10–20"),
            ("10~20", "10-20"),
            ("2024-01-05", "2024/01/05"),
            ("COVID-19", "Covid 19"),
            ("the mill -", "The Mill"),
            ("- the mill", "The Mill"),
            ("#5", "5"),
            ("Room #5", "room 5"),
            ("Acme®", "ACME"),
            ("a | b", "a/b"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_eq!(["-", "★★", " ", "<>", "+"].map(fold), [""; 5]);
    }

    #[test]
    fn characters_that_are_their_own_form_are_taken_as_they_are() {
        let plain = ('\0'..='\u{7f}').chain('\u{4e00}'..='\u{9fa5}');
        let text: String = plain.flat_map(|c| [c, '1']).collect();
        let normalized = text.nfkc().flat_map(without_case).nfkc();
        assert!(normalized.eq(text.chars().map(|c| c.to_ascii_lowercase())));
    }
}
