//! Elastic Load Balancing (API version 2015-12-01), as far as other services' users read it. Load
//! balancers come from the seed; nothing here changes them.

mod describe;
mod load_balancer;
pub(crate) mod zones;

use thiserror::Error;

pub(crate) use load_balancer::LoadBalancer;
pub use load_balancer::{Kind, LoadBalancerArn, NotALoadBalancerArn, Scheme};

use crate::call::operations;
use crate::context::Context;
use crate::wire::form::Form;
use crate::wire::{Answer, Request, ServiceError};

pub(crate) const NAMESPACE: &str = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";
const VERSION: &str = "2015-12-01";

operations! { DescribeLoadBalancers reads }

/// Source: `DescribeLoadBalancers`, Elastic Load Balancing API Reference.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("Could not find operation {0} for version {VERSION}")]
    InvalidAction(String),
    #[error("One or more load balancers not found")]
    LoadBalancerNotFound,
    #[error("'{0}' is not a valid load balancer ARN")]
    InvalidArn(String),
    #[error("Load balancer names and load balancer ARNs cannot be specified at the same time")]
    NamesAndArns,
    #[error("At most 20 load balancers can be described by name or ARN")]
    TooMany,
    #[error("The page size must be a number from 1 to 400")]
    InvalidPageSize,
    #[error("Invalid marker")]
    InvalidMarker,
    #[error("The parameter {0} is not recognized")]
    UnknownParameter(String),
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::InvalidAction(_) => "InvalidAction",
            Error::LoadBalancerNotFound => "LoadBalancerNotFound",
            Error::InvalidArn(_)
            | Error::NamesAndArns
            | Error::TooMany
            | Error::InvalidPageSize
            | Error::InvalidMarker
            | Error::UnknownParameter(_) => "ValidationError",
        };
        Self::new(400, code, error.to_string())
    }
}

/// The operation that a request asks for.
pub(crate) fn operation(request: &Request) -> Result<Operation, ServiceError> {
    let form = Form::read(request);
    let action = form.get("Action").unwrap_or_default();
    let asked = Operation::named(action).filter(|_| form.get("Version") == Some(VERSION));
    asked.ok_or_else(|| Error::InvalidAction(action.to_owned()).into())
}

pub(crate) fn answer(
    context: &Context<'_>,
    operation: Operation,
    request: &Request,
) -> Result<Answer, ServiceError> {
    match operation {
        Operation::DescribeLoadBalancers => describe::describe(context, &Form::read(request)),
    }
}

/// The first load balancer that a request names.
pub(crate) fn subject(request: &Request) -> String {
    let form = Form::read(request);
    let named = [form.list("LoadBalancerArns"), form.list("Names")].concat();
    named
        .first()
        .map(|name| (*name).to_owned())
        .unwrap_or_default()
}
