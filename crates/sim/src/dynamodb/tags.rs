//! Tags of tables. They are not synchronised: each replica has its own, and a new one has none.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::operations::arn;
use super::{DynamoDb, Error, Place, Table, TableStatus};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError, json};

/// Tags of a resource.
const MOST_TAGS: usize = 50;
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

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
struct ListTagsOfResource {
    resource_arn: Option<String>,
    next_token: Option<String>,
}

/// The member `ResourceArn`.
fn resource_arn(constraints: &mut Constraints, given: Option<String>) -> String {
    constraints.required_text("resourceArn", given, 1, 1283)
}

impl DynamoDb {
    pub(super) fn tag_resource(
        &mut self,
        context: &Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: TagResource = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let arn = resource_arn(&mut constraints, input.resource_arn);
        let given = constraints.required("tags", input.tags);
        constraints.verdict().map_err(Error::Constraint)?;
        if given.is_empty() {
            return Err(Error::NoTags.into());
        }
        let added = read(given)?;
        let table = self.tagged_mut(context, &arn)?;
        let mut tags = table.tags.clone();
        tags.extend(added);
        if tags.len() > MOST_TAGS {
            return Err(Error::TooManyTags.into());
        }
        table.tags = tags;
        Ok(Answer::empty())
    }

    pub(super) fn untag_resource(
        &mut self,
        context: &Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: UntagResource = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let arn = resource_arn(&mut constraints, input.resource_arn);
        let keys = constraints.required("tagKeys", input.tag_keys);
        constraints.verdict().map_err(Error::Constraint)?;
        if keys.is_empty() {
            return Err(Error::NoTagKeys.into());
        }
        let table = self.tagged_mut(context, &arn)?;
        for key in keys {
            table.tags.remove(&key);
        }
        Ok(Answer::empty())
    }

    /// All at once: a table has at most fifty, and no token is ever given out.
    pub(super) fn list_tags_of_resource(
        &self,
        context: &Context<'_>,
        body: &[u8],
    ) -> Result<Answer, ServiceError> {
        let input: ListTagsOfResource = json::read(body).map_err(Error::from)?;
        let mut constraints = Constraints::default();
        let arn = resource_arn(&mut constraints, input.resource_arn);
        constraints.verdict().map_err(Error::Constraint)?;
        if input.next_token.is_some() {
            return Err(Error::Invalid("The provided NextToken is invalid".to_owned()).into());
        }
        let place = self.tagged(context, &arn)?;
        let tags = self.described(&place)?.tags.iter();
        let tags: Vec<Value> = tags
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        Answer::json(&json!({ "Tags": tags }))
    }

    /// While a table is CREATING, its tags can be neither read nor changed.
    fn tagged(&self, context: &Context<'_>, given: &str) -> Result<Place, Error> {
        let place = arn(context, given)?;
        let found = self
            .tables
            .get(&place)
            .filter(|table| table.status != TableStatus::Creating);
        found
            .map(|_| place)
            .ok_or_else(|| Error::ArnNotFound(given.to_owned()))
    }

    fn tagged_mut(&mut self, context: &Context<'_>, given: &str) -> Result<&mut Table, Error> {
        let place = self.tagged(context, given)?;
        let deleting = self.described(&place)?.status == TableStatus::Deleting;
        let found = self.tables.get_mut(&place).filter(|_| !deleting);
        found.ok_or(Error::BeingDeleted(place.name))
    }
}

pub(super) fn read(tags: Vec<Tag>) -> Result<BTreeMap<String, String>, Error> {
    let mut seen = BTreeSet::new();
    let mut read = BTreeMap::new();
    for Tag { key, value } in tags {
        let key = key.unwrap_or_default();
        let value = value.ok_or_else(|| Error::TagValue("null".to_owned()))?;
        if key.is_empty() || key.chars().count() > LONGEST_KEY {
            return Err(Error::TagKey(key));
        }
        if value.chars().count() > LONGEST_VALUE {
            return Err(Error::TagValue(value));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Error::ReservedTagKey(key));
        }
        if !seen.insert(key.clone()) {
            return Err(Error::DuplicateTagKey(key));
        }
        read.insert(key, value);
    }
    if read.len() > MOST_TAGS {
        return Err(Error::TooManyTags);
    }
    Ok(read)
}
