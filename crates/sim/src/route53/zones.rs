//! Hosted zones: get, create, delete.

use serde::{Deserialize, Serialize};

use super::features::HostedZoneFeatures;
use super::name::DnsName;
use super::wire::{self, ChangeInfo, NAMESPACE, WithChangeInfo};
use super::zone::Zone;
use super::{Asked, Error, Route53, schema};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateHostedZoneRequest {
    name: String,
    #[serde(rename = "VPC")]
    vpc: Option<Vpc>,
    caller_reference: String,
    hosted_zone_config: Option<Config>,
    delegation_set_id: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Vpc {
    #[serde(rename = "VPCRegion")]
    region: Option<String>,
    #[serde(rename = "VPCId")]
    id: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    private_zone: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HostedZone {
    id: String,
    name: String,
    caller_reference: String,
    config: Config,
    resource_record_set_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    features: Option<HostedZoneFeatures>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DelegationSet {
    name_servers: NameServers,
}

#[derive(Serialize)]
struct NameServers {
    #[serde(rename = "NameServer")]
    list: Vec<String>,
}

#[derive(Serialize)]
struct Vpcs {
    #[serde(rename = "VPC")]
    list: Vec<Vpc>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetHostedZoneResponse {
    hosted_zone: HostedZone,
    #[serde(skip_serializing_if = "Option::is_none")]
    delegation_set: Option<DelegationSet>,
    #[serde(rename = "VPCs", skip_serializing_if = "Option::is_none")]
    vpcs: Option<Vpcs>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CreateHostedZoneResponse {
    hosted_zone: HostedZone,
    change_info: ChangeInfo,
    delegation_set: DelegationSet,
}

impl Route53 {
    /// A zone that was there before the world began.
    pub(crate) fn add_zone(&mut self, zone: Zone) {
        self.zone_references.insert(zone.caller_reference.clone());
        self.zones.insert(zone.id.clone(), zone);
    }

    pub(super) fn get_hosted_zone(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let zone = self.zone(&asked.subject)?;
        let vpc = Vpc {
            region: Some("us-east-1".to_owned()),
            id: Some("vpc-0123456789abcdef0".to_owned()),
        };
        let body = GetHostedZoneResponse {
            hosted_zone: shown(zone),
            delegation_set: (!zone.private).then(|| delegation_set(zone)),
            vpcs: zone.private.then(|| Vpcs { list: vec![vpc] }),
        };
        Answer::xml("GetHostedZoneResponse", NAMESPACE, &body)
    }

    pub(super) fn create_hosted_zone(
        &mut self,
        context: &mut Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let request: CreateHostedZoneRequest =
            wire::read(&asked.body, &schema::CREATE_HOSTED_ZONE)?;
        let mut constraints = Constraints::default();
        constraints.length("name", Some(&request.name), 0, 1024);
        constraints.length("callerReference", Some(&request.caller_reference), 1, 128);
        let config = request.hosted_zone_config.as_ref();
        let comment = config.and_then(|config| config.comment.as_deref());
        constraints.length("hostedZoneConfig.comment", comment, 0, 256);
        constraints.verdict().map_err(Error::InvalidInput)?;
        let private = config.and_then(|config| config.private_zone) == Some(true);
        if private && request.vpc.is_none() {
            let text = "A private hosted zone needs a VPC.";
            return Err(Error::InvalidInput(text.to_owned()).into());
        }
        // This world has no VPCs and no reusable delegation sets.
        if let Some(vpc) = request.vpc {
            return Err(Error::InvalidVpc(vpc.id.unwrap_or_default()).into());
        }
        if let Some(id) = request.delegation_set_id {
            return Err(Error::NoSuchDelegationSet(id).into());
        }
        let name = DnsName::parse(&request.name)
            .map_err(|_| Error::InvalidDomainName(request.name.clone()))?;
        if self.zone_references.contains(&request.caller_reference) {
            return Err(Error::HostedZoneAlreadyExists.into());
        }
        if self.zones.len() >= context.quotas.hosted_zones {
            return Err(Error::TooManyHostedZones.into());
        }
        let mut zone = Zone::new(context.ids, name, request.caller_reference);
        zone.comment = request.hosted_zone_config.and_then(|config| config.comment);
        let body = CreateHostedZoneResponse {
            hosted_zone: shown(&zone),
            change_info: self.submit(context, None),
            delegation_set: delegation_set(&zone),
        };
        let location = format!(
            "https://route53.amazonaws.com/2013-04-01/hostedzone/{}",
            zone.id
        );
        self.add_zone(zone);
        Ok(Answer::xml("CreateHostedZoneResponse", NAMESPACE, &body)?.created(location))
    }

    /// Only the zone's own SOA and NS sets may be left in it, and accelerated recovery must be off
    /// (AWS's text for that is not known).
    pub(super) fn delete_hosted_zone(
        &mut self,
        context: &mut Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let zone = self.zone(&asked.subject)?;
        if zone.sets.keys().any(|key| !zone.is_own(key)) {
            return Err(Error::HostedZoneNotEmpty.into());
        }
        if zone.is_busy(context.now) {
            return Err(Error::PriorRequestNotComplete.into());
        }
        if zone.is_recoverable() {
            let text = "A hosted zone for which accelerated recovery is enabled can't be deleted.";
            return Err(Error::InvalidInput(text.to_owned()).into());
        }
        self.zones.remove(&asked.subject);
        let body = WithChangeInfo {
            change_info: self.submit(context, None),
        };
        Answer::xml("DeleteHostedZoneResponse", NAMESPACE, &body)
    }
}

pub(super) fn shown(zone: &Zone) -> HostedZone {
    HostedZone {
        id: format!("/hostedzone/{}", zone.id),
        name: zone.name.to_string(),
        caller_reference: zone.caller_reference.clone(),
        config: Config {
            comment: zone.comment.clone(),
            private_zone: Some(zone.private),
        },
        resource_record_set_count: zone.sets.len(),
        features: HostedZoneFeatures::of(zone),
    }
}

fn delegation_set(zone: &Zone) -> DelegationSet {
    DelegationSet {
        name_servers: NameServers {
            list: zone.name_servers.clone(),
        },
    }
}
