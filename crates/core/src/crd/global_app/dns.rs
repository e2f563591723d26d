//! `spec.dns`: the hosted zone, and how the names are published in it.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crd::{ZONE_ID_PATTERN, ZONE_NAME_PATTERN};

/// How the names are published in Route 53.
#[derive(Clone, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[x_kube(
    validation = Rule::new("has(self.hostedZoneId) != has(self.hostedZone)").message("set exactly one of `hostedZoneId` and `hostedZone`"),
    validation = Rule::new("!has(self.routing) || self.routing != 'Failover' || self.evaluateTargetHealth")
        .message("`evaluateTargetHealth` must be true when `routing` is 'Failover'").field_path(".evaluateTargetHealth"),
    validation = Rule::new("has(self.hostedZoneId) == has(oldSelf.hostedZoneId) && (!has(self.hostedZoneId) || self.hostedZoneId == oldSelf.hostedZoneId) && (!has(self.hostedZone) || self.hostedZone == oldSelf.hostedZone)")
        .message("the hosted zone is immutable: two zones cannot change in one step; declare the names in a second GlobalApp, then delete this one")
)]
#[serde(rename_all = "camelCase")]
pub struct Dns {
    /// The public hosted zone, by id. Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32), regex(pattern = ZONE_ID_PATTERN))]
    pub hosted_zone_id: Option<String>,
    /// The public hosted zone, by name; two zones of one name are refused as ambiguous. Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253), regex(pattern = ZONE_NAME_PATTERN))]
    pub hosted_zone: Option<String>,
    /// How Route 53 chooses among the Regions. Latency: the Region with the least latency to the user. Weighted: by
    /// weight. Failover: one Region while it is healthy, else another. Geolocation: by where the user is. Geoproximity: the
    /// nearest Region. Simple: one target. May change: all record sets of a name change in one batch. Unset only with an
    /// accelerator, which the names are plain aliases of.
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
    /// Route 53 record types of the names. IPv4 (the default): A. DualStack: A and AAAA.
    #[serde(default)]
    pub ip_address_type: IpAddressType,
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
    /// One record set per endpoint; each gets its share of all weights.
    Weighted,
    /// Two record sets: users get the secondary Region while the primary is unhealthy.
    Failover,
    /// One record set per location; users get the one of the smallest location that they are in.
    Geolocation,
    /// One record set per Region; users get the nearest Region.
    Geoproximity,
}

/// Which addresses names have.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum IpAddressType {
    /// IPv4.
    #[default]
    IPv4,
    /// IPv4 and IPv6.
    DualStack,
}

impl IpAddressType {
    /// The record types.
    pub(crate) fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::IPv4 => &["A"],
            Self::DualStack => &["A", "AAAA"],
        }
    }
}

/// What to do with record sets that exist already and carry no mark of ours.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum AdoptionPolicy {
    /// Report them and change nothing.
    #[default]
    Never,
    /// Replace them in the batch that claims the name. Sets that carry somebody's mark need a `take-over` consent, too.
    AdoptOrCreate,
}

fn default_ttl() -> i32 {
    60
}

fn default_true() -> bool {
    true
}
