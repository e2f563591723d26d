//! Comments, limits, counts and accelerated recovery of hosted zones, and where checkers are.
//!
//! Sources: `UpdateHostedZoneComment`, `UpdateHostedZoneFeatures`, `GetHostedZoneLimit`,
//! `GetHostedZoneCount` and `GetCheckerIpRanges`, Route 53 API Reference; "Accelerated recovery for
//! managing public DNS records", Developer Guide.

use aws_sdk_route53::types::{AcceleratedRecoveryStatus, HostedZoneConfig, HostedZoneLimitType};
use evenkeel_sim::{Quotas, Seed};
use http::Method;

use crate::aws::{Aws, Refused};
use crate::raw::route53;
use crate::zone::{Zone, a, create};

const IPV4: &str = "192.0.2.1";

async fn private() -> Zone {
    let seed = "zones: [{name: corp.example, private: true}]";
    Zone::of(Aws::new(serde_saphyr::from_str(seed).unwrap())).await
}

impl Zone {
    async fn accelerate(&self, enable: bool) -> Result<(), (String, String)> {
        let update = self.client.update_hosted_zone_features();
        let update = update
            .hosted_zone_id(&self.id)
            .enable_accelerated_recovery(enable);
        match update.send().await {
            Ok(_) => Ok(()),
            refused => Err(refused.refused()),
        }
    }

    async fn recovery(&self) -> Option<AcceleratedRecoveryStatus> {
        let found = self.client.get_hosted_zone().id(&self.id).send().await;
        let features = found.unwrap().hosted_zone.unwrap().features?;
        features.accelerated_recovery_status
    }

    async fn delete(&self) -> Result<(), (String, String)> {
        match self.client.delete_hosted_zone().id(&self.id).send().await {
            Ok(_) => Ok(()),
            refused => Err(refused.refused()),
        }
    }
}

#[tokio::test]
async fn f01_accelerated_recovery_passes_through_its_states() {
    let zone = Zone::example().await;
    assert_eq!(zone.recovery().await, None);
    for (enable, states) in [
        (
            true,
            [
                AcceleratedRecoveryStatus::Enabling,
                AcceleratedRecoveryStatus::EnablingHostedZoneLocked,
                AcceleratedRecoveryStatus::Enabled,
            ],
        ),
        (
            false,
            [
                AcceleratedRecoveryStatus::Disabling,
                AcceleratedRecoveryStatus::DisablingHostedZoneLocked,
                AcceleratedRecoveryStatus::Disabled,
            ],
        ),
    ] {
        zone.accelerate(enable).await.unwrap();
        for state in states {
            assert_eq!(zone.recovery().await, Some(state));
            if let Some(next) = zone.aws.world(|world| world.next_change()) {
                let now = zone.aws.world(|world| world.now());
                zone.aws.pass(next.duration_since(now).as_secs());
            }
        }
    }
}

#[tokio::test]
async fn f02_a_locked_zone_refuses_changes() {
    let zone = Zone::example().await;
    zone.accelerate(true).await.unwrap();
    zone.change([create(a("a.example.com", IPV4))]).await;
    zone.aws.pass(60);
    let locked = AcceleratedRecoveryStatus::EnablingHostedZoneLocked;
    assert_eq!(zone.recovery().await, Some(locked));
    let refused = zone.send([create(a("b.example.com", IPV4))]).await;
    assert_eq!(refused.unwrap_err().0, "PriorRequestNotComplete");
    assert_eq!(
        zone.accelerate(false).await.unwrap_err().0,
        "PriorRequestNotComplete"
    );
    assert_eq!(zone.names().await, ["a.example.com. A"]);
    zone.aws.settle();
    zone.change([create(a("b.example.com", IPV4))]).await;
}

#[tokio::test]
async fn f03_a_zone_with_accelerated_recovery_can_not_be_deleted() {
    let zone = Zone::example().await;
    zone.accelerate(true).await.unwrap();
    zone.aws.settle();
    assert_eq!(zone.delete().await.unwrap_err().0, "InvalidInput");
    zone.accelerate(false).await.unwrap();
    zone.aws.settle();
    zone.delete().await.unwrap();
}

#[tokio::test]
async fn f04_only_public_zones_have_accelerated_recovery_and_asking_twice_changes_nothing() {
    assert_eq!(
        private().await.accelerate(true).await.unwrap_err().0,
        "InvalidInput"
    );
    let mut zone = Zone::example().await;
    zone.accelerate(false).await.unwrap();
    assert_eq!(zone.recovery().await, None);
    zone.accelerate(true).await.unwrap();
    zone.aws.settle();
    zone.accelerate(true).await.unwrap();
    assert_eq!(
        zone.recovery().await,
        Some(AcceleratedRecoveryStatus::Enabled)
    );
    zone.id = "Z1".to_owned();
    assert_eq!(
        zone.accelerate(true).await.unwrap_err().0,
        "NoSuchHostedZone"
    );
}

