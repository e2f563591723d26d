//! How users are spread over the Regions.

use std::collections::{BTreeMap, BTreeSet};

use super::Objections;
use crate::crd::{
    ClientAffinity, Continent, FailoverRole, Geolocation, GlobalAppSpec, Listener,
    ListenerProtocol, RegionWish, Routing,
};
use crate::global_accelerator::Ports;
use crate::names::Region;
use crate::refusal::Refusal;
use crate::route53::Location;

/// How users are spread over Regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Front {
    /// By an accelerator, which the names are aliases of.
    Accelerator(Vec<ListenerWish>),
    /// One target.
    Simple,
    /// One record set a Region.
    Latency,
    /// A share for each endpoint: the Region's, else the endpoint's own.
    Weighted(BTreeMap<Region, u8>),
    /// The two Regions that answer.
    Failover(BTreeMap<Region, FailoverRole>),
    /// The users of each Region.
    Geolocation(BTreeMap<Region, BTreeSet<Location>>),
    /// The bias of each Region, where it is not 0.
    Geoproximity(BTreeMap<Region, i8>),
}

impl Front {
    /// The routing in effect, as a status says it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Accelerator(_) => "Accelerator",
            Self::Simple => "Simple",
            Self::Latency => "Latency",
            Self::Weighted(_) => "Weighted",
            Self::Failover(_) => "Failover",
            Self::Geolocation(_) => "Geolocation",
            Self::Geoproximity(_) => "Geoproximity",
        }
    }

    /// To how many of so many Regions users are sent while all are healthy.
    pub(super) fn answering(&self, regions: usize) -> usize {
        match self {
            Self::Accelerator(_) | Self::Simple | Self::Latency | Self::Geoproximity(_) => regions,
            Self::Weighted(weights) => {
                let standby = weights.values().filter(|weight| **weight == 0).count();
                regions.saturating_sub(standby)
            }
            Self::Failover(_) => 1,
            Self::Geolocation(users) => users.len().min(regions),
        }
    }

    /// What speaks against it.
    pub(super) fn object(&self, objections: &mut Objections) {
        if let Self::Geolocation(users) = self {
            object_to_overlaps(users, objections);
        }
    }

    /// The listeners that are wanted.
    pub(crate) fn listeners(&self) -> &[ListenerWish] {
        match self {
            Self::Accelerator(listeners) => listeners,
            Self::Simple
            | Self::Latency
            | Self::Weighted(_)
            | Self::Failover(_)
            | Self::Geolocation(_)
            | Self::Geoproximity(_) => &[],
        }
    }
}

/// A listener as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerWish {
    /// Its name in messages.
    pub name: String,
    /// What users speak.
    pub protocol: ListenerProtocol,
    /// The ports.
    pub ports: Ports,
    /// Whether one user's connections all reach one endpoint.
    pub affinity: ClientAffinity,
}

pub(super) fn front(spec: &GlobalAppSpec, objections: &mut Objections) -> Front {
    if let Some(accelerator) = &spec.accelerator {
        let wishes = accelerator.listeners.iter();
        return Front::Accelerator(wishes.map(|wish| listener(wish, objections)).collect());
    }
    match spec.dns.routing {
        Some(Routing::Simple) => Front::Simple,
        Some(Routing::Latency) => Front::Latency,
        Some(Routing::Weighted) => Front::Weighted(of_each(spec, objections, |wish| {
            u8::try_from(wish.weight?).ok()
        })),
        Some(Routing::Failover) => {
            Front::Failover(of_each(spec, objections, |wish| wish.failover_role))
        }
        Some(Routing::Geolocation) => {
            let users = of_each(spec, objections, |wish| {
                Some(
                    wish.geolocations
                        .as_ref()?
                        .iter()
                        .filter_map(location)
                        .collect(),
                )
            });
            Front::Geolocation(users)
        }
        Some(Routing::Geoproximity) => Front::Geoproximity(of_each(spec, objections, |wish| {
            i8::try_from(wish.bias?).ok()
        })),
        None => {
            objections.invalid(
                "spec.dns.routing",
                "is required when accelerator is not set",
            );
            Front::Latency
        }
    }
}

/// What is wished of each Region of which something is.
pub(super) fn of_each<T>(
    spec: &GlobalAppSpec,
    objections: &mut Objections,
    wished: impl Fn(&RegionWish) -> Option<T>,
) -> BTreeMap<Region, T> {
    let mut of_each = BTreeMap::new();
    for (index, wish) in spec.regions.iter().flatten().enumerate() {
        let Some(value) = wished(wish) else { continue };
        match wish.region.parse() {
            Ok(region) => {
                of_each.insert(region, value);
            }
            Err(error) => objections.invalid(format!("spec.regions[{index}].region"), error),
        }
    }
    of_each
}

fn location(location: &Geolocation) -> Option<Location> {
    let Geolocation {
        continent,
        country,
        subdivision,
    } = location;
    let continent = continent.map(Continent::as_str);
    Location::of(continent, country.as_deref(), subdivision.as_deref())
}

/// Route 53 takes one record set for a location.
fn object_to_overlaps(users: &BTreeMap<Region, BTreeSet<Location>>, objections: &mut Objections) {
    let mut of: BTreeMap<&Location, &Region> = BTreeMap::new();
    for (region, locations) in users {
        for location in locations {
            if let Some(first) = of.insert(location, region) {
                objections.refused.push(Refusal::GeolocationOverlap {
                    location: location.to_string(),
                    regions: vec![first.clone(), region.clone()],
                });
            }
        }
    }
}

fn listener(wish: &Listener, objections: &mut Objections) -> ListenerWish {
    let ports: Vec<u16> = wish
        .ports
        .iter()
        .flatten()
        .filter_map(|port| u16::try_from(*port).ok())
        .collect();
    if ports.is_empty() {
        objections.invalid(
            format!("spec.accelerator.listeners[{}].ports", wish.name),
            "is empty",
        );
    }
    ListenerWish {
        name: wish.name.clone(),
        protocol: wish.protocol,
        ports: Ports::new(ports.into_iter().map(|port| (port, port))),
        affinity: wish.client_affinity.unwrap_or_default(),
    }
}
