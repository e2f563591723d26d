//! A global table: its replicas, as each of them shows the others.

use jiff::{SignedDuration, Timestamp};

use super::{DynamoDb, Place, Table, TableStatus};
use crate::region::Region;
use crate::words::words;

words! { ReplicaStatus { Creating "CREATING", Deleting "DELETING", Active "ACTIVE" } }

/// "Deleting a global table": a Region stays a source for 24 hours.
const SOURCE_FOR: SignedDuration = SignedDuration::from_hours(24);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GroupId(u64);

#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// In the order in which they joined.
    pub(super) members: Vec<Member>,
    /// A replica is being added or removed. Only one at a time can be.
    pub(super) busy: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) region: Region,
    pub(super) status: ReplicaStatus,
    /// The others show it: a new member appears some seconds after the call.
    pub(super) listed: bool,
    /// The Region whose endpoint was asked to add it, and when.
    pub(super) source: Option<(Region, Timestamp)>,
}

impl Member {
    pub(super) fn new(region: Region, source: Option<(Region, Timestamp)>) -> Self {
        let fresh = source.is_some();
        Self {
            region,
            status: if fresh {
                ReplicaStatus::Creating
            } else {
                ReplicaStatus::Active
            },
            listed: !fresh,
            source,
        }
    }
}

impl Group {
    pub(super) fn member(&self, region: Region) -> Option<&Member> {
        self.members.iter().find(|member| member.region == region)
    }

    pub(super) fn member_mut(&mut self, region: Region) -> Option<&mut Member> {
        self.members
            .iter_mut()
            .find(|member| member.region == region)
    }

    /// What the table in `region` shows as `Replicas`: the others, never itself.
    pub(super) fn seen_from(&self, region: Region) -> impl Iterator<Item = &Member> {
        self.members
            .iter()
            .filter(move |member| member.region != region && member.listed)
    }

    /// A replica that `region` was the source of is there, and was added within 24 hours.
    pub(super) fn is_source(&self, region: Region, now: Timestamp) -> bool {
        let recent = |at: Timestamp| now.duration_since(at) < SOURCE_FOR;
        let sources = self.members.iter().filter_map(|member| member.source);
        sources
            .into_iter()
            .any(|(source, at)| source == region && recent(at))
    }
}

impl DynamoDb {
    /// The group of a table, founded if it has none.
    pub(super) fn found_group(&mut self, place: &Place) -> GroupId {
        let current = self.tables.get(place).and_then(|table| table.group);
        current.unwrap_or_else(|| {
            self.founded += 1;
            let id = GroupId(self.founded);
            let group = Group {
                members: vec![Member::new(place.region, None)],
                busy: false,
            };
            self.groups.insert(id, group);
            if let Some(table) = self.tables.get_mut(place) {
                table.group = Some(id);
            }
            id
        })
    }

    /// Tables that were replicas of each other before the world began.
    pub(crate) fn add_tables(&mut self, tables: Vec<Table>) {
        let mut tables = tables.into_iter();
        let Some(first) = tables.next() else { return };
        let (home, now) = (first.place.clone(), first.created);
        self.tables.insert(home.clone(), first);
        for mut table in tables {
            let id = self.found_group(&home);
            let mut member = Member::new(table.place.region, None);
            member.source = Some((home.region, table.created));
            table.group = Some(id);
            table.ensure_stream(now);
            if let Some(group) = self.groups.get_mut(&id) {
                group.members.push(member);
            }
            self.tables.insert(table.place.clone(), table);
            if let Some(first) = self.tables.get_mut(&home) {
                first.ensure_stream(now);
            }
        }
    }

    /// Another operation holds the table, or a member of its group.
    pub(super) fn is_busy(&self, table: &Table) -> bool {
        let updating = |place: &Place| {
            self.tables
                .get(place)
                .is_some_and(|table| table.status == TableStatus::Updating)
        };
        match self.group_of(table) {
            None => table.status != TableStatus::Active,
            Some(group) => {
                let members = group
                    .members
                    .iter()
                    .map(|it| table.place.in_region(it.region));
                group.busy || members.into_iter().any(|place| updating(&place))
            }
        }
    }
}
