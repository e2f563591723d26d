//! What a world tells of its data plane, and how its endpoints behave.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{City, Clients, Connection, Population, Report};
use crate::elb::LoadBalancerArn;
use crate::endpoints::{Pace, Targets};
use crate::route53::DnsView;
use crate::route53::answer::{DnsAnswer, NameServer};
use crate::world::{NoSuchLoadBalancer, World};

impl World {
    /// The Regions that serve a name as `serving_regions` has it, on one port or on every one, for
    /// users whose resolvers ask name servers that have the changes that are PENDING, or that have
    /// none of them. What must hold while a change is PENDING must hold in both views.
    pub fn serving_regions_in(
        &self,
        dns: DnsView,
        hostname: &str,
        port: Option<u16>,
    ) -> BTreeSet<String> {
        self.serving(hostname, port, dns)
    }

    /// What Route 53 answers the resolver of a city for a name and a type such as `A`, until a
    /// change that is PENDING has reached every name server: each outcome with its share. Nothing if
    /// there is no such type, or the name is none.
    pub fn answer_for(&self, city: City, name: &str, kind: &str) -> Vec<DnsAnswer> {
        self.name_server(DnsView::Old).describe(city, name, kind)
    }

    /// From now on these clients send requests, and those before do not. Their resolvers know nothing
    /// yet.
    pub fn set_clients(&mut self, clients: Vec<Clients>) {
        self.population = Population::new(clients, self.now());
    }

    /// What became of the clients' requests so far. They are counted when time passes.
    pub fn traffic(&self) -> Report {
        self.population.report(&self.name_server(DnsView::Old))
    }

    /// A client sends a packet through an accelerator, now. Returns the Region that answers.
    pub fn send(&mut self, connection: &Connection) -> Option<&'static str> {
        let now = self.now();
        let mut connections = std::mem::take(&mut self.connections);
        let answered = connections.send(&self.name_server(DnsView::Old), connection, now);
        self.connections = connections;
        answered
    }

    pub(crate) fn send_requests(&mut self, until: Timestamp) {
        if !self.population.is_empty() {
            let mut population = std::mem::take(&mut self.population);
            population.send(&self.name_server(DnsView::Old), until);
            self.population = population;
        }
    }

    fn name_server(&self, view: DnsView) -> NameServer<'_> {
        NameServer {
            route53: &self.route53,
            accelerators: &self.accelerators,
            endpoints: &self.endpoints,
            view,
        }
    }

    /// A target group of a load balancer has so many targets from now on, and so many of them are
    /// healthy. The load balancer's health follows from all of its groups that were told of.
    pub fn set_targets(
        &mut self,
        arn: &str,
        group: &str,
        registered: u32,
        healthy: u32,
    ) -> Result<(), NoSuchLoadBalancer> {
        let targets = Targets {
            registered,
            healthy,
        };
        let parsed = LoadBalancerArn::parse(arn)
            .filter(|arn| self.endpoints.load_balancer(arn).is_some())
            .ok_or_else(|| NoSuchLoadBalancer(arn.to_owned()))?;
        self.endpoints.set_targets(&parsed, group, targets);
        self.endpoints_changed();
        Ok(())
    }

    /// How long a host name or an address takes to accept a connection, and then to answer a
    /// request, from now on.
    pub fn set_host_pace(&mut self, host: &str, connect: SignedDuration, answer: SignedDuration) {
        self.endpoints.set_pace(host, Pace { connect, answer });
        self.endpoints_changed();
    }

    /// What a host name or an address answers from now on. Until it is set, every search string is
    /// found in it.
    pub fn set_host_body(&mut self, host: &str, body: &str) {
        self.endpoints.set_body(host, body.to_owned());
        self.endpoints_changed();
    }
}
