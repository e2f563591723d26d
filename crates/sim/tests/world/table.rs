//! A table in a world, and short words for what is done with it.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateReplicationGroupMemberAction,
    DeleteReplicationGroupMemberAction, KeySchemaElement, KeyType, ReplicationGroupUpdate,
    ScalarAttributeType, TableDescription,
};
use evenkeel_sim::Seed;

use crate::aws::{Aws, HOME, Refused};

pub(crate) const NAME: &str = "sessions";
pub(crate) const EU: &str = "eu-west-1";
pub(crate) const AP: &str = "ap-northeast-1";

pub(crate) struct Table(pub(crate) Aws);

impl Table {
    /// An ACTIVE table on demand in us-east-1.
    pub(crate) fn regional() -> Self {
        Self::in_regions("[us-east-1]")
    }

    /// One that was replicated to eu-west-1 before the world began.
    pub(crate) fn replicated() -> Self {
        Self::in_regions("[us-east-1, eu-west-1]")
    }

    fn in_regions(regions: &str) -> Self {
        let seed: Seed =
            serde_saphyr::from_str(&format!("tables: [{{name: {NAME}, regions: {regions}}}]"))
                .unwrap();
        Self(Aws::new(seed))
    }

    pub(crate) fn client(&self, region: &'static str) -> aws_sdk_dynamodb::Client {
        self.0.tables(region)
    }

    pub(crate) async fn describe(&self, region: &'static str) -> Option<TableDescription> {
        let found = self
            .client(region)
            .describe_table()
            .table_name(NAME)
            .send()
            .await;
        found.ok().and_then(|found| found.table)
    }

    /// `TableStatus` in a Region and the replicas it shows: `ACTIVE [eu-west-1 CREATING]`.
    pub(crate) async fn status(&self, region: &'static str) -> String {
        let Some(table) = self.describe(region).await else {
            return "not found".to_owned();
        };
        shown(&table)
    }

    pub(crate) async fn update(
        &self,
        region: &'static str,
        updates: Vec<ReplicationGroupUpdate>,
    ) -> Result<TableDescription, (String, String)> {
        let update = self.client(region).update_table().table_name(NAME);
        match update.set_replica_updates(Some(updates)).send().await {
            Ok(output) => Ok(output.table_description.unwrap()),
            refused => Err(refused.refused()),
        }
    }

    pub(crate) async fn add(&self, region: &str) {
        self.update(HOME, vec![adding(region)]).await.unwrap();
    }

    pub(crate) async fn protect(
        &self,
        region: &'static str,
        protect: bool,
    ) -> Result<TableDescription, (String, String)> {
        let update = self.client(region).update_table().table_name(NAME);
        match update.deletion_protection_enabled(protect).send().await {
            Ok(updated) => Ok(updated.table_description.unwrap()),
            refused => Err(refused.refused()),
        }
    }

    pub(crate) async fn delete(
        &self,
        region: &'static str,
    ) -> Result<TableDescription, (String, String)> {
        match self
            .client(region)
            .delete_table()
            .table_name(NAME)
            .send()
            .await
        {
            Ok(deleted) => Ok(deleted.table_description.unwrap()),
            refused => Err(refused.refused()),
        }
    }
}

pub(crate) fn shown(table: &TableDescription) -> String {
    let status = table.table_status().unwrap();
    let replicas: Vec<String> = table
        .replicas()
        .iter()
        .map(|it| {
            format!(
                "{} {}",
                it.region_name().unwrap(),
                it.replica_status().unwrap()
            )
        })
        .collect();
    match &table.replicas {
        None => status.to_string(),
        Some(_) => format!("{status} [{}]", replicas.join(", ")),
    }
}

pub(crate) fn adding(region: &str) -> ReplicationGroupUpdate {
    let create = CreateReplicationGroupMemberAction::builder().region_name(region);
    ReplicationGroupUpdate::builder()
        .create(create.build().unwrap())
        .build()
}

pub(crate) fn removing(region: &str) -> ReplicationGroupUpdate {
    let delete = DeleteReplicationGroupMemberAction::builder().region_name(region);
    ReplicationGroupUpdate::builder()
        .delete(delete.build().unwrap())
        .build()
}

pub(crate) fn attribute(name: &str) -> AttributeDefinition {
    let attribute = AttributeDefinition::builder().attribute_name(name);
    attribute
        .attribute_type(ScalarAttributeType::S)
        .build()
        .unwrap()
}

pub(crate) fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(kind)
        .build()
        .unwrap()
}

/// A request for a table on demand with the key `id`.
pub(crate) fn creation(
    client: &aws_sdk_dynamodb::Client,
    name: &str,
) -> aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder {
    client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute("id"))
        .key_schema(key("id", KeyType::Hash))
}
