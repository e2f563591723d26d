//! Reads one part of AWS and writes down what it says, or why it says nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use evenkeel_core::dynamodb::Table;
use evenkeel_core::failure::{Failure, Read};
use evenkeel_core::global_accelerator::{Accelerator, AcceleratorStatus};
use evenkeel_core::names::{
    AcceleratorArn, ChangeId, HealthCheckId, ListenerArn, LoadBalancerArn, Region, TableName,
    ZoneId,
};
use evenkeel_core::route53::{ChangeState, HealthCheck};
use jiff::Timestamp;

use super::snapshot::{Difference, Part, Snapshot, differ};
use crate::aws::{Aws, Begun, LOAD_BALANCERS_BATCH, TAGS_BATCH};

/// Of how many health checks the lookout asks what their checkers say, in each sweep. Route 53 answers one a second, and
/// leaves some of that to decisions.
pub(super) const CHECKS_A_SWEEP: u32 = 60;

/// A read that was held back: what was known before stays, and stays as old as it is.
#[derive(Debug)]
struct HeldBack {
    until: Timestamp,
}

/// Reads the part.
///
/// A list that was begun longer ago than `oldest` is begun anew.
pub(super) async fn read(aws: &Aws, snapshot: &Snapshot, part: &Part, oldest: Duration) {
    let read = match part {
        Part::ZonesByName(name) => zones_by_name(aws, snapshot, name).await,
        Part::Records(zone) => match records(aws, snapshot, zone, oldest).await {
            Ok(()) => return,
            Err(held_back) => Err(held_back),
        },
        Part::Change(id) => change(aws, snapshot, id).await,
        Part::HealthChecks => match health_checks(aws, snapshot, oldest).await {
            Ok(()) => return,
            Err(held_back) => Err(held_back),
        },
        Part::CheckQuota => check_quota(aws, snapshot).await,
        Part::CheckName(id) => check_names(aws, snapshot, std::slice::from_ref(id)).await,
        Part::CheckStatus(id) => check_status(aws, snapshot, id).await,
        Part::Accelerators => accelerators(aws, snapshot).await,
        Part::Accelerator(arn) => accelerator(aws, snapshot, arn).await,
        Part::AcceleratorTags(arn) => accelerator_tags(aws, snapshot, arn).await,
        Part::Listeners(arn) => listeners(aws, snapshot, arn).await,
        Part::Groups(listener) => groups(aws, snapshot, listener).await,
        Part::Table(name, region) => table(aws, snapshot, name, region).await,
        Part::TableTags(name, region) => table_tags(aws, snapshot, name, region).await,
        Part::TimeToLive(name, region) => time_to_live(aws, snapshot, name, region).await,
        Part::LoadBalancer(arn) => {
            return load_balancers(aws, snapshot, std::slice::from_ref(arn)).await;
        }
        Part::LoadBalancersOf(_) | Part::CheckCreation(_) => Ok(None),
    };
    match read {
        Ok(failure) => snapshot.known().note(part.clone(), failure),
        Err(HeldBack { until }) => snapshot.known().hold_back(part.clone(), until),
    }
}

/// A reply as knowledge, and its failure beside it.
fn split<T>(reply: Result<T, Failure>) -> Result<(Read<T>, Option<Failure>), HeldBack> {
    match reply {
        Ok(value) => Ok((Read::Known(value), None)),
        Err(failure) => match failure.held_back_until() {
            Some(until) => Err(HeldBack { until }),
            None => Ok((Read::Failed(failure.clone()), Some(failure))),
        },
    }
}

async fn zones_by_name(
    aws: &Aws,
    snapshot: &Snapshot,
    name: &str,
) -> Result<Option<Failure>, HeldBack> {
    let (read, failure) = split(aws.zones_named(name).await)?;
    let mut known = snapshot.known();
    let zones = &mut known.observed.route53.zones_by_name;
    let before = zones.insert(name.to_owned(), read.clone());
    drop(known);
    if let Some(before) = before.filter(|before| differ(before, &read)) {
        snapshot.note_difference(Difference::Zones(name.to_owned(), before));
    }
    Ok(failure)
}

