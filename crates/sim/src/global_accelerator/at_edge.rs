//! What the edge locations know of an accelerator. They know it as soon as it was accepted: how the
//! parts of a change arrive before it is DEPLOYED is not documented.

use super::endpoint::{Endpoint, HealthState};
use super::listener::{ClientAffinity, Protocol};
use super::{EndpointGroup, GlobalAccelerator};
use crate::traffic::edge;

/// The listener that a connection arrives at.
pub(crate) struct ListenerAtEdge {
    pub(crate) groups: Vec<edge::Group>,
    /// A client's connections all go to one endpoint.
    pub(crate) is_sticky: bool,
}

impl GlobalAccelerator {
    /// The listener of an enabled accelerator, by its DNS name with a trailing dot.
    pub(crate) fn listener_at_edge(
        &self,
        name: &str,
        port: u16,
        protocol: Protocol,
    ) -> Option<ListenerAtEdge> {
        let accelerator = self.by_name(name).filter(|found| found.enabled)?;
        let mut listeners = accelerator.listeners.values();
        let found = listeners.find(|it| it.protocol == protocol && it.has(port))?;
        Some(ListenerAtEdge {
            groups: found.groups.values().map(at_edge).collect(),
            is_sticky: found.client_affinity == ClientAffinity::SourceIp,
        })
    }

    /// The groups of the listener on a TCP port; none without such a listener.
    pub(crate) fn groups_at_edge(&self, name: &str, port: u16) -> Vec<edge::Group> {
        let found = self.listener_at_edge(name, port, Protocol::Tcp);
        found.map_or_else(Vec::new, |found| found.groups)
    }
}

fn at_edge(group: &EndpointGroup) -> edge::Group {
    let endpoint = |endpoint: &Endpoint| edge::Endpoint {
        load_balancer: endpoint.load_balancer.clone(),
        weight: endpoint.weight,
        healthy: endpoint.health == HealthState::Healthy,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a dial is 0 to 100 percent"
    )]
    let dial = (group.traffic_dial * 10_000.0).round() as u64;
    edge::Group {
        region: group.region,
        dial,
        endpoints: group.endpoints.iter().map(endpoint).collect(),
    }
}
