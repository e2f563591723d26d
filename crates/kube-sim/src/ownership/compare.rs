//! Which fields a write adds, changes and removes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::element::Element;
use super::field_set::FieldSet;
use super::fields::{Parts, parts};
use crate::schema::{ListMerge, Schema};

/// No field is in more than one of the three.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) added: FieldSet,
    pub(crate) modified: FieldSet,
    pub(crate) removed: FieldSet,
}

/// What became of one value.
enum Change {
    Added,
    Modified,
    Removed,
}

pub(crate) fn compare(before: &Value, after: &Value, schema: &Schema) -> Comparison {
    walk(Some(before), Some(after), schema).1
}

fn walk(
    before: Option<&Value>,
    after: Option<&Value>,
    schema: &Schema,
) -> (Option<Change>, Comparison) {
    let mut below = Comparison::default();
    let own = match (before, after) {
        (None, Some(_)) => Some(Change::Added),
        (Some(_), None) => Some(Change::Removed),
        (Some(before), Some(after)) if before != after => Some(Change::Modified),
        (Some(_), Some(_)) | (None, None) => None,
    };
    let parts = parts([before, after], schema);
    // Two empty values are compared as wholes: null, `[]` and `{}` differ.
    if matches!(parts, Parts::Whole) || (is_empty(before) && is_empty(after)) {
        return (own, below);
    }
    match parts {
        Parts::Whole => {}
        Parts::Items(merge) => {
            let (old, new) = (items(before, merge, schema), items(after, merge, schema));
            for element in union(&old, &new) {
                let change = walk(
                    old.get(element).copied(),
                    new.get(element).copied(),
                    schema.items(),
                );
                below.record(element.clone(), change);
            }
        }
        Parts::Fields => {
            let (old, new) = (fields(before), fields(after));
            for element in union(&old, &new) {
                let Element::Field(name) = element else {
                    continue;
                };
                if let Some(schema) = schema.field(name) {
                    let change = walk(old.get(element).copied(), new.get(element).copied(), schema);
                    below.record(element.clone(), change);
                }
            }
        }
    }
    // What has parts is itself added or removed, and never modified.
    let own = own.filter(|change| !matches!(change, Change::Modified));
    (own, below)
}

impl Comparison {
    fn record(&mut self, element: Element, (own, below): (Option<Change>, Self)) {
        let Self {
            added,
            modified,
            removed,
        } = below;
        self.added.set_below(element.clone(), added);
        self.modified.set_below(element.clone(), modified);
        self.removed.set_below(element.clone(), removed);
        match own {
            Some(Change::Added) => self.added.insert(element),
            Some(Change::Modified) => self.modified.insert(element),
            Some(Change::Removed) => self.removed.insert(element),
            None => {}
        }
    }
}

type Found<'a> = BTreeMap<Element, &'a Value>;

fn items<'a>(list: Option<&'a Value>, merge: &ListMerge, schema: &Schema) -> Found<'a> {
    let items = list.and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(|item| {
            let element = Element::of_item(item, merge, schema.items()).ok()?;
            Some((element, item))
        })
        .collect()
}

fn fields(object: Option<&Value>) -> Found<'_> {
    let fields = object.and_then(Value::as_object);
    fields
        .into_iter()
        .flatten()
        .map(|(name, value)| (Element::Field(name.clone()), value))
        .collect()
}

fn union<'a>(old: &'a Found<'_>, new: &'a Found<'_>) -> impl Iterator<Item = &'a Element> {
    let fresh = new.keys().filter(|element| !old.contains_key(element));
    old.keys().chain(fresh)
}

pub(super) fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => false,
    }
}
