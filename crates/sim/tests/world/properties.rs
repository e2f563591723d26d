//! What holds after any requests: what is refused changes nothing, replicas agree about each other,
//! time can pass in any steps, and nothing that arrives makes the world panic.

use std::collections::BTreeMap;

use http::Method;
use proptest::prelude::*;
use proptest::sample::select;

use crate::aws::Aws;
use crate::raw::{ask, json, signed, table};
use crate::record_properties::{send, zone};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_replica_is_never_shown_to_itself_and_the_others_agree(
        steps in prop::collection::vec((0..6_u8, 0..3_usize, 0..3_usize, 0..200_i64), 1..25),
    ) {
        let regions = ["us-east-1", "eu-west-1", "ap-northeast-1"];
        let seed = "tables: [{name: sessions, regions: [us-east-1]}]";
        let aws = Aws::new(serde_saphyr::from_str(seed).unwrap());
        for (step, at, to, pause) in steps {
            let (at, to) = (regions[at], regions[to]);
            let named = r#""TableName":"sessions""#;
            let replica = |action: &str| {
                format!(r#"{{{named},"ReplicaUpdates":[{{"{action}":{{"RegionName":"{to}"}}}}]}}"#)
            };
            let (operation, body) = match step {
                0 | 1 => ("UpdateTable", replica("Create")),
                2 => ("UpdateTable", replica("Delete")),
                3 => ("DeleteTable", format!("{{{named}}}")),
                4 => ("UpdateTable", format!(r#"{{{named},"DeletionProtectionEnabled":true}}"#)),
                _ => ("UpdateTable", format!(r#"{{{named},"DeletionProtectionEnabled":false}}"#)),
            };
            let before = aws.world(|world| world.picture());
            let answer = table(&aws, at, operation, &body);
            if answer.status != 200 {
                prop_assert_eq!(before, aws.world(|world| world.picture()));
            }
            aws.pass(pause);
            check_tables(&aws, &regions, false)?;
        }
        aws.settle();
        check_tables(&aws, &regions, true)?;
    }

    #[test]
    fn time_in_one_step_or_in_many_is_the_same_time(pauses in prop::collection::vec(0..40_i64, 1..12)) {
        let build = || {
            let aws = Aws::example();
            let zone = zone(&aws);
            send(&aws, &zone, &[("CREATE", "a.example.com.", None, 1)]);
            let body = r#"{"TableName":"sessions","BillingMode":"PAY_PER_REQUEST",
                "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
                "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}"#;
            table(&aws, "us-east-1", "CreateTable", body);
            let body = r#"{"Name":"shop","IdempotencyToken":"one"}"#;
            let target = "GlobalAccelerator_V20180706.CreateAccelerator";
            json(&aws, "globalaccelerator", target, body);
            aws
        };
        let (many, one) = (build(), build());
        for pause in &pauses {
            many.pass(*pause);
        }
        one.pass(pauses.iter().sum());
        prop_assert_eq!(many.world(|world| world.picture()), one.world(|world| world.picture()));
        let ids = |aws: &Aws| table(aws, "us-east-1", "ListTables", "{}").body;
        prop_assert_eq!(ids(&many), ids(&one));
    }

    #[test]
    fn no_request_makes_the_world_panic(
        service in select(vec!["route53", "globalaccelerator", "dynamodb", "elasticloadbalancing", "sts"]),
        method in select(vec![Method::GET, Method::POST, Method::DELETE, Method::PUT]),
        path in "/2013-04-01/(hostedzone|healthcheck|tags|change|hostedzonesbyname)?(/[a-zA-Z0-9%]{0,9}){0,3}",
        query in "((name|type|maxitems|identifier|marker|dnsname)=[a-zA-Z0-9.%\\-]{0,12}&){0,4}",
        target in "((GlobalAccelerator_V20180706|DynamoDB_20120810)\\.)?(Create|Update|Describe|List)?(Table|Listener|EndpointGroup|TimeToLive)",
        body in prop_oneof![any::<String>(), shaped()],
    ) {
        let aws = Aws::example();
        let region = if service == "globalaccelerator" { "us-west-2" } else { "us-east-1" };
        let uri = format!("{path}?{query}");
        prop_assume!(uri.parse::<http::Uri>().is_ok());
        let before = aws.world(|world| world.picture());
        let request = signed(method, &uri, service, region).header("X-Amz-Target", target);
        let answer = ask(&aws, request, &body);
        prop_assert!((200..500).contains(&answer.status), "{answer:?}");
        if answer.status >= 400 {
            prop_assert_eq!(before, aws.world(|world| world.picture()));
        }
    }

    #[test]
    fn no_authorization_makes_the_world_panic(header in "[ -~]{0,80}", body in any::<Vec<u8>>()) {
        let aws = Aws::example();
        let request = http::Request::builder().uri("/").header("Authorization", header);
        aws.answer(request.body(body.into()).unwrap());
    }
}

/// Bodies that nearly are what an operation reads.
fn shaped() -> impl Strategy<Value = String> {
    let member = select(vec![
        "TableName",
        "Name",
        "AcceleratorArn",
        "ListenerArn",
        "IdempotencyToken",
        "PortRanges",
        "ReplicaUpdates",
        "Protocol",
        "EndpointConfigurations",
        "KeySchema",
        "Tags",
        "Limit",
    ]);
    let value = select(vec![
        "null",
        "7",
        "-1",
        "1e400",
        "\"\"",
        "\"sessions\"",
        "\"TCP\"",
        "[]",
        "[null]",
        "{}",
        "[{}]",
        "[{\"FromPort\":1,\"ToPort\":65536}]",
        "[{\"Create\":{}}]",
        "true",
        "\"arn:aws:globalaccelerator::1:accelerator/x/listener/y/endpoint-group/z\"",
        "\"arn:aws:dynamodb:us-east-1:123456789012:table/\"",
    ]);
    let json = prop::collection::vec((member, value), 0..5).prop_map(|members| {
        let members: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", members.join(","))
    });
    let tag = select(vec![
        "<a>",
        "</a>",
        "<Changes>",
        "</Changes>",
        "<Change/>",
        "&amp;",
        "&lt",
        "&#x0;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?xml?>",
        "<CreateHealthCheckRequest>",
        "</CreateHealthCheckRequest>",
        " xmlns=\"",
        "\"",
        "x",
    ]);
    let xml = prop::collection::vec(tag, 0..12).prop_map(|tags| tags.concat());
    prop_oneof![json, xml]
}

fn check_tables(aws: &Aws, regions: &[&str], settled: bool) -> Result<(), TestCaseError> {
    let mut members = BTreeMap::new();
    for region in regions {
        let answer = table(aws, region, "DescribeTable", r#"{"TableName":"sessions"}"#);
        let listed = table(aws, region, "ListTables", "{}")
            .body
            .contains("sessions");
        prop_assert_eq!(answer.status == 200, listed);
        if answer.status != 200 {
            continue;
        }
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let shown = &body["Table"];
        let replicas = shown["Replicas"].as_array().cloned().unwrap_or_default();
        let names: Vec<_> = replicas
            .iter()
            .filter_map(|it| it["RegionName"].as_str().map(str::to_owned))
            .collect();
        prop_assert!(
            !names.contains(&(*region).to_owned()),
            "{region} shows itself"
        );
        if settled {
            prop_assert_eq!(&shown["TableStatus"], "ACTIVE");
            prop_assert!(replicas.iter().all(|it| it["ReplicaStatus"] == "ACTIVE"));
            prop_assert_eq!(shown["GlobalTableVersion"].is_null(), names.is_empty());
        }
        members.insert((*region).to_owned(), names);
    }
    if settled {
        for (region, others) in &members {
            for other in others {
                let back = members
                    .get(other)
                    .is_some_and(|names| names.contains(region));
                prop_assert!(back, "{region} shows {other}, which does not show it");
            }
        }
    }
    Ok(())
}
