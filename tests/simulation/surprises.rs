//! What changes under the operator's eyes, and what it is not told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use evenkeel_core::crd::condition;
use evenkeel_sim::{City, Effect, Fault, Scenario, Seed, Service, World, seed};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::rig::{QUIET, Rig};
use crate::{scenarios, time};

const IN_US: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";

#[test]
fn a_region_stays_if_another_fell_ill_since_the_last_sweep() {
    time::runtime().block_on(async {
        let mut rig = scenarios::at_rest().await;
        let (aws, kube) = (rig.aws.clone(), rig.kube.clone());
        let people = async move {
            // The new operator has taken over and looked at everything; its next sweep is minutes away.
            tokio::time::sleep(Duration::from_mins(2)).await;
            aws.world().set_load_balancer_health(IN_US, false).unwrap();
            tokio::time::sleep(Duration::from_mins(2)).await;
            for app in ["api", "shop"] {
                kube.edit("GlobalApp", "default", app, |object| {
                    object["spec"]["endpoints"]["names"] = json!(["us-east-1", "ap-northeast-1"]);
                    object["spec"]["traffic"]["minServingRegions"] = json!(2);
                })
                .unwrap();
            }
        };
        tokio::join!(rig.act(QUIET), people);
        for name in ["api.example.com", "shop.example.com"] {
            let serving = rig.aws.world().serving_regions(name);
            assert_eq!(serving.len(), 2, "{name}: {serving:?}");
        }
    });
}

#[test]
fn what_is_checked_by_tcp_is_quiet() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        scenarios::apply_all(&rig.kube);
        rig.kube
            .edit("GlobalApp", "default", "shop", |object| {
                object["spec"]["healthCheck"] =
                    json!({"type": "TCP", "port": 443, "intervalSeconds": 10, "failureThreshold": 2});
            })
            .unwrap();
        rig.act(QUIET).await;
        let before = rig.aws.world().calls().len();
        rig.act(Duration::from_hours(1)).await;
        let world = rig.aws.world();
        let later: Vec<_> = world.calls()[before..]
            .iter()
            .filter(|call| call.write)
            .collect();
        assert!(later.is_empty(), "{later:#?}");
    });
}

#[test]
fn a_table_whose_creation_was_not_answered_is_ours() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        rig.aws.world().inject(Fault {
            service: Service::DynamoDb,
            operation: "CreateTable".to_owned(),
            skip: 0,
            times: 1,
            effect: Effect::LoseReply,
        });
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
        let table = rig.kube.get("GlobalTable", "default", "sessions").unwrap();
        let conditions: Vec<_> =
            serde_json::from_value(table["status"]["conditions"].clone()).unwrap();
        assert_eq!(
            condition(&conditions, "Ready").unwrap().status,
            "True",
            "{table:#}"
        );
    });
}

#[test]
fn an_app_of_which_only_an_endpoint_is_checked_does_not_wait_for_a_sweep() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        scenarios::apply_all(&rig.kube);
        rig.kube
            .edit("GlobalApp", "default", "api", |object| {
                object["spec"]
                    .as_object_mut()
                    .unwrap()
                    .remove("healthCheck");
            })
            .unwrap();
        rig.kube
            .edit("RegionEndpoint", "default", "eu-west-1", |object| {
                object["spec"]["healthCheck"] =
                    json!({"type": "HTTPS", "port": 443, "path": "/health"});
            })
            .unwrap();
        rig.act(QUIET).await;
        let world = rig.aws.world();
        let calls = world.calls();
        let made: Vec<_> = calls
            .iter()
            .filter(|call| call.operation == "CreateHealthCheck")
            .collect();
        assert_eq!(made.len(), 1, "{made:?}");
        let after = made[0].at.duration_since(calls[0].at);
        assert!(after < SignedDuration::from_mins(1), "{made:?}");
        assert_eq!(world.serving_regions("api.example.com").len(), 3);
    });
}

