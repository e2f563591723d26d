//! From what a name leads to, to the Regions that serve.

use super::edge;
use super::{City, ELSEWHERE};
use crate::elb::LoadBalancerArn;
use crate::route53::answer::{NameServer, Outcome};
use crate::shares::split;

/// The Regions that serve an amount of new connections to a port; `None` for what is lost. The
/// amounts add up to it.
pub(super) fn serve(
    server: &NameServer<'_>,
    city: City,
    port: u16,
    outcome: &Outcome,
    amount: u64,
) -> Vec<(u64, Option<&'static str>)> {
    match outcome {
        Outcome::LoadBalancer(arn) => vec![(amount, behind(server, arn))],
        Outcome::Accelerator(name) => {
            let groups = server.accelerators.groups_at_edge(name.as_str(), port);
            let spread = edge::spread(&groups, city, amount);
            let taken: u64 = spread.iter().map(|(amount, _)| amount).sum();
            let parts = spread
                .iter()
                .map(|(amount, arn)| (*amount, behind(server, arn)));
            parts
                .chain([(amount.saturating_sub(taken), None)])
                .collect()
        }
        Outcome::Values(values, region) => {
            let parts = split(amount, &vec![1; values.len()])
                .into_iter()
                .zip(values);
            let place = region.map_or(ELSEWHERE, crate::region::Region::name);
            let parts = parts.map(|(amount, value)| {
                (
                    amount,
                    Some(place).filter(|_| server.endpoints.answers(value)),
                )
            });
            parts.collect()
        }
        Outcome::Name(_) | Outcome::Nothing | Outcome::NoSuchName => vec![(amount, None)],
    }
}

/// The Region of a load balancer, if requests to it are answered well.
pub(super) fn behind(server: &NameServer<'_>, arn: &LoadBalancerArn) -> Option<&'static str> {
    let found = server.endpoints.load_balancer(arn)?;
    let answers = server.endpoints.answers(&found.dns_name);
    answers.then(|| found.arn.region().name())
}
