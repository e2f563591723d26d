//! Route 53: zones, record sets, changes and health checks. Names are normalised here, so that core compares meanings.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_route53::Client;
use aws_sdk_route53::error::{BuildError, SdkError};
use aws_sdk_route53::types::{
    self, AliasTarget, ChangeAction, ChangeBatch, HealthCheckConfig, HealthCheckType,
    ResourceRecord, ResourceRecordSet, ResourceRecordSetRegion, RrType, Tag, TagResourceType,
};
use evenkeel_core::crd::CheckProtocol;
use evenkeel_core::failure::{Failure, Read, Service};
use evenkeel_core::names::{ChangeId, HealthCheckId, ZoneId};
use evenkeel_core::plan::Effect;
use evenkeel_core::route53::{
    Action, Answer, ChangeSet, ChangeState, CheckConfig, CheckStatus, HealthCheck, RecordRouting,
    RecordSet, Records,
};

use super::{Aws, failure};

/// ListTagsForResources takes this many ids at once.
pub(crate) const TAGS_BATCH: usize = 10;

fn failed<E>(operation: &str, error: &SdkError<E>) -> Failure
where
    E: aws_smithy_types::error::metadata::ProvideErrorMetadata + std::error::Error + 'static,
{
    failure::of(Service::Route53, operation, error)
}

impl Aws {
    /// The public zones of exactly that name.
    pub async fn zones_named(&self, name: &str) -> Result<BTreeSet<ZoneId>, Failure> {
        let reply = self
            .route53
            .list_hosted_zones_by_name()
            .dns_name(name)
            .send()
            .await;
        let reply = reply.map_err(|error| failed("ListHostedZonesByName", &error))?;
        let public = reply.hosted_zones().iter().filter(|zone| {
            normal(zone.name()) == name
                && !zone
                    .config()
                    .is_some_and(types::HostedZoneConfig::private_zone)
        });
        Ok(public
            .map(|zone| ZoneId::new(last_segment(zone.id())))
            .collect())
    }

    /// Every public zone of the account.
    pub async fn zones(&self) -> Result<BTreeSet<ZoneId>, Failure> {
        let mut found = BTreeSet::new();
        let mut pages = self.route53.list_hosted_zones().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("ListHostedZones", &error))?;
            let public = page.hosted_zones().iter();
            let public = public.filter(|zone| {
                !zone
                    .config()
                    .is_some_and(types::HostedZoneConfig::private_zone)
            });
            found.extend(public.map(|zone| ZoneId::new(last_segment(zone.id()))));
        }
        Ok(found)
    }

    /// Every record set of a zone.
    pub async fn records(&self, zone: &ZoneId) -> Result<Records, Failure> {
        let mut records = Records::default();
        let mut start: (Option<String>, Option<RrType>, Option<String>) = (None, None, None);
        loop {
            let (name, kind, identifier) = start;
            let request = self
                .route53
                .list_resource_record_sets()
                .hosted_zone_id(zone.as_str())
                .set_start_record_name(name)
                .set_start_record_type(kind)
                .set_start_record_identifier(identifier);
            let reply = request
                .send()
                .await
                .map_err(|error| failed("ListResourceRecordSets", &error))?;
            for set in reply.resource_record_sets() {
                if set.r#type().as_str() == "SOA" {
                    records.zone_name = normal(set.name());
                }
                let set = record_set(set);
                records
                    .sets
                    .entry(set.name.clone())
                    .or_default()
                    .insert(set);
            }
            if !reply.is_truncated() {
                return Ok(records);
            }
            start = (
                reply.next_record_name().map(str::to_owned),
                reply.next_record_type().cloned(),
                reply.next_record_identifier().map(str::to_owned),
            );
        }
    }

    /// Whether a change has reached all name servers.
    pub async fn change_state(&self, change: &ChangeId) -> Result<ChangeState, Failure> {
        match self.route53.get_change().id(change.as_str()).send().await {
            Ok(reply) => {
                let in_sync = reply
                    .change_info()
                    .is_some_and(|change| change.status().as_str() == "INSYNC");
                Ok(if in_sync {
                    ChangeState::InSync
                } else {
                    ChangeState::Pending
                })
            }
            // Changes are forgotten after a while; a forgotten one was carried out long ago.
            Err(SdkError::ServiceError(error)) if error.err().is_no_such_change() => {
                Ok(ChangeState::InSync)
            }
            Err(error) => Err(failed("GetChange", &error)),
        }
    }

    /// Every health check of the account.
    pub async fn health_checks(&self) -> Result<BTreeMap<HealthCheckId, HealthCheck>, Failure> {
        let mut found = BTreeMap::new();
        let mut pages = self
            .route53
            .list_health_checks()
            .into_paginator()
            .page_size(1_000)
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("ListHealthChecks", &error))?;
            found.extend(page.health_checks().iter().map(|check| {
                let described = HealthCheck {
                    caller_reference: check.caller_reference().to_owned(),
                    config: check.health_check_config().and_then(check_config),
                    name_tag: Read::NotRead,
                    status: Read::NotRead,
                    children: children(check),
                };
                (HealthCheckId::new(check.id()), described)
            }));
        }
        Ok(found)
    }

    /// The console names of these checks, at most [`TAGS_BATCH`] of them.
    pub async fn check_names(
        &self,
        ids: &[HealthCheckId],
    ) -> Result<BTreeMap<HealthCheckId, Option<String>>, Failure> {
        let request = self
            .route53
            .list_tags_for_resources()
            .resource_type(TagResourceType::Healthcheck)
            .set_resource_ids(Some(ids.iter().map(ToString::to_string).collect()));
        let reply = request
            .send()
            .await
            .map_err(|error| failed("ListTagsForResources", &error))?;
        let mut names: BTreeMap<HealthCheckId, Option<String>> =
            ids.iter().map(|id| (id.clone(), None)).collect();
        for set in reply.resource_tag_sets() {
            let name = set
                .tags()
                .iter()
                .find(|tag| tag.key() == Some("Name"))
                .and_then(Tag::value);
            if let Some(id) = set.resource_id() {
                names.insert(HealthCheckId::new(id), name.map(str::to_owned));
            }
        }
        Ok(names)
    }

    /// What the checkers say: healthy if more than 18 % of them do (Route 53 developer guide, how health is determined).
    pub async fn check_status(&self, id: &HealthCheckId) -> Result<CheckStatus, Failure> {
        let reply = self
            .route53
            .get_health_check_status()
            .health_check_id(id.as_str())
            .send()
            .await;
        let reply = reply.map_err(|error| failed("GetHealthCheckStatus", &error))?;
        let observations = reply.health_check_observations();
        let passing = observations.iter().filter(|observation| {
            let status = observation
                .status_report()
                .and_then(types::StatusReport::status);
            status.is_some_and(|status| status.starts_with("Success"))
        });
        let passing = passing.count();
        // A check without data is healthy.
        let healthy = observations.is_empty() || passing * 100 > observations.len() * 18;
        Ok(if healthy {
            CheckStatus::Healthy
        } else {
            CheckStatus::Unhealthy
        })
    }
}

