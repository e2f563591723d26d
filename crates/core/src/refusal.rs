//! What will not be done until a person acts.
//!
//! One enum is the condition reason, the event reason and the printed text. A message says the fact, its cause, and what
//! to do.

use std::collections::BTreeSet;
use std::fmt;

use k8s_openapi::jiff::Timestamp;

use crate::consent::Token;
use crate::dynamodb::TableRefusal;
use crate::failure::Failure;
use crate::guard::GuardRefusal;
use crate::identity::Stranger;
use crate::names::{Hostname, Region, ZoneId};
use crate::route53::NameRefusal;

/// Something that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The spec makes no sense, though its schema let it in: written by a newer or older version.
    Invalid {
        /// The field.
        field: String,
        /// What is wrong with it.
        message: String,
    },
    /// Nothing is selected.
    NoEndpoints,
    /// A policy that takes one endpoint a Region got several.
    SeveralEndpointsInRegion {
        /// The Region.
        region: Region,
        /// The RegionEndpoints there.
        endpoints: Vec<String>,
        /// The policy.
        routing: &'static str,
    },
    /// One record set can't have several targets.
    SeveralEndpoints {
        /// The RegionEndpoints.
        endpoints: Vec<String>,
    },
    /// Two Regions have the same users.
    GeolocationOverlap {
        /// Where those users are.
        location: String,
        /// The Regions.
        regions: Vec<Region>,
    },
    /// An endpoint whose target the app can't lead users to.
    TargetNotRoutable {
        /// The RegionEndpoint.
        endpoint: String,
        /// Its hostname.
        target: String,
        /// Why not.
        cause: Unroutable,
    },
    /// A target whose failure nobody would see.
    NoHealthSignal {
        /// The RegionEndpoint.
        endpoint: String,
        /// Its hostname.
        target: String,
    },
    /// No public zone of that name.
    HostedZoneNotFound {
        /// The name or id.
        zone: String,
    },
    /// Several public zones of that name.
    HostedZoneAmbiguous {
        /// The name.
        zone: String,
        /// The zones.
        ids: BTreeSet<ZoneId>,
    },
    /// A name outside the zone.
    NameOutsideZone {
        /// The name.
        hostname: Hostname,
        /// The zone's name.
        zone: String,
    },
    /// An object in AWS that is not ours.
    NotOurs {
        /// The object.
        object: String,
        /// Whose it is.
        owner: Stranger,
        /// What to do.
        remedy: &'static str,
    },
    /// A name that is somebody else's.
    Name(NameRefusal),
    /// Somebody else changes a name of ours again and again.
    ForeignChange {
        /// The name.
        hostname: Hostname,
        /// How often it was put back.
        times: usize,
        /// When it will be put back again.
        until: Timestamp,
    },
    /// A quota of AWS would be exceeded.
    QuotaExceeded {
        /// The object.
        object: String,
        /// The limit, in words.
        limit: String,
    },
    /// It would make things worse than they may be.
    Guard(GuardRefusal),
    /// A table can't be as declared.
    Table(TableRefusal),
    /// AWS refused a call for good.
    Call(Box<Failure>),
    /// What deletion needs was refused.
    Deletion(Box<Self>),
}

/// Why an app can't lead users to a hostname.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unroutable {
    /// An accelerator takes no names.
    ByAccelerator,
    /// It would be a CNAME at the zone's apex.
    Apex(Hostname),
    /// It would be a CNAME beside the alias of that RegionEndpoint.
    BesideAlias(String),
    /// It is the app's own name.
    Itself(Hostname),
}

