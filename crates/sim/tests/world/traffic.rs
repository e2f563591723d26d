//! What becomes of the requests of clients, by the arithmetic of health checks and times to live.
//!
//! Source: "How Amazon Route 53 chooses records when health checking is configured", Route 53
//! Developer Guide.

use aws_sdk_route53::types::{ResourceRecordSetRegion as Latency, RrType};
use evenkeel_sim::{City, Clients, Tally};
use jiff::{SignedDuration, Timestamp};

use crate::accelerator::EU;
use crate::zone::{Zone, a, alias, create, records, upsert};

const NAME: &str = "www.example.com";
const SECOND: u64 = 1_000_000;

fn clients(city: City, per_second: u32) -> Clients {
    Clients {
        city,
        name: NAME.to_owned(),
        port: 443,
        per_second,
    }
}

/// A latency set for each of two Regions, with health checks on the load balancers themselves.
async fn shop() -> Zone {
    let zone = Zone::example().await;
    let mut changes = Vec::new();
    for region in ["us-east-1", "eu-west-1"] {
        let found = zone
            .aws
            .load_balancers(region)
            .describe_load_balancers()
            .send()
            .await
            .unwrap();
        let found = &found.load_balancers()[0];
        let name = found.dns_name().unwrap();
        let check = zone.check(region, name).await;
        let target = alias(NAME, found.canonical_hosted_zone_id().unwrap(), name);
        let target = target.set_identifier(region).region(Latency::from(region));
        changes.push(create(target.health_check_id(check)));
    }
    zone.change(changes).await;
    zone.aws.settle();
    zone
}

fn total(zone: &Zone) -> Tally {
    zone.aws.world(|world| world.traffic().total)
}

#[tokio::test]
async fn c01_every_city_is_served_by_its_region() {
    let zone = shop().await;
    let both = vec![clients(City::London, 10), clients(City::NewYork, 5)];
    zone.aws.world(|world| world.set_clients(both));
    zone.aws.pass(100);
    let report = zone.aws.world(|world| world.traffic());
    assert_eq!((report.total.sent, report.total.lost), (1500 * SECOND, 0));
    assert_eq!(report.total.served["eu-west-1"], 1000 * SECOND);
    assert_eq!(report.total.served["us-east-1"], 500 * SECOND);
    assert_eq!(report.rate.served["eu-west-1"], 10 * SECOND);
    assert_eq!(report.each[1].1.sent, 500 * SECOND);
}

/// The alias evaluates its target, so Route 53 sees the load balancer fail at once, and the city
/// moves when the time to live of its answer is over: 60 seconds after the clients first asked.
#[tokio::test]
async fn c02_a_city_moves_when_the_time_to_live_is_over() {
    let zone = shop().await;
    zone.aws
        .world(|world| world.set_clients(vec![clients(City::London, 10)]));
    zone.aws.pass(130);
    zone.aws
        .world(|world| world.set_load_balancer_health(EU, false))
        .unwrap();
    zone.aws.pass(100);
    let seen = total(&zone);
    assert_eq!(
        seen.lost,
        50 * 10 * SECOND,
        "asked after 0, 60, 120 and 180 seconds"
    );
    assert_eq!(seen.served["us-east-1"], 50 * 10 * SECOND);

    zone.aws.pass(600);
    zone.aws
        .world(|world| world.set_load_balancer_health(EU, true))
        .unwrap();
    let before = total(&zone);
    zone.aws.pass(120);
    let since = total(&zone).since(&before);
    assert_eq!(since.lost, 0);
    assert!(
        since.served["eu-west-1"] >= 40 * 10 * SECOND,
        "after its check and a time to live"
    );
}

#[tokio::test]
async fn c03_without_another_region_a_check_changes_nothing() {
    let zone = Zone::example().await;
    let check = zone.check("one", "192.0.2.1").await;
    let set = a(NAME, "192.0.2.1")
        .set_identifier("eu")
        .region(Latency::EuWest1);
    zone.change([create(set.health_check_id(check))]).await;
    zone.aws.settle();
    zone.aws
        .world(|world| world.set_clients(vec![clients(City::London, 1)]));
    zone.aws
        .world(|world| world.set_host_answers("192.0.2.1", false));
    zone.aws.pass(300);
    zone.aws
        .world(|world| world.set_host_answers("192.0.2.1", true));
    zone.aws.pass(10);
    let seen = total(&zone);
    assert_eq!(seen.lost, 300 * SECOND);
    assert_eq!(
        seen.served["eu-west-1"],
        10 * SECOND,
        "fail-open answers it all the time"
    );
}

#[tokio::test]
async fn c04_an_answer_that_there_is_none_is_remembered_too() {
    let zone = Zone::example().await;
    zone.aws
        .world(|world| world.set_clients(vec![clients(City::Tokyo, 1)]));
    zone.aws.pass(1);
    zone.change([create(a(NAME, "192.0.2.1"))]).await;
    zone.aws.pass(999);
    let seen = total(&zone);
    assert_eq!(seen.lost, 900 * SECOND);
    assert_eq!(
        seen.served["elsewhere"],
        100 * SECOND,
        "a simple record belongs to no Region"
    );
}

#[tokio::test]
async fn c05_a_change_reaches_clients_when_it_is_in_sync_and_their_answer_expired() {
    let zone = Zone::example().await;
    zone.change([create(records(NAME, RrType::A, &["192.0.2.1"]))])
        .await;
    zone.aws.settle();
    zone.aws
        .world(|world| world.set_host_answers("192.0.2.1", false));
    zone.aws
        .world(|world| world.set_clients(vec![clients(City::Tokyo, 1)]));
    zone.aws.pass(10);
    zone.change([upsert(records(NAME, RrType::A, &["192.0.2.2"]))])
        .await;
    zone.aws.pass(110);
    let seen = total(&zone);
    assert_eq!(
        seen.lost,
        60 * SECOND,
        "in sync after 40 seconds, asked again after 60"
    );
}

#[tokio::test]
async fn c06_a_thousand_populations_over_a_day_are_cheap() {
    let zone = shop().await;
    let many = (0..1000).map(|_| clients(City::London, 1)).collect();
    zone.aws.world(|world| world.set_clients(many));
    for hour in 0..24 {
        zone.aws
            .world(|world| world.set_load_balancer_health(EU, hour % 2 == 0))
            .unwrap();
        zone.aws.pass(3600);
    }
    let seen = total(&zone);
    assert_eq!(seen.sent, 1000 * 86_400 * SECOND);
    assert_eq!(seen.sent, seen.lost + seen.served.values().sum::<u64>());
}

#[tokio::test]
async fn c07_time_before_the_clients_were_set_is_not_counted() {
    let zone = shop().await;
    zone.aws.pass(100);
    zone.aws
        .world(|world| world.set_clients(vec![clients(City::London, 1)]));
    let now: Timestamp = zone.aws.world(|world| world.now());
    let half = now + SignedDuration::from_millis(500);
    zone.aws.world(|world| world.advance(half));
    assert_eq!(total(&zone).sent, SECOND / 2, "half a request");
}
