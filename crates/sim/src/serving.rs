//! Which Regions serve the users of a name: the answer that Route 53 gives, and what stands behind
//! it.
//!
//! Source: "How Amazon Route 53 chooses records when health checking is configured", Developer
//! Guide.

use std::collections::BTreeSet;

use crate::endpoints::Endpoints;
use crate::global_accelerator::{self, GlobalAccelerator};
use crate::region::Region;
use crate::route53::{
    Alias, Content, DnsName, DnsView, FailoverRole, RecordSet, RecordType, Route53, Routing,
};

/// Aliases and CNAMEs are followed this far.
const DEEPEST: usize = 8;

type Regions = BTreeSet<Region>;

/// What users of a port can reach; without a port, those of every port that is served.
pub(crate) struct View<'world> {
    pub(crate) route53: &'world Route53,
    pub(crate) accelerators: &'world GlobalAccelerator,
    pub(crate) endpoints: &'world Endpoints,
    pub(crate) dns: DnsView,
    pub(crate) port: Option<u16>,
}

impl View<'_> {
    pub(crate) fn regions(&self, hostname: &str) -> Regions {
        DnsName::parse(hostname)
            .map(|name| self.of_name(&name, DEEPEST))
            .unwrap_or_default()
    }

    /// What a name serves, it serves for every type of address that it has.
    fn of_name(&self, name: &DnsName, depth: usize) -> Regions {
        let types = [RecordType::A, RecordType::Aaaa, RecordType::Cname];
        let answered = types
            .into_iter()
            .map(|kind| self.route53.sets_in(self.dns, name, kind));
        let served = answered
            .filter(|sets| !sets.is_empty())
            .map(|sets| self.of_sets(&sets, depth));
        served
            .reduce(|all, one| all.intersection(&one).copied().collect())
            .unwrap_or_default()
    }

    /// The sets of one name and type, by their policy.
    fn of_sets(&self, sets: &[&RecordSet], depth: usize) -> Regions {
        let all_zero = sets.iter().all(|set| set.routing == Routing::Weighted(0));
        let takes_part = |set: &&RecordSet| all_zero || set.routing != Routing::Weighted(0);
        let serving = |role: Option<FailoverRole>| -> Regions {
            let sets = sets.iter().copied().filter(takes_part);
            let sets = sets.filter(|set| match (&set.routing, role) {
                (Routing::Failover(own), Some(role)) => *own == role,
                (_, _) => role.is_none(),
            });
            let healthy = sets.filter(|set| self.is_healthy(set));
            healthy.flat_map(|set| self.behind(set, depth)).collect()
        };
        if sets
            .iter()
            .any(|set| matches!(set.routing, Routing::Failover(_)))
        {
            let primary = serving(Some(FailoverRole::Primary));
            return if primary.is_empty() {
                serving(Some(FailoverRole::Secondary))
            } else {
                primary
            };
        }
        serving(None)
    }

    fn is_healthy(&self, set: &RecordSet) -> bool {
        set.health_check
            .as_ref()
            .is_none_or(|check| self.route53.is_healthy(check))
    }

    /// The Regions that a set leads to and that answer there. What does not answer does not serve,
    /// whether or not Route 53 looks at it.
    fn behind(&self, set: &RecordSet, depth: usize) -> Regions {
        let Some(depth) = depth.checked_sub(1) else {
            return Regions::new();
        };
        match &set.content {
            Content::Alias(Alias { zone, target, .. })
                if zone == global_accelerator::HOSTED_ZONE =>
            {
                self.accelerators
                    .serving_regions(target.as_str(), self.port)
            }
            Content::Alias(Alias { target, .. }) => self.of_target(target, depth),
            Content::Records { values, .. } if set.key.kind == RecordType::Cname => {
                let targets = values.iter().filter_map(|value| DnsName::parse(value).ok());
                targets
                    .flat_map(|target| self.of_target(&target, depth))
                    .collect()
            }
            Content::Records { values, .. } => {
                let answers = values.iter().any(|value| self.endpoints.answers(value));
                let region = set.latency_region();
                region.filter(|_| answers).into_iter().collect()
            }
        }
    }

    fn of_target(&self, target: &DnsName, depth: usize) -> Regions {
        match self.endpoints.named(target.as_str()) {
            Some(found) if found.healthy => [found.arn.region()].into(),
            Some(_) => Regions::new(),
            None => self.of_name(target, depth),
        }
    }
}
