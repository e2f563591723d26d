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

#[derive(Clone, Debug, PartialEq)]
struct Owned {
    fields: FieldSet,
    /// The second in which the manager last changed the object; nothing if it has only ever agreed with what was there.
    since: Option<String>,
}

/// The owners of an object's fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Managers(BTreeMap<Manager, Owned>);

impl Managers {
    /// Whether both say the same but for the times. Their order tells who wrote after whom.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        let fields = |(manager, owned): (_, &Owned)| (manager, owned.fields.clone());
        let mine = self.in_order().into_iter().map(fields);
        mine.eq(other.in_order().into_iter().map(fields))
    }

    pub(super) fn fields_of(&self, manager: &Manager) -> FieldSet {
        self.0
            .get(manager)
            .map(|owned| owned.fields.clone())
            .unwrap_or_default()
    }

    pub(super) fn set(&mut self, manager: &Manager, fields: FieldSet) {
        let since = self.0.get(manager).and_then(|owned| owned.since.clone());
        if fields.is_empty() {
            self.0.remove(manager);
        } else {
            self.0.insert(manager.clone(), Owned { fields, since });
        }
    }

    /// Notes that the manager has changed the object.
    pub(super) fn touch(&mut self, manager: &Manager, now: Timestamp) {
        if let Some(owned) = self.0.get_mut(manager) {
            owned.since = Some(time_text(now));
        }
    }

    /// What all together own, each with its parents.
    pub(super) fn all_owned(&self, schema: &Schema) -> FieldSet {
        self.0.values().fold(FieldSet::default(), |all, owned| {
            all.union(&owned.fields.with_named_parents(schema))
        })
    }

    /// The fields of others that a change by `manager` touches, by the others' names.
    pub(super) fn conflicts(
        &self,
        manager: &Manager,
        change: &Comparison,
    ) -> Vec<(Manager, FieldSet)> {
        let touched = change.modified.clone().union(&change.added);
        let others = self.0.iter().filter(|(other, _)| *other != manager);
        let mut conflicts: Vec<_> = others
            .map(|(other, owned)| (other.clone(), owned.fields.intersection(&touched)))
            .filter(|(_, fields)| !fields.is_empty())
            .collect();
        conflicts.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        conflicts
    }

    /// Takes from everybody but `manager` what it has changed, and what it has removed.
    pub(super) fn dispossess_others(&mut self, manager: &Manager, change: &Comparison) {
        let kept = self.0.remove(manager);
        self.dispossess(change);
        self.0.extend(kept.map(|owned| (manager.clone(), owned)));
    }

    fn dispossess(&mut self, change: &Comparison) {
        let touched = change.modified.clone().union(&change.added);
        let lost = touched.union(&change.removed);
        self.0.retain(|_, owned| {
            owned.fields = owned.fields.difference(&lost);
            !owned.fields.is_empty()
        });
    }

    /// A create, an update or a patch: the writer owns what it has added and changed.
    pub(crate) fn note_update(&mut self, manager: &Manager, change: &Comparison, now: Timestamp) {
        self.dispossess(change);
        let taken = change.modified.clone().union(&change.added);
        let taken = taken.without_identity();
        if !taken.is_empty() {
            let fields = self.fields_of(manager).union(&taken);
            self.set(manager, fields);
            self.touch(manager, now);
        }
    }

    /// Appliers first, then by time.
    fn in_order(&self) -> Vec<(&Manager, &Owned)> {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by_key(|(manager, owned)| {
            let name = (&manager.name, &manager.subresource);
            (manager.operation, &owned.since, name)
        });
        entries
    }

    /// The list as the API server writes it.
    pub(crate) fn to_managed_fields(&self, api_version: &str) -> Value {
        let entries = self.in_order().into_iter().map(|(manager, owned)| {
            let mut entry = json!({
                "apiVersion": api_version,
                "fieldsType": "FieldsV1",
                "fieldsV1": owned.fields.to_fields_v1(),
                "manager": manager.name,
                "operation": match manager.operation {
                    Operation::Apply => "Apply",
                    Operation::Update => "Update",
                },
            });
            if let Some(subresource) = &manager.subresource {
                entry["subresource"] = json!(subresource);
            }
            if let Some(since) = &owned.since {
                entry["time"] = json!(since);
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
