//! Scenarios: each effect on calls, by time and by count.

use evenkeel_sim::{Reply, Scenario};
use http::Method;

use crate::aws::Aws;
use crate::raw::signed;

const NAMESPACE: &str = "https://route53.amazonaws.com/doc/2013-04-01/";

/// An example world in which this happens.
pub(crate) fn playing(events: &str) -> Aws {
    let aws = Aws::example();
    let scenario: Scenario = serde_saphyr::from_str(events).unwrap();
    aws.world(|world| world.play(scenario)).unwrap();
    aws
}

/// What came of a call: `200`, `400 Throttling`, `200 after 5s` or `nothing`.
pub(crate) fn shown(aws: &Aws, request: http::request::Builder, body: &str) -> String {
    let request = request.body(bytes::Bytes::copy_from_slice(body.as_bytes()));
    let now = aws.world(|world| world.now());
    let (response, late) = match aws.ask(request.unwrap()) {
        Reply::Answer(response) => (response, String::new()),
        Reply::At(at, response) => (response, format!(" after {}s", (at - now).get_seconds())),
        Reply::Never => return "nothing".to_owned(),
    };
    let status = response.status().as_u16();
    let body = String::from_utf8(response.into_body().to_vec()).unwrap();
    let json = body.split_once("__type\":\"").map(|(_, rest)| rest);
    let xml = body.split_once("<Code>").map(|(_, rest)| rest);
    let code = json.or(xml).filter(|_| status >= 400).unwrap_or_default();
    let code = code.split(['"', '<']).next().unwrap();
    let code = code.rsplit('#').next().unwrap();
    format!("{status} {code}{late}")
        .replace("  ", " ")
        .trim_end()
        .to_owned()
}

pub(crate) fn zones(aws: &Aws) -> String {
    let path = "/2013-04-01/hostedzone";
    shown(aws, signed(Method::GET, path, "route53", "us-east-1"), "")
}

fn accelerators(aws: &Aws) -> String {
    let request = signed(Method::POST, "/", "globalaccelerator", "us-west-2");
    let target = "GlobalAccelerator_V20180706.ListAccelerators";
    shown(aws, request.header("X-Amz-Target", target), "{}")
}

pub(crate) fn tables(aws: &Aws, region: &str) -> String {
    let request = signed(Method::POST, "/", "dynamodb", region);
    shown(
        aws,
        request.header("X-Amz-Target", "DynamoDB_20120810.ListTables"),
        "{}",
    )
}

pub(crate) fn balancers(aws: &Aws, region: &str) -> String {
    let request = signed(Method::POST, "/", "elasticloadbalancing", region);
    shown(
        aws,
        request,
        "Action=DescribeLoadBalancers&Version=2015-12-01",
    )
}

fn zone_id(aws: &Aws) -> String {
    aws.world(|world| world.id_of("zone:example.com.")).unwrap()
}

/// Changes one name in the zone.
pub(crate) fn change(aws: &Aws, action: &str, name: &str) -> String {
    let body = format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"{NAMESPACE}\"><ChangeBatch><Changes><Change>\
         <Action>{action}</Action><ResourceRecordSet><Name>{name}.example.com</Name><Type>A</Type>\
         <TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord>\
         </ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch>\
         </ChangeResourceRecordSetsRequest>"
    );
    let path = format!("/2013-04-01/hostedzone/{}/rrset", zone_id(aws));
    shown(
        aws,
        signed(Method::POST, &path, "route53", "us-east-1"),
        &body,
    )
}

/// The names that a list shows, without those of the zone itself.
pub(crate) fn listed(aws: &Aws, query: &str) -> Vec<String> {
    let path = format!("/2013-04-01/hostedzone/{}/rrset{query}", zone_id(aws));
    let request = signed(Method::GET, &path, "route53", "us-east-1");
    let response = aws.answer(request.body(bytes::Bytes::new()).unwrap());
    let body = String::from_utf8(response.into_body().to_vec()).unwrap();
    let names = body.split("<Name>").skip(1);
    let names = names.filter_map(|rest| rest.split_once(".example.com.<"));
    names.map(|(name, _)| name.to_owned()).collect()
}

fn calls(aws: &Aws) -> Vec<String> {
    aws.world(|world| world.calls().iter().map(ToString::to_string).collect())
}

#[test]
fn e01_the_nth_call_and_those_after_it_are_met() {
    let aws = playing(
        "events: [{call: {service: route53, operation: ListHostedZones, nth: 2, times: 2}, effect: throttle}]",
    );
    let seen: Vec<String> = (0..4).map(|_| zones(&aws)).collect();
    assert_eq!(seen, ["200", "400 Throttling", "400 Throttling", "200"]);
}

#[test]
fn e02_calls_are_met_for_a_while() {
    let aws = playing(
        "events: [{at: 90s, for: 1m, call: {service: dynamodb, region: eu-west-1}, effect: throttle}]",
    );
    assert_eq!(tables(&aws, "eu-west-1"), "200");
    aws.pass(90);
    for _ in 0..3 {
        assert_eq!(tables(&aws, "eu-west-1"), "400 ThrottlingException");
    }
    assert_eq!(tables(&aws, "us-east-1"), "200");
    aws.pass(60);
    assert_eq!(tables(&aws, "eu-west-1"), "200");
}

