//! Global tables: adding replicas, one at a time, with what each Region shows meanwhile.
//!
//! Sources: `UpdateTable`, Amazon DynamoDB API Reference; "Managing global tables" and "Deleting a
//! global table", Developer Guide; the texts and the order of states as AWS shows them.

use aws_sdk_dynamodb::types::{
    ReplicationGroupUpdate, StreamSpecification, StreamViewType, TableStatus, Tag,
};

use crate::aws::{Aws, HOME, Refused};
use crate::table::{AP, EU, NAME, Table, adding, creation, removing, shown};

#[tokio::test]
async fn r01_a_new_replica_is_listed_then_described_then_active() {
    let table = Table::regional();
    let updated = table.update(HOME, vec![adding(EU)]).await.unwrap();
    assert_eq!(shown(&updated), "UPDATING []");
    assert_eq!(updated.global_table_version(), Some("2019.11.21"));
    table.0.pass(5);
    assert_eq!(table.status(HOME).await, "UPDATING []");
    table.0.pass(1);
    assert_eq!(table.status(HOME).await, "UPDATING [eu-west-1 CREATING]");
    assert_eq!(table.status(EU).await, "not found");
    table.0.pass(4);
    assert_eq!(table.status(EU).await, "CREATING [us-east-1 ACTIVE]");
    table.0.pass(20);
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 ACTIVE]");
    assert_eq!(table.status(EU).await, "ACTIVE [us-east-1 ACTIVE]");
}

#[tokio::test]
async fn r02_the_region_asked_is_never_among_the_replicas() {
    let table = Table::regional();
    for region in [EU, AP] {
        table.add(region).await;
        table.0.settle();
    }
    assert_eq!(
        table.status(HOME).await,
        "ACTIVE [eu-west-1 ACTIVE, ap-northeast-1 ACTIVE]"
    );
    assert_eq!(
        table.status(EU).await,
        "ACTIVE [us-east-1 ACTIVE, ap-northeast-1 ACTIVE]"
    );
    assert_eq!(
        table.status(AP).await,
        "ACTIVE [us-east-1 ACTIVE, eu-west-1 ACTIVE]"
    );
}

#[tokio::test]
async fn r03_a_replica_has_its_own_identity_and_a_stream_like_its_source() {
    let table = Table::regional();
    table.add(EU).await;
    table.0.settle();
    let (home, replica) = (
        table.describe(HOME).await.unwrap(),
        table.describe(EU).await.unwrap(),
    );
    assert_ne!(home.table_id(), replica.table_id());
    let expected = "arn:aws:dynamodb:eu-west-1:123456789012:table/sessions";
    assert_eq!(replica.table_arn(), Some(expected));
    assert_ne!(home.latest_stream_arn(), replica.latest_stream_arn());
    for table in [home, replica] {
        let stream = table.stream_specification().unwrap();
        assert_eq!(
            stream.stream_view_type(),
            Some(&StreamViewType::NewAndOldImages)
        );
    }
}

