//! Endpoints of a group: held against Elastic Load Balancing when they are configured, and judged
//! by the health of their load balancer afterwards.
//!
//! Sources: `EndpointConfiguration`, API Reference; "Preserve client IP addresses", Developer
//! Guide.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Error, IpAddressType};
use crate::context::Context;
use crate::elb::{Kind, LoadBalancer, LoadBalancerArn, Scheme};
use crate::endpoints::Endpoints;
use crate::region::Region;
use crate::wire::Constraints;
use crate::words::words;

words! { HealthState { Initial "INITIAL", Healthy "HEALTHY", Unhealthy "UNHEALTHY" } }

const DEFAULT_WEIGHT: u8 = 128;
/// Endpoints of a group, and of one request.
pub(super) const MOST_ENDPOINTS: usize = 10;

#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// As it was given.
    pub(super) id: String,
    pub(super) load_balancer: LoadBalancerArn,
    pub(super) weight: u8,
    pub(super) client_ip_preservation: bool,
    pub(super) health: HealthState,
}

/// `AttachmentArn` is for endpoints of other accounts, which are not served.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EndpointConfiguration {
    endpoint_id: Option<String>,
    weight: Option<i64>,
    #[serde(rename = "ClientIPPreservationEnabled")]
    client_ip_preservation_enabled: Option<bool>,
}

/// An endpoint as it is asked for.
pub(super) struct Configuration {
    id: String,
    weight: u8,
    client_ip_preservation: Option<bool>,
}

pub(super) fn read(
    constraints: &mut Constraints,
    given: Vec<EndpointConfiguration>,
) -> Vec<Configuration> {
    constraints.count("endpointConfigurations", Some(&given), 0, MOST_ENDPOINTS);
    let configurations = given.into_iter().enumerate().map(|(index, given)| {
        let at = format!("endpointConfigurations.{}.member", index + 1);
        constraints.length(
            &format!("{at}.endpointId"),
            given.endpoint_id.as_deref(),
            0,
            255,
        );
        let weight = constraints.number(&format!("{at}.weight"), given.weight, 0, 255);
        Configuration {
            id: given.endpoint_id.unwrap_or_default(),
            weight: weight.unwrap_or(DEFAULT_WEIGHT),
            client_ip_preservation: given.client_ip_preservation_enabled,
        }
    });
    configurations.collect()
}

/// The endpoints of a group as they replace those it has. One that stays keeps its health; a weight
/// that is not given is the default again.
pub(super) fn configure(
    context: &Context<'_>,
    region: Region,
    accelerator: IpAddressType,
    configurations: Vec<Configuration>,
    current: &[Endpoint],
) -> Result<Vec<Endpoint>, Error> {
    let mut endpoints: Vec<Endpoint> = Vec::new();
    for Configuration {
        id,
        weight,
        client_ip_preservation,
    } in configurations
    {
        let found = load_balancer(context, region, &id)?;
        if endpoints
            .iter()
            .any(|other| other.load_balancer == found.arn)
        {
            let text = format!("The endpoint {id} was specified twice");
            return Err(Error::InvalidArgument(text));
        }
        let kept = current
            .iter()
            .find(|endpoint| endpoint.load_balancer == found.arn);
        endpoints.push(Endpoint {
            weight,
            client_ip_preservation: preserved(found, accelerator, client_ip_preservation)?,
            health: kept.map_or(HealthState::Initial, |endpoint| endpoint.health),
            load_balancer: found.arn.clone(),
            id,
        });
    }
    Ok(endpoints)
}

/// Global Accelerator asks Elastic Load Balancing in the group's Region, and passes its errors on.
fn load_balancer<'w>(
    context: &'w Context<'_>,
    region: Region,
    id: &str,
) -> Result<&'w LoadBalancer, Error> {
    if !id.starts_with("arn:") {
        return Err(Error::InvalidArgument(format!(
            "The endpoint {id} does not exist"
        )));
    }
    let passed_on = |message: String, code: &str| {
        Error::InvalidArgument(format!(
            "{message} (Service: AmazonElasticLoadBalancing; Status Code: 400; Error Code: {code}; \
             Request ID: 00000000-0000-0000-0000-000000000000; Proxy: null)"
        ))
    };
    let arn = LoadBalancerArn::parse(id).filter(|arn| arn.region() == region);
    let arn = arn.ok_or_else(|| {
        passed_on(
            format!("'{id}' is not a valid load balancer ARN"),
            "ValidationError",
        )
    })?;
    let missing = || {
        passed_on(
            "One or more load balancers not found".to_owned(),
            "LoadBalancerNotFound",
        )
    };
    context.endpoints.load_balancer(&arn).ok_or_else(missing)
}

/// The default is to preserve for Application Load Balancers. It is demanded for internal load
/// balancers, and by dual-stack accelerators.
fn preserved(
    found: &LoadBalancer,
    accelerator: IpAddressType,
    asked: Option<bool>,
) -> Result<bool, Error> {
    let (default, kind) = match found.arn.kind() {
        Kind::Application => (true, "application"),
        Kind::Network => (false, "network"),
    };
    let preserved = asked.unwrap_or(default);
    let arn = &found.arn;
    match (preserved, found.scheme, accelerator) {
        (true, _, _) | (false, Scheme::InternetFacing, IpAddressType::Ipv4) => Ok(preserved),
        (false, Scheme::Internal, _) => Err(Error::InvalidArgument(format!(
            "ClientIPPreservation must be enabled for internal facing {kind} load balancer: {arn}"
        ))),
        (false, Scheme::InternetFacing, IpAddressType::DualStack) => Err(Error::InvalidArgument(
            format!("ClientIPPreservation must be enabled for a dual-stack accelerator: {arn}"),
        )),
    }
}

impl Endpoint {
    /// Its first health checks are done.
    pub(super) fn is_settled(&self) -> bool {
        self.health != HealthState::Initial
    }

    /// Its health is what its load balancer's is.
    pub(super) fn agrees(&self, endpoints: &Endpoints) -> bool {
        self.health == self.actual(endpoints)
    }

    pub(super) fn actual(&self, endpoints: &Endpoints) -> HealthState {
        let healthy = endpoints
            .load_balancer(&self.load_balancer)
            .is_some_and(|it| it.healthy);
        if healthy {
            HealthState::Healthy
        } else {
            HealthState::Unhealthy
        }
    }
}

/// Without `HealthReason`, of which the API reference promises nothing.
pub(super) fn shown(endpoint: &Endpoint) -> Value {
    let Endpoint {
        id,
        load_balancer: _,
        weight,
        client_ip_preservation,
        health,
    } = endpoint;
    json!({
        "EndpointId": id,
        "Weight": weight,
        "HealthState": health,
        "ClientIPPreservationEnabled": client_ip_preservation,
    })
}
