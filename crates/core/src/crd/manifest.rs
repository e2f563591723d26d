//! The manifests in `crds/`: what the derive gives, put into the form that every API server and GitOps tool keeps as it is.
//!
//! The derive can't say five things: no `nullable` (`field: null` must not be a third state), whole bounds (`1`, not `1.0`),
//! integer formats that Kubernetes knows, a status that refuses no write of a newer operator, and a default status, without
//! which kstatus calls an object that no operator has seen ready.

use kube::CustomResourceExt;
use serde_json::{Map, Value, json};

use super::{GlobalApp, GlobalTable, RegionEndpoint};

/// One file of `crds/`.
pub struct Manifest {
    /// The file's name.
    pub file: &'static str,
    /// The CustomResourceDefinition.
    pub value: Value,
}

/// Every CustomResourceDefinition, in the order of their files.
pub fn manifests() -> Vec<Manifest> {
    vec![
        Manifest {
            file: "globalapps.evenkeel.dev.yaml",
            value: manifest::<GlobalApp>(),
        },
        Manifest {
            file: "globaltables.evenkeel.dev.yaml",
            value: manifest::<GlobalTable>(),
        },
        Manifest {
            file: "regionendpoints.evenkeel.dev.yaml",
            value: manifest::<RegionEndpoint>(),
        },
    ]
}

fn manifest<K: CustomResourceExt>() -> Value {
    let mut crd = json!(K::crd());
    let versions = crd
        .pointer_mut("/spec/versions")
        .and_then(Value::as_array_mut);
    for version in versions.into_iter().flatten() {
        let Some(schema) = version.pointer_mut("/schema/openAPIV3Schema") else {
            continue;
        };
        tidy(schema);
        if let Some(status) = schema.pointer_mut("/properties/status") {
            loosen(status, &[]);
            status["default"] = default_status();
        }
    }
    crd
}

/// What an object says before any operator has seen it.
fn default_status() -> Value {
    json!({
        "observedGeneration": 0,
        "conditions": [{
            "type": "Ready",
            "status": "Unknown",
            "reason": "Pending",
            "message": "waiting for Evenkeel",
            "lastTransitionTime": "1970-01-01T00:00:00Z",
        }],
    })
}

/// Rewrites one schema and all below it into Kubernetes' own dialect.
fn tidy(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    object.remove("nullable");
    if object.get("default") == Some(&Value::Null) {
        object.remove("default");
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for bound in ["minimum", "maximum"] {
        let whole = object
            .get(bound)
            .and_then(Value::as_f64)
            .filter(|bound| bound.fract() == 0.0);
        if let Some(whole) = whole {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "our bounds lie far within i64"
            )]
            object.insert(bound.to_owned(), json!(whole as i64));
        }
    }
    let format = match object.get("format").and_then(Value::as_str) {
        Some("uint8" | "uint16") => Some("int32"),
        Some("uint32" | "uint64" | "uint") => Some("int64"),
        _ => None,
    };
    if let Some(format) = format {
        object.insert("format".to_owned(), json!(format));
    }
    if let Some(Value::String(description)) = object.get_mut("description") {
        *description = unwrapped(description);
    }
    each_child(object, &mut tidy);
}

