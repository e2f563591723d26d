//! What a change of an accelerator changes, keeps and has to be deployed.
//!
//! Sources: the operations on accelerators, AWS Global Accelerator API Reference; "Standard
//! accelerators" and "Deleting an accelerator", Developer Guide.

use aws_sdk_globalaccelerator::error::ProvideErrorMetadata;
use aws_sdk_globalaccelerator::operation::update_accelerator::builders::UpdateAcceleratorFluentBuilder;
use aws_sdk_globalaccelerator::types::{
    Accelerator as Found, AcceleratorStatus, IpAddressFamily, IpAddressType, Protocol, Tag,
};
use evenkeel_sim::{Effect, Fault, Service};

use crate::accelerator::{Accelerator, US, ports, weighted};
use crate::aws::{Aws, Refused};

fn update(shop: &Accelerator) -> UpdateAcceleratorFluentBuilder {
    shop.client.update_accelerator().accelerator_arn(&shop.arn)
}

async fn describe(shop: &Accelerator) -> Found {
    let found = shop.client.describe_accelerator();
    let found = found.accelerator_arn(&shop.arn).send().await.unwrap();
    found.accelerator.unwrap()
}

fn addresses(found: &Found, family: &IpAddressFamily) -> Vec<String> {
    let mut sets = found.ip_sets().iter();
    let set = sets.find(|set| set.ip_address_family() == Some(family));
    set.map_or_else(Vec::new, |set| set.ip_addresses().to_vec())
}

