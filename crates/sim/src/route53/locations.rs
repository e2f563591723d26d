//! Where users or resources are: the geographic members of a record set, held against their shapes.
//!
//! Source: `GeoLocation`, `GeoProximityLocation`, `Coordinates` and `CidrRoutingConfig`, Route 53
//! API Reference. AWS's texts for combinations are not documented.

use super::record_set::{GeoLocation, GeoProximity};
use super::wire::{CidrRoutingConfig, SetElement};
use crate::wire::Constraints;

const CONTINENTS: [&str; 7] = ["AF", "AN", "AS", "EU", "OC", "NA", "SA"];
/// The countries that have subdivisions in Route 53.
const DIVIDED: [&str; 2] = ["US", "UA"];

/// The constraints of the members, one by one.
pub(super) fn constrain(
    constraints: &mut Constraints,
    member: &impl Fn(&str) -> String,
    set: &SetElement,
) {
    if let Some(location) = &set.geo_location {
        geo_location(constraints, &member("geoLocation"), location);
    }
    if let Some(location) = &set.geo_proximity_location {
        geo_proximity(constraints, &member("geoProximityLocation"), location);
    }
    if let Some(cidr) = &set.cidr_routing_config {
        cidr_routing(constraints, &member("cidrRoutingConfig"), cidr);
    }
}

/// A continent alone, or a country, or a subdivision of a country that has some.
pub(super) fn combine(location: &GeoLocation) -> Result<(), &'static str> {
    let GeoLocation {
        continent_code,
        country_code,
        subdivision_code,
    } = location;
    match (continent_code, country_code, subdivision_code) {
        (None, None, None) => Err("Expected one of [ContinentCode, CountryCode], but found none"),
        (Some(continent), None, None) if CONTINENTS.contains(&continent.as_str()) => Ok(()),
        (Some(_), None, None) => Err("Unknown ContinentCode"),
        (Some(_), _, _) => {
            Err("ContinentCode can't be specified with CountryCode or SubdivisionCode")
        }
        (None, Some(_), None) => Ok(()),
        (None, Some(country), Some(_)) if DIVIDED.contains(&country.as_str()) => Ok(()),
        (None, _, Some(_)) => Err("SubdivisionCode needs the CountryCode US or UA"),
    }
}

fn geo_location(constraints: &mut Constraints, at: &str, location: &GeoLocation) {
    let GeoLocation {
        continent_code,
        country_code,
        subdivision_code,
    } = location;
    for (name, code, least, most) in [
        ("continentCode", continent_code, 2, 2),
        ("countryCode", country_code, 1, 2),
        ("subdivisionCode", subdivision_code, 1, 3),
    ] {
        constraints.length(&format!("{at}.{name}"), code.as_deref(), least, most);
    }
}

fn geo_proximity(constraints: &mut Constraints, at: &str, location: &GeoProximity) {
    let GeoProximity {
        aws_region,
        local_zone_group,
        coordinates,
        bias,
    } = location;
    for (name, text) in [
        ("aWSRegion", aws_region),
        ("localZoneGroup", local_zone_group),
    ] {
        constraints.length(&format!("{at}.{name}"), text.as_deref(), 1, 64);
    }
    constraints.between(&format!("{at}.bias"), *bias, -99, 99);
    if let Some(coordinates) = coordinates {
        for (name, text, digits) in [
            ("latitude", &coordinates.latitude, 2),
            ("longitude", &coordinates.longitude, 3),
        ] {
            let pattern = format!("[-+]?[0-9]{{1,{digits}}}(\\.[0-9]{{0,2}})?");
            let at = format!("{at}.coordinates.{name}");
            constraints.pattern(&at, Some(text), &pattern, |text| is_decimal(text, digits));
        }
    }
}

/// A number of at most so many digits before, and two after, the point.
fn is_decimal(text: &str, most: usize) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (1..=most).contains(&whole.len()) && fraction.len() <= 2 && all(whole) && all(fraction)
}

fn cidr_routing(constraints: &mut Constraints, at: &str, cidr: &CidrRoutingConfig) {
    let CidrRoutingConfig {
        collection_id,
        location_name,
    } = cidr;
    constraints.pattern(
        &format!("{at}.collectionId"),
        Some(collection_id),
        "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
        is_uuid,
    );
    let at = format!("{at}.locationName");
    constraints.length(&at, Some(location_name), 1, 16);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-*".contains(&byte);
    constraints.pattern(&at, Some(location_name), "[0-9A-Za-z_\\-\\*]+", |name| {
        name.bytes().all(is_plain)
    });
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    lengths == [8, 4, 4, 4, 12] && parts.concat().bytes().all(is_hex)
}
