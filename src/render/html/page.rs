//! What every page has: one file without scripts and requests, texts that cannot act.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::render::{self, cut, sanitize};
use crate::report::Tool;

/// The style sheet, whose colors fit light, dark and paper.
const STYLE: &str = include_str!("style.css");
/// Nothing is fetched and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// A page.
pub(crate) fn page(title: &str, header: Markup, main: Markup, footer: Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="generator" content=(Tool::THIS.name);
                link rel="icon" href="data:,";
                title { (sanitize(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { (header) }
                main { (main) }
                footer { (footer) }
            }
        }
    };
    page.into_string() + "\n"
}

/// A text of a dump or a schema: no character of it acts, and no direction of it goes on behind it.
pub(crate) fn text(text: &str) -> Markup {
    html! { bdi { (sanitize(text)) } }
}

/// A text in which words between backticks are set apart.
pub(in crate::render) fn quoted(of: &str) -> Markup {
    let pieces: Vec<_> = of.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return text(of);
    }
    html! {
        @for (n, piece) in pieces.iter().enumerate().filter(|(_, piece)| !piece.is_empty()) {
            @if n % 2 == 1 { code { (text(piece)) } } @else { (text(piece)) }
        }
    }
}

/// No more of a text than so many characters.
pub(in crate::render) fn short(of: &str, most: usize) -> Markup {
    text(&cut(of, most))
}

/// A number with a blank between groups of three digits, at which no line breaks.
pub(crate) fn thousands(number: u64) -> String {
    render::thousands(number).replace(' ', "\u{a0}")
}

/// A number with no more digits than a person takes in, at which no line breaks.
pub(in crate::render) fn number(number: f64) -> String {
    render::number(number).replace(' ', "\u{a0}").replace('-', "−")
}

/// A number and what it counts.
pub(in crate::render) fn plural(count: u64, noun: &str) -> String {
    render::plural(count, noun).replace(' ', "\u{a0}")
}

/// A table, which scrolls by itself where it is too wide. `what` says what it holds.
pub(crate) fn scrolling(what: &str, table: Markup) -> Markup {
    html! { div .scroll tabindex="0" role="region" aria-label=(what) { table { (table) } } }
}
