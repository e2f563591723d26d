//! What the three statuses share: conditions, the fleet's identity, the plan, the last error.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether Evenkeel changes AWS for this object, or only shows what it would change.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum Mode {
    /// Read AWS and make it equal to the spec.
    #[default]
    Enforce,
    /// Read AWS and show the whole plan in `status.plan`; change nothing.
    Plan,
}

/// What deleting the object does to what it owns in AWS.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum DeletionPolicy {
    /// Everything stays and keeps serving; its marks become "released", and an object of the same name takes it back.
    #[default]
    Retain,
    /// What the object owns is deleted.
    Delete,
}

/// Who writes AWS, and which spec is carried out.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FleetStatus {
    /// The fleet in every mark; by default the uid of this cluster's kube-system namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The cluster that writes AWS now: the uid of its kube-system namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writer: Option<String>,
    /// The identity in every AWS mark: the uid of the object that was committed first, kept through re-creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incarnation: Option<String>,
    /// Number of the committed spec; a fence in AWS never goes back to a lower one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    /// SHA-256 of the committed spec, fields that equal their default left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec_digest: Option<String>,
}

/// What Evenkeel would do, does not do yet, and will not do.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanStatus {
    /// For example `3 changes now, 2 waiting, 1 refused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Number of changes that can be made now; in mode Enforce they are being made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<i32>,
    /// The first of these changes, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub next: Vec<PlannedChange>,
    /// What waits for something that resolves by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub waiting: Vec<WaitingItem>,
    /// What Evenkeel will not do until a person acts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub refused: Vec<RefusedItem>,
    /// When the next timer is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step_time: Option<Time>,
    /// SHA-256 of the whole plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// One AWS call of a plan.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlannedChange {
    /// `route53`, `globalaccelerator` or `dynamodb`.
    pub service: String,
    /// The API operation.
    pub call: String,
    /// What it changes.
    pub object: String,
    /// From what to what.
    pub detail: String,
}

/// One thing that waits.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WaitingItem {
    /// Why, as one word; conditions and events use the same.
    pub reason: String,
    /// What waits, or is waited for.
    pub object: String,
    /// The fact and its cause.
    pub message: String,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_time: Option<Time>,
}

/// One thing that was refused.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RefusedItem {
    /// Why, as one word; conditions and events use the same.
    pub reason: String,
    /// What was not changed.
    pub object: String,
    /// The fact, its cause and what to do.
    pub message: String,
    /// The token that allows it: an annotation `consent.evenkeel.dev/<token>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_token: Option<String>,
}

/// One consent that the object carries.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentStatus {
    /// Its token.
    pub token: String,
    /// Accepted: it allows something that is about to be done. Used: that was done. Void: it allows nothing; the spec or AWS
    /// has changed since, or it was never asked for.
    #[serde(default)]
    pub state: String,
}

/// The AWS error that blocks this object.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LastError {
    /// When it first occurred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// The service that answered.
    pub service: String,
    /// The API operation.
    pub call: String,
    /// AWS's error code.
    pub code: String,
    /// AWS's words.
    pub message: String,
    /// AWS's request id, where it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Reads a condition's status (`True`, `False`, `Unknown`) by its type.
pub fn condition<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|condition| condition.type_ == kind)
}
