//! Numbers as people write them: `1,000`, `０．５`, `十五`, `两`, `半`, `三万`,
//! `一个半`.

/// Reads a number. ASCII and full-width digits with a decimal point and
/// thousands separators, Han numerals up to 亿, 半 for a half, and a trailing
/// 万, 千, 百 or 亿 are known. None if the text is anything else.
///
/// ```
/// use recordmill::normalize::parse_number;
/// assert_eq!(parse_number("1,500"), Some(1500.0));
/// assert_eq!(parse_number("２．５万"), Some(25000.0));
/// assert_eq!(parse_number("十五"), Some(15.0));
/// assert_eq!(parse_number("一个半"), Some(1.5));
/// assert_eq!(parse_number("abc"), None);
/// ```
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return text.parse().ok();
    }
    let (sign, text) = match text.strip_prefix(['-', '－', '−']) {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix(['+', '＋']).unwrap_or(text)),
    };
    let (text, half) = match text.strip_suffix('半') {
        Some("") => return Some(sign * 0.5),
        Some(rest) => (rest.strip_suffix('个').unwrap_or(rest), 0.5),
        None => (text, 0.0),
    };
    let number = digits(text).or_else(|| han(text))?;
    Some(sign * (number + half))
}

/// Digits, with separators between groups of three, and perhaps a Han unit behind.
fn digits(text: &str) -> Option<f64> {
    let mut plain = String::with_capacity(text.len());
    let mut group = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '0'..='9' => plain.push(c),
            '０'..='９' => plain.push(char::from_digit(u32::from(c) - u32::from('０'), 10)?),
            '.' | '．' => plain.push('.'),
            ',' | '，' if !plain.is_empty() && !plain.contains('.') => group = Some(plain.len()),
            _ => {
                let unit = han_unit(c)?;
                let after = rest.as_str();
                let more = if after.is_empty() { 1.0 } else { single_unit(after)? };
                return plain.parse::<f64>().ok().map(|number| number * unit * more);
            }
        }
    }
    let grouped = group
        .is_none_or(|at| plain[at..].split('.').next().is_some_and(|digits| digits.len() == 3));
    if grouped { plain.parse().ok() } else { None }
}

fn single_unit(text: &str) -> Option<f64> {
    let mut chars = text.chars();
    let unit = han_unit(chars.next()?)?;
    chars.next().is_none().then_some(unit)
}

fn han_digit(c: char) -> Option<f64> {
    Some(match c {
        '零' | '〇' => 0.0,
        '一' | '壹' => 1.0,
        '二' | '两' | '贰' => 2.0,
        '三' | '叁' => 3.0,
        '四' | '肆' => 4.0,
        '五' | '伍' => 5.0,
        '六' | '陆' => 6.0,
        '七' | '柒' => 7.0,
        '八' | '捌' => 8.0,
        '九' | '玖' => 9.0,
        _ => return None,
    })
}

fn han_unit(c: char) -> Option<f64> {
    Some(match c {
        '十' | '拾' => 10.0,
        '百' | '佰' => 100.0,
        '千' | '仟' => 1000.0,
        '万' => 10_000.0,
        '亿' => 100_000_000.0,
        _ => return None,
    })
}

/// Han numerals: each digit counts for the unit behind it; 万 and 亿 for all
/// that stands before them.
fn han(text: &str) -> Option<f64> {
    if text.is_empty() {
        return None;
    }
    if let Some((whole, fraction)) = text.split_once('点') {
        let mut scale = 0.1;
        let mut number = han(whole)?;
        for c in fraction.chars() {
            number += han_digit(c)? * scale;
            scale /= 10.0;
        }
        return Some(number);
    }
    let (mut total, mut section, mut digit) = (0.0, 0.0, None);
    for c in text.chars() {
        if let Some(value) = han_digit(c) {
            if digit.is_some_and(|digit| digit > 0.0) {
                return None;
            }
            digit = Some(value);
        } else {
            let unit = han_unit(c)?;
            if unit >= 10_000.0 {
                total = (total + section + digit.unwrap_or(0.0)) * unit;
                section = 0.0;
            } else {
                section += digit.unwrap_or(1.0) * unit;
            }
            digit = None;
        }
    }
    Some(total + section + digit.unwrap_or(0.0))
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
    let number = parse_number(text)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is whole and in range"
    )]
    (number.fract() == 0.0 && (0.0..1e6).contains(&number)).then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<f64>) {
        assert_eq!(parse_number(text), expected, "{text}");
    }

    #[test]
    fn digits_of_both_widths() {
        check("12", Some(12.0));
        check("-3.5", Some(-3.5));
        check("１２．５", Some(12.5));
        check("1,234,567", Some(1_234_567.0));
        check("1，000", Some(1000.0));
        check("1,5", None);
        check("1.2.3", None);
        check(".", None);
        check("", None);
    }

    #[test]
    fn han_numerals() {
        check("十", Some(10.0));
        check("二十", Some(20.0));
        check("一百零五", Some(105.0));
        check("三万五千", Some(35000.0));
        check("两", Some(2.0));
        check("零点五", Some(0.5));
        check("一二", None);
        check("甲", None);
    }

    #[test]
    fn halves_and_units() {
        check("半", Some(0.5));
        check("两个半", Some(2.5));
        check("1.5万", Some(15000.0));
        check("10万", Some(100_000.0));
        check("3千万", Some(30_000_000.0));
    }

    #[test]
    fn a_marker_has_a_number() {
        let read = ["①", "⒊", "㈡", "Ⅻ", "c", "十二", "07", "㉑", "1.5", "天"].map(parse_ordinal);
        let expected =
            [Some(1), Some(3), Some(2), Some(12), Some(3), Some(12), Some(7), Some(21), None, None];
        assert_eq!(read, expected);
    }
}
