//! Accelerators: life cycle, tokens, order of deletion.
//!
//! Sources: the operations on accelerators, AWS Global Accelerator API Reference;
//! "How AWS Global Accelerator works" and "Quotas", Developer Guide.

use aws_sdk_globalaccelerator::types::{
    AcceleratorStatus, IpAddressFamily, IpAddressType, Protocol,
};

use crate::accelerator::Accelerator;
use crate::aws::{Aws, Refused};

#[tokio::test]
async fn a01_a_new_accelerator_looks_as_documented() {
    let client = Aws::example().accelerators();
    let made = client
        .create_accelerator()
        .name("shop")
        .send()
        .await
        .unwrap();
    let accelerator = made.accelerator().unwrap();
    let arn = accelerator.accelerator_arn().unwrap();
    assert!(
        arn.starts_with("arn:aws:globalaccelerator::123456789012:accelerator/"),
        "{arn}"
    );
    let name = accelerator.dns_name().unwrap();
    let label = name.strip_suffix(".awsglobalaccelerator.com").unwrap();
    assert_eq!((label.len(), &label[..1]), (17, "a"));
    assert_eq!(accelerator.enabled(), Some(true));
    assert_eq!(accelerator.ip_address_type(), Some(&IpAddressType::Ipv4));
    let [set] = accelerator.ip_sets() else {
        panic!("one set of addresses")
    };
    assert_eq!(set.ip_addresses().len(), 2);
    assert!(accelerator.dual_stack_dns_name().is_none());
    assert!(accelerator.created_time().is_some());
}

#[tokio::test]
async fn a02_a_dual_stack_accelerator_has_two_addresses_of_each_family() {
    let client = Aws::example().accelerators();
    let made = client
        .create_accelerator()
        .name("shop")
        .ip_address_type(IpAddressType::DualStack);
    let made = made.send().await.unwrap();
    let accelerator = made.accelerator().unwrap();
    let families: Vec<_> = accelerator
        .ip_sets()
        .iter()
        .map(|set| {
            (
                set.ip_address_family().unwrap().clone(),
                set.ip_addresses().len(),
            )
        })
        .collect();
    assert_eq!(
        families,
        [(IpAddressFamily::IPv4, 2), (IpAddressFamily::IPv6, 2)]
    );
    let name = accelerator.dual_stack_dns_name().unwrap();
    assert!(
        name.ends_with(".dualstack.awsglobalaccelerator.com"),
        "{name}"
    );
}

#[tokio::test]
async fn a03_every_mutation_below_an_accelerator_has_to_be_deployed() {
    let shop = Accelerator::example().await;
    assert_eq!(shop.status().await, AcceleratorStatus::InProgress);
    assert_eq!(shop.aws.settle(), 60);
    assert_eq!(shop.status().await, AcceleratorStatus::Deployed);
    let listener = shop.listener(80, 80, Protocol::Tcp).await;
    assert_eq!(shop.status().await, AcceleratorStatus::InProgress);
    shop.aws.pass(59);
    let client = &shop.client;
    client
        .delete_listener()
        .listener_arn(listener)
        .send()
        .await
        .unwrap();
    shop.aws.pass(59);
    assert_eq!(shop.status().await, AcceleratorStatus::InProgress);
    shop.aws.pass(1);
    assert_eq!(shop.status().await, AcceleratorStatus::Deployed);
}

#[tokio::test]
async fn a04_a_token_returns_what_it_made() {
    let shop = Accelerator::example().await;
    let again = shop
        .client
        .create_accelerator()
        .name("shop")
        .idempotency_token("accelerator");
    let again = again.send().await.unwrap();
    assert_eq!(
        again.accelerator().unwrap().accelerator_arn(),
        Some(shop.arn.as_str())
    );
    let listed = shop.client.list_accelerators().send().await.unwrap();
    assert_eq!(listed.accelerators().len(), 1);
}

#[tokio::test]
async fn a05_a_token_with_other_parameters_is_refused() {
    let shop = Accelerator::example().await;
    let other = shop
        .client
        .create_accelerator()
        .name("other")
        .idempotency_token("accelerator");
    assert_eq!(other.send().await.refused().0, "InvalidArgumentException");
}

