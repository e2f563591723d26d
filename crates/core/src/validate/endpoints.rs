//! The RegionEndpoints that a GlobalApp selects, and what speaks against them.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;

use super::{Endpoint, Front, Objections, Target, Waits};
use crate::crd::{
    Endpoints, GlobalAppSpec, GlobalAppStatus, RegionEndpoint, Selector, SelectorOperator,
};
use crate::global_accelerator::Dial;
use crate::names::{LoadBalancerArn, Region};
use crate::refusal::Refusal;
use crate::settings::Timings;
use crate::waiting::{EndpointLack, Waiting};

/// The RegionEndpoints that the spec selects, in order of their names.
pub fn selected<'a>(endpoints: &Endpoints, all: &'a [RegionEndpoint]) -> Vec<&'a RegionEndpoint> {
    let chosen = |endpoint: &RegionEndpoint| match (&endpoints.names, &endpoints.selector) {
        (Some(names), _) => names.contains(&endpoint.name_any()),
        (None, Some(selector)) => matches(selector, endpoint.labels()),
        (None, None) => false,
    };
    let mut chosen: Vec<_> = all.iter().filter(|endpoint| chosen(endpoint)).collect();
    chosen.sort_by_key(|endpoint| endpoint.name_any());
    chosen
}

fn matches(selector: &Selector, labels: &BTreeMap<String, String>) -> bool {
    let wanted = selector.match_labels.iter().flatten();
    let expressions = selector.match_expressions.iter().flatten();
    wanted
        .into_iter()
        .all(|(key, value)| labels.get(key) == Some(value))
        && expressions.into_iter().all(|expression| {
            let label = labels.get(&expression.key);
            let listed = || {
                label.is_some_and(|label| {
                    expression
                        .values
                        .iter()
                        .flatten()
                        .any(|value| value == label)
                })
            };
            match expression.operator {
                SelectorOperator::In => listed(),
                SelectorOperator::NotIn => !listed(),
                SelectorOperator::Exists => label.is_some(),
                SelectorOperator::DoesNotExist => label.is_none(),
            }
        })
}

/// The selected endpoints, sorted into those that are resolved and those that are not.
pub(super) struct Chosen {
    pub(super) resolved: BTreeMap<Region, BTreeMap<String, Endpoint>>,
    pub(super) unresolved: Vec<Waiting>,
    pub(super) held: BTreeSet<Region>,
    pub(super) awaited: BTreeSet<String>,
    count: usize,
    pub(super) regions: usize,
}

impl Chosen {
    pub(super) fn new(
        spec: &GlobalAppSpec,
        status: &GlobalAppStatus,
        endpoints: &[RegionEndpoint],
        objections: &mut Objections,
    ) -> Self {
        let mut chosen = Self {
            resolved: BTreeMap::new(),
            unresolved: Vec::new(),
            held: BTreeSet::new(),
            awaited: BTreeSet::new(),
            count: 0,
            regions: 0,
        };
        let mut regions = BTreeSet::new();
        let staying = |endpoint: &&RegionEndpoint| endpoint.metadata.deletion_timestamp.is_none();
        for endpoint in selected(&spec.endpoints, endpoints)
            .into_iter()
            .filter(staying)
        {
            let name = endpoint.name_any();
            chosen.count += 1;
            let region: Region = match endpoint.spec.region.parse() {
                Ok(region) => region,
                Err(error) => {
                    objections.invalid(format!("ekregion/{name} spec.region"), error);
                    continue;
                }
            };
            regions.insert(region.clone());
            if let Some(endpoint) = resolve(endpoint) {
                chosen
                    .resolved
                    .entry(region)
                    .or_default()
                    .insert(name, endpoint);
            } else {
                chosen.held.insert(region);
                chosen.unresolved.push(Waiting::EndpointUnresolved {
                    endpoint: name,
                    lacks: EndpointLack::Target,
                });
            }
        }
        for name in spec.endpoints.names.iter().flatten() {
            let existing = endpoints
                .iter()
                .find(|endpoint| endpoint.name_any() == *name);
            let known = status
                .regions
                .iter()
                .filter(|region| region.endpoints.contains(name));
            let known: Vec<Region> = known
                .filter_map(|region| region.region.parse().ok())
                .collect();
            match existing {
                Some(endpoint) if staying(&endpoint) => continue,
                // It leaves, and with it its Region.
                Some(_) if !known.is_empty() => continue,
                // One that is on its way out without ever having served is as good as absent: whether it is still there
                // depends on who else has to let go of it.
                Some(_) | None => {}
            }
            if known.is_empty() {
                chosen.awaited.insert(name.clone());
            }
            chosen.held.extend(known);
            chosen.unresolved.push(Waiting::EndpointUnresolved {
                endpoint: name.clone(),
                lacks: existing.map_or(EndpointLack::Existence, |_| EndpointLack::Permanence),
            });
        }
        // A named endpoint counts as a Region before it exists, so that the minimum does not depend on what is applied first.
        let unknown = spec
            .endpoints
            .names
            .as_ref()
            .map_or(0, |names| names.len().saturating_sub(chosen.count));
        chosen.regions = regions.len() + unknown;
        chosen
    }

