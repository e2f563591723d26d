//! `GlobalApp` (`ekapp`): one application's global front door.
//!
//! Here is the resource: its columns, the rules that hold between its fields, and its small fields. A field with parts
//! of its own has its own file.

mod accelerator;
mod dns;
mod endpoints;
mod health_check;
mod routing;
mod status;

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use accelerator::*;
pub use dns::*;
pub use endpoints::*;
pub use health_check::*;
pub use routing::*;
pub use status::*;

use super::{
    DeletionPolicy, HOSTNAME_PATTERN, LABEL_PATTERN, Mode, NAME_MESSAGE, NAME_RULE, REGION_PATTERN,
};

/// One application's names, and how users are spread over the Regions behind them.
#[derive(Clone, CustomResource, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[kube(
    group = "evenkeel.dev",
    version = "v1alpha1",
    kind = "GlobalApp",
    plural = "globalapps",
    singular = "globalapp",
    shortname = "ekapp",
    category = "evenkeel",
    namespaced,
    status = "GlobalAppStatus",
    derive = "PartialEq",
    doc = "One application's global front door: its names, and how users are spread over the Regions behind them.",
    selectable = ".spec.mode",
    annotation("helm.sh/resource-policy", "keep"),
    annotation("argocd.argoproj.io/sync-options", "Prune=confirm,Delete=confirm"),
    validation = Rule::new(NAME_RULE).message(NAME_MESSAGE),
    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].status"),
    printcolumn(name = "Serving", type_ = "string", json_path = ".status.regionsServing"),
    printcolumn(name = "Reason", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].reason"),
    printcolumn(name = "Hostname", type_ = "string", json_path = ".spec.hostnames[0]"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Mode", type_ = "string", json_path = ".spec.mode", priority = 1),
    printcolumn(name = "Routing", type_ = "string", json_path = ".status.dns.routing", priority = 1),
    printcolumn(name = "Accelerator", type_ = "string", json_path = ".status.accelerator.dnsName", priority = 1),
    printcolumn(name = "Revision", type_ = "integer", json_path = ".status.fleet.revision", priority = 1),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
)]
#[x_kube(
    validation = Rule::new("has(self.accelerator) || has(self.dns.routing)")
        .message("`dns.routing` is required when `accelerator` is not set; 'Latency' is the usual choice")
        .field_path(".dns.routing").reason(Reason::FieldValueRequired),
    validation = Rule::new("!has(self.accelerator) || !has(self.dns.routing) || self.dns.routing == 'Simple'")
        .message("with `accelerator` the names point at the accelerator: remove `dns.routing` or set it to 'Simple'")
        .field_path(".dns.routing"),
    validation = Rule::new("!has(self.dns.hostedZone) || self.hostnames.all(h, h == self.dns.hostedZone || h.endsWith('.' + self.dns.hostedZone))")
        .message("every hostname must lie in `dns.hostedZone`")
        .field_path(".hostnames"),
    validation = Rule::new("!has(self.regions) || has(self.accelerator) || self.regions.all(x, !has(x.dialPercent))")
        .message("`dialPercent` needs `accelerator`; use `weight` with `dns.routing` 'Weighted'")
        .field_path(".regions"),
    validation = Rule::new("!has(self.regions) || (has(self.dns.routing) && self.dns.routing == 'Weighted') || self.regions.all(x, !has(x.weight))")
        .message("`weight` may be set only when `dns.routing` is 'Weighted'")
        .field_path(".regions"),
    validation = Rule::new("!has(self.dns.routing) || self.dns.routing != 'Failover' || (has(self.regions) && self.regions.filter(x, has(x.failoverRole) && x.failoverRole == 'Primary').size() == 1 && self.regions.filter(x, has(x.failoverRole) && x.failoverRole == 'Secondary').size() == 1)")
        .message("`dns.routing` 'Failover' needs exactly one region with `failoverRole` 'Primary' and one with 'Secondary'")
        .field_path(".regions"),
    validation = Rule::new("!has(self.regions) || (has(self.dns.routing) && self.dns.routing == 'Failover') || self.regions.all(x, !has(x.failoverRole))")
        .message("`failoverRole` may be set only when `dns.routing` is 'Failover'")
        .field_path(".regions"),
    validation = Rule::new("!has(self.dns.routing) || self.dns.routing != 'Geolocation' || (has(self.regions) && self.regions.exists(x, has(x.geolocations) && x.geolocations.exists(g, has(g.country) && g.country == '*')))")
        .message("`dns.routing` 'Geolocation' needs one region with `geolocations` {country: '*'}, or users elsewhere get no answer")
        .field_path(".regions"),
    validation = Rule::new("!has(self.regions) || (has(self.dns.routing) && self.dns.routing == 'Geolocation') || self.regions.all(x, !has(x.geolocations))")
        .message("`geolocations` may be set only when `dns.routing` is 'Geolocation'")
        .field_path(".regions"),
    validation = Rule::new("!has(self.regions) || (has(self.dns.routing) && self.dns.routing == 'Geoproximity') || self.regions.all(x, !has(x.bias))")
        .message("`bias` may be set only when `dns.routing` is 'Geoproximity'")
        .field_path(".regions"),
    validation = Rule::new("!has(self.accelerator) || self.dns.ipAddressType != 'DualStack'")
        .message("`dns.ipAddressType` may be 'DualStack' only without `accelerator`: its addresses are IPv4")
        .field_path(".dns.ipAddressType"),
    validation = Rule::new("!has(self.endpoints.names) || !has(self.traffic.minServingRegions) || self.traffic.minServingRegions <= self.endpoints.names.size()")
        .message("`traffic.minServingRegions` must be less than or equal to the number of `endpoints.names`")
        .field_path(".traffic.minServingRegions"),
    validation = Rule::new("has(self.accelerator) || !has(self.dns.routing) || self.dns.routing != 'Simple' || !has(self.endpoints.names) || self.endpoints.names.size() == 1")
        .message("`dns.routing` 'Simple' without `accelerator` takes one endpoint")
        .field_path(".endpoints.names")
)]
#[serde(rename_all = "camelCase")]
pub struct GlobalAppSpec {
    /// Enforce makes AWS equal to this spec; Plan only shows in status.plan what would change. Default Enforce.
    #[serde(default)]
    pub mode: Mode,
    /// The application's DNS names: lower case, no final dot, `*.` only as the first label. Each is one record set name
    /// in Route 53. The first GlobalApp to claim a name keeps it. Taking one out deletes its record sets. 1 to 32.
    #[schemars(length(min = 1, max = 32), inner(length(max = 253), regex(pattern = HOSTNAME_PATTERN)))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub hostnames: Vec<String>,
    /// Which RegionEndpoints serve the application: exactly one of selector and names.
    pub endpoints: Endpoints,
    /// How the names are published in Route 53.
    pub dns: Dns,
    /// One Route 53 health check per endpoint, shared by apps that check the same. Unset: the load balancers' own target
    /// health alone decides. With an accelerator: the endpoint groups' settings, which AWS heeds only for addresses and
    /// instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,
    /// One Global Accelerator; the names are aliases of it. Unset: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<Accelerator>,
    /// How far changes may reduce what serves.
    #[serde(default)]
    #[schemars(extend("default" = {}))]
    pub traffic: Traffic,
    /// What this application wants of a Region; an entry alone adds no Region. Unset and empty mean nothing special.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["region".into()]))]
    pub regions: Option<Vec<RegionWish>>,
    /// A Region gets traffic only where each of these has an Active replica. A Region that serves already is never taken
    /// out for it. Same namespace. Unset and empty mean none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["kind".into(), "name".into()]))]
    pub requires: Option<Vec<Requirement>>,
    /// What deleting this object does to the record sets. Retain (the default) leaves them serving, marked released;
    /// Delete removes them. The accelerator stays in both cases: its addresses can't be had back.
    #[serde(default)]
    pub deletion_policy: DeletionPolicy,
}

