//! `CreateTable`.

use serde::Deserialize;
use serde_json::json;

use super::keys::{self, AttributeDefinition, KeySchemaElement};
use super::operations::{place, table_name};
use super::stream::{self, StreamSpecification};
use super::table::{Billing, BillingMode};
use super::tags::{self, Tag};
use super::{DynamoDb, Error, Event, Table, TableStatus};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateTable {
    attribute_definitions: Option<Vec<AttributeDefinition>>,
    table_name: Option<String>,
    key_schema: Option<Vec<KeySchemaElement>>,
    billing_mode: Option<String>,
    provisioned_throughput: Option<ProvisionedThroughput>,
    stream_specification: Option<StreamSpecification>,
    tags: Option<Vec<Tag>>,
    table_class: Option<String>,
    deletion_protection_enabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProvisionedThroughput {
    read_capacity_units: Option<i64>,
    write_capacity_units: Option<i64>,
}

impl DynamoDb {
    pub(super) fn create_table(
        &mut self,
        context: &mut Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: CreateTable = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let name = table_name(&mut constraints, input.table_name);
        let attributes = keys::attributes(&mut constraints, input.attribute_definitions);
        let schema = keys::schema(&mut constraints, input.key_schema);
        let mode = constraints.word("billingMode", input.billing_mode.as_deref());
        let units = input
            .provisioned_throughput
            .map(|given| given.units(&mut constraints));
        let class = constraints.word("tableClass", input.table_class.as_deref());
        let stream = stream::read(&mut constraints, input.stream_specification.as_ref());
        constraints.verdict().map_err(Error::Constraint)?;
        let billing = billing(mode, units)?;
        let stream = stream
            .map(|asked| stream::at_creation(asked, context.now))
            .transpose()?;
        let (partition_key, sort_key) = keys::read(&attributes, &schema)?;
        let tags = tags::read(input.tags.unwrap_or_default())?;
        let place = place(context, name)?;
        self.check_free(context, &place)?;
        let id = context.ids.uuid("table");
        let mut table = Table::new(place.clone(), id, context.now, partition_key)
            .sorted_by(sort_key)
            .protected(input.deletion_protection_enabled.unwrap_or(false))
            .tagged(tags);
        table.status = TableStatus::Creating;
        table.billing = billing;
        table.class = class;
        table.stream = stream.flatten();
        let answer = Answer::json(&json!({ "TableDescription": self.shown(context, &table) }));
        let at = context.knobs.table_creation.after(context.now);
        self.agenda.set(at, Event::Active(place.clone()));
        self.tables.insert(place, table);
        answer
    }

    /// The name is free, also of replicas on their way, and the quotas are not used up.
    fn check_free(&self, context: &Context<'_>, place: &super::Place) -> Result<(), Error> {
        let coming = self.tables.values().any(|table| {
            let group = self
                .group_of(table)
                .filter(|_| table.place.name == place.name);
            group.is_some_and(|group| group.member(place.region).is_some())
        });
        if self.tables.contains_key(place) || coming {
            return Err(Error::TableExists(place.name.clone()));
        }
        let here = self.tables.keys().filter(|it| it.region == place.region);
        if here.count() >= context.quotas.tables {
            return Err(Error::TooManyTables(context.quotas.tables));
        }
        self.check_operations(place.region)
    }
}

/// Capacity units to read and to write.
type Units = (Option<i64>, Option<i64>);

impl ProvisionedThroughput {
    fn units(&self, constraints: &mut Constraints) -> Units {
        let mut units = |member: &str, given: Option<i64>| {
            constraints.number(
                &format!("provisionedThroughput.{member}"),
                given,
                1,
                i64::MAX,
            )
        };
        (
            units("readCapacityUnits", self.read_capacity_units),
            units("writeCapacityUnits", self.write_capacity_units),
        )
    }
}

fn billing(mode: Option<BillingMode>, units: Option<Units>) -> Result<Billing, Error> {
    match (mode, units) {
        (Some(BillingMode::PayPerRequest), None) => Ok(Billing::PayPerRequest),
        (Some(BillingMode::PayPerRequest), Some(_)) => Err(Error::Invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is \
             PAY_PER_REQUEST"
                .to_owned(),
        )),
        (Some(BillingMode::Provisioned) | None, Some((Some(read), Some(write)))) => {
            Ok(Billing::Provisioned { read, write })
        }
        (Some(BillingMode::Provisioned) | None, _) => Err(Error::Invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is \
             PROVISIONED"
                .to_owned(),
        )),
    }
}
