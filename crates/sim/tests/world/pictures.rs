//! Pictures of worlds: equal for the same, different for everything else; and runs that repeat.

use evenkeel_sim::Seed;

use crate::accelerator::US;
use crate::aws::Aws;
use crate::table::{EU, Table};
use crate::zone::{Zone, a, alias, create, txt};

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
