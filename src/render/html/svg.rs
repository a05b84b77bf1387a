//! Pictures: bars, meters and stacked bars, as inline SVG without any text. What they show stands
//! beside them in words too.

use maud::{Markup, html};

/// How high a picture is in its own units.
const HEIGHT: u64 = 100;
/// How wide a bar is, with the gap behind it.
const STEP: usize = 10;

/// Bars side by side, as high as their counts. `what` says what they show.
pub(super) fn bars(counts: &[u64], what: &str, large: bool) -> Markup {
    let most = counts.iter().max().copied().unwrap_or(0).max(1);
    let mut path = String::new();
    for (n, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        // What is there can be seen.
        let high = (u128::from(*count) * u128::from(HEIGHT) / u128::from(most)).max(3);
        let x = n * STEP;
        path.push_str(&format!("M{x} {HEIGHT}v-{high}h9v{high}z"));
    }
    let frame = format!("0 0 {} {HEIGHT}", counts.len().max(1) * STEP - 1);
    html! {
        svg .spread .large[large] viewBox=(frame) preserveAspectRatio="none" role="img" aria-label=(what) {
            path d=(path) {}
        }
    }
}

/// A bar that is filled to a share. It says nothing that does not stand beside it.
pub(super) fn meter(part: u64, whole: u64, gap: bool) -> Markup {
    html! {
        svg .meter .gap[gap] viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(thousandths(part, whole)) height="10" {}
        }
    }
}

/// Parts of a whole side by side, each with the class of its color.
pub(super) fn stack(parts: &[(u64, &str)], what: &str) -> Markup {
    let whole: u64 = parts.iter().map(|(part, _)| part).sum();
    let mut from = 0;
    let shown = parts.iter().map(|(part, class)| {
        let start = thousandths(from, whole);
        from += part;
        (start, thousandths(from, whole) - start, *class)
    });
    let shown: Vec<_> = shown.filter(|(_, wide, _)| *wide > 0).collect();
    html! {
        svg .balance viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label=(what) {
            @for (start, wide, class) in shown {
                rect x=(start) width=(wide) height="10" class=(class) {}
            }
        }
    }
}

/// A part of a whole in thousandths; what is there has one at least.
fn thousandths(part: u64, whole: u64) -> u128 {
    let share = u128::from(part) * 1000 / u128::from(whole.max(1));
    if part > 0 { share.clamp(1, 1000) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_bar_fills_the_picture_and_the_lowest_is_seen() {
        let drawn = bars(&[0, 1, 1000], "a picture", false).into_string();
        assert_eq!(
            drawn,
            "<svg class=\"spread\" viewBox=\"0 0 29 100\" preserveAspectRatio=\"none\" role=\"img\" \
             aria-label=\"a picture\"><path d=\"M10 100v-3h9v3zM20 100v-100h9v100z\"></path></svg>"
        );
        assert!(bars(&[], "nothing", true).into_string().contains("viewBox=\"0 0 9 100\""));
    }

    #[test]
    fn parts_fill_the_whole_and_nothing_divides_by_nothing() {
        let drawn = stack(&[(1, "c1"), (0, "c2"), (3, "c3")], "parts").into_string();
        let expected = "<rect x=\"0\" width=\"250\" height=\"10\" class=\"c1\"></rect>\
                        <rect x=\"250\" width=\"750\" height=\"10\" class=\"c3\"></rect>";
        assert!(drawn.contains(expected), "{drawn}");
        assert!(!stack(&[], "none").into_string().contains("<rect"));
        assert!(meter(0, 0, false).into_string().contains("width=\"0\""));
        assert!(meter(1, u64::MAX, true).into_string().contains("width=\"1\""));
    }

    #[test]
    fn a_label_cannot_leave_its_attribute() {
        assert!(!bars(&[1], "\"><script>", false).into_string().contains("<script>"));
    }
}
