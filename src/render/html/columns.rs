//! What the columns of tables hold: a line each with the share of nulls and a picture of how the
//! values spread, and behind it all that is known.

use maud::{Markup, html};

use super::page::{number as shown, plural, short, text, thousands};
use super::svg;
use crate::render::grouped;
use crate::report::{ColumnProfile, Figure, Frequent, Histogram, ProfileReport, TableProfile};
use crate::schema::Schema;
use crate::schema::model::{Column, Table};

/// How many bytes of the room are for columns that have no more than a line.
const LINES: usize = 150_000;
/// From how many columns on none has a line that opens.
const COLUMNS: usize = 200;
/// How many columns are named at all.
const NAMED: usize = 2000;
/// How many characters of a value are shown.
const SHOWN: usize = 60;
/// How many digits an exact number is shown with.
const DIGITS: usize = 20;

/// The tables with their columns, in so many bytes.
pub(super) fn tables(profile: &ProfileReport, schema: &Schema, bytes: usize) -> Markup {
    let mut room = Room { most: bytes, ..Room::default() };
    let tables = profile.tables.iter().map(|(name, held)| {
        let table = schema.tables.iter().find(|table| table.name == *name);
        one(name, held, table, &mut room)
    });
    let tables: Vec<_> = tables.collect();
    html! {
        @for table in tables { (table) }
        @if room.left_out > 0 {
            p .quiet {
                (plural(room.left_out, "column")) " more: run.json has them all, and "
                code { "profile.parquet" } " a row for each."
            }
        }
    }
}

/// What was used of the room for columns.
#[derive(Default)]
struct Room {
    most: usize,
    bytes: usize,
    columns: usize,
    left_out: u64,
}

fn one(name: &str, held: &TableProfile, table: Option<&Table>, room: &mut Room) -> Markup {
    let columns: Vec<_> = held
        .columns
        .iter()
        .filter_map(|(name, column)| {
            let known =
                table.and_then(|table| table.columns.iter().find(|known| known.name == *name));
            let details = room.columns < COLUMNS && room.bytes + LINES < room.most;
            if room.columns >= NAMED || room.bytes >= room.most {
                room.left_out += 1;
                return None;
            }
            let shown = line(name, column, known, held.rows, details);
            room.columns += 1;
            room.bytes += shown.0.len();
            Some(shown)
        })
        .collect();
    let description = table.and_then(|table| table.description.as_deref());
    html! {
        h3 { (text(name)) " " span .quiet .small { (plural(held.rows, "row")) } }
        @if let Some(description) = description { p .quiet { (short(description, 300)) } }
        @if !columns.is_empty() {
            div .head aria-hidden="true" {
                span { "column" } span { "null" } span { "distinct" } span { "how the values spread" }
            }
        }
        @for column in columns { (column) }
    }
}

