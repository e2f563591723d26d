//! Changes of many apps in one zone go together, and none suffers for another.

use std::time::Duration;

use evenkeel_kube_sim::KubeApi;
use evenkeel_sim::{Call, Seed, World, seed};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::rig::{QUIET, Rig};
use crate::{scenarios, time};

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-northeast-1"];

/// How many apps share a namespace, and its endpoints.
const TEAM: usize = 10;

/// Apps of the example's three Regions, ten to a namespace.
fn apply_apps(kube: &KubeApi, apps: usize) {
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
            let spec = json!({
                "hostnames": [format!("app-{number}.example.com")],
                "endpoints": {"names": REGIONS},
                "dns": {"hostedZone": "example.com", "routing": "Latency"},
            });
            kube.apply(&object("GlobalApp", &format!("app-{number}"), spec))
                .unwrap();
        }
    }
}

fn changes(world: &World) -> Vec<&Call> {
    let calls = world.calls().iter();
    calls
        .filter(|call| call.operation == "ChangeResourceRecordSets")
        .collect()
}

/// What Route 53 counts of all record sets that the apps have: elements, and characters of values.
fn weight(world: &World) -> (usize, usize) {
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
        let value = value.map(|value| value.as_str().expect(&format!("{set}")));
        value.map_or(0, |value| value.chars().count())
    };
    (mine.clone().count(), mine.map(characters).sum())
}

fn readiness(kube: &KubeApi) -> (usize, usize) {
    let apps = kube.list("GlobalApp");
    let ready = |app: &&Value| app["status"]["conditions"][0]["status"] == "True";
    (apps.iter().filter(ready).count(), apps.len())
}

#[test]
fn a_thousand_apps_of_one_zone_are_written_in_few_calls_as_fast_as_the_buckets_allow() {
    time::runtime().block_on(async {
        let apps = std::env::var("N").map_or(1_000, |text| text.parse().unwrap());
        let mut rig = Rig::new(scenarios::account());
        rig.aws.share = "100".parse().unwrap();
        apply_apps(&rig.kube, apps);
        let began = rig.aws.world().now();
        rig.act(Duration::from_mins(2)).await;
        assert_eq!(readiness(&rig.kube), (apps, apps));
        let world = rig.aws.world();
        let changes = changes(&world);
        let refused: Vec<_> = changes.iter().filter(|call| call.error.is_some()).collect();
        assert!(refused.is_empty(), "{refused:#?}");
        let (elements, characters) = weight(&world);
        assert_eq!(elements, 4 * apps);
        let needed = elements.div_ceil(1_000).max(characters.div_ceil(32_000));
        let made = changes.len();
        // 1,500 at once, and 100 a second after that.
        let bound = SignedDuration::from_millis(10 * elements.saturating_sub(1_500) as i64);
        let took = changes.last().unwrap().at.duration_since(began);
        println!("{made} calls of {needed} needed; {took:#} of {bound:#}");
        let mut all = std::collections::BTreeMap::new();
        for call in world.calls().iter().filter(|call| !call.pending) {
            *all.entry((call.operation.clone(), call.status))
                .or_insert(0) += 1;
        }
        println!("{all:?}");
        assert!(made <= needed + 1, "{made} calls, {needed} needed");
        assert!(
            took * 100 <= bound * 115 + SignedDuration::from_secs(100),
            "{took:#}, {bound:#}"
        );
    });
}

#[test]
fn one_spoiled_set_among_many_fails_alone() {
    time::runtime().block_on(async {
        let mut seed: Seed = scenarios::account();
        seed.knobs = seed.knobs.clone();
        let mut rig = Rig::new(seed);
        // The operator reads the zone, and then somebody takes a name.
        apply_apps(&rig.kube, 100);
        let _ = seed::SimpleType::A;
        rig.act(Duration::from_secs(1)).await;
    });
}
