//! What Route 53 answers: it chooses among the record sets of a name by their policy, drops what is
//! unhealthy, and takes the next by the same criterion. When nothing is healthy, everything counts
//! as healthy.
//!
//! An answer here is a distribution: the share of resolvers in a place that get each outcome, so
//! that a whole population is followed without drawing lots.
//!
//! Sources: "Choosing a routing policy", "How Amazon Route 53 chooses records when health checking
//! is configured" and "How health checks work in complex configurations", Developer Guide.

use super::choice::{Chosen, choose};
use super::observations::resolved;
use super::{Alias, Content, DnsName, DnsView, RecordSet, RecordType, Route53};
use crate::elb::LoadBalancerArn;
use crate::endpoints::Endpoints;
use crate::global_accelerator::{self, GlobalAccelerator};
use crate::region::Region;
use crate::shares::split;
use crate::traffic::City;
use crate::words::Word;

/// Aliases are followed this far.
const DEEPEST: usize = 8;
/// Alias answers have the time to live of their target: 60 seconds for load balancers ("Choosing
/// between alias and non-alias records", Developer Guide).
const LOAD_BALANCER_TTL: u32 = 60;
/// Not documented; the addresses of an accelerator never change.
const ACCELERATOR_TTL: u32 = 300;
/// What is not there is remembered as long as the zone's SOA record says ("SOA and NS records").
const NEGATIVE_TTL: u32 = 900;

/// What a name leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Values of a record, and the Region that its latency set names, if it is one.
    Values(Vec<String>, Option<Region>),
    /// Another name, whatever the type asked for.
    Name(DnsName),
    LoadBalancer(LoadBalancerArn),
    /// The DNS name of an accelerator.
    Accelerator(DnsName),
    /// The name has records, but none of the type, or none for the place.
    Nothing,
    /// The name has no record at all.
    NoSuchName,
}

/// An outcome, the share of the asked amount that gets it, and how long it may be remembered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Share {
    pub(crate) amount: u64,
    pub(crate) outcome: Outcome,
    /// Seconds.
    pub(crate) ttl: u32,
}

/// One outcome of asking Route 53.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsAnswer {
    /// The share of the city's resolvers that are answered so, in millionths.
    pub millionths: u64,
    /// `NOERROR` or `NXDOMAIN`.
    pub code: &'static str,
    /// The type of the values: the one asked for, or `CNAME`.
    pub kind: &'static str,
    /// The values; none if the name has none of that type, or none for the city.
    pub values: Vec<String>,
    /// For how many seconds the resolver may remember it.
    pub ttl: u32,
    /// The DNS name of the load balancer or the accelerator whose addresses they are.
    pub target: Option<String>,
}

/// Route 53's name servers, and what they need to know of the world.
#[derive(Clone, Copy)]
pub(crate) struct NameServer<'world> {
    pub(crate) route53: &'world Route53,
    pub(crate) accelerators: &'world GlobalAccelerator,
    pub(crate) endpoints: &'world Endpoints,
    pub(crate) view: DnsView,
}

