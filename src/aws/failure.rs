//! From the SDK's errors to core's [`Failure`]: what AWS said, and what follows.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use evenkeel_core::failure::{Failure, FailureKind, Service};
use evenkeel_core::names::Region;

use super::metered::{Refused, Why};

/// The failure of a call to a service with one control plane.
pub(super) fn of<E>(service: Service, operation: &str, error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    describe(service, None, operation, error)
}

/// The failure of a call to a service with an endpoint in each Region.
pub(super) fn in_region<E>(
    service: Service,
    region: &Region,
    operation: &str,
    error: &SdkError<E, HttpResponse>,
) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    describe(service, Some(region), operation, error)
}

/// STS is asked once, before anything else; its failures are shown and never planned with.
pub(super) fn of_sts<E>(error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    describe(Service::Sts, None, "GetCallerIdentity", error)
}

fn describe<E>(
    service: Service,
    region: Option<&Region>,
    operation: &str,
    error: &SdkError<E, HttpResponse>,
) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let status = error
        .raw_response()
        .map(|response| response.status().as_u16());
    let request_id = error.raw_response().and_then(|response| {
        let headers = response.headers();
        headers
            .get("x-amzn-requestid")
            .or_else(|| headers.get("x-amz-request-id"))
            .map(str::to_owned)
    });
    let (code, message, kind) = match error.as_service_error() {
        Some(service_error) => {
            let code = service_error.code().unwrap_or("Unknown").to_owned();
            let message = service_error.message().unwrap_or_default().to_owned();
            let kind = FailureKind::of(&code, &message, status);
            (code, message, kind)
        }
        None => unanswered(error, status),
    };
    Failure {
        service,
        region: region.map(ToString::to_string),
        operation: operation.to_owned(),
        code,
        message,
        request_id,
        kind,
    }
}

/// AWS did not answer, or not in its own words.
fn unanswered<E>(
    error: &SdkError<E, HttpResponse>,
    status: Option<u16>,
) -> (String, String, FailureKind)
where
    E: Error + 'static,
{
    let mut chain = Vec::new();
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(refused) = error.downcast_ref::<Refused>() {
            let (code, kind) = match refused.why {
                Why::Lease => ("NotSent", FailureKind::NotSent),
                Why::Budget { until, is_retry } => {
                    let was_sent = is_retry;
                    let kind = FailureKind::RateLimited { until, was_sent };
                    ("RateLimited", kind)
                }
            };
            return (code.to_owned(), refused.to_string(), kind);
        }
        chain.push(error.to_string());
        next = error.source();
    }
    let code = match error {
        SdkError::TimeoutError(_) => "Timeout",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "Timeout",
        SdkError::ConstructionFailure(_) => "Construction",
        SdkError::ResponseError(_) => "UnreadableResponse",
        SdkError::DispatchFailure(_) | SdkError::ServiceError(_) | _ => "NoAnswer",
    };
    // A call that can't be built is our mistake, and no retry mends it.
    let kind = if code == "Construction" {
        FailureKind::Rejected
    } else {
        FailureKind::of("", "", status.filter(|s| *s >= 500))
    };
    (code.to_owned(), chain.join(": "), kind)
}

/// A reply without what every reply has.
pub(super) fn unreadable(service: Service, region: Option<&Region>, operation: &str) -> Failure {
    ours(
        service,
        region,
        operation,
        "UnreadableResponse",
        "the reply lacks what it is about",
        FailureKind::Unavailable,
    )
}

/// A request that the SDK refuses to build: our mistake, and no retry mends it.
pub(super) fn unbuildable(
    service: Service,
    region: Option<&Region>,
    operation: &str,
    error: &impl Error,
) -> Failure {
    ours(
        service,
        region,
        operation,
        "Construction",
        &error.to_string(),
        FailureKind::Rejected,
    )
}

fn ours(
    service: Service,
    region: Option<&Region>,
    operation: &str,
    code: &str,
    message: &str,
    kind: FailureKind,
) -> Failure {
    Failure {
        service,
        region: region.map(ToString::to_string),
        operation: operation.to_owned(),
        code: code.to_owned(),
        message: message.to_owned(),
        request_id: None,
        kind,
    }
}
