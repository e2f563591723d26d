//! Hosted zones, their tags, and the limits of the account.
//!
//! Sources: `CreateHostedZone`, `ListHostedZonesByName`, `DeleteHostedZone`,
//! `ChangeTagsForResource` and `GetAccountLimit`, Route 53 API Reference.

use aws_sdk_route53::types::{
    AccountLimitType, HostedZoneConfig, HostedZoneType, Tag, TagResourceType, Vpc,
};
use evenkeel_sim::{Quotas, Seed};

use crate::aws::{Aws, Refused};
use crate::zone::{Zone, a, create};

async fn make(client: &aws_sdk_route53::Client, name: &str, reference: &str) -> String {
    let made = client
        .create_hosted_zone()
        .name(name)
        .caller_reference(reference)
        .send()
        .await;
    made.unwrap().hosted_zone().unwrap().id().to_owned()
}

#[tokio::test]
async fn z01_a_new_zone_is_found_with_its_name_servers() {
    let client = Aws::example().route53();
    let config = HostedZoneConfig::builder().comment("new").build();
    let made = client
        .create_hosted_zone()
        .name("Example.ORG")
        .caller_reference("one");
    let made = made.hosted_zone_config(config).send().await.unwrap();
    let zone = made.hosted_zone().unwrap();
    assert_eq!(zone.name(), "example.org.");
    assert!(
        made.location()
            .ends_with(zone.id().trim_start_matches("/hostedzone/"))
    );
    let found = client.get_hosted_zone().id(zone.id()).send().await.unwrap();
    assert_eq!(
        found.hosted_zone().unwrap().config().unwrap().comment(),
        Some("new")
    );
    assert_eq!(
        found.hosted_zone().unwrap().resource_record_set_count(),
        Some(2)
    );
    assert_eq!(found.delegation_set().unwrap().name_servers().len(), 4);
}

#[tokio::test]
async fn z02_a_caller_reference_names_one_zone_for_ever() {
    let client = Aws::example().route53();
    let id = make(&client, "example.org", "one").await;
    client.delete_hosted_zone().id(id).send().await.unwrap();
    let again = client
        .create_hosted_zone()
        .name("example.net")
        .caller_reference("one")
        .send();
    assert_eq!(again.await.refused().0, "HostedZoneAlreadyExists");
}

