//! The API as a test holds it: clients for processes, verbs for people, faults, and the log.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use kube::core::Status;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::hook::{Hook, Moment, Verdict};
use crate::kind::{Kind, UnusableCrd};
use crate::object::Object;
use crate::request::Request;
use crate::service::KubeService;
use crate::store::Key;
use crate::write::{Applied, Deletion, Manager, Operation, Owners, Part, Target, Unknown};

/// A cluster's API. Clones are the same cluster.
#[derive(Clone)]
pub struct KubeApi {
    cluster: Arc<Mutex<Cluster>>,
    requests: Arc<Mutex<Vec<Request>>>,
    /// Apart from the cluster: a hook may use it.
    hook: Arc<Mutex<Option<Hook>>>,
}

impl fmt::Debug for KubeApi {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KubeApi")
    }
}

/// A panic elsewhere leaves what is locked as it was before or after a request, never in between.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl KubeApi {
    /// A cluster with the namespaces `kube-system` and `default`, that serves Namespaces, Leases, Events and the kinds
    /// of these CustomResourceDefinitions. Every uid begins with its number, and every time is its clock's.
    pub fn new(
        number: u32,
        crds: &[Value],
        now: impl Fn() -> Timestamp + Send + 'static,
    ) -> Result<Self, UnusableCrd> {
        let api = Self {
            cluster: Arc::new(Mutex::new(Cluster::new(number, crds, Box::new(now))?)),
            requests: Arc::default(),
            hook: Arc::default(),
        };
        for name in ["kube-system", "default"] {
            api.add_namespace(name);
        }
        Ok(api)
    }

    /// What `kube::Client::new` takes. A request without a `User-Agent` header counts as this one's, and its fields are
    /// owned by what comes before the slash.
    pub fn service(&self, user_agent: &str) -> KubeService {
        KubeService::new(self.clone(), user_agent)
    }

    /// A client. It belongs to the tokio runtime in which it is made.
    pub fn client(&self, user_agent: &str) -> kube::Client {
        kube::Client::new(self.service(user_agent), "default")
    }

    /// Every request that a client has sent, in order. What people do is not among them.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.requests).clone()
    }

    /// Judges every request from now on.
    pub fn set_hook(&self, hook: impl FnMut(&Request, Moment) -> Verdict + Send + 'static) {
        *lock(&self.hook) = Some(Box::new(hook));
    }

    /// Lets every request pass from now on.
    pub fn clear_hook(&self) {
        *lock(&self.hook) = None;
    }

    pub(crate) fn cluster(&self) -> MutexGuard<'_, Cluster> {
        lock(&self.cluster)
    }

    pub(crate) fn log(&self, request: Request) -> usize {
        let mut requests = lock(&self.requests);
        requests.push(request);
        requests.len() - 1
    }

    pub(crate) fn set_status(&self, entry: usize, status: Option<u16>) {
        if let Some(request) = lock(&self.requests).get_mut(entry) {
            request.status = status;
        }
    }

    pub(crate) fn verdict(&self, request: &Request, moment: Moment) -> Verdict {
        match lock(&self.hook).as_mut() {
            Some(hook) => hook(request, moment),
            None => Verdict::Pass,
        }
    }
}

/// What a person does, who is not in the log and whom no hook stops.
///
/// # Panics
///
/// Each panics if no such kind is served.
impl KubeApi {
    /// Adds a namespace, unless it is there.
    pub fn add_namespace(&self, name: &str) {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
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

    fn modify(&self, target: &Target, change: impl FnOnce(&mut Value)) -> Result<Value, Box<Status>> {
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
