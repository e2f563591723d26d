//! The calls that bring a table from what it is to what is wanted, as far as they can be made now.
//!
//! ```text
//! 1 the table       create it in the first Region, marked and protected
//! 2 time to live    once, in any Region: DynamoDB carries it to the replicas
//! 3 replicas        one at a time; each is marked when it is Active
//! 4 protection      when all replicas are there, Region by Region
//! ```
//! A replica that is not wanted is refused, kept and shown: leaving a list is no consent to lose data.

use std::collections::BTreeMap;

use super::desired::Desired;
use super::{Action, Broken, Call, Observed, Table, TableRefusal, TableStatus};
use crate::failure::Read;
use crate::identity::{Mark, MarkState, Ownership, Stranger};
use crate::names::{Incarnation, Region};
use crate::plan;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::validate;
use crate::waiting::Waiting;

/// What the diff found.
pub type Changes = plan::Changes<Action>;

/// The member through which the table is changed: the first declared Region that has it.
pub fn home<'a>(regions: &[Region], observed: &'a Observed) -> Option<(&'a Region, &'a Table)> {
    let declared = regions
        .iter()
        .filter_map(|region| observed.get_key_value(region));
    declared
        .chain(observed.iter())
        .find_map(|(region, read)| Some((region, read.known()?.as_ref()?)))
}

/// The calls that make this table as wanted.
pub fn changes(
    table: &validate::Table,
    desired: Option<&Desired>,
    observed: &Observed,
    incarnation: &Incarnation,
    settings: &Settings,
) -> Changes {
    let mut diff = Diff {
        table,
        observed,
        incarnation,
        settings,
        found: Changes::default(),
    };
    if diff.is_partial() {
        return diff.found;
    }
    match (home(&table.regions, observed), desired) {
        (None, None) => {}
        (None, Some(desired)) => diff.create(desired),
        (Some((region, home)), desired) => match (diff.judge(home), desired) {
            (None, _) => diff.found.wait(Waiting::unread(
                format!("tags of table {} in {region}", table.name),
                Some(&home.tags),
            )),
            (Some(Ownership::NotOurs(owner)), Some(_)) => diff.not_ours(region, owner),
            (Some(Ownership::NotOurs(_)), None) => {}
            (Some(Ownership::Ours | Ownership::Retakeable), Some(desired)) => {
                diff.living(desired, region, home);
            }
            (Some(Ownership::Ours | Ownership::Retakeable), None) => diff.release(region, home),
        },
    }
    diff.found
}

pub(super) struct Diff<'a> {
    table: &'a validate::Table,
    observed: &'a Observed,
    incarnation: &'a Incarnation,
    settings: &'a Settings,
    pub(super) found: Changes,
}

impl<'a> Diff<'a> {
    /// Whether a Region could not be read. Then nothing is done: the name could be taken there.
    fn is_partial(&mut self) -> bool {
        for (region, read) in self.observed {
            if read.known().is_none() {
                self.found.wait(Waiting::unread(
                    format!("table {} in {region}", self.table.name),
                    Some(read),
                ));
            }
        }
        !self.found.waiting.is_empty()
    }

