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
    managers.set(manager, applied.without_identity(), *now);
    let merged = merge(live, config, schema);
    let merged = prune(merged, &last, &managers, schema);
    let change = compare(live, &merged, schema);
    let conflicts = managers.conflicts(manager, &change);
    if !is_forced && !conflicts.is_empty() {
        return Err(Unapplied::Conflicts(conflicts));
    }
    managers.dispossess_others(manager, &change);
    Ok((merged, managers))
}

/// Removes what the manager applied last time, not now, and nobody else owns.
fn prune(merged: Value, last: &FieldSet, managers: &Managers, schema: &Schema) -> Value {
    if last.is_empty() {
        return merged;
    }
    let dropped = last.with_named_parents(schema);
    let dropped = dropped.difference(&managers.all_owned(schema));
    remove(&merged, &dropped, schema).unwrap_or(merged)
}
