//! Why a check last failed, as each checker reports it.
//!
//! Source: `GetHealthCheckLastFailureReason`, Route 53 API Reference.

use aws_sdk_route53::types::{HealthCheckConfig, HealthCheckObservation, HealthCheckType};

use crate::aws::Refused;
use crate::checks::make;
use crate::zone::Zone;

const HOST: &str = "www.example.org";

async fn reasons(zone: &Zone, id: &str) -> Vec<HealthCheckObservation> {
    let get = zone.client.get_health_check_last_failure_reason();
    let found = get.health_check_id(id).send().await.unwrap();
    found.health_check_observations
}

#[tokio::test]
async fn r01_a_check_that_never_failed_has_no_reason() {
    let zone = Zone::example().await;
    let id = zone.check("one", HOST).await;
    zone.aws.pass(1000);
    assert_eq!(reasons(&zone, &id).await, []);
}

#[tokio::test]
async fn r02_every_checker_tells_why_it_last_failed_also_after_the_check_recovered() {
    let zone = Zone::example().await;
    let id = zone.check("one", HOST).await;
    let answers = |answers| {
        zone.aws
            .world(|world| world.set_host_answers(HOST, answers));
        // Every checker has made up its mind.
        zone.aws.pass(200);
    };
    answers(false);
    let failing = reasons(&zone, &id).await;
    assert_eq!(failing.len(), 16);
    for observation in &failing {
        let report = observation.status_report().unwrap();
        let status = report.status().unwrap();
        assert!(
            status.starts_with("Failure: Connection timed out."),
            "{status}"
        );
    }
    let failed_until = zone.aws.world(|world| world.now());
    answers(true);
    zone.aws.pass(1000);
    let recovered = reasons(&zone, &id).await;
    assert_eq!(recovered.len(), 16);
    for observation in &recovered {
        let report = observation.status_report().unwrap();
        assert!(report.status().unwrap().starts_with("Failure:"));
        let checked = report.checked_time().unwrap().secs();
        assert!(checked <= failed_until.as_second() + 20);
    }
}

#[tokio::test]
async fn r03_a_calculated_check_has_no_reason_of_its_own() {
    let zone = Zone::example().await;
    let config = HealthCheckConfig::builder()
        .r#type(HealthCheckType::Calculated)
        .health_threshold(0);
    let id = make(&zone.client, "none", config).await.unwrap();
    for (id, code) in [(id.as_str(), "InvalidInput"), ("none", "NoSuchHealthCheck")] {
        let get = zone.client.get_health_check_last_failure_reason();
        assert_eq!(get.health_check_id(id).send().await.refused().0, code);
    }
}
