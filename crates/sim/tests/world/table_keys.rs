//! What a new table must be: its name, its keys, its capacity, and how many there may be.
//!
//! Source: `CreateTable`, Amazon DynamoDB API Reference; the texts as AWS sends them.

use aws_sdk_dynamodb::types::{
    BillingMode, KeyType, OnDemandThroughput, ProvisionedThroughput, SseSpecification,
    StreamSpecification, StreamViewType, TimeToLiveSpecification, WarmThroughput,
};
use evenkeel_sim::{Quotas, Seed};

use crate::aws::{Aws, HOME, Refused};
use crate::table::{NAME, Table, adding, attribute, creation, key};

#[tokio::test]
async fn d05_shape_is_looked_at_before_existence() {
    let client = Aws::example().tables(HOME);
    let refused = |name: &str| client.describe_table().table_name(name).send();
    let (code, message) = refused("no table").await.refused();
    assert_eq!(code, "ValidationException");
    let expected = "1 validation error detected: Value 'no table' at 'tableName' failed to satisfy \
                    constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
    assert_eq!(message, expected);
    let (_, message) = refused("no").await.refused();
    let expected = "TableName must be at least 3 characters long and at most 255 characters long";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn d06_keys_are_defined_and_in_order() {
    let client = Aws::example().tables(HOME);
    let create = || {
        client
            .create_table()
            .table_name(NAME)
            .billing_mode(BillingMode::PayPerRequest)
    };
    let invalid = "One or more parameter values were invalid: ";
    for (refused, expected) in [
        (
            create()
                .attribute_definitions(attribute("id"))
                .key_schema(key("id", KeyType::Range)),
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type".to_owned(),
        ),
        (
            create()
                .attribute_definitions(attribute("at"))
                .key_schema(key("id", KeyType::Hash)),
            format!(
                "{invalid}Some index key attributes are not defined in AttributeDefinitions. Keys: \
                 [id], AttributeDefinitions: [at]"
            ),
        ),
        (
            creation(&client, NAME).attribute_definitions(attribute("at")),
            format!(
                "{invalid}Number of attributes in KeySchema does not exactly match number of \
                 attributes defined in AttributeDefinitions"
            ),
        ),
        (
            creation(&client, NAME).key_schema(key("id", KeyType::Range)),
            "Both the Hash Key and the Range Key element in the KeySchema have the same name"
                .to_owned(),
        ),
    ] {
        let (code, message) = refused.send().await.refused();
        assert_eq!((code.as_str(), message), ("ValidationException", expected));
    }
}

#[tokio::test]
async fn d07_capacity_is_given_if_it_is_provisioned_and_only_then() {
    let client = Aws::example().tables(HOME);
    let units = ProvisionedThroughput::builder()
        .read_capacity_units(5)
        .write_capacity_units(6);
    let units = units.build().unwrap();
    let invalid = "One or more parameter values were invalid: ";
    let both = creation(&client, NAME).provisioned_throughput(units.clone());
    let (_, message) = both.send().await.refused();
    let expected = "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when \
                    BillingMode is PAY_PER_REQUEST";
    assert_eq!(message, format!("{invalid}{expected}"));
    let neither = creation(&client, NAME).billing_mode(BillingMode::Provisioned);
    let (_, message) = neither.send().await.refused();
    let expected = "ReadCapacityUnits and WriteCapacityUnits must both be specified when \
                    BillingMode is PROVISIONED";
    assert_eq!(message, format!("{invalid}{expected}"));
    let made = creation(&client, NAME).billing_mode(BillingMode::Provisioned);
    let made = made.provisioned_throughput(units).send().await.unwrap();
    let table = made.table_description().unwrap();
    assert_eq!(
        table
            .provisioned_throughput()
            .unwrap()
            .write_capacity_units(),
        Some(6)
    );
    assert!(table.billing_mode_summary().is_none());
}

#[tokio::test]
async fn d19_the_quotas_of_tables_and_of_what_is_in_progress() {
    let quotas = Quotas {
        tables: 2,
        ..Quotas::default()
    };
    let aws = Aws::new(Seed {
        quotas,
        ..Seed::empty()
    });
    let client = aws.tables(HOME);
    for name in ["one", "two"] {
        creation(&client, name).send().await.unwrap();
    }
    let (code, message) = creation(&client, NAME).send().await.refused();
    assert_eq!(code, "LimitExceededException");
    assert!(message.contains("Only 2 tables"), "{message}");
    let client = Aws::example().tables(HOME);
    for index in 0..500 {
        creation(&client, &format!("table-{index}"))
            .send()
            .await
            .unwrap();
    }
    let (code, message) = creation(&client, NAME).send().await.refused();
    assert_eq!(code, "LimitExceededException");
    assert!(message.contains("500 concurrent"), "{message}");
}

#[tokio::test]
async fn d20_a_stream_has_a_view_at_creation_iff_it_is_on() {
    let client = Aws::example().tables(HOME);
    let create = |enabled, view: Option<StreamViewType>| {
        let stream = StreamSpecification::builder().stream_enabled(enabled);
        let stream = stream.set_stream_view_type(view).build().unwrap();
        creation(&client, NAME).stream_specification(stream).send()
    };
    let invalid = "One or more parameter values were invalid: Table is being created with a stream";
    let (_, message) = create(true, None).await.refused();
    assert_eq!(
        message,
        format!("{invalid} enabled, UpdateViewType is required")
    );
    let (_, message) = create(false, Some(StreamViewType::KeysOnly))
        .await
        .refused();
    assert_eq!(
        message,
        format!("{invalid} disabled, UpdateViewType should not be specified")
    );
    let made = create(true, Some(StreamViewType::KeysOnly)).await.unwrap();
    assert!(
        made.table_description()
            .unwrap()
            .latest_stream_arn()
            .is_some()
    );
}

#[tokio::test]
async fn d32_settings_that_are_not_served_are_refused_by_name_and_not_dropped() {
    let client = Aws::example().tables(HOME);
    let create = || creation(&client, NAME);
    let sse = SseSpecification::builder().enabled(true).build();
    let warm = WarmThroughput::builder().read_units_per_second(12_001);
    let most = OnDemandThroughput::builder().max_read_request_units(10);
    for (create, member) in [
        (create().sse_specification(sse), "SSESpecification"),
        (create().warm_throughput(warm.build()), "WarmThroughput"),
        (
            create().on_demand_throughput(most.build()),
            "OnDemandThroughput",
        ),
        (create().resource_policy("{}"), "ResourcePolicy"),
        (
            create().global_table_source_arn("arn"),
            "GlobalTableSourceArn",
        ),
    ] {
        let (code, message) = create.send().await.refused();
        assert_eq!(code, "ValidationException");
        let expected = format!(
            "One or more parameter values were invalid: The parameter {member} is not supported"
        );
        assert_eq!(message, expected);
    }
}

#[tokio::test]
async fn d33_the_quota_of_what_is_in_progress_holds_for_every_kind_of_change() {
    let aws = Aws::example();
    let client = aws.tables(HOME);
    creation(&client, NAME).send().await.unwrap();
    aws.settle();
    for index in 0..500 {
        let name = format!("table-{index}");
        creation(&client, &name).send().await.unwrap();
    }
    let table = Table(aws);
    for refused in [
        table.protect(HOME, true).await,
        table.update(HOME, vec![adding("eu-west-1")]).await,
        table.delete(HOME).await,
    ] {
        let (code, message) = refused.unwrap_err();
        assert_eq!(code, "LimitExceededException");
        assert!(message.contains("500 concurrent"), "{message}");
    }
    let ttl = TimeToLiveSpecification::builder().enabled(true);
    let ttl = ttl.attribute_name("expires").build().unwrap();
    let update = table.client(HOME).update_time_to_live().table_name(NAME);
    let update = update.time_to_live_specification(ttl).send().await;
    assert_eq!(update.refused().0, "LimitExceededException");
    creation(&table.client("eu-west-1"), "other")
        .send()
        .await
        .unwrap();
    table.0.settle();
    table.delete(HOME).await.unwrap();
}
