//! What traffic ends at, and whether it answers there: the load balancers of the seed, and any
//! other host, which answers until a test says otherwise; and what else health checks look at.
//! Control planes refer to these and never change them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::elb::{LoadBalancer, LoadBalancerArn};
use crate::region::Region;

#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoints {
    load_balancers: BTreeMap<LoadBalancerArn, LoadBalancer>,
    /// Normal DNS name -> load balancer.
    names: BTreeMap<String, LoadBalancerArn>,
    /// The targets of those load balancers of which they are known, by target group.
    targets: BTreeMap<LoadBalancerArn, BTreeMap<String, Targets>>,
    /// Lower-case host names and addresses, without a trailing dot, that do not answer.
    dark: BTreeSet<String>,
    /// Those that take time.
    paces: BTreeMap<String, Pace>,
    /// What those answer of which it is known.
    bodies: BTreeMap<String, String>,
    /// The CloudWatch alarms that are not OK.
    alarms: BTreeMap<Alarm, AlarmState>,
    /// The ARNs of the routing controls that are Off.
    off: BTreeSet<String>,
}

/// A CloudWatch alarm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Alarm {
    pub(crate) region: Region,
    pub(crate) name: String,
}

/// What a CloudWatch alarm makes of its metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AlarmState {
    /// The metric is within the threshold.
    Ok,
    /// It is outside.
    Alarm,
    /// There is too little data to tell.
    InsufficientData,
}

/// The targets of a target group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Targets {
    pub(crate) registered: u32,
    pub(crate) healthy: u32,
}

/// How long a host takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    /// To accept a connection.
    pub(crate) connect: SignedDuration,
    /// To answer a request on it.
    pub(crate) answer: SignedDuration,
}

/// Health checkers look for their search string in so many bytes ("How Amazon Route 53 determines
/// whether a health check is healthy", Developer Guide).
const SEARCHED: usize = 5120;

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

    /// Whether a host accepts connections at all.
    pub(crate) fn connects(&self, host: &str) -> bool {
        !self.dark.contains(&normal(host))
    }

    pub(crate) fn pace(&self, host: &str) -> Pace {
        self.paces.get(&normal(host)).copied().unwrap_or_default()
    }

    /// Whether a host's answer begins with bytes that hold a text.
    pub(crate) fn says(&self, host: &str, text: &str) -> bool {
        let Some(body) = self.bodies.get(&normal(host)) else {
            return true;
        };
        let searched = body.as_bytes().get(..SEARCHED).unwrap_or(body.as_bytes());
        String::from_utf8_lossy(searched).contains(text)
    }

    pub(crate) fn set_pace(&mut self, host: &str, pace: Pace) {
        self.paces.insert(normal(host), pace);
    }

    /// An alarm is OK until it is said otherwise.
    pub(crate) fn alarm(&self, region: &str, name: &str) -> AlarmState {
        let alarm = Region::named(region).map(|region| Alarm {
            region,
            name: name.to_owned(),
        });
        let found = alarm.and_then(|alarm| self.alarms.get(&alarm));
        found.copied().unwrap_or(AlarmState::Ok)
    }

    pub(crate) fn set_alarm(&mut self, alarm: Alarm, state: AlarmState) {
        self.alarms.insert(alarm, state);
    }

    /// A routing control is On until it is said otherwise.
    pub(crate) fn is_on(&self, routing_control: &str) -> bool {
        !self.off.contains(routing_control)
    }

    pub(crate) fn set_routing_control(&mut self, arn: &str, on: bool) {
        if on {
            self.off.remove(arn);
        } else {
            self.off.insert(arn.to_owned());
        }
    }

    pub(crate) fn set_body(&mut self, host: &str, body: String) {
        self.bodies.insert(normal(host), body);
    }

    /// A load balancer is healthy iff every target group with targets has a healthy one, and one has
    /// targets ("Values specific for simple alias records", Evaluate target health, Route 53
    /// Developer Guide). Returns whether there is such a load balancer.
    pub(crate) fn set_targets(
        &mut self,
        arn: &LoadBalancerArn,
        group: &str,
        targets: Targets,
    ) -> bool {
        let groups = self.targets.entry(arn.clone()).or_default();
        groups.insert(group.to_owned(), targets);
        let mut used = groups.values().filter(|it| it.registered > 0).peekable();
        let healthy = used.peek().is_some() && used.all(|it| it.healthy > 0);
        self.set_health(arn, healthy)
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
