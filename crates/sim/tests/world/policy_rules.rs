//! Sets of one name and type share a policy, and differ in what it chooses by.
//!
//! Sources: `ChangeResourceRecordSets` and `ResourceRecordSet`, Route 53 API Reference; "Values
//! that you specify when you create or edit records", Developer Guide; the texts as AWS sends them.

use aws_sdk_route53::types::{
    GeoLocation, GeoProximityLocation, ResourceRecordSetFailover,
    ResourceRecordSetRegion as Region, RrType,
};

use crate::zone::{Zone, a, cname, create, records, upsert};

const IPV4: &str = "192.0.2.1";
const OTHER: &str = "192.0.2.2";

#[tokio::test]
async fn c15_a_weighted_set_beside_a_latency_set_is_refused() {
    let zone = Zone::example().await;
    let latency = a("www.example.com", IPV4)
        .set_identifier("eu")
        .region(Region::EuWest1);
    zone.change([create(latency)]).await;
    let weighted = a("www.example.com", OTHER).set_identifier("two").weight(1);
    let expected = "[RRSet with DNS name www.example.com., type A, SetIdentifier two cannot be \
                    created as a non-weighted set exists with the same name and type.]";
    assert_eq!(zone.refusal([create(weighted)]).await, expected);
}

#[tokio::test]
async fn c16_a_simple_set_beside_others_is_refused() {
    let zone = Zone::example().await;
    let weighted = cname("www.example.com", "other.example.org")
        .set_identifier("one")
        .weight(1);
    zone.change([create(weighted)]).await;
    let text = zone
        .refusal([create(cname("www.example.com", "simple.example.org"))])
        .await;
    let expected = "[RRSet with DNS name www.example.com., type CNAME cannot be created as other \
                    RRSets exist with the same name and type.]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn c17_a_second_latency_set_of_a_region_is_refused() {
    let zone = Zone::example().await;
    let set = |identifier| {
        a("www.example.com", IPV4)
            .set_identifier(identifier)
            .region(Region::EuWest1)
    };
    zone.change([create(set("one"))]).await;
    let expected = "[RRSet with DNS name www.example.com., type A, SetIdentifier two, and Region \
                    Name=eu-west-1 cannot be created because a latency RRSet with the same name, \
                    type and region already exists.]";
    assert_eq!(zone.refusal([create(set("two"))]).await, expected);
}

#[tokio::test]
async fn c18_weighted_sets_share_one_ttl() {
    let zone = Zone::example().await;
    let set = |identifier, ttl| {
        a("www.example.com", IPV4)
            .set_identifier(identifier)
            .weight(1)
            .ttl(ttl)
    };
    zone.change([create(set("one", 60))]).await;
    let expected = "[RRSet with DNS name www.example.com. and type A, SetIdentifier two cannot be \
                    created as weighted sets must contain the same TTL.]";
    assert_eq!(zone.refusal([create(set("two", 61))]).await, expected);
    zone.change([create(set("two", 60))]).await;
    zone.change([upsert(set("one", 61)), upsert(set("two", 61))])
        .await;
}

#[tokio::test]
async fn c19_there_is_one_primary_and_one_secondary() {
    let zone = Zone::example().await;
    let set = |identifier| {
        a("www.example.com", IPV4)
            .set_identifier(identifier)
            .failover(ResourceRecordSetFailover::Primary)
    };
    zone.change([create(set("one"))]).await;
    let text = zone.refusal([create(set("two"))]).await;
    assert!(
        text.contains("Failover=PRIMARY cannot be created"),
        "{text}"
    );
}

#[tokio::test]
async fn c20_a_location_belongs_to_one_set() {
    let zone = Zone::example().await;
    let set = |identifier| {
        let location = GeoLocation::builder().country_code("*").build();
        a("www.example.com", IPV4)
            .set_identifier(identifier)
            .geo_location(location)
    };
    zone.change([create(set("one"))]).await;
    let text = zone.refusal([create(set("two"))]).await;
    assert!(
        text.contains("name, type and location already exists"),
        "{text}"
    );
}

#[tokio::test]
async fn c21_a_weighted_or_latency_set_has_one_value() {
    let zone = Zone::example().await;
    let set = records("www.example.com", RrType::A, &[IPV4, OTHER])
        .set_identifier("one")
        .weight(1);
    let expected = "[You can only specify one ResourceRecord per weighted resource record set.]";
    assert_eq!(zone.refusal([create(set)]).await, expected);
}

#[tokio::test]
async fn c31_a_name_and_type_have_at_most_a_hundred_sets() {
    let zone = Zone::example().await;
    let set = |index: usize| {
        create(
            a("www.example.com", IPV4)
                .set_identifier(index.to_string())
                .weight(1),
        )
    };
    let text = zone.refusal((0..101).map(set)).await;
    assert!(
        text.contains("limit of 100 exceeded for DNS name www.example.com."),
        "{text}"
    );
    zone.change((0..100).map(set)).await;
}

#[tokio::test]
async fn c32_a_name_and_type_have_at_most_thirty_geoproximity_sets() {
    let zone = Zone::example().await;
    let set = |index: usize| {
        let location = GeoProximityLocation::builder().aws_region("eu-west-1");
        create(
            a("www.example.com", IPV4)
                .set_identifier(index.to_string())
                .geo_proximity_location(location.build()),
        )
    };
    let text = zone.refusal((0..31).map(set)).await;
    assert!(
        text.contains("limit of 30 exceeded for DNS name www.example.com."),
        "{text}"
    );
    zone.change((0..30).map(set)).await;
}
