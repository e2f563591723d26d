//! How Route 53 chooses among the record sets of a name.

use std::fmt;

use super::RecordSet;
use crate::crd::FailoverRole;
use crate::names::Region;

/// The policy of one record set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordRouting {
    /// The only set.
    Simple,
    /// The set of the Region with the least latency to the user.
    Latency(Region),
    /// Its share of all weights, 0 to 255. Sets of weight 0 answer only if none of the others is healthy.
    Weighted(u8),
    /// The primary answers while it is healthy.
    Failover(FailoverRole),
    /// The set of the smallest location that the user is in.
    Geolocation(Location),
    /// The set of the nearest Region.
    Geoproximity {
        /// The Region.
        region: Region,
        /// How much nearer (above 0) or farther it seems than it is, -99 to 99.
        bias: i8,
    },
    /// A policy that Evenkeel does not write, in words.
    Foreign(String),
}

/// Where users are, as Route 53 tells from their resolvers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// A continent, by its two letters.
    Continent(String),
    /// A country, by its two letters; `*` for everywhere else.
    Country(String),
    /// A part of a country.
    Subdivision {
        /// The country.
        country: String,
        /// The part, by its one to three letters.
        subdivision: String,
    },
}

impl Location {
    /// The location of these codes, if they are of one.
    pub fn of(
        continent: Option<&str>,
        country: Option<&str>,
        subdivision: Option<&str>,
    ) -> Option<Self> {
        match (continent, country, subdivision) {
            (Some(continent), None, None) => Some(Self::Continent(continent.to_owned())),
            (None, Some(country), None) => Some(Self::Country(country.to_owned())),
            (None, Some(country), Some(subdivision)) => Some(Self::Subdivision {
                country: country.to_owned(),
                subdivision: subdivision.to_owned(),
            }),
            (Some(_), Some(_), _) | (Some(_), None, Some(_)) | (None, None, _) => None,
        }
    }

    /// In a set identifier.
    fn slug(&self) -> String {
        match self {
            Self::Continent(continent) => format!("continent-{continent}"),
            Self::Country(country) if country == "*" => "default".to_owned(),
            Self::Country(country) => format!("country-{country}"),
            Self::Subdivision {
                country,
                subdivision,
            } => format!("{country}-{subdivision}"),
        }
    }
}

/// As people read it.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Continent(continent) => write!(f, "continent {continent}"),
            Self::Country(country) if country == "*" => f.write_str("everywhere else"),
            Self::Country(country) => write!(f, "country {country}"),
            Self::Subdivision {
                country,
                subdivision,
            } => write!(f, "{country} {subdivision}"),
        }
    }
}

impl RecordRouting {
    /// Tells the sets of a name and type apart: the Region, and whatever it may have several of.
    pub(super) fn set_identifier(&self, region: Option<&Region>, endpoint: &str) -> Option<String> {
        let region = region.map(Region::as_str).unwrap_or_default();
        match self {
            Self::Simple | Self::Foreign(_) => None,
            Self::Latency(region) | Self::Geoproximity { region, .. } => Some(region.to_string()),
            Self::Failover(_) => Some(region.to_owned()),
            Self::Weighted(_) => Some(format!("{region}/{endpoint}")),
            Self::Geolocation(location) => Some(format!("{region}/{}", location.slug())),
        }
    }

    /// Its weight, if it has one.
    pub(crate) fn weight(&self) -> Option<u8> {
        match self {
            Self::Weighted(weight) => Some(*weight),
            Self::Simple
            | Self::Latency(_)
            | Self::Failover(_)
            | Self::Geolocation(_)
            | Self::Geoproximity { .. }
            | Self::Foreign(_) => None,
        }
    }

    /// Whether users are sent to this set only when none of the others is healthy.
    pub(crate) fn is_standby(&self) -> bool {
        self.weight() == Some(0) || *self == Self::Failover(FailoverRole::Secondary)
    }
}

/// After the Region, if the name has sets of several.
impl fmt::Display for RecordRouting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Simple | Self::Latency(_) => Ok(()),
            Self::Weighted(weight) => write!(f, "weight {weight}"),
            Self::Failover(FailoverRole::Primary) => f.write_str("primary"),
            Self::Failover(FailoverRole::Secondary) => f.write_str("secondary"),
            Self::Geolocation(location) => write!(f, "{location}"),
            Self::Geoproximity { bias: 0, .. } => f.write_str("nearest"),
            Self::Geoproximity { bias, .. } => write!(f, "nearest, bias {bias}"),
            Self::Foreign(what) => f.write_str(what),
        }
    }
}

impl RecordSet {
    /// The Region that it stands for, if the name has sets of several: of sets that Evenkeel wrote.
    pub(crate) fn region(&self) -> Option<Region> {
        match &self.routing {
            RecordRouting::Simple | RecordRouting::Foreign(_) => None,
            RecordRouting::Latency(region) | RecordRouting::Geoproximity { region, .. } => {
                Some(region.clone())
            }
            RecordRouting::Weighted(_)
            | RecordRouting::Failover(_)
            | RecordRouting::Geolocation(_) => {
                let identifier = self.set_identifier.as_deref()?;
                identifier.split('/').next()?.parse().ok()
            }
        }
    }

    /// Whether it stands for that Region.
    pub(crate) fn is_of(&self, region: &Region) -> bool {
        self.region().as_ref() == Some(region)
    }

    /// The policy, if it is one that Evenkeel does not write.
    pub(super) fn foreign_policy(&self) -> Option<&str> {
        match &self.routing {
            RecordRouting::Foreign(what) => Some(what),
            RecordRouting::Simple
            | RecordRouting::Latency(_)
            | RecordRouting::Weighted(_)
            | RecordRouting::Failover(_)
            | RecordRouting::Geolocation(_)
            | RecordRouting::Geoproximity { .. } => None,
        }
    }
}
