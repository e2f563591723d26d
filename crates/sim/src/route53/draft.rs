//! A zone's record sets as a batch would leave them. Nothing is written to the zone before the
//! whole batch has been judged, so a refused batch changes nothing.

use std::collections::BTreeMap;

use super::name::DnsName;
use super::problem::Problem;
use super::record_set::{Key, RecordSet, RecordType};
use super::shape::{Action, Change};
use super::zone::RecordSets;

pub(super) struct Draft<'zone> {
    current: &'zone RecordSets,
    /// Whether a DELETE must repeat the values in their order.
    ordered: bool,
    /// What the batch does: a new content, or a deletion.
    changed: BTreeMap<Key, Option<RecordSet>>,
}

impl<'zone> Draft<'zone> {
    pub(super) fn of(current: &'zone RecordSets, ordered: bool) -> Self {
        Self {
            current,
            ordered,
            changed: BTreeMap::new(),
        }
    }

    /// Makes the changes in their order, and returns what is wrong with them one by one.
    pub(super) fn make(&mut self, changes: &[Change]) -> Vec<Problem> {
        let made = changes.iter().filter_map(|change| self.make_one(change));
        made.collect()
    }

    pub(super) fn make_one(&mut self, Change { action, set }: &Change) -> Option<Problem> {
        let key = &set.key;
        match (action, self.get(key)) {
            (Action::Create, Some(_)) => return Some(Problem::AlreadyExists(key.clone())),
            (Action::Delete, None) => return Some(Problem::NotFound(key.clone())),
            (Action::Delete, Some(found)) if !found.matches(set, self.ordered) => {
                return Some(Problem::ValuesDiffer(key.clone()));
            }
            (Action::Delete, Some(_)) => self.changed.insert(key.clone(), None),
            (Action::Create, None) | (Action::Upsert, _) => {
                self.changed.insert(key.clone(), Some(set.clone()))
            }
        };
        None
    }

    pub(super) fn get(&self, key: &Key) -> Option<&RecordSet> {
        match self.changed.get(key) {
            Some(changed) => changed.as_ref(),
            None => self.current.get(key),
        }
    }

    /// Every set of this name, of any type.
    pub(super) fn named(&self, name: &DnsName) -> impl Iterator<Item = &RecordSet> {
        let first = Key {
            name: name.clone(),
            kind: RecordType::A,
            identifier: None,
        };
        let kept = self.current.range(&first..).take_while({
            let name = name.clone();
            move |(key, _)| key.name == name
        });
        let kept = kept
            .filter(|(key, _)| !self.changed.contains_key(key))
            .map(|(_, set)| set);
        let changed = self.changed.range(&first..).take_while({
            let name = name.clone();
            move |(key, _)| key.name == name
        });
        kept.chain(changed.filter_map(|(_, set)| set.as_ref()))
    }

    /// How many sets there are.
    pub(super) fn count(&self) -> usize {
        let touched = self
            .changed
            .keys()
            .filter(|key| self.current.contains_key(key))
            .count();
        self.current.len() - touched + self.changed.values().flatten().count()
    }

    /// The keys that hold something new.
    pub(super) fn written(&self) -> impl Iterator<Item = &RecordSet> {
        self.changed.values().flatten()
    }

    pub(super) fn into_changed(self) -> BTreeMap<Key, Option<RecordSet>> {
        self.changed
    }
}

/// A set may be named once, or twice to be deleted and created anew.
pub(super) fn repeated(changes: &[Change]) -> Vec<Problem> {
    let mut actions: BTreeMap<&Key, Vec<Action>> = BTreeMap::new();
    for Change { action, set } in changes {
        actions.entry(&set.key).or_default().push(*action);
    }
    let allowed = |actions: &[Action]| match actions {
        [] | [_] | [Action::Delete, Action::Create | Action::Upsert] => true,
        [_, _, ..] => false,
    };
    let broken = actions.into_iter().filter(|(_, actions)| !allowed(actions));
    broken
        .map(|(key, _)| Problem::RepeatedChange {
            kind: key.kind,
            name: key.name.clone(),
        })
        .collect()
}
