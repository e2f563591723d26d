//! The endpoint groups of the wanted listeners: what is added, changed, and led out in two steps.

use std::collections::BTreeMap;

use k8s_openapi::jiff::Timestamp;

use super::desired::Desired;
use super::{Accelerator, Action, Changes, Dial, EndpointHealth, Group, GroupSettings, Listener};
use crate::names::{ListenerArn, Region};
use crate::settings::Settings;
use crate::validate::App;
use crate::waiting::Waiting;

/// The endpoint groups of the wanted listeners.
pub(super) struct Groups<'a> {
    pub(super) app: &'a App,
    pub(super) desired: &'a Desired,
    pub(super) settings: &'a Settings,
    pub(super) now: Timestamp,
    pub(super) raises: Vec<Action>,
    pub(super) lowers: Vec<Action>,
}

impl Groups<'_> {
    pub(super) fn of_listener(
        &mut self,
        listener: &ListenerArn,
        found: &Listener,
        accelerator: &Accelerator,
        changes: &mut Changes,
    ) {
        let Some(groups) = found.groups.known() else {
            changes.wait(Waiting::unread(
                format!("endpoint groups of {listener}"),
                Some(&found.groups),
            ));
            return;
        };
        for (region, wanted) in &self.desired.groups {
            // What serves is never taken out for its data; it is only reported.
            let not_ready = if serves(accelerator, region) {
                None
            } else {
                self.app
                    .requires
                    .iter()
                    .find_map(|required| required.waiting(region))
            };
            match (groups.get(region), not_ready) {
                (_, Some(waiting)) => {
                    changes.wait(waiting);
                }
                (None, None) => self.raises.push(Action::CreateGroup {
                    listener: listener.clone(),
                    region: region.clone(),
                    after: wanted.clone(),
                }),
                (Some(group), None) => self.update(listener, region, group, wanted, changes),
            }
        }
        let stays = |region: &Region| {
            self.desired.groups.contains_key(region) || self.app.held.contains(region)
        };
        for (region, group) in groups.iter().filter(|(region, _)| !stays(region)) {
            self.leave(listener, region, group, changes);
        }
    }

    /// Brings a group to what is wanted. Endpoints that are not wanted leave in two steps.
    fn update(
        &mut self,
        listener: &ListenerArn,
        region: &Region,
        group: &Group,
        wanted: &GroupSettings,
        changes: &mut Changes,
    ) {
        let observed = &group.settings;
        let mut after = GroupSettings {
            dial: wanted.dial,
            endpoints: BTreeMap::new(),
            check: wanted.check.clone().or_else(|| observed.check.clone()),
        };
        for (id, endpoint) in &wanted.endpoints {
            let mut endpoint = *endpoint;
            endpoint.preserves_client_ip = observed
                .endpoints
                .get(id)
                .and_then(|found| found.preserves_client_ip);
            after.endpoints.insert(id.clone(), endpoint);
        }
        let newcomer_is_healthy = wanted.endpoints.iter().any(|(id, endpoint)| {
            endpoint.weight > 0 && group.health.get(id) == Some(&EndpointHealth::Healthy)
        });
        for (id, found) in observed
            .endpoints
            .iter()
            .filter(|(id, _)| !wanted.endpoints.contains_key(*id))
        {
            let mut leaving = *found;
            if self.app.held.contains(region) {
                // The endpoint whose target is not known may be just this one.
            } else if found.weight > 0 && !newcomer_is_healthy && wanted.has_weight() {
                changes.wait(Waiting::TargetWarming {
                    region: region.clone(),
                });
            } else if found.weight > 0 {
                leaving.weight = 0;
                self.start_drain(region, changes);
            } else if self.drained(region, changes) {
                continue;
            }
            after.endpoints.insert(id.clone(), leaving);
        }
        if after != *observed {
            self.push(Action::UpdateGroup {
                listener: listener.clone(),
                region: region.clone(),
                group: group.arn.clone(),
                before: observed.clone(),
                after,
            });
        }
    }

    /// Takes a Region out: no new users, then no group.
    fn leave(
        &mut self,
        listener: &ListenerArn,
        region: &Region,
        group: &Group,
        changes: &mut Changes,
    ) {
        let before = group.settings.clone();
        if before.has_weight() {
            let mut after = before.clone();
            after
                .endpoints
                .values_mut()
                .for_each(|endpoint| endpoint.weight = 0);
            self.start_drain(region, changes);
            self.push(Action::UpdateGroup {
                listener: listener.clone(),
                region: region.clone(),
                group: group.arn.clone(),
                before,
                after,
            });
        } else if self.drained(region, changes) {
            self.push(Action::DeleteGroup {
                listener: listener.clone(),
                region: region.clone(),
                group: group.arn.clone(),
                before,
            });
        }
    }

    fn start_drain(&self, region: &Region, changes: &mut Changes) {
        changes
            .drains
            .insert(region.clone(), self.now + self.settings.timings.drain_delay);
    }

    /// Whether what leaves this Region has had its time. An unknown start starts now.
    fn drained(&self, region: &Region, changes: &mut Changes) -> bool {
        let until = changes
            .drains
            .get(region)
            .or_else(|| self.app.memory.drains.get(region))
            .copied()
            .unwrap_or(self.now + self.settings.timings.drain_delay);
        // Also one that is over, as long as the group is there: who could not delete it does not wait once more.
        changes.drains.insert(region.clone(), until);
        if until <= self.now {
            return true;
        }
        let waiting = Waiting::Draining {
            region: region.clone(),
            until,
        };
        changes.wait(waiting);
        false
    }

    /// Raises go before lowers, so that no prefix of the plan has less than both ends.
    fn push(&mut self, action: Action) {
        if lowers(&action) {
            self.lowers.push(action);
        } else {
            self.raises.push(action);
        }
    }
}

/// Whether users of some listener are sent to that Region.
pub(crate) fn serves(accelerator: &Accelerator, region: &Region) -> bool {
    accelerator
        .listeners()
        .any(|(_, listener)| listener.group(region).is_some_and(Group::takes_users))
}

/// Whether the action sends fewer users to its Region.
pub(crate) fn lowers(action: &Action) -> bool {
    match action {
        Action::UpdateGroup { before, after, .. } => {
            let weight = |settings: &GroupSettings| -> u32 {
                settings
                    .endpoints
                    .values()
                    .map(|endpoint| u32::from(endpoint.weight))
                    .sum()
            };
            after.dial < before.dial || weight(after) < weight(before) || after.dial == Dial::ZERO
        }
        Action::DeleteGroup { .. } | Action::DeleteListener { .. } => true,
        Action::CreateAccelerator { .. }
        | Action::TagAccelerator { .. }
        | Action::CreateListener { .. }
        | Action::UpdateListener { .. }
        | Action::CreateGroup { .. } => false,
    }
}
