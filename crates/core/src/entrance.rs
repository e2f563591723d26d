//! How users come in, and in which Regions they are served: what guards and statuses count.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Read;
use crate::global_accelerator::{self, Accelerator, Dial, EndpointHealth, Listener, matching};
use crate::identity::Ownership;
use crate::names::{Hostname, ListenerArn, Region, ZoneId};
use crate::observed::Observed;
use crate::route53::{self, CheckStatus, RecordSet};
use crate::settings::Settings;
use crate::validate::App;

/// A way in: users enter by a name, or by an accelerator's address and port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entrance {
    /// A hostname.
    Name(Hostname),
    /// A listener.
    Listener(ListenerArn),
}

/// Where an entrance leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// Regions that are configured, with what is known of their health.
    pub regions: BTreeMap<Region, Health>,
    /// Regions to which users are sent when none of those serves, with what is known of their health.
    pub standby: BTreeMap<Region, Health>,
    /// Whether the spec still wants this entrance.
    pub is_wanted: bool,
    /// Endpoint groups at full dial that are not known to be unhealthy.
    pub at_full_dial: usize,
}

/// What is known of a Region's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// What decides failover says so.
    Healthy,
    /// It says no.
    Unhealthy,
    /// It was not asked, or does not know.
    Unknown,
    /// Nothing decides; the Region always counts.
    NotChecked,
}

impl Health {
    /// How far it is from serving.
    pub(crate) fn badness(self) -> u8 {
        match self {
            Self::Healthy => 0,
            Self::NotChecked => 1,
            Self::Unknown => 2,
            Self::Unhealthy => 3,
        }
    }
}

impl Serving {
    /// Regions that serve, as far as anybody knows: for what was, and for what is shown.
    pub fn hopeful(&self) -> usize {
        self.regions
            .values()
            .filter(|health| **health != Health::Unhealthy)
            .count()
    }

    /// Where a name leads: to the standby only when nothing else serves, as "How Amazon Route 53 chooses records when health
    /// checking is configured" (Developer Guide) has it.
    fn of(first: BTreeMap<Region, Health>, standby: BTreeMap<Region, Health>) -> Self {
        let serves = first.values().any(|health| *health != Health::Unhealthy);
        if serves {
            return Self {
                regions: first,
                standby,
                ..Self::default()
            };
        }
        Self {
            regions: best(first.into_iter().chain(standby)),
            ..Self::default()
        }
    }

    /// Regions of which nobody knows whether they serve.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = &Region> {
        let unknown = self.regions.iter();
        unknown
            .filter(|(_, health)| **health == Health::Unknown)
            .map(|(region, _)| region)
    }

    /// Regions that certainly serve: for what a change of ours may leave.
    pub(crate) fn certain(&self) -> usize {
        let certain = |health: &&Health| matches!(health, Health::Healthy | Health::NotChecked);
        self.regions.values().filter(certain).count()
    }
}

/// Where each entrance of the app leads.
pub fn entrances(
    app: &App,
    observed: &Observed,
    zone: &ZoneId,
    settings: &Settings,
) -> BTreeMap<Entrance, Serving> {
    let mut entrances = BTreeMap::new();
    let records = observed.route53.records.get(zone).and_then(Read::known);
    let found = global_accelerator::find(
        app,
        records,
        &observed.global_accelerator,
        &settings.installation,
    );
    let accelerator = match found {
        Ok(Some((_, accelerator, Ownership::Ours | Ownership::Retakeable))) => Some(accelerator),
        Ok(Some((_, _, Ownership::NotOurs(_))) | None) | Err(_) => None,
    };
    let wanted = wanted_listeners(app, accelerator);
    for (arn, listener) in accelerator.into_iter().flat_map(Accelerator::listeners) {
        entrances.insert(
            Entrance::Listener(arn.clone()),
            behind_listener(listener, wanted.contains(arn)),
        );
    }
    if let Some(records) = records {
        for (hostname, _) in route53::fenced(app, records) {
            let sets = route53::addresses(records, &hostname);
            let behind = |is_standby| {
                let of_tier = sets
                    .iter()
                    .filter(|set| set.routing.is_standby() == is_standby);
                best(of_tier.flat_map(|set| behind_set(app, set, accelerator, observed)))
            };
            let serving = Serving {
                is_wanted: app.hostnames.contains(&hostname),
                ..Serving::of(behind(false), behind(true))
            };
            if !serving.regions.is_empty() {
                entrances.insert(Entrance::Name(hostname), serving);
            }
        }
    }
    entrances
}

