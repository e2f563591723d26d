//! `DescribeLoadBalancers`: by ARN, by name, or all of a Region, a page at a time.

use serde::Serialize;

use super::{Error, Kind, LoadBalancer, LoadBalancerArn, NAMESPACE, Scheme, zones};
use crate::context::Context;
use crate::wire::form::Form;
use crate::wire::{Answer, ServiceError};

/// At most this many load balancers can be named in one request.
const MOST_NAMED: usize = 20;
/// The largest page, and the default.
const LARGEST_PAGE: usize = 400;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeLoadBalancersResponse {
    describe_load_balancers_result: Page,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    load_balancers: Members<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

#[derive(Serialize)]
struct Members<T> {
    member: Vec<T>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown {
    load_balancer_arn: String,
    #[serde(rename = "DNSName")]
    dns_name: String,
    canonical_hosted_zone_id: String,
    created_time: &'static str,
    load_balancer_name: String,
    scheme: Scheme,
    vpc_id: &'static str,
    state: State,
    r#type: &'static str,
    availability_zones: Members<AvailabilityZone>,
    ip_address_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    code: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AvailabilityZone {
    zone_name: String,
    subnet_id: &'static str,
}

pub(super) fn describe(context: &Context<'_>, form: &Form) -> Result<Answer, ServiceError> {
    let served = ["LoadBalancerArns.", "Names.", "PageSize", "Marker"];
    if let Some(parameter) = form.unserved(&served) {
        return Err(Error::UnknownParameter(parameter.to_owned()).into());
    }
    let (arns, names) = (form.list("LoadBalancerArns"), form.list("Names"));
    let page = match (arns.as_slice(), names.as_slice()) {
        ([], []) => page(context, form)?,
        (arns, []) => named(arns.iter().map(|arn| by_arn(context, arn)), arns.len())?,
        ([], names) => named(names.iter().map(|name| by_name(context, name)), names.len())?,
        (_, _) => return Err(Error::NamesAndArns.into()),
    };
    let body = DescribeLoadBalancersResponse {
        describe_load_balancers_result: page,
    };
    Answer::xml("DescribeLoadBalancersResponse", NAMESPACE, &body)
}

fn in_region<'w>(context: &'w Context<'_>) -> impl Iterator<Item = &'w LoadBalancer> {
    let region = context.region;
    context
        .endpoints
        .load_balancers()
        .filter(move |found| found.arn.region() == region)
}

fn by_arn<'w>(context: &'w Context<'_>, text: &str) -> Result<&'w LoadBalancer, Error> {
    let arn = LoadBalancerArn::parse(text).filter(|arn| arn.region() == context.region);
    let arn = arn.ok_or_else(|| Error::InvalidArn(text.to_owned()))?;
    context
        .endpoints
        .load_balancer(&arn)
        .ok_or(Error::LoadBalancerNotFound)
}

fn by_name<'w>(context: &'w Context<'_>, name: &str) -> Result<&'w LoadBalancer, Error> {
    in_region(context)
        .find(|found| found.arn.name() == name)
        .ok_or(Error::LoadBalancerNotFound)
}

/// One unknown load balancer refuses the whole request.
fn named<'w>(
    found: impl Iterator<Item = Result<&'w LoadBalancer, Error>>,
    count: usize,
) -> Result<Page, Error> {
    if count > MOST_NAMED {
        return Err(Error::TooMany);
    }
    let member = found
        .map(|found| found.map(shown))
        .collect::<Result<_, _>>()?;
    Ok(Page {
        load_balancers: Members { member },
        next_marker: None,
    })
}

/// The marker is the ARN that the next page starts with.
fn page(context: &Context<'_>, form: &Form) -> Result<Page, Error> {
    let size = match form.get("PageSize") {
        None => LARGEST_PAGE,
        Some(text) => text.parse().map_err(|_| Error::InvalidPageSize)?,
    };
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(Error::InvalidPageSize);
    }
    let start = form
        .get("Marker")
        .map(|text| LoadBalancerArn::parse(text).ok_or(Error::InvalidMarker));
    let start = start.transpose()?;
    let mut rest =
        in_region(context).filter(|found| start.as_ref().is_none_or(|at| found.arn >= *at));
    let member = rest.by_ref().take(size).map(shown).collect();
    let next_marker = rest.next().map(|next| next.arn.to_string());
    Ok(Page {
        load_balancers: Members { member },
        next_marker,
    })
}

fn shown(load_balancer: &LoadBalancer) -> Shown {
    let LoadBalancer {
        arn,
        dns_name,
        scheme,
        healthy: _,
    } = load_balancer;
    let zones = ["a", "b"].map(|letter| AvailabilityZone {
        zone_name: format!("{}{letter}", arn.region()),
        subnet_id: "subnet-0123456789abcdef0",
    });
    Shown {
        load_balancer_arn: arn.to_string(),
        dns_name: dns_name.clone(),
        canonical_hosted_zone_id: zones::hosted_zone(arn.region(), arn.kind()),
        created_time: "2026-01-01T00:00:00.000Z",
        load_balancer_name: arn.name().to_owned(),
        scheme: *scheme,
        vpc_id: "vpc-0123456789abcdef0",
        state: State { code: "active" },
        r#type: match arn.kind() {
            Kind::Application => "application",
            Kind::Network => "network",
        },
        availability_zones: Members {
            member: zones.into(),
        },
        ip_address_type: "ipv4",
    }
}
