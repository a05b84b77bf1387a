//! When something is a warning and when an error.

use std::ops::Range;

use crate::diagnostic::Severity;

/// When something is a warning and when an error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Beyond this it is a warning.
    pub warning: Option<Limit>,
    /// Beyond this it is an error.
    pub error: Option<Limit>,
}

impl Limits {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.warning.is_none() && self.error.is_none()
    }
}

/// A bound for a verdict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limit {
    /// The smallest figure that passes.
    pub min: Option<f64>,
    /// The largest figure that passes.
    pub max: Option<f64>,
    /// How many may fail.
    pub count: Option<u64>,
    /// What share may fail.
    pub share: Option<f64>,
    /// Where it is written.
    pub span: Range<usize>,
}

impl Limits {
    /// The severity and the limit that a figure goes beyond, errors first.
    #[must_use]
    pub fn beyond(&self, figure: f64) -> Option<(Severity, &Limit)> {
        self.first(|limit| {
            limit.min.is_some_and(|min| figure < min) || limit.max.is_some_and(|max| figure > max)
        })
    }

    /// The severity and the limit that so many failures go beyond.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share is compared with a bound")]
    pub fn too_many(&self, failed: u64, tried: u64) -> Option<(Severity, &Limit)> {
        let share = if tried == 0 { 0.0 } else { failed as f64 / tried as f64 };
        self.first(|limit| {
            limit.count.is_some_and(|count| failed > count)
                || limit.share.is_some_and(|most| share > most)
        })
    }

    fn first(&self, beyond: impl Fn(&Limit) -> bool) -> Option<(Severity, &Limit)> {
        let both = [(Severity::Error, &self.error), (Severity::Warning, &self.warning)];
        both.into_iter()
            .filter_map(|(severity, limit)| Some((severity, limit.as_ref()?)))
            .find(|(_, limit)| beyond(limit))
    }
}

impl Limit {
    /// By how much a figure goes beyond a bound: less than 0 where it is too small.
    #[must_use]
    pub fn excess(&self, figure: f64) -> Option<f64> {
        let least = self.min.filter(|min| figure < *min);
        let most = self.max.filter(|max| figure > *max);
        least.or(most).map(|bound| figure - bound)
    }

    /// By how many failures, or else by what share of them, so many go beyond a bound.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share is compared with a bound")]
    pub fn excess_of_failures(&self, failed: u64, share: f64) -> Option<f64> {
        let count = self.count.filter(|count| failed > *count);
        count.map(|count| (failed - count) as f64).or(self.share.map(|most| share - most))
    }

    /// Whether all that goes beyond it goes beyond another as well. One that bounds nothing is beyond none.
    #[must_use]
    pub fn is_beyond(&self, other: &Self) -> bool {
        fn is_covered<T: PartialOrd>(
            (own, other): (Option<T>, Option<T>),
            no_closer: fn(&T, &T) -> bool,
        ) -> bool {
            own.is_none_or(|own| other.is_some_and(|other| no_closer(&own, &other)))
        }
        let bounds_something = self.min.is_some()
            || self.max.is_some()
            || self.count.is_some()
            || self.share.is_some();
        bounds_something
            && is_covered((self.min, other.min), |own, other| own <= other)
            && is_covered((self.max, other.max), |own, other| own >= other)
            && is_covered((self.count, other.count), |own, other| own >= other)
            && is_covered((self.share, other.share), |own, other| own >= other)
    }

    /// The bound in words.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut words = Vec::new();
        match (self.min, self.max) {
            (Some(min), Some(max)) => words.push(format!("from {min} to {max}")),
            (Some(min), None) => words.push(format!("at least {min}")),
            (None, Some(max)) => words.push(format!("at most {max}")),
            (None, None) => {}
        }
        words.extend(self.count.map(|count| format!("at most {count} failures")));
        words.extend(self.share.map(|share| format!("at most {} % failures", percent(share))));
        words.join(", ")
    }
}

/// A share in percent, without a tail of digits.
#[must_use]
pub fn percent(share: f64) -> f64 {
    (share * 100_000.0).round() / 1000.0
}
