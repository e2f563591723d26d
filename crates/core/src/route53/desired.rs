//! What a GlobalApp wants of Route 53, symbolically: a record may target "this app's accelerator", whatever that is.

use std::collections::{BTreeMap, BTreeSet};

use super::{CheckConfig, RecordRouting};
use crate::crd::HealthCheck;
use crate::names::{Hostname, Region};
use crate::validate::{App, Endpoint, Front, Lifecycle, LoadBalancer};

/// The names and checks that an app wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// The record sets of each name.
    pub names: BTreeMap<Hostname, Vec<DesiredSet>>,
}

/// One record set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredSet {
    /// Its Region; none for an accelerator, which is everywhere.
    pub region: Option<Region>,
    /// How Route 53 chooses it.
    pub routing: RecordRouting,
    /// What it is an alias of.
    pub target: Target,
    /// Whether an unhealthy target leaves the answers.
    pub evaluate_target_health: bool,
    /// The check that takes it out of the answers.
    pub check: Option<CheckConfig>,
}

/// What a record set is an alias of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// This app's accelerator.
    Accelerator,
    /// A load balancer.
    LoadBalancer(LoadBalancer),
}

/// What the app wants. An app that is being deleted wants nothing.
pub fn desired(app: &App) -> Desired {
    if app.lifecycle != Lifecycle::Living {
        return Desired::default();
    }
    let sets = match &app.front {
        Front::Accelerator(_) => vec![DesiredSet {
            region: None,
            routing: RecordRouting::Simple,
            target: Target::Accelerator,
            evaluate_target_health: app.evaluate_target_health,
            check: None,
        }],
        Front::Simple => sets(app, |_| RecordRouting::Simple),
        Front::Latency => sets(app, |region| RecordRouting::Latency(region.clone())),
    };
    Desired {
        names: app
            .hostnames
            .iter()
            .map(|hostname| (hostname.clone(), sets.clone()))
            .collect(),
    }
}

/// The content of every check that the app wants.
pub fn check_hashes(app: &App) -> BTreeSet<String> {
    let sets = desired(app).names.into_values().flatten();
    sets.filter_map(|set| Some(set.check?.hash())).collect()
}

fn sets(app: &App, routing: impl Fn(&Region) -> RecordRouting) -> Vec<DesiredSet> {
    let endpoints = app
        .endpoints
        .iter()
        .flat_map(|(region, all)| all.values().map(move |one| (region, one)));
    endpoints
        .map(|(region, endpoint)| DesiredSet {
            region: Some(region.clone()),
            routing: routing(region),
            target: Target::LoadBalancer(endpoint.load_balancer.clone()),
            evaluate_target_health: app.evaluate_target_health,
            check: app
                .health_check
                .as_ref()
                .map(|check| check_config(check, endpoint)),
        })
        .collect()
}

fn check_config(check: &HealthCheck, endpoint: &Endpoint) -> CheckConfig {
    let small = |number: i32| u16::try_from(number).unwrap_or(u16::MAX);
    CheckConfig {
        fqdn: endpoint.load_balancer.dns_name.clone(),
        protocol: check.protocol,
        port: small(check.port),
        path: check.path.clone(),
        interval_seconds: small(check.interval_seconds),
        failure_threshold: small(check.failure_threshold),
    }
}
