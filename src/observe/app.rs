//! What a GlobalApp needs to know: its zone, its checks, its accelerator and its last change, each no older than told here.

use std::collections::BTreeMap;

use evenkeel_core::failure::Read;
use evenkeel_core::global_accelerator::{
    Accelerator, AcceleratorStatus, EndpointHealth, accelerator_name, is_involved,
};
use evenkeel_core::names::{AcceleratorArn, ObjectKey, ZoneId};
use evenkeel_core::observed::Observed;
use evenkeel_core::route53::desired::check_hashes;
use evenkeel_core::route53::{self, Change, ChangeState};
use evenkeel_core::validate::{App, Front, Lifecycle, ZoneRef};

use super::{Observer, Part};

impl Observer {
    /// What a GlobalApp needs to know.
    pub async fn app(&self, app: &App) -> Observed {
        let timings = &self.settings.timings;
        // The lookout reads what apps share once a sweep; here is read what it has not.
        let late = timings.sweep * 2;
        // Before the zone: whoever waits for a change that got lost needs to see the zone without it.
        self.change(&app.identity.key, app).await;
        let zone = self.zone(app).await;
        if let Some(zone) = &zone {
            self.ensure(&Part::Records(zone.clone()), late).await;
        }
        if app.lifecycle == Lifecycle::Living && !check_hashes(app).is_empty() {
            self.ensure(&Part::HealthChecks, late).await;
            let view = self.known(app).route53;
            if view.lacks_check(app) {
                self.ensure(&Part::CheckQuota, timings.sweep).await;
            }
            self.check_names(&view).await;
            self.recall_health(app, &view);
        }
        if self.involves_accelerator(app, zone.as_ref()) {
            self.accelerator(app).await;
        }
        self.known(app)
    }

    fn involves_accelerator(&self, app: &App, zone: Option<&ZoneId>) -> bool {
        let known = self.snapshot.known();
        let records = zone.and_then(|zone| known.observed.route53.records.get(zone)?.known());
        is_involved(app, records)
    }

    /// What is known of a GlobalApp's part of AWS, without reading.
    pub fn known(&self, app: &App) -> Observed {
        self.snapshot
            .known()
            .observed
            .of_app(app, &self.settings.installation)
    }

    /// Reads what decides failover, because a Region is about to be taken out.
    pub async fn health(&self, app: &App) -> Observed {
        let poll = self.settings.timings.poll;
        let observed = self.known(app);
        for accelerator in observed
            .global_accelerator
            .accelerators
            .known()
            .into_iter()
            .flat_map(BTreeMap::values)
        {
            for (listener, _) in accelerator.listeners() {
                self.ensure_or_forget(&Part::Groups(listener.clone()), poll)
                    .await;
            }
        }
        // Route 53 tells the status of one check a second: the more there are, the older the first ones get meanwhile.
        let checks = observed.route53.checks_of_app();
        let oldest = poll * i32::try_from(checks.len()).unwrap_or(i32::MAX).clamp(1, 60);
        for id in checks {
            self.ensure_or_forget(&Part::CheckStatus(id), oldest).await;
        }
        self.known(app)
    }

    async fn zone(&self, app: &App) -> Option<ZoneId> {
        let name = match &app.zone {
            ZoneRef::Id(id) => return Some(id.clone()),
            ZoneRef::Name(name) => name,
        };
        let late = self.settings.timings.sweep * 2;
        self.ensure(&Part::ZonesByName(name.clone()), late).await;
        let known = self.snapshot.known();
        match known
            .observed
            .route53
            .zones_by_name
            .get(name)?
            .known()?
            .iter()
            .collect::<Vec<_>>()[..]
        {
            [id] => Some(id.clone()),
            [] | [_, _, ..] => None,
        }
    }

    /// A new operator takes over what the status knows of checks that it has never asked: not to decide on, which takes a fresh
    /// read, but to say it until then.
    fn recall_health(&self, app: &App, view: &route53::Observed) {
        let mut known = self.snapshot.known();
        for (id, status) in view.remembered_health(app) {
            if known.age(&Part::CheckStatus(id.clone())).is_some() {
                continue;
            }
            let checks = known.observed.route53.health_checks.known_mut();
            if let Some(check) = checks.and_then(|checks| checks.get_mut(&id)) {
                check.status = Read::Known(status);
            }
        }
    }

    /// Reads the console names of the app's checks, where nobody knows them.
    async fn check_names(&self, view: &route53::Observed) {
        for id in view.unnamed_checks() {
            self.ensure(&Part::CheckName(id), self.settings.timings.slow_sweep)
                .await;
        }
    }

    async fn accelerator(&self, app: &App) {
        let timings = &self.settings.timings;
        self.ensure(&Part::Accelerators, timings.sweep).await;
        if let Some(arn) = &app.memory.accelerator {
            let listed = self
                .known(app)
                .global_accelerator
                .accelerators
                .known()
                .is_none_or(|all| all.contains_key(arn));
            if !listed {
                self.ensure(&Part::Accelerator(arn.clone()), timings.poll)
                    .await;
            }
        }
        let is_wanted =
            matches!(app.front, Front::Accelerator(_)) && app.lifecycle == Lifecycle::Living;
        for (arn, status) in self.candidates(app) {
            self.ensure(&Part::AcceleratorTags(arn.clone()), timings.slow_sweep)
                .await;
            if is_wanted && status == AcceleratorStatus::InProgress {
                self.ensure(&Part::Accelerator(arn.clone()), timings.poll)
                    .await;
            }
            self.ensure(&Part::Listeners(arn.clone()), timings.sweep)
                .await;
            let known = self.known(app);
            let accelerators = known.global_accelerator.accelerators.known();
            let listeners = accelerators
                .and_then(|all| all.get(&arn))
                .into_iter()
                .flat_map(Accelerator::listeners);
            for (listener, found) in listeners {
                // A new endpoint is checked within half a minute: then its health is worth another look.
                let is_new = found
                    .groups()
                    .any(|(_, group)| group.health() == EndpointHealth::Initial);
                let oldest = if is_new {
                    timings.poll * 6
                } else {
                    timings.sweep
                };
                self.ensure(&Part::Groups(listener.clone()), oldest).await;
            }
        }
    }

    fn candidates(&self, app: &App) -> Vec<(AcceleratorArn, AcceleratorStatus)> {
        let known = self.known(app);
        let names: Vec<String> = self
            .settings
            .installation
            .fleets()
            .map(|fleet| accelerator_name(fleet, &app.identity.key))
            .collect();
        let all = known
            .global_accelerator
            .accelerators
            .known()
            .into_iter()
            .flatten();
        all.filter(|(_, found)| names.contains(&found.name))
            .map(|(arn, found)| (arn.clone(), found.status))
            .collect()
    }

    /// Follows the app's last change: the one that we made, or the one that its status remembers.
    async fn change(&self, key: &ObjectKey, app: &App) {
        let change = {
            let mut known = self.snapshot.known();
            let changes = &mut known.observed.route53.changes;
            if let Some(change) = &app.memory.change {
                changes.entry(key.clone()).or_insert(change.clone());
            }
            changes.get(key).cloned()
        };
        if let Some(Change {
            id,
            state: ChangeState::Pending,
        }) = change
        {
            self.ensure(&Part::Change(id), self.settings.timings.poll)
                .await;
        }
    }
}
