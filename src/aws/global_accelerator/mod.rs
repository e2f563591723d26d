//! Global Accelerator: reads, from accelerators down to endpoint groups and tags.

mod write;

use std::collections::BTreeMap;

use aws_sdk_globalaccelerator::error::SdkError;
use aws_sdk_globalaccelerator::types;
use evenkeel_core::crd::{CheckProtocol, ClientAffinity, ListenerProtocol};
use evenkeel_core::failure::{Failure, Read, Service};
use evenkeel_core::global_accelerator::{
    Accelerator, AcceleratorStatus, Dial, Endpoint, EndpointHealth, Group, GroupCheck,
    GroupSettings, Listener, Ports,
};
use evenkeel_core::names::{AcceleratorArn, EndpointGroupArn, ListenerArn, Region};

pub(super) use write::carry_out;

use super::{Aws, failure};

/// The largest page of every list.
const PAGE: i32 = 100;

fn failed<E>(operation: &str, error: &SdkError<E>) -> Failure
where
    E: aws_smithy_types::error::metadata::ProvideErrorMetadata + std::error::Error + 'static,
{
    failure::of(Service::GlobalAccelerator, operation, error)
}

impl Aws {
    /// Every accelerator of the account, without tags and listeners.
    pub async fn accelerators(&self) -> Result<BTreeMap<AcceleratorArn, Accelerator>, Failure> {
        let mut found = BTreeMap::new();
        let mut pages = self
            .global_accelerator
            .list_accelerators()
            .into_paginator()
            .page_size(PAGE)
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("ListAccelerators", &error))?;
            found.extend(page.accelerators().iter().filter_map(accelerator));
        }
        Ok(found)
    }

    /// One accelerator, without tags and listeners; `None` if AWS says that it does not exist.
    pub async fn accelerator(&self, arn: &AcceleratorArn) -> Result<Option<Accelerator>, Failure> {
        match self
            .global_accelerator
            .describe_accelerator()
            .accelerator_arn(arn.as_str())
            .send()
            .await
        {
            Ok(reply) => Ok(reply
                .accelerator()
                .and_then(accelerator)
                .map(|(_, found)| found)),
            Err(SdkError::ServiceError(error))
                if error.err().is_accelerator_not_found_exception() =>
            {
                Ok(None)
            }
            Err(error) => Err(failed("DescribeAccelerator", &error)),
        }
    }

    /// The tags of an accelerator.
    pub async fn accelerator_tags(
        &self,
        arn: &AcceleratorArn,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let reply = self
            .global_accelerator
            .list_tags_for_resource()
            .resource_arn(arn.as_str())
            .send()
            .await;
        let reply = reply.map_err(|error| failed("ListTagsForResource", &error))?;
        Ok(reply
            .tags()
            .iter()
            .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
            .collect())
    }

    /// The listeners of an accelerator, without groups.
    pub async fn listeners(
        &self,
        arn: &AcceleratorArn,
    ) -> Result<BTreeMap<ListenerArn, Listener>, Failure> {
        let mut found = BTreeMap::new();
        let call = self
            .global_accelerator
            .list_listeners()
            .accelerator_arn(arn.as_str());
        let mut pages = call.into_paginator().page_size(PAGE).send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("ListListeners", &error))?;
            found.extend(page.listeners().iter().filter_map(listener));
        }
        Ok(found)
    }

    /// The endpoint groups of a listener, with the health of their endpoints.
    pub async fn groups(&self, listener: &ListenerArn) -> Result<BTreeMap<Region, Group>, Failure> {
        let mut found = BTreeMap::new();
        let call = self
            .global_accelerator
            .list_endpoint_groups()
            .listener_arn(listener.as_str());
        let mut pages = call.into_paginator().page_size(PAGE).send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("ListEndpointGroups", &error))?;
            found.extend(page.endpoint_groups().iter().filter_map(group));
        }
        Ok(found)
    }
}

