//! What a text must end with for a pattern to match at its end, told by the
//! pattern.
//!
//! Most items of a list have no mark at their end: a look at their last bytes is
//! enough to know, and no pattern need be tried.

use regex_syntax::hir::Look;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

/// The endings of which a text must have one. None if the pattern may match
/// elsewhere than at the end, or with too many endings.
#[must_use]
pub fn endings(pattern: &str) -> Option<Vec<Vec<u8>>> {
    let parsed = regex_syntax::parse(pattern).ok()?;
    if !parsed.properties().look_set_suffix().contains(Look::End) {
        return None;
    }
    let endings = Extractor::new().kind(ExtractKind::Suffix).extract(&parsed);
    let endings: Vec<_> =
        endings.literals()?.iter().map(|literal| literal.as_bytes().to_vec()).collect();
    // What may end in nothing ends every text.
    endings.iter().all(|ending| !ending.is_empty()).then_some(endings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_tells_how_its_matches_end() {
        for (pattern, text, may) in [
            (r"(?:\.{2,}|…+)$", "头晕…", Some(true)),
            (r"(?:\.{2,}|…+)$", "头晕..", Some(true)),
            (r"(?:\.{2,}|…+)$", "头晕", Some(false)),
            (r"…", "头…晕", None),
            (r"…*$", "头晕", None),
            (r"[一-龥]$", "头晕", None),
        ] {
            let found = endings(pattern);
            let holds = |endings: Vec<Vec<u8>>| {
                endings.iter().any(|ending| text.as_bytes().ends_with(ending))
            };
            assert_eq!(found.map(holds), may, "{pattern} {text}");
        }
    }
}