#[tokio::test]
async fn a26_each_kind_of_change_is_deployed_for_itself() {
    let shop = Accelerator::example().await;
    let (listener, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    shop.aws.settle();
    let client = &shop.client;
    let check = async |what: &str| {
        assert_eq!(shop.status().await, AcceleratorStatus::InProgress, "{what}");
        assert_eq!(shop.aws.settle(), 60, "{what}");
        assert_eq!(shop.status().await, AcceleratorStatus::Deployed, "{what}");
        let modified = describe(&shop).await.last_modified_time.unwrap();
        assert_eq!(modified.secs() + 60, now(&shop.aws), "{what}");
    };
    update(&shop).name("store").send().await.unwrap();
    check("an accelerator").await;
    let change = client.update_listener().listener_arn(&listener);
    change.port_ranges(ports(444, 444)).send().await.unwrap();
    check("a listener").await;
    let change = client.update_endpoint_group().endpoint_group_arn(arn);
    change.traffic_dial_percentage(50.0).send().await.unwrap();
    check("a dial").await;
    let change = client.update_endpoint_group().endpoint_group_arn(arn);
    let change = change.endpoint_configurations(weighted(US, 1));
    change.send().await.unwrap();
    check("an endpoint").await;
    let create = client.create_endpoint_group().listener_arn(&listener);
    let create = create.endpoint_group_region("eu-west-1");
    create.send().await.unwrap();
    check("a new group").await;
    let delete = client.delete_endpoint_group().endpoint_group_arn(arn);
    delete.send().await.unwrap();
    check("a deleted group").await;
}

fn now(aws: &Aws) -> i64 {
    aws.world(|world| world.now().as_second())
}

#[tokio::test]
async fn a27_a_whole_tree_is_made_without_waiting() {
    let shop = Accelerator::example().await;
    for pause in [30, 59] {
        shop.aws.pass(pause);
        assert_eq!(shop.status().await, AcceleratorStatus::InProgress);
        let port = 400 + i32::try_from(pause).unwrap();
        let listener = shop.listener(port, port, Protocol::Tcp).await;
        let create = shop.client.create_endpoint_group().listener_arn(listener);
        let create = create.endpoint_group_region("us-east-1");
        create.send().await.unwrap();
    }
    assert_eq!(shop.aws.settle(), 60, "since the last change");
}

#[tokio::test]
async fn a28_disabling_keeps_names_and_addresses_and_deleting_loses_them() {
    let shop = Accelerator::example().await;
    let before = describe(&shop).await;
    update(&shop).enabled(false).send().await.unwrap();
    shop.aws.settle();
    let disabled = describe(&shop).await;
    assert_eq!(disabled.enabled(), Some(false));
    assert_eq!(disabled.ip_sets(), before.ip_sets());
    assert_eq!(disabled.dns_name(), before.dns_name());
    let delete = shop.client.delete_accelerator();
    delete.accelerator_arn(&shop.arn).send().await.unwrap();
    let again = shop.client.create_accelerator().name("shop").send().await;
    let again = again.unwrap().accelerator.unwrap();
    assert_ne!(again.accelerator_arn(), before.accelerator_arn());
    assert_ne!(again.dns_name(), before.dns_name());
    assert_ne!(again.ip_sets(), before.ip_sets());
}

#[tokio::test]
async fn a29_an_accelerator_is_tagged_and_disabled_at_creation() {
    let client = Aws::example().accelerators();
    let tag = Tag::builder().key("app").value("shop").build().unwrap();
    let made = client.create_accelerator().name("shop").enabled(false);
    let made = made.tags(tag.clone()).send().await.unwrap();
    let made = made.accelerator().unwrap();
    assert_eq!(made.enabled(), Some(false));
    assert_eq!(made.status(), Some(&AcceleratorStatus::InProgress));
    let listed = client.list_tags_for_resource();
    let listed = listed.resource_arn(made.accelerator_arn().unwrap());
    assert_eq!(listed.send().await.unwrap().tags(), [tag]);
}

#[tokio::test]
async fn a30_the_address_type_adds_ipv6_addresses_beside_the_others() {
    let shop = Accelerator::example().await;
    let before = describe(&shop).await;
    let changed = update(&shop).ip_address_type(IpAddressType::DualStack);
    let changed = changed.send().await.unwrap().accelerator.unwrap();
    assert_eq!(changed.status(), Some(&AcceleratorStatus::InProgress));
    let four = IpAddressFamily::IPv4;
    assert_eq!(addresses(&changed, &four), addresses(&before, &four));
    assert_eq!(addresses(&changed, &IpAddressFamily::IPv6).len(), 2);
    assert_eq!(changed.dns_name(), before.dns_name());
    let label = before.dns_name().unwrap().split_once('.').unwrap().0;
    let expected = format!("{label}.dualstack.awsglobalaccelerator.com");
    assert_eq!(changed.dual_stack_dns_name(), Some(expected.as_str()));
}

#[tokio::test]
async fn a31_it_may_be_emptied_before_it_is_disabled() {
    let shop = Accelerator::example().await;
    let (listener, group) = shop.group().await;
    let client = &shop.client;
    let arn = group.endpoint_group_arn().unwrap();
    let delete = client.delete_endpoint_group().endpoint_group_arn(arn);
    delete.send().await.unwrap();
    let delete = client.delete_listener().listener_arn(listener);
    delete.send().await.unwrap();
    update(&shop).enabled(false).send().await.unwrap();
    shop.aws.settle();
    let delete = client.delete_accelerator().accelerator_arn(&shop.arn);
    delete.send().await.unwrap();
    let listed = client.list_accelerators().send().await.unwrap();
    assert!(listed.accelerators().is_empty());
}

#[tokio::test]
async fn a32_a_new_name_is_held_to_the_same_rule_and_need_not_be_the_only_one() {
    let shop = Accelerator::example().await;
    for name in ["-shop", "shop-", "a shop", "", &"x".repeat(65)] {
        let refused = update(&shop).name(name).send().await.refused();
        let expected = format!("Invalid accelerator name: {name}");
        assert_eq!(refused, ("InvalidArgumentException".to_owned(), expected));
    }
    let other = shop.client.create_accelerator().name("other");
    let other = other.send().await.unwrap().accelerator.unwrap();
    let rename = shop.client.update_accelerator().name("shop");
    let rename = rename.accelerator_arn(other.accelerator_arn().unwrap());
    let renamed = rename.send().await.unwrap().accelerator.unwrap();
    assert_eq!(renamed.name(), Some("shop"));
    assert_ne!(renamed.accelerator_arn(), Some(shop.arn.as_str()));
}

/// AWS does not say when it answers this, so it is answered only where a test says so.
#[tokio::test]
async fn a35_a_write_may_meet_a_transaction_in_progress_and_then_changes_nothing() {
    let shop = Accelerator::example().await;
    let message = "There's already a transaction in progress. Another transaction can't be \
                   processed.";
    shop.aws.world(|world| {
        world.inject(Fault {
            service: Service::GlobalAccelerator,
            operation: "UpdateAccelerator".to_owned(),
            skip: 0,
            times: 1,
            effect: Effect::Refuse {
                status: 400,
                code: "TransactionInProgressException".to_owned(),
                message: message.to_owned(),
            },
        });
    });
    let refused = update(&shop).enabled(false).send().await.unwrap_err();
    let refused = refused.into_service_error();
    assert!(refused.is_transaction_in_progress_exception());
    assert_eq!(refused.message(), Some(message));
    assert_eq!(describe(&shop).await.enabled(), Some(true));
    update(&shop).enabled(false).send().await.unwrap();
}
