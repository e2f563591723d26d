//! What AWS says when it does not do, or does not tell, what was asked; and what follows from it.

use std::fmt;

use k8s_openapi::jiff::Timestamp;

/// A service whose API Evenkeel calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Amazon Route 53. Control plane in us-east-1.
    Route53,
    /// AWS Global Accelerator. Control plane in us-west-2.
    GlobalAccelerator,
    /// Amazon DynamoDB. A control plane in each Region.
    DynamoDb,
    /// Elastic Load Balancing (application and network load balancers). A control plane in each Region.
    LoadBalancing,
    /// AWS Security Token Service.
    Sts,
}

impl Service {
    /// The service's name in IAM actions, status and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Route53 => "route53",
            Self::GlobalAccelerator => "globalaccelerator",
            Self::DynamoDb => "dynamodb",
            Self::LoadBalancing => "elasticloadbalancing",
            Self::Sts => "sts",
        }
    }

    /// Where the service's API answers, for services that have one control plane.
    pub fn control_plane(self) -> Option<&'static str> {
        match self {
            Self::Route53 => Some("us-east-1"),
            Self::GlobalAccelerator => Some("us-west-2"),
            Self::DynamoDb | Self::LoadBalancing | Self::Sts => None,
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One call that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The service called.
    pub service: Service,
    /// The Region of the endpoint, where the service has one in each.
    pub region: Option<String>,
    /// The API operation.
    pub operation: String,
    /// AWS's error code, or our own word where AWS did not answer.
    pub code: String,
    /// AWS's words.
    pub message: String,
    /// AWS's request id, for a support case.
    pub request_id: Option<String>,
    /// What follows.
    pub kind: FailureKind,
}

/// What follows from a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// AWS asks for fewer calls.
    Throttled,
    /// The control plane does not answer, or answers 5xx. A write may have happened.
    Unavailable,
    /// The object is changing; the same call may succeed later.
    Busy,
    /// The object is not as we believed, or is already as we wanted: read again, then decide.
    Stale,
    /// A quota is used up.
    Quota,
    /// A permission is missing.
    Denied,
    /// AWS will never accept this call.
    Rejected,
    /// We did not send it: the lease or the plan's deadline had passed.
    NotSent,
    /// We did not send it: AWS would have throttled it. No error, and nothing that AWS said.
    RateLimited {
        /// When it can be sent.
        until: Timestamp,
        /// Whether an earlier attempt at the same call was sent: then it may have happened.
        was_sent: bool,
    },
}

impl FailureKind {
    /// What an error code means. Unknown codes are rejections, so that a person sees them.
    pub fn of(code: &str, message: &str, status: Option<u16>) -> Self {
        match code {
            "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "SlowDown" => Self::Throttled,
            // DynamoDB has no code of its own for the cooldown of a setting.
            "ValidationException" if message.contains("modified multiple times") => Self::Busy,
            // Said of what an earlier call did, whose answer got lost.
            "ValidationException"
                if message.contains("already enabled") || message.contains("already disabled") =>
            {
                Self::Stale
            }
            "ResourceInUseException"
            | "PriorRequestNotComplete"
            | "TransactionInProgressException"
            | "AcceleratorNotDisabledException" => Self::Busy,
            "InvalidChangeBatch"
            | "NoSuchHealthCheck"
            | "HealthCheckAlreadyExists"
            | "NoSuchChange"
            | "AcceleratorNotFoundException"
            | "ListenerNotFoundException"
            | "EndpointGroupNotFoundException"
            | "EndpointGroupAlreadyExistsException"
            | "InvalidPortRangeException"
            | "AssociatedListenerFoundException"
            | "AssociatedEndpointGroupFoundException"
            | "ResourceNotFoundException"
            | "TableNotFoundException" => Self::Stale,
            "LimitExceededException" | "TooManyHealthChecks" | "LimitsExceeded" => Self::Quota,
            "AccessDenied"
            | "AccessDeniedException"
            | "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "SignatureDoesNotMatch"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "NotAuthorized"
            | "InvalidSignatureException"
            | "MissingAuthenticationToken"
            | "IncompleteSignature" => Self::Denied,
            _ if status.is_none_or(|status| status >= 500) => Self::Unavailable,
            _ => Self::Rejected,
        }
    }
}

