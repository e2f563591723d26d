//! The status of a GlobalTable.

use std::collections::BTreeMap;

use k8s_openapi::jiff::Timestamp;

use super::app::deleting;
use super::conditions::{Conditions, Progress, Truth, Verdict, plan_verdicts};
use super::{fleet, kept, last_error, whole_seconds};
use crate::crd::{GlobalTable, GlobalTableStatus, ReplicaStatus, TimeToLiveStatus};
use crate::dynamodb::{self, Observed, Table, TableStatus, TtlState, attribute_text};
use crate::failure::{Failure, Read};
use crate::names::Region;
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::validate::{self, Objections, Waits};

/// What a GlobalTable's status is made of.
pub struct TableReport<'a> {
    /// The object as it was read.
    pub object: &'a GlobalTable,
    /// The valid table, or what speaks against it.
    pub table: Result<&'a validate::Table, &'a Objections>,
    /// What is left to do.
    pub plan: &'a Plan,
    /// What is known of AWS now.
    pub observed: &'a Observed,
    /// The call that failed, if one did.
    pub failure: Option<&'a Failure>,
}

/// The status of a GlobalTable.
pub fn table(report: &TableReport<'_>, settings: &Settings, now: Timestamp) -> GlobalTableStatus {
    let before = report.object.status.clone().unwrap_or_default();
    let mut status = GlobalTableStatus {
        observed_generation: report.object.metadata.generation,
        plan: Some(super::plan::plan(
            report.plan,
            &Waits::of(before.plan.as_ref()),
            now,
        )),
        last_error: last_error(report.failure, before.last_error.as_ref(), now),
        // What can't be seen now stays as it was last seen.
        ..before.clone()
    };
    let commit = kept(report.plan, report.object.spec.mode, before.fleet.as_ref());
    status.fleet = Some(fleet(before.fleet.as_ref(), commit, settings));
    if let Ok(table) = report.table
        && !report.observed.is_empty()
        && report.observed.values().all(|read| read.known().is_some())
    {
        observed_parts(table, report, &before, now, &mut status);
    }
    status.conditions = conditions(report, &before, &status, now);
    status
}

fn observed_parts(
    table: &validate::Table,
    report: &TableReport<'_>,
    before: &GlobalTableStatus,
    now: Timestamp,
    status: &mut GlobalTableStatus,
) {
    // A table that is not ours is nobody's replica here, and no app may be sent to it.
    let is_ours = !report
        .plan
        .refused
        .iter()
        .any(|refusal| matches!(refusal, Refusal::NotOurs { .. }));
    let home = dynamodb::home(&table.regions, report.observed).filter(|_| is_ours);
    status.source_region = home.map(|(region, _)| region.to_string());
    status.partition_key = home.map(|(_, home)| attribute_text(&home.keys.partition));
    status.sort_key = home
        .and_then(|(_, home)| home.keys.sort.as_ref())
        .map(attribute_text);
    status.ttl = home
        .and_then(|(_, home)| home.ttl.known())
        .map(|ttl| TimeToLiveStatus {
            attribute_name: ttl.attribute.clone(),
            state: match ttl.state {
                TtlState::Enabling => "Enabling",
                TtlState::Enabled => "Enabled",
                TtlState::Disabling => "Disabling",
                TtlState::Disabled => "Disabled",
            }
            .to_owned(),
        });
    let mut members: BTreeMap<&Region, Option<&TableStatus>> =
        table.regions.iter().map(|region| (region, None)).collect();
    if let Some((region, home)) = home {
        members.extend(
            home.replicas
                .iter()
                .map(|(replica, state)| (replica, Some(state))),
        );
        members.insert(region, Some(&home.status));
    }
    status.replicas = members
        .iter()
        .map(|(region, state)| replica(table, report, before, region, *state, now))
        .collect();
    let active = status
        .replicas
        .iter()
        .filter(|replica| replica.declared && replica.ready)
        .count();
    status.replicas_active = Some(format!("{active}/{}", table.regions.len()));
}