#[tokio::test]
async fn z03_a_zone_with_records_can_not_be_deleted() {
    let zone = Zone::example().await;
    zone.change([create(a("www.example.com", "192.0.2.1"))])
        .await;
    let (code, message) = zone
        .client
        .delete_hosted_zone()
        .id(&zone.id)
        .send()
        .await
        .refused();
    assert_eq!(code, "HostedZoneNotEmpty");
    let expected = "The specified hosted zone contains non-required resource record sets and so \
                    cannot be deleted.";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn z04_zones_are_listed_by_name_from_the_right() {
    let client = Aws::example().route53();
    for (reference, name) in ["example.net", "a.example.com", "example.com"]
        .iter()
        .enumerate()
    {
        make(&client, name, &format!("{reference}")).await;
    }
    let names = async |start: Option<&str>| -> Vec<String> {
        let list = client
            .list_hosted_zones_by_name()
            .set_dns_name(start.map(str::to_owned));
        let listed = list.send().await.unwrap();
        listed
            .hosted_zones()
            .iter()
            .map(|zone| zone.name().to_owned())
            .collect()
    };
    let all = [
        "example.com.",
        "example.com.",
        "a.example.com.",
        "example.net.",
    ];
    assert_eq!(names(None).await, all);
    assert_eq!(names(Some("A.example.com")).await, all[2..]);
    let orphan = client
        .list_hosted_zones_by_name()
        .hosted_zone_id("Z1")
        .send()
        .await;
    assert_eq!(orphan.refused().0, "InvalidInput");
}

#[tokio::test]
async fn z05_pages_of_zones_show_each_once() {
    let client = Aws::example().route53();
    for reference in 0..4 {
        make(
            &client,
            &format!("n{reference}.org"),
            &format!("{reference}"),
        )
        .await;
    }
    let (mut marker, mut by_marker) = (None, Vec::new());
    loop {
        let page = client
            .list_hosted_zones()
            .max_items(2)
            .set_marker(marker)
            .send()
            .await
            .unwrap();
        by_marker.extend(
            page.hosted_zones()
                .iter()
                .map(|zone| zone.name().to_owned()),
        );
        marker = page.next_marker;
        if !page.is_truncated {
            break;
        }
    }
    let (mut name, mut id, mut by_name) = (None, None, Vec::new());
    loop {
        let list = client.list_hosted_zones_by_name().max_items(2);
        let page = list
            .set_dns_name(name)
            .set_hosted_zone_id(id)
            .send()
            .await
            .unwrap();
        by_name.extend(
            page.hosted_zones()
                .iter()
                .map(|zone| zone.name().to_owned()),
        );
        name = page.next_dns_name;
        id = page.next_hosted_zone_id;
        if !page.is_truncated {
            break;
        }
    }
    by_marker.sort_unstable();
    assert_eq!(
        by_name,
        ["example.com.", "n0.org.", "n1.org.", "n2.org.", "n3.org."]
    );
    assert_eq!(by_marker, by_name);
}

#[tokio::test]
async fn z06_private_zones_can_be_listed_alone() {
    let seed = "zones: [{name: example.com}, {name: corp.example, private: true}]";
    let client = Aws::new(serde_saphyr::from_str(seed).unwrap()).route53();
    let list = client
        .list_hosted_zones()
        .hosted_zone_type(HostedZoneType::PrivateHostedZone);
    let listed = list.send().await.unwrap();
    let [only] = listed.hosted_zones() else {
        panic!("one private zone")
    };
    assert!(only.config().unwrap().private_zone());
    let found = client.get_hosted_zone().id(only.id()).send().await.unwrap();
    assert_eq!(found.vpcs().len(), 1);
    assert!(found.delegation_set().is_none());
}

#[tokio::test]
async fn z07_a_zone_that_is_not_there() {
    let client = Aws::example().route53();
    let (code, message) = client.get_hosted_zone().id("Z1").send().await.refused();
    assert_eq!(code, "NoSuchHostedZone");
    assert_eq!(message, "No hosted zone found with ID: Z1");
}

#[tokio::test]
async fn z08_tags_are_added_replaced_and_removed_by_a_call_of_their_own() {
    let zone = Zone::example().await;
    let check = zone.check("one", "www.example.org").await;
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
    let change = || {
        let kind = TagResourceType::Healthcheck;
        zone.client
            .change_tags_for_resource()
            .resource_type(kind)
            .resource_id(&check)
    };
    change()
        .add_tags(tag("Name", "one"))
        .add_tags(tag("app", "shop"))
        .send()
        .await
        .unwrap();
    change()
        .add_tags(tag("Name", "two"))
        .remove_tag_keys("app")
        .send()
        .await
        .unwrap();
    let list = zone
        .client
        .list_tags_for_resource()
        .resource_type(TagResourceType::Healthcheck);
    let listed = list.resource_id(&check).send().await.unwrap();
    assert_eq!(
        listed.resource_tag_set().unwrap().tags(),
        [tag("Name", "two")]
    );
    let kind = TagResourceType::Healthcheck;
    let list = zone
        .client
        .list_tags_for_resources()
        .resource_type(kind)
        .resource_ids(&check);
    let listed = list.send().await.unwrap();
    assert_eq!(listed.resource_tag_sets()[0].tags(), [tag("Name", "two")]);
}

#[tokio::test]
async fn z09_a_resource_has_at_most_ten_tags() {
    let zone = Zone::example().await;
    let change = |from: usize, to: usize| {
        let tags =
            (from..to).map(|index| Tag::builder().key(format!("k{index}")).value("").build());
        let kind = TagResourceType::Hostedzone;
        let change = zone.client.change_tags_for_resource().resource_type(kind);
        change
            .resource_id(&zone.id)
            .set_add_tags(Some(tags.collect()))
            .send()
    };
    change(0, 10).await.unwrap();
    assert_eq!(change(10, 11).await.refused().0, "InvalidInput");
    assert_eq!(change(0, 11).await.refused().0, "InvalidInput");
    let kind = TagResourceType::Hostedzone;
    let remove = zone.client.change_tags_for_resource().resource_type(kind);
    let remove = remove
        .resource_id(&zone.id)
        .remove_tag_keys("x".repeat(129));
    assert_eq!(remove.send().await.refused().0, "InvalidInput");
}

#[tokio::test]
async fn z10_tags_of_a_check_that_is_not_there() {
    let client = Aws::example().route53();
    let list = client
        .list_tags_for_resource()
        .resource_type(TagResourceType::Healthcheck);
    assert_eq!(
        list.resource_id("none").send().await.refused().0,
        "NoSuchHealthCheck"
    );
}

#[tokio::test]
async fn z11_the_accounts_limits_are_told_with_what_is_used() {
    let quotas = Quotas {
        hosted_zones: 2,
        ..Quotas::default()
    };
    let client = Aws::new(Seed {
        quotas,
        ..Seed::example()
    })
    .route53();
    make(&client, "example.org", "one").await;
    let kind = AccountLimitType::MaxHostedZonesByOwner;
    let limit = client
        .get_account_limit()
        .r#type(kind)
        .send()
        .await
        .unwrap();
    assert_eq!((limit.limit().unwrap().value(), limit.count()), (2, 2));
    let more = client
        .create_hosted_zone()
        .name("example.net")
        .caller_reference("two")
        .send();
    assert_eq!(more.await.refused().0, "TooManyHostedZones");
}

#[tokio::test]
async fn z12_what_can_not_exist_here_is_not_found() {
    let client = Aws::example().route53();
    let create = |name: &str| {
        client
            .create_hosted_zone()
            .name(name)
            .caller_reference("one")
    };
    let vpc = Vpc::builder().vpc_id("vpc-0123456789abcdef0").build();
    for (refused, code) in [
        (create("example.org").vpc(vpc), "InvalidVPCId"),
        (
            create("example.org").delegation_set_id("N1"),
            "NoSuchDelegationSet",
        ),
        (create("ex ample.org"), "InvalidDomainName"),
    ] {
        assert_eq!(refused.send().await.refused().0, code);
    }
    let list = client
        .list_hosted_zones()
        .delegation_set_id("N1")
        .send()
        .await;
    assert_eq!(list.refused().0, "NoSuchDelegationSet");
    let kind = TagResourceType::from("trafficpolicy");
    let tags = client
        .list_tags_for_resource()
        .resource_type(kind)
        .resource_id("one")
        .send()
        .await;
    assert_eq!(tags.refused().0, "InvalidInput");
}
