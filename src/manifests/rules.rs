//! The rules of a kind: its CustomResourceDefinition's schema, in which nothing is allowed but what is named.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Value, json};

use super::tree::Step;

/// The only version that is served.
pub(super) const API_VERSION: &str = "evenkeel.dev/v1alpha1";

/// The rules of one kind.
pub(super) struct Rules {
    /// The CustomResourceDefinition's schema.
    pub(super) schema: Value,
    /// The same, in which what is not named is not allowed.
    pub(super) closed: Value,
    /// Finds what the closed schema does not allow.
    pub(super) validator: jsonschema::Validator,
}

impl Rules {
    /// The rules that a CustomResourceDefinition holds.
    pub(super) fn new(manifest: &Value) -> Self {
        let schema = manifest["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone();
        let mut closed = schema.clone();
        close(&mut closed);
        closed["required"] = json!(["apiVersion", "kind", "metadata", "spec"]);
        closed["properties"]["apiVersion"] = json!({"type": "string", "enum": [API_VERSION]});
        closed["properties"]["kind"] = json!({"type": "string"});
        closed["properties"]["metadata"] = metadata();
        // Whatever it says, the operator writes it anew.
        closed["properties"]["status"] = json!({});
        let validator = jsonschema::draft7::options()
            .should_ignore_unknown_formats(true)
            .build(&closed);
        Self {
            schema,
            closed,
            validator: validator.expect("a test builds these schemas"),
        }
    }
}

/// Allows nothing but what is named.
fn close(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if object.contains_key("properties") && !object.contains_key("additionalProperties") {
        object.insert("additionalProperties".to_owned(), json!(false));
    }
    for value in object
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        close(value.1);
    }
    for child in ["items", "additionalProperties"] {
        object.get_mut(child).into_iter().for_each(close);
    }
}

/// What Kubernetes knows of every object.
fn metadata() -> Value {
    let settings = schemars::generate::SchemaSettings::draft07()
        .with(|settings| settings.inline_subschemas = true);
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<ObjectMeta>()
        .to_value();
    close(&mut schema);
    schema["required"] = json!(["name"]);
    schema["properties"]["name"] = json!({
        "description": "Lower case letters, digits, - and ., at most 253.",
        "type": "string",
        "minLength": 1,
        "maxLength": 253,
        "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
    });
    schema
}

/// The schema of the part at that path.
pub(super) fn schema_at<'a>(schema: &'a Value, path: &[Step]) -> &'a Value {
    path.iter().fold(schema, |schema, step| match step {
        Step::Item(_) => &schema["items"],
        Step::Field(name) => match schema["properties"].get(name) {
            Some(property) => property,
            None => &schema["additionalProperties"],
        },
    })
}
