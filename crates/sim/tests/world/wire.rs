//! What the SDK can't send: requests without a signature, for no service, for no operation, and
//! bodies that are nothing. Each is answered in the protocol that it speaks.
//!
//! Sources: "Common errors" of each service's API reference; "Create a signed AWS API request", AWS
//! Identity and Access Management User Guide.

use aws_sdk_route53::operation::change_resource_record_sets::ChangeResourceRecordSetsError;
use aws_sdk_route53::types::ChangeBatch;
use http::{Method, Request};

use crate::aws::Aws;
use crate::raw::{ask, json, route53, signed};
use crate::zone::{Zone, a, delete};

#[test]
fn w01_a_request_without_a_signature_is_refused_in_its_protocol() {
    let aws = Aws::example();
    let xml = ask(&aws, Request::builder().uri("/2013-04-01/hostedzone"), "");
    assert_eq!(xml.status, 403);
    assert!(
        xml.body.contains("<Code>MissingAuthenticationToken</Code>"),
        "{}",
        xml.body
    );
    assert!(
        xml.body
            .contains("https://route53.amazonaws.com/doc/2013-04-01/"),
        "{}",
        xml.body
    );

    let request = Request::builder().method(Method::POST).uri("/");
    let request = request.header("X-Amz-Target", "DynamoDB_20120810.ListTables");
    let json = ask(&aws, request, "{}");
    assert_eq!(json.status, 400);
    let expected = r#"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}"#;
    assert_eq!(json.body, expected);

    let request = Request::builder().method(Method::POST).uri("/");
    let query = ask(&aws, request, "Action=GetCallerIdentity&Version=2011-06-15");
    assert_eq!(query.status, 403);
    assert!(
        query
            .body
            .contains("https://sts.amazonaws.com/doc/2011-06-15/"),
        "{}",
        query.body
    );
    assert!(aws.world(|world| world.calls().is_empty()));
}

#[test]
fn w02_an_authorization_that_is_no_signature_is_none() {
    let aws = Aws::example();
    for authorization in [
        "Basic dXNlcjpwYXNz",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=",
        "AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-1/route53",
        "AWS4-HMAC-SHA256 Credential=/20261124/us-east-1/route53/aws4_request",
    ] {
        let request = Request::builder().uri("/2013-04-01/hostedzone");
        let refused = ask(&aws, request.header("Authorization", authorization), "");
        assert!(
            refused.body.contains("MissingAuthenticationToken"),
            "{authorization}"
        );
    }
}

#[test]
fn w03_a_scope_of_another_service_or_region_is_refused() {
    let aws = Aws::example();
    let other = ask(
        &aws,
        signed(Method::GET, "/2013-04-01/hostedzone", "s3", "us-east-1"),
        "",
    );
    assert_eq!(other.status, 403);
    assert!(
        other.body.contains("<Code>SignatureDoesNotMatch</Code>"),
        "{}",
        other.body
    );
    let path = "/2013-04-01/hostedzone";
    let other = ask(&aws, signed(Method::GET, path, "route53", "eu-west-1"), "");
    assert_eq!(other.status, 403);
    let expected = "Credential should be scoped to a valid region, not &apos;eu-west-1&apos;.";
    assert!(other.body.contains(expected), "{}", other.body);
    let nowhere = signed(Method::POST, "/", "dynamodb", "mars-north-1");
    let nowhere = nowhere.header("X-Amz-Target", "DynamoDB_20120810.ListTables");
    let nowhere = ask(&aws, nowhere, "{}");
    assert!(
        nowhere.body.contains("InvalidSignatureException"),
        "{}",
        nowhere.body
    );
}

