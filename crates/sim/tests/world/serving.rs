//! Which Regions serve the users of a name, as the world computes it from its own objects.
//!
//! Source: "How Amazon Route 53 chooses records when health checking is configured", Route 53
//! Developer Guide; "Traffic dials" and "How failover works for unhealthy endpoints", Global
//! Accelerator Developer Guide.

use aws_sdk_globalaccelerator::types::{EndpointConfiguration, Protocol};
use aws_sdk_route53::types::builders::ResourceRecordSetBuilder;
use aws_sdk_route53::types::{
    ResourceRecordSetFailover, ResourceRecordSetRegion as Latency, RrType,
};

use crate::accelerator::{Accelerator, EU, US, endpoint};
use crate::aws::Aws;
use crate::zone::{Zone, a, alias, cname, create, records, upsert};

const NAME: &str = "www.example.com";

/// An alias to the load balancer in a Region.
async fn to_load_balancer(zone: &Zone, region: &'static str) -> ResourceRecordSetBuilder {
    let found = zone
        .aws
        .load_balancers(region)
        .describe_load_balancers()
        .send()
        .await
        .unwrap();
    let found = &found.load_balancers()[0];
    let hosted_zone = found.canonical_hosted_zone_id().unwrap();
    alias(NAME, hosted_zone, found.dns_name().unwrap()).set_identifier(region)
}

fn serving(aws: &Aws) -> Vec<String> {
    aws.world(|world| world.serving_regions(NAME))
        .into_iter()
        .collect()
}

fn fail(aws: &Aws, arn: &str) {
    aws.world(|world| world.set_load_balancer_health(arn, false))
        .unwrap();
}

#[tokio::test]
async fn s01_a_latency_set_serves_while_its_load_balancer_does() {
    let zone = Zone::example().await;
    let us = to_load_balancer(&zone, "us-east-1")
        .await
        .region(Latency::UsEast1);
    let eu = to_load_balancer(&zone, "eu-west-1")
        .await
        .region(Latency::EuWest1);
    zone.change([create(us), create(eu)]).await;
    assert_eq!(serving(&zone.aws), ["eu-west-1", "us-east-1"]);
    fail(&zone.aws, US);
    assert_eq!(serving(&zone.aws), ["eu-west-1"]);
    fail(&zone.aws, EU);
    assert!(serving(&zone.aws).is_empty(), "fail-open is not serving");
}

#[tokio::test]
async fn s02_a_failing_health_check_takes_a_healthy_load_balancer_out() {
    let zone = Zone::example().await;
    let check = zone.check("one", "probe.example.org").await;
    let us = to_load_balancer(&zone, "us-east-1")
        .await
        .region(Latency::UsEast1);
    let eu = to_load_balancer(&zone, "eu-west-1")
        .await
        .region(Latency::EuWest1);
    zone.change([create(us.health_check_id(check)), create(eu)])
        .await;
    zone.aws
        .world(|world| world.set_host_answers("probe.example.org", false));
    assert_eq!(serving(&zone.aws), ["eu-west-1", "us-east-1"]);
    zone.aws.settle();
    assert_eq!(serving(&zone.aws), ["eu-west-1"]);
}

#[tokio::test]
async fn s03_weight_zero_serves_nobody_unless_every_weight_is_zero() {
    let zone = Zone::example().await;
    let us = to_load_balancer(&zone, "us-east-1").await.weight(0);
    let eu = to_load_balancer(&zone, "eu-west-1").await.weight(1);
    zone.change([create(us), create(eu.clone())]).await;
    assert_eq!(serving(&zone.aws), ["eu-west-1"]);
    zone.change([upsert(eu.weight(0))]).await;
    assert_eq!(serving(&zone.aws), ["eu-west-1", "us-east-1"]);
}

#[tokio::test]
async fn s04_the_secondary_serves_when_the_primary_does_not() {
    let zone = Zone::example().await;
    let us = to_load_balancer(&zone, "us-east-1")
        .await
        .failover(ResourceRecordSetFailover::Primary);
    let eu = to_load_balancer(&zone, "eu-west-1").await;
    let eu = eu.failover(ResourceRecordSetFailover::Secondary);
    zone.change([create(us), create(eu)]).await;
    assert_eq!(serving(&zone.aws), ["us-east-1"]);
    fail(&zone.aws, US);
    assert_eq!(serving(&zone.aws), ["eu-west-1"]);
}

#[tokio::test]
async fn s05_a_name_that_does_not_exist_is_served_by_the_wildcard_above_it() {
    let zone = Zone::example().await;
    let us = to_load_balancer(&zone, "us-east-1")
        .await
        .region(Latency::UsEast1);
    zone.change([create(us.name("*.example.com"))]).await;
    assert_eq!(serving(&zone.aws), ["us-east-1"]);
    zone.change([create(records(NAME, RrType::Txt, &["\"text\""]))])
        .await;
    assert!(serving(&zone.aws).is_empty());
}

