//! What Global Accelerator's answers look like on the wire, and what shape a request must have.
//!
//! Sources: the operations and data types of the AWS Global Accelerator API Reference; "Resource
//! types defined by AWS Global Accelerator", Service Authorization Reference.

use aws_sdk_globalaccelerator::types::{EndpointConfiguration, Protocol};
use http::Method;
use serde_json::{Value, json};

use crate::accelerator::{Accelerator, US};
use crate::aws::{Aws, Refused};
use crate::raw::{Sent, json as send, signed};

fn call(aws: &Aws, operation: &str, body: &Value) -> Sent {
    let target = format!("GlobalAccelerator_V20180706.{operation}");
    send(aws, "globalaccelerator", &target, &body.to_string())
}

/// The error and its message.
fn refused(aws: &Aws, operation: &str, body: &Value) -> (String, String) {
    let answer = call(aws, operation, body);
    assert_eq!(answer.status, 400, "{operation} {body}: {answer:?}");
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let text = |member: &str| body[member].as_str().unwrap().to_owned();
    (text("__type"), text("Message"))
}

#[tokio::test]
async fn a21_arns_end_in_a_uuid_and_in_eight_and_twelve_hexadecimal_digits() {
    let shop = Accelerator::example().await;
    let (listener, group) = shop.group().await;
    let is_hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|it| b"0123456789abcdef".contains(&it))
    };
    let (_, id) = shop.arn.rsplit_once(":accelerator/").unwrap();
    let parts: Vec<&str> = id.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    assert_eq!(parts.len(), lengths.len());
    assert!(parts.iter().zip(lengths).all(|(part, it)| is_hex(part, it)));
    let id = listener.strip_prefix(&format!("{}/listener/", shop.arn));
    assert!(is_hex(id.unwrap(), 8), "{listener}");
    let arn = group.endpoint_group_arn().unwrap();
    let id = arn.strip_prefix(&format!("{listener}/endpoint-group/"));
    assert!(is_hex(id.unwrap(), 12), "{arn}");
}

#[test]
fn a22_answers_are_json_1_1_with_times_in_seconds_and_errors_by_type() {
    let aws = Aws::example();
    let body = json!({ "Name": "shop", "IdempotencyToken": "one" });
    let request = signed(Method::POST, "/", "globalaccelerator", "us-west-2");
    let target = "GlobalAccelerator_V20180706.CreateAccelerator";
    let request = request.header("X-Amz-Target", target);
    let answer = aws.answer(request.body(body.to_string().into()).unwrap());
    let kind = answer.headers().get("content-type").unwrap();
    assert_eq!(kind, "application/x-amz-json-1.1");
    let made: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(
        made["Accelerator"]["CreatedTime"].as_f64(),
        Some(1_795_521_600.0)
    );
    assert!(made["Accelerator"]["LastModifiedTime"].is_number());
    let missing = json!({ "AcceleratorArn": "none" });
    let expected = (
        "AcceleratorNotFoundException".to_owned(),
        "Accelerator none does not exist.".to_owned(),
    );
    assert_eq!(refused(&aws, "DescribeAccelerator", &missing), expected);
}

#[tokio::test]
async fn a23_a_creation_has_a_token_of_at_most_255_characters() {
    let shop = Accelerator::example().await;
    let listener = shop.listener(443, 443, Protocol::Tcp).await;
    for (operation, body) in [
        ("CreateAccelerator", json!({ "Name": "more" })),
        (
            "CreateListener",
            json!({
                "AcceleratorArn": shop.arn, "Protocol": "TCP",
                "PortRanges": [{ "FromPort": 80, "ToPort": 80 }],
            }),
        ),
        (
            "CreateEndpointGroup",
            json!({ "ListenerArn": listener, "EndpointGroupRegion": "eu-west-1" }),
        ),
    ] {
        let with = |token: &str| {
            let mut body = body.clone();
            body["IdempotencyToken"] = token.into();
            body
        };
        let at = "at 'idempotencyToken' failed to satisfy constraint: Member must";
        let (code, message) = refused(&shop.aws, operation, &body);
        let expected = format!("1 validation error detected: Value null {at} not be null");
        assert_eq!((code.as_str(), message), ("ValidationException", expected));
        let (_, message) = refused(&shop.aws, operation, &with(&"x".repeat(256)));
        let expected = format!("{at} have length less than or equal to 255");
        assert!(message.ends_with(&expected), "{message}");
        let made = call(&shop.aws, operation, &with(&"x".repeat(255)));
        assert_eq!(made.status, 200, "{made:?}");
    }
}

