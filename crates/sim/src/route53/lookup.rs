//! Which record sets answer for a name.
//!
//! Source: "Using an asterisk (*) in the names of hosted zones and records", Developer Guide.

use super::zone::Zone;
use super::{DnsName, Key, RecordSet, RecordType, Route53};

impl Route53 {
    /// The sets that answer for a name and a type: its own, or those of the wildcard above it.
    /// Private zones answer nobody outside.
    pub(crate) fn sets_of(&self, name: &DnsName, kind: RecordType) -> Vec<&RecordSet> {
        let zones = self
            .zones
            .values()
            .filter(|zone| !zone.private && name.is_within(&zone.name));
        let Some(zone) = zones.max_by_key(|zone| zone.name.as_str().len()) else {
            return Vec::new();
        };
        let wildcard = name
            .wildcard()
            .filter(|_| named(zone, name).next().is_none());
        let name = wildcard.as_ref().unwrap_or(name);
        named(zone, name)
            .filter(|set| set.key.kind == kind)
            .collect()
    }
}

/// Every set of this name, of any type.
fn named<'zone>(zone: &'zone Zone, name: &DnsName) -> impl Iterator<Item = &'zone RecordSet> {
    let first = Key {
        name: name.clone(),
        kind: RecordType::A,
        identifier: None,
    };
    let name = name.clone();
    zone.sets
        .range(first..)
        .map(|(_, set)| set)
        .take_while(move |set| set.key.name == name)
}
