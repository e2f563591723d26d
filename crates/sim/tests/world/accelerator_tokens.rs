//! Idempotency tokens: what a creation that is sent again makes.
//!
//! Source: `CreateAccelerator`, `CreateListener` and `CreateEndpointGroup`, AWS Global Accelerator
//! API Reference. How long a token is remembered is not documented, nor what becomes of one that
//! comes with other parameters: here it is refused.

use aws_sdk_globalaccelerator::operation::create_endpoint_group::builders::CreateEndpointGroupFluentBuilder;
use aws_sdk_globalaccelerator::operation::create_listener::builders::CreateListenerFluentBuilder;
use aws_sdk_globalaccelerator::types::{PortOverride, Protocol};

use crate::accelerator::{Accelerator, US, endpoint, ports};
use crate::aws::{Aws, Refused};

fn listener(shop: &Accelerator, port: i32, token: &str) -> CreateListenerFluentBuilder {
    let create = shop.client.create_listener().accelerator_arn(&shop.arn);
    let create = create
        .protocol(Protocol::Tcp)
        .port_ranges(ports(port, port));
    create.idempotency_token(token)
}

fn group(shop: &Accelerator, listener: &str, token: &str) -> CreateEndpointGroupFluentBuilder {
    let create = shop.client.create_endpoint_group().listener_arn(listener);
    let create = create.endpoint_group_region("us-east-1");
    create.idempotency_token(token)
}

#[tokio::test]
async fn a33_the_token_of_a_listener_or_group_returns_what_it_made() {
    let shop = Accelerator::example().await;
    let made = listener(&shop, 80, "one").send().await.unwrap();
    let again = listener(&shop, 80, "one").send().await.unwrap();
    assert_eq!(made.listener(), again.listener());
    let other = listener(&shop, 81, "one").send().await.refused();
    assert_eq!(other.0, "InvalidArgumentException");
    let listener_arn = made.listener().unwrap().listener_arn().unwrap();
    let made = group(&shop, listener_arn, "one").send().await.unwrap();
    let again = group(&shop, listener_arn, "one").send().await.unwrap();
    assert_eq!(made.endpoint_group(), again.endpoint_group());
    let other = group(&shop, listener_arn, "one").endpoint_configurations(endpoint(US));
    assert_eq!(other.send().await.refused().0, "InvalidArgumentException");
    let second = group(&shop, listener_arn, "two").send().await.refused();
    assert_eq!(second.0, "EndpointGroupAlreadyExistsException");
}

#[tokio::test]
async fn a34_without_its_token_a_repeated_creation_makes_another() {
    let client = Aws::example().accelerators();
    let create = || client.create_accelerator().name("shop").send();
    let (first, second) = (create().await.unwrap(), create().await.unwrap());
    let arn = |made: Option<aws_sdk_globalaccelerator::types::Accelerator>| {
        made.unwrap().accelerator_arn.unwrap()
    };
    assert_ne!(arn(first.accelerator), arn(second.accelerator));
    let listed = client.list_accelerators().send().await.unwrap();
    assert_eq!(listed.accelerators().len(), 2);
}

#[tokio::test]
async fn a41_a_token_is_used_up_by_its_operation_only_and_not_by_a_refusal() {
    let shop = Accelerator::example().await;
    let made = listener(&shop, 80, "accelerator").send().await.unwrap();
    let arn = made.listener().unwrap().listener_arn().unwrap();
    let taken = listener(&shop, 80, "next").send().await.refused();
    assert_eq!(taken.0, "InvalidPortRangeException");
    listener(&shop, 81, "next").send().await.unwrap();
    let wrong = group(&shop, arn, "next").endpoint_configurations(endpoint("none"));
    assert_eq!(wrong.send().await.refused().0, "InvalidArgumentException");
    group(&shop, arn, "next").send().await.unwrap();
}

#[tokio::test]
async fn a42_the_token_of_what_was_deleted_makes_nothing() {
    let shop = Accelerator::example().await;
    let made = listener(&shop, 80, "one").send().await.unwrap();
    let arn = made.listener().unwrap().listener_arn().unwrap();
    let delete = shop.client.delete_listener().listener_arn(arn);
    delete.send().await.unwrap();
    let again = listener(&shop, 80, "one").send().await.refused();
    assert_eq!(again.0, "ListenerNotFoundException");
    listener(&shop, 80, "two").send().await.unwrap();
}

#[tokio::test]
async fn a43_what_is_refused_counts_as_never_made() {
    let shop = Accelerator::example().await;
    let made = || shop.aws.world(|world| world.made());
    let (arn, existing) = shop.group().await;
    let overriding = PortOverride::builder()
        .listener_port(443)
        .endpoint_port(8443);
    let update = shop.client.update_endpoint_group();
    let update = update.endpoint_group_arn(existing.endpoint_group_arn().unwrap());
    let update = update.port_overrides(overriding.build());
    update.send().await.unwrap();
    let before = made();
    let taken = listener(&shop, 8443, "one").send().await.refused();
    assert_eq!(taken.0, "InvalidArgumentException");
    let wrong = shop.client.create_endpoint_group().listener_arn(&arn);
    let wrong = wrong.endpoint_group_region("eu-west-1");
    wrong
        .endpoint_configurations(endpoint(US))
        .send()
        .await
        .refused();
    assert_eq!(made(), before);
}
