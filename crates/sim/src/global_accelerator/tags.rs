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

/// The member `ResourceArn`.
fn resource_arn(constraints: &mut Constraints, given: Option<String>) -> String {
    constraints.required_text("resourceArn", given, 1, 1011)
}

impl GlobalAccelerator {
    pub(super) fn tag_resource(&mut self, body: &[u8]) -> Result<Answer, ServiceError> {
        let input: TagResource = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let arn = resource_arn(&mut constraints, input.resource_arn);
        let given = constraints.required("tags", input.tags);
        let added = read(&mut constraints, given);
        constraints.verdict().map_err(Error::Validation)?;
        let accelerator = self.tagged_mut(&arn)?;
        let mut tags = accelerator.tags.clone();
        tags.extend(added);
        check_count(&tags)?;
        accelerator.tags = tags;
        Answer::json(&json!({}))
    }

    pub(super) fn untag_resource(&mut self, body: &[u8]) -> Result<Answer, ServiceError> {
        let input: UntagResource = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let arn = resource_arn(&mut constraints, input.resource_arn);
        constraints.count("tagKeys", input.tag_keys.as_ref(), 0, 200);
        let keys = constraints.required("tagKeys", input.tag_keys);
        constraints.verdict().map_err(Error::Validation)?;
        let accelerator = self.tagged_mut(&arn)?;
        for key in keys {
            accelerator.tags.remove(&key);
        }
        Answer::json(&json!({}))
    }

    pub(super) fn list_tags_for_resource(&self, body: &[u8]) -> Result<Answer, ServiceError> {
        let input: ListTagsForResource = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let arn = resource_arn(&mut constraints, input.resource_arn);
        constraints.verdict().map_err(Error::Validation)?;
        let accelerator = self.accelerator(&arn)?;
        let tags = accelerator.tags.iter();
        let tags: Vec<Value> = tags
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        Answer::json(&json!({ "Tags": tags }))
    }

    fn tagged_mut(&mut self, given: &str) -> Result<&mut Accelerator, Error> {
        let found = AcceleratorArn::parse(given).and_then(|arn| self.accelerators.get_mut(&arn));
        found.ok_or_else(|| Error::AcceleratorNotFound(given.to_owned()))
    }
}

pub(super) fn check_count(tags: &BTreeMap<String, String>) -> Result<(), Error> {
    if tags.len() > MOST_TAGS {
        let text = "A resource can have at most 50 tags";
        return Err(Error::InvalidArgument(text.to_owned()));
    }
    Ok(())
}

pub(super) fn read(constraints: &mut Constraints, tags: Vec<Tag>) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    for (index, Tag { key, value }) in tags.into_iter().enumerate() {
        let at = format!("tags.{}.member", index + 1);
        constraints.length(&format!("{at}.key"), key.as_deref(), 1, 128);
        let key = constraints.required(&format!("{at}.key"), key);
        constraints.length(&format!("{at}.value"), value.as_deref(), 0, 256);
        let value = constraints.required(&format!("{at}.value"), value);
        read.insert(key, value);
    }
    read
}
