//! The operator keeps to what AWS lets it call, and nothing waits for what is held back.

use std::time::Duration;

use evenkeel_core::crd::condition;
use evenkeel_kube_sim::KubeApi;
use evenkeel_sim::{Call, Effect, Fault, Seed, Service, World};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::rig::{QUIET, Rig};
use crate::{pack, scenarios, time};

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-northeast-1"];

/// A team's namespace, its endpoints in the example's three Regions, and apps, each checked on a path of its own.
fn apply_team(kube: &KubeApi, team: usize, apps: usize) {
    let namespace = format!("team-{team}");
    kube.add_namespace(&namespace);
    let object = |kind: &str, name: &str, spec: Value| {
        let metadata = json!({"name": name, "namespace": namespace});
        json!({"apiVersion": "evenkeel.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
    };
    for number in 0..apps {
        let spec = json!({
            "hostnames": [format!("app-{number}.team-{team}.example.com")],
            "endpoints": {"names": REGIONS},
            "dns": {"hostedZone": "example.com", "routing": "Latency"},
            "healthCheck": {"type": "HTTPS", "port": 443, "path": format!("/{team}/{number}")},
        });
        kube.apply(&object("GlobalApp", &format!("app-{number}"), spec))
            .unwrap();
    }
    for region in REGIONS {
        let endpoint = kube.get("RegionEndpoint", "default", region).unwrap();
        kube.apply(&object("RegionEndpoint", region, endpoint["spec"].clone()))
            .unwrap();
    }
}

fn seed() -> Seed {
    let mut seed = scenarios::account();
    seed.quotas.health_checks = 1_000;
    seed
}

/// A rig whose operators take that share of AWS's rates.
fn rig(share: &str) -> Rig {
    let mut rig = Rig::new(seed());
    rig.share = share.parse().unwrap();
    rig
}

fn assert_unthrottled(world: &World) {
    let throttled = world.calls().iter().filter(|call| {
        let error = call.error.as_deref().unwrap_or_default();
        error.contains("Throttling")
    });
    let throttled: Vec<&Call> = throttled.collect();
    assert!(throttled.is_empty(), "{throttled:#?}");
}

fn conditions(object: &Value) -> Vec<Condition> {
    serde_json::from_value(object["status"]["conditions"].clone()).unwrap_or_default()
}

fn assert_ready(kube: &KubeApi) {
    for kind in ["GlobalApp", "GlobalTable"] {
        for object in kube.list(kind) {
            let conditions = conditions(&object);
            let ready = condition(&conditions, "Ready").map(|ready| ready.status.as_str());
            assert_eq!(ready, Some("True"), "{object:#}");
        }
    }
}

#[test]
fn a_hundred_checked_apps_are_paced_and_hold_up_nobody_else() {
    time::runtime().block_on(async {
        let mut rig = rig("80");
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
        for team in 0..20 {
            apply_team(&rig.kube, team, 5);
        }
        let (aws, kube) = (rig.aws.clone(), rig.kube.clone());
        let others = async move {
            // The new operator has the lease, and is in the midst of the checks.
            tokio::time::sleep(Duration::from_mins(5)).await;
            let waits =
                |app: &&Value| app["status"]["conditions"][0]["reason"] == json!("RateLimited");
            let waiting = kube.list("GlobalApp").iter().filter(waits).count();
            assert!(waiting > 30, "{waiting} apps wait");
            kube.edit("GlobalApp", "default", "api", |object| {
                object["spec"]["dns"]["evaluateTargetHealth"] = json!(false);
            })
            .unwrap();
            kube.edit("RegionEndpoint", "default", "us-east-1", |object| {
                object["spec"]["weight"] = json!(64);
            })
            .unwrap();
            tokio::time::sleep(Duration::from_secs(5)).await;
            let picture = aws.world().picture();
            let sets = picture["route53"]["zones"][0]["recordSets"]
                .as_array()
                .unwrap();
            let changed = sets.iter().filter(|set| {
                set["Name"] == "api.example.com."
                    && set["AliasTarget"]["EvaluateTargetHealth"] == json!(false)
            });
            assert_eq!(changed.count(), 3, "{sets:#?}");
            let groups = picture["globalAccelerator"].to_string();
            assert!(groups.contains("\"Weight\":64"), "{groups}");
            // Their polls are not held up either.
            tokio::time::sleep(Duration::from_mins(2)).await;
            for app in ["api", "shop"] {
                let app = kube.get("GlobalApp", "default", app).unwrap();
                assert_eq!(app["status"]["conditions"][0]["status"], "True", "{app:#}");
            }
        };
        tokio::join!(rig.act(QUIET), others);
        assert_ready(&rig.kube);
        let world = rig.aws.world();
        assert_unthrottled(&world);
        let made = world
            .calls()
            .iter()
            .filter(|call| call.operation == "CreateHealthCheck");
        // Three are the example's.
        let made: Vec<&Call> = made.skip(3).collect();
        let paced = made[made.len() - 1].at.duration_since(made[0].at).as_secs();
        println!("{} checks in {paced} s", made.len());
        assert_eq!(made.len(), 300);
        // 40 at once, 260 more at one every 2.5 s.
        assert!((650..670).contains(&paced), "{paced} s");
    });
}

#[test]
fn a_write_that_is_held_back_goes_out_later() {
    time::runtime().block_on(async {
        // One CreateHealthCheck every 200 s, one call to Route 53 every 10 s.
        let mut rig = rig("1");
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
        assert_ready(&rig.kube);
        let world = rig.aws.world();
        assert_unthrottled(&world);
        let made: Vec<&Call> = world
            .calls()
            .iter()
            .filter(|call| call.operation == "CreateHealthCheck")
            .collect();
        assert_eq!(made.len(), 3);
        let apart = made[2].at.duration_since(made[0].at).as_secs();
        assert!((400..430).contains(&apart), "{made:#?}");
    });
}

#[test]
fn a_read_that_is_held_back_is_no_error_and_removes_nothing() {
    time::runtime().block_on(async {
        let mut rig = rig("80");
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
        // The next operator can hardly read.
        let at_rest = rig.rest();
        let mut rig = Rig::resume(&at_rest);
        rig.share = "1".parse().unwrap();
        let before = rig.aws.world().calls().len();
        rig.act(Duration::from_hours(1)).await;
        assert_ready(&rig.kube);
        for kind in ["GlobalApp", "GlobalTable"] {
            for object in rig.kube.list(kind) {
                assert_eq!(object["status"]["lastError"], Value::Null, "{object:#}");
            }
        }
        let world = rig.aws.world();
        assert_unthrottled(&world);
        let later = &world.calls()[before..];
        assert!(later.len() > 100, "nothing was read");
        let writes: Vec<&Call> = later.iter().filter(|call| call.write).collect();
        assert!(writes.is_empty(), "{writes:#?}");
    });
}

#[test]
fn a_region_leaves_although_the_health_of_the_others_is_told_slowly() {
    time::runtime().block_on(async {
        let mut rig = rig("1");
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
        for app in ["api", "shop"] {
            rig.kube
                .edit("GlobalApp", "default", app, |object| {
                    object["spec"]["endpoints"]["names"] = json!(["us-east-1", "ap-northeast-1"]);
                })
                .unwrap();
        }
        rig.act(QUIET).await;
        assert_ready(&rig.kube);
        let world = rig.aws.world();
        assert_unthrottled(&world);
        for name in ["api.example.com", "shop.example.com"] {
            assert_eq!(world.serving_regions(name).len(), 2, "{name}");
        }
    });
}

#[test]
fn a_retry_that_is_held_back_leaves_open_what_happened() {
    time::runtime().block_on(async {
        let mut rig = rig("1");
        rig.aws.world().inject(Fault {
            service: Service::Route53,
            operation: "CreateHealthCheck".to_owned(),
            skip: 0,
            times: 1,
            effect: Effect::LoseReply,
        });
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
        assert_ready(&rig.kube);
        let world = rig.aws.world();
        assert_unthrottled(&world);
        let made = world.calls().iter();
        let made = made.filter(|call| call.operation == "CreateHealthCheck");
        // The first one was made, though nobody heard of it: it is found by reading, and not made again.
        assert_eq!(made.count(), 3);
    });
}

#[test]
fn somebody_else_spends_the_calls_and_the_operator_calls_less() {
    time::runtime().block_on(async {
        // A fifth of the rates is left, and the operator believes in four times as much.
        let mut seed = seed();
        seed.rates.percent = 20;
        let mut rig = Rig::new(seed);
        scenarios::apply_all(&rig.kube);
        apply_team(&rig.kube, 0, 20);
        rig.act(QUIET).await;
        assert_ready(&rig.kube);
        let world = rig.aws.world();
        let calls = world.calls().iter();
        let calls = calls.filter(|call| call.service == Service::Route53);
        let throttled = calls
            .clone()
            .filter(|call| call.error.as_deref() == Some("Throttling"));
        let (calls, throttled) = (calls.count(), throttled.count());
        println!("{throttled} of {calls} calls throttled");
        assert!(throttled * 2 < calls, "{throttled} of {calls}");
    });
}

#[test]
fn a_long_list_goes_on_where_it_was_held_back() {
    time::runtime().block_on(async {
        // Six pages, and four calls of Route 53 at once.
        let mut seed = seed();
        let sets = (0..1_600).map(|number| {
            let set = json!({"name": format!("n{number}.example.com"), "type": "A", "values": ["192.0.2.1"]});
            serde_json::from_value(set).unwrap()
        });
        seed.zones[0].record_sets.extend(sets);
        let mut rig = Rig::new(seed);
        rig.share = "10".parse().unwrap();
        scenarios::apply_all(&rig.kube);
        rig.act(Duration::from_mins(4)).await;
        let world = rig.aws.world();
        assert_unthrottled(&world);
        let first_write = world.calls().iter().position(|call| {
            call.operation == "ChangeResourceRecordSets"
        });
        let before = &world.calls()[..first_write.unwrap()];
        let pages = before.iter().filter(|call| call.operation == "ListResourceRecordSets");
        assert_eq!(pages.count(), 6, "{before:#?}");
        drop(world);
        assert_ready(&rig.kube);
    });
}

/// An app is not checked any more, and an operator that can hardly read cleans up. Somebody may use the check, a second before
/// it would be deleted. Returns when the first check was deleted, and which, if one was.
async fn clean_up(used: Option<&(Duration, String)>) -> Option<(Duration, String)> {
    let mut rig = rig("1");
    scenarios::apply_all(&rig.kube);
    rig.act(QUIET).await;
    rig.kube
        .edit("GlobalApp", "default", "api", |object| {
            object["spec"]
                .as_object_mut()
                .unwrap()
                .remove("healthCheck");
        })
        .unwrap();
    let began = Instant::now();
    let start = rig.aws.world().now();
    let aws = rig.aws.clone();
    let stranger = async move {
        if let Some((deleted, id)) = used {
            tokio::time::sleep_until(began + *deleted - Duration::from_secs(1)).await;
            let set = format!(
                "<Name>other.example.com</Name><Type>A</Type><SetIdentifier>one</SetIdentifier><Weight>1</Weight>\
                 <TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord>\
                 </ResourceRecords><HealthCheckId>{id}</HealthCheckId>"
            );
            let mut world = aws.world();
            let (now, request) = (world.now(), pack::creating(&world, &set));
            let answer = world.answer(now, request);
            assert!(answer.status().is_success(), "{answer:?}");
        }
    };
    tokio::join!(rig.act(QUIET), stranger);
    let world = rig.aws.world();
    let mut deleted = world.calls().iter();
    let deleted = deleted.find(|call| {
        call.operation == "DeleteHealthCheck" && used.is_none_or(|(_, id)| call.subject == *id)
    });
    deleted.map(|call| {
        let after = call.at.duration_since(start).unsigned_abs();
        (after, call.subject.clone())
    })
}

#[test]
fn a_check_is_not_deleted_while_a_zone_can_not_be_read_again() {
    time::runtime().block_on(async {
        let undisturbed = clean_up(None).await;
        assert!(undisturbed.is_some(), "nothing was cleaned up");
        assert_eq!(clean_up(undisturbed.as_ref()).await, None);
    });
}

#[test]
fn the_clean_up_of_many_checks_does_not_wait_for_a_sweep_after_each_few() {
    time::runtime().block_on(async {
        let mut rig = rig("80");
        scenarios::apply_all(&rig.kube);
        apply_team(&rig.kube, 0, 10);
        rig.act(QUIET).await;
        for number in 0..10 {
            rig.kube
                .edit("GlobalApp", "team-0", &format!("app-{number}"), |object| {
                    object["spec"]
                        .as_object_mut()
                        .unwrap()
                        .remove("healthCheck");
                })
                .unwrap();
        }
        rig.act(QUIET).await;
        let world = rig.aws.world();
        assert_unthrottled(&world);
        let deleted = world.calls().iter();
        let deleted: Vec<&Call> = deleted
            .filter(|call| call.operation == "DeleteHealthCheck")
            .collect();
        assert_eq!(deleted.len(), 30);
        let took = deleted[29].at.duration_since(deleted[0].at).as_secs();
        assert!(took < 120, "{took} s");
    });
}

#[test]
fn a_check_is_deleted_although_reading_every_zone_takes_longer_than_a_plan_lasts() {
    time::runtime().block_on(async {
        let mut seed = seed();
        let sets = (0..6_000).map(|number| {
            let set = json!({"name": format!("n{number}.example.com"), "type": "A", "values": ["192.0.2.1"]});
            serde_json::from_value(set).unwrap()
        });
        seed.zones[0].record_sets.extend(sets);
        let mut rig = Rig::new(seed);
        rig.share = "5".parse().unwrap();
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
        rig.kube
            .edit("GlobalApp", "default", "api", |object| {
                object["spec"].as_object_mut().unwrap().remove("healthCheck");
            })
            .unwrap();
        rig.act(Duration::from_mins(40)).await;
        let world = rig.aws.world();
        let deleted = world.calls().iter();
        let deleted = deleted.filter(|call| call.operation == "DeleteHealthCheck");
        assert_eq!(deleted.count(), 3);
    });
}
