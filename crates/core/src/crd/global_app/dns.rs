//! `spec.dns`: the hosted zone, and how the names are published in it.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crd::ZONE_NAME_PATTERN;

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

fn default_ttl() -> i32 {
    60
}

fn default_true() -> bool {
    true
}
