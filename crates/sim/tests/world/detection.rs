//! How long it takes until a health check follows its endpoint: sixteen checkers that nobody
//! coordinates, the last probes of which decide.
//!
//! Source: "How Amazon Route 53 determines whether a health check is healthy", Route 53 Developer
//! Guide.

use std::collections::BTreeMap;

use aws_sdk_route53::types::{HealthCheckConfig, HealthCheckRegion, HealthCheckType};
use evenkeel_sim::{Seed, World};
use jiff::{SignedDuration, Timestamp};

use crate::aws::Aws;
use crate::checks::make;
use crate::zone::Zone;

const HOST: &str = "www.example.org";
const MANY: usize = 150;

fn healthy(world: &World) -> BTreeMap<String, bool> {
    let picture = world.picture();
    let checks = picture["route53"]["healthChecks"].as_array().unwrap();
    let each = checks.iter().map(|check| {
        let reference = check["callerReference"].as_str().unwrap().to_owned();
        (reference, check["healthy"] == true)
    });
    each.collect()
}

/// After how many seconds each check changed its verdict, with nothing but time passing.
fn turns(aws: &Aws) -> Vec<f64> {
    aws.world(|world| {
        let began = world.now();
        let before = healthy(world);
        let mut turned = BTreeMap::new();
        while let Some(next) = world.next_change() {
            world.advance(next);
            for (check, now) in healthy(world) {
                if now != before[&check] {
                    let after: SignedDuration = next.duration_since(began);
                    turned.entry(check).or_insert(after.as_secs_f64());
                }
            }
        }
        assert_eq!(turned.len(), before.len(), "every check follows");
        turned.into_values().collect()
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).unwrap())
}

async fn many(number: u64) -> Zone {
    let zone = Zone::of(Aws::new(Seed {
        number,
        ..Seed::example()
    }))
    .await;
    for index in 0..MANY {
        zone.check(&index.to_string(), HOST).await;
    }
    zone
}

/// A checker fails its second probe 10 to 20 s after the endpoint went, and waits 4 s for a
/// connection. The check is unhealthy with the fourteenth of sixteen, for three are more than 18 %:
/// the mean of the fourteenth of sixteen uniform draws from 0 to 10 s is 10 × 14 / 17 s.
#[tokio::test]
async fn t01_two_failures_every_ten_seconds_take_as_long_as_the_arithmetic_says() {
    let zone = many(1).await;
    zone.aws.world(|world| world.set_host_answers(HOST, false));
    let down = turns(&zone.aws);
    assert!(down.iter().all(|after| (14.0..24.0).contains(after)));
    let expected = 14.0 + 10.0 * 14.0 / 17.0;
    assert!((mean(&down) - expected).abs() < 0.4, "{}", mean(&down));

    zone.aws.pass(100);
    let now: Timestamp = zone.aws.world(|world| world.now());
    zone.aws.world(|world| world.advance(now));
    zone.aws.world(|world| world.set_host_answers(HOST, true));
    let up = turns(&zone.aws);
    assert!(up.iter().all(|after| (10.0..20.0).contains(after)));
    let expected = 10.0 + 10.0 * 3.0 / 17.0;
    assert!((mean(&up) - expected).abs() < 0.4, "{}", mean(&up));
}

/// AWS's default rhythm: a checker fails its third probe 60 to 90 s after the endpoint went, and
/// waits 4 s for a connection.
#[tokio::test]
async fn t09_three_failures_every_thirty_seconds_take_as_long_as_the_arithmetic_says() {
    let zone = Zone::example().await;
    for index in 0..MANY {
        let config = HealthCheckConfig::builder().r#type(HealthCheckType::Http);
        let config = config.fully_qualified_domain_name(HOST);
        make(&zone.client, &index.to_string(), config)
            .await
            .unwrap();
    }
    zone.aws.world(|world| world.set_host_answers(HOST, false));
    let down = turns(&zone.aws);
    assert!(down.iter().all(|after| (64.0..94.0).contains(after)));
    let expected = 64.0 + 30.0 * 14.0 / 17.0;
    assert!((mean(&down) - expected).abs() < 1.2, "{}", mean(&down));
}

/// "A request every 2 seconds": sixteen checkers that each ask every 30 s.
#[tokio::test]
async fn t10_checkers_are_not_coordinated() {
    let zone = Zone::example().await;
    let config = HealthCheckConfig::builder().r#type(HealthCheckType::Http);
    let config = config.fully_qualified_domain_name(HOST);
    let id = make(&zone.client, "one", config).await.unwrap();
    zone.aws.pass(100);
    let status = zone.client.get_health_check_status().health_check_id(id);
    let status = status.send().await.unwrap();
    let now: Timestamp = zone.aws.world(|world| world.now());
    let mut ages: Vec<i64> = status
        .health_check_observations()
        .iter()
        .map(|it| it.status_report().unwrap().checked_time().unwrap().secs())
        .map(|checked| now.as_second() - checked)
        .collect();
    ages.sort_unstable();
    assert!(ages.iter().all(|age| (0..=30).contains(age)), "{ages:?}");
    ages.dedup();
    assert!(ages.len() > 8, "they do not ask together: {ages:?}");
}

