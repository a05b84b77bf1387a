//! Numbers as people write them, read exactly.
//!
//! In: a text and the [`Notation`] of the schema. Out: a [`Number`] without any
//! rounding, or a [`NumberFault`] that says what is wrong. Only the conversions
//! at the end (`to_i64`, `to_f64`, `to_decimal`) know of columns.
//!
#![doc = include_str!("number.md")]

use std::cmp::Ordering;
use std::fmt::{self, Write as _};

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive, Zero};

use super::word::without_word_behind;
use crate::diagnostic::Code;
use crate::lang::{RawNumber, Resolver};
use crate::text::counted;

/// How the numbers of a dump are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notation {
    /// The decimal mark; its full-width form is one too.
    pub decimal: char,
    /// The signs that part groups of three digits. None: there are no groups.
    pub group: Vec<char>,
}

impl Default for Notation {
    fn default() -> Self {
        Self { decimal: '.', group: Vec::new() }
    }
}

impl Notation {
    /// How numbers are written: one sign for the decimal mark, others for groups.
    pub(crate) fn resolve(raw: &RawNumber, resolver: &mut Resolver<'_>) -> Self {
        let mut notation = Self::default();
        let is_sign = |c: &char| !c.is_alphanumeric() && !"+-".contains(*c);
        if let Some(decimal) = &raw.decimal {
            let mut chars = decimal.value.chars();
            if let (Some(sign), None) = (chars.next().filter(is_sign), chars.next()) {
                notation.decimal = sign;
            } else {
                let message = format!("`{}` is no decimal mark", decimal.value);
                resolver.fault(Code::SCHEMA_VALUE, &decimal.span, message).help =
                    Some("write one sign: `decimal = \",\"`".to_owned());
            }
        }
        if let Some(group) = &raw.group {
            notation.group = group.value.chars().collect();
            let wrong = notation.group.iter().find(|c| !is_sign(c) || **c == notation.decimal);
            if let Some(wrong) = wrong {
                let message = if *wrong == notation.decimal {
                    format!("`{wrong}` cannot be decimal mark and part groups too")
                } else {
                    format!("`{wrong}` cannot part groups of digits")
                };
                resolver.fault(Code::SCHEMA_VALUE, &group.span, message);
            }
        }
        notation
    }
}

/// Why a text is no number, or a number does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberFault {
    /// There is nothing but white space.
    Blank,
    /// A character that has no place in a number, and where it stands in the text.
    Unexpected(char, usize),
    /// The text ends where a digit must follow.
    Unfinished,
    /// A sign between digits that the notation does not name.
    Grouping {
        /// The sign.
        sign: char,
        /// Whether it is the decimal mark of the notation, and occurs again.
        decimal: bool,
    },
    /// A group that has not three digits.
    GroupLength {
        /// How many it has.
        digits: usize,
        /// What parts the groups, if it stands once and as the decimal mark of another notation would.
        mark: Option<char>,
    },
    /// A first group that begins with a zero, and what parts it from the next.
    ZeroGroup(char),
    /// Groups that are parted by different signs.
    MixedGroups,
    /// A Han numeral that says no number, and why.
    Numeral(&'static str),
    /// A fraction in one character that no decimal ends, such as `⅔`.
    Endless(char),
    /// A number with decimals where a whole one is expected.
    NotWhole,
    /// A number that does not fit, and into what.
    OutOfRange(&'static str),
}

impl NumberFault {
    /// The kind of finding that tells it.
    #[must_use]
    pub fn code(&self) -> &'static Code {
        match self {
            Self::OutOfRange(_) => Code::OUT_OF_RANGE,
            _ => Code::NOT_A_NUMBER,
        }
    }

    /// What the schema could say to have the text read, if that helps.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Grouping { sign, decimal: true } => {
                let other = if *sign == ',' { '.' } else { ',' };
                Some(format!(
                    "if `{sign}` parts groups of digits: `number = {{ decimal = \"{other}\", group = \"{sign}\" }}`"
                ))
            }
            Self::Grouping { sign, .. } if matches!(sign, ',' | '.' | '，' | '．') => {
                let mark = narrow(*sign);
                Some(format!(
                    "write `number = {{ group = \"{sign}\" }}` if it parts groups of digits, `number = {{ decimal = \"{mark}\" }}` if decimals stand behind it"
                ))
            }
            Self::Grouping { sign, .. } => {
                let sign = written(*sign);
                Some(format!("if it parts groups of digits: `number = {{ group = \"{sign}\" }}`"))
            }
            Self::ZeroGroup(sign) | Self::GroupLength { mark: Some(sign), .. } => Some(format!(
                "if decimals stand behind `{sign}`: `number = {{ decimal = \"{sign}\" }}`"
            )),
            Self::NotWhole => Some("the types `decimal` and `float` have decimals".to_owned()),
            Self::OutOfRange(_) => {
                Some("a number of that length is mostly an identifier: type `text`".to_owned())
            }
            _ => None,
        }
    }
}

impl fmt::Display for NumberFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("there is nothing"),
            Self::Unexpected(c, _) => {
                f.write_char('`')?;
                f.write_str(&shown(*c))?;
                f.write_str("` has no place in a number")
            }
            Self::Unfinished => f.write_str("a digit must follow at the end"),
            Self::Grouping { sign, decimal: true } => {
                write!(f, "the decimal mark `{sign}` occurs twice")
            }
            Self::Grouping { sign, .. } => {
                let sign = shown(*sign);
                write!(f, "`{sign}` is neither decimal mark nor grouping sign here")
            }
            Self::GroupLength { digits, .. } => {
                write!(f, "a group has {}, not three", counted(*digits, "digit"))
            }
            Self::ZeroGroup(_) => f.write_str("the first group of digits begins with a zero"),
            Self::MixedGroups => f.write_str("groups are parted by different signs"),
            Self::Numeral(why) => f.write_str(why),
            Self::Endless(c) => write!(f, "`{c}` is no decimal that ends"),
            Self::NotWhole => f.write_str("it has decimals"),
            Self::OutOfRange(what) => write!(f, "it does not fit into {what}"),
        }
    }
}

impl std::error::Error for NumberFault {}

/// Whether a character cannot be told from a plain blank, or not be seen at all.
fn looks_like_another(c: char) -> bool {
    (c.is_whitespace() && c != ' ') || c.is_control() || is_unseen(c)
}

/// Characters that nobody sees: blanks of no width, the place where a word may be broken, directions.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A character as a message shows it: itself, or its code point if that says nothing.
fn shown(c: char) -> String {
    if looks_like_another(c) { format!("U+{:04X}", u32::from(c)) } else { c.to_string() }
}

/// The same as a schema file has it between double quotes.
fn written(c: char) -> String {
    if looks_like_another(c) { format!("\\u{:04X}", u32::from(c)) } else { c.to_string() }
}

/// An exact number.
#[derive(Clone, Debug)]
pub struct Number(Repr);

#[derive(Clone, Debug)]
enum Repr {
    /// A mantissa and how many of its digits are decimals; fewer than none are
    /// zeros behind it.
    Small(i128, i32),
    /// What has more digits than that.
    Big(BigDecimal),
}

/// More significant digits than this are no number that anybody wrote down; the
/// longest that tell one double from the next are 767.
const MAX_DIGITS: usize = 1000;
/// The places before or behind the point that a number may have.
const MAX_PLACES: i64 = 2000;
/// The whole numbers that a double can hold without a gap reach up to this.
const EXACT: u128 = 1 << 53;

