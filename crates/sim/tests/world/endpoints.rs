//! Endpoints: held against load balancers when they are configured.
//!
//! Sources: `EndpointConfiguration`, AWS Global Accelerator API Reference; "Preserve client IP
//! addresses", Developer Guide; the texts as AWS sends them.

use aws_sdk_globalaccelerator::types::{EndpointConfiguration, IpAddressType, Protocol};
use evenkeel_sim::Seed;

use crate::accelerator::{Accelerator, EU, US, endpoint, weighted};
use crate::aws::Refused;

const NLB: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/shop/0123456789abcdef";
const INTERNAL: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/inner/0123456789abcdef";

/// The example, and two more load balancers.
fn seed() -> Seed {
    let mut seed = Seed::example();
    let more =
        format!("loadBalancers: [{{arn: '{NLB}'}}, {{arn: '{INTERNAL}', scheme: internal}}]");
    let more: Seed = serde_saphyr::from_str(&more).unwrap();
    seed.load_balancers.extend(more.load_balancers);
    seed
}

#[tokio::test]
async fn g05_a_given_list_replaces_all_and_an_unset_weight_is_the_default_again() {
    let shop = Accelerator::of(seed()).await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let update = || shop.client.update_endpoint_group().endpoint_group_arn(arn);
    let both = update()
        .endpoint_configurations(weighted(US, 10))
        .endpoint_configurations(weighted(NLB, 20));
    both.send().await.unwrap();
    update()
        .endpoint_configurations(endpoint(NLB))
        .send()
        .await
        .unwrap();
    let found = shop.found(arn).await;
    let [only] = found.endpoint_descriptions() else {
        panic!("one endpoint")
    };
    assert_eq!((only.endpoint_id(), only.weight()), (Some(NLB), Some(128)));
}

#[tokio::test]
async fn g06_a_load_balancer_of_another_region_is_no_endpoint() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let update = shop.client.update_endpoint_group().endpoint_group_arn(arn);
    let (code, message) = update
        .endpoint_configurations(endpoint(EU))
        .send()
        .await
        .refused();
    assert_eq!(code, "InvalidArgumentException");
    let expected = format!(
        "'{EU}' is not a valid load balancer ARN (Service: AmazonElasticLoadBalancing; Status \
         Code: 400; Error Code: ValidationError;"
    );
    assert!(message.starts_with(&expected), "{message}");
}

#[tokio::test]
async fn g07_a_load_balancer_that_is_not_there_is_no_endpoint() {
    let shop = Accelerator::example().await;
    let listener = shop.listener(443, 443, Protocol::Tcp).await;
    for id in [NLB, "i-0123456789abcdef0", "eipalloc-0123456789abcdef0"] {
        let made = shop.client.create_endpoint_group().listener_arn(&listener);
        let made = made
            .endpoint_group_region("us-east-1")
            .endpoint_configurations(endpoint(id));
        assert_eq!(made.send().await.refused().0, "InvalidArgumentException");
    }
    let listed = shop
        .client
        .list_endpoint_groups()
        .listener_arn(&listener)
        .send()
        .await
        .unwrap();
    assert!(listed.endpoint_groups().is_empty());
}

#[tokio::test]
async fn g08_internal_load_balancers_preserve_client_addresses() {
    let shop = Accelerator::of(seed()).await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let given = EndpointConfiguration::builder().endpoint_id(INTERNAL);
    let update = shop.client.update_endpoint_group().endpoint_group_arn(arn);
    let update =
        update.endpoint_configurations(given.client_ip_preservation_enabled(false).build());
    let (code, message) = update.send().await.refused();
    assert_eq!(code, "InvalidArgumentException");
    let expected = format!(
        "ClientIPPreservation must be enabled for internal facing application load balancer: \
         {INTERNAL}"
    );
    assert_eq!(message, expected);
}

#[tokio::test]
async fn g09_dual_stack_accelerators_preserve_client_addresses() {
    let shop = Accelerator::of(seed()).await;
    let (_, group) = shop.group().await;
    let to_dual_stack = || {
        let update = shop.client.update_accelerator().accelerator_arn(&shop.arn);
        update.ip_address_type(IpAddressType::DualStack).send()
    };
    let arn = group.endpoint_group_arn().unwrap();
    let update = || shop.client.update_endpoint_group().endpoint_group_arn(arn);
    update()
        .endpoint_configurations(endpoint(NLB))
        .send()
        .await
        .unwrap();
    assert_eq!(
        to_dual_stack().await.refused().0,
        "InvalidArgumentException"
    );
    update()
        .endpoint_configurations(endpoint(US))
        .send()
        .await
        .unwrap();
    to_dual_stack().await.unwrap();
    let refused = update().endpoint_configurations(endpoint(NLB)).send().await;
    assert_eq!(refused.refused().0, "InvalidArgumentException");
}

#[tokio::test]
async fn g10_an_endpoint_is_named_once() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let update = shop.client.update_endpoint_group();
    let update = update.endpoint_group_arn(group.endpoint_group_arn().unwrap());
    let twice = update
        .endpoint_configurations(endpoint(US))
        .endpoint_configurations(endpoint(US));
    assert_eq!(twice.send().await.refused().0, "InvalidArgumentException");
}

#[tokio::test]
async fn g23_an_internal_network_load_balancer_preserves_client_addresses() {
    let internal = NLB.replace("/shop/", "/inner/");
    let mut seed = seed();
    let more = format!("loadBalancers: [{{arn: '{internal}', scheme: internal}}]");
    let more: Seed = serde_saphyr::from_str(&more).unwrap();
    seed.load_balancers.extend(more.load_balancers);
    let shop = Accelerator::of(seed).await;
    let (_, group) = shop.group().await;
    let update = |preserved: Option<bool>| {
        let given = EndpointConfiguration::builder().endpoint_id(&internal);
        let given = given.set_client_ip_preservation_enabled(preserved);
        let update = shop.client.update_endpoint_group();
        let update = update.endpoint_group_arn(group.endpoint_group_arn().unwrap());
        update.endpoint_configurations(given.build()).send()
    };
    for preserved in [Some(false), None] {
        let (code, message) = update(preserved).await.refused();
        assert_eq!(code, "InvalidArgumentException");
        let expected = format!(
            "ClientIPPreservation must be enabled for internal facing network load balancer: \
             {internal}"
        );
        assert_eq!(message, expected);
    }
    update(Some(true)).await.unwrap();
}

#[tokio::test]
async fn g24_client_addresses_are_preserved_by_default_behind_application_load_balancers_only() {
    let shop = Accelerator::of(seed()).await;
    let (_, group) = shop.group().await;
    let update = shop.client.update_endpoint_group();
    let update = update.endpoint_group_arn(group.endpoint_group_arn().unwrap());
    let update = update
        .endpoint_configurations(endpoint(US))
        .endpoint_configurations(endpoint(NLB))
        .endpoint_configurations(endpoint(INTERNAL));
    let changed = update.send().await.unwrap();
    let preserved = changed.endpoint_group().unwrap().endpoint_descriptions();
    let preserved: Vec<_> = preserved
        .iter()
        .map(|it| it.client_ip_preservation_enabled().unwrap())
        .collect();
    assert_eq!(preserved, [true, false, true]);
}
