//! Quotas, pages and tags of accelerators.
//!
//! Sources: `ListAccelerators` and `TagResource`, AWS Global Accelerator API Reference; "Quotas",
//! Developer Guide.

use aws_sdk_globalaccelerator::types::{Protocol, Tag};
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
    let tags = |count: usize| {
        let tag = |index| {
            Tag::builder()
                .key(format!("k{index}"))
                .value("")
                .build()
                .unwrap()
        };
        let change = shop.client.tag_resource().resource_arn(&shop.arn);
        change.set_tags(Some((0..count).map(tag).collect())).send()
    };
    assert_eq!(tags(51).await.refused().0, "InvalidArgumentException");
    tags(50).await.unwrap();
}
