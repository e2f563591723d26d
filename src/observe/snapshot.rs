//! What is known of AWS, shared by all reconciles: bulk reads are made once, and our own writes are observations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use evenkeel_core::failure::{Failure, Read};
use evenkeel_core::load_balancer::LoadBalancer;
use evenkeel_core::names::{
    AcceleratorArn, ChangeId, HealthCheckId, ListenerArn, LoadBalancerArn, Region, TableName,
    ZoneId,
};
use evenkeel_core::observed::Observed;
use evenkeel_core::plan::{Action, Effect};
use evenkeel_core::route53::{CheckStatus, Records};
use evenkeel_core::{dynamodb, global_accelerator, route53};
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::aws::{Begun, HealthChecks, RecordStart};

/// What one read tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The zones of a name.
    ZonesByName(String),
    /// The record sets of a zone.
    Records(ZoneId),
    /// How far a change is; it may be that of many apps.
    Change(ChangeId),
    /// Every health check.
    HealthChecks,
    /// How many health checks the account has, and may have.
    CheckQuota,
    /// The console name of a check.
    CheckName(HealthCheckId),
    /// What the checkers say.
    CheckStatus(HealthCheckId),
    /// Every accelerator.
    Accelerators,
    /// How far one accelerator is, or whether it exists.
    Accelerator(AcceleratorArn),
    /// An accelerator's tags.
    AcceleratorTags(AcceleratorArn),
    /// An accelerator's listeners.
    Listeners(AcceleratorArn),
    /// A listener's endpoint groups.
    Groups(ListenerArn),
    /// A table in a Region.
    Table(TableName, Region),
    /// A table's tags in a Region.
    TableTags(TableName, Region),
    /// A table's time to live.
    TimeToLive(TableName, Region),
    /// A load balancer.
    LoadBalancer(LoadBalancerArn),
    /// The load balancers of a Region, which are read together; only a turn.
    LoadBalancersOf(Region),
    /// Not read: the turn to create the check of that caller reference.
    CheckCreation(String),
}

/// What a read has found otherwise than it was known, and what was known.
#[derive(Clone, Debug)]
pub(crate) enum Difference {
    /// The zones of a name.
    Zones(String, Read<BTreeSet<ZoneId>>),
    /// The record sets of a zone.
    Records(ZoneId, Read<Records>),
    /// The list of health checks.
    HealthChecks(Read<HealthChecks>),
    /// What the checkers say of one.
    CheckStatus(HealthCheckId, Read<CheckStatus>),
}

impl Difference {
    /// All as it would be without it.
    pub(super) fn undone(self, mut all: route53::Observed) -> route53::Observed {
        match self {
            Self::Zones(name, zones) => {
                all.zones_by_name.insert(name, zones);
            }
            Self::Records(zone, records) => {
                all.records.insert(zone, records);
            }
            Self::HealthChecks(checks) => all.health_checks = checks,
            Self::CheckStatus(id, status) => {
                let checks = all.health_checks.known_mut();
                if let Some(check) = checks.and_then(|checks| checks.get_mut(&id)) {
                    check.status = status;
                }
            }
        }
        all
    }
}

/// What is known, and since when.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) observed: Observed,
    pub(crate) load_balancers: BTreeMap<LoadBalancerArn, Read<Option<LoadBalancer>>>,
    read_at: BTreeMap<Part, Instant>,
    failed: BTreeMap<Part, Failure>,
    /// When parts can be read whose last read was held back.
    held_back: BTreeMap<Part, Timestamp>,
    /// Lists of which the first pages were read when the next one was held back.
    pub(crate) begun_records: BTreeMap<ZoneId, Begun<Records, RecordStart>>,
    pub(crate) begun_checks: Option<Begun<HealthChecks, Option<String>>>,
    /// What nobody has been told of yet.
    pub(super) differences: Vec<Difference>,
}

/// What is known of AWS, shared by all reconciles.
#[derive(Default)]
pub(crate) struct Snapshot {
    known: Mutex<Known>,
    turns: Mutex<BTreeMap<Part, Arc<tokio::sync::Mutex<()>>>>,
    /// Rings when a read has found a difference.
    pub(super) differs: Notify,
}

