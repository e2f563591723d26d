//! Amazon DynamoDB (API version 2012-08-10): tables, their replicas (global tables version
//! 2019.11.21 with eventual consistency), time to live and tags. Every Region has its own endpoint
//! and its own tables.

mod create;
mod delete;
mod describe;
mod error;
mod events;
mod group;
mod keys;
mod legacy;
mod operations;
mod picture;
mod replicas;
mod stream;
mod table;
mod tags;
mod ttl;
mod update;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub(crate) use error::Error;
use events::Event;
use group::{Group, GroupId};
pub(crate) use operations::{Asked, Operation};
pub use table::{AttributeType, KeyAttribute};
pub(crate) use table::{Place, Table, TableStatus};

use crate::agenda::Agenda;

/// The state of the service in every Region.
#[derive(Clone, Debug)]
pub(crate) struct DynamoDb {
    tables: BTreeMap<Place, Table>,
    groups: BTreeMap<GroupId, Group>,
    /// How many groups there ever were, so that no id is used again.
    founded: u64,
    agenda: Agenda<Event>,
}

impl DynamoDb {
    pub(crate) fn new() -> Self {
        Self {
            tables: BTreeMap::new(),
            groups: BTreeMap::new(),
            founded: 0,
            agenda: Agenda::new(),
        }
    }

    pub(crate) fn next_change(&self) -> Option<Timestamp> {
        self.agenda.next()
    }

    /// A table that `DescribeTable` finds.
    fn described(&self, place: &Place) -> Result<&Table, Error> {
        self.tables
            .get(place)
            .ok_or_else(|| Error::TableNotFound(place.name.clone()))
    }

    /// A table that the other operations find: a replica that is CREATING answers `DescribeTable`
    /// only.
    fn found(&self, place: &Place) -> Result<&Table, Error> {
        let table = self.described(place)?;
        if table.status == TableStatus::Creating && table.group.is_some() {
            return Err(Error::TableNotFound(place.name.clone()));
        }
        Ok(table)
    }

    fn group_of(&self, table: &Table) -> Option<&Group> {
        self.groups.get(&table.group?)
    }
}
