//! DELETE: at once without finalizers, else a mark that everybody waits for.

use serde_json::{Value, json};

use super::Target;
use crate::cluster::Cluster;
use crate::kind::{Kind, Rules};
use crate::object::Object;
use crate::refusal::{self, Refusal};

/// On what conditions an object is deleted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deletion {
    pub(crate) uid: Option<String>,
    pub(crate) resource_version: Option<String>,
}

impl Deletion {
    /// Reads `DeleteOptions`. How dependents are deleted does not matter: nothing here has any.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let options: Value = serde_json::from_slice(body)
            .map_err(|error| refusal::bad_request(&error.to_string()))?;
        if options
            .get("dryRun")
            .is_some_and(|dry_run| !dry_run.is_null())
        {
            return Err(refusal::not_simulated("a dry run"));
        }
        let text = |pointer| {
            let text = options.pointer(pointer).and_then(Value::as_str);
            text.map(str::to_owned)
        };
        Ok(Self {
            uid: text("/preconditions/uid"),
            resource_version: text("/preconditions/resourceVersion"),
        })
    }
}

impl Deletion {
    fn check(&self, kind: &Kind, live: &Object) -> Result<(), Refusal> {
        let version = live.metadata_text("resourceVersion");
        for (field, wanted, found, hint) in [
            ("UID", &self.uid, live.uid(), "deleted and then recreated"),
            (
                "ResourceVersion",
                &self.resource_version,
                version,
                "modified",
            ),
        ] {
            if let Some(wanted) = wanted.as_deref()
                && wanted != found
            {
                return Err(refusal::precondition_failed(
                    kind,
                    live,
                    (field, wanted, found),
                    hint,
                ));
            }
        }
        Ok(())
    }
}

impl Cluster {
    /// Deletes an object, or marks it. Returns what is answered.
    pub(crate) fn delete(
        &mut self,
        target: &Target,
        deletion: &Deletion,
    ) -> Result<Value, Refusal> {
        let (kind, key) = (&target.kind, &target.key);
        if kind.rules == Rules::Namespace {
            // Who empties a namespace is a controller, and none runs here.
            return Err(refusal::not_simulated("the deletion of a namespace"));
        }
        let stored = self
            .find(kind, key)
            .cloned()
            .ok_or_else(|| refusal::not_found(kind, &key.name))?;
        let live = &*stored.shown;
        deletion.check(kind, live)?;
        if live.finalizers().is_empty() {
            self.erase(kind, key, live.clone());
            return Ok(json!({
                "apiVersion": "v1",
                "kind": "Status",
                "metadata": {},
                "status": "Success",
                "details": {
                    "name": key.name,
                    "group": kind.group,
                    "kind": kind.plural,
                    "uid": live.uid(),
                },
            }));
        }
        let marked = self.mark(live);
        if marked == stored.written {
            return Ok(live.to_value());
        }
        let shown = self.commit(kind, key.clone(), marked, stored.managers.clone());
        Ok(shown.to_value())
    }

    /// The object, marked now unless it is already.
    fn mark(&self, live: &Object) -> Object {
        let mut marked = live.without_version();
        if live.is_being_deleted() {
            return marked;
        }
        marked.set_metadata("deletionTimestamp", Some(self.time()));
        marked.set_metadata("deletionGracePeriodSeconds", Some(json!(0)));
        if let Some(generation) = live.generation() {
            marked.set_metadata("generation", Some(json!(generation + 1)));
        }
        marked
    }
}