async fn records(
    aws: &Aws,
    snapshot: &Snapshot,
    zone: &ZoneId,
    oldest: Duration,
) -> Result<(), HeldBack> {
    let begun = snapshot.known().begun_records.remove(zone);
    let mut begun = begun
        .filter(|begun| begun.since.elapsed() < oldest)
        .unwrap_or_else(Begun::now);
    let read = split(aws.records(zone, &mut begun).await);
    let mut known = snapshot.known();
    let (read, failure) = match read {
        Ok(read) => read,
        Err(held_back) => {
            known.begun_records.insert(zone.clone(), begun);
            return Err(held_back);
        }
    };
    let read = read.map(|()| begun.read);
    let all = &mut known.observed.route53.records;
    let before = all.insert(zone.clone(), read);
    let before = before.filter(|before| all.get(zone).is_some_and(|read| differ(before, read)));
    known.note_since(Part::Records(zone.clone()), failure, begun.since);
    drop(known);
    if let Some(before) = before {
        snapshot.note_difference(Difference::Records(zone.clone(), before));
    }
    Ok(())
}

async fn change(
    aws: &Aws,
    snapshot: &Snapshot,
    id: &ChangeId,
) -> Result<Option<Failure>, HeldBack> {
    let (read, failure) = split(aws.change_state(id).await)?;
    // Of which nothing is known, that stays pending, and is asked again.
    if let Some(state) = read.known() {
        let mut known = snapshot.known();
        let changes = known.observed.route53.changes.values_mut();
        for change in changes.filter(|change| change.id == *id) {
            // Changes are forgotten after a while: one was carried out long ago, or got lost when the control plane failed over.
            change.state = state.unwrap_or(ChangeState::InSync);
        }
        if state.is_none() {
            known.forget_records();
        }
    }
    Ok(failure)
}

async fn health_checks(aws: &Aws, snapshot: &Snapshot, oldest: Duration) -> Result<(), HeldBack> {
    let begun = snapshot.known().begun_checks.take();
    let mut begun = begun
        .filter(|begun| begun.since.elapsed() < oldest)
        .unwrap_or_else(Begun::now);
    let read = split(aws.health_checks(&mut begun).await);
    let mut known = snapshot.known();
    let (read, failure) = match read {
        Ok(read) => read,
        Err(held_back) => {
            known.begun_checks = Some(begun);
            return Err(held_back);
        }
    };
    let mut read = read.map(|()| begun.read);
    let before = std::mem::take(&mut known.observed.route53.health_checks);
    let count = u32::try_from(before.known().map_or(0, BTreeMap::len)).unwrap_or(u32::MAX);
    // Twice the time in which each has its turn.
    let lasting = (oldest / CHECKS_A_SWEEP * count).max(oldest) * 2;
    // A list holds no tags and no status: what was known of the tags stays.
    for (id, check) in read.known_mut().into_iter().flatten() {
        if let Some(before) = before.known().and_then(|before| before.get(id)) {
            check.name_tag = before.name_tag.clone();
            // What is too old would be taken for today's. What was recalled is asked soon.
            let age = known.age(&Part::CheckStatus(id.clone()));
            if age.is_none_or(|age| age < lasting) {
                check.status = before.status.clone();
            }
        }
    }
    let is_different = differ(&before, &read);
    known.observed.route53.health_checks = read;
    known.note_since(Part::HealthChecks, failure, begun.since);
    drop(known);
    if is_different {
        snapshot.note_difference(Difference::HealthChecks(before));
    }
    Ok(())
}

async fn check_quota(aws: &Aws, snapshot: &Snapshot) -> Result<Option<Failure>, HeldBack> {
    let (read, failure) = split(aws.check_quota().await)?;
    snapshot.known().observed.route53.check_quota = read;
    Ok(failure)
}

