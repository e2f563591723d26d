//! Global Accelerator: writes, one function an action.

use std::collections::BTreeMap;

use aws_sdk_globalaccelerator::Client;
use aws_sdk_globalaccelerator::types::{
    self, EndpointConfiguration, HealthCheckProtocol, PortRange, Protocol, Tag,
};
use evenkeel_core::crd::{CheckProtocol, ClientAffinity, ListenerProtocol};
use evenkeel_core::failure::{Failure, Service};
use evenkeel_core::global_accelerator::{Action, Endpoint, GroupCheck, GroupSettings, Ports};
use evenkeel_core::names::{AcceleratorArn, EndpointGroupArn, ListenerArn, Region};
use evenkeel_core::plan::Effect;

use super::{accelerator, failed};
use crate::aws::failure;

pub(in crate::aws) async fn carry_out(client: &Client, action: &Action) -> Result<Effect, Failure> {
    match action {
        Action::CreateAccelerator {
            name,
            idempotency_token,
            tags,
            nonce: _,
        } => create_accelerator(client, name, idempotency_token, tags).await,
        Action::TagAccelerator { arn, after, .. } => {
            let request = client
                .tag_resource()
                .resource_arn(arn.as_str())
                .set_tags(Some(tag_list(after)?));
            request
                .send()
                .await
                .map_err(|error| failed("TagResource", &error))?;
            Ok(Effect::Done)
        }
        Action::CreateListener {
            accelerator,
            protocol,
            ports,
            affinity,
        } => create_listener(client, accelerator, *protocol, ports, *affinity).await,
        Action::UpdateListener {
            listener,
            after: (ports, affinity),
            ..
        } => {
            let request = client
                .update_listener()
                .listener_arn(listener.as_str())
                .set_port_ranges(Some(port_ranges(ports)))
                .client_affinity(affinity_of(*affinity));
            request
                .send()
                .await
                .map_err(|error| failed("UpdateListener", &error))?;
            Ok(Effect::Done)
        }
        Action::DeleteListener { listener, .. } => {
            let request = client.delete_listener().listener_arn(listener.as_str());
            request
                .send()
                .await
                .map_err(|error| failed("DeleteListener", &error))?;
            Ok(Effect::Done)
        }
        Action::CreateGroup {
            listener,
            region,
            after,
        } => create_group(client, listener, region, after).await,
        Action::UpdateGroup {
            group,
            before,
            after,
            ..
        } => update_group(client, group, before, after).await,
        Action::DeleteGroup { group, .. } => {
            let request = client
                .delete_endpoint_group()
                .endpoint_group_arn(group.as_str());
            request
                .send()
                .await
                .map_err(|error| failed("DeleteEndpointGroup", &error))?;
            Ok(Effect::Done)
        }
    }
}

async fn create_accelerator(
    client: &Client,
    name: &str,
    idempotency_token: &str,
    tags: &BTreeMap<String, String>,
) -> Result<Effect, Failure> {
    let request = client
        .create_accelerator()
        .name(name)
        .ip_address_type(types::IpAddressType::Ipv4)
        .enabled(true)
        .idempotency_token(idempotency_token)
        .set_tags(Some(tag_list(tags)?));
    let reply = request
        .send()
        .await
        .map_err(|error| failed("CreateAccelerator", &error))?;
    let (arn, created) = reply
        .accelerator()
        .and_then(accelerator)
        .ok_or_else(|| unreadable("CreateAccelerator"))?;
    Ok(Effect::AcceleratorCreated {
        arn,
        dns_name: created.dns_name,
        addresses: created.addresses,
    })
}

async fn create_listener(
    client: &Client,
    accelerator: &AcceleratorArn,
    protocol: ListenerProtocol,
    ports: &Ports,
    affinity: ClientAffinity,
) -> Result<Effect, Failure> {
    // The SDK's random token is as good as any: a repeated call would overlap with the first one's ports.
    let request = client
        .create_listener()
        .accelerator_arn(accelerator.as_str())
        .protocol(protocol_of(protocol))
        .set_port_ranges(Some(port_ranges(ports)))
        .client_affinity(affinity_of(affinity));
    let reply = request
        .send()
        .await
        .map_err(|error| failed("CreateListener", &error))?;
    let arn = reply.listener().and_then(types::Listener::listener_arn);
    Ok(Effect::ListenerCreated {
        arn: ListenerArn::new(arn.ok_or_else(|| unreadable("CreateListener"))?),
    })
}

