//! The parts of an object that the API server reads and writes itself.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// An object in JSON. What is not there reads as empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object(Map<String, Value>);

impl Object {
    /// The object, unless the value is none.
    pub(crate) fn new(value: Value) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self(fields)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => None,
        }
    }

    pub(crate) fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// A top-level field.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Sets a top-level field, or removes it.
    pub(crate) fn set_field(&mut self, name: &str, value: Option<Value>) {
        set(&mut self.0, name, value);
    }

    /// A top-level field's text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.field(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The names of the top-level fields.
    pub(crate) fn field_names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// A field of `metadata`.
    pub(crate) fn metadata(&self, name: &str) -> Option<&Value> {
        self.0.get("metadata")?.get(name)
    }

    /// The text of a field of `metadata`.
    pub(crate) fn metadata_text(&self, name: &str) -> &str {
        self.metadata(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Sets a field of `metadata`, or removes it.
    pub(crate) fn set_metadata(&mut self, name: &str, value: Option<Value>) {
        let metadata = self.0.entry("metadata").or_insert_with(|| json!({}));
        if !metadata.is_object() {
            *metadata = json!({});
        }
        if let Some(metadata) = metadata.as_object_mut() {
            set(metadata, name, value);
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.metadata_text("name")
    }

    pub(crate) fn uid(&self) -> &str {
        self.metadata_text("uid")
    }

    pub(crate) fn generation(&self) -> Option<i64> {
        self.metadata("generation").and_then(Value::as_i64)
    }

    pub(crate) fn finalizers(&self) -> Vec<&str> {
        let finalizers = self.metadata("finalizers").and_then(Value::as_array);
        let finalizers = finalizers.into_iter().flatten();
        finalizers.filter_map(Value::as_str).collect()
    }

    pub(crate) fn is_being_deleted(&self) -> bool {
        self.metadata("deletionTimestamp")
            .is_some_and(|time| !time.is_null())
    }

    /// The object without what each version of it has of its own: its number and its owners.
    pub(crate) fn without_version(&self) -> Self {
        let mut object = self.clone();
        object.set_metadata("managedFields", None);
        object.set_metadata("resourceVersion", None);
        object
    }

    /// Nobody sees empty maps and lists of `metadata`, though an application may have stored some.
    pub(crate) fn tidy_metadata(&mut self) {
        for name in ["annotations", "finalizers", "labels", "ownerReferences"] {
            let is_empty = match self.metadata(name) {
                Some(Value::Array(items)) => items.is_empty(),
                Some(Value::Object(fields)) => fields.is_empty(),
                Some(Value::Null) => true,
                Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => false,
            };
            if is_empty {
                self.set_metadata(name, None);
            }
        }
    }
}

fn set(fields: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => fields.insert(name.to_owned(), value),
        None => fields.remove(name),
    };
}

/// A time as `metadata` holds it: in whole seconds.
pub(crate) fn time_text(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second())
        .unwrap_or(time)
        .to_string()
}
