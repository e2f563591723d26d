//! AWS Global Accelerator: standard accelerators, their listeners, endpoint groups and endpoints,
//! and tags. The control plane answers in us-west-2 only.
//!
//! AWS does not say what makes it answer `TransactionInProgressException`, nor how often it may be
//! called: here writes follow each other without either, unless a knob or a fault says otherwise.

mod accelerator;
mod accelerators;
mod arn;
mod at_edge;
mod endpoint;
mod endpoint_group;
mod endpoint_groups;
mod error;
mod listener;
mod listeners;
mod names;
mod operations;
mod overrides;
mod page;
mod picture;
mod tags;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub(crate) use accelerator::{Accelerator, IpAddressType};
use arn::{AcceleratorArn, EndpointGroupArn, ListenerArn};
use endpoint_group::EndpointGroup;
pub(crate) use error::Error;
use listener::Listener;
pub(crate) use listener::Protocol;
pub(crate) use operations::{Asked, Operation};
use tokens::Tokens;

use crate::agenda::Agenda;
use crate::context::Context;
use crate::endpoints::Endpoints;
use crate::knobs::Knobs;
use crate::region::Region;
use crate::route53::RecordType;

/// The hosted zone that aliases to accelerators name ("Values specific for simple alias records",
/// Route 53 Developer Guide).
pub(crate) const HOSTED_ZONE: &str = "Z2BJ6XQ5FK7U4H";
pub(crate) const DNS_SUFFIX: &str = ".awsglobalaccelerator.com.";

/// The state of the service.
#[derive(Clone, Debug)]
pub(crate) struct GlobalAccelerator {
    accelerators: BTreeMap<AcceleratorArn, Accelerator>,
    /// DNS name with a trailing dot, single- and dual-stack -> accelerator.
    names: BTreeMap<String, AcceleratorArn>,
    tokens: Tokens,
    agenda: Agenda<Event>,
}

/// What happens by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The last mutation has reached every edge location.
    Deployed(AcceleratorArn),
    /// An endpoint's health is known, or known anew.
    Judged {
        group: EndpointGroupArn,
        endpoint: String,
    },
}

impl GlobalAccelerator {
    pub(crate) fn new() -> Self {
        Self {
            accelerators: BTreeMap::new(),
            names: BTreeMap::new(),
            tokens: Tokens::default(),
            agenda: Agenda::new(),
        }
    }

    pub(crate) fn next_change(&self) -> Option<Timestamp> {
        self.agenda.next()
    }

    pub(crate) fn advance(&mut self, now: Timestamp, endpoints: &Endpoints) {
        while let Some((_, event)) = self.agenda.take_due(now) {
            match event {
                Event::Deployed(arn) => {
                    if let Some(accelerator) = self.accelerators.get_mut(&arn) {
                        accelerator.deployed = true;
                    }
                }
                Event::Judged { group, endpoint } => {
                    if let Ok(group) = self.group_mut(&group) {
                        group.judge(&endpoint, endpoints);
                    }
                }
            }
        }
    }

    /// A load balancer's health changed: endpoints that stand for it follow.
    pub(crate) fn endpoints_changed(
        &mut self,
        now: Timestamp,
        knobs: &Knobs,
        endpoints: &Endpoints,
    ) {
        let at = knobs.endpoint_detection.after(now);
        for group in self.accelerators.values().flat_map(Accelerator::groups) {
            for endpoint in &group.endpoints {
                let event = Event::Judged {
                    group: group.arn.clone(),
                    endpoint: endpoint.id.clone(),
                };
                if endpoint.is_settled() {
                    if endpoint.agrees(endpoints) {
                        self.agenda.cancel(&event);
                    } else {
                        self.agenda.set_if_absent(at, event);
                    }
                }
            }
        }
    }

    /// Whether a DNS name, with its trailing dot, is an accelerator's.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// The Regions in which the accelerator of this DNS name serves on the listener of that port, or on every one.
    pub(crate) fn serving_regions(&self, name: &str, port: Option<u16>) -> BTreeSet<Region> {
        self.by_name(name)
            .map(|accelerator| accelerator.serving_regions(port))
            .unwrap_or_default()
    }

    fn by_name(&self, name: &str) -> Option<&Accelerator> {
        self.names
            .get(name)
            .and_then(|arn| self.accelerators.get(arn))
    }

    /// The static addresses of the accelerator of this DNS name, of the family of a record type.
    pub(crate) fn addresses(&self, name: &str, kind: RecordType) -> Vec<String> {
        let found = self.by_name(name);
        found.map_or_else(Vec::new, |found| {
            if kind == RecordType::Aaaa {
                found.ipv6.clone()
            } else {
                found.ipv4.clone()
            }
        })
    }

    /// What Route 53 sees of an accelerator as an alias target: whether one of its endpoints that
    /// take traffic is healthy.
    pub(crate) fn has_healthy_endpoint(&self, name: &str) -> bool {
        let found = self.by_name(name).filter(|found| found.enabled);
        found.is_some_and(|found| found.groups().any(EndpointGroup::has_healthy_endpoint))
    }

    /// Any change below an accelerator is a change of it: it has to be deployed again.
    fn mutated(&mut self, context: &Context<'_>, arn: &AcceleratorArn) {
        if let Some(accelerator) = self.accelerators.get_mut(arn) {
            accelerator.deployed = false;
            accelerator.modified = context.now;
            let at = context.knobs.accelerator_deployment.after(context.now);
            self.agenda.set(at, Event::Deployed(arn.clone()));
        }
    }

    fn accelerator(&self, arn: &str) -> Result<&Accelerator, Error> {
        let found = AcceleratorArn::parse(arn).and_then(|arn| self.accelerators.get(&arn));
        found.ok_or_else(|| Error::AcceleratorNotFound(arn.to_owned()))
    }

    fn listener(&self, arn: &ListenerArn) -> Result<&Listener, Error> {
        let accelerator = self.accelerators.get(&arn.accelerator);
        let found = accelerator.and_then(|accelerator| accelerator.listeners.get(arn));
        found.ok_or_else(|| Error::ListenerNotFound(arn.to_string()))
    }

    fn group(&self, arn: &EndpointGroupArn) -> Result<&EndpointGroup, Error> {
        let listener = self.listener(&arn.listener).ok();
        let found = listener.and_then(|listener| listener.groups.get(arn));
        found.ok_or_else(|| Error::EndpointGroupNotFound(arn.to_string()))
    }

    fn group_mut(&mut self, arn: &EndpointGroupArn) -> Result<&mut EndpointGroup, Error> {
        let accelerator = self.accelerators.get_mut(&arn.listener.accelerator);
        let listener = accelerator.and_then(|found| found.listeners.get_mut(&arn.listener));
        let found = listener.and_then(|listener| listener.groups.get_mut(arn));
        found.ok_or_else(|| Error::EndpointGroupNotFound(arn.to_string()))
    }

    /// Puts back a changed copy of an accelerator that was found valid as a whole.
    fn replace(&mut self, context: &Context<'_>, changed: Accelerator) {
        let arn = changed.arn.clone();
        self.accelerators.insert(arn.clone(), changed);
        self.mutated(context, &arn);
    }
}
