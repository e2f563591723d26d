//! How fast calls may come, per account and per action.

use evenkeel_sim::{Rates, Seed};
use http::Method;

use crate::aws::Aws;
use crate::raw::{Sent, route53, table};
use crate::table::EU;

const US: &str = "us-east-1";
const RECORDS: &str = "https://route53.amazonaws.com/doc/2013-04-01/";

fn zones(aws: &Aws) -> Sent {
    route53(aws, Method::GET, "hostedzone", "")
}

fn count(aws: &Aws) -> Sent {
    route53(aws, Method::GET, "healthcheckcount", "")
}

/// How many calls are served before one is throttled.
fn served(aws: &Aws, call: impl Fn(&Aws) -> Sent) -> usize {
    (0..5000)
        .take_while(|_| !call(aws).body.contains("Throttling"))
        .count()
}

fn zone_id(aws: &Aws) -> String {
    let body = zones(aws).body;
    let (_, rest) = body.split_once("/hostedzone/").unwrap();
    rest.split_once('<').unwrap().0.to_owned()
}

/// A batch that upserts this many names.
fn batch(aws: &Aws, zone: &str, names: u32) -> Sent {
    let change = |number| {
        format!(
            "<Change><Action>UPSERT</Action><ResourceRecordSet><Name>n{number}.example.com</Name>\
             <Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.1</Value>\
             </ResourceRecord></ResourceRecords></ResourceRecordSet></Change>"
        )
    };
    let changes: String = (0..names).map(change).collect();
    let body = format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"{RECORDS}\"><ChangeBatch><Changes>{changes}\
         </Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
    );
    let path = format!("hostedzone/{zone}/rrset");
    route53(aws, Method::POST, &path, &body)
}

#[test]
fn t01_fifty_calls_at_once_and_ten_a_second_after_that() {
    let aws = Aws::with_rates(Seed::example());
    assert_eq!(served(&aws, zones), 50);
    let refused = zones(&aws);
    assert_eq!(refused.status, 400);
    let error = "<Code>Throttling</Code><Message>Rate exceeded</Message>";
    assert!(refused.body.contains(error), "{}", refused.body);
    aws.pass(1);
    assert_eq!(served(&aws, zones), 10);
    aws.pass(3600);
    assert_eq!(served(&aws, zones), 50);
}

#[test]
fn t02_the_account_has_one_bucket_for_every_action() {
    let aws = Aws::with_rates(Seed::example());
    assert_eq!(served(&aws, zones), 50);
    assert_eq!(served(&aws, count), 0);
    aws.pass(2);
    assert_eq!(served(&aws, count), 20);
}

#[test]
fn t03_some_actions_have_a_smaller_bucket_of_their_own() {
    let check = |aws: &Aws| route53(aws, Method::POST, "healthcheck", "");
    let remove = |aws: &Aws| route53(aws, Method::DELETE, "healthcheck/none", "");
    let status = |aws: &Aws| route53(aws, Method::GET, "healthcheck/none/status", "");
    let aws = Aws::with_rates(Seed::example());
    assert_eq!(served(&aws, status), 4);
    assert_eq!(served(&aws, remove), 15);
    aws.pass(1);
    assert_eq!((served(&aws, status), served(&aws, remove)), (1, 3));
    aws.pass(3600);
    assert_eq!(served(&aws, check), 50);
    // One every two seconds.
    for expected in [0, 1, 0, 1] {
        aws.pass(1);
        assert_eq!(served(&aws, check), expected);
    }
}

#[test]
fn t04_a_throttled_call_takes_nothing() {
    let status = |aws: &Aws| route53(aws, Method::GET, "healthcheck/none/status", "");
    let aws = Aws::with_rates(Seed::example());
    assert_eq!(served(&aws, status), 4);
    for _ in 0..100 {
        assert_eq!(status(&aws).status, 400);
    }
    assert_eq!(served(&aws, zones), 46);
}

#[test]
fn t05_changes_have_a_throughput_in_which_an_upsert_counts_twice() {
    let aws = Aws::with_rates(Seed::example());
    let zone = zone_id(&aws);
    // 1,400 of 1,500.
    for _ in 0..2 {
        assert_eq!(batch(&aws, &zone, 350).status, 200);
    }
    assert!(batch(&aws, &zone, 51).body.contains("Throttling"));
    assert_eq!(batch(&aws, &zone, 50).status, 200);
    aws.pass(1);
    assert!(batch(&aws, &zone, 51).body.contains("Throttling"));
    assert_eq!(batch(&aws, &zone, 50).status, 200);
}

#[test]
fn t06_dynamodb_throttles_tags_and_times_to_live_in_each_region() {
    let ttl = |region| {
        move |aws: &Aws| {
            table(
                aws,
                region,
                "DescribeTimeToLive",
                r#"{"TableName": "none"}"#,
            )
        }
    };
    let tag = |aws: &Aws| table(aws, US, "TagResource", "{}");
    let aws = Aws::with_rates(Seed::example());
    assert_eq!(served(&aws, ttl(US)), 10);
    let refused = ttl(US)(&aws);
    assert_eq!(refused.status, 400);
    assert!(
        refused.body.contains("#ThrottlingException"),
        "{}",
        refused.body
    );
    assert_eq!(served(&aws, ttl(EU)), 10);
    assert_eq!(served(&aws, tag), 5);
    aws.pass(1);
    assert_eq!((served(&aws, ttl(US)), served(&aws, tag)), (10, 5));
}

#[test]
fn t07_a_seed_scales_rates_or_turns_them_off() {
    let world = |enforced, percent| {
        Aws::with_rates(Seed {
            rates: Rates { enforced, percent },
            ..Seed::example()
        })
    };
    let aws = world(true, 50);
    assert_eq!(served(&aws, zones), 25);
    aws.pass(1);
    assert_eq!(served(&aws, zones), 5);
    assert_eq!(served(&world(true, 1000), zones), 500);
    assert_eq!(served(&world(false, 100), zones), 5000);
    // A bucket holds at least one call.
    assert_eq!(served(&world(true, 1), zones), 1);
}

#[test]
fn t08_looking_often_gives_no_more_and_no_less() {
    let aws = Aws::with_rates(Seed::example());
    assert_eq!(served(&aws, count), 50);
    let mut allowed = 0;
    for _ in 0..300 {
        aws.pass_millis(33);
        allowed += served(&aws, count);
    }
    // 300 times 33 ms are 9.9 s.
    assert_eq!(allowed, 99);
}

#[test]
fn t11_tags_are_read_ten_times_and_changed_five_times_a_second() {
    let call = |operation| move |aws: &Aws| table(aws, US, operation, "{}");
    let aws = Aws::with_rates(Seed::example());
    for (operation, expected) in [
        ("ListTagsOfResource", 10),
        ("TagResource", 5),
        ("UntagResource", 5),
    ] {
        assert_eq!(served(&aws, call(operation)), expected, "{operation}");
    }
    assert_eq!(served(&aws, call("ListTables")), 5000, "without a bucket");
}
