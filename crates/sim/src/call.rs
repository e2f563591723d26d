//! The log of calls: what was asked, of which service, by whom, and how it ended.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::asked::Asked;
use crate::wire::{Request, ServiceError};

/// The services that this world serves, by the name under which requests are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Amazon Route 53: `route53`.
    Route53,
    /// AWS Global Accelerator: `globalaccelerator`.
    GlobalAccelerator,
    /// Amazon DynamoDB: `dynamodb`.
    DynamoDb,
    /// Elastic Load Balancing, API version 2015-12-01: `elasticloadbalancing`.
    ElasticLoadBalancing,
    /// AWS Security Token Service: `sts`.
    Sts,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 5] = [
        Self::Route53,
        Self::GlobalAccelerator,
        Self::DynamoDb,
        Self::ElasticLoadBalancing,
        Self::Sts,
    ];

    /// The name in a credential scope.
    pub fn signing_name(self) -> &'static str {
        match self {
            Self::Route53 => "route53",
            Self::GlobalAccelerator => "globalaccelerator",
            Self::DynamoDb => "dynamodb",
            Self::ElasticLoadBalancing => "elasticloadbalancing",
            Self::Sts => "sts",
        }
    }

    /// The Region of a control plane that is in one only ("Endpoints and quotas" of each service,
    /// AWS General Reference).
    pub fn home(self) -> Option<&'static str> {
        match self {
            Self::Route53 => Some("us-east-1"),
            Self::GlobalAccelerator => Some("us-west-2"),
            Self::DynamoDb | Self::ElasticLoadBalancing | Self::Sts => None,
        }
    }

    pub(crate) fn signed_as(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|service| service.signing_name() == name)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.signing_name())
    }
}

/// Whether the caller knows of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Delivery {
    /// It sent the request.
    First,
    /// The same request arrived again.
    Again,
    /// The request arrived when the caller had given up.
    Late,
}

/// What tells calls apart for a fault.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) service: Service,
    pub(crate) region: String,
    /// What was asked, if it is no operation.
    pub(crate) operation: String,
    pub(crate) principal: String,
}

impl Arrival {
    pub(crate) fn of(request: &Request, asked: &Result<Asked, ServiceError>) -> Self {
        let operation = match asked {
            Ok(asked) => asked.operation().to_owned(),
            Err(_) if request.target.is_empty() => format!("{} {}", request.method, request.path),
            Err(_) => request.target.clone(),
        };
        Self {
            service: request.service,
            region: request.region.clone(),
            operation,
            principal: request.principal.clone(),
        }
    }
}

/// One call that reached a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// When it was answered.
    #[serde(serialize_with = "as_text")]
    pub at: Timestamp,
    /// The service that answered.
    pub service: Service,
    /// The Region of the credential scope.
    pub region: String,
    /// The operation's name in the service's API reference, or what was asked if there is none.
    pub operation: String,
    /// Whether the operation changes something when it succeeds.
    pub write: bool,
    /// The reply said "not yet": a change PENDING, an accelerator `IN_PROGRESS`, a table or a
    /// replica that is not ACTIVE.
    pub pending: bool,
    /// The HTTP status of the reply, or 0 if there is none.
    pub status: u16,
    /// The error code, if it was an error.
    pub error: Option<String>,
    /// What it was about: the id, name or ARN in the request; empty if there is none.
    pub subject: String,
    /// The access key id in the credential scope.
    pub principal: String,
    /// Whether the caller knows of it.
    pub delivery: Delivery,
}

fn as_text<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            service,
            region,
            operation,
            status,
            error,
            subject,
            principal,
            delivery,
            pending,
            write: _,
        } = self;
        write!(
            formatter,
            "{at} {principal} {service} {region} {operation} "
        )?;
        if *status == 0 {
            formatter.write_str("unanswered")?;
        } else {
            write!(formatter, "{status}")?;
        }
        if let Some(code) = error {
            write!(formatter, " {code}")?;
        }
        if *pending {
            formatter.write_str(" (not yet)")?;
        }
        match delivery {
            Delivery::First => {}
            Delivery::Again => formatter.write_str(" (again)")?,
            Delivery::Late => formatter.write_str(" (late)")?,
        }
        if !subject.is_empty() {
            write!(formatter, " {subject}")?;
        }
        Ok(())
    }
}

/// Declares the operations of a service once: the name on the wire, and whether it reads or writes.
macro_rules! operations {
    ($($operation:ident $effect:ident),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Operation { $($operation),* }

        impl Operation {
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($operation) => Some(Self::$operation),)*
                    _ => None,
                }
            }

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$operation => stringify!($operation)),* }
            }

            pub(crate) fn writes(self) -> bool {
                match self { $(Self::$operation => operations!(@$effect)),* }
            }
        }
    };
    (@reads) => { false };
    (@writes) => { true };
}
pub(crate) use operations;
