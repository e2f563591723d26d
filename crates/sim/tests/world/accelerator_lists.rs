//! Quotas, pages and tags of accelerators, and what is not there.
//!
//! Sources: `ListAccelerators`, `ListListeners`, `ListEndpointGroups` and `TagResource`, AWS Global Accelerator API Reference; "Quotas",
//! Developer Guide.

use aws_sdk_globalaccelerator::types::{Listener, Protocol, Tag};
use evenkeel_sim::{Quotas, Seed};

use crate::accelerator::{Accelerator, ports};
use crate::aws::{Aws, Refused};

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
async fn a20_an_accelerator_has_at_most_fifty_tags() {
    let shop = Accelerator::example().await;
    let tag = |index| {
        let tag = Tag::builder().key(format!("k{index}"));
        tag.value("").build().unwrap()
    };
    let tags = |count: usize| {
        let change = shop.client.tag_resource().resource_arn(&shop.arn);
        change.set_tags(Some((0..count).map(tag).collect())).send()
    };
    assert_eq!(tags(51).await.refused().0, "InvalidArgumentException");
    tags(50).await.unwrap();
    let create = shop.client.create_accelerator().name("more");
    let create = create.set_tags(Some((0..51).map(tag).collect()));
    let refused = create.send().await.refused();
    assert_eq!(refused.0, "InvalidArgumentException", "at creation too");
}

#[tokio::test]
async fn a36_an_account_has_twenty_accelerators_of_ten_listeners() {
    let shop = Accelerator::example().await;
    let text = "Processing your request would cause you to exceed an AWS Global Accelerator limit";
    for index in 1..=20 {
        let name = format!("n{index}");
        let made = shop.client.create_accelerator().name(name).send().await;
        if index < 20 {
            made.unwrap();
        } else {
            let (code, message) = made.refused();
            assert_eq!(code, "LimitExceededException");
            assert!(message.starts_with(text), "{message}");
        }
    }
    for port in 1..=10 {
        shop.listener(port, port, Protocol::Tcp).await;
    }
    let more = shop.client.create_listener().accelerator_arn(&shop.arn);
    let more = more.protocol(Protocol::Tcp).port_ranges(ports(11, 11));
    assert_eq!(more.send().await.refused().0, "LimitExceededException");
}

#[tokio::test]
async fn a37_listeners_and_groups_have_pages_too() {
    let quotas = Quotas {
        listeners: 12,
        ..Quotas::default()
    };
    let shop = Accelerator::of(Seed {
        quotas,
        ..Seed::example()
    })
    .await;
    let mut listeners = Vec::new();
    for port in 1..=12 {
        listeners.push(shop.listener(port, port, Protocol::Tcp).await);
    }
    listeners.sort();
    let list = || shop.client.list_listeners().accelerator_arn(&shop.arn);
    let first = list().send().await.unwrap();
    let arns = |page: &[Listener]| -> Vec<String> {
        page.iter()
            .map(|it| it.listener_arn().unwrap().to_owned())
            .collect()
    };
    assert_eq!(arns(first.listeners()), listeners[..10]);
    let rest = list().set_next_token(first.next_token).send().await;
    let rest = rest.unwrap();
    assert_eq!(arns(rest.listeners()), listeners[10..]);
    assert_eq!(rest.next_token(), None);
    for region in ["us-east-1", "us-east-2", "eu-west-1"] {
        let create = shop.client.create_endpoint_group();
        let create = create.listener_arn(&listeners[0]);
        let create = create.endpoint_group_region(region);
        create.send().await.unwrap();
    }
    let list = || {
        shop.client
            .list_endpoint_groups()
            .listener_arn(&listeners[0])
    };
    let first = list().max_results(2).send().await.unwrap();
    assert_eq!(first.endpoint_groups().len(), 2);
    let rest = list().set_next_token(first.next_token).send().await;
    assert_eq!(rest.unwrap().endpoint_groups().len(), 1);
    let wrong = list().next_token("nonsense").send().await.refused();
    assert_eq!(wrong.0, "InvalidNextTokenException");
    for size in [0, 101] {
        let wrong = list().max_results(size).send().await.refused();
        assert_eq!(wrong.0, "ValidationException");
        assert!(wrong.1.contains("at 'maxResults'"), "{}", wrong.1);
    }
}

#[tokio::test]
async fn a38_what_is_not_there_is_named_by_its_kind_and_arn() {
    let shop = Accelerator::example().await;
    let arn = "arn:aws:globalaccelerator::123456789012:accelerator/none".to_owned();
    let listener = format!("{}/listener/0393675a", shop.arn);
    let group = format!("{listener}/endpoint-group/c67af2626002");
    let accelerator = (
        "AcceleratorNotFoundException".to_owned(),
        format!("Accelerator {arn} does not exist."),
    );
    let client = &shop.client;
    let update = client.update_accelerator().accelerator_arn(&arn);
    assert_eq!(update.send().await.refused(), accelerator);
    let delete = client.delete_accelerator().accelerator_arn(&arn);
    assert_eq!(delete.send().await.refused(), accelerator);
    let list = client.list_listeners().accelerator_arn(&arn);
    assert_eq!(list.send().await.refused(), accelerator);
    let list = client.list_tags_for_resource().resource_arn(&arn);
    assert_eq!(list.send().await.refused(), accelerator);
    let create = client.create_listener().accelerator_arn(&arn);
    let create = create.protocol(Protocol::Tcp).port_ranges(ports(1, 1));
    assert_eq!(create.send().await.refused(), accelerator);
    let missing = (
        "ListenerNotFoundException".to_owned(),
        format!("Listener {listener} does not exist."),
    );
    let find = client.describe_listener().listener_arn(&listener);
    assert_eq!(find.send().await.refused(), missing);
    let update = client.update_listener().listener_arn(&listener);
    assert_eq!(update.send().await.refused(), missing);
    let delete = client.delete_listener().listener_arn(&listener);
    assert_eq!(delete.send().await.refused(), missing);
    let list = client.list_endpoint_groups().listener_arn(&listener);
    assert_eq!(list.send().await.refused(), missing);
    let create = client.create_endpoint_group().listener_arn(&listener);
    let create = create.endpoint_group_region("us-east-1");
    assert_eq!(create.send().await.refused(), missing);
    let missing = (
        "EndpointGroupNotFoundException".to_owned(),
        format!("EndpointGroup {group} does not exist."),
    );
    let update = client.update_endpoint_group().endpoint_group_arn(&group);
    assert_eq!(update.send().await.refused(), missing);
    let delete = client.delete_endpoint_group().endpoint_group_arn(&group);
    assert_eq!(delete.send().await.refused(), missing);
}
