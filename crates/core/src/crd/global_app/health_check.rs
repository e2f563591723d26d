//! `spec.healthCheck`: how an application's endpoints are checked.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an endpoint is checked.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[x_kube(validation = Rule::new("self.type == 'TCP' ? !has(self.path) : has(self.path)")
    .message("`path` is required for HTTP and HTTPS and may not be set for TCP").field_path(".path"))]
#[x_kube(validation = Rule::new("!has(self.searchString) || self.type != 'TCP'")
    .message("`searchString` may not be set for TCP").field_path(".searchString"))]
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
    /// What the first 5,120 bytes of the answer must hold, up to 255 characters. Unset: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255))]
    pub search_string: Option<String>,
    /// Where Route 53's checkers are, 3 to 8 Regions. Unset: in all eight.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 3, max = 8))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub checker_regions: Option<Vec<CheckerRegion>>,
}

/// A Region with checkers of Route 53.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum CheckerRegion {
    /// Virginia.
    #[serde(rename = "us-east-1")]
    UsEast1,
    /// California.
    #[serde(rename = "us-west-1")]
    UsWest1,
    /// Oregon.
    #[serde(rename = "us-west-2")]
    UsWest2,
    /// Ireland.
    #[serde(rename = "eu-west-1")]
    EuWest1,
    /// Singapore.
    #[serde(rename = "ap-southeast-1")]
    ApSoutheast1,
    /// Sydney.
    #[serde(rename = "ap-southeast-2")]
    ApSoutheast2,
    /// Tokyo.
    #[serde(rename = "ap-northeast-1")]
    ApNortheast1,
    /// São Paulo.
    #[serde(rename = "sa-east-1")]
    SaEast1,
}

impl CheckerRegion {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UsEast1 => "us-east-1",
            Self::UsWest1 => "us-west-1",
            Self::UsWest2 => "us-west-2",
            Self::EuWest1 => "eu-west-1",
            Self::ApSoutheast1 => "ap-southeast-1",
            Self::ApSoutheast2 => "ap-southeast-2",
            Self::ApNortheast1 => "ap-northeast-1",
            Self::SaEast1 => "sa-east-1",
        }
    }
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
