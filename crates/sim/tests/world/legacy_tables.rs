//! Global tables version 2017.11.29, of which no new ones can be made: the operations answer, and
//! know of no table.
//!
//! Sources: `CreateGlobalTable`, `DescribeGlobalTable` and `ListGlobalTables`, Amazon DynamoDB API
//! Reference; "Global tables version 2017.11.29 (Legacy)", Developer Guide; the texts as AWS sends
//! them.

use aws_sdk_dynamodb::types::{CreateReplicaAction, DeleteReplicaAction, Replica, ReplicaUpdate};

use crate::aws::{HOME, Refused};
use crate::table::{EU, NAME, Table};

const UNSUPPORTED: &str = "One or more parameter values were invalid: DynamoDB global tables \
                           version 2017.11.29 is not supported. We recommend using DynamoDB global \
                           tables version 2019.11.21, instead of version 2017.11.29 (Legacy).";

#[tokio::test]
async fn r36_a_global_table_of_the_old_version_can_not_be_made() {
    let table = Table::replicated();
    for name in [NAME, "none"] {
        let create = table.client(HOME).create_global_table();
        let create = create.global_table_name(name);
        let create = create.replication_group(Replica::builder().region_name(EU).build());
        let (code, message) = create.send().await.refused();
        assert_eq!((&*code, &*message), ("ValidationException", UNSUPPORTED));
        let create = CreateReplicaAction::builder().region_name(EU);
        let create = ReplicaUpdate::builder().create(create.build().unwrap());
        let update = table.client(HOME).update_global_table();
        let update = update.global_table_name(name);
        let update = update.replica_updates(create.build());
        assert_eq!(update.send().await.refused().1, UNSUPPORTED);
    }
    let short = table.client(HOME).create_global_table();
    let short = short.global_table_name("no");
    let short = short.replication_group(Replica::builder().region_name(EU).build());
    let (_, message) = short.send().await.refused();
    let expected = "1 validation error detected: Value 'no' at 'globalTableName' failed to satisfy \
                    constraint: Member must have length greater than or equal to 3";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn r37_a_global_table_of_the_current_version_is_none_of_the_old() {
    let table = Table::replicated();
    let client = table.client(EU);
    let listed = client.list_global_tables().send().await.unwrap();
    assert!(listed.global_tables().is_empty());
    let code = "GlobalTableNotFoundException";
    let text = "Global table with name: 'sessions' does not exist.";
    let table = client.describe_global_table().global_table_name(NAME);
    let (found, message) = table.send().await.refused();
    assert_eq!(found, code);
    assert_eq!(message, format!("Global table not found: {text}"));
    let delete = DeleteReplicaAction::builder().region_name(EU);
    let delete = ReplicaUpdate::builder().delete(delete.build().unwrap());
    let update = client.update_global_table().global_table_name(NAME);
    let update = update.replica_updates(delete.build()).send().await;
    assert_eq!(update.refused().0, code);
    let settings = client.describe_global_table_settings();
    let settings = settings.global_table_name(NAME).send().await.refused();
    assert_eq!(settings, (code.to_owned(), text.to_owned()));
    let settings = client.update_global_table_settings();
    let settings = settings.global_table_name(NAME);
    let settings = settings.global_table_provisioned_write_capacity_units(5);
    let settings = settings.send().await.refused();
    assert_eq!(settings, (code.to_owned(), text.to_owned()));
}
