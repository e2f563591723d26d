//! What a creation must cost in AWS calls, computed from the manifests alone.
//!
//! Writes: a Route 53 batch per wave and zone, two calls a health check (its console name is one), one call for each
//! accelerator, listener, endpoint group, table, replica, and for each setting that a replica does not inherit.
//! Reads: one look at everything before the first write, one before each write to Global Accelerator, which has no
//! compare-and-swap, one that says "done" for each thing that must be awaited, and one of what each health check says. A read
//! that says "not yet" is a poll and counted apart.

use std::collections::{BTreeMap, BTreeSet};

use kube::ResourceExt;

use crate::crd::{GlobalApp, GlobalTable, Preset, RegionEndpoint};
use crate::route53::MAX_ELEMENTS;
use crate::validate::selected;
use crate::waves::Declared;

/// The calls that a creation needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needed {
    /// Calls that change something.
    pub writes: usize,
    /// Calls that only look.
    pub reads: usize,
}

impl Needed {
    /// All of them.
    pub fn total(self) -> usize {
        self.writes + self.reads
    }
}

/// The calls that creating these objects on an empty AWS needs.
pub fn needed(declared: &Declared) -> Needed {
    let mut needed = Needed::default();
    let mut checks = BTreeSet::new();
    let mut zones_by_name = BTreeSet::new();
    // Names behind an accelerator come later, and so in a batch of their own.
    let mut elements: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let mut accelerators = 0;
    for app in &declared.apps {
        let endpoints = endpoints(app, &declared.endpoints);
        let regions: BTreeSet<&str> = endpoints
            .iter()
            .map(|endpoint| endpoint.spec.region.as_str())
            .collect();
        let is_fronted = app.spec.accelerator.is_some();
        zones_by_name.extend(app.spec.dns.hosted_zone.clone());
        let zone = app
            .spec
            .dns
            .hosted_zone_id
            .clone()
            .or_else(|| app.spec.dns.hosted_zone.clone())
            .unwrap_or_default();
        let sets = if is_fronted { 1 } else { endpoints.len() };
        *elements.entry((zone, is_fronted)).or_default() += app.spec.hostnames.len() * (sets + 1);
        if let Some(accelerator) = &app.spec.accelerator {
            let groups = accelerator.listeners.len() * regions.len();
            accelerators += 1;
            needed.writes += 1 + accelerator.listeners.len() + groups;
            // Before each listener's and group's creation, and once to see it deployed.
            needed.reads += accelerator.listeners.len() + groups + 1;
        } else {
            let of_app = app.spec.health_check.as_ref();
            checks.extend(endpoints.iter().filter_map(|endpoint| {
                let check = endpoint.spec.health_check.as_ref().or(of_app)?;
                let hostname = endpoint.spec.health_check_hostname.clone();
                let target = &endpoint.spec.target;
                let of = hostname.or_else(|| target.hostname.clone());
                Some((target.load_balancer_arn.clone(), of, check.clone()))
            }));
        }
    }
    let batches: usize = elements
        .values()
        .map(|count| count.div_ceil(MAX_ELEMENTS))
        .sum();
    let zones: BTreeSet<&String> = elements.keys().map(|(zone, _)| zone).collect();
    needed.writes += batches + 2 * checks.len();
    needed.reads += batches + zones_by_name.len() + zones.len();
    // The list of checks, how many more there may be, and what the checkers of each say.
    needed.reads += 2 * usize::from(!checks.is_empty()) + checks.len();
    needed.reads += usize::from(accelerators > 0);
    needed.reads += load_balancer_reads(&declared.endpoints);
    for table in &declared.tables {
        add_table(&mut needed, table);
    }
    needed
}

fn endpoints<'a>(app: &GlobalApp, all: &'a [RegionEndpoint]) -> Vec<&'a RegionEndpoint> {
    let mut chosen = selected(&app.spec.endpoints, all);
    chosen.retain(|endpoint| endpoint.namespace() == app.namespace());
    chosen
}

/// DescribeLoadBalancers takes 20 of a Region at once.
fn load_balancer_reads(endpoints: &[RegionEndpoint]) -> usize {
    let mut regions: BTreeMap<&str, BTreeSet<&String>> = BTreeMap::new();
    for endpoint in endpoints {
        regions
            .entry(&endpoint.spec.region)
            .or_default()
            .extend(&endpoint.spec.target.load_balancer_arn);
    }
    regions.values().map(|arns| arns.len().div_ceil(20)).sum()
}

fn add_table(needed: &mut Needed, table: &GlobalTable) {
    let replicas = table.spec.replicas.len();
    let expires =
        usize::from(table.spec.preset == Some(Preset::Session) || table.spec.ttl.is_some());
    // Each replica is made, marked, and protected; the first table is so from the start.
    needed.writes += 1 + expires + 3 * (replicas - 1);
    // Each Region before, each member once Active, and each once its protection is on.
    needed.reads += replicas + replicas + (replicas - 1);
}
