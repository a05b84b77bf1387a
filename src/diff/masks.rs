//! Whose values are hidden, by what the tables of a run say of their columns.

use super::reader::TableFile;

/// What one run hides. Its files name columns, not fields, and a field may have no column:
/// where some field is hidden, one of which nothing is known is too.
#[derive(Debug, Default)]
pub(super) struct Masks {
    /// What each column stands for, and whether its values are hidden.
    columns: Vec<(String, bool)>,
}

impl Masks {
    pub(super) fn add(&mut self, file: &TableFile) {
        let items_of = file.about.rows.as_deref().filter(|rows| *rows != "record");
        for (column, about) in &file.about.columns {
            self.columns.push((items_of.unwrap_or(column).to_owned(), about.mask));
        }
    }

    /// Whether findings of a field, or of none, tell no value.
    pub(super) fn hides(&self, field: Option<&str>) -> bool {
        if !self.columns.iter().any(|(_, masked)| *masked) {
            return false;
        }
        // A finding of no field may be about any.
        let Some(field) = field else { return true };
        let is_of = |name: &str| {
            // A field of several cells has a column for each, and objects have objects within.
            name.strip_prefix(field)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '.']))
        };
        let mut own = self.columns.iter().filter(|(name, _)| is_of(name)).peekable();
        own.peek().is_none() || own.any(|(_, masked)| *masked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_to_be_open_is_hidden() {
        let masks = |columns: &[(&str, bool)]| Masks {
            columns: columns.iter().map(|(name, masked)| ((*name).to_owned(), *masked)).collect(),
        };
        let some = masks(&[("name", true), ("price", false), ("dose_unit", true)]);
        let hidden = [Some("name"), Some("dose"), Some("born"), None];
        assert!(hidden.iter().all(|field| some.hides(*field)) && !some.hides(Some("price")));
        let none = masks(&[("name", false)]);
        assert!(!none.hides(Some("born")) && !none.hides(None));
    }
}
