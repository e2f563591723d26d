//! Health checks: caller references, settings, and what the checkers see.
//!
//! Sources: `CreateHealthCheck`, `HealthCheckConfig`, `DeleteHealthCheck` and
//! `GetHealthCheckStatus`, Route 53 API Reference; "How Amazon Route 53 determines whether a health
//! check is healthy", Developer Guide.

use aws_sdk_route53::types::{HealthCheckConfig, HealthCheckRegion, HealthCheckType};
use evenkeel_sim::{Quotas, Seed};

use crate::aws::{Aws, Refused};
use crate::zone::{Zone, a, create};

fn https(name: &str) -> aws_sdk_route53::types::builders::HealthCheckConfigBuilder {
    HealthCheckConfig::builder()
        .r#type(HealthCheckType::Https)
        .fully_qualified_domain_name(name)
}

async fn make(
    client: &aws_sdk_route53::Client,
    reference: &str,
    config: aws_sdk_route53::types::builders::HealthCheckConfigBuilder,
) -> Result<String, (String, String)> {
    let made = client.create_health_check().caller_reference(reference);
    match made
        .health_check_config(config.build().unwrap())
        .send()
        .await
    {
        Ok(made) => Ok(made.health_check().unwrap().id().to_owned()),
        refused => Err(refused.refused()),
    }
}

#[tokio::test]
async fn h01_the_same_reference_with_the_same_settings_returns_the_check() {
    let client = Aws::example().route53();
    let first = make(&client, "one", https("www.example.org"))
        .await
        .unwrap();
    let again = make(&client, "one", https("www.example.org").port(443))
        .await
        .unwrap();
    assert_eq!(first, again);
    let count = client.get_health_check_count().send().await.unwrap();
    assert_eq!(count.health_check_count(), 1);
}

#[tokio::test]
async fn h02_the_same_reference_with_other_settings_is_refused() {
    let client = Aws::example().route53();
    make(&client, "one", https("www.example.org"))
        .await
        .unwrap();
    let (code, message) = make(&client, "one", https("www.example.net"))
        .await
        .unwrap_err();
    assert_eq!(code, "HealthCheckAlreadyExists");
    let expected = "A different health check has already been created with the specified caller \
                    reference.";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn h03_the_reference_of_a_deleted_check_stays_burnt() {
    let client = Aws::example().route53();
    let id = make(&client, "one", https("www.example.org"))
        .await
        .unwrap();
    client
        .delete_health_check()
        .health_check_id(&id)
        .send()
        .await
        .unwrap();
    let (code, _) = make(&client, "one", https("www.example.org"))
        .await
        .unwrap_err();
    assert_eq!(code, "HealthCheckAlreadyExists");
    let gone = client.get_health_check().health_check_id(&id).send().await;
    assert_eq!(gone.refused().0, "NoSuchHealthCheck");
}

#[tokio::test]
async fn h04_a_new_reference_with_the_same_settings_makes_a_second_check() {
    let client = Aws::example().route53();
    let first = make(&client, "one", https("www.example.org"))
        .await
        .unwrap();
    let second = make(&client, "two", https("www.example.org"))
        .await
        .unwrap();
    assert_ne!(first, second);
}

#[tokio::test]
async fn h05_what_is_not_given_has_its_default() {
    let client = Aws::example().route53();
    let id = make(&client, "one", https("www.example.org"))
        .await
        .unwrap();
    let found = client
        .get_health_check()
        .health_check_id(id)
        .send()
        .await
        .unwrap();
    let check = found.health_check().unwrap();
    let config = check.health_check_config().unwrap();
    assert_eq!(check.health_check_version(), 1);
    assert_eq!(
        (config.port(), config.request_interval()),
        (Some(443), Some(30))
    );
    assert_eq!(
        (config.failure_threshold(), config.enable_sni()),
        (Some(3), Some(true))
    );
    assert_eq!(
        (config.inverted(), config.disabled()),
        (Some(false), Some(false))
    );
    assert_eq!(config.measure_latency(), Some(false));
}

#[tokio::test]
async fn h06_settings_that_do_not_fit_their_type_are_refused() {
    let client = Aws::example().route53();
    let config = HealthCheckConfig::builder;
    let name = "www.example.org";
    for refused in [
        config().r#type(HealthCheckType::Https),
        config()
            .r#type(HealthCheckType::Tcp)
            .fully_qualified_domain_name(name),
        config()
            .r#type(HealthCheckType::HttpStrMatch)
            .fully_qualified_domain_name(name),
        config().r#type(HealthCheckType::Calculated),
        config().r#type(HealthCheckType::CloudwatchMetric),
        config().r#type(HealthCheckType::RecoveryControl),
        config()
            .r#type(HealthCheckType::Http)
            .ip_address("10.0.0.1"),
        https(name).request_interval(17),
        https(name).request_interval(31),
        https(name).failure_threshold(11),
        https(name).regions(HealthCheckRegion::EuWest1),
        config()
            .r#type(HealthCheckType::from("ICMP"))
            .fully_qualified_domain_name(name),
    ] {
        let (code, message) = make(&client, "one", refused).await.unwrap_err();
        assert_eq!(code, "InvalidInput", "{message}");
    }
}

#[tokio::test]
async fn h07_the_quota_of_checks() {
    let quotas = Quotas {
        health_checks: 1,
        ..Quotas::default()
    };
    let client = Aws::new(Seed {
        quotas,
        ..Seed::example()
    })
    .route53();
    make(&client, "one", https("www.example.org"))
        .await
        .unwrap();
    let (code, _) = make(&client, "two", https("www.example.org"))
        .await
        .unwrap_err();
    assert_eq!(code, "TooManyHealthChecks");
}

#[tokio::test]
async fn h08_pages_of_checks_show_each_once() {
    let client = Aws::example().route53();
    let mut made = Vec::new();
    for reference in 0..5 {
        made.push(
            make(&client, &reference.to_string(), https("www.example.org"))
                .await
                .unwrap(),
        );
    }
    let (mut marker, mut seen) = (None, Vec::new());
    loop {
        let list = client.list_health_checks().max_items(2).set_marker(marker);
        let page = list.send().await.unwrap();
        seen.extend(
            page.health_checks()
                .iter()
                .map(|check| check.id().to_owned()),
        );
        marker = page.next_marker;
        if !page.is_truncated {
            break;
        }
    }
    made.sort_unstable();
    assert_eq!(seen, made);
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
    zone.aws.pass(19);
    assert!(status().await.starts_with("Success:"));
    zone.aws.pass(1);
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
    let healthy = || {
        let picture = zone.aws.world(|world| world.picture());
        let checks = picture["route53"]["healthChecks"]
            .as_array()
            .unwrap()
            .clone();
        checks
            .into_iter()
            .find(|check| check["callerReference"] == "both")
            .unwrap()["healthy"]
            == true
    };
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
