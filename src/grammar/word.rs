//! Words and digits at the ends of a text, words in capitals or not. Where a word begins and ends is for those to say
//! who ask: of `10:30pm` and `neg5` it is another thing than of prose.

use super::figure::is_han;
use super::number::digit;

/// A text without a word at its start; none if it does not begin with it.
pub(super) fn without_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(tail)
}

/// A text without a word at its end; none if it does not end with it.
pub(super) fn without_word_behind<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(text.len().checked_sub(word.len())?)?;
    tail.eq_ignore_ascii_case(word).then_some(head)
}

/// Words that join what stands before and behind them.
pub(super) const AND: [&str; 5] = ["and", "und", "et", "y", "&"];

/// Whether a text ends with the name of something that a number behind it counts, as `Room` of `Room 3`: a word that
/// begins with a capital letter, or the sign of a section. A number behind another word may be any.
pub(super) fn ends_in_label(text: &str) -> bool {
    let text = text.trim_end();
    let word = &text[text.trim_end_matches(char::is_alphabetic).len()..];
    word.starts_with(char::is_uppercase) || text.ends_with(['§', '#', '№'])
}

/// Whether a text ends with a word that is known for what a number behind it counts, in capitals or not, or several of
/// it: `Room` and `Rooms`, `No.`. Other words that begin with a capital letter may be names of anything:
/// `Festival 1 and 3 March`.
pub(super) fn ends_in_known_label(text: &str) -> bool {
    let text = text.trim_end();
    let dotless = text.strip_suffix('.').unwrap_or(text);
    let word = &dotless[dotless.trim_end_matches(char::is_alphabetic).len()..];
    let one = word.strip_suffix(['s', 'S']).unwrap_or(word);
    text.ends_with(['§', '#', '№'])
        || LABELS
            .iter()
            .any(|label| label.eq_ignore_ascii_case(word) || label.eq_ignore_ascii_case(one))
}

/// Whether a text ends with a word of Chinese for what is numbered, with no other character of Chinese before it: `步骤`.
pub(super) fn ends_in_han_label(text: &str) -> bool {
    let word = &text[text.trim_end_matches(is_han).len()..];
    HAN_LABELS.contains(&word)
}

/// Words of Chinese for what is numbered.
const HAN_LABELS: [&str; 22] = [
    "图", "表", "例", "题", "步骤", "套餐", "问题", "答案", "规则", "阶段", "线路", "案例", "方案",
    "房间", "仓库", "附件", "附图", "附表", "选项", "类型", "等级", "编号",
];

/// Words for what is numbered. Those that are words of prose as well, or begin a date, are none of them.
const LABELS: [&str; 84] = [
    "room",
    "hall",
    "floor",
    "building",
    "house",
    "apartment",
    "apt",
    "suite",
    "gate",
    "platform",
    "page",
    "chapter",
    "section",
    "paragraph",
    "article",
    "part",
    "volume",
    "vol",
    "issue",
    "edition",
    "episode",
    "season",
    "scene",
    "version",
    "release",
    "figure",
    "fig",
    "table",
    "tab",
    "appendix",
    "option",
    "step",
    "stage",
    "phase",
    "level",
    "lv",
    "tier",
    "plan",
    "type",
    "class",
    "grade",
    "group",
    "zone",
    "question",
    "task",
    "item",
    "case",
    "example",
    "exercise",
    "lesson",
    "unit",
    "order",
    "invoice",
    "ticket",
    "lot",
    "number",
    "no",
    "nr",
    "num",
    "terminal",
    "line",
    "track",
    "module",
    "court",
    "row",
    "seat",
    "week",
    "draft",
    "report",
    "annex",
    "round",
    "vip",
    "zimmer",
    "raum",
    "seite",
    "kapitel",
    "abbildung",
    "abb",
    "tabelle",
    "folge",
    "schritt",
    "frage",
    "aufgabe",
    "gruppe",
];

/// A text without the digits at its start, of which there are so many at most; none if it has none, or more.
pub(super) fn without_digits(text: &str, most: usize) -> Option<&str> {
    let tail = text.trim_start_matches(|c| digit(c).is_some());
    let count = text[..text.len() - tail.len()].chars().count();
    (1..=most).contains(&count).then_some(tail)
}

/// As [`without_digits`], at the end.
pub(super) fn without_digits_behind(text: &str, most: usize) -> Option<&str> {
    let head = text.trim_end_matches(|c| digit(c).is_some());
    let count = text[head.len()..].chars().count();
    (1..=most).contains(&count).then_some(head)
}

/// A text without the brackets in it, and the place of what stands between them.
#[cfg(test)]
pub(super) fn marked_part(marked: &str) -> (String, std::ops::Range<usize>) {
    let start = marked.find('[').unwrap();
    let end = marked.find(']').unwrap() - 1;
    (marked.replace(['[', ']'], ""), start..end)
}
