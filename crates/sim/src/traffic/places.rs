//! Where clients and Regions are, and how far apart. AWS publishes neither the latencies that it
//! routes by nor exact places: a round trip here takes 15 microseconds a kilometre of great circle
//! (light in fibre takes 10, and fibre is not straight) and 5 milliseconds on top.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::region::Region;

/// A point on the Earth, in hundredths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) latitude: i32,
    pub(crate) longitude: i32,
}

/// Names a city and places it: coordinates in hundredths of a degree, and the codes by which
/// geolocation records name it.
macro_rules! cities {
    ($($name:ident $text:literal $latitude:literal $longitude:literal $continent:literal $country:literal $subdivision:literal,)*) => {
        /// A city with clients and a resolver.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum City { $(#[doc = $text] #[serde(rename = $text)] $name),* }

        impl City {
            /// Every city.
            pub const ALL: [Self; 12] = [$(Self::$name),*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            pub(crate) fn point(self) -> Point {
                let (latitude, longitude) = match self { $(Self::$name => ($latitude, $longitude)),* };
                Point { latitude, longitude }
            }

            /// Continent, country and subdivision, the last of which is empty outside the United
            /// States.
            pub(crate) fn codes(self) -> [&'static str; 3] {
                match self { $(Self::$name => [$continent, $country, $subdivision]),* }
            }
        }
    };
}

cities! {
    Ashburn "Ashburn" 3904 -7749 "NA" "US" "VA",
    Frankfurt "Frankfurt" 5011 868 "EU" "DE" "",
    Johannesburg "Johannesburg" -2620 2805 "AF" "ZA" "",
    London "London" 5151 -13 "EU" "GB" "",
    LosAngeles "Los Angeles" 3405 -11824 "NA" "US" "CA",
    Mumbai "Mumbai" 1908 7288 "AS" "IN" "",
    NewYork "New York" 4071 -7401 "NA" "US" "NY",
    SaoPaulo "Sao Paulo" -2355 -4663 "SA" "BR" "",
    Seoul "Seoul" 3757 12698 "AS" "KR" "",
    Singapore "Singapore" 135 10382 "AS" "SG" "",
    Sydney "Sydney" -3387 15121 "OC" "AU" "",
    Tokyo "Tokyo" 3569 13969 "AS" "JP" "",
}

impl City {
    /// The city that stands for an address: the third octet of an IPv4 address, or the third group
    /// of an IPv6 address, counts through the cities in their order. So every address of a /24 is in
    /// one city, as `EDNS0` client subnets are.
    pub fn of(address: IpAddr) -> Self {
        let number = match address {
            IpAddr::V4(four) => u16::from(four.octets()[2]),
            IpAddr::V6(six) => six.segments()[2],
        };
        let index = usize::from(number) % Self::ALL.len();
        Self::ALL.get(index).copied().unwrap_or(Self::Ashburn)
    }

    /// An address that stands for this city, in a range for tests (RFC 2544).
    pub fn resolver(self) -> IpAddr {
        let index = Self::ALL.iter().position(|city| *city == self);
        let third = index.and_then(|index| u8::try_from(index).ok());
        IpAddr::from([198, 18, third.unwrap_or_default(), 53])
    }

    /// The time of a round trip to a Region, in microseconds.
    pub fn latency_to(self, region: Region) -> u64 {
        5_000 + 15 * distance(self.point(), of(region))
    }
}

impl fmt::Display for City {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Region, latitude and longitude of the city or state that AWS names it after.
const REGIONS: [(&str, i32, i32); 34] = [
    ("af-south-1", -3392, 1842),
    ("ap-east-1", 2232, 11417),
    ("ap-east-2", 2503, 12157),
    ("ap-northeast-1", 3569, 13969),
    ("ap-northeast-2", 3757, 12698),
    ("ap-northeast-3", 3469, 13550),
    ("ap-south-1", 1908, 7288),
    ("ap-south-2", 1739, 7849),
    ("ap-southeast-1", 135, 10382),
    ("ap-southeast-2", -3387, 15121),
    ("ap-southeast-3", -621, 10685),
    ("ap-southeast-4", -3781, 14496),
    ("ap-southeast-5", 314, 10169),
    ("ap-southeast-6", -3685, 17476),
    ("ap-southeast-7", 1376, 10050),
    ("ca-central-1", 4550, -7357),
    ("ca-west-1", 5105, -11407),
    ("eu-central-1", 5011, 868),
    ("eu-central-2", 4738, 854),
    ("eu-north-1", 5933, 1806),
    ("eu-south-1", 4546, 919),
    ("eu-south-2", 4165, -88),
    ("eu-west-1", 5335, -626),
    ("eu-west-2", 5151, -13),
    ("eu-west-3", 4886, 235),
    ("il-central-1", 3209, 3478),
    ("me-central-1", 2445, 5438),
    ("me-south-1", 2607, 5056),
    ("mx-central-1", 2059, -10039),
    ("sa-east-1", -2355, -4663),
    ("us-east-1", 3904, -7749),
    ("us-east-2", 3996, -8300),
    ("us-west-1", 3734, -12189),
    ("us-west-2", 4584, -11970),
];

/// Where a Region is.
pub(crate) fn of(region: Region) -> Point {
    let found = REGIONS.iter().find(|(name, _, _)| *name == region.name());
    let (latitude, longitude) =
        found.map_or((0, 0), |(_, latitude, longitude)| (*latitude, *longitude));
    Point {
        latitude,
        longitude,
    }
}

const EARTH_RADIUS_KM: f64 = 6371.0;

/// Whole kilometres of great circle. These are the only fractions in what routing decides, and they
/// are rounded, so that the last bit of a platform's sine decides nothing.
pub(crate) fn distance(from: Point, to: Point) -> u64 {
    let radians = |hundredths: i32| (f64::from(hundredths) / 100.0).to_radians();
    let (from_latitude, to_latitude) = (radians(from.latitude), radians(to.latitude));
    let across = (to_latitude - from_latitude) / 2.0;
    let along = radians(to.longitude - from.longitude) / 2.0;
    let haversine =
        across.sin().powi(2) + from_latitude.cos() * to_latitude.cos() * along.sin().powi(2);
    let length = 2.0 * EARTH_RADIUS_KM * haversine.clamp(0.0, 1.0).sqrt().asin();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most half of the Earth's circumference, and never negative"
    )]
    let whole = length.round() as u64;
    whole
}
