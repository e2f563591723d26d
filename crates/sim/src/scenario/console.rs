//! A call that a person makes in the console: an operation and its parameters, named as in the
//! service's API reference.
//!
//! What the world makes up is written as a picture of the world labels it: see [`World::id_of`].

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::xml;
use crate::asked;
use crate::call::Service;
use crate::region::Region;
use crate::wire::Request;
use crate::world::World;

/// Who it is in the log.
const PRINCIPAL: &str = "console";

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Console {
    service: Service,
    #[serde(default)]
    region: Option<Region>,
    operation: String,
    #[serde(default)]
    parameters: Map<String, Value>,
}

/// The method and the path of Route 53's operations that change something. Parameters in the path
/// are in braces.
fn route(operation: &str) -> Option<(&'static str, &'static str)> {
    let route = match operation {
        "ChangeResourceRecordSets" => ("POST", "hostedzone/{HostedZoneId}/rrset"),
        "CreateHostedZone" => ("POST", "hostedzone"),
        "UpdateHostedZoneFeatures" => ("POST", "hostedzone/{HostedZoneId}/features"),
        "DeleteHostedZone" => ("DELETE", "hostedzone/{Id}"),
        "CreateHealthCheck" => ("POST", "healthcheck"),
        "UpdateHealthCheck" => ("POST", "healthcheck/{HealthCheckId}"),
        "DeleteHealthCheck" => ("DELETE", "healthcheck/{HealthCheckId}"),
        "ChangeTagsForResource" => ("POST", "tags/{ResourceType}/{ResourceId}"),
        _ => return None,
    };
    Some(route)
}

impl Console {
    /// What is wrong with it in any world.
    pub(crate) fn check(&self) -> Result<(), String> {
        let Self {
            service,
            region,
            operation,
            parameters,
        } = self;
        let is_route53 = *service == Service::Route53;
        match asked::writes(*service, operation) {
            None => Err(format!("{service} has no operation {operation:?} here")),
            Some(false) => Err(format!(
                "{operation} changes nothing: the console is for writes"
            )),
            Some(true) if is_route53 && route(operation).is_none() => {
                Err(format!("{operation} can't be made from the console here"))
            }
            Some(true) if is_route53 => {
                let (_, path) = route(operation).unwrap_or_default();
                let missing = in_path(path).find(|name| !parameters.contains_key(*name));
                missing.map_or(Ok(()), |name| Err(format!("{operation} needs {name}")))
            }
            Some(true) if service.home().is_none() && region.is_none() => Err(format!(
                "{service} is in every Region: say which under `region`"
            )),
            Some(true) => Ok(()),
        }
    }

    /// The request, in the protocol of its service.
    pub(crate) fn request(self, world: &World) -> Request {
        let Self {
            service,
            region,
            operation,
            mut parameters,
        } = self;
        for value in parameters.values_mut() {
            identify(world, value);
        }
        let home = service.home().unwrap_or_default();
        let mut request = Request {
            service,
            region: region.map_or_else(|| home.to_owned(), String::from),
            principal: PRINCIPAL.to_owned(),
            method: http::Method::POST,
            path: "/".to_owned(),
            query: String::new(),
            target: String::new(),
            body: bytes::Bytes::new(),
        };
        match service {
            Service::Route53 => {
                let (method, path) = route(&operation).unwrap_or_default();
                let path = fill(path, &mut parameters);
                request.method = method.parse().unwrap_or_default();
                request.path = format!("/2013-04-01/{path}");
                if request.method == http::Method::POST {
                    let root = format!("{operation}Request");
                    request.body = xml::document(&root, &Value::Object(parameters)).into();
                }
            }
            Service::GlobalAccelerator => {
                request.target = format!("GlobalAccelerator_V20180706.{operation}");
                request.body = Value::Object(parameters).to_string().into();
            }
            Service::DynamoDb => {
                request.target = format!("DynamoDB_20120810.{operation}");
                request.body = Value::Object(parameters).to_string().into();
            }
            // They are only read: checked when the event was read.
            Service::ElasticLoadBalancing | Service::Sts => {}
        }
        request
    }
}

/// Puts ids in the place of their labels.
fn identify(world: &World, value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(id) = world.id_of(text) {
                *text = id;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| identify(world, value)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|value| identify(world, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn in_path(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn fill(path: &str, parameters: &mut Map<String, Value>) -> String {
    let mut filled = path.to_owned();
    for name in in_path(path) {
        let value = parameters.remove(name).unwrap_or_default();
        let value = value.as_str().unwrap_or_default();
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    filled
}