impl Failure {
    /// The one word of it, for conditions and events.
    pub fn reason(&self) -> &'static str {
        match (self.kind, self.service) {
            (FailureKind::Throttled, _) => "Throttled",
            (FailureKind::Unavailable, _)
            | (FailureKind::Busy | FailureKind::Stale, Service::LoadBalancing | Service::Sts) => {
                "ControlPlaneUnavailable"
            }
            (FailureKind::NotSent, _) => "LeaseHandover",
            (FailureKind::RateLimited { .. }, _) => "RateLimited",
            (FailureKind::Quota, _) => "QuotaExceeded",
            (FailureKind::Denied, _) => "AccessDenied",
            (FailureKind::Rejected, _) => "RejectedByAws",
            (FailureKind::Busy | FailureKind::Stale, Service::Route53) => "RecordsPropagating",
            (FailureKind::Busy | FailureKind::Stale, Service::GlobalAccelerator) => {
                "AcceleratorDeploying"
            }
            (FailureKind::Busy | FailureKind::Stale, Service::DynamoDb) => "TableUpdating",
        }
    }

    /// Whether nothing will change until a person acts.
    pub fn needs_a_person(&self) -> bool {
        match self.kind {
            FailureKind::Quota | FailureKind::Denied | FailureKind::Rejected => true,
            FailureKind::Throttled
            | FailureKind::Unavailable
            | FailureKind::Busy
            | FailureKind::Stale
            | FailureKind::NotSent
            | FailureKind::RateLimited { .. } => false,
        }
    }

    /// When the call can be sent, if it was only held back: then nothing has failed.
    pub fn held_back_until(&self) -> Option<Timestamp> {
        if let FailureKind::RateLimited { until, .. } = self.kind {
            Some(until)
        } else {
            None
        }
    }

    /// Whether AWS can have done it nevertheless.
    pub fn may_have_happened(&self) -> bool {
        match self.kind {
            FailureKind::RateLimited { was_sent, .. } => was_sent,
            FailureKind::Throttled
            | FailureKind::Unavailable
            | FailureKind::Busy
            | FailureKind::Stale
            | FailureKind::Quota
            | FailureKind::Denied
            | FailureKind::Rejected
            | FailureKind::NotSent => true,
        }
    }

    /// What follows, in words.
    pub fn consequence(&self) -> String {
        match self.kind {
            FailureKind::Throttled => "throttled; tried again soon".to_owned(),
            FailureKind::Unavailable => match self.service.control_plane() {
                Some(region) => {
                    format!("{region} not answering; users are served by the data plane")
                }
                None => "not answering; users are served by the data plane".to_owned(),
            },
            FailureKind::Busy | FailureKind::Stale => "read again and tried again soon".to_owned(),
            FailureKind::NotSent => "not sent; another operator may have taken over".to_owned(),
            FailureKind::RateLimited { .. } => {
                "held back; sent as soon as AWS allows it".to_owned()
            }
            FailureKind::Quota => "a quota is used up; ask AWS for a higher one".to_owned(),
            FailureKind::Denied => format!("allow {}:{}", self.service, self.operation),
            FailureKind::Rejected => "AWS does not accept this; mend the spec".to_owned(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)?;
        if let Some(region) = &self.region {
            write!(f, " in {region}")?;
        }
        write!(f, ": {}: {}", self.code, self.message)?;
        match &self.request_id {
            Some(id) => write!(f, " (AWS request id {id})"),
            None => Ok(()),
        }
    }
}

/// A part of AWS's state, as far as it is known. What is not known permits nothing that removes anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Read<T> {
    /// Read completely.
    Known(T),
    /// Never asked for.
    #[default]
    NotRead,
    /// Asked for in vain.
    Failed(Failure),
}

impl<T> Read<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::NotRead | Self::Failed(_) => None,
        }
    }

    /// The same knowledge of a part of the value.
    pub fn as_ref(&self) -> Read<&T> {
        match self {
            Self::Known(value) => Read::Known(value),
            Self::NotRead => Read::NotRead,
            Self::Failed(failure) => Read::Failed(failure.clone()),
        }
    }

    /// The same knowledge, of something made from the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Read<U> {
        match self {
            Self::Known(value) => Read::Known(change(value)),
            Self::NotRead => Read::NotRead,
            Self::Failed(failure) => Read::Failed(failure),
        }
    }

    /// The value to change, if it is known.
    pub fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Known(value) => Some(value),
            Self::NotRead | Self::Failed(_) => None,
        }
    }

    /// Why the value is not known, if it was asked for.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Known(_) | Self::NotRead => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_whose_effect_is_unknown_is_never_a_rejection() {
        for code in [
            "InvalidChangeBatch",
            "EndpointGroupAlreadyExistsException",
            "HealthCheckAlreadyExists",
        ] {
            assert_eq!(
                FailureKind::of(code, "", Some(400)),
                FailureKind::Stale,
                "{code}"
            );
        }
        assert_eq!(
            FailureKind::of("InternalFailure", "", Some(500)),
            FailureKind::Unavailable
        );
        assert_eq!(
            FailureKind::of("timeout", "", None),
            FailureKind::Unavailable
        );
    }

    #[test]
    fn what_nobody_knows_is_shown_to_a_person() {
        assert_eq!(
            FailureKind::of("NewFangledException", "", Some(400)),
            FailureKind::Rejected
        );
    }
}
