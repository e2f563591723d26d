//! DynamoDB: tables, replicas, time to live and tags.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateReplicationGroupMemberAction, KeySchemaElement,
    KeyType, ReplicationGroupUpdate, ScalarAttributeType, TableDescription, Tag,
    TimeToLiveSpecification,
};
use evenkeel_core::crd::{AttributeType, KeyAttribute};
use evenkeel_core::dynamodb::{Action, Call, Keys, Table, TableStatus, Ttl, TtlState};
use evenkeel_core::failure::{Failure, Read, Service};
use evenkeel_core::names::{Region, TableArn, TableId, TableName};
use evenkeel_core::plan::Effect;

use super::{Aws, failure};

impl Aws {
    /// The table of that name in that Region; tags and time to live are not part of a description.
    pub async fn table(&self, region: &Region, name: &TableName) -> Result<Option<Table>, Failure> {
        let client = self.regional(region).dynamodb;
        match client
            .describe_table()
            .table_name(name.as_str())
            .send()
            .await
        {
            Ok(reply) => match reply.table() {
                Some(table) => table_of(table).map(Some).ok_or_else(|| {
                    failure::unreadable(Service::DynamoDb, Some(region), "DescribeTable")
                }),
                None => Err(failure::unreadable(
                    Service::DynamoDb,
                    Some(region),
                    "DescribeTable",
                )),
            },
            Err(SdkError::ServiceError(error)) if error.err().is_resource_not_found_exception() => {
                Ok(None)
            }
            Err(error) => Err(failure::in_region(
                Service::DynamoDb,
                region,
                "DescribeTable",
                &error,
            )),
        }
    }

    /// The tags of a table in its Region.
    pub async fn table_tags(
        &self,
        region: &Region,
        arn: &TableArn,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let client = self.regional(region).dynamodb;
        let mut tags = BTreeMap::new();
        let mut next = None;
        loop {
            let call = client
                .list_tags_of_resource()
                .resource_arn(arn.as_str())
                .set_next_token(next);
            let reply = call.send().await;
            let reply = reply.map_err(|error| {
                failure::in_region(Service::DynamoDb, region, "ListTagsOfResource", &error)
            })?;
            tags.extend(
                reply
                    .tags()
                    .iter()
                    .map(|tag| (tag.key().to_owned(), tag.value().to_owned())),
            );
            next = reply.next_token().map(str::to_owned);
            if next.is_none() {
                return Ok(tags);
            }
        }
    }

    /// The time to live of a table.
    pub async fn time_to_live(&self, region: &Region, name: &TableName) -> Result<Ttl, Failure> {
        let client = self.regional(region).dynamodb;
        let reply = client
            .describe_time_to_live()
            .table_name(name.as_str())
            .send()
            .await;
        let reply = reply.map_err(|error| {
            failure::in_region(Service::DynamoDb, region, "DescribeTimeToLive", &error)
        })?;
        let described = reply.time_to_live_description();
        let status = described
            .and_then(|ttl| ttl.time_to_live_status())
            .map_or("DISABLED", |status| status.as_str());
        Ok(Ttl {
            state: match status {
                "ENABLED" => TtlState::Enabled,
                "ENABLING" => TtlState::Enabling,
                "DISABLING" => TtlState::Disabling,
                _ => TtlState::Disabled,
            },
            attribute: described
                .and_then(|ttl| ttl.attribute_name())
                .map(str::to_owned),
        })
    }
}

