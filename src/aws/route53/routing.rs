//! Routing policies to core's and back.

use aws_sdk_route53::types::builders::ResourceRecordSetBuilder;
use aws_sdk_route53::types::{
    GeoLocation, GeoProximityLocation, ResourceRecordSet, ResourceRecordSetFailover,
    ResourceRecordSetRegion,
};
use evenkeel_core::crd::FailoverRole;
use evenkeel_core::route53::{Location, RecordRouting};

/// The policy of a record set. What Evenkeel never writes is foreign.
pub(super) fn read(set: &ResourceRecordSet) -> RecordRouting {
    let foreign = |policy: &str| RecordRouting::Foreign(policy.to_owned());
    if set.traffic_policy_instance_id().is_some() {
        foreign("TrafficPolicy")
    } else if let Some(region) = set.region() {
        let parsed = region.as_str().parse();
        parsed.map_or_else(
            |_| foreign(&format!("Latency {}", region.as_str())),
            RecordRouting::Latency,
        )
    } else if let Some(weight) = set.weight() {
        let weight = u8::try_from(weight);
        weight.map_or_else(|_| foreign("Weighted"), RecordRouting::Weighted)
    } else if let Some(role) = set.failover() {
        let known = [FailoverRole::Primary, FailoverRole::Secondary]
            .into_iter()
            .find(|known| failover(*known) == *role);
        known.map_or_else(|| foreign("Failover"), RecordRouting::Failover)
    } else if let Some(location) = set.geo_location() {
        let location = Location::of(
            location.continent_code(),
            location.country_code(),
            location.subdivision_code(),
        );
        location.map_or_else(|| foreign("Geolocation"), RecordRouting::Geolocation)
    } else if let Some(location) = set.geo_proximity_location() {
        read_proximity(location).unwrap_or_else(|| foreign("Geoproximity"))
    } else if set.cidr_routing_config().is_some() {
        foreign("CIDR")
    } else if set.multi_value_answer().is_some() {
        foreign("MultiValue")
    } else {
        RecordRouting::Simple
    }
}

fn read_proximity(location: &GeoProximityLocation) -> Option<RecordRouting> {
    Some(RecordRouting::Geoproximity {
        region: location.aws_region()?.parse().ok()?,
        bias: i8::try_from(location.bias().unwrap_or(0)).ok()?,
    })
}

/// Gives a record set its policy.
pub(super) fn write(
    routing: &RecordRouting,
    set: ResourceRecordSetBuilder,
) -> ResourceRecordSetBuilder {
    match routing {
        RecordRouting::Simple | RecordRouting::Foreign(_) => set,
        RecordRouting::Latency(region) => {
            set.region(ResourceRecordSetRegion::from(region.as_str()))
        }
        RecordRouting::Weighted(weight) => set.weight(i64::from(*weight)),
        RecordRouting::Failover(role) => set.failover(failover(*role)),
        RecordRouting::Geolocation(location) => set.geo_location(write_location(location)),
        RecordRouting::Geoproximity { region, bias } => {
            let location = GeoProximityLocation::builder()
                .aws_region(region.as_str())
                .bias(i32::from(*bias));
            set.geo_proximity_location(location.build())
        }
    }
}

fn failover(role: FailoverRole) -> ResourceRecordSetFailover {
    match role {
        FailoverRole::Primary => ResourceRecordSetFailover::Primary,
        FailoverRole::Secondary => ResourceRecordSetFailover::Secondary,
    }
}

fn write_location(location: &Location) -> GeoLocation {
    let builder = GeoLocation::builder();
    match location {
        Location::Continent(continent) => builder.continent_code(continent),
        Location::Country(country) => builder.country_code(country),
        Location::Subdivision {
            country,
            subdivision,
        } => builder.country_code(country).subdivision_code(subdivision),
    }
    .build()
}
