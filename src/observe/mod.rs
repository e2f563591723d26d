//! AWS reads: which parts an object needs, and how old each may be. An unreadable part is data, not an error.
//!
//! What an app and a table need is told in their own files. Here is what concerns many objects, what our own writes do to
//! what is known, and when a part is read anew.

mod app;
mod lookout;
mod read;
mod snapshot;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use evenkeel_core::failure::{Failure, Read};
use evenkeel_core::global_accelerator::Input;
use evenkeel_core::load_balancer::LoadBalancer;
use evenkeel_core::names::{LoadBalancerArn, ZoneId};
use evenkeel_core::plan::{self, Action, Effect};
use evenkeel_core::route53::{self, Records};
use evenkeel_core::settings::Settings;
use evenkeel_core::shared::Checks;
use evenkeel_core::validate;
use evenkeel_core::waves::{self, Declared, World};
use jiff::{SignedDuration, Timestamp};

pub(crate) use lookout::{Findings, is_watched};
pub(crate) use snapshot::{Part, Snapshot};

use crate::aws::Aws;

/// Reads AWS, and remembers what it read.
pub struct Observer {
    aws: Arc<Aws>,
    settings: Arc<Settings>,
    snapshot: Snapshot,
}

/// What an action stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// AWS is as the plan found it.
    Holds,
    /// It is not.
    Changed,
    /// Nobody knows: the read was held back.
    NotRead {
        /// When it can be read.
        until: Timestamp,
    },
}

impl Observer {
    /// An observer that knows nothing yet.
    pub fn new(aws: Arc<Aws>, settings: Arc<Settings>) -> Self {
        Self {
            aws,
            settings,
            snapshot: Snapshot::default(),
        }
    }

    /// What all these objects need to know; their endpoints are resolved on the way.
    pub async fn everything(&self, declared: &mut Declared, now: Timestamp) -> World {
        let arns: Vec<LoadBalancerArn> = declared
            .endpoints
            .iter()
            .filter_map(|endpoint| {
                endpoint
                    .spec
                    .target
                    .load_balancer_arn
                    .as_deref()?
                    .parse()
                    .ok()
            })
            .collect();
        for arn in &arns {
            self.load_balancer(arn, &arns).await;
        }
        for table in declared
            .tables
            .iter()
            .filter_map(|table| validate::table(table).ok())
        {
            self.table(&table).await;
        }
        waves::resolve_endpoints(declared, &self.world(), now);
        for app in &declared.apps {
            // What is not valid needs nothing: its plan says why.
            if let Ok(app) = waves::valid_app(app, declared, &self.settings, now) {
                self.app(&app).await;
            }
        }
        self.world()
    }

    /// The same, once more for the apps that would be changed: whether a Region may be taken out depends on the health of the
    /// others, and that is asked only then.
    pub async fn health_of_changing(
        &self,
        declared: &Declared,
        settings: &Settings,
        now: Timestamp,
    ) -> World {
        for app in &declared.apps {
            let Ok(app) = waves::valid_app(app, declared, settings, now) else {
                continue;
            };
            let plan = plan::app(&app, &self.known(&app), settings, now);
            // A later step may take a Region out, though the first does not.
            if !plan.actions.is_empty() || plan.awaits_health() {
                self.health(&app).await;
            }
        }
        self.world()
    }

    fn world(&self) -> World {
        let known = self.snapshot.known();
        World {
            observed: known.observed.clone(),
            load_balancers: known.load_balancers.clone(),
        }
    }

    /// Every health check of the account; nothing if the list could not be read for want of room.
    pub async fn health_checks(&self) -> Option<Checks> {
        let part = Part::HealthChecks;
        self.ensure(&part, self.settings.timings.sweep).await;
        let known = self.snapshot.known();
        let is_read = known.held_back_until(&part).is_none();
        is_read.then(|| known.observed.route53.health_checks.clone())
    }

    /// Every public zone of the account, read just now. Nobody waits for it, so that it waits itself where it is held back: what
    /// was known before is not good enough to delete what no zone seems to use.
    pub async fn every_zone(&self) -> Result<BTreeMap<ZoneId, Read<Records>>, Failure> {
        let zones = self.aws.zones().await?;
        let mut all = BTreeMap::new();
        for zone in zones {
            let part = Part::Records(zone.clone());
            let pause = self.settings.timings.poll;
            self.ensure(&part, pause).await;
            while self.snapshot.known().held_back_until(&part).is_some() {
                tokio::time::sleep(Duration::try_from(pause).unwrap_or_default()).await;
                self.ensure(&part, pause).await;
            }
            let known = self.snapshot.known();
            let read = known.observed.route53.records.get(&zone);
            all.insert(zone, read.cloned().unwrap_or_default());
        }
        Ok(all)
    }

