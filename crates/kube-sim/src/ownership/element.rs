//! One step of a path: a field, or an item of a list.

use std::fmt;

use serde_json::{Map, Value};

use crate::schema::{ListMerge, Schema, Shape};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Element {
    /// A field, by its name.
    Field(String),
    /// An item of a keyed list, by its keys: a JSON object.
    Keys(String),
    /// An item of a set, by its value: JSON.
    Value(String),
}

/// An item that can't be told apart from others, and why.
#[derive(Debug)]
pub(crate) struct Unidentified(pub(crate) String);

impl Element {
    /// The step to an item of a list.
    pub(crate) fn of_item(
        item: &Value,
        merge: &ListMerge,
        items: &Schema,
    ) -> Result<Self, Unidentified> {
        let keys = match merge {
            ListMerge::Atomic | ListMerge::Set => return Ok(Self::Value(item.to_string())),
            ListMerge::Keyed(keys) => keys,
        };
        let mut found = Map::new();
        for key in keys {
            let default = || match &items.shape {
                Shape::Object { fields, .. } => fields.get(key)?.default.as_ref(),
                Shape::Scalar(_) | Shape::List { .. } | Shape::Anything => None,
            };
            let value = item.get(key).filter(|value| !value.is_null());
            if let Some(value) = value.or_else(default) {
                found.insert(key.clone(), value.clone());
            }
        }
        if found.is_empty() {
            let names: Vec<_> = keys.iter().map(|key| format!("{key:?}")).collect();
            return Err(Unidentified(format!(
                "associative list with keys has an element that omits all key fields [{}] (and doesn't have default \
                 values for any key fields)",
                names.join(", ")
            )));
        }
        Ok(Self::Keys(Value::Object(found).to_string()))
    }

    /// The name in `managedFields`.
    pub(crate) fn managed_name(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Keys(keys) => format!("k:{keys}"),
            Self::Value(value) => format!("v:{value}"),
        }
    }
}

/// As in the messages of the API server.
impl fmt::Display for Element {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(formatter, ".{name}"),
            Self::Value(value) => write!(formatter, "[={value}]"),
            Self::Keys(keys) => {
                let keys: Map<String, Value> = serde_json::from_str(keys).unwrap_or_default();
                let keys: Vec<_> = keys
                    .iter()
                    .map(|(key, value)| format!("{key}={value}"))
                    .collect();
                write!(formatter, "[{}]", keys.join(","))
            }
        }
    }
}