impl Number {
    /// The number `mantissa / 10^scale`.
    #[must_use]
    pub fn new(mantissa: i128, scale: i32) -> Self {
        Self(Repr::Small(mantissa, scale))
    }

    /// Digits, their sign and scale; the digits are ASCII.
    fn of_digits(negative: bool, digits: &str, scale: i64) -> Result<Self, NumberFault> {
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Ok(Self::new(0, 0));
        }
        let places = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        if digits.len() > MAX_DIGITS
            || scale > MAX_PLACES
            || places.saturating_sub(scale) > MAX_PLACES
        {
            return Err(NumberFault::OutOfRange("any column"));
        }
        if let (Ok(mantissa), Ok(scale)) = (digits.parse::<i128>(), i32::try_from(scale)) {
            return Ok(Self::new(if negative { -mantissa } else { mantissa }, scale));
        }
        let mantissa = digits.parse::<BigInt>().map_err(|_| NumberFault::Unfinished)?;
        let mantissa = if negative { -mantissa } else { mantissa };
        Ok(Self(Repr::Big(BigDecimal::new(mantissa, scale))))
    }

    /// The number for exact arithmetic.
    #[must_use]
    pub(crate) fn to_big(&self) -> BigDecimal {
        match &self.0 {
            Repr::Small(mantissa, scale) => {
                BigDecimal::new(BigInt::from(*mantissa), i64::from(*scale))
            }
            Repr::Big(number) => number.clone(),
        }
    }

    /// The number as a whole one of 64 bits.
    ///
    /// # Errors
    ///
    /// It has decimals (`1.0` has none), or does not fit.
    pub fn to_i64(&self) -> Result<i64, NumberFault> {
        let too_large = NumberFault::OutOfRange("a whole number of 64 bits");
        match &self.0 {
            Repr::Small(mantissa, scale) => {
                let (mantissa, scale) = (*mantissa, *scale);
                let power = power_of_ten(scale.unsigned_abs());
                let whole = match power {
                    _ if mantissa == 0 => Some(0),
                    Some(power) if scale <= 0 => mantissa.checked_mul(power),
                    Some(power) if mantissa % power == 0 => Some(mantissa / power),
                    None if scale < 0 => None,
                    _ => return Err(NumberFault::NotWhole),
                };
                whole.and_then(|whole| i64::try_from(whole).ok()).ok_or(too_large)
            }
            Repr::Big(number) if !number.is_integer() => Err(NumberFault::NotWhole),
            Repr::Big(number) => number.to_i64().ok_or(too_large),
        }
    }

    /// The nearest double; of two that are equally near, the even one.
    ///
    /// # Errors
    ///
    /// The number is too large for a double, or so small that nothing is left.
    pub fn to_f64(&self) -> Result<f64, NumberFault> {
        let (text, zero) = match &self.0 {
            Repr::Small(mantissa, scale) => {
                // Both are exact doubles, so that their quotient is rounded once.
                let power = usize::try_from(scale.unsigned_abs()).ok();
                if mantissa.unsigned_abs() <= EXACT
                    && let Some(power) = power.and_then(|n| POWERS.get(n))
                {
                    #[expect(clippy::cast_precision_loss, reason = "it is below 2^53")]
                    let mantissa = *mantissa as f64;
                    return Ok(if *scale < 0 { mantissa * power } else { mantissa / power });
                }
                (format!("{mantissa}e{}", -i64::from(*scale)), *mantissa == 0)
            }
            Repr::Big(number) => {
                let (mantissa, scale) = number.as_bigint_and_exponent();
                (format!("{mantissa}e{}", -i128::from(scale)), mantissa.is_zero())
            }
        };
        nearest(&text, zero)
    }

    /// The number with so many decimals, as a whole number of them, and whether
    /// it had more and was rounded: half to even.
    ///
    /// # Errors
    ///
    /// It has more than `precision` digits then.
    pub fn to_decimal(&self, precision: u8, scale: u8) -> Result<(i128, bool), NumberFault> {
        let too_large = NumberFault::OutOfRange("the decimal");
        let (mantissa, rounded) = match &self.0 {
            Repr::Small(mantissa, own) => {
                let shift = i64::from(scale) - i64::from(*own);
                let power = u32::try_from(shift.unsigned_abs()).ok().and_then(power_of_ten);
                match power {
                    _ if *mantissa == 0 => (0, false),
                    Some(power) if shift >= 0 => {
                        (mantissa.checked_mul(power).ok_or(too_large.clone())?, false)
                    }
                    None if shift >= 0 => return Err(too_large),
                    Some(power) => half_to_even(*mantissa, power),
                    // Less than a half of the last place, whatever it is.
                    None => (0, true),
                }
            }
            Repr::Big(number) => {
                let near = number.with_scale_round(i64::from(scale), RoundingMode::HalfEven);
                let rounded = near != *number;
                let (mantissa, _) = near.into_bigint_and_exponent();
                (mantissa.to_i128().ok_or(too_large.clone())?, rounded)
            }
        };
        let limit = power_of_ten(u32::from(precision)).unwrap_or(i128::MAX);
        if mantissa.unsigned_abs() < limit.unsigned_abs() {
            Ok((mantissa, rounded))
        } else {
            Err(too_large)
        }
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self::new(i128::from(number), 0)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By value: `1.0` is `1`.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(a, p), Repr::Small(b, q)) if p == q => a.cmp(b),
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_big().normalized().to_plain_string())
    }
}

/// The nearest double of a number in digits. `zero` says whether it is nought.
pub(super) fn nearest(digits: &str, zero: bool) -> Result<f64, NumberFault> {
    let number = digits.parse::<f64>().map_err(|_| NumberFault::Unfinished)?;
    if number.is_finite() && (number != 0.0 || zero) {
        Ok(number)
    } else {
        Err(NumberFault::OutOfRange("a double"))
    }
}

/// The powers of ten that are exact doubles.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

fn power_of_ten(power: u32) -> Option<i128> {
    10_i128.checked_pow(power)
}

/// A quotient rounded half to even, and whether it was.
pub(super) fn half_to_even(number: i128, divisor: i128) -> (i128, bool) {
    let (quotient, rest) = (number / divisor, number % divisor);
    // `divisor` is at most 10^38, so that twice the rest still fits.
    let twice = rest.unsigned_abs() * 2;
    let up = match twice.cmp(&divisor.unsigned_abs()) {
        Ordering::Less => false,
        Ordering::Equal => quotient % 2 != 0,
        Ordering::Greater => true,
    };
    let step = if number < 0 { -1 } else { 1 };
    (quotient + if up { step } else { 0 }, rest != 0)
}