async fn create_group(
    client: &Client,
    listener: &ListenerArn,
    region: &Region,
    after: &GroupSettings,
) -> Result<Effect, Failure> {
    // A repeated call meets the Region's group and is refused: the SDK's random token is as good as any.
    let check = after.check.as_ref();
    let request = client
        .create_endpoint_group()
        .listener_arn(listener.as_str())
        .endpoint_group_region(region.as_str())
        .traffic_dial_percentage(after.dial.to_aws())
        .set_endpoint_configurations(Some(endpoints(after)))
        .set_health_check_protocol(check.map(check_protocol))
        .set_health_check_port(check.map(|check| i32::from(check.port)))
        .set_health_check_path(check.and_then(|check| check.path.clone()))
        .set_health_check_interval_seconds(check.map(|check| i32::from(check.interval_seconds)))
        .set_threshold_count(check.map(|check| i32::from(check.threshold)));
    let reply = request
        .send()
        .await
        .map_err(|error| failed("CreateEndpointGroup", &error))?;
    let arn = reply
        .endpoint_group()
        .and_then(types::EndpointGroup::endpoint_group_arn);
    Ok(Effect::GroupCreated {
        arn: EndpointGroupArn::new(arn.ok_or_else(|| unreadable("CreateEndpointGroup"))?),
    })
}

async fn update_group(
    client: &Client,
    group: &EndpointGroupArn,
    before: &GroupSettings,
    after: &GroupSettings,
) -> Result<Effect, Failure> {
    // A member left out keeps its value; an endpoint list that is given replaces the whole.
    let dial = (before.dial != after.dial).then(|| after.dial.to_aws());
    let list = (before.endpoints != after.endpoints).then(|| endpoints(after));
    let check = after
        .check
        .as_ref()
        .filter(|check| before.check.as_ref() != Some(*check));
    let request = client
        .update_endpoint_group()
        .endpoint_group_arn(group.as_str())
        .set_traffic_dial_percentage(dial)
        .set_endpoint_configurations(list)
        .set_health_check_protocol(check.map(check_protocol))
        .set_health_check_port(check.map(|check| i32::from(check.port)))
        .set_health_check_path(check.and_then(|check| check.path.clone()))
        .set_health_check_interval_seconds(check.map(|check| i32::from(check.interval_seconds)))
        .set_threshold_count(check.map(|check| i32::from(check.threshold)));
    request
        .send()
        .await
        .map_err(|error| failed("UpdateEndpointGroup", &error))?;
    Ok(Effect::Done)
}

fn unreadable(operation: &str) -> Failure {
    failure::unreadable(Service::GlobalAccelerator, None, operation)
}

fn endpoints(settings: &GroupSettings) -> Vec<EndpointConfiguration> {
    let configuration = |(id, endpoint): (&String, &Endpoint)| {
        EndpointConfiguration::builder()
            .endpoint_id(id)
            .weight(i32::from(endpoint.weight))
            .set_client_ip_preservation_enabled(endpoint.preserves_client_ip)
            .build()
    };
    settings.endpoints.iter().map(configuration).collect()
}

fn port_ranges(ports: &Ports) -> Vec<PortRange> {
    let range = |(from, to): &(u16, u16)| {
        PortRange::builder()
            .from_port(i32::from(*from))
            .to_port(i32::from(*to))
            .build()
    };
    ports.ranges().iter().map(range).collect()
}

fn protocol_of(protocol: ListenerProtocol) -> Protocol {
    match protocol {
        ListenerProtocol::TCP => Protocol::Tcp,
        ListenerProtocol::UDP => Protocol::Udp,
    }
}

fn affinity_of(affinity: ClientAffinity) -> types::ClientAffinity {
    match affinity {
        ClientAffinity::None => types::ClientAffinity::None,
        ClientAffinity::SourceIP => types::ClientAffinity::SourceIp,
    }
}

fn check_protocol(check: &GroupCheck) -> HealthCheckProtocol {
    match check.protocol {
        CheckProtocol::HTTPS => HealthCheckProtocol::Https,
        CheckProtocol::HTTP => HealthCheckProtocol::Http,
        CheckProtocol::TCP => HealthCheckProtocol::Tcp,
    }
}

fn tag_list(tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, Failure> {
    let tag = |(key, value): (&String, &String)| {
        Tag::builder()
            .key(key)
            .value(value)
            .build()
            .map_err(|error| {
                failure::unbuildable(Service::GlobalAccelerator, None, "TagResource", &error)
            })
    };
    tags.iter().map(tag).collect()
}
