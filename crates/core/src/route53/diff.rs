//! The calls that bring an app's names from what they are to what is wanted, as far as they can be made now.
//!
//! ```text
//!                    wanted                              not wanted
//! nothing there      claim: create sets and fence        -
//! sets, no fence     not ours, unless we wrote just      not ours
//!                    these (then the fence again), or
//!                    they are to be adopted
//! our fence          replace sets and fence              delete both, once the wanted names serve
//! released fence     retake: replace sets and fence      leave
//! another's mark     not ours, unless a person consents  leave
//!                    to the take-over
//! ```
//! All names of the app in its zone change in one batch, whose DELETEs say what was read: a compare-and-swap.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;

use super::claim::Claim;
use super::desired::{Desired, DesiredSet};
use super::fence::Fence;
use super::standing::{Guarding, addresses, fence_set, fenced, guarding};
use super::{
    Action, ChangeSet, ChangeState, CheckQuota, MAX_ELEMENTS, NameChange, NameRefusal, Observed,
    RecordSet, Records, Way,
};
use crate::crd::DeletionPolicy;
use crate::identity::{MarkState, Ownership, Stranger};
use crate::names::{Hostname, Incarnation, Region, ZoneId};
use crate::plan;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::validate::{App, Lifecycle};
use crate::waiting::Waiting;

/// What the diff found.
pub type Changes = plan::Changes<Action>;

/// What the diff of names needs to know besides the app.
pub struct Place<'a> {
    /// The app's zone.
    pub zone: &'a ZoneId,
    /// What is in it.
    pub records: &'a Records,
    /// The DNS name of the app's accelerator, once names may point to it.
    pub accelerator: Option<&'a str>,
    /// The incarnation for every mark.
    pub incarnation: &'a Incarnation,
    /// The committed revision.
    pub revision: u64,
}

/// The calls that make this app's names as wanted.
pub fn changes(
    app: &App,
    desired: &Desired,
    observed: &Observed,
    place: &Place<'_>,
    settings: &Settings,
    now: Timestamp,
) -> Changes {
    let mut diff = Diff {
        app,
        observed,
        place,
        settings,
        now,
        found: Changes::default(),
        set: BTreeMap::new(),
    };
    for (hostname, sets) in &desired.names {
        diff.wanted(hostname, sets);
    }
    let unwanted =
        fenced(app, place.records).filter(|(hostname, _)| !desired.names.contains_key(hostname));
    let replaced = desired
        .names
        .keys()
        .all(|hostname| diff.will_be_there(hostname))
        && !desired.names.is_empty();
    for (hostname, fence) in unwanted.collect::<Vec<_>>() {
        diff.unwanted(hostname, &fence, replaced);
    }
    diff.finish()
}

pub(super) struct Diff<'a> {
    pub(super) app: &'a App,
    pub(super) observed: &'a Observed,
    pub(super) place: &'a Place<'a>,
    pub(super) settings: &'a Settings,
    pub(super) now: Timestamp,
    pub(super) found: Changes,
    pub(super) set: BTreeMap<Hostname, NameChange>,
}

