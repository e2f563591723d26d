//! The two patches that say what to change, rather than what to apply.

pub(crate) mod json;
pub(crate) mod merge;
