//! Geographic members of record sets: their shapes, and what excludes what.
//!
//! Source: `GeoLocation`, `GeoProximityLocation` and `CidrRoutingConfig`, Route 53 API Reference.

use aws_sdk_route53::types::{
    CidrRoutingConfig, Coordinates, GeoLocation, GeoProximityLocation, ResourceRecordSet, RrType,
};

use crate::zone::{Zone, a, create};

fn set(identifier: &str) -> aws_sdk_route53::types::builders::ResourceRecordSetBuilder {
    a("www.example.com", "192.0.2.1").set_identifier(identifier)
}

fn location(continent: Option<&str>, country: Option<&str>, part: Option<&str>) -> GeoLocation {
    GeoLocation::builder()
        .set_continent_code(continent.map(str::to_owned))
        .set_country_code(country.map(str::to_owned))
        .set_subdivision_code(part.map(str::to_owned))
        .build()
}

fn cidr(collection: &str, name: &str) -> CidrRoutingConfig {
    let config = CidrRoutingConfig::builder().collection_id(collection);
    config.location_name(name).build().unwrap()
}

const COLLECTION: &str = "c8c02a84-0000-4000-a000-000000000000";

#[tokio::test]
async fn g01_a_location_is_a_continent_or_a_country_or_a_part_of_one() {
    let zone = Zone::example().await;
    for (identifier, fine) in [
        ("continent", location(Some("EU"), None, None)),
        ("country", location(None, Some("DE"), None)),
        ("default", location(None, Some("*"), None)),
        ("state", location(None, Some("US"), Some("WA"))),
    ] {
        zone.change([create(set(identifier).geo_location(fine))])
            .await;
    }
    for (refused, expected) in [
        (location(None, None, None), "found none"),
        (location(Some("XX"), None, None), "Unknown ContinentCode"),
        (
            location(Some("EU"), Some("DE"), None),
            "ContinentCode can't be specified with",
        ),
        (
            location(Some("NA"), None, Some("WA")),
            "ContinentCode can't be specified with",
        ),
        (
            location(None, None, Some("WA")),
            "SubdivisionCode needs the CountryCode",
        ),
        (
            location(None, Some("DE"), Some("BE")),
            "SubdivisionCode needs the CountryCode",
        ),
        (
            location(Some("EUR"), None, None),
            "geoLocation.continentCode",
        ),
        (location(None, Some("DEU"), None), "geoLocation.countryCode"),
    ] {
        let sent = zone.send([create(set("one").geo_location(refused))]).await;
        let (code, message) = sent.unwrap_err();
        assert_eq!(code, "InvalidInput");
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test]
async fn g02_a_geoproximity_set_is_in_one_place_within_its_bias() {
    let zone = Zone::example().await;
    let coordinates = |latitude: &str, longitude: &str| {
        let pair = Coordinates::builder().latitude(latitude);
        pair.longitude(longitude).build().unwrap()
    };
    let place = GeoProximityLocation::builder;
    for refused in [
        place()
            .aws_region("eu-west-1")
            .local_zone_group("us-west-2-den-1"),
        place().aws_region("eu-west-1").bias(100),
        place().aws_region("eu-west-1").bias(-100),
        place().aws_region(""),
        place().local_zone_group("x".repeat(65)),
        place().coordinates(coordinates("100", "0")),
        place().coordinates(coordinates("0", "1.234")),
        place().coordinates(coordinates("north", "0")),
    ] {
        let refused = set("one").geo_proximity_location(refused.build());
        let (code, message) = zone.send([create(refused)]).await.unwrap_err();
        assert_eq!(code, "InvalidInput", "{message}");
    }
    for (identifier, fine) in [
        ("region", place().aws_region("eu-west-1").bias(99)),
        ("zone", place().local_zone_group("us-west-2-den-1")),
        ("place", place().coordinates(coordinates("+47.6", "-122."))),
    ] {
        let fine = fine.build();
        zone.change([create(set(identifier).geo_proximity_location(fine.clone()))])
            .await;
        let sets = zone.sets().await;
        let kept = sets
            .into_iter()
            .find(|it| it.set_identifier() == Some(identifier));
        assert_eq!(kept.unwrap().geo_proximity_location, Some(fine));
    }
}

#[tokio::test]
async fn g03_a_cidr_routing_config_is_a_policy_like_the_others() {
    let zone = Zone::example().await;
    for (refused, expected) in [
        (
            set("one")
                .weight(1)
                .cidr_routing_config(cidr(COLLECTION, "*")),
            "but found more than one",
        ),
        (
            a("www.example.com", "192.0.2.1").cidr_routing_config(cidr(COLLECTION, "*")),
            "Missing field 'SetIdentifier'",
        ),
        (
            set("one").cidr_routing_config(cidr("office", "*")),
            "cidrRoutingConfig.collectionId",
        ),
        (
            set("one").cidr_routing_config(cidr(COLLECTION, "my office")),
            "cidrRoutingConfig.locationName",
        ),
        (
            set("one").cidr_routing_config(cidr(COLLECTION, &"x".repeat(17))),
            "cidrRoutingConfig.locationName",
        ),
    ] {
        let (code, message) = zone.send([create(refused)]).await.unwrap_err();
        assert_eq!(code, "InvalidInput", "{message}");
        assert!(message.contains(expected), "{message}");
    }
    let known = set("one").cidr_routing_config(cidr(COLLECTION, "office"));
    let (code, _) = zone.send([create(known)]).await.unwrap_err();
    assert_eq!(code, "NoSuchCidrCollectionException");
}

#[tokio::test]
async fn g04_names_are_sorted_as_they_are_written() {
    let zone = Zone::example().await;
    zone.change(
        ["*", "0", "a", "-", "_a", "a\\056b"]
            .map(|label| create(a(&format!("{label}.example.com"), "192.0.2.1"))),
    )
    .await;
    // A backslash sorts after digits, and before the underscore and letters.
    let expected = [
        "-.example.com. A",
        "0.example.com. A",
        "\\052.example.com. A",
        "_a.example.com. A",
        "a.example.com. A",
        "a\\056b.example.com. A",
    ];
    assert_eq!(zone.names().await, expected);
    let outside = zone
        .refusal([create(a("a\\056example.com", "192.0.2.1"))])
        .await;
    assert!(outside.contains("is not permitted in zone"), "{outside}");
}

#[tokio::test]
async fn g05_members_of_an_alias_are_held_to_their_length() {
    let zone = Zone::example().await;
    let target = aws_sdk_route53::types::AliasTarget::builder()
        .hosted_zone_id("Z".repeat(33))
        .dns_name("x".repeat(1025))
        .evaluate_target_health(true);
    let set = ResourceRecordSet::builder()
        .name("www.example.com")
        .r#type(RrType::A)
        .alias_target(target.build().unwrap());
    let (code, message) = zone.send([create(set)]).await.unwrap_err();
    assert_eq!(code, "InvalidInput");
    assert!(message.starts_with("2 validation errors"), "{message}");
}
