//! Which of the record sets of one name and type Route 53 chooses for a place, by their policy.
//!
//! Sources: "Choosing a routing policy", "How Amazon Route 53 chooses records when health checking
//! is configured", Developer Guide.

use super::record_set::{GeoLocation, GeoProximity};
use super::{FailoverRole, RecordSet, Routing};
use crate::region::Region;
use crate::traffic::City;
use crate::traffic::places::{self, Point, distance};

/// The most values of multivalue answer sets that one answer holds.
const MOST_VALUES: usize = 8;

/// What is chosen.
pub(super) enum Chosen<'zone> {
    /// No set answers for this place.
    Nothing,
    /// One of these, in proportion to their weights.
    OneOf(Vec<(u64, &'zone RecordSet)>),
    /// The values of all of these.
    Together(Vec<&'zone RecordSet>),
}

/// Chooses among the sets of a name and type, each of which is healthy or not.
pub(super) fn choose<'zone>(
    sets: &[&'zone RecordSet],
    healthy: &[bool],
    city: City,
) -> Chosen<'zone> {
    let asked: Vec<(&RecordSet, bool)> = sets
        .iter()
        .copied()
        .zip(healthy.iter().copied())
        .filter(|(set, _)| is_for(&set.routing, city))
        .collect();
    let any = asked.iter().any(|(_, healthy)| *healthy);
    // All unhealthy is all healthy.
    let usable = asked.iter().filter(|(_, healthy)| *healthy || !any);
    let usable: Vec<&RecordSet> = usable.map(|(set, _)| *set).collect();
    let Some(first) = usable.first() else {
        return Chosen::Nothing;
    };
    match first.routing {
        Routing::Weighted(_) => Chosen::OneOf(by_weight(&usable)),
        // AWS draws eight of more at random; here they are the first eight.
        Routing::MultiValue => Chosen::Together(usable.into_iter().take(MOST_VALUES).collect()),
        Routing::Simple
        | Routing::Latency(_)
        | Routing::Failover(_)
        | Routing::GeoLocation(_)
        | Routing::GeoProximity(_) => {
            let best = usable
                .into_iter()
                .min_by_key(|set| rank(&set.routing, city));
            best.map_or(Chosen::Nothing, |set| Chosen::OneOf(vec![(1, set)]))
        }
    }
}

/// Sets of weight zero are chosen only if there are no others, and then equally.
fn by_weight<'zone>(usable: &[&'zone RecordSet]) -> Vec<(u64, &'zone RecordSet)> {
    let weighted = usable.iter().map(|set| match set.routing {
        Routing::Weighted(weight) => (u64::from(weight), *set),
        Routing::Simple
        | Routing::Latency(_)
        | Routing::Failover(_)
        | Routing::GeoLocation(_)
        | Routing::MultiValue
        | Routing::GeoProximity(_) => (0, *set),
    });
    let weighted: Vec<_> = weighted.collect();
    if weighted.iter().any(|(weight, _)| *weight > 0) {
        weighted
            .into_iter()
            .filter(|(weight, _)| *weight > 0)
            .collect()
    } else {
        weighted.into_iter().map(|(_, set)| (1, set)).collect()
    }
}

/// Whether a set answers for that place at all: only geolocation excludes some.
fn is_for(routing: &Routing, city: City) -> bool {
    match routing {
        Routing::GeoLocation(location) => specificity(location, city).is_some(),
        Routing::Simple
        | Routing::Weighted(_)
        | Routing::Latency(_)
        | Routing::Failover(_)
        | Routing::MultiValue
        | Routing::GeoProximity(_) => true,
    }
}

/// The less, the better.
fn rank(routing: &Routing, city: City) -> u64 {
    match routing {
        Routing::Latency(region) => city.latency_to(*region),
        Routing::Failover(FailoverRole::Secondary) => 1,
        Routing::GeoLocation(location) => specificity(location, city).unwrap_or(u64::MAX),
        Routing::GeoProximity(location) => biased_distance(location, city),
        Routing::Failover(FailoverRole::Primary)
        | Routing::Simple
        | Routing::Weighted(_)
        | Routing::MultiValue => 0,
    }
}

/// 0 for the subdivision, 1 for the country, 2 for the continent, 3 for the default, which is
/// country `*`.
fn specificity(location: &GeoLocation, city: City) -> Option<u64> {
    let GeoLocation {
        continent_code,
        country_code,
        subdivision_code,
    } = location;
    let [continent, country, subdivision] = city.codes();
    match (
        continent_code.as_deref(),
        country_code.as_deref(),
        subdivision_code.as_deref(),
    ) {
        (_, Some("*"), _) => Some(3),
        (_, Some(code), Some(part)) => (code == country && part == subdivision).then_some(0),
        (_, Some(code), None) => (code == country).then_some(1),
        (Some(code), None, _) => (code == continent).then_some(2),
        (None, None, _) => None,
    }
}

/// "Biased distance = actual distance * [1 - (bias/100)]" ("Geoproximity routing", Developer Guide),
/// in hundredths of a kilometre. Local Zones are where the Region is that they are named after.
fn biased_distance(location: &GeoProximity, city: City) -> u64 {
    let GeoProximity {
        aws_region,
        local_zone_group,
        coordinates,
        bias,
    } = location;
    let point = match (coordinates, aws_region, local_zone_group) {
        (Some(given), _, _) => Point {
            latitude: hundredths(&given.latitude),
            longitude: hundredths(&given.longitude),
        },
        (None, Some(region), _) => Region::named(region).map_or(NOWHERE, places::of),
        (None, None, Some(group)) => {
            let parent = group.splitn(4, '-').take(3).collect::<Vec<_>>().join("-");
            Region::named(&parent).map_or(NOWHERE, places::of)
        }
        (None, None, None) => NOWHERE,
    };
    let factor = u64::try_from(100 - bias.unwrap_or_default()).unwrap_or_default();
    distance(city.point(), point) * factor
}

const NOWHERE: Point = Point {
    latitude: 0,
    longitude: 0,
};

/// Reads a decimal number with at most two decimals.
fn hundredths(text: &str) -> i32 {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let number = |text: &str| text.parse::<i32>().unwrap_or_default();
    let value = number(whole) * 100 + number(&format!("{fraction:0<2}"));
    if text.starts_with('-') { -value } else { value }
}
