//! Endpoint groups: create, describe, update, delete, list.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::arn::{EndpointGroupArn, ListenerArn};
use super::endpoint::{self, Endpoint, EndpointConfiguration, HealthState};
use super::page::{self, Paging};
use super::{Accelerator, Error, Event, GlobalAccelerator, overrides};
use crate::context::Context;
use crate::endpoints::Endpoints;
use crate::region::Region;
use crate::wire::{Answer, Constraints, ServiceError, json};
use crate::words::words;

words! { HealthCheckProtocol { Tcp "TCP", Http "HTTP", Https "HTTPS" } }

/// Endpoint groups of an accelerator, over all its listeners. This quota can't be raised.
const MOST_GROUPS: usize = 42;
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

/// What `CreateEndpointGroup` and `UpdateEndpointGroup` are given. An omitted member keeps its value; an empty
/// list is a value.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Given {
    endpoint_group_arn: Option<String>,
    listener_arn: Option<String>,
    endpoint_group_region: Option<String>,
    idempotency_token: Option<String>,
    endpoint_configurations: Option<Vec<EndpointConfiguration>>,
    traffic_dial_percentage: Option<f64>,
    health_check_port: Option<i64>,
    health_check_protocol: Option<String>,
    health_check_path: Option<String>,
    health_check_interval_seconds: Option<i64>,
    threshold_count: Option<i64>,
    port_overrides: Option<Vec<PortOverride>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfEndpointGroup {
    endpoint_group_arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListEndpointGroups {
    listener_arn: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

impl GlobalAccelerator {
    pub(super) fn create_endpoint_group(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let mut input: Given = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        constraints.present("listenerArn", input.listener_arn.as_ref());
        constraints.present("endpointGroupRegion", input.endpoint_group_region.as_ref());
        constraints.present("idempotencyToken", input.idempotency_token.as_ref());
        constraints.length(
            "idempotencyToken",
            input.idempotency_token.as_deref(),
            0,
            255,
        );
        input.constrain(&mut constraints);
        constraints.verdict().map_err(Error::Validation)?;

        let token = input.idempotency_token.take().unwrap_or_default();
        if let Some(made) = self.tokens.recall("CreateEndpointGroup", &token, body)? {
            let arn = EndpointGroupArn::parse(&made).ok_or(Error::EndpointGroupNotFound(made))?;
            return answer(self.group(&arn)?);
        }
        let given = input.listener_arn.take().unwrap_or_default();
        let arn = ListenerArn::parse(&given).ok_or(Error::ListenerNotFound(given))?;
        let listener = self.listener(&arn)?;
        let region = input.endpoint_group_region.take().unwrap_or_default();
        let region = Region::parse(&region)
            .ok_or_else(|| Error::InvalidArgument(format!("Invalid Region: {region}")))?;
        if listener.groups.values().any(|group| group.region == region) {
            return Err(Error::EndpointGroupAlreadyExists.into());
        }
        let first_port = listener
            .port_ranges
            .first()
            .map_or(80, |range| range.from_port);
        let mut changed = self.accelerator(&arn.accelerator.to_string())?.clone();
        if changed.groups().count() >= MOST_GROUPS {
            return Err(Error::LimitExceeded("endpoint groups per accelerator").into());
        }
        let mut group = EndpointGroup {
            arn: arn.endpoint_group(context.ids.hex("endpoint group", 12)),
            region,
            endpoints: Vec::new(),
            traffic_dial: 100.0,
            health_check: HealthCheck {
                port: i64::from(first_port),
                protocol: HealthCheckProtocol::Tcp,
                path: "/".to_owned(),
                interval_seconds: 30,
                threshold_count: 3,
            },
            port_overrides: Vec::new(),
        };
        group.apply(context, &changed, input)?;
        let made = group.arn.clone();
        changed.put(group);
        overrides::check(&changed)?;
        self.tokens
            .remember("CreateEndpointGroup", token, body, made.to_string());
        self.replace(context, changed);
        self.await_health(context, &made);
        answer(self.group(&made)?)
    }

    pub(super) fn describe_endpoint_group(&self, body: &[u8]) -> Result<Answer, ServiceError> {
        answer(self.named_group(body)?)
    }

    pub(super) fn update_endpoint_group(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let mut input: Given = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        constraints.present("endpointGroupArn", input.endpoint_group_arn.as_ref());
        input.constrain(&mut constraints);
        constraints.verdict().map_err(Error::Validation)?;

        let given = input.endpoint_group_arn.take().unwrap_or_default();
        let arn = EndpointGroupArn::parse(&given).ok_or(Error::EndpointGroupNotFound(given))?;
        let mut group = self.group(&arn)?.clone();
        let mut changed = self
            .accelerator(&arn.listener.accelerator.to_string())?
            .clone();
        group.apply(context, &changed, input)?;
        changed.put(group);
        overrides::check(&changed)?;
        self.replace(context, changed);
        self.await_health(context, &arn);
        answer(self.group(&arn)?)
    }

    pub(super) fn delete_endpoint_group(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let arn = self.named_group(body)?.arn.clone();
        let mut changed = self
            .accelerator(&arn.listener.accelerator.to_string())?
            .clone();
        if let Some(listener) = changed.listeners.get_mut(&arn.listener) {
            listener.groups.remove(&arn);
        }
        self.replace(context, changed);
        self.agenda
            .cancel_where(|event| matches!(event, Event::Judged { group, .. } if *group == arn));
        Ok(Answer::empty())
    }

    pub(super) fn list_endpoint_groups(&self, body: &[u8]) -> Result<Answer, ServiceError> {
        let input: ListEndpointGroups = json::read(body).map_err(Error::from)?;
        let paging = Paging {
            max_results: input.max_results,
            next_token: input.next_token,
        };
        let given = page::parent("listenerArn", input.listener_arn, &paging)?;
        let arn = ListenerArn::parse(&given).ok_or(Error::ListenerNotFound(given))?;
        page::answer(
            "EndpointGroups",
            self.listener(&arn)?.groups.iter(),
            &paging,
            shown,
        )
    }

    fn named_group(&self, body: &[u8]) -> Result<&EndpointGroup, Error> {
        let input: OfEndpointGroup = json::read(body)?;
        let mut constraints = Constraints::default();
        constraints.present("endpointGroupArn", input.endpoint_group_arn.as_ref());
        constraints.verdict().map_err(Error::Validation)?;
        let given = input.endpoint_group_arn.unwrap_or_default();
        let arn = EndpointGroupArn::parse(&given).ok_or(Error::EndpointGroupNotFound(given))?;
        self.group(&arn)
    }

    /// New endpoints are checked before they are HEALTHY or not.
    fn await_health(&mut self, context: &Context<'_>, arn: &EndpointGroupArn) {
        let at = context.knobs.endpoint_initial.after(context.now);
        let Ok(group) = self.group(arn) else { return };
        let fresh = group
            .endpoints
            .iter()
            .filter(|endpoint| !endpoint.is_settled());
        let fresh: Vec<String> = fresh.map(|endpoint| endpoint.id.clone()).collect();
        for endpoint in fresh {
            self.agenda.set_if_absent(
                at,
                Event::Judged {
                    group: arn.clone(),
                    endpoint,
                },
            );
        }
    }
}

impl Accelerator {
    fn put(&mut self, group: EndpointGroup) {
        if let Some(listener) = self.listeners.get_mut(&group.arn.listener) {
            listener.groups.insert(group.arn.clone(), group);
        }
    }
}

impl Given {
    fn constrain(&self, constraints: &mut Constraints) {
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
    fn apply(
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

fn answer(group: &EndpointGroup) -> Result<Answer, ServiceError> {
    Answer::json(&json!({ "EndpointGroup": shown(group) }))
}

fn shown(group: &EndpointGroup) -> Value {
    let EndpointGroup {
        arn,
        region,
        endpoints,
        traffic_dial,
        health_check,
        port_overrides,
    } = group;
    json!({
        "EndpointGroupArn": arn.to_string(),
        "EndpointGroupRegion": region,
        "EndpointDescriptions": endpoints.iter().map(endpoint::shown).collect::<Vec<_>>(),
        "TrafficDialPercentage": traffic_dial,
        "HealthCheckPort": health_check.port,
        "HealthCheckProtocol": health_check.protocol,
        "HealthCheckPath": health_check.path,
        "HealthCheckIntervalSeconds": health_check.interval_seconds,
        "ThresholdCount": health_check.threshold_count,
        "PortOverrides": port_overrides,
    })
}
