//! The digest of a spec: the same for the same meaning, in every cluster and version.
//!
//! A field that equals its schema's default is left out, so that a new field with a default changes no digest.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::crd::manifests;

/// The schemas of the specs, by kind.
static SCHEMAS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    manifests()
        .into_iter()
        .filter_map(|manifest| {
            let kind = manifest
                .value
                .pointer("/spec/names/kind")?
                .as_str()?
                .to_owned();
            let schema = manifest
                .value
                .pointer("/spec/versions/0/schema/openAPIV3Schema/properties/spec")?
                .clone();
            Some((kind, schema))
        })
        .collect()
});

/// SHA-256 of the canonical spec of that kind, in hexadecimal.
pub fn of_spec(kind: &str, spec: &impl Serialize) -> String {
    let mut value = serde_json::to_value(spec).unwrap_or_default();
    if let Some(schema) = SCHEMAS.get(kind) {
        drop_defaults(&mut value, schema);
    }
    hex(&value.to_string())
}

/// SHA-256 of a text, in hexadecimal.
pub(crate) fn hex(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text))
}

fn drop_defaults(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                if let Some(schema) = schema.pointer(&format!("/properties/{name}")) {
                    drop_defaults(field, schema);
                }
            }
            fields.retain(|name, field| {
                schema.pointer(&format!("/properties/{name}/default")) != Some(field)
            });
        }
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                for item in items {
                    drop_defaults(item, schema);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_default_said_and_a_default_left_out_are_the_same_spec() {
        let said = json!({"tableName": "t", "replicas": [{"region": "us-east-1"}], "mode": "Enforce",
            "deletionProtection": "Enabled", "ttl": {"attributeName": "x", "state": "Enabled"}});
        let unsaid = json!({"tableName": "t", "replicas": [{"region": "us-east-1"}], "ttl": {"attributeName": "x"}});
        assert_eq!(
            of_spec("GlobalTable", &said),
            of_spec("GlobalTable", &unsaid)
        );
        let other =
            json!({"tableName": "t", "replicas": [{"region": "us-east-1"}], "mode": "Plan"});
        assert_ne!(
            of_spec("GlobalTable", &unsaid),
            of_spec("GlobalTable", &other)
        );
    }

    #[test]
    fn traffic_without_wishes_is_no_traffic() {
        let said = json!({"hostnames": ["a.b"], "traffic": {}});
        let unsaid = json!({"hostnames": ["a.b"]});
        assert_eq!(of_spec("GlobalApp", &said), of_spec("GlobalApp", &unsaid));
    }
}
