//! `RegionEndpoint` (`ekregion`): one Region's way in.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use super::{
    HealthCheck, LastError, NAME_MESSAGE, NAME_RULE, REGION_PATTERN, ZONE_ID_PATTERN,
    ZONE_NAME_PATTERN,
};

/// One Region's way in: the load balancer or name that apps send users to. Shared by any number of GlobalApps.
#[derive(Clone, CustomResource, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[kube(
    group = "evenkeel.dev",
    version = "v1alpha1",
    kind = "RegionEndpoint",
    plural = "regionendpoints",
    singular = "regionendpoint",
    shortname = "ekregion",
    category = "evenkeel",
    namespaced,
    status = "RegionEndpointStatus",
    derive = "PartialEq",
    doc = "One Region's way in: the load balancer or name that apps send users to. Shared by any number of GlobalApps.",
    selectable = ".spec.region",
    annotation("helm.sh/resource-policy", "keep"),
    annotation("argocd.argoproj.io/sync-options", "Prune=confirm,Delete=confirm"),
    validation = Rule::new(NAME_RULE).message(NAME_MESSAGE),
    printcolumn(name = "Region", type_ = "string", json_path = ".spec.region"),
    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].status"),
    printcolumn(name = "Healthy", type_ = "string", json_path = ".status.conditions[?(@.type==\"Healthy\")].status"),
    printcolumn(name = "Apps", type_ = "integer", json_path = ".status.appCount"),
    printcolumn(name = "Reason", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].reason"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Target", type_ = "string", json_path = ".status.target.dnsName", priority = 1),
    printcolumn(name = "Max-Dial", type_ = "integer", json_path = ".spec.maxDialPercent", priority = 1),
    printcolumn(name = "Weight", type_ = "integer", json_path = ".spec.weight", priority = 1),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
)]
#[x_kube(
    validation = Rule::new("!has(self.target.loadBalancerArn) || self.target.loadBalancerArn.contains(':' + self.region + ':')")
        .message("`target.loadBalancerArn` must be in `region`").field_path(".target.loadBalancerArn")
)]
#[serde(rename_all = "camelCase")]
pub struct RegionEndpointSpec {
    /// The Region, for example eu-west-1: of the latency record sets, and of the endpoint group. Immutable.
    #[schemars(length(max = 25), regex(pattern = REGION_PATTERN))]
    #[x_kube(validation = Rule::new("self == oldSelf")
        .message("region is immutable: create a RegionEndpoint for the other region, then delete this one"))]
    pub region: String,
    /// Where users are sent. May change: the new one is added, then the old one leaves.
    pub target: Target,
    /// Ceiling of the traffic dial, in per cent, 0 to 100, for every app. Not a wanted value. Default 100.
    #[serde(default = "default_max_dial")]
    #[schemars(range(min = 0, max = 100))]
    pub max_dial_percent: i32,
    /// Share among the endpoints of one Region, 0 to 255: Global Accelerator's endpoint weight, and the weight of Weighted
    /// record sets unless the app sets one. Default 128.
    #[serde(default = "default_weight")]
    #[schemars(range(min = 0, max = 255))]
    pub weight: i32,
    /// The DNS name that the apps' health checks resolve and ask, as Host header and SNI too. None of an app's own
    /// hostnames. Unset: the target's own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253), regex(pattern = ZONE_NAME_PATTERN))]
    pub health_check_hostname: Option<String>,
    /// How this endpoint is checked, in place of each app's own check. Unset: as the app says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,
}

/// Where users are sent.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[x_kube(
    validation = Rule::new("has(self.loadBalancerArn) != has(self.hostname)")
        .message("set exactly one of `loadBalancerArn` and `hostname`"),
    validation = Rule::new("!has(self.hostedZoneId) || has(self.hostname)")
        .message("`hostedZoneId` may be set only with `hostname`").field_path(".hostedZoneId")
)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// ARN of an Application or Network Load Balancer in `region`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(max = 255),
        regex(
            pattern = "^arn:aws:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:loadbalancer/(app|net)/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}$"
        )
    )]
    pub load_balancer_arn: Option<String>,
    /// Any DNS name, lower case and without a final dot. With `hostedZoneId` record sets are aliases of it, else CNAMEs,
    /// which a zone's apex can't have. Not for apps with `accelerator`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253), regex(pattern = ZONE_NAME_PATTERN))]
    pub hostname: Option<String>,
    /// The hosted zone of `hostname`, as AWS documents it for each kind of alias target. Unset: CNAME.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32), regex(pattern = ZONE_ID_PATTERN))]
    pub hosted_zone_id: Option<String>,
}

fn default_max_dial() -> i32 {
    100
}

fn default_weight() -> i32 {
    128
}

/// What Evenkeel knows of a RegionEndpoint.
#[derive(Clone, Debug, Default, Deserialize, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegionEndpointStatus {
    /// The generation whose spec was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Ready, Reconciling, Stalled, SpecAgreed, Resolved, Healthy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
    /// The AWS error that blocks this object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<LastError>,
    /// What the target is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetStatus>,
    /// How many apps use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_count: Option<i32>,
    /// Who uses it now, and how much.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["namespace".into(), "name".into()]))]
    pub apps: Vec<AppUse>,
}

/// What a target is.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetStatus {
    /// The load balancer's ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_balancer_arn: Option<String>,
    /// Application or Network load balancer, or Hostname.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// InternetFacing or Internal, of a load balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// The DNS name that users are led to, and that health checks ask.
    #[serde(default)]
    pub dns_name: String,
    /// The hosted zone of that DNS name, which aliases need. None for a CNAME.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosted_zone_id: Option<String>,
}

/// One app's use of an endpoint.
#[derive(Clone, Debug, Default, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppUse {
    /// The app's namespace.
    pub namespace: String,
    /// The app's name.
    pub name: String,
    /// The state of this Region in that app.
    #[serde(default)]
    pub state: String,
    /// The traffic dial of this Region in that app, in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dial_percent: Option<i32>,
}