fn replica(
    table: &validate::Table,
    report: &TableReport<'_>,
    before: &GlobalTableStatus,
    region: &Region,
    state: Option<&TableStatus>,
    now: Timestamp,
) -> ReplicaStatus {
    let before = before
        .replicas
        .iter()
        .find(|replica| replica.region == region.as_str());
    let declared = table.regions.contains(region);
    let member: Option<&Table> = report
        .observed
        .get(region)
        .and_then(Read::known)
        .and_then(Option::as_ref);
    // Its own word, where it was asked, says more than what the others say of it.
    let own = member
        .map(|member| &member.status)
        .filter(|own| **own != TableStatus::Active);
    let state = match (declared, state.map(|state| own.unwrap_or(state))) {
        (true, Some(state)) => state.as_str(),
        (true, None) => "Absent",
        (false, _) => "Retained",
    };
    // Changing does not stop it from serving, and nothing changes before it was Active once.
    let ready = matches!(state, "Active" | "Updating");
    let object = format!("{} {region}", table.name);
    let why = report
        .plan
        .refused
        .iter()
        .find(|refusal| refusal.object() == object);
    let since = before
        .filter(|before| before.state == state)
        .and_then(|before| before.last_transition_time.clone());
    ReplicaStatus {
        region: region.to_string(),
        declared,
        state: state.to_owned(),
        ready,
        table_arn: member
            .map(|member| member.arn.to_string())
            .or_else(|| before?.table_arn.clone()),
        table_id: member
            .map(|member| member.id.to_string())
            .or_else(|| before?.table_id.clone()),
        deletion_protection: member.map(|member| member.is_protected),
        reason: why.map(|refusal| refusal.reason().to_owned()),
        message: why.map(|refusal| super::truncated(&refusal.to_string(), 512)),
        last_transition_time: Some(since.unwrap_or_else(|| whole_seconds(now))),
    }
}

fn conditions(
    report: &TableReport<'_>,
    before: &GlobalTableStatus,
    status: &GlobalTableStatus,
    now: Timestamp,
) -> Vec<k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition> {
    let verdicts = plan_verdicts(report.plan, report.object.spec.mode);
    let active = replicas_active(status);
    let mut conditions =
        Conditions::new(&before.conditions, report.object.metadata.generation, now);
    conditions.set("Accepted", &verdicts.accepted);
    conditions.set("Programmed", &verdicts.programmed);
    conditions.set("SpecAgreed", &verdicts.agreed);
    conditions.set("ReplicasActive", &active);
    let ready = if report.object.metadata.deletion_timestamp.is_some() {
        deleting(report.plan)
    } else if let Some(obstacle) = verdicts.obstacle {
        Verdict {
            status: Truth::False,
            ..obstacle
        }
    } else if active.status == Truth::True {
        Verdict::new(Truth::True, "Converged", active.message.clone())
    } else {
        Verdict {
            status: Truth::False,
            ..active
        }
    };
    let progress = match verdicts.progress {
        Progress::Done if ready.status != Truth::True => {
            Progress::Moving(ready.reason, ready.message.clone())
        }
        progress @ (Progress::Done | Progress::Moving(..) | Progress::Stuck(..)) => progress,
    };
    conditions.finish(&ready, &progress)
}

fn replicas_active(status: &GlobalTableStatus) -> Verdict {
    let declared = || status.replicas.iter().filter(|replica| replica.declared);
    let missing: Vec<String> = declared()
        .filter(|replica| !replica.ready)
        .map(|replica| format!("{} {}", replica.region, replica.state))
        .collect();
    if status.replicas_active.is_none() {
        Verdict::new(Truth::Unknown, "Pending", "not read yet")
    } else if missing.is_empty() {
        Verdict::new(
            Truth::True,
            "AllActive",
            format!("all {} replicas active", declared().count()),
        )
    } else {
        Verdict::new(Truth::False, "ReplicaMissing", missing.join(", "))
    }
}
