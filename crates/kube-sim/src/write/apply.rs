//! Server-side apply of a configuration: creates the object, or changes what the manager owns of it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Owners, Part, Target};
use crate::cluster::Cluster;
use crate::object::Object;
use crate::ownership::{Application, Manager, Managers, Unapplied, Unidentified, apply};
use crate::refusal::{self, Fault, Refusal};
use crate::schema::{StrayNull, set_defaults, stray_nulls, unknown_field};

/// Whether an apply has made the object.
pub(crate) enum Applied {
    Created(Arc<Object>),
    Changed(Arc<Object>),
}

impl Cluster {
    pub(crate) fn apply(
        &mut self,
        target: &Target,
        config: Value,
        manager: &Manager,
        is_forced: bool,
    ) -> Result<Applied, Refusal> {
        let (kind, key) = (&target.kind, &target.key);
        let config = read(target, config)?;
        let stored = self.find(kind, key).cloned();
        let uid = config.uid();
        match (&stored, target.part) {
            (None, Part::Status) => return Err(refusal::not_found(kind, &key.name)),
            (None, Part::Main) if !uid.is_empty() => {
                return Err(refusal::uid_of_nothing(kind, &key.name, uid));
            }
            (None, Part::Main) | (Some(_), Part::Main | Part::Status) => {}
        }
        let nothing = json!({
            "apiVersion": kind.api_version(),
            "kind": kind.name,
            "metadata": {"name": key.name},
        });
        let live = stored
            .as_ref()
            .map_or(nothing, |stored| stored.shown.to_value());
        let managers = stored
            .as_ref()
            .map_or_else(Managers::default, |stored| stored.managers.clone());
        let application = Application {
            config: &config.to_value(),
            manager,
            is_forced,
            now: self.now(),
        };
        let (mut merged, managers) = apply(&live, &managers, &application, &kind.schema)
            .map_err(|unapplied| refused(target, unapplied))?;
        set_defaults(&mut merged, &kind.schema);
        let mut nulls = stray_nulls(&merged, &kind.schema);
        // Metadata are read in another way, to which null is nothing.
        nulls.retain(|null| !null.path.starts_with("metadata."));
        if !nulls.is_empty() {
            let faults = nulls.iter().map(null_fault).collect();
            return Err(refusal::invalid(kind, &key.name, faults));
        }
        let wanted = Object::new(merged).unwrap_or_default();
        let owners = Owners::Applied(managers);
        match stored {
            None => self.create(target, wanted, owners).map(Applied::Created),
            Some(stored) => self
                .replace(target, &stored, wanted, owners)
                .map(Applied::Changed),
        }
    }
}

fn null_fault(null: &StrayNull) -> Fault {
    // In the message, the path begins below the first field.
    let below = null.path.split_once('.');
    let message = format!(
        "Invalid value: \"null\": {} in body must be of type {}: \"null\"",
        below.map_or(&*null.path, |(_, below)| below),
        null.type_name
    );
    Fault::type_invalid(&null.path, message)
}

/// The configuration, reduced to the part that the target lets it write.
fn read(target: &Target, config: Value) -> Result<Object, Refusal> {
    let kind = &target.kind;
    let mut config = Object::new(config)
        .ok_or_else(|| refusal::bad_request("an applied configuration must be an object"))?;
    let (version, name) = (config.text("apiVersion"), config.text("kind"));
    if (version, name) != (&*kind.api_version(), &*kind.name) {
        let (group, version) = version.split_once('/').unwrap_or(("", version));
        return Err(refusal::bad_request(&format!(
            "invalid object type: {group}/{version}, Kind={name}"
        )));
    }
    target.check_names(&config)?;
    if config.metadata("managedFields").is_some() {
        return Err(refusal::bad_request("metadata.managedFields must be nil"));
    }
    if let Some(path) = unknown_field(&config.to_value(), &kind.schema) {
        let why = format!("{path}: field not declared in schema");
        return Err(refused(target, Unapplied::Unidentified(Unidentified(why))));
    }
    match target.part {
        Part::Status => {
            let mut status = config.clone();
            for name in config.field_names() {
                let stays = ["apiVersion", "kind", "metadata", "status"].contains(&name.as_str());
                if !stays {
                    status.set_field(name, None);
                }
            }
            let version = config.metadata("resourceVersion").cloned();
            status.set_field("metadata", Some(json!({"name": target.key.name})));
            status.set_metadata("resourceVersion", version);
            config = status;
        }
        Part::Main if kind.has_status() => config.set_field("status", None),
        Part::Main => {}
    }
    Ok(config)
}

fn refused(target: &Target, unapplied: Unapplied) -> Refusal {
    let kind = &target.kind;
    match unapplied {
        Unapplied::Unidentified(Unidentified(why)) => refusal::internal(&format!(
            // The namespace would be the configuration's own, which needs none.
            "failed to create typed patch object (/{}; {}, Kind={}): {why}",
            target.key.name,
            kind.api_version(),
            kind.name
        )),
        Unapplied::Conflicts(conflicts) => {
            let conflicts: Vec<_> = conflicts
                .into_iter()
                .map(|(manager, fields)| (manager.in_conflict(&kind.api_version()), fields.paths()))
                .collect();
            refusal::apply_conflicts(&conflicts)
        }
    }
}
