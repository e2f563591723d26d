//! What a batch may do to the sets of a zone, each with the text in which it is refused.
//!
//! Sources: `ChangeResourceRecordSets` and `ResourceRecordSet`, Route 53 API Reference; "Values
//! that you specify when you create or edit records", Developer Guide; the texts as AWS sends them.

use aws_sdk_route53::types::{ResourceRecord, ResourceRecordSet, RrType};

use crate::zone::{Zone, a, cname, create, delete, records, txt, upsert};

const IPV4: &str = "192.0.2.1";
const OTHER: &str = "192.0.2.2";

#[tokio::test]
async fn c01_creating_a_set_that_exists_is_refused() {
    let zone = Zone::example().await;
    zone.change([create(a("www.example.com", IPV4))]).await;
    let text = zone.refusal([create(a("WWW.example.com.", OTHER))]).await;
    let expected = "[Tried to create resource record set [name='www.example.com.', type='A'] \
                    but it already exists]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn c02_the_message_names_the_set_identifier() {
    let zone = Zone::example().await;
    let set = || {
        a("www.example.com", IPV4)
            .set_identifier("Default")
            .weight(1)
    };
    zone.change([create(set())]).await;
    let text = zone.refusal([create(set())]).await;
    let expected = "[Tried to create resource record set [name='www.example.com.', type='A', \
                    set-identifier='Default'] but it already exists]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn c03_deleting_a_set_that_is_not_there_is_refused() {
    let zone = Zone::example().await;
    let text = zone.refusal([delete(a("www.example.com", IPV4))]).await;
    let expected = "[Tried to delete resource record set [name='www.example.com.', type='A'] \
                    but it was not found]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn c04_deleting_must_repeat_every_value_and_the_ttl() {
    let zone = Zone::example().await;
    zone.change([create(a("www.example.com", IPV4))]).await;
    let expected = "[Tried to delete resource record set [name='www.example.com.', type='A'] \
                    but the values provided do not match the current values]";
    assert_eq!(
        zone.refusal([delete(a("www.example.com", OTHER))]).await,
        expected
    );
    assert_eq!(
        zone.refusal([delete(a("www.example.com", IPV4).ttl(61))])
            .await,
        expected
    );
}

#[tokio::test]
async fn c05_the_order_of_values_is_ignored_when_deleting() {
    let zone = Zone::example().await;
    zone.change([create(records(
        "www.example.com",
        RrType::A,
        &[IPV4, OTHER],
    ))])
    .await;
    zone.change([delete(records(
        "www.example.com",
        RrType::A,
        &[OTHER, IPV4],
    ))])
    .await;
    assert_eq!(zone.names().await, Vec::<String>::new());
}

#[tokio::test]
async fn c06_one_wrong_change_refuses_the_whole_batch() {
    let zone = Zone::example().await;
    let changes = [
        create(a("www.example.com", IPV4)),
        delete(a("gone.example.com", IPV4)),
    ];
    zone.refusal(changes).await;
    assert_eq!(zone.names().await, Vec::<String>::new());
}

#[tokio::test]
async fn c07_several_problems_are_one_bracketed_text() {
    let zone = Zone::example().await;
    let changes = [
        delete(a("a.example.com", IPV4)),
        delete(a("b.example.com", IPV4)),
    ];
    let expected = "[Tried to delete resource record set [name='a.example.com.', type='A'] but it \
                    was not found, Tried to delete resource record set [name='b.example.com.', \
                    type='A'] but it was not found]";
    assert_eq!(zone.refusal(changes).await, expected);
}

#[tokio::test]
async fn c08_deleting_and_creating_a_set_in_one_batch_swaps_it() {
    let zone = Zone::example().await;
    zone.change([create(a("www.example.com", IPV4))]).await;
    let weighted = a("www.example.com", OTHER).set_identifier("one").weight(1);
    zone.change([delete(a("www.example.com", IPV4)), create(weighted)])
        .await;
    let sets = zone.sets().await;
    let set = sets
        .iter()
        .find(|set| set.name == "www.example.com.")
        .unwrap();
    assert_eq!(set.weight, Some(1));
}

