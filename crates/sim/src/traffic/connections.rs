//! Single connections through an accelerator: they stay with their endpoint, even if it becomes
//! unhealthy or is removed, until they are idle for too long.
//!
//! Source: "How AWS Global Accelerator works" and "Adjusting traffic flow with traffic dials",
//! Developer Guide: 340 seconds for TCP, 30 for UDP.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{City, edge, route};
use crate::draw;
use crate::elb::LoadBalancerArn;
use crate::global_accelerator::Protocol;
use crate::route53::answer::NameServer;

/// A client's connection to an accelerator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Connection {
    /// Where the client is.
    pub city: City,
    /// Which of the city's clients it is.
    pub client: u32,
    /// The accelerator's DNS name.
    pub accelerator: String,
    /// The listener's port.
    pub port: u16,
    /// UDP, or else TCP.
    pub udp: bool,
}

#[derive(Clone, Debug)]
struct Pinned {
    load_balancer: LoadBalancerArn,
    used: Timestamp,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Connections(BTreeMap<Connection, Pinned>);

impl Connections {
    /// Sends a packet, on the connection that there is or else on a new one. Returns the Region that
    /// answers.
    pub(crate) fn send(
        &mut self,
        server: &NameServer<'_>,
        connection: &Connection,
        now: Timestamp,
    ) -> Option<&'static str> {
        let idle = SignedDuration::from_secs(if connection.udp { 30 } else { 340 });
        let open = self.0.get(connection);
        let open = open.filter(|open| now.duration_since(open.used) < idle);
        let load_balancer = match open {
            Some(open) => open.load_balancer.clone(),
            None => connect(server, connection, now)?,
        };
        let answered = route::behind(server, &load_balancer);
        let pinned = Pinned {
            load_balancer,
            used: now,
        };
        self.0.insert(connection.clone(), pinned);
        answered
    }
}

/// The endpoint of a new connection, drawn as often as its share says. A listener with source IP
/// affinity draws the same for a client every time.
fn connect(
    server: &NameServer<'_>,
    connection: &Connection,
    now: Timestamp,
) -> Option<LoadBalancerArn> {
    let Connection {
        city,
        client,
        accelerator,
        port,
        udp,
    } = connection;
    let name = format!("{}.", accelerator.trim_end_matches('.'));
    let protocol = if *udp { Protocol::Udp } else { Protocol::Tcp };
    let listener = server
        .accelerators
        .listener_at_edge(&name, *port, protocol)?;
    let time = if listener.is_sticky {
        String::new()
    } else {
        now.to_string()
    };
    let words = ["connection", city.name(), &client.to_string(), &name, &time];
    let mut left = draw::from(&words) % edge::WHOLE;
    let spread = edge::spread(&listener.groups, *city, edge::WHOLE);
    let drawn = spread.into_iter().find(|(amount, _)| {
        let here = left < *amount;
        left = left.saturating_sub(*amount);
        here
    });
    drawn.map(|(_, load_balancer)| load_balancer.clone())
}
