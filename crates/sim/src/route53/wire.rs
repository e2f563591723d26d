//! Route 53's documents as they are on the wire: what bodies are read into, and what answers are
//! made of.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::Error;
use super::record_set::{Alias, Content, GeoLocation, GeoProximity, RecordSet, Routing};
use crate::wire::time::iso8601;
use crate::wire::xml::Node;
use crate::wire::{Element, Misfit};

pub(crate) const NAMESPACE: &str = "https://route53.amazonaws.com/doc/2013-04-01/";

/// Reads a body that fits its schema.
pub(super) fn read<T: DeserializeOwned>(body: &[u8], schema: &'static Element) -> Result<T, Error> {
    let text = std::str::from_utf8(body).map_err(|error| Error::InvalidXml(error.to_string()))?;
    let root = Node::parse(text).map_err(Error::InvalidXml)?;
    schema
        .check(&root, NAMESPACE)
        .map_err(|misfit| match misfit {
            Misfit::Root { found, expected } => Error::WrongRoot { found, expected },
            Misfit::Inside(violation) => Error::InvalidXml(violation),
        })?;
    quick_xml::de::from_str(text).map_err(|error| Error::InvalidXml(error.to_string()))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeResourceRecordSetsRequest {
    pub(super) change_batch: ChangeBatch,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeBatch {
    pub(super) comment: Option<String>,
    pub(super) changes: Changes,
}

#[derive(Deserialize)]
pub(super) struct Changes {
    #[serde(rename = "Change", default)]
    pub(super) list: Vec<ChangeElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeElement {
    pub(super) action: String,
    pub(super) resource_record_set: SetElement,
}

/// `ResourceRecordSet`, with its members in the order of the schema.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SetElement {
    pub(super) name: String,
    pub(super) r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) set_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) weight: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) geo_location: Option<GeoLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failover: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) multi_value_answer: Option<bool>,
    #[serde(rename = "TTL", skip_serializing_if = "Option::is_none")]
    pub(super) ttl: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_records: Option<ResourceRecords>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alias_target: Option<AliasTarget>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) health_check_id: Option<String>,
    #[serde(skip_serializing)]
    pub(super) traffic_policy_instance_id: Option<String>,
    #[serde(skip_serializing)]
    pub(super) cidr_routing_config: Option<CidrRoutingConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) geo_proximity_location: Option<GeoProximity>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ResourceRecords {
    #[serde(rename = "ResourceRecord", default)]
    pub(super) list: Vec<ResourceRecord>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ResourceRecord {
    pub(super) value: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AliasTarget {
    pub(super) hosted_zone_id: String,
    #[serde(rename = "DNSName")]
    pub(super) dns_name: String,
    pub(super) evaluate_target_health: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CidrRoutingConfig {
    pub(super) collection_id: String,
    pub(super) location_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WithChangeInfo {
    pub(super) change_info: ChangeInfo,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeInfo {
    pub(super) id: String,
    pub(super) status: &'static str,
    pub(super) submitted_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

impl ChangeInfo {
    /// The id without its prefix.
    pub(super) fn bare_id(&self) -> &str {
        self.id.strip_prefix("/change/").unwrap_or(&self.id)
    }

    pub(super) fn new(id: &str, in_sync: bool, at: Timestamp, comment: Option<&str>) -> Self {
        Self {
            id: format!("/change/{id}"),
            status: if in_sync { "INSYNC" } else { "PENDING" },
            submitted_at: iso8601(at),
            comment: comment.map(str::to_owned),
        }
    }
}

impl SetElement {
    /// A record set as it is listed.
    pub(super) fn showing(set: &RecordSet) -> Self {
        let RecordSet {
            key,
            routing,
            content,
            health_check,
        } = set;
        let mut shown = Self {
            name: key.name.to_string(),
            r#type: key.kind.word().to_owned(),
            set_identifier: key.identifier.clone(),
            weight: None,
            region: None,
            geo_location: None,
            failover: None,
            multi_value_answer: None,
            ttl: None,
            resource_records: None,
            alias_target: None,
            health_check_id: health_check.clone(),
            traffic_policy_instance_id: None,
            cidr_routing_config: None,
            geo_proximity_location: None,
        };
        match routing {
            Routing::Simple => {}
            Routing::Weighted(weight) => shown.weight = Some(i64::from(*weight)),
            Routing::Latency(region) => shown.region = Some(region.to_string()),
            Routing::Failover(role) => shown.failover = Some(role.to_string()),
            Routing::GeoLocation(location) => shown.geo_location = Some(location.clone()),
            Routing::MultiValue => shown.multi_value_answer = Some(true),
            Routing::GeoProximity(location) => {
                shown.geo_proximity_location = Some(location.clone());
            }
        }
        match content {
            Content::Records { ttl, values } => {
                let list = values.iter().map(|value| ResourceRecord {
                    value: value.clone(),
                });
                shown.ttl = Some(i64::from(*ttl));
                shown.resource_records = Some(ResourceRecords {
                    list: list.collect(),
                });
            }
            Content::Alias(Alias {
                zone,
                target,
                evaluate_target_health,
            }) => {
                shown.alias_target = Some(AliasTarget {
                    hosted_zone_id: zone.clone(),
                    dns_name: target.to_string(),
                    evaluate_target_health: *evaluate_target_health,
                });
            }
        }
        shown
    }
}
