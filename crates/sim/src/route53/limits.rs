//! What the account and a hosted zone may have, and what they have.
//!
//! Source: `GetAccountLimit`, `GetHostedZoneLimit` and `GetHostedZoneCount`, Route 53 API Reference.

use serde::Serialize;

use super::wire::NAMESPACE;
use super::{Asked, Error, Route53};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError};
use crate::words::{Word, words};

words! {
    LimitType {
        HealthChecks "MAX_HEALTH_CHECKS_BY_OWNER",
        HostedZones "MAX_HOSTED_ZONES_BY_OWNER",
        TrafficPolicyInstances "MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER",
        ReusableDelegationSets "MAX_REUSABLE_DELEGATION_SETS_BY_OWNER",
        TrafficPolicies "MAX_TRAFFIC_POLICIES_BY_OWNER",
    }
}

words! {
    HostedZoneLimitType {
        RecordSets "MAX_RRSETS_BY_ZONE", Vpcs "MAX_VPCS_ASSOCIATED_BY_ZONE",
    }
}

/// "Amazon VPCs that you can associate with a private hosted zone" ("Quotas", Developer Guide).
const MOST_VPCS: usize = 300;

/// The response of both operations, which differ in the types that there are.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct LimitAndCount<T> {
    limit: Limit<T>,
    count: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Limit<T> {
    r#type: T,
    value: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetHostedZoneCountResponse {
    hosted_zone_count: usize,
}

/// The type that is asked for.
fn kind_of<T: Word>(asked: &Asked) -> Result<T, Error> {
    let mut constraints = Constraints::default();
    let kind = constraints.required_word("type", Some(&asked.kind));
    constraints.verdict().map_err(Error::InvalidInput)?;
    Ok(kind)
}

impl Route53 {
    pub(super) fn get_account_limit(
        &self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let kind = kind_of(asked)?;
        // The last three are AWS's defaults for things that this world has none of.
        let (value, count) = match kind {
            LimitType::HealthChecks => (context.quotas.health_checks, self.checks.len()),
            LimitType::HostedZones => (context.quotas.hosted_zones, self.zones.len()),
            LimitType::TrafficPolicyInstances => (5, 0),
            LimitType::ReusableDelegationSets => (100, 0),
            LimitType::TrafficPolicies => (50, 0),
        };
        let body = LimitAndCount {
            limit: Limit {
                r#type: kind,
                value,
            },
            count,
        };
        Answer::xml("GetAccountLimitResponse", NAMESPACE, &body)
    }

    /// A public zone has no limit of VPCs.
    pub(super) fn get_hosted_zone_limit(
        &self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let kind = kind_of(asked)?;
        let zone = self.zone(&asked.subject)?;
        let (value, count) = match kind {
            HostedZoneLimitType::RecordSets => (context.quotas.record_sets, zone.sets.len()),
            HostedZoneLimitType::Vpcs if !zone.private => {
                return Err(Error::HostedZoneNotPrivate.into());
            }
            // A private zone of this world has one VPC.
            HostedZoneLimitType::Vpcs => (MOST_VPCS, 1),
        };
        let body = LimitAndCount {
            limit: Limit {
                r#type: kind,
                value,
            },
            count,
        };
        Answer::xml("GetHostedZoneLimitResponse", NAMESPACE, &body)
    }

    pub(super) fn get_hosted_zone_count(&self) -> Result<Answer, ServiceError> {
        let body = GetHostedZoneCountResponse {
            hosted_zone_count: self.zones.len(),
        };
        Answer::xml("GetHostedZoneCountResponse", NAMESPACE, &body)
    }
}
