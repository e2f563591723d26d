//! Who owns which fields of an object: what `managedFields` says.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::compare::Comparison;
use super::field_set::FieldSet;
use crate::object::time_text;
use crate::schema::Schema;

/// How a manager writes. The order is that of `managedFields`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Apply,
    Update,
}

/// One writer. The same name with another way of writing is another writer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Manager {
    pub(crate) operation: Operation,
    pub(crate) name: String,
    /// `status`, or nothing for the object itself.
    pub(crate) subresource: Option<String>,
}

#[derive(Clone, Debug)]
struct Owned {
    fields: FieldSet,
    since: Timestamp,
}

/// The owners of an object's fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Managers(BTreeMap<Manager, Owned>);

/// When ownership changed does not matter: a write that changes nothing else is none.
impl PartialEq for Managers {
    fn eq(&self, other: &Self) -> bool {
        let mine = self
            .0
            .iter()
            .map(|(manager, owned)| (manager, &owned.fields));
        let theirs = other
            .0
            .iter()
            .map(|(manager, owned)| (manager, &owned.fields));
        mine.eq(theirs)
    }
}

impl Managers {
    pub(super) fn fields_of(&self, manager: &Manager) -> FieldSet {
        self.0
            .get(manager)
            .map(|owned| owned.fields.clone())
            .unwrap_or_default()
    }

    pub(super) fn set(&mut self, manager: &Manager, fields: FieldSet, now: Timestamp) {
        if fields.is_empty() {
            self.0.remove(manager);
        } else {
            let owned = Owned { fields, since: now };
            self.0.insert(manager.clone(), owned);
        }
    }

    /// What all together own, each with its parents.
    pub(super) fn all_owned(&self, schema: &Schema) -> FieldSet {
        self.0.values().fold(FieldSet::default(), |all, owned| {
            all.union(&owned.fields.with_named_parents(schema))
        })
    }

    /// The fields of others that a change by `manager` touches.
    pub(super) fn conflicts(
        &self,
        manager: &Manager,
        change: &Comparison,
    ) -> Vec<(Manager, FieldSet)> {
        let touched = change.modified.clone().union(&change.added);
        let others = self.0.iter().filter(|(other, _)| *other != manager);
        others
            .map(|(other, owned)| (other.clone(), owned.fields.intersection(&touched)))
            .filter(|(_, fields)| !fields.is_empty())
            .collect()
    }

    /// Takes from everybody but `manager` what it has changed, and what it has removed.
    pub(super) fn dispossess_others(&mut self, manager: &Manager, change: &Comparison) {
        let touched = change.modified.clone().union(&change.added);
        let lost = touched.union(&change.removed);
        self.0.retain(|other, owned| {
            if other != manager {
                owned.fields = owned.fields.difference(&lost);
            }
            !owned.fields.is_empty()
        });
    }

    /// A create, an update or a patch: the writer owns what it has added and changed.
    pub(crate) fn note_update(&mut self, manager: &Manager, change: &Comparison, now: Timestamp) {
        self.dispossess_others(manager, change);
        let taken = change
            .modified
            .clone()
            .union(&change.added)
            .without_identity();
        let before = self.fields_of(manager);
        let after = before.difference(&change.removed).union(&taken);
        if after != before {
            self.set(manager, after, now);
        }
    }

    /// The list as the API server writes it: appliers first, then by time.
    pub(crate) fn to_managed_fields(&self, api_version: &str) -> Value {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by_key(|(manager, owned)| {
            let name = (&manager.name, &manager.subresource);
            (manager.operation, owned.since.as_second(), name)
        });
        let entries = entries.into_iter().map(|(manager, owned)| {
            let mut entry = json!({
                "apiVersion": api_version,
                "fieldsType": "FieldsV1",
                "fieldsV1": owned.fields.to_fields_v1(),
                "manager": manager.name,
                "operation": match manager.operation {
                    Operation::Apply => "Apply",
                    Operation::Update => "Update",
                },
                "time": time_text(owned.since),
            });
            if let (Some(subresource), Some(entry)) = (&manager.subresource, entry.as_object_mut())
            {
                entry.insert("subresource".to_owned(), json!(subresource));
            }
            entry
        });
        entries.collect()
    }
}

impl Manager {
    /// The manager's name in the message of a conflict.
    pub(crate) fn in_conflict(&self, api_version: &str) -> String {
        let subresource = self
            .subresource
            .as_ref()
            .map(|subresource| format!(" with subresource {subresource:?}"))
            .unwrap_or_default();
        let version = match self.operation {
            Operation::Apply => String::new(),
            Operation::Update => format!(" using {api_version}"),
        };
        format!("{:?}{subresource}{version}", self.name)
    }
}
