//! Each type of health check has settings that it needs, and settings that it can't have.
//!
//! Source: `HealthCheckConfig`, Route 53 API Reference; the texts as AWS sends them, or in their
//! form.

use aws_sdk_route53::types::builders::HealthCheckConfigBuilder;
use aws_sdk_route53::types::{
    AlarmIdentifier, CloudWatchRegion, HealthCheckConfig, HealthCheckRegion, HealthCheckType,
    InsufficientDataHealthStatus,
};

use crate::checks::make;
use crate::zone::Zone;

pub(crate) const CONTROL: &str =
    "arn:aws:route53-recovery-control::123456789012:controlpanel/0/routingcontrol/0";

fn of(kind: HealthCheckType) -> HealthCheckConfigBuilder {
    HealthCheckConfig::builder().r#type(kind)
}

fn named(kind: HealthCheckType) -> HealthCheckConfigBuilder {
    of(kind).fully_qualified_domain_name("www.example.org")
}

fn alarm() -> AlarmIdentifier {
    let alarm = AlarmIdentifier::builder().name("errors");
    alarm.region(CloudWatchRegion::EuWest1).build().unwrap()
}

pub(crate) fn metric() -> HealthCheckConfigBuilder {
    of(HealthCheckType::CloudwatchMetric).alarm_identifier(alarm())
}

pub(crate) fn control() -> HealthCheckConfigBuilder {
    of(HealthCheckType::RecoveryControl).routing_control_arn(CONTROL)
}

fn calculated() -> HealthCheckConfigBuilder {
    of(HealthCheckType::Calculated).health_threshold(0)
}

#[tokio::test]
async fn t01_every_type_is_made_with_what_it_needs() {
    let zone = Zone::example().await;
    for (reference, config) in [
        ("http", named(HealthCheckType::Http)),
        ("https", named(HealthCheckType::Https)),
        (
            "http match",
            named(HealthCheckType::HttpStrMatch).search_string("ready"),
        ),
        (
            "https match",
            named(HealthCheckType::HttpsStrMatch).search_string("ready"),
        ),
        ("tcp", named(HealthCheckType::Tcp).port(5432)),
        ("calculated", calculated()),
        (
            "metric",
            metric().insufficient_data_health_status(InsufficientDataHealthStatus::Healthy),
        ),
        ("control", control()),
    ] {
        let made = make(&zone.client, reference, config).await;
        assert!(made.is_ok(), "{reference}: {made:?}");
    }
}

#[tokio::test]
async fn t02_only_checks_of_an_endpoint_have_its_defaults() {
    let zone = Zone::example().await;
    for (reference, config) in [
        ("calculated", calculated()),
        ("metric", metric()),
        ("control", control()),
    ] {
        let id = make(&zone.client, reference, config).await.unwrap();
        let found = zone.client.get_health_check().health_check_id(id);
        let check = found.send().await.unwrap().health_check.unwrap();
        let config = check.health_check_config().unwrap();
        assert_eq!((config.port(), config.request_interval()), (None, None));
        assert_eq!(
            (config.failure_threshold(), config.measure_latency()),
            (None, None)
        );
        assert_eq!(
            (config.inverted(), config.disabled()),
            (Some(false), Some(false))
        );
    }
}

