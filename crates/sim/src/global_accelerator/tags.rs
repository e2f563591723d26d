//! Tags of accelerators. Listeners and endpoint groups have none.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Accelerator, AcceleratorArn, Error, GlobalAccelerator};
use crate::wire::{Answer, Constraints, ServiceError, json};

/// Tags of a resource.
const MOST_TAGS: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagResource {
    resource_arn: Option<String>,
    tags: Option<Vec<Tag>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UntagResource {
    resource_arn: Option<String>,
    tag_keys: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListTagsForResource {
    resource_arn: Option<String>,
}

impl GlobalAccelerator {
    pub(super) fn tag_resource(&mut self, body: &[u8]) -> Result<Answer, ServiceError> {
        let input: TagResource = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        constraints.present("resourceArn", input.resource_arn.as_ref());
        constraints.present("tags", input.tags.as_ref());
        constrain(&mut constraints, input.tags.as_ref());
        constraints.verdict().map_err(Error::Validation)?;
        let accelerator = self.tagged_mut(input.resource_arn)?;
        let mut tags = accelerator.tags.clone();
        tags.extend(map(input.tags.unwrap_or_default()));
        if tags.len() > MOST_TAGS {
            let text = "A resource can have at most 50 tags";
            return Err(Error::InvalidArgument(text.to_owned()).into());
        }
        accelerator.tags = tags;
        Answer::json(&json!({}))
    }

    pub(super) fn untag_resource(&mut self, body: &[u8]) -> Result<Answer, ServiceError> {
        let input: UntagResource = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        constraints.present("resourceArn", input.resource_arn.as_ref());
        constraints.present("tagKeys", input.tag_keys.as_ref());
        constraints.count("tagKeys", input.tag_keys.as_ref(), 0, 200);
        constraints.verdict().map_err(Error::Validation)?;
        let accelerator = self.tagged_mut(input.resource_arn)?;
        for key in input.tag_keys.unwrap_or_default() {
            accelerator.tags.remove(&key);
        }
        Answer::json(&json!({}))
    }

    pub(super) fn list_tags_for_resource(&self, body: &[u8]) -> Result<Answer, ServiceError> {
        let input: ListTagsForResource = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        constraints.present("resourceArn", input.resource_arn.as_ref());
        constraints.verdict().map_err(Error::Validation)?;
        let accelerator = self.accelerator(&input.resource_arn.unwrap_or_default())?;
        let tags = accelerator.tags.iter();
        let tags: Vec<Value> = tags
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        Answer::json(&json!({ "Tags": tags }))
    }

    fn tagged_mut(&mut self, arn: Option<String>) -> Result<&mut Accelerator, Error> {
        let given = arn.unwrap_or_default();
        let found = AcceleratorArn::parse(&given).and_then(|arn| self.accelerators.get_mut(&arn));
        found.ok_or(Error::AcceleratorNotFound(given))
    }
}

pub(super) fn constrain(constraints: &mut Constraints, tags: Option<&Vec<Tag>>) {
    for (index, tag) in tags.into_iter().flatten().enumerate() {
        let at = format!("tags.{}.member", index + 1);
        constraints.present(&format!("{at}.key"), tag.key.as_ref());
        constraints.length(&format!("{at}.key"), tag.key.as_deref(), 1, 128);
        constraints.present(&format!("{at}.value"), tag.value.as_ref());
        constraints.length(&format!("{at}.value"), tag.value.as_deref(), 0, 256);
    }
}

pub(super) fn map(tags: Vec<Tag>) -> BTreeMap<String, String> {
    tags.into_iter()
        .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
        .collect()
}
