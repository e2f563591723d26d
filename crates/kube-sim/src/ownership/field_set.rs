//! A set of fields of an object: what a manager owns, or what a write changes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::element::Element;
use crate::schema::Schema;

/// The fields below one place. No child is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSet {
    pub(super) members: BTreeSet<Element>,
    children: BTreeMap<Element, Self>,
}

impl FieldSet {
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.children.is_empty()
    }

    pub(super) fn insert(&mut self, element: Element) {
        self.members.insert(element);
    }

    /// What the set holds below an element.
    pub(super) fn below(&self, element: &Element) -> Option<&Self> {
        self.children.get(element)
    }

    pub(super) fn set_below(&mut self, element: Element, below: Self) {
        if !below.is_empty() {
            self.children.insert(element, below);
        }
    }

    /// Without the fields of which nobody is the owner: those that say which object this is, and in which state.
    pub(crate) fn without_identity(mut self) -> Self {
        for name in ["apiVersion", "kind", "metadata"] {
            self.members.remove(&Element::Field(name.to_owned()));
        }
        let metadata = Element::Field("metadata".to_owned());
        if let Some(mut below) = self.children.remove(&metadata) {
            for name in [
                "creationTimestamp",
                "generation",
                "managedFields",
                "name",
                "namespace",
                "resourceVersion",
                "selfLink",
                "uid",
            ] {
                let element = Element::Field(name.to_owned());
                below.members.remove(&element);
                below.children.remove(&element);
            }
            self.set_below(metadata, below);
        }
        self
    }

    pub(crate) fn union(mut self, other: &Self) -> Self {
        self.members.extend(other.members.iter().cloned());
        for (element, below) in &other.children {
            let mine = self.children.remove(element).unwrap_or_default();
            self.children.insert(element.clone(), mine.union(below));
        }
        self
    }

    pub(crate) fn difference(&self, other: &Self) -> Self {
        let mut left = Self {
            members: self.members.difference(&other.members).cloned().collect(),
            children: BTreeMap::new(),
        };
        for (element, below) in &self.children {
            let below = match other.below(element) {
                Some(other) => below.difference(other),
                None => below.clone(),
            };
            left.set_below(element.clone(), below);
        }
        left
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let mut common = Self {
            members: self.members.intersection(&other.members).cloned().collect(),
            children: BTreeMap::new(),
        };
        for (element, below) in &self.children {
            if let Some(other) = other.below(element) {
                common.set_below(element.clone(), below.intersection(other));
            }
        }
        common
    }

    /// The set with every named field that has something below it: owning a part means owning the whole's existence.
    pub(super) fn with_named_parents(&self, schema: &Schema) -> Self {
        let mut whole = Self {
            members: self.members.clone(),
            children: BTreeMap::new(),
        };
        for (element, below) in &self.children {
            let child = match element {
                Element::Field(name) => {
                    if schema.names(name) {
                        whole.insert(element.clone());
                    }
                    schema.field(name)
                }
                Element::Keys(_) | Element::Value(_) => Some(schema.items()),
            };
            let below =
                child.map_or_else(|| below.clone(), |child| below.with_named_parents(child));
            whole.set_below(element.clone(), below);
        }
        whole
    }

    /// Every path of the set, as the API server writes it.
    pub(crate) fn paths(&self) -> Vec<String> {
        let own = self.members.iter().map(ToString::to_string);
        let below = self.children.iter().flat_map(|(element, below)| {
            let below = below.paths().into_iter();
            below.map(move |path| format!("{element}{path}"))
        });
        own.chain(below).collect()
    }

    /// The set in the form of `managedFields`.
    pub(crate) fn to_fields_v1(&self) -> Value {
        let mut fields = Map::new();
        for element in &self.members {
            fields.insert(element.managed_name(), json!({}));
        }
        for (element, below) in &self.children {
            let mut below = below.to_fields_v1();
            if self.members.contains(element)
                && let Some(below) = below.as_object_mut()
            {
                below.insert(".".to_owned(), json!({}));
            }
            fields.insert(element.managed_name(), below);
        }
        Value::Object(fields)
    }
}
