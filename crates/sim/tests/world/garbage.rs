//! Damaged requests: whatever arrives is answered, and the world goes on.
//!
//! `PROPTEST_CASES=100000 cargo test -p evenkeel-sim garbage` looks longer.

use bytes::Bytes;
use http::Request;
use proptest::prelude::*;

use crate::aws::Aws;
use crate::record_properties::zone;

/// Requests that are fine: method, path, signed for, target or content type, body.
const FINE: [(&str, &str, &str, &str, &str); 14] = [
    (
        "POST",
        "/2013-04-01/hostedzone/Z/rrset",
        "route53/us-east-1",
        "",
        r#"<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet><Name>a.example.com</Name><Type>A</Type><SetIdentifier>x</SetIdentifier><Weight>1</Weight><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"#,
    ),
    (
        "POST",
        "/2013-04-01/healthcheck",
        "route53/us-east-1",
        "",
        r#"<CreateHealthCheckRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><CallerReference>r</CallerReference><HealthCheckConfig><Type>HTTPS</Type><FullyQualifiedDomainName>a.example.com</FullyQualifiedDomainName><Port>443</Port><Regions><Region>us-east-1</Region><Region>us-west-1</Region><Region>eu-west-1</Region></Regions></HealthCheckConfig></CreateHealthCheckRequest>"#,
    ),
    (
        "POST",
        "/2013-04-01/hostedzone",
        "route53/us-east-1",
        "",
        r#"<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>example.net</Name><CallerReference>r</CallerReference></CreateHostedZoneRequest>"#,
    ),
    (
        "GET",
        "/2013-04-01/hostedzone/Z/rrset?name=a.example.com&type=A&maxitems=3",
        "route53/us-east-1",
        "",
        "",
    ),
    (
        "GET",
        "/2013-04-01/testdnsanswer?hostedzoneid=Z&recordname=a.example.com&recordtype=A&resolverip=192.0.2.1",
        "route53/us-east-1",
        "",
        "",
    ),
    (
        "POST",
        "/",
        "globalaccelerator/us-west-2",
        "GlobalAccelerator_V20180706.CreateAccelerator",
        r#"{"Name":"a","IdempotencyToken":"t","IpAddressType":"IPV4","Tags":[{"Key":"k","Value":"v"}]}"#,
    ),
    (
        "POST",
        "/",
        "globalaccelerator/us-west-2",
        "GlobalAccelerator_V20180706.CreateListener",
        r#"{"AcceleratorArn":"arn:aws:globalaccelerator::123456789012:accelerator/a","PortRanges":[{"FromPort":80,"ToPort":81}],"Protocol":"TCP","IdempotencyToken":"t"}"#,
    ),
    (
        "POST",
        "/",
        "globalaccelerator/us-west-2",
        "GlobalAccelerator_V20180706.UpdateEndpointGroup",
        r#"{"EndpointGroupArn":"arn:aws:globalaccelerator::123456789012:accelerator/a/listener/b/endpoint-group/c","TrafficDialPercentage":40.5,"EndpointConfigurations":[{"EndpointId":"e","Weight":1}]}"#,
    ),
    (
        "POST",
        "/",
        "globalaccelerator/us-west-2",
        "GlobalAccelerator_V20180706.ListAccelerators",
        r#"{"MaxResults":3,"NextToken":"dG9rZW4"}"#,
    ),
    (
        "POST",
        "/",
        "dynamodb/eu-west-1",
        "DynamoDB_20120810.CreateTable",
        r#"{"TableName":"sessions","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}"#,
    ),
    (
        "POST",
        "/",
        "dynamodb/eu-west-1",
        "DynamoDB_20120810.UpdateTable",
        r#"{"TableName":"sessions","ReplicaUpdates":[{"Create":{"RegionName":"us-east-1"}}]}"#,
    ),
    (
        "POST",
        "/",
        "dynamodb/eu-west-1",
        "DynamoDB_20120810.UpdateTimeToLive",
        r#"{"TableName":"sessions","TimeToLiveSpecification":{"AttributeName":"e","Enabled":true}}"#,
    ),
    (
        "POST",
        "/",
        "elasticloadbalancing/eu-west-1",
        "",
        "Action=DescribeLoadBalancers&Version=2015-12-01&PageSize=2&Names.member.1=shop",
    ),
    (
        "POST",
        "/",
        "sts/us-east-1",
        "",
        "Action=GetCallerIdentity&Version=2011-06-15",
    ),
];

/// What happens to the bytes of a part, at a place that wraps around.
#[derive(Clone, Debug)]
enum Damage {
    Put(usize, Vec<u8>),
    Cut(usize, usize),
    Repeat(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let hostile: [&[u8]; 16] = [
        b"<",
        b">",
        b"&",
        b"&#0;",
        b"]]>",
        b"<!--",
        b"\"",
        b"{",
        b"[[[[",
        b"null",
        b"-1",
        b"1e400",
        b"99999999999999999999",
        b"%",
        b"\0",
        b"\xff\xfe",
    ];
    let hostile = prop::sample::select(hostile.map(<[u8]>::to_vec).to_vec());
    let bytes = prop_oneof![hostile, prop::collection::vec(any::<u8>(), 1..4)];
    prop_oneof![
        (any::<usize>(), bytes).prop_map(|(at, bytes)| Damage::Put(at, bytes)),
        (any::<usize>(), 1..64_usize).prop_map(|(at, length)| Damage::Cut(at, length)),
        (any::<usize>(), 1..64_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
    ]
}

fn damaged(text: &str, damages: &[Damage]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for damage in damages {
        let place = |at: usize| at % (bytes.len() + 1);
        match damage {
            Damage::Put(at, what) => {
                let at = place(*at);
                let end = (at + what.len()).min(bytes.len());
                bytes.splice(at..end, what.iter().copied());
            }
            Damage::Cut(at, length) => {
                let at = place(*at);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Damage::Repeat(at, length) => {
                let at = place(*at);
                let part = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 2_000 }) })]

    #[test]
    fn damaged_requests_are_answered(
        fine in prop::sample::select(FINE.to_vec()),
        of_body in prop::collection::vec(damage(), 0..6),
        of_head in prop::collection::vec(damage(), 0..2),
    ) {
        let aws = Aws::example();
        let zone = zone(&aws);
        let (method, path, signed, target, body) = fine;
        // An id that is there leads further in.
        let path = path.replace("/Z/", &format!("/{zone}/")).replace("=Z&", &format!("={zone}&"));
        let credential = format!("Credential=AKID/20261124/{signed}/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
        // What is no HTTP never gets here.
        let whole = |text: &str, damages: &[Damage]| String::from_utf8(damaged(text, damages)).ok();
        let request = Request::builder()
            .method(method)
            .uri(whole(&path, &of_head).unwrap_or_default())
            .header("Authorization", whole(&authorization, &of_head).unwrap_or_default())
            .header("X-Amz-Target", whole(target, &of_head).unwrap_or_default())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(Bytes::from(damaged(body, &of_body)));
        let Ok(request) = request else { return Ok(()) };
        let answer = aws.answer(request);
        prop_assert!(answer.status().as_u16() < 600);
        prop_assert!(String::from_utf8(answer.into_body().to_vec()).is_ok());
    }
}
