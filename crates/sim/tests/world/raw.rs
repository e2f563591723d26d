//! Requests as bytes, for what the SDK can't or need not send.

use bytes::Bytes;
use http::{Method, Request};

use crate::aws::Aws;

#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) status: u16,
    pub(crate) body: String,
}

pub(crate) fn signed(
    method: Method,
    path: &str,
    service: &str,
    region: &str,
) -> http::request::Builder {
    let credential = format!("Credential=AKIDEXAMPLE/20261124/{region}/{service}/aws4_request");
    let authorization = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
    Request::builder()
        .method(method)
        .uri(path)
        .header("Authorization", authorization)
}

pub(crate) fn ask(aws: &Aws, request: http::request::Builder, body: &str) -> Sent {
    let response = aws.answer(
        request
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap(),
    );
    assert!(response.headers().contains_key("x-amzn-requestid"));
    Sent {
        status: response.status().as_u16(),
        body: String::from_utf8(response.into_body().to_vec()).unwrap(),
    }
}

/// A request of a JSON protocol, signed for us-west-2 if it is for Global Accelerator.
pub(crate) fn json(aws: &Aws, service: &str, target: &str, body: &str) -> Sent {
    let region = if service == "globalaccelerator" {
        "us-west-2"
    } else {
        "us-east-1"
    };
    let request = signed(Method::POST, "/", service, region).header("X-Amz-Target", target);
    ask(aws, request, body)
}

/// A request to DynamoDB in a Region.
pub(crate) fn table(aws: &Aws, region: &str, operation: &str, body: &str) -> Sent {
    let request = signed(Method::POST, "/", "dynamodb", region);
    let target = format!("DynamoDB_20120810.{operation}");
    ask(aws, request.header("X-Amz-Target", target), body)
}

/// A request to Route 53.
pub(crate) fn route53(aws: &Aws, method: Method, path: &str, body: &str) -> Sent {
    let path = format!("/2013-04-01/{path}");
    ask(aws, signed(method, &path, "route53", "us-east-1"), body)
}
