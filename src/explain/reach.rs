//! How far a pattern gets in a text that it does not match.

use std::ops::Range;

use regex_automata::hybrid::dfa::DFA;
use regex_automata::{Anchored, Input};

/// How much of a text is looked at, in bytes.
const WINDOW: usize = 512;

/// The longest piece of a text that a match of a pattern could begin with, if
/// any could. With a `place` it must begin there.
pub(super) fn reach(pattern: &str, text: &str, place: Option<usize>) -> Option<Range<usize>> {
    let dfa = DFA::new(pattern).ok()?;
    let mut cache = dfa.create_cache();
    let window = text.floor_char_boundary(text.len().min(WINDOW));
    let mut longest: Option<Range<usize>> = None;
    let starts = text[..window].char_indices().map(|(at, _)| at);
    for start in starts.filter(|start| place.is_none_or(|place| place == *start)) {
        let input = Input::new(text).range(start..).anchored(Anchored::Yes);
        let mut state = dfa.start_state_forward(&mut cache, &input).ok()?;
        let mut end = start;
        for byte in &text.as_bytes()[start..] {
            let Ok(next) = dfa.next_state(&mut cache, state, *byte) else { break };
            if next.is_dead() || next.is_quit() {
                break;
            }
            state = next;
            end += 1;
        }
        let reached = start..text.floor_char_boundary(end);
        if longest.as_ref().is_none_or(|longest| reached.len() > longest.len()) {
            longest = Some(reached);
        }
    }
    longest.filter(|reached| !reached.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, expected: Option<&str>) {
        assert_eq!(reach(pattern, text, None).map(|range| &text[range]), expected, "{pattern}");
    }

    #[test]
    fn the_longest_start_of_a_match_is_found() {
        check(r"[0-9]+-[0-9]+天", "约3-5周", Some("3-5"));
        check(r"[0-9]+个月", "3个周期", Some("3个"));
        check("终身", "长期", None);
        check(r"^\d{4}-\d{2}", "2026/11", Some("2026"));
    }

    #[test]
    fn it_can_be_asked_at_a_place() {
        assert_eq!(reach("[0-9]+周", "3天12月", Some(4)), Some(4..6));
    }
}
