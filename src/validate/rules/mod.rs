//! The rules, one a file: what it checks, what it says, and its tests.

mod item_count;
mod length;
mod matches;
mod maximum;
mod minimum;
mod not_null;
mod one_of;

pub(super) use item_count::ItemCount;
pub(super) use length::Length;
pub(super) use matches::Matches;
pub(super) use maximum::Maximum;
pub(super) use minimum::Minimum;
pub(super) use not_null::NotNull;
pub(super) use one_of::OneOf;

/// A bound as it is written: whole numbers without a fraction.
fn bound(number: f64) -> String {
    number.to_string()
}

/// Bounds in words, for counts and lengths.
fn bounds(min: Option<f64>, max: Option<f64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("from {} to {}", bound(min), bound(max)),
        (Some(min), None) => format!("at least {}", bound(min)),
        (None, Some(max)) => format!("at most {}", bound(max)),
        (None, None) => "any number".to_owned(),
    }
}

/// Whether a count lies within bounds.
#[expect(clippy::cast_precision_loss, reason = "a count has fewer than 2^52 members")]
fn within(count: usize, min: Option<f64>, max: Option<f64>) -> bool {
    let count = count as f64;
    min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max)
}
