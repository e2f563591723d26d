//! An endpoint group: one Region of a listener, with its dial, its health check and its endpoints.

use serde::{Deserialize, Serialize};

use super::arn::EndpointGroupArn;
use super::endpoint::{self, Endpoint, EndpointConfiguration, HealthState};
use super::{Accelerator, Error};
use crate::context::Context;
use crate::endpoints::Endpoints;
use crate::region::Region;
use crate::wire::Constraints;
use crate::words::words;

words! { HealthCheckProtocol { Tcp "TCP", Http "HTTP", Https "HTTPS" } }

/// Port overrides of a group.
const MOST_OVERRIDES: usize = 10;

#[derive(Clone, Debug)]
pub(crate) struct EndpointGroup {
    pub(super) arn: EndpointGroupArn,
    pub(super) region: Region,
    pub(super) endpoints: Vec<Endpoint>,
    /// Percent, 0 to 100.
    pub(super) traffic_dial: f64,
    pub(super) health_check: HealthCheck,
    pub(super) port_overrides: Vec<PortOverride>,
}

#[derive(Clone, Debug)]
pub(super) struct HealthCheck {
    pub(super) port: i64,
    pub(super) protocol: HealthCheckProtocol,
    pub(super) path: String,
    pub(super) interval_seconds: i64,
    pub(super) threshold_count: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PortOverride {
    pub(super) listener_port: u16,
    pub(super) endpoint_port: u16,
}

/// What `CreateEndpointGroup` and `UpdateEndpointGroup` are given. An omitted member keeps its
/// value; an empty list is a value.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Given {
    pub(super) endpoint_group_arn: Option<String>,
    pub(super) listener_arn: Option<String>,
    pub(super) endpoint_group_region: Option<String>,
    pub(super) idempotency_token: Option<String>,
    endpoint_configurations: Option<Vec<EndpointConfiguration>>,
    traffic_dial_percentage: Option<f64>,
    health_check_port: Option<i64>,
    health_check_protocol: Option<String>,
    health_check_path: Option<String>,
    health_check_interval_seconds: Option<i64>,
    threshold_count: Option<i64>,
    port_overrides: Option<Vec<PortOverride>>,
}

impl Given {
    pub(super) fn constrain(&self, constraints: &mut Constraints) {
        endpoint::constrain(constraints, self.endpoint_configurations.as_ref());
        constraints.range(
            "trafficDialPercentage",
            self.traffic_dial_percentage,
            0.0,
            100.0,
        );
        constraints.range("healthCheckPort", self.health_check_port, 1, 65_535);
        let protocol = self.health_check_protocol.as_deref();
        constraints.one_of("healthCheckProtocol", protocol, HealthCheckProtocol::WORDS);
        let path = self.health_check_path.as_deref();
        constraints.length("healthCheckPath", path, 0, 255);
        constraints.pattern(
            "healthCheckPath",
            path,
            "^/[-a-zA-Z0-9@:%_\\\\+.~#?&/=]*$",
            is_path,
        );
        constraints.range(
            "healthCheckIntervalSeconds",
            self.health_check_interval_seconds,
            10,
            30,
        );
        constraints.range("thresholdCount", self.threshold_count, 1, 10);
        constraints.count(
            "portOverrides",
            self.port_overrides.as_ref(),
            0,
            MOST_OVERRIDES,
        );
    }
}

fn is_path(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-@:%_\\+.~#?&/=".contains(&byte);
    text.starts_with('/') && text.bytes().all(allowed)
}

impl EndpointGroup {
    pub(super) fn apply(
        &mut self,
        context: &Context<'_>,
        accelerator: &Accelerator,
        given: Given,
    ) -> Result<(), Error> {
        if let Some(configurations) = given.endpoint_configurations {
            let kind = accelerator.ip_address_type;
            let current = std::mem::take(&mut self.endpoints);
            self.endpoints =
                endpoint::configure(context, self.region, kind, &configurations, &current)?;
        }
        if !matches!(given.health_check_interval_seconds, None | Some(10 | 30)) {
            let text = "HealthCheckIntervalSeconds must be 10 or 30";
            return Err(Error::InvalidArgument(text.to_owned()));
        }
        let protocol = given.health_check_protocol.as_deref();
        set(&mut self.traffic_dial, given.traffic_dial_percentage);
        set(&mut self.health_check.port, given.health_check_port);
        set(
            &mut self.health_check.protocol,
            protocol.and_then(HealthCheckProtocol::parse),
        );
        set(&mut self.health_check.path, given.health_check_path);
        set(
            &mut self.health_check.interval_seconds,
            given.health_check_interval_seconds,
        );
        set(
            &mut self.health_check.threshold_count,
            given.threshold_count,
        );
        set(&mut self.port_overrides, given.port_overrides);
        Ok(())
    }

    pub(super) fn judge(&mut self, id: &str, endpoints: &Endpoints) {
        if let Some(endpoint) = self.endpoints.iter_mut().find(|endpoint| endpoint.id == id) {
            endpoint.health = endpoint.actual(endpoints);
        }
    }

    /// It takes new users: a dial and an endpoint that are up. Fail-open is not serving.
    pub(super) fn serves(&self) -> bool {
        let up =
            |endpoint: &Endpoint| endpoint.weight > 0 && endpoint.health == HealthState::Healthy;
        self.traffic_dial > 0.0 && self.endpoints.iter().any(up)
    }
}

fn set<T>(member: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *member = given;
    }
}
