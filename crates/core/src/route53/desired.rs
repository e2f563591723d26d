//! What a GlobalApp wants of Route 53, symbolically: a record may target "this app's accelerator", whatever that is.

use std::collections::{BTreeMap, BTreeSet};

use super::{CheckConfig, RecordRouting};
use crate::crd::HealthCheck;
use crate::names::{Hostname, Region};
use crate::validate::{self, App, Endpoint, Front, Lifecycle};

/// The names and checks that an app wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// The record sets of each name.
    pub names: BTreeMap<Hostname, Vec<DesiredSet>>,
}

/// One record set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredSet {
    /// `A`, `AAAA` or `CNAME`.
    pub kind: &'static str,
    /// Its Region; none for an accelerator, which is everywhere.
    pub region: Option<Region>,
    /// Its RegionEndpoint; empty for an accelerator.
    pub endpoint: String,
    /// How Route 53 chooses it.
    pub routing: RecordRouting,
    /// What it leads to.
    pub target: Target,
    /// Whether an unhealthy target leaves the answers.
    pub evaluate_target_health: bool,
    /// The check that takes it out of the answers.
    pub check: Option<CheckConfig>,
}

/// What a record set leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// This app's accelerator.
    Accelerator,
    /// What an endpoint names.
    Endpoint(validate::Target),
}

impl Target {
    fn is_alias(&self) -> bool {
        match self {
            Self::Accelerator => true,
            Self::Endpoint(target) => target.alias_zone().is_some(),
        }
    }
}

/// What the app wants. An app that is being deleted wants nothing.
pub fn desired(app: &App) -> Desired {
    if app.lifecycle != Lifecycle::Living {
        return Desired::default();
    }
    let sets = of_each_name(app);
    Desired {
        names: app
            .hostnames
            .iter()
            .map(|hostname| (hostname.clone(), sets.clone()))
            .collect(),
    }
}

/// The record sets that every name of the app wants: none if it is being deleted.
pub fn of_each_name(app: &App) -> Vec<DesiredSet> {
    if app.lifecycle != Lifecycle::Living {
        return Vec::new();
    }
    let kinds = app.ip_address_type.kinds();
    let of_each_kind = |set: DesiredSet| {
        let kinds = if set.target.is_alias() {
            kinds
        } else {
            // It stands for every type of the other name.
            &["CNAME"]
        };
        kinds.iter().map(move |kind| DesiredSet {
            kind,
            ..set.clone()
        })
    };
    one_family(app).into_iter().flat_map(of_each_kind).collect()
}

/// The record sets of one address family.
fn one_family(app: &App) -> Vec<DesiredSet> {
    match &app.front {
        Front::Accelerator(_) => vec![DesiredSet {
            kind: "A",
            region: None,
            endpoint: String::new(),
            routing: RecordRouting::Simple,
            target: Target::Accelerator,
            evaluate_target_health: app.evaluate_target_health,
            check: None,
        }],
        Front::Simple => sets(app, |_, _| vec![RecordRouting::Simple]),
        Front::Latency => sets(app, |region, _| {
            vec![RecordRouting::Latency(region.clone())]
        }),
        Front::Weighted(weights) => sets(app, |region, endpoint| {
            let weight = weights.get(region).copied();
            vec![RecordRouting::Weighted(weight.unwrap_or(endpoint.weight))]
        }),
        Front::Failover(roles) => sets(app, |region, _| {
            let role = roles.get(region).copied();
            role.map(RecordRouting::Failover).into_iter().collect()
        }),
        Front::Geolocation(locations) => sets(app, |region, _| {
            let all = locations.get(region).into_iter().flatten().cloned();
            all.map(RecordRouting::Geolocation).collect()
        }),
        Front::Geoproximity(biases) => sets(app, |region, _| {
            vec![RecordRouting::Geoproximity {
                region: region.clone(),
                bias: biases.get(region).copied().unwrap_or(0),
            }]
        }),
    }
}

/// The content of every check that the app wants.
pub fn check_hashes(app: &App) -> BTreeSet<String> {
    let sets = of_each_name(app).into_iter();
    sets.filter_map(|set| Some(set.check?.hash())).collect()
}

/// A set for each way in which an endpoint is chosen.
fn sets(app: &App, routings: impl Fn(&Region, &Endpoint) -> Vec<RecordRouting>) -> Vec<DesiredSet> {
    let mut sets = Vec::new();
    for (region, endpoints) in &app.endpoints {
        for (name, endpoint) in endpoints {
            sets.extend(
                routings(region, endpoint)
                    .into_iter()
                    .map(|routing| DesiredSet {
                        kind: "A",
                        region: Some(region.clone()),
                        endpoint: name.clone(),
                        routing,
                        target: Target::Endpoint(endpoint.target.clone()),
                        evaluate_target_health: app.evaluate_target_health,
                        check: check_config(app, endpoint),
                    }),
            );
        }
    }
    sets
}

/// The endpoint's own check, else the app's.
fn check_config(app: &App, endpoint: &Endpoint) -> Option<CheckConfig> {
    let HealthCheck {
        protocol,
        port,
        path,
        interval_seconds,
        failure_threshold,
        search_string,
        checker_regions,
    } = endpoint
        .health_check
        .as_ref()
        .or(app.health_check.as_ref())?;
    let small = |number: i32| u16::try_from(number).unwrap_or(u16::MAX);
    let host = endpoint.check_hostname.as_ref();
    Some(CheckConfig {
        fqdn: host
            .map_or(endpoint.target.dns_name(), String::as_str)
            .to_owned(),
        protocol: *protocol,
        port: small(*port),
        path: path.clone(),
        search_string: search_string.clone(),
        interval_seconds: small(*interval_seconds),
        failure_threshold: small(*failure_threshold),
        checker_regions: checker_regions
            .iter()
            .flatten()
            .map(|region| region.as_str().to_owned())
            .collect(),
    })
}
