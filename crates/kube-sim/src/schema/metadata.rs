//! The schema of `metadata`, as far as writers own its parts one by one.

use serde_json::{Value, json};

pub(super) fn schema() -> Value {
    let text = json!({"type": "string"});
    let number = json!({"type": "integer"});
    let dictionary = json!({"type": "object", "additionalProperties": text});
    json!({
        "type": "object",
        "properties": {
            "annotations": dictionary,
            "creationTimestamp": text,
            "deletionGracePeriodSeconds": number,
            "deletionTimestamp": text,
            "finalizers": {"type": "array", "items": text, "x-kubernetes-list-type": "set"},
            "generateName": text,
            "generation": number,
            "labels": dictionary,
            "managedFields": {"type": "array", "items": {}},
            "name": text,
            "namespace": text,
            "ownerReferences": {
                "type": "array",
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["uid"],
                "items": {
                    "type": "object",
                    "x-kubernetes-map-type": "atomic",
                    "additionalProperties": {},
                },
            },
            "resourceVersion": text,
            "selfLink": text,
            "uid": text,
        },
    })
}
