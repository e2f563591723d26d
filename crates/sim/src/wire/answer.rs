//! What a service answers, and how that becomes an HTTP response in the service's protocol.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::json;

use super::xml;
use crate::call::Service;

/// A successful answer. The body is in the protocol of the service that gave it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
    /// It says "not yet".
    pub(crate) pending: bool,
}

impl Answer {
    pub(crate) fn json(body: &impl Serialize) -> Result<Self, ServiceError> {
        serde_json::to_string(body)
            .map(Self::of)
            .map_err(|_| ServiceError::internal())
    }

    /// The answer of a JSON operation that returns nothing.
    pub(crate) fn empty() -> Self {
        Self::of(String::new())
    }

    pub(crate) fn xml(
        root: &str,
        namespace: &str,
        body: &impl Serialize,
    ) -> Result<Self, ServiceError> {
        xml::document(root, namespace, body)
            .map(Self::of)
            .ok_or_else(ServiceError::internal)
    }

    pub(crate) fn created(mut self, location: String) -> Self {
        self.status = 201;
        self.location = Some(location);
        self
    }

    pub(crate) fn pending(mut self, pending: bool) -> Self {
        self.pending = pending;
        self
    }

    fn of(body: String) -> Self {
        Self {
            status: 200,
            location: None,
            body,
            pending: false,
        }
    }
}

/// An error as it goes over the wire. Each service has its own enumeration that becomes one of
/// these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl ServiceError {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            500,
            "InternalFailure",
            "The request processing has failed because of an unknown error.",
        )
    }

    /// The call came too fast, in the words of its service ("Common Errors" of each API reference).
    pub(crate) fn throttled(service: Service) -> Self {
        let code = match service {
            Service::Route53 | Service::ElasticLoadBalancing | Service::Sts => "Throttling",
            Service::GlobalAccelerator | Service::DynamoDb => "ThrottlingException",
        };
        Self::new(400, code, "Rate exceeded")
    }

    pub(crate) fn unavailable() -> Self {
        Self::new(
            503,
            "ServiceUnavailable",
            "The request has failed due to a temporary failure of the server.",
        )
    }

    pub(crate) fn too_large() -> Self {
        Self::new(413, "RequestEntityTooLarge", "Request entity too large")
    }
}

const JSON_1_0: &str = "application/x-amz-json-1.0";
const JSON_1_1: &str = "application/x-amz-json-1.1";
const XML: &str = "text/xml";

/// Writes what `service` answers.
pub(crate) fn response(
    service: Service,
    request_id: &str,
    outcome: &Result<Answer, ServiceError>,
) -> Response<Bytes> {
    let (status, content_type, body) = match outcome {
        Ok(answer) => (answer.status, content_type(service), answer.body.clone()),
        Err(error) => (
            error.status,
            content_type(service),
            error_body(service, request_id, error),
        ),
    };
    let checksum = crc32fast::hash(body.as_bytes());
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    if service == Service::DynamoDb {
        // The SDK for Go holds each answer against it.
        let header = HeaderName::from_static("x-amz-crc32");
        headers.insert(header, HeaderValue::from(checksum));
    }
    if let Ok(Answer {
        location: Some(location),
        ..
    }) = outcome
        && let Ok(location) = HeaderValue::from_str(location)
    {
        headers.insert(header::LOCATION, location);
    }
    response
}

fn content_type(service: Service) -> &'static str {
    match service {
        Service::DynamoDb => JSON_1_0,
        Service::GlobalAccelerator => JSON_1_1,
        Service::Route53 | Service::ElasticLoadBalancing | Service::Sts => XML,
    }
}

fn error_body(service: Service, request_id: &str, error: &ServiceError) -> String {
    let ServiceError {
        status,
        code,
        message,
    } = error;
    match service {
        Service::DynamoDb => {
            json!({ "__type": dynamodb_type(code), "message": message }).to_string()
        }
        Service::GlobalAccelerator => json!({ "__type": code, "Message": message }).to_string(),
        Service::Route53 => xml::error(
            crate::route53::NAMESPACE,
            *status,
            code,
            message,
            request_id,
        ),
        Service::ElasticLoadBalancing => {
            xml::error(crate::elb::NAMESPACE, *status, code, message, request_id)
        }
        Service::Sts => xml::error(crate::sts::NAMESPACE, *status, code, message, request_id),
    }
}

/// DynamoDB prefixes its error types: its own with its namespace, those of the framework beneath it
/// with the framework's. (The prefixes are not documented.)
fn dynamodb_type(code: &str) -> String {
    let namespace = match code {
        "ValidationException" => "com.amazon.coral.validate",
        "SerializationException"
        | "UnknownOperationException"
        | "MissingAuthenticationTokenException"
        | "InvalidSignatureException"
        | "InternalFailure" => "com.amazon.coral.service",
        _ => "com.amazonaws.dynamodb.v20120810",
    };
    format!("{namespace}#{code}")
}
