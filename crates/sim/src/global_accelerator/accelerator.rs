//! An accelerator: its addresses and names, and where it serves.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::arn::{AcceleratorArn, ListenerArn};
use super::endpoint::Endpoint;
use super::{EndpointGroup, Error, Listener};
use crate::context::Context;
use crate::elb::Kind;
use crate::ids::Ids;
use crate::region::Region;
use crate::words::words;

words! { IpAddressType { Ipv4 "IPV4", DualStack "DUAL_STACK" } }

#[derive(Clone, Debug)]
pub(crate) struct Accelerator {
    pub(super) arn: AcceleratorArn,
    pub(super) name: String,
    pub(super) ip_address_type: IpAddressType,
    pub(super) enabled: bool,
    pub(super) ipv4: Vec<String>,
    /// Two as well, if it is dual-stack.
    pub(super) ipv6: Vec<String>,
    /// Sixteen hexadecimal digits, from which the DNS names are made.
    pub(super) label: String,
    pub(super) deployed: bool,
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
    pub(super) events: Vec<(Timestamp, &'static str)>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) listeners: BTreeMap<ListenerArn, Listener>,
}

impl Accelerator {
    /// A deployed IPv4 accelerator without listeners.
    pub(crate) fn new(ids: &mut Ids, account: &str, now: Timestamp, name: String) -> Self {
        let mut octet = || ids.below("address", 254) + 1;
        let ipv4 = vec![
            format!("75.2.{}.{}", octet(), octet()),
            format!("99.83.{}.{}", octet(), octet()),
        ];
        Self {
            arn: AcceleratorArn::new(account, ids.uuid("accelerator")),
            name,
            ip_address_type: IpAddressType::Ipv4,
            enabled: true,
            ipv4,
            ipv6: Vec::new(),
            label: ids.hex("accelerator name", 16),
            deployed: true,
            created: now,
            modified: now,
            events: Vec::new(),
            tags: BTreeMap::new(),
            listeners: BTreeMap::new(),
        }
    }

    pub(crate) fn with_tags(mut self, tags: BTreeMap<String, String>) -> Self {
        self.tags = tags;
        self
    }

    pub(super) fn set_ip_address_type(&mut self, ids: &mut Ids, asked: IpAddressType) {
        self.ip_address_type = asked;
        self.ipv6 = match asked {
            IpAddressType::Ipv4 => Vec::new(),
            IpAddressType::DualStack => ["2600:9000:a115", "2600:9000:a50c"]
                .map(|prefix| format!("{prefix}:{}::1", ids.hex("address", 4)))
                .into(),
        };
    }

    /// "Caveats for dual-stack accelerators", Developer Guide: every endpoint preserves client
    /// addresses, and none is a Network Load Balancer while the type changes.
    pub(super) fn check_ip_address_type(&self, asked: IpAddressType) -> Result<(), Error> {
        if asked == IpAddressType::Ipv4 {
            return Ok(());
        }
        let mut endpoints = self.groups().flat_map(|group| &group.endpoints);
        let hinders = |endpoint: &Endpoint| {
            endpoint.load_balancer.kind() == Kind::Network || !endpoint.client_ip_preservation
        };
        match endpoints.find(|endpoint| hinders(endpoint)) {
            None => Ok(()),
            Some(endpoint) => Err(Error::InvalidArgument(format!(
                "The IP address type can't be changed to DUAL_STACK with the endpoint {}",
                endpoint.id
            ))),
        }
    }

    /// The operations on the accelerator itself answer `TransactionInProgressException`; those on
    /// listeners and groups do not have it in the API's model.
    pub(super) fn check_transaction(&self, context: &Context<'_>) -> Result<(), Error> {
        if context.knobs.transaction.after(self.modified) > context.now {
            return Err(Error::TransactionInProgress);
        }
        Ok(())
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &EndpointGroup> {
        self.listeners
            .values()
            .flat_map(|listener| listener.groups.values())
    }

    pub(super) fn dns_names(&self) -> Vec<String> {
        let mut names = vec![format!("a{}.awsglobalaccelerator.com", self.label)];
        if self.ip_address_type == IpAddressType::DualStack {
            names.push(format!(
                "a{}.dualstack.awsglobalaccelerator.com",
                self.label
            ));
        }
        names
    }

    /// The Regions that serve on the listener of that port, or on every listener.
    pub(super) fn serving_regions(&self, port: Option<u16>) -> BTreeSet<Region> {
        let serving = |listener: &Listener| -> BTreeSet<Region> {
            let groups = listener.groups.values().filter(|group| group.serves());
            groups.map(|group| group.region).collect()
        };
        let asked = self
            .listeners
            .values()
            .filter(|listener| port.is_none_or(|port| listener.has(port)));
        let every = asked.map(serving);
        let common = every.reduce(|all, one| all.intersection(&one).copied().collect());
        common.filter(|_| self.enabled).unwrap_or_default()
    }
}
