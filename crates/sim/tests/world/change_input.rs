//! Requests of `ChangeResourceRecordSets` that are wrong before any rule of DNS is looked at.
//!
//! Sources: `ChangeResourceRecordSets`, Route 53 API Reference; "Quotas", Developer Guide; the
//! texts as AWS sends them.

use aws_sdk_route53::types::{
    CidrRoutingConfig, Coordinates, GeoProximityLocation, ResourceRecordSet, RrType,
};

use crate::zone::{Zone, a, create, records, txt, upsert};

const IPV4: &str = "192.0.2.1";

#[tokio::test]
async fn i01_a_zone_that_is_not_there() {
    let mut zone = Zone::example().await;
    zone.id = "Z0000000000000000000".to_owned();
    let (code, message) = zone
        .send([create(a("www.example.com", IPV4))])
        .await
        .unwrap_err();
    assert_eq!(code, "NoSuchHostedZone");
    assert_eq!(
        message,
        "No hosted zone found with ID: Z0000000000000000000"
    );
}

#[tokio::test]
async fn i02_a_health_check_that_is_not_there() {
    let zone = Zone::example().await;
    let set = a("www.example.com", IPV4)
        .set_identifier("one")
        .weight(1)
        .health_check_id("none");
    let (code, message) = zone.send([create(set)]).await.unwrap_err();
    assert_eq!(code, "NoSuchHealthCheck");
    assert_eq!(message, "A health check with id none does not exist.");
}

#[tokio::test]
async fn i03_a_set_identifier_needs_exactly_one_policy() {
    let zone = Zone::example().await;
    let set = || txt("www.example.com", "\"text\"").set_identifier("one");
    let policies = "[Weight, Region, Failover, GeoLocation, MultiValueAnswer, \
                    GeoProximityLocation, or CidrRoutingConfig]";
    let change = "Change with [Action=UPSERT, Name=www.example.com, Type=TXT, SetIdentifier=one]";
    let (code, message) = zone.send([upsert(set())]).await.unwrap_err();
    assert_eq!(code, "InvalidInput");
    let expected =
        format!("Invalid request: Expected exactly one of {policies}, but found none in {change}");
    assert_eq!(message, expected);
    let two = set().weight(1).multi_value_answer(true);
    let (_, message) = zone.send([upsert(two)]).await.unwrap_err();
    let expected = format!(
        "Invalid request: Expected exactly one of {policies}, but found more than one in {change}"
    );
    assert_eq!(message, expected);
}

