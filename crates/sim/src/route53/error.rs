//! Every error that Route 53 answers here, with its text. The texts were seen on AWS unless they
//! say otherwise.
//!
//! Sources: the errors of each operation, Route 53 API Reference; "Quotas", Route 53 Developer
//! Guide.

use thiserror::Error;

use super::problem::Problem;
use crate::wire::ServiceError;

#[derive(Debug, Error)]
pub(crate) enum Error {
    /// Shape, and combinations that the API excludes.
    #[error("{0}")]
    InvalidInput(String),
    #[error("Invalid XML ; {0}")]
    InvalidXml(String),
    #[error("{found} is not valid, expected {expected}")]
    WrongRoot {
        found: String,
        expected: &'static str,
    },
    #[error("[{}]", listed(.0))]
    InvalidChangeBatch(Vec<Problem>),
    #[error("No hosted zone found with ID: {0}")]
    NoSuchHostedZone(String),
    #[error("A health check with id {0} does not exist.")]
    NoSuchHealthCheck(String),
    #[error("A change with the specified change ID {0} does not exist.")]
    NoSuchChange(String),
    #[error("The CIDR collection with id {0} does not exist.")]
    NoSuchCidrCollection(String),
    #[error("No traffic policy instance exists with ID: {0}")]
    NoSuchTrafficPolicyInstance(String),
    #[error("The request was rejected because Route 53 was still processing a prior request.")]
    PriorRequestNotComplete,
    #[error(
        "A different health check has already been created with the specified caller reference."
    )]
    HealthCheckAlreadyExists,
    #[error(
        "The value of HealthCheckVersion in the request doesn't match the value of \
         HealthCheckVersion in the health check."
    )]
    HealthCheckVersionMismatch,
    #[error(
        "This health check can't be created because the current account has reached the limit on \
         the number of active health checks."
    )]
    TooManyHealthChecks,
    #[error("A hosted zone has already been created with the specified caller reference.")]
    HostedZoneAlreadyExists,
    #[error(
        "The specified hosted zone contains non-required resource record sets and so cannot be \
         deleted."
    )]
    HostedZoneNotEmpty,
    #[error("The specified hosted zone is a public hosted zone.")]
    HostedZoneNotPrivate,
    #[error("{0} is not a valid domain name")]
    InvalidDomainName(String),
    #[error(
        "This operation can't be completed because the account has reached its limit of zones."
    )]
    TooManyHostedZones,
    /// This world has no VPCs.
    #[error("The VPC {0} that you provided doesn't exist.")]
    InvalidVpc(String),
    #[error("No delegation set found with ID: {0}")]
    NoSuchDelegationSet(String),
    #[error("Unknown operation")]
    UnknownOperation,
}

impl Error {
    /// How Route 53 says that settings do not go together.
    pub(super) fn invalid_parameter(text: &str) -> Self {
        Self::InvalidInput(format!("Invalid parameter : {text}"))
    }
}

fn listed(problems: &[Problem]) -> String {
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> Self {
        let (status, code) = match error {
            Error::InvalidInput(_) | Error::InvalidXml(_) => (400, "InvalidInput"),
            Error::WrongRoot { .. } => (400, "MalformedInput"),
            Error::InvalidChangeBatch(_) => (400, "InvalidChangeBatch"),
            Error::NoSuchHostedZone(_) => (404, "NoSuchHostedZone"),
            Error::NoSuchHealthCheck(_) => (404, "NoSuchHealthCheck"),
            Error::NoSuchChange(_) => (404, "NoSuchChange"),
            Error::NoSuchCidrCollection(_) => (404, "NoSuchCidrCollectionException"),
            Error::NoSuchTrafficPolicyInstance(_) => (404, "NoSuchTrafficPolicyInstance"),
            Error::PriorRequestNotComplete => (400, "PriorRequestNotComplete"),
            Error::HealthCheckAlreadyExists => (409, "HealthCheckAlreadyExists"),
            Error::HealthCheckVersionMismatch => (409, "HealthCheckVersionMismatch"),
            Error::TooManyHealthChecks => (400, "TooManyHealthChecks"),
            Error::HostedZoneAlreadyExists => (409, "HostedZoneAlreadyExists"),
            Error::HostedZoneNotEmpty => (400, "HostedZoneNotEmpty"),
            Error::HostedZoneNotPrivate => (400, "HostedZoneNotPrivate"),
            Error::InvalidDomainName(_) => (400, "InvalidDomainName"),
            Error::TooManyHostedZones => (400, "TooManyHostedZones"),
            Error::InvalidVpc(_) => (400, "InvalidVPCId"),
            Error::NoSuchDelegationSet(_) => (400, "NoSuchDelegationSet"),
            Error::UnknownOperation => (404, "UnknownOperationException"),
        };
        Self::new(status, code, error.to_string())
    }
}
