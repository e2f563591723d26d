//! `status.regions`: each Region of an app, declared or still leaving.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;

use super::whole_seconds;
use crate::crd::{GlobalAppStatus, RegionStatus};
use crate::entrance::{Health, Serving};
use crate::global_accelerator::{Accelerator, Dial, desired};
use crate::names::Region;
use crate::plan::Plan;
use crate::route53::desired::DesiredSet;
use crate::route53::{self, RecordRouting, RecordSet};
use crate::validate::{App, Front, Lifecycle};
use crate::waiting::Waiting;

/// What the Regions are made of.
pub(super) struct Parts<'a> {
    pub(super) app: &'a App,
    pub(super) plan: &'a Plan,
    pub(super) before: &'a GlobalAppStatus,
    pub(super) accelerator: Option<&'a Accelerator>,
    pub(super) sets: &'a [RecordSet],
    /// The record sets that each name is to have.
    pub(super) wanted: Vec<DesiredSet>,
    pub(super) entrances: &'a [&'a Serving],
    pub(super) now: Timestamp,
}

impl<'a> Parts<'a> {
    /// Every Region of the app.
    pub(super) fn regions(&self) -> Vec<RegionStatus> {
        let groups = self
            .accelerator
            .into_iter()
            .flat_map(Accelerator::listeners);
        let grouped = groups
            .flat_map(|(_, listener)| listener.groups())
            .map(|(region, _)| region.clone());
        let routed = self.sets.iter().filter_map(RecordSet::region);
        let all: BTreeSet<Region> = self
            .app
            .endpoints
            .keys()
            .chain(self.app.held.iter())
            .chain(self.plan.drains.keys())
            .cloned()
            .chain(grouped)
            .chain(routed)
            .collect();
        all.iter().map(|region| self.region(region)).collect()
    }

    fn region(&self, region: &Region) -> RegionStatus {
        let before = self
            .before
            .regions
            .iter()
            .find(|status| status.region == region.as_str());
        let (state, why) = self.state(region);
        let since = before
            .filter(|before| before.state == state)
            .and_then(|before| before.last_transition_time.clone());
        let (health, health_source) = self.health(region);
        let health_since = before
            .filter(|before| before.health == health)
            .and_then(|before| before.health_since_time.clone());
        let is_fronted = matches!(self.app.front, Front::Accelerator(_));
        let wanted =
            desired::desired(self.app).and_then(|desired| Some(desired.groups.get(region)?.dial));
        RegionStatus {
            region: region.to_string(),
            endpoints: self.endpoints(region, before),
            state: state.to_owned(),
            health: health.to_owned(),
            health_since_time: Some(health_since.unwrap_or_else(|| whole_seconds(self.now))),
            health_source: health_source.to_owned(),
            dial_percent: self.dial(region).map(Dial::whole_percent),
            wanted_dial_percent: wanted.filter(|_| is_fronted).map(Dial::whole_percent),
            weight: self.weight(region),
            wanted_weight: self.wanted_weight(region),
            health_check_id: self
                .set(region)
                .and_then(|set| set.health_check.as_ref())
                .map(ToString::to_string),
            next_step_time: self.plan.drains.get(region).copied().map(whole_seconds),
            reason: why.map(|waiting| waiting.reason().to_owned()),
            message: why.map(|waiting| super::truncated(&waiting.to_string(), 512)),
            last_transition_time: Some(since.unwrap_or_else(|| whole_seconds(self.now))),
        }
    }

    fn state(&self, region: &Region) -> (&'static str, Option<&Waiting>) {
        let name = region.to_string();
        let waiting = self
            .plan
            .waiting
            .iter()
            .find(|waiting| waiting.object() == name);
        match self.worst(|serving| serving.regions.get(region)) {
            Some(Health::Unhealthy) => ("Unhealthy", waiting),
            Some(Health::Healthy | Health::Unknown | Health::NotChecked) => ("Serving", waiting),
            None if self.plan.drains.contains_key(region) => ("Draining", waiting),
            None if self
                .entrances
                .iter()
                .any(|it| it.standby.contains_key(region)) =>
            {
                ("Standby", waiting)
            }
            None if self.dial(region) == Some(Dial::ZERO) => ("Drained", waiting),
            None if self.is_not_in_the_answer(region) => ("Drained", waiting),
            None => ("Waiting", waiting),
        }
    }

