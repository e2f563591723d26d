//! Parameters of Route 53 as the XML that its API takes: an object is a sequence of elements, a list
//! has an element for each entry.

use quick_xml::escape::escape;
use serde_json::Value;

use crate::route53::NAMESPACE;

/// Route 53 demands an order of elements, and a map has none. In the order of the request syntax of
/// `ChangeResourceRecordSets` and `CreateHealthCheck`; what is not here goes last.
const ORDER: [&str; 29] = [
    "Comment",
    "Changes",
    "Action",
    "ResourceRecordSet",
    "IPAddress",
    "Port",
    "Name",
    "Type",
    "ResourcePath",
    "FullyQualifiedDomainName",
    "SearchString",
    "RequestInterval",
    "FailureThreshold",
    "MeasureLatency",
    "Inverted",
    "Disabled",
    "HealthThreshold",
    "ChildHealthChecks",
    "EnableSNI",
    "SetIdentifier",
    "Weight",
    "Region",
    "Failover",
    "MultiValueAnswer",
    "TTL",
    "ResourceRecords",
    "AliasTarget",
    "HostedZoneId",
    "DNSName",
];

pub(super) fn document(root: &str, value: &Value) -> String {
    let content = content(root, value);
    format!("<{root} xmlns=\"{NAMESPACE}\">{content}</{root}>")
}

fn content(name: &str, value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let place = |name: &str| ORDER.iter().position(|known| *known == name);
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| place(name).unwrap_or(ORDER.len()));
            members
                .into_iter()
                .map(|(name, value)| element(name, value))
                .collect()
        }
        Value::Array(entries) => {
            let entry = entry_of(name);
            entries.iter().map(|value| element(entry, value)).collect()
        }
        Value::String(text) => escape(text.as_str()).into_owned(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn element(name: &str, value: &Value) -> String {
    let content = content(name, value);
    format!("<{name}>{content}</{name}>")
}

/// The element of an entry in a list.
fn entry_of(list: &str) -> &str {
    match list {
        "AddTags" => "Tag",
        "RemoveTagKeys" => "Key",
        _ => list.strip_suffix('s').unwrap_or(list),
    }
}