pub(super) async fn carry_out(client: &Client, action: &Action) -> Result<Effect, Failure> {
    let Action {
        table,
        region,
        call,
    } = action;
    match call {
        Call::CreateTable {
            keys,
            tags,
            is_protected,
        } => {
            let request = client
                .create_table()
                .table_name(table.as_str())
                .set_attribute_definitions(Some(attributes(keys, region)?))
                .set_key_schema(Some(key_schema(keys, region)?))
                .billing_mode(BillingMode::PayPerRequest)
                .deletion_protection_enabled(*is_protected)
                .set_tags(Some(tag_list(tags, region)?));
            let reply = request.send().await;
            let reply = reply.map_err(|error| {
                failure::in_region(Service::DynamoDb, region, "CreateTable", &error)
            })?;
            let created = reply.table_description().and_then(table_of);
            let created = created.ok_or_else(|| {
                failure::unreadable(Service::DynamoDb, Some(region), "CreateTable")
            })?;
            Ok(Effect::TableCreated {
                arn: created.arn,
                id: created.id,
            })
        }
        Call::CreateReplica { replica } => {
            let create = CreateReplicationGroupMemberAction::builder()
                .region_name(replica.as_str())
                .build();
            let create = create.map_err(|error| {
                failure::unbuildable(Service::DynamoDb, Some(region), "UpdateTable", &error)
            })?;
            let update = ReplicationGroupUpdate::builder().create(create).build();
            let reply = client
                .update_table()
                .table_name(table.as_str())
                .replica_updates(update)
                .send()
                .await;
            reply.map_err(|error| {
                failure::in_region(Service::DynamoDb, region, "UpdateTable", &error)
            })?;
            Ok(Effect::Done)
        }
        Call::UpdateTimeToLive {
            attribute, enabled, ..
        } => {
            let wish = TimeToLiveSpecification::builder()
                .attribute_name(attribute)
                .enabled(*enabled)
                .build();
            let wish = wish.map_err(|error| {
                failure::unbuildable(Service::DynamoDb, Some(region), "UpdateTimeToLive", &error)
            })?;
            let request = client
                .update_time_to_live()
                .table_name(table.as_str())
                .time_to_live_specification(wish);
            let reply = request.send().await;
            reply.map_err(|error| {
                failure::in_region(Service::DynamoDb, region, "UpdateTimeToLive", &error)
            })?;
            Ok(Effect::Done)
        }
        Call::SetDeletionProtection { is_protected } => {
            let request = client
                .update_table()
                .table_name(table.as_str())
                .deletion_protection_enabled(*is_protected);
            let reply = request.send().await;
            reply.map_err(|error| {
                failure::in_region(Service::DynamoDb, region, "UpdateTable", &error)
            })?;
            Ok(Effect::Done)
        }
        Call::TagTable { arn, after, .. } => {
            let tags = tag_list(after, region)?;
            let reply = client
                .tag_resource()
                .resource_arn(arn.as_str())
                .set_tags(Some(tags))
                .send()
                .await;
            reply.map_err(|error| {
                failure::in_region(Service::DynamoDb, region, "TagResource", &error)
            })?;
            Ok(Effect::Done)
        }
    }
}

fn table_of(found: &TableDescription) -> Option<Table> {
    let key = |kind: &str| {
        let element = found
            .key_schema()
            .iter()
            .find(|element| element.key_type().as_str() == kind)?;
        let name = element.attribute_name();
        let attribute = found
            .attribute_definitions()
            .iter()
            .find(|attribute| attribute.attribute_name() == name)?;
        let kind = match attribute.attribute_type().as_str() {
            "N" => AttributeType::Number,
            "B" => AttributeType::Binary,
            _ => AttributeType::String,
        };
        Some(KeyAttribute {
            name: name.to_owned(),
            kind,
        })
    };
    let replicas = found.replicas().iter().filter_map(|replica| {
        let status = replica
            .replica_status()
            .map_or("UPDATING", |status| status.as_str());
        Some((
            replica.region_name()?.parse().ok()?,
            TableStatus::parse(status),
        ))
    });
    Some(Table {
        arn: TableArn::new(found.table_arn()?),
        id: TableId::new(found.table_id()?),
        status: TableStatus::parse(found.table_status()?.as_str()),
        keys: Keys {
            partition: key("HASH")?,
            sort: key("RANGE"),
        },
        replicas: replicas.collect(),
        is_strong: found
            .multi_region_consistency()
            .is_some_and(|consistency| consistency.as_str() == "STRONG"),
        is_protected: found.deletion_protection_enabled().unwrap_or(false),
        ttl: Read::NotRead,
        tags: Read::NotRead,
    })
}

fn attributes(keys: &Keys, region: &Region) -> Result<Vec<AttributeDefinition>, Failure> {
    let definition = |attribute: &KeyAttribute| {
        let kind = match attribute.kind {
            AttributeType::String => ScalarAttributeType::S,
            AttributeType::Number => ScalarAttributeType::N,
            AttributeType::Binary => ScalarAttributeType::B,
        };
        let built = AttributeDefinition::builder()
            .attribute_name(&attribute.name)
            .attribute_type(kind)
            .build();
        built.map_err(|error| {
            failure::unbuildable(Service::DynamoDb, Some(region), "CreateTable", &error)
        })
    };
    std::iter::once(&keys.partition)
        .chain(&keys.sort)
        .map(definition)
        .collect()
}

fn key_schema(keys: &Keys, region: &Region) -> Result<Vec<KeySchemaElement>, Failure> {
    let element = |attribute: &KeyAttribute, kind: KeyType| {
        let built = KeySchemaElement::builder()
            .attribute_name(&attribute.name)
            .key_type(kind)
            .build();
        built.map_err(|error| {
            failure::unbuildable(Service::DynamoDb, Some(region), "CreateTable", &error)
        })
    };
    let sort = keys.sort.iter().map(|sort| element(sort, KeyType::Range));
    std::iter::once(element(&keys.partition, KeyType::Hash))
        .chain(sort)
        .collect()
}

fn tag_list(tags: &BTreeMap<String, String>, region: &Region) -> Result<Vec<Tag>, Failure> {
    let tag = |(key, value): (&String, &String)| {
        Tag::builder()
            .key(key)
            .value(value)
            .build()
            .map_err(|error| {
                failure::unbuildable(Service::DynamoDb, Some(region), "TagResource", &error)
            })
    };
    tags.iter().map(tag).collect()
}
