//! `status`: what Evenkeel knows of an application.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::crd::{ConsentStatus, FleetStatus, LastError, PlanStatus};

/// What Evenkeel knows of a GlobalApp.
#[derive(Clone, Debug, Default, Deserialize, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GlobalAppStatus {
    /// The generation whose spec was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Ready, Reconciling, Stalled, Accepted, Programmed, SpecAgreed, Serving.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
    /// Who writes AWS, and which spec is carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fleet: Option<FleetStatus>,
    /// What Evenkeel would do, does not do yet, and will not do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanStatus>,
    /// The consents that the object carries, at most 16.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["token".into()]))]
    pub consents: Vec<ConsentStatus>,
    /// The AWS error that blocks this object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<LastError>,
    /// Serving Regions of the declared ones, for example `2/3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions_serving: Option<String>,
    /// The names in Route 53.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<DnsStatus>,
    /// The accelerator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<AcceleratorStatus>,
    /// The Regions, declared or still leaving.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["region".into()]))]
    pub regions: Vec<RegionStatus>,
}

/// The names in Route 53.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DnsStatus {
    /// The hosted zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosted_zone_id: Option<String>,
    /// The routing in effect: as spec.dns.routing, or Accelerator for aliases of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<String>,
    /// The last change of these names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_id: Option<String>,
    /// Whether that change has reached all name servers: Pending or InSync.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_state: Option<String>,
    /// Each hostname.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into()]))]
    pub names: Vec<NameStatus>,
}

/// One hostname.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NameStatus {
    /// The hostname.
    pub name: String,
    /// Claimed, Pending, Conflict, NotOurs or Released.
    #[serde(default)]
    pub state: String,
    /// Why, unless Claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// SHA-256 of the record sets as they were when they were last as wanted: others were changed by somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// When somebody else's changes were last undone: at most three times within an hour.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub corrected: Vec<Time>,
}

/// The accelerator.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AcceleratorStatus {
    /// Its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Its DNS name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
    /// Its static addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub ip_addresses: Vec<String>,
    /// InProgress, Deployed, Disabled or Retained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Part of the idempotency token of its creation, stored before the call, so that a creation whose reply was lost is
    /// not done twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Its listeners.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into()]))]
    pub listeners: Vec<ListenerStatus>,
}

/// One listener.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenerStatus {
    /// Its name in the spec.
    pub name: String,
    /// Its ARN.
    #[serde(default)]
    pub arn: String,
}

/// One Region of an application.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegionStatus {
    /// The Region.
    pub region: String,
    /// The RegionEndpoints that are used there, or still leaving.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub endpoints: Vec<String>,
    /// Serving, Draining, Waiting, Unhealthy, Standby or Unknown.
    #[serde(default)]
    pub state: String,
    /// Healthy, Unhealthy, Unknown or NotChecked, as it was last read: within 5 minutes, of more than 60 health checks within
    /// 5 seconds for each.
    #[serde(default)]
    pub health: String,
    /// Since when `health` says that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_since_time: Option<Time>,
    /// What says so: HealthCheck, LoadBalancer, Accelerator or None.
    #[serde(default)]
    pub health_source: String,
    /// The traffic dial in effect, in per cent; the lowest of the listeners' groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dial_percent: Option<i32>,
    /// The traffic dial that is declared, in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted_dial_percent: Option<i32>,
    /// The Route 53 weight in effect, with routing Weighted; of several endpoints together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<i32>,
    /// The weight that is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted_weight: Option<i32>,
    /// The Route 53 health check of this Region's record sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check_id: Option<String>,
    /// When its timer is due: a leaving endpoint goes then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step_time: Option<Time>,
    /// Why it does not serve, as one word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it does not serve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When `state` last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_transition_time: Option<Time>,
}
