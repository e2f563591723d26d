//! What we believe Route 53 shows right after a call, and when it has come to rest.
//!
//! A differential test holds this against the simulated AWS after every call.

use std::collections::BTreeSet;

use super::{Action, Change, ChangeSet, ChangeState, CheckStatus, HealthCheck, Observed, Records};
use crate::failure::Read;
use crate::plan::Effect;

/// Carries out the action on what is known. The effect holds what only AWS's reply says: ids.
pub fn after(observed: &mut Observed, action: &Action, effect: &Effect) {
    match action {
        Action::CreateHealthCheck {
            caller_reference,
            config,
        } => {
            let Effect::HealthCheckCreated { id } = effect else {
                return;
            };
            if let Some(checks) = observed.health_checks.known_mut() {
                let check = HealthCheck {
                    caller_reference: caller_reference.clone(),
                    config: Some(config.clone()),
                    name_tag: Read::Known(None),
                    status: Read::NotRead,
                    children: BTreeSet::new(),
                };
                checks.insert(id.clone(), check);
            }
            if let Some(quota) = observed.check_quota.known_mut() {
                quota.used += 1;
            }
        }
        Action::NameHealthCheck { id, after, .. } => {
            if let Some(check) = observed
                .health_checks
                .known_mut()
                .and_then(|checks| checks.get_mut(id))
            {
                check.name_tag = Read::Known(Some(after.clone()));
            }
        }
        Action::DeleteHealthCheck { id, .. } => {
            if let Some(checks) = observed.health_checks.known_mut() {
                checks.remove(id);
            }
            if let Some(quota) = observed.check_quota.known_mut() {
                quota.used = quota.used.saturating_sub(1);
            }
        }
        Action::ChangeRecordSets(set) => {
            change_record_sets(observed, set);
            if let Effect::RecordSetsChanged { change } = effect {
                let change = Change {
                    id: change.clone(),
                    state: ChangeState::Pending,
                };
                observed.changes.insert(set.app.clone(), change);
            }
        }
    }
}

fn change_record_sets(observed: &mut Observed, set: &ChangeSet) {
    let records = observed.records.get_mut(&set.zone);
    if let Some(records) = records.and_then(Read::known_mut) {
        records.change(set);
    }
}

impl Records {
    /// Carries out a change.
    pub fn change(&mut self, set: &ChangeSet) {
        for gone in set.deletions() {
            if let Some(sets) = self.sets.get_mut(&gone.name) {
                sets.remove(gone);
                if sets.is_empty() {
                    self.sets.remove(&gone.name);
                }
            }
        }
        for new in set.creations() {
            self.sets
                .entry(new.name.clone())
                .or_default()
                .insert(new.clone());
        }
    }
}

/// What is known once everything in progress has ended well.
pub fn settle(observed: &mut Observed) {
    for change in observed.changes.values_mut() {
        change.state = ChangeState::InSync;
    }
    for check in observed
        .health_checks
        .known_mut()
        .into_iter()
        .flat_map(|checks| checks.values_mut())
    {
        if check.status.known().is_some() {
            check.status = Read::Known(CheckStatus::Healthy);
        }
    }
}
