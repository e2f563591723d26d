//! Two hundred apps at once: applied, changed together with one that AWS refuses, and deleted.

use std::fmt::Write as _;

use evenkeel_sim::Service;
use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::bench::{Bench, PATIENCE, condition, eventually, path};

const APPS: usize = 200;

/// It stays when its object goes, like every app of an odd number.
const SPOILED: usize = 7;

/// A load balancer's zone, and a name in it that no load balancer has.
const NOWHERE: &str = "apiVersion: evenkeel.dev/v1alpha1
kind: RegionEndpoint
metadata: {name: nowhere}
spec: {region: us-east-1, target: {hostname: nowhere.us-east-1.elb.amazonaws.com, hostedZoneId: Z35SXDOTRQ7X7K}}
---
";

fn hostname(number: usize) -> String {
    format!("app-{number:03}.example.com")
}

/// Every app, all but the first few words the same.
fn apps(routing: &str, endpoints: impl Fn(usize) -> &'static str) -> String {
    let mut manifests = String::new();
    for number in 0..APPS {
        let policy = if number.is_multiple_of(2) {
            "Delete"
        } else {
            "Retain"
        };
        let (hostname, endpoints) = (hostname(number), endpoints(number));
        writeln!(
            manifests,
            "apiVersion: evenkeel.dev/v1alpha1\nkind: GlobalApp\nmetadata: {{name: app-{number:03}}}\nspec: \
             {{hostnames: [{hostname}], endpoints: {{names: [{endpoints}]}}, dns: {{hostedZone: example.com, routing: \
             {routing}}}, healthCheck: {{type: HTTPS, port: 443, path: /health}}, deletionPolicy: {policy}}}\n---"
        )
        .unwrap();
    }
    manifests
}

async fn apply(bench: &Bench, manifests: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("apps.yaml");
    std::fs::write(&file, manifests).unwrap();
    let file = file.display().to_string();
    bench.kubectl(&["apply", "-f", &file]).await;
}

async fn every_app(bench: &Bench) -> Vec<Value> {
    let printed = bench.kubectl(&["get", "ekapp", "--output=json"]).await;
    let list: Value = serde_json::from_str(&printed).unwrap();
    list["items"].as_array().unwrap().clone()
}

/// Waits until the apps have that routing and are Ready, all but so many. Returns those.
async fn settled(bench: &Bench, routing: &str, but: usize) -> Vec<Value> {
    eventually(&format!("all but {but} apps with {routing}"), async || {
        let apps = every_app(bench).await;
        let is_settled = |app: &Value| {
            app["status"]["dns"]["routing"] == routing
                && condition(app, "Ready")["status"] == "True"
                && app["status"]["observedGeneration"] == app["metadata"]["generation"]
        };
        let rest: Vec<Value> = apps.into_iter().filter(|app| !is_settled(app)).collect();
        (rest.len() == but)
            .then_some(rest.clone())
            .ok_or(rest.len())
    })
    .await
}

fn calls_of(bench: &Bench, operation: &str) -> usize {
    let calls = bench.calls();
    let of_operation = calls
        .iter()
        .filter(|call| call.service == Service::Route53 && call.operation == operation);
    of_operation.count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_apps_come_change_and_go() {
    let mut bench = Bench::start(&[]).await;
    bench.start_operator("evenkeel-0").await;
    let regions = path("examples/shop/regions.yaml").display().to_string();
    bench.kubectl(&["apply", "-f", &regions]).await;

    let all = "us-east-1, eu-west-1, ap-northeast-1";
    apply(&bench, &apps("Latency", |_| all)).await;
    settled(&bench, "Latency", 0).await;
    for number in 0..APPS {
        let serving = bench.session.world().serving_regions(&hostname(number));
        assert_eq!(serving.len(), 3, "{}", hostname(number));
    }
    assert_eq!(
        calls_of(&bench, "CreateHealthCheck"),
        3,
        "they share checks"
    );
    println!(
        "created by {} changes of record sets",
        calls_of(&bench, "ChangeResourceRecordSets")
    );

    let endpoints = |number| {
        if number == SPOILED {
            "nowhere, eu-west-1, ap-northeast-1"
        } else {
            all
        }
    };
    apply(
        &bench,
        &(NOWHERE.to_owned() + &apps("Geoproximity", endpoints)),
    )
    .await;
    let rest = settled(&bench, "Geoproximity", 1).await;
    assert_eq!(rest[0]["metadata"]["name"], "app-007");
    let spoiled = eventually("the spoiled app to be blamed", async || {
        let app = bench.get("ekapp/app-007").await;
        let stalled = condition(&app, "Stalled");
        (stalled["reason"] == "RejectedByAws")
            .then_some(app.clone())
            .ok_or(stalled.clone())
    })
    .await;
    let message = condition(&spoiled, "Stalled")["message"].as_str().unwrap();
    assert!(
        message.contains("nowhere.us-east-1.elb.amazonaws.com"),
        "{message}"
    );
    let serving = bench.session.world().serving_regions(&hostname(SPOILED));
    assert_eq!(serving.len(), 3, "it stays as it was");

    let timeout = format!("--timeout={}s", PATIENCE.as_secs());
    bench.kubectl(&["delete", "ekapp", "--all", &timeout]).await;
    for number in 0..APPS {
        let serving = bench.session.world().serving_regions(&hostname(number));
        let expected = if number.is_multiple_of(2) { 0 } else { 3 };
        assert_eq!(serving.len(), expected, "{}", hostname(number));
    }
    let names = bench.session.world().picture()["route53"].to_string();
    assert_eq!(names.matches("state=released").count(), APPS / 2);
    assert_eq!(names.matches("state=held").count(), 0);
    assert!(!names.contains("app-000"), "nothing of it is left");
    bench.stop().await;
}
