//! `item-count`: how many items a list has.

use super::{bounds, within};

#[derive(Debug)]
pub(in crate::validate) struct ItemCount {
    min: Option<f64>,
    max: Option<f64>,
}

impl ItemCount {
    pub(in crate::validate) fn new(min: Option<f64>, max: Option<f64>) -> Self {
        Self { min, max }
    }

    pub(in crate::validate) fn holds(&self, count: usize) -> bool {
        within(count, self.min, self.max)
    }

    pub(in crate::validate) fn explain(&self, count: usize) -> String {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} item{plural}, expected {}", bounds(self.min, self.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bounds_count() {
        let rule = ItemCount::new(Some(1.0), Some(2.0));
        assert_eq!([0, 1, 2, 3].map(|count| rule.holds(count)), [false, true, true, false]);
        assert_eq!(rule.explain(3), "3 items, expected from 1 to 2");
    }
}