impl Refusal {
    /// The one word of it.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Invalid { .. } | Self::NameOutsideZone { .. } => "Invalid",
            Self::NoEndpoints => "NoEndpoints",
            Self::SeveralEndpointsInRegion { .. } | Self::SeveralEndpoints { .. } => {
                "SeveralEndpointsInRegion"
            }
            Self::GeolocationOverlap { .. } => "GeolocationOverlap",
            Self::TargetNotRoutable { .. } => "TargetNotRoutable",
            Self::NoHealthSignal { .. } => "NoHealthSignal",
            Self::HostedZoneNotFound { .. } => "HostedZoneNotFound",
            Self::HostedZoneAmbiguous { .. } => "HostedZoneAmbiguous",
            Self::NotOurs { .. } => "NotOurs",
            Self::Name(refusal) => refusal.reason(),
            Self::ForeignChange { .. } => "ForeignChange",
            Self::QuotaExceeded { .. } => "QuotaExceeded",
            Self::Guard(refusal) => refusal.reason(),
            Self::Table(refusal) => refusal.reason(),
            Self::Call(failure) => failure.reason(),
            Self::Deletion(_) => "DeletionRefused",
        }
    }

    /// What was not changed.
    pub fn object(&self) -> String {
        match self {
            Self::Invalid { field, .. } => field.clone(),
            Self::NoEndpoints | Self::SeveralEndpoints { .. } => "endpoints".to_owned(),
            Self::SeveralEndpointsInRegion { region, .. } => region.to_string(),
            Self::GeolocationOverlap { location, .. } => location.clone(),
            Self::TargetNotRoutable { endpoint, .. } | Self::NoHealthSignal { endpoint, .. } => {
                format!("ekregion/{endpoint}")
            }
            Self::HostedZoneNotFound { zone } | Self::HostedZoneAmbiguous { zone, .. } => {
                format!("zone {zone}")
            }
            Self::NameOutsideZone { hostname, .. } | Self::ForeignChange { hostname, .. } => {
                hostname.to_string()
            }
            Self::Name(refusal) => refusal.object(),
            Self::NotOurs { object, .. } | Self::QuotaExceeded { object, .. } => object.clone(),
            Self::Guard(refusal) => refusal.object(),
            Self::Table(refusal) => refusal.object(),
            Self::Call(failure) => failure.service.to_string(),
            Self::Deletion(refusal) => refusal.object(),
        }
    }

    /// Whether it is about that name.
    pub(crate) fn is_of(&self, name: &Hostname) -> bool {
        if let Self::Name(NameRefusal { hostname, .. })
        | Self::NameOutsideZone { hostname, .. }
        | Self::ForeignChange { hostname, .. } = self
        {
            hostname == name
        } else {
            false
        }
    }

    /// The consent that allows it, if one does.
    pub fn consent(&self) -> Option<&Token> {
        match self {
            Self::Guard(refusal) => refusal.consent(),
            Self::Name(refusal) => refusal.consent(),
            Self::Deletion(refusal) => refusal.consent(),
            Self::Invalid { .. }
            | Self::NoEndpoints
            | Self::SeveralEndpointsInRegion { .. }
            | Self::SeveralEndpoints { .. }
            | Self::GeolocationOverlap { .. }
            | Self::TargetNotRoutable { .. }
            | Self::NoHealthSignal { .. }
            | Self::HostedZoneNotFound { .. }
            | Self::HostedZoneAmbiguous { .. }
            | Self::NameOutsideZone { .. }
            | Self::NotOurs { .. }
            | Self::QuotaExceeded { .. }
            | Self::ForeignChange { .. }
            | Self::Table(_)
            | Self::Call(_) => None,
        }
    }

    /// Whether the spec itself is at fault, or what it names: condition Accepted. Otherwise the change is: Programmed.
    pub fn concerns_the_spec(&self) -> bool {
        match self {
            Self::Invalid { .. }
            | Self::NoEndpoints
            | Self::SeveralEndpointsInRegion { .. }
            | Self::SeveralEndpoints { .. }
            | Self::GeolocationOverlap { .. }
            | Self::TargetNotRoutable { .. }
            | Self::NoHealthSignal { .. }
            | Self::HostedZoneNotFound { .. }
            | Self::HostedZoneAmbiguous { .. }
            | Self::NameOutsideZone { .. }
            | Self::NotOurs { .. }
            | Self::Name(_)
            | Self::QuotaExceeded { .. }
            | Self::Call(_) => true,
            Self::Guard(_) | Self::ForeignChange { .. } | Self::Deletion(_) => false,
            Self::Table(refusal) => refusal.concerns_the_spec(),
        }
    }
}

