//! What is made when it is first asked for, once for all clones.

use std::sync::{Arc, OnceLock};

/// Something that is made when it is first asked for.
///
/// Clones share what was made, and each has a clone of its own of it: what searches with a compiled expression keeps
/// state that threads would wait for.
#[derive(Debug)]
pub(crate) struct Lazy<T> {
    shared: Arc<OnceLock<T>>,
    own: OnceLock<T>,
}

impl<T: Clone> Lazy<T> {
    /// What was made, or is made now.
    #[inline]
    pub(crate) fn get(&self, make: impl FnOnce() -> T) -> &T {
        self.own.get_or_init(|| self.shared.get_or_init(make).clone())
    }
}

impl<T> Default for Lazy<T> {
    fn default() -> Self {
        Self { shared: Arc::default(), own: OnceLock::new() }
    }
}

impl<T> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), own: OnceLock::new() }
    }
}
