//! Operations on listeners: create, describe, update, delete, list.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::arn::ListenerArn;
use super::listener::{ClientAffinity, Listener, PortRange, Protocol, check_ports};
use super::page::{self, Paging};
use super::{Error, GlobalAccelerator, overrides};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError, json};

/// Port ranges of a listener.
const MOST_RANGES: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PortRangeInput {
    from_port: Option<i64>,
    to_port: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateListener {
    accelerator_arn: Option<String>,
    port_ranges: Option<Vec<PortRangeInput>>,
    protocol: Option<String>,
    client_affinity: Option<String>,
    idempotency_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateListener {
    listener_arn: Option<String>,
    port_ranges: Option<Vec<PortRangeInput>>,
    protocol: Option<String>,
    client_affinity: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfListener {
    listener_arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListListeners {
    accelerator_arn: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

impl GlobalAccelerator {
    pub(super) fn create_listener(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: CreateListener = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        constraints.present("acceleratorArn", input.accelerator_arn.as_ref());
        constraints.present("portRanges", input.port_ranges.as_ref());
        constraints.present("protocol", input.protocol.as_ref());
        constraints.present("idempotencyToken", input.idempotency_token.as_ref());
        constraints.length(
            "idempotencyToken",
            input.idempotency_token.as_deref(),
            0,
            255,
        );
        constrain(
            &mut constraints,
            input.port_ranges.as_ref(),
            input.protocol.as_deref(),
            input.client_affinity.as_deref(),
        );
        constraints.verdict().map_err(Error::Validation)?;

        let accelerator = input.accelerator_arn.unwrap_or_default();
        let token = input.idempotency_token.unwrap_or_default();
        if let Some(made) = self.tokens.recall("CreateListener", &token, body)? {
            let arn = ListenerArn::parse(&made).ok_or(Error::ListenerNotFound(made))?;
            return Answer::json(&json!({ "Listener": shown(self.listener(&arn)?) }));
        }
        let found = self.accelerator(&accelerator)?;
        if found.listeners.len() >= context.quotas.listeners {
            return Err(Error::LimitExceeded("listeners per accelerator").into());
        }
        let protocol = input
            .protocol
            .as_deref()
            .and_then(Protocol::parse)
            .unwrap_or(Protocol::Tcp);
        let port_ranges = ranges(input.port_ranges.unwrap_or_default())?;
        check_ports(found, None, protocol, &port_ranges)?;
        let affinity = input
            .client_affinity
            .as_deref()
            .and_then(ClientAffinity::parse);
        let listener = Listener {
            arn: found.arn.listener(context.ids.hex("listener", 8)),
            port_ranges,
            protocol,
            client_affinity: affinity.unwrap_or(ClientAffinity::None),
            groups: BTreeMap::new(),
        };
        let mut changed = found.clone();
        let answer = Answer::json(&json!({ "Listener": shown(&listener) }));
        let arn = listener.arn.to_string();
        changed.listeners.insert(listener.arn.clone(), listener);
        overrides::check(&changed)?;
        self.tokens.remember("CreateListener", token, body, arn);
        self.replace(context, changed);
        answer
    }

    pub(super) fn describe_listener(&self, body: &[u8]) -> Result<Answer, ServiceError> {
        let arn = self.named_listener(body)?;
        Answer::json(&json!({ "Listener": shown(self.listener(&arn)?) }))
    }

    /// What is omitted keeps its value.
    pub(super) fn update_listener(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: UpdateListener = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        constraints.present("listenerArn", input.listener_arn.as_ref());
        constrain(
            &mut constraints,
            input.port_ranges.as_ref(),
            input.protocol.as_deref(),
            input.client_affinity.as_deref(),
        );
        constraints.verdict().map_err(Error::Validation)?;

        let given = input.listener_arn.unwrap_or_default();
        let arn = ListenerArn::parse(&given).ok_or(Error::ListenerNotFound(given))?;
        let mut listener = self.listener(&arn)?.clone();
        if let Some(port_ranges) = input.port_ranges {
            listener.port_ranges = ranges(port_ranges)?;
        }
        if let Some(protocol) = input.protocol.as_deref().and_then(Protocol::parse) {
            listener.protocol = protocol;
        }
        if let Some(affinity) = input
            .client_affinity
            .as_deref()
            .and_then(ClientAffinity::parse)
        {
            listener.client_affinity = affinity;
        }
        let mut changed = self.accelerator(&arn.accelerator.to_string())?.clone();
        check_ports(
            &changed,
            Some(&arn),
            listener.protocol,
            &listener.port_ranges,
        )?;
        let answer = Answer::json(&json!({ "Listener": shown(&listener) }));
        changed.listeners.insert(arn, listener);
        overrides::check(&changed)?;
        self.replace(context, changed);
        answer
    }

    pub(super) fn delete_listener(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let arn = self.named_listener(body)?;
        if !self.listener(&arn)?.groups.is_empty() {
            return Err(Error::AssociatedEndpointGroupFound.into());
        }
        let mut changed = self.accelerator(&arn.accelerator.to_string())?.clone();
        changed.listeners.remove(&arn);
        self.replace(context, changed);
        Ok(Answer::empty())
    }

    pub(super) fn list_listeners(&self, body: &[u8]) -> Result<Answer, ServiceError> {
        let input: ListListeners = json::read(body).map_err(Error::from)?;
        let paging = Paging {
            max_results: input.max_results,
            next_token: input.next_token,
        };
        let given = page::parent("acceleratorArn", input.accelerator_arn, &paging)?;
        let accelerator = self.accelerator(&given)?;
        page::answer("Listeners", accelerator.listeners.iter(), &paging, shown)
    }

    fn named_listener(&self, body: &[u8]) -> Result<ListenerArn, Error> {
        let input: OfListener = json::read(body)?;
        let mut constraints = Constraints::default();
        constraints.present("listenerArn", input.listener_arn.as_ref());
        constraints.verdict().map_err(Error::Validation)?;
        let given = input.listener_arn.unwrap_or_default();
        let arn = ListenerArn::parse(&given).ok_or(Error::ListenerNotFound(given))?;
        self.listener(&arn).map(|listener| listener.arn.clone())
    }
}

fn constrain(
    constraints: &mut Constraints,
    port_ranges: Option<&Vec<PortRangeInput>>,
    protocol: Option<&str>,
    affinity: Option<&str>,
) {
    constraints.count("portRanges", port_ranges, 1, MOST_RANGES);
    for (index, range) in port_ranges.into_iter().flatten().enumerate() {
        let at = format!("portRanges.{}.member", index + 1);
        constraints.present(&format!("{at}.fromPort"), range.from_port.as_ref());
        constraints.range(&format!("{at}.fromPort"), range.from_port, 1, 65_535);
        constraints.present(&format!("{at}.toPort"), range.to_port.as_ref());
        constraints.range(&format!("{at}.toPort"), range.to_port, 1, 65_535);
    }
    constraints.one_of("protocol", protocol, Protocol::WORDS);
    constraints.one_of("clientAffinity", affinity, ClientAffinity::WORDS);
}

fn ranges(given: Vec<PortRangeInput>) -> Result<Vec<PortRange>, Error> {
    let port = |port: Option<i64>| port.and_then(|port| u16::try_from(port).ok()).unwrap_or(1);
    let ranges: Vec<PortRange> = given
        .into_iter()
        .map(|range| PortRange {
            from_port: port(range.from_port),
            to_port: port(range.to_port),
        })
        .collect();
    match ranges.iter().find(|range| range.from_port > range.to_port) {
        Some(reversed) => Err(Error::PortsReversed(*reversed)),
        None => Ok(ranges),
    }
}

fn shown(listener: &Listener) -> Value {
    let Listener {
        arn,
        port_ranges,
        protocol,
        client_affinity,
        groups: _,
    } = listener;
    json!({
        "ListenerArn": arn.to_string(),
        "PortRanges": port_ranges,
        "Protocol": protocol,
        "ClientAffinity": client_affinity,
    })
}