    fn health(&self, region: &Region) -> (&'static str, &'static str) {
        let endpoints = self.app.endpoints.get(region).into_iter();
        let has_own_check = endpoints
            .flat_map(BTreeMap::values)
            .any(|endpoint| endpoint.health_check.is_some());
        let source = if matches!(self.app.front, Front::Accelerator(_)) {
            "Accelerator"
        } else if self.app.health_check.is_some() || has_own_check {
            "HealthCheck"
        } else if self.app.evaluate_target_health {
            "LoadBalancer"
        } else {
            "None"
        };
        let known = |serving: &'a Serving| {
            let standby = || serving.standby.get(region);
            serving.regions.get(region).or_else(standby)
        };
        match self.worst(known) {
            Some(Health::Healthy) => ("Healthy", source),
            Some(Health::Unhealthy) => ("Unhealthy", source),
            Some(Health::Unknown) | None => ("Unknown", source),
            Some(Health::NotChecked) => ("NotChecked", source),
        }
    }

    /// Whether the app has an endpoint there and sends it nobody.
    fn is_not_in_the_answer(&self, region: &Region) -> bool {
        self.app.endpoints.contains_key(region)
            && !matches!(self.app.front, Front::Accelerator(_) | Front::Simple)
            && self.app.lifecycle == Lifecycle::Living
            && !self
                .wanted
                .iter()
                .any(|set| set.region.as_ref() == Some(region))
    }

    /// What the entrance says that has it worst.
    fn worst(&self, known: impl Fn(&'a Serving) -> Option<&'a Health>) -> Option<Health> {
        let all = self.entrances.iter().filter_map(|serving| known(serving));
        all.copied().max_by_key(|health| health.badness())
    }

    fn set(&self, region: &Region) -> Option<&RecordSet> {
        self.sets.iter().find(|set| set.is_of(region))
    }

    /// The weights of a name's record sets for that Region, together.
    fn weight(&self, region: &Region) -> Option<i32> {
        let of_region = self.sets.iter().filter(|set| set.is_of(region));
        let one_each: BTreeMap<_, _> = of_region
            .map(|set| (&set.set_identifier, &set.routing))
            .collect();
        sum(one_each.into_values())
    }

    fn wanted_weight(&self, region: &Region) -> Option<i32> {
        let of_region = self
            .wanted
            .iter()
            .filter(|set| set.kind == "A" && set.region.as_ref() == Some(region));
        sum(of_region.map(|set| &set.routing))
    }

    /// The lowest dial of the Region's groups.
    fn dial(&self, region: &Region) -> Option<Dial> {
        let listeners = self.accelerator?.listeners();
        listeners
            .flat_map(|(_, listener)| listener.groups())
            .filter(|(found, _)| *found == region)
            .map(|(_, group)| group.settings.dial)
            .min()
    }

    /// The RegionEndpoints that are used there: the declared ones, those still in AWS, and those that are leaving.
    fn endpoints(&self, region: &Region, before: Option<&RegionStatus>) -> Vec<String> {
        let declared = self
            .app
            .endpoints
            .get(region)
            .into_iter()
            .flat_map(BTreeMap::keys)
            .cloned();
        let groups = self
            .accelerator
            .into_iter()
            .flat_map(Accelerator::listeners);
        let ids = groups
            .flat_map(|(_, listener)| listener.groups())
            .filter(|(found, _)| *found == region)
            .flat_map(|(_, group)| group.settings.endpoints.keys());
        let in_aws = ids.filter_map(|id| self.app.endpoint_names.get(&id.parse().ok()?).cloned());
        let keeps = self.plan.drains.contains_key(region)
            || self.app.held.contains(region)
            || self.set(region).is_some();
        let leaving = before
            .filter(|_| keeps)
            .into_iter()
            .flat_map(|before| before.endpoints.iter().cloned());
        declared
            .chain(in_aws)
            .chain(leaving)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}

fn sum<'a>(routings: impl Iterator<Item = &'a RecordRouting>) -> Option<i32> {
    let weights = routings.filter_map(RecordRouting::weight);
    weights.map(i32::from).reduce(|sum, weight| sum + weight)
}

/// The address sets of the app's names.
pub(super) fn sets(app: &App, records: &route53::Records) -> Vec<RecordSet> {
    route53::fenced(app, records)
        .flat_map(|(hostname, _)| route53::addresses(records, &hostname))
        .collect()
}
