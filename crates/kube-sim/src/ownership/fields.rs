//! Which fields an object has, as far as they are owned one by one.

use serde_json::Value;

use super::element::{Element, Unidentified};
use super::field_set::FieldSet;
use crate::schema::{ListMerge, Schema, Shape};

/// How a value is owned.
pub(super) enum Parts<'a> {
    /// As a whole.
    Whole,
    /// Item by item.
    Items(&'a ListMerge),
    /// Field by field.
    Fields,
}

/// How values of this schema are owned. Null counts as an empty list or object where one is expected.
pub(super) fn parts<'a>(values: [Option<&Value>; 2], schema: &'a Schema) -> Parts<'a> {
    let present = || values.iter().flatten().filter(|value| !value.is_null());
    match &schema.shape {
        Shape::List { merge, .. } if *merge != ListMerge::Atomic => {
            if present().all(|value| value.is_array()) {
                return Parts::Items(merge);
            }
        }
        Shape::Object {
            is_atomic: false, ..
        } => {
            if present().all(|value| value.is_object()) {
                return Parts::Fields;
            }
        }
        Shape::Anything => {
            if present().count() > 0 && present().all(|value| value.is_object()) {
                return Parts::Fields;
            }
        }
        Shape::Scalar(_) | Shape::List { .. } | Shape::Object { .. } => {}
    }
    Parts::Whole
}

/// The fields of a value, or why an item of a list is none.
pub(crate) fn of(value: &Value, schema: &Schema) -> Result<FieldSet, Unidentified> {
    Ok(walk(value, schema)?.unwrap_or_default())
}

/// What is below the value; nothing if it is owned as a whole.
fn walk(value: &Value, schema: &Schema) -> Result<Option<FieldSet>, Unidentified> {
    let mut set = FieldSet::default();
    match parts([Some(value), None], schema) {
        Parts::Whole => return Ok(None),
        Parts::Items(merge) => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                let element = Element::of_item(item, merge, schema.items()).map_err(
                    |Unidentified(why)| Unidentified(format!(": element {index}: {why}")),
                )?;
                if set.members.contains(&element) {
                    return Err(Unidentified(format!(
                        ": duplicate entries for key {element}"
                    )));
                }
                let below = walk(item, schema.items())
                    .map_err(|Unidentified(why)| Unidentified(format!("{element}{why}")))?;
                set.set_below(element.clone(), below.unwrap_or_default());
                set.insert(element);
            }
        }
        Parts::Fields => {
            for (name, value) in value.as_object().into_iter().flatten() {
                let Some(field) = schema.field(name) else {
                    continue;
                };
                let element = Element::Field(name.clone());
                let below = walk(value, field)
                    .map_err(|Unidentified(why)| Unidentified(format!("{element}{why}")))?;
                let is_empty =
                    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
                if below.is_none() || is_empty || !schema.names(name) {
                    set.insert(element.clone());
                }
                set.set_below(element, below.unwrap_or_default());
            }
        }
    }
    Ok(Some(set))
}
