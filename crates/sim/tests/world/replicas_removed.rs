//! Global tables: removing replicas, the source rule, deletion protection.
//!
//! Sources: `UpdateTable`, Amazon DynamoDB API Reference; "Managing global tables" and "Deleting a
//! global table", Developer Guide; the texts and the order of states as AWS shows them.

use crate::aws::{Aws, HOME};
use crate::table::{AP, EU, NAME, Table, adding, removing, shown};

#[tokio::test]
async fn r13_a_removed_replica_is_deleting_then_unlisted_then_gone() {
    let table = Table::replicated();
    let updated = table.update(HOME, vec![removing(EU)]).await.unwrap();
    assert_eq!(shown(&updated), "ACTIVE [eu-west-1 ACTIVE]");
    assert_eq!(table.status(HOME).await, "UPDATING [eu-west-1 ACTIVE]");
    table.0.pass(35);
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 DELETING]");
    assert_eq!(table.status(EU).await, "DELETING [us-east-1 ACTIVE]");
    table.0.pass(115);
    let home = table.describe(HOME).await.unwrap();
    assert_eq!(shown(&home), "ACTIVE");
    assert!(home.global_table_version().is_none());
    assert!(home.stream_specification().is_some(), "the stream stays on");
    assert_eq!(table.status(EU).await, "DELETING");
    let taken = table.update(HOME, vec![adding(EU)]).await.unwrap_err().1;
    assert!(taken.contains("already existed as tables"), "{taken}");
    table.0.pass(20);
    assert_eq!(table.status(EU).await, "not found");
    table.add(EU).await;
}

#[tokio::test]
async fn r14_while_a_replica_is_removed_nothing_else_is_changed() {
    let table = Table::replicated();
    table.update(HOME, vec![removing(EU)]).await.unwrap();
    for refused in [
        table.update(HOME, vec![removing(EU)]).await,
        table.update(HOME, vec![adding(AP)]).await,
        table.protect(HOME, true).await,
    ] {
        assert_eq!(refused.unwrap_err().0, "ResourceInUseException");
    }
    let taken = table.update(HOME, vec![adding(EU)]).await.unwrap_err();
    assert!(taken.1.contains("already existed as tables"), "{taken:?}");
}

#[tokio::test]
async fn r15_a_region_that_is_no_member_is_not_removed() {
    let table = Table::replicated();
    let (code, message) = table.update(HOME, vec![removing(AP)]).await.unwrap_err();
    assert_eq!(code, "ValidationException");
    let expected = "Update global table operation failed because one or more replicas were not \
                    part of the global table. Please retry the request without these replicas: \
                    [ap-northeast-1].";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn r16_a_source_region_stays_for_24_hours_or_until_its_replicas_are_gone() {
    let table = Table::regional();
    table.add(EU).await;
    table.0.settle();
    let expected = "Replica cannot be deleted because it has acted as a source region for new \
                    replica(s) being added to the table in the last 24 hours.";
    assert_eq!(
        table.update(EU, vec![removing(HOME)]).await.unwrap_err().1,
        expected
    );
    assert_eq!(table.delete(HOME).await.unwrap_err().1, expected);
    table.0.pass(24 * 3600);
    table.update(EU, vec![removing(HOME)]).await.unwrap();
    table.0.settle();
    assert_eq!(table.status(EU).await, "ACTIVE");
    assert_eq!(table.status(HOME).await, "not found");
}

#[tokio::test]
async fn r17_leaf_first_a_global_table_can_be_taken_apart_at_once() {
    let table = Table::regional();
    table.add(EU).await;
    table.0.settle();
    table.update(HOME, vec![removing(EU)]).await.unwrap();
    table.0.settle();
    table.delete(HOME).await.unwrap();
    table.0.settle();
    assert_eq!(table.status(HOME).await, "not found");
}

#[tokio::test]
async fn r18_deleting_a_replica_in_its_region_removes_it_from_the_group() {
    let table = Table::replicated();
    let deleted = table.delete(EU).await.unwrap();
    assert_eq!(shown(&deleted), "DELETING [us-east-1 ACTIVE]");
    assert_eq!(
        table.delete(EU).await.unwrap_err().0,
        "ResourceInUseException"
    );
    table.0.pass(35);
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 DELETING]");
    table.0.settle();
    assert_eq!(table.status(HOME).await, "ACTIVE");
    assert_eq!(table.status(EU).await, "not found");
}

#[tokio::test]
async fn r19_protection_bites_in_the_region_that_has_it() {
    let table = Table::replicated();
    table.protect(EU, true).await.unwrap();
    table.0.settle();
    let expected = "Cannot delete table sessions in region eu-west-1 because it has deletion \
                    protection enabled. Disable deletion protection first.";
    assert_eq!(
        table.update(HOME, vec![removing(EU)]).await.unwrap_err().1,
        expected
    );
    assert_eq!(table.delete(EU).await.unwrap_err().1, expected);
    let home = table.describe(HOME).await.unwrap();
    assert_eq!(home.deletion_protection_enabled(), Some(false));
}

#[tokio::test]
async fn r22_whatever_the_durations_the_states_come_in_their_order() {
    for knobs in [
        "{replicaListed: 50, replicaDescribed: 40, replicaActive: 0}",
        "{replicaListed: 0, replicaDescribed: 0, replicaActive: 0}",
        "{replicaDeletionUpdating: 500, replicaUnlisted: 0, replicaGone: 0}",
    ] {
        let seed = format!("{{tables: [{{name: {NAME}, regions: [us-east-1]}}], knobs: {knobs}}}");
        let table = Table(Aws::new(serde_saphyr::from_str(&seed).unwrap()));
        table.add(EU).await;
        table.0.settle();
        assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 ACTIVE]");
        table.update(HOME, vec![removing(EU)]).await.unwrap();
        table.0.settle();
        assert_eq!(table.status(HOME).await, "ACTIVE");
        assert_eq!(table.status(EU).await, "not found");
    }
}
