//! What we believe Global Accelerator shows right after a call, and when it has come to rest.
//!
//! A differential test holds this against the simulated AWS after every call.

use std::collections::BTreeMap;

use super::{
    Accelerator, AcceleratorStatus, Action, EndpointHealth, Group, GroupCheck, GroupSettings,
    Listener, Observed,
};
use crate::crd::CheckProtocol;
use crate::failure::Read;
use crate::names::{AcceleratorArn, EndpointGroupArn};
use crate::plan::Effect;

/// Carries out the action on what is known. The effect holds what only AWS's reply says: ARNs and addresses.
pub fn after(observed: &mut Observed, action: &Action, effect: &Effect) {
    match action {
        Action::CreateAccelerator { name, tags, .. } => {
            let Effect::AcceleratorCreated {
                arn,
                dns_name,
                addresses,
            } = effect
            else {
                return;
            };
            let accelerator = Accelerator {
                name: name.clone(),
                enabled: true,
                dns_name: dns_name.clone(),
                addresses: addresses.clone(),
                status: AcceleratorStatus::InProgress,
                tags: Read::Known(tags.clone()),
                listeners: Read::Known(BTreeMap::new()),
            };
            if let Some(accelerators) = observed.accelerators.known_mut() {
                accelerators.insert(arn.clone(), accelerator);
            }
        }
        Action::TagAccelerator { arn, after, .. } => {
            if let Some(tags) = accelerator(observed, arn).and_then(|found| found.tags.known_mut())
            {
                tags.extend(after.clone());
            }
        }
        Action::CreateListener {
            accelerator: arn,
            protocol,
            ports,
            affinity,
        } => {
            let Effect::ListenerCreated { arn: listener } = effect else {
                return;
            };
            let Some(found) = touched(observed, arn) else {
                return;
            };
            if let Some(listeners) = found.listeners.known_mut() {
                let created = Listener {
                    protocol: *protocol,
                    ports: ports.clone(),
                    affinity: *affinity,
                    groups: Read::Known(BTreeMap::new()),
                };
                listeners.insert(listener.clone(), created);
            }
        }
        Action::UpdateListener {
            accelerator: arn,
            listener,
            after,
            ..
        } => {
            let Some(found) = touched(observed, arn) else {
                return;
            };
            if let Some(found) = found
                .listeners
                .known_mut()
                .and_then(|listeners| listeners.get_mut(listener))
            {
                (found.ports, found.affinity) = after.clone();
            }
        }
        Action::DeleteListener {
            accelerator: arn,
            listener,
            ..
        } => {
            let Some(found) = touched(observed, arn) else {
                return;
            };
            if let Some(listeners) = found.listeners.known_mut() {
                listeners.remove(listener);
            }
        }
        Action::CreateGroup { listener, .. }
        | Action::UpdateGroup { listener, .. }
        | Action::DeleteGroup { listener, .. } => {
            let Some((arn, found)) = observed.listener_mut(listener) else {
                return;
            };
            let arn = arn.clone();
            after_group(found, action, effect);
            touched(observed, &arn);
        }
    }
}

fn after_group(listener: &mut Listener, action: &Action, effect: &Effect) {
    match (action, effect) {
        (Action::CreateGroup { region, after, .. }, Effect::GroupCreated { arn }) => {
            let group = created_group(arn, after, listener);
            if let Some(groups) = listener.groups.known_mut() {
                groups.insert(region.clone(), group);
            }
        }
        (Action::UpdateGroup { region, after, .. }, _) => {
            let Some(group) = listener
                .groups
                .known_mut()
                .and_then(|groups| groups.get_mut(region))
            else {
                return;
            };
            let check = after.check.clone().or_else(|| group.settings.check.take());
            group.settings = GroupSettings {
                check,
                ..with_defaults(after)
            };
            group
                .health
                .retain(|id, _| after.endpoints.contains_key(id));
            for id in after.endpoints.keys() {
                group
                    .health
                    .entry(id.clone())
                    .or_insert(EndpointHealth::Initial);
            }
        }
        (Action::DeleteGroup { region, .. }, _) => {
            if let Some(groups) = listener.groups.known_mut() {
                groups.remove(region);
            }
        }
        (
            Action::CreateAccelerator { .. }
            | Action::TagAccelerator { .. }
            | Action::CreateListener { .. }
            | Action::UpdateListener { .. }
            | Action::DeleteListener { .. }
            | Action::CreateGroup { .. },
            _,
        ) => {}
    }
}

/// What is known once everything in progress has ended well.
pub fn settle(observed: &mut Observed) {
    for accelerator in observed
        .accelerators
        .known_mut()
        .into_iter()
        .flat_map(BTreeMap::values_mut)
    {
        accelerator.status = AcceleratorStatus::Deployed;
        let listeners = accelerator
            .listeners
            .known_mut()
            .into_iter()
            .flat_map(BTreeMap::values_mut);
        let groups = listeners.flat_map(|listener| {
            listener
                .groups
                .known_mut()
                .into_iter()
                .flat_map(BTreeMap::values_mut)
        });
        for health in groups.flat_map(|group| group.health.values_mut()) {
            if *health == EndpointHealth::Initial {
                *health = EndpointHealth::Healthy;
            }
        }
    }
}

fn accelerator<'a>(
    observed: &'a mut Observed,
    arn: &AcceleratorArn,
) -> Option<&'a mut Accelerator> {
    observed.accelerators.known_mut()?.get_mut(arn)
}

/// Any change below an accelerator is rolled out to all edges again.
fn touched<'a>(observed: &'a mut Observed, arn: &AcceleratorArn) -> Option<&'a mut Accelerator> {
    let found = accelerator(observed, arn)?;
    found.status = AcceleratorStatus::InProgress;
    Some(found)
}

fn created_group(arn: &EndpointGroupArn, after: &GroupSettings, listener: &Listener) -> Group {
    let default_check = || GroupCheck {
        protocol: CheckProtocol::TCP,
        port: listener.ports.ranges().first().map_or(0, |(from, _)| *from),
        path: None,
        interval_seconds: 30,
        threshold: 3,
    };
    Group {
        arn: arn.clone(),
        settings: GroupSettings {
            check: Some(after.check.clone().unwrap_or_else(default_check)),
            ..with_defaults(after)
        },
        health: after
            .endpoints
            .keys()
            .map(|id| (id.clone(), EndpointHealth::Initial))
            .collect(),
    }
}

/// AWS's defaults for what the call leaves out: an application load balancer sees the user's address.
fn with_defaults(settings: &GroupSettings) -> GroupSettings {
    let mut settings = settings.clone();
    for (id, endpoint) in &mut settings.endpoints {
        endpoint
            .preserves_client_ip
            .get_or_insert(id.contains(":loadbalancer/app/"));
    }
    settings
}
