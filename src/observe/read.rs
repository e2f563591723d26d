//! Reads one part of AWS and writes down what it says, or why it says nothing.

use std::collections::BTreeMap;

use evenkeel_core::dynamodb::Table;
use evenkeel_core::failure::{Failure, Read};
use evenkeel_core::global_accelerator::{Accelerator, AcceleratorStatus};
use evenkeel_core::names::{AcceleratorArn, HealthCheckId, LoadBalancerArn, Region, TableName};
use evenkeel_core::route53::HealthCheck;

use super::snapshot::{Part, Snapshot};
use crate::aws::{Aws, LOAD_BALANCERS_BATCH, TAGS_BATCH};

/// Reads the part.
pub(super) async fn read(aws: &Aws, snapshot: &Snapshot, part: &Part) {
    let failure = match part {
        Part::ZonesByName(_) | Part::Records(_) | Part::Change(..) => {
            zones(aws, snapshot, part).await
        }
        Part::HealthChecks | Part::CheckStatus(_) => checks(aws, snapshot, part).await,
        Part::Accelerators
        | Part::Accelerator(_)
        | Part::AcceleratorTags(_)
        | Part::Listeners(_)
        | Part::Groups(_) => accelerators(aws, snapshot, part).await,
        Part::Table(..) | Part::TableTags(..) | Part::TimeToLive(..) => {
            tables(aws, snapshot, part).await
        }
        Part::CheckName(id) => return check_names(aws, snapshot, std::slice::from_ref(id)).await,
        Part::LoadBalancer(arn) => {
            return load_balancers(aws, snapshot, std::slice::from_ref(arn)).await;
        }
        Part::LoadBalancersOf(_) => None,
    };
    snapshot.known().note(part.clone(), failure);
}

/// Reads the console names of checks, as many at once as AWS takes.
pub(super) async fn check_names(aws: &Aws, snapshot: &Snapshot, ids: &[HealthCheckId]) {
    for batch in ids.chunks(TAGS_BATCH) {
        let (read, failure) = split(aws.check_names(batch).await);
        for (id, name) in read.known().into_iter().flatten() {
            with_check(snapshot, id, |check| {
                check.name_tag = Read::Known(name.clone())
            });
        }
        let mut known = snapshot.known();
        batch
            .iter()
            .for_each(|id| known.note(Part::CheckName(id.clone()), failure.clone()));
    }
}

/// Reads load balancers of one Region, as many at once as AWS takes.
pub(super) async fn load_balancers(aws: &Aws, snapshot: &Snapshot, arns: &[LoadBalancerArn]) {
    for batch in arns.chunks(LOAD_BALANCERS_BATCH) {
        let Some(region) = batch.first().map(LoadBalancerArn::region) else {
            continue;
        };
        let (read, failure) = split(aws.load_balancers(&region, batch).await);
        let mut known = snapshot.known();
        for arn in batch {
            let one = read.as_ref().map(|found| found.get(arn).cloned());
            known.load_balancers.insert(arn.clone(), one);
            known.note(Part::LoadBalancer(arn.clone()), failure.clone());
        }
    }
}

/// A reply as knowledge, and its failure beside it.
fn split<T>(reply: Result<T, Failure>) -> (Read<T>, Option<Failure>) {
    match reply {
        Ok(value) => (Read::Known(value), None),
        Err(failure) => (Read::Failed(failure.clone()), Some(failure)),
    }
}

async fn zones(aws: &Aws, snapshot: &Snapshot, part: &Part) -> Option<Failure> {
    match part {
        Part::ZonesByName(name) => {
            let (read, failure) = split(aws.zones_named(name).await);
            snapshot
                .known()
                .observed
                .route53
                .zones_by_name
                .insert(name.clone(), read);
            failure
        }
        Part::Records(zone) => {
            let (read, failure) = split(aws.records(zone).await);
            snapshot
                .known()
                .observed
                .route53
                .records
                .insert(zone.clone(), read);
            failure
        }
        Part::Change(key, id) => match aws.change_state(id).await {
            Ok(state) => {
                let mut known = snapshot.known();
                let change = known
                    .observed
                    .route53
                    .changes
                    .get_mut(key)
                    .filter(|change| change.id == *id);
                if let Some(change) = change {
                    change.state = state;
                }
                None
            }
            // It stays pending, and is asked again.
            Err(failure) => Some(failure),
        },
        _ => None,
    }
}