#[tokio::test]
async fn f05_a_comment_is_replaced_and_deleted_when_it_is_not_given() {
    let zone = Zone::example().await;
    let comment = async |comment: Option<String>| {
        let update = zone.client.update_hosted_zone_comment().id(&zone.id);
        match update.set_comment(comment).send().await {
            Ok(updated) => Ok(updated
                .hosted_zone
                .unwrap()
                .config
                .and_then(|it| it.comment)),
            refused => Err(refused.refused()),
        }
    };
    assert_eq!(
        comment(Some("by hand".to_owned())).await.unwrap(),
        Some("by hand".to_owned())
    );
    assert_eq!(comment(None).await.unwrap(), None);
    let long = comment(Some("x".repeat(257))).await.unwrap_err();
    assert_eq!(long.0, "InvalidInput");
    let other = zone.client.update_hosted_zone_comment().id("Z1");
    assert_eq!(other.send().await.refused().0, "NoSuchHostedZone");
}

#[tokio::test]
async fn f06_the_limits_of_a_zone_are_told_and_held() {
    let quotas = Quotas {
        record_sets: 3,
        ..Quotas::default()
    };
    let zone = Zone::of(Aws::new(Seed {
        quotas,
        ..Seed::example()
    }))
    .await;
    zone.change([create(a("a.example.com", IPV4))]).await;
    let limit = async |zone: &Zone, kind: HostedZoneLimitType| {
        let get = zone
            .client
            .get_hosted_zone_limit()
            .hosted_zone_id(&zone.id)
            .r#type(kind);
        match get.send().await {
            Ok(found) => Ok((found.limit.unwrap().value, found.count)),
            refused => Err(refused.refused().0),
        }
    };
    let sets = HostedZoneLimitType::MaxRrsetsByZone;
    assert_eq!(limit(&zone, sets).await, Ok((3, 3)));
    let text = zone.refusal([create(a("b.example.com", IPV4))]).await;
    let expected = "[Number of record sets limit of 3 exceeded for zone example.com.]";
    assert_eq!(text, expected);
    let vpcs = HostedZoneLimitType::MaxVpcsAssociatedByZone;
    let refused = Err("HostedZoneNotPrivate".to_owned());
    assert_eq!(limit(&zone, vpcs.clone()).await, refused);
    assert_eq!(limit(&private().await, vpcs).await, Ok((300, 1)));
    let unknown = limit(&zone, HostedZoneLimitType::from("MAX_TAGS")).await;
    assert_eq!(unknown, Err("InvalidInput".to_owned()));
}

#[tokio::test]
async fn f07_zones_are_counted() {
    let zone = Zone::example().await;
    let count = async || zone.client.get_hosted_zone_count().send().await.unwrap();
    assert_eq!(count().await.hosted_zone_count(), 1);
    zone.delete().await.unwrap();
    assert_eq!(count().await.hosted_zone_count(), 0);
}

#[tokio::test]
async fn f08_every_checker_is_within_the_ranges_of_checkers() {
    let zone = Zone::example().await;
    let ranges = zone.client.get_checker_ip_ranges().send().await.unwrap();
    assert_eq!(ranges.checker_ip_ranges(), ["15.177.0.0/18"]);
    let id = zone.check("one", "www.example.org").await;
    let status = zone.client.get_health_check_status().health_check_id(id);
    for observation in status.send().await.unwrap().health_check_observations() {
        let address = observation.ip_address().unwrap();
        let third: u8 = address
            .strip_prefix("15.177.")
            .and_then(|rest| rest.split('.').next())
            .unwrap()
            .parse()
            .unwrap();
        assert!(third < 64, "{address}");
    }
}

#[tokio::test]
async fn f09_a_zone_that_is_still_busy_can_not_be_deleted() {
    let zone = Zone::busy_for(2).await;
    let set = || a("a.example.com", IPV4);
    zone.change([create(set())]).await;
    zone.aws.pass(2);
    zone.change([crate::zone::delete(set())]).await;
    assert_eq!(
        zone.delete().await.unwrap_err().0,
        "PriorRequestNotComplete"
    );
    zone.aws.pass(2);
    zone.delete().await.unwrap();
}

#[tokio::test]
async fn f10_a_private_zone_needs_a_vpc() {
    let client = Aws::example().route53();
    let config = |private| HostedZoneConfig::builder().private_zone(private).build();
    let make = |private| {
        let make = client
            .create_hosted_zone()
            .name("corp.example")
            .caller_reference("one");
        make.hosted_zone_config(config(private)).send()
    };
    assert_eq!(make(true).await.refused().0, "InvalidInput");
    make(false).await.unwrap();
}

#[test]
fn f11_an_operation_that_is_not_served_is_unknown() {
    let aws = Aws::example();
    for (method, path) in [
        (Method::GET, "hostedzone/Z1/dnssec"),
        (Method::GET, "cidrcollection"),
        (Method::GET, "geolocations"),
        (Method::POST, "hostedzone/Z1/associatevpc"),
        (Method::PUT, "hostedzone/Z1"),
        (Method::GET, ""),
    ] {
        let answer = route53(&aws, method, path, "");
        assert_eq!(answer.status, 404, "{path}");
        let expected = "<Code>UnknownOperationException</Code>";
        assert!(answer.body.contains(expected), "{}", answer.body);
    }
}
