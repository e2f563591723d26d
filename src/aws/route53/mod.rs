//! Route 53: reads of zones, record sets, changes and health checks.

mod routing;
mod wire;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_route53::error::SdkError;
use aws_sdk_route53::types::{self, AccountLimitType, RrType, Tag, TagResourceType};
use evenkeel_core::failure::{Failure, Read, Service};
use evenkeel_core::names::{ChangeId, HealthCheckId, ZoneId};
use evenkeel_core::route53::{ChangeState, CheckQuota, CheckStatus, HealthCheck, Records};
use tokio::time::Instant;

use wire::{check_config, children, last_segment, normal, record_set};
pub(super) use write::carry_out;

use super::{Aws, failure};

/// ListTagsForResources takes this many ids at once.
pub(crate) const TAGS_BATCH: usize = 10;

/// Where a list of record sets goes on.
pub(crate) type RecordStart = (Option<String>, Option<RrType>, Option<String>);

/// The health checks of an account.
pub(crate) type HealthChecks = BTreeMap<HealthCheckId, HealthCheck>;

/// The beginning of a list, and where it goes on.
#[derive(Clone, Debug)]
pub(crate) struct Begun<T, N> {
    pub(crate) read: T,
    pub(crate) next: N,
    /// When the first page was read: the list is as old as that.
    pub(crate) since: Instant,
}

impl<T: Default, N: Default> Begun<T, N> {
    /// Nothing yet.
    pub(crate) fn now() -> Self {
        Self {
            read: T::default(),
            next: N::default(),
            since: Instant::now(),
        }
    }
}

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

    /// Every record set of a zone. If a page is held back, the next read goes on from what was begun.
    pub(crate) async fn records(
        &self,
        zone: &ZoneId,
        begun: &mut Begun<Records, RecordStart>,
    ) -> Result<(), Failure> {
        loop {
            let (name, kind, identifier) = begun.next.clone();
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
            let records = &mut begun.read;
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
                return Ok(());
            }
            begun.next = (
                reply.next_record_name().map(str::to_owned),
                reply.next_record_type().cloned(),
                reply.next_record_identifier().map(str::to_owned),
            );
        }
    }

    /// Whether a change has reached all name servers; nothing if Route 53 does not know it.
    pub async fn change_state(&self, change: &ChangeId) -> Result<Option<ChangeState>, Failure> {
        match self.route53.get_change().id(change.as_str()).send().await {
            Ok(reply) => {
                let in_sync = reply
                    .change_info()
                    .is_some_and(|change| change.status().as_str() == "INSYNC");
                Ok(Some(if in_sync {
                    ChangeState::InSync
                } else {
                    ChangeState::Pending
                }))
            }
            Err(SdkError::ServiceError(error)) if error.err().is_no_such_change() => Ok(None),
            Err(error) => Err(failed("GetChange", &error)),
        }
    }

    /// Every health check of the account. If a page is held back, the next read goes on from what was begun.
    pub(crate) async fn health_checks(
        &self,
        begun: &mut Begun<HealthChecks, Option<String>>,
    ) -> Result<(), Failure> {
        loop {
            let request = self
                .route53
                .list_health_checks()
                .max_items(1_000)
                .set_marker(begun.next.clone());
            let page = request
                .send()
                .await
                .map_err(|error| failed("ListHealthChecks", &error))?;
            begun.read.extend(page.health_checks().iter().map(|check| {
                let described = HealthCheck {
                    caller_reference: check.caller_reference().to_owned(),
                    config: check.health_check_config().and_then(check_config),
                    name_tag: Read::NotRead,
                    status: Read::NotRead,
                    children: children(check),
                };
                (HealthCheckId::new(check.id()), described)
            }));
            if !page.is_truncated() {
                return Ok(());
            }
            begun.next = page.next_marker().map(str::to_owned);
        }
    }

    /// How many health checks the account has, and may have.
    pub async fn check_quota(&self) -> Result<CheckQuota, Failure> {
        let request = self
            .route53
            .get_account_limit()
            .r#type(AccountLimitType::MaxHealthChecksByOwner);
        let reply = request
            .send()
            .await
            .map_err(|error| failed("GetAccountLimit", &error))?;
        let limit = reply.limit().map(types::AccountLimit::value);
        Ok(CheckQuota {
            used: u64::try_from(reply.count()).unwrap_or_default(),
            limit: limit
                .and_then(|limit| u64::try_from(limit).ok())
                .unwrap_or(u64::MAX),
        })
    }

    /// The console names of these checks, at most `TAGS_BATCH` of them.
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