pub(super) async fn carry_out(client: &Client, action: &Action) -> Result<Effect, Failure> {
    match action {
        Action::CreateHealthCheck {
            caller_reference,
            config,
        } => {
            let wanted = sdk_config(config).map_err(|error| {
                failure::unbuildable(Service::Route53, None, "CreateHealthCheck", &error)
            })?;
            let request = client
                .create_health_check()
                .caller_reference(caller_reference)
                .health_check_config(wanted);
            let reply = request
                .send()
                .await
                .map_err(|error| failed("CreateHealthCheck", &error))?;
            let id = reply.health_check().map(types::HealthCheck::id);
            let id =
                id.ok_or_else(|| failure::unreadable(Service::Route53, None, "CreateHealthCheck"))?;
            Ok(Effect::HealthCheckCreated {
                id: HealthCheckId::new(id),
            })
        }
        Action::NameHealthCheck { id, after, .. } => {
            let tag = Tag::builder().key("Name").value(after).build();
            let request = client
                .change_tags_for_resource()
                .resource_type(TagResourceType::Healthcheck)
                .resource_id(id.as_str())
                .add_tags(tag);
            request
                .send()
                .await
                .map_err(|error| failed("ChangeTagsForResource", &error))?;
            Ok(Effect::Done)
        }
        Action::DeleteHealthCheck { id, .. } => {
            let request = client.delete_health_check().health_check_id(id.as_str());
            request
                .send()
                .await
                .map_err(|error| failed("DeleteHealthCheck", &error))?;
            Ok(Effect::Done)
        }
        Action::ChangeRecordSets(set) => {
            let batch = batch(set).map_err(|error| {
                failure::unbuildable(Service::Route53, None, "ChangeResourceRecordSets", &error)
            })?;
            let request = client
                .change_resource_record_sets()
                .hosted_zone_id(set.zone.as_str())
                .change_batch(batch);
            let reply = request
                .send()
                .await
                .map_err(|error| failed("ChangeResourceRecordSets", &error))?;
            let change = reply.change_info().map(types::ChangeInfo::id);
            let change = change.ok_or_else(|| {
                failure::unreadable(Service::Route53, None, "ChangeResourceRecordSets")
            })?;
            Ok(Effect::RecordSetsChanged {
                change: ChangeId::new(last_segment(change)),
            })
        }
    }
}

/// Lower case, no final dot, `*` for its octal form.
fn normal(name: &str) -> String {
    name.strip_suffix('.')
        .unwrap_or(name)
        .to_ascii_lowercase()
        .replace("\\052", "*")
}

