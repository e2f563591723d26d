//! Tags of hosted zones and health checks. They are set after creation, by a call of their own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::wire::{self, NAMESPACE};
use super::{Asked, Error, Route53, schema, zone_id};
use crate::wire::{Answer, Constraints, ServiceError};
use crate::words::words;

words! { ResourceType { HealthCheck "healthcheck", HostedZone "hostedzone" } }

/// A resource has at most this many tags, and a call names at most as many.
const MOST_TAGS: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChangeTagsForResourceRequest {
    add_tags: Option<Tags>,
    remove_tag_keys: Option<Keys>,
}

#[derive(Serialize, Deserialize)]
struct Tags {
    #[serde(rename = "Tag", default)]
    list: Vec<Tag>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    #[serde(default)]
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Keys {
    #[serde(rename = "Key", default)]
    list: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListTagsForResourcesRequest {
    resource_ids: ResourceIds,
}

#[derive(Deserialize)]
struct ResourceIds {
    #[serde(rename = "ResourceId", default)]
    list: Vec<String>,
}

#[derive(Serialize)]
struct ChangeTagsForResourceResponse {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListTagsForResourceResponse {
    resource_tag_set: ResourceTagSet,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListTagsForResourcesResponse {
    resource_tag_sets: ResourceTagSets,
}

#[derive(Serialize)]
struct ResourceTagSets {
    #[serde(rename = "ResourceTagSet")]
    list: Vec<ResourceTagSet>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceTagSet {
    resource_type: ResourceType,
    resource_id: String,
    tags: Tags,
}

impl Route53 {
    pub(super) fn change_tags_for_resource(
        &mut self,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let request: ChangeTagsForResourceRequest =
            wire::read(&asked.body, &schema::CHANGE_TAGS_FOR_RESOURCE)?;
        let kind = kind(asked)?;
        let mut constraints = Constraints::default();
        let (add, remove) = (request.add_tags, request.remove_tag_keys);
        constraints.count("addTags", add.as_ref().map(|tags| &tags.list), 1, MOST_TAGS);
        constraints.count(
            "removeTagKeys",
            remove.as_ref().map(|keys| &keys.list),
            1,
            MOST_TAGS,
        );
        for (index, tag) in add.iter().flat_map(|tags| &tags.list).enumerate() {
            let at = format!("addTags.{}.member", index + 1);
            constraints.length(&format!("{at}.key"), Some(&tag.key), 1, 128);
            constraints.length(&format!("{at}.value"), Some(&tag.value), 0, 256);
        }
        for (index, key) in remove.iter().flat_map(|keys| &keys.list).enumerate() {
            let at = format!("removeTagKeys.{}.member", index + 1);
            constraints.length(&at, Some(key), 0, 128);
        }
        constraints.verdict().map_err(Error::InvalidInput)?;
        if add.is_none() && remove.is_none() {
            return Err(invalid("At least one of AddTags and RemoveTagKeys is required.").into());
        }
        let tags = self.tags_mut(kind, &asked.subject)?;
        let mut changed = tags.clone();
        for key in remove.iter().flat_map(|keys| &keys.list) {
            changed.remove(key);
        }
        let added = add.into_iter().flat_map(|tags| tags.list);
        changed.extend(added.map(|tag| (tag.key, tag.value)));
        if changed.len() > MOST_TAGS {
            return Err(invalid("A resource can have at most 10 tags.").into());
        }
        *tags = changed;
        let body = ChangeTagsForResourceResponse {};
        Answer::xml("ChangeTagsForResourceResponse", NAMESPACE, &body)
    }

    pub(super) fn list_tags_for_resource(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let resource_tag_set = self.tag_set(kind(asked)?, &asked.subject)?;
        let body = ListTagsForResourceResponse { resource_tag_set };
        Answer::xml("ListTagsForResourceResponse", NAMESPACE, &body)
    }

    pub(super) fn list_tags_for_resources(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let request: ListTagsForResourcesRequest =
            wire::read(&asked.body, &schema::LIST_TAGS_FOR_RESOURCES)?;
        let kind = kind(asked)?;
        let ids = request.resource_ids.list;
        let mut constraints = Constraints::default();
        constraints.count("resourceIds", Some(&ids), 1, MOST_TAGS);
        constraints.verdict().map_err(Error::InvalidInput)?;
        let list = ids
            .iter()
            .map(|id| self.tag_set(kind, id))
            .collect::<Result<_, _>>()?;
        let body = ListTagsForResourcesResponse {
            resource_tag_sets: ResourceTagSets { list },
        };
        Answer::xml("ListTagsForResourcesResponse", NAMESPACE, &body)
    }

    fn tag_set(&self, kind: ResourceType, id: &str) -> Result<ResourceTagSet, Error> {
        let tags = match kind {
            ResourceType::HealthCheck => &self.check(id)?.tags,
            ResourceType::HostedZone => &self.zone(zone_id(id))?.tags,
        };
        let list = tags.iter().map(|(key, value)| Tag {
            key: key.clone(),
            value: value.clone(),
        });
        Ok(ResourceTagSet {
            resource_type: kind,
            resource_id: id.to_owned(),
            tags: Tags {
                list: list.collect(),
            },
        })
    }

    fn tags_mut(
        &mut self,
        kind: ResourceType,
        id: &str,
    ) -> Result<&mut BTreeMap<String, String>, Error> {
        match kind {
            ResourceType::HealthCheck => {
                let check = self.checks.get_mut(id);
                let check = check.ok_or_else(|| Error::NoSuchHealthCheck(id.to_owned()))?;
                Ok(&mut check.tags)
            }
            ResourceType::HostedZone => Ok(&mut self.zone_mut(zone_id(id))?.tags),
        }
    }
}

fn kind(asked: &Asked) -> Result<ResourceType, Error> {
    let mut constraints = Constraints::default();
    let kind = constraints.required_word("resourceType", Some(&asked.kind));
    constraints.verdict().map_err(Error::InvalidInput)?;
    Ok(kind)
}

fn invalid(text: &str) -> Error {
    Error::InvalidInput(text.to_owned())
}
