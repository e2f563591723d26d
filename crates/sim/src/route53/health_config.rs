//! What a health check's settings must be, and the defaults of those that are not given.
//!
//! Source: `HealthCheckConfig`, Route 53 API Reference; "Values that you specify when you create or
//! update health checks", Developer Guide.

use super::Error;
use super::health_check::{CheckType, HealthCheckConfig};
use super::health_members;
use crate::region::Region;
use crate::wire::Constraints;
use crate::words::words;

words! {
    /// The Regions that checkers are in.
    CheckerRegion {
        UsEast1 "us-east-1", UsWest1 "us-west-1", UsWest2 "us-west-2", EuWest1 "eu-west-1",
        ApSoutheast1 "ap-southeast-1", ApSoutheast2 "ap-southeast-2",
        ApNortheast1 "ap-northeast-1", SaEast1 "sa-east-1",
    }
}

words! {
    InsufficientDataHealthStatus {
        Healthy "Healthy", Unhealthy "Unhealthy", LastKnownStatus "LastKnownStatus",
    }
}

/// The settings as they are kept. `at` is where the request has them, with a dot at the end.
pub(super) fn accept(
    given: HealthCheckConfig,
    at: &str,
) -> Result<(CheckType, HealthCheckConfig), Error> {
    let kind = constrain(&given, at)?;
    health_members::combine(kind, &given).map_err(|text| Error::invalid_parameter(&text))?;
    Ok((kind, with_defaults(kind, given)))
}

fn constrain(config: &HealthCheckConfig, at: &str) -> Result<CheckType, Error> {
    let mut constraints = Constraints::default();
    let at = |member: &str| format!("{at}{member}");
    let kind = constraints.required_word(&at("type"), Some(&config.r#type));
    constraints.length(&at("iPAddress"), config.ip_address.as_deref(), 0, 45);
    constraints.between(&at("port"), config.port, 1, 65_535);
    constraints.length(&at("resourcePath"), config.resource_path.as_deref(), 0, 255);
    let name = config.fully_qualified_domain_name.as_deref();
    constraints.length(&at("fullyQualifiedDomainName"), name, 0, 255);
    constraints.length(&at("searchString"), config.search_string.as_deref(), 0, 255);
    constraints.between(&at("requestInterval"), config.request_interval, 10, 30);
    constraints.between(&at("failureThreshold"), config.failure_threshold, 1, 10);
    constraints.between(&at("healthThreshold"), config.health_threshold, 0, 256);
    let children = config
        .child_health_checks
        .as_ref()
        .map(|children| &children.list);
    constraints.count(&at("childHealthChecks"), children, 0, 256);
    for (index, child) in children.into_iter().flatten().enumerate() {
        let at = at(&format!("childHealthChecks.{}.member", index + 1));
        constraints.length(&at, Some(child), 0, 64);
    }
    let regions = config.regions.as_ref().map(|regions| &regions.list);
    constraints.count(&at("regions"), regions, 3, 64);
    for (index, region) in regions.into_iter().flatten().enumerate() {
        let at = at(&format!("regions.{}.member", index + 1));
        constraints.word::<CheckerRegion>(&at, Some(region));
    }
    if let Some(alarm) = &config.alarm_identifier {
        constraints.word::<Region>(&at("alarmIdentifier.region"), Some(&alarm.region));
        constraints.length(&at("alarmIdentifier.name"), Some(&alarm.name), 1, 256);
    }
    let status = config.insufficient_data_health_status.as_deref();
    constraints.word::<InsufficientDataHealthStatus>(&at("insufficientDataHealthStatus"), status);
    let control = config.routing_control_arn.as_deref();
    constraints.length(&at("routingControlArn"), control, 1, 255);
    constraints.verdict().map_err(Error::InvalidInput)?;
    Ok(kind)
}

fn with_defaults(kind: CheckType, mut config: HealthCheckConfig) -> HealthCheckConfig {
    config.inverted = config.inverted.or(Some(false));
    config.disabled = config.disabled.or(Some(false));
    let (port, sni) = match kind {
        CheckType::Http | CheckType::HttpStrMatch => (Some(80), false),
        CheckType::Https | CheckType::HttpsStrMatch => (Some(443), true),
        CheckType::Tcp => (None, false),
        CheckType::Calculated | CheckType::CloudwatchMetric | CheckType::RecoveryControl => {
            return config;
        }
    };
    config.port = config.port.or(port);
    config.enable_sni = config.enable_sni.or(Some(sni));
    config.request_interval = config.request_interval.or(Some(30));
    config.failure_threshold = config.failure_threshold.or(Some(3));
    config.measure_latency = config.measure_latency.or(Some(false));
    config
}