fn line(
    name: &str,
    held: &ColumnProfile,
    column: Option<&Column>,
    rows: u64,
    details: bool,
) -> Markup {
    let share = share(held.null, rows);
    let about = html! {
        span .name { (text(name)) }
        " " span .quiet .small { (held.r#type) @if let Some(unit) = &held.unit { ", " (text(unit)) } }
    };
    if !details {
        return html! {
            div .col .plain { (about) " " span .quiet .small { (share) " null, " (distinct(held)) " distinct" } }
        };
    }
    html! {
        details .col {
            summary {
                span { (about) }
                span .small { (share) span .word { " null" } (svg::meter(held.null, rows, true)) }
                span .small { (distinct(held)) span .word { " distinct" } }
                span { (glance(held, rows)) }
            }
            div .inner { (all(held, column, rows)) }
        }
    }
}

fn distinct(held: &ColumnProfile) -> String {
    let sign = if held.distinct_exact { "" } else { "≈\u{a0}" };
    format!("{sign}{}", thousands(held.distinct))
}

/// A share in percent, for people.
pub(super) fn share(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a share for people")]
    let share = part as f64 * 100.0 / whole.max(1) as f64;
    match share {
        _ if part == 0 => "0\u{a0}%".to_owned(),
        share if share < 0.1 => "<\u{a0}0.1\u{a0}%".to_owned(),
        share if part < whole && share > 99.9 => ">\u{a0}99.9\u{a0}%".to_owned(),
        share if share < 10.0 => format!("{share:.1}\u{a0}%"),
        share => format!("{share:.0}\u{a0}%"),
    }
}

/// The picture of a column: bars of numbers, the most frequent texts, or lengths.
fn glance(held: &ColumnProfile, rows: u64) -> Markup {
    let values = rows - held.null.min(rows);
    if values == 0 {
        return html! { span .quiet .small { "no value" } };
    }
    if let Some(histogram) = held.histogram.as_ref().filter(|all| all.bins.len() > 1) {
        return spread(histogram, "values", false);
    }
    // Where values recur, which do says more than how long they are.
    let recurring: u64 = held.top.iter().take(5).map(|value| value.count).sum();
    if recurring * 5 >= values && held.top.len() > 1 || held.distinct <= 20 && !held.top.is_empty()
    {
        return frequent(&held.top, values);
    }
    match &held.lengths {
        Some(lengths) => spread(&lengths.histogram, "characters", false),
        None if held.masked => html! { span .quiet .small { "hidden" } },
        None => frequent(&held.top, values),
    }
}

/// The first of the most frequent values, as parts of a bar.
fn frequent(top: &[Frequent], values: u64) -> Markup {
    let classes = ["c1", "c2", "c4"];
    let first: Vec<_> = top.iter().zip(classes).collect();
    let shown: u64 = first.iter().map(|(value, _)| value.count).sum();
    let mut parts: Vec<_> = first.iter().map(|(value, class)| (value.count, *class)).collect();
    let others = values.saturating_sub(shown);
    parts.push((others, "c3"));
    let named =
        |value: &Frequent| html! { (short(&value.value, 24)) " " (share(value.count, values)) };
    html! {
        span .parts { (svg::stack(&parts, "the most frequent values")) }
        // What stands below an end of the bar is the part there.
        span .ends {
            @if let Some((value, _)) = first.first() { span { (named(value)) } }
            @if others > 0 {
                span { "others " (share(others, values)) }
            } @else if let [_, .., (value, _)] = &first[..] {
                span { (named(value)) }
            }
        }
    }
}

/// Bars with what stands at their ends.
fn spread(histogram: &Histogram, what: &str, large: bool) -> Markup {
    let counts: Vec<_> = histogram.bins.iter().map(|bin| bin.count).collect();
    let (Some(first), Some(last)) = (histogram.bins.first(), histogram.bins.last()) else {
        return html! {};
    };
    let (from, to) = (figure(&first.from), figure(&last.to));
    let label = format!("histogram of {what} from {from} to {to}");
    let unit = if what == "values" { "" } else { " characters" };
    html! {
        span .base { (svg::bars(&counts, &label, large)) }
        span .ends {
            span { (from) }
            @if histogram.log { span { "steps grow" } }
            span { (to) (unit) }
        }
    }
}

/// A figure as people read it. What is exact has all its digits, where they are not too many.
fn figure(figure: &Figure) -> String {
    match figure {
        Figure::Integer(number) => exact(&number.to_string()),
        Figure::Decimal(number) => match number.to_string() {
            text if text.len() <= DIGITS => exact(&text),
            _ => shown(number.to_f64()),
        },
        Figure::Number(number) => shown(*number),
        Figure::Text(text) => text.clone(),
    }
}

/// The digits of a number, in groups.
fn exact(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    let (whole, behind) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    format!("{sign}{}{behind}", grouped(whole).replace(' ', "\u{a0}"))
}

/// All that is known of a column.
fn all(held: &ColumnProfile, column: Option<&Column>, rows: u64) -> Markup {
    let values = rows - held.null.min(rows);
    let description = column.and_then(|column| column.description.as_deref());
    html! {
        @if let Some(description) = description { p .quiet { (short(description, 400)) } }
        @if held.masked { p .quiet { "The values of this column are hidden." } }
        div .more {
            div { (nulls(held, rows)) (kinds(held)) (numbers(held)) }
            @if let Some(histogram) = held.histogram.as_ref().filter(|all| all.bins.len() > 1) {
                div { p .label { "How the values spread" } (spread(histogram, "values", true)) }
            }
            @if let Some(lengths) = &held.lengths {
                div {
                    p .label { "Characters per text" }
                    @if lengths.histogram.bins.len() > 1 { (spread(&lengths.histogram, "characters", true)) }
                    p .small .quiet {
                        (thousands(lengths.min))
                        @if lengths.min < lengths.max {
                            " to " (thousands(lengths.max)) ", " (shown((lengths.mean * 10.0).round() / 10.0)) " in the mean"
                        }
                    }
                }
            }
            (top(held, values))
        }
    }
}

fn nulls(held: &ColumnProfile, rows: u64) -> Markup {
    let why = held.nulls.map(|nulls| {
        [
            ("no such key", nulls.absent),
            ("key without a value", nulls.blank),
            ("stands for no data", nulls.sentinel),
            ("text gave no value", nulls.unread),
        ]
    });
    html! {
        p .label { "Null" }
        dl .pairs {
            dt { "null" } dd { (thousands(held.null)) " of " (plural(rows, "row")) }
            @for (what, count) in why.into_iter().flatten().filter(|(_, count)| *count > 0) {
                dt { (what) } dd { (thousands(count)) }
            }
        }
    }
}

fn kinds(held: &ColumnProfile) -> Markup {
    let mut kinds: Vec<_> = held.kinds.iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let whole = kinds.iter().map(|(_, count)| **count).sum();
    html! {
        @if !kinds.is_empty() {
            p .label { "Kinds" }
            table .tops {
                @for (kind, count) in kinds {
                    tr {
                        td { (text(kind)) }
                        td .bar { (svg::meter(*count, whole, false)) }
                        td .n { (thousands(*count)) }
                    }
                }
            }
        }
    }
}

fn numbers(held: &ColumnProfile) -> Markup {
    let ranks = held.quantiles.as_ref().map(|ranks| {
        [
            ("5 %", &ranks.p05),
            ("25 %", &ranks.p25),
            ("median", &ranks.p50),
            ("75 %", &ranks.p75),
            ("95 %", &ranks.p95),
        ]
    });
    html! {
        @if let (Some(min), Some(max)) = (&held.min, &held.max) {
            p .label { "Figures" }
            dl .pairs {
                dt { @if min == max { "all" } @else { "smallest" } } dd { (figure(min)) }
                @for (what, rank) in ranks.into_iter().flatten().filter(|_| min != max) { dt { (what) } dd { (figure(rank)) } }
                @if min != max { dt { "largest" } dd { (figure(max)) } }
                @if let Some(mean) = held.mean.filter(|_| min != max) { dt { "mean" } dd { (shown(mean)) } }
            }
        }
    }
}

fn top(held: &ColumnProfile, values: u64) -> Markup {
    // Values that come once each are no more frequent than others.
    if held.top.first().is_none_or(|first| first.count < 2 && held.distinct > 20) {
        return html! {};
    }
    let recurs = |value: &&Frequent| value.count > 1 || held.distinct <= 20;
    let most = held.top.first().map_or(1, |first| first.count);
    html! {
        div {
            p .label { "Most frequent values" }
            table .tops {
                @for value in held.top.iter().filter(recurs) {
                    tr {
                        td { (short(&value.value, SHOWN)) }
                        td .bar { (svg::meter(value.count, most, false)) }
                        td .n { (thousands(value.count)) }
                        td .n .quiet { (share(value.count, values)) }
                    }
                }
            }
            @if held.top_missed > 0 {
                p .small .quiet { "Counts may be too low by up to " (thousands(held.top_missed)) "." }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Decimal;

    #[test]
    fn figures_are_exact_and_shares_are_honest() {
        let shares =
            [(0, 10), (1, 1_000_000), (999_999, 1_000_000), (1, 3), (1, 30), (3, 3), (0, 0)];
        let shares = shares.map(|(part, whole)| share(part, whole));
        let shares = shares.map(|share| share.replace('\u{a0}', " "));
        assert_eq!(shares, ["0 %", "< 0.1 %", "> 99.9 %", "33 %", "3.3 %", "100 %", "0 %"]);
        let decimal = |digits| Figure::Decimal(Decimal::new(digits, 2));
        let figures = [
            Figure::Integer(-12_345),
            Figure::Integer(i64::MIN),
            decimal(-123_450),
            decimal(10_i128.pow(30)),
            Figure::Number(-1e-9),
        ];
        let told = figures.map(|of| figure(&of).replace('\u{a0}', " "));
        let expected = ["−12 345", "−9 223 372 036 854 775 808", "−1 234.50", "1e28", "−1e−9"];
        assert_eq!(told, expected);
    }
}
