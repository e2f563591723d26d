//! Scenarios: what happens to control planes, Regions, clients and load balancers, and by hand.

use evenkeel_sim::{Scenario, World};

use crate::accelerator::{Accelerator, endpoint};
use crate::aws::Aws;
use crate::scenario::{balancers, change, listed, playing, tables, zones};

const EU_ARN: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/f2f7dc8efc522ab2";

fn healthy(aws: &Aws) -> Vec<bool> {
    let picture = aws.world(|world| world.picture());
    let found = picture["loadBalancers"].as_object().unwrap();
    found
        .values()
        .map(|found| found["healthy"] == true)
        .collect()
}

#[test]
fn g01_each_control_plane_fails_for_itself() {
    let aws = playing(
        "
events:
- {at: 1m, for: 1m, effect: {controlPlaneDown: {service: route53}}}
- {at: 1m, for: 1m, effect: {controlPlaneDown: {service: dynamodb, region: eu-west-1, silent: true}}}
- {at: 1m, for: 1m, effect: {controlPlaneDown: {service: elasticloadbalancing}}}
",
    );
    let seen = |aws: &Aws| {
        [
            zones(aws),
            tables(aws, "eu-west-1"),
            tables(aws, "us-east-1"),
            balancers(aws, "eu-west-1"),
        ]
    };
    assert_eq!(seen(&aws), ["200"; 4]);
    aws.pass(60);
    assert_eq!(
        seen(&aws),
        [
            "503 ServiceUnavailable",
            "nothing",
            "200",
            "503 ServiceUnavailable"
        ]
    );
    assert_eq!(healthy(&aws), [true; 3]);
    aws.pass(60);
    assert_eq!(seen(&aws), ["200"; 4]);
}

#[test]
fn g02_a_dark_region_takes_its_load_balancers_and_control_planes() {
    let aws = playing("events: [{at: 1m, for: 10m, effect: {regionDark: {region: us-east-1}}}]");
    aws.pass(60);
    assert_eq!(healthy(&aws).iter().filter(|healthy| !**healthy).count(), 1);
    assert_eq!(zones(&aws), "nothing");
    assert_eq!(tables(&aws, "us-east-1"), "nothing");
    assert_eq!(tables(&aws, "eu-west-1"), "200");
    aws.pass(600);
    assert_eq!(healthy(&aws), [true; 3]);
    assert_eq!(zones(&aws), "200");
}

#[test]
fn g03_a_slow_region_answers_late() {
    let aws = playing("events: [{for: 1m, effect: {regionSlow: {region: eu-west-1, by: 20s}}}]");
    assert_eq!(tables(&aws, "eu-west-1"), "200 after 20s");
    assert_eq!(tables(&aws, "us-east-1"), "200");
}

#[test]
fn g04_a_partition_cuts_off_one_client() {
    let aws = playing("events: [{for: 1m, effect: {partition: {principal: AKIDEXAMPLE}}}]");
    assert_eq!(zones(&aws), "nothing");
    aws.pass(60);
    assert_eq!(zones(&aws), "200");
    let other = playing("events: [{for: 1m, effect: {partition: {principal: OTHER}}}]");
    assert_eq!(zones(&other), "200");
}

#[test]
fn g05_an_outage_comes_before_other_faults() {
    let aws = playing(
        "
events:
- {for: 1h, call: {service: route53}, effect: throttle}
- {for: 1m, effect: {controlPlaneDown: {service: route53}}}
",
    );
    assert_eq!(zones(&aws), "503 ServiceUnavailable");
    aws.pass(60);
    assert_eq!(zones(&aws), "400 Throttling");
}

#[test]
fn g06_a_load_balancer_fails_when_a_call_arrives() {
    let events = format!(
        "events: [{{call: {{service: route53, operation: ListHostedZones, nth: 2}}, for: 1m, \
         effect: {{loadBalancerUnhealthy: {{arn: '{EU_ARN}'}}}}}}]"
    );
    let aws = playing(&events);
    assert_eq!(zones(&aws), "200");
    assert_eq!(healthy(&aws), [true; 3]);
    assert_eq!(zones(&aws), "200");
    assert_eq!(healthy(&aws), [true, false, true]);
    aws.pass(60);
    assert_eq!(healthy(&aws), [true; 3]);
}

