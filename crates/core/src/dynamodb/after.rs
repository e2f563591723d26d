//! What we believe DynamoDB shows right after a call, and when it has come to rest.
//!
//! A differential test holds this against the simulated AWS after every call.

use std::collections::BTreeMap;

use super::{Action, Call, Observed, Table, TableStatus, Ttl, TtlState};
use crate::failure::Read;
use crate::names::{Region, TableId};
use crate::plan::Effect;

/// Carries out the action on what is known. The effect holds what only AWS's reply says: ARN and id.
pub fn after(observed: &mut Observed, action: &Action, effect: &Effect) {
    let region = &action.region;
    match &action.call {
        Call::CreateTable {
            keys,
            tags,
            is_protected,
        } => {
            let Effect::TableCreated { arn, id } = effect else {
                return;
            };
            let table = Table {
                arn: arn.clone(),
                id: id.clone(),
                status: TableStatus::Creating,
                keys: keys.clone(),
                replicas: BTreeMap::new(),
                is_strong: false,
                is_protected: *is_protected,
                ttl: Read::Known(Ttl::disabled()),
                tags: Read::Known(tags.clone()),
            };
            observed.insert(region.clone(), Read::Known(Some(table)));
        }
        // The reply still lists no new replica; the entry comes some seconds later.
        Call::CreateReplica { .. } => {
            if let Some(table) = member(observed, region) {
                table.status = TableStatus::Updating;
            }
        }
        Call::UpdateTimeToLive {
            attribute, enabled, ..
        } => {
            let ttl = Ttl {
                state: if *enabled {
                    TtlState::Enabling
                } else {
                    TtlState::Disabling
                },
                attribute: Some(attribute.clone()),
            };
            for table in observed
                .values_mut()
                .filter_map(|read| read.known_mut()?.as_mut())
            {
                table.ttl = Read::Known(ttl.clone());
            }
        }
        Call::SetDeletionProtection { is_protected } => {
            if let Some(table) = member(observed, region) {
                table.is_protected = *is_protected;
                // Alone, a table changes this at once; a member of a global table is held for half a minute.
                if !table.replicas.is_empty() {
                    table.status = TableStatus::Updating;
                }
            }
        }
        Call::TagTable { after, .. } => {
            if let Some(tags) = member(observed, region).and_then(|table| table.tags.known_mut()) {
                tags.extend(after.clone());
            }
        }
    }
}

/// What is known once everything in progress has ended well. `creating` are the replicas that were asked for.
pub fn settle(observed: &mut Observed, creating: &[(Region, Region)]) {
    for table in observed
        .values_mut()
        .filter_map(|read| read.known_mut()?.as_mut())
    {
        table.status = settled(&table.status);
        table
            .replicas
            .values_mut()
            .for_each(|status| *status = settled(status));
        if let Some(ttl) = table.ttl.known_mut() {
            *ttl = match ttl.state {
                TtlState::Enabling | TtlState::Enabled => Ttl {
                    state: TtlState::Enabled,
                    attribute: ttl.attribute.clone(),
                },
                TtlState::Disabling | TtlState::Disabled => Ttl::disabled(),
            };
        }
    }
    for (home, replica) in creating {
        join(observed, home, replica);
    }
}

/// What is known once a replica is there: it inherits the keys and the time to live, not tags and protection.
fn join(observed: &mut Observed, home: &Region, replica: &Region) {
    let Some(source) = member(observed, home).cloned() else {
        return;
    };
    let mut others = source.replicas.clone();
    others.insert(home.clone(), TableStatus::Active);
    for other in others.keys() {
        if let Some(table) = member(observed, other) {
            table.replicas.insert(replica.clone(), TableStatus::Active);
        }
    }
    let table = Table {
        arn: source.arn.in_region(replica),
        id: TableId::new(crate::plan::KNOWN_AFTER_APPLY),
        status: TableStatus::Active,
        replicas: others,
        is_protected: false,
        tags: Read::Known(BTreeMap::new()),
        ..source
    };
    observed.insert(replica.clone(), Read::Known(Some(table)));
}

fn member<'a>(observed: &'a mut Observed, region: &Region) -> Option<&'a mut Table> {
    observed.get_mut(region)?.known_mut()?.as_mut()
}

fn settled(status: &TableStatus) -> TableStatus {
    match status {
        TableStatus::Active
        | TableStatus::Creating
        | TableStatus::Updating
        | TableStatus::Other(_) => TableStatus::Active,
        TableStatus::Deleting => TableStatus::Deleting,
        TableStatus::Broken(broken) => TableStatus::Broken(*broken),
    }
}
