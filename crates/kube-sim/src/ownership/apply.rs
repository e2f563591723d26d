//! Server-side apply: merges a configuration, and removes what its manager no longer applies.

use jiff::Timestamp;
use serde_json::Value;

use super::compare::compare;
use super::element::Unidentified;
use super::field_set::FieldSet;
use super::fields;
use super::managers::{Manager, Managers};
use super::merge::{merge, remove};
use crate::schema::Schema;

/// A configuration, and who applies it.
pub(crate) struct Application<'a> {
    pub(crate) config: &'a Value,
    pub(crate) manager: &'a Manager,
    /// Whether fields of others are taken from them.
    pub(crate) is_forced: bool,
    pub(crate) now: Timestamp,
}

/// Why a configuration was not applied.
pub(crate) enum Unapplied {
    Unidentified(Unidentified),
    /// Others own these fields, with other values.
    Conflicts(Vec<(Manager, FieldSet)>),
}

/// The object after an application, and its owners. Defaults are not filled in.
pub(crate) fn apply(
    live: &Value,
    managers: &Managers,
    application: &Application<'_>,
    schema: &Schema,
) -> Result<(Value, Managers), Unapplied> {
    let Application {
        config,
        manager,
        is_forced,
        now,
    } = application;
    let applied = fields::of(config, schema).map_err(Unapplied::Unidentified)?;
    let last = managers.fields_of(manager);
    let mut managers = managers.clone();
    // With what says which object it is, whose parents must not be pruned.
    managers.set(manager, applied.clone());
    let merged = merge(live, config, schema);
    let merged = prune(merged, &last, &managers, schema);
    let change = compare(live, &merged, schema);
    let conflicts = managers.conflicts(manager, &change);
    if !is_forced && !conflicts.is_empty() {
        return Err(Unapplied::Conflicts(conflicts));
    }
    managers.set(manager, applied.without_identity());
    managers.dispossess_others(manager, &change);
    if merged != *live {
        managers.touch(manager, *now);
    }
    Ok((merged, managers))
}

/// Removes what the manager applied last time, not now, and nobody else owns.
///
/// What is left of a parent may belong to nobody, as an empty list does, and goes with it. So the steps are those of
/// structured-merge-diff, one by one: take out what was applied, add back what is owned, add back what was not applied.
fn prune(merged: Value, last: &FieldSet, managers: &Managers, schema: &Schema) -> Value {
    if last.is_empty() {
        return merged;
    }
    let without = |unwanted: &FieldSet| remove(&merged, unwanted, schema).unwrap_or(Value::Null);
    let fields_of = |value: &Value| {
        let fields = fields::of(value, schema).unwrap_or_default();
        fields.with_named_parents(schema)
    };
    let last = last.with_named_parents(schema);
    let all = fields_of(&merged);
    let kept = fields_of(&without(&last)).union(&managers.all_owned(schema));
    let left = fields_of(&without(&all.difference(&kept)));
    without(&all.difference(&left).intersection(&last))
}
