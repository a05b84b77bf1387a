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
        // JSON has no infinity.
        least.or(most).map(|bound| (figure - bound).clamp(f64::MIN, f64::MAX))
    }

    /// By how much so many failures go beyond the bounds: in failures where their number is bounded, and else as a share.
    /// Where both are bounded it is by what goes beyond the closer one, so that two of these can be compared.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share is compared with a bound")]
    pub fn excess_of_failures(&self, failed: u64, tried: u64) -> Option<f64> {
        let (failed, tried) = (failed as f64, tried as f64);
        let most = self.share.map(|share| share * tried);
        let excess = match (self.count, most) {
            (Some(count), most) => failed - most.unwrap_or(f64::INFINITY).min(count as f64),
            (None, Some(most)) if tried > 0.0 => (failed - most) / tried,
            (None, _) => return None,
        };
        Some(excess.max(0.0))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(count: Option<u64>, share: Option<f64>) -> Limit {
        Limit { min: Some(3.0), max: Some(5.0), count, share, span: 0..0 }
    }

    #[test]
    fn figures_and_failures_go_beyond_by_what_can_be_compared() {
        let figures = limit(None, None);
        for (figure, excess) in [(2.0, Some(-1.0)), (3.0, None), (5.0, None), (7.0, Some(2.0))] {
            assert_eq!(figures.excess(figure), excess);
        }
        assert_eq!(figures.excess(f64::INFINITY), Some(f64::MAX));
        // As many failures of fewer rows are more where their share is bounded, and as many where it is not.
        let of =
            |limit: Limit| [(105, 1000), (50, 50)].map(|(n, of)| limit.excess_of_failures(n, of));
        assert_eq!(of(limit(Some(40), None)), [Some(65.0), Some(10.0)]);
        assert_eq!(of(limit(None, Some(0.5))), [Some(0.0), Some(0.5)]);
        assert_eq!(of(limit(Some(100), Some(0.2))), [Some(5.0), Some(40.0)]);
        assert_eq!(of(limit(None, None)), [None, None]);
    }
}