/// Reads a number; see the module for the grammar.
///
/// ```
/// use recordmill::grammar::{NumberFault, parse_number};
/// use recordmill::grammar::Notation;
///
/// let plain = Notation::default();
/// let grouped = Notation { group: vec![','], ..Notation::default() };
/// assert_eq!(parse_number("1,500", &grouped)?.to_i64()?, 1500);
/// assert_eq!(parse_number("２．５万", &plain)?.to_i64()?, 25000);
/// assert_eq!(parse_number("三万五", &plain)?.to_i64()?, 35000);
/// assert_eq!(
///     parse_number("1,500", &plain),
///     Err(NumberFault::Grouping { sign: ',', decimal: false })
/// );
/// # Ok::<(), NumberFault>(())
/// ```
///
/// # Errors
///
/// The text is no number in this notation.
pub fn parse_number(text: &str, notation: &Notation) -> Result<Number, NumberFault> {
    let text = text.trim();
    if (1..=18).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = text.parse::<i64>()
    {
        return Ok(Number::from(number));
    }
    let mut scan = Scan { text, at: 0, notation };
    let negative = match scan.peek() {
        None => return Err(NumberFault::Blank),
        Some(c) if is_minus(c) => {
            scan.bump(c);
            true
        }
        Some(c) if narrow(c) == '+' => {
            scan.bump(c);
            false
        }
        Some(_) => false,
    };
    let amount = scan.amount()?;
    let Some(next) = scan.peek() else {
        return amount.ok_or(NumberFault::Unfinished)?.signed(text, negative, 0);
    };
    if let Some(fraction) = scan.fraction(amount.is_some_and(|amount| amount.whole)) {
        let whole = amount.map_or(Ok(BigDecimal::zero()), |amount| amount.value(text))?;
        let (digits, scale) = (whole + fraction?).into_bigint_and_exponent();
        return Number::of_digits(negative, &digits.to_string(), scale);
    }
    if let (Some(amount), Some(power)) = (amount, scan.scale_apart()) {
        return amount.signed(text, negative, power);
    }
    match amount {
        Some(amount) if matches!(narrow(next), 'e' | 'E') => {
            scan.bump(next);
            let exponent = scan.exponent()?;
            amount.signed(text, negative, exponent)
        }
        _ if !may_be_spoken(next) => Err(scan.unexpected()),
        amount => {
            let number = scan.spoken(amount)?;
            let (digits, scale) = number.as_bigint_and_exponent();
            Number::of_digits(negative, &digits.to_string(), scale)
        }
    }
}

/// Reads a number of JSON: RFC 8259, the whole text.
///
/// # Errors
///
/// The text is no number of JSON.
pub fn parse_json_number(text: &str) -> Result<Number, NumberFault> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count())
    };
    let fail = |at: usize| match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(c) => NumberFault::Unexpected(c, at),
        None => NumberFault::Unfinished,
    };
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let whole = digits(start);
    let mut at = start + whole;
    if whole == 0 || (whole > 1 && bytes[start] == b'0') {
        return Err(fail(if whole == 0 { start } else { start + 1 }));
    }
    let mut amount = Amount { start, end: at, decimals: 0, whole: true };
    if bytes.get(at) == Some(&b'.') {
        amount.decimals = digits(at + 1);
        amount.whole = false;
        at += 1 + amount.decimals;
        amount.end = at;
        if amount.decimals == 0 {
            return Err(fail(at));
        }
    }
    let mut exponent = 0;
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        let minus = bytes.get(at) == Some(&b'-');
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        let count = digits(at);
        if count == 0 {
            return Err(fail(at));
        }
        exponent = saturated(&text[at..at + count]);
        exponent = if minus { -exponent } else { exponent };
        at += count;
    }
    if at < text.len() {
        return Err(fail(at));
    }
    amount.signed(text, negative, exponent)
}

/// An exponent, or one that is out of all range.
fn saturated(digits: &str) -> i64 {
    let digits = digits.trim_start_matches('0');
    if digits.len() > 9 { i64::from(i32::MAX) } else { digits.parse().unwrap_or(0) }
}

/// A full-width character in its ASCII form.
pub(super) fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The value of a digit, ASCII or full-width.
pub(super) fn digit(c: char) -> Option<u32> {
    narrow(c).to_digit(10)
}

/// A fraction in one character as its digits behind the point; none of them if they have no end.
pub(super) fn fraction(c: char) -> Option<&'static str> {
    Some(match c {
        '½' => "5",
        '¼' => "25",
        '¾' => "75",
        '⅕' => "2",
        '⅖' => "4",
        '⅗' => "6",
        '⅘' => "8",
        '⅛' => "125",
        '⅜' => "375",
        '⅝' => "625",
        '⅞' => "875",
        '⅒' => "1",
        '⅓' | '⅔' | '⅙' | '⅚' | '⅐' | '⅑' => "",
        _ => return None,
    })
}

/// Whether a character is a minus sign.
pub(super) fn is_minus(c: char) -> bool {
    matches!(c, '-' | '－' | '−' | '﹣')
}

/// A text without the word at its end that says of the figure beside it that it is below zero: `negative`, `neg`; none
/// if it does not end with one. `minus` is not among them: between two figures it takes away.
pub(super) fn without_negative_behind(text: &str) -> Option<&str> {
    ["negative", "neg"].iter().find_map(|word| without_word_behind(text, word))
}

