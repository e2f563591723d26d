//! What a table's members need: the time to live, the replicas one after another, the protection of each.

use super::desired::Desired;
use super::diff::Diff;
use super::{Call, Table, TableRefusal, TableStatus, Ttl, TtlState};
use crate::names::Region;
use crate::refusal::Refusal;
use crate::waiting::Waiting;

impl Diff<'_> {
    pub(super) fn time_to_live(&mut self, desired: &Desired, region: &Region, home: &Table) {
        let (Some(wish), Some(ttl)) = (&desired.ttl, home.ttl.known()) else {
            return;
        };
        match (wish.enabled, ttl.state) {
            (true, TtlState::Enabled | TtlState::Enabling) => {
                if let Some(observed) = ttl
                    .attribute
                    .as_ref()
                    .filter(|observed| **observed != wish.attribute)
                {
                    self.found
                        .refused
                        .push(Refusal::Table(TableRefusal::TtlAttributeInUse {
                            table: self.name(),
                            observed: observed.clone(),
                            declared: wish.attribute.clone(),
                        }));
                }
            }
            (false, TtlState::Disabled | TtlState::Disabling) => {}
            (true, TtlState::Disabling) | (false, TtlState::Enabling) => {
                self.found
                    .waiting
                    .push(Waiting::TtlCooldown { table: self.name() });
            }
            (true, TtlState::Disabled) | (false, TtlState::Enabled) => {
                // Only the attribute in use can be turned off.
                let in_use = ttl.attribute.as_ref().filter(|_| !wish.enabled);
                let attribute = in_use.unwrap_or(&wish.attribute).clone();
                let before = Ttl {
                    state: ttl.state,
                    attribute: ttl.attribute.clone(),
                };
                self.call(
                    region,
                    Call::UpdateTimeToLive {
                        before,
                        attribute,
                        enabled: wish.enabled,
                    },
                );
            }
        }
    }

    /// Makes the next missing replica; says whether all are there and Active.
    pub(super) fn replicas(&mut self, desired: &Desired, region: &Region, home: &Table) -> bool {
        let is_moving = self.replicas_in_progress(home);
        for (replica, status) in &home.replicas {
            if let TableStatus::Broken(broken) = status
                && desired.regions.contains(replica)
            {
                self.broken(replica, *broken);
            }
        }
        let missing = desired
            .regions
            .iter()
            .find(|other| *other != region && !home.replicas.contains_key(*other));
        match missing {
            Some(replica) if !is_moving && self.member(replica).is_none() => {
                self.call(
                    region,
                    Call::CreateReplica {
                        replica: replica.clone(),
                    },
                );
                false
            }
            Some(_) => false,
            None => {
                !is_moving
                    && home
                        .replicas
                        .values()
                        .all(|status| *status == TableStatus::Active)
            }
        }
    }

    pub(super) fn replicas_in_progress(&mut self, home: &Table) -> bool {
        let mut is_moving = false;
        for (replica, status) in &home.replicas {
            let (table, region) = (self.name(), replica.clone());
            self.found.wait(match status {
                TableStatus::Active | TableStatus::Broken(_) => continue,
                TableStatus::Creating => Waiting::ReplicaCreating { table, region },
                TableStatus::Deleting => Waiting::ReplicaDeleting { table, region },
                TableStatus::Updating | TableStatus::Other(_) => Waiting::TableUpdating {
                    table,
                    region,
                    status: status.to_string(),
                },
            });
            is_moving = true;
        }
        is_moving
    }

    /// Sets the protection of the first member that lacks it: a toggle holds its member for half a minute.
    pub(super) fn protection(&mut self, desired: &Desired) {
        for region in &desired.regions {
            let Some(member) = self.member(region) else {
                continue;
            };
            if member.status != TableStatus::Active {
                self.found.wait(Waiting::TableUpdating {
                    table: self.name(),
                    region: region.clone(),
                    status: member.status.to_string(),
                });
                return;
            }
            if member.is_protected != desired.is_protected {
                self.call(
                    region,
                    Call::SetDeletionProtection {
                        is_protected: desired.is_protected,
                    },
                );
                return;
            }
        }
    }

    pub(super) fn unlisted(&mut self, desired: &Desired, region: &Region, home: &Table) {
        let members = std::iter::once(region).chain(home.replicas.keys());
        for member in members.filter(|member| !desired.regions.contains(member)) {
            self.found
                .refused
                .push(Refusal::Table(TableRefusal::ReplicaNotListed {
                    table: self.name(),
                    region: member.clone(),
                }));
        }
    }
}