/// Whether something is known that was known otherwise, or not any more, or again.
pub(super) fn differ<T: PartialEq>(before: &Read<T>, after: &Read<T>) -> bool {
    match (before.known(), after.known()) {
        (Some(before), Some(after)) => before != after,
        (None, Some(_)) => *before != Read::NotRead,
        (Some(_), None) => true,
        (None, None) => false,
    }
}

impl Known {
    /// How long ago the part was read, or written by us.
    pub(crate) fn age(&self, part: &Part) -> Option<std::time::Duration> {
        self.read_at.get(part).map(Instant::elapsed)
    }

    /// Why the part was not read when it was last tried.
    pub(crate) fn failure(&self, part: &Part) -> Option<&Failure> {
        self.failed.get(part)
    }

    /// What is in the zones is to be read anew.
    pub(crate) fn forget_records(&mut self) {
        self.read_at
            .retain(|part, _| !matches!(part, Part::Records(_)));
    }

    /// Notes that the part was read just now.
    pub(crate) fn note(&mut self, part: Part, failure: Option<Failure>) {
        self.note_since(part, failure, Instant::now());
    }

    /// Notes that the part was read, from that time on.
    pub(crate) fn note_since(&mut self, part: Part, failure: Option<Failure>, since: Instant) {
        match failure {
            Some(failure) => self.failed.insert(part.clone(), failure),
            None => self.failed.remove(&part),
        };
        self.held_back.remove(&part);
        self.read_at.insert(part, since);
    }

    /// Notes that the part could not be asked for.
    pub(crate) fn hold_back(&mut self, part: Part, until: Timestamp) {
        self.held_back.insert(part, until);
    }

    /// What decides failover is not known any more.
    pub(crate) fn forget_health(&mut self, part: &Part) {
        self.read_at.remove(part);
        match part {
            Part::CheckStatus(id) => {
                let checks = self.observed.route53.health_checks.known_mut();
                if let Some(check) = checks.and_then(|checks| checks.get_mut(id)) {
                    check.status = Read::NotRead;
                }
            }
            Part::Groups(listener) => {
                let all = self.observed.global_accelerator.accelerators.known_mut();
                let mut all = all.into_iter().flat_map(BTreeMap::values_mut);
                let found = all.find_map(|found| found.listeners.known_mut()?.get_mut(listener));
                if let Some(found) = found {
                    found.groups = Read::NotRead;
                }
            }
            Part::ZonesByName(_)
            | Part::Records(_)
            | Part::Change(_)
            | Part::HealthChecks
            | Part::CheckQuota
            | Part::CheckName(_)
            | Part::Accelerators
            | Part::Accelerator(_)
            | Part::AcceleratorTags(_)
            | Part::Listeners(_)
            | Part::Table(..)
            | Part::TableTags(..)
            | Part::TimeToLive(..)
            | Part::LoadBalancer(_)
            | Part::LoadBalancersOf(_)
            | Part::CheckCreation(_) => {}
        }
    }

    /// When the part can be read, if the last read of it was held back.
    pub(crate) fn held_back_until(&self, part: &Part) -> Option<Timestamp> {
        self.held_back.get(part).copied()
    }
}

impl Snapshot {
    /// What is known, for a moment.
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what a read has found.
    pub(super) fn note_difference(&self, difference: Difference) {
        self.known().differences.push(difference);
        self.differs.notify_one();
    }

