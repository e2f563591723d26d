//! Tables of one Region: creation, description, change, deletion, lists.
//!
//! Source: `CreateTable`, `DescribeTable`, `UpdateTable`, `DeleteTable` and `ListTables`, Amazon
//! DynamoDB API Reference; the texts as AWS sends them.

use aws_sdk_dynamodb::types::{BillingMode, StreamSpecification, StreamViewType, TableStatus};

use crate::aws::{Aws, HOME, Refused};
use crate::table::{NAME, Table, creation};

const ARN: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/sessions";

#[tokio::test]
async fn d01_a_new_table_is_creating_and_then_active() {
    let aws = Aws::example();
    let client = aws.tables(HOME);
    let made = creation(&client, NAME).send().await.unwrap();
    let table = made.table_description().unwrap();
    assert_eq!(table.table_status(), Some(&TableStatus::Creating));
    assert_eq!(table.table_arn(), Some(ARN));
    assert_eq!(aws.settle(), 8);
    let found = client
        .describe_table()
        .table_name(ARN)
        .send()
        .await
        .unwrap();
    let table = found.table().unwrap();
    assert_eq!(table.table_status(), Some(&TableStatus::Active));
    let summary = table.billing_mode_summary().unwrap();
    assert_eq!(summary.billing_mode(), Some(&BillingMode::PayPerRequest));
    assert_eq!(table.table_id().map(str::len), Some(36));
}

#[tokio::test]
async fn d02_a_table_of_one_region_shows_nothing_of_global_tables() {
    let table = Table::regional().describe(HOME).await.unwrap();
    assert!(table.replicas.is_none());
    assert!(table.global_table_version().is_none());
    assert!(table.multi_region_consistency().is_none());
    assert!(table.global_table_settings_replication_mode().is_none());
}

