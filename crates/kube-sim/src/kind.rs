//! A kind of objects: its names, its schema, and where its rules differ from the others'.

use serde_json::Value;
use thiserror::Error;

use crate::schema::{self, Schema};

#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) group: String,
    pub(crate) version: String,
    /// In the singular: `RegionEndpoint`.
    pub(crate) name: String,
    pub(crate) plural: String,
    pub(crate) is_namespaced: bool,
    pub(crate) schema: Schema,
    pub(crate) rules: Rules,
}

/// Whose rules hold for a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    Custom { has_status: bool },
    Namespace,
    Lease,
    Event,
}

/// A manifest that defines no kind.
#[derive(Debug, Error)]
#[error("the CustomResourceDefinition {name:?} has no usable {field}")]
pub struct UnusableCrd {
    name: String,
    field: &'static str,
}

impl Kind {
    /// The kind that a CustomResourceDefinition defines, in its storage version.
    pub(crate) fn custom(crd: &Value) -> Result<Self, UnusableCrd> {
        let unusable = |field| UnusableCrd {
            name: text(crd, "/metadata/name").unwrap_or_default(),
            field,
        };
        let read = |pointer, field| text(crd, pointer).ok_or_else(|| unusable(field));
        let versions = crd.pointer("/spec/versions").and_then(Value::as_array);
        let version = versions
            .into_iter()
            .flatten()
            .find(|version| version.get("storage") == Some(&Value::Bool(true)))
            .ok_or_else(|| unusable("storage version"))?;
        Ok(Self {
            group: read("/spec/group", "group")?,
            version: text(version, "/name").ok_or_else(|| unusable("version name"))?,
            name: read("/spec/names/kind", "kind")?,
            plural: read("/spec/names/plural", "plural name")?,
            is_namespaced: read("/spec/scope", "scope")? == "Namespaced",
            schema: schema::of_kind(version.pointer("/schema/openAPIV3Schema")),
            rules: Rules::Custom {
                has_status: version.pointer("/subresources/status").is_some(),
            },
        })
    }

    /// The kinds that every API server has, as far as they are served here.
    pub(crate) fn built_in() -> [Self; 3] {
        let kind = |group: &str, name: &str, plural: &str, rules| Self {
            group: group.to_owned(),
            version: "v1".to_owned(),
            name: name.to_owned(),
            plural: plural.to_owned(),
            is_namespaced: rules != Rules::Namespace,
            schema: schema::of_kind(None),
            rules,
        };
        [
            kind("", "Namespace", "namespaces", Rules::Namespace),
            kind("coordination.k8s.io", "Lease", "leases", Rules::Lease),
            kind("events.k8s.io", "Event", "events", Rules::Event),
        ]
    }

    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `regionendpoints.evenkeel.dev`: how most refusals name a kind.
    pub(crate) fn resource(&self) -> String {
        qualified(&self.plural, &self.group)
    }

    /// `RegionEndpoint.evenkeel.dev`: how those of a validation do.
    pub(crate) fn qualified(&self) -> String {
        match self.rules {
            Rules::Custom { .. } | Rules::Lease | Rules::Namespace => {
                qualified(&self.name, &self.group)
            }
            // Events are checked as what they are inside: those of the core group.
            Rules::Event => self.name.clone(),
        }
    }

    pub(crate) fn has_status(&self) -> bool {
        self.rules == Rules::Custom { has_status: true }
    }

    /// Whether `metadata.generation` counts the changes of the spec.
    pub(crate) fn has_generation(&self) -> bool {
        match self.rules {
            Rules::Custom { .. } => true,
            Rules::Namespace | Rules::Lease | Rules::Event => false,
        }
    }

    /// Whether a PUT of an object that is not there creates it.
    pub(crate) fn creates_on_update(&self) -> bool {
        match self.rules {
            Rules::Lease | Rules::Event => true,
            Rules::Custom { .. } | Rules::Namespace => false,
        }
    }

    /// Whether a PUT without a resourceVersion is one over whatever is there.
    pub(crate) fn updates_blindly(&self) -> bool {
        match self.rules {
            Rules::Namespace | Rules::Event => true,
            Rules::Custom { .. } | Rules::Lease => false,
        }
    }
}

fn qualified(name: &str, group: &str) -> String {
    if group.is_empty() {
        name.to_owned()
    } else {
        format!("{name}.{group}")
    }
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(str::to_owned)
}
