//! Global tables: what a replica shows and inherits, and which requests are refused before anything
//! is done.
//!
//! Sources: `UpdateTable` and `ReplicaDescription`, Amazon DynamoDB API Reference; "Managing global
//! tables" and "Global tables settings synchronization", Developer Guide; the texts as AWS sends
//! them.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, CreateGlobalTableWitnessGroupMemberAction,
    CreateReplicationGroupMemberAction, GlobalTableWitnessGroupUpdate, KeyType,
    MultiRegionConsistency, ReplicationGroupUpdate, ScalarAttributeType, StreamSpecification,
    StreamViewType, TableClass, Tag,
};
use serde_json::Value;

use crate::aws::{Aws, HOME, Refused};
use crate::raw::table as ask;
use crate::table::{AP, EU, NAME, Table, adding, creation, key, removing, shown};

const INVALID: &str = "One or more parameter values were invalid:";

async fn consistent(
    table: &Table,
    updates: Vec<ReplicationGroupUpdate>,
    consistency: MultiRegionConsistency,
) -> Result<String, (String, String)> {
    let update = table.client(HOME).update_table().table_name(NAME);
    let update = update.set_replica_updates(Some(updates));
    match update.multi_region_consistency(consistency).send().await {
        Ok(output) => Ok(shown(&output.table_description.unwrap())),
        refused => Err(refused.refused()),
    }
}

