//! `GetHealthCheckStatus`: what each checker last saw. Two checkers in each of eight Regions
//! report.
//!
//! Source: `GetHealthCheckStatus`, Route 53 API Reference.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::health_check::{CheckType, HealthCheck};
use super::health_config::CheckerRegion;
use super::wire::NAMESPACE;
use super::{Asked, Error, Route53};
use crate::context::Context;
use crate::wire::time::iso8601;
use crate::wire::{Answer, ServiceError};
use crate::words::Word;

const CHECKERS_IN_A_REGION: usize = 2;

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

impl Route53 {
    pub(super) fn get_health_check_status(
        &self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let check = self.check(&asked.subject)?;
        if check.kind == CheckType::Calculated {
            let text = "Invalid parameter : the status of a CALCULATED health check can't be got";
            return Err(Error::InvalidInput(text.to_owned()).into());
        }
        let all = CheckerRegion::WORDS
            .iter()
            .map(ToString::to_string)
            .collect();
        let regions = check
            .config
            .regions
            .as_ref()
            .map_or(all, |regions| regions.list.clone());
        let status = status(check, context);
        let checkers = regions.iter().enumerate().flat_map(|(place, region)| {
            (0..CHECKERS_IN_A_REGION).map(move |number| (region, place, number))
        });
        let list = checkers.map(|(region, place, number)| Observation {
            region: region.clone(),
            ip_address: format!("15.177.{}.{}", 2 + 4 * place, 17 + number),
            status_report: StatusReport {
                status: status.clone(),
                checked_time: iso8601(last_probe(check, context.now, place + number)),
            },
        });
        let body = GetHealthCheckStatusResponse {
            health_check_observations: Observations {
                list: list.collect(),
            },
        };
        Answer::xml("GetHealthCheckStatusResponse", NAMESPACE, &body)
    }
}

/// Checkers probe at different moments of their interval.
fn last_probe(check: &HealthCheck, now: Timestamp, checker: usize) -> Timestamp {
    let interval = check.config.request_interval.unwrap_or(30).max(1);
    let phase = i64::try_from(checker).unwrap_or_default();
    let ago = SignedDuration::from_secs((now.as_second() + phase).rem_euclid(interval));
    now.checked_sub(ago).unwrap_or(now)
}

/// What the AWS console and CLI show. The texts for TCP were not seen.
fn status(check: &HealthCheck, context: &Context<'_>) -> String {
    let target = check.target().unwrap_or_default();
    let behind = context.endpoints.named(target).is_some();
    let text = match (check.kind, check.passing) {
        (CheckType::Tcp, true) => "Success: TCP connection established",
        (_, true) => "Success: HTTP Status Code 200, OK",
        (CheckType::Tcp, false) => return TIMED_OUT.to_owned(),
        (_, false) if behind => "Failure: HTTP Status Code 503, Service Temporarily Unavailable",
        (_, false) => return TIMED_OUT.to_owned(),
    };
    if check.config.ip_address.is_some() {
        return text.to_owned();
    }
    format!("{text}. Resolved IP: {}", resolved(target))
}

const TIMED_OUT: &str = "Failure: Connection timed out. The endpoint or the internet connection is \
                         down, or requests are being blocked by your firewall. See \
                         https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/\
                         dns-failover-router-firewall-rules.html";

/// An address in a range for documentation (RFC 5737), always the same for a name.
fn resolved(name: &str) -> String {
    let sum = name
        .bytes()
        .fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    format!("203.0.113.{}", sum.max(1))
}
