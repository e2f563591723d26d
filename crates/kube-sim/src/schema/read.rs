//! Reads the schema of a CustomResourceDefinition's version.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ANYTHING, ListMerge, Schema, Shape, metadata};

/// The schema of a kind's objects; without `schema`, anything.
pub(crate) fn of_kind(schema: Option<&Value>) -> Schema {
    let mut root = schema.map_or_else(|| ANYTHING.clone(), field);
    let others = match &root.shape {
        Shape::Object { .. } => None,
        Shape::Scalar(_) | Shape::List { .. } | Shape::Anything => Some(Box::new(ANYTHING.clone())),
    };
    let mut fields = match root.shape {
        Shape::Object { fields, .. } => fields,
        Shape::Scalar(_) | Shape::List { .. } | Shape::Anything => BTreeMap::new(),
    };
    // Whatever a CRD says of these three, the API server knows better.
    for name in ["apiVersion", "kind"] {
        fields.insert(name.to_owned(), field(&json!({"type": "string"})));
    }
    fields.insert("metadata".to_owned(), field(&metadata::schema()));
    root.shape = Shape::Object {
        fields,
        others,
        is_atomic: false,
    };
    root
}

fn field(schema: &Value) -> Schema {
    Schema {
        shape: shape(schema),
        default: schema.get("default").cloned(),
        is_nullable: is_true(schema, "nullable"),
    }
}

fn shape(schema: &Value) -> Shape {
    if is_true(schema, "x-kubernetes-int-or-string") {
        return Shape::Scalar("integer or string".to_owned());
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => object(schema),
        Some("array") => Shape::List {
            items: Box::new(schema.get("items").map_or_else(|| ANYTHING.clone(), field)),
            merge: list_merge(schema),
        },
        Some(scalar) => Shape::Scalar(scalar.to_owned()),
        None => Shape::Anything,
    }
}

fn object(schema: &Value) -> Shape {
    let properties = schema.get("properties").and_then(Value::as_object);
    let fields: BTreeMap<String, Schema> = properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), field(schema)))
        .collect();
    let others = match schema.get("additionalProperties") {
        Some(values @ Value::Object(_)) => Some(field(values)),
        Some(Value::Bool(true)) => Some(ANYTHING.clone()),
        _ if is_true(schema, "x-kubernetes-preserve-unknown-fields") => Some(ANYTHING.clone()),
        _ => None,
    };
    Shape::Object {
        fields,
        others: others.map(Box::new),
        is_atomic: schema.get("x-kubernetes-map-type") == Some(&json!("atomic")),
    }
}

fn list_merge(schema: &Value) -> ListMerge {
    match schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
        Some("set") => ListMerge::Set,
        Some("map") => ListMerge::Keyed(
            schema
                .get("x-kubernetes-list-map-keys")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        ),
        _ => ListMerge::Atomic,
    }
}

fn is_true(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}
