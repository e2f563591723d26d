//! Global Accelerator as Evenkeel sees it, and the calls that change it.
//!
//! Its API has no version token: whoever writes last wins. So every action carries what it was planned on, and the shell
//! reads that again just before the call; see [`Action::still_holds`].

mod action;
mod after;
mod describe;
pub mod desired;
mod diff;
mod groups;
mod listeners;
mod values;

use std::collections::{BTreeMap, BTreeSet};

pub use action::{Action, Input};
pub use after::{after, settle};
pub use describe::describe;
pub use diff::{Changes, is_involved};
pub(crate) use diff::{changes, find};
pub(crate) use groups::lowers;
pub(crate) use listeners::matching;
pub use values::{Dial, Ports};

use crate::crd::{CheckProtocol, ClientAffinity, ListenerProtocol};
use crate::failure::Read;
use crate::identity::{Installation, short_hash};
use crate::names::{AcceleratorArn, EndpointGroupArn, Incarnation, ListenerArn, ObjectKey, Region};
use crate::validate::App;

/// What is known of Global Accelerator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The accelerators that carry a name of ours.
    pub accelerators: Read<BTreeMap<AcceleratorArn, Accelerator>>,
    /// Accelerators that AWS says do not exist, whatever a list may lag behind.
    pub gone: BTreeSet<AcceleratorArn>,
}

impl Observed {
    /// The accelerators that may be that app's, by name or by memory.
    #[must_use]
    pub fn of_app(&self, app: &App, installation: &Installation) -> Self {
        let names: Vec<String> = installation
            .fleets()
            .map(|fleet| accelerator_name(fleet, &app.identity.key))
            .collect();
        let concerns = |arn: &AcceleratorArn, found: &Accelerator| {
            names.contains(&found.name) || app.memory.accelerator.as_ref() == Some(arn)
        };
        Self {
            accelerators: self.accelerators.as_ref().map(|all| {
                let ours = all.iter().filter(|(arn, found)| concerns(arn, found));
                ours.map(|(arn, found)| (arn.clone(), found.clone()))
                    .collect()
            }),
            gone: self.gone.clone(),
        }
    }

    /// The listener of that ARN.
    pub(crate) fn listener_mut(
        &mut self,
        arn: &ListenerArn,
    ) -> Option<(&AcceleratorArn, &mut Listener)> {
        let accelerators = self.accelerators.known_mut()?;
        accelerators.iter_mut().find_map(|(accelerator, found)| {
            Some((accelerator, found.listeners.known_mut()?.get_mut(arn)?))
        })
    }
}

/// One accelerator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accelerator {
    /// Its name; ours are deterministic.
    pub name: String,
    /// Whether it takes traffic.
    pub enabled: bool,
    /// The name that resolves to its addresses.
    pub dns_name: String,
    /// Its static addresses.
    pub addresses: Vec<String>,
    /// How far its last change is.
    pub status: AcceleratorStatus,
    /// Its tags, which say whose it is.
    pub tags: Read<BTreeMap<String, String>>,
    /// Its listeners.
    pub listeners: Read<BTreeMap<ListenerArn, Listener>>,
}

/// How far an accelerator's last change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceleratorStatus {
    /// At all edges.
    Deployed,
    /// On its way to them, or a state that we don't know.
    InProgress,
}

/// One listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// What users speak.
    pub protocol: ListenerProtocol,
    /// The ports that they connect to.
    pub ports: Ports,
    /// Whether one user's connections all reach one endpoint.
    pub affinity: ClientAffinity,
    /// Its endpoint groups. AWS allows one a Region.
    pub groups: Read<BTreeMap<Region, Group>>,
}

/// One endpoint group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its ARN.
    pub arn: EndpointGroupArn,
    /// What we set in it.
    pub settings: GroupSettings,
    /// Whether its endpoints are healthy, by endpoint id.
    pub health: BTreeMap<String, EndpointHealth>,
}

