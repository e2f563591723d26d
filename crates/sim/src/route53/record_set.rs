//! Record sets as Route 53 keeps them.

use std::fmt;

use super::name::DnsName;
use crate::region::Region;
use crate::words::words;

words! {
    /// Record types in the order in which sets of one name are listed.
    RecordType {
        A "A", Aaaa "AAAA", Caa "CAA", Cname "CNAME", Ds "DS", Https "HTTPS", Mx "MX",
        Naptr "NAPTR", Ns "NS", Ptr "PTR", Soa "SOA", Spf "SPF", Srv "SRV", Sshfp "SSHFP",
        Svcb "SVCB", Tlsa "TLSA", Txt "TXT",
    }
}

words! { FailoverRole { Primary "PRIMARY", Secondary "SECONDARY" } }

/// What tells one record set of a zone from another, ordered as they are listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) name: DnsName,
    pub(crate) kind: RecordType,
    pub(crate) identifier: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RecordSet {
    pub(crate) key: Key,
    pub(crate) routing: Routing,
    pub(crate) content: Content,
    pub(crate) health_check: Option<String>,
}

/// How Route 53 chooses among sets of the same name and type. `SetIdentifier` is there iff it is
/// not simple.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Routing {
    Simple,
    Weighted(u8),
    Latency(Region),
    Failover(FailoverRole),
    GeoLocation(GeoLocation),
    MultiValue,
    GeoProximity(GeoProximity),
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the names of the API")]
pub(crate) struct GeoLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) continent_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) country_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subdivision_code: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GeoProximity {
    #[serde(rename = "AWSRegion", skip_serializing_if = "Option::is_none")]
    pub(crate) aws_region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) local_zone_group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) coordinates: Option<Coordinates>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bias: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Coordinates {
    pub(crate) latitude: String,
    pub(crate) longitude: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Records { ttl: u32, values: Vec<String> },
    Alias(Alias),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alias {
    pub(crate) zone: String,
    pub(crate) target: DnsName,
    pub(crate) evaluate_target_health: bool,
}

impl Routing {
    /// The word for the policy in messages.
    pub(crate) fn policy(&self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Weighted(_) => "weighted",
            Self::Latency(_) => "latency",
            Self::Failover(_) => "failover",
            Self::GeoLocation(_) => "geolocation",
            Self::MultiValue => "multivalue answer",
            Self::GeoProximity(_) => "geoproximity",
        }
    }
}

impl RecordSet {
    /// Whether a DELETE that gives `other` means this set: everything must match, but perhaps the
    /// order of values.
    pub(crate) fn matches(&self, other: &Self, ordered: bool) -> bool {
        let Self {
            key,
            routing,
            content,
            health_check,
        } = self;
        let same_content = match (content, &other.content) {
            (
                Content::Records { ttl, values },
                Content::Records {
                    ttl: other_ttl,
                    values: others,
                },
            ) => {
                let same_values = if ordered {
                    values == others
                } else {
                    sorted(values) == sorted(others)
                };
                ttl == other_ttl && same_values
            }
            (content, other) => content == other,
        };
        *key == other.key
            && *routing == other.routing
            && same_content
            && *health_check == other.health_check
    }

    pub(crate) fn alias(&self) -> Option<&Alias> {
        match &self.content {
            Content::Alias(alias) => Some(alias),
            Content::Records { .. } => None,
        }
    }

    pub(crate) fn values(&self) -> &[String] {
        match &self.content {
            Content::Records { values, .. } => values,
            Content::Alias(_) => &[],
        }
    }

    /// The Region that a latency set names.
    pub(crate) fn latency_region(&self) -> Option<Region> {
        match self.routing {
            Routing::Latency(region) => Some(region),
            Routing::Simple
            | Routing::Weighted(_)
            | Routing::Failover(_)
            | Routing::GeoLocation(_)
            | Routing::MultiValue
            | Routing::GeoProximity(_) => None,
        }
    }

    pub(crate) fn ttl(&self) -> Option<u32> {
        match &self.content {
            Content::Records { ttl, .. } => Some(*ttl),
            Content::Alias(_) => None,
        }
    }
}

fn sorted(values: &[String]) -> Vec<&String> {
    let mut values: Vec<_> = values.iter().collect();
    values.sort_unstable();
    values
}

/// As Route 53's messages show a set: `[name='www.example.com.', type='A', set-identifier='eu']`.
impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            kind,
            identifier,
        } = self;
        write!(formatter, "[name='{name}', type='{kind}'")?;
        if let Some(identifier) = identifier {
            write!(formatter, ", set-identifier='{identifier}'")?;
        }
        formatter.write_str("]")
    }
}