#[tokio::test]
async fn t02_the_phases_come_from_the_seed() {
    let mut runs = Vec::new();
    for number in [1, 1, 2] {
        let zone = many(number).await;
        zone.aws.world(|world| world.set_host_answers(HOST, false));
        runs.push(turns(&zone.aws));
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

async fn failures(zone: &Zone, id: &str) -> usize {
    let status = zone.client.get_health_check_status().health_check_id(id);
    let status = status.send().await.unwrap();
    let reports = status.health_check_observations().iter();
    let texts = reports.map(|it| it.status_report().unwrap().status().unwrap().to_owned());
    texts.filter(|text| text.starts_with("Failure:")).count()
}

#[tokio::test]
async fn t03_the_verdict_is_that_of_more_than_eighteen_percent_of_the_checkers() {
    let zone = Zone::example().await;
    let id = zone.check("one", HOST).await;
    zone.aws.world(|world| world.set_host_answers(HOST, false));
    for _ in 0..30 {
        zone.aws.pass(1);
        let fine = zone.aws.world(|world| healthy(world)["one"]);
        assert_eq!(fine, 16 - failures(&zone, &id).await >= 3);
    }
    assert_eq!(failures(&zone, &id).await, 16);
}

/// Probes that failed before count on when none passed between.
#[tokio::test]
async fn t04_a_recovery_that_no_probe_sees_is_none() {
    let zone = Zone::example().await;
    let id = zone.check("one", HOST).await;
    let answers = |answers| {
        zone.aws
            .world(|world| world.set_host_answers(HOST, answers));
    };
    answers(false);
    zone.aws.pass(10);
    answers(true);
    answers(false);
    zone.aws.pass(14);
    assert_eq!(failures(&zone, &id).await, 16);

    answers(true);
    zone.aws.pass(60);
    answers(false);
    zone.aws.pass(9);
    answers(true);
    zone.aws.pass(10);
    answers(false);
    zone.aws.pass(9);
    assert_eq!(failures(&zone, &id).await, 0, "never two in a row");
}

#[tokio::test]
async fn t05_what_is_too_slow_fails() {
    let seconds = SignedDuration::from_secs;
    for (kind, connect, answer, fails) in [
        (HealthCheckType::Http, 4, 2, false),
        (HealthCheckType::Http, 5, 0, true),
        (HealthCheckType::Http, 0, 3, true),
        (HealthCheckType::Tcp, 10, 60, false),
        (HealthCheckType::Tcp, 11, 0, true),
    ] {
        let zone = Zone::example().await;
        let config = HealthCheckConfig::builder().r#type(kind).port(80);
        let config = config.fully_qualified_domain_name(HOST);
        let id = make(&zone.client, "one", config).await.unwrap();
        let (connect, answer) = (seconds(connect), seconds(answer));
        zone.aws
            .world(|world| world.set_host_pace(HOST, connect, answer));
        zone.aws.pass(100);
        assert_eq!(
            failures(&zone, &id).await == 16,
            fails,
            "{connect} {answer}"
        );
    }
}

#[tokio::test]
async fn t06_the_search_string_is_looked_for_in_the_first_5120_bytes() {
    let zone = Zone::example().await;
    let config = HealthCheckConfig::builder().r#type(HealthCheckType::HttpStrMatch);
    let config = config.fully_qualified_domain_name(HOST).search_string("ok");
    let id = make(&zone.client, "one", config).await.unwrap();
    for (before, fails) in [(0, 0), (5118, 0), (5119, 16)] {
        let body = format!("{}ok", " ".repeat(before));
        zone.aws.world(|world| world.set_host_body(HOST, &body));
        zone.aws.pass(100);
        assert_eq!(failures(&zone, &id).await, fails, "{before}");
    }
}

#[tokio::test]
async fn t07_an_inverted_check_is_unhealthy_until_its_endpoint_fails() {
    let zone = Zone::example().await;
    let config = HealthCheckConfig::builder().r#type(HealthCheckType::Http);
    let config = config.fully_qualified_domain_name(HOST).inverted(true);
    make(&zone.client, "one", config.clone()).await.unwrap();
    make(&zone.client, "two", config.disabled(true))
        .await
        .unwrap();
    let now = || {
        zone.aws
            .world(|world| healthy(world))
            .into_values()
            .collect::<Vec<_>>()
    };
    assert_eq!(now(), [false, false]);
    zone.aws.world(|world| world.set_host_answers(HOST, false));
    zone.aws.settle();
    assert_eq!(
        now(),
        [true, false],
        "a disabled check counts as healthy before it is inverted"
    );
}

#[tokio::test]
async fn t08_fewer_regions_are_fewer_checkers() {
    let zone = Zone::example().await;
    let config = HealthCheckConfig::builder().r#type(HealthCheckType::Http);
    let regions = [
        HealthCheckRegion::UsEast1,
        HealthCheckRegion::EuWest1,
        HealthCheckRegion::SaEast1,
    ];
    let config = config
        .fully_qualified_domain_name(HOST)
        .set_regions(Some(regions.to_vec()));
    let id = make(&zone.client, "one", config).await.unwrap();
    let status = zone.client.get_health_check_status().health_check_id(&id);
    let status = status.send().await.unwrap();
    assert_eq!(status.health_check_observations().len(), 6);
    zone.aws.world(|world| world.set_host_answers(HOST, false));
    zone.aws.settle();
    assert_eq!(
        failures(&zone, &id).await,
        5,
        "two of six are enough, one is not"
    );
}