/// What can be set in an endpoint group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSettings {
    /// Share of the users nearest to this Region that it takes.
    pub dial: Dial,
    /// Its endpoints by id: the ARN of a load balancer.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// How addresses and instances are checked; load balancers are judged by their own targets. Unset in a change: as it
    /// is, or AWS's default.
    pub check: Option<GroupCheck>,
}

/// One endpoint of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Share among the endpoints of its group, 0 to 255.
    pub weight: u8,
    /// Whether the endpoint sees the user's address. Unset: AWS's default for its kind.
    pub preserves_client_ip: Option<bool>,
}

/// The health check of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCheck {
    /// How it is asked.
    pub protocol: CheckProtocol,
    /// Port, 1 to 65535.
    pub port: u16,
    /// Path, for HTTP and HTTPS. AWS keeps one for TCP too, which the adapter leaves out.
    pub path: Option<String>,
    /// Seconds between two requests, 10 or 30.
    pub interval_seconds: u16,
    /// Consecutive results that change its mind, 1 to 10.
    pub threshold: u16,
}

/// What Global Accelerator says of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndpointHealth {
    /// Takes traffic.
    Healthy,
    /// Takes none.
    Unhealthy,
    /// Not checked yet, or a state that we don't know.
    Initial,
}

impl Group {
    /// Whether it takes new users when healthy.
    pub fn takes_users(&self) -> bool {
        self.settings.takes_users()
    }

    /// Whether it takes new users now.
    pub fn serves(&self) -> bool {
        self.takes_users() && self.health() == EndpointHealth::Healthy
    }

    /// The health of its endpoints of some weight: the best of them, as Global Accelerator sends users to those.
    pub fn health(&self) -> EndpointHealth {
        let weighted = self
            .settings
            .endpoints
            .iter()
            .filter(|(_, endpoint)| endpoint.weight > 0);
        let health = weighted.map(|(id, _)| {
            self.health
                .get(id)
                .copied()
                .unwrap_or(EndpointHealth::Initial)
        });
        health
            .min_by_key(|health| match health {
                EndpointHealth::Healthy => 0,
                EndpointHealth::Initial => 1,
                EndpointHealth::Unhealthy => 2,
            })
            .unwrap_or(EndpointHealth::Unhealthy)
    }
}

impl GroupSettings {
    /// Whether it takes new users when healthy: some dial, and an endpoint with some weight.
    pub fn takes_users(&self) -> bool {
        self.dial > Dial::ZERO && self.has_weight()
    }

    /// Whether some endpoint has a weight.
    pub fn has_weight(&self) -> bool {
        self.endpoints.values().any(|endpoint| endpoint.weight > 0)
    }
}

impl Accelerator {
    /// Its listeners, as far as they are known.
    pub fn listeners(&self) -> impl Iterator<Item = (&ListenerArn, &Listener)> {
        self.listeners.known().into_iter().flatten()
    }
}

impl Listener {
    /// Its endpoint groups, as far as they are known.
    pub fn groups(&self) -> impl Iterator<Item = (&Region, &Group)> {
        self.groups.known().into_iter().flatten()
    }

    /// Its endpoint group in a Region, as far as it is known.
    pub fn group(&self, region: &Region) -> Option<&Group> {
        self.groups.known()?.get(region)
    }
}

/// The name of an app's accelerator, so that a list pre-filters; its tags verify.
pub fn accelerator_name(fleet: &str, app: &ObjectKey) -> String {
    format!(
        "ek-{}-{}",
        short_hash(13, fleet),
        short_hash(26, &app.to_string())
    )
}

/// The token that makes CreateAccelerator idempotent. The nonce is stored before the call, and new after a deletion.
pub(crate) fn idempotency_token(incarnation: &Incarnation, nonce: &str) -> String {
    short_hash(52, &format!("{incarnation}\n{nonce}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accelerator_name_is_within_64_alphanumerics() {
        let name = accelerator_name("prod", &ObjectKey::new("shop", "shop"));
        assert!(
            name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            "{name}"
        );
        assert_ne!(
            name,
            accelerator_name("prod", &ObjectKey::new("shop", "api"))
        );
    }
}
