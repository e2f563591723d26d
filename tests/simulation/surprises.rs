//! What changes under the operator's eyes, and what it is not told.

use std::time::Duration;

use evenkeel_core::crd::condition;
use evenkeel_sim::{Effect, Fault, Service};
use jiff::SignedDuration;
use serde_json::json;

use crate::rig::{QUIET, Rig};
use crate::{scenarios, time};

const IN_US: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";

#[test]
fn a_region_stays_if_another_fell_ill_since_the_last_sweep() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
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
