//! What a GlobalTable wants of DynamoDB.

use super::Keys;
use crate::names::Region;
use crate::validate::{Lifecycle, Table, TtlWish};

/// The table that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Desired {
    /// Its keys.
    pub keys: Keys,
    /// Its Regions, in the order in which they are made. Never empty.
    pub regions: Vec<Region>,
    /// Expiry of items; unset: hands off.
    pub ttl: Option<TtlWish>,
    /// Whether each replica is protected against deletion.
    pub is_protected: bool,
}

/// What is wanted. A table that is being deleted is wanted no more, and stays.
pub fn desired(table: &Table) -> Option<Desired> {
    if table.lifecycle != Lifecycle::Living {
        return None;
    }
    Some(Desired {
        keys: table.keys.clone(),
        regions: table.regions.clone(),
        ttl: table.ttl.clone(),
        is_protected: table.is_protected,
    })
}
