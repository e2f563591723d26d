//! What happens to an object between the request and the store: unknown fields go, nulls go or become defaults,
//! defaults are filled in.

use serde_json::{Map, Value};

use super::{Schema, Shape};

/// Takes out every field that the schema does not have.
pub(crate) fn without_unknown(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| schema.field(name).is_some());
            each_field(fields, schema, &mut without_unknown);
        }
        Value::Array(items) => each_item(items, schema, &mut without_unknown),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The first field that the schema does not have, as a path with a dot before each name.
pub(crate) fn unknown_field(value: &Value, schema: &Schema) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let Some(schema) = schema.field(name) else {
                return Some(format!(".{name}"));
            };
            let below = unknown_field(value, schema)?;
            Some(format!(".{name}{below}"))
        }),
        Value::Array(items) => items
            .iter()
            .find_map(|item| unknown_field(item, schema.items())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Takes out every null that is neither allowed nor about to become a default.
pub(crate) fn drop_nulls(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| {
                let stays = |schema: &Schema| schema.is_nullable || schema.default.is_some();
                !value.is_null() || schema.field(name).is_some_and(stays)
            });
            each_field(fields, schema, &mut drop_nulls);
        }
        Value::Array(items) => each_item(items, schema, &mut drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Fills in every default whose parent is there.
pub(crate) fn set_defaults(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(fields) => {
            if let Shape::Object { fields: known, .. } = &schema.shape {
                for (name, schema) in known {
                    let Some(default) = &schema.default else {
                        continue;
                    };
                    let present = fields.get(name);
                    if present.is_none_or(|value| value.is_null() && !schema.is_nullable) {
                        fields.insert(name.clone(), default.clone());
                    }
                }
            }
            each_field(fields, schema, &mut set_defaults);
        }
        Value::Array(items) => each_item(items, schema, &mut set_defaults),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A null where none may be.
pub(crate) struct StrayNull {
    /// Its path, for example `status.conditions[1].message`.
    pub(crate) path: String,
    /// What should be there instead.
    pub(crate) type_name: String,
}

/// Every null that is not allowed.
pub(crate) fn stray_nulls(value: &Value, schema: &Schema) -> Vec<StrayNull> {
    let mut found = Vec::new();
    find_nulls(value, schema, "", &mut found);
    found
}

fn find_nulls(value: &Value, schema: &Schema, path: &str, found: &mut Vec<StrayNull>) {
    match value {
        Value::Object(fields) => {
            let dot = if path.is_empty() { "" } else { "." };
            for (name, value) in fields {
                if let Some(schema) = schema.field(name) {
                    find_nulls(value, schema, &format!("{path}{dot}{name}"), found);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find_nulls(item, schema.items(), &format!("{path}[{index}]"), found);
            }
        }
        Value::Null if !schema.is_nullable && !matches!(schema.shape, Shape::Anything) => {
            found.push(StrayNull {
                path: path.to_owned(),
                type_name: schema.type_name().to_owned(),
            });
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn each_field(
    fields: &mut Map<String, Value>,
    schema: &Schema,
    visit: &mut impl FnMut(&mut Value, &Schema),
) {
    for (name, value) in fields {
        if let Some(schema) = schema.field(name) {
            visit(value, schema);
        }
    }
}

fn each_item(items: &mut [Value], schema: &Schema, visit: &mut impl FnMut(&mut Value, &Schema)) {
    for item in items {
        visit(item, schema.items());
    }
}
