//! What happens to tables behind our back.

use std::collections::BTreeMap;

use evenkeel_core::dynamodb::{Table, TableStatus, Ttl, TtlState};
use evenkeel_core::failure::Read;
use evenkeel_core::names::Region;
use serde::Deserialize;

use super::parsed;
use crate::balance::Balance;

#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(crate) enum Edit {
    /// A table that nobody marked.
    ForeignTable { table: String, region: String },
    /// Sets the protection of a table in a Region.
    Protection {
        table: String,
        region: String,
        is_protected: bool,
    },
    /// Sets the status of a member, as all members show it.
    MemberStatus {
        table: String,
        region: String,
        status: String,
    },
    /// Removes a member.
    RemoveMember { table: String, region: String },
    /// Removes the table everywhere.
    RemoveTable { table: String },
    /// Turns the time to live off, or sets its attribute.
    Ttl {
        table: String,
        attribute: Option<String>,
    },
    /// Sets a tag of a table.
    TagTable {
        table: String,
        region: String,
        key: String,
        value: String,
    },
}

pub(crate) fn apply(edit: Edit, balance: &mut Balance) {
    match edit {
        Edit::ForeignTable {
            table,
            region: text,
        } => {
            let mut foreign = any_table(balance);
            foreign.replicas.clear();
            foreign.tags = Read::Known(BTreeMap::new());
            let tables = balance
                .world
                .observed
                .dynamodb
                .get_mut(&table.parse().unwrap())
                .unwrap();
            tables.insert(parsed(&text), Read::Known(Some(foreign)));
        }
        Edit::Protection {
            table,
            region: text,
            is_protected,
        } => {
            member(balance, &table, &parsed(&text)).is_protected = is_protected;
        }
        Edit::MemberStatus {
            table,
            region: text,
            status,
        } => {
            let (status, region): (_, Region) = (TableStatus::parse(&status), parsed(&text));
            for (own, read) in balance
                .world
                .observed
                .dynamodb
                .get_mut(&table.parse().unwrap())
                .unwrap()
            {
                let Some(table) = read.known_mut().unwrap() else {
                    continue;
                };
                if *own == region {
                    table.status = status.clone();
                } else if table.replicas.contains_key(&region) {
                    table.replicas.insert(region.clone(), status.clone());
                }
            }
        }
        Edit::RemoveMember {
            table,
            region: text,
        } => {
            let region: Region = parsed(&text);
            let tables = balance
                .world
                .observed
                .dynamodb
                .get_mut(&table.parse().unwrap())
                .unwrap();
            tables.insert(region.clone(), Read::Known(None));
            for read in tables.values_mut() {
                if let Some(table) = read.known_mut().unwrap() {
                    table.replicas.remove(&region);
                }
            }
        }
        Edit::RemoveTable { table } => {
            for read in balance
                .world
                .observed
                .dynamodb
                .get_mut(&table.parse().unwrap())
                .unwrap()
                .values_mut()
            {
                *read = Read::Known(None);
            }
        }
        Edit::Ttl { table, attribute } => {
            let ttl = match attribute {
                Some(attribute) => Ttl {
                    state: TtlState::Enabled,
                    attribute: Some(attribute),
                },
                None => Ttl::disabled(),
            };
            for read in balance
                .world
                .observed
                .dynamodb
                .get_mut(&table.parse().unwrap())
                .unwrap()
                .values_mut()
            {
                read.known_mut().unwrap().as_mut().unwrap().ttl = Read::Known(ttl.clone());
            }
        }
        Edit::TagTable {
            table,
            region: text,
            key,
            value,
        } => {
            member(balance, &table, &parsed(&text))
                .tags
                .known_mut()
                .unwrap()
                .insert(key, value);
        }
    }
}

fn member<'a>(balance: &'a mut Balance, table: &str, region: &Region) -> &'a mut Table {
    let tables = balance
        .world
        .observed
        .dynamodb
        .get_mut(&table.parse().unwrap())
        .unwrap();
    tables
        .get_mut(region)
        .unwrap()
        .known_mut()
        .unwrap()
        .as_mut()
        .unwrap()
}

/// A table to copy: the one in balance, or one that was made for this.
fn any_table(balance: &Balance) -> Table {
    let found = balance
        .world
        .observed
        .dynamodb
        .values()
        .flat_map(BTreeMap::values);
    let mut tables = found.filter_map(|read| read.known()?.clone());
    tables.next().unwrap_or_else(|| {
        let objects = crate::case::declared(&[serde_json::json!({
            "apiVersion": "evenkeel.dev/v1alpha1", "kind": "GlobalTable", "metadata": {"name": "x"},
            "spec": {"tableName": "sessions", "preset": "Session", "replicas": [{"region": "us-east-1"}]},
        })]);
        any_table(&Balance::of(objects))
    })
}