impl NameServer<'_> {
    /// What `amount` of resolvers in a city are answered, in a fixed order. The amounts add up to it.
    pub(crate) fn answer(
        &self,
        name: &DnsName,
        kind: RecordType,
        city: City,
        amount: u64,
    ) -> Vec<Share> {
        let mut shares = Vec::new();
        self.descend(name, kind, city, amount, DEEPEST, &mut shares);
        shares
    }

    /// The same in words, for a name and a type as they are written.
    pub(crate) fn describe(&self, city: City, name: &str, kind: &str) -> Vec<DnsAnswer> {
        let (Ok(name), Some(kind)) = (DnsName::parse(name), RecordType::parse(kind)) else {
            return Vec::new();
        };
        let shares = self.answer(&name, kind, city, 1_000_000);
        shares.into_iter().map(|it| self.shown(it, kind)).collect()
    }

    fn shown(&self, share: Share, kind: RecordType) -> DnsAnswer {
        let (code, kind, values, target) = match share.outcome {
            Outcome::Values(values, _) => ("NOERROR", kind, values, None),
            Outcome::Name(name) => ("NOERROR", RecordType::Cname, vec![name.to_string()], None),
            Outcome::Nothing => ("NOERROR", kind, Vec::new(), None),
            Outcome::NoSuchName => ("NXDOMAIN", kind, Vec::new(), None),
            Outcome::Accelerator(name) => {
                let addresses = self.accelerators.addresses(name.as_str(), kind);
                ("NOERROR", kind, addresses, Some(name.to_string()))
            }
            Outcome::LoadBalancer(arn) => {
                let found = self.endpoints.load_balancer(&arn);
                let name = found.map(|found| found.dns_name.clone());
                let address = resolved(name.as_deref().unwrap_or_default(), kind);
                ("NOERROR", kind, vec![address], name)
            }
        };
        DnsAnswer {
            millionths: share.amount,
            code,
            kind: kind.word(),
            values,
            ttl: share.ttl,
            target,
        }
    }

    fn descend(
        &self,
        name: &DnsName,
        kind: RecordType,
        city: City,
        amount: u64,
        depth: usize,
        shares: &mut Vec<Share>,
    ) {
        let mut end = |outcome, amount, ttl| {
            shares.push(Share {
                amount,
                outcome,
                ttl,
            });
        };
        let mut sets = self.route53.sets_in(self.view, name, kind);
        if sets.is_empty() {
            sets = self.route53.sets_in(self.view, name, RecordType::Cname);
        }
        let Some(depth) = depth.checked_sub(1).filter(|_| !sets.is_empty()) else {
            let there = self.route53.exists(self.view, name);
            let outcome = if there {
                Outcome::Nothing
            } else {
                Outcome::NoSuchName
            };
            return end(outcome, amount, NEGATIVE_TTL);
        };
        let healthy: Vec<bool> = sets.iter().map(|set| self.is_healthy(set, depth)).collect();
        match choose(&sets, &healthy, city) {
            Chosen::Nothing => end(Outcome::Nothing, amount, NEGATIVE_TTL),
            Chosen::Together(chosen) => {
                let ttl = chosen.iter().filter_map(|set| set.ttl()).min();
                let values = chosen.iter().flat_map(|set| set.values()).cloned();
                let outcome = Outcome::Values(values.collect(), None);
                end(outcome, amount, ttl.unwrap_or_default());
            }
            Chosen::OneOf(chosen) => {
                let weights: Vec<u64> = chosen.iter().map(|(weight, _)| *weight).collect();
                for (amount, (_, set)) in split(amount, &weights).into_iter().zip(chosen) {
                    if amount > 0 {
                        self.follow(set, city, amount, depth, shares);
                    }
                }
            }
        }
    }

    fn follow(
        &self,
        set: &RecordSet,
        city: City,
        amount: u64,
        depth: usize,
        shares: &mut Vec<Share>,
    ) {
        let (outcome, ttl) = match &set.content {
            Content::Records { ttl, values } if set.key.kind == RecordType::Cname => {
                let target = values.first().and_then(|value| DnsName::parse(value).ok());
                (target.map_or(Outcome::Nothing, Outcome::Name), *ttl)
            }
            Content::Records { ttl, values } => {
                (Outcome::Values(values.clone(), set.latency_region()), *ttl)
            }
            Content::Alias(Alias { zone, target, .. })
                if zone == global_accelerator::HOSTED_ZONE =>
            {
                (Outcome::Accelerator(target.clone()), ACCELERATOR_TTL)
            }
            Content::Alias(Alias { target, .. }) => match self.endpoints.named(target.as_str()) {
                Some(found) => (Outcome::LoadBalancer(found.arn.clone()), LOAD_BALANCER_TTL),
                None => {
                    return self.descend(target, set.key.kind, city, amount, depth, shares);
                }
            },
        };
        shares.push(Share {
            amount,
            outcome,
            ttl,
        });
    }

    /// A set without a check is healthy, unless it evaluates its target and that is not. Both must
    /// pass when there are both.
    fn is_healthy(&self, set: &RecordSet, depth: usize) -> bool {
        let check = set.health_check.as_ref();
        check.is_none_or(|check| self.route53.is_healthy(check))
            && set
                .alias()
                .filter(|alias| alias.evaluate_target_health)
                .is_none_or(|alias| self.target_is_healthy(set.key.kind, alias, depth))
    }

    /// A load balancer is healthy when every target group with targets has a healthy one, an
    /// accelerator when one of its endpoints is, and other sets when one of them is.
    fn target_is_healthy(&self, kind: RecordType, alias: &Alias, depth: usize) -> bool {
        if alias.zone == global_accelerator::HOSTED_ZONE {
            return self
                .accelerators
                .has_healthy_endpoint(alias.target.as_str());
        }
        if let Some(found) = self.endpoints.named(alias.target.as_str()) {
            return found.healthy;
        }
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let sets = self.route53.sets_in(self.view, &alias.target, kind);
        sets.iter().any(|set| self.is_healthy(set, depth))
    }
}
