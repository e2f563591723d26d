//! Endpoint groups: defaults, patches, port overrides.
//!
//! Sources: `CreateEndpointGroup` and `UpdateEndpointGroup`, AWS Global Accelerator API Reference;
//! "Overriding listener ports", Developer Guide.

use aws_sdk_globalaccelerator::types::{HealthCheckProtocol, PortOverride, Protocol};

use crate::accelerator::{Accelerator, ports};
use crate::aws::Refused;

pub(crate) fn overriding(from: i32, to: i32) -> PortOverride {
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
async fn g18_each_member_is_changed_alone_and_the_others_keep_their_values() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let update = || shop.client.update_endpoint_group().endpoint_group_arn(arn);
    let mut expected = shop.found(arn).await;
    expected.traffic_dial_percentage = Some(12.5);
    let change = update().traffic_dial_percentage(12.5).send().await.unwrap();
    assert_eq!(change.endpoint_group, Some(expected.clone()));
    expected.health_check_port = Some(8080);
    update().health_check_port(8080).send().await.unwrap();
    assert_eq!(shop.found(arn).await, expected);
    expected.health_check_protocol = Some(HealthCheckProtocol::Https);
    let change = update().health_check_protocol(HealthCheckProtocol::Https);
    change.send().await.unwrap();
    assert_eq!(shop.found(arn).await, expected);
    expected.health_check_path = Some("/ready?deep=1".to_owned());
    let change = update().health_check_path("/ready?deep=1");
    change.send().await.unwrap();
    assert_eq!(shop.found(arn).await, expected);
    expected.health_check_interval_seconds = Some(10);
    let change = update().health_check_interval_seconds(10);
    change.send().await.unwrap();
    assert_eq!(shop.found(arn).await, expected);
    expected.threshold_count = Some(1);
    update().threshold_count(1).send().await.unwrap();
    assert_eq!(shop.found(arn).await, expected);
    expected.port_overrides = Some(vec![overriding(443, 8443)]);
    let change = update().port_overrides(overriding(443, 8443));
    change.send().await.unwrap();
    assert_eq!(shop.found(arn).await, expected);
}

#[tokio::test]
async fn g19_a_check_goes_to_the_first_port_unless_it_is_said() {
    let shop = Accelerator::example().await;
    let create = shop.client.create_listener().accelerator_arn(&shop.arn);
    let create = create.protocol(Protocol::Tcp);
    let create = create.port_ranges(ports(8000, 8010));
    let made = create.port_ranges(ports(80, 80)).send().await.unwrap();
    let listener = made.listener().unwrap().listener_arn().unwrap();
    for (region, port, expected) in [("us-east-1", None, 8000), ("eu-west-1", Some(81), 81)] {
        let create = shop.client.create_endpoint_group().listener_arn(listener);
        let create = create.endpoint_group_region(region);
        let made = create.set_health_check_port(port).send().await.unwrap();
        let made = made.endpoint_group().unwrap();
        assert_eq!(made.health_check_port(), Some(expected));
    }
}

#[tokio::test]
async fn g20_an_endpoint_port_is_used_once_in_a_region_over_all_listeners() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let update = shop.client.update_endpoint_group();
    let update = update.endpoint_group_arn(group.endpoint_group_arn().unwrap());
    let update = update.port_overrides(overriding(443, 8443));
    update.send().await.unwrap();
    let second = shop.listener(80, 81, Protocol::Tcp).await;
    let create = |region: &str, overrides: Vec<PortOverride>| {
        let create = shop.client.create_endpoint_group().listener_arn(&second);
        let create = create.endpoint_group_region(region);
        create.set_port_overrides(Some(overrides)).send()
    };
    for wrong in [
        vec![overriding(80, 8443)],
        vec![overriding(80, 8080), overriding(81, 8080)],
        vec![overriding(80, 443)],
    ] {
        let refused = create("us-east-1", wrong).await.refused();
        assert_eq!(refused.0, "InvalidArgumentException");
    }
    create("eu-west-1", vec![overriding(80, 8443)])
        .await
        .unwrap();
    create("us-east-1", vec![overriding(80, 8080)])
        .await
        .unwrap();
}