async fn checks(aws: &Aws, snapshot: &Snapshot, part: &Part) -> Option<Failure> {
    match part {
        Part::HealthChecks => {
            let (mut read, failure) = split(aws.health_checks().await);
            let mut known = snapshot.known();
            let before = std::mem::take(&mut known.observed.route53.health_checks);
            // A list holds no tags and no status: what was known of them stays.
            for (id, check) in read.known_mut().into_iter().flatten() {
                if let Some(before) = before.known().and_then(|before| before.get(id)) {
                    check.name_tag = before.name_tag.clone();
                    check.status = before.status.clone();
                }
            }
            known.observed.route53.health_checks = read;
            failure
        }
        Part::CheckStatus(id) => {
            let (read, failure) = split(aws.check_status(id).await);
            with_check(snapshot, id, |check| check.status = read);
            failure
        }
        _ => None,
    }
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

async fn accelerators(aws: &Aws, snapshot: &Snapshot, part: &Part) -> Option<Failure> {
    match part {
        Part::Accelerators => {
            let (mut read, failure) = split(aws.accelerators().await);
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
            failure
        }
        Part::Accelerator(arn) => match aws.accelerator(arn).await {
            Ok(found) => {
                let mut known = snapshot.known();
                let observed = &mut known.observed.global_accelerator;
                let Some(all) = observed.accelerators.known_mut() else {
                    return None;
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
                None
            }
            Err(failure) => {
                // Not known to be deployed: names wait.
                with_accelerator(snapshot, arn, |found| {
                    found.status = AcceleratorStatus::InProgress
                });
                Some(failure)
            }
        },
        Part::AcceleratorTags(arn) => {
            let (read, failure) = split(aws.accelerator_tags(arn).await);
            with_accelerator(snapshot, arn, |found| found.tags = read);
            failure
        }
        Part::Listeners(arn) => {
            let (mut read, failure) = split(aws.listeners(arn).await);
            with_accelerator(snapshot, arn, |found| {
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
            failure
        }
        Part::Groups(listener) => {
            let (read, failure) = split(aws.groups(listener).await);
            let mut known = snapshot.known();
            let accelerators = known.observed.global_accelerator.accelerators.known_mut();
            let listeners = accelerators.into_iter().flat_map(BTreeMap::values_mut);
            let mut found = listeners
                .filter_map(|accelerator| accelerator.listeners.known_mut()?.get_mut(listener));
            if let Some(found) = found.next() {
                found.groups = read;
            }
            failure
        }
        _ => None,
    }
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

async fn tables(aws: &Aws, snapshot: &Snapshot, part: &Part) -> Option<Failure> {
    match part {
        Part::Table(name, region) => {
            let reply = aws.table(region, name).await;
            let mut known = snapshot.known();
            let members = known.observed.dynamodb.entry(name.clone()).or_default();
            let (read, failure) =
                split(reply.map(|found| found.map(|table| table.remembering(members.get(region)))));
            members.insert(region.clone(), read);
            failure
        }
        Part::TableTags(name, region) => {
            let arn = with_table(snapshot, name, region, |table| table.arn.clone())?;
            let (read, failure) = split(aws.table_tags(region, &arn).await);
            with_table(snapshot, name, region, |table| table.tags = read);
            failure
        }
        Part::TimeToLive(name, region) => {
            let (read, failure) = split(aws.time_to_live(region, name).await);
            with_table(snapshot, name, region, |table| table.ttl = read);
            failure
        }
        _ => None,
    }
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
