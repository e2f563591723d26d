//! The paging that Route 53's lists share: `maxitems`, and whether there is more.

use super::{Asked, Error};
use crate::wire::Constraints;

/// One page, and the first entry of the next.
pub(super) struct Page<T> {
    pub(super) entries: Vec<T>,
    pub(super) next: Option<T>,
}

impl<T> Page<T> {
    pub(super) fn of(mut rest: impl Iterator<Item = T>, size: usize) -> Self {
        let entries = rest.by_ref().take(size).collect();
        Self {
            entries,
            next: rest.next(),
        }
    }
}

/// The size asked for. More than the maximum is the maximum.
pub(super) fn size(asked: &Asked, maximum: usize) -> Result<usize, Error> {
    let Some(text) = asked.query.get("maxitems") else {
        return Ok(maximum);
    };
    let mut constraints = Constraints::default();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    constraints.pattern("maxItems", Some(text), "[0-9]+", digits);
    constraints.verdict().map_err(Error::InvalidInput)?;
    let size = text.parse().unwrap_or(maximum);
    if size == 0 {
        return Err(Error::InvalidInput(
            "The value for MaxItems must be positive.".to_owned(),
        ));
    }
    Ok(size.min(maximum))
}