#[tokio::test]
async fn c09_deleting_the_same_set_twice_in_one_batch_is_refused() {
    let zone = Zone::example().await;
    zone.change([create(a("www.example.com", IPV4))]).await;
    let twice = [
        delete(a("www.example.com", IPV4)),
        delete(a("www.example.com", IPV4)),
    ];
    let expected = "[The request contains an invalid set of changes for a resource record set \
                    'A www.example.com.']";
    assert_eq!(zone.refusal(twice).await, expected);
}

#[tokio::test]
async fn c10_upsert_creates_or_replaces_by_name_type_and_identifier() {
    let zone = Zone::example().await;
    let set = |value, identifier| {
        a("w.example.com", value)
            .set_identifier(identifier)
            .weight(1)
    };
    zone.change([upsert(set(IPV4, "one")), upsert(set(IPV4, "two"))])
        .await;
    zone.change([upsert(set(OTHER, "two"))]).await;
    let sets = zone.sets().await;
    let values: Vec<&str> = sets
        .iter()
        .filter(|set| set.r#type == RrType::A)
        .flat_map(ResourceRecordSet::resource_records)
        .map(ResourceRecord::value)
        .collect();
    assert_eq!(values, [IPV4, OTHER]);
}

#[tokio::test]
async fn c11_a_name_outside_the_zone_is_refused() {
    let zone = Zone::example().await;
    let expected = "[RRSet with DNS name www.example.org. is not permitted in zone example.com.]";
    assert_eq!(
        zone.refusal([create(a("www.example.org", IPV4))]).await,
        expected
    );
    let near = zone.refusal([create(a("notexample.com", IPV4))]).await;
    assert!(near.contains("is not permitted in zone"), "{near}");
}

#[tokio::test]
async fn c12_a_cname_at_the_apex_is_refused() {
    let zone = Zone::example().await;
    let text = zone
        .refusal([create(cname("example.com", "other.example.org"))])
        .await;
    let expected = "[RRSet of type CNAME with DNS name example.com. is not permitted at apex in \
                    zone example.com.]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn c13_a_cname_beside_another_type_is_refused() {
    let zone = Zone::example().await;
    zone.change([create(a("www.example.com", IPV4))]).await;
    let text = zone
        .refusal([create(cname("www.example.com", "other.example.org"))])
        .await;
    let expected = "[RRSet of type CNAME with DNS name www.example.com. is not permitted as it \
                    conflicts with other records with the same DNS name in zone example.com.]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn c14_another_type_beside_a_cname_is_refused() {
    let zone = Zone::example().await;
    zone.change([create(cname("www.example.com", "other.example.org"))])
        .await;
    let text = zone
        .refusal([create(txt("www.example.com", "\"text\""))])
        .await;
    let expected = "[RRSet of type TXT with DNS name www.example.com. is not permitted because a \
                    conflicting RRSet of type CNAME with the same DNS name already exists in zone \
                    example.com.]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn c22_the_zones_own_sets_stay() {
    let zone = Zone::example().await;
    for (kind, expected) in [
        (
            RrType::Soa,
            "[A HostedZone must contain exactly one SOA record.]",
        ),
        (
            RrType::Ns,
            "[A HostedZone must contain at least one NS record for the zone itself.]",
        ),
    ] {
        let sets = zone.sets().await;
        let own = sets.into_iter().find(|set| set.r#type == kind).unwrap();
        let values: Vec<&str> = own
            .resource_records()
            .iter()
            .map(ResourceRecord::value)
            .collect();
        let set = records("example.com", kind, &values).ttl(own.ttl.unwrap());
        assert_eq!(zone.refusal([delete(set)]).await, expected);
    }
}
