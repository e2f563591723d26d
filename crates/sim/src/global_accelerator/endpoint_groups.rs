//! Operations on endpoint groups: create, describe, update, delete, list.

use serde::Deserialize;
use serde_json::{Value, json};

use super::arn::{EndpointGroupArn, ListenerArn};
use super::endpoint_group::{EndpointGroup, Given, HealthCheck, HealthCheckProtocol};
use super::page::{self, Paging};
use super::tokens;
use super::{Accelerator, Error, Event, GlobalAccelerator, endpoint, overrides};
use crate::context::Context;
use crate::region::Region;
use crate::wire::{Answer, Constraints, ServiceError, json};

/// Endpoint groups of an accelerator, over all its listeners. This quota can't be raised.
const MOST_GROUPS: usize = 42;

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
        refuse(&[("EndpointGroupArn", &input.endpoint_group_arn)])?;
        let mut constraints = Constraints::default();
        let given = constraints.required_text("listenerArn", input.listener_arn.take(), 0, 255);
        let region = input.endpoint_group_region.take();
        let region = constraints.required_text("endpointGroupRegion", region, 0, 255);
        let token = tokens::read(&mut constraints, input.idempotency_token.take());
        let settings = input.settings(&mut constraints);
        constraints.verdict().map_err(Error::Validation)?;

        if let Some(made) = self
            .tokens
            .recall(context, "CreateEndpointGroup", &token, body)?
        {
            let arn = EndpointGroupArn::parse(&made).ok_or(Error::EndpointGroupNotFound(made))?;
            return answer(self.group(&arn)?);
        }
        let arn = ListenerArn::parse(&given).ok_or(Error::ListenerNotFound(given))?;
        let listener = self.listener(&arn)?;
        let region = Region::named(&region)
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
        // A group that is refused draws no id.
        let mut ids = context.ids.clone();
        let mut group = EndpointGroup {
            arn: arn.endpoint_group(ids.hex("endpoint group", 12)),
            region,
            endpoints: Vec::new(),
            traffic_dial: 100.0,
            health_check: HealthCheck {
                port: first_port,
                protocol: HealthCheckProtocol::Tcp,
                path: "/".to_owned(),
                interval_seconds: 30,
                threshold_count: 3,
            },
            port_overrides: Vec::new(),
        };
        group.apply(context, &changed, settings)?;
        let made = group.arn.clone();
        changed.put(group);
        overrides::check(&changed)?;
        *context.ids = ids;
        self.tokens.remember(
            context,
            "CreateEndpointGroup",
            token,
            body,
            made.to_string(),
        );
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
        refuse(&[
            ("ListenerArn", &input.listener_arn),
            ("EndpointGroupRegion", &input.endpoint_group_region),
            ("IdempotencyToken", &input.idempotency_token),
        ])?;
        let mut constraints = Constraints::default();
        let given = input.endpoint_group_arn.take();
        let given = constraints.required_text("endpointGroupArn", given, 0, 255);
        let settings = input.settings(&mut constraints);
        constraints.verdict().map_err(Error::Validation)?;

        let arn = EndpointGroupArn::parse(&given).ok_or(Error::EndpointGroupNotFound(given))?;
        let mut group = self.group(&arn)?.clone();
        let mut changed = self
            .accelerator(&arn.listener.accelerator.to_string())?
            .clone();
        group.apply(context, &changed, settings)?;
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
        let given = constraints.required_text("endpointGroupArn", input.endpoint_group_arn, 0, 255);
        constraints.verdict().map_err(Error::Validation)?;
        let arn = EndpointGroupArn::parse(&given).ok_or(Error::EndpointGroupNotFound(given))?;
        self.group(&arn)
    }

    /// New endpoints are checked before they are HEALTHY or not; those that left are not.
    fn await_health(&mut self, context: &Context<'_>, arn: &EndpointGroupArn) {
        let at = context.knobs.endpoint_initial.after(context.now);
        let Ok(group) = self.group(arn) else { return };
        let endpoints = group.endpoints.clone();
        self.agenda.cancel_where(|event| match event {
            Event::Judged { group, endpoint } => {
                group == arn && endpoints.iter().all(|other| other.id != *endpoint)
            }
            Event::Deployed(_) => false,
        });
        for endpoint in endpoints
            .into_iter()
            .filter(|endpoint| !endpoint.is_settled())
        {
            let event = Event::Judged {
                group: arn.clone(),
                endpoint: endpoint.id,
            };
            self.agenda.set_if_absent(at, event);
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

/// Members of one of the two operations that share `Given` are none of the other: a group stays with
/// its listener and in its Region.
fn refuse(foreign: &[(&str, &Option<String>)]) -> Result<(), Error> {
    match foreign.iter().find(|(_, given)| given.is_some()) {
        Some((name, _)) => Err(Error::Unserved((*name).to_owned())),
        None => Ok(()),
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