#[tokio::test]
async fn i04_a_policy_needs_a_set_identifier() {
    let zone = Zone::example().await;
    let (code, message) = zone
        .send([create(a("www.example.com", IPV4).weight(1))])
        .await
        .unwrap_err();
    assert_eq!(code, "InvalidInput");
    let expected = "Invalid request: Missing field 'SetIdentifier' in Change with [Action=CREATE, \
                    Name=www.example.com, Type=A, SetIdentifier=null]";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn i05_a_set_has_records_or_an_alias() {
    let zone = Zone::example().await;
    let empty = ResourceRecordSet::builder()
        .name("www.example.com")
        .r#type(RrType::A);
    let (code, message) = zone.send([create(empty)]).await.unwrap_err();
    assert_eq!(code, "InvalidInput");
    let expected = "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and \
                    ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with \
                    [Action=CREATE, Name=www.example.com, Type=A, SetIdentifier=null]";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn i06_constraints_of_members_are_reported_together() {
    let zone = Zone::example().await;
    let set = a("www.example.com", IPV4)
        .set_identifier("one")
        .weight(256)
        .ttl(-1);
    let (code, message) = zone.send([create(set)]).await.unwrap_err();
    assert_eq!(code, "InvalidInput");
    let expected = "2 validation errors detected: Value '256' at \
                    'changeBatch.changes.1.member.resourceRecordSet.weight' failed to satisfy \
                    constraint: Member must have value less than or equal to 255; Value '-1' at \
                    'changeBatch.changes.1.member.resourceRecordSet.tTL' failed to satisfy \
                    constraint: Member must have value greater than or equal to 0";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn i07_an_unknown_type_is_answered_with_those_there_are() {
    let zone = Zone::example().await;
    let set = records("www.example.com", RrType::from("ALIAS"), &[IPV4]);
    let (code, message) = zone.send([create(set)]).await.unwrap_err();
    assert_eq!(code, "InvalidInput");
    assert!(
        message.contains("Member must satisfy enum value set: [A, AAAA, CAA,"),
        "{message}"
    );
}

#[tokio::test]
async fn i08_a_thousand_elements_are_the_limit_and_an_upsert_costs_two() {
    let zone = Zone::example().await;
    let set = |index: usize| a(&format!("n{index}.example.com"), IPV4);
    let text = zone.refusal((0..501).map(|index| upsert(set(index)))).await;
    assert_eq!(text, "[Number of records limit of 1000 exceeded.]");
    let text = zone
        .refusal((0..1001).map(|index| create(set(index))))
        .await;
    assert_eq!(text, "[Number of records limit of 1000 exceeded.]");
    zone.send((0..1000).map(|index| create(set(index))))
        .await
        .unwrap();
    zone.send((0..500).map(|index| upsert(set(index))))
        .await
        .unwrap();
}

#[tokio::test]
async fn i09_thirty_two_thousand_characters_are_the_limit() {
    let zone = Zone::example().await;
    let value = format!("\"{}\"", "x".repeat(198));
    let set = |index: usize| txt(&format!("n{index}.example.com"), &value);
    let text = zone.refusal((0..161).map(|index| create(set(index)))).await;
    assert_eq!(text, "[Number of characters limit of 32000 exceeded.]");
    zone.send((0..160).map(|index| create(set(index))))
        .await
        .unwrap();
    let text = zone.refusal((0..81).map(|index| upsert(set(index)))).await;
    assert_eq!(text, "[Number of characters limit of 32000 exceeded.]");
}

#[tokio::test]
async fn i10_a_geoproximity_set_names_one_place_with_two_decimals() {
    let zone = Zone::example().await;
    let set = |location: GeoProximityLocation| {
        a("www.example.com", IPV4)
            .set_identifier("one")
            .geo_proximity_location(location)
    };
    let coordinates = |latitude: &str| {
        Coordinates::builder()
            .latitude(latitude)
            .longitude("-122.33")
            .build()
            .unwrap()
    };
    let nowhere = GeoProximityLocation::builder().bias(1).build();
    let (_, message) = zone.send([create(set(nowhere))]).await.unwrap_err();
    assert!(message.contains("exactly one of [AWSRegion, LocalZoneGroup, or Coordinates]"));
    let fine = GeoProximityLocation::builder()
        .coordinates(coordinates("47.606"))
        .build();
    let (_, message) = zone.send([create(set(fine))]).await.unwrap_err();
    assert!(
        message.contains("failed to satisfy constraint"),
        "{message}"
    );
    let place = GeoProximityLocation::builder()
        .coordinates(coordinates("47.60"))
        .bias(-99)
        .build();
    zone.change([create(set(place.clone()))]).await;
    let sets = zone.sets().await;
    let kept = sets.iter().find(|set| set.r#type == RrType::A).unwrap();
    assert_eq!(kept.geo_proximity_location, Some(place));
}

#[tokio::test]
async fn i11_what_can_not_exist_here_is_not_found() {
    let zone = Zone::example().await;
    let cidr = CidrRoutingConfig::builder()
        .collection_id("c8c02a84-0000-4000-a000-000000000000")
        .location_name("office")
        .build()
        .unwrap();
    let set = a("www.example.com", IPV4)
        .set_identifier("one")
        .cidr_routing_config(cidr);
    let (code, _) = zone.send([create(set)]).await.unwrap_err();
    assert_eq!(code, "NoSuchCidrCollectionException");
    let set = ResourceRecordSet::builder()
        .name("www.example.com")
        .r#type(RrType::A)
        .traffic_policy_instance_id("7a92ff9a-0000-4000-a000-000000000000");
    let (code, _) = zone.send([create(set)]).await.unwrap_err();
    assert_eq!(code, "NoSuchTrafficPolicyInstance");
}

#[tokio::test]
async fn i12_a_name_that_is_none_is_refused() {
    let zone = Zone::example().await;
    for (name, problem) in [
        ("a..example.com".to_owned(), "DomainLabelEmpty"),
        (
            format!("{}.example.com", "x".repeat(64)),
            "DomainLabelTooLong",
        ),
        (
            format!("{}example.com", "x.".repeat(130)),
            "DomainNameTooLong",
        ),
        ("w w.example.com".to_owned(), "UnsupportedCharacter"),
        (".".to_owned(), "DomainNameEmpty"),
    ] {
        let text = zone.refusal([create(a(&name, IPV4))]).await;
        assert!(text.contains(problem), "{text}");
    }
}

#[tokio::test]
async fn i13_a_zone_holds_ten_thousand_sets() {
    let zone = Zone::example().await;
    let set = |index: usize| create(a(&format!("n{index}.example.com"), IPV4));
    for thousand in 0..9 {
        zone.send((0..1000).map(|index| set(thousand * 1000 + index)))
            .await
            .unwrap();
    }
    zone.send((9000..9998).map(set)).await.unwrap();
    let (code, message) = zone.send([set(9998)]).await.unwrap_err();
    assert_eq!(code, "InvalidChangeBatch");
    let expected = "[Number of record sets limit of 10000 exceeded for zone example.com.]";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn i14_values_and_identifiers_have_their_length() {
    let zone = Zone::example().await;
    let value = |characters: usize| {
        // Strings of 252 characters, with their quotation marks and a space.
        let strings = format!("\"{}\" ", "x".repeat(252)).repeat(characters / 255);
        let rest = characters - strings.len() - 2;
        format!("{strings}\"{}\"", "x".repeat(rest))
    };
    let identified = |length| a("www.example.com", IPV4).set_identifier("x".repeat(length));
    for (refused, member) in [
        (txt("text.example.com", &value(4001)), "resourceRecords"),
        (identified(129).weight(1), "setIdentifier"),
        (identified(0).weight(1), "setIdentifier"),
    ] {
        let (code, message) = zone.send([create(refused)]).await.unwrap_err();
        assert_eq!(code, "InvalidInput");
        assert!(message.contains(member), "{message}");
    }
    let longest = txt("text.example.com", &value(4000));
    zone.change([create(longest), create(identified(128).weight(255))])
        .await;
}