#[tokio::test]
async fn a06_names_have_64_letters_digits_periods_and_hyphens() {
    let client = Aws::example().accelerators();
    for name in ["-shop", "shop.", "a shop", "", &"x".repeat(65)] {
        let made = client.create_accelerator().name(name).send().await;
        assert_eq!(made.refused().0, "InvalidArgumentException", "{name}");
    }
    client
        .create_accelerator()
        .name("Shop-1.prod")
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a07_an_update_keeps_what_is_omitted() {
    let shop = Accelerator::example().await;
    let update = || shop.client.update_accelerator().accelerator_arn(&shop.arn);
    let changed = update().enabled(false).send().await.unwrap();
    assert_eq!(changed.accelerator().unwrap().name(), Some("shop"));
    let changed = update().name("store").send().await.unwrap();
    assert_eq!(changed.accelerator().unwrap().enabled(), Some(false));
}

#[tokio::test]
async fn a08_changing_the_address_type_is_told_in_events() {
    let shop = Accelerator::example().await;
    let update = shop.client.update_accelerator().accelerator_arn(&shop.arn);
    let changed = update
        .ip_address_type(IpAddressType::DualStack)
        .send()
        .await
        .unwrap();
    let accelerator = changed.accelerator().unwrap();
    assert_eq!(accelerator.ip_sets().len(), 2);
    assert_eq!(accelerator.events().len(), 1);
}

#[tokio::test]
async fn a09_an_accelerator_is_disabled_and_that_deployed_before_it_can_be_deleted() {
    let shop = Accelerator::example().await;
    let delete = || {
        shop.client
            .delete_accelerator()
            .accelerator_arn(&shop.arn)
            .send()
    };
    shop.aws.settle();
    assert_eq!(
        delete().await.refused().0,
        "AcceleratorNotDisabledException"
    );
    let update = shop.client.update_accelerator().accelerator_arn(&shop.arn);
    update.enabled(false).send().await.unwrap();
    assert_eq!(
        delete().await.refused().0,
        "AcceleratorNotDisabledException"
    );
    shop.aws.settle();
    delete().await.unwrap();
    let (code, message) = delete().await.refused();
    assert_eq!(code, "AcceleratorNotFoundException");
    assert_eq!(message, format!("Accelerator {} does not exist.", shop.arn));
}

#[tokio::test]
async fn a10_groups_go_before_listeners_and_listeners_before_the_accelerator() {
    let shop = Accelerator::example().await;
    let (listener, group) = shop.group().await;
    let update = shop.client.update_accelerator().accelerator_arn(&shop.arn);
    update.enabled(false).send().await.unwrap();
    shop.aws.settle();
    let client = &shop.client;
    let (code, message) = client
        .delete_accelerator()
        .accelerator_arn(&shop.arn)
        .send()
        .await
        .refused();
    assert_eq!(code, "AssociatedListenerFoundException");
    assert!(
        message.starts_with("The accelerator that you specified has a listener"),
        "{message}"
    );
    let (code, message) = client
        .delete_listener()
        .listener_arn(&listener)
        .send()
        .await
        .refused();
    assert_eq!(code, "AssociatedEndpointGroupFoundException");
    assert!(
        message.starts_with("The listener that you specified has an endpoint"),
        "{message}"
    );
    let arn = group.endpoint_group_arn().unwrap();
    client
        .delete_endpoint_group()
        .endpoint_group_arn(arn)
        .send()
        .await
        .unwrap();
    client
        .delete_listener()
        .listener_arn(&listener)
        .send()
        .await
        .unwrap();
    shop.aws.settle();
    client
        .delete_accelerator()
        .accelerator_arn(&shop.arn)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a19_the_control_plane_is_in_us_west_2_only() {
    let aws = Aws::example();
    let config = aws.accelerators().config().to_builder();
    let config = config.region(aws_sdk_globalaccelerator::config::Region::new("us-east-1"));
    let client = aws_sdk_globalaccelerator::Client::from_conf(config.build());
    let (code, message) = client.list_accelerators().send().await.refused();
    assert_eq!(code, "InvalidSignatureException");
    assert_eq!(
        message,
        "Credential should be scoped to a valid region, not 'us-east-1'."
    );
}
