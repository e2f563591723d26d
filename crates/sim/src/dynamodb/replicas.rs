//! `ReplicaUpdates` of `UpdateTable`: one replica is added or removed at a time.
//!
//! Source: "Managing global tables" and "Deleting a global table", Amazon DynamoDB Developer Guide.

use serde::Deserialize;

use super::group::{GroupId, Member};
use super::table::Billing;
use super::{DynamoDb, Error, Event, Place, TableStatus};
use crate::context::Context;
use crate::region::Region;
use crate::wire::{Answer, Constraints, ServiceError};

/// An element of `ReplicaUpdates`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReplicaUpdate {
    create: Option<Named>,
    delete: Option<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    region_name: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Create(Region),
    Delete(Region),
}

/// Every action names its Region.
pub(super) fn constrain(constraints: &mut Constraints, updates: Option<&[ReplicaUpdate]>) {
    for (index, update) in updates.unwrap_or_default().iter().enumerate() {
        for (action, named) in [("create", &update.create), ("delete", &update.delete)] {
            if let Some(named) = named {
                let at = format!("replicaUpdates.{}.member.{action}.regionName", index + 1);
                constraints.required(&at, named.region_name.clone());
            }
        }
    }
}

/// The one action that a request asks for. Two equal ones count as one.
pub(super) fn action(updates: &[ReplicaUpdate], local: Region) -> Result<Action, Error> {
    let mut actions = Vec::new();
    for update in updates {
        let action = match (&update.create, &update.delete) {
            (Some(_), Some(_)) => return Err(Error::MixedReplicaActions),
            (Some(named), None) => Action::Create(region(named, local)?),
            (None, Some(named)) => Action::Delete(region(named, local)?),
            (None, None) => return Err(Error::NoReplicaAction),
        };
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    match actions.as_slice() {
        [] => Err(Error::NoReplicaAction),
        [action] => Ok(*action),
        _ => Err(Error::ManyReplicaActions),
    }
}

fn region(named: &Named, local: Region) -> Result<Region, Error> {
    let name = named.region_name.clone().unwrap_or_default();
    let region = Region::named(&name).ok_or(Error::UnsupportedRegion(name))?;
    if region == local {
        return Err(Error::LocalRegion);
    }
    Ok(region)
}

impl DynamoDb {
    /// The endpoint that is asked becomes the new replica's source.
    pub(super) fn add_replica(
        &mut self,
        context: &Context<'_>,
        place: &Place,
        region: Region,
    ) -> Result<(), Error> {
        let table = self.described(place)?;
        self.check_not_being_added(place)?;
        let listed = self.group_of(table).and_then(|group| group.member(region));
        let listed = listed.is_some_and(|member| member.listed);
        if listed || self.tables.contains_key(&place.in_region(region)) {
            return Err(Error::ReplicaNameTaken(place.name.clone()));
        }
        match table.billing {
            Billing::PayPerRequest => {}
            // This world has no Application Auto Scaling, so no write capacity is scaled by it.
            Billing::Provisioned { .. } => return Err(Error::NotAutoScaled),
        }
        self.check_idle(place)?;
        let group = self.found_group(place);
        if let Some(found) = self.groups.get_mut(&group) {
            found.busy = true;
            found
                .members
                .push(Member::new(region, Some((place.region, context.now))));
        }
        if let Some(table) = self.tables.get_mut(place) {
            table.ensure_stream(context.now);
            table.status = TableStatus::Updating;
        }
        let (knobs, now, source) = (context.knobs, context.now, place.clone());
        // Whatever the knobs say, these happen in this order.
        let listed = knobs.replica_listed.after(now);
        let described = knobs.replica_described.after(now).max(listed);
        let active = knobs.replica_active.after(now).max(described);
        self.agenda.set(listed, Event::Listed(group, region));
        let event = Event::Described {
            group,
            region,
            source: source.clone(),
        };
        self.agenda.set(described, event);
        self.agenda.set(
            active,
            Event::ReplicaActive {
                group,
                region,
                source,
            },
        );
        Ok(())
    }

    /// The reply still shows everything ACTIVE.
    pub(super) fn remove_replica(
        &mut self,
        context: &Context<'_>,
        place: &Place,
        region: Region,
    ) -> Result<Answer, ServiceError> {
        let table = self.described(place)?;
        let group = self
            .group_of(table)
            .filter(|group| group.member(region).is_some_and(|member| member.listed));
        let group = group.ok_or(Error::NotAMember(region))?;
        if group.is_source(region, context.now) {
            return Err(Error::ActedAsSource.into());
        }
        self.check_not_being_added(place)?;
        self.check_idle(place)?;
        self.check_unprotected(&place.in_region(region))?;
        let answer = self.described_answer(context, place);
        if let Some(group) = self.described(place)?.group {
            self.begin_removal(context, group, region, place);
        }
        answer
    }

    /// From here on a replica goes, whether its group or its own Region was asked.
    pub(super) fn begin_removal(
        &mut self,
        context: &Context<'_>,
        group: GroupId,
        region: Region,
        asked: &Place,
    ) {
        if let Some(group) = self.groups.get_mut(&group) {
            group.busy = true;
        }
        for place in [asked.clone(), asked.in_region(region)] {
            if let Some(table) = self.tables.get_mut(&place)
                && table.status == TableStatus::Active
            {
                table.status = TableStatus::Updating;
            }
        }
        let (knobs, now) = (context.knobs, context.now);
        let begun = knobs.replica_deletion_updating.after(now);
        let unlisted = knobs.replica_unlisted.after(now).max(begun);
        let gone = knobs.replica_gone.after(unlisted);
        self.agenda.set(
            begun,
            Event::RemovalBegun {
                group,
                region,
                asked: asked.clone(),
            },
        );
        self.agenda.set(unlisted, Event::Unlisted(group, region));
        self.agenda.set(gone, Event::Gone(asked.in_region(region)));
    }

    /// A replica that is CREATING can't be asked to change its group.
    fn check_not_being_added(&self, place: &Place) -> Result<(), Error> {
        let table = self.described(place)?;
        if table.status == TableStatus::Creating && table.group.is_some() {
            let (name, region) = (place.name.clone(), place.region);
            return Err(Error::BeingAdded { name, region });
        }
        Ok(())
    }

    /// Deletion protection of a replica is checked where it bites.
    pub(super) fn check_unprotected(&self, place: &Place) -> Result<(), Error> {
        let protected = self
            .tables
            .get(place)
            .is_some_and(|table| table.deletion_protection);
        if protected {
            let (name, region) = (place.name.clone(), place.region);
            return Err(Error::ReplicaProtected { name, region });
        }
        Ok(())
    }
}