/// Joins the lines that a source file's width has wrapped; blank lines stay.
fn unwrapped(text: &str) -> String {
    text.split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// What could refuse a write, or add to it.
const LIMITS: [&str; 10] = [
    "default",
    "enum",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
    "x-kubernetes-validations",
];

/// Takes out of a status whatever could refuse a write, except the keys of keyed lists.
fn loosen(schema: &mut Value, keys: &[String]) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    for limit in LIMITS {
        object.remove(limit);
    }
    if let Some(Value::Array(required)) = object.get_mut("required") {
        required.retain(|name| keys.iter().any(|key| name == key));
        if required.is_empty() {
            object.remove("required");
        }
    }
    let map_keys: Vec<String> = object
        .get("x-kubernetes-list-map-keys")
        .and_then(Value::as_array)
        .map(|keys| {
            keys.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default();
    if let Some(items) = object.get_mut("items") {
        loosen(items, &map_keys);
    }
    if let Some(Value::Object(properties)) = object.get_mut("properties") {
        properties
            .values_mut()
            .for_each(|property| loosen(property, &[]));
    }
}

fn each_child(object: &mut Map<String, Value>, visit: &mut impl FnMut(&mut Value)) {
    if let Some(Value::Object(properties)) = object.get_mut("properties") {
        properties.values_mut().for_each(&mut *visit);
    }
    for child in ["items", "additionalProperties"] {
        if let Some(schema) = object.get_mut(child) {
            visit(schema);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_bounded_described_and_mergeable() {
        let mut faults = Vec::new();
        for manifest in manifests() {
            let kind = manifest.value["spec"]["names"]["kind"]
                .as_str()
                .unwrap()
                .to_owned();
            let properties =
                &manifest.value["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"];
            lint(
                &properties["spec"],
                &format!("{kind}.spec"),
                Place {
                    in_item: false,
                    in_status: false,
                },
                &mut faults,
            );
            lint(
                &properties["status"],
                &format!("{kind}.status"),
                Place {
                    in_item: false,
                    in_status: true,
                },
                &mut faults,
            );
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[derive(Clone, Copy)]
    struct Place {
        in_item: bool,
        in_status: bool,
    }

    fn lint(schema: &Value, path: &str, place: Place, faults: &mut Vec<String>) {
        let has = |key: &str| schema.get(key).is_some();
        let mut fault = |wrong: bool, what: &str| {
            if wrong {
                faults.push(format!("{path}: {what}"));
            }
        };
        let is_element = path.ends_with("[]") || path.ends_with("{}");
        fault(!has("description") && !is_element, "no description");
        for key in [
            "anyOf",
            "oneOf",
            "allOf",
            "title",
            "nullable",
            "$ref",
            "x-kubernetes-preserve-unknown-fields",
        ] {
            fault(has(key), key);
        }
        fault(
            place.in_item && has("default"),
            "a default in a list item: a standing cause of eternal drift",
        );
        let kind = schema["type"].as_str().unwrap_or_default();
        fault(kind == "number", "a float: it does not round-trip");
        fault(
            kind == "array" && !has("x-kubernetes-list-type"),
            "no list type",
        );
        if place.in_status {
            for key in ["enum", "pattern", "maxLength", "maximum"] {
                fault(has(key), "a limit in the status: a write could be refused");
            }
        } else {
            fault(kind == "array" && !has("maxItems"), "no maxItems");
            fault(
                kind == "string" && !has("maxLength") && !has("enum"),
                "no maxLength",
            );
            fault(
                kind == "integer" && !(has("minimum") && has("maximum")),
                "no bounds",
            );
            fault(
                kind == "integer" && schema["minimum"].is_f64(),
                "a bound that prints as a float",
            );
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            lint(property, &format!("{path}.{name}"), place, faults);
        }
        if let Some(items) = schema.get("items") {
            lint(
                items,
                &format!("{path}[]"),
                Place {
                    in_item: true,
                    ..place
                },
                faults,
            );
        }
        if let Some(values) = schema.get("additionalProperties") {
            lint(values, &format!("{path}{{}}"), place, faults);
        }
    }

    #[test]
    fn an_object_that_no_operator_has_seen_is_not_ready() {
        for manifest in manifests() {
            let status = &manifest.value["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
                ["status"];
            assert_eq!(
                status["default"]["conditions"][0]["status"], "Unknown",
                "{}",
                manifest.file
            );
        }
    }

    #[test]
    fn each_manifest_fits_client_side_apply() {
        // kubectl apply stores the manifest in an annotation, and annotations hold 256 KiB in all.
        for manifest in manifests() {
            assert!(
                manifest.value.to_string().len() < 128 * 1024,
                "{}",
                manifest.file
            );
        }
    }
}
