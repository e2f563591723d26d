//! What many apps share is read outside their reconciles, and only those that see a difference are looked at.

use std::sync::Arc;
use std::time::Duration;

use evenkeel_core::crd::condition;
use evenkeel_kube_sim::KubeApi;
use evenkeel_sim::{Scenario, World};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::pack::apply_apps;
use crate::quota::ask;
use crate::rig::{QUIET, Rig};
use crate::surprises::REWRITE;
use crate::{scenarios, time};

const IN_US: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";

fn reads(world: &World) -> usize {
    let calls = world.calls().iter();
    calls
        .filter(|call| call.operation == "ListResourceRecordSets")
        .count()
}

/// Of how many reconciles and reads of the zone an hour consists in which so many apps are at rest; and how many reconciles more
/// there are when somebody rewrites one name.
async fn hour(apps: usize) -> (u64, usize, u64) {
    let mut rig = Rig::new(scenarios::account());
    apply_apps(&rig.kube, apps);
    rig.act(QUIET).await;
    let (aws, metrics) = (rig.aws.clone(), Arc::clone(&rig.metrics));
    let hour = async move {
        // The new operator has looked at everything.
        tokio::time::sleep(Duration::from_mins(4)).await;
        let before = (metrics.reconciles_of("GlobalApp"), reads(&aws.world()));
        tokio::time::sleep(Duration::from_mins(50)).await;
        let after = (metrics.reconciles_of("GlobalApp"), reads(&aws.world()));
        let rewrite = REWRITE.replace("api.example.com", "app-1.example.com");
        let rewrite: Scenario = serde_saphyr::from_str(&rewrite).unwrap();
        aws.world().play(rewrite).unwrap();
        tokio::time::sleep(Duration::from_mins(6)).await;
        let corrected = metrics.reconciles_of("GlobalApp");
        (after.0 - before.0, after.1 - before.1, corrected - after.0)
    };
    let (counted, ()) = tokio::join!(hour, rig.act(Duration::from_mins(70)));
    let world = rig.aws.world();
    assert_eq!(world.serving_regions("app-1.example.com").len(), 3);
    counted
}

#[test]
fn apps_at_rest_are_left_alone_until_their_names_differ() {
    time::runtime().block_on(async {
        let (few, reads_of_few, _) = hour(2).await;
        let (many, reads_of_many, corrected) = hour(40).await;
        assert_eq!((few, many), (0, 0), "reconciles");
        assert_eq!((reads_of_few, reads_of_many), (10, 10), "reads of the zone");
        // The difference, and then every 5 s whether the correction is everywhere.
        assert!((1..=8).contains(&corrected), "{corrected} reconciles");
    });
}

/// Health and state of the Region in the app's status, and why it is serving or not.
fn shown(kube: &KubeApi) -> (Value, Value, String) {
    let app = kube.get("GlobalApp", "default", "api").unwrap();
    let regions = app["status"]["regions"].as_array().unwrap();
    let us = regions.iter().find(|it| it["region"] == "us-east-1");
    let us = us.unwrap();
    let conditions: Vec<_> = serde_json::from_value(app["status"]["conditions"].clone()).unwrap();
    let serving = condition(&conditions, "Serving").unwrap();
    (
        us["health"].clone(),
        us["state"].clone(),
        serving.reason.clone(),
    )
}

#[test]
fn a_status_says_what_the_checkers_say() {
    time::runtime().block_on(async {
        let mut rig = scenarios::at_rest().await;
        let (aws, kube) = (rig.aws.clone(), rig.kube.clone());
        let fine = (json!("Healthy"), json!("Serving"), "AllServing".to_owned());
        let ill = (
            json!("Unhealthy"),
            json!("Unhealthy"),
            "PartlyServing".to_owned(),
        );
        assert_eq!(shown(&kube), fine);
        let people = async move {
            tokio::time::sleep(Duration::from_mins(4)).await;
            for (answers, expected) in [(false, &ill), (true, &fine)] {
                aws.world()
                    .set_load_balancer_health(IN_US, answers)
                    .unwrap();
                tokio::time::sleep(Duration::from_mins(6)).await;
                assert_eq!(shown(&kube), *expected);
            }
        };
        tokio::join!(people, rig.act(QUIET));
        let events = rig.kube.list("Event");
        for reason in ["RegionUnhealthy", "RegionHealthy"] {
            assert!(
                events.iter().any(|event| event["reason"] == reason),
                "{reason}"
            );
        }
    });
}

#[test]
fn a_check_that_somebody_deleted_is_made_anew_within_a_sweep() {
    time::runtime().block_on(async {
        let mut rig = scenarios::at_rest().await;
        let aws = rig.aws.clone();
        let somebody = async move {
            tokio::time::sleep(Duration::from_mins(4)).await;
            let mut world = aws.world();
            let listed = ask(&mut world, Method::GET, "healthcheck", "");
            let (_, rest) = listed.split_once("<Id>").unwrap();
            let path = format!("healthcheck/{}", rest.split_once("</Id>").unwrap().0);
            ask(&mut world, Method::DELETE, &path, "");
            world.now()
        };
        let (deleted, ()) = tokio::join!(somebody, rig.act(QUIET));
        let world = rig.aws.world();
        let calls = world.calls().iter().filter(|call| call.at >= deleted);
        let of = |operation: &str| {
            let mut calls = calls.clone().filter(|call| call.operation == operation);
            calls.next().map(|call| call.at.duration_since(deleted))
        };
        let sweep = SignedDuration::from_secs(306);
        assert!(of("CreateHealthCheck").unwrap() < sweep);
        assert!(of("ChangeResourceRecordSets").unwrap() < sweep);
        assert_eq!(world.serving_regions("api.example.com").len(), 3);
    });
}
