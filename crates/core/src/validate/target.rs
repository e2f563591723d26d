//! Where an endpoint sends users, and which targets an app can use.

use std::collections::{BTreeMap, BTreeSet};

use super::{App, Endpoint, Front, Objections};
use crate::crd::{RegionEndpoint, TargetStatus};
use crate::names::{Hostname, LoadBalancerArn, Region};
use crate::refusal::{Refusal, Unroutable};

/// Where an endpoint sends users.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// To a load balancer.
    LoadBalancer(LoadBalancer),
    /// To whatever that name leads to.
    Hostname {
        /// The name.
        dns_name: String,
        /// The hosted zone of that name, if record sets are to be aliases of it; else they are CNAMEs.
        zone: Option<String>,
    },
}

/// A resolved load balancer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LoadBalancer {
    /// Its ARN.
    pub arn: LoadBalancerArn,
    /// Its DNS name.
    pub dns_name: String,
    /// The zone of that name.
    pub zone: String,
}

impl Target {
    /// The target that the endpoint's spec names, if it is known: a load balancer's by the endpoint's status.
    pub(super) fn of(endpoint: &RegionEndpoint) -> Option<Self> {
        let wanted = &endpoint.spec.target;
        if let Some(name) = &wanted.hostname {
            return Some(Self::Hostname {
                dns_name: name.clone(),
                zone: wanted.hosted_zone_id.clone(),
            });
        }
        let known: &TargetStatus = endpoint.status.as_ref()?.target.as_ref()?;
        let arn = wanted.load_balancer_arn.as_ref()?;
        if known.load_balancer_arn.as_ref() != Some(arn) {
            return None;
        }
        Some(Self::LoadBalancer(LoadBalancer {
            arn: arn.parse().ok()?,
            dns_name: known.dns_name.clone(),
            zone: known.hosted_zone_id.clone()?,
        }))
    }

    /// The DNS name that users are led to.
    pub fn dns_name(&self) -> &str {
        match self {
            Self::LoadBalancer(LoadBalancer { dns_name, .. }) | Self::Hostname { dns_name, .. } => {
                dns_name
            }
        }
    }

    /// The hosted zone of the DNS name, if record sets are aliases of it.
    pub fn alias_zone(&self) -> Option<&str> {
        match self {
            Self::LoadBalancer(LoadBalancer { zone, .. }) => Some(zone),
            Self::Hostname { zone, .. } => zone.as_deref(),
        }
    }

    /// The ARN of the load balancer.
    pub fn arn(&self) -> Option<&LoadBalancerArn> {
        match self {
            Self::LoadBalancer(LoadBalancer { arn, .. }) => Some(arn),
            Self::Hostname { .. } => None,
        }
    }
}

/// The targets that would be a CNAME where the zone has its own records.
pub fn cnames_at_apex(app: &App, zone_name: &str) -> Vec<Refusal> {
    let mut hostnames = app.hostnames.iter();
    let Some(apex) = hostnames.find(|name| name.as_str() == zone_name) else {
        return Vec::new();
    };
    let all = app.endpoints.values().flatten();
    let cnames = all.filter(|(_, endpoint)| endpoint.target.alias_zone().is_none());
    cnames
        .map(|(name, endpoint)| Refusal::TargetNotRoutable {
            endpoint: name.clone(),
            target: endpoint.target.dns_name().to_owned(),
            cause: Unroutable::Apex(apex.clone()),
        })
        .collect()
}

/// Objects to targets that the app's names or accelerator can't lead to, and to those of which nobody would see that they fail.
pub(super) fn object(
    front: &Front,
    hostnames: &BTreeSet<Hostname>,
    zone_name: Option<&str>,
    endpoints: &BTreeMap<Region, BTreeMap<String, Endpoint>>,
    has_check: bool,
    objections: &mut Objections,
) {
    let all = || endpoints.values().flatten();
    let alias = all().find(|(_, endpoint)| endpoint.target.alias_zone().is_some());
    let apex = hostnames
        .iter()
        .find(|name| Some(name.as_str()) == zone_name);
    for (name, endpoint) in all() {
        let Target::Hostname { dns_name, zone } = &endpoint.target else {
            continue;
        };
        let is_cname = zone.is_none();
        let own = hostnames.iter().find(|own| own.as_str() == dns_name);
        let cause = if matches!(front, Front::Accelerator(_)) {
            Some(Unroutable::ByAccelerator)
        } else if let Some(own) = own {
            Some(Unroutable::Itself(own.clone()))
        } else if let Some(apex) = apex.filter(|_| is_cname) {
            Some(Unroutable::Apex(apex.clone()))
        } else {
            alias
                .filter(|_| is_cname)
                .map(|(alias, _)| Unroutable::BesideAlias(alias.clone()))
        };
        if let Some(cause) = cause {
            objections.refused.push(Refusal::TargetNotRoutable {
                endpoint: name.clone(),
                target: dns_name.clone(),
                cause,
            });
        } else if is_cname
            && !matches!(front, Front::Simple)
            && !has_check
            && endpoint.health_check.is_none()
        {
            objections.refused.push(Refusal::NoHealthSignal {
                endpoint: name.clone(),
                target: dns_name.clone(),
            });
        }
    }
}
