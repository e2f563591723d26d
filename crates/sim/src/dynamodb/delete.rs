//! `DeleteTable`: of a table of one Region, or of a replica in its own Region, which leaves its
//! group.

use serde::Deserialize;
use serde_json::json;

use super::operations::{place, table_name};
use super::{DynamoDb, Error, Event, Place, TableStatus};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteTable {
    table_name: Option<String>,
}

impl DynamoDb {
    pub(super) fn delete_table(
        &mut self,
        context: &Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: DeleteTable = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let name = table_name(&mut constraints, input.table_name);
        constraints.verdict().map_err(Error::Constraint)?;
        let place = place(context, name)?;
        let table = self.described(&place)?;
        match table.group {
            None => self.delete_single(context, &place),
            Some(_) => self.delete_replica(context, &place),
        }?;
        let table = self.described(&place)?;
        Answer::json(&json!({ "TableDescription": self.shown(context, table) }))
    }

    fn delete_single(&mut self, context: &Context<'_>, place: &Place) -> Result<(), Error> {
        let table = self.described(place)?;
        if table.deletion_protection {
            return Err(Error::Protected);
        }
        self.check_idle(place)?;
        self.begin_deletion(place);
        let at = context.knobs.table_deletion.after(context.now);
        self.agenda.set(at, Event::Gone(place.clone()));
        Ok(())
    }

    fn delete_replica(&mut self, context: &Context<'_>, place: &Place) -> Result<(), Error> {
        let table = self.described(place)?;
        if table.status == TableStatus::Creating {
            return Err(Error::BeingUsed(place.name.clone()));
        }
        let (id, group) = table.group.zip(self.group_of(table)).ok_or(Error::InUse)?;
        if group.is_source(place.region, context.now) {
            return Err(Error::ActedAsSource);
        }
        let mut others = group
            .members
            .iter()
            .filter(|member| member.region != place.region);
        let source = group.member(place.region).and_then(|member| member.source);
        let held = others
            .clone()
            .find(|member| source.is_some_and(|(source, _)| source == member.region))
            .or_else(|| others.next());
        let held = held.map(|member| place.in_region(member.region));
        self.check_unprotected(place)?;
        if self.is_busy(table) {
            return Err(Error::InUse);
        }
        self.check_operations(place.region)?;
        self.begin_deletion(place);
        if let Some(held) = held {
            self.begin_removal(context, id, place.region, &held);
        }
        Ok(())
    }

    fn begin_deletion(&mut self, place: &Place) {
        if let Some(table) = self.tables.get_mut(place) {
            table.status = TableStatus::Deleting;
        }
        self.agenda.cancel(&Event::Active(place.clone()));
        self.agenda.cancel(&Event::TtlSettled(place.clone()));
    }
}
