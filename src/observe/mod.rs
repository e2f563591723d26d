//! AWS reads: which parts an object needs, and how old each may be. An unreadable part is data, not an error.

mod read;
mod snapshot;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use evenkeel_core::dynamodb::{self, TableStatus, Ttl};
use evenkeel_core::failure::{Failure, Read};
use evenkeel_core::global_accelerator::{
    Accelerator, AcceleratorStatus, EndpointHealth, Input, accelerator_name,
};
use evenkeel_core::load_balancer::LoadBalancer;
use evenkeel_core::names::{AcceleratorArn, LoadBalancerArn, ObjectKey, Region, TableName, ZoneId};
use evenkeel_core::observed::Observed;
use evenkeel_core::plan::{Action, Effect};
use evenkeel_core::route53::{self, Change, ChangeState, Records};
use evenkeel_core::settings::Settings;
use evenkeel_core::shared::Checks;
use evenkeel_core::validate::{self, App, Front, Lifecycle, Table, ZoneRef};
use evenkeel_core::waves::{self, Declared, World};
use jiff::{SignedDuration, Timestamp};

pub(crate) use snapshot::{Part, Snapshot};

use crate::aws::Aws;

/// Reads AWS, and remembers what it read.
pub struct Observer {
    aws: Arc<Aws>,
    settings: Arc<Settings>,
    snapshot: Snapshot,
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