#[test]
fn a_name_of_external_dns_is_taken_over_once_somebody_consents() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(legacy());
        let app = json!({
            "apiVersion": "evenkeel.dev/v1alpha1",
            "kind": "GlobalApp",
            "metadata": {"name": "legacy"},
            "spec": {
                "hostnames": ["legacy.example.com"],
                "endpoints": {"names": ["us-east-1", "eu-west-1", "ap-northeast-1"]},
                "dns": {"hostedZone": "example.com", "routing": "Latency", "adoptionPolicy": "AdoptOrCreate"},
            },
        });
        scenarios::apply_all(&rig.kube);
        rig.kube.apply(&app).unwrap();
        rig.act(QUIET).await;
        let legacy = rig.kube.get("GlobalApp", "default", "legacy").unwrap();
        let refused = &legacy["status"]["plan"]["refused"][0];
        assert_eq!(refused["reason"], "NotOurs", "{legacy:#}");
        assert_eq!(answers(&rig.aws.world()), ["192.0.2.1"]);

        let token = refused["consentToken"].as_str().unwrap().to_owned();
        let gap = Arc::new(AtomicBool::new(false));
        let seen = gap.clone();
        rig.aws.watch(move |world| {
            if answers(world).is_empty() {
                seen.store(true, Ordering::Relaxed);
            }
        });
        rig.kube
            .edit("GlobalApp", "default", "legacy", |object| {
                let key = format!("consent.evenkeel.dev/{token}");
                object["metadata"]["annotations"] = json!({key: "INC-42"});
            })
            .unwrap();
        rig.act(QUIET).await;
        let legacy = rig.kube.get("GlobalApp", "default", "legacy").unwrap();
        let consents = json!([{"token": token, "state": "Used"}]);
        assert_eq!(legacy["status"]["consents"], consents, "{legacy:#}");
        assert_eq!(rig.aws.world().serving_regions("legacy.example.com").len(), 3);
        let picture = rig.aws.world().picture().to_string();
        assert!(!picture.contains("heritage"), "their mark is gone");
        assert!(!gap.load(Ordering::Relaxed), "there was no answer for a while");

        rig.kube
            .delete("GlobalApp", "default", "legacy")
            .unwrap();
        rig.act(QUIET).await;
        let events = rig.kube.list("Event");
        let of_app = events
            .iter()
            .filter(|event| event["regarding"]["name"] == "legacy");
        let reasons: Vec<&str> = of_app
            .filter_map(|event| event["reason"].as_str())
            .filter(|reason| !["NotOurs", "Converged"].contains(reason))
            .collect();
        assert_eq!(reasons, ["Adopted", "ConsentUsed", "Released"]);
    });
}

#[test]
fn somebody_else_s_changes_are_undone_three_times_an_hour_and_then_told() {
    time::runtime().block_on(async {
        let mut rig = scenarios::at_rest().await;
        let known = rig.aws.world().calls().len();
        let (aws, kube) = (rig.aws.clone(), rig.kube.clone());
        let other = async move {
            // For two hours, every five minutes.
            for _ in 0..24 {
                tokio::time::sleep(Duration::from_mins(5)).await;
                let scenario: Scenario = serde_saphyr::from_str(REWRITE).unwrap();
                aws.world().play(scenario).unwrap();
            }
            kube.get("GlobalApp", "default", "api").unwrap()
        };
        let ((), api) = tokio::join!(rig.act(Duration::from_hours(3)), other);
        let world = rig.aws.world();
        let corrections: Vec<_> = world.calls()[known..]
            .iter()
            .filter(|call| {
                call.operation == "ChangeResourceRecordSets" && call.principal != "console"
            })
            .map(|call| call.at)
            .collect();
        let most = corrections.iter().map(|from| {
            let within =
                |at: &&jiff::Timestamp| at.duration_since(*from) < SignedDuration::from_hours(1);
            corrections
                .iter()
                .filter(|at| *at >= from)
                .filter(within)
                .count()
        });
        assert_eq!(most.max(), Some(3), "{corrections:?}");
        assert!(corrections.len() > 3, "it is tried again: {corrections:?}");
        let refused = &api["status"]["plan"]["refused"][0];
        assert_eq!(refused["reason"], "ForeignChange", "{api:#}");
    });
}

#[test]
fn a_change_that_aws_has_forgotten_is_looked_for_in_the_zone() {
    time::runtime().block_on(async {
        let mut rig = scenarios::at_rest().await;
        let started = rig.aws.world().calls().len();
        rig.kube
            .edit_status("GlobalApp", "default", "api", |object| {
                object["status"]["dns"]["changeId"] = json!("C0FORGOTTEN");
                object["status"]["dns"]["changeState"] = json!("Pending");
            })
            .unwrap();
        rig.act(QUIET).await;
        let api = rig.kube.get("GlobalApp", "default", "api").unwrap();
        assert_eq!(api["status"]["dns"]["changeState"], "InSync", "{api:#}");
        let world = rig.aws.world();
        let mut calls = world.calls()[started..].iter();
        assert!(calls.any(|call| call.operation == "GetChange" && call.status == 404));
        let next = calls.find(|call| call.operation == "ListResourceRecordSets");
        assert!(next.is_some(), "the zone was not read");
    });
}

#[test]
fn a_zone_that_is_locked_for_accelerated_recovery_is_waited_for() {
    time::runtime().block_on(async {
        let mut rig = scenarios::at_rest().await;
        let (aws, kube) = (rig.aws.clone(), rig.kube.clone());
        let people = async move {
            let scenario: Scenario = serde_saphyr::from_str(RECOVERY).unwrap();
            aws.world().play(scenario).unwrap();
            // A minute later the zone is locked.
            tokio::time::sleep(Duration::from_secs(90)).await;
            kube.edit("GlobalApp", "default", "api", |object| {
                object["spec"]["dns"]["routing"] = json!("Weighted");
            })
            .unwrap();
        };
        tokio::join!(rig.act(QUIET), people);
        let world = rig.aws.world();
        let refused = world.calls().iter().filter(|call| {
            call.operation == "ChangeResourceRecordSets"
                && call.error.as_deref() == Some("PriorRequestNotComplete")
        });
        assert!((1..20).contains(&refused.count()), "tried, ever less often");
        let api = rig.kube.get("GlobalApp", "default", "api").unwrap();
        assert_eq!(api["status"]["dns"]["routing"], "Weighted", "{api:#}");
        assert_eq!(world.serving_regions("api.example.com").len(), 3);
    });
}

