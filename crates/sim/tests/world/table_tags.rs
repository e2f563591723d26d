//! Tags of tables.
//!
//! Source: `TagResource`, `UntagResource` and `ListTagsOfResource`, Amazon DynamoDB API Reference;
//! the texts as AWS sends them.

use aws_sdk_dynamodb::types::Tag;

use crate::aws::{Aws, HOME, Refused};
use crate::table::{NAME, Table, creation};

const ARN: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/sessions";

#[tokio::test]
async fn d16_tags_are_out_of_reach_while_a_table_is_creating() {
    let aws = Aws::example();
    let client = aws.tables(HOME);
    let tag = Tag::builder().key("app").value("shop").build().unwrap();
    creation(&client, NAME)
        .tags(tag.clone())
        .send()
        .await
        .unwrap();
    let list = || client.list_tags_of_resource().resource_arn(ARN).send();
    let (code, message) = list().await.refused();
    assert_eq!(code, "ResourceNotFoundException");
    assert_eq!(
        message,
        format!("Requested resource not found: ResourceArn: {ARN} not found")
    );
    aws.settle();
    assert_eq!(list().await.unwrap().tags(), [tag]);
}

#[tokio::test]
async fn d17_tags_are_added_replaced_and_removed() {
    let table = Table::regional();
    let client = table.client(HOME);
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build().unwrap();
    let add = |tags: Vec<Tag>| {
        client
            .tag_resource()
            .resource_arn(ARN)
            .set_tags(Some(tags))
            .send()
    };
    add(vec![tag("a", "1"), tag("b", "2")]).await.unwrap();
    add(vec![tag("a", "3")]).await.unwrap();
    client
        .untag_resource()
        .resource_arn(ARN)
        .tag_keys("b")
        .send()
        .await
        .unwrap();
    let listed = client
        .list_tags_of_resource()
        .resource_arn(ARN)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.tags(), [tag("a", "3")]);
    for (tags, expected) in [
        (vec![], "Atleast one Tag needs to be provided as Input."),
        (
            vec![tag("aws:x", "")],
            "Tag Key cannot be prefixed with aws:, Key: aws:x",
        ),
        (
            vec![tag("c", ""), tag("c", "")],
            "Duplicate Tag Keys provided as input: Duplicate Tag Key found c",
        ),
        (
            (0..50).map(|index| tag(&format!("k{index}"), "")).collect(),
            "Number of Tags exceed the current limit for the provided ResourceArn",
        ),
    ] {
        let (code, message) = add(tags).await.refused();
        assert_eq!(
            (code.as_str(), message.as_str()),
            ("ValidationException", expected)
        );
    }
}

#[tokio::test]
async fn d18_an_arn_of_another_region_is_out_of_reach() {
    let table = Table::replicated();
    let client = table.client("eu-west-1");
    let (code, message) = client
        .list_tags_of_resource()
        .resource_arn(ARN)
        .send()
        .await
        .refused();
    assert_eq!(code, "ValidationException");
    let expected = format!("Invalid TableArn: Invalid ResourceArn provided as input {ARN}");
    assert_eq!(message, expected);
}

#[tokio::test]
async fn d21_keys_values_and_arns_have_their_limits() {
    let table = Table::regional();
    let client = table.client(HOME);
    let add = |arn: &str, key: &str, value: &str| {
        let tag = Tag::builder().key(key).value(value).build().unwrap();
        client.tag_resource().resource_arn(arn).tags(tag).send()
    };
    let long = "x".repeat(257);
    for (arn, key, value, expected) in [
        (
            ARN,
            "",
            "",
            "The Tag Key provided is invalid, Key: ".to_owned(),
        ),
        (
            ARN,
            "k",
            &*long,
            format!("The Tag Value provided is invalid, Value: {long}"),
        ),
        (
            "sessions",
            "k",
            "",
            "One or more parameter values were invalid: ARNs must start with 'arn:': sessions"
                .to_owned(),
        ),
    ] {
        let (code, message) = add(arn, key, value).await.refused();
        assert_eq!((code.as_str(), message), ("ValidationException", expected));
    }
    let none = client
        .untag_resource()
        .resource_arn(ARN)
        .set_tag_keys(Some(Vec::new()));
    let (_, message) = none.send().await.refused();
    assert_eq!(
        message,
        "Atleast one Tag Key needs to be provided as Input."
    );
    table.delete(HOME).await.unwrap();
    let (code, message) = add(ARN, "k", "v").await.refused();
    assert_eq!(code, "ResourceInUseException");
    let expected = "Attempt to change a resource which is still in use: Table is being deleted: \
                    sessions";
    assert_eq!(message, expected);
}
