//! Listeners: which ports they can have, and what an update changes.
//!
//! Sources: the operations on listeners, AWS Global Accelerator API Reference; the texts as AWS
//! sends them.

use aws_sdk_globalaccelerator::types::{ClientAffinity, PortRange, Protocol};

use crate::accelerator::{Accelerator, ports};
use crate::aws::Refused;

#[tokio::test]
async fn a11_a_port_belongs_to_one_listener_of_a_protocol() {
    let shop = Accelerator::example().await;
    let listener = shop.listener(443, 443, Protocol::Tcp).await;
    let create = |protocol| {
        let create = shop.client.create_listener().accelerator_arn(&shop.arn);
        create
            .protocol(protocol)
            .port_ranges(ports(400, 500))
            .send()
    };
    let (code, message) = create(Protocol::Tcp).await.refused();
    assert_eq!(code, "InvalidPortRangeException");
    let expected = format!(
        "Invalid port range PortRange(fromPort=400, toPort=500), which overlaps with port range \
         PortRange(fromPort=443, toPort=443) taken by listener {listener}"
    );
    assert_eq!(message, expected);
    create(Protocol::Udp).await.unwrap();
}

#[tokio::test]
async fn a12_a_port_has_to_be_freed_before_another_listener_takes_it() {
    let shop = Accelerator::example().await;
    let first = shop.listener(80, 80, Protocol::Tcp).await;
    let second = shop.listener(443, 443, Protocol::Tcp).await;
    let update = |listener: &str, port| {
        let update = shop.client.update_listener().listener_arn(listener);
        update.port_ranges(ports(port, port)).send()
    };
    assert_eq!(
        update(&first, 443).await.refused().0,
        "InvalidPortRangeException"
    );
    update(&second, 8443).await.unwrap();
    let changed = update(&first, 443).await.unwrap();
    assert_eq!(changed.listener().unwrap().port_ranges(), [ports(443, 443)]);
}

#[tokio::test]
async fn a13_port_ranges_run_forward_and_do_not_overlap_each_other() {
    let shop = Accelerator::example().await;
    let create = || {
        shop.client
            .create_listener()
            .accelerator_arn(&shop.arn)
            .protocol(Protocol::Tcp)
    };
    let reversed = create().port_ranges(ports(90, 80)).send().await;
    assert_eq!(reversed.refused().0, "InvalidPortRangeException");
    let twice = create()
        .port_ranges(ports(80, 90))
        .port_ranges(ports(90, 91))
        .send()
        .await;
    assert_eq!(twice.refused().0, "InvalidPortRangeException");
    let outside = create().port_ranges(ports(0, 70_000)).send().await;
    let (code, message) = outside.refused();
    assert_eq!(code, "ValidationException");
    assert!(
        message.starts_with("2 validation errors detected: Value '0' at"),
        "{message}"
    );
}

#[tokio::test]
async fn a14_a_listener_keeps_what_an_update_omits() {
    let shop = Accelerator::example().await;
    let listener = shop.listener(443, 443, Protocol::Tcp).await;
    let update = shop.client.update_listener().listener_arn(&listener);
    let changed = update
        .client_affinity(ClientAffinity::SourceIp)
        .send()
        .await
        .unwrap();
    let changed = changed.listener().unwrap();
    assert_eq!(changed.port_ranges(), [ports(443, 443)]);
    assert_eq!(changed.protocol(), Some(&Protocol::Tcp));
    let found = shop
        .client
        .describe_listener()
        .listener_arn(&listener)
        .send()
        .await
        .unwrap();
    assert_eq!(
        found.listener().unwrap().client_affinity(),
        Some(&ClientAffinity::SourceIp)
    );
}

#[tokio::test]
async fn a39_a_listener_can_not_change_to_a_protocol_whose_ports_are_taken() {
    let shop = Accelerator::example().await;
    let first = shop.listener(443, 443, Protocol::Tcp).await;
    let second = shop.listener(400, 500, Protocol::Udp).await;
    let change = |protocol| {
        let update = shop.client.update_listener().listener_arn(&second);
        update.protocol(protocol).send()
    };
    let (code, message) = change(Protocol::Tcp).await.refused();
    assert_eq!(code, "InvalidPortRangeException");
    assert!(message.ends_with(&first), "{message}");
    change(Protocol::Udp).await.unwrap();
    let moved = shop.client.update_listener().listener_arn(&second);
    let moved = moved.protocol(Protocol::Tcp).port_ranges(ports(80, 80));
    let moved = moved.send().await.unwrap();
    let moved = moved.listener().unwrap();
    assert_eq!(moved.protocol(), Some(&Protocol::Tcp));
    assert_eq!(moved.port_ranges(), [ports(80, 80)]);
}

#[tokio::test]
async fn a40_a_listener_has_no_affinity_unless_it_is_asked_for() {
    let shop = Accelerator::example().await;
    let create = shop.client.create_listener().accelerator_arn(&shop.arn);
    let create = create.protocol(Protocol::Tcp);
    let ranges: Vec<PortRange> = (1..=10)
        .map(|index| ports(index * 10, index * 10 + 5))
        .collect();
    let create = create.set_port_ranges(Some(ranges.clone()));
    let made = create.send().await.unwrap();
    let made = made.listener().unwrap();
    assert_eq!(made.client_affinity(), Some(&ClientAffinity::None));
    assert_eq!(
        made.port_ranges(),
        ranges,
        "ten of them, as they were given"
    );
    let update = shop.client.update_listener();
    let update = update.listener_arn(made.listener_arn().unwrap());
    let wrong = update.client_affinity(ClientAffinity::from("COOKIE"));
    let (code, message) = wrong.send().await.refused();
    assert_eq!(code, "ValidationException");
    let expected = "1 validation error detected: Value 'COOKIE' at 'clientAffinity' failed to \
                    satisfy constraint: Member must satisfy enum value set: [NONE, SOURCE_IP]";
    assert_eq!(message, expected);
}
