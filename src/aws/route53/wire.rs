//! Route 53's types to core's and back. Names are normalised here, so that core compares meanings.

use std::collections::BTreeSet;

use aws_sdk_route53::error::BuildError;
use aws_sdk_route53::types::{
    self, AliasTarget, ChangeAction, ChangeBatch, HealthCheckConfig, HealthCheckRegion,
    HealthCheckType, ResourceRecord, ResourceRecordSet, RrType,
};
use evenkeel_core::crd::CheckProtocol;
use evenkeel_core::names::HealthCheckId;
use evenkeel_core::route53::{Answer, ChangeSet, CheckConfig, RecordSet};

use super::routing;

/// Lower case, no final dot, `*` for its octal form.
pub(super) fn normal(name: &str) -> String {
    name.strip_suffix('.')
        .unwrap_or(name)
        .to_ascii_lowercase()
        .replace("\\052", "*")
}

/// Ids carry a path: `/hostedzone/Z...`, `/change/C...`.
pub(super) fn last_segment(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

pub(super) fn record_set(set: &ResourceRecordSet) -> RecordSet {
    let answer = match set.alias_target() {
        Some(alias) => Answer::Alias {
            zone: alias.hosted_zone_id().to_owned(),
            dns_name: normal(alias.dns_name()),
            evaluate_target_health: alias.evaluate_target_health(),
        },
        None => Answer::Values {
            ttl: set
                .ttl()
                .and_then(|ttl| u32::try_from(ttl).ok())
                .unwrap_or_default(),
            values: set
                .resource_records()
                .iter()
                .map(|record| record.value().to_owned())
                .collect(),
        },
    };
    RecordSet {
        name: normal(set.name()),
        kind: set.r#type().as_str().to_owned(),
        set_identifier: set.set_identifier().map(str::to_owned),
        routing: routing::read(set),
        answer,
        health_check: set.health_check_id().map(HealthCheckId::new),
    }
}

/// The checks that a calculated one counts.
pub(super) fn children(check: &types::HealthCheck) -> BTreeSet<HealthCheckId> {
    let config = check.health_check_config();
    let ids = config
        .map(HealthCheckConfig::child_health_checks)
        .unwrap_or_default();
    ids.iter().map(HealthCheckId::new).collect()
}

/// The content of a check, if it has only settings that Evenkeel makes.
pub(super) fn check_config(config: &HealthCheckConfig) -> Option<CheckConfig> {
    let small = |number: Option<i32>| u16::try_from(number?).ok();
    let protocol = match config.r#type().as_str() {
        "HTTPS" | "HTTPS_STR_MATCH" => CheckProtocol::HTTPS,
        "HTTP" | "HTTP_STR_MATCH" => CheckProtocol::HTTP,
        "TCP" => CheckProtocol::TCP,
        _ => return None,
    };
    let is_ours = config.ip_address().is_none()
        && !config.inverted().unwrap_or(false)
        && !config.disabled().unwrap_or(false)
        && !config.measure_latency().unwrap_or(false);
    is_ours.then_some(CheckConfig {
        fqdn: normal(config.fully_qualified_domain_name()?),
        protocol,
        port: small(config.port())?,
        path: config.resource_path().map(str::to_owned),
        search_string: config.search_string().map(str::to_owned),
        interval_seconds: small(config.request_interval())?,
        failure_threshold: small(config.failure_threshold())?,
        checker_regions: config
            .regions()
            .iter()
            .map(|region| region.as_str().to_owned())
            .collect(),
    })
}

pub(super) fn sdk_config(config: &CheckConfig) -> Result<HealthCheckConfig, BuildError> {
    let protocol = match (config.protocol, &config.search_string) {
        (CheckProtocol::HTTPS, None) => HealthCheckType::Https,
        (CheckProtocol::HTTPS, Some(_)) => HealthCheckType::HttpsStrMatch,
        (CheckProtocol::HTTP, None) => HealthCheckType::Http,
        (CheckProtocol::HTTP, Some(_)) => HealthCheckType::HttpStrMatch,
        (CheckProtocol::TCP, _) => HealthCheckType::Tcp,
    };
    let regions = config.checker_regions.iter();
    let regions: Vec<_> = regions
        .map(|region| HealthCheckRegion::from(region.as_str()))
        .collect();
    HealthCheckConfig::builder()
        .r#type(protocol)
        .fully_qualified_domain_name(&config.fqdn)
        .port(i32::from(config.port))
        .set_resource_path(config.path.clone())
        .set_search_string(config.search_string.clone())
        .set_regions((!regions.is_empty()).then_some(regions))
        .request_interval(i32::from(config.interval_seconds))
        .failure_threshold(i32::from(config.failure_threshold))
        .build()
}

pub(super) fn batch(sets: &[&ChangeSet]) -> Result<ChangeBatch, BuildError> {
    let change = |action: ChangeAction, set: &RecordSet| {
        types::Change::builder()
            .action(action)
            .resource_record_set(sdk_set(set)?)
            .build()
    };
    let deletions = sets.iter().flat_map(|set| set.deletions());
    let deletions = deletions.map(|set| change(ChangeAction::Delete, set));
    let creations = sets.iter().flat_map(|set| set.creations());
    let creations = creations.map(|set| change(ChangeAction::Create, set));
    let changes = deletions.chain(creations).collect::<Result<_, _>>()?;
    // Read by people in CloudTrail; at most 256 characters.
    let apps: Vec<String> = sets.iter().map(|set| set.app.to_string()).collect();
    let comment: String = format!("evenkeel {}", apps.join(" "))
        .chars()
        .take(256)
        .collect();
    ChangeBatch::builder()
        .comment(comment)
        .set_changes(Some(changes))
        .build()
}

fn sdk_set(set: &RecordSet) -> Result<ResourceRecordSet, BuildError> {
    let builder = ResourceRecordSet::builder()
        .name(&set.name)
        .r#type(RrType::from(set.kind.as_str()))
        .set_set_identifier(set.set_identifier.clone())
        .set_health_check_id(set.health_check.as_ref().map(ToString::to_string));
    let builder = routing::write(&set.routing, builder);
    match &set.answer {
        Answer::Alias {
            zone,
            dns_name,
            evaluate_target_health,
        } => {
            let alias = AliasTarget::builder()
                .hosted_zone_id(zone)
                .dns_name(dns_name)
                .evaluate_target_health(*evaluate_target_health)
                .build()?;
            builder.alias_target(alias).build()
        }
        Answer::Values { ttl, values } => {
            let records = values
                .iter()
                .map(|value| ResourceRecord::builder().value(value).build());
            builder
                .ttl(i64::from(*ttl))
                .set_resource_records(Some(records.collect::<Result<_, _>>()?))
                .build()
        }
    }
}