/// Users of a Region are served by any of its endpoints.
fn best(all: impl Iterator<Item = (Region, Health)>) -> BTreeMap<Region, Health> {
    let mut best: BTreeMap<Region, Health> = BTreeMap::new();
    for (region, health) in all {
        let known = best.entry(region).or_insert(health);
        if health.badness() < known.badness() {
            *known = health;
        }
    }
    best
}

/// The listeners that carry out some wish.
fn wanted_listeners<'a>(
    app: &App,
    accelerator: Option<&'a Accelerator>,
) -> BTreeSet<&'a ListenerArn> {
    let listeners = accelerator.and_then(|found| found.listeners.known());
    listeners
        .map(|listeners| {
            matching(app.front.listeners(), listeners)
                .into_values()
                .collect()
        })
        .unwrap_or_default()
}

fn behind_listener(listener: &Listener, is_wanted: bool) -> Serving {
    let mut serving = Serving {
        is_wanted,
        ..Serving::default()
    };
    for (region, group) in listener.groups().filter(|(_, group)| group.takes_users()) {
        let health = group_health(group.health());
        serving.regions.insert(region.clone(), health);
        if group.settings.dial == Dial::FULL && health != Health::Unhealthy {
            serving.at_full_dial += 1;
        }
    }
    serving
}

fn group_health(health: EndpointHealth) -> Health {
    match health {
        EndpointHealth::Healthy => Health::Healthy,
        EndpointHealth::Unhealthy => Health::Unhealthy,
        EndpointHealth::Initial => Health::Unknown,
    }
}

fn behind_set(
    app: &App,
    set: &RecordSet,
    accelerator: Option<&Accelerator>,
    observed: &Observed,
) -> BTreeMap<Region, Health> {
    let Some(dns_name) = set.leads_to() else {
        return BTreeMap::new();
    };
    if let Some(accelerator) = accelerator.filter(|accelerator| accelerator.dns_name == dns_name) {
        let groups = accelerator
            .listeners()
            .flat_map(|(_, listener)| listener.groups());
        let taking = groups.filter(|(_, group)| group.takes_users());
        return taking
            .map(|(region, group)| (region.clone(), group_health(group.health())))
            .collect();
    }
    let region = set.region().or_else(|| region_of(app, dns_name));
    let checks = observed.route53.health_checks.known();
    let health = match &set.health_check {
        None => Health::NotChecked,
        Some(id) => match checks
            .and_then(|checks| checks.get(id))
            .and_then(|check| check.status.known())
        {
            Some(CheckStatus::Healthy) => Health::Healthy,
            Some(CheckStatus::Unhealthy) => Health::Unhealthy,
            None => Health::Unknown,
        },
    };
    region.map(|region| (region, health)).into_iter().collect()
}

/// The Region of a target's DNS name: as declared, else as the name itself says.
fn region_of(app: &App, dns_name: &str) -> Option<Region> {
    let declared = app.endpoints.iter().find(|(_, endpoints)| {
        endpoints
            .values()
            .any(|endpoint| endpoint.target.dns_name() == dns_name)
    });
    declared
        .map(|(region, _)| region.clone())
        .or_else(|| dns_name.split('.').find_map(|label| label.parse().ok()))
}
