//! `DescribeTable` and `ListTables`: what a table shows in its own Region.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::group::ReplicaStatus;
use super::operations::{NAMES, is_name, place, table_name};
use super::table::{Billing, KeyAttribute, Stream, Table};
use super::{DynamoDb, Error, TableStatus};
use crate::context::Context;
use crate::wire::time::epoch_seconds;
use crate::wire::{Answer, Constraints, ServiceError, json};

/// The largest page of names, and the default.
const MOST_NAMES: i64 = 100;
const USUAL_PAGE: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeTable {
    table_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListTables {
    exclusive_start_table_name: Option<String>,
    limit: Option<i64>,
}

impl DynamoDb {
    pub(super) fn describe_table(
        &self,
        context: &Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: DescribeTable = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let name = table_name(&mut constraints, input.table_name);
        constraints.verdict().map_err(Error::Constraint)?;
        let table = self.described(&place(context, name)?)?;
        let answer = Answer::json(&json!({ "Table": self.shown(context, table) }))?;
        let group = self.group_of(table);
        let replicas = group
            .into_iter()
            .flat_map(|group| group.seen_from(table.place.region));
        let settled = table.status == TableStatus::Active
            && replicas
                .into_iter()
                .all(|replica| replica.status == ReplicaStatus::Active);
        Ok(answer.pending(!settled))
    }

    /// Names in their order, from the one after the given start on.
    pub(super) fn list_tables(
        &self,
        context: &Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: ListTables = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let start = input.exclusive_start_table_name.as_deref();
        constraints.length("exclusiveStartTableName", start, 3, 255);
        constraints.pattern("exclusiveStartTableName", start, NAMES, is_name);
        let limit = constraints.number("limit", input.limit, 1, MOST_NAMES);
        constraints.verdict().map_err(Error::Constraint)?;
        let here = self
            .tables
            .keys()
            .filter(|place| place.region == context.region);
        let mut names = here
            .map(|place| place.name.as_str())
            .filter(|name| start.is_none_or(|start| *name > start));
        let page: Vec<&str> = names.by_ref().take(limit.unwrap_or(USUAL_PAGE)).collect();
        let last = page.last().copied().filter(|_| names.next().is_some());
        let mut answer = Map::new();
        if let Some(last) = last {
            answer.insert("LastEvaluatedTableName".to_owned(), last.into());
        }
        answer.insert("TableNames".to_owned(), page.into());
        Answer::json(&answer)
    }

    /// `TableDescription`. What belongs to global tables is absent from a table that is none.
    pub(super) fn shown(&self, context: &Context<'_>, table: &Table) -> Value {
        let keys = [
            ("HASH", Some(&table.partition_key)),
            ("RANGE", table.sort_key.as_ref()),
        ];
        let keys = keys
            .into_iter()
            .filter_map(|(kind, key)| Some((kind, key?)));
        let keys: Vec<(&str, &KeyAttribute)> = keys.collect();
        let (read, write) = match table.billing {
            Billing::PayPerRequest => (0, 0),
            Billing::Provisioned { read, write } => (read, write),
        };
        let arn = table.place.arn(context.account);
        let mut shown = members(json!({
            "TableName": table.place.name,
            "TableArn": arn,
            "TableId": table.id,
            "TableStatus": table.status,
            "CreationDateTime": epoch_seconds(table.created),
            "KeySchema": keys.iter().map(|(kind, key)| {
                json!({ "AttributeName": key.name, "KeyType": kind })
            }).collect::<Vec<_>>(),
            "AttributeDefinitions": keys.iter().map(|(_, key)| {
                json!({ "AttributeName": key.name, "AttributeType": key.r#type })
            }).collect::<Vec<_>>(),
            "ProvisionedThroughput": {
                "NumberOfDecreasesToday": 0,
                "ReadCapacityUnits": read,
                "WriteCapacityUnits": write,
            },
            "TableSizeBytes": 0,
            "ItemCount": 0,
            "DeletionProtectionEnabled": table.deletion_protection,
            "WarmThroughput": warm_throughput(table),
        }));
        if table.billing == Billing::PayPerRequest {
            let summary = json!({
                "BillingMode": "PAY_PER_REQUEST",
                "LastUpdateToPayPerRequestDateTime": epoch_seconds(table.created),
            });
            shown.insert("BillingModeSummary".to_owned(), summary);
        }
        if let Some(class) = table.class {
            shown.insert(
                "TableClassSummary".to_owned(),
                json!({ "TableClass": class }),
            );
        }
        if let Some(stream) = &table.stream {
            shown.extend(stream_members(stream, &arn));
        }
        if let Some(group) = self.group_of(table) {
            let replicas = group.seen_from(table.place.region).map(|member| {
                json!({
                    "RegionName": member.region,
                    "ReplicaStatus": member.status,
                    "WarmThroughput": warm_throughput(table),
                    "GlobalTableSettingsReplicationMode": "ENABLED_WITH_OVERRIDES",
                })
            });
            shown.extend(members(json!({
                "GlobalTableVersion": "2019.11.21",
                "GlobalTableSettingsReplicationMode": "ENABLED_WITH_OVERRIDES",
                "Replicas": replicas.collect::<Vec<_>>(),
            })));
        }
        Value::Object(shown)
    }
}

/// What a new table can take at once ("Understanding warm throughput", Developer Guide).
fn warm_throughput(table: &Table) -> Value {
    let (read, write) = match table.billing {
        Billing::PayPerRequest => (12_000, 4_000),
        Billing::Provisioned { read, write } => (read, write),
    };
    json!({ "ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write, "Status": "ACTIVE" })
}

/// The label outlives the stream.
fn stream_members(stream: &Stream, table: &str) -> Map<String, Value> {
    let label = stream.label.strftime("%Y-%m-%dT%H:%M:%S.%3f").to_string();
    let mut shown = members(json!({
        "LatestStreamArn": format!("{table}/stream/{label}"),
        "LatestStreamLabel": label,
    }));
    if stream.enabled {
        let specification = json!({ "StreamEnabled": true, "StreamViewType": stream.view });
        shown.insert("StreamSpecification".to_owned(), specification);
    }
    shown
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}
