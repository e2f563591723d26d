//! What a test sees and does besides calling AWS: seeds, the log of calls, faults, pictures.

use evenkeel_sim::{Effect, Fault, Seed, Service};

use crate::accelerator::{Accelerator, US};
use crate::aws::{Aws, HOME, Refused};
use crate::table::{EU, NAME, Table};
use crate::zone::{Zone, a, alias, create, txt};

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

#[tokio::test]
async fn p06_a_seed_is_read_from_yaml_and_its_names_are_checked() {
    let seed = r#"
number: 7
account: "111122223333"
zones:
- name: example.com
  recordSets:
  - {name: www.example.com, type: A, values: [192.0.2.1]}
loadBalancers:
- arn: arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop/0123456789abcdef
  scheme: internal
  healthy: false
accelerators:
- {name: old, tags: {app: other}}
tables:
- {name: sessions, regions: [us-east-1, eu-west-1], deletionProtection: true}
quotas: {healthChecks: 10}
knobs: {propagation: 5}
"#;
    let zone = Zone::of(Aws::new(serde_saphyr::from_str(seed).unwrap())).await;
    assert_eq!(zone.names().await, ["www.example.com. A"]);
    let found = zone
        .aws
        .load_balancers(EU)
        .describe_load_balancers()
        .send()
        .await
        .unwrap();
    let name = found.load_balancers()[0].dns_name().unwrap();
    assert_eq!(
        name,
        "internal-shop-0123456789abcdef.elb.eu-west-1.amazonaws.com"
    );
    let listed = zone
        .aws
        .accelerators()
        .list_accelerators()
        .send()
        .await
        .unwrap();
    assert_eq!(listed.accelerators()[0].name(), Some("old"));
    let table = Table(zone.aws.clone());
    assert_eq!(table.status(EU).await, "ACTIVE [us-east-1 ACTIVE]");
    assert_eq!(table.delete(EU).await.unwrap_err().0, "ValidationException");
    for wrong in [
        "colour: red",
        "zones: [{name: ''}]",
        "loadBalancers: [{arn: 'arn:aws:s3:::bucket'}]",
        "tables: [{name: sessions, regions: [mars-north-1]}]",
    ] {
        assert!(serde_saphyr::from_str::<Seed>(wrong).is_err(), "{wrong}");
    }
}

/// Builds the same in another order, at another time and from another seed.
async fn build(number: u64, pause: i64, reverse: bool) -> serde_json::Value {
    let aws = Aws::new(Seed {
        number,
        ..Seed::example()
    });
    let zone = Zone::of(aws.clone()).await;
    let mut references = ["one", "two"];
    if reverse {
        references.reverse();
    }
    for reference in references {
        aws.pass(pause);
        let check = zone.check(reference, "www.example.org").await;
        let set = a("w.example.com", "192.0.2.1")
            .set_identifier(reference)
            .weight(1);
        zone.change([create(set.health_check_id(check))]).await;
    }
    let client = aws.accelerators();
    let made = client
        .create_accelerator()
        .name("shop")
        .send()
        .await
        .unwrap();
    let name = made.accelerator().unwrap().dns_name().unwrap();
    zone.change([create(alias("s.example.com", "Z2BJ6XQ5FK7U4H", name))])
        .await;
    aws.settle();
    aws.world(|world| world.picture())
}

#[tokio::test]
async fn p07_the_same_built_differently_has_the_same_picture() {
    let first = build(0, 0, false).await;
    assert_eq!(first, build(1, 77, true).await);
    let text = first.to_string();
    assert!(text.contains(r#""DNSName":"accelerator:shop""#), "{text}");
    assert!(
        text.contains(r#""HealthCheckId":"health-check:one""#),
        "{text}"
    );
}

#[tokio::test]
async fn p08_a_picture_shows_every_difference() {
    let zone = Zone::example().await;
    let picture = || zone.aws.world(|world| world.picture());
    let mut seen = vec![picture()];
    zone.change([create(txt("www.example.com", "\"text\""))])
        .await;
    seen.push(picture());
    zone.aws.settle();
    seen.push(picture());
    zone.check("one", "www.example.org").await;
    seen.push(picture());
    zone.aws
        .world(|world| world.set_load_balancer_health(US, false))
        .unwrap();
    seen.push(picture());
    for (index, one) in seen.iter().enumerate() {
        assert!(!seen[..index].contains(one), "picture {index}");
    }
}

#[tokio::test]
async fn p09_the_same_requests_at_the_same_times_give_the_same_bytes() {
    let run = async || {
        let table = Table::regional();
        table.add(EU).await;
        table.0.settle();
        let described = table.describe(EU).await.unwrap();
        (
            described.table_id().unwrap().to_owned(),
            table.0.world(|world| world.calls().to_vec()),
        )
    };
    assert_eq!(run().await, run().await);
}

#[test]
fn p10_a_load_balancer_that_is_not_there_can_not_fail() {
    let aws = Aws::example();
    let missing = US.replace("shop", "none");
    let error = aws
        .world(|world| world.set_load_balancer_health(&missing, false))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("there is no load balancer {missing:?}")
    );
}

#[tokio::test]
async fn p11_load_balancers_are_described_by_page_name_and_arn() {
    let arn = |index: usize| {
        format!(
            "arn:aws:elasticloadbalancing:{EU}:123456789012:loadbalancer/app/n{index}/{index:016x}"
        )
    };
    let given: Vec<String> = (0..5)
        .map(|index| format!("{{arn: '{}'}}", arn(index)))
        .collect();
    let given = format!("loadBalancers: [{}]", given.join(", "));
    let client = Aws::new(serde_saphyr::from_str(&given).unwrap()).load_balancers(EU);
    let describe = || client.describe_load_balancers();
    let (mut marker, mut seen) = (None, Vec::new());
    loop {
        let page = describe()
            .page_size(2)
            .set_marker(marker)
            .send()
            .await
            .unwrap();
        seen.extend(
            page.load_balancers()
                .iter()
                .map(|it| it.load_balancer_arn().unwrap().to_owned()),
        );
        marker = page.next_marker;
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(seen, (0..5).map(arn).collect::<Vec<_>>());
    let named = describe().names("n3").send().await.unwrap();
    assert_eq!(
        named.load_balancers()[0].load_balancer_arn(),
        Some(arn(3).as_str())
    );
    for (refused, code, message) in [
        (
            describe().load_balancer_arns(US),
            "ValidationError",
            format!("'{US}' is not a valid load balancer ARN"),
        ),
        (
            describe().names("none"),
            "LoadBalancerNotFound",
            "One or more load balancers not found".to_owned(),
        ),
        (
            describe().names("n1").load_balancer_arns(arn(1)),
            "ValidationError",
            "Load balancer names and load balancer ARNs cannot be specified at the same time"
                .to_owned(),
        ),
    ] {
        let refused = refused.send().await.refused();
        assert_eq!(refused, (code.to_owned(), message));
    }
    assert_eq!(
        describe().page_size(401).send().await.refused().0,
        "ValidationError"
    );
}

#[tokio::test]
async fn p12_nothing_is_in_progress_in_a_new_world() {
    let table = Table::replicated();
    assert_eq!(table.0.world(|world| world.next_change()), None);
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 ACTIVE]");
    assert_eq!(table.describe(HOME).await.unwrap().table_name(), Some(NAME));
}
