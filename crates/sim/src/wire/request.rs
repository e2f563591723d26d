//! One HTTP request, read as far as every service needs it: who asks which service in which Region.
//! The signature itself is not checked; only the credential scope is read.
//!
//! Source: "Create a signed AWS API request", AWS Identity and Access Management User Guide.

use bytes::Bytes;
use http::{HeaderMap, Method, header};

use super::{LARGEST_REQUEST, ServiceError};
use crate::call::Service;

/// A request with a credential scope.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) service: Service,
    pub(crate) region: String,
    pub(crate) principal: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    /// The header `X-Amz-Target` of the JSON protocols.
    pub(crate) target: String,
    pub(crate) body: Bytes,
}

/// A request that reaches no operation, and the service whose protocol the error is written in.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) service: Service,
    pub(crate) error: ServiceError,
}

impl Request {
    pub(crate) fn read(request: http::Request<Bytes>) -> Result<Self, Unreadable> {
        let (parts, body) = request.into_parts();
        let target = text(&parts.headers, "x-amz-target").to_owned();
        let guessed = guess(parts.uri.path(), &target, &body);
        let refuse = |error| Unreadable {
            service: guessed,
            error,
        };
        if body.len() > LARGEST_REQUEST {
            return Err(refuse(ServiceError::too_large()));
        }
        let authorization = text(&parts.headers, header::AUTHORIZATION.as_str());
        let scope = Scope::read(authorization).ok_or_else(|| refuse(unsigned(guessed)))?;
        let service =
            Service::signed_as(scope.service).ok_or_else(|| refuse(missigned(guessed)))?;
        Ok(Self {
            service,
            region: scope.region.to_owned(),
            principal: scope.principal.to_owned(),
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            target,
            body,
        })
    }

    /// Whether it continues a list where a page before it ended, in the parameters of any service.
    pub(crate) fn asks_for_later_page(&self) -> bool {
        const FORM: [&str; 4] = ["name", "marker", "Marker", "dnsname"];
        const JSON: [&str; 2] = ["NextToken", "ExclusiveStartTableName"];
        let query = form_urlencoded::parse(self.query.as_bytes());
        let mut form = query.chain(form_urlencoded::parse(&self.body));
        if self.target.is_empty() {
            return form.any(|(name, _)| FORM.contains(&name.as_ref()));
        }
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        JSON.iter().any(|member| body.get(member).is_some())
    }

    /// The service refuses this scope's Region.
    pub(crate) fn wrong_region(&self) -> ServiceError {
        let Self {
            service, region, ..
        } = self;
        let message = format!("Credential should be scoped to a valid region, not '{region}'.");
        misscoped(*service, message)
    }
}

/// `Credential=AKIA.../20260102/eu-west-1/dynamodb/aws4_request`
struct Scope<'a> {
    principal: &'a str,
    region: &'a str,
    service: &'a str,
}

impl<'a> Scope<'a> {
    fn read(authorization: &'a str) -> Option<Self> {
        let rest = authorization.strip_prefix("AWS4-HMAC-SHA256")?;
        let credential = rest
            .split(',')
            .find_map(|part| part.trim().strip_prefix("Credential="))?;
        let mut parts = credential.split('/');
        let scope = (
            parts.next()?,
            parts.next()?,
            parts.next()?,
            parts.next()?,
            parts.next()?,
        );
        match scope {
            (principal, _date, region, service, "aws4_request") if !principal.is_empty() => {
                Some(Self {
                    principal,
                    region,
                    service,
                })
            }
            _ => None,
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The service whose protocol an unsigned request speaks.
fn guess(path: &str, target: &str, body: &[u8]) -> Service {
    if target.starts_with("GlobalAccelerator") {
        Service::GlobalAccelerator
    } else if target.starts_with("DynamoDB") {
        Service::DynamoDb
    } else if path.starts_with("/2013-04-01/") {
        Service::Route53
    } else if body.windows(10).any(|window| window == b"2011-06-15") {
        Service::Sts
    } else {
        Service::ElasticLoadBalancing
    }
}

/// "Common Errors" of each service's API reference.
fn unsigned(service: Service) -> ServiceError {
    match service {
        Service::Route53 => ServiceError::new(
            403,
            "MissingAuthenticationToken",
            "Missing Authentication Token",
        ),
        Service::GlobalAccelerator | Service::DynamoDb => ServiceError::new(
            400,
            "MissingAuthenticationTokenException",
            "Request is missing Authentication Token",
        ),
        Service::ElasticLoadBalancing | Service::Sts => ServiceError::new(
            403,
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
    }
}

/// The scope names a service that is not served here: to the service that the request speaks to, it
/// is signed for another one.
fn missigned(service: Service) -> ServiceError {
    let message = format!("Credential should be scoped to correct service: '{service}'.");
    misscoped(service, message)
}

/// An error about the credential scope, by the name that each protocol gives it.
fn misscoped(service: Service, message: String) -> ServiceError {
    match service {
        Service::Route53 | Service::ElasticLoadBalancing | Service::Sts => {
            ServiceError::new(403, "SignatureDoesNotMatch", message)
        }
        Service::GlobalAccelerator | Service::DynamoDb => {
            ServiceError::new(400, "InvalidSignatureException", message)
        }
    }
}
