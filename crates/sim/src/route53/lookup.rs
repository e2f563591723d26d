//! Which record sets answer for a name.
//!
//! Source: "Using an asterisk (*) in the names of hosted zones and records", Developer Guide.

use std::collections::BTreeMap;

use super::zone::Zone;
use super::{DnsName, Key, RecordSet, RecordType, Route53};

/// Which record sets are looked at while a change of them is PENDING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsView {
    /// As they were before every change that is PENDING.
    Old,
    /// As if every change were made.
    New,
}

/// What the sets were that a change replaced, until it has reached every name server.
#[derive(Clone, Debug)]
pub(super) struct Propagating {
    pub(super) change: String,
    pub(super) zone: String,
    pub(super) before: BTreeMap<Key, Option<RecordSet>>,
}

impl Route53 {
    /// The sets that answer for a name and a type: its own, or those of the wildcard above it.
    /// Private zones answer nobody outside.
    pub(crate) fn sets_in(
        &self,
        view: DnsView,
        name: &DnsName,
        kind: RecordType,
    ) -> Vec<&RecordSet> {
        let mut sets = self.answering(view, name);
        sets.retain(|set| set.key.kind == kind);
        sets
    }

    /// Whether a name has record sets of any type.
    pub(crate) fn exists(&self, view: DnsView, name: &DnsName) -> bool {
        !self.answering(view, name).is_empty()
    }

    fn answering(&self, view: DnsView, name: &DnsName) -> Vec<&RecordSet> {
        let zones = self
            .zones
            .values()
            .filter(|zone| !zone.private && name.is_within(&zone.name));
        let Some(zone) = zones.max_by_key(|zone| zone.name.as_str().len()) else {
            return Vec::new();
        };
        let own = self.named(view, zone, name);
        match name.wildcard().filter(|_| own.is_empty()) {
            Some(wildcard) => self.named(view, zone, &wildcard),
            None => own,
        }
    }

    /// Every set of this name, of any type.
    fn named<'a>(&'a self, view: DnsView, zone: &'a Zone, name: &DnsName) -> Vec<&'a RecordSet> {
        let first = Key {
            name: name.clone(),
            kind: RecordType::A,
            identifier: None,
        };
        let now = zone.sets.range(&first..).map(|(key, set)| (key, Some(set)));
        let mut sets: BTreeMap<&Key, Option<&RecordSet>> =
            now.take_while(|(key, _)| key.name == *name).collect();
        if view == DnsView::Old {
            let pending = self.propagating.iter().filter(|it| it.zone == zone.id);
            // What the oldest change replaced comes last, and stays.
            for undone in pending.rev() {
                let before = undone.before.range(&first..);
                let before = before.take_while(|(key, _)| key.name == *name);
                sets.extend(before.map(|(key, set)| (key, set.as_ref())));
            }
        }
        sets.into_values().flatten().collect()
    }
}