    /// The turn to read or write a part: whoever comes second finds it done.
    pub(crate) async fn turn(&self, part: &Part) -> tokio::sync::OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(part.clone()).or_default())
        };
        turn.lock_owned().await
    }

    /// Our own write is an observation.
    pub(crate) fn fold(&self, action: &Action, effect: &Effect) {
        let mut known = self.known();
        known.observed.after(action, effect);
        if let Action::Route53(route53::Action::ChangeRecordSets(set)) = action
            && let Some(begun) = known.begun_records.get_mut(&set.zone)
        {
            begun.read.change(set);
        }
        for part in touched(action, Some(effect)) {
            known.note(part, None);
        }
    }

    /// A write that failed may have happened: what it touches is read again before anything is decided.
    pub(crate) fn forget(&self, action: &Action) {
        for part in touched(action, None) {
            self.forget_part(&part);
        }
    }

    /// That part is not known any more: whoever needs it reads it.
    pub(crate) fn forget_part(&self, part: &Part) {
        self.known().read_at.remove(part);
    }
}

/// The parts that a write changes; with its effect also those that it creates.
///
/// What is folded into a list stays as old as the list; only a failure makes the list itself stale.
fn touched(action: &Action, effect: Option<&Effect>) -> Vec<Part> {
    let mut parts = match action {
        Action::Route53(action) => touched_names(action, effect.is_none()),
        Action::GlobalAccelerator(action) => touched_accelerator(action, effect.is_none()),
        Action::DynamoDb(action) => touched_table(action),
    };
    parts.extend(effect.into_iter().flat_map(created));
    parts
}

fn touched_names(action: &route53::Action, has_failed: bool) -> Vec<Part> {
    let list = match action {
        route53::Action::NameHealthCheck { id, .. } => return vec![Part::CheckName(id.clone())],
        route53::Action::CreateHealthCheck { .. } | route53::Action::DeleteHealthCheck { .. } => {
            Part::HealthChecks
        }
        route53::Action::ChangeRecordSets(set) => Part::Records(set.zone.clone()),
    };
    if has_failed { vec![list] } else { Vec::new() }
}

fn touched_accelerator(action: &global_accelerator::Action, has_failed: bool) -> Vec<Part> {
    use global_accelerator::Action;
    match action {
        Action::CreateAccelerator { .. } if has_failed => vec![Part::Accelerators],
        Action::CreateAccelerator { .. } => Vec::new(),
        Action::TagAccelerator { arn, .. } => vec![Part::AcceleratorTags(arn.clone())],
        Action::CreateListener { accelerator, .. }
        | Action::UpdateListener { accelerator, .. }
        | Action::DeleteListener { accelerator, .. } => {
            vec![
                Part::Accelerator(accelerator.clone()),
                Part::Listeners(accelerator.clone()),
            ]
        }
        Action::CreateGroup { listener, .. }
        | Action::UpdateGroup { listener, .. }
        | Action::DeleteGroup { listener, .. } => vec![Part::Groups(listener.clone())],
    }
}

fn touched_table(
    dynamodb::Action {
        table,
        region,
        call,
    }: &dynamodb::Action,
) -> Vec<Part> {
    let (table, region) = (table.clone(), region.clone());
    match call {
        dynamodb::Call::CreateTable { .. } => vec![
            Part::Table(table.clone(), region.clone()),
            Part::TableTags(table.clone(), region.clone()),
            Part::TimeToLive(table, region),
        ],
        dynamodb::Call::CreateReplica { .. } | dynamodb::Call::SetDeletionProtection { .. } => {
            vec![Part::Table(table, region)]
        }
        dynamodb::Call::UpdateTimeToLive { .. } => vec![Part::TimeToLive(table, region)],
        dynamodb::Call::TagTable { .. } => vec![Part::TableTags(table, region)],
    }
}

/// The parts of what was just created: all of it is known.
fn created(effect: &Effect) -> Vec<Part> {
    match effect {
        Effect::Done | Effect::GroupCreated { .. } | Effect::TableCreated { .. } => Vec::new(),
        Effect::HealthCheckCreated { id } => vec![Part::CheckName(id.clone())],
        Effect::RecordSetsChanged { change } => vec![Part::Change(change.clone())],
        Effect::AcceleratorCreated { arn, .. } => vec![
            Part::Accelerator(arn.clone()),
            Part::AcceleratorTags(arn.clone()),
            Part::Listeners(arn.clone()),
        ],
        Effect::ListenerCreated { arn } => vec![Part::Groups(arn.clone())],
    }
}