/// What AWS answers, member by member.
fn described(table: &Table) -> Value {
    let body = r#"{"TableName":"sessions"}"#;
    let answer = ask(&table.0, HOME, "DescribeTable", body);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn r23_a_replica_is_shown_with_four_members_and_no_more() {
    let table = Table::replicated();
    let answer = described(&table);
    let members =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let shown = &answer["Table"];
    let expected = [
        "GlobalTableSettingsReplicationMode",
        "RegionName",
        "ReplicaStatus",
        "WarmThroughput",
    ];
    assert_eq!(members(&shown["Replicas"][0]), expected);
    for mode in [shown, &shown["Replicas"][0]] {
        let mode = &mode["GlobalTableSettingsReplicationMode"];
        assert_eq!(mode, "ENABLED_WITH_OVERRIDES");
    }
    for absent in ["MultiRegionConsistency", "GlobalTableWitnesses"] {
        assert!(shown.get(absent).is_none(), "{absent}");
    }
}

#[tokio::test]
async fn r24_everything_of_a_global_table_is_gone_with_its_last_replica() {
    let table = Table::replicated();
    table.update(HOME, vec![removing(EU)]).await.unwrap();
    table.0.settle();
    let answer = described(&table);
    for absent in [
        "Replicas",
        "GlobalTableVersion",
        "GlobalTableSettingsReplicationMode",
    ] {
        assert!(answer["Table"].get(absent).is_none(), "{absent}");
    }
    let stream = &answer["Table"]["StreamSpecification"];
    assert_eq!(stream["StreamViewType"], "NEW_AND_OLD_IMAGES");
}

#[tokio::test]
async fn r25_a_replica_has_the_keys_billing_and_class_of_its_source_and_its_own_birthday() {
    let table = Table(Aws::example());
    let client = table.client(HOME);
    let at = AttributeDefinition::builder().attribute_name("at");
    let at = at.attribute_type(ScalarAttributeType::N).build().unwrap();
    let create = creation(&client, NAME)
        .attribute_definitions(at)
        .key_schema(key("at", KeyType::Range))
        .table_class(TableClass::StandardInfrequentAccess);
    create.send().await.unwrap();
    table.0.settle();
    table.add(EU).await;
    table.0.settle();
    let home = table.describe(HOME).await.unwrap();
    let replica = table.describe(EU).await.unwrap();
    assert_eq!(home.key_schema().len(), 2);
    assert_eq!(replica.key_schema(), home.key_schema());
    assert_eq!(
        replica.attribute_definitions(),
        home.attribute_definitions()
    );
    let billing = replica.billing_mode_summary().unwrap();
    let expected = home.billing_mode_summary().unwrap();
    assert_eq!(billing.billing_mode(), expected.billing_mode());
    let class = replica.table_class_summary().unwrap();
    let expected = Some(&TableClass::StandardInfrequentAccess);
    assert_eq!(class.table_class(), expected);
    let born = |table: &aws_sdk_dynamodb::types::TableDescription| {
        table.creation_date_time().unwrap().secs()
    };
    assert_eq!(born(&replica), born(&home) + 8 + 10);
}

#[tokio::test]
async fn r26_a_request_that_adds_one_and_removes_another_is_refused() {
    let table = Table::replicated();
    let expected = "Update table operation with more than one create or delete replica actions \
                    not allowed";
    let mixed = vec![adding(AP), removing(EU)];
    let (code, message) = table.update(HOME, mixed).await.unwrap_err();
    assert_eq!(
        (code.as_str(), &*message),
        ("ValidationException", expected)
    );
    let twice = vec![removing(EU), removing(AP)];
    assert_eq!(table.update(HOME, twice).await.unwrap_err().1, expected);
}

#[tokio::test]
async fn r27_parameters_are_looked_at_before_the_state() {
    let table = Table::replicated();
    table.add(AP).await;
    for (region, updates) in [
        (HOME, vec![adding(HOME)]),
        (EU, vec![removing(EU)]),
        (HOME, vec![adding("mars-north-1")]),
        (HOME, vec![adding("us-west-2"), adding("us-east-2")]),
        (HOME, vec![adding(EU)]),
        (HOME, vec![removing("us-west-2")]),
    ] {
        let (code, message) = table.update(region, updates).await.unwrap_err();
        assert_eq!(code, "ValidationException", "{message}");
    }
}

#[tokio::test]
async fn r28_eventual_consistency_may_be_asked_for_with_the_first_replica() {
    use MultiRegionConsistency::{Eventual, Strong};
    let table = Table::regional();
    let strong = consistent(&table, vec![adding(EU)], Strong).await;
    let (code, message) = strong.unwrap_err();
    assert_eq!(code, "ValidationException");
    let expected = "The parameter MultiRegionConsistency=STRONG is not supported";
    assert_eq!(message, format!("{INVALID} {expected}"));
    assert_eq!(table.status(HOME).await, "ACTIVE", "nothing was added");
    let added = consistent(&table, vec![adding(EU)], Eventual).await;
    assert_eq!(added.unwrap(), "UPDATING []");
    table.0.settle();
    let more = consistent(&table, vec![adding(AP)], Eventual).await;
    let expected = "MultiRegionConsistency parameter is unsupported on existing global table";
    assert_eq!(more.unwrap_err().1, expected);
    let removed = consistent(&table, vec![removing(EU)], Eventual).await;
    let expected = "Only Replica Create actions are supported when MultiRegionConsistency \
                    parameter is provided.";
    assert_eq!(removed.unwrap_err().1, expected);
    let found = table.describe(HOME).await.unwrap();
    assert!(found.multi_region_consistency().is_none());
}

#[tokio::test]
async fn r29_consistency_alone_is_no_change_and_witnesses_are_refused_by_name() {
    let table = Table::regional();
    let update = || table.client(HOME).update_table().table_name(NAME);
    let alone = update().multi_region_consistency(MultiRegionConsistency::Eventual);
    let (_, message) = alone.send().await.refused();
    assert!(message.starts_with("At least one of"), "{message}");
    let witness = CreateGlobalTableWitnessGroupMemberAction::builder().region_name(AP);
    let witness = GlobalTableWitnessGroupUpdate::builder().create(witness.build().unwrap());
    let update = update().replica_updates(adding(EU));
    let update = update.global_table_witness_updates(witness.build());
    let (code, message) = update.send().await.refused();
    assert_eq!(code, "ValidationException");
    let expected = "The parameter GlobalTableWitnessUpdates is not supported";
    assert_eq!(message, format!("{INVALID} {expected}"));
    assert_eq!(table.status(HOME).await, "ACTIVE", "nothing was added");
}

#[tokio::test]
async fn r30_overrides_are_refused_by_name_and_not_dropped() {
    let table = Table::regional();
    let create = || CreateReplicationGroupMemberAction::builder().region_name(EU);
    for (create, member) in [
        (
            create().table_class_override(TableClass::Standard),
            "TableClassOverride",
        ),
        (create().kms_master_key_id("alias/x"), "KMSMasterKeyId"),
    ] {
        let update = ReplicationGroupUpdate::builder().create(create.build().unwrap());
        let (code, message) = table.update(HOME, vec![update.build()]).await.unwrap_err();
        assert_eq!(code, "ValidationException");
        let expected =
            format!("{INVALID} The parameter ReplicaUpdates.0.Create.{member} is not supported");
        assert_eq!(message, expected);
    }
    assert_eq!(table.status(HOME).await, "ACTIVE");
}

#[tokio::test]
async fn r31_an_action_names_its_region() {
    let table = Table::regional();
    let body = r#"{"TableName":"sessions","ReplicaUpdates":[{"Create":{}},{"Delete":{}}]}"#;
    let answer = ask(&table.0, HOME, "UpdateTable", body);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let missing = |at: &str| {
        format!(
            "Value null at 'replicaUpdates.{at}.regionName' failed to satisfy constraint: Member \
             must not be null"
        )
    };
    let expected = format!(
        "2 validation errors detected: {}; {}",
        missing("1.member.create"),
        missing("2.member.delete")
    );
    assert_eq!(body["message"], expected);
    let none = r#"{"TableName":"sessions","ReplicaUpdates":[]}"#;
    let answer = ask(&table.0, HOME, "UpdateTable", none);
    let expected = "Member must have length greater than or equal to 1";
    assert!(answer.body.contains(expected), "{}", answer.body);
}

#[tokio::test]
async fn r32_the_stream_of_a_global_table_stays_as_it_is() {
    let table = Table::replicated();
    let update = |region, enabled, view: Option<StreamViewType>| {
        let stream = StreamSpecification::builder().stream_enabled(enabled);
        let stream = stream.set_stream_view_type(view).build().unwrap();
        let update = table.client(region).update_table().table_name(NAME);
        update.stream_specification(stream).send()
    };
    for region in [HOME, EU] {
        let other = update(region, true, Some(StreamViewType::NewImage)).await;
        let expected = "Table already has an enabled stream: TableName: sessions";
        assert_eq!(other.refused().1, expected);
        let off = update(region, false, None).await;
        let expected = "Disabling Stream is not allowed for a Global Table replica.";
        assert_eq!(off.refused().1, format!("{INVALID} {expected}"));
    }
    table.update(HOME, vec![removing(EU)]).await.unwrap();
    table.0.settle();
    update(HOME, false, None).await.unwrap();
}

#[tokio::test]
async fn r33_tags_are_changed_while_a_replica_comes_and_goes() {
    let table = Table::regional();
    let arn = |region: &str| format!("arn:aws:dynamodb:{region}:123456789012:table/sessions");
    let tag = |region, key: &str| {
        let tag = Tag::builder().key(key).value("").build().unwrap();
        let change = table.client(region).tag_resource();
        change.resource_arn(arn(region)).tags(tag).send()
    };
    table.add(EU).await;
    table.0.pass(10);
    assert_eq!(table.status(HOME).await, "UPDATING [eu-west-1 CREATING]");
    tag(HOME, "coming").await.unwrap();
    let (code, message) = tag(EU, "coming").await.refused();
    assert_eq!(code, "ResourceNotFoundException");
    let expected = "Requested resource not found: ResourceArn:";
    assert_eq!(message, format!("{expected} {} not found", arn(EU)));
    table.0.settle();
    table.update(HOME, vec![removing(EU)]).await.unwrap();
    tag(HOME, "updating").await.unwrap();
    table.0.pass(35);
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 DELETING]");
    tag(HOME, "going").await.unwrap();
    assert_eq!(tag(EU, "going").await.refused().0, "ResourceInUseException");
    let list = table.client(HOME).list_tags_of_resource();
    let list = list.resource_arn(arn(HOME)).send().await.unwrap();
    let keys: Vec<&str> = list.tags().iter().map(Tag::key).collect();
    assert_eq!(keys, ["coming", "going", "updating"]);
}

