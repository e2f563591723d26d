//! `status.regions`: each Region of an app, declared or still leaving.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;

use super::whole_seconds;
use crate::crd::{GlobalAppStatus, RegionStatus};
use crate::entrance::{Health, Serving};
use crate::global_accelerator::{Accelerator, Dial, desired};
use crate::names::Region;
use crate::plan::Plan;
use crate::route53::{self, RecordRouting, RecordSet};
use crate::validate::{App, Front};
use crate::waiting::Waiting;

/// What the Regions are made of.
pub(super) struct Parts<'a> {
    pub(super) app: &'a App,
    pub(super) plan: &'a Plan,
    pub(super) before: &'a GlobalAppStatus,
    pub(super) accelerator: Option<&'a Accelerator>,
    pub(super) sets: &'a [RecordSet],
    pub(super) entrances: &'a [&'a Serving],
    pub(super) now: Timestamp,
}

impl Parts<'_> {
    /// Every Region of the app.
    pub(super) fn regions(&self) -> Vec<RegionStatus> {
        let groups = self
            .accelerator
            .into_iter()
            .flat_map(Accelerator::listeners);
        let grouped = groups
            .flat_map(|(_, listener)| listener.groups())
            .map(|(region, _)| region.clone());
        let routed = self.sets.iter().filter_map(|set| match &set.routing {
            RecordRouting::Latency(region) => Some(region.clone()),
            RecordRouting::Simple | RecordRouting::Foreign(_) => None,
        });
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
        let is_fronted = matches!(self.app.front, Front::Accelerator(_));
        let wanted =
            desired::desired(self.app).and_then(|desired| Some(desired.groups.get(region)?.dial));
        RegionStatus {
            region: region.to_string(),
            endpoints: self.endpoints(region, before),
            state: state.to_owned(),
            health: health.to_owned(),
            health_source: health_source.to_owned(),
            dial_percent: self.dial(region).map(Dial::whole_percent),
            wanted_dial_percent: wanted.filter(|_| is_fronted).map(Dial::whole_percent),
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
        let health = self
            .entrances
            .iter()
            .filter_map(|serving| serving.regions.get(region))
            .max_by_key(|h| badness(**h));
        match health {
            Some(Health::Unhealthy) => ("Unhealthy", waiting),
            Some(Health::Healthy | Health::Unknown | Health::NotChecked) => ("Serving", waiting),
            None if self.plan.drains.contains_key(region) => ("Draining", waiting),
            None if self.dial(region) == Some(Dial::ZERO) => ("Drained", waiting),
            None => ("Waiting", waiting),
        }
    }

    fn health(&self, region: &Region) -> (&'static str, &'static str) {
        let health = self
            .entrances
            .iter()
            .filter_map(|serving| serving.regions.get(region))
            .max_by_key(|h| badness(**h));
        let source = match (&self.app.front, &self.app.health_check) {
            (Front::Accelerator(_), _) => "Accelerator",
            (Front::Simple | Front::Latency, Some(_)) => "HealthCheck",
            (Front::Simple | Front::Latency, None) if self.app.evaluate_target_health => {
                "LoadBalancer"
            }
            (Front::Simple | Front::Latency, None) => "None",
        };
        match health {
            Some(Health::Healthy) => ("Healthy", source),
            Some(Health::Unhealthy) => ("Unhealthy", source),
            Some(Health::Unknown) | None => ("Unknown", source),
            Some(Health::NotChecked) => ("NotChecked", source),
        }
    }

    fn set(&self, region: &Region) -> Option<&RecordSet> {
        self.sets
            .iter()
            .find(|set| set.routing == RecordRouting::Latency(region.clone()))
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

fn badness(health: Health) -> u8 {
    match health {
        Health::Healthy => 0,
        Health::NotChecked => 1,
        Health::Unknown => 2,
        Health::Unhealthy => 3,
    }
}

/// The address sets of the app's names.
pub(super) fn sets(app: &App, records: &route53::Records) -> Vec<RecordSet> {
    route53::fenced(app, records)
        .flat_map(|(hostname, _)| route53::addresses(records, &hostname))
        .collect()
}