/// Reads the console names of checks, as many at once as AWS takes.
async fn check_names(
    aws: &Aws,
    snapshot: &Snapshot,
    ids: &[HealthCheckId],
) -> Result<Option<Failure>, HeldBack> {
    let mut last = None;
    for batch in ids.chunks(TAGS_BATCH) {
        let (read, failure) = split(aws.check_names(batch).await)?;
        for (id, name) in read.known().into_iter().flatten() {
            with_check(snapshot, id, |check| {
                check.name_tag = Read::Known(name.clone());
            });
        }
        let mut known = snapshot.known();
        for id in batch {
            known.note(Part::CheckName(id.clone()), failure.clone());
        }
        last = failure;
    }
    Ok(last)
}

async fn check_status(
    aws: &Aws,
    snapshot: &Snapshot,
    id: &HealthCheckId,
) -> Result<Option<Failure>, HeldBack> {
    let (read, failure) = split(aws.check_status(id).await)?;
    let mut before = None;
    with_check(snapshot, id, |check| {
        if read.known().is_some() && check.status != read {
            before = Some(check.status.clone());
        }
        check.status = read;
    });
    if let Some(before) = before {
        snapshot.note_difference(Difference::CheckStatus(id.clone(), before));
    }
    Ok(failure)
}

fn with_check(snapshot: &Snapshot, id: &HealthCheckId, change: impl FnOnce(&mut HealthCheck)) {
    let mut known = snapshot.known();
    if let Some(check) = known
        .observed
        .route53
        .health_checks
        .known_mut()
        .and_then(|checks| checks.get_mut(id))
    {
        change(check);
    }
}

async fn accelerators(aws: &Aws, snapshot: &Snapshot) -> Result<Option<Failure>, HeldBack> {
    let (mut read, failure) = split(aws.accelerators().await)?;
    let mut known = snapshot.known();
    let observed = &mut known.observed.global_accelerator;
    let before = std::mem::take(&mut observed.accelerators);
    // A list holds no tags and listeners: what was known of them stays.
    for (arn, found) in read.known_mut().into_iter().flatten() {
        if let Some(before) = before.known().and_then(|before| before.get(arn)) {
            found.tags = before.tags.clone();
            found.listeners = before.listeners.clone();
        }
    }
    observed.accelerators = read;
    Ok(failure)
}

async fn accelerator(
    aws: &Aws,
    snapshot: &Snapshot,
    arn: &AcceleratorArn,
) -> Result<Option<Failure>, HeldBack> {
    let (read, failure) = split(aws.accelerator(arn).await)?;
    let Read::Known(found) = read else {
        // Not known to be deployed: names wait.
        with_accelerator(snapshot, arn, |found| {
            found.status = AcceleratorStatus::InProgress;
        });
        return Ok(failure);
    };
    let mut known = snapshot.known();
    let observed = &mut known.observed.global_accelerator;
    let Some(all) = observed.accelerators.known_mut() else {
        return Ok(None);
    };
    match (found, all.get_mut(arn)) {
        (Some(found), Some(known)) => known.status = found.status,
        (Some(found), None) => {
            all.insert(arn.clone(), found);
        }
        (None, _) => {
            all.remove(arn);
            observed.gone.insert(arn.clone());
        }
    }
    Ok(None)
}

async fn accelerator_tags(
    aws: &Aws,
    snapshot: &Snapshot,
    arn: &AcceleratorArn,
) -> Result<Option<Failure>, HeldBack> {
    let (read, failure) = split(aws.accelerator_tags(arn).await)?;
    with_accelerator(snapshot, arn, |found| found.tags = read);
    Ok(failure)
}

async fn listeners(
    aws: &Aws,
    snapshot: &Snapshot,
    arn: &AcceleratorArn,
) -> Result<Option<Failure>, HeldBack> {
    let (mut read, failure) = split(aws.listeners(arn).await)?;
    with_accelerator(snapshot, arn, |found| {
        // A list holds no groups: what was known of them stays.
        for (listener, described) in read.known_mut().into_iter().flatten() {
            if let Some(before) = found
                .listeners
                .known()
                .and_then(|before| before.get(listener))
            {
                described.groups = before.groups.clone();
            }
        }
        found.listeners = read;
    });
    Ok(failure)
}