#[test]
fn g07_a_person_changes_record_sets_in_the_console() {
    let aws = playing(
        "
events:
- at: 5s
  effect:
    console:
      service: route53
      operation: ChangeResourceRecordSets
      parameters:
        HostedZoneId: zone:example.com.
        ChangeBatch:
          Changes:
          - Action: UPSERT
            ResourceRecordSet:
              Type: A
              Name: www.example.com
              TTL: 60
              ResourceRecords: [{Value: 192.0.2.9}]
          - Action: CREATE
            ResourceRecordSet:
              Name: alias.example.com
              Type: A
              AliasTarget:
                DNSName: www.example.com
                HostedZoneId: zone:example.com.
                EvaluateTargetHealth: false
",
    );
    assert_eq!(change(&aws, "CREATE", "api"), "200");
    aws.pass(5);
    let call = aws.world(|world| world.calls().last().unwrap().clone());
    assert_eq!((call.principal.as_str(), call.status), ("console", 200));
    assert_eq!(listed(&aws, ""), ["alias", "api", "www"]);
}

#[tokio::test]
async fn g08_a_person_turns_a_dial_and_deletes_a_table() {
    let shop = Accelerator::example().await;
    let protocol = aws_sdk_globalaccelerator::types::Protocol::Tcp;
    let listener = shop.listener(443, 443, protocol).await;
    let group = shop.client.create_endpoint_group();
    let group = group
        .listener_arn(&listener)
        .endpoint_group_region("eu-west-1")
        .endpoint_configurations(endpoint(EU_ARN));
    group.send().await.unwrap();
    let (name, table) = (shop_name(&shop.aws), "sessions");
    let events = format!(
        "
events:
- effect:
    console:
      service: globalaccelerator
      operation: UpdateEndpointGroup
      parameters: {{EndpointGroupArn: 'endpoint-group-arn:{name}/443/eu-west-1', TrafficDialPercentage: 0}}
- effect:
    console: {{service: dynamodb, region: us-east-1, operation: DeleteTable, parameters: {{TableName: {table}}}}}
"
    );
    let scenario: Scenario = serde_saphyr::from_str(&events).unwrap();
    shop.aws.world(|world| world.play(scenario)).unwrap();
    let calls = shop.aws.world(|world| world.calls().to_vec());
    let [.., dial, deletion] = calls.as_slice() else {
        panic!("two calls")
    };
    assert_eq!(
        (dial.operation.as_str(), dial.status),
        ("UpdateEndpointGroup", 200)
    );
    assert_eq!(deletion.error.as_deref(), Some("ResourceNotFoundException"));
    let picture = shop.aws.world(|world| world.picture());
    let dial = &picture["globalAccelerator"][0]["listeners"][0]["endpointGroups"][0]["trafficDial"];
    assert_eq!(dial.as_f64(), Some(0.0));
}

fn shop_name(aws: &Aws) -> String {
    let picture = aws.world(|world| world.picture());
    picture["globalAccelerator"][0]["name"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn g09_mending_ends_what_broke_and_forgets_what_would() {
    let aws = playing(
        "
events:
- {for: 1h, effect: {regionDark: {region: us-east-1}}}
- {for: 1h, call: {service: dynamodb}, effect: throttle}
- {at: 1m, for: 1h, effect: {regionDark: {region: eu-west-1}}}
",
    );
    assert_eq!(zones(&aws), "nothing");
    aws.world(World::mend);
    assert_eq!(healthy(&aws), [true; 3]);
    aws.pass(60);
    assert_eq!(healthy(&aws), [true; 3]);
    assert_eq!(
        (zones(&aws), tables(&aws, "us-east-1")),
        ("200".to_owned(), "200".to_owned())
    );
}

/// Everything that an hour of this scenario leaves behind, as bytes.
fn trace() -> String {
    let aws = playing(include_str!("../../../../examples/world/bad-day.yaml"));
    for minute in 0..60 {
        change(&aws, "UPSERT", &format!("n{minute}"));
        listed(&aws, "");
        tables(&aws, "eu-west-1");
        aws.pass(60);
    }
    let lines = aws.world(|world| {
        let calls = world.calls().iter().map(ToString::to_string);
        calls
            .chain([world.picture().to_string()])
            .collect::<Vec<_>>()
    });
    lines.join("\n")
}

#[test]
fn g10_the_same_scenario_gives_the_same_bytes_in_three_runs() {
    let first = trace();
    assert_eq!(first, trace());
    assert_eq!(first, trace());
    for expected in [
        "ChangeResourceRecordSets 400 Throttling",
        "ChangeResourceRecordSets unanswered",
        "console route53 us-east-1 ChangeResourceRecordSets 200",
        "ListTables unanswered",
    ] {
        assert!(first.contains(expected), "{expected} is not in {first}");
    }
}
