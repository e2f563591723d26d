//! `ListResourceRecordSets`: sets by reversed name, type and identifier, from any of the three keys
//! on.

use serde::Serialize;

use super::name::DnsName;
use super::page::{self, Page};
use super::record_set::{Key, RecordSet, RecordType};
use super::wire::{NAMESPACE, SetElement};
use super::{Asked, Error, Route53};
use crate::wire::{Answer, Constraints, ServiceError};

/// The largest page, and the default.
const LARGEST_PAGE: usize = 300;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListResourceRecordSetsResponse {
    resource_record_sets: Sets,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_record_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_record_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_record_identifier: Option<String>,
    max_items: usize,
}

#[derive(Serialize)]
struct Sets {
    #[serde(rename = "ResourceRecordSet")]
    list: Vec<SetElement>,
}

impl Route53 {
    /// A set is listed as soon as it was accepted, while its change is still PENDING.
    pub(super) fn list_resource_record_sets(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let start = start(asked)?;
        let size = page::size(asked, LARGEST_PAGE)?;
        let sets = &self.zone(&asked.subject)?.sets;
        let page = match &start {
            Some(start) => Page::of(sets.range(start..).map(|(_, set)| set), size),
            None => Page::of(sets.values(), size),
        };
        let next = page.next.map(|set: &RecordSet| &set.key);
        let body = ListResourceRecordSetsResponse {
            resource_record_sets: Sets {
                list: page.entries.into_iter().map(SetElement::showing).collect(),
            },
            is_truncated: next.is_some(),
            next_record_name: next.map(|key| key.name.to_string()),
            next_record_type: next.map(|key| key.kind.word()),
            next_record_identifier: next.and_then(|key| key.identifier.clone()),
            max_items: size,
        };
        Answer::xml("ListResourceRecordSetsResponse", NAMESPACE, &body)
    }
}

/// Each key needs the one before it.
fn start(asked: &Asked) -> Result<Option<Key>, Error> {
    let key = |name: &str| asked.query.get(name).map(String::as_str);
    let (name, kind, identifier) = (key("name"), key("type"), key("identifier"));
    let mut constraints = Constraints::default();
    let kind = constraints.word("startRecordType", kind);
    constraints.length("startRecordIdentifier", identifier, 1, 128);
    constraints.verdict().map_err(Error::InvalidInput)?;
    let refuse = |text: &str| Err(Error::InvalidInput(text.to_owned()));
    match (name, kind, identifier) {
        (None, Some(_), _) => refuse("The input is not valid: type was specified without name."),
        (None | Some(_), None, Some(_)) => {
            refuse("The input is not valid: identifier was specified without name and type.")
        }
        (None, None, None) => Ok(None),
        (Some(name), kind, identifier) => {
            let name = DnsName::parse(name).map_err(|bad| Error::InvalidInput(bad.to_string()))?;
            let kind = kind.unwrap_or(RecordType::A);
            Ok(Some(Key {
                name,
                kind,
                identifier: identifier.map(str::to_owned),
            }))
        }
    }
}
