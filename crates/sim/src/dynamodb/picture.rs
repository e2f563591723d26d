//! Tables in a picture of the world, by Region and name.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::table::{Billing, Table};
use super::{DynamoDb, Place};
use crate::region::Region;

impl DynamoDb {
    pub(crate) fn picture(&self) -> Value {
        let tables = self.tables.iter().map(|(Place { region, name }, table)| {
            (format!("{region}/{name}"), self.table_picture(table))
        });
        json!(tables.collect::<BTreeMap<String, Value>>())
    }

    fn table_picture(&self, table: &Table) -> Value {
        let group = self.group_of(table);
        let replicas = group
            .into_iter()
            .flat_map(|group| group.seen_from(table.place.region));
        let replicas: BTreeMap<Region, &str> = replicas
            .map(|member| (member.region, member.status.word()))
            .collect();
        let billing = match table.billing {
            Billing::PayPerRequest => json!("PAY_PER_REQUEST"),
            Billing::Provisioned { read, write } => json!({ "read": read, "write": write }),
        };
        let stream = table
            .stream
            .filter(|stream| stream.enabled)
            .map(|stream| stream.view);
        json!({
            "billing": billing,
            "class": table.class,
            "deletionProtection": table.deletion_protection,
            "partitionKey": table.partition_key,
            "replicas": replicas,
            "sortKey": table.sort_key,
            "status": table.status,
            "stream": stream,
            "tags": table.tags,
            "timeToLive": { "attribute": table.ttl.attribute, "status": table.ttl.status },
        })
    }
}
