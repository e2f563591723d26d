//! `GetHealthCheckLastFailureReason`: why each checker last reported a failure. A check that never
//! failed has no observations (where AWS is silent).
//!
//! Source: `GetHealthCheckLastFailureReason`, Route 53 API Reference.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::health_check::{CheckType, HealthCheck};
use super::health_config::CheckerRegion;
use super::wire::NAMESPACE;
use super::{Asked, Error, Route53};
use crate::context::Context;
use crate::endpoints::Endpoints;
use crate::wire::time::iso8601;
use crate::wire::{Answer, ServiceError};
use crate::words::Word;

const CHECKERS_IN_A_REGION: usize = 2;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetHealthCheckLastFailureReasonResponse {
    health_check_observations: Observations,
}

#[derive(Serialize)]
struct Observations {
    #[serde(rename = "HealthCheckObservation")]
    list: Vec<Observation>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Observation {
    region: String,
    #[serde(rename = "IPAddress")]
    ip_address: String,
    status_report: StatusReport,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StatusReport {
    status: String,
    checked_time: String,
}

/// The last time that a check became unhealthy.
#[derive(Clone, Debug)]
pub(super) struct LastFailure {
    reason: String,
    /// The last probes that failed, unless they still do.
    until: Option<Timestamp>,
}

impl HealthCheck {
    /// Notes what the checkers have just agreed on.
    pub(super) fn note_failure(&mut self, at: Timestamp, endpoints: &Endpoints) {
        if !self.passing {
            self.last_failure = Some(LastFailure {
                reason: reason(self, endpoints),
                until: None,
            });
        } else if let Some(failure) = &mut self.last_failure {
            // As many probes as it takes have passed since.
            let probes = self.config.failure_threshold.unwrap_or(3);
            let interval = self.config.request_interval.unwrap_or(30);
            let passed = SignedDuration::from_secs(interval.saturating_mul(probes));
            failure.until = Some(at.checked_sub(passed).unwrap_or(at));
        }
    }
}

impl Route53 {
    pub(super) fn get_health_check_last_failure_reason(
        &self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let check = self.check(&asked.subject)?;
        if check.kind == CheckType::Calculated {
            let text = "the last failure reason of a CALCULATED health check can't be got";
            return Err(Error::invalid_parameter(text).into());
        }
        let observations = check.last_failure.as_ref();
        let observations = observations.map(|failure| observations_of(check, failure, context.now));
        let body = GetHealthCheckLastFailureReasonResponse {
            health_check_observations: Observations {
                list: observations.unwrap_or_default(),
            },
        };
        Answer::xml("GetHealthCheckLastFailureReasonResponse", NAMESPACE, &body)
    }
}

/// One observation of each checker in the Regions of the check.
fn observations_of(check: &HealthCheck, failure: &LastFailure, now: Timestamp) -> Vec<Observation> {
    let chosen = check.config.regions.as_ref();
    let is_chosen = |region: &str| {
        chosen.is_none_or(|regions| regions.list.iter().any(|chosen| chosen == region))
    };
    let regions = CheckerRegion::WORDS.iter().enumerate();
    let regions = regions.filter(|(_, region)| is_chosen(region));
    let checkers = regions.flat_map(|(place, region)| {
        (0..CHECKERS_IN_A_REGION).map(move |number| (place, *region, number))
    });
    let observations = checkers.map(|(place, region, number)| Observation {
        region: region.to_owned(),
        ip_address: format!("15.177.{}.{}", 2 + 4 * place, 17 + number),
        status_report: StatusReport {
            status: failure.reason.clone(),
            checked_time: iso8601(last_probe(
                check,
                failure.until.unwrap_or(now),
                place + number,
            )),
        },
    });
    observations.collect()
}

/// Checkers probe at different moments of their interval.
fn last_probe(check: &HealthCheck, until: Timestamp, checker: usize) -> Timestamp {
    let interval = check.config.request_interval.unwrap_or(30).max(1);
    let phase = i64::try_from(checker).unwrap_or_default();
    let ago = SignedDuration::from_secs((until.as_second() + phase).rem_euclid(interval));
    until.checked_sub(ago).unwrap_or(until)
}

/// A load balancer without healthy targets answers; anything else that fails does not.
fn reason(check: &HealthCheck, endpoints: &Endpoints) -> String {
    let answers = check
        .target()
        .is_some_and(|target| endpoints.named(target).is_some());
    if answers && check.kind != CheckType::Tcp {
        "Failure: HTTP Status Code 503, Service Temporarily Unavailable".to_owned()
    } else {
        "Failure: Connection timed out. The endpoint or the internet connection is down, or \
         requests are being blocked by your firewall. See \
         https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/\
         dns-failover-router-firewall-rules.html"
            .to_owned()
    }
}
