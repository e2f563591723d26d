//! Lists of hosted zones: by id, and by name from the right.

use serde::Serialize;

use super::name::DnsName;
use super::page::{self, Page};
use super::wire::NAMESPACE;
use super::zone::Zone;
use super::zones::{HostedZone, shown};
use super::{Asked, Error, Route53};
use crate::wire::{Answer, Constraints, ServiceError};
use crate::words::words;

words! { ZoneType { Private "PrivateHostedZone" } }

/// The largest page, and the default.
const LARGEST_PAGE: usize = 100;

#[derive(Serialize)]
struct HostedZones {
    #[serde(rename = "HostedZone")]
    list: Vec<HostedZone>,
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
    pub(super) fn list_hosted_zones(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let size = page::size(asked, LARGEST_PAGE)?;
        if let Some(id) = asked.query.get("delegationsetid") {
            return Err(Error::NoSuchDelegationSet(id.clone()).into());
        }
        let mut constraints = Constraints::default();
        let kind = asked.query.get("hostedzonetype").map(String::as_str);
        let kind: Option<ZoneType> = constraints.word("hostedZoneType", kind);
        constraints.verdict().map_err(Error::InvalidInput)?;
        let marker = asked.query.get("marker");
        let start = marker.map_or("", String::as_str);
        let zones = self.zones.range(start.to_owned()..).map(|(_, zone)| zone);
        let zones = zones.filter(|zone| kind.is_none() || zone.private);
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
}
