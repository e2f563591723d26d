//! What a kind's fields are: the part of a CRD's structural schema that the API server acts on by itself.
//!
//! Types, bounds, patterns and rules are not checked: a test that wants a refusal injects one.

mod decode;
mod metadata;
mod read;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use decode::{
    StrayNull, drop_nulls, set_defaults, stray_nulls, unknown_field, without_unknown,
};
pub(crate) use read::of_kind;

/// One field, and all below it.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) shape: Shape,
    pub(crate) default: Option<Value>,
    pub(crate) is_nullable: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A leaf, with its type's name.
    Scalar(String),
    List {
        items: Box<Schema>,
        merge: ListMerge,
    },
    Object {
        fields: BTreeMap<String, Schema>,
        /// What further fields are, if there may be any.
        others: Option<Box<Schema>>,
        is_atomic: bool,
    },
    /// Whatever the value is.
    Anything,
}

/// How server-side apply tells the items of a list apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ListMerge {
    /// Not at all: the list is one value.
    Atomic,
    /// By their values.
    Set,
    /// By these fields of each item.
    Keyed(Vec<String>),
}

/// What nothing is known about.
pub(crate) static ANYTHING: Schema = Schema {
    shape: Shape::Anything,
    default: None,
    is_nullable: false,
};

impl Schema {
    /// The schema of a field, if there may be such a field.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        match &self.shape {
            Shape::Object { fields, others, .. } => fields.get(name).or(others.as_deref()),
            Shape::Anything => Some(&ANYTHING),
            Shape::Scalar(_) | Shape::List { .. } => None,
        }
    }

    /// Whether the schema names this field, rather than allowing any.
    pub(crate) fn names(&self, field: &str) -> bool {
        match &self.shape {
            Shape::Object { fields, .. } => fields.contains_key(field),
            Shape::Scalar(_) | Shape::List { .. } | Shape::Anything => false,
        }
    }

    /// The schema of a list's items.
    pub(crate) fn items(&self) -> &Self {
        match &self.shape {
            Shape::List { items, .. } => items,
            Shape::Scalar(_) | Shape::Object { .. } | Shape::Anything => &ANYTHING,
        }
    }

    /// The type's name in OpenAPI.
    pub(crate) fn type_name(&self) -> &str {
        match &self.shape {
            Shape::Scalar(name) => name,
            Shape::List { .. } => "array",
            Shape::Object { .. } | Shape::Anything => "object",
        }
    }
}
