//! Listeners: which ports they can have, and what an update changes.
//!
//! Sources: the operations on listeners, AWS Global Accelerator API Reference; the texts as AWS
//! sends them.

use aws_sdk_globalaccelerator::types::{ClientAffinity, Protocol};

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