    /// What speaks against planning with these endpoints.
    pub(super) fn object(
        &self,
        front: &Front,
        status: &GlobalAppStatus,
        waits: &Waits,
        timings: &Timings,
        now: Timestamp,
        objections: &mut Objections,
    ) {
        if self.count == 0 {
            let refused_before = status
                .plan
                .iter()
                .flat_map(|plan| &plan.refused)
                .any(|item| item.reason == Refusal::NoEndpoints.reason());
            let waited = now.duration_since(waits.since(&Waiting::NoEndpoints, now));
            if refused_before || waited >= timings.no_endpoints_grace {
                objections.refused.push(Refusal::NoEndpoints);
            } else {
                objections.waiting.push(Waiting::NoEndpoints);
            }
        }
        match front {
            Front::Accelerator(_) | Front::Weighted(_) => {}
            Front::Simple => {
                let names: Vec<String> = self
                    .resolved
                    .values()
                    .flat_map(BTreeMap::keys)
                    .cloned()
                    .collect();
                if names.len() > 1 {
                    objections
                        .refused
                        .push(Refusal::SeveralEndpoints { endpoints: names });
                }
            }
            Front::Latency
            | Front::Failover(_)
            | Front::Geolocation(_)
            | Front::Geoproximity(_) => {
                for (region, endpoints) in self
                    .resolved
                    .iter()
                    .filter(|(_, endpoints)| endpoints.len() > 1)
                {
                    objections.refused.push(Refusal::SeveralEndpointsInRegion {
                        region: region.clone(),
                        endpoints: endpoints.keys().cloned().collect(),
                        routing: front.word(),
                    });
                }
            }
        }
    }
}

/// The endpoint, if its target is known.
fn resolve(endpoint: &RegionEndpoint) -> Option<Endpoint> {
    Some(Endpoint {
        target: Target::of(endpoint)?,
        weight: u8::try_from(endpoint.spec.weight).ok()?,
        max_dial: Dial::percent(u8::try_from(endpoint.spec.max_dial_percent).ok()?),
        check_hostname: endpoint.spec.health_check_hostname.clone(),
        health_check: endpoint.spec.health_check.clone(),
    })
}

/// The name of each load balancer's RegionEndpoint.
pub(super) fn endpoint_names(endpoints: &[RegionEndpoint]) -> BTreeMap<LoadBalancerArn, String> {
    endpoints
        .iter()
        .filter_map(|endpoint| {
            let arn = endpoint.spec.target.load_balancer_arn.as_ref()?;
            Some((arn.parse().ok()?, endpoint.name_any()))
        })
        .collect()
}
