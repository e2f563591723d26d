//! Endpoint groups: how many there are, how much is in one, and between which bounds.
//!
//! Sources: `CreateEndpointGroup` and `UpdateEndpointGroup`, AWS Global Accelerator API Reference;
//! "Quotas", Developer Guide.

use aws_sdk_globalaccelerator::types::{HealthCheckProtocol, Protocol};
use evenkeel_sim::Seed;

use crate::accelerator::{Accelerator, US, weighted};
use crate::aws::Refused;
use crate::endpoint_groups::overriding;

#[tokio::test]
async fn g13_an_accelerator_has_at_most_42_groups() {
    let shop = Accelerator::example().await;
    let regions = [
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
    ];
    let mut made = 0;
    for port in 1..=7 {
        let listener = shop.listener(port, port, Protocol::Tcp).await;
        for region in regions {
            let create = shop.client.create_endpoint_group().listener_arn(&listener);
            let created = create.endpoint_group_region(region).send().await;
            if made < 42 {
                created.unwrap();
                made += 1;
            } else {
                assert_eq!(created.refused().0, "LimitExceededException");
            }
        }
    }
}

#[tokio::test]
async fn g16_values_out_of_range_are_refused() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let update = || {
        let arn = group.endpoint_group_arn().unwrap();
        shop.client.update_endpoint_group().endpoint_group_arn(arn)
    };
    for refused in [
        update().traffic_dial_percentage(100.5).send().await,
        update().health_check_path("health").send().await,
        update().threshold_count(11).send().await,
        update()
            .endpoint_configurations(weighted(US, 256))
            .send()
            .await,
    ] {
        let (code, message) = refused.refused();
        assert_eq!(code, "ValidationException");
        assert!(
            message.starts_with("1 validation error detected: Value '"),
            "{message}"
        );
    }
    let interval = update().health_check_interval_seconds(20).send().await;
    assert_eq!(interval.refused().0, "InvalidArgumentException");
}

#[tokio::test]
async fn g21_a_value_at_its_bound_is_taken_and_one_beyond_it_is_not() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let update = || {
        let arn = group.endpoint_group_arn().unwrap();
        shop.client.update_endpoint_group().endpoint_group_arn(arn)
    };
    for taken in [
        update().traffic_dial_percentage(0.0),
        update().traffic_dial_percentage(100.0),
        update().threshold_count(1),
        update().threshold_count(10),
        update().health_check_interval_seconds(10),
        update().health_check_interval_seconds(30),
        update().health_check_port(1),
        update().health_check_port(65_535),
        update().endpoint_configurations(weighted(US, 0)),
        update().endpoint_configurations(weighted(US, 255)),
        update().health_check_path(format!("/{}", "x".repeat(254))),
    ] {
        taken.send().await.unwrap();
    }
    for (refused, member) in [
        (
            update().traffic_dial_percentage(-0.5),
            "trafficDialPercentage",
        ),
        (update().threshold_count(0), "thresholdCount"),
        (
            update().health_check_interval_seconds(9),
            "healthCheckIntervalSeconds",
        ),
        (
            update().health_check_interval_seconds(31),
            "healthCheckIntervalSeconds",
        ),
        (update().health_check_port(0), "healthCheckPort"),
        (update().health_check_port(65_536), "healthCheckPort"),
        (
            update().endpoint_configurations(weighted(US, -1)),
            "endpointConfigurations.1.member.weight",
        ),
        (
            update().health_check_path(format!("/{}", "x".repeat(255))),
            "healthCheckPath",
        ),
        (update().health_check_path("/a b"), "healthCheckPath"),
        (
            update().health_check_protocol(HealthCheckProtocol::from("UDP")),
            "healthCheckProtocol",
        ),
        (
            update().port_overrides(overriding(443, 65_536)),
            "portOverrides.1.member.endpointPort",
        ),
    ] {
        let (code, message) = refused.send().await.refused();
        assert_eq!(code, "ValidationException");
        let expected = format!(" at '{member}' failed to satisfy constraint: Member must");
        assert!(message.contains(&expected), "{message}");
    }
}

#[tokio::test]
async fn g22_a_group_has_at_most_ten_endpoints_and_ten_overrides() {
    let arn = |index: i32| {
        format!(
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/n{index}/\
             {index:016x}"
        )
    };
    let given: Vec<String> = (0..11)
        .map(|index| format!("{{arn: '{}'}}", arn(index)))
        .collect();
    let mut seed = Seed::example();
    let more: Seed =
        serde_saphyr::from_str(&format!("loadBalancers: [{}]", given.join(", "))).unwrap();
    seed.load_balancers.extend(more.load_balancers);
    let shop = Accelerator::of(seed).await;
    let listener = shop.listener(1, 11, Protocol::Tcp).await;
    let create = |region: &str, endpoints: i32, overrides: i32| {
        let create = shop.client.create_endpoint_group().listener_arn(&listener);
        let endpoints = (0..endpoints).map(|index| weighted(&arn(index), 1));
        let overrides = (0..overrides).map(|index| overriding(1 + index, 8001 + index));
        let create = create.set_endpoint_configurations(Some(endpoints.collect()));
        let create = create.set_port_overrides(Some(overrides.collect()));
        create.endpoint_group_region(region).send()
    };
    for (endpoints, overrides, member) in
        [(11, 0, "endpointConfigurations"), (0, 11, "portOverrides")]
    {
        let (code, message) = create("us-east-1", endpoints, overrides).await.refused();
        assert_eq!(code, "ValidationException");
        let expected = format!(
            "at '{member}' failed to satisfy constraint: Member must have length less than or \
             equal to 10"
        );
        assert!(message.ends_with(&expected), "{message}");
    }
    let made = create("us-east-1", 10, 10).await.unwrap();
    let made = made.endpoint_group().unwrap();
    assert_eq!(made.endpoint_descriptions().len(), 10);
    assert_eq!(made.port_overrides().len(), 10);
}

#[tokio::test]
async fn g29_a_group_is_in_a_region_that_there_is() {
    let shop = Accelerator::example().await;
    let listener = shop.listener(443, 443, Protocol::Tcp).await;
    for region in ["mars-north-1", "EU-WEST-1", ""] {
        let create = shop.client.create_endpoint_group().listener_arn(&listener);
        let created = create.endpoint_group_region(region).send().await;
        assert_eq!(created.refused().0, "InvalidArgumentException", "{region}");
    }
}
