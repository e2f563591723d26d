//! Every error that Global Accelerator answers here. The texts of the API reference are used where
//! no other was seen on AWS.
//!
//! Source: the errors of each operation, AWS Global Accelerator API Reference.

use thiserror::Error;

use super::arn::ListenerArn;
use super::listener::PortRange;
use crate::wire::ServiceError;
use crate::wire::json::Malformed;

#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The body is no JSON of the right types.
    #[error("{0}")]
    Serialization(String),
    /// A member breaks its constraint.
    #[error("{0}")]
    Validation(String),
    #[error("{0}")]
    InvalidArgument(String),
    #[error("The parameter {0} is not supported.")]
    Unserved(String),
    #[error("Accelerator {0} does not exist.")]
    AcceleratorNotFound(String),
    #[error("Listener {0} does not exist.")]
    ListenerNotFound(String),
    #[error("EndpointGroup {0} does not exist.")]
    EndpointGroupNotFound(String),
    #[error(
        "Invalid port range {asked}, which overlaps with port range {taken} taken by listener \
         {listener}"
    )]
    PortsTaken {
        asked: PortRange,
        taken: PortRange,
        listener: ListenerArn,
    },
    #[error("Invalid port range {0}, which overlaps with port range {1} of the same listener")]
    PortsOverlap(PortRange, PortRange),
    #[error("Invalid port range {0}: the first port must not be greater than the last")]
    PortsReversed(PortRange),
    #[error("The endpoint group that you specified already exists.")]
    EndpointGroupAlreadyExists,
    #[error(
        "Processing your request would cause you to exceed an AWS Global Accelerator limit: {0}"
    )]
    LimitExceeded(&'static str),
    #[error("There's already a transaction in progress. Another transaction can't be processed.")]
    TransactionInProgress,
    #[error("The accelerator that you specified could not be disabled.")]
    AcceleratorNotDisabled,
    #[error(
        "The accelerator that you specified has a listener associated with it. You must remove all \
         dependent resources from an accelerator before you can delete it."
    )]
    AssociatedListenerFound,
    #[error(
        "The listener that you specified has an endpoint group associated with it. You must remove \
         all dependent resources from a listener before you can delete it."
    )]
    AssociatedEndpointGroupFound,
    #[error("There isn't another item to return.")]
    InvalidNextToken,
    #[error("The requested operation is not recognized by the service.")]
    UnknownOperation,
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        match malformed {
            Malformed::Type(text) => Self::Serialization(text),
            Malformed::Unserved(path) => Self::Unserved(path),
        }
    }
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::Serialization(_) => "SerializationException",
            Error::Validation(_) => "ValidationException",
            Error::InvalidArgument(_) | Error::Unserved(_) => "InvalidArgumentException",
            Error::AcceleratorNotFound(_) => "AcceleratorNotFoundException",
            Error::ListenerNotFound(_) => "ListenerNotFoundException",
            Error::EndpointGroupNotFound(_) => "EndpointGroupNotFoundException",
            Error::PortsTaken { .. } | Error::PortsOverlap(..) | Error::PortsReversed(_) => {
                "InvalidPortRangeException"
            }
            Error::EndpointGroupAlreadyExists => "EndpointGroupAlreadyExistsException",
            Error::LimitExceeded(_) => "LimitExceededException",
            Error::TransactionInProgress => "TransactionInProgressException",
            Error::AcceleratorNotDisabled => "AcceleratorNotDisabledException",
            Error::AssociatedListenerFound => "AssociatedListenerFoundException",
            Error::AssociatedEndpointGroupFound => "AssociatedEndpointGroupFoundException",
            Error::InvalidNextToken => "InvalidNextTokenException",
            Error::UnknownOperation => "UnknownOperationException",
        };
        Self::new(400, code, error.to_string())
    }
}
