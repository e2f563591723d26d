//! Who serves while a change is PENDING: some name servers have it, and some do not.
//!
//! Source: `GetChange`, Route 53 API Reference.

use aws_sdk_route53::types::{ResourceRecordSetRegion as Latency, RrType};
use evenkeel_sim::{City, DnsView};

use crate::zone::{Zone, a, create, delete, txt};

const NAME: &str = "www.example.com";

fn views(zone: &Zone) -> [Vec<String>; 2] {
    [DnsView::Old, DnsView::New].map(|view| {
        let regions = zone
            .aws
            .world(|world| world.serving_regions_in(view, NAME, None));
        regions.into_iter().collect()
    })
}

#[tokio::test]
async fn v01_the_old_view_lasts_until_every_name_server_has_the_change() {
    let zone = Zone::example().await;
    let us = || {
        a(NAME, "192.0.2.1")
            .set_identifier("us")
            .region(Latency::UsEast1)
    };
    let eu = || {
        a(NAME, "192.0.2.2")
            .set_identifier("eu")
            .region(Latency::EuWest1)
    };
    let none: Vec<String> = Vec::new();
    let (us_1, eu_1) = (vec!["us-east-1".to_owned()], vec!["eu-west-1".to_owned()]);
    zone.change([create(us())]).await;
    assert_eq!(views(&zone), [none.clone(), us_1.clone()]);
    zone.aws.settle();
    assert_eq!(views(&zone), [us_1.clone(), us_1.clone()]);

    zone.change([create(eu())]).await;
    zone.aws.pass(10);
    zone.change([delete(us())]).await;
    assert_eq!(
        views(&zone),
        [us_1.clone(), eu_1.clone()],
        "two changes that are PENDING"
    );
    let answers = zone
        .aws
        .world(|world| world.answer_for(City::London, NAME, "A"));
    assert_eq!(answers[0].values, ["192.0.2.1"]);
    zone.aws.pass(20);
    let both = [eu_1.clone(), us_1.clone()].concat();
    assert_eq!(views(&zone), [both, eu_1.clone()], "the first is in sync");
    zone.aws.pass(10);
    assert_eq!(views(&zone), [eu_1.clone(), eu_1]);
}

#[tokio::test]
async fn v02_a_new_name_hides_its_wildcard_only_in_the_new_view() {
    let zone = Zone::example().await;
    let wildcard = a("*.example.com", "192.0.2.1")
        .set_identifier("us")
        .region(Latency::UsEast1);
    zone.change([create(wildcard)]).await;
    zone.aws.settle();
    zone.change([create(txt(NAME, "\"text\"").r#type(RrType::Txt))])
        .await;
    assert_eq!(views(&zone), [vec!["us-east-1".to_owned()], Vec::new()]);
}
