//! PUT, and what every patch ends in: an object becomes another state of itself.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Owners, Part, Target, Unknown};
use crate::checks;
use crate::cluster::{Cluster, with_version};
use crate::kind::Kind;
use crate::object::Object;
use crate::ownership::compare;
use crate::refusal::{self, Fault, Refusal};
use crate::store::Stored;

/// What a writer can't change, and is not refused for trying.
const KEPT: [&str; 6] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "namespace",
    "selfLink",
];

impl Cluster {
    /// Replaces an object by what a PUT brings.
    pub(crate) fn update(
        &mut self,
        target: &Target,
        object: Object,
        owners: Owners,
    ) -> Result<Arc<Object>, Refusal> {
        let (kind, key) = (&target.kind, &target.key);
        target.check_names(&object)?;
        let Some(stored) = self.find(kind, key).cloned() else {
            if !kind.creates_on_update() {
                return Err(refusal::not_found(kind, &key.name));
            }
            let mut object = object;
            object.set_metadata("resourceVersion", None);
            return self.create(target, object, owners);
        };
        let uid = object.uid();
        if !uid.is_empty() && uid != stored.shown.uid() {
            return Err(refusal::other_uid(kind, &stored.shown, uid));
        }
        if object.metadata_text("resourceVersion").is_empty() && !kind.updates_blindly() {
            return Err(refusal::version_required(kind, &key.name));
        }
        self.replace(target, &stored, object, owners)
    }

    /// Changes an object as a patch does: from the state that it has now.
    pub(crate) fn modify(
        &mut self,
        target: &Target,
        owners: Owners,
        unknown: Unknown,
        change: impl FnOnce(&mut Value) -> Result<(), Refusal>,
    ) -> Result<Arc<Object>, Refusal> {
        let (kind, key) = (&target.kind, &target.key);
        let stored = self.find(kind, key).cloned();
        let stored = stored.ok_or_else(|| refusal::not_found(kind, &key.name))?;
        let mut value = stored.shown.to_value();
        change(&mut value)?;
        let wanted = target.decode(value, unknown)?;
        target.check_names(&wanted)?;
        self.replace(target, &stored, wanted, owners)
    }

    /// Makes `wanted` of the object, as far as the target's part and the rules allow.
    pub(super) fn replace(
        &mut self,
        target: &Target,
        stored: &Stored,
        wanted: Object,
        owners: Owners,
    ) -> Result<Arc<Object>, Refusal> {
        let (kind, key) = (&target.kind, &target.key);
        let live = &*stored.shown;
        let version = wanted.metadata_text("resourceVersion");
        if !version.is_empty() && version != live.metadata_text("resourceVersion") {
            return Err(refusal::modified(kind, &key.name));
        }
        let written = settle(target, live, wanted);
        check(kind, live, &written)?;
        let mut managers = match owners {
            Owners::Applied(managers) => managers,
            Owners::Writer(manager) => {
                let change = compare(&live.to_value(), &written.to_value(), &kind.schema);
                let mut managers = stored.managers.clone();
                managers.note_update(&manager, &change, self.now());
                managers
            }
        };
        if written == live.without_version() {
            if managers.agrees_with(&stored.managers) {
                // A time alone is no change.
                managers = stored.managers.clone();
            }
            if written == stored.written && managers == stored.managers {
                return Ok(stored.shown.clone());
            }
        }
        if written.is_being_deleted() && written.finalizers().is_empty() {
            // The answer shows what was wanted, at the version from before; watches see what was there.
            let before = live
                .metadata_text("resourceVersion")
                .parse()
                .unwrap_or_default();
            let answer = with_version(kind, written, &managers, before);
            self.erase(kind, key, live.clone());
            return Ok(Arc::new(answer));
        }
        Ok(self.commit(kind, key.clone(), written, managers))
    }
}

/// The object as it will be stored: `wanted` where the writer has a say, and `live` everywhere else.
fn settle(target: &Target, live: &Object, wanted: Object) -> Object {
    let kind = &target.kind;
    let written = match target.part {
        Part::Status => {
            let mut written = live.clone();
            written.set_field("status", wanted.field("status").cloned());
            written
        }
        Part::Main => {
            let mut written = wanted;
            if kind.has_status() {
                written.set_field("status", live.field("status").cloned());
            }
            for name in KEPT {
                written.set_metadata(name, live.metadata(name).cloned());
            }
            if written.uid().is_empty() {
                written.set_metadata("uid", live.metadata("uid").cloned());
            }
            written.set_metadata("name", live.metadata("name").cloned());
            written
        }
    };
    let mut written = written.without_version();
    if kind.has_generation() && target.part == Part::Main && differs(kind, live, &written) {
        let next = live.generation().unwrap_or_default() + 1;
        written.set_metadata("generation", Some(json!(next)));
    }
    written
}

/// Whether anything differs that counts as a new generation.
fn differs(kind: &Kind, live: &Object, written: &Object) -> bool {
    let counts = |name: &&String| *name != "metadata" && !(kind.has_status() && *name == "status");
    let names = live.field_names().chain(written.field_names());
    names
        .filter(counts)
        .any(|name| live.field(name) != written.field(name))
}

fn check(kind: &Kind, live: &Object, written: &Object) -> Result<(), Refusal> {
    if written.uid() != live.uid() {
        let message = format!("Invalid value: {:?}: field is immutable", written.uid());
        let fault = Fault::invalid("metadata.uid", message);
        return Err(refusal::invalid(kind, live.name(), vec![fault]));
    }
    if live.is_being_deleted() {
        let before = live.finalizers();
        let new: Vec<_> = written
            .finalizers()
            .into_iter()
            .filter(|finalizer| !before.contains(finalizer))
            .map(|finalizer| format!("{finalizer:?}"))
            .collect();
        if !new.is_empty() {
            let message = format!(
                "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers \
                 []string{{{}}}",
                new.join(", ")
            );
            let fault = Fault::forbidden("metadata.finalizers", message);
            return Err(refusal::invalid(kind, live.name(), vec![fault]));
        }
    }
    checks::updated(kind, live, written)
}

impl Cluster {
    /// Removes an object; `last` is what is told of it, under the version of its end.
    pub(super) fn erase(&mut self, kind: &Kind, key: &crate::store::Key, mut last: Object) {
        let version = self.next_version();
        last.set_metadata("resourceVersion", Some(Value::String(version.to_string())));
        self.store(kind).remove(key, last, version);
    }
}
