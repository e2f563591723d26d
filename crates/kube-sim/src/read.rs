//! GET: one object, all of them, or what becomes of them.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::cluster::Cluster;
use crate::kind::{Kind, Rules};
use crate::object::Object;
use crate::refusal::{self, Fault, Refusal};
use crate::route::{Query, Route};
use crate::store::{Change, event};

/// How long a watch lasts whose client does not say. The API server draws from 30 to 60 minutes.
const LONGEST_WATCH: Duration = Duration::from_mins(30);

/// What a watch tells, and until when.
pub(crate) struct Watching {
    /// What is told at once.
    pub(crate) first: Vec<Value>,
    /// What is told as it happens; nothing if the watch ends at once.
    pub(crate) later: Option<UnboundedReceiver<Value>>,
    pub(crate) timeout: Duration,
}

impl Cluster {
    pub(crate) fn get(&self, route: &Route) -> Result<Value, Refusal> {
        let stored = self.find(&route.kind, &route.key);
        let stored = stored.ok_or_else(|| refusal::not_found(&route.kind, &route.key.name))?;
        Ok(stored.shown.to_value())
    }

    pub(crate) fn list(&mut self, route: &Route) -> Result<Value, Refusal> {
        check_selection(&route.query)?;
        let version = self.version();
        if let Some(wanted) = version_of(&route.query)?
            && wanted > version
        {
            return Err(refusal::too_large_version(wanted, version));
        }
        let kind = &route.kind;
        let items: Vec<Value> = self
            .store(kind)
            .objects(namespace(route))
            .map(|object| item(kind, object))
            .collect();
        Ok(json!({
            "apiVersion": kind.api_version(),
            "kind": format!("{}List", kind.name),
            "metadata": {"continue": "", "resourceVersion": version.to_string()},
            "items": items,
        }))
    }

    pub(crate) fn watch(&mut self, route: &Route) -> Result<Watching, Refusal> {
        let query = &route.query;
        check_selection(query)?;
        let is_streaming_list = query.is_true("sendInitialEvents");
        if is_streaming_list && query.get("resourceVersionMatch") != Some("NotOlderThan") {
            let message = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
            let fault = Fault::forbidden("resourceVersionMatch", message.to_owned());
            return Err(refusal::invalid_options("ListOptions", fault));
        }
        let timeout = query
            .get("timeoutSeconds")
            .and_then(|text| text.parse().ok());
        let timeout = timeout.map_or(LONGEST_WATCH, Duration::from_secs);
        let version = self.version();
        let resumed = version_of(query)?.filter(|_| !is_streaming_list);
        let kind = &route.kind;
        let store = self.store(kind);
        let mut first: Vec<Value> = Vec::new();
        if resumed.is_none() {
            let objects = store.objects(namespace(route));
            first.extend(objects.map(|object| event(Change::Added, object)));
        }
        if is_streaming_list && query.is_true("allowWatchBookmarks") {
            first.push(end_of_list(kind, version));
        }
        let later = match store.watch(namespace(route), resumed.unwrap_or(version)) {
            Ok(later) => Some(later),
            Err(oldest) => {
                let expired = refusal::expired(resumed.unwrap_or(version), oldest);
                first = vec![json!({"type": "ERROR", "object": status_object(&expired)})];
                None
            }
        };
        Ok(Watching {
            first,
            later,
            timeout,
        })
    }
}

/// A refusal as an object: a kind like any other.
pub(crate) fn status_object(refusal: &Refusal) -> Value {
    let mut object = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}});
    if let (Some(object), Value::Object(status)) = (object.as_object_mut(), json!(refusal)) {
        object.extend(status);
    }
    object
}

fn namespace(route: &Route) -> Option<&str> {
    Some(&*route.key.namespace).filter(|namespace| !namespace.is_empty())
}

fn check_selection(query: &Query) -> Result<(), Refusal> {
    for name in ["labelSelector", "fieldSelector", "continue"] {
        if query.get(name).is_some() {
            return Err(refusal::not_simulated(name));
        }
    }
    Ok(())
}

/// The version in a query; 0 means any.
fn version_of(query: &Query) -> Result<Option<u64>, Refusal> {
    let Some(text) = query.get("resourceVersion") else {
        return Ok(None);
    };
    match text.parse() {
        Ok(0) => Ok(None),
        Ok(version) => Ok(Some(version)),
        Err(_) => Err(refusal::internal(&format!(
            "resourceVersion: Invalid value: {text:?}: strconv.ParseUint: parsing {text:?}: invalid syntax"
        ))),
    }
}

/// The items of a list of a built-in kind don't say which kind they are.
fn item(kind: &Kind, object: &Object) -> Value {
    let mut item = object.clone();
    match kind.rules {
        Rules::Custom { .. } => {}
        Rules::Namespace | Rules::Lease | Rules::Event => {
            item.set_field("apiVersion", None);
            item.set_field("kind", None);
        }
    }
    item.to_value()
}

fn end_of_list(kind: &Kind, version: u64) -> Value {
    json!({
        "type": "BOOKMARK",
        "object": {
            "apiVersion": kind.api_version(),
            "kind": kind.name,
            "metadata": {
                "annotations": {"k8s.io/initial-events-end": "true"},
                "resourceVersion": version.to_string(),
            },
        },
    })
}
