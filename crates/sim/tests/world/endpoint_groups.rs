//! Endpoint groups: defaults, patches, quotas, port overrides.
//!
//! Sources: `CreateEndpointGroup` and `UpdateEndpointGroup`, AWS Global Accelerator API Reference;
//! "Overriding listener ports", Developer Guide.

use aws_sdk_globalaccelerator::types::{HealthCheckProtocol, PortOverride, Protocol};

use crate::accelerator::{Accelerator, US, ports, weighted};
use crate::aws::Refused;

fn overriding(from: i32, to: i32) -> PortOverride {
    PortOverride::builder()
        .listener_port(from)
        .endpoint_port(to)
        .build()
}

#[tokio::test]
async fn g01_what_is_not_given_has_its_default() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    assert_eq!(group.traffic_dial_percentage(), Some(100.0));
    assert_eq!(group.health_check_port(), Some(443));
    assert_eq!(
        group.health_check_protocol(),
        Some(&HealthCheckProtocol::Tcp)
    );
    assert_eq!(group.health_check_path(), Some("/"));
    assert_eq!(group.health_check_interval_seconds(), Some(30));
    assert_eq!(group.threshold_count(), Some(3));
    let [endpoint] = group.endpoint_descriptions() else {
        panic!("one endpoint")
    };
    assert_eq!(endpoint.weight(), Some(128));
    assert_eq!(endpoint.client_ip_preservation_enabled(), Some(true));
    assert_eq!(endpoint.health_reason(), None);
}

#[tokio::test]
async fn g02_a_listener_has_one_group_in_a_region() {
    let shop = Accelerator::example().await;
    let (listener, _) = shop.group().await;
    let again = shop.client.create_endpoint_group().listener_arn(listener);
    let again = again.endpoint_group_region("us-east-1").send().await;
    let (code, message) = again.refused();
    assert_eq!(code, "EndpointGroupAlreadyExistsException");
    assert_eq!(
        message,
        "The endpoint group that you specified already exists."
    );
}

#[tokio::test]
async fn g03_an_update_keeps_what_is_omitted() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let update = shop.client.update_endpoint_group().endpoint_group_arn(arn);
    update.traffic_dial_percentage(20.0).send().await.unwrap();
    let found = shop.found(arn).await;
    assert_eq!(found.traffic_dial_percentage(), Some(20.0));
    assert_eq!(found.endpoint_descriptions(), group.endpoint_descriptions());
}

#[tokio::test]
async fn g04_an_empty_list_is_a_value() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let update = shop.client.update_endpoint_group().endpoint_group_arn(arn);
    update
        .set_endpoint_configurations(Some(Vec::new()))
        .send()
        .await
        .unwrap();
    assert!(shop.found(arn).await.endpoint_descriptions().is_empty());
}

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
async fn g14_port_overrides_do_not_meet_listeners_or_each_other() {
    let shop = Accelerator::example().await;
    let (listener, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let update = |overrides: Vec<PortOverride>| {
        let update = shop.client.update_endpoint_group().endpoint_group_arn(arn);
        update.set_port_overrides(Some(overrides)).send()
    };
    for wrong in [
        vec![overriding(80, 8443)],
        vec![overriding(443, 443)],
        vec![overriding(443, 8443), overriding(443, 8443)],
    ] {
        assert_eq!(update(wrong).await.refused().0, "InvalidArgumentException");
    }
    update(vec![overriding(443, 8443)]).await.unwrap();
    let taken = shop
        .client
        .create_listener()
        .accelerator_arn(&shop.arn)
        .protocol(Protocol::Tcp);
    let taken = taken.port_ranges(ports(8443, 8443)).send().await;
    assert_eq!(taken.refused().0, "InvalidArgumentException");
    let moved = shop
        .client
        .update_listener()
        .listener_arn(listener)
        .port_ranges(ports(444, 444));
    assert_eq!(moved.send().await.refused().0, "InvalidArgumentException");
    update(Vec::new()).await.unwrap();
    assert!(shop.found(arn).await.port_overrides().is_empty());
}

#[tokio::test]
async fn g15_a_group_that_is_not_there() {
    let shop = Accelerator::example().await;
    let listener = shop.listener(443, 443, Protocol::Tcp).await;
    let arn = format!("{listener}/endpoint-group/c67af2626002");
    let found = shop
        .client
        .describe_endpoint_group()
        .endpoint_group_arn(&arn)
        .send()
        .await;
    let (code, message) = found.refused();
    assert_eq!(code, "EndpointGroupNotFoundException");
    assert_eq!(message, format!("EndpointGroup {arn} does not exist."));
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
