//! The objects of one kind, their changes, and who watches them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::object::Object;
use crate::ownership::Managers;

/// Where an object is: its namespace, empty for none, and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

/// An object at rest.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// As it was written: what readers fill in or leave out is not in it, and the next write of the same changes it.
    pub(crate) written: Object,
    pub(crate) managers: Managers,
    /// As it is read: with defaults, version and owners.
    pub(crate) shown: Arc<Object>,
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Added,
    Modified,
    Deleted,
}

/// One change, as every watch is told it.
#[derive(Clone, Debug)]
struct Told {
    version: u64,
    change: Change,
    object: Arc<Object>,
}

/// Objects of one kind.
#[derive(Debug, Default)]
pub(crate) struct Store {
    objects: BTreeMap<Key, Stored>,
    journal: Vec<Told>,
    /// A watch from before this version has missed something.
    oldest: u64,
    watches: Vec<Watch>,
    /// Changes are told later: what watches see is stale.
    is_held: bool,
}

#[derive(Debug)]
struct Watch {
    /// Nothing means every namespace.
    namespace: Option<String>,
    /// Up to which version it has been told everything.
    told: u64,
    events: UnboundedSender<Value>,
}

impl Store {
    /// The same objects and their history, watched by nobody.
    pub(crate) fn fork(&self) -> Self {
        Self {
            objects: self.objects.clone(),
            journal: self.journal.clone(),
            oldest: self.oldest,
            watches: Vec::new(),
            is_held: self.is_held,
        }
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&Stored> {
        self.objects.get(key)
    }

    /// The objects of a namespace, or all of them, in order.
    pub(crate) fn objects(&self, namespace: Option<&str>) -> impl Iterator<Item = &Arc<Object>> {
        self.objects
            .iter()
            .filter(move |(key, _)| is_in(namespace, &key.namespace))
            .map(|(_, stored)| &stored.shown)
    }

    /// Puts an object in its place, and tells it.
    pub(crate) fn put(&mut self, key: Key, stored: Stored, version: u64) {
        let object = stored.shown.clone();
        let change = match self.objects.insert(key, stored) {
            None => Change::Added,
            Some(_) => Change::Modified,
        };
        self.tell(version, change, object);
    }

    /// Removes an object; `last` is what is told of it.
    pub(crate) fn remove(&mut self, key: &Key, last: Object, version: u64) {
        self.objects.remove(key);
        self.tell(version, Change::Deleted, Arc::new(last));
    }

    fn tell(&mut self, version: u64, change: Change, object: Arc<Object>) {
        self.journal.push(Told {
            version,
            change,
            object,
        });
        self.tell_watches();
    }

    fn tell_watches(&mut self) {
        if self.is_held {
            return;
        }
        let journal = &self.journal;
        self.watches.retain_mut(|watch| {
            let first = journal.partition_point(|told| told.version <= watch.told);
            let mut is_open = true;
            for told in &journal[first..] {
                watch.told = told.version;
                if is_in(
                    watch.namespace.as_deref(),
                    told.object.metadata_text("namespace"),
                ) {
                    is_open = watch.events.send(event(told.change, &told.object)).is_ok();
                }
            }
            is_open
        });
    }

    /// Opens a watch for what comes after a version. The error is the oldest version that would do.
    pub(crate) fn watch(
        &mut self,
        namespace: Option<&str>,
        after: u64,
    ) -> Result<UnboundedReceiver<Value>, u64> {
        if after < self.oldest {
            return Err(self.oldest);
        }
        let (events, receiver) = unbounded_channel();
        self.watches.push(Watch {
            namespace: namespace.map(str::to_owned),
            told: after,
            events,
        });
        self.tell_watches();
        Ok(receiver)
    }

    /// Ends every watch; each can be taken up again where it was.
    pub(crate) fn cut_watches(&mut self) {
        self.watches.clear();
    }

    /// Forgets every change up to a version.
    pub(crate) fn forget(&mut self, version: u64) {
        self.oldest = version;
        self.journal.retain(|told| told.version > version);
    }

    /// Lets changes be told later, or tells what was held back.
    pub(crate) fn hold(&mut self, is_held: bool) {
        self.is_held = is_held;
        self.tell_watches();
    }
}

fn is_in(wanted: Option<&str>, namespace: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == namespace)
}

/// A watch event about an object.
pub(crate) fn event(change: Change, object: &Object) -> Value {
    let kind = match change {
        Change::Added => "ADDED",
        Change::Modified => "MODIFIED",
        Change::Deleted => "DELETED",
    };
    json!({"type": kind, "object": object.to_value()})
}