#[test]
fn a24_members_are_held_to_the_sizes_of_the_model() {
    let aws = Aws::example();
    let long = "x".repeat(256);
    let ports = |count: u16| -> Vec<Value> {
        let port = |port| json!({ "FromPort": port, "ToPort": port });
        (1..=count).map(port).collect()
    };
    let listener = |ports: Vec<Value>| {
        json!({
            "AcceleratorArn": "none", "Protocol": "TCP", "PortRanges": ports,
            "IdempotencyToken": "one",
        })
    };
    for (operation, body, member, size) in [
        (
            "DescribeAccelerator",
            json!({ "AcceleratorArn": long }),
            "acceleratorArn",
            255,
        ),
        (
            "UpdateAccelerator",
            json!({ "AcceleratorArn": long }),
            "acceleratorArn",
            255,
        ),
        (
            "ListListeners",
            json!({ "AcceleratorArn": long }),
            "acceleratorArn",
            255,
        ),
        (
            "DescribeListener",
            json!({ "ListenerArn": long }),
            "listenerArn",
            255,
        ),
        (
            "UpdateListener",
            json!({ "ListenerArn": long }),
            "listenerArn",
            255,
        ),
        (
            "ListEndpointGroups",
            json!({ "ListenerArn": long }),
            "listenerArn",
            255,
        ),
        (
            "DeleteEndpointGroup",
            json!({ "EndpointGroupArn": long }),
            "endpointGroupArn",
            255,
        ),
        (
            "UpdateEndpointGroup",
            json!({ "EndpointGroupArn": long }),
            "endpointGroupArn",
            255,
        ),
        (
            "CreateAccelerator",
            json!({ "Name": long, "IdempotencyToken": "one" }),
            "name",
            255,
        ),
        (
            "ListAccelerators",
            json!({ "NextToken": long }),
            "nextToken",
            255,
        ),
        (
            "ListTagsForResource",
            json!({ "ResourceArn": "x".repeat(1012) }),
            "resourceArn",
            1011,
        ),
        ("CreateListener", listener(ports(11)), "portRanges", 10),
        (
            "UntagResource",
            json!({ "ResourceArn": "none", "TagKeys": vec!["k"; 201] }),
            "tagKeys",
            200,
        ),
    ] {
        let (code, message) = refused(&aws, operation, &body);
        assert_eq!(code, "ValidationException", "{operation}: {message}");
        let expected = format!(
            "at '{member}' failed to satisfy constraint: Member must have length less than or \
             equal to {size}"
        );
        assert!(message.ends_with(&expected), "{operation}: {message}");
    }
    let (_, message) = refused(&aws, "CreateListener", &listener(ports(0)));
    assert!(message.contains("greater than or equal to 1"), "{message}");
    let (code, _) = refused(&aws, "CreateListener", &listener(ports(10)));
    assert_eq!(code, "AcceleratorNotFoundException", "its shape is right");
}

#[tokio::test]
async fn a25_a_member_of_another_operation_or_feature_is_refused_by_name() {
    let shop = Accelerator::example().await;
    let (listener, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let named = |member: &str| {
        (
            "InvalidArgumentException".to_owned(),
            format!("The parameter {member} is not supported."),
        )
    };
    let moved = json!({ "EndpointGroupArn": arn, "EndpointGroupRegion": "eu-west-1" });
    let found = refused(&shop.aws, "UpdateEndpointGroup", &moved);
    assert_eq!(found, named("EndpointGroupRegion"));
    let moved = json!({ "EndpointGroupArn": arn, "ListenerArn": listener });
    let found = refused(&shop.aws, "UpdateEndpointGroup", &moved);
    assert_eq!(found, named("ListenerArn"));
    let tagged = json!({
        "AcceleratorArn": shop.arn, "Protocol": "TCP", "IdempotencyToken": "one",
        "PortRanges": [{ "FromPort": 80, "ToPort": 80 }],
        "Tags": [{ "Key": "app", "Value": "shop" }],
    });
    let found = refused(&shop.aws, "CreateListener", &tagged);
    assert_eq!(found, named("Tags"), "only accelerators are tagged");
    let own = shop.client.create_accelerator().name("own");
    let own = own.ip_addresses("192.0.2.1").send().await;
    assert_eq!(own.refused(), named("IpAddresses"));
    let shared = EndpointConfiguration::builder().endpoint_id(US);
    let shared = shared.attachment_arn("arn:aws:globalaccelerator::123456789012:attachment/x");
    let update = shop.client.update_endpoint_group().endpoint_group_arn(arn);
    let update = update.endpoint_configurations(shared.build());
    let found = update.send().await.refused();
    assert_eq!(found, named("EndpointConfigurations.0.AttachmentArn"));
}
