//! `GlobalTable` (`ektable`): one DynamoDB table and its replicas.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FleetStatus, LastError, Mode, NAME_MESSAGE, NAME_RULE, PlanStatus, REGION_PATTERN};

/// One DynamoDB table, replicated to the listed Regions (global tables 2019.11.21).
#[derive(Clone, CustomResource, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[kube(
    group = "evenkeel.dev",
    version = "v1alpha1",
    kind = "GlobalTable",
    plural = "globaltables",
    singular = "globaltable",
    shortname = "ektable",
    category = "evenkeel",
    namespaced,
    status = "GlobalTableStatus",
    derive = "PartialEq",
    doc = "One DynamoDB table, replicated to the listed Regions (global tables version 2019.11.21).",
    selectable = ".spec.tableName",
    annotation("helm.sh/resource-policy", "keep"),
    annotation("argocd.argoproj.io/sync-options", "Prune=confirm,Delete=confirm"),
    validation = Rule::new(NAME_RULE).message(NAME_MESSAGE),
    printcolumn(name = "Table", type_ = "string", json_path = ".spec.tableName"),
    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].status"),
    printcolumn(name = "Replicas", type_ = "string", json_path = ".status.replicasActive"),
    printcolumn(name = "Consistency", type_ = "string", json_path = ".spec.consistency"),
    printcolumn(name = "Reason", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].reason"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Mode", type_ = "string", json_path = ".spec.mode", priority = 1),
    printcolumn(name = "Deletion", type_ = "string", json_path = ".spec.deletionPolicy", priority = 1),
    printcolumn(name = "Source", type_ = "string", json_path = ".status.sourceRegion", priority = 1),
    printcolumn(name = "Revision", type_ = "integer", json_path = ".status.fleet.revision", priority = 1),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
)]
#[x_kube(
    validation = Rule::new("has(self.preset) != has(self.keySchema)").message("set exactly one of `keySchema` and `preset`"),
    validation = Rule::new("has(self.preset) == has(oldSelf.preset)")
        .message("`preset` may not be added or removed after creation").field_path(".preset"),
    validation = Rule::new("!has(self.preset) || !has(self.ttl)")
        .message("preset 'Session' fixes keys and ttl: remove `ttl`, or drop `preset`").field_path(".preset")
)]
#[serde(rename_all = "camelCase")]
pub struct GlobalTableSpec {
    /// Enforce makes AWS equal to this spec; Plan only shows in status.plan what would change. Default Enforce.
    #[serde(default)]
    pub mode: Mode,
    /// The table's name, the same in every Region. Immutable.
    #[schemars(length(min = 3, max = 255), regex(pattern = "^[a-zA-Z0-9_.-]+$"))]
    #[x_kube(validation = Rule::new("self == oldSelf")
        .message("tableName is immutable: create a second GlobalTable and move the data"))]
    pub table_name: String,
    /// Keys and TTL of a usual kind of table. Session: partition key `session_id` (String), TTL on the attribute `ttl`
    /// (seconds since 1970, written by the application), on-demand capacity. Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// The table's keys. Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_schema: Option<KeySchema>,
    /// How replicas agree. Eventual (the default): the last writer wins, usually within a second.
    #[serde(default)]
    pub consistency: Consistency,
    /// The Regions. The first is where the table is created. Never empty. A replica that leaves the list keeps its data
    /// and is shown as Retained. 1 to 32.
    #[schemars(length(min = 1, max = 32))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["region".into()]))]
    pub replicas: Vec<Replica>,
    /// Expiry of items. Unset: left as it is in AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<TimeToLive>,
    /// DynamoDB's deletion protection, in each Region. Default Enabled.
    #[serde(default)]
    pub deletion_protection: Toggle,
    /// What deleting this object does to the table. Retain (the default): the table, its replicas and their protection
    /// stay, marked released.
    #[serde(default)]
    pub deletion_policy: TableDeletionPolicy,
}

/// A usual kind of table.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum Preset {
    /// Sessions by id, which expire.
    Session,
}

