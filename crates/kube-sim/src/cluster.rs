//! The state behind the API: kinds, objects, one count of versions, one of uids.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::kind::{Kind, UnusableCrd};
use crate::object::{Object, time_text};
use crate::ownership::Managers;
use crate::schema::set_defaults;
use crate::store::{Key, Store, Stored};

/// The time of day.
pub(crate) type Clock = Box<dyn Fn() -> Timestamp + Send>;

pub(crate) struct Cluster {
    /// The first part of every uid: two clusters have no uid in common.
    number: u32,
    clock: Clock,
    kinds: Vec<Arc<Kind>>,
    /// By the kind's resource.
    stores: BTreeMap<String, Store>,
    version: u64,
    uids: u64,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cluster")
            .field("number", &self.number)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Cluster {
    pub(crate) fn new(number: u32, crds: &[Value], clock: Clock) -> Result<Self, UnusableCrd> {
        let mut kinds: Vec<_> = Kind::built_in().into_iter().map(Arc::new).collect();
        for crd in crds {
            kinds.push(Arc::new(Kind::custom(crd)?));
        }
        Ok(Self {
            number,
            clock,
            kinds,
            stores: BTreeMap::new(),
            version: 0,
            uids: 0,
        })
    }

    /// The same objects, under another clock.
    pub(crate) fn fork(&self, clock: Clock) -> Self {
        let stores = self.stores.iter();
        Self {
            number: self.number,
            clock,
            kinds: self.kinds.clone(),
            stores: stores
                .map(|(resource, store)| (resource.clone(), store.fork()))
                .collect(),
            version: self.version,
            uids: self.uids,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The kind that is served under a path.
    pub(crate) fn served(&self, group: &str, version: &str, plural: &str) -> Option<&Arc<Kind>> {
        let names = (group, version, plural);
        self.kinds
            .iter()
            .find(|kind| (&*kind.group, &*kind.version, &*kind.plural) == names)
    }

    /// The kind of that name.
    pub(crate) fn named(&self, name: &str) -> Option<&Arc<Kind>> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    pub(crate) fn store(&mut self, kind: &Kind) -> &mut Store {
        self.stores.entry(kind.resource()).or_default()
    }

    pub(crate) fn find(&self, kind: &Kind, key: &Key) -> Option<&Stored> {
        self.stores.get(&kind.resource())?.get(key)
    }

    pub(crate) fn has_namespace(&self, name: &str) -> bool {
        let key = Key {
            namespace: String::new(),
            name: name.to_owned(),
        };
        self.named("Namespace")
            .is_some_and(|kind| self.find(kind, &key).is_some())
    }

    pub(crate) fn next_uid(&mut self) -> String {
        self.uids += 1;
        format!("{:08x}-0000-4000-8000-{:012x}", self.number, self.uids)
    }

    pub(crate) fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    /// Stores an object under the next version.
    pub(crate) fn commit(
        &mut self,
        kind: &Kind,
        key: Key,
        written: Object,
        managers: Managers,
    ) -> Arc<Object> {
        let version = self.next_version();
        let shown = Arc::new(show(kind, &written, &managers, version));
        let stored = Stored {
            written,
            managers,
            shown: shown.clone(),
        };
        self.store(kind).put(key, stored, version);
        shown
    }

    /// Ends every watch of a kind and forgets its past, as a change of its CRD does.
    pub(crate) fn expire(&mut self, kind: &Kind) {
        // The version of the CRD itself.
        let version = self.next_version();
        let store = self.store(kind);
        store.cut_watches();
        store.forget(version);
    }

    pub(crate) fn time(&self) -> Value {
        json!(time_text(self.now()))
    }
}

/// An object as readers see it.
fn show(kind: &Kind, written: &Object, managers: &Managers, version: u64) -> Object {
    let mut value = written.to_value();
    set_defaults(&mut value, &kind.schema);
    let mut shown = Object::new(value).unwrap_or_default();
    shown.tidy_metadata();
    with_version(kind, shown, managers, version)
}

/// An object with its version and its owners.
pub(crate) fn with_version(
    kind: &Kind,
    mut object: Object,
    managers: &Managers,
    version: u64,
) -> Object {
    object.set_metadata("resourceVersion", Some(json!(version.to_string())));
    let owners = managers.to_managed_fields(&kind.api_version());
    let has_owners = owners.as_array().is_some_and(|owners| !owners.is_empty());
    object.set_metadata("managedFields", has_owners.then_some(owners));
    object
}