/// Ids carry a path: `/hostedzone/Z...`, `/change/C...`.
fn last_segment(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

fn record_set(set: &ResourceRecordSet) -> RecordSet {
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
        routing: routing(set),
        answer,
        health_check: set.health_check_id().map(HealthCheckId::new),
    }
}

fn routing(set: &ResourceRecordSet) -> RecordRouting {
    let region = set.region().map(ResourceRecordSetRegion::as_str);
    let foreign = [
        ("Weighted", set.weight().is_some()),
        ("Failover", set.failover().is_some()),
        ("Geolocation", set.geo_location().is_some()),
        ("MultiValue", set.multi_value_answer().is_some()),
        ("Geoproximity", set.geo_proximity_location().is_some()),
        ("CIDR", set.cidr_routing_config().is_some()),
        ("TrafficPolicy", set.traffic_policy_instance_id().is_some()),
    ];
    match (region.map(str::parse), foreign.iter().find(|(_, is)| *is)) {
        (Some(Ok(region)), _) => RecordRouting::Latency(region),
        (Some(Err(_)), _) => {
            RecordRouting::Foreign(format!("Latency {}", region.unwrap_or_default()))
        }
        (None, Some((policy, _))) => RecordRouting::Foreign((*policy).to_owned()),
        (None, None) => RecordRouting::Simple,
    }
}

/// The checks that a calculated one counts.
fn children(check: &types::HealthCheck) -> BTreeSet<HealthCheckId> {
    let config = check.health_check_config();
    let ids = config
        .map(HealthCheckConfig::child_health_checks)
        .unwrap_or_default();
    ids.iter().map(HealthCheckId::new).collect()
}

/// The content of a check, if it has only settings that Evenkeel makes.
fn check_config(config: &HealthCheckConfig) -> Option<CheckConfig> {
    let small = |number: Option<i32>| u16::try_from(number?).ok();
    let protocol = match config.r#type().as_str() {
        "HTTPS" => CheckProtocol::HTTPS,
        "HTTP" => CheckProtocol::HTTP,
        "TCP" => CheckProtocol::TCP,
        _ => return None,
    };
    let is_ours = config.ip_address().is_none()
        && config.search_string().is_none()
        && config.regions().is_empty()
        && !config.inverted().unwrap_or(false)
        && !config.disabled().unwrap_or(false)
        && !config.measure_latency().unwrap_or(false);
    is_ours.then_some(CheckConfig {
        fqdn: normal(config.fully_qualified_domain_name()?),
        protocol,
        port: small(config.port())?,
        path: config.resource_path().map(str::to_owned),
        interval_seconds: small(config.request_interval())?,
        failure_threshold: small(config.failure_threshold())?,
    })
}

fn sdk_config(config: &CheckConfig) -> Result<HealthCheckConfig, BuildError> {
    let protocol = match config.protocol {
        CheckProtocol::HTTPS => HealthCheckType::Https,
        CheckProtocol::HTTP => HealthCheckType::Http,
        CheckProtocol::TCP => HealthCheckType::Tcp,
    };
    HealthCheckConfig::builder()
        .r#type(protocol)
        .fully_qualified_domain_name(&config.fqdn)
        .port(i32::from(config.port))
        .set_resource_path(config.path.clone())
        .request_interval(i32::from(config.interval_seconds))
        .failure_threshold(i32::from(config.failure_threshold))
        .build()
}

fn batch(set: &ChangeSet) -> Result<ChangeBatch, BuildError> {
    let change = |action: ChangeAction, set: &RecordSet| {
        types::Change::builder()
            .action(action)
            .resource_record_set(sdk_set(set)?)
            .build()
    };
    let deletions = set.deletions().map(|set| change(ChangeAction::Delete, set));
    let creations = set.creations().map(|set| change(ChangeAction::Create, set));
    let changes = deletions.chain(creations).collect::<Result<_, _>>()?;
    // Read by people in CloudTrail; at most 256 characters.
    let comment: String = format!("evenkeel {}", set.app).chars().take(256).collect();
    ChangeBatch::builder()
        .comment(comment)
        .set_changes(Some(changes))
        .build()
}

fn sdk_set(set: &RecordSet) -> Result<ResourceRecordSet, BuildError> {
    let region = match &set.routing {
        RecordRouting::Latency(region) => Some(ResourceRecordSetRegion::from(region.as_str())),
        RecordRouting::Simple | RecordRouting::Foreign(_) => None,
    };
    let builder = ResourceRecordSet::builder()
        .name(&set.name)
        .r#type(RrType::from(set.kind.as_str()))
        .set_set_identifier(set.set_identifier.clone())
        .set_region(region)
        .set_health_check_id(set.health_check.as_ref().map(ToString::to_string));
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
