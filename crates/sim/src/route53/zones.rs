//! Hosted zones: list, list by name, get, create, delete.

use serde::{Deserialize, Serialize};

use super::name::DnsName;
use super::page::{self, Page};
use super::wire::{self, ChangeInfo, NAMESPACE, WithChangeInfo};
use super::zone::Zone;
use super::{Asked, Error, Route53, schema};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError};

/// The largest page, and the default.
const LARGEST_PAGE: usize = 100;

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
struct HostedZone {
    id: String,
    name: String,
    caller_reference: String,
    config: Config,
    resource_record_set_count: usize,
}

#[derive(Serialize)]
struct HostedZones {
    #[serde(rename = "HostedZone")]
    list: Vec<HostedZone>,
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

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListHostedZonesResponse {
    hosted_zones: HostedZones,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    max_items: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListHostedZonesByNameResponse {
    hosted_zones: HostedZones,
    #[serde(rename = "DNSName", skip_serializing_if = "Option::is_none")]
    dns_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hosted_zone_id: Option<String>,
    is_truncated: bool,
    #[serde(rename = "NextDNSName", skip_serializing_if = "Option::is_none")]
    next_dns_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_hosted_zone_id: Option<String>,
    max_items: usize,
}

impl Route53 {
    /// A zone that was there before the world began.
    pub(crate) fn add_zone(&mut self, zone: Zone) {
        self.zone_references.insert(zone.caller_reference.clone());
        self.zones.insert(zone.id.clone(), zone);
    }

    pub(super) fn list_hosted_zones(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let size = page::size(asked, LARGEST_PAGE)?;
        if let Some(id) = asked.query.get("delegationsetid") {
            return Err(Error::NoSuchDelegationSet(id.clone()).into());
        }
        let private = match asked.query.get("hostedzonetype").map(String::as_str) {
            None => None,
            Some("PrivateHostedZone") => Some(true),
            Some(other) => {
                let mut constraints = Constraints::default();
                constraints.one_of("hostedZoneType", Some(other), &["PrivateHostedZone"]);
                constraints.verdict().map_err(Error::InvalidInput)?;
                None
            }
        };
        let marker = asked.query.get("marker");
        let start = marker.map_or("", String::as_str);
        let zones = self.zones.range(start.to_owned()..).map(|(_, zone)| zone);
        let zones = zones.filter(|zone| private.is_none_or(|private| zone.private == private));
        let page = Page::of(zones, size);
        let body = ListHostedZonesResponse {
            hosted_zones: HostedZones {
                list: page.entries.into_iter().map(shown).collect(),
            },
            marker: marker.cloned(),
            is_truncated: page.next.is_some(),
            next_marker: page.next.map(|zone| zone.id.clone()),
            max_items: size,
        };
        Answer::xml("ListHostedZonesResponse", NAMESPACE, &body)
    }

    /// Zones by reversed name, then by id.
    pub(super) fn list_hosted_zones_by_name(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let size = page::size(asked, LARGEST_PAGE)?;
        let (given, id) = (asked.query.get("dnsname"), asked.query.get("hostedzoneid"));
        let name = given.map(|name| DnsName::parse(name)).transpose();
        let name =
            name.map_err(|_| Error::InvalidDomainName(given.cloned().unwrap_or_default()))?;
        if name.is_none() && id.is_some() {
            let text = "The input is not valid: HostedZoneId was specified without DNSName.";
            return Err(Error::InvalidInput(text.to_owned()).into());
        }
        let start = (name.as_ref(), id.map(|id| super::zone_id(id)));
        let mut zones: Vec<&Zone> = self.zones.values().collect();
        zones.sort_unstable_by_key(|zone| (&zone.name, &zone.id));
        let rest = zones
            .into_iter()
            .skip_while(|zone| (Some(&zone.name), Some(zone.id.as_str())) < start);
        let page = Page::of(rest, size);
        let body = ListHostedZonesByNameResponse {
            hosted_zones: HostedZones {
                list: page.entries.into_iter().map(shown).collect(),
            },
            dns_name: name.map(|name| name.to_string()),
            hosted_zone_id: id.cloned(),
            is_truncated: page.next.is_some(),
            next_dns_name: page.next.map(|zone| zone.name.to_string()),
            next_hosted_zone_id: page.next.map(|zone| zone.id.clone()),
            max_items: size,
        };
        Answer::xml("ListHostedZonesByNameResponse", NAMESPACE, &body)
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
        constraints.verdict().map_err(Error::InvalidInput)?;
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

    /// Only the zone's own SOA and NS sets may be left in it.
    pub(super) fn delete_hosted_zone(
        &mut self,
        context: &mut Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let zone = self.zone(&asked.subject)?;
        if zone.sets.keys().any(|key| !zone.is_own(key)) {
            return Err(Error::HostedZoneNotEmpty.into());
        }
        self.zones.remove(&asked.subject);
        let body = WithChangeInfo {
            change_info: self.submit(context, None),
        };
        Answer::xml("DeleteHostedZoneResponse", NAMESPACE, &body)
    }
}

fn shown(zone: &Zone) -> HostedZone {
    HostedZone {
        id: format!("/hostedzone/{}", zone.id),
        name: zone.name.to_string(),
        caller_reference: zone.caller_reference.clone(),
        config: Config {
            comment: zone.comment.clone(),
            private_zone: Some(zone.private),
        },
        resource_record_set_count: zone.sets.len(),
    }
}

fn delegation_set(zone: &Zone) -> DelegationSet {
    DelegationSet {
        name_servers: NameServers {
            list: zone.name_servers.clone(),
        },
    }
}
