//! Puts an applied configuration over what is there, and takes fields out.

use serde_json::{Map, Value};

use super::compare::is_empty;
use super::element::Element;
use super::field_set::FieldSet;
use super::fields::{Parts, parts};
use super::order;
use crate::schema::{ListMerge, Schema};

/// Every field of `applied`, and of `live` whatever `applied` does not mention.
pub(crate) fn merge(live: &Value, applied: &Value, schema: &Schema) -> Value {
    walk(Some(live), Some(applied), schema).unwrap_or_else(|| live.clone())
}

fn walk(live: Option<&Value>, applied: Option<&Value>, schema: &Schema) -> Option<Value> {
    let whole = applied.or(live).cloned();
    if is_empty(live) && is_empty(applied) {
        return whole;
    }
    match parts([live, applied], schema) {
        Parts::Whole => whole,
        Parts::Items(merge) => {
            let merged = items(live, applied, merge, schema);
            (!merged.is_empty()).then_some(Value::Array(merged))
        }
        Parts::Fields => {
            let merged = fields(live, applied, schema);
            (!merged.is_empty()).then_some(Value::Object(merged))
        }
    }
}

fn fields(live: Option<&Value>, applied: Option<&Value>, schema: &Schema) -> Map<String, Value> {
    let empty = Map::new();
    let live = live.and_then(Value::as_object).unwrap_or(&empty);
    let applied = applied.and_then(Value::as_object).unwrap_or(&empty);
    let fresh = applied.keys().filter(|name| !live.contains_key(*name));
    let merged = live.keys().chain(fresh).filter_map(|name| {
        let merged = walk(live.get(name), applied.get(name), schema.field(name)?)?;
        Some((name.clone(), merged))
    });
    merged.collect()
}

fn items(
    live: Option<&Value>,
    applied: Option<&Value>,
    merge: &ListMerge,
    schema: &Schema,
) -> Vec<Value> {
    let (live, applied) = (
        order::identified(live, merge, schema),
        order::identified(applied, merge, schema),
    );
    order::zip(&live, &applied)
        .into_iter()
        .filter_map(|(live, applied)| walk(live, applied, schema.items()))
        .collect()
}

/// The value without the fields of the set; nothing if nothing is left. What has lost all that was in it, and is not in
/// the set itself, becomes null: a liberty of structured-merge-diff that defaults depend on.
pub(crate) fn remove(value: &Value, unwanted: &FieldSet, schema: &Schema) -> Option<Value> {
    match parts([Some(value), None], schema) {
        Parts::Whole => Some(value.clone()),
        Parts::Items(merge) => {
            let items = value.as_array()?.iter().filter_map(|item| {
                let element = Element::of_item(item, merge, schema.items()).ok();
                let Some(element) = element else {
                    return Some(item.clone());
                };
                keep(&element, item, unwanted, schema.items())
            });
            let left: Vec<Value> = items.collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        Parts::Fields => {
            let fields = value.as_object()?.iter().filter_map(|(name, value)| {
                let element = Element::Field(name.clone());
                let kept = match schema.field(name) {
                    Some(schema) => keep(&element, value, unwanted, schema)?,
                    None => value.clone(),
                };
                Some((name.clone(), kept))
            });
            let left: Map<String, Value> = fields.collect();
            (!left.is_empty()).then_some(Value::Object(left))
        }
    }
}

fn keep(element: &Element, value: &Value, unwanted: &FieldSet, schema: &Schema) -> Option<Value> {
    if unwanted.members.contains(element) {
        return None;
    }
    match unwanted.below(element) {
        Some(below) => Some(remove(value, below, schema).unwrap_or(Value::Null)),
        None => Some(value.clone()),
    }
}
