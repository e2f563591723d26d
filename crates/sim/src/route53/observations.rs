//! What each checker reports: `GetHealthCheckStatus`, and `GetHealthCheckLastFailureReason`, in which a checker that never
//! failed is not listed (where AWS is silent).
//!
//! Source: these operations, Route 53 API Reference.

use jiff::Timestamp;
use serde::Serialize;

use super::checker::{Checker, Checkers, Seen};
use super::health_check::{CheckType, HealthCheck};
use super::health_config::CheckerRegion;
use super::wire::NAMESPACE;
use super::{Asked, Error, RecordType, Route53};
use crate::context::Context;
use crate::wire::time::iso8601;
use crate::wire::{Answer, ServiceError};
use crate::words::Word;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetHealthCheckStatusResponse {
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
    region: CheckerRegion,
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

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetHealthCheckLastFailureReasonResponse {
    health_check_observations: Observations,
}

impl Route53 {
    pub(super) fn get_health_check_status(
        &self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let check = self.probed(asked, "status")?;
        let Checkers { list, bad, .. } = &check.checkers;
        let observations = list.iter().map(|checker| {
            let fails = !check.checkers.reports(checker, context.now);
            let probed = check.checkers.last_probe(checker, context.now);
            observation(check, checker, fails.then_some(*bad), probed)
        });
        let body = GetHealthCheckStatusResponse {
            health_check_observations: Observations {
                list: observations.collect(),
            },
        };
        Answer::xml("GetHealthCheckStatusResponse", NAMESPACE, &body)
    }

    pub(super) fn get_health_check_last_failure_reason(
        &self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let check = self.probed(asked, "last failure reason")?;
        let checkers = &check.checkers;
        let observations = checkers.list.iter().filter_map(|checker| {
            let (seen, probed) = checkers.last_failure(checker, context.now)?;
            Some(observation(check, checker, Some(seen), probed))
        });
        let body = GetHealthCheckLastFailureReasonResponse {
            health_check_observations: Observations {
                list: observations.collect(),
            },
        };
        Answer::xml("GetHealthCheckLastFailureReasonResponse", NAMESPACE, &body)
    }

    /// A check that checkers probe.
    fn probed(&self, asked: &Asked, what: &str) -> Result<&HealthCheck, Error> {
        let check = self.check(&asked.subject)?;
        if check.kind == CheckType::Calculated {
            let text = format!("the {what} of a CALCULATED health check can't be got");
            return Err(Error::invalid_parameter(&text));
        }
        Ok(check)
    }
}

fn observation(
    check: &HealthCheck,
    checker: &Checker,
    failure: Option<Seen>,
    probed: Timestamp,
) -> Observation {
    Observation {
        region: checker.region,
        ip_address: address(checker),
        status_report: StatusReport {
            status: status(check, failure),
            checked_time: iso8601(probed),
        },
    }
}

/// Always the same address for the same checker.
fn address(checker: &Checker) -> String {
    let mut regions = CheckerRegion::WORDS.iter();
    let place = regions.position(|region| *region == checker.region.word());
    let third = 2 + 4 * place.unwrap_or_default();
    format!("15.177.{third}.{}", 17 + checker.number)
}

/// What the AWS console and CLI show, of a checker that reports healthy or not. A checker that waits
/// for more failures still reports success: in a drill on AWS all sixteen reported failure only when
/// the check was long since to be unhealthy. The texts for TCP and for a missing string were not
/// seen.
fn status(check: &HealthCheck, failure: Option<Seen>) -> String {
    let text = match (check.kind, failure) {
        (CheckType::Tcp, None) => "Success: TCP connection established",
        (_, None) => "Success: HTTP Status Code 200, OK",
        (CheckType::Tcp, Some(_)) | (_, Some(Seen::NoConnection(_))) => {
            return TIMED_OUT.to_owned();
        }
        (_, Some(Seen::NoAnswer(_))) => "Failure: The HTTP response was not received in time",
        (_, Some(Seen::WithoutMatch)) => {
            "Failure: The response body does not contain the search string"
        }
        (_, Some(Seen::Unavailable | Seen::Good)) => {
            "Failure: HTTP Status Code 503, Service Temporarily Unavailable"
        }
    };
    if check.config.ip_address.is_some() {
        return text.to_owned();
    }
    let target = check.target().unwrap_or_default();
    format!("{text}. Resolved IP: {}", resolved(target, RecordType::A))
}

const TIMED_OUT: &str = "Failure: Connection timed out. The endpoint or the internet connection is \
                         down, or requests are being blocked by your firewall. See \
                         https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/\
                         dns-failover-router-firewall-rules.html";

/// An address in a range for documentation (RFC 5737, RFC 3849), always the same for a name.
pub(super) fn resolved(name: &str, kind: RecordType) -> String {
    let sum = name
        .bytes()
        .fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    if kind == RecordType::Aaaa {
        format!("2001:db8::{:x}", sum.max(1))
    } else {
        format!("203.0.113.{}", sum.max(1))
    }
}
