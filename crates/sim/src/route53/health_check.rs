//! A health check: its settings as they are on the wire, and what its checkers agree on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::checker::{self, Checkers, Rhythm, Seen};
use crate::endpoints::{AlarmState, Endpoints};
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
    pub(super) checkers: Checkers,
    pub(super) tags: BTreeMap<String, String>,
}

/// The longest that the answer to an HTTP request may take after the connection.
const SLOWEST_ANSWER: SignedDuration = SignedDuration::from_secs(2);

impl HealthCheckConfig {
    /// The checkers of a new check with these settings.
    pub(super) fn checkers(&self, id: &str, now: Timestamp) -> Checkers {
        let named = self.regions.as_ref().map(|regions| &regions.list);
        let threshold = self.failure_threshold.unwrap_or(3);
        let rhythm = Rhythm {
            interval: SignedDuration::from_secs(self.request_interval.unwrap_or(30)),
            threshold: i32::try_from(threshold).unwrap_or(i32::MAX),
        };
        Checkers::new(id, &checker::regions(named), rhythm, now)
    }
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

    /// What a probe sees now. A new connection may take 4 seconds, or 10 for TCP, and an answer 2
    /// seconds more ("How Amazon Route 53 determines whether a health check is healthy", Developer
    /// Guide). Nothing is seen of what is no endpoint.
    pub(super) fn seen(&self, endpoints: &Endpoints) -> Seen {
        let Some(target) = self.target() else {
            return Seen::Good;
        };
        let slowest = match self.kind {
            CheckType::Tcp => SignedDuration::from_secs(10),
            CheckType::Http
            | CheckType::Https
            | CheckType::HttpStrMatch
            | CheckType::HttpsStrMatch
            | CheckType::Calculated
            | CheckType::CloudwatchMetric
            | CheckType::RecoveryControl => SignedDuration::from_secs(4),
        };
        let pace = endpoints.pace(target);
        if !endpoints.connects(target) || pace.connect > slowest {
            return Seen::NoConnection(slowest);
        }
        let answered = endpoints.answers(target);
        match self.kind {
            CheckType::Tcp if answered => Seen::Good,
            CheckType::Tcp => Seen::NoConnection(SignedDuration::ZERO),
            _ if pace.answer > SLOWEST_ANSWER => {
                Seen::NoAnswer(pace.connect.saturating_add(SLOWEST_ANSWER))
            }
            _ if !answered => Seen::Unavailable,
            CheckType::HttpStrMatch | CheckType::HttpsStrMatch => {
                let wanted = self.config.search_string.as_deref().unwrap_or_default();
                if endpoints.says(target, wanted) {
                    Seen::Good
                } else {
                    Seen::WithoutMatch
                }
            }
            CheckType::Http
            | CheckType::Https
            | CheckType::Calculated
            | CheckType::CloudwatchMetric
            | CheckType::RecoveryControl => Seen::Good,
        }
    }

    /// What is not found out by probes: the state of an alarm's data, or of a routing control.
    ///
    /// Source: "How Amazon Route 53 determines the status of health checks that monitor CloudWatch
    /// alarms", Developer Guide; "Routing control", Application Recovery Controller Developer Guide.
    pub(super) fn told(&self, endpoints: &Endpoints) -> Option<bool> {
        let HealthCheckConfig {
            alarm_identifier,
            insufficient_data_health_status,
            routing_control_arn,
            ..
        } = &self.config;
        if let Some(arn) = routing_control_arn {
            return Some(endpoints.is_on(arn));
        }
        let AlarmIdentifier { region, name } = alarm_identifier.as_ref()?;
        let told = match endpoints.alarm(region, name) {
            AlarmState::Ok => true,
            AlarmState::Alarm => false,
            AlarmState::InsufficientData => match insufficient_data_health_status.as_deref() {
                Some("Healthy") => true,
                Some("Unhealthy") => false,
                // LastKnownStatus
                _ => self.passing,
            },
        };
        Some(told)
    }

    /// The checkers agree on something new.
    pub(super) fn judge(&mut self, at: Timestamp) {
        self.passing = self.checkers.verdict(at);
    }

    pub(super) fn disabled(&self) -> bool {
        self.config.disabled == Some(true)
    }

    pub(super) fn inverted(&self) -> bool {
        self.config.inverted == Some(true)
    }
}