/// Somebody lets Route 53 keep a copy of the zone in another Region.
const RECOVERY: &str = "
events:
- effect:
    console:
      service: route53
      operation: UpdateHostedZoneFeatures
      parameters: {HostedZoneId: zone:example.com., EnableAcceleratedRecovery: true}
";

#[test]
fn users_move_to_another_region_once_its_new_check_is_healthy() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        scenarios::apply_all(&rig.kube);
        let edit = |change: fn(&mut Value)| {
            rig.kube
                .edit("GlobalApp", "default", "api", |object| {
                    change(&mut object["spec"]);
                })
                .unwrap();
        };
        edit(|spec| {
            spec.as_object_mut().unwrap().remove("healthCheck");
            spec["endpoints"]["names"] = json!(["us-east-1"]);
        });
        rig.act(QUIET).await;
        rig.kube
            .edit("GlobalApp", "default", "api", |object| {
                object["spec"]["healthCheck"] = json!({"type": "TCP", "port": 443});
                object["spec"]["endpoints"]["names"] = json!(["eu-west-1"]);
            })
            .unwrap();
        let known = rig.kube.requests().len();
        rig.act(QUIET).await;
        let serving = rig.aws.world().serving_regions("api.example.com");
        assert_eq!(serving.into_iter().collect::<Vec<_>>(), ["eu-west-1"]);
        let requests = rig.kube.requests();
        let writes = requests[known..]
            .iter()
            .filter(|request| request.is_write() && request.resource == "globalapps/status");
        let writes: Vec<_> = writes.map(ToString::to_string).collect();
        assert!(writes.len() < 20, "{writes:#?}");
    });
}

/// Somebody leads users of Europe elsewhere.
/// Somebody leads one Region of a name elsewhere.
pub(crate) const REWRITE: &str = "
events:
- effect:
    console:
      service: route53
      operation: ChangeResourceRecordSets
      parameters:
        HostedZoneId: zone:example.com.
        ChangeBatch:
          Changes:
          - Action: UPSERT
            ResourceRecordSet:
              Name: api.example.com
              Type: A
              SetIdentifier: eu-west-1
              Region: eu-west-1
              TTL: 60
              ResourceRecords: [{Value: 192.0.2.9}]
";

/// What users in Frankfurt are told.
fn answers(world: &World) -> Vec<String> {
    let answers = world.answer_for(City::Frankfurt, "legacy.example.com", "A");
    answers
        .into_iter()
        .flat_map(|answer| answer.values)
        .collect()
}

/// The example's account, with a name that external-dns keeps.
fn legacy() -> Seed {
    let mut seed = scenarios::account();
    let heritage = "\"heritage=external-dns,external-dns/owner=prod-eu\"";
    let sets = [
        ("legacy.example.com", seed::SimpleType::A, "192.0.2.1"),
        ("a-legacy.example.com", seed::SimpleType::Txt, heritage),
    ];
    let sets = sets.map(|(name, r#type, value)| seed::RecordSet {
        name: serde_json::from_value(json!(name)).unwrap(),
        r#type,
        ttl: 300,
        values: vec![value.to_owned()],
    });
    seed.zones[0].record_sets.extend(sets);
    seed
}

#[test]
fn a_group_that_could_not_be_deleted_does_not_drain_once_more() {
    time::runtime().block_on(async {
        let mut rig = scenarios::at_rest().await;
        rig.aws.world().inject(Fault {
            service: Service::GlobalAccelerator,
            operation: "DeleteEndpointGroup".to_owned(),
            skip: 0,
            times: 4,
            effect: Effect::Refuse {
                status: 503,
                code: "ServiceUnavailable".to_owned(),
                message: String::new(),
            },
        });
        rig.kube
            .edit("GlobalApp", "default", "shop", |object| {
                object["spec"]["endpoints"]["names"] = json!(["us-east-1", "ap-northeast-1"]);
            })
            .unwrap();
        rig.act(QUIET).await;
        let world = rig.aws.world();
        let tries: Vec<_> = world
            .calls()
            .iter()
            .filter(|call| call.operation == "DeleteEndpointGroup")
            .map(|call| (call.at, call.status))
            .collect();
        let (first, last) = (tries[0], tries[tries.len() - 1]);
        assert_eq!((first.1, last.1), (503, 200), "{tries:?}");
        let took = last.0.duration_since(first.0);
        assert!(took < SignedDuration::from_mins(1), "{tries:?}");
    });
}
