//! POST: a new object.

use std::sync::Arc;

use serde_json::json;

use super::{Owners, Target};
use crate::checks;
use crate::cluster::Cluster;
use crate::kind::Rules;
use crate::object::Object;
use crate::ownership::{Managers, compare};
use crate::refusal::{self, Fault, Refusal};
use crate::store::Key;

/// What only the API server says.
const ASSIGNED: [&str; 6] = [
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "generation",
];

impl Cluster {
    /// Creates an object. The target's name may be empty: the object has it.
    pub(crate) fn create(
        &mut self,
        target: &Target,
        mut object: Object,
        owners: Owners,
    ) -> Result<Arc<Object>, Refusal> {
        let kind = &target.kind;
        target.check_names(&object)?;
        if !object.metadata_text("resourceVersion").is_empty() {
            let message = "resourceVersion should not be set on objects to be created";
            return Err(refusal::internal(message));
        }
        if kind.is_namespaced && !self.has_namespace(&target.key.namespace) {
            return Err(refusal::no_such_namespace(&target.key.namespace));
        }
        if object.name().is_empty() {
            let fault = Fault::required(
                "metadata.name",
                "Required value: name or generateName is required",
            );
            return Err(refusal::invalid(kind, "", vec![fault]));
        }
        let key = Key {
            namespace: target.key.namespace.clone(),
            name: object.name().to_owned(),
        };
        if let Some(stored) = self.find(kind, &key) {
            return Err(refusal::already_exists(kind, &stored.shown));
        }
        self.assign(target, &mut object);
        checks::created(kind, &object)?;
        let managers = match owners {
            Owners::Applied(managers) => managers,
            Owners::Writer(manager) => {
                let change = compare(&json!({}), &object.to_value(), &kind.schema);
                let mut managers = Managers::default();
                managers.note_update(&manager, &change, self.now());
                managers
            }
        };
        Ok(self.commit(kind, key, object, managers))
    }

    /// Sets what a writer has no say in.
    fn assign(&mut self, target: &Target, object: &mut Object) {
        let kind = &target.kind;
        for name in ASSIGNED {
            object.set_metadata(name, None);
        }
        if kind.is_namespaced {
            object.set_metadata("namespace", Some(json!(target.key.namespace)));
        }
        object.set_metadata("uid", Some(json!(self.next_uid())));
        object.set_metadata("creationTimestamp", Some(self.time()));
        if kind.has_generation() {
            object.set_metadata("generation", Some(json!(1)));
        }
        if kind.has_status() {
            // Its default is filled in by whoever reads the object, and stored with the next write.
            object.set_field("status", None);
        }
        match kind.rules {
            Rules::Namespace => {
                let label = json!({"kubernetes.io/metadata.name": object.name()});
                object.set_metadata("labels", Some(label));
                object.set_field("spec", Some(json!({"finalizers": ["kubernetes"]})));
                object.set_field("status", Some(json!({"phase": "Active"})));
            }
            Rules::Custom { .. } | Rules::Lease | Rules::Event => {}
        }
    }
}
