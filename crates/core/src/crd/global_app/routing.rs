//! `spec.regions[]`: what the routing policies ask of a Region.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which of a failover pair a Region is.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum FailoverRole {
    /// Users get it while it is healthy.
    Primary,
    /// Users get it while the primary is not.
    Secondary,
}

/// Where users are, as Route 53 tells from their resolvers.
#[derive(Clone, Debug, Deserialize, Eq, KubeSchema, PartialEq, Serialize)]
#[x_kube(validation = Rule::new("has(self.continent) != has(self.country)").message("set exactly one of `continent` and `country`"))]
#[x_kube(validation = Rule::new("!has(self.subdivision) || (has(self.country) && self.country != '*')").message("`subdivision` needs a `country`"))]
#[serde(rename_all = "camelCase")]
pub struct Geolocation {
    /// A continent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continent: Option<Continent>,
    /// A country, by its two letters (ISO 3166-1); `*` is everywhere that no other entry names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2), regex(pattern = r"^([A-Z]{2}|\*)$"))]
    pub country: Option<String>,
    /// A state of the United States or of India, a province of Canada or a part of Ukraine, by its letters after the country's
    /// (ISO 3166-2).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 3), regex(pattern = r"^[A-Z0-9]{1,3}$"))]
    pub subdivision: Option<String>,
}

/// A continent, as Route 53 names them.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum Continent {
    /// Africa.
    AF,
    /// Antarctica.
    AN,
    /// Asia.
    AS,
    /// Europe.
    EU,
    /// North America.
    NA,
    /// Oceania.
    OC,
    /// South America.
    SA,
}

impl Continent {
    /// Its two letters.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AF => "AF",
            Self::AN => "AN",
            Self::AS => "AS",
            Self::EU => "EU",
            Self::NA => "NA",
            Self::OC => "OC",
            Self::SA => "SA",
        }
    }
}