    /// A load balancer. `others` are of interest soon, and read along with it where they are in the same Region.
    pub async fn load_balancer(
        &self,
        arn: &LoadBalancerArn,
        others: &[LoadBalancerArn],
    ) -> Read<Option<LoadBalancer>> {
        let oldest = self.settings.timings.sweep;
        let region = arn.region();
        // One turn for all of a Region: whoever comes second finds its own read, too.
        let turn = self
            .snapshot
            .turn(&Part::LoadBalancersOf(region.clone()))
            .await;
        if !self.is_fresh(&Part::LoadBalancer(arn.clone()), oldest) {
            let due = |other: &&LoadBalancerArn| {
                other.region() == region
                    && *other != arn
                    && !self.is_fresh(&Part::LoadBalancer((*other).clone()), oldest / 2)
            };
            let batch: Vec<_> = std::iter::once(arn)
                .chain(others.iter().filter(due))
                .cloned()
                .collect();
            read::load_balancers(&self.aws, &self.snapshot, &batch).await;
        }
        drop(turn);
        self.snapshot
            .known()
            .load_balancers
            .get(arn)
            .cloned()
            .unwrap_or_default()
    }

    /// Whether AWS is still as the action was planned on, read just now where AWS has no compare-and-swap.
    pub(crate) async fn ground(&self, action: &Action) -> Ground {
        let Action::GlobalAccelerator(action) = action else {
            return Ground::Holds;
        };
        let part = match action.input() {
            None => return Ground::Holds,
            Some(Input::Accelerators) => Part::Accelerators,
            Some(Input::Listeners(arn)) => Part::Listeners(arn),
            Some(Input::Groups(arn)) => Part::Groups(arn),
        };
        self.ensure(&part, self.settings.timings.verify).await;
        let known = self.snapshot.known();
        if let Some(until) = known.held_back_until(&part) {
            Ground::NotRead { until }
        } else if action.still_holds(&known.observed.global_accelerator) {
            Ground::Holds
        } else {
            Ground::Changed
        }
    }

    /// Our own write is an observation.
    pub fn fold(&self, action: &Action, effect: &Effect) {
        self.snapshot.fold(action, effect);
    }

    /// A write that failed may have happened.
    pub fn failed(&self, action: &Action, failure: &Failure) {
        self.snapshot.forget(action);
        if failure.code == "NoSuchHealthCheck" {
            // Somebody has deleted one that the list still has.
            self.snapshot.forget_part(&Part::HealthChecks);
        }
        if failure.code == "TooManyHealthChecks" {
            // Somebody else has made some.
            self.snapshot.forget_part(&Part::CheckQuota);
        }
        if let Action::Route53(route53::Action::CreateHealthCheck {
            caller_reference, ..
        }) = action
            && failure.code == "HealthCheckAlreadyExists"
        {
            self.snapshot
                .known()
                .observed
                .route53
                .burnt_references
                .insert(caller_reference.clone());
        }
    }

    /// The turn to create the check of that caller reference; nothing if another app has created it in the meantime.
    pub(crate) async fn creation_turn(
        &self,
        caller_reference: &str,
    ) -> Option<tokio::sync::OwnedMutexGuard<()>> {
        let part = Part::CheckCreation(caller_reference.to_owned());
        let turn = self.snapshot.turn(&part).await;
        let known = self.snapshot.known();
        let checks = known.observed.route53.health_checks.known();
        let is_there = checks.is_some_and(|checks| {
            let mut checks = checks.values();
            checks.any(|check| check.caller_reference == caller_reference)
        });
        (!is_there).then_some(turn)
    }

    /// The turn to change a zone: one writer at a time.
    pub(crate) async fn zone_turn(&self, zone: &ZoneId) -> tokio::sync::OwnedMutexGuard<()> {
        self.snapshot.turn(&Part::Records(zone.clone())).await
    }

    /// Reads a part that is older than that.
    async fn ensure(&self, part: &Part, oldest: SignedDuration) {
        let _turn = self.snapshot.turn(part).await;
        if !self.is_fresh(part, oldest) {
            let sweep = Duration::try_from(self.settings.timings.sweep).unwrap_or_default();
            read::read(&self.aws, &self.snapshot, part, sweep).await;
        }
    }

    /// Reads a part that is older than that. If that is held back, what is known of it is forgotten: it decides whether a
    /// Region may be taken out.
    async fn ensure_or_forget(&self, part: &Part, oldest: SignedDuration) {
        self.ensure(part, oldest).await;
        let mut known = self.snapshot.known();
        if known.held_back_until(part).is_some() {
            known.forget_health(part);
        }
    }

    /// Whether the part was read, or written by us, less long ago. What failed is tried again sooner.
    fn is_fresh(&self, part: &Part, oldest: SignedDuration) -> bool {
        let known = self.snapshot.known();
        let oldest = if known.failure(part).is_some() {
            oldest.min(self.settings.timings.poll)
        } else {
            oldest
        };
        let oldest = Duration::try_from(oldest).unwrap_or_default();
        known.age(part).is_some_and(|age| age < oldest)
    }
}
