//! Changes of many apps in one zone go together, and none suffers for another.

use std::time::Duration;

use bytes::Bytes;
use evenkeel_kube_sim::{KubeApi, Moment, Verdict};
use evenkeel_sim::{Call, Effect, Fault, Service, World};
use http::Request;
use serde_json::{Value, json};

use crate::rig::Rig;
use crate::{scenarios, time};

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-northeast-1"];

/// How many apps share a namespace, and its endpoints.
const TEAM: usize = 10;

/// Apps of one name in the example's three Regions, ten to a namespace.
pub(crate) fn apply_apps(kube: &KubeApi, apps: usize) {
    apply_apps_of(kube, apps, 1);
}

/// The same, each of so many names.
fn apply_apps_of(kube: &KubeApi, apps: usize, names: usize) {
    for team in 0..apps.div_ceil(TEAM) {
        let namespace = format!("team-{team}");
        kube.add_namespace(&namespace);
        let object = |kind: &str, name: &str, spec: Value| {
            let metadata = json!({"name": name, "namespace": namespace});
            json!({"apiVersion": "evenkeel.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
        };
        for seeded in scenarios::account().load_balancers.into_iter().take(3) {
            let arn = json!(seeded.arn);
            let region = arn.as_str().unwrap().split(':').nth(3).unwrap().to_owned();
            let spec = json!({"region": region, "target": {"loadBalancerArn": arn}});
            kube.apply(&object("RegionEndpoint", &region, spec))
                .unwrap();
        }
        for number in (team * TEAM..apps).take(TEAM) {
            let hostnames: Vec<String> = (0..names)
                .map(|name| match name {
                    0 => format!("app-{number}.example.com"),
                    _ => format!("{name}.app-{number}.example.com"),
                })
                .collect();
            let spec = json!({
                "hostnames": hostnames,
                "endpoints": {"names": REGIONS},
                "dns": {"hostedZone": "example.com", "routing": "Latency"},
            });
            kube.apply(&object("GlobalApp", &format!("app-{number}"), spec))
                .unwrap();
        }
    }
}

pub(crate) fn changes(world: &World) -> Vec<&Call> {
    let calls = world.calls().iter();
    calls
        .filter(|call| call.operation == "ChangeResourceRecordSets")
        .collect()
}

/// What Route 53 counts of all record sets that the apps have: elements, and characters of values.
pub(crate) fn weight(world: &World) -> (usize, usize) {
    let picture = world.picture();
    let sets = picture["route53"]["zones"][0]["recordSets"]
        .as_array()
        .unwrap();
    let mine = sets.iter().filter(|set| {
        let name = set["Name"].as_str();
        name.is_some_and(|name| name.contains("app-"))
    });
    let characters = |set: &Value| {
        let value = set.pointer("/ResourceRecords/ResourceRecord/0/Value");
        value.map_or(0, |value| value.as_str().unwrap().chars().count())
    };
    (mine.clone().count(), mine.map(characters).sum())
}

pub(crate) fn ready(kube: &KubeApi) -> usize {
    let apps = kube.list("GlobalApp");
    let ready = |app: &&Value| app["status"]["conditions"][0]["status"] == "True";
    apps.iter().filter(ready).count()
}

/// Many apps, and more than the buckets let through at once. `make bench` takes a thousand apps.
#[test]
fn many_apps_of_one_zone_are_written_in_few_calls_as_fast_as_the_buckets_allow() {
    for (apps, names) in [(150, 1), (80, 10)] {
        write_many(apps, names);
    }
}

fn write_many(apps: usize, names: usize) {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        rig.share = "100".parse().unwrap();
        apply_apps_of(&rig.kube, apps, names);
        let began = rig.aws.world().now();
        rig.act(Duration::from_mins(2)).await;
        assert_eq!(ready(&rig.kube), apps);
        let world = rig.aws.world();
        let changes = changes(&world);
        assert!(
            changes.iter().all(|call| call.error.is_none()),
            "{changes:#?}"
        );
        let (elements, characters) = weight(&world);
        assert_eq!(elements, 4 * apps * names);
        let needed = elements.div_ceil(1_000).max(characters.div_ceil(32_000));
        let made = changes.len();
        // 1,500 at once, and 100 a second after that.
        let bound =
            Duration::from_millis(10) * u32::try_from(elements.saturating_sub(1_500)).unwrap();
        let took = changes[made - 1].at.duration_since(began).unsigned_abs();
        println!("{made} calls of {needed} needed; {took:?}, and the bucket allows {bound:?}");
        // What is left at the end of each call is too small for the next set.
        assert!(made <= needed + 1, "{made} calls, {needed} needed");
        let most = bound * 115 / 100 + Duration::from_secs(1);
        assert!(took <= most, "{took:?}, and the bucket allows {bound:?}");
        // Each call has its own change, and each change is polled once for all of its apps.
        let polls = world
            .calls()
            .iter()
            .filter(|call| call.operation == "GetChange");
        assert!(
            polls.count() <= made * 13,
            "polled more often than each 5 s"
        );
    });
}

