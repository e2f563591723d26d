//! `GetAccountLimit`: what the account may have, and what it has.

use serde::Serialize;

use super::wire::NAMESPACE;
use super::{Asked, Error, Route53};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError};
use crate::words::words;

words! {
    LimitType {
        HealthChecks "MAX_HEALTH_CHECKS_BY_OWNER",
        HostedZones "MAX_HOSTED_ZONES_BY_OWNER",
        TrafficPolicyInstances "MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER",
        ReusableDelegationSets "MAX_REUSABLE_DELEGATION_SETS_BY_OWNER",
        TrafficPolicies "MAX_TRAFFIC_POLICIES_BY_OWNER",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetAccountLimitResponse {
    limit: Limit,
    count: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Limit {
    r#type: LimitType,
    value: usize,
}

impl Route53 {
    pub(super) fn get_account_limit(
        &self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let mut constraints = Constraints::default();
        let kind = constraints.required_word("type", Some(&asked.kind));
        constraints.verdict().map_err(Error::InvalidInput)?;
        // The last three are AWS's defaults for things that this world has none of.
        let (value, count) = match kind {
            LimitType::HealthChecks => (context.quotas.health_checks, self.checks.len()),
            LimitType::HostedZones => (context.quotas.hosted_zones, self.zones.len()),
            LimitType::TrafficPolicyInstances => (5, 0),
            LimitType::ReusableDelegationSets => (100, 0),
            LimitType::TrafficPolicies => (50, 0),
        };
        let body = GetAccountLimitResponse {
            limit: Limit {
                r#type: kind,
                value,
            },
            count,
        };
        Answer::xml("GetAccountLimitResponse", NAMESPACE, &body)
    }
}
