//! Accelerators and listeners: life cycle, tokens, ports, order of deletion.
//!
//! Sources: the operations on accelerators and listeners, AWS Global Accelerator API Reference;
//! "How AWS Global Accelerator works" and "Quotas", Developer Guide.

use aws_sdk_globalaccelerator::types::{
    AcceleratorStatus, ClientAffinity, IpAddressFamily, IpAddressType, Protocol, Tag,
};
use evenkeel_sim::{Quotas, Seed};

use crate::accelerator::{Accelerator, ports};
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
async fn a15_the_quotas_of_accelerators_and_listeners() {
    let quotas = Quotas {
        accelerators: 1,
        listeners: 1,
        ..Quotas::default()
    };
    let shop = Accelerator::of(Seed {
        quotas,
        ..Seed::example()
    })
    .await;
    let more = shop.client.create_accelerator().name("more").send().await;
    assert_eq!(more.refused().0, "LimitExceededException");
    shop.listener(80, 80, Protocol::Tcp).await;
    let more = shop
        .client
        .create_listener()
        .accelerator_arn(&shop.arn)
        .protocol(Protocol::Tcp);
    let more = more.port_ranges(ports(81, 81)).send().await;
    assert_eq!(more.refused().0, "LimitExceededException");
}

#[tokio::test]
async fn a16_lists_have_ten_entries_unless_more_are_asked_for() {
    let client = Aws::example().accelerators();
    for index in 0..12 {
        client
            .create_accelerator()
            .name(format!("n{index}"))
            .send()
            .await
            .unwrap();
    }
    let first = client.list_accelerators().send().await.unwrap();
    assert_eq!(first.accelerators().len(), 10);
    let token = first.next_token().unwrap();
    assert!(token.len() <= 255);
    let rest = client
        .list_accelerators()
        .next_token(token)
        .send()
        .await
        .unwrap();
    assert_eq!((rest.accelerators().len(), rest.next_token()), (2, None));
    let all = client
        .list_accelerators()
        .max_results(100)
        .send()
        .await
        .unwrap();
    let mut seen = first.accelerators.unwrap();
    seen.extend(rest.accelerators.unwrap());
    assert_eq!(all.accelerators(), seen);
}

#[tokio::test]
async fn a17_a_token_that_was_never_given_out_is_refused() {
    let client = Aws::example().accelerators();
    let listed = client
        .list_accelerators()
        .next_token("nonsense")
        .send()
        .await;
    assert_eq!(listed.refused().0, "InvalidNextTokenException");
}

#[tokio::test]
async fn a18_tags_belong_to_accelerators() {
    let shop = Accelerator::example().await;
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build().unwrap();
    let change = shop.client.tag_resource().resource_arn(&shop.arn);
    change
        .tags(tag("a", "1"))
        .tags(tag("b", "2"))
        .send()
        .await
        .unwrap();
    let change = shop
        .client
        .untag_resource()
        .resource_arn(&shop.arn)
        .tag_keys("a");
    change.send().await.unwrap();
    let listed = shop
        .client
        .list_tags_for_resource()
        .resource_arn(&shop.arn)
        .send()
        .await;
    assert_eq!(listed.unwrap().tags(), [tag("b", "2")]);
    let listener = shop.listener(80, 80, Protocol::Tcp).await;
    let change = shop
        .client
        .tag_resource()
        .resource_arn(listener)
        .tags(tag("a", "1"));
    assert_eq!(
        change.send().await.refused().0,
        "AcceleratorNotFoundException"
    );
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
