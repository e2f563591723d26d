//! A listener: its ports and protocol, and which ports are free on an accelerator.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::arn::ListenerArn;
use super::{Accelerator, EndpointGroup, EndpointGroupArn, Error};
use crate::words::words;

words! { Protocol { Tcp "TCP", Udp "UDP" } }
words! { ClientAffinity { None "NONE", SourceIp "SOURCE_IP" } }

#[derive(Clone, Debug)]
pub(crate) struct Listener {
    pub(super) arn: ListenerArn,
    pub(super) port_ranges: Vec<PortRange>,
    pub(super) protocol: Protocol,
    pub(super) client_affinity: ClientAffinity,
    pub(super) groups: BTreeMap<EndpointGroupArn, EndpointGroup>,
}

impl Listener {
    pub(super) fn has(&self, port: u16) -> bool {
        let mut ranges = self.port_ranges.iter();
        ranges.any(|range| (range.from_port..=range.to_port).contains(&port))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PortRange {
    pub(super) from_port: u16,
    pub(super) to_port: u16,
}

/// A port belongs to one listener per protocol; TCP and UDP may share it.
pub(super) fn check_ports(
    accelerator: &Accelerator,
    own: Option<&ListenerArn>,
    protocol: Protocol,
    asked: &[PortRange],
) -> Result<(), Error> {
    for (index, range) in asked.iter().enumerate() {
        if range.from_port > range.to_port {
            return Err(Error::PortsReversed(*range));
        }
        let before = asked
            .iter()
            .take(index)
            .find(|other| other.overlaps(*range));
        if let Some(other) = before {
            return Err(Error::PortsOverlap(*range, *other));
        }
        let others = accelerator.listeners.values();
        for other in others.filter(|other| Some(&other.arn) != own && other.protocol == protocol) {
            if let Some(taken) = other
                .port_ranges
                .iter()
                .find(|taken| taken.overlaps(*range))
            {
                let listener = other.arn.clone();
                return Err(Error::PortsTaken {
                    asked: *range,
                    taken: *taken,
                    listener,
                });
            }
        }
    }
    Ok(())
}

impl PortRange {
    fn overlaps(self, other: Self) -> bool {
        self.from_port <= other.to_port && other.from_port <= self.to_port
    }

    pub(super) fn contains(self, port: u16) -> bool {
        (self.from_port..=self.to_port).contains(&port)
    }
}

/// As it appears in AWS's messages.
impl fmt::Display for PortRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from_port, to_port } = self;
        write!(
            formatter,
            "PortRange(fromPort={from_port}, toPort={to_port})"
        )
    }
}
