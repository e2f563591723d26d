//! The key schema of a new table, and the attributes that it names.

use serde::Deserialize;

use super::Error;
use super::table::{AttributeType, KeyAttribute, KeyType};
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

pub(super) fn constrain(
    constraints: &mut Constraints,
    attributes: Option<&Vec<AttributeDefinition>>,
    schema: Option<&Vec<KeySchemaElement>>,
) {
    constraints.present("attributeDefinitions", attributes);
    for (index, attribute) in attributes.into_iter().flatten().enumerate() {
        let at = format!("attributeDefinitions.{}.member", index + 1);
        constraints.present(
            &format!("{at}.attributeName"),
            attribute.attribute_name.as_ref(),
        );
        let name = attribute.attribute_name.as_deref();
        constraints.length(&format!("{at}.attributeName"), name, 1, 255);
        constraints.present(
            &format!("{at}.attributeType"),
            attribute.attribute_type.as_ref(),
        );
        let kind = attribute.attribute_type.as_deref();
        constraints.one_of(&format!("{at}.attributeType"), kind, &AttributeType::WORDS);
    }
    constraints.present("keySchema", schema);
    constraints.count("keySchema", schema, 1, 2);
    for (index, element) in schema.into_iter().flatten().enumerate() {
        let at = format!("keySchema.{}.member", index + 1);
        constraints.present(
            &format!("{at}.attributeName"),
            element.attribute_name.as_ref(),
        );
        constraints.present(&format!("{at}.keyType"), element.key_type.as_ref());
        constraints.one_of(
            &format!("{at}.keyType"),
            element.key_type.as_deref(),
            KeyType::WORDS,
        );
    }
}

/// The partition key, and the sort key if there is one.
pub(super) fn read(
    attributes: &[AttributeDefinition],
    schema: &[KeySchemaElement],
) -> Result<(KeyAttribute, Option<KeyAttribute>), Error> {
    let text = |text: &str| Error::Constraint(text.to_owned());
    let kind = |element: &KeySchemaElement| element.key_type.as_deref().and_then(KeyType::parse);
    let (first, second) = match schema {
        [first] => (first, None),
        [first, second] => (first, Some(second)),
        _ => return Err(text("Invalid KeySchema: one or two elements are required")),
    };
    if kind(first) != Some(KeyType::Hash) {
        return Err(text(
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ));
    }
    if second.is_some_and(|second| kind(second) != Some(KeyType::Range)) {
        return Err(text(
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ));
    }
    if second.is_some_and(|second| second.attribute_name == first.attribute_name) {
        return Err(text(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ));
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

fn defined(
    attributes: &[AttributeDefinition],
    schema: &[KeySchemaElement],
    element: &KeySchemaElement,
) -> Result<KeyAttribute, Error> {
    let found = attributes
        .iter()
        .find(|attribute| attribute.attribute_name == element.attribute_name);
    let kind = found.and_then(|attribute| attribute.attribute_type.as_deref());
    let kind = kind.and_then(AttributeType::parse).ok_or_else(|| {
        let list = |names: Vec<&str>| names.join(", ");
        let keys = list(
            schema
                .iter()
                .filter_map(|it| it.attribute_name.as_deref())
                .collect(),
        );
        let given = list(
            attributes
                .iter()
                .filter_map(|it| it.attribute_name.as_deref())
                .collect(),
        );
        Error::Invalid(format!(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [{keys}], \
             AttributeDefinitions: [{given}]"
        ))
    })?;
    Ok(KeyAttribute {
        name: element.attribute_name.clone().unwrap_or_default(),
        r#type: kind,
    })
}
