//! Names in their order, found without going through all of them.

use rustc_hash::FxHashMap;

/// Names, each known by its place.
#[derive(Debug, Default)]
pub(crate) struct Names {
    list: Vec<String>,
    /// The place of each; of names that are alike that of the first.
    places: FxHashMap<String, usize>,
}

impl Names {
    pub(crate) fn push(&mut self, name: String) {
        self.places.entry(name.clone()).or_insert(self.list.len());
        self.list.push(name);
    }

    pub(crate) fn list(&self) -> &[String] {
        &self.list
    }

    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }
}

impl FromIterator<String> for Names {
    fn from_iter<T: IntoIterator<Item = String>>(names: T) -> Self {
        let mut all = Self::default();
        names.into_iter().for_each(|name| all.push(name));
        all
    }
}
