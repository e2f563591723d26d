//! The part of Route 53 that concerns one app: a zone may hold ten thousand names, and a plan copies what it is given.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    CheckStatus, HealthCheck, Observed, RecordSet, Records, addresses, desired, fenced, is_ours,
    registry,
};
use crate::failure::Read;
use crate::identity::Installation;
use crate::names::{HealthCheckId, Hostname};
use crate::validate::{App, ZoneRef};

impl Observed {
    /// The part that concerns one app.
    #[must_use]
    pub fn of_app(&self, app: &App, installation: &Installation) -> Self {
        let zones_by_name = match &app.zone {
            ZoneRef::Id(_) => BTreeMap::new(),
            ZoneRef::Name(name) => self
                .zones_by_name
                .iter()
                .filter(|(zone, _)| *zone == name)
                .map(clone)
                .collect(),
        };
        let is_ours_by_name = |id: &crate::names::ZoneId| match &app.zone {
            ZoneRef::Id(wanted) => wanted == id,
            ZoneRef::Name(_) => zones_by_name
                .values()
                .filter_map(Read::known)
                .any(|ids| ids.contains(id)),
        };
        let records: BTreeMap<_, _> = self
            .records
            .iter()
            .filter(|(id, _)| is_ours_by_name(id))
            .map(|(id, read)| (id.clone(), read.as_ref().map(|records| records.of_app(app))))
            .collect();
        let used: BTreeSet<HealthCheckId> = checks(&records).collect();
        let wanted = desired::check_hashes(app);
        let concerns = |id: &HealthCheckId, check: &HealthCheck| {
            let of_content = |hash: &String| check.caller_reference.contains(hash.as_str());
            used.contains(id)
                || (is_ours(installation, &check.caller_reference) && wanted.iter().any(of_content))
        };
        Self {
            health_checks: self.health_checks.as_ref().map(|all| {
                all.iter()
                    .filter(|(id, check)| concerns(id, check))
                    .map(clone)
                    .collect()
            }),
            check_quota: self.check_quota.clone(),
            burnt_references: self.burnt_references.clone(),
            changes: self
                .changes
                .iter()
                .filter(|(key, _)| **key == app.identity.key)
                .map(clone)
                .collect(),
            zones_by_name,
            records,
        }
    }

    /// The checks that record sets use, and those that are there for sets to come: of a view of one app, all that matter to it.
    pub fn checks_of_app(&self) -> BTreeSet<HealthCheckId> {
        let listed = self.health_checks.known().into_iter().flatten();
        let listed = listed.map(|(id, _)| id.clone());
        checks(&self.records).chain(listed).collect()
    }

    /// What the status remembers of the checks of the app's Regions.
    pub fn remembered_health(&self, app: &App) -> BTreeMap<HealthCheckId, CheckStatus> {
        let records = self.records.values().filter_map(Read::known);
        let sets = records.flat_map(|records| records.sets.values().flatten());
        let of_set = |set: &RecordSet| {
            let said = app.memory.health.get(&set.region()?)?;
            Some((set.health_check.clone()?, *said))
        };
        sets.filter_map(of_set).collect()
    }

    /// Whether the list lacks a check that the app wants.
    pub fn lacks_check(&self, app: &App) -> bool {
        let all = self.health_checks.known();
        let has = |hash: &String| {
            let mut checks = all.into_iter().flat_map(BTreeMap::values);
            checks.any(|check| check.caller_reference.contains(hash.as_str()))
        };
        all.is_some() && !desired::check_hashes(app).iter().all(has)
    }

    /// The checks whose console name was never read.
    pub fn unnamed_checks(&self) -> Vec<HealthCheckId> {
        let all = self.health_checks.known().into_iter().flatten();
        all.filter(|(_, check)| check.name_tag.known().is_none())
            .map(|(id, _)| id.clone())
            .collect()
    }
}

impl Records {
    /// The names that the app wants, and those that carry its fence; for a name that it does not have, other programs' marks.
    fn of_app(&self, app: &App) -> Self {
        let fenced: Vec<Hostname> = fenced(app, self).map(|(hostname, _)| hostname).collect();
        let hostnames: BTreeSet<&Hostname> = app.hostnames.iter().chain(&fenced).collect();
        let is_taken = |hostname: &&Hostname| {
            !fenced.contains(hostname) && !addresses(self, hostname).is_empty()
        };
        let taken = app.hostnames.iter().filter(is_taken);
        let marks = taken.flat_map(|hostname| registry::marks(self, hostname));
        let names = hostnames
            .iter()
            .flat_map(|hostname| [hostname.to_string(), hostname.fence()])
            .chain(marks.map(|mark| mark.name));
        Self {
            zone_name: self.zone_name.clone(),
            sets: names
                .filter_map(|name| Some((name.clone(), self.sets.get(&name)?.clone())))
                .collect(),
        }
    }
}

fn checks<K>(records: &BTreeMap<K, Read<Records>>) -> impl Iterator<Item = HealthCheckId> {
    let sets = records
        .values()
        .filter_map(Read::known)
        .flat_map(|records| records.sets.values().flatten());
    sets.filter_map(|set: &RecordSet| set.health_check.clone())
}

fn clone<K: Clone, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (key.clone(), value.clone())
}