#[test]
fn w04_an_operation_that_is_not_served_is_unknown() {
    let aws = Aws::example();
    let table = json(&aws, "dynamodb", "DynamoDB_20120810.PutItem", "{}");
    assert_eq!(table.status, 400);
    let expected =
        r#"{"__type":"com.amazon.coral.service#UnknownOperationException","message":""}"#;
    assert_eq!(table.body, expected);
    let accelerator = json(
        &aws,
        "globalaccelerator",
        "GlobalAccelerator_V20180706.AddEndpoints",
        "{}",
    );
    assert!(
        accelerator.body.contains("\"UnknownOperationException\""),
        "{}",
        accelerator.body
    );
    let path = "/2013-04-01/trafficpolicies";
    let route53 = ask(&aws, signed(Method::GET, path, "route53", "us-east-1"), "");
    assert_eq!(route53.status, 404);
    for (service, version) in [
        ("elasticloadbalancing", "2015-12-01"),
        ("sts", "2011-06-15"),
    ] {
        let request = signed(Method::POST, "/", service, "us-east-1");
        let query = ask(&aws, request, &format!("Action=Nothing&Version={version}"));
        assert_eq!(query.status, 400);
        let expected = format!("Could not find operation Nothing for version {version}");
        assert!(query.body.contains(&expected), "{}", query.body);
    }
    let calls = aws.world(|world| world.calls().len());
    assert_eq!(calls, 5, "calls of unknown operations are logged");
}

#[test]
fn w05_bodies_that_are_no_json_are_answered_as_such() {
    let aws = Aws::example();
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\u{0}",
        r#"{"TableName": 7}"#,
        r#"{"TableName":"x"}}"#,
    ] {
        let table = json(&aws, "dynamodb", "DynamoDB_20120810.DescribeTable", body);
        assert_eq!(table.status, 400, "{body}");
        let accelerator = json(
            &aws,
            "globalaccelerator",
            "GlobalAccelerator_V20180706.ListAccelerators",
            body,
        );
        assert!([200, 400].contains(&accelerator.status), "{body}");
    }
    let table = json(&aws, "dynamodb", "DynamoDB_20120810.DescribeTable", "{");
    assert!(
        table.body.contains("SerializationException"),
        "{}",
        table.body
    );
}

#[test]
fn w06_a_member_that_is_null_is_missing() {
    let aws = Aws::example();
    let table = json(&aws, "dynamodb", "DynamoDB_20120810.DescribeTable", "{}");
    let expected = "1 validation error detected: Value null at 'tableName' failed to satisfy \
                    constraint: Member must not be null";
    assert!(table.body.contains(expected), "{}", table.body);
}