/// How far changes may reduce what serves.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    /// No change of Evenkeel's, cut off anywhere, leaves fewer Regions serving, 1 to 32. Unset: one fewer than the
    /// Regions, at least 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 32))]
    pub min_serving_regions: Option<i32>,
}

/// What this application wants of a Region.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegionWish {
    /// The Region.
    #[schemars(length(max = 25), regex(pattern = REGION_PATTERN))]
    pub region: String,
    /// Global Accelerator traffic dial of this Region's endpoint group on every listener, in per cent, 0 to 100. The
    /// endpoints' maxDialPercent is a ceiling. Unset: 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub dial_percent: Option<i32>,
    /// Route 53 weight of each record set of this Region, 0 to 255, with routing Weighted. 0 is a standby: used only while
    /// every other Region is unhealthy. Unset: the RegionEndpoint's weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 255))]
    pub weight: Option<i32>,
    /// Which of the two Regions it is, with routing Failover. Unset: not in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failover_role: Option<FailoverRole>,
    /// Where this Region's users are, with routing Geolocation: one record set each. 1 to 32. Unset: not in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 32))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub geolocations: Option<Vec<Geolocation>>,
    /// How much nearer (above 0) or farther this Region seems than it is, -99 to 99, with routing Geoproximity: Route 53
    /// GeoProximityLocation Bias. Unset: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -99, max = 99))]
    pub bias: Option<i32>,
}

/// An object that must be ready in a Region before users are sent there.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Requirement {
    /// The kind of the object.
    pub kind: RequirementKind,
    /// Its name, in this namespace.
    #[schemars(length(min = 1, max = 63), regex(pattern = LABEL_PATTERN))]
    pub name: String,
}

/// What can be required.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum RequirementKind {
    /// A GlobalTable: ready where its replica is Active.
    GlobalTable,
}
