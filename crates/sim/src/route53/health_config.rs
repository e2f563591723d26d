//! What a new health check's settings must be, and the defaults of those that are not given.
//!
//! Source: `HealthCheckConfig`, Route 53 API Reference; "Values that you specify when you create or
//! update health checks", Developer Guide. AWS's texts for combinations are not documented.

use std::net::IpAddr;

use super::Error;
use super::health_check::{CheckType, HealthCheckConfig};
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

/// The settings as they are kept.
pub(super) fn accept(given: HealthCheckConfig) -> Result<(CheckType, HealthCheckConfig), Error> {
    let kind = constrain(&given)?;
    combine(kind, &given).map_err(|text| Error::InvalidInput(text.to_owned()))?;
    Ok((kind, with_defaults(kind, given)))
}

fn constrain(config: &HealthCheckConfig) -> Result<CheckType, Error> {
    let mut constraints = Constraints::default();
    let at = |member: &str| format!("healthCheckConfig.{member}");
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
    let regions = config.regions.as_ref().map(|regions| &regions.list);
    constraints.count(&at("regions"), regions, 3, 64);
    for (index, region) in regions.into_iter().flatten().enumerate() {
        let at = at(&format!("regions.{}.member", index + 1));
        constraints.word::<CheckerRegion>(&at, Some(region));
    }
    constraints.verdict().map_err(Error::InvalidInput)?;
    Ok(kind)
}

fn combine(kind: CheckType, config: &HealthCheckConfig) -> Result<(), &'static str> {
    if !matches!(config.request_interval, None | Some(10 | 30)) {
        return Err("Invalid parameter : RequestInterval must be 10 or 30");
    }
    let address = match config.ip_address.as_deref().map(str::parse::<IpAddr>) {
        Some(Ok(address)) if is_private(address) => {
            return Err("Invalid parameter : IPAddress must be a publicly routable address");
        }
        Some(Err(_)) => return Err("Invalid parameter : IPAddress is not an IP address"),
        Some(Ok(_)) => true,
        None => false,
    };
    let endpoint = address || config.fully_qualified_domain_name.is_some();
    match kind {
        CheckType::Http | CheckType::Https if endpoint => Ok(()),
        CheckType::HttpStrMatch | CheckType::HttpsStrMatch if endpoint => {
            let given = config
                .search_string
                .as_ref()
                .is_some_and(|text| !text.is_empty());
            given
                .then_some(())
                .ok_or("Invalid parameter : SearchString is required for this type")
        }
        CheckType::Tcp if endpoint => config
            .port
            .map(|_| ())
            .ok_or("Invalid parameter : Port is required for TCP"),
        CheckType::Http
        | CheckType::Https
        | CheckType::HttpStrMatch
        | CheckType::HttpsStrMatch
        | CheckType::Tcp => {
            Err("Invalid parameter : IPAddress or FullyQualifiedDomainName is required")
        }
        CheckType::Calculated if endpoint || config.port.is_some() => {
            Err("Invalid parameter : a CALCULATED health check has no endpoint")
        }
        CheckType::Calculated => {
            let given = config.health_threshold.is_some() && config.child_health_checks.is_some();
            given.then_some(()).ok_or(
                "Invalid parameter : HealthThreshold and ChildHealthChecks are required for \
                 CALCULATED",
            )
        }
        // This world has no CloudWatch alarms and no routing controls, so none can be found.
        CheckType::CloudwatchMetric => {
            Err("Invalid parameter : AlarmIdentifier does not name an existing alarm")
        }
        CheckType::RecoveryControl => {
            Err("Invalid parameter : RoutingControlArn does not name an existing routing control")
        }
    }
}

/// Ranges that health checkers refuse (`HealthCheckConfig`, `IPAddress`).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = matches!(v4.octets(), [100, 64..=127, ..]);
            let local = v4.is_loopback() || v4.is_link_local() || v4.is_unspecified();
            v4.is_private() || local || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

fn with_defaults(kind: CheckType, mut config: HealthCheckConfig) -> HealthCheckConfig {
    let (port, sni) = match kind {
        CheckType::Http | CheckType::HttpStrMatch => (Some(80), Some(false)),
        CheckType::Https | CheckType::HttpsStrMatch => (Some(443), Some(true)),
        CheckType::Tcp => (None, Some(false)),
        CheckType::Calculated | CheckType::CloudwatchMetric | CheckType::RecoveryControl => {
            config.inverted = config.inverted.or(Some(false));
            config.disabled = config.disabled.or(Some(false));
            return config;
        }
    };
    config.port = config.port.or(port);
    config.enable_sni = config.enable_sni.or(sni);
    config.request_interval = config.request_interval.or(Some(30));
    config.failure_threshold = config.failure_threshold.or(Some(3));
    config.measure_latency = config.measure_latency.or(Some(false));
    config.inverted = config.inverted.or(Some(false));
    config.disabled = config.disabled.or(Some(false));
    config
}
