//! What happens by itself: tables come and go, replicas are listed, created and removed, in the
//! order and at the pace that was measured for empty tables.

use jiff::Timestamp;

use super::group::{GroupId, ReplicaStatus};
use super::{DynamoDb, Place, TableStatus};
use crate::ids::Ids;
use crate::region::Region;

/// Each with the table or the group and the member that it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// A table is ACTIVE (again).
    Active(Place),
    /// A table is gone.
    Gone(Place),
    /// Time to live has changed.
    TtlSettled(Place),
    /// The other members show a new one.
    Listed(GroupId, Region),
    /// A new replica's table can be described.
    Described {
        group: GroupId,
        region: Region,
        source: Place,
    },
    /// A new replica, and the table that was asked to add it, are ACTIVE.
    ReplicaActive {
        group: GroupId,
        region: Region,
        source: Place,
    },
    /// A replica's removal has begun for good: the table that was asked is ACTIVE again.
    RemovalBegun {
        group: GroupId,
        region: Region,
        asked: Place,
    },
    /// The other members no longer show a removed replica.
    Unlisted(GroupId, Region),
}

impl DynamoDb {
    pub(crate) fn advance(&mut self, now: Timestamp, ids: &mut Ids) {
        while let Some((at, event)) = self.agenda.take_due(now) {
            self.happen(at, event, ids);
        }
    }

    fn happen(&mut self, at: Timestamp, event: Event, ids: &mut Ids) {
        match event {
            Event::Active(place) => self.set_status(&place, TableStatus::Active),
            Event::Gone(place) => {
                self.tables.remove(&place);
            }
            Event::TtlSettled(place) => {
                // A replica that joined meanwhile has inherited what is settled now.
                let group = self.tables.get(&place).and_then(|table| table.group);
                for table in self.tables.values_mut() {
                    if table.place == place || (group.is_some() && table.group == group) {
                        table.ttl.settle();
                    }
                }
            }
            Event::Listed(group, region) => {
                self.change_member(group, region, |member| member.listed = true);
            }
            Event::Described {
                group,
                region,
                source,
            } => {
                let replica = self
                    .tables
                    .get(&source)
                    .filter(|table| table.group == Some(group));
                let replica = replica.map(|table| table.replica(region, ids.uuid("table"), at));
                self.tables
                    .extend(replica.map(|table| (table.place.clone(), table)));
            }
            Event::ReplicaActive {
                group,
                region,
                source,
            } => {
                self.change_member(group, region, |it| it.status = ReplicaStatus::Active);
                let view = self.tables.get(&source).and_then(|table| table.stream);
                if let Some(replica) = self.tables.get_mut(&source.in_region(region)) {
                    replica.stream = view;
                    replica.status = TableStatus::Active;
                    if let Some(stream) = &mut replica.stream {
                        stream.label = at;
                    }
                }
                self.set_status(&source, TableStatus::Active);
                self.release(group);
            }
            Event::RemovalBegun {
                group,
                region,
                asked,
            } => {
                self.change_member(group, region, |it| it.status = ReplicaStatus::Deleting);
                self.set_status(&asked.in_region(region), TableStatus::Deleting);
                self.set_status(&asked, TableStatus::Active);
            }
            Event::Unlisted(group, region) => self.unlist(group, region),
        }
    }

    fn set_status(&mut self, place: &Place, status: TableStatus) {
        if let Some(table) = self.tables.get_mut(place)
            && table.status != TableStatus::Deleting
        {
            table.status = status;
        }
    }

    fn change_member(
        &mut self,
        group: GroupId,
        region: Region,
        change: impl Fn(&mut super::group::Member),
    ) {
        let group = self.groups.get_mut(&group);
        if let Some(member) = group.and_then(|group| group.member_mut(region)) {
            change(member);
        }
    }

    fn release(&mut self, group: GroupId) {
        if let Some(group) = self.groups.get_mut(&group) {
            group.busy = false;
        }
    }

    /// A removed replica no longer belongs to the group, and a group of one is no global table.
    fn unlist(&mut self, id: GroupId, region: Region) {
        let Some(group) = self.groups.get_mut(&id) else {
            return;
        };
        group.members.retain(|member| member.region != region);
        group.busy = false;
        let left: Vec<Region> = group.members.iter().map(|member| member.region).collect();
        let alone = left.len() <= 1;
        for table in self
            .tables
            .values_mut()
            .filter(|table| table.group == Some(id))
        {
            if table.place.region == region || alone {
                table.group = None;
            }
        }
        if alone {
            self.groups.remove(&id);
        }
    }
}