#[tokio::test]
async fn t03_what_does_not_go_with_a_type_is_named() {
    let zone = Zone::example().await;
    for (config, expected) in [
        (
            named(HealthCheckType::Http).alarm_identifier(alarm()),
            "Basic health checks must not have an metric region specified.",
        ),
        (
            named(HealthCheckType::Tcp)
                .port(443)
                .insufficient_data_health_status(InsufficientDataHealthStatus::Healthy),
            "Basic health checks must not have an insufficient data health state specified.",
        ),
        (
            named(HealthCheckType::Https).health_threshold(1),
            "Basic health checks must not have a health threshold specified.",
        ),
        (
            of(HealthCheckType::Calculated),
            "Calculated health checks must have a health threshold specified.",
        ),
        (
            calculated().failure_threshold(3),
            "Calculated health checks must not have a failure threshold specified.",
        ),
        (
            calculated().ip_address("192.0.2.1"),
            "Calculated health checks must not have an IP address specified.",
        ),
        (
            metric().port(443),
            "Cloudwatch metric health checks must not have a port specified.",
        ),
        (
            of(HealthCheckType::CloudwatchMetric),
            "Cloudwatch metric health checks must have an metric region specified.",
        ),
        (
            control().request_interval(30),
            "Recovery control health checks must not have a request interval specified.",
        ),
        (
            of(HealthCheckType::RecoveryControl),
            "Recovery control health checks must have a routing control ARN specified.",
        ),
        (
            of(HealthCheckType::Http),
            "Basic health checks must have an IP address or a fully qualified domain name \
             specified.",
        ),
        (
            named(HealthCheckType::Tcp),
            "Basic health checks must have a port specified.",
        ),
        (
            named(HealthCheckType::HttpsStrMatch),
            "Basic health checks must have a search string specified.",
        ),
        (
            named(HealthCheckType::Https).search_string("ready"),
            "Basic health checks must not have a search string specified.",
        ),
    ] {
        let (code, message) = make(&zone.client, "one", config).await.unwrap_err();
        assert_eq!(code, "InvalidInput");
        assert_eq!(message, format!("Invalid parameter : {expected}"));
    }
}

#[tokio::test]
async fn t04_members_are_held_to_their_constraints_together() {
    let zone = Zone::example().await;
    let alarm = AlarmIdentifier::builder()
        .name("x".repeat(257))
        .region(CloudWatchRegion::from("mars-north-1"));
    let config = of(HealthCheckType::CloudwatchMetric)
        .alarm_identifier(alarm.build().unwrap())
        .insufficient_data_health_status(InsufficientDataHealthStatus::from("Unknown"))
        .regions(HealthCheckRegion::from("eu-central-1"))
        .routing_control_arn("");
    let (code, message) = make(&zone.client, "one", config).await.unwrap_err();
    assert_eq!(code, "InvalidInput");
    assert!(
        message.starts_with("6 validation errors detected"),
        "{message}"
    );
    for member in [
        "healthCheckConfig.alarmIdentifier.region",
        "healthCheckConfig.alarmIdentifier.name",
        "healthCheckConfig.insufficientDataHealthStatus",
        "healthCheckConfig.regions",
        "healthCheckConfig.regions.1.member",
        "healthCheckConfig.routingControlArn",
    ] {
        assert!(message.contains(&format!("'{member}'")), "{message}");
    }
}

#[tokio::test]
async fn t05_addresses_that_are_not_routable_are_refused() {
    let zone = Zone::example().await;
    for address in [
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "0.1.2.3",
        "::1",
        "fd00::1",
        "fe80::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "www.example.org",
    ] {
        let config = of(HealthCheckType::Http).ip_address(address);
        let (code, _) = make(&zone.client, "one", config).await.unwrap_err();
        assert_eq!(code, "InvalidInput", "{address}");
    }
    for address in ["192.0.2.1", "2001:db8::1"] {
        let config = of(HealthCheckType::Http).ip_address(address);
        make(&zone.client, address, config).await.unwrap();
    }
}

#[tokio::test]
async fn t06_a_calculated_check_has_at_most_255_children_that_exist_and_are_not_calculated() {
    let zone = Zone::example().await;
    let child = zone.check("child", "www.example.org").await;
    let children = |count| calculated().set_child_health_checks(Some(vec![child.clone(); count]));
    make(&zone.client, "fits", children(255)).await.unwrap();
    let nested = make(&zone.client, "parent", calculated()).await.unwrap();
    for refused in [
        children(256),
        children(257),
        calculated().child_health_checks("none"),
        calculated().child_health_checks(nested),
        calculated().health_threshold(257),
    ] {
        let (code, message) = make(&zone.client, "one", refused).await.unwrap_err();
        assert_eq!(code, "InvalidInput", "{message}");
    }
}
