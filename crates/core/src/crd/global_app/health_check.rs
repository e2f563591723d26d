//! `spec.healthCheck`: how an application's endpoints are checked.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

fn default_interval() -> i32 {
    10
}

fn default_threshold() -> i32 {
    2
}