fn accelerator(found: &types::Accelerator) -> Option<(AcceleratorArn, Accelerator)> {
    let deployed = found
        .status()
        .is_some_and(|status| status.as_str() == "DEPLOYED");
    let addresses = found
        .ip_sets()
        .iter()
        .flat_map(types::IpSet::ip_addresses)
        .cloned();
    let described = Accelerator {
        name: found.name().unwrap_or_default().to_owned(),
        enabled: found.enabled().unwrap_or(true),
        dns_name: found.dns_name()?.to_ascii_lowercase(),
        addresses: addresses.collect(),
        status: if deployed {
            AcceleratorStatus::Deployed
        } else {
            AcceleratorStatus::InProgress
        },
        tags: Read::NotRead,
        listeners: Read::NotRead,
    };
    Some((AcceleratorArn::new(found.accelerator_arn()?), described))
}

fn listener(found: &types::Listener) -> Option<(ListenerArn, Listener)> {
    let small = |port: Option<i32>| u16::try_from(port?).ok();
    let ranges = found
        .port_ranges()
        .iter()
        .filter_map(|range| Some((small(range.from_port())?, small(range.to_port())?)));
    let affinity = found
        .client_affinity()
        .map_or("NONE", |affinity| affinity.as_str());
    let described = Listener {
        protocol: if found.protocol()?.as_str() == "UDP" {
            ListenerProtocol::UDP
        } else {
            ListenerProtocol::TCP
        },
        ports: Ports::new(ranges),
        affinity: if affinity == "SOURCE_IP" {
            ClientAffinity::SourceIP
        } else {
            ClientAffinity::None
        },
        groups: Read::NotRead,
    };
    Some((ListenerArn::new(found.listener_arn()?), described))
}

fn group(found: &types::EndpointGroup) -> Option<(Region, Group)> {
    let mut endpoints = BTreeMap::new();
    let mut health = BTreeMap::new();
    for endpoint in found.endpoint_descriptions() {
        let id = endpoint.endpoint_id()?.to_owned();
        let state = endpoint
            .health_state()
            .map_or("INITIAL", |state| state.as_str());
        health.insert(
            id.clone(),
            match state {
                "HEALTHY" => EndpointHealth::Healthy,
                "UNHEALTHY" => EndpointHealth::Unhealthy,
                _ => EndpointHealth::Initial,
            },
        );
        let weight = u8::try_from(endpoint.weight().unwrap_or(128)).unwrap_or(u8::MAX);
        endpoints.insert(
            id,
            Endpoint {
                weight,
                preserves_client_ip: endpoint.client_ip_preservation_enabled(),
            },
        );
    }
    let small = |number: Option<i32>| u16::try_from(number?).ok();
    let protocol = match found
        .health_check_protocol()
        .map_or("TCP", |protocol| protocol.as_str())
    {
        "HTTP" => CheckProtocol::HTTP,
        "HTTPS" => CheckProtocol::HTTPS,
        _ => CheckProtocol::TCP,
    };
    let check = GroupCheck {
        protocol,
        port: small(found.health_check_port()).unwrap_or_default(),
        // AWS keeps a path for TCP too, and asks for none: a difference there is none.
        path: found
            .health_check_path()
            .filter(|_| protocol != CheckProtocol::TCP)
            .map(str::to_owned),
        interval_seconds: small(found.health_check_interval_seconds()).unwrap_or(30),
        threshold: small(found.threshold_count()).unwrap_or(3),
    };
    let settings = GroupSettings {
        dial: Dial::from_aws(found.traffic_dial_percentage().unwrap_or(100.0)),
        endpoints,
        check: Some(check),
    };
    let arn = EndpointGroupArn::new(found.endpoint_group_arn()?);
    Some((
        found.endpoint_group_region()?.parse().ok()?,
        Group {
            arn,
            settings,
            health,
        },
    ))
}
