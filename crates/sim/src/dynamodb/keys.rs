//! The key schema of a new table, and the attributes that it names.

use serde::Deserialize;

use super::Error;
use super::table::{KeyAttribute, KeyType};
use crate::wire::Constraints;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttributeDefinition {
    attribute_name: Option<String>,
    attribute_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KeySchemaElement {
    attribute_name: Option<String>,
    key_type: Option<String>,
}

/// What names a key attribute in the key schema.
pub(super) struct Key {
    name: String,
    kind: KeyType,
}

pub(super) fn attributes(
    constraints: &mut Constraints,
    given: Option<Vec<AttributeDefinition>>,
) -> Vec<KeyAttribute> {
    let given = constraints.required("attributeDefinitions", given);
    let attributes = given.into_iter().enumerate().map(|(index, given)| {
        let at = |member: &str| format!("attributeDefinitions.{}.member.{member}", index + 1);
        let (name, kind) = (at("attributeName"), at("attributeType"));
        constraints.length(&name, given.attribute_name.as_deref(), 1, 255);
        KeyAttribute {
            name: constraints.required(&name, given.attribute_name),
            r#type: constraints.required_word(&kind, given.attribute_type.as_deref()),
        }
    });
    attributes.collect()
}

pub(super) fn schema(
    constraints: &mut Constraints,
    given: Option<Vec<KeySchemaElement>>,
) -> Vec<Key> {
    constraints.count("keySchema", given.as_ref(), 1, 2);
    let given = constraints.required("keySchema", given);
    let keys = given.into_iter().enumerate().map(|(index, given)| {
        let at = |member: &str| format!("keySchema.{}.member.{member}", index + 1);
        Key {
            name: constraints.required(&at("attributeName"), given.attribute_name),
            kind: constraints.required_word(&at("keyType"), given.key_type.as_deref()),
        }
    });
    keys.collect()
}

/// The partition key, and the sort key if there is one.
pub(super) fn read(
    attributes: &[KeyAttribute],
    schema: &[Key],
) -> Result<(KeyAttribute, Option<KeyAttribute>), Error> {
    let text = |text: &str| Err(Error::Constraint(text.to_owned()));
    let (first, second) = match schema {
        [first] => (first, None),
        [first, second] => (first, Some(second)),
        _ => return text("Invalid KeySchema: one or two elements are required"),
    };
    if first.kind != KeyType::Hash {
        return text("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    if second.is_some_and(|second| second.kind != KeyType::Range) {
        return text("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    }
    if second.is_some_and(|second| second.name == first.name) {
        return text(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        );
    }
    let partition_key = defined(attributes, schema, first)?;
    let sort_key = second
        .map(|second| defined(attributes, schema, second))
        .transpose()?;
    if attributes.len() != schema.len() {
        return Err(Error::Invalid(
            "Number of attributes in KeySchema does not exactly match number of attributes defined \
             in AttributeDefinitions"
                .to_owned(),
        ));
    }
    Ok((partition_key, sort_key))
}

fn defined(attributes: &[KeyAttribute], schema: &[Key], key: &Key) -> Result<KeyAttribute, Error> {
    let found = attributes
        .iter()
        .find(|attribute| attribute.name == key.name);
    found.cloned().ok_or_else(|| {
        let keys: Vec<&str> = schema.iter().map(|key| key.name.as_str()).collect();
        let given: Vec<&str> = attributes.iter().map(|it| it.name.as_str()).collect();
        Error::Invalid(format!(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], \
             AttributeDefinitions: [{}]",
            keys.join(", "),
            given.join(", ")
        ))
    })
}
