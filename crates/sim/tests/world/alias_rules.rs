//! Alias targets lie in the zone that is named, and are there.
//!
//! Sources: `ChangeResourceRecordSets` and `ResourceRecordSet`, Route 53 API Reference; "Values
//! that you specify when you create or edit records", Developer Guide; the texts as AWS sends them.

use aws_sdk_route53::types::{AliasTarget, ResourceRecordSetFailover};

use crate::zone::{Zone, a, alias, create, txt};

const IPV4: &str = "192.0.2.1";
const US_ALB_ZONE: &str = "Z35SXDOTRQ7X7K";

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