    /// What a GlobalApp needs to know.
    pub async fn app(&self, app: &App) -> Observed {
        let timings = &self.settings.timings;
        let zone = self.zone(app).await;
        if let Some(zone) = &zone {
            self.ensure(&Part::Records(zone.clone()), timings.sweep)
                .await;
        }
        if app.health_check.is_some()
            && !matches!(app.front, Front::Accelerator(_))
            && app.lifecycle == Lifecycle::Living
        {
            self.ensure(&Part::HealthChecks, timings.sweep).await;
            self.check_names(app).await;
        }
        self.accelerator(app).await;
        self.change(&app.identity.key, app).await;
        self.known(app)
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
                self.ensure(&Part::Groups(listener.clone()), poll).await;
            }
        }
        for id in observed.route53.checks_in_use() {
            self.ensure(&Part::CheckStatus(id), poll).await;
        }
        self.known(app)
    }

    /// What a GlobalTable needs to know.
    pub async fn table(&self, table: &Table) -> dynamodb::Observed {
        let timings = &self.settings.timings;
        let regions = || table.regions.iter().chain(table.known.keys());
        for region in regions() {
            let age = if self.is_table_moving(&table.name, region) {
                timings.poll
            } else {
                timings.sweep
            };
            self.ensure(&Part::Table(table.name.clone(), region.clone()), age)
                .await;
        }
        let home = |known: &dynamodb::Observed| {
            dynamodb::home(&table.regions, known)
                .map(|(region, home)| (region.clone(), home.clone()))
        };
        let known = self.known_tables(&table.name);
        if let Some((region, home)) = home(&known) {
            // A replica that has just become Active was absent when its Region was read.
            for (replica, status) in &home.replicas {
                let is_unread = known
                    .get(replica)
                    .is_none_or(|read| matches!(read, Read::Known(None) | Read::NotRead));
                if *status == TableStatus::Active && is_unread {
                    self.ensure(
                        &Part::Table(table.name.clone(), replica.clone()),
                        timings.poll,
                    )
                    .await;
                }
            }
            for member in std::iter::once(&region).chain(home.replicas.keys()) {
                if self
                    .known_tables(&table.name)
                    .get(member)
                    .and_then(Read::known)
                    .is_some_and(Option::is_some)
                {
                    self.ensure(
                        &Part::TableTags(table.name.clone(), member.clone()),
                        timings.slow_sweep,
                    )
                    .await;
                }
            }
            let is_moving = home.ttl.known().is_some_and(Ttl::is_moving);
            let oldest = if is_moving {
                timings.sweep
            } else {
                timings.slow_sweep
            };
            self.ensure(&Part::TimeToLive(table.name.clone(), region), oldest)
                .await;
        }
        self.known_tables(&table.name)
    }

    /// What is known of the tables of that name, without reading.
    pub fn known_tables(&self, name: &TableName) -> dynamodb::Observed {
        self.snapshot
            .known()
            .observed
            .dynamodb
            .get(name)
            .cloned()
            .unwrap_or_default()
    }

    fn world(&self) -> World {
        let known = self.snapshot.known();
        World {
            observed: known.observed.clone(),
            load_balancers: known.load_balancers.clone(),
        }
    }

    /// Every health check of the account.
    pub async fn health_checks(&self) -> Checks {
        self.ensure(&Part::HealthChecks, self.settings.timings.sweep)
            .await;
        self.snapshot.known().observed.route53.health_checks.clone()
    }

    /// Every public zone of the account, read just now.
    pub async fn every_zone(&self) -> Result<BTreeMap<ZoneId, Read<Records>>, Failure> {
        let zones = self.aws.zones().await?;
        let mut all = BTreeMap::new();
        for zone in zones {
            self.ensure(&Part::Records(zone.clone()), self.settings.timings.poll)
                .await;
            let read = self
                .snapshot
                .known()
                .observed
                .route53
                .records
                .get(&zone)
                .cloned()
                .unwrap_or_default();
            all.insert(zone, read);
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
    pub async fn still_holds(&self, action: &Action) -> bool {
        let Action::GlobalAccelerator(action) = action else {
            return true;
        };
        let verify = self.settings.timings.verify;
        match action.input() {
            None => return true,
            Some(Input::Accelerators) => self.ensure(&Part::Accelerators, verify).await,
            Some(Input::Listeners(arn)) => self.ensure(&Part::Listeners(arn), verify).await,
            Some(Input::Groups(arn)) => self.ensure(&Part::Groups(arn), verify).await,
        }
        action.still_holds(&self.snapshot.known().observed.global_accelerator)
    }

    /// Our own write is an observation.
    pub fn fold(&self, action: &Action, effect: &Effect) {
        self.snapshot.fold(action, effect);
    }

    /// A write that failed may have happened.
    pub fn failed(&self, action: &Action, failure: &Failure) {
        self.snapshot.forget(action);
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

    /// The turn to change a zone: one writer at a time.
    pub(crate) async fn zone_turn(&self, zone: &ZoneId) -> tokio::sync::OwnedMutexGuard<()> {
        self.snapshot.turn(&Part::Records(zone.clone())).await
    }

    async fn zone(&self, app: &App) -> Option<ZoneId> {
        let name = match &app.zone {
            ZoneRef::Id(id) => return Some(id.clone()),
            ZoneRef::Name(name) => name,
        };
        self.ensure(
            &Part::ZonesByName(name.clone()),
            self.settings.timings.sweep,
        )
        .await;
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

    /// Reads the console names of the app's checks, where nobody knows them.
    async fn check_names(&self, app: &App) {
        let ids = self.known(app).route53.unnamed_checks();
        for id in ids {
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
            self.ensure(&Part::Change(key.clone(), id), self.settings.timings.poll)
                .await;
        }
    }

    fn is_table_moving(&self, name: &TableName, region: &Region) -> bool {
        let known = self.known_tables(name);
        let Some(Some(table)) = known.get(region).and_then(Read::known) else {
            return false;
        };
        table.status != TableStatus::Active
            || table
                .replicas
                .values()
                .any(|status| *status != TableStatus::Active)
    }

    /// Reads a part that is older than that.
    async fn ensure(&self, part: &Part, oldest: SignedDuration) {
        let _turn = self.snapshot.turn(part).await;
        if !self.is_fresh(part, oldest) {
            read::read(&self.aws, &self.snapshot, part).await;
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
