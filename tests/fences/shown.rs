//! A value that is told apart by how it is shown: the operator's types need no hash for the sake of a test.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// The value, and all of it that matters.
pub(crate) struct Shown<T>(Arc<(T, String)>);

impl<T> Shown<T> {
    pub(crate) fn new(value: T, text: String) -> Self {
        Self(Arc::new((value, text)))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0.1
    }
}

impl<T: fmt::Debug> Shown<T> {
    /// All of it matters.
    pub(crate) fn of(value: T) -> Self {
        let text = format!("{value:?}");
        Self::new(value, text)
    }
}

impl<T> Clone for Shown<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Deref for Shown<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.0
    }
}

impl<T> PartialEq for Shown<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl<T> Eq for Shown<T> {}

impl<T> Hash for Shown<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

impl<T> fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
