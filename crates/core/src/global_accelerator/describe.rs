//! Calls to Global Accelerator in words.

use super::{Action, GroupSettings};
use crate::crd::{ClientAffinity, ListenerProtocol};
use crate::describe::{Change, Description, mark_text};
use crate::failure::Service;
use crate::identity::Mark;

/// One call in words.
pub fn describe(action: &Action) -> Description {
    let (change, kind, name, detail, call) = match action {
        Action::CreateAccelerator { name, tags, .. } => (
            Change::Create,
            "accelerator",
            Mark::from_tags(tags).map_or_else(|| name.clone(), |mark| mark.owner.name),
            "IPv4, 2 static addresses".to_owned(),
            "CreateAccelerator",
        ),
        Action::TagAccelerator { arn, after, .. } => (
            Change::Update,
            "accelerator",
            arn.to_string(),
            mark_text(after),
            "TagResource",
        ),
        Action::CreateListener {
            protocol,
            ports,
            affinity,
            ..
        } => (
            Change::Create,
            "listener",
            format!("{} {ports}", protocol_text(*protocol)),
            affinity_text(*affinity).to_owned(),
            "CreateListener",
        ),
        Action::UpdateListener { before, after, .. } => {
            let mut changes = Vec::new();
            if before.0 != after.0 {
                changes.push(format!("ports {} -> {}", before.0, after.0));
            }
            if before.1 != after.1 {
                changes.push(format!(
                    "{} -> {}",
                    affinity_text(before.1),
                    affinity_text(after.1)
                ));
            }
            (
                Change::Update,
                "listener",
                after.0.to_string(),
                changes.join(", "),
                "UpdateListener",
            )
        }
        Action::DeleteListener { before, .. } => (
            Change::Remove,
            "listener",
            before.to_string(),
            String::new(),
            "DeleteListener",
        ),
        Action::CreateGroup { region, after, .. } => (
            Change::Create,
            "endpoint group",
            region.to_string(),
            group_text(after),
            "CreateEndpointGroup",
        ),
        Action::UpdateGroup {
            region,
            before,
            after,
            ..
        } => (
            Change::Update,
            "endpoint group",
            region.to_string(),
            group_change_text(before, after),
            "UpdateEndpointGroup",
        ),
        Action::DeleteGroup { region, before, .. } => (
            Change::Remove,
            "endpoint group",
            region.to_string(),
            group_text(before),
            "DeleteEndpointGroup",
        ),
    };
    Description {
        change,
        kind,
        name,
        detail,
        parts: Vec::new(),
        service: Service::GlobalAccelerator,
        call,
    }
}

fn protocol_text(protocol: ListenerProtocol) -> &'static str {
    match protocol {
        ListenerProtocol::TCP => "TCP",
        ListenerProtocol::UDP => "UDP",
    }
}

fn affinity_text(affinity: ClientAffinity) -> &'static str {
    match affinity {
        ClientAffinity::None => "affinity none",
        ClientAffinity::SourceIP => "affinity source IP",
    }
}

/// An endpoint's id in short: `app/shop` of a load balancer's ARN.
fn endpoint_text(id: &str) -> String {
    match id.split_once(":loadbalancer/") {
        Some((_, rest)) => rest
            .rsplit_once('/')
            .map_or(rest, |(name, _)| name)
            .to_owned(),
        None => id.to_owned(),
    }
}

fn group_text(settings: &GroupSettings) -> String {
    let mut parts = vec![format!("dial {}", settings.dial)];
    for (id, endpoint) in &settings.endpoints {
        parts.push(format!("{} weight {}", endpoint_text(id), endpoint.weight));
    }
    parts.join(", ")
}

fn group_change_text(before: &GroupSettings, after: &GroupSettings) -> String {
    let mut parts = Vec::new();
    if before.dial != after.dial {
        parts.push(format!("dial {} -> {}", before.dial, after.dial));
    }
    for (id, endpoint) in &after.endpoints {
        match before.endpoints.get(id) {
            None => parts.push(format!("+{} weight {}", endpoint_text(id), endpoint.weight)),
            Some(old) if old.weight != endpoint.weight => {
                parts.push(format!(
                    "{} weight {} -> {}",
                    endpoint_text(id),
                    old.weight,
                    endpoint.weight
                ));
            }
            Some(_) => {}
        }
    }
    for id in before
        .endpoints
        .keys()
        .filter(|id| !after.endpoints.contains_key(*id))
    {
        parts.push(format!("-{}", endpoint_text(id)));
    }
    if before.check != after.check {
        parts.push("health check".to_owned());
    }
    parts.join(", ")
}