/// After the target.
impl fmt::Display for Unroutable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByAccelerator => f.write_str(
                "is a name, and accelerators take load balancers: give target.loadBalancerArn, or use dns.routing \
                 without accelerator",
            ),
            Self::Apex(apex) => write!(
                f,
                "has no target.hostedZoneId, and {apex} is the zone's apex, which can't be a CNAME: give \
                 target.hostedZoneId, or use another hostname"
            ),
            Self::BesideAlias(other) => write!(
                f,
                "has no target.hostedZoneId and would be a CNAME, which can't stand beside the alias of \
                 ekregion/{other}: give target.hostedZoneId for both, or for none"
            ),
            Self::Itself(own) => write!(f, "leads to {own} itself: give the name of what serves it"),
        }
    }
}

/// The fact, its cause and what to do, in lower case.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { field, message } => write!(f, "{field}: {message}"),
            Self::NoEndpoints => f.write_str(
                "no RegionEndpoint of this namespace is selected; what is in AWS stays as it is: create one, or mend \
                 spec.endpoints",
            ),
            Self::SeveralEndpointsInRegion { region, endpoints, routing } => write!(
                f,
                "{} are all in {region}: dns.routing {routing} takes one per Region; use accelerator or Weighted, or select one",
                named(endpoints)
            ),
            Self::SeveralEndpoints { endpoints } => write!(
                f,
                "{} are selected: dns.routing Simple without accelerator takes one; use Latency, or select one",
                named(endpoints)
            ),
            Self::GeolocationOverlap { location, regions } => write!(
                f,
                "{location} is in geolocations of {}: Route 53 takes one record set for a location; take it out of one",
                listed(regions)
            ),
            Self::TargetNotRoutable { endpoint, target, cause } => {
                write!(f, "ekregion/{endpoint}: {target} {cause}")
            }
            Self::NoHealthSignal { endpoint, target } => write!(
                f,
                "ekregion/{endpoint}: nothing would see that {target} fails, since a CNAME has no target health: set \
                 healthCheck here or on the app, or give target.hostedZoneId"
            ),
            Self::HostedZoneNotFound { zone } => write!(
                f,
                "hosted zone {zone}: no public zone of that name in this account; create it, or mend spec.dns"
            ),
            Self::HostedZoneAmbiguous { zone, ids } => write!(
                f,
                "hosted zone {zone} is ambiguous: the public zones {} have that name; set dns.hostedZoneId",
                ids.iter().map(ZoneId::as_str).collect::<Vec<_>>().join(" and ")
            ),
            Self::NameOutsideZone { hostname, zone } => {
                write!(f, "{hostname} does not lie in the zone {zone}; mend spec.hostnames or spec.dns")
            }
            Self::NotOurs { object, owner, remedy } => {
                write!(f, "{object} exists and {owner}; nothing was changed: {remedy}")
            }
            Self::Name(refusal) => refusal.fmt(f),
            Self::ForeignChange { hostname, times, until } => write!(
                f,
                "somebody else has changed the record sets of {hostname} again after they were put back {times} times \
                 within an hour; they stay as they are until {until:.0}: find who writes them (CloudTrail, \
                 ChangeResourceRecordSets), or take the name out of spec.hostnames"
            ),
            Self::QuotaExceeded { object, limit } => write!(f, "{object}: {limit}"),
            Self::Guard(refusal) => refusal.fmt(f),
            Self::Table(refusal) => refusal.fmt(f),
            Self::Call(failure) => write!(f, "{failure}; {}", failure.consequence()),
            Self::Deletion(refusal) => write!(f, "deletion refused: {refusal}"),
        }
    }
}

fn named(endpoints: &[String]) -> String {
    endpoints
        .iter()
        .map(|name| format!("ekregion/{name}"))
        .collect::<Vec<_>>()
        .join(" and ")
}

/// `eu-west-1 and us-east-1`.
pub(crate) fn listed(regions: &[Region]) -> String {
    regions
        .iter()
        .map(Region::as_str)
        .collect::<Vec<_>>()
        .join(" and ")
}
