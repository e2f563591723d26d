//! What health checkers see, and when.
//!
//! Sources: `GetHealthCheckStatus`, Route 53 API Reference; "How Amazon Route 53 determines whether
//! a health check is healthy", Developer Guide.

use aws_sdk_route53::types::{HealthCheckConfig, HealthCheckType};

use crate::aws::Refused;
use crate::checks::make;
use crate::zone::{Zone, a, create};

/// Whether Route 53 considers a check healthy, by its reference.
fn healthy(zone: &Zone, reference: &str) -> bool {
    let picture = zone.aws.world(|world| world.picture());
    let mut checks = picture["route53"]["healthChecks"]
        .as_array()
        .unwrap()
        .iter();
    let check = checks.find(|check| check["callerReference"] == reference);
    check.unwrap()["healthy"] == true
}

#[tokio::test]
async fn h09_sixteen_checkers_report_success() {
    let zone = Zone::example().await;
    let id = zone.check("one", "www.example.org").await;
    let status = zone
        .client
        .get_health_check_status()
        .health_check_id(id)
        .send()
        .await
        .unwrap();
    assert_eq!(status.health_check_observations().len(), 16);
    for observation in status.health_check_observations() {
        let report = observation.status_report().unwrap();
        assert!(
            report
                .status()
                .unwrap()
                .starts_with("Success: HTTP Status Code 200, OK")
        );
        assert!(report.checked_time().is_some());
    }
}

#[tokio::test]
async fn h10_an_unhealthy_load_balancer_fails_its_check_after_enough_probes() {
    let zone = Zone::example().await;
    let found = zone
        .aws
        .load_balancers("eu-west-1")
        .describe_load_balancers()
        .send()
        .await;
    let found = found.unwrap();
    let load_balancer = &found.load_balancers()[0];
    let id = zone.check("one", load_balancer.dns_name().unwrap()).await;
    let arn = load_balancer.load_balancer_arn().unwrap();
    let status = async || {
        let status = zone
            .client
            .get_health_check_status()
            .health_check_id(&id)
            .send()
            .await;
        let status = status.unwrap();
        let report = status.health_check_observations()[0]
            .status_report()
            .unwrap();
        report.status().unwrap().to_owned()
    };
    zone.aws
        .world(|world| world.set_load_balancer_health(arn, false))
        .unwrap();
    zone.aws.pass(9);
    assert!(status().await.starts_with("Success:"));
    zone.aws.pass(11);
    assert!(status().await.starts_with("Failure: HTTP Status Code 503"));
    zone.aws
        .world(|world| world.set_load_balancer_health(arn, true))
        .unwrap();
    zone.aws.pass(20);
    assert!(status().await.starts_with("Success:"));
}

#[tokio::test]
async fn h11_an_endpoint_that_recovers_in_time_never_fails_its_check() {
    let zone = Zone::example().await;
    let id = zone.check("one", "www.example.org").await;
    zone.aws
        .world(|world| world.set_host_answers("www.example.org", false));
    zone.aws.pass(10);
    zone.aws
        .world(|world| world.set_host_answers("www.example.org", true));
    zone.aws.pass(100);
    let status = zone
        .client
        .get_health_check_status()
        .health_check_id(id)
        .send()
        .await
        .unwrap();
    let report = status.health_check_observations()[0]
        .status_report()
        .unwrap();
    assert!(report.status().unwrap().starts_with("Success:"));
    assert_eq!(zone.aws.world(|world| world.next_change()), None);
}

#[tokio::test]
async fn h12_a_check_that_records_refer_to_can_be_deleted() {
    let zone = Zone::example().await;
    let id = zone.check("one", "www.example.org").await;
    let set = a("www.example.com", "192.0.2.1")
        .set_identifier("one")
        .weight(1);
    zone.change([create(set.health_check_id(&id))]).await;
    zone.client
        .delete_health_check()
        .health_check_id(&id)
        .send()
        .await
        .unwrap();
    let set = zone.sets().await.pop().unwrap();
    assert_eq!(set.health_check_id(), Some(id.as_str()));
}

#[tokio::test]
async fn h13_a_calculated_check_counts_its_children() {
    let zone = Zone::example().await;
    let children = [
        zone.check("a", "a.example.org").await,
        zone.check("b", "b.example.org").await,
    ];
    let config = HealthCheckConfig::builder()
        .r#type(HealthCheckType::Calculated)
        .set_child_health_checks(Some(children.to_vec()))
        .health_threshold(1);
    let id = make(&zone.client, "both", config).await.unwrap();
    let status = zone
        .client
        .get_health_check_status()
        .health_check_id(&id)
        .send()
        .await;
    assert_eq!(status.refused().0, "InvalidInput");
    let healthy = || healthy(&zone, "both");
    zone.aws
        .world(|world| world.set_host_answers("a.example.org", false));
    zone.aws.settle();
    assert!(healthy());
    zone.aws
        .world(|world| world.set_host_answers("b.example.org", false));
    zone.aws.settle();
    assert!(!healthy());
    let nested = HealthCheckConfig::builder()
        .r#type(HealthCheckType::Calculated)
        .child_health_checks(id)
        .health_threshold(1);
    assert_eq!(
        make(&zone.client, "nested", nested).await.unwrap_err().0,
        "InvalidInput"
    );
}

#[tokio::test]
async fn h14_no_healthy_child_needed_is_always_and_more_than_there_are_is_never() {
    let zone = Zone::example().await;
    let child = zone.check("child", "www.example.org").await;
    for (reference, needed) in [("always", 0), ("one", 1), ("never", 2)] {
        let config = HealthCheckConfig::builder()
            .r#type(HealthCheckType::Calculated)
            .child_health_checks(&child)
            .health_threshold(needed);
        make(&zone.client, reference, config).await.unwrap();
    }
    let now = || ["always", "one", "never"].map(|reference| healthy(&zone, reference));
    assert_eq!(now(), [true, true, false]);
    zone.aws
        .world(|world| world.set_host_answers("www.example.org", false));
    zone.aws.settle();
    assert_eq!(now(), [true, false, false]);
    let disable = zone.client.update_health_check().health_check_id(child);
    disable.disabled(true).send().await.unwrap();
    assert_eq!(now(), [true, true, false], "a disabled child is healthy");
}

#[tokio::test]
async fn h15_a_list_of_checks_has_a_hundred_entries_unless_up_to_a_thousand_are_asked_for() {
    let zone = Zone::example().await;
    for index in 0..101 {
        zone.check(&index.to_string(), "www.example.org").await;
    }
    let page = async |size: Option<i32>| {
        let list = zone.client.list_health_checks().set_max_items(size);
        let page = list.send().await.unwrap();
        (page.health_checks().len(), page.max_items)
    };
    assert_eq!(page(None).await, (100, 100));
    assert_eq!(page(Some(2000)).await, (101, 1000));
}