#[test]
fn e03_calls_end_as_the_effect_says() {
    for (effect, expected) in [
        ("throttle", "400 Throttling"),
        ("unavailable", "503 ServiceUnavailable"),
        ("internalError", "500 InternalFailure"),
        ("clockSkewed", "403 RequestTimeTooSkewed"),
        ("timeout", "nothing"),
        ("{slow: {by: 5s}}", "200 after 5s"),
        (
            "{error: {status: 400, code: PriorRequestNotComplete}}",
            "400 PriorRequestNotComplete",
        ),
    ] {
        let aws = playing(&format!(
            "events: [{{call: {{service: route53}}, effect: {effect}}}]"
        ));
        assert_eq!(zones(&aws), expected, "{effect}");
        assert_eq!(zones(&aws), "200", "{effect}");
    }
}

#[test]
fn e04_what_is_done_and_what_is_not_when_no_good_answer_comes() {
    for (effect, seen, made) in [
        ("timeout", "nothing", 0),
        ("replyLost", "nothing", 1),
        ("doneButFailed", "500 InternalFailure", 1),
        ("{late: {after: 5m}}", "nothing", 0),
        ("{slow: {by: 5m}}", "200 after 300s", 1),
        ("twice", "200", 1),
    ] {
        let aws = playing(&format!(
            "events: [{{call: {{service: route53, operation: ChangeResourceRecordSets}}, effect: {effect}}}]"
        ));
        assert_eq!(change(&aws, "CREATE", "www"), seen, "{effect}");
        assert_eq!(listed(&aws, "").len(), made, "{effect}");
    }
}

#[test]
fn e05_a_late_request_arrives_after_what_came_meanwhile() {
    let aws = playing(
        "events: [{call: {service: route53, operation: ChangeResourceRecordSets}, effect: {late: {after: 10m}}}]",
    );
    assert_eq!(change(&aws, "DELETE", "www"), "nothing");
    assert_eq!(change(&aws, "CREATE", "www"), "200");
    aws.pass(599);
    assert_eq!(listed(&aws, ""), ["www"]);
    aws.pass(1);
    assert_eq!(listed(&aws, ""), [""; 0]);
    let log = calls(&aws);
    assert!(
        log[0].contains("ChangeResourceRecordSets unanswered"),
        "{log:?}"
    );
    assert!(
        log[3].contains("ChangeResourceRecordSets 200 (late)"),
        "{log:?}"
    );
}

#[test]
fn e06_a_second_delivery_is_carried_out_and_logged_too() {
    let aws = playing(
        "events: [{call: {service: route53, operation: ChangeResourceRecordSets}, effect: twice}]",
    );
    assert_eq!(change(&aws, "CREATE", "www"), "200");
    let log = calls(&aws);
    assert!(log[0].contains("400 InvalidChangeBatch (again)"), "{log:?}");
    assert!(log[1].contains("ChangeResourceRecordSets 200 "), "{log:?}");
}

#[test]
fn e07_lists_lag_and_writes_do_not() {
    let aws = playing("events: [{for: 1h, call: {service: route53}, effect: {lag: {by: 30s}}}]");
    assert_eq!(change(&aws, "CREATE", "a"), "200");
    assert_eq!(change(&aws, "CREATE", "a"), "400 InvalidChangeBatch");
    aws.pass(20);
    assert_eq!(change(&aws, "CREATE", "b"), "200");
    assert_eq!(listed(&aws, ""), [""; 0]);
    aws.pass(10);
    assert_eq!(listed(&aws, ""), ["a"]);
    aws.pass(20);
    assert_eq!(listed(&aws, ""), ["a", "b"]);
}

#[test]
fn e08_a_list_is_torn_between_its_pages() {
    let later = "?name=a.example.com&type=A";
    for (pages, first, rest) in [
        ("first", vec![], vec!["a"]),
        ("later", vec!["a"], vec![]),
        ("all", vec![], vec![]),
    ] {
        let aws = playing(&format!(
            "events: [{{for: 1h, call: {{service: route53}}, effect: {{lag: {{by: 30s, pages: {pages}}}}}}}]"
        ));
        assert_eq!(change(&aws, "CREATE", "a"), "200");
        assert_eq!(listed(&aws, ""), first, "{pages}");
        assert_eq!(listed(&aws, later), rest, "{pages}");
    }
}

#[test]
fn e09_the_first_event_that_is_due_acts_and_each_counts() {
    let aws = playing(
        "
events:
- {call: {service: route53, nth: 2}, effect: throttle}
- {call: {service: route53, nth: 2}, effect: unavailable}
",
    );
    let seen: Vec<String> = (0..4).map(|_| zones(&aws)).collect();
    assert_eq!(
        seen,
        ["200", "400 Throttling", "503 ServiceUnavailable", "200"]
    );
    assert_eq!(accelerators(&aws), "200");
}
