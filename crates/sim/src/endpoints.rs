//! What traffic ends at, and whether it answers there: the load balancers of the seed, and any
//! other host, which answers until a test says otherwise. Control planes refer to these and never
//! change them.

use std::collections::{BTreeMap, BTreeSet};

use crate::elb::{LoadBalancer, LoadBalancerArn};

#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoints {
    load_balancers: BTreeMap<LoadBalancerArn, LoadBalancer>,
    /// Normal DNS name -> load balancer.
    names: BTreeMap<String, LoadBalancerArn>,
    /// Lower-case host names and addresses, without a trailing dot, that do not answer.
    dark: BTreeSet<String>,
}

impl Endpoints {
    pub(crate) fn add(&mut self, load_balancer: LoadBalancer) {
        self.names
            .insert(normal(&load_balancer.dns_name), load_balancer.arn.clone());
        self.load_balancers
            .insert(load_balancer.arn.clone(), load_balancer);
    }

    pub(crate) fn load_balancers(&self) -> impl Iterator<Item = &LoadBalancer> {
        self.load_balancers.values()
    }

    pub(crate) fn load_balancer(&self, arn: &LoadBalancerArn) -> Option<&LoadBalancer> {
        self.load_balancers.get(arn)
    }

    /// The load balancer that a DNS name leads to. The prefix `dualstack.` names the same one.
    pub(crate) fn named(&self, host: &str) -> Option<&LoadBalancer> {
        let host = normal(host);
        let host = host.strip_prefix("dualstack.").unwrap_or(&host);
        self.load_balancers.get(self.names.get(host)?)
    }

    /// Whether requests to a host name or address are answered well.
    pub(crate) fn answers(&self, host: &str) -> bool {
        !self.dark.contains(&normal(host)) && self.named(host).is_none_or(|found| found.healthy)
    }

    /// Returns whether there is such a load balancer.
    pub(crate) fn set_health(&mut self, arn: &LoadBalancerArn, healthy: bool) -> bool {
        let found = self.load_balancers.get_mut(arn);
        found
            .map(|load_balancer| load_balancer.healthy = healthy)
            .is_some()
    }

    pub(crate) fn set_answers(&mut self, host: &str, answers: bool) {
        if answers {
            self.dark.remove(&normal(host));
        } else {
            self.dark.insert(normal(host));
        }
    }
}

fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}
