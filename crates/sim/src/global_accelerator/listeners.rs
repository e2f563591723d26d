//! Operations on listeners: create, describe, update, delete, list.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::arn::ListenerArn;
use super::listener::{ClientAffinity, Listener, PortRange, check_ports};
use super::page::{self, Paging};
use super::tokens;
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
        let accelerator =
            constraints.required_text("acceleratorArn", input.accelerator_arn, 0, 255);
        constraints.count("portRanges", input.port_ranges.as_ref(), 1, MOST_RANGES);
        let port_ranges = constraints.required("portRanges", input.port_ranges);
        let port_ranges = ranges(&mut constraints, &port_ranges);
        let protocol = constraints.required_word("protocol", input.protocol.as_deref());
        let affinity = constraints.word("clientAffinity", input.client_affinity.as_deref());
        let token = tokens::read(&mut constraints, input.idempotency_token);
        constraints.verdict().map_err(Error::Validation)?;

        if let Some(made) = self
            .tokens
            .recall(context, "CreateListener", &token, body)?
        {
            let arn = ListenerArn::parse(&made).ok_or(Error::ListenerNotFound(made))?;
            return Answer::json(&json!({ "Listener": shown(self.listener(&arn)?) }));
        }
        let found = self.accelerator(&accelerator)?;
        if found.listeners.len() >= context.quotas.listeners {
            return Err(Error::LimitExceeded("listeners per accelerator").into());
        }
        check_ports(found, None, protocol, &port_ranges)?;
        // A listener that is refused draws no id.
        let mut ids = context.ids.clone();
        let listener = Listener {
            arn: found.arn.listener(ids.hex("listener", 8)),
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
        *context.ids = ids;
        self.tokens
            .remember(context, "CreateListener", token, body, arn);
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
        let given = constraints.required_text("listenerArn", input.listener_arn, 0, 255);
        constraints.count("portRanges", input.port_ranges.as_ref(), 1, MOST_RANGES);
        let port_ranges = input
            .port_ranges
            .map(|given| ranges(&mut constraints, &given));
        let protocol = constraints.word("protocol", input.protocol.as_deref());
        let affinity = constraints.word("clientAffinity", input.client_affinity.as_deref());
        constraints.verdict().map_err(Error::Validation)?;

        let arn = ListenerArn::parse(&given).ok_or(Error::ListenerNotFound(given))?;
        let mut listener = self.listener(&arn)?.clone();
        listener.port_ranges = port_ranges.unwrap_or(listener.port_ranges);
        listener.protocol = protocol.unwrap_or(listener.protocol);
        listener.client_affinity = affinity.unwrap_or(listener.client_affinity);
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
        let given = constraints.required_text("listenerArn", input.listener_arn, 0, 255);
        constraints.verdict().map_err(Error::Validation)?;
        let arn = ListenerArn::parse(&given).ok_or(Error::ListenerNotFound(given))?;
        self.listener(&arn).map(|listener| listener.arn.clone())
    }
}

fn ranges(constraints: &mut Constraints, given: &[PortRangeInput]) -> Vec<PortRange> {
    let mut port = |index: usize, member: &str, port: Option<i64>| {
        let at = format!("portRanges.{}.member.{member}", index + 1);
        constraints.required_number(&at, port, 1, 65_535)
    };
    let ranges = given.iter().enumerate().map(|(index, range)| PortRange {
        from_port: port(index, "fromPort", range.from_port),
        to_port: port(index, "toPort", range.to_port),
    });
    ranges.collect()
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
