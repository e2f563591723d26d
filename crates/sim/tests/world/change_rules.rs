//! The rules of `ChangeResourceRecordSets`, each with the text in which a batch that breaks it is
//! refused.
//!
//! Sources: `ChangeResourceRecordSets` and `ResourceRecordSet`, Route 53 API Reference; "Values
//! that you specify when you create or edit records", Developer Guide; the texts as AWS sends them.

use aws_sdk_route53::types::{
    AliasTarget, GeoLocation, ResourceRecord, ResourceRecordSet, ResourceRecordSetFailover,
    ResourceRecordSetRegion as Region, RrType,
};

use crate::zone::{Zone, a, alias, cname, create, delete, records, txt, upsert};

const IPV4: &str = "192.0.2.1";
const OTHER: &str = "192.0.2.2";
const US_ALB_ZONE: &str = "Z35SXDOTRQ7X7K";

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

#[tokio::test]
async fn c23_an_alias_target_in_the_zone_exists_and_has_the_same_type() {
    let zone = Zone::example().await;
    zone.change([create(txt("text.example.com", "\"text\""))])
        .await;
    let set = || alias("www.example.com", &zone.id, "text.example.com");
    let expected = format!(
        "[Tried to create an alias that targets text.example.com., type A in zone {}, but that \
         target was not found]",
        zone.id
    );
    assert_eq!(zone.refusal([create(set())]).await, expected);
    zone.change([create(set()), create(a("text.example.com", IPV4))])
        .await;
}

#[tokio::test]
async fn c24_an_alias_target_lies_in_the_zone_that_is_named() {
    let zone = Zone::example().await;
    let name = "shop-0000000001.eu-west-1.elb.amazonaws.com";
    let expected = format!(
        "[Tried to create an alias that targets {name}., type A in zone {US_ALB_ZONE}, but the \
         alias target name does not lie within the target zone]"
    );
    assert_eq!(
        zone.refusal([create(alias("www.example.com", US_ALB_ZONE, name))])
            .await,
        expected
    );
}

#[tokio::test]
async fn c25_an_alias_to_a_load_balancer_or_accelerator_that_is_not_there_is_refused() {
    let zone = Zone::example().await;
    for (hosted_zone, name) in [
        (US_ALB_ZONE, "none-0000000001.us-east-1.elb.amazonaws.com"),
        (
            "Z2BJ6XQ5FK7U4H",
            "a0123456789abcdef.awsglobalaccelerator.com",
        ),
        ("Z00000000UNKNOWN", "somewhere.example.org"),
    ] {
        let text = zone
            .refusal([create(alias("www.example.com", hosted_zone, name))])
            .await;
        assert!(text.contains("but that target was not found"), "{text}");
    }
}

#[tokio::test]
async fn c26_an_alias_to_cloudfront_does_not_evaluate_its_health() {
    let zone = Zone::example().await;
    let set = || {
        alias(
            "www.example.com",
            "Z2FDTNDATAQYW2",
            "d111111abcdef8.cloudfront.net",
        )
    };
    let text = zone.refusal([create(set())]).await;
    assert!(
        text.contains("EvaluateTargetHealth must be false"),
        "{text}"
    );
    let target = AliasTarget::builder()
        .hosted_zone_id("Z2FDTNDATAQYW2")
        .dns_name("d111111abcdef8.cloudfront.net")
        .evaluate_target_health(false);
    zone.change([create(set().alias_target(target.build().unwrap()))])
        .await;
}

#[tokio::test]
async fn c27_failover_aliases_evaluate_health_and_multivalue_sets_are_no_aliases() {
    let zone = Zone::example().await;
    zone.change([create(a("target.example.com", IPV4))]).await;
    let set = || alias("www.example.com", &zone.id, "target.example.com").set_identifier("one");
    let target = AliasTarget::builder()
        .hosted_zone_id(&zone.id)
        .dns_name("target.example.com")
        .evaluate_target_health(false);
    let failover = set()
        .failover(ResourceRecordSetFailover::Primary)
        .alias_target(target.build().unwrap());
    let text = zone.refusal([create(failover)]).await;
    assert!(text.contains("EvaluateTargetHealth must be true"), "{text}");
    let text = zone.refusal([create(set().multi_value_answer(true))]).await;
    assert!(text.contains("must not be an alias"), "{text}");
}

#[tokio::test]
async fn c28_values_are_held_against_their_type() {
    let zone = Zone::example().await;
    let fatal = "Invalid Resource Record: FATAL problem:";
    let long = format!("\"{}\"", "x".repeat(256));
    for (kind, value, expected) in [
        (
            RrType::A,
            "192.0.2",
            "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with \
             '192.0.2'",
        ),
        (
            RrType::Aaaa,
            "2001:db8::g",
            "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address) encountered with \
             '2001:db8::g'",
        ),
        (
            RrType::Cname,
            "",
            "DomainNameEmpty (Domain name is empty) encountered with ''",
        ),
        (
            RrType::Cname,
            "a b",
            "UnsupportedCharacter (Value contains unsupported characters) encountered with 'a b'",
        ),
        (
            RrType::Txt,
            "text",
            "InvalidCharacterString (Value should be enclosed in quotation marks) encountered \
             with 'text'",
        ),
        (
            RrType::Txt,
            long.as_str(),
            &format!("CharacterStringTooLong (Value is too long) encountered with '{long}'"),
        ),
    ] {
        let text = zone
            .refusal([create(records("www.example.com", kind, &[value]))])
            .await;
        assert_eq!(text, format!("[{fatal} {expected}]"));
    }
}

#[tokio::test]
async fn c29_a_value_appears_once_in_a_set() {
    let zone = Zone::example().await;
    let set = records("www.example.com", RrType::A, &[IPV4, IPV4]);
    assert_eq!(
        zone.refusal([create(set)]).await,
        format!("[Duplicate Resource Record: '{IPV4}']")
    );
}

#[tokio::test]
async fn c30_several_strings_and_escaped_quotes_are_one_txt_value() {
    let zone = Zone::example().await;
    zone.change([create(txt(
        "www.example.com",
        r#""v=ek1 state=held" "say \"hello\"""#,
    ))])
    .await;
    let sets = zone.sets().await;
    let set = sets.iter().find(|set| set.r#type == RrType::Txt).unwrap();
    assert_eq!(
        set.resource_records()[0].value(),
        r#""v=ek1 state=held" "say \"hello\"""#
    );
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
