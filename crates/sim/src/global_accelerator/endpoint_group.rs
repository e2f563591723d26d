//! An endpoint group: one Region of a listener, with its dial, its health check and its endpoints.

use serde::{Deserialize, Serialize};

use super::arn::EndpointGroupArn;
use super::endpoint::{self, Configuration, Endpoint, EndpointConfiguration, HealthState};
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
    pub(super) port: u16,
    pub(super) protocol: HealthCheckProtocol,
    pub(super) path: String,
    pub(super) interval_seconds: u8,
    pub(super) threshold_count: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PortOverride {
    pub(super) listener_port: u16,
    pub(super) endpoint_port: u16,
}

/// What `CreateEndpointGroup` and `UpdateEndpointGroup` are given.
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
    port_overrides: Option<Vec<PortOverrideInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PortOverrideInput {
    listener_port: Option<i64>,
    endpoint_port: Option<i64>,
}

/// What is set or changed. What is omitted keeps its value; an empty list is a value.
pub(super) struct Settings {
    endpoints: Option<Vec<Configuration>>,
    traffic_dial: Option<f64>,
    port: Option<u16>,
    protocol: Option<HealthCheckProtocol>,
    path: Option<String>,
    interval_seconds: Option<u8>,
    threshold_count: Option<u8>,
    port_overrides: Option<Vec<PortOverride>>,
}

impl Given {
    pub(super) fn settings(self, constraints: &mut Constraints) -> Settings {
        let endpoints = self.endpoint_configurations;
        let overrides = self.port_overrides;
        let path = self.health_check_path;
        constraints.length("healthCheckPath", path.as_deref(), 0, 255);
        let pattern = "^/[-a-zA-Z0-9@:%_\\\\+.~#?&/=]*$";
        constraints.pattern("healthCheckPath", path.as_deref(), pattern, is_path);
        let (dial, interval) = (
            self.traffic_dial_percentage,
            self.health_check_interval_seconds,
        );
        let protocol = self.health_check_protocol.as_deref();
        Settings {
            endpoints: endpoints.map(|given| endpoint::read(constraints, given)),
            traffic_dial: constraints.between("trafficDialPercentage", dial, 0.0, 100.0),
            port: constraints.number("healthCheckPort", self.health_check_port, 1, 65_535),
            protocol: constraints.word("healthCheckProtocol", protocol),
            path,
            interval_seconds: constraints.number("healthCheckIntervalSeconds", interval, 10, 30),
            threshold_count: constraints.number("thresholdCount", self.threshold_count, 1, 10),
            port_overrides: overrides.map(|given| port_overrides(constraints, &given)),
        }
    }
}

fn port_overrides(
    constraints: &mut Constraints,
    given: &Vec<PortOverrideInput>,
) -> Vec<PortOverride> {
    constraints.count("portOverrides", Some(given), 0, MOST_OVERRIDES);
    let mut port = |index: usize, member: &str, port: Option<i64>| {
        let at = format!("portOverrides.{}.member.{member}", index + 1);
        constraints.number(&at, port, 1, 65_535).unwrap_or_default()
    };
    let overrides = given.iter().enumerate().map(|(index, pair)| PortOverride {
        listener_port: port(index, "listenerPort", pair.listener_port),
        endpoint_port: port(index, "endpointPort", pair.endpoint_port),
    });
    overrides.collect()
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
        settings: Settings,
    ) -> Result<(), Error> {
        if let Some(configurations) = settings.endpoints {
            let kind = accelerator.ip_address_type;
            let current = std::mem::take(&mut self.endpoints);
            self.endpoints =
                endpoint::configure(context, self.region, kind, configurations, &current)?;
        }
        if !matches!(settings.interval_seconds, None | Some(10 | 30)) {
            let text = "HealthCheckIntervalSeconds must be 10 or 30";
            return Err(Error::InvalidArgument(text.to_owned()));
        }
        let check = &mut self.health_check;
        set(&mut check.port, settings.port);
        set(&mut check.protocol, settings.protocol);
        set(&mut check.path, settings.path);
        set(&mut check.interval_seconds, settings.interval_seconds);
        set(&mut check.threshold_count, settings.threshold_count);
        set(&mut self.traffic_dial, settings.traffic_dial);
        set(&mut self.port_overrides, settings.port_overrides);
        Ok(())
    }

    pub(super) fn judge(&mut self, id: &str, endpoints: &Endpoints) {
        if let Some(endpoint) = self.endpoints.iter_mut().find(|endpoint| endpoint.id == id) {
            endpoint.health = endpoint.actual(endpoints);
        }
    }

    /// It takes new users: a dial and an endpoint that are up. Fail-open is not serving.
    pub(super) fn serves(&self) -> bool {
        self.traffic_dial > 0.0 && self.has_healthy_endpoint()
    }

    /// An endpoint that takes traffic is healthy.
    pub(super) fn has_healthy_endpoint(&self) -> bool {
        let up =
            |endpoint: &Endpoint| endpoint.weight > 0 && endpoint.health == HealthState::Healthy;
        self.endpoints.iter().any(up)
    }
}

fn set<T>(member: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *member = given;
    }
}
