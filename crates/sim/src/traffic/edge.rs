//! Global Accelerator's edge: which endpoints the new connections of a city are sent to.
//!
//! Traffic is bound for the endpoint group that is closest to the client. The group's traffic dial
//! lets in that share of it, and the rest overflows to the next group by proximity whose dial is not
//! zero. A dial applies only to traffic that is already bound for its group, so overflow is taken
//! whole: two groups at 50 % with 50 clients each serve 25 of their own and 25 of the other's.
//!
//! A group without a healthy endpoint fails over, whatever the dials, to the closest of the three
//! closest groups that has one; without any, an endpoint of the closest group is chosen at random.
//!
//! AWS does not say what becomes of overflow when no other group has a dial above zero: here it goes
//! to the closest group whose dial is not zero, and is refused if all are.
//!
//! Sources: "Adjusting traffic flow with traffic dials" and "How failover works for unhealthy
//! endpoints", Global Accelerator Developer Guide.

use super::City;
use crate::elb::LoadBalancerArn;
use crate::region::Region;
use crate::shares::split;

/// A traffic dial that lets everything in.
pub(crate) const WHOLE: u64 = 1_000_000;
/// As many of the closest groups are tried before failing open.
const TRIED: usize = 3;

/// An endpoint group as the edge knows it.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) region: Region,
    /// Millionths, 0 to 1,000,000.
    pub(crate) dial: u64,
    pub(crate) endpoints: Vec<Endpoint>,
}

#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) load_balancer: LoadBalancerArn,
    pub(crate) weight: u8,
    pub(crate) healthy: bool,
}

impl Group {
    /// Each endpoint's weight, zero for those that are not healthy.
    fn weights(&self) -> Vec<u64> {
        let weights = self
            .endpoints
            .iter()
            .map(|it| if it.healthy { u64::from(it.weight) } else { 0 });
        weights.collect()
    }

    fn is_healthy(&self) -> bool {
        self.weights().iter().any(|weight| *weight > 0)
    }
}

/// Where an amount of new connections from a city goes. What no group takes is missing.
pub(crate) fn spread(groups: &[Group], city: City, amount: u64) -> Vec<(u64, &LoadBalancerArn)> {
    let mut near: Vec<&Group> = groups.iter().collect();
    near.sort_by_key(|group| (city.latency_to(group.region), group.region));
    let Some((closest, others)) = near.split_first() else {
        return Vec::new();
    };
    let open = |group: &&&Group| group.dial > 0;
    let overflow = others.iter().find(open).or(Some(closest).filter(open));
    let let_in = closest.dial.min(WHOLE);
    let parts = split(amount, &[let_in, WHOLE - let_in]);
    let bound = parts.into_iter().zip([Some(closest), overflow]);
    let bound = bound.filter_map(|(amount, group)| Some((amount, group?)));
    bound
        .filter(|(amount, _)| *amount > 0)
        .flat_map(|(amount, group)| deliver(&near, group, amount))
        .collect()
}

/// What is bound for a group goes to its endpoints, or fails over.
fn deliver<'a>(
    near: &[&'a Group],
    group: &'a Group,
    amount: u64,
) -> Vec<(u64, &'a LoadBalancerArn)> {
    let healthy = |group: &&Group| group.is_healthy();
    let tried = near.iter().copied().take(TRIED);
    let taker = Some(group)
        .filter(healthy)
        .or_else(|| tried.clone().find(healthy));
    let (group, weights) = match taker {
        Some(group) => (group, group.weights()),
        None => match near.iter().find(|group| !group.endpoints.is_empty()) {
            Some(closest) => (*closest, vec![1; closest.endpoints.len()]),
            None => return Vec::new(),
        },
    };
    let parts = split(amount, &weights).into_iter().zip(&group.endpoints);
    let parts = parts.filter(|(amount, _)| *amount > 0);
    parts
        .map(|(amount, it)| (amount, &it.load_balancer))
        .collect()
}
