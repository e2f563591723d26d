//! Health checks that nobody probes: they follow a CloudWatch alarm or a routing control.
//!
//! Sources: `HealthCheckConfig`, Route 53 API Reference; "How Route 53 determines the status of
//! health checks that monitor CloudWatch alarms", Route 53 Developer Guide; "Routing control in ARC",
//! Amazon Application Recovery Controller Developer Guide.

use aws_sdk_route53::types::InsufficientDataHealthStatus as Insufficient;

use crate::check_types::{CONTROL, control, metric};
use crate::checks::make;
use crate::zone::Zone;

impl Zone {
    /// Lets this effect happen, for ever or so long.
    fn happen(&self, event: &str) {
        let event = serde_saphyr::from_str(event).unwrap();
        self.aws.world(|world| world.schedule(event)).unwrap();
    }

    /// Whether a check is healthy, by its caller reference.
    fn is_healthy(&self, reference: &str) -> bool {
        let picture = self.aws.world(|world| world.picture());
        let checks = picture["route53"]["healthChecks"].as_array().unwrap();
        let mut named = checks
            .iter()
            .filter(|check| check["callerReference"] == reference);
        named.next().unwrap()["healthy"].as_bool().unwrap()
    }
}

#[tokio::test]
async fn y01_a_check_follows_the_data_of_its_alarm_at_once() {
    let zone = Zone::example().await;
    make(&zone.client, "follows", metric()).await.unwrap();
    make(&zone.client, "inverted", metric().inverted(true))
        .await
        .unwrap();
    assert!(zone.is_healthy("follows"));
    assert!(!zone.is_healthy("inverted"));
    zone.happen("{for: 1m, effect: {alarm: {region: eu-west-1, name: errors, state: alarm}}}");
    assert!(!zone.is_healthy("follows"));
    assert!(zone.is_healthy("inverted"));
    zone.aws.pass(60);
    assert!(zone.is_healthy("follows"));
    zone.happen("{effect: {alarm: {region: us-east-1, name: errors, state: alarm}}}");
    assert!(zone.is_healthy("follows"), "an alarm in another Region");
}

#[tokio::test]
async fn y02_insufficient_data_mean_what_the_check_says() {
    let zone = Zone::example().await;
    for status in [
        Insufficient::Healthy,
        Insufficient::Unhealthy,
        Insufficient::LastKnownStatus,
    ] {
        let config = metric().insufficient_data_health_status(status.clone());
        make(&zone.client, status.as_str(), config).await.unwrap();
    }
    let state = |state: &str| {
        zone.happen(&format!(
            "{{effect: {{alarm: {{region: eu-west-1, name: errors, state: {state}}}}}}}"
        ));
    };
    for (before, last_known) in [("ok", true), ("alarm", false)] {
        state(before);
        state("insufficientData");
        assert!(zone.is_healthy("Healthy"));
        assert!(!zone.is_healthy("Unhealthy"));
        assert_eq!(zone.is_healthy("LastKnownStatus"), last_known, "{before}");
    }
    // A new check knows none, and is healthy.
    make(&zone.client, "new", metric()).await.unwrap();
    assert!(zone.is_healthy("new"));
}

#[tokio::test]
async fn y03_a_routing_control_that_is_off_is_unhealthy() {
    let zone = Zone::example().await;
    make(&zone.client, "control", control()).await.unwrap();
    assert!(zone.is_healthy("control"));
    zone.happen(&format!(
        "{{for: 1m, effect: {{routingControlOff: {{arn: \"{CONTROL}\"}}}}}}"
    ));
    assert!(!zone.is_healthy("control"));
    // A check that is made now sees the same.
    make(&zone.client, "later", control()).await.unwrap();
    assert!(!zone.is_healthy("later"));
    zone.aws.pass(60);
    assert!(zone.is_healthy("control"));
}

#[tokio::test]
async fn y04_what_is_slow_fails_its_health_checks() {
    let zone = Zone::example().await;
    let client = zone.aws.load_balancers("eu-west-1");
    let found = client.describe_load_balancers().send().await.unwrap();
    let host = found.load_balancers()[0].dns_name().unwrap();
    zone.check("slow", host).await;
    zone.check("other", "192-0-2-1.example.org").await;
    zone.happen("{for: 5m, effect: {regionSlow: {region: eu-west-1, by: 3s}}}");
    zone.happen("{for: 5m, effect: {hostSlow: {host: 192-0-2-1.example.org, connect: 5s}}}");
    zone.aws.pass(120);
    assert!(!zone.is_healthy("slow"));
    assert!(!zone.is_healthy("other"));
    zone.aws.pass(300);
    assert!(zone.is_healthy("slow"));
    assert!(zone.is_healthy("other"));
}
