//! `spec.endpoints`: which RegionEndpoints serve an application.

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crd::LABEL_PATTERN;

/// Which RegionEndpoints serve the application.
#[derive(Clone, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[x_kube(validation = Rule::new("has(self.selector) != has(self.names)").message("set exactly one of `selector` and `names`"))]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// By label, in this namespace. A label edit that drops a Region is a drain, with its guards. Never empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<Selector>,
    /// By name, in this namespace. 1 to 32. At first creation all of them are awaited for up to 2 minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 32), inner(length(min = 1, max = 63), regex(pattern = LABEL_PATTERN)))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub names: Option<Vec<String>>,
}

/// A label selector that selects something.
#[derive(Clone, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[x_kube(validation = Rule::new("(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)")
    .message("selector must not be empty: an empty selector would match every RegionEndpoint"))]
#[serde(rename_all = "camelCase")]
pub struct Selector {
    /// All of these labels, with these values. At most 8.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxProperties" = 8), transform = bound_label_values)]
    pub match_labels: Option<BTreeMap<String, String>>,
    /// And all of these expressions. At most 8.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub match_expressions: Option<Vec<SelectorExpression>>,
}

fn bound_label_values(schema: &mut schemars::Schema) {
    if let Some(serde_json::Value::Object(values)) = schema.get_mut("additionalProperties") {
        values.insert("maxLength".to_owned(), 63.into());
    }
}

/// One expression over a label.
#[derive(Clone, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectorExpression {
    /// The label.
    #[schemars(length(min = 1, max = 317))]
    pub key: String,
    /// How the label relates to the values.
    pub operator: SelectorOperator,
    /// The values of In and NotIn; none for Exists and DoesNotExist. At most 16.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 16), inner(length(max = 63)))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub values: Option<Vec<String>>,
}

/// How a label relates to an expression's values.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum SelectorOperator {
    /// The label has one of the values.
    In,
    /// The label is absent or has none of the values.
    NotIn,
    /// The label is present.
    Exists,
    /// The label is absent.
    DoesNotExist,
}
