//! The log of calls, and faults that are injected into them.

use evenkeel_sim::{Effect, Fault, Service};

use crate::accelerator::Accelerator;
use crate::aws::{Aws, HOME, Refused};
use crate::table::{EU, Table};
use crate::zone::{Zone, a, create};

#[tokio::test]
async fn p01_every_call_is_logged_with_what_it_was_about() {
    let zone = Zone::example().await;
    zone.change([create(a("www.example.com", "192.0.2.1"))])
        .await;
    let calls = zone.aws.world(|world| world.calls().to_vec());
    let [list, change] = calls.as_slice() else {
        panic!("two calls: {calls:?}")
    };
    assert_eq!(
        (list.operation.as_str(), list.write),
        ("ListHostedZones", false)
    );
    assert_eq!(change.service, Service::Route53);
    assert_eq!(
        (change.operation.as_str(), change.write),
        ("ChangeResourceRecordSets", true)
    );
    assert_eq!((change.status, &change.error), (200, &None));
    assert_eq!(change.subject, zone.id);
    assert_eq!(
        (change.region.as_str(), change.principal.as_str()),
        (HOME, "AKIAIOSFODNN7EXAMPLE")
    );
    let shown = "2026-11-24T12:00:00Z AKIAIOSFODNN7EXAMPLE route53 us-east-1 \
                 ChangeResourceRecordSets 200";
    assert_eq!(change.to_string(), format!("{shown} {}", zone.id));
}

#[tokio::test]
async fn p02_a_refused_call_is_logged_with_its_code() {
    let aws = Aws::example();
    let check = aws
        .route53()
        .get_health_check()
        .health_check_id("none")
        .send()
        .await;
    check.refused();
    let call = aws.world(|world| world.calls()[0].clone());
    assert_eq!(
        (call.status, call.error.as_deref()),
        (404, Some("NoSuchHealthCheck"))
    );
    assert_eq!(call.subject, "none");
}

#[tokio::test]
async fn p03_replies_that_say_not_yet_are_logged_as_such() {
    let zone = Zone::example().await;
    let sent = zone
        .send([create(a("www.example.com", "192.0.2.1"))])
        .await
        .unwrap();
    let id = sent.change_info().unwrap().id();
    let shop = Accelerator::example().await;
    let table = Table::regional();
    table.add(EU).await;
    let pending = |aws: &Aws| aws.world(|world| world.calls().last().unwrap().pending);
    for expected in [true, false] {
        zone.client.get_change().id(id).send().await.unwrap();
        assert_eq!(pending(&zone.aws), expected);
        shop.status().await;
        assert_eq!(pending(&shop.aws), expected);
        table.describe(HOME).await;
        assert_eq!(pending(&table.0), expected);
        for aws in [&zone.aws, &shop.aws, &table.0] {
            aws.settle();
        }
    }
}

#[tokio::test]
async fn p04_a_fault_skips_then_refuses_then_is_over() {
    let aws = Aws::example();
    aws.world(|world| {
        world.inject(Fault {
            service: Service::Route53,
            operation: "ListHostedZones".to_owned(),
            skip: 1,
            times: 1,
            effect: Effect::Refuse {
                status: 400,
                code: "Throttling".to_owned(),
                message: "Rate exceeded".to_owned(),
            },
        });
    });
    let client = aws.route53();
    client.list_hosted_zones().send().await.unwrap();
    client.get_health_check_count().send().await.unwrap();
    let (code, message) = client.list_hosted_zones().send().await.refused();
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("Throttling", "Rate exceeded")
    );
    client.list_hosted_zones().send().await.unwrap();
}

#[tokio::test]
async fn p05_a_lost_reply_leaves_its_effect() {
    let zone = Zone::example().await;
    zone.aws.world(|world| {
        world.inject(Fault {
            service: Service::Route53,
            operation: "ChangeResourceRecordSets".to_owned(),
            skip: 0,
            times: 1,
            effect: Effect::LoseReply,
        });
    });
    zone.send([create(a("www.example.com", "192.0.2.1"))])
        .await
        .unwrap_err();
    assert_eq!(zone.names().await, ["www.example.com. A"]);
    let call = zone.aws.world(|world| world.calls()[1].clone());
    assert_eq!((call.status, call.write), (500, true));
}
