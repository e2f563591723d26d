//! Time to live: changed in one Region it changes in all, rarely, and never in vain.
//!
//! Sources: `UpdateTimeToLive` and `DescribeTimeToLive`, Amazon DynamoDB API Reference; the texts
//! as AWS sends them.

use aws_sdk_dynamodb::types::{TimeToLiveSpecification, TimeToLiveStatus};

use crate::aws::{Aws, HOME, Refused};
use crate::table::{EU, NAME, Table, creation};

async fn set(
    table: &Table,
    region: &'static str,
    enabled: bool,
    attribute: &str,
) -> Result<(), (String, String)> {
    let given = TimeToLiveSpecification::builder()
        .enabled(enabled)
        .attribute_name(attribute);
    let update = table.client(region).update_time_to_live().table_name(NAME);
    match update
        .time_to_live_specification(given.build().unwrap())
        .send()
        .await
    {
        Ok(_) => Ok(()),
        refused => Err(refused.refused()),
    }
}

async fn status(table: &Table, region: &'static str) -> (TimeToLiveStatus, Option<String>) {
    let found = table
        .client(region)
        .describe_time_to_live()
        .table_name(NAME)
        .send()
        .await;
    let found = found.unwrap().time_to_live_description.unwrap();
    (found.time_to_live_status.unwrap(), found.attribute_name)
}

#[tokio::test]
async fn t01_it_is_synchronised_whichever_region_is_asked() {
    let table = Table::replicated();
    assert_eq!(
        status(&table, HOME).await,
        (TimeToLiveStatus::Disabled, None)
    );
    set(&table, EU, true, "expires").await.unwrap();
    for region in [HOME, EU] {
        let expected = (TimeToLiveStatus::Enabling, Some("expires".to_owned()));
        assert_eq!(status(&table, region).await, expected);
    }
    table.0.settle();
    for region in [HOME, EU] {
        let expected = (TimeToLiveStatus::Enabled, Some("expires".to_owned()));
        assert_eq!(status(&table, region).await, expected);
    }
}

#[tokio::test]
async fn t02_a_new_replica_inherits_it() {
    let table = Table::regional();
    set(&table, HOME, true, "expires").await.unwrap();
    table.add(EU).await;
    table.0.settle();
    let expected = (TimeToLiveStatus::Enabled, Some("expires".to_owned()));
    assert_eq!(status(&table, EU).await, expected);
}

#[tokio::test]
async fn t03_a_request_that_changes_nothing_is_refused() {
    let table = Table::regional();
    let (code, message) = set(&table, HOME, false, "expires").await.unwrap_err();
    assert_eq!(code, "ValidationException");
    assert_eq!(message, "TimeToLive is already disabled");
    set(&table, HOME, true, "expires").await.unwrap();
    let (_, message) = set(&table, HOME, true, "expires").await.unwrap_err();
    assert_eq!(message, "TimeToLive is already enabled");
}

#[tokio::test]
async fn t04_another_attribute_is_refused_while_it_is_on() {
    let table = Table::regional();
    set(&table, HOME, true, "expires").await.unwrap();
    let expected = "TimeToLive is active on a different AttributeName: current AttributeName is \
                    expires";
    for enabled in [true, false] {
        let (_, message) = set(&table, HOME, enabled, "other").await.unwrap_err();
        assert_eq!(message, expected);
    }
}

#[tokio::test]
async fn t05_it_can_be_changed_again_after_half_an_hour() {
    let table = Table::replicated();
    set(&table, HOME, true, "expires").await.unwrap();
    table.0.pass(1799);
    let (code, message) = set(&table, EU, false, "expires").await.unwrap_err();
    assert_eq!(code, "ValidationException");
    let expected = "Time to live has been modified multiple times within a fixed interval";
    assert_eq!(message, expected);
    table.0.pass(1);
    set(&table, EU, false, "expires").await.unwrap();
    table.0.settle();
    assert_eq!(
        status(&table, HOME).await,
        (TimeToLiveStatus::Disabled, None)
    );
}

#[tokio::test]
async fn t06_it_can_be_changed_while_a_replica_is_added() {
    let seed = "{tables: [{name: sessions, regions: [us-east-1]}], knobs: {ttlChange: 60}}";
    let table = Table(Aws::new(serde_saphyr::from_str(seed).unwrap()));
    table.add(EU).await;
    set(&table, HOME, true, "expires").await.unwrap();
    table.0.pass(30);
    assert_eq!(status(&table, EU).await.0, TimeToLiveStatus::Enabling);
    table.0.pass(30);
    assert_eq!(status(&table, EU).await.0, TimeToLiveStatus::Enabled);
}

#[tokio::test]
async fn t07_a_table_that_is_creating_or_deleting_does_not_tell() {
    let table = Table(Aws::example());
    creation(&table.client(HOME), NAME).send().await.unwrap();
    let describe = || {
        table
            .client(HOME)
            .describe_time_to_live()
            .table_name(NAME)
            .send()
    };
    let (code, message) = describe().await.refused();
    assert_eq!(code, "ValidationException");
    let expected = "Cannot describe time to live while table is in CREATING state: Current table \
                    state is CREATING";
    assert_eq!(message, expected);
    table.0.settle();
    table.delete(HOME).await.unwrap();
    let (_, message) = describe().await.refused();
    assert!(message.contains("DELETING"), "{message}");
}

#[tokio::test]
async fn t09_a_table_that_is_creating_or_deleting_can_not_be_changed() {
    let table = Table(Aws::example());
    creation(&table.client(HOME), NAME).send().await.unwrap();
    let (code, message) = set(&table, HOME, true, "expires").await.unwrap_err();
    assert_eq!(code, "ResourceInUseException");
    assert!(message.contains("Table is being created"), "{message}");
    table.0.settle();
    table.delete(HOME).await.unwrap();
    let (code, message) = set(&table, HOME, true, "expires").await.unwrap_err();
    assert_eq!(code, "ResourceInUseException");
    assert!(message.contains("Table is being deleted"), "{message}");
    table.0.settle();
    let (code, _) = set(&table, HOME, true, "expires").await.unwrap_err();
    assert_eq!(code, "ResourceNotFoundException");
}

#[tokio::test]
async fn t10_an_attribute_has_between_1_and_255_characters() {
    let table = Table::regional();
    for attribute in ["", &"x".repeat(256)] {
        let (code, message) = set(&table, HOME, true, attribute).await.unwrap_err();
        assert_eq!(code, "ValidationException");
        let expected = "at 'timeToLiveSpecification.attributeName' failed to satisfy constraint";
        assert!(message.contains(expected), "{message}");
    }
    set(&table, HOME, true, &"x".repeat(255)).await.unwrap();
}