async fn groups(
    aws: &Aws,
    snapshot: &Snapshot,
    listener: &ListenerArn,
) -> Result<Option<Failure>, HeldBack> {
    let (read, failure) = split(aws.groups(listener).await)?;
    let mut known = snapshot.known();
    let accelerators = known.observed.global_accelerator.accelerators.known_mut();
    let mut accelerators = accelerators.into_iter().flat_map(BTreeMap::values_mut);
    if let Some(found) =
        accelerators.find_map(|found| found.listeners.known_mut()?.get_mut(listener))
    {
        found.groups = read;
    }
    Ok(failure)
}

fn with_accelerator(
    snapshot: &Snapshot,
    arn: &AcceleratorArn,
    change: impl FnOnce(&mut Accelerator),
) {
    let mut known = snapshot.known();
    let accelerators = known.observed.global_accelerator.accelerators.known_mut();
    if let Some(found) = accelerators.and_then(|all| all.get_mut(arn)) {
        change(found);
    }
}

async fn table(
    aws: &Aws,
    snapshot: &Snapshot,
    name: &TableName,
    region: &Region,
) -> Result<Option<Failure>, HeldBack> {
    let reply = aws.table(region, name).await;
    let mut known = snapshot.known();
    let members = known.observed.dynamodb.entry(name.clone()).or_default();
    let (read, failure) =
        split(reply.map(|found| found.map(|table| table.remembering(members.get(region)))))?;
    // A new replica's tags are known without asking: it has none.
    let has_tags = read
        .known()
        .and_then(Option::as_ref)
        .is_some_and(|table| table.tags.known().is_some());
    members.insert(region.clone(), read);
    let tags = Part::TableTags(name.clone(), region.clone());
    if has_tags && known.age(&tags).is_none() {
        known.note(tags, None);
    }
    Ok(failure)
}

async fn table_tags(
    aws: &Aws,
    snapshot: &Snapshot,
    name: &TableName,
    region: &Region,
) -> Result<Option<Failure>, HeldBack> {
    let Some(arn) = with_table(snapshot, name, region, |table| table.arn.clone()) else {
        return Ok(None);
    };
    let (read, failure) = split(aws.table_tags(region, &arn).await)?;
    with_table(snapshot, name, region, |table| table.tags = read);
    Ok(failure)
}

async fn time_to_live(
    aws: &Aws,
    snapshot: &Snapshot,
    name: &TableName,
    region: &Region,
) -> Result<Option<Failure>, HeldBack> {
    let (read, failure) = split(aws.time_to_live(region, name).await)?;
    with_table(snapshot, name, region, |table| table.ttl = read);
    Ok(failure)
}

fn with_table<R>(
    snapshot: &Snapshot,
    name: &TableName,
    region: &Region,
    change: impl FnOnce(&mut Table) -> R,
) -> Option<R> {
    let mut known = snapshot.known();
    let members = known.observed.dynamodb.get_mut(name)?;
    members.get_mut(region)?.known_mut()?.as_mut().map(change)
}

/// Reads load balancers of one Region, as many at once as AWS takes.
pub(super) async fn load_balancers(aws: &Aws, snapshot: &Snapshot, arns: &[LoadBalancerArn]) {
    for batch in arns.chunks(LOAD_BALANCERS_BATCH) {
        let Some(region) = batch.first().map(LoadBalancerArn::region) else {
            continue;
        };
        let split = split(aws.load_balancers(&region, batch).await);
        let mut known = snapshot.known();
        for arn in batch {
            let part = Part::LoadBalancer(arn.clone());
            match &split {
                Ok((read, failure)) => {
                    let one = read.as_ref().map(|found| found.get(arn).cloned());
                    known.load_balancers.insert(arn.clone(), one);
                    known.note(part, failure.clone());
                }
                Err(HeldBack { until }) => known.hold_back(part, *until),
            }
        }
    }
}
