//! `UpdateTable`: one kind of change at a time. A request is held against its own rules first, then
//! against the table's state.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::operations::{place, table_name};
use super::replicas::{self, ReplicaUpdate};
use super::stream::{self, StreamSpecification};
use super::table::MultiRegionConsistency;
use super::{DynamoDb, Error, Event, Place, TableStatus};
use crate::context::Context;
use crate::region::Region;
use crate::wire::{Answer, Constraints, ServiceError, json};

/// "Concurrent control plane operations", in the page of quotas.
const MOST_OPERATIONS: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateTable {
    table_name: Option<String>,
    replica_updates: Option<Vec<ReplicaUpdate>>,
    deletion_protection_enabled: Option<bool>,
    stream_specification: Option<StreamSpecification>,
    multi_region_consistency: Option<String>,
}

/// A request changes one of these.
enum Change {
    Replicas(replicas::Action),
    DeletionProtection(bool),
    Stream(stream::Asked),
}

impl DynamoDb {
    pub(super) fn update_table(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        check_alone(body)?;
        let input: UpdateTable = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let name = table_name(&mut constraints, input.table_name);
        constraints.count(
            "replicaUpdates",
            input.replica_updates.as_ref(),
            1,
            usize::MAX,
        );
        replicas::constrain(&mut constraints, input.replica_updates.as_deref());
        let consistency = input.multi_region_consistency.as_deref();
        let consistency = constraints.word("multiRegionConsistency", consistency);
        let stream = stream::read(&mut constraints, input.stream_specification.as_ref());
        constraints.verdict().map_err(Error::Constraint)?;
        let place = place(context, name)?;
        let change = match (input.replica_updates, input.deletion_protection_enabled) {
            (Some(updates), _) => Change::Replicas(replicas::action(&updates, place.region)?),
            (None, Some(protect)) => Change::DeletionProtection(protect),
            (None, None) => Change::Stream(stream.ok_or(Error::NothingToUpdate)?),
        };
        match change {
            Change::Replicas(replicas::Action::Create(region)) => {
                self.check_consistency(&place, consistency)?;
                self.add_replica(context, &place, region)?;
            }
            Change::Replicas(replicas::Action::Delete(_)) if consistency.is_some() => {
                return Err(Error::ConsistencyOfDeletion.into());
            }
            Change::Replicas(replicas::Action::Delete(region)) => {
                return self.remove_replica(context, &place, region);
            }
            Change::DeletionProtection(protect) => {
                self.change_protection(context, &place, protect)?;
            }
            Change::Stream(stream) => self.change_stream(context, &place, stream)?,
        }
        self.described_answer(context, &place)
    }

    pub(super) fn described_answer(
        &self,
        context: &Context<'_>,
        place: &Place,
    ) -> Result<Answer, ServiceError> {
        let table = self.described(place)?;
        Answer::json(&json!({ "TableDescription": self.shown(context, table) }))
    }

    /// Consistency is chosen with the first replica. Only the eventual one is served.
    fn check_consistency(
        &self,
        place: &Place,
        asked: Option<MultiRegionConsistency>,
    ) -> Result<(), Error> {
        match asked {
            Some(_) if self.described(place)?.group.is_some() => Err(Error::ConsistencyOfMember),
            Some(MultiRegionConsistency::Strong) => {
                Err(Error::Unserved("MultiRegionConsistency=STRONG".to_owned()))
            }
            Some(MultiRegionConsistency::Eventual) | None => Ok(()),
        }
    }

    /// Each Region has its own. In a global table the member that was asked is UPDATING for a
    /// while; the others go on showing it as ACTIVE.
    fn change_protection(
        &mut self,
        context: &Context<'_>,
        place: &Place,
        protect: bool,
    ) -> Result<(), Error> {
        let table = self.found(place)?;
        let pause = |at| context.knobs.protection_pause.after(at) > context.now;
        if table.group.is_some() && table.protection_changed.is_some_and(pause) {
            return Err(Error::Throttled);
        }
        self.check_idle(place)?;
        let Some(table) = self.tables.get_mut(place) else {
            return Ok(());
        };
        table.deletion_protection = protect;
        table.protection_changed = Some(context.now);
        if table.group.is_some() {
            table.status = TableStatus::Updating;
            let at = context.knobs.protection_change.after(context.now);
            self.agenda.set(at, Event::Active(place.clone()));
        }
        Ok(())
    }

    fn change_stream(
        &mut self,
        context: &Context<'_>,
        place: &Place,
        asked: stream::Asked,
    ) -> Result<(), Error> {
        let stream = stream::updated(self.found(place)?, asked, context.now)?;
        self.check_idle(place)?;
        if let Some(table) = self.tables.get_mut(place) {
            table.stream = Some(stream);
        }
        Ok(())
    }

    /// Fewer tables of the Region than the quota are being changed: a table is as long as it is not
    /// ACTIVE.
    pub(super) fn check_operations(&self, region: Region) -> Result<(), Error> {
        let here = self.tables.values().filter(|it| it.place.region == region);
        let busy = here.filter(|it| it.status != TableStatus::Active);
        if busy.count() >= MOST_OPERATIONS {
            return Err(Error::TooManyOperations);
        }
        Ok(())
    }

    /// Nothing else is being done to the table or its group, and there is room for one more
    /// operation.
    pub(super) fn check_idle(&self, place: &Place) -> Result<(), Error> {
        let table = self.found(place)?;
        match table.status {
            TableStatus::Creating => Err(Error::BeingCreated(place.name.clone())),
            TableStatus::Deleting => Err(Error::BeingDeleted(place.name.clone())),
            TableStatus::Updating => Err(Error::InUse),
            TableStatus::Active if self.is_busy(table) => Err(Error::InUse),
            TableStatus::Active => self.check_operations(place.region),
        }
    }
}

/// What a change of replicas may say besides: how they are kept consistent.
const OF_REPLICAS: [&str; 2] = ["MultiRegionConsistency", "GlobalTableWitnessUpdates"];

/// Changes of replicas and of deletion protection come alone.
fn check_alone(body: &[u8]) -> Result<(), Error> {
    let members: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let of_replicas = members.contains_key("ReplicaUpdates");
    let belongs = |name: &str| name == "TableName" || (of_replicas && OF_REPLICAS.contains(&name));
    let others = members.keys().filter(|name| !belongs(name)).count();
    let alone = |what: &str| {
        Err(Error::Invalid(format!(
            "{what} modification must be the only operation in the request"
        )))
    };
    match (
        of_replicas,
        members.contains_key("DeletionProtectionEnabled"),
    ) {
        (true, _) if others > 1 => alone("Replica"),
        (false, true) if others > 1 => alone("DeletionProtection"),
        (_, _) => Ok(()),
    }
}
