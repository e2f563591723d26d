//! What the last status says of earlier steps.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;

use super::Waits;
use crate::crd::{GlobalAppStatus, NameStatus, RegionStatus};
use crate::names::{AcceleratorArn, ChangeId, Hostname, Region};
use crate::route53::{Change, ChangeState, CheckStatus};

/// What the status remembers of earlier steps. None of it is the only source of what we own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Names that it calls ours.
    pub claimed: BTreeSet<Hostname>,
    /// When leaving endpoints of a Region may go.
    pub drains: BTreeMap<Region, Timestamp>,
    /// The stored part of the accelerator's idempotency token.
    pub nonce: Option<String>,
    /// The accelerator that it knows.
    pub accelerator: Option<AcceleratorArn>,
    /// The last change of its names.
    pub change: Option<Change>,
    /// What the checkers of each Region said last.
    pub health: BTreeMap<Region, CheckStatus>,
    /// What it knows of each name.
    pub names: BTreeMap<Hostname, NameMemory>,
    /// Since when things wait.
    pub waits: Waits,
}

/// What the status remembers of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameMemory {
    /// Digest of the record sets as they were when they were last as wanted.
    pub digest: Option<String>,
    /// When somebody else's changes were undone, the latest last.
    pub corrected: Vec<Timestamp>,
}

impl Memory {
    pub(super) fn of(status: &GlobalAppStatus, waits: Waits) -> Self {
        let names = status.dns.iter().flat_map(|dns| &dns.names);
        let of_name = |name: &NameStatus| {
            let memory = NameMemory {
                digest: name.digest.clone(),
                corrected: name.corrected.iter().map(|time| time.0).collect(),
            };
            Some((name.name.parse().ok()?, memory))
        };
        let of_names = names.clone().filter_map(of_name).collect();
        let claimed = names
            .filter(|name| name.state == "Claimed")
            .filter_map(|name| name.name.parse().ok());
        let drains = status.regions.iter().filter_map(|region| {
            Some((
                region.region.parse().ok()?,
                region.next_step_time.as_ref()?.0,
            ))
        });
        let of_region = |region: &RegionStatus| {
            let said = match (region.health_source.as_str(), region.health.as_str()) {
                ("HealthCheck", "Healthy") => CheckStatus::Healthy,
                ("HealthCheck", "Unhealthy") => CheckStatus::Unhealthy,
                _ => return None,
            };
            Some((region.region.parse().ok()?, said))
        };
        let health = status.regions.iter().filter_map(of_region);
        let accelerator = status.accelerator.as_ref();
        let change = status.dns.as_ref().and_then(|dns| {
            Some(Change {
                id: dns.change_id.as_deref().map(ChangeId::new)?,
                state: ChangeState::from_status(dns.change_state.as_deref()?)?,
            })
        });
        Self {
            claimed: claimed.collect(),
            drains: drains.collect(),
            health: health.collect(),
            nonce: accelerator.and_then(|accelerator| accelerator.nonce.clone()),
            accelerator: accelerator
                .and_then(|accelerator| accelerator.arn.as_deref().map(AcceleratorArn::new)),
            change,
            names: of_names,
            waits,
        }
    }
}