#[test]
fn w07_a_member_that_is_not_served_is_named() {
    let aws = Aws::example();
    let body = r#"{"AcceleratorArn":"arn","Tags":[]}"#;
    let target = "GlobalAccelerator_V20180706.DescribeAccelerator";
    let answer = json(&aws, "globalaccelerator", target, body);
    let expected =
        r#"{"Message":"The parameter Tags is not supported.","__type":"InvalidArgumentException"}"#;
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn w08_elements_are_those_of_the_schema_in_any_order() {
    let zone = Zone::example().await;
    let path = format!("/2013-04-01/hostedzone/{}/rrset/", zone.id);
    let send = |set: &str| {
        let body = format!(
            "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
             <ChangeBatch><Changes><Change><Action>CREATE</Action><ResourceRecordSet>{set}\
             </ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
        );
        ask(
            &zone.aws,
            signed(Method::POST, &path, "route53", "us-east-1"),
            &body,
        )
    };
    let namespace = "\"https://route53.amazonaws.com/doc/2013-04-01/\"";
    let records = "<ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord>\
                   </ResourceRecords>";
    for (set, expected) in [
        (
            "<Name>a.example.com</Name><Type>A</Type><AliasTarget><HostedZoneId>Z</HostedZoneId>\
             <DNSName>b</DNSName></AliasTarget>"
                .to_owned(),
            format!(
                "cvc-complex-type.2.4.b: The content of element 'AliasTarget' is not complete. One \
                 of '{{{namespace}:EvaluateTargetHealth}}' is expected."
            ),
        ),
        (
            format!("<Name>a.example.com</Name><Type>A</Type><TTL>soon</TTL>{records}"),
            "cvc-datatype-valid.1.2.1: 'soon' is not a valid value for 'integer'.".to_owned(),
        ),
        (
            "<Name>a.example.com</Name><Type>A</Type><Color>red</Color>".to_owned(),
            "cvc-complex-type.2.4.a: Invalid content was found starting with element 'Color'."
                .to_owned(),
        ),
    ] {
        let answer = send(&set);
        assert_eq!(answer.status, 400);
        let text = answer.body.replace("&apos;", "'").replace("&quot;", "\"");
        let expected = format!("<Code>InvalidInput</Code><Message>Invalid XML ; {expected}");
        assert!(text.contains(&expected), "{text}");
    }
    for (name, set) in [
        (
            "a",
            format!("<Name>a.example.com</Name><Type>A</Type><TTL>60</TTL>{records}"),
        ),
        (
            "b",
            format!("{records}<Name>b.example.com</Name><TTL>60</TTL><Type>A</Type>"),
        ),
    ] {
        assert_eq!(send(&set).status, 200, "{name}");
    }
}

#[tokio::test]
async fn w09_a_body_with_another_root_is_malformed() {
    let zone = Zone::example().await;
    let path = format!("/2013-04-01/hostedzone/{}/rrset/", zone.id);
    let send = |body: &str| {
        ask(
            &zone.aws,
            signed(Method::POST, &path, "route53", "us-east-1"),
            body,
        )
    };
    let answer = send("<ChangeBatch xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"/>");
    let expected = "<Code>MalformedInput</Code><Message>ChangeBatch is not valid, expected \
                    ChangeResourceRecordSetsRequest</Message>";
    assert!(answer.body.contains(expected), "{}", answer.body);
    for body in [
        "",
        "<",
        "<a><b></a>",
        "<!DOCTYPE a><a/>",
        &"<a>".repeat(1000),
        "\u{feff}",
    ] {
        assert_eq!(send(body).status, 400, "{body}");
    }
}

#[test]
fn w10_what_is_larger_than_a_mebibyte_is_refused() {
    let aws = Aws::example();
    let large = " ".repeat(1024 * 1024 + 1);
    assert_eq!(
        json(&aws, "dynamodb", "DynamoDB_20120810.ListTables", &large).status,
        413
    );
    let fits = format!("{{}}{}", " ".repeat(1024 * 1024 - 2));
    assert_eq!(
        json(&aws, "dynamodb", "DynamoDB_20120810.ListTables", &fits).status,
        200
    );
}

#[test]
fn w11_ids_are_accepted_encoded_and_paths_with_a_slash_at_the_end() {
    let aws = Aws::example();
    let list = ask(
        &aws,
        signed(
            Method::GET,
            "/2013-04-01/hostedzone/",
            "route53",
            "us-east-1",
        ),
        "",
    );
    assert_eq!(list.status, 200);
    let path = "/2013-04-01/hostedzone/%5A1";
    let zone = ask(&aws, signed(Method::GET, path, "route53", "us-east-1"), "");
    assert!(
        zone.body.contains("No hosted zone found with ID: Z1"),
        "{}",
        zone.body
    );
}

#[test]
fn w12_each_json_service_has_its_version_and_its_way_to_name_errors() {
    let aws = Aws::example();
    for (service, region, target, kind) in [
        (
            "dynamodb",
            "eu-west-1",
            "DynamoDB_20120810.ListTables",
            "application/x-amz-json-1.0",
        ),
        (
            "globalaccelerator",
            "us-west-2",
            "GlobalAccelerator_V20180706.ListAccelerators",
            "application/x-amz-json-1.1",
        ),
    ] {
        let request = signed(Method::POST, "/", service, region).header("X-Amz-Target", target);
        let answer = aws.answer(request.body("{}".into()).unwrap());
        assert_eq!(answer.headers()["content-type"], kind);
    }
    let shape = json(&aws, "dynamodb", "DynamoDB_20120810.DescribeTable", "{}");
    let prefix = r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"1 "#;
    assert!(shape.body.starts_with(prefix), "{}", shape.body);
    let body = r#"{"TableName":"none"}"#;
    let missing = json(&aws, "dynamodb", "DynamoDB_20120810.DescribeTable", body);
    let expected = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found: Table: none not found"}"#;
    assert_eq!((missing.status, &*missing.body), (400, expected));
}

/// Several problems are one text: the SDK's list of messages stays empty.
#[tokio::test]
async fn w13_a_refused_batch_is_an_error_like_every_other() {
    let zone = Zone::example().await;
    let change = |name: &str| {
        let value = "<ResourceRecord><Value>192.0.2.1</Value></ResourceRecord>";
        format!(
            "<Change><Action>DELETE</Action><ResourceRecordSet><Name>{name}</Name><Type>A</Type>\
             <TTL>60</TTL><ResourceRecords>{value}</ResourceRecords></ResourceRecordSet></Change>"
        )
    };
    let body = format!(
        "<ChangeResourceRecordSetsRequest \
         xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch><Changes>{}{}\
         </Changes></ChangeBatch></ChangeResourceRecordSetsRequest>",
        change("a.example.com"),
        change("b.example.com")
    );
    let path = format!("hostedzone/{}/rrset/", zone.id);
    let sent = route53(&zone.aws, Method::POST, &path, &body);
    assert_eq!(sent.status, 400);
    let problem = |name: &str| {
        format!(
            "Tried to delete resource record set [name='{name}', type='A'] but it was not found"
        )
    };
    let expected = format!(
        "<?xml version=\"1.0\"?>\n<ErrorResponse \
         xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Error><Type>Sender</Type>\
         <Code>InvalidChangeBatch</Code><Message>[{}, {}]</Message></Error><RequestId>",
        problem("a.example.com."),
        problem("b.example.com.")
    );
    let body = sent.body.replace("&apos;", "'");
    assert!(body.starts_with(&expected), "{body}");

    let gone = delete(a("a.example.com", "192.0.2.1"));
    let batch = ChangeBatch::builder().changes(gone).build().unwrap();
    let sent = zone.client.change_resource_record_sets();
    let sent = sent.hosted_zone_id(&zone.id).change_batch(batch).send();
    let error = sent.await.unwrap_err().into_service_error();
    let ChangeResourceRecordSetsError::InvalidChangeBatch(problems) = error else {
        panic!("{error:?}")
    };
    assert_eq!(problems.messages(), [] as [String; 0]);
}

#[test]
fn w14_what_is_created_is_at_its_location() {
    let aws = Aws::example();
    let body = "<CreateHealthCheckRequest \
                xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><CallerReference>one\
                </CallerReference><HealthCheckConfig><Type>HTTP</Type><FullyQualifiedDomainName>\
                www.example.org</FullyQualifiedDomainName></HealthCheckConfig>\
                </CreateHealthCheckRequest>";
    let request = signed(
        Method::POST,
        "/2013-04-01/healthcheck",
        "route53",
        "us-east-1",
    );
    let created = aws.answer(request.body(body.into()).unwrap());
    assert_eq!(created.status(), 201);
    let location = created.headers()["location"].to_str().unwrap();
    let (_, id) = location.split_once("/2013-04-01/healthcheck/").unwrap();
    let dashes: Vec<usize> = id.match_indices('-').map(|(at, _)| at).collect();
    assert_eq!((id.len(), dashes), (36, vec![8, 13, 18, 23]));
    let found = route53(&aws, Method::GET, &format!("healthcheck/{id}"), "");
    assert_eq!(found.status, 200);
}