/// A table's keys.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[x_kube(validation = Rule::new("self.partitionKey == oldSelf.partitionKey && has(self.sortKey) == has(oldSelf.sortKey) && (!has(self.sortKey) || self.sortKey == oldSelf.sortKey)")
    .message("keySchema is immutable: create a second GlobalTable and move the data"))]
#[serde(rename_all = "camelCase")]
pub struct KeySchema {
    /// The partition key.
    pub partition_key: KeyAttribute,
    /// The sort key. Unset: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_key: Option<KeyAttribute>,
}

/// A key attribute.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyAttribute {
    /// The attribute's name.
    #[schemars(length(min = 1, max = 255))]
    pub name: String,
    /// The attribute's type.
    #[serde(rename = "type")]
    pub kind: AttributeType,
}

/// The type of a key attribute.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum AttributeType {
    /// DynamoDB `S`.
    String,
    /// DynamoDB `N`.
    Number,
    /// DynamoDB `B`.
    Binary,
}

/// How replicas agree.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum Consistency {
    /// The last writer wins (DynamoDB `EVENTUAL`).
    #[default]
    Eventual,
}

/// One replica.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replica {
    /// The Region.
    #[schemars(length(max = 25), regex(pattern = REGION_PATTERN))]
    pub region: String,
}

/// Expiry of items.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeToLive {
    /// The attribute that holds the expiry, in seconds since 1970. To change it, first set `state` to Disabled.
    #[schemars(length(min = 1, max = 255))]
    pub attribute_name: String,
    /// Whether items expire. DynamoDB takes one change an hour. Default Enabled.
    #[serde(default)]
    pub state: Toggle,
}

/// Enabled, or Disabled.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum Toggle {
    /// On.
    #[default]
    Enabled,
    /// Off.
    Disabled,
}

/// What deleting the object does to its table.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum TableDeletionPolicy {
    /// The table, its replicas and their protection stay, marked released.
    #[default]
    Retain,
}

/// What Evenkeel knows of a GlobalTable.
#[derive(Clone, Debug, Default, Deserialize, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GlobalTableStatus {
    /// The generation whose spec was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Ready, Reconciling, Stalled, Accepted, Programmed, SpecAgreed, ReplicasActive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
    /// Who writes AWS, and which spec is carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fleet: Option<FleetStatus>,
    /// What Evenkeel would do, does not do yet, and will not do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanStatus>,
    /// The AWS error that blocks this object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<LastError>,
    /// Active replicas of the declared ones, for example `2/3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicas_active: Option<String>,
    /// The Region through which the table is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_region: Option<String>,
    /// The partition key that AWS reports, for example `session_id (String)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// The sort key that AWS reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_key: Option<String>,
    /// Expiry of items, as AWS reports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<TimeToLiveStatus>,
    /// The replicas, declared or retained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["region".into()]))]
    pub replicas: Vec<ReplicaStatus>,
}

/// Expiry of items, as AWS reports it.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeToLiveStatus {
    /// The attribute that holds the expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute_name: Option<String>,
    /// Enabling, Enabled, Disabling or Disabled.
    #[serde(default)]
    pub state: String,
}

/// One replica.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaStatus {
    /// The Region.
    pub region: String,
    /// Whether the spec lists it.
    #[serde(default)]
    pub declared: bool,
    /// Absent, Creating, CreationFailed, Updating, Active, Deleting, RegionDisabled, KeyInaccessible, Archiving, Archived,
    /// ReplicationNotAuthorized, Retained or Unknown.
    #[serde(default)]
    pub state: String,
    /// Whether users may be sent to this Region: it was Active, and is Active or Updating.
    #[serde(default)]
    pub ready: bool,
    /// ARN of the table in this Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_arn: Option<String>,
    /// `TableId` in this Region: tells the table from a re-created namesake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_id: Option<String>,
    /// Whether deletion protection is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_protection: Option<bool>,
    /// Why it is not Active, as one word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it is not Active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When `state` last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_transition_time: Option<Time>,
}
