//! What is read outside the reconciles, because many objects share it: zones, the list of health checks, and what their
//! checkers say. Whoever reads, a difference is told once, to those whom it concerns.

use std::collections::BTreeSet;
use std::time::Duration;

use evenkeel_core::failure::Read;
use evenkeel_core::global_accelerator::is_involved;
use evenkeel_core::names::HealthCheckId;
use evenkeel_core::observed::Observed;
use evenkeel_core::route53::{self, is_ours};
use evenkeel_core::validate::{App, ZoneRef};

use super::read::CHECKS_A_SWEEP;
use super::{Observer, Part};

/// What differs: each time as it was before, and as it all is.
pub(crate) struct Findings {
    before: Vec<route53::Observed>,
    after: route53::Observed,
}

impl Observer {
    /// How often the lookout looks whether something is due.
    pub(crate) fn lookout_pace(&self) -> Duration {
        let sweep = Duration::try_from(self.settings.timings.sweep).unwrap_or_default();
        sweep / CHECKS_A_SWEEP
    }

    /// Reads what apps in these zones share, as far as it was read a sweep ago; and what the checkers say of the one check of
    /// which that was longest ago.
    pub(crate) async fn look_out(&self, zones: &BTreeSet<ZoneRef>) {
        let sweep = self.settings.timings.sweep;
        for part in self.shared_parts(zones) {
            // Nobody needs what was never read.
            if self.snapshot.known().age(&part).is_some() {
                self.ensure(&part, sweep).await;
            }
        }
        if let Some(check) = self.check_in_turn() {
            self.ensure(&Part::CheckStatus(check), sweep).await;
        }
    }

    fn shared_parts(&self, zones: &BTreeSet<ZoneRef>) -> BTreeSet<Part> {
        let known = self.snapshot.known();
        let mut parts = BTreeSet::from([Part::HealthChecks]);
        for zone in zones {
            match zone {
                ZoneRef::Id(id) => {
                    parts.insert(Part::Records(id.clone()));
                }
                ZoneRef::Name(name) => {
                    let named = known.observed.route53.zones_by_name.get(name);
                    let ids = named.and_then(|named| named.known()).into_iter().flatten();
                    parts.extend(ids.map(|id| Part::Records(id.clone())));
                    parts.insert(Part::ZonesByName(name.clone()));
                }
            }
        }
        parts
    }

    /// The check of ours that was asked longest ago, if that is a sweep.
    fn check_in_turn(&self) -> Option<HealthCheckId> {
        let known = self.snapshot.known();
        let checks = known.observed.route53.health_checks.known()?;
        let ours = checks
            .iter()
            .filter(|(_, check)| is_ours(&self.settings.installation, &check.caller_reference));
        let age = |id: &HealthCheckId| known.age(&Part::CheckStatus(id.clone()));
        let oldest = ours.map(|(id, _)| id).max_by_key(|id| {
            // Never is longest ago.
            age(id).unwrap_or(Duration::MAX)
        })?;
        let sweep = Duration::try_from(self.settings.timings.sweep).unwrap_or_default();
        let is_due = age(oldest).is_none_or(|age| age >= sweep);
        is_due.then(|| oldest.clone())
    }

    /// Waits until a read has found a difference.
    pub(crate) async fn differs(&self) {
        self.snapshot.differs.notified().await;
    }

    /// What was found since it was last asked for, if anything was.
    pub(crate) fn findings(&self) -> Option<Findings> {
        let mut known = self.snapshot.known();
        let differences = std::mem::take(&mut known.differences);
        if differences.is_empty() {
            return None;
        }
        let after = known.observed.route53.clone();
        drop(known);
        let differences = differences.into_iter();
        let before = differences.map(|difference| difference.undone(after.clone()));
        Some(Findings {
            before: before.collect(),
            after,
        })
    }

    /// Whether the app would see it.
    pub(crate) fn concern(&self, findings: &Findings, app: &App) -> bool {
        let installation = &self.settings.installation;
        let after = findings.after.of_app(app, installation);
        let mut before = findings.before.iter();
        before.any(|before| before.of_app(app, installation) != after)
    }
}

/// Whether all that the app stands on is looked out for.
pub(crate) fn is_watched(app: &App, observed: &Observed) -> bool {
    let records = observed.route53.records.values().find_map(Read::known);
    !is_involved(app, records)
}