#[tokio::test]
async fn r34_any_member_may_be_asked_and_becomes_the_source_of_what_it_adds() {
    let table = Table::replicated();
    table.update(EU, vec![adding(AP)]).await.unwrap();
    assert_eq!(table.status(EU).await, "UPDATING [us-east-1 ACTIVE]");
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 ACTIVE]");
    table.0.settle();
    let refused = table.update(HOME, vec![removing(EU)]).await.unwrap_err();
    assert!(refused.1.contains("acted as a source"), "{refused:?}");
    table.update(HOME, vec![removing(AP)]).await.unwrap();
    table.0.settle();
    table.update(HOME, vec![removing(EU)]).await.unwrap();
}

#[tokio::test]
async fn r35_a_table_that_was_deleted_blocks_its_name_until_it_is_gone() {
    let table = Table::regional();
    let other = table.client(EU);
    creation(&other, NAME).send().await.unwrap();
    table.0.settle();
    table.delete(EU).await.unwrap();
    let refused = table.update(HOME, vec![adding(EU)]).await.unwrap_err();
    assert!(
        refused.1.contains("already existed as tables"),
        "{refused:?}"
    );
    table.0.settle();
    table.add(EU).await;
}

#[tokio::test]
async fn r38_a_replica_that_is_on_its_way_can_not_be_called_back() {
    let table = Table::regional();
    table.add(EU).await;
    table.0.pass(6);
    assert_eq!(table.status(HOME).await, "UPDATING [eu-west-1 CREATING]");
    let (code, message) = table.update(HOME, vec![removing(EU)]).await.unwrap_err();
    assert_eq!(code, "ResourceInUseException");
    let expected = "The resource which you are attempting to change is in use.";
    assert_eq!(message, expected);
    table.0.settle();
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 ACTIVE]");
}
