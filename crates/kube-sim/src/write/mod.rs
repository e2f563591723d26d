//! What every write has in common: what it is about, who writes, and what the body may say.

mod apply;
mod create;
mod delete;
mod update;

use std::sync::Arc;

use serde_json::Value;

pub(crate) use apply::Applied;
pub(crate) use delete::Deletion;

use crate::kind::Kind;
use crate::object::Object;
use crate::ownership::{Manager, Managers};
use crate::refusal::{self, Refusal};
use crate::schema::{drop_nulls, set_defaults, unknown_field, without_unknown};
use crate::store::Key;

/// Which object is written, and which part of it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) kind: Arc<Kind>,
    pub(crate) key: Key,
    pub(crate) part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Everything but the status, if the kind keeps that apart.
    Main,
    Status,
}

impl Part {
    /// The name in the path and in `managedFields`, if the part has one.
    pub(crate) fn subresource(self) -> Option<&'static str> {
        match self {
            Self::Main => None,
            Self::Status => Some("status"),
        }
    }
}

/// How the writer comes to own what it writes.
pub(crate) enum Owners {
    /// By writing it.
    Writer(Manager),
    /// As an application has found.
    Applied(Managers),
}

/// What is done to fields that the schema does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    Drop,
    Refuse,
}

impl Target {
    /// The body's object, if it is one and means this target.
    pub(crate) fn read(&self, body: &[u8], unknown: Unknown) -> Result<Object, Refusal> {
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            refusal::bad_request(&format!(
                "the object provided is unrecognized (must be of type {}): {error}",
                self.kind.name
            ))
        })?;
        let object = self.decode(value, unknown)?;
        let (kind, version) = (object.text("kind"), object.text("apiVersion"));
        if (kind, version) != (&*self.kind.name, &*self.kind.api_version()) {
            return Err(refusal::bad_request(&format!(
                "the object in the body is a {version}, Kind={kind}, not a {}, Kind={}",
                self.kind.api_version(),
                self.kind.name
            )));
        }
        Ok(object)
    }

    /// The value as an object of this kind: without unknown fields and nulls, with defaults.
    pub(crate) fn decode(&self, mut value: Value, unknown: Unknown) -> Result<Object, Refusal> {
        let schema = &self.kind.schema;
        if unknown == Unknown::Refuse
            && let Some(path) = unknown_field(&value, schema)
        {
            let (kind, version) = (&self.kind.name, &self.kind.version);
            let field = path.trim_start_matches('.');
            return Err(refusal::bad_request(&format!(
                "{kind} in version {version:?} cannot be handled as a {kind}: strict decoding error: unknown field \
                 {field:?}"
            )));
        }
        without_unknown(&mut value, schema);
        drop_nulls(&mut value, schema);
        set_defaults(&mut value, schema);
        let mut object = Object::new(value).ok_or_else(|| {
            refusal::bad_request(&format!("a {} must be an object", self.kind.name))
        })?;
        object.tidy_metadata();
        Ok(object)
    }

    /// Refuses an object that says it has another name or namespace. One that says neither is meant.
    pub(crate) fn check_names(&self, object: &Object) -> Result<(), Refusal> {
        let name = object.name();
        if !name.is_empty() && !self.key.name.is_empty() && name != self.key.name {
            return Err(refusal::other_name(name, &self.key.name));
        }
        let namespace = object.metadata_text("namespace");
        if !namespace.is_empty() && namespace != self.key.namespace {
            return Err(refusal::other_namespace());
        }
        Ok(())
    }
}
