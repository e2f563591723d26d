//! `GlobalApp` (`ekapp`): one application's global front door.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    DeletionPolicy, FleetStatus, HOSTNAME_PATTERN, LABEL_PATTERN, LastError, Mode, NAME_MESSAGE,
    NAME_RULE, PlanStatus, REGION_PATTERN, ZONE_NAME_PATTERN,
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
        .message("`dialPercent` needs `accelerator`")
        .field_path(".regions"),
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

/// How the names are published in Route 53.
#[derive(Clone, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[x_kube(
    validation = Rule::new("has(self.hostedZoneId) != has(self.hostedZone)").message("set exactly one of `hostedZoneId` and `hostedZone`"),
    validation = Rule::new("has(self.hostedZoneId) == has(oldSelf.hostedZoneId) && (!has(self.hostedZoneId) || self.hostedZoneId == oldSelf.hostedZoneId) && (!has(self.hostedZone) || self.hostedZone == oldSelf.hostedZone)")
        .message("the hosted zone is immutable: two zones cannot change in one step; declare the names in a second GlobalApp, then delete this one")
)]
#[serde(rename_all = "camelCase")]
pub struct Dns {
    /// The public hosted zone, by id. Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32), regex(pattern = "^Z[A-Z0-9]{1,31}$"))]
    pub hosted_zone_id: Option<String>,
    /// The public hosted zone, by name; two zones of one name are refused as ambiguous. Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253), regex(pattern = ZONE_NAME_PATTERN))]
    pub hosted_zone: Option<String>,
    /// How Route 53 chooses among the Regions. Latency: the Region with the least latency to the user. Simple: one
    /// target. Unset only with an accelerator, which the names are plain aliases of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
    /// How long resolvers may keep an answer, in seconds, 1 to 86400. Route 53 ignores it for aliases, which answer with
    /// their target's own. Default 60.
    #[serde(default = "default_ttl")]
    #[schemars(range(min = 1, max = 86400))]
    pub ttl_seconds: i32,
    /// Route 53 `EvaluateTargetHealth` of the aliases: an unhealthy load balancer is left out of the answers. Default
    /// true.
    #[serde(default = "default_true")]
    pub evaluate_target_health: bool,
    /// What to do with record sets that exist already and carry no mark of ours. Never (the default): report them and
    /// change nothing.
    #[serde(default)]
    pub adoption_policy: AdoptionPolicy,
}

/// How Route 53 chooses among the Regions.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum Routing {
    /// One record set for all users.
    Simple,
    /// One record set per Region; users get the Region with the least latency.
    Latency,
}

/// What to do with record sets that exist already and carry no mark of ours.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum AdoptionPolicy {
    /// Report them and change nothing.
    #[default]
    Never,
}

/// How an endpoint is checked.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[x_kube(validation = Rule::new("self.type == 'TCP' ? !has(self.path) : has(self.path)")
    .message("`path` is required for HTTP and HTTPS and may not be set for TCP").field_path(".path"))]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// The protocol of the check. HTTP and HTTPS expect a status of 2xx or 3xx; certificates are not validated.
    #[serde(rename = "type")]
    pub protocol: CheckProtocol,
    /// The port that is checked, 1 to 65535.
    #[schemars(range(min = 1, max = 65535))]
    pub port: i32,
    /// The path that HTTP and HTTPS request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255), regex(pattern = r"^/[^\s]*$"))]
    pub path: Option<String>,
    /// Seconds between two requests of one checker: 10 (costs more) or 30. Default 10.
    #[serde(default = "default_interval")]
    #[schemars(range(min = 10, max = 30), extend("enum" = [10, 30]))]
    pub interval_seconds: i32,
    /// Consecutive results of one checker that change its mind, 1 to 10. Default 2.
    #[serde(default = "default_threshold")]
    #[schemars(range(min = 1, max = 10))]
    pub failure_threshold: i32,
}

/// The protocol of a check.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum CheckProtocol {
    /// A request over TLS.
    HTTPS,
    /// A plain request.
    HTTP,
    /// A connection.
    TCP,
}

/// One Global Accelerator.
#[derive(Clone, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Accelerator {
    /// What the accelerator listens on. Matched in AWS by protocol and ports, so renaming one is free. 1 to 10.
    #[schemars(length(min = 1, max = 10))]
    #[x_kube(
        merge_strategy = ListMerge::Map(vec!["name".into()]),
        validation = Rule::new("self.all(a, !has(a.ports) || self.all(b, a.name == b.name || a.protocol != b.protocol || !has(b.ports) || a.ports.all(p, !(p in b.ports))))")
            .message("two listeners of one protocol may not share a port")
    )]
    pub listeners: Vec<Listener>,
}

/// One listener of an accelerator.
#[derive(Clone, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[x_kube(validation = Rule::new("has(self.ports)").message("set `ports`"))]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// A name for messages.
    #[schemars(length(min = 1, max = 63), regex(pattern = LABEL_PATTERN))]
    pub name: String,
    /// The protocol that users speak.
    pub protocol: ListenerProtocol,
    /// The ports that users connect to, 1 to 65535. At most 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 10), inner(range(min = 1, max = 65535)))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub ports: Option<Vec<i32>>,
    /// Whether one user's connections all reach one endpoint: SourceIP, or None (also when unset).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_affinity: Option<ClientAffinity>,
}

/// The protocol of a listener.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum ListenerProtocol {
    /// Connections.
    TCP,
    /// Datagrams.
    UDP,
}

/// Whether one user's connections all reach one endpoint.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum ClientAffinity {
    /// By the five-tuple: each connection for itself.
    #[default]
    None,
    /// By the two-tuple of addresses.
    SourceIP,
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

fn default_ttl() -> i32 {
    60
}

fn default_true() -> bool {
    true
}

fn default_interval() -> i32 {
    10
}

fn default_threshold() -> i32 {
    2
}

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
    /// The routing in effect: Simple, Latency, or Accelerator for aliases of one.
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
    /// Healthy, Unhealthy, Unknown or NotChecked.
    #[serde(default)]
    pub health: String,
    /// What says so: HealthCheck, LoadBalancer, Accelerator or None.
    #[serde(default)]
    pub health_source: String,
    /// The traffic dial in effect, in per cent; the lowest of the listeners' groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dial_percent: Option<i32>,
    /// The traffic dial that is declared, in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted_dial_percent: Option<i32>,
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
