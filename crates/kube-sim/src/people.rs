//! What people do to the cluster, and what becomes of watches.

use std::sync::Arc;

use kube::core::Status;
use serde_json::{Value, json};

use crate::api::KubeApi;
use crate::kind::Kind;
use crate::object::Object;
use crate::ownership::{Manager, Operation};
use crate::store::Key;
use crate::write::{Applied, Deletion, Owners, Part, Target, Unknown};

/// What a person does, who is not in the log and whom no hook stops.
///
/// # Panics
///
/// Each panics if no such kind is served.
impl KubeApi {
    /// Adds a namespace, unless it is there.
    pub fn add_namespace(&self, name: &str) {
        let namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        let target = self.target("Namespace", "", name);
        let owners = Owners::Writer(person("kubectl-create", Operation::Update));
        let object = Object::new(namespace).unwrap_or_default();
        // That it is there already is what was wanted.
        let _ = self.cluster().create(&target, object, owners);
    }

    /// `kubectl apply --server-side --force-conflicts`: creates the object, or changes what `kubectl` owns of it.
    pub fn apply(&self, manifest: &Value) -> Result<Value, Box<Status>> {
        self.apply_as("kubectl", manifest)
    }

    /// The same by another manager, for example `helm`.
    pub fn apply_as(&self, manager: &str, manifest: &Value) -> Result<Value, Box<Status>> {
        let text = |pointer| manifest.pointer(pointer).and_then(Value::as_str);
        let kind = text("/kind").unwrap_or_default();
        let namespace = text("/metadata/namespace").unwrap_or("default");
        let target = self.target(kind, namespace, text("/metadata/name").unwrap_or_default());
        let manager = person(manager, Operation::Apply);
        let applied = self
            .cluster()
            .apply(&target, manifest.clone(), &manager, true)?;
        match applied {
            Applied::Created(object) | Applied::Changed(object) => Ok(object.to_value()),
        }
    }

    /// `kubectl delete --wait=false`.
    pub fn delete(&self, kind: &str, namespace: &str, name: &str) -> Result<(), Box<Status>> {
        let target = self.target(kind, namespace, name);
        let deletion = Deletion::default();
        self.cluster().delete(&target, &deletion).map(drop)
    }

    /// `kubectl get`.
    pub fn get(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let target = self.target(kind, namespace, name);
        let cluster = self.cluster();
        let stored = cluster.find(&target.kind, &target.key)?;
        Some(stored.shown.to_value())
    }

    /// `kubectl get --all-namespaces`, in order of namespace and name.
    pub fn list(&self, kind: &str) -> Vec<Value> {
        let kind = self.kind(kind);
        let mut cluster = self.cluster();
        let objects = cluster.store(&kind).objects(None);
        objects.map(|object| object.to_value()).collect()
    }

    /// `kubectl edit`: everything but the status, which stays as it is.
    pub fn edit(
        &self,
        kind: &str,
        namespace: &str,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<Value, Box<Status>> {
        let target = self.target(kind, namespace, name);
        self.modify(&target, change)
    }

    /// `kubectl edit --subresource=status`.
    pub fn edit_status(
        &self,
        kind: &str,
        namespace: &str,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<Value, Box<Status>> {
        let target = Target {
            part: Part::Status,
            ..self.target(kind, namespace, name)
        };
        self.modify(&target, change)
    }

    /// Ends every watch of a kind. Each can be taken up where it was.
    pub fn cut_watches(&self, kind: &str) {
        let kind = self.kind(kind);
        self.cluster().store(&kind).cut_watches();
    }

    /// Ends every watch of a kind, and answers 410 Expired to whoever takes one up: what every change of a CRD does.
    pub fn expire_watches(&self, kind: &str) {
        let kind = self.kind(kind);
        self.cluster().expire(&kind);
    }

    /// Lets open watches of a kind tell nothing, though they stay open: what is seen through them is stale.
    pub fn hold_watches(&self, kind: &str) {
        let kind = self.kind(kind);
        self.cluster().store(&kind).hold(true);
    }

    /// Lets held watches tell what they have kept back.
    pub fn release_watches(&self, kind: &str) {
        let kind = self.kind(kind);
        self.cluster().store(&kind).hold(false);
    }

    fn modify(
        &self,
        target: &Target,
        change: impl FnOnce(&mut Value),
    ) -> Result<Value, Box<Status>> {
        let mut manager = person("kubectl-edit", Operation::Update);
        manager.subresource = target.part.subresource().map(str::to_owned);
        let owners = Owners::Writer(manager);
        let change = |object: &mut Value| {
            change(object);
            Ok(())
        };
        let mut cluster = self.cluster();
        let changed = cluster.modify(target, owners, Unknown::Refuse, change)?;
        Ok(changed.to_value())
    }

    fn kind(&self, name: &str) -> Arc<Kind> {
        let kind = self.cluster().named(name).cloned();
        kind.expect("a kind that this cluster serves")
    }

    fn target(&self, kind: &str, namespace: &str, name: &str) -> Target {
        let kind = self.kind(kind);
        let namespace = if kind.is_namespaced { namespace } else { "" };
        Target {
            key: Key {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            },
            kind,
            part: Part::Main,
        }
    }
}

fn person(name: &str, operation: Operation) -> Manager {
    Manager {
        operation,
        name: name.to_owned(),
        subresource: None,
    }
}