/// Signs that part digits somewhere in the world.
fn may_group(c: char) -> bool {
    matches!(narrow(c), ',' | '.' | '\'' | '_' | ' ')
        || matches!(c, '’' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{3000}' | '٬' | '·')
}

/// A run of digits in a text, perhaps with groups and decimals.
#[derive(Clone, Copy, Debug)]
struct Amount {
    start: usize,
    end: usize,
    decimals: usize,
    /// Whether it has no decimal mark.
    whole: bool,
}

impl Amount {
    fn signed(self, text: &str, negative: bool, exponent: i64) -> Result<Number, NumberFault> {
        let scale = i64::try_from(self.decimals).unwrap_or(i64::MAX).saturating_sub(exponent);
        // Most numbers fit as they are read.
        let mut mantissa = Some(0_i128);
        for value in text[self.start..self.end].chars().filter_map(digit) {
            mantissa = mantissa.and_then(|m| m.checked_mul(10)?.checked_add(i128::from(value)));
        }
        if let (Some(mantissa), Ok(scale @ -400..=400)) = (mantissa, i32::try_from(scale)) {
            return Ok(Number::new(if negative { -mantissa } else { mantissa }, scale));
        }
        Number::of_digits(negative, &self.digits(text), scale)
    }

    fn digits(self, text: &str) -> String {
        let digits = text[self.start..self.end].chars().filter_map(digit);
        digits.filter_map(|value| char::from_digit(value, 10)).collect()
    }

    fn value(self, text: &str) -> Result<BigDecimal, NumberFault> {
        Ok(self.signed(text, false, 0)?.to_big())
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    notation: &'t Notation,
}

impl Scan<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn is_decimal(&self, c: char) -> bool {
        let Notation { decimal, group } = self.notation;
        c == *decimal || (narrow(c) == *decimal && !group.contains(&c))
    }

    fn bump(&mut self, c: char) {
        self.at += c.len_utf8();
    }

    /// Whether a digit stands behind the next character.
    fn digit_behind(&self, c: char) -> bool {
        self.text[self.at + c.len_utf8()..].chars().next().is_some_and(|c| digit(c).is_some())
    }

    fn unexpected(&self) -> NumberFault {
        match self.peek() {
            Some(c) => NumberFault::Unexpected(c, self.at),
            None => NumberFault::Unfinished,
        }
    }

    /// Reads an amount, if there is one.
    fn amount(&mut self) -> Result<Option<Amount>, NumberFault> {
        let start = self.at;
        let (mut run, mut decimals, mut mark) = (0, 0, false);
        let mut sign = None;
        while let Some(c) = self.peek() {
            if digit(c).is_some() {
                if mark {
                    decimals += 1;
                } else {
                    run += 1;
                }
            } else if !mark && self.is_decimal(c) && (run > 0 || self.digit_behind(c)) {
                mark = true;
                if sign.is_some() && run != 3 {
                    return Err(NumberFault::GroupLength { digits: run, mark: None });
                }
            } else if !mark && run > 0 && self.notation.group.contains(&c) && self.digit_behind(c) {
                match sign {
                    Some(known) if known != c => return Err(NumberFault::MixedGroups),
                    Some(_) if run != 3 => {
                        return Err(NumberFault::GroupLength { digits: run, mark: None });
                    }
                    None if run > 3 => {
                        return Err(NumberFault::GroupLength {
                            digits: run,
                            mark: self.other_mark(start),
                        });
                    }
                    // Nobody groups `0,500`: it is a half, written in another way.
                    None if self.text[start..].chars().next().and_then(digit) == Some(0) => {
                        return Err(NumberFault::ZeroGroup(c));
                    }
                    _ => sign = Some(c),
                }
                run = 0;
            } else {
                if (run > 0 || mark) && may_group(c) && self.scale_apart().is_none() {
                    // Two grouping signs, or one without digits behind it, hold a group of none.
                    if self.notation.group.contains(&c) && !mark {
                        return Err(NumberFault::GroupLength { digits: 0, mark: None });
                    }
                    if self.digit_behind(c) {
                        let decimal = self.is_decimal(c);
                        return Err(NumberFault::Grouping { sign: c, decimal });
                    }
                }
                break;
            }
            self.bump(c);
        }
        if self.at == start {
            return Ok(None);
        }
        if sign.is_some() && !mark && run != 3 {
            let mark = self.other_mark(start);
            return Err(NumberFault::GroupLength { digits: run, mark });
        }
        Ok(Some(Amount { start, end: self.at, decimals, whole: !mark }))
    }

    /// The one mark of the amount that begins at `start`, if decimals may stand behind it in another notation.
    fn other_mark(&self, start: usize) -> Option<char> {
        let amount = &self.text[start..];
        let behind = amount.trim_start_matches(|c| digit(c).is_some() || may_group(c));
        let amount = amount[..amount.len() - behind.len()].trim_end_matches(may_group);
        let mut marks = amount.chars().filter(|c| digit(*c).is_none());
        let only = marks.next().filter(|_| marks.next().is_none())?;
        matches!(only, '.' | ',').then_some(only)
    }

    /// The power of ten of the unit of counting that ends the text, with blanks before it: of `500 万`.
    fn scale_apart(&self) -> Option<i64> {
        let rest = &self.text[self.at..];
        let scale = rest.trim_start();
        // A blank before `千` and `百` begins a word as often: `2 千斤顶`.
        let is_large = scale.ends_with(['万', '萬', '亿', '億']);
        (scale.len() < rest.len() && is_large).then(|| scale_of(scale)).flatten()
    }

    /// Reads a fraction in one character that ends the text, behind a whole amount perhaps with a
    /// blank between; none if there is no such fraction.
    fn fraction(&self, whole: bool) -> Option<Result<BigDecimal, NumberFault>> {
        let rest = &self.text[self.at..];
        let rest = rest.strip_prefix(char::is_whitespace).filter(|_| whole).unwrap_or(rest);
        let c = rest.chars().next().filter(|c| c.len_utf8() == rest.len())?;
        // Digits before it are whole ones.
        if !whole && self.text[..self.at].ends_with(|c| digit(c).is_some() || self.is_decimal(c)) {
            return None;
        }
        let digits = fraction(c)?;
        let mantissa = digits.parse::<i64>().map_err(|_| NumberFault::Endless(c));
        let scale = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        Some(mantissa.map(|mantissa| BigDecimal::new(mantissa.into(), scale)))
    }

    /// Reads an exponent up to the end of the text.
    fn exponent(&mut self) -> Result<i64, NumberFault> {
        let mut minus = false;
        if let Some(c) = self.peek().filter(|&c| is_minus(c) || narrow(c) == '+') {
            minus = is_minus(c);
            self.bump(c);
        }
        let mut digits = String::new();
        while let Some(c) = self.peek()
            && let Some(value) = digit(c)
        {
            digits.extend(char::from_digit(value, 10));
            self.bump(c);
        }
        if digits.is_empty() || self.peek().is_some() {
            return Err(self.unexpected());
        }
        let exponent = saturated(&digits);
        Ok(if minus { -exponent } else { exponent })
    }

    /// Reads what has Han numerals in it, up to the end of the text. `amount`
    /// are the digits before them.
    fn spoken(&mut self, amount: Option<Amount>) -> Result<BigDecimal, NumberFault> {
        let half = BigDecimal::new(BigInt::from(5), 1);
        let rest = &self.text[self.at..];
        if amount.is_none() && matches!(rest, "半" | "一半") {
            return Ok(half);
        }
        if let Some(count) = rest.strip_suffix("个半") {
            let count = match (amount, count) {
                (Some(amount), "") if amount.whole => amount.value(self.text)?,
                (None, count) if !count.is_empty() => BigDecimal::from(self.count(count)?),
                _ => return Err(NumberFault::Numeral("`个半` stands behind a whole number")),
            };
            return Ok(count + half);
        }
        if let Some(amount) = amount {
            if let Some(power) = scale_of(rest) {
                return Ok(amount.value(self.text)? * BigDecimal::new(BigInt::from(1), -power));
            }
            if !amount.whole {
                return Err(NumberFault::Numeral("behind decimals only one unit can stand"));
            }
        }
        if let Some((count, decimals)) = rest.split_once(['点', '點']) {
            if amount.is_some() {
                return Err(self.unexpected());
            }
            let whole = BigDecimal::from(self.count(count)?);
            let digits: String = decimals.chars().map_while(numeral).collect();
            if has_tael(decimals) {
                return Err(TAEL);
            }
            let behind =
                decimals.char_indices().nth(digits.len()).map_or("", |(at, _)| &decimals[at..]);
            let power = if behind.is_empty() { Some(0) } else { scale_of(behind) };
            let (Some(power), false) = (power, digits.is_empty()) else {
                return Err(NumberFault::Numeral("behind `点` stand digits, and perhaps a unit"));
            };
            if digits.len() > MAX_DIGITS {
                return Err(NumberFault::OutOfRange("any column"));
            }
            let mantissa: BigInt = digits.parse().map_err(|_| NumberFault::Unfinished)?;
            let scale = i64::try_from(digits.len()).unwrap_or(i64::MAX);
            return Ok(
                (whole + BigDecimal::new(mantissa, scale)) * BigDecimal::new(1.into(), -power)
            );
        }
        let start = amount.map_or(self.at, |amount| amount.start);
        self.count(&self.text[start..]).map(BigDecimal::from)
    }

    /// A Han numeral, perhaps with figures for some of its digits.
    fn count(&self, text: &str) -> Result<i128, NumberFault> {
        let mut tokens = Vec::new();
        let mut scan = Scan { text, at: 0, notation: self.notation };
        while let Some(c) = scan.peek() {
            if let Some(token) = Token::of(c) {
                tokens.push(token);
                scan.bump(c);
            } else if let Some(amount) = scan.amount()?
                && amount.whole
            {
                let digits = amount.digits(text);
                let value = digits.parse().map_err(|_| NumberFault::OutOfRange("a numeral"))?;
                tokens.push(Token::Figures(value, digits.len()));
            } else {
                return Err(NumberFault::Unexpected(c, self.text.len() - text.len() + scan.at));
            }
            // The longest count has a digit and a unit for each of sixteen places.
            if tokens.len() > 64 {
                return Err(NumberFault::OutOfRange("a numeral"));
            }
        }
        if tokens.is_empty() {
            return Err(NO_ORDER);
        }
        if text.chars().nth(1).is_some() && has_tael(text) {
            return Err(TAEL);
        }
        if tokens == [Token::Zero] { Ok(0) } else { large(&tokens, 8, true) }
    }
}

/// A piece of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Zero,
    Digit(i128),
    /// A power of ten: 1, 2, 3, 4 (万) or 8 (亿).
    Unit(u32),
    /// Figures and how many.
    Figures(i128, usize),
}