#[tokio::test]
async fn r04_a_stream_that_is_on_keeps_its_view() {
    let table = Table::regional();
    let stream = StreamSpecification::builder().stream_enabled(true);
    let stream = stream
        .stream_view_type(StreamViewType::KeysOnly)
        .build()
        .unwrap();
    let update = table
        .client(HOME)
        .update_table()
        .table_name(NAME)
        .stream_specification(stream);
    update.send().await.unwrap();
    table.add(EU).await;
    table.0.settle();
    let replica = table.describe(EU).await.unwrap();
    let stream = replica.stream_specification().unwrap();
    assert_eq!(stream.stream_view_type(), Some(&StreamViewType::KeysOnly));
    let off = StreamSpecification::builder()
        .stream_enabled(false)
        .build()
        .unwrap();
    let update = table
        .client(EU)
        .update_table()
        .table_name(NAME)
        .stream_specification(off);
    let (_, message) = update.send().await.refused();
    let expected = "One or more parameter values were invalid: Disabling Stream is not allowed for \
                    a Global Table replica.";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn r05_replicas_are_changed_alone() {
    let table = Table::regional();
    let update = table
        .client(HOME)
        .update_table()
        .table_name(NAME)
        .replica_updates(adding(EU));
    let (code, message) = update
        .deletion_protection_enabled(true)
        .send()
        .await
        .refused();
    assert_eq!(code, "ValidationException");
    let expected = "One or more parameter values were invalid: Replica modification must be the \
                    only operation in the request";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn r06_a_request_has_one_action() {
    let table = Table::regional();
    let create = adding(EU).create.unwrap();
    let delete = removing(EU).delete.unwrap();
    let mixed = ReplicationGroupUpdate::builder()
        .create(create)
        .delete(delete)
        .build();
    for (updates, expected) in [
        (
            vec![adding(EU), adding(AP)],
            "Update table operation with more than one create or delete replica actions not allowed",
        ),
        (
            vec![mixed],
            "Update table operation with more than one type of replica actions not allowed.",
        ),
        (
            vec![ReplicationGroupUpdate::builder().build()],
            "There are no actions specified in the Replica Update Action of the request.",
        ),
    ] {
        let (code, message) = table.update(HOME, updates).await.unwrap_err();
        assert_eq!(
            (code.as_str(), message.as_str()),
            ("ValidationException", expected)
        );
    }
    table
        .update(HOME, vec![adding(EU), adding(EU)])
        .await
        .unwrap();
}

#[tokio::test]
async fn r07_the_local_region_and_unknown_regions_are_refused() {
    let table = Table::regional();
    let (_, message) = table.update(HOME, vec![adding(HOME)]).await.unwrap_err();
    let expected = "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, \
                    DeleteTable, or UpdateTable as required.";
    assert_eq!(message, expected);
    let (_, message) = table
        .update(HOME, vec![adding("EU-WEST-1")])
        .await
        .unwrap_err();
    let expected = "Region EU-WEST-1 is not supported. The latest version of global tables are \
                    only supported in the following regions: [";
    assert!(message.starts_with(expected), "{message}");
}

#[tokio::test]
async fn r08_a_name_that_is_taken_in_the_region_is_refused() {
    let table = Table::regional();
    creation(&table.client(EU), NAME).send().await.unwrap();
    table.0.settle();
    let (code, message) = table.update(HOME, vec![adding(EU)]).await.unwrap_err();
    assert_eq!(code, "ValidationException");
    let expected = "Failed to create a the new replica of table with name: \
                    \u{2018}sessions\u{2019} because one or more replicas already existed as tables.";
    assert_eq!(message, expected);
    let member = Table::replicated();
    assert_eq!(
        member.update(HOME, vec![adding(EU)]).await.unwrap_err().1,
        expected
    );
}

#[tokio::test]
async fn r09_one_action_is_in_flight_in_a_group() {
    let table = Table::replicated();
    table.add(AP).await;
    for region in [HOME, EU] {
        let (code, message) = table
            .update(region, vec![adding("us-west-2")])
            .await
            .unwrap_err();
        assert_eq!(code, "ResourceInUseException");
        assert_eq!(
            message,
            "The resource which you are attempting to change is in use."
        );
        assert_eq!(
            table.protect(region, true).await.unwrap_err().0,
            "ResourceInUseException"
        );
    }
    assert_eq!(
        table.update(HOME, vec![adding(AP)]).await.unwrap_err().0,
        "ResourceInUseException"
    );
    let (_, message) = table.update(HOME, vec![removing(AP)]).await.unwrap_err();
    assert!(
        message.contains("were not part of the global table"),
        "{message}"
    );
    table.0.settle();
    table.update(EU, vec![adding("us-west-2")]).await.unwrap();
}

#[tokio::test]
async fn r10_a_replica_that_is_creating_answers_descriptions_only() {
    let table = Table::regional();
    table.add(EU).await;
    table.0.pass(10);
    let client = table.client(EU);
    let expected = "Requested resource not found: Table: sessions not found";
    assert_eq!(table.protect(EU, true).await.unwrap_err().1, expected);
    let ttl = client.describe_time_to_live().table_name(NAME).send().await;
    assert_eq!(ttl.refused().1, expected);
    let (code, message) = table.delete(EU).await.unwrap_err();
    assert_eq!(code, "ResourceInUseException");
    let expected =
        "Attempt to change a resource which is still in use: Table: sessions is being used.";
    assert_eq!(message, expected);
    let (_, message) = table.update(EU, vec![adding(AP)]).await.unwrap_err();
    let expected = "Create/Update/Delete of replica is not allowed while the replica is being \
                    added to table with name: \u{2018}sessions\u{2019} in region: \
                    \u{2018}eu-west-1\u{2019}.";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn r11_the_name_of_a_replica_on_its_way_is_taken() {
    let table = Table::regional();
    table.add(EU).await;
    let (code, _) = creation(&table.client(EU), NAME).send().await.refused();
    assert_eq!(code, "ResourceInUseException");
}

#[tokio::test]
async fn r12_provisioned_tables_need_auto_scaling_for_replicas() {
    use aws_sdk_dynamodb::types::{BillingMode, ProvisionedThroughput};
    let table = Table(Aws::example());
    let units = ProvisionedThroughput::builder()
        .read_capacity_units(1)
        .write_capacity_units(1);
    let create = creation(&table.client(HOME), NAME).billing_mode(BillingMode::Provisioned);
    create
        .provisioned_throughput(units.build().unwrap())
        .send()
        .await
        .unwrap();
    table.0.settle();
    let (_, message) = table.update(HOME, vec![adding(EU)]).await.unwrap_err();
    let expected = "Table write capacity should either be Pay-Per-Request or AutoScaled.";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn r20_changing_protection_holds_a_member_and_the_others_show_it_active() {
    let table = Table::replicated();
    let changed = table.protect(EU, true).await.unwrap();
    assert_eq!(changed.table_status(), Some(&TableStatus::Updating));
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 ACTIVE]");
    let (code, _) = table.protect(EU, false).await.unwrap_err();
    assert_eq!(code, "ThrottlingException");
    table.0.pass(15);
    assert_eq!(
        table.protect(EU, false).await.unwrap_err().0,
        "ResourceInUseException"
    );
    assert_eq!(
        table.protect(HOME, true).await.unwrap_err().0,
        "ResourceInUseException"
    );
    table.0.pass(20);
    assert_eq!(table.status(EU).await, "UPDATING [us-east-1 ACTIVE]");
    table.0.pass(1);
    assert_eq!(table.status(EU).await, "ACTIVE [us-east-1 ACTIVE]");
}

#[tokio::test]
async fn r21_tags_and_protection_stay_in_their_region() {
    let table = Table::regional();
    let client = table.client(HOME);
    let arn = |region: &str| format!("arn:aws:dynamodb:{region}:123456789012:table/sessions");
    let tag = Tag::builder().key("app").value("shop").build().unwrap();
    client
        .tag_resource()
        .resource_arn(arn(HOME))
        .tags(tag.clone())
        .send()
        .await
        .unwrap();
    table.protect(HOME, true).await.unwrap();
    table.add(EU).await;
    table.0.settle();
    let replica = table.describe(EU).await.unwrap();
    assert_eq!(replica.deletion_protection_enabled(), Some(false));
    let client = table.client(EU);
    let tags = client
        .list_tags_of_resource()
        .resource_arn(arn(EU))
        .send()
        .await
        .unwrap();
    assert!(tags.tags().is_empty());
}
