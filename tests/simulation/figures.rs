//! What many apps of one zone cost, one line a figure: calls made, calls needed, and the ratio. `make bench` prints them.

use std::time::Duration;

use evenkeel_core::cost::needed;
use evenkeel_core::waves::Declared;
use evenkeel_kube_sim::KubeApi;
use evenkeel_sim::{Call, Service};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::pack::{apply_apps, changes, ready, weight};
use crate::rig::Rig;
use crate::{scenarios, time};

/// Long enough for a change to be everywhere, and shorter than a sweep.
const LANDED: Duration = Duration::from_mins(2);

/// A figure, which must not be above its target.
fn print(name: &str, made: usize, needed: usize, target: f64) {
    let exact = |count: usize| f64::from(u32::try_from(count).unwrap());
    let ratio = exact(made) / exact(needed);
    println!("{name}: {made} made, {needed} needed, ratio {ratio:.2} (target {target:.2})");
    assert!(ratio <= target, "{name}");
}

fn objects<K: DeserializeOwned>(kube: &KubeApi, kind: &str) -> Vec<K> {
    let objects = kube.list(kind).into_iter();
    objects
        .map(|object| serde_json::from_value(object).unwrap())
        .collect()
}

fn assert_all_ready(kube: &KubeApi) {
    assert_eq!(ready(kube), kube.list("GlobalApp").len());
}

/// The calls since then, without those that were answered "not yet".
fn calls(rig: &Rig, since: Timestamp, service: Option<Service>) -> usize {
    let world = rig.aws.world();
    let is_counted = |call: &&Call| {
        call.at >= since && !call.pending && service.is_none_or(|service| call.service == service)
    };
    world.calls().iter().filter(is_counted).count()
}

/// Creates that many apps. What is needed is what the manifests say, and what of it fits in one call.
async fn create(apps: usize) -> Rig {
    let mut rig = Rig::new(scenarios::account());
    rig.share = "100".parse().unwrap();
    apply_apps(&rig.kube, apps);
    let began = rig.aws.world().now();
    rig.act(LANDED).await;
    assert_all_ready(&rig.kube);
    let declared = Declared {
        apps: objects(&rig.kube, "GlobalApp"),
        endpoints: objects(&rig.kube, "RegionEndpoint"),
        tables: Vec::new(),
    };
    let (elements, characters) = weight(&rig.aws.world());
    let by_elements = elements.div_ceil(1_000);
    // Each call more is awaited, too.
    let more = 2 * (characters.div_ceil(32_000).max(by_elements) - by_elements);
    let name = format!("creation of {apps} apps of three Regions in one zone");
    print(
        &name,
        calls(&rig, began, None),
        needed(&declared).total() + more,
        1.10,
    );
    if elements > 1_500 {
        // A bucket of 1,500, and 100 a second after that.
        let took = changes(&rig.aws.world())
            .last()
            .unwrap()
            .at
            .duration_since(began);
        let took = usize::try_from(took.as_millis()).unwrap();
        let name = format!("{name}, milliseconds against those that the buckets allow");
        print(&name, took, 10 * (elements - 1_500), 1.15);
    }
    rig
}

#[test]
fn of_a_few_apps() {
    time::runtime().block_on(async {
        create(1).await;
        let mut rig = create(100).await;
        // An operator that has seen everything meets the change.
        let (aws, kube) = (rig.aws.clone(), rig.kube.clone());
        let change = async move {
            tokio::time::sleep(Duration::from_mins(4)).await;
            let now = aws.world().now();
            kube.edit("GlobalApp", "team-3", "app-33", |object| {
                object["spec"]["dns"]["evaluateTargetHealth"] = json!(false);
            })
            .unwrap();
            tokio::time::sleep(LANDED).await;
            now
        };
        let (now, ()) = tokio::join!(change, rig.act(Duration::from_mins(5)));
        let world = rig.aws.world();
        let until = now + LANDED;
        let of_change = |call: &&Call| {
            call.at >= now
                && call.at < until
                && !call.pending
                && ["ChangeResourceRecordSets", "GetChange"].contains(&call.operation.as_str())
        };
        let made = world.calls().iter().filter(of_change).count();
        print("one changed app of one hostname", made, 3, 1.0);
    });
}

#[test]
fn of_a_thousand_apps() {
    time::runtime().block_on(async {
        create(1_000).await;
    });
}

#[test]
fn of_a_sweep() {
    time::runtime().block_on(async {
        let mut seed = scenarios::account();
        let sets = (0..9_800).map(|number| {
            let set = json!({"name": format!("n{number}.example.com"), "type": "A", "values": ["192.0.2.1"]});
            serde_json::from_value(set).unwrap()
        });
        seed.zones[0].record_sets.extend(sets);
        let mut rig = Rig::new(seed);
        apply_apps(&rig.kube, 49);
        rig.act(Duration::from_mins(10)).await;
        assert_all_ready(&rig.kube);
        let began = rig.aws.world().now();
        let (sweeps, of_each) = (6, Duration::from_mins(5));
        rig.act(of_each * sweeps + Duration::from_mins(10)).await;
        let sets = 9_800 + 49 * 4 + 2;
        // The zone's pages, the zone by its name, and the load balancers of three Regions.
        let needed = usize::div_ceil(sets, 300) + 1 + 3;
        let made = calls(&rig, began, None);
        // The operator starts with one, as soon as it has the lease.
        let world = rig.aws.world();
        let first = world.calls().iter().find(|call| call.at >= began);
        let passed = world.now().duration_since(first.unwrap().at).as_secs() / 300;
        let needed = needed * (1 + usize::try_from(passed).unwrap());
        print("sweeps of 10,000 record sets", made, needed, 1.05);
    });
}
