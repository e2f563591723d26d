//! Time to live. It is synchronised: changed in any Region, it changes in every replica. It can be
//! changed rarely, and a request that would change nothing is refused.
//!
//! Source: `UpdateTimeToLive`, Amazon DynamoDB API Reference; "Quotas", Developer Guide.

use serde::Deserialize;
use serde_json::{Map, json};

use super::operations::{place, table_name};
use super::table::{Table, TimeToLive, TtlStatus};
use super::{DynamoDb, Error, Event, Place, TableStatus};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateTimeToLive {
    table_name: Option<String>,
    time_to_live_specification: Option<Specification>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Specification {
    enabled: Option<bool>,
    attribute_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeTimeToLive {
    table_name: Option<String>,
}

impl DynamoDb {
    pub(super) fn update_time_to_live(
        &mut self,
        context: &Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: UpdateTimeToLive = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let name = table_name(&mut constraints, input.table_name);
        let given =
            constraints.required("timeToLiveSpecification", input.time_to_live_specification);
        let enabled = constraints.required("timeToLiveSpecification.enabled", given.enabled);
        let at = "timeToLiveSpecification.attributeName";
        constraints.length(at, given.attribute_name.as_deref(), 1, 255);
        let attribute = constraints.required(at, given.attribute_name);
        constraints.verdict().map_err(Error::Constraint)?;

        let place = place(context, name)?;
        let table = self.found(&place)?;
        match table.status {
            TableStatus::Creating => return Err(Error::BeingCreated(place.name).into()),
            TableStatus::Deleting => return Err(Error::BeingDeleted(place.name).into()),
            TableStatus::Active | TableStatus::Updating => {}
        }
        check(&table.ttl, enabled, &attribute)?;
        let pause = |at| context.knobs.ttl_pause.after(at) > context.now;
        if table.ttl.changed.is_some_and(pause) {
            return Err(Error::TtlPause.into());
        }
        self.check_operations(place.region)?;
        let answer = json!({
            "TimeToLiveSpecification": { "Enabled": enabled, "AttributeName": attribute },
        });
        let status = if enabled {
            TtlStatus::Enabling
        } else {
            TtlStatus::Disabling
        };
        let ttl = TimeToLive {
            status,
            attribute: Some(attribute),
            changed: Some(context.now),
        };
        for place in self.replicas_of(table) {
            if let Some(replica) = self.tables.get_mut(&place) {
                replica.ttl = ttl.clone();
            }
            let at = context.knobs.ttl_change.after(context.now);
            self.agenda.set(at, Event::TtlSettled(place));
        }
        Answer::json(&answer)
    }

    pub(super) fn describe_time_to_live(
        &self,
        context: &Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: DescribeTimeToLive = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let name = table_name(&mut constraints, input.table_name);
        constraints.verdict().map_err(Error::Constraint)?;
        let table = self.found(&place(context, name)?)?;
        if [TableStatus::Creating, TableStatus::Deleting].contains(&table.status) {
            return Err(Error::TtlUndescribed(table.status.word()).into());
        }
        let TimeToLive {
            status,
            attribute,
            changed: _,
        } = &table.ttl;
        let mut shown = Map::new();
        shown.insert("TimeToLiveStatus".to_owned(), json!(status));
        if let Some(attribute) = attribute {
            shown.insert("AttributeName".to_owned(), json!(attribute));
        }
        Answer::json(&json!({ "TimeToLiveDescription": shown }))
    }

    /// The table itself, and its replicas that are not being deleted.
    fn replicas_of(&self, table: &Table) -> Vec<Place> {
        let Some(id) = table.group else {
            return vec![table.place.clone()];
        };
        let members = self.tables.values().filter(|other| other.group == Some(id));
        let staying = members.filter(|other| other.status != TableStatus::Deleting);
        staying.map(|other| other.place.clone()).collect()
    }
}

fn check(current: &TimeToLive, enable: bool, attribute: &str) -> Result<(), Error> {
    let on = match current.status {
        TtlStatus::Enabling | TtlStatus::Enabled => current.attribute.as_deref(),
        TtlStatus::Disabling | TtlStatus::Disabled => None,
    };
    match (on, enable) {
        (None, false) => Err(Error::TtlDisabled),
        (Some(on), _) if on != attribute => Err(Error::TtlOnOtherAttribute(on.to_owned())),
        (Some(_), true) => Err(Error::TtlEnabled),
        (None, true) | (Some(_), false) => Ok(()),
    }
}