    pub(super) fn member(&self, region: &Region) -> Option<&'a Table> {
        self.observed
            .get(region)
            .and_then(Read::known)
            .and_then(Option::as_ref)
    }

    fn create(&mut self, desired: &Desired) {
        if let Some(id) = self.table.known.values().next() {
            // We had a table. An empty one in its place would look like success.
            self.found
                .refused
                .push(Refusal::Table(TableRefusal::TableVanished {
                    table: self.name(),
                    table_id: id.to_string(),
                }));
            return;
        }
        let Some(region) = desired.regions.first() else {
            return;
        };
        self.call(
            region,
            Call::CreateTable {
                keys: desired.keys.clone(),
                tags: self.mark(MarkState::Held).to_tags(),
                is_protected: desired.is_protected,
            },
        );
    }

    fn living(&mut self, desired: &Desired, region: &Region, home: &Table) {
        if home.keys != desired.keys {
            self.found
                .refused
                .push(Refusal::Table(TableRefusal::KeySchemaMismatch {
                    table: self.name(),
                    observed: home.keys.to_string(),
                    declared: desired.keys.to_string(),
                }));
        }
        if home.is_strong {
            self.found
                .refused
                .push(Refusal::Table(TableRefusal::ConsistencyMismatch {
                    table: self.name(),
                }));
        }
        self.strangers_in_the_way(desired, region, home);
        if !self.found.refused.is_empty() {
            return;
        }
        self.mark_members(region, home);
        match &home.status {
            TableStatus::Active => {}
            TableStatus::Broken(broken) => return self.broken(region, *broken),
            status @ (TableStatus::Creating
            | TableStatus::Updating
            | TableStatus::Deleting
            | TableStatus::Other(_)) => {
                self.found.wait(Waiting::TableUpdating {
                    table: self.name(),
                    region: region.clone(),
                    status: status.to_string(),
                });
                // A new replica shows in its own right, and says more.
                self.replicas_in_progress(home);
                self.unlisted(desired, region, home);
                return;
            }
        }
        self.time_to_live(desired, region, home);
        let all_there = self.replicas(desired, region, home);
        if all_there {
            self.protection(desired);
        }
        self.unlisted(desired, region, home);
    }

    /// Tables of this name in wanted Regions that are no members of this global table.
    fn strangers_in_the_way(&mut self, desired: &Desired, region: &Region, home: &Table) {
        for other in desired
            .regions
            .iter()
            .filter(|other| *other != region && !home.replicas.contains_key(*other))
        {
            // A member that has just gone is still there for a while.
            let Some(table) = self.member(other) else {
                continue;
            };
            if table.status == TableStatus::Deleting {
                self.found.wait(Waiting::ReplicaDeleting {
                    table: self.name(),
                    region: other.clone(),
                });
            } else if home.status == TableStatus::Active {
                self.found
                    .refused
                    .push(Refusal::Table(TableRefusal::NameTakenInRegion {
                        table: self.name(),
                        region: other.clone(),
                    }));
            }
        }
    }

    /// Marks the members whose tags are known to say something else.
    fn mark_members(&mut self, region: &Region, home: &Table) {
        let after = self.mark(MarkState::Held).to_tags();
        let active = |status: &TableStatus| *status == TableStatus::Active;
        let replicas = home
            .replicas
            .iter()
            .filter(|(_, status)| active(status))
            .map(|(replica, _)| replica);
        for member in std::iter::once(region)
            .filter(|_| active(&home.status))
            .chain(replicas)
        {
            let Some(table) = self.member(member) else {
                continue;
            };
            let Some(tags) = table.tags.known() else {
                continue;
            };
            match self.judge(table) {
                // DynamoDB marks no replica; being a member of our table makes it ours.
                Some(
                    Ownership::NotOurs(Stranger::Unmarked)
                    | Ownership::Ours
                    | Ownership::Retakeable,
                ) => {
                    self.tag(member, table, tags, &after);
                }
                Some(Ownership::NotOurs(owner)) => self.not_ours(member, owner),
                None => {}
            }
        }
    }

    fn tag(
        &mut self,
        region: &Region,
        table: &Table,
        tags: &BTreeMap<String, String>,
        after: &BTreeMap<String, String>,
    ) {
        let before: BTreeMap<String, String> = tags
            .iter()
            .filter(|(key, _)| after.contains_key(*key))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        if before != *after {
            self.call(
                region,
                Call::TagTable {
                    arn: table.arn.clone(),
                    before,
                    after: after.clone(),
                },
            );
        }
    }

    /// Marks every member as released. Tables and their protection stay.
    fn release(&mut self, region: &Region, home: &Table) {
        let after = self.mark(MarkState::Released).to_tags();
        for member in std::iter::once(region).chain(home.replicas.keys()) {
            let Some(table) = self.member(member) else {
                continue;
            };
            if let Some(tags) = table.tags.known() {
                self.tag(member, table, tags, &after);
            }
        }
    }

    /// Whose the table is; nothing while its tags are unknown.
    fn judge(&self, table: &Table) -> Option<Ownership> {
        let tags = table.tags.known()?;
        Some(match Mark::from_tags(tags) {
            None => Ownership::NotOurs(Stranger::Unmarked),
            Some(mark) => {
                let key = &self.table.identity.key;
                self.settings
                    .installation
                    .judge(&mark, key, Some(self.incarnation))
            }
        })
    }

    fn not_ours(&mut self, region: &Region, owner: Stranger) {
        self.found.refused.push(Refusal::NotOurs {
            object: format!("table {} in {region}", self.table.name),
            owner,
            remedy: "rename spec.tableName, or remove that table",
        });
    }

    pub(super) fn broken(&mut self, region: &Region, broken: Broken) {
        self.found
            .refused
            .push(Refusal::Table(TableRefusal::ReplicaBroken {
                reason: broken.reason(),
                table: self.name(),
                region: region.clone(),
                status: broken.as_str().to_owned(),
            }));
    }

    fn mark(&self, state: MarkState) -> Mark {
        self.settings
            .installation
            .mark(state, &self.table.identity.key, self.incarnation)
    }

    pub(super) fn name(&self) -> String {
        self.table.name.to_string()
    }

    pub(super) fn call(&mut self, region: &Region, call: Call) {
        self.found.actions.push(Action {
            table: self.table.name.clone(),
            region: region.clone(),
            call,
        });
    }
}