#[tokio::test]
async fn s06_names_are_followed_to_their_load_balancers() {
    let zone = Zone::example().await;
    let us = to_load_balancer(&zone, "us-east-1")
        .await
        .region(Latency::UsEast1);
    zone.change([
        create(us.name("us.example.com")),
        create(cname(NAME, "us.example.com")),
    ])
    .await;
    assert_eq!(serving(&zone.aws), ["us-east-1"]);
    let circle = [upsert(cname(NAME, NAME))];
    zone.change(circle).await;
    assert!(serving(&zone.aws).is_empty());
}

#[tokio::test]
async fn s07_addresses_serve_the_region_of_their_latency_set() {
    let zone = Zone::example().await;
    let set = a(NAME, "192.0.2.1")
        .set_identifier("eu")
        .region(Latency::EuWest1);
    zone.change([create(set)]).await;
    assert_eq!(serving(&zone.aws), ["eu-west-1"]);
    zone.aws
        .world(|world| world.set_host_answers("192.0.2.1", false));
    assert!(serving(&zone.aws).is_empty());
}

#[tokio::test]
async fn s08_both_families_of_addresses_have_to_serve() {
    let zone = Zone::example().await;
    let us = to_load_balancer(&zone, "us-east-1")
        .await
        .region(Latency::UsEast1);
    let eu = to_load_balancer(&zone, "eu-west-1")
        .await
        .region(Latency::EuWest1);
    let six = us.clone().r#type(RrType::Aaaa);
    zone.change([create(us), create(eu), create(six)]).await;
    assert_eq!(serving(&zone.aws), ["us-east-1"]);
}

#[tokio::test]
async fn s09_an_accelerator_serves_where_it_does_on_every_listener() {
    let shop = Accelerator::example().await;
    let zone = Zone::of(shop.aws.clone()).await;
    let found = shop
        .client
        .describe_accelerator()
        .accelerator_arn(&shop.arn)
        .send()
        .await
        .unwrap();
    let name = found.accelerator().unwrap().dns_name().unwrap();
    zone.change([create(alias(NAME, "Z2BJ6XQ5FK7U4H", name))])
        .await;
    assert!(serving(&shop.aws).is_empty());

    let (listener, us) = shop.group().await;
    let group = |listener: &str, region: &str, arn: &str| {
        let create = shop.client.create_endpoint_group().listener_arn(listener);
        create
            .endpoint_group_region(region)
            .endpoint_configurations(endpoint(arn))
            .send()
    };
    group(&listener, "eu-west-1", EU).await.unwrap();
    assert!(
        serving(&shop.aws).is_empty(),
        "no endpoint is known to be healthy"
    );
    shop.aws.settle();
    assert_eq!(serving(&shop.aws), ["eu-west-1", "us-east-1"]);

    let second = shop.listener(80, 80, Protocol::Tcp).await;
    assert!(serving(&shop.aws).is_empty());
    group(&second, "us-east-1", US).await.unwrap();
    shop.aws.settle();
    assert_eq!(serving(&shop.aws), ["us-east-1"]);

    let arn = us.endpoint_group_arn().unwrap();
    let update = || shop.client.update_endpoint_group().endpoint_group_arn(arn);
    update().traffic_dial_percentage(0.0).send().await.unwrap();
    assert!(serving(&shop.aws).is_empty(), "a dial of zero");
    let drained = EndpointConfiguration::builder()
        .endpoint_id(US)
        .weight(0)
        .build();
    let update = update()
        .traffic_dial_percentage(100.0)
        .endpoint_configurations(drained);
    update.send().await.unwrap();
    assert!(serving(&shop.aws).is_empty(), "a weight of zero");
}

#[tokio::test]
async fn s10_a_disabled_accelerator_serves_nobody() {
    let shop = Accelerator::example().await;
    let zone = Zone::of(shop.aws.clone()).await;
    let found = shop
        .client
        .describe_accelerator()
        .accelerator_arn(&shop.arn)
        .send()
        .await
        .unwrap();
    let name = found.accelerator().unwrap().dns_name().unwrap();
    zone.change([create(alias(NAME, "Z2BJ6XQ5FK7U4H", name))])
        .await;
    shop.group().await;
    shop.aws.settle();
    assert_eq!(serving(&shop.aws), ["us-east-1"]);
    let update = shop.client.update_accelerator().accelerator_arn(&shop.arn);
    update.enabled(false).send().await.unwrap();
    assert!(serving(&shop.aws).is_empty());
}