#[tokio::test]
async fn d03_a_name_is_taken_in_its_region_only() {
    let table = Table::regional();
    let (code, message) = creation(&table.client(HOME), NAME).send().await.refused();
    assert_eq!(code, "ResourceInUseException");
    assert_eq!(message, "Table already exists: sessions");
    creation(&table.client("eu-west-1"), NAME)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn d04_a_table_that_is_not_there() {
    let client = Aws::example().tables(HOME);
    let (code, message) = client
        .describe_table()
        .table_name("none")
        .send()
        .await
        .refused();
    assert_eq!(code, "ResourceNotFoundException");
    assert_eq!(
        message,
        "Requested resource not found: Table: none not found"
    );
}

#[tokio::test]
async fn d08_a_deleted_table_is_gone_after_a_while() {
    let table = Table::regional();
    let deleted = table.delete(HOME).await.unwrap();
    assert_eq!(deleted.table_status(), Some(&TableStatus::Deleting));
    assert_eq!(
        table.delete(HOME).await.unwrap_err().0,
        "ResourceInUseException"
    );
    assert_eq!(table.0.settle(), 8);
    assert_eq!(table.status(HOME).await, "not found");
}

#[tokio::test]
async fn d09_a_protected_table_is_not_deleted() {
    let table = Table::regional();
    let changed = table.protect(HOME, true).await.unwrap();
    assert_eq!(changed.table_status(), Some(&TableStatus::Active));
    let (code, message) = table.delete(HOME).await.unwrap_err();
    assert_eq!(code, "ValidationException");
    let expected = "Resource cannot be deleted as it is currently protected against deletion. \
                    Disable deletion protection first.";
    assert_eq!(message, expected);
    table.protect(HOME, false).await.unwrap();
    table.delete(HOME).await.unwrap();
}

#[tokio::test]
async fn d10_a_table_that_is_creating_can_be_neither_changed_nor_deleted() {
    let table = Table(Aws::example());
    creation(&table.client(HOME), NAME).send().await.unwrap();
    let (code, message) = table.protect(HOME, true).await.unwrap_err();
    assert_eq!(code, "ResourceInUseException");
    let expected = "Attempt to change a resource which is still in use: Table is being created: \
                    sessions";
    assert_eq!(message, expected);
    assert_eq!(
        table.delete(HOME).await.unwrap_err().0,
        "ResourceInUseException"
    );
}

#[tokio::test]
async fn d11_an_update_that_names_nothing_is_refused() {
    let table = Table::regional();
    let update = table
        .client(HOME)
        .update_table()
        .table_name(NAME)
        .send()
        .await;
    let (code, message) = update.refused();
    assert_eq!(code, "ValidationException");
    assert!(
        message.starts_with("At least one of ProvisionedThroughput, BillingMode"),
        "{message}"
    );
}

#[tokio::test]
async fn d12_deletion_protection_is_changed_alone() {
    let table = Table::regional();
    let update = table.client(HOME).update_table().table_name(NAME);
    let update = update
        .deletion_protection_enabled(true)
        .billing_mode(BillingMode::PayPerRequest);
    let (code, message) = update.send().await.refused();
    assert_eq!(code, "ValidationException");
    let expected = "One or more parameter values were invalid: DeletionProtection modification \
                    must be the only operation in the request";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn d13_a_parameter_that_is_not_served_is_refused_by_name() {
    let table = Table::regional();
    let update = table.client(HOME).update_table().table_name(NAME);
    let (code, message) = update
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .refused();
    assert_eq!(code, "ValidationException");
    let expected = "One or more parameter values were invalid: The parameter BillingMode is not \
                    supported";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn d14_a_stream_is_turned_on_and_off_once() {
    let table = Table::regional();
    let on = StreamSpecification::builder().stream_enabled(true);
    let on = on
        .stream_view_type(StreamViewType::KeysOnly)
        .build()
        .unwrap();
    let off = StreamSpecification::builder()
        .stream_enabled(false)
        .build()
        .unwrap();
    let update = |stream: StreamSpecification| {
        table
            .client(HOME)
            .update_table()
            .table_name(NAME)
            .stream_specification(stream)
            .send()
    };
    let (_, message) = update(off.clone()).await.refused();
    assert_eq!(
        message,
        "Table has no stream to disable: TableName: sessions"
    );
    let changed = update(on.clone()).await.unwrap();
    let label = changed
        .table_description()
        .unwrap()
        .latest_stream_label()
        .unwrap()
        .to_owned();
    let (_, message) = update(on).await.refused();
    assert_eq!(
        message,
        "Table already has an enabled stream: TableName: sessions"
    );
    let changed = update(off).await.unwrap();
    let changed = changed.table_description().unwrap();
    assert!(changed.stream_specification().is_none());
    assert_eq!(changed.latest_stream_label(), Some(label.as_str()));
}

#[tokio::test]
async fn d15_pages_of_tables_are_in_the_order_of_names() {
    let client = Aws::example().tables(HOME);
    for name in ["delta", "alpha", "charlie", "bravo", "echo"] {
        creation(&client, name).send().await.unwrap();
    }
    let (mut start, mut seen) = (None, Vec::new());
    loop {
        let list = client
            .list_tables()
            .limit(2)
            .set_exclusive_start_table_name(start);
        let page = list.send().await.unwrap();
        seen.extend(page.table_names().iter().cloned());
        start = page.last_evaluated_table_name;
        if start.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["alpha", "bravo", "charlie", "delta", "echo"]);
}

#[tokio::test]
async fn d31_a_page_has_up_to_a_hundred_names_after_one_that_need_not_exist() {
    let client = Aws::example().tables(HOME);
    for index in 0..101 {
        let name = format!("table-{index:03}");
        creation(&client, &name).send().await.unwrap();
    }
    let first = client.list_tables().send().await.unwrap();
    assert_eq!(first.table_names().len(), 100);
    assert_eq!(first.last_evaluated_table_name(), Some("table-099"));
    let after = client
        .list_tables()
        .exclusive_start_table_name("table-099x");
    let after = after.send().await.unwrap();
    assert_eq!(after.table_names(), ["table-100"]);
    assert_eq!(after.last_evaluated_table_name(), None);
    for limit in [0, 101] {
        let (code, message) = client.list_tables().limit(limit).send().await.refused();
        assert_eq!(code, "ValidationException");
        assert!(message.contains("at 'limit'"), "{message}");
    }
    for (start, rule) in [
        ("ab", "length greater than or equal to 3"),
        ("a b", "regular expression pattern: [a-zA-Z0-9_.-]+"),
    ] {
        let wrong = client.list_tables().exclusive_start_table_name(start);
        let (_, message) = wrong.send().await.refused();
        assert!(
            message.contains("at 'exclusiveStartTableName'"),
            "{message}"
        );
        assert!(message.ends_with(rule), "{message}");
    }
}
