//! Health checks: caller references, settings, quotas and pages.
//!
//! Sources: `CreateHealthCheck`, `HealthCheckConfig` and `DeleteHealthCheck`, Route 53 API
//! Reference.

use aws_sdk_route53::types::{HealthCheckConfig, HealthCheckRegion, HealthCheckType};
use evenkeel_sim::{Quotas, Seed};

use crate::aws::{Aws, Refused};

fn https(name: &str) -> aws_sdk_route53::types::builders::HealthCheckConfigBuilder {
    HealthCheckConfig::builder()
        .r#type(HealthCheckType::Https)
        .fully_qualified_domain_name(name)
}

pub(crate) async fn make(
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
