//! Which settings go with which type of health check, in AWS's words: "Basic health checks must not
//! have an metric region specified." Texts about a metric region, an insufficient data health
//! state, a failure threshold and a health threshold were seen on AWS; the others follow their form.
//!
//! This world has no CloudWatch alarms and no routing controls: those that a check names are taken
//! to exist.
//!
//! Source: `HealthCheckConfig`, Route 53 API Reference; "Values that you specify when you create or
//! update health checks", Developer Guide.

use std::net::{IpAddr, Ipv4Addr};

use super::health_check::{CheckType, HealthCheckConfig};

/// "A calculated health check can monitor up to 255 child health checks" ("Quotas", Developer
/// Guide), though the API's model allows 256.
const MOST_CHILDREN: usize = 255;

pub(super) fn combine(kind: CheckType, config: &HealthCheckConfig) -> Result<(), String> {
    for member in members(config) {
        member.check(kind)?;
    }
    if !matches!(config.request_interval, None | Some(10 | 30)) {
        return Err("RequestInterval must be 10 or 30".to_owned());
    }
    let children = config.child_health_checks.as_ref();
    if children.is_some_and(|children| children.list.len() > MOST_CHILDREN) {
        return Err(format!(
            "Calculated health checks must not have more than {MOST_CHILDREN} child health checks."
        ));
    }
    match config.ip_address.as_deref().map(str::parse::<IpAddr>) {
        Some(Err(_)) => return Err("IPAddress is not an IP address".to_owned()),
        Some(Ok(address)) if is_not_routable(address) => {
            return Err("IPAddress must be a publicly routable address".to_owned());
        }
        Some(Ok(_)) | None => {}
    }
    let has_endpoint = config.ip_address.is_some()
        || config
            .fully_qualified_domain_name
            .as_ref()
            .is_some_and(|name| !name.is_empty());
    if family(kind) == BASIC && !has_endpoint {
        let either = "have an IP address or a fully qualified domain name";
        return Err(must(BASIC, either));
    }
    Ok(())
}

/// What AWS's messages call the checks of an endpoint.
const BASIC: &str = "Basic";

fn family(kind: CheckType) -> &'static str {
    match kind {
        CheckType::Http
        | CheckType::Https
        | CheckType::HttpStrMatch
        | CheckType::HttpsStrMatch
        | CheckType::Tcp => BASIC,
        CheckType::Calculated => "Calculated",
        CheckType::CloudwatchMetric => "Cloudwatch metric",
        CheckType::RecoveryControl => "Recovery control",
    }
}

fn must(family: &str, what: &str) -> String {
    format!("{family} health checks must {what} specified.")
}

/// One setting: whether it is given, and for which types it must or may be.
struct Member {
    name: &'static str,
    given: bool,
    needed: fn(CheckType) -> bool,
    fits: fn(CheckType) -> bool,
}

impl Member {
    fn check(&self, kind: CheckType) -> Result<(), String> {
        let Self {
            name,
            given,
            needed,
            fits,
        } = self;
        match given {
            true if !fits(kind) => Err(must(family(kind), &format!("not have {name}"))),
            false if needed(kind) => Err(must(family(kind), &format!("have {name}"))),
            true | false => Ok(()),
        }
    }
}

fn members(config: &HealthCheckConfig) -> Vec<Member> {
    let none = |_| false;
    let basic = |kind| family(kind) == BASIC;
    let http = |kind| family(kind) == BASIC && kind != CheckType::Tcp;
    let matching = |kind| matches!(kind, CheckType::HttpStrMatch | CheckType::HttpsStrMatch);
    let calculated = |kind| kind == CheckType::Calculated;
    let metric = |kind| kind == CheckType::CloudwatchMetric;
    let control = |kind| kind == CheckType::RecoveryControl;
    let member = |name, given, needed, fits| Member {
        name,
        given,
        needed,
        fits,
    };
    let search = config.search_string.as_deref().unwrap_or_default();
    vec![
        member("an IP address", config.ip_address.is_some(), none, basic),
        member(
            "a port",
            config.port.is_some(),
            |kind| kind == CheckType::Tcp,
            basic,
        ),
        member(
            "a resource path",
            config.resource_path.is_some(),
            none,
            http,
        ),
        member(
            "a fully qualified domain name",
            config.fully_qualified_domain_name.is_some(),
            none,
            basic,
        ),
        member("a search string", !search.is_empty(), matching, matching),
        member(
            "a request interval",
            config.request_interval.is_some(),
            none,
            basic,
        ),
        member(
            "a failure threshold",
            config.failure_threshold.is_some(),
            none,
            basic,
        ),
        member(
            "a measure latency",
            config.measure_latency == Some(true),
            none,
            basic,
        ),
        member("SNI", config.enable_sni == Some(true), none, basic),
        member("regions", config.regions.is_some(), none, basic),
        member(
            "a health threshold",
            config.health_threshold.is_some(),
            calculated,
            calculated,
        ),
        member(
            "child health checks",
            config.child_health_checks.is_some(),
            none,
            calculated,
        ),
        member(
            "an metric region",
            config.alarm_identifier.is_some(),
            metric,
            metric,
        ),
        member(
            "an insufficient data health state",
            config.insufficient_data_health_status.is_some(),
            none,
            metric,
        ),
        member(
            "a routing control ARN",
            config.routing_control_arn.is_some(),
            control,
            control,
        ),
    ]
}

/// "Local, private, non-routable, or multicast ranges" (`HealthCheckConfig`, `IPAddress`): RFC 5735,
/// RFC 6598 and RFC 5156. The ranges for documentation are let through: examples need addresses.
fn is_not_routable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_not_routable_v4(v4),
        IpAddr::V6(v6) => {
            let local = v6.is_loopback() || v6.is_unspecified() || v6.is_unicast_link_local();
            let mapped = v6.to_ipv4_mapped().is_some_and(is_not_routable_v4);
            v6.is_unique_local() || v6.is_multicast() || local || mapped
        }
    }
}

fn is_not_routable_v4(v4: Ipv4Addr) -> bool {
    let [first, second, ..] = v4.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let local = v4.is_loopback() || v4.is_link_local() || first == 0;
    // 240.0.0.0/4 is reserved, and ends with the broadcast address.
    v4.is_private() || v4.is_multicast() || local || shared || first >= 240
}
