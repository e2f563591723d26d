//! The API as a test holds it: clients for processes, verbs for people, faults, and the log.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::Value;

use crate::cluster::Cluster;
use crate::hook::{Hook, Moment, Verdict};
use crate::kind::UnusableCrd;
use crate::request::Request;
use crate::service::KubeService;

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

    /// Another cluster that holds the same objects, under another clock: without hook, requests and watches.
    #[must_use]
    pub fn fork(&self, now: impl Fn() -> Timestamp + Send + 'static) -> Self {
        Self {
            cluster: Arc::new(Mutex::new(self.cluster().fork(Box::new(now)))),
            requests: Arc::default(),
            hook: Arc::default(),
        }
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