impl Diff<'_> {
    fn wanted(&mut self, hostname: &Hostname, desired: &[DesiredSet]) {
        let there = addresses(self.place.records, hostname);
        let claim = match self.judge(hostname, &there) {
            Claim::Theirs(owner, marks) if !self.may_take_over(hostname, &owner, &marks) => return,
            claim @ (Claim::Theirs(..) | Claim::Free | Claim::Ours(..)) => claim,
        };
        let Some(after) = self.resolve(hostname, desired, &there) else {
            return;
        };
        match claim {
            Claim::Free => self.claim(hostname, &there, after),
            Claim::Ours(fence, ownership) => {
                self.replace(hostname, &fence, &ownership, &there, after);
            }
            Claim::Theirs(_, marks) => self.take_over(hostname, &there, marks, after),
        }
    }

    fn replace(
        &mut self,
        hostname: &Hostname,
        fence: &Fence,
        ownership: &Ownership,
        there: &BTreeSet<RecordSet>,
        after: BTreeSet<RecordSet>,
    ) {
        if *ownership == Ownership::Ours && *there == after && fence.mark.state == MarkState::Held {
            self.found.settled.insert(hostname.clone());
            return;
        }
        if fence.revision > self.place.revision {
            self.found.wait(Waiting::SpecNotAgreed {
                hostname: hostname.clone(),
                fenced: fence.revision,
                committed: self.place.revision,
            });
            return;
        }
        if let Some(what) = there.iter().find_map(RecordSet::foreign_policy) {
            return self.refuse(hostname, Stranger::Policy(what.to_owned()), Way::None);
        }
        let is_foreign = *there != after && self.is_foreign(hostname, there);
        if is_foreign && !self.may_correct(hostname) {
            return;
        }
        let since = if fence.mark.state == MarkState::Held {
            fence.since
        } else {
            self.now
        };
        let mut before = there.clone();
        before.extend(fence_set(self.place.records, hostname).cloned());
        let fence = self.fence(since).record_set(hostname);
        self.change(hostname, before, after, Some(fence));
    }

    /// A name that the app no longer wants, or an app that is no longer wanted.
    fn unwanted(&mut self, hostname: Hostname, fence: &Fence, replaced: bool) {
        let judge = &self.settings.installation;
        let ownership = judge.judge(
            &fence.mark,
            &self.app.identity.key,
            Some(self.place.incarnation),
        );
        let (held, mine) = match (fence.mark.state, ownership) {
            (_, Ownership::NotOurs(_)) => return,
            (state, Ownership::Ours | Ownership::Retakeable) => (
                state != MarkState::Released,
                fence_set(self.place.records, &hostname).cloned(),
            ),
        };
        let Some(mine) = mine else { return };
        match self.app.lifecycle {
            // What an earlier object of this name released is not this one's to delete.
            Lifecycle::Living | Lifecycle::Deleting(DeletionPolicy::Retain) if !held => {}
            Lifecycle::Deleting(DeletionPolicy::Delete)
                if !held && !self.app.hostnames.contains(&hostname) => {}
            // A newer plan has added it, or what this one stands on was restored from a backup.
            Lifecycle::Living if fence.revision > self.place.revision => {
                self.found.wait(Waiting::SpecNotAgreed {
                    hostname,
                    fenced: fence.revision,
                    committed: self.place.revision,
                });
            }
            Lifecycle::Living if !replaced => self
                .found
                .waiting
                .push(Waiting::NameReplacement { hostname }),
            Lifecycle::Deleting(DeletionPolicy::Retain) => {
                let released = Fence {
                    mark: self.settings.installation.mark(
                        MarkState::Released,
                        &self.app.identity.key,
                        self.place.incarnation,
                    ),
                    revision: fence.revision,
                    since: self.now,
                };
                let after = BTreeSet::from([released.record_set(&hostname)]);
                self.set.insert(
                    hostname,
                    NameChange {
                        before: BTreeSet::from([mine]),
                        after,
                    },
                );
            }
            Lifecycle::Living | Lifecycle::Deleting(DeletionPolicy::Delete) => {
                let mut before = addresses(self.place.records, &hostname);
                if let Some(what) = before.iter().find_map(RecordSet::foreign_policy) {
                    let policy = Stranger::Policy(what.to_owned());
                    return self.refuse(&hostname, policy, Way::None);
                }
                before.insert(mine);
                self.set.insert(
                    hostname,
                    NameChange {
                        before,
                        after: BTreeSet::new(),
                    },
                );
            }
        }
    }

    pub(super) fn fence(&self, since: Timestamp) -> Fence {
        let installation = &self.settings.installation;
        Fence {
            mark: installation.mark(
                MarkState::Held,
                &self.app.identity.key,
                self.place.incarnation,
            ),
            revision: self.place.revision,
            since,
        }
    }

    pub(super) fn change(
        &mut self,
        hostname: &Hostname,
        before: BTreeSet<RecordSet>,
        mut after: BTreeSet<RecordSet>,
        fence: Option<RecordSet>,
    ) {
        let stay: BTreeSet<Region> = after.iter().filter_map(RecordSet::region).collect();
        for region in before.iter().filter_map(RecordSet::region) {
            if !stay.contains(&region) && !self.app.endpoints.contains_key(&region) {
                let until = self.now + self.settings.timings.drain_delay;
                self.found.drains.insert(region, until);
            }
        }
        after.extend(fence);
        self.set
            .insert(hostname.clone(), NameChange { before, after });
    }

    pub(super) fn refuse(&mut self, hostname: &Hostname, owner: Stranger, way: Way) {
        self.found.refused.push(Refusal::Name(NameRefusal {
            hostname: hostname.clone(),
            owner,
            way,
        }));
    }

    /// Whether the name is ours and serves, after the batch that is being put together.
    fn will_be_there(&self, hostname: &Hostname) -> bool {
        let held = matches!(guarding(self.place.records, hostname), Guarding::Fence(fence)
            if fence.mark.owner == self.app.identity.key && fence.mark.state == MarkState::Held);
        self.set.contains_key(hostname)
            || (held && !addresses(self.place.records, hostname).is_empty())
    }

    /// Takes back the creation of checks if the account has no room for all of them: AWS would refuse some.
    fn keep_to_quota(&mut self) {
        let is_creation = |action: &Action| matches!(action, Action::CreateHealthCheck { .. });
        let creations = self.found.actions.iter().filter(|it| is_creation(it));
        let needed = u64::try_from(creations.count()).unwrap_or(u64::MAX);
        if needed == 0 {
            return;
        }
        let Some(CheckQuota { used, limit }) = self.observed.check_quota.known() else {
            // AWS knows, and is asked: by the creation.
            if self.observed.check_quota.failure().is_some() {
                let quota = Some(&self.observed.check_quota);
                self.found
                    .wait(Waiting::unread("quota of health checks", quota));
            }
            return;
        };
        if used.saturating_add(needed) > *limit {
            self.found.actions.retain(|action| !is_creation(action));
            self.found.refused.push(Refusal::QuotaExceeded {
                object: "health checks of the account".to_owned(),
                limit: format!(
                    "{used} of {limit} are in use, and {needed} more are needed: ask for more (Service Quotas, Route 53, \
                     us-east-1), delete what nobody uses, or let endpoints share checks"
                ),
            });
        }
    }

    fn finish(mut self) -> Changes {
        self.keep_to_quota();
        let key = &self.app.identity.key;
        if !self.set.is_empty() {
            let set = ChangeSet {
                zone: self.place.zone.clone(),
                app: key.clone(),
                names: self.set,
            };
            if set.elements() > MAX_ELEMENTS {
                self.found.refused.push(Refusal::QuotaExceeded {
                    object: format!("zone {}", set.zone),
                    limit: format!(
                        "the names change in one batch of {} elements, and Route 53 takes {MAX_ELEMENTS}: declare some \
                         of them in a second GlobalApp",
                        set.elements()
                    ),
                });
            } else {
                // Before the console names of checks: those hold nothing up.
                let names = self
                    .found
                    .actions
                    .iter()
                    .position(|action| matches!(action, Action::NameHealthCheck { .. }));
                let at = names.unwrap_or(self.found.actions.len());
                self.found.actions.insert(at, Action::ChangeRecordSets(set));
            }
        }
        if let Some(change) = self.observed.changes.get(key)
            && change.state == ChangeState::Pending
        {
            self.found.wait(Waiting::RecordsPropagating {
                change: change.id.to_string(),
            });
        }
        self.found
    }
}
