//! What holds for the requests of any clients in any world: each is served or lost, and none twice.

use std::collections::BTreeMap;

use evenkeel_sim::{City, Clients, Connection};
use http::Method;
use proptest::prelude::*;
use proptest::sample::select;

use crate::accelerator::{EU, US};
use crate::aws::Aws;
use crate::raw::{json, route53};
use crate::record_properties::zone;

const AP: &str = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/shop/73e2d6bc24d8a067";

/// Calls Global Accelerator, and returns the member of the answer that ends in that name.
fn call(aws: &Aws, operation: &str, body: &serde_json::Value, found: [&str; 2]) -> String {
    let target = format!("GlobalAccelerator_V20180706.{operation}");
    let sent = json(aws, "globalaccelerator", &target, &body.to_string());
    assert_eq!(sent.status, 200, "{sent:?}");
    let body: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
    body[found[0]][found[1]].as_str().unwrap().to_owned()
}

/// An accelerator on 443 with a group in each of three Regions, and its DNS name.
fn accelerator(aws: &Aws, groups: [(u8, u8); 3]) -> String {
    let body = serde_json::json!({ "Name": "shop", "IdempotencyToken": "one" });
    let arn = call(
        aws,
        "CreateAccelerator",
        &body,
        ["Accelerator", "AcceleratorArn"],
    );
    let body = serde_json::json!({
        "AcceleratorArn": arn, "Protocol": "TCP", "IdempotencyToken": "one",
        "PortRanges": [{ "FromPort": 443, "ToPort": 443 }],
    });
    let listener = call(aws, "CreateListener", &body, ["Listener", "ListenerArn"]);
    let places = [("us-east-1", US), ("eu-west-1", EU), ("ap-northeast-1", AP)];
    for ((region, id), (dial, weight)) in places.into_iter().zip(groups) {
        let body = serde_json::json!({
            "ListenerArn": listener, "EndpointGroupRegion": region, "IdempotencyToken": region,
            "TrafficDialPercentage": dial,
            "EndpointConfigurations": [{ "EndpointId": id, "Weight": weight }],
        });
        call(
            aws,
            "CreateEndpointGroup",
            &body,
            ["EndpointGroup", "EndpointGroupArn"],
        );
    }
    let body = serde_json::json!({ "AcceleratorArn": arn });
    call(
        aws,
        "DescribeAccelerator",
        &body,
        ["Accelerator", "DnsName"],
    )
}

/// Weighted records, all in one batch.
fn weights(aws: &Aws, weights: &[u8]) {
    let zone = zone(aws);
    let changes = weights.iter().enumerate().map(|(index, weight)| {
        format!(
            "<Change><Action>UPSERT</Action><ResourceRecordSet><Name>www.example.com</Name>\
             <Type>A</Type><SetIdentifier>{index}</SetIdentifier><Weight>{weight}</Weight>\
             <TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.{index}</Value>\
             </ResourceRecord></ResourceRecords></ResourceRecordSet></Change>"
        )
    });
    let changes: String = changes.collect();
    let body = format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
         <ChangeBatch><Changes>{changes}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
    );
    let sent = route53(
        aws,
        Method::POST,
        &format!("hostedzone/{zone}/rrset/"),
        &body,
    );
    assert_eq!(sent.status, 200, "{sent:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_sent_is_served_or_lost(
        sizes in prop::array::uniform3((0..=100_u8, 0..=255_u8)),
        records in prop::collection::vec(0..=255_u8, 1..6),
        crowds in prop::collection::vec((select(City::ALL.to_vec()), 0..5_u8, 0..1000_u32), 1..6),
        steps in prop::collection::vec((0..8_u8, any::<bool>(), 0..200_i64), 1..20),
    ) {
        let aws = Aws::example();
        let name = accelerator(&aws, sizes);
        let clients = crowds.into_iter().map(|(city, target, per_second)| {
            let (name, port) = match target {
                0 | 1 => (name.as_str(), 443),
                2 => (name.as_str(), 80),
                3 => ("www.example.com", 443),
                _ => ("none.example.com", 443),
            };
            Clients { city, name: name.to_owned(), port, per_second }
        });
        let clients: Vec<Clients> = clients.collect();
        let rate: u64 = clients.iter().map(|it| u64::from(it.per_second)).sum();
        aws.world(|world| world.set_clients(clients));
        let mut passed = 0;
        for (step, answers, pause) in steps {
            match step {
                0 => aws.world(|world| world.set_load_balancer_health(US, answers)).unwrap(),
                1 => aws.world(|world| world.set_load_balancer_health(EU, answers)).unwrap(),
                2 => aws.world(|world| world.set_load_balancer_health(AP, answers)).unwrap(),
                3 => aws.world(|world| world.set_host_answers("192.0.2.0", answers)),
                4 => weights(&aws, &records),
                _ => {}
            }
            aws.pass(pause);
            passed += pause;
            let report = aws.world(|world| world.traffic());
            let total = &report.total;
            let served: u64 = total.served.values().sum();
            prop_assert_eq!(total.sent, rate * u64::try_from(passed).unwrap() * 1_000_000);
            prop_assert_eq!(total.sent, served + total.lost);
            let each: u64 = report.each.iter().map(|(_, tally)| tally.sent).sum();
            prop_assert_eq!(each, total.sent);
            let carried: u64 = report.rate.served.values().sum();
            prop_assert_eq!(report.rate.sent, carried + report.rate.lost);
            prop_assert_eq!(report.rate.sent, rate * 1_000_000);
        }
    }

    /// Of 300 connections each Region gets what the distribution says, within five standard
    /// deviations.
    #[test]
    fn single_connections_are_divided_as_populations_are(
        sizes in prop::array::uniform3((1..=100_u8, 1..=255_u8)),
        city in select(City::ALL.to_vec()),
    ) {
        let aws = Aws::example();
        let accelerator = accelerator(&aws, sizes);
        aws.settle();
        let crowd = Clients { city, name: accelerator.clone(), port: 443, per_second: 300 };
        let expected = aws.world(|world| {
            world.set_clients(vec![crowd]);
            world.traffic().rate
        });
        let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
        for client in 0..300 {
            let accelerator = accelerator.clone();
            let connection = Connection { city, client, accelerator, port: 443, udp: false };
            *seen.entry(aws.world(|world| world.send(&connection)).unwrap()).or_default() += 1;
        }
        for (region, amount) in expected.served {
            let seen = seen.get(region).copied().unwrap_or_default();
            prop_assert!((amount / 1_000_000).abs_diff(seen) <= 44, "{region}: {seen} of {amount}");
        }
    }
}