#[test]
fn one_spoiled_set_among_many_fails_alone() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        apply_apps(&rig.kube, 40);
        // The operator reads the zone, and just then somebody takes a name.
        let stranger = Fault {
            service: Service::Route53,
            operation: "ChangeResourceRecordSets".to_owned(),
            skip: 0,
            times: 1,
            effect: Effect::Refuse {
                status: 400,
                code: "InvalidChangeBatch".to_owned(),
                message:
                    "[Tried to create resource record set [name='app-7.example.com.', type='A', \
                          set-identifier='eu-west-1'] but it already exists]"
                        .to_owned(),
            },
        };
        rig.aws.world().inject(stranger);
        rig.act(Duration::from_mins(2)).await;
        assert_eq!(ready(&rig.kube), 40);
        let world = rig.aws.world();
        let changes: Vec<String> = changes(&world).iter().map(ToString::to_string).collect();
        assert_eq!(changes.len(), 3, "{changes:#?}");
    });
}

#[test]
fn a_name_that_somebody_took_meanwhile_is_blamed_on_its_app_alone() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        apply_apps(&rig.kube, 40);
        // The zone is read before the first finalizer is written, and the batch is sent after it.
        let mut is_taken = false;
        let stranger = rig.aws.clone();
        rig.kube.set_hook(move |seen, moment| {
            if moment == Moment::Before && seen.is_write() && seen.resource == "globalapps" {
                let mut world = stranger.world();
                if !std::mem::replace(&mut is_taken, true) {
                    let (now, request) = (world.now(), taking(&world));
                    let answer = world.answer(now, request);
                    assert!(answer.status().is_success(), "{answer:?}");
                }
            }
            Verdict::Pass
        });
        rig.act(Duration::from_mins(2)).await;
        let world = rig.aws.world();
        let changes: Vec<String> = changes(&world).iter().map(ToString::to_string).collect();
        // The stranger's, the batch, the batch without the app, the app alone.
        assert_eq!(changes.len(), 4, "{changes:#?}");
        assert_eq!(ready(&rig.kube), 39);
        let blamed = rig.kube.get("GlobalApp", "team-0", "app-7").unwrap();
        assert_eq!(
            blamed["status"]["conditions"][0]["reason"], "NotOurs",
            "{blamed:#}"
        );
    });
}

/// Somebody takes the name of an app.
fn taking(world: &World) -> Request<Bytes> {
    creating(
        world,
        "<Name>app-7.example.com</Name><Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord>\
         <Value>192.0.2.1</Value></ResourceRecord></ResourceRecords>",
    )
}

/// Somebody else creates that record set in the zone that the operator has read.
pub(crate) fn creating(world: &World, set: &str) -> Request<Bytes> {
    let mut calls = world.calls().iter();
    let zone = calls.find(|call| call.operation == "ListResourceRecordSets");
    let body = format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch>\
         <Changes><Change><Action>CREATE</Action><ResourceRecordSet>{set}</ResourceRecordSet></Change></Changes>\
         </ChangeBatch></ChangeResourceRecordSetsRequest>"
    );
    let path = format!("/2013-04-01/hostedzone/{}/rrset", zone.unwrap().subject);
    Request::post(path)
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=evenkeel-0/20261124/us-east-1/route53/aws4_request, \
             SignedHeaders=host, Signature=0",
        )
        .body(Bytes::from(body))
        .unwrap()
}
