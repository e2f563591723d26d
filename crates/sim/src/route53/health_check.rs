//! A health check: its settings as they are on the wire, and what its checkers agree on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::last_failure::LastFailure;
use crate::endpoints::Endpoints;
use crate::words::words;

words! {
    CheckType {
        Http "HTTP", Https "HTTPS", HttpStrMatch "HTTP_STR_MATCH", HttpsStrMatch "HTTPS_STR_MATCH",
        Tcp "TCP", Calculated "CALCULATED", CloudwatchMetric "CLOUDWATCH_METRIC",
        RecoveryControl "RECOVERY_CONTROL",
    }
}

/// `HealthCheckConfig`, with its members in the order of the schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HealthCheckConfig {
    #[serde(rename = "IPAddress", skip_serializing_if = "Option::is_none")]
    pub(super) ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) port: Option<i64>,
    pub(super) r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fully_qualified_domain_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) search_string: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_interval: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure_threshold: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) measure_latency: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inverted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) health_threshold: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) child_health_checks: Option<Children>,
    #[serde(rename = "EnableSNI", skip_serializing_if = "Option::is_none")]
    pub(super) enable_sni: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) regions: Option<CheckerRegions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alarm_identifier: Option<AlarmIdentifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) insufficient_data_health_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) routing_control_arn: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Children {
    #[serde(rename = "ChildHealthCheck", default)]
    pub(super) list: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CheckerRegions {
    #[serde(rename = "Region", default)]
    pub(super) list: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AlarmIdentifier {
    pub(super) region: String,
    pub(super) name: String,
}

#[derive(Clone, Debug)]
pub(crate) struct HealthCheck {
    pub(super) id: String,
    pub(super) caller_reference: String,
    pub(super) kind: CheckType,
    pub(super) config: HealthCheckConfig,
    pub(super) version: u64,
    /// What the checkers agree on. A new check is healthy until there is data.
    pub(super) passing: bool,
    pub(super) last_failure: Option<LastFailure>,
    pub(super) tags: BTreeMap<String, String>,
}

impl HealthCheck {
    /// The host or address that is probed.
    pub(super) fn target(&self) -> Option<&str> {
        let HealthCheckConfig {
            ip_address,
            fully_qualified_domain_name,
            ..
        } = &self.config;
        ip_address
            .as_deref()
            .or(fully_qualified_domain_name.as_deref())
    }

    /// Whether probes pass now.
    pub(super) fn probe(&self, endpoints: &Endpoints) -> bool {
        self.target().is_none_or(|target| endpoints.answers(target))
    }

    /// Consecutive probes have agreed.
    pub(super) fn judge(&mut self, endpoints: &Endpoints) {
        self.passing = self.probe(endpoints);
    }

    /// When `FailureThreshold` consecutive probes will agree on what changed at `now`. (The
    /// checkers are uncoordinated; here they all take the whole of the last interval.)
    pub(super) fn judged_at(&self, now: Timestamp) -> Timestamp {
        let interval = self.config.request_interval.unwrap_or(30);
        let probes = self.config.failure_threshold.unwrap_or(3);
        let length = SignedDuration::from_secs(interval.saturating_mul(probes));
        now.checked_add(length).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn disabled(&self) -> bool {
        self.config.disabled == Some(true)
    }

    pub(super) fn inverted(&self) -> bool {
        self.config.inverted == Some(true)
    }
}
