//! `CreateTable`.

use serde::Deserialize;
use serde_json::json;

use super::keys::{self, AttributeDefinition, KeySchemaElement};
use super::operations::{constrain_name, place};
use super::stream::{self, StreamSpecification};
use super::table::{Billing, BillingMode, TableClass};
use super::tags::{self, Tag};
use super::{DynamoDb, Error, Event, Table, TableStatus};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError, json};

/// "Concurrent control plane operations", in the page of quotas.
const MOST_OPERATIONS: usize = 500;

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
        input.constrain().map_err(Error::Constraint)?;
        let billing = billing(
            input.billing_mode.as_deref(),
            input.provisioned_throughput.as_ref(),
        )?;
        let stream = input.stream_specification.as_ref();
        let stream = stream
            .map(|given| stream::at_creation(given, context.now))
            .transpose()?;
        let (partition_key, sort_key) = keys::read(
            &input.attribute_definitions.unwrap_or_default(),
            &input.key_schema.unwrap_or_default(),
        )?;
        let tags = tags::read(input.tags.unwrap_or_default())?;
        let place = place(context, input.table_name)?;
        self.check_free(context, &place)?;
        let id = context.ids.uuid("table");
        let mut table = Table::new(place.clone(), id, context.now, partition_key)
            .sorted_by(sort_key)
            .protected(input.deletion_protection_enabled.unwrap_or(false))
            .tagged(tags);
        table.status = TableStatus::Creating;
        table.billing = billing;
        table.class = input.table_class.as_deref().and_then(TableClass::parse);
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
        let here = || {
            self.tables
                .values()
                .filter(|table| table.place.region == place.region)
        };
        if here().count() >= context.quotas.tables {
            return Err(Error::TooManyTables(context.quotas.tables));
        }
        if here()
            .filter(|table| table.status != TableStatus::Active)
            .count()
            >= MOST_OPERATIONS
        {
            return Err(Error::TooManyOperations);
        }
        Ok(())
    }
}

impl CreateTable {
    fn constrain(&self) -> Result<(), String> {
        let mut constraints = Constraints::default();
        constrain_name(&mut constraints, self.table_name.as_ref());
        let (attributes, schema) = (
            self.attribute_definitions.as_ref(),
            self.key_schema.as_ref(),
        );
        keys::constrain(&mut constraints, attributes, schema);
        constraints.one_of(
            "billingMode",
            self.billing_mode.as_deref(),
            BillingMode::WORDS,
        );
        if let Some(throughput) = &self.provisioned_throughput {
            let (read, write) = (
                throughput.read_capacity_units,
                throughput.write_capacity_units,
            );
            constraints.range("provisionedThroughput.readCapacityUnits", read, 1, i64::MAX);
            constraints.range(
                "provisionedThroughput.writeCapacityUnits",
                write,
                1,
                i64::MAX,
            );
        }
        constraints.one_of("tableClass", self.table_class.as_deref(), TableClass::WORDS);
        stream::constrain(&mut constraints, self.stream_specification.as_ref());
        constraints.verdict()
    }
}

fn billing(
    mode: Option<&str>,
    throughput: Option<&ProvisionedThroughput>,
) -> Result<Billing, Error> {
    let units = throughput.map(|it| (it.read_capacity_units, it.write_capacity_units));
    match (mode.and_then(BillingMode::parse), units) {
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