impl Token {
    fn of(c: char) -> Option<Self> {
        Some(match c {
            '零' | '〇' => Self::Zero,
            '十' | '拾' => Self::Unit(1),
            '百' | '佰' => Self::Unit(2),
            '千' | '仟' => Self::Unit(3),
            '万' | '萬' => Self::Unit(4),
            '亿' | '億' => Self::Unit(8),
            _ => Self::Digit(i128::from(numeral(c)?.to_digit(10)?)),
        })
    }
}

/// A Han digit as an ASCII one.
pub(super) fn numeral(c: char) -> Option<char> {
    Some(match c {
        '零' | '〇' => '0',
        '一' | '壹' => '1',
        '二' | '两' | '兩' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}

/// Whether a number in words can go on with a character.
fn may_be_spoken(c: char) -> bool {
    Token::of(c).is_some() || matches!(c, '半' | '个' | '点' | '點')
}

/// Whether a character is a unit of Han numerals.
pub(super) fn is_han_unit(c: char) -> bool {
    matches!(Token::of(c), Some(Token::Unit(_)))
}

/// The power of ten of units that stand behind an amount: 千万 is 7.
fn scale_of(text: &str) -> Option<i64> {
    let (mut power, mut last) = (0, None);
    for c in text.chars() {
        let Some(Token::Unit(unit)) = Token::of(c) else { return None };
        // One of 十百千, then 万, then 亿.
        let place = match unit {
            1..=3 => 1,
            4 => 2,
            _ => 3,
        };
        if last.is_some_and(|last| last >= place) {
            return None;
        }
        last = Some(place);
        power += i64::from(unit);
    }
    last.map(|_| power)
}

/// Whether a `两` is not the digit before a unit, as that of `两百` is: behind a figure it is a weight (`三千两`), and
/// nobody writes it for a last digit (`十二`, not `十两`).
fn has_tael(text: &str) -> bool {
    let mut unit_before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let unit = |c: char| match Token::of(c) {
            Some(Token::Unit(unit)) => Some(unit),
            _ => None,
        };
        if matches!(c, '两' | '兩') {
            // The place of a digit behind a unit is below that unit: `一万两千`, not `十两万`.
            let place = chars.peek().copied().and_then(unit);
            if place.is_none_or(|place| unit_before.is_some_and(|before| place >= before)) {
                return true;
            }
        }
        unit_before = unit(c);
    }
    false
}

const TAEL: NumberFault = NumberFault::Numeral("`两` is a digit alone or before a unit");
const NO_DIGIT: NumberFault = NumberFault::Numeral("a unit has no digit before it");
const NO_ORDER: NumberFault = NumberFault::Numeral("its digits and units are in no order");

/// A count with 亿 (8) or 万 (4) as its largest unit, or with smaller ones. `end`
/// says whether nothing stands behind it.
fn large(tokens: &[Token], unit: u32, end: bool) -> Result<i128, NumberFault> {
    let Some(at) = tokens.iter().rposition(|token| *token == Token::Unit(unit)) else {
        return if unit == 8 { large(tokens, 4, end) } else { small(tokens, end) };
    };
    let head = &tokens[..at];
    if head.is_empty() {
        return Err(NO_DIGIT);
    }
    if head.contains(&Token::Unit(unit)) {
        return Err(NO_ORDER);
    }
    let head = if unit == 8 { large(head, 4, false)? } else { small(head, false)? };
    let (limit, value) = (10_i128.pow(unit), head.checked_mul(10_i128.pow(unit)));
    let rest = match &tokens[at + 1..] {
        [] => 0,
        // 三万五: the place below. Behind 三百万 nobody knows which one is meant.
        [Token::Digit(one) | Token::Figures(one, 1)] if end && head % 100 != 0 => {
            one * (limit / 10)
        }
        [Token::Digit(_) | Token::Figures(_, 1)] => {
            return Err(NumberFault::Numeral("the place of its last digit is not clear"));
        }
        [Token::Figures(value, digits)] if u32::try_from(*digits) == Ok(unit) => *value,
        [Token::Figures(..)] => {
            return Err(NumberFault::Numeral("the figures behind a unit do not fill its places"));
        }
        [Token::Zero, rest @ ..] if !rest.is_empty() => large(rest, 4, end)?,
        // 一亿五千: 150000000 as one speaks, 100005000 as one would write it with a 零.
        rest if unit == 8 && !rest.contains(&Token::Unit(4)) => {
            return Err(NumberFault::Numeral("the place of what stands behind `亿` is not clear"));
        }
        rest => large(rest, 4, end)?,
    };
    if rest >= limit {
        return Err(NO_ORDER);
    }
    value.and_then(|value| value.checked_add(rest)).ok_or(NumberFault::OutOfRange("a numeral"))
}

/// A count below 万.
fn small(tokens: &[Token], end: bool) -> Result<i128, NumberFault> {
    let (mut value, mut last, mut zero) = (0_i128, None::<u32>, false);
    let mut rest = tokens;
    loop {
        let falls = |unit: u32| unit < 4 && last.is_none_or(|last| unit < last);
        match rest {
            [] if zero => return Err(NO_ORDER),
            [] => return Ok(value),
            [Token::Zero, behind @ ..] if last.is_some() && !zero => {
                zero = true;
                rest = behind;
            }
            [Token::Digit(0), ..] | [Token::Figures(0, _), Token::Unit(_), ..] => {
                return Err(NO_ORDER);
            }
            [Token::Digit(digit) | Token::Figures(digit, 1), Token::Unit(unit), behind @ ..]
                if falls(*unit) =>
            {
                value += digit * 10_i128.pow(*unit);
                (last, zero, rest) = (Some(*unit), false, behind);
            }
            [Token::Figures(figures, _), Token::Unit(unit), behind @ ..]
                if last.is_none() && falls(*unit) =>
            {
                value = figures
                    .checked_mul(10_i128.pow(*unit))
                    .ok_or(NumberFault::OutOfRange("a numeral"))?;
                (last, rest) = (Some(*unit), behind);
            }
            // 十五, 一百十五.
            [Token::Unit(1), behind @ ..] if falls(1) && !zero => {
                value += 10;
                (last, rest) = (Some(1), behind);
            }
            [Token::Unit(_), ..] if last.is_none() => return Err(NO_DIGIT),
            [Token::Digit(digit) | Token::Figures(digit, 1)] => {
                return match last {
                    Some(1) | None => Ok(value + digit),
                    Some(_) if zero => Ok(value + digit),
                    // 两千五, but not as a part of 两千五万.
                    Some(unit) if end => Ok(value + digit * 10_i128.pow(unit - 1)),
                    Some(_) => Err(NO_ORDER),
                };
            }
            [Token::Figures(figures, _)] if last.is_none() => return Ok(*figures),
            [Token::Figures(figures, digits)]
                if !zero && last.is_some_and(|unit| u32::try_from(*digits) == Ok(unit)) =>
            {
                return Ok(value + figures);
            }
            _ => return Err(NO_ORDER),
        }
    }
}

/// Reads the number of a marker: digits, Han numerals, a letter (a is 1), or
/// one character that Unicode has for a number in a circle, in brackets, with a
/// full stop, or for a Roman numeral.
#[must_use]
pub(super) fn parse_ordinal(text: &str) -> Option<u32> {
    let mut chars = text.chars();
    if let (Some(only), None) = (chars.next(), chars.next()) {
        // The first character of each run of the Unicode charts, and how many there are.
        let runs = [
            ('①', 20),
            ('⑴', 20),
            ('⒈', 20),
            ('㈠', 10),
            ('㊀', 10),
            ('Ⅰ', 12),
            ('ⅰ', 12),
            ('❶', 10),
            ('➀', 10),
            ('➊', 10),
            ('㉑', 15),
            ('⒜', 26),
            ('Ⓐ', 26),
            ('ⓐ', 26),
            ('a', 26),
            ('A', 26),
            ('ａ', 26),
            ('Ａ', 26),
        ];
        for (first, length) in runs {
            let place = u32::from(only).wrapping_sub(u32::from(first));
            if place < length {
                return Some(place + if first == '㉑' { 21 } else { 1 });
            }
        }
    }
    // Most are a few digits.
    if let [b'1'..=b'9', rest @ ..] = text.as_bytes()
        && rest.len() < 6
        && rest.iter().all(u8::is_ascii_digit)
    {
        return text.parse().ok();
    }
    let number = parse_number(text, &Notation::default()).ok()?.to_i64().ok()?;
    u32::try_from(number).ok().filter(|number| *number < 1_000_000)
}

/// Whether a text that begins with a character can be that of a number of [`parse_ordinal`];
/// true where the character does not tell.
pub(super) fn may_begin_ordinal(first: char, number: u32) -> bool {
    let digit = match first {
        '1'..='9' => u32::from(first) - u32::from('0'),
        '１'..='９' => u32::from(first) - u32::from('０'),
        _ => return true,
    };
    let leading = std::iter::successors(Some(number), |rest| Some(rest / 10)).find(|n| *n < 10);
    leading == Some(digit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grouped(group: &str) -> Notation {
        Notation { group: group.chars().collect(), ..Notation::default() }
    }

    fn german() -> Notation {
        Notation { decimal: ',', group: vec!['.'] }
    }

    /// The number in plain digits, or what is wrong with it.
    fn read(text: &str, notation: &Notation) -> String {
        match parse_number(text, notation) {
            Ok(number) => number.to_string(),
            Err(fault) => format!("({fault})"),
        }
    }

    fn check(pairs: &[(&str, &str)]) {
        for (text, expected) in pairs {
            assert_eq!(read(text, &grouped(",，")), *expected, "{text}");
        }
    }

    #[test]
    fn digits_of_both_widths() {
        check(&[
            ("12", "12"),
            (" 12 ", "12"),
            ("-3.5", "-3.5"),
            ("+3.50", "3.5"),
            ("−7", "-7"),
            ("－７", "-7"),
            ("１２．５", "12.5"),
            ("99.", "99"),
            (".5", "0.5"),
            ("007", "7"),
            ("1e-7", "0.0000001"),
            ("1E5", "100000"),
            ("1.5e3", "1500"),
            ("１ｅ＋２", "100"),
            ("1.2.3", "(the decimal mark `.` occurs twice)"),
            (".", "(`.` has no place in a number)"),
            ("-", "(a digit must follow at the end)"),
            ("", "(there is nothing)"),
            ("--1", "(`-` has no place in a number)"),
            ("1e", "(a digit must follow at the end)"),
            ("1e2.5", "(`.` has no place in a number)"),
            ("12 EUR", "(` ` has no place in a number)"),
            ("0x10", "(`x` has no place in a number)"),
            ("inf", "(`i` has no place in a number)"),
            ("1e99999", "(it does not fit into any column)"),
            ("0e99999", "0"),
        ]);
    }

    #[test]
    fn blanks_may_stand_before_a_unit_of_counting() {
        check(&[
            ("500 万", "5000000"),
            ("-3.5 亿", "-350000000"),
            ("1,200  万", "12000000"),
            ("500\u{3000}千万", "5000000000"),
            ("1 万5千", "(` ` has no place in a number)"),
            ("1,万", "(a group has 0 digits, not three)"),
            ("5 万元", "(` ` has no place in a number)"),
            ("三 万", "(` ` has no place in a number)"),
            ("2 千", "(` ` has no place in a number)"),
        ]);
        assert_eq!(read("1 200 万", &grouped(" ")), "12000000");
    }

    #[test]
    fn a_group_that_may_be_decimals_is_told_with_the_other_notation() {
        let remedy = |text: &str, notation: &Notation| {
            parse_number(text, notation).unwrap_err().remedy().unwrap_or_default()
        };
        let point = "if decimals stand behind `.`: `number = { decimal = \".\" }`";
        for text in ["1234.50", "12.5", "1234.567", "12.50 €"] {
            assert_eq!(remedy(text, &german()), point, "{text}");
        }
        for text in ["1.23.4", "1.2345.6", "12.50,3", "1..000"] {
            assert_eq!(remedy(text, &german()), "", "{text}");
        }
    }

    #[test]
    fn a_blank_that_is_none_of_the_keyboard_is_told_by_its_code_point() {
        let told = |text: &str| {
            let fault = parse_number(text, &Notation::default()).unwrap_err();
            (fault.to_string(), fault.remedy().unwrap_or_default())
        };
        for (sign, name, escape) in
            [("\u{202f}", "U+202F", r"\u202F"), ("\u{a0}", "U+00A0", r"\u00A0"), (" ", " ", " ")]
        {
            let (message, remedy) = told(&format!("1{sign}234"));
            assert_eq!(message, format!("`{name}` is neither decimal mark nor grouping sign here"));
            assert_eq!(
                remedy,
                format!("if it parts groups of digits: `number = {{ group = \"{escape}\" }}`")
            );
        }
        assert_eq!(told("1\u{200b}2").0, "`U+200B` has no place in a number");
        assert_eq!(told("1x").0, "`x` has no place in a number");
    }

    #[test]
    fn groups_are_read_where_the_notation_names_a_sign() {
        check(&[
            ("1,234,567", "1234567"),
            ("1，000", "1000"),
            ("12,345.5", "12345.5"),
            ("1,5", "(a group has 1 digit, not three)"),
            ("1,2,345", "(a group has 1 digit, not three)"),
            ("12,34,567", "(a group has 2 digits, not three)"),
            ("1234,567", "(a group has 4 digits, not three)"),
            ("0,500", "(the first group of digits begins with a zero)"),
            ("00,500,000", "(the first group of digits begins with a zero)"),
            ("1,,000", "(a group has 0 digits, not three)"),
            ("1,000,", "(a group has 0 digits, not three)"),
            ("1,000，000", "(groups are parted by different signs)"),
            (",100", "(`,` has no place in a number)"),
            ("1 000", "(` ` is neither decimal mark nor grouping sign here)"),
            ("1'000", "(`'` is neither decimal mark nor grouping sign here)"),
        ]);
        let plain = Notation::default();
        assert_eq!(
            parse_number("12,345", &plain),
            Err(NumberFault::Grouping { sign: ',', decimal: false })
        );
        assert_eq!(
            [
                ("12,345", "12.345"),
                ("1.234.567,89", "1234567.89"),
                ("-0,5", "-0.5"),
                ("1.250", "1250")
            ]
            .map(|(text, expected)| (read(text, &german()), expected.to_owned()))
            .map(|(found, expected)| found == expected),
            [true; 4]
        );
        assert_eq!(read("1.23,4", &german()), "(a group has 2 digits, not three)");
        assert_eq!(read("1 234 567", &grouped(" ")), "1234567");
    }

    #[test]
    fn a_remedy_names_the_option() {
        let remedy = |text: &str| {
            parse_number(text, &Notation::default()).unwrap_err().remedy().unwrap_or_default()
        };
        insta::assert_snapshot!(remedy("12,345"), @r#"write `number = { group = "," }` if it parts groups of digits, `number = { decimal = "," }` if decimals stand behind it"#);
        insta::assert_snapshot!(remedy("1.234.567"), @r#"if `.` parts groups of digits: `number = { decimal = ",", group = "." }`"#);
        insta::assert_snapshot!(remedy("1 234"), @r#"if it parts groups of digits: `number = { group = " " }`"#);
        insta::assert_snapshot!(remedy("abc"), @"");
    }

    #[test]
    fn han_numerals_are_whole_or_none() {
        let no_digit = "(a unit has no digit before it)";
        let no_order = "(its digits and units are in no order)";
        let tael = "(`两` is a digit alone or before a unit)";
        let no_place = "(the place of what stands behind `亿` is not clear)";
        check(&[
            ("零", "0"),
            ("十", "10"),
            ("二十", "20"),
            ("一百零五", "105"),
            ("一百一十五", "115"),
            ("一百十五", "115"),
            ("一百五", "150"),
            ("一千二百五", "1250"),
            ("两千五", "2500"),
            ("两千零五", "2005"),
            ("三万五", "35000"),
            ("三万五千", "35000"),
            ("三万零五", "30005"),
            ("三万五百", "30500"),
            ("三千五万", no_order),
            ("三千五百万", "35000000"),
            ("十万", "100000"),
            ("四百六十万", "4600000"),
            ("一亿两千万", "120000000"),
            ("一万亿", "1000000000000"),
            ("两", "2"),
            ("兩百两十", "220"),
            ("一万两千", "12000"),
            ("一亿零两百", "100000200"),
            ("十两", tael),
            ("一百两", tael),
            ("三千兩", tael),
            ("一万两", tael),
            ("两百两", tael),
            ("一百零两", tael),
            ("二两", tael),
            ("十两万", tael),
            ("一点两", tael),
            ("一亿五千", no_place),
            ("两亿两千", no_place),
            ("一亿五百三", no_place),
            ("一亿零五千", "100005000"),
            ("一亿五千万", "150000000"),
            ("零点五", "0.5"),
            ("一点二五", "1.25"),
            ("十二点五亿", "1250000000"),
            ("一点五千万", "15000000"),
            ("-三", "-3"),
            ("一二", no_order),
            ("十十", no_order),
            ("十百", no_order),
            ("一百零", no_order),
            ("零五", no_order),
            ("二零二五", no_order),
            ("万", no_digit),
            ("亿", no_digit),
            ("万万", no_order),
            ("一万万", no_order),
            ("百", no_digit),
            ("万亿", no_digit),
            ("三百万五", "(the place of its last digit is not clear)"),
            ("点五", no_order),
            ("五点", "(behind `点` stand digits, and perhaps a unit)"),
            ("甲", "(`甲` has no place in a number)"),
            ("三十多", "(`多` has no place in a number)"),
        ]);
    }

    #[test]
    fn halves_units_and_mixtures() {
        check(&[
            ("半", "0.5"),
            ("一半", "0.5"),
            ("一个半", "1.5"),
            ("两个半", "2.5"),
            ("3个半", "3.5"),
            ("十个半", "10.5"),
            ("两半", "(`半` has no place in a number)"),
            ("1.5个半", "(`个半` stands behind a whole number)"),
            ("1.5万", "15000"),
            ("10万", "100000"),
            ("3千万", "30000000"),
            ("1百万亿", "100000000000000"),
            ("1,100.9亿", "110090000000"),
            ("1,5万", "(a group has 1 digit, not three)"),
            ("3万5千", "35000"),
            ("3万5", "35000"),
            ("1万2500", "12500"),
            ("1亿2000万", "120000000"),
            ("1亿5千", "(the place of what stands behind `亿` is not clear)"),
            ("5两", "(`两` is a digit alone or before a unit)"),
            ("3千两", "(`两` is a digit alone or before a unit)"),
            ("1万25", "(the figures behind a unit do not fill its places)"),
            ("1.5万5", "(behind decimals only one unit can stand)"),
            ("3千5万", "(its digits and units are in no order)"),
        ]);
    }

    #[test]
    fn fractions_in_one_character() {
        check(&[
            ("½", "0.5"),
            ("1½", "1.5"),
            ("1 ½", "1.5"),
            ("-2⅜", "-2.375"),
            ("1,200¼", "1200.25"),
            ("５½", "5.5"),
            ("⅔", "(`⅔` is no decimal that ends)"),
            ("1⅓", "(`⅓` is no decimal that ends)"),
            ("1.5½", "(`½` has no place in a number)"),
            ("1.½", "(`½` has no place in a number)"),
            ("½5", "(`½` has no place in a number)"),
            ("1  ½", "(` ` has no place in a number)"),
            ("½万", "(`½` has no place in a number)"),
            ("10²", "(`²` has no place in a number)"),
            ("٣", "(`٣` has no place in a number)"),
        ]);
    }

    #[test]
    fn a_whole_number_is_exact_or_told() {
        let whole = |text: &str| parse_number(text, &Notation::default()).unwrap().to_i64();
        let too_large = Err(NumberFault::OutOfRange("a whole number of 64 bits"));
        assert_eq!(whole("9007199254740993"), Ok(9_007_199_254_740_993));
        assert_eq!(whole("9223372036854775807"), Ok(i64::MAX));
        assert_eq!(whole("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(whole("9223372036854775808"), too_large);
        assert_eq!(whole(&"9".repeat(400)), too_large);
        assert_eq!(whole("1e3"), Ok(1000));
        assert_eq!(whole("12.50e1"), Ok(125));
        assert_eq!(whole("7.000"), Ok(7));
        assert_eq!(whole("1.5"), Err(NumberFault::NotWhole));
        assert_eq!(whole("1e-400"), Err(NumberFault::NotWhole));
        assert_eq!(whole("1e300"), too_large);
    }

    #[test]
    fn a_double_is_the_nearest_or_told() {
        let double = |text: &str| parse_number(text, &Notation::default())?.to_f64();
        let too_large = Err(NumberFault::OutOfRange("a double"));
        assert_eq!(double(&"9".repeat(400)), too_large);
        assert_eq!(double("1e-400"), too_large);
        assert_eq!(double("-0"), Ok(0.0));
        assert_eq!(double("1e23"), Ok(1e23));
        assert_eq!(double("0.1000000000000000055511151231257827021181583404541015625"), Ok(0.1));
        assert_eq!(double("4.9e-324"), Ok(5e-324));
    }

    #[test]
    fn decimals_are_rounded_half_to_even_and_told() {
        let decimal = |text: &str, precision, scale| {
            parse_number(text, &Notation::default()).unwrap().to_decimal(precision, scale)
        };
        let too_large = Err(NumberFault::OutOfRange("the decimal"));
        assert_eq!(decimal("12.5", 38, 2), Ok((1250, false)));
        assert_eq!(decimal("0.125", 38, 2), Ok((12, true)));
        assert_eq!(decimal("0.135", 38, 2), Ok((14, true)));
        assert_eq!(decimal("-0.125", 38, 2), Ok((-12, true)));
        assert_eq!(decimal("-0.126", 38, 2), Ok((-13, true)));
        assert_eq!(decimal("1e-60", 38, 2), Ok((0, true)));
        assert_eq!(decimal("99.995", 4, 2), too_large);
        assert_eq!(decimal("99.994", 4, 2), Ok((9999, true)));
        assert_eq!(decimal("1e36", 38, 2), too_large);
        let nines = "9".repeat(38);
        assert_eq!(decimal(&nines, 38, 0), Ok((nines.parse().unwrap(), false)));
        assert_eq!(decimal(&"9".repeat(39), 38, 0), too_large);
        assert_eq!(decimal(&format!("0.{}", "1".repeat(60)), 38, 1), Ok((1, true)));
    }

    #[test]
    fn numbers_of_json_have_its_grammar() {
        let read = |text: &str| parse_json_number(text).map(|number| number.to_string());
        let reads =
            ["0", "-0.0", "12.50", "1e3", "1.5E-3", "-2e+2"].map(|text| read(text).unwrap());
        assert_eq!(reads, ["0", "0", "12.5", "1000", "0.0015", "-200"]);
        for text in
            ["", "-", "+1", "01", "1.", ".5", "1e", "1e+", "1,000", " 1", "1 ", "NaN", "0x1", "１"]
        {
            assert!(read(text).is_err(), "{text}");
            assert!(
                serde_json::from_str::<serde_json::Number>(text.trim_matches(' ')).is_err()
                    || text.contains(' ')
            );
        }
    }

    #[test]
    fn a_marker_has_a_number() {
        let read = ["①", "⒊", "㈡", "Ⅻ", "c", "十二", "07", "㉑", "1.5", "天"].map(parse_ordinal);
        let expected =
            [Some(1), Some(3), Some(2), Some(12), Some(3), Some(12), Some(7), Some(21), None, None];
        assert_eq!(read, expected);
    }

    /// A whole number below 万 in words, written out.
    fn describe(number: u32) -> String {
        const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
        let mut out = String::new();
        let mut gap = false;
        for (unit, word) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let digit = number / unit % 10;
            if digit == 0 {
                gap = !out.is_empty();
                continue;
            }
            if gap {
                out.push('零');
                gap = false;
            }
            out.push(DIGITS[digit as usize]);
            out.push_str(word);
        }
        out
    }

    proptest! {
        #[test]
        fn an_ordinal_begins_as_its_number_does(text in "[0-9０-９一二十百千万亿半两.,eE/%-]{1,6}") {
            if let (Some(number), Some(first)) = (parse_ordinal(&text), text.chars().next()) {
                prop_assert!(may_begin_ordinal(first, number), "{text} {number}");
            }
        }

        #[test]
        fn whole_numbers_are_those_of_the_standard_library(number: i64, zeros in 0_usize..4) {
            let sign = if number < 0 { "-" } else { "" };
            let text = format!("{sign}{}{}", "0".repeat(zeros), number.unsigned_abs());
            let read = parse_number(&text, &Notation::default()).unwrap();
            prop_assert_eq!(read.to_i64(), Ok(number));
            let digits = number.unsigned_abs().to_string();
            let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|g| str::from_utf8(g).unwrap()).collect();
            let read = parse_number(&format!("{sign}{}", groups.join("'")), &grouped("'")).unwrap();
            prop_assert_eq!(read.to_i64(), Ok(number));
        }

        #[test]
        fn doubles_are_those_of_the_standard_library(text in r"-?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,30})([eE][-+]?[0-9]{1,3})?") {
            let expected = text.parse::<f64>().unwrap();
            let read = parse_number(&text, &Notation::default()).unwrap().to_f64();
            let nought = text.split(['e', 'E']).next().unwrap().bytes().all(|byte| !(b'1'..=b'9').contains(&byte));
            if expected.is_finite() && (expected != 0.0 || nought) {
                prop_assert_eq!(read, Ok(expected));
            } else {
                prop_assert_eq!(read, Err(NumberFault::OutOfRange("a double")));
            }
        }

        #[test]
        fn every_double_survives(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            for text in [format!("{number}"), format!("{number:e}")] {
                prop_assert_eq!(parse_number(&text, &Notation::default()).unwrap().to_f64(), Ok(number), "{}", text);
            }
        }

        #[test]
        fn decimals_are_those_of_exact_arithmetic(mantissa in -(10_i128.pow(37))..10_i128.pow(37), own in 0_u8..30, scale in 0_u8..20) {
            let text = BigDecimal::new(mantissa.into(), own.into()).to_plain_string();
            let near = BigDecimal::new(mantissa.into(), own.into()).with_scale_round(scale.into(), RoundingMode::HalfEven);
            let read = parse_number(&text, &Notation::default()).unwrap().to_decimal(38, scale);
            match near.as_bigint_and_exponent().0.to_i128().filter(|near| near.unsigned_abs() < 10_u128.pow(38)) {
                Some(near) => prop_assert_eq!(read.map(|(found, _)| found), Ok(near)),
                None => prop_assert!(read.is_err()),
            }
        }

        #[test]
        fn words_say_what_figures_say(number in 1_u32..10_000, high in 1_u32..10_000) {
            let plain = Notation::default();
            prop_assert_eq!(parse_number(&describe(number), &plain).unwrap().to_i64(), Ok(number.into()));
            let zero = if number < 1000 { "零" } else { "" };
            let text = format!("{}万{zero}{}", describe(high), describe(number));
            let expected = i64::from(high) * 10_000 + i64::from(number);
            prop_assert_eq!(parse_number(&text, &plain).unwrap().to_i64(), Ok(expected), "{}", text);
        }

        #[test]
        fn no_text_panics(text in r"[-+0-9.,'eE０１．，−零一二十百千万亿点半个 ]{0,12}") {
            for notation in [Notation::default(), german(), grouped(",，")] {
                if let Ok(number) = parse_number(&text, &notation) {
                    let _ = (number.to_i64(), number.to_f64(), number.to_decimal(38, 2));
                    // What is read can be written and read again.
                    let again = parse_number(&number.to_string(), &Notation::default());
                    prop_assert_eq!(again, Ok(number));
                }
            }
            let _ = parse_json_number(&text);
        }
    }
}
