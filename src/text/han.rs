//! Simplified and traditional Chinese characters.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use rustc_hash::FxHashSet;

use super::chars;

/// The dictionaries of `OpenCC`; none if they cannot be read, which would be a bug.
static SIMPLIFIER: LazyLock<Option<OpenCC>> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// The traditional characters that have a simplified form. Rare characters stand in
/// Big5 alone too, and have none.
pub(crate) static TRADITIONAL: LazyLock<FxHashSet<char>> = LazyLock::new(|| {
    let candidates =
        ('\u{4e00}'..='\u{9fff}').filter(|c| chars::kind(*c) & chars::TRADITIONAL != 0);
    let changes = |c: &char| {
        simplified(c.encode_utf8(&mut [0; 4])).is_some_and(|other| !other.starts_with(*c))
    };
    candidates.filter(changes).collect()
});

/// A text in simplified characters.
pub(crate) fn simplified(text: &str) -> Option<String> {
    SIMPLIFIER.as_ref().map(|simplifier| simplifier.convert(text))
}
