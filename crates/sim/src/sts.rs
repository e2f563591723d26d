//! AWS Security Token Service: who am I?

use serde::Serialize;
use thiserror::Error;

use crate::call::operations;
use crate::context::Context;
use crate::wire::form::Form;
use crate::wire::{Answer, Request, ServiceError};

pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION: &str = "2011-06-15";

operations! { GetCallerIdentity reads }

#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("Could not find operation {0} for version {VERSION}")]
    InvalidAction(String),
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidAction(_) => Self::new(400, "InvalidAction", error.to_string()),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetCallerIdentityResponse {
    get_caller_identity_result: CallerIdentity,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CallerIdentity {
    arn: String,
    user_id: String,
    account: String,
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
    principal: &str,
) -> Result<Answer, ServiceError> {
    match operation {
        Operation::GetCallerIdentity => {
            let account = context.account.to_owned();
            let identity = CallerIdentity {
                arn: format!("arn:aws:iam::{account}:user/{principal}"),
                user_id: principal.to_owned(),
                account,
            };
            let body = GetCallerIdentityResponse {
                get_caller_identity_result: identity,
            };
            Answer::xml("GetCallerIdentityResponse", NAMESPACE, &body)
        }
    }
}
