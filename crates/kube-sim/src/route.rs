//! Which object or objects of which kind a request is about.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;

use crate::cluster::Cluster;
use crate::kind::Kind;
use crate::refusal::{self, Refusal};
use crate::request::Verb;
use crate::store::Key;
use crate::write::Part;

/// What a path means, and the query beside it.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) verb: Verb,
    pub(crate) kind: Arc<Kind>,
    /// The name is empty for a collection, the namespace for all of them.
    pub(crate) key: Key,
    pub(crate) part: Part,
    pub(crate) query: Query,
}

/// Why a path means nothing.
pub(crate) enum Unrouted {
    /// It is not one of the API; the answer is not even JSON.
    NoSuchPath,
    Refused(Refusal),
}

/// The parameters of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    fn read(query: &str) -> Self {
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// A parameter; one without a value is as good as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| value == "true" || value == "1")
    }
}

impl Cluster {
    pub(crate) fn route(&self, method: &Method, uri: &http::Uri) -> Result<Route, Unrouted> {
        let query = Query::read(uri.query().unwrap_or_default());
        let steps: Vec<&str> = uri.path().split('/').skip(1).collect();
        let (group, version, rest) = match steps.as_slice() {
            ["api", version, rest @ ..] => ("", *version, rest),
            ["apis", group, version, rest @ ..] => (*group, *version, rest),
            _ => return Err(Unrouted::NoSuchPath),
        };
        let (namespace, plural, rest) = match rest {
            // An object of kind Namespace, not the objects in one.
            ["namespaces"] | ["namespaces", _] if group.is_empty() => {
                ("", "namespaces", &rest[1..])
            }
            ["namespaces", namespace, plural, rest @ ..] => (*namespace, *plural, rest),
            [plural, rest @ ..] => ("", *plural, rest),
            [] => return Err(Unrouted::NoSuchPath),
        };
        let kind = self
            .served(group, version, plural)
            .ok_or(Unrouted::NoSuchPath)?;
        let (name, part) = match rest {
            [] => ("", Part::Main),
            [name] => (*name, Part::Main),
            [name, "status"] if kind.has_status() => (*name, Part::Status),
            _ => return Err(Unrouted::Refused(refusal::no_such_subresource())),
        };
        if kind.is_namespaced && namespace.is_empty() && !name.is_empty() {
            return Err(Unrouted::NoSuchPath);
        }
        Ok(Route {
            verb: verb(method, name, part, &query),
            kind: kind.clone(),
            key: Key {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            },
            part,
            query,
        })
    }
}

fn verb(method: &Method, name: &str, part: Part, query: &Query) -> Verb {
    match (method.as_str(), name.is_empty()) {
        ("GET", false) => Verb::Get,
        ("GET", true) if query.is_true("watch") => Verb::Watch,
        ("GET", true) => Verb::List,
        ("POST", true) => Verb::Create,
        ("PUT", false) => Verb::Update,
        ("PATCH", false) => Verb::Patch,
        ("DELETE", false) if part == Part::Main => Verb::Delete,
        _ => Verb::Other,
    }
}
